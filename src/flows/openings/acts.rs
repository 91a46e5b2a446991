//! The acts on openings that a person does on a page: each is one write of its own.

use super::{Act, BookError, Mark, NewOffer, Source, act, offer};
use crate::domain::id::{CompanyId, OpeningId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::store::audit::{self, Event};
use crate::store::openings::{self, Fields};
use crate::store::{Db, companies};

/// What a person says about the places of an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// There are so many places now.
    Places(i32),
    /// They still hold.
    Confirm,
    /// The company takes back what is left.
    Withdraw,
}

/// Adds an opening to a company in scope.
pub fn add(
    db: &Db,
    scope: &Scope,
    company: CompanyId,
    fields: &Fields,
    places: i32,
    now: Moment,
) -> Result<OpeningId, BookError> {
    db.write(|tx| {
        let company = companies::find(tx, scope, company)?.ok_or(BookError::Gone)?;
        let new = NewOffer {
            site: company.site_id,
            company: company.id,
            fields: fields.clone(),
            places,
            source: Source::of(scope),
            reason: String::new(),
        };
        offer(tx, &new, now)
    })
}

/// Writes role, levels, tracks and period over the version they were read at; a number of places that differs from
/// what is offered becomes an event.
pub fn edit(
    db: &Db,
    scope: &Scope,
    id: OpeningId,
    version: i32,
    (fields, places): (&Fields, i32),
    now: Moment,
) -> Result<(), BookError> {
    db.write(|tx| {
        let old = openings::find(tx, scope, id)?.ok_or(BookError::Gone)?;
        if !openings::update(tx, id, version, fields)? {
            return Err(BookError::Stale);
        }
        if old.fields != *fields {
            let event = Event {
                at: now,
                site_id: Some(old.site_id),
                user_id: scope.user(),
                action: "opening.edit",
                subject: "opening",
                subject_id: Some(id.0),
                detail: "",
            };
            audit::record(tx, &event)?;
        }
        if places != old.places_offered {
            let more = Act::Change(places - old.places_offered);
            act(tx, scope, id, more, Mark::from(Source::of(scope)), now)?;
        }
        Ok(())
    })
}

/// Does what a person says about the places of an opening in scope.
pub fn apply(db: &Db, scope: &Scope, id: OpeningId, what: Change, reason: &str, now: Moment) -> Result<(), BookError> {
    db.write(|tx| {
        let what = match what {
            Change::Confirm => Act::Confirm,
            Change::Withdraw => Act::Withdraw,
            Change::Places(places) => {
                let opening = openings::find(tx, scope, id)?.ok_or(BookError::Gone)?;
                Act::Change(places - opening.places_offered)
            }
        };
        act(tx, scope, id, what, Mark::from(Source::of(scope)).because(reason), now)
    })
}
