//! What was found on one aspect of a pair: its share of the weight, and its sentence in a few words.

use super::craft::Crafts;
use super::facts::Certified;
use crate::domain::travel::Band;
use crate::domain::words::{Lang, Level, Track};

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// The opening asks for this level, or takes any (`None`: the student's is not known).
    Level {
        /// The student's.
        own: Option<Level>,
        /// Whether the opening names it.
        asked: bool,
    },
    /// The opening asks for this track, or takes any (`None`: the student's is not known).
    Track {
        /// The student's.
        own: Option<Track>,
        /// Whether the opening names it.
        asked: bool,
    },
    /// Recognition for the programme.
    Programme(Certified),
    /// The lines of work that both name; none: one of the two names none that is known.
    Role(Crafts),
    /// How much of the time that is sought is covered, in hundredths; `None` where that cannot be told.
    Period(Option<u8>),
    /// Days a week: offered and sought, where both are known.
    Days(Option<(u8, u8)>),
    /// The way to work, where it is known.
    Travel(Option<Band>),
    /// Places left.
    Places(i32),
    /// Days since the company confirmed.
    Freshness(u16),
    /// Days that the student waits.
    Waiting(u16),
}

/// The share of what is not known: neither for nor against.
const UNKNOWN: u8 = 40;
/// After so many days of waiting it weighs in full: a term of school.
const LONG: u16 = 140;

impl Finding {
    /// The share of the aspect's weight that this is worth, in hundredths.
    pub fn share(self) -> u8 {
        match self {
            Self::Level { own: None, .. } | Self::Track { own: None, .. } => UNKNOWN,
            Self::Level { asked, .. } | Self::Track { asked, .. } => {
                if asked {
                    100
                } else {
                    80
                }
            }
            Self::Programme(certified) => match certified {
                Certified::Yes => 100,
                Certified::NotNeeded => 80,
                Certified::Unknown => UNKNOWN,
                Certified::Expires => 20,
                Certified::Missing => 0,
            },
            Self::Role(both) => {
                if both.is_empty() {
                    UNKNOWN
                } else {
                    100
                }
            }
            Self::Period(covered) => covered.unwrap_or(UNKNOWN),
            Self::Days(None) => UNKNOWN,
            Self::Days(Some((offered, sought))) => {
                if offered == sought {
                    100
                } else {
                    50
                }
            }
            Self::Travel(band) => match band {
                Some(Band::UpTo10) => 100,
                Some(Band::UpTo20) => 85,
                Some(Band::UpTo30) => 70,
                Some(Band::UpTo45) => 45,
                Some(Band::UpTo60) => 25,
                Some(Band::UpTo90) => 10,
                Some(Band::Longer) => 0,
                None => UNKNOWN,
            },
            Self::Places(left) => match left {
                ..=1 => 50,
                2 => 80,
                3.. => 100,
            },
            Self::Freshness(days) => match days {
                0..=14 => 100,
                15..=30 => 80,
                31..=60 => 50,
                61..=120 => 20,
                121.. => 0,
            },
            Self::Waiting(days) => u8::try_from(u32::from(days.min(LONG)) * 100 / u32::from(LONG)).unwrap_or(100),
        }
    }

    /// What people read, in a few words.
    pub fn say(self, lang: Lang) -> String {
        let words = |nl: &'static str, en: &'static str| lang.t(nl, en).to_owned();
        match self {
            Self::Level { own: None, .. } => {
                words("niveau van de leerling niet bekend", "the student's level is not known")
            }
            Self::Level { own: Some(own), asked: true } => match lang {
                Lang::Nl => format!("vraagt {}", level(own)),
                Lang::En => format!("asks for {}", level(own)),
            },
            Self::Level { asked: false, .. } => words("elk niveau", "any level"),
            Self::Track { own: None, .. } => {
                words("leerweg van de leerling niet bekend", "the student's track is not known")
            }
            Self::Track { own: Some(own), asked: true } => match lang {
                Lang::Nl => format!("vraagt {own}"),
                Lang::En => format!("asks for {own}"),
            },
            Self::Track { asked: false, .. } => words("elke leerweg", "any track"),
            Self::Programme(certified) => match certified {
                Certified::Yes => words("erkend voor de opleiding", "recognised for the programme"),
                Certified::NotNeeded => words("erkenning niet nodig", "no recognition needed"),
                Certified::Unknown => words("crebo van de leerling niet bekend", "the student's crebo is not known"),
                Certified::Expires => words("erkenning loopt af", "recognition runs out"),
                Certified::Missing => words("niet erkend voor de opleiding", "not recognised for the programme"),
            },
            Self::Role(both) if both.is_empty() => {
                words("soort werk niet te vergelijken", "kind of work cannot be compared")
            }
            Self::Role(both) => both.iter().map(|craft| craft.name(lang)).collect::<Vec<_>>().join(", "),
            Self::Period(None) => words("periode niet te vergelijken", "period cannot be compared"),
            Self::Period(Some(100)) => words("hele periode", "the whole period"),
            Self::Period(Some(covered)) => match lang {
                Lang::Nl => format!("{covered}% van de periode"),
                Lang::En => format!("{covered}% of the period"),
            },
            Self::Days(None) => words("dagen niet te vergelijken", "days cannot be compared"),
            Self::Days(Some((offered, sought))) if offered == sought => match lang {
                Lang::Nl => format!("{offered} {} per week", if offered == 1 { "dag" } else { "dagen" }),
                Lang::En => format!("{offered} {} a week", if offered == 1 { "day" } else { "days" }),
            },
            Self::Days(Some((offered, sought))) => match lang {
                Lang::Nl => format!("{offered} dagen, gezocht {sought}"),
                Lang::En => format!("{offered} days, sought {sought}"),
            },
            Self::Travel(Some(band)) => match lang {
                Lang::Nl => format!("{} reizen", band.say(lang)),
                Lang::En => format!("a way of {}", band.say(lang)),
            },
            Self::Travel(None) => words("reistijd niet bekend", "travel time not known"),
            Self::Places(left) => match lang {
                Lang::Nl => format!("{left} {} vrij", if left == 1 { "plek" } else { "plekken" }),
                Lang::En => format!("{left} {} free", if left == 1 { "place" } else { "places" }),
            },
            Self::Freshness(days) => ago(days, lang),
            Self::Waiting(days) => match lang {
                Lang::Nl => format!("{days} {}", if days == 1 { "dag" } else { "dagen" }),
                Lang::En => format!("{days} {}", if days == 1 { "day" } else { "days" }),
            },
        }
    }
}

fn ago(days: u16, lang: Lang) -> String {
    match (days, lang) {
        (0, _) => lang.t("vandaag bevestigd", "confirmed today").to_owned(),
        (1, _) => lang.t("gisteren bevestigd", "confirmed yesterday").to_owned(),
        (_, Lang::Nl) => format!("{days} dagen geleden bevestigd"),
        (_, Lang::En) => format!("confirmed {days} days ago"),
    }
}

/// `mbo 2`.
pub(super) fn level(level: Level) -> String {
    level.as_str().replace("mbo", "mbo ").replace("vmbo ", "vmbo")
}
