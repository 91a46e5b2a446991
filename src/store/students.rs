//! Students: only what placing and aftercare need. There is no surname, no address, no BSN and nothing special.
//! Every page, mail or file that shows one leaves an audit event (`flows::students::seen`).

use super::schema::{placements, students};
use super::{Conn, DbResult, Tx};
use crate::domain::company::Pc4;
use crate::domain::email::EmailAddress;
use crate::domain::id::{SchoolId, SiteId, StudentId};
use crate::domain::phone::Phone;
use crate::domain::placement::Standing;
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::travel::TravelMode;
use crate::domain::words::{Lang, Level, PlacementState, Track};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

/// What a student seeks. Columns that programs before this one leave empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = students, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Wishes {
    /// The first day on which the student can begin.
    pub available_from: Option<Day>,
    /// The last day.
    pub available_until: Option<Day>,
    /// Days a week, 1–7.
    pub days_per_week: Option<i32>,
    /// Hours a week.
    pub hours_per_week: Option<i32>,
    /// The first four digits of the postcode at home; the rest is never asked.
    pub home_pc4: Option<Pc4>,
    /// The longest way to work, in minutes.
    pub travel_minutes: Option<i32>,
    /// How the student travels; nobody said: by bicycle.
    pub travel_mode: Option<TravelMode>,
    /// What the student wants to do.
    pub role_sought: Option<String>,
    /// What the student wants to learn, for people to read; it is never weighed.
    pub learning_wish: Option<String>,
    /// Since when the student looks; where nobody said, since it was added.
    pub looking_since: Option<Day>,
}

/// One student.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = students, treat_none_as_null = true)]
pub struct Student {
    /// Its id.
    pub id: StudentId,
    /// The site whose student this is.
    pub site_id: SiteId,
    /// The school's or the desk's own code, unique within the site.
    pub code: String,
    /// First name; a surname is never asked.
    pub first_name: String,
    /// The education as people call it, for instance `Verkoper`.
    pub programme: String,
    /// The qualification's crebo, five digits; empty where there is none.
    pub crebo: String,
    /// The education's level.
    pub level: Option<Level>,
    /// How school and work are divided.
    pub track: Option<Track>,
    /// Where aftercare can reach the student.
    pub email: Option<EmailAddress>,
    /// Where a broker can call.
    pub phone: Option<Phone>,
    /// The language of mails.
    pub lang: Lang,
    /// Counts edits.
    pub version: i32,
    /// When it was added.
    pub created_at: Moment,
    /// What it seeks.
    #[diesel(embed)]
    pub wishes: Wishes,
    /// The school that referred it last.
    pub school_id: Option<SchoolId>,
}

/// What a new student needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = students, treat_none_as_default_value = false)]
pub struct NewStudent {
    /// The site whose student this is.
    pub site_id: SiteId,
    /// Unique within the site.
    pub code: String,
    /// First name only.
    pub first_name: String,
    /// The education as people call it.
    pub programme: String,
    /// Five digits, or empty.
    pub crebo: String,
    /// The education's level.
    pub level: Option<Level>,
    /// How school and work are divided.
    pub track: Option<Track>,
    /// Where aftercare can reach the student.
    pub email: Option<EmailAddress>,
    /// Where a broker can call.
    pub phone: Option<Phone>,
    /// The language of mails.
    pub lang: Lang,
    /// Starts at 1.
    pub version: i32,
    /// When it was added.
    pub created_at: Moment,
    /// What it seeks.
    #[diesel(embed)]
    pub wishes: Wishes,
    /// The school that refers it.
    pub school_id: Option<SchoolId>,
}

/// Adds a student; `None` when the site already has one with this code.
pub fn add(tx: &mut Tx, new: &NewStudent) -> DbResult<Option<StudentId>> {
    tx.unless_taken(|tx| {
        Ok(diesel::insert_into(students::table).values(new).returning(students::id).get_result(&mut **tx)?)
    })
}

/// Writes the student over the version that it was read at; `false` when somebody else was first.
pub fn save(tx: &mut Tx, student: &Student) -> DbResult<bool> {
    let next = Student { version: student.version + 1, ..student.clone() };
    let row = students::table.filter(students::id.eq(student.id)).filter(students::version.eq(student.version));
    Ok(diesel::update(row).set(&next).execute(&mut **tx)? == 1)
}

/// Writes down that a student looks for a place again, from this day. The id comes from a scoped read.
pub fn looks_again(tx: &mut Tx, id: StudentId, since: Day) -> DbResult<()> {
    let row = students::table.filter(students::id.eq(id));
    let set = (students::looking_since.eq(since), students::version.eq(students::version + 1));
    diesel::update(row).set(set).execute(&mut **tx)?;
    Ok(())
}

/// Writes down which school a student is referred by. The id comes from a scoped read.
pub fn goes_to(tx: &mut Tx, id: StudentId, school: SchoolId) -> DbResult<()> {
    let set = (students::school_id.eq(school), students::version.eq(students::version + 1));
    diesel::update(students::table.filter(students::id.eq(id))).set(set).execute(&mut **tx)?;
    Ok(())
}

/// One student in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: StudentId) -> DbResult<Option<Student>> {
    Ok(students::table
        .filter(students::id.eq(id))
        .filter(students::site_id.eq_any(scope.sites().to_vec()))
        .select(Student::as_select())
        .first(conn)
        .optional()?)
}

/// The student of a site with this code.
pub fn by_code(conn: &mut Conn, scope: &Scope, site: SiteId, code: &str) -> DbResult<Option<Student>> {
    if !scope.sees(site) {
        return Ok(None);
    }
    Ok(students::table
        .filter(students::site_id.eq(site))
        .filter(students::code.eq(code))
        .select(Student::as_select())
        .first(conn)
        .optional()?)
}

/// Whether a student has a placement in one of these states.
macro_rules! has {
    ($states:expr) => {
        exists(
            placements::table.filter(placements::student_id.eq(students::id)).filter(placements::state.eq_any($states)),
        )
    };
}

const OPEN: [PlacementState; 2] = [PlacementState::Planned, PlacementState::Running];
const COMPLETED: [PlacementState; 1] = [PlacementState::Completed];

/// Students in scope who stand there, or all, the newest first; older than `before`.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    standing: Option<Standing>,
    before: Option<StudentId>,
    limit: i64,
) -> DbResult<Vec<Student>> {
    let mut query = students::table
        .filter(students::site_id.eq_any(scope.sites().to_vec()))
        .select(Student::as_select())
        .into_boxed();
    query = match standing {
        None => query,
        Some(Standing::Placed) => query.filter(has!(OPEN)),
        Some(Standing::Finished) => query.filter(not(has!(OPEN))).filter(has!(COMPLETED)),
        Some(Standing::Looking) => query.filter(not(has!(OPEN))).filter(not(has!(COMPLETED))),
    };
    if let Some(before) = before {
        query = query.filter(students::id.lt(before));
    }
    Ok(query.order(students::id.desc()).limit(limit).load(conn)?)
}

/// How many students in scope look for a place.
pub fn looking(conn: &mut Conn, scope: &Scope) -> DbResult<i64> {
    let own = students::table.filter(students::site_id.eq_any(scope.sites().to_vec()));
    Ok(own.filter(not(has!(OPEN))).filter(not(has!(COMPLETED))).count().get_result(conn)?)
}

/// How many students in scope stand where.
pub fn counts(conn: &mut Conn, scope: &Scope) -> DbResult<[(Standing, i64); 3]> {
    let own = || students::table.filter(students::site_id.eq_any(scope.sites().to_vec()));
    let placed: i64 = own().filter(has!(OPEN)).count().get_result(conn)?;
    let finished: i64 = own().filter(not(has!(OPEN))).filter(has!(COMPLETED)).count().get_result(conn)?;
    Ok([(Standing::Looking, looking(conn, scope)?), (Standing::Placed, placed), (Standing::Finished, finished)])
}

/// The states of the placements of students in scope.
pub fn placements_of(conn: &mut Conn, scope: &Scope, ids: &[StudentId]) -> DbResult<Vec<(StudentId, PlacementState)>> {
    Ok(placements::table
        .filter(placements::student_id.eq_any(ids.to_vec()))
        .filter(placements::site_id.eq_any(scope.sites().to_vec()))
        .order(placements::id)
        .select((placements::student_id, placements::state))
        .load(conn)?)
}
