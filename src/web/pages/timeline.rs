//! Placements along the months of a year: who works where, when their moments are, and what is left of it today.

use crate::app::App;
use crate::domain::id::PlacementId;
use crate::domain::time::Day;
use crate::domain::words::{CheckInState, PlacementState};
use crate::flows::students::{self, Sight};
use crate::store::placements::{self, PlacementLine};
use crate::store::{DbResult, checkins};
use crate::web::bridge::ask;
use crate::web::error::Answer;
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::show;
use crate::web::when::month_name;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;
use std::collections::HashMap;

/// Placements that are drawn at most, and check-ins on them.
const ROWS: i64 = 200;
const MOMENTS: i64 = 4_000;
/// Months that are drawn.
const MONTHS: i32 = 12;

/// From which month on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    from: String,
}

/// A moment of aftercare on a bar.
struct Dot {
    x: String,
    class: &'static str,
}

/// One placement.
struct Bar {
    line: PlacementLine,
    x: String,
    width: String,
    class: &'static str,
    words: String,
    dots: Vec<Dot>,
}

#[derive(Template)]
#[template(path = "pages/timeline.html")]
struct Timeline {
    p: Page,
    bars: Vec<Bar>,
    /// Where each month begins, and its name.
    months: Vec<(String, String)>,
    today: Option<String>,
    more: bool,
    before: Day,
    after: Day,
}

/// Days as a share of a span, with one digit behind the point.
fn share(days: i64, span: i64) -> String {
    let tenths = days.clamp(0, span) * 1_000 / span.max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// `GET /placements/timeline`
pub async fn timeline(app: Data<App>, who: Signed, which: Query<Which>) -> Answer {
    let today = who.now.day();
    let from = Day::parse(&which.from).filter(|on| (1990..2100).contains(&on.ymd().0));
    let from = from.map_or_else(|| today.month(-2), |from| from.month(0));
    let until = from.month(MONTHS).plus(-1);
    let span = until.days_since(from) + 1;
    let (scope, now) = (who.scope.clone(), who.now);
    let (mut lines, moments) = ask(&app, move |app| -> DbResult<_> {
        let found = app.db.read(|conn| -> DbResult<_> {
            let lines = placements::between(conn, &scope, from, until, ROWS + 1)?;
            Ok((lines, checkins::between(conn, &scope, from, until, MOMENTS)?))
        })?;
        students::seen(&app.db, &scope, Sight::List("timeline", found.0.len()), now)?;
        Ok(found)
    })
    .await?;
    let rows = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let more = lines.len() > rows;
    lines.truncate(rows);
    let mut dots: HashMap<PlacementId, Vec<Dot>> = HashMap::new();
    for one in moments {
        let class = match one.checkin.state {
            CheckInState::Done => "moment done",
            CheckInState::CallTask | CheckInState::Escalated | CheckInState::Answered => "moment flag",
            CheckInState::Planned
            | CheckInState::Due
            | CheckInState::Asked
            | CheckInState::Reminded
            | CheckInState::Cancelled => "moment",
        };
        let x = share(one.checkin.due_on.days_since(from), span);
        dots.entry(one.checkin.placement_id).or_default().push(Dot { x, class });
    }
    let p = who.page(Here::Placements);
    let bars = lines.into_iter().map(|line| {
        let of = &line.placement;
        let (first, last) = (of.starts_on.max(from), of.ends_on.min(until));
        let words = format!("{} – {}", p.day(of.starts_on).words(), p.day(of.ends_on).words());
        Bar {
            x: share(first.days_since(from), span),
            width: share(last.days_since(first) + 1, span),
            class: match of.state {
                PlacementState::Planned => "span planned",
                PlacementState::Running => "span",
                PlacementState::Completed => "span over",
                PlacementState::EndedEarly => "span early",
            },
            dots: dots.remove(&of.id).unwrap_or_default(),
            words,
            line,
        }
    });
    let bars = bars.collect();
    let months = (0..MONTHS).map(|offset| {
        let first = from.month(offset);
        (share(first.days_since(from), span), month_name(who.lang, first.ymd().1).chars().take(3).collect())
    });
    let months = months.collect();
    let here = (from..=until).contains(&today).then(|| share(today.days_since(from), span));
    let (before, after) = (from.month(-6), from.month(6));
    show(&Timeline { p, bars, months, today: here, more, before, after })
}
