//! The pages of outreach: opting out as a link scanner meets it, a campaign from form to monitor, mailboxes and templates
//! as a coordinator sets them up, and none of it for another site's user.

use crate::support::app::{Backend, TestApp, both};
use crate::support::database::TestDatabase;
use crate::support::desk::{Desk, monday};
use crate::support::sink::counting_sink;
use stagemakelaar::domain::token::Token;
use stagemakelaar::domain::words::{OutgoingState, RecipientState, Role, SuppressionReason};
use stagemakelaar::flows::outbox::opt_out_link;
use stagemakelaar::store::suppressions;

/// A running web server and a desk over the same database, on a Monday morning.
fn world(backend: Backend) -> (TestApp, Desk) {
    let app = TestApp::start(backend);
    app.clock.set(monday());
    let mut desk = Desk::open(TestDatabase::opened(app.db().clone(), String::new()));
    desk.keys = app.app.keys.clone();
    desk.config.server.base_url.clone_from(&app.base_url);
    (app, desk)
}

fn suppressed(desk: &Desk) -> Vec<SuppressionReason> {
    let rows = desk.base.db.read(|conn| suppressions::list(conn, &desk.scope(desk.site), "", None, 10)).unwrap();
    rows.into_iter().map(|row| row.reason).collect()
}

/// Two companies, a campaign under way, the mail to the first in the outbox; its opt-out link as a path.
fn mailed(app: &TestApp, desk: &Desk) -> (stagemakelaar::domain::id::CompanyId, String) {
    let sink = counting_sink();
    let mailbox = desk.mailbox(desk.site, sink.port);
    let (company, _) = desk.company(desk.site, "halte");
    let campaign = desk.draft(desk.site, mailbox);
    desk.start(desk.site, campaign, monday()).unwrap();
    desk.advance(monday());
    let token = Token::parse(&desk.message(company).token).unwrap();
    let link = opt_out_link(&desk.keys, &app.base_url, &token).unwrap();
    (company, link.strip_prefix(&app.base_url).unwrap().to_owned())
}

both! {
    fn a_link_scanner_that_looks_opts_nobody_out_and_one_click_does(db) {
        let (app, desk) = world(db);
        let (company, path) = mailed(&app, &desk);
        let scanner = app.visitor();
        let url = format!("{}{path}", app.base_url);
        for _ in 0..3 {
            let seen = scanner.get(&path);
            assert_eq!(seen.status, 200);
            assert!(seen.text.contains("info@halte.example") && seen.text.contains("Ja, meld mij af"), "{}", seen.text);
        }
        assert_eq!(scanner.client.head(&url).send().unwrap().status(), 200);
        let prefetch = scanner.client.get(&url).header("sec-purpose", "prefetch").header("purpose", "prefetch");
        assert_eq!(prefetch.send().unwrap().status(), 200);
        assert!(suppressed(&desk).is_empty());
        assert_eq!(desk.message(company).state, OutgoingState::Queued);
        // Years later, without a session, cookie or form token: a mail program's one click (RFC 8058).
        app.later(3 * 365 * 86_400);
        let click = app.visitor().post_bare(&path, &[("List-Unsubscribe", "One-Click")]);
        assert_eq!(click.status, 200, "no redirect");
        assert!(click.text.contains("Je krijgt geen mail meer"));
        assert_eq!(suppressed(&desk), [SuppressionReason::OptOut]);
        let message = desk.message(company);
        assert_eq!((message.state, desk.recipient(&message).state), (OutgoingState::Withdrawn, RecipientState::OptedOut));
        assert_eq!(app.visitor().post_bare(&path, &[]).status, 200, "again changes nothing");
        assert_eq!(suppressed(&desk).len(), 1);
    }

    fn an_opt_out_link_that_is_not_ours_is_not_there(db) {
        let (app, desk) = world(db);
        let (_, path) = mailed(&app, &desk);
        let token = path.strip_prefix("/u/").unwrap();
        let (payload, rest) = token.split_once('.').unwrap();
        let other = format!("/u/{}.{rest}", payload.replace(|c: char| c.is_ascii_digit(), "z"));
        for path in ["/u/", "/u/x", "/u/a.1.b", &other, &format!("/u/{payload}")] {
            assert_eq!(app.visitor().get(path).status, 404, "{path}");
            assert_eq!(app.visitor().post_bare(path, &[]).status, 404, "{path}");
        }
        assert!(suppressed(&desk).is_empty());
    }

    fn a_broker_makes_checks_starts_holds_and_stops_a_campaign(db) {
        let (app, desk) = world(db);
        let sink = counting_sink();
        let mailbox = desk.mailbox(desk.site, sink.port).to_string();
        let template = desk.template(desk.site, "Plek bij {{company_name}}?", "{{greeting}}, vanaf {{period}}?").to_string();
        desk.company(desk.site, "halte");
        desk.company_of(desk.site, "gesloten", |fields| fields.do_not_contact = true);
        let noor = app.sign_in_as(Role::Broker, desk.site);
        noor.get("/campaigns/new");
        let site = desk.site.to_string();
        let fields = |period: &'static str| {
            vec![
                ("site", site.clone()), ("name", "Verkoop Osdorp".to_owned()), ("mailbox", mailbox.clone()),
                ("template", template.clone()), ("window", "always".to_owned()), ("period", period.to_owned()),
                ("version", "1".to_owned()),
            ]
        };
        let post = |path: &str, fields: Vec<(&str, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            noor.post(path, &fields)
        };
        let bad = post("/campaigns", vec![("site", site.clone()), ("name", "x".to_owned()), ("window", "ooit".to_owned())]);
        assert_eq!(bad.status, 422);
        assert!(bad.text.contains("Kies een mailbox."), "{}", bad.text);
        let made = post("/campaigns", fields(""));
        assert_eq!(made.status, 303, "{}", made.text);
        let path = made.location().to_owned();
        let check = noor.get(&path);
        assert!(check.text.contains("Dit bedrijf wil geen contact."), "{}", check.text);
        assert!(check.text.contains("halte") && check.text.contains("Nog niet klaar om te gaan."));
        assert_eq!(noor.post(&format!("{path}/start"), &[]).status, 303);
        assert!(noor.get(&path).text.contains("Nog niet klaar"), "an empty variable stops the start");
        noor.get(&format!("{path}/edit"));
        assert_eq!(post(&format!("{path}/edit"), fields("februari 2027")).status, 303);
        let check = noor.get(&path);
        assert!(check.text.contains("vanaf februari 2027?") && check.text.contains("Plan 1 mail in"), "{}", check.text);
        assert_eq!(noor.post(&format!("{path}/start"), &[]).status, 303);
        let run = noor.get(&path);
        assert!(run.text.contains("0 van 1 verstuurd"), "{}", run.text);
        noor.post(&format!("{path}/pause"), &[]);
        assert!(noor.get(&path).text.contains("Iemand zette hem stil."));
        noor.post(&format!("{path}/resume"), &[]);
        desk.send(monday());
        assert_eq!(sink.count(), 1);
        let live: serde_json::Value = serde_json::from_str(&noor.get(&format!("{path}/progress")).text).unwrap();
        assert_eq!((live["of"].as_i64(), live["parts"][0].as_i64()), (Some(1), Some(1)));
        noor.get(&path);
        assert_eq!(noor.post(&format!("{path}/stop"), &[]).status, 303);
        assert!(noor.get("/campaigns").text.contains("Verkoop Osdorp"));
    }

    fn another_sites_user_finds_none_of_it(db) {
        let (app, desk) = world(db);
        let sink = counting_sink();
        let mailbox = desk.mailbox(desk.site, sink.port);
        desk.company(desk.site, "halte");
        let campaign = desk.draft(desk.site, mailbox);
        let template = desk.template(desk.site, "Plek?", "{{greeting}}");
        let south = app.add_site("Rotterdam-Zuid");
        let other = app.sign_in_as(Role::Coordinator, south);
        other.get("/settings/profile");
        for path in [
            format!("/campaigns/{campaign}"), format!("/campaigns/{campaign}/edit"), format!("/campaigns/{campaign}/progress"),
            format!("/settings/mailboxes/{mailbox}"), format!("/settings/templates/{template}"),
        ] {
            assert_eq!(other.get(&path).status, 404, "{path}");
        }
        for path in [
            format!("/campaigns/{campaign}/start"), format!("/campaigns/{campaign}/stop"), format!("/campaigns/{campaign}/test"),
            format!("/settings/mailboxes/{mailbox}/check"), format!("/settings/mailboxes/{mailbox}/hold"),
            format!("/settings/templates/{template}/archive"),
        ] {
            assert_eq!(other.post(&path, &[]).status, 404, "{path}");
        }
        assert!(!other.get("/campaigns").text.contains("Verkoop"));
        let broker = app.sign_in_as(Role::Broker, desk.site);
        for path in ["/settings/mailboxes", "/settings/templates", "/settings/suppressions"] {
            assert_eq!(broker.get(path).status, 403, "{path}");
        }
    }

    fn a_page_sets_up_no_directory_and_no_private_server(db) {
        let (app, desk) = world(db);
        let coordinator = app.sign_in_as(Role::Coordinator, desk.site);
        coordinator.get("/settings/mailboxes/new");
        let add = |out: &str| {
            coordinator.post("/settings/mailboxes", &[
                ("address", "noor@loket.example"), ("name", "Loket"), ("out_url", out), ("start_on", "2026-11-23"),
                ("connections", "2"), ("rate_per_minute", "60"), ("kind", "desk"), ("password", "geheim-woord"),
            ])
        };
        for refused in ["pickup:/tmp/x", "smtps://noor@mail.example:6379", "http://mail.example", "smtp+plain://mail.example:25"] {
            assert_eq!(add(refused).status, 422, "{refused}");
        }
        let taken = add("smtps://noor@127.0.0.1:465");
        assert_eq!(taken.status, 303, "{}", taken.text);
        let path = taken.location().to_owned();
        let page = coordinator.get(&path);
        assert!(!page.text.contains("geheim-woord"));
        coordinator.post(&format!("{path}/check"), &[]);
        let told = coordinator.get(&path);
        assert!(told.text.contains("mag vanaf deze bladzijde niet"), "{}", told.text);
    }

    fn a_template_is_kept_only_when_it_runs_and_is_shown_as_it_arrives(db) {
        let (app, desk) = world(db);
        let coordinator = app.sign_in_as(Role::Coordinator, desk.site);
        coordinator.get("/settings/templates/new");
        let with = |text: &str, act: &str| {
            coordinator.post("/settings/templates", &[
                ("name", "Verkoop"), ("nl_subject", "Plek?"), ("nl_text", text), ("act", act), ("version", "0"),
            ])
        };
        let unknown = with("{{greeting}} {{voornaam}}", "save");
        assert_eq!(unknown.status, 422);
        assert!(unknown.text.contains("voornaam"), "{}", unknown.text);
        let shown = with("{{greeting}}, plek bij {{company_name}}?", "preview");
        assert!(shown.text.contains("Beste Charlie de Wit") || shown.text.contains("Beste Charlie"), "{}", shown.text);
        assert!(shown.text.contains("Groentehal Gaarde?") && shown.text.contains("Loketplein 1"));
        assert_eq!(with("{{greeting}}", "save").status, 303);
        assert!(coordinator.get("/settings/templates").text.contains("Verkoop"));
    }
}
