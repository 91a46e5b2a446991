//! The suppression list: addresses and domains that get no outreach from any site. Adding and lifting is a coordinator's.

use crate::app::App;
use crate::domain::email::EmailAddress;
use crate::domain::id::SuppressionId;
use crate::domain::words::SuppressionReason;
use crate::flows::opt_outs::{self, LiftError};
use crate::store::suppressions::{self, Suppression, SuppressionKind};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form};
use crate::web::gate::RequireCoordinator;
use crate::web::page::{Here, Page};
use crate::web::{done, show, unfit};
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

const HERE: &str = "/settings/suppressions";

#[derive(Template)]
#[template(path = "pages/suppressions.html")]
struct List {
    p: Page,
    rows: Vec<Suppression>,
    q: String,
    first: Option<String>,
    next: Option<String>,
    form: NewForm,
    errors: Errors,
}

/// What to look for, and from where the list goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    q: String,
    before: Option<SuppressionId>,
}

/// An address or domain as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct NewForm {
    value: String,
}

/// Why it is lifted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LiftForm {
    reason: String,
}

impl List {
    fn reason(&self, row: &Suppression) -> &'static str {
        let t = |nl, en| self.p.lang.t(nl, en);
        match row.reason {
            SuppressionReason::OptOut => t("heeft zich afgemeld", "opted out"),
            SuppressionReason::Complaint => t("meldde een mail als ongewenst", "reported a mail as unwanted"),
            SuppressionReason::HardBounce => t("bestaat niet meer", "does not exist"),
            SuppressionReason::SoftBounces => t("drie keer geweigerd", "refused three times"),
            SuppressionReason::Manual => t("door iemand van ons geblokkeerd", "blocked by one of us"),
        }
    }
}

async fn page(
    app: &Data<App>,
    who: &RequireCoordinator,
    search: Search,
    errors: Errors,
    form: NewForm,
) -> Result<List, Error> {
    let limit = app.config.limits.page_rows as usize;
    let (q, before) = (search.q.trim().to_owned(), search.before);
    let (scope, find) = (who.scope.clone(), q.clone());
    let mut rows = ask(app, move |app| {
        let more = i64::try_from(limit).unwrap_or(i64::MAX) + 1;
        app.db.read(|conn| suppressions::list(conn, &scope, &find, before, more))
    })
    .await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let query: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
    let next = rows.last().filter(|_| more).map(|last| format!("{HERE}?q={query}&before={}", last.id));
    let first = before.map(|_| format!("{HERE}?q={query}"));
    Ok(List { p: who.page(Here::Settings), rows, q, first, next, form, errors })
}

/// `GET /settings/suppressions`
pub async fn list(app: Data<App>, who: RequireCoordinator, search: Query<Search>) -> Answer {
    show(&page(&app, &who, search.into_inner(), Errors::default(), NewForm::default()).await?)
}

/// `POST /settings/suppressions`
pub async fn add(app: Data<App>, who: RequireCoordinator, Form(form): Form<NewForm>) -> Answer {
    let typed = form.value.trim().trim_start_matches('@').to_lowercase();
    // A domain is what would make an address with a name in front of it.
    let kind = if typed.contains('@') { SuppressionKind::Address } else { SuppressionKind::Domain };
    let address = if kind == SuppressionKind::Address { typed.clone() } else { format!("x@{typed}") };
    if EmailAddress::parse(&address).is_err() {
        let words =
            who.lang.t("Schrijf het zo: naam@bedrijf.nl of bedrijf.nl.", "Write it as name@company.nl or company.nl.");
        return unfit(&page(&app, &who, Search::default(), Errors::one("value", words), form).await?);
    }
    let (scope, now) = (who.scope.clone(), who.now);
    ask(&app, move |app| opt_outs::suppress_by_hand(&app.db, &scope, kind, &typed, now)).await?;
    Ok(done(HERE, &Flash::good(who.lang.t("Krijgt geen vragen meer.", "Gets no more questions.")), &who))
}

/// `POST /settings/suppressions/{id}/lift`
pub async fn lift(
    app: Data<App>,
    who: RequireCoordinator,
    id: Path<SuppressionId>,
    Form(form): Form<LiftForm>,
) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, id.into_inner());
    match attempt(&app, move |app| opt_outs::lift(&app.db, &scope, id, &form.reason, now)).await? {
        Ok(()) => Ok(done(HERE, &Flash::good(who.lang.t("Mag weer gemaild worden.", "May be mailed again.")), &who)),
        Err(LiftError::NoReason) => {
            let words = who.lang.t("Schrijf op waarom het weer mag.", "Say why it may be mailed again.");
            Ok(done(HERE, &Flash::bad(words), &who))
        }
        Err(LiftError::NotThere | LiftError::NotCoordinator) => Err(Error::NotFound),
        Err(error @ LiftError::Db(_)) => Err(Error::unknown(error)),
    }
}
