//! Matching: the openings that fit a student, the students who fit an opening, each with its reasons, and why others do not.

use crate::app::App;
use crate::domain::id::{MatchingId, OpeningId, StudentId};
use crate::domain::matching::{Aspect, Key, WEIGHTS};
use crate::domain::spoken::date;
use crate::domain::travel::{TravelMode, minutes};
use crate::domain::words::Lang;
use crate::flows::matches::{self as flow, Ask, Found, Group, MatchError, Person, Place, Shown};
use crate::store::openings::Opening;
use crate::store::students::Student;
use crate::web::bridge::attempt;
use crate::web::error::{Answer, Error};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::show;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

/// Which page of a ranking.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    after: String,
}

/// One aspect of a score.
struct PartRow {
    name: &'static str,
    words: String,
    points: u8,
    most: u8,
}

/// One that fits.
struct Row {
    href: String,
    title: String,
    note: String,
    score: u16,
    /// The reasons in a few words each, those that weigh most in front.
    said: Vec<String>,
    parts: Vec<PartRow>,
    /// Where the student is put forward without a name.
    propose: String,
    /// Where the placement is recorded.
    place: String,
}

/// One that does not.
struct NamedRow {
    href: String,
    title: String,
    note: String,
    why: String,
}

/// Those that do not for one reason.
struct GroupRow {
    title: &'static str,
    count: usize,
    named: Vec<NamedRow>,
}

#[derive(Template)]
#[template(path = "pages/matches.html")]
struct Matches {
    p: Page,
    title: &'static str,
    about: String,
    known: String,
    icon: &'static str,
    crumbs: Vec<(String, String)>,
    back: String,
    change: &'static str,
    nothing: (&'static str, &'static str, String, &'static str),
    fitted: usize,
    rows: Vec<Row>,
    groups: Vec<GroupRow>,
    kept: MatchingId,
    first: Option<String>,
    next: Option<String>,
}

impl Matches {
    fn fell(&self) -> usize {
        self.groups.iter().map(|group| group.count).sum()
    }

    /// How many fit, and how they stand.
    fn fit(&self) -> String {
        let count = self.p.n(self.fitted, "past", "passen", "fits", "fit");
        format!("{count}. {}", self.p.t("De hoogste score staat bovenaan.", "The highest score stands on top."))
    }
}

/// The aspects that are told in a row; the others stand in its table.
const TOLD: [Aspect; 7] =
    [Aspect::Travel, Aspect::Role, Aspect::Programme, Aspect::Period, Aspect::Days, Aspect::Places, Aspect::Freshness];

fn parts<T>(shown: &Shown<T>, lang: Lang) -> Vec<PartRow> {
    let all = Aspect::ALL.iter().zip(shown.findings.iter().zip(shown.fit.points));
    let part = |(aspect, (finding, points)): (&Aspect, (&crate::domain::matching::Finding, u8))| PartRow {
        name: aspect.name(lang),
        words: finding.say(lang),
        points,
        most: WEIGHTS.of(*aspect),
    };
    all.map(part).collect()
}

/// The reasons of a row: `more` in front, then the aspects that are told there.
fn said<T>(shown: &Shown<T>, more: Option<String>, left_out: &[Aspect], lang: Lang) -> Vec<String> {
    let told = TOLD.iter().filter(|aspect| !left_out.contains(aspect));
    let words = told.map(|aspect| shown.findings[*aspect as usize].say(lang));
    more.into_iter().chain(words).collect()
}

fn groups<T>(found: Vec<Group<T>>, lang: Lang, named: impl Fn(T) -> (String, String, String)) -> Vec<GroupRow> {
    let group = |group: Group<T>| {
        let one = |(of, why)| {
            let (href, title, note) = named(of);
            NamedRow { href, title, note, why }
        };
        GroupRow { title: group.why.title(lang), count: group.count, named: group.named.into_iter().map(one).collect() }
    };
    found.into_iter().map(group).collect()
}

/// "2,4 km, ongeveer 12 minuten op de fiets".
fn way(metres: u32, by: TravelMode, lang: Lang) -> String {
    let (whole, tenth, time) = (metres / 1000, metres % 1000 / 100, minutes(metres, by));
    let by = match by {
        TravelMode::Bicycle => lang.t("op de fiets", "by bicycle"),
        TravelMode::PublicTransport => lang.t("met het openbaar vervoer", "by public transport"),
    };
    match lang {
        Lang::Nl => format!("{whole},{tenth} km, ongeveer {time} minuten {by}"),
        Lang::En => format!("{whole}.{tenth} km, about {time} minutes {by}"),
    }
}

/// What is known of a student's wishes, in a sentence's tail.
fn wished(student: &Student, lang: Lang) -> String {
    let wishes = &student.wishes;
    let mut known = Vec::new();
    if !student.programme.is_empty() {
        known.push(student.programme.clone());
    }
    if let Some(role) = &wishes.role_sought {
        known.push(role.clone());
    }
    match (wishes.available_from, wishes.available_until) {
        (Some(from), Some(until)) => {
            known.push(format!("{} {} {}", date(from, lang), lang.t("tot en met", "until"), date(until, lang)));
        }
        (Some(from), None) => known.push(format!("{} {}", lang.t("vanaf", "from"), date(from, lang))),
        (None, Some(until)) => known.push(format!("{} {}", lang.t("tot en met", "until"), date(until, lang))),
        (None, None) => {}
    }
    if let Some(days) = wishes.days_per_week {
        known.push(format!("{days} {}", lang.t("dagen per week", "days a week")));
    }
    known.join(", ")
}

fn refused(error: MatchError) -> Error {
    if matches!(error, MatchError::NotFound) { Error::NotFound } else { Error::unknown(error) }
}

fn ask(which: &Which, who: &Signed) -> Ask {
    Ask { after: which.after.parse().ok(), lang: who.lang, now: who.now }
}

/// The first page, unless this is it, and the next one.
fn pages(path: &str, after: Option<Key>, next: Option<Key>) -> (Option<String>, Option<String>) {
    (after.map(|_| path.to_owned()), next.map(|key| format!("{path}?after={key}")))
}

/// `GET /students/{id}/matches`
pub async fn openings(app: Data<App>, who: Signed, id: Path<StudentId>, which: Query<Which>) -> Answer {
    let (scope, id, asked) = (who.scope.clone(), *id, ask(&which, &who));
    let found = attempt(&app, move |app| flow::for_student(&app.db, &scope, id, asked)).await?.map_err(refused)?;
    let lang = who.lang;
    let Found { subject: student, fitted, shown, groups: fell, next, kept } = found;
    let by = student.wishes.travel_mode.unwrap_or(TravelMode::Bicycle);
    let row = |one: Shown<Place>| Row {
        href: format!("/openings/{}", one.of.id),
        title: one.of.company.clone(),
        note: one.of.role.clone(),
        score: one.fit.key.score,
        said: match one.of.metres {
            Some(metres) => said(&one, Some(way(metres, by, lang)), &[Aspect::Travel], lang),
            None => said(&one, None, &[], lang),
        },
        parts: parts(&one, lang),
        propose: format!("/proposals/new?opening={}&student={id}", one.of.id),
        place: format!("/placements/new?opening={}&student={id}", one.of.id),
    };
    let (first, next) = pages(&format!("/students/{id}/matches"), asked.after, next);
    show(&Matches {
        p: who.page(Here::Students),
        title: lang.t("Passende plekken", "Places that fit"),
        about: format!("{} ({})", student.first_name, student.code),
        known: wished(&student, lang),
        icon: "seat",
        crumbs: vec![
            ("/students".to_owned(), lang.t("Leerlingen", "Students").to_owned()),
            (format!("/students/{id}"), student.first_name.clone()),
        ],
        back: format!("/students/{id}"),
        change: lang.t("Wensen aanpassen", "Change the wishes"),
        nothing: (
            lang.t("Geen plek past nu", "No place fits now"),
            lang.t(
                "Hieronder staat waarom niet. Verruim een wens, of vraag bedrijven om plekken.",
                "Below it says why not. Widen a wish, or ask companies for places.",
            ),
            format!("/students/{id}"),
            lang.t("Bekijk de wensen", "Look at the wishes"),
        ),
        fitted,
        rows: shown.into_iter().map(row).collect(),
        groups: groups(fell, lang, |of: Place| (format!("/openings/{}", of.id), of.company, of.role)),
        kept,
        first,
        next,
    })
}

/// `GET /openings/{id}/matches`
pub async fn students(app: Data<App>, who: Signed, id: Path<OpeningId>, which: Query<Which>) -> Answer {
    let (scope, id, asked) = (who.scope.clone(), *id, ask(&which, &who));
    let found = attempt(&app, move |app| flow::for_opening(&app.db, &scope, id, asked)).await?.map_err(refused)?;
    let lang = who.lang;
    let Found { subject: (opening, company), fitted, shown, groups: fell, next, kept } = found;
    let row = |one: Shown<Person>| Row {
        href: format!("/students/{}", one.of.id),
        title: one.of.first_name.clone(),
        note: format!("{} {}", one.of.code, one.of.programme),
        score: one.fit.key.score,
        said: said(&one, Some(waits(one.fit.key.waits, lang)), &[Aspect::Places, Aspect::Freshness], lang),
        parts: parts(&one, lang),
        propose: format!("/proposals/new?opening={id}&student={}", one.of.id),
        place: format!("/placements/new?opening={id}&student={}", one.of.id),
    };
    let (first, next) = pages(&format!("/openings/{id}/matches"), asked.after, next);
    show(&Matches {
        p: who.page(Here::Companies),
        title: lang.t("Passende leerlingen", "Students who fit"),
        about: format!("{} {} {company}", opening.fields.role, lang.t("bij", "at")),
        known: free(&opening, lang),
        icon: "student",
        crumbs: vec![
            ("/companies".to_owned(), lang.t("Bedrijven", "Companies").to_owned()),
            (format!("/openings/{id}"), opening.fields.role.clone()),
        ],
        back: format!("/openings/{id}"),
        change: lang.t("Plek aanpassen", "Change the opening"),
        nothing: (
            lang.t("Geen leerling past nu", "No student fits now"),
            lang.t(
                "Alleen wie nog zoekt telt mee. Hieronder staat waarom niet.",
                "Only those who still look are weighed. Below it says why not.",
            ),
            "/students".to_owned(),
            lang.t("Naar Leerlingen", "To Students"),
        ),
        fitted,
        rows: shown.into_iter().map(row).collect(),
        groups: groups(fell, lang, |of: Person| (format!("/students/{}", of.id), of.first_name, of.code)),
        kept,
        first,
        next,
    })
}

fn waits(days: u16, lang: Lang) -> String {
    match lang {
        Lang::Nl => format!("zoekt {days} {}", if days == 1 { "dag" } else { "dagen" }),
        Lang::En => format!("looks for {days} {}", if days == 1 { "day" } else { "days" }),
    }
}

fn free(opening: &Opening, lang: Lang) -> String {
    let left = opening.places_left.max(0);
    let place = if left == 1 { lang.t("plek vrij", "place free") } else { lang.t("plekken vrij", "places free") };
    format!("{left} {place}")
}
