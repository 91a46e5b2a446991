//! The inbox as a queue: what is stored and not yet thought about, and where each went.

use super::Incoming;
use crate::domain::id::{CompanyId, ContactId, IncomingId, OutgoingId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Decision, Routing};
use crate::store::among::among;
use crate::store::rows::{self, OverRows};
use crate::store::schema::{incoming, incoming_raws};
use crate::store::{Conn, DbResult, Tx};
use diesel::prelude::*;
use std::collections::{HashMap, HashSet};

/// Where a message went and what was read in it.
#[derive(Debug, Clone)]
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

/// The raw bytes of waiting messages, compressed as they are kept, as far as they are short: one after the other until so
/// many bytes are together.
pub fn sources(conn: &mut Conn, waiting: &[Incoming], bytes: i64) -> DbResult<HashMap<IncomingId, Vec<u8>>> {
    let mut left = bytes;
    let fits = |message: &&Incoming| {
        left -= i64::from(message.size);
        left >= 0
    };
    let ids: Vec<IncomingId> = waiting.iter().take_while(fits).map(|message| message.id).collect();
    let rows = incoming_raws::table.filter(among(incoming_raws::incoming_id, &ids));
    let rows = rows.select((incoming_raws::incoming_id, incoming_raws::raw));
    Ok(rows.load(conn)?.into_iter().collect())
}

/// Takes waiting messages up for this act: those of them that no other process has routed meanwhile.
pub fn still_waiting(tx: &mut Tx, ids: &[IncomingId]) -> DbResult<HashSet<IncomingId>> {
    let rows = incoming::table.filter(among(incoming::id, ids)).filter(incoming::routing.eq(Routing::Stored));
    Ok(rows.select(incoming::id).load(&mut **tx)?.into_iter().collect())
}

struct Route;

impl OverRows for Route {
    const SQL: &'static str = "UPDATE incoming SET routing = it.value ->> 1, decision = it.value ->> 2, \
        sent_at = (it.value ->> 3)::timestamp, from_address = it.value ->> 4, from_name = it.value ->> 5, \
        subject = it.value ->> 6, kind = it.value ->> 7, intent = it.value ->> 8, reading = it.value ->> 9, \
        hint = it.value ->> 10, outgoing_id = (it.value ->> 11)::bigint, company_id = (it.value ->> 12)::bigint, \
        contact_id = (it.value ->> 13)::bigint, error = '', retry_at = NULL \
        FROM @rows AS it WHERE incoming.id = (it.value ->> 0)::bigint";
}

/// Writes where messages went.
pub fn route(tx: &mut Tx, all: &[(IncomingId, &Routed)]) -> DbResult<()> {
    let row = |(id, routed): &(IncomingId, &Routed)| {
        serde_json::json!([
            id.0,
            routed.routing.as_str(),
            routed.decision.as_str(),
            routed.sent_at.map(rows::text),
            routed.from_address,
            routed.from_name,
            routed.subject,
            routed.kind,
            routed.intent,
            routed.reading,
            routed.hint,
            routed.outgoing_id.map(|id| id.0),
            routed.company_id.map(|id| id.0),
            routed.contact_id.map(|id| id.0),
        ])
    };
    rows::run::<Route>(tx, &all.iter().map(row).collect::<Vec<_>>())
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
