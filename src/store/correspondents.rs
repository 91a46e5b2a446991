//! Who an incoming message could be from: what threading asks across contacts, companies, mailboxes and earlier mail.
//! Every question is asked within one site.

use super::among::among;
use super::schema::{companies, contacts, incoming, mailboxes};
use super::{Conn, DbResult};
use crate::domain::email::EmailAddress;
use crate::domain::id::{CompanyId, ContactId, IncomingId, SiteId};
use diesel::prelude::*;

/// The companies of a site with this mail domain, archived ones left out; at most two, since two say nothing.
pub fn by_domain(conn: &mut Conn, site: SiteId, domain: &str) -> DbResult<Vec<(CompanyId, String)>> {
    Ok(companies::table
        .filter(companies::site_id.eq(site))
        .filter(companies::mail_domain.eq(domain))
        .filter(companies::archived_at.is_null())
        .order(companies::id)
        .limit(2)
        .select((companies::id, companies::name))
        .load(conn)?)
}

/// The name of a company of a site.
pub fn company_name(conn: &mut Conn, site: SiteId, id: CompanyId) -> DbResult<Option<String>> {
    let row = companies::table.find(id).filter(companies::site_id.eq(site));
    Ok(row.select(companies::name).first(conn).optional()?)
}

/// The company and contact of an earlier message of a site with one of these Message-IDs.
pub fn of_thread(
    conn: &mut Conn,
    site: SiteId,
    message_ids: &[String],
) -> DbResult<Option<(CompanyId, Option<ContactId>)>> {
    if message_ids.is_empty() {
        return Ok(None);
    }
    // Few messages have one of a few ids: the newest is picked here, since ordered by id they would be looked for one by one.
    let found: Vec<(IncomingId, Option<CompanyId>, Option<ContactId>)> = incoming::table
        .filter(incoming::site_id.eq(site))
        .filter(among(incoming::message_id, message_ids))
        .filter(incoming::company_id.is_not_null())
        .select((incoming::id, incoming::company_id, incoming::contact_id))
        .load(conn)?;
    let newest = found.into_iter().max_by_key(|(id, ..)| *id);
    Ok(newest.and_then(|(_, company, contact)| company.map(|company| (company, contact))))
}

/// The addresses of a site's mailboxes.
pub fn ours(conn: &mut Conn, site: SiteId) -> DbResult<Vec<EmailAddress>> {
    Ok(mailboxes::table.filter(mailboxes::site_id.eq(site)).select(mailboxes::address).load(conn)?)
}

/// The address keys of a company's contacts.
pub fn addresses(conn: &mut Conn, company: CompanyId) -> DbResult<Vec<String>> {
    let rows = contacts::table.filter(contacts::company_id.eq(company)).select(contacts::email_key);
    let keys: Vec<Option<String>> = rows.load(conn)?;
    Ok(keys.into_iter().flatten().collect())
}
