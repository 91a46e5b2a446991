//! The form of what was agreed with a school.

use super::edit::school;
use super::words::{self, sentence};
use crate::app::App;
use crate::domain::agreement::{Carer, Share, Terms, WhoRefers};
use crate::domain::id::SchoolId;
use crate::domain::time::Day;
use crate::flows::schools::{self as flow, SchoolError};
use crate::store::DbResult;
use crate::store::schools::{self, School};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form};
use crate::web::gate::RequireCoordinator;
use crate::web::page::{Here, Page};
use crate::web::{done, show, unfit};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

/// An agreement as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AgreementForm {
    who_refers: String,
    own_attempts: String,
    shares: Vec<String>,
    valid_from: String,
    valid_until: String,
    carer: String,
    version: i32,
}

#[derive(Template)]
#[template(path = "pages/agreement.html")]
struct AgreementPage {
    p: Page,
    school: School,
    form: AgreementForm,
    errors: Errors,
}

impl AgreementPage {
    fn referring(&self) -> Vec<(WhoRefers, &'static str)> {
        WhoRefers::ALL.iter().map(|one| (*one, words::who_refers(self.p.lang, *one))).collect()
    }

    fn carers(&self) -> Vec<(Carer, &'static str)> {
        Carer::ALL.iter().map(|one| (*one, words::carer(self.p.lang, *one))).collect()
    }

    fn shares(&self) -> Vec<(Share, &'static str)> {
        words::shares(self.p.lang)
    }
}

impl AgreementForm {
    fn of(terms: Option<(Terms, i32)>) -> Self {
        let Some((terms, version)) = terms else {
            return Self { own_attempts: "0".to_owned(), ..Self::default() };
        };
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            who_refers: terms.who_refers.to_string(),
            own_attempts: terms.own_attempts.to_string(),
            shares: terms.shares.iter().map(ToString::to_string).collect(),
            valid_from: day(terms.valid_from),
            valid_until: day(terms.valid_until),
            carer: terms.carer.to_string(),
            version,
        }
    }

    fn terms(&self, p: &Page) -> Result<Terms, Errors> {
        let (lang, mut errors) = (p.lang, Errors::default());
        let choose = lang.t("Kies er een.", "Choose one.");
        let who_refers = errors.take("who_refers", self.who_refers.parse().map_err(|_| choose));
        let carer = errors.take("carer", self.carer.parse().map_err(|_| choose));
        let number = lang.t("Vul een getal in.", "Fill in a number.");
        let own_attempts = errors.take("own_attempts", self.own_attempts.trim().parse().map_err(|_| number));
        let mut day = |field: &str, text: &str| {
            let read = Day::parse(text).map(Some).ok_or(lang.t("Kies een dag.", "Choose a day."));
            if text.trim().is_empty() { None } else { errors.take(field, read).flatten() }
        };
        let (valid_from, valid_until) = (day("valid_from", &self.valid_from), day("valid_until", &self.valid_until));
        let shares = Share::ALL.iter().copied().filter(|one| self.shares.iter().any(|word| word == one.as_str()));
        match (who_refers, own_attempts, carer) {
            (Some(who_refers), Some(own_attempts), Some(carer)) if errors.is_empty() => {
                Ok(Terms { who_refers, own_attempts, shares: shares.collect(), valid_from, valid_until, carer })
            }
            _ => Err(errors),
        }
    }
}

fn page(who: &RequireCoordinator, school: School, form: AgreementForm, errors: Errors) -> AgreementPage {
    AgreementPage { p: who.page(Here::Schools), school, form, errors }
}

/// `GET /schools/{id}/agreement`
pub async fn form(app: Data<App>, who: RequireCoordinator, id: Path<SchoolId>) -> Answer {
    let (scope, id) = (who.scope.clone(), *id);
    let read = move |app: &App| -> DbResult<_> {
        app.db.read(|conn| match schools::find(conn, &scope, id)? {
            Some(school) => Ok(Some((school, schools::agreement(conn, id)?))),
            None => Ok(None),
        })
    };
    let (school, terms) = ask(&app, read).await?.ok_or(Error::NotFound)?;
    show(&page(&who, school, AgreementForm::of(terms), Errors::default()))
}

/// `POST /schools/{id}/agreement`
pub async fn save(
    app: Data<App>,
    who: RequireCoordinator,
    id: Path<SchoolId>,
    Form(form): Form<AgreementForm>,
) -> Answer {
    let school = school(&app, &who, *id).await?;
    let terms = match form.terms(&who.page(Here::Schools)) {
        Ok(terms) => terms,
        Err(errors) => return unfit(&page(&who, school, form, errors)),
    };
    let (scope, now, id, version) = (who.scope.clone(), who.now, *id, form.version);
    match attempt(&app, move |app| flow::agree(&app.db, &scope, id, version, &terms, now)).await? {
        Ok(()) => {
            let text = who.lang.t("Zo is het afgesproken.", "Recorded as agreed.");
            Ok(done(&format!("/schools/{id}"), &Flash::good(text), &who))
        }
        Err(SchoolError::NotFound) => Err(Error::NotFound),
        Err(SchoolError::Stale) => Err(Error::Stale),
        Err(error) => match sentence(&error, who.lang) {
            Some((field, text)) => unfit(&page(&who, school, form, Errors::one(field, text))),
            None => Err(Error::unknown(error)),
        },
    }
}
