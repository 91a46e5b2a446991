//! `/metrics` for Prometheus, on a listener of its own, so that a proxy in front of the pages cannot show it by mistake.

use super::Running;
use super::bridge::ask;
use super::error::Error;
use super::form::same;
use crate::app::App;
use crate::store::vitals;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Data, get};
use actix_web::{HttpRequest, HttpResponse};
use std::net::TcpListener;
use std::sync::Arc;

/// Starts serving it on a bound listener.
pub fn start(app: Arc<App>, listener: TcpListener) -> anyhow::Result<Running> {
    let app: Data<App> = Data::from(app);
    Running::start("metrics", listener, 1, move || {
        actix_web::App::new().app_data(app.clone()).route("/metrics", get().to(metrics))
    })
}

async fn metrics(request: HttpRequest, app: Data<App>) -> HttpResponse {
    if !may_read(&request, &app.config.metrics.token) {
        return HttpResponse::Unauthorized().finish();
    }
    let read = ask(&app, |app| -> anyhow::Result<String> {
        let vitals = app.db.read(vitals::read);
        if let Err(error) = &vitals {
            tracing::error!(%error, "the signs of life could not be read");
        }
        // What the process itself counted says most when the database is gone.
        Ok(app.meter.text(vitals.as_ref().ok(), app.clock.now())?)
    });
    match read.await {
        Ok(text) => HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text),
        Err(error) => {
            if let Error::Unknown(error) = &error {
                tracing::error!(error = format!("{error:#}"), "the metrics could not be written");
            }
            HttpResponse::InternalServerError().finish()
        }
    }
}

fn may_read(request: &HttpRequest, token: &str) -> bool {
    let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    token.is_empty() || given.strip_prefix("Bearer ").is_some_and(|given| same(given, token))
}
