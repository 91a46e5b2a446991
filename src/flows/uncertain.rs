//! Messages of which nobody knows whether they left. Evidence (the message itself was seen, or answered, or came back)
//! says that they did; absence says nothing; else a person decides. Never sent again by themselves.

use super::deliver::departed;
use crate::domain::delivery::{OutgoingEvent, moves};
use crate::domain::id::OutgoingId;
use crate::domain::moves::NoMove;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{OutgoingState, Purpose, RecipientState};
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::outgoing::{Outgoing, post};
use crate::store::{Db, DbError, DbResult, Tx, outgoing, recipients};

/// What a person decides about an uncertain message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It was sent.
    Sent,
    /// Send it again; the recipient may then have it twice.
    Again,
    /// Leave it.
    GiveUp,
}

impl Decision {
    const fn event(self) -> OutgoingEvent {
        match self {
            Self::Sent => OutgoingEvent::FoundSent,
            Self::Again => OutgoingEvent::SendAgain,
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
    /// It is not uncertain (any more).
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

/// A person decides about an uncertain message in scope.
pub fn decide(db: &Db, scope: &Scope, id: OutgoingId, decision: Decision, now: Moment) -> Result<(), DecideError> {
    db.write(|tx| {
        let message = outgoing::find(tx, scope, id)?.ok_or(DecideError::NotThere)?;
        let to = moves(message.state, decision.event())?;
        match decision {
            Decision::Sent => {
                seen(tx, &message, "a person says it was sent", now)?;
            }
            Decision::Again if message.purpose == Purpose::System => return Err(DecideError::Forgotten),
            Decision::Again => {
                outgoing::settle(tx, id, to, "a person sends it again", now)?;
            }
            Decision::GiveUp => {
                outgoing::settle(tx, id, to, "a person gave it up", now)?;
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
            subject_id: Some(id.0),
            detail: to.as_str(),
        };
        Ok(audit::record(tx, &event)?)
    })
}

/// Evidence that a message was sent: it was found in the account's Sent folder, or was answered, or came back. Does
/// nothing to a message that is not uncertain; tells whether it was.
pub fn seen(tx: &mut Tx, message: &Outgoing, evidence: &str, now: Moment) -> DbResult<bool> {
    if message.state != OutgoingState::Uncertain {
        return Ok(false);
    }
    let settled = post::accepted(tx, &[message.id], evidence, now)?;
    if !settled.is_empty() {
        departed(tx, &[message], now)?;
    }
    Ok(!settled.is_empty())
}
