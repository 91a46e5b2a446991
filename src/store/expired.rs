//! What has ended by itself and may be forgotten: sessions, tokens, throttles, staged imports, schools' lists, old runs of
//! ticks, old rankings.

use super::schema::{
    import_rows, imports, matchings, referral_list_rows, referral_lists, school_codes, school_sessions, sessions,
    throttles, tick_runs, tokens,
};
use super::{DbResult, Tx};
use crate::domain::id::{ImportId, ReferralListId};
use crate::domain::time::Moment;
use crate::domain::words::ImportState;
use diesel::prelude::*;

/// Sessions past their end.
pub fn sessions(tx: &mut Tx, now: Moment) -> DbResult<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.lt(now))).execute(&mut **tx)?)
}

/// Sessions and codes of schools past their end.
pub fn school_sessions(tx: &mut Tx, now: Moment) -> DbResult<usize> {
    diesel::delete(school_codes::table.filter(school_codes::expires_at.lt(now))).execute(&mut **tx)?;
    Ok(diesel::delete(school_sessions::table.filter(school_sessions::expires_at.lt(now))).execute(&mut **tx)?)
}

/// Lists of schools from before `before`, with their rows; what they became stays.
pub fn referral_lists(tx: &mut Tx, before: Moment) -> DbResult<usize> {
    let old = referral_lists::table.filter(referral_lists::created_at.lt(before));
    let ids: Vec<ReferralListId> = old.select(referral_lists::id).load(&mut **tx)?;
    diesel::delete(referral_list_rows::table.filter(referral_list_rows::list_id.eq_any(ids.clone())))
        .execute(&mut **tx)?;
    Ok(diesel::delete(referral_lists::table.filter(referral_lists::id.eq_any(ids))).execute(&mut **tx)?)
}

/// Tokens that ended before `before`.
pub fn tokens(tx: &mut Tx, before: Moment) -> DbResult<usize> {
    Ok(diesel::delete(tokens::table.filter(tokens::expires_at.lt(before))).execute(&mut **tx)?)
}

/// Counts of failed sign-ins that began before `before`.
pub fn throttles(tx: &mut Tx, before: Moment) -> DbResult<usize> {
    Ok(diesel::delete(throttles::table.filter(throttles::since.lt(before))).execute(&mut **tx)?)
}

/// Runs of ticks that ended before `before`.
pub fn runs(tx: &mut Tx, before: Moment) -> DbResult<usize> {
    Ok(diesel::delete(tick_runs::table.filter(tick_runs::ended_at.lt(before))).execute(&mut **tx)?)
}

/// Rankings of matching that were shown before `before`.
pub fn rankings(tx: &mut Tx, before: Moment) -> DbResult<usize> {
    Ok(diesel::delete(matchings::table.filter(matchings::at.lt(before))).execute(&mut **tx)?)
}

/// Staged or cancelled imports from before `before`, with their rows; at most `limit` imports at once.
pub fn staged_imports(tx: &mut Tx, before: Moment, limit: i64) -> DbResult<usize> {
    let ids: Vec<ImportId> = imports::table
        .filter(imports::created_at.lt(before))
        .filter(imports::state.eq_any([ImportState::Staged, ImportState::Cancelled]))
        .filter(imports::applied.eq(0))
        .order(imports::id)
        .limit(limit)
        .select(imports::id)
        .load(&mut **tx)?;
    diesel::delete(import_rows::table.filter(import_rows::import_id.eq_any(ids.clone()))).execute(&mut **tx)?;
    Ok(diesel::delete(imports::table.filter(imports::id.eq_any(ids))).execute(&mut **tx)?)
}
