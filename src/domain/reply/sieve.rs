//! Tells in one pass over a text which of many expressions could be in it: every expression needs some words, and
//! those are looked for all at once.

use super::needs::{EDGE, Needs};
use super::shape::Shape;
use aho_corasick::AhoCorasick;
use std::collections::HashMap;

/// Lists of an expression that are looked at.
const PLANES: usize = 3;
/// Buckets of words, by their first two bytes.
const BUCKETS: usize = 4_096;

/// A word that lists need, of at most eight bytes.
struct Word {
    bytes: u64,
    mask: u64,
    length: usize,
    /// Whether it must end where a word ends.
    closes: bool,
    /// The lists in which it stands, as bits of [`Marks`] plane by plane.
    lists: Vec<u16>,
}

/// Words by their first two bytes.
struct Buckets {
    begins: Vec<u16>,
    words: Vec<u16>,
}

impl Buckets {
    fn of(words: &[(String, Word)], wanted: impl Fn(&str) -> bool) -> Self {
        let mut all = vec![Vec::new(); BUCKETS];
        for (number, (word, _)) in (0u16..).zip(words).filter(|(_, (word, _))| wanted(word)) {
            let bare = word.trim_matches(EDGE).as_bytes();
            match *bare {
                [] => {}
                // whatever follows
                [one] => (0..=255).for_each(|next| all[bucket(one, next)].push(number)),
                [one, next, ..] => all[bucket(one, next)].push(number),
            }
        }
        let mut made = Self { begins: vec![0], words: Vec::new() };
        for mut bucket in all {
            bucket.sort_unstable();
            bucket.dedup();
            made.words.extend(bucket);
            made.begins.push(u16::try_from(made.words.len()).unwrap_or(u16::MAX));
        }
        made
    }

    fn at(&self, one: u8, next: u8) -> &[u16] {
        let bucket = bucket(one, next);
        &self.words[usize::from(self.begins[bucket])..usize::from(self.begins[bucket + 1])]
    }
}

const fn bucket(one: u8, next: u8) -> usize {
    (one as usize * 67 + next as usize * 31) % BUCKETS
}

/// Many expressions' needs.
pub(super) struct Sieve {
    words: Vec<Word>,
    /// Those that begin where a word begins.
    opening: Buckets,
    /// Those that may stand anywhere.
    anywhere: Buckets,
    /// What is met without any word.
    met: Vec<u64>,
    /// How many expressions there are.
    length: usize,
}

/// Which expressions could be in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks(Vec<u64>);

impl Marks {
    /// Whether the expression of this number could be in the text.
    pub(super) fn has(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|bits| bits >> (number % 64) & 1 == 1)
    }

    /// The numbers of those that could, from one number up to another.
    pub(super) fn within(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = usize> {
        let mut at = range.start;
        std::iter::from_fn(move || {
            while at < range.end {
                let bits = self.0.get(at / 64)? >> (at % 64);
                if bits == 0 {
                    at = (at / 64 + 1) * 64;
                    continue;
                }
                at += bits.trailing_zeros() as usize + 1;
                return (at <= range.end).then_some(at - 1);
            }
            None
        })
    }
}

impl Sieve {
    /// The sieve of these shapes; they are numbered as they come.
    pub(super) fn new<'a>(shapes: impl IntoIterator<Item = &'a Shape>) -> Self {
        Self::of(&shapes.into_iter().map(Shape::needs).collect::<Vec<_>>())
    }

    pub(super) fn of(all: &[Needs]) -> Self {
        let plane = all.len().div_ceil(64).max(1);
        let mut met = vec![u64::MAX; PLANES * plane];
        let mut index: HashMap<&str, usize> = HashMap::new();
        let mut words: Vec<(String, Word)> = Vec::new();
        for (number, needs) in all.iter().enumerate() {
            for (which, list) in needs.iter().take(PLANES).enumerate() {
                let bit = which * plane * 64 + number;
                met[bit / 64] &= !(1 << (bit % 64));
                for word in list {
                    let at = *index.entry(word).or_insert_with(|| {
                        words.push((word.clone(), Word::of(word)));
                        words.len() - 1
                    });
                    words[at].1.lists.push(u16::try_from(bit).unwrap_or(u16::MAX));
                }
            }
        }
        Self {
            opening: Buckets::of(&words, |word| word.starts_with(EDGE)),
            anywhere: Buckets::of(&words, |word| !word.starts_with(EDGE)),
            words: words.into_iter().map(|(_, word)| word).collect(),
            met,
            length: all.len(),
        }
    }

    /// The expressions that could be in a folded text.
    pub(super) fn marks(&self, text: &str) -> Marks {
        let plane = self.met.len() / PLANES;
        if has_doubles(text) {
            return Marks(vec![u64::MAX; plane]);
        }
        let bytes = text.as_bytes();
        let mut met = self.met.clone();
        let mut in_word = false;
        for (at, byte) in bytes.iter().enumerate() {
            let next = bytes.get(at + 1).copied().unwrap_or_default();
            let mut look = |buckets: &Buckets| {
                for word in buckets.at(*byte, next) {
                    self.words[usize::from(*word)].meet(bytes, at, &mut met);
                }
            };
            // beside another letter than ASCII's a word may begin
            if !in_word {
                look(&self.opening);
            }
            look(&self.anywhere);
            in_word = is_of_a_word(*byte);
        }
        let (first, others) = met.split_at_mut(plane);
        for (at, bits) in first.iter_mut().enumerate() {
            others.chunks(plane).for_each(|plane| *bits &= plane[at]);
        }
        met.truncate(plane);
        if let Some(last) = met.last_mut()
            && self.length % 64 > 0
        {
            *last &= (1 << (self.length % 64)) - 1;
        }
        Marks(met)
    }

    /// The numbers of the expressions that could be in a folded text, in their order.
    pub(super) fn candidates(&self, text: &str) -> Vec<usize> {
        self.marks(text).within(0..self.length).collect()
    }
}

impl Word {
    fn of(word: &str) -> Self {
        let bare = word.trim_matches(EDGE).as_bytes();
        let bare = &bare[..bare.len().min(8)];
        let mask = if bare.len() == 8 { u64::MAX } else { (1 << (8 * bare.len())) - 1 };
        Self { bytes: eight(bare, 0), mask, length: bare.len(), closes: word.ends_with(EDGE), lists: Vec::new() }
    }

    /// Sets the bits of its lists where it stands at this place.
    fn meet(&self, bytes: &[u8], at: usize, met: &mut [u64]) {
        let there = eight(bytes, at) & self.mask == self.bytes;
        if there && !(self.closes && bytes.get(at + self.length).is_some_and(|byte| is_of_a_word(*byte))) {
            for bit in &self.lists {
                met[usize::from(*bit) / 64] |= 1 << (bit % 64);
            }
        }
    }
}

/// Eight bytes from a place on, none for those behind the end.
fn eight(bytes: &[u8], at: usize) -> u64 {
    match bytes[at..].first_chunk::<8>() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes[at..].iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte)),
    }
}

const fn is_of_a_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether the text holds doubles of ASCII's letters and digits: the Kelvin sign and the long s, which equal a `k` and
/// an `s` where case does not count, and other scripts' digits.
fn has_doubles(text: &str) -> bool {
    let double = |c: char| matches!(c, '\u{212a}' | '\u{17f}') || !c.is_ascii() && c.is_numeric();
    !text.is_ascii() && text.contains(double)
}

/// Tells the texts that a single expression cannot be in: every four bytes that one of its words begins with are a bit
/// here. Needs an expression whose words are that long.
pub(super) struct Filter(Box<[u64; BITS / 64]>);

/// Bits of a filter: few texts pass by chance.
const BITS: usize = 8_192;

impl Filter {
    pub(super) fn new(needs: &Needs) -> Option<Self> {
        let long = |list: &&Vec<String>| list.iter().all(|word| word.trim_matches(EDGE).len() >= 4);
        let list = needs.iter().filter(long).min_by_key(|list| list.len())?;
        let mut bits = Box::new([0; BITS / 64]);
        for word in list {
            let beginning = word.trim_matches(EDGE).as_bytes().first_chunk::<4>()?;
            let at = Self::place(*beginning);
            bits[at / 64] |= 1 << (at % 64);
        }
        Some(Self(bits))
    }

    /// The bit of four bytes, whatever their case.
    const fn place(four: [u8; 4]) -> usize {
        let folded = u32::from_le_bytes(four) | 0x2020_2020;
        (folded.wrapping_mul(0x9e37_79b1) >> 19) as usize % BITS
    }

    /// Whether the expression could be in the text.
    pub(super) fn lets_through(&self, text: &str) -> bool {
        let met = |four: &[u8]| {
            let at = Self::place([four[0], four[1], four[2], four[3]]);
            self.0[at / 64] >> (at % 64) & 1 == 1
        };
        text.as_bytes().windows(4).any(met) || has_doubles(text)
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
        assert_eq!(sieve.candidates("helaas hebben wij geen plek."), [0, 1]);
        assert_eq!(sieve.candidates("helaas."), [1]);
        assert_eq!(sieve.candidates("de ko\u{212a}"), [0, 1, 2]);
    }
}
