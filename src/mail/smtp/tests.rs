//! Lines against a small scripted peer on a real socket: each fault gets the fate it deserves.

use super::*;
use crate::mail::server::Protocol;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

/// What the peer does when the client gets to a step.
#[derive(Clone, Copy, PartialEq)]
enum Act {
    Good,
    Hang,
    Drop,
    Say(&'static str),
}

/// A server for any number of connections; `fault` falls at the step that begins with `word`
/// ("" is the greeting, "." the final dot), on the connections from `from` on.
fn peer(word: &'static str, fault: Act) -> Server {
    peer_that("250 8BITMIME", word, fault)
}

/// The same, with this as the last line of its answer to EHLO.
fn peer_that(offers: &'static str, word: &'static str, fault: Act) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || drop(talk(stream.unwrap(), offers, word, fault)));
        }
    });
    Server::parse(Protocol::Smtp, &format!("smtp+plain://127.0.0.1:{port}")).unwrap()
}

fn talk(mut stream: std::net::TcpStream, offers: &str, word: &str, fault: Act) -> std::io::Result<()> {
    let hello = format!("250-peer\r\n250-AUTH PLAIN LOGIN\r\n{offers}");
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let mut command = String::new();
    loop {
        let act = if word.is_empty() == command.is_empty() && command.starts_with(word) { fault } else { Act::Good };
        let normal = match command.get(..4).unwrap_or(&command) {
            "" => "220 peer",
            "EHLO" => &hello,
            "DATA" => "354 go",
            "AUTH" => "235 ok",
            "QUIT" => "221 bye",
            _ => "250 2.0.0 ok",
        };
        match act {
            Act::Good => write!(stream, "{normal}\r\n")?,
            Act::Say(text) => write!(stream, "{text}\r\n")?,
            Act::Drop => return Ok(()),
            Act::Hang => std::thread::sleep(Duration::from_secs(5)),
        }
        let in_data = command == "DATA" && matches!(act, Act::Good);
        command = loop {
            match lines.next() {
                Some(line) => {
                    let line = line?;
                    if !in_data || line == "." {
                        break line;
                    }
                }
                None => return Ok(()),
            }
        };
    }
}

fn short() -> Timeouts {
    let limit = Duration::from_millis(300);
    Timeouts { connect: limit, command: limit, dot: limit, answer: limit }
}

fn parcel(key: i64) -> Parcel {
    let address = |text: &str| EmailAddress::parse(text).unwrap();
    let bytes = b"Message-ID: <a@b>\r\n\r\nhello\r\n.dot\r\n".to_vec();
    Parcel { key, from: address("noor@desk.example"), to: address("jan@bedrijf.example"), bytes }
}

fn wait() -> Duration {
    Duration::from_secs(10)
}

/// Opens one line, hands one parcel, gives its fate.
fn fate(server: Server) -> (Option<MailError>, Fate) {
    let lines = Lines::open(server, 1, "desk.example".to_owned(), short());
    lines.next(wait()).unwrap();
    lines.hand(0, parcel(7)).unwrap();
    let report = lines.next(wait()).unwrap();
    let (key, fate) = report.done.unwrap();
    assert_eq!(key, 7);
    (report.trouble, fate)
}

#[test]
fn a_parcel_that_is_taken_is_sent() {
    let lines = Lines::open(peer("x", Act::Good), 3, "desk.example".to_owned(), short());
    for key in 0..20 {
        let report = lines.next(wait()).unwrap();
        assert!(report.trouble.is_none());
        lines.hand(report.connection, parcel(key)).unwrap();
    }
    let rest = lines.close();
    assert!(rest.iter().filter_map(|r| r.done.as_ref()).all(|(_, fate)| matches!(fate, Fate::Sent { .. })));
}

#[test]
fn a_failure_before_the_dot_is_safe_and_after_it_uncertain() {
    for act in [Act::Drop, Act::Hang] {
        for (word, step) in [("MAIL", Step::Mail), ("RCPT", Step::Rcpt), ("DATA", Step::Data)] {
            let (trouble, fate) = fate(peer(word, act));
            assert!(trouble.is_none());
            assert!(matches!(&fate, Fate::Dropped { step: at, .. } if *at == step), "{word}: {fate:?}");
        }
        let (_, fate) = fate(peer(".", act));
        assert!(matches!(fate, Fate::Uncertain { .. }), "{fate:?}");
    }
}

#[test]
fn a_line_that_cannot_be_opened_names_the_step_and_drops_the_parcel() {
    for (word, act, step) in [
        ("", Act::Drop, Step::Greeting),
        ("", Act::Hang, Step::Greeting),
        ("", Act::Say("554 no service for you"), Step::Greeting),
        ("EHLO", Act::Drop, Step::Greeting),
        ("EHLO", Act::Hang, Step::Greeting),
        ("", Act::Say("SSH-2.0-OpenSSH_9"), Step::Greeting),
    ] {
        let (trouble, fate) = fate(peer(word, act));
        assert!(matches!(&fate, Fate::Dropped { step: at, .. } if *at == step), "{fate:?}");
        let trouble = trouble.unwrap();
        assert!(!format!("{trouble:?}").contains("OpenSSH"), "a check never repeats a banner");
        assert!(!trouble.detail.contains("service"));
    }
}

#[test]
fn a_refusal_keeps_its_step_code_and_words() {
    for (word, step) in [("MAIL", Step::Mail), ("RCPT", Step::Rcpt), ("DATA", Step::Data), (".", Step::Dot)] {
        let (_, fate) = fate(peer(word, Act::Say("550-5.1.1 no such\r\n550 5.1.1 person")));
        let Fate::Refused { step: at, refusal } = fate else { panic!("{fate:?}") };
        assert_eq!((at, refusal.code, refusal.enhanced.as_deref()), (step, 550, Some("5.1.1")));
        assert!(refusal.is_permanent() && refusal.text.contains("person"), "{refusal:?}");
        let (_, fate) = self::fate(peer(word, Act::Say("451 4.3.0 later")));
        assert!(matches!(fate, Fate::Refused { refusal: Refusal { code: 451, .. }, .. }));
    }
}

/// What a peer that takes several commands at once says to one parcel, and to the next on the same line.
fn fates_together(word: &'static str, act: Act) -> [Fate; 2] {
    let lines = Lines::open(peer_that("250 PIPELINING", word, act), 1, "desk.example".to_owned(), short());
    lines.next(wait()).unwrap();
    [1, 2].map(|key| {
        lines.hand(0, parcel(key)).unwrap();
        lines.next(wait()).unwrap().done.unwrap().1
    })
}

#[test]
fn an_envelope_in_one_go_gets_the_fates_of_its_steps() {
    let sent = |fate: &Fate| matches!(fate, Fate::Sent { .. });
    assert!(fates_together("nothing", Act::Good).iter().all(sent));
    for (word, step) in [("MAIL", Step::Mail), ("RCPT", Step::Rcpt), ("DATA", Step::Data), (".", Step::Dot)] {
        for fate in fates_together(word, Act::Say("550 5.1.1 no such person")) {
            let Fate::Refused { step: at, refusal } = fate else { panic!("{word}: {fate:?}") };
            assert_eq!((at, refusal.code, refusal.enhanced.as_deref()), (step, 550, Some("5.1.1")));
        }
        for act in [Act::Drop, Act::Hang] {
            for fate in fates_together(word, act) {
                // A line that is cut takes with it what was not read of the answers before.
                let before_the_dot = matches!(fate, Fate::Dropped { step: Step::Mail | Step::Rcpt | Step::Data, .. });
                let after_it = matches!(fate, Fate::Uncertain { .. });
                assert!(if word == "." { after_it } else { before_the_dot }, "{word}: {fate:?}");
            }
        }
    }
}

#[test]
fn an_answer_out_of_turn_is_never_taken_for_yes() {
    assert!(matches!(fate(peer("DATA", Act::Say("250 ok"))).1, Fate::Dropped { step: Step::Data, .. }));
    assert!(matches!(fate(peer(".", Act::Say("354 more"))).1, Fate::Uncertain { .. }));
}

#[test]
fn a_line_that_the_server_closed_while_idle_is_opened_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            std::thread::spawn(move || {
                // Closes after one message.
                let mut out = stream.try_clone().unwrap();
                write!(out, "220 peer\r\n").unwrap();
                let mut data = false;
                for line in BufReader::new(stream).lines() {
                    let line = line.unwrap();
                    if data && line != "." {
                        continue;
                    }
                    data = line == "DATA";
                    write!(out, "{}\r\n", if data { "354 go" } else { "250 ok" }).unwrap();
                    if line == "." {
                        break;
                    }
                }
            });
        }
    });
    let server = Server::parse(Protocol::Smtp, &format!("smtp+plain://127.0.0.1:{port}")).unwrap();
    let lines = Lines::open(server, 1, "desk.example".to_owned(), short());
    for key in 0..4 {
        lines.next(wait()).unwrap();
        lines.hand(0, parcel(key)).unwrap();
    }
    let report = lines.next(wait()).unwrap();
    assert!(matches!(report.done, Some((3, Fate::Sent { .. }))), "{report:?}");
}

#[test]
fn a_text_that_was_not_taken_whole_has_not_been_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        // Says go and then reads no more, with the line held open.
        let (stream, _) = listener.accept().unwrap();
        let mut out = stream.try_clone().unwrap();
        write!(out, "220 peer\r\n").unwrap();
        for line in BufReader::new(stream).lines() {
            let data = line.unwrap() == "DATA";
            write!(out, "{}\r\n", if data { "354 go" } else { "250 ok" }).unwrap();
            if data {
                std::thread::sleep(Duration::from_secs(5));
            }
        }
    });
    let server = Server::parse(Protocol::Smtp, &format!("smtp+plain://127.0.0.1:{port}")).unwrap();
    let lines = Lines::open(server, 1, "desk.example".to_owned(), short());
    lines.next(wait()).unwrap();
    let mut large = parcel(1);
    large.bytes = "x".repeat(70).into_bytes().repeat(1_000_000);
    lines.hand(0, large).unwrap();
    let report = lines.next(wait()).unwrap();
    assert!(matches!(report.done, Some((1, Fate::Dropped { step: Step::Data, .. }))), "{report:?}");
}

#[test]
fn starttls_that_was_taken_away_stops_the_line() {
    let mut server = peer("x", Act::Good);
    server.security = crate::mail::server::Security::StartTls;
    let error = check(&server, "desk.example", short()).unwrap_err();
    assert_eq!(error.trouble, Trouble::NoStartTls);
}

#[test]
fn a_password_is_asked_for_and_a_wrong_one_is_told() {
    let mut server = peer("AUTH", Act::Say("535 5.7.8 bad credentials for ann"));
    server.user = Some("ann".to_owned());
    assert_eq!(check(&server, "x", short()).unwrap_err().trouble, Trouble::NoPassword);
    let server = server.with_password(crate::domain::secret::Secret::new("geheim"));
    let error = check(&server, "x", short()).unwrap_err();
    assert_eq!((error.trouble, error.detail.as_str()), (Trouble::SignIn, "answered with 535 5.7.8"));
    let mut good = peer("x", Act::Good);
    good.user = Some("ann".to_owned());
    assert!(check(&good.with_password(crate::domain::secret::Secret::new("geheim")), "x", short()).is_ok());
}
