//! Leases: one holder at a time, for a while. A holder that vanishes loses its leases by the clock alone. A lease that ends
//! later than any is taken for was taken before the clock went back: nobody holds it.

use super::schema::leases;
use super::{Conn, DbResult, Tx};
use crate::domain::time::Moment;
use diesel::prelude::*;

/// Seconds for which a lease is taken and, by every heartbeat, lengthened; so that what a process that vanished did is
/// taken over within a minute.
pub const SECONDS: i64 = 50;

/// No lease is taken for longer, in seconds.
const LONGEST: i64 = 3600;

/// Takes (or keeps) the lease `name` for `holder`; `false` while another holds it.
pub fn take(tx: &mut Tx, name: &str, holder: &str, now: Moment, seconds: i64) -> DbResult<bool> {
    let until = now.plus_seconds(seconds.min(LONGEST));
    let over = leases::until.lt(now).or(leases::until.gt(now.plus_seconds(LONGEST)));
    let free = leases::table.find(name).filter(leases::holder.eq(holder).or(over));
    let row = (leases::holder.eq(holder), leases::until.eq(until));
    if diesel::update(free).set(row).execute(&mut **tx)? == 1 {
        return Ok(true);
    }
    let row = (leases::name.eq(name), leases::holder.eq(holder), leases::until.eq(until));
    Ok(tx.unless_taken(|tx| Ok(diesel::insert_into(leases::table).values(row).execute(&mut **tx)?))?.is_some())
}

/// Gives a lease back.
pub fn release(tx: &mut Tx, name: &str, holder: &str) -> DbResult<()> {
    diesel::delete(leases::table.find(name).filter(leases::holder.eq(holder))).execute(&mut **tx)?;
    Ok(())
}

/// Lengthens every lease of a holder that lives; returns how many it has.
pub fn heartbeat(tx: &mut Tx, holder: &str, now: Moment) -> DbResult<usize> {
    let mine = leases::table.filter(leases::holder.eq(holder));
    Ok(diesel::update(mine).set(leases::until.eq(now.plus_seconds(SECONDS))).execute(&mut **tx)?)
}

/// Gives back every lease of a holder that ends.
pub fn release_all(tx: &mut Tx, holder: &str) -> DbResult<usize> {
    Ok(diesel::delete(leases::table.filter(leases::holder.eq(holder))).execute(&mut **tx)?)
}

/// Who holds `name` now.
pub fn holder(conn: &mut Conn, name: &str, now: Moment) -> DbResult<Option<String>> {
    let live = leases::table.find(name).filter(leases::until.between(now, now.plus_seconds(LONGEST)));
    Ok(live.select(leases::holder).first(conn).optional()?)
}

/// The leases whose names begin so, each with who holds it now.
pub fn holders(conn: &mut Conn, prefix: &str, now: Moment) -> DbResult<Vec<(String, String)>> {
    let live = leases::table.filter(leases::name.like(format!("{prefix}%")));
    let live = live.filter(leases::until.between(now, now.plus_seconds(LONGEST)));
    Ok(live.order(leases::name).select((leases::name, leases::holder)).load(conn)?)
}
