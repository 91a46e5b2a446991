//! Contacts: the people at a company, with the ground on which they may be mailed and its proof.

use super::rows::{self, OverRows};
use super::schema::contacts;
use super::{Conn, DbResult, Tx, companies};
use crate::domain::email::EmailAddress;
use crate::domain::id::{CompanyId, ContactId, SiteId};
use crate::domain::phone::Phone;
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::{Ground, Lang};
use diesel::prelude::*;
use std::cmp::Reverse;

/// What people fill in about a contact.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = contacts, treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
pub struct Fields {
    /// Name; for a functional address what it stands for.
    pub name: String,
    /// What they do there.
    pub job: String,
    /// Their address.
    pub email: Option<EmailAddress>,
    /// Their telephone.
    pub phone: Option<Phone>,
    /// The language they are written to in.
    pub lang: Lang,
    /// The lawful ground for outreach.
    pub ground: Ground,
    /// Where the ground shows: a URL, what was said.
    pub ground_proof: String,
    /// Since when the ground holds.
    pub ground_on: Option<Day>,
    /// Free text.
    pub notes: String,
}

impl Fields {
    /// A contact of whom only the name is known: no ground, so no outreach.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            job: String::new(),
            email: None,
            phone: None,
            lang: Lang::Nl,
            ground: Ground::None,
            ground_proof: String::new(),
            ground_on: None,
            notes: String::new(),
        }
    }
}

/// One contact.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = contacts)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The company.
    pub company_id: CompanyId,
    /// What people filled in.
    #[diesel(embed)]
    pub fields: Fields,
    /// When they asked for no more outreach.
    pub opted_out_at: Option<Moment>,
    /// When they left the company.
    pub left_on: Option<Day>,
    /// The last time they were spoken to.
    pub last_spoken_at: Option<Moment>,
    /// Goes up with every edit.
    pub version: i32,
    /// When they were added.
    pub created_at: Moment,
}

impl Contact {
    /// Whether they are there and have an address.
    pub const fn reachable(&self) -> bool {
        self.left_on.is_none() && self.fields.email.is_some()
    }

    /// Their name in a mail; empty for a functional address, which is nobody's own.
    pub fn own_name(&self) -> &str {
        if self.fields.ground == Ground::Functional { "" } else { &self.fields.name }
    }

    /// Which contact of a company is asked, the first of this order: a functional address, then who was spoken to last, then
    /// the lowest id.
    pub fn turn(&self) -> (bool, Reverse<Option<Moment>>, ContactId) {
        (self.fields.ground != Ground::Functional, Reverse(self.last_spoken_at), self.id)
    }
}

#[derive(Insertable)]
#[diesel(table_name = contacts, treat_none_as_default_value = false)]
struct NewRow {
    site_id: SiteId,
    company_id: CompanyId,
    #[diesel(embed)]
    fields: Fields,
    email_key: Option<String>,
    version: i32,
    created_at: Moment,
    updated_at: Moment,
}

/// One contact in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: ContactId) -> DbResult<Option<Contact>> {
    let query = contacts::table.filter(contacts::id.eq(id)).filter(contacts::site_id.eq_any(scope.sites().to_vec()));
    Ok(query.select(Contact::as_select()).first(conn).optional()?)
}

/// The contacts of a company in scope: who is there first, then who left; each by id.
pub fn of_company(conn: &mut Conn, scope: &Scope, company: CompanyId) -> DbResult<Vec<Contact>> {
    of_companies(conn, scope, &[company])
}

/// The contacts of companies in scope: who is there first, then who left; each by id.
pub fn of_companies(conn: &mut Conn, scope: &Scope, companies: &[CompanyId]) -> DbResult<Vec<Contact>> {
    let query = contacts::table
        .filter(contacts::company_id.eq_any(companies.to_vec()))
        .filter(contacts::site_id.eq_any(scope.sites().to_vec()));
    let mut rows: Vec<Contact> = query.order(contacts::id).select(Contact::as_select()).load(conn)?;
    rows.sort_by_key(|contact| (contact.left_on.is_some(), contact.id));
    Ok(rows)
}

/// The contacts of a site with this address (its `key()`), by id.
pub fn by_email(conn: &mut Conn, site: SiteId, key: &str) -> DbResult<Vec<Contact>> {
    let query = contacts::table.filter(contacts::email_key.eq(key)).filter(contacts::site_id.eq(site));
    Ok(query.order(contacts::id).select(Contact::as_select()).load(conn)?)
}

/// Adds a contact to a company and makes it findable by name and address.
pub fn add(tx: &mut Tx, site: SiteId, company: CompanyId, fields: &Fields, now: Moment) -> DbResult<ContactId> {
    let id = add_unindexed(tx, site, company, fields, now)?;
    companies::reindex(tx, company)?;
    Ok(id)
}

/// Adds a contact by whose words the company is found already, or whose caller says [`companies::reindex`].
pub fn add_unindexed(
    tx: &mut Tx,
    site: SiteId,
    company: CompanyId,
    fields: &Fields,
    now: Moment,
) -> DbResult<ContactId> {
    let row = NewRow {
        site_id: site,
        company_id: company,
        fields: fields.clone(),
        email_key: fields.email.as_ref().map(EmailAddress::key),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Ok(diesel::insert_into(contacts::table).values(&row).returning(contacts::id).get_result(&mut **tx)?)
}

/// Writes the fields over version `from`; `false` when somebody else was earlier.
pub fn update(tx: &mut Tx, contact: &Contact, from: i32, fields: &Fields, now: Moment) -> DbResult<bool> {
    let row = contacts::table.filter(contacts::id.eq(contact.id)).filter(contacts::version.eq(from));
    let set = (
        fields,
        contacts::email_key.eq(fields.email.as_ref().map(EmailAddress::key)),
        contacts::version.eq(contacts::version + 1),
        contacts::updated_at.eq(now),
    );
    let changed = diesel::update(row).set(set).execute(&mut **tx)? == 1;
    if changed {
        companies::reindex(tx, contact.company_id)?;
    }
    Ok(changed)
}

/// Remembers that a contact left the company on a day, or (`None`) that they are there.
pub fn set_left(tx: &mut Tx, id: ContactId, on: Option<Day>, now: Moment) -> DbResult<()> {
    let set = (contacts::left_on.eq(on), contacts::version.eq(contacts::version + 1), contacts::updated_at.eq(now));
    diesel::update(contacts::table.filter(contacts::id.eq(id))).set(set).execute(&mut **tx)?;
    Ok(())
}

/// Remembers since when a contact wants no outreach; `None` lifts it.
pub fn set_opted_out(tx: &mut Tx, id: ContactId, at: Option<Moment>) -> DbResult<()> {
    let set = (contacts::opted_out_at.eq(at), contacts::version.eq(contacts::version + 1));
    diesel::update(contacts::table.filter(contacts::id.eq(id))).set(set).execute(&mut **tx)?;
    Ok(())
}

struct Spoken;

impl OverRows for Spoken {
    const SQL: &'static str = "UPDATE contacts SET last_spoken_at = (it.value ->> 1)::timestamp FROM @rows AS it \
        WHERE contacts.id = (it.value ->> 0)::bigint AND (contacts.last_spoken_at IS NULL \
        OR contacts.last_spoken_at < (it.value ->> 1)::timestamp)";
}

/// Remembers when contacts were spoken to, each once; an earlier moment changes nothing.
pub fn spoken(tx: &mut Tx, all: &[(ContactId, Moment)]) -> DbResult<()> {
    let row = |(id, at): &(ContactId, Moment)| (id.0, rows::text(*at));
    rows::run::<Spoken>(tx, &all.iter().map(row).collect::<Vec<_>>())
}

/// Removes the contacts of a company: only for taking back an import that nobody built on.
pub fn remove_all(tx: &mut Tx, company: CompanyId) -> DbResult<()> {
    diesel::delete(contacts::table.filter(contacts::company_id.eq(company))).execute(&mut **tx)?;
    Ok(())
}
