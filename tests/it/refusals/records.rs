//! Records of another site, asked for by their real ids, in the path and in the form.

use super::{differences, everything, of_site, table_of};
use crate::support::app::{Seen, Surfer, both};
use crate::support::map::{Route, routes};
use crate::support::town::{Town, ids, texts};
use stagemakelaar::domain::words::Role;
use std::collections::BTreeMap;
use std::fs;

/// A form that every handler reads without complaint.
const FORM: [(&str, &str); 36] = [
    ("version", "1"),
    ("name", "Vreemd"),
    ("role", "broker"),
    ("active", "on"),
    ("lang", "nl"),
    ("reason", "zomaar"),
    ("mood", "well"),
    ("score", "4"),
    ("words", "Gaat goed."),
    ("starts_on", "2026-11-01"),
    ("ends_on", "2027-06-01"),
    ("on", "2026-12-01"),
    ("code", "V-1"),
    ("first_name", "Vreemd"),
    ("programme", "Verkoper"),
    ("level", "mbo2"),
    ("track", "bol"),
    ("ground", "functional"),
    ("status", "prospect"),
    ("kind", "call"),
    ("sentence", "Gebeld."),
    ("places", "2"),
    ("days_per_week", "4"),
    ("due_on", "2026-12-01"),
    ("company", "1"),
    ("text", "Dag!"),
    ("decision", "sent"),
    ("held", "yes"),
    ("window", "always"),
    ("nl_subject", "Vraag"),
    ("nl_text", "Heeft u plek?"),
    ("nl_html", "<p>Heeft u plek?</p>"),
    ("from_name", "Vreemd"),
    ("out_url", "smtp://mail.vreemd.example"),
    ("start_on", "2026-11-01"),
    ("column", "name"),
];

/// Ids of the first desk's records, by table: the first and last few, so that most states are among them.
fn records(town: &Town) -> BTreeMap<&'static str, Vec<i64>> {
    let some = |all: Vec<i64>| -> Vec<i64> {
        let from = all.len().saturating_sub(2).max(2.min(all.len()));
        all.iter().take(2).chain(&all[from..]).copied().collect()
    };
    let with_ids = routes().into_iter().filter(Route::has_id);
    let tables = with_ids.map(|route| table_of(&route.path));
    tables.map(|table| (table, some(of_table(town, table)))).collect()
}

fn of_table(town: &Town, table: &str) -> Vec<i64> {
    let here = town.here;
    let found = match table {
        // Who works at both desks is known at both.
        "users" => {
            let others = format!("SELECT user_id FROM user_sites WHERE site_id = {}", town.there);
            let own = format!("SELECT user_id AS id FROM user_sites WHERE site_id = {here}");
            ids(&town.app, &format!("{own} AND user_id NOT IN ({others}) ORDER BY user_id"))
        }
        table => town.rows(table, "1 = 1"),
    };
    assert!(!found.is_empty(), "the town has no {table}");
    found
}

fn ask(surfer: &Surfer, route: &Route, path: &str, fields: &[(&str, &str)]) -> Seen {
    match route.method.as_str() {
        "post" => surfer.post(path, fields),
        _ => surfer.get(path),
    }
}

/// What is not as it should be when these are asked for every record by its id.
fn leaks(surfer: &Surfer, role: Role, records: &BTreeMap<&'static str, Vec<i64>>, nobodys: &str) -> Vec<String> {
    let mut found = Vec::new();
    for route in routes().into_iter().filter(Route::has_id) {
        for path in route.acts() {
            let path = |id: &str| path.replace("{id}", id).replace("{index}", "0");
            for id in &records[table_of(&route.path)] {
                let id = id.to_string();
                let seen = ask(surfer, &route, &path(&id), &FORM);
                // A coordinator's page refuses a broker whatever the id, and so tells nothing.
                let told = if role == Role::Broker { ask(surfer, &route, &path(nobodys), &FORM).status } else { 404 };
                if seen.status != 404 && (seen.status, told) != (403, 403) {
                    found.push(format!("{role} {} {}: {}", route.method, path(&id), seen.status));
                }
                let bare = ask(surfer, &route, &path(&id), &[]);
                let same = ask(surfer, &route, &path(nobodys), &[]);
                if bare.status != same.status || bare.location() != same.location() {
                    let (one, other) = (bare.status, same.status);
                    found.push(format!(
                        "{role} {} {} without a form: {one}, nobody's: {other}",
                        route.method,
                        path(&id)
                    ));
                }
            }
        }
    }
    found
}

both! {
    fn another_sites_record_is_not_there_and_asking_changes_nothing(db) {
        let town = Town::build(db);
        let (records, before) = (records(&town), everything(&town.app));
        let mut found = Vec::new();
        for role in [Role::Broker, Role::Coordinator] {
            let stranger = town.app.sign_in_as(role, town.there);
            let known = everything(&town.app);
            found.extend(leaks(&stranger, role, &records, "999999999"));
            found.extend(differences(&known, &everything(&town.app)));
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
        assert!(before.len() < everything(&town.app).len(), "who signed in is recorded, so changes are seen");
        no_form_reaches_over(&town);
    }
}

/// Ids of the first desk inside forms of the second change nothing of the first, and tie nothing to it.
fn no_form_reaches_over(town: &Town) {
    let (here, there) = (town.here.0, town.there.0);
    let before = of_site(&town.app, here);
    let stranger = town.app.sign_in_as(Role::Coordinator, town.there);
    for (path, fields) in forms(town) {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let status = stranger.post(&path, &fields).status;
        assert!([303, 404, 422].contains(&status), "{path}: {status}");
    }
    let crossed = differences(&before, &of_site(&town.app, here));
    assert!(crossed.is_empty(), "{}", crossed.join("\n"));
    for (from, column, to) in arrows() {
        let sql = format!(
            "SELECT a.{column} AS id FROM {from} a JOIN {to} b ON a.{column} = b.id WHERE a.site_id <> b.site_id"
        );
        assert!(ids(&town.app, &sql).is_empty(), "{from}.{column} points into another site");
    }
    let owned = format!("SELECT id FROM companies WHERE site_id = {there} AND owner_id = {}", town.sam);
    assert!(ids(&town.app, &owned).is_empty(), "a company is owned by somebody of another site");
}

/// The references between tables that both belong to a site: from, column, to.
fn arrows() -> Vec<(String, String, String)> {
    let source = fs::read_to_string(crate::support::processes::project().join("src/store/schema.rs")).unwrap();
    let tables = super::tables();
    let sited = |table: &str| tables[table].iter().any(|column| column == "site_id");
    let parse = |line: &str| {
        let (from, rest) = line.trim().strip_prefix("diesel::joinable!(")?.split_once(" -> ")?;
        let (to, column) = rest.strip_suffix("));")?.split_once(" (")?;
        (sited(from) && sited(to)).then(|| (from.to_owned(), column.to_owned(), to.to_owned()))
    };
    let all: Vec<_> = source.lines().filter_map(parse).collect();
    assert!(all.len() > 10, "{all:?}");
    all
}

type Fields = Vec<(&'static str, String)>;

/// Forms that are right in all but one thing: an id in them is of the first desk.
fn forms(town: &Town) -> Vec<(String, Fields)> {
    let there = town.there;
    let first = |table: &str| of_table(town, table)[0].to_string();
    let own = |table: &str| {
        ids(&town.app, &format!("SELECT id FROM {table} WHERE site_id = {there} ORDER BY id"))[0].to_string()
    };
    let base = |more: Vec<(&'static str, String)>| -> Fields {
        let kept = FORM.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
        kept.map(|(name, value)| (*name, (*value).to_owned())).chain(more.clone()).collect()
    };
    let (site, company) = (town.here.to_string(), first("companies"));
    let campaign = |site: &str, mailbox: String, template: String| {
        base(vec![("site", site.to_owned()), ("mailbox", mailbox), ("template", template)])
    };
    let place = |opening: String, student: String| base(vec![("opening", opening), ("student", student)]);
    let refer = |school: String, referrer: String| {
        base(vec![
            ("school", school),
            ("referrer", referrer),
            ("on", "2026-11-01".to_owned()),
            ("attempts", "5".to_owned()),
        ])
    };
    let own_site = there.to_string();
    let version = format!("SELECT CAST(version AS text) AS text FROM placements WHERE id = {}", own("placements"));
    let version = texts(&town.app, &version).remove(0);
    vec![
        (
            "/companies/bulk".into(),
            base(vec![("ids", company.clone()), ("act", "tag".into()), ("tag", "vreemd".into())]),
        ),
        (
            "/companies/bulk".into(),
            base(vec![("ids", company.clone()), ("act", "owner".into()), ("owner", "1".into())]),
        ),
        (
            "/companies/bulk".into(),
            base(vec![("ids", own("companies")), ("act", "owner".into()), ("owner", town.sam.to_string())]),
        ),
        (
            format!("/companies/{}/edit", own("companies")),
            base(vec![("owner", town.sam.to_string()), ("role", String::new())]),
        ),
        ("/companies/new".into(), base(vec![("site", site.clone()), ("sure", "on".into())])),
        ("/placements/new".into(), place(first("openings"), String::new())),
        ("/placements/new".into(), place(own("openings"), first("students"))),
        (format!("/placements/{}", own("placements")), base(vec![("version", version), ("mentor", first("contacts"))])),
        ("/campaigns".into(), campaign(&site, first("mailboxes"), first("templates"))),
        ("/campaigns".into(), campaign(&own_site, first("mailboxes"), own("templates"))),
        ("/campaigns".into(), campaign(&own_site, own("mailboxes"), first("templates"))),
        ("/settings/users".into(), base(vec![("sites", site.clone()), ("email", "nieuw@vreemd.example".into())])),
        (
            "/settings/mailboxes".into(),
            base(vec![("site", site.clone()), ("kind", "desk".into()), ("address", "a@vreemd.example".into())]),
        ),
        ("/outgoing/decide".into(), base(vec![("decision", "again".into()), ("until", "999999".into())])),
        ("/aftercare/plan".into(), base(vec![("site", site.clone()), ("name_nl", "Vreemd".into())])),
        ("/students/new".into(), base(vec![("site", site.clone())])),
        ("/schools/new".into(), base(vec![("site", site.clone())])),
        ("/referrals/new".into(), refer(first("schools"), String::new())),
        ("/referrals/new".into(), refer(own("schools"), first("referrers"))),
        ("/settings/templates".into(), base(vec![("site", site)])),
        (format!("/inbox/{}/assign", own("incoming")), base(vec![("company", company.clone())])),
        (
            format!("/inbox/{}/assign", own("incoming")),
            base(vec![("company", company), ("contact", first("contacts"))]),
        ),
    ]
}
