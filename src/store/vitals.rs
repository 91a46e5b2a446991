//! Signs of life of the whole installation, for whoever watches it: queues, mailboxes, ticks. Numbers only, of all sites.

use super::outgoing::open;
use super::schema::{incoming, mailboxes, outgoing, tick_plans};
use super::{Conn, DbResult};
use crate::domain::id::MailboxId;
use crate::domain::time::Moment;
use crate::domain::words::{OutgoingState, Routing};
use diesel::dsl::{count_star, min};
use diesel::prelude::*;

/// What there is at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vitals {
    /// Messages on their way out, by state: those that are settled are left out.
    pub outgoing: Vec<(OutgoingState, i64)>,
    /// When the message that waits longest was due.
    pub oldest_due: Option<Moment>,
    /// Messages that came in and are not read yet, or cannot be.
    pub incoming: Vec<(Routing, i64)>,
    /// The mailboxes in use.
    pub mailboxes: Vec<MailboxSign>,
    /// When each tick is to run next.
    pub ticks: Vec<(String, Moment)>,
}

/// How a mailbox fares.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct MailboxSign {
    /// Which one.
    pub id: MailboxId,
    /// Since when it does not send.
    pub paused_at: Option<Moment>,
    /// When it was last looked into.
    pub fetched_at: Option<Moment>,
    /// Why it cannot be read; empty when it can.
    pub fetch_error: String,
}

const ON_THEIR_WAY: [OutgoingState; 5] = [
    OutgoingState::Queued,
    OutgoingState::Held,
    OutgoingState::Claimed,
    OutgoingState::Sending,
    OutgoingState::Uncertain,
];
const UNREAD: [Routing; 2] = [Routing::Stored, Routing::Broken];

/// Reads them.
pub fn read(conn: &mut Conn) -> DbResult<Vitals> {
    let outgoing_now = outgoing::table
        .filter(open())
        .filter(outgoing::state.eq_any(ON_THEIR_WAY))
        .group_by(outgoing::state)
        .select((outgoing::state, count_star()))
        .load(conn)?;
    let queued = outgoing::table.filter(open()).filter(outgoing::state.eq(OutgoingState::Queued));
    let oldest_due = queued.select(min(outgoing::due_at)).first(conn)?;
    let incoming_now = incoming::table
        .filter(incoming::routing.eq_any(UNREAD))
        .group_by(incoming::routing)
        .select((incoming::routing, count_star()))
        .load(conn)?;
    let mailboxes = mailboxes::table
        .filter(mailboxes::archived_at.is_null())
        .order(mailboxes::id)
        .select((mailboxes::id, mailboxes::paused_at, mailboxes::fetched_at, mailboxes::fetch_error))
        .load(conn)?;
    let ticks = tick_plans::table.order(tick_plans::name).select((tick_plans::name, tick_plans::next_at)).load(conn)?;
    Ok(Vitals { outgoing: outgoing_now, oldest_due, incoming: incoming_now, mailboxes, ticks })
}
