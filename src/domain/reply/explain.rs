//! Why a letter was read as it was: every rule that spoke, with the words it saw, what the clauses made of it, and the
//! step at which the winner won.

use super::intent::Signs;
use super::lead::{self, Why};
use super::learned;
use super::letter::Letter;
use super::origin::{self, Sign};
use super::phrases::INTENT_TABLE;
use super::read::{Context, read_and_keep};
use super::reading::{Intent, Language, Reading, Span};
use super::words::folded_span;
use crate::domain::words::Lang;

/// A rule that spoke.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoke {
    /// Its phrase, as it stands in the table.
    pub phrase: &'static str,
    /// Its language.
    pub language: Language,
    /// What it says.
    pub label: Intent,
    /// How sure, 0 to 1.
    pub weight: f32,
    /// The words it saw.
    pub words: String,
}

/// A sentence with what was heard in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// The sentence.
    pub text: String,
    /// The rules that spoke in it.
    pub rules: Vec<Spoke>,
    /// What is left of that once its clauses were looked at: a no that takes a yes back, a question that refuses nothing.
    pub left: Vec<(Intent, f32, Span)>,
}

/// How a letter came to its reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The reading.
    pub reading: Reading,
    /// The sign by which its kind was told.
    pub sign: Sign,
    /// The sentences of a person's letter, in their order.
    pub sentences: Vec<Sentence>,
    /// What else was found, and added to the scores.
    pub signs: Signs,
    /// The scores, highest first.
    pub scores: Vec<(Intent, f32)>,
    /// What weighed most for the winner in the table of all words, with its weight; the heaviest first.
    pub words: Vec<(String, f32)>,
    /// Why the winner won; `None` where nobody's words were weighed.
    pub why: Option<Why>,
}

/// Reads the letter and says why.
pub fn explain(letter: &Letter, context: &Context) -> Explanation {
    let (reading, heeded) = read_and_keep(letter, context);
    let (_, sign) = origin::judged(letter, &reading.reply_text);
    let mut told = Explanation {
        reading,
        sign,
        sentences: Vec::new(),
        signs: Signs::default(),
        scores: Vec::new(),
        words: Vec::new(),
        why: None,
    };
    let Some(heeded) = heeded else { return told };
    for sentence in &heeded.heard {
        let text = &heeded.text[sentence.range.clone()];
        let rules = INTENT_TABLE.spoken_in(&sentence.plain).into_iter().map(|(row, place)| Spoke {
            phrase: row.phrase,
            language: row.language,
            label: row.label,
            weight: row.weight,
            words: folded_span(text, &sentence.plain, &place).text,
        });
        told.sentences.push(Sentence { text: text.to_owned(), rules: rules.collect(), left: sentence.said.clone() });
    }
    told.signs = heeded.signs;
    told.scores = lead::scores(&heeded.heard, heeded.signs);
    told.scores.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (led, why, _) = lead::led(&told.scores, &heeded.heard, heeded.signs);
    let (ruled, _) = lead::lead(&told.scores, &heeded.heard, heeded.signs);
    told.why = Some(why);
    told.words = learned::heaviest(&heeded.heard, heeded.signs, ruled, &told.scores, led);
    told
}

impl Why {
    /// The reason in words.
    pub const fn says(self, lang: Lang) -> &'static str {
        match self {
            Self::NoMoreMail => lang.t("geen mail meer gaat boven alles", "no more mail wins over everything"),
            Self::SentOn => lang.t(
                "er wordt naar iemand anders verwezen, en niets aangeboden",
                "somebody else is named as the one to ask, and nothing is offered",
            ),
            Self::NoAndSentOn => lang
                .t("een duidelijk eigen nee; de ander is een tip", "a clear no of their own; somebody else is a tip"),
            Self::OpensWithNo => lang.t("de mail begint met nee", "the mail begins with no"),
            Self::ForGood => {
                lang.t("een duidelijk nee dat van geen later spreekt", "a clear no that speaks of no time to come")
            }
            Self::NotNow => lang.t("nu niet, wel later", "not now, but later"),
            Self::Yes => lang.t("het ja weegt zwaarder dan het nee", "the yes outweighs the no"),
            Self::No => lang.t("het nee weegt het zwaarst", "the no weighs most"),
            Self::Asks => lang.t("er wordt eerst iets gevraagd", "something is asked first"),
            Self::Words => lang.t("alle woorden samen wegen zwaarder", "all words together weigh more"),
            Self::Weak => lang.t("het sterkste van zwakke tekens", "the strongest of weak signs"),
            Self::Silence => lang.t("geen regel sprak luid genoeg", "no rule spoke loud enough"),
        }
    }
}

impl Sign {
    /// The sign in words.
    pub const fn says(self, lang: Lang) -> &'static str {
        match self {
            Self::NoMessage => lang.t("dit is geen bericht", "this is no message"),
            Self::Program => lang.t("een verzenddienst meldt het in JSON", "a sending service tells it in JSON"),
            Self::Guest => lang.t("er wordt om bewijs gevraagd", "proof is asked for"),
            Self::Report => lang.t("een rapport (RFC 3462) zegt het", "a report (RFC 3462) says so"),
            Self::Abuse => lang.t("de kenmerken van een klacht", "the marks of a complaint"),
            Self::Notice => lang.t("de woorden van een bezorgfout", "the words of a notice of non-delivery"),
            Self::Unsubscribe => lang.t(
                "gericht aan het afmeldadres, of niets dan een afmelding",
                "to the unsubscribe address, or nothing but an unsubscription",
            ),
            Self::Automatic => {
                lang.t("headers of woorden van een automatisch antwoord", "headers or words of an automatic answer")
            }
            Self::Bulk => lang.t("headers van een lijst", "headers of a list"),
            Self::Person => lang.t("geen teken van een programma", "no sign of a program"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reply::letter::Mailbox;

    fn told(text: &str) -> Explanation {
        let letter = Letter {
            from: Some(Mailbox { name: None, email: "jan@bedrijf.example".to_owned() }),
            subject: "Re: stage".to_owned(),
            in_reply_to: vec!["<a@desk.example>".to_owned()],
            text: text.to_owned(),
            readable: true,
            ..Letter::default()
        };
        explain(&letter, &Context::default())
    }

    #[test]
    fn the_rules_that_spoke_are_named_with_their_words() {
        let found = told("Helaas, wij hebben geen plek. Mail ons niet meer.");
        assert_eq!((found.reading.intent, found.why), (Intent::OptOut, Some(Why::NoMoreMail)));
        let spoke: Vec<(Intent, &str)> =
            found.sentences.iter().flat_map(|s| &s.rules).map(|rule| (rule.label, rule.words.as_str())).collect();
        assert!(spoke.contains(&(Intent::OptOut, "Mail ons niet meer")), "{spoke:?}");
        assert!(spoke.iter().any(|(label, _)| *label == Intent::Declined), "{spoke:?}");
    }

    #[test]
    fn what_a_clause_takes_back_is_not_left() {
        let found = told("Er is bij ons geen plaats voor een stagiaire.");
        let yes = |label: &Intent| *label == Intent::Interested;
        assert!(found.sentences[0].rules.iter().any(|rule| yes(&rule.label)));
        assert!(!found.sentences[0].left.iter().any(|(label, _, _)| yes(label)));
        assert_eq!(found.sign, Sign::Person);
    }

    #[test]
    fn the_explanation_is_of_the_reading_itself() {
        for text in ["Ja graag, twee plekken.", "Nu niet, bel me in maart.", "Wat kost het?", "Het regent."] {
            let found = told(text);
            let first = found.scores.first().map(|(label, _)| *label);
            assert!(first == Some(found.reading.intent) || found.reading.intent == Intent::Other, "{text}: {found:?}");
        }
    }
}
