//! PostgreSQL 15: one throw-away cluster for the whole run, started by the first test that asks, reached over a unix socket,
//! with a database of its own for every test. A test of durability starts a cluster for itself.

use super::processes::{RunFolder, Server, wait_until};
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use stagemakelaar::store::db::Db;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// What starts a cluster in `/mnt`, made at its first start; what follows are settings for the server.
pub const START: &str = "set -e
bin=/usr/lib/postgresql/15/bin
[ -d data ] || $bin/initdb -D data -U crm --auth=trust --no-sync --no-instructions -E UTF8 --locale=C.UTF-8
rm -f data/postmaster.pid
exec $bin/postgres -D data -k /mnt -c listen_addresses= -c max_connections=200 -c shared_buffers=64MB \"$@\"";

/// A running cluster.
#[derive(Debug)]
pub struct Postgres {
    server: Server,
    settings: &'static [&'static str],
    folder: RunFolder,
}

impl Postgres {
    /// A cluster that forgets on a power cut (no fsync), for tests that ask nothing of durability.
    pub fn quick() -> Self {
        Self::new(&["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"])
    }

    /// A cluster with fsync and synchronous commit on, as production has it, for the tests that kill.
    pub fn durable() -> Self {
        Self::new(&[])
    }

    fn new(settings: &'static [&'static str]) -> Self {
        let folder = RunFolder::new("postgres");
        let socket = folder.path().join(".s.PGSQL.5432");
        assert!(
            socket.as_os_str().len() < 108,
            "the path of a unix socket has at most 107 bytes; move the project to a shorter path than {}",
            folder.path().display()
        );
        Self { server: Self::serve(&folder, settings), settings, folder }
    }

    fn serve(folder: &RunFolder, settings: &[&str]) -> Server {
        let mut program = vec!["bash", "-c", START, "postgres"];
        program.extend_from_slice(settings);
        let url = url_in(folder, "postgres");
        Server::start(folder, "postgres", &program).until(|| PgConnection::establish(&url).is_ok())
    }

    /// The URL of a database of this cluster.
    pub fn url(&self, database: &str) -> String {
        url_in(&self.folder, database)
    }

    /// A new empty database; returns its URL.
    pub fn fresh_database(&self) -> String {
        self.copy_of("template1")
    }

    /// A new database with everything that `template` has; nobody may be connected to that one. Returns its URL.
    pub fn copy_of(&self, template: &str) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("it_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::establish(&self.url("postgres")).unwrap();
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        // The connections that filled the template close a moment after their pool is dropped.
        let made = wait_until(|| sql_query(&create).execute(&mut connection).is_ok());
        assert!(made, "`{create}` does not work");
        self.url(&name)
    }

    /// Kills every process of the cluster at once (SIGKILL).
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Starts a killed cluster again, on the same data.
    pub fn start(&mut self) {
        self.server.kill();
        self.server = Self::serve(&self.folder, self.settings);
    }
}

fn url_in(folder: &RunFolder, database: &str) -> String {
    let host = folder.path().display().to_string().replace('%', "%25").replace(' ', "%20");
    format!("postgres:///{database}?user=crm&host={host}")
}

fn cluster() -> &'static Postgres {
    static CLUSTER: OnceLock<Postgres> = OnceLock::new();
    CLUSTER.get_or_init(Postgres::quick)
}

/// A new empty database in the run's one cluster; returns its URL, for example
/// `postgres:///it_7?user=crm&host=/clone/target/it/1234-postgres-0`.
pub fn fresh_postgres() -> String {
    cluster().fresh_database()
}

/// A new database in the run's one cluster, at the newest version of the schema; returns its URL.
pub fn migrated_postgres() -> String {
    static TEMPLATE: OnceLock<()> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let mut connection = PgConnection::establish(&cluster().url("postgres")).unwrap();
        sql_query("CREATE DATABASE migrated").execute(&mut connection).unwrap();
        Db::open(&cluster().url("migrated"), 2).unwrap().migrate().unwrap();
    });
    cluster().copy_of("migrated")
}
