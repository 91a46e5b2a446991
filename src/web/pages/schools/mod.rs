//! Schools: the list, one school with what was agreed and who refers, and the forms with which a coordinator changes them.

pub mod agreement;
pub mod edit;
pub mod referrer;
pub mod words;

use crate::app::App;
use crate::domain::agreement::{Terms, WhoRefers};
use crate::domain::id::SchoolId;
use crate::store::DbResult;
use crate::store::schools::{self, Referrer, School};
use crate::web::bridge::ask;
use crate::web::error::{Answer, Error};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::parts::Badge;
use crate::web::show;
use actix_web::web::{Data, Path};
use askama::Template;

/// One row of the list.
struct Line {
    school: School,
    terms: Option<Terms>,
    site: String,
}

#[derive(Template)]
#[template(path = "pages/schools.html")]
struct Schools {
    p: Page,
    lines: Vec<Line>,
    several_sites: bool,
}

#[derive(Template)]
#[template(path = "pages/school.html")]
struct OneSchool {
    p: Page,
    school: School,
    terms: Option<Terms>,
    referrers: Vec<Referrer>,
}

impl Schools {
    fn refers(&self, line: &Line) -> &'static str {
        line.terms.as_ref().map_or_else(
            || self.p.lang.t("nog niets afgesproken", "nothing agreed yet"),
            |terms| words::who_refers(self.p.lang, terms.who_refers),
        )
    }

    fn state(&self, line: &Line) -> Badge {
        words::state(&self.p, &line.school, line.terms.as_ref())
    }
}

impl OneSchool {
    fn state(&self) -> Badge {
        words::state(&self.p, &self.school, self.terms.as_ref())
    }

    fn refers(&self, terms: &Terms) -> &'static str {
        words::who_refers(self.p.lang, terms.who_refers)
    }

    fn carer(&self, terms: &Terms) -> &'static str {
        words::carer(self.p.lang, terms.carer)
    }

    fn shares(&self, terms: &Terms) -> Vec<(&'static str, bool)> {
        words::shares(self.p.lang).into_iter().map(|(share, name)| (name, terms.shares.contains(&share))).collect()
    }

    fn attempts(&self, terms: &Terms) -> String {
        match terms.own_attempts {
            0 => self.p.t("Niet nodig", "Not needed").to_owned(),
            some => format!(
                "{} {}",
                self.p.t("minstens", "at least"),
                self.p.n(some, "poging", "pogingen", "attempt", "attempts")
            ),
        }
    }

    fn of_domain(&self, terms: &Terms) -> bool {
        terms.who_refers == WhoRefers::Domain && self.school.fields.mail_domain.is_none()
    }
}

/// `GET /schools`
pub async fn list(app: Data<App>, who: Signed) -> Answer {
    let scope = who.scope.clone();
    let read = move |app: &App| -> DbResult<_> {
        app.db.read(|conn| {
            let all = schools::list(conn, &scope)?;
            let ids: Vec<SchoolId> = all.iter().map(|school| school.id).collect();
            Ok((all, schools::agreements_of(conn, &ids)?))
        })
    };
    let (all, terms) = ask(&app, read).await?;
    let line = |school: School| Line {
        terms: terms.iter().find(|(id, _)| *id == school.id).map(|(_, terms)| terms.clone()),
        site: who.sites.iter().find(|(id, _)| *id == school.site_id).map(|(_, name)| name.clone()).unwrap_or_default(),
        school,
    };
    let lines = all.into_iter().map(line).collect();
    show(&Schools { p: who.page(Here::Schools), lines, several_sites: who.sites.len() > 1 })
}

/// `GET /schools/{id}`
pub async fn one(app: Data<App>, who: Signed, id: Path<SchoolId>) -> Answer {
    let (scope, id) = (who.scope.clone(), *id);
    let read = move |app: &App| -> DbResult<_> {
        app.db.read(|conn| {
            let Some(school) = schools::find(conn, &scope, id)? else { return Ok(None) };
            let terms = schools::agreement(conn, id)?.map(|(terms, _)| terms);
            Ok(Some((school, terms, schools::referrers(conn, &scope, id)?)))
        })
    };
    let (school, terms, referrers) = ask(&app, read).await?.ok_or(Error::NotFound)?;
    show(&OneSchool { p: who.page(Here::Schools), school, terms, referrers })
}
