//! The two migration sets tell one story: the same names, the same tables and columns, there and back again, and
//! `src/store/schema.rs` says what they make.

use crate::support::app::both;
use crate::support::database::TestDatabase;
use crate::support::processes::project;
use crate::support::town::Town;
use diesel::sql_types::{Bool, Text};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use stagemakelaar::store::{Db, DbError, DbResult, dump};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Table, column, and whether it may be null.
type Columns = BTreeSet<(String, String, bool)>;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

/// The full-text index is the one thing that each database keeps in its own shape.
const SQLITE_COLUMNS: &str = "SELECT t.name AS \"table\", c.name, c.\"notnull\" = 0 AND c.pk = 0 AS nullable
    FROM sqlite_master t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'
    AND NOT EXISTS (SELECT 1 FROM sqlite_master v WHERE v.sql LIKE 'CREATE VIRTUAL %' AND t.name LIKE v.name || '%')";
const POSTGRES_COLUMNS: &str =
    "SELECT table_name::text AS \"table\", column_name::text AS name, is_nullable = 'YES' AS nullable
    FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type <> 'tsvector' AND table_name NOT LIKE '\\_\\_%'";

fn columns(database: &TestDatabase) -> Columns {
    let rows: Vec<Column> = if database.db.is_sqlite() {
        let mut connection = SqliteConnection::establish(database.url.trim_start_matches("sqlite://")).unwrap();
        sql_query(SQLITE_COLUMNS).load(&mut connection).unwrap()
    } else {
        let mut connection = PgConnection::establish(&database.url).unwrap();
        sql_query(POSTGRES_COLUMNS).load(&mut connection).unwrap()
    };
    rows.into_iter().map(|row| (row.table, row.name, row.nullable)).collect()
}

/// What `schema.rs` declares: a line `table (key) {` and lines `column -> Type,`.
fn declared() -> Columns {
    let source = fs::read_to_string(project().join("src/store/schema.rs")).unwrap();
    let mut table = String::new();
    let mut columns = Columns::new();
    for line in source.lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix(") {").and_then(|line| line.split_once(" (")) {
            name.clone_into(&mut table);
        } else if let Some((name, kind)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            columns.insert((table.clone(), name.trim_start_matches("r#").to_owned(), kind.starts_with("Nullable<")));
        }
    }
    columns
}

fn names(set: &str) -> BTreeSet<String> {
    let folder = project().join("migrations").join(set);
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn both_sets_have_the_same_names_and_both_directions() {
    assert_eq!(names("sqlite"), names("postgres"));
    for set in ["sqlite", "postgres"] {
        for name in names(set) {
            for direction in ["up.sql", "down.sql"] {
                let file = project().join("migrations").join(set).join(&name).join(direction);
                assert!(fs::read_to_string(&file).is_ok_and(|sql| !sql.trim().is_empty()), "{}", file.display());
            }
        }
    }
}

#[test]
fn both_databases_and_the_schema_have_the_same_columns() {
    let [sqlite, postgres] = TestDatabase::both().map(|database| columns(&database));
    let only = |one: &Columns, other: &Columns| one.difference(other).cloned().collect::<Vec<_>>();
    assert_eq!((only(&sqlite, &postgres), only(&postgres, &sqlite)), (vec![], vec![]), "SQLite and PostgreSQL differ");
    let schema = declared();
    assert!(schema.len() > 50, "read only {} columns from the schema", schema.len());
    assert_eq!(
        (only(&sqlite, &schema), only(&schema, &sqlite)),
        (vec![], vec![]),
        "the databases and schema.rs differ"
    );
}

/// How many rows each table has.
fn counts(db: &Db) -> BTreeMap<String, u64> {
    db.snapshot(|conn| {
        let tables = dump::tables(conn)?;
        let count = |table: &dump::Table| Ok((table.name.clone(), dump::rows(conn, table, |_| Ok::<_, DbError>(()))?));
        tables.iter().map(count).collect::<DbResult<_>>()
    })
    .unwrap()
}

both! {
    fn a_town_keeps_what_a_migration_does_not_drop(backend) {
        let town = Town::build(backend);
        let (db, mut before) = (town.app.db(), counts(town.app.db()));
        assert!(before.values().filter(|rows| **rows > 0).count() > 25, "{before:?}");
        for _ in names("sqlite") {
            db.migrate_down().unwrap();
            let after = counts(db);
            assert!(after.len() <= before.len());
            for (table, rows) in &after {
                assert_eq!(before[table], *rows, "{table}");
            }
            before = after;
        }
        assert_eq!(db.migrate().unwrap().len(), names("sqlite").len());
        assert!(counts(db).values().all(|rows| *rows == 0));
    }
}

#[test]
fn every_migration_goes_down_and_up_again() {
    for database in TestDatabase::both() {
        let before = columns(&database);
        let count = names("sqlite").len();
        for _ in 0..count {
            database.db.migrate_down().unwrap();
        }
        assert_eq!(columns(&database), Columns::new(), "{:?} keeps something after the last step down", database.db);
        assert_eq!(database.db.migrate().unwrap().len(), count);
        assert_eq!(columns(&database), before);
    }
}
