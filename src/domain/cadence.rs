//! The campaign's mind: states of campaign and recipient, and what a recipient's next step is.

use super::calendar::{Window, add_working_days};
use super::code::code;
use super::gate::{Answer, Why};
use super::moves::NoMove;
use super::time::Moment;
use super::words::{CampaignState, RecipientState};

code! {
    /// What can happen to a campaign.
    pub enum CampaignEvent {
        /// The broker starts it.
        Start = "start",
        /// The broker, or too many refusals, hold it.
        Pause = "pause",
        /// The broker lets it go on.
        Resume = "resume",
        /// The broker ends it.
        Stop = "stop",
        /// Every recipient is through.
        Finished = "finished",
    }
}

code! {
    /// What can happen to a recipient.
    pub enum RecipientEvent {
        /// Its mail went into the outbox.
        Queue = "queue",
        /// Its mail left.
        Sent = "sent",
        /// A further step waits for its day.
        NextStep = "next_step",
        /// It answered.
        Replied = "replied",
        /// It opted out.
        OptedOut = "opted_out",
        /// Its address does not work.
        Bounced = "bounced",
        /// It fell out, with a reason.
        Skip = "skip",
        /// The campaign was stopped.
        Stop = "stop",
        /// No step is left.
        Complete = "complete",
    }
}

/// The table of states of a campaign.
pub fn campaign_moves(from: CampaignState, event: CampaignEvent) -> Result<CampaignState, NoMove> {
    use CampaignEvent as E;
    use CampaignState as S;
    match (from, event) {
        (S::Draft, E::Start) | (S::Paused, E::Resume) => Ok(S::Running),
        (S::Running, E::Pause) => Ok(S::Paused),
        (S::Running, E::Finished) => Ok(S::Done),
        (S::Running | S::Paused, E::Stop) => Ok(S::Stopped),
        _ => Err(NoMove::new("campaign", from, event)),
    }
}

/// The table of states of a recipient. What comes in from outside (an answer, an opt-out, a bounce) can
/// come at any time and is never refused; the word that makes us quietest stays.
pub fn recipient_moves(from: RecipientState, event: RecipientEvent) -> Result<RecipientState, NoMove> {
    use RecipientEvent as E;
    use RecipientState as S;
    match (from, event) {
        (_, E::OptedOut) | (S::OptedOut, E::Replied | E::Bounced) => Ok(S::OptedOut),
        (_, E::Replied) | (S::Replied, E::Bounced) => Ok(S::Replied),
        (_, E::Bounced) => Ok(S::Bounced),
        (S::Waiting, E::Queue) => Ok(S::Queued),
        (S::Queued, E::Sent) => Ok(S::Sent),
        (S::Sent, E::NextStep) => Ok(S::Waiting),
        (S::Sent, E::Complete) => Ok(S::Done),
        (S::Waiting | S::Queued | S::Sent, E::Skip) => Ok(S::Skipped),
        (S::Waiting | S::Queued | S::Sent, E::Stop) => Ok(S::Stopped),
        _ => Err(NoMove::new("recipient", from, event)),
    }
}

/// What is known about a recipient whose turn may have come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientFacts {
    /// Its state.
    pub state: RecipientState,
    /// The step that comes next, counted from 0.
    pub step: u32,
    /// When that step is due.
    pub due: Moment,
    /// Whether an earlier mail to it is uncertain: no follow-up until that is settled.
    pub uncertain: bool,
    /// The gate's answer, asked now.
    pub gate: Answer,
}

/// What to do with a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Render this step and put it in the outbox.
    Render {
        /// The step, counted from 0.
        step: u32,
    },
    /// Look again then.
    WaitUntil(Moment),
    /// Leave it: its mail is under way or uncertain, or its sequence ended.
    Nothing,
    /// No step is left.
    Done,
    /// It falls out.
    Skip(Why),
}

/// Decides a recipient's next step in a campaign of `step_count` steps.
pub fn next(recipient: &RecipientFacts, step_count: u32, now: Moment) -> Next {
    match recipient.state {
        RecipientState::Queued
        | RecipientState::Done
        | RecipientState::Replied
        | RecipientState::OptedOut
        | RecipientState::Bounced
        | RecipientState::Skipped
        | RecipientState::Stopped => Next::Nothing,
        RecipientState::Waiting | RecipientState::Sent => {
            if recipient.uncertain {
                Next::Nothing
            } else if recipient.step >= step_count {
                Next::Done
            } else if recipient.due > now {
                Next::WaitUntil(recipient.due)
            } else {
                match recipient.gate.stopped_by() {
                    Some(why) => Next::Skip(why.clone()),
                    None => Next::Render { step: recipient.step },
                }
            }
        }
    }
}

/// When a follow-up is due: this many working days after the mail before it left, when the window opens.
pub fn follow_up_due(sent: Moment, working_days: u16, window: &Window) -> Moment {
    let day = add_working_days(sent.day(), i64::from(working_days.max(1)));
    window.next_open(day.at(0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moves::check_table;
    use proptest::prelude::*;

    fn now() -> Moment {
        Moment::parse("2026-11-23T09:00:00Z").unwrap()
    }

    fn facts(state: RecipientState) -> RecipientFacts {
        RecipientFacts { state, step: 0, due: now(), uncertain: false, gate: Answer::Send }
    }

    #[test]
    fn a_campaign_moves_by_its_table_only() {
        use CampaignEvent as E;
        use CampaignState as S;
        let table = [
            (S::Draft, E::Start, S::Running),
            (S::Running, E::Pause, S::Paused),
            (S::Running, E::Finished, S::Done),
            (S::Running, E::Stop, S::Stopped),
            (S::Paused, E::Resume, S::Running),
            (S::Paused, E::Stop, S::Stopped),
        ];
        check_table(S::ALL, E::ALL, &table, campaign_moves);
    }

    #[test]
    fn a_recipient_moves_by_its_table_only() {
        use RecipientEvent as E;
        use RecipientState as S;
        let mut table = vec![
            (S::Waiting, E::Queue, S::Queued),
            (S::Queued, E::Sent, S::Sent),
            (S::Sent, E::NextStep, S::Waiting),
            (S::Sent, E::Complete, S::Done),
        ];
        for open in [S::Waiting, S::Queued, S::Sent] {
            table.extend([(open, E::Skip, S::Skipped), (open, E::Stop, S::Stopped)]);
        }
        for &from in S::ALL {
            let replied = if from == S::OptedOut { from } else { S::Replied };
            let bounced = if from == S::OptedOut || from == S::Replied { from } else { S::Bounced };
            table.extend([(from, E::OptedOut, S::OptedOut), (from, E::Replied, replied), (from, E::Bounced, bounced)]);
        }
        check_table(S::ALL, E::ALL, &table, recipient_moves);
    }

    #[test]
    fn the_next_step_follows_from_state_day_and_gate() {
        use RecipientState as S;
        let later = now().plus_days(3);
        let refused = Answer::Refuse(Why::OptedOut);
        let rows = [
            (facts(S::Waiting), Next::Render { step: 0 }),
            (RecipientFacts { due: later, ..facts(S::Waiting) }, Next::WaitUntil(later)),
            (RecipientFacts { gate: refused.clone(), ..facts(S::Waiting) }, Next::Skip(Why::OptedOut)),
            (RecipientFacts { gate: refused, due: later, ..facts(S::Waiting) }, Next::WaitUntil(later)),
            (RecipientFacts { gate: Answer::Warn(vec![Why::Archived]), ..facts(S::Waiting) }, Next::Render { step: 0 }),
            (RecipientFacts { step: 1, ..facts(S::Sent) }, Next::Render { step: 1 }),
            (RecipientFacts { step: 1, due: later, ..facts(S::Sent) }, Next::WaitUntil(later)),
            (RecipientFacts { step: 1, uncertain: true, ..facts(S::Sent) }, Next::Nothing),
            (RecipientFacts { step: 2, ..facts(S::Sent) }, Next::Done),
            (facts(S::Queued), Next::Nothing),
            (facts(S::Replied), Next::Nothing),
            (facts(S::Stopped), Next::Nothing),
        ];
        for (recipient, expected) in rows {
            assert_eq!(next(&recipient, 2, now()), expected, "{recipient:?}");
        }
    }

    #[test]
    fn a_follow_up_waits_for_working_days_and_the_window() {
        let office: Window = "mon-fri 09:00-17:00".parse().unwrap();
        let thursday = Moment::parse("2026-12-24T10:00:00Z").unwrap();
        assert_eq!(follow_up_due(thursday, 1, &office).to_string(), "2026-12-28T08:00:00Z");
        assert_eq!(follow_up_due(thursday, 3, &office).to_string(), "2026-12-30T08:00:00Z");
    }

    proptest! {
        /// A reply, an opt-out, a bounce, a skip and a stop each end the sequence, whatever follows.
        #[test]
        fn nothing_is_rendered_once_the_sequence_ended(
            events in prop::collection::vec(0..RecipientEvent::ALL.len(), 0..20), steps in 1u32..4,
        ) {
            use RecipientEvent as E;
            let (mut state, mut over) = (RecipientState::Waiting, false);
            for event in events {
                let event = RecipientEvent::ALL[event];
                if let Ok(moved) = recipient_moves(state, event) {
                    state = moved;
                    over |= matches!(event, E::Replied | E::OptedOut | E::Bounced | E::Skip | E::Stop | E::Complete);
                }
                if over {
                    prop_assert_eq!(next(&facts(state), steps, now()), Next::Nothing);
                }
            }
        }
    }
}
