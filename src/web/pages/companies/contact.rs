//! The people at a company: add, change, say that somebody left.

use super::words;
use crate::app::App;
use crate::domain::email::EmailAddress;
use crate::domain::id::{CompanyId, ContactId};
use crate::domain::import::is_functional;
use crate::domain::phone::Phone;
use crate::domain::time::Day;
use crate::domain::words::{Ground, Lang};
use crate::flows;
use crate::flows::companies::EditError;
use crate::store::companies::Company;
use crate::store::contacts::{Contact, Fields};
use crate::store::{DbError, companies, contacts};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form, Press};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::{done, show, stale, unfit};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

/// A contact as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ContactForm {
    name: String,
    job: String,
    email: String,
    phone: String,
    lang: String,
    ground: String,
    ground_proof: String,
    ground_on: String,
    notes: String,
    version: i32,
}

#[derive(Template)]
#[template(path = "pages/contact.html")]
struct ContactPage {
    p: Page,
    company: Company,
    contact: Option<Contact>,
    form: ContactForm,
    errors: Errors,
    overtaken: bool,
}

impl ContactPage {
    fn action(&self) -> String {
        match &self.contact {
            Some(contact) => format!("/contacts/{}", contact.id),
            None => format!("/companies/{}/contacts/new", self.company.id),
        }
    }

    fn grounds(&self) -> Vec<(Ground, &'static str)> {
        Ground::ALL.iter().map(|one| (*one, words::ground(self.p.lang, *one))).collect()
    }

    fn ground_of(&self, contact: &Contact) -> &'static str {
        words::ground(self.p.lang, contact.fields.ground)
    }
}

impl ContactForm {
    fn of(contact: &Contact) -> Self {
        let fields = &contact.fields;
        Self {
            name: fields.name.clone(),
            job: fields.job.clone(),
            email: fields.email.as_ref().map(ToString::to_string).unwrap_or_default(),
            phone: fields.phone.as_ref().map(Phone::local).unwrap_or_default(),
            lang: fields.lang.to_string(),
            ground: fields.ground.to_string(),
            ground_proof: fields.ground_proof.clone(),
            ground_on: fields.ground_on.map(|day| day.to_string()).unwrap_or_default(),
            notes: fields.notes.clone(),
            version: contact.version,
        }
    }

    fn read(&self, p: &Page) -> Result<Fields, Errors> {
        let mut errors = Errors::default();
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 200 {
            errors.add("name", p.t("Vul een naam in, hooguit 200 letters.", "Fill in a name, at most 200 letters."));
        }
        let email = Some(self.email.trim()).filter(|text| !text.is_empty()).map(EmailAddress::parse).transpose();
        let email = email.map_err(|_| p.t("Schrijf het zo: naam@bedrijf.nl.", "Write it as name@company.nl."));
        let email = errors.take("email", email).flatten();
        let phone = Some(self.phone.trim()).filter(|text| !text.is_empty()).map(Phone::parse).transpose();
        let phone = phone.map_err(|_| p.t("Schrijf het zo: 06 12 34 56 78.", "Write it as 06 12 34 56 78."));
        let phone = errors.take("phone", phone).flatten();
        let ground_on = Day::parse(&self.ground_on);
        if ground_on.is_none() && !self.ground_on.is_empty() {
            errors.add("ground_on", p.t("Kies een dag.", "Choose a day."));
        }
        let ground = self.ground.parse().unwrap_or(Ground::None);
        self.check_ground(ground, email.as_ref(), p, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Fields {
            name,
            job: self.job.trim().chars().take(200).collect(),
            email,
            phone,
            lang: self.lang.parse().unwrap_or(Lang::Nl),
            ground,
            ground_proof: self.ground_proof.trim().chars().take(1000).collect(),
            ground_on,
            notes: self.notes.trim().replace("\r\n", "\n"),
        })
    }

    /// A ground is worth nothing without its proof; a functional address is its own.
    fn check_ground(&self, ground: Ground, email: Option<&EmailAddress>, p: &Page, errors: &mut Errors) {
        match ground {
            Ground::None => {}
            Ground::Functional => {
                if email.is_some_and(|email| !is_functional(email)) {
                    let sentence = p.t(
                        "Dit lijkt het adres van één persoon. Kies een andere grond.",
                        "This looks like one person's address. Choose another ground.",
                    );
                    errors.add("ground", sentence);
                }
            }
            Ground::Published | Ground::EarlierContact | Ground::Consent => {
                if self.ground_proof.trim().is_empty() {
                    let sentence = p.t("Schrijf waar dat uit blijkt.", "Write what shows it.");
                    errors.add("ground_proof", sentence);
                }
                if self.ground_on.is_empty() {
                    errors.add("ground_on", p.t("Kies sinds wanneer.", "Choose since when."));
                }
            }
        }
    }
}

async fn company(app: &Data<App>, who: &Signed, id: CompanyId) -> Result<Company, Error> {
    let scope = who.scope.clone();
    ask(app, move |app| app.db.read(|conn| companies::find(conn, &scope, id))).await?.ok_or(Error::NotFound)
}

async fn contact(app: &Data<App>, who: &Signed, id: ContactId) -> Result<(Company, Contact), Error> {
    let scope = who.scope.clone();
    let read = move |app: &App| {
        app.db.read(|conn| {
            let Some(contact) = contacts::find(conn, &scope, id)? else { return Ok(None) };
            let company = companies::find(conn, &scope, contact.company_id)?;
            Ok::<_, DbError>(company.map(|company| (company, contact)))
        })
    };
    ask(app, read).await?.ok_or(Error::NotFound)
}

fn page(who: &Signed, company: Company, contact: Option<Contact>, form: ContactForm) -> ContactPage {
    ContactPage { p: who.page(Here::Companies), company, contact, form, errors: Errors::default(), overtaken: false }
}

/// `GET /companies/{id}/contacts/new`
pub async fn blank(app: Data<App>, who: Signed, id: Path<CompanyId>) -> Answer {
    show(&page(&who, company(&app, &who, *id).await?, None, ContactForm::default()))
}

/// `POST /companies/{id}/contacts/new`
pub async fn add(app: Data<App>, who: Signed, id: Path<CompanyId>, Form(form): Form<ContactForm>) -> Answer {
    let company = company(&app, &who, *id).await?;
    let fields = match form.read(&who.page(Here::Companies)) {
        Ok(fields) => fields,
        Err(errors) => return unfit(&ContactPage { errors, ..page(&who, company, None, form) }),
    };
    let (scope, now, id) = (who.scope.clone(), who.now, company.id);
    ask(&app, move |app| flows::contacts::create(&app.db, &scope, id, &fields, now)).await?;
    Ok(done(&format!("/companies/{id}#people"), &Flash::good(who.lang.t("Toegevoegd.", "Added.")), &who))
}

/// `GET /contacts/{id}`
pub async fn form(app: Data<App>, who: Signed, id: Path<ContactId>) -> Answer {
    let (company, contact) = contact(&app, &who, *id).await?;
    let form = ContactForm::of(&contact);
    show(&page(&who, company, Some(contact), form))
}

/// `POST /contacts/{id}`
pub async fn save(app: Data<App>, who: Signed, id: Path<ContactId>, Form(mut form): Form<ContactForm>) -> Answer {
    let (company, contact) = contact(&app, &who, *id).await?;
    let fields = match form.read(&who.page(Here::Companies)) {
        Ok(fields) => fields,
        Err(errors) => return unfit(&ContactPage { errors, ..page(&who, company, Some(contact), form) }),
    };
    let (scope, now, id, version) = (who.scope.clone(), who.now, contact.id, form.version);
    match attempt(&app, move |app| flows::contacts::edit(&app.db, &scope, id, version, &fields, now)).await? {
        Ok(()) => {
            let flash = Flash::good(who.lang.t("Bewaard.", "Saved."));
            Ok(done(&format!("/companies/{}", company.id), &flash, &who))
        }
        Err(EditError::Stale) => {
            form.version = contact.version;
            stale(&ContactPage { overtaken: true, ..page(&who, company, Some(contact), form) })
        }
        Err(EditError::Gone) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}

/// `POST /contacts/{id}/left` and `…/back`
pub async fn left(app: Data<App>, who: Signed, path: Path<(ContactId, String)>, _: Form<Press>) -> Answer {
    let (id, act) = path.into_inner();
    let (company, _) = contact(&app, &who, id).await?;
    let (scope, now) = (who.scope.clone(), who.now);
    let on = (act == "left").then(|| now.day());
    ask(&app, move |app| flows::contacts::set_left(&app.db, &scope, id, on, now)).await?;
    let flash = if on.is_some() {
        Flash::good(who.lang.t("We mailen deze persoon niet meer.", "We no longer mail this person."))
            .undo(format!("/contacts/{id}/back"))
    } else {
        Flash::good(who.lang.t("Teruggezet.", "Taken back."))
    };
    Ok(done(&format!("/companies/{}", company.id), &flash, &who))
}
