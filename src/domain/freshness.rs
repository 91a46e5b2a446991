//! Places fade: a company that said nothing about them for long is asked, reminded, called, and in the end its places expire.
//! What is to be done about one opening today follows from the day it was last confirmed and from its round of asking.

use super::calendar::{add_working_days, is_working_day};
use super::code::code;
use super::moves::NoMove;
use super::opening::STALE_DAYS;
use super::time::Day;

/// Days after which an opening goes along in a mail that is sent about another one of its company.
pub const ALONG_DAYS: i64 = STALE_DAYS / 2;

code! {
    /// How far one round of asking is.
    pub enum RoundState {
        /// The question is out.
        Asked = "asked",
        /// It is out once more.
        Reminded = "reminded",
        /// The company wrote back, and a person reads what it says about its places.
        Heard = "heard",
        /// A person has the task to call.
        Called = "called",
        /// The company said how it is.
        Answered = "answered",
        /// Nobody ever said: the places expired.
        Expired = "expired",
        /// There is nothing left to ask: the places were given away or taken back.
        Dropped = "dropped",
    }
}

impl RoundState {
    /// Those in which an answer is waited for.
    pub const OPEN: [Self; 4] = [Self::Asked, Self::Reminded, Self::Heard, Self::Called];

    /// Whether an answer is waited for.
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}

code! {
    /// What can happen to a round.
    pub enum RoundEvent {
        /// The question goes out once more.
        Remind = "remind",
        /// A mail came back on it.
        Hear = "hear",
        /// A person gets the task to call.
        Call = "call",
        /// The company says how it is.
        Answer = "answer",
        /// The term is over.
        Expire = "expire",
        /// There is nothing left to ask.
        Drop = "drop",
    }
}

/// The table of states of a round.
pub fn moves(from: RoundState, event: RoundEvent) -> Result<RoundState, NoMove> {
    use RoundEvent as E;
    use RoundState as S;
    match (from, event) {
        (S::Asked, E::Remind) => Ok(S::Reminded),
        (S::Asked | S::Reminded, E::Hear) => Ok(S::Heard),
        (S::Asked | S::Reminded | S::Heard, E::Call) => Ok(S::Called),
        // Who pressed the wrong button presses again, as long as the link works.
        (S::Asked | S::Reminded | S::Heard | S::Called | S::Answered, E::Answer) => Ok(S::Answered),
        (S::Called, E::Expire) => Ok(S::Expired),
        (S::Asked | S::Reminded | S::Heard | S::Called, E::Drop) => Ok(S::Dropped),
        _ => Err(NoMove::new("round", from, event)),
    }
}

/// How long the desk waits, in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Silence before the reminder.
    pub remind: i64,
    /// Silence after the reminder, or after a mail that settled nothing, before a person calls.
    pub call: i64,
    /// Time to call before the places expire.
    pub expire: i64,
}

/// A round of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoundFacts {
    /// How far it is.
    pub state: RoundState,
    /// The last confirmation before it, which it asks to renew.
    pub confirmed: Day,
    /// When it was asked.
    pub asked: Day,
    /// When the reminder went out.
    pub reminded: Option<Day>,
    /// When the company wrote back.
    pub heard: Option<Day>,
    /// When somebody got the task to call.
    pub called: Option<Day>,
}

impl RoundFacts {
    /// The day on which its next step is due; `None` where none is.
    pub fn next_on(&self, patience: Patience) -> Option<Day> {
        let (from, wait) = match self.state {
            RoundState::Asked => (self.asked, patience.remind),
            RoundState::Reminded => (self.reminded.unwrap_or(self.asked), patience.call),
            RoundState::Heard => (self.heard.unwrap_or(self.asked), patience.call),
            RoundState::Called => (self.called.unwrap_or(self.asked), patience.expire),
            RoundState::Answered | RoundState::Expired | RoundState::Dropped => return None,
        };
        Some(add_working_days(from, wait))
    }
}

/// What is known of an opening today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Whether a place is left, at a company that was not put away.
    pub room: bool,
    /// The day on which the company last said that this holds.
    pub confirmed: Day,
    /// Its latest round.
    pub round: Option<RoundFacts>,
}

/// What to do about an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing today.
    Nothing,
    /// Ask by mail: a new round.
    Ask,
    /// Ask by mail once more.
    Remind,
    /// Give a person the task to call.
    Call,
    /// Let the places expire.
    Expire,
    /// Close the round: there is nothing left to ask.
    Drop,
}

/// Decides what to do about an opening today. `after` is the age in days from which it is asked about: [`STALE_DAYS`] for
/// the clockwork, less where a mail goes to its company anyway.
pub fn step(facts: &Facts, today: Day, after: i64, patience: Patience) -> Step {
    match facts.round.filter(|round| round.state.is_open()) {
        Some(round) if !facts.room || round.confirmed != facts.confirmed => Step::Drop,
        Some(round) if !is_working_day(today) || round.next_on(patience).is_none_or(|next| today < next) => {
            Step::Nothing
        }
        Some(round) => match round.state {
            RoundState::Asked => Step::Remind,
            RoundState::Reminded | RoundState::Heard => Step::Call,
            RoundState::Called => Step::Expire,
            RoundState::Answered | RoundState::Expired | RoundState::Dropped => Step::Nothing,
        },
        None if is_working_day(today) && may_ask(facts, today, after) => Step::Ask,
        None => Step::Nothing,
    }
}

/// Whether a new round can begin: there is a place, confirmed more than so many days ago, and nobody asked since.
pub fn may_ask(facts: &Facts, today: Day, after: i64) -> bool {
    let asked = facts.round.is_some_and(|round| round.state.is_open() || round.confirmed == facts.confirmed);
    facts.room && !asked && today.days_since(facts.confirmed) > after
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience { remind: 5, call: 5, expire: 15 };

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn what_is_due_follows_from_the_days() {
        use RoundState as S;
        // The places were confirmed on 1 September; 2 November 2026 is a Monday.
        let round = |state, asked: &str, reminded: Option<&str>, called: Option<&str>| {
            let (reminded, called) = (reminded.map(day), called.map(day));
            Some(RoundFacts { state, confirmed: day("2026-09-01"), asked: day(asked), reminded, heard: None, called })
        };
        let heard = RoundFacts { heard: Some(day("2026-11-04")), ..round(S::Heard, "2026-11-02", None, None).unwrap() };
        let moved = RoundFacts { confirmed: day("2026-06-01"), ..round(S::Asked, "2026-08-31", None, None).unwrap() };
        for (room, round, today, expected) in [
            // sixty days are not long, sixty-one are; a weekend asks nothing
            (true, None, "2026-10-30", Step::Nothing),
            (true, None, "2026-11-01", Step::Nothing),
            (true, None, "2026-11-02", Step::Ask),
            (false, None, "2026-11-02", Step::Nothing),
            // five working days of silence, and a week that the clockwork stood still
            (true, round(S::Asked, "2026-11-02", None, None), "2026-11-06", Step::Nothing),
            (true, round(S::Asked, "2026-11-02", None, None), "2026-11-09", Step::Remind),
            (true, round(S::Asked, "2026-11-02", None, None), "2026-11-15", Step::Nothing),
            (true, round(S::Asked, "2026-11-02", None, None), "2026-11-16", Step::Remind),
            (true, round(S::Reminded, "2026-11-02", Some("2026-11-09"), None), "2026-11-13", Step::Nothing),
            (true, round(S::Reminded, "2026-11-02", Some("2026-11-09"), None), "2026-11-16", Step::Call),
            (true, Some(heard), "2026-11-10", Step::Nothing),
            (true, Some(heard), "2026-11-11", Step::Call),
            (true, round(S::Called, "2026-11-02", None, Some("2026-11-16")), "2026-12-04", Step::Nothing),
            (true, round(S::Called, "2026-11-02", None, Some("2026-11-16")), "2026-12-07", Step::Expire),
            // what was given away, or confirmed some other way, is asked about no more
            (false, round(S::Asked, "2026-11-02", None, None), "2026-11-03", Step::Drop),
            (true, Some(moved), "2026-11-02", Step::Drop),
            // one silence is asked about once
            (true, round(S::Answered, "2026-11-02", None, None), "2026-11-20", Step::Nothing),
            (true, round(S::Dropped, "2026-11-02", None, None), "2026-11-20", Step::Nothing),
            (true, round(S::Expired, "2026-11-02", None, None), "2027-11-22", Step::Nothing),
            (true, Some(RoundFacts { state: S::Answered, ..moved }), "2026-11-02", Step::Ask),
        ] {
            let facts = Facts { room, confirmed: day("2026-09-01"), round };
            assert_eq!(step(&facts, day(today), STALE_DAYS, PATIENCE), expected, "{facts:?} on {today}");
        }
        let facts = Facts { room: true, confirmed: day("2026-10-01"), round: None };
        assert_eq!(step(&facts, day("2026-11-02"), ALONG_DAYS, PATIENCE), Step::Ask, "it goes along");
    }

    #[test]
    fn only_the_moves_of_the_table_are_made() {
        use RoundEvent as E;
        use RoundState as S;
        for from in S::ALL {
            for event in E::ALL {
                let to = match (from, event) {
                    (S::Asked, E::Remind) => Some(S::Reminded),
                    (S::Asked | S::Reminded, E::Hear) => Some(S::Heard),
                    (S::Asked | S::Reminded | S::Heard, E::Call) => Some(S::Called),
                    (S::Called, E::Expire) => Some(S::Expired),
                    (S::Answered, E::Answer) => Some(S::Answered),
                    (from, E::Answer) if from.is_open() => Some(S::Answered),
                    (from, E::Drop) if from.is_open() => Some(S::Dropped),
                    _ => None,
                };
                assert_eq!(moves(*from, *event).ok(), to, "{from} {event}");
            }
        }
    }
}
