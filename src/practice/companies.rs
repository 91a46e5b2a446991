//! The companies, contacts, calls, places and placements of the practice world.

use super::cast::Employer;
use crate::domain::aftercare::Mood;
use crate::domain::calendar::{add_working_days, is_working_day};
use crate::domain::company::{KvkNumber, Postcode};
use crate::domain::email::EmailAddress;
use crate::domain::id::{CompanyId, ContactId, OpeningId, SiteId};
use crate::domain::phone::Phone;
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::{
    Addressee, CompanySize, CompanyStatus, Ground, Lang, Level, MomentKind, Outcome, TaskKind, Track,
};
use crate::flows::checkins::{self, Heard};
use crate::flows::companies::Edit;
use crate::flows::dossiers::{self, Dossier, Offer, Past};
use crate::flows::moments::Next;
use crate::flows::placements::{self, Order, Who};
use crate::flows::students;
use crate::store::checkins::{self as checkin_rows, CheckIn};
use crate::store::students::Wishes;
use crate::store::{Db, companies as company_rows, contacts as contact_rows, openings as opening_rows, recognitions};

/// An employer with the records that the desk has of it.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The employer's number.
    pub number: usize,
    /// Its company.
    pub company: CompanyId,
    /// Who answers its mail.
    pub contact: ContactId,
    /// Its opening, where it has one.
    pub opening: Option<OpeningId>,
}

/// Dossiers that share one write.
const SLICE: usize = 50;

/// Adds the employers of one desk, with what passed between them before today.
pub fn settle(
    db: &Db,
    scope: &Scope,
    site: SiteId,
    numbers: std::ops::Range<usize>,
    now: Moment,
) -> anyhow::Result<Vec<Settled>> {
    let numbers: Vec<usize> = numbers.collect();
    let mut settled = Vec::with_capacity(numbers.len());
    for slice in numbers.chunks(SLICE) {
        let all: Vec<Dossier> =
            slice.iter().map(|number| dossier(scope, *number, now)).collect::<anyhow::Result<_>>()?;
        for (number, filed) in slice.iter().zip(dossiers::file(db, scope, site, &all)?) {
            let opening = filed.openings.first().copied();
            settled.push(Settled { number: *number, company: filed.company, contact: filed.people[0], opening });
        }
    }
    Ok(settled)
}

/// What a desk knows of an employer.
pub fn dossier(scope: &Scope, number: usize, now: Moment) -> anyhow::Result<Dossier> {
    let employer = Employer::new(number);
    let since = now.plus_days(-100 + i64::try_from(number % 40)?);
    let company = Edit {
        fields: company_of(&employer, number),
        tags: number.is_multiple_of(5).then(|| vec!["banenmarkt".to_owned()]),
        recognitions: (!number.is_multiple_of(3)).then(|| vec![recognition_of(&employer, number, now.day())]),
    };
    let history = if number % 3 == 1 { vec![call(scope, number, now)?] } else { Vec::new() };
    let offers = if number % 6 == 2 { vec![offer(&employer, number, now)?] } else { Vec::new() };
    let people = vec![contact_of(&employer, number, since.day())?];
    Ok(Dossier { since, company, people, history, offers })
}

fn company_of(employer: &Employer, number: usize) -> company_rows::Fields {
    const STREETS: [&str; 5] = ["Oefenstraat", "Voorbeeldweg", "Proefplein", "Schetskade", "Modellaan"];
    const SIZES: [CompanySize; 4] = [CompanySize::Micro, CompanySize::Small, CompanySize::One, CompanySize::Medium];
    let south = number >= 100;
    let (place, pc4) = if south { ("Rotterdam", 3071 + number % 15) } else { ("Amsterdam", 1060 + number % 10) };
    let sealed = number % 37 == 36;
    company_rows::Fields {
        kvk: KvkNumber::parse(&format!("{:08}", 1000 + number)).ok(),
        sector: employer.sector.to_owned(),
        street: format!("{} {}", STREETS[number % STREETS.len()], 1 + number % 90),
        postcode: Postcode::parse(&format!("{pc4} ZZ")).ok(),
        place: place.to_owned(),
        website: format!("https://www.{}", employer.domain),
        mail_domain: Some(employer.domain.clone()),
        phone: Phone::parse(&format!("{} 000 {:04}", if south { "010" } else { "020" }, 1000 + number)).ok(),
        size: Some(SIZES[number % SIZES.len()]),
        status: if number % 6 == 2 { CompanyStatus::Partner } else { CompanyStatus::Prospect },
        do_not_contact: sealed,
        do_not_contact_reason: if sealed { "Vroeg om rust tot na de verhuizing.".to_owned() } else { String::new() },
        ..company_rows::Fields::named(&employer.company)
    }
}

fn recognition_of(employer: &Employer, number: usize, today: Day) -> recognitions::Fields {
    let (crebo, qualification) = employer.qualification;
    recognitions::Fields {
        crebo: crebo.to_owned(),
        qualification: qualification.to_owned(),
        level: Some([Level::Mbo2, Level::Mbo3, Level::Mbo4][number % 3]),
        track: None,
        valid_until: Some(today.plus(if number.is_multiple_of(17) { -30 } else { 700 })),
    }
}

fn contact_of(employer: &Employer, number: usize, since: Day) -> anyhow::Result<contact_rows::Fields> {
    let functional = number.is_multiple_of(4);
    let (ground, proof) = match (functional, number % 13) {
        (true, _) => (Ground::Functional, String::new()),
        (false, 12) => (Ground::None, String::new()),
        (false, _) => (Ground::Published, format!("https://www.{}/werken-bij", employer.domain)),
    };
    Ok(contact_rows::Fields {
        job: employer.job.to_owned(),
        email: Some(EmailAddress::parse(&employer.address(number))?),
        ground,
        ground_proof: proof,
        ground_on: (!functional).then_some(since),
        ..contact_rows::Fields::named(&employer.contact_name())
    })
}

fn call(scope: &Scope, number: usize, now: Moment) -> anyhow::Result<Past> {
    let (summary, outcome) = [
        ("Gebeld: wil na de drukte verder praten.", Outcome::Later),
        ("Even langs geweest, ze zijn benieuwd naar onze leerlingen.", Outcome::Interested),
        ("Gebeld, niemand aan de lijn gekregen.", Outcome::NotReached),
        ("Gesproken over een leerling voor het voorjaar.", Outcome::Reached),
    ][number / 3 % 4];
    let at = now.plus_days(-i64::try_from(5 + number % 60)?).day().at(9 + u32::try_from(number % 8)?, 15);
    let promised = number % 9 == 1;
    let promise = [
        "Terugbellen over een plek, zoals beloofd",
        "Langsgaan om de werkplek te zien",
        "Sturen wat een leerling van niveau 2 al kan",
        "Vragen of de planning voor het voorjaar rond is",
    ][number / 9 % 4];
    Ok(Past {
        person: Some(0),
        kind: if number % 12 == 4 { MomentKind::Visit } else { MomentKind::Call },
        at,
        summary: summary.to_owned(),
        outcome: Some(outcome),
        next: promised.then(|| Next {
            kind: TaskKind::Call,
            title: promise.to_owned(),
            due_on: now.day().plus(i64::try_from(number % 5).unwrap_or(0) - 2),
            owner: scope.user(),
        }),
    })
}

fn offer(employer: &Employer, number: usize, now: Moment) -> anyhow::Result<Offer> {
    let at = now.plus_days(-i64::try_from(20 + number % 70)?);
    let (year, _, _) = now.day().ymd();
    let fields = opening_rows::Fields {
        role: employer.role.to_owned(),
        levels: ["mbo2", "mbo2,mbo3", "mbo3,mbo4"][number % 3].to_owned(),
        tracks: Track::Bol.to_string(),
        starts_on: Day::new(year + 1, 2, 1),
        ends_on: None,
        days_per_week: Some(4),
        notes: String::new(),
    };
    Ok(Offer { fields, places: i32::try_from(1 + number % 3)?, at })
}

/// Puts students on some of the openings, so that check-ins lie behind, today and ahead. Those behind are done, but for one.
pub fn place_students(db: &Db, scope: &Scope, code: &str, settled: &[Settled], now: Moment) -> anyhow::Result<()> {
    const NAMES: [&str; 5] = ["Sam", "Robin", "Noa", "Mika", "Luca"];
    /// Whose check-in halfway was forgotten.
    const FORGOTTEN: usize = 3;
    let today = now.day();
    // In a weekend, Friday's check-ins still wait.
    let open = if is_working_day(today) { today } else { add_working_days(today, -1) };
    let places = settled.iter().filter_map(|one| Some((one, one.opening?)));
    for (index, (one, opening)) in places.take(NAMES.len()).enumerate() {
        let employer = Employer::new(one.number);
        // Day 3 and week 2 of the first two, and halfway of the third, fall on this day.
        let (starts_on, ends_on) = match index {
            0 => (add_working_days(open, -2), open.plus(88)),
            1 => (add_working_days(open, -9), open.plus(78)),
            2 => (open.plus(-45), open.plus(45)),
            FORGOTTEN => (open.plus(-60), open.plus(30)),
            _ => (today.plus(9), today.plus(99)),
        };
        let order = Order {
            opening,
            who: Who::New(students::Fields {
                code: format!("{code}-{:03}", 101 + index),
                first_name: NAMES[index].to_owned(),
                programme: employer.qualification.1.to_owned(),
                crebo: employer.qualification.0.to_owned(),
                level: Some(Level::Mbo2),
                track: Some(Track::Bol),
                email: None,
                phone: None,
                lang: Lang::Nl,
                wishes: Wishes::default(),
            }),
            starts_on,
            ends_on,
            mentor: Some(one.contact),
            broker: scope.user(),
            agreement_signed_on: (index != 4).then(|| starts_on.plus(-3)),
            recognition_reason: "Erkenning is aangevraagd.".to_owned(),
        };
        let placement = placements::place(db, scope, &order, starts_on.plus(-7).at(10, 0).min(now))?;
        let all = db.read(|conn| checkin_rows::of_placement(conn, scope, placement))?;
        let past = all.iter().filter(|checkin| checkin.due_on < open);
        let employers = |checkin: &CheckIn| checkin.addressee == Addressee::Employer;
        let kept = |checkin: &CheckIn| index == FORGOTTEN && checkin.due_on > starts_on.plus(20) && employers(checkin);
        for checkin in past.filter(|checkin| !kept(checkin)) {
            checkins::close(db, scope, checkin.id, &heard(index, checkin), checkin.due_on.at(10, 30))?;
        }
    }
    Ok(())
}

/// What was heard in a check-in that lies behind.
fn heard(index: usize, checkin: &CheckIn) -> Heard {
    let words = match checkin.addressee {
        Addressee::Employer => ["Komt op tijd en vraagt door.", "Pakt het werk snel op.", "Past goed in de ploeg."],
        Addressee::Student => {
            ["Vindt het leuk, de collega's zijn aardig.", "Leert elke dag iets.", "Heeft een fijne begeleider."]
        }
    };
    Heard {
        score: Some(if index.is_multiple_of(2) { 4 } else { 5 }),
        mood: Some(Mood::Well),
        words: words[index % words.len()].to_owned(),
        again: false,
    }
}
