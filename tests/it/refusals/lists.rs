//! Lists, exports, search and choices: another site's names are in none of them.

use super::is_public;
use crate::support::app::{Surfer, both};
use crate::support::map::{Route, routes};
use crate::support::town::{Town, texts};
use stagemakelaar::domain::words::Role;

/// Where names stand: table, column, and how the table knows its site.
const NAMES: [(&str, &str); 16] = [
    ("companies", "name"),
    ("companies", "mail_domain"),
    ("companies", "kvk"),
    ("contacts", "name"),
    ("contacts", "email"),
    ("campaigns", "name"),
    ("students", "code"),
    ("incoming", "from_address"),
    ("mailboxes", "address"),
    ("imports", "file_name"),
    ("suppressions", "value"),
    ("templates", "name"),
    ("referral_lists", "file_name"),
    ("schools", "name"),
    ("referrers", "name"),
    ("referrers", "email"),
];

/// The words by which a record of the first desk is known and none of the second.
fn marks(town: &Town) -> Vec<String> {
    let (here, there) = (town.here, town.there);
    let of = |site, (table, column): (&str, &str)| {
        texts(
            &town.app,
            &format!("SELECT {column} AS text FROM {table} WHERE site_id = {site} AND {column} IS NOT NULL"),
        )
    };
    let theirs: Vec<String> = NAMES.iter().flat_map(|name| of(there, *name)).collect();
    let users = "SELECT email AS text FROM users WHERE id NOT IN (SELECT user_id FROM user_sites WHERE site_id =";
    let own = texts(&town.app, &format!("{users} {there})"));
    let ours = NAMES.iter().flat_map(|name| of(here, *name)).chain(own);
    let mut marks: Vec<String> =
        ours.filter(|mark| mark.len() > 3 && theirs.iter().all(|name| !name.contains(mark.as_str()))).collect();
    marks.sort();
    marks.dedup();
    assert!(marks.len() > 250, "{marks:?}");
    marks
}

/// Every list, and every way to ask it for something that is not its own.
fn questions(town: &Town, marks: &[String]) -> Vec<String> {
    let lists = routes().into_iter().filter(|route| route.method == "get" && !route.has_id() && !is_public(route));
    let mut all: Vec<String> = lists.map(|route: Route| route.path).collect();
    assert!(all.len() > 20);
    let searched = ["/find", "/companies", "/companies/export.csv", "/settings/suppressions", "/inbox"];
    for mark in marks.iter().step_by(marks.len() / 12) {
        let query: String = url::form_urlencoded::byte_serialize(mark.as_bytes()).collect();
        all.extend(searched.iter().map(|path| format!("{path}?q={query}")));
    }
    let first = |table: &str| town.rows(table, "1 = 1")[0];
    all.extend(["open", "done", "all", "unmatched", "system"].map(|view| format!("/inbox?view={view}")));
    all.extend(["preparing", "running", "completed", "ended_early"].map(|state| format!("/placements?state={state}")));
    all.extend([
        format!("/placements/new?opening={}", first("openings")),
        format!("/proposals/new?student={}&opening={}", first("students"), first("openings")),
        format!("/reports?campaign={}", first("campaigns")),
        format!("/reports.csv?campaign={}", first("campaigns")),
        format!("/companies?owner={}", town.sam),
        "/tasks?owner=all".to_owned(),
        "/companies?archived=on".to_owned(),
    ]);
    all
}

/// What was asked for may be said back in the box that it was typed in.
fn said(text: &str, mark: &str) -> bool {
    let mark = mark.replace('&', "&#38;").replace('\'', "&#39;");
    let echo = format!("value=\"{mark}\"");
    text.replace(&echo, "").contains(&mark)
}

fn told(surfer: &Surfer, role: Role, questions: &[String], marks: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for path in questions {
        let seen = surfer.get(path);
        assert!([200, 403, 404].contains(&seen.status), "{path}: {}", seen.status);
        let asked = path.split_once("q=").map(|(_, q)| url::form_urlencoded::parse(q.as_bytes()).next().unwrap().0);
        for mark in marks.iter().filter(|mark| asked.as_ref().is_none_or(|asked| !asked.contains(mark.as_str()))) {
            if said(&seen.text, mark) {
                found.push(format!("{role} {path} tells {mark}"));
            }
        }
    }
    found
}

both! {
    fn no_list_search_or_export_tells_another_sites_names(db) {
        let town = Town::build(db);
        let marks = marks(&town);
        let questions = questions(&town, &marks);
        let mut found = Vec::new();
        for role in [Role::Broker, Role::Coordinator] {
            let stranger = town.app.sign_in_as(role, town.there);
            assert!(stranger.get("/companies").text.contains("Rotterdam"), "the own records are there");
            found.extend(told(&stranger, role, &questions, &marks));
        }
        let own = town.app.sign_in_as(Role::Coordinator, town.here);
        let seen = told(&own, Role::Coordinator, &questions, &marks);
        assert!(seen.len() > 100, "the same questions tell them at their own desk: {}", seen.len());
        assert!(found.is_empty(), "{}", found.join("\n"));
        an_import_does_not_tell_what_another_site_knows(&town);
    }
}

fn an_import_does_not_tell_what_another_site_knows(town: &Town) {
    let stranger = town.app.sign_in_as(Role::Broker, town.there);
    let row =
        "SELECT name || ';' || kvk || ';' || mail_domain AS text FROM companies WHERE kvk IS NOT NULL AND site_id =";
    let known = texts(&town.app, &format!("{row} {} ORDER BY id LIMIT 5", town.here)).join("\n");
    let file = format!("Bedrijf;KvK;Website\n{known}\n");
    stranger.get("/companies/import");
    let upload = |site: &str| stranger.upload("/companies/import", &[("site", site)], ("file", "lijst.csv", &file));
    assert_eq!(upload(&town.here.to_string()).status, 404);
    let sent = upload(&town.there.to_string());
    assert_eq!(sent.status, 303, "{}", sent.text);
    town.tick("import");
    let verdicts = texts(
        &town.app,
        &format!(
            "SELECT r.verdict AS text FROM import_rows r JOIN imports i ON i.id = r.import_id WHERE i.site_id = {}",
            town.there
        ),
    );
    assert_eq!(verdicts, ["new"; 5]);
}
