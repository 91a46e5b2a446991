//! Tasks of the desk: what is open, done on the spot, moved, and taken back.

use super::words;
use crate::app::App;
use crate::domain::id::{CompanyId, TaskId, UserId};
use crate::domain::time::Day;
use crate::flows;
use crate::flows::companies::EditError;
use crate::store::tasks::Task;
use crate::store::users::Member;
use crate::store::{DbError, tasks, users};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::Form;
use crate::web::gate::{Signed, is_own_path};
use crate::web::page::{Here, Page};
use crate::web::{done, show};
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;
use std::borrow::Borrow;

/// Tasks on the page at most.
const MOST: i64 = 200;

/// Whose tasks.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Whose {
    of: String,
}

/// A press on one task, and where to go back to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Act {
    back: String,
    days: String,
}

#[derive(Template)]
#[template(path = "pages/tasks.html")]
struct TasksPage {
    p: Page,
    me: UserId,
    all: bool,
    tasks: Vec<Task>,
    names: Vec<(CompanyId, String)>,
    members: Vec<Member>,
}

impl TasksPage {
    fn company(&self, task: &Task) -> Option<&(CompanyId, String)> {
        self.names.iter().find(|(id, _)| Some(*id) == task.company_id)
    }

    fn kind(&self, task: &Task) -> &'static str {
        words::task_kind(self.p.lang, task.kind)
    }

    fn icon(&self, task: &Task) -> &'static str {
        words::task_icon(task.kind)
    }

    fn owner(&self, task: &Task) -> String {
        words::who(self.p.lang, self.me, task.owner_id, &self.members)
    }

    fn late(&self, day: impl Borrow<Day>) -> bool {
        *day.borrow() < self.p.today()
    }
}

/// `GET /tasks`
pub async fn list(app: Data<App>, who: Signed, whose: Query<Whose>) -> Answer {
    let (scope, all) = (who.scope.clone(), whose.of == "all");
    let owner = (!all).then(|| who.id());
    let read = move |app: &App| {
        app.db.read(|conn| {
            let open = tasks::open(conn, &scope, owner, None, MOST)?;
            let ids: Vec<CompanyId> = open.iter().filter_map(|task| task.company_id).collect();
            let names = tasks::company_names(conn, &scope, &ids)?;
            Ok::<_, DbError>((open, names, users::list(conn, &scope)?))
        })
    };
    let (tasks, names, members) = ask(&app, read).await?;
    show(&TasksPage { p: who.page(Here::Today), me: who.id(), all, tasks, names, members })
}

/// `POST /tasks/{id}/done`, `…/reopen` and `…/postpone`
pub async fn act(app: Data<App>, who: Signed, path: Path<(TaskId, String)>, Form(form): Form<Act>) -> Answer {
    let (id, act) = path.into_inner();
    let (scope, now) = (who.scope.clone(), who.now);
    let p = who.page(Here::Today);
    let days = form.days.parse::<i64>().unwrap_or(1).clamp(1, 365);
    let asked = act.clone();
    let acted = attempt(&app, move |app| match asked.as_str() {
        "done" => flows::tasks::finish(&app.db, &scope, id, now),
        "reopen" => flows::tasks::reopen(&app.db, &scope, id, now),
        _ => flows::tasks::postpone(&app.db, &scope, id, now.day().plus(days), now),
    });
    let flash = match (acted.await?, act.as_str()) {
        (Ok(task), "done") => {
            Flash::good(format!("{}: {}", p.t("Klaar", "Done"), task.title)).undo(format!("/tasks/{id}/reopen"))
        }
        (Ok(task), "reopen") => Flash::good(format!("{}: {}", p.t("Staat er weer", "Back on the list"), task.title)),
        (Ok(_), _) => {
            Flash::good(format!("{} {}.", p.t("Verzet naar", "Moved to"), p.day(now.day().plus(days)).words()))
        }
        (Err(EditError::Gone), _) => return Err(Error::NotFound),
        (Err(error), _) => return Err(Error::unknown(error)),
    };
    let back = if is_own_path(&form.back) { form.back.as_str() } else { "/tasks" };
    Ok(done(back, &flash, &who))
}
