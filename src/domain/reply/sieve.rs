//! Tells in one pass over a text which of many expressions could be in it: every expression needs some words, and
//! those are looked for all at once.

use super::needs::{EDGE, Needs};
use super::shape::Shape;
use aho_corasick::AhoCorasick;
use std::collections::BTreeMap;
use std::ops::Range;

/// Lists of an expression that are looked at.
const PLANES: usize = 3;
/// Buckets of words, by their first bytes.
const BUCKETS: usize = 2_048;

/// A word that lists need, of at most eight bytes.
#[derive(Clone)]
struct Word {
    bytes: u64,
    length: u8,
    /// Whether it must end where a word ends.
    closes: bool,
    /// Its place among [`Sieve::lists`].
    lists: Range<u32>,
}

/// Words with a beginning of the same length, by that.
struct Buckets {
    length: u8,
    begins: Vec<u16>,
    words: Vec<Word>,
}

impl Buckets {
    /// Those of the words that are `length` bytes long, or longer where that is as far as is looked.
    fn of(words: &[Word], length: u8) -> Self {
        let own = |word: &&Word| word.length == length || word.length > length && length == LONGEST;
        let mut own: Vec<Word> = words.iter().filter(own).cloned().collect();
        own.sort_by_key(|word| bucket(word.bytes & mask(length)));
        let place = |bucket_no: usize| own.partition_point(|word| bucket(word.bytes & mask(length)) < bucket_no);
        let begins = (0..=BUCKETS).map(|bucket| u16::try_from(place(bucket)).unwrap_or(u16::MAX)).collect();
        Self { length, begins, words: own }
    }

    fn at(&self, eight: u64) -> &[Word] {
        let bucket = bucket(eight & mask(self.length));
        &self.words[usize::from(self.begins[bucket])..usize::from(self.begins[bucket + 1])]
    }
}

/// Bytes by which words are told apart first.
const LONGEST: u8 = 4;

const fn mask(length: u8) -> u64 {
    if length >= 8 { u64::MAX } else { (1 << (8 * length)) - 1 }
}

const fn bucket(beginning: u64) -> usize {
    (beginning.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize % BUCKETS
}

/// Many expressions' needs.
pub(super) struct Sieve {
    /// Words that begin where a word begins.
    opening: Vec<Buckets>,
    /// Words that may stand anywhere.
    anywhere: Vec<Buckets>,
    /// The lists in which words stand, as bits of [`Marks`] plane by plane.
    lists: Vec<u16>,
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
    pub(super) fn within(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
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
        let mut lists_of: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
        for (number, needs) in all.iter().enumerate() {
            for (which, list) in needs.iter().take(PLANES).enumerate() {
                let bit = which * plane * 64 + number;
                met[bit / 64] &= !(1 << (bit % 64));
                for word in list {
                    lists_of.entry(word).or_default().push(u16::try_from(bit).unwrap_or(u16::MAX));
                }
            }
        }
        let mut lists = Vec::new();
        let (mut opening, mut anywhere) = (Vec::new(), Vec::new());
        for (word, own) in lists_of {
            let begin = u32::try_from(lists.len()).unwrap_or(u32::MAX);
            lists.extend(own);
            let end = u32::try_from(lists.len()).unwrap_or(u32::MAX);
            let of = if word.starts_with(EDGE) { &mut opening } else { &mut anywhere };
            of.push(Word::of(word, begin..end));
        }
        let buckets = |words: &[Word]| -> Vec<Buckets> {
            (1..=LONGEST).map(|length| Buckets::of(words, length)).filter(|buckets| !buckets.words.is_empty()).collect()
        };
        Self { opening: buckets(&opening), anywhere: buckets(&anywhere), lists, met, length: all.len() }
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
            let there = eight(bytes, at);
            // beside another letter than ASCII's a word may begin
            let opening = if in_word { &[][..] } else { &self.opening };
            for word in opening.iter().chain(&self.anywhere).flat_map(|buckets| buckets.at(there)) {
                if word.stands(bytes, at, there) {
                    for bit in &self.lists[word.lists.start as usize..word.lists.end as usize] {
                        met[usize::from(*bit) / 64] |= 1 << (bit % 64);
                    }
                }
            }
            in_word = is_of_a_word(*byte);
        }
        let (first, others) = met.split_at_mut(plane);
        for (at, bits) in first.iter_mut().enumerate() {
            others.chunks(plane).for_each(|plane| *bits &= plane[at]);
        }
        met.truncate(plane);
        if let Some(last) = met.last_mut()
            && !self.length.is_multiple_of(64)
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
    fn of(word: &str, lists: Range<u32>) -> Self {
        let bare = word.trim_matches(EDGE).as_bytes();
        let length = u8::try_from(bare.len().min(8)).unwrap_or(8);
        Self { bytes: eight(bare, 0) & mask(length), length, closes: word.ends_with(EDGE), lists }
    }

    /// Whether it stands at this place, where these eight bytes are.
    fn stands(&self, bytes: &[u8], at: usize, there: u64) -> bool {
        there & mask(self.length) == self.bytes
            && !(self.closes && bytes.get(at + usize::from(self.length)).is_some_and(|byte| is_of_a_word(*byte)))
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
    if text.is_ascii() {
        return false;
    }
    // the letters of Europe and its quotation marks are none of them: told by their first bytes
    let bytes = text.as_bytes();
    bytes.iter().enumerate().any(|(at, byte)| match byte {
        ..0xc5 | 0xc6..0xd9 => false,
        0xc5 => bytes.get(at + 1) == Some(&0xbf),
        0xe2 if bytes.get(at + 1) == Some(&0x80) => false,
        _ => text[at..].chars().next().is_some_and(|c| c == '\u{212a}' || c.is_numeric()),
    })
}

/// Tells the texts that a single expression cannot be in: the first bytes of every word of one of its lists are a bit
/// here. Needs an expression whose words are that long.
pub(super) struct Filter {
    bits: Box<[u64; BITS / 64]>,
    /// How many bytes of a word count.
    length: usize,
}

/// Bits of a filter: few texts pass by chance.
const BITS: usize = 8_192;

impl Filter {
    pub(super) fn new(needs: &Needs) -> Option<Self> {
        let shortest = |list: &Vec<String>| list.iter().map(|word| word.trim_matches(EDGE).len()).min().unwrap_or(0);
        let list = needs.iter().max_by_key(|list| (shortest(list).min(8), std::cmp::Reverse(list.len())))?;
        let length = shortest(list).min(8);
        if length < 4 {
            return None;
        }
        let mut made = Self { bits: Box::new([0; BITS / 64]), length };
        for word in list {
            let at = made.place(eight(word.trim_matches(EDGE).as_bytes(), 0));
            made.bits[at / 64] |= 1 << (at % 64);
        }
        Some(made)
    }

    /// The bit of the first of these bytes, whatever their case.
    const fn place(&self, eight: u64) -> usize {
        let folded = (eight | 0x2020_2020_2020_2020) << (64 - 8 * self.length);
        (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 51) as usize % BITS
    }

    /// Whether the expression could be in the text.
    pub(super) fn lets_through(&self, text: &str) -> bool {
        let met = |four: u64| {
            let at = self.place(four);
            self.bits[at / 64] >> (at % 64) & 1 == 1
        };
        let bytes = text.as_bytes();
        let tail = bytes.len().saturating_sub(7);
        bytes.windows(8).any(|eight| met(u64::from_le_bytes(eight.try_into().unwrap_or_default())))
            || (tail..bytes.len()).any(|at| met(eight(bytes, at)))
            || has_doubles(text)
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
