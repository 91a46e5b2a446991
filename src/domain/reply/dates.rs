//! Dates in running text, absolute and relative, Dutch and English, resolved against the day of the mail by fixed
//! conventions. What is resolved never lies before that day's month.

use super::plain::Plain;
use super::reading::Start;
use super::shape::{Groups, Shape};
use super::sieve::Sieve;
pub use super::today::Today;
use super::today::holiday;
use crate::domain::holidays::SchoolHoliday;
use crate::domain::time::Day;
use chrono::{Datelike, Weekday};
use std::ops::Range;
use std::sync::LazyLock;

/// A date that stands in a folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Bytes of the folded text.
    pub range: Range<usize>,
    /// What it resolves to.
    pub start: Start,
}

/// The rules: expressions, with what their groups mean on a day.
struct Rules {
    sieve: Sieve,
    rows: Vec<(Shape, Resolve)>,
}

/// What the groups of an expression mean on a day.
type Resolve = fn(&Groups<'_>, Day) -> Option<Start>;

const MONTH: &str = r"jan(?:uari|uary)?|feb(?:ruari|ruary)?|mrt|maart|mar(?:ch)?|apr(?:il)?|mei|may|jun[ie]?|jul[iy]?|aug(?:ustus|ust)?|sept?(?:ember)?|okt(?:ober)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
const WEEKDAY: &str = r"maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|monday|tuesday|wednesday|thursday|friday|saturday|sunday";
const COUNT: &str = r"een|a|one|twee|two|drie|three|vier|four|vijf|five|zes|six|acht|eight|\d{1,2}";

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let shapes: Vec<(String, Resolve)> = vec![
        (r"\b(20\d\d)-(\d{1,2})-(\d{1,2})\b".to_owned(), |c, _| on(year(c, 1)?, number(c, 2)?, number(c, 3)?)),
        (r"\b(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(20\d\d|\d\d)\b".to_owned(), |c, _| {
            let year = year(c, 3)?;
            on(if year < 100 { 2000 + year } else { year }, number(c, 2)?, number(c, 1)?)
        }),
        (format!(r"\b(\d{{1,2}})(?:e|ste|de|st|nd|rd|th)?(?: of)? ({MONTH})\b\.?,?(?: (20\d\d))?"), |c, today| {
            day_of_month(c.get(2)?.as_str(), number(c, 1)?, year(c, 3), today)
        }),
        (format!(r"\b({MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (20\d\d))?"), |c, today| {
            day_of_month(c.get(1)?.as_str(), number(c, 2)?, year(c, 3), today)
        }),
        (r"(?:\b(?:per|vanaf|van|tot|t/m|met|op|on|until|from|ma|di|wo|do|vr|za|zo|terug|back)\.? )(\d{1,2})[/-](\d{1,2})\b".to_owned(), |c, today| {
            next_day(number(c, 2)?, number(c, 1)?, today)
        }),
        (format!(r"\b(begin|start|vroeg in|early|medio|(?:de )?(?:eerste|tweede) helft(?: van)?|half|halverwege|midden|mid|eind|einde|ultimo|late|end of|beginning of|start of)[ -](?:van |of |in )?({MONTH})\b\.?(?: (20\d\d))?"), |c, today| {
            month(c.get(2)?.as_str(), year(c, 3), today)
        }),
        (format!(r"\b({MONTH})\b\.? (20\d\d)\b"), |c, _| Some(Start::Month(year(c, 2)?, month_number(c.get(1)?.as_str())?))),
        (r"\bweek (?:nr\.? |nummer )?(\d{1,2})\b(?: (?:van )?(20\d\d))?".to_owned(), |c, today| week(number(c, 1)?, year(c, 2), today)),
        (r"\bq([1-4])\b(?: (20\d\d))?".to_owned(), |c, today| Some(quarter(number(c, 1)?, year(c, 2), today))),
        (r"\b(eerste|tweede|derde|vierde|1e|2e|3e|4e|first|second|third|fourth) (?:kwartaal|quarter)\b(?: (?:van )?(20\d\d))?".to_owned(), |c, today| {
            let which = match c.get(1)?.as_str() {
                "eerste" | "1e" | "first" => 1,
                "tweede" | "2e" | "second" => 2,
                "derde" | "3e" | "third" => 3,
                _ => 4,
            };
            Some(quarter(which, year(c, 2), today))
        }),
        (r"\b(?:na|after|vanaf|met|in|met ingang van|from|for|per|bij|tegen|rond)? ?(?:de |het |the |start of the |begin (?:van )?het )?(?:(?:volgend|nieuw|komend|aankomend)e? (?:school|studie|cursus|school-)jaar|schooljaar \d\d|(?:next|new|coming) (?:school|academic|college) year)".to_owned(), |_, today| {
            Some(next_month(9, today))
        }),
        (r"\b(?:na|after) (?:de |the |onze |my |our )?(?:grote |school)?(?:zomer(?:vakantie|stop|periode|reces)?|summer(?: holidays?| break| vacation)?)\b".to_owned(), |_, today| Some(next_month(9, today))),
        (r"\b(?:na|after) (?:de |the |onze )?bouwvak(?:vakantie)?\b".to_owned(), |_, today| Some(next_month(8, today))),
        (r"\b(?:tot|t/m|tot en met|tot na|until) (?:aan )?(?:de |onze )?bouwvak(?:vakantie)?\b".to_owned(), |_, today| Some(next_month(8, today))),
        (r"\b(?:tot|t/m|tot en met|tot na|until) (?:aan )?(?:de |the |na de )?(?:zomer(?:vakantie)?|summer)\b".to_owned(), |_, today| Some(next_month(9, today))),
        (r"\b(?:na|after) (?:de |the )?(?:kerst(?:vakantie|dagen|mis|reces)?|christmas(?: holidays?| break)?|feestdagen|jaarwisseling|oud en nieuw|holidays|new year)\b".to_owned(), |_, today| Some(next_month(1, today))),
        (r"\b(?:in |na |vanaf |begin |in het begin van )?(?:het |the )?(?:nieuwe jaar|new year)\b".to_owned(), |_, today| Some(next_month(1, today))),
        (r"\b(?:begin|start|early|vroeg in|beginning of) (?:van )?(?:volgend jaar|komend jaar|next year)\b".to_owned(), |_, today| Some(Start::Month(today.ymd().0 + 1, 1))),
        (r"\b(?:na|after) (?:de )?(?:mei|may )vakantie\b".to_owned(), |_, today| Some(next_month(5, today))),
        (r"\b(?:na|after) (?:de )?(?:voorjaars|krokus)vakantie\b".to_owned(), |_, today| Some(next_month(3, today))),
        (r"\b(?:na|after) (?:de )?herfstvakantie\b".to_owned(), |_, today| Some(next_month(11, today))),
        (r"\b(?:na|after) (?:de |het )?(?:carnaval|vastenavond)\b".to_owned(), |_, today| after_easter(today, -46)),
        (r"\b(?:na|after) (?:de )?(?:pasen|paasdagen|easter|paasvakantie)\b".to_owned(), |_, today| after_easter(today, 2)),
        (r"\b(?:na|after) (?:de )?(?:pinksteren|pinksterdagen|pentecost)\b".to_owned(), |_, today| after_easter(today, 51)),
        (r"\b(?:in|tegen|vanaf|komend|volgend|dit|next|this|after|na|eind) (?:het |the |de )?(?:voorjaar|lente|spring)\b".to_owned(), |_, today| Some(next_month(3, today))),
        (r"\b(?:in|tegen|vanaf|komende|komend|volgend|volgende|dit|next|this) (?:het |the |de )?(?:najaar|herfst|autumn|fall)\b".to_owned(), |_, today| Some(next_month(9, today))),
        (r"\b(?:in|tegen|vanaf|komende|volgende|next|this) (?:the |de )?(?:zomer|summer)\b".to_owned(), |_, today| Some(next_month(6, today))),
        (r"\b(?:in|tegen|vanaf|komende|volgende|next|this) (?:the |de )?winter\b".to_owned(), |_, today| Some(next_month(12, today))),
        (r"\b(?:tweede|volgende?|2e|next|second|nieuwe) (?:semester|halfjaar|term)\b".to_owned(), |_, today| Some(next_month(2, today))),
        (r"\b(?:over|in) (?:een )?(?:half ?jaar|half a year)\b".to_owned(), |_, today| Some(months_on(today, 6))),
        (r"\b(?:over|in) (?:een |a )?(?:kwart ?jaar)\b".to_owned(), |_, today| Some(months_on(today, 3))),
        (format!(r"\b(?:over|in|within) (?:ongeveer |about |circa |zo'n |een )?({COUNT}|een paar|a couple of|a few|enkele) (maand|maanden|months?|mnd)\b"), |c, today| {
            Some(months_on(today, count(c.get(1)?.as_str())))
        }),
        (format!(r"\b(?:over|in|within) (?:ongeveer |about |circa |zo'n |een )?({COUNT}|een paar|a couple of|a few|enkele) (weken|week|weeks|wk)\b"), |c, today| {
            Some(Start::On(today.plus(7 * i64::from(count(c.get(1)?.as_str())))))
        }),
        (format!(r"\b(?:over|in|within) ({COUNT}|een paar|a couple of|a few|enkele) (dagen|days)\b"), |c, today| {
            Some(Start::On(today.plus(i64::from(count(c.get(1)?.as_str())))))
        }),
        (r"\b(?:over|in) (?:een|a) jaar\b|\bin a year\b|\bvolgend jaar(?: om| rond)? deze tijd\b".to_owned(), |_, today| Some(months_on(today, 12))),
        (format!(r"\b(?:volgende week|next week),? (?:on )?({WEEKDAY})|\b({WEEKDAY}) (?:volgende week|next week|over een week)"), |c, today| {
            let name = c.get(1).or(c.get(2))?.as_str();
            Some(Start::On(monday(today.plus(7)).plus(i64::from(weekday(name)?.num_days_from_monday()))))
        }),
        (format!(r"\b(?:(?:volgende|aanstaande|komende|next|this|coming|a\.s\.) )?({WEEKDAY})\b"), |c, today| {
            let wanted = i64::from(weekday(c.get(1)?.as_str())?.num_days_from_monday());
            let now = i64::from(today.0.weekday().num_days_from_monday());
            let ahead = (wanted - now).rem_euclid(7);
            Some(Start::On(today.plus(if ahead == 0 { 7 } else { ahead })))
        }),
        (r"\b(?:na|after) (?:het |the )weekend\b".to_owned(), |_, today| Some(Start::On(monday(today.plus(7))))),
        (r"\b(?:overmorgen|day after tomorrow)\b".to_owned(), |_, today| Some(Start::On(today.plus(2)))),
        (r"\b(?:morgen|morgenochtend|morgenmiddag|tomorrow)\b".to_owned(), |_, today| Some(Start::On(today.plus(1)))),
        (r"\b(?:volgende week|next week|komende week)\b".to_owned(), |_, today| Some(Start::On(monday(today.plus(7))))),
        (r"\b(?:volgende maand|next month|komende maand)\b".to_owned(), |_, today| Some(months_on(today, 1))),
        (r"\b(?:per direct|per nu|per omgaande|meteen|direct(?: al)? (?:beginnen|starten|aan de slag|plek)|nu al|zo snel mogelijk (?:beginnen|starten)|immediately|right away|straight away|as of now|starting now|asap start)\b".to_owned(), |_, today| {
            let (year, month, _) = today.ymd();
            Some(Start::Month(year, month))
        }),
        (r"\b(?:volgend|komend|next) (?:jaar|year)\b".to_owned(), |_, today| Some(Start::Month(today.ymd().0 + 1, 1))),
        (format!(r"\b(?:(?:volgend jaar|in|per|vanaf|van|tot|t/m|from|until|since|around|rond|na|after|voor|before|next|komende|start|starten|of|tegen|of|tot en met|by|for|eind|begin|medio|halverwege|en|and|-) )+({MONTH})\b"), |c, today| {
            month(c.get(1)?.as_str(), None, today)
        }),
        (r"\b(januari|februari|maart|april|juni|juli|augustus|september|oktober|november|december|january|february|march|june|july|august|october)\b".to_owned(), |c, today| {
            month(c.get(1)?.as_str(), None, today)
        }),
    ];
    let rows: Vec<(Shape, Resolve)> = shapes.into_iter().map(|(shape, rule)| (Shape::new(shape), rule)).collect();
    Rules { sieve: Sieve::new(rows.iter().map(|(shape, _)| shape)), rows }
});

/// The holidays that a folded text dates by and the table does not know.
pub fn unknown_holidays(plain: &str, today: Today<'_>) -> Vec<SchoolHoliday> {
    let Some(school) = today.school else { return Vec::new() };
    let named = find(plain, today).into_iter().filter_map(|found| holiday(&plain[found.range]));
    named.filter(|which| school.day_after(*which, today.day).is_none()).collect()
}

/// The dates in a folded text, in order; where two overlap, the rule that stands first in the table wins.
pub fn find<'a>(plain: &str, today: impl Into<Today<'a>>) -> Vec<Found> {
    let could = RULES.sieve.candidates(plain).into_iter().map(|row| &RULES.rows[row]);
    resolved(plain, could, today.into())
}

/// The same of a sentence that knows which rules could speak.
pub(super) fn find_in(plain: &Plain, today: Today<'_>) -> Vec<Found> {
    resolved(plain, plain.could_hold_of(&RULES.rows, |(shape, _)| shape), today)
}

/// The expressions of all rules.
pub(super) fn shapes() -> Vec<&'static Shape> {
    RULES.rows.iter().map(|(shape, _)| shape).collect()
}

fn resolved<'a>(plain: &str, rules: impl Iterator<Item = &'a (Shape, Resolve)>, today: Today<'_>) -> Vec<Found> {
    let Today { day: today, school } = today;
    let mut found: Vec<Found> = Vec::new();
    for (shape, resolve) in rules {
        for captures in shape.captures_iter(plain).take(30) {
            let Some(whole) = captures.get(0) else { continue };
            // the space in front of an optional word is none of the date's
            let lead = whole.as_str().len() - whole.as_str().trim_start().len();
            if counts_what_follows(plain, whole.as_str(), whole.end()) {
                continue;
            }
            let taken = found.iter().any(|other| whole.start() < other.range.end && other.range.start < whole.end());
            if taken {
                continue;
            }
            if let Some(convention) = resolve(&captures, today) {
                let known = holiday(whole.as_str().trim_start()).and_then(|which| school?.day_after(which, today));
                let start = known.map_or(convention, Start::On);
                found.push(Found { range: whole.start() + lead..whole.end(), start });
            }
        }
    }
    found.sort_by_key(|found| found.range.start);
    // "maandag 4 januari" is one day, and its number tells which
    let bare_weekday = |one: &Found, next: &Found| {
        weekday(&plain[one.range.clone()]).is_some()
            && matches!(plain.get(one.range.end..next.range.start), Some(" " | ", " | " de " | " the "))
            && weekday(&plain[next.range.clone()]).is_none()
            && matches!(next.start, Start::On(_))
    };
    let named: Vec<bool> = found.windows(2).map(|two| bare_weekday(&two[0], &two[1])).chain([false]).collect();
    let mut named = named.into_iter();
    found.retain(|_| !named.next().unwrap_or_default());
    found
}

/// "Per februari 1 stagiair": the number behind the month counts what follows it.
fn counts_what_follows(plain: &str, words: &str, end: usize) -> bool {
    const COUNTED: &[&str] = &[
        "stag", "leerling", "student", "plek", "plaats", "bbl", "bol", "mbo", "jong", "mensen", "man ", "kandida",
        "intern", "spot", "place", "trainee", "pupil",
    ];
    let after = plain[end..].trim_start_matches([' ', 'a', 'à', '-']);
    words.ends_with(|c: char| c.is_ascii_digit())
        && words.starts_with(|c: char| c.is_ascii_alphabetic())
        && COUNTED.iter().any(|word| after.starts_with(word))
}

fn number(captures: &Groups<'_>, group: usize) -> Option<u32> {
    captures.get(group)?.as_str().parse().ok()
}

/// The year that a group holds.
fn year(captures: &Groups<'_>, group: usize) -> Option<i32> {
    captures.get(group)?.as_str().parse().ok()
}

fn on(year: i32, month: u32, day: u32) -> Option<Start> {
    Day::new(year, month, day).map(Start::On)
}

/// Whether a folded text names a day of the week.
pub(super) fn names_a_weekday(plain: &str) -> bool {
    plain.split(|c: char| !c.is_alphabetic()).any(|word| weekday(word.strip_suffix('s').unwrap_or(word)).is_some())
}

/// Whether a word is the full name of a month.
pub(super) fn is_month(word: &str) -> bool {
    word.chars().count() > 2 && month_number(word).is_some() && FULL_MONTHS.contains(&word)
}

const FULL_MONTHS: &[&str] = &[
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
    "january",
    "february",
    "march",
    "may",
    "june",
    "july",
    "august",
    "october",
];

fn month_number(name: &str) -> Option<u32> {
    const NAMES: &[(&str, u32)] = &[
        ("jan", 1),
        ("feb", 2),
        ("mrt", 3),
        ("maa", 3),
        ("mar", 3),
        ("apr", 4),
        ("mei", 5),
        ("may", 5),
        ("jun", 6),
        ("jul", 7),
        ("aug", 8),
        ("sep", 9),
        ("okt", 10),
        ("oct", 10),
        ("nov", 11),
        ("dec", 12),
    ];
    NAMES.iter().find(|(start, _)| name.starts_with(start)).map(|(_, number)| *number)
}

fn month(name: &str, year: Option<i32>, today: Day) -> Option<Start> {
    let month = month_number(name)?;
    Some(year.map_or_else(|| next_month(month, today), |year| Start::Month(year, month)))
}

/// The next such month; this month counts.
fn next_month(month: u32, today: Day) -> Start {
    let (year, now, _) = today.ymd();
    Start::Month(if month < now { year + 1 } else { year }, month)
}

fn day_of_month(name: &str, day: u32, year: Option<i32>, today: Day) -> Option<Start> {
    let month = month_number(name)?;
    match year {
        Some(year) => on(year, month, day),
        None => next_day(month, day, today),
    }
}

/// The next such day. A day of the last two weeks is meant as past: it is no date to propose.
fn next_day(month: u32, day: u32, today: Day) -> Option<Start> {
    let this_year = Day::new(today.ymd().0, month, day)?;
    if this_year.days_since(today) < 0 {
        return Day::new(today.ymd().0 + 1, month, day).map(Start::On);
    }
    Some(Start::On(this_year))
}

fn quarter(which: u32, year: Option<i32>, today: Day) -> Start {
    let first = which * 3 - 2;
    let (this_year, now, _) = today.ymd();
    Start::Month(year.unwrap_or(if first + 2 < now { this_year + 1 } else { this_year }), first)
}

fn week(number: u32, year: Option<i32>, today: Day) -> Option<Start> {
    let of = |year: i32| chrono::NaiveDate::from_isoywd_opt(year, number, Weekday::Mon).map(Day);
    if let Some(year) = year {
        return of(year).map(Start::On);
    }
    let this_year = of(today.0.iso_week().year());
    match this_year {
        Some(day) if day.days_since(today) > -7 => Some(Start::On(day)),
        _ => of(today.0.iso_week().year() + 1).map(Start::On),
    }
}

fn monday(day: Day) -> Day {
    day.plus(-i64::from(day.0.weekday().num_days_from_monday()))
}

fn months_on(today: Day, months: u32) -> Start {
    let (year, month, _) = today.ymd();
    let total = month - 1 + months;
    Start::Month(year + i32::try_from(total / 12).unwrap_or(0), total % 12 + 1)
}

fn count(word: &str) -> u32 {
    match word {
        "een" | "a" | "one" => 1,
        "twee" | "two" | "a couple of" | "een paar" | "a few" | "enkele" => 2,
        "drie" | "three" => 3,
        "vier" | "four" => 4,
        "vijf" | "five" => 5,
        "zes" | "six" => 6,
        "acht" | "eight" => 8,
        digits => digits.parse().unwrap_or(1),
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    const NAMES: &[(&str, Weekday)] = &[
        ("maandag", Weekday::Mon),
        ("dinsdag", Weekday::Tue),
        ("woensdag", Weekday::Wed),
        ("donderdag", Weekday::Thu),
        ("vrijdag", Weekday::Fri),
        ("zaterdag", Weekday::Sat),
        ("zondag", Weekday::Sun),
        ("monday", Weekday::Mon),
        ("tuesday", Weekday::Tue),
        ("wednesday", Weekday::Wed),
        ("thursday", Weekday::Thu),
        ("friday", Weekday::Fri),
        ("saturday", Weekday::Sat),
        ("sunday", Weekday::Sun),
    ];
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, day)| *day)
}

/// Easter Sunday by Gauss's rule in its Gregorian form.
fn easter(year: i32) -> Option<Day> {
    let century = year / 100;
    let golden = year % 19;
    let moon = (19 * golden + century - century / 4 - (8 * century + 13) / 25 + 15) % 30;
    let full = moon - (golden + 11 * moon) / 319;
    let sunday = (2 * (century % 4) + 2 * (year % 100 / 4) - year % 100 % 4 - full + 32) % 7;
    let month = (full + sunday + 90) / 25;
    let day = (full + sunday + month + 19) % 32;
    Day::new(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

/// The next day that lies so many days after Easter Sunday.
fn after_easter(today: Day, days: i64) -> Option<Start> {
    let year = today.ymd().0;
    [year, year + 1]
        .into_iter()
        .filter_map(|year| Some(easter(year)?.plus(days)))
        .find(|day| *day >= today)
        .map(Start::On)
}

/// The first working day from `day` on (Monday to Friday; public holidays are not known here).
pub fn working_day(day: Day) -> Day {
    match day.0.weekday() {
        Weekday::Sat => day.plus(2),
        Weekday::Sun => day.plus(1),
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => day,
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::folded;
    use super::*;

    #[test]
    fn each_convention_resolves_against_the_day_of_the_mail() {
        let today = Day::parse("2026-11-24").unwrap();
        for (text, wanted) in [
            ("per 1 feb", "2027-02-01"),
            ("vanaf 15 maart 2028", "2028-03-15"),
            ("on January 4th", "2027-01-04"),
            ("01-02-2027", "2027-02-01"),
            ("terug op 3/12", "2026-12-03"),
            ("per februari", "2027-02"),
            ("medio maart", "2027-03"),
            ("vanaf week 6", "2027-02-08"),
            ("begin Q2", "2027-04"),
            ("tweede kwartaal", "2027-04"),
            ("na de zomer", "2027-09"),
            ("volgend schooljaar", "2027-09"),
            ("na de bouwvak", "2027-08"),
            ("na de kerst", "2027-01"),
            ("in het nieuwe jaar", "2027-01"),
            ("na carnaval", "2027-02-10"),
            ("over een half jaar", "2027-05"),
            ("over twee weken", "2026-12-08"),
            ("volgende week dinsdag", "2026-12-01"),
            ("aanstaande vrijdag", "2026-11-27"),
            ("morgen", "2026-11-25"),
            ("per direct", "2026-11"),
            ("until monday, january 4th", "2027-01-04"),
            ("terug op maandag 4 januari", "2027-01-04"),
            ("per februari 2 stagiairs", "2027-02"),
            ("from the new school year", "2027-09"),
            ("eind mei", "2027-05"),
        ] {
            let found = find(&folded(text), today);
            assert_eq!(found.first().map(|found| found.start.to_string()).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn easter_falls_where_the_calendar_has_it() {
        for (year, day) in [
            (2024, "2024-03-31"),
            (2025, "2025-04-20"),
            (2026, "2026-04-05"),
            (2027, "2027-03-28"),
            (2030, "2030-04-21"),
            (2038, "2038-04-25"),
        ] {
            assert_eq!(easter(year).map(|day| day.to_string()).as_deref(), Some(day));
        }
    }

    #[test]
    fn words_that_only_look_like_months_are_none() {
        let today = Day::parse("2026-11-24").unwrap();
        assert_eq!(find("we may have one spot", today), []);
        assert_eq!(find("de mar en de dec", today), []);
    }
}
