//! An expression that costs little where it does not match. Everyday mail is nearly all ASCII, and there Unicode's
//! classes and word boundaries cost much and add nothing; and most expressions need words that most lines lack.

use super::needs::{Needs, needs};
use super::sieve::Filter;
use regex::{Captures, Match, Regex};
use regex_syntax::hir::{Capture, Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, LookSet, Repetition};
use std::sync::OnceLock;

/// A regular expression, compiled when a text first comes that could hold it. It matches what its source matches; for
/// a text of ASCII alone its restriction to ASCII does the work.
pub(super) struct Shape {
    source: String,
    /// For texts of ASCII alone.
    ascii: OnceLock<Option<Regex>>,
    /// For all others.
    whole: OnceLock<Option<Regex>>,
    /// The same without its word boundaries, which are slow to tell in other scripts: where this is not found, the
    /// whole is not either.
    loose: OnceLock<Option<Regex>>,
    /// Tells the texts that cannot hold it, where nobody asked that before.
    filter: Option<OnceLock<Filter>>,
}

impl Shape {
    /// The shape of an expression. One that does not compile matches nothing.
    pub(super) fn new(source: impl Into<String>) -> Self {
        Self { filter: Some(OnceLock::new()), ..Self::sieved(source) }
    }

    /// A shape of many: it is asked only about texts that a sieve of all their needs let through.
    pub(super) fn sieved(source: impl Into<String>) -> Self {
        let source = source.into();
        Self { source, ascii: OnceLock::new(), whole: OnceLock::new(), loose: OnceLock::new(), filter: None }
    }

    /// The words that every text with this shape holds.
    pub(super) fn needs(&self) -> Needs {
        needs(&self.source)
    }

    /// Whether the text holds the shape.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.on(text).is_some_and(|shape| shape.is_match(text))
    }

    /// The first place of the shape in the text.
    pub(super) fn find<'t>(&self, text: &'t str) -> Option<Match<'t>> {
        self.on(text)?.find(text)
    }

    /// The first place of the shape in the text, with its groups.
    pub(super) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.on(text)?.captures(text)
    }

    /// All places of the shape in the text.
    pub(super) fn find_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Match<'t>> {
        self.on(text).into_iter().flat_map(move |shape| shape.find_iter(text))
    }

    /// All places of the shape in the text, with their groups.
    pub(super) fn captures_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Captures<'t>> {
        self.on(text).into_iter().flat_map(move |shape| shape.captures_iter(text))
    }

    /// The compiled form that fits the text; `None` where the text cannot hold the shape.
    fn on(&self, text: &str) -> Option<&Regex> {
        if text.is_ascii() {
            if let Some(ready) = self.ascii.get() {
                return ready.as_ref();
            }
            return self.could_be_in(text).then(|| self.ascii.get_or_init(|| in_ascii(&self.source)).as_ref())?;
        }
        if self.loose.get().is_none() && !self.could_be_in(text) {
            return None;
        }
        let loose = self.loose.get_or_init(|| without_boundaries(&self.source)).as_ref();
        if loose.is_some_and(|loose| !loose.is_match(text)) {
            return None;
        }
        self.whole.get_or_init(|| Regex::new(&self.source).ok()).as_ref()
    }

    fn could_be_in(&self, text: &str) -> bool {
        let Some(filter) = &self.filter else { return true };
        filter.get_or_init(|| Filter::new(&self.needs())).lets_through(text)
    }
}

/// The expression without its word boundaries, if it has any.
fn without_boundaries(source: &str) -> Option<Regex> {
    let whole = regex_syntax::Parser::new().parse(source).ok()?;
    let bare = whole.properties().look_set().contains_word();
    bare.then(|| Regex::new(&written(&unbounded(&whole))).ok())?
}

fn unbounded(whole: &Hir) -> Hir {
    match whole.kind() {
        HirKind::Look(look) if LookSet::singleton(*look).contains_word() => Hir::empty(),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => whole.clone(),
        HirKind::Repetition(again) => {
            Hir::repetition(Repetition { sub: Box::new(unbounded(&again.sub)), ..again.clone() })
        }
        HirKind::Capture(group) => unbounded(&group.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(unbounded).collect()),
        HirKind::Alternation(branches) => Hir::alternation(branches.iter().map(unbounded).collect()),
    }
}

/// The expression as far as ASCII goes: on a text of ASCII alone it matches the same, with the same groups.
fn in_ascii(source: &str) -> Option<Regex> {
    let whole = regex_syntax::Parser::new().parse(source).ok()?;
    Regex::new(&written(&restricted(&whole))).ok()
}

fn restricted(whole: &Hir) -> Hir {
    match whole.kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) if literal.0.is_ascii() => Hir::literal(literal.0.clone()),
        HirKind::Literal(_) => Hir::fail(),
        HirKind::Class(Class::Unicode(class)) => {
            let mut class = class.clone();
            class.intersect(&ClassUnicode::new([ClassUnicodeRange::new('\0', '\x7f')]));
            Hir::class(Class::Unicode(class))
        }
        HirKind::Class(Class::Bytes(class)) => Hir::class(Class::Bytes(class.clone())),
        HirKind::Look(look) => Hir::look(in_ascii_words(*look)),
        HirKind::Repetition(again) => {
            Hir::repetition(Repetition { sub: Box::new(restricted(&again.sub)), ..again.clone() })
        }
        HirKind::Capture(group) => Hir::capture(Capture { sub: Box::new(restricted(&group.sub)), ..group.clone() }),
        HirKind::Concat(parts) => {
            let parts: Vec<Hir> = parts.iter().map(restricted).collect();
            if parts.iter().any(fails) && parts.iter().all(without_groups) { Hir::fail() } else { Hir::concat(parts) }
        }
        // a branch with a group stays, so that the groups behind it keep their numbers
        HirKind::Alternation(branches) => {
            let branches = branches.iter().map(restricted);
            Hir::alternation(branches.filter(|branch| !fails(branch) || !without_groups(branch)).collect())
        }
    }
}

/// The boundary of a word of ASCII for any word's.
fn in_ascii_words(look: Look) -> Look {
    const PAIRS: &[(Look, Look)] = &[
        (Look::WordUnicode, Look::WordAscii),
        (Look::WordUnicodeNegate, Look::WordAsciiNegate),
        (Look::WordStartUnicode, Look::WordStartAscii),
        (Look::WordEndUnicode, Look::WordEndAscii),
        (Look::WordStartHalfUnicode, Look::WordStartHalfAscii),
        (Look::WordEndHalfUnicode, Look::WordEndHalfAscii),
    ];
    PAIRS.iter().find(|(any, _)| *any == look).map_or(look, |(_, ascii)| *ascii)
}

/// The expression in writing, every piece in its own brackets: `a+` repeated is not `a+?`.
fn written(shape: &Hir) -> String {
    match shape.kind() {
        HirKind::Repetition(again) => {
            let most = again.max.map(|most| most.to_string()).unwrap_or_default();
            let lazy = if again.greedy { "" } else { "?" };
            format!("(?:{}){{{},{most}}}{lazy}", written(&again.sub), again.min)
        }
        HirKind::Capture(group) => format!("({})", written(&group.sub)),
        HirKind::Concat(parts) => parts.iter().map(written).collect(),
        HirKind::Alternation(branches) => {
            format!("(?:{})", branches.iter().map(written).collect::<Vec<_>>().join("|"))
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => shape.to_string(),
    }
}

fn fails(shape: &Hir) -> bool {
    matches!(shape.kind(), HirKind::Class(Class::Unicode(class)) if class.ranges().is_empty())
        || matches!(shape.kind(), HirKind::Class(Class::Bytes(class)) if class.ranges().is_empty())
}

fn without_groups(shape: &Hir) -> bool {
    shape.properties().explicit_captures_len() == 0
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
                let groups = |found: Captures<'_>| -> Vec<Option<(usize, usize)>> {
                    found.iter().map(|group| group.map(|group| (group.start(), group.end()))).collect()
                };
                let plain = Regex::new(source).unwrap();
                let shape = Shape::new(*source);
                prop_assert_eq!(
                    places(shape.captures_iter(&text).map(groups)),
                    places(plain.captures_iter(&text).map(groups)),
                    "{} on {:?}", source, text
                );
                prop_assert_eq!(shape.is_match(&text), plain.is_match(&text));
            }
        }
    }
}
