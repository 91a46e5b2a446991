//! Suggestions: what a reading proposes, and what a person made of it.

use super::db::per_backend;
use super::schema::suggestions;
use super::{Conn, DbResult, Tx};
use crate::domain::id::{IncomingId, SiteId, SuggestionId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{SuggestionKind, SuggestionState};
use diesel::prelude::*;

/// So many rows stand in one statement: ten values each, below what either database takes.
const ROWS: usize = 1000;

/// One suggestion.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = suggestions)]
pub struct Suggestion {
    /// Its id.
    pub id: SuggestionId,
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The message that it came from.
    pub incoming_id: IncomingId,
    /// Its number within the message, the same as its evidence's; from 1.
    pub number: i32,
    /// What it would change.
    pub kind: SuggestionKind,
    /// Whether a person decided.
    pub state: SuggestionState,
    /// The change, as JSON of `domain::suggestion::Change`; as a person edited it, once decided.
    pub payload: String,
    /// The words it stands on, as JSON of spans.
    pub evidence: String,
    /// How sure the reader is, 0 to 100.
    pub certainty: i32,
    /// What accepting it made, as JSON, for taking it back; empty before.
    pub result: String,
    /// Who decided.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<Moment>,
    /// Goes up with each decision.
    pub version: i32,
}

/// What a new suggestion needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = suggestions, treat_none_as_default_value = false)]
pub struct NewSuggestion {
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The message that it came from.
    pub incoming_id: IncomingId,
    /// Its number within the message.
    pub number: i32,
    /// What it would change.
    pub kind: SuggestionKind,
    /// Open.
    pub state: SuggestionState,
    /// The change, as JSON.
    pub payload: String,
    /// The words it stands on, as JSON.
    pub evidence: String,
    /// How sure the reader is, 0 to 100.
    pub certainty: i32,
    /// Empty.
    pub result: String,
    /// 1.
    pub version: i32,
}

/// What a person decided.
#[derive(Debug, Clone, Copy)]
pub struct Decided<'a> {
    /// Accepted, edited or rejected.
    pub state: SuggestionState,
    /// The change as it was taken over.
    pub payload: &'a str,
    /// What it made, as JSON.
    pub result: &'a str,
    /// Who.
    pub by: Option<UserId>,
    /// When.
    pub at: Moment,
}

/// One suggestion in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: SuggestionId) -> DbResult<Option<Suggestion>> {
    let row = suggestions::table.find(id).filter(suggestions::site_id.eq_any(scope.sites().to_vec()));
    Ok(row.select(Suggestion::as_select()).first(conn).optional()?)
}

/// The suggestions of a message in scope, by number.
pub fn of_message(conn: &mut Conn, scope: &Scope, message: IncomingId) -> DbResult<Vec<Suggestion>> {
    of_messages(conn, scope, &[message])
}

/// The suggestions of messages in scope, by message and number.
pub fn of_messages(conn: &mut Conn, scope: &Scope, messages: &[IncomingId]) -> DbResult<Vec<Suggestion>> {
    Ok(suggestions::table
        .filter(suggestions::incoming_id.eq_any(messages.to_vec()))
        .filter(suggestions::site_id.eq_any(scope.sites().to_vec()))
        .order((suggestions::incoming_id, suggestions::number))
        .select(Suggestion::as_select())
        .load(conn)?)
}

/// Messages in scope on which a person corrected something, behind `after`, by id.
pub fn corrected(conn: &mut Conn, scope: &Scope, after: IncomingId, limit: i64) -> DbResult<Vec<IncomingId>> {
    Ok(suggestions::table
        .filter(suggestions::site_id.eq_any(scope.sites().to_vec()))
        .filter(suggestions::state.eq_any([SuggestionState::Edited, SuggestionState::Rejected]))
        .filter(suggestions::incoming_id.gt(after))
        .select(suggestions::incoming_id)
        .distinct()
        .order(suggestions::incoming_id)
        .limit(limit)
        .load(conn)?)
}

/// Adds suggestions.
pub fn add(tx: &mut Tx, new: &[NewSuggestion]) -> DbResult<()> {
    for some in new.chunks(ROWS) {
        per_backend!(&mut **tx, |conn| diesel::insert_into(suggestions::table).values(some).execute(conn)?);
    }
    Ok(())
}

/// Writes a decision over version `from`; `false` when somebody else decided first.
pub fn decide(tx: &mut Tx, id: SuggestionId, from: i32, decided: &Decided) -> DbResult<bool> {
    let row = suggestions::table
        .find(id)
        .filter(suggestions::version.eq(from))
        .filter(suggestions::state.eq(SuggestionState::Open));
    let set = (
        suggestions::state.eq(decided.state),
        suggestions::payload.eq(decided.payload),
        suggestions::result.eq(decided.result),
        suggestions::decided_by.eq(decided.by),
        suggestions::decided_at.eq(decided.at),
        suggestions::version.eq(from + 1),
    );
    Ok(diesel::update(row).set(set).execute(&mut **tx)? == 1)
}

/// Opens a decided suggestion again, at version `from`; `false` when it changed in between.
pub fn reopen(tx: &mut Tx, id: SuggestionId, from: i32) -> DbResult<bool> {
    let row = suggestions::table
        .find(id)
        .filter(suggestions::version.eq(from))
        .filter(suggestions::state.ne(SuggestionState::Open));
    let set = (
        suggestions::state.eq(SuggestionState::Open),
        suggestions::result.eq(""),
        suggestions::decided_by.eq(None::<UserId>),
        suggestions::decided_at.eq(None::<Moment>),
        suggestions::version.eq(from + 1),
    );
    Ok(diesel::update(row).set(set).execute(&mut **tx)? == 1)
}

/// Removes what nobody decided on, before a better reading takes its place.
pub fn remove_open(tx: &mut Tx, message: IncomingId) -> DbResult<usize> {
    let rows = suggestions::table
        .filter(suggestions::incoming_id.eq(message))
        .filter(suggestions::state.eq(SuggestionState::Open));
    Ok(diesel::delete(rows).execute(&mut **tx)?)
}

/// How many suggestions of a message wait for a person.
pub fn open_count(conn: &mut Conn, message: IncomingId) -> DbResult<i64> {
    Ok(suggestions::table
        .filter(suggestions::incoming_id.eq(message))
        .filter(suggestions::state.eq(SuggestionState::Open))
        .count()
        .get_result(conn)?)
}
