//! The two statements of every group commit, written out so that a connection prepares each once: diesel prepares an
//! UPDATE of its own anew every time.

use crate::domain::id::OutgoingId;
use crate::domain::time::Moment;
use crate::store::among::{Among, among};
use crate::store::conn::{Conn, MultiBackend};
use crate::store::rows::Rows;
use crate::store::schema::outgoing;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text, Timestamp};
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
    answers: Rows,
    sender: Option<&'a str>,
    now: Moment,
}

impl<'a> Accept<'a> {
    pub fn new(answers: &[(OutgoingId, &str)], sender: Option<&'a str>, now: Moment) -> Self {
        Self { answers: Rows::new(answers), sender, now }
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
