//! A person's yes or no to what a reading proposes. Accepting does the thing in the same write, with the message as its
//! source; undoing takes it back. What a person decided is never overwritten by a reading.

mod apply;

use super::checkins::CheckInError;
use super::openings::BookError;
use super::proposals::ProposalError;
use crate::domain::id::{IncomingId, OpeningId, ProposalId, SuggestionId};
use crate::domain::privacy::BsnFound;
use crate::domain::scope::Scope;
use crate::domain::suggestion::Change;
use crate::domain::time::Moment;
use crate::domain::words::{Decision, SuggestionState};
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::incoming::{Incoming, queue};
use crate::store::suggestions::{self, Decided, Suggestion};
use crate::store::{Db, DbError, DbResult, Tx, incoming};
use apply::Made;

/// Why a decision was refused.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The message or suggestion is not there, or not in scope.
    #[error("it is not there")]
    NotThere,
    /// Somebody decided in between.
    #[error("somebody else decided in between")]
    Stale,
    /// It is not in a state for this.
    #[error("it was decided already")]
    NotOpen,
    /// Nobody has said yet whose message this is.
    #[error("say first from which company this is")]
    NoCompany,
    /// A place was taken since.
    #[error("a place of it was used since")]
    InUse,
    /// An opt-out is undone by a coordinator, with a reason, on the list of suppressions.
    #[error("an opt-out is undone by a coordinator, with a reason")]
    OptOut,
    /// What a check-in heard is undone on the placement's page.
    #[error("a check-in is opened again on the page of its placement")]
    CheckIn,
    /// What a company said to a proposal is changed on the proposal's page.
    #[error("the answer to a proposal is changed on its page")]
    Proposal,
    /// A field cannot be used; its name.
    #[error("`{0}` cannot be used")]
    Field(&'static str),
    /// A text holds what looks like a BSN.
    #[error(transparent)]
    Bsn(#[from] BsnFound),
    /// The stored suggestion cannot be read.
    #[error("the stored suggestion cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
may_repeat!(DecideError);

impl From<BookError> for DecideError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Gone => Self::NotThere,
            BookError::Full => Self::InUse,
            BookError::Stale => Self::Stale,
            BookError::Db(error) => Self::Db(error),
        }
    }
}

impl From<ProposalError> for DecideError {
    fn from(error: ProposalError) -> Self {
        match error {
            ProposalError::Db(error) => Self::Db(error),
            ProposalError::NotFound => Self::NotThere,
            ProposalError::Bsn(error) => Self::Bsn(error),
            ProposalError::NoMove(_) => Self::NotOpen,
            ProposalError::Stale
            | ProposalError::Full
            | ProposalError::Already(_)
            | ProposalError::Leak(_)
            | ProposalError::NoAddress
            | ProposalError::Refused(_)
            | ProposalError::CallInstead(_)
            | ProposalError::Deadline
            | ProposalError::NotAgreed
            | ProposalError::Released
            | ProposalError::TooLong
            | ProposalError::Template(_) => Self::Stale,
        }
    }
}

impl From<CheckInError> for DecideError {
    fn from(error: CheckInError) -> Self {
        match error {
            CheckInError::Db(error) => Self::Db(error),
            CheckInError::NotFound => Self::NotThere,
            CheckInError::Stale => Self::Stale,
            CheckInError::Bsn(error) => Self::Bsn(error),
            CheckInError::Score | CheckInError::NoReason => Self::Field("score"),
            CheckInError::NoMove(_) => Self::NotOpen,
        }
    }
}

/// Takes a suggestion over as it is.
pub fn accept(db: &Db, scope: &Scope, id: SuggestionId, version: i32, now: Moment) -> Result<IncomingId, DecideError> {
    db.write(|tx| {
        let (suggestion, message) = at_hand(tx, scope, id)?;
        take(tx, scope, &message, &suggestion, version, None, now)?;
        close_if_settled(tx, scope, &message, now)?;
        Ok(message.id)
    })
}

/// Takes a suggestion over with changes; the change is of the suggestion's own kind.
pub fn edit(
    db: &Db,
    scope: &Scope,
    id: SuggestionId,
    version: i32,
    change: &Change,
    now: Moment,
) -> Result<IncomingId, DecideError> {
    db.write(|tx| {
        let (suggestion, message) = at_hand(tx, scope, id)?;
        if change.kind() != suggestion.kind {
            return Err(DecideError::Field("kind"));
        }
        take(tx, scope, &message, &suggestion, version, Some(change), now)?;
        close_if_settled(tx, scope, &message, now)?;
        Ok(message.id)
    })
}

/// Refuses a suggestion; nothing changes by it.
pub fn reject(db: &Db, scope: &Scope, id: SuggestionId, version: i32, now: Moment) -> Result<IncomingId, DecideError> {
    db.write(|tx| {
        let (suggestion, message) = at_hand(tx, scope, id)?;
        let decided = Decided {
            state: SuggestionState::Rejected,
            payload: &suggestion.payload,
            result: "",
            by: scope.user(),
            at: now,
        };
        if !suggestions::decide(tx, id, version, &decided)? {
            return Err(DecideError::Stale);
        }
        record(tx, scope, &message, "suggestion.reject", suggestion.kind.as_str(), now)?;
        close_if_settled(tx, scope, &message, now)?;
        Ok(message.id)
    })
}

/// Takes over all of a message's open suggestions, and says that it is dealt with. Gives how many were taken over.
pub fn accept_all(db: &Db, scope: &Scope, id: IncomingId, version: i32, now: Moment) -> Result<usize, DecideError> {
    db.write(|tx| {
        let message = incoming::find(tx, scope, id)?.ok_or(DecideError::NotThere)?;
        if message.version != version {
            return Err(DecideError::Stale);
        }
        let open: Vec<Suggestion> = suggestions::of_message(tx, scope, id)?
            .into_iter()
            .filter(|suggestion| suggestion.state == SuggestionState::Open)
            .collect();
        for suggestion in &open {
            take(tx, scope, &message, suggestion, suggestion.version, None, now)?;
        }
        finish_in(tx, scope, &message, now)?;
        Ok(open.len())
    })
}

/// Says that a message is dealt with; its open suggestions stay as they are, and can still be taken over.
pub fn finish(db: &Db, scope: &Scope, id: IncomingId, version: i32, now: Moment) -> Result<(), DecideError> {
    db.write(|tx| {
        let message = incoming::find(tx, scope, id)?.ok_or(DecideError::NotThere)?;
        if message.version != version {
            return Err(DecideError::Stale);
        }
        finish_in(tx, scope, &message, now)
    })
}

/// Puts a message that was dealt with back on the list of those that wait.
pub fn reopen(db: &Db, scope: &Scope, id: IncomingId, now: Moment) -> Result<(), DecideError> {
    db.write(|tx| {
        let message = incoming::find(tx, scope, id)?.ok_or(DecideError::NotThere)?;
        if message.decision != Decision::Open && !queue::decide(tx, id, message.version, Decision::Open, None, now)? {
            return Err(DecideError::Stale);
        }
        Ok(record(tx, scope, &message, "incoming.reopen", "", now)?)
    })
}

/// Takes a decision back: what it made is withdrawn, closed or put away, and the suggestion is open again.
pub fn undo(db: &Db, scope: &Scope, id: SuggestionId, version: i32, now: Moment) -> Result<IncomingId, DecideError> {
    db.write(|tx| {
        let suggestion = suggestions::find(tx, scope, id)?.ok_or(DecideError::NotThere)?;
        let message = incoming::find(tx, scope, suggestion.incoming_id)?.ok_or(DecideError::NotThere)?;
        if suggestion.state == SuggestionState::Open {
            return Err(DecideError::NotOpen);
        }
        if !suggestions::reopen(tx, id, version)? {
            return Err(DecideError::Stale);
        }
        apply::take_back(tx, scope, &message, &suggestion, now)?;
        if message.decision == Decision::Done {
            queue::decide(tx, message.id, message.version, Decision::Open, None, now)?;
        }
        record(tx, scope, &message, "suggestion.undo", suggestion.kind.as_str(), now)?;
        Ok(message.id)
    })
}

/// The proposal that a suggestion moved when it was taken over.
pub fn proposal_moved(suggestion: &Suggestion) -> Option<ProposalId> {
    match serde_json::from_str(&suggestion.result) {
        Ok(Made::Proposal(id)) => Some(id),
        _ => None,
    }
}

/// The opening that a suggestion made when it was taken over.
pub fn opening_made(suggestion: &Suggestion) -> Option<OpeningId> {
    let taken = matches!(suggestion.state, SuggestionState::Accepted | SuggestionState::Edited);
    match serde_json::from_str(&suggestion.result) {
        Ok(Made::Opening(id)) if taken => Some(id),
        _ => None,
    }
}

fn at_hand(tx: &mut Tx, scope: &Scope, id: SuggestionId) -> Result<(Suggestion, Incoming), DecideError> {
    let suggestion = suggestions::find(tx, scope, id)?.ok_or(DecideError::NotThere)?;
    let message = incoming::find(tx, scope, suggestion.incoming_id)?.ok_or(DecideError::NotThere)?;
    if suggestion.state == SuggestionState::Open { Ok((suggestion, message)) } else { Err(DecideError::NotOpen) }
}

fn take(
    tx: &mut Tx,
    scope: &Scope,
    message: &Incoming,
    suggestion: &Suggestion,
    version: i32,
    edited: Option<&Change>,
    now: Moment,
) -> Result<(), DecideError> {
    let proposed: Change = serde_json::from_str(&suggestion.payload)?;
    let edited = edited.map(|edited| edited.clone().about_the_same(&proposed));
    let change = edited.as_ref().unwrap_or(&proposed);
    let made = apply::apply(tx, scope, message, change, now)?;
    let differs = edited.as_ref().is_some_and(|edited| *edited != proposed);
    let decided = Decided {
        state: if differs { SuggestionState::Edited } else { SuggestionState::Accepted },
        payload: &serde_json::to_string(change)?,
        result: &serde_json::to_string(&made)?,
        by: scope.user(),
        at: now,
    };
    if !suggestions::decide(tx, suggestion.id, version, &decided)? {
        return Err(DecideError::Stale);
    }
    Ok(record(tx, scope, message, "suggestion.accept", suggestion.kind.as_str(), now)?)
}

/// The last decision on a message's suggestions deals with the message.
fn close_if_settled(tx: &mut Tx, scope: &Scope, message: &Incoming, now: Moment) -> Result<(), DecideError> {
    if suggestions::open_count(tx, message.id)? == 0 { finish_in(tx, scope, message, now) } else { Ok(()) }
}

fn finish_in(tx: &mut Tx, scope: &Scope, message: &Incoming, now: Moment) -> Result<(), DecideError> {
    if message.decision == Decision::Done {
        return Ok(());
    }
    if !queue::decide(tx, message.id, message.version, Decision::Done, scope.user(), now)? {
        return Err(DecideError::Stale);
    }
    Ok(record(tx, scope, message, "incoming.done", "", now)?)
}

fn record(tx: &mut Tx, scope: &Scope, message: &Incoming, action: &str, detail: &str, now: Moment) -> DbResult<()> {
    let event = Event {
        at: now,
        site_id: Some(message.site_id),
        user_id: scope.user(),
        action,
        subject: "incoming",
        subject_id: Some(message.id.0),
        detail,
    };
    audit::record(tx, &event)
}
