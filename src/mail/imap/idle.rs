//! Listening to the open folder: IDLE (RFC 2177), or NOOP now and then. IDLE is spoken over the session's own stream: the
//! `imap` crate hangs on a line before the server's `+`, and cannot be asked to stop waiting.

use super::stream::{SMALL, Stream, io_error};
use super::{MailError, Session, Step, Trouble};
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often a session that waits looks up, to see whether it should go on.
const GLANCE: Duration = Duration::from_millis(250);

/// Most bytes of a line.
const LONGEST: usize = 64 * 1024;

/// The stream, lent to the crate's session and kept by ours.
#[derive(Debug, Clone)]
pub(super) struct Shared(Arc<Mutex<Stream>>);

impl Shared {
    pub(super) fn new(stream: Stream) -> Self {
        Self(Arc::new(Mutex::new(stream)))
    }

    fn stream(&self) -> MutexGuard<'_, Stream> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for Shared {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.stream().read(buf)
    }
}

impl Write for Shared {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.stream().write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream().flush()
    }
}

impl Session {
    /// Whether the server offers IDLE.
    pub fn offers_idle(&mut self) -> Result<bool, MailError> {
        self.run(Step::Read, SMALL, |wire| Ok(wire.capabilities()?.has_str("IDLE")))
    }

    /// Waits in the open folder until the server tells of new mail (`true`), until `limit` (below 29 minutes) has gone by,
    /// or until `over` says that it is enough. New mail that was told of since the last read is not waited for.
    pub fn idle(&mut self, limit: Duration, over: &dyn Fn() -> bool) -> Result<bool, MailError> {
        if std::mem::take(&mut self.news) {
            return Ok(true);
        }
        self.run(Step::Read, SMALL, |wire| wire.run_command("IDLE"))?;
        let mut dialogue = Dialogue { stream: self.stream.clone(), pending: Vec::new(), news: false };
        let news = dialogue.hold(limit, over, &|| self.limits.renew(SMALL));
        if news.is_err() {
            self.wire = None;
        }
        news
    }

    /// Asks once whether there is new mail in the open folder.
    pub fn has_news(&mut self) -> Result<bool, MailError> {
        self.run(Step::Read, SMALL, super::wire::Session::noop)?;
        Ok(std::mem::take(&mut self.news))
    }
}

/// One IDLE, from the server's `+` to its answer to our DONE.
struct Dialogue {
    stream: Shared,
    pending: Vec<u8>,
    news: bool,
}

impl Dialogue {
    fn hold(&mut self, limit: Duration, over: &dyn Fn() -> bool, renew: &dyn Fn()) -> Result<bool, MailError> {
        let until = Instant::now() + limit;
        renew();
        while !self.answer()?.starts_with('+') {}
        loop {
            while self.line().is_some() {}
            if self.news || over() || Instant::now() >= until {
                break;
            }
            self.glance()?;
        }
        renew();
        self.stream.write_all(b"DONE\r\n").and_then(|()| self.stream.flush()).map_err(|e| io_error(&e, Step::Read))?;
        while self.answer()?.starts_with(['+', '*']) {}
        Ok(self.news)
    }

    /// The next line of an answer, in time. A tagged one that is not OK is a refusal.
    fn answer(&mut self) -> Result<String, MailError> {
        loop {
            if let Some(line) = self.line() {
                let tagged = !line.starts_with(['+', '*']);
                let yes = line.split(' ').nth(1).is_some_and(|word| word.eq_ignore_ascii_case("OK"));
                let no = || MailError::new(Trouble::Refused(Step::Read), "IDLE was not answered with OK");
                return if tagged && !yes { Err(no()) } else { Ok(line) };
            }
            let mut chunk = [0; 4096];
            let count = self.stream.read(&mut chunk);
            self.take(&chunk, count)?;
        }
    }

    /// Takes in what comes, and does not wait long for it.
    fn glance(&mut self) -> Result<(), MailError> {
        let mut chunk = [0; 4096];
        let count = self.stream.stream().read_within(&mut chunk, GLANCE);
        match count {
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ok(()),
            count => self.take(&chunk, count),
        }
    }

    fn take(&mut self, chunk: &[u8], count: io::Result<usize>) -> Result<(), MailError> {
        let count = count.map_err(|e| io_error(&e, Step::Read))?;
        if count == 0 {
            return Err(MailError::new(Trouble::Lost(Step::Read), "the line was closed"));
        }
        self.pending.extend(chunk.iter().take(count));
        let endless = self.pending.len() > LONGEST && !self.pending.contains(&b'\n');
        if endless { Err(MailError::new(Trouble::Garbled(Step::Read), "a line without end")) } else { Ok(()) }
    }

    /// The next whole line; `* 23 EXISTS` is the news that we wait for.
    fn line(&mut self) -> Option<String> {
        let end = self.pending.iter().position(|byte| *byte == b'\n')?;
        let bytes: Vec<u8> = self.pending.drain(..=end).collect();
        let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
        let mut words = line.split(' ');
        let told = words.next() == Some("*") && words.nth(1).is_some_and(|word| word.eq_ignore_ascii_case("EXISTS"));
        self.news |= told;
        Some(line)
    }
}
