//! How a sender works through the outbox: claim, mark as sending, settle. A sender's marks hold only for messages that
//! it has itself (`claimed_by`), so one that lost its lease can neither send nor settle what another took over.

use super::marks::{Accept, MarkSending};
use super::{Ended, Outgoing, open};
use crate::domain::id::{CompanyId, MailboxId, OutgoingId};
use crate::domain::time::Moment;
use crate::domain::words::{CampaignState, MomentKind, OutgoingState, Purpose};
use crate::store::among::among;
use crate::store::db::per_backend;
use crate::store::schema::{campaigns, companies, moments, outgoing, outgoing_bodies};
use crate::store::{Conn, DbResult, Tx};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

/// A claimed message with what it says, and its campaign's hours.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The message.
    pub message: Outgoing,
    /// The text part.
    pub text: String,
    /// The HTML part; empty for none.
    pub html: String,
}

/// Whether a mailbox has a message that is due and may leave as far as its campaign goes.
pub fn has_due(conn: &mut Conn, mailbox: MailboxId, now: Moment) -> DbResult<bool> {
    Ok(!due(conn, mailbox, now, 1, false)?.is_empty())
}

/// Mailboxes with messages that a sender has: without a lease on the mailbox they are left over.
pub fn mailboxes_held(conn: &mut Conn) -> DbResult<Vec<MailboxId>> {
    Ok(outgoing::table.filter(outgoing::claimed_by.is_not_null()).select(outgoing::mailbox_id).distinct().load(conn)?)
}

/// How many messages of a mailbox went on the wire since a moment.
pub fn sent_since(conn: &mut Conn, mailbox: MailboxId, since: Moment) -> DbResult<i64> {
    let states = vec![OutgoingState::Sending, OutgoingState::Sent, OutgoingState::Failed, OutgoingState::Uncertain];
    Ok(outgoing::table
        .filter(outgoing::mailbox_id.eq(mailbox))
        .filter(outgoing::sending_at.gt(since))
        .filter(outgoing::state.eq_any(states))
        .count()
        .get_result(conn)?)
}

/// The due messages of a mailbox that may leave as far as their campaigns go, the longest due first, with their campaign's
/// hours. `personal` asks only for those that are no campaign's: they need not wait behind one.
pub fn due(
    conn: &mut Conn,
    mailbox: MailboxId,
    now: Moment,
    limit: i64,
    personal: bool,
) -> DbResult<Vec<(OutgoingId, Option<String>)>> {
    let running = campaigns::state.eq(CampaignState::Running).nullable();
    let mut query = outgoing::table
        .left_join(campaigns::table)
        .filter(open())
        .filter(outgoing::mailbox_id.eq(mailbox))
        .filter(outgoing::state.eq(OutgoingState::Queued))
        .filter(outgoing::due_at.le(now))
        .order((outgoing::due_at, outgoing::id))
        .limit(limit)
        .select((outgoing::id, campaigns::send_window.nullable()))
        .into_boxed();
    query = if personal {
        query.filter(outgoing::campaign_id.is_null())
    } else {
        query.filter(outgoing::campaign_id.is_null().or(running))
    };
    Ok(query.load(conn)?)
}

/// Claims queued messages for a sender; gives those that it has now.
pub fn claim(tx: &mut Tx, ids: &[OutgoingId], holder: &str) -> DbResult<Vec<OutgoingId>> {
    let rows =
        outgoing::table.filter(outgoing::id.eq_any(ids.to_vec())).filter(outgoing::state.eq(OutgoingState::Queued));
    Ok(diesel::update(rows)
        .set((outgoing::state.eq(OutgoingState::Claimed), outgoing::claimed_by.eq(holder)))
        .returning(outgoing::id)
        .get_results(&mut **tx)?)
}

/// Moves the time of queued messages.
pub fn postpone(tx: &mut Tx, ids: &[OutgoingId], until: Moment) -> DbResult<()> {
    let rows =
        outgoing::table.filter(outgoing::id.eq_any(ids.to_vec())).filter(outgoing::state.eq(OutgoingState::Queued));
    diesel::update(rows).set(outgoing::due_at.eq(until)).execute(&mut **tx)?;
    Ok(())
}

/// The messages that a sender has claimed, with what they say, in the order of their ids.
pub fn claimed(conn: &mut Conn, ids: &[OutgoingId], holder: &str) -> DbResult<Vec<Claimed>> {
    let rows: Vec<(Outgoing, String, String)> = outgoing::table
        .inner_join(outgoing_bodies::table)
        .filter(among(outgoing::id, ids))
        .filter(outgoing::claimed_by.eq(holder))
        .order(outgoing::id)
        .select((Outgoing::as_select(), outgoing_bodies::text, outgoing_bodies::html))
        .load(conn)?;
    Ok(rows.into_iter().map(|(message, text, html)| Claimed { message, text, html }).collect())
}

/// Gives claimed messages back to the queue.
pub fn release(tx: &mut Tx, ids: &[OutgoingId], holder: &str) -> DbResult<()> {
    let rows = outgoing::table
        .filter(outgoing::id.eq_any(ids.to_vec()))
        .filter(outgoing::state.eq(OutgoingState::Claimed))
        .filter(outgoing::claimed_by.eq(holder));
    diesel::update(rows)
        .set((outgoing::state.eq(OutgoingState::Queued), outgoing::claimed_by.eq(None::<String>)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Marks claimed messages as sending and counts the try; gives those that may go on the wire now.
pub fn mark_sending(tx: &mut Tx, ids: &[OutgoingId], holder: &str, now: Moment) -> DbResult<Vec<OutgoingId>> {
    Ok(MarkSending::new(ids, holder, now).get_results(&mut **tx)?)
}

/// Withdraws a claimed message that the gate refuses.
pub fn withdraw(tx: &mut Tx, id: OutgoingId, holder: &str, why: &str, now: Moment) -> DbResult<bool> {
    let row = outgoing::table
        .find(id)
        .filter(outgoing::state.eq(OutgoingState::Claimed))
        .filter(outgoing::claimed_by.eq(holder));
    let changed = diesel::update(row).set(Ended::new(OutgoingState::Withdrawn, why, now)).execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Settles messages that the server took, also those that are uncertain or held meanwhile: its word is evidence.
/// Gives those that were settled now; a sender has them until what follows is [`written_up`].
pub fn accepted(
    tx: &mut Tx,
    answers: &[(OutgoingId, &str)],
    sender: Option<&str>,
    now: Moment,
) -> DbResult<Vec<OutgoingId>> {
    Ok(Accept::new(answers, sender, now).get_results(&mut **tx)?)
}

/// Lets go of messages that were sent; gives those that the sender still had.
pub fn written_up(tx: &mut Tx, ids: &[OutgoingId], holder: &str) -> DbResult<Vec<OutgoingId>> {
    let rows = outgoing::table
        .filter(outgoing::id.eq_any(ids.to_vec()))
        .filter(outgoing::state.eq(OutgoingState::Sent))
        .filter(outgoing::claimed_by.eq(holder));
    Ok(diesel::update(rows)
        .set(outgoing::claimed_by.eq(None::<String>))
        .returning(outgoing::id)
        .get_results(&mut **tx)?)
}

/// Takes the messages of a mailbox that a vanished sender settled as sent and did not write up. Only under the mailbox's
/// lease.
pub fn take_unwritten(tx: &mut Tx, mailbox: MailboxId, holder: &str) -> DbResult<Vec<Outgoing>> {
    let rows = outgoing::table
        .filter(outgoing::mailbox_id.eq(mailbox))
        .filter(outgoing::claimed_by.is_not_null())
        .filter(outgoing::state.eq(OutgoingState::Sent));
    diesel::update(rows).set(outgoing::claimed_by.eq(holder)).execute(&mut **tx)?;
    Ok(rows.select(Outgoing::as_select()).load(&mut **tx)?)
}

/// Settles one message that the sender has on the wire: failed, uncertain, or back in the queue with its next time.
/// `counted` says whether the try counts. `false` when it is no longer the sender's.
pub fn settle(
    tx: &mut Tx,
    id: OutgoingId,
    holder: &str,
    to: (OutgoingState, Option<Moment>),
    counted: bool,
    answer: &str,
    now: Moment,
) -> DbResult<bool> {
    let row = outgoing::table
        .find(id)
        .filter(outgoing::state.eq(OutgoingState::Sending))
        .filter(outgoing::claimed_by.eq(holder));
    let (state, again) = to;
    let settled_at = again.is_none().then_some(now);
    let changed = diesel::update(row)
        .set((
            outgoing::state.eq(state),
            outgoing::claimed_by.eq(None::<String>),
            outgoing::settled_at.eq(settled_at),
            outgoing::attempts.eq(outgoing::attempts - i32::from(!counted)),
            outgoing::last_answer.eq(answer),
        ))
        .execute(&mut **tx)?;
    if let (1, Some(again)) = (changed, again) {
        diesel::update(outgoing::table.find(id)).set(outgoing::due_at.eq(again)).execute(&mut **tx)?;
    }
    Ok(changed == 1)
}

/// Forgets what these messages said, as far as they are system mails that wait for no sender any more: their links are
/// readable in them. One of which nobody knows whether it left is asked for anew, never sent again.
pub fn forget_words(tx: &mut Tx, ids: &[OutgoingId]) -> DbResult<()> {
    let over = vec![OutgoingState::Sent, OutgoingState::Failed, OutgoingState::Uncertain, OutgoingState::Withdrawn];
    let spent = outgoing::table
        .filter(outgoing::id.eq_any(ids.to_vec()))
        .filter(outgoing::purpose.eq(Purpose::System))
        .filter(outgoing::state.eq_any(over))
        .select(outgoing::id);
    let spent: Vec<OutgoingId> = spent.load(&mut **tx)?;
    let bodies = outgoing_bodies::table.filter(outgoing_bodies::outgoing_id.eq_any(spent));
    diesel::update(bodies).set((outgoing_bodies::text.eq(""), outgoing_bodies::html.eq(""))).execute(&mut **tx)?;
    Ok(())
}

/// The messages of a mailbox that a sender had on the wire when it vanished.
pub fn left_sending(conn: &mut Conn, mailbox: MailboxId) -> DbResult<Vec<Outgoing>> {
    Ok(outgoing::table
        .filter(open())
        .filter(outgoing::mailbox_id.eq(mailbox))
        .filter(outgoing::state.eq(OutgoingState::Sending))
        .order(outgoing::id)
        .select(Outgoing::as_select())
        .load(conn)?)
}

/// Takes over what a vanished sender of a mailbox left: claimed messages go back to the queue, those on the wire become
/// uncertain. Only under the mailbox's lease. Gives how many of each.
pub fn take_over(tx: &mut Tx, mailbox: MailboxId, now: Moment) -> DbResult<(usize, usize)> {
    let of = |state| {
        outgoing::table.filter(open()).filter(outgoing::mailbox_id.eq(mailbox)).filter(outgoing::state.eq(state))
    };
    let back = diesel::update(of(OutgoingState::Claimed))
        .set((outgoing::state.eq(OutgoingState::Queued), outgoing::claimed_by.eq(None::<String>)))
        .execute(&mut **tx)?;
    let lost = diesel::update(of(OutgoingState::Sending))
        .set((
            outgoing::state.eq(OutgoingState::Uncertain),
            outgoing::claimed_by.eq(None::<String>),
            outgoing::settled_at.eq(now),
            outgoing::last_answer.eq("the sender vanished while it was on the wire"),
        ))
        .execute(&mut **tx)?;
    Ok((back, lost))
}

/// Writes a contact moment for each of these messages that went to a company and is no system mail, and moves the
/// company's last moment: two statements for the whole group.
pub fn note_moments(tx: &mut Tx, ids: &[OutgoingId], now: Moment) -> DbResult<()> {
    let none = || None::<i64>.into_sql::<Nullable<BigInt>>();
    let of_companies = || {
        outgoing::table
            .filter(outgoing::id.eq_any(ids.to_vec()))
            .filter(outgoing::company_id.is_not_null())
            .filter(outgoing::purpose.ne(Purpose::System))
    };
    per_backend!(&mut **tx, |conn| {
        let rows = of_companies().select((
            outgoing::site_id,
            outgoing::company_id,
            outgoing::contact_id,
            outgoing::placement_id,
            MomentKind::MailOut.into_sql::<Text>(),
            now.into_sql::<Timestamp>(),
            outgoing::subject,
            outgoing::user_id,
            outgoing::id.nullable(),
            none(),
            now.into_sql::<Timestamp>(),
        ));
        diesel::insert_into(moments::table)
            .values(rows)
            .into_columns((
                moments::site_id,
                moments::company_id,
                moments::contact_id,
                moments::placement_id,
                moments::kind,
                moments::at,
                moments::summary,
                moments::user_id,
                moments::outgoing_id,
                moments::incoming_id,
                moments::created_at,
            ))
            .execute(conn)?;
    });
    let met: Vec<Option<CompanyId>> = of_companies().select(outgoing::company_id).load(&mut **tx)?;
    let met: Vec<CompanyId> = met.into_iter().flatten().collect();
    let earlier = companies::last_moment_at.is_null().or(companies::last_moment_at.lt(now));
    diesel::update(companies::table.filter(companies::id.eq_any(met)).filter(earlier))
        .set(companies::last_moment_at.eq(now))
        .execute(&mut **tx)?;
    Ok(())
}
