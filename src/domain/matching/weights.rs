//! How much each aspect of a pair counts: one table, with a number that a record names.

use crate::domain::code::code;
use crate::domain::words::Lang;

code! {
    /// What a pair is weighed on, in the order in which it is told.
    pub enum Aspect {
        /// The education's level.
        Level = "level",
        /// School-based, work-based or orientation.
        Track = "track",
        /// Whether the company is recognised for the programme.
        Programme = "programme",
        /// The line of work.
        Role = "role",
        /// From when until when.
        Period = "period",
        /// Days a week.
        Days = "days",
        /// The way to work.
        Travel = "travel",
        /// How many places are left.
        Places = "places",
        /// How long ago the company said that it holds.
        Freshness = "freshness",
        /// How long the student waits.
        Waiting = "waiting",
    }
}

/// How many aspects there are.
pub const ASPECTS: usize = Aspect::ALL.len();

impl Aspect {
    /// What people call it.
    pub const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Level => lang.t("Niveau", "Level"),
            Self::Track => lang.t("Leerweg", "Track"),
            Self::Programme => lang.t("Erkenning", "Recognition"),
            Self::Role => lang.t("Werk", "Work"),
            Self::Period => lang.t("Periode", "Period"),
            Self::Days => lang.t("Dagen", "Days"),
            Self::Travel => lang.t("Reis", "Travel"),
            Self::Places => lang.t("Plekken", "Places"),
            Self::Freshness => lang.t("Versheid", "Freshness"),
            Self::Waiting => lang.t("Wacht", "Waiting"),
        }
    }
}

/// The points that each aspect is worth at most; together a hundred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights {
    /// Names this table in a record. It goes up with any change here, in a share ([`super::Finding::share`]) or in a rule.
    pub version: u16,
    /// By [`Aspect`], in the order of its table.
    pub points: [u8; ASPECTS],
}

/// The weights of today.
pub const WEIGHTS: Weights = Weights {
    version: 1,
    points: [
        12, // level: who asks for another one is out; what is weighed is whether this one was asked for
        8,  // track: the same
        12, // recognition: without it an mbo placement needs a reason that is recorded
        16, // work: what somebody wants to learn is the best guess at whether they stay
        12, // period: how much of the time that is sought is covered
        6,  // days: a day's difference can be talked about
        16, // travel: after the work itself a long way is the commonest reason to stop early
        4,  // places: a company with more of them has room for a talk
        8,  // freshness: what nobody confirmed for months is often gone
        6,  // waiting: decides between students who fit alike, and lifts none who does not
    ],
};

impl Weights {
    /// The table of this number, where the program still has it.
    pub const fn numbered(version: u16) -> Option<Self> {
        if version == WEIGHTS.version { Some(WEIGHTS) } else { None }
    }

    /// What an aspect is worth at most.
    pub const fn of(&self, aspect: Aspect) -> u8 {
        self.points[aspect as usize]
    }
}
