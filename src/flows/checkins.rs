//! Check-ins: answered by mail, flagged, handed to a person. How they come about is in [`calendar`], what a person
//! does with one in [`person`], what is asked and when in [`aftercare`](super::aftercare).

mod calendar;
mod person;

pub(super) use calendar::{cancel_open, make, replan};
pub use person::{Heard, cancel, close, postpone, undo};

use crate::domain::aftercare::{self, AnswerVerdict, CheckInEvent, Mood};
use crate::domain::calendar::add_working_days;
use crate::domain::id::{CheckInId, IncomingId};
use crate::domain::moves::NoMove;
use crate::domain::privacy::BsnFound;
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::{Addressee, Channel, CheckInState, TaskKind};
use crate::store::checkins::{self as rows, CheckIn};
use crate::store::db::may_repeat;
use crate::store::placements::{self, PlacementLine};
use crate::store::tasks::{self, NewTask};
use crate::store::{DbError, DbResult, Tx};

/// The question promises a call at this digit and below.
const CALLED: u8 = 3;
/// Characters of an answer that are kept.
const WORDS: usize = 4_000;

/// Why a check-in was not changed.
#[derive(Debug, thiserror::Error)]
pub enum CheckInError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No such check-in, or another site's.
    #[error("no such check-in")]
    NotFound,
    /// A digit is 1 to 5.
    #[error("a digit is 1 to 5")]
    Score,
    /// A reason is missing.
    #[error("a reason is missing")]
    NoReason,
    /// A text holds what looks like a BSN.
    #[error(transparent)]
    Bsn(#[from] BsnFound),
    /// Somebody else changed it in between.
    #[error("the check-in was changed in between")]
    Stale,
    /// It is not in a state for this.
    #[error(transparent)]
    NoMove(#[from] NoMove),
}

may_repeat!(CheckInError);

/// What came back on a question by mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply<'a> {
    /// The mail.
    pub incoming: IncomingId,
    /// How it sounds; `None` where the words say neither.
    pub mood: Option<Mood>,
    /// Its digit, 1 to 5.
    pub score: Option<u8>,
    /// Its new words.
    pub words: &'a str,
}

/// Takes a mail as the answer to a check-in, by the rule of `domain::aftercare::answer`: a 4 or 5 that sounds well
/// closes it, everything else waits for a person. On a check-in that is closed only worry makes a task.
pub fn answered(
    tx: &mut Tx,
    scope: &Scope,
    checkin: CheckInId,
    reply: &Reply,
    now: Moment,
) -> Result<AnswerVerdict, CheckInError> {
    let before = rows::find(tx, scope, checkin)?.ok_or(CheckInError::NotFound)?;
    let verdict = aftercare::answer(reply.mood, reply.score);
    let event = if verdict == AnswerVerdict::Close { CheckInEvent::Close } else { CheckInEvent::Answer };
    if let Ok(state) = aftercare::moves(before.state, event) {
        let closed = state == CheckInState::Done;
        let after = CheckIn {
            state,
            score: reply.score.map(i32::from),
            mood: reply.mood,
            answer: reply.words.trim().chars().take(WORDS).collect(),
            incoming_id: Some(reply.incoming),
            closed_at: closed.then_some(now),
            closed_from: closed.then_some(before.state),
            ..before.clone()
        };
        save(tx, &after)?;
        tasks::close_of_checkin(tx, checkin, None, now)?;
    }
    let worries =
        matches!(reply.mood, Some(Mood::Concern | Mood::Urgent)) || reply.score.is_some_and(|score| score <= CALLED);
    let line = placements::line(tx, scope, before.placement_id)?.ok_or(CheckInError::NotFound)?;
    if worries {
        let urgent = verdict == (AnswerVerdict::Flag { urgent: true });
        worry(tx, &line, &before, urgent, Some(reply.incoming), now)?;
    }
    compare(tx, scope, &line, checkin, now)?;
    Ok(verdict)
}

/// A person's task after an answer that worries: today where it can't wait, else the next working day.
fn worry(
    tx: &mut Tx,
    line: &PlacementLine,
    checkin: &CheckIn,
    urgent: bool,
    incoming: Option<IncomingId>,
    now: Moment,
) -> DbResult<()> {
    let title = match (urgent, checkin.addressee) {
        (true, Addressee::Employer) => format!("Bel {} vandaag over {}", line.company, line.first_name),
        (true, Addressee::Student) => format!("Bel {} vandaag over {}", line.first_name, line.company),
        (false, Addressee::Employer) => format!("{} heeft een zorg over {}", line.company, line.first_name),
        (false, Addressee::Student) => format!("{} heeft een zorg over {}", line.first_name, line.company),
    };
    let due = if urgent { now.day() } else { add_working_days(now.day(), 1) };
    let task =
        NewTask { checkin_id: None, incoming_id: incoming, ..task(line, checkin, TaskKind::Call, title, due, now) };
    tasks::add(tx, &task)?;
    Ok(())
}

/// A call to both sides, once, where they see the same moment two points apart.
fn compare(tx: &mut Tx, scope: &Scope, line: &PlacementLine, id: CheckInId, now: Moment) -> DbResult<()> {
    let all = rows::of_placement(tx, scope, line.placement.id)?;
    let Some((employer, student)) = apart(&all).into_iter().find(|pair| pair.0.id == id || pair.1.id == id) else {
        return Ok(());
    };
    let title =
        format!("{} en {} zien het anders ({}): bel ze allebei", line.first_name, line.company, employer.name_nl);
    if tasks::is_open(tx, line.placement.company_id, TaskKind::Call, &title)? {
        return Ok(());
    }
    let due = add_working_days(now.day(), 1);
    let task = NewTask { checkin_id: None, ..task(line, student, TaskKind::Call, title, due, now) };
    tasks::add(tx, &task)?;
    Ok(())
}

/// Pairs of check-ins of one moment in which employer and student are two points apart: employer, student.
pub fn apart(all: &[CheckIn]) -> Vec<(&CheckIn, &CheckIn)> {
    let digit = |of: &CheckIn| of.score.and_then(|score| u8::try_from(score).ok());
    let of = |side: Addressee| all.iter().filter(move |one| one.addressee == side);
    let pairs = of(Addressee::Employer).flat_map(|employer| {
        of(Addressee::Student)
            .filter(move |student| student.name_nl == employer.name_nl)
            .map(move |student| (employer, student))
    });
    pairs
        .filter(|(employer, student)| match (digit(employer), digit(student)) {
            (Some(employer), Some(student)) => aftercare::disagree(employer, student),
            _ => false,
        })
        .collect()
}

/// Turns an open question by mail into a call: its mail could not be delivered, or the employer wants none.
/// `false` where it is closed, or a call already.
pub fn call_instead(tx: &mut Tx, scope: &Scope, id: CheckInId, why: &str, now: Moment) -> Result<bool, CheckInError> {
    let before = rows::find(tx, scope, id)?.ok_or(CheckInError::NotFound)?;
    let Ok(state) = aftercare::moves(before.state, CheckInEvent::CallTask) else { return Ok(false) };
    let line = placements::line(tx, scope, before.placement_id)?.ok_or(CheckInError::NotFound)?;
    let after = CheckIn { state, reason: why.to_owned(), next_on: add_working_days(now.day(), 3), ..before };
    save(tx, &after)?;
    ask_by_phone(tx, &line, &after, now.day(), now)?;
    Ok(true)
}

/// The task that asks a check-in by telephone or on a visit.
pub(super) fn ask_by_phone(tx: &mut Tx, line: &PlacementLine, of: &CheckIn, due: Day, now: Moment) -> DbResult<()> {
    let moment = of.name_nl.to_lowercase();
    let (kind, title) = match (of.channel, of.addressee) {
        (Channel::Visit, _) => {
            (TaskKind::Visit, format!("Bezoek {} over {} ({moment})", line.company, line.first_name))
        }
        (Channel::Mail | Channel::Call, Addressee::Employer) => {
            (TaskKind::Call, format!("Bel {} over {} ({moment})", line.company, line.first_name))
        }
        (Channel::Mail | Channel::Call, Addressee::Student) => {
            (TaskKind::Call, format!("Bel {} over {} ({moment})", line.first_name, line.company))
        }
    };
    tasks::add(tx, &task(line, of, kind, title, due, now))?;
    Ok(())
}

/// A task of the placement's broker about a check-in.
pub(super) fn task(
    line: &PlacementLine,
    of: &CheckIn,
    kind: TaskKind,
    title: String,
    due: Day,
    now: Moment,
) -> NewTask {
    NewTask {
        company_id: Some(line.placement.company_id),
        contact_id: line.placement.mentor_id.filter(|_| of.addressee == Addressee::Employer),
        placement_id: Some(line.placement.id),
        checkin_id: Some(of.id),
        owner_id: line.placement.broker_id,
        ..NewTask::new(line.placement.site_id, kind, title, due, now)
    }
}

/// Writes the check-in, or says that somebody was first.
pub(super) fn save(tx: &mut Tx, checkin: &CheckIn) -> Result<(), CheckInError> {
    if rows::save(tx, checkin)? { Ok(()) } else { Err(CheckInError::Stale) }
}
