//! Workers are killed (SIGKILL) at random moments of a running campaign and started again each time: one on `SQLite`, three on
//! `PostgreSQL` of which one to three die at a time. The sink counts in the test's own process, so it knows what really arrived:
//! nothing twice, nothing lost, and what nobody can know is *uncertain*, at most one message per connection per kill, each of
//! them shown; a broker who decides each one ends the campaign.

use crate::support::database::TestDatabase;
use crate::support::desk::Desk;
use crate::support::postgres::Postgres;
use crate::support::processes::{Process, RunFolder, long_run};
use crate::support::sink::counting_sink;
use crate::support::smtp_peer::SmtpPeer;
use stagemakelaar::config::load_keys;
use stagemakelaar::domain::id::CampaignId;
use stagemakelaar::domain::time::Clock;
use stagemakelaar::domain::words::{CampaignState, OutgoingState};
use stagemakelaar::flows::uncertain::{self, Decision};
use stagemakelaar::store::db::Db;
use stagemakelaar::store::outgoing::held;
use stagemakelaar::store::{campaigns, outgoing};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Lines to the sink.
const CONNECTIONS: i32 = 4;

/// How many mails, and how many kills.
fn size() -> (usize, usize) {
    if long_run() { (10_000, 200) } else { (400, 5) }
}

fn configuration(folder: &Path, url: &str) -> String {
    format!(
        "[database]\nurl = \"{url}\"\nmigrate_at_start = false\n[files]\nkeys = \"{}\"\n[delivery]\nlease_seconds = 1\n\
         [clockwork]\nadvance = \"every 1s\"\ndeliver = \"every 1s\"\n[log]\nfilter = \"warn\"\n",
        folder.join("keys.toml").display()
    )
}

fn worker(folder: &Path) -> Process {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("worker.out")).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_stagemakelaar"))
        .args(["serve", "--only", "work", "--config"])
        .arg(folder.join("own.toml"))
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    Process(child)
}

fn counts(desk: &Desk, campaign: CampaignId) -> BTreeMap<OutgoingState, i64> {
    let scope = desk.scope(desk.site);
    desk.base.db.read(|conn| outgoing::counts(conn, &scope, campaign)).unwrap().into_iter().collect()
}

fn of(counts: &BTreeMap<OutgoingState, i64>, state: OutgoingState) -> i64 {
    counts.get(&state).copied().unwrap_or(0)
}

/// Kills workers at random moments while the campaign runs, then lets the last ones finish.
fn run_and_kill(desk: &Desk, folder: &Path, campaign: CampaignId, sink: &SmtpPeer, (mails, kills): (usize, usize)) {
    let crew = if desk.base.db.is_sqlite() { 1 } else { 3 };
    let mut workers: Vec<Process> = (0..crew).map(|_| worker(folder)).collect();
    for killed in 0..kills {
        // Somewhere between the next mail and some share of the rest, so that all kills fall within the campaign.
        let left = mails.saturating_sub(sink.count());
        let share = left / (kills - killed + 1);
        let random = usize::from(u16::from_le_bytes(stagemakelaar::domain::secret::random::<2>()));
        let goal = sink.count() + 1 + random % share.max(1);
        let patience = Instant::now();
        while sink.count() < goal && patience.elapsed() < Duration::from_mins(1) {
            sleep(Duration::from_micros(200));
        }
        sleep(Duration::from_micros(u64::try_from(random % 3_000).unwrap()));
        let dying = 1 + random / 7 % crew;
        workers.rotate_left(random / 3 % crew);
        for process in &mut workers[..dying] {
            process.kill();
        }
        for process in &mut workers[..dying] {
            *process = worker(folder);
        }
    }
    let patience = Instant::now();
    while patience.elapsed() < Duration::from_mins(3) {
        let now = counts(desk, campaign);
        let open = [OutgoingState::Queued, OutgoingState::Claimed, OutgoingState::Sending];
        let settled = of(&now, OutgoingState::Sent) + of(&now, OutgoingState::Uncertain);
        if open.iter().all(|state| of(&now, *state) == 0) && settled == i64::try_from(mails).unwrap() {
            return;
        }
        sleep(Duration::from_millis(100));
    }
    panic!(
        "the campaign does not end: {:?}; the worker said: {}",
        counts(desk, campaign),
        std::fs::read_to_string(folder.join("worker.out")).unwrap_or_default()
    );
}

fn survives(base: TestDatabase) {
    let (mails, kills) = size();
    let folder = RunFolder::new("kills");
    let mut desk = Desk::open(base);
    desk.keys = load_keys(&folder.path().join("keys.toml")).unwrap();
    folder.write("own.toml", configuration(folder.path(), &desk.base.url));
    let sink = counting_sink();
    sink.answer_after(Duration::from_millis(2));
    let mailbox = desk.mailbox_at(desk.site, &format!("smtp+plain://127.0.0.1:{}", sink.port), None, CONNECTIONS);
    for n in 0..mails {
        desk.company(desk.site, &format!("bedrijf{n}"));
    }
    let template = desk.template(desk.site, "Plek bij {{company_name}}?", "{{greeting}}, heeft u plek?");
    let campaign = desk.draft_of(desk.site, mailbox, &[template], "always");
    desk.start(desk.site, campaign, Clock::System.now()).unwrap();
    run_and_kill(&desk, folder.path(), campaign, &sink, (mails, kills));

    let tally = sink.tally();
    let doubles = tally.values().filter(|count| **count > 1).count();
    let arrived: std::collections::BTreeSet<&String> = tally.keys().map(|(_, recipient)| recipient).collect();
    let scope = desk.scope(desk.site);
    let limit = i64::try_from(mails).unwrap();
    let shown = desk.base.db.read(|conn| held::in_doubt(conn, &scope, Some(campaign), None, limit)).unwrap();
    let sent = of(&counts(&desk, campaign), OutgoingState::Sent);
    let known: std::collections::BTreeSet<String> = shown.iter().map(|message| message.address.to_string()).collect();
    let lost = (0..mails)
        .map(|n| format!("info@bedrijf{n}.example"))
        .filter(|address| !arrived.contains(address) && !known.contains(address))
        .count();
    eprintln!(
        "{}: {mails} mails, {kills} kills: {doubles} doubles, {lost} lost, {sent} sent, {} uncertain",
        if desk.base.db.is_sqlite() { "SQLite" } else { "PostgreSQL" },
        shown.len()
    );
    assert_eq!((doubles, lost), (0, 0));
    assert_eq!(arrived.len(), tally.len(), "one Message-ID for each recipient");
    assert!(shown.len() <= kills * usize::try_from(CONNECTIONS).unwrap());
    assert_eq!(sent + i64::try_from(shown.len()).unwrap(), limit);
    // The broker looks into the mailbox that each one was for: what is there was sent, what is not goes again.
    for message in &shown {
        let came = arrived.contains(&message.address.to_string());
        let decision = if came { Decision::Sent } else { Decision::Again };
        uncertain::decide(&desk.base.db, &scope, message.id, decision, Clock::System.now()).unwrap();
    }
    desk.send(Clock::System.now());
    desk.advance(Clock::System.now());
    let tally = sink.tally();
    assert_eq!((tally.len(), tally.values().sum::<usize>()), (mails, mails), "everybody has it, once");
    let found = desk.base.db.read(|conn| campaigns::find(conn, &scope, campaign)).unwrap().unwrap();
    assert_eq!(found.state, CampaignState::Done, "a broker who decided each one ends the campaign");
}

#[test]
fn killing_the_worker_doubles_and_loses_nothing_on_sqlite() {
    survives(TestDatabase::sqlite());
}

#[test]
fn killing_the_worker_doubles_and_loses_nothing_on_postgres() {
    let cluster = Postgres::durable();
    let url = cluster.fresh_database();
    let db = Db::open(&url, 8).unwrap();
    db.migrate().unwrap();
    survives(TestDatabase::opened(db, url));
}
