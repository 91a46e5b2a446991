//! The two statements of every group commit, written out so that a connection prepares each once: diesel prepares an
//! UPDATE of its own anew every time.

use crate::domain::id::OutgoingId;
use crate::domain::time::Moment;
use crate::store::among::{Among, among};
use crate::store::conn::{Conn, MultiBackend};
use crate::store::schema::outgoing;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text, Timestamp};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl};

/// Marks claimed messages of a sender as sending and counts the try; gives the ids of those that it had.
pub(super) struct MarkSending<'a> {
    ids: Among<outgoing::id, OutgoingId>,
    holder: &'a str,
    now: Moment,
}

impl<'a> MarkSending<'a> {
    pub fn new(ids: &[OutgoingId], holder: &'a str, now: Moment) -> Self {
        Self { ids: among(outgoing::id, ids), holder, now }
    }
}

impl QueryId for MarkSending<'_> {
    type QueryId = MarkSending<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for MarkSending<'_> {
    type SqlType = BigInt;
}

impl RunQueryDsl<Conn> for MarkSending<'_> {}

impl QueryFragment<MultiBackend> for MarkSending<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("UPDATE outgoing SET state = 'sending', attempts = attempts + 1, sending_at = ");
        out.push_bind_param::<Timestamp, _>(&self.now)?;
        out.push_sql(" WHERE state = 'claimed' AND claimed_by = ");
        out.push_bind_param::<Text, _>(self.holder)?;
        out.push_sql(" AND ");
        self.ids.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING id");
        Ok(())
    }
}

/// Settles messages as sent, each with the server's own words, if they were on the wire, uncertain or held; gives the ids of
/// those that were.
pub(super) struct Accept<'a> {
    answers: Answers,
    sender: Option<&'a str>,
    now: Moment,
}

impl<'a> Accept<'a> {
    pub fn new(answers: &[(OutgoingId, &str)], sender: Option<&'a str>, now: Moment) -> Self {
        // Ids and texts can always be written.
        Self { answers: Answers(serde_json::to_string(answers).unwrap_or_default()), sender, now }
    }
}

impl QueryId for Accept<'_> {
    type QueryId = Accept<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for Accept<'_> {
    type SqlType = BigInt;
}

impl RunQueryDsl<Conn> for Accept<'_> {}

impl QueryFragment<MultiBackend> for Accept<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("UPDATE outgoing SET state = 'sent', last_answer = answer.value ->> 1, claimed_by = ");
        out.push_bind_param::<diesel::sql_types::Nullable<Text>, _>(&self.sender)?;
        out.push_sql(", settled_at = ");
        out.push_bind_param::<Timestamp, _>(&self.now)?;
        out.push_sql(" FROM ");
        self.answers.walk_ast(out.reborrow())?;
        out.push_sql(
            " AS answer WHERE outgoing.id = CAST(answer.value ->> 0 AS BIGINT) \
             AND outgoing.state IN ('sending', 'uncertain', 'held') RETURNING id",
        );
        Ok(())
    }
}

/// Rows of a JSON array of pairs.
#[derive(QueryId)]
struct Answers(String);

impl QueryFragment<Sqlite> for Answers {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("json_each(");
        out.push_bind_param::<Text, _>(&self.0)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Pg> for Answers {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("json_array_elements(");
        out.push_bind_param::<Text, _>(&self.0)?;
        out.push_sql("::json)");
        Ok(())
    }
}

impl QueryFragment<MultiBackend> for Answers {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, out)
    }
}
