//! Lists: every sort pages both ways without loss or repeat, every filter narrows, and the plan names an index.

use super::Desk;
use diesel::deserialize::{self, QueryableByName};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::row::NamedRow;
use diesel::sql_types::Text;
use diesel::{PgConnection, SqliteConnection, sql_query};
use stagemakelaar::domain::company::Postcode;
use stagemakelaar::domain::id::CompanyId;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::time::Day;
use stagemakelaar::domain::travel::Near;
use stagemakelaar::domain::words::{CompanyStatus, Level};
use stagemakelaar::flows;
use stagemakelaar::store::companies::{self, Fields, Filter, Listing, Passed, Sort, Turn};
use stagemakelaar::store::{recognitions, sites};

fn page(desk: &Desk, scope: &Scope, sort: Sort, turn: Turn, limit: usize) -> Listing {
    let ask = |conn: &mut _| companies::page(conn, scope, &Filter::default(), sort, turn, limit, desk.day());
    desk.db().read(ask).unwrap()
}

fn ids(listing: &Listing) -> Vec<CompanyId> {
    listing.companies.iter().map(|company| company.id).collect()
}

/// Two sites with companies that share names, places and numbers, some never spoken to.
fn fill(desk: &Desk) -> Scope {
    let both = Scope::command(vec![desk.site, desk.other]);
    for number in 0..23_i32 {
        let site = if number % 3 == 0 { desk.other } else { desk.site };
        let fields = Fields {
            place: ["Osdorp", "De Aker", ""][(number % 3).unsigned_abs() as usize].to_owned(),
            sector: ["Zorg", "Bouw"][(number % 2).unsigned_abs() as usize].to_owned(),
            ..Fields::named(&format!("De Bakker {}", number / 2))
        };
        desk.db()
            .write(|tx| {
                let id = companies::add(tx, site, &fields, None, std::iter::empty(), desk.now)?;
                companies::set_places_left(tx, id, number % 4)?;
                if number % 2 == 0 {
                    let at = Some(desk.now.plus_days(-i64::from(number / 4)));
                    companies::remember(tx, &[Passed { company: id, at, spoke: false }])?;
                }
                Ok::<_, stagemakelaar::store::DbError>(())
            })
            .unwrap();
    }
    both
}

#[test]
fn every_sort_pages_both_ways_without_loss_or_repeat() {
    for desk in Desk::both() {
        let scope = fill(&desk);
        for sort in Sort::ALL {
            let whole = ids(&page(&desk, &scope, *sort, Turn::First, 100));
            assert_eq!(whole.len(), 23);
            let (mut forward, mut turn) = (Vec::new(), Turn::First);
            let last = loop {
                let listing = page(&desk, &scope, *sort, turn, 5);
                forward.extend(ids(&listing));
                let Some(last) = listing.companies.last().filter(|_| listing.after) else { break listing };
                turn = Turn::After(last.id);
            };
            assert_eq!(forward, whole, "{sort} forward on {:?}", desk.db());
            let mut backward = ids(&last);
            let mut listing = last;
            while listing.before {
                listing = page(&desk, &scope, *sort, Turn::Before(listing.companies[0].id), 5);
                backward.splice(0..0, ids(&listing));
            }
            assert_eq!(backward, whole, "{sort} backward on {:?}", desk.db());
            let mut turned = ids(&page(&desk, &scope, sort.turned(), Turn::First, 100));
            turned.reverse();
            if !matches!(sort, Sort::Contact | Sort::ContactDown) {
                assert_eq!(turned, whole, "{sort} turned");
            }
        }
        let spoken = page(&desk, &scope, Sort::ContactDown, Turn::First, 100).companies;
        let silent = spoken.iter().position(|company| company.last_moment_at.is_none()).unwrap();
        assert!(spoken[silent..].iter().all(|company| company.last_moment_at.is_none()), "the silent stand last");
    }
}

#[test]
fn each_filter_narrows_and_together_they_all_hold() {
    for desk in Desk::both() {
        let scope = fill(&desk);
        let target = desk.company(Fields {
            sector: "Zorg".to_owned(),
            place: "Sloten".to_owned(),
            status: CompanyStatus::Partner,
            do_not_contact: true,
            ..Fields::named("Zorghuis Lindeplas")
        });
        flows::companies::tag(desk.db(), &desk.scope, &[target], "buurt", desk.now).unwrap();
        let recognition = recognitions::Fields {
            crebo: "25476".to_owned(),
            qualification: "Verzorgende".to_owned(),
            level: Some(Level::Mbo3),
            track: None,
            valid_until: Day::new(2026, 12, 1),
        };
        desk.db().write(|tx| recognitions::add(tx, target, &recognition)).unwrap();
        let none = Filter::default;
        let filters = [
            Filter { q: "linde".to_owned(), ..none() },
            Filter { places: vec!["Sloten".to_owned(), "Nergens".to_owned()], ..none() },
            Filter { tags: vec!["buurt".to_owned()], ..none() },
            Filter { status: Some(CompanyStatus::Partner), ..none() },
            Filter { recognised: true, ..none() },
            Filter { recognised_crebo: Some("25476".to_owned()), ..none() },
            Filter { recognised_level: Some(Level::Mbo3), ..none() },
            Filter { do_not_contact: Some(true), ..none() },
        ];
        let listed = |filter: &Filter, day| {
            let ask = |conn: &mut _| companies::page(conn, &scope, filter, Sort::Name, Turn::First, 50, day);
            ids(&desk.db().read(ask).unwrap())
        };
        for filter in &filters {
            assert_eq!(listed(filter, desk.day()), [target], "{filter:?}");
            let count = desk.db().read(|conn| companies::count(conn, &scope, filter, desk.day())).unwrap();
            assert_eq!(count, 1);
        }
        assert_eq!(listed(&filters[5], desk.day().plus(9)), vec![], "the recognition has run out");
        let wrong = Filter { recognised_level: Some(Level::Mbo2), ..filters[5].clone() };
        assert_eq!(listed(&wrong, desk.day()), vec![]);
        let never = Filter { never_contacted: true, sectors: vec!["Zorg".to_owned()], ..none() };
        assert!(listed(&never, desk.day()).contains(&target));
        let room = Filter { min_places_left: Some(3), ..none() };
        assert_eq!(listed(&room, desk.day()).len(), 5);
        let text = serde_json::to_string(&filters[6]).unwrap();
        assert_eq!(serde_json::from_str::<Filter>(&text).unwrap(), filters[6]);
        let audience = desk
            .db()
            .read(|conn| companies::matching(conn, &scope, desk.site, &filters[0], desk.day(), None, 9))
            .unwrap();
        assert_eq!(audience.iter().map(|company| company.id).collect::<Vec<_>>(), [target]);
        assert_eq!(desk.db().read(|conn| sites::list(conn, &scope)).unwrap().len(), 2);
    }
}

/// Adds companies in one write, each with its postcode and the day of its last contact.
fn many(desk: &Desk, all: &[(String, Option<&str>, Option<i64>)]) {
    desk.db()
        .write(|tx| {
            for (name, postcode, days) in all {
                let postcode = postcode.map(|text| Postcode::parse(text).unwrap());
                let fields = Fields { postcode, ..Fields::named(name) };
                let id = companies::add(tx, desk.site, &fields, None, std::iter::empty(), desk.now)?;
                if let Some(days) = days {
                    let at = Some(desk.now.plus_days(-days));
                    companies::remember(tx, &[Passed { company: id, at, spoke: false }])?;
                }
            }
            Ok::<_, stagemakelaar::store::DbError>(())
        })
        .unwrap();
}

/// Every company of a list, page after page, and back again.
fn walked(desk: &Desk, filter: &Filter, sort: Sort, limit: usize) -> Vec<companies::Company> {
    let ask = |turn| {
        let page = |conn: &mut _| companies::page(conn, &desk.scope, filter, sort, turn, limit, desk.day());
        desk.db().read(page).unwrap()
    };
    let mut all = Vec::new();
    let mut listing = ask(Turn::First);
    loop {
        let (more, last) = (listing.after, listing.companies.last().map(|company| company.id));
        all.extend(listing.companies);
        match last.filter(|_| more) {
            Some(last) => listing = ask(Turn::After(last)),
            None => break,
        }
    }
    let mut back = Vec::new();
    let mut first = all.last().unwrap().id;
    loop {
        let listing = ask(Turn::Before(first));
        let Some(start) = listing.companies.first().map(|company| company.id) else { break };
        back.splice(0..0, listing.companies);
        first = start;
        if !listing.before {
            break;
        }
    }
    assert_eq!(back, all[..all.len() - 1], "{sort} back on {:?}", desk.db());
    all
}

#[test]
fn where_many_are_found_a_word_still_begins_a_word_and_each_order_finds_them_all() {
    for desk in Desk::both() {
        let mut all: Vec<(String, Option<&str>, Option<i64>)> =
            (0..1_010).map(|n| (format!("Dé Kade {n}"), None, (n % 3 > 0).then_some(n % 200))).collect();
        all.extend((0..30).map(|n| (format!("Loskade {n}"), None, Some(150))));
        many(&desk, &all);
        let kade = Filter { q: "kad dé".to_owned(), ..Filter::default() };
        for sort in [Sort::Name, Sort::ContactDown, Sort::Place] {
            let found = walked(&desk, &kade, sort, 300);
            assert_eq!(found.len(), 1_010, "{sort} on {:?}", desk.db());
            assert!(found.iter().all(|company| company.fields.name.starts_with("Dé Kade")));
        }
        let long = Filter { last_moment_before: Some(desk.day().plus(-20)), ..Filter::default() };
        let ages: Vec<_> = all.iter().map(|(_, _, days)| days.is_none_or(|days| days > 20)).collect();
        for sort in [Sort::Contact, Sort::ContactDown, Sort::Name] {
            let found = walked(&desk, &long, sort, 400);
            assert_eq!(found.len(), ages.iter().filter(|long| **long).count(), "{sort} on {:?}", desk.db());
        }
    }
}

#[test]
fn a_circle_around_a_postcode_narrows_and_orders_by_distance() {
    // 1068 and 1069 are neighbours, 1061 lies behind them, 2011 is Haarlem, 3011 Rotterdam.
    let codes = [Some("1068 ZZ"), Some("1069 AB"), Some("1061 CD"), Some("2011 EF"), Some("3011 GH"), None];
    for desk in Desk::both() {
        // Few, which are ordered here, and then more than are counted, which are walked ring by ring.
        for count in [40, 1_700] {
            let first = if count == 40 { 0 } else { 40 };
            let name = |n: usize| format!("Bedrijf {n}");
            many(&desk, &(first..count).map(|n| (name(n), codes[n % 6], None)).collect::<Vec<_>>());
            let near = Near::parse("1068", 25).unwrap();
            let filter = Filter { near: Some(near.clone()), ..Filter::default() };
            let expected = (0..count).filter(|n| n % 6 < 4).count();
            for sort in [Sort::Name, Sort::Places, Sort::Distance, Sort::DistanceDown] {
                let found = walked(&desk, &filter, sort, if count == 40 { 7 } else { 170 });
                assert_eq!(found.len(), expected, "{sort} of {count} on {:?}", desk.db());
                let key = |company: &companies::Company| {
                    let pc4 = company.fields.postcode.as_ref().unwrap().pc4().to_owned();
                    (near.metres(&pc4).unwrap(), pc4, company.id)
                };
                let keys: Vec<_> = found.iter().map(key).collect();
                assert!(keys.iter().all(|key| key.0 <= 25_000));
                assert_eq!(keys.is_sorted(), sort == Sort::Distance);
                assert_eq!(keys.iter().rev().is_sorted(), sort == Sort::DistanceDown);
            }
            let none = Filter { near: Some(Near { km: 2, ..Near::parse("9881", 2).unwrap() }), ..Filter::default() };
            assert_eq!(desk.db().read(|conn| companies::count(conn, &desk.scope, &none, desk.day())).unwrap(), 0);
            let text = serde_json::to_string(&filter).unwrap();
            assert_eq!(serde_json::from_str::<Filter>(&text).unwrap(), filter, "an audience keeps it");
        }
    }
}

#[derive(Debug, QueryableByName)]
struct SqlitePlan {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// Written by hand: the derive knows no column whose name has a space.
#[derive(Debug)]
struct PostgresPlan {
    line: String,
}

impl QueryableByName<Pg> for PostgresPlan {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        Ok(Self { line: NamedRow::get::<Text, _>(row, "QUERY PLAN")? })
    }
}

/// The questions as the store asks them, with the index that must serve each.
const QUESTIONS: [(&str, &str); 7] = [
    (
        "SELECT id FROM companies WHERE site_id = 1 AND archived_at IS NULL AND sort_name >= 'b' AND (sort_name > 'b' OR id > 3) ORDER BY sort_name, id LIMIT 26",
        "companies_by_name",
    ),
    (
        "SELECT id FROM companies WHERE site_id = 1 AND archived_at IS NULL AND last_moment_at IS NOT NULL AND last_moment_at <= '2026-11-23 08:00:00' AND (last_moment_at < '2026-11-23 08:00:00' OR id < 3) ORDER BY last_moment_at DESC, id DESC LIMIT 26",
        "companies_by_contact",
    ),
    (
        "SELECT id FROM companies WHERE site_id = 1 AND archived_at IS NULL AND places_left <= 2 AND (places_left < 2 OR id < 3) ORDER BY places_left DESC, id DESC LIMIT 26",
        "companies_by_places",
    ),
    (
        "SELECT id FROM companies WHERE site_id = 1 AND archived_at IS NULL AND place >= 'b' AND (place > 'b' OR id > 3) ORDER BY place, id LIMIT 26",
        "companies_by_place",
    ),
    (
        "SELECT id FROM moments WHERE company_id = 1 AND site_id IN (1) AND at <= '2026-11-23 08:00:00' ORDER BY at DESC, id DESC LIMIT 26",
        "moments_by_company",
    ),
    ("SELECT id FROM students WHERE site_id = 1 AND id < 9 ORDER BY id DESC LIMIT 26", "students_by_site"),
    ("SELECT id FROM contacts WHERE email_key = 'a@b.example' AND site_id = 1", "contacts_by_email"),
];

#[test]
fn every_list_is_served_by_the_index_of_its_sort() {
    let [sqlite, postgres] = Desk::both();
    let mut conn = SqliteConnection::establish(sqlite.base.url.trim_start_matches("sqlite://")).unwrap();
    for (question, index) in QUESTIONS {
        let plan: Vec<SqlitePlan> = sql_query(format!("EXPLAIN QUERY PLAN {question}")).load(&mut conn).unwrap();
        let plan = plan.iter().map(|line| line.detail.as_str()).collect::<Vec<_>>().join("; ");
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{question}: {plan}");
    }
    let around = "SELECT id FROM companies WHERE site_id = 1 AND archived_at IS NULL \
        AND substr(companies.postcode, 1, 4) IN (SELECT value FROM json_each('[\"1068\"]'))";
    let plan: Vec<SqlitePlan> = sql_query(format!("EXPLAIN QUERY PLAN {around}")).load(&mut conn).unwrap();
    assert!(plan.iter().any(|line| line.detail.contains("companies_by_pc4")), "the circle is looked up: {plan:?}");
    let search = "SELECT id FROM companies WHERE id IN \
        (SELECT rowid FROM companies_search WHERE companies_search MATCH '\"bak\"*')";
    let plan: Vec<SqlitePlan> = sql_query(format!("EXPLAIN QUERY PLAN {search}")).load(&mut conn).unwrap();
    assert!(plan.iter().any(|line| line.detail.contains("VIRTUAL TABLE INDEX")), "the words are looked up");

    let mut conn = PgConnection::establish(&postgres.base.url).unwrap();
    // A handful of rows is read faster than any index, so the planner is told that reading them all is dear.
    sql_query("SET enable_seqscan = off").execute(&mut conn).unwrap();
    sql_query("SET enable_sort = off").execute(&mut conn).unwrap();
    sql_query("SET enable_bitmapscan = off").execute(&mut conn).unwrap();
    for (question, index) in QUESTIONS {
        let plan: Vec<PostgresPlan> = sql_query(format!("EXPLAIN {question}")).load(&mut conn).unwrap();
        let plan = plan.iter().map(|line| line.line.as_str()).collect::<Vec<_>>().join("; ");
        assert!(plan.contains(index) && !plan.contains("Sort Key"), "{question}: {plan}");
    }
    sql_query("SET enable_bitmapscan = on").execute(&mut conn).unwrap();
    let around = "SELECT id FROM companies WHERE site_id = 1 AND archived_at IS NULL \
        AND substr(companies.postcode, 1, 4) = ANY('{1068}'::text[])";
    let plan: Vec<PostgresPlan> = sql_query(format!("EXPLAIN {around}")).load(&mut conn).unwrap();
    assert!(plan.iter().any(|line| line.line.contains("companies_by_pc4")), "the circle is looked up: {plan:?}");
    let search = "SELECT id FROM companies \
        WHERE to_tsvector('simple', companies.search_text) @@ to_tsquery('simple', 'bak:*')";
    let plan: Vec<PostgresPlan> = sql_query(format!("EXPLAIN {search}")).load(&mut conn).unwrap();
    assert!(plan.iter().any(|line| line.line.contains("companies_search")), "the words are looked up");
}
