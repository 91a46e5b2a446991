//! Telephone numbers, stored as E.164 (`+31201234567`), shown as people in the Netherlands write them.

use super::code::text_column;
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A number in E.164: `+`, country code, number; 8 to 15 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// The text is no telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a telephone number; write it as 020 123 45 67")]
pub struct BadPhone;

impl Phone {
    /// Reads a number as people write it; without a country code it is Dutch (ten digits with the 0).
    pub fn parse(text: &str) -> Result<Self, BadPhone> {
        let text = text.trim().replace("(0)", "");
        if !text.chars().all(|c| c.is_ascii_digit() || "+-() ./\u{a0}\u{2011}\u{2013}".contains(c)) {
            return Err(BadPhone);
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let international = if text.starts_with('+') {
            digits
        } else if let Some(rest) = digits.strip_prefix("00") {
            rest.to_owned()
        } else if let Some(rest) = digits.strip_prefix('0').filter(|rest| rest.len() == 9) {
            format!("31{rest}")
        } else {
            return Err(BadPhone);
        };
        let dutch_ok = international.strip_prefix("31").is_none_or(|rest| rest.len() == 9 && !rest.starts_with('0'));
        if (8..=15).contains(&international.len()) && !international.starts_with('0') && dutch_ok {
            Ok(Self(format!("+{international}")))
        } else {
            Err(BadPhone)
        }
    }

    /// E.164.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is dialled from the Netherlands: `06 12 34 56 78`, `020 123 45 67`; others as E.164.
    pub fn local(&self) -> String {
        const THREE: &[&str] = &[
            "10", "13", "15", "20", "23", "24", "26", "30", "33", "35", "36", "38", "40", "43", "45", "46", "50", "53",
            "55", "58", "70", "71", "72", "73", "74", "75", "76", "77", "78", "79",
        ];
        let Some(rest) = self.0.strip_prefix("+31") else { return self.0.clone() };
        let area = if rest.starts_with('6') {
            1
        } else if THREE.iter().any(|code| rest.starts_with(code)) {
            2
        } else {
            3
        };
        let (area, number) = rest.split_at(area);
        let mut shown = format!("0{area} ");
        let odd = number.len() % 2;
        for (index, digit) in number.chars().enumerate() {
            if index > odd && (index - odd).is_multiple_of(2) {
                shown.push(' ');
            }
            shown.push(digit);
        }
        shown
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Phone {
    type Err = BadPhone;
    fn from_str(text: &str) -> Result<Self, BadPhone> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Phone {
    type Error = BadPhone;
    fn try_from(text: String) -> Result<Self, BadPhone> {
        Self::parse(&text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

text_column!(Phone);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_e164_and_are_shown_as_people_dial_them() {
        for (written, stored, shown) in [
            ("06-12345678", "+31612345678", "06 12 34 56 78"),
            ("+31 (0)20 123 45 67", "+31201234567", "020 123 45 67"),
            ("0031 10 4567890", "+31104567890", "010 456 78 90"),
            ("0229-123456", "+31229123456", "0229 12 34 56"),
            ("+32 2 123 45 67", "+3221234567", "+3221234567"),
        ] {
            let phone = Phone::parse(written).unwrap();
            assert_eq!((phone.as_str(), phone.local().as_str()), (stored, shown), "{written}");
        }
        for bad in ["", "12345", "06-1234567", "0612345678901", "bel maar", "+0"] {
            assert_eq!(Phone::parse(bad), Err(BadPhone), "{bad}");
        }
    }
}
