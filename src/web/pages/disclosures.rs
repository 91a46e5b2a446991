//! The register of disclosures: what of which student left the desk, when, to whom and why; for coordinators.

use crate::app::App;
use crate::domain::id::DisclosureId;
use crate::flows::students::{self, Sight};
use crate::store::DbResult;
use crate::store::disclosures::{self, Disclosure};
use crate::web::bridge::ask;
use crate::web::error::Answer;
use crate::web::gate::RequireCoordinator;
use crate::web::page::{Here, Page};
use crate::web::show;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pages/disclosures.html")]
struct Disclosures {
    p: Page,
    lines: Vec<Disclosure>,
    first: Option<String>,
    next: Option<String>,
}

/// Which page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    before: Option<DisclosureId>,
}

/// `GET /settings/disclosures`
pub async fn list(app: Data<App>, who: RequireCoordinator, which: Query<Which>) -> Answer {
    let (scope, now, before) = (who.scope.clone(), who.now, which.before);
    let rows = app.config.limits.page_rows as usize;
    let mut lines = ask(&app, move |app| -> DbResult<_> {
        let limit = i64::try_from(rows).unwrap_or(i64::MAX - 1) + 1;
        let lines = app.db.read(|conn| disclosures::list(conn, &scope, None, before, limit))?;
        students::seen(&app.db, &scope, Sight::List("disclosures", lines.len().min(rows)), now)?;
        Ok(lines)
    })
    .await?;
    let more = lines.len() > rows;
    lines.truncate(rows);
    let next = lines.last().filter(|_| more).map(|last| format!("/settings/disclosures?before={}", last.id));
    let first = before.map(|_| "/settings/disclosures".to_owned());
    show(&Disclosures { p: who.page(Here::Settings), lines, first, next })
}
