//! Contact pressure: which campaign of which site reserved a company, over the whole installation.
//! One row per company key; another site reads its site's name and day and nothing else.

use super::db::per_backend;
use super::schema::{pressures, sites};
use super::{Conn, DbResult, Tx};
use crate::domain::gate::PressureFacts;
use crate::domain::id::{CampaignId, SiteId};
use crate::domain::time::Moment;
use diesel::prelude::*;
use std::collections::HashMap;

/// One reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The campaign that has it.
    pub campaign: CampaignId,
    /// What others may know.
    pub facts: PressureFacts,
}

/// The reservations of these companies that still hold, by company key. Not scoped: pressure is counted over
/// the whole installation, and the facts name nothing but site and day.
pub fn of(conn: &mut Conn, keys: &[String], now: Moment) -> DbResult<HashMap<String, Reservation>> {
    let rows: Vec<(String, CampaignId, Moment, Moment, String)> = pressures::table
        .inner_join(sites::table)
        .filter(pressures::company_key.eq_any(keys.to_vec()))
        .filter(pressures::until.gt(now))
        .select((pressures::company_key, pressures::campaign_id, pressures::reserved_at, pressures::until, sites::name))
        .load(conn)?;
    let reservation = |(key, campaign, at, until, by_site_name): (String, CampaignId, Moment, Moment, String)| {
        (key, Reservation { campaign, facts: PressureFacts { until, by_site_name, on: at.day() } })
    };
    Ok(rows.into_iter().map(reservation).collect())
}

/// Reserves a company for a campaign; the gate was asked before, so a row that is there has run out or is its own.
pub fn reserve(tx: &mut Tx, key: &str, campaign: CampaignId, site: SiteId, now: Moment, until: Moment) -> DbResult<()> {
    let row = (
        pressures::company_key.eq(key),
        pressures::campaign_id.eq(campaign),
        pressures::site_id.eq(site),
        pressures::reserved_at.eq(now),
        pressures::until.eq(until),
    );
    per_backend!(&mut **tx, |conn| {
        diesel::insert_into(pressures::table)
            .values(row)
            .on_conflict(pressures::company_key)
            .do_update()
            .set((
                pressures::campaign_id.eq(campaign),
                pressures::site_id.eq(site),
                pressures::reserved_at.eq(now),
                pressures::until.eq(until),
            ))
            .execute(conn)?;
    });
    Ok(())
}

/// Frees a company that was reserved for a mail that never left.
pub fn free(tx: &mut Tx, key: &str, campaign: CampaignId) -> DbResult<()> {
    diesel::delete(pressures::table.find(key).filter(pressures::campaign_id.eq(campaign))).execute(&mut **tx)?;
    Ok(())
}
