//! Levels of education and the two tracks, as far as a sentence wants them: what is negated does not count.

use super::capacity::Fact;
use super::intent::{Heard, contains_word, span_in};
use super::shape::Shape;
use crate::domain::words::{Level, Track};
use std::sync::LazyLock;

struct Shapes {
    levels: Shape,
    schools: Shape,
    digit: Shape,
}

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let levels = Shape::new(
        r"\b(?:niveau'?s?|nivo'?s?|niv\.?|lvl|level|levels|mbo[- ]?(?:niveau|niv\.?|nivo|level)?|n)\s*[-:]?\s?([1-4])\b(-?(?:\s*(?:,|/|en|of|and|or|&|t/m|tot en met|tot|to|-|\+)\s*(?:niveau |niv\.? |nivo |level |mbo[- ]?)?[1-4]\b-?)*)",
    );
    let schools = Shape::new(
        r"\b(hbo|vmbo|havo|vwo|vso|praktijkonderwijs|pro-leerling\w*|entree|wo|bbl|bol|snuffel(?:stage)?s?|snuffelaars?|university|universitair\w*)(?:'?ers?\b|[- ]?\w*)?",
    );
    Shapes { levels, schools, digit: Shape::new(r"[1-4]") }
});

/// The expressions that are looked for in every sentence.
pub(super) fn shapes() -> Vec<&'static Shape> {
    vec![&SHAPES.levels, &SHAPES.schools]
}

/// Adds the levels and tracks of a sentence to what it offers.
pub(super) fn levels(text: &str, sentence: &Heard, fact: &mut Fact) {
    let shapes = &*SHAPES;
    let plain = &sentence.plain;
    for found in plain.captures_iter(&shapes.levels) {
        let Some(whole) = found.get(0) else { continue };
        if is_negated(plain, whole.start(), whole.end()) {
            continue;
        }
        let (range, up) = reach(plain, whole.range());
        let whole_words = &plain[range.clone()];
        let digits: Vec<u32> =
            shapes.digit.find_iter(whole_words).filter_map(|digit| digit.as_str().parse().ok()).collect();
        let ranged = ["t/m", "tot", " to "].iter().any(|word| whole_words.contains(word))
            || whole_words.contains(['-']) && digits.len() == 2 && dashed(whole_words);
        let wanted: Vec<u32> = match (ranged, digits.first(), digits.last()) {
            (true, Some(first), Some(last)) if first < last => (*first..=*last).collect(),
            _ => digits,
        };
        let wanted = if up { wanted.first().map_or(wanted.clone(), |first| (*first..=4).collect()) } else { wanted };
        for digit in wanted {
            let level = [Level::Mbo1, Level::Mbo2, Level::Mbo3, Level::Mbo4][digit as usize - 1];
            if !fact.levels.contains(&level) {
                fact.levels.push(level);
            }
        }
        fact.evidence.push(span_in(text, sentence, &range));
    }
    for found in plain.captures_iter(&shapes.schools) {
        let (Some(whole), Some(word)) = (found.get(0), found.get(1)) else { continue };
        if is_negated(plain, whole.start(), whole.end()) || is_refused(plain, word.end()) {
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

/// The part of a list of levels that counts levels ("niveau 3, 4 dagen" names one), and whether all above it are meant
/// too: "minimaal niveau 3", "level 3 or higher".
fn reach(plain: &str, range: std::ops::Range<usize>) -> (std::ops::Range<usize>, bool) {
    const UNITS: &[&str] = &[
        "dag", "day", "x ", "uur", "hour", "week", "wk", "maand", "month", "jaar", "year", "plek", "plaats", "place",
        "spot", "stag", "stud", "leerl", "intern", "/", "-", ":", ".0", "st ", "man ", "mensen", "people", "person",
        "of them", "%", " op", " als", " as ", "keer", "times",
    ];
    let mut end = range.end;
    loop {
        let words = &plain[range.start..end];
        if words.bytes().filter(u8::is_ascii_digit).count() < 2 {
            break;
        }
        let after = plain[end..].trim_start_matches(' ');
        // "niveau 3-student" is one of that level; "niveau 3, 2 studenten" counts
        let listed = words[..words.len() - 1].ends_with([',', ' ']);
        let hung = ["-stud", "-leerl", "stud", "leerl", "stag"].iter().any(|own| after.starts_with(own)) && !listed;
        let range_of = words[..words.len() - 1].trim_end().ends_with('-');
        if hung || range_of || !UNITS.iter().any(|unit| after.starts_with(unit.trim_start())) {
            break;
        }
        let before = words[..words.len() - 1].trim_end_matches(|c: char| !c.is_ascii_digit());
        end = range.start + before.len();
    }
    let lead = plain[..range.start].trim_end();
    let at_least = ["minimaal", "minstens", "tenminste", "ten minste", "vanaf", "minimum", "at least", "min.", "from"];
    let higher = ["of hoger", "en hoger", "of meer", "of hoger.", "or higher", "or above", "and up", "and above", "+"];
    let after = plain[end..].trim_start();
    let up = at_least.iter().any(|word| lead.ends_with(word)) || higher.iter().any(|word| after.starts_with(word));
    (range.start..end, up)
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

/// "niveau 2 nemen wij niet meer aan", "level 1 is not possible": within the clause.
fn is_refused(plain: &str, to: usize) -> bool {
    const VERBS: &[&str] = &[
        "nemen", "neem", "doen", "doe", "is", "zijn", "kunnen", "kan", "willen", "wil", "hebben", "lukt", "gaat",
        "mogen", "mag", "are", "do", "does", "will", "would", "can", "have", "werkt", "past", "zoeken", "plaatsen",
        "won't", "can't", "isn't",
    ];
    let rest = super::places::after_words(plain, to);
    let clause = rest.split([',', ';', ':', '.', '!', '?', '(', ')']).next().unwrap_or_default();
    let words: Vec<&str> = clause.split_whitespace().take(6).collect();
    let verb = words.first().is_some_and(|word| VERBS.contains(word));
    let turned = words.iter().any(|word| {
        matches!(*word, "maar" | "but" | "en" | "and" | "eerder" | "voor" | "before" | "probleem" | "problem")
    });
    verb && !turned
        && (words.iter().any(|word| matches!(*word, "niet" | "niks" | "niets" | "not" | "nothing" | "geen"))
            || words.iter().any(|word| word.ends_with("n't")))
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
    let turned = before
        .iter()
        .take_while(|word| !no(word))
        .any(|word| matches!(*word, "maar" | "but" | "wel" | "alleen" | "schelen" | "uit"));
    let behind: Vec<&str> = super::places::after_words(plain, to).split_whitespace().take(3).collect();
    let after =
        matches!(behind.first().map(|word| word.trim_matches([',', '.', '!'])), Some("niet" | "liever" | "not"))
            && (behind.first() != Some(&"liever") || behind.get(1) == Some(&"niet"));
    before.iter().any(no) && !turned || after || is_refused(plain, to)
}
