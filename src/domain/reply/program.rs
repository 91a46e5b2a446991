//! An expression as a small program that tries its branches one by one. It finds what the expression finds; being small
//! it stays near the processor where hundreds of automata do not, and everyday mail is short. A text on which it would
//! have to try too often is left to the automaton.

mod making;

use making::{Branches, first};
use regex_syntax::hir::{Class, Look};
use std::cell::Cell;
use std::ops::Range;

/// Steps of a program; a longer one is not made.
const LENGTH: usize = 6_000;
/// What a search may try, and more for each byte of its text.
const TRIES: usize = 2_000;
const TRIES_PER_BYTE: usize = 40;

/// Characters: those of ASCII as bits, the others as ranges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Set {
    ascii: u128,
    wide: Box<[(char, char)]>,
}

impl Set {
    fn of(class: &Class) -> Option<Self> {
        let Class::Unicode(class) = class else { return None };
        let mut set = Self::default();
        let mut wide = Vec::new();
        for range in class.ranges() {
            for byte in u32::from(range.start())..=u32::from(range.end()).min(127) {
                set.ascii |= 1 << byte;
            }
            if range.end() > '\x7f' {
                wide.push((range.start().max('\u{80}'), range.end()));
            }
        }
        set.wide = wide.into();
        Some(set)
    }

    /// The length of the character at a place, if it is one of these.
    fn length(&self, text: &str, at: usize) -> Option<usize> {
        let byte = *text.as_bytes().get(at)?;
        if byte < 128 {
            return holds_byte(self.ascii, byte).then_some(1);
        }
        if self.wide.is_empty() {
            return None;
        }
        let c = text[at..].chars().next()?;
        let place = self.wide.partition_point(|(_, end)| *end < c);
        (self.wide.get(place)?.0 <= c).then_some(c.len_utf8())
    }
}

/// With what a match can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct First {
    ascii: u128,
    wide: bool,
}

/// Whether a byte of ASCII is one of these.
const fn holds_byte(ascii: u128, byte: u8) -> bool {
    ascii >> byte & 1 == 1
}

impl First {
    const NONE: Self = Self { ascii: 0, wide: false };

    const fn or(self, other: Self) -> Self {
        Self { ascii: self.ascii | other.ascii, wide: self.wide || other.wide }
    }

    fn fits(self, byte: Option<&u8>) -> bool {
        match byte {
            Some(byte) if *byte < 128 => holds_byte(self.ascii, *byte),
            Some(_) => self.wide,
            None => false,
        }
    }
}

#[derive(Debug)]
enum Step {
    /// These bytes.
    Exactly(Box<[u8]>),
    /// These letters, whatever their case.
    Folded(Box<[u8]>),
    One(Set),
    /// So many characters of a set.
    Run {
        set: Set,
        least: u32,
        most: u32,
        greedy: bool,
    },
    /// The first branch that leads to a match.
    Choose(Box<Branches>),
    /// What follows once more, or what lies at `behind`; in the other order where it is lazy. What follows begins with
    /// `body`, if it cannot be empty.
    Maybe {
        body: Option<First>,
        behind: u32,
        greedy: bool,
    },
    Go(u32),
    Save(u32),
    At(Look),
    Found,
}

/// What is tried when a branch leads nowhere.
enum Later {
    Try {
        step: u32,
        at: usize,
    },
    /// A greedy run gives a character back.
    Less {
        step: u32,
        at: usize,
        least: usize,
    },
    /// A lazy run takes one more.
    More {
        step: u32,
        at: usize,
        taken: u32,
    },
    Restore {
        slot: usize,
        was: Option<usize>,
    },
}

thread_local! {
    static LATER: Cell<Vec<Later>> = const { Cell::new(Vec::new()) };
}

/// The text was tried too often.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Program {
    steps: Vec<Step>,
    first: First,
    /// Found at the beginning of a text only.
    anchored: bool,
    /// Found at the edge of a word only.
    edged: bool,
    /// Two for each group, with the whole.
    slots: usize,
}

/// A match: where each group begins and ends; the whole first.
pub(super) type Slots = Vec<Option<usize>>;

impl Program {
    /// The program of an expression; `None` where it would be long, or can match nothing at all.
    pub(super) fn new(source: &str) -> Option<Self> {
        let hir = regex_syntax::Parser::new().parse(source).ok()?;
        let (first, empty) = first(&hir)?;
        if empty {
            return None;
        }
        let anchored = hir.properties().look_set_prefix().contains(Look::Start);
        let slots = 2 * (hir.properties().explicit_captures_len() + 1);
        let mut made = Self { steps: Vec::new(), first, anchored, edged: false, slots };
        made.emit(&hir)?;
        made.steps.push(Step::Found);
        made.edged = matches!(made.steps[0], Step::At(Look::WordUnicode));
        Some(made)
    }

    /// The first place of the expression at or behind `from`.
    pub(super) fn find(&self, text: &str, from: usize) -> Result<Option<Range<usize>>, TooLong> {
        self.search(text, from, &mut [])
    }

    /// The same with its groups: the place of each, the whole first.
    pub(super) fn groups(&self, text: &str, from: usize) -> Result<Option<Slots>, TooLong> {
        let mut slots = vec![None; self.slots];
        let Some(place) = self.search(text, from, &mut slots)? else { return Ok(None) };
        slots[0] = Some(place.start);
        slots[1] = Some(place.end);
        Ok(Some(slots))
    }

    fn search(&self, text: &str, from: usize, slots: &mut [Option<usize>]) -> Result<Option<Range<usize>>, TooLong> {
        let bytes = text.as_bytes();
        let last = if self.anchored { bytes.len().min(1) } else { bytes.len() };
        let mut begins = (from..last).filter(|at| self.could_begin(text, *at)).peekable();
        if begins.peek().is_none() {
            return Ok(None);
        }
        let mut tries = TRIES + TRIES_PER_BYTE * (bytes.len() - from);
        // what one search has allotted serves the next
        let mut later = LATER.take();
        let search = || {
            for at in begins {
                if let Some(end) = self.run(text, at, slots, &mut later, &mut tries)? {
                    return Ok(Some(at..end));
                }
            }
            Ok(None)
        };
        let found = search();
        LATER.set(later);
        found
    }

    /// Whether a match could begin at a place, as far as a look at one byte or two tells.
    #[inline]
    fn could_begin(&self, text: &str, at: usize) -> bool {
        let bytes = text.as_bytes();
        let byte = bytes[at];
        if byte >= 128 {
            return self.first.wide && byte >= 0xc0 && (!self.edged || holds(Look::WordUnicode, text, at));
        }
        if !holds_byte(self.first.ascii, byte) {
            return false;
        }
        if !self.edged {
            return true;
        }
        match at.checked_sub(1).map(|before| bytes[before]) {
            Some(before) if before < 128 && is_of_a_word(byte) => !is_of_a_word(before),
            None if is_of_a_word(byte) => true,
            _ => holds(Look::WordUnicode, text, at),
        }
    }

    /// The end of a match that begins at a place.
    fn run(
        &self,
        text: &str,
        begin: usize,
        slots: &mut [Option<usize>],
        later: &mut Vec<Later>,
        tries: &mut usize,
    ) -> Result<Option<usize>, TooLong> {
        let bytes = text.as_bytes();
        let (mut step, mut at) = (0u32, begin);
        later.clear();
        loop {
            *tries = tries.checked_sub(1).ok_or(TooLong)?;
            let goes_on = match &self.steps[step as usize] {
                Step::Found => return Ok(Some(at)),
                Step::Exactly(word) => {
                    let fits = bytes[at..].starts_with(word);
                    at += if fits { word.len() } else { 0 };
                    fits
                }
                Step::Folded(word) => {
                    let fits = bytes.get(at..at + word.len()).is_some_and(|there| there.eq_ignore_ascii_case(word));
                    at += if fits { word.len() } else { 0 };
                    fits
                }
                Step::One(set) => {
                    let length = set.length(text, at);
                    at += length.unwrap_or_default();
                    length.is_some()
                }
                Step::Run { set, least, most, greedy } => {
                    let wanted = if *greedy { *most } else { *least };
                    let (mut taken, mut enough) = (0, at);
                    while taken < wanted
                        && let Some(length) = set.length(text, at)
                    {
                        at += length;
                        taken += 1;
                        if taken == *least {
                            enough = at;
                        }
                    }
                    if *greedy && taken > *least {
                        later.push(Later::Less { step: step + 1, at, least: enough });
                    } else if !*greedy && taken < *most {
                        later.push(Later::More { step, at, taken });
                    }
                    taken >= *least
                }
                Step::Choose(branches) => match branches.open(bytes.get(at)) {
                    [] => false,
                    [chosen, others @ ..] => {
                        later.extend(others.iter().rev().map(|step| Later::Try { step: *step, at }));
                        step = *chosen;
                        continue;
                    }
                },
                Step::Maybe { body, behind, greedy } => {
                    let inside = step + 1;
                    let opens = body.is_none_or(|first| first.fits(bytes.get(at)));
                    let (now, then) = if *greedy { (inside, *behind) } else { (*behind, inside) };
                    if opens {
                        later.push(Later::Try { step: then, at });
                    }
                    step = if opens { now } else { *behind };
                    continue;
                }
                Step::Go(to) => {
                    step = *to;
                    continue;
                }
                Step::Save(slot) => {
                    let slot = *slot as usize;
                    if let Some(place) = slots.get_mut(slot) {
                        later.push(Later::Restore { slot, was: *place });
                        *place = Some(at);
                    }
                    true
                }
                Step::At(look) => holds(*look, text, at),
            };
            step += 1;
            if goes_on {
                continue;
            }
            match self.back(text, slots, later) {
                None => return Ok(None),
                Some(place) => (step, at) = place,
            }
        }
    }

    /// Back to what was left to try last.
    fn back(&self, text: &str, slots: &mut [Option<usize>], later: &mut Vec<Later>) -> Option<(u32, usize)> {
        loop {
            match later.pop()? {
                Later::Restore { slot, was } => slots[slot] = was,
                Later::Try { step, at } => return Some((step, at)),
                Later::Less { step, at, least } => {
                    let fewer = (least..at).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(least);
                    if fewer > least {
                        later.push(Later::Less { step, at: fewer, least });
                    }
                    return Some((step, fewer));
                }
                Later::More { step, at, taken } => {
                    let Step::Run { set, most, .. } = &self.steps[step as usize] else { continue };
                    let Some(length) = set.length(text, at) else { continue };
                    if taken + 1 < *most {
                        later.push(Later::More { step, at: at + length, taken: taken + 1 });
                    }
                    return Some((step + 1, at + length));
                }
            }
        }
    }
}

/// Whether a place is as a look asks that `making` lets through.
#[inline]
fn holds(look: Look, text: &str, at: usize) -> bool {
    if look == Look::Start {
        return at == 0;
    }
    if look == Look::End {
        return at == text.len();
    }
    let bytes = text.as_bytes();
    let before = at.checked_sub(1).map(|before| bytes[before]);
    let word = |byte: Option<u8>, whole: fn(&str, usize) -> Option<char>| match byte {
        Some(byte) if byte >= 128 => of_a_word(whole(text, at)),
        Some(byte) => is_of_a_word(byte),
        None => false,
    };
    let behind = word(bytes.get(at).copied(), |text, at| text[at..].chars().next());
    word(before, |text, at| text[..at].chars().next_back()) != behind
}

const fn is_of_a_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn of_a_word(c: Option<char>) -> bool {
    c.is_some_and(regex_syntax::is_word_character)
}
