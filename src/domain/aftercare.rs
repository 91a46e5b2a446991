//! The aftercare plan's mind: which check-ins a placement gets and when, what is to be done about one
//! today, and what an answer to it means.

use super::calendar::{Holiday, add_working_days, holiday, is_working_day, next_working_day, working_days_between};
use super::code::code;
use super::moves::NoMove;
use super::time::Day;
use super::words::{Addressee, Anchor, Channel, CheckInState, Lang};
use chrono::{Datelike, Weekday};

/// Working days of silence before the next step is taken.
const PATIENCE: i64 = 3;
/// A mail that is more working days late than this is not sent any more: a person calls.
const TOO_LATE: i64 = 5;

/// One row of an aftercare plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanStep {
    /// Its Dutch name.
    pub name_nl: String,
    /// Its English name.
    pub name_en: String,
    /// The day it counts from.
    pub anchor: Anchor,
    /// Working days after (negative: before) that day.
    pub offset_working_days: i32,
    /// To whom it speaks.
    pub addressee: Addressee,
    /// How it is done.
    pub channel: Channel,
}

/// Why a check-in is not on the day that the plan names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It fell in a weekend.
    Weekend,
    /// A public holiday lay on it or on the way to it.
    Holiday(Holiday),
}

impl Moved {
    /// The reason in a few words.
    pub const fn say(self, lang: Lang) -> &'static str {
        match self {
            Self::Weekend => lang.t("weekend", "weekend"),
            Self::Holiday(holiday) => holiday.name(lang),
        }
    }
}

/// A check-in with its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Index of its row in the plan.
    pub step: usize,
    /// The working day on which it is due.
    pub due: Day,
    /// The day it would have been on, and why it is not.
    pub moved: Option<(Day, Moved)>,
}

/// The plan that a site starts with: day 3, week 2, halfway, two weeks before the end, a month after it;
/// the employer by mail, the student by telephone.
pub fn default_plan() -> Vec<PlanStep> {
    let rows = [
        ("Dag 3", "Day 3", Anchor::Start, 2),
        ("Week 2", "Week 2", Anchor::Start, 9),
        ("Halverwege", "Halfway", Anchor::Halfway, 0),
        ("Twee weken voor het einde", "Two weeks before the end", Anchor::End, -10),
        ("Een maand na afloop", "A month after the end", Anchor::End, 21),
    ];
    let sides = [(Addressee::Employer, Channel::Mail), (Addressee::Student, Channel::Call)];
    let steps = rows.into_iter().flat_map(|(name_nl, name_en, anchor, offset_working_days)| {
        sides.map(|(addressee, channel)| PlanStep {
            name_nl: name_nl.to_owned(),
            name_en: name_en.to_owned(),
            anchor,
            offset_working_days,
            addressee,
            channel,
        })
    });
    steps.collect()
}

/// The check-ins of a placement from its first to its last day. In a short placement a row that counts
/// from the start falls away past the end, one that counts back from the end falls away before the
/// start, and nobody is asked twice on one day.
pub fn plan(steps: &[PlanStep], starts: Day, ends: Day) -> Vec<Planned> {
    let mut planned: Vec<(Addressee, Planned)> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let (due, moved) = due(step, starts, ends.max(starts));
        let outside = match step.anchor {
            Anchor::Start => due > ends.max(next_working_day(starts)),
            Anchor::Halfway => false,
            Anchor::End => step.offset_working_days < 0 && due < starts,
        };
        let twice = planned.iter().any(|(addressee, other)| *addressee == step.addressee && other.due == due);
        if !outside && !twice {
            planned.push((step.addressee, Planned { step: index, due, moved }));
        }
    }
    planned.into_iter().map(|(_, planned)| planned).collect()
}

/// The due day of a row, and the day it would be on if there were no holidays (or, halfway, no weekend).
fn due(step: &PlanStep, starts: Day, ends: Day) -> (Day, Option<(Day, Moved)>) {
    let offset = i64::from(step.offset_working_days);
    let (base, plain_base) = match step.anchor {
        Anchor::Start => (next_working_day(starts), next_weekday(starts)),
        Anchor::Halfway => {
            let middle = starts.plus(ends.days_since(starts) / 2);
            (next_working_day(middle), middle)
        }
        Anchor::End => (add_working_days(ends.plus(1), -1), add_weekdays(ends.plus(1), -1)),
    };
    let due = if offset == 0 { base } else { add_working_days(base, offset) };
    let plain = if offset == 0 { plain_base } else { add_weekdays(plain_base, offset) };
    let moved = (due != plain).then(|| (plain, why_moved(plain, due, base)));
    (due, moved)
}

/// The holiday that made the difference: on the plain day, else the nearest to it on the way.
fn why_moved(plain: Day, due: Day, base: Day) -> Moved {
    let (first, last) = (plain.min(due).min(base), plain.max(due).max(base));
    let on_the_way = (0..=last.days_since(first))
        .map(|days| first.plus(days))
        .filter(|day| !is_weekend(*day))
        .filter_map(|day| holiday(day).map(|holiday| (day.days_since(plain).abs(), holiday)))
        .min_by_key(|(distance, _)| *distance);
    if is_weekend(plain) {
        return Moved::Weekend;
    }
    on_the_way.map_or(Moved::Weekend, |(_, holiday)| Moved::Holiday(holiday))
}

fn is_weekend(day: Day) -> bool {
    matches!(day.0.weekday(), Weekday::Sat | Weekday::Sun)
}

fn next_weekday(day: Day) -> Day {
    (0..3).map(|days| day.plus(days)).find(|day| !is_weekend(*day)).unwrap_or(day)
}

fn add_weekdays(day: Day, n: i64) -> Day {
    let (mut at, mut left) = (day, n.abs());
    while left > 0 {
        at = at.plus(n.signum());
        left -= i64::from(!is_weekend(at));
    }
    at
}

/// A check-in that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Existing {
    /// Index of its row in the plan.
    pub step: usize,
    /// Its state.
    pub state: CheckInState,
    /// The day it is due.
    pub due: Day,
}

/// What a new start or end date changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replan {
    /// Get another day.
    pub moved: Vec<Planned>,
    /// Are new.
    pub added: Vec<Planned>,
    /// Rows of the plan whose check-in is not needed any more.
    pub cancelled: Vec<usize>,
}

/// Fits the check-ins to new dates. What was asked, answered, done or cancelled stays as it is.
pub fn replan(existing: &[Existing], new: &[Planned]) -> Replan {
    let mut replan = Replan::default();
    for planned in new {
        match existing.iter().find(|old| old.step == planned.step) {
            None => replan.added.push(*planned),
            Some(old) if untouched(old.state) && old.due != planned.due => replan.moved.push(*planned),
            Some(_) => {}
        }
    }
    let gone = existing.iter().filter(|old| untouched(old.state) && new.iter().all(|new| new.step != old.step));
    replan.cancelled = gone.map(|old| old.step).collect();
    replan
}

const fn untouched(state: CheckInState) -> bool {
    matches!(state, CheckInState::Planned | CheckInState::Due)
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
}

impl CallWhy {
    /// One sentence for the broker.
    pub const fn say(self, lang: Lang) -> &'static str {
        match self {
            Self::Plan => {
                lang.t("Dit moment doe je zelf, zo staat het in het plan.", "The plan has you do this one yourself.")
            }
            Self::TooLate => lang.t(
                "De mail zou meer dan vijf werkdagen te laat komen. Bel even.",
                "The mail would be more than five working days late. Please call.",
            ),
            Self::Silence => lang.t(
                "Op de vraag en de herinnering kwam geen antwoord. Bel even.",
                "Neither question nor reminder was answered. Please call.",
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
pub fn tick(check_in: &CheckInFacts, today: Day) -> Step {
    if today < check_in.next_on || !is_working_day(today) {
        return Step::Nothing;
    }
    match check_in.state {
        CheckInState::Planned | CheckInState::Due => match check_in.channel {
            Channel::Call | Channel::Visit => Step::CallTask(CallWhy::Plan),
            Channel::Mail if working_days_between(check_in.due, today) > TOO_LATE => Step::CallTask(CallWhy::TooLate),
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

/// The day of the step after one that is taken today: three working days of silence.
pub fn next_on(today: Day) -> Day {
    add_working_days(today, PATIENCE)
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
