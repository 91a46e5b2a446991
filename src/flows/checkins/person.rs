//! What a person does with a check-in: close it with what was heard, take that back, cancel it.

use super::calendar::cancelled;
use super::{CheckInError, WORDS, compare, save, task, worry};
use crate::domain::aftercare::{self, CheckInEvent, Mood};
use crate::domain::calendar::add_working_days;
use crate::domain::id::CheckInId;
use crate::domain::privacy;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Addressee, Channel, CheckInState, MomentKind, Outcome, TaskKind};
use crate::store::Db;
use crate::store::checkins::{self as rows, CheckIn};
use crate::store::moments::{self, NewMoment};
use crate::store::placements::{self, PlacementLine};
use crate::store::tasks::{self, NewTask};

/// What a person heard in a call, on a visit or in the mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heard {
    /// The digit, 1 to 5, if one was given.
    pub score: Option<u8>,
    /// How it goes.
    pub mood: Option<Mood>,
    /// In a sentence or two.
    pub words: String,
    /// Ask again in ten working days.
    pub again: bool,
}

/// Closes a check-in with what a person heard.
pub fn close(db: &Db, scope: &Scope, id: CheckInId, heard: &Heard, now: Moment) -> Result<(), CheckInError> {
    privacy::check([heard.words.as_str()])?;
    if heard.score.is_some_and(|score| !(1..=5).contains(&score)) {
        return Err(CheckInError::Score);
    }
    db.write(|tx| {
        let before = come(rows::find(tx, scope, id)?.ok_or(CheckInError::NotFound)?, now)?;
        let state = aftercare::moves(before.state, CheckInEvent::Close)?;
        let words: String = heard.words.trim().chars().take(WORDS).collect();
        let after = CheckIn {
            state,
            score: heard.score.map(i32::from).or(before.score),
            mood: heard.mood.or(before.mood),
            answer: if words.is_empty() { before.answer.clone() } else { words.clone() },
            closed_at: Some(now),
            closed_by: scope.user(),
            closed_from: Some(before.state),
            ..before.clone()
        };
        save(tx, &after)?;
        tasks::close_of_checkin(tx, id, scope.user(), now)?;
        let line = placements::line(tx, scope, before.placement_id)?.ok_or(CheckInError::NotFound)?;
        if heard.mood == Some(Mood::Urgent) {
            worry(tx, &line, &before, true, None, now)?;
        }
        if heard.again {
            let title = format!("Vraag {} en {} hoe het nu gaat", line.first_name, line.company);
            let due = add_working_days(now.day(), 10);
            let task = NewTask { checkin_id: None, ..task(&line, &before, TaskKind::Call, title, due, now) };
            tasks::add(tx, &task)?;
        }
        compare(tx, scope, &line, id, now)?;
        let outcome = matches!(heard.mood, Some(Mood::Concern | Mood::Urgent)).then_some(Outcome::Concern);
        moments::add(tx, &moment(&line, &before, scope, &words, outcome, now))?;
        Ok(())
    })
}

/// A check-in whose day has come is due, whether the clockwork has seen it or not.
fn come(checkin: CheckIn, now: Moment) -> Result<CheckIn, CheckInError> {
    if checkin.state == CheckInState::Planned && checkin.due_on <= now.day() {
        return Ok(CheckIn { state: aftercare::moves(checkin.state, CheckInEvent::ComeDue)?, ..checkin });
    }
    Ok(checkin)
}

fn moment(
    line: &PlacementLine,
    of: &CheckIn,
    scope: &Scope,
    words: &str,
    outcome: Option<Outcome>,
    now: Moment,
) -> NewMoment {
    let kind = match of.channel {
        Channel::Visit => MomentKind::Visit,
        Channel::Mail | Channel::Call => MomentKind::Call,
    };
    let said = if words.is_empty() { "besproken" } else { words };
    NewMoment {
        company_id: Some(line.placement.company_id),
        contact_id: line.placement.mentor_id.filter(|_| of.addressee == Addressee::Employer),
        placement_id: Some(line.placement.id),
        outcome: outcome.or(Some(Outcome::Reached)),
        user_id: scope.user(),
        ..NewMoment::new(line.placement.site_id, kind, format!("Nazorg {}: {said}", of.name_nl.to_lowercase()), now)
    }
}

/// Takes a close back: the check-in and its tasks are as they were.
pub fn undo(db: &Db, scope: &Scope, id: CheckInId) -> Result<(), CheckInError> {
    db.write(|tx| {
        let before = rows::find(tx, scope, id)?.ok_or(CheckInError::NotFound)?;
        let state = aftercare::reopened(before.state, before.closed_from)?;
        if let Some(at) = before.closed_at {
            tasks::reopen_of_checkin(tx, id, at)?;
        }
        // What a mail said stays said; what the person noted goes.
        let keeps = before.incoming_id.is_some();
        let after = CheckIn {
            state,
            score: before.score.filter(|_| keeps),
            mood: before.mood.filter(|_| keeps),
            answer: if keeps { before.answer.clone() } else { String::new() },
            closed_at: None,
            closed_by: None,
            closed_from: None,
            ..before
        };
        save(tx, &after)
    })
}

/// Takes a check-in off the list, with a reason.
pub fn cancel(db: &Db, scope: &Scope, id: CheckInId, reason: &str, now: Moment) -> Result<(), CheckInError> {
    privacy::check([reason])?;
    if reason.trim().is_empty() {
        return Err(CheckInError::NoReason);
    }
    db.write(|tx| {
        let before = rows::find(tx, scope, id)?.ok_or(CheckInError::NotFound)?;
        aftercare::moves(before.state, CheckInEvent::Cancel)?;
        tasks::close_of_checkin(tx, id, scope.user(), now)?;
        save(tx, &cancelled(before, reason.trim(), scope, now))
    })
}

/// Puts off what a check-in asks of a person to the next working day.
pub fn postpone(db: &Db, scope: &Scope, id: CheckInId, now: Moment) -> Result<(), CheckInError> {
    let to = add_working_days(now.day(), 1);
    db.write(|tx| {
        let before = rows::find(tx, scope, id)?.ok_or(CheckInError::NotFound)?;
        // Only an open one can be put off, and putting off changes no state.
        aftercare::moves(before.state, CheckInEvent::Cancel)?;
        tasks::postpone_of_checkin(tx, id, to)?;
        save(tx, &CheckIn { next_on: before.next_on.max(to), ..before })
    })
}
