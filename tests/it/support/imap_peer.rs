//! A small IMAP server inside the test that fails at the command it is told to: for silence, dropped lines and half an answer,
//! which a real server does not do when asked. It knows one INBOX, to which the test alone can add. IDLE it offers only where
//! it is to fail at it, bare, in STARTTLS or inside TLS.

use super::certs::Shown;
use super::line::{Line, Safety};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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
    /// This answer instead of the right one, after the tag; a greeting and the handshake have none, and it is said as it is.
    Say(&'static str),
    /// Half a line, and then the line drops.
    Cut(&'static str),
    /// A message's literal stops halfway and the line drops (only for FETCH).
    HalfLiteral,
}

/// How a peer behaves. The default is bare, without messages and without a fault.
#[derive(Debug, Clone, Default)]
pub struct ImapScript {
    /// The raw messages in its INBOX, with UIDs 1, 2, ….
    pub messages: Vec<Vec<u8>>,
    /// What goes wrong, at a command in capitals without `UID`: `GREETING`, `LOGIN`, `CAPABILITY`, `SELECT`, `NOOP`,
    /// `SEARCH`, `FETCH`, `LOGOUT` and so on; `BODY` is a FETCH of whole messages, `TLS` the handshake.
    pub fault: Option<(&'static str, ImapFault)>,
    /// How often that command goes well before.
    pub after: usize,
    /// How its line is made safe.
    pub safety: Safety,
    /// The certificate that it shows.
    pub shown: Shown,
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
    script: ImapScript,
    met: AtomicUsize,
    mended: AtomicBool,
}

impl ImapPeer {
    /// Starts a bare one with these messages and this fault.
    pub fn start(messages: Vec<Vec<u8>>, fault: Option<(&'static str, ImapFault)>) -> Self {
        Self::start_at(0, ImapScript { messages, fault, ..ImapScript::default() })
    }

    /// Starts one on this port; 0: a free one.
    pub fn start_at(port: u16, script: ImapScript) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let said = Arc::new(Mutex::new(Vec::new()));
        let messages = Mutex::new(script.messages.clone());
        let inbox = Inbox { messages, script, met: AtomicUsize::new(0), mended: AtomicBool::new(false) };
        let inbox = Arc::new(inbox);
        let (known, heard) = (Arc::clone(&inbox), Arc::clone(&said));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (inbox, heard) = (Arc::clone(&known), Arc::clone(&heard));
                thread::spawn(move || inbox.converse(stream, &heard));
            }
        });
        Self { port, said, inbox }
    }

    /// From now on all goes well.
    pub fn mend(&self) {
        self.inbox.mended.store(true, Ordering::SeqCst);
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
    fn converse(&self, stream: TcpStream, heard: &Mutex<Vec<String>>) -> Option<()> {
        let mut line = Line::new(stream);
        if self.script.safety == Safety::AtOnce {
            line = self.secure(line)?;
        }
        if let Some(fault) = self.fault("GREETING", "") {
            return self.fail(&mut line, fault, "*", "");
        }
        line.write(b"* OK [CAPABILITY IMAP4rev1 UIDPLUS] peer.example\r\n")?;
        let mut told = 0;
        loop {
            let said = line.read_line()?;
            heard.lock().unwrap().push(said.clone());
            let mut words = said.split(' ');
            let tag = words.next()?.to_owned();
            let mut command = words.next()?.to_ascii_uppercase();
            if command == "UID" {
                command = words.next()?.to_ascii_uppercase();
            }
            let rest = words.collect::<Vec<_>>().join(" ");
            match self.fault(&command, &rest) {
                Some(ImapFault::Refuse) => line.write(format!("{tag} NO not now\r\n"))?,
                Some(fault) => self.fail(&mut line, fault, &tag, &rest)?,
                None => {
                    let count = self.messages.lock().unwrap().len();
                    if command == "NOOP" && count > told {
                        line.write(format!("* {count} EXISTS\r\n"))?;
                    }
                    if ["NOOP", "SELECT", "EXAMINE"].contains(&command.as_str()) {
                        told = count;
                    }
                    line.write(self.answer(&command, &rest))?;
                    line.write(format!("{tag} OK done\r\n"))?;
                    if command == "STARTTLS" {
                        line = self.secure(line)?;
                    }
                }
            }
            if command == "LOGOUT" {
                return None;
            }
        }
    }

    fn secure(&self, mut line: Line) -> Option<Line> {
        if let Some(fault) = self.fault("TLS", "") {
            self.fail(&mut line, fault, "*", "")?;
            return None;
        }
        line.secure(if self.mended.load(Ordering::SeqCst) { Shown::Ours } else { self.script.shown })
    }

    fn fault_of(&self, command: &str, rest: &str) -> Option<ImapFault> {
        let named = |at: &str| at == command || (at == "BODY" && command == "FETCH" && rest.contains("BODY.PEEK[]"));
        let (_, fault) = self.script.fault.filter(|(at, _)| named(at))?;
        (!self.mended.load(Ordering::SeqCst)).then_some(fault)
    }

    /// The fault that happens now.
    fn fault(&self, command: &str, rest: &str) -> Option<ImapFault> {
        let fault = self.fault_of(command, rest)?;
        (self.met.fetch_add(1, Ordering::SeqCst) >= self.script.after).then_some(fault)
    }

    /// `Some` where the conversation goes on.
    fn fail(&self, line: &mut Line, fault: ImapFault, tag: &str, rest: &str) -> Option<()> {
        match fault {
            ImapFault::Silence => line.be_silent(),
            ImapFault::HalfLiteral => {
                let answer = self.answer("FETCH", rest);
                line.write(&answer[..answer.len() / 2])?;
            }
            ImapFault::Say(words) if tag == "*" => line.write(format!("{words}\r\n"))?,
            ImapFault::Say(words) => return line.write(format!("{tag} {words}\r\n")),
            ImapFault::Cut(words) => line.write(words)?,
            ImapFault::Refuse => line.write("* BYE not now\r\n")?,
            ImapFault::Drop => {}
        }
        None
    }

    /// The untagged lines of an answer.
    fn answer(&self, command: &str, rest: &str) -> Vec<u8> {
        let count = self.messages.lock().unwrap().len();
        match command {
            "CAPABILITY" if self.script.fault.is_some_and(|(at, _)| at == "IDLE") => b"* CAPABILITY IMAP4rev1 UIDPLUS IDLE\r\n".to_vec(),
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
        let messages = self.messages.lock().unwrap();
        let count = messages.len();
        let number = |word: &str| word.parse().unwrap_or(count);
        let ranges = set.split(',').map(|part| {
            let (first, last) = part.split_once(':').unwrap_or((part, part));
            // As RFC 3501 has it: `n:*` with n past the end is the last message.
            number(first).min(if last == "*" { count } else { usize::MAX })..=number(last)
        });
        let ranges: Vec<_> = ranges.collect();
        let mut out = Vec::new();
        for (uid, message) in (1..).zip(&*messages).filter(|(uid, _)| ranges.iter().any(|range| range.contains(uid))) {
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
