//! Weighs all words of a reply together: what the rules heard, which words stand where and beside which, and what is
//! asked. Each sign has a weight for each intent in `learned/weights.tsv`, a table that anybody can read; the one with
//! the greatest sum leads. The table is made from the mails that are worked on by `tests/it/reading/teach.rs`, and
//! from nothing else.

mod lexicon;

use self::lexicon::{class, is_class};
use super::intent::{Heard, Signs};
use super::lead;
use super::letter::Letter;
use super::read::{Context, read_and_keep};
use super::reading::Intent;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// What can lead, in the order of the table's columns.
pub const LABELS: [Intent; 7] = [
    Intent::Interested,
    Intent::Later,
    Intent::Declined,
    Intent::Question,
    Intent::Referral,
    Intent::OptOut,
    Intent::Other,
];

/// A weight for each of [`LABELS`].
pub type Weights = [f32; LABELS.len()];

/// Sentences that are weighed.
const SENTENCES: usize = 40;
/// Tokens of a sentence that are weighed.
const TOKENS: usize = 80;

/// How sure the words alone must be of an opt-out.
const SURE: f32 = 0.8;

/// Receives the signs of a reply.
pub trait Signed {
    /// A sign by the pieces of its name, how strong it is, and the number of its sentence, if it stands in one.
    fn sign(&mut self, name: &[&str], strength: f32, sentence: Option<usize>);
}

/// What leads a reply, by all its words.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The intent.
    pub lead: Intent,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// The sentence that speaks for it most, as its place among those heard.
    pub sentence: Option<usize>,
}

/// The table, by a hash of each sign's name.
struct Table(HashMap<u64, Weights, Plainly>);

/// Keys are hashes already.
#[derive(Default, Clone)]
struct Plainly(u64);

impl std::hash::BuildHasher for Plainly {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        Self(0)
    }
}

impl std::hash::Hasher for Plainly {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(self.0, bytes);
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, which can go on where it stopped.
fn hash(from: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(from, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = HashMap::default();
    for line in include_str!("learned/weights.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let name = fields.next().unwrap_or_default();
        let mut weights = Weights::default();
        for (weight, field) in weights.iter_mut().zip(fields) {
            *weight = field.parse().unwrap_or_default();
        }
        table.insert(hash(SEED, name.as_bytes()), weights);
    }
    Table(table)
});

/// Sums of the table's weights.
#[derive(Default)]
struct Sums {
    all: Weights,
    by_sentence: Vec<Weights>,
}

impl Signed for Sums {
    fn sign(&mut self, name: &[&str], strength: f32, sentence: Option<usize>) {
        let key = name.iter().fold(SEED, |hash_so_far, piece| hash(hash_so_far, piece.as_bytes()));
        let Some(weights) = TABLE.0.get(&key) else { return };
        for (sum, weight) in self.all.iter_mut().zip(weights) {
            *sum += weight * strength;
        }
        if let Some(sums) = sentence.and_then(|at| self.by_sentence.get_mut(at)) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += weight * strength;
            }
        }
    }
}

/// What leads. `ruled` is what the rules alone say, with their scores.
pub fn verdict(heard: &[Heard], signs: Signs, ruled: Intent, scores: &[(Intent, f32)]) -> Verdict {
    let mut sums = Sums { by_sentence: vec![Weights::default(); heard.len().min(SENTENCES)], ..Sums::default() };
    tell(heard, signs, ruled, scores, &mut sums);
    let highest = sums.all.iter().copied().fold(f32::MIN, f32::max);
    let powers = sums.all.map(|sum| (sum - highest).exp());
    let whole: f32 = powers.iter().sum();
    // that nobody is to be written to again takes a rule that heard it, or words that hardly mean anything else
    let told = scores.iter().any(|(label, score)| *label == Intent::OptOut && *score >= 0.3);
    let open = |at: &usize| LABELS[*at] != Intent::OptOut || told || powers[*at] / whole >= SURE;
    let best = (0..LABELS.len()).filter(open).max_by(|a, b| powers[*a].total_cmp(&powers[*b])).unwrap_or_default();
    let of = |at: &usize| sums.by_sentence[*at][best];
    let sentence = (0..sums.by_sentence.len()).max_by(|a, b| of(a).total_cmp(&of(b))).filter(|at| of(at) > 0.0);
    Verdict { lead: LABELS[best], confidence: powers[best] / whole, sentence }
}

/// The signs of a reply that weigh most for an intent: name and weight, the heaviest first.
pub fn heaviest(
    heard: &[Heard],
    signs: Signs,
    ruled: Intent,
    scores: &[(Intent, f32)],
    of: Intent,
) -> Vec<(String, f32)> {
    struct Named(usize, Vec<(String, f32)>);
    impl Signed for Named {
        fn sign(&mut self, name: &[&str], strength: f32, _: Option<usize>) {
            let name = name.concat();
            if let Some(weights) = TABLE.0.get(&hash(SEED, name.as_bytes())) {
                self.1.push((name, weights[self.0] * strength));
            }
        }
    }
    let Some(column) = LABELS.iter().position(|label| *label == of) else { return Vec::new() };
    let mut named = Named(column, Vec::new());
    tell(heard, signs, ruled, scores, &mut named);
    named.1.retain(|(_, weight)| *weight > 0.05);
    named.1.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    named.1.truncate(8);
    named.1
}

/// All signs of a person's letter, by name, as they are learned from; `None` where nobody's words are weighed.
pub fn signs_of(letter: &Letter, context: &Context) -> Option<Vec<(String, f32)>> {
    struct All(Vec<(String, f32)>);
    impl Signed for All {
        fn sign(&mut self, name: &[&str], strength: f32, _: Option<usize>) {
            self.0.push((name.concat(), strength));
        }
    }
    let heeded = read_and_keep(letter, context).1?;
    let scores = lead::scores(&heeded.heard, heeded.signs);
    let (ruled, _) = lead::lead(&scores, &heeded.heard, heeded.signs);
    let mut all = All(Vec::new());
    tell(&heeded.heard, heeded.signs, ruled, &scores, &mut all);
    Some(all.0)
}

/// Tells all signs of a reply.
pub fn tell(heard: &[Heard], signs: Signs, ruled: Intent, scores: &[(Intent, f32)], to: &mut impl Signed) {
    to.sign(&["ruled ", ruled.as_str()], 1.0, None);
    for (label, score) in scores {
        to.sign(&["score ", label.as_str()], *score, None);
    }
    let found = [
        (signs.places, "places"),
        (signs.referral, "referral"),
        (signs.follow_up, "follow_up"),
        (signs.referral && !signs.places, "referral, no places"),
        (signs.follow_up && !signs.places, "follow_up, no places"),
        (true, "always"),
    ];
    for (_, name) in found.iter().filter(|(is, _)| *is) {
        to.sign(&["found ", name], 1.0, None);
    }
    let count = heard.len().min(SENTENCES);
    let asks = |sentence: &Heard| sentence.plain.trim_end().ends_with('?');
    if count > 0 && heard.iter().all(asks) {
        to.sign(&["asks only"], 1.0, None);
    }
    if count == 1 {
        to.sign(&["one sentence"], 1.0, None);
    }
    for (at, sentence) in heard.iter().take(SENTENCES).enumerate() {
        let place = match (at, count) {
            (_, 1) => "",
            (0, _) => "first ",
            (at, count) if at + 1 == count => "last ",
            _ => "",
        };
        for label in LABELS {
            let weight = sentence.weight(label);
            if weight > 0.0 && (at == 0 || at + 1 == count) {
                to.sign(
                    &[if at + 1 == count { "last heard " } else { "first heard " }, label.as_str()],
                    weight,
                    Some(at),
                );
            }
        }
        words(sentence, at, place, asks(sentence), to);
    }
}

/// Tells the words of one sentence.
fn words(sentence: &Heard, at: usize, place: &str, asks: bool, to: &mut impl Signed) {
    let tokens = tokens(&sentence.plain);
    let mut say = |name: &[&str]| to.sign(name, 1.0, Some(at));
    if asks {
        say(&[place, "?"]);
    }
    let refuses = tokens.contains(&"GEEN");
    let once = |index: usize| !tokens[..index].contains(&tokens[index]);
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1).copied().unwrap_or("$");
        if index == 0 {
            say(&["^ ", token]);
        }
        say(&[token, " ", next]);
        if let Some(third) = tokens.get(index + 2) {
            say(&[token, " . ", third]);
        }
        if !once(index) {
            continue;
        }
        say(&[token]);
        if token.len() > 6
            && !is_class(token)
            && let Some(beginning) = token.get(..5)
        {
            say(&[beginning, "*"]);
        }
        if refuses {
            say(&["geen & ", token]);
        }
        if asks {
            say(&["? & ", token]);
        }
        if !place.is_empty() {
            say(&[place, token]);
        }
        if is_class(token) {
            let others = tokens[index + 1..].iter().enumerate();
            let others =
                others.filter(|(behind, other)| is_class(other) && *other != token && once(index + 1 + behind));
            for (_, other) in others {
                let (first, second) = if token < other { (token, other) } else { (other, token) };
                say(&[if refuses { "geen: " } else { "" }, if asks { "? : " } else { "" }, first, " & ", second]);
            }
        }
    }
}

/// What the words of a folded sentence stand for, in their order.
fn tokens(plain: &str) -> Vec<&str> {
    let of_a_word = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '-');
    let mut found = Vec::new();
    let mut number: Option<Range<usize>> = None;
    for piece in plain.split_whitespace().take(TOKENS) {
        let digits = piece.bytes().filter(u8::is_ascii_digit).count();
        let start = piece.as_ptr() as usize - plain.as_ptr() as usize;
        let counts =
            digits > 0 && piece.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '(' | ')' | '.' | ','));
        if !counts {
            flush(plain, &mut number, &mut found);
        }
        if counts {
            let from = number.as_ref().map_or(start, |number| number.start);
            number = Some(from..start + piece.len());
        } else if piece.contains('@') {
            found.push("MAIL");
        } else {
            for word in piece.split(|c: char| !of_a_word(c)) {
                let word = word.trim_matches(['\'', '-']);
                if !word.is_empty() {
                    found.push(class(word));
                }
            }
        }
    }
    flush(plain, &mut number, &mut found);
    found.truncate(TOKENS);
    found
}

/// Numbers that stand together are a telephone's, or what they are.
fn flush<'t>(plain: &'t str, number: &mut Option<Range<usize>>, found: &mut Vec<&'t str>) {
    let Some(range) = number.take() else { return };
    let words = &plain[range];
    if words.bytes().filter(u8::is_ascii_digit).count() >= 9 {
        found.push("TEL");
        return;
    }
    let numbers = words.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    found.extend(numbers.map(class));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_for_their_class() {
        assert_eq!(
            tokens("wij hebben geen stageplekken, mail p.vos@bedrijf.example of bel 06-12 34 56 78 na 12 mei 2027."),
            ["WIJ", "HEB", "GEEN", "PLEK", "CONT", "MAIL", "of", "CONT", "TEL", "na", "NUM", "MAAND", "JAAR"]
        );
    }

    #[test]
    fn every_line_of_the_table_is_a_name_with_a_weight_for_each_intent() {
        let lines = include_str!("learned/weights.tsv").lines().filter(|line| !line.starts_with('#'));
        let mut count = 0;
        for line in lines {
            let fields: Vec<&str> = line.split('\t').collect();
            assert_eq!(fields.len(), 1 + LABELS.len(), "{line}");
            assert!(fields[1..].iter().all(|field| field.parse::<f32>().is_ok_and(f32::is_finite)), "{line}");
            count += 1;
        }
        assert_eq!(TABLE.0.len(), count, "two signs share a hash or a name");
    }
}
