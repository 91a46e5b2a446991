//! The page of one placement: its track, its two sides, its check-ins, its people.

use super::aftercare::own_row;
use super::placements::state_name;
use crate::app::App;
use crate::domain::aftercare::Mood;
use crate::domain::id::{CheckInId, PlacementId};
use crate::domain::opening::{Places, Seating};
use crate::domain::placement::Recognition;
use crate::domain::scope::Scope;
use crate::domain::time::Day;
use crate::domain::words::{Addressee, CheckInState, Lang, MomentKind, PlacementState};
use crate::flows::checkins::apart;
use crate::flows::placements as flow;
use crate::flows::students::{self as student_flow, Sight};
use crate::store::checkins::{self, CheckIn, CheckInLine};
use crate::store::contacts::Contact;
use crate::store::moments::ContactMoment;
use crate::store::openings::Opening;
use crate::store::placements::{self, PlacementLine};
use crate::store::students::Student;
use crate::store::{DbResult, contacts, moments, openings, plans, students, users};
use crate::web::bridge::ask;
use crate::web::error::{Answer, Error};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::parts::Seats;
use crate::web::row::Row;
use crate::web::show;
use actix_web::web::{Data, Path};
use askama::Template;

/// All that the page of one placement shows.
struct Shown {
    line: PlacementLine,
    student: Student,
    opening: Opening,
    seating: Seating,
    contacts: Vec<Contact>,
    checkins: Vec<CheckIn>,
    moments: Vec<ContactMoment>,
    broker: Option<String>,
    plan: String,
    recognition: Recognition,
}

fn read(app: &App, scope: &Scope, id: PlacementId) -> DbResult<Option<Shown>> {
    app.db.read(|conn| {
        let Some(line) = placements::line(conn, scope, id)? else { return Ok(None) };
        let of = &line.placement;
        let Some(student) = students::find(conn, scope, of.student_id)? else { return Ok(None) };
        let Some(opening) = openings::find(conn, scope, of.opening_id)? else { return Ok(None) };
        let asked = (&*student.crebo, student.level, student.track);
        let recognition = flow::recognition_of(conn, &opening, asked, (of.starts_on, of.ends_on))?;
        let places = openings::places_of(conn, &[opening.id])?;
        let broker = of.broker_id.map(|id| users::by_id(conn, id)).transpose()?.flatten();
        Ok(Some(Shown {
            contacts: contacts::of_company(conn, scope, of.company_id)?,
            checkins: checkins::of_placement(conn, scope, id)?,
            moments: moments::of_placement(conn, scope, id, 50)?,
            broker: broker.map(|member| member.user.name),
            plan: plans::find(conn, scope, of.plan_id)?.map(|plan| plan.name).unwrap_or_default(),
            recognition,
            seating: places.get(&opening.id).map(Places::seating).unwrap_or_default(),
            student,
            opening,
            line,
        }))
    })
}

/// One moment on the track of a placement.
struct Stop {
    class: &'static str,
    icon: &'static str,
    name: String,
    day: Day,
    words: String,
    today: bool,
}

/// Both sides of one moment.
struct Sides {
    name: String,
    student: Option<i32>,
    employer: Option<i32>,
    apart: bool,
}

#[derive(Template)]
#[template(path = "pages/placement.html")]
struct PlacementPage {
    p: Page,
    shown: Shown,
    stops: Vec<Stop>,
    sides: Vec<Sides>,
    rows: Vec<(CheckIn, Row, bool)>,
    mentors: Vec<(String, String)>,
    lead: String,
    warning: Option<String>,
}

/// `GET /placements/{id}`
pub async fn one(app: Data<App>, who: Signed, id: Path<PlacementId>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, *id);
    let shown = ask(&app, move |app| -> DbResult<_> {
        let shown = read(app, &scope, id)?;
        if shown.is_some() {
            student_flow::seen(&app.db, &scope, Sight::Placement(id), now)?;
        }
        Ok(shown)
    });
    let shown = shown.await?.ok_or(Error::NotFound)?;
    let p = who.page(Here::Placements);
    let lead = lead(&p, &shown);
    let rows =
        shown.checkins.iter().map(|checkin| (checkin.clone(), row(&p, &shown, checkin), talks(checkin, &p))).collect();
    let mentors = mentors(&p, &shown);
    let warning = shown.recognition.warns(who.lang).filter(|_| shown.line.placement.recognition_note.is_empty());
    show(&PlacementPage { stops: stops(&p, &shown), sides: sides(&p, &shown), rows, mentors, lead, warning, shown, p })
}

fn row(p: &Page, shown: &Shown, checkin: &CheckIn) -> Row {
    own_row(p, &line_of(shown, checkin))
}

fn line_of(shown: &Shown, checkin: &CheckIn) -> CheckInLine {
    CheckInLine {
        checkin: checkin.clone(),
        first_name: shown.student.first_name.clone(),
        company_id: shown.line.placement.company_id,
        company: shown.line.company.clone(),
        broker_id: shown.line.placement.broker_id,
    }
}

impl PlacementPage {
    /// The check-in whose form stands open: the first that a talk is due for.
    fn first_talk(&self) -> Option<CheckInId> {
        let due = |(checkin, _, talks): &&(CheckIn, Row, bool)| *talks && checkin.due_on <= self.p.today();
        self.rows.iter().find(due).map(|(checkin, ..)| checkin.id)
    }
}

/// Whether a talk about this check-in can be recorded now.
fn talks(checkin: &CheckIn, p: &Page) -> bool {
    match checkin.state {
        CheckInState::Planned => checkin.due_on <= p.today(),
        CheckInState::Due
        | CheckInState::Asked
        | CheckInState::Reminded
        | CheckInState::CallTask
        | CheckInState::Escalated
        | CheckInState::Answered => true,
        CheckInState::Done | CheckInState::Cancelled => false,
    }
}

fn lead(p: &Page, shown: &Shown) -> String {
    let of = &shown.line.placement;
    let (from, until) = (p.day(of.starts_on).words().to_owned(), p.day(of.ends_on).words().to_owned());
    let mut what = vec![shown.opening.fields.role.clone()];
    what.extend(shown.student.level.map(|level| level.as_str().replace("mbo", "mbo ")));
    what.extend(shown.student.track.map(|track| track.as_str().to_owned()));
    let state = state_name(p.lang, of.state).to_lowercase();
    match p.lang {
        Lang::Nl => format!("{}. {from} tot {until}, {state}.", what.join(", ")),
        Lang::En => format!("{}. {from} to {until}, {state}.", what.join(", ")),
    }
}

fn mentors(p: &Page, shown: &Shown) -> Vec<(String, String)> {
    let none = (String::new(), p.t("nog niemand", "nobody yet").to_owned());
    let here = shown.contacts.iter().filter(|contact| contact.left_on.is_none());
    std::iter::once(none).chain(here.map(|contact| (contact.id.to_string(), contact.fields.name.clone()))).collect()
}

/// The track: the agreement, then each moment once, both sides together.
fn stops(p: &Page, shown: &Shown) -> Vec<Stop> {
    let of = &shown.line.placement;
    let signed = of.agreement_signed_on;
    let mut stops = vec![Stop {
        class: if signed.is_some() { "done" } else { "flag" },
        icon: if signed.is_some() { "check" } else { "warning" },
        name: p.t("Overeenkomst", "Agreement").to_owned(),
        day: signed.unwrap_or(of.starts_on),
        words: if signed.is_some() { p.t("getekend", "signed") } else { p.t("nog niet getekend", "not signed yet") }
            .to_owned(),
        today: false,
    }];
    let mut names: Vec<&str> = Vec::new();
    for checkin in &shown.checkins {
        if !names.contains(&checkin.name_nl.as_str()) {
            names.push(&checkin.name_nl);
            let both: Vec<&CheckIn> = shown.checkins.iter().filter(|one| one.name_nl == checkin.name_nl).collect();
            stops.push(stop(p, shown, &both));
        }
    }
    let today = p.today();
    if let Some(at) = stops.iter().rposition(|stop| stop.day <= today) {
        stops[at].today = of.state == PlacementState::Running;
    }
    stops
}

fn stop(p: &Page, shown: &Shown, both: &[&CheckIn]) -> Stop {
    let all = |of: &dyn Fn(&CheckIn) -> bool| both.iter().all(|one| of(one));
    let any = |of: &dyn Fn(&CheckIn) -> bool| both.iter().any(|one| of(one));
    let worried =
        any(&|one| matches!(one.mood, Some(Mood::Concern | Mood::Urgent)) && one.state != CheckInState::Cancelled);
    let differ = apart(&shown.checkins).iter().any(|(employer, _)| employer.name_nl == both[0].name_nl);
    let (class, icon, words) = if differ {
        ("flag", "flag", p.t("zien het anders", "see it differently"))
    } else if worried {
        ("flag", "flag", p.t("een zorg", "a concern"))
    } else if all(&|one| one.state == CheckInState::Cancelled) {
        ("", "cross", p.t("vervallen", "cancelled"))
    } else if all(&|one| matches!(one.state, CheckInState::Done | CheckInState::Cancelled)) {
        ("done", "check", p.t("klaar", "done"))
    } else if all(&|one| one.state == CheckInState::Planned) {
        ("", "clock", p.t("komt nog", "to come"))
    } else {
        ("now", "clock", p.t("loopt", "under way"))
    };
    Stop {
        class,
        icon,
        name: both[0].name(p.lang).to_owned(),
        day: both[0].due_on,
        words: words.to_owned(),
        today: false,
    }
}

fn sides(p: &Page, shown: &Shown) -> Vec<Sides> {
    let differ: Vec<&str> = apart(&shown.checkins).into_iter().map(|(employer, _)| employer.name_nl.as_str()).collect();
    let mut sides: Vec<Sides> = Vec::new();
    for checkin in shown.checkins.iter().filter(|one| one.score.is_some()) {
        let name = checkin.name(p.lang).to_owned();
        let at = sides.iter().position(|side| side.name == name).unwrap_or_else(|| {
            let apart = differ.contains(&checkin.name_nl.as_str());
            sides.push(Sides { name, student: None, employer: None, apart });
            sides.len() - 1
        });
        match checkin.addressee {
            Addressee::Employer => sides[at].employer = checkin.score,
            Addressee::Student => sides[at].student = checkin.score,
        }
    }
    sides
}

impl PlacementPage {
    /// A digit as five dots, for the eye; the number stands beside it.
    #[expect(clippy::ref_option, reason = "the template hands the field by reference")]
    fn dots(&self, score: &Option<i32>) -> Vec<bool> {
        (1..=5).map(|dot| score.is_some_and(|score| dot <= score)).collect()
    }

    fn moment_icon(&self, moment: &ContactMoment) -> &'static str {
        match moment.kind {
            MomentKind::MailOut | MomentKind::MailIn => "mail",
            MomentKind::Call => "call",
            MomentKind::Visit => "visit",
            MomentKind::Event => "group",
            MomentKind::Note => "note",
        }
    }

    fn mentor(&self) -> Option<&Contact> {
        self.shown.contacts.iter().find(|contact| Some(contact.id) == self.shown.line.placement.mentor_id)
    }

    fn mentor_id(&self) -> String {
        self.shown.line.placement.mentor_id.map(|id| id.to_string()).unwrap_or_default()
    }

    fn seats(&self) -> Seats {
        self.p.seats(&self.shown.seating)
    }

    fn recognised(&self) -> String {
        let p = &self.p;
        match self.shown.recognition {
            Recognition::NotNeeded => p.t("hoeft niet voor dit niveau", "not needed at this level").to_owned(),
            Recognition::Good(None) => p.t("ja", "yes").to_owned(),
            Recognition::Good(Some(until)) => {
                format!("{} {}", p.t("ja, tot", "yes, until"), p.day(until).words())
            }
            Recognition::Missing => p.t("nee", "no").to_owned(),
            Recognition::Expires(on) => format!("{} {}", p.t("maar tot", "only until"), p.day(on).words()),
        }
    }

    fn open(&self) -> bool {
        matches!(self.shown.line.placement.state, PlacementState::Planned | PlacementState::Running)
    }
}
