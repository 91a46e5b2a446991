//! Students of the practice world who still look for a place, each with wishes of their own.

use super::cast::Employer;
use super::companies::Settled;
use crate::domain::calendar::add_working_days;
use crate::domain::company::Pc4;
use crate::domain::id::{OpeningId, SiteId};
use crate::domain::proposal::{self, Side};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::travel::TravelMode;
use crate::domain::words::{Lang, Level, Track};
use crate::flows::proposals::{self, Kit, Meeting, Order, ProposalError, Way};
use crate::flows::settings::Proposals;
use crate::flows::students::{self, Fields};
use crate::mail::template::Templates;
use crate::store::students::Wishes;
use crate::store::{Db, students as rows};

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

/// Puts some of them forward: one whose company has not answered yet, one to whom both sides said yes, one who is to meet.
pub fn propose(
    db: &Db,
    (mails, settings): (&Templates, &Proposals),
    scope: &Scope,
    desk: Desk,
    settled: &[Settled],
    now: Moment,
) -> anyhow::Result<()> {
    let openings: Vec<OpeningId> = settled.iter().filter_map(|one| one.opening).collect();
    let mut made = 0;
    for (index, opening) in openings.iter().cycle().step_by(2).take(NAMES.len()).enumerate() {
        let Some(student) = db.read(|conn| rows::by_code(conn, scope, desk.site, &code(desk, index)))? else {
            continue;
        };
        let Some(kit) = db.read(|conn| Kit::read(conn, scope, student.id, *opening))? else { continue };
        if !kit.opening.has_room() || kit.contacts.is_empty() {
            continue;
        }
        let order = Order {
            student: student.id,
            opening: *opening,
            contact: None,
            way: Way::Mail,
            deadline: proposal::deadline(now.day(), None, settings.hold_working_days),
            student_agrees: made > 0,
            read: kit.versions(),
        };
        let id = match proposals::propose(db, mails, scope, &order, now.plus_days(-2)) {
            Ok(id) => id,
            // A practice company that wants no mail.
            Err(ProposalError::Refused(_) | ProposalError::CallInstead(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        made += 1;
        if made > 1 {
            proposals::agree(db, scope, (id, 1), Side::Employer, true, now.plus_days(-1))?;
        }
        if made > 2 {
            let on = Some(add_working_days(now.day(), 2));
            let at = "10:00, aan de balie".to_owned();
            let meeting = Meeting { on, at, way: Way::Mail, email: false, phone: false };
            return Ok(proposals::meet(db, mails, settings, scope, (id, 2), &meeting, now)?);
        }
    }
    Ok(())
}

/// The code of a student by number.
fn code(desk: Desk, index: usize) -> String {
    format!("{}-{:03}", desk.code, 201 + index)
}

/// A student with wishes, and the moment since which the student looks.
pub fn student(desk: Desk, index: usize, employer: &Employer, now: Moment) -> (Fields, Moment) {
    let weeks = i64::try_from(index % 30).unwrap_or_default();
    let since = now.plus_days(-(7 + 13 * weeks));
    let fields = Fields {
        code: code(desk, index),
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
