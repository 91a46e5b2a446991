//! A made-up site of any size, to measure with and to practise on: the same size, seed and day give the same records on
//! either database.

use super::cast::Employer;
use super::companies::dossier;
use super::seekers::{Desk, student};
use crate::domain::company::Postcode;
use crate::domain::id::{SiteId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{CompanyStatus, MomentKind, Outcome, TaskKind};
use crate::flows::dossiers::{self, Dossier, Past};
use crate::flows::moments::Next;
use crate::flows::students;
use crate::store::Db;
use anyhow::Context as _;
use fastrand::Rng;

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Companies; each has a contact.
    pub companies: u32,
    /// Contact moments over all companies. Most have few, some have many, some have none.
    pub moments: u32,
    /// Students who look for a place.
    pub students: u32,
    /// Another seed, another world.
    pub seed: u64,
}

/// So many students share a write.
const STUDENTS: usize = 500;

/// So many companies or moments at most, whichever is reached first, share a write.
const COMPANIES: usize = 100;
const MOMENTS: usize = 2000;
/// The history reaches back so many days.
const DAYS: u32 = 700;

const PLACES: &[(&str, u32)] = &[
    ("Amsterdam", 1011),
    ("Zaandam", 1501),
    ("Haarlem", 2011),
    ("Leiden", 2311),
    ("Den Haag", 2511),
    ("Delft", 2611),
    ("Rotterdam", 3011),
    ("Schiedam", 3111),
    ("Dordrecht", 3311),
    ("Utrecht", 3511),
    ("Amersfoort", 3811),
    ("Middelburg", 4331),
    ("Breda", 4811),
    ("Tilburg", 5011),
    ("Eindhoven", 5611),
    ("Venlo", 5911),
    ("Maastricht", 6211),
    ("Nijmegen", 6511),
    ("Arnhem", 6811),
    ("Enschede", 7511),
    ("Zwolle", 8011),
    ("Lelystad", 8221),
    ("Leeuwarden", 8911),
    ("Groningen", 9711),
];

const TAGS: &[&str] = &["banenmarkt", "nieuwsbrief", "oud-leerbedrijf", "familiebedrijf", "open dag", "keten"];

const SENTENCES: &[&str] = &[
    "Gesproken over de plekken voor het komende halfjaar.",
    "Wil eerst met de ploeg overleggen en belt terug.",
    "Heeft het druk tot na de verhuizing, daarna graag nog eens.",
    "Vraagt wat een leerling van niveau 2 al zelfstandig kan.",
    "Denkt aan een plek voor vier dagen in de week.",
    "Is tevreden over de vorige leerling en wil er graag weer een.",
    "Kreeg uitleg over de erkenning en zoekt uit of die nog loopt.",
    "Vertelde dat de begeleider van baan wisselt.",
];

/// Fills a site in scope, whose companies are then those of these users in turn; `said` hears how many companies stand.
pub fn fill(
    db: &Db,
    scope: &Scope,
    site: SiteId,
    owners: &[UserId],
    wanted: Size,
    now: Moment,
    said: impl Fn(u32),
) -> anyhow::Result<()> {
    let whole: u64 = (0..wanted.companies).map(|number| weight(wanted.seed, number)).sum();
    let share = |sum: u64| -> anyhow::Result<u32> {
        let part = u128::from(sum) * u128::from(wanted.moments) / u128::from(whole.max(1));
        u32::try_from(part).context("the share of a company")
    };
    let (mut sum, mut given) = (0, 0);
    let mut waiting: Vec<Dossier> = Vec::new();
    let mut moments = 0;
    for number in 0..wanted.companies {
        sum += weight(wanted.seed, number);
        let until = share(sum)?;
        let dossier = company(scope, owners, wanted.seed, number, until - given, now)?;
        given = until;
        moments += dossier.history.len();
        waiting.push(dossier);
        if waiting.len() == COMPANIES || moments >= MOMENTS || number + 1 == wanted.companies {
            dossiers::file(db, scope, site, &waiting)?;
            waiting.clear();
            moments = 0;
            said(number + 1);
        }
    }
    seekers(db, scope, site, wanted, now)?;
    Ok(db.analyze()?)
}

/// Students all over the country, each looking for what an employer does.
fn seekers(db: &Db, scope: &Scope, site: SiteId, wanted: Size, now: Moment) -> anyhow::Result<()> {
    let one = |number: u32| -> anyhow::Result<_> {
        let mut rng = dice(!wanted.seed, number);
        let (_, pc4) = PLACES[rng.usize(..PLACES.len())];
        let homes = u16::try_from(pc4 + rng.u32(..40))?;
        let employer = Employer::new(rng.usize(..1000));
        Ok(student(Desk { site, code: "GEN", homes }, usize::try_from(number)?, &employer, now))
    };
    let all: Vec<_> = (0..wanted.students).map(one).collect::<anyhow::Result<_>>()?;
    for slice in all.chunks(STUDENTS) {
        students::add_all(db, scope, site, slice)?;
    }
    Ok(())
}

/// What is drawn for one company depends on nothing but the seed and its number.
fn dice(seed: u64, number: u32) -> Rng {
    Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(number))
}

/// How much of the history a company has: one in ten none, the others a long tail.
fn weight(seed: u64, number: u32) -> u64 {
    let mut rng = dice(seed, number);
    if rng.u32(..10) == 0 { 0 } else { 1_000_000 / u64::from(rng.u32(20..1000)) }
}

fn company(
    scope: &Scope,
    owners: &[UserId],
    seed: u64,
    number: u32,
    moments: u32,
    now: Moment,
) -> anyhow::Result<Dossier> {
    let mut dossier = dossier(scope, usize::try_from(number)?, now)?;
    let mut rng = dice(seed, number);
    let (place, pc4) = PLACES[rng.usize(..PLACES.len())];
    dossier.since = now.plus_days(-i64::from(DAYS) - 1);
    let fields = &mut dossier.company.fields;
    place.clone_into(&mut fields.place);
    fields.postcode = Postcode::parse(&format!("{} ZZ", pc4 + rng.u32(..80))).ok();
    fields.owner_id = if owners.is_empty() { None } else { Some(owners[rng.usize(..owners.len())]) };
    fields.status =
        *rng.choice(&[CompanyStatus::Prospect, CompanyStatus::Contact, CompanyStatus::Partner]).context("a status")?;
    fields.do_not_contact = rng.u32(..200) == 0;
    fields.do_not_contact_reason = if fields.do_not_contact { "Vroeg om rust.".to_owned() } else { String::new() };
    let tags: Vec<String> = TAGS.iter().filter(|_| rng.u32(..12) == 0).map(ToString::to_string).collect();
    dossier.company.tags = Some(tags);
    dossier.history = (0..moments).map(|_| moment(&mut rng, now)).collect();
    dossier.history.sort_by_key(|past| past.at);
    if let Some(last) = dossier.history.last_mut().filter(|_| rng.u32(..40) == 0) {
        last.next = Some(Next {
            kind: TaskKind::Call,
            title: "Terugbellen over een plek".to_owned(),
            due_on: now.day().plus(i64::from(rng.u32(..28)) - 7),
            owner: dossier.company.fields.owner_id,
        });
    }
    Ok(dossier)
}

fn moment(rng: &mut Rng, now: Moment) -> Past {
    let kind = match rng.u32(..20) {
        0..9 => MomentKind::Call,
        9..12 => MomentKind::Visit,
        12 => MomentKind::Event,
        _ => MomentKind::Note,
    };
    let outcome = match (kind, rng.u32(..4)) {
        (MomentKind::Call, 0) => Some(Outcome::NotReached),
        (MomentKind::Call | MomentKind::Visit, 1) => Some(Outcome::Interested),
        (MomentKind::Call | MomentKind::Visit, 2) => Some(Outcome::Later),
        (MomentKind::Call | MomentKind::Visit, _) => Some(Outcome::Reached),
        _ => None,
    };
    let at = now.day().plus(-i64::from(rng.u32(1..DAYS))).at(8 + rng.u32(..10), rng.u32(..60));
    let summary = SENTENCES[rng.usize(..SENTENCES.len())].to_owned();
    Past { person: (kind != MomentKind::Note).then_some(0), kind, at, summary, outcome, next: None }
}
