//! Answers to check-ins: by mail with a digit or in words, and by a person on the page.

use super::{Desk, day, morning};
use stagemakelaar::domain::aftercare::{AnswerVerdict, Mood};
use stagemakelaar::domain::id::{CheckInId, IncomingId, PlacementId};
use stagemakelaar::domain::words::{Addressee, CheckInState, TaskKind};
use stagemakelaar::flows::checkins::{self, CheckInError, Heard, Reply};
use stagemakelaar::store::incoming::arriving::{self, Arrival};
use stagemakelaar::store::incoming::queue;
use stagemakelaar::store::mailboxes;
use std::sync::atomic::{AtomicU32, Ordering};

/// Monday 7 September, after the question of day 3 went out on the Thursday before.
const ANSWERED: &str = "2026-09-07";

fn asked(desk: &Desk) -> (PlacementId, CheckInId) {
    let id = desk.place("S-1");
    desk.tick("2026-09-03");
    (id, desk.checkin(id, "Dag 3", Addressee::Employer).id)
}

/// A mail as it is stored before anybody reads it.
fn mail(desk: &Desk, words: &str) -> IncomingId {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let key = format!("INBOX/1/{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let arrival = Arrival {
        content_hash: key.clone(),
        source_key: key,
        folder: "INBOX".to_owned(),
        message_id: None,
        size: 1,
        oversize: false,
        raw: words.as_bytes().to_vec(),
    };
    let mailbox = desk.db().read(|conn| mailboxes::desk(conn, desk.site)).unwrap().unwrap();
    let moment = morning(ANSWERED);
    let stored =
        desk.db().write(|tx| arriving::store(tx, desk.site, mailbox.id, std::slice::from_ref(&arrival), moment));
    assert_eq!(stored.unwrap(), 1);
    let waiting = desk.db().read(|conn| queue::waiting(conn, moment, 100)).unwrap();
    waiting.last().unwrap().id
}

fn answer(desk: &Desk, id: CheckInId, mood: Option<Mood>, score: Option<u8>, words: &str) -> AnswerVerdict {
    let incoming = mail(desk, words);
    let reply = Reply { incoming, mood, score, words };
    let reach = stagemakelaar::domain::scope::Scope::clockwork(desk.site);
    desk.db().write(|tx| checkins::answered(tx, &reach, id, &reply, morning(ANSWERED))).unwrap()
}

#[test]
fn a_good_digit_closes_by_itself() {
    for desk in Desk::both() {
        let (placement, id) = asked(&desk);
        assert_eq!(answer(&desk, id, Some(Mood::Well), Some(4), "4"), AnswerVerdict::Close);
        let done = desk.checkin(placement, "Dag 3", Addressee::Employer);
        assert_eq!((done.state, done.score, done.closed_by), (CheckInState::Done, Some(4), None));
        for on in ["2026-09-08", "2026-09-11"] {
            desk.tick(on);
        }
        assert_eq!(desk.mails().len(), 1);
    }
}

#[test]
fn a_low_digit_and_worry_make_a_task_and_urgent_is_today() {
    for desk in Desk::both() {
        let (placement, id) = asked(&desk);
        let calls = |desk: &Desk| desk.titles(TaskKind::Call);
        assert_eq!(answer(&desk, id, None, Some(2), "2"), AnswerVerdict::Flag { urgent: false });
        assert_eq!(desk.state(placement, "Dag 3"), CheckInState::Answered);
        assert!(calls(&desk).contains(&"Bakkerij De Halte heeft een zorg over Sam".to_owned()));
        answer(&desk, id, Some(Mood::Urgent), None, "Sam komt niet meer opdagen.");
        let urgent = desk.tasks().into_iter().find(|task| task.title == "Bel Bakkerij De Halte vandaag over Sam");
        assert_eq!(urgent.map(|task| (task.due_on, task.owner_id)), Some((day(ANSWERED), Some(desk.broker))));
    }
}

#[test]
fn words_without_a_digit_wait_for_a_look() {
    for desk in Desk::both() {
        let (placement, id) = asked(&desk);
        let before = desk.tasks().len();
        assert_eq!(answer(&desk, id, None, None, "Ik bel je morgen."), AnswerVerdict::Flag { urgent: false });
        let looked = desk.checkin(placement, "Dag 3", Addressee::Employer);
        assert_eq!((looked.state, looked.answer.as_str()), (CheckInState::Answered, "Ik bel je morgen."));
        assert_eq!(desk.tasks().len(), before);
        desk.tick("2026-09-08");
        assert_eq!(desk.mails().len(), 1);
    }
}

#[test]
fn a_worry_that_comes_after_the_close_still_makes_a_task() {
    for desk in Desk::both() {
        let (placement, id) = asked(&desk);
        answer(&desk, id, Some(Mood::Well), Some(5), "5");
        answer(&desk, id, Some(Mood::Concern), None, "Toch een zorg.");
        assert_eq!(desk.state(placement, "Dag 3"), CheckInState::Done);
        assert!(desk.titles(TaskKind::Call).contains(&"Bakkerij De Halte heeft een zorg over Sam".to_owned()));
    }
}

#[test]
fn two_points_between_the_sides_call_for_both_once() {
    for desk in Desk::both() {
        let (placement, employer) = asked(&desk);
        answer(&desk, employer, Some(Mood::Well), Some(5), "5");
        let student = desk.checkin(placement, "Dag 3", Addressee::Student).id;
        let heard =
            Heard { score: Some(2), mood: Some(Mood::Concern), words: "Niemand helpt me.".to_owned(), again: false };
        checkins::close(desk.db(), &desk.scope, student, &heard, morning(ANSWERED)).unwrap();
        answer(&desk, employer, Some(Mood::Well), Some(5), "5");
        let both = "Sam en Bakkerij De Halte zien het anders (Dag 3): bel ze allebei";
        assert_eq!(desk.titles(TaskKind::Call).iter().filter(|title| *title == both).count(), 1);
    }
}

#[test]
fn a_person_closes_and_takes_it_back() {
    for desk in Desk::both() {
        let (placement, _) = asked(&desk);
        let student = desk.checkin(placement, "Dag 3", Addressee::Student);
        let open = desk.tasks();
        let heard = Heard { score: Some(4), mood: Some(Mood::Well), words: "Gaat goed.".to_owned(), again: false };
        let now = morning(ANSWERED);
        checkins::close(desk.db(), &desk.scope, student.id, &heard, now).unwrap();
        assert_eq!(desk.tasks().len(), open.len() - 1);
        assert!(matches!(
            checkins::close(desk.db(), &desk.scope, student.id, &heard, now),
            Err(CheckInError::NoMove(_))
        ));
        checkins::undo(desk.db(), &desk.scope, student.id).unwrap();
        assert_eq!(desk.tasks(), open);
        let back = desk.checkin(placement, "Dag 3", Addressee::Student);
        assert_eq!((back.state, back.score, back.answer.as_str()), (student.state, None, ""));
        let bad = Heard { words: "bsn 111222333".to_owned(), ..heard };
        assert!(matches!(checkins::close(desk.db(), &desk.scope, student.id, &bad, now), Err(CheckInError::Bsn(_))));
    }
}

#[test]
fn a_mail_that_comes_back_becomes_a_call_once() {
    for desk in Desk::both() {
        let (placement, id) = asked(&desk);
        let call = || {
            desk.db()
                .write(|tx| checkins::call_instead(tx, &desk.scope, id, "Dit adres werkt niet.", morning(ANSWERED)))
        };
        assert!(call().unwrap());
        assert!(!call().unwrap());
        assert_eq!(desk.state(placement, "Dag 3"), CheckInState::CallTask);
        assert!(desk.titles(TaskKind::Call).contains(&"Bel Bakkerij De Halte over Sam (dag 3)".to_owned()));
    }
}
