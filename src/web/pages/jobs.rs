//! The clockwork: every tick with its next run, and what the last runs did.

use crate::app::App;
use crate::domain::time::Moment;
use crate::store::DbError;
use crate::store::ticks::{self, Run};
use crate::web::bridge::ask;
use crate::web::error::Answer;
use crate::web::gate::RequireCoordinator;
use crate::web::page::{Here, Page};
use crate::web::show;
use actix_web::web::Data;
use askama::Template;

/// Runs that are shown.
const RUNS: i64 = 50;

/// One tick as it is shown.
struct Job {
    name: &'static str,
    what: &'static str,
    schedule: String,
    next: Option<Moment>,
    last: Option<Run>,
}

#[derive(Template)]
#[template(path = "pages/jobs.html")]
struct Clockwork {
    p: Page,
    stalled: Option<Moment>,
    jobs: Vec<Job>,
    runs: Vec<Run>,
}

/// Every tick: name, what it does in Dutch and in English.
const TICKS: &[(&str, &str, &str)] = &[
    ("advance", "Zet de volgende campagnemails klaar", "Makes the next campaign mails ready"),
    ("deliver", "Verstuurt wat klaarstaat", "Sends what is ready"),
    ("fetch", "Haalt mail op", "Fetches mail"),
    ("receive", "Leest wat binnenkwam", "Reads what came in"),
    ("aftercare", "Vraagt hoe het gaat, en herinnert", "Asks how it goes, and reminds"),
    ("digest", "Mailt je de dag", "Mails you the day"),
    ("import", "Voert bestanden in", "Takes in files"),
    ("retention", "Ruimt op wat voorbij is", "Clears away what is over"),
];

/// `GET /settings/jobs`
pub async fn list(app: Data<App>, who: RequireCoordinator) -> Answer {
    let (now, lang) = (who.now, who.lang);
    let schedules: Vec<String> = TICKS.iter().map(|(name, _, _)| schedule(&app, name)).collect();
    let (stalled, plans, runs, last) = ask(&app, move |app| {
        app.db.read(|conn| {
            let mut last = Vec::new();
            for (name, _, _) in TICKS {
                last.push(ticks::runs(conn, Some(name), 1)?.into_iter().next());
            }
            Ok::<_, DbError>((ticks::stalled(conn, now)?, ticks::plans(conn)?, ticks::runs(conn, None, RUNS)?, last))
        })
    })
    .await?;
    let jobs = TICKS.iter().zip(schedules).zip(last).map(|((&(name, nl, en), schedule), last)| {
        let next = plans.iter().find(|plan| plan.name == name).map(|plan| plan.next_at);
        Job { name, what: lang.t(nl, en), schedule, next, last }
    });
    let jobs = jobs.collect();
    show(&Clockwork { p: who.page(Here::Settings), stalled, jobs, runs })
}

fn schedule(app: &App, tick: &str) -> String {
    app.config.clockwork.get(tick).and_then(|text| text.as_str()).unwrap_or_default().to_owned()
}
