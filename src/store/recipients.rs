//! The recipients of campaigns: one contact of one company each, and how far they are.

use super::db::per_backend;
use super::schema::{campaigns, companies, contacts, recipients};
use super::{Conn, DbResult, Tx};
use crate::domain::email::EmailAddress;
use crate::domain::id::{CampaignId, CompanyId, ContactId, RecipientId, SiteId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{CampaignState, RecipientState};
use diesel::prelude::*;
use std::collections::HashSet;

/// One recipient.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = recipients)]
pub struct Recipient {
    /// Its id.
    pub id: RecipientId,
    /// The site of its campaign.
    pub site_id: SiteId,
    /// Its campaign.
    pub campaign_id: CampaignId,
    /// The company.
    pub company_id: CompanyId,
    /// The contact.
    pub contact_id: ContactId,
    /// The key of the address it was started with.
    pub address_key: String,
    /// Its state.
    pub state: RecipientState,
    /// The step that comes next, counted from 0.
    pub step: i32,
    /// Why it fell out, as a word of the gate; empty when it did not.
    pub reason: String,
    /// When the next step is due.
    pub due_at: Moment,
    /// When its state last changed.
    pub changed_at: Moment,
}

/// What a new recipient needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = recipients, treat_none_as_default_value = false)]
pub struct NewRecipient {
    /// The site of its campaign.
    pub site_id: SiteId,
    /// Its campaign.
    pub campaign_id: CampaignId,
    /// The company.
    pub company_id: CompanyId,
    /// The contact.
    pub contact_id: ContactId,
    /// The key of the contact's address.
    pub address_key: String,
    /// Waiting.
    pub state: RecipientState,
    /// 0.
    pub step: i32,
    /// Empty.
    pub reason: String,
    /// When its first step is due.
    pub due_at: Moment,
    /// When it is added.
    pub changed_at: Moment,
}

/// A recipient as the monitor shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The recipient.
    pub recipient: Recipient,
    /// Its company's name.
    pub company: String,
    /// Its contact's name.
    pub contact: String,
    /// Its address as it is now.
    pub email: Option<EmailAddress>,
}

/// Waiting recipients of running campaigns whose step is due, the longest due first.
pub fn due(conn: &mut Conn, now: Moment, limit: i64) -> DbResult<Vec<Recipient>> {
    Ok(recipients::table
        .inner_join(campaigns::table)
        .filter(recipients::state.eq(RecipientState::Waiting))
        .filter(recipients::due_at.le(now))
        .filter(campaigns::state.eq(CampaignState::Running))
        .order((recipients::due_at, recipients::id))
        .limit(limit)
        .select(Recipient::as_select())
        .load(conn)?)
}

/// How many recipients of a campaign in scope are in each state.
pub fn counts(conn: &mut Conn, scope: &Scope, campaign: CampaignId) -> DbResult<Vec<(RecipientState, i64)>> {
    Ok(recipients::table
        .filter(recipients::campaign_id.eq(campaign))
        .filter(recipients::site_id.eq_any(scope.sites().to_vec()))
        .group_by(recipients::state)
        .select((recipients::state, diesel::dsl::count_star()))
        .load(conn)?)
}

/// Recipients of a campaign in scope in one of these states, with names, the last changed first.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    campaign: CampaignId,
    states: &[RecipientState],
    limit: i64,
) -> DbResult<Vec<Shown>> {
    let rows: Vec<(Recipient, String, String, Option<EmailAddress>)> = recipients::table
        .inner_join(companies::table)
        .inner_join(contacts::table)
        .filter(recipients::campaign_id.eq(campaign))
        .filter(recipients::site_id.eq_any(scope.sites().to_vec()))
        .filter(recipients::state.eq_any(states.to_vec()))
        .order((recipients::changed_at.desc(), recipients::id.desc()))
        .limit(limit)
        .select((Recipient::as_select(), companies::name, contacts::name, contacts::email))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(recipient, company, contact, email)| Shown { recipient, company, contact, email })
        .collect())
}

/// Running campaigns of which no recipient waits or has a mail in the outbox.
pub fn campaigns_through(conn: &mut Conn) -> DbResult<Vec<CampaignId>> {
    let open = recipients::table
        .filter(recipients::campaign_id.eq(campaigns::id))
        .filter(recipients::state.eq_any(vec![RecipientState::Waiting, RecipientState::Queued, RecipientState::Sent]));
    Ok(campaigns::table
        .filter(campaigns::state.eq(CampaignState::Running))
        .filter(diesel::dsl::not(diesel::dsl::exists(open)))
        .order(campaigns::id)
        .select(campaigns::id)
        .load(conn)?)
}

/// The recipients of any campaign that have this contact, or any contact of this company, and one of these states.
pub fn of_party(
    conn: &mut Conn,
    company: Option<CompanyId>,
    contact: Option<ContactId>,
    states: &[RecipientState],
) -> DbResult<Vec<Recipient>> {
    let mut query =
        recipients::table.filter(recipients::state.eq_any(states.to_vec())).select(Recipient::as_select()).into_boxed();
    query = match (contact, company) {
        (Some(contact), _) => query.filter(recipients::contact_id.eq(contact)),
        (None, Some(company)) => query.filter(recipients::company_id.eq(company)),
        (None, None) => return Ok(Vec::new()),
    };
    Ok(query.order(recipients::id).load(conn)?)
}

/// One recipient. For the flows, which have it from a message of theirs.
pub fn find(conn: &mut Conn, id: RecipientId) -> DbResult<Option<Recipient>> {
    Ok(recipients::table.find(id).select(Recipient::as_select()).first(conn).optional()?)
}

/// Adds recipients, leaving out those whose address the campaign has already; gives how many were added.
pub fn add(tx: &mut Tx, new: &[NewRecipient]) -> DbResult<usize> {
    let mut added = 0;
    for row in new {
        added += per_backend!(&mut **tx, |conn| {
            diesel::insert_into(recipients::table).values(row).on_conflict_do_nothing().execute(conn)?
        });
    }
    Ok(added)
}

/// Takes the recipients of a draft away: of a start that did not come to its end.
pub fn clear_draft(tx: &mut Tx, campaign: CampaignId) -> DbResult<()> {
    diesel::delete(recipients::table.filter(recipients::campaign_id.eq(campaign))).execute(&mut **tx)?;
    Ok(())
}

/// Which of these recipients wait, in a campaign that runs.
pub fn still_waiting(conn: &mut Conn, ids: &[RecipientId]) -> DbResult<HashSet<RecipientId>> {
    Ok(recipients::table
        .inner_join(campaigns::table)
        .filter(recipients::id.eq_any(ids.to_vec()))
        .filter(recipients::state.eq(RecipientState::Waiting))
        .filter(campaigns::state.eq(CampaignState::Running))
        .select(recipients::id)
        .load(conn)?
        .into_iter()
        .collect())
}

/// Looks at a waiting recipient again later.
pub fn postpone(tx: &mut Tx, id: RecipientId, until: Moment) -> DbResult<()> {
    let row = recipients::table.find(id).filter(recipients::state.eq(RecipientState::Waiting));
    diesel::update(row).set(recipients::due_at.eq(until)).execute(&mut **tx)?;
    Ok(())
}

/// Moves recipients from one state to another, with the step that comes next and when; gives how many moved.
pub fn advance(
    tx: &mut Tx,
    ids: &[RecipientId],
    from: RecipientState,
    to: RecipientState,
    next: Option<(i32, Moment)>,
    now: Moment,
) -> DbResult<usize> {
    let rows = recipients::table.filter(recipients::id.eq_any(ids.to_vec())).filter(recipients::state.eq(from));
    let moved = match next {
        Some((step, due)) => diesel::update(rows)
            .set((
                recipients::state.eq(to),
                recipients::step.eq(step),
                recipients::due_at.eq(due),
                recipients::changed_at.eq(now),
            ))
            .execute(&mut **tx)?,
        None => {
            diesel::update(rows).set((recipients::state.eq(to), recipients::changed_at.eq(now))).execute(&mut **tx)?
        }
    };
    Ok(moved)
}

/// Sets a recipient's state and reason. The move was decided by `domain::cadence`.
pub fn set_state(tx: &mut Tx, id: RecipientId, state: RecipientState, reason: &str, now: Moment) -> DbResult<()> {
    diesel::update(recipients::table.find(id))
        .set((recipients::state.eq(state), recipients::reason.eq(reason), recipients::changed_at.eq(now)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Stops every open recipient of a campaign; gives how many.
pub fn stop_all(tx: &mut Tx, campaign: CampaignId, now: Moment) -> DbResult<usize> {
    let open = vec![RecipientState::Waiting, RecipientState::Queued, RecipientState::Sent];
    let rows = recipients::table.filter(recipients::campaign_id.eq(campaign)).filter(recipients::state.eq_any(open));
    Ok(diesel::update(rows)
        .set((recipients::state.eq(RecipientState::Stopped), recipients::changed_at.eq(now)))
        .execute(&mut **tx)?)
}
