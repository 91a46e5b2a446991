//! Making, changing and ending placements.

use super::{Desk, add_site, day, morning, nothing, offer, student};
use stagemakelaar::domain::id::UserId;
use stagemakelaar::domain::placement::Recognition;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::words::{Addressee, CheckInState, Level, PlacementState, Role};
use stagemakelaar::flows;
use stagemakelaar::flows::placements::{Order, PlacementError, Who};
use stagemakelaar::flows::students::{Fields, StudentError};
use stagemakelaar::store::recognitions::{self, Fields as Recognised};
use stagemakelaar::store::{audit, checkins, placements, students};

#[test]
fn a_placement_fills_one_place_and_gets_its_check_ins_around_the_holidays() {
    for desk in Desk::both() {
        let order = desk.order("S-1", "2026-12-23", "2027-06-25");
        let id = flows::placements::place(desk.db(), &desk.scope, &order, morning("2026-11-23")).unwrap();
        assert_eq!(desk.left(), 1);
        // The second working day after 23 December, with both days of Christmas and a weekend between.
        let first = desk.checkin(id, "Dag 3", Addressee::Employer);
        assert_eq!((first.due_on, first.state), (day("2026-12-28"), CheckInState::Planned));
        assert_eq!(first.moved_from, Some(day("2026-12-25")));
        assert_eq!(first.moved_reason, "eerste kerstdag");
        let placed = desk.db().read(|conn| placements::find(conn, &desk.scope, id)).unwrap().unwrap();
        assert_eq!((placed.state, placed.broker_id), (PlacementState::Planned, Some(desk.broker)));
        assert_eq!(desk.checkins(id).len(), 10);
    }
}

#[test]
fn a_placement_on_a_full_opening_is_refused_and_nothing_is_half_done() {
    for desk in Desk::both() {
        desk.place("S-1");
        desk.place("S-2");
        let order = desk.order("S-3", "2026-09-01", "2027-01-29");
        let refused = flows::placements::place(desk.db(), &desk.scope, &order, morning("2026-08-20"));
        assert!(matches!(refused, Err(PlacementError::Full)));
        let all = desk.db().read(|conn| students::list(conn, &desk.scope, None, None, 10)).unwrap();
        assert_eq!((all.len(), desk.left()), (2, 0));
        let list = desk.db().read(|conn| placements::counts(conn, &desk.scope)).unwrap();
        assert_eq!(list, vec![(PlacementState::Planned, 2)]);
    }
}

#[test]
fn an_early_end_frees_the_place_and_cancels_what_is_open() {
    for desk in Desk::both() {
        let id = desk.place("S-1");
        desk.tick("2026-09-03");
        assert_eq!(desk.state(id, "Dag 3"), CheckInState::Asked);
        let now = morning("2026-09-10");
        let version = desk.db().read(|conn| placements::find(conn, &desk.scope, id)).unwrap().unwrap().version;
        let end = |reason: &str| {
            flows::placements::end_early(desk.db(), &desk.scope, id, version, day("2026-09-09"), reason, now)
        };
        assert!(matches!(end(" "), Err(PlacementError::NoReason)));
        end("ander werk gevonden").unwrap();
        assert_eq!(desk.left(), 2);
        assert!(desk.checkins(id).iter().all(|one| one.state == CheckInState::Cancelled && !one.reason.is_empty()));
        assert_eq!(desk.tasks(), vec![]);
        assert!(matches!(end("nog eens"), Err(PlacementError::Stale)));
        let ended = desk.db().read(|conn| placements::find(conn, &desk.scope, id)).unwrap().unwrap();
        assert_eq!((ended.state, ended.ends_on), (PlacementState::EndedEarly, day("2026-09-09")));
    }
}

#[test]
fn other_dates_move_what_was_not_asked_yet_and_nothing_else() {
    for desk in Desk::both() {
        let id = desk.place("S-1");
        desk.tick("2026-09-03");
        let before = desk.checkins(id);
        let version = desk.db().read(|conn| placements::find(conn, &desk.scope, id)).unwrap().unwrap().version;
        let days = (day("2026-09-01"), day("2027-03-26"));
        flows::placements::change_dates(desk.db(), &desk.scope, id, version, days, morning("2026-09-04")).unwrap();
        let after = desk.checkins(id);
        assert_eq!(after.len(), before.len());
        assert_eq!(desk.state(id, "Dag 3"), CheckInState::Asked);
        let moved = desk.checkin(id, "Halverwege", Addressee::Employer);
        assert!(moved.due_on > before.iter().find(|one| one.id == moved.id).unwrap().due_on);
    }
}

#[test]
fn another_sites_placement_student_and_check_in_are_not_there() {
    for desk in Desk::both() {
        let id = desk.place("S-1");
        let other = add_site(desk.db(), "Amsterdam Nieuw-West", morning("2026-08-03"));
        let stranger = Scope::of(UserId(desk.broker.0), Role::Broker, vec![other]);
        let researcher = Scope::of(desk.broker, Role::Researcher, vec![desk.site]);
        let placed = desk.db().read(|conn| placements::find(conn, &desk.scope, id)).unwrap().unwrap();
        let checkin = desk.checkins(id)[0].id;
        for scope in [&stranger, &researcher] {
            assert!(nothing(desk.db().read(|conn| placements::find(conn, scope, id))));
            assert!(nothing(desk.db().read(|conn| placements::line(conn, scope, id))));
            assert!(nothing(desk.db().read(|conn| students::find(conn, scope, placed.student_id))));
            assert!(nothing(desk.db().read(|conn| checkins::find(conn, scope, checkin))));
            assert_eq!(desk.db().read(|conn| checkins::of_placement(conn, scope, id)).unwrap(), vec![]);
            let days = (day("2026-09-01"), day("2027-03-26"));
            let moved = flows::placements::change_dates(desk.db(), scope, id, 1, days, morning("2026-08-21"));
            assert!(matches!(moved, Err(PlacementError::NotFound)));
            let order = desk.order("S-9", "2026-09-01", "2027-01-29");
            let placed = flows::placements::place(desk.db(), scope, &order, morning("2026-08-21"));
            assert!(matches!(placed, Err(PlacementError::NotFound)));
        }
    }
}

#[test]
fn a_missing_recognition_asks_for_a_reason_and_records_it() {
    for desk in Desk::both() {
        let mbo = Fields { level: Some(Level::Mbo2), crebo: "25655".to_owned(), ..student("S-1") };
        let order = Order { who: Who::New(mbo), ..desk.order("S-1", "2026-09-01", "2027-01-29") };
        let place = |order: &Order| flows::placements::place(desk.db(), &desk.scope, order, morning("2026-08-20"));
        assert!(matches!(place(&order), Err(PlacementError::NotRecognised(Recognition::Missing))));
        let short = Recognised {
            crebo: "25655".to_owned(),
            qualification: "Verkoper".to_owned(),
            level: None,
            track: None,
            valid_until: Some(day("2026-12-31")),
        };
        desk.db().write(|tx| recognitions::replace(tx, desk.company, std::slice::from_ref(&short))).unwrap();
        assert!(matches!(place(&order), Err(PlacementError::NotRecognised(Recognition::Expires(_)))));
        let reason = Order { recognition_reason: "De verlenging is aangevraagd.".to_owned(), ..order };
        let id = place(&reason).unwrap();
        let placed = desk.db().read(|conn| placements::find(conn, &desk.scope, id)).unwrap().unwrap();
        assert_eq!(
            placed.recognition_note,
            "De erkenning voor deze opleiding loopt tot 31 december 2026. De verlenging is aangevraagd."
        );
    }
}

#[test]
fn a_bsn_is_refused_wherever_it_is_typed() {
    for desk in Desk::both() {
        let now = morning("2026-08-20");
        let bad = Fields { programme: "Verkoper 111222333".to_owned(), ..student("S-1") };
        let refused = flows::students::add(desk.db(), &desk.scope, desk.site, &bad, now);
        assert!(matches!(refused, Err(StudentError::Bsn(_))));
        let id = desk.place("S-1");
        let ended =
            flows::placements::end_early(desk.db(), &desk.scope, id, 1, day("2026-09-09"), "bsn 1112.22.333", now);
        assert!(matches!(ended, Err(PlacementError::Bsn(_))));
    }
}

#[test]
fn every_sight_of_a_student_leaves_an_audit_event() {
    for desk in Desk::both() {
        let id = desk.place("S-1");
        let now = morning("2026-08-21");
        flows::students::seen(desk.db(), &desk.scope, flows::students::Sight::Placement(id), now).unwrap();
        flows::students::seen(desk.db(), &desk.scope, flows::students::Sight::List("today", 0), now).unwrap();
        desk.tick("2026-09-03");
        let events = desk.db().read(|conn| audit::list(conn, &desk.scope, None, 50)).unwrap();
        let count = |action: &str| events.iter().filter(|event| event.action == action).count();
        assert_eq!((count("student.add"), count("student.view"), count("student.mail")), (1, 1, 1));
    }
}

#[test]
fn of_many_who_place_at_once_only_as_many_succeed_as_there_are_places() {
    for mut desk in Desk::both() {
        desk.opening = offer(desk.db(), desk.site, desk.company, 3, morning("2026-08-03"));
        let done: usize = std::thread::scope(|threads| {
            let desk = &desk;
            let all: Vec<_> = (0..12)
                .map(|n| {
                    threads.spawn(move || {
                        let order = desk.order(&format!("S-{n}"), "2026-09-01", "2027-01-29");
                        let placed = flows::placements::place(desk.db(), &desk.scope, &order, morning("2026-08-20"));
                        assert!(matches!(placed, Ok(_) | Err(PlacementError::Full)), "{placed:?}");
                        usize::from(placed.is_ok())
                    })
                })
                .collect();
            all.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!((done, desk.left()), (3, 0));
    }
}
