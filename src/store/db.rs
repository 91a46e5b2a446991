//! The only place that knows which database this is. [`Db::read`] lends a connection; [`Db::write`] runs one act
//! as one transaction and repeats it where the database asks for that. Nothing else makes a [`Tx`].
//!
//! `PostgreSQL` runs SERIALIZABLE: a read-then-write at READ COMMITTED loses updates. On `SQLite` a fair lock stands
//! before BEGIN IMMEDIATE, since the busy timeout alone starves writers; both commit durably.

use super::conn::{Conn, Manager};
use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::r2d2::{ManageConnection, Pool, PooledConnection};
use diesel::result::{DatabaseErrorKind, Error};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How often one act is repeated on a serialization failure before it is given up.
const REPEATS: u32 = 40;

/// Compiles one diesel body for each database: for what `MultiConnection` does not compile
/// (upserts, batch inserts, `for_update`) and for SQL that truly differs.
macro_rules! per_backend {
    ($conn:expr, |$inner:ident| $body:expr) => {
        match $conn {
            $crate::store::conn::Conn::Sqlite($inner) => $body,
            $crate::store::conn::Conn::Postgres($inner) => $body,
        }
    };
}
pub(crate) use per_backend;

/// What can go wrong between us and the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database cannot be reached, or no connection came free in time.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// The URL asks for TLS and this binary was built without it.
    #[error("the database URL asks for TLS: build with `--features postgres-tls`, or use a local socket")]
    NeedsTls,
    /// A migration that this binary does not know has run.
    #[error("the database is of a newer version (migration {0}); start the newer program")]
    Newer(String),
    /// A migration failed; the database is as it was before it.
    #[error("a migration failed: {0}")]
    Migration(String),
    /// A table is not as a backup can write it.
    #[error("a backup cannot be made of this schema: {0}")]
    Unwritten(String),
    /// A query failed.
    #[error(transparent)]
    Query(#[from] Error),
}

/// The result of a store function.
pub type DbResult<T> = Result<T, DbError>;

/// An error of an act that may hide a database's wish to have the act repeated.
pub trait MayRepeat {
    /// The database's error, if it is one.
    fn db(&self) -> Option<&DbError>;
}

impl MayRepeat for DbError {
    fn db(&self) -> Option<&DbError> {
        Some(self)
    }
}

impl MayRepeat for anyhow::Error {
    fn db(&self) -> Option<&DbError> {
        self.downcast_ref()
    }
}

/// Implements [`MayRepeat`] for a flow's error enum with a variant `Db(#[from] DbError)`.
macro_rules! may_repeat {
    ($name:ty) => {
        impl $crate::store::db::MayRepeat for $name {
            fn db(&self) -> Option<&$crate::store::db::DbError> {
                if let Self::Db(error) = self { Some(error) } else { None }
            }
        }
    };
}
pub(crate) use may_repeat;

/// A connection inside a write transaction.
pub struct Tx<'a>(&'a mut Conn);

impl Deref for Tx<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        self.0
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.0
    }
}

impl Tx<'_> {
    /// Runs a part that may fail without ending the whole act (a savepoint): a unique violation inside it
    /// comes back as `Ok(None)`.
    pub fn unless_taken<T>(&mut self, part: impl FnOnce(&mut Tx) -> DbResult<T>) -> DbResult<Option<T>> {
        let done = self.0.transaction(|conn| part(&mut Tx(conn)));
        match done {
            Ok(value) => Ok(Some(value)),
            Err(DbError::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The pool over one database.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    pub(super) turn: Arc<Turn>,
    embedded: bool,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_sqlite() { "Db(SQLite)" } else { "Db(PostgreSQL)" })
    }
}

impl Db {
    /// Opens the database at `url`: `postgres://…`, or a path (with or without `sqlite://`) whose folder exists.
    pub fn open(url: &str, connections: u32) -> DbResult<Self> {
        let manager = Manager::new(url);
        let wants_tls = ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"];
        if manager.is_postgres() && !cfg!(feature = "postgres-tls") && wants_tls.iter().any(|mode| url.contains(mode)) {
            return Err(DbError::NeedsTls);
        }
        // The pool hides why it cannot connect, so the first connection is made by hand.
        drop(manager.connect().map_err(|error| DbError::Unreachable(error.to_string()))?);
        let embedded = !manager.is_postgres();
        let pool = Pool::builder()
            .max_size(connections.max(2))
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(10))
            .test_on_check_out(!embedded)
            .build_unchecked(manager);
        Ok(Self { pool, turn: Arc::default(), embedded })
    }

    /// Whether this is the embedded database.
    pub fn is_sqlite(&self) -> bool {
        self.embedded
    }

    /// Lends a connection for reading.
    pub fn read<T, E: From<DbError>>(&self, ask: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        ask(&mut *self.connection()?)
    }

    /// Runs `act` in one write transaction. It can run again, so it changes nothing but the database: ids, moments
    /// and random values are made before it, and no socket, file or sleep is inside it.
    pub fn write<T, E>(&self, act: impl Fn(&mut Tx) -> Result<T, E>) -> Result<T, E>
    where
        E: From<DbError> + MayRepeat,
    {
        let mut conn = self.connection()?;
        let _served = self.embedded.then(|| self.turn.wait());
        let mut attempt = 0;
        loop {
            let (committing, done) = once(&mut conn, &act);
            let error = match done {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let again = match repeat(error.db()) {
                Repeat::Never => false,
                Repeat::Once => attempt == 0,
                Repeat::Bounded => attempt < REPEATS,
            };
            if !again || (committing && lost(error.db())) {
                return Err(error);
            }
            attempt += 1;
            std::thread::sleep(pause(attempt));
        }
    }

    /// Runs an act that can run only once, since it reads a file or takes long, in one write transaction: all or nothing.
    pub fn write_once<T, E: From<DbError>>(&self, act: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.connection()?;
        let _served = self.embedded.then(|| self.turn.wait());
        once(&mut conn, act).1
    }

    /// Lends a connection on which the database stands still as it is now, however long that takes; others write on.
    pub fn snapshot<T, E: From<DbError>>(&self, ask: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.connection()?;
        begin(&mut conn, "BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        let asked = ask(&mut conn);
        // Nothing was written; a connection that is lost is found out by the next who borrows it.
        let _ = Transactions::rollback_transaction(&mut *conn);
        asked
    }

    /// Has the database look at a sample of its rows, so that it knows which index narrows most.
    pub fn analyze(&self) -> DbResult<()> {
        let mut conn = self.connection()?;
        let _served = self.embedded.then(|| self.turn.wait());
        if self.embedded {
            return Ok(conn.batch_execute("PRAGMA analysis_limit = 20000; ANALYZE")?);
        }
        // Rows that everybody may see are marked so as well: until then no index can answer alone. It takes as long as it takes.
        conn.batch_execute("SET statement_timeout = 0")?;
        let done = conn.batch_execute("VACUUM ANALYZE");
        conn.batch_execute("SET statement_timeout = '60s'")?;
        Ok(done?)
    }

    pub(super) fn connection(&self) -> DbResult<PooledConnection<Manager>> {
        self.pool.get().map_err(|error| DbError::Unreachable(error.to_string()))
    }
}

type Transactions = <Conn as Connection>::TransactionManager;

/// One try of a write: tells whether it came to COMMIT, and what came of it.
fn once<T, E: From<DbError>>(conn: &mut Conn, act: impl FnOnce(&mut Tx) -> Result<T, E>) -> (bool, Result<T, E>) {
    if let Err(error) = begin(conn, "BEGIN IMMEDIATE", "BEGIN ISOLATION LEVEL SERIALIZABLE") {
        return (false, Err(error.into()));
    }
    let mut committing = false;
    let done = act(&mut Tx(conn)).and_then(|value| {
        committing = true;
        Transactions::commit_transaction(conn).map_err(|error| E::from(DbError::Query(error)))?;
        Ok(value)
    });
    if done.is_err() {
        // A failed COMMIT has already ended the transaction; then this finds nothing to do.
        let _ = Transactions::rollback_transaction(conn);
    }
    (committing, done)
}

fn begin(conn: &mut Conn, sqlite: &str, postgres: &str) -> DbResult<()> {
    match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, sqlite)?,
        Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(conn, postgres)?,
    }
    Ok(())
}

enum Repeat {
    Never,
    Once,
    Bounded,
}

/// 40001 and 40P01 are repeated; 23505 once, since under SERIALIZABLE it can be a race that the second run sees.
fn repeat(error: Option<&DbError>) -> Repeat {
    match error {
        Some(DbError::Query(Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _))) => Repeat::Bounded,
        // diesel has no kind for a deadlock (40P01).
        Some(DbError::Query(Error::DatabaseError(_, info))) if info.message().contains("deadlock detected") => {
            Repeat::Bounded
        }
        Some(DbError::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))) => Repeat::Once,
        _ => Repeat::Never,
    }
}

/// Whether the connection went away, so that nobody knows if COMMIT was done.
fn lost(error: Option<&DbError>) -> bool {
    matches!(error, Some(DbError::Query(Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _))))
}

/// Exponential up to about 13 ms, with jitter.
fn pause(attempt: u32) -> Duration {
    let mut byte = [0u8; 2];
    let jitter = getrandom::fill(&mut byte).map_or(0, |()| u64::from(u16::from_le_bytes(byte) % 997));
    Duration::from_micros((200 << attempt.min(6)) + jitter)
}

/// A ticket lock: writers are served in the order they came.
#[derive(Debug, Default)]
pub(super) struct Turn {
    state: Mutex<Tickets>,
    next: Condvar,
}

#[derive(Debug, Default)]
struct Tickets {
    given: u64,
    serving: u64,
}

pub(super) struct Served<'a>(&'a Turn);

impl Turn {
    pub(super) fn wait(&self) -> Served<'_> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = state.given;
        state.given += 1;
        while state.serving != mine {
            state = self.next.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Served(self)
    }
}

impl Drop for Served<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).serving += 1;
        self.0.next.notify_all();
    }
}
