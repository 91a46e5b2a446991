//! Adding and changing a school.

use super::words::sentence;
use crate::app::App;
use crate::domain::id::{SchoolId, SiteId};
use crate::flows::schools::{self as flow, SchoolError};
use crate::store::schools::{self, Fields, School};
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

/// A school as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SchoolForm {
    site: Option<SiteId>,
    name: String,
    city: String,
    mail_domain: String,
    active: Option<String>,
    version: i32,
}

#[derive(Template)]
#[template(path = "pages/school_edit.html")]
struct EditPage {
    p: Page,
    id: Option<SchoolId>,
    sites: Vec<(SiteId, String)>,
    form: SchoolForm,
    errors: Errors,
}

impl EditPage {
    fn action(&self) -> String {
        self.id.map_or_else(|| "/schools/new".to_owned(), |id| format!("/schools/{id}/edit"))
    }

    fn back(&self) -> String {
        self.id.map_or_else(|| "/schools".to_owned(), |id| format!("/schools/{id}"))
    }

    fn site(&self) -> String {
        self.form.site.map(|site| site.to_string()).unwrap_or_default()
    }
}

impl SchoolForm {
    fn of(school: &School) -> Self {
        Self {
            site: Some(school.site_id),
            name: school.fields.name.clone(),
            city: school.fields.city.clone(),
            mail_domain: school.fields.mail_domain.clone().unwrap_or_default(),
            active: school.fields.active.then(|| "on".to_owned()),
            version: school.version,
        }
    }

    fn fields(&self, active: bool) -> Fields {
        Fields { name: self.name.clone(), city: self.city.clone(), mail_domain: Some(self.mail_domain.clone()), active }
    }
}

fn page(who: &RequireCoordinator, id: Option<SchoolId>, form: SchoolForm, errors: Errors) -> EditPage {
    EditPage { p: who.page(Here::Schools), id, sites: who.sites.clone(), form, errors }
}

/// What a flow refused, as the page says it.
fn refused(who: &RequireCoordinator, id: Option<SchoolId>, form: SchoolForm, error: SchoolError) -> Answer {
    if matches!(error, SchoolError::Taken) {
        let text = who.lang.t("Deze school staat er al.", "This school is there already.");
        return unfit(&page(who, id, form, Errors::one("name", text)));
    }
    match (sentence(&error, who.lang), error) {
        (Some((field, text)), _) => unfit(&page(who, id, form, Errors::one(field, text))),
        (None, SchoolError::NotFound) => Err(Error::NotFound),
        (None, SchoolError::Stale) => Err(Error::Stale),
        (None, error) => Err(Error::unknown(error)),
    }
}

/// `GET /schools/new`
pub async fn blank(who: RequireCoordinator) -> Answer {
    let site = who.sites.first().map(|(id, _)| *id);
    show(&page(&who, None, SchoolForm { site, ..SchoolForm::default() }, Errors::default()))
}

/// `POST /schools/new`
pub async fn add(app: Data<App>, who: RequireCoordinator, Form(form): Form<SchoolForm>) -> Answer {
    let (scope, now, fields) = (who.scope.clone(), who.now, form.fields(true));
    let site = form.site.or(who.sites.first().map(|(id, _)| *id)).ok_or(Error::NotFound)?;
    match attempt(&app, move |app| flow::add(&app.db, &scope, site, &fields, now)).await? {
        Ok(id) => {
            let text =
                who.lang.t("Toegevoegd. Leg nu vast wat jullie afspraken.", "Added. Now record what you agreed on.");
            Ok(done(&format!("/schools/{id}/agreement"), &Flash::good(text), &who))
        }
        Err(error) => refused(&who, None, form, error),
    }
}

/// One school in scope.
pub(super) async fn school(app: &Data<App>, who: &RequireCoordinator, id: SchoolId) -> Result<School, Error> {
    let scope = who.scope.clone();
    ask(app, move |app| app.db.read(|conn| schools::find(conn, &scope, id))).await?.ok_or(Error::NotFound)
}

/// `GET /schools/{id}/edit`
pub async fn form(app: Data<App>, who: RequireCoordinator, id: Path<SchoolId>) -> Answer {
    let school = school(&app, &who, *id).await?;
    show(&page(&who, Some(*id), SchoolForm::of(&school), Errors::default()))
}

/// `POST /schools/{id}/edit`
pub async fn save(app: Data<App>, who: RequireCoordinator, id: Path<SchoolId>, Form(form): Form<SchoolForm>) -> Answer {
    let (scope, now, id, version) = (who.scope.clone(), who.now, *id, form.version);
    let fields = form.fields(form.active.is_some());
    match attempt(&app, move |app| flow::change(&app.db, &scope, id, version, &fields, now)).await? {
        Ok(()) => Ok(done(&format!("/schools/{id}"), &Flash::good(who.lang.t("Bewaard.", "Saved.")), &who)),
        Err(error) => refused(&who, Some(id), form, error),
    }
}
