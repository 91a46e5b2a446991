//! Messages of which nobody knows whether they left: uncertain ones, and those that are held after a restore. Evidence (the
//! message itself was seen, or answered, or came back) says that they did; absence says nothing; else a person decides. Never
//! sent again by themselves.

use super::deliver::departed;
use crate::domain::delivery::{OutgoingEvent, moves};
use crate::domain::id::OutgoingId;
use crate::domain::moves::NoMove;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{OutgoingState, Purpose, RecipientState};
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::outgoing::{Outgoing, held, post};
use crate::store::{Db, DbError, DbResult, Tx, outgoing, recipients};

/// How many held messages are decided about in one commit.
const BATCH: i64 = 200;

/// What a person decides about a message that may have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It was sent.
    Sent,
    /// Send it, if need be again; the recipient may then have it twice.
    Again,
    /// Leave it.
    GiveUp,
}

impl Decision {
    fn event(self, about: OutgoingState) -> OutgoingEvent {
        match self {
            Self::Sent => OutgoingEvent::FoundSent,
            Self::Again => OutgoingEvent::SendAgain,
            Self::GiveUp if about == OutgoingState::Held => OutgoingEvent::Withdraw,
            Self::GiveUp => OutgoingEvent::GiveUp,
        }
    }
}

/// Why a decision was refused.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// It is not there.
    #[error("no such message")]
    NotThere,
    /// It does not wait for a word (any more).
    #[error(transparent)]
    Move(#[from] NoMove),
    /// What a system mail said is forgotten; who needs its link asks for a new one.
    #[error("what it said is forgotten: ask for a new one")]
    Forgotten,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
may_repeat!(DecideError);

/// A person decides about an uncertain or held message in scope.
pub fn decide(db: &Db, scope: &Scope, id: OutgoingId, decision: Decision, now: Moment) -> Result<(), DecideError> {
    db.write(|tx| {
        let message = outgoing::find(tx, scope, id)?.ok_or(DecideError::NotThere)?;
        settle(tx, scope, &message, decision, now)
    })
}

/// A person decides about every held message in scope up to an id, so that nothing is among them that was not shown;
/// says how many there were.
pub fn decide_all(
    db: &Db,
    scope: &Scope,
    until: OutgoingId,
    decision: Decision,
    now: Moment,
) -> Result<usize, DecideError> {
    let mut count = 0;
    loop {
        let done = db.write(|tx| -> Result<usize, DecideError> {
            let some = held::first(tx, scope, until, BATCH)?;
            for message in &some {
                settle(tx, scope, message, decision, now)?;
            }
            Ok(some.len())
        })?;
        if done == 0 {
            return Ok(count);
        }
        count += done;
    }
}

fn settle(tx: &mut Tx, scope: &Scope, message: &Outgoing, decision: Decision, now: Moment) -> Result<(), DecideError> {
    let to = moves(message.state, decision.event(message.state))?;
    let step = (message.state, to);
    match decision {
        Decision::Sent => {
            seen(tx, message, "a person says it was sent", now)?;
        }
        Decision::Again if message.purpose == Purpose::System => return Err(DecideError::Forgotten),
        Decision::Again => {
            held::settle(tx, message.id, step, "a person sends it", now)?;
        }
        Decision::GiveUp => {
            held::settle(tx, message.id, step, "a person gave it up", now)?;
            if let Some(recipient) = message.recipient_id {
                recipients::advance(tx, &[recipient], RecipientState::Queued, RecipientState::Skipped, None, now)?;
            }
        }
    }
    let event = Event {
        at: now,
        site_id: Some(message.site_id),
        user_id: scope.user(),
        action: "outgoing.decide",
        subject: "outgoing",
        subject_id: Some(message.id.0),
        detail: to.as_str(),
    };
    Ok(audit::record(tx, &event)?)
}

/// Evidence that a message was sent: it was found in the account's Sent folder, or was answered, or came back. Does
/// nothing to a message that is neither uncertain nor held; tells whether it was.
pub fn seen(tx: &mut Tx, message: &Outgoing, evidence: &str, now: Moment) -> DbResult<bool> {
    if !matches!(message.state, OutgoingState::Uncertain | OutgoingState::Held) {
        return Ok(false);
    }
    let settled = post::accepted(tx, &[(message.id, evidence)], None, now)?;
    if !settled.is_empty() {
        departed(tx, &[message], now)?;
    }
    Ok(!settled.is_empty())
}
