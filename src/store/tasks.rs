//! Tasks: next actions with a due day and an owner.

use super::schema::{companies, tasks};
use super::{Conn, DbResult, Tx};
use crate::domain::id::{CheckInId, CompanyId, ContactId, IncomingId, PlacementId, SiteId, TaskId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::TaskKind;
use diesel::prelude::*;

/// One task.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = tasks)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The company it is about.
    pub company_id: Option<CompanyId>,
    /// The contact it is about.
    pub contact_id: Option<ContactId>,
    /// The placement it is about.
    pub placement_id: Option<PlacementId>,
    /// The check-in that it settles.
    pub checkin_id: Option<CheckInId>,
    /// The message that it came from.
    pub incoming_id: Option<IncomingId>,
    /// What it asks for.
    pub kind: TaskKind,
    /// The task in one line.
    pub title: String,
    /// The day on which it should be done.
    pub due_on: Day,
    /// Who does it; `None`: anybody at the desk.
    pub owner_id: Option<UserId>,
    /// When it was done.
    pub done_at: Option<Moment>,
    /// Who did it.
    pub done_by: Option<UserId>,
}

/// What a new task needs.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = tasks, treat_none_as_default_value = false)]
pub struct NewTask {
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The company it is about.
    pub company_id: Option<CompanyId>,
    /// The contact it is about.
    pub contact_id: Option<ContactId>,
    /// The placement it is about.
    pub placement_id: Option<PlacementId>,
    /// The check-in that it settles.
    pub checkin_id: Option<CheckInId>,
    /// The message that it came from.
    pub incoming_id: Option<IncomingId>,
    /// What it asks for.
    pub kind: TaskKind,
    /// The task in one line.
    pub title: String,
    /// The day on which it should be done.
    pub due_on: Day,
    /// Who does it; `None`: anybody at the desk.
    pub owner_id: Option<UserId>,
    /// Who made it; `None`: the clockwork.
    pub created_by: Option<UserId>,
    /// When.
    pub created_at: Moment,
}

impl NewTask {
    /// A task of a site about nothing yet, for anybody, made by the clockwork.
    pub fn new(site: SiteId, kind: TaskKind, title: impl Into<String>, due_on: Day, now: Moment) -> Self {
        Self {
            site_id: site,
            company_id: None,
            contact_id: None,
            placement_id: None,
            checkin_id: None,
            incoming_id: None,
            kind,
            title: title.into(),
            due_on,
            owner_id: None,
            created_by: None,
            created_at: now,
        }
    }
}

/// Adds a task.
pub fn add(tx: &mut Tx, new: &NewTask) -> DbResult<TaskId> {
    Ok(diesel::insert_into(tasks::table).values(new).returning(tasks::id).get_result(&mut **tx)?)
}

/// One task in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: TaskId) -> DbResult<Option<Task>> {
    let query = tasks::table.filter(tasks::id.eq(id)).filter(tasks::site_id.eq_any(scope.sites().to_vec()));
    Ok(query.select(Task::as_select()).first(conn).optional()?)
}

/// Open tasks in scope that are due on or before `until`, oldest due day first; of one owner if given.
pub fn open(
    conn: &mut Conn,
    scope: &Scope,
    owner: Option<UserId>,
    until: Option<Day>,
    limit: i64,
) -> DbResult<Vec<Task>> {
    let mut query = tasks::table
        .filter(tasks::site_id.eq_any(scope.sites().to_vec()))
        .filter(tasks::done_at.is_null())
        .select(Task::as_select())
        .into_boxed();
    if let Some(owner) = owner {
        query = query.filter(tasks::owner_id.eq(owner));
    }
    if let Some(until) = until {
        query = query.filter(tasks::due_on.le(until));
    }
    Ok(query.order((tasks::due_on, tasks::id)).limit(limit).load(conn)?)
}

/// Tasks in scope that are due from `from` to `until`, both included, done ones with them; but for those of a check-in.
pub fn between(conn: &mut Conn, scope: &Scope, from: Day, until: Day, limit: i64) -> DbResult<Vec<Task>> {
    Ok(tasks::table
        .filter(tasks::site_id.eq_any(scope.sites().to_vec()))
        .filter(tasks::checkin_id.is_null())
        .filter(tasks::due_on.between(from, until))
        .order((tasks::due_on, tasks::id))
        .limit(limit)
        .select(Task::as_select())
        .load(conn)?)
}

/// Open tasks of these companies in scope, oldest due day first.
pub fn of_companies(conn: &mut Conn, scope: &Scope, ids: &[CompanyId]) -> DbResult<Vec<Task>> {
    let query = tasks::table
        .filter(tasks::company_id.eq_any(ids.to_vec()))
        .filter(tasks::site_id.eq_any(scope.sites().to_vec()))
        .filter(tasks::done_at.is_null());
    Ok(query.order((tasks::due_on, tasks::id)).select(Task::as_select()).load(conn)?)
}

/// Whether an open task of this kind and title is there already, so that the clockwork asks once.
pub fn is_open(conn: &mut Conn, company: CompanyId, kind: TaskKind, title: &str) -> DbResult<bool> {
    let query = tasks::table
        .filter(tasks::company_id.eq(company))
        .filter(tasks::kind.eq(kind))
        .filter(tasks::title.eq(title))
        .filter(tasks::done_at.is_null());
    Ok(query.count().get_result::<i64>(conn)? > 0)
}

/// Closes an open task; `false` when it was closed already.
pub fn close(tx: &mut Tx, id: TaskId, by: Option<UserId>, now: Moment) -> DbResult<bool> {
    let row = tasks::table.filter(tasks::id.eq(id)).filter(tasks::done_at.is_null());
    Ok(diesel::update(row).set((tasks::done_at.eq(now), tasks::done_by.eq(by))).execute(&mut **tx)? == 1)
}

/// Closes the open tasks of a check-in; returns how many.
pub fn close_of_checkin(tx: &mut Tx, checkin: CheckInId, by: Option<UserId>, now: Moment) -> DbResult<usize> {
    let rows = tasks::table.filter(tasks::checkin_id.eq(checkin)).filter(tasks::done_at.is_null());
    Ok(diesel::update(rows).set((tasks::done_at.eq(now), tasks::done_by.eq(by))).execute(&mut **tx)?)
}

/// Opens the tasks of a check-in again that were closed at a moment: with the check-in itself.
pub fn reopen_of_checkin(tx: &mut Tx, checkin: CheckInId, closed_at: Moment) -> DbResult<usize> {
    let rows = tasks::table.filter(tasks::checkin_id.eq(checkin)).filter(tasks::done_at.eq(closed_at));
    let set = (tasks::done_at.eq(None::<Moment>), tasks::done_by.eq(None::<UserId>));
    Ok(diesel::update(rows).set(set).execute(&mut **tx)?)
}

/// Moves the open tasks of a check-in to another day; returns how many.
pub fn postpone_of_checkin(tx: &mut Tx, checkin: CheckInId, to: Day) -> DbResult<usize> {
    let rows = tasks::table.filter(tasks::checkin_id.eq(checkin)).filter(tasks::done_at.is_null());
    Ok(diesel::update(rows).set(tasks::due_on.eq(to)).execute(&mut **tx)?)
}

/// Opens a closed task again.
pub fn reopen(tx: &mut Tx, id: TaskId) -> DbResult<()> {
    let set = (tasks::done_at.eq(None::<Moment>), tasks::done_by.eq(None::<UserId>));
    diesel::update(tasks::table.filter(tasks::id.eq(id))).set(set).execute(&mut **tx)?;
    Ok(())
}

/// Moves an open task to another day; `false` when it is closed.
pub fn postpone(tx: &mut Tx, id: TaskId, to: Day) -> DbResult<bool> {
    let row = tasks::table.filter(tasks::id.eq(id)).filter(tasks::done_at.is_null());
    Ok(diesel::update(row).set(tasks::due_on.eq(to)).execute(&mut **tx)? == 1)
}

/// Names of companies, for a list of tasks. The ids come from a scoped read.
pub fn company_names(conn: &mut Conn, scope: &Scope, ids: &[CompanyId]) -> DbResult<Vec<(CompanyId, String)>> {
    let query = companies::table.filter(companies::id.eq_any(ids.to_vec()));
    let query = query.filter(companies::site_id.eq_any(scope.sites().to_vec()));
    Ok(query.select((companies::id, companies::name)).load(conn)?)
}
