//! Sending over SMTP: N lines kept open on one background thread, handed one parcel at a time. What became of
//! a parcel says on which side of the final dot a failure fell. Async lives in this folder and does not leak.

mod dialogue;
mod line;
mod wire;

use super::error::{MailError, Step, Trouble};
use super::server::{Server, Timeouts};
use crate::domain::email::EmailAddress;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::mpsc as line_channel;
use tokio::sync::watch;

/// One mail on its way, with the key by which the caller knows it.
#[derive(Debug)]
pub struct Parcel {
    /// The caller's own number.
    pub key: i64,
    /// Envelope sender.
    pub from: EmailAddress,
    /// Envelope recipient.
    pub to: EmailAddress,
    /// The composed mail, CRLF.
    pub bytes: Vec<u8>,
}

/// A server's no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The reply code: 4xx may be tried again, 5xx not.
    pub code: u16,
    /// The enhanced status, as `5.1.1` (RFC 3463).
    pub enhanced: Option<String>,
    /// The server's words, at most 500 characters.
    pub text: String,
}

impl Refusal {
    /// Whether trying again makes no sense.
    pub const fn is_permanent(&self) -> bool {
        self.code >= 500
    }
}

/// What became of a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The server took it.
    Sent {
        /// The server's words.
        reply: String,
    },
    /// The server said no at [`Step::Mail`], [`Step::Rcpt`], [`Step::Data`] or [`Step::Dot`].
    Refused {
        /// Where.
        step: Step,
        /// The no.
        refusal: Refusal,
    },
    /// It did not leave: safe to try again. [`Step::Connect`] to [`Step::Auth`] when no line could be opened.
    Dropped {
        /// Where.
        step: Step,
        /// The technical side.
        detail: String,
    },
    /// The line failed when the final dot may have been read: it may have been sent.
    Uncertain {
        /// The technical side.
        detail: String,
    },
}

/// Word from one line. After each report that line waits for the next parcel; it opens itself again when needed.
#[derive(Debug)]
pub struct Report {
    /// Which line, from 0.
    pub connection: usize,
    /// The parcel that is finished, by its key; `None` for a line that was opened or tried.
    pub done: Option<(i64, Fate)>,
    /// Why the line could not be opened: a reason to pause the mailbox, not to blame the mail.
    pub trouble: Option<MailError>,
}

/// The lines are closed or their thread is gone; the parcel was not sent.
#[derive(Debug, thiserror::Error)]
#[error("the lines to the mail server are closed")]
pub struct Gone;

/// N lines to one server.
#[derive(Debug)]
pub struct Lines {
    hatches: Vec<line_channel::UnboundedSender<Parcel>>,
    reports: Receiver<Report>,
    hurry: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Lines {
    /// Starts opening `connections` lines (at least one); each tells through [`Lines::next`] that it is open or why not.
    /// `hello` is the name that we greet with.
    pub fn open(server: Server, connections: usize, hello: String, timeouts: Timeouts) -> Self {
        let (tell, reports) = channel();
        let (hatches, ends): (Vec<_>, Vec<_>) =
            (0..connections.max(1)).map(|_| line_channel::unbounded_channel()).unzip();
        let fallback = tell.clone();
        let (hurry, hurried) = watch::channel(false);
        let run = move || run(server, (&hello, timeouts, hurried), ends, &tell);
        let thread = std::thread::Builder::new().name("smtp".to_owned()).spawn(run);
        if let Err(error) = &thread {
            tell_all(hatches.len(), &fallback, &MailError::new(Trouble::Connect, error.to_string()));
        }
        Self { hatches, reports, hurry, thread: thread.ok() }
    }

    /// Gives a parcel to a line that has reported and has none.
    pub fn hand(&self, connection: usize, parcel: Parcel) -> Result<(), Gone> {
        self.hatches.get(connection).ok_or(Gone)?.send(parcel).map_err(|_| Gone)
    }

    /// The next report, waiting at most `wait`.
    pub fn next(&self, wait: Duration) -> Option<Report> {
        self.reports.recv_timeout(wait).ok()
    }

    /// Waits for no server any more: each line gives up what it is at and reports at once. What was on its way to the final
    /// dot is [`Fate::Dropped`], what the server may have taken [`Fate::Uncertain`].
    pub fn hurry(&self) {
        self.hurry.send_replace(true);
    }

    /// Lets every line finish what it has, says goodbye, and gives the reports that nobody asked for.
    pub fn close(mut self) -> Vec<Report> {
        self.hatches.clear();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has dropped its lines; the parcels without a report stay the caller's to judge.
            let _ = thread.join();
        }
        self.reports.try_iter().collect()
    }
}

fn tell_all(connections: usize, tell: &Sender<Report>, trouble: &MailError) {
    for connection in 0..connections {
        // Nobody listens any more: then nobody needs to know.
        let _ = tell.send(Report { connection, done: None, trouble: Some(trouble.clone()) });
    }
}

fn run(
    server: Server,
    (hello, timeouts, hurry): (&str, Timeouts, watch::Receiver<bool>),
    ends: Vec<line_channel::UnboundedReceiver<Parcel>>,
    tell: &Sender<Report>,
) {
    let count = ends.len();
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => return tell_all(count, tell, &error),
    };
    let dial = match line::Dial::new(server, hello, timeouts, Some(hurry)) {
        Ok(dial) => std::sync::Arc::new(dial),
        Err(error) => return tell_all(count, tell, &error),
    };
    runtime.block_on(async move {
        let mut tasks = Vec::with_capacity(count);
        for (connection, parcels) in ends.into_iter().enumerate() {
            tasks.push(tokio::spawn(line::serve(connection, dial.clone(), parcels, tell.clone())));
        }
        for task in tasks {
            // A task that panicked ended alone; its line reports no more.
            let _ = task.await;
        }
    });
    // A name look-up that hangs must not hold the thread.
    runtime_end(runtime);
}

fn runtime() -> Result<tokio::runtime::Runtime, MailError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| MailError::new(Trouble::Connect, e.to_string()))
}

fn runtime_end(runtime: tokio::runtime::Runtime) {
    runtime.shutdown_background();
}

/// Connects, makes the line safe and signs in; sends nothing. Blocks for at most a few timeouts.
pub fn check(server: &Server, hello: &str, timeouts: Timeouts) -> Result<(), MailError> {
    let dial = line::Dial::new(server.clone(), hello, timeouts, None)?;
    // A thread of its own: the caller may itself stand on an async runtime.
    let thread = std::thread::spawn(move || {
        let runtime = runtime()?;
        let result = runtime.block_on(dial.try_out());
        runtime_end(runtime);
        result
    });
    thread.join().unwrap_or_else(|_| Err(MailError::new(Trouble::Connect, "the check ended unexpectedly")))
}

#[cfg(test)]
mod tests;
