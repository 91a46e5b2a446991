//! Answers to a check-in: a digit 1 to 5, or words about how a placement goes.

use super::phrases::MOOD_TABLE;
use super::reading::{CheckIn, CheckInMood, Span};
use super::shape::Shape;
use super::words::{folded, folded_span, span};
use std::sync::LazyLock;

static SCORE: LazyLock<Shape> = LazyLock::new(|| {
    // Many greet first, and give their digit on the line below.
    Shape::new(
        r"(?i)(?:^\s*(?:(?:beste|geachte|hallo|hoi|hai|hey|hi|ha|dag|goede\w+|goeie\w+|dear|hello|good)\b[^\n]{0,60}\n\s*)?|\b(?:cijfer|score|een|a|rating|antwoord|keuze|geef)\s*:?\s+(?:een\s+|a\s+)?)([1-5])\s*(?:/\s*5|[.,!:;)-]|van de 5|uit 5|out of 5|\n|$|\s-|\s\()",
    )
});
static ASKED: LazyLock<Shape> = LazyLock::new(|| {
    Shape::new(
        r"(?i)hoe (?:gaat|loopt|verloopt|bevalt|was)|check-?in|voortgang|eerste (?:dag|dagen|week|weken)|halverwege|terugblik|how (?:is|are|was) .{0,60}(?:going|doing)|stage van|stage loopt|tussenstand|first (?:week|days?)|halfway|evaluatie",
    )
});

/// A digit in words, that opens the answer: "Een dikke vijf!"
static SPELLED: LazyLock<Shape> = LazyLock::new(|| {
    Shape::new(
        r"(?i)^\s*(?:(?:een|a|an) )?(?:dikke |ruime |kleine |mooie |solid |strong |big )?(vijf|vier|drie|twee|één|five|four|three|two|one)\s*(?:[.,!:;)-]|\n|$)",
    )
});

static PLACES: LazyLock<Shape> = LazyLock::new(|| Shape::new(r"(?i)plek|plaats|place|vacature|leerbaan|student zoekt"));
static SCALE: LazyLock<Shape> =
    LazyLock::new(|| Shape::new(r"(?i)\b1 (?:tot|t/m|to|-) (?:en met )?5\b|\b1-5\b|cijfer van|rate |op een schaal"));

/// The answer to a check-in, when the subject asks how it goes or the reply begins with a digit.
/// `quoted` is what it answers.
pub fn check_in(subject: &str, text: &str, quoted: &str) -> Option<CheckIn> {
    let asked = ASKED.is_match(subject);
    // "hoeveel plekken?" is answered by a digit too
    if !asked && PLACES.is_match(subject) && !SCALE.is_match(quoted) {
        return None;
    }
    if !asked && !text.trim_start().starts_with(['1', '2', '3', '4', '5']) {
        return None;
    }
    let scored = SCORE.captures(text).and_then(|found| found.get(1));
    let leading = scored.is_some_and(|digit| text[..digit.start()].trim().is_empty());
    if !asked && !leading {
        return None;
    }
    // a leading digit that counts something is no score: "2 plekken"
    if !asked && text.split_whitespace().count() > 40 {
        return None;
    }
    let plain = folded(text);
    let mut mood: Option<(CheckInMood, f32)> = None;
    let mut evidence: Vec<Span> = Vec::new();
    let mut worst = Vec::new();
    for (row, range) in MOOD_TABLE.spoken(&plain) {
        worst.push((row.label, row.weight));
        evidence.push(folded_span(text, &plain, &range));
    }
    for (label, weight) in worst {
        let graver =
            mood.is_none_or(|(known, strength)| label > known && weight >= 0.5 || label == known && weight > strength);
        if graver {
            mood = Some((label, weight));
        }
    }
    let spelled = SPELLED.captures(text).filter(|_| asked && scored.is_none()).and_then(|found| found.get(1));
    let number = |word: &str| match word.to_lowercase().as_str() {
        "vijf" | "five" => Some(5),
        "vier" | "four" => Some(4),
        "drie" | "three" => Some(3),
        "twee" | "two" => Some(2),
        "één" | "one" => Some(1),
        _ => None,
    };
    let score = match spelled {
        Some(word) => number(word.as_str()),
        None => scored.and_then(|digit| digit.as_str().parse::<u8>().ok()),
    };
    evidence.extend(spelled.map(|word| span(text, word.range())));
    if let Some(digit) = scored {
        evidence.push(span(text, digit.range()));
    }
    let by_score = score.map(|score| match score {
        4 | 5 => CheckInMood::Well,
        2 | 3 => CheckInMood::Concern,
        _ => CheckInMood::Urgent,
    });
    let state = match (mood.map(|(mood, _)| mood), by_score) {
        (Some(said), Some(scored)) => said.max(scored),
        (Some(said), None) => said,
        (None, Some(scored)) => scored,
        (None, None) => return None,
    };
    evidence.sort_by_key(|span| span.start);
    Some(CheckIn { state, score, evidence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_is_a_score() {
        let found = check_in("Re: Hoe gaat het met de stage?", "4", "").unwrap();
        assert_eq!((found.state, found.score), (CheckInMood::Well, Some(4)));
        for greeted in ["Beste Noor,\n\n5", "Dag Noor,\n\n5\n\nGaat prima.", "Goedemorgen!\n5. Dank je."] {
            let found = check_in("Re: Hoe gaat het met de stage?", greeted, "").unwrap();
            assert_eq!((found.state, found.score), (CheckInMood::Well, Some(5)), "{greeted}");
        }
        assert_eq!(check_in("Re: stage", "2 plekken vanaf mei", ""), None);
        assert_eq!(check_in("Re: Hoe gaat het?", "Beste Noor,\n\n2 leerlingen zijn er nu.", ""), None);
    }

    #[test]
    fn the_gravest_words_decide() {
        let state = |text: &str| check_in("Re: hoe gaat het met de stage?", text, "").map(|found| found.state);
        assert_eq!(state("Het gaat heel goed met haar."), Some(CheckInMood::Well));
        assert_eq!(state("Hij werkt goed, maar komt vaak te laat."), Some(CheckInMood::Concern));
        assert_eq!(state("Zij komt niet meer opdagen."), Some(CheckInMood::Urgent));
        assert_eq!(state("Wij sturen het formulier."), None);
    }
}
