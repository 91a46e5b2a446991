//! Templates: the desk's own mails in Dutch and English, with a preview through the engine that sends them.

use crate::app::App;
use crate::domain::id::{SiteId, TemplateId};
use crate::domain::words::Lang;
use crate::flows::templates::{self as flow, SaveError, Words};
use crate::mail::template::Rendered;
use crate::store::templates::{self, Template as Row};
use crate::store::{Conn, DbError};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form, Press};
use crate::web::gate::RequireCoordinator;
use crate::web::page::{Here, Page};
use crate::web::{done, show, stale, unfit};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

const HERE: &str = "/settings/templates";

#[derive(Template)]
#[template(path = "pages/templates.html")]
struct List {
    p: Page,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "pages/template.html")]
struct One {
    p: Page,
    id: Option<TemplateId>,
    sites: Vec<(SiteId, String)>,
    form: TemplateForm,
    errors: Errors,
    previews: Vec<Preview>,
    stale: bool,
}

/// How a template arrives in one language.
struct Preview {
    lang: Lang,
    mail: Rendered,
}

/// A template as typed; `act` says which button was pressed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct TemplateForm {
    site: Option<SiteId>,
    name: String,
    version: i32,
    act: String,
    nl_subject: String,
    nl_text: String,
    nl_html: String,
    en_subject: String,
    en_text: String,
    en_html: String,
}

impl TemplateForm {
    fn words(&self) -> Vec<(Lang, Words)> {
        let words = |subject: &str, text: &str, html: &str| Words {
            subject: subject.to_owned(),
            text: text.to_owned(),
            html: html.to_owned(),
        };
        vec![
            (Lang::Nl, words(&self.nl_subject, &self.nl_text, &self.nl_html)),
            (Lang::En, words(&self.en_subject, &self.en_text, &self.en_html)),
        ]
    }

    fn read(conn: &mut Conn, who: &crate::domain::scope::Scope, row: &Row) -> Result<Self, DbError> {
        let mut form =
            Self { site: Some(row.site_id), name: row.name.clone(), version: row.version, ..Self::default() };
        for text in templates::texts(conn, who, row.id)? {
            match text.lang {
                Lang::Nl => (form.nl_subject, form.nl_text, form.nl_html) = (text.subject, text.text, text.html),
                Lang::En => (form.en_subject, form.en_text, form.en_html) = (text.subject, text.text, text.html),
            }
        }
        Ok(form)
    }
}

impl One {
    fn action(&self) -> String {
        self.id.map_or_else(|| HERE.to_owned(), |id| format!("{HERE}/{id}"))
    }

    fn lang_name(&self, preview: &Preview) -> &'static str {
        match preview.lang {
            Lang::Nl => self.p.lang.t("In het Nederlands", "In Dutch"),
            Lang::En => self.p.lang.t("In het Engels", "In English"),
        }
    }
}

/// The sentence of a refusal and the field that it stands at.
fn told(error: &SaveError, lang: Lang) -> Option<(String, String)> {
    let (field, words) = match error {
        SaveError::Name => (
            "name".to_owned(),
            lang.t("Geef de tekst een naam van hooguit 100 letters.", "Give it a name of at most 100 letters.")
                .to_owned(),
        ),
        SaveError::NoWords => (
            "nl_subject".to_owned(),
            lang.t(
                "Vul in minstens één taal het onderwerp en de tekst in.",
                "Fill in subject and text in at least one language.",
            )
            .to_owned(),
        ),
        SaveError::TooLarge(of) => (
            format!("{of}_text"),
            lang.t("Een deel mag hooguit 64 kB zijn.", "A part may hold at most 64 kB.").to_owned(),
        ),
        SaveError::Template(of, error) => (format!("{of}_{}", error.part.as_str()), error.says(lang)),
        SaveError::NotCoordinator | SaveError::Stale | SaveError::NotThere | SaveError::Db(_) => return None,
    };
    Some((field, words))
}

/// `GET /settings/templates`
pub async fn list(app: Data<App>, who: RequireCoordinator) -> Answer {
    let scope = who.scope.clone();
    let rows = ask(&app, move |app| app.db.read(|conn| templates::list(conn, &scope))).await?;
    show(&List { p: who.page(Here::Settings), rows })
}

fn blank(who: &RequireCoordinator, id: Option<TemplateId>, form: TemplateForm, errors: Errors) -> One {
    let (p, sites) = (who.page(Here::Settings), who.sites.clone());
    One { p, id, sites, form, errors, previews: Vec::new(), stale: false }
}

/// `GET /settings/templates/new`
pub async fn new(who: RequireCoordinator) -> Answer {
    let site = who.sites.first().map(|(id, _)| *id);
    show(&blank(&who, None, TemplateForm { site, ..TemplateForm::default() }, Errors::default()))
}

/// `GET /settings/templates/{id}`
pub async fn edit(app: Data<App>, who: RequireCoordinator, id: Path<TemplateId>) -> Answer {
    let (scope, id) = (who.scope.clone(), id.into_inner());
    let form = ask(&app, move |app| {
        app.db.read(|conn| match templates::find(conn, &scope, id)? {
            Some(row) => TemplateForm::read(conn, &scope, &row).map(Some),
            None => Ok::<_, DbError>(None),
        })
    });
    let form = form.await?.ok_or(Error::NotFound)?;
    let mut page = blank(&who, Some(id), form, Errors::default());
    page.previews = previews(&app, &page.form, &mut Errors::default(), who.lang);
    show(&page)
}

/// Renders what is filled in for the example recipient; what cannot be rendered is told at its field.
fn previews(app: &App, form: &TemplateForm, errors: &mut Errors, lang: Lang) -> Vec<Preview> {
    let mut shown = Vec::new();
    for (of, words) in form.words().into_iter().filter(|(_, words)| !words.is_empty()) {
        match flow::preview(&app.templates, of, &words) {
            Ok(mail) => shown.push(Preview { lang: of, mail }),
            Err(error) => errors.add(&format!("{of}_{}", error.part.as_str()), error.says(lang)),
        }
    }
    shown
}

async fn keep(app: Data<App>, who: RequireCoordinator, id: Option<TemplateId>, form: TemplateForm) -> Answer {
    let mut page = blank(&who, id, form.clone(), Errors::default());
    if form.act == "preview" {
        page.previews = previews(&app, &form, &mut page.errors, who.lang);
        return if page.errors.is_empty() { show(&page) } else { unfit(&page) };
    }
    let (scope, now, typed) = (who.scope.clone(), who.now, form.clone());
    let site = form.site.or_else(|| who.sites.first().map(|(id, _)| *id)).ok_or(Error::NotFound)?;
    let saved = attempt(&app, move |app| match id {
        Some(id) => flow::edit(&app.db, &scope, &app.templates, (id, typed.version), &typed.name, &typed.words(), now),
        None => flow::add(&app.db, &scope, &app.templates, site, &typed.name, &typed.words(), now).map(|_| ()),
    });
    match saved.await? {
        Ok(()) => Ok(done(HERE, &Flash::good(who.lang.t("Bewaard.", "Saved.")), &who)),
        Err(SaveError::Stale) => {
            page.stale = true;
            stale(&page)
        }
        Err(SaveError::NotThere | SaveError::NotCoordinator) => Err(Error::NotFound),
        Err(error) => match told(&error, who.lang) {
            Some((field, words)) => {
                page.errors.add(&field, words);
                unfit(&page)
            }
            None => Err(Error::unknown(error)),
        },
    }
}

/// `POST /settings/templates`
pub async fn add(app: Data<App>, who: RequireCoordinator, Form(form): Form<TemplateForm>) -> Answer {
    keep(app, who, None, form).await
}

/// `POST /settings/templates/{id}`
pub async fn save(
    app: Data<App>,
    who: RequireCoordinator,
    id: Path<TemplateId>,
    Form(form): Form<TemplateForm>,
) -> Answer {
    keep(app, who, Some(id.into_inner()), form).await
}

/// `POST /settings/templates/{id}/archive`
pub async fn archive(app: Data<App>, who: RequireCoordinator, id: Path<TemplateId>, _: Form<Press>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, id.into_inner());
    match attempt(&app, move |app| flow::archive(&app.db, &scope, id, now)).await? {
        Ok(()) => Ok(done(HERE, &Flash::good(who.lang.t("Weggelegd.", "Put away.")), &who)),
        Err(SaveError::NotThere | SaveError::NotCoordinator) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}
