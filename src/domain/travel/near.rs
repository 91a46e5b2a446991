//! A circle around a postcode: the four-digit postcodes whose centres lie in it. A company is in it when its postcode is.

use super::{FIRST, SPOTS, metres, place};
use crate::domain::company::{Pc4, Postcode};
use serde::{Deserialize, Serialize};

/// The widest circle, in kilometres: the whole country, seen from any corner of it.
const WIDEST: u32 = 400;

/// So many kilometres through the air around a postcode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    /// The middle.
    pub pc4: Pc4,
    /// How far from it, in kilometres.
    pub km: u32,
}

/// Why a text is no middle of a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotNear {
    /// It is no postcode.
    #[error("a postcode is four digits, with or without its letters: 1068")]
    Shape,
    /// There is no such postcode.
    #[error("there is no such postcode")]
    Unknown,
}

impl Near {
    /// What a form offers, in kilometres.
    pub const CHOICES: [u32; 7] = [2, 5, 10, 15, 25, 50, 100];
    /// What is meant where only a postcode is given, in kilometres.
    pub const USUAL: u32 = 10;

    /// Around this postcode, of four digits or whole.
    pub fn parse(postcode: &str, km: u32) -> Result<Self, NotNear> {
        let whole = Postcode::parse(postcode).map(|postcode| postcode.pc4().to_owned());
        let pc4 = Pc4::parse(whole.as_deref().unwrap_or(postcode)).map_err(|_| NotNear::Shape)?;
        if place(pc4.as_str()).is_none() {
            return Err(NotNear::Unknown);
        }
        Ok(Self { pc4, km: km.clamp(1, WIDEST) })
    }

    /// Metres to another postcode; `None` where the table does not know it.
    pub fn metres(&self, pc4: &str) -> Option<u32> {
        metres(self.pc4.as_str(), pc4)
    }

    /// Whether a postcode lies in the circle.
    pub fn holds(&self, postcode: Option<&Postcode>) -> bool {
        let metres = postcode.and_then(|postcode| self.metres(postcode.pc4()));
        metres.is_some_and(|metres| metres <= self.km.saturating_mul(1000))
    }

    /// Where a postcode stands among all, nearest first; those unknown come last.
    pub fn place_of<'a>(&self, pc4: &'a str) -> (u32, &'a str) {
        (self.metres(pc4).unwrap_or(u32::MAX), pc4)
    }

    /// The postcodes in the circle, nearest first.
    pub fn ring(&self) -> Vec<String> {
        let known = SPOTS.iter().enumerate().filter(|(_, spot)| spot.is_some());
        let all = known.map(|(at, _)| (at + FIRST).to_string());
        let mut ring: Vec<(u32, String)> = all
            .filter_map(|pc4| Some((self.metres(&pc4)?, pc4)))
            .filter(|(metres, _)| *metres <= self.km.saturating_mul(1000))
            .collect();
        ring.sort_unstable();
        ring.into_iter().map(|(_, pc4)| pc4).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_holds_what_is_near_and_the_nearest_stands_first() {
        let near = Near::parse("1068 zz", 5).unwrap();
        assert_eq!(near, Near::parse(" 1068 ", 5).unwrap());
        let ring = near.ring();
        assert_eq!(ring.first().map(String::as_str), Some("1068"), "the middle is in it");
        let far: Vec<u32> = ring.iter().map(|pc4| near.metres(pc4).unwrap()).collect();
        assert!(far.is_sorted() && far.iter().all(|metres| *metres <= 5000), "{far:?}");
        assert!(ring.iter().any(|pc4| pc4 == "1061") && !ring.iter().any(|pc4| pc4 == "3011"));
        let wider = Near { km: 400, ..near.clone() }.ring();
        assert_eq!(wider.len(), 4_086, "the whole country");
        assert!(near.place_of("1068") < near.place_of("1061") && near.place_of("3011") < near.place_of("0000"));
    }

    #[test]
    fn what_is_no_middle_says_why() {
        for (text, why) in [
            ("", NotNear::Shape),
            ("Amsterdam", NotNear::Shape),
            ("106", NotNear::Shape),
            ("1000", NotNear::Unknown),
            ("1000 AA", NotNear::Unknown),
        ] {
            assert_eq!(Near::parse(text, 5), Err(why), "{text}");
        }
        assert_eq!(Near::parse("1068", 0).unwrap().km, 1);
        assert_eq!(Near::parse("1068", 9999).unwrap().km, WIDEST);
    }
}
