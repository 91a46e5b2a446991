//! The mail room against real servers: Exim and Dovecot over both kinds of TLS. Its faults are in `faults`.

use crate::support::PASSWORD;
use crate::support::certs::{ca_file, stranger_ca_file};
use crate::support::dovecot::Dovecot;
use crate::support::exim::Exim;
use crate::support::smtp_peer::{Fault, SmtpPeer, Step as At};
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::secret::Secret;
use stagemakelaar::domain::time::Moment;
use stagemakelaar::mail::compose::{Draft, compose};
use stagemakelaar::mail::imap::{self, Batch};
use stagemakelaar::mail::server::{Protocol, Server, Timeouts};
use stagemakelaar::mail::smtp::{self, Fate, Lines, Parcel, Report};
use stagemakelaar::mail::{Step, Trouble};
use std::path::PathBuf;
use std::time::Duration;

const BROKER: &str = "makelaar@loket.example";
const EMPLOYER: &str = "planning@bakkerij.example";

fn server(protocol: Protocol, scheme: &str, port: u16, ca: PathBuf) -> Server {
    let server = Server::parse(protocol, &format!("{scheme}://{BROKER}@localhost:{port}")).unwrap();
    server.with_password(Secret::new(PASSWORD)).with_ca(std::fs::read(ca).unwrap())
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn parcel(key: i64, to: &str) -> Parcel {
    let draft = Draft {
        message_id: format!("<m{key}@loket.example>"),
        date: Moment::parse("2026-11-23T08:30:00Z").unwrap(),
        from_name: "Noor Visser".to_owned(),
        from: address(BROKER),
        reply_to: None,
        to: address(to),
        to_name: None,
        subject: "Één stageplek?".to_owned(),
        text: "Dag,\n.punt vooraan\n.\nTot ziens – Noor\n".to_owned(),
        html: Some("<p>Dag</p>".to_owned()),
        in_reply_to: None,
        references: vec![],
        list_unsubscribe: None,
        auto_submitted: false,
        headers: vec![],
    };
    Parcel { key, from: address(BROKER), to: address(to), bytes: compose(&draft).unwrap() }
}

fn report(lines: &Lines) -> Report {
    lines.next(Duration::from_secs(30)).unwrap()
}

fn fate(lines: &Lines, parcel: Parcel) -> Fate {
    lines.hand(0, parcel).unwrap();
    report(lines).done.unwrap().1
}

#[test]
fn mail_goes_out_over_both_kinds_of_tls_and_is_read_back_over_both() {
    let dovecot = Dovecot::start(&[BROKER, EMPLOYER]);
    let exim = Exim::start(&dovecot);
    for (key, scheme, port) in [(1, "smtp", exim.submission), (2, "smtps", exim.tls)] {
        let server = server(Protocol::Smtp, scheme, port, ca_file());
        smtp::check(&server, "loket.example", Timeouts::default()).unwrap();
        let lines = Lines::open(server, 1, "loket.example".to_owned(), Timeouts::default());
        assert_eq!(report(&lines).trouble, None);
        assert!(matches!(fate(&lines, parcel(key, BROKER)), Fate::Sent { .. }));
        for (to, code) in [("tempfail@bakkerij.example", 451), ("permfail@bakkerij.example", 550)] {
            let Fate::Refused { step, refusal } = fate(&lines, parcel(key, to)) else { panic!("{to} was not refused") };
            assert_eq!((step, refusal.code), (Step::Rcpt, code));
        }
        assert!(matches!(fate(&lines, parcel(key + 10, BROKER)), Fate::Sent { .. }), "the line goes on after a no");
        assert!(lines.close().is_empty());
    }
    dovecot.wait_for(BROKER, 4);
    for (scheme, port) in [("imap", dovecot.imap), ("imaps", dovecot.imaps)] {
        let server = server(Protocol::Imap, scheme, port, ca_file());
        imap::check(&server, Timeouts::default()).unwrap();
        let mut session = imap::open(&server, Timeouts::default()).unwrap();
        let state = session.select("INBOX").unwrap();
        assert!(state.uid_validity > 0 && state.exists == 4);
        let found = session.fetch_after(0, &Batch::default()).unwrap();
        assert_eq!(found.len(), 4);
        assert!(found.iter().all(|message| message.size == message.raw.len() as u64 && !message.truncated));
        assert!(session.fetch_after(found[3].uid, &Batch::default()).unwrap().is_empty());
        assert!(session.find_message_id("INBOX", "<m1@loket.example>").unwrap());
        assert!(!session.find_message_id("INBOX", "<m3@loket.example>").unwrap());
        session.close();
    }
    let mut session = dovecot.session(BROKER);
    session.examine("INBOX").unwrap();
    let unseen = session.search("UNSEEN").unwrap();
    assert_eq!(unseen.len(), 4, "reading leaves no flag");
}

#[test]
fn a_certificate_that_is_not_to_be_trusted_and_a_wrong_password_are_told() {
    let dovecot = Dovecot::start(&[BROKER]);
    let exim = Exim::start(&dovecot);
    for (scheme, port) in [("smtp", exim.submission), ("smtps", exim.tls)] {
        let stranger = server(Protocol::Smtp, scheme, port, stranger_ca_file());
        let error = smtp::check(&stranger, "loket.example", Timeouts::default()).unwrap_err();
        assert_eq!(error.trouble, Trouble::Certificate);
        let wrong = server(Protocol::Smtp, scheme, port, ca_file()).with_password(Secret::new("anders"));
        let error = smtp::check(&wrong, "loket.example", Timeouts::default()).unwrap_err();
        assert_eq!(error.trouble, Trouble::SignIn, "{error:?}");
    }
    for (scheme, port) in [("imap", dovecot.imap), ("imaps", dovecot.imaps)] {
        let stranger = server(Protocol::Imap, scheme, port, stranger_ca_file());
        assert_eq!(imap::check(&stranger, Timeouts::default()).unwrap_err().trouble, Trouble::Certificate);
        let wrong = server(Protocol::Imap, scheme, port, ca_file()).with_password(Secret::new("anders"));
        assert_eq!(imap::check(&wrong, Timeouts::default()).unwrap_err().trouble, Trouble::SignIn);
    }
    let plain = server(Protocol::Smtp, "smtps", exim.submission, ca_file());
    let error = smtp::check(&plain, "loket.example", Timeouts::default()).unwrap_err();
    assert_eq!(error.trouble, Trouble::Tls, "TLS at once on a STARTTLS port");
}

#[test]
fn a_long_message_is_cut_and_a_renumbered_folder_shows() {
    let mut dovecot = Dovecot::start(&[BROKER]);
    let long = format!("Message-ID: <long@x.example>\r\nSubject: lang\r\n\r\n{}", "woorden en meer\r\n".repeat(20_000));
    dovecot.deliver(BROKER, long.as_bytes()).unwrap();
    dovecot.deliver(BROKER, b"Subject: kort\r\n\r\nkort\r\n").unwrap();
    dovecot.append(BROKER, "Sent", b"Message-ID: <sent@x.example>\r\n\r\nx\r\n");
    let server = server(Protocol::Imap, "imaps", dovecot.imaps, ca_file());
    let mut session = imap::open(&server, Timeouts::default()).unwrap();
    let folders = session.folders().unwrap();
    assert_eq!(folders.sent.as_deref(), Some("Sent"), "{folders:?}");
    assert!(session.find_message_id("Sent", "sent@x.example").unwrap());
    let before = session.select("INBOX").unwrap();
    let batch = Batch { size_limit: 100_000, head: 1_000, ..Batch::default() };
    let found = session.fetch_after(0, &batch).unwrap();
    assert_eq!(found.iter().map(|message| message.truncated).collect::<Vec<_>>(), [true, false]);
    let cut = String::from_utf8_lossy(&found[0].raw);
    assert!(cut.contains("<long@x.example>") && cut.contains("woorden en meer") && cut.len() < 5_000);
    assert!(found[0].size >= long.len() as u64);
    session.close();
    dovecot.renumber(BROKER);
    let mut session = imap::open(&server, Timeouts::default()).unwrap();
    assert_ne!(session.select("INBOX").unwrap().uid_validity, before.uid_validity);
    dovecot.kill();
    assert!(session.fetch_after(0, &batch).is_err());
    assert!(!session.is_open());
}

#[test]
fn a_line_that_was_closed_after_its_answer_is_opened_again_and_nothing_goes_twice() {
    let peer = SmtpPeer::failing(At::Dot, Fault::AnswerThenDrop);
    let server = Server::parse(Protocol::Smtp, &format!("smtp+plain://127.0.0.1:{}", peer.port)).unwrap();
    let lines = Lines::open(server, 1, "loket.example".to_owned(), Timeouts::default());
    assert_eq!(report(&lines).trouble, None);
    for key in [1, 2] {
        assert!(matches!(self::fate(&lines, parcel(key, EMPLOYER)), Fate::Sent { .. }));
    }
    assert_eq!(peer.count(), 2);
}
