//! The page behind the link, through the server, and the press that has a company asked.

use super::links;
use crate::support::app::{TestApp, both};
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::words::{Ground, MailboxKind, Role};
use stagemakelaar::flows;
use stagemakelaar::flows::openings::{NewOffer, Source};
use stagemakelaar::store::openings::{self, Fields};
use stagemakelaar::store::{DbError, companies, contacts, mailboxes, outgoing};

both! {
    fn a_broker_asks_with_one_press_and_the_company_answers_without_signing_in(db) {
        let app = TestApp::start(db);
        let site = app.add_site("Nieuw-West");
        let (now, scope) = (app.clock.now(), Scope::clockwork(site));
        crate::aftercare::add_mailbox(app.db(), site, now);
        assert_eq!(app.db().read(|conn| mailboxes::desk(conn, site)).unwrap().unwrap().kind, MailboxKind::Desk);
        let (company, opening) = app.db().write(|tx| {
            let company = companies::add(tx, site, &companies::Fields::named("Bakkerij De Halte"), None, std::iter::empty(), now)?;
            let contact = contacts::Fields {
                email: Some(EmailAddress::parse("info@dehalte.example").unwrap()),
                ground: Ground::Functional,
                ..contacts::Fields::named("Robin Vermeer")
            };
            contacts::add(tx, site, company, &contact, now)?;
            let fields = Fields {
                role: "Bakker".to_owned(),
                levels: "mbo2".to_owned(),
                tracks: String::new(),
                starts_on: None,
                ends_on: None,
                days_per_week: None,
                notes: String::new(),
            };
            let new = NewOffer { site, company, fields, places: 2, source: Source::default(), reason: String::new() };
            let opening = flows::openings::offer(tx, &new, now.plus_days(-70)).map_err(|_| DbError::Unreachable(String::new()))?;
            Ok::<_, DbError>((company, opening))
        }).unwrap();
        let left = || app.db().read(|conn| openings::find(conn, &scope, opening)).unwrap().unwrap().places_left;
        let mails = || app.db().read(|conn| outgoing::of_company(conn, &scope, company, 9)).unwrap();

        let broker = app.sign_in_as(Role::Broker, site);
        let ask = format!("/companies/{company}/ask-places");
        let path = format!("/companies/{company}");
        let page = broker.get(&path).text;
        assert!(page.contains(&ask) && !page.contains("gevraagd"));
        assert_eq!(broker.post(&ask, &[]).location(), path);
        let page = broker.get(&path).text;
        assert!(page.contains("De mail over 1 stageplek gaat zo weg.") && page.contains("gevraagd"), "{page}");
        assert!(!page.contains(&ask), "what was asked is not asked again");
        assert_eq!(broker.post(&format!("/today{ask}"), &[]).location(), "/");
        assert!(broker.get("/").text.contains("Gevraagd"));
        assert_eq!(mails().len(), 1);

        let text = app.db().read(|conn| outgoing::body(conn, &scope, mails()[0].id)).unwrap().unwrap().text;
        let link = format!("/places/{}", links(&text, &app.base_url)[0]);
        let visitor = app.visitor();
        for _ in 0..2 {
            let seen = visitor.get(&link);
            assert!(seen.status == 200 && seen.text.contains("Heb je nog 2 stageplekken?"), "{}", seen.text);
            assert!(!seen.text.contains("Robin"), "nobody is named");
            assert_eq!(seen.header("referrer-policy"), "no-referrer");
        }
        assert_eq!(visitor.client.head(visitor.url(&link)).send().unwrap().status(), 200);
        assert_eq!(left(), 2);
        let wrong = visitor.post_bare(&link, &[("places", "veel")]);
        assert!(wrong.status == 422 && wrong.text.contains("Schrijf een getal van 0 tot en met 50."), "{}", wrong.text);
        assert!(wrong.text.contains("value=\"veel\""), "what was typed is still there");
        let said = visitor.post_bare(&link, &[("places", "1")]);
        assert_eq!((said.status, said.location(), left()), (303, link.as_str(), 1));
        assert!(visitor.get(&link).text.contains("Dank je, 1 stageplek vrij"));
        let again = visitor.get(&format!("{link}?again=1")).text;
        assert!(again.contains("Heb je nog 1 stageplek?"), "{again}");
        assert_eq!(visitor.post_bare(&link, &[("places", "0")]).status, 303);
        assert!(visitor.get(&link).text.contains("er is nu geen plek vrij") && left() == 0);

        app.later(61 * 86_400);
        let over = visitor.get(&link);
        assert!(over.status == 410 && over.text.contains("Deze link werkt niet meer"), "{}", over.text);
        assert_eq!((visitor.post_bare(&link, &[("places", "2")]).status, left()), (410, 0));

        // Whoever tries links has to wait; a link of ours opens all the same.
        let tries: Vec<u16> = (0..120).map(|n| visitor.get(&format!("/places/geraden{n}")).status).collect();
        assert_eq!((tries[0], tries[119]), (404, 429), "{tries:?}");
        assert_eq!(visitor.get(&link).status, 410);
    }
}
