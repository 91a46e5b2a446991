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

/// Takes one free place for a placement: the events to record.
pub const fn book(places: &Places) -> Result<&'static [(PlaceEventKind, i32)], Full> {
    if places.left() > 0 { Ok(&[(PlaceEventKind::Filled, 1)]) } else { Err(Full) }
}

/// Holds one free place for a proposal: the events to record.
pub const fn reserve(places: &Places) -> Result<&'static [(PlaceEventKind, i32)], Full> {
    if places.left() > 0 { Ok(&[(PlaceEventKind::Reserved, 1)]) } else { Err(Full) }
}

/// Turns a held place into a placement: the events to record. Full where the company meanwhile took
/// back so much that even the held place is gone.
pub const fn book_reserved(places: &Places) -> Result<&'static [(PlaceEventKind, i32)], Full> {
    let there = places.offered.saturating_sub(places.withdrawn);
    if places.reserved > 0 && places.confirmed < there {
        Ok(&[(PlaceEventKind::Released, 1), (PlaceEventKind::Filled, 1)])
    } else {
        Err(Full)
    }
}

/// The event by which the company takes back all that is left.
pub const fn withdraw(places: &Places) -> (PlaceEventKind, i32) {
    (PlaceEventKind::Withdrawn, at_least_none(places.left()))
}

/// The event by which the offer runs out.
pub const fn expire(places: &Places) -> (PlaceEventKind, i32) {
    (PlaceEventKind::Expired, at_least_none(places.left()))
}

const fn at_least_none(count: i32) -> i32 {
    if count > 0 { count } else { 0 }
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
        assert_eq!(book(&places), Err(Full));
        assert_eq!(state(&places, None), OpeningState::Full);
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
        assert_eq!(book_reserved(&places), Err(Full));
    }

    /// What desk and company can ask of an opening; a booking asks the rule first.
    #[derive(Debug, Clone, Copy)]
    enum Wish {
        Book,
        Reserve,
        BookReserved,
        Release,
        Free,
        Change(i32),
        Withdraw,
    }

    fn wishes() -> impl Strategy<Value = Vec<Wish>> {
        let wish = prop_oneof![
            4 => Just(Wish::Book),
            3 => Just(Wish::Reserve),
            2 => Just(Wish::BookReserved),
            1 => Just(Wish::Release),
            1 => Just(Wish::Free),
            2 => (-4..5i32).prop_map(Wish::Change),
            1 => Just(Wish::Withdraw),
        ];
        prop::collection::vec(wish, 0..60)
    }

    fn grant(places: &Places, wish: Wish) -> Vec<(K, i32)> {
        match wish {
            Wish::Book => book(places).map(<[_]>::to_vec).unwrap_or_default(),
            Wish::Reserve => reserve(places).map(<[_]>::to_vec).unwrap_or_default(),
            Wish::BookReserved => book_reserved(places).map(<[_]>::to_vec).unwrap_or_default(),
            Wish::Release if places.reserved > 0 => vec![(K::Released, 1)],
            Wish::Free if places.confirmed > 0 => vec![(K::Freed, 1)],
            Wish::Release | Wish::Free => vec![],
            Wish::Change(count) => vec![(K::Changed, count)],
            Wish::Withdraw => vec![withdraw(places)],
        }
    }

    proptest! {
        #[test]
        fn no_booking_goes_beyond_the_places_and_the_history_replays(start in 0..8i32, wishes in wishes()) {
            let mut events = vec![(K::Offered, start)];
            let mut history = vec![fold(events.iter().copied())];
            for wish in wishes {
                let before = fold(events.iter().copied());
                let granted = grant(&before, wish);
                let after = fold(events.iter().chain(&granted).copied());
                let booked = after.confirmed > before.confirmed || after.reserved > before.reserved;
                if booked {
                    prop_assert!(after.confirmed <= after.offered - after.withdrawn);
                    prop_assert!(after.left() >= 0 || after.left() >= before.left());
                    if !matches!(wish, Wish::BookReserved) {
                        prop_assert!(!after.overbooked());
                    }
                }
                if let Wish::Change(count) = wish {
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
