//! All rows of all tables as lines of text, and back, on either database: one JSON array a row, in which both write the
//! same value in the same way. What tables and columns there are is asked of the database itself.

use super::db::per_backend;
use super::{Conn, DbError, DbResult, Tx};
use diesel::connection::{DefaultLoadingMode, SimpleConnection};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    kind: Kind,
}

/// What a column holds, where the databases differ in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
    /// 0 or 1.
    Flag,
    /// Text as `SQLite` keeps it, `2026-11-24 08:00:00.123`, with 0, 3 or 6 digits of a second.
    Moment,
    /// `2026-11-24`.
    Day,
    /// In hexadecimal.
    Bytes,
}

impl Kind {
    /// The kind of a type as either database names it.
    fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "integer" | "bigint" => Self::Number,
            "text" => Self::Text,
            "boolean" => Self::Flag,
            "timestamp" | "timestamp without time zone" => Self::Moment,
            "date" => Self::Day,
            "blob" | "bytea" => Self::Bytes,
            _ => return None,
        })
    }

    /// A column as it stands in a row's JSON.
    fn out(self, column: &str, sqlite: bool) -> String {
        match (self, sqlite) {
            (Self::Bytes, true) => format!("CASE WHEN {column} IS NOT NULL THEN lower(hex({column})) END"),
            (_, true) | (Self::Number | Self::Text, false) => column.to_owned(),
            (Self::Flag, false) => format!("CAST({column} AS integer)"),
            (Self::Moment, false) => {
                format!("regexp_replace(to_char({column}, 'YYYY-MM-DD HH24:MI:SS.US'), '\\.000000$|000$', '')")
            }
            (Self::Day, false) => format!("to_char({column}, 'YYYY-MM-DD')"),
            (Self::Bytes, false) => format!("encode({column}, 'hex')"),
        }
    }

    /// The value at a place of a row's JSON, as its column wants it.
    fn back(self, index: usize, sqlite: bool) -> String {
        let value = format!("(value ->> {index})");
        match (self, sqlite) {
            (Self::Bytes, true) => format!("unhex({value})"),
            (_, true) | (Self::Text, false) => value,
            (Self::Number, false) => format!("{value}::bigint"),
            (Self::Flag, false) => format!("{value}::integer::boolean"),
            (Self::Moment, false) => format!("{value}::timestamp"),
            (Self::Day, false) => format!("{value}::date"),
            (Self::Bytes, false) => format!("decode({value}, 'hex')"),
        }
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    one: String,
    #[diesel(sql_type = Text)]
    other: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Counter {
    #[diesel(sql_type = Nullable<BigInt>)]
    counter: Option<i64>,
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

// Neither the migrations' own table nor what a full-text index keeps for itself is among them.
const SQLITE_COLUMNS: &str = "SELECT t.name, c.name AS one, c.type AS other
    FROM pragma_table_list t, pragma_table_info(t.name) c
    WHERE t.schema = 'main' AND t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_' AND substr(t.name, 1, 2) <> '__'
    ORDER BY t.name, c.cid";
const POSTGRES_COLUMNS: &str = "SELECT table_name::text AS name, column_name::text AS one, data_type::text AS other
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND left(table_name, 2) <> '__'
    ORDER BY table_name, ordinal_position";
const SQLITE_ARROWS: &str = "SELECT t.name, f.\"table\" AS one, '' AS other
    FROM pragma_table_list t, pragma_foreign_key_list(t.name) f WHERE t.schema = 'main' AND t.type = 'table'";
const POSTGRES_ARROWS: &str = "SELECT a.relname::text AS name, b.relname::text AS one, '' AS other
    FROM pg_constraint c JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid
    WHERE c.contype = 'f'";

impl Table {
    /// The names of its columns, in the order of a row's values.
    pub fn columns(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }

    /// The same table with its columns in this order; `None` when they are not the same columns.
    pub fn with_columns(&self, names: &[String]) -> Option<Self> {
        let find = |name: &String| self.columns.iter().find(|column| column.name == *name).cloned();
        let columns: Vec<Column> = names.iter().map(find).collect::<Option<_>>()?;
        (columns.len() == self.columns.len()).then(|| Self { name: self.name.clone(), columns })
    }

    fn has_id(&self) -> bool {
        self.columns.iter().any(|column| column.name == "id")
    }
}

/// Every table with rows of ours, each after those that it refers to.
pub fn tables(conn: &mut Conn) -> DbResult<Vec<Table>> {
    let columns = found(conn, SQLITE_COLUMNS, POSTGRES_COLUMNS)?;
    let arrows = found(conn, SQLITE_ARROWS, POSTGRES_ARROWS)?;
    let mut left: Vec<Table> = Vec::new();
    for Found { name, one, other } in columns {
        let kind = Kind::named(&other).ok_or_else(|| {
            DbError::Unwritten(format!("column `{name}.{one}` is of a type that is not written: `{other}`"))
        })?;
        let column = Column { name: one, kind };
        match left.last_mut().filter(|table| table.name == name) {
            Some(table) => table.columns.push(column),
            None => left.push(Table { name, columns: vec![column] }),
        }
    }
    let mut sorted = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |table: &Table| {
            let mut targets = arrows.iter().filter(|arrow| arrow.name == table.name && arrow.one != table.name);
            targets.any(|arrow| left.iter().any(|other| other.name == arrow.one))
        };
        let (waiting, ready): (Vec<Table>, Vec<Table>) = left.iter().cloned().partition(waits);
        if ready.is_empty() {
            return Err(DbError::Unwritten(format!("the tables refer to each other in a ring: {waiting:?}")));
        }
        sorted.extend(ready);
        left = waiting;
    }
    Ok(sorted)
}

fn found(conn: &mut Conn, sqlite: &str, postgres: &str) -> DbResult<Vec<Found>> {
    Ok(match conn {
        Conn::Sqlite(conn) => sql_query(sqlite).load(conn)?,
        Conn::Postgres(conn) => sql_query(postgres).load(conn)?,
    })
}

/// Whether a table has a row.
pub fn has_rows(conn: &mut Conn, table: &Table) -> DbResult<bool> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM \"{}\") AS yes", table.name);
    let found: Yes = per_backend!(conn, |conn| sql_query(sql).get_result(conn)?);
    Ok(found.yes)
}

/// Lifts the time limit of a statement, until the end of the transaction.
pub fn take_time(conn: &mut Conn) -> DbResult<()> {
    if let Conn::Postgres(conn) = conn {
        conn.batch_execute("SET LOCAL statement_timeout = 0")?;
    }
    Ok(())
}

/// Gives each row of a table as a JSON array on one line, one at a time; says how many there were.
pub fn rows<E: From<DbError>>(
    conn: &mut Conn,
    table: &Table,
    mut each: impl FnMut(&str) -> Result<(), E>,
) -> Result<u64, E> {
    let sqlite = matches!(conn, Conn::Sqlite(_));
    let cells: Vec<String> =
        table.columns.iter().map(|column| column.kind.out(&format!("\"{}\"", column.name), sqlite)).collect();
    let array = if sqlite { "json_array" } else { "json_build_array" };
    let text = if sqlite { "" } else { "::text" };
    let query = sql_query(format!("SELECT {array}({}){text} AS line FROM \"{}\"", cells.join(", "), table.name));
    let mut count = 0;
    let mut give = |line: QueryResult<Line>| {
        count += 1;
        each(&line.map_err(DbError::Query)?.line)
    };
    match conn {
        Conn::Sqlite(conn) => {
            let mut all = query.load_iter::<Line, DefaultLoadingMode>(conn).map_err(DbError::Query)?;
            all.try_for_each(&mut give)?;
        }
        Conn::Postgres(conn) => {
            let mut all = query.load_iter::<Line, PgRowByRowLoadingMode>(conn).map_err(DbError::Query)?;
            all.try_for_each(&mut give)?;
        }
    }
    Ok(count)
}

/// The highest id that a table ever gave; `None` for a table without ids, and before the first.
pub fn counter(conn: &mut Conn, table: &Table) -> DbResult<Option<i64>> {
    if !table.has_id() {
        return Ok(None);
    }
    let found: Option<Counter> = match conn {
        Conn::Sqlite(conn) => sql_query("SELECT seq AS counter FROM sqlite_sequence WHERE name = ?")
            .bind::<Text, _>(&table.name)
            .get_result(conn)
            .optional()?,
        Conn::Postgres(conn) => {
            let sequence = "SELECT pg_sequence_last_value(pg_get_serial_sequence($1, 'id')::regclass) AS counter";
            sql_query(sequence).bind::<Text, _>(&table.name).get_result(conn).optional()?
        }
    };
    Ok(found.and_then(|found| found.counter))
}

/// Adds rows to a table: a JSON array of what [`rows`] gave.
pub fn add_rows(tx: &mut Tx, table: &Table, rows: &str) -> DbResult<usize> {
    let sqlite = matches!(&**tx, Conn::Sqlite(_));
    let names: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let values: Vec<String> =
        table.columns.iter().enumerate().map(|(index, column)| column.kind.back(index, sqlite)).collect();
    let source = if sqlite { "json_each($1)" } else { "json_array_elements($1::json)" };
    let (names, values) = (names.join(", "), values.join(", "));
    let query = sql_query(format!("INSERT INTO \"{}\" ({names}) SELECT {values} FROM {source}", table.name));
    Ok(per_backend!(&mut **tx, |conn| query.bind::<Text, _>(rows).execute(conn)?))
}

/// Lets a table's ids go on above this one.
pub fn count_on(tx: &mut Tx, table: &Table, counter: i64) -> DbResult<()> {
    match &mut **tx {
        Conn::Sqlite(conn) => {
            // There is no unique index on it, so no upsert.
            sql_query("DELETE FROM sqlite_sequence WHERE name = ?").bind::<Text, _>(&table.name).execute(conn)?;
            let row = sql_query("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)");
            row.bind::<Text, _>(&table.name).bind::<BigInt, _>(counter).execute(conn)?;
        }
        Conn::Postgres(conn) => {
            let set = sql_query("SELECT setval(pg_get_serial_sequence($1, 'id')::regclass, $2)");
            set.bind::<Text, _>(&table.name).bind::<BigInt, _>(counter).execute(conn)?;
        }
    }
    Ok(())
}
