//! Campaigns and their steps. Who is in one and how far it is, is in [`recipients`](super::recipients).

use super::schema::{campaign_steps, campaigns};
use super::{Conn, DbResult, Tx};
use crate::domain::id::{CampaignId, MailboxId, SiteId, TemplateId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::CampaignState;
use diesel::prelude::*;

/// One campaign.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = campaigns)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// The site it belongs to.
    pub site_id: SiteId,
    /// As the desk calls it.
    pub name: String,
    /// Its state.
    pub state: CampaignState,
    /// The mailbox it leaves from.
    pub mailbox_id: MailboxId,
    /// To whom it goes, as JSON of the flow's `Audience`.
    pub audience: String,
    /// When its mail may leave, as the domain's `Window` writes itself.
    pub send_window: String,
    /// Why it is paused; empty for a person's pause.
    pub pause_reason: String,
    /// Content refusals in a row.
    pub content_refusals: i32,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was started.
    pub started_at: Option<Moment>,
    /// When it was through, or was stopped.
    pub ended_at: Option<Moment>,
    /// Goes up with each edit.
    pub version: i32,
}

/// What a new campaign needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = campaigns, treat_none_as_default_value = false)]
pub struct NewCampaign<'a> {
    /// The site it belongs to.
    pub site_id: SiteId,
    /// As the desk calls it.
    pub name: &'a str,
    /// Draft.
    pub state: CampaignState,
    /// The mailbox it leaves from.
    pub mailbox_id: MailboxId,
    /// To whom it goes, as JSON.
    pub audience: &'a str,
    /// When its mail may leave.
    pub send_window: &'a str,
    /// Empty.
    pub pause_reason: &'a str,
    /// 0.
    pub content_refusals: i32,
    /// Who makes it.
    pub created_by: Option<UserId>,
    /// When it is made.
    pub created_at: Moment,
    /// 1.
    pub version: i32,
}

/// What can change while it is a draft.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = campaigns)]
pub struct CampaignEdit<'a> {
    /// As the desk calls it.
    pub name: &'a str,
    /// The mailbox it leaves from.
    pub mailbox_id: MailboxId,
    /// To whom it goes, as JSON.
    pub audience: &'a str,
    /// When its mail may leave.
    pub send_window: &'a str,
}

/// One mail of a campaign's sequence.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = campaign_steps, treat_none_as_default_value = false)]
pub struct Step {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// Counted from 0.
    pub number: i32,
    /// What it says.
    pub template_id: TemplateId,
    /// Working days after the step before it.
    pub wait_days: i32,
}

/// The campaigns in scope, newest first, before an id.
pub fn list(conn: &mut Conn, scope: &Scope, before: Option<CampaignId>, limit: i64) -> DbResult<Vec<Campaign>> {
    let mut query = campaigns::table
        .filter(campaigns::site_id.eq_any(scope.sites().to_vec()))
        .select(Campaign::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(campaigns::id.lt(before));
    }
    Ok(query.order(campaigns::id.desc()).limit(limit).load(conn)?)
}

/// One campaign in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: CampaignId) -> DbResult<Option<Campaign>> {
    Ok(campaigns::table
        .find(id)
        .filter(campaigns::site_id.eq_any(scope.sites().to_vec()))
        .select(Campaign::as_select())
        .first(conn)
        .optional()?)
}

/// Every running campaign, over all sites: for the clockwork.
pub fn running(conn: &mut Conn) -> DbResult<Vec<Campaign>> {
    Ok(campaigns::table
        .filter(campaigns::state.eq(CampaignState::Running))
        .order(campaigns::id)
        .select(Campaign::as_select())
        .load(conn)?)
}

/// The campaigns of a site that run or are paused: for the clockwork.
pub fn open(conn: &mut Conn, site: SiteId) -> DbResult<Vec<Campaign>> {
    Ok(campaigns::table
        .filter(campaigns::site_id.eq(site))
        .filter(campaigns::state.eq_any(vec![CampaignState::Running, CampaignState::Paused]))
        .order(campaigns::id)
        .select(Campaign::as_select())
        .load(conn)?)
}

/// The steps of a campaign, in order. Who may see the campaign is asked by [`find`].
pub fn steps(conn: &mut Conn, id: CampaignId) -> DbResult<Vec<Step>> {
    Ok(campaign_steps::table
        .filter(campaign_steps::campaign_id.eq(id))
        .order(campaign_steps::number)
        .select(Step::as_select())
        .load(conn)?)
}

/// Whether a running or paused campaign leaves from this mailbox.
pub fn uses_mailbox(conn: &mut Conn, mailbox: MailboxId) -> DbResult<bool> {
    let open = campaigns::table
        .filter(campaigns::mailbox_id.eq(mailbox))
        .filter(campaigns::state.eq_any(vec![CampaignState::Running, CampaignState::Paused]));
    Ok(open.count().get_result::<i64>(conn)? > 0)
}

/// Adds a campaign.
pub fn add(tx: &mut Tx, new: &NewCampaign) -> DbResult<CampaignId> {
    Ok(diesel::insert_into(campaigns::table).values(new).returning(campaigns::id).get_result(&mut **tx)?)
}

/// Changes a draft that still has this version; says whether it had.
pub fn edit(tx: &mut Tx, id: CampaignId, version: i32, edit: &CampaignEdit) -> DbResult<bool> {
    let row = campaigns::table
        .find(id)
        .filter(campaigns::version.eq(version))
        .filter(campaigns::state.eq(CampaignState::Draft));
    Ok(diesel::update(row).set((edit, campaigns::version.eq(version + 1))).execute(&mut **tx)? == 1)
}

/// Writes the steps of a draft in place of those it had.
pub fn put_steps(tx: &mut Tx, id: CampaignId, steps: &[Step]) -> DbResult<()> {
    diesel::delete(campaign_steps::table.filter(campaign_steps::campaign_id.eq(id))).execute(&mut **tx)?;
    for step in steps {
        diesel::insert_into(campaign_steps::table).values(step).execute(&mut **tx)?;
    }
    Ok(())
}

/// Moves a campaign from one state to another; `false` when it was not in the first.
pub fn set_state(
    tx: &mut Tx,
    id: CampaignId,
    from: CampaignState,
    to: CampaignState,
    reason: &str,
    now: Moment,
) -> DbResult<bool> {
    let row = campaigns::table.find(id).filter(campaigns::state.eq(from));
    let moved = diesel::update(row)
        .set((campaigns::state.eq(to), campaigns::pause_reason.eq(reason), campaigns::content_refusals.eq(0)))
        .execute(&mut **tx)?;
    match (from, to) {
        (CampaignState::Draft, _) => {
            diesel::update(campaigns::table.find(id)).set(campaigns::started_at.eq(now)).execute(&mut **tx)?;
        }
        (_, CampaignState::Done | CampaignState::Stopped) => {
            diesel::update(campaigns::table.find(id)).set(campaigns::ended_at.eq(now)).execute(&mut **tx)?;
        }
        _ => {}
    }
    Ok(moved == 1)
}

/// Counts one more content refusal in a row; gives the count.
pub fn count_refusal(tx: &mut Tx, id: CampaignId) -> DbResult<i32> {
    Ok(diesel::update(campaigns::table.find(id))
        .set(campaigns::content_refusals.eq(campaigns::content_refusals + 1))
        .returning(campaigns::content_refusals)
        .get_result(&mut **tx)?)
}

/// Ends the row of content refusals of these campaigns: a mail of theirs was taken.
pub fn end_refusals(tx: &mut Tx, ids: &[CampaignId]) -> DbResult<()> {
    let rows = campaigns::table.filter(campaigns::id.eq_any(ids.to_vec())).filter(campaigns::content_refusals.gt(0));
    diesel::update(rows).set(campaigns::content_refusals.eq(0)).execute(&mut **tx)?;
    Ok(())
}
