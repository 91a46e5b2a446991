//! One student: what the desk knows, and changing it.

use super::place::{levels, student_sentence, tracks};
use crate::app::App;
use crate::domain::email::EmailAddress;
use crate::domain::id::StudentId;
use crate::domain::phone::Phone;
use crate::flows::students::{self as flow, Fields, Sight, StudentError};
use crate::store::DbResult;
use crate::store::students::{self, Student};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::{done, show, unfit};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

/// The form of a student.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StudentForm {
    version: i32,
    code: String,
    first_name: String,
    programme: String,
    crebo: String,
    level: String,
    track: String,
    email: String,
    phone: String,
    lang: String,
}

#[derive(Template)]
#[template(path = "pages/student.html")]
struct StudentPage {
    p: Page,
    id: StudentId,
    form: StudentForm,
    errors: Errors,
}

impl StudentForm {
    fn of(student: &Student) -> Self {
        let text = |word: Option<String>| word.unwrap_or_default();
        Self {
            version: student.version,
            code: student.code.clone(),
            first_name: student.first_name.clone(),
            programme: student.programme.clone(),
            crebo: student.crebo.clone(),
            level: text(student.level.map(|level| level.to_string())),
            track: text(student.track.map(|track| track.to_string())),
            email: text(student.email.as_ref().map(|email| email.as_str().to_owned())),
            phone: text(student.phone.as_ref().map(Phone::local)),
            lang: student.lang.to_string(),
        }
    }

    fn fields(&self, errors: &mut Errors, who: &Signed) -> Fields {
        let email = match self.email.trim() {
            "" => None,
            text => errors.take(
                "email",
                EmailAddress::parse(text)
                    .map_err(|_| who.lang.t("Schrijf het adres zo: naam@school.nl.", "Write it as name@school.nl.")),
            ),
        };
        let phone = match self.phone.trim() {
            "" => None,
            text => errors.take(
                "phone",
                Phone::parse(text)
                    .map_err(|_| who.lang.t("Schrijf het nummer zo: 06 12 34 56 78.", "Write it as 06 12 34 56 78.")),
            ),
        };
        Fields {
            code: self.code.clone(),
            first_name: self.first_name.clone(),
            programme: self.programme.clone(),
            crebo: self.crebo.clone(),
            level: self.level.parse().ok(),
            track: self.track.parse().ok(),
            email,
            phone,
            lang: self.lang.parse().unwrap_or_default(),
        }
    }
}

impl StudentPage {
    fn levels(&self) -> Vec<(String, String)> {
        levels(self.p.lang)
    }

    fn tracks(&self) -> Vec<(String, String)> {
        tracks(self.p.lang)
    }
}

/// `GET /students/{id}`
pub async fn one(app: Data<App>, who: Signed, id: Path<StudentId>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, *id);
    let student = ask(&app, move |app| -> DbResult<_> {
        let student = app.db.read(|conn| students::find(conn, &scope, id))?;
        if student.is_some() {
            flow::seen(&app.db, &scope, Sight::Student(id), now)?;
        }
        Ok(student)
    });
    let student = student.await?.ok_or(Error::NotFound)?;
    let form = StudentForm::of(&student);
    show(&StudentPage { p: who.page(Here::Placements), id, form, errors: Errors::default() })
}

/// `POST /students/{id}`
pub async fn save(app: Data<App>, who: Signed, id: Path<StudentId>, Form(form): Form<StudentForm>) -> Answer {
    let (scope, now, id, version) = (who.scope.clone(), who.now, *id, form.version);
    let mut errors = Errors::default();
    let fields = form.fields(&mut errors, &who);
    let back =
        |errors: Errors, form: StudentForm| unfit(&StudentPage { p: who.page(Here::Placements), id, form, errors });
    if !errors.is_empty() {
        return back(errors, form);
    }
    match attempt(&app, move |app| flow::change(&app.db, &scope, id, version, &fields, now)).await? {
        Ok(()) => Ok(done(&format!("/students/{id}"), &Flash::good(who.lang.t("Bewaard.", "Saved.")), &who)),
        Err(StudentError::NotFound) => Err(Error::NotFound),
        Err(StudentError::Stale) => Err(Error::Stale),
        Err(error) => match student_sentence(&error, who.lang) {
            Some((field, text)) => back(Errors::one(field, text), form),
            None => Err(Error::unknown(error)),
        },
    }
}
