//! Placements: the list by state, and what can be changed on one. Its page is in [`placement`](super::placement).

use crate::app::App;
use crate::domain::id::{ContactId, PlacementId};
use crate::domain::time::Day;
use crate::domain::words::{Lang, PlacementState};
use crate::flows::placements::{self as flow, PlacementError};
use crate::flows::students::{self as student_flow, Sight};
use crate::store::DbResult;
use crate::store::placements::{self, PlacementLine};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::Form;
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::{done, show};
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;
use std::str::FromStr;

#[derive(Template)]
#[template(path = "pages/placements.html")]
struct Placements {
    p: Page,
    state: PlacementState,
    tabs: Vec<(PlacementState, String, i64)>,
    lines: Vec<PlacementLine>,
    first: Option<String>,
    next: Option<String>,
}

/// Which placements.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    state: String,
    after: String,
}

/// The row after which a page of a list by day begins: a day and an id.
pub(super) fn row_after<Id: FromStr>(text: &str) -> Option<(Day, Id)> {
    let (day, id) = text.split_once('_')?;
    Some((Day::parse(day)?, id.parse().ok()?))
}

/// The name of a state.
pub(super) fn state_name(lang: Lang, state: PlacementState) -> &'static str {
    match state {
        PlacementState::Planned => lang.t("Komt eraan", "Planned"),
        PlacementState::Running => lang.t("Loopt", "Running"),
        PlacementState::Completed => lang.t("Afgerond", "Completed"),
        PlacementState::EndedEarly => lang.t("Stopte eerder", "Ended early"),
    }
}

/// `GET /placements`
pub async fn list(app: Data<App>, who: Signed, which: Query<Which>) -> Answer {
    let state = which.state.parse().unwrap_or(PlacementState::Running);
    let after = row_after(&which.after);
    let (scope, now, rows) = (who.scope.clone(), who.now, app.config.limits.page_rows as usize);
    let (counts, mut lines) = ask(&app, move |app| -> DbResult<_> {
        let limit = i64::try_from(rows).unwrap_or(i64::MAX - 1) + 1;
        let counts = app.db.read(|conn| placements::counts(conn, &scope))?;
        let lines = app.db.read(|conn| placements::list(conn, &scope, state, after, limit))?;
        student_flow::seen(&app.db, &scope, Sight::List("placements", lines.len()), now)?;
        Ok((counts, lines))
    })
    .await?;
    let more = lines.len() > rows;
    lines.truncate(rows);
    let key = |line: &PlacementLine| format!("{}_{}", line.placement.ends_on, line.placement.id);
    let next = lines.last().filter(|_| more).map(|line| format!("/placements?state={state}&after={}", key(line)));
    let count = |of| counts.iter().find(|(state, _)| *state == of).map_or(0, |(_, count)| *count);
    let tab = |of: &PlacementState| (*of, state_name(who.lang, *of).to_owned(), count(*of));
    let tabs = PlacementState::ALL.iter().map(tab).collect();
    let first = after.map(|_| format!("/placements?state={state}"));
    show(&Placements { p: who.page(Here::Placements), state, tabs, lines, first, next })
}

/// What can be changed on a placement.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Change {
    version: i32,
    mentor: String,
    signed_on: String,
    starts_on: String,
    ends_on: String,
    on: String,
    reason: String,
}

/// `POST /placements/{id}`: mentor and agreement.
pub async fn settle(app: Data<App>, who: Signed, id: Path<PlacementId>, Form(form): Form<Change>) -> Answer {
    let (scope, now, id, version) = (who.scope.clone(), who.now, *id, form.version);
    let mentor: Option<ContactId> = form.mentor.parse().ok();
    let signed = Day::parse(&form.signed_on);
    let settled = attempt(&app, move |app| flow::settle(&app.db, &scope, id, version, mentor, signed, now)).await?;
    answer(&who, id, settled, who.lang.t("Bewaard.", "Saved."))
}

/// `POST /placements/{id}/dates`
pub async fn dates(app: Data<App>, who: Signed, id: Path<PlacementId>, Form(form): Form<Change>) -> Answer {
    let (scope, now, id, version) = (who.scope.clone(), who.now, *id, form.version);
    there(&app, &who, id).await?;
    let days = Day::parse(&form.starts_on).zip(Day::parse(&form.ends_on));
    let changed = match days {
        Some(days) => attempt(&app, move |app| flow::change_dates(&app.db, &scope, id, version, days, now)).await?,
        None => Err(PlacementError::Dates),
    };
    let text = who.lang.t(
        "De data zijn aangepast. Wat nog niet gevraagd was, schuift mee.",
        "The dates are changed. What was not asked yet moves with them.",
    );
    answer(&who, id, changed, text)
}

/// `POST /placements/{id}/end`
pub async fn end_early(app: Data<App>, who: Signed, id: Path<PlacementId>, Form(form): Form<Change>) -> Answer {
    let (scope, now, id, version) = (who.scope.clone(), who.now, *id, form.version);
    there(&app, &who, id).await?;
    let on = Day::parse(&form.on).unwrap_or(now.day());
    let reason = form.reason.clone();
    let ended = attempt(&app, move |app| flow::end_early(&app.db, &scope, id, version, on, &reason, now)).await?;
    let text = who.lang.t(
        "De stage is gestopt. De plek is weer vrij en de nazorg is van de lijst.",
        "The placement has ended. Its place is free again and its check-ins are off the list.",
    );
    answer(&who, id, ended, text)
}

/// Nothing is said about the form before the placement is known to be there.
async fn there(app: &Data<App>, who: &Signed, id: PlacementId) -> Result<(), Error> {
    let scope = who.scope.clone();
    let found = ask(app, move |app| app.db.read(|conn| placements::find(conn, &scope, id))).await?;
    found.map(|_| ()).ok_or(Error::NotFound)
}

/// The next page after a change, with a sentence of what happened.
fn answer(who: &Signed, id: PlacementId, result: Result<(), PlacementError>, good: &str) -> Answer {
    let path = format!("/placements/{id}");
    match result {
        Ok(()) => Ok(done(&path, &Flash::good(good), who)),
        Err(PlacementError::NotFound) => Err(Error::NotFound),
        Err(PlacementError::Stale) => Err(Error::Stale),
        Err(error) => match sentence(&error, who.lang) {
            Some(text) => Ok(done(&path, &Flash::bad(text), who)),
            None => Err(Error::unknown(error)),
        },
    }
}

/// What a person is told about a refusal; `None` for what nobody foresaw.
pub(super) fn sentence(error: &PlacementError, lang: Lang) -> Option<String> {
    let text = match error {
        PlacementError::Full => lang.t(
            "Deze stageplek is vol. Er is niets vastgelegd; kies een andere plek.",
            "Every place here is taken. Nothing was recorded; choose another one.",
        ),
        PlacementError::Dates => lang.t(
            "De laatste dag ligt na de eerste, en hooguit vijf jaar later.",
            "The last day lies after the first one, at most five years later.",
        ),
        PlacementError::Started => {
            lang.t("Deze stage loopt al en kan niet later beginnen.", "This placement runs and cannot start later.")
        }
        PlacementError::NotEarly => {
            lang.t("Eerder stoppen kan tot en met de laatste dag.", "An early end lies on or before the last day.")
        }
        PlacementError::NoReason => lang.t("Schrijf er kort bij waarom.", "Write in a few words why."),
        PlacementError::NotRecognised(recognition) => {
            let warning = recognition.warns(lang)?;
            let ask = lang.t("Wil je toch door? Schrijf er dan bij waarom.", "Go on all the same? Then write why.");
            return Some(format!("{warning} {ask}"));
        }
        PlacementError::Bsn(found) => found.say(lang),
        PlacementError::NoMove(_) => lang.t("Deze stage is al afgelopen.", "This placement is over."),
        PlacementError::Student(_) | PlacementError::NotFound | PlacementError::Stale | PlacementError::Db(_) => {
            return None;
        }
    };
    Some(text.to_owned())
}
