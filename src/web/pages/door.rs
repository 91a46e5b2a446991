//! Signing in by password or by a link that works once, and signing out. A GET changes nothing.

use crate::app::App;
use crate::domain::account::TokenPurpose;
use crate::domain::email::EmailAddress;
use crate::domain::secret::Secret;
use crate::flows::accounts::{self, Opened, Passwords, SignInError};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::form::{Errors, Form, Press};
use crate::web::gate::{Person, Visit, Visitor, give_lang, give_session, is_own_path};
use crate::web::page::{Here, Page};
use crate::web::{go, show, unfit};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pages/sign_in.html")]
struct SignInPage {
    p: Page,
    form: SignInForm,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "pages/link.html")]
struct LinkPage {
    p: Page,
    name: Option<String>,
    token: String,
}

/// What is typed at the door.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    email: String,
    password: String,
    next: String,
}

/// Where somebody wanted to go.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Next {
    next: String,
}

/// `GET /sign-in`
pub async fn form(who: Visitor, next: Query<Next>) -> Answer {
    let next = next.into_inner().next;
    if who.is_signed_in() {
        return Ok(go(&next));
    }
    let form = SignInForm { next, ..SignInForm::default() };
    show(&SignInPage { p: who.page(Here::Nowhere), form, errors: Errors::default() })
}

/// `POST /sign-in`
pub async fn sign_in(app: Data<App>, passwords: Data<Passwords>, who: Visitor, Form(form): Form<SignInForm>) -> Answer {
    // A text that is no address gets the same answer as one that nobody has.
    let result = match EmailAddress::parse(&form.email) {
        Ok(email) => {
            let (password, address, now) = (Secret::new(form.password.clone()), who.address.clone(), who.now);
            attempt(&app, move |app| {
                let settings = &app.config.accounts;
                accounts::sign_in(&app.db, &passwords, settings, (&email, &password), &address, now)
            })
            .await?
        }
        Err(_) => Err(SignInError::Wrong),
    };
    match result {
        Ok(opened) => Ok(let_in(&opened, &who, &form.next)),
        Err(SignInError::Wrong) => {
            let p = who.page(Here::Nowhere);
            let wrong = p.t(
                "Dit wachtwoord hoort niet bij dit mailadres. Probeer het nog eens, of maak een nieuw wachtwoord.",
                "This password does not belong to this e-mail address. Try again, or make a new password.",
            );
            unfit(&SignInPage { errors: Errors::one("password", wrong), p, form })
        }
        Err(SignInError::Throttled { minutes }) => Err(Error::Throttled { minutes }),
        Err(error) => Err(Error::unknown(error)),
    }
}

/// The answer that carries a new session.
pub fn let_in(opened: &Opened, visit: &Visit, next: &str) -> HttpResponse {
    let mut response = go(if is_own_path(next) { next } else { "/" });
    for cookie in [give_session(opened.token.expose(), visit.secure), give_lang(opened.lang, visit.secure)] {
        // Cookies of fixed names and plain values are always writable.
        let _ = response.add_cookie(&cookie);
    }
    response
}

/// `GET /sign-in/link/{token}`
pub async fn link(app: Data<App>, who: Visitor, token: Path<String>) -> Answer {
    let (token, now) = (token.into_inner(), who.now);
    let asked = token.clone();
    let member = ask(&app, move |app| accounts::peek_link(&app.db, &asked, &[TokenPurpose::SignIn], now)).await?;
    show(&LinkPage { p: who.page(Here::Nowhere), name: member.map(|member| member.user.name), token })
}

/// `POST /sign-in/link/{token}`
pub async fn sign_in_by_link(app: Data<App>, who: Visitor, token: Path<String>, _: Form<Press>) -> Answer {
    let (token, now) = (token.into_inner(), who.now);
    let asked = token.clone();
    let opened = attempt(&app, move |app| accounts::sign_in_by_link(&app.db, &app.config.accounts, &asked, now));
    match opened.await? {
        Ok(opened) => Ok(let_in(&opened, &who, "/")),
        Err(SignInError::Wrong) => unfit(&LinkPage { p: who.page(Here::Nowhere), name: None, token }),
        Err(error) => Err(Error::unknown(error)),
    }
}

/// `POST /sign-out`
pub async fn sign_out(app: Data<App>, who: Person, _: Form<Press>) -> Answer {
    let (session, user, now) = (who.session, who.id(), who.now);
    ask(&app, move |app| accounts::sign_out(&app.db, session, user, now)).await?;
    let mut response = go("/sign-in");
    // Without the cookie the session is over all the same.
    let _ = response.add_cookie(&give_session("", who.secure));
    Ok(response)
}
