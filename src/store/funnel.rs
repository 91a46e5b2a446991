//! From mail to placement: what a report counts, per company, as facts. `domain::statistics` adds them up.

use super::schema::{campaigns, incoming, openings, outgoing, place_events, placements};
use super::{Conn, DbResult};
use crate::domain::id::{CampaignId, CompanyId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{OutgoingState, PlaceEventKind, Purpose};
use diesel::dsl::{max, min};
use diesel::prelude::*;

/// Of which mails the report speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Mails of one campaign only.
    pub campaign: Option<CampaignId>,
    /// Mails that left from this moment on.
    pub from: Moment,
    /// Mails that left before this moment.
    pub until: Moment,
}

/// Companies to which an outreach mail left, with the moment of the first one. One that was uncertain may have
/// arrived and counts; so does one that came back later.
pub fn mailed(conn: &mut Conn, scope: &Scope, ask: &Question) -> DbResult<Vec<(CompanyId, Moment)>> {
    let mut query = outgoing::table
        .filter(outgoing::site_id.eq_any(scope.sites().to_vec()))
        .filter(outgoing::purpose.eq(Purpose::Outreach))
        .filter(outgoing::state.eq_any(vec![OutgoingState::Sent, OutgoingState::Uncertain]))
        .filter(outgoing::settled_at.ge(ask.from))
        .filter(outgoing::settled_at.lt(ask.until))
        .group_by(outgoing::company_id)
        .select((outgoing::company_id, min(outgoing::settled_at)))
        .into_boxed();
    if let Some(campaign) = ask.campaign {
        query = query.filter(outgoing::campaign_id.eq(campaign));
    }
    let rows: Vec<(Option<CompanyId>, Option<Moment>)> = query.load(conn)?;
    Ok(rows.into_iter().filter_map(|(company, at)| Some((company?, at?))).collect())
}

/// Companies from which a person answered a mail of the question, with the moment of the last answer.
pub fn answered(conn: &mut Conn, scope: &Scope, ask: &Question) -> DbResult<Vec<(CompanyId, Moment)>> {
    let mut query = incoming::table
        .inner_join(outgoing::table)
        .filter(incoming::site_id.eq_any(scope.sites().to_vec()))
        .filter(incoming::kind.eq("human"))
        .filter(outgoing::purpose.eq(Purpose::Outreach))
        .filter(outgoing::settled_at.ge(ask.from))
        .filter(outgoing::settled_at.lt(ask.until))
        .group_by(outgoing::company_id)
        .select((outgoing::company_id, max(incoming::received_at)))
        .into_boxed();
    if let Some(campaign) = ask.campaign {
        query = query.filter(outgoing::campaign_id.eq(campaign));
    }
    let rows: Vec<(Option<CompanyId>, Option<Moment>)> = query.load(conn)?;
    Ok(rows.into_iter().filter_map(|(company, at)| Some((company?, at?))).collect())
}

/// Companies that offered places, with the moment of the latest offer.
pub fn offered(conn: &mut Conn, scope: &Scope, from: Moment) -> DbResult<Vec<(CompanyId, Moment)>> {
    let rows: Vec<(CompanyId, Option<Moment>)> = place_events::table
        .inner_join(openings::table)
        .filter(place_events::site_id.eq_any(scope.sites().to_vec()))
        .filter(place_events::kind.eq(PlaceEventKind::Offered))
        .filter(place_events::at.ge(from))
        .group_by(openings::company_id)
        .select((openings::company_id, max(place_events::at)))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(company, at)| Some((company, at?))).collect())
}

/// Companies that got a placement, with the moment that the latest was made.
pub fn placed(conn: &mut Conn, scope: &Scope, from: Moment) -> DbResult<Vec<(CompanyId, Moment)>> {
    let rows: Vec<(CompanyId, Option<Moment>)> = placements::table
        .filter(placements::site_id.eq_any(scope.sites().to_vec()))
        .filter(placements::created_at.ge(from))
        .group_by(placements::company_id)
        .select((placements::company_id, max(placements::created_at)))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(company, at)| Some((company, at?))).collect())
}

/// The campaigns in scope that a report can be limited to, the newest first.
pub fn campaign_names(conn: &mut Conn, scope: &Scope, limit: i64) -> DbResult<Vec<(CampaignId, String)>> {
    Ok(campaigns::table
        .filter(campaigns::site_id.eq_any(scope.sites().to_vec()))
        .filter(campaigns::started_at.is_not_null())
        .order(campaigns::id.desc())
        .limit(limit)
        .select((campaigns::id, campaigns::name))
        .load(conn)?)
}
