//! A referral's states: what the desk decided about it, and how far it is, which the student's placements tell.

pub mod list;

use super::code::code;
use super::moves::NoMove;
use super::words::PlacementState;

code! {
    /// What the desk decided about a referral.
    pub enum ReferralState {
        /// It came in.
        Received = "received",
        /// The desk helps.
        Accepted = "accepted",
        /// The desk does not, with a reason.
        Refused = "refused",
    }
}

code! {
    /// What can happen to a referral.
    pub enum ReferralEvent {
        /// The desk takes it on.
        Accept = "accept",
        /// The desk refuses it, with a reason.
        Refuse = "refuse",
        /// What was decided is taken back.
        Reopen = "reopen",
    }
}

/// The table of states of a referral.
pub fn moves(from: ReferralState, event: ReferralEvent) -> Result<ReferralState, NoMove> {
    use ReferralEvent as E;
    use ReferralState as S;
    match (from, event) {
        (S::Received, E::Accept) => Ok(S::Accepted),
        (S::Received | S::Accepted, E::Refuse) => Ok(S::Refused),
        (S::Accepted | S::Refused, E::Reopen) => Ok(S::Received),
        _ => Err(NoMove::new("referral", from, event)),
    }
}

code! {
    /// How far a referral is, as desk and school see it.
    pub enum Stage {
        /// It waits for the desk's decision.
        Received = "received",
        /// The desk looks for a place.
        Looking = "looking",
        /// A placement is planned or runs.
        Placed = "placed",
        /// A placement was completed.
        Completed = "completed",
        /// A placement ended early, and no other one followed.
        EndedEarly = "ended_early",
        /// The desk does not help.
        Refused = "refused",
    }
}

impl Stage {
    /// Whether somebody still waits: for a decision, for a place, or for the end of a placement.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::Looking | Self::Placed)
    }
}

/// How far a referral is, by what was decided and by those of the student's placements that did not end by then.
///
/// A proposal that waits for an answer stands between looking and placed; `store::referrals` asks the same in SQL.
pub fn stage(state: ReferralState, placements: impl IntoIterator<Item = PlacementState>) -> Stage {
    match state {
        ReferralState::Received => return Stage::Received,
        ReferralState::Refused => return Stage::Refused,
        ReferralState::Accepted => {}
    }
    placements.into_iter().fold(Stage::Looking, |stage, placement| match (stage, placement) {
        (_, PlacementState::Planned | PlacementState::Running) | (Stage::Placed, _) => Stage::Placed,
        (_, PlacementState::Completed) | (Stage::Completed, _) => Stage::Completed,
        (_, PlacementState::EndedEarly) => Stage::EndedEarly,
    })
}

#[cfg(test)]
mod tests {
    use super::super::moves::check_table;
    use super::*;

    #[test]
    fn only_the_moves_of_the_table_are_made() {
        use ReferralEvent as E;
        use ReferralState as S;
        let table = [
            (S::Received, E::Accept, S::Accepted),
            (S::Received, E::Refuse, S::Refused),
            (S::Accepted, E::Refuse, S::Refused),
            (S::Accepted, E::Reopen, S::Received),
            (S::Refused, E::Reopen, S::Received),
        ];
        check_table(S::ALL, E::ALL, &table, moves);
    }

    #[test]
    fn placements_tell_how_far_an_accepted_referral_is_in_whichever_order_they_stand() {
        use PlacementState as P;
        for (placements, expected) in [
            (vec![], Stage::Looking),
            (vec![P::Planned], Stage::Placed),
            (vec![P::EndedEarly, P::Running], Stage::Placed),
            (vec![P::Completed, P::Planned], Stage::Placed),
            (vec![P::EndedEarly], Stage::EndedEarly),
            (vec![P::EndedEarly, P::Completed], Stage::Completed),
            (vec![P::Completed], Stage::Completed),
        ] {
            let back = placements.iter().rev().copied();
            assert_eq!(stage(ReferralState::Accepted, placements.iter().copied()), expected, "{placements:?}");
            assert_eq!(stage(ReferralState::Accepted, back), expected, "{placements:?} the other way");
            assert_eq!(stage(ReferralState::Received, placements.iter().copied()), Stage::Received);
            assert_eq!(stage(ReferralState::Refused, placements), Stage::Refused);
        }
    }
}
