//! Levels of education and the two tracks, as far as a sentence wants them: what is negated does not count.

use super::capacity::Fact;
use super::intent::{Heard, contains_word, span_in};
use super::shape::Shape;
use super::sieve::Sieve;
use crate::domain::words::{Level, Track};
use std::sync::LazyLock;

struct Shapes {
    levels: Shape,
    schools: Shape,
    digit: Shape,
    /// Tells the sentences that name neither.
    sieve: Sieve,
}

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let levels = Shape::new(
        r"\b(?:niveau'?s?|nivo'?s?|niv\.?|lvl|level|levels|mbo[- ]?(?:niveau|niv\.?|nivo|level)?|n)\s*-?\s?([1-4])\b(-?(?:\s*(?:,|/|en|of|and|or|&|t/m|tot en met|tot|to|-|\+)\s*(?:niveau |niv\.? |nivo |level |mbo[- ]?)?[1-4]\b-?)*)",
    );
    let schools = Shape::new(
        r"\b(hbo|vmbo|havo|vwo|vso|praktijkonderwijs|pro-leerling\w*|entree|wo|bbl|bol|snuffel(?:stage)?s?|snuffelaars?|university|universitair\w*)(?:'?ers?\b|[- ]?\w*)?",
    );
    Shapes { sieve: Sieve::new([&levels, &schools]), levels, schools, digit: Shape::new(r"[1-4]") }
});

/// Adds the levels and tracks of a sentence to what it offers.
pub(super) fn levels(text: &str, sentence: &Heard, fact: &mut Fact) {
    let shapes = &*SHAPES;
    let plain = &sentence.plain;
    if shapes.sieve.candidates(plain).is_empty() {
        return;
    }
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
    let behind: Vec<&str> = super::places::after_words(plain, to).split_whitespace().take(3).collect();
    let after =
        matches!(behind.first().map(|word| word.trim_matches([',', '.', '!'])), Some("niet" | "liever" | "not"))
            && (behind.first() != Some(&"liever") || behind.get(1) == Some(&"niet"));
    before.iter().any(no) && !turned || after
}
