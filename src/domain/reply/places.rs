//! How many places a sentence offers. Counts of interns who are there already, ages, days, weeks, dates, house and
//! telephone numbers are no places; what is negated does not count.

use super::dates::Found;
use super::intent::{Heard, contains_word};
use super::plain::Plain;
use super::shape::Shape;
use super::words::{phones, unfolded};
use std::ops::Range;
use std::sync::LazyLock;

/// Numbers, in figures and words.
pub(super) const NUMBER: &str = r"\d{1,2}|een|eentje|twee|drie|drei|twie|vier|vijf|zes|zeven|acht|negen|tien|twaalf|one|two|three|four|five|six|seven|eight|nine|ten";
const NOUN: &str = r"(?:stage-?|leer-?|leerwerk-?|werk-?|bbl-?|bol-?|afstudeer-?|snuffelstage-?)?(?:plek(?:ken|je|jes|kie|kies)?|plaats(?:en|je)?)|stagi?aires?|stagiairs?|stagiaires|stagiaars?|stageloper(?:s)?|student(?:en|es|s)?|leerling(?:en)?|leerling-?\w+|(?:bbl|bol)'?[- ]?(?:er|ers|leerling(?:en)?|student(?:en)?|plek(?:ken)?)|jongens|jongeren|mensen|man|stages|interns?|internships?|trainees?|apprentices?|spots?|places?|positions?|openings?|vacatures?|placements?|kandidaten|kandidaat|dames|meiden|handen|people|person|persons|pupils?|jongen|meisje|meisjes|lads?|mechanics?|them|youngsters?|knapen|in opleiding|in training";

/// What is counted and is no place.
const UNIT: &str = r"dag(?:en)?|dagdelen?|days?|week|weken|weeks?|wk|maand(?:en)?|mnd|months?|jaar|jaren|jarig\w*|years?|uur|uren|hours?|minuten|min|minutes|kwartier|procent|%|euro|eur|km|kilometer|meter|m2|medewerkers?|werknemers?|personeelsleden|collega'?s?|krachten|vakmensen|fte|employees|colleagues|staff|klanten|bewoners|clienten|patienten|gasten|kinderen|bedden|kamers|vestigingen|locaties|filialen|winkels|afdelingen|etages?|verdiepingen?|keer|maal|times|vragen|opties|teams?|bedrijven|scholen|ploegen|auto's";

struct Shapes {
    counted: Shape,
    fits: Shape,
    listed: Shape,
    at_most: Shape,
    wanted: Shape,
    told: Shape,
    of_them: Shape,
    pairs: Shape,
    other: Vec<Shape>,
}

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let other: Vec<Shape> = [
        format!(r"\b(?:{NUMBER})(?:\s*(?:a|of|to|or|-|tot|en|and|t/m)\s*(?:{NUMBER}))?\s+(?:hele |volle |vaste |werk|school|betaalde |eigen |ervaren |full |working )*(?:{UNIT})(?:[^\w]|$)"),
        r"\b(?:1[4-9]|2\d)\s+(?:zijn|is|worden|wordt|of ouder|en ouder|plus|and older|or older|are)\b".to_owned(),
        r"\b\d+(?:e|de|ste|ste-|e-|nd|rd|th|st)\b".to_owned(),
        r"\b(?:week|wk|weken)\s+(?:nr\.? |nummer )?\d{1,2}(?:\s*(?:t/m|tot|en|-)\s*\d{1,2})?\b".to_owned(),
        r"\b[a-z]*(?:straat|laan|weg|plein|kade|dijk|dreef|singel|gracht|hof|pad|steeg|markt|park|street|road|avenue|lane)\s+\d+[a-z]?\b".to_owned(),
        r"\b(?:postbus|kamer|gebouw|unit|etage|verdieping|ingang|lijn|bus|nr\.?|nummer|toestel|optie|stap|fase|groep|klas|leerjaar|artikel|bijlage|pagina|versie|level|tel\.?|kvk|leeftijd(?: van)?|minimumleeftijd)\s*:?\s+\d+\b".to_owned(),
        r"\b(?:niveau'?s?|nivo'?s?|niv\.?|lvl|levels?|mbo)[- ]*[1-4](?:\s*(?:,|/|en|of|and|or|&|t/m|tot|-|\+)\s*(?:niveau |mbo[- ]?)?[1-4]\b)*".to_owned(),
        r"\b(?:bol|bbl)-?[1-4]\b|\b\d{1,2}[.:]\d{2}\b|\b\d{3,}\b|\b\d{4}\s?[a-z]{2}\b|€\s?\d+(?:[.,]\d+)?|\b\d{1,2}\s?\+|\b\d+\s?%".to_owned(),
    ]
    .map(Shape::new)
    .into();
    Shapes {
        counted: Shape::new(format!(
            r"\b({NUMBER}|tweetal|drietal|viertal|half a dozen)(?:\s*(?:a|of|to|or|-|tot|t/m|up to)\s*({NUMBER}))?(?:\s+(?:of |extra|vrije|nieuwe|open|leuke|enthousiaste|gemotiveerde|mbo|hbo|bbl|bol|goede|available|free|new|more|motivated|software|nog|à|andere|voltijd|mbo-?\d|derde|tweede|eerste|[a-z]+s?)){{0,3}}?\s+(?:{NOUN})\b"
        )),
        fits: Shape::new(format!(
            r"\b({NUMBER})(?:\s*(?:a|of|to|or|-|tot)\s*({NUMBER}))?\s+(?:[a-z]+\s+){{0,2}}?(?:can (?:join|start|come|begin)|terecht|kwijt|plaatsen|gebruiken|hebben|begeleiden|aannemen|ontvangen|kunnen|mogen|stuks|welkom|(?:er ?)?bij|(?:(?:is|zijn|kan|mag|lukt|past|passen) (?:ook |wel |zeker |nog |dan )*(?:prima|goed|ok|oke|welkom|mogelijk|geen probleem|erbij|er bij|fine|okay)))\b"
        )),
        listed: Shape::new(r"\b(\d{1,2})\s?x\s"),
        at_most: Shape::new(format!(
            r"\b(?:max\.?|maximaal|hooguit|hoogstens|up to|at most|maximum|minimaal|min\.?|zeker|ongeveer|circa|ca\.?|nog|plek v(?:oor|eur)|ruimte v(?:oor|eur)|plaats v(?:oor|eur)|plekken:|plaatsen:|aantal:?|take|host|have|need|doen|do|room for|space for)\s+(?:van |nog )?({NUMBER})(?:\s*(?:a|of|to|or|-|tot)\s*({NUMBER}))?(?:\s+(?:per|vanaf|voor|in|graag|stuks|tegelijk|at|from)\b|\s*[.,;!)]|\s*$)"
        )),
        wanted: Shape::new(
            r"\b(?:zoek(?:en)?|plek (?:is )?voor|plaats voor|ruimte voor|nog|looking for|room for|space for|welkom|kwijt) (?:nog |wel |we |wij |ik |naar |graag |per direct |een goede |een leuke )*(een|an?|one|iemand|someone)(?: (?:[a-z0-9]+ ){0,3}?(?:stagiair\w*|student|leerling|intern|trainee|bbl'?er|bol'?er|stageloper)\b|\b)",
        ),
        of_them: Shape::new(format!(
            r"\b(?:er|d'r|dr|'r) (?:juist |al |wel |graag |best |zeker |nog |ook |dan |maar |misschien |nu |met (?:alle )?(?:plezier|liefde) )*({NUMBER})(?:\s*(?:a|of|tot|-)\s*({NUMBER}))?(?:\s*[.,;!)]|\s*$|\s+(?:gebruiken|hebben|nemen|plaatsen|kwijt|bij|per|vanaf|nodig|komen|starten|beginnen|terecht|meelopen|welkom|mee|onder|over de vloer)\b)"
        )),
        told: Shape::new(format!(
            r"\b(?:stuur|doe|geef|plan|noteer|zet|reserveer|send|put)\s+(?:me |mij |ons |us |er |d'r |dr |'r |maar |gerust |dan |down |on |in |op )*({NUMBER})\b"
        )),
        pairs: Shape::new(format!(r"\b(?:een )?(tweetal|drietal|viertal|half a dozen) (?:of )?(?:{NOUN})\b")),
        other,
    }
});

impl Shapes {
    /// Those of which one tells that places are counted.
    fn counting(&self) -> [&Shape; 8] {
        let Self { counted, fits, listed, at_most, wanted, told, of_them, pairs, .. } = self;
        [counted, fits, listed, at_most, wanted, told, of_them, pairs]
    }
}

/// The expressions that are looked for in every sentence.
pub(super) fn shapes() -> Vec<&'static Shape> {
    SHAPES.other.iter().chain(SHAPES.counting()).collect()
}

/// The lower number of places, and the upper one of a range.
pub(super) type Count = (u32, Option<u32>);

/// The number of places that a sentence with these dates offers, and where it says so.
pub(super) fn places(text: &str, heard: &Heard, dates: &[Found], welcome: bool) -> Option<(Count, Range<usize>)> {
    let shapes = &*SHAPES;
    let sentence = &text[heard.range.clone()];
    let whole = &heard.plain;
    // letters in the place of numbers add no word, so that what is not a candidate now is none then
    if !shapes.counting().into_iter().any(|shape| whole.could_hold(shape)) {
        return None;
    }
    if let Some(found) = whole.captures(&shapes.pairs)
        && let Some(number) = found.get(1).and_then(|word| value(word.as_str()))
        && !heard.clauses.take_back(whole, &found.get(1)?.range())
    {
        return Some(((number, None), found.get(0)?.range()));
    }
    let listed: Vec<_> = whole.captures_iter(&shapes.listed).collect();
    if let (Some(first), Some(last)) = (listed.first(), listed.last()) {
        let sum = listed.iter().filter_map(|found| value(found.get(1)?.as_str())).sum::<u32>();
        return Some(((sum, None), first.get(0)?.start()..last.get(0)?.end()));
    }
    let plain = &without_other_numbers(whole, dates, shapes);
    let counts = [
        (&shapes.counted, true),
        (&shapes.fits, false),
        (&shapes.told, false),
        (&shapes.of_them, false),
        (&shapes.at_most, true),
    ];
    for (shape, needs_cue) in counts.into_iter().filter(|(shape, _)| whole.could_hold(shape)) {
        for found in shape.captures_iter(plain).take(30) {
            let (Some(place), Some(first)) = (found.get(0), found.get(1)) else { continue };
            let Some(least) = value(first.as_str()).filter(|least| (1..=40).contains(least)) else { continue };
            let anybody = [
                "man",
                "mensen",
                "people",
                "person",
                "persons",
                "handen",
                "them",
                "positions",
                "openings",
                "vacatures",
            ]
            .iter()
            .any(|end| place.as_str().ends_with(end));
            if anybody && !welcome {
                continue;
            }
            let article =
                first.as_str() == "een" && !sentence[unfolded(sentence, plain, &first.range())].contains(['é', 'É']);
            if article && !offers_one(plain, place.start(), place.as_str(), needs_cue) {
                continue;
            }
            if counts_something_else(plain, place.start(), place.end(), place.as_str())
                || heard.clauses.take_back(whole, &place.range())
            {
                continue;
            }
            let most = found.get(2).and_then(|word| value(word.as_str())).filter(|most| *most > least);
            return Some(((least, most), place.range()));
        }
    }
    let found = whole.could_hold(&shapes.wanted).then(|| shapes.wanted.find(plain))??;
    let other = counts_something_else(plain, found.start(), found.end(), found.as_str())
        || heard.clauses.take_back(whole, &found.range());
    (!other).then_some(((1, None), found.range()))
}

/// The sentence with letters in the place of every number that counts something else; its length stays.
fn without_other_numbers(plain: &Plain, dates: &[Found], shapes: &Shapes) -> String {
    let mut ranges: Vec<Range<usize>> = dates.iter().map(|found| found.range.clone()).collect();
    ranges.extend(phones(plain).into_iter().map(|(_, range)| range));
    for shape in plain.could_hold_of(&shapes.other, |shape| shape) {
        ranges.extend(shape.find_iter(plain).take(100).map(|found| found.range()));
    }
    let mut bytes = plain.as_bytes().to_vec();
    for range in ranges {
        for byte in bytes.get_mut(range).into_iter().flatten().filter(|byte| byte.is_ascii_alphanumeric()) {
            *byte = b'q';
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| (**plain).to_owned())
}

/// The article counts nothing ("een stagiair is welkom"), unless it counts places, or one more of those who are there.
fn offers_one(plain: &str, at: usize, words: &str, noun: bool) -> bool {
    const ROOM: &[&str] = &[
        "plek voor",
        "plaats voor",
        "ruimte voor",
        "plekje voor",
        "room for",
        "place for",
        "spot for",
        "nog",
        "er",
        "d'r",
        "maximaal",
        "max",
        "max.",
        "slechts",
        "hooguit",
        "zoeken",
        "zoek",
        "precies",
        "alleen",
        "voor",
        "kan er",
        "of",
    ];
    let before = plain[..at].trim_end();
    let cue = ROOM
        .iter()
        .any(|cue| before.ends_with(cue) && !before[..before.len() - cue.len()].ends_with(char::is_alphanumeric));
    let place = ["plek", "plaats", "spot", "place", "opening"].iter().any(|word| words.contains(word))
        && words.split_whitespace().count() <= 3;
    let rest = &plain[at + words.len()..];
    let more = [" kan er", " mag er", " past er", " can join"].iter().any(|word| rest.starts_with(word));
    place
        || more
        || cue && noun
        || words.ends_with("erbij")
        || words.ends_with("bij") && words.contains(" er ")
        || before.ends_with(" er")
        || before.ends_with(" mee")
}

/// Interns who are there already, last year's, or a number that is refused.
fn counts_something_else(plain: &str, from: usize, to: usize, words: &str) -> bool {
    let clause = plain[..from].rfind([',', ';', ':', '.', '!', '?']).map_or(0, |at| at + 1);
    let before: Vec<&str> = plain[clause..from]
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .collect();
    let near = before.iter().rev().take(3);
    let negated = near
        .clone()
        .any(|word| matches!(*word, "geen" | "no" | "not" | "zonder" | "niveau" | "level" | "mbo" | "week" | "nivo"));
    let present = [
        "al",
        "nu al",
        "momenteel al",
        "reeds",
        "already",
        "currently have",
        "vorig jaar",
        "vorig schooljaar",
        "vorige keer",
        "last year",
        "last time",
        "got",
        "maximum van",
        "lopen hier",
        "hadden",
        "gehad",
        "afgelopen",
        "rondlopen",
        "lopen er",
        "loopt er",
        "in dienst",
        "werken hier",
        "werken er",
        "team van",
        "with a team",
        "bedrijf van",
        "employees",
        "medewerkers",
    ];
    let after = after_words(plain, to);
    let window_start = plain[..from].char_indices().rev().nth(40).map_or(0, |(at, _)| at).max(clause);
    let window = &plain[window_start..to];
    let last = before.last().copied().unwrap_or_default();
    let bracketed = plain[..from].trim_end().ends_with('(')
        && ["man", "mensen", "people", "medewerkers"].iter().any(|end| words.ends_with(end));
    let crew = bracketed
        || matches!(last, "van" | "met" | "of" | "with")
            && ["man", "mensen", "people"].iter().any(|end| words.ends_with(end));
    let told = [
        " die wij",
        " die we ",
        " that we have",
        " die hier",
        " die er nu",
        " who are here",
        " rond",
        " lopen",
        " already",
        " walking",
        " al ",
        " at the moment",
        " op dit moment",
    ];
    let there = told.iter().any(|word| after.starts_with(word))
        || ["nu", "momenteel", "moment", "inmiddels", "currently"].contains(&last)
            && ["hebben", "heb", "have"].iter().any(|word| contains_word(&plain[clause..from], word))
            && !["plek", "plaats", "place", "spot"].iter().any(|word| words.contains(word))
            && !["nodig", "kwijt", "terecht", "over", "vrij"].iter().any(|word| contains_word(after, word));
    negated
        || crew
        || there
        || present.iter().any(|word| contains_word(window, word))
        || [
            "rondlopen",
            "lopen al",
            "al lopen",
            "gehad",
            "in dienst",
            "aan het werk",
            "aangenomen",
            "gestart",
            "begonnen",
        ]
        .iter()
        .any(|word| after.contains(word))
        || words.contains("jaar")
}

/// The forty characters behind a place.
pub(super) fn after_words(plain: &str, from: usize) -> &str {
    plain[from..].char_indices().nth(40).map_or(&plain[from..], |(at, _)| &plain[from..from + at])
}

pub(super) fn value(word: &str) -> Option<u32> {
    const WORDS: &[(&str, u32)] = &[
        ("een", 1),
        ("eentje", 1),
        ("one", 1),
        ("twee", 2),
        ("two", 2),
        ("drie", 3),
        ("drei", 3),
        ("twie", 2),
        ("tweetal", 2),
        ("drietal", 3),
        ("viertal", 4),
        ("half a dozen", 6),
        ("three", 3),
        ("vier", 4),
        ("four", 4),
        ("vijf", 5),
        ("five", 5),
        ("zes", 6),
        ("six", 6),
        ("zeven", 7),
        ("seven", 7),
        ("acht", 8),
        ("eight", 8),
        ("negen", 9),
        ("nine", 9),
        ("tien", 10),
        ("ten", 10),
        ("twaalf", 12),
    ];
    WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value).or_else(|| word.parse().ok())
}
