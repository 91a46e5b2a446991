//! Suppressions: addresses and domains that get no outreach, over the whole installation; and the soft bounces
//! that lead to one. At most one suppression of a value is in force; lifted ones stay as history.

use super::among::among;
use super::db::per_backend;
use super::schema::{companies, contacts, soft_bounces, suppressions};
use super::{Conn, DbResult, Tx};
use crate::domain::code::code;
use crate::domain::id::{IncomingId, OutgoingId, SiteId, SuppressionId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::SuppressionReason;
use diesel::dsl::exists;
use diesel::prelude::*;
use std::collections::HashMap;

code! {
    /// What is suppressed.
    pub enum SuppressionKind {
        /// One address, by its key.
        Address = "address",
        /// Every address at a domain.
        Domain = "domain",
    }
}

/// One suppression.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = suppressions)]
pub struct Suppression {
    /// Its id.
    pub id: SuppressionId,
    /// Address or domain.
    pub kind: SuppressionKind,
    /// The address key, or the domain in lower case.
    pub value: String,
    /// Why.
    pub reason: SuppressionReason,
    /// Since when.
    pub since: Moment,
    /// The site where it came about; `None` for the installation's own affairs.
    pub site_id: Option<SiteId>,
    /// The mail of ours that it came from.
    pub outgoing_id: Option<OutgoingId>,
    /// The mail to us that it came from.
    pub incoming_id: Option<IncomingId>,
    /// The person who put it here.
    pub user_id: Option<UserId>,
    /// When it was lifted.
    pub lifted_at: Option<Moment>,
    /// By whom.
    pub lifted_by: Option<UserId>,
    /// And why.
    pub lift_reason: String,
}

/// What a new suppression needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = suppressions, treat_none_as_default_value = false)]
pub struct NewSuppression<'a> {
    /// Address or domain.
    pub kind: SuppressionKind,
    /// The address key, or the domain in lower case.
    pub value: &'a str,
    /// Why.
    pub reason: SuppressionReason,
    /// Since when.
    pub since: Moment,
    /// The site where it came about.
    pub site_id: Option<SiteId>,
    /// The mail of ours that it came from.
    pub outgoing_id: Option<OutgoingId>,
    /// The mail to us that it came from.
    pub incoming_id: Option<IncomingId>,
    /// The person who put it here.
    pub user_id: Option<UserId>,
    /// Empty.
    pub lift_reason: &'a str,
}

/// The reasons in force for these address keys and domains, by value. Where both an address and its domain are
/// suppressed each has its own entry. Not scoped: suppression holds over the whole installation.
pub fn in_force(conn: &mut Conn, values: &[String]) -> DbResult<HashMap<String, SuppressionReason>> {
    let rows: Vec<(String, SuppressionReason)> = suppressions::table
        .filter(among(suppressions::value, values))
        .filter(suppressions::lifted_at.is_null())
        .select((suppressions::value, suppressions::reason))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The suppressions that are visible: those that came about at the sites or belong to no site, and those of an
/// address or a domain that the sites know themselves. They hold everywhere, but another site's addresses are its own.
macro_rules! visible {
    ($scope:expr) => {{
        let sites = $scope.sites().to_vec();
        let person = contacts::table
            .filter(contacts::site_id.eq_any(sites.clone()))
            .filter(contacts::email_key.eq(suppressions::value.nullable()));
        let company = companies::table
            .filter(companies::site_id.eq_any(sites.clone()))
            .filter(companies::mail_domain.eq(suppressions::value.nullable()));
        suppressions::table
            .filter(
                suppressions::site_id
                    .is_null()
                    .or(suppressions::site_id.eq_any(sites).assume_not_null())
                    .or(exists(person))
                    .or(exists(company)),
            )
            .select(Suppression::as_select())
    }};
}

/// The suppressions in force, newest first, before an id; `find` narrows to values that hold it.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    find: &str,
    before: Option<SuppressionId>,
    limit: i64,
) -> DbResult<Vec<Suppression>> {
    let mut query = visible!(scope).filter(suppressions::lifted_at.is_null()).into_boxed();
    if !find.is_empty() {
        let literal = find.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        query = query.filter(suppressions::value.like(format!("%{literal}%")).escape('\\'));
    }
    if let Some(before) = before {
        query = query.filter(suppressions::id.lt(before));
    }
    Ok(query.order(suppressions::id.desc()).limit(limit).load(conn)?)
}

/// One suppression.
pub fn find(conn: &mut Conn, scope: &Scope, id: SuppressionId) -> DbResult<Option<Suppression>> {
    Ok(visible!(scope).filter(suppressions::id.eq(id)).first(conn).optional()?)
}

/// Adds a suppression; `false` when the value already has one in force. An opt-out takes the place of a bounce,
/// since it is what the person wants.
pub fn add(tx: &mut Tx, new: &NewSuppression) -> DbResult<bool> {
    let row = suppressions::table
        .filter(suppressions::value.eq(new.value))
        .filter(suppressions::kind.eq(new.kind))
        .filter(suppressions::lifted_at.is_null());
    let there: Option<SuppressionReason> = row.select(suppressions::reason).first(&mut **tx).optional()?;
    let Some(there) = there else {
        diesel::insert_into(suppressions::table).values(new).execute(&mut **tx)?;
        return Ok(true);
    };
    let weaker = matches!(there, SuppressionReason::HardBounce | SuppressionReason::SoftBounces);
    let wanted = matches!(new.reason, SuppressionReason::OptOut | SuppressionReason::Complaint);
    if weaker && wanted {
        diesel::update(row).set(suppressions::reason.eq(new.reason)).execute(&mut **tx)?;
    }
    Ok(false)
}

/// Lifts a suppression, with who and why; `false` when it was lifted before.
pub fn lift(tx: &mut Tx, id: SuppressionId, by: Option<UserId>, reason: &str, now: Moment) -> DbResult<bool> {
    let lifted = diesel::update(suppressions::table.find(id).filter(suppressions::lifted_at.is_null()))
        .set((suppressions::lifted_at.eq(now), suppressions::lifted_by.eq(by), suppressions::lift_reason.eq(reason)))
        .execute(&mut **tx)?;
    Ok(lifted == 1)
}

/// Counts one soft bounce and gives the moments of all of this address, the newest among them.
pub fn soft_bounce(tx: &mut Tx, address_key: &str, outgoing: OutgoingId, now: Moment) -> DbResult<Vec<Moment>> {
    let row =
        (soft_bounces::address_key.eq(address_key), soft_bounces::at.eq(now), soft_bounces::outgoing_id.eq(outgoing));
    per_backend!(&mut **tx, |conn| {
        diesel::insert_into(soft_bounces::table).values(row).execute(conn)?;
    });
    Ok(soft_bounces::table
        .filter(soft_bounces::address_key.eq(address_key))
        .order(soft_bounces::at.desc())
        .limit(50)
        .select(soft_bounces::at)
        .load(&mut **tx)?)
}
