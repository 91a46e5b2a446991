//! One act on the companies that were ticked in a list: a tag, or an owner.

use crate::app::App;
use crate::domain::id::{CompanyId, UserId};
use crate::flows;
use crate::store::users;
use crate::web::bridge::ask;
use crate::web::done;
use crate::web::error::Answer;
use crate::web::flash::Flash;
use crate::web::form::Form;
use crate::web::gate::Signed;
use crate::web::page::Here;
use actix_web::web::Data;
use serde::Deserialize;

/// Most letters of a tag.
pub const LONGEST_TAG: usize = 40;

/// What was ticked, and what is to be done with it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Bulk {
    ids: Vec<CompanyId>,
    act: String,
    tag: String,
    owner: String,
    back: String,
}

/// `POST /companies/bulk`
pub async fn bulk(app: Data<App>, who: Signed, Form(form): Form<Bulk>) -> Answer {
    let p = who.page(Here::Companies);
    let back = if form.back.starts_with("/companies") { form.back.clone() } else { "/companies".to_owned() };
    if form.ids.is_empty() {
        let flash = Flash::warn(p.t("Vink eerst bedrijven aan.", "Tick some companies first."));
        return Ok(done(&back, &flash, &who));
    }
    let (scope, now, ids) = (who.scope.clone(), who.now, form.ids.clone());
    let many = |count: usize| p.n(count, "bedrijf", "bedrijven", "company", "companies");
    if form.act == "owner" {
        let owner: Option<UserId> = form.owner.parse().ok();
        let known = ask(&app, {
            let scope = scope.clone();
            move |app| app.db.read(|conn| users::list(conn, &scope))
        });
        let known = known.await?;
        let owner = owner.filter(|id| known.iter().any(|member| member.user.id == *id));
        let count = ask(&app, move |app| flows::companies::set_owner(&app.db, &scope, &ids, owner, now)).await?;
        let text = format!("{} {}", many(count), p.t("kreeg een andere eigenaar.", "got another owner."));
        return Ok(done(&back, &Flash::good(text), &who));
    }
    let tag = form.tag.trim().to_lowercase();
    if tag.is_empty() || tag.chars().count() > LONGEST_TAG || tag.contains([',', ';']) {
        let flash = Flash::warn(p.t(
            "Schrijf een label van hooguit 40 letters, zonder komma.",
            "Write a tag of at most 40 letters, without a comma.",
        ));
        return Ok(done(&back, &flash, &who));
    }
    let name = tag.clone();
    let count = ask(&app, move |app| flows::companies::tag(&app.db, &scope, &ids, &tag, now)).await?;
    let text = format!("{} {} {name}.", many(count), p.t("kreeg het label", "got the tag"));
    Ok(done(&back, &Flash::good(text), &who))
}
