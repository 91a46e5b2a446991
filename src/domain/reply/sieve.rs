//! Tells in one pass over a text which of many expressions could be in it: every expression needs some words, and
//! those are looked for all at once.

use super::needs::Needs;
use super::shape::Shape;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::collections::HashMap;

/// Many expressions' needs.
pub(super) struct Sieve {
    words: Option<AhoCorasick>,
    /// The lists in which a word stands.
    lists_of: Vec<Vec<u16>>,
    /// The expression of each list.
    owner: Vec<u16>,
    /// For each expression, how many lists it has.
    missing: Vec<u8>,
}

impl Sieve {
    /// The sieve of these shapes; they are numbered as they come.
    pub(super) fn new<'a>(shapes: impl IntoIterator<Item = &'a Shape>) -> Self {
        Self::of(&shapes.into_iter().map(Shape::needs).collect::<Vec<_>>())
    }

    pub(super) fn of(all: &[Needs]) -> Self {
        let mut index: HashMap<&str, usize> = HashMap::new();
        let mut words: Vec<&str> = Vec::new();
        let mut lists_of: Vec<Vec<u16>> = Vec::new();
        let mut owner = Vec::new();
        for (number, needs) in (0u16..).zip(all) {
            for list in needs {
                let own = u16::try_from(owner.len()).unwrap_or(u16::MAX);
                owner.push(number);
                for word in list {
                    let at = *index.entry(word).or_insert_with(|| {
                        words.push(word);
                        lists_of.push(Vec::new());
                        words.len() - 1
                    });
                    lists_of[at].push(own);
                }
            }
        }
        let missing = all.iter().map(|needs| u8::try_from(needs.len()).unwrap_or(u8::MAX)).collect();
        let words =
            AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(&words).ok();
        Self { words, lists_of, owner, missing }
    }

    /// The numbers of the expressions that could be in the text, in their order.
    pub(super) fn candidates(&self, text: &str) -> Vec<usize> {
        let Some(words) = self.words.as_ref().filter(|_| !has_doubles(text)) else {
            return (0..self.missing.len()).collect();
        };
        let mut missing = None;
        let mut seen = vec![0u64; self.lists_of.len() / 64 + 1];
        let mut met = vec![0u64; self.owner.len() / 64 + 1];
        for found in words.find_overlapping_iter(text) {
            let word = found.pattern().as_usize();
            if was_set(&mut seen, word) {
                continue;
            }
            let missing = missing.get_or_insert_with(|| self.missing.clone());
            for list in &self.lists_of[word] {
                if !was_set(&mut met, usize::from(*list)) {
                    missing[usize::from(self.owner[usize::from(*list)])] -= 1;
                }
            }
        }
        let missing = missing.as_ref().unwrap_or(&self.missing);
        missing.iter().enumerate().filter(|(_, missing)| **missing == 0).map(|(number, _)| number).collect()
    }
}

/// Sets a bit, and tells whether it was set.
fn was_set(bits: &mut [u64], at: usize) -> bool {
    let bit = 1 << (at % 64);
    let was = bits[at / 64] & bit != 0;
    bits[at / 64] |= bit;
    was
}

/// Whether the text holds doubles of ASCII's letters and digits: the Kelvin sign and the long s, which equal a `k` and
/// an `s` where case does not count, and other scripts' digits.
fn has_doubles(text: &str) -> bool {
    let double = |c: char| matches!(c, '\u{212a}' | '\u{17f}') || !c.is_ascii() && c.is_numeric();
    !text.is_ascii() && text.contains(double)
}

/// Tells the texts that a single expression cannot be in, by its most telling list; without one it tells nothing.
pub(super) struct Filter(Option<AhoCorasick>);

impl Filter {
    pub(super) fn new(needs: &Needs) -> Self {
        let search = |list| AhoCorasick::builder().ascii_case_insensitive(true).build(list).ok();
        Self(needs.first().and_then(search))
    }

    /// Whether the expression could be in the text.
    pub(super) fn lets_through(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|words| words.is_match(text) || has_doubles(text))
    }
}

/// Words of which any will do, looked for all at once.
pub(super) struct Words(Option<AhoCorasick>);

impl Words {
    /// The words, in lower case without accents.
    pub(super) fn new(words: &[&str]) -> Self {
        Self(AhoCorasick::new(words).ok())
    }

    /// Whether any of the words stands in a folded text, whole.
    pub(super) fn stand_in(&self, plain: &str) -> bool {
        let whole = |found: &aho_corasick::Match| {
            let before = plain[..found.start()].chars().next_back();
            let after = plain[found.end()..].chars().next();
            ![before, after].into_iter().flatten().any(char::is_alphanumeric)
        };
        self.0.iter().any(|words| words.find_overlapping_iter(plain).any(|found| whole(&found)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::needs::needs;
    use super::*;

    #[test]
    fn a_text_is_a_candidate_where_every_need_is_met() {
        let sieve = Sieve::of(&[needs("helaas .*(geen|niet)"), needs(r"\w+"), needs("kok")]);
        assert_eq!(sieve.candidates("Helaas hebben wij GEEN plek."), [0, 1]);
        assert_eq!(sieve.candidates("Helaas."), [1]);
        assert_eq!(sieve.candidates("de ko\u{212a}"), [0, 1, 2]);
    }
}
