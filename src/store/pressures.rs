//! Contact pressure: which campaign of which site reserved a company, over the whole installation.
//! One row per company key; another site reads its site's name and day and nothing else.

use super::among::among;
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
        .filter(among(pressures::company_key, keys))
        .filter(pressures::until.gt(now))
        .select((pressures::company_key, pressures::campaign_id, pressures::reserved_at, pressures::until, sites::name))
        .load(conn)?;
    let reservation = |(key, campaign, at, until, by_site_name): (String, CampaignId, Moment, Moment, String)| {
        (key, Reservation { campaign, facts: PressureFacts { until, by_site_name, on: at.day() } })
    };
    Ok(rows.into_iter().map(reservation).collect())
}

/// A company to be reserved.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = pressures, treat_none_as_default_value = false)]
pub struct NewReservation {
    /// The company's key.
    pub company_key: String,
    /// For which campaign.
    pub campaign_id: CampaignId,
    /// Of which site.
    pub site_id: SiteId,
    /// When its mail was queued.
    pub reserved_at: Moment,
    /// Until when it holds.
    pub until: Moment,
}

/// Reserves companies, each once; the gate was asked before, so a row that is there has run out or is the campaign's own.
pub fn reserve(tx: &mut Tx, new: &[NewReservation]) -> DbResult<()> {
    let keys: Vec<&str> = new.iter().map(|reservation| reservation.company_key.as_str()).collect();
    diesel::delete(pressures::table.filter(among(pressures::company_key, &keys))).execute(&mut **tx)?;
    per_backend!(&mut **tx, |conn| diesel::insert_into(pressures::table).values(new).execute(conn)?);
    Ok(())
}

/// Frees a company that was reserved for a mail that never left.
pub fn free(tx: &mut Tx, key: &str, campaign: CampaignId) -> DbResult<()> {
    diesel::delete(pressures::table.find(key).filter(pressures::campaign_id.eq(campaign))).execute(&mut **tx)?;
    Ok(())
}
