//! One company: what was promised, whom to call, everything that happened; and logging a call in one sentence.

use super::{Asker, words};
use crate::app::App;
use crate::domain::code::split;
use crate::domain::id::{CompanyId, OpeningId};
use crate::domain::opening::{Places, Seating};
use crate::domain::time::Day;
use crate::domain::words::{Level, MomentKind, Outcome, TaskKind, Track};
use crate::flows;
use crate::flows::companies::EditError;
use crate::flows::moments::{Log, Next};
use crate::store::companies::Company;
use crate::store::contacts::Contact;
use crate::store::moments::{ContactMoment, Entry as Happened, Mark, PlacesEntry, Show};
use crate::store::openings::Opening;
use crate::store::recognitions::Recognition;
use crate::store::tasks::Task;
use crate::store::users::Member;
use crate::store::{Conn, DbError, companies, contacts, moments, openings, recognitions, rounds, tasks, users};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form, Press};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::parts::Entry;
use crate::web::{done, show as render, unfit};
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

/// Entries of the timeline on one page.
const ENTRIES: usize = 25;
/// Most letters of a logged sentence.
const LONGEST: usize = 4000;

/// Which part of the timeline.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    show: String,
    before: String,
}

/// A call in a sentence, and what follows.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct LogForm {
    sentence: String,
    kind: String,
    outcome: String,
    next: String,
    next_on: String,
}

#[derive(Template)]
#[template(path = "pages/company.html")]
struct CompanyPage {
    p: Page,
    me: crate::domain::id::UserId,
    company: Company,
    tags: Vec<String>,
    recognised: Vec<Recognition>,
    people: Vec<Contact>,
    openings: Vec<(Opening, Seating)>,
    /// Those about which an answer is waited for, with the day they were asked about.
    asked: Vec<(OpeningId, Day)>,
    tasks: Vec<Task>,
    members: Vec<Member>,
    entries: Vec<Happened>,
    older: Option<Mark>,
    part: Part,
    form: LogForm,
    errors: Errors,
}

impl CompanyPage {
    fn kinds(&self) -> Vec<(&'static str, &'static str)> {
        let lang = self.p.lang;
        vec![
            ("call", lang.t("Gebeld", "Called")),
            ("visit", lang.t("Bezoek", "Visit")),
            ("event", lang.t("Bijeenkomst", "Event")),
            ("missed", lang.t("Niet bereikt", "Not reached")),
            ("note", lang.t("Notitie", "Note")),
        ]
    }

    fn parts(&self) -> Vec<(&'static str, &'static str)> {
        let lang = self.p.lang;
        vec![
            ("", lang.t("Alles", "All")),
            ("mail", "Mail"),
            ("talks", lang.t("Gesprekken", "Talks")),
            ("places", lang.t("Plekken", "Places")),
        ]
    }

    fn asked_on(&self, opening: &Opening) -> Option<Day> {
        self.asked.iter().find(|(of, _)| *of == opening.id).map(|(_, on)| *on)
    }

    /// Whether there is a place about which the company can be asked now.
    fn can_ask(&self) -> bool {
        let wants = |opening: &Opening| opening.has_room() && opening.last_confirmed_on < self.p.today();
        self.company.archived_at.is_none()
            && self.asked.is_empty()
            && self.openings.iter().any(|(opening, _)| wants(opening))
    }

    fn owner(&self) -> String {
        words::who(self.p.lang, self.me, self.company.fields.owner_id, &self.members)
    }

    fn status(&self) -> &'static str {
        words::status(self.p.lang, self.company.fields.status)
    }

    fn recognised_now(&self) -> bool {
        self.recognised.iter().any(|one| one.fields.valid_on(self.p.today()))
    }

    fn recognition(&self, one: &Recognition) -> String {
        let level = one.fields.level.map(words::level).unwrap_or_default();
        let track = one.fields.track.map(|track| words::track(self.p.lang, track)).unwrap_or_default();
        let name = if one.fields.qualification.is_empty() { &one.fields.crebo } else { &one.fields.qualification };
        [name.as_str(), level, track].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// "mbo 2 en 3, bol, 1 februari tot 30 juni, 4 dagen per week".
    fn terms(&self, opening: &Opening) -> String {
        let p = &self.p;
        let levels =
            split::<Level>(&opening.fields.levels).into_iter().map(words::level).collect::<Vec<_>>().join(", ");
        let tracks = split::<Track>(&opening.fields.tracks).into_iter().map(|track| words::track(p.lang, track));
        let tracks = tracks.collect::<Vec<_>>().join(", ");
        let from = opening.fields.starts_on.map(|day| format!("{} {}", p.t("vanaf", "from"), p.day(day).words()));
        let until = opening.fields.ends_on.map(|day| format!("{} {}", p.t("tot en met", "until"), p.day(day).words()));
        let days =
            opening.fields.days_per_week.map(|n| p.n(n, "dag per week", "dagen per week", "day a week", "days a week"));
        let parts = [Some(levels), Some(tracks), from, until, days];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    fn ground(&self, contact: &Contact) -> &'static str {
        words::ground(self.p.lang, contact.fields.ground)
    }

    fn task_icon(&self, task: &Task) -> &'static str {
        words::task_icon(task.kind)
    }

    /// "Zou zondag, is nu 2 dagen te laat. Van jou."
    fn due(&self, task: &Task) -> String {
        let p = &self.p;
        let late = p.today().days_since(task.due_on);
        let when = p.day(task.due_on).words().to_owned();
        let due = if late > 0 {
            let days = p.n(late, "dag", "dagen", "day", "days");
            format!("{} {when}, {} {days} {}.", p.t("Zou", "Was due"), p.t("is nu", "now"), p.t("te laat", "late"))
        } else {
            format!("{} {when}.", p.t("Voor", "By"))
        };
        let owner = words::whom(p.lang, self.me, task.owner_id, &self.members);
        if owner.is_empty() { due } else { format!("{due} {} {owner}.", p.t("Van", "For")) }
    }

    fn part_href(&self, show: &str) -> String {
        let path = format!("/companies/{}", self.company.id);
        if show.is_empty() { path } else { format!("{path}?show={show}") }
    }

    fn older_href(&self, mark: &Mark) -> String {
        format!("/companies/{}?show={}&before={mark}", self.company.id, self.part.show)
    }

    fn entry(&self, happened: &Happened) -> Entry {
        match happened {
            Happened::Moment(moment) => self.moment(moment),
            Happened::Places(event) => self.places(event),
        }
    }

    fn moment(&self, moment: &ContactMoment) -> Entry {
        let p = &self.p;
        let us = words::whom(p.lang, self.me, moment.user_id, &self.members);
        let us = if us.is_empty() { p.t("het loket", "the desk").to_owned() } else { us };
        let them = self.people.iter().find(|contact| Some(contact.id) == moment.contact_id);
        let them = them.map(|contact| contact.fields.name.as_str());
        let with = them.map(|name| format!(" {} {name}", p.t("met", "with"))).unwrap_or_default();
        let (icon, title) = match moment.kind {
            MomentKind::MailIn => {
                ("inbox", format!("{} {}", them.unwrap_or(p.t("Iemand", "Somebody")), p.t("antwoordde", "answered")))
            }
            MomentKind::MailOut => {
                let to = them.map(|name| format!(" {} {name}", p.t("aan", "to"))).unwrap_or_default();
                ("mail", format!("{} {us}{to}", p.t("Mail van", "Mail by")))
            }
            MomentKind::Call if moment.outcome == Some(Outcome::NotReached) => {
                ("call", format!("{} {us}", p.t("Niet bereikt, gebeld door", "Not reached, called by")))
            }
            MomentKind::Call => ("call", format!("{} {us}{with}", p.t("Gesprek van", "Call by"))),
            MomentKind::Visit => ("visit", format!("{} {us}{with}", p.t("Bezoek van", "Visit by"))),
            MomentKind::Event => ("calendar", format!("{} {us}{with}", p.t("Bijeenkomst van", "Event of"))),
            MomentKind::Note => ("note", format!("{} {us}", p.t("Notitie van", "Note by"))),
        };
        let entry = p.entry(icon, title, moment.at);
        match (moment.kind, moment.incoming_id, moment.placement_id) {
            (MomentKind::MailIn, Some(id), _) => {
                entry.incoming(true).quote(&moment.summary).href(format!("/inbox/{id}"))
            }
            (MomentKind::MailIn, None, _) => entry.incoming(true).quote(&moment.summary),
            (_, _, Some(id)) => entry.body(&moment.summary).href(format!("/placements/{id}")),
            _ => entry.body(&moment.summary),
        }
    }

    fn places(&self, event: &PlacesEntry) -> Entry {
        let p = &self.p;
        let title = format!("{}: {}", event.role, words::places(p.lang, event.kind, event.places));
        let who = words::whom(p.lang, self.me, event.user, &self.members);
        let source = if event.incoming.is_some() && who.is_empty() {
            p.t("Overgenomen uit een mail.", "Taken from a mail.").to_owned()
        } else if event.incoming.is_some() {
            format!("{} {who}.", p.t("Overgenomen uit een mail door", "Taken from a mail by"))
        } else if who.is_empty() {
            String::new()
        } else {
            format!("{} {who}.", p.t("Door", "By"))
        };
        let href =
            event.placement.map_or_else(|| format!("/openings/{}", event.opening), |id| format!("/placements/{id}"));
        let reason = event.reason.trim();
        let stop = if reason.is_empty() || reason.ends_with(['.', '!', '?']) { "" } else { "." };
        p.entry("seat", title, event.at).body(format!("{reason}{stop} {source}").trim()).href(href)
    }
}

/// `GET /companies/{id}`
pub async fn show(app: Data<App>, who: Signed, id: Path<CompanyId>, part: Query<Part>) -> Answer {
    let page = page(&app, &who, id.into_inner(), part.into_inner()).await?;
    render(&page)
}

async fn page(app: &Data<App>, who: &Signed, id: CompanyId, part: Part) -> Result<CompanyPage, Error> {
    let asker = Asker::of(who);
    let found = ask(app, move |app| app.db.read(|conn| load(conn, asker, id, part))).await?;
    found.ok_or(Error::NotFound)
}

fn load(conn: &mut Conn, who: Asker, id: CompanyId, part: Part) -> Result<Option<CompanyPage>, DbError> {
    let scope = &who.scope;
    let Some(company) = companies::find(conn, scope, id)? else { return Ok(None) };
    let shown = match part.show.as_str() {
        "mail" => Show::Mail,
        "talks" => Show::Talks,
        "places" => Show::Places,
        _ => Show::All,
    };
    let (entries, older) = moments::timeline(conn, scope, id, shown, Mark::parse(&part.before), ENTRIES)?;
    let openings = openings::of_company(conn, scope, id)?;
    let ids: Vec<OpeningId> = openings.iter().map(|opening| opening.id).collect();
    let (places, asked) = (openings::places_of(conn, &ids)?, rounds::asked(conn, &ids)?);
    let drawn = |opening: Opening| {
        let seating = places.get(&opening.id).map(Places::seating).unwrap_or_default();
        (opening, seating)
    };
    Ok(Some(CompanyPage {
        p: who.p,
        me: who.me,
        tags: companies::tags(conn, id)?,
        recognised: recognitions::of_companies(conn, &[id])?,
        people: contacts::of_company(conn, scope, id)?,
        openings: openings.into_iter().map(drawn).collect(),
        asked,
        tasks: tasks::of_companies(conn, scope, &[id])?,
        members: users::list(conn, scope)?,
        company,
        entries,
        older,
        part,
        form: LogForm { kind: "call".to_owned(), ..LogForm::default() },
        errors: Errors::default(),
    }))
}

/// `POST /companies/{id}/log`
pub async fn log(app: Data<App>, who: Signed, id: Path<CompanyId>, Form(form): Form<LogForm>) -> Answer {
    let id = id.into_inner();
    let p = who.page(Here::Companies);
    let mut errors = Errors::default();
    let summary = form.sentence.trim().to_owned();
    if summary.is_empty() || summary.chars().count() > LONGEST {
        errors.add("sentence", p.t("Schrijf in een zin wat er was.", "Write in a sentence what there was."));
    }
    let next = next(&form, &p, &mut errors, who.id());
    if !errors.is_empty() {
        let page = page(&app, &who, id, Part::default()).await?;
        return unfit(&CompanyPage { form, errors, ..page });
    }
    let (kind, outcome) = match form.kind.as_str() {
        "visit" => (MomentKind::Visit, form.outcome.parse().ok()),
        "event" => (MomentKind::Event, form.outcome.parse().ok()),
        "note" => (MomentKind::Note, None),
        "missed" => (MomentKind::Call, Some(Outcome::NotReached)),
        _ => (MomentKind::Call, form.outcome.parse().ok().or(Some(Outcome::Reached))),
    };
    let (scope, now) = (who.scope.clone(), who.now);
    let log = Log { company: id, contact: None, kind, at: now, summary, outcome, next };
    match attempt(&app, move |app| flows::moments::log(&app.db, &scope, &log, now)).await? {
        Ok(_) => Ok(done(&format!("/companies/{id}"), &Flash::good(p.t("Vastgelegd.", "Logged.")), &who)),
        Err(EditError::Gone) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}

fn next(form: &LogForm, p: &Page, errors: &mut Errors, me: crate::domain::id::UserId) -> Option<Next> {
    let title = form.next.trim();
    if title.is_empty() && form.next_on.is_empty() {
        return None;
    }
    if title.is_empty() || title.chars().count() > 200 {
        errors.add("next", p.t("Schrijf in een regel wat je gaat doen.", "Write in one line what you will do."));
    }
    let due = Day::parse(&form.next_on).or_else(|| form.next_on.is_empty().then(|| p.today().plus(7)));
    let due = errors.take("next_on", due.ok_or(p.t("Kies een dag.", "Choose a day.")));
    let kind = if title.to_lowercase().starts_with("bel") { TaskKind::Call } else { TaskKind::Todo };
    Some(Next { kind, title: title.to_owned(), due_on: due?, owner: Some(me) })
}

/// `POST /companies/{id}/archive` and `…/restore`
pub async fn archive(app: Data<App>, who: Signed, path: Path<(CompanyId, String)>, _: Form<Press>) -> Answer {
    let (id, act) = path.into_inner();
    let away = act == "archive";
    let (scope, now) = (who.scope.clone(), who.now);
    let read = move |conn: &mut Conn| companies::find(conn, &scope, id);
    let company = ask(&app, move |app| app.db.read(read)).await?.ok_or(Error::NotFound)?;
    let scope = who.scope.clone();
    let acted = attempt(&app, move |app| flows::companies::archive(&app.db, &scope, id, company.version, away, now));
    let path = format!("/companies/{id}");
    match acted.await? {
        Ok(()) if away => {
            let flash = Flash::good(who.lang.t("Opgeborgen.", "Put away.")).undo(format!("{path}/restore"));
            Ok(done(&path, &flash, &who))
        }
        Ok(()) => Ok(done(&path, &Flash::good(who.lang.t("Teruggezet.", "Taken back.")), &who)),
        Err(EditError::Gone) => Err(Error::NotFound),
        Err(EditError::Stale) => Err(Error::Stale),
        Err(error) => Err(Error::unknown(error)),
    }
}
