//! Proposals: the list by state, and the form on which a person reads the mail without a name before it goes out. The page of
//! one is in [`proposal`](super::proposal).

use super::placements::row_after;
use crate::app::App;
use crate::domain::gate::{Answer as GateAnswer, Why};
use crate::domain::id::{ContactId, OpeningId, StudentId};
use crate::domain::proposal::blind::Leak;
use crate::domain::proposal::{self, ProposalState};
use crate::domain::time::Day;
use crate::domain::words::Lang;
use crate::flows::proposals::{self as flow, Kit, Order, ProposalError, Way};
use crate::flows::students::{self as student_flow, Sight};
use crate::mail::template::Rendered;
use crate::store::DbResult;
use crate::store::proposals::{self, ProposalLine, Whose};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::{done, go, show, unfit};
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pages/proposals.html")]
struct Proposals {
    p: Page,
    state: ProposalState,
    tabs: Vec<(ProposalState, &'static str, i64)>,
    lines: Vec<ProposalLine>,
    first: Option<String>,
    next: Option<String>,
}

/// Which proposals.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    state: String,
    after: String,
}

/// `GET /proposals`
pub async fn list(app: Data<App>, who: Signed, which: Query<Which>) -> Answer {
    let state = which.state.parse().unwrap_or(ProposalState::Proposed);
    let after = row_after(&which.after);
    let (scope, now, rows) = (who.scope.clone(), who.now, app.config.limits.page_rows as usize);
    let (counts, mut lines) = ask(&app, move |app| -> DbResult<_> {
        let limit = i64::try_from(rows).unwrap_or(i64::MAX - 1) + 1;
        let found = app.db.read(|conn| -> DbResult<_> {
            let lines = proposals::list(conn, &scope, Whose::State(state), after, limit)?;
            Ok((proposals::counts(conn, &scope)?, lines))
        })?;
        student_flow::seen(&app.db, &scope, Sight::List("proposals", found.1.len().min(rows)), now)?;
        Ok(found)
    })
    .await?;
    let more = lines.len() > rows;
    lines.truncate(rows);
    let key = |line: &ProposalLine| format!("{}_{}", line.proposal.deadline, line.proposal.id);
    let next = lines.last().filter(|_| more).map(|line| format!("/proposals?state={state}&after={}", key(line)));
    let count = |of| counts.iter().find(|(state, _)| *state == of).map_or(0, |(_, count)| *count);
    let tabs = ProposalState::ALL.iter().map(|of| (*of, of.name(who.lang), count(*of))).collect();
    let first = after.map(|_| format!("/proposals?state={state}"));
    show(&Proposals { p: who.page(Here::Students), state, tabs, lines, first, next })
}

impl Proposals {
    fn next_step(&self, line: &ProposalLine) -> &'static str {
        proposal::next(&line.proposal.facts(), self.p.today()).say(self.p.lang)
    }
}

/// Student, opening, and what was chosen.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ProposalForm {
    student: String,
    opening: String,
    contact: String,
    deadline: String,
    agrees: String,
    way: String,
    student_version: i32,
    opening_version: i32,
}

#[derive(Template)]
#[template(path = "pages/proposal_new.html")]
struct NewProposal {
    p: Page,
    kit: Kit,
    form: ProposalForm,
    errors: Errors,
    mail: Rendered,
    /// What keeps the mail from going out.
    stopped: Option<Why>,
    /// What a person should know before.
    warned: Vec<Why>,
}

/// `GET /proposals/new`
pub async fn blank(app: Data<App>, who: Signed, form: Query<ProposalForm>) -> Answer {
    show(&page(&app, &who, form.into_inner(), Errors::default()).await?)
}

fn ids(form: &ProposalForm) -> Result<(StudentId, OpeningId), Error> {
    let ids = form.student.parse().ok().zip(form.opening.parse().ok());
    ids.ok_or(Error::NotFound)
}

/// The form with the mail as it would go out.
async fn page(app: &Data<App>, who: &Signed, mut form: ProposalForm, errors: Errors) -> Result<NewProposal, Error> {
    let (student, opening) = ids(&form)?;
    let (scope, now, hold) = (who.scope.clone(), who.now, app.config.proposals.hold_working_days);
    let deadline = Day::parse(&form.deadline).unwrap_or_else(|| proposal::deadline(now.day(), None, hold));
    let contact: Option<ContactId> = form.contact.parse().ok();
    let found = ask(app, move |app| -> anyhow::Result<_> {
        let Some(kit) = app.db.read(|conn| Kit::read(conn, &scope, student, opening))? else { return Ok(None) };
        student_flow::seen(&app.db, &scope, Sight::Student(student), now)?;
        let chosen = kit.contact(contact).or_else(|| kit.contact(None));
        let mail = kit.proposal(&app.templates, chosen, deadline)?;
        let gate = chosen.map(|chosen| app.db.read(|conn| kit.gate(conn, chosen, now))).transpose()?.flatten();
        Ok(Some((chosen.map(|contact| contact.id), mail, gate, kit)))
    });
    let (contact, mail, gate, kit) = found.await?.ok_or(Error::NotFound)?;
    let (stopped, warned) = match gate {
        Some(GateAnswer::Refuse(why) | GateAnswer::CallTask(why)) => (Some(why), Vec::new()),
        Some(GateAnswer::Warn(why)) => (None, why),
        Some(GateAnswer::Send) | None => (None, Vec::new()),
    };
    form.contact = contact.map(|id| id.to_string()).unwrap_or_default();
    form.deadline = deadline.to_string();
    (form.student_version, form.opening_version) = kit.versions();
    if form.way.is_empty() {
        let way = if stopped.is_some() || kit.contacts.is_empty() { "call" } else { "mail" };
        way.clone_into(&mut form.way);
    }
    Ok(NewProposal { p: who.page(Here::Students), kit, form, errors, mail, stopped, warned })
}

/// `POST /proposals/new`
pub async fn add(app: Data<App>, who: Signed, Form(form): Form<ProposalForm>) -> Answer {
    let (student, opening) = ids(&form)?;
    let order = Order {
        student,
        opening,
        contact: form.contact.parse().ok(),
        way: if form.way == "call" { Way::Call } else { Way::Mail },
        deadline: Day::parse(&form.deadline).unwrap_or(who.now.day().plus(-1)),
        student_agrees: form.agrees == "on",
        read: (form.student_version, form.opening_version),
    };
    let (scope, now, way) = (who.scope.clone(), who.now, order.way);
    match attempt(&app, move |app| flow::propose(&app.db, &app.templates, &scope, &order, now)).await? {
        Ok(id) => {
            let text = match way {
                Way::Mail => who.lang.t(
                    "Het voorstel gaat zo de deur uit, zonder naam. De plek wordt vastgehouden.",
                    "The proposal leaves in a moment, without a name. The place is held.",
                ),
                Way::Call => who.lang.t(
                    "Vastgelegd. De plek wordt vastgehouden en het belletje staat op je lijst.",
                    "Recorded. The place is held and the call is on your list.",
                ),
            };
            Ok(done(&format!("/proposals/{id}"), &Flash::good(text), &who))
        }
        Err(ProposalError::NotFound) => Err(Error::NotFound),
        Err(ProposalError::Already(id)) => Ok(go(&format!("/proposals/{id}"))),
        Err(error) => match sentence(&error, who.lang) {
            Some((field, text)) => unfit(&page(&app, &who, form, Errors::one(field, text)).await?),
            None => Err(Error::unknown(error)),
        },
    }
}

/// The field and the sentence of a refusal; `None` for what nobody foresaw.
pub(super) fn sentence(error: &ProposalError, lang: Lang) -> Option<(&'static str, String)> {
    let (field, text) = match error {
        ProposalError::Full => ("", lang.t("Er is geen plek meer vrij.", "No place is free any more.")),
        ProposalError::Leak(leak) => return Some(("", leaks(*leak, lang).to_owned())),
        ProposalError::NoAddress => (
            "way",
            lang.t(
                "Er is geen mailadres of geen mailbox die kan versturen. Kies bellen.",
                "There is no address, or no mailbox that can send. Choose to call.",
            ),
        ),
        ProposalError::Refused(why) | ProposalError::CallInstead(why) => return Some(("way", why.say(lang))),
        ProposalError::Deadline => (
            "deadline",
            lang.t(
                "Kies een dag vanaf vandaag, binnen drie maanden.",
                "Choose a day from today on, within three months.",
            ),
        ),
        ProposalError::NotAgreed => (
            "",
            lang.t(
                "Eerst zeggen allebei ja; dan pas gaat de naam naar het bedrijf.",
                "Both say yes first; only then the company gets the name.",
            ),
        ),
        ProposalError::Released => (
            "",
            lang.t("De naam is al gegeven; dat kan niet terug.", "The name was given already; that cannot be undone."),
        ),
        ProposalError::TooLong => ("", lang.t("Houd het korter.", "Keep it shorter.")),
        ProposalError::Bsn(found) => ("", found.say(lang)),
        ProposalError::Stale => (
            "",
            lang.t(
                "Er is intussen iets veranderd. Lees het nog eens en bevestig opnieuw.",
                "Something changed meanwhile. Read it once more and confirm again.",
            ),
        ),
        ProposalError::NoMove(_) => {
            ("", lang.t("Dat kan niet meer bij dit voorstel.", "That is not possible any more with this proposal."))
        }
        ProposalError::Db(_) | ProposalError::NotFound | ProposalError::Already(_) | ProposalError::Template(_) => {
            return None;
        }
    };
    Some((field, text.to_owned()))
}

const fn leaks(leak: Leak, lang: Lang) -> &'static str {
    match leak {
        Leak::Name => lang.t(
            "In de opleiding of de leerwens staat de voornaam. Haal die eerst weg bij de leerling.",
            "Programme or learning wish hold the first name. Take it out on the student's page first.",
        ),
        Leak::Code => lang.t(
            "In de opleiding of de leerwens staat de code. Haal die eerst weg bij de leerling.",
            "Programme or learning wish hold the code. Take it out on the student's page first.",
        ),
        Leak::Email => lang.t(
            "In de opleiding of de leerwens staat het mailadres. Haal dat eerst weg bij de leerling.",
            "Programme or learning wish hold the e-mail address. Take it out on the student's page first.",
        ),
        Leak::Phone => lang.t(
            "In de opleiding of de leerwens staat het telefoonnummer. Haal dat eerst weg bij de leerling.",
            "Programme or learning wish hold the telephone number. Take it out on the student's page first.",
        ),
        Leak::Home => lang.t(
            "In de opleiding of de leerwens staat de postcode. Haal die eerst weg bij de leerling.",
            "Programme or learning wish hold the postcode. Take it out on the student's page first.",
        ),
    }
}

impl NewProposal {
    fn contacts(&self) -> Vec<(String, String)> {
        let name = |contact: &crate::store::contacts::Contact| {
            let address = contact.fields.email.as_ref().map(|email| email.as_str().to_owned()).unwrap_or_default();
            (contact.id.to_string(), format!("{} ({address})", contact.fields.name))
        };
        self.kit.contacts.iter().map(name).collect()
    }

    fn ways(&self) -> Vec<(&'static str, &'static str)> {
        let mail = ("mail", self.p.lang.t("deze mail, zonder naam", "this mail, without a name"));
        let call = ("call", self.p.lang.t("ik bel zelf, zonder naam", "I call, without a name"));
        if self.stopped.is_some() || self.kit.contacts.is_empty() { vec![call] } else { vec![mail, call] }
    }

    fn agrees(&self) -> bool {
        self.form.agrees == "on"
    }

    /// Words in the mail that may tell gender, age or school.
    fn hints(&self) -> String {
        let hints: Vec<String> = self.kit.blind().hints().into_iter().map(|word| format!("“{word}”")).collect();
        hints.join(", ")
    }

    /// What keeps the mail from being made at all.
    fn leak(&self) -> Option<&'static str> {
        self.kit.blind().leak(&self.kit.identity()).map(|leak| leaks(leak, self.p.lang))
    }
}
