//! A small IMAP server inside the test that fails at the command it is told to: for silence, dropped lines and half an answer,
//! which a real server does not do when asked. It knows one INBOX, to which the test alone can add. IDLE it offers only where
//! it is to fail at it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// The UIDVALIDITY of its INBOX.
pub const UID_VALIDITY: u32 = 77;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImapFault {
    /// No answer, the connection open.
    Silence,
    /// The line drops without an answer.
    Drop,
    /// `NO`.
    Refuse,
    /// A message's literal stops halfway and the line drops (only for FETCH).
    HalfLiteral,
}

/// A listening peer; it ends with the test's process.
#[derive(Debug, Clone)]
pub struct ImapPeer {
    /// The port on 127.0.0.1, without TLS.
    pub port: u16,
    said: Arc<Mutex<Vec<String>>>,
    inbox: Arc<Inbox>,
}

#[derive(Debug)]
struct Inbox {
    messages: Mutex<Vec<Vec<u8>>>,
    fault: Option<(&'static str, ImapFault)>,
}

impl ImapPeer {
    /// Starts one whose INBOX has these raw messages with UIDs 1, 2, …; `fault` happens at a command given in capitals without
    /// `UID`: `GREETING`, `LOGIN`, `CAPABILITY`, `SELECT`, `NOOP`, `SEARCH`, `FETCH`, `LOGOUT` and so on.
    pub fn start(messages: Vec<Vec<u8>>, fault: Option<(&'static str, ImapFault)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let said = Arc::new(Mutex::new(Vec::new()));
        let inbox = Arc::new(Inbox { messages: Mutex::new(messages), fault });
        let (known, heard) = (Arc::clone(&inbox), Arc::clone(&said));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (inbox, heard) = (Arc::clone(&known), Arc::clone(&heard));
                thread::spawn(move || inbox.converse(&stream, &heard));
            }
        });
        Self { port, said, inbox }
    }

    /// Puts a raw message into its INBOX; clients are told at their next NOOP.
    pub fn add(&self, message: Vec<u8>) {
        self.inbox.messages.lock().unwrap().push(message);
    }

    /// How often a command, given as for a fault, was said.
    pub fn count(&self, command: &str) -> usize {
        self.said().iter().filter(|line| line.split(' ').nth(1) == Some(command)).count()
    }

    /// Every command line the clients said.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }
}

impl Inbox {
    fn converse(&self, stream: &TcpStream, heard: &Mutex<Vec<String>>) -> Option<()> {
        let mut lines = BufReader::new(stream.try_clone().ok()?);
        let mut out = stream;
        if self.fault_at("GREETING").is_some() {
            return self.fail(stream, "*", "GREETING");
        }
        out.write_all(b"* OK [CAPABILITY IMAP4rev1 UIDPLUS] peer.example\r\n").ok()?;
        let mut told = 0;
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let line = line.trim_end().to_owned();
            heard.lock().unwrap().push(line.clone());
            let mut words = line.split(' ');
            let tag = words.next()?.to_owned();
            let mut command = words.next()?.to_ascii_uppercase();
            if command == "UID" {
                command = words.next()?.to_ascii_uppercase();
            }
            let rest = words.collect::<Vec<_>>().join(" ");
            match self.fault_at(&command) {
                Some(ImapFault::Refuse) => out.write_all(format!("{tag} NO not now\r\n").as_bytes()).ok()?,
                Some(_) => return self.fail(stream, &rest, &command),
                None => {
                    let count = self.messages.lock().unwrap().len();
                    if command == "NOOP" && count > told {
                        out.write_all(format!("* {count} EXISTS\r\n").as_bytes()).ok()?;
                    }
                    if ["NOOP", "SELECT", "EXAMINE"].contains(&command.as_str()) {
                        told = count;
                    }
                    out.write_all(&self.answer(&command, &rest)).ok()?;
                    out.write_all(format!("{tag} OK done\r\n").as_bytes()).ok()?;
                }
            }
            if command == "LOGOUT" {
                return None;
            }
        }
    }

    fn fault_at(&self, command: &str) -> Option<ImapFault> {
        self.fault.filter(|(at, _)| *at == command).map(|(_, fault)| fault)
    }

    fn fail(&self, stream: &TcpStream, rest: &str, command: &str) -> Option<()> {
        let mut out = stream;
        match self.fault_at(command)? {
            ImapFault::Silence => drop(std::io::copy(&mut &*stream, &mut std::io::sink())),
            ImapFault::HalfLiteral => {
                let answer = self.answer("FETCH", rest);
                out.write_all(&answer[..answer.len() / 2]).ok()?;
            }
            ImapFault::Drop | ImapFault::Refuse => {}
        }
        None
    }

    /// The untagged lines of an answer.
    fn answer(&self, command: &str, rest: &str) -> Vec<u8> {
        let count = self.messages.lock().unwrap().len();
        match command {
            "CAPABILITY" if self.fault_at("IDLE").is_some() => b"* CAPABILITY IMAP4rev1 UIDPLUS IDLE\r\n".to_vec(),
            "CAPABILITY" => b"* CAPABILITY IMAP4rev1 UIDPLUS\r\n".to_vec(),
            "SELECT" | "EXAMINE" | "STATUS" => format!(
                "* FLAGS (\\Seen)\r\n* {count} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY {UID_VALIDITY}] is\r\n* OK [UIDNEXT {}] is\r\n",
                count + 1
            )
            .into_bytes(),
            "LIST" => b"* LIST (\\HasNoChildren) \"/\" INBOX\r\n".to_vec(),
            "SEARCH" => {
                let uids: Vec<_> = (1..=count).map(|uid| uid.to_string()).collect();
                format!("* SEARCH {}\r\n", uids.join(" ")).into_bytes()
            }
            "FETCH" => self.fetched(rest),
            "LOGOUT" => b"* BYE until later\r\n".to_vec(),
            _ => Vec::new(),
        }
    }

    fn fetched(&self, rest: &str) -> Vec<u8> {
        let (set, wanted) = rest.split_once(' ').unwrap_or((rest, ""));
        let (first, last) = set.split_once(':').unwrap_or((set, set));
        let messages = self.messages.lock().unwrap();
        let count = messages.len();
        let number = |word: &str| word.parse().unwrap_or(count);
        // As RFC 3501 has it: `n:*` with n past the end is the last message.
        let (first, last) = (number(first).min(if last == "*" { count } else { usize::MAX }), number(last));
        let mut out = Vec::new();
        for (uid, message) in (1..).zip(&*messages).filter(|(uid, _)| (first..=last).contains(uid)) {
            let size = message.len();
            out.extend(format!("* {uid} FETCH (UID {uid} RFC822.SIZE {size}").into_bytes());
            if wanted.contains("INTERNALDATE") {
                out.extend(b" INTERNALDATE \"01-Jan-2030 10:00:00 +0000\"");
            }
            let head = message.windows(4).position(|four| four == b"\r\n\r\n").map_or(size, |at| at + 4);
            for (item, part) in [("BODY[]", &message[..]), ("BODY[HEADER]", &message[..head])] {
                if wanted.contains(&item.replace('[', ".PEEK[")) {
                    out.extend(format!(" {item} {{{}}}\r\n", part.len()).into_bytes());
                    out.extend(part);
                }
            }
            out.extend(b")\r\n");
        }
        out
    }
}
