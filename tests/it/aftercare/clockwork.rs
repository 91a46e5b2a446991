//! What the clockwork does by itself: asked once, reminded, called, escalated, late, caught up.

use super::{Desk, add_mailbox, add_site, add_user, morning};
use stagemakelaar::domain::words::{
    Addressee, CheckInState, Ground, OutgoingState, PlacementState, Purpose, Role, TaskKind,
};
use stagemakelaar::store::{contacts, placements};

#[test]
fn a_check_in_is_asked_once_then_reminded_then_called_then_escalated() {
    for desk in Desk::both() {
        let id = desk.place("S-1");
        assert_eq!(desk.tick("2026-09-02").get("asked"), 0);
        for _ in 0..3 {
            desk.tick("2026-09-03");
        }
        let mails = desk.mails();
        assert_eq!(mails.len(), 1);
        assert_eq!((mails[0].purpose, mails[0].state), (Purpose::Aftercare, OutgoingState::Queued));
        assert_eq!(mails[0].address.as_str(), "robin@dehalte.example");
        assert_eq!(mails[0].checkin_id, Some(desk.checkin(id, "Dag 3", Addressee::Employer).id));
        // The student of the same moment is called: the plan says so.
        assert_eq!(desk.titles(TaskKind::Call), ["Bel Sam over Bakkerij De Halte (dag 3)"]);

        for on in ["2026-09-04", "2026-09-07", "2026-09-08", "2026-09-08"] {
            desk.tick(on);
        }
        assert_eq!(desk.state(id, "Dag 3"), CheckInState::Reminded);
        let mails = desk.mails();
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[1].in_reply_to.as_deref(), Some(mails[0].message_id.as_str()));

        desk.tick("2026-09-11");
        assert_eq!(desk.state(id, "Dag 3"), CheckInState::CallTask);
        assert!(desk.titles(TaskKind::Call).contains(&"Bel Bakkerij De Halte over Sam (dag 3)".to_owned()));
        for on in ["2026-09-16", "2026-09-17", "2026-09-18"] {
            desk.tick(on);
        }
        assert_eq!(desk.state(id, "Dag 3"), CheckInState::Escalated);
        let told: Vec<_> = desk.tasks().into_iter().filter(|task| task.kind == TaskKind::Todo).collect();
        let mine = told.iter().filter(|task| task.title == "Nazorg blijft liggen: Sam bij Bakkerij De Halte (dag 3)");
        // One for the employer's side, one for the student's.
        assert_eq!(mine.count(), 2);
        assert!(told.iter().all(|task| task.owner_id == Some(desk.coordinator)));
    }
}

#[test]
fn a_week_without_the_system_is_caught_up_once_each() {
    for desk in Desk::both() {
        let first = desk.place("S-1");
        let second = desk.place("S-2");
        // Due on Thursday 3 September; the system comes back on Thursday 10: five working days late, still a mail.
        for _ in 0..2 {
            desk.tick("2026-09-10");
        }
        for id in [first, second] {
            assert_eq!(desk.state(id, "Dag 3"), CheckInState::Asked);
            let placed = desk.db().read(|conn| placements::find(conn, &desk.scope, id)).unwrap().unwrap();
            assert_eq!(placed.state, PlacementState::Running);
        }
        assert_eq!(desk.mails().len(), 2);
        assert_eq!(desk.titles(TaskKind::Call).len(), 2);
    }
}

#[test]
fn a_mail_that_would_be_too_late_becomes_a_call() {
    for desk in Desk::both() {
        let id = desk.place("S-1");
        for _ in 0..2 {
            desk.tick("2026-09-11");
        }
        assert_eq!(desk.state(id, "Dag 3"), CheckInState::CallTask);
        assert_eq!(desk.mails(), vec![]);
        assert!(desk.titles(TaskKind::Call).contains(&"Bel Bakkerij De Halte over Sam (dag 3)".to_owned()));
        assert!(desk.checkin(id, "Dag 3", Addressee::Employer).reason.contains("te laat"));
    }
}

#[test]
fn on_a_day_off_nobody_is_asked_but_placements_still_start() {
    for desk in Desk::both() {
        let order = desk.order("S-1", "2026-09-05", "2027-01-29");
        let now = morning("2026-08-20");
        let id = stagemakelaar::flows::placements::place(desk.db(), &desk.scope, &order, now).unwrap();
        desk.tick("2026-09-05");
        let placed = desk.db().read(|conn| placements::find(conn, &desk.scope, id)).unwrap().unwrap();
        assert_eq!(placed.state, PlacementState::Running);
        desk.tick("2026-09-12");
        assert_eq!(desk.mails(), vec![]);
    }
}

#[test]
fn many_at_once_ask_each_check_in_once() {
    for desk in Desk::both() {
        desk.place("S-1");
        desk.place("S-2");
        std::thread::scope(|threads| {
            for _ in 0..6 {
                threads.spawn(|| desk.tick("2026-09-03"));
            }
        });
        desk.tick("2026-09-03");
        assert_eq!(desk.mails().len(), 2);
        assert_eq!(desk.titles(TaskKind::Call).len(), 2);
    }
}

#[test]
fn a_run_that_is_cut_off_is_finished_by_the_next() {
    for desk in Desk::both() {
        let first = desk.place("S-1");
        let second = desk.place("S-2");
        // One check-in is done on its own, as when the process dies after the first commit.
        let one = desk.checkin(first, "Dag 3", Addressee::Employer).id;
        let now = morning("2026-09-03");
        let word = stagemakelaar::flows::aftercare::ask_now(
            desk.db(),
            &super::TEMPLATES,
            &super::SETTINGS,
            &desk.scope,
            one,
            now,
        );
        assert_eq!(word.unwrap(), Some("asked"));
        desk.tick("2026-09-03");
        assert_eq!(desk.mails().len(), 2);
        assert_eq!(desk.state(second, "Dag 3"), CheckInState::Asked);
    }
}

#[test]
fn without_a_usable_address_somebody_calls() {
    for desk in Desk::both() {
        let id = desk.place("S-1");
        let now = morning("2026-08-21");
        desk.db().write(|tx| contacts::set_opted_out(tx, desk.mentor, Some(now))).unwrap();
        desk.tick("2026-09-03");
        assert_eq!(desk.state(id, "Dag 3"), CheckInState::CallTask);
        assert_eq!(desk.checkin(id, "Dag 3", Addressee::Employer).reason, "Deze contactpersoon wil geen mail meer.");

        let id = desk.place("S-2");
        desk.db().write(|tx| contacts::set_left(tx, desk.mentor, Some(now.day()), now)).unwrap();
        desk.tick("2026-09-03");
        assert_eq!(desk.state(id, "Dag 3"), CheckInState::CallTask);
        assert_eq!(desk.mails(), vec![]);
    }
}

#[test]
fn where_the_mentor_left_the_functional_address_is_asked() {
    for desk in Desk::both() {
        let id = desk.place("S-1");
        let now = morning("2026-08-21");
        let fields = contacts::Fields {
            email: Some("info@dehalte.example".parse().unwrap()),
            ground: Ground::Functional,
            ..contacts::Fields::named("Algemeen")
        };
        desk.db()
            .write(|tx| {
                contacts::set_left(tx, desk.mentor, Some(now.day()), now)?;
                contacts::add(tx, desk.site, desk.company, &fields, now)
            })
            .unwrap();
        desk.tick("2026-09-03");
        assert_eq!(desk.state(id, "Dag 3"), CheckInState::Asked);
        assert_eq!(desk.mails()[0].address.as_str(), "info@dehalte.example");
    }
}

#[test]
fn the_morning_mail_comes_once_per_person_and_working_day() {
    for desk in Desk::both() {
        desk.place("S-1");
        desk.tick("2026-09-03");
        assert_eq!(desk.digest("2026-09-03").get("written"), 1);
        for _ in 0..2 {
            assert_eq!(desk.digest("2026-09-03").get("written"), 0);
        }
        assert_eq!(desk.digest("2026-09-05").get("written"), 0);
        // Escalation brings the coordinator a mail of their own; who works for two sites gets one mail.
        let other = add_site(desk.db(), "Amsterdam Nieuw-West", morning("2026-08-03"));
        add_mailbox(desk.db(), other, morning("2026-08-03"));
        add_user(desk.db(), "kim@loket.example", Role::Broker, &[desk.site, other], morning("2026-08-03"));
        desk.tick("2026-09-08");
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| desk.digest("2026-09-08"));
            }
        });
        let tally = desk.digest("2026-09-08");
        assert_eq!((tally.get("written"), tally.get("written before")), (0, 2));
    }
}
