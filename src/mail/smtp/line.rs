//! One line: opened step by step, each step bounded; carries parcels one after the other.

use super::super::error::{MailError, Step, Trouble};
use super::super::server::{Security, Server, Timeouts};
use super::super::tls;
use super::wire::{Stream, Wire};
use super::{Fate, Parcel, Refusal, Report, dialogue};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::Ehlo;
use lettre::transport::smtp::extension::{ClientId, Extension};
use lettre::transport::smtp::response::Response;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::time::timeout;

/// Longest wait for a goodbye.
const QUIT_LIMIT: Duration = Duration::from_secs(2);

/// All that is needed to open a line again.
pub(super) struct Dial {
    server: Server,
    hello: String,
    timeouts: Timeouts,
    tls: Option<Arc<rustls::ClientConfig>>,
    /// Becomes true when nobody waits any longer.
    hurry: Option<watch::Receiver<bool>>,
}

/// An open line.
struct Line {
    smtp: AsyncSmtpConnection,
    written: Arc<AtomicU64>,
    used: bool,
    /// The server takes several commands at once (RFC 2920).
    pipelining: bool,
}

/// A step of the envelope: its command, and the class of the answer that takes it.
type Command = (Step, String, u16);

/// The technical side of what we gave up ourselves.
const ENDING: &str = "given up since we end";

/// How a step ended that did not end well.
enum Stop {
    Refused(Refusal),
    Lost(String),
}

/// Runs a line until nobody can hand it anything any more.
pub(super) async fn serve(
    connection: usize,
    dial: Arc<Dial>,
    mut parcels: UnboundedReceiver<Parcel>,
    tell: Sender<Report>,
) {
    let opened = tokio::select! {
        opened = dial.open() => opened,
        // A line that has not reported yet is handed nothing: nobody needs it any more.
        _ = parcels.recv() => return,
    };
    let (mut line, trouble) = match opened {
        Ok(line) => (Some(line), None),
        Err(error) => (None, Some(error)),
    };
    // Sending fails when nobody listens any more; then the channel of parcels is closed as well.
    let _ = tell.send(Report { connection, done: None, trouble });
    while let Some(parcel) = parcels.recv().await {
        let (fate, trouble) = dial.carry(&mut line, &parcel).await;
        let _ = tell.send(Report { connection, done: Some((parcel.key, fate)), trouble });
    }
    if let Some(mut line) = line {
        let _ = timeout(QUIT_LIMIT, line.smtp.quit()).await;
    }
}

impl Dial {
    pub(super) fn new(
        server: Server,
        hello: &str,
        timeouts: Timeouts,
        hurry: Option<watch::Receiver<bool>>,
    ) -> Result<Self, MailError> {
        let server = server.checked()?;
        server.credentials()?;
        let tls = match server.security {
            Security::None => None,
            Security::Implicit | Security::StartTls => Some(tls::client_config(server.ca_pem.as_deref())?),
        };
        let plain = hello.chars().all(|c| c.is_ascii_graphic());
        let hello = if plain && !hello.is_empty() { hello.to_owned() } else { "localhost".to_owned() };
        Ok(Self { server, hello, timeouts, tls, hurry })
    }

    /// Opens, signs in and says goodbye.
    pub(super) async fn try_out(&self) -> Result<(), MailError> {
        let mut line = self.open().await?;
        let _ = timeout(QUIT_LIMIT, line.smtp.quit()).await;
        Ok(())
    }

    async fn open(&self) -> Result<Line, MailError> {
        let mut tcp = within(self.timeouts.connect, Step::Connect, self.connect()).await?;
        let written = Arc::new(AtomicU64::new(0));
        let command = self.timeouts.command;
        let (stream, head): (Stream, &'static [u8]) = match (&self.tls, self.server.security) {
            (None, _) | (_, Security::None) => (Stream::Plain(tcp), b""),
            (Some(config), Security::Implicit) => {
                (within(command, Step::Tls, self.handshake(config.clone(), tcp)).await?, b"")
            }
            (Some(config), Security::StartTls) => {
                within(command, Step::Greeting, dialogue::ask_for_tls(&mut tcp, &self.hello)).await?;
                (within(command, Step::Tls, self.handshake(config.clone(), tcp)).await?, b"220 go on\r\n")
            }
        };
        let wire = Box::new(Wire::new(stream, head, written.clone()));
        let hello = ClientId::Domain(self.hello.clone());
        let greet = async {
            AsyncSmtpConnection::connect_with_transport(wire, &hello)
                .await
                .map_err(|e| opening_error(&e, Step::Greeting))
        };
        let mut smtp = within(command, Step::Greeting, greet).await?;
        // Of the answer to EHLO lettre keeps what it uses itself, so it is asked for once more.
        let ask = async {
            match self.bounded(command, 2, smtp.command(Ehlo::new(hello))).await {
                Ok(answer) => Ok(answer.message().any(|line| line.trim().eq_ignore_ascii_case("PIPELINING"))),
                Err(Stop::Refused(_)) => Ok(false),
                Err(Stop::Lost(detail)) => Err(MailError::new(Trouble::Lost(Step::Greeting), detail)),
            }
        };
        let pipelining = ask.await?;
        if let Some((user, password)) = self.server.credentials()? {
            let ways = [Mechanism::Plain, Mechanism::Login];
            if smtp.server_info().get_auth_mechanism(&ways).is_none() {
                return Err(MailError::new(Trouble::NoSignIn, "neither AUTH PLAIN nor AUTH LOGIN is offered"));
            }
            let credentials = Credentials::new(user.to_owned(), password.to_owned());
            let sign_in =
                async { smtp.auth(&ways, &credentials).await.map_err(|e| opening_error(&e, Step::Auth)).map(|_| ()) };
            within(command, Step::Auth, sign_in).await?;
        }
        Ok(Line { smtp, written, used: false, pipelining })
    }

    async fn connect(&self) -> Result<TcpStream, MailError> {
        let found = tokio::net::lookup_host((self.server.host.as_str(), self.server.port)).await;
        let found = found.map_err(|e| MailError::new(Trouble::Lookup, e.to_string()))?;
        let mut last = MailError::new(Trouble::Connect, "no address");
        for address in self.server.admit(found)? {
            match TcpStream::connect(address).await {
                Ok(tcp) => {
                    // Without it each message waits some 40 ms for an acknowledgement.
                    tcp.set_nodelay(true).map_err(|e| MailError::new(Trouble::Connect, e.to_string()))?;
                    return Ok(tcp);
                }
                Err(error) => last = MailError::new(Trouble::Connect, error.to_string()),
            }
        }
        Err(last)
    }

    async fn handshake(&self, config: Arc<rustls::ClientConfig>, tcp: TcpStream) -> Result<Stream, MailError> {
        let name = tls::server_name(&self.server.host)?;
        let stream = tokio_rustls::TlsConnector::from(config).connect(name, tcp).await;
        Ok(Stream::Tls(Box::new(stream.map_err(|e| tls::handshake_error(&e))?)))
    }

    /// Carries one parcel, opening the line when it is not. A line that was idle may have been closed by the
    /// server in silence: as long as nothing went further than MAIL it is opened once more.
    async fn carry(&self, line: &mut Option<Line>, parcel: &Parcel) -> (Fate, Option<MailError>) {
        loop {
            let mut open = match line.take() {
                Some(open) => open,
                None => match self.open_unless_hurried().await {
                    Ok(open) => open,
                    Err(ended) => return ended,
                },
            };
            let was_used = open.used;
            open.used = true;
            let (fate, sound) = self.send(&mut open, parcel).await;
            let stale = match &fate {
                Fate::Dropped { step, .. } => *step == Step::Mail,
                Fate::Refused { step, refusal } => *step == Step::Mail && refusal.code == 421,
                Fate::Sent { .. } | Fate::Uncertain { .. } => false,
            };
            if sound {
                *line = Some(open);
            }
            if !(stale && was_used) {
                return (fate, None);
            }
        }
    }

    /// Opens a line for a parcel that is there; gives what becomes of it when that does not work.
    async fn open_unless_hurried(&self) -> Result<Line, (Fate, Option<MailError>)> {
        tokio::select! {
            opened = self.open() => opened.map_err(|error| {
                (Fate::Dropped { step: error.step(), detail: error.detail.clone() }, Some(error))
            }),
            () = self.hurried() => Err((Fate::Dropped { step: Step::Connect, detail: ENDING.to_owned() }, None)),
        }
    }

    /// The steps of one message; also whether the line can carry another.
    async fn send(&self, line: &mut Line, parcel: &Parcel) -> (Fate, bool) {
        let eight_bit = !parcel.bytes.is_ascii() && line.smtp.server_info().supports_feature(Extension::EightBitMime);
        let body = if eight_bit { " BODY=8BITMIME" } else { "" };
        // An EmailAddress holds no character that could end the command.
        let commands = [
            (Step::Mail, format!("MAIL FROM:<{}>{body}\r\n", parcel.from), 2),
            (Step::Rcpt, format!("RCPT TO:<{}>\r\n", parcel.to), 2),
            (Step::Data, "DATA\r\n".to_owned(), 3),
        ];
        let envelope =
            if line.pipelining { self.together(line, &commands).await } else { self.apart(line, &commands).await };
        if let Err(no) = envelope {
            return no;
        }
        let before = line.written.load(Ordering::Relaxed);
        match self.bounded(self.timeouts.dot, 2, line.smtp.message(&parcel.bytes)).await {
            Ok(reply) => (Fate::Sent { reply: words(reply.message()) }, true),
            Err(Stop::Refused(refusal)) => {
                let sound = refusal.code != 421;
                (Fate::Refused { step: Step::Dot, refusal }, sound)
            }
            Err(Stop::Lost(detail)) => {
                // The dot follows the text: as long as less than the text was taken, no dot was sent.
                let taken = line.written.load(Ordering::Relaxed) - before;
                if taken < parcel.bytes.len() as u64 {
                    (Fate::Dropped { step: Step::Data, detail }, false)
                } else {
                    (Fate::Uncertain { detail }, false)
                }
            }
        }
    }

    /// The envelope, command by command; where one is not taken, what became of the message and whether the line can
    /// carry another.
    async fn apart(&self, line: &mut Line, commands: &[Command]) -> Result<(), (Fate, bool)> {
        for (step, command, class) in commands {
            match self.say(line, command, *class).await {
                Ok(_) => {}
                Err(Stop::Lost(detail)) => return Err((Fate::Dropped { step: *step, detail }, false)),
                Err(Stop::Refused(refusal)) => return Err(self.refused(line, *step, refusal).await),
            }
        }
        Ok(())
    }

    /// The envelope in one go. All answers are read before the line is used again; a server that wants the text although
    /// it took no recipient gets none, and the line is given up.
    async fn together(&self, line: &mut Line, commands: &[Command]) -> Result<(), (Fate, bool)> {
        let all: String = commands.iter().map(|(_, command, _)| command.as_str()).collect();
        let mut no = None;
        for (index, (step, _, class)) in commands.iter().enumerate() {
            let answer = if index == 0 {
                self.say(line, &all, *class).await
            } else {
                self.bounded(self.timeouts.command, *class, line.smtp.read_response()).await
            };
            match (answer, no.take()) {
                (Ok(_), None) => {}
                (Ok(_), Some((at, refusal))) if *step == Step::Data => {
                    return Err((Fate::Refused { step: at, refusal }, false));
                }
                (Ok(_) | Err(Stop::Refused(_)), Some(first)) => no = Some(first),
                (Err(Stop::Refused(refusal)), None) => no = Some((*step, refusal)),
                (Err(Stop::Lost(detail)), None) => return Err((Fate::Dropped { step: *step, detail }, false)),
                (Err(Stop::Lost(_)), Some((at, refusal))) => return Err((Fate::Refused { step: at, refusal }, false)),
            }
        }
        match no {
            None => Ok(()),
            Some((step, refusal)) => Err(self.refused(line, step, refusal).await),
        }
    }

    async fn refused(&self, line: &mut Line, step: Step, refusal: Refusal) -> (Fate, bool) {
        let sound = refusal.code != 421 && self.say(line, "RSET\r\n", 2).await.is_ok();
        (Fate::Refused { step, refusal }, sound)
    }

    async fn say(&self, line: &mut Line, command: &str, class: u16) -> Result<Response, Stop> {
        self.bounded(self.timeouts.command, class, line.smtp.command(command)).await
    }

    /// Bounds a command of the sending phase and expects a reply of this class (2 for 2xx, 3 for 3xx).
    async fn bounded(
        &self,
        limit: Duration,
        class: u16,
        work: impl Future<Output = Result<Response, lettre::transport::smtp::Error>>,
    ) -> Result<Response, Stop> {
        let outcome = tokio::select! {
            outcome = timeout(limit, work) => outcome,
            () = self.hurried() => return Err(Stop::Lost(ENDING.to_owned())),
        };
        match outcome {
            Err(_) => Err(Stop::Lost(format!("no answer in {limit:?}"))),
            Ok(Err(error)) => match error.status() {
                Some(code) => Err(Stop::Refused(refusal(u16::from(code), &error))),
                None => Err(Stop::Lost(error.to_string())),
            },
            Ok(Ok(reply)) if u16::from(reply.code()) / 100 == class => Ok(reply),
            Ok(Ok(reply)) => Err(Stop::Lost(format!("an answer out of turn: {}", reply.code()))),
        }
    }

    /// Comes when nobody waits any longer, and else never.
    async fn hurried(&self) {
        if let Some(mut hurry) = self.hurry.clone()
            && hurry.wait_for(|asked| *asked).await.is_ok()
        {
            return;
        }
        std::future::pending::<()>().await;
    }
}

/// Bounds an opening step.
async fn within<T>(
    limit: Duration,
    step: Step,
    work: impl Future<Output = Result<T, MailError>>,
) -> Result<T, MailError> {
    timeout(limit, work)
        .await
        .unwrap_or_else(|_| Err(MailError::new(Trouble::Silence(step), format!("no answer in {limit:?}"))))
}

/// A server's word while the line is opened; its text stays out of it.
fn opening_error(error: &lettre::transport::smtp::Error, step: Step) -> MailError {
    let Some(code) = error.status().map(u16::from) else {
        let trouble =
            if error.is_response() || error.is_client() { Trouble::Garbled(step) } else { Trouble::Lost(step) };
        let detail = if error.is_response() { "an answer that cannot be read".to_owned() } else { error.to_string() };
        return MailError::new(trouble, detail);
    };
    let enhanced = refusal(code, error).enhanced.map(|enhanced| format!(" {enhanced}")).unwrap_or_default();
    let trouble = if step == Step::Auth && code >= 500 { Trouble::SignIn } else { Trouble::Refused(step) };
    MailError::new(trouble, format!("answered with {code}{enhanced}"))
}

fn refusal(code: u16, error: &lettre::transport::smtp::Error) -> Refusal {
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let text = words(text.lines());
    let enhanced = text.split_whitespace().next().filter(|word| is_enhanced(word)).map(str::to_owned);
    Refusal { code, enhanced, text }
}

fn is_enhanced(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    parts.len() == 3 && matches!(parts.first(), Some(&("2" | "4" | "5"))) && parts.iter().all(number)
}

fn words<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let joined = lines.collect::<Vec<_>>().join(" ");
    joined.chars().filter(|c| !c.is_control()).take(500).collect()
}
