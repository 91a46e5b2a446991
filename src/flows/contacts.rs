//! Adding and editing the people at a company, and saying that somebody left it.

use super::companies::EditError;
use crate::domain::id::{CompanyId, ContactId, SiteId};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::store::audit::{self, Event};
use crate::store::contacts::{self, Fields};
use crate::store::{Db, DbResult, Tx, companies};

/// Adds a contact to a company in scope.
pub fn create(db: &Db, scope: &Scope, company: CompanyId, new: &Fields, now: Moment) -> Result<ContactId, EditError> {
    db.write(|tx| {
        let company = companies::find(tx, scope, company)?.ok_or(EditError::Gone)?;
        let id = contacts::add(tx, company.site_id, company.id, new, now)?;
        record(tx, scope, (company.site_id, id), "contact.add", "", now)?;
        Ok(id)
    })
}

/// Writes a contact over the version it was read at.
pub fn edit(db: &Db, scope: &Scope, id: ContactId, version: i32, new: &Fields, now: Moment) -> Result<(), EditError> {
    db.write(|tx| {
        let old = contacts::find(tx, scope, id)?.ok_or(EditError::Gone)?;
        if !contacts::update(tx, &old, version, new, now)? {
            return Err(EditError::Stale);
        }
        let changed = changes(&old.fields, new).join(", ");
        record(tx, scope, (old.site_id, id), "contact.edit", &changed, now)?;
        Ok(())
    })
}

/// Says that a contact left the company on a day, or (`None`) is still there. Nobody who left is mailed.
pub fn set_left(db: &Db, scope: &Scope, id: ContactId, on: Option<Day>, now: Moment) -> Result<(), EditError> {
    db.write(|tx| left(tx, scope, id, on, now))
}

/// The same as a piece of a larger act.
pub fn left(tx: &mut Tx, scope: &Scope, id: ContactId, on: Option<Day>, now: Moment) -> Result<(), EditError> {
    let old = contacts::find(tx, scope, id)?.ok_or(EditError::Gone)?;
    contacts::set_left(tx, id, on, now)?;
    record(tx, scope, (old.site_id, id), "contact.edit", "left_on", now)?;
    Ok(())
}

fn changes(old: &Fields, new: &Fields) -> Vec<&'static str> {
    let pairs = [
        ("name", old.name != new.name),
        ("job", old.job != new.job),
        ("email", old.email != new.email),
        ("phone", old.phone != new.phone),
        ("lang", old.lang != new.lang),
        ("ground", old.ground != new.ground),
        ("ground_proof", old.ground_proof != new.ground_proof),
        ("ground_on", old.ground_on != new.ground_on),
        ("notes", old.notes != new.notes),
    ];
    pairs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

fn record(
    tx: &mut Tx,
    scope: &Scope,
    (site, id): (SiteId, ContactId),
    action: &str,
    detail: &str,
    now: Moment,
) -> DbResult<()> {
    let event = Event {
        at: now,
        site_id: Some(site),
        user_id: scope.user(),
        action,
        subject: "contact",
        subject_id: Some(id.0),
        detail,
    };
    audit::record(tx, &event)
}
