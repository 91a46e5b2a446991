//! The schema's versions: up to this program's, down by one, and to exactly one. How a migration is written stands in
//! `migrations/README.md`.

use super::conn::Conn;
use super::db::{Db, DbError, DbResult, Tx, per_backend};
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Key of the advisory lock under which one process at a time migrates.
const LOCK: i64 = 0x5354_4147_454D;

impl Db {
    /// Brings the schema up to this program's version; returns the names of what ran.
    pub fn migrate(&self) -> DbResult<Vec<String>> {
        let mut conn = self.connection()?;
        self.refuse_newer(&mut conn)?;
        let names = match &mut **conn {
            Conn::Sqlite(conn) => {
                let _served = self.turn.wait();
                ran(&conn.run_pending_migrations(SQLITE).map_err(failed)?)
            }
            Conn::Postgres(conn) => {
                conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
                let done = conn.run_pending_migrations(POSTGRES).map_err(failed).map(|done| ran(&done));
                conn.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"))?;
                done?
            }
        };
        Ok(names)
    }

    /// Takes back the newest migration; returns its name. For rollback after an upgrade and for tests.
    pub fn migrate_down(&self) -> DbResult<String> {
        let mut conn = self.connection()?;
        match &mut **conn {
            Conn::Sqlite(conn) => conn.revert_last_migration(SQLITE).map(|name| name.to_string()).map_err(failed),
            Conn::Postgres(conn) => conn.revert_last_migration(POSTGRES).map(|name| name.to_string()).map_err(failed),
        }
    }

    /// Names of migrations that have not run.
    pub fn pending(&self) -> DbResult<Vec<String>> {
        let mut conn = self.connection()?;
        self.refuse_newer(&mut conn)?;
        Ok(match &mut **conn {
            Conn::Sqlite(conn) => names(&conn.pending_migrations(SQLITE).map_err(failed)?),
            Conn::Postgres(conn) => names(&conn.pending_migrations(POSTGRES).map_err(failed)?),
        })
    }

    fn refuse_newer(&self, conn: &mut Conn) -> DbResult<()> {
        let applied = {
            let _served = self.is_sqlite().then(|| self.turn.wait());
            applied(conn)?
        };
        let known = known()?;
        match applied.into_iter().find(|version| !known.contains(version)) {
            Some(version) => Err(DbError::Newer(version)),
            None => Ok(()),
        }
    }
}

/// The versions that have run, the newest first.
pub fn applied(conn: &mut Conn) -> DbResult<Vec<String>> {
    let versions = match conn {
        Conn::Sqlite(conn) => conn.applied_migrations(),
        Conn::Postgres(conn) => conn.applied_migrations(),
    };
    Ok(ran(&versions.map_err(failed)?))
}

/// The newest version that has run, of a schema that has tables; unlike [`applied`] it writes nothing.
pub fn newest(conn: &mut Conn) -> DbResult<String> {
    let query = "SELECT max(version) AS version FROM __diesel_schema_migrations";
    let found: Version = per_backend!(conn, |conn| sql_query(query).get_result(conn)?);
    Ok(found.version)
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

/// The versions that this program knows, the oldest first.
pub fn known() -> DbResult<Vec<String>> {
    let all = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE).map_err(failed)?;
    let mut versions: Vec<String> = all.iter().map(|migration| migration.name().version().to_string()).collect();
    versions.sort();
    Ok(versions)
}

/// Brings the schema up or down to exactly this version, inside an act. What a step down drops is lost.
pub fn to(tx: &mut Tx, version: &str) -> DbResult<()> {
    match &mut **tx {
        Conn::Sqlite(conn) => go(conn, &SQLITE, version),
        Conn::Postgres(conn) => {
            conn.batch_execute(&format!("SELECT pg_advisory_xact_lock({LOCK})"))?;
            go(conn, &POSTGRES, version)
        }
    }
}

fn go<DB: Backend, C: MigrationHarness<DB>>(
    conn: &mut C,
    source: &impl MigrationSource<DB>,
    version: &str,
) -> DbResult<()> {
    let applied = conn.applied_migrations().map_err(failed)?;
    let mut all = source.migrations().map_err(failed)?;
    all.sort_by(|a, b| a.name().version().cmp(&b.name().version()));
    let (below, above): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|migration| migration.name().version().to_string().as_str() <= version);
    let has_run = |migration: &dyn Migration<DB>| applied.contains(&migration.name().version());
    for migration in above.iter().rev().filter(|migration| has_run(migration.as_ref())) {
        conn.revert_migration(migration).map_err(failed)?;
    }
    for migration in below.iter().filter(|migration| !has_run(migration.as_ref())) {
        conn.run_migration(migration).map_err(failed)?;
    }
    Ok(())
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> DbError {
    DbError::Migration(error.to_string())
}

fn ran(versions: &[MigrationVersion]) -> Vec<String> {
    versions.iter().map(ToString::to_string).collect()
}

fn names<B: Backend>(migrations: &[Box<dyn Migration<B>>]) -> Vec<String> {
    migrations.iter().map(|migration| migration.name().to_string()).collect()
}
