//! Schools: adding and changing one, its people, and what was agreed with it. A coordinator's work; brokers read.

use crate::domain::agreement::{MOST_ATTEMPTS, Terms};
use crate::domain::email::{EmailAddress, is_freemail_domain};
use crate::domain::id::{ReferrerId, SchoolId, SiteId};
use crate::domain::privacy::{self, BsnFound};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::schools::{self, Fields, PersonFields, School};
use crate::store::{Db, DbError, DbResult, Tx};

/// The most letters of a name and of a town.
const LONGEST: usize = 120;

/// Why a school was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SchoolError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No such school or referrer, or another site's.
    #[error("no such school or referrer")]
    NotFound,
    /// Only coordinators change schools.
    #[error("only a coordinator changes schools")]
    NotAllowed,
    /// Somebody else saved in between.
    #[error("it was changed in between")]
    Stale,
    /// The name is missing or too long.
    #[error("a name has 1 to 120 letters")]
    Name,
    /// The town is too long.
    #[error("a town has at most 120 letters")]
    City,
    /// Another school of the site has the name, or another referrer of the school the address.
    #[error("it is there already")]
    Taken,
    /// This is no domain, or one at which anybody gets an address.
    #[error("this is no mail domain of the school's own")]
    Domain,
    /// The agreement's last day lies before its first.
    #[error("the last day lies before the first one")]
    Period,
    /// Nobody asks for so many attempts.
    #[error("an agreement asks for 0 to 99 attempts")]
    Attempts,
    /// A text holds what looks like a BSN.
    #[error(transparent)]
    Bsn(#[from] BsnFound),
}

may_repeat!(SchoolError);

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn named(name: &str) -> Result<String, SchoolError> {
    let name = tidy(name);
    privacy::check([&*name])?;
    if name.is_empty() || name.chars().count() > LONGEST { Err(SchoolError::Name) } else { Ok(name) }
}

fn checked(fields: &Fields) -> Result<Fields, SchoolError> {
    let (name, city) = (named(&fields.name)?, tidy(&fields.city));
    privacy::check([&*city])?;
    if city.chars().count() > LONGEST {
        return Err(SchoolError::City);
    }
    let bare = |text: &str| text.trim().trim_start_matches('@').to_ascii_lowercase();
    let domain = fields.mail_domain.as_deref().map(bare).filter(|domain| !domain.is_empty());
    let own = |domain: &str| EmailAddress::parse(&format!("x@{domain}")).is_ok() && !is_freemail_domain(domain);
    if domain.as_deref().is_some_and(|domain| !own(domain)) {
        return Err(SchoolError::Domain);
    }
    Ok(Fields { name, city, mail_domain: domain, active: fields.active })
}

fn coordinates(scope: &Scope) -> Result<(), SchoolError> {
    if scope.coordinates() { Ok(()) } else { Err(SchoolError::NotAllowed) }
}

/// Adds a school to a site.
pub fn add(db: &Db, scope: &Scope, site: SiteId, fields: &Fields, now: Moment) -> Result<SchoolId, SchoolError> {
    coordinates(scope)?;
    let fields = checked(fields)?;
    if !scope.sees(site) {
        return Err(SchoolError::NotFound);
    }
    db.write(|tx| {
        let id = schools::add(tx, site, &fields, now)?.ok_or(SchoolError::Taken)?;
        tell(tx, scope, site, "school.add", ("school", id.0), "", now)?;
        Ok(id)
    })
}

/// Writes a school's fields over the version they were read at.
pub fn change(
    db: &Db,
    scope: &Scope,
    id: SchoolId,
    version: i32,
    fields: &Fields,
    now: Moment,
) -> Result<(), SchoolError> {
    coordinates(scope)?;
    let fields = checked(fields)?;
    db.write(|tx| {
        let school = schools::find(tx, scope, id)?.ok_or(SchoolError::NotFound)?;
        if !schools::save(tx, id, version, &fields)?.ok_or(SchoolError::Taken)? {
            return Err(SchoolError::Stale);
        }
        let detail = if school.fields.active == fields.active {
            ""
        } else if fields.active {
            "takes part again"
        } else {
            "takes part no more"
        };
        Ok(tell(tx, scope, school.site_id, "school.edit", ("school", id.0), detail, now)?)
    })
}

/// Writes what was agreed with a school over the version it was read at; 0 where nothing was agreed.
pub fn agree(
    db: &Db,
    scope: &Scope,
    id: SchoolId,
    version: i32,
    terms: &Terms,
    now: Moment,
) -> Result<(), SchoolError> {
    coordinates(scope)?;
    if terms.valid_from.zip(terms.valid_until).is_some_and(|(from, until)| until < from) {
        return Err(SchoolError::Period);
    }
    if !(0..=MOST_ATTEMPTS).contains(&terms.own_attempts) {
        return Err(SchoolError::Attempts);
    }
    db.write(|tx| {
        let school = schools::find(tx, scope, id)?.ok_or(SchoolError::NotFound)?;
        if !schools::agree(tx, &school, version, terms, now)? {
            return Err(SchoolError::Stale);
        }
        let shares = crate::domain::code::join(&terms.shares);
        let detail = format!(
            "refers {}, attempts {}, shares {}, aftercare {}",
            terms.who_refers,
            terms.own_attempts,
            if shares.is_empty() { "nothing" } else { &shares },
            terms.carer
        );
        Ok(tell(tx, scope, school.site_id, "school.agree", ("school", id.0), &detail, now)?)
    })
}

/// Adds a referrer to a school.
pub fn add_referrer(
    db: &Db,
    scope: &Scope,
    school: SchoolId,
    person: &PersonFields,
    now: Moment,
) -> Result<ReferrerId, SchoolError> {
    coordinates(scope)?;
    let person = PersonFields { name: named(&person.name)?, ..person.clone() };
    db.write(|tx| {
        let school: School = schools::find(tx, scope, school)?.ok_or(SchoolError::NotFound)?;
        let id = schools::add_referrer(tx, &school, &person, now)?.ok_or(SchoolError::Taken)?;
        tell(tx, scope, school.site_id, "referrer.add", ("referrer", id.0), "", now)?;
        Ok(id)
    })
}

/// Writes a referrer's fields over the version they were read at.
pub fn change_referrer(
    db: &Db,
    scope: &Scope,
    id: ReferrerId,
    version: i32,
    person: &PersonFields,
    now: Moment,
) -> Result<(), SchoolError> {
    coordinates(scope)?;
    let person = PersonFields { name: named(&person.name)?, ..person.clone() };
    db.write(|tx| {
        let before = schools::referrer(tx, scope, id)?.ok_or(SchoolError::NotFound)?;
        if !schools::save_referrer(tx, id, version, &person)?.ok_or(SchoolError::Taken)? {
            return Err(SchoolError::Stale);
        }
        let detail = if before.active == person.active {
            ""
        } else if person.active {
            "may refer again"
        } else {
            "may refer no more"
        };
        Ok(tell(tx, scope, before.site_id, "referrer.edit", ("referrer", id.0), detail, now)?)
    })
}

pub(super) fn tell(
    tx: &mut Tx,
    scope: &Scope,
    site: SiteId,
    action: &str,
    (subject, id): (&str, i64),
    detail: &str,
    now: Moment,
) -> DbResult<()> {
    let user_id = scope.user();
    let event = Event { at: now, site_id: Some(site), user_id, action, subject, subject_id: Some(id), detail };
    audit::record(tx, &event)
}
