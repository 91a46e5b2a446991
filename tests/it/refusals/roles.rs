//! Roles that see one page, and visitors who are not signed in.

use super::{differences, everything, is_public};
use crate::support::app::{Seen, Surfer, TestApp, both};
use crate::support::map::{Route, routes};
use crate::support::town::Town;
use stagemakelaar::domain::words::Role;

/// What everybody who is signed in may do beside looking at the first page.
const OWN: [&str; 4] = ["/", "/sign-out", "/language", "/theme"];

fn ask(surfer: &Surfer, route: &Route, path: &str) -> Seen {
    match route.method.as_str() {
        "post" => surfer.post(path, &[("version", "1"), ("lang", "nl"), ("theme", "auto"), ("next", "/")]),
        "head" => {
            let seen = surfer.client.head(surfer.url(path)).send().unwrap();
            Seen::of(seen)
        }
        _ => surfer.get(path),
    }
}

fn closed() -> impl Iterator<Item = (Route, String)> {
    let closed = routes().into_iter().filter(|route| !is_public(route));
    closed.flat_map(|route| {
        let paths: Vec<String> =
            route.acts().iter().map(|path| path.replace("{id}", "1").replace("{index}", "0")).collect();
        paths.into_iter().map(move |path| (route.clone(), path))
    })
}

both! {
    fn one_page_is_for_researchers_and_referrers_and_none_for_visitors(db) {
        let town = Town::build(db);
        let mut found = Vec::new();
        for role in [Role::Researcher, Role::Referrer] {
            let who = town.app.sign_in_as(role, town.here);
            let before = everything(&town.app);
            let first = who.get("/");
            assert_eq!(first.status, 200);
            assert!(first.text.contains("Hier komt jouw plek"), "{}", first.text);
            for (route, path) in closed().filter(|(route, _)| !OWN.contains(&route.path.as_str())) {
                let seen = ask(&who, &route, &path);
                if seen.status != 404 {
                    found.push(format!("{role} {} {path}: {}", route.method, seen.status));
                }
            }
            found.extend(differences(&before, &everything(&town.app)));
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
        who_is_not_signed_in_is_led_to_the_door(&town);
    }
}

fn who_is_not_signed_in_is_led_to_the_door(town: &Town) {
    let before = everything(&town.app);
    let mut found = Vec::new();
    for (route, path) in closed() {
        let visitor = town.app.visitor();
        let seen = ask(&visitor, &route, &path);
        let led = seen.status == 303 && seen.location().starts_with("/sign-in");
        // The choice of a language is a cookie, and a form without its token is not read.
        let unread = route.method == "post" && [303, 403, 404].contains(&seen.status) && !is_content(&town.app, &seen);
        if !led && !unread {
            found.push(format!("{} {path}: {} {}", route.method, seen.status, seen.location()));
        }
    }
    found.extend(differences(&before, &everything(&town.app)));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn is_content(app: &TestApp, seen: &Seen) -> bool {
    let names = crate::support::town::texts(app, "SELECT name AS text FROM companies");
    names.iter().any(|name| seen.text.contains(name))
}
