//! Vandaag: what cannot wait, replies, promises, aftercare, places that went stale; each row can be finished here.

use super::aftercare::checkin_row;
use super::inbox;
use crate::app::App;
use crate::domain::calendar::add_working_days;
use crate::domain::code;
use crate::domain::id::{OpeningId, TaskId};
use crate::domain::opening::STALE_DAYS;
use crate::domain::proposal;
use crate::domain::time::Moment;
use crate::domain::words::{CampaignState, CheckInState, Lang, TaskKind};
use crate::flows::openings::{self, BookError, Change};
use crate::flows::students::{self, Sight};
use crate::flows::tasks;
use crate::store::checkins::{self, CheckInLine};
use crate::store::incoming::list::{self, Line, View};
use crate::store::outgoing::held;
use crate::store::proposals::{self, ProposalLine};
use crate::store::suggestions::{self, Suggestion};
use crate::store::today::{self, Stale, TaskLine, Underway};
use crate::store::{Conn, DbResult, ticks};
use crate::web::bridge::ask;
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::Form;
use crate::web::gate::{Person, Signed};
use crate::web::page::{Here, Page};
use crate::web::row::Row;
use crate::web::{done, show};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

/// Rows per section at most.
const ROWS: i64 = 20;
const SHOWN: usize = 20;
/// Replies that are shown; the inbox has them all.
const REPLIES: i64 = 6;

struct Section {
    id: &'static str,
    title: &'static str,
    count: usize,
    link: Option<(&'static str, &'static str)>,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "pages/today.html")]
struct Today {
    p: Page,
    stalled: Option<Moment>,
    waiting: usize,
    finished: usize,
    sections: Vec<Section>,
    closed: Vec<Row>,
    campaigns: Vec<Underway>,
    /// Mails of which nobody knows whether they left.
    in_doubt: i64,
}

impl Today {
    fn of(&self) -> usize {
        self.waiting + self.finished
    }
}

/// What the day is made of.
struct Day {
    stalled: Option<Moment>,
    replies: Vec<Line>,
    suggestions: Vec<Suggestion>,
    open: usize,
    tasks: Vec<TaskLine>,
    checkins: Vec<CheckInLine>,
    proposals: Vec<ProposalLine>,
    stale: Vec<Stale>,
    done: Vec<TaskLine>,
    closed: Vec<CheckInLine>,
    campaigns: Vec<Underway>,
    in_doubt: i64,
}

/// The day of a broker or coordinator.
pub(super) async fn day(app: Data<App>, who: Person) -> Answer {
    let (scope, now, me) = (who.scope.clone(), who.now, who.id());
    let day = ask(&app, move |app| -> DbResult<Day> {
        let mut day = app.db.read(|conn| read(conn, &scope, now))?;
        day.checkins.retain(|line| line.broker_id.is_none_or(|broker| broker == me));
        let shown = day.checkins.len() + day.closed.len() + day.proposals.len();
        students::seen(&app.db, &scope, Sight::List("today", shown), now)?;
        Ok(day)
    })
    .await?;
    let p = who.page(Here::Today);
    let sections = sections(&p, &day);
    let closed: Vec<Row> = day
        .done
        .iter()
        .map(|task| done_row(&p, task))
        .chain(day.closed.iter().map(|line| checkin_row(&p, line)))
        .collect();
    // As many as the menu says; a section shows the first of them.
    let waiting = usize::try_from(p.counts.today).unwrap_or(0);
    let finished = closed.len();
    let (stalled, campaigns, in_doubt) = (day.stalled, day.campaigns, day.in_doubt);
    show(&Today { p, stalled, waiting, finished, sections, closed, campaigns, in_doubt })
}

fn read(conn: &mut Conn, scope: &crate::domain::scope::Scope, now: Moment) -> DbResult<Day> {
    let (today, midnight) = (now.day(), now.day().at(0, 0));
    let replies = list::page(conn, scope, View::Open, None, REPLIES)?;
    let ids: Vec<_> = replies.iter().map(|line| line.message.id).collect();
    Ok(Day {
        suggestions: suggestions::of_messages(conn, scope, &ids)?,
        open: usize::try_from(list::open_count(conn, scope)?).unwrap_or(0),
        replies,
        stalled: ticks::stalled(conn, now)?,
        tasks: today::tasks(conn, scope, today, ROWS)?,
        checkins: checkins::waiting(conn, scope, today, ROWS)?,
        proposals: proposals::ours(conn, scope, today)?.into_iter().take(SHOWN).collect(),
        stale: today::stale(conn, scope, today.plus(-STALE_DAYS), ROWS)?,
        done: today::tasks_done(conn, scope, midnight, ROWS)?,
        closed: checkins::closed_since(conn, scope, midnight, ROWS)?
            .into_iter()
            .filter(|line| line.checkin.state == CheckInState::Done)
            .collect(),
        campaigns: today::campaigns(conn, scope, ROWS)?,
        in_doubt: held::counts(conn, scope)?.iter().map(|(_, count, _)| count).sum(),
    })
}

fn sections(p: &Page, day: &Day) -> Vec<Section> {
    let here = |task: &&TaskLine| {
        // A check-in that stands below with its own buttons is not a task above it.
        task.checkin_id.is_none_or(|id| day.checkins.iter().all(|line| line.checkin.id != id))
    };
    let (late, now): (Vec<_>, Vec<_>) = day.tasks.iter().filter(here).partition(|task| task.due_on < p.today());
    let section = |id, title, rows: Vec<Row>| Section { id, title, count: rows.len(), link: None, rows };
    let all = [
        section("first", p.lang.t("Eerst dit", "First this"), late.into_iter().map(|task| task_row(p, task)).collect()),
        Section {
            count: day.open,
            link: Some(("/inbox", p.lang.t("Lees ze één voor één", "Read them one by one"))),
            ..section(
                "replies",
                p.lang.t("Antwoorden", "Replies"),
                day.replies.iter().map(|line| reply_row(p, line, &day.suggestions)).collect(),
            )
        },
        section(
            "promised",
            p.lang.t("Beloofd voor vandaag", "Promised for today"),
            now.into_iter().map(|task| task_row(p, task)).collect(),
        ),
        Section {
            link: Some(("/aftercare", p.lang.t("Alle nazorg", "All aftercare"))),
            ..section(
                "aftercare",
                p.lang.t("Nazorg", "Aftercare"),
                day.checkins.iter().map(|line| checkin_row(p, line)).collect(),
            )
        },
        Section {
            link: Some(("/proposals", p.lang.t("Alle voorstellen", "All proposals"))),
            ..section(
                "proposals",
                p.lang.t("Voorstellen", "Proposals"),
                day.proposals.iter().map(|line| proposal_row(p, line)).collect(),
            )
        },
        section(
            "stale",
            p.lang.t("Klopt dit nog?", "Does this still hold?"),
            day.stale.iter().map(|stale| stale_row(p, stale)).collect(),
        ),
    ];
    all.into_iter().filter(|section| !section.rows.is_empty()).collect()
}

fn reply_row(p: &Page, line: &Line, suggestions: &[Suggestion]) -> Row {
    let (title, words, badge) = inbox::at_a_glance(line, suggestions, p.lang);
    let path = format!("/inbox/{}", line.message.id);
    let who = line.contact.as_deref().filter(|_| line.company.is_some()).unwrap_or_default();
    Row::new(p, "mail", title)
        .href(&path)
        .muted(who)
        .badge(badge.map(|(kind, words)| p.badge(kind, words)))
        .note(words)
        .link(None, &path, p.t("Lees", "Read"), "")
}

fn task_row(p: &Page, task: &TaskLine) -> Row {
    let icon = match task.kind {
        TaskKind::Call => "call",
        TaskKind::Visit => "visit",
        TaskKind::Reply => "mail",
        TaskKind::Repair => "warning",
        TaskKind::Todo => "pencil",
    };
    let late = p.today().days_since(task.due_on);
    let badge = (late > 0).then(|| {
        let words = p.n(late, "dag te laat", "dagen te laat", "day late", "days late");
        p.badge("bad", words)
    });
    let who: Vec<String> =
        [task.company.clone(), task.contact.clone(), task.phone.as_ref().map(crate::domain::phone::Phone::local)]
            .into_iter()
            .flatten()
            .collect();
    let href = match (task.placement_id, task.incoming_id, task.company_id) {
        (Some(id), _, _) => format!("/placements/{id}"),
        (None, Some(id), _) => format!("/inbox/{id}"),
        (None, None, Some(id)) => format!("/companies/{id}"),
        (None, None, None) => String::new(),
    };
    let made = p.when(task.created_at).words().to_owned();
    let note = match p.lang {
        Lang::Nl => format!("Op de lijst sinds {made}."),
        Lang::En => format!("On the list since {made}."),
    };
    Row::new(p, icon, &task.title)
        .href(href)
        .muted(who.join(", "))
        .badge(badge)
        .note(note)
        .post(Some(p.icon("check")), format!("/today/tasks/{}/done", task.id), p.t("Klaar", "Done"), "")
        .post(None, format!("/today/tasks/{}/later", task.id), p.t("Later", "Later"), "btn-quiet")
}

fn done_row(p: &Page, task: &TaskLine) -> Row {
    let words = p.t("Ongedaan maken", "Undo");
    Row::new(p, "check", &task.title)
        .muted(task.done_at.map(|at| p.when(at).words().to_owned()).unwrap_or_default())
        .done()
        .post(Some(p.icon("undo")), format!("/today/tasks/{}/undo", task.id), words, "btn-quiet")
}

fn proposal_row(p: &Page, line: &ProposalLine) -> Row {
    let path = format!("/proposals/{}", line.proposal.id);
    let next = proposal::next(&line.proposal.facts(), p.today());
    Row::new(p, "student", format!("{} {} {}", line.first_name, p.t("voor", "for"), line.company))
        .href(&path)
        .muted(&line.role)
        .note(next.say(p.lang))
        .link(None, &path, p.t("Bekijk", "Look"), "")
}

fn stale_row(p: &Page, stale: &Stale) -> Row {
    let places = p.n(stale.left, "plek", "plekken", "place", "places");
    let levels = code::join(&stale.levels).replace(',', ", ").replace("mbo", "mbo ");
    let what = if levels.is_empty() { stale.role.clone() } else { format!("{}, {levels}", stale.role) };
    let days = p.today().days_since(stale.confirmed_on);
    let on = p.day(stale.confirmed_on).words().to_owned();
    let note = match p.lang {
        Lang::Nl => format!("Voor het laatst bevestigd op {on}, {days} dagen geleden."),
        Lang::En => format!("Last confirmed on {on}, {days} days ago."),
    };
    let asked = stale.asked_on.map(|on| format!(" {} {}.", p.t("Gevraagd", "Asked"), p.day(on).words()));
    let row = Row::new(p, "seat", &stale.company)
        .href(format!("/companies/{}", stale.company_id))
        .seats(p.seats(&stale.seating))
        .muted(format!("{places}, {what}"))
        .note(note + asked.as_deref().unwrap_or_default())
        .post(
            Some(p.icon("check")),
            format!("/today/openings/{}/confirm", stale.id),
            p.t("Klopt nog", "Still holds"),
            "",
        );
    if asked.is_some() {
        return row.link(None, format!("/companies/{}", stale.company_id), p.t("Bel even", "Call"), "btn-quiet");
    }
    let path = format!("/today/companies/{}/ask-places", stale.company_id);
    row.post(None, path, p.t("Vraag per mail", "Ask by mail"), "btn-quiet")
}

/// A button without fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Nothing {}

/// `POST /today/tasks/{id}/done`
pub async fn finish(app: Data<App>, who: Signed, id: Path<TaskId>, _: Form<Nothing>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, *id);
    let task = ask(&app, move |app| {
        let known = app.db.read(|conn| crate::store::tasks::find(conn, &scope, id))?;
        known.map(|_| tasks::finish(&app.db, &scope, id, now).map_err(anyhow::Error::from)).transpose()
    });
    let task = task.await?.ok_or(Error::NotFound)?;
    let text = match who.lang {
        Lang::Nl => format!("Klaar: {}.", task.title),
        Lang::En => format!("Done: {}.", task.title),
    };
    Ok(done("/", &Flash::good(text).undo(format!("/today/tasks/{id}/undo")), &who))
}

/// `POST /today/tasks/{id}/undo`
pub async fn reopen(app: Data<App>, who: Signed, id: Path<TaskId>, _: Form<Nothing>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, *id);
    let task = ask(&app, move |app| {
        let known = app.db.read(|conn| crate::store::tasks::find(conn, &scope, id))?;
        known.map(|_| tasks::reopen(&app.db, &scope, id, now).map_err(anyhow::Error::from)).transpose()
    });
    task.await?.ok_or(Error::NotFound)?;
    Ok(done("/", &Flash::good(who.lang.t("Staat weer op de lijst.", "Back on the list.")), &who))
}

/// `POST /today/tasks/{id}/later`: the next working day.
pub async fn later(app: Data<App>, who: Signed, id: Path<TaskId>, _: Form<Nothing>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, *id);
    let to = add_working_days(now.day(), 1);
    let task = ask(&app, move |app| {
        let known = app.db.read(|conn| crate::store::tasks::find(conn, &scope, id))?;
        known.map(|_| tasks::postpone(&app.db, &scope, id, to, now).map_err(anyhow::Error::from)).transpose()
    });
    task.await?.ok_or(Error::NotFound)?;
    let p = who.page(Here::Today);
    let text = match who.lang {
        Lang::Nl => format!("Komt {} terug.", p.day(to).words()),
        Lang::En => format!("Comes back {}.", p.day(to).words()),
    };
    Ok(done("/", &Flash::good(text), &who))
}

/// `POST /today/openings/{id}/confirm`
pub async fn confirm(app: Data<App>, who: Signed, id: Path<OpeningId>, _: Form<Nothing>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, *id);
    let confirmed =
        crate::web::bridge::attempt(&app, move |app| openings::apply(&app.db, &scope, id, Change::Confirm, "", now));
    match confirmed.await? {
        Ok(()) => {
            Ok(done("/", &Flash::good(who.lang.t("Genoteerd: dit klopt nog.", "Noted: this still holds.")), &who))
        }
        Err(BookError::Gone) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}

impl Today {
    fn campaign_words(&self, campaign: &Underway) -> String {
        let p = &self.p;
        let answers = p.n(campaign.replied, "antwoord", "antwoorden", "reply", "replies");
        let (mailed, all) = (p.num(campaign.mailed), p.num(campaign.recipients));
        let held = if campaign.state == CampaignState::Paused { p.t(" Staat stil.", " Paused.") } else { "" };
        match p.lang {
            Lang::Nl => format!("{mailed} van {all} verstuurd, {answers}.{held}"),
            Lang::En => format!("{mailed} of {all} sent, {answers}.{held}"),
        }
    }
}
