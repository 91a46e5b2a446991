//! Makes the program of an expression.

use super::{First, LENGTH, Program, Set, Step};
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// The branches that are open to each byte, in their order.
#[derive(Debug)]
pub(super) struct Branches {
    /// For each byte of ASCII, then for all others, then for the end of the text: the group.
    group_of: [u8; 130],
    /// Where each group begins among the branches; and where the last one ends.
    begins: Vec<u16>,
    steps: Vec<u32>,
}

impl Branches {
    pub(super) fn of(branches: &[(Option<First>, u32)]) -> Option<Self> {
        let mut made = Self { group_of: [0; 130], begins: vec![0], steps: Vec::new() };
        let mut groups: Vec<Vec<u32>> = Vec::new();
        for place in 0..130u8 {
            let byte = (place < 129).then_some(place);
            let open = branches.iter().filter(|branch| branch.0.is_none_or(|first| first.fits(byte.as_ref())));
            let group: Vec<u32> = open.map(|branch| branch.1).collect();
            let known = groups.iter().position(|known| *known == group).unwrap_or_else(|| {
                made.steps.extend(&group);
                made.begins.push(u16::try_from(made.steps.len()).unwrap_or(u16::MAX));
                groups.push(group);
                groups.len() - 1
            });
            made.group_of[usize::from(place)] = u8::try_from(known).ok()?;
        }
        (made.steps.len() < usize::from(u16::MAX)).then_some(made)
    }

    pub(super) fn open(&self, byte: Option<&u8>) -> &[u32] {
        let group = usize::from(self.group_of[byte.map_or(129, |byte| usize::from(*byte).min(128))]);
        &self.steps[usize::from(self.begins[group])..usize::from(self.begins[group + 1])]
    }
}

impl Program {
    pub(super) fn emit(&mut self, hir: &Hir) -> Option<()> {
        if self.steps.len() > LENGTH {
            return None;
        }
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => self.steps.push(Step::Exactly(literal.0.clone())),
            HirKind::Class(class) => match letter(class) {
                Some(letter) => self.steps.push(Step::Folded([letter].into())),
                None => self.steps.push(Step::One(Set::of(class)?)),
            },
            HirKind::Look(look) => self.steps.push(Step::At(known(*look)?)),
            HirKind::Repetition(again) => self.repeat(again)?,
            HirKind::Capture(group) => {
                self.steps.push(Step::Save(2 * group.index));
                self.emit(&group.sub)?;
                self.steps.push(Step::Save(2 * group.index + 1));
            }
            HirKind::Concat(parts) => {
                let mut word = Vec::new();
                for part in parts {
                    match part.kind() {
                        HirKind::Class(class) if let Some(letter) = letter(class) => word.push(letter),
                        // signs that have no case
                        HirKind::Literal(literal)
                            if !word.is_empty()
                                && literal.0.iter().all(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic()) =>
                        {
                            word.extend_from_slice(&literal.0);
                        }
                        HirKind::Empty
                        | HirKind::Literal(_)
                        | HirKind::Class(_)
                        | HirKind::Look(_)
                        | HirKind::Repetition(_)
                        | HirKind::Capture(_)
                        | HirKind::Concat(_)
                        | HirKind::Alternation(_) => {
                            self.spell(&mut word);
                            self.emit(part)?;
                        }
                    }
                }
                self.spell(&mut word);
            }
            HirKind::Alternation(parts) => {
                let choice = self.steps.len();
                self.steps.push(Step::Go(0));
                let (mut branches, mut ends) = (Vec::new(), Vec::new());
                for part in parts {
                    branches.push((begins(part)?, self.here()));
                    self.emit(part)?;
                    ends.push(self.steps.len());
                    self.steps.push(Step::Go(0));
                }
                self.steps[choice] = Step::Choose(Box::new(Branches::of(&branches)?));
                let here = self.here();
                for end in ends {
                    self.steps[end] = Step::Go(here);
                }
            }
        }
        Some(())
    }

    fn here(&self) -> u32 {
        u32::try_from(self.steps.len()).unwrap_or(u32::MAX)
    }

    fn spell(&mut self, word: &mut Vec<u8>) {
        if !word.is_empty() {
            self.steps.push(Step::Folded(std::mem::take(word).into()));
        }
    }

    fn repeat(&mut self, again: &Repetition) -> Option<()> {
        let most = again.max.unwrap_or(u32::MAX);
        if let HirKind::Class(class) = again.sub.kind() {
            let set = Set::of(class)?;
            self.steps.push(Step::Run { set, least: again.min, most, greedy: again.greedy });
            return Some(());
        }
        if let HirKind::Literal(literal) = again.sub.kind()
            && let [byte] = &*literal.0
            && *byte < 128
        {
            let set = Set { ascii: 1 << *byte, wide: Box::default() };
            self.steps.push(Step::Run { set, least: again.min, most, greedy: again.greedy });
            return Some(());
        }
        for _ in 0..again.min {
            self.emit(&again.sub)?;
        }
        let body = begins(&again.sub)?;
        if again.max.is_none() {
            // a body that can be empty would go round for ever
            body?;
            let loop_at = self.steps.len();
            self.steps.push(Step::Go(0));
            self.emit(&again.sub)?;
            self.steps.push(Step::Go(u32::try_from(loop_at).ok()?));
            self.steps[loop_at] = Step::Maybe { body, behind: self.here(), greedy: again.greedy };
            return Some(());
        }
        let mut choices = Vec::new();
        for _ in again.min..most {
            choices.push(self.steps.len());
            self.steps.push(Step::Go(0));
            self.emit(&again.sub)?;
        }
        for choice in choices {
            self.steps[choice] = Step::Maybe { body, behind: self.here(), greedy: again.greedy };
        }
        Some(())
    }
}

/// The letter of a class that is one letter in both cases.
fn letter(class: &Class) -> Option<u8> {
    let Class::Unicode(class) = class else { return None };
    let [upper, lower] = class.ranges() else { return None };
    let both = upper.start() == upper.end() && lower.start() == lower.end();
    let lower = lower.start();
    (both && lower.is_ascii_lowercase() && upper.start() == lower.to_ascii_uppercase()).then_some(lower as u8)
}

fn known(look: Look) -> Option<Look> {
    matches!(look, Look::Start | Look::End | Look::WordUnicode).then_some(look)
}

/// What an expression can begin with; `None` inside where it can be empty.
fn begins(hir: &Hir) -> Option<Option<First>> {
    let (first, empty) = first(hir)?;
    Some((!empty).then_some(first))
}

/// With what an expression can begin, and whether it can be empty.
pub(super) fn first(hir: &Hir) -> Option<(First, bool)> {
    Some(match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (First::NONE, true),
        HirKind::Literal(literal) => {
            let byte = *literal.0.first()?;
            (if byte < 128 { First { ascii: 1 << byte, wide: false } } else { First { ascii: 0, wide: true } }, false)
        }
        HirKind::Class(class) => {
            let set = Set::of(class)?;
            (First { ascii: set.ascii, wide: !set.wide.is_empty() }, false)
        }
        HirKind::Repetition(again) => {
            let (inner, empty) = first(&again.sub)?;
            (inner, empty || again.min == 0)
        }
        HirKind::Capture(group) => first(&group.sub)?,
        HirKind::Concat(parts) => {
            let mut all = First::NONE;
            for part in parts {
                let (one, empty) = first(part)?;
                all = all.or(one);
                if !empty {
                    return Some((all, false));
                }
            }
            (all, true)
        }
        HirKind::Alternation(parts) => {
            let mut all = (First::NONE, false);
            for part in parts {
                let (one, empty) = first(part)?;
                all = (all.0.or(one), all.1 || empty);
            }
            all
        }
    })
}
