//! Places, levels, tracks, periods: what a sentence offers, in numbers. Counts of interns who are there already,
//! ages, weeks, days and house numbers are no places; what is negated does not count.
//! Long because number, role, level and period of one offer are read from one sentence together.

use super::dates::{self, Found};
use super::intent::{Heard, contains_word, span_in};
use super::reading::{Capacity, Intent, Span, Start};
use crate::domain::time::Day;
use crate::domain::words::{Level, Track};
use regex::Regex;
use std::sync::LazyLock;

const NUMBER: &str = r"\d{1,2}|een|eentje|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|twaalf|one|two|three|four|five|six|seven|eight|nine|ten";
const NOUN: &str = r"(?:stage-?|leer-?|leerwerk-?|werk-?|bbl-?|bol-?|afstudeer-?|snuffelstage-?)?(?:plek(?:ken|je|jes|kie|kies)?|plaats(?:en|je)?)|stagi?aires?|stagiairs?|stagiaires|stagiaars?|stageloper(?:s)?|student(?:en|es|s)?|leerling(?:en)?|leerling-?\w+|(?:bbl|bol)'?[- ]?(?:er|ers|leerling(?:en)?|student(?:en)?|plek(?:ken)?)|jongens|jongeren|mensen|man|stages|interns?|internships?|trainees?|apprentices?|spots?|places?|positions?|openings?|vacatures?|placements?|kandidaten|kandidaat|dames|meiden|handen";

struct Shapes {
    counted: Regex,
    fits: Regex,
    listed: Regex,
    at_most: Regex,
    wanted: Regex,
    levels: Regex,
    schools: Regex,
    days: Regex,
    digit: Regex,
    role: Regex,
}

static SHAPES: LazyLock<Option<Shapes>> = LazyLock::new(|| {
    Some(Shapes {
        counted: Regex::new(&format!(
            r"\b({NUMBER})(?:\s*(?:a|of|to|or|-|tot|t/m)\s*({NUMBER}))?(?:\s+(?:extra|vrije|nieuwe|open|leuke|enthousiaste|gemotiveerde|mbo|hbo|bbl|bol|goede|available|free|new|more|motivated|software|nog|à|andere|voltijd|mbo-?\d|derde|tweede|eerste|[a-z]+s?)){{0,3}}?\s+(?:{NOUN})\b"
        ))
        .ok()?,
        fits: Regex::new(&format!(
            r"\b({NUMBER})(?:\s*(?:a|of|to|or|-|tot)\s*({NUMBER}))?\s+(?:[a-z]+\s+){{0,2}}?(?:terecht|kwijt|plaatsen|gebruiken|hebben|begeleiden|aannemen|ontvangen|kunnen|mogen|stuks)\b"
        ))
        .ok()?,
        listed: Regex::new(r"\b(\d{1,2})\s?x\s").ok()?,
        at_most: Regex::new(&format!(
            r"\b(?:max\.?|maximaal|hooguit|hoogstens|up to|at most|maximum|minimaal|min\.?|zeker|ongeveer|circa|ca\.?|nog|plek voor|ruimte voor|plaats voor|plekken:|plaatsen:|aantal:?|room for|space for)\s+(?:van |nog )?({NUMBER})(?:\s*(?:a|of|to|or|-|tot)\s*({NUMBER}))?(?:\s+(?:per|vanaf|voor|in|graag|stuks|tegelijk|at|from)\b|\s*[.,;!)]|\s*$)"
        ))
        .ok()?,
        wanted: Regex::new(r"\b(?:zoek(?:en)?|plek (?:is )?voor|plaats voor|ruimte voor|nog|looking for|room for|space for|welkom|kwijt) (?:nog |wel |we |wij |ik |naar |graag |per direct |een goede |een leuke )*(een|an?|one|iemand|someone)(?: (?:[a-z0-9]+ ){0,3}?(?:stagiair\w*|student|leerling|intern|trainee|bbl'?er|bol'?er|stageloper)\b|\b)").ok()?,
        levels: Regex::new(r"\b(?:niveau'?s?|nivo'?s?|niv\.?|lvl|level|levels|mbo[- ]?(?:niveau|niv\.?|nivo|level)?|n)\s*-?\s?([1-4])\b(-?(?:\s*(?:,|/|en|of|and|or|&|t/m|tot en met|tot|to|-|\+)\s*(?:niveau |niv\.? |nivo |level |mbo[- ]?)?[1-4]\b-?)*)").ok()?,
        schools: Regex::new(r"\b(hbo|vmbo|havo|vwo|vso|praktijkonderwijs|pro-leerling\w*|entree|wo|bbl|bol|snuffel(?:stage)?s?|snuffelaars?|university|universitair\w*)(?:'?ers?\b|[- ]?\w*)?").ok()?,
        days: Regex::new(&format!(r"\b({NUMBER})\s+(?:dagen|dag|days?)\s+(?:per|in de|in|a|p\.?/?)\s?(?:week|wk)|\b({NUMBER})\s+(?:dagen|dag) (?:pw|p/w)")).ok()?,
        digit: Regex::new(r"[1-4]").ok()?,
        role: Regex::new(r"(?:als|voor een|for an?|as an?|opleiding)\s+([a-z-]+(?:\s(?:medewerker|verzorgende|student|monteur|begeleider|assistent))?)\b").ok()?,
    })
});

/// The lower number of places, and the upper one of a range.
type Count = (u32, Option<u32>);

/// What one sentence offers.
#[derive(Debug, Clone, Default)]
struct Fact {
    places: Option<Count>,
    levels: Vec<Level>,
    tracks: Vec<Track>,
    start: Option<Start>,
    end: Option<Start>,
    days: Option<u8>,
    role: Option<String>,
    evidence: Vec<Span>,
}

/// The offers in a reply, in their order: one, unless several are told apart by number and period.
pub fn offers(text: &str, heard: &[Heard], today: Day) -> Vec<Capacity> {
    let Some(shapes) = SHAPES.as_ref() else { return Vec::new() };
    let mut facts: Vec<Fact> = Vec::new();
    let mut until: Option<Start> = None;
    for sentence in heard {
        if contains_word(&sentence.plain, "vorig jaar") && sentence.weight(Intent::Interested) < 0.5 {
            continue;
        }
        facts.push(fact(text, sentence, today, shapes, &mut until));
    }
    let mut offers: Vec<Capacity> = Vec::new();
    for fact in facts {
        let apart = offers.last().is_some_and(|last: &Capacity| {
            last.places.is_some()
                && fact.places.is_some()
                && fact.start.is_some()
                && last.start.is_some()
                && last.start != fact.start
        });
        if apart || offers.is_empty() {
            offers.push(Capacity::default());
        }
        if let Some(offer) = offers.last_mut() {
            merge(offer, fact);
        }
    }
    offers.retain(|offer| {
        offer.places.is_some() || offer.start.is_some() || !offer.levels.is_empty() || !offer.tracks.is_empty()
    });
    offers
}

fn merge(offer: &mut Capacity, fact: Fact) {
    if let (None, Some((least, most))) = (offer.places, fact.places) {
        offer.places = Some(least);
        offer.places_max = most;
    }
    for level in fact.levels {
        if !offer.levels.contains(&level) {
            offer.levels.push(level);
        }
    }
    for track in fact.tracks {
        if !offer.tracks.contains(&track) {
            offer.tracks.push(track);
        }
    }
    offer.levels.sort_unstable();
    offer.tracks.sort_unstable();
    offer.start = offer.start.or(fact.start);
    offer.end = offer.end.or(fact.end);
    offer.days_per_week = offer.days_per_week.or(fact.days);
    offer.role = offer.role.take().or(fact.role);
    offer.evidence.extend(fact.evidence);
    offer.evidence.sort_by_key(|span| span.start);
    offer.evidence.dedup();
}

fn fact(text: &str, sentence: &Heard, today: Day, shapes: &Shapes, until: &mut Option<Start>) -> Fact {
    let plain = &sentence.plain;
    let mut fact = Fact::default();
    let asks = plain.trim_end().ends_with('?') && sentence.weight(Intent::Interested) < 0.5;
    if !asks && let Some((places, range)) = places(plain, shapes) {
        fact.places = Some(places);
        fact.evidence.push(span_in(text, sentence, &range));
    }
    if let Some(found) = shapes.days.captures(plain) {
        fact.days = found
            .get(1)
            .or(found.get(2))
            .and_then(|word| value(word.as_str()))
            .and_then(|days| u8::try_from(days).ok())
            .filter(|days| *days <= 7);
    }
    levels(text, sentence, shapes, &mut fact);
    if !asks {
        period(text, sentence, today, until, &mut fact);
    }
    if fact.places.is_some() {
        fact.role =
            shapes.role.captures(plain).and_then(|found| Some(found.get(1)?.as_str().to_owned())).filter(|role| {
                ![
                    "stagiair",
                    "stagiaire",
                    "student",
                    "leerling",
                    "intern",
                    "bedrijf",
                    "we",
                    "het",
                    "ze",
                    "er",
                    "je",
                    "dat",
                    "die",
                    "een",
                ]
                .contains(&role.as_str())
            });
    }
    fact
}

/// The number of places that a sentence offers, and where it says so.
fn places(plain: &str, shapes: &Shapes) -> Option<(Count, std::ops::Range<usize>)> {
    let listed: Vec<_> = shapes.listed.captures_iter(plain).collect();
    if let (Some(first), Some(last)) = (listed.first(), listed.last()) {
        let sum = listed.iter().filter_map(|found| value(found.get(1)?.as_str())).sum::<u32>();
        return Some(((sum, None), first.get(0)?.start()..last.get(0)?.end()));
    }
    for (shape, needs_cue) in [(&shapes.counted, true), (&shapes.fits, false), (&shapes.at_most, true)] {
        for found in shape.captures_iter(plain) {
            let (Some(whole), Some(first)) = (found.get(0), found.get(1)) else { continue };
            let Some(least) = value(first.as_str()).filter(|least| (1..=40).contains(least)) else { continue };
            if first.as_str() == "een" && needs_cue && !offers_one(plain, whole.start(), whole.as_str()) {
                continue;
            }
            if counts_something_else(plain, whole.start(), whole.end(), whole.as_str()) {
                continue;
            }
            let most = found.get(2).and_then(|word| value(word.as_str())).filter(|most| *most > least);
            return Some(((least, most), whole.range()));
        }
    }
    let found = shapes.wanted.find(plain)?;
    (!counts_something_else(plain, found.start(), found.end(), found.as_str())).then_some(((1, None), found.range()))
}

/// "een stagiair" is a number only where a place is offered to it.
fn offers_one(plain: &str, at: usize, words: &str) -> bool {
    let before = plain[..at].trim_end();
    let cue = [
        "voor", "nog", "kunnen", "kan", "wel", "zoeken", "zoek", "maximaal", "max", "slechts", "for", "have", "take",
        "host", "naar", "graag", "hebben", "heb", "is", "er", "ook",
    ];
    let last = before.rsplit(' ').next().unwrap_or_default();
    cue.contains(&last) || words.contains("plek") || words.contains("plaats") || words.contains("spot")
}

/// Interns who are there already, last year's, or a number that is refused.
fn counts_something_else(plain: &str, from: usize, to: usize, words: &str) -> bool {
    let before: Vec<&str> =
        plain[..from].split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect();
    let near = before.iter().rev().take(3);
    let negated = near
        .clone()
        .any(|word| matches!(*word, "geen" | "no" | "not" | "zonder" | "niveau" | "level" | "mbo" | "week" | "nivo"));
    let present = [
        "al ",
        "nu al",
        "momenteel al",
        "reeds",
        "already",
        "currently have",
        "vorig jaar",
        "last year",
        "hadden",
        "gehad",
        "afgelopen",
        "rondlopen",
        "lopen er",
        "loopt er",
        "in dienst",
        "werken hier",
        "werken er",
        "team van",
        "with a team",
        "bedrijf van",
        "employees",
        "medewerkers",
    ];
    let after = after_words(plain, to);
    let window_start = plain[..from].char_indices().rev().nth(40).map_or(0, |(at, _)| at);
    let window = &plain[window_start..to];
    negated
        || present.iter().any(|word| window.contains(word))
        || ["rondlopen", "lopen al", "al lopen", "gehad", "in dienst", "aan het werk"]
            .iter()
            .any(|word| after.contains(word))
        || words.contains("jaar")
}

fn after_words(plain: &str, from: usize) -> &str {
    plain[from..].char_indices().nth(40).map_or(&plain[from..], |(at, _)| &plain[from..from + at])
}

fn value(word: &str) -> Option<u32> {
    const WORDS: &[(&str, u32)] = &[
        ("een", 1),
        ("eentje", 1),
        ("one", 1),
        ("twee", 2),
        ("two", 2),
        ("drie", 3),
        ("three", 3),
        ("vier", 4),
        ("four", 4),
        ("vijf", 5),
        ("five", 5),
        ("zes", 6),
        ("six", 6),
        ("zeven", 7),
        ("seven", 7),
        ("acht", 8),
        ("eight", 8),
        ("negen", 9),
        ("nine", 9),
        ("tien", 10),
        ("ten", 10),
        ("twaalf", 12),
    ];
    WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value).or_else(|| word.parse().ok())
}

fn levels(text: &str, sentence: &Heard, shapes: &Shapes, fact: &mut Fact) {
    let plain = &sentence.plain;
    for found in shapes.levels.captures_iter(plain) {
        let Some(whole) = found.get(0) else { continue };
        if is_negated(plain, whole.start(), whole.end()) {
            continue;
        }
        let digits: Vec<u32> =
            shapes.digit.find_iter(whole.as_str()).filter_map(|digit| digit.as_str().parse().ok()).collect();
        let ranged = ["t/m", "tot", " to "].iter().any(|word| whole.as_str().contains(word))
            || whole.as_str().contains(['-']) && digits.len() == 2 && dashed(whole.as_str());
        let wanted: Vec<u32> = match (ranged, digits.first(), digits.last()) {
            (true, Some(first), Some(last)) if first < last => (*first..=*last).collect(),
            _ => digits,
        };
        for digit in wanted {
            let level = [Level::Mbo1, Level::Mbo2, Level::Mbo3, Level::Mbo4][digit as usize - 1];
            if !fact.levels.contains(&level) {
                fact.levels.push(level);
            }
        }
        fact.evidence.push(span_in(text, sentence, &whole.range()));
    }
    for found in shapes.schools.captures_iter(plain) {
        let (Some(whole), Some(word)) = (found.get(0), found.get(1)) else { continue };
        if is_negated(plain, whole.start(), whole.end()) {
            continue;
        }
        match word.as_str() {
            "bbl" => push(&mut fact.tracks, Track::Bbl),
            "bol" => push(&mut fact.tracks, Track::Bol),
            name if name.starts_with("snuffel") => push(&mut fact.tracks, Track::Snuffel),
            "hbo" => push(&mut fact.levels, Level::Hbo),
            "vmbo" => push(&mut fact.levels, Level::Vmbo),
            "havo" => push(&mut fact.levels, Level::Havo),
            "vwo" => push(&mut fact.levels, Level::Vwo),
            "vso" => push(&mut fact.levels, Level::Vso),
            "entree" if contains_word(plain, "entree") && !contains_word(plain, "de entree") => {
                push(&mut fact.levels, Level::Mbo1);
            }
            "praktijkonderwijs" => push(&mut fact.levels, Level::Praktijkonderwijs),
            "wo" if whole.as_str().starts_with("wo-") || whole.as_str() == "wo" && contains_word(plain, "hbo") => {
                push(&mut fact.levels, Level::Wo);
            }
            name if name.starts_with("pro-") => push(&mut fact.levels, Level::Praktijkonderwijs),
            name if name.starts_with("universit") => push(&mut fact.levels, Level::Wo),
            _ => continue,
        }
        fact.evidence.push(span_in(text, sentence, &whole.range()));
    }
}

/// "2-4" is a range; "1- of 2-studenten" is two.
fn dashed(words: &str) -> bool {
    let tight: String = words.chars().filter(|c| !c.is_whitespace()).collect();
    tight.as_bytes().windows(3).any(|three| three[0].is_ascii_digit() && three[1] == b'-' && three[2].is_ascii_digit())
}

fn push<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// "geen niveau 1", "niet bol", "niveau 1 niet": within three words in front, or right behind.
fn is_negated(plain: &str, from: usize, to: usize) -> bool {
    let clause = plain[..from].rsplit([',', ';', '(', ':']).next().unwrap_or_default();
    let before: Vec<&str> = clause.split_whitespace().rev().take(4).collect();
    let no = |word: &&str| {
        matches!(
            word.trim_matches(|c: char| !c.is_alphanumeric()),
            "geen" | "niet" | "no" | "not" | "zonder" | "behalve" | "without" | "except"
        )
    };
    let turned =
        before.iter().take_while(|word| !no(word)).any(|word| matches!(*word, "maar" | "but" | "wel" | "alleen"));
    let behind: Vec<&str> = after_words(plain, to).split_whitespace().take(3).collect();
    let after =
        matches!(behind.first().map(|word| word.trim_matches([',', '.', '!'])), Some("niet" | "liever" | "not"))
            && (behind.first() != Some(&"liever") || behind.get(1) == Some(&"niet"));
    before.iter().any(no) && !turned || after
}

/// When it starts and ends: a date with a word of beginning; "daarna" points back at an "until".
fn period(text: &str, sentence: &Heard, today: Day, until: &mut Option<Start>, fact: &mut Fact) {
    const BEGIN: &[&str] = &[
        "per ",
        "vanaf ",
        "from ",
        "starting ",
        "start ",
        "starten ",
        "as of ",
        "met ingang van ",
        "na ",
        "after ",
        "in ",
        "begin ",
        "medio ",
        "eind ",
        "half ",
        "rond ",
        "around ",
        "pas ",
        "mid ",
        "early ",
        "late ",
        "halverwege ",
        "volgend ",
        "komend ",
        "next ",
        "nieuwe ",
        "the new ",
        "beginning ",
    ];
    let plain = &sentence.plain;
    let found = dates::find(plain, today);
    let calls = is_call(plain);
    for date in &found {
        let words = &plain[date.range.clone()];
        let before = before_words(plain, date.range.start);
        let is_until = ends_with_until(before) || ["tot", "t/m", "until"].iter().any(|word| words.starts_with(word));
        if is_until {
            if fact.start.is_some()
                || plain[..date.range.start].contains("van ")
                || plain[..date.range.start].contains("from ")
            {
                fact.end = fact.end.or(Some(date.start));
            } else {
                *until = Some(date.start);
            }
            continue;
        }
        let begins = BEGIN.iter().any(|word| words.starts_with(word.trim_end()) || before.ends_with(word))
            || matches!(words, "per direct" | "per nu" | "meteen" | "nu al" | "immediately" | "right away")
            || words.starts_with("direct")
            || before.ends_with("van ");
        let offered = sentence.weight(Intent::Interested) > 0.0
            || fact.places.is_some()
            || sentence.weight(Intent::Later) > 0.0
            || begins;
        if begins && offered && !(calls && fact.places.is_none()) && !is_about_now(plain, date) && fact.start.is_none()
        {
            fact.start = Some(date.start);
            fact.evidence.push(span_in(text, sentence, &date.range));
        }
    }
    let then =
        ["daarna", "dan wel", "vanaf dan", "after that", "thereafter"].iter().any(|word| contains_word(plain, word));
    if then && fact.start.is_none() {
        fact.start = *until;
    }
}

/// A period that is over or full is no start: "in januari waren we vol".
fn is_about_now(plain: &str, date: &Found) -> bool {
    let near = after_words(plain, date.range.end);
    [
        " zitten we vol",
        " zijn we vol",
        " zijn we dicht",
        " waren",
        " was ",
        " hadden",
        " zitten wij vol",
        " is het te druk",
    ]
    .iter()
    .any(|words| near.starts_with(words))
}

fn before_words(plain: &str, at: usize) -> &str {
    let from = plain[..at].char_indices().rev().nth(24).map_or(0, |(at, _)| at);
    &plain[from..at]
}

fn ends_with_until(before: &str) -> bool {
    [
        "tot ",
        "t/m ",
        "tot en met ",
        "until ",
        "till ",
        "through ",
        "tot aan ",
        "tot en met eind ",
        "tot eind ",
        "tot begin ",
        "voor ",
    ]
    .iter()
    .any(|word| before.ends_with(word))
}

/// Whether a sentence asks to get in touch.
pub(super) fn is_call(plain: &str) -> bool {
    const CALLS: &[&str] = &[
        "bel",
        "bellen",
        "mail",
        "mailen",
        "app",
        "contact",
        "benader",
        "ping",
        "call",
        "e-mail",
        "email",
        "reach out",
        "get in touch",
        "check back",
        "probeer",
        "vraag",
        "kom terug",
        "terugkomen",
        "herinner",
        "try again",
        "ask again",
        "write",
        "get back",
        "come back",
        "remind",
        "laat weten",
        "laat ik",
        "hoor",
        "bespreken",
        "overleggen",
        "discuss",
        "terug",
        "meld",
        "spreken",
        "touch base",
        "let you know",
        "bericht",
        "contacteren",
    ];
    CALLS.iter().any(|word| contains_word(plain, word))
}

/// The day to get in touch again, with its words.
pub fn follow_up(text: &str, heard: &[Heard], today: Day) -> Option<(Day, Span)> {
    for sentence in heard {
        if !is_call(&sentence.plain) {
            continue;
        }
        for date in dates::find(&sentence.plain, today) {
            let words = &sentence.plain[date.range.clone()];
            let before = before_words(&sentence.plain, date.range.start);
            let calls_then = touches(&sentence.plain, &date);
            if calls_then
                && date.start.first_day() >= Day::new(today.ymd().0, today.ymd().1, 1)?
                && !words.contains("direct")
                && !words.contains("meteen")
                && !ends_with_until(before)
            {
                let day = date.start.first_day().max(today);
                return Some((day, span_in(text, sentence, &date.range)));
            }
        }
    }
    None
}

/// Whether the call and the date stand in one clause: "nu niet maar na de zomer twee plekken, bel me dan" has none.
fn touches(plain: &str, date: &Found) -> bool {
    let breaks = |c: char| matches!(c, ',' | ';' | ':');
    let from = plain[..date.range.start].rfind(breaks).map_or(0, |at| at + 1);
    let to = plain[date.range.end..].find(breaks).map_or(plain.len(), |at| date.range.end + at);
    let clause = &plain[from..to];
    let offers = ["plek", "plekken", "plaats", "plaatsen", "spots", "places", "stagiairs", "starten", "beginnen"]
        .iter()
        .any(|word| contains_word(clause, word));
    let and_then = clause.find(" en ").or_else(|| clause.find(" and "));
    let offered_first = offers && and_then.is_none_or(|at| !is_call(&clause[..at]));
    is_call(clause) && !offered_first
}

#[cfg(test)]
mod tests {
    use super::super::intent::hear;
    use super::*;

    fn read(text: &str) -> Vec<Capacity> {
        offers(text, &hear(text), Day::parse("2026-11-24").unwrap())
    }

    fn one(text: &str) -> Capacity {
        read(text).into_iter().next().unwrap_or_default()
    }

    #[test]
    fn places_are_read_from_figures_and_words() {
        for (text, least, most) in [
            ("Wij hebben twee plekken.", Some(2), None),
            ("Er is plek voor 2 à 3 stagiairs.", Some(2), Some(3)),
            ("Bij ons kunnen er drie terecht.", Some(3), None),
            ("Max. 4.", Some(4), None),
            ("We have room for one intern.", Some(1), None),
            ("3 x kok niveau 2, 1 x gastheer niveau 4.", Some(4), None),
            ("Wij hebben nu al drie stagiairs rondlopen.", None, None),
            ("Geen twee stagiairs tegelijk.", None, None),
            ("Stages duren hier 20 weken.", None, None),
        ] {
            let found = one(text);
            assert_eq!((found.places, found.places_max), (least, most), "{text}");
        }
    }

    #[test]
    fn levels_and_tracks_are_read_and_negated_ones_left_out() {
        let found = one("Geen niveau 1- of 2-studenten, maar niveau 3 en 4 BBL is prima, geen BOL.");
        assert_eq!(found.levels, [Level::Mbo3, Level::Mbo4]);
        assert_eq!(found.tracks, [Track::Bbl]);
        assert_eq!(one("Niveau 2 t/m 4 is goed.").levels, [Level::Mbo2, Level::Mbo3, Level::Mbo4]);
    }

    #[test]
    fn the_start_is_a_date_with_a_word_of_beginning() {
        assert_eq!(one("Twee plekken per 1 februari.").start.unwrap().to_string(), "2027-02-01");
        assert_eq!(one("Na de zomer twee plekken.").start.unwrap().to_string(), "2027-09");
        assert_eq!(one("Tot de bouwvak vol. Daarna 2 leerlingen.").start.unwrap().to_string(), "2027-08");
    }

    #[test]
    fn two_offers_with_their_own_period_stay_apart() {
        let found = read("Twee plekken vanaf februari. Drie plekken vanaf september.");
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].places, Some(3));
    }

    #[test]
    fn a_follow_up_needs_a_call_and_a_date_in_one_clause() {
        let today = Day::parse("2026-11-24").unwrap();
        let day = |text: &str| follow_up(text, &hear(text), today).map(|(day, _)| day.to_string());
        assert_eq!(day("Bel me in april nog eens.").as_deref(), Some("2027-04-01"));
        assert_eq!(day("Na de zomer twee plekken, bel me dan."), None);
    }
}
