//! Schools of a site, what was agreed with each, and the people who refer students there.

use super::schema::{agreements, referrers, schools};
use super::{Conn, DbResult, Tx};
use crate::domain::agreement::{Carer, Party, Share, Terms, WhoRefers};
use crate::domain::code;
use crate::domain::email::EmailAddress;
use crate::domain::id::{ReferrerId, SchoolId, SiteId};
use crate::domain::phone::Phone;
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::Lang;
use diesel::prelude::*;

/// What people fill in about a school.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = schools, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Fields {
    /// As people call it; unique within the site.
    pub name: String,
    /// Where it is.
    pub city: String,
    /// Its own mail domain, in lower case.
    pub mail_domain: Option<String>,
    /// Whether it takes part.
    pub active: bool,
}

/// One school.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = schools)]
pub struct School {
    /// Its id.
    pub id: SchoolId,
    /// The site that works with it.
    pub site_id: SiteId,
    /// What people filled in.
    #[diesel(embed)]
    pub fields: Fields,
    /// Goes up with every edit.
    pub version: i32,
}

impl School {
    /// The school as its agreement looks at it.
    pub fn party(&self) -> Party<'_> {
        Party { active: self.fields.active, mail_domain: self.fields.mail_domain.as_deref() }
    }
}

/// One agreement as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = agreements, treat_none_as_default_value = false, treat_none_as_null = true)]
struct TermsRow {
    who_refers: WhoRefers,
    own_attempts: i32,
    shares: String,
    valid_from: Option<Day>,
    valid_until: Option<Day>,
    carer: Carer,
}

impl From<&Terms> for TermsRow {
    fn from(terms: &Terms) -> Self {
        Self {
            who_refers: terms.who_refers,
            own_attempts: terms.own_attempts,
            shares: code::join(&terms.shares),
            valid_from: terms.valid_from,
            valid_until: terms.valid_until,
            carer: terms.carer,
        }
    }
}

impl From<TermsRow> for Terms {
    fn from(row: TermsRow) -> Self {
        Self {
            who_refers: row.who_refers,
            own_attempts: row.own_attempts,
            shares: code::split::<Share>(&row.shares),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            carer: row.carer,
        }
    }
}

/// What people fill in about a referrer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonFields {
    /// Name.
    pub name: String,
    /// Unique within the school.
    pub email: EmailAddress,
    /// Where a broker can call.
    pub phone: Option<Phone>,
    /// The language of mails and pages.
    pub lang: Lang,
    /// Whether this person may refer.
    pub active: bool,
}

/// One referrer.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = referrers)]
pub struct Referrer {
    /// Its id.
    pub id: ReferrerId,
    /// The site that works with the school.
    pub site_id: SiteId,
    /// The school.
    pub school_id: SchoolId,
    /// Name.
    pub name: String,
    /// Unique within the school.
    pub email: EmailAddress,
    /// Where a broker can call.
    pub phone: Option<Phone>,
    /// The language of mails and pages.
    pub lang: Lang,
    /// Whether this person may refer.
    pub active: bool,
    /// Goes up with every edit.
    pub version: i32,
    /// When this person was last invited to the schools' own pages.
    pub invited_at: Option<Moment>,
}

/// Schools in scope, those that take part first, by name.
pub fn list(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<School>> {
    let own = schools::table.filter(schools::site_id.eq_any(scope.sites().to_vec()));
    let order = (schools::active.desc(), schools::name, schools::id);
    Ok(own.order(order).select(School::as_select()).load(conn)?)
}

/// One school in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: SchoolId) -> DbResult<Option<School>> {
    let own = schools::table.filter(schools::id.eq(id)).filter(schools::site_id.eq_any(scope.sites().to_vec()));
    Ok(own.select(School::as_select()).first(conn).optional()?)
}

/// Adds a school; `None` when the site already has one of this name.
pub fn add(tx: &mut Tx, site: SiteId, fields: &Fields, now: Moment) -> DbResult<Option<SchoolId>> {
    let rest = (schools::site_id.eq(site), schools::version.eq(1), schools::created_at.eq(now));
    tx.unless_taken(|tx| {
        let row = diesel::insert_into(schools::table).values((fields.clone(), rest));
        Ok(row.returning(schools::id).get_result(&mut **tx)?)
    })
}

/// Writes a school over the version that it was read at; `None` when another one has the name, `false` when somebody was
/// first.
pub fn save(tx: &mut Tx, id: SchoolId, version: i32, fields: &Fields) -> DbResult<Option<bool>> {
    tx.unless_taken(|tx| {
        let row = schools::table.filter(schools::id.eq(id)).filter(schools::version.eq(version));
        let set = (fields.clone(), schools::version.eq(version + 1));
        Ok(diesel::update(row).set(set).execute(&mut **tx)? == 1)
    })
}

/// What was agreed with a school, and the version of that. The id comes from a scoped read.
pub fn agreement(conn: &mut Conn, school: SchoolId) -> DbResult<Option<(Terms, i32)>> {
    let own = agreements::table.filter(agreements::school_id.eq(school));
    let found: Option<(TermsRow, i32)> =
        own.select((TermsRow::as_select(), agreements::version)).first(conn).optional()?;
    Ok(found.map(|(row, version)| (Terms::from(row), version)))
}

/// What was agreed with each of these schools. The ids come from a scoped read.
pub fn agreements_of(conn: &mut Conn, ids: &[SchoolId]) -> DbResult<Vec<(SchoolId, Terms)>> {
    let own = agreements::table.filter(agreements::school_id.eq_any(ids.to_vec()));
    let rows: Vec<(SchoolId, TermsRow)> = own.select((agreements::school_id, TermsRow::as_select())).load(conn)?;
    Ok(rows.into_iter().map(|(school, row)| (school, Terms::from(row))).collect())
}

/// Writes what was agreed with a school over the version that it was read at (0: there was nothing); `false` when somebody
/// was first.
pub fn agree(tx: &mut Tx, school: &School, version: i32, terms: &Terms, now: Moment) -> DbResult<bool> {
    let row = TermsRow::from(terms);
    if version == 0 {
        let rest = (
            agreements::site_id.eq(school.site_id),
            agreements::school_id.eq(school.id),
            agreements::version.eq(1),
            agreements::created_at.eq(now),
        );
        let added = tx.unless_taken(|tx| {
            Ok(diesel::insert_into(agreements::table).values((row.clone(), rest)).execute(&mut **tx)?)
        })?;
        return Ok(added.is_some());
    }
    let own = agreements::table.filter(agreements::school_id.eq(school.id)).filter(agreements::version.eq(version));
    Ok(diesel::update(own).set((row, agreements::version.eq(version + 1))).execute(&mut **tx)? == 1)
}

/// The referrers of a school in scope, those who may refer first, by name.
pub fn referrers(conn: &mut Conn, scope: &Scope, school: SchoolId) -> DbResult<Vec<Referrer>> {
    let own = referrers::table
        .filter(referrers::school_id.eq(school))
        .filter(referrers::site_id.eq_any(scope.sites().to_vec()));
    Ok(own
        .order((referrers::active.desc(), referrers::name, referrers::id))
        .select(Referrer::as_select())
        .load(conn)?)
}

/// Every referrer in scope, for a choice.
pub fn all_referrers(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<Referrer>> {
    let own = referrers::table.filter(referrers::site_id.eq_any(scope.sites().to_vec()));
    Ok(own.order((referrers::school_id, referrers::name, referrers::id)).select(Referrer::as_select()).load(conn)?)
}

/// One referrer in scope.
pub fn referrer(conn: &mut Conn, scope: &Scope, id: ReferrerId) -> DbResult<Option<Referrer>> {
    let own = referrers::table.filter(referrers::id.eq(id)).filter(referrers::site_id.eq_any(scope.sites().to_vec()));
    Ok(own.select(Referrer::as_select()).first(conn).optional()?)
}

/// Adds a referrer to a school; `None` when the school already has this address.
pub fn add_referrer(tx: &mut Tx, school: &School, person: &PersonFields, now: Moment) -> DbResult<Option<ReferrerId>> {
    let row = (
        referrers::site_id.eq(school.site_id),
        referrers::school_id.eq(school.id),
        referrers::name.eq(&person.name),
        referrers::email.eq(&person.email),
        referrers::email_key.eq(person.email.key()),
        referrers::phone.eq(&person.phone),
        referrers::lang.eq(person.lang),
        referrers::active.eq(person.active),
        referrers::version.eq(1),
        referrers::created_at.eq(now),
    );
    tx.unless_taken(|tx| {
        Ok(diesel::insert_into(referrers::table).values(row).returning(referrers::id).get_result(&mut **tx)?)
    })
}

/// Notes that a referrer was invited. The id comes from a scoped read.
pub fn invited(tx: &mut Tx, id: ReferrerId, now: Moment) -> DbResult<()> {
    let row = referrers::table.filter(referrers::id.eq(id));
    diesel::update(row).set(referrers::invited_at.eq(now)).execute(&mut **tx)?;
    Ok(())
}

/// Writes a referrer over the version that it was read at; `None` when somebody else of the school has the address,
/// `false` when somebody was first.
pub fn save_referrer(tx: &mut Tx, id: ReferrerId, version: i32, person: &PersonFields) -> DbResult<Option<bool>> {
    tx.unless_taken(|tx| {
        let row = referrers::table.filter(referrers::id.eq(id)).filter(referrers::version.eq(version));
        let set = (
            referrers::name.eq(&person.name),
            referrers::email.eq(&person.email),
            referrers::email_key.eq(person.email.key()),
            referrers::phone.eq(&person.phone),
            referrers::lang.eq(person.lang),
            referrers::active.eq(person.active),
            referrers::version.eq(version + 1),
        );
        Ok(diesel::update(row).set(set).execute(&mut **tx)? == 1)
    })
}
