//! Referrals: the waiting list by how far they are, writing one down, one of them, and the desk's decision.

pub mod form;
pub mod list;
pub mod new;
pub mod one;
pub mod words;

use crate::app::App;
use crate::domain::id::ReferralId;
use crate::domain::referral::Stage;
use crate::domain::time::Day;
use crate::flows::students::{Sight, seen};
use crate::store::DbResult;
use crate::store::referrals::{self, ReferralLine};
use crate::web::bridge::ask;
use crate::web::error::Answer;
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::parts::Badge;
use crate::web::show;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

/// Asks for every referral.
const ALL: &str = "all";

#[derive(Template)]
#[template(path = "pages/referrals.html")]
struct Referrals {
    p: Page,
    tabs: Vec<(String, &'static str, i64, bool)>,
    lines: Vec<ReferralLine>,
    first: Option<String>,
    next: Option<String>,
}

impl Referrals {
    fn stage(&self, line: &ReferralLine) -> Badge {
        words::stage(&self.p, line.stage)
    }

    /// How long somebody waits, where somebody does.
    fn waits(&self, line: &ReferralLine) -> String {
        words::waits(&self.p, line)
    }
}

/// Which referrals.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    state: String,
    after: String,
}

impl Which {
    /// Those that wait for a decision, unless somebody asks for others or for all.
    fn stage(&self) -> Option<Stage> {
        if self.state == ALL { None } else { Some(self.state.parse().unwrap_or(Stage::Received)) }
    }

    /// The day and id after which the page begins, as `2026-11-23-17`.
    fn mark(&self) -> Option<(Day, ReferralId)> {
        let (day, id) = self.after.rsplit_once('-')?;
        Some((Day::parse(day)?, id.parse().ok()?))
    }
}

/// `GET /referrals`
pub async fn index(app: Data<App>, who: Signed, which: Query<Which>) -> Answer {
    let (at, after) = (which.stage(), which.mark());
    let (scope, now, rows) = (who.scope.clone(), who.now, app.config.limits.page_rows as usize);
    let (counts, mut lines) = ask(&app, move |app| -> DbResult<_> {
        let limit = i64::try_from(rows).unwrap_or(i64::MAX - 1) + 1;
        let found = app.db.read(|conn| -> DbResult<_> {
            Ok((referrals::counts(conn, &scope)?, referrals::list(conn, &scope, at, after, limit)?))
        })?;
        seen(&app.db, &scope, Sight::List("referrals", found.1.len().min(rows)), now)?;
        Ok(found)
    })
    .await?;
    let more = lines.len() > rows;
    lines.truncate(rows);
    let state = at.map_or(ALL, Stage::as_str);
    let mark = |line: &ReferralLine| format!("{}-{}", line.referral.referred_on, line.referral.id);
    let next = lines.last().filter(|_| more).map(|last| format!("/referrals?state={state}&after={}", mark(last)));
    let all = counts.iter().map(|(_, count)| count).sum();
    let tab = |(of, count): &(Stage, i64)| (of.to_string(), words::stage_name(who.lang, *of), *count, at == Some(*of));
    let tabs =
        counts.iter().map(tab).chain([(ALL.to_owned(), who.lang.t("Alles", "All"), all, at.is_none())]).collect();
    let first = after.map(|_| format!("/referrals?state={state}"));
    show(&Referrals { p: who.page(Here::Referrals), tabs, lines, first, next })
}
