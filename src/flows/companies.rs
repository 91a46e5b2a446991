//! Adding, editing, putting away companies, and the same done to many at once. Every change leaves an audit event that
//! names fields, never what stood in them.

use crate::domain::id::{CompanyId, ContactId, ImportId, SiteId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::store::audit::{self, Event};
use crate::store::companies::{self, Company, Fields};
use crate::store::db::may_repeat;
use crate::store::{Db, DbError, DbResult, Tx, contacts, recognitions};
use std::collections::BTreeSet;

/// A company as a form or an import has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The fields.
    pub fields: Fields,
    /// All its tags; `None` leaves them as they are.
    pub tags: Option<Vec<String>>,
    /// All its recognitions; `None` leaves them as they are.
    pub recognitions: Option<Vec<recognitions::Fields>>,
}

/// Why an edit was not made.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The record is not there, or not in scope.
    #[error("the record is not there")]
    Gone,
    /// Somebody else saved in between; nothing was changed.
    #[error("somebody else saved in between")]
    Stale,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
may_repeat!(EditError);

/// Adds a company with its people, as a piece of a larger act: found by all of it from the start. Gives the people in their
/// order.
pub fn enter(
    tx: &mut Tx,
    site: SiteId,
    new: &Edit,
    people: &[contacts::Fields],
    import: Option<ImportId>,
    now: Moment,
) -> DbResult<(CompanyId, Vec<ContactId>)> {
    let entered = enter_bare(tx, site, new, people, import, now)?;
    furnish(tx, &[(entered.0, new)])?;
    Ok(entered)
}

/// The same without the rows of its tags and recognitions, which [`furnish`] adds for many companies at once.
pub(super) fn enter_bare(
    tx: &mut Tx,
    site: SiteId,
    new: &Edit,
    people: &[contacts::Fields],
    import: Option<ImportId>,
    now: Moment,
) -> DbResult<(CompanyId, Vec<ContactId>)> {
    let tags = new.tags.as_deref().unwrap_or_default();
    let addresses: Vec<String> = people.iter().filter_map(|person| Some(person.email.as_ref()?.key())).collect();
    let names = people.iter().map(|person| person.name.as_str());
    let words = names.chain(addresses.iter().map(String::as_str)).chain(tags.iter().map(String::as_str));
    let id = companies::add(tx, site, &new.fields, import, words, now)?;
    let mut ids = Vec::with_capacity(people.len());
    for person in people {
        ids.push(contacts::add_unindexed(tx, site, id, person, now)?);
    }
    Ok((id, ids))
}

/// Adds the tags and recognitions of companies that were just entered.
pub(super) fn furnish(tx: &mut Tx, all: &[(CompanyId, &Edit)]) -> DbResult<()> {
    let tags: BTreeSet<(CompanyId, &str)> =
        all.iter().flat_map(|(id, new)| new.tags.iter().flatten().map(|tag| (*id, tag.as_str()))).collect();
    companies::add_tags(tx, &tags.into_iter().collect::<Vec<_>>())?;
    let known = all.iter().flat_map(|(id, new)| new.recognitions.iter().flatten().map(|fields| (*id, fields)));
    recognitions::add_all(tx, &known.collect::<Vec<_>>())
}

/// Adds a company to a site in scope.
pub fn create(db: &Db, scope: &Scope, site: SiteId, new: &Edit, now: Moment) -> Result<CompanyId, EditError> {
    if !scope.sees(site) {
        return Err(EditError::Gone);
    }
    db.write(|tx| {
        let (id, _) = enter(tx, site, new, &[], None, now)?;
        record(tx, scope, (site, id), "company.add", "", now)?;
        Ok(id)
    })
}

/// Writes a company over the version it was read at.
pub fn edit(db: &Db, scope: &Scope, id: CompanyId, version: i32, new: &Edit, now: Moment) -> Result<(), EditError> {
    db.write(|tx| {
        let old = companies::find(tx, scope, id)?.ok_or(EditError::Gone)?;
        if !companies::update(tx, id, version, &new.fields, now)? {
            return Err(EditError::Stale);
        }
        let mut changed = changes(&old.fields, &new.fields);
        if let Some(tags) = &new.tags
            && companies::tags(tx, id)? != *tags
        {
            changed.push("tags");
            companies::set_tags(tx, id, tags)?;
        }
        if let Some(all) = &new.recognitions {
            let known = recognitions::of_companies(tx, &[id])?;
            if known.iter().map(|one| &one.fields).ne(all.iter()) {
                changed.push("recognitions");
                recognitions::replace(tx, id, all)?;
            }
        }
        record(tx, scope, (old.site_id, id), "company.edit", &changed.join(", "), now)?;
        Ok(())
    })
}

/// Puts a company away, or takes it back.
pub fn archive(db: &Db, scope: &Scope, id: CompanyId, version: i32, away: bool, now: Moment) -> Result<(), EditError> {
    db.write(|tx| {
        let old = companies::find(tx, scope, id)?.ok_or(EditError::Gone)?;
        if !companies::archive(tx, id, version, away.then_some(now), now)? {
            return Err(EditError::Stale);
        }
        let action = if away { "company.archive" } else { "company.restore" };
        record(tx, scope, (old.site_id, id), action, "", now)?;
        Ok(())
    })
}

/// Puts a tag on those companies that are in scope; returns how many got it.
pub fn tag(db: &Db, scope: &Scope, ids: &[CompanyId], tag: &str, now: Moment) -> DbResult<usize> {
    db.write(|tx| {
        let mut done = 0;
        for company in companies::find_all(tx, scope, ids)? {
            if companies::add_tag(tx, company.id, tag)? {
                companies::reindex(tx, company.id)?;
                record(tx, scope, (company.site_id, company.id), "company.edit", "tags", now)?;
                done += 1;
            }
        }
        Ok(done)
    })
}

/// Gives those companies that are in scope another owner, or none; returns how many.
pub fn set_owner(db: &Db, scope: &Scope, ids: &[CompanyId], owner: Option<UserId>, now: Moment) -> DbResult<usize> {
    db.write(|tx| {
        let found = companies::find_all(tx, scope, ids)?;
        let changed: Vec<&Company> = found.iter().filter(|company| company.fields.owner_id != owner).collect();
        let ids: Vec<CompanyId> = changed.iter().map(|company| company.id).collect();
        companies::set_owner(tx, &ids, owner, now)?;
        for company in changed {
            record(tx, scope, (company.site_id, company.id), "company.edit", "owner", now)?;
        }
        Ok(ids.len())
    })
}

/// The names of the fields that differ.
fn changes(old: &Fields, new: &Fields) -> Vec<&'static str> {
    let pairs = [
        ("name", old.name != new.name),
        ("kvk", old.kvk != new.kvk),
        ("branch_number", old.branch_number != new.branch_number),
        ("sector", old.sector != new.sector),
        ("street", old.street != new.street),
        ("postcode", old.postcode != new.postcode),
        ("place", old.place != new.place),
        ("website", old.website != new.website),
        ("mail_domain", old.mail_domain != new.mail_domain),
        ("phone", old.phone != new.phone),
        ("size", old.size != new.size),
        ("owner", old.owner_id != new.owner_id),
        ("status", old.status != new.status),
        ("do_not_contact", old.do_not_contact != new.do_not_contact),
        ("do_not_contact_reason", old.do_not_contact_reason != new.do_not_contact_reason),
        ("notes", old.notes != new.notes),
    ];
    pairs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

fn record(
    tx: &mut Tx,
    scope: &Scope,
    (site, id): (SiteId, CompanyId),
    action: &str,
    detail: &str,
    now: Moment,
) -> DbResult<()> {
    let event = Event {
        at: now,
        site_id: Some(site),
        user_id: scope.user(),
        action,
        subject: "company",
        subject_id: Some(id.0),
        detail,
    };
    audit::record(tx, &event)
}
