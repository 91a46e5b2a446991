//! A month or a week of a person's days: aftercare, tasks, interviews, first and last days of placements. It names companies and
//! kinds of work, as the calendar feed does; who it is about stands on the page that each entry leads to.

use crate::app::App;
use crate::domain::calendar::holiday;
use crate::domain::time::Day;
use crate::flows::feeds::{self, Dated};
use crate::web::bridge::ask;
use crate::web::error::Answer;
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::show;
use crate::web::when::{long_day, month_name};
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

/// Entries of one day that a month shows; its week has them all.
const SHOWN: usize = 4;

/// Which days, and whose.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    on: String,
    view: String,
    who: String,
}

/// One day.
struct Square {
    day: Day,
    /// Not of the month that is looked at.
    out: bool,
    today: bool,
    name: String,
    number: u32,
    holiday: Option<&'static str>,
    entries: Vec<(String, String, bool)>,
    more: usize,
}

#[derive(Template)]
#[template(path = "pages/agenda.html")]
struct Agenda {
    p: Page,
    title: String,
    week: bool,
    everybody: bool,
    on: Day,
    before: Day,
    after: Day,
    squares: Vec<Square>,
}

/// `GET /agenda`
pub async fn days(app: Data<App>, who: Signed, which: Query<Which>) -> Answer {
    let (today, lang) = (who.now.day(), who.lang);
    // Far enough for anybody, and near enough for a day to have its neighbours.
    let on = Day::parse(&which.on).filter(|on| (1990..2100).contains(&on.ymd().0)).unwrap_or(today);
    let (week, everybody) = (which.view == "week", which.who == "all");
    let (from, until) = if week {
        (on.monday(), on.monday().plus(6))
    } else {
        (on.month(0).monday(), on.month(1).plus(-1).monday().plus(6))
    };
    let (scope, user) = (who.scope.clone(), who.id());
    let found =
        ask(&app, move |app| app.db.read(|conn| feeds::days(conn, &scope, user, (from, until), everybody, lang)));
    let mut found = found.await?.into_iter().peekable();
    let mut squares = Vec::new();
    for offset in 0..=until.days_since(from) {
        let day = from.plus(offset);
        let own: Vec<Dated> = std::iter::from_fn(|| found.next_if(|one| one.entry.on == day)).collect();
        let shown = if week { own.len() } else { own.len().min(SHOWN) };
        let entry = |one: &Dated| (one.entry.path.clone(), one.entry.title(lang), one.done);
        squares.push(Square {
            day,
            out: !week && day.ymd().1 != on.ymd().1,
            today: day == today,
            name: long_day(lang, day),
            number: day.ymd().2,
            holiday: holiday(day).map(|holiday| holiday.name(lang)),
            more: own.len() - shown,
            entries: own.iter().take(shown).map(entry).collect(),
        });
    }
    let title = if week {
        format!("{} {}", lang.t("Week van", "Week of"), long_day(lang, from))
    } else {
        let name = format!("{} {}", month_name(lang, on.ymd().1), on.ymd().0);
        name[..1].to_uppercase() + &name[1..]
    };
    let step = |by: i32| if week { on.plus(7 * i64::from(by)) } else { on.month(by) };
    let (before, after) = (step(-1), step(1));
    show(&Agenda { p: who.page(Here::Aftercare), title, week, everybody, on, before, after, squares })
}

impl Agenda {
    fn link(&self, on: &Day, week: &bool, everybody: &bool) -> String {
        let view = if *week { "week" } else { "month" };
        format!("/agenda?on={on}&view={view}{}", if *everybody { "&who=all" } else { "" })
    }

    /// This page for everybody, or for oneself again.
    fn others(&self) -> String {
        self.link(&self.on, &self.week, &!self.everybody)
    }

    /// The same days as a week or a month.
    fn turned(&self) -> String {
        self.link(&self.on, &!self.week, &self.everybody)
    }

    fn to(&self, on: &Day) -> String {
        self.link(on, &self.week, &self.everybody)
    }

    fn to_today(&self) -> String {
        self.link(&self.p.today(), &self.week, &self.everybody)
    }

    fn week_of(&self, on: &Day) -> String {
        self.link(on, &true, &self.everybody)
    }

    fn weekdays(&self) -> Vec<String> {
        let first = |square: &Square| {
            let name = square.name.split(' ').next().unwrap_or_default();
            name.chars().take(2).collect()
        };
        self.squares.iter().take(7).map(first).collect()
    }
}
