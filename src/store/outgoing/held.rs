//! Messages that wait for a person's word: those of which nobody knows whether they left. *Uncertain* ones may have been
//! on the wire, *held* ones waited when the backup was made from which the database was restored.

use super::{Ended, NOT_LEFT, Outgoing, open};
use crate::domain::id::{CampaignId, OutgoingId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{OutgoingState, Purpose};
use crate::store::schema::outgoing;
use crate::store::{Conn, DbResult, Tx};
use diesel::prelude::*;

const IN_DOUBT: [OutgoingState; 2] = [OutgoingState::Held, OutgoingState::Uncertain];

/// The messages in scope that wait for a person's word, of one campaign or of all, in the order of their ids; after an id.
pub fn in_doubt(
    conn: &mut Conn,
    scope: &Scope,
    campaign: Option<CampaignId>,
    after: Option<OutgoingId>,
    limit: i64,
) -> DbResult<Vec<Outgoing>> {
    let mut query = outgoing::table
        .filter(open())
        .filter(outgoing::state.eq_any(IN_DOUBT.to_vec()))
        .filter(outgoing::site_id.eq_any(scope.sites().to_vec()))
        .select(Outgoing::as_select())
        .into_boxed();
    if let Some(campaign) = campaign {
        query = query.filter(outgoing::campaign_id.eq(campaign));
    }
    if let Some(after) = after {
        query = query.filter(outgoing::id.gt(after));
    }
    Ok(query.order(outgoing::id).limit(limit).load(conn)?)
}

/// How many messages in scope wait for a person's word, in each of the two states; with the highest id.
pub fn counts(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<(OutgoingState, i64, Option<OutgoingId>)>> {
    Ok(outgoing::table
        .filter(open())
        .filter(outgoing::state.eq_any(IN_DOUBT.to_vec()))
        .filter(outgoing::site_id.eq_any(scope.sites().to_vec()))
        .group_by(outgoing::state)
        .select((outgoing::state, diesel::dsl::count_star(), diesel::dsl::max(outgoing::id)))
        .load(conn)?)
}

/// The first held messages in scope, up to an id.
pub fn first(conn: &mut Conn, scope: &Scope, until: OutgoingId, limit: i64) -> DbResult<Vec<Outgoing>> {
    Ok(outgoing::table
        .filter(open())
        .filter(outgoing::state.eq(OutgoingState::Held))
        .filter(outgoing::site_id.eq_any(scope.sites().to_vec()))
        .filter(outgoing::id.le(until))
        .order(outgoing::id)
        .limit(limit)
        .select(Outgoing::as_select())
        .load(conn)?)
}

/// Holds every message of the installation that waits to leave; system mails are withdrawn and forgotten, for their links
/// are dead. What was on the wire stays: the sender makes it uncertain. Gives how many were held, and how many withdrawn.
pub fn hold_all(tx: &mut Tx, why: &str, now: Moment) -> DbResult<(usize, usize)> {
    let waiting = || outgoing::table.filter(open()).filter(outgoing::state.eq_any(NOT_LEFT.to_vec()));
    let dropped: Vec<OutgoingId> = diesel::update(waiting().filter(outgoing::purpose.eq(Purpose::System)))
        .set(Ended::new(OutgoingState::Withdrawn, why, now))
        .returning(outgoing::id)
        .get_results(&mut **tx)?;
    super::post::forget_words(tx, &dropped)?;
    let held = diesel::update(waiting())
        .set((
            outgoing::state.eq(OutgoingState::Held),
            outgoing::claimed_by.eq(None::<String>),
            outgoing::last_answer.eq(why),
        ))
        .execute(&mut **tx)?;
    Ok((held, dropped.len()))
}

/// Puts a message that waits for a person's word in the state that the word gives it; `false` when it was not in `from`.
pub fn settle(
    tx: &mut Tx,
    id: OutgoingId,
    (from, to): (OutgoingState, OutgoingState),
    word: &str,
    now: Moment,
) -> DbResult<bool> {
    let row = outgoing::table.find(id).filter(outgoing::state.eq(from));
    let settled_at = (to != OutgoingState::Queued).then_some(now);
    let changed = diesel::update(row)
        .set((outgoing::state.eq(to), outgoing::settled_at.eq(settled_at), outgoing::last_answer.eq(word)))
        .execute(&mut **tx)?;
    if changed == 1 && from == OutgoingState::Uncertain {
        diesel::update(outgoing::table.find(id)).set(outgoing::due_at.eq(now)).execute(&mut **tx)?;
    }
    Ok(changed == 1)
}
