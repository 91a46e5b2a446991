//! Places: nobody books beyond them, whoever comes at once, and their history can be replayed.

use super::Desk;
use stagemakelaar::domain::id::{OpeningId, PlacementId};
use stagemakelaar::domain::opening::OpeningState;
use stagemakelaar::domain::words::{PlaceEventKind, TaskKind};
use stagemakelaar::flows::openings::{self as flow, Act, BookError, Change, Mark};
use stagemakelaar::store::openings::{self, Fields, Opening};
use stagemakelaar::store::tasks;
use std::sync::Barrier;
use std::thread;

pub fn fields(role: &str) -> Fields {
    Fields {
        role: role.to_owned(),
        levels: "mbo2,mbo3".to_owned(),
        tracks: "bol".to_owned(),
        starts_on: None,
        ends_on: None,
        days_per_week: Some(4),
        notes: String::new(),
    }
}

fn read(desk: &Desk, id: OpeningId) -> Opening {
    desk.db().read(|conn| openings::find(conn, &desk.scope, id)).unwrap().unwrap()
}

fn book(desk: &Desk, id: OpeningId, placement: i64) -> Result<(), BookError> {
    let mark = Mark::default().placement(PlacementId(placement));
    desk.db().write(|tx| flow::act(tx, &desk.scope, id, Act::Fill, mark, desk.now))
}

#[test]
fn of_64_at_once_exactly_as_many_get_a_place_as_there_are() {
    for desk in Desk::both() {
        for places in [1, 5, 20] {
            let company = desk.named(&format!("Bouwmarkt Plein {places}"));
            let id = flow::add(desk.db(), &desk.scope, company, &fields("Verkoper"), places, desk.now).unwrap();
            let gate = Barrier::new(64);
            let outcomes: Vec<Result<(), BookError>> = thread::scope(|scope| {
                let (desk, gate) = (&desk, &gate);
                let booker = |number: i64| {
                    scope.spawn(move || {
                        gate.wait();
                        book(desk, id, number)
                    })
                };
                let threads: Vec<_> = (1..=64).map(booker).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            let booked = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
            let full = outcomes.iter().filter(|outcome| matches!(outcome, Err(BookError::Full))).count();
            let places = usize::try_from(places).unwrap();
            assert_eq!((booked, full), (places, 64 - places), "{:?}", desk.db());
            let opening = read(&desk, id);
            assert_eq!((opening.places_left, opening.state), (0, OpeningState::Full));
            let events = desk.db().read(|conn| openings::events(conn, id)).unwrap();
            assert_eq!(events.iter().filter(|event| event.kind == PlaceEventKind::Filled).count(), places);
            assert_eq!(desk.read(company).places_left, 0);
        }
    }
}

#[test]
fn a_reduction_below_what_is_given_away_is_overbooked_and_asks_for_repair_once() {
    for desk in Desk::both() {
        let company = desk.named("Hotel Westerhaven");
        let id = flow::add(desk.db(), &desk.scope, company, &fields("Kok"), 3, desk.now).unwrap();
        let more = flow::add(desk.db(), &desk.scope, company, &fields("Bediening"), 2, desk.now).unwrap();
        for placement in 1..=3 {
            book(&desk, id, placement).unwrap();
        }
        assert!(matches!(book(&desk, id, 4), Err(BookError::Full)));
        for places in [1, 0] {
            flow::apply(desk.db(), &desk.scope, id, Change::Places(places), "minder begeleiding", desk.now).unwrap();
        }
        let opening = read(&desk, id);
        assert_eq!((opening.places_offered, opening.places_left, opening.state), (0, -3, OpeningState::Full));
        let open = desk.db().read(|conn| tasks::of_companies(conn, &desk.scope, &[company])).unwrap();
        assert_eq!(open.iter().map(|task| task.kind).collect::<Vec<_>>(), [TaskKind::Repair]);
        assert_eq!(desk.read(company).places_left, 2, "one opening's lack takes nothing from another");
        flow::apply(desk.db(), &desk.scope, more, Change::Withdraw, "", desk.now).unwrap();
        assert_eq!((read(&desk, more).state, desk.read(company).places_left), (OpeningState::Withdrawn, 0));
    }
}

#[test]
fn the_history_replays_to_any_day() {
    for mut desk in Desk::both() {
        let company = desk.named("Drukkerij Inktvis");
        let start = desk.now;
        let id = flow::add(desk.db(), &desk.scope, company, &fields("Drukker"), 2, desk.now).unwrap();
        desk.now = start.plus_days(1);
        book(&desk, id, 1).unwrap();
        desk.now = start.plus_days(2);
        flow::apply(desk.db(), &desk.scope, id, Change::Places(4), "", desk.now).unwrap();
        desk.now = start.plus_days(3);
        let mark = Mark::default();
        let proposal = mark.because("voorstel");
        desk.db().write(|tx| flow::act(tx, &desk.scope, id, Act::Reserve, proposal, desk.now)).unwrap();
        desk.now = start.plus_days(4);
        desk.db()
            .write(|tx| {
                flow::act(tx, &desk.scope, id, Act::FillHeld, mark.placement(PlacementId(2)), desk.now)?;
                let ended = mark.placement(PlacementId(1)).because("gestopt");
                flow::act(tx, &desk.scope, id, Act::Free, ended, desk.now)?;
                flow::act(tx, &desk.scope, id, Act::Release, mark, desk.now)
            })
            .unwrap();
        let events = desk.db().read(|conn| openings::events(conn, id)).unwrap();
        let left = |days: i64| flow::replay(&events, start.day().plus(days)).left();
        assert_eq!([-1, 0, 1, 2, 3, 4].map(left), [0, 2, 1, 3, 2, 3]);
        let opening = read(&desk, id);
        assert_eq!((opening.places_left, opening.last_confirmed_on), (3, start.day().plus(2)));
        flow::apply(desk.db(), &desk.scope, id, Change::Confirm, "", desk.now).unwrap();
        assert_eq!(read(&desk, id).last_confirmed_on, start.day().plus(4));
    }
}

#[test]
fn a_stale_edit_of_an_opening_is_told() {
    for desk in Desk::both() {
        let company = desk.named("Wasserij Blank");
        let id = flow::add(desk.db(), &desk.scope, company, &fields("Medewerker"), 1, desk.now).unwrap();
        flow::edit(desk.db(), &desk.scope, id, 1, (&fields("Strijker"), 2), desk.now).unwrap();
        let refused = flow::edit(desk.db(), &desk.scope, id, 1, (&fields("Wasser"), 9), desk.now);
        assert!(matches!(refused, Err(BookError::Stale)));
        let opening = read(&desk, id);
        assert_eq!((opening.fields.role.as_str(), opening.places_left), ("Strijker", 2));
    }
}
