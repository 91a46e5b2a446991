//! What the writer wants: every sentence is heard by the table of phrases; then a few rules weigh what was said.

use super::clauses::Clauses;
use super::lead::{led, scores};
use super::phrases::INTENT_TABLE;
use super::plain::Plain;
use super::reading::{Intent, IntentFound, Span};
use super::words::{folded, folded_span, sentences};
use std::ops::Range;

/// A sentence of the reply with what it says.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Bytes of the reply.
    pub range: Range<usize>,
    /// The sentence in its folded form.
    pub plain: Plain,
    /// Its clauses.
    pub(super) clauses: Clauses,
    /// Where it stands in the reply.
    pub span: Span,
    /// What the rules heard in it.
    pub said: Vec<(Intent, f32, Span)>,
}

impl Heard {
    /// The strongest weight of a label in this sentence; 0 where it is not heard.
    pub fn weight(&self, label: Intent) -> f32 {
        self.said.iter().filter(|(said, _, _)| *said == label).map(|(_, weight, _)| *weight).fold(0.0, f32::max)
    }
}

/// Hears the sentences of a reply, at most 300.
pub fn hear(text: &str) -> Vec<Heard> {
    sentences(text)
        .into_iter()
        .take(300)
        .map(|range| {
            let sentence = &text[range.clone()];
            let plain = Plain::new(folded(sentence));
            let clauses = Clauses::of(&plain);
            let rows = INTENT_TABLE.spoken_in(&plain);
            let rows = rows.into_iter().map(|(row, place)| (row.label, row.weight, place)).collect();
            let before = text[..range.start].chars().count();
            let mut said: Vec<(Intent, f32, Span)> = clauses
                .weighed(&plain, rows)
                .into_iter()
                .map(|(label, weight, place)| {
                    let mut span = folded_span(sentence, &plain, &place);
                    span.start += before;
                    span.end += before;
                    (label, weight, span)
                })
                .collect();
            quiet(&plain, &clauses, &mut said);
            let span = Span { start: before, end: before + sentence.chars().count(), text: sentence.to_owned() };
            Heard { range, plain, clauses, span, said }
        })
        .collect()
}

/// What a rule hears in words that take it back: "geen plek" is no plek, "niet welkom" no welcome, "geen vragen" no question.
fn quiet(plain: &str, clauses: &Clauses, said: &mut Vec<(Intent, f32, Span)>) {
    let has = |words: &[&str]| words.iter().any(|word| contains_word(plain, word));
    let declines = said.iter().any(|(label, weight, _)| *label == Intent::Declined && *weight >= 0.5);
    let turns = || has(&["maar", "wel", "but", "however", "daarna", "als", "if"]);
    if declines && !turns() {
        said.retain(|(label, weight, _)| *label != Intent::Interested || *weight >= 0.9);
    }
    // "please ask us again in May" and "bel me maar op …" send nobody on
    let behind = |span: &Span| plain.split(&folded(&span.text)).nth(1).unwrap_or_default().trim_start();
    let back = ["me", "us", "mij", "ons", "back", "again", "to me", "to us", "you", "jou"];
    said.retain(|(label, _, span)| {
        *label != Intent::Referral
            || span.text.contains('@')
            || !back
                .iter()
                .any(|own| behind(span).strip_prefix(own).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
    });
    said.retain(|(label, _, span)| {
        let own = |words: &str| {
            !contains_word(words, "niet")
                && ["me", "mij", "ons", "ik", "gerust"].iter().any(|word| contains_word(words, word))
        };
        *label != Intent::Referral || span.text.contains('@') || !own(&folded(&span.text))
    });
    // "op maandag zijn we dicht" and "Piet werkt hier niet meer" refuse nothing
    let weekly = || super::dates::names_a_weekday(plain) || contains_word(plain, "dag");
    let harmless = |words: &str| {
        weekly() && ["dicht", "gesloten", "closed", "vol"].iter().any(|word| contains_word(words, word))
            || contains_word(words, "niet")
                && ["werkt hier", "werkt er", "werkt daar", "werkt niet meer", "werk hier", "werk er"]
                    .iter()
                    .any(|own| words.contains(own))
    };
    said.retain(|(label, _, span)| *label != Intent::Declined || !harmless(&folded(&span.text)));
    let question = plain.trim_end().ends_with('?');
    if question && has(&["waarom niet", "why not"]) && plain.split_whitespace().count() <= 4 {
        said.retain(|(label, _, _)| *label != Intent::Question);
    }
    if !question && has(&["geen", "no"]) && has(&["vragen", "vraag", "questions"]) {
        said.retain(|(label, _, _)| *label != Intent::Question);
    }
    if question {
        // "Ben je al voorzien?" asks, and says no to nothing
        said.retain(|(label, weight, _)| *label != Intent::Declined || *weight >= 0.8);
        // "Kun je het volgende maand nog eens vragen?" puts off, and "Wilt u ons van de lijst halen?" asks nothing
        let told = said.iter().any(|(label, weight, _)| match label {
            Intent::Later => *weight >= 0.65,
            Intent::Referral => *weight >= 0.65,
            Intent::OptOut => *weight >= 0.8,
            Intent::Interested
            | Intent::Declined
            | Intent::Question
            | Intent::AutoReply
            | Intent::Bounce
            | Intent::Other => false,
        });
        if told {
            said.retain(|(label, _, _)| *label != Intent::Question);
        }
        // "Kunt u in het nieuwe jaar nog eens bellen?" puts off
        let polite = ["kun", "kunt", "kan", "wil", "wilt", "zou", "could", "can", "would"];
        let opens = plain.split_whitespace().next().is_some_and(|word| polite.contains(&word));
        if opens && super::periods::is_call(plain) && clauses.coming {
            for (label, weight, _) in said.iter_mut().filter(|(label, _, _)| *label == Intent::Question) {
                (*label, *weight) = (Intent::Later, 0.65);
            }
        }
    }
    // a polite question that offers: "App me even?" asks nothing
    let calls = ["bel ", "app ", "mail ", "call ", "text me"].iter().any(|word| plain.starts_with(word));
    if question && calls {
        said.retain(|(label, _, _)| *label != Intent::Question);
    }
}

/// Whether a folded text holds a word, whole.
pub(super) fn contains_word(plain: &str, word: &str) -> bool {
    // sentences are short: to look at each place costs less than to prepare a search
    let mut from = 0;
    while let Some(found) = place(&plain.as_bytes()[from..], word.as_bytes()) {
        let at = from + found;
        let before = plain[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let after = plain[at + word.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric());
        if before && after {
            return true;
        }
        from = at + word.len().max(1);
    }
    false
}

/// The first place of a word among bytes.
fn place(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let first = word.first()?;
    let last = bytes.len().checked_sub(word.len())?;
    (0..=last).find(|at| bytes[*at] == *first && bytes[*at..].starts_with(word))
}

/// What else the reply was found to hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signs {
    /// A number of places that is offered.
    pub places: bool,
    /// Somebody else's address or number.
    pub referral: bool,
    /// A date at which to get in touch.
    pub follow_up: bool,
}

/// Everything that was said, strongest first; the first one is what the mail is about.
pub fn weigh(heard: &[Heard], signs: Signs) -> Vec<IntentFound> {
    let scores = scores(heard, signs);
    let (lead, _, verdict) = led(&scores, heard, signs);
    let mut found: Vec<IntentFound> = scores
        .iter()
        .filter(|(label, score)| *label == lead || *score >= 0.4)
        .map(|(label, score)| IntentFound {
            label: *label,
            confidence: score.min(0.99),
            evidence: evidence(heard, *label),
        })
        .collect();
    if lead == Intent::Other {
        found.push(IntentFound { label: Intent::Other, confidence: 0.5, evidence: Vec::new() });
    } else if found.iter().all(|known| known.label != lead) {
        // no rule heard it: the sentence that weighs most for it stands for the words
        let sentence = verdict.as_ref().and_then(|verdict| heard.get(verdict.sentence?));
        found.push(IntentFound {
            label: lead,
            confidence: verdict.as_ref().map_or(0.5, |verdict| verdict.confidence).min(0.99),
            evidence: sentence.map(|sentence| sentence.span.clone()).into_iter().collect(),
        });
    }
    found.sort_by(|a, b| (b.label == lead).cmp(&(a.label == lead)).then(b.confidence.total_cmp(&a.confidence)));
    found
}

/// What is told besides the lead: only what a person would call a second thing that the mail says. A no to one level
/// beside a yes, or the no in "nu niet", is part of the lead.
pub fn told_apart(all: Vec<IntentFound>, heard: &[Heard], signs: Signs, sends_on: bool) -> Vec<IntentFound> {
    let Some(lead) = all.first().map(|found| found.label) else { return all };
    let sentence = |label: Intent, least: f32, without: Intent| {
        heard.iter().any(|sentence| sentence.weight(label) >= least && sentence.weight(without) < 0.5)
    };
    let asks = || {
        heard
            .iter()
            .any(|sentence| sentence.plain.trim_end().ends_with('?') && sentence.weight(Intent::Question) >= 0.5)
    };
    let second = |label: Intent| match (lead, label) {
        (Intent::Interested | Intent::Later, Intent::Question) => asks(),
        (Intent::Interested, Intent::Later) => signs.follow_up,
        (Intent::Later, Intent::Interested) => signs.places,
        (Intent::Interested | Intent::Later | Intent::Declined, Intent::Referral) => sends_on,
        (Intent::OptOut, Intent::Declined) => sentence(Intent::Declined, 0.5, Intent::OptOut),
        _ => false,
    };
    let mut told: Vec<IntentFound> =
        all.into_iter().filter(|found| found.label == lead || second(found.label)).collect();
    let named = sends_on && matches!(lead, Intent::Interested | Intent::Later | Intent::Declined);
    if named && told.iter().all(|found| found.label != Intent::Referral) {
        told.push(IntentFound { label: Intent::Referral, confidence: 0.5, evidence: Vec::new() });
    }
    told
}

/// A thumb or a tick stands for a yes.
pub(super) fn is_thumb(c: char) -> bool {
    matches!(c, '👍' | '👌' | '✅' | '✔' | '🆗')
}

fn evidence(heard: &[Heard], label: Intent) -> Vec<Span> {
    let mut spans: Vec<Span> = heard
        .iter()
        .flat_map(|sentence| sentence.said.iter())
        .filter(|(said, _, _)| *said == label)
        .map(|(_, _, span)| span.clone())
        .collect();
    spans.sort_by_key(|span| (span.start, span.end));
    spans.dedup_by(|next, before| next.start < before.end);
    spans.truncate(8);
    spans
}

/// The span of a byte range of a sentence's folded form, in the reply.
pub(super) fn span_in(text: &str, heard: &Heard, range: &Range<usize>) -> Span {
    let sentence = &text[heard.range.clone()];
    let mut span = folded_span(sentence, &heard.plain, range);
    let before = text[..heard.range.start].chars().count();
    span.start += before;
    span.end += before;
    span
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn leads(text: &str, wanted: Intent) {
        let found = weigh(&hear(text), Signs::default());
        assert_eq!(found.first().map(|found| found.label), Some(wanted), "{text}: {found:?}");
    }

    #[test]
    fn each_intent_leads_where_it_is_meant() {
        leads("Wij willen graag een stagiair begeleiden.", Intent::Interested);
        leads("Nu niet, maar bel me in maart nog eens.", Intent::Later);
        leads("Helaas hebben wij geen plek voor stagiairs.", Intent::Declined);
        leads("Wat kost het en wie regelt de verzekering?", Intent::Question);
        leads("Ik heb je mail doorgestuurd naar onze planner.", Intent::Referral);
        leads("Graag niet meer mailen, wij hebben hier geen behoefte aan.", Intent::OptOut);
        leads("Het regent hier.", Intent::Other);
    }

    #[test]
    fn evidence_spells_the_words_it_points_at() {
        let text = "Één ding: wij staan zeker open voor een stagiair.";
        for found in weigh(&hear(text), Signs::default()) {
            for span in found.evidence {
                let words: String = text.chars().skip(span.start).take(span.end - span.start).collect();
                assert_eq!(words, span.text);
            }
        }
    }
}
