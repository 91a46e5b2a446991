//! A person's calendar: handed out once, read by a program that signs in nowhere, the same to a parser that is not ours,
//! without a student, and gone when it is withdrawn.

use crate::aftercare::{add_company, day, offer, student};
use crate::support::app::{Seen, Surfer, TestApp, both};
use ical::IcalParser;
use stagemakelaar::domain::agenda::{self, Entry, Subject};
use stagemakelaar::domain::id::{PlacementId, SiteId};
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::words::{Channel, Lang, Role, TaskKind};
use stagemakelaar::flows::placements::{self, Order, Who};
use stagemakelaar::store::audit;
use stagemakelaar::store::tasks::{self, NewTask};
use std::collections::BTreeMap;

/// The properties of each event, as another's parser has them.
fn events(text: &str) -> Vec<BTreeMap<String, String>> {
    let calendars: Vec<_> = IcalParser::new(text.as_bytes()).collect::<Result<_, _>>().unwrap();
    assert_eq!(calendars.len(), 1);
    let property = |one: ical::property::Property| (one.name, one.value.unwrap_or_default());
    calendars
        .into_iter()
        .flat_map(|one| one.events)
        .map(|one| one.properties.into_iter().map(property).collect())
        .collect()
}

struct House {
    app: TestApp,
    site: SiteId,
    noor: Surfer,
    placement: PlacementId,
}

impl House {
    fn build(backend: crate::support::app::Backend) -> Self {
        let app = TestApp::start(backend);
        let site = app.add_site("Rotterdam-Zuid");
        let noor = app.sign_in_as(Role::Broker, site);
        let now = app.clock.now();
        let company = add_company(app.db(), site, "Bakkerij De Halte", now);
        let opening = offer(app.db(), site, company, 2, now);
        let order = Order {
            opening,
            who: Who::New(student("S-17")),
            starts_on: now.day().plus(30),
            ends_on: now.day().plus(180),
            mentor: None,
            broker: None,
            agreement_signed_on: None,
            recognition_reason: String::new(),
        };
        let scope = Scope::command(vec![site]);
        let placement = placements::place(app.db(), &scope, &order, now).unwrap();
        let task = NewTask {
            company_id: Some(company),
            ..NewTask::new(site, TaskKind::Call, "Bel terug over Sam", now.day().plus(2), now)
        };
        app.db().write(|tx| tasks::add(tx, &task)).unwrap();
        Self { app, site, noor, placement }
    }

    /// Presses the button; the path of the link that is shown.
    fn hand_out(&self, who: &Surfer) -> String {
        let page = who.post("/settings/profile/feed", &[]).text;
        let from = page.find("/calendar/").unwrap_or_else(|| panic!("{page}"));
        page[from..].split('"').next().unwrap().to_owned()
    }

    fn read(&self, path: &str) -> Seen {
        self.app.visitor().get(path)
    }
}

both! {
    fn a_calendar_program_reads_what_is_due_and_meets_no_student(db) {
        let house = House::build(db);
        let path = house.hand_out(&house.noor);
        let seen = house.read(&path);
        assert_eq!((seen.status, seen.header("content-type")), (200, "text/calendar; charset=utf-8"));
        let all = events(&seen.text);
        let care = all.iter().filter(|event| event["UID"].starts_with("checkin-")).count();
        assert!(care >= 3, "three moments of aftercare at least: {all:?}");
        let of = |key: &str| all.iter().find(|event| event["UID"].starts_with(key)).unwrap_or_else(|| panic!("{key}"));
        let start = of(&format!("placement-{}-start@", house.placement));
        assert_eq!(start["SUMMARY"], "Stage begint\\, Bakkerij De Halte");
        let begins = house.app.clock.now().day().plus(30);
        assert_eq!(start["DTSTART"], begins.0.format("%Y%m%d").to_string());
        assert_eq!(of("task-")["SUMMARY"], "Bellen\\, Bakkerij De Halte");
        assert!(start["URL"].ends_with(&format!("/placements/{}", house.placement)), "{start:?}");
        for person in ["Sam", "S-17"] {
            assert!(!seen.text.contains(person), "{person}: {}", seen.text);
        }
        let mut keys: Vec<&String> = all.iter().map(|event| &event["UID"]).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), all.len(), "each has a name of its own");
        let again = events(&house.read(&path).text);
        assert_eq!(again, all);
    }

    fn a_link_opens_one_persons_calendar_until_it_is_replaced_or_withdrawn(db) {
        let house = House::build(db);
        assert!(!house.noor.get("/settings/profile").text.contains("Trek de link in"));
        let first = house.hand_out(&house.noor);
        let page = house.noor.get("/settings/profile").text;
        assert!(page.contains("Trek de link in") && !page.contains("/calendar/"), "shown once: {page}");
        let second = house.hand_out(&house.noor);
        assert_ne!(first, second);
        assert_eq!((house.read(&first).status, house.read(&second).status), (404, 200));
        let elsewhere = house.app.add_site("Amsterdam Nieuw-West");
        let other = house.app.sign_in_as(Role::Broker, elsewhere);
        let theirs = house.hand_out(&other);
        assert!(events(&house.read(&theirs).text).is_empty(), "another site's calendar holds none of it");
        assert_eq!(house.noor.post("/settings/profile/feed/withdraw", &[]).status, 303);
        assert_eq!((house.read(&second).status, house.read(&theirs).status), (404, 200));
        assert_eq!(house.read("/calendar/.ics").status, 404);
        let scope = Scope::command(vec![house.site]);
        let told = house.app.db().read(|conn| audit::list(conn, &scope, None, 50)).unwrap();
        let count = |action: &str| told.iter().filter(|event| event.action == action).count();
        assert_eq!((count("feed.open"), count("feed.close")), (2, 1));
    }

    fn a_month_and_a_week_show_each_day_once_and_what_is_done_as_done(db) {
        let house = House::build(db);
        let begins = house.app.clock.now().day().plus(30);
        let month = house.noor.get(&format!("/agenda?on={begins}")).text;
        assert!(month.contains("Stage begint, Bakkerij De Halte"), "{month}");
        assert!(month.contains("Tweede kerstdag") || month.contains("tweede kerstdag"), "{month}");
        assert_eq!(month.matches("<h2><a href=\"/agenda").count() % 7, 0, "whole weeks");
        let today = house.noor.get("/agenda?view=week").text;
        assert_eq!(today.matches("<h2><a href=\"/agenda").count(), 7);
        assert!(today.contains("Bellen, Bakkerij De Halte") && today.contains("aria-current=\"date\""), "{today}");
        assert!(!today.contains("class=\"done\""));
        let scope = Scope::command(vec![house.site]);
        let now = house.app.clock.now();
        let open = house.app.db().read(|conn| tasks::open(conn, &scope, None, None, 10)).unwrap();
        let own = open.iter().find(|task| task.checkin_id.is_none()).unwrap();
        stagemakelaar::flows::tasks::finish(house.app.db(), &scope, own.id, now).unwrap();
        assert!(house.noor.get("/agenda?view=week").text.contains("class=\"done\""));
        for odd in ["/agenda?on=morgen", "/agenda?on=9999-12-31", "/agenda?on=0001-01-01&view=week"] {
            assert_eq!(house.noor.get(odd).status, 200, "{odd}");
        }
        let elsewhere = house.app.add_site("Amsterdam Nieuw-West");
        let other = house.app.sign_in_as(Role::Broker, elsewhere);
        assert!(!other.get(&format!("/agenda?on={begins}&who=all")).text.contains("Bakkerij"));
    }

    fn placements_stand_along_the_months_with_their_moments(db) {
        let house = House::build(db);
        let page = house.noor.get("/placements/timeline").text;
        assert!(page.contains("Sam") && page.contains("class=\"span planned\""), "{page}");
        assert!(page.matches("class=\"moment").count() >= 3, "{page}");
        assert_eq!(page.matches("<text ").count(), 12);
        let long_ago = house.noor.get("/placements/timeline?from=2020-01-01").text;
        assert!(long_ago.contains("Geen stages in deze maanden") && !long_ago.contains("Bakkerij"));
        let elsewhere = house.app.add_site("Amsterdam Nieuw-West");
        let other = house.app.sign_in_as(Role::Broker, elsewhere);
        assert!(!other.get("/placements/timeline").text.contains("Sam"));
    }
}

#[test]
fn long_and_odd_names_are_folded_and_come_out_whole() {
    let company = "Café „’t Hoekje”; groot, klein & alles\\anders ".repeat(5);
    let entry = Entry {
        key: "checkin-1".to_owned(),
        on: day("2026-12-01"),
        subject: Subject::CheckIn("week 2".to_owned(), Channel::Mail),
        company: company.trim().to_owned(),
        path: "/placements/1".to_owned(),
    };
    let now = day("2026-11-30").at(8, 30);
    let text = agenda::file(std::slice::from_ref(&entry), "https://loket.example", Lang::Nl, now);
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    assert!(!text.replace("\r\n", "").contains('\n'), "every line ends as RFC 5545 says");
    let read = events(&text);
    let summary = read[0]["SUMMARY"].replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\");
    assert_eq!(summary, entry.title(Lang::Nl));
}
