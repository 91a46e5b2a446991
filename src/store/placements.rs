//! Placements: a student at a company from a first to a last day, on one place of an opening.

use super::schema::{companies, openings, placements, students};
use super::{Conn, DbResult, Tx};
use crate::domain::id::{CompanyId, ContactId, OpeningId, PlacementId, PlanId, SiteId, StudentId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::PlacementState;
use diesel::dsl::count_star;
use diesel::prelude::*;

/// One placement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = placements, treat_none_as_null = true)]
pub struct Placement {
    /// Its id.
    pub id: PlacementId,
    /// The site whose placement this is.
    pub site_id: SiteId,
    /// Who works there.
    pub student_id: StudentId,
    /// Where.
    pub company_id: CompanyId,
    /// The opening of which it fills one place.
    pub opening_id: OpeningId,
    /// The contact who guides the student.
    pub mentor_id: Option<ContactId>,
    /// The plan that its check-ins came from.
    pub plan_id: PlanId,
    /// Who keeps up its aftercare.
    pub broker_id: Option<UserId>,
    /// The first day.
    pub starts_on: Day,
    /// The last day; after an early end the day it ended.
    pub ends_on: Day,
    /// Where it stands.
    pub state: PlacementState,
    /// The day on which student, school and company had signed.
    pub agreement_signed_on: Option<Day>,
    /// What was wrong with the company's recognition, and why the desk went on; empty where nothing was.
    pub recognition_note: String,
    /// Why it ended early; empty otherwise.
    pub end_reason: String,
    /// Counts edits.
    pub version: i32,
    /// When it was made.
    pub created_at: Moment,
}

/// What a new placement needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = placements, treat_none_as_default_value = false)]
pub struct NewPlacement {
    /// The site whose placement this is.
    pub site_id: SiteId,
    /// Who works there.
    pub student_id: StudentId,
    /// Where.
    pub company_id: CompanyId,
    /// The opening of which it fills one place.
    pub opening_id: OpeningId,
    /// The contact who guides the student.
    pub mentor_id: Option<ContactId>,
    /// The plan that its check-ins come from.
    pub plan_id: PlanId,
    /// Who keeps up its aftercare.
    pub broker_id: Option<UserId>,
    /// The first day.
    pub starts_on: Day,
    /// The last day.
    pub ends_on: Day,
    /// Where it stands.
    pub state: PlacementState,
    /// The day on which the agreement was signed.
    pub agreement_signed_on: Option<Day>,
    /// What was wrong with the recognition, and why the desk went on.
    pub recognition_note: String,
    /// Empty.
    pub end_reason: String,
    /// Starts at 1.
    pub version: i32,
    /// When it was made.
    pub created_at: Moment,
}

/// A placement with the names that people know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacementLine {
    /// The placement.
    pub placement: Placement,
    /// The student's first name.
    pub first_name: String,
    /// The company's name.
    pub company: String,
    /// The opening's role.
    pub role: String,
}

type Named = (Placement, String, String, String);

impl From<Named> for PlacementLine {
    fn from((placement, first_name, company, role): Named) -> Self {
        Self { placement, first_name, company, role }
    }
}

/// Placements with their names, in scope; filters are put onto it.
macro_rules! lines {
    ($scope:expr) => {
        placements::table
            .inner_join(students::table)
            .inner_join(companies::table)
            .inner_join(openings::table)
            .filter(placements::site_id.eq_any($scope.sites().to_vec()))
            .select((Placement::as_select(), students::first_name, companies::name, openings::role))
    };
}

fn named(rows: Vec<Named>) -> Vec<PlacementLine> {
    rows.into_iter().map(PlacementLine::from).collect()
}

/// Adds a placement.
pub fn add(tx: &mut Tx, new: &NewPlacement) -> DbResult<PlacementId> {
    Ok(diesel::insert_into(placements::table).values(new).returning(placements::id).get_result(&mut **tx)?)
}

/// Writes the placement over the version that it was read at; `false` when somebody else was first.
pub fn save(tx: &mut Tx, placement: &Placement) -> DbResult<bool> {
    let next = Placement { version: placement.version + 1, ..placement.clone() };
    let row =
        placements::table.filter(placements::id.eq(placement.id)).filter(placements::version.eq(placement.version));
    Ok(diesel::update(row).set(&next).execute(&mut **tx)? == 1)
}

/// One placement in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: PlacementId) -> DbResult<Option<Placement>> {
    Ok(placements::table
        .filter(placements::id.eq(id))
        .filter(placements::site_id.eq_any(scope.sites().to_vec()))
        .select(Placement::as_select())
        .first(conn)
        .optional()?)
}

/// One placement in scope, with its names.
pub fn line(conn: &mut Conn, scope: &Scope, id: PlacementId) -> DbResult<Option<PlacementLine>> {
    let row: Option<Named> = lines!(scope).filter(placements::id.eq(id)).first(conn).optional()?;
    Ok(row.map(PlacementLine::from))
}

/// Placements of one state, those that end first in front; after the given last day and id.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    state: PlacementState,
    after: Option<(Day, PlacementId)>,
    limit: i64,
) -> DbResult<Vec<PlacementLine>> {
    let mut query = lines!(scope).filter(placements::state.eq(state)).into_boxed();
    if let Some((day, id)) = after {
        query = query.filter(placements::ends_on.gt(day).or(placements::ends_on.eq(day).and(placements::id.gt(id))));
    }
    Ok(named(query.order((placements::ends_on, placements::id)).limit(limit).load(conn)?))
}

/// How many placements in scope stand in each state.
pub fn counts(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<(PlacementState, i64)>> {
    Ok(placements::table
        .filter(placements::site_id.eq_any(scope.sites().to_vec()))
        .group_by(placements::state)
        .select((placements::state, count_star()))
        .load(conn)?)
}

/// The placements at a company, the latest start first.
pub fn of_company(conn: &mut Conn, scope: &Scope, company: CompanyId, limit: i64) -> DbResult<Vec<PlacementLine>> {
    let query = lines!(scope).filter(placements::company_id.eq(company));
    Ok(named(query.order((placements::starts_on.desc(), placements::id.desc())).limit(limit).load(conn)?))
}

/// Placements whose day to start or to complete has come, in order of their ids; after the given id.
pub fn moving(conn: &mut Conn, scope: &Scope, today: Day, after: PlacementId, limit: i64) -> DbResult<Vec<Placement>> {
    let starts = placements::state.eq(PlacementState::Planned).and(placements::starts_on.le(today));
    let ends = placements::state.eq(PlacementState::Running).and(placements::ends_on.lt(today));
    Ok(placements::table
        .filter(placements::site_id.eq_any(scope.sites().to_vec()))
        .filter(starts.or(ends))
        .filter(placements::id.gt(after))
        .order(placements::id)
        .limit(limit)
        .select(Placement::as_select())
        .load(conn)?)
}

/// Placements that were there at any time from `from` to `until`, both included, the earliest start first.
pub fn between(conn: &mut Conn, scope: &Scope, from: Day, until: Day, limit: i64) -> DbResult<Vec<PlacementLine>> {
    let query = lines!(scope).filter(placements::starts_on.le(until)).filter(placements::ends_on.ge(from));
    Ok(named(query.order((placements::starts_on, placements::id)).limit(limit).load(conn)?))
}
