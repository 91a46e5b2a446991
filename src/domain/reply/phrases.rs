//! The rules as data. To add one, no Rust is needed, only Dutch (or English) and this:
//!
//! 1. Find what the reader made of the mail: `stagemakelaar read --explain mail.eml` shows each sentence, the rules that
//!    spoke in it and the words they saw.
//! 2. Open the file of what the sentence means: `opt_out`, `referral`, `later`, `declined`, `interested`, `question`; how
//!    a placement goes is in `mood`, why a mail did not arrive in `bounce_reason`.
//! 3. Copy a row and change it: `nl(phrase, meaning, weight, example)`. The weight says how sure the words alone are: 0.9
//!    nobody means anything else, 0.6 nearly always, 0.4 a hint. Hints do not add up; above 0.5 each makes it surer.
//! 4. Think of three more sentences that the phrase should catch, and two that it must not; a phrase for one mail is none.
//! 5. `cargo test --lib reply` runs every example through the reader; `cargo test --test it reading -- --nocapture` shows what
//!    the row does to the mails of `tests/mails`.
//! 6. `cargo test --test it teach -- --ignored` makes the table of weights anew, so that the row counts in `learned` too.
//!
//! Words that only look like a rule's are handled elsewhere: what takes a clause back ("geen", "niet", and "geen probleem",
//! which does not) stands in `clauses`.
//!
//! A phrase is written in lower case without accents; a space stands for any white space,
//! ` .. ` for up to five words in between, `*` for the rest of a word, `(a|b)` for a choice, `[x ]` is not needed:
//! write `(x )?`. Every row carries an example that must match, and the tests run it.
//! Each room holds the phrases of one meaning; this one tells how a phrase is read.

mod bounce_reason;
mod declined;
mod interested;
mod later;
mod mood;
mod opt_out;
mod question;
mod referral;

pub use bounce_reason::REASONS;
pub use mood::MOODS;

use super::plain::Plain;
use super::reading::{CheckInMood, Intent, Language};
use super::shape::Shape;
use super::sieve::Sieve;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

/// A rule: what is said, in which language, what it means, how sure that is, and a sentence that says it.
#[derive(Debug, Clone, Copy)]
pub struct Row<L> {
    /// The phrase.
    pub phrase: &'static str,
    /// Its language.
    pub language: Language,
    /// What it means.
    pub label: L,
    /// 0 to 1.
    pub weight: f32,
    /// A sentence in which it stands.
    pub example: &'static str,
}

const fn nl<L>(phrase: &'static str, label: L, weight: f32, example: &'static str) -> Row<L> {
    Row { phrase, language: Language::Nl, label, weight, example }
}

const fn en<L>(phrase: &'static str, label: L, weight: f32, example: &'static str) -> Row<L> {
    Row { phrase, language: Language::En, label, weight, example }
}

/// What a writer wants, a table for each meaning.
pub const INTENTS: &[&[Row<Intent>]] = &[
    opt_out::OPT_OUT,
    referral::REFERRAL,
    later::LATER,
    declined::DECLINED,
    interested::INTERESTED,
    question::QUESTION,
];

/// A compiled table: one pass says which rows could speak, and those are looked for.
pub(super) struct Table<L: 'static> {
    /// Asked where the text is no sentence that knows already.
    sieve: OnceLock<Sieve>,
    rules: Vec<(Shape, &'static Row<L>)>,
}

impl<L: Copy> Table<L> {
    fn new(tables: &[&'static [Row<L>]]) -> Self {
        let rows = tables.iter().flat_map(|rows| rows.iter());
        let rules: Vec<(Shape, &Row<L>)> = rows.map(|row| (Shape::new(expression(row.phrase)), row)).collect();
        Self { sieve: OnceLock::new(), rules }
    }

    /// The rows that speak in a folded text, each with its first place.
    pub(super) fn spoken(&self, plain: &str) -> Vec<(&'static Row<L>, Range<usize>)> {
        let sieve = self.sieve.get_or_init(|| Sieve::new(self.rules.iter().map(|(shape, _)| shape)));
        let could = sieve.candidates(plain).into_iter().filter_map(|index| self.rules.get(index));
        could.filter_map(|(shape, row)| Some((*row, shape.find(plain)?.range()))).collect()
    }

    /// The same of a sentence that knows which of them could speak.
    pub(super) fn spoken_in(&self, plain: &Plain) -> Vec<(&'static Row<L>, Range<usize>)> {
        let could = plain.could_hold_of(&self.rules, |(shape, _)| shape);
        could.filter_map(|(shape, row)| Some((*row, shape.find(plain)?.range()))).collect()
    }
}

/// The expressions of what a writer wants.
pub(super) fn shapes() -> Vec<&'static Shape> {
    INTENT_TABLE.rules.iter().map(|(shape, _)| shape).collect()
}

pub(super) static INTENT_TABLE: LazyLock<Table<Intent>> = LazyLock::new(|| Table::new(INTENTS));
pub(super) static MOOD_TABLE: LazyLock<Table<CheckInMood>> = LazyLock::new(|| Table::new(&[MOODS]));

/// The expression that a phrase stands for.
fn expression(phrase: &str) -> String {
    const GAP: &str = "\u{1}";
    let mut out = String::from("(?i)");
    // a choice at either end is of whole words too
    if phrase.trim_start_matches('(').starts_with(|c: char| c.is_alphanumeric()) {
        out.push_str(r"\b");
    }
    let text = phrase.replace(" .. ", GAP);
    let mut before = ' ';
    out.push_str("(?:");
    let mut signs = text.chars().peekable();
    while let Some(c) = signs.next() {
        match c {
            ' ' if signs.peek() == Some(&'?') => {
                signs.next();
                out.push_str(r"\s*");
            }
            '\u{1}' => out.push_str(r"(?:[ ,:()/&'-]+[^ .!?;]+){0,6}?[ ,:()/&'-]+"),
            ' ' => out.push_str(r"\s+"),
            '*' if before.is_alphanumeric() || before == ')' => out.push_str(if before == ')' { "*" } else { r"\w*" }),
            _ => out.push(c),
        }
        before = c;
    }
    out.push(')');
    if phrase.trim_end_matches(')').ends_with(|c: char| c.is_alphanumeric() || c == '*') {
        out.push_str(r"\b");
    }
    out
}

/// The compiled form of a bounce's reason; `None` for a phrase that is in no row of [`REASONS`].
pub(super) fn pattern(phrase: &'static str) -> Option<&'static Shape> {
    static COMPILED: LazyLock<HashMap<&'static str, Shape>> =
        LazyLock::new(|| REASONS.iter().map(|row| (row.phrase, Shape::new(expression(row.phrase)))).collect());
    COMPILED.get(phrase)
}

#[cfg(test)]
mod tests {
    use super::super::words::folded;
    use super::*;
    use regex::Regex;

    #[track_caller]
    fn check<L: Copy>(rows: &[Row<L>]) {
        for row in rows {
            let shape = Regex::new(&expression(row.phrase)).unwrap_or_else(|error| panic!("{}: {error}", row.phrase));
            assert!(shape.is_match(&folded(row.example)), "`{}` does not say `{}`", row.example, row.phrase);
            assert!(row.weight > 0.0 && row.weight <= 1.0);
        }
    }

    #[test]
    fn every_rule_speaks_in_its_own_example() {
        for rows in INTENTS {
            check(rows);
        }
        check(REASONS);
        check(MOODS);
    }

    /// A row may be taken back by its own clause only where that is what its words are for.
    #[test]
    fn every_example_is_heard_by_the_reader_itself() {
        use super::super::intent::hear;
        let mut deaf = Vec::new();
        for row in INTENTS.iter().flat_map(|rows| rows.iter()) {
            let heard = hear(row.example);
            let loudest = heard.iter().map(|sentence| sentence.weight(row.label)).fold(0.0, f32::max);
            if loudest < row.weight.min(0.3) {
                deaf.push(format!("{} {}: `{}`", row.label, row.weight, row.example));
            }
        }
        assert!(deaf.is_empty(), "{}", deaf.join("\n"));
    }

    #[test]
    fn a_gap_does_not_cross_the_end_of_a_sentence() {
        let shape = Regex::new(&expression("helaas .. geen")).unwrap();
        assert!(shape.is_match("helaas hebben wij nu geen plek"));
        assert!(!shape.is_match("helaas. wij hebben geen plek"));
    }
}
