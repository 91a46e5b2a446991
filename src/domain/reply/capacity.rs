//! Places, levels, tracks, periods: what a sentence offers, in numbers. Counts of interns who are there already,
//! ages, weeks, days and house numbers are no places; what is negated does not count.

use super::dates;
use super::intent::{Heard, contains_word, span_in};
use super::levels::levels;
use super::periods::period;
use super::places::{Count, NUMBER, places, value};
use super::reading::{Capacity, Intent, Span, Start};
use super::shape::Shape;
use crate::domain::time::Day;
use crate::domain::words::{Level, Track};
use std::sync::LazyLock;

struct Shapes {
    days: Shape,
    role: Shape,
}

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| Shapes {
    days: Shape::new(format!(
        r"\b({NUMBER})\s+(?:dagen|dag|days?)\s+(?:per|in de|in|a|p\.?/?)\s?(?:week|wk)|\b({NUMBER})\s+(?:dagen|dag) (?:pw|p/w)"
    )),
    role: Shape::new(
        r"(?:als|voor een|for an?|as an?|opleiding)\s+([a-z-]+(?:\s(?:medewerker|verzorgende|student|monteur|begeleider|assistent))?)\b",
    ),
});

/// What one sentence offers.
#[derive(Debug, Clone, Default)]
pub(super) struct Fact {
    pub(super) places: Option<Count>,
    pub(super) levels: Vec<Level>,
    pub(super) tracks: Vec<Track>,
    pub(super) start: Option<Start>,
    pub(super) end: Option<Start>,
    pub(super) days: Option<u8>,
    pub(super) role: Option<String>,
    pub(super) evidence: Vec<Span>,
}

/// The offers in a reply, in their order: one, unless several are told apart by number and period.
pub fn offers(text: &str, heard: &[Heard], today: Day) -> Vec<Capacity> {
    let shapes = &*SHAPES;
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
    let dates = if plain.trim_end().ends_with('?') && sentence.weight(Intent::Interested) < 0.5 {
        Vec::new()
    } else {
        dates::find(plain, today)
    };
    let welcome = sentence.weight(Intent::Interested) >= 0.5;
    let asks = plain.trim_end().ends_with('?') && sentence.weight(Intent::Interested) < 0.5;
    if !asks && let Some((places, range)) = places(plain, &dates, welcome) {
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
    levels(text, sentence, &mut fact);
    if !asks {
        period(text, sentence, &dates, until, &mut fact);
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

#[cfg(test)]
mod tests {
    use super::super::intent::hear;
    use super::super::periods::follow_up;
    use super::*;
    use crate::domain::words::{Level, Track};

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
