//! The clockwork: every tick with its next run, and what the last runs did.

use crate::app::App;
use crate::domain::schedule::Tick;
use crate::domain::time::Moment;
use crate::domain::words::Lang;
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

/// What a tick does, in words.
const fn what(tick: Tick, lang: Lang) -> &'static str {
    match tick {
        Tick::Advance => lang.t("Zet de volgende campagnemails klaar", "Makes the next campaign mails ready"),
        Tick::Deliver => lang.t("Verstuurt wat klaarstaat", "Sends what is ready"),
        Tick::Fetch => lang.t("Haalt mail op", "Fetches mail"),
        Tick::Receive => lang.t("Leest wat binnenkwam", "Reads what came in"),
        Tick::Aftercare => lang.t("Vraagt hoe het gaat, en herinnert", "Asks how it goes, and reminds"),
        Tick::Proposals => lang.t("Laat voorstellen verlopen", "Lets proposals lapse"),
        Tick::Freshness => lang.t("Vraagt of plekken nog kloppen", "Asks whether places still hold"),
        Tick::Digest => lang.t("Mailt je de dag", "Mails you the day"),
        Tick::Import => lang.t("Voert bestanden in", "Takes in files"),
        Tick::Retention => lang.t("Ruimt op wat voorbij is", "Clears away what is over"),
    }
}

/// `GET /settings/jobs`
pub async fn list(app: Data<App>, who: RequireCoordinator) -> Answer {
    let (now, lang) = (who.now, who.lang);
    let schedules: Vec<String> = Tick::ALL.iter().map(|tick| schedule(&app, *tick)).collect();
    let (stalled, plans, runs, last) = ask(&app, move |app| {
        app.db.read(|conn| {
            let mut last = Vec::new();
            for tick in Tick::ALL {
                last.push(ticks::runs(conn, Some(tick.as_str()), 1)?.into_iter().next());
            }
            Ok::<_, DbError>((ticks::stalled(conn, now)?, ticks::plans(conn)?, ticks::runs(conn, None, RUNS)?, last))
        })
    })
    .await?;
    let jobs = Tick::ALL.iter().zip(schedules).zip(last).map(|((tick, schedule), last)| {
        let next = plans.iter().find(|plan| plan.name == tick.as_str()).map(|plan| plan.next_at);
        Job { name: tick.as_str(), what: what(*tick, lang), schedule, next, last }
    });
    let jobs = jobs.collect();
    show(&Clockwork { p: who.page(Here::Settings), stalled, jobs, runs })
}

fn schedule(app: &App, tick: Tick) -> String {
    app.config.clockwork.get(tick.as_str()).and_then(|text| text.as_str()).unwrap_or_default().to_owned()
}
