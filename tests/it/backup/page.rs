//! The page where a person decides about what is held, with the form alone and in both languages.

use crate::support::app::both;
use crate::support::town::{Town, ids, texts};
use stagemakelaar::domain::words::Role;

both! {
    fn held_mails_are_shown_and_decided_about_one_by_one_and_all_at_once(db) {
        let town = Town::build(db);
        let held = town.rows("outgoing", "state = 'held'");
        assert!(held.len() > 2, "{held:?}");
        let state = |id: i64| texts(&town.app, &format!("SELECT state AS text FROM outgoing WHERE id = {id}")).remove(0);
        let sam = town.app.sign_in_as(Role::Broker, town.here);
        let today = sam.get("/").text;
        assert!(today.contains("misschien al verstuurd") && today.contains(r#"href="/outgoing""#), "{today}");
        let page = sam.get("/outgoing").text;
        assert!(page.contains(&format!("{} mails vastgehouden", held.len())), "{page}");
        assert!(page.contains("reservekopie van") && page.contains("onzeker"), "{page}");
        for id in &held {
            assert!(page.contains(&format!("/outgoing/{id}/decide")), "{id}");
        }
        let campaign = town.rows("campaigns", "state = 'paused'")[0];
        let set = "UPDATE campaigns SET pause_reason = 'restored 2026-11-23T08:00:00+00:00' WHERE id =";
        ids(&town.app, &format!("{set} {campaign} RETURNING id"));
        let told = sam.get(&format!("/campaigns/{campaign}")).text;
        assert!(told.contains("Teruggezet uit de reservekopie van gisteren"), "{told}");
        let its = ids(&town.app, &format!("SELECT campaign_id AS id FROM outgoing WHERE id = {}", held[0]))[0];
        let shown = sam.get(&format!("/campaigns/{its}")).text;
        assert!(shown.contains(&format!("/outgoing/{}/decide", held[0])) && shown.contains("vastgehouden"), "{shown}");
        let decide = |id: i64, word: &str| {
            let seen = sam.post(&format!("/outgoing/{id}/decide"), &[("decision", word)]);
            assert_eq!((seen.status, seen.location()), (303, "/outgoing"));
            state(id)
        };
        assert_eq!(decide(held[0], "again"), "queued");
        assert_eq!(decide(held[1], "give_up"), "withdrawn");

        // Another site's broker sees none of it, and lets none of it go.
        let stranger = town.app.sign_in_as(Role::Broker, town.there);
        assert!(stranger.get("/outgoing").text.contains("Niets in twijfel"));
        let last = held[held.len() - 1].to_string();
        let all = [("decision", "again"), ("until", last.as_str())];
        assert_eq!(stranger.post("/outgoing/decide", &all).status, 303);
        assert_eq!(state(held[2]), "held");

        sam.post("/language", &[("lang", "en"), ("next", "/outgoing")]);
        let page = sam.get("/outgoing").text;
        assert!(page.contains("Send all") && page.contains("Withdraw all"), "{page}");
        assert_eq!(sam.post("/outgoing/decide", &[("decision", "again")]).status, 400);
        assert_eq!(sam.post("/outgoing/decide", &all).status, 303);
        assert!(sam.get("/outgoing").text.contains("released"), "the page says what was done");
        assert_eq!(town.rows("outgoing", "state = 'held'"), Vec::<i64>::new());
        let told = ids(&town.app, "SELECT count(*) AS id FROM audit_events WHERE action = 'outgoing.decide'");
        assert_eq!(told, [i64::try_from(held.len()).unwrap()]);
    }
}
