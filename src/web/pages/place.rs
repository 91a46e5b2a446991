//! A new placement: choose an opening with a free place, then student, days and mentor on one form.

use super::placements::sentence;
use crate::app::App;
use crate::domain::id::{OpeningId, PlacementId, StudentId};
use crate::domain::scope::Scope;
use crate::domain::time::Day;
use crate::domain::words::{Lang, Level, Track};
use crate::flows::placements::{self as flow, Order, PlacementError, Who};
use crate::flows::students::{self as student_flow, Fields, Sight, StudentError};
use crate::store::companies::{self, Company};
use crate::store::contacts::{self, Contact};
use crate::store::openings::{self, Opening};
use crate::store::students::{self, Student};
use crate::store::{Db, DbResult};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::{done, show, unfit};
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

/// Choices shown at most.
const CHOICES: i64 = 200;

/// The opening, the student or both that a placement starts from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct From {
    opening: Option<OpeningId>,
    student: Option<StudentId>,
}

/// The form of a new placement.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PlaceForm {
    opening: String,
    student: String,
    code: String,
    first_name: String,
    programme: String,
    crebo: String,
    level: String,
    track: String,
    email: String,
    phone: String,
    lang: String,
    starts_on: String,
    ends_on: String,
    mentor: String,
    signed_on: String,
    recognition_reason: String,
}

#[derive(Template)]
#[template(path = "pages/place.html")]
struct Place {
    p: Page,
    opening: Opening,
    company: Company,
    contacts: Vec<Contact>,
    students: Vec<Student>,
    form: PlaceForm,
    errors: Errors,
    asks_reason: bool,
}

#[derive(Template)]
#[template(path = "pages/place_choose.html")]
struct Choose {
    p: Page,
    openings: Vec<(Opening, String)>,
    student: Option<Student>,
}

impl Choose {
    /// Where the form for an opening stands.
    fn href(&self, opening: &Opening) -> String {
        let path = format!("/placements/new?opening={}", opening.id);
        self.student.as_ref().map_or_else(|| path.clone(), |student| format!("{path}&student={}", student.id))
    }
}

/// Everything around the form.
type Around = (Opening, Company, Vec<Contact>, Vec<Student>);

/// Reads them; `None` where the opening is not there. The student who was chosen is among those of the opening's site.
fn around(db: &Db, scope: &Scope, id: OpeningId, chosen: Option<StudentId>) -> DbResult<Option<Around>> {
    db.read(|conn| {
        let Some(opening) = openings::find(conn, scope, id)? else { return Ok(None) };
        let Some(company) = companies::find(conn, scope, opening.company_id)? else { return Ok(None) };
        let contacts = contacts::of_company(conn, scope, company.id)?;
        let site = Scope::clockwork(opening.site_id);
        let mut students = students::list(conn, &site, None, None, CHOICES)?;
        if let Some(id) = chosen.filter(|id| students.iter().all(|student| student.id != *id)) {
            students.extend(students::find(conn, &site, id)?);
        }
        Ok(Some((opening, company, contacts, students)))
    })
}

/// `GET /placements/new`
pub async fn form(app: Data<App>, who: Signed, from: Query<From>) -> Answer {
    let Some(id) = from.opening else { return choose(app, who, from.student).await };
    let student = from.student.map(|id| id.to_string()).unwrap_or_default();
    let form = PlaceForm { opening: id.to_string(), student, ..PlaceForm::default() };
    let place = page(&app, &who, id, form, Errors::default(), false).await?;
    show(&place)
}

async fn choose(app: Data<App>, who: Signed, student: Option<StudentId>) -> Answer {
    let (scope, now) = (who.scope.clone(), who.now);
    let found = ask(&app, move |app| -> DbResult<_> {
        let student = student.map(|id| app.db.read(|conn| students::find(conn, &scope, id))).transpose()?;
        let Some(student) = student.map_or(Some(None), |found| found.map(Some)) else { return Ok(None) };
        if let Some(student) = &student {
            student_flow::seen(&app.db, &scope, Sight::Student(student.id), now)?;
        }
        app.db.read(|conn| {
            // A student is placed at an opening of the own site.
            let reach = student.as_ref().map_or(scope, |student| Scope::clockwork(student.site_id));
            let openings = openings::with_room(conn, &reach, None, CHOICES)?;
            let ids: Vec<_> = openings.iter().map(|opening| opening.company_id).collect();
            let names = crate::store::tasks::company_names(conn, &reach, &ids)?;
            let name = |of: &Opening| names.iter().find(|(id, _)| *id == of.company_id).map(|(_, name)| name.clone());
            let with_name = |opening: Opening| (name(&opening).unwrap_or_default(), opening);
            Ok(Some((student, openings.into_iter().map(with_name).collect::<Vec<_>>())))
        })
    });
    let (student, openings) = found.await?.ok_or(Error::NotFound)?;
    let mut openings: Vec<_> = openings.into_iter().map(|(name, opening)| (opening, name)).collect();
    openings.sort_by(|a, b| (&a.1, a.0.id).cmp(&(&b.1, b.0.id)));
    show(&Choose { p: who.page(Here::Placements), openings, student })
}

/// The form with all around it; the students in its list leave their audit event.
async fn page(
    app: &Data<App>,
    who: &Signed,
    id: OpeningId,
    mut form: PlaceForm,
    errors: Errors,
    asks_reason: bool,
) -> Result<Place, Error> {
    let (scope, now, chosen) = (who.scope.clone(), who.now, form.student.parse().ok());
    let found = ask(app, move |app| -> DbResult<_> {
        let found = around(&app.db, &scope, id, chosen)?;
        if let Some((_, _, _, students)) = &found {
            student_flow::seen(&app.db, &scope, Sight::List("placements/new", students.len()), now)?;
        }
        Ok(found)
    });
    let (opening, company, contacts, students) = found.await?.ok_or(Error::NotFound)?;
    if form.starts_on.is_empty() && form.ends_on.is_empty() {
        // What the opening leaves open, the student's wishes may say.
        let wishes = students.iter().find(|student| Some(student.id) == chosen).map(|student| &student.wishes);
        let starts = opening.fields.starts_on.or(wishes.and_then(|wishes| wishes.available_from));
        let ends = opening.fields.ends_on.or(wishes.and_then(|wishes| wishes.available_until));
        form.starts_on = starts.map(|day| day.to_string()).unwrap_or_default();
        form.ends_on = ends.map(|day| day.to_string()).unwrap_or_default();
    }
    Ok(Place { p: who.page(Here::Placements), opening, company, contacts, students, form, errors, asks_reason })
}

/// `POST /placements/new`
pub async fn place(app: Data<App>, who: Signed, Form(form): Form<PlaceForm>) -> Answer {
    let opening: OpeningId = form.opening.parse().map_err(|_| Error::NotFound)?;
    let order = match order(&form, opening, who.lang) {
        Ok(order) => order,
        Err(errors) => return unfit(&page(&app, &who, opening, form, errors, false).await?),
    };
    let (scope, now) = (who.scope.clone(), who.now);
    match attempt(&app, move |app| flow::place(&app.db, &scope, &order, now)).await? {
        Ok(id) => Ok(placed(&who, id)),
        Err(PlacementError::NotFound) => Err(Error::NotFound),
        Err(error) => {
            let Some(errors) = refusal(&error, who.lang) else { return Err(Error::unknown(error)) };
            let asks = matches!(error, PlacementError::NotRecognised(_));
            unfit(&page(&app, &who, opening, form, errors, asks).await?)
        }
    }
}

fn placed(who: &Signed, id: PlacementId) -> actix_web::HttpResponse {
    let text = who.lang.t(
        "De stage staat vast: een plek is bezet en de nazorg is gepland.",
        "The placement is recorded: a place is taken and its aftercare is planned.",
    );
    done(&format!("/placements/{id}"), &Flash::good(text), who)
}

/// Reads the form; every field that does not fit has its sentence.
fn order(form: &PlaceForm, opening: OpeningId, lang: Lang) -> Result<Order, Errors> {
    let mut errors = Errors::default();
    let wrong_day = lang.t("Kies een dag.", "Choose a day.");
    let mut day = |field: &str, text: &str| errors.take(field, Day::parse(text).ok_or(wrong_day));
    let (starts, ends) = (day("starts_on", &form.starts_on), day("ends_on", &form.ends_on));
    let who = match form.student.parse::<StudentId>() {
        Ok(id) => Some(Who::Known(id)),
        Err(_) => fields(form, &mut errors, lang).map(Who::New),
    };
    match (starts, ends, who) {
        (Some(starts_on), Some(ends_on), Some(who)) if errors.is_empty() => Ok(Order {
            opening,
            who,
            starts_on,
            ends_on,
            mentor: form.mentor.parse().ok(),
            broker: None,
            agreement_signed_on: Day::parse(&form.signed_on),
            recognition_reason: form.recognition_reason.clone(),
        }),
        _ => Err(errors),
    }
}

/// The fields of a new student.
fn fields(form: &PlaceForm, errors: &mut Errors, lang: Lang) -> Option<Fields> {
    let email = errors.email("email", &form.email, lang);
    let phone = errors.phone("phone", &form.phone, lang);
    let fields = Fields {
        code: form.code.clone(),
        first_name: form.first_name.clone(),
        programme: form.programme.clone(),
        crebo: form.crebo.clone(),
        level: form.level.parse::<Level>().ok(),
        track: form.track.parse::<Track>().ok(),
        email,
        phone,
        lang: form.lang.parse().unwrap_or_default(),
        ..Fields::default()
    };
    match fields.checked() {
        Ok(fields) => Some(fields),
        Err(error) => {
            let (field, text) = student_sentence(&error, lang)?;
            errors.add(field, text);
            None
        }
    }
}

/// The field and the sentence of what is wrong with a student; `None` for what nobody foresaw.
pub(super) fn student_sentence(error: &StudentError, lang: Lang) -> Option<(&'static str, &'static str)> {
    match error {
        StudentError::NoCode => Some((
            "code",
            lang.t("Geef een code, bijvoorbeeld van de school.", "Give a code, for instance the school's."),
        )),
        StudentError::NoName => Some(("first_name", lang.t("Vul de voornaam in.", "Fill in the first name."))),
        StudentError::Crebo => Some(("crebo", lang.t("Een crebo heeft vijf cijfers.", "A crebo has five digits."))),
        StudentError::Taken => {
            Some(("code", lang.t("Deze code is al van een andere leerling.", "Another student has this code already.")))
        }
        StudentError::Period => {
            Some(("available_until", lang.t("Dit is voor de eerste dag.", "This is before the first day.")))
        }
        StudentError::Days => {
            Some(("days_per_week", lang.t("Vul een getal in van 1 tot 7.", "Fill in a number from 1 to 7.")))
        }
        StudentError::Hours => {
            Some(("hours_per_week", lang.t("Vul een getal in van 1 tot 40.", "Fill in a number from 1 to 40.")))
        }
        StudentError::Minutes => {
            Some(("travel_minutes", lang.t("Kies een van de reistijden.", "Choose one of the travel times.")))
        }
        StudentError::LongRole => {
            Some(("role_sought", lang.t("Hou het bij 120 tekens.", "Keep it to 120 characters.")))
        }
        StudentError::LongWish => {
            Some(("learning_wish", lang.t("Hou het bij 500 tekens.", "Keep it to 500 characters.")))
        }
        StudentError::Bsn(found) => Some(("", found.say(lang))),
        StudentError::Db(_) | StudentError::NotFound | StudentError::Stale => None,
    }
}

/// The field and sentence of a refusal.
fn refusal(error: &PlacementError, lang: Lang) -> Option<Errors> {
    if let PlacementError::Student(error) = error {
        return student_sentence(error, lang).map(|(field, text)| Errors::one(field, text));
    }
    let field = if matches!(error, PlacementError::Dates) {
        "ends_on"
    } else if matches!(error, PlacementError::NotRecognised(_)) {
        "recognition_reason"
    } else {
        ""
    };
    sentence(error, lang).map(|text| Errors::one(field, text))
}

/// Levels with their names, after "unknown".
pub(super) fn levels(lang: Lang) -> Vec<(String, String)> {
    let none = (String::new(), lang.t("onbekend", "unknown").to_owned());
    let one = |level: &Level| (level.to_string(), level.as_str().replace("mbo", "mbo "));
    std::iter::once(none).chain(Level::ALL.iter().map(one)).collect()
}

/// Tracks with their names, after "unknown".
pub(super) fn tracks(lang: Lang) -> Vec<(String, String)> {
    let none = (String::new(), lang.t("onbekend", "unknown").to_owned());
    std::iter::once(none).chain(Track::ALL.iter().map(|track| (track.to_string(), track.to_string()))).collect()
}

/// The languages of mails with their names.
pub(super) fn langs(lang: Lang) -> Vec<(&'static str, &'static str)> {
    vec![("nl", lang.t("Nederlands", "Dutch")), ("en", lang.t("Engels", "English"))]
}

impl Place {
    fn levels(&self) -> Vec<(String, String)> {
        levels(self.p.lang)
    }

    fn tracks(&self) -> Vec<(String, String)> {
        tracks(self.p.lang)
    }

    fn known(&self) -> Vec<(String, String)> {
        let new = (String::new(), self.p.t("een nieuwe leerling", "a new student").to_owned());
        let one = |student: &Student| {
            let words = format!("{} ({}), {}", student.first_name, student.code, student.programme);
            (student.id.to_string(), words)
        };
        std::iter::once(new).chain(self.students.iter().map(one)).collect()
    }

    fn mentors(&self) -> Vec<(String, String)> {
        let none = (String::new(), self.p.t("nog niemand", "nobody yet").to_owned());
        let here = self.contacts.iter().filter(|contact| contact.left_on.is_none());
        std::iter::once(none).chain(here.map(|one| (one.id.to_string(), one.fields.name.clone()))).collect()
    }

    fn langs(&self) -> Vec<(&'static str, &'static str)> {
        langs(self.p.lang)
    }
}
