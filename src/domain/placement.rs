//! A placement's states, and whether its company is recognised for it.

use super::code::code;
use super::moves::NoMove;
use super::time::Day;
use super::words::{Lang, Level, PlacementState, Track};

code! {
    /// What can happen to a placement.
    pub enum PlacementEvent {
        /// Its first day came.
        Start = "start",
        /// Its last day is over.
        Complete = "complete",
        /// It ends before its last day, with a reason.
        EndEarly = "end_early",
    }
}

/// The table of states of a placement.
pub fn moves(from: PlacementState, event: PlacementEvent) -> Result<PlacementState, NoMove> {
    use PlacementEvent as E;
    use PlacementState as S;
    match (from, event) {
        (S::Planned, E::Start) => Ok(S::Running),
        (S::Running, E::Complete) => Ok(S::Completed),
        (S::Planned | S::Running, E::EndEarly) => Ok(S::EndedEarly),
        _ => Err(NoMove::new("placement", from, event)),
    }
}

/// The event that today asks for, if any. A placement that was missed for its whole length starts first.
pub fn due(state: PlacementState, starts: Day, ends: Day, today: Day) -> Option<PlacementEvent> {
    match state {
        PlacementState::Planned if starts <= today => Some(PlacementEvent::Start),
        PlacementState::Running if ends < today => Some(PlacementEvent::Complete),
        PlacementState::Planned | PlacementState::Running | PlacementState::Completed | PlacementState::EndedEarly => {
            None
        }
    }
}

code! {
    /// Where a student stands, as their placements have it.
    pub enum Standing {
        /// No placement is planned or runs, and none was completed.
        Looking = "looking",
        /// A placement is planned or runs.
        Placed = "placed",
        /// A placement was completed, and none is planned or runs.
        Finished = "finished",
    }
}

/// Where a student with placements in these states stands. One that ended early leaves the student looking.
pub fn standing(placements: impl IntoIterator<Item = PlacementState>) -> Standing {
    placements.into_iter().fold(Standing::Looking, |standing, state| match (standing, state) {
        (_, PlacementState::Planned | PlacementState::Running) | (Standing::Placed, _) => Standing::Placed,
        (_, PlacementState::Completed) => Standing::Finished,
        (standing, PlacementState::EndedEarly) => standing,
    })
}

/// One recognition of a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recognised<'a> {
    /// The qualification's crebo.
    pub crebo: &'a str,
    /// Only for this level.
    pub level: Option<Level>,
    /// Only for this track.
    pub track: Option<Track>,
    /// The last day on which it holds; `None` when unknown.
    pub until: Option<Day>,
}

/// What a placement asks recognition for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The qualification's crebo; empty where there is none.
    pub crebo: &'a str,
    /// The student's level.
    pub level: Option<Level>,
    /// The student's track.
    pub track: Option<Track>,
    /// The first day.
    pub starts: Day,
    /// The last day.
    pub ends: Day,
}

/// Whether the company is recognised for the student's qualification (by SBB, per qualification).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognition {
    /// This level asks none.
    NotNeeded,
    /// It is, until the day after the last one; `None`: nobody recorded until when.
    Good(Option<Day>),
    /// Nobody recorded one for this qualification.
    Missing,
    /// It ended, or ends during the placement, on this day.
    Expires(Day),
}

impl Recognition {
    /// The sentence of a warning; `None` where nothing is wrong.
    pub fn warns(self, lang: Lang) -> Option<String> {
        match self {
            Self::NotNeeded | Self::Good(_) => None,
            Self::Missing => Some(
                lang.t(
                    "Dit bedrijf is voor deze opleiding niet erkend.",
                    "This company is not recognised for this programme.",
                )
                .to_owned(),
            ),
            Self::Expires(day) => {
                let day = super::spoken::date(day, lang);
                Some(match lang {
                    Lang::Nl => format!("De erkenning voor deze opleiding loopt tot {day}."),
                    Lang::En => format!("The recognition for this programme runs until {day}."),
                })
            }
        }
    }
}

/// Mbo students are placed at recognised companies; other levels ask none.
pub const fn needs_recognition(level: Option<Level>) -> bool {
    matches!(level, Some(Level::Mbo1 | Level::Mbo2 | Level::Mbo3 | Level::Mbo4))
}

/// Judges a company's recognitions for one placement.
pub fn recognition<'a>(wanted: Wanted, all: impl IntoIterator<Item = Recognised<'a>>) -> Recognition {
    if !needs_recognition(wanted.level) {
        return Recognition::NotNeeded;
    }
    let fits = |one: &Recognised| {
        one.crebo == wanted.crebo
            && one.level.is_none_or(|level| Some(level) == wanted.level)
            && one.track.is_none_or(|track| Some(track) == wanted.track)
    };
    // An unknown end outlasts every known one.
    let best = all.into_iter().filter(fits).map(|one| one.until).max_by_key(|until| (until.is_none(), *until));
    match best {
        None => Recognition::Missing,
        Some(Some(until)) if until < wanted.ends => Recognition::Expires(until),
        Some(until) => Recognition::Good(until),
    }
}

#[cfg(test)]
mod tests {
    use super::super::moves::check_table;
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn only_the_moves_of_the_table_are_made() {
        use PlacementEvent as E;
        use PlacementState as S;
        let table = [
            (S::Planned, E::Start, S::Running),
            (S::Running, E::Complete, S::Completed),
            (S::Planned, E::EndEarly, S::EndedEarly),
            (S::Running, E::EndEarly, S::EndedEarly),
        ];
        check_table(S::ALL, E::ALL, &table, moves);
    }

    #[test]
    fn a_placement_starts_on_its_first_day_and_completes_after_its_last() {
        use PlacementState as S;
        let (starts, ends) = (day("2026-09-01"), day("2027-01-29"));
        for (state, today, expected) in [
            (S::Planned, "2026-08-31", None),
            (S::Planned, "2026-09-01", Some(PlacementEvent::Start)),
            (S::Planned, "2027-03-01", Some(PlacementEvent::Start)),
            (S::Running, "2027-01-29", None),
            (S::Running, "2027-01-30", Some(PlacementEvent::Complete)),
            (S::EndedEarly, "2027-01-30", None),
        ] {
            assert_eq!(due(state, starts, ends, day(today)), expected, "{state} on {today}");
        }
    }

    #[test]
    fn recognition_is_asked_of_mbo_for_the_crebo_the_level_and_the_whole_time() {
        let wanted = Wanted {
            crebo: "25655",
            level: Some(Level::Mbo2),
            track: Some(Track::Bol),
            starts: day("2026-09-01"),
            ends: day("2027-01-29"),
        };
        let one = |crebo, level, until: &str| Recognised { crebo, level, track: None, until: Day::parse(until) };
        assert_eq!(recognition(wanted, []), Recognition::Missing);
        assert_eq!(recognition(wanted, [one("25656", None, "2030-01-01")]), Recognition::Missing);
        assert_eq!(recognition(wanted, [one("25655", Some(Level::Mbo3), "2030-01-01")]), Recognition::Missing);
        let short = one("25655", None, "2026-12-31");
        assert_eq!(recognition(wanted, [short]), Recognition::Expires(day("2026-12-31")));
        let both = [short, one("25655", Some(Level::Mbo2), "2029-03-01")];
        assert_eq!(recognition(wanted, both), Recognition::Good(Some(day("2029-03-01"))));
        assert_eq!(recognition(wanted, [one("25655", None, "")]), Recognition::Good(None));
        assert_eq!(recognition(Wanted { level: Some(Level::Vmbo), ..wanted }, []), Recognition::NotNeeded);
    }
}
