//! The people of a school who refer students: adding and changing one.

use super::edit::school;
use super::words::sentence;
use crate::app::App;
use crate::domain::email::EmailAddress;
use crate::domain::id::{ReferrerId, SchoolId};
use crate::domain::phone::Phone;
use crate::flows::accounts::Handed;
use crate::flows::school_door::{self, DoorError};
use crate::flows::schools::{self as flow, SchoolError};
use crate::store::DbResult;
use crate::store::schools::{self, PersonFields, Referrer, School};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form, Press, address};
use crate::web::gate::RequireCoordinator;
use crate::web::page::{Here, Page};
use crate::web::{done, show, unfit};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

/// A referrer as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ReferrerForm {
    name: String,
    email: String,
    phone: String,
    lang: String,
    active: Option<String>,
    version: i32,
}

#[derive(Template)]
#[template(path = "pages/referrer.html")]
struct ReferrerPage {
    p: Page,
    school: School,
    id: Option<ReferrerId>,
    form: ReferrerForm,
    errors: Errors,
}

impl ReferrerPage {
    fn action(&self) -> String {
        self.id.map_or_else(|| format!("/schools/{}/referrers/new", self.school.id), |id| format!("/referrers/{id}"))
    }
}

impl ReferrerForm {
    fn of(one: &Referrer) -> Self {
        Self {
            name: one.name.clone(),
            email: one.email.to_string(),
            phone: one.phone.as_ref().map(Phone::local).unwrap_or_default(),
            lang: one.lang.to_string(),
            active: one.active.then(|| "on".to_owned()),
            version: one.version,
        }
    }

    fn fields(&self, p: &Page, active: bool) -> Result<PersonFields, Errors> {
        let mut errors = Errors::default();
        // One has to be there: an empty field is refused as well.
        let email = errors.take("email", EmailAddress::parse(&self.email).map_err(|_| address(p.lang)));
        let phone = errors.phone("phone", &self.phone, p.lang);
        let lang = self.lang.parse().unwrap_or_default();
        match email {
            Some(email) if errors.is_empty() => {
                Ok(PersonFields { name: self.name.clone(), email, phone, lang, active })
            }
            _ => Err(errors),
        }
    }
}

fn page(who: &RequireCoordinator, school: School, id: Option<ReferrerId>, form: ReferrerForm) -> ReferrerPage {
    ReferrerPage { p: who.page(Here::Schools), school, id, form, errors: Errors::default() }
}

/// What a flow refused, as the page says it.
fn refused(mut page: ReferrerPage, error: SchoolError) -> Answer {
    if matches!(error, SchoolError::Taken) {
        let text = page.p.t("Dit adres staat al bij deze school.", "This school has this address already.").to_owned();
        page.errors = Errors::one("email", text);
        return unfit(&page);
    }
    match (sentence(&error, page.p.lang), error) {
        (Some((field, text)), _) => {
            page.errors = Errors::one(field, text);
            unfit(&page)
        }
        (None, SchoolError::NotFound) => Err(Error::NotFound),
        (None, SchoolError::Stale) => Err(Error::Stale),
        (None, error) => Err(Error::unknown(error)),
    }
}

/// `GET /schools/{id}/referrers/new`
pub async fn blank(app: Data<App>, who: RequireCoordinator, id: Path<SchoolId>) -> Answer {
    show(&page(&who, school(&app, &who, *id).await?, None, ReferrerForm::default()))
}

/// `POST /schools/{id}/referrers/new`
pub async fn add(
    app: Data<App>,
    who: RequireCoordinator,
    id: Path<SchoolId>,
    Form(form): Form<ReferrerForm>,
) -> Answer {
    let page = page(&who, school(&app, &who, *id).await?, None, form);
    let fields = match page.form.fields(&page.p, true) {
        Ok(fields) => fields,
        Err(errors) => return unfit(&ReferrerPage { errors, ..page }),
    };
    let (scope, now, id) = (who.scope.clone(), who.now, *id);
    match attempt(&app, move |app| flow::add_referrer(&app.db, &scope, id, &fields, now)).await? {
        Ok(_) => Ok(done(&format!("/schools/{id}"), &Flash::good(who.lang.t("Toegevoegd.", "Added.")), &who)),
        Err(error) => refused(page, error),
    }
}

async fn referrer(app: &Data<App>, who: &RequireCoordinator, id: ReferrerId) -> Result<(School, Referrer), Error> {
    let scope = who.scope.clone();
    let read = move |app: &App| -> DbResult<_> {
        app.db.read(|conn| {
            let Some(one) = schools::referrer(conn, &scope, id)? else { return Ok(None) };
            Ok(schools::find(conn, &scope, one.school_id)?.map(|school| (school, one)))
        })
    };
    ask(app, read).await?.ok_or(Error::NotFound)
}

/// `GET /referrers/{id}`
pub async fn form(app: Data<App>, who: RequireCoordinator, id: Path<ReferrerId>) -> Answer {
    let (school, one) = referrer(&app, &who, *id).await?;
    show(&page(&who, school, Some(*id), ReferrerForm::of(&one)))
}

/// `POST /referrers/{id}`
pub async fn save(
    app: Data<App>,
    who: RequireCoordinator,
    id: Path<ReferrerId>,
    Form(form): Form<ReferrerForm>,
) -> Answer {
    let (school, _) = referrer(&app, &who, *id).await?;
    let (back, version) = (format!("/schools/{}", school.id), form.version);
    let page = page(&who, school, Some(*id), form);
    let fields = match page.form.fields(&page.p, page.form.active.is_some()) {
        Ok(fields) => fields,
        Err(errors) => return unfit(&ReferrerPage { errors, ..page }),
    };
    let (scope, now, id) = (who.scope.clone(), who.now, *id);
    match attempt(&app, move |app| flow::change_referrer(&app.db, &scope, id, version, &fields, now)).await? {
        Ok(()) => Ok(done(&back, &Flash::good(who.lang.t("Bewaard.", "Saved.")), &who)),
        Err(error) => refused(page, error),
    }
}

/// `POST /referrers/{id}/invite`
pub async fn invite(app: Data<App>, who: RequireCoordinator, id: Path<ReferrerId>, _: Form<Press>) -> Answer {
    let (school, one) = referrer(&app, &who, *id).await?;
    let (scope, now, id) = (who.scope.clone(), who.now, *id);
    let p = who.page(Here::Schools);
    let invited = attempt(&app, move |app| school_door::invite(&app.db, app.press(), &scope, id, now));
    let flash = match invited.await? {
        Ok(Handed::Mailed) => {
            let text = p.t("krijgt een mail en kan voortaan zelf aanmelden.", "gets a mail and can refer from now on.");
            Flash::good(format!("{} {text}", one.name))
        }
        Ok(Handed::NoMailbox) => {
            let text =
                p.t("Er gaat geen mail uit: stel eerst een mailbox in.", "No mail goes out: set up a mailbox first.");
            Flash::warn(text)
        }
        Ok(Handed::Refused(why)) => Flash::warn(why.say(p.lang)),
        Err(DoorError::School(SchoolError::NotFound)) => return Err(Error::NotFound),
        Err(error) => return Err(Error::unknown(error)),
    };
    Ok(done(&format!("/schools/{}", school.id), &flash, &who))
}
