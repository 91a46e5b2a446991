//! What matching weighs, read for a whole site in one query each way, and the rankings that were shown. Names are read apart, for
//! those that are shown.

use super::schema::{companies, matchings, openings, placements, recognitions, students};
use super::{Conn, DbResult, Tx};
use crate::domain::company::{Pc4, Postcode};
use crate::domain::id::{CompanyId, MatchingId, OpeningId, SiteId, StudentId, UserId};
use crate::domain::opening::OpeningState;
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::travel::TravelMode;
use crate::domain::words::{Level, PlacementState, Track};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

/// What is weighed of an opening.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = openings)]
pub struct Offered {
    /// Its id.
    pub id: OpeningId,
    /// The company.
    pub company_id: CompanyId,
    /// What students do there.
    pub role: String,
    /// Levels, comma-separated codes; empty: any.
    pub levels: String,
    /// Tracks, comma-separated codes; empty: any.
    pub tracks: String,
    /// From when.
    pub starts_on: Option<Day>,
    /// Until when.
    pub ends_on: Option<Day>,
    /// Days a week.
    pub days_per_week: Option<i32>,
    /// Places left.
    pub places_left: i32,
    /// The last day on which the company said that this holds.
    pub last_confirmed_on: Day,
}

/// What is weighed of a company.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = companies)]
pub struct Where {
    /// Where it is.
    pub postcode: Option<Postcode>,
    /// Whether it asked not to be contacted.
    pub do_not_contact: bool,
}

/// What is weighed of a student, and what it is made from.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = students)]
pub struct Sought {
    /// Its id.
    pub id: StudentId,
    /// The education as people call it.
    pub programme: String,
    /// The qualification's crebo.
    pub crebo: String,
    /// The education's level.
    pub level: Option<Level>,
    /// How school and work are divided.
    pub track: Option<Track>,
    /// The first day.
    pub available_from: Option<Day>,
    /// The last day.
    pub available_until: Option<Day>,
    /// Days a week.
    pub days_per_week: Option<i32>,
    /// Where the way to work begins.
    pub home_pc4: Option<Pc4>,
    /// The longest way to work, in minutes.
    pub travel_minutes: Option<i32>,
    /// How the student travels.
    pub travel_mode: Option<TravelMode>,
    /// What the student wants to do.
    pub role_sought: Option<String>,
    /// Since when the student looks.
    pub looking_since: Option<Day>,
    /// When it was added.
    pub created_at: Moment,
}

/// An offer that a company made and did not take back.
const MADE: [OpeningState; 3] = [OpeningState::Offered, OpeningState::Open, OpeningState::Full];

/// The openings of a site in scope at companies that were not put away, full ones with them.
pub fn openings(conn: &mut Conn, scope: &Scope, site: SiteId) -> DbResult<Vec<(Offered, Where)>> {
    if !scope.sees(site) {
        return Ok(Vec::new());
    }
    Ok(openings::table
        .inner_join(companies::table)
        .filter(openings::site_id.eq(site))
        .filter(openings::state.eq_any(MADE))
        .filter(companies::archived_at.is_null())
        .order(openings::id)
        .select((Offered::as_select(), Where::as_select()))
        .load(conn)?)
}

/// One opening in scope, whatever its state.
pub fn opening(conn: &mut Conn, scope: &Scope, id: OpeningId) -> DbResult<Option<(Offered, Where)>> {
    Ok(openings::table
        .inner_join(companies::table)
        .filter(openings::id.eq(id))
        .filter(openings::site_id.eq_any(scope.sites().to_vec()))
        .select((Offered::as_select(), Where::as_select()))
        .first(conn)
        .optional()?)
}

/// One student in scope, wherever it stands.
pub fn student(conn: &mut Conn, scope: &Scope, id: StudentId) -> DbResult<Option<Sought>> {
    Ok(students::table
        .filter(students::id.eq(id))
        .filter(students::site_id.eq_any(scope.sites().to_vec()))
        .select(Sought::as_select())
        .first(conn)
        .optional()?)
}

/// The students of a site in scope who look for a place: none planned, running or completed.
pub fn looking(conn: &mut Conn, scope: &Scope, site: SiteId) -> DbResult<Vec<Sought>> {
    if !scope.sees(site) {
        return Ok(Vec::new());
    }
    let had = [PlacementState::Planned, PlacementState::Running, PlacementState::Completed];
    let has = placements::table.filter(placements::student_id.eq(students::id)).filter(placements::state.eq_any(had));
    Ok(students::table
        .filter(students::site_id.eq(site))
        .filter(not(exists(has)))
        .order(students::id)
        .select(Sought::as_select())
        .load(conn)?)
}

/// A recognition for one qualification: whose, for which level and track, until when.
pub type RecognisedAt = (CompanyId, Option<Level>, Option<Track>, Option<Day>);

/// The recognitions of a site's companies for one qualification.
pub fn recognised(conn: &mut Conn, scope: &Scope, site: SiteId, crebo: &str) -> DbResult<Vec<RecognisedAt>> {
    if crebo.is_empty() || !scope.sees(site) {
        return Ok(Vec::new());
    }
    Ok(recognitions::table
        .inner_join(companies::table)
        .filter(recognitions::crebo.eq(crebo))
        .filter(companies::site_id.eq(site))
        .order(recognitions::id)
        .select((recognitions::company_id, recognitions::level, recognitions::track, recognitions::valid_until))
        .load(conn)?)
}

/// What openings are called: the opening, its company, the company's name, the role and the company's postcode.
pub type OpeningName = (OpeningId, CompanyId, String, String, Option<Postcode>);

/// The names of openings in scope.
pub fn opening_names(conn: &mut Conn, scope: &Scope, ids: &[OpeningId]) -> DbResult<Vec<OpeningName>> {
    Ok(openings::table
        .inner_join(companies::table)
        .filter(openings::id.eq_any(ids.to_vec()))
        .filter(openings::site_id.eq_any(scope.sites().to_vec()))
        .select((openings::id, companies::id, companies::name, openings::role, companies::postcode))
        .load(conn)?)
}

/// What students are called: the student, first name, code, programme.
pub type StudentName = (StudentId, String, String, String);

/// The names of students in scope.
pub fn student_names(conn: &mut Conn, scope: &Scope, ids: &[StudentId]) -> DbResult<Vec<StudentName>> {
    Ok(students::table
        .filter(students::id.eq_any(ids.to_vec()))
        .filter(students::site_id.eq_any(scope.sites().to_vec()))
        .select((students::id, students::first_name, students::code, students::programme))
        .load(conn)?)
}

/// A ranking that was shown.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = matchings, treat_none_as_default_value = false)]
pub struct NewMatching {
    /// Whose records it is about.
    pub site_id: SiteId,
    /// Who saw it.
    pub user_id: Option<UserId>,
    /// When.
    pub at: Moment,
    /// `student` or `opening`.
    pub subject: &'static str,
    /// The student's or the opening's id.
    pub subject_id: i64,
    /// What it was made of, as [`Record`](crate::domain::matching::Record) writes it.
    pub record: String,
}

/// Keeps a ranking. Nothing ever changes one; [`super::expired::rankings`] removes the old ones.
pub fn keep(tx: &mut Tx, new: &NewMatching) -> DbResult<MatchingId> {
    Ok(diesel::insert_into(matchings::table).values(new).returning(matchings::id).get_result(&mut **tx)?)
}

/// The last ranking that was kept of a student or an opening of a site.
pub fn last(conn: &mut Conn, site: SiteId, subject: &str, id: i64) -> DbResult<Option<(MatchingId, String)>> {
    Ok(matchings::table
        .filter(matchings::site_id.eq(site))
        .filter(matchings::subject.eq(subject))
        .filter(matchings::subject_id.eq(id))
        .order(matchings::id.desc())
        .select((matchings::id, matchings::record))
        .first(conn)
        .optional()?)
}

/// The record of a ranking in scope.
pub fn record(conn: &mut Conn, scope: &Scope, id: MatchingId) -> DbResult<Option<String>> {
    Ok(matchings::table
        .filter(matchings::id.eq(id))
        .filter(matchings::site_id.eq_any(scope.sites().to_vec()))
        .select(matchings::record)
        .first(conn)
        .optional()?)
}
