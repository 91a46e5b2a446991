//! The first sync of a mailbox of 10,000 messages and 100 MB on Dovecot: stored, parsed, read and threaded, against `mbsync`,
//! which copies it.

use super::PASSWORD;
use super::database::TestDatabase;
use super::desk::{Desk, monday};
use super::dovecot::Dovecot;
use super::processes::{RunFolder, Server};
use super::table::row;
use super::world::{Base, company, cpu_seconds, empty, private_memory, worker};
use diesel::prelude::*;
use stagemakelaar::config::load_keys;
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::secret::Secret;
use stagemakelaar::domain::words::{MailboxKind, Routing};
use stagemakelaar::flows::dossiers::{self, Dossier};
use stagemakelaar::flows::mailboxes::{self, Door, MailboxFields, NewBox};
use stagemakelaar::store::schema::incoming;
use stagemakelaar::store::{Conn, DbError};
use std::fmt::Write as _;
use std::thread::sleep;
use std::time::{Duration, Instant};

const MESSAGES: u16 = 10_000;
const SENDERS: u16 = 500;
const USER: &str = "desk1@loket.example";

/// Measures and prints.
pub fn measure() {
    let dovecot = Dovecot::start(&[USER]);
    let mut bytes = 0;
    for number in 0..MESSAGES {
        let raw = message(number);
        bytes += raw.len();
        dovecot.deliver(USER, raw.as_bytes()).unwrap();
    }
    println!("{MESSAGES} messages, {} MB.\n", bytes / 1_000_000);
    let copied = mbsync(&dovecot);
    println!("{}", row(&["", "seconds", "times mbsync", "own CPU s", "private MiB"]));
    println!("{}", row(&["---", "--:", "--:", "--:", "--:"]));
    println!("{}", row(&["mbsync", &format!("{copied:.1}"), "1", "", ""]));
    for base in Base::ALL {
        let (data, _cluster) = empty(base);
        let (took, cpu, memory) = first_sync(data, &dovecot);
        let figures = [
            base.name().to_owned(),
            format!("{took:.1}"),
            format!("{:.2}", took / copied),
            format!("{cpu:.1}"),
            memory.to_string(),
        ];
        println!("{}", row(&figures));
    }
    println!();
}

/// Seven in ten are a few KB of text and HTML, the others have a file of some 20 KB with them.
fn message(number: u16) -> String {
    let sender = number % SENDERS;
    let words = [
        "Dank voor uw bericht. Wij hebben vanaf 1 februari plek voor twee leerlingen van niveau 3, vier dagen per week.",
        "Op dit moment zitten wij vol. Probeer het na de zomer nog eens, dan weten wij meer.",
        "Kunt u vertellen wat een leerling van niveau 2 al zelfstandig kan? Dan bespreek ik het met de ploeg.",
        "Mijn collega gaat hierover, zij zit op de vestiging in Zuid en is er weer vanaf maandag.",
    ][usize::from(number % 4)];
    let quoted: String = (0..20).fold(String::new(), |mut text, line| {
        let _ =
            write!(text, "> Regel {line}: wij zoeken plekken voor leerlingen die graag willen leren en werken.\r\n");
        text
    });
    let text = format!(
        "Beste Noor,\r\n\r\n{words}\r\n\r\nMet vriendelijke groet,\r\nBalie Oefenbedrijf {sender}\r\n\r\n\
         Op ma 23 nov 2026 om 10:00 schreef Noor Visser <{USER}>:\r\n{quoted}"
    );
    let html = format!("<html><body><p>Beste Noor,</p><p>{words}</p><blockquote>{quoted}</blockquote></body></html>");
    let file = if number % 10 < 7 { String::new() } else { "QUJD".repeat(6_600) };
    let lines: String = file.as_bytes().chunks(76).fold(String::new(), |mut all, line| {
        all.push_str(std::str::from_utf8(line).unwrap());
        all.push_str("\r\n");
        all
    });
    format!(
        "From: Balie <info@bedrijf-{sender}.example>\r\nTo: {USER}\r\nSubject: Re: Plek voor een leerling?\r\n\
         Date: Tue, 24 Nov 2026 09:{:02}:00 +0100\r\nMessage-ID: <{number}@bedrijf-{sender}.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n\
         --a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         {html}\r\n--a--\r\n--m\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}\r\n--m--\r\n",
        number % 60
    )
}

/// Seconds in which `mbsync` copies the inbox into a Maildir.
fn mbsync(dovecot: &Dovecot) -> f64 {
    let folder = RunFolder::new("mbsync");
    folder.write(
        "mbsyncrc",
        format!(
            "IMAPAccount a\nHost 127.0.0.1\nPort {}\nUser {USER}\nPass {PASSWORD}\nSSLType None\nAuthMechs LOGIN\n\n\
             IMAPStore far\nAccount a\n\nMaildirStore near\nPath /mnt/copy/\nInbox /mnt/copy/INBOX\nSubFolders Verbatim\n\n\
             Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n",
            dovecot.imap
        ),
    );
    let script =
        "mkdir copy; date +%s.%N; mbsync -q -c /mnt/mbsyncrc -a; date +%s.%N; ls copy/INBOX/new copy/INBOX/cur | wc -l";
    let log = folder.path().join("mbsync.out");
    let numbers = || -> Vec<f64> {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        text.lines().filter_map(|line| line.trim().parse().ok()).collect()
    };
    let _server = Server::start(&folder, "mbsync", &["bash", "-c", script]);
    let patience = Instant::now();
    while patience.elapsed() < Duration::from_mins(3) && numbers().len() < 3 {
        sleep(Duration::from_millis(50));
    }
    let [began, ended, files] = numbers()[..] else { panic!("{:?}", std::fs::read_to_string(&log)) };
    assert!(files >= f64::from(MESSAGES), "{:?}", std::fs::read_to_string(&log));
    ended - began
}

/// Seconds from the start of a worker until everything is read; its CPU seconds and its memory at most.
fn first_sync(data: TestDatabase, dovecot: &Dovecot) -> (f64, f64, u64) {
    let folder = RunFolder::new("sync");
    let mut desk = Desk::open(data);
    desk.keys = load_keys(&folder.path().join("keys.toml")).unwrap();
    let scope = desk.scope(desk.site);
    let known: Vec<Dossier> = (0..SENDERS).map(company).collect();
    dossiers::file(&desk.base.db, &scope, desk.site, &known).unwrap();
    let new = NewBox {
        site: desk.site,
        kind: MailboxKind::Desk,
        user: None,
        address: EmailAddress::parse(USER).unwrap(),
        ca_file: None,
    };
    let fields = MailboxFields {
        name: "Loket".to_owned(),
        from_name: "Noor Visser".to_owned(),
        out_url: format!("pickup:{}", folder.path().display()),
        in_url: format!("imap+plain://{USER}@127.0.0.1:{}", dovecot.imap),
        password: Some(Secret::new(PASSWORD)),
        start_on: monday().day(),
        connections: 1,
        rate_per_minute: 0,
    };
    mailboxes::add(&desk.base.db, &scope, &desk.keys, &new, &fields, Door::CommandLine, monday()).unwrap();
    let began = Instant::now();
    let worker = worker(&desk, &folder);
    let pid = worker.0.id();
    let mut memory = 0;
    while desk.base.db.read(read).unwrap() < MESSAGES {
        memory = memory.max(private_memory(pid));
        sleep(Duration::from_millis(200));
        assert!(began.elapsed() < Duration::from_mins(5), "it does not end");
    }
    (began.elapsed().as_secs_f64(), cpu_seconds(pid), memory)
}

/// How many messages are stored and read.
fn read(conn: &mut Conn) -> Result<u16, DbError> {
    let all = incoming::table.filter(incoming::routing.ne(Routing::Stored));
    Ok(u16::try_from(all.count().get_result::<i64>(conn)?).unwrap_or(0))
}
