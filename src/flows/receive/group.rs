//! Messages that share a write.

use super::own::Copy;
use super::settle::Settled;
use super::{ReceiveError, Tally};
use crate::domain::time::Moment;
use crate::domain::words::Routing;
use crate::store::incoming::Incoming;
use crate::store::incoming::queue::{self, Routed};
use crate::store::{Db, DbError, Tx};
use std::time::{Duration, Instant};

/// So many messages share a write at most, and for so long each waits for the others.
const MOST: usize = 50;
const WAIT: Duration = Duration::from_millis(100);
/// Failures after which a message is broken.
const TRIES: i32 = 3;
/// Seconds until a message that failed is tried again, times its failures.
const REST: i64 = 60;

/// What is done with a message.
pub(super) enum Deed {
    /// It is kept, and not thought about.
    File(Routed),
    /// It is a copy of our own mail.
    Own(Copy),
    /// It is no mail that anybody can read.
    Break,
    /// It was read.
    Settle(Box<Settled>),
}

struct Pending {
    row: Incoming,
    deed: Deed,
}

impl Pending {
    /// Writes it; `None` when another process was first.
    fn write(&self, tx: &mut Tx, now: Moment) -> Result<Option<Routing>, ReceiveError> {
        let id = self.row.id;
        if !queue::still_waiting(tx, id)? {
            return Ok(None);
        }
        Ok(Some(match &self.deed {
            Deed::File(routed) => {
                queue::route(tx, id, routed)?;
                routed.routing
            }
            Deed::Own(copy) => {
                copy.write(tx, id, now)?;
                Routing::Own
            }
            Deed::Break => queue::failed(tx, id, 1, "this is no readable mail", now)?,
            Deed::Settle(settled) => {
                settled.write(tx, &self.row, now)?;
                settled.routed.routing
            }
        }))
    }
}

/// The group, and what became of all that went through it.
pub(super) struct Group<'a> {
    db: &'a Db,
    now: Moment,
    pending: Vec<Pending>,
    since: Instant,
    pub tally: Tally,
}

impl<'a> Group<'a> {
    pub(super) fn new(db: &'a Db, now: Moment) -> Self {
        Self { db, now, pending: Vec::new(), since: Instant::now(), tally: Tally::default() }
    }

    /// Takes a message up, and writes the group when it is full.
    pub(super) fn add(&mut self, row: Incoming, deed: Deed) -> Result<(), DbError> {
        if self.pending.is_empty() {
            self.since = Instant::now();
        }
        self.pending.push(Pending { row, deed });
        if self.pending.len() >= MOST || self.since.elapsed() >= WAIT { self.write() } else { Ok(()) }
    }

    /// Writes all, or each alone where one of them fails.
    pub(super) fn write(&mut self) -> Result<(), DbError> {
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() {
            return Ok(());
        }
        let now = self.now;
        let together = self.db.write(|tx| pending.iter().map(|one| one.write(tx, now)).collect::<Result<Vec<_>, _>>());
        match together {
            Ok(routings) => routings.into_iter().flatten().for_each(|routing| self.count(routing)),
            Err(error) if pending.len() == 1 => self.fail(&pending[0].row, &error)?,
            Err(_) => {
                for one in &pending {
                    match self.db.write(|tx| one.write(tx, now)) {
                        Ok(routing) => routing.into_iter().for_each(|routing| self.count(routing)),
                        Err(error) => self.fail(&one.row, &error)?,
                    }
                }
            }
        }
        Ok(())
    }

    /// Counts a failure of a message, which comes again later or is broken.
    pub(super) fn fail(&mut self, row: &Incoming, error: &ReceiveError) -> Result<(), DbError> {
        tracing::warn!(incoming = row.id.0, %error, "a message could not be received");
        let words = error.to_string();
        let retry_at = self.now.plus_seconds(REST * i64::from(row.attempts + 1));
        let routing = self.db.write(|tx| queue::failed(tx, row.id, TRIES, &words, retry_at))?;
        self.count(routing);
        Ok(())
    }

    /// A row that failed counts as stored still.
    fn count(&mut self, routing: Routing) {
        self.tally.add(if routing == Routing::Stored { "failed" } else { routing.as_str() }, 1);
    }
}
