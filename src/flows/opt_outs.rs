//! Opting out and suppressing: over the whole installation, at once, by whoever holds the link. Undoing it needs a
//! coordinator and a recorded reason.

use super::campaigns::{Party, stop_sequence};
use super::outbox::OPT_OUT;
use crate::domain::cadence::RecipientEvent;
use crate::domain::id::{IncomingId, OutgoingId, RecipientId, SiteId, SuppressionId, UserId};
use crate::domain::scope::Scope;
use crate::domain::secret::Keys;
use crate::domain::time::Moment;
use crate::domain::words::SuppressionReason;
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::outgoing::Outgoing;
use crate::store::suppressions::{NewSuppression, SuppressionKind};
use crate::store::{Conn, Db, DbError, DbResult, Tx, outgoing, parties, suppressions};

/// Where an opt-out or suppression comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Source {
    /// The site where it came about.
    pub site: Option<SiteId>,
    /// The mail of ours whose link or token was used, or that bounced.
    pub outgoing: Option<OutgoingId>,
    /// The mail to us that said so.
    pub incoming: Option<IncomingId>,
    /// The person at the desk who recorded it.
    pub user: Option<UserId>,
}

/// Nobody at this address gets outreach any more: every contact with it, in every site, is opted out, sequences stop,
/// and what is queued is withdrawn. A complaint acts the same. Doing it again changes nothing; `false` says so.
pub fn opt_out(
    tx: &mut Tx,
    address_key: &str,
    reason: SuppressionReason,
    source: Source,
    now: Moment,
) -> DbResult<bool> {
    let new = suppress(tx, SuppressionKind::Address, address_key, reason, source, now)?;
    let contacts = parties::opt_out(tx, address_key, now)?;
    for contact in &contacts {
        stop_sequence(tx, Party::Contact(*contact), RecipientEvent::OptedOut, now)?;
    }
    if let Some(recipient) = recipient_of(tx, source.outgoing)? {
        stop_sequence(tx, Party::Recipient(recipient), RecipientEvent::OptedOut, now)?;
    }
    outgoing::withdraw_to(tx, address_key, reason.as_str(), now)?;
    Ok(new || !contacts.is_empty())
}

/// Suppresses an address (its key) or a domain; `false` when it was suppressed already.
pub fn suppress(
    tx: &mut Tx,
    kind: SuppressionKind,
    value: &str,
    reason: SuppressionReason,
    source: Source,
    now: Moment,
) -> DbResult<bool> {
    let new = suppressions::add(
        tx,
        &NewSuppression {
            kind,
            value,
            reason,
            since: now,
            site_id: source.site,
            outgoing_id: source.outgoing,
            incoming_id: source.incoming,
            user_id: source.user,
            lift_reason: "",
        },
    )?;
    if new {
        let event = Event {
            at: now,
            site_id: source.site,
            user_id: source.user,
            action: "suppression.add",
            subject: "outgoing",
            subject_id: source.outgoing.map(|id| id.0),
            detail: reason.as_str(),
        };
        audit::record(tx, &event)?;
    }
    Ok(new)
}

/// The recipient of the campaign mail that an opt-out answers.
fn recipient_of(tx: &mut Tx, outgoing: Option<OutgoingId>) -> DbResult<Option<RecipientId>> {
    match outgoing {
        Some(id) => outgoing::recipient_of(tx, id),
        None => Ok(None),
    }
}

/// Why a suppression could not be lifted.
#[derive(Debug, thiserror::Error)]
pub enum LiftError {
    /// Only coordinators undo an opt-out.
    #[error("only a coordinator can lift a suppression")]
    NotCoordinator,
    /// It needs a reason.
    #[error("say why it is lifted")]
    NoReason,
    /// It is not there, or was lifted before.
    #[error("this suppression is not in force")]
    NotThere,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
may_repeat!(LiftError);

/// Lifts a suppression; with it the contacts at that address may be mailed again. Recorded with who and why.
pub fn lift(db: &Db, scope: &Scope, id: SuppressionId, reason: &str, now: Moment) -> Result<(), LiftError> {
    if !scope.coordinates() {
        return Err(LiftError::NotCoordinator);
    }
    let reason = reason.trim();
    db.write(|tx| {
        let found = suppressions::find(tx, scope, id)?.ok_or(LiftError::NotThere)?;
        if reason.is_empty() {
            return Err(LiftError::NoReason);
        }
        if !suppressions::lift(tx, id, scope.user(), reason, now)? {
            return Err(LiftError::NotThere);
        }
        if found.kind == SuppressionKind::Address {
            parties::opt_in(tx, &found.value)?;
        }
        let event = Event {
            at: now,
            site_id: found.site_id,
            user_id: scope.user(),
            action: "suppression.lift",
            subject: "suppression",
            subject_id: Some(id.0),
            detail: reason,
        };
        Ok(audit::record(tx, &event)?)
    })
}

/// The mail whose opt-out link this is; `None` for a link that we did not make. Links never expire.
pub fn of_link(conn: &mut Conn, keys: &Keys, signed: &str) -> DbResult<Option<Outgoing>> {
    match keys.verify(OPT_OUT, signed) {
        Ok(token) => outgoing::of_token(conn, &token),
        Err(_) => Ok(None),
    }
}

/// Opts out whoever the mail with this link went to; gives that mail.
pub fn by_link(db: &Db, keys: &Keys, signed: &str, now: Moment) -> DbResult<Option<Outgoing>> {
    let Some(message) = db.read(|conn| of_link(conn, keys, signed))? else { return Ok(None) };
    let source = Source { site: Some(message.site_id), outgoing: Some(message.id), ..Source::default() };
    db.write(|tx| opt_out(tx, &message.address_key, SuppressionReason::OptOut, source, now))?;
    Ok(Some(message))
}

/// A person at the desk suppresses an address or a domain. Only coordinators do.
pub fn suppress_by_hand(db: &Db, scope: &Scope, kind: SuppressionKind, value: &str, now: Moment) -> DbResult<bool> {
    let source = Source { site: scope.sites().first().copied(), user: scope.user(), ..Source::default() };
    db.write(|tx| {
        let new = suppress(tx, kind, value, SuppressionReason::Manual, source, now)?;
        if kind == SuppressionKind::Address {
            outgoing::withdraw_to(tx, value, SuppressionReason::Manual.as_str(), now)?;
        }
        Ok(new)
    })
}
