//! The web door: who comes in, who does not, and what every answer carries.

use crate::support::app::{Backend, PASSWORD, TestApp, both};
use stagemakelaar::domain::account::TokenPurpose;
use stagemakelaar::domain::id::SiteId;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::words::Role;
use stagemakelaar::flows::accounts;
use stagemakelaar::store::audit;

fn desk(backend: Backend) -> (TestApp, SiteId) {
    let app = TestApp::start(backend);
    let site = app.add_site("Nieuw-West");
    (app, site)
}

fn acts(app: &TestApp, site: SiteId) -> Vec<String> {
    let scope = Scope::command(vec![site]);
    let events = app.db().read(|conn| audit::list(conn, &scope, None, 100)).unwrap();
    events.into_iter().map(|event| event.action).collect()
}

both! {
    fn a_password_lets_in_and_leads_on_to_where_somebody_wanted_to_go(db) {
        let (app, site) = desk(db);
        app.add_user("noor@loket.example", Role::Broker, &[site]);
        let noor = app.visitor();
        let sent = noor.get("/settings/profile?x=1");
        assert_eq!((sent.status, sent.location()), (303, "/sign-in?next=%2Fsettings%2Fprofile%3Fx%3D1"));
        let door = noor.get(sent.location());
        assert!(door.text.contains(r#"value="/settings/profile?x=1""#), "{}", door.text);
        let fields = [("email", "Noor@Loket.example"), ("password", PASSWORD), ("next", "/settings/profile?x=1")];
        let led = noor.post("/sign-in", &fields);
        assert_eq!((led.status, led.location()), (303, "/settings/profile?x=1"));
        let cookie = led.headers.get_all("set-cookie").iter().find(|cookie| cookie.as_bytes().starts_with(b"session="));
        let cookie = cookie.unwrap().to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        assert!(noor.get("/settings/profile").text.contains("noor@loket.example"));
        assert!(acts(&app, site).contains(&"session.open".to_owned()));
        noor.get("/sign-in");
        let away = app.visitor();
        away.get("/sign-in");
        let fields = [("email", "noor@loket.example"), ("password", PASSWORD), ("next", "//elsewhere.example/")];
        assert_eq!(away.post("/sign-in", &fields).location(), "/");
    }

    fn an_unknown_address_gets_the_answer_of_a_wrong_password(db) {
        let (app, site) = desk(db);
        app.add_user("noor@loket.example", Role::Broker, &[site]);
        let body = |email: &str| {
            let seen = app.visitor().sign_in(email, "not the password");
            assert_eq!(seen.status, 422);
            let token = seen.text.split(r#"name="csrf" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
            seen.text.replace(&token, "").replace(email, "")
        };
        assert_eq!(body("noor@loket.example"), body("nobody@loket.example"));
    }

    fn sign_in_pauses_after_too_many_tries_and_goes_on_later(db) {
        let (app, site) = desk(db);
        app.add_user("noor@loket.example", Role::Broker, &[site]);
        let guesser = app.visitor();
        for _ in 0..8 {
            assert_eq!(guesser.sign_in("noor@loket.example", "a guess at it").status, 422);
        }
        let told = guesser.sign_in("noor@loket.example", PASSWORD);
        assert_eq!(told.status, 429);
        assert!(told.text.contains("over 15 minuten"), "{}", told.text);
        app.later(15 * 60);
        assert_eq!(guesser.sign_in("noor@loket.example", PASSWORD).status, 303);
    }

    fn no_form_is_read_without_the_token_of_its_own_session(db) {
        let (app, site) = desk(db);
        let (noor, other) = (app.sign_in_as(Role::Broker, site), app.sign_in_as(Role::Coordinator, site));
        let fields = [("lang", "en"), ("theme", "dark")];
        assert_eq!(noor.post_bare("/settings/profile", &fields).status, 403);
        let foreign = other.token();
        let stolen = [("csrf", foreign.as_str()), ("lang", "en"), ("theme", "dark")];
        assert_eq!(noor.post_bare("/settings/profile", &stolen).status, 403);
        assert!(noor.get("/settings/profile").text.contains(r#"<html lang="nl">"#));
        assert_eq!(noor.post("/settings/profile", &fields).status, 303);
        assert!(noor.get("/settings/profile").text.contains(r#"<html lang="en" data-theme="dark" data-keys="off">"#));
        assert_eq!(app.visitor().post_bare("/sign-in", &[("email", "a@b.example")]).status, 403);
    }

    fn a_session_ends_by_rest_by_age_and_when_the_role_changes(db) {
        let (app, site) = desk(db);
        let noor = app.sign_in_as(Role::Broker, site);
        app.later(8 * 3_600 - 60);
        assert_eq!(noor.get("/settings").status, 200);
        app.later(8 * 3_600);
        assert_eq!(noor.get("/settings").status, 303);
        let noor = app.sign_in_as(Role::Broker, site);
        for _ in 0..24 {
            app.later(7 * 3_600 - 60);
            noor.get("/settings");
        }
        app.later(60 * 60);
        assert_eq!(noor.get("/settings").status, 303);
        let (noor, chief) = (app.sign_in_as(Role::Broker, site), app.sign_in_as(Role::Coordinator, site));
        let list = chief.get("/settings/users").text;
        let id = list.split("/settings/users/").skip(1).find(|rest| rest.contains("broker-")).unwrap();
        let path = format!("/settings/users/{}", id.split('"').next().unwrap());
        let site = site.to_string();
        let fields = [("name", "Noor"), ("role", "referrer"), ("active", "on"), ("version", "1"), ("sites", site.as_str())];
        assert_eq!(chief.post(&path, &fields).status, 303);
        assert_eq!(noor.get("/settings").location(), "/sign-in?next=%2Fsettings");
        let told = chief.post(&path, &fields);
        assert_eq!(told.status, 409);
        assert!(told.text.contains("Iemand paste dit net aan"));
    }

    fn a_new_password_ends_the_other_sessions(db) {
        let (app, site) = desk(db);
        let (here, there) = (app.sign_in_as(Role::Broker, site), app.sign_in_as(Role::Broker, site));
        let new = "nog vier andere woorden";
        let wrong = here.post("/settings/profile/password", &[("old", "x"), ("password", new), ("again", new)]);
        assert_eq!(wrong.status, 422);
        let fields = [("old", PASSWORD), ("password", "te kort"), ("again", "te kort")];
        assert!(here.post("/settings/profile/password", &fields).text.contains("Neem minstens 12 tekens"));
        let fields = [("old", PASSWORD), ("password", new), ("again", new)];
        assert_eq!(here.post("/settings/profile/password", &fields).status, 303);
        assert_eq!((here.get("/settings").status, there.get("/settings").status), (200, 303));
    }

    fn a_sign_in_link_works_once_and_looking_at_it_does_not_spend_it(db) {
        let (app, site) = desk(db);
        let user = app.add_user("noor@loket.example", Role::Broker, &[site]);
        let mail = accounts::make_link(app.db(), user, TokenPurpose::SignIn, app.clock.now()).unwrap().unwrap();
        let noor = app.visitor();
        for _ in 0..2 {
            assert!(noor.get(&mail.path()).text.contains("autofocus"));
        }
        assert_eq!(noor.post(&mail.path(), &[]).location(), "/");
        assert_eq!(noor.get("/").status, 200);
        let late = app.visitor();
        assert!(late.get(&mail.path()).text.contains("Deze link is op"));
        assert_eq!(late.post(&mail.path(), &[]).status, 422);
    }

    fn who_is_invited_chooses_a_password_and_is_in(db) {
        let (app, site) = desk(db);
        let chief = app.sign_in_as(Role::Coordinator, site);
        let site = site.to_string();
        chief.get("/settings/users");
        let fields = [("name", "Sam"), ("email", "sam@loket.example"), ("role", "broker"), ("lang", "en"), ("sites", &site)];
        assert_eq!(chief.post("/settings/users", &fields).status, 303);
        let told = chief.get("/settings/users").text;
        assert!(chief.post("/settings/users", &fields).text.contains("Dit adres heeft al een account"));
        let path = told.split(&app.base_url).nth(1).unwrap().split('<').next().unwrap().to_owned();
        let sam = app.visitor();
        assert!(sam.get(&path).text.contains("sam@loket.example"));
        let (good, other) = ("een eigen nieuw wachtwoord", "iets anders");
        assert_eq!(sam.post(&path, &[("password", good), ("again", other)]).status, 422);
        assert_eq!(sam.post(&path, &[("password", good), ("again", good)]).location(), "/");
        assert!(sam.get("/settings").text.contains(r#"<html lang="en""#));
        assert!(app.visitor().get(&path).text.contains("Deze link is op"));
    }

    fn referrers_and_researchers_see_one_page_and_nothing_else(db) {
        let (app, site) = desk(db);
        for role in [Role::Referrer, Role::Researcher] {
            let who = app.sign_in_as(role, site);
            assert!(who.get("/").text.contains("Hier komt jouw plek"));
            for path in ["/settings", "/settings/profile", "/settings/users", "/settings/audit", "/companies", "/inbox"] {
                assert_eq!(who.get(path).status, 404, "{role} {path}");
            }
            assert_eq!(who.post("/sign-out", &[]).location(), "/sign-in");
            assert_eq!(who.get("/").status, 303);
        }
    }

    fn a_broker_manages_nothing_and_another_sites_user_is_not_there(db) {
        let (app, site) = desk(db);
        let noor = app.sign_in_as(Role::Broker, site);
        assert_eq!((noor.get("/settings/users").status, noor.get("/settings/audit").status), (403, 403));
        let away = app.add_site("Zuid");
        let stranger = app.add_user("kim@zuid.example", Role::Broker, &[away]);
        let chief = app.sign_in_as(Role::Coordinator, site);
        let list = chief.get("/settings/users");
        assert!(list.text.contains("loket.example") && !list.text.contains("zuid.example"));
        let path = format!("/settings/users/{stranger}");
        assert_eq!(chief.get(&path).status, 404);
        assert_eq!(chief.post(&path, &[("name", "X"), ("role", "broker"), ("version", "1")]).status, 404);
        assert_eq!(chief.post(&format!("{path}/invite"), &[]).status, 404);
        let fields = [("name", "X"), ("email", "x@y.example"), ("role", "broker"), ("sites", &away.to_string())];
        assert_eq!(chief.post("/settings/users", &fields).status, 422);
        assert!(chief.get("/settings/audit").text.contains("user.add"));
    }

    fn the_house_says_whether_it_is_well(db) {
        let app = TestApp::start(db);
        let well = app.visitor().get("/healthz");
        assert_eq!((well.status, well.text.as_str()), (200, "ok\n"));
    }
}

#[test]
fn every_answer_carries_the_strict_headers() {
    let (app, site) = desk(Backend::Sqlite);
    let noor = app.sign_in_as(Role::Broker, site);
    let home = noor.get("/");
    let style = home.text.split(r#"rel="stylesheet" href=""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    for path in ["/", "/sign-in", "/nowhere", "/healthz", style.as_str()] {
        let seen = noor.get(path);
        let policy = seen.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{path} {policy}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(seen.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(seen.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(seen.header("strict-transport-security"), "", "{path}");
        assert!(!seen.text.contains("style=") && !seen.text.contains("onclick"), "{path}");
    }
    assert_eq!(noor.get(&style).header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(noor.get("/").header("cache-control"), "no-store");
}

#[test]
fn an_unknown_host_is_refused() {
    let app = TestApp::start_with(Backend::Sqlite, "hosts = [\"loket.example\"]");
    for (host, status) in [("loket.example", 200), ("localhost:1", 200), ("elsewhere.example", 400)] {
        let request = app.visitor().client.get(format!("{}/sign-in", app.base_url)).header("host", host);
        assert_eq!(request.send().unwrap().status().as_u16(), status, "{host}");
    }
}

#[test]
fn a_form_that_is_too_large_is_told_its_limit() {
    let app = TestApp::start_with(Backend::Sqlite, "[limits]\nform_kib = 100");
    let noor = app.sign_in_as(Role::Broker, app.add_site("Zuid"));
    let seen = noor.post("/settings/profile", &[("lang", &"x".repeat(110 * 1024))]);
    assert_eq!(seen.status, 413);
    assert!(seen.text.contains("100 kB"), "{}", seen.text);
}

#[test]
fn a_page_that_is_not_there_says_so_in_the_readers_language() {
    let (app, site) = desk(Backend::Sqlite);
    let noor = app.sign_in_as(Role::Broker, site);
    for path in ["/nowhere", "/settings/users/x", "/assets/x/y.css"] {
        assert!([403, 404].contains(&noor.get(path).status), "{path}");
    }
    assert!(noor.get("/nowhere").text.contains("Deze bladzijde is er niet"));
    noor.get("/");
    assert_eq!(noor.post("/language", &[("lang", "en"), ("next", "/nowhere")]).location(), "/nowhere");
    assert!(noor.get("/nowhere").text.contains("This page is not here"));
}
