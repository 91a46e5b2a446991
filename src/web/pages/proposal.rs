//! The page of one proposal: how far it is, what comes next, and the acts that move it.

use super::proposals::sentence;
use crate::app::App;
use crate::domain::agreement::Share;
use crate::domain::id::ProposalId;
use crate::domain::proposal::{self, DeclineReason, Next, ProposalState, Side};
use crate::domain::time::Day;
use crate::flows::proposals::{self as flow, Meeting, ProposalError, Way};
use crate::flows::students::{self as student_flow, Sight};
use crate::store::contacts::Contact;
use crate::store::outgoing::Body;
use crate::store::proposals::{self, ProposalLine};
use crate::store::students::Student;
use crate::store::{DbResult, contacts, outgoing, students};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::Form;
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::{done, show};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

/// One stop on the way to a placement.
struct Stop {
    class: &'static str,
    icon: &'static str,
    name: &'static str,
    day: Option<Day>,
}

#[derive(Template)]
#[template(path = "pages/proposal.html")]
struct ProposalPage {
    p: Page,
    line: ProposalLine,
    student: Student,
    contact: Option<Contact>,
    mail: Option<(String, Body)>,
    stops: Vec<Stop>,
    next: Next,
    /// Whether the school agreed that contact details are given.
    reach: bool,
}

/// `GET /proposals/{id}`
pub async fn one(app: Data<App>, who: Signed, id: Path<ProposalId>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, *id);
    let found = ask(&app, move |app| -> DbResult<_> {
        let found = app.db.read(|conn| {
            let Some(line) = proposals::line(conn, &scope, id)? else { return Ok(None) };
            let Some(student) = students::find(conn, &scope, line.proposal.student_id)? else { return Ok(None) };
            let contact = line.proposal.contact_id.map(|id| contacts::find(conn, &scope, id)).transpose()?.flatten();
            let mail = match line.proposal.outgoing_id {
                Some(id) => outgoing::find(conn, &scope, id)?.zip(outgoing::body(conn, &scope, id)?),
                None => None,
            };
            let kit = flow::Kit::read(conn, &scope, student.id, line.proposal.opening_id)?;
            let reach = kit.is_some_and(|kit| kit.may_tell(Share::Contact));
            let mail = mail.map(|(mail, body)| (mail.subject, body));
            Ok::<_, crate::store::DbError>(Some((line, student, contact, mail, reach)))
        })?;
        if let Some((line, ..)) = &found {
            student_flow::seen(&app.db, &scope, Sight::Student(line.proposal.student_id), now)?;
        }
        Ok(found)
    });
    let (line, student, contact, mail, reach) = found.await?.ok_or(Error::NotFound)?;
    let p = who.page(Here::Students);
    let (stops, next) = (stops(&p, &line), proposal::next(&line.proposal.facts(), p.today()));
    show(&ProposalPage { p, line, student, contact, mail, stops, next, reach })
}

fn stops(p: &Page, line: &ProposalLine) -> Vec<Stop> {
    let of = &line.proposal;
    let stop = |name, done: bool, day| Stop {
        class: if done { "done" } else { "" },
        icon: if done { "check" } else { "clock" },
        name,
        day,
    };
    let met = matches!(of.state, ProposalState::Accepted | ProposalState::Placed);
    let mut stops = vec![
        stop(p.lang.t("Voorgesteld", "Proposed"), true, Some(of.created_at.day())),
        stop(p.lang.t("Bedrijf zegt ja", "Company says yes"), of.employer_agreed_on.is_some(), of.employer_agreed_on),
        stop(p.lang.t("Leerling zegt ja", "Student says yes"), of.student_agreed_on.is_some(), of.student_agreed_on),
        stop(
            p.lang.t("Kennismaking", "Interview"),
            of.released_at.is_some(),
            of.meets_on.or(of.released_at.map(crate::domain::time::Moment::day)),
        ),
        stop(p.lang.t("Aangenomen", "Accepted"), met, None),
    ];
    let closed = of.closed_at.map(crate::domain::time::Moment::day);
    match of.state {
        ProposalState::Declined | ProposalState::Withdrawn | ProposalState::Lapsed => {
            stops.retain(|stop| stop.class == "done");
            stops.push(Stop { class: "flag", icon: "cross", name: of.state.name(p.lang), day: closed });
        }
        ProposalState::Proposed | ProposalState::Interview | ProposalState::Accepted | ProposalState::Placed => {
            stops.push(stop(p.lang.t("Geplaatst", "Placed"), of.state == ProposalState::Placed, closed));
        }
    }
    stops
}

impl ProposalPage {
    fn open(&self) -> bool {
        self.line.proposal.state.is_open()
    }

    fn is(&self, state: &str) -> bool {
        self.line.proposal.state.as_str() == state
    }

    /// Whether the name can be given now.
    fn agreed(&self) -> bool {
        self.line.proposal.employer_agreed_on.is_some() && self.line.proposal.student_agreed_on.is_some()
    }

    fn released(&self) -> bool {
        self.line.proposal.released_at.is_some()
    }

    fn reasons(&self) -> Vec<(&'static str, &'static str)> {
        DeclineReason::ALL.iter().map(|reason| (reason.as_str(), reason.name(self.p.lang))).collect()
    }

    fn ways(&self) -> Vec<(&'static str, &'static str)> {
        let mail = ("mail", self.p.lang.t("met een mail aan het bedrijf", "by a mail to the company"));
        let call = ("call", self.p.lang.t("ik heb het gebeld", "I told them by telephone"));
        if self.contact.as_ref().is_some_and(|contact| contact.fields.email.is_some()) {
            vec![mail, call]
        } else {
            vec![call]
        }
    }
}

/// What can be done with a proposal.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Act {
    version: i32,
    yes: String,
    on: String,
    at: String,
    way: String,
    email: String,
    phone: String,
    deadline: String,
    reason: String,
    note: String,
}

/// `POST /proposals/{id}/{act}`
pub async fn act(app: Data<App>, who: Signed, path: Path<(ProposalId, String)>, Form(form): Form<Act>) -> Answer {
    let (id, act) = path.into_inner();
    let (scope, now, lang) = (who.scope.clone(), who.now, who.lang);
    let done_words = said(&act, lang);
    let result = attempt(&app, move |app| {
        let (db, settings, seen) = (&app.db, &app.config.proposals, (id, form.version));
        // Nothing is said about the form before the proposal is known to be there.
        db.read(|conn| proposals::find(conn, &scope, id))?.ok_or(ProposalError::NotFound)?;
        match act.as_str() {
            "employer" => flow::agree(db, &scope, seen, Side::Employer, form.yes != "no", now),
            "student" => flow::agree(db, &scope, seen, Side::Student, form.yes != "no", now),
            "meet" => {
                let meeting = Meeting {
                    on: Day::parse(&form.on),
                    at: form.at.clone(),
                    way: if form.way == "call" { Way::Call } else { Way::Mail },
                    email: form.email == "on",
                    phone: form.phone == "on",
                };
                flow::meet(db, &app.templates, settings, &scope, seen, &meeting, now)
            }
            "accept" => flow::accept(db, settings, &scope, seen, now),
            "extend" => {
                let deadline = Day::parse(&form.deadline).ok_or(ProposalError::Deadline)?;
                flow::extend(db, &scope, seen, deadline, now)
            }
            "decline" => {
                let reason = form.reason.parse().unwrap_or(DeclineReason::Unsaid);
                flow::decline(db, &scope, seen, reason, &form.note, now)
            }
            _ => flow::withdraw(db, &scope, seen, &form.note, now),
        }
    })
    .await?;
    let back = format!("/proposals/{id}");
    match result {
        Ok(()) => Ok(done(&back, &Flash::good(done_words), &who)),
        Err(ProposalError::NotFound) => Err(Error::NotFound),
        Err(ProposalError::Stale) => Err(Error::Stale),
        Err(error) => match sentence(&error, lang) {
            Some((_, text)) => Ok(done(&back, &Flash::bad(text), &who)),
            None => Err(Error::unknown(error)),
        },
    }
}

fn said(act: &str, lang: crate::domain::words::Lang) -> &'static str {
    match act {
        "meet" => lang.t(
            "Ze kennen elkaar. De naam staat in het register van wat gedeeld is.",
            "They know each other. The name stands in the register of what was shared.",
        ),
        "decline" | "withdraw" => lang.t("Gesloten. De plek is weer vrij.", "Closed. The place is free again."),
        _ => lang.t("Bewaard.", "Saved."),
    }
}
