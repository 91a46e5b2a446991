//! Workers that are asked to end while mail goes out: what is on the wire is settled, what is not goes back, and the next worker
//! goes on at once.

use super::{LIMIT, end, rounds, serve};
use crate::support::database::TestDatabase;
use crate::support::desk::Desk;
use crate::support::processes::{RunFolder, long_run, wait_until};
use crate::support::smtp_peer::{Fault, Script, SmtpPeer, Step};
use stagemakelaar::config::load_keys;
use stagemakelaar::domain::id::CampaignId;
use stagemakelaar::domain::time::Clock;
use stagemakelaar::domain::words::OutgoingState;
use stagemakelaar::store::outgoing;
use std::time::{Duration, Instant};

/// A desk whose campaign of so many mails runs, and the configuration of its workers, `own`.
fn desk_at_work(base: TestDatabase, peer: &SmtpPeer, mails: usize) -> (Desk, RunFolder, CampaignId) {
    let folder = RunFolder::new("rolling-work");
    let mut desk = Desk::open(base);
    desk.keys = load_keys(&folder.path().join("keys.toml")).unwrap();
    let configuration = format!(
        "[database]\nurl = \"{}\"\nmigrate_at_start = false\n[files]\nkeys = \"{}\"\n[clockwork]\nadvance = \"every 1s\"\n\
         deliver = \"every 1s\"\n[log]\nfilter = \"warn\"\n",
        desk.base.url,
        folder.path().join("keys.toml").display()
    );
    folder.write("own.toml", configuration);
    let mailbox = desk.mailbox_at(desk.site, &format!("smtp+plain://127.0.0.1:{}", peer.port), None, 4);
    for n in 0..mails {
        desk.company(desk.site, &format!("bedrijf{n}"));
    }
    let template = desk.template(desk.site, "Plek bij {{company_name}}?", "{{greeting}}, heeft u plek?");
    let campaign = desk.draft_of(desk.site, mailbox, &[template], "always");
    desk.start(desk.site, campaign, Clock::System.now()).unwrap();
    (desk, folder, campaign)
}

/// How many messages are in each state: queued, claimed, sending, sent, uncertain.
fn counts(desk: &Desk, campaign: CampaignId) -> [i64; 5] {
    use OutgoingState::{Claimed, Queued, Sending, Sent, Uncertain};
    let scope = desk.scope(desk.site);
    let found = desk.base.db.read(|conn| outgoing::counts(conn, &scope, campaign)).unwrap();
    let of = |state| found.iter().find(|(is, _)| *is == state).map_or(0, |(_, count)| *count);
    [Queued, Claimed, Sending, Sent, Uncertain].map(of)
}

fn goes_on(base: TestDatabase) {
    let mails = if long_run() { 3_000 } else { 300 };
    let sink = SmtpPeer::start(Script::default());
    sink.answer_after(Duration::from_millis(15));
    let (desk, folder, campaign) = desk_at_work(base, &sink, mails);
    let mut rng = fastrand::Rng::with_seed(7);
    let (mut slowest, mut pauses) = (Duration::ZERO, Vec::new());
    for _ in 0..2 * rounds() {
        let before = sink.count();
        let began = Instant::now();
        let mut worker = serve(folder.path(), "work", "own");
        assert!(wait_until(|| sink.count() > before), "the next worker goes on");
        pauses.push(began.elapsed());
        let goal = sink.count() + rng.usize(0..mails / (4 * rounds()));
        assert!(wait_until(|| sink.count() >= goal));
        slowest = slowest.max(end(&mut worker));
        let [queued, claimed, sending, sent, uncertain] = counts(&desk, campaign);
        assert_eq!([claimed, sending, uncertain], [0, 0, 0], "a clean end leaves nothing in doubt");
        assert_eq!(usize::try_from(sent).unwrap(), sink.count());
        assert!(queued > 0 || sink.count() == mails, "it ended while mail went out");
    }
    let mut worker = serve(folder.path(), "work", "own");
    assert!(
        wait_until(|| counts(&desk, campaign)[3] == i64::try_from(mails).unwrap()),
        "{:?}",
        counts(&desk, campaign)
    );
    slowest = slowest.max(end(&mut worker));
    let tally = sink.tally();
    eprintln!(
        "{}: {mails} mails, {} clean ends, the slowest in {slowest:?}; from a start to its first mail at most {:?}",
        if desk.base.db.is_sqlite() { "SQLite" } else { "PostgreSQL" },
        pauses.len() + 1,
        pauses.iter().max().unwrap()
    );
    assert_eq!((tally.len(), tally.values().sum::<usize>()), (mails, mails), "everybody has it, once");
    assert!(slowest < LIMIT, "{slowest:?}");
    assert!(
        pauses.iter().all(|pause| *pause < Duration::from_secs(10)),
        "no lease of the last one holds it up: {pauses:?}"
    );
}

#[test]
fn a_worker_that_is_asked_to_end_leaves_nothing_in_doubt_on_sqlite() {
    goes_on(TestDatabase::sqlite());
}

#[test]
fn a_worker_that_is_asked_to_end_leaves_nothing_in_doubt_on_postgres() {
    goes_on(TestDatabase::postgres());
}

/// Asks a worker to end while the server does this to its one mail; the states afterwards.
fn ends_beside(fault: (Step, Fault), answers_after: Duration) -> ([i64; 5], Duration) {
    let step = fault.0;
    let peer = SmtpPeer::start(Script { faults: vec![fault], ..Script::default() });
    peer.answer_after(answers_after);
    let (desk, folder, campaign) = desk_at_work(TestDatabase::sqlite(), &peer, 1);
    let mut worker = serve(folder.path(), "work", "own");
    let said = |word: &str| peer.said().iter().any(|line| line.starts_with(word));
    let there = || (step == Step::Connect && peer.connections() > 0) || (step == Step::Rcpt && said("RCPT"));
    assert!(wait_until(|| there() || peer.count() > 0));
    let took = end(&mut worker);
    (counts(&desk, campaign), took)
}

#[test]
fn a_server_that_is_slow_or_silent_does_not_keep_a_worker_from_its_end() {
    let none = Duration::ZERO;
    let cases = [
        ("silent at the greeting", (Step::Connect, Fault::Silence), none, [1, 0, 0, 0, 0]),
        ("silent at the recipient", (Step::Rcpt, Fault::Silence), none, [1, 0, 0, 0, 0]),
        ("slow after the dot", (Step::Quit, Fault::Silence), Duration::from_secs(3), [0, 0, 0, 1, 0]),
        ("silent after the dot", (Step::Dot, Fault::Silence), none, [0, 0, 0, 0, 1]),
    ];
    std::thread::scope(|scope| {
        let running =
            cases.map(|(what, fault, slow, left)| (what, left, scope.spawn(move || ends_beside(fault, slow))));
        for (what, left, running) in running {
            let (found, took) = running.join().unwrap();
            eprintln!("{what}: queued, claimed, sending, sent, uncertain {found:?}, ended in {took:?}");
            assert_eq!(found, left, "{what}");
            assert!(took < LIMIT, "{what}: {took:?}");
        }
    });
}
