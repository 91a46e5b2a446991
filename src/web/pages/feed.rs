//! The calendar feed: a link for a calendar program, shown once, and the file that it reads.

use super::profile;
use crate::app::App;
use crate::domain::agenda;
use crate::flows::feeds;
use crate::web::bridge::ask;
use crate::web::done;
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Form, Press};
use crate::web::gate::{Signed, Visitor};
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Data, Path};

/// `GET /calendar/{token}`: for a program that signs in nowhere. The secret in the link is the permission.
pub async fn read(app: Data<App>, who: Visitor, token: Path<String>) -> Answer {
    let (token, now) = (token.into_inner(), who.now);
    let secret = token.strip_suffix(".ics").unwrap_or(&token).to_owned();
    let feed = ask(&app, move |app| app.db.read(|conn| feeds::read(conn, &secret, now))).await?;
    let feed = feed.ok_or(Error::NotFound)?;
    let text = agenda::file(&feed.entries, &app.config.server.base_url, feed.lang, now);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .body(text))
}

/// `POST /settings/profile/feed`: the answer is the page itself, since the link is shown only now.
pub async fn hand_out(app: Data<App>, who: Signed, Form(_): Form<Press>) -> Answer {
    let (scope, user, now) = (who.scope.clone(), who.id(), who.now);
    let secret = ask(&app, move |app| feeds::hand_out(&app.db, &scope, user, now)).await?;
    let link = format!("{}/calendar/{}.ics", app.config.server.base_url, secret.expose());
    profile::with_feed(&who, link)
}

/// `POST /settings/profile/feed/withdraw`
pub async fn withdraw(app: Data<App>, who: Signed, Form(_): Form<Press>) -> Answer {
    let (scope, user, now) = (who.scope.clone(), who.id(), who.now);
    ask(&app, move |app| feeds::withdraw(&app.db, &scope, user, now)).await?;
    let said = who.lang.t("De agendalink werkt niet meer.", "The calendar link does not work any more.");
    Ok(done("/settings/profile", &Flash::good(said), &who))
}
