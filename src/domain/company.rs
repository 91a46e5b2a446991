//! What identifies a company: KvK and branch number, postcode, the names and keys it is found by.

use super::code::text_column;
use super::email::is_freemail_domain;
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;

/// The text does not have the shape that was asked for; the sentence says which shape that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadShape(&'static str);

macro_rules! shaped {
    ($(#[$meta:meta])* $name:ident, $parse:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, AsExpression, FromSqlRow)]
        #[diesel(sql_type = Text)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads and normalises the text.
            pub fn parse(text: &str) -> Result<Self, BadShape> {
                let parse: fn(&str) -> Result<String, BadShape> = $parse;
                parse(text).map(Self)
            }

            /// The normalised text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadShape;
            fn from_str(text: &str) -> Result<Self, BadShape> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadShape;
            fn try_from(text: String) -> Result<Self, BadShape> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        text_column!($name);
    };
}

/// Digits of a number that people write with spaces and dots; spreadsheets drop leading zeros.
fn digits(text: &str, length: usize, shape: &'static str) -> Result<String, BadShape> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace() && *c != '.' && *c != '-').collect();
    if bare.is_empty() || bare.len() > length || bare.len() + 2 < length || !bare.chars().all(|c| c.is_ascii_digit()) {
        return Err(BadShape(shape));
    }
    Ok(format!("{bare:0>length$}"))
}

shaped!(
    /// Number in the trade register of the chamber of commerce (KvK): 8 digits.
    KvkNumber,
    |text| digits(text, 8, "a KvK number has 8 digits")
);

shaped!(
    /// Branch number (vestigingsnummer) in the trade register: 12 digits.
    BranchNumber,
    |text| digits(text, 12, "a branch number has 12 digits")
);

shaped!(
    /// Dutch postcode, `1234 AB`.
    Postcode,
    |text| {
        const SHAPE: BadShape = BadShape("a postcode is four digits and two letters: 1068 ZZ");
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
        if !bare.is_ascii() || bare.len() != 6 {
            return Err(SHAPE);
        }
        let (number, letters) = bare.split_at(4);
        let ok = number.chars().all(|c| c.is_ascii_digit())
            && !number.starts_with('0')
            && letters.chars().all(|c| c.is_ascii_uppercase());
        if ok { Ok(format!("{number} {letters}")) } else { Err(SHAPE) }
    }
);

shaped!(
    /// The four digits of a Dutch postcode: a neighbourhood or a village, as distances are computed from.
    Pc4,
    |text| {
        let bare = text.trim();
        let ok = bare.len() == 4 && bare.chars().all(|c| c.is_ascii_digit()) && !bare.starts_with('0');
        if ok { Ok(bare.to_owned()) } else { Err(BadShape("a PC4 is four digits: 1068")) }
    }
);

impl Postcode {
    /// The four digits, as distances are computed from.
    pub fn pc4(&self) -> &str {
        self.0.get(..4).unwrap_or("")
    }
}

/// Folds a text for sorting and searching: no accents, lower case, one space between words.
pub fn fold(text: &str) -> String {
    let bare: String = text.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect();
    bare.to_lowercase()
        .replace('ß', "ss")
        .replace('ø', "o")
        .replace('ł', "l")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The name by which a list is sorted: folded, without a leading article or legal form in front.
pub fn sort_name(name: &str) -> String {
    let folded = fold(name);
    let rest = ["de ", "het ", "'t ", "the "].iter().find_map(|article| folded.strip_prefix(article));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(&folded).to_owned()
}

/// Words for the full-text index, folded; punctuation parts words, so that parts of an address are found.
pub fn search_text<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let joined = parts.into_iter().collect::<Vec<_>>().join(" ");
    let spaced: String = fold(&joined).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The key under which contact pressure counts a company: its KvK number, else its mail domain unless
/// anyone can have an address there, else the record itself.
pub fn pressure_key(kvk: Option<&KvkNumber>, mail_domain: Option<&str>, record: super::id::CompanyId) -> String {
    match (kvk, mail_domain) {
        (Some(kvk), _) => format!("kvk:{kvk}"),
        (None, Some(domain)) if !domain.is_empty() && !is_freemail_domain(domain) => {
            format!("domain:{}", domain.to_ascii_lowercase())
        }
        _ => format!("record:{record}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::CompanyId;

    #[test]
    fn numbers_and_postcodes_are_normalised_or_refused() {
        assert_eq!(KvkNumber::parse(" 1234 5678").unwrap().as_str(), "12345678");
        assert_eq!(KvkNumber::parse("1234567").unwrap().as_str(), "01234567");
        assert!(KvkNumber::parse("123456789").is_err());
        assert!(KvkNumber::parse("12A45678").is_err());
        assert_eq!(BranchNumber::parse("000012345678").unwrap().as_str(), "000012345678");
        assert_eq!(Postcode::parse("1068zz").unwrap().as_str(), "1068 ZZ");
        for bad in ["1068", "0123 AB", "1068 Z1", "10680 ZZ", "1068 ZÉ"] {
            assert!(Postcode::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Pc4::parse(" 1068 ").unwrap().as_str(), "1068");
        for bad in ["", "106", "0168", "1068 ZZ", "106a"] {
            assert!(Pc4::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_fold_alike_on_both_databases() {
        assert_eq!(sort_name("De Zoete  Café-Bakkerij"), "zoete cafe-bakkerij");
        assert_eq!(sort_name("De"), "de");
        assert_eq!(search_text(["Café Ørsted", "info@cafe.example"]), "cafe orsted info cafe example");
    }

    #[test]
    fn pressure_counts_the_company_not_the_record() {
        let kvk = KvkNumber::parse("12345678").unwrap();
        assert_eq!(pressure_key(Some(&kvk), Some("x.nl"), CompanyId(1)), "kvk:12345678");
        assert_eq!(pressure_key(None, Some("Bedrijf.nl"), CompanyId(1)), "domain:bedrijf.nl");
        assert_eq!(pressure_key(None, Some("gmail.com"), CompanyId(1)), "record:1");
        assert_eq!(pressure_key(None, None, CompanyId(7)), "record:7");
    }
}
