//! Mails of which nobody knows whether they left: uncertain ones, and those that are held after a restore. Each waits for
//! a person's word; held ones can be decided about all at once.

use crate::app::App;
use crate::domain::id::{CampaignId, OutgoingId};
use crate::domain::words::{Lang, OutgoingState, Purpose};
use crate::flows::restore;
use crate::flows::uncertain::{self, DecideError, Decision};
use crate::store::DbError;
use crate::store::outgoing::{Outgoing, held};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::Form;
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::{done, go, show};
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

const HERE: &str = "/outgoing";

/// Messages that wait for a word, as a list with the buttons that decide about them.
#[derive(Template)]
#[template(path = "pages/in_doubt.html")]
pub(super) struct InDoubt<'a> {
    p: &'a Page,
    rows: &'a [Outgoing],
    /// The campaign on whose page it stands.
    campaign: Option<CampaignId>,
}

/// The list for a page; `campaign` is the one to go back to.
pub(super) fn in_doubt(p: &Page, rows: &[Outgoing], campaign: Option<CampaignId>) -> Result<String, askama::Error> {
    InDoubt { p, rows, campaign }.render()
}

impl InDoubt<'_> {
    fn is_held(&self, message: &Outgoing) -> bool {
        message.state == OutgoingState::Held
    }

    /// What it says can be sent once more: that of a system mail is forgotten.
    fn can_leave(&self, message: &Outgoing) -> bool {
        message.purpose != Purpose::System
    }

    fn why(&self, message: &Outgoing) -> String {
        let (queued, lang) = (self.p.when(message.queued_at).words().to_owned(), self.p.lang);
        match restore::since(&message.last_answer).filter(|_| self.is_held(message)) {
            Some(at) => match (self.p.when(at).words(), lang) {
                (at, Lang::Nl) => format!("Klaargezet {queued}; teruggezet uit de reservekopie van {at}."),
                (at, Lang::En) => format!("Made ready {queued}; restored from the backup of {at}."),
            },
            None => match lang {
                Lang::Nl => format!("Klaargezet {queued}; de verbinding viel weg."),
                Lang::En => format!("Made ready {queued}; the line dropped."),
            },
        }
    }
}

#[derive(Template)]
#[template(path = "pages/outgoing.html")]
struct List {
    p: Page,
    rows: Vec<Outgoing>,
    /// How many are held, and the highest id among them.
    held: (i64, OutgoingId),
    all: i64,
    first: Option<String>,
    next: Option<String>,
}

impl List {
    fn list(&self) -> Result<String, askama::Error> {
        in_doubt(&self.p, &self.rows, None)
    }
}

/// From where the list goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct After {
    after: Option<OutgoingId>,
}

/// `GET /outgoing`
pub async fn list(app: Data<App>, who: Signed, query: Query<After>) -> Answer {
    let limit = app.config.limits.page_rows as usize;
    let (scope, after) = (who.scope.clone(), query.after);
    let (mut rows, counts) = ask(&app, move |app| {
        let more = i64::try_from(limit).unwrap_or(i64::MAX) + 1;
        app.db.read(|conn| {
            Ok::<_, DbError>((held::in_doubt(conn, &scope, None, after, more)?, held::counts(conn, &scope)?))
        })
    })
    .await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let all = counts.iter().map(|(_, count, _)| count).sum();
    let held = counts.into_iter().find(|(state, ..)| *state == OutgoingState::Held);
    let held = held.map_or((0, OutgoingId(0)), |(_, count, last)| (count, last.unwrap_or(OutgoingId(0))));
    let next = rows.last().filter(|_| more).map(|last| format!("{HERE}?after={}", last.id));
    let first = after.map(|_| HERE.to_owned());
    show(&List { p: who.page(Here::Today), rows, held, all, first, next })
}

/// What a person decides about a message, and where to go back to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DecideForm {
    decision: String,
    campaign: Option<CampaignId>,
    until: Option<OutgoingId>,
}

impl DecideForm {
    fn decision(&self) -> Result<Decision, Error> {
        Ok(match self.decision.as_str() {
            "sent" => Decision::Sent,
            "again" => Decision::Again,
            "give_up" => Decision::GiveUp,
            _ => return Err(Error::BadRequest),
        })
    }
}

/// `POST /outgoing/{id}/decide`
pub async fn decide(app: Data<App>, who: Signed, id: Path<OutgoingId>, Form(form): Form<DecideForm>) -> Answer {
    let (scope, now, id, decision) = (who.scope.clone(), who.now, id.into_inner(), form.decision()?);
    match attempt(&app, move |app| uncertain::decide(&app.db, &scope, id, decision, now)).await? {
        Ok(()) | Err(DecideError::Move(_) | DecideError::Forgotten) => {}
        Err(DecideError::NotThere) => return Err(Error::NotFound),
        Err(error @ DecideError::Db(_)) => return Err(Error::unknown(error)),
    }
    Ok(go(&form.campaign.map_or_else(|| HERE.to_owned(), |id| format!("/campaigns/{id}"))))
}

/// `POST /outgoing/decide`: about all that are held and were shown.
pub async fn decide_all(app: Data<App>, who: Signed, Form(form): Form<DecideForm>) -> Answer {
    let (scope, now, decision) = (who.scope.clone(), who.now, form.decision()?);
    let until = form.until.ok_or(Error::BadRequest)?;
    let count = ask(&app, move |app| uncertain::decide_all(&app.db, &scope, until, decision, now)).await?;
    let words = said(&who.page(Here::Today), decision, count);
    Ok(done(HERE, &Flash::good(words), &who))
}

fn said(p: &Page, decision: Decision, count: usize) -> String {
    let what = match decision {
        Decision::Sent => p.t("genoteerd als verstuurd", "noted as sent"),
        Decision::Again => p.t("vrijgegeven", "released"),
        Decision::GiveUp => p.t("ingetrokken", "withdrawn"),
    };
    format!("{} {what}.", p.n(count, "mail", "mails", "mail", "mails"))
}
