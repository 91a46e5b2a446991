//! What stands before every handler: the host must be ours, the visit is made, errors become pages, and every
//! answer carries the headers.

use super::bridge::ask;
use super::error::{Answer, Error};
use super::flash;
use super::form;
use super::gate::{Visit, Visitor, look_up, new_visitor, school_cookie, session_cookie};
use super::page::Here;
use crate::app::App;
use crate::domain::words::Lang;
use crate::flows::school_door;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::Cookie;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Instant;

/// Scripts, styles and pictures of our own, and nothing else; no inline anything.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'";

/// Where the schools' own pages are.
const SCHOOLS: &str = "/for-schools";

/// Wraps every route.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(app) = request.app_data::<web::Data<App>>().cloned() else {
        return Ok(request.into_response(HttpResponse::InternalServerError().finish()));
    };
    let began = Instant::now();
    let secure = app.config.server.is_tls();
    let bare = request.path().starts_with("/assets/") || request.path() == "/healthz";
    let mut response = if !is_our_host(&request, &app) {
        unknown_host(request, &app, secure)
    } else if bare {
        next.call(request).await?.map_into_boxed_body()
    } else {
        visited(request, next, &app, secure).await?
    };
    dress(response.headers_mut(), secure);
    if app.leaving.asked() {
        // Whoever keeps the line for its next request takes that one to another process.
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    app.meter.answered(response.status().as_u16(), began.elapsed());
    Ok(response)
}

async fn visited(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    app: &web::Data<App>,
    secure: bool,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let now = app.clock.now();
    // The schools' own pages know no users, and all others know no referrers.
    let of_school = request.path().starts_with(SCHOOLS);
    let name = if of_school { school_cookie(secure) } else { session_cookie(secure) };
    let token = request.cookie(name).map(|cookie| cookie.value().to_owned()).filter(|token| !token.is_empty());
    let (found, guest, failure) = match token {
        Some(token) if of_school => {
            let arrived = ask(app, move |app| school_door::arrive(&app.db, &app.config.accounts, &token, now)).await;
            arrived.map_or_else(|error| (None, None, Some(error)), |guest| (None, guest, None))
        }
        Some(token) => {
            let found = ask(app, move |app| look_up(app, &token, now)).await;
            found.map_or_else(|error| (None, None, Some(error)), |found| (found, None, None))
        }
        None => (None, None, None),
    };
    let address = peer(&request, &app.config.server.proxies);
    let mut visit = Visit::new(request.request(), found, now, secure, address);
    if let Some(guest) = guest {
        visit.welcome(guest);
    }
    let mut cookies = Vec::new();
    let door = of_school || request.path().starts_with("/sign-in");
    if visit.csrf.is_empty() && !visit.is_signed_in() && door {
        let (cookie, token) = new_visitor(secure);
        visit.bind(token);
        cookies.push(cookie);
    }
    let visit = Rc::new(visit);
    request.extensions_mut().insert(Rc::clone(&visit));
    let mut response = match failure {
        Some(error) => request.into_response(error_page(&error, &visit)),
        None => paged(next.call(request).await?.map_into_boxed_body(), &visit),
    };
    let read = response.request().cookie(flash::COOKIE).is_some();
    let html =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if read && html && !has_cookie(response.headers(), flash::COOKIE) {
        let mut gone = Cookie::build(flash::COOKIE, "").path("/").finish();
        gone.make_removal();
        cookies.push(gone);
    }
    for cookie in cookies {
        response.response_mut().add_cookie(&cookie)?;
    }
    Ok(response)
}

fn has_cookie(headers: &HeaderMap, name: &str) -> bool {
    let start = format!("{name}=");
    headers.get_all(header::SET_COOKIE).any(|cookie| cookie.as_bytes().starts_with(start.as_bytes()))
}

/// An error of ours becomes its page; errors of the framework (a bad path or query, a wrong method) become ours.
fn paged(response: ServiceResponse<BoxBody>, visit: &Visit) -> ServiceResponse<BoxBody> {
    let page = match response.response().error() {
        Some(error) => match error.as_error::<Error>() {
            Some(error) => error_page(error, visit),
            None => error_page(&foreign(response.status().as_u16(), form::largest(response.request())), visit),
        },
        None => return response,
    };
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, page)
}

fn foreign(status: u16, limit: usize) -> Error {
    match status {
        400 => Error::BadRequest,
        413 => Error::TooLarge { limit },
        404 | 405 => Error::NotFound,
        status => Error::Unknown(anyhow::anyhow!("the web framework answered {status}")),
    }
}

fn error_page(error: &Error, visit: &Visit) -> HttpResponse {
    match error {
        Error::SignIn { next } if !visit.wants_json() => {
            let query = if next == "/" { String::new() } else { format!("?next={}", escape(next)) };
            HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/sign-in{query}"))).finish()
        }
        Error::SignIn { .. } => HttpResponse::Unauthorized().finish(),
        Error::NotFound
        | Error::Refused { .. }
        | Error::WrongToken
        | Error::Stale
        | Error::BadRequest
        | Error::UnknownHost
        | Error::TooLarge { .. }
        | Error::Throttled { .. }
        | Error::Unknown(_) => error.page(&visit.page(Here::Nowhere), visit.wants_json()),
    }
}

fn escape(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn unknown_host(request: ServiceRequest, app: &App, secure: bool) -> ServiceResponse<BoxBody> {
    let mut visit = Visit::new(request.request(), None, app.clock.now(), secure, String::new());
    visit.lang = Lang::default();
    let page = Error::UnknownHost.page(&visit.page(Here::Nowhere), visit.wants_json());
    request.into_response(page)
}

/// The base URL's host and those that the configuration lists; on a loopback listener also the loopback's names.
fn is_our_host(request: &ServiceRequest, app: &App) -> bool {
    // HTTP/2 and absolute URIs carry the host in the URI.
    let given = request.uri().host().map(ToOwned::to_owned).or_else(|| {
        let value = request.headers().get(header::HOST)?.to_str().ok()?;
        Some(without_port(value).to_owned())
    });
    let Some(given) = given.map(|host| host.to_ascii_lowercase()) else { return false };
    let server = &app.config.server;
    let own = url::Url::parse(&server.base_url).ok().and_then(|url| url.host_str().map(ToOwned::to_owned));
    own.is_some_and(|own| own == given)
        || server.hosts.iter().any(|host| without_port(host).eq_ignore_ascii_case(&given))
        || (server.listen.ip().is_loopback() && ["127.0.0.1", "localhost", "[::1]"].contains(&given.as_str()))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if port.chars().all(|c| c.is_ascii_digit()) && (!name.contains(':') || name.ends_with(']')) =>
        {
            name
        }
        _ => host,
    }
}

/// The reader's address: the peer's, or what a listed proxy says in the last place that is no proxy of ours.
fn peer(request: &ServiceRequest, proxies: &[IpAddr]) -> String {
    let Some(peer) = request.peer_addr().map(|peer| peer.ip()) else { return "unknown".to_owned() };
    let forwarded = request.headers().get("x-forwarded-for").and_then(|value| value.to_str().ok());
    behind(peer, forwarded.unwrap_or_default(), proxies).to_string()
}

fn behind(peer: IpAddr, forwarded: &str, proxies: &[IpAddr]) -> IpAddr {
    if !proxies.contains(&peer) {
        return peer;
    }
    let named = forwarded.rsplit(',').map_while(|part| part.trim().parse::<IpAddr>().ok());
    named.into_iter().find(|address| !proxies.contains(address)).unwrap_or(peer)
}

/// Sets what a route has not set itself.
fn dress(headers: &mut HeaderMap, secure: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::CACHE_CONTROL, "no-store");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if secure {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
}

/// Where no route fits.
pub async fn nowhere(_: Visitor) -> Answer {
    Err(Error::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_proxies_are_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        for (peer, forwarded, who) in [
            ("192.0.2.9", "198.51.100.7", "192.0.2.9"),
            ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", "203.0.113.5, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "198.51.100.7, nonsense", "10.0.0.1"),
        ] {
            assert_eq!(behind(ip(peer), forwarded, &proxies), ip(who), "{peer} {forwarded}");
        }
    }

    #[test]
    fn a_host_is_compared_without_its_port() {
        for (host, name) in [("a.example:8080", "a.example"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]"), ("a", "a")] {
            assert_eq!(without_port(host), name);
        }
    }
}
