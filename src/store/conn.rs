//! The connection to either database, and how one is made.
#![expect(missing_docs, reason = "the derive writes public items without documentation")]

use diesel::connection::{Connection, SimpleConnection};
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::result::Error;
use diesel::{ConnectionError, PgConnection, SqliteConnection};
use std::ops::{Deref, DerefMut};
use std::time::{Duration, Instant};

/// How long a connection that worked is trusted to work still: asking it first would be one more way there and back for
/// each act.
const TRUSTED: Duration = Duration::from_secs(1);

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// Embedded.
    Sqlite(SqliteConnection),
    /// A server.
    Postgres(PgConnection),
}

/// A connection of the pool.
pub struct Kept {
    conn: Conn,
    /// When it was last made or asked whether it works.
    worked: Instant,
}

impl Deref for Kept {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Kept {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

/// Makes connections for the pool.
#[derive(Debug)]
pub struct Manager {
    url: String,
}

impl Manager {
    /// For a URL as `Db::open` takes it.
    pub fn new(url: &str) -> Self {
        Self { url: url.strip_prefix("sqlite://").unwrap_or(url).to_owned() }
    }

    /// Whether the URL names a server.
    pub fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres://") || self.url.starts_with("postgresql://")
    }
}

/// Why a connection could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The database refused or is not there.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The first statements on the connection failed.
    #[error(transparent)]
    Query(#[from] Error),
}

impl ManageConnection for Manager {
    type Connection = Kept;
    type Error = ConnectError;

    fn connect(&self) -> Result<Kept, ConnectError> {
        Ok(Kept { conn: self.open()?, worked: Instant::now() })
    }

    fn is_valid(&self, kept: &mut Kept) -> Result<(), ConnectError> {
        if kept.worked.elapsed() > TRUSTED {
            kept.conn.ping()?;
            kept.worked = Instant::now();
        }
        Ok(())
    }

    fn has_broken(&self, kept: &mut Kept) -> bool {
        kept.conn.is_broken()
    }
}

impl Manager {
    fn open(&self) -> Result<Conn, ConnectError> {
        if self.is_postgres() {
            let mut conn = PgConnection::establish(&self.url)?;
            // The planner is told that reading here and there costs no more than reading on: no disk turns any more. Else it
            // reads tables whole that are new to it or small. Compiling a plan pays where a query takes minutes; of a page it is
            // the longest part.
            conn.batch_execute(
                "SET TIME ZONE 'UTC'; SET statement_timeout = '60s'; SET lock_timeout = '10s'; SET random_page_cost = 1.1; \
                 SET jit = off",
            )?;
            return Ok(Conn::Postgres(conn));
        }
        let mut conn = SqliteConnection::establish(&self.url)?;
        // Pages are read where the kernel has them: the bundled library's own cache has one lock for all connections.
        conn.batch_execute(
            "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; \
             PRAGMA mmap_size = 1073741824",
        )?;
        Ok(Conn::Sqlite(conn))
    }
}
