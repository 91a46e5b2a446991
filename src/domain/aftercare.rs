//! The aftercare plan's mind: which check-ins a placement gets and when, what is to be done about one
//! today, and what an answer to it means.

use super::calendar::{add_working_days, is_working_day, working_days_between};
use super::code::code;
use super::moves::NoMove;
use super::time::Day;
use super::words::{Channel, CheckInState, Lang};

mod plan;

pub use plan::{Existing, Moved, PlanStep, Planned, Replan, default_plan, plan, replan};

/// How long the desk waits, in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Silence before the next step is taken.
    pub silence: i64,
    /// A mail that is later than this is not sent any more: a person calls.
    pub too_late: i64,
}

impl Default for Patience {
    fn default() -> Self {
        Self { silence: 3, too_late: 5 }
    }
}

code! {
    /// What can happen to a check-in.
    pub enum CheckInEvent {
        /// Its day came.
        ComeDue = "come_due",
        /// The question went out.
        Ask = "ask",
        /// It went out once more.
        Remind = "remind",
        /// A person got the task to call.
        CallTask = "call_task",
        /// The coordinator was told.
        Escalate = "escalate",
        /// An answer came.
        Answer = "answer",
        /// A person, or an answer that leaves no doubt, closes it.
        Close = "close",
        /// It is not needed any more, with a reason.
        Cancel = "cancel",
    }
}

/// The table of states of a check-in.
pub fn moves(from: CheckInState, event: CheckInEvent) -> Result<CheckInState, NoMove> {
    use CheckInEvent as E;
    use CheckInState as S;
    match (from, event) {
        (S::Planned, E::ComeDue) => Ok(S::Due),
        (S::Due, E::Ask) => Ok(S::Asked),
        (S::Asked, E::Remind) => Ok(S::Reminded),
        (S::Due | S::Asked | S::Reminded, E::CallTask) => Ok(S::CallTask),
        (S::CallTask, E::Escalate) => Ok(S::Escalated),
        (S::Asked | S::Reminded | S::CallTask | S::Escalated | S::Answered, E::Answer) => Ok(S::Answered),
        (S::Due | S::Asked | S::Reminded | S::CallTask | S::Escalated | S::Answered, E::Close) => Ok(S::Done),
        (S::Planned | S::Due | S::Asked | S::Reminded | S::CallTask | S::Escalated | S::Answered, E::Cancel) => {
            Ok(S::Cancelled)
        }
        _ => Err(NoMove::new("check-in", from, event)),
    }
}

/// What is known about a check-in today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckInFacts {
    /// Its state.
    pub state: CheckInState,
    /// How it is done.
    pub channel: Channel,
    /// The day it is due.
    pub due: Day,
    /// The day of its next step: [`next_on`] the step before, the due day for the first.
    pub next_on: Day,
}

/// Why a person has to call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallWhy {
    /// The plan says so.
    Plan,
    /// The mail would be more than five working days late.
    TooLate,
    /// No answer to question and reminder.
    Silence,
    /// The mail may have left already, in a time of which nothing is known.
    Restored,
}

impl CallWhy {
    /// One sentence for the broker.
    pub const fn say(self, lang: Lang) -> &'static str {
        match self {
            Self::Plan => {
                lang.t("Dit moment doe je zelf, zo staat het in het plan.", "The plan has you do this one yourself.")
            }
            Self::TooLate => lang.t(
                "De mail zou te laat komen om er nog iets aan te hebben. Bel even.",
                "The mail would come too late to be of use. Please call.",
            ),
            Self::Silence => lang.t(
                "Op de vraag en de herinnering kwam geen antwoord. Bel even.",
                "Neither question nor reminder was answered. Please call.",
            ),
            Self::Restored => lang.t(
                "De gegevens zijn teruggezet, en of de mail al uitging weten we niet. Kijk in de verzonden mail, of bel.",
                "The records were restored, and whether the mail left is not known. Look in the sent mail, or call.",
            ),
        }
    }
}

/// What to do about a check-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing today.
    Nothing,
    /// Mail the question.
    Ask,
    /// Mail it once more.
    Remind,
    /// Give the broker a task.
    CallTask(CallWhy),
    /// Tell the coordinator.
    Escalate,
}

/// Decides what to do about a check-in today. One that was missed is taken up on the first working day
/// after, once.
pub fn tick(check_in: &CheckInFacts, today: Day, patience: Patience) -> Step {
    if today < check_in.next_on || !is_working_day(today) {
        return Step::Nothing;
    }
    match check_in.state {
        CheckInState::Planned | CheckInState::Due => match check_in.channel {
            Channel::Call | Channel::Visit => Step::CallTask(CallWhy::Plan),
            Channel::Mail if working_days_between(check_in.due, today) > patience.too_late => {
                Step::CallTask(CallWhy::TooLate)
            }
            Channel::Mail => Step::Ask,
        },
        CheckInState::Asked => Step::Remind,
        CheckInState::Reminded => Step::CallTask(CallWhy::Silence),
        CheckInState::CallTask => Step::Escalate,
        CheckInState::Escalated | CheckInState::Answered | CheckInState::Done | CheckInState::Cancelled => {
            Step::Nothing
        }
    }
}

/// Whether the next step of a check-in is a mail.
pub const fn mails(state: CheckInState, channel: Channel) -> bool {
    matches!(channel, Channel::Mail) && matches!(state, CheckInState::Planned | CheckInState::Due | CheckInState::Asked)
}

/// The day of the step after one that is taken today.
pub fn next_on(today: Day, patience: Patience) -> Day {
    add_working_days(today, patience.silence)
}

code! {
    /// How an answer to a check-in sounds.
    pub enum Mood {
        /// All is well.
        Well = "well",
        /// Something to settle.
        Concern = "concern",
        /// Something that can't wait.
        Urgent = "urgent",
    }
}

/// What an answer to a check-in may do by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerVerdict {
    /// It closes the check-in.
    Close,
    /// A person looks at it.
    Flag {
        /// At once.
        urgent: bool,
    },
}

/// The state that undoing a close goes back to; only a check-in that is done has one.
pub fn reopened(state: CheckInState, closed_from: Option<CheckInState>) -> Result<CheckInState, NoMove> {
    match (state, closed_from) {
        (CheckInState::Done, Some(before)) if moves(before, CheckInEvent::Close).is_ok() => Ok(before),
        _ => Err(NoMove::new("check-in", state, "reopen")),
    }
}

/// Decides on an answer: `well` closes only with a 4 or 5 among the new words; all else waits for a person.
/// `mood` is `None` where the words say neither.
pub const fn answer(mood: Option<Mood>, score: Option<u8>) -> AnswerVerdict {
    match (mood, score) {
        (Some(Mood::Well), Some(4 | 5)) => AnswerVerdict::Close,
        (Some(Mood::Urgent), _) => AnswerVerdict::Flag { urgent: true },
        _ => AnswerVerdict::Flag { urgent: false },
    }
}

/// Whether employer and student see the same placement so differently (two points) that both get a call.
pub const fn disagree(employer: u8, student: u8) -> bool {
    employer.abs_diff(student) >= 2
}

#[cfg(test)]
mod tests;
