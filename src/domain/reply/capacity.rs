//! Places, levels, tracks, periods: what a sentence offers, in numbers. Counts of interns who are there already,
//! ages, weeks, days and house numbers are no places; what is negated does not count.

use super::clauses::Clauses;
use super::dates::{self, Today};
use super::intent::{Heard, contains_word, span_in};
use super::levels::levels;
use super::periods::period;
use super::places::{Count, NUMBER, places, value};
use super::reading::{Capacity, Intent, Span, Start};
use super::shape::Shape;
use super::words::unfolded;
use crate::domain::words::{Level, Track};
use std::borrow::Cow;
use std::sync::LazyLock;

struct Shapes {
    days: Shape,
    role: Shape,
    apart: Shape,
    correction: Shape,
    anew: Shape,
}

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| Shapes {
    days: Shape::new(format!(
        r"\b({NUMBER})\s+(?:dagen|dag|days?)\s+(?:per|in de|in|a|p\.?/?)\s?(?:week|wk)|\b({NUMBER})\s+(?:dagen|dag) (?:pw|p/w)"
    )),
    role: Shape::new(
        r"\b(?:als|voor een|for an?|as(?: an?)?|functie:?|opleiding|rol:?|role:?)\s+([a-z][a-z/&-]+(?: [a-z][a-z/&-]+){0,3})",
    ),
    apart: Shape::new(format!(
        r"\b({NUMBER})\s+(?:x\s+)?(?:(?:plek|plaats|stud|leerl|stag|place|intern|trainee)\w*\s+)?(?:als|as|op niveau|niveau|nivo|van niveau|at level|of level|level|hbo|mbo)\b"
    )),
    correction: Shape::new(format!(
        r"\b(?:of nee|nee,? wacht|no,? wait|no,? sorry|sorry,? nee|correctie|correction|make that|make it|maak (?:er|daar)(?: maar)?|of liever|or rather|oftewel|beter nog)\b[^.!?]{{0,24}}?\b({NUMBER})\b"
    )),
    anew: Shape::new(
        r"\b(?:nee,? wacht|of nee|no,? wait|no,? sorry|maak (?:er|daar)|make (?:that|it)|correctie|correction)\b",
    ),
});

/// The expressions that are looked for in every sentence.
pub(super) fn shapes() -> Vec<&'static Shape> {
    let Shapes { days, role, apart, correction, anew } = &*SHAPES;
    vec![days, role, apart, correction, anew]
}

/// Words at which the name of a role ends.
const NO_ROLE: &[&str] = &[
    "niveau",
    "nivo",
    "level",
    "vanaf",
    "per",
    "van",
    "voor",
    "in",
    "bij",
    "mbo",
    "hbo",
    "bol",
    "bbl",
    "en",
    "and",
    "of",
    "from",
    "to",
    "plaatsen",
    "plaats",
    "te",
    "met",
    "with",
    "op",
    "on",
    "at",
    "aan",
    "for",
    "starting",
    "start",
    "die",
    "dat",
    "who",
    "kan",
    "kunnen",
    "mag",
    "can",
    "is",
    "wel",
    "graag",
    "please",
    "vier",
    "drie",
    "twee",
    "dagen",
    "days",
    "via",
    "we",
    "het",
    "ze",
    "er",
    "je",
    "een",
    "a",
    "ik",
    "wij",
    "u",
    "jullie",
    "hij",
    "zij",
    "dit",
    "stagiair",
    "stagiaire",
    "student",
    "studenten",
    "leerling",
    "leerlingen",
    "intern",
    "interns",
    "bedrijf",
    "leerbedrijf",
    "the",
    "soon",
    "long",
    "well",
    "our",
    "that",
    "deze",
    "groep",
    "plek",
    "place",
    "places",
    "niet",
    "iemand",
    "geen",
    "nog",
    "dan",
    "ook",
    "maar",
    "de",
    "hun",
    "jij",
    "u",
    "they",
    "you",
    "i",
];

/// What one sentence offers.
#[derive(Debug, Clone, Default)]
pub(super) struct Fact {
    pub(super) places: Option<Count>,
    pub(super) levels: Vec<Level>,
    pub(super) tracks: Vec<Track>,
    pub(super) start: Option<Start>,
    /// Whether the start was given as one ("vanaf", "per"), and not only heard in a date.
    pub(super) firm: bool,
    pub(super) end: Option<Start>,
    pub(super) days: Option<u8>,
    pub(super) role: Option<String>,
    /// Whether it corrects what was said before: "of nee, drie".
    pub(super) corrects: bool,
    pub(super) evidence: Vec<Span>,
}

/// An offer, and whether its start is firm.
#[derive(Default)]
struct Offer {
    capacity: Capacity,
    firm: bool,
}

/// The offers in a reply, in their order: one, unless several are told apart by number and period, level or role.
pub fn offers(text: &str, heard: &[Heard], today: Today<'_>) -> Vec<Capacity> {
    const PAST: &[&str] = &[
        "vorig jaar",
        "vorig schooljaar",
        "vorige keer",
        "vorige week",
        "vroeger",
        "destijds",
        "last year",
        "last time",
    ];
    let shapes = &*SHAPES;
    let mut until: Option<Start> = None;
    let mut offers: Vec<Offer> = Vec::new();
    for sentence in heard {
        let said = |label: Intent| sentence.weight(label) >= 0.5;
        let past = PAST.iter().any(|words| contains_word(&sentence.plain, words));
        let refused = said(Intent::Declined) || sentence.clauses.not_now.is_some();
        let until_then = !sentence.clauses.coming;
        let limits = [
            "alleen",
            "uitsluitend",
            "enkel",
            "wel",
            "only",
            "prima",
            "is goed",
            "is fine",
            "moet",
            "moeten",
            "must",
            "have to",
            "should",
        ];
        let limits = limits.iter().any(|word| contains_word(&sentence.plain, word));
        if !said(Intent::Interested) && (past || refused && until_then && !limits) {
            // "tot de bouwvak vol" still tells what "daarna" points at
            fact(text, sentence, today, shapes, &mut until);
            continue;
        }
        for piece in pieces(text, sentence, shapes) {
            let fact = fact(text, &piece, today, shapes, &mut until);
            if offers.is_empty() || offers.last().is_some_and(|last| is_another(&last.capacity, &fact)) {
                offers.push(Offer::default());
            }
            if let Some(offer) = offers.last_mut() {
                merge(offer, fact);
            }
        }
    }
    let mut offers: Vec<Capacity> = offers.into_iter().map(|offer| offer.capacity).collect();
    // "Allemaal vanaf april" is said once for all
    if offers.len() > 1 {
        let said: Vec<Start> = offers.iter().filter_map(|offer| offer.start).collect();
        if let [start] = said[..] {
            for offer in &mut offers {
                offer.start = Some(start);
            }
        }
    }
    offers.retain(|offer| {
        offer.places.is_some() || offer.start.is_some() || !offer.levels.is_empty() || !offer.tracks.is_empty()
    });
    offers
}

/// The sentence, or its pieces where each counts places of its own: "1 als kok, niveau 3, en 2 als gastheer".
fn pieces<'a>(text: &str, sentence: &'a Heard, shapes: &Shapes) -> Vec<Cow<'a, Heard>> {
    let counts = sentence.plain.find_iter(&shapes.apart).take(8).map(|found| found.start());
    let starts: Vec<usize> = counts.filter(|at| !is_level(&sentence.plain, *at)).collect();
    if starts.len() < 2 {
        return vec![Cow::Borrowed(sentence)];
    }
    let words = &text[sentence.range.clone()];
    let mut from = 0;
    let ends = starts[1..].iter().copied().chain([sentence.plain.len()]);
    ends.map(|to| {
        let piece = unfolded(words, &sentence.plain, &(from..to));
        let range = sentence.range.start + piece.start..sentence.range.start + piece.end;
        let plain = sentence.plain.piece(from..to);
        from = to;
        Cow::Owned(Heard {
            range,
            span: sentence.span.clone(),
            clauses: Clauses::of(&plain),
            plain,
            said: sentence.said.clone(),
        })
    })
    .collect()
}

/// Whether the number at this place is that of a level.
fn is_level(plain: &str, at: usize) -> bool {
    let before = plain[..at].trim_end_matches([' ', '-', ':']);
    let named = ["niveau", "nivo", "niv", "niv.", "level", "lvl", "mbo", "levels", "niveaus"];
    named.iter().any(|word| before.ends_with(word)) || before.ends_with(|c: char| c.is_ascii_digit())
}

/// Whether what a sentence offers is another offer than the last one.
fn is_another(last: &Capacity, fact: &Fact) -> bool {
    let both = last.places.is_some() && fact.places.is_some() && !fact.corrects;
    let start = last.start.is_some() && fact.start.is_some() && last.start != fact.start;
    let role = last.role.is_some() && fact.role.is_some() && last.role != fact.role;
    let levels = !last.levels.is_empty() && !fact.levels.is_empty() && last.levels != fact.levels;
    both && (start || role || levels)
}

fn merge(offer: &mut Offer, fact: Fact) {
    let found = &mut offer.capacity;
    if let Some((least, most)) = fact.places
        && (found.places.is_none() || fact.corrects)
    {
        found.places = Some(least);
        found.places_max = most;
    }
    for level in fact.levels {
        if !found.levels.contains(&level) {
            found.levels.push(level);
        }
    }
    for track in fact.tracks {
        if !found.tracks.contains(&track) {
            found.tracks.push(track);
        }
    }
    found.levels.sort_unstable();
    found.tracks.sort_unstable();
    if fact.start.is_some() && (found.start.is_none() || fact.corrects || fact.firm && !offer.firm) {
        found.start = fact.start;
        offer.firm = fact.firm;
    }
    found.end = found.end.or(fact.end);
    found.days_per_week = found.days_per_week.or(fact.days);
    found.role = found.role.take().or(fact.role);
    found.evidence.extend(fact.evidence);
    found.evidence.sort_by_key(|span| span.start);
    found.evidence.dedup();
}

fn fact(text: &str, sentence: &Heard, today: Today<'_>, shapes: &Shapes, until: &mut Option<Start>) -> Fact {
    let plain = &sentence.plain;
    let mut fact = Fact::default();
    let asks = plain.trim_end().ends_with('?') && sentence.weight(Intent::Interested) < 0.5;
    let dates = if asks { Vec::new() } else { dates::find_in(plain, today) };
    fact.corrects = plain.holds(&shapes.anew);
    let corrected = plain.captures(&shapes.correction).and_then(|found| {
        let number = found.get(1)?;
        let is_date = dates.iter().any(|date| date.range.contains(&number.start()));
        (!is_date).then_some(((value(number.as_str())?, None), number.range()))
    });
    let welcome = sentence.weight(Intent::Interested) >= 0.5;
    let listed = || {
        let found = plain.captures(&shapes.apart)?.get(1)?;
        let opens = plain[..found.start()].split_whitespace().count() <= 4 && !is_level(plain, found.start());
        opens.then_some(((value(found.as_str())?, None), found.range()))
    };
    let counted = || places(text, sentence, &dates, welcome);
    if !asks && let Some((places, range)) = corrected.or_else(counted).or_else(listed) {
        fact.places = Some(places);
        fact.evidence.push(span_in(text, sentence, &range));
    }
    if let Some(found) = plain.captures(&shapes.days) {
        fact.days = found
            .get(1)
            .or(found.get(2))
            .and_then(|word| value(word.as_str()))
            .and_then(|days| u8::try_from(days).ok())
            .filter(|days| *days <= 7);
    }
    levels(text, sentence, &mut fact);
    if !asks {
        period(text, sentence, &dates, until, &mut fact);
    }
    fact.role = plain.captures_iter(&shapes.role).take(4).find_map(|found| role(found.get(1)?.as_str()));
    fact
}

/// The name of a role, as far as it goes; `None` where it is none.
fn role(words: &str) -> Option<String> {
    let named: Vec<&str> = words.split(' ').take_while(|word| !NO_ROLE.contains(word)).collect();
    let name = named.join(" ");
    (name.chars().count() > 2).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::super::intent::hear;
    use super::super::periods::follow_up;
    use super::*;
    use crate::domain::time::Day;
    use crate::domain::words::{Level, Track};

    fn read(text: &str) -> Vec<Capacity> {
        offers(text, &hear(text), Day::parse("2026-11-24").unwrap().into())
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
        let day = |text: &str| follow_up(text, &hear(text), today.into()).map(|(day, _)| day.to_string());
        assert_eq!(day("Bel me in april nog eens.").as_deref(), Some("2027-04-01"));
        assert_eq!(day("Na de zomer twee plekken, bel me dan."), None);
    }
}
