//! The desk writes down a referral.

use super::form::{ReferralForm, refusal};
use crate::app::App;
use crate::domain::agreement::Share;
use crate::flows::referrals::{self as flow, Hand, ReferralError};
use crate::store::DbResult;
use crate::store::schools::{self, Referrer, School};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::form::{Errors, Form};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::watch::saved;
use crate::web::{done, show, unfit};
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pages/referral_new.html")]
struct NewPage {
    p: Page,
    schools: Vec<School>,
    referrers: Vec<Referrer>,
    form: ReferralForm,
    errors: Errors,
    /// Whether a coordinator is asked for a reason.
    asks_reason: bool,
}

impl NewPage {
    fn school_choices(&self) -> Vec<(String, String)> {
        let none = (String::new(), self.p.t("kies een school", "choose a school").to_owned());
        let one = |school: &School| {
            let city = if school.fields.city.is_empty() { String::new() } else { format!(", {}", school.fields.city) };
            (school.id.to_string(), format!("{}{city}", school.fields.name))
        };
        std::iter::once(none).chain(self.schools.iter().map(one)).collect()
    }

    fn referrer_choices(&self) -> Vec<(String, String)> {
        let none = (String::new(), self.p.t("iemand anders, of niemand", "somebody else, or nobody").to_owned());
        let school = |of: &Referrer| self.schools.iter().find(|school| school.id == of.school_id);
        let one = |one: &Referrer| {
            let school = school(one).map(|school| school.fields.name.as_str()).unwrap_or_default();
            (one.id.to_string(), format!("{} ({school})", one.name))
        };
        let active = self.referrers.iter().filter(|one| one.active);
        std::iter::once(none).chain(active.map(one)).collect()
    }

    fn levels(&self) -> Vec<(String, String)> {
        ReferralForm::levels(self.p.lang)
    }

    fn tracks(&self) -> Vec<(String, String)> {
        ReferralForm::tracks(self.p.lang)
    }

    fn shares(&self) -> Vec<(Share, &'static str)> {
        ReferralForm::shares(self.p.lang)
    }
}

/// The school that a new referral starts from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct From {
    school: String,
}

async fn page(
    app: &Data<App>,
    who: &Signed,
    form: ReferralForm,
    errors: Errors,
    asks_reason: bool,
) -> Result<NewPage, Error> {
    let scope = who.scope.clone();
    let read = move |app: &App| -> DbResult<_> {
        app.db.read(|conn| Ok((schools::list(conn, &scope)?, schools::all_referrers(conn, &scope)?)))
    };
    let (schools, referrers) = ask(app, read).await?;
    Ok(NewPage { p: who.page(Here::Referrals), schools, referrers, form, errors, asks_reason })
}

/// `GET /referrals/new`
pub async fn blank(app: Data<App>, who: Signed, from: Query<From>) -> Answer {
    let on = who.now.day().to_string();
    let form = ReferralForm { school: from.school.clone(), on, ..ReferralForm::default() };
    show(&page(&app, &who, form, Errors::default(), false).await?)
}

/// `POST /referrals/new`
pub async fn add(app: Data<App>, who: Signed, Form(form): Form<ReferralForm>) -> Answer {
    let draft = match form.draft(who.lang) {
        Ok(draft) => draft,
        Err(errors) => return unfit(&page(&app, &who, form, errors, false).await?),
    };
    let (scope, now, reason) = (who.scope.clone(), who.now, form.reason.clone());
    match attempt(&app, move |app| flow::refer(&app.db, &scope, &draft, Hand::Desk(&reason), now)).await? {
        Ok(referred) => {
            let said = if referred.joined {
                who.lang.t(
                    "De aanmelding hoort nu bij de leerling met deze code.",
                    "The referral joined the student with this code.",
                )
            } else {
                who.lang.t("Aangemeld.", "Referred.")
            };
            Ok(done(&format!("/referrals/{}", referred.id), &saved(said, form.texts(), who.lang), &who))
        }
        Err(ReferralError::NotFound) => Err(Error::NotFound),
        Err(error) => match refusal(&error, who.lang) {
            Some(errors) => {
                let asks = matches!(error, ReferralError::Outside(_) | ReferralError::NotAllowed(_));
                unfit(&page(&app, &who, form, errors, asks).await?)
            }
            None => Err(Error::unknown(error)),
        },
    }
}
