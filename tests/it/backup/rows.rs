//! What was there is there again, in either database, and goes on from there.

use super::{Contents, contents, full, put, taken};
use crate::support::app::{Backend, both};
use crate::support::database::TestDatabase;
use crate::support::desk::{Desk, monday};
use crate::support::town::{Town, ids};
use stagemakelaar::domain::words::Role;
use stagemakelaar::store::companies::{self, Filter};
use stagemakelaar::store::{DbError, contacts, migrations};
use std::sync::atomic::{AtomicBool, Ordering};

/// What holding changes: table and columns.
const CHANGED: [(&str, &[&str]); 4] = [
    ("outgoing", &["state", "claimed_by", "settled_at", "last_answer"]),
    ("outgoing_bodies", &["text", "html"]),
    ("campaigns", &["state", "pause_reason", "content_refusals"]),
    ("checkins", &["state", "reason", "next_on", "version"]),
];
/// What holding adds to.
const ADDED: [&str; 3] = ["audit_events", "digests", "tasks"];

fn compare(table: &str, before: &Contents, after: &Contents) {
    if ADDED.contains(&table) {
        let lost = before.rows.iter().find(|row| !after.rows.contains(row));
        assert_eq!(lost, None, "{table} lost a row");
        assert!(after.counter >= before.counter, "{table} counts on");
        return;
    }
    let columns = CHANGED.iter().find(|(changed, _)| *changed == table).map_or(&[][..], |(_, columns)| *columns);
    let (before, after) = (before.without(columns), after.without(columns));
    assert_eq!(before.counter, after.counter, "{table} counts on");
    assert_eq!(before.rows.len(), after.rows.len(), "{table}");
    for (one, other) in before.rows.iter().zip(&after.rows) {
        assert_eq!(one, other, "{table}");
    }
}

both! {
    fn a_town_is_the_same_row_for_row_on_either_database(db) {
        let town = Town::build(db);
        town.app.sign_in_as(Role::Broker, town.here);
        let (now, keys) = (town.app.clock.now(), &town.app.app.keys);
        // An id that was given once is never given again.
        let last = ids(&town.app, "SELECT max(id) AS id FROM import_rows")[0];
        ids(&town.app, &format!("DELETE FROM import_rows WHERE id = {last} RETURNING id"));
        assert!(!town.school_token().is_empty(), "a referrer is signed in");
        let bytes = taken(town.app.db(), keys, now);
        let before = contents(&bytes);
        let filled = before.values().filter(|table| !table.rows.is_empty()).count();
        assert!(filled > 25, "only {filled} tables have rows");
        for left_out in ["sessions", "tokens", "throttles", "leases", "school_sessions", "school_codes"] {
            assert!(!before.contains_key(left_out), "{left_out} is not in it");
        }
        assert_eq!(before["import_rows"].counter, Some(last));
        for target in TestDatabase::both() {
            let restored = put(&target.db, keys, &bytes, now).unwrap();
            assert_eq!(restored.rows, before.values().map(|table| table.rows.len()).sum::<usize>());
            assert!(full(&target.db).iter().all(|table| !["sessions", "tokens", "leases"].contains(&table.as_str())));
            let after = contents(&taken(&target.db, keys, now));
            assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
            for (table, before) in &before {
                compare(table, before, &after[table]);
            }
            it_goes_on(&town, &target, last);
        }
    }
}

/// Search finds what was restored, and a new row gets an id that none had.
fn it_goes_on(town: &Town, target: &TestDatabase, last: i64) {
    let find = |db: &stagemakelaar::store::Db| {
        let filter = Filter { q: "bakker".to_owned(), ..Filter::default() };
        let (scope, today) = (town.scope(), town.app.clock.now().day());
        let found = db.read(|conn| companies::matching(conn, &scope, town.here, &filter, today, None, 100)).unwrap();
        found.into_iter().map(|company| company.id).collect::<Vec<_>>()
    };
    let found = find(town.app.db());
    assert!(!found.is_empty());
    assert_eq!(find(&target.db), found, "what is searched for is found");
    let insert = "INSERT INTO import_rows (import_id, number, cells, note) SELECT id, 99, '[]', '' FROM imports \
        WHERE id = (SELECT max(id) FROM imports) RETURNING id";
    assert_eq!(crate::support::town::ids_of(&target.db, insert), [last + 1]);
}

#[test]
fn a_backup_is_of_one_moment_while_others_write() {
    for desk in Desk::both() {
        let (db, done) = (&desk.base.db, AtomicBool::new(false));
        let counts = std::thread::scope(|scope| {
            scope.spawn(|| {
                // A test that fails meanwhile does not wait for ever.
                for number in (0..20_000).take_while(|_| !done.load(Ordering::Relaxed)) {
                    desk.company(desk.site, &format!("bedrijf{number}"));
                }
            });
            // Each company is written with its contact in one act: no backup has one without the other.
            let counts: Vec<(usize, usize)> = (0..12)
                .map(|_| {
                    let all = contents(&taken(db, &desk.keys, monday()));
                    (all["companies"].rows.len(), all["contacts"].rows.len())
                })
                .collect();
            done.store(true, Ordering::Relaxed);
            counts
        });
        assert!(counts.iter().all(|(companies, contacts)| companies == contacts), "{counts:?}");
        assert!(counts.first() < counts.last(), "somebody wrote meanwhile: {counts:?}");
    }
}

#[test]
fn a_backup_of_an_older_schema_is_loaded_into_that_schema_and_brought_up() {
    for [from, to] in [Backend::Sqlite, Backend::Postgres].map(|backend| match backend {
        Backend::Sqlite => TestDatabase::both(),
        Backend::Postgres => [TestDatabase::postgres(), TestDatabase::sqlite()],
    }) {
        let desk = Desk::open(from);
        let (company, _) = desk.company(desk.site, "halte");
        let newest = desk.base.db.read(migrations::applied).unwrap();
        // To before the clockwork, the last migration that made tables.
        while desk.base.db.migrate_down().unwrap() != "0006" {}
        let older = desk.base.db.read(migrations::applied).unwrap();
        let bytes = taken(&desk.base.db, &desk.keys, monday());
        assert!(!contents(&bytes).contains_key("tick_runs"), "the newest tables are not in it");
        let restored = put(&to.db, &desk.keys, &bytes, monday()).unwrap();
        assert_eq!(Some(&restored.header.schema), older.first());
        assert_eq!(to.db.read(migrations::applied).unwrap(), newest);
        let scope = desk.scope(desk.site);
        let found = to.db.read(|conn| contacts::of_company(conn, &scope, company)).map_err(|error: DbError| error);
        assert_eq!(found.unwrap().len(), 1);
    }
}
