//! What the world does to an installation: a database that goes away, a disk that is full, a clock that jumps, names that
//! nobody resolves. Nothing is lost, the words say what is wrong, and it goes on by itself afterwards.

use crate::support::app::{TestApp, both};
use crate::support::database::TestDatabase;
use crate::support::desk::{Desk, monday};
use crate::support::postgres::Postgres;
use crate::support::processes::{Process, RunFolder, free_port, listens, wait_until};
use diesel::prelude::*;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::words::OutgoingState;
use stagemakelaar::mail::maildir;
use stagemakelaar::store::db::Db;
use stagemakelaar::store::schema::{companies, contacts, moments};
use stagemakelaar::store::{DbError, leases, mailboxes};
use stagemakelaar::work::Clockwork;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn configure(folder: &RunFolder, url: &str, more: &str) {
    let keys = folder.path().join("keys.toml");
    folder.write("own.toml", format!("{more}[database]\nurl = \"{url}\"\n[files]\nkeys = \"{}\"\n", keys.display()));
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stagemakelaar"));
    command.arg("--config").arg(folder.join("own.toml")).stdin(Stdio::null());
    command
}

#[test]
fn a_database_that_goes_away_is_said_and_found_again() {
    let mut cluster = Postgres::durable();
    let (folder, port) = (RunFolder::new("gone"), free_port());
    let server = format!("[server]\nlisten = \"127.0.0.1:{port}\"\nbase_url = \"http://127.0.0.1:{port}\"\n");
    configure(&folder, &cluster.fresh_database(), &server);
    let log = std::fs::File::create(folder.path().join("serve.out")).unwrap();
    let child = program(folder.path()).arg("serve").stdout(Stdio::null()).stderr(log).spawn().unwrap();
    let mut serving = Process(child);
    assert!(wait_until(|| listens(port)), "it does not listen");
    let ask = |path: &str| {
        let answer = reqwest::blocking::get(format!("http://127.0.0.1:{port}{path}")).unwrap();
        (answer.status().as_u16(), answer.text().unwrap())
    };
    assert_eq!(ask("/healthz").0, 200);
    cluster.kill();
    assert!(wait_until(|| ask("/healthz") == (503, "the database does not answer\n".to_owned())));
    assert!(serving.0.try_wait().unwrap().is_none(), "it waits for the database");
    cluster.start();
    assert!(wait_until(|| ask("/healthz").0 == 200), "it finds the database again");
    assert_eq!(ask("/sign-in").0, 200);
}

/// How many there are of each that a made-up company has.
fn counts(url: &str) -> (i64, i64, i64) {
    let db = Db::open(url, 2).unwrap();
    db.read(|conn| {
        let all = (
            companies::table.count().get_result(conn)?,
            contacts::table.count().get_result(conn)?,
            moments::table.count().get_result(conn)?,
        );
        Ok::<_, DbError>(all)
    })
    .unwrap()
}

#[test]
fn a_disk_that_is_full_ends_an_act_whole_and_the_next_one_works_when_there_is_room() {
    let folder = RunFolder::new("full");
    let url = folder.path().join("desk.db").display().to_string();
    configure(&folder, &url, "");
    let make = |limit: &str| -> Output {
        // A file that may not grow further fails its writer as a full disk does.
        let script = format!("trap '' XFSZ; {limit} exec \"$@\"");
        let binary = env!("CARGO_BIN_EXE_stagemakelaar");
        let own = folder.path().join("own.toml");
        Command::new("bash")
            .args(["-c", &script, "bash", binary, "--config"])
            .arg(own)
            .args(["generate", "--companies", "4000", "--moments", "20000", "--seed"])
            .arg(if limit.is_empty() { "2" } else { "1" })
            .output()
            .unwrap()
    };
    let full = make("ulimit -f 3000;");
    let words = String::from_utf8_lossy(&full.stderr).into_owned();
    assert_eq!(full.status.code(), Some(1), "{words}");
    assert!(words.contains("disk"), "{words}");
    let (companies, contacts, moments) = counts(&url);
    assert!(companies > 0 && companies < 4000, "{companies}");
    assert_eq!((companies % 100, contacts), (0, companies), "an act is there whole or not at all");
    assert!(program(folder.path()).arg("check").output().unwrap().status.success());
    let done = make("");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(counts(&url), (companies + 4000, contacts + 4000, moments + 20_000));
}

both! {
    fn a_clock_that_jumps_a_day_either_way_stops_nothing(db) {
        // Nobody listens to the mailbox, so that nothing but the ticks finds what is in it.
        let app = TestApp::start_with(db, "[watching]\nenabled = false\n[clockwork]\nfetch = \"every 1s\"");
        let site = app.add_site("Zuid");
        let folder = RunFolder::new("clock");
        let inbox = folder.path().join("in");
        maildir::create(&inbox).unwrap();
        let url = format!("maildir:{}", inbox.display());
        let address = "stage@loket.example";
        crate::inbox::world::add_mailbox(
            app.db(), site, stagemakelaar::domain::words::MailboxKind::Desk, address, &url, None,
        );
        let clockwork = Clockwork::start(&app.app).unwrap();
        let scope = Scope::clockwork(site);
        let mut arrived = 0;
        for jump in [2, 86_400, -86_400, -86_400, 86_400] {
            let letter = crate::inbox::world::letter("alex@dok.example", &format!("{arrived}@dok.example"), "", "Dag!");
            maildir::deliver(&inbox, letter.as_bytes(), app.clock.now()).unwrap();
            arrived += 1;
            app.later(jump);
            let read = || {
                let list = stagemakelaar::store::incoming::list::page;
                let view = stagemakelaar::store::incoming::list::View::All;
                let found = app.db().read(|conn| list(conn, &scope, view, None, 10)).unwrap();
                found.iter().filter(|line| line.message.routing != stagemakelaar::domain::words::Routing::Stored).count()
            };
            // and goes on from there, as clocks do: who looked at it only after the jump has a second to wait for
            let goes_on = || {
                app.later(1);
                read() == arrived
            };
            assert!(wait_until(goes_on), "after a jump of {jump} s: {} of {arrived}", read());
        }
        clockwork.stop();
    }
}

#[test]
fn a_lease_from_before_the_clock_went_back_holds_nobody_up() {
    for base in TestDatabase::both() {
        let take = |holder, now| base.db.write(|tx| leases::take(tx, "deliver:1", holder, now, 50)).unwrap();
        let yesterday = monday().plus_days(-1);
        assert!(take("one", monday()));
        assert!(!take("two", monday()));
        assert!(take("two", yesterday), "no lease is taken for a day");
        assert!(!take("one", yesterday));
    }
}

#[test]
fn a_name_that_nobody_resolves_keeps_the_mail_and_is_said_on_the_mailbox() {
    for desk in Desk::both() {
        let mailbox = desk.mailbox_at(desk.site, "smtps://noor@post.nowhere.invalid", Some("geheim"), 1);
        let (company, _) = desk.company(desk.site, "kade");
        let campaign = desk.draft(desk.site, mailbox);
        desk.start(desk.site, campaign, monday()).unwrap();
        assert_eq!(desk.send(monday()).get("sent"), 0);
        let message = desk.message(company);
        assert_eq!((message.state, message.attempts), (OutgoingState::Queued, 0), "{message:?}");
        let scope = desk.scope(desk.site);
        let found = desk.base.db.read(|conn| mailboxes::find(conn, &scope, mailbox)).unwrap().unwrap();
        assert!(found.failures == 1 && found.retry_at.is_some_and(|at| at > monday()), "{found:?}");
        assert!(found.paused_at.is_none(), "names come back");
    }
}
