//! Places of a company: offer, change, confirm, withdraw; and the history that says who or which message.

use super::words;
use crate::app::App;
use crate::domain::code::{join, split};
use crate::domain::id::{CompanyId, OpeningId, UserId};
use crate::domain::opening::{self, Seating};
use crate::domain::time::Day;
use crate::domain::words::{Level, Track};
use crate::flows::openings::{self as flow, BookError, Change};
use crate::store::companies::Company;
use crate::store::openings::{Fields, Opening, PlaceEvent};
use crate::store::users::Member;
use crate::store::{DbError, companies, openings, users};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::{done, show, stale, unfit};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

/// Most places of one opening.
const MOST: i32 = 500;

/// An opening as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct OpeningForm {
    role: String,
    places: String,
    levels: Vec<String>,
    tracks: Vec<String>,
    starts_on: String,
    ends_on: String,
    days_per_week: String,
    notes: String,
    version: i32,
}

/// Why places are confirmed or withdrawn.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Reason {
    reason: String,
}

#[derive(Template)]
#[template(path = "pages/opening.html")]
struct OpeningPage {
    p: Page,
    me: UserId,
    company: Company,
    opening: Option<Opening>,
    events: Vec<PlaceEvent>,
    members: Vec<Member>,
    form: OpeningForm,
    errors: Errors,
    overtaken: bool,
}

impl OpeningPage {
    fn action(&self) -> String {
        match &self.opening {
            Some(opening) => format!("/openings/{}", opening.id),
            None => format!("/companies/{}/openings/new", self.company.id),
        }
    }

    fn levels(&self) -> Vec<(Level, &'static str)> {
        words::levels()
    }

    fn tracks(&self) -> Vec<(Track, &'static str)> {
        words::tracks(self.p.lang)
    }

    fn said(&self, event: &PlaceEvent) -> String {
        words::places(self.p.lang, event.kind, event.places)
    }

    fn source(&self, event: &PlaceEvent) -> String {
        let who = words::who(self.p.lang, self.me, event.user_id, &self.members);
        if who.is_empty() { self.p.t("vanzelf", "by itself").to_owned() } else { who }
    }

    fn seating(&self) -> Seating {
        opening::fold(self.events.iter().map(|event| (event.kind, event.places))).seating()
    }

    /// Places left at the end of the day of an event, replayed from the first.
    fn left(&self, event: &PlaceEvent) -> i32 {
        let until = self.events.iter().filter(|other| other.id <= event.id).map(|other| (other.kind, other.places));
        opening::fold(until).left()
    }
}

impl OpeningForm {
    fn of(opening: &Opening) -> Self {
        let fields = &opening.fields;
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            role: fields.role.clone(),
            places: opening.places_offered.to_string(),
            levels: split::<Level>(&fields.levels).iter().map(ToString::to_string).collect(),
            tracks: split::<Track>(&fields.tracks).iter().map(ToString::to_string).collect(),
            starts_on: day(fields.starts_on),
            ends_on: day(fields.ends_on),
            days_per_week: fields.days_per_week.map(|days| days.to_string()).unwrap_or_default(),
            notes: fields.notes.clone(),
            version: opening.version,
        }
    }

    fn read(&self, p: &Page) -> Result<(Fields, i32), Errors> {
        let mut errors = Errors::default();
        let role = self.role.trim().to_owned();
        if role.is_empty() || role.chars().count() > 200 {
            errors.add("role", p.t("Schrijf wat een stagiair er doet.", "Write what a student does there."));
        }
        let places = self.places.trim().parse::<i32>().ok().filter(|places| (0..=MOST).contains(places));
        let places = errors
            .take("places", places.ok_or(p.t("Vul een getal in van 0 tot 500.", "Fill in a number from 0 to 500.")));
        let day = |text: &str| {
            if text.is_empty() {
                Ok(None)
            } else {
                Day::parse(text).map(Some).ok_or(p.t("Kies een dag.", "Choose a day."))
            }
        };
        let starts_on = errors.take("starts_on", day(&self.starts_on)).flatten();
        let ends_on = errors.take("ends_on", day(&self.ends_on)).flatten();
        if starts_on.zip(ends_on).is_some_and(|(start, end)| end < start) {
            errors.add("ends_on", p.t("Dit is voor het begin.", "This is before the start."));
        }
        let days = self.days_per_week.trim();
        let days_per_week = days.parse::<i32>().ok().filter(|days| (1..=7).contains(days));
        if days_per_week.is_none() && !days.is_empty() {
            errors.add("days_per_week", p.t("Vul een getal in van 1 tot 7.", "Fill in a number from 1 to 7."));
        }
        let Some(places) = places.filter(|_| errors.is_empty()) else { return Err(errors) };
        let levels: Vec<Level> = self.levels.iter().filter_map(|level| level.parse().ok()).collect();
        let tracks: Vec<Track> = self.tracks.iter().filter_map(|track| track.parse().ok()).collect();
        let notes = self.notes.trim().replace("\r\n", "\n");
        let fields =
            Fields { role, levels: join(&levels), tracks: join(&tracks), starts_on, ends_on, days_per_week, notes };
        Ok((fields, places))
    }
}

type Found = (Company, Opening, Vec<PlaceEvent>, Vec<Member>);

async fn find(app: &Data<App>, who: &Signed, id: OpeningId) -> Result<Found, Error> {
    let scope = who.scope.clone();
    let read = move |app: &App| {
        app.db.read(|conn| {
            let Some(opening) = openings::find(conn, &scope, id)? else { return Ok(None) };
            let Some(company) = companies::find(conn, &scope, opening.company_id)? else { return Ok(None) };
            let (events, members) = (openings::events(conn, id)?, users::list(conn, &scope)?);
            Ok::<_, DbError>(Some((company, opening, events, members)))
        })
    };
    ask(app, read).await?.ok_or(Error::NotFound)
}

fn page(who: &Signed, (company, opening, events, members): Found, form: OpeningForm) -> OpeningPage {
    OpeningPage { events, members, ..fresh(who, company, Some(opening), form) }
}

fn fresh(who: &Signed, company: Company, opening: Option<Opening>, form: OpeningForm) -> OpeningPage {
    OpeningPage {
        p: who.page(Here::Companies),
        me: who.id(),
        company,
        opening,
        events: Vec::new(),
        members: Vec::new(),
        form,
        errors: Errors::default(),
        overtaken: false,
    }
}

async fn company(app: &Data<App>, who: &Signed, id: CompanyId) -> Result<Company, Error> {
    let scope = who.scope.clone();
    ask(app, move |app| app.db.read(|conn| companies::find(conn, &scope, id))).await?.ok_or(Error::NotFound)
}

/// `GET /companies/{id}/openings/new`
pub async fn blank(app: Data<App>, who: Signed, id: Path<CompanyId>) -> Answer {
    let form = OpeningForm { places: "1".to_owned(), ..OpeningForm::default() };
    show(&fresh(&who, company(&app, &who, *id).await?, None, form))
}

/// `POST /companies/{id}/openings/new`
pub async fn add(app: Data<App>, who: Signed, id: Path<CompanyId>, Form(form): Form<OpeningForm>) -> Answer {
    let company = company(&app, &who, *id).await?;
    let (fields, places) = match form.read(&who.page(Here::Companies)) {
        Ok(read) => read,
        Err(errors) => return unfit(&OpeningPage { errors, ..fresh(&who, company, None, form) }),
    };
    let (scope, now, id) = (who.scope.clone(), who.now, company.id);
    ask(&app, move |app| flow::add(&app.db, &scope, id, &fields, places, now)).await?;
    Ok(done(&format!("/companies/{id}"), &Flash::good(who.lang.t("Toegevoegd.", "Added.")), &who))
}

/// `GET /openings/{id}`
pub async fn form(app: Data<App>, who: Signed, id: Path<OpeningId>) -> Answer {
    let found = find(&app, &who, *id).await?;
    let form = OpeningForm::of(&found.1);
    show(&page(&who, found, form))
}

/// `POST /openings/{id}`
pub async fn save(app: Data<App>, who: Signed, id: Path<OpeningId>, Form(mut form): Form<OpeningForm>) -> Answer {
    let found = find(&app, &who, *id).await?;
    let (fields, places) = match form.read(&who.page(Here::Companies)) {
        Ok(read) => read,
        Err(errors) => return unfit(&OpeningPage { errors, ..page(&who, found, form) }),
    };
    let (scope, now, id, version) = (who.scope.clone(), who.now, found.1.id, form.version);
    let saved = attempt(&app, move |app| flow::edit(&app.db, &scope, id, version, (&fields, places), now));
    match saved.await? {
        Ok(()) => Ok(done(&format!("/openings/{id}"), &Flash::good(who.lang.t("Bewaard.", "Saved.")), &who)),
        Err(BookError::Stale) => {
            form.version = found.1.version;
            stale(&OpeningPage { overtaken: true, ..page(&who, found, form) })
        }
        Err(BookError::Gone) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}

/// `POST /openings/{id}/confirm` and `…/withdraw`
pub async fn say(app: Data<App>, who: Signed, path: Path<(OpeningId, String)>, Form(form): Form<Reason>) -> Answer {
    let (id, act) = path.into_inner();
    let what = if act == "confirm" { Change::Confirm } else { Change::Withdraw };
    let (scope, now) = (who.scope.clone(), who.now);
    let reason: String = form.reason.trim().chars().take(500).collect();
    match attempt(&app, move |app| flow::apply(&app.db, &scope, id, what, &reason, now)).await? {
        Ok(()) => Ok(done(&format!("/openings/{id}"), &Flash::good(who.lang.t("Vastgelegd.", "Recorded.")), &who)),
        Err(BookError::Gone) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}
