//! The clauses of a sentence, and what they do to the words in them: take them back ("geen leerling"), bind them to now
//! ("op dit moment vol"), or only wish them ("we zouden graag, maar …").

use super::plain::Plain;
use super::reading::Intent;
use super::shape::Shape;
use std::ops::Range;
use std::sync::LazyLock;

/// Before these words a new clause begins.
const BREAKS: &str = r"[,;:.!?()]|\s-\s|\b(?:maar|but|echter|however|want|because|omdat|aangezien|doordat|dus|tenzij|unless|mits|behalve|except|daarna|die|who|dat|that|als|if|wanneer|when|alleen|zodra|hoewel|although|terwijl|en (?:wel|kunnen|kan|hebben|heb|willen|wil|zoeken|zijn|er|dan)|and (?:we|i|can|have|would|are))\b";
/// Those of them that are one word.
const BREAK_WORDS: &[&str] = &[
    "maar",
    "but",
    "echter",
    "however",
    "want",
    "because",
    "omdat",
    "aangezien",
    "doordat",
    "dus",
    "tenzij",
    "unless",
    "mits",
    "behalve",
    "except",
    "daarna",
    "die",
    "who",
    "dat",
    "that",
    "als",
    "if",
    "wanneer",
    "when",
    "alleen",
    "zodra",
    "hoewel",
    "although",
    "terwijl",
];
/// Words that take back what stands in their clause.
const NO: &str = r"\b(?:geen|niet|niemand|nooit|nergens|niets|niks|evenmin|zonder|laat staan|onmogelijk|no|not|never|none|nobody|cannot|unable|impossible|without)\b|n't\b";
/// Words that look like that and take nothing back.
const NO_BUT_YES: &str = r"\bdon't see why not\b|\b(?:zeg|zeggen|zegt) .{0,20}geen nee\b|\bkan (?:me|mij|mie|ons) niet schelen\b|\bmaakt (?:me|mij|ons )?niet uit\b|\b(?:geen|niet) (?:lulverhalen|gezeur|gedoe)\b|\bgeen (?:enkel |enkele )?(?:probleem|problemen|bezwaar|bezwaren|punt|twijfel|haast)\b|\bniet (?:alleen|meer dan|langer dan|eerder dan|later dan|erg|verkeerd|onwelkom|zomaar|voor (?:begin|half|eind|medio|week|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december))\b|\bwaarom niet\b|\bwhy not\b|\bno (?:problem|more than|objection|doubt|worries)\b|\bnot (?:only|just|before|more than|earlier than|a problem)\b|\bniets liever\b|\bzonder (?:probleem|problemen|meer)\b|\bof niet\b|\b(?:geen|niet) (?:te |mbo |niveau |nivo |niv\.? |bol\b|bbl\b|hbo\b|vmbo\b|level )";
/// Words of the present.
const NOW: &str = r"\b(?:nu|momenteel|op (?:dit|het) moment|op dit ogenblik|vooralsnog|voorlopig|deze (?:periode|maand|zomer|winter)|dit (?:school|studie|kalender)?jaar|dit (?:kwartaal|seizoen|semester|najaar|voorjaar)|thans|at the moment|at present|at this (?:time|moment|point)|currently|right now|just now|for now|this (?:year|term|semester|summer|quarter)|presently)\b";
/// Words of a house without room.
const FULL: &str = r"\b(?:vol|volgeboekt|volgepland|volzet|bezet|voorzien|gesloten|dicht|compleet|freeze|te druk|erg druk|heel druk|onderbezet|full|fully|too busy|very busy|booked|closed|understaffed)\b";
/// A wish with its turn: what is said behind "maar" is what counts.
const WISH: &str = r"\b(?:zou|zouden|would|had|hadden|lijkt|lijken|klinkt|sounds|vind|vinden|leuk|mooi|goed|prima|nice|great)\b[^.!?;]*?(\b(?:maar|but|alleen|helaas|unfortunately|however|echter|only)\b[^.!?;]*)";
/// Words with which the turn offers something all the same.
const OFFERS: &str = r"\b(?:wel|pas|vanaf|per|na de|na het|dan|graag|volgend|volgende|welkom|plek|plekken|ruimte|next|from|after|room|only from|\d+|een|twee|drie)\b";
/// "Te klein", "too small".
const TOO_MUCH: &str = r"\b(?:te|too) (?:klein|druk|krap|gevaarlijk|specialistisch|hectisch|onrustig|ver|weinig|zwaar|moeilijk|small|busy|few|dangerous|remote|specialised|specialized)\b";
/// Until when.
const UNTIL: &str = r"\b(?:tot|t/m|until|till|through)\b";
/// Words of places that somebody else got.
const TAKEN: &str = r"\b(?:vergeven|bezet|gevuld|ingevuld|toegezegd|weggegeven|al weg|vol|taken|filled|given away)\b";
/// What the writer does not know yet.
const UNSURE: &str = r"\b(?:weet|weten) (?:het |ik |we |wij |nu |nog |alleen |dus |helaas |ook |echt |zelf |eigenlijk |eerlijk gezegd )*niet\b|\bniet zeker\b|\bgeen idee\b|\b(?:don't|do not) know\b|\bnot sure\b|\b(?:moet|moeten|ga|gaan|wil|willen|zal|zullen) .{0,30}\b(?:overleggen|navragen|bespreken|uitzoeken)\b|\b(?:need|have) to (?:check|discuss|ask)\b|\bhangt (?:er |nog |ook )*(?:van|af)\b|\bof (?:we|wij|ik) .{0,40}\b(?:kunnen|kan)\b.{0,40}\b(?:weten|weet|hangt|horen)\b|\bdepends on (?:whether|if)\b";
/// What comes later.
const COMING: &str = r"\b(?:weer|later|daarna|dan wel|volgend|volgende|komend|komende|straks|binnenkort|na de|na het|nieuwe (?:school)?jaar|half ?jaar|over (?:een|twee|drie|vier|enkele|een paar|\d+) (?:weken|week|maanden|maand|jaar)|in (?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|january|february|march|may|june|july|october)|again|after|afterwards|next|then|pas|vanaf|opnieuw)\b";

struct Shapes {
    breaks: Shape,
    no: Shape,
    no_but_yes: Shape,
    now: Shape,
    full: Shape,
    wish: Shape,
    offers: Shape,
    unsure: Shape,
    coming: Shape,
    too_much: Shape,
    until: Shape,
    taken: Shape,
}

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| Shapes {
    breaks: Shape::new(BREAKS),
    no: Shape::new(NO),
    no_but_yes: Shape::new(NO_BUT_YES),
    now: Shape::new(NOW),
    full: Shape::new(FULL),
    wish: Shape::new(WISH),
    offers: Shape::new(OFFERS),
    unsure: Shape::new(UNSURE),
    coming: Shape::new(COMING),
    too_much: Shape::new(TOO_MUCH),
    until: Shape::new(UNTIL),
    taken: Shape::new(TAKEN),
});

/// The expressions that are looked for in every sentence.
pub(super) fn shapes() -> Vec<&'static Shape> {
    let Shapes { breaks: _, no, no_but_yes, now, full, wish, offers, unsure, coming, too_much, until, taken } =
        &*SHAPES;
    vec![no, no_but_yes, now, full, wish, offers, unsure, coming, too_much, until, taken]
}

/// What a sentence was heard to say, in bytes of its folded form.
pub(super) type Said = (Intent, f32, Range<usize>);

/// The clauses of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clauses {
    /// The sentence with the words that only look like a no made unreadable, where it has any; its length stays.
    bare: Option<String>,
    /// The byte ranges of the clauses.
    ranges: Vec<Range<usize>>,
    /// The clause that says that there is no room now.
    pub(super) not_now: Option<Range<usize>>,
    /// Whether it speaks of a time to come.
    pub(super) coming: bool,
}

impl Clauses {
    /// The clauses of a folded sentence.
    pub(super) fn of(plain: &Plain) -> Self {
        let shapes = &*SHAPES;
        let mut found = Self {
            bare: without_yes(plain, shapes),
            ranges: ranges(plain, shapes),
            not_now: None,
            coming: plain.holds(&shapes.coming),
        };
        found.not_now = found.not_now(plain, shapes);
        found
    }

    fn bare<'a>(&'a self, plain: &'a Plain) -> &'a str {
        self.bare.as_deref().unwrap_or(plain)
    }

    /// The clauses that a range touches.
    fn around(&self, range: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let touches = |clause: &&Range<usize>| clause.start < range.end && range.start < clause.end;
        self.ranges.iter().filter(touches).cloned()
    }

    /// Weighs what was heard in the sentence by the clauses that it stands in.
    pub(super) fn weighed(&self, plain: &Plain, said: Vec<Said>) -> Vec<Said> {
        let shapes = &*SHAPES;
        let bare = self.bare(plain);
        let says_no = |words: &str| plain.could_hold(&shapes.no) && shapes.no.is_match(words);
        let question = plain.trim_end().ends_with('?');
        let mut kept: Vec<Said> = Vec::new();
        for (label, weight, range) in said {
            if label != Intent::Interested {
                // "geen haast", "niet alleen": no refusal
                let harmless = label == Intent::Declined
                    && self.bare.is_some()
                    && says_no(&plain[range.clone()])
                    && !says_no(&bare[range.clone()]);
                if !harmless {
                    kept.push((label, weight, range));
                }
                continue;
            }
            // "willen, maar we hebben" is two things
            if turns(&plain[range.clone()]) {
                continue;
            }
            let taken_back =
                self.around(&range).any(|clause| says_no(&bare[clause])) || given_away(plain, bare, range.end, shapes);
            match (taken_back, question) {
                (false, _) => kept.push((label, weight, range)),
                (true, false) => kept.push((Intent::Declined, weight, range)),
                (true, true) => {}
            }
        }
        wished(plain, bare, shapes, &mut kept);
        if plain.holds(&shapes.unsure) {
            kept.retain(|(label, _, _)| !matches!(label, Intent::Interested | Intent::Declined));
        }
        if let Some(clause) = &self.not_now {
            kept.push((Intent::Later, 0.6, clause.clone()));
        }
        kept
    }

    /// Whether the clause around a range of the sentence takes back what the range says.
    pub(super) fn take_back(&self, plain: &Plain, range: &Range<usize>) -> bool {
        let shapes = &*SHAPES;
        let bare = self.bare(plain);
        let says =
            |shape: &Shape, clause: &Range<usize>| plain.could_hold(shape) && shape.is_match(&bare[clause.clone()]);
        given_away(plain, bare, range.end, shapes)
            || self.around(range).any(|clause| says(&shapes.no, &clause) || says(&shapes.too_much, &clause))
    }

    fn not_now(&self, plain: &Plain, shapes: &Shapes) -> Option<Range<usize>> {
        let bare = self.bare(plain);
        let says = |shape: &Shape, words: &str| plain.could_hold(shape) && shape.is_match(words);
        if plain.trim_end().ends_with('?') || !says(&shapes.full, bare) && !says(&shapes.now, bare) {
            return None;
        }
        self.ranges.iter().find_map(|clause| {
            let words = &bare[clause.clone()];
            let full = says(&shapes.full, words);
            let now = says(&shapes.now, words) && (full || says(&shapes.no, words));
            (now || full && says(&shapes.until, words)).then(|| {
                let text = &plain[clause.clone()];
                let lead = text.len() - text.trim_start_matches([' ', ',', ';', ':', '.']).len();
                clause.start + lead..clause.start + text.trim_end().len()
            })
        })
    }
}

/// The sentence with the words that only look like a no made unreadable, if it has any; its length stays.
fn without_yes(plain: &Plain, shapes: &Shapes) -> Option<String> {
    let mut bytes: Option<Vec<u8>> = None;
    for found in plain.find_iter(&shapes.no_but_yes).take(100) {
        let bytes = bytes.get_or_insert_with(|| plain.as_bytes().to_vec());
        for byte in bytes.get_mut(found.range()).into_iter().flatten().filter(|byte| byte.is_ascii_alphabetic()) {
            *byte = b'q';
        }
    }
    String::from_utf8(bytes?).ok()
}

/// The byte ranges of the clauses.
fn ranges(plain: &str, shapes: &Shapes) -> Vec<Range<usize>> {
    let mut starts: Vec<usize> = if plain.is_ascii() {
        breaks(plain)
    } else {
        shapes.breaks.find_iter(plain).map(|found| found.start()).collect()
    };
    starts.truncate(200);
    starts.push(plain.len());
    let mut from = 0;
    let mut found = Vec::new();
    for to in starts {
        if to > from {
            found.push(from..to);
        }
        from = to;
    }
    found
}

/// Where [`BREAKS`] is in a text of ASCII: looked for in every sentence, and worth a scan of its own.
fn breaks(plain: &str) -> Vec<usize> {
    let bytes = plain.as_bytes();
    let in_word = |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let word_at = |at: usize| &plain[at..(at..=bytes.len()).find(|end| !in_word(*end)).unwrap_or(at)];
    let white =
        |at: usize| bytes.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c));
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b',' | b';' | b':' | b'.' | b'!' | b'?' | b'(' | b')') {
            found.push(at);
            at += 1;
        } else if white(at) && bytes.get(at + 1) == Some(&b'-') && white(at + 2) {
            found.push(at);
            at += 3;
        } else if in_word(at) {
            let word = word_at(at);
            let behind = at + word.len() + 1;
            let next =
                if matches!(word, "en" | "and") && bytes.get(behind - 1) == Some(&b' ') { word_at(behind) } else { "" };
            let pair = match word {
                "en" => matches!(
                    next,
                    "wel" | "kunnen" | "kan" | "hebben" | "heb" | "willen" | "wil" | "zoeken" | "zijn" | "er" | "dan"
                ),
                "and" => matches!(next, "we" | "i" | "can" | "have" | "would" | "are"),
                _ => false,
            };
            if pair || BREAK_WORDS.contains(&word) {
                found.push(at);
            }
            at += word.len() + if pair { 1 + next.len() } else { 0 };
        } else {
            at += 1;
        }
    }
    found
}

fn turns(words: &str) -> bool {
    ["maar", "but", "however", "echter"].iter().any(|word| super::intent::contains_word(words, word))
        && words.contains([',', ' '])
        && ![
            "stuur maar",
            "d'r maar",
            "dr maar",
            "doe maar",
            "laat maar",
            "kom maar",
            "plan maar",
            "geef maar",
            "er maar",
            "ons maar",
            "mij maar",
            "me maar",
        ]
        .iter()
        .any(|yes| words.contains(yes))
}

/// "Het lijkt ons leuk, maar …": the wish in front counts for nothing, unless an offer follows.
fn wished(plain: &Plain, bare: &str, shapes: &Shapes, said: &mut Vec<Said>) {
    let Some(turn) = plain.captures(&shapes.wish).and_then(|found| found.get(1)) else { return };
    let rest = &bare[turn.range()];
    let asks = plain.trim_end().ends_with('?')
        || said.iter().any(|(label, _, range)| {
            matches!(label, Intent::Question | Intent::Referral | Intent::OptOut) && range.start >= turn.start()
        });
    let offers = shapes.offers.is_match(rest) && !shapes.no.is_match(rest) && !shapes.full.is_match(rest);
    let irreal = super::intent::contains_word(plain, "zou")
        || super::intent::contains_word(plain, "zouden")
        || plain.contains("would");
    if asks || offers || !irreal && !shapes.no.is_match(rest) && !shapes.too_much.is_match(rest) {
        return;
    }
    let refused = shapes.no.is_match(rest);
    said.retain(|(label, _, range)| *label != Intent::Interested || !refused && range.start >= turn.start());
    said.push((Intent::Declined, 0.65, turn.range()));
}

/// Whether the sentence goes on to say that somebody else got the places: "twee plekken, maar die zijn al vergeven".
fn given_away(plain: &Plain, bare: &str, from: usize, shapes: &Shapes) -> bool {
    if !plain.could_hold(&shapes.taken) {
        return false;
    }
    let Some(found) = shapes.taken.find(&bare[from..]) else { return false };
    let between = &bare[from..from + found.start()];
    let own =
        between.contains("die ") || between.contains(" zijn") || between.contains(" is ") || between.contains(" are ");
    own && between.len() < 90 && !shapes.no.is_match(between) && !shapes.until.is_match(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_scan_finds_the_breaks_that_the_expression_finds(
            words in proptest::collection::vec("maar|en|en wel|and|we|dan|die|als_|- | - |[ ,.a-c'-]{1,3}", 0..12),
            gap in " ?",
        ) {
            let text = words.join(&gap);
            let wanted: Vec<usize> = SHAPES.breaks.find_iter(&text).map(|found| found.start()).collect();
            prop_assert_eq!(breaks(&text), wanted, "{:?}", text);
        }
    }
}
