//! A mailbox on Dovecot is fetched again and again, as the clockwork does, while the server dies (all of it, or the sessions
//! alone) or goes silent at random moments, and once renumbers its mail. In the end every message is stored once, byte for byte.

use crate::inbox::world::{World, add_mailbox, now};
use crate::support::PASSWORD;
use crate::support::database::TestDatabase;
use crate::support::dovecot::Dovecot;
use crate::support::processes::{long_run, wait_until};
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use stagemakelaar::domain::id::MailboxId;
use stagemakelaar::domain::secret::Secret;
use stagemakelaar::domain::words::MailboxKind;
use stagemakelaar::flows::fetch::{self, Reading, unpack};
use stagemakelaar::flows::settings::Fetching;
use stagemakelaar::flows::{Stop, Tally};
use stagemakelaar::store::schema::{incoming, incoming_raws};
use stagemakelaar::store::{Conn, Db, DbError, mailboxes};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

const USER: &str = "loket@loket.example";
/// The moments of the faults follow from it.
const SEED: u64 = 20_261_126;
/// Where nothing new comes, since stored mail is read over again, the next fault happens after this long at most.
const LONGEST_PEACE: Duration = Duration::from_millis(1_500);

/// How many messages, and how many faults.
fn size() -> (usize, usize) {
    if long_run() { (10_000, 50) } else { (400, 6) }
}

/// Small and distinct; some have no Message-ID, and some share one, as other people's mail does.
fn message(number: usize) -> Vec<u8> {
    let id = match number % 10 {
        3 => String::new(),
        7 => "Message-ID: <nieuwsbrief@dok.example>\r\n".to_owned(),
        _ => format!("Message-ID: <{number}@dok.example>\r\n"),
    };
    let lines = "Wij hebben plek voor een leerling van niveau drie.\r\n".repeat(1 + number % 23);
    format!("From: balie@dok.example\r\nTo: {USER}\r\nSubject: Bericht {number}\r\n{id}\r\n{lines}Nummer {number}.\r\n")
        .into_bytes()
}

fn digest(raw: &[u8]) -> String {
    Sha256::digest(raw).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// What is fetched, and how it goes.
struct Fetcher<'a> {
    db: &'a Db,
    reading: Reading,
    mailbox: MailboxId,
    began: Instant,
    over: AtomicBool,
    ticks: AtomicUsize,
    broken: AtomicUsize,
}

impl Fetcher<'_> {
    fn tick(&self) -> Tally {
        let at = now().plus_millis(i64::try_from(self.began.elapsed().as_millis()).unwrap());
        fetch::tick(self.db, &self.reading, at).unwrap()
    }

    fn error(&self) -> String {
        let all = self.db.read(mailboxes::all).unwrap();
        all.into_iter().find(|found| found.id == self.mailbox).unwrap().fetch_error
    }

    /// Looks again as soon as a look has ended, until the end is asked for.
    fn keep_fetching(&self) {
        while !self.over.load(Ordering::SeqCst) {
            self.tick();
            self.ticks.fetch_add(1, Ordering::SeqCst);
            if !self.error().is_empty() {
                self.broken.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    fn stored(&self) -> usize {
        let count = |conn: &mut Conn| -> Result<i64, DbError> {
            Ok(incoming::table.filter(incoming::mailbox_id.eq(self.mailbox)).count().get_result(conn)?)
        };
        usize::try_from(self.db.read(count).unwrap()).unwrap()
    }

    /// The hash of each message's stored bytes, and the hash that is noted beside them; sorted.
    fn hashes(&self) -> Vec<(String, String)> {
        let read = |conn: &mut Conn| -> Result<Vec<(Vec<u8>, String)>, DbError> {
            let rows = incoming::table.inner_join(incoming_raws::table).filter(incoming::mailbox_id.eq(self.mailbox));
            Ok(rows.select((incoming_raws::raw, incoming::content_hash)).load(conn)?)
        };
        let rows = self.db.read(read).unwrap();
        let mut hashes: Vec<_> = rows.into_iter().map(|(raw, noted)| (digest(&unpack(&raw).unwrap()), noted)).collect();
        hashes.sort();
        hashes
    }
}

/// Breaks the server so often while the mailbox is read; gives how often in which way.
fn torment(
    dovecot: &mut Dovecot,
    fetcher: &Fetcher,
    (messages, faults): (usize, usize),
) -> BTreeMap<&'static str, usize> {
    let mut rng = fastrand::Rng::with_seed(SEED);
    let mut ways = BTreeMap::new();
    for number in 0..faults {
        let stored = fetcher.stored();
        // Somewhere between the next message and some share of the rest, so that all faults fall within the reading.
        let share = messages.saturating_sub(stored) / (faults - number + 1);
        let goal = stored + 1 + rng.usize(0..share.max(1));
        let peace = Instant::now();
        while fetcher.stored() < goal && peace.elapsed() < LONGEST_PEACE {
            sleep(Duration::from_micros(500));
        }
        sleep(Duration::from_micros(rng.u64(0..3_000)));
        let way = if number == faults / 2 {
            dovecot.renumber(USER);
            "renumbered"
        } else {
            match number % 3 {
                0 => {
                    dovecot.kill();
                    sleep(Duration::from_millis(rng.u64(0..50)));
                    dovecot.start_again();
                    "killed"
                }
                1 => {
                    dovecot.kill_sessions();
                    "sessions killed"
                }
                _ => {
                    let before = fetcher.broken.load(Ordering::SeqCst);
                    dovecot.silence();
                    let patience = Instant::now();
                    while fetcher.broken.load(Ordering::SeqCst) == before
                        && patience.elapsed() < Duration::from_secs(20)
                    {
                        sleep(Duration::from_millis(5));
                    }
                    dovecot.wake();
                    assert!(fetcher.broken.load(Ordering::SeqCst) > before, "a silent server is given up in time");
                    "silenced"
                }
            }
        };
        *ways.entry(way).or_default() += 1;
    }
    ways
}

fn survives(data: TestDatabase) {
    let (messages, faults) = size();
    let began = Instant::now();
    let mut dovecot = Dovecot::start(&[USER]);
    let all: Vec<Vec<u8>> = (0..messages).map(message).collect();
    let files = dovecot.fill(USER, all.iter().map(Vec::as_slice));
    let world = World::new(data);
    let sealed = world.keys.seal(&Secret::new(PASSWORD)).unwrap();
    let url = format!("imap+plain://{}@127.0.0.1:{}", USER.replace('@', "%40"), dovecot.imap);
    let mailbox = add_mailbox(world.db(), world.site, MailboxKind::Desk, "imap@loket.example", &url, Some(sealed));
    let settings = Fetching { batch: 20, connect_seconds: 1, read_seconds: 1, ..crate::inbox::world::settings() };
    let reading = Reading {
        settings,
        keys: world.keys.clone(),
        allowed: Vec::new(),
        holder: "test".to_owned(),
        stop: Stop::default(),
    };
    let fetcher = Fetcher {
        db: world.db(),
        reading,
        mailbox,
        began: Instant::now(),
        over: AtomicBool::new(false),
        ticks: AtomicUsize::new(0),
        broken: AtomicUsize::new(0),
    };
    let ways = std::thread::scope(|scope| {
        let fetching = scope.spawn(|| fetcher.keep_fetching());
        let ways = torment(&mut dovecot, &fetcher, (messages, faults));
        let during = fetcher.stored();
        assert!(during < messages || !long_run(), "all of it happened while the mailbox was read");
        let patience = Instant::now();
        while fetcher.stored() < messages && patience.elapsed() < Duration::from_mins(5) && !fetching.is_finished() {
            sleep(Duration::from_millis(20));
        }
        fetcher.over.store(true, Ordering::SeqCst);
        fetching.join().unwrap();
        ways
    });
    // On a busy machine a sound server may be silent for longer than the short limit here.
    let through = wait_until(|| fetcher.tick().is_empty() && fetcher.error().is_empty());
    assert!(through, "a look ends well and finds nothing more: {}", fetcher.error());

    let mut expected: Vec<String> = files.iter().map(|file| digest(&fs::read(file).unwrap())).collect();
    expected.sort();
    let found = fetcher.hashes();
    let name = if world.db().is_sqlite() { "SQLite" } else { "PostgreSQL" };
    let lost = expected.iter().filter(|hash| found.binary_search_by(|(raw, _)| raw.cmp(hash)).is_err()).count();
    let doubled = found.windows(2).filter(|two| two[0].0 == two[1].0).count();
    eprintln!(
        "{name}: {messages} messages, {faults} faults {ways:?}: {} stored, {lost} lost, {doubled} doubled; {} looks, {} of \
         them broken off; {:.1} s",
        found.len(),
        fetcher.ticks.load(Ordering::SeqCst),
        fetcher.broken.load(Ordering::SeqCst),
        began.elapsed().as_secs_f64()
    );
    assert!(found.iter().all(|(raw, noted)| raw == noted));
    assert!(found.iter().map(|(raw, _)| raw).eq(&expected), "every message once, byte for byte");
}

#[test]
fn a_server_that_dies_and_goes_silent_while_it_is_read_loses_and_doubles_nothing_on_sqlite() {
    survives(TestDatabase::sqlite());
}

#[test]
fn a_server_that_dies_and_goes_silent_while_it_is_read_loses_and_doubles_nothing_on_postgres() {
    survives(TestDatabase::postgres());
}
