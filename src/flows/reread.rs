//! Reading again what was ever received, with the reader of today. Only readings and suggestions change; what a person
//! decided stays, and no consequence runs a second time. A broken message goes back into the queue.

use super::receive::{self, ReceiveError};
use crate::domain::consequence;
use crate::domain::holidays::SchoolHolidays;
use crate::domain::id::IncomingId;
use crate::domain::scope::Scope;
use crate::domain::suggestion::Proposal;
use crate::domain::words::{Decision, Routing, SuggestionState};
use crate::mail::parse;
use crate::store::incoming::{Incoming, queue};
use crate::store::suggestions::Suggestion;
use crate::store::{Db, DbError, suggestions};

/// Messages taken up at once.
const BATCH: i64 = 200;

/// What would change in one message.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// The message.
    pub message: IncomingId,
    /// What changes: `kind`, `intent`, `reading`, `suggestions`, `broken`.
    pub what: &'static str,
    /// As it is.
    pub before: String,
    /// As it would be.
    pub after: String,
}

/// What a re-reading found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reread {
    /// Messages that were read again.
    pub read: u64,
    /// Messages that a person decided on, left alone.
    pub decided: u64,
    /// Messages that still cannot be read.
    pub failed: u64,
    /// What would change, or was changed.
    pub differences: Vec<Difference>,
}

/// Reads all messages in scope again; with `apply` the differences are written.
/// `holidays` date what replies say by them.
pub fn reread(db: &Db, holidays: &SchoolHolidays, scope: &Scope, apply: bool) -> Result<Reread, ReceiveError> {
    let mut done = Reread::default();
    let mut after = IncomingId(0);
    loop {
        let rows = db.read(|conn| queue::to_reread(conn, scope, after, BATCH))?;
        let Some(last) = rows.last() else { return Ok(done) };
        after = last.id;
        for row in &rows {
            if row.decided_by.is_some() || row.decision == Decision::Done {
                done.decided += 1;
            } else {
                one(db, holidays, row, apply, &mut done)?;
            }
        }
    }
}

fn one(db: &Db, holidays: &SchoolHolidays, row: &Incoming, apply: bool, done: &mut Reread) -> Result<(), ReceiveError> {
    let scope = Scope::clockwork(row.site_id);
    let held = db.read(|conn| suggestions::of_message(conn, &scope, row.id))?;
    if held.iter().any(|suggestion| suggestion.state != SuggestionState::Open || suggestion.version > 1) {
        done.decided += 1;
        return Ok(());
    }
    let read = receive::source(db, &scope, row)
        .and_then(|raw| receive::contained(|| parse::letter(&raw)))
        .and_then(|letter| receive::understand(db, holidays, &scope, row, letter));
    let understood = match read {
        Ok(understood) => understood,
        Err(ReceiveError::Db(error)) => return Err(error.into()),
        Err(_) => {
            done.failed += 1;
            return Ok(());
        }
    };
    done.read += 1;
    if row.routing == Routing::Broken {
        if understood.letter.readable {
            done.differences.push(difference(row, "broken", &row.error, ""));
            if apply {
                db.write(|tx| queue::retry(tx, row.id))?;
            }
        }
        return Ok(());
    }
    let proposals = proposals(db, row, &understood)?;
    let reading = serde_json::to_string(&understood.reading)?;
    let found = differences(row, &held, (&understood.reading.kind, &understood.reading.intent, &reading), &proposals);
    if apply && !found.is_empty() {
        let news = receive::rows(row, &proposals)?;
        let (kind, intent) = (understood.reading.kind.as_str(), understood.reading.intent.as_str());
        let decision = if proposals.is_empty() { row.decision } else { Decision::Open };
        db.write(|tx| {
            // A person may have decided since it was looked at.
            if queue::reread(tx, row.id, row.version, (kind, intent, &reading), decision)? {
                suggestions::remove_open(tx, row.id)?;
                suggestions::add(tx, &news)?;
            }
            Ok::<_, DbError>(())
        })?;
    }
    done.differences.extend(found);
    Ok(())
}

fn proposals(db: &Db, row: &Incoming, understood: &receive::Understood) -> Result<Vec<Proposal>, DbError> {
    let facts = receive::facts(understood, understood.thread.outgoing.as_ref());
    let acts = consequence::consequences(&facts);
    let about = (row.company_id, row.contact_id);
    let (proposals, _) = db.read(|conn| receive::proposals(conn, understood, &acts, about))?;
    Ok(proposals)
}

fn differences(
    row: &Incoming,
    held: &[Suggestion],
    (kind, intent, reading): (&crate::domain::reply::Kind, &crate::domain::reply::Intent, &str),
    proposals: &[Proposal],
) -> Vec<Difference> {
    let mut found = Vec::new();
    let (kind_was, intent_was) = (row.kind.as_deref().unwrap_or(""), row.intent.as_deref().unwrap_or(""));
    if kind_was != kind.as_str() {
        found.push(difference(row, "kind", kind_was, kind.as_str()));
    }
    if intent_was != intent.as_str() {
        found.push(difference(row, "intent", intent_was, intent.as_str()));
    }
    let was: Vec<String> = held.iter().map(|suggestion| suggestion.payload.clone()).collect();
    let is: Vec<String> =
        proposals.iter().map(|proposal| serde_json::to_string(&proposal.change).unwrap_or_default()).collect();
    if was != is {
        found.push(difference(row, "suggestions", &was.join(" "), &is.join(" ")));
    }
    if found.is_empty() && row.reading.as_deref() != Some(reading) {
        found.push(difference(row, "reading", "", ""));
    }
    found
}

fn difference(row: &Incoming, what: &'static str, before: &str, after: &str) -> Difference {
    Difference { message: row.id, what, before: before.to_owned(), after: after.to_owned() }
}
