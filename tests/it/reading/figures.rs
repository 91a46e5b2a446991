//! Precision and recall for each field, and which kind and intent is taken for which.

use super::facts::{self, FIELDS};
use super::fixture::Expected;
use super::say;
use stagemakelaar::domain::reply::{Intent, Kind, Reading};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How often a field was right, made up, or missed.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    right: u32,
    made_up: u32,
    missed: u32,
}

impl Count {
    /// Of what was found, how much is right, in percent.
    fn precision(self) -> f64 {
        share(self.right, self.right + self.made_up)
    }

    /// Of what is there, how much was found, in percent.
    fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * f64::from(part) / f64::from(whole) }
}

/// The figures of a part.
#[derive(Debug, Default)]
pub struct Figures {
    mails: u32,
    fields: BTreeMap<&'static str, Count>,
    kinds: BTreeMap<(String, String), u32>,
    intents: BTreeMap<(String, String), u32>,
}

impl Figures {
    /// Counts one mail in; gives what was misread, a line for each field.
    pub fn add(&mut self, wanted: &Expected, found: &Reading) -> Vec<String> {
        self.mails += 1;
        let pair = |wanted: &str, found: &str| (wanted.to_owned(), found.to_owned());
        *self.kinds.entry(pair(&wanted.kind, found.kind.as_str())).or_default() += 1;
        if let (Some(label), Kind::Human) = (wanted.intents.first(), found.kind) {
            *self.intents.entry(pair(label, found.intent.as_str())).or_default() += 1;
        }
        let (expected, read) = (facts::expected(wanted), facts::read(found, wanted));
        let mut wrong = Vec::new();
        for field in FIELDS {
            let (expected, read) = (expected.of(field), read.of(field));
            let mut left = read.to_vec();
            let missed: Vec<&String> = expected
                .iter()
                .filter(|fact| left.iter().position(|other| other == *fact).map(|at| left.remove(at)).is_none())
                .collect();
            let count = self.fields.entry(field).or_default();
            let number = |length: usize| u32::try_from(length).unwrap();
            count.right += number(expected.len() - missed.len());
            count.missed += number(missed.len());
            count.made_up += number(left.len());
            if expected != read {
                wrong.push(format!("{field}: wanted {expected:?}, read {read:?}"));
            }
        }
        wrong
    }

    /// Prints the two matrices and the fields.
    pub fn print(&self, title: &str) {
        say(&format!("\n== {title}: {} mails", self.mails));
        say(&matrix("kind", Kind::ALL.iter().map(|kind| kind.as_str()), &self.kinds));
        say(&matrix("intent", Intent::ALL.iter().map(|intent| intent.as_str()), &self.intents));
        say(&format!("{:<16}{:>10}{:>8}{:>8}{:>9}{:>8}", "field", "precision", "recall", "right", "made up", "missed"));
        for field in FIELDS {
            let count = self.fields.get(field).copied().unwrap_or_default();
            let Count { right, made_up, missed } = count;
            let (precision, recall) = (count.precision(), count.recall());
            say(&format!("{field:<16}{precision:>9.1}%{recall:>7.1}%{right:>8}{made_up:>9}{missed:>8}"));
        }
    }

    /// The fields that stay below what is asked: `floor`, or what `so_far` says of the field.
    pub fn short_of(&self, floor: f64, so_far: &[(&str, f64, f64)]) -> Vec<String> {
        let mut short = Vec::new();
        for field in FIELDS {
            let count = self.fields.get(field).copied().unwrap_or_default();
            let known = so_far.iter().find(|(name, _, _)| name == field);
            let (precision, recall) = known.map_or((floor, floor), |(_, precision, recall)| (*precision, *recall));
            if count.precision() < precision || count.recall() < recall {
                let (is, was) = ((count.precision(), count.recall()), (precision, recall));
                short.push(format!("{field} {:.1}/{:.1} (asked {:.1}/{:.1})", is.0, is.1, was.0, was.1));
            }
        }
        short
    }
}

/// Rows: what it is; columns: what it was taken for.
fn matrix<'a>(what: &str, labels: impl Iterator<Item = &'a str>, counts: &BTreeMap<(String, String), u32>) -> String {
    let seen = |label: &&str| counts.keys().any(|(wanted, found)| wanted == label || found == label);
    let labels: Vec<&str> = labels.filter(seen).collect();
    let mut out = format!("{what:<20}");
    for label in &labels {
        let _ = write!(out, "{label:>19}");
    }
    for wanted in &labels {
        let _ = write!(out, "\n{wanted:<20}");
        for found in &labels {
            let count = counts.get(&((*wanted).to_owned(), (*found).to_owned())).copied().unwrap_or_default();
            let _ = write!(out, "{:>19}", if count == 0 { "·".to_owned() } else { count.to_string() });
        }
    }
    out
}
