//! The commands themselves: what `backup` leaves on disk, and a `restore` that is killed while it writes.

use super::full;
use crate::support::postgres::fresh_postgres;
use crate::support::processes::{Process, RunFolder, wait_until};
use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use serde_json::Value;
use stagemakelaar::store::Db;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// An installation in a folder, with a database there or at a URL.
struct Installation {
    folder: RunFolder,
    url: String,
}

impl Installation {
    fn new(keys: &Path, url: Option<String>) -> Self {
        let folder = RunFolder::new("backup");
        let url = url.unwrap_or_else(|| folder.path().join("desk.db").display().to_string());
        let text = format!("[database]\nurl = \"{url}\"\n[files]\nkeys = \"{}\"\n", keys.display());
        folder.write("own.toml", text);
        Self { folder, url }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagemakelaar"));
        command.arg("--config").arg(self.folder.path().join("own.toml")).args(args).stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn done(&self, args: &[&str]) -> Value {
        let output = self.run(args);
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Whether somebody is writing the database right now.
    fn is_written(&self) -> bool {
        if self.url.starts_with("postgres") {
            let busy = "SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() \
                AND pid <> pg_backend_pid() AND query LIKE 'INSERT INTO%' AND state = 'active'";
            let mut conn = PgConnection::establish(&self.url).unwrap();
            return sql_query(busy).get_result::<Count>(&mut conn).unwrap().count > 0;
        }
        let log = PathBuf::from(format!("{}-wal", self.url));
        let Ok(mut conn) = SqliteConnection::establish(&self.url) else { return false };
        let locked = conn.batch_execute("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; ROLLBACK").is_err();
        // What does not fit in its memory stands in the log before the commit.
        locked && log.metadata().is_ok_and(|file| file.len() > 1 << 20)
    }

    fn db(&self) -> Db {
        Db::open(&self.url, 2).unwrap()
    }
}

#[test]
fn a_backup_is_its_owners_alone_replaces_nothing_unasked_and_leaves_nothing_behind() {
    let keys = RunFolder::new("keys");
    for url in [None, Some(fresh_postgres())] {
        let desk = Installation::new(&keys.path().join("keys.toml"), url);
        let file = desk.folder.path().join("desk.backup");
        let name = file.to_str().unwrap();
        let there = || {
            let all = std::fs::read_dir(desk.folder.path()).unwrap();
            let names = all.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            names.filter(|name| name.contains("backup")).collect::<Vec<_>>()
        };
        let told = desk.run(&["backup", name]);
        assert!(String::from_utf8_lossy(&told.stderr).contains("nothing to back up"), "{told:?}");
        assert_eq!(there(), Vec::<String>::new());
        let migrated = desk.run(&["migrate"]);
        assert!(migrated.status.success());
        let told = desk.done(&["backup", name]);
        let migrated = String::from_utf8(migrated.stdout).unwrap();
        assert_eq!(told["schema"].as_str(), migrated.lines().last());
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let before = std::fs::read(&file).unwrap();
        let refused = desk.run(&["backup", name]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&refused.stderr).contains("--force"), "{refused:?}");
        assert_eq!(std::fs::read(&file).unwrap(), before);
        desk.done(&["backup", name, "--force"]);
        assert_ne!(std::fs::read(&file).unwrap(), before);
        assert_eq!(there(), ["desk.backup"]);
    }
}

#[test]
fn a_restore_that_is_killed_leaves_an_empty_database_that_can_be_restored_into() {
    let keys = RunFolder::new("keys");
    let keys = keys.path().join("keys.toml");
    let desk = Installation::new(&keys, None);
    desk.done(&["generate", "--companies", "4000", "--moments", "40000"]);
    let file = desk.folder.path().join("desk.backup");
    let name = file.to_str().unwrap();
    let rows = desk.done(&["backup", name])["rows"].clone();
    for url in [None, Some(fresh_postgres())] {
        let target = Installation::new(&keys, url);
        let nowhere = Stdio::null;
        let child = target.command(&["restore", name]).stdout(nowhere()).stderr(nowhere()).spawn().unwrap();
        let mut process = Process(child);
        assert!(wait_until(|| target.is_written() || process.0.try_wait().unwrap().is_some()));
        let over = process.0.try_wait().unwrap();
        process.kill();
        assert!(over.is_none(), "it was killed while it wrote: {over:?}");
        assert!(wait_until(|| !target.is_written()));
        assert_eq!(full(&target.db()), Vec::<String>::new());
        assert_eq!(target.done(&["restore", name])["rows"], rows);
        assert!(full(&target.db()).contains(&"moments".to_owned()));
    }
}
