//! A folded sentence that knows which expressions could be in it: one pass asks for the words of all of them.

use super::shape::{Groups, Place, Shape};
use super::sieve::{Marks, Sieve};
use super::{capacity, clauses, dates, levels, phrases, places};
use std::ops::{Deref, Range};
use std::sync::LazyLock;

/// The expressions that are looked for in every sentence, numbered by their place.
static SIEVE: LazyLock<Sieve> = LazyLock::new(|| {
    let all: Vec<&Shape> = clauses::shapes()
        .into_iter()
        .chain(capacity::shapes())
        .chain(levels::shapes())
        .chain(places::shapes())
        .chain(dates::shapes())
        .chain(phrases::shapes())
        .collect();
    for (number, shape) in all.iter().enumerate() {
        shape.is_number(number);
    }
    Sieve::new(all)
});

/// A sentence in its folded form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    text: String,
    marks: Marks,
}

impl Plain {
    /// The sentence; `text` is folded.
    pub(super) fn new(text: String) -> Self {
        let marks = SIEVE.marks(&text);
        Self { text, marks }
    }

    /// A piece of it, by its bytes.
    pub(super) fn piece(&self, range: Range<usize>) -> Self {
        Self { text: self.text[range].to_owned(), marks: self.marks.clone() }
    }

    /// Whether the shape could be in it; of one that is not looked for nothing is known.
    pub(super) fn could_hold(&self, shape: &Shape) -> bool {
        shape.number().is_none_or(|number| self.marks.has(number))
    }

    /// Those of these shapes that could be in it, by their place among them; they are numbered one by one.
    pub(super) fn could_hold_of<'a, T>(
        &self,
        rows: &'a [T],
        shape: impl Fn(&T) -> &Shape,
    ) -> impl Iterator<Item = &'a T> {
        let first = rows.first().and_then(|row| shape(row).number()).unwrap_or_default();
        self.marks.within(first..first + rows.len()).map(move |number| &rows[number - first])
    }

    /// Whether it holds the shape.
    pub(super) fn holds(&self, shape: &Shape) -> bool {
        self.could_hold(shape) && shape.is_match(&self.text)
    }

    /// The first place of the shape, with its groups.
    pub(super) fn captures(&self, shape: &Shape) -> Option<Groups<'_>> {
        self.could_hold(shape).then(|| shape.captures(&self.text))?
    }

    /// All places of the shape.
    pub(super) fn find_iter<'t>(&'t self, shape: &Shape) -> impl Iterator<Item = Place<'t>> {
        self.could_hold(shape).then(|| shape.find_iter(&self.text)).into_iter().flatten()
    }

    /// All places of the shape, with their groups.
    pub(super) fn captures_iter<'t>(&'t self, shape: &Shape) -> impl Iterator<Item = Groups<'t>> {
        self.could_hold(shape).then(|| shape.captures_iter(&self.text)).into_iter().flatten()
    }
}

impl Deref for Plain {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}
