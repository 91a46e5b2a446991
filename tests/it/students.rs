//! Students: the list by where they stand, who is on it and who may see it, and the ways from a free place to a placement.

use crate::aftercare::{self, add_company, day, morning, offer};
use crate::support::app::{Backend, Surfer, TestApp, both};
use stagemakelaar::domain::id::{OpeningId, SiteId, StudentId};
use stagemakelaar::domain::placement::{Standing, standing};
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::words::Role;
use stagemakelaar::flows::openings::{self as places, Change};
use stagemakelaar::flows::placements as placing;
use stagemakelaar::store::{audit, openings, placements, students};

/// An installation with two students to a page.
fn small(backend: Backend) -> (TestApp, SiteId, Surfer) {
    let app = TestApp::start_with(backend, "[limits]\npage_rows = 2");
    let site = app.add_site("Rotterdam-Zuid");
    let noor = app.sign_in_as(Role::Broker, site);
    (app, site, noor)
}

fn add(surfer: &Surfer, code: &str, first_name: &str) -> String {
    surfer.get("/students/new");
    let fields =
        [("code", code), ("first_name", first_name), ("programme", "Verkoper"), ("level", "vmbo"), ("lang", "en")];
    let seen = surfer.post("/students/new", &fields);
    assert_eq!(seen.status, 303, "{}", seen.text);
    seen.location().to_owned()
}

fn place(surfer: &Surfer, opening: OpeningId, student: &str) -> (u16, String) {
    let number = opening.to_string();
    let (starts, ends) = (("starts_on", "2026-12-01"), ("ends_on", "2027-01-29"));
    let seen = surfer.post("/placements/new", &[("opening", &number), ("student", student), starts, ends]);
    (seen.status, seen.location().to_owned())
}

/// How often a student's page is linked from a page.
fn named(text: &str, path: &str) -> usize {
    text.matches(&format!(r#"href="{path}""#)).count()
}

both! {
    fn students_are_added_listed_by_where_they_stand_and_paged(db) {
        let (app, site, noor) = small(db);
        assert!(noor.get("/students").text.contains("Hier staat nu niemand"));
        let paths: Vec<String> = (1..=5).map(|n| add(&noor, &format!("S-{n}"), &format!("Sam{n}"))).collect();
        assert!(noor.get(&paths[0]).text.contains(r#"<option value="en" selected>"#));
        let menu = noor.get("/").text;
        assert!(menu.contains(r#"href="/students" data-go="L""#), "{menu}");

        let (mut seen, mut path) = (Vec::new(), "/students".to_owned());
        loop {
            let page = noor.get(&path).text;
            seen.extend(paths.iter().rev().filter(|path| named(&page, path) == 1).cloned());
            let Some((_, next)) = page.split_once(r#"href="/students?state=looking&#38;before="#) else { break };
            path = format!("/students?state=looking&before={}", next.split('"').next().unwrap());
        }
        assert_eq!(seen, paths.iter().rev().cloned().collect::<Vec<_>>(), "each once, the newest first");

        let company = add_company(app.db(), site, "Bakkerij De Halte", app.clock.now());
        let opening = offer(app.db(), site, company, 2, app.clock.now());
        let id = paths[4].rsplit('/').next().unwrap();
        let choose = noor.get(&format!("/placements/new?student={id}"));
        let to = format!("/placements/new?opening={opening}&#38;student={id}");
        assert!(choose.text.contains("Voor Sam5 (S-5).") && choose.text.contains(&to), "{}", choose.text);
        let form = noor.get(&to.replace("&#38;", "&"));
        assert!(form.text.contains(&format!(r#"<option value="{id}" selected>"#)), "{}", form.text);
        assert_eq!(place(&noor, opening, id).0, 303);
        let count = |state: &str| {
            let page = noor.get(&format!("/students?state={state}")).text;
            paths.iter().filter(|path| named(&page, path) == 1).count()
        };
        assert_eq!(["looking", "placed", "finished", "all"].map(count), [2, 1, 0, 2]);
        let all = noor.get("/students?state=all").text;
        assert!(all.contains("Geplaatst") && all.contains("Zoekt"), "{all}");

        let scope = Scope::command(vec![site]);
        let events = app.db().read(|conn| audit::list(conn, &scope, None, 200)).unwrap();
        let lists = events.iter().filter(|event| event.action == "student.view" && event.detail.starts_with("students: "));
        // Three pages, three states with somebody, and once more everybody: the empty ones showed nobody.
        assert_eq!(lists.count(), 7);
        assert!(events.iter().any(|event| event.action == "student.add"));
    }

    fn a_form_that_does_not_fit_comes_back_filled(db) {
        let (_app, _, noor) = small(db);
        add(&noor, "S-1", "Sam");
        noor.get("/students/new");
        for (code, first_name, sentence) in [
            ("", "Sam", "Geef een code"),
            ("S-2", "", "Vul de voornaam in"),
            ("S-1", "Robin", "al van een andere leerling"),
            ("111222333", "Sam", "burgerservicenummer"),
        ] {
            let seen = noor.post("/students/new", &[("code", code), ("first_name", first_name), ("programme", "Kok")]);
            assert!(seen.status == 422 && seen.text.contains(sentence), "{sentence}: {}", seen.text);
            assert!(seen.text.contains(r#"value="Kok""#));
        }
    }

    fn another_sites_students_are_not_there(db) {
        let (app, site, noor) = small(db);
        let path = add(&noor, "S-1", "Sam");
        let id = path.rsplit('/').next().unwrap();
        let other = app.add_site("Amsterdam Nieuw-West");
        let kim = app.sign_in_as(Role::Coordinator, other);
        let list = kim.get("/students?state=all").text;
        assert!(!list.contains("Sam") && list.contains("Hier staat nu niemand"), "{list}");
        assert_eq!(kim.get(&path).status, 404);
        assert_eq!(kim.get(&format!("/placements/new?student={id}")).status, 404);
        let away = site.to_string();
        let stolen = [("site", away.as_str()), ("code", "S-9"), ("first_name", "Kim")];
        assert_eq!(kim.post("/students/new", &stolen).status, 404);
        let company = add_company(app.db(), other, "Garage Torenhof", app.clock.now());
        let opening = offer(app.db(), other, company, 1, app.clock.now());
        let form = kim.get(&format!("/placements/new?opening={opening}&student={id}"));
        assert!(form.status == 200 && !form.text.contains("Sam"), "{}", form.text);
        assert_eq!(place(&kim, opening, id).0, 404);
        for role in [Role::Researcher, Role::Referrer] {
            let who = app.sign_in_as(role, site);
            assert_eq!((who.get("/students").status, who.get("/students/new").status), (404, 404), "{role}");
        }
    }

    fn a_student_is_placed_from_the_company_while_a_place_is_left_and_each_place_is_drawn(db) {
        let (app, site, noor) = small(db);
        let now = app.clock.now();
        let company = add_company(app.db(), site, "Bakkerij De Halte", now);
        let opening = offer(app.db(), site, company, 3, now);
        let (page, link) = (format!("/companies/{company}"), format!("/placements/new?opening={opening}"));
        let seen = noor.get(&page).text;
        assert!(seen.contains(&link) && seen.contains(r#"aria-label="3 vrij""#), "{seen}");
        let id = add(&noor, "S-1", "Sam").rsplit('/').next().unwrap().to_owned();
        noor.get(&link);
        let (status, placement) = place(&noor, opening, &id);
        assert_eq!(status, 303);
        assert!(noor.get(&page).text.contains(r#"aria-label="1 bezet, 2 vrij""#));

        let scope = Scope::command(vec![site]);
        let act = |what| places::apply(app.db(), &scope, opening, what, "", now).unwrap();
        act(Change::Places(2));
        act(Change::Withdraw);
        for path in [&page, &format!("/openings/{opening}"), &placement] {
            let seen = noor.get(path).text;
            assert!(seen.contains(r#"aria-label="1 bezet, 1 teruggetrokken""#), "{path} {seen}");
            assert!(!seen.contains(&link), "{path}: nobody is placed where no place is left");
        }
        act(Change::Places(1));
        let seen = noor.get(&page).text;
        assert!(seen.contains(r#"aria-label="1 te veel, 1 teruggetrokken""#) && seen.contains("overboekt"), "{seen}");
        assert!(noor.get("/companies").text.contains(r#"aria-label="1 te veel""#));
    }
}

#[test]
fn the_store_and_the_domain_agree_on_where_a_student_stands() {
    for desk in aftercare::Desk::both() {
        let scope = Scope::command(vec![desk.site]);
        let ended = desk.place("S-1");
        placing::end_early(desk.db(), &desk.scope, ended, 1, day("2026-08-25"), "verhuisd", morning("2026-08-25"))
            .unwrap();
        let done = desk.order("S-2", "2026-08-21", "2026-08-28");
        placing::place(desk.db(), &desk.scope, &done, morning("2026-08-20")).unwrap();
        desk.tick("2026-09-01");
        desk.place("S-3");
        desk.db()
            .write(|tx| {
                let fields = aftercare::student("S-4");
                stagemakelaar::flows::students::add_in(tx, &desk.scope, desk.site, &fields, morning("2026-09-01"))
            })
            .unwrap();
        let counts = desk.db().read(|conn| students::counts(conn, &scope)).unwrap();
        assert_eq!(counts, [(Standing::Looking, 2), (Standing::Placed, 1), (Standing::Finished, 1)]);
        assert_eq!(desk.db().read(|conn| students::looking(conn, &scope)).unwrap(), 2);
        for (of, expected) in counts {
            let found = desk.db().read(|conn| students::list(conn, &scope, Some(of), None, 10)).unwrap();
            assert_eq!(i64::try_from(found.len()).unwrap(), expected, "{of}");
            let ids: Vec<StudentId> = found.iter().map(|student| student.id).collect();
            let states = desk.db().read(|conn| students::placements_of(conn, &scope, &ids)).unwrap();
            for id in ids {
                let own = states.iter().filter(|(student, _)| *student == id).map(|(_, state)| *state);
                assert_eq!(standing(own), of);
            }
        }
        let stranger = Scope::command(vec![SiteId(99)]);
        assert_eq!(desk.db().read(|conn| students::list(conn, &stranger, None, None, 10)).unwrap(), vec![]);
        let opening = desk.opening;
        let events = desk.db().read(|conn| openings::events(conn, opening)).unwrap();
        let summed = desk.db().read(|conn| openings::places_of(conn, &[opening])).unwrap();
        let folded = places::replay(&events, day("2027-01-01"));
        assert_eq!(summed.get(&opening), Some(&folded), "the sums are the history");
        assert!(desk.db().read(|conn| placements::counts(conn, &scope)).unwrap().len() >= 3);
    }
}
