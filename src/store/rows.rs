//! One statement for many rows, however many they are, so that a connection prepares it once: the rows are bound as one JSON
//! array of arrays. diesel prepares an UPDATE of its own anew every time, and has none over rows.

use super::conn::{Conn, MultiBackend};
use super::{DbResult, Tx};
use crate::domain::time::Moment;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl};
use serde::Serialize;
use std::marker::PhantomData;

/// So many rows stand in one INSERT: of the longest, a moment, thirteen values each, below what either database takes.
pub(super) const AT_ONCE: usize = 1000;

/// A statement's text, in PostgreSQL's words: `@rows` stands for the rows, each a JSON array `value`; the casts are left out
/// for `SQLite`, which takes values as they are.
pub(super) trait OverRows: 'static {
    /// The text.
    const SQL: &'static str;
}

/// Runs a statement over rows; does nothing where there are none.
pub(super) fn run<S: OverRows>(tx: &mut Tx, rows: &[impl Serialize]) -> DbResult<()> {
    if !rows.is_empty() {
        Statement::<S>(Rows::new(rows), PhantomData).execute(&mut **tx)?;
    }
    Ok(())
}

/// A moment as both databases read it in text, and as diesel writes it on `SQLite`.
pub(super) fn text(at: Moment) -> String {
    at.utc().format("%F %T%.f").to_string()
}

/// Rows that stand in a FROM clause.
#[derive(QueryId)]
pub(super) struct Rows(String);

impl Rows {
    pub(super) fn new(rows: &[impl Serialize]) -> Self {
        // Numbers and texts can always be written.
        Self(serde_json::to_string(rows).unwrap_or_default())
    }
}

impl QueryFragment<Sqlite> for Rows {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("json_each(");
        out.push_bind_param::<Text, _>(&self.0)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Pg> for Rows {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("json_array_elements(");
        out.push_bind_param::<Text, _>(&self.0)?;
        out.push_sql("::json)");
        Ok(())
    }
}

impl QueryFragment<MultiBackend> for Rows {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, out)
    }
}

struct Statement<S>(Rows, PhantomData<S>);

impl<S: OverRows> QueryId for Statement<S> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<S> Query for Statement<S> {
    type SqlType = BigInt;
}

impl<S> RunQueryDsl<Conn> for Statement<S> {}

impl<S: OverRows> QueryFragment<Sqlite> for Statement<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let plain = S::SQL.replace("::bigint", "").replace("::timestamp", "");
        let (before, after) = plain.split_once("@rows").unwrap_or((&plain, ""));
        out.push_sql(before);
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(after);
        Ok(())
    }
}

impl<S: OverRows> QueryFragment<Pg> for Statement<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let (before, after) = S::SQL.split_once("@rows").unwrap_or((S::SQL, ""));
        out.push_sql(before);
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(after);
        Ok(())
    }
}

impl<S: OverRows> QueryFragment<MultiBackend> for Statement<S> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::dsl::sql;
    use diesel::prelude::*;
    use diesel::sql_types::Timestamp;

    #[test]
    fn a_moment_is_written_as_diesel_writes_it() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        let whole = Moment::from_timestamp(1_795_000_000).unwrap();
        for at in [whole, whole.plus_millis(7), whole.plus_millis(120)] {
            let bound = sql::<Text>("(").bind::<Timestamp, _>(at).sql(")");
            assert_eq!(diesel::select(bound).get_result::<String>(&mut conn).unwrap(), text(at));
        }
    }
}
