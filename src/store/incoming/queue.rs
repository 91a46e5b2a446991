//! The inbox as a queue: what is stored and not yet thought about, and where each went.

use super::Incoming;
use crate::domain::id::{CompanyId, ContactId, IncomingId, OutgoingId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Decision, Routing};
use crate::store::schema::incoming;
use crate::store::{Conn, DbResult, Tx};
use diesel::prelude::*;

/// Where a message went and what was read in it.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = incoming, treat_none_as_null = true)]
pub struct Routed {
    /// Where it went.
    pub routing: Routing,
    /// Whether a person has to decide.
    pub decision: Decision,
    /// Its own date.
    pub sent_at: Option<Moment>,
    /// The sender, lower case.
    pub from_address: Option<String>,
    /// The sender's name.
    pub from_name: String,
    /// Its subject.
    pub subject: String,
    /// The reading's kind.
    pub kind: Option<String>,
    /// The reading's intent.
    pub intent: Option<String>,
    /// The whole reading, as JSON.
    pub reading: Option<String>,
    /// A hint for who looks at an unmatched one.
    pub hint: String,
    /// The mail of ours that it answers.
    pub outgoing_id: Option<OutgoingId>,
    /// The company it belongs to.
    pub company_id: Option<CompanyId>,
    /// The contact who wrote it.
    pub contact_id: Option<ContactId>,
}

/// Messages that wait to be thought about, oldest first.
pub fn waiting(conn: &mut Conn, now: Moment, limit: i64) -> DbResult<Vec<Incoming>> {
    let due = incoming::retry_at.is_null().or(incoming::retry_at.le(now));
    Ok(incoming::table
        .filter(incoming::routing.eq(Routing::Stored))
        .filter(due)
        .order(incoming::id)
        .limit(limit)
        .select(Incoming::as_select())
        .load(conn)?)
}

/// Takes a waiting message up for this act; `false` when another process has routed it meanwhile.
pub fn still_waiting(tx: &mut Tx, id: IncomingId) -> DbResult<bool> {
    let row = incoming::table.find(id).filter(incoming::routing.eq(Routing::Stored));
    Ok(row.select(incoming::id).first::<IncomingId>(&mut **tx).optional()?.is_some())
}

/// Writes where a message went.
pub fn route(tx: &mut Tx, id: IncomingId, routed: &Routed) -> DbResult<()> {
    let done = (incoming::error.eq(""), incoming::retry_at.eq(None::<Moment>));
    diesel::update(incoming::table.find(id)).set((routed, done)).execute(&mut **tx)?;
    Ok(())
}

/// Counts a failure of thinking; at `tries` failures the message is broken, and a person sees it.
pub fn failed(tx: &mut Tx, id: IncomingId, tries: i32, error: &str, retry_at: Moment) -> DbResult<Routing> {
    let attempts: i32 = incoming::table.find(id).select(incoming::attempts).first(&mut **tx)?;
    let broken = attempts + 1 >= tries;
    let (routing, decision) =
        if broken { (Routing::Broken, Decision::Open) } else { (Routing::Stored, Decision::None) };
    diesel::update(incoming::table.find(id))
        .set((
            incoming::attempts.eq(attempts + 1),
            incoming::error.eq(error),
            incoming::retry_at.eq(retry_at),
            incoming::routing.eq(routing),
            incoming::decision.eq(decision),
        ))
        .execute(&mut **tx)?;
    Ok(routing)
}

/// Writes whose message this is, at version `from`; `false` when somebody changed it in between.
pub fn assign(
    tx: &mut Tx,
    id: IncomingId,
    from: i32,
    company: CompanyId,
    contact: Option<ContactId>,
) -> DbResult<bool> {
    let row = incoming::table.find(id).filter(incoming::version.eq(from));
    let set = (
        incoming::company_id.eq(company),
        incoming::contact_id.eq(contact),
        incoming::routing.eq(Routing::Matched),
        incoming::hint.eq(""),
        incoming::version.eq(from + 1),
    );
    Ok(diesel::update(row).set(set).execute(&mut **tx)? == 1)
}

/// Writes whether a person still has to decide, at version `from`; `false` when somebody changed it in between.
pub fn decide(
    tx: &mut Tx,
    id: IncomingId,
    from: i32,
    decision: Decision,
    by: Option<UserId>,
    now: Moment,
) -> DbResult<bool> {
    let row = incoming::table.find(id).filter(incoming::version.eq(from));
    let done = decision == Decision::Done;
    let set = (
        incoming::decision.eq(decision),
        incoming::decided_by.eq(by.filter(|_| done)),
        incoming::decided_at.eq(done.then_some(now)),
        incoming::version.eq(from + 1),
    );
    Ok(diesel::update(row).set(set).execute(&mut **tx)? == 1)
}

/// Messages that were thought about, or failed, in order of their ids, after one.
pub fn to_reread(conn: &mut Conn, scope: &Scope, after: IncomingId, limit: i64) -> DbResult<Vec<Incoming>> {
    Ok(incoming::table
        .filter(incoming::site_id.eq_any(scope.sites().to_vec()))
        .filter(incoming::routing.ne_all(vec![Routing::Stored, Routing::Own, Routing::Filed]))
        .filter(incoming::id.gt(after))
        .order(incoming::id)
        .limit(limit)
        .select(Incoming::as_select())
        .load(conn)?)
}

/// Writes a new reading of a message that nobody decided on yet, at version `from`.
pub fn reread(
    tx: &mut Tx,
    id: IncomingId,
    from: i32,
    (kind, intent, reading): (&str, &str, &str),
    decision: Decision,
) -> DbResult<bool> {
    let row = incoming::table.find(id).filter(incoming::version.eq(from)).filter(incoming::decided_by.is_null());
    let set = (
        incoming::kind.eq(kind),
        incoming::intent.eq(intent),
        incoming::reading.eq(reading),
        incoming::decision.eq(decision),
        incoming::version.eq(from + 1),
    );
    Ok(diesel::update(row).set(set).execute(&mut **tx)? == 1)
}

/// Puts a broken message back in the queue, as if it had just come in.
pub fn retry(tx: &mut Tx, id: IncomingId) -> DbResult<bool> {
    let row = incoming::table.find(id).filter(incoming::routing.eq(Routing::Broken));
    let set = (
        incoming::routing.eq(Routing::Stored),
        incoming::decision.eq(Decision::None),
        incoming::attempts.eq(0),
        incoming::retry_at.eq(None::<Moment>),
        incoming::error.eq(""),
    );
    Ok(diesel::update(row).set(set).execute(&mut **tx)? == 1)
}
