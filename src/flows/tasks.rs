//! Adding, finishing and moving tasks.

use super::companies::EditError;
use super::moments::Next;
use crate::domain::id::{CompanyId, TaskId};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::store::audit::{self, Event};
use crate::store::tasks::{self, NewTask, Task};
use crate::store::{Db, DbResult, Tx, companies};

/// Adds a task about a company in scope.
pub fn create(db: &Db, scope: &Scope, company: CompanyId, next: &Next, now: Moment) -> Result<TaskId, EditError> {
    db.write(|tx| {
        let company = companies::find(tx, scope, company)?.ok_or(EditError::Gone)?;
        let mut task = NewTask::new(company.site_id, next.kind, next.title.clone(), next.due_on, now);
        task.company_id = Some(company.id);
        task.owner_id = next.owner;
        task.created_by = scope.user();
        let id = tasks::add(tx, &task)?;
        let task = tasks::find(tx, scope, id)?.ok_or(EditError::Gone)?;
        record(tx, scope, &task, "task.add", now)?;
        Ok(id)
    })
}

/// Marks a task as done. Doing it twice is no error.
pub fn finish(db: &Db, scope: &Scope, id: TaskId, now: Moment) -> Result<Task, EditError> {
    db.write(|tx| {
        let task = tasks::find(tx, scope, id)?.ok_or(EditError::Gone)?;
        if tasks::close(tx, id, scope.user(), now)? {
            record(tx, scope, &task, "task.done", now)?;
        }
        Ok(task)
    })
}

/// Takes back that a task was done.
pub fn reopen(db: &Db, scope: &Scope, id: TaskId, now: Moment) -> Result<Task, EditError> {
    db.write(|tx| {
        let task = tasks::find(tx, scope, id)?.ok_or(EditError::Gone)?;
        tasks::reopen(tx, id)?;
        record(tx, scope, &task, "task.reopen", now)?;
        Ok(task)
    })
}

/// Moves a task to another day.
pub fn postpone(db: &Db, scope: &Scope, id: TaskId, to: Day, now: Moment) -> Result<Task, EditError> {
    db.write(|tx| {
        let task = tasks::find(tx, scope, id)?.ok_or(EditError::Gone)?;
        if tasks::postpone(tx, id, to)? {
            record(tx, scope, &task, "task.postpone", now)?;
        }
        Ok(task)
    })
}

fn record(tx: &mut Tx, scope: &Scope, task: &Task, action: &str, now: Moment) -> DbResult<()> {
    let event = Event {
        at: now,
        site_id: Some(task.site_id),
        user_id: scope.user(),
        action,
        subject: "task",
        subject_id: Some(task.id.0),
        detail: task.kind.as_str(),
    };
    audit::record(tx, &event)
}
