//! The pages of the day, of placements and aftercare, and of reports, as a browser meets them.

use super::{add_company, offer};
use crate::support::app::{Backend, Surfer, TestApp};
use stagemakelaar::domain::id::{OpeningId, SiteId};
use stagemakelaar::domain::words::Role;

fn world(backend: Backend) -> (TestApp, Surfer, Surfer, OpeningId) {
    let app = TestApp::start(backend);
    let (site, other) = (app.add_site("Rotterdam-Zuid"), app.add_site("Amsterdam Nieuw-West"));
    let now = app.app.clock.now();
    let company = add_company(app.db(), site, "Bakkerij De Halte", now);
    let opening = offer(app.db(), site, company, 1, now);
    let (broker, stranger) = (app.sign_in_as(Role::Broker, site), app.sign_in_as(Role::Coordinator, other));
    (app, broker, stranger, opening)
}

/// Records a placement through its form; the answer of the server.
fn place<'a>(
    surfer: &Surfer,
    opening: OpeningId,
    starts: &'a str,
    more: &[(&'a str, &'a str)],
) -> (u16, String, String) {
    surfer.get(&format!("/placements/new?opening={opening}"));
    let number = opening.to_string();
    let mut fields = vec![
        ("opening", number.as_str()),
        ("code", "S-1"),
        ("first_name", "Sam"),
        ("programme", "Verkoper"),
        ("level", "vmbo"),
        ("starts_on", starts),
        ("ends_on", "2030-01-25"),
    ];
    fields.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    fields.extend_from_slice(more);
    let seen = surfer.post("/placements/new", &fields);
    (seen.status, seen.location().to_owned(), seen.text.clone())
}

#[test]
fn a_placement_is_recorded_shown_and_kept_from_other_sites() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let (app, broker, stranger, opening) = world(backend);
        let today = app.app.clock.now().day();
        let starts = today.plus(-2).to_string();
        assert_eq!(broker.get("/placements/new").status, 200);
        let (status, _, text) = place(&broker, opening, "", &[]);
        assert_eq!(status, 422);
        assert!(text.contains("Kies een dag.") && text.contains("value=\"Sam\""), "typed text is kept");
        let (status, _, text) = place(&broker, opening, &starts, &[("code", "111222333")]);
        assert_eq!((status, text.contains("burgerservicenummer")), (422, true));
        let (status, path, _) = place(&broker, opening, &starts, &[]);
        assert_eq!(status, 303);
        let page = broker.get(&path);
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Sam bij Bakkerij De Halte"));
        let (status, _, text) = place(&broker, opening, &starts, &[("code", "S-2")]);
        assert_eq!((status, text.contains("Deze stageplek is vol.")), (422, true));

        for seen in ["/", "/placements", "/placements?state=completed", "/aftercare", "/aftercare/plan", "/reports"] {
            assert_eq!(broker.get(seen).status, 200, "{seen}");
        }
        assert!(broker.get("/placements").text.contains("Sam"));
        assert!(broker.get("/reports.csv").text.contains("Alles samen;0;0;0;0"));

        assert_eq!(stranger.get(&path).status, 404);
        assert_eq!(stranger.get("/students/1").status, 404);
        assert!(!stranger.get("/placements").text.contains("Sam"));
        for post in ["", "/dates", "/end"] {
            let fields = [("version", "1"), ("starts_on", "2026-01-01"), ("ends_on", "2029-01-01"), ("reason", "x")];
            assert_eq!(stranger.post(&format!("{path}{post}"), &fields).status, 404, "{post}");
        }
        for post in ["done", "undo", "later", "cancel", "ask"] {
            let fields = [("mood", "well"), ("reason", "x")];
            assert_eq!(stranger.post(&format!("/aftercare/1/{post}"), &fields).status, 404, "{post}");
        }
    }
}

#[test]
fn a_talk_is_recorded_on_the_page_and_taken_back() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let (app, broker, _, opening) = world(backend);
        let (_, path, _) = place(&broker, opening, &app.app.clock.now().day().to_string(), &[]);
        // A week later the check-ins of day 3 have come.
        app.later(7 * 86_400);
        let broker = app.sign_in_as(Role::Broker, SiteId(1));
        assert!(broker.get("/").text.contains("Sam bij Bakkerij De Halte"));
        broker.get(&path);
        let fields = [("mood", "well"), ("score", "4"), ("words", "Gaat goed."), ("back", path.as_str())];
        let saved = broker.post("/aftercare/1/done", &fields);
        assert_eq!((saved.status, saved.location()), (303, path.as_str()));
        let page = broker.get(&path);
        assert!(page.text.contains("Gaat goed.") && page.text.contains("/aftercare/1/undo"));
        assert_eq!(broker.post("/aftercare/1/undo", &[]).status, 303);
        let refused = broker.post("/aftercare/1/done", &[("words", "bsn 111222333"), ("back", "/aftercare")]);
        assert_eq!(refused.location(), "/aftercare");
        assert!(broker.get("/aftercare").text.contains("burgerservicenummer"));
    }
}
