//! The made-up site: as large as asked, the same on either database, and another one for another seed.

use crate::support::database::TestDatabase;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::time::Moment;
use stagemakelaar::domain::words::{MomentKind, Region};
use stagemakelaar::flows::sites::{self, NewDesk};
use stagemakelaar::mail::template::Templates;
use stagemakelaar::practice::generate::{Size, fill};
use stagemakelaar::store::companies::{self, Company, Filter};
use stagemakelaar::store::contacts::{self, Contact};
use stagemakelaar::store::moments::{self, Entry, Show};
use stagemakelaar::store::openings::{self, Opening};
use stagemakelaar::store::tasks::{self, Task};
use stagemakelaar::store::{Conn, DbResult};

const SIZE: Size = Size { companies: 260, moments: 3000, students: 40, seed: 7 };

/// A company with all that hangs on it.
#[derive(Debug, PartialEq)]
struct Made {
    company: Company,
    tags: Vec<String>,
    people: Vec<Contact>,
    openings: Vec<Opening>,
    history: Vec<Entry>,
    tasks: Vec<Task>,
}

/// Fills a new site of a new database, so that ids are alike too, and reads it all.
fn made(on: &TestDatabase, wanted: Size) -> Vec<Made> {
    let now = Moment::parse("2026-11-25T09:00:00Z").unwrap();
    let desk = NewDesk {
        name: "Proefregio".to_owned(),
        desk_name: "Stagedesk".to_owned(),
        postal_address: "Oefenplein 1, Amsterdam".to_owned(),
        phone: None,
        region: Region::Noord,
    };
    let site = sites::add(&on.db, &Templates::embedded().unwrap(), &desk, now).unwrap();
    let scope = Scope::command(vec![site]);
    fill(&on.db, &scope, site, &[], wanted, now, |_| {}).unwrap();
    let all = Filter::default();
    let companies = on.db.read(|conn| companies::matching(conn, &scope, site, &all, now.day(), None, 10_000)).unwrap();
    companies.into_iter().map(|company| on.db.read(|conn| whole(conn, &scope, company)).unwrap()).collect()
}

fn whole(conn: &mut Conn, scope: &Scope, company: Company) -> DbResult<Made> {
    let id = company.id;
    Ok(Made {
        tags: companies::tags(conn, id)?,
        people: contacts::of_company(conn, scope, id)?,
        openings: openings::of_company(conn, scope, id)?,
        history: moments::timeline(conn, scope, id, Show::All, None, 1000)?.0,
        tasks: tasks::of_companies(conn, scope, &[id])?,
        company,
    })
}

#[test]
fn the_same_seed_makes_the_same_site_on_either_database() {
    let [one, other] = TestDatabase::both().map(|on| made(&on, SIZE));
    assert_eq!(one.len(), 260);
    assert_eq!(one, other);

    let another = made(&TestDatabase::sqlite(), Size { seed: 8, ..SIZE });
    let names = |all: &[Made]| all.iter().map(|made| made.company.fields.place.clone()).collect::<Vec<_>>();
    assert_ne!(names(&one), names(&another));
}

#[test]
fn a_made_up_site_is_as_large_as_asked_and_its_sums_are_true() {
    let all = made(&TestDatabase::sqlite(), SIZE);
    let moments = |made: &Made| -> Vec<(MomentKind, Moment)> {
        let moment = |entry: &Entry| if let Entry::Moment(one) = entry { Some((one.kind, one.at)) } else { None };
        made.history.iter().filter_map(moment).collect()
    };
    assert_eq!(all.iter().map(|made| moments(made).len()).sum::<usize>(), 3000);
    assert!(all.iter().any(|made| moments(made).is_empty()), "some were never spoken to");
    assert!(all.iter().any(|made| moments(made).len() > 60), "some have a long history");
    assert!(all.iter().any(|made| !made.tasks.is_empty()));
    for made in &all {
        let last = moments(made).into_iter().filter(|(kind, _)| *kind != MomentKind::Note).map(|(_, at)| at).max();
        assert_eq!(made.company.last_moment_at, last);
        assert_eq!(made.company.places_left, made.openings.iter().map(|opening| opening.places_left).sum::<i32>());
        assert_eq!(made.people.len(), 1);
    }
}
