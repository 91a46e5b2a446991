//! Sites: the places that run a desk.

use super::among::among;
use super::schema::sites;
use super::{Conn, DbResult, Tx};
use crate::domain::id::SiteId;
use crate::domain::phone::Phone;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::Region;
use diesel::prelude::*;

/// One site.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sites)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// As people call it, for instance `Rotterdam-Zuid`.
    pub name: String,
    /// The sender's identity in every mail.
    pub desk_name: String,
    /// Where post reaches the desk; stands in every outreach mail.
    pub postal_address: String,
    /// The desk's telephone.
    pub phone: Option<Phone>,
    /// Its school-holiday region.
    pub region: Region,
}

impl Site {
    /// Whether its mails say who sends them: with a name and a postal address.
    pub fn says_who(&self) -> bool {
        !self.desk_name.trim().is_empty() && !self.postal_address.trim().is_empty()
    }
}

/// What a new site needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = sites, treat_none_as_default_value = false)]
pub struct NewSite {
    /// As people call it.
    pub name: String,
    /// The sender's identity in every mail.
    pub desk_name: String,
    /// Where post reaches the desk.
    pub postal_address: String,
    /// The desk's telephone.
    pub phone: Option<Phone>,
    /// Its school-holiday region.
    pub region: Region,
    /// When it was added.
    pub created_at: Moment,
}

/// The sites in scope, by name.
pub fn list(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<Site>> {
    Ok(sites::table
        .filter(among(sites::id, scope.sites()))
        .order((sites::name, sites::id))
        .select(Site::as_select())
        .load(conn)?)
}

/// Every site of the installation: for the clockwork, which goes through them one by one, and the command line.
pub fn all(conn: &mut Conn) -> DbResult<Vec<Site>> {
    Ok(sites::table.order(sites::id).select(Site::as_select()).load(conn)?)
}

/// One site in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: SiteId) -> DbResult<Option<Site>> {
    if !scope.sees(id) {
        return Ok(None);
    }
    Ok(sites::table.find(id).select(Site::as_select()).first(conn).optional()?)
}

/// Adds a site; `None` when the name is taken.
pub fn add(tx: &mut Tx, new: &NewSite) -> DbResult<Option<SiteId>> {
    tx.unless_taken(|tx| {
        Ok(diesel::insert_into(sites::table).values(new).returning(sites::id).get_result(&mut **tx)?)
    })
}
