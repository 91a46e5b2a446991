//! `column IN (these values)` as one statement however many the values are, so that a connection prepares it once.
//! diesel's own `eq_any` writes a placeholder for each value on `SQLite` and is prepared anew every time.

use super::conn::MultiBackend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, BigInt, Bool, HasSqlType, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{Column, QueryResult};
use serde::Serialize;

/// See [`among`].
#[derive(Debug, Clone)]
pub(super) struct Among<C, T> {
    column: C,
    values: Vec<T>,
    json: String,
}

/// What a list for a column of this type holds.
pub(super) trait Listed {
    type Item: 'static;
}

macro_rules! listed {
    ($($item:ty),+) => {$(
        impl Listed for $item {
            type Item = $item;
        }
        impl Listed for Nullable<$item> {
            type Item = $item;
        }
    )+};
}
listed!(BigInt, Text);

/// Whether the column has one of these values: bound as a JSON array on `SQLite` and as an array on `PostgreSQL`.
pub(super) fn among<C: Column, T: Serialize + Clone>(column: C, values: &[T]) -> Among<C, T> {
    // Ids and texts can always be written.
    let json = serde_json::to_string(values).unwrap_or_default();
    Among { column, values: values.to_vec(), json }
}

impl<C, T> Expression for Among<C, T> {
    type SqlType = Bool;
}

impl<C: AppearsOnTable<QS>, T, QS: ?Sized> AppearsOnTable<QS> for Among<C, T> {}
impl<C: SelectableExpression<QS>, T, QS: ?Sized> SelectableExpression<QS> for Among<C, T> {}

impl<C: ValidGrouping<G>, T, G> ValidGrouping<G> for Among<C, T> {
    type IsAggregate = C::IsAggregate;
}

impl<C: QueryId, T> QueryId for Among<C, T> {
    type QueryId = Among<C::QueryId, ()>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C: QueryFragment<Sqlite>, T> QueryFragment<Sqlite> for Among<C, T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(&self.json)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<C, T> QueryFragment<Pg> for Among<C, T>
where
    C: Column + QueryFragment<Pg>,
    C::SqlType: Listed,
    Pg: HasSqlType<Array<<C::SqlType as Listed>::Item>>,
    Vec<T>: ToSql<Array<<C::SqlType as Listed>::Item>, Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY(");
        out.push_bind_param::<Array<<C::SqlType as Listed>::Item>, _>(&self.values)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C, T> QueryFragment<MultiBackend> for Among<C, T>
where
    Self: QueryFragment<Sqlite> + QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, out)
    }
}
