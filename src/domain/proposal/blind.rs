//! What a blind mail says of a student: a whitelist. There is no field for a name, an age, a gender, a home or a school; the
//! one text that people write freely, the learning wish, is looked at for those.

use crate::domain::time::Day;
use crate::domain::words::{Level, Track};

/// All that an employer is told before both sides agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Blind<'a> {
    /// The education as people call it; may be empty.
    pub programme: &'a str,
    /// Its level.
    pub level: Option<Level>,
    /// How school and work are divided: what the company would sign up to.
    pub track: Option<Track>,
    /// The first day on which the student can begin.
    pub from: Option<Day>,
    /// The last day.
    pub until: Option<Day>,
    /// Days a week.
    pub days_per_week: Option<i32>,
    /// What the student wants to learn; may be empty.
    pub learning_wish: &'a str,
}

/// What says who a student is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identity<'a> {
    /// First name.
    pub first_name: &'a str,
    /// The school's or the desk's code.
    pub code: &'a str,
    /// The whole address.
    pub email: &'a str,
    /// The number with its country code.
    pub phone: &'a str,
    /// The first four digits of the postcode at home.
    pub home_pc4: &'a str,
}

/// What of the identity a text gives away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leak {
    /// The first name.
    Name,
    /// The code.
    Code,
    /// The address.
    Email,
    /// The telephone number.
    Phone,
    /// Where the student lives.
    Home,
}

impl Blind<'_> {
    /// What its free texts give away of an identity; `None`: nothing.
    pub fn leak(&self, of: &Identity) -> Option<Leak> {
        [self.programme, self.learning_wish].into_iter().find_map(|text| leak(text, of))
    }

    /// Words in its free texts that may tell gender, age or school, as they stand there.
    pub fn hints(&self) -> Vec<&str> {
        [self.programme, self.learning_wish].into_iter().flat_map(hints).collect()
    }
}

fn leak(text: &str, of: &Identity) -> Option<Leak> {
    let low = text.to_lowercase();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let names = |term: &str| !term.is_empty() && stands_alone(&low, &term.to_lowercase());
    // Without country code and leading zero a number is the same however it is written.
    let number: String = of.phone.chars().filter(char::is_ascii_digit).collect();
    let number = number.get(number.len().saturating_sub(9)..).unwrap_or_default();
    if names(of.first_name) {
        Some(Leak::Name)
    } else if names(of.code) {
        Some(Leak::Code)
    } else if names(of.email) || names(of.email.split('@').next().unwrap_or_default()) {
        Some(Leak::Email)
    } else if number.len() == 9 && digits.contains(number) {
        Some(Leak::Phone)
    } else if names(of.home_pc4) {
        Some(Leak::Home)
    } else {
        None
    }
}

/// Whether a term stands in a text with neither a letter nor a digit on either side.
fn stands_alone(text: &str, term: &str) -> bool {
    text.match_indices(term).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + term.len()..].chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Words that tell gender, age or school. "Zij" and "ze" are left out: they mostly mean several people.
const TELLING: &[&str] = &[
    "hij", "hem", "zijn", "haar", "jongen", "meisje", "meid", "jongeman", "man", "vrouw", "dame", "heer", "zoon",
    "dochter", "jarige", "jaar", "school", "college", "lyceum", "roc", "academie", "leeftijd", "he", "him", "his",
    "she", "her", "boy", "girl", "son", "daughter", "woman", "years", "aged",
];

fn hints(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| {
        let low = word.to_lowercase();
        TELLING.contains(&low.as_str()) || low.ends_with("jarige") || low.ends_with("college")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAM: Identity = Identity {
        first_name: "Sam",
        code: "NW-12",
        email: "sam.b@school.example",
        phone: "+31612345678",
        home_pc4: "1068",
    };

    #[test]
    fn a_text_that_names_the_student_is_found_out() {
        let rows = [
            ("Sam wil leren verkopen.", Some(Leak::Name)),
            ("Wil leren samenwerken.", None),
            ("Over SAM: leergierig", Some(Leak::Name)),
            ("dossier nw-12", Some(Leak::Code)),
            ("mail sam.b@school.example", Some(Leak::Name)),
            ("mail sam.bos@school.example naar B", Some(Leak::Name)),
            ("bel 06 1234 5678", Some(Leak::Phone)),
            ("bel 0031-6-12345678", Some(Leak::Phone)),
            ("woont in 1068", Some(Leak::Home)),
            ("woont in 1068 AB", Some(Leak::Home)),
            ("10685 stappen", None),
            ("", None),
        ];
        for (text, expected) in rows {
            let blind = Blind { learning_wish: text, ..Blind::default() };
            assert_eq!(blind.leak(&SAM), expected, "{text}");
            assert_eq!(Blind { programme: text, ..Blind::default() }.leak(&SAM), expected, "{text}");
        }
        let blind = Blind { learning_wish: "sam.b@school.example", ..Blind::default() };
        assert_eq!(blind.leak(&Identity { first_name: "Yara", ..SAM }), Some(Leak::Email));
        assert_eq!(blind.leak(&Identity::default()), None, "what is not known cannot be given away");
    }

    #[test]
    fn words_that_tell_gender_age_or_school_are_pointed_at() {
        let of = |text| hints(text).collect::<Vec<_>>();
        assert_eq!(of("Hij wil leren verkopen, op haar eigen school"), ["Hij", "haar", "school"]);
        assert_eq!(of("Een 17-jarige die graag plant"), ["jarige"]);
        assert_eq!(of("17jarige van het Plantcollege"), ["17jarige", "Plantcollege"]);
        assert_eq!(of("Wil leren omgaan met klanten en schoolborden maken"), [] as [&str; 0]);
    }
}
