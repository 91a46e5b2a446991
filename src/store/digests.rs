//! The morning mail: one row per user and day, written in the same act as the mail itself.

use super::schema::{digests, user_sites, users};
use super::{Conn, DbResult, Tx};
use crate::domain::email::EmailAddress;
use crate::domain::id::{OutgoingId, SiteId, UserId};
use crate::domain::time::Day;
use crate::domain::words::{Lang, Role};
use diesel::prelude::*;

/// Somebody who gets the morning mail.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Reader {
    /// Who.
    pub user: UserId,
    /// Where it goes.
    pub email: EmailAddress,
    /// How the mail greets.
    pub name: String,
    /// Broker or coordinator.
    pub role: Role,
    /// The language of the mail.
    pub lang: Lang,
}

/// Active brokers and coordinators of a site, in order of their ids.
pub fn readers(conn: &mut Conn, site: SiteId) -> DbResult<Vec<Reader>> {
    Ok(users::table
        .inner_join(user_sites::table)
        .filter(user_sites::site_id.eq(site))
        .filter(users::active.eq(true))
        .filter(users::role.eq_any(vec![Role::Broker, Role::Coordinator]))
        .order(users::id)
        .select((users::id, users::email, users::name, users::role, users::lang))
        .load(conn)?)
}

/// Marks the day's mail of a user as written; `false` when it was before.
pub fn claim(tx: &mut Tx, user: UserId, day: Day) -> DbResult<bool> {
    let row = (digests::user_id.eq(user), digests::day.eq(day));
    let done = tx.unless_taken(|tx| Ok(diesel::insert_into(digests::table).values(row).execute(&mut **tx)?))?;
    Ok(done.is_some())
}

/// Notes which mail it became.
pub fn link(tx: &mut Tx, user: UserId, day: Day, outgoing: OutgoingId) -> DbResult<()> {
    let row = digests::table.filter(digests::user_id.eq(user)).filter(digests::day.eq(day));
    diesel::update(row).set(digests::outgoing_id.eq(Some(outgoing))).execute(&mut **tx)?;
    Ok(())
}

/// Whether the day's mail of a user is written.
pub fn is_written(conn: &mut Conn, user: UserId, day: Day) -> DbResult<bool> {
    let row = digests::table.filter(digests::user_id.eq(user)).filter(digests::day.eq(day));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn)?)
}
