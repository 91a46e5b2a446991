//! The list of students by where they stand.

use crate::app::App;
use crate::domain::id::StudentId;
use crate::domain::placement::{Standing, standing as stands};
use crate::domain::words::Lang;
use crate::flows::students::{self as flow, Sight};
use crate::store::DbResult;
use crate::store::students::{self, Student};
use crate::web::bridge::ask;
use crate::web::error::Answer;
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::parts::Badge;
use crate::web::show;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

/// One row of the list.
struct Line {
    student: Student,
    standing: Standing,
    site: String,
}

#[derive(Template)]
#[template(path = "pages/students.html")]
struct StudentsPage {
    p: Page,
    tabs: Vec<(String, &'static str, i64, bool)>,
    lines: Vec<Line>,
    several_sites: bool,
    first: Option<String>,
    next: Option<String>,
}

/// Which students.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    state: String,
    before: Option<StudentId>,
}

impl Which {
    /// Those who look, unless somebody asks for others or for all.
    fn standing(&self) -> Option<Standing> {
        if self.state == ALL { None } else { Some(self.state.parse().unwrap_or(Standing::Looking)) }
    }
}

/// Asks for every student.
const ALL: &str = "all";

/// Where a student stands, in a word.
const fn standing_name(lang: Lang, standing: Standing) -> &'static str {
    match standing {
        Standing::Looking => lang.t("Zoekt", "Looking"),
        Standing::Placed => lang.t("Geplaatst", "Placed"),
        Standing::Finished => lang.t("Afgerond", "Finished"),
    }
}

impl StudentsPage {
    fn standing(&self, line: &Line) -> Badge {
        let kind = match line.standing {
            Standing::Looking => "",
            Standing::Placed => "good",
            Standing::Finished => "blue",
        };
        self.p.badge(kind, standing_name(self.p.lang, line.standing))
    }
}

impl Line {
    fn looks(&self) -> bool {
        self.standing == Standing::Looking
    }
}

/// `GET /students`
pub async fn list(app: Data<App>, who: Signed, which: Query<Which>) -> Answer {
    let (standing, before) = (which.standing(), which.before);
    let (scope, now, rows) = (who.scope.clone(), who.now, app.config.limits.page_rows as usize);
    let (counts, mut students, states) = ask(&app, move |app| -> DbResult<_> {
        let limit = i64::try_from(rows).unwrap_or(i64::MAX - 1) + 1;
        let found = app.db.read(|conn| -> DbResult<_> {
            let students = students::list(conn, &scope, standing, before, limit)?;
            let ids: Vec<StudentId> = students.iter().map(|student| student.id).collect();
            Ok((students::counts(conn, &scope)?, students, students::placements_of(conn, &scope, &ids)?))
        })?;
        flow::seen(&app.db, &scope, Sight::List("students", found.1.len().min(rows)), now)?;
        Ok(found)
    })
    .await?;
    let more = students.len() > rows;
    students.truncate(rows);
    let state = standing.map_or(ALL, Standing::as_str);
    let next = students.last().filter(|_| more).map(|last| format!("/students?state={state}&before={}", last.id));
    let all = (
        ALL.to_owned(),
        who.lang.t("Iedereen", "Everybody"),
        counts.iter().map(|(_, count)| count).sum(),
        standing.is_none(),
    );
    let tab =
        |(of, count): &(Standing, i64)| (of.to_string(), standing_name(who.lang, *of), *count, standing == Some(*of));
    let line = |student: Student| {
        let own = states.iter().filter(|(id, _)| *id == student.id).map(|(_, state)| *state);
        let site = who.sites.iter().find(|(id, _)| *id == student.site_id).map(|(_, name)| name.clone());
        Line { standing: stands(own), site: site.unwrap_or_default(), student }
    };
    show(&StudentsPage {
        p: who.page(Here::Students),
        tabs: counts.iter().map(tab).chain([all]).collect(),
        lines: students.into_iter().map(line).collect(),
        several_sites: who.sites.len() > 1,
        first: before.map(|_| format!("/students?state={state}")),
        next,
    })
}
