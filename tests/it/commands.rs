//! The command line as a person meets it: the binary itself, with a configuration of its own, on both databases.

use crate::support::database::TestDatabase;
use crate::support::postgres::fresh_postgres;
use crate::support::processes::RunFolder;
use diesel::{Connection, RunQueryDsl, sql_query};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};

/// An installation in a folder of its own.
struct Installation {
    folder: RunFolder,
}

/// How a command ended and what it said.
#[derive(Debug)]
struct Said {
    code: i32,
    data: String,
    words: String,
}

impl Said {
    #[track_caller]
    fn done(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.data
    }

    #[track_caller]
    fn failed(self, code: i32) -> String {
        assert_eq!(self.code, code, "{self:?}");
        assert!(!self.words.contains("panicked"), "{self:?}");
        self.words
    }

    fn lines(self) -> Vec<Value> {
        self.done().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Installation {
    fn at(url: &str) -> Self {
        let made = Self { folder: RunFolder::new("commands") };
        made.configure(url);
        made
    }

    fn on_sqlite() -> Self {
        let made = Self { folder: RunFolder::new("commands") };
        made.configure(&made.path("desk.db"));
        made
    }

    /// One on each database, both empty.
    fn both() -> [Self; 2] {
        [Self::on_sqlite(), Self::at(&fresh_postgres())]
    }

    fn configure(&self, url: &str) {
        let keys = self.path("keys.toml");
        self.folder.write("own.toml", format!("[database]\nurl = \"{url}\"\n[files]\nkeys = \"{keys}\"\n"));
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn run(&self, args: &[&str]) -> Said {
        let done = Command::new(env!("CARGO_BIN_EXE_stagemakelaar"))
            .args(["--config", &self.path("own.toml")])
            .args(args)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: done.status.code().unwrap(), data: text(done.stdout), words: text(done.stderr) }
    }

    /// A site with a mailbox of directories and two companies.
    fn furnish(&self) {
        let site =
            ["site", "add", "Nieuw-West", "--desk", "Stagedesk Nieuw-West", "--address", "Oefenplein 1, Amsterdam"];
        self.run(&site).done();
        let (pickup, maildir) = (self.folder.path().join("uit"), self.folder.path().join("in"));
        std::fs::create_dir(&pickup).unwrap();
        stagemakelaar::mail::maildir::create(&maildir).unwrap();
        let told = self.run(&[
            "mailbox",
            "add",
            "--address",
            "desk@nieuw-west.example",
            "--pickup",
            &self.path("uit"),
            "--maildir",
            &self.path("in"),
            "--from-date",
            "2026-01-01",
        ]);
        assert!(told.done().contains("desk@nieuw-west.example: sending works; reading works"));
        let file =
            "Bedrijf;Sector;E-mail\nBakkerij Zon;Voeding;info@zon.example\nGarage Maan;Techniek;info@maan.example\n";
        self.folder.write("bedrijven.csv", file);
        let told = self.run(&["import", "companies", &self.path("bedrijven.csv"), "--json"]).lines();
        assert_eq!((&told[0]["applied"], &told[0]["verdicts"]["new"]), (&2.into(), &2.into()), "{told:?}");
    }
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[test]
fn a_desk_is_set_up_and_mails_without_a_page() {
    for desk in Installation::both() {
        assert_eq!(desk.run(&["migrate"]).code, 0);
        desk.furnish();
        let link = desk.run(&[
            "user",
            "add",
            "noor@nieuw-west.example",
            "--name",
            "Noor",
            "--role",
            "broker",
            "--site",
            "Nieuw-West",
        ]);
        assert!(link.done().contains("/sign-in/password/"));
        let users = desk.run(&["user", "list", "--json"]).lines();
        assert_eq!((users.len(), &users[0]["role"]), (1, &"broker".into()));
        let sites = desk.run(&["site", "list", "--json"]).lines();
        assert_eq!((sites.len(), &sites[0]["name"]), (1, &"Nieuw-West".into()));

        let again = desk.run(&["import", "companies", &desk.path("bedrijven.csv"), "--dry-run", "--json"]).lines();
        assert_eq!((&again[0]["applied"], &again[0]["verdicts"]["same"]), (&0.into(), &2.into()));

        let create = ["campaign", "create", "--name", "Voeding", "--sector", "Voeding", "--window", "always", "--json"];
        let made = desk.run(&[&create[..], &["--template", "Eerste vraag om plekken"]].concat()).lines();
        assert_eq!(made[0]["going"], 1);
        let id = made[0]["id"].to_string();
        assert!(desk.run(&["campaign", "start", &id]).done().contains("1 recipients"));
        assert!(desk.run(&["work", "--drain"]).done().contains("sent"));
        assert_eq!(files(&desk.folder.path().join("uit")), 1);
        let status = desk.run(&["campaign", "status", "--json"]).lines();
        assert_eq!((&status[0]["sent"], &status[0]["total"]), (&1.into(), &1.into()));

        let answer = "From: info@zon.example\r\nTo: desk@nieuw-west.example\r\nSubject: Re: plek\r\nMessage-ID: <1@zon.example>\r\n\r\n\
            Ja, wij hebben twee plekken.\r\n";
        std::fs::write(desk.folder.path().join("in/new/1.zon"), answer).unwrap();
        assert!(desk.run(&["tick", "fetch"]).done().contains('1'));
        assert!(desk.run(&["work", "--drain"]).done().contains('1'));
        assert_eq!(desk.run(&["work", "--drain"]).done(), "nothing was due\n");
        let read_again = desk.run(&["mail", "reread"]).done();
        assert!(read_again.starts_with("1 read again, 0 would change"), "{read_again}");
    }
}

#[test]
fn the_doctor_looks_at_every_part() {
    for desk in Installation::both() {
        desk.run(&["migrate"]).done();
        desk.furnish();
        let found = desk.run(&["check", "--json"]).lines();
        let parts: Vec<&str> = found.iter().map(|part| part["part"].as_str().unwrap()).collect();
        let expected =
            ["configuration", "database", "templates", "clockwork", "clock", "mailbox desk@nieuw-west.example"];
        assert_eq!(parts, expected);
        assert!(found.iter().all(|part| part["ok"] == true), "{found:?}");
        std::fs::remove_dir_all(desk.folder.path().join("in")).unwrap();
        let told = desk.run(&["check"]);
        assert_eq!(told.code, 1);
        assert!(told.data.contains("WRONG mailbox desk@nieuw-west.example"), "{told:?}");
        assert_eq!(desk.run(&["mailbox", "check"]).code, 1);
    }
}

#[test]
fn a_configuration_that_cannot_be_used_is_told_whole_and_ends_with_two() {
    let desk = Installation::on_sqlite();
    desk.folder.write("own.toml", "[server]\nlisten = 8080\n[outreach]\nwindoww = \"always\"\n");
    for command in ["check", "migrate", "serve"] {
        let told = desk.run(&[command]).failed(2);
        assert!(told.contains("2 problem(s)") && told.contains("line 2") && told.contains("line 4"), "{told}");
    }
    std::fs::remove_file(desk.folder.path().join("own.toml")).unwrap();
    assert!(desk.run(&["check"]).failed(2).contains("own.toml"));
    assert_eq!(desk.run(&["no-such-command"]).code, 2);
}

#[test]
fn a_database_that_cannot_be_used_is_a_sentence_and_ends_with_one() {
    let nowhere = Installation::at("postgres:///x?host=/nowhere");
    assert!(nowhere.run(&["migrate"]).failed(1).contains("cannot be reached"));
    let tls = Installation::at("postgres://127.0.0.1:1/x?sslmode=require");
    let told = tls.run(&["migrate"]).failed(1);
    assert!(told.contains(if cfg!(feature = "postgres-tls") { "cannot be reached" } else { "postgres-tls" }), "{told}");
    let file = Installation::on_sqlite();
    file.folder.write("desk.db", "this is no database, and long enough to be looked at as one");
    assert!(file.run(&["migrate"]).failed(1).contains("not a database"));
    for base in TestDatabase::both() {
        let newer =
            "INSERT INTO __diesel_schema_migrations (version, run_on) VALUES ('99990101', '2026-01-01 00:00:00')";
        if base.db.is_sqlite() {
            let mut conn = diesel::SqliteConnection::establish(base.url.trim_start_matches("sqlite://")).unwrap();
            sql_query(newer).execute(&mut conn).unwrap();
        } else {
            let mut conn = diesel::PgConnection::establish(&base.url).unwrap();
            sql_query(newer).execute(&mut conn).unwrap();
        }
        let desk = Installation::at(&base.url);
        for command in ["migrate", "serve"] {
            assert!(desk.run(&[command]).failed(1).contains("newer version"));
        }
    }
}

#[test]
fn every_command_has_help() {
    let desk = Installation::on_sqlite();
    let all = desk.run(&["--help"]).done();
    let commands = all.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let first = |line: &str| {
        line.strip_prefix("  ")?.split(' ').next().filter(|name| !matches!(*name, "" | "help")).map(str::to_owned)
    };
    let names: Vec<String> = commands.lines().filter_map(first).collect();
    assert!(names.len() > 12, "{all}");
    for name in names {
        assert!(desk.run(&[&name, "--help"]).done().contains("Usage:"), "{name}");
    }
}
