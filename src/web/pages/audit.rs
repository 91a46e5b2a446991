//! Who did what: the audit events, newest first, paged by key.

use crate::app::App;
use crate::domain::id::{AuditId, UserId};
use crate::store::audit::{self, AuditEvent};
use crate::store::{DbError, users};
use crate::web::bridge::ask;
use crate::web::error::Answer;
use crate::web::gate::RequireCoordinator;
use crate::web::page::{Here, Page};
use crate::web::show;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pages/audit.html")]
struct Audit {
    p: Page,
    events: Vec<(AuditEvent, String)>,
    first: Option<String>,
    next: Option<String>,
}

/// From where the list goes on.
#[derive(Debug, Deserialize)]
pub struct Since {
    before: Option<AuditId>,
}

/// `GET /settings/audit`
pub async fn list(app: Data<App>, who: RequireCoordinator, since: Query<Since>) -> Answer {
    let (scope, before) = (who.scope.clone(), since.before);
    let rows = app.config.limits.page_rows as usize;
    let (mut events, names) = ask(&app, move |app| {
        app.db.read(|conn| {
            let events = audit::list(conn, &scope, before, i64::try_from(rows).unwrap_or(i64::MAX) + 1)?;
            Ok::<_, DbError>((events, users::list(conn, &scope)?))
        })
    })
    .await?;
    let more = events.len() > rows;
    events.truncate(rows);
    let next = events.last().filter(|_| more).map(|last| format!("/settings/audit?before={}", last.id));
    let name = |id: Option<UserId>| match (id.map(|id| names.iter().find(|member| member.user.id == id)), who.lang) {
        (Some(Some(member)), _) => member.user.name.clone(),
        (Some(None), lang) => lang.t("iemand anders", "somebody else").to_owned(),
        (None, lang) => lang.t("vanzelf", "by itself").to_owned(),
    };
    let events = events.into_iter().map(|event| (event.clone(), name(event.user_id))).collect();
    let first = before.map(|_| "/settings/audit".to_owned());
    show(&Audit { p: who.page(Here::Settings), events, first, next })
}
