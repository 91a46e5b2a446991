//! Places as events: what an opening has, holds and has given away, replayed to any date.
//! Left = offered − withdrawn − active reservations − confirmed placements; no booking goes beyond it.

use super::code::code;
use super::words::PlaceEventKind;

code! {
    /// State of an opening, derived from its places.
    pub enum OpeningState {
        /// The company offered; it has not confirmed since and no place was used.
        Offered = "offered",
        /// Places are left.
        Open = "open",
        /// No place is left.
        Full = "full",
        /// The company took it back.
        Withdrawn = "withdrawn",
        /// The offer ran out.
        Expired = "expired",
    }
}

impl OpeningState {
    /// Whether a student can be placed here.
    pub const fn has_room(self) -> bool {
        matches!(self, Self::Offered | Self::Open)
    }
}

/// Days after which the desk asks whether places still hold.
pub const STALE_DAYS: i64 = 60;

/// How an opening ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The company took back what was left.
    Withdrawn,
    /// The offer ran out.
    Expired,
}

/// The sums of an opening's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Places {
    /// Offered, with every later change in it.
    pub offered: i32,
    /// Taken by placements.
    pub confirmed: i32,
    /// Held for proposals.
    pub reserved: i32,
    /// Taken back, or run out.
    pub withdrawn: i32,
    /// The company confirmed the offer, or a place of it was used.
    pub settled: bool,
}

/// The places of one opening or more as they are drawn, each of them once: what was offered, and what was given away
/// beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seating {
    /// Filled by placements.
    pub taken: i32,
    /// Held for proposals.
    pub held: i32,
    /// Free.
    pub free: i32,
    /// Taken back by the company, or run out.
    pub withdrawn: i32,
    /// Given away though they are not there.
    pub over: i32,
}

impl std::ops::Add for Seating {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            taken: self.taken + other.taken,
            held: self.held + other.held,
            free: self.free + other.free,
            withdrawn: self.withdrawn + other.withdrawn,
            over: self.over + other.over,
        }
    }
}

impl std::iter::Sum for Seating {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), std::ops::Add::add)
    }
}

/// Every place is taken, held or withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no place is left")]
pub struct Full;

impl Places {
    /// Places that can still be given; negative when there are more bookings than places.
    pub const fn left(&self) -> i32 {
        self.offered.saturating_sub(self.withdrawn).saturating_sub(self.reserved).saturating_sub(self.confirmed)
    }

    /// Whether the company took back more than was free: a person has to settle it.
    pub const fn overbooked(&self) -> bool {
        self.left() < 0
    }

    /// The places as they are drawn: what is beyond the offer is taken off what is held first, then off what is filled.
    pub fn seating(&self) -> Seating {
        let over = self.left().saturating_neg().max(0);
        let held = (self.reserved - over).max(0);
        let taken = (self.confirmed - (over - (self.reserved - held))).max(0);
        Seating { taken, held, free: self.left().max(0), withdrawn: self.withdrawn, over }
    }

    /// The places after one more event. Counts are positive, except for `changed`, which is the
    /// difference. A reduction below what is given away is taken as it is.
    #[must_use]
    pub const fn after(self, kind: PlaceEventKind, count: i32) -> Self {
        let mut places = self;
        match kind {
            PlaceEventKind::Offered | PlaceEventKind::Changed => places.offered = self.offered.saturating_add(count),
            PlaceEventKind::Confirmed => places.settled = true,
            PlaceEventKind::Reserved => {
                places.reserved = self.reserved.saturating_add(count);
                places.settled = true;
            }
            PlaceEventKind::Released => places.reserved = self.reserved.saturating_sub(count),
            PlaceEventKind::Filled => {
                places.confirmed = self.confirmed.saturating_add(count);
                places.settled = true;
            }
            PlaceEventKind::Freed => places.confirmed = self.confirmed.saturating_sub(count),
            PlaceEventKind::Withdrawn | PlaceEventKind::Expired => {
                places.withdrawn = self.withdrawn.saturating_add(count);
            }
        }
        places
    }
}

/// The sums of the events, in the order they happened. Only those up to a date: the places of that date.
pub fn fold(events: impl IntoIterator<Item = (PlaceEventKind, i32)>) -> Places {
    events.into_iter().fold(Places::default(), |places, (kind, count)| places.after(kind, count))
}

/// Whether the events end the opening: the last end holds until the company offers or changes again.
pub fn ended(events: impl IntoIterator<Item = PlaceEventKind>) -> Option<Ended> {
    events.into_iter().fold(None, |ended, kind| match kind {
        PlaceEventKind::Withdrawn => Some(Ended::Withdrawn),
        PlaceEventKind::Expired => Some(Ended::Expired),
        PlaceEventKind::Offered | PlaceEventKind::Changed => None,
        PlaceEventKind::Confirmed
        | PlaceEventKind::Reserved
        | PlaceEventKind::Released
        | PlaceEventKind::Filled
        | PlaceEventKind::Freed => ended,
    })
}

/// The state that follows from places and end.
pub const fn state(places: &Places, ended: Option<Ended>) -> OpeningState {
    match ended {
        Some(Ended::Withdrawn) => OpeningState::Withdrawn,
        Some(Ended::Expired) => OpeningState::Expired,
        None if places.left() <= 0 => OpeningState::Full,
        None if places.settled => OpeningState::Open,
        None => OpeningState::Offered,
    }
}

/// What can happen to the places of an opening, once they are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The company offers so many more, or fewer.
    Change(i32),
    /// The company says that the places still hold.
    Confirm,
    /// The company takes back all that is left.
    Withdraw,
    /// Nobody said for long that they still hold: all that is left runs out.
    Expire,
    /// A free place is held for a proposal.
    Reserve,
    /// A held place is given back; nothing happens where none is held.
    Release,
    /// A placement takes a free place.
    Fill,
    /// A placement takes a place that was held. Full where the company meanwhile took back so much that even that
    /// place is gone.
    FillHeld,
    /// A placement leaves its place; nothing happens where none is taken.
    Free,
}

/// The events to record for an act; none where it changes nothing.
pub fn grant(places: &Places, act: Act) -> Result<Vec<(PlaceEventKind, i32)>, Full> {
    use PlaceEventKind as K;
    let free = places.left() > 0;
    let there = places.offered.saturating_sub(places.withdrawn);
    match act {
        Act::Change(difference) => Ok(vec![(K::Changed, difference)]),
        Act::Confirm => Ok(vec![(K::Confirmed, 0)]),
        Act::Withdraw => Ok(vec![(K::Withdrawn, places.left().max(0))]),
        Act::Expire => Ok(vec![(K::Expired, places.left().max(0))]),
        Act::Reserve if free => Ok(vec![(K::Reserved, 1)]),
        Act::Fill if free => Ok(vec![(K::Filled, 1)]),
        Act::FillHeld if places.reserved > 0 && places.confirmed < there => Ok(vec![(K::Released, 1), (K::Filled, 1)]),
        Act::Release if places.reserved > 0 => Ok(vec![(K::Released, 1)]),
        Act::Free if places.confirmed > 0 => Ok(vec![(K::Freed, 1)]),
        Act::Release | Act::Free => Ok(Vec::new()),
        Act::Reserve | Act::Fill | Act::FillHeld => Err(Full),
    }
}

/// What comes free of an opening that has ended goes with it: the event to record after those that freed it, if any.
pub fn gone_with(ended: Option<Ended>, new: &[(PlaceEventKind, i32)], after: &Places) -> Option<(PlaceEventKind, i32)> {
    use PlaceEventKind as K;
    let frees = !new.is_empty() && new.iter().all(|(kind, _)| matches!(kind, K::Released | K::Freed));
    let kind = match ended? {
        Ended::Withdrawn => K::Withdrawn,
        Ended::Expired => K::Expired,
    };
    (frees && after.left() > 0).then(|| (kind, after.left()))
}

#[cfg(test)]
mod tests {
    use super::PlaceEventKind as K;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn left_is_what_is_offered_and_neither_taken_back_held_nor_taken() {
        let places = fold([(K::Offered, 5), (K::Reserved, 1), (K::Filled, 2), (K::Withdrawn, 1), (K::Changed, 2)]);
        assert_eq!((places.left(), places.overbooked()), (3, false));
    }

    #[test]
    fn a_reduction_below_the_placements_is_recorded_and_shows_as_overbooked() {
        let places = fold([(K::Offered, 3), (K::Filled, 3), (K::Changed, -2)]);
        assert_eq!((places.offered, places.left(), places.overbooked()), (1, -2, true));
        assert_eq!(grant(&places, Act::Fill), Err(Full));
        assert_eq!(state(&places, None), OpeningState::Full);
    }

    #[test]
    fn every_place_is_drawn_once_as_what_became_of_it() {
        let rows: &[(&[(K, i32)], Seating)] = &[
            (&[(K::Offered, 3)], Seating { free: 3, ..Seating::default() }),
            (
                &[(K::Offered, 5), (K::Filled, 2), (K::Reserved, 1), (K::Withdrawn, 1)],
                Seating { taken: 2, held: 1, free: 1, withdrawn: 1, over: 0 },
            ),
            (&[(K::Offered, 2), (K::Withdrawn, 2)], Seating { withdrawn: 2, ..Seating::default() }),
            (&[(K::Offered, 3), (K::Filled, 3), (K::Changed, -2)], Seating { taken: 1, over: 2, ..Seating::default() }),
            (
                &[(K::Offered, 3), (K::Filled, 2), (K::Reserved, 1), (K::Changed, -2)],
                Seating { taken: 1, over: 2, ..Seating::default() },
            ),
            (
                &[(K::Offered, 3), (K::Filled, 1), (K::Reserved, 2), (K::Changed, -1)],
                Seating { taken: 1, held: 1, over: 1, ..Seating::default() },
            ),
        ];
        for (events, expected) in rows {
            assert_eq!(fold(events.iter().copied()).seating(), *expected, "{events:?}");
        }
        let two = Seating { taken: 1, free: 2, ..Seating::default() };
        assert_eq!([two, two].into_iter().sum::<Seating>(), Seating { taken: 2, free: 4, ..Seating::default() });
    }

    #[test]
    fn the_state_follows_from_the_events() {
        let rows: &[(&[(K, i32)], OpeningState)] = &[
            (&[(K::Offered, 2)], OpeningState::Offered),
            (&[(K::Offered, 2), (K::Confirmed, 0)], OpeningState::Open),
            (&[(K::Offered, 2), (K::Filled, 1)], OpeningState::Open),
            (&[(K::Offered, 1), (K::Reserved, 1)], OpeningState::Full),
            (&[(K::Offered, 1), (K::Filled, 1), (K::Freed, 1)], OpeningState::Open),
            (&[(K::Offered, 2), (K::Filled, 1), (K::Withdrawn, 1)], OpeningState::Withdrawn),
            (&[(K::Offered, 2), (K::Expired, 2)], OpeningState::Expired),
            (&[(K::Offered, 2), (K::Expired, 2), (K::Offered, 1)], OpeningState::Offered),
        ];
        for (events, expected) in rows {
            let ended = ended(events.iter().map(|event| event.0));
            assert_eq!(state(&fold(events.iter().copied()), ended), *expected, "{events:?}");
        }
    }

    #[test]
    fn a_held_place_that_the_company_took_back_is_not_booked() {
        let places = fold([(K::Offered, 2), (K::Filled, 1), (K::Reserved, 1), (K::Changed, -1)]);
        assert_eq!(grant(&places, Act::FillHeld), Err(Full));
    }

    #[test]
    fn what_comes_free_of_an_opening_that_has_ended_is_not_offered_again() {
        let after = fold([(K::Offered, 2), (K::Reserved, 1), (K::Withdrawn, 1), (K::Released, 1)]);
        let released: &[(K, i32)] = &[(K::Released, 1)];
        assert_eq!(gone_with(Some(Ended::Withdrawn), released, &after), Some((K::Withdrawn, 1)));
        assert_eq!(gone_with(Some(Ended::Expired), &[(K::Freed, 1)], &after), Some((K::Expired, 1)));
        assert_eq!(gone_with(None, released, &after), None);
        assert_eq!(gone_with(Some(Ended::Withdrawn), &[(K::Released, 1), (K::Filled, 1)], &after), None);
        let over = fold([(K::Offered, 1), (K::Filled, 2), (K::Freed, 1)]);
        assert_eq!(gone_with(Some(Ended::Withdrawn), &[(K::Freed, 1)], &over), None);
    }

    /// What desk and company can ask of an opening.
    fn wishes() -> impl Strategy<Value = Vec<Act>> {
        let wish = prop_oneof![
            4 => Just(Act::Fill),
            3 => Just(Act::Reserve),
            2 => Just(Act::FillHeld),
            1 => Just(Act::Release),
            1 => Just(Act::Free),
            2 => (-4..5i32).prop_map(Act::Change),
            1 => Just(Act::Withdraw),
            1 => Just(Act::Expire),
            1 => Just(Act::Confirm),
        ];
        prop::collection::vec(wish, 0..60)
    }

    proptest! {
        #[test]
        fn no_booking_goes_beyond_the_places_and_the_history_replays(start in 0..8i32, wishes in wishes()) {
            let mut events = vec![(K::Offered, start)];
            let mut history = vec![fold(events.iter().copied())];
            for wish in wishes {
                let before = fold(events.iter().copied());
                let granted = grant(&before, wish).unwrap_or_default();
                let after = fold(events.iter().chain(&granted).copied());
                let booked = after.confirmed > before.confirmed || after.reserved > before.reserved;
                if booked {
                    prop_assert!(after.confirmed <= after.offered - after.withdrawn);
                    prop_assert!(after.left() >= 0 || after.left() >= before.left());
                    if !matches!(wish, Act::FillHeld) {
                        prop_assert!(!after.overbooked());
                    }
                }
                prop_assert!(after.confirmed >= 0 && after.reserved >= 0 && after.withdrawn >= 0);
                let seats = after.seating();
                prop_assert_eq!(seats.over > 0, after.overbooked());
                let booked = after.confirmed + after.reserved;
                prop_assert!(seats.taken + seats.held + seats.over == booked || seats.over > booked);
                prop_assert!(seats.over > booked || booked + seats.free + seats.withdrawn == after.offered + seats.over);
                if let Act::Change(count) = wish {
                    prop_assert_eq!(after.offered, before.offered + count);
                    prop_assert_eq!(after.overbooked(), before.left() + count < 0);
                }
                for event in granted {
                    events.push(event);
                    history.push(fold(events.iter().copied()));
                }
            }
            for (index, places) in history.iter().enumerate() {
                prop_assert_eq!(&fold(events.iter().take(index + 1).copied()), places);
            }
        }
    }
}
