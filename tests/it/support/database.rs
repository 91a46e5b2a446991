//! Migrated databases for tests that must hold on both.

use super::postgres::migrated_postgres;
use super::processes::RunFolder;
use stagemakelaar::store::db::Db;

/// A database of this test's own.
#[derive(Debug)]
pub struct TestDatabase {
    /// Open, at the newest version of the schema.
    pub db: Db,
    /// Its URL, for a process that opens it too.
    pub url: String,
    _folder: Option<RunFolder>,
}

impl TestDatabase {
    /// A new SQLite file.
    pub fn sqlite() -> Self {
        let folder = RunFolder::new("sqlite");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let db = Db::open(&url, CONNECTIONS).unwrap();
        db.migrate().unwrap();
        Self { db, url, _folder: Some(folder) }
    }

    /// A new database in the run's PostgreSQL.
    pub fn postgres() -> Self {
        let url = migrated_postgres();
        let db = Db::open(&url, CONNECTIONS).unwrap();
        Self { db, url, _folder: None }
    }

    /// One that the test opened itself, in a cluster of its own.
    pub fn opened(db: Db, url: String) -> Self {
        Self { db, url, _folder: None }
    }

    /// Both, SQLite first.
    pub fn both() -> [Self; 2] {
        [Self::sqlite(), Self::postgres()]
    }
}

const CONNECTIONS: u32 = 8;
