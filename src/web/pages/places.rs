//! Whether places still hold: a broker asks with one press, and the company answers on a page that its mail links to. There the
//! link is the permission: no session, no form token. Looking changes nothing, so that a link scanner does no harm.

use crate::app::App;
use crate::domain::id::CompanyId;
use crate::domain::opening::Seating;
use crate::domain::phone::Phone;
use crate::domain::words::Lang;
use crate::flows::accounts::{self, SignInError};
use crate::flows::freshness::{self as flow, AnswerError, Asked, Done, MOST};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form, OpenForm, Press};
use crate::web::gate::{Signed, Visitor};
use crate::web::page::{Here, Page};
use crate::web::{done, go, gone, show, unfit};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;
use std::borrow::Borrow;

#[derive(Template)]
#[template(path = "pages/places.html")]
struct Places {
    p: Page,
    signed: String,
    asked: Asked,
    desk_phone: Option<String>,
    /// Ask once more, though it was answered.
    again: bool,
    typed: String,
    errors: Errors,
}

impl Places {
    fn new(who: &Visitor, signed: String, asked: Asked) -> Self {
        let mut p = who.page(Here::Nowhere);
        let (mut desk, mut desk_phone) = (String::new(), None);
        if let Some(site) = &asked.site {
            desk.clone_from(&site.desk_name);
            desk_phone = site.phone.as_ref().map(Phone::local);
        }
        p.desk = desk;
        Self { p, signed, asked, desk_phone, again: false, typed: String::new(), errors: Errors::default() }
    }

    /// What the company said by this link; `None` where the page asks.
    fn said(&self) -> Option<i32> {
        self.asked.round.places.filter(|_| !self.again)
    }

    /// Places that are free as far as we know.
    fn free(&self) -> i32 {
        self.asked.opening.places_left.max(0)
    }

    fn seats(&self) -> Seating {
        Seating { free: self.free(), ..Seating::default() }
    }

    /// "Verkoper, mbo 2, mbo 3".
    fn what(&self) -> String {
        let levels = self.asked.opening.fields.levels.replace(',', ", ").replace("mbo", "mbo ");
        let words = [self.asked.opening.fields.role.clone(), levels];
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
    }

    fn count(&self, count: impl Borrow<i32>) -> String {
        self.p.n(*count.borrow(), "stageplek", "stageplekken", "internship place", "internship places")
    }
}

/// Whether the page asks once more.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Again {
    again: String,
}

/// How many places are free.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Free {
    places: String,
}

/// A link that is not ours: whoever tries many has to wait.
async fn unknown(app: &Data<App>, who: &Visitor) -> Error {
    let (address, now) = (who.address.clone(), who.now);
    let counted = attempt(app, move |app| accounts::wrong_link(&app.db, &app.config.accounts, &address, now));
    match counted.await {
        Ok(Err(SignInError::Throttled { minutes })) => Error::Throttled { minutes },
        Ok(Ok(()) | Err(_)) => Error::NotFound,
        Err(error) => error,
    }
}

/// `GET /places/{token}` and `HEAD /places/{token}`
pub async fn look(app: Data<App>, who: Visitor, token: Path<String>, query: Query<Again>) -> Answer {
    let (signed, now) = (token.into_inner(), who.now);
    let link = signed.clone();
    let found = ask(&app, move |app| app.db.read(|conn| flow::look(conn, &app.keys, &link, now))).await?;
    let Some(asked) = found else { return Err(unknown(&app, &who).await) };
    let page = Places { again: !query.again.is_empty(), ..Places::new(&who, signed, asked) };
    if page.asked.open { show(&page) } else { gone(&page) }
}

/// `POST /places/{token}`
pub async fn press(app: Data<App>, who: Visitor, token: Path<String>, OpenForm(form): OpenForm<Free>) -> Answer {
    let (signed, now) = (token.into_inner(), who.now);
    // What is no number is refused as one that is too large.
    let free = form.places.trim().parse().unwrap_or(-1);
    let link = signed.clone();
    let answered = attempt(&app, move |app| flow::answer(&app.db, &app.keys, &link, free, now)).await?;
    match answered {
        Ok(Some(_)) => Ok(go(&format!("/places/{signed}"))),
        Ok(None) => Err(unknown(&app, &who).await),
        Err(AnswerError::Over | AnswerError::Number) => {
            let link = signed.clone();
            let found = ask(&app, move |app| app.db.read(|conn| flow::look(conn, &app.keys, &link, now))).await?;
            let Some(asked) = found else { return Err(unknown(&app, &who).await) };
            let mut page = Places::new(&who, signed, asked);
            if !page.asked.open {
                return gone(&page);
            }
            let sentence = match page.p.lang {
                Lang::Nl => format!("Schrijf een getal van 0 tot en met {MOST}."),
                Lang::En => format!("Write a number from 0 to {MOST}."),
            };
            page = Places { again: true, typed: form.places, errors: Errors::one("places", sentence), ..page };
            unfit(&page)
        }
        Err(error) => Err(Error::unknown(error)),
    }
}

/// `POST /companies/{id}/ask-places`
pub async fn ask_company(app: Data<App>, who: Signed, id: Path<CompanyId>, _: Form<Press>) -> Answer {
    let path = format!("/companies/{id}");
    asked(&app, &who, *id, &path).await
}

/// `POST /today/companies/{id}/ask-places`
pub async fn ask_today(app: Data<App>, who: Signed, id: Path<CompanyId>, _: Form<Press>) -> Answer {
    asked(&app, &who, *id, "/").await
}

async fn asked(app: &Data<App>, who: &Signed, id: CompanyId, path: &str) -> Result<HttpResponse, Error> {
    let (scope, now) = (who.scope.clone(), who.now);
    let done_now = ask(app, move |app| flow::ask_now(&app.db, app.press(), &app.config.freshness, &scope, id, now));
    let found = done_now.await?.ok_or(Error::NotFound)?;
    Ok(done(path, &told(&who.page(Here::Nowhere), &found), who))
}

fn told(p: &Page, found: &Done) -> Flash {
    if found.asked > 0 {
        let about = p.n(found.asked, "stageplek", "stageplekken", "opening", "openings");
        return Flash::good(match p.lang {
            Lang::Nl => format!("De mail over {about} gaat zo weg."),
            Lang::En => format!("The mail about {about} leaves in a moment."),
        });
    }
    if found.to_call > 0 {
        let why = found.why.as_deref().unwrap_or_default();
        return Flash::warn(match p.lang {
            Lang::Nl => format!("Mailen kan niet. {why} Er staat een taak om te bellen."),
            Lang::En => format!("No mail can be sent. {why} There is a task to call."),
        });
    }
    Flash::warn(p.t(
        "Er valt nu niets te vragen: het is al gevraagd, of net bevestigd.",
        "There is nothing to ask now: it was asked already, or just confirmed.",
    ))
}
