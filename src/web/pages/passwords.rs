//! A new password by a link: for who forgot it and for who is new.

use super::door::let_in;
use crate::app::App;
use crate::domain::account::{BadPassword, LONGEST_PASSWORD, SHORTEST_PASSWORD, TokenPurpose};
use crate::domain::email::EmailAddress;
use crate::domain::secret::Secret;
use crate::domain::words::Lang;
use crate::flows::accounts::{self, Passwords, SignInError};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::form::{Errors, Form};
use crate::web::gate::Visitor;
use crate::web::page::{Here, Page};
use crate::web::{show, unfit};
use actix_web::rt::time::sleep;
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;
use std::time::Duration;

#[derive(Template)]
#[template(path = "pages/forgotten.html")]
struct Forgotten {
    p: Page,
    email: String,
    asked: bool,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "pages/choose.html")]
struct Choose {
    p: Page,
    token: String,
    email: Option<String>,
    errors: Errors,
}

/// Whose password was forgotten.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskForm {
    email: String,
}

/// A new password, twice.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChooseForm {
    password: String,
    again: String,
}

/// The answer about a forgotten password comes no sooner: writing a mail takes longer than finding that there is nobody to
/// write to, and whoever asks is not to see which of the two it was.
const ANSWER_AFTER: Duration = Duration::from_millis(400);
const PURPOSES: &[TokenPurpose] = &[TokenPurpose::Invitation, TokenPurpose::Reset];

/// Why a password will not do, as a sentence.
pub fn sentence(lang: Lang, bad: BadPassword) -> String {
    match (bad, lang) {
        (BadPassword::TooShort, Lang::Nl) => {
            format!("Neem minstens {SHORTEST_PASSWORD} tekens. Vier losse woorden onthoud je makkelijk.")
        }
        (BadPassword::TooShort, Lang::En) => {
            format!("Take at least {SHORTEST_PASSWORD} characters. Four loose words are easy to remember.")
        }
        (BadPassword::TooLong, Lang::Nl) => format!("Neem hooguit {LONGEST_PASSWORD} tekens."),
        (BadPassword::TooLong, Lang::En) => format!("Take at most {LONGEST_PASSWORD} characters."),
        (BadPassword::Guessable, _) => lang
            .t("Dit wachtwoord raadt iemand zo. Neem een ander.", "This password is guessed first. Take another.")
            .to_owned(),
    }
}

/// That the two passwords differ, as an error of the second field.
pub fn differs(lang: Lang) -> Errors {
    let sentence = lang.t("Dit is een ander wachtwoord dan hierboven.", "This is not the password above.");
    Errors::one("again", sentence)
}

/// `GET /sign-in/forgotten`
pub async fn forgotten(who: Visitor) -> Answer {
    let p = who.page(Here::Nowhere);
    show(&Forgotten { p, email: String::new(), asked: false, errors: Errors::default() })
}

/// `POST /sign-in/forgotten`
pub async fn ask_reset(app: Data<App>, who: Visitor, Form(form): Form<AskForm>) -> Answer {
    let p = who.page(Here::Nowhere);
    let Ok(email) = EmailAddress::parse(&form.email) else {
        let errors = Errors::one("email", p.t("Schrijf het zo: naam@bedrijf.nl.", "Write it as name@company.nl."));
        return unfit(&Forgotten { p, email: form.email, asked: false, errors });
    };
    let (address, now) = (who.address.clone(), who.now);
    let answer_at = sleep(ANSWER_AFTER);
    let asked = attempt(&app, move |app| {
        accounts::request_reset(&app.db, app.press(), &app.config.accounts, (&email, &address), now)
    });
    let asked = asked.await?;
    answer_at.await;
    match asked {
        Ok(()) => show(&Forgotten { p, email: form.email, asked: true, errors: Errors::default() }),
        Err(SignInError::Throttled { minutes }) => Err(Error::Throttled { minutes }),
        Err(error) => Err(Error::unknown(error)),
    }
}

/// `GET /sign-in/password/{token}`
pub async fn choose(app: Data<App>, who: Visitor, token: Path<String>) -> Answer {
    let token = token.into_inner();
    let email = owner(&app, &who, &token).await?;
    show(&Choose { p: who.page(Here::Nowhere), token, email, errors: Errors::default() })
}

async fn owner(app: &Data<App>, who: &Visitor, token: &str) -> Result<Option<String>, Error> {
    let (token, now) = (token.to_owned(), who.now);
    let member = ask(app, move |app| accounts::peek_link(&app.db, &token, PURPOSES, now)).await?;
    Ok(member.map(|member| member.user.email.to_string()))
}

/// `POST /sign-in/password/{token}`
pub async fn set(
    app: Data<App>,
    passwords: Data<Passwords>,
    who: Visitor,
    token: Path<String>,
    Form(form): Form<ChooseForm>,
) -> Answer {
    let (token, now, p) = (token.into_inner(), who.now, who.page(Here::Nowhere));
    let email = owner(&app, &who, &token).await?;
    if form.password != form.again {
        return unfit(&Choose { errors: differs(p.lang), p, token, email });
    }
    let (asked, password) = (token.clone(), Secret::new(form.password));
    let set = attempt(&app, move |app| {
        accounts::set_password(&app.db, &passwords, &app.config.accounts, (&asked, &password), now)
    });
    match set.await? {
        Ok(opened) => Ok(let_in(&opened, &who, "/")),
        Err(SignInError::Wrong) => unfit(&Choose { p, token, email: None, errors: Errors::default() }),
        Err(SignInError::Password(bad)) => {
            unfit(&Choose { errors: Errors::one("password", sentence(p.lang, bad)), p, token, email })
        }
        Err(error) => Err(Error::unknown(error)),
    }
}
