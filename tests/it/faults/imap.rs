//! The table of IMAP. One mailbox a row, all fetched by one tick; and IDLE, where nothing but the watch reads.
//! The product never APPENDs: it keeps no copy of what it sent.

use super::{House, Stalled, between, compare, print};
use crate::support::app::{Backend, both};
use crate::support::certs::Shown;
use crate::support::imap_peer::{ImapFault, ImapPeer, ImapScript};
use crate::support::line::Safety;
use crate::support::processes::{free_port, wait_until};
use diesel::prelude::*;
use stagemakelaar::domain::id::{MailboxId, SiteId};
use stagemakelaar::flows::fetch::unpack;
use stagemakelaar::store::incoming::arriving;
use stagemakelaar::store::schema::{incoming, incoming_raws};
use stagemakelaar::store::{Conn, DbError};
use stagemakelaar::work::Clockwork;
use std::time::{Duration, Instant};

/// Messages in each mailbox; two make a batch.
const MESSAGES: usize = 5;

/// What stands at the other end.
enum Peer {
    /// Nobody listens.
    Closed,
    /// Nobody takes up.
    Stalled,
    /// A scripted server.
    Talks(ImapScript),
}

struct Row {
    step: &'static str,
    fault: &'static str,
    peer: Peer,
    /// How many messages were stored; the last UID kept is the same number, and none where none was.
    stored: usize,
    /// What a broker reads about the mailbox; nothing where all went well.
    reads: &'static str,
}

const NOBODY: &str = "Er neemt niemand op bij dit adres en deze poort. Kijk of beide kloppen, of probeer het later.";
const NO_TLS: &str = "De verbinding is niet te beveiligen. Kijk of de poort past: smtps hoort bij 465, smtp bij 587, imaps bij 993, imap bij 143.";
const CERTIFICATE: &str = "We kunnen niet zien of dit de goede server is: zijn certificaat klopt niet bij de naam of is niet te vertrouwen. We gaan niet verder.";
const STRIPPED: &str = "De server biedt geen beveiliging aan, of iemand houdt die tegen. We gaan niet onbeveiligd verder. Probeer smtps:// of imaps://.";
const PASSWORD: &str = "De naam of het wachtwoord klopt niet. Soms vraagt een mailbox om een apart app-wachtwoord.";
const NO_FOLDER: &str = "De server opent de map met berichten niet. Vraag wie de mailbox beheert of die map er nog is.";

/// What is read when the line drops, the server is silent, or it refuses: at each part of the conversation.
struct Words {
    lost: &'static str,
    silent: &'static str,
    refused: &'static str,
}

const GREETING: Words = Words {
    lost: "De verbinding viel weg tijdens de begroeting. We proberen het vanzelf weer.",
    silent: "De server zweeg te lang tijdens de begroeting. We proberen het vanzelf weer.",
    refused: "De server weigerde tijdens de begroeting. We proberen het vanzelf weer.",
};
const TLS: Words = Words {
    lost: "De verbinding viel weg tijdens het beveiligen van de verbinding. We proberen het vanzelf weer.",
    silent: "De server zweeg te lang tijdens het beveiligen van de verbinding. We proberen het vanzelf weer.",
    refused: NO_TLS,
};
const LOGIN: Words = Words {
    lost: "De verbinding viel weg tijdens het inloggen. We proberen het vanzelf weer.",
    silent: "De server zweeg te lang tijdens het inloggen. We proberen het vanzelf weer.",
    refused: PASSWORD,
};
const LIST: Words = Words {
    lost: "De verbinding viel weg tijdens het openen van de map. We proberen het vanzelf weer.",
    silent: "De server zweeg te lang tijdens het openen van de map. We proberen het vanzelf weer.",
    refused: "De server weigerde tijdens het openen van de map. We proberen het vanzelf weer.",
};
const EXAMINE: Words = Words { refused: NO_FOLDER, ..LIST };
const READ: Words = Words {
    lost: "De verbinding viel weg tijdens het lezen van de berichten. We proberen het vanzelf weer.",
    silent: "De server zweeg te lang tijdens het lezen van de berichten. We proberen het vanzelf weer.",
    refused: "De server weigerde tijdens het lezen van de berichten. We proberen het vanzelf weer.",
};

fn messages(mailbox: usize) -> Vec<Vec<u8>> {
    (0..MESSAGES).map(|number| message(mailbox, number)).collect()
}

fn message(mailbox: usize, number: usize) -> Vec<u8> {
    let text = format!(
        "Subject: bericht {number}\r\nMessage-ID: <{mailbox}.{number}@dok.example>\r\n\r\nWe hebben {number} plekken.\r\n"
    );
    text.into_bytes()
}

const fn row(step: &'static str, fault: &'static str, peer: Peer, stored: usize, reads: &'static str) -> Row {
    Row { step, fault, peer, stored, reads }
}

fn fails(safety: Safety, at: &'static str, after: usize, fault: ImapFault) -> Peer {
    Peer::Talks(ImapScript { fault: Some((at, fault)), after, safety, ..ImapScript::default() })
}

fn shows(safety: Safety, shown: Shown) -> Peer {
    Peer::Talks(ImapScript { safety, shown, ..ImapScript::default() })
}

/// The four faults of a command: refuse, drop, stall and half a line, after it went well so often.
fn four(
    step: &'static str,
    safety: Safety,
    (at, after): (&'static str, usize),
    stored: usize,
    words: &Words,
) -> [Row; 4] {
    let no = match at {
        "GREETING" => ImapFault::Say("* BYE not now"),
        "TLS" => ImapFault::Say("* OK in the clear"),
        _ => ImapFault::Refuse,
    };
    let half = match at {
        "TLS" => "\u{16}\u{3}",
        _ => "* 5 EX",
    };
    [
        row(step, "refuse", fails(safety, at, after, no), stored, words.refused),
        row(step, "drop", fails(safety, at, after, ImapFault::Drop), stored, words.lost),
        row(step, "stall", fails(safety, at, after, ImapFault::Silence), stored, words.silent),
        row(step, "half a line", fails(safety, at, after, ImapFault::Cut(half)), stored, words.lost),
    ]
}

fn rows() -> Vec<Row> {
    let say = |at, words| fails(Safety::Bare, at, 0, ImapFault::Say(words));
    let mut rows = vec![
        row("connect", "refuse", Peer::Closed, 0, NOBODY),
        row("connect", "stall", Peer::Stalled, 0, NOBODY),
        row("TLS at once", "certificate of a stranger", shows(Safety::AtOnce, Shown::Strange), 0, CERTIFICATE),
        row("TLS at once", "certificate for another name", shows(Safety::AtOnce, Shown::OtherName), 0, CERTIFICATE),
    ];
    rows.extend(four("TLS at once", Safety::AtOnce, ("TLS", 0), 0, &TLS));
    rows.extend(four("greeting", Safety::Bare, ("GREETING", 0), 0, &GREETING));
    rows.extend(four("STARTTLS", Safety::Start, ("STARTTLS", 0), 0, &Words { refused: STRIPPED, ..GREETING }));
    let unknown = fails(Safety::Start, "STARTTLS", 0, ImapFault::Say("BAD what?"));
    rows.push(row("STARTTLS", "stripped (unknown)", unknown, 0, STRIPPED));
    rows.extend([
        row("TLS after STARTTLS", "certificate of a stranger", shows(Safety::Start, Shown::Strange), 0, CERTIFICATE),
        row(
            "TLS after STARTTLS",
            "certificate for another name",
            shows(Safety::Start, Shown::OtherName),
            0,
            CERTIFICATE,
        ),
    ]);
    rows.extend(four("TLS after STARTTLS", Safety::Start, ("TLS", 0), 0, &TLS));
    rows.extend(four("LOGIN", Safety::Bare, ("LOGIN", 0), 0, &LOGIN));
    let passes = "De server weigerde tijdens het inloggen. We proberen het vanzelf weer.";
    rows.push(row("LOGIN", "refuse for now", say("LOGIN", "NO [UNAVAILABLE] later"), 0, passes));
    rows.extend(four("LIST", Safety::Bare, ("LIST", 0), 0, &LIST));
    rows.extend(four("EXAMINE", Safety::Bare, ("EXAMINE", 0), 0, &EXAMINE));
    rows.extend(four("NOOP", Safety::Bare, ("NOOP", 0), 0, &READ));
    rows.extend(four("FETCH of sizes", Safety::Bare, ("FETCH", 0), 0, &READ));
    rows.extend(four("FETCH of the first two", Safety::Bare, ("BODY", 0), 0, &READ));
    rows.extend(four("FETCH of the next two", Safety::Bare, ("BODY", 1), 2, &READ));
    let half = fails(Safety::Bare, "BODY", 1, ImapFault::HalfLiteral);
    rows.push(row("FETCH of the next two", "half a literal", half, 2, READ.lost));
    let half = fails(Safety::AtOnce, "BODY", 2, ImapFault::HalfLiteral);
    rows.push(row("FETCH of the last, in TLS", "half a literal", half, 4, READ.lost));
    rows.extend(four("SEARCH for more", Safety::Bare, ("SEARCH", 0), MESSAGES, &READ));
    let well = Words { lost: "", silent: "", refused: "" };
    rows.extend(four("LOGOUT", Safety::Bare, ("LOGOUT", 0), MESSAGES, &well));
    rows
}

/// A row at work.
struct Case {
    row: Row,
    peer: Option<ImapPeer>,
    stalled: Option<Stalled>,
    port: u16,
    mailbox: MailboxId,
    messages: Vec<Vec<u8>>,
}

impl Case {
    fn begin(house: &House, site: SiteId, number: usize, row: Row) -> Self {
        let messages = messages(number);
        let (scheme, peer, stalled, port) = match &row.peer {
            Peer::Closed => ("imap+plain", None, None, free_port()),
            Peer::Stalled => {
                let stalled = Stalled::new();
                let port = stalled.port;
                ("imap+plain", None, Some(stalled), port)
            }
            Peer::Talks(script) => {
                let scheme = match script.safety {
                    Safety::Bare => "imap+plain",
                    Safety::AtOnce => "imaps",
                    Safety::Start => "imap",
                };
                let script = ImapScript { messages: messages.clone(), ..script.clone() };
                let peer = ImapPeer::start_at(0, script);
                let port = peer.port;
                (scheme, Some(peer), None, port)
            }
        };
        let url = format!("{scheme}://noor@localhost:{port}");
        let mailbox = house.mailbox(site, &format!("loket{number}@loket.example"), "", &url);
        Self { row, peer, stalled, port, mailbox, messages }
    }

    fn mend(&mut self) {
        self.stalled = None;
        let healthy = || ImapScript { messages: self.messages.clone(), ..ImapScript::default() };
        let peer = self.peer.take().unwrap_or_else(|| ImapPeer::start_at(self.port, healthy()));
        peer.mend();
        self.peer = Some(peer);
    }
}

/// The raw messages that a mailbox stored, sorted.
fn stored(house: &House, mailbox: MailboxId) -> Vec<Vec<u8>> {
    let read = |conn: &mut Conn| -> Result<Vec<Vec<u8>>, DbError> {
        let rows = incoming::table.inner_join(incoming_raws::table).filter(incoming::mailbox_id.eq(mailbox));
        Ok(rows.select(incoming_raws::raw).load(conn)?)
    };
    let mut raws: Vec<Vec<u8>> =
        house.app.db().read(read).unwrap().iter().map(|packed| unpack(packed).unwrap()).collect();
    raws.sort();
    raws
}

fn last_uid(house: &House, mailbox: MailboxId) -> i64 {
    let cursor = house.app.db().read(|conn| arriving::cursor(conn, mailbox, "INBOX")).unwrap();
    cursor.map_or(0, |cursor| cursor.last_uid)
}

fn state(uid: i64, stored: usize) -> String {
    format!("last UID {uid}, {stored} stored")
}

fn table_of(backend: Backend) {
    let house = House::build(backend, "");
    let site = house.desk.add_site("Nieuw-West");
    let rows = rows().into_iter().enumerate();
    let mut cases: Vec<Case> = rows.map(|(number, row)| Case::begin(&house, site, number, row)).collect();
    house.tick("fetch");
    let noor = house.coordinator(&[site]);
    let (mut expected, mut found) = (Vec::new(), Vec::new());
    for case in &cases {
        let page = noor.get(&format!("/settings/mailboxes/{}", case.mailbox)).text;
        let reads = between(&page, r#"<div class="flash flash-warn" role="status">"#, "</b>")
            .and_then(|words| words.split_once("<b>"))
            .map_or("", |(_, words)| words);
        let what = [case.row.step, case.row.fault].map(str::to_owned);
        let uid = i64::try_from(case.row.stored).unwrap();
        let was = state(last_uid(&house, case.mailbox), stored(&house, case.mailbox).len());
        if case.row.step == "STARTTLS" {
            let said = case.peer.as_ref().map_or(Vec::new(), ImapPeer::said);
            assert!(said.iter().all(|line| line.ends_with(" STARTTLS")), "nothing is said in the clear: {said:?}");
        }
        expected.push([what.to_vec(), vec![state(uid, case.row.stored), case.row.reads.to_owned()]].concat());
        found.push([what.to_vec(), vec![was, reads.to_owned()]].concat());
    }
    let name = if backend == Backend::Sqlite { "IMAP, on SQLite" } else { "IMAP, on PostgreSQL" };
    print(name, &["step", "fault", "mailbox", "the broker reads"], &found);
    compare(&expected, &found);

    cases.iter_mut().for_each(Case::mend);
    for _ in 0..2 {
        house.app.later(60);
        house.tick("fetch");
    }
    for case in &cases {
        let what = format!("{} {}", case.row.step, case.row.fault);
        assert!(stored(&house, case.mailbox) == case.messages, "{what}: everything, once");
        assert_eq!(house.mailbox_now(site, case.mailbox).fetch_error, "", "{what}");
    }
}

/// Each fault of listening: after it the line is opened again, so that what comes is found all the same.
fn idle_of(backend: Backend) {
    let hours = ["fetch", "receive", "advance", "deliver", "import"].map(|tick| format!("{tick} = \"every 9h\"\n"));
    let watching = "[watching]\nenabled = true\nnoop_seconds = 1\nfirst_wait_seconds = 1\nlongest_wait_seconds = 1\n";
    let house = House::build(backend, &format!("{watching}[clockwork]\n{}", hours.concat()));
    let site = house.desk.add_site("Nieuw-West");
    let faults = [
        ("CAPABILITY", "refuse", ImapFault::Refuse),
        ("CAPABILITY", "drop", ImapFault::Drop),
        ("CAPABILITY", "stall", ImapFault::Silence),
        ("CAPABILITY", "half a line", ImapFault::Cut("* CAPA")),
        ("IDLE", "refuse", ImapFault::Refuse),
        ("IDLE", "drop", ImapFault::Drop),
        ("IDLE", "stall", ImapFault::Silence),
        ("IDLE", "half a line", ImapFault::Cut("+ idl")),
    ];
    let boxes = faults.iter().enumerate().map(|(number, (at, _, fault))| {
        let peer = ImapPeer::start(vec![message(number, 0)], Some((at, *fault)));
        let url = format!("imap+plain://noor@127.0.0.1:{}", peer.port);
        (house.mailbox(site, &format!("loket{number}@loket.example"), "", &url), peer)
    });
    let boxes: Vec<(MailboxId, ImapPeer)> = boxes.collect();
    let clockwork = Clockwork::start(&house.app.app).unwrap();
    let count = |(mailbox, _): &(MailboxId, ImapPeer)| stored(&house, *mailbox).len();
    let met = |(at, number): (&str, usize)| wait_until(|| boxes[number].1.count(at) >= 2);
    for (number, (at, fault, _)) in faults.iter().enumerate() {
        assert!(met((at, number)), "{at}, {fault}: the line is opened again");
    }
    boxes.iter().enumerate().for_each(|(number, (_, peer))| peer.add(message(number, 1)));
    assert!(wait_until(|| boxes.iter().all(|one| count(one) == 2)), "a line that cannot listen reads at each try");
    let mut found = Vec::new();
    for ((at, fault, _), one) in faults.iter().zip(&boxes) {
        let reads = house.mailbox_now(site, one.0).fetch_error;
        found.push(vec![(*at).to_owned(), (*fault).to_owned(), format!("{} stored", count(one)), reads]);
    }
    print("IDLE", &["step", "fault", "mailbox", "the broker reads"], &found);
    let expected: Vec<Vec<String>> =
        faults.iter().map(|(at, fault, _)| [at, fault, "2 stored", ""].map(ToString::to_string).to_vec()).collect();
    compare(&expected, &found);
    for (_, peer) in &boxes {
        peer.mend();
    }
    boxes.iter().enumerate().for_each(|(number, (_, peer))| peer.add(message(number, 2)));
    assert!(wait_until(|| boxes.iter().all(|one| count(one) == 3)), "and what comes");
    let asked = Instant::now();
    clockwork.stop();
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    for (number, one) in boxes.iter().enumerate() {
        let all: Vec<_> = (0..3).map(|at| message(number, at)).collect();
        assert!(stored(&house, one.0) == all, "each once");
    }
}

both! {
    fn every_fault_of_imap_keeps_what_was_read_and_says_what_is_wrong(db) {
        table_of(db);
    }

    fn every_fault_of_listening_is_followed_by_another_try(db) {
        idle_of(db);
    }
}
