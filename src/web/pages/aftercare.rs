//! Aftercare: check-ins that need somebody, that wait for an answer, that come, that are done; and what a person does
//! with one of them.

use crate::app::App;
use crate::domain::aftercare::Mood;
use crate::domain::id::CheckInId;
use crate::domain::scope::Scope;
use crate::domain::words::{Addressee, Channel, CheckInState, Lang};
use crate::flows::checkins::{self as flow, CheckInError, Heard};
use crate::flows::students::{self, Sight};
use crate::store::DbResult;
use crate::store::checkins::{self, CheckInLine};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::Form;
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::parts::Badge;
use crate::web::row::Row;
use crate::web::{done, show};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

/// Rows per section at most.
const ROWS: i64 = 100;
/// Days that the page looks ahead and back.
const DAYS: i64 = 14;

#[derive(Template)]
#[template(path = "pages/aftercare.html")]
struct Aftercare {
    p: Page,
    sections: Vec<(&'static str, String, Vec<Row>)>,
}

/// `GET /aftercare`
pub async fn list(app: Data<App>, who: Signed) -> Answer {
    let (scope, now) = (who.scope.clone(), who.now);
    let (waiting, coming, closed) = ask(&app, move |app| -> DbResult<_> {
        let today = now.day();
        let found = app.db.read(|conn| -> DbResult<_> {
            Ok((
                checkins::waiting(conn, &scope, today, ROWS)?,
                checkins::coming(conn, &scope, today, today.plus(DAYS), ROWS)?,
                checkins::closed_since(conn, &scope, now.plus_days(-DAYS), ROWS)?,
            ))
        })?;
        let shown = found.0.len() + found.1.len() + found.2.len();
        students::seen(&app.db, &scope, Sight::List("aftercare", shown), now)?;
        Ok(found)
    })
    .await?;
    let p = who.page(Here::Aftercare);
    let (asked, person): (Vec<_>, Vec<_>) =
        waiting.iter().partition(|line| matches!(line.checkin.state, CheckInState::Asked | CheckInState::Reminded));
    let rows = |lines: Vec<&CheckInLine>| lines.into_iter().map(|line| checkin_row(&p, line)).collect::<Vec<_>>();
    let section = |id, nl: &str, en: &str, rows| (id, p.t(nl, en).to_owned(), rows);
    let mut sections = vec![
        section("person", "Vraagt om jou", "Asks for you", rows(person)),
        section("asked", "Wacht op antwoord", "Waits for an answer", rows(asked)),
        section("coming", "Komende twee weken", "The next two weeks", rows(coming.iter().collect())),
        section("closed", "Afgelopen twee weken klaar", "Done in the last two weeks", rows(closed.iter().collect())),
    ];
    sections.retain(|(_, _, rows)| !rows.is_empty());
    show(&Aftercare { p, sections })
}

/// One check-in as a row: what there is, and what can be done about it now.
pub(super) fn checkin_row(p: &Page, line: &CheckInLine) -> Row {
    let of = &line.checkin;
    let title = match p.lang {
        Lang::Nl => format!("{} bij {}", line.first_name, line.company),
        Lang::En => format!("{} at {}", line.first_name, line.company),
    };
    let row = Row::new(p, icon(of.channel), title)
        .href(format!("/placements/{}#c-{}", of.placement_id, of.id))
        .muted(format!("{}, {}", of.name(p.lang).to_lowercase(), side(p, of.addressee)));
    acts(p, line, row)
}

/// The same on the page of its placement, which says already whose it is.
pub(super) fn own_row(p: &Page, line: &CheckInLine) -> Row {
    let of = &line.checkin;
    acts(p, line, Row::new(p, icon(of.channel), of.name(p.lang)).muted(side(p, of.addressee)))
}

fn side(p: &Page, addressee: Addressee) -> &'static str {
    match addressee {
        Addressee::Employer => p.t("bedrijf", "company"),
        Addressee::Student => p.t("leerling", "student"),
    }
}

fn acts(p: &Page, line: &CheckInLine, row: Row) -> Row {
    let of = &line.checkin;
    let row = row.badge(badge(p, line)).note(note(p, line));
    let path = |act: &str| format!("/aftercare/{}/{act}", of.id);
    let talk = |row: Row| {
        let words = p.t("Leg het gesprek vast", "Record the talk");
        row.link(Some(p.icon("call")), format!("/placements/{}#c-{}", of.placement_id, of.id), words, "")
    };
    match of.state {
        CheckInState::Planned | CheckInState::Due if of.channel == Channel::Mail => {
            row.post(None, path("ask"), p.t("Nu sturen", "Send now"), "btn-quiet")
        }
        CheckInState::Planned => row,
        CheckInState::Due | CheckInState::CallTask | CheckInState::Escalated | CheckInState::Answered => {
            talk(row).post(None, path("later"), p.t("Later", "Later"), "btn-quiet")
        }
        CheckInState::Asked | CheckInState::Reminded => talk(row),
        CheckInState::Done => {
            row.done().post(Some(p.icon("undo")), path("undo"), p.t("Ongedaan maken", "Undo"), "btn-quiet")
        }
        CheckInState::Cancelled => row.done(),
    }
}

fn icon(channel: Channel) -> &'static str {
    match channel {
        Channel::Mail => "mail",
        Channel::Call => "call",
        Channel::Visit => "visit",
    }
}

fn badge(p: &Page, line: &CheckInLine) -> Option<Badge> {
    let of = &line.checkin;
    let late = p.today().days_since(of.due_on);
    match (of.state, of.mood) {
        (CheckInState::Answered, Some(Mood::Urgent)) => Some(p.badge("bad", p.t("nu bellen", "call now"))),
        (CheckInState::Answered, Some(Mood::Concern)) => Some(p.badge("warn", p.t("zorg", "concern"))),
        (CheckInState::Answered, _) => Some(p.badge("warn", p.t("kijk even mee", "have a look"))),
        (CheckInState::Escalated, _) => Some(p.badge("bad", p.t("blijft liggen", "left undone"))),
        (CheckInState::CallTask | CheckInState::Due | CheckInState::Planned, _) if late > 0 => {
            let words = p.n(late, "dag te laat", "dagen te laat", "day late", "days late");
            Some(p.badge("bad", words))
        }
        _ => None,
    }
}

/// The sentence that says where a check-in stands.
pub(super) fn note(p: &Page, line: &CheckInLine) -> String {
    let of = &line.checkin;
    let when = |day: crate::domain::time::Day| p.day(day).words().to_owned();
    let on = |nl: &str, en: &str, day: crate::domain::time::Day| format!("{} {}.", p.t(nl, en), when(day));
    let digit = of.score.map(|score| match p.lang {
        Lang::Nl => format!("Cijfer {score}. "),
        Lang::En => format!("Digit {score}. "),
    });
    let digit = digit.unwrap_or_default();
    match of.state {
        CheckInState::Planned | CheckInState::Due => match of.channel {
            Channel::Mail => on("De vraag gaat vanzelf uit,", "The question goes out by itself,", of.due_on),
            Channel::Call => on("Bellen:", "Call:", of.due_on),
            Channel::Visit => on("Bezoek:", "Visit:", of.due_on),
        },
        CheckInState::Asked => on("De vraag ging uit:", "The question went out:", of.asked_on.unwrap_or(of.due_on)),
        CheckInState::Reminded => {
            on("Herinnerd, nog geen antwoord:", "Reminded, no answer yet:", of.reminded_on.unwrap_or(of.due_on))
        }
        CheckInState::CallTask => of.reason.clone(),
        CheckInState::Escalated => p
            .t("Er is nog niet gebeld. De coördinator weet het.", "Nobody called yet. The coordinator knows.")
            .to_owned(),
        CheckInState::Answered | CheckInState::Done => format!("{digit}{}", of.answer),
        CheckInState::Cancelled => of.reason.clone(),
    }
}

/// What a person heard.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct HeardForm {
    score: String,
    mood: String,
    words: String,
    again: Option<String>,
    reason: String,
    back: String,
}

impl HeardForm {
    fn heard(&self) -> Heard {
        Heard {
            score: self.score.parse().ok(),
            mood: self.mood.parse::<Mood>().ok(),
            words: self.words.clone(),
            again: self.again.is_some(),
        }
    }

    fn back(&self) -> &str {
        if self.back.is_empty() { "/aftercare" } else { &self.back }
    }
}

/// `POST /aftercare/{id}/done`
pub async fn close(app: Data<App>, who: Signed, id: Path<CheckInId>, Form(form): Form<HeardForm>) -> Answer {
    let (scope, now, id, heard) = (who.scope.clone(), who.now, *id, form.heard());
    let closed = attempt(&app, move |app| flow::close(&app.db, &scope, id, &heard, now)).await?;
    let good = Flash::good(who.lang.t("Vastgelegd. Dit moment is klaar.", "Recorded. This check-in is done."));
    answer(&who, closed, good.undo(format!("/aftercare/{id}/undo")), form.back())
}

/// `POST /aftercare/{id}/undo`
pub async fn undo(app: Data<App>, who: Signed, id: Path<CheckInId>, Form(form): Form<HeardForm>) -> Answer {
    let (scope, id) = (who.scope.clone(), *id);
    let undone = attempt(&app, move |app| flow::undo(&app.db, &scope, id)).await?;
    answer(&who, undone, Flash::good(who.lang.t("Staat weer open.", "Open again.")), form.back())
}

/// `POST /aftercare/{id}/later`: the next working day.
pub async fn later(app: Data<App>, who: Signed, id: Path<CheckInId>, Form(form): Form<HeardForm>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, *id);
    let moved = attempt(&app, move |app| flow::postpone(&app.db, &scope, id, now)).await?;
    let text = who.lang.t("Komt de volgende werkdag terug.", "Comes back the next working day.");
    answer(&who, moved, Flash::good(text), form.back())
}

/// `POST /aftercare/{id}/cancel`
pub async fn cancel(app: Data<App>, who: Signed, id: Path<CheckInId>, Form(form): Form<HeardForm>) -> Answer {
    let (scope, now, id, reason) = (who.scope.clone(), who.now, *id, form.reason.clone());
    let cancelled = attempt(&app, move |app| flow::cancel(&app.db, &scope, id, &reason, now)).await?;
    answer(&who, cancelled, Flash::good(who.lang.t("Van de lijst gehaald.", "Taken off the list.")), form.back())
}

/// `POST /aftercare/{id}/ask`: now instead of in the morning of its day.
pub async fn ask_now(app: Data<App>, who: Signed, id: Path<CheckInId>, Form(form): Form<HeardForm>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, *id);
    let word = ask(&app, move |app| ask_in(app, &scope, id, now)).await?.ok_or(Error::NotFound)?;
    let flash = match word {
        "asked" | "reminded" => Flash::good(who.lang.t("De vraag is onderweg.", "The question is on its way.")),
        "to call" => Flash::warn(who.lang.t(
            "Mailen kan hier niet. Er staat nu een belletje op de lijst.",
            "This cannot be mailed. A call stands on the list now.",
        )),
        _ => Flash::warn(who.lang.t("Hier valt nu niets te sturen.", "There is nothing to send here now.")),
    };
    Ok(done(form.back(), &flash, &who))
}

fn ask_in(
    app: &App,
    scope: &Scope,
    id: CheckInId,
    now: crate::domain::time::Moment,
) -> anyhow::Result<Option<&'static str>> {
    crate::flows::aftercare::ask_now(&app.db, &app.templates, &app.config.aftercare, scope, id, now)
}

/// The next page after an act on a check-in, with a sentence of what happened.
fn answer(who: &Signed, result: Result<(), CheckInError>, good: Flash, back: &str) -> Answer {
    let bad = |text: &str| Ok(done(back, &Flash::bad(text), who));
    match result {
        Ok(()) => Ok(done(back, &good, who)),
        Err(CheckInError::NotFound) => Err(Error::NotFound),
        Err(CheckInError::Stale) => Err(Error::Stale),
        Err(CheckInError::Score) => bad(who.lang.t("Geef een cijfer van 1 tot 5.", "Give a digit from 1 to 5.")),
        Err(CheckInError::NoReason) => bad(who.lang.t("Schrijf er kort bij waarom.", "Write in a few words why.")),
        Err(CheckInError::Bsn(found)) => bad(found.say(who.lang)),
        Err(CheckInError::NoMove(_)) => {
            bad(who.lang.t("Dit moment is al verder dan dat.", "This check-in is past that."))
        }
        Err(error @ CheckInError::Db(_)) => Err(Error::unknown(error)),
    }
}
