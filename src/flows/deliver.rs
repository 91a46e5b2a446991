//! Tick `deliver`: sends what is due. Per mailbox one sender under a lease; all its lines ask it, and one commit settles
//! what finished and marks what goes on the wire next, at most one message per line. A sender that dies leaves at most
//! those as *uncertain*; they are never sent again by themselves.

mod parcel;
mod sender;
mod settle;

use super::settings::Delivery;
use super::{Stop, Tally};
use crate::domain::delivery::Patience;
use crate::domain::id::MailboxId;
use crate::domain::scope::Scope;
use crate::domain::secret::Keys;
use crate::domain::time::Moment;
use crate::store::mailboxes::Mailbox;
use crate::store::outgoing::{Outgoing, post};
use crate::store::{Conn, Db, DbResult, Tx, mailboxes};
use std::collections::{HashMap, HashSet};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long one tick takes up new work; a server that is silent may hold its own sender longer.
const TICK_LIMIT: Duration = Duration::from_mins(1);
/// How soon a mailbox that had nothing left is looked at again while others still send.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// What sending uses.
#[derive(Debug, Clone, Copy)]
pub struct Sending<'a> {
    /// Tries and time limits.
    pub settings: &'a Delivery,
    /// Opens passwords and signs opt-out links.
    pub keys: &'a Keys,
    /// Links in mails are built from it.
    pub base_url: &'a str,
    /// This process's name in leases.
    pub holder: &'a str,
    /// Asks for the end.
    pub stop: &'a Stop,
}

impl Sending<'_> {
    fn patience(&self) -> Patience {
        let backoff = self.settings.backoff_minutes.iter().map(|minutes| i64::from(*minutes) * 60).collect();
        Patience { backoff, max_attempts: self.settings.max_attempts, ..Patience::default() }
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

/// Sends what is due, from every mailbox at once.
pub fn tick(db: &Db, sending: Sending, now: Moment) -> anyhow::Result<Tally> {
    let ticking = Ticking { began: now, started: Instant::now() };
    let mut tally = Tally::default();
    let mut first_error = None;
    std::thread::scope(|scope| {
        let (tell, ended) = channel();
        let mut busy: HashSet<MailboxId> = HashSet::new();
        let mut rested: HashMap<MailboxId, Instant> = HashMap::new();
        loop {
            let more = !sending.stop.asked() && ticking.started.elapsed() < TICK_LIMIT;
            let found = if more { db.read(|conn| at_work(conn, ticking.now())) } else { Ok(Vec::new()) };
            match found {
                Ok(found) => {
                    for mailbox in found {
                        let fresh = rested.get(&mailbox.id).is_none_or(|since| since.elapsed() > LOOK_AGAIN);
                        if fresh && busy.insert(mailbox.id) {
                            let tell = tell.clone();
                            scope.spawn(move || {
                                let id = mailbox.id;
                                let done = sender::run(db, sending, mailbox, ticking);
                                // The receiver lives as long as this scope.
                                let _ = tell.send((id, done));
                            });
                        }
                    }
                }
                Err(error) => first_error = first_error.take().or(Some(error.into())),
            }
            loop {
                if busy.is_empty() {
                    return;
                }
                match ended.recv_timeout(Duration::from_millis(500)) {
                    Ok((id, done)) => {
                        busy.remove(&id);
                        rested.insert(id, Instant::now());
                        match done {
                            Ok(done) => tally.merge(&done),
                            Err(error) => {
                                tracing::error!(mailbox = id.0, error = format!("{error:#}"), "a sender ended");
                                first_error = first_error.take().or(Some(error));
                            }
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        }
    });
    first_error.map_or(Ok(tally), Err)
}

/// The mailboxes with due mail that can send, and those where a vanished sender left something.
fn at_work(conn: &mut Conn, now: Moment) -> DbResult<Vec<Mailbox>> {
    let held = post::mailboxes_held(conn)?;
    let mut found = Vec::new();
    for mailbox in mailboxes::all(conn)? {
        if held.contains(&mailbox.id) || (mailbox.is_ready(now) && post::has_due(conn, mailbox.id, now)?) {
            found.push(mailbox);
        }
    }
    Ok(found)
}

/// Whether no mail is due that could leave now, and none is on its way.
pub fn drained(conn: &mut Conn, now: Moment) -> DbResult<bool> {
    Ok(at_work(conn, now)?.is_empty())
}

/// What follows when messages that were uncertain are known to have left.
pub(super) fn departed(tx: &mut Tx, messages: &[&Outgoing], now: Moment) -> DbResult<()> {
    let mut courses = HashMap::new();
    for message in messages {
        if let Some(campaign) = message.campaign_id {
            courses.insert(campaign, settle::Course::read(tx, &Scope::clockwork(message.site_id), campaign)?);
        }
    }
    settle::depart(tx, messages, &courses, now)
}
