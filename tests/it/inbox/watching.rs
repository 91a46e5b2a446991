//! What comes in is stored and read at once: every tick rests for hours here, so nothing but the watch can have done it.

use super::world::{ALEX, DESK, World, add_mailbox, letter, now};
use crate::support::PASSWORD;
use crate::support::database::TestDatabase;
use crate::support::dovecot::Dovecot;
use crate::support::imap_peer::{ImapFault, ImapPeer};
use crate::support::processes::{Process, wait_until};
use stagemakelaar::app::App;
use stagemakelaar::config::Config;
use stagemakelaar::domain::id::MailboxId;
use stagemakelaar::domain::secret::Secret;
use stagemakelaar::domain::time::{Clock, Moment};
use stagemakelaar::domain::words::{MailboxKind, Routing};
use stagemakelaar::store::leases;
use stagemakelaar::store::mailboxes::{self, Mailbox, MailboxEdit};
use stagemakelaar::work::Clockwork;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Mails whose way is measured.
const MEASURED: usize = 20;

struct Desk {
    world: World,
    app: Arc<App>,
    configuration: String,
}

impl Desk {
    fn new(data: TestDatabase) -> Self {
        Self::with(data, &[])
    }

    /// One with other values for some keys.
    fn with(data: TestDatabase, changes: &[(&str, &str)]) -> Self {
        let world = World::new(data);
        let hours = ["advance", "deliver", "fetch", "receive", "import"].map(|tick| format!("{tick} = \"every 9h\"\n"));
        let mut configuration = format!(
            "[database]\nurl = \"{}\"\nmigrate_at_start = false\n[files]\nkeys = \"{}\"\n[fetching]\nread_seconds = 2\n\
             [watching]\nenabled = true\nnoop_seconds = 1\nfirst_wait_seconds = 1\nlongest_wait_seconds = 1\n[log]\nfilter = \"warn\"\n\
             [clockwork]\n{}",
            world.data.url,
            world.folder.path().join("keys.toml").display(),
            hours.concat()
        );
        for (from, to) in changes {
            configuration = configuration.replace(from, to);
        }
        let config = Config::parse(&configuration, "the test's").unwrap();
        let app = Arc::new(App::build(config, Clock::System).unwrap());
        Self { world, app, configuration }
    }

    fn start(&self) -> Clockwork {
        Clockwork::start(&self.app).unwrap()
    }

    /// A mailbox on a server that listens here.
    fn imap(&self, port: u16, password: &str) -> MailboxId {
        let url = format!("imap+plain://{}@127.0.0.1:{port}", DESK.replace('@', "%40"));
        let sealed = self.app.keys.seal(&Secret::new(password)).unwrap();
        let address = format!("imap{port}@loket.example");
        add_mailbox(self.world.db(), self.world.site, MailboxKind::Desk, &address, &url, Some(sealed))
    }

    fn mailbox(&self, id: MailboxId) -> Mailbox {
        let scope = self.world.scope();
        self.world.db().read(|conn| mailboxes::find(conn, &scope, id)).unwrap().unwrap()
    }

    /// How many messages were stored and read.
    fn read(&self) -> usize {
        self.world.routings().into_iter().filter(|routing| *routing != Routing::Stored).count()
    }

    fn reads(&self, count: usize) {
        assert!(wait_until(|| self.read() >= count), "{} of {count} messages were read", self.read());
        assert_eq!(self.read(), count);
    }

    fn watcher(&self, id: MailboxId) -> Option<String> {
        self.world.db().read(|conn| leases::holder(conn, &format!("watch:{id}"), Clock::System.now())).unwrap()
    }
}

fn mail(number: usize) -> String {
    letter(ALEX, &format!("w{number}@sloterdok.example"), "", "We hebben twee plekken voor stagiairs van niveau 3.")
}

fn on_both(test: impl Fn(&Desk)) {
    for data in TestDatabase::both() {
        test(&Desk::new(data));
    }
}

fn ends_quickly(clockwork: Clockwork) {
    let asked = Instant::now();
    clockwork.stop();
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
}

/// The moments at which another mail program, in IDLE, hears of new mail.
fn another_listener(dovecot: &Dovecot) -> Receiver<Instant> {
    let (tell, hear) = channel();
    let mut session = dovecot.session(DESK);
    session.select("INBOX").unwrap();
    std::thread::spawn(move || {
        // It ends with the server.
        let _ = session.idle().wait_while(|notice| {
            let exists = matches!(notice, imap::types::UnsolicitedResponse::Exists(_));
            !exists || tell.send(Instant::now()).is_ok()
        });
    });
    hear
}

fn at_once(desk: &Desk) {
    let dovecot = Dovecot::start(&[DESK]);
    desk.imap(dovecot.imap, PASSWORD);
    let clockwork = desk.start();
    dovecot.deliver(DESK, mail(0).as_bytes()).unwrap();
    desk.reads(1);
    let heard = another_listener(&dovecot);
    let mut ways = Vec::new();
    for number in 1..=MEASURED {
        dovecot.deliver(DESK, mail(number).as_bytes()).unwrap();
        let heard = heard.recv_timeout(Duration::from_secs(30)).unwrap();
        while desk.read() <= number && heard.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(1));
        }
        ways.push(heard.elapsed());
        assert_eq!(desk.read(), number + 1);
    }
    ways.sort();
    let (median, longest) = (ways[MEASURED / 2], ways[MEASURED - 1]);
    let base = if desk.world.db().is_sqlite() { "SQLite" } else { "PostgreSQL" };
    eprintln!("{base}: from another listener to read: median {median:?}, longest {longest:?}");
    assert!(median < Duration::from_secs(2));
    assert!(desk.world.routings().iter().all(|routing| *routing == Routing::Matched));
    ends_quickly(clockwork);
}

#[test]
fn new_mail_is_stored_and_read_at_once() {
    on_both(at_once);
}

#[test]
fn a_server_that_was_killed_is_listened_to_again() {
    on_both(|desk| {
        let mut dovecot = Dovecot::start(&[DESK]);
        desk.imap(dovecot.imap, PASSWORD);
        let clockwork = desk.start();
        for number in 0..2 {
            dovecot.deliver(DESK, mail(2 * number).as_bytes()).unwrap();
            desk.reads(2 * number + 1);
            dovecot.kill();
            dovecot.start_again();
            // While nobody listens yet.
            dovecot.deliver(DESK, mail(2 * number + 1).as_bytes()).unwrap();
            desk.reads(2 * number + 2);
        }
        ends_quickly(clockwork);
    });
}

#[test]
fn silent_servers_hold_up_nobody_else_and_no_end() {
    on_both(|desk| {
        let dovecot = Dovecot::start(&[DESK]);
        let silent = ImapPeer::start(Vec::new(), Some(("IDLE", ImapFault::Silence)));
        let mute = ImapPeer::start(Vec::new(), Some(("GREETING", ImapFault::Silence)));
        let boxes = [silent.port, mute.port, dovecot.imap].map(|port| desk.imap(port, PASSWORD));
        let clockwork = desk.start();
        assert!(wait_until(|| silent.count("IDLE") == 1));
        dovecot.deliver(DESK, mail(0).as_bytes()).unwrap();
        desk.reads(1);
        assert!(wait_until(|| silent.count("IDLE") >= 2), "the silent line is dropped and opened again");
        assert!(boxes.iter().all(|mailbox| desk.watcher(*mailbox).is_some()));
        assert!(wait_until(|| !desk.mailbox(boxes[1]).fetch_error.is_empty()));
        ends_quickly(clockwork);
        assert!(boxes.iter().all(|mailbox| desk.watcher(*mailbox).is_none()), "the leases are given back");
    });
}

#[test]
fn a_server_without_idle_is_asked_now_and_then() {
    on_both(|desk| {
        let peer = ImapPeer::start(vec![mail(0).into_bytes()], None);
        desk.imap(peer.port, PASSWORD);
        let clockwork = desk.start();
        for number in 1..3 {
            desk.reads(number);
            peer.add(mail(number).into_bytes());
        }
        desk.reads(3);
        assert!(peer.count("LOGIN") <= 2, "one line listens, and one fetched at the start");
        assert_eq!(peer.count("IDLE"), 0);
        ends_quickly(clockwork);
    });
}

#[test]
fn a_directory_is_watched_too() {
    on_both(|desk| {
        let clockwork = desk.start();
        for number in 0..3 {
            desk.world.deliver(&mail(number));
            desk.reads(number + 1);
        }
        ends_quickly(clockwork);
    });
}

#[test]
fn where_nobody_listens_what_a_tick_fetched_is_read_at_once() {
    for data in TestDatabase::both() {
        let changes = [("enabled = true", "enabled = false"), ("fetch = \"every 9h\"", "fetch = \"every 1s\"")];
        let desk = Desk::with(data, &changes);
        let clockwork = desk.start();
        for number in 0..3 {
            desk.world.deliver(&mail(number));
            desk.reads(number + 1);
        }
        assert_eq!(desk.watcher(desk.world.mailbox), None);
        ends_quickly(clockwork);
    }
}

#[test]
fn a_mailbox_is_listened_to_from_when_it_is_added_until_it_is_put_away_and_a_refused_password_is_not_tried_on() {
    on_both(|desk| {
        let dovecot = Dovecot::start(&[DESK]);
        let clockwork = desk.start();
        let refusing = ImapPeer::start(Vec::new(), Some(("LOGIN", ImapFault::Refuse)));
        let refused = desk.imap(refusing.port, "verkeerd");
        let mailbox = desk.imap(dovecot.imap, "verkeerd");
        for id in [refused, mailbox] {
            assert!(wait_until(|| desk.mailbox(id).fetch_error.contains("wachtwoord")));
        }
        let row = desk.mailbox(mailbox);
        let edit = MailboxEdit {
            name: row.name,
            from_name: row.from_name,
            out_url: row.out_url,
            in_url: row.in_url,
            secret: Some(desk.app.keys.seal(&Secret::new(PASSWORD)).unwrap()),
            confined: row.confined,
            start_on: row.start_on,
            connections: row.connections,
            rate_per_minute: row.rate_per_minute,
        };
        assert!(desk.world.db().write(|tx| mailboxes::edit(tx, mailbox, row.version, &edit)).unwrap());
        dovecot.deliver(DESK, mail(0).as_bytes()).unwrap();
        desk.reads(1);
        assert_eq!(desk.mailbox(mailbox).fetch_error, "");
        desk.world.db().write(|tx| mailboxes::archive(tx, mailbox, now())).unwrap();
        assert!(wait_until(|| desk.watcher(mailbox).is_none()));
        dovecot.deliver(DESK, mail(1).as_bytes()).unwrap();
        desk.world.deliver(&mail(2));
        desk.reads(2);
        assert!(refusing.count("LOGIN") <= 2, "no storm: the watch once, and the fetch of the start");
        ends_quickly(clockwork);
    });
}

fn worker(desk: &Desk) -> Process {
    let file = desk.world.folder.path().join("own.toml");
    std::fs::write(&file, &desk.configuration).unwrap();
    let log = std::fs::File::create(desk.world.folder.path().join("worker.out")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_stagemakelaar"));
    command.args(["serve", "--only", "work", "--config"]).arg(file);
    Process(command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap())
}

#[test]
fn of_two_processes_one_listens_and_the_other_takes_over() {
    on_both(|desk| {
        let dovecot = Dovecot::start(&[DESK]);
        let mailbox = desk.imap(dovecot.imap, PASSWORD);
        let mut workers = vec![worker(desk), worker(desk)];
        assert!(wait_until(|| desk.watcher(mailbox).is_some()));
        dovecot.deliver(DESK, mail(0).as_bytes()).unwrap();
        desk.reads(1);
        let first = desk.watcher(mailbox).unwrap();
        let at = workers.iter().position(|worker| first.starts_with(&format!("{}-", worker.0.id()))).unwrap();
        workers.remove(at).kill();
        // So that its leases need not be waited for: they end when its last sign of life is long ago.
        let long_ago: Moment = Clock::System.now().plus_seconds(-2 * leases::SECONDS);
        let held = desk.world.db().write(|tx| leases::heartbeat(tx, &first, long_ago)).unwrap();
        assert!(held > 0);
        assert!(wait_until(|| desk.watcher(mailbox).is_some_and(|second| second != first)));
        dovecot.deliver(DESK, mail(1).as_bytes()).unwrap();
        desk.reads(2);
        assert!(desk.watcher(mailbox).unwrap().starts_with(&format!("{}-", workers[0].0.id())));
    });
}
