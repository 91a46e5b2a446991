//! What is weighed of each side, and of the two together. None of these has room for a name, a birthday, a gender or a place.

use super::bits::code_set;
use super::craft::Crafts;
use crate::domain::code::code;
use crate::domain::id::{OpeningId, StudentId};
use crate::domain::placement::Recognition;
use crate::domain::time::Day;
use crate::domain::travel::Band;
use crate::domain::words::{Level, Track};
use serde::{Deserialize, Serialize};

code_set! {
    /// Levels; none: any.
    pub struct Levels(u16) of Level;
}

code_set! {
    /// Tracks; none: any.
    pub struct Tracks(u8) of Track;
}

/// What a student seeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seeker {
    /// Settles ties, and says who it was.
    pub id: StudentId,
    /// The education's level.
    pub level: Option<Level>,
    /// How school and work are divided.
    pub track: Option<Track>,
    /// The lines of work that the programme and the role sought name.
    pub crafts: Crafts,
    /// The first day on which the student can begin.
    pub from: Option<Day>,
    /// The last day.
    pub until: Option<Day>,
    /// Days a week.
    pub days: Option<u8>,
    /// The longest way that the student wants to go.
    pub reach: Option<Band>,
    /// Since when the student looks.
    pub since: Day,
}

impl Seeker {
    /// Whole days that the student waits.
    pub fn waits(&self, today: Day) -> u16 {
        u16::try_from(today.days_since(self.since).max(0)).unwrap_or(u16::MAX)
    }

    /// The stretch of time that is sought from today on; `None` where it is over, or nobody said from when.
    pub(super) fn period(&self, today: Day) -> Wanted {
        let from = self.from.map(|from| from.max(today));
        match (from, self.until) {
            (_, Some(until)) if until < today => Wanted::Over,
            (Some(from), Some(until)) if until < from => Wanted::Over,
            (Some(from), until) => Wanted::From(from, until),
            (None, Some(until)) => Wanted::From(today, Some(until)),
            (None, None) => Wanted::Unknown,
        }
    }
}

/// When a student wants to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Nobody said.
    Unknown,
    /// From this day, until that one if it is known.
    From(Day, Option<Day>),
    /// That time is over.
    Over,
}

/// What an opening offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Settles ties, and says which it was.
    pub id: OpeningId,
    /// Levels; none: any.
    pub levels: Levels,
    /// Tracks; none: any.
    pub tracks: Tracks,
    /// The lines of work that the role names.
    pub crafts: Crafts,
    /// The first day.
    pub starts: Option<Day>,
    /// The last day.
    pub ends: Option<Day>,
    /// Days a week.
    pub days: Option<u8>,
    /// Places left; none or fewer when it is full.
    pub left: i32,
    /// The last day on which the company said that this holds.
    pub confirmed: Day,
    /// The company asked not to be contacted.
    pub closed: bool,
}

code! {
    /// Whether the company is recognised for the student's programme.
    pub enum Certified {
        /// It is.
        Yes = "yes",
        /// This level asks none.
        NotNeeded = "not_needed",
        /// Nobody recorded which programme it is.
        Unknown = "unknown",
        /// It was, or ends during the placement.
        Expires = "expires",
        /// Not that anybody recorded.
        Missing = "missing",
    }
}

impl From<Recognition> for Certified {
    fn from(found: Recognition) -> Self {
        match found {
            Recognition::NotNeeded => Self::NotNeeded,
            Recognition::Good(_) => Self::Yes,
            Recognition::Missing => Self::Missing,
            Recognition::Expires(_) => Self::Expires,
        }
    }
}

/// What is between the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Between {
    /// How long the way takes; `None` where it is not known.
    pub travel: Option<Band>,
    /// Whether the company is recognised for the programme.
    pub certified: Certified,
}

/// A student and an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair<'a> {
    /// The student.
    pub seeker: &'a Seeker,
    /// The opening.
    pub offer: &'a Offer,
    /// What is between them.
    pub between: Between,
}
