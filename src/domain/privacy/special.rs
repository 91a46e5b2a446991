//! Words of special data (General Data Protection Regulation, articles 9 and 10): they warn, and offer a way to say only what
//! the work asks. Words alone decide nothing, so nothing is refused for them.

use crate::domain::words::Lang;
use serde::Serialize;

/// What a word may say about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Health.
    Health,
    /// Origin.
    Origin,
    /// Belief.
    Belief,
    /// Sexual life and gender.
    Gender,
    /// Police and court.
    Court,
}

/// Whole words; one that ends in `*` stands for all that begin so.
const WORDS: [(Kind, &[&str]); 5] = [
    (
        Kind::Health,
        &[
            "adhd",
            "add",
            "allergi*",
            "angststoornis*",
            "asperger*",
            "astma*",
            "autis*",
            "autistic",
            "beperking*",
            "bipola*",
            "burn-out*",
            "burnout*",
            "depressi*",
            "diabet*",
            "diagnos*",
            "dyscalculi*",
            "dyslexi*",
            "epileps*",
            "epilepti*",
            "gehandicapt*",
            "handicap*",
            "medicati*",
            "medicijn*",
            "mentaal",
            "odd",
            "pdd-nos",
            "psychi*",
            "psycho*",
            "ptss",
            "ptsd",
            "rolstoel*",
            "therapie*",
            "therapy",
            "trauma*",
            "verslaafd*",
            "verslaving*",
            "ziek",
            "zieke",
            "ziekte*",
            "zwanger*",
            "pregnan*",
            "illness*",
            "disabilit*",
        ],
    ),
    (
        Kind::Origin,
        &[
            "afkomst",
            "allochto*",
            "antilliaan*",
            "asielzoek*",
            "asylum",
            "buitenlander*",
            "ethni*",
            "etnisch*",
            "etniciteit",
            "immigra*",
            "marokkaan*",
            "migratieachtergrond",
            "nationaliteit*",
            "nationality",
            "statushouder*",
            "surinamer*",
            "surinaamse",
            "syriër*",
            "turkse",
            "vluchteling*",
            "refugee*",
        ],
    ),
    (
        Kind::Belief,
        &[
            "bidt",
            "bidden",
            "christelijk*",
            "christen*",
            "gebed*",
            "gelovig*",
            "geloof",
            "gereformeerd*",
            "hijab",
            "hindoe*",
            "hoofddoek*",
            "islam*",
            "jehova*",
            "joods*",
            "katholiek*",
            "moskee*",
            "moslim*",
            "muslim*",
            "ramadan*",
            "religi*",
        ],
    ),
    (
        Kind::Gender,
        &[
            "bisexu*",
            "biseksue*",
            "gay",
            "geaardheid",
            "homo",
            "homoseksue*",
            "lesbi*",
            "lhbti*",
            "non-binair*",
            "transgender*",
        ],
    ),
    (
        Kind::Court,
        &[
            "aangehouden",
            "crimine*",
            "delict*",
            "detentie*",
            "gearresteerd*",
            "gedetineerd*",
            "gevangenis*",
            "halt-straf*",
            "justitie*",
            "jeugdgevangenis*",
            "reclassering*",
            "strafblad",
            "taakstraf*",
            "veroordeel*",
            "verdachte",
            "convict*",
            "probation",
        ],
    ),
];

impl Kind {
    /// What it is about.
    const fn about(self, lang: Lang) -> &'static str {
        match self {
            Self::Health => lang.t("gezondheid", "health"),
            Self::Origin => lang.t("afkomst", "origin"),
            Self::Belief => lang.t("geloof", "belief"),
            Self::Gender => lang.t("geaardheid", "sexual orientation"),
            Self::Court => lang.t("politie of justitie", "police or court"),
        }
    }

    /// How to say what the work asks.
    const fn instead(self, lang: Lang) -> &'static str {
        match self {
            Self::Health => lang.t(
                "Schrijf alleen wat op de werkplek nodig is: “werkt het liefst op een rustige plek”.",
                "Write only what the workplace has to offer: “works best in a quiet place”.",
            ),
            Self::Origin => lang.t(
                "Schrijf alleen wat het werk vraagt: “spreekt goed Nederlands en Engels”.",
                "Write only what the work asks: “speaks Dutch and English well”.",
            ),
            Self::Belief => lang.t(
                "Schrijf alleen welke dagen en uren kunnen: “niet op vrijdagmiddag”.",
                "Write only which days and hours are possible: “not on Friday afternoons”.",
            ),
            Self::Gender => lang.t("Laat het weg: het werk vraagt er niet naar.", "Leave it out: no work asks for it."),
            Self::Court => lang.t(
                "Schrijf alleen of de plek een VOG vraagt: “zoekt werk waarvoor geen VOG nodig is”.",
                "Write only whether a certificate of conduct is asked: “seeks work that asks for none”.",
            ),
        }
    }

    /// One sentence about a word that was found; `{}` stands for the word in what a browser is given.
    pub fn say(self, word: &str, lang: Lang) -> String {
        let (about, instead) = (self.about(lang), self.instead(lang));
        match lang {
            Lang::Nl => format!("“{word}” lijkt iets over {about} te zeggen. {instead}"),
            Lang::En => format!("“{word}” seems to say something about {about}. {instead}"),
        }
    }
}

/// A word that was found, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it may be about.
    pub kind: Kind,
    /// The word.
    pub word: String,
}

/// The first word of each kind in a text.
pub fn find(text: &str) -> Vec<Found> {
    let words: Vec<&str> =
        text.split(|c: char| !(c.is_alphabetic() || c == '-')).filter(|word| !word.is_empty()).collect();
    let of_kind = |(kind, known): &(Kind, &[&str])| {
        let found = words.iter().find(|word| known.iter().any(|pattern| fits(pattern, word)))?;
        Some(Found { kind: *kind, word: (*found).to_owned() })
    };
    WORDS.iter().filter_map(of_kind).collect()
}

fn fits(pattern: &str, word: &str) -> bool {
    let word = word.to_lowercase();
    pattern.strip_suffix('*').map_or_else(|| word == pattern, |start| word.starts_with(start))
}

/// One kind for a script that looks while somebody types.
#[derive(Debug, Clone, Serialize)]
pub struct Watched {
    /// The words, as in the table.
    pub words: &'static [&'static str],
    /// The sentence, with `{}` for the word.
    pub says: String,
}

/// Every kind with its words, in a language.
pub fn watched(lang: Lang) -> Vec<Watched> {
    WORDS.iter().map(|(kind, words)| Watched { words, says: kind.say("{}", lang) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_special_data_are_found_whole_and_others_pass() {
        for (text, expected) in [
            ("Heeft ADHD, dus een rustige plek.", vec![(Kind::Health, "ADHD")]),
            (
                "Draagt een hoofddoek en is vluchteling",
                vec![(Kind::Origin, "vluchteling"), (Kind::Belief, "hoofddoek")],
            ),
            ("autisme, en een strafblad", vec![(Kind::Health, "autisme"), (Kind::Court, "strafblad")]),
            ("PDD-NOS", vec![(Kind::Health, "PDD-NOS")]),
            ("Wil in een ziekenhuis of bij een fysiotherapeut werken.", vec![]),
            ("Zoekt een plek als verkoper in Amsterdam, vier dagen.", vec![]),
            ("Additionele uren kunnen, gelooft in zichzelf.", vec![]),
            ("", vec![]),
        ] {
            let found: Vec<_> = find(text).into_iter().map(|found| (found.kind, found.word)).collect();
            let expected: Vec<_> = expected.into_iter().map(|(kind, word)| (kind, word.to_owned())).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_a_browser_watches_for_is_the_same_table() {
        for lang in [Lang::Nl, Lang::En] {
            let watched = watched(lang);
            assert_eq!(watched.len(), WORDS.len());
            for (one, (kind, words)) in watched.iter().zip(WORDS) {
                assert_eq!((one.words, one.says.replace("{}", "x")), (words, kind.say("x", lang)));
                assert!(words.iter().all(|word| *word == word.to_lowercase()), "{words:?}");
            }
        }
    }
}
