//! A running product with a made-up site of a given size.

use super::database::TestDatabase;
use super::desk::{Desk, monday};
use super::http::Client;
use super::postgres::Postgres;
use super::processes::{Process, RunFolder, free_port, listens, wait_until};
use stagemakelaar::domain::account::TokenPurpose;
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::time::Clock;
use stagemakelaar::domain::words::Ground;
use stagemakelaar::flows::accounts::make_link;
use stagemakelaar::flows::companies::Edit;
use stagemakelaar::flows::dossiers::Dossier;
use stagemakelaar::store::db::Db;
use stagemakelaar::store::{companies, contacts, users};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How large.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Companies.
    pub companies: u32,
    /// Contact moments.
    pub moments: u32,
}

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Embedded.
    Sqlite,
    /// A server on this machine, durable as it comes.
    Postgres,
}

impl Base {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// As people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

const SITE: &str = "Proefregio";
const USER: &str = "noor@stagedesk.example";

/// A product that runs, with whoever is signed in.
pub struct World {
    /// Where it listens.
    pub port: u16,
    /// The cookie of a signed-in coordinator.
    pub cookie: String,
    /// From the start of the process to the first page.
    pub cold: Duration,
    /// How long making the site took, in seconds, as `generate` says it.
    pub made_in: f64,
    server: Process,
    _folder: RunFolder,
    _cluster: Option<Postgres>,
}

impl World {
    /// Makes a site on a new database, and serves its pages.
    pub fn new(base: Base, size: Size) -> Self {
        let folder = RunFolder::new("bench");
        let cluster = (base == Base::Postgres).then(Postgres::durable);
        let url = cluster
            .as_ref()
            .map_or_else(|| folder.path().join("desk.db").display().to_string(), Postgres::fresh_database);
        let port = free_port();
        let keys = folder.path().join("keys.toml");
        folder.write(
            "own.toml",
            format!(
                "[server]\nlisten = \"127.0.0.1:{port}\"\nbase_url = \"http://127.0.0.1:{port}\"\n\
                 [database]\nurl = \"{url}\"\n[files]\nkeys = \"{}\"\n[log]\nfilter = \"warn\"\n",
                keys.display()
            ),
        );
        let run = |args: &[&str]| {
            let done = command(&folder).args(args).output().unwrap();
            assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
            String::from_utf8(done.stdout).unwrap()
        };
        run(&["site", "add", SITE, "--desk", "Stagedesk", "--address", "Oefenplein 1, Amsterdam"]);
        run(&["user", "add", USER, "--name", "Noor Proefmans", "--role", "coordinator", "--site", SITE]);
        let other = "bo@stagedesk.example";
        run(&["user", "add", other, "--name", "Bo Modelaar", "--role", "broker", "--site", SITE]);
        let (companies, moments) = (size.companies.to_string(), size.moments.to_string());
        let made = run(&["generate", "--companies", &companies, "--moments", &moments, "--site", SITE]);
        let made: serde_json::Value = serde_json::from_str(&made).unwrap();
        let db = Db::open(&url, 2).unwrap();
        let address = EmailAddress::parse(USER).unwrap();
        let user = db.read(|conn| users::by_email(conn, &address)).unwrap().unwrap().0.user.id;
        let link = make_link(&db, user, TokenPurpose::SignIn, Clock::System.now()).unwrap().unwrap();
        let path = link.url("");

        let began = Instant::now();
        let child = command(&folder).arg("serve").stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap();
        let server = Process(child);
        assert!(wait_until(|| listens(port)), "it does not listen");
        let first = Client::new(port, "").get("/sign-in");
        let cold = began.elapsed();
        assert_eq!(first.status, 200);

        let asked = Client::new(port, "").get(&path);
        let (_, rest) = asked.text.split_once(r#"name="csrf" value=""#).unwrap();
        let form = format!("csrf={}", rest.split('"').next().unwrap());
        let signed = Client::new(port, &asked.cookies).post(&path, &form);
        assert_eq!(signed.status, 303, "{}", signed.text);
        Self {
            port,
            cookie: signed.cookies,
            cold,
            made_in: made["seconds"].as_f64().unwrap(),
            server,
            _folder: folder,
            _cluster: cluster,
        }
    }

    /// The memory that the server has for itself alone, in MiB.
    pub fn private_memory(&self) -> u64 {
        private_memory(self.server.0.id())
    }
}

/// A migrated database without rows, and what it lives in.
pub fn empty(base: Base) -> (TestDatabase, Option<Postgres>) {
    let cluster = (base == Base::Postgres).then(Postgres::durable);
    let data = cluster.as_ref().map_or_else(TestDatabase::sqlite, |cluster| {
        let url = cluster.fresh_database();
        let db = Db::open(&url, 8).unwrap();
        db.migrate().unwrap();
        TestDatabase::opened(db, url)
    });
    (data, cluster)
}

/// A company with a functional address, `info@bedrijf-NUMBER.example`.
pub fn company(number: u16) -> Dossier {
    let mut person = contacts::Fields::named("Balie");
    person.email = Some(EmailAddress::parse(&format!("info@bedrijf-{number}.example")).unwrap());
    person.ground = Ground::Functional;
    let fields = companies::Fields::named(&format!("Oefenbedrijf {number}"));
    let company = Edit { fields, tags: None, recognitions: None };
    Dossier { since: monday(), company, people: vec![person], history: Vec::new(), offers: Vec::new() }
}

/// Starts the clockwork of a desk, whose keys lie in the folder, in a process of its own.
pub fn worker(desk: &Desk, folder: &RunFolder) -> Process {
    let keys = folder.path().join("keys.toml");
    folder.write(
        "own.toml",
        format!(
            "[database]\nurl = \"{}\"\n[files]\nkeys = \"{}\"\n[log]\nfilter = \"warn\"\n",
            desk.base.url,
            keys.display()
        ),
    );
    Process(command(folder).args(["serve", "--only", "work"]).stdout(Stdio::null()).spawn().unwrap())
}

/// The memory that a process has for itself alone, in MiB, as the kernel counts it; pages of the database's file, which are
/// mapped and belong to the kernel, are left out.
pub fn private_memory(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps")).unwrap();
    let (mut kib, mut mapped) = (0, false);
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap();
        if !first.ends_with(':') {
            mapped = line.contains(".db");
        } else if !mapped && first.starts_with("Private_") {
            kib += words.next().unwrap().parse::<u64>().unwrap();
        }
    }
    kib / 1024
}

/// The CPU time that a process used, in seconds; the kernel counts in hundredths.
pub fn cpu_seconds(pid: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, rest) = text.rsplit_once(") ").unwrap();
    let fields: Vec<&str> = rest.split(' ').collect();
    let ticks = |index: usize| -> f64 { fields[index].parse().unwrap() };
    (ticks(11) + ticks(12)) / 100.0
}

fn command(folder: &RunFolder) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stagemakelaar"));
    command.arg("--config").arg(folder.path().join("own.toml")).stdin(Stdio::null());
    command
}
