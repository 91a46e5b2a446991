//! Counting no further than anybody reads.

use super::{Conn, DbResult};
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use diesel::{QueryResult, RunQueryDsl};

/// Up to here a number is exact; one more stands for *more than that*.
pub const EXACT: i64 = 1000;

/// The number of rows of a query that has a limit.
#[derive(Debug, Clone, Copy, QueryId)]
pub(super) struct Counted<Q>(pub Q);

impl<Q: Query> Query for Counted<Q> {
    type SqlType = BigInt;
}

impl<Q> RunQueryDsl<Conn> for Counted<Q> {}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}

/// How many rows the query gives, counted up to `limit`.
macro_rules! capped {
    ($conn:expr, $query:expr, $limit:expr) => {
        crate::store::capped::Counted($query.limit($limit)).get_result::<i64>($conn)
    };
}
pub(super) use capped;

/// How many rows the queries of several sites give together, counted up to one more than [`EXACT`].
pub(super) fn sum(counts: impl IntoIterator<Item = DbResult<i64>>) -> DbResult<i64> {
    let mut sum = 0;
    for count in counts {
        sum += count?;
        if sum > EXACT {
            return Ok(EXACT + 1);
        }
    }
    Ok(sum)
}
