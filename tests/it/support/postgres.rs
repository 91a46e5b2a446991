//! PostgreSQL 15: one throw-away cluster for the whole run, started by the first test that asks, reached over a unix socket,
//! with a database of its own for every test. A test of durability starts a cluster for itself.

use super::processes::{RunFolder, Server};
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

const START: &str = "set -e
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
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("it_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::establish(&self.url("postgres")).unwrap();
        sql_query(format!("CREATE DATABASE {name}")).execute(&mut connection).unwrap();
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

/// A new empty database in the run's one cluster; returns its URL, for example
/// `postgres:///it_7?user=crm&host=/clone/target/it/1234-postgres-0`.
pub fn fresh_postgres() -> String {
    static CLUSTER: OnceLock<Postgres> = OnceLock::new();
    CLUSTER.get_or_init(Postgres::quick).fresh_database()
}
