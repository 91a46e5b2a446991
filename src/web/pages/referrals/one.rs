//! One referral, and what the desk decides about it.

use super::form::refusal;
use super::words;
use crate::app::App;
use crate::domain::id::ReferralId;
use crate::domain::referral::{ReferralEvent, Stage};
use crate::flows::referrals::{self as flow, ReferralError};
use crate::flows::students::{Sight, seen};
use crate::store::referrals::{self, ReferralLine};
use crate::store::{DbResult, users};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::parts::Badge;
use crate::web::watch::saved;
use crate::web::{done, show, unfit};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pages/referral.html")]
struct OneReferral {
    p: Page,
    line: ReferralLine,
    /// Who let it through, by name.
    by: String,
    form: Decision,
    errors: Errors,
}

/// A decision as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Decision {
    version: i32,
    reason: String,
}

impl OneReferral {
    fn stage(&self) -> Badge {
        words::stage(&self.p, self.line.stage)
    }

    fn waits(&self) -> String {
        words::waits(&self.p, &self.line)
    }

    fn shares(&self) -> Vec<&'static str> {
        words::shares(self.p.lang, &self.line.referral)
    }

    fn received(&self) -> bool {
        self.line.stage == Stage::Received
    }

    /// The texts with their headings, those that say something.
    fn texts(&self) -> Vec<(&'static str, &str)> {
        let (lang, referral) = (self.p.lang, &self.line.referral);
        let all = [
            (lang.t("Wat is geprobeerd?", "What was tried?"), referral.tried.as_str()),
            (lang.t("Waarom lukte het niet?", "Why did it fail?"), referral.failed_why.as_str()),
            (lang.t("Wat wordt gezocht?", "What is sought?"), referral.sought.as_str()),
        ];
        all.into_iter().filter(|(_, text)| !text.is_empty()).collect()
    }
}

async fn page(
    app: &Data<App>,
    who: &Signed,
    id: ReferralId,
    form: Option<Decision>,
    errors: Errors,
) -> Result<OneReferral, Error> {
    let (scope, now) = (who.scope.clone(), who.now);
    let read = move |app: &App| -> DbResult<_> {
        let found = app.db.read(|conn| -> DbResult<_> {
            let Some(line) = referrals::line(conn, &scope, id)? else { return Ok(None) };
            let by = line.referral.let_through_by.map(|by| users::by_id(conn, by)).transpose()?.flatten();
            Ok(Some((line, by.map(|by| by.user.name).unwrap_or_default())))
        })?;
        if let Some((line, _)) = &found {
            seen(&app.db, &scope, Sight::Student(line.referral.student_id), now)?;
        }
        Ok(found)
    };
    let (line, by) = ask(app, read).await?.ok_or(Error::NotFound)?;
    let form = form.unwrap_or(Decision { version: line.referral.version, reason: String::new() });
    Ok(OneReferral { p: who.page(Here::Referrals), line, by, form, errors })
}

/// `GET /referrals/{id}`
pub async fn show_one(app: Data<App>, who: Signed, id: Path<ReferralId>) -> Answer {
    show(&page(&app, &who, *id, None, Errors::default()).await?)
}

/// `POST /referrals/{id}/accept`, `…/refuse`, `…/reopen`
pub async fn decide(
    app: Data<App>,
    who: Signed,
    path: Path<(ReferralId, String)>,
    Form(form): Form<Decision>,
) -> Answer {
    let (id, act) = path.into_inner();
    let event: ReferralEvent = act.parse().map_err(|_| Error::NotFound)?;
    let (scope, now, version, reason) = (who.scope.clone(), who.now, form.version, form.reason.clone());
    let decided = attempt(&app, move |app| flow::decide(&app.db, &scope, id, version, event, &reason, now));
    match decided.await? {
        Ok(_) => {
            let flash = match event {
                ReferralEvent::Accept => Flash::good(who.lang.t("Aangenomen.", "Accepted.")),
                ReferralEvent::Refuse => {
                    saved(who.lang.t("Niet aangenomen.", "Refused."), [form.reason.as_str()], who.lang)
                }
                ReferralEvent::Reopen => Flash::good(who.lang.t("Teruggezet.", "Taken back.")),
            };
            Ok(done(&format!("/referrals/{id}"), &flash, &who))
        }
        Err(ReferralError::NotFound) => Err(Error::NotFound),
        Err(ReferralError::Stale | ReferralError::NoMove(_)) => Err(Error::Stale),
        Err(error) => match refusal(&error, who.lang) {
            Some(errors) => unfit(&page(&app, &who, id, Some(form), errors).await?),
            None => Err(Error::unknown(error)),
        },
    }
}
