//! Guidance on a student's page: talks, calls and messages, applications, and whom to call about a minor.

use super::students::{Forms, again};
use crate::app::App;
use crate::domain::guidance::{ApplicationOutcome, GuidanceKind};
use crate::domain::id::{ApplicationId, StudentId};
use crate::domain::phone::Phone;
use crate::domain::time::Day;
use crate::domain::words::Lang;
use crate::flows::guidance::{self as flow, GuidanceError, Talk};
use crate::store::guidance::Guardian;
use crate::web::bridge::attempt;
use crate::web::done;
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form};
use crate::web::gate::Signed;
use crate::web::watch::saved;
use actix_web::web::{Data, Path};
use serde::Deserialize;

/// A talk, a call or a message as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct GuidanceForm {
    pub(super) kind: String,
    pub(super) held_on: String,
    pub(super) goal: String,
    pub(super) said: String,
    pub(super) next_step: String,
    pub(super) due_on: String,
    pub(super) line: String,
}

/// An application as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ApplicationForm {
    pub(super) company_name: String,
    pub(super) applied_on: String,
    pub(super) outcome: String,
}

/// Whom to call about a minor, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct GuardianForm {
    pub(super) minor: String,
    pub(super) guardian_name: String,
    pub(super) guardian_phone: String,
}

impl GuardianForm {
    pub(super) fn of(guardian: &Guardian) -> Self {
        let minor = match guardian.minor {
            None => "",
            Some(true) => "yes",
            Some(false) => "no",
        };
        Self {
            minor: minor.to_owned(),
            guardian_name: guardian.guardian_name.clone().unwrap_or_default(),
            guardian_phone: guardian.guardian_phone.as_ref().map(Phone::local).unwrap_or_default(),
        }
    }
}

/// What a talk, a call or a message is called.
pub(super) const fn kind_name(lang: Lang, kind: GuidanceKind) -> &'static str {
    match kind {
        GuidanceKind::Session => lang.t("Gesprek", "Talk"),
        GuidanceKind::Call => lang.t("Gebeld", "Called"),
        GuidanceKind::Whatsapp => lang.t("WhatsApp", "WhatsApp"),
    }
}

/// What came of an application, in a word.
pub(super) const fn outcome_name(lang: Lang, outcome: ApplicationOutcome) -> &'static str {
    match outcome {
        ApplicationOutcome::Waiting => lang.t("wacht op antwoord", "waits for an answer"),
        ApplicationOutcome::Interview => lang.t("gesprek", "interview"),
        ApplicationOutcome::Accepted => lang.t("aangenomen", "accepted"),
        ApplicationOutcome::Rejected => lang.t("afgewezen", "rejected"),
        ApplicationOutcome::NoAnswer => lang.t("geen antwoord", "no answer"),
    }
}

/// The field and the sentence of a refusal; `None` for what nobody foresaw.
pub(super) fn sentence(error: &GuidanceError, lang: Lang) -> Option<(&'static str, String)> {
    match error {
        GuidanceError::Missing(field) => Some((field, lang.t("Vul dit in.", "Fill this in.").to_owned())),
        GuidanceError::Long(field, most) => Some((
            field,
            match lang {
                Lang::Nl => format!("Hou het bij {most} tekens."),
                Lang::En => format!("Keep it to {most} characters."),
            },
        )),
        GuidanceError::Bsn(field, found) => Some((field, found.say(lang).to_owned())),
        GuidanceError::Ahead(field) => {
            Some((field, lang.t("Deze dag moet nog komen.", "This day is still to come.").to_owned()))
        }
        GuidanceError::Db(_) | GuidanceError::NotFound => None,
    }
}

/// The page again with a refusal, or the error itself.
async fn refused(app: &Data<App>, who: &Signed, id: StudentId, forms: Forms, error: GuidanceError) -> Answer {
    match (sentence(&error, who.lang), error) {
        (Some((field, text)), _) => again(app, who, id, (None, forms), Errors::one(field, text)).await,
        (None, GuidanceError::NotFound) => Err(Error::NotFound),
        (None, error) => Err(Error::unknown(error)),
    }
}

/// `POST /students/{id}/guidance`
pub async fn talk(app: Data<App>, who: Signed, id: Path<StudentId>, Form(form): Form<GuidanceForm>) -> Answer {
    let (scope, now, id, lang) = (who.scope.clone(), who.now, *id, who.lang);
    let kind = form.kind.parse().unwrap_or(GuidanceKind::Session);
    let session = kind == GuidanceKind::Session;
    let mut errors = Errors::default();
    let choose = lang.t("Kies een dag.", "Choose a day.");
    let held_on =
        if session { errors.take("held_on", Day::parse(&form.held_on).ok_or(choose)) } else { Some(now.day()) };
    let due_on = match form.due_on.trim() {
        "" => None,
        text => errors.take("due_on", Day::parse(text).ok_or(choose)),
    };
    let Some(held_on) = held_on.filter(|_| errors.is_empty()) else {
        return again(&app, &who, id, (None, Forms { guidance: form, ..Forms::default() }), errors).await;
    };
    let said = if session { form.said.clone() } else { form.line.clone() };
    let talk = Talk { kind, held_on, goal: form.goal.clone(), said, next_step: form.next_step.clone(), due_on };
    match attempt(&app, move |app| flow::talk(&app.db, &scope, id, &talk, now)).await? {
        Ok(_) => {
            let texts = [form.said.as_str(), form.line.as_str(), form.goal.as_str(), form.next_step.as_str()];
            let flash = saved(lang.t("Vastgelegd.", "Recorded."), texts, lang);
            Ok(done(&format!("/students/{id}#guidance"), &flash, &who))
        }
        Err(error) => refused(&app, &who, id, Forms { guidance: form, ..Forms::default() }, error).await,
    }
}

/// `POST /students/{id}/applications`
pub async fn apply(app: Data<App>, who: Signed, id: Path<StudentId>, Form(form): Form<ApplicationForm>) -> Answer {
    let (scope, now, id, lang) = (who.scope.clone(), who.now, *id, who.lang);
    let Some(on) = Day::parse(&form.applied_on) else {
        let errors = Errors::one("applied_on", lang.t("Kies een dag.", "Choose a day."));
        return again(&app, &who, id, (None, Forms { application: form, ..Forms::default() }), errors).await;
    };
    let (name, outcome) = (form.company_name.clone(), form.outcome.parse().unwrap_or(ApplicationOutcome::Waiting));
    match attempt(&app, move |app| flow::apply(&app.db, &scope, id, (&name, on, outcome), now)).await? {
        Ok(_) => Ok(done(&format!("/students/{id}"), &Flash::good(lang.t("Vastgelegd.", "Recorded.")), &who)),
        Err(error) => refused(&app, &who, id, Forms { application: form, ..Forms::default() }, error).await,
    }
}

/// What came of an application, as chosen.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct OutcomeForm {
    outcome: String,
}

/// `POST /applications/{id}`
pub async fn came_of(app: Data<App>, who: Signed, id: Path<ApplicationId>, Form(form): Form<OutcomeForm>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, *id);
    let outcome = form.outcome.parse().unwrap_or(ApplicationOutcome::Waiting);
    match attempt(&app, move |app| flow::came_of(&app.db, &scope, id, outcome, now)).await? {
        Ok(student) => {
            let flash = Flash::good(who.lang.t("Vastgelegd.", "Recorded."));
            Ok(done(&format!("/students/{student}"), &flash, &who))
        }
        Err(GuidanceError::NotFound) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}

/// `POST /students/{id}/guardian`
pub async fn guard(app: Data<App>, who: Signed, id: Path<StudentId>, Form(form): Form<GuardianForm>) -> Answer {
    let (scope, now, id, lang) = (who.scope.clone(), who.now, *id, who.lang);
    let minor = match form.minor.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let mut errors = Errors::default();
    let phone = errors.phone("guardian_phone", &form.guardian_phone, lang);
    if !errors.is_empty() {
        return again(&app, &who, id, (None, Forms { guardian: Some(form), ..Forms::default() }), errors).await;
    }
    let name = form.guardian_name.clone();
    match attempt(&app, move |app| flow::guard(&app.db, &scope, id, (minor, &name, phone.as_ref()), now)).await? {
        Ok(()) => Ok(done(&format!("/students/{id}"), &Flash::good(lang.t("Bewaard.", "Saved.")), &who)),
        Err(error) => refused(&app, &who, id, Forms { guardian: Some(form), ..Forms::default() }, error).await,
    }
}
