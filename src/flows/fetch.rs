//! Tick `fetch`: looks into every mailbox and stores what is new, raw, before anything thinks about it. One thread and one
//! lease per mailbox: a silent server holds up nobody else. Nothing is flagged, moved or deleted. Who listens to a mailbox
//! opens it by [`open`] and has it read between ticks by [`now`].

mod keep;
mod look;

pub use keep::unpack;

use super::mailboxes::{WayIn, way_in};
use super::settings::Fetching;
use super::{Stop, Tally};
use crate::domain::id::MailboxId;
use crate::domain::secret::{Keys, random_token};
use crate::domain::time::Moment;
use crate::domain::words::Lang;
use crate::mail;
use crate::mail::error::MailError;
use crate::mail::imap::{Batch, Session};
use crate::mail::server::Timeouts;
use crate::store::mailboxes::{self, Mailbox};
use crate::store::{Db, DbError, leases};
use look::{Look, LookError};
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long one tick waits for its mailboxes. A slower one goes on by itself, under its lease.
const PATIENCE: Duration = Duration::from_secs(30);

/// What fetching uses.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Batches, sizes and time limits.
    pub settings: Fetching,
    /// Opens passwords.
    pub keys: Keys,
    /// Private addresses that a mailbox set up on a page may reach.
    pub allowed: Vec<IpAddr>,
    /// This process's name in leases.
    pub holder: String,
    /// Asks for the end.
    pub stop: Stop,
}

impl Reading {
    fn timeouts(&self) -> Timeouts {
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        let command = seconds(self.settings.read_seconds);
        Timeouts {
            connect: seconds(self.settings.connect_seconds),
            command,
            answer: command * 2,
            ..Timeouts::default()
        }
    }

    fn batch(&self) -> Batch {
        Batch {
            messages: usize::try_from(self.settings.batch).unwrap_or(50),
            size_limit: u64::from(self.settings.max_message_mib) << 20,
            ..Batch::default()
        }
    }

    /// Longer than the longest silence between two batches.
    fn lease_seconds(&self) -> i64 {
        i64::from(self.settings.connect_seconds) + 2 * i64::from(self.settings.read_seconds) + 60
    }
}

/// The time within a tick: the moment it began, and what has gone by since.
#[derive(Debug, Clone, Copy)]
struct Ticking {
    began: Moment,
    started: Instant,
}

impl Ticking {
    fn now(&self) -> Moment {
        self.began.plus_millis(i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX))
    }
}

/// How a look into one mailbox ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// It was read to its end; so much was stored.
    Through(Tally),
    /// Somebody else is at it.
    Busy,
    /// It broke off after so much, and said why on the mailbox or in the log.
    Broken(Tally),
}

/// A mailbox that can be listened to.
#[derive(Debug)]
pub enum Line {
    /// A directory.
    Maildir(PathBuf),
    /// A signed-in session.
    Imap(Session),
}

/// Opens a mailbox to listen to it, `None` where it reads nothing. Why it cannot be opened is also written on it, in words.
pub fn open(db: &Db, reading: &Reading, mailbox: &Mailbox, now: Moment) -> Result<Option<Line>, MailError> {
    let line = way_in(mailbox, &reading.keys, &reading.allowed).and_then(|way| {
        way.map(|way| match way {
            WayIn::Maildir(dir) => Ok(Line::Maildir(dir)),
            WayIn::Imap(server) => mail::imap::open(&server, reading.timeouts()).map(Line::Imap),
        })
        .transpose()
    });
    if let Err(error) = &line
        && !reading.stop.asked()
        && let Err(error) = db.write(|tx| mailboxes::fetched(tx, mailbox.id, &error.noted(Lang::Nl), now))
    {
        complain(mailbox.id, &error);
    }
    line
}

/// Looks into one mailbox now: into the inbox alone over a session that is open, else into all of it.
pub fn now(db: &Db, reading: &Reading, mailbox: &Mailbox, over: Option<&mut Session>, now: Moment) -> Looked {
    one(db, reading, mailbox, over, Ticking { began: now, started: Instant::now() })
}

/// Looks into every mailbox at once. Gives how many messages were stored; a mailbox that could not be read says so itself.
pub fn tick(db: &Db, reading: &Reading, now: Moment) -> anyhow::Result<Tally> {
    let ticking = Ticking { began: now, started: Instant::now() };
    let found = db.read(mailboxes::all)?;
    let (tell, told) = channel();
    let mut busy = 0;
    for mailbox in found.into_iter().filter(|mailbox| !mailbox.in_url.is_empty()) {
        let (db, reading, tell) = (db.clone(), reading.clone(), tell.clone());
        let name = format!("fetch-{}", mailbox.id);
        let run = move || {
            let id = mailbox.id;
            let done = catch_unwind(AssertUnwindSafe(|| one(&db, &reading, &mailbox, None, ticking)));
            // Nobody listens any more when the tick's patience ended.
            let _ = tell.send(match done {
                Ok(Looked::Through(tally) | Looked::Broken(tally)) => tally,
                Ok(Looked::Busy) => Tally::default(),
                Err(_) => {
                    tracing::error!(mailbox = id.0, "reading this mailbox panicked");
                    Tally::default()
                }
            });
        };
        std::thread::Builder::new().name(name).spawn(run)?;
        busy += 1;
    }
    drop(tell);
    let mut tally = Tally::default();
    while busy > 0 && ticking.started.elapsed() < PATIENCE && !reading.stop.asked() {
        match told.recv_timeout(Duration::from_millis(200)) {
            Ok(done) => {
                tally.merge(&done);
                busy -= 1;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    Ok(tally)
}

/// One mailbox, if nobody else is at it; its failure is written on it in words.
fn one(db: &Db, reading: &Reading, mailbox: &Mailbox, over: Option<&mut Session>, ticking: Ticking) -> Looked {
    let lease = format!("fetch:{}", mailbox.id);
    // A name of this run: a slow one of this very process must not be joined by the next.
    let holder = format!("{}/{}", reading.holder, &random_token()[..8]);
    let seconds = reading.lease_seconds();
    match db.write(|tx| leases::take(tx, &lease, &holder, ticking.now(), seconds)) {
        Ok(true) => {}
        Ok(false) => return Looked::Busy,
        Err(error) => {
            complain(mailbox.id, &error);
            return Looked::Broken(Tally::default());
        }
    }
    let mut look = Look { db, reading, mailbox, ticking, lease: &lease, holder: &holder, tally: Tally::default() };
    let outcome = look.run(over);
    let tally = look.tally;
    let (words, known) = match &outcome {
        Ok(()) | Err(LookError::Lost) => (String::new(), true),
        Err(LookError::Mail(error)) => {
            tracing::warn!(mailbox = mailbox.id.0, trouble = ?error.trouble, "a mailbox could not be read");
            (error.noted(Lang::Nl), true)
        }
        Err(LookError::Db(error)) => {
            complain(mailbox.id, error);
            (String::new(), false)
        }
    };
    let ended = db.write(|tx| {
        if known {
            mailboxes::fetched(tx, mailbox.id, &words, ticking.now())?;
        }
        leases::release(tx, &lease, &holder)
    });
    if let Err(error) = ended {
        complain(mailbox.id, &error);
    }
    if outcome.is_ok() { Looked::Through(tally) } else { Looked::Broken(tally) }
}

fn complain(mailbox: MailboxId, error: &DbError) {
    tracing::error!(mailbox = mailbox.0, %error, "what a mailbox holds could not be stored");
}
