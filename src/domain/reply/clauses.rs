//! The clauses of a sentence, and what they do to the words in them: take them back ("geen leerling"), bind them to now
//! ("op dit moment vol"), or only wish them ("we zouden graag, maar …").

use super::reading::Intent;
use super::shape::Shape;
use std::ops::Range;
use std::sync::LazyLock;

/// Before these words a new clause begins.
const BREAKS: &str = r"[,;:.!?()]|\s-\s|\b(?:maar|but|echter|however|want|because|omdat|aangezien|doordat|dus|tenzij|unless|mits|behalve|except|daarna|die|who|dat|that|als|if|wanneer|when|alleen|zodra|hoewel|although|terwijl|en (?:wel|kunnen|kan|hebben|heb|willen|wil|zoeken|zijn|er|dan)|and (?:we|i|can|have|would|are))\b";
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

/// What a sentence was heard to say, in bytes of its folded form.
pub(super) type Said = (Intent, f32, Range<usize>);

/// Weighs what was heard in a folded sentence by the clauses that it stands in.
pub(super) fn weighed(plain: &str, said: Vec<Said>) -> Vec<Said> {
    let shapes = &*SHAPES;
    let bare = without_yes(plain, shapes);
    let clauses = clauses(plain, shapes);
    let question = plain.trim_end().ends_with('?');
    let mut kept: Vec<Said> = Vec::new();
    for (label, weight, range) in said {
        if label != Intent::Interested {
            // "geen haast", "niet alleen": no refusal
            let harmless = label == Intent::Declined
                && shapes.no.is_match(&plain[range.clone()])
                && !shapes.no.is_match(&bare[range.clone()]);
            if !harmless {
                kept.push((label, weight, range));
            }
            continue;
        }
        // "willen, maar we hebben" is two things
        if turns(&plain[range.clone()]) {
            continue;
        }
        let own = clauses.iter().filter(|clause| clause.start < range.end && range.start < clause.end);
        let taken_back = own.into_iter().any(|clause| shapes.no.is_match(&bare[clause.clone()]))
            || given_away(&bare, range.end, shapes);
        match (taken_back, question) {
            (false, _) => kept.push((label, weight, range)),
            (true, false) => kept.push((Intent::Declined, weight, range)),
            (true, true) => {}
        }
    }
    wished(plain, &bare, shapes, &mut kept);
    if shapes.unsure.is_match(plain) {
        kept.retain(|(label, _, _)| !matches!(label, Intent::Interested | Intent::Declined));
    }
    if let Some(clause) = not_now(plain, &bare, &clauses, shapes) {
        kept.push((Intent::Later, 0.6, clause));
    }
    kept
}

/// The sentence with the words that only look like a no made unreadable; its length stays.
fn without_yes(plain: &str, shapes: &Shapes) -> String {
    let mut bytes = plain.as_bytes().to_vec();
    for found in shapes.no_but_yes.find_iter(plain).take(100) {
        for byte in bytes.get_mut(found.range()).into_iter().flatten().filter(|byte| byte.is_ascii_alphabetic()) {
            *byte = b'q';
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| plain.to_owned())
}

/// The byte ranges of the clauses.
fn clauses(plain: &str, shapes: &Shapes) -> Vec<Range<usize>> {
    let mut starts: Vec<usize> = shapes.breaks.find_iter(plain).take(200).map(|found| found.start()).collect();
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
fn wished(plain: &str, bare: &str, shapes: &Shapes, said: &mut Vec<Said>) {
    let Some(turn) = shapes.wish.captures(plain).and_then(|found| found.get(1)) else { return };
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

/// The clause that says that there is no room now.
fn not_now(plain: &str, bare: &str, clauses: &[Range<usize>], shapes: &Shapes) -> Option<Range<usize>> {
    if plain.trim_end().ends_with('?') || !shapes.full.is_match(bare) && !shapes.now.is_match(bare) {
        return None;
    }
    clauses.iter().find_map(|clause| {
        let words = &bare[clause.clone()];
        let full = shapes.full.is_match(words);
        let now = shapes.now.is_match(words) && (full || shapes.no.is_match(words));
        (now || full && shapes.until.is_match(words)).then(|| {
            let text = &plain[clause.clone()];
            let lead = text.len() - text.trim_start_matches([' ', ',', ';', ':', '.']).len();
            clause.start + lead..clause.start + text.trim_end().len()
        })
    })
}

/// Whether the sentence goes on to say that somebody else got the places: "twee plekken, maar die zijn al vergeven".
fn given_away(bare: &str, from: usize, shapes: &Shapes) -> bool {
    let Some(found) = shapes.taken.find(&bare[from..]) else { return false };
    let between = &bare[from..from + found.start()];
    let own =
        between.contains("die ") || between.contains(" zijn") || between.contains(" is ") || between.contains(" are ");
    own && between.len() < 90 && !shapes.no.is_match(between) && !shapes.until.is_match(between)
}

/// Whether the clause around a range of a folded sentence takes back what the range says.
pub(super) fn takes_back(plain: &str, range: &Range<usize>) -> bool {
    let shapes = &*SHAPES;
    let bare = without_yes(plain, shapes);
    given_away(&bare, range.end, shapes)
        || clauses(plain, shapes)
            .iter()
            .filter(|clause| clause.start < range.end && range.start < clause.end)
            .any(|clause| shapes.no.is_match(&bare[clause.clone()]) || shapes.too_much.is_match(&bare[clause.clone()]))
}

/// Whether a folded text says that there is no room now.
pub(super) fn says_not_now(plain: &str) -> bool {
    let shapes = &*SHAPES;
    not_now(plain, &without_yes(plain, shapes), &clauses(plain, shapes), shapes).is_some()
}

/// Whether a folded text speaks of a time to come.
pub(super) fn speaks_of_later(plain: &str) -> bool {
    SHAPES.coming.is_match(plain)
}
