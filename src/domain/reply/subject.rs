//! Answers that are hardly words: those that stand in the subject alone, and a number alone.

use super::intent;
use super::reading::Span;
use super::words;

/// What the subject says besides what it answers: the whole of a new one, else what stands behind a dash or a question.
pub(super) fn said_in_subject(subject: &str) -> &str {
    const BREAKS: &[&str] = &[" - ", " – ", " — ", "-->", "->", "? ", "! ", ": "];
    let bare = subject.trim();
    let answered = bare.split_once(':').filter(|(sign, _)| sign.chars().count() <= 6 && !sign.contains(' '));
    let Some((_, rest)) = answered else { return bare };
    BREAKS.iter().filter_map(|sign| rest.rfind(sign).map(|at| at + sign.len())).max().map_or("", |at| rest[at..].trim())
}

/// A number and nothing else answers "hoeveel plekken?".
pub(super) fn places_alone(text: &str, subject: &str, quoted: &str) -> Option<(u32, Span)> {
    let number: u32 =
        text.trim().trim_end_matches(['.', '!']).parse().ok().filter(|number| (1..=40).contains(number))?;
    let asked = words::folded(&format!("{subject} {quoted}"));
    let about = [
        "hoeveel",
        "plek",
        "plekken",
        "stageplek",
        "plaats",
        "plaatsen",
        "stageplaatsen",
        "how many",
        "places",
        "placement",
    ];
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let end = at + number.to_string().len();
    about.iter().any(|word| intent::contains_word(&asked, word)).then(|| (number, words::span(text, at..end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_the_subject_that_is_answered_is_said() {
        for (subject, said) in [
            ("Re: Herinnering: stageplek - nee, geen plek", "nee, geen plek"),
            ("Antw: Heeft u plek voor een stagiair? JA GRAAG!", "JA GRAAG!"),
            ("Re: stage – twee plekken", "twee plekken"),
            ("Graag geen mail meer", "Graag geen mail meer"),
            ("Re: Stageplekken voor studenten", ""),
            ("RE: FW: stage", "stage"),
        ] {
            assert_eq!(said_in_subject(subject), said, "{subject}");
        }
    }

    #[test]
    fn a_number_alone_counts_places_where_places_were_asked_for() {
        let places =
            |text: &str, subject: &str, quoted: &str| places_alone(text, subject, quoted).map(|(places, _)| places);
        assert_eq!(places("2", "Re: stageplek", ""), Some(2));
        assert_eq!(places(" 3! ", "Re: vraag", "> Hoeveel plekken heeft u?"), Some(3));
        assert_eq!(places("12", "Re: stageplaatsen", ""), Some(12));
        assert_eq!(places("4", "Re: Hoe gaat het met Sam?", ""), None);
        assert_eq!(places("2 mei", "Re: stageplek", ""), None);
    }
}
