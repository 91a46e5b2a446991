//! Every route of the map, asked by those whom it is not for: people of another site, roles that see no records, and
//! nobody at all. What is not theirs is not there, and asking changes nothing.

mod lists;
mod records;
mod roles;

use crate::support::app::TestApp;
use crate::support::map::Route;
use crate::support::processes::project;
use crate::support::town::texts;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// What asking itself writes: the rest of a session, and the tries at the door.
const MOVES: [&str; 2] = ["sessions", "throttles"];

/// The routes that are for everybody, with what they are.
const PUBLIC: [(&str, &str); 7] = [
    ("/healthz", "says whether the house is well"),
    ("/assets/", "scripts and styles, the same for all"),
    ("/sign-in", "the door, and the links that open it"),
    ("/for-schools", "the schools' own pages, behind a door of their own"),
    ("/calendar/", "a person's calendar: the secret in the link is the permission"),
    ("/places/", "whether places still hold: the secret in the link is the permission"),
    ("/u/", "opting out: the secret in the link is the permission"),
];

fn is_public(route: &Route) -> bool {
    PUBLIC.iter().any(|(start, _)| route.path.starts_with(start))
}

/// Which table a path is about, by its longest start that is known here.
fn table_of(path: &str) -> &'static str {
    const TABLES: [(&str, &str); 25] = [
        ("/aftercare/", "checkins"),
        ("/applications/", "applications"),
        ("/campaigns/", "campaigns"),
        ("/companies/", "companies"),
        ("/companies/import/", "imports"),
        ("/contacts/", "contacts"),
        ("/inbox/", "incoming"),
        ("/openings/", "openings"),
        ("/outgoing/", "outgoing"),
        ("/placements/", "placements"),
        ("/proposals/", "proposals"),
        ("/referrals/", "referrals"),
        ("/referrals/lists/", "referral_lists"),
        ("/referrers/", "referrers"),
        ("/schools/", "schools"),
        ("/settings/mailboxes/", "mailboxes"),
        ("/settings/suppressions/", "suppressions"),
        ("/settings/templates/", "templates"),
        ("/settings/users/", "users"),
        ("/students/", "students"),
        ("/suggestions/", "suggestions"),
        ("/tasks/", "tasks"),
        ("/today/companies/", "companies"),
        ("/today/openings/", "openings"),
        ("/today/tasks/", "tasks"),
    ];
    let found = TABLES.iter().filter(|(start, _)| path.starts_with(start)).max_by_key(|(start, _)| start.len());
    found.unwrap_or_else(|| panic!("say in this table which record {path} is about")).1
}

/// Every table with its columns, as `schema.rs` has them.
fn tables() -> BTreeMap<String, Vec<String>> {
    let source = fs::read_to_string(project().join("src/store/schema.rs")).unwrap();
    let (mut all, mut table) = (BTreeMap::new(), String::new());
    for line in source.lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix(") {").and_then(|line| line.split_once(" (")) {
            name.clone_into(&mut table);
        } else if let Some((name, _)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            let columns: &mut Vec<String> = all.entry(table.clone()).or_default();
            columns.push(name.trim_start_matches("r#").to_owned());
        }
    }
    all
}

/// All that the database holds, a line for each row, without what asking itself moves.
fn everything(app: &TestApp) -> BTreeSet<String> {
    let tables = tables();
    let kept = tables.iter().filter(|(table, _)| !MOVES.contains(&table.as_str()));
    let rows = |(table, columns): (&String, &Vec<String>)| lines(app, table, columns, "1 = 1");
    let all: BTreeSet<String> = kept.flat_map(rows).collect();
    assert!(all.len() > 1_000, "the town is full: {}", all.len());
    all
}

/// All that belongs to a site.
fn of_site(app: &TestApp, site: i64) -> BTreeSet<String> {
    let tables = tables();
    let sited = tables.iter().filter(|(_, columns)| columns.iter().any(|column| column == "site_id"));
    sited.flat_map(|(table, columns)| lines(app, table, columns, &format!("site_id = {site}"))).collect()
}

fn lines(app: &TestApp, table: &str, columns: &[String], condition: &str) -> Vec<String> {
    let row = if app.db().is_sqlite() {
        let cells: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        cells.join(" || '|' || ")
    } else {
        format!("CAST(to_jsonb(\"{table}\") AS text)")
    };
    let sql = format!("SELECT '{table} ' || {row} AS text FROM \"{table}\" WHERE {condition}");
    texts(app, &sql)
}

/// The rows that are there once and not the other time.
fn differences(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Vec<String> {
    before.symmetric_difference(after).map(|line| line.chars().take(300).collect()).collect()
}
