//! An expression that costs little: a small program does the work, and compiles when a text first comes. What is too long
//! to be one, and a text on which it would have to try too much, is left to an automaton.

use super::needs::{Needs, needs};
use super::program::{Program, Slots, TooLong};
use super::sieve::Filter;
use regex::Regex;
use std::ops::Range;
use std::sync::OnceLock;

/// A regular expression, compiled when a text first comes.
pub(super) struct Shape {
    source: String,
    /// Tells most texts that cannot hold it.
    filter: OnceLock<Option<Filter>>,
    program: OnceLock<Option<Program>>,
    /// For what the program leaves.
    automaton: OnceLock<Option<Regex>>,
    /// Its number among those that are looked for in every sentence.
    number: OnceLock<usize>,
}

/// A place of a shape, or of one of its groups, in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

impl<'t> Place<'t> {
    /// The byte at which it begins.
    pub(super) const fn start(&self) -> usize {
        self.start
    }

    /// One past its last byte.
    pub(super) const fn end(&self) -> usize {
        self.end
    }

    /// Its bytes.
    pub(super) const fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Its words.
    pub(super) fn as_str(&self) -> &'t str {
        &self.text[self.start..self.end]
    }
}

/// A match with its groups; the whole is the first.
#[derive(Debug, Clone)]
pub(super) struct Groups<'t> {
    text: &'t str,
    slots: Slots,
}

impl<'t> Groups<'t> {
    /// A group, if it took part.
    pub(super) fn get(&self, group: usize) -> Option<Place<'t>> {
        let slot = |at: usize| self.slots.get(at).copied().flatten();
        Some(Place { text: self.text, start: slot(2 * group)?, end: slot(2 * group + 1)? })
    }
}

impl Shape {
    /// The shape of an expression. One that does not compile matches nothing.
    pub(super) fn new(source: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            filter: OnceLock::new(),
            program: OnceLock::new(),
            automaton: OnceLock::new(),
            number: OnceLock::new(),
        }
    }

    /// Gives it its number among those that are looked for in every sentence.
    pub(super) fn is_number(&self, number: usize) {
        self.number.get_or_init(|| number);
    }

    /// Its number, if it is one of them.
    pub(super) fn number(&self) -> Option<usize> {
        self.number.get().copied()
    }

    /// The words that every text with this shape holds.
    pub(super) fn needs(&self) -> Needs {
        needs(&self.source)
    }

    /// Whether the text holds the shape.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.place(text, 0).is_some()
    }

    /// The first place of the shape in the text.
    pub(super) fn find<'t>(&self, text: &'t str) -> Option<Place<'t>> {
        self.place(text, 0)
    }

    /// The first place of the shape in the text, with its groups.
    pub(super) fn captures<'t>(&self, text: &'t str) -> Option<Groups<'t>> {
        self.groups(text, 0)
    }

    /// All places of the shape in the text.
    pub(super) fn find_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Place<'t>> {
        one_by_one(text, |from| self.place(text, from), |place| *place)
    }

    /// All places of the shape in the text, with their groups.
    pub(super) fn captures_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Groups<'t>> {
        let whole = move |groups: &Groups<'t>| groups.get(0).unwrap_or(Place { text, start: 0, end: 0 });
        one_by_one(text, |from| self.groups(text, from), whole)
    }

    /// The first match that begins at or behind a place.
    fn place<'t>(&self, text: &'t str, from: usize) -> Option<Place<'t>> {
        if let Ok(found) = self.program(text, from)?.map_or(Err(TooLong), |program| program.find(text, from)) {
            return found.map(|found| Place { text, start: found.start, end: found.end });
        }
        let found = self.automaton()?.find_at(text, from)?;
        Some(Place { text, start: found.start(), end: found.end() })
    }

    /// The same with its groups.
    fn groups<'t>(&self, text: &'t str, from: usize) -> Option<Groups<'t>> {
        if let Ok(found) = self.program(text, from)?.map_or(Err(TooLong), |program| program.groups(text, from)) {
            return Some(Groups { text, slots: found? });
        }
        let automaton = self.automaton()?;
        let mut places = automaton.capture_locations();
        automaton.captures_read_at(&mut places, text, from)?;
        let groups = (0..places.len()).map(|group| places.get(group));
        let slots = groups.flat_map(|place| [place.map(|place| place.0), place.map(|place| place.1)]).collect();
        Some(Groups { text, slots })
    }

    /// The program, if there is one; nothing at all where the text cannot hold the shape.
    fn program(&self, text: &str, from: usize) -> Option<Option<&Program>> {
        let filter = || self.filter.get_or_init(|| Filter::new(&self.needs())).as_ref();
        if from > text.len() || from == 0 && filter().is_some_and(|filter| !filter.lets_through(text)) {
            return None;
        }
        Some(self.program.get_or_init(|| Program::new(&self.source)).as_ref())
    }

    fn automaton(&self) -> Option<&Regex> {
        self.automaton.get_or_init(|| Regex::new(&self.source).ok()).as_ref()
    }
}

/// Matches, each behind the one before it. Where one ended, nothing empty follows.
fn one_by_one<'t, T>(
    text: &'t str,
    next: impl Fn(usize) -> Option<T>,
    place: impl Fn(&T) -> Place<'t>,
) -> impl Iterator<Item = T> {
    let (mut from, mut last) = (0, None);
    std::iter::from_fn(move || {
        loop {
            let found = next(from)?;
            let Place { start, end, .. } = place(&found);
            if start < end {
                (from, last) = (end, Some(end));
                return Some(found);
            }
            from = text[end..].chars().next().map_or(text.len() + 1, |c| end + c.len_utf8());
            if last != Some(end) {
                return Some(found);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Expressions with all that the tables use.
    const SOURCES: &[&str] = &[
        r"(?i)^[\s>*]*(?:à|van|de la|от|из)\s?:\s*(.*)$",
        r"(?i)\b(?:één|een|k|s)\b[^.!?]{0,4}(\d+)?",
        r"(é)|(a)|\bb+?\w*",
        r"(?is)^.{2,5}?(?:x|ß)\s*$",
        r"\p{Lu}[\p{L}.'’-]*(?:\s+de){0,2}",
        r"(?i)(?:é|ü)+|n't\b",
        r"[^ .!?;]+[ ,:()/&'-]+",
        r"(?:a+)?(?:b{2}){2}|(?:\d+)?e|(?:x??)+n",
    ];

    fn places(found: impl Iterator<Item = Vec<Option<(usize, usize)>>>) -> Vec<Vec<Option<(usize, usize)>>> {
        found.collect()
    }

    proptest! {
        #[test]
        fn a_shape_matches_what_its_source_matches(text in "[ -~\n]{0,20}|[a-eknsvx:A-EKS \u{e9}\u{df}\u{212a}\u{17f}1.]{0,20}") {
            for source in SOURCES {
                let groups = |found: regex::Captures<'_>| -> Vec<Option<(usize, usize)>> {
                    found.iter().map(|group| group.map(|group| (group.start(), group.end()))).collect()
                };
                let plain = Regex::new(source).unwrap();
                let shape = Shape::new(*source);
                let ours = |found: Groups<'_>| -> Vec<Option<(usize, usize)>> {
                    (0..plain.captures_len()).map(|at| found.get(at).map(|group| (group.start(), group.end()))).collect()
                };
                prop_assert_eq!(
                    places(shape.captures_iter(&text).map(ours)),
                    places(plain.captures_iter(&text).map(groups)),
                    "{} on {:?}", source, text
                );
                prop_assert_eq!(shape.is_match(&text), plain.is_match(&text));
            }
        }
    }
}
