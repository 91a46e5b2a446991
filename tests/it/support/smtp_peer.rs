//! A small SMTP server inside the test that fails exactly where it is told to, and keeps everything it was told. It lives
//! in the test's own process, so it sees what a killed client had sent.

use super::certs::Shown;
use super::line::{Line, Safety};
use std::collections::BTreeMap;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A moment in the conversation: the peer is about to answer this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The greeting.
    Connect,
    /// EHLO or HELO.
    Hello,
    /// STARTTLS.
    StartTls,
    /// The TLS handshake, at once or after STARTTLS; a word said here is said in the clear.
    Tls,
    /// EHLO once more, after STARTTLS.
    HelloAgain,
    /// AUTH, and each line of its exchange.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// The first line of the message, before the final dot.
    Body,
    /// The final dot: the message has arrived and is kept before the fault happens.
    Dot,
    /// QUIT.
    Quit,
}

/// What goes wrong at a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The line drops without an answer.
    Drop,
    /// The right answer, and then the line drops.
    AnswerThenDrop,
    /// This line instead of the right answer, such as `451 4.3.0 later`. Refused at the dot, a message is not kept.
    Say(&'static str),
    /// Half a line and then silence, the connection open.
    Half(&'static str),
    /// Half a line, and then the line drops.
    Cut(&'static str),
    /// Silence, the connection open.
    Silence,
}

/// How a peer behaves. The default offers no extension and accepts everything.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// What EHLO offers, such as `AUTH PLAIN LOGIN`; leave STARTTLS out to play a peer that strips it.
    pub offers: Vec<&'static str>,
    /// How its line is made safe.
    pub safety: Safety,
    /// The certificate that it shows.
    pub shown: Shown,
    /// The faults, one for each step at most.
    pub faults: Vec<(Step, Fault)>,
    /// How many times a fault happens before all goes well; `None`: always.
    pub times: Option<usize>,
}

/// A message that reached the final dot.
#[derive(Debug, Clone)]
pub struct Received {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients that were accepted.
    pub to: Vec<String>,
    /// The message as it was before dot-stuffing, lines ending in CRLF.
    pub data: Vec<u8>,
}

impl Received {
    /// The Message-ID with its angle brackets; empty when there is none.
    pub fn message_id(&self) -> String {
        let text = String::from_utf8_lossy(&self.data);
        let head = text.split("\r\n\r\n").next().unwrap_or_default();
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("message-id:"));
        line.map(|line| line["message-id:".len()..].trim().to_owned()).unwrap_or_default()
    }
}

/// A listening peer; it ends with the test's process.
#[derive(Debug, Clone)]
pub struct SmtpPeer {
    /// The port on 127.0.0.1.
    pub port: u16,
    notes: Arc<Notes>,
}

#[derive(Debug, Default)]
struct Notes {
    received: Mutex<Vec<Received>>,
    said: Mutex<Vec<String>>,
    connections: AtomicUsize,
    faults: AtomicUsize,
    mended: AtomicBool,
    latency_micros: AtomicU64,
}

impl SmtpPeer {
    /// Starts one on a free port.
    pub fn start(script: Script) -> Self {
        Self::start_at(0, script)
    }

    /// Starts one on this port.
    pub fn start_at(port: u16, script: Script) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let notes = Arc::new(Notes::default());
        let (script, shared) = (Arc::new(script), Arc::clone(&notes));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (script, notes) = (Arc::clone(&script), Arc::clone(&shared));
                notes.connections.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || Conversation { script, notes }.run(stream));
            }
        });
        Self { port, notes }
    }

    /// A peer with one fault that always happens.
    pub fn failing(step: Step, fault: Fault) -> Self {
        Self::start(Script { faults: vec![(step, fault)], ..Script::default() })
    }

    /// From now on all goes well: no fault happens, the certificate is right, and it offers what a client needs.
    pub fn mend(&self) {
        self.notes.mended.store(true, Ordering::SeqCst);
    }

    /// Waits this long before each answer to a final dot, from now on.
    pub fn answer_after(&self, latency: Duration) {
        self.notes.latency_micros.store(u64::try_from(latency.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// Every message that reached the final dot and was not refused there, in order of arrival.
    pub fn received(&self) -> Vec<Received> {
        self.notes.received.lock().unwrap().clone()
    }

    /// How many messages [`SmtpPeer::received`] has.
    pub fn count(&self) -> usize {
        self.notes.received.lock().unwrap().len()
    }

    /// How often each (Message-ID, recipient) arrived.
    pub fn tally(&self) -> BTreeMap<(String, String), usize> {
        let mut tally = BTreeMap::new();
        for message in self.received() {
            for recipient in &message.to {
                *tally.entry((message.message_id(), recipient.clone())).or_default() += 1;
            }
        }
        tally
    }

    /// Every command line the clients said, without the messages.
    pub fn said(&self) -> Vec<String> {
        self.notes.said.lock().unwrap().clone()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.notes.connections.load(Ordering::SeqCst)
    }
}

struct Conversation {
    script: Arc<Script>,
    notes: Arc<Notes>,
}

/// The line is to be dropped, or the client has.
struct Over;

impl Conversation {
    fn run(&self, stream: TcpStream) {
        let _ = self.converse(Line::new(stream));
    }

    fn converse(&self, mut line: Line) -> Result<(), Over> {
        if self.script.safety == Safety::AtOnce {
            line = self.secure(line)?;
        }
        self.answer(&mut line, Step::Connect, "220 peer.example ESMTP")?;
        let (mut from, mut to, mut safe) = (String::new(), Vec::new(), self.script.safety != Safety::Start);
        loop {
            let said = line.read_line().ok_or(Over)?;
            self.notes.said.lock().unwrap().push(said.clone());
            let verb = said.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" | "HELO" => {
                    let again = safe && self.script.safety == Safety::Start;
                    let step = if again { Step::HelloAgain } else { Step::Hello };
                    self.answer(&mut line, step, &self.greeting(safe)).map(drop)?;
                }
                "STARTTLS" => {
                    if self.answer(&mut line, Step::StartTls, "220 go ahead")? {
                        line = self.secure(line)?;
                        safe = true;
                    }
                }
                "AUTH" => self.sign_in(&mut line, &said)?,
                "MAIL" => {
                    from = address(&said);
                    to.clear();
                    self.answer(&mut line, Step::Mail, "250 2.1.0 ok").map(drop)?;
                }
                "RCPT" => {
                    if self.answer(&mut line, Step::Rcpt, "250 2.1.5 ok")? {
                        to.push(address(&said));
                    }
                }
                "DATA" => {
                    if self.answer(&mut line, Step::Data, "354 end with a dot")? {
                        self.take_message(&mut line, &from, &to)?;
                    }
                }
                "QUIT" => {
                    self.answer(&mut line, Step::Quit, "221 2.0.0 bye")?;
                    return Ok(());
                }
                _ => line.write("250 2.0.0 ok\r\n").ok_or(Over)?,
            }
        }
    }

    fn secure(&self, mut line: Line) -> Result<Line, Over> {
        if self.fault_of(Step::Tls).is_some() {
            self.answer(&mut line, Step::Tls, "")?;
            return Err(Over);
        }
        line.secure(if self.mended() { Shown::Ours } else { self.script.shown }).ok_or(Over)
    }

    fn mended(&self) -> bool {
        self.notes.mended.load(Ordering::SeqCst)
    }

    fn greeting(&self, safe: bool) -> String {
        let mut lines = vec!["peer.example"];
        let all = ["STARTTLS", "AUTH PLAIN LOGIN"];
        let offers = if self.mended() { &all[..] } else { &self.script.offers };
        lines.extend(offers.iter().filter(|word| **word != "STARTTLS" || !safe));
        let last = lines.len() - 1;
        let line = |(at, word): (usize, &&str)| format!("250{}{word}", if at == last { ' ' } else { '-' });
        lines.iter().enumerate().map(line).collect::<Vec<_>>().join("\r\n")
    }

    fn sign_in(&self, line: &mut Line, said: &str) -> Result<(), Over> {
        let words = said.split_whitespace().count();
        let login = said.to_ascii_uppercase().contains("LOGIN");
        let challenges: &[&str] = match (login, words) {
            (true, 2) => &["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"],
            (true, _) => &["334 UGFzc3dvcmQ6"],
            (false, 2) => &["334 "],
            (false, _) => &[],
        };
        for challenge in challenges {
            line.write(format!("{challenge}\r\n")).ok_or(Over)?;
            line.read_line().ok_or(Over)?;
        }
        self.answer(line, Step::Auth, "235 2.7.0 welcome").map(drop)
    }

    fn take_message(&self, line: &mut Line, from: &str, to: &[String]) -> Result<(), Over> {
        let mut data = Vec::new();
        loop {
            let text = line.read_raw().ok_or(Over)?;
            if text == b".\r\n" {
                break;
            }
            if data.is_empty() && self.fault(Step::Body).is_some() {
                return Err(Over);
            }
            data.extend_from_slice(text.strip_prefix(b".").unwrap_or(&text));
        }
        let fault = self.fault(Step::Dot);
        if !matches!(fault, Some(Fault::Say(_))) {
            let received = Received { from: from.to_owned(), to: to.to_vec(), data };
            self.notes.received.lock().unwrap().push(received);
        }
        thread::sleep(Duration::from_micros(self.notes.latency_micros.load(Ordering::SeqCst)));
        answer_with(line, fault, "250 2.0.0 taken").map(drop)
    }

    /// The fault that this step has.
    fn fault_of(&self, step: Step) -> Option<&Fault> {
        let (_, fault) = self.script.faults.iter().find(|(at, _)| *at == step)?;
        (!self.mended()).then_some(fault)
    }

    /// Whether the fault of this step happens now.
    fn fault(&self, step: Step) -> Option<Fault> {
        let fault = self.fault_of(step)?;
        let happened = self.notes.faults.fetch_add(1, Ordering::SeqCst);
        self.script.times.is_none_or(|times| happened < times).then(|| fault.clone())
    }

    /// Gives the right answer, or the step's fault; says whether it was the right one.
    fn answer(&self, line: &mut Line, step: Step, right: &str) -> Result<bool, Over> {
        answer_with(line, self.fault(step), right)
    }
}

fn answer_with(line: &mut Line, fault: Option<Fault>, right: &str) -> Result<bool, Over> {
    let mut say = |words: &str| line.write(words).ok_or(Over);
    match fault {
        None => say(&format!("{right}\r\n")).map(|()| true),
        Some(Fault::Drop) => Err(Over),
        Some(Fault::AnswerThenDrop) => say(&format!("{right}\r\n")).and(Err(Over)),
        Some(Fault::Say(no)) => say(&format!("{no}\r\n")).map(|()| false),
        Some(Fault::Cut(words)) => say(words).and(Err(Over)),
        Some(Fault::Half(words)) => {
            say(words)?;
            line.be_silent();
            Err(Over)
        }
        Some(Fault::Silence) => {
            line.be_silent();
            Err(Over)
        }
    }
}

fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
