//! What is looked at: every page of the map, with the records of the town in each of their states, the forms that come
//! back with what does not fit, and the lists of a desk where nothing has happened yet.

use super::NO_PAGE;
use crate::support::map::routes;
use crate::support::town::{Town, ids, texts};
use stagemakelaar::domain::account::TokenPurpose;
use stagemakelaar::domain::id::CompanyId;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::token::Token;
use stagemakelaar::flows::freshness::{self, PLACES};
use stagemakelaar::flows::outbox::opt_out_link;
use stagemakelaar::flows::{accounts, openings};

/// By whose eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A coordinator of the first desk.
    Chief,
    /// Of a desk without anything.
    Fresh,
    /// Who sees figures only.
    Researcher,
    /// A referrer of a school.
    School,
    /// Nobody who is signed in.
    Visitor,
}

/// One page to look at.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Name of its pictures.
    pub name: String,
    /// Where it is.
    pub path: String,
    /// By whose eyes.
    pub who: Who,
    /// The status that it answers with.
    pub status: u16,
    /// The form that is sent with what does not fit, as a selector; empty when the page is only looked at.
    pub press: &'static str,
    /// Fields with what is typed into them first.
    pub typed: &'static [(&'static str, &'static str)],
    /// Whether it is a letter as it came, in its writer's language and without our frame.
    pub bare: bool,
}

impl Visit {
    fn of(who: Who, name: impl Into<String>, path: impl Into<String>) -> Self {
        let (name, path) = (name.into(), path.into());
        Self { name, path, who, status: 200, press: "", typed: &[], bare: false }
    }
}

/// A path of the map with a record of the first desk in it, the first that has what the path asks for.
pub fn at(town: &Town, path: &str) -> String {
    let first = |table: &str, condition: &str| town.rows(table, condition)[0];
    let id = match path.split('/').nth(1).unwrap() {
        "companies" if path.contains("/import/") => first("imports", "state = 'done'"),
        "companies" => company(town, "o.id IS NOT NULL"),
        "contacts" => first("contacts", "1 = 1"),
        "openings" => first("openings", "1 = 1"),
        "placements" => first("placements", "state = 'running'"),
        "students" => first("students", "1 = 1"),
        "proposals" if path == "/proposals/new" => return proposal(town),
        "proposals" => first("proposals", "state = 'proposed'"),
        "schools" => first("schools", "1 = 1"),
        "referrers" => first("referrers", "1 = 1"),
        "referrals" if path.contains("/lists/") => first("referral_lists", "state = 'staged'"),
        "referrals" => first("referrals", "state = 'received'"),
        "inbox" => first("incoming", "subject = 'Stage voor een neef'"),
        "campaigns" => first("campaigns", "state = 'draft'"),
        "settings" if path.contains("/users/") => town.sam.0,
        "settings" if path.contains("/mailboxes/") => first("mailboxes", "1 = 1"),
        "settings" if path.contains("/templates/") => first("templates", "1 = 1"),
        _ => 0,
    };
    path.replace("{id}", &id.to_string()).replace("{index}", "0")
}

fn company(town: &Town, condition: &str) -> i64 {
    let here = town.here;
    let joined =
        "FROM companies c LEFT JOIN openings o ON o.company_id = c.id LEFT JOIN placements p ON p.company_id = c.id";
    let sql = format!("SELECT c.id AS id {joined} WHERE c.site_id = {here} AND {condition} ORDER BY c.id LIMIT 1");
    ids(&town.app, &sql)[0]
}

/// The form that puts a student forward who still looks.
fn proposal(town: &Town) -> String {
    let seeker = town.rows("students", "role_sought IS NOT NULL")[4];
    format!("/proposals/new?student={seeker}&opening={}", town.rows("openings", "places_left > 0")[3])
}

/// A name for pictures from a path.
fn name(path: &str) -> String {
    let plain: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let plain = plain.trim_matches('-').to_owned();
    if plain.is_empty() { "today".to_owned() } else { plain }
}

/// All of them, those of one reader after another.
pub fn visits(town: &Town) -> Vec<Visit> {
    let mut all = doors(town);
    let pages = routes().into_iter().filter(|route| route.method == "get").map(|route| route.path);
    let pages: Vec<String> = pages.filter(|path| NO_PAGE.iter().all(|(known, _)| known != path)).collect();
    let mine =
        |path: &&String| !path.starts_with("/sign-in") && !path.starts_with("/u/") && !path.starts_with("/places/");
    for path in pages.iter().filter(mine) {
        let open = at(town, path);
        let bare = path.ends_with("/original");
        all.push(Visit { bare, ..Visit::of(Who::Chief, name(path), open) });
    }
    all.extend(states(town));
    all.extend(misfits(town));
    let link = Visit::of(Who::Chief, "calendar-link", "/settings/profile");
    all.push(Visit { press: "main form[action='/settings/profile/feed']", ..link });
    let lists = pages.iter().filter(mine).filter(|path| !path.contains('{'));
    let placed = |path: &&String| !["/placements/new", "/proposals/new"].contains(&path.as_str());
    all.extend(lists.filter(placed).map(|path| Visit::of(Who::Fresh, format!("empty-{}", name(path)), path)));
    all.push(Visit::of(Who::Fresh, "empty-place", "/placements/new"));
    all.push(Visit::of(Who::Researcher, "researcher", "/"));
    all.extend(of_school());
    all
}

/// What is in front of the door, and the link under every mail.
fn doors(town: &Town) -> Vec<Visit> {
    let (db, now) = (town.app.db(), town.app.clock.now());
    let link = |purpose| accounts::make_link(db, town.sam, purpose, now).unwrap().unwrap().path();
    let sql =
        "SELECT o.token AS text FROM outgoing o JOIN recipients r ON o.recipient_id = r.id WHERE o.state = 'sent'";
    let tokens = texts(&town.app, sql);
    let opt_out = |token: &String| {
        let link = opt_out_link(&town.app.app.keys, &town.app.base_url, &Token::parse(token).unwrap()).unwrap();
        link.strip_prefix(&town.app.base_url).unwrap().to_owned()
    };
    let visit = |name: &str, path: String| Visit::of(Who::Visitor, name, path);
    let places = asked_about_places(town);
    let wrong: &[(&str, &str)] = &[("email", "noor@stagedesk.example"), ("password", "mis")];
    vec![
        visit("sign-in", "/sign-in".into()),
        Visit { press: "form.stack", typed: wrong, status: 422, ..visit("sign-in-wrong", "/sign-in".into()) },
        visit("forgotten", "/sign-in/forgotten".into()),
        Visit {
            press: "form.stack",
            typed: &[("email", "noor@stagedesk.example")],
            ..visit("forgotten-sent", "/sign-in/forgotten".into())
        },
        visit("choose", link(TokenPurpose::Reset)),
        Visit {
            press: "form.stack",
            typed: &[("password", "kort")],
            status: 422,
            ..visit("choose-short", link(TokenPurpose::Reset))
        },
        visit("sign-in-link", link(TokenPurpose::SignIn)),
        visit("sign-in-link-spent", "/sign-in/link/op-is-op".into()),
        visit("opt-out", opt_out(&tokens[0])),
        Visit { press: "form", ..visit("opt-out-done", opt_out(&tokens[1])) },
        Visit { status: 404, ..visit("opt-out-unknown", "/u/x".into()) },
        visit("places", places[0].clone()),
        Visit {
            press: "form.public-card",
            typed: &[("places", "51")],
            status: 422,
            ..visit("places-misfit", places[0].clone())
        },
        Visit { press: "form.answers", ..visit("places-said", places[1].clone()) },
        Visit { status: 410, ..visit("places-over", places[2].clone()) },
        Visit { status: 404, ..visit("places-unknown", "/places/x".into()) },
    ]
}

/// The schools' own pages, in front of their door and behind it.
fn of_school() -> Vec<Visit> {
    let visit = |who, name: &str, path: &str| Visit::of(who, name, path);
    let asked = Visit {
        press: "main form",
        typed: &[("email", "mo@school.example")],
        ..visit(Who::Visitor, "school-code", "/for-schools")
    };
    let misfit = Visit {
        press: "main form",
        typed: &[("code", "")],
        status: 422,
        ..visit(Who::School, "school-misfit", "/for-schools/new")
    };
    let broken = Visit {
        press: "main form",
        typed: &[("code", "L-9"), ("first_name", "Kim"), ("attempts", "0")],
        status: 422,
        ..visit(Who::School, "school-outside", "/for-schools/new")
    };
    vec![
        asked,
        visit(Who::School, "school-own", "/for-schools"),
        visit(Who::School, "school-new", "/for-schools/new"),
        misfit,
        broken,
    ]
}

/// Links to the pages on which companies say whether their places still hold: two that are open, and one that is over.
fn asked_about_places(town: &Town) -> Vec<String> {
    let (app, now) = (&town.app.app, town.app.clock.now());
    let scope = Scope::command(vec![town.here]);
    for company in town.rows("companies", "archived_at IS NULL AND places_left > 0") {
        let id = CompanyId(company);
        freshness::ask_now(&app.db, app.press(), &app.config.freshness, &scope, id, now).unwrap();
    }
    let tokens = |condition: &str| {
        let sql = format!("SELECT token AS text FROM rounds WHERE {condition} ORDER BY id");
        texts(&town.app, &sql).iter().map(|token| app.keys.sign(PLACES, token).unwrap()).collect::<Vec<_>>()
    };
    let open = tokens("state = 'asked'");
    let over = open.last().unwrap();
    let taken = app.db.read(|conn| freshness::look(conn, &app.keys, over, now)).unwrap().unwrap().opening.id;
    openings::apply(&app.db, &scope, taken, openings::Change::Withdraw, "", now).unwrap();
    [&open[0], &open[1], over].map(|signed| format!("/places/{signed}")).to_vec()
}

/// Records in the states that their page shows in another way, and lists as they are asked for.
fn states(town: &Town) -> Vec<Visit> {
    let mut all = Vec::new();
    let mut add = |name: String, path: String| all.push(Visit::of(Who::Chief, name, path));
    let each = |table: &str, column: &str| -> Vec<(String, i64)> {
        let kinds =
            format!("SELECT DISTINCT COALESCE({column}, 'none') AS text FROM {table} WHERE site_id = {}", town.here);
        let kinds = texts(&town.app, &kinds).into_iter();
        kinds
            .map(|kind| {
                let id = town.rows(table, &format!("COALESCE({column}, 'none') = '{kind}'"))[0];
                (kind, id)
            })
            .collect()
    };
    for (state, id) in each("campaigns", "state") {
        add(format!("campaign-{state}"), format!("/campaigns/{id}"));
    }
    let dropped = town.rows("campaigns", "name LIKE 'Viel weg%'")[0];
    add("campaign-uncertain".into(), format!("/campaigns/{dropped}"));
    for (state, id) in each("imports", "state") {
        add(format!("import-{state}"), format!("/companies/import/{id}"));
    }
    for (state, id) in each("placements", "state") {
        add(format!("placement-{state}"), format!("/placements/{id}"));
    }
    for (id, name) in town.rows("proposals", "state <> 'placed'").into_iter().zip(["waits", "agreed", "meets"]) {
        add(format!("proposal-{name}"), format!("/proposals/{id}"));
    }
    for (state, id) in each("referral_lists", "state") {
        add(format!("referral-list-{state}"), format!("/referrals/lists/{id}"));
    }
    for (state, id) in each("referrals", "state") {
        add(format!("referral-{state}"), format!("/referrals/{id}"));
    }
    let referred =
        ids(&town.app, &format!("SELECT student_id AS id FROM referrals WHERE site_id = {} ORDER BY id", town.here));
    let guided =
        ids(&town.app, &format!("SELECT student_id AS id FROM guidance WHERE site_id = {} ORDER BY id", town.here));
    add("student-guided".into(), format!("/students/{}", guided[0]));
    add("student-referred".into(), format!("/students/{}", referred[0]));
    for (intent, id) in each("incoming", "intent") {
        add(format!("letter-{intent}"), format!("/inbox/{id}"));
    }
    let suggestion = town.rows("suggestions", "kind = 'opening' AND state = 'open'")[0];
    let message = ids(&town.app, &format!("SELECT incoming_id AS id FROM suggestions WHERE id = {suggestion}"))[0];
    add("letter-edit".into(), format!("/inbox/{message}?edit={suggestion}"));
    add("letter-find".into(), format!("{}?q=bakkerij", at(town, "/inbox/{id}")));
    add("company-placed".into(), format!("/companies/{}", company(town, "p.id IS NOT NULL")));
    add("company-sealed".into(), format!("/companies/{}", company(town, "c.do_not_contact")));
    add("company-mailed".into(), format!("/companies/{}?show=mail", company(town, "p.id IS NOT NULL")));
    add("company-bare".into(), format!("/companies/{}", company(town, "c.name = 'Café Oktober'")));
    add("companies-none".into(), "/companies?q=bestaatniet".into());
    add("companies-filtered".into(), "/companies?sectors=Zorg&recognised=on&capacity=now".into());
    add("place-opening".into(), format!("/placements/new?opening={}", town.rows("openings", "1 = 1")[5]));
    let seeker = town.rows("students", "role_sought IS NOT NULL")[0];
    add("student-wishes".into(), format!("/students/{seeker}"));
    add("matches-seeker".into(), format!("/students/{seeker}/matches"));
    for opening in town.rows("openings", "places_left > 0").into_iter().skip(5).take(3) {
        add(format!("matches-opening-{opening}"), format!("/openings/{opening}/matches"));
    }
    add("agenda-week".into(), "/agenda?view=week&who=all".into());
    add("shortage-quarters".into(), "/shortage?digits=3&period=1".into());
    add("mailbox-shaky".into(), format!("/settings/mailboxes/{}", town.rows("mailboxes", "1 = 1")[1]));
    for view in ["automatic", "unmatched", "broken", "all"] {
        add(format!("inbox-{view}"), format!("/inbox?view={view}"));
    }
    for state in ["planned", "completed", "ended_early"] {
        add(format!("placements-{state}"), format!("/placements?state={state}"));
    }
    all.push(Visit { status: 404, ..Visit::of(Who::Chief, "not-found", "/nowhere") });
    all
}

/// Forms that come back with a sentence at what does not fit.
fn misfits(town: &Town) -> Vec<Visit> {
    const SHORT: &[(&str, &str)] = &[("old", "mis"), ("password", "kort"), ("again", "anders")];
    let form = |name: &str, path: &str, press, typed| Visit {
        press,
        typed,
        status: 422,
        ..Visit::of(Who::Chief, format!("misfit-{name}"), at(town, path))
    };
    let main = "main form[method=post]";
    let place = format!("/placements/new?opening={}", town.rows("openings", "1 = 1")[5]);
    let near = |name: &str, query: &str| Visit::of(Who::Chief, name, format!("/companies?{query}"));
    vec![
        near("companies-near", "near=1068&km=10&sort=distance"),
        near("companies-near-misfit", "near=9"),
        form("company-new", "/companies/new", main, &[("kvk", "12"), ("postcode", "10")]),
        form("company-edit", "/companies/{id}/edit", main, &[("name", ""), ("kvk", "12")]),
        form("contact-new", "/companies/{id}/contacts/new", main, &[("email", "geen adres"), ("phone", "1")]),
        form("opening-new", "/companies/{id}/openings/new", main, &[("places", "veel")]),
        form("log", "/companies/{id}", "main form[action$='/log']", &[]),
        form("place", &place, main, &[]),
        form("campaign", "/campaigns/new", main, &[("window", "altijd"), ("near", "12")]),
        form("import", "/companies/import", main, &[]),
        form("user", "/settings/users", main, &[("email", "geen adres")]),
        form("mailbox", "/settings/mailboxes/new", main, &[("address", "geen adres"), ("out_url", "x")]),
        form("template", "/settings/templates/new", main, &[("nl_text", "{{{naam}}}")]),
        form(
            "suppression",
            "/settings/suppressions",
            "main form[action='/settings/suppressions'][method=post]",
            &[("value", "x y")],
        ),
        form("password", "/settings/profile", "main form[action$='/password']", SHORT),
        form("student", "/students/{id}", "main form:has([name=first_name])", &[("code", ""), ("email", "geen adres")]),
        form("referral", "/referrals/new", main, &[("code", ""), ("tried", "Heeft adhd en een strafblad.")]),
        form("referral-refused", "/referrals/{id}", "main form[action$='/refuse']", &[]),
        form("talk", "/students/{id}", "main form:has([name=said])", &[("said", ""), ("due_on", "2027-01-01")]),
        form("application", "/students/{id}", "main form:has([name=company_name])", &[("company_name", "")]),
        form("guardian", "/students/{id}", "main form:has([name=minor])", &[("guardian_phone", "1")]),
        form("learning", "/settings/learning", main, &[("topic", "")]),
        form("referral-list", "/referrals/lists", main, &[]),
        form("school", "/schools/new", main, &[("mail_domain", "gmail.com")]),
        form("agreement", "/schools/{id}/agreement", main, &[("own_attempts", "veel"), ("valid_from", "2030-01-01")]),
        form("referrer", "/schools/{id}/referrers/new", main, &[("email", "geen adres"), ("phone", "1")]),
    ]
}
