//! `/metrics` for Prometheus: what this process counted, and the signs of life of the whole installation. On a listener of its
//! own, so that a proxy in front of the pages cannot show it by mistake. It holds numbers and ids, never a name or an address.

use super::Running;
use super::bridge::ask;
use super::error::Error;
use super::form::same;
use crate::app::App;

use crate::domain::time::Moment;
use crate::store::vitals::{self, Vitals};
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Data, get};
use actix_web::{HttpRequest, HttpResponse};
use std::fmt::Write as _;
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
    let now = app.clock.now();
    let read = ask(&app, |app| -> anyhow::Result<String> {
        let mut text = app.meter.text()?;
        text.push_str(&signs(&app.db.read(vitals::read)?, app.clock.now()));
        Ok(text)
    });
    match read.await {
        Ok(text) => HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text),
        Err(error) => {
            if let Error::Unknown(error) = &error {
                tracing::error!(error = format!("{error:#}"), %now, "the metrics could not be read");
            }
            // What the process itself counted says most when the database is gone.
            let text = app.meter.text().unwrap_or_default() + "stagemakelaar_database_up 0\n";
            HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text)
        }
    }
}

fn may_read(request: &HttpRequest, token: &str) -> bool {
    let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    token.is_empty() || given.strip_prefix("Bearer ").is_some_and(|given| same(given, token))
}

/// What the database knows, in the text format.
fn signs(vitals: &Vitals, now: Moment) -> String {
    let since = |at: Moment| now.utc().signed_duration_since(at.utc()).num_seconds();
    let mut text = Text::default();
    text.family("stagemakelaar_database_up", "Whether the database answers");
    text.line("", 1);
    text.family("stagemakelaar_outgoing", "Messages on their way out, by state");
    for (state, count) in &vitals.outgoing {
        text.line(&format!("{{state=\"{state}\"}}"), *count);
    }
    text.family("stagemakelaar_outgoing_oldest_due_seconds", "How long the message that waits longest has been due");
    text.line("", vitals.oldest_due.map_or(0, |due| since(due).max(0)));
    text.family("stagemakelaar_incoming", "Messages that came in and are not read yet, or cannot be");
    for (routing, count) in &vitals.incoming {
        text.line(&format!("{{state=\"{routing}\"}}"), *count);
    }
    text.family("stagemakelaar_mailbox_paused", "Whether a mailbox does not send");
    for sign in &vitals.mailboxes {
        text.line(&format!("{{mailbox=\"{}\"}}", sign.id), i64::from(sign.paused_at.is_some()));
    }
    text.family("stagemakelaar_mailbox_unreadable", "Whether a mailbox could not be read the last time");
    for sign in &vitals.mailboxes {
        text.line(&format!("{{mailbox=\"{}\"}}", sign.id), i64::from(!sign.fetch_error.is_empty()));
    }
    text.family("stagemakelaar_mailbox_fetch_age_seconds", "Time since a mailbox was last looked into");
    for (sign, at) in vitals.mailboxes.iter().filter_map(|sign| Some((sign, sign.fetched_at?))) {
        text.line(&format!("{{mailbox=\"{}\"}}", sign.id), since(at));
    }
    text.family(
        "stagemakelaar_tick_overdue_seconds",
        "How long ago a tick should have run; 0 when its time is still to come",
    );
    for (tick, at) in &vitals.ticks {
        text.line(&format!("{{tick=\"{tick}\"}}"), since(*at).max(0));
    }
    text.out
}

/// Gauges in the text format.
#[derive(Default)]
struct Text {
    out: String,
    name: &'static str,
}

impl Text {
    fn family(&mut self, name: &'static str, help: &str) {
        self.name = name;
        // Writing into a String cannot fail.
        let _ = writeln!(self.out, "# HELP {name} {help}\n# TYPE {name} gauge");
    }

    fn line(&mut self, labels: &str, value: i64) {
        let _ = writeln!(self.out, "{}{labels} {value}", self.name);
    }
}
