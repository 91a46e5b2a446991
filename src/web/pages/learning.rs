//! What a broker learns: own trainings and coaching.

use super::guidance::sentence;
use crate::app::App;
use crate::domain::guidance::LearningKind;
use crate::domain::time::Day;
use crate::domain::words::Lang;
use crate::flows::guidance as flow;
use crate::store::guidance::{self, Learning};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::form::{Errors, Form};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::watch::saved;
use crate::web::{done, show, unfit};
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

/// Rows on the page at most.
const MOST: i64 = 100;

#[derive(Template)]
#[template(path = "pages/learning.html")]
struct LearningPage {
    p: Page,
    rows: Vec<Learning>,
    form: LearningForm,
    errors: Errors,
}

/// A training or coaching as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct LearningForm {
    kind: String,
    held_on: String,
    topic: String,
}

const fn name(lang: Lang, kind: LearningKind) -> &'static str {
    match kind {
        LearningKind::Training => lang.t("training", "training"),
        LearningKind::Coaching => lang.t("coaching", "coaching"),
    }
}

impl LearningPage {
    fn kinds(&self) -> Vec<(LearningKind, &'static str)> {
        LearningKind::ALL.iter().map(|kind| (*kind, name(self.p.lang, *kind))).collect()
    }

    fn kind(&self, row: &Learning) -> &'static str {
        name(self.p.lang, row.kind)
    }
}

async fn page(app: &Data<App>, who: &Signed, form: LearningForm, errors: Errors) -> Result<LearningPage, Error> {
    let user = who.id();
    let rows = ask(app, move |app| app.db.read(|conn| guidance::learned(conn, user, MOST))).await?;
    Ok(LearningPage { p: who.page(Here::Settings), rows, form, errors })
}

/// `GET /settings/learning`
pub async fn list(app: Data<App>, who: Signed) -> Answer {
    let form = LearningForm { held_on: who.now.day().to_string(), ..LearningForm::default() };
    show(&page(&app, &who, form, Errors::default()).await?)
}

/// `POST /settings/learning`
pub async fn add(app: Data<App>, who: Signed, Form(form): Form<LearningForm>) -> Answer {
    let (user, now, lang) = (who.id(), who.now, who.lang);
    let kind = form.kind.parse().unwrap_or(LearningKind::Training);
    let Some(on) = Day::parse(&form.held_on) else {
        let errors = Errors::one("held_on", lang.t("Kies een dag.", "Choose a day."));
        return unfit(&page(&app, &who, form, errors).await?);
    };
    let topic = form.topic.clone();
    match attempt(&app, move |app| flow::learn(&app.db, user, (kind, on, &topic), now)).await? {
        Ok(_) => {
            let flash = saved(lang.t("Vastgelegd.", "Recorded."), [form.topic.as_str()], lang);
            Ok(done("/settings/learning", &flash, &who))
        }
        Err(error) => match sentence(&error, lang) {
            Some((field, text)) => unfit(&page(&app, &who, form, Errors::one(field, text)).await?),
            None => Err(Error::unknown(error)),
        },
    }
}
