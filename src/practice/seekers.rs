//! Students of the practice world who still look for a place, each with wishes of their own.

use super::cast::Employer;
use super::companies::Settled;
use crate::domain::company::Pc4;
use crate::domain::id::SiteId;
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::travel::TravelMode;
use crate::domain::words::{Lang, Level, Track};
use crate::flows::students::{self, Fields};
use crate::store::Db;
use crate::store::students::Wishes;

const NAMES: [&str; 8] = ["Charlie", "Dani", "Jip", "Puck", "Kay", "Quinn", "Rowan", "Sascha"];

const LEARN: [&str; 4] = [
    "Wil leren hoe het er in een echt bedrijf aan toegaat.",
    "Wil zelfstandig een dag kunnen draaien.",
    "Wil leren omgaan met klanten.",
    "Wil alles zien, van bestelling tot oplevering.",
];

/// Whose students these are.
#[derive(Debug, Clone, Copy)]
pub struct Desk {
    /// Its site.
    pub site: SiteId,
    /// What its students' codes begin with.
    pub code: &'static str,
    /// The first of the postcodes around it, where its students live.
    pub homes: u16,
}

/// Adds students who look for what some of the employers do.
pub fn add(db: &Db, scope: &Scope, desk: Desk, settled: &[Settled], now: Moment) -> anyhow::Result<()> {
    let trades: Vec<Employer> =
        settled.iter().filter(|one| one.opening.is_some()).map(|one| Employer::new(one.number)).collect();
    let chosen = trades.iter().cycle().step_by(2).take(NAMES.len()).enumerate();
    let all = chosen.map(|(index, employer)| student(desk, index, employer, now));
    students::add_all(db, scope, desk.site, &all.collect::<Vec<_>>())?;
    Ok(())
}

/// A student with wishes, and the moment since which the student looks.
pub fn student(desk: Desk, index: usize, employer: &Employer, now: Moment) -> (Fields, Moment) {
    let weeks = i64::try_from(index % 30).unwrap_or_default();
    let since = now.plus_days(-(7 + 13 * weeks));
    let fields = Fields {
        code: format!("{}-{:03}", desk.code, 201 + index),
        first_name: NAMES[index % NAMES.len()].to_owned(),
        programme: employer.qualification.1.to_owned(),
        crebo: employer.qualification.0.to_owned(),
        level: Some([Level::Mbo4, Level::Mbo3, Level::Mbo4, Level::Mbo2][index % 4]),
        track: Some(Track::Bol),
        email: None,
        phone: None,
        lang: Lang::Nl,
        wishes: wishes(index, employer, desk.homes, since, now.day()),
    };
    (fields, since)
}

fn wishes(index: usize, employer: &Employer, homes: u16, since: Moment, today: Day) -> Wishes {
    let (year, _, _) = today.ymd();
    let home = usize::from(homes) + index % 8;
    Wishes {
        available_from: Day::new(year + 1, 2, 1),
        available_until: Day::new(year + 1, 6, 30),
        days_per_week: Some(if index % 3 == 2 { 3 } else { 4 }),
        hours_per_week: Some(if index % 3 == 2 { 24 } else { 32 }),
        home_pc4: Pc4::parse(&home.to_string()).ok(),
        travel_minutes: Some([30, 45, 60, 20][index % 4]),
        travel_mode: Some(if index % 4 == 1 { TravelMode::PublicTransport } else { TravelMode::Bicycle }),
        role_sought: Some(employer.role.to_owned()),
        learning_wish: Some(LEARN[index % LEARN.len()].to_owned()),
        looking_since: Some(since.day()),
    }
}
