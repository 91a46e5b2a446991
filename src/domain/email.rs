//! An e-mail address: parsed once, masked in every log, compared by its normalised key.

use super::code::text_column;
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An address as RFC 5321 lets mail travel to it: `local@domain`, at most 254 characters, no quoting,
/// no comments. The domain is in lower case; the local part is kept as written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// What is wrong with a text that should be an address; the sentence names no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadEmail {
    /// Nothing was given.
    #[error("an address is missing")]
    Empty,
    /// More than 254 characters, or a local part above 64.
    #[error("an address has at most 254 characters")]
    TooLong,
    /// No `@`, or one at the wrong place, or a character that cannot be mailed to.
    #[error("this is not an address; write it as name@company.nl")]
    Shape,
}

/// Providers that give an address to anyone: a shared domain says nothing about a shared employer.
const FREEMAIL: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.nl",
    "outlook.com",
    "outlook.nl",
    "live.nl",
    "live.com",
    "msn.com",
    "yahoo.com",
    "yahoo.nl",
    "ymail.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "gmx.net",
    "gmx.com",
    "gmx.de",
    "web.de",
    "mail.com",
    "proton.me",
    "protonmail.com",
    "pm.me",
    "tutanota.com",
    "zoho.com",
    "ziggo.nl",
    "kpnmail.nl",
    "kpnplanet.nl",
    "planet.nl",
    "hetnet.nl",
    "home.nl",
    "casema.nl",
    "chello.nl",
    "upcmail.nl",
    "xs4all.nl",
    "telfort.nl",
    "tele2.nl",
    "online.nl",
    "quicknet.nl",
    "solcon.nl",
    "zonnet.nl",
    "freeler.nl",
    "caiway.nl",
    "delta.nl",
    "zeelandnet.nl",
    "t-online.de",
    "orange.fr",
    "freemail.example",
];

impl EmailAddress {
    /// Reads an address; surrounding white space is dropped.
    pub fn parse(text: &str) -> Result<Self, BadEmail> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadEmail::Empty);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(BadEmail::Shape)?;
        if text.len() > 254 || local.len() > 64 {
            return Err(BadEmail::TooLong);
        }
        let local_ok = !local.is_empty()
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c));
        let domain = domain.to_ascii_lowercase();
        let label_ok = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        if !local_ok || !domain.contains('.') || !domain.split('.').all(label_ok) {
            return Err(BadEmail::Shape);
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The address as it is written in a header.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form by which two addresses are the same person's: all in lower case.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// What stands before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// What stands after the `@`, in lower case.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Whether anyone can get an address at this domain.
    pub fn is_freemail(&self) -> bool {
        is_freemail_domain(self.domain())
    }

    /// The same address with `+tag` before the `@` (RFC 5233).
    #[must_use]
    pub fn with_tag(&self, tag: &str) -> Self {
        Self(format!("{}+{tag}@{}", self.local_part(), self.domain()))
    }

    /// `j…@example.nl`: enough to recognise, too little to leak.
    pub fn masked(&self) -> String {
        let first = self.0.chars().next().unwrap_or('?');
        format!("{first}…@{}", self.domain())
    }
}

/// Whether addresses at this domain are given to anyone.
pub fn is_freemail_domain(domain: &str) -> bool {
    FREEMAIL.contains(&domain.to_ascii_lowercase().as_str())
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.masked())
    }
}

impl FromStr for EmailAddress {
    type Err = BadEmail;
    fn from_str(text: &str) -> Result<Self, BadEmail> {
        Self::parse(text)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = BadEmail;
    fn try_from(text: String) -> Result<Self, BadEmail> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

text_column!(EmailAddress);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_can_be_mailed_are_taken_and_others_are_not() {
        for good in ["jan@bedrijf.example", " O'Brien+x@sub.bedrijf.nl ", "a@b.nl"] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        let bad = [
            "",
            "jan",
            "jan@",
            "@b.nl",
            "jan@b",
            "a b@c.nl",
            "a@b..nl",
            "a..b@c.nl",
            "a@-b.nl",
            "a@b.nl\r\nBcc: x@y.nl",
        ];
        for bad in bad {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn debug_output_never_shows_the_whole_address() {
        let shown = format!("{:?}", EmailAddress::parse("sasja.van.dijk@bedrijf.example").unwrap());
        assert_eq!(shown, "EmailAddress(s…@bedrijf.example)");
    }

    #[test]
    fn the_key_folds_case_and_a_tag_goes_before_the_at() {
        let address = EmailAddress::parse("Jan.Smit@Bedrijf.example").unwrap();
        assert_eq!(address.key(), "jan.smit@bedrijf.example");
        assert_eq!(address.with_tag("abc").as_str(), "Jan.Smit+abc@bedrijf.example");
    }
}
