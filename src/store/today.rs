//! What the day asks of a broker: short reads over several aggregates, for Vandaag and the morning mail.
//! A task or check-in without an owner is everybody's; one with an owner is that person's.

use super::among::among;
use super::capped::{self, EXACT, capped};
use super::schema::{campaigns, checkins, companies, contacts, incoming, openings, placements, recipients, tasks};
use super::{Conn, DbResult};
use crate::domain::code;
use crate::domain::id::{CampaignId, CheckInId, CompanyId, IncomingId, OpeningId, PlacementId, TaskId, UserId};
use crate::domain::opening::{OpeningState, Places, Seating};
use crate::domain::phone::Phone;
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::{CampaignState, CheckInState, Decision, Level, RecipientState, TaskKind};
use diesel::dsl::count_star;
use diesel::prelude::*;

/// How many replies wait for a decision.
pub fn reply_count(conn: &mut Conn, scope: &Scope) -> DbResult<i64> {
    Ok(incoming::table
        .filter(incoming::site_id.eq_any(scope.sites().to_vec()))
        .filter(incoming::decision.eq(Decision::Open))
        .count()
        .get_result(conn)?)
}

/// A task with the names around it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct TaskLine {
    /// The task.
    pub id: TaskId,
    /// What it asks for.
    pub kind: TaskKind,
    /// In words.
    pub title: String,
    /// When it is due.
    pub due_on: Day,
    /// When it was made.
    pub created_at: Moment,
    /// Whose it is.
    pub owner_id: Option<UserId>,
    /// The company.
    pub company_id: Option<CompanyId>,
    /// The company's name.
    pub company: Option<String>,
    /// The contact's name.
    pub contact: Option<String>,
    /// The contact's telephone, else the company's.
    pub phone: Option<Phone>,
    /// The placement it is about.
    pub placement_id: Option<PlacementId>,
    /// The check-in it is about.
    pub checkin_id: Option<CheckInId>,
    /// The mail it is about.
    pub incoming_id: Option<IncomingId>,
    /// When it was done.
    pub done_at: Option<Moment>,
}

/// Tasks with the names around them, in scope; filters are put onto it.
macro_rules! task_lines {
    ($scope:expr) => {
        tasks::table
            .left_join(companies::table)
            .left_join(contacts::table)
            .filter(tasks::site_id.eq_any($scope.sites().to_vec()))
            .filter(tasks::owner_id.eq($scope.user()).or(tasks::owner_id.is_null()))
            .select((
                tasks::id,
                tasks::kind,
                tasks::title,
                tasks::due_on,
                tasks::created_at,
                tasks::owner_id,
                tasks::company_id,
                companies::name.nullable(),
                contacts::name.nullable(),
                contacts::phone.nullable(),
                tasks::placement_id,
                tasks::checkin_id,
                tasks::incoming_id,
                tasks::done_at,
            ))
    };
}

/// The person's own and nobody's open tasks that are due, the longest overdue first.
pub fn tasks(conn: &mut Conn, scope: &Scope, today: Day, limit: i64) -> DbResult<Vec<TaskLine>> {
    // Which they are first: joined at once, PostgreSQL looks up the names of all that are due before it takes the first few.
    let first: Vec<TaskId> = tasks::table
        .filter(tasks::site_id.eq_any(scope.sites().to_vec()))
        .filter(tasks::owner_id.eq(scope.user()).or(tasks::owner_id.is_null()))
        .filter(tasks::done_at.is_null())
        .filter(tasks::due_on.le(today))
        .order((tasks::due_on, tasks::id))
        .limit(limit)
        .select(tasks::id)
        .load(conn)?;
    let query = task_lines!(scope).filter(among(tasks::id, &first));
    Ok(query.order((tasks::due_on, tasks::id)).load(conn)?)
}

/// The person's own and nobody's tasks that were done since a moment, the latest first.
pub fn tasks_done(conn: &mut Conn, scope: &Scope, since: Moment, limit: i64) -> DbResult<Vec<TaskLine>> {
    let query = task_lines!(scope).filter(tasks::done_at.ge(since));
    Ok(query.order((tasks::done_at.desc(), tasks::id.desc())).limit(limit).load(conn)?)
}

/// Numbers for the morning mail of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Replies that wait for a decision.
    pub replies: i64,
    /// Check-ins that a person has to look at and that have no task of their own.
    pub checkins: i64,
    /// Open tasks that are due.
    pub tasks: i64,
}

impl Counts {
    /// Whether there is nothing to tell.
    pub const fn is_nothing(&self) -> bool {
        self.replies == 0 && self.checkins == 0 && self.tasks == 0
    }
}

/// What waits for the person of the scope today.
pub fn counts(conn: &mut Conn, scope: &Scope, today: Day) -> DbResult<Counts> {
    // A call or an escalation has its task, and is counted there.
    let waiting = [CheckInState::Due, CheckInState::Answered];
    let checkins = checkins::table
        .inner_join(placements::table)
        .filter(checkins::site_id.eq_any(scope.sites().to_vec()))
        .filter(checkins::state.eq_any(waiting.to_vec()))
        .filter(placements::broker_id.eq(scope.user()).or(placements::broker_id.is_null()))
        .count()
        .get_result(conn)?;
    let tasks = tasks::table
        .filter(tasks::site_id.eq_any(scope.sites().to_vec()))
        .filter(tasks::done_at.is_null())
        .filter(tasks::due_on.le(today))
        .filter(tasks::owner_id.eq(scope.user()).or(tasks::owner_id.is_null()))
        .count()
        .get_result(conn)?;
    Ok(Counts { replies: reply_count(conn, scope)?, checkins, tasks })
}

/// An opening whose places nobody confirmed for long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The opening.
    pub id: OpeningId,
    /// Its company.
    pub company_id: CompanyId,
    /// The company's name.
    pub company: String,
    /// The role.
    pub role: String,
    /// The levels.
    pub levels: Vec<Level>,
    /// Places left.
    pub left: i32,
    /// Its places as they are drawn.
    pub seating: Seating,
    /// When it was last confirmed.
    pub confirmed_on: Day,
    /// When the company was asked about it, where its answer is waited for.
    pub asked_on: Option<Day>,
}

/// Openings of a site with places left that were last confirmed before a day.
macro_rules! gone_stale {
    ($site:expr, $before:expr) => {
        openings::table
            .filter(openings::site_id.eq($site))
            .filter(openings::state.eq_any(vec![OpeningState::Offered, OpeningState::Open]))
            .filter(openings::places_left.gt(0))
            .filter(openings::last_confirmed_on.lt($before))
    };
}

/// How many openings want to be confirmed, counted up to one more than [`EXACT`]: see [`stale`].
pub fn stale_count(conn: &mut Conn, scope: &Scope, before: Day) -> DbResult<i64> {
    capped::sum(
        scope.sites().iter().map(|site| Ok(capped!(conn, gone_stale!(*site, before).select(openings::id), EXACT + 1)?)),
    )
}

/// Openings with places left that were last confirmed before a day, the oldest first.
pub fn stale(conn: &mut Conn, scope: &Scope, before: Day, limit: i64) -> DbResult<Vec<Stale>> {
    type Row = (OpeningId, CompanyId, String, String, String, i32, Day);
    // Each site's come in the order of an index.
    let mut first: Vec<(Day, OpeningId)> = Vec::new();
    for site in scope.sites() {
        let oldest = gone_stale!(*site, before).order((openings::last_confirmed_on, openings::id)).limit(limit);
        first.extend(oldest.select((openings::last_confirmed_on, openings::id)).load::<(Day, OpeningId)>(conn)?);
    }
    first.sort_unstable();
    first.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let ids: Vec<OpeningId> = first.into_iter().map(|(_, id)| id).collect();
    let rows: Vec<Row> = openings::table
        .inner_join(companies::table)
        .filter(among(openings::id, &ids))
        .order((openings::last_confirmed_on, openings::id))
        .select((
            openings::id,
            openings::company_id,
            companies::name,
            openings::role,
            openings::levels,
            openings::places_left,
            openings::last_confirmed_on,
        ))
        .load(conn)?;
    let places = super::openings::places_of(conn, &rows.iter().map(|row| row.0).collect::<Vec<_>>())?;
    let asked = super::rounds::asked(conn, &rows.iter().map(|row| row.0).collect::<Vec<_>>())?;
    let stale = |(id, company_id, company, role, levels, left, confirmed_on): Row| {
        let (levels, seating) = (code::split(&levels), places.get(&id).map(Places::seating).unwrap_or_default());
        let asked_on = asked.iter().find(|(of, _)| *of == id).map(|(_, on)| *on);
        Stale { id, company_id, company, role, levels, left, seating, confirmed_on, asked_on }
    };
    Ok(rows.into_iter().map(stale).collect())
}

/// A campaign that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Underway {
    /// The campaign.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Running or paused.
    pub state: CampaignState,
    /// All recipients.
    pub recipients: i64,
    /// Those whose mail left.
    pub mailed: i64,
    /// Those who answered.
    pub replied: i64,
}

/// Campaigns that run or are held, the newest first.
pub fn campaigns(conn: &mut Conn, scope: &Scope, limit: i64) -> DbResult<Vec<Underway>> {
    let rows: Vec<(CampaignId, String, CampaignState)> = campaigns::table
        .filter(campaigns::site_id.eq_any(scope.sites().to_vec()))
        .filter(campaigns::state.eq_any(vec![CampaignState::Running, CampaignState::Paused]))
        .order(campaigns::id.desc())
        .limit(limit)
        .select((campaigns::id, campaigns::name, campaigns::state))
        .load(conn)?;
    let ids: Vec<CampaignId> = rows.iter().map(|row| row.0).collect();
    let states: Vec<(CampaignId, RecipientState, i64)> = recipients::table
        .filter(recipients::campaign_id.eq_any(ids))
        .group_by((recipients::campaign_id, recipients::state))
        .select((recipients::campaign_id, recipients::state, count_star()))
        .load(conn)?;
    let sum = |id: CampaignId, of: &dyn Fn(RecipientState) -> bool| {
        states.iter().filter(|row| row.0 == id && of(row.1)).map(|row| row.2).sum()
    };
    let underway = |(id, name, state)| Underway {
        id,
        name,
        state,
        recipients: sum(id, &|_| true),
        mailed: sum(id, &|state| was_mailed(state)),
        replied: sum(id, &|state| state == RecipientState::Replied),
    };
    Ok(rows.into_iter().map(underway).collect())
}

const fn was_mailed(state: RecipientState) -> bool {
    matches!(
        state,
        RecipientState::Sent
            | RecipientState::Done
            | RecipientState::Replied
            | RecipientState::OptedOut
            | RecipientState::Bounced
    )
}
