//! Opting out by the link in a mail. Looking changes nothing, so that a link scanner does no harm; one press does it, with
//! or without a browser (RFC 8058). The link is the permission: no session, no form token, no end date.

use crate::app::App;
use crate::domain::scope::Scope;
use crate::flows::opt_outs;
use crate::store::outgoing::Outgoing;
use crate::store::{Conn, DbError, sites, suppressions};
use crate::web::bridge::ask;
use crate::web::error::{Answer, Error};
use crate::web::gate::Visitor;
use crate::web::page::{Here, Page};
use crate::web::show;
use actix_web::web::{Data, Path};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/opt_out.html")]
struct OptOut {
    p: Page,
    signed: String,
    address: String,
    desk_phone: Option<String>,
    is_out: bool,
}

impl OptOut {
    fn new(who: &Visitor, signed: String, found: Found) -> Self {
        let mut p = who.page(Here::Nowhere);
        p.desk = found.desk;
        Self { p, signed, address: found.address, desk_phone: found.phone, is_out: found.is_out }
    }
}

struct Found {
    address: String,
    desk: String,
    phone: Option<String>,
    is_out: bool,
}

fn about(conn: &mut Conn, message: &Outgoing) -> Result<Found, DbError> {
    let site = sites::find(conn, &Scope::clockwork(message.site_id), message.site_id)?;
    let out = suppressions::in_force(conn, std::slice::from_ref(&message.address_key))?;
    let (desk, phone) = site.map_or_else(Default::default, |site| {
        (site.desk_name, site.phone.as_ref().map(crate::domain::phone::Phone::local))
    });
    Ok(Found { address: message.address.to_string(), desk, phone, is_out: !out.is_empty() })
}

/// `GET /u/{token}` and `HEAD /u/{token}`
pub async fn look(app: Data<App>, who: Visitor, token: Path<String>) -> Answer {
    let signed = token.into_inner();
    let link = signed.clone();
    let found = ask(&app, move |app| {
        app.db.read(|conn| match opt_outs::of_link(conn, &app.keys, &link)? {
            Some(message) => about(conn, &message).map(Some),
            None => Ok::<_, DbError>(None),
        })
    });
    show(&OptOut::new(&who, signed, found.await?.ok_or(Error::NotFound)?))
}

/// `POST /u/{token}`: the answer is the page itself, since a mail program's one click follows no redirect.
pub async fn press(app: Data<App>, who: Visitor, token: Path<String>) -> Answer {
    let (signed, now) = (token.into_inner(), who.now);
    let link = signed.clone();
    let found = ask(&app, move |app| match opt_outs::by_link(&app.db, &app.keys, &link, now)? {
        Some(message) => app.db.read(|conn| about(conn, &message)).map(Some),
        None => Ok::<_, DbError>(None),
    });
    show(&OptOut::new(&who, signed, found.await?.ok_or(Error::NotFound)?))
}
