//! Referrals: a school calls the desk in for one student. How far one is, is derived from the student's placements that did
//! not end by then, here in SQL as in [`stage`].

use super::schema::{placements, referrals, schools, students};
use super::{Conn, DbResult, Tx};
use crate::domain::email::EmailAddress;
use crate::domain::id::{ReferralId, ReferrerId, SchoolId, SiteId, StudentId, UserId};
use crate::domain::referral::{ReferralState, Stage, stage};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::PlacementState;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

/// One referral.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = referrals)]
pub struct Referral {
    /// Its id.
    pub id: ReferralId,
    /// The site that was called in.
    pub site_id: SiteId,
    /// The school that called.
    pub school_id: SchoolId,
    /// For whom.
    pub student_id: StudentId,
    /// Who at the school, where it is somebody of its list.
    pub referrer_id: Option<ReferrerId>,
    /// Who at the school, as it was then; empty where the desk did it for nobody in particular.
    pub referrer_name: String,
    /// Their address.
    pub referrer_email: Option<EmailAddress>,
    /// On which day.
    pub referred_on: Day,
    /// How often school and student tried for themselves.
    pub attempts: i32,
    /// What they tried.
    pub tried: String,
    /// Why it failed.
    pub failed_why: String,
    /// What is sought.
    pub sought: String,
    /// What may be told: comma-separated codes.
    pub shares: String,
    /// What the desk decided.
    pub state: ReferralState,
    /// Why it was refused; empty otherwise.
    pub refusal: String,
    /// The rules of the agreement that it broke: comma-separated codes.
    pub broken: String,
    /// Why it was let through all the same; empty where it broke none.
    pub let_through: String,
    /// Who let it through.
    pub let_through_by: Option<UserId>,
    /// Who wrote it down; `None`: the referrer.
    pub user_id: Option<UserId>,
    /// Goes up with every decision.
    pub version: i32,
    /// When somebody last did something for it.
    pub touched_at: Moment,
    /// When it was written down.
    pub created_at: Moment,
}

/// What a new referral needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = referrals, treat_none_as_default_value = false)]
pub struct NewReferral {
    /// The site that is called in.
    pub site_id: SiteId,
    /// The school that calls.
    pub school_id: SchoolId,
    /// For whom.
    pub student_id: StudentId,
    /// Who at the school, where it is somebody of its list.
    pub referrer_id: Option<ReferrerId>,
    /// Who at the school.
    pub referrer_name: String,
    /// Their address.
    pub referrer_email: Option<EmailAddress>,
    /// On which day.
    pub referred_on: Day,
    /// How often school and student tried for themselves.
    pub attempts: i32,
    /// What they tried.
    pub tried: String,
    /// Why it failed.
    pub failed_why: String,
    /// What is sought.
    pub sought: String,
    /// What may be told: comma-separated codes.
    pub shares: String,
    /// Received.
    pub state: ReferralState,
    /// Empty.
    pub refusal: String,
    /// The rules of the agreement that it breaks: comma-separated codes.
    pub broken: String,
    /// Why it is let through all the same.
    pub let_through: String,
    /// Who lets it through.
    pub let_through_by: Option<UserId>,
    /// Who writes it down; `None`: the referrer.
    pub user_id: Option<UserId>,
    /// Starts at 1.
    pub version: i32,
    /// Now.
    pub touched_at: Moment,
    /// Now.
    pub created_at: Moment,
}

/// A referral with the names that people know it by, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralLine {
    /// The referral.
    pub referral: Referral,
    /// The student's first name.
    pub first_name: String,
    /// The student's code.
    pub code: String,
    /// What the student learns.
    pub programme: String,
    /// The school's name.
    pub school: String,
    /// How far it is.
    pub stage: Stage,
}

type Named = (Referral, String, String, String, String);

/// Referrals with their names, in scope; filters are put onto it.
macro_rules! lines {
    ($scope:expr) => {
        referrals::table
            .inner_join(students::table)
            .inner_join(schools::table)
            .filter(referrals::site_id.eq_any($scope.sites().to_vec()))
            .select((Referral::as_select(), students::first_name, students::code, students::programme, schools::name))
    };
}

/// Whether the student has a placement in one of these states that ended after the day of the referral, or will.
macro_rules! has {
    ($states:expr) => {
        exists(
            placements::table
                .filter(placements::student_id.eq(referrals::student_id))
                .filter(placements::ends_on.gt(referrals::referred_on))
                .filter(placements::state.eq_any($states)),
        )
    };
}

/// Puts the filter of a stage on a boxed query of referrals.
macro_rules! at_stage {
    ($query:expr, $stage:expr) => {
        match $stage {
            Stage::Received => $query.filter(referrals::state.eq(ReferralState::Received)),
            Stage::Refused => $query.filter(referrals::state.eq(ReferralState::Refused)),
            Stage::Placed => $query.filter(referrals::state.eq(ReferralState::Accepted)).filter(has!(OPEN)),
            Stage::Completed => $query
                .filter(referrals::state.eq(ReferralState::Accepted))
                .filter(not(has!(OPEN)))
                .filter(has!(COMPLETED)),
            Stage::EndedEarly => $query
                .filter(referrals::state.eq(ReferralState::Accepted))
                .filter(not(has!(OPEN)))
                .filter(not(has!(COMPLETED)))
                .filter(has!(ENDED)),
            Stage::Looking => $query.filter(referrals::state.eq(ReferralState::Accepted)).filter(not(has!(ANY))),
        }
    };
}

const OPEN: [PlacementState; 2] = [PlacementState::Planned, PlacementState::Running];
const COMPLETED: [PlacementState; 1] = [PlacementState::Completed];
const ENDED: [PlacementState; 1] = [PlacementState::EndedEarly];
const ANY: [PlacementState; 4] =
    [PlacementState::Planned, PlacementState::Running, PlacementState::Completed, PlacementState::EndedEarly];

/// Adds a referral.
pub fn add(tx: &mut Tx, new: &NewReferral) -> DbResult<ReferralId> {
    Ok(diesel::insert_into(referrals::table).values(new).returning(referrals::id).get_result(&mut **tx)?)
}

/// Writes a decision over the version that it was made at; `false` when somebody else was first.
pub fn decide(
    tx: &mut Tx,
    id: ReferralId,
    version: i32,
    state: ReferralState,
    refusal: &str,
    now: Moment,
) -> DbResult<bool> {
    let row = referrals::table.filter(referrals::id.eq(id)).filter(referrals::version.eq(version));
    let set = (
        referrals::state.eq(state),
        referrals::refusal.eq(refusal),
        referrals::version.eq(version + 1),
        referrals::touched_at.eq(now),
    );
    Ok(diesel::update(row).set(set).execute(&mut **tx)? == 1)
}

/// Notes that somebody did something for a student. The id comes from a scoped read.
pub fn touch(tx: &mut Tx, student: StudentId, now: Moment) -> DbResult<()> {
    let rows = referrals::table.filter(referrals::student_id.eq(student));
    diesel::update(rows).set(referrals::touched_at.eq(now)).execute(&mut **tx)?;
    Ok(())
}

/// One referral in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: ReferralId) -> DbResult<Option<Referral>> {
    let own = referrals::table.filter(referrals::id.eq(id));
    let own = own.filter(referrals::site_id.eq_any(scope.sites().to_vec()));
    Ok(own.select(Referral::as_select()).first(conn).optional()?)
}

/// One referral in scope, with its names.
pub fn line(conn: &mut Conn, scope: &Scope, id: ReferralId) -> DbResult<Option<ReferralLine>> {
    let row: Option<Named> = lines!(scope).filter(referrals::id.eq(id)).first(conn).optional()?;
    Ok(staged(conn, row.into_iter().collect())?.pop())
}

/// Referrals in scope that are this far, or all, those that wait longest first; after the given day and id.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    at: Option<Stage>,
    after: Option<(Day, ReferralId)>,
    limit: i64,
) -> DbResult<Vec<ReferralLine>> {
    let mut query = lines!(scope).into_boxed();
    if let Some(at) = at {
        query = at_stage!(query, at);
    }
    if let Some((day, id)) = after {
        let later = referrals::referred_on.eq(day).and(referrals::id.gt(id));
        query = query.filter(referrals::referred_on.gt(day).or(later));
    }
    let rows: Vec<Named> = query.order((referrals::referred_on, referrals::id)).limit(limit).load(conn)?;
    staged(conn, rows)
}

/// How many referrals in scope are how far.
pub fn counts(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<(Stage, i64)>> {
    let count = |at: &Stage| {
        let own = referrals::table.filter(referrals::site_id.eq_any(scope.sites().to_vec()));
        let query = at_stage!(own.into_boxed(), *at);
        Ok((*at, query.count().get_result(conn)?))
    };
    Stage::ALL.iter().map(count).collect()
}

/// The referrals of a student in scope, the newest first.
pub fn of_student(conn: &mut Conn, scope: &Scope, student: StudentId) -> DbResult<Vec<ReferralLine>> {
    let query = lines!(scope).filter(referrals::student_id.eq(student));
    let rows: Vec<Named> = query.order((referrals::referred_on.desc(), referrals::id.desc())).load(conn)?;
    staged(conn, rows)
}

/// The referrals of a referrer in scope, the newest first.
pub fn of_referrer(conn: &mut Conn, scope: &Scope, referrer: ReferrerId) -> DbResult<Vec<ReferralLine>> {
    let query = lines!(scope).filter(referrals::referrer_id.eq(referrer));
    let rows: Vec<Named> = query.order((referrals::referred_on.desc(), referrals::id.desc())).load(conn)?;
    staged(conn, rows)
}

/// Adds how far each referral is.
fn staged(conn: &mut Conn, rows: Vec<Named>) -> DbResult<Vec<ReferralLine>> {
    let ids: Vec<StudentId> = rows.iter().map(|row| row.0.student_id).collect();
    let placed: Vec<(StudentId, PlacementState, Day)> = placements::table
        .filter(placements::student_id.eq_any(ids))
        .order(placements::id)
        .select((placements::student_id, placements::state, placements::ends_on))
        .load(conn)?;
    let line = |(referral, first_name, code, programme, school): Named| {
        let own = placed.iter().filter(|(id, _, ends)| *id == referral.student_id && *ends > referral.referred_on);
        let stage = stage(referral.state, own.map(|(_, state, _)| *state));
        ReferralLine { referral, first_name, code, programme, school, stage }
    };
    Ok(rows.into_iter().map(line).collect())
}
