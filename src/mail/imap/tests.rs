//! Sessions against a small scripted peer on a real socket: silence and nonsense at any step end in time.

use super::*;
use crate::domain::secret::Secret;
use crate::mail::server::Protocol;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

const MESSAGES: [(u32, &str); 4] = [
    (3, "Subject: three\r\n\r\nthree\r\n"),
    (4, "Subject: four\r\n\r\nfour\r\n"),
    (900_000, "Subject: far\r\n\r\nfar\r\n"),
    (900_001, "Subject: large\r\n\r\nlarge and longer than the limit\r\n"),
];

#[derive(Clone, Copy)]
enum Act {
    Hang,
    Drop,
    Say(&'static str),
    Drip,
    Flood,
}

fn peer(word: &'static str, act: Act) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || drop(talk(stream.unwrap(), word, act)));
        }
    });
    let server = Server::parse(Protocol::Imap, &format!("imap+plain://ann@127.0.0.1:{port}")).unwrap();
    server.with_password(Secret::new("geheim"))
}

fn talk(mut stream: TcpStream, word: &str, act: Act) -> std::io::Result<()> {
    let lines = BufReader::new(stream.try_clone()?).lines();
    let mut commands = std::iter::once(Ok("x GREETING".to_owned())).chain(lines);
    while let Some(Ok(line)) = commands.next() {
        let (tag, command) = line.split_once(' ').unwrap_or((&line, &line));
        if command.starts_with(word) {
            match act {
                Act::Hang => std::thread::sleep(Duration::from_secs(5)),
                Act::Drop => return Ok(()),
                Act::Say(text) => write!(stream, "{}", text.replace("TAG", tag))?,
                Act::Flood => loop {
                    stream.write_all(&vec![b'x'; 65536])?;
                },
                Act::Drip => loop {
                    write!(stream, "*")?;
                    std::thread::sleep(Duration::from_millis(50));
                },
            }
            continue;
        }
        write!(stream, "{}", answer(tag, command))?;
    }
    Ok(())
}

fn answer(tag: &str, command: &str) -> String {
    let mut text = String::new();
    if command == "GREETING" {
        return "* OK peer\r\n".to_owned();
    }
    if command == "IDLE" {
        return "+ idling\r\n".to_owned();
    }
    if command.starts_with("LIST") {
        text += "* LIST (\\HasNoChildren) \"/\" INBOX\r\n* LIST () \"/\" \"Verzonden items\"\r\n\
                 * LIST (\\Noselect) \"/\" Sent\r\n";
    } else if command.starts_with("EXAMINE \"nowhere\"") {
        return format!("{tag} NO none\r\n");
    } else if command.starts_with("EXAMINE") {
        text += "* 4 EXISTS\r\n* OK [UIDVALIDITY 77] x\r\n* OK [UIDNEXT 900002] x\r\n";
    } else if command.starts_with("UID SEARCH UID") {
        text += "* SEARCH 900001 900000 4\r\n";
    } else if command.starts_with("UID SEARCH HEADER") {
        text += if command.contains("known@x") { "* SEARCH 4\r\n" } else { "* SEARCH\r\n" };
    } else if let Some(rest) = command.strip_prefix("UID FETCH ") {
        let (set, query) = rest.split_once(' ').unwrap();
        for (at, (uid, raw)) in MESSAGES.iter().enumerate().filter(|(_, (uid, _))| in_set(set, *uid)) {
            let (header, body) = raw.split_once("\r\n\r\n").unwrap();
            let header = format!("{header}\r\n\r\n");
            let item = if query.contains("BODY.PEEK[]") {
                format!("BODY[] {{{}}}\r\n{raw}", raw.len())
            } else if query.contains("TEXT") {
                let head = &body[..5];
                format!("BODY[HEADER]<0> {{{}}}\r\n{header} BODY[TEXT]<0> {{5}}\r\n{head}", header.len())
            } else {
                format!("RFC822.SIZE {} INTERNALDATE \"23-Nov-2026 09:30:00 +0100\"", raw.len())
            };
            write!(text, "* {} FETCH (UID {uid} {item})\r\n", at + 1).unwrap();
        }
        // A notice about another message, as servers slip in.
        text += "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n";
    }
    text + &format!("{tag} OK done\r\n")
}

fn in_set(set: &str, uid: u32) -> bool {
    set.split(',').any(|part| match part.split_once(':') {
        Some((from, to)) => (from.parse().unwrap()..=to.parse().unwrap()).contains(&uid),
        None => part.parse() == Ok(uid),
    })
}

fn short() -> Timeouts {
    let limit = Duration::from_millis(200);
    Timeouts { connect: limit, command: limit, dot: limit, answer: Duration::from_millis(600) }
}

fn whole_round(server: &Server) -> Result<usize, MailError> {
    let mut session = open(server, short())?;
    let folders = session.folders()?;
    let mut last = 0;
    let mut count = 0;
    session.select(&folders.all[0])?;
    loop {
        let found = session.fetch_after(last, &Batch { size_limit: 40, head: 5, ..Batch::default() })?;
        let Some(newest) = found.last() else { break };
        assert!(newest.uid > last);
        last = newest.uid;
        count += found.len();
    }
    session.find_message_id("INBOX", "<known@x>")?;
    Ok(count)
}

#[test]
fn messages_come_in_order_across_gaps_and_a_large_one_is_cut() {
    let mut session = open(&peer("never", Act::Drop), short()).unwrap();
    let folders = session.folders().unwrap();
    assert_eq!(folders.all, ["INBOX", "Verzonden items"]);
    assert_eq!(folders.sent.as_deref(), Some("Verzonden items"));
    let state = session.select("INBOX").unwrap();
    assert_eq!(state, FolderState { uid_validity: 77, uid_next: Some(900_002), exists: 4 });
    let batch = Batch { size_limit: 40, head: 5, ..Batch::default() };
    let first = session.fetch_after(2, &batch).unwrap();
    assert_eq!(first.iter().map(|m| m.uid).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(first[0].raw, MESSAGES[0].1.as_bytes());
    assert_eq!(first[0].internal_date, Moment::parse("2026-11-23T08:30:00Z"));
    let far = session.fetch_after(4, &batch).unwrap();
    assert_eq!(far.iter().map(|m| (m.uid, m.truncated)).collect::<Vec<_>>(), [(900_000, false), (900_001, true)]);
    assert_eq!(far[1].raw, b"Subject: large\r\n\r\nlarge");
    assert_eq!(far[1].size, MESSAGES[3].1.len() as u64);
    assert!(session.fetch_after(900_001, &batch).unwrap().is_empty(), "the last message is not taken twice");
}

#[test]
fn a_small_batch_still_brings_one_message_at_a_time() {
    let mut session = open(&peer("never", Act::Drop), short()).unwrap();
    session.select("INBOX").unwrap();
    let batch = Batch { bytes: 1, ..Batch::default() };
    assert_eq!(session.fetch_after(0, &batch).unwrap().iter().map(|m| m.uid).collect::<Vec<_>>(), [3]);
    assert_eq!(session.fetch_after(3, &batch).unwrap().iter().map(|m| m.uid).collect::<Vec<_>>(), [4]);
}

#[test]
fn silence_at_any_step_ends_within_the_limit() {
    for act in [Act::Hang, Act::Drip] {
        for word in ["GREETING", "LOGIN", "LIST", "EXAMINE", "NOOP", "UID FETCH", "UID SEARCH UID", "UID SEARCH HEADER"]
        {
            let started = Instant::now();
            let error = whole_round(&peer(word, act)).unwrap_err();
            assert!(matches!(error.trouble, Trouble::Silence(_)), "{word}: {error:?}");
            assert!(started.elapsed() < Duration::from_secs(3), "{word}");
        }
    }
    assert_eq!(whole_round(&peer("never", Act::Hang)).unwrap(), 4);
}

#[test]
fn a_dropped_line_or_nonsense_is_an_error_that_repeats_nothing() {
    for word in ["GREETING", "LOGIN", "LIST", "EXAMINE", "UID FETCH"] {
        let error = whole_round(&peer(word, Act::Drop)).unwrap_err();
        assert!(matches!(error.trouble, Trouble::Lost(_)), "{word}: {error:?}");
        let error = whole_round(&peer(word, Act::Say("HTTP/1.1 400 secret-banner\r\n"))).unwrap_err();
        assert!(!error.detail.contains("secret"), "{error:?}");
    }
}

#[test]
fn after_silence_the_session_is_gone_and_after_a_no_it_stands() {
    let mut session = open(&peer("NOOP", Act::Hang), short()).unwrap();
    assert_eq!(session.select("nowhere").unwrap_err().trouble, Trouble::Folder);
    assert!(session.is_open());
    session.select("INBOX").unwrap();
    session.fetch_after(0, &Batch::default()).unwrap_err();
    assert!(!session.is_open());
    assert!(matches!(session.select("INBOX").unwrap_err().trouble, Trouble::Lost(_)));
}

#[test]
fn an_endless_answer_is_cut_off() {
    let error = whole_round(&peer("LIST", Act::Flood)).unwrap_err();
    assert_eq!(error.trouble, Trouble::Garbled(Step::Folder));
}

#[test]
fn a_wrong_password_is_told_and_an_unsafe_line_refused() {
    let server = peer("LOGIN", Act::Say("TAG NO [AUTHENTICATIONFAILED] no ann\r\n"));
    assert_eq!(check(&server, short()).unwrap_err().trouble, Trouble::SignIn);
    let mut stripped = peer("STARTTLS", Act::Say("TAG BAD what\r\ns1 BAD what\r\n"));
    stripped.security = crate::mail::server::Security::StartTls;
    assert_eq!(check(&stripped, short()).unwrap_err().trouble, Trouble::NoStartTls);
    assert!(check(&peer("never", Act::Drop), short()).is_ok());
}

#[test]
fn a_message_is_found_by_its_id_and_no_id_breaks_out_of_the_search() {
    let mut session = open(&peer("never", Act::Drop), short()).unwrap();
    assert!(session.find_message_id("INBOX", "<known@x>").unwrap());
    assert!(!session.find_message_id("INBOX", "other@x").unwrap());
    assert!(!session.find_message_id("INBOX", "x\" ALL \"").unwrap());
}

/// One IDLE of at most 300 ms in the inbox of such a peer, and whether the session stands afterwards.
fn idled(word: &'static str, act: Act) -> (Result<bool, MailError>, bool) {
    let mut session = open(&peer(word, act), short()).unwrap();
    session.select("INBOX").unwrap();
    let heard = session.idle(Duration::from_millis(300), &|| false);
    let stands = session.has_news().is_ok();
    (heard, stands)
}

#[test]
fn idle_hears_of_new_mail_wherever_the_server_tells_of_it() {
    assert_eq!(idled("never", Act::Drop), (Ok(false), true));
    for told in [
        "+ idling\r\n* 5 EXISTS\r\n",
        "* 5 EXISTS\r\n+ idling\r\n",
        "+\r\n* OK Still here\r\n* 4 RECENT\r\n* 5 exists\r\n",
    ] {
        assert_eq!(idled("IDLE", Act::Say(told)), (Ok(true), true), "{told}");
    }
    assert_eq!(idled("IDLE", Act::Say("+ idling\r\n* 4 FETCH (FLAGS (\\Seen))\r\n* 3 EXPUNGE\r\n")), (Ok(false), true));
    assert_eq!(idled("DONE", Act::Say("* 5 EXISTS\r\nx OK done\r\n")), (Ok(true), true), "told at the last moment");
}

#[test]
fn an_idle_that_is_not_answered_ends_the_session() {
    for word in ["IDLE", "DONE"] {
        for act in [Act::Hang, Act::Drip, Act::Drop, Act::Flood, Act::Say("x NO not now\r\n")] {
            let started = Instant::now();
            let (heard, stands) = idled(word, act);
            assert!(heard.is_err() && !stands, "{word}: {heard:?}");
            assert!(started.elapsed() < Duration::from_secs(3), "{word}");
        }
    }
}

#[test]
fn idle_ends_when_it_is_asked_to_and_what_was_told_elsewhere_is_not_waited_for() {
    let mut session = open(&peer("NOOP", Act::Say("* 5 EXISTS\r\nTAG OK done\r\n")), short()).unwrap();
    session.select("INBOX").unwrap();
    let started = Instant::now();
    assert_eq!(session.idle(Duration::from_mins(1), &|| true), Ok(false));
    assert_eq!(session.has_news(), Ok(true));
    session.run(Step::Read, SMALL, wire::Session::noop).unwrap();
    assert_eq!(session.idle(Duration::from_mins(1), &|| false), Ok(true));
    session.fetch_after(900_001, &Batch::default()).unwrap();
    assert_eq!(session.idle(Duration::from_millis(1), &|| false), Ok(false), "what was read is no news");
    assert!(started.elapsed() < Duration::from_secs(5));
}
