//! The stream under an IMAP session: TCP, with or without TLS, in which no read can last for ever or bring more
//! than was agreed. The deadline and the budget are set anew for each command.

use super::super::error::{MailError, Step, Trouble};
use super::super::server::{Security, Server, Timeouts};
use super::super::tls;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Most bytes that a command without content may be answered with.
pub(super) const SMALL: u64 = 1024 * 1024;

/// What one command may take; shared between the session and the stream it owns.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    now: Arc<Mutex<(Instant, u64)>>,
    timeouts: Timeouts,
}

impl Limits {
    pub(super) fn new(timeouts: Timeouts) -> Self {
        Self { now: Arc::new(Mutex::new((Instant::now() + timeouts.answer, SMALL))), timeouts }
    }

    /// Starts a command that may bring this many bytes.
    pub(super) fn renew(&self, budget: u64) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = (Instant::now() + self.timeouts.answer, budget);
    }

    /// How long the next read or write may wait.
    fn patience(&self) -> io::Result<Duration> {
        let (deadline, budget) = *self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if budget == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "more bytes than a sound answer has"));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "the answer does not end"));
        }
        Ok(left.min(self.timeouts.command))
    }

    fn spend(&self, bytes: usize) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.1 = now.1.saturating_sub(bytes as u64);
    }
}

type TlsStream = rustls::StreamOwned<rustls::ClientConnection, TcpStream>;

#[derive(Debug)]
enum Kind {
    Plain(TcpStream),
    Tls(Box<TlsStream>),
}

/// A bounded stream.
#[derive(Debug)]
pub(super) struct Stream {
    kind: Kind,
    limits: Limits,
}

impl Read for Stream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let patience = self.limits.patience()?;
        let count = self.read_within(buf, patience)?;
        if count == 0 && !buf.is_empty() {
            // Within an answer it is no end but a loss; half a line must not be taken for a strange word.
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the line was closed"));
        }
        self.limits.spend(count);
        Ok(count)
    }
}

impl Stream {
    /// Reads what comes within this time, outside the limits of a command.
    pub(super) fn read_within(&mut self, buf: &mut [u8], patience: Duration) -> io::Result<usize> {
        match &mut self.kind {
            Kind::Plain(tcp) => {
                tcp.set_read_timeout(Some(patience))?;
                tcp.read(buf)
            }
            Kind::Tls(tls) => {
                tls.sock.set_read_timeout(Some(patience))?;
                tls.read(buf)
            }
        }
    }
}

impl Write for Stream {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match &mut self.kind {
            Kind::Plain(tcp) => tcp.write(buf),
            Kind::Tls(tls) => tls.write(buf),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.kind {
            Kind::Plain(tcp) => tcp.flush(),
            Kind::Tls(tls) => tls.flush(),
        }
    }
}

/// A line as its security asks for it, and whether the greeting was already read (before STARTTLS).
pub(super) fn open(server: &Server, timeouts: Timeouts, limits: &Limits) -> Result<(Stream, bool), MailError> {
    let tcp = connect(server, timeouts.connect)?;
    let bare = Stream { kind: Kind::Plain(tcp), limits: limits.clone() };
    match server.security {
        Security::None => Ok((bare, false)),
        Security::Implicit => Ok((handshake(server, bare)?, false)),
        Security::StartTls => Ok((handshake(server, ask_for_tls(bare)?)?, true)),
    }
}

fn connect(server: &Server, limit: Duration) -> Result<TcpStream, MailError> {
    let until = Instant::now() + limit;
    let failed = |e: io::Error| MailError::new(Trouble::Connect, e.to_string());
    let mut last = MailError::new(Trouble::Connect, "no address");
    for address in server.admit(look_up(server, limit)?)? {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        match TcpStream::connect_timeout(&address, left) {
            Ok(tcp) => {
                tcp.set_nodelay(true).map_err(failed)?;
                tcp.set_write_timeout(Some(limit.max(Duration::from_secs(1)))).map_err(failed)?;
                return Ok(tcp);
            }
            Err(error) => last = failed(error),
        }
    }
    Err(last)
}

/// The system's resolver cannot be told to hurry, so it is asked on a thread that we can stop waiting for.
fn look_up(server: &Server, limit: Duration) -> Result<Vec<SocketAddr>, MailError> {
    let (tell, hear) = channel();
    let (host, port) = (server.host.clone(), server.port);
    std::thread::spawn(move || {
        let found = (host.as_str(), port).to_socket_addrs().map(Iterator::collect);
        // Nobody waits any more: then the answer is not needed.
        let _ = tell.send(found);
    });
    let silence = |_| MailError::new(Trouble::Silence(Step::Connect), "the name was not looked up in time");
    hear.recv_timeout(limit).map_err(silence)?.map_err(|e| MailError::new(Trouble::Lookup, e.to_string()))
}

fn handshake(server: &Server, bare: Stream) -> Result<Stream, MailError> {
    let Kind::Plain(mut tcp) = bare.kind else {
        return Err(MailError::new(Trouble::Tls, "the line is already encrypted"));
    };
    let config = tls::client_config(server.ca_pem.as_deref())?;
    let mut session = rustls::ClientConnection::new(config, tls::server_name(&server.host)?)
        .map_err(|e| MailError::new(Trouble::Tls, e.to_string()))?;
    bare.limits.renew(SMALL);
    while session.is_handshaking() {
        let patience = bare.limits.patience().map_err(|e| io_error(&e, Step::Tls))?;
        tcp.set_read_timeout(Some(patience)).map_err(|e| io_error(&e, Step::Tls))?;
        session.complete_io(&mut tcp).map_err(|e| {
            let slow = matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut);
            if slow { io_error(&e, Step::Tls) } else { tls::handshake_error(&e) }
        })?;
    }
    Ok(Stream { kind: Kind::Tls(Box::new(rustls::StreamOwned::new(session, tcp))), limits: bare.limits })
}

/// Greeting and STARTTLS, byte by byte: nothing that was slipped in before the handshake is read after it.
fn ask_for_tls(mut bare: Stream) -> Result<Stream, MailError> {
    let step = Step::Greeting;
    if !line(&mut bare)?.starts_with("* OK") {
        return Err(MailError::new(Trouble::Refused(step), "no welcome"));
    }
    bare.write_all(b"s1 STARTTLS\r\n").map_err(|e| io_error(&e, step))?;
    loop {
        let line = line(&mut bare)?;
        if let Some(answer) = line.strip_prefix("s1 ") {
            let yes = answer.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("OK"));
            let no = || MailError::new(Trouble::NoStartTls, "STARTTLS was not answered with OK");
            return if yes { Ok(bare) } else { Err(no()) };
        }
    }
}

fn line(bare: &mut Stream) -> Result<String, MailError> {
    let mut line = Vec::new();
    let mut byte = [0_u8];
    while !line.ends_with(b"\n") {
        bare.read_exact(&mut byte).map_err(|e| io_error(&e, Step::Greeting))?;
        line.push(byte[0]);
        if line.len() > 8192 {
            return Err(MailError::new(Trouble::Garbled(Step::Greeting), "a line without end"));
        }
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

/// What a failed read or write means.
pub(super) fn io_error(error: &io::Error, step: Step) -> MailError {
    let kind = error.kind();
    let trouble = if matches!(kind, io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) {
        Trouble::Silence(step)
    } else if kind == io::ErrorKind::InvalidData {
        Trouble::Garbled(step)
    } else {
        Trouble::Lost(step)
    };
    MailError::new(trouble, error.to_string())
}
