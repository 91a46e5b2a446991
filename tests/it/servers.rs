//! The servers themselves: each really starts, does its part, and is gone afterwards.

use crate::support::PASSWORD;
use crate::support::browser::{Browser, Rules, WIDTHS};
use crate::support::certs::{ca_file, stranger_ca_file};
use crate::support::dovecot::Dovecot;
use crate::support::exim::Exim;
use crate::support::imap_peer::{ImapFault, ImapPeer, UID_VALIDITY};
use crate::support::postgres::{Postgres, fresh_postgres};
use crate::support::processes::{Process, listens, long_run, wait_until};
use crate::support::sink::{SmtpSink, counting_sink};
use crate::support::smtp_peer::{Fault, Script, SmtpPeer, Step};
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn every_test_gets_a_postgres_database_of_its_own() {
    let (one, other) = (fresh_postgres(), fresh_postgres());
    assert_ne!(one, other);
    let mut connection = PgConnection::establish(&one).unwrap();
    sql_query("CREATE TABLE only_here (id BIGINT)").execute(&mut connection).unwrap();
    let mut connection = PgConnection::establish(&other).unwrap();
    sql_query("SELECT id FROM only_here").execute(&mut connection).unwrap_err();
}

#[test]
fn a_durable_postgres_keeps_what_was_committed_when_it_is_killed() {
    let mut cluster = Postgres::durable();
    let url = cluster.fresh_database();
    for time in 0..if long_run() { 20 } else { 2 } {
        let mut connection = PgConnection::establish(&url).unwrap();
        sql_query(format!("CREATE TABLE kept_{time} AS SELECT 1 AS id")).execute(&mut connection).unwrap();
        cluster.kill();
        sql_query("SELECT 1").execute(&mut connection).unwrap_err();
        cluster.start();
        let mut connection = PgConnection::establish(&url).unwrap();
        assert_eq!(sql_query(format!("SELECT id FROM kept_{time}")).execute(&mut connection).unwrap(), 1);
    }
}

/// The broker of these tests, at the desk that the mail servers serve.
const BROKER: &str = "makelaar@loket.example";
const EMPLOYER: &str = "planning@bakkerij.example";

fn letter(id: &str, to: &str) -> Message {
    Message::builder()
        .from(BROKER.parse().unwrap())
        .to(to.parse().unwrap())
        .message_id(Some(format!("<{id}@loket.example>")))
        .subject("Stageplekken")
        .body("Is er bij u plaats?\r\n.\r\n.. en twee punten\r\n".to_owned())
        .unwrap()
}

fn post(port: u16, tls: impl FnOnce(TlsParameters) -> Tls, ca_file: &Path) -> SmtpTransport {
    let ca = Certificate::from_pem(&fs::read(ca_file).unwrap()).unwrap();
    let parameters = TlsParameters::builder("localhost".to_owned()).add_root_certificate(ca).build().unwrap();
    SmtpTransport::builder_dangerous("127.0.0.1")
        .port(port)
        .tls(tls(parameters))
        .credentials(Credentials::new(BROKER.to_owned(), PASSWORD.to_owned()))
        .build()
}

#[test]
fn mail_handed_to_exim_is_found_in_dovecot() {
    let dovecot = Dovecot::start(&[BROKER, EMPLOYER]);
    let exim = Exim::start(&dovecot);
    post(exim.submission, Tls::Required, &ca_file()).send(&letter("a", EMPLOYER)).unwrap();
    post(exim.tls, Tls::Wrapper, &ca_file()).send(&letter("b", EMPLOYER)).unwrap();
    let arrived = dovecot.wait_for(EMPLOYER, 2).concat();
    let arrived = String::from_utf8_lossy(&arrived);
    assert!(arrived.contains("<a@loket.example>") && arrived.contains("<b@loket.example>"), "{arrived}");
    assert!(arrived.contains("\r\n.\r\n.. en twee punten"), "{arrived}");
    assert!(exim.log().contains(EMPLOYER));
}

#[test]
fn exim_refuses_as_providers_do() {
    let dovecot = Dovecot::start(&[BROKER]);
    let mut exim = Exim::start(&dovecot);
    let post_office = post(exim.submission, Tls::Required, &ca_file());
    assert!(post_office.send(&letter("a", "tempfail@bakkerij.example")).unwrap_err().is_transient());
    assert!(post_office.send(&letter("b", "permfail@bakkerij.example")).unwrap_err().is_permanent());
    post(exim.submission, Tls::Required, &stranger_ca_file()).send(&letter("c", BROKER)).unwrap_err();
    exim.kill();
    post_office.send(&letter("d", BROKER)).unwrap_err();
    exim.start_again();
    post(exim.submission, Tls::Required, &ca_file()).send(&letter("e", "niemand@bakkerij.example")).unwrap();
    let bounce = dovecot.wait_for(BROKER, 1).concat();
    assert!(String::from_utf8_lossy(&bounce).contains("multipart/report"), "{}", String::from_utf8_lossy(&bounce));
}

#[test]
fn dovecot_survives_a_kill_and_can_be_renumbered() {
    let mut dovecot = Dovecot::start(&[BROKER]);
    dovecot.deliver(BROKER, b"Message-ID: <1@x.example>\nSubject: een\n\n.hallo\n").unwrap();
    dovecot.append(BROKER, "Sent", b"Message-ID: <2@x.example>\r\nSubject: twee\r\n\r\nhallo\r\n");
    let refused = dovecot.deliver(EMPLOYER, b"Subject: x\n\nx\n").unwrap_err();
    assert!(refused.starts_with("550"), "{refused}");
    dovecot.add_user(EMPLOYER);
    dovecot.deliver(EMPLOYER, b"Subject: x\n\nx\n").unwrap();
    let mut session = dovecot.session(BROKER);
    let before = session.examine("INBOX").unwrap().uid_validity;
    dovecot.kill();
    session.noop().unwrap_err();
    dovecot.start_again();
    assert_eq!(dovecot.session(BROKER).examine("INBOX").unwrap().uid_validity, before);
    dovecot.renumber(BROKER);
    assert_ne!(dovecot.session(BROKER).examine("INBOX").unwrap().uid_validity, before);
    assert!(dovecot.messages(BROKER, "INBOX")[0].ends_with(b"\r\n.hallo\r\n"));
    assert_eq!(dovecot.messages(BROKER, "Sent").len(), 1);
}

fn in_the_clear(port: u16) -> SmtpTransport {
    SmtpTransport::builder_dangerous("127.0.0.1").port(port).timeout(Some(Duration::from_millis(500))).build()
}

#[test]
fn the_counting_sink_counts_each_message_for_each_recipient() {
    let sink = counting_sink();
    let line = in_the_clear(sink.port);
    for id in ["a", "b", "b"] {
        line.send(&letter(id, EMPLOYER)).unwrap();
    }
    let tally: Vec<_> = sink.tally().into_iter().collect();
    let entry = |id: &str, count| ((format!("<{id}@loket.example>"), EMPLOYER.to_owned()), count);
    assert_eq!(tally, [entry("a", 1), entry("b", 2)]);
    assert!(String::from_utf8_lossy(&sink.received()[0].data).contains("\r\n.\r\n.. en twee punten\r\n"));
    assert_eq!((sink.received()[0].from.as_str(), sink.count()), (BROKER, 3));
    sink.answer_after(Duration::from_millis(60));
    let start = Instant::now();
    line.send(&letter("c", EMPLOYER)).unwrap();
    assert!(start.elapsed() >= Duration::from_millis(60));
}

#[test]
fn the_sink_of_postfix_takes_mail_until_it_is_killed() {
    let mut sink = SmtpSink::start(&[]);
    in_the_clear(sink.port).send(&letter("a", EMPLOYER)).unwrap();
    sink.kill();
    in_the_clear(sink.port).send(&letter("b", EMPLOYER)).unwrap_err();
}

#[test]
fn the_smtp_peer_fails_at_the_step_it_is_told_to() {
    use Step::{Body, Connect, Data, Dot, Hello, Mail, Rcpt};
    for step in [Connect, Hello, Mail, Rcpt, Data, Body, Dot] {
        for fault in [Fault::Drop, Fault::Silence, Fault::Half("25"), Fault::Say("451 4.3.0 later")] {
            if step == Body && fault != Fault::Drop {
                continue;
            }
            let peer = SmtpPeer::failing(step, fault.clone());
            let failure = in_the_clear(peer.port).send(&letter("a", EMPLOYER)).unwrap_err();
            let kept = usize::from(step == Dot && !matches!(fault, Fault::Say(_)));
            assert_eq!(
                (peer.count(), failure.is_transient()),
                (kept, matches!(fault, Fault::Say(_))),
                "{step:?} {fault:?}"
            );
        }
    }
    let peer = SmtpPeer::failing(Dot, Fault::AnswerThenDrop);
    in_the_clear(peer.port).send(&letter("a", EMPLOYER)).unwrap();
    assert_eq!((peer.count(), peer.connections()), (1, 1));
}

#[test]
fn the_smtp_peer_takes_passwords_and_can_fail_once() {
    let faults = vec![(Step::Mail, Fault::Say("421 4.3.2 closing"))];
    let peer =
        SmtpPeer::start(Script { offers: vec!["AUTH PLAIN LOGIN"], faults, times: Some(1), ..Script::default() });
    let sign_in = Credentials::new(BROKER.to_owned(), PASSWORD.to_owned());
    let line = SmtpTransport::builder_dangerous("127.0.0.1").port(peer.port).credentials(sign_in).build();
    line.send(&letter("a", EMPLOYER)).unwrap_err();
    line.send(&letter("b", EMPLOYER)).unwrap();
    assert!(peer.said().iter().any(|line| line.starts_with("AUTH PLAIN ")), "{:?}", peer.said());
    assert_eq!(peer.tally().len(), 1);
}

fn imap_line(port: u16) -> imap::Client<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    imap::Client::new(stream)
}

#[test]
fn the_imap_peer_serves_its_messages_and_fails_where_it_is_told_to() {
    let message = b"Message-ID: <1@x.example>\r\nSubject: een\r\n\r\nhallo\r\n".to_vec();
    let peer = ImapPeer::start(vec![message.clone(), b"\r\n".to_vec()], None);
    let mut client = imap_line(peer.port);
    client.read_greeting().unwrap();
    let mut session = client.login(BROKER, PASSWORD).map_err(|(error, _)| error).unwrap();
    let inbox = session.examine("INBOX").unwrap();
    assert_eq!((inbox.exists, inbox.uid_validity, inbox.uid_next), (2, Some(UID_VALIDITY), Some(3)));
    assert_eq!(session.uid_search("ALL").unwrap().len(), 2);
    let fetched = session.uid_fetch("1", "(UID RFC822.SIZE BODY.PEEK[])").unwrap();
    assert_eq!(fetched.iter().next().and_then(|one| one.body()), Some(&message[..]));
    assert_eq!(session.uid_fetch("9:*", "(UID)").unwrap().iter().next().and_then(|one| one.uid), Some(2));
    session.logout().unwrap();
    assert!(peer.said().iter().any(|line| line.ends_with("UID SEARCH ALL")), "{:?}", peer.said());

    for (command, fault) in [
        ("GREETING", ImapFault::Silence),
        ("LOGIN", ImapFault::Refuse),
        ("EXAMINE", ImapFault::Drop),
        ("FETCH", ImapFault::Silence),
        ("FETCH", ImapFault::HalfLiteral),
    ] {
        let peer = ImapPeer::start(vec![message.clone()], Some((command, fault)));
        let reached = fetch_all(peer.port);
        assert!(reached.is_err(), "{command} {fault:?}");
    }
}

fn fetch_all(port: u16) -> imap::Result<()> {
    let mut client = imap_line(port);
    client.read_greeting()?;
    let mut session = client.login(BROKER, PASSWORD).map_err(|(error, _)| error)?;
    session.examine("INBOX")?;
    session.uid_fetch("1:*", "(UID BODY.PEEK[])").map(drop)
}

#[test]
fn a_process_is_gone_when_its_handle_is() {
    let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut words, mut echo) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    words.write_all(b"x").unwrap();
    let mut byte = [0];
    echo.read_exact(&mut byte).unwrap();
    drop(Process(child));
    assert_eq!(echo.read(&mut byte).unwrap(), 0);
    assert_eq!(words.write_all(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
}

#[test]
fn a_stopped_dovecot_no_longer_listens() {
    let mut dovecot = Dovecot::start(&[BROKER]);
    let mut session = dovecot.session(BROKER);
    dovecot.stop();
    assert!(wait_until(|| !listens(dovecot.imap)));
    session.noop().unwrap_err();
}

const FAULTY_PAGE: &str = "data:text/html,<!doctype html><meta name=viewport content='width=device-width'>\
    <title>Proef</title><style>body{background:white}\
    @media(prefers-color-scheme:dark){body{background:black;color:white}}</style><main><h1>Proef</h1><img src=x></main>";

#[tokio::test]
async fn chromium_shows_pages_wide_and_narrow_light_and_dark_and_axe_finds_a_planted_fault() {
    let browser = Browser::start().await;
    browser.bring_axe().await.unwrap();
    for width in WIDTHS {
        for dark in [false, true] {
            browser.look(width, dark).await.unwrap();
            browser.driver.goto(FAULTY_PAGE.replace('\n', " ")).await.unwrap();
            let seen = browser
                .driver
                .execute("return [innerWidth, getComputedStyle(document.body).backgroundColor]", vec![])
                .await
                .unwrap();
            let background = if dark { "rgb(0, 0, 0)" } else { "rgb(255, 255, 255)" };
            assert_eq!(seen.json(), &serde_json::json!([width, background]));
            let found = browser.axe(Rules::All).await.unwrap();
            assert!(found.iter().any(|fault| fault.starts_with("image-alt")), "{found:?}");
            assert!(browser.axe(Rules::Colours).await.unwrap().is_empty(), "black on white, white on black");
        }
    }
    let picture = browser.picture("servers-self-test").await.unwrap();
    assert!(fs::read(picture).unwrap().starts_with(b"\x89PNG"));
    browser.quit().await;
}
