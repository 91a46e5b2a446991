//! Guidance of students: talks, calls and messages, applications and their outcome, and whom to call about a minor; and what
//! brokers learn themselves.

use super::schema::{applications, companies, guidance, learning, students, tasks};
use super::{Conn, DbResult, Tx};
use crate::domain::guidance::{ApplicationOutcome, GuidanceKind, LearningKind};
use crate::domain::id::{ApplicationId, CompanyId, GuidanceId, LearningId, SiteId, StudentId, TaskId, UserId};
use crate::domain::phone::Phone;
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use diesel::prelude::*;

/// One talk, call or message.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = guidance)]
pub struct Guidance {
    /// Its id.
    pub id: GuidanceId,
    /// The student.
    pub student_id: StudentId,
    /// Who of us.
    pub user_id: Option<UserId>,
    /// What it was.
    pub kind: GuidanceKind,
    /// On which day.
    pub held_on: Day,
    /// What a talk was for; empty otherwise.
    pub goal: String,
    /// Feedback, or what was said.
    pub said: String,
    /// What was agreed on; may be empty.
    pub next_step: String,
    /// The task that it became.
    pub task_id: Option<TaskId>,
}

/// What a new talk, call or message needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = guidance, treat_none_as_default_value = false)]
pub struct NewGuidance {
    /// The student's site.
    pub site_id: SiteId,
    /// The student.
    pub student_id: StudentId,
    /// Who of us.
    pub user_id: Option<UserId>,
    /// What it was.
    pub kind: GuidanceKind,
    /// On which day.
    pub held_on: Day,
    /// What a talk was for.
    pub goal: String,
    /// Feedback, or what was said.
    pub said: String,
    /// What was agreed on.
    pub next_step: String,
    /// The task that it becomes.
    pub task_id: Option<TaskId>,
    /// Now.
    pub created_at: Moment,
}

/// One application of a student.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = applications)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// The student.
    pub student_id: StudentId,
    /// The company, where it is one of ours.
    pub company_id: Option<CompanyId>,
    /// Its name.
    pub company_name: String,
    /// On which day.
    pub applied_on: Day,
    /// What came of it.
    pub outcome: ApplicationOutcome,
}

/// What a new application needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = applications, treat_none_as_default_value = false)]
pub struct NewApplication {
    /// The student's site.
    pub site_id: SiteId,
    /// The student.
    pub student_id: StudentId,
    /// The company, where it is one of ours.
    pub company_id: Option<CompanyId>,
    /// Its name.
    pub company_name: String,
    /// On which day.
    pub applied_on: Day,
    /// What came of it.
    pub outcome: ApplicationOutcome,
    /// Now.
    pub created_at: Moment,
}

/// Whether a student is a minor, and whom to call then. There is no birth date.
#[derive(Debug, Clone, PartialEq, Eq, Default, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = students, treat_none_as_null = true)]
pub struct Guardian {
    /// Whether the student said so; `None`: nobody asked.
    pub minor: Option<bool>,
    /// The parent's or guardian's name.
    pub guardian_name: Option<String>,
    /// And number.
    pub guardian_phone: Option<Phone>,
}

/// A training or coaching of a broker.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = learning)]
pub struct Learning {
    /// Its id.
    pub id: LearningId,
    /// What it was.
    pub kind: LearningKind,
    /// On which day.
    pub held_on: Day,
    /// What it was about.
    pub topic: String,
}

/// The last talks, calls and messages with a student in scope, the newest first; each with whether its task was done,
/// where it became one.
pub fn of_student(
    conn: &mut Conn,
    scope: &Scope,
    student: StudentId,
    limit: i64,
) -> DbResult<Vec<(Guidance, Option<bool>)>> {
    let rows: Vec<(Guidance, Option<TaskId>, Option<Moment>)> = guidance::table
        .left_join(tasks::table)
        .filter(guidance::student_id.eq(student))
        .filter(guidance::site_id.eq_any(scope.sites().to_vec()))
        .order((guidance::held_on.desc(), guidance::id.desc()))
        .limit(limit)
        .select((Guidance::as_select(), tasks::id.nullable(), tasks::done_at.nullable()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(row, task, done)| (row, task.map(|_| done.is_some()))).collect())
}

/// Adds a talk, a call or a message.
pub fn add(tx: &mut Tx, new: &NewGuidance) -> DbResult<GuidanceId> {
    Ok(diesel::insert_into(guidance::table).values(new).returning(guidance::id).get_result(&mut **tx)?)
}

/// The applications of a student in scope, the newest first.
pub fn applications(conn: &mut Conn, scope: &Scope, student: StudentId, limit: i64) -> DbResult<Vec<Application>> {
    let own = applications::table
        .filter(applications::student_id.eq(student))
        .filter(applications::site_id.eq_any(scope.sites().to_vec()));
    let order = (applications::applied_on.desc(), applications::id.desc());
    Ok(own.order(order).limit(limit).select(Application::as_select()).load(conn)?)
}

/// One application in scope.
pub fn application(conn: &mut Conn, scope: &Scope, id: ApplicationId) -> DbResult<Option<Application>> {
    let own = applications::table
        .filter(applications::id.eq(id))
        .filter(applications::site_id.eq_any(scope.sites().to_vec()));
    Ok(own.select(Application::as_select()).first(conn).optional()?)
}

/// Adds an application.
pub fn apply(tx: &mut Tx, new: &NewApplication) -> DbResult<ApplicationId> {
    Ok(diesel::insert_into(applications::table).values(new).returning(applications::id).get_result(&mut **tx)?)
}

/// Writes down what came of an application. The id comes from a scoped read.
pub fn came_of(tx: &mut Tx, id: ApplicationId, outcome: ApplicationOutcome) -> DbResult<()> {
    let row = applications::table.filter(applications::id.eq(id));
    diesel::update(row).set(applications::outcome.eq(outcome)).execute(&mut **tx)?;
    Ok(())
}

/// The one company of a site that is called so, whichever way its letters are written; none where there are several.
pub fn company_called(conn: &mut Conn, site: SiteId, sort_name: &str) -> DbResult<Option<CompanyId>> {
    let own = companies::table
        .filter(companies::site_id.eq(site))
        .filter(companies::sort_name.eq(sort_name))
        .filter(companies::archived_at.is_null());
    let found: Vec<CompanyId> = own.order(companies::id).limit(2).select(companies::id).load(conn)?;
    Ok(if let [one] = found.as_slice() { Some(*one) } else { None })
}

/// Whether a student in scope is a minor, and whom to call.
pub fn guardian(conn: &mut Conn, scope: &Scope, student: StudentId) -> DbResult<Option<Guardian>> {
    let own = students::table.filter(students::id.eq(student)).filter(students::site_id.eq_any(scope.sites().to_vec()));
    Ok(own.select(Guardian::as_select()).first(conn).optional()?)
}

/// Writes it down. The id comes from a scoped read.
pub fn set_guardian(tx: &mut Tx, student: StudentId, guardian: &Guardian) -> DbResult<()> {
    diesel::update(students::table.filter(students::id.eq(student))).set(guardian).execute(&mut **tx)?;
    Ok(())
}

/// What a user learned, the newest first.
pub fn learned(conn: &mut Conn, user: UserId, limit: i64) -> DbResult<Vec<Learning>> {
    let own = learning::table.filter(learning::user_id.eq(user));
    let order = (learning::held_on.desc(), learning::id.desc());
    Ok(own.order(order).limit(limit).select(Learning::as_select()).load(conn)?)
}

/// Adds what a user learned.
pub fn learn(
    tx: &mut Tx,
    user: UserId,
    (kind, held_on, topic): (LearningKind, Day, &str),
    now: Moment,
) -> DbResult<LearningId> {
    let row = (
        learning::user_id.eq(user),
        learning::kind.eq(kind),
        learning::held_on.eq(held_on),
        learning::topic.eq(topic),
        learning::created_at.eq(now),
    );
    Ok(diesel::insert_into(learning::table).values(row).returning(learning::id).get_result(&mut **tx)?)
}
