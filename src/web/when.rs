//! Dates and times as people say them, in both languages, seen from a moment; the exact time stays at hand in
//! the `datetime` and `title` of the `<time>` element.

use crate::domain::time::{Day, Moment};
use crate::domain::words::Lang;
use askama::filters::HtmlSafe;
use chrono::{Datelike, Timelike};
use std::fmt;

const DAYS: [(&str, &str, &str, &str); 7] = [
    ("ma", "maandag", "Mon", "Monday"),
    ("di", "dinsdag", "Tue", "Tuesday"),
    ("wo", "woensdag", "Wed", "Wednesday"),
    ("do", "donderdag", "Thu", "Thursday"),
    ("vr", "vrijdag", "Fri", "Friday"),
    ("za", "zaterdag", "Sat", "Saturday"),
    ("zo", "zondag", "Sun", "Sunday"),
];

const MONTHS: [(&str, &str); 12] = [
    ("januari", "January"),
    ("februari", "February"),
    ("maart", "March"),
    ("april", "April"),
    ("mei", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("augustus", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("december", "December"),
];

/// A `<time>` element; also the plain words by [`When::words`].
#[derive(Debug, Clone)]
pub struct When {
    exact: String,
    long: String,
    words: String,
}

impl When {
    /// A moment seen from `now`: "vanochtend om 08:12", "gisteren om 16:20", "do 26 november om 09:00".
    pub fn moment(lang: Lang, now: Moment, moment: Moment) -> Self {
        let (local, day) = (moment.local(), moment.day());
        let clock = format!("{:02}:{:02}", local.hour(), local.minute());
        let at = lang.t("om", "at");
        let words = if day == now.day() {
            let part = match local.hour() {
                0..6 => lang.t("vannacht", "tonight"),
                6..12 => lang.t("vanochtend", "this morning"),
                12..18 => lang.t("vanmiddag", "this afternoon"),
                _ => lang.t("vanavond", "this evening"),
            };
            format!("{part} {at} {clock}")
        } else {
            format!("{} {at} {clock}", near_day(lang, now.day(), day))
        };
        Self { exact: moment.to_string(), long: format!("{}, {clock}", long_day(lang, day)), words }
    }

    /// A moment in as few letters as a list has room for: "08:12" today, "gisteren", "26 nov" this year, "4 jan 2027".
    pub fn short(lang: Lang, now: Moment, moment: Moment) -> Self {
        let day = moment.day();
        let clock = || format!("{:02}:{:02}", moment.local().hour(), moment.local().minute());
        let words = if day == now.day() { clock() } else { Self::short_day(lang, now.day(), day).words };
        Self { words, ..Self::moment(lang, now, moment) }
    }

    /// A day in as few letters: "vandaag", "26 nov", "4 jan 2027".
    pub fn short_day(lang: Lang, today: Day, day: Day) -> Self {
        let (year, month, number) = day.ymd();
        let words = match day.days_since(today) {
            -1..=1 => near_day(lang, today, day),
            _ if year == today.ymd().0 => format!("{number} {}", short_month(lang, month)),
            _ => format!("{number} {} {year}", short_month(lang, month)),
        };
        Self { words, ..Self::day(lang, today, day) }
    }

    /// A day seen from `today`: "vandaag", "morgen", "do 26 november", "ma 4 januari 2027".
    pub fn day(lang: Lang, today: Day, day: Day) -> Self {
        Self { exact: day.to_string(), long: long_day(lang, day), words: near_day(lang, today, day) }
    }

    /// The words alone, for a sentence, an attribute or a plain text.
    pub fn words(&self) -> &str {
        &self.words
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<time datetime="{}" title="{}">{}</time>"#, self.exact, self.long, self.words)
    }
}

// All three texts are made here, of digits and fixed words.
impl HtmlSafe for When {}

/// "Dinsdag 24 november" as a page's title says it: long name of the day, no year.
pub fn title_day(lang: Lang, day: Day) -> String {
    let (_, month, number) = day.ymd();
    let name = day_names(day);
    let text = format!("{} {number} {}", lang.t(name.1, name.3), month_name(lang, month));
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// "donderdag 26 november 2026".
pub fn long_day(lang: Lang, day: Day) -> String {
    let (year, month, number) = day.ymd();
    let name = day_names(day);
    format!("{} {number} {} {year}", lang.t(name.1, name.3), month_name(lang, month))
}

/// "februari", "February"; the number is 1–12.
pub fn month_name(lang: Lang, month: u32) -> &'static str {
    let (nl, en) = MONTHS[(month.clamp(1, 12) - 1) as usize];
    lang.t(nl, en)
}

/// "feb", "mrt": as people cut it off.
fn short_month(lang: Lang, month: u32) -> &'static str {
    let name = month_name(lang, month);
    if name == "maart" { "mrt" } else { name.get(..3).unwrap_or(name) }
}

fn near_day(lang: Lang, today: Day, day: Day) -> String {
    match day.days_since(today) {
        0 => return lang.t("vandaag", "today").to_owned(),
        1 => return lang.t("morgen", "tomorrow").to_owned(),
        -1 => return lang.t("gisteren", "yesterday").to_owned(),
        _ => {}
    }
    let (year, month, number) = day.ymd();
    let name = day_names(day);
    let text = format!("{} {number} {}", lang.t(name.0, name.2), month_name(lang, month));
    if year == today.ymd().0 { text } else { format!("{text} {year}") }
}

fn day_names(day: Day) -> (&'static str, &'static str, &'static str, &'static str) {
    DAYS[day.0.weekday().num_days_from_monday() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lang: Lang, moment: &str) -> String {
        let now = Moment::parse("2026-11-24T10:00:00Z").unwrap();
        When::moment(lang, now, Moment::parse(moment).unwrap()).words().to_owned()
    }

    #[test]
    fn moments_are_said_as_people_say_them() {
        for (moment, nl, en) in [
            ("2026-11-24T07:12:00Z", "vanochtend om 08:12", "this morning at 08:12"),
            ("2026-11-24T19:00:00Z", "vanavond om 20:00", "this evening at 20:00"),
            ("2026-11-23T15:20:00Z", "gisteren om 16:20", "yesterday at 16:20"),
            ("2026-11-26T08:00:00Z", "do 26 november om 09:00", "Thu 26 November at 09:00"),
            ("2027-01-04T08:00:00Z", "ma 4 januari 2027 om 09:00", "Mon 4 January 2027 at 09:00"),
        ] {
            assert_eq!(said(Lang::Nl, moment), nl);
            assert_eq!(said(Lang::En, moment), en);
        }
    }

    #[test]
    fn a_list_says_moments_in_few_letters() {
        let now = Moment::parse("2026-11-24T10:00:00Z").unwrap();
        for (moment, nl, en) in [
            ("2026-11-24T07:12:00Z", "08:12", "08:12"),
            ("2026-11-23T15:20:00Z", "gisteren", "yesterday"),
            ("2026-03-06T08:00:00Z", "6 mrt", "6 Mar"),
            ("2025-05-04T08:00:00Z", "4 mei 2025", "4 May 2025"),
        ] {
            let moment = Moment::parse(moment).unwrap();
            assert_eq!(When::short(Lang::Nl, now, moment).words(), nl);
            assert_eq!(When::short(Lang::En, now, moment).words(), en);
        }
    }

    #[test]
    fn the_exact_time_is_at_hand() {
        let now = Moment::parse("2026-11-24T10:00:00Z").unwrap();
        assert_eq!(
            When::day(Lang::Nl, now.day(), now.day().plus(2)).to_string(),
            r#"<time datetime="2026-11-26" title="donderdag 26 november 2026">do 26 november</time>"#
        );
        assert_eq!(title_day(Lang::Nl, now.day()), "Dinsdag 24 november");
    }
}
