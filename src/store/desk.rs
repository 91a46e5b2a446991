//! The desk at a glance: the numbers beside the entries of the menu.

use super::schema::{campaigns, checkins, incoming, placements, tasks};
use super::{Conn, DbResult};
use crate::domain::scope::Scope;
use crate::domain::time::Day;
use crate::domain::words::{CampaignState, CheckInState, Decision, PlacementState};
use diesel::prelude::*;

/// How much of each there is, for the sites in scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Glance {
    /// Tasks of this person, or of nobody, due on or before the day, beside those for a check-in.
    pub tasks: i64,
    /// Messages that wait for a decision.
    pub inbox: i64,
    /// Students who look for a place.
    pub students: i64,
    /// Campaigns that run.
    pub campaigns: i64,
    /// Placements that run.
    pub placements: i64,
    /// Check-ins whose day has come and that a person has to look at.
    pub checkins: i64,
    /// Proposals of this person, or of nobody, in which the desk has the next step.
    pub proposals: i64,
}

/// Counts what is there on a day.
pub fn glance(conn: &mut Conn, scope: &Scope, today: Day) -> DbResult<Glance> {
    const LOOK_AT: [CheckInState; 4] =
        [CheckInState::Due, CheckInState::CallTask, CheckInState::Escalated, CheckInState::Answered];
    let ids = scope.sites().to_vec();
    let tasks = tasks::table
        .filter(tasks::site_id.eq_any(ids.clone()))
        .filter(tasks::done_at.is_null())
        // The call for a check-in is counted with the check-ins.
        .filter(tasks::checkin_id.is_null())
        .filter(tasks::due_on.le(today))
        .filter(tasks::owner_id.is_null().or(tasks::owner_id.eq(scope.user())));
    let inbox =
        incoming::table.filter(incoming::site_id.eq_any(ids.clone())).filter(incoming::decision.eq(Decision::Open));
    let campaigns = campaigns::table
        .filter(campaigns::site_id.eq_any(ids.clone()))
        .filter(campaigns::state.eq(CampaignState::Running));
    let placements = placements::table
        .filter(placements::site_id.eq_any(ids.clone()))
        .filter(placements::state.eq(PlacementState::Running));
    let checkins = checkins::table.filter(checkins::site_id.eq_any(ids)).filter(checkins::state.eq_any(LOOK_AT));
    let students = super::students::looking(conn, scope)?;
    let proposals = super::proposals::ours_count(conn, scope, today)?;
    Ok(Glance {
        proposals,
        students,
        tasks: tasks.count().get_result(conn)?,
        inbox: inbox.count().get_result(conn)?,
        campaigns: campaigns.count().get_result(conn)?,
        placements: placements.count().get_result(conn)?,
        checkins: checkins.count().get_result(conn)?,
    })
}
