//! Stand-ins for people, companies, addresses and numbers, so that a text can be handed on for what it says. The same
//! name gets the same stand-in throughout. Rather too much is hidden than too little.

use regex::{Captures, Regex};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Words between the parts of a name, which name nobody.
const BETWEEN: &[&str] = &["van", "de", "der", "den", "ter", "ten", "het", "von", "la", "el", "het", "'t", "en", "and"];
/// Words of a company's name that say what it is.
const COMMON: &[&str] = &[
    "b.v.",
    "bv",
    "n.v.",
    "nv",
    "v.o.f.",
    "vof",
    "stichting",
    "bakkerij",
    "garage",
    "groep",
    "holding",
    "zorg",
    "school",
    "hotel",
    "restaurant",
    "kapsalon",
    "winkel",
    "bouw",
    "techniek",
    "nederland",
    "info",
];

static EMAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)[a-z0-9._%+'&-]+@[a-z0-9.-]+\.[a-z]{2,}").ok());
static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\b(?:https?://|www\.)\S+").ok());
static IBAN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b").ok());
static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:\+|\(0|\b0|\b00)\d?[\d\s()./-]{6,18}\d|\b\d{8,}\b").ok());
static POSTCODE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b[1-9]\d{3} ?[A-Z]{2}\b").ok());
static STREET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b\p{Lu}[\p{L}'-]*(?:straat|laan|weg|plein|kade|dijk|dreef|singel|gracht|hof|pad|steeg|markt)\s+\d+\s?[a-zA-Z]?\b").ok()
});
/// Who is greeted, spoken of with a title, or written with two capitals.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?P<lead>\b(?:[Bb]este|[Gg]eachte|[Hh]oi|[Hh]allo|[Hh]i|[Hh]ey|[Hh]ello|[Dd]ag|[Dd]ear|[Ll]ieve|[Mm]evrouw|[Mm]eneer|[Mm]evr\.?|[Mm]w\.?|",
        r"[Dd]hr\.?|[Dd]e heer|[Mm]r\.?|[Mm]rs\.?|[Mm]s\.?|[Cc]ollega|[Cc]olleague)[ ,]+)(?P<name>\p{Lu}[\p{L}'’-]*(?: (?:van|de|der|den|ter|ten|von|la|el|het)){0,3}(?: \p{Lu}[\p{L}'’-]+){0,2})",
        r"|(?P<full>\b\p{Lu}[\p{Ll}'’-]+(?: (?:van|de|der|den|ter|ten|von|la|el|het)){0,3} \p{Lu}[\p{Ll}'’-]+)"
    ))
    .ok()
});

/// The stand-ins of one message.
#[derive(Debug, Default)]
pub struct Pseudonyms {
    /// What is known to be a name, in lower case, with its stand-in; the longest first.
    known: Vec<(String, String)>,
    /// What was met, by its kind and what stood there.
    met: BTreeMap<(&'static str, String), usize>,
}

impl Pseudonyms {
    /// The stand-ins for a message that names these people and companies.
    pub fn new<'a>(people: impl IntoIterator<Item = &'a str>, companies: impl IntoIterator<Item = &'a str>) -> Self {
        let mut made = Self::default();
        let mut number = 0;
        for (kind, names) in
            [("Persoon", people.into_iter().collect::<Vec<_>>()), ("Bedrijf", companies.into_iter().collect())]
        {
            for name in names {
                let name = name.trim().to_lowercase();
                if name.chars().count() < 2 || made.known.iter().any(|(known, _)| *known == name) {
                    continue;
                }
                number += 1;
                let stand_in = format!("{kind} {number}");
                let parts = name
                    .split([' ', ',', '.'])
                    .filter(|part| part.chars().count() >= 3 && !BETWEEN.contains(part) && !COMMON.contains(part));
                for part in parts.map(str::to_owned).chain([name.clone()]) {
                    if !made.known.iter().any(|(known, _)| *known == part) {
                        made.known.push((part, stand_in.clone()));
                    }
                }
            }
        }
        made.known.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        made
    }

    /// The text with its stand-ins.
    pub fn hide(&mut self, text: &str) -> String {
        let mut text = self.replace(text, &EMAIL, |number| format!("adres{number}@voorbeeld.example"), "email");
        text = self.replace(&text, &LINK, |number| format!("https://voorbeeld.example/{number}"), "link");
        text = self.replace(&text, &IBAN, |_| "NL00BANK0000000000".to_owned(), "iban");
        text = self.replace(&text, &STREET, |_| "Straat 1".to_owned(), "street");
        text = self.replace(&text, &POSTCODE, |_| "1000 AA".to_owned(), "postcode");
        text = self.replace(&text, &NUMBER, |number| format!("06-{number:08}"), "number");
        text = self.names(&text);
        let Some(shape) = NAMED.as_ref() else { return text };
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for found in shape.captures_iter(&text) {
            let Some(name) = found.name("name").or(found.name("full")) else { continue };
            out.push_str(&text[end..name.start()]);
            out.push_str(&self.person(name.as_str()));
            end = name.end();
        }
        out.push_str(&text[end..]);
        out
    }

    /// A JSON value with stand-ins in its texts; words of a fixed list and dates stay, as they hold nobody.
    pub fn hide_value(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.hide(text)),
            Value::Array(items) => Value::Array(items.iter().map(|item| self.hide_value(item)).collect()),
            Value::Object(fields) => fields
                .iter()
                .map(|(key, value)| {
                    let hidden = match (key.as_str(), value) {
                        ("name", Value::String(name)) if !name.is_empty() => Value::String(self.named(name)),
                        _ => self.hide_value(value),
                    };
                    (key.clone(), hidden)
                })
                .collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    /// What is a name, whatever it looks like.
    fn named(&mut self, name: &str) -> String {
        let hidden = self.names(name);
        if hidden == name { self.person(name) } else { hidden }
    }

    fn person(&mut self, name: &str) -> String {
        if name.starts_with("Persoon") || name.starts_with("Bedrijf") || name.starts_with("Straat") {
            return name.to_owned();
        }
        format!("Naam {}", self.number("name", name))
    }

    fn number(&mut self, kind: &'static str, what: &str) -> usize {
        let next = self.met.keys().filter(|(known, _)| *known == kind).count() + 1;
        *self.met.entry((kind, what.to_lowercase())).or_insert(next)
    }

    fn replace(
        &mut self,
        text: &str,
        shape: &LazyLock<Option<Regex>>,
        stand_in: impl Fn(usize) -> String,
        kind: &'static str,
    ) -> String {
        let Some(shape) = shape.as_ref() else { return text.to_owned() };
        shape.replace_all(text, |found: &Captures<'_>| stand_in(self.number(kind, &found[0]))).into_owned()
    }

    /// The known names, as whole words, in any case.
    fn names(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut before = ' ';
        while let Some(first) = rest.chars().next() {
            let starts = !before.is_alphanumeric();
            let hit = starts
                .then(|| self.known.iter().find_map(|(name, stand_in)| Some((length_of(rest, name)?, stand_in))))
                .flatten();
            if let Some((length, stand_in)) = hit {
                out.push_str(stand_in);
                before = 'x';
                rest = &rest[length..];
            } else {
                out.push(first);
                before = first;
                rest = &rest[first.len_utf8()..];
            }
        }
        out
    }
}

/// Bytes of `name` (lower case) at the start of a text, where it is a whole word there.
fn length_of(text: &str, name: &str) -> Option<usize> {
    let wanted = name.chars();
    let mut length = 0;
    let mut chars = text.chars();
    for next in wanted {
        let c = chars.next()?;
        if !c.to_lowercase().eq(next.to_lowercase()) {
            return None;
        }
        length += c.len_utf8();
    }
    let whole = chars.next().is_none_or(|c| !c.is_alphanumeric());
    whole.then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_left_in_the_text_and_what_it_says_stays() {
        let mut hidden = Pseudonyms::new(["Noor van Dijk", "Alex de Boer"], ["Fietsen Sloterdok"]);
        let text = "Hoi Noor,\n\nBij Sloterdok kunnen twee leerlingen niveau 3 per 1 februari 2027. Vraag het aan Petra Vos \
                    (p.vos@sloterdok.nl, 06-12 34 56 78), Dorpsstraat 12, 1043 AB. Kijk op www.sloterdok.nl!\nAlex";
        let found = hidden.hide(text);
        for gone in ["Noor", "Sloterdok", "sloterdok", "Petra", "Vos", "vos", "34 56", "Dorpsstraat", "1043", "Alex"] {
            assert!(!found.contains(gone), "{gone}: {found}");
        }
        for kept in ["kunnen twee leerlingen niveau 3 per 1 februari 2027", "Hoi ", "Vraag het aan "] {
            assert!(found.contains(kept), "{kept}: {found}");
        }
    }

    #[test]
    fn the_same_gets_the_same_stand_in() {
        let mut hidden = Pseudonyms::new(["Noor van Dijk"], []);
        let found = hidden.hide("noor belt NOOR. a@b.nl, c@d.nl en a@b.nl.");
        assert_eq!(
            found,
            "Persoon 1 belt Persoon 1. adres1@voorbeeld.example, adres2@voorbeeld.example en adres1@voorbeeld.example."
        );
    }

    #[test]
    fn labels_keep_their_words_and_lose_their_people() {
        let mut hidden = Pseudonyms::new([], []);
        let label = serde_json::json!({"change": "contact", "name": "petra", "email": "petra@vos.nl", "on": "2027-02-01", "places": 2});
        let found = hidden.hide_value(&label);
        assert_eq!(
            (found["change"].as_str(), found["on"].as_str(), found["places"].as_i64()),
            (Some("contact"), Some("2027-02-01"), Some(2))
        );
        assert_eq!(
            (found["name"].as_str(), found["email"].as_str()),
            (Some("Naam 1"), Some("adres1@voorbeeld.example"))
        );
    }

    #[test]
    fn a_part_of_a_word_is_no_name() {
        let mut hidden = Pseudonyms::new(["Jan Pot"], []);
        assert_eq!(hidden.hide("In januari is er een potje voor jan."), "In januari is er een potje voor Persoon 1.");
    }
}
