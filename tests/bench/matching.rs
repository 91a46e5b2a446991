//! How fast one student is matched against 20,000 openings: the question weighed and put in order, and the same with the
//! question made of what the database holds; then the whole way of a page, from SQLite and back into it.

#![expect(clippy::unwrap_used, reason = "a step that fails ends the measurement")]

use criterion::Criterion;
use stagemakelaar::domain::company::{Pc4, Postcode};
use stagemakelaar::domain::id::{CompanyId, OpeningId, StudentId};
use stagemakelaar::domain::matching::WEIGHTS;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::time::{Day, Moment};
use stagemakelaar::domain::travel::TravelMode;
use stagemakelaar::domain::words::{Lang, Level, Region, Track};
use stagemakelaar::flows::companies::Edit;
use stagemakelaar::flows::dossiers::{self, Dossier};
use stagemakelaar::flows::matches::{Ask, for_student, question_of};
use stagemakelaar::flows::shortage;
use stagemakelaar::flows::sites::{self, NewDesk};
use stagemakelaar::flows::students::{self, Fields};
use stagemakelaar::mail::template::Templates;
use stagemakelaar::store::matches::{Offered, RecognisedAt, Sought, Where};
use stagemakelaar::store::students::Wishes;
use stagemakelaar::store::{Db, companies, openings as opening_rows};
use std::hint::black_box;

const OPENINGS: i64 = 20_000;
const STUDENTS: u32 = 5_000;

const ROLES: [&str; 10] = [
    "medewerker bediening",
    "helpende zorg",
    "monteur",
    "verkoopmedewerker",
    "timmerman",
    "medewerker administratie",
    "medewerker ICT",
    "hovenier",
    "pedagogisch medewerker",
    "logistiek medewerker",
];

fn today() -> Day {
    Day::new(2026, 11, 24).unwrap()
}

fn openings() -> Vec<(Offered, Where)> {
    let mut dice = fastrand::Rng::with_seed(7);
    let one = |id: i64| {
        let offered = Offered {
            id: OpeningId(id),
            company_id: CompanyId(1 + id / 2),
            role: ROLES[dice.usize(..ROLES.len())].to_owned(),
            levels: ["", "mbo2", "mbo2,mbo3", "mbo3,mbo4"][dice.usize(..4)].to_owned(),
            tracks: ["", "bol", "bol,bbl"][dice.usize(..3)].to_owned(),
            starts_on: Some(today().plus(dice.i64(0..300))),
            ends_on: None,
            days_per_week: Some(dice.i32(2..6)),
            places_left: dice.i32(0..4),
            last_confirmed_on: today().plus(-dice.i64(0..200)),
        };
        let postcode = Postcode::parse(&format!("{} ZZ", dice.u16(1011..9999))).ok();
        (offered, Where { postcode, do_not_contact: dice.u8(..100) == 0 })
    };
    (1..=OPENINGS).map(one).collect()
}

fn student() -> Sought {
    Sought {
        id: StudentId(1),
        programme: "Verkoper".to_owned(),
        crebo: "90004".to_owned(),
        level: Some(Level::Mbo2),
        track: Some(Track::Bol),
        available_from: Day::new(2027, 2, 1),
        available_until: Day::new(2027, 6, 30),
        days_per_week: Some(4),
        home_pc4: Pc4::parse("3511").ok(),
        travel_minutes: None,
        travel_mode: Some(TravelMode::PublicTransport),
        role_sought: Some("winkel of magazijn".to_owned()),
        looking_since: None,
        created_at: Moment::parse("2026-09-01T09:00:00Z").unwrap(),
    }
}

/// The same on disk, two openings to a company.
fn desk(student: &Sought, all: &[(Offered, Where)]) -> (Db, Scope, StudentId, Moment, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("desk.db").display().to_string(), 2).unwrap();
    db.migrate().unwrap();
    let now = today().at(9, 0);
    let desk = NewDesk {
        name: "Proefregio".to_owned(),
        desk_name: "Stagedesk".to_owned(),
        postal_address: "Oefenplein 1, Amsterdam".to_owned(),
        phone: None,
        region: Region::Noord,
    };
    let site = sites::add(&db, &Templates::embedded().unwrap(), &desk, now).unwrap();
    let scope = Scope::command(vec![site]);
    let offer = |(offered, _): &(Offered, Where)| dossiers::Offer {
        fields: opening_rows::Fields {
            role: offered.role.clone(),
            levels: offered.levels.clone(),
            tracks: offered.tracks.clone(),
            starts_on: offered.starts_on,
            ends_on: offered.ends_on,
            days_per_week: offered.days_per_week,
            notes: String::new(),
        },
        places: offered.places_left,
        at: offered.last_confirmed_on.at(9, 0),
    };
    let company = |two: &[(Offered, Where)]| {
        let at = &two[0].1;
        let fields = companies::Fields {
            postcode: at.postcode.clone(),
            do_not_contact: at.do_not_contact,
            ..companies::Fields::named("Oefenbedrijf")
        };
        let company = Edit { fields, tags: None, recognitions: None };
        Dossier {
            since: now,
            company,
            people: Vec::new(),
            history: Vec::new(),
            offers: two.iter().map(offer).collect(),
        }
    };
    let dossiers: Vec<Dossier> = all.chunks(2).map(company).collect();
    for slice in dossiers.chunks(500) {
        dossiers::file(&db, &scope, site, slice).unwrap();
    }
    db.analyze().unwrap();
    let fields = Fields {
        code: "S-1".to_owned(),
        first_name: "Sam".to_owned(),
        programme: student.programme.clone(),
        crebo: student.crebo.clone(),
        level: student.level,
        track: student.track,
        wishes: Wishes {
            available_from: student.available_from,
            available_until: student.available_until,
            days_per_week: student.days_per_week,
            home_pc4: student.home_pc4.clone(),
            travel_mode: student.travel_mode,
            role_sought: student.role_sought.clone(),
            ..Wishes::default()
        },
        ..Fields::default()
    };
    let id = students::add(&db, &scope, site, &fields, now).unwrap();
    (db, scope, id, now, folder)
}

/// Many students who look, of all kinds of work, all over the country.
fn wait(db: &Db, scope: &Scope, like: &Sought, now: Moment) {
    let mut dice = fastrand::Rng::with_seed(11);
    let all: Vec<(Fields, Moment)> = (0..STUDENTS)
        .map(|number| {
            let fields = Fields {
                code: format!("W-{number}"),
                first_name: "Sam".to_owned(),
                programme: ROLES[dice.usize(..ROLES.len())].to_owned(),
                level: like.level,
                wishes: Wishes {
                    available_from: Some(today().plus(dice.i64(0..600))),
                    home_pc4: Pc4::parse(&dice.u16(1011..9999).to_string()).ok(),
                    ..Wishes::default()
                },
                ..Fields::default()
            };
            (fields, now)
        })
        .collect();
    let site = scope.sites()[0];
    all.chunks(500).for_each(|some| students::add_all(db, scope, site, some).unwrap());
    db.analyze().unwrap();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let (student, openings) = (student(), openings());
    let recognised: Vec<RecognisedAt> =
        (1..OPENINGS / 2).step_by(3).map(|id| (CompanyId(id), Some(Level::Mbo2), None, None)).collect();
    let ask = || question_of(&student, &openings, &recognised, today());
    let question = ask();
    let ranking = question.rank(&WEIGHTS, today());
    assert!(ranking.fits.len() > 500 && ranking.fits.len() + ranking.falls.len() == 20_000, "{}", ranking.fits.len());
    let mut group = criterion.benchmark_group("one student, 20,000 openings");
    group.bench_function("rank", |bencher| bencher.iter(|| black_box(black_box(&question).rank(&WEIGHTS, today()))));
    group.bench_function("rows to ranking", |bencher| bencher.iter(|| black_box(ask().rank(&WEIGHTS, today()))));
    group.sample_size(20);
    let (db, scope, id, now, _folder) = desk(&student, &openings);
    let mut day = 0;
    group.bench_function("a page, SQLite", |bencher| {
        bencher.iter(|| {
            // Another day is another ranking, so each is written.
            day += 1;
            let ask = Ask { after: None, lang: Lang::Nl, now: now.plus_days(day % 60) };
            black_box(for_student(&db, &scope, id, ask).unwrap())
        });
    });
    group.finish();
    wait(&db, &scope, &student, now);
    let mut group = criterion.benchmark_group("shortage of 5,000 students, 20,000 openings");
    group.sample_size(20);
    group.bench_function("a table, SQLite", |bencher| {
        bencher.iter(|| black_box(db.read(|conn| shortage::table(conn, &scope, 2, today()))).unwrap());
    });
    group.finish();
    criterion.final_summary();
}
