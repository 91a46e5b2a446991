//! Messages that share a write.

use super::own::Copy;
use super::settle::Settled;
use super::{ReceiveError, Tally};
use crate::domain::id::IncomingId;
use crate::domain::time::Moment;
use crate::domain::words::Routing;
use crate::store::incoming::Incoming;
use crate::store::incoming::queue::{self, Routed};
use crate::store::moments::{self, NewMoment};
use crate::store::suggestions::{self, NewSuggestion};
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
    fn routed(&self) -> Option<&Routed> {
        match &self.deed {
            Deed::File(routed) => Some(routed),
            Deed::Own(copy) => Some(&copy.routed),
            Deed::Settle(settled) => Some(&settled.routed),
            Deed::Break => None,
        }
    }

    fn moment(&self) -> Option<&NewMoment> {
        match &self.deed {
            Deed::Own(copy) => copy.moment.as_ref(),
            Deed::Settle(settled) => settled.moment.as_ref(),
            Deed::File(_) | Deed::Break => None,
        }
    }

    fn suggestions(&self) -> &[NewSuggestion] {
        if let Deed::Settle(settled) = &self.deed { &settled.suggestions } else { &[] }
    }

    /// Does what it does by itself; gives where it went.
    fn act(&self, tx: &mut Tx, now: Moment) -> Result<Routing, ReceiveError> {
        match &self.deed {
            Deed::File(_) => {}
            Deed::Own(copy) => copy.act(tx, now)?,
            Deed::Settle(settled) => settled.act(tx, now)?,
            Deed::Break => return Ok(queue::failed(tx, self.row.id, 1, "this is no readable mail", now)?),
        }
        Ok(self.routed().map_or(Routing::Stored, |routed| routed.routing))
    }
}

/// Writes messages, but for those where another process was first: what all of them add in one statement each, then what
/// each does by itself, in their order.
fn write(tx: &mut Tx, all: &[Pending], now: Moment) -> Result<Vec<Routing>, ReceiveError> {
    let ids: Vec<IncomingId> = all.iter().map(|one| one.row.id).collect();
    let waiting = queue::still_waiting(tx, &ids)?;
    let mine: Vec<&Pending> = all.iter().filter(|one| waiting.contains(&one.row.id)).collect();
    let routed: Vec<_> = mine.iter().filter_map(|one| Some((one.row.id, one.routed()?))).collect();
    queue::route(tx, &routed)?;
    let moments: Vec<NewMoment> = mine.iter().filter_map(|one| one.moment().cloned()).collect();
    moments::add_all(tx, &moments)?;
    let suggestions: Vec<NewSuggestion> = mine.iter().flat_map(|one| one.suggestions().to_vec()).collect();
    suggestions::add(tx, &suggestions)?;
    mine.into_iter().map(|one| one.act(tx, now)).collect()
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
        let alone: Vec<&[Pending]> = match self.db.write(|tx| write(tx, &pending, now)) {
            Ok(routings) => {
                for routing in routings {
                    self.count(routing);
                }
                return Ok(());
            }
            Err(error) if pending.len() == 1 => return self.fail(&pending[0].row, &error),
            Err(_) => pending.chunks(1).collect(),
        };
        for one in alone {
            match self.db.write(|tx| write(tx, one, now)) {
                Ok(routings) => routings.into_iter().for_each(|routing| self.count(routing)),
                Err(error) => self.fail(&one[0].row, &error)?,
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
