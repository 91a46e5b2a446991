//! Every page as people see it: in Chromium, light and dark, on a desk and on a telephone, with nothing that shuts
//! anybody out. The pictures are in `target/screenshots`.

mod keys;
mod visits;
mod walk;

use crate::support::app::{Backend, PASSWORD, Surfer};
use crate::support::browser::Browser;
use crate::support::map::routes;
use crate::support::town::Town;
use stagemakelaar::domain::id::SiteId;
use stagemakelaar::domain::words::Role;
use visits::{Visit, visits};
use walk::Walk;

/// What the map has that is no page: it is asked for, and answers, without a browser.
const NO_PAGE: [(&str, &str); 10] = [
    ("/healthz", "a word for machines"),
    ("/assets/{hash}/{name}", "scripts and styles"),
    ("/calendar/{token}", "a file for calendar programs"),
    ("/companies/export.csv", "a file"),
    ("/companies/import/{id}/progress", "figures for the bar"),
    ("/companies/import/{id}/rejected.csv", "a file"),
    ("/campaigns/{id}/progress", "figures for the bar"),
    ("/find", "what the palette finds, for a script"),
    ("/inbox/{id}/files/{index}", "a file"),
    ("/reports.csv", "a file"),
];

/// Windows that walk at the same time, each through its own part.
const WINDOWS: usize = 2;

/// Everybody in the town by whose eyes pages are looked at.
struct People {
    /// A coordinator of the first desk.
    chief: &'static str,
    /// A broker of a desk where nothing has happened yet.
    fresh: &'static str,
    /// A researcher of the first desk.
    researcher: &'static str,
}

const PEOPLE: People =
    People { chief: "chief@nieuw-west.example", fresh: "fresh@noord.example", researcher: "kim@nieuw-west.example" };

fn town() -> (Town, SiteId) {
    let town = Town::build(Backend::Sqlite);
    for tick in ["aftercare", "retention"] {
        town.tick(tick);
    }
    let fresh = town.app.add_site("Amsterdam Noord");
    town.app.add_user(PEOPLE.chief, Role::Coordinator, &[town.here]);
    town.app.add_user(PEOPLE.fresh, Role::Coordinator, &[fresh]);
    town.app.add_user(PEOPLE.researcher, Role::Researcher, &[town.here]);
    (town, fresh)
}

fn signed_in(town: &Town, email: &str) -> Surfer {
    let surfer = town.app.visitor();
    assert_eq!(surfer.sign_in(email, PASSWORD).status, 303);
    surfer
}

/// The paths of the map that no visit looks at and that are not named as no page.
fn forgotten(visits: &[Visit]) -> Vec<String> {
    let fits = |pattern: &str, path: &str| {
        let path = path.split('?').next().unwrap();
        let (want, have): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
        want.len() == have.len() && want.iter().zip(&have).all(|(want, have)| want.starts_with('{') || want == have)
    };
    let pages = routes().into_iter().filter(|route| route.method == "get").map(|route| route.path);
    let pages = pages.filter(|path| NO_PAGE.iter().all(|(known, _)| known != path));
    pages.filter(|path| !visits.iter().any(|visit| fits(path, &visit.path))).collect()
}

#[tokio::test]
async fn no_page_shuts_anybody_out() {
    let world = tokio::task::spawn_blocking(|| {
        let (town, _) = town();
        let visits = visits(&town);
        let school = town.school_token();
        (town, visits, school)
    });
    let (town, visits, school) = world.await.unwrap();
    let missed = forgotten(&visits);
    assert!(missed.is_empty(), "no visit looks at {missed:?}");
    let walks = visits.chunks(visits.len().div_ceil(WINDOWS)).map(|part| {
        let (part, url, school) = (part.to_vec(), town.app.base_url.clone(), school.clone());
        tokio::spawn(async move { Walk::new(Browser::start().await, url, school).all(&part, &PEOPLE).await })
    });
    let walks: Vec<_> = walks.collect();
    let mut done = Vec::new();
    for walk in walks {
        done.push(walk.await);
    }
    // The server ends outside of a runtime, also when a step failed.
    tokio::task::spawn_blocking(move || drop(town)).await.unwrap();
    let found: Vec<String> = done.into_iter().flat_map(|found| found.unwrap().unwrap()).collect();
    assert!(found.is_empty(), "{} faults\n{}", found.len(), found.join("\n"));
}

#[test]
fn every_page_speaks_english_to_who_reads_english() {
    let (town, _) = town();
    let visits = visits(&town);
    let chief = signed_in(&town, PEOPLE.chief);
    chief.get("/");
    assert_eq!(chief.post("/language", &[("lang", "en"), ("next", "/")]).status, 303);
    let visitor = town.app.visitor();
    visitor.get("/sign-in");
    visitor.post("/language", &[("lang", "en"), ("next", "/sign-in")]);
    let mut found = Vec::new();
    for visit in visits.iter().filter(|visit| visit.press.is_empty()) {
        let who = if visit.who == visits::Who::Chief { &chief } else { &visitor };
        if visit.who == visits::Who::Fresh || visit.who == visits::Who::Researcher || visit.bare {
            continue;
        }
        let seen = who.get(&visit.path);
        if seen.status != visit.status || !seen.text.contains("<html lang=\"en\"") {
            found.push(format!("{}: {}", visit.path, seen.status));
        }
        for words in ["Aanpassen", "Bewaar", "Zoeken", "Terug naar", "vandaag", "Ongedaan maken", "Volgende"] {
            let shown = format!(">{words}");
            if seen.text.contains(&shown) {
                found.push(format!("{} says {words} in English", visit.path));
            }
        }
    }
    for route in routes().into_iter().filter(|route| NO_PAGE[3..].iter().any(|(path, _)| *path == route.path)) {
        let path = visits::at(&town, &route.path);
        let seen = chief.get(&path);
        if seen.status != 200 {
            found.push(format!("{path}: {}", seen.status));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
