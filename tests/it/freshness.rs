//! Places that nobody confirmed for long: asked once, answered by page and by mail, and what follows on silence. On both
//! databases by the same code and a clock that the test turns.

mod page;

use crate::inbox::world::{ALEX, World, both, letter, now};
use stagemakelaar::config::Config;
use stagemakelaar::domain::freshness::RoundState;
use stagemakelaar::domain::id::OpeningId;
use stagemakelaar::domain::opening::OpeningState;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::suggestion::Change;
use stagemakelaar::domain::time::{Day, Moment};
use stagemakelaar::domain::words::{PlaceEventKind, Purpose, SuppressionReason, TaskKind};
use stagemakelaar::flows::campaigns::kit::Press;
use stagemakelaar::flows::freshness::{self, AnswerError};
use stagemakelaar::flows::openings::{Act, Mark, NewOffer, Source};
use stagemakelaar::flows::settings::Freshness;
use stagemakelaar::flows::{self, Stop, Tally, opt_outs, suggestions};
use stagemakelaar::mail::template::Templates;
use stagemakelaar::store::openings::{self, Fields, Opening};
use stagemakelaar::store::outgoing::{self, Outgoing};
use stagemakelaar::store::rounds::{self, NewRound, Round};
use stagemakelaar::store::tasks::{self, Task};
use stagemakelaar::store::{Db, contacts, moments};
use std::sync::LazyLock;

static TEMPLATES: LazyLock<Templates> = LazyLock::new(|| Templates::embedded().unwrap());
const BASE: &str = "https://loket.example";

pub fn settings() -> Freshness {
    Config::parse("", "the test").unwrap().freshness
}

fn press(world: &World) -> Press<'_> {
    Press { engine: &TEMPLATES, keys: &world.keys, base_url: BASE }
}

/// The clockwork on the morning of a day.
fn tick(world: &World, day: &str) -> Tally {
    tick_at(world, Day::parse(day).unwrap().at(7, 15))
}

fn tick_at(world: &World, at: Moment) -> Tally {
    freshness::tick(world.db(), press(world), &settings(), &Stop::default(), at).unwrap()
}

/// An opening that the company offered so many days ago and confirmed never since.
fn offer(world: &World, role: &str, count: i32, days_ago: i64) -> OpeningId {
    let fields = Fields {
        role: role.to_owned(),
        levels: "mbo2,mbo3".to_owned(),
        tracks: String::new(),
        starts_on: None,
        ends_on: None,
        days_per_week: None,
        notes: String::new(),
    };
    let (site, company) = (world.site, world.company);
    let new = NewOffer { site, company, fields, places: count, source: Source::default(), reason: String::new() };
    world.db().write(|tx| flows::openings::offer(tx, &new, now().plus_days(-days_ago))).unwrap()
}

fn act(world: &World, id: OpeningId, what: Act, at: Moment) {
    let scope = world.scope();
    world.db().write(|tx| flows::openings::act(tx, &scope, id, what, Mark::default(), at)).unwrap();
}

fn opening(world: &World, id: OpeningId) -> Opening {
    world.db().read(|conn| openings::find(conn, &world.scope(), id)).unwrap().unwrap()
}

fn round(world: &World, id: OpeningId) -> Round {
    world.db().read(|conn| rounds::latest(conn, &[id])).unwrap().remove(0)
}

/// Mails to the company, oldest first.
fn mails(world: &World) -> Vec<Outgoing> {
    let mut all = world.db().read(|conn| outgoing::of_company(conn, &world.scope(), world.company, 50)).unwrap();
    all.reverse();
    all
}

fn text(db: &Db, scope: &Scope, mail: &Outgoing) -> String {
    db.read(|conn| outgoing::body(conn, scope, mail.id)).unwrap().unwrap().text
}

/// The signed parts of the links in a mail, in its order.
pub fn links(text: &str, base: &str) -> Vec<String> {
    let start = format!("{base}/places/");
    text.lines().filter_map(|line| line.strip_prefix(start.as_str())).map(str::to_owned).collect()
}

fn link(world: &World) -> String {
    let mail = mails(world).remove(0);
    links(&text(world.db(), &world.scope(), &mail), BASE).remove(0)
}

fn open_tasks(world: &World) -> Vec<Task> {
    world.db().read(|conn| tasks::open(conn, &world.scope(), None, None, 50)).unwrap()
}

fn events(world: &World, id: OpeningId) -> Vec<PlaceEventKind> {
    world.db().read(|conn| openings::events(conn, id)).unwrap().iter().map(|event| event.kind).collect()
}

fn answer(world: &World, signed: &str, free: i32, at: Moment) -> Result<bool, AnswerError> {
    freshness::answer(world.db(), &world.keys, signed, free, at).map(|asked| asked.is_some())
}

#[test]
fn a_company_is_asked_once_about_all_its_places_with_a_link_for_each() {
    both(|world| {
        let (old, along) = (offer(world, "Fietsenmaker", 2, 70), offer(world, "Verkoper", 1, 40));
        let fresh = offer(world, "Planner", 1, 10);
        assert_eq!(tick(world, "2026-11-22"), Tally::default(), "a Sunday asks nothing");
        assert_eq!(tick(world, "2026-11-24").to_string(), "asked 2");
        for day in ["2026-11-24", "2026-11-25", "2026-11-30"] {
            assert_eq!(tick(world, day), Tally::default(), "{day}");
        }
        let all = mails(world);
        assert_eq!((all.len(), all[0].purpose, all[0].opt_out), (1, Purpose::Offer, true));
        let text = text(world.db(), &world.scope(), &all[0]);
        assert!(text.contains("2 plekken: Fietsenmaker, mbo 2, mbo 3") && text.contains("1 plek: Verkoper"), "{text}");
        assert!(!text.contains("Planner"), "what was confirmed lately is not asked about");
        let links = links(&text, BASE);
        assert_eq!(links.len(), 2);
        for (link, id) in links.iter().zip([old, along]) {
            let token = link.split('.').next().unwrap();
            assert_eq!((token.len(), token), (26, round(world, id).token.as_str()), "128 bits, and nothing else");
            assert!(world.keys.verify("opt-out", link).is_err(), "it opens nothing but this");
        }
        let none = world.db().read(|conn| rounds::latest(conn, &[fresh])).unwrap();
        assert_eq!((round(world, old).state, none), (RoundState::Asked, vec![]));

        let again = NewRound {
            site_id: world.site,
            company_id: world.company,
            opening_id: old,
            confirmed_on: opening(world, old).last_confirmed_on,
            state: RoundState::Asked,
            asked_on: now().day(),
            next_on: now().day(),
            token: "x".to_owned(),
            expires_at: now(),
            asked_id: None,
            version: 1,
        };
        let twice = world.db().write(|tx| tx.unless_taken(|tx| rounds::add(tx, &again))).unwrap();
        assert_eq!(twice, None, "the same silence has one round");
    });
}

#[test]
fn clockworks_that_run_at_the_same_time_ask_once() {
    both(|world| {
        offer(world, "Fietsenmaker", 2, 70);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| tick(world, "2026-11-24"));
            }
        });
        assert_eq!(mails(world).len(), 1);
    });
}

#[test]
fn each_answer_by_the_link_changes_the_places_and_the_same_again_changes_nothing() {
    both(|world| {
        for (free, left, state, event) in [
            (2, 2, OpeningState::Open, PlaceEventKind::Confirmed),
            (1, 1, OpeningState::Offered, PlaceEventKind::Changed),
            (0, 0, OpeningState::Full, PlaceEventKind::Changed),
        ] {
            let id = offer(world, "Fietsenmaker", 2, 70);
            freshness::ask_now(world.db(), press(world), &settings(), &world.scope(), world.company, now()).unwrap();
            let mail = mails(world).pop().unwrap();
            let link = links(&text(world.db(), &world.scope(), &mail), BASE).pop().unwrap();
            let before = world.db().read(|conn| freshness::look(conn, &world.keys, &link, now())).unwrap().unwrap();
            assert_eq!((before.open, before.opening.id, events(world, id).len()), (true, id, 1), "looking is looking");
            let later = now().plus_days(1);
            for _ in 0..2 {
                assert!(answer(world, &link, free, later).unwrap());
                let found = opening(world, id);
                assert_eq!((found.places_left, found.state, found.last_confirmed_on), (left, state, later.day()));
                assert_eq!(events(world, id)[1..], [event], "{free}");
                let round = round(world, id);
                assert_eq!((round.state, round.places), (RoundState::Answered, Some(free)));
            }
            assert!(matches!(answer(world, &link, -1, later), Err(AnswerError::Number)));
            assert!(matches!(answer(world, &link, 51, later), Err(AnswerError::Number)));
            assert!(answer(world, &link, 3, later).unwrap(), "who pressed the wrong button presses again");
            assert_eq!(opening(world, id).places_left, 3);
            assert!(!answer(world, &link.replace('.', ".x"), 1, later).unwrap(), "not our signature");
            let over = now().plus_days(60);
            assert!(matches!(answer(world, &link, 1, over), Err(AnswerError::Over)), "the link has run out");
            assert_eq!(opening(world, id).places_left, 3);
        }
        let told = world.db().read(|conn| moments::last_of(conn, &world.scope(), &[world.company])).unwrap();
        assert!(told[0].summary.contains("nog 3 plekken voor Fietsenmaker"), "{}", told[0].summary);
        assert_eq!(tick(world, "2026-12-24"), Tally::default(), "nobody is reminded of what was answered");
    });
}

#[test]
fn silence_is_followed_by_a_reminder_a_call_and_the_end_of_the_places() {
    both(|world| {
        let (one, other) = (offer(world, "Fietsenmaker", 2, 70), offer(world, "Verkoper", 1, 65));
        let steps = [
            ("2026-11-24", "asked 2"),
            ("2026-11-30", ""),
            ("2026-12-01", "reminded 2"),
            ("2026-12-07", ""),
            ("2026-12-08", "to call 2"),
            ("2026-12-29", ""),
        ];
        for (day, done) in steps {
            assert_eq!(tick(world, day).to_string(), done, "{day}");
            assert_eq!(tick(world, day), Tally::default(), "{day}, once more");
        }
        let all = mails(world);
        assert_eq!(all.len(), 2);
        assert_eq!(all[1].in_reply_to.as_ref(), Some(&all[0].message_id), "the reminder stands in the thread");
        let both_texts: Vec<_> = all.iter().map(|mail| text(world.db(), &world.scope(), mail)).collect();
        assert_eq!(links(&both_texts[0], BASE), links(&both_texts[1], BASE), "the same links, for longer");
        assert!(both_texts[1].contains("Op dinsdag 24 november vroeg ik"), "{}", both_texts[1]);
        let calls = open_tasks(world);
        assert_eq!((calls.len(), calls[0].kind), (1, TaskKind::Call));
        let title = "Bel Fietsenmaker Sloterdok: kloppen de plekken nog? (Fietsenmaker, Verkoper)";
        assert_eq!(calls[0].title, title);

        // On the telephone the company says that one of them holds; the other one nobody speaks of.
        let at = Day::parse("2026-12-10").unwrap().at(10, 0);
        act(world, other, Act::Confirm, at);
        assert_eq!(round(world, other).state, RoundState::Answered);
        assert_eq!(open_tasks(world).len(), 1, "the other one still waits for the call");
        assert_eq!(tick(world, "2026-12-30").to_string(), "expired 1");
        assert_eq!(tick(world, "2026-12-30"), Tally::default());
        assert_eq!((opening(world, one).state, opening(world, one).places_left), (OpeningState::Expired, 0));
        assert_eq!(events(world, one), [PlaceEventKind::Offered, PlaceEventKind::Expired]);
        assert_eq!((round(world, one).state, open_tasks(world)), (RoundState::Expired, vec![]));
        assert_eq!((opening(world, other).state, opening(world, other).places_left), (OpeningState::Open, 1));
        assert!(matches!(answer(world, &link(world), 2, at.plus_days(25)), Err(AnswerError::Over)));
    });
}

#[test]
fn an_answer_by_mail_stops_the_reminder_and_its_suggestion_names_the_opening() {
    both(|world| {
        let (id, other) = (offer(world, "Verkoper", 2, 70), offer(world, "Fietsenmaker", 1, 65));
        tick(world, "2026-11-24");
        let mail = mails(world).remove(0);
        let more = format!("In-Reply-To: {0}\r\nReferences: {0}\r\n", mail.message_id);
        let words = "Dag Noor,\r\n\r\nWe hebben nog 1 plek voor een verkoper.\r\n\r\nGroet, Alex";
        let row = world.take_in(&letter(ALEX, "antwoord@sloterdok.example", &more, words));
        assert_eq!(row.outgoing_id, Some(mail.id), "it is threaded to the question");
        assert_eq!((round(world, id).state, round(world, other).state), (RoundState::Heard, RoundState::Heard));
        assert_eq!(opening(world, id).places_left, 2, "capacity waits for a person");
        let found = world.suggestions(row.id);
        let Change::Opening(offer) = serde_json::from_str(&found[0].payload).unwrap() else { panic!("{found:?}") };
        let about = offer.about.clone().unwrap();
        assert_eq!((about.opening, about.role.as_str(), offer.places), (id, "Verkoper", 1));
        assert_eq!(tick(world, "2026-12-01").to_string(), "to call 2", "a week later nobody has read it");

        let (db, scope) = (world.db(), world.scope());
        suggestions::accept(db, &scope, found[0].id, found[0].version, now()).unwrap();
        assert_eq!((opening(world, id).places_left, round(world, id).state), (1, RoundState::Answered));
        let all = db.read(|conn| openings::of_company(conn, &scope, world.company)).unwrap();
        assert_eq!(all.len(), 2, "no new opening is made of it");
        let taken = world.suggestions(row.id).remove(0);
        suggestions::undo(db, &scope, taken.id, taken.version, now()).unwrap();
        assert_eq!(opening(world, id).places_left, 2);
        let open = world.suggestions(row.id).remove(0);
        let more = Change::Opening(stagemakelaar::domain::suggestion::Offer { places: 4, about: None, ..offer });
        suggestions::edit(db, &scope, open.id, open.version, &more, now()).unwrap();
        assert_eq!(opening(world, id).places_left, 4, "what is said is edited, and not of what");
    });
}

#[test]
fn who_wants_no_mail_gets_a_call_and_so_does_who_cannot_be_mailed() {
    both(|world| {
        let id = offer(world, "Fietsenmaker", 2, 70);
        let source = opt_outs::Source::default();
        let out = SuppressionReason::OptOut;
        world.db().write(|tx| opt_outs::opt_out(tx, ALEX, out, source, now())).unwrap();
        assert_eq!(tick(world, "2026-11-24").to_string(), "to call 1");
        assert_eq!(tick(world, "2026-11-24"), Tally::default());
        assert_eq!((mails(world), round(world, id).state), (vec![], RoundState::Called));
        let title = &open_tasks(world)[0].title;
        assert!(title.ends_with("(Fietsenmaker) Deze contactpersoon wil geen mail meer."), "{title}");
    });
    both(|world| {
        offer(world, "Fietsenmaker", 2, 70);
        world.db().write(|tx| contacts::set_left(tx, world.contact, Some(now().day()), now())).unwrap();
        assert_eq!(tick(world, "2026-11-24").to_string(), "to call 1");
        assert!(open_tasks(world)[0].title.ends_with("Er is geen adres om naar te mailen."));
    });
}

#[test]
fn a_stop_in_answer_to_the_question_becomes_a_call() {
    both(|world| {
        let id = offer(world, "Fietsenmaker", 2, 70);
        tick(world, "2026-11-24");
        let more = format!("References: {}\r\n", mails(world)[0].message_id);
        let words = "Stuur mij alstublieft geen mails meer. Schrijf ons uit.";
        world.take_in(&letter(ALEX, "stop@sloterdok.example", &more, words));
        assert_eq!(round(world, id).state, RoundState::Called);
        let title = &open_tasks(world)[0].title;
        assert!(title.ends_with("Er is gevraagd om niet meer te mailen."), "{title}");
        assert_eq!(tick(world, "2026-12-01"), Tally::default(), "and nobody is reminded");
        assert_eq!(mails(world).len(), 1);
    });
}

#[test]
fn what_was_given_away_or_taken_back_is_asked_about_no_more() {
    both(|world| {
        let id = offer(world, "Fietsenmaker", 1, 70);
        tick(world, "2026-11-24");
        act(world, id, Act::Fill, now());
        assert_eq!(tick(world, "2026-12-01").to_string(), "settled 1");
        assert_eq!((round(world, id).state, mails(world).len()), (RoundState::Dropped, 1));
        assert!(matches!(answer(world, &link(world), 1, now()), Err(AnswerError::Over)));
    });
}
