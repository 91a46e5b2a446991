//! Where places are short: a table whose cells lead to a campaign against it.

use crate::app::App;
use crate::domain::shortage::{Area, Cell, Row, periods};
use crate::domain::time::Day;
use crate::flows::shortage;
use crate::store::DbError;
use crate::web::bridge::ask;
use crate::web::error::Answer;
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::show;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

/// Of which time, and how finely areas are told apart.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    period: String,
    digits: String,
}

#[derive(Template)]
#[template(path = "pages/shortage.html")]
struct Shortage {
    p: Page,
    /// The value of the address, its name, and whether it is this one.
    tabs: Vec<(String, String, bool)>,
    digits: usize,
    period: String,
    from: Option<Day>,
    areas: Vec<Area>,
    rows: Vec<Row>,
}

/// `GET /shortage`
pub async fn table(app: Data<App>, who: Signed, which: Query<Which>) -> Answer {
    let (scope, today) = (who.scope.clone(), who.now.day());
    let digits = match which.digits.as_str() {
        "2" => Some(2),
        "3" => Some(3),
        _ => None,
    };
    let all = periods(today);
    let period: Option<usize> = which.period.parse().ok().filter(|at| *at < all.len());
    let found = ask(&app, move |app| {
        app.db.read(|conn| {
            let table = shortage::table(conn, &scope, digits.unwrap_or(2), today)?;
            // One town: its quarters tell more.
            if digits.is_none() && table.areas(None).iter().filter(|area| !area.digits().is_empty()).count() < 2 {
                return Ok((3, shortage::table(conn, &scope, 3, today)?));
            }
            Ok::<_, DbError>((digits.unwrap_or(2), table))
        })
    });
    let (digits, table) = found.await?;
    let tab = |(at, one): (usize, &crate::domain::shortage::HalfYear)| {
        (at.to_string(), one.tab(today, who.lang), period == Some(at))
    };
    let whole = (String::new(), who.lang.t("alles", "all").to_owned(), period.is_none());
    show(&Shortage {
        tabs: std::iter::once(whole).chain(all.iter().enumerate().map(tab)).collect(),
        digits,
        period: period.map(|at| at.to_string()).unwrap_or_default(),
        from: period.and_then(|at| all.get(at)).map(|one| one.from.max(today)),
        areas: table.areas(period),
        rows: table.rows(period),
        p: who.page(Here::Students),
    })
}

impl Shortage {
    fn craft(&self, row: &Row) -> &'static str {
        row.craft.map_or(self.p.lang.t("ander werk", "other work"), |craft| craft.name(self.p.lang))
    }

    /// "3 tekort", "6 over", "precies genoeg".
    fn short(&self, cell: &Cell) -> String {
        match cell.short() {
            0 => self.p.t("genoeg", "enough").to_owned(),
            short @ 1.. => format!("{short} {}", self.p.t("tekort", "short")),
            over => format!("{} {}", -over, self.p.t("over", "over")),
        }
    }

    /// What a cell says to those who do not see its colour.
    fn said(&self, cell: &Cell) -> String {
        let waiting = self.p.n(cell.waiting, "leerling zoekt", "leerlingen zoeken", "student looks", "students look");
        format!("{waiting}, {}", self.p.n(cell.free, "plek vrij", "plekken vrij", "place free", "places free"))
    }

    /// Where a campaign against this cell begins; none where nobody is short, or nobody knows for which work.
    fn campaign(&self, row: &Row, area: &str, cell: &Cell) -> Option<String> {
        let craft = row.craft.filter(|_| cell.short() > 0)?;
        let from = self.from.map(|from| format!("&from={from}")).unwrap_or_default();
        Some(format!("/campaigns/new?craft={craft}&area={area}{from}"))
    }

    fn cells<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'a Area, &'a Cell)> {
        self.areas.iter().zip(&row.cells)
    }

    fn tab(&self, period: &str) -> String {
        format!("/shortage?period={period}&digits={}", self.digits)
    }

    /// The same with areas of the other size.
    fn other(&self) -> String {
        format!("/shortage?period={}&digits={}", self.period, if self.digits == 2 { 3 } else { 2 })
    }
}
