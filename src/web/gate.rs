//! Who is it: every request's [`Visit`] is made once, before any handler, and handlers ask for the reach they need:
//! [`Visitor`] anybody, [`Person`] signed in, [`Signed`] sees records, [`RequireCoordinator`] manages.

use super::error::Error;
use super::flash::{self, Flash};
use super::form::same;
use super::page::{Counts, Here, Page, Person as Named};
use crate::app::App;
use crate::domain::account::Theme;
use crate::domain::id::{SessionId, SiteId, UserId};
use crate::domain::opening::STALE_DAYS;
use crate::domain::scope::Scope;
use crate::domain::secret::{hash, random_token};
use crate::domain::time::Moment;
use crate::domain::words::{Lang, Role};
use crate::flows::accounts::{self, Arrival};
use crate::flows::school_door::Guest;
use crate::store::users::User;
use crate::store::{DbError, desk, sites, today};
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use std::future::{Ready, ready};
use std::ops::Deref;
use std::rc::Rc;

/// The cookie in which a visitor without a session keeps the language.
pub const LANG: &str = "lang";
/// The cookie to which the forms of a visitor without a session are bound.
pub const VISITOR: &str = "visitor";

/// What is known about a request before any handler sees it.
#[derive(Debug)]
pub struct Visit {
    /// The token that its forms must carry; empty when there is none yet.
    pub csrf: String,
    /// The reader's language.
    pub lang: Lang,
    /// When it came in.
    pub now: Moment,
    /// Whether cookies are Secure.
    pub secure: bool,
    /// Network address of the reader, for throttling.
    pub address: String,
    flash: Option<Flash>,
    path: String,
    wants_json: bool,
    method_is_read: bool,
    known: Option<Known>,
    guest: Option<Guest>,
}

#[derive(Debug)]
struct Known {
    session: SessionId,
    user: User,
    scope: Scope,
    sites: Vec<(SiteId, String)>,
    counts: Counts,
}

/// What the database tells about a session's token.
#[derive(Debug)]
pub struct Found {
    arrival: Arrival,
    scope: Scope,
    sites: Vec<(SiteId, String)>,
    counts: Counts,
}

/// Name of the session's cookie: the prefix makes browsers insist on Secure, path and host.
pub fn session_cookie(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

/// The cookie that carries a new session; an empty token takes it away.
pub fn give_session(token: &str, secure: bool) -> Cookie<'static> {
    give(session_cookie(secure), token, secure)
}

fn give(name: &'static str, token: &str, secure: bool) -> Cookie<'static> {
    let mut cookie = Cookie::build(name, token.to_owned())
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .finish();
    if token.is_empty() {
        cookie.make_removal();
    }
    cookie
}

/// Name of the cookie of a referrer's session.
pub fn school_cookie(secure: bool) -> &'static str {
    if secure { "__Host-school" } else { "school" }
}

/// The cookie that carries a referrer's session; an empty token takes it away.
pub fn give_school(token: &str, secure: bool) -> Cookie<'static> {
    give(school_cookie(secure), token, secure)
}

/// The cookie that remembers a visitor's language for a year.
pub fn give_lang(lang: Lang, secure: bool) -> Cookie<'static> {
    Cookie::build(LANG, lang.as_str())
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365))
        .finish()
}

/// A new visitor's cookie, and the form token that belongs to it.
pub fn new_visitor(secure: bool) -> (Cookie<'static>, String) {
    let secret = random_token();
    let token = visitor_token(&secret);
    let cookie =
        Cookie::build(VISITOR, secret).path("/").http_only(true).secure(secure).same_site(SameSite::Lax).finish();
    (cookie, token)
}

fn visitor_token(secret: &str) -> String {
    hash(&format!("form token of {secret}"))
}

/// Whether a text is a path of this house: one slash, no host, no backslash, no control character.
pub fn is_own_path(text: &str) -> bool {
    text.starts_with('/')
        && !text.starts_with("//")
        && text.len() <= 500
        && !text.chars().any(|c| c == '\\' || c.is_control() || c.is_whitespace())
}

/// Asks the database who comes with a cookie, and counts what the menu shows.
pub fn look_up(app: &App, token: &str, now: Moment) -> Result<Option<Found>, DbError> {
    let Some(arrival) = accounts::arrive(&app.db, &app.config.accounts, token, now)? else { return Ok(None) };
    let member = &arrival.member;
    let scope = Scope::of(member.user.id, member.user.role, member.sites.clone());
    app.db.read(|conn| {
        let sites = sites::list(conn, &scope)?.into_iter().map(|site| (site.id, site.name)).collect();
        let counts = if scope.role().sees_records() {
            let glance = desk::glance(conn, &scope, now.day())?;
            let stale = today::stale_count(conn, &scope, now.day().plus(-STALE_DAYS))?;
            Counts {
                today: glance.tasks + glance.inbox + glance.checkins + glance.proposals + stale,
                inbox: glance.inbox,
                students: glance.students,
                campaigns: glance.campaigns,
                placements: glance.placements,
                aftercare: glance.checkins,
            }
        } else {
            Counts::default()
        };
        Ok(Some(Found { arrival, scope, sites, counts }))
    })
}

impl Visit {
    /// The visit of a request; `found` is what [`look_up`] said about its cookie.
    pub fn new(request: &HttpRequest, found: Option<Found>, now: Moment, secure: bool, address: String) -> Self {
        let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned());
        let lang = cookie(LANG).and_then(|lang| lang.parse().ok()).unwrap_or_default();
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let accept = request.headers().get("accept").and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        let visit = Self {
            csrf: cookie(VISITOR).map(|secret| visitor_token(&secret)).unwrap_or_default(),
            lang,
            now,
            secure,
            address,
            flash: cookie(flash::COOKIE).and_then(|value| Flash::read(&value)),
            path,
            wants_json: accept.starts_with("application/json"),
            method_is_read: request.method().is_safe(),
            known: None,
            guest: None,
        };
        let Some(found) = found else { return visit };
        let (session, user) = (found.arrival.session, found.arrival.member.user);
        Self {
            csrf: session.csrf,
            lang: user.lang,
            known: Some(Known {
                session: session.id,
                user,
                scope: found.scope,
                sites: found.sites,
                counts: found.counts,
            }),
            ..visit
        }
    }

    /// The visit that was made for this request.
    pub fn of(request: &HttpRequest) -> Result<Rc<Self>, Error> {
        request.extensions().get::<Rc<Self>>().cloned().ok_or(Error::NotFound)
    }

    /// Binds the forms of a visitor without a cookie to the one that this answer sets.
    pub fn bind(&mut self, csrf: String) {
        self.csrf = csrf;
    }

    /// A referrer comes in by the schools' own door; the forms are bound to that session.
    pub fn welcome(&mut self, guest: Guest) {
        self.csrf.clone_from(&guest.session.csrf);
        self.guest = Some(guest);
    }

    /// The referrer who came in by the schools' own door.
    pub fn guest(&self) -> Option<&Guest> {
        self.guest.as_ref()
    }

    /// Whether somebody is signed in.
    pub fn is_signed_in(&self) -> bool {
        self.known.is_some()
    }

    /// Whether the reader is a script of ours.
    pub fn wants_json(&self) -> bool {
        self.wants_json
    }

    /// Whether a token equals the one of this visit's forms.
    pub fn has_token(&self, token: &str) -> bool {
        !self.csrf.is_empty() && same(token, &self.csrf)
    }

    /// What a template holds as `p`.
    pub fn page(&self, here: Here) -> Page {
        let known = self.known.as_ref();
        let desk = known.map(|known| known.sites.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", "));
        Page {
            lang: self.lang,
            now: self.now,
            here,
            user: known.map(|known| Named { name: known.user.name.clone(), role: known.user.role }),
            desk: desk.unwrap_or_default(),
            counts: known.map(|known| known.counts).unwrap_or_default(),
            csrf: self.csrf.clone(),
            flash: self.flash.clone(),
            theme: known.map_or(Theme::Auto, |known| known.user.theme).to_string(),
            keys: known.is_none_or(|known| known.user.single_keys),
            // A page that answers a form can only be come back to by its own address.
            path: if self.method_is_read { self.path.clone() } else { "/".to_owned() },
        }
    }
}

/// Anybody.
#[derive(Debug, Clone)]
pub struct Visitor(pub Rc<Visit>);

/// Somebody who is signed in, whatever their role.
#[derive(Debug, Clone)]
pub struct Person {
    visit: Rc<Visit>,
    /// In whose name the store is read.
    pub scope: Scope,
    /// Who it is.
    pub user: User,
    /// Their session.
    pub session: SessionId,
    /// The sites in scope with their names.
    pub sites: Vec<(SiteId, String)>,
}

/// Somebody who sees the desk's records; for others the page is not there.
#[derive(Debug, Clone)]
pub struct Signed(pub Person);

/// A coordinator.
#[derive(Debug, Clone)]
pub struct RequireCoordinator(pub Signed);

impl Deref for Visitor {
    type Target = Visit;
    fn deref(&self) -> &Visit {
        &self.0
    }
}

impl Deref for Person {
    type Target = Visit;
    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl Deref for Signed {
    type Target = Person;
    fn deref(&self) -> &Person {
        &self.0
    }
}

impl Deref for RequireCoordinator {
    type Target = Signed;
    fn deref(&self) -> &Signed {
        &self.0
    }
}

impl Person {
    /// Their id.
    pub fn id(&self) -> UserId {
        self.user.id
    }

    fn of(request: &HttpRequest) -> Result<Self, Error> {
        let visit = Visit::of(request)?;
        let Some(known) = &visit.known else {
            let next = if visit.method_is_read { visit.path.clone() } else { "/".to_owned() };
            return Err(Error::SignIn { next });
        };
        let (scope, user, session) = (known.scope.clone(), known.user.clone(), known.session);
        let sites = known.sites.clone();
        Ok(Self { visit: Rc::clone(&visit), scope, user, session, sites })
    }
}

impl Signed {
    fn of(request: &HttpRequest) -> Result<Self, Error> {
        let person = Person::of(request)?;
        if person.user.role.sees_records() { Ok(Self(person)) } else { Err(Error::NotFound) }
    }
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Visit::of(request).map(Self))
    }
}

impl FromRequest for Person {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl FromRequest for Signed {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl FromRequest for RequireCoordinator {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Signed::of(request).and_then(|signed| {
            if signed.user.role == Role::Coordinator {
                return Ok(Self(signed));
            }
            Err(Error::Refused {
                nl: "Alleen een coördinator kan dit zien en aanpassen.",
                en: "Only a coordinator can see and change this.",
            })
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_house_are_gone_on_to() {
        for (path, own) in [
            ("/companies?q=a", true),
            ("/", true),
            ("//elsewhere.example", false),
            ("/\\elsewhere.example", false),
            ("https://elsewhere.example", false),
            ("/a\r\nSet-Cookie:x", false),
            ("", false),
        ] {
            assert_eq!(is_own_path(path), own, "{path:?}");
        }
    }
}
