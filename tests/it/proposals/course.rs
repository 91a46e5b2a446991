//! The course of a proposal, from the mail without a name to a placement or a no.

use super::{House, seeker};
use crate::aftercare::day;
use crate::support::app::both;
use stagemakelaar::domain::disclosure::DisclosurePurpose;
use stagemakelaar::domain::opening::OpeningState;
use stagemakelaar::domain::proposal::{DeclineReason, ProposalState, Side};
use stagemakelaar::domain::words::{OutgoingState, PlacementState, SuggestionKind, TaskKind};
use stagemakelaar::flows::openings::{self as places, Change};
use stagemakelaar::flows::placements::{self, Order, Who};
use stagemakelaar::flows::proposals::{self, Meeting, ProposalError, Way};
use stagemakelaar::flows::settings::Proposals;
use stagemakelaar::flows::suggestions;
use stagemakelaar::store::{outgoing, students, suggestions as offered};

const HOLD: Proposals = Proposals { hold_working_days: 10 };

fn meeting(way: Way) -> Meeting {
    Meeting { on: Some(day("2026-12-01")), at: "10:00 aan de balie".to_owned(), way, email: true, phone: true }
}

fn order(house: &House, student: stagemakelaar::domain::id::StudentId) -> Order {
    Order {
        opening: house.opening,
        who: Who::Known(student),
        starts_on: day("2027-02-01"),
        ends_on: day("2027-06-30"),
        mentor: None,
        broker: None,
        agreement_signed_on: None,
        recognition_reason: String::new(),
    }
}

both! {
    fn a_yes_by_mail_and_a_yes_of_the_student_give_the_name_once_and_end_in_a_placement(db) {
        let house = House::build(db);
        let (student, id) = house.proposed("S-1");
        assert_eq!(house.opening().places_left, 1, "a place is held");
        let first = house.mails();
        assert_eq!(first.len(), 1);
        let now = house.app.clock.now();

        let reply = house.answer(id, "Ja, kom maar een keer langs!");
        let found = house.db().read(|conn| offered::of_message(conn, &house.scope, reply.id)).unwrap();
        let found: Vec<_> = found.into_iter().filter(|one| one.kind == SuggestionKind::Proposal).collect();
        assert_eq!(found.len(), 1);
        let before = house.read(id);
        assert_eq!((before.answered_at.is_some(), before.employer_agreed_on), (true, None), "a person decides");
        suggestions::accept(house.db(), &house.scope, found[0].id, found[0].version, now).unwrap();
        assert_eq!(house.read(id).employer_agreed_on, Some(now.day()));

        let templates = &house.app.app.templates;
        let meet = |way| {
            let seen = (id, house.read(id).version);
            proposals::meet(house.db(), templates, &HOLD, &house.scope, seen, &meeting(way), now)
        };
        assert!(matches!(meet(Way::Mail), Err(ProposalError::NotAgreed)), "the student has not said yes");
        assert_eq!(house.mails().len(), 1);
        let seen = (id, house.read(id).version);
        proposals::agree(house.db(), &house.scope, seen, Side::Student, true, now).unwrap();
        meet(Way::Mail).unwrap();
        let now_meets = house.read(id);
        assert_eq!((now_meets.state, now_meets.released_at), (ProposalState::Interview, Some(now)));
        assert_eq!(now_meets.deadline, day("2026-12-15"), "ten working days after they meet");
        let mails = house.mails();
        let introduction: Vec<String> =
            mails.iter().filter(|mail| !first.contains(mail)).map(|mail| String::from_utf8_lossy(mail).into()).collect();
        assert_eq!(introduction.len(), 1);
        assert!(introduction[0].contains("Sam") && introduction[0].contains("sam@school.example"));
        assert!(introduction[0].contains("In-Reply-To:"));

        meet(Way::Mail).unwrap();
        assert_eq!(house.mails().len(), 2, "another day is no second introduction");
        let back = proposals::agree(house.db(), &house.scope, (id, house.read(id).version), Side::Student, false, now);
        assert!(matches!(back, Err(ProposalError::Released)));
        proposals::accept(house.db(), &HOLD, &house.scope, (id, house.read(id).version), now).unwrap();

        let placement = placements::place(house.db(), &house.scope, &order(&house, student), now).unwrap();
        let placed = house.read(id);
        assert_eq!((placed.state, placed.placement_id), (ProposalState::Placed, Some(placement)));
        assert_eq!(house.opening().places_left, 1, "the held place became the filled one");
        let told: Vec<(DisclosurePurpose, String)> =
            house.told(student).into_iter().map(|line| (line.purpose, line.what)).collect();
        assert_eq!(told, [
            (DisclosurePurpose::Proposal, "opleiding, niveau, leerweg, periode, dagen, leerwens".to_owned()),
            (DisclosurePurpose::Release, "voornaam, e-mail".to_owned()),
            (DisclosurePurpose::Placement, "voornaam, opleiding, niveau, periode".to_owned()),
        ]);
    }

    fn a_no_by_mail_closes_and_frees_and_what_waits_does_not_leave(db) {
        let house = House::build(db);
        let (_, id) = house.proposed("S-1");
        house.mails();
        let reply = house.answer(id, "Nee, dat past niet.");
        let found = house.db().read(|conn| offered::of_message(conn, &house.scope, reply.id)).unwrap();
        let no = found.into_iter().find(|one| one.kind == SuggestionKind::Proposal).unwrap();
        let now = house.app.clock.now();
        suggestions::accept(house.db(), &house.scope, no.id, no.version, now).unwrap();
        let closed = house.read(id);
        assert_eq!((closed.state, closed.reason), (ProposalState::Declined, Some(DeclineReason::Unsaid)));
        assert_eq!(house.opening().places_left, 2);
        let decided = house.db().read(|conn| offered::of_message(conn, &house.scope, reply.id)).unwrap();
        let decided = decided.into_iter().find(|one| one.kind == SuggestionKind::Proposal).unwrap();
        let undone = suggestions::undo(house.db(), &house.scope, decided.id, decided.version, now);
        assert!(matches!(undone, Err(suggestions::DecideError::Proposal)), "{undone:?}");

        let (_, second) = house.proposed("S-2");
        proposals::withdraw(house.db(), &house.scope, (second, 1), "Toch niet.", now).unwrap();
        let mail = house.read(second).outgoing_id.unwrap();
        let mail = house.db().read(|conn| outgoing::find(conn, &house.scope, mail)).unwrap().unwrap();
        assert_eq!(mail.state, OutgoingState::Withdrawn);
        assert_eq!(house.mails().len(), 1);
        let again = proposals::withdraw(house.db(), &house.scope, (second, 2), "", now);
        assert!(matches!(again, Err(ProposalError::NoMove(_))));
    }

    fn silence_lapses_after_the_deadline_once_and_asks_for_a_look(db) {
        let house = House::build(db);
        let (_, id) = house.proposed("S-1");
        house.mails();
        house.app.clock.set(house.read(id).deadline.at(23, 0));
        assert_eq!(house.tick("proposals").get("lapsed"), 0);
        house.app.later(2 * 3600);
        for times in [1, 0] {
            assert_eq!(house.tick("proposals").get("lapsed"), times);
        }
        assert_eq!((house.read(id).state, house.opening().places_left), (ProposalState::Lapsed, 2));
        let tasks = house.tasks(TaskKind::Todo);
        assert_eq!(tasks.len(), 1);
        assert_eq!(tasks[0].title, "Voorstel bij Bakkerij De Halte verliep: vraag of het nog kan");
        assert_eq!(tasks[0].owner_id, Some(house.user));
    }

    fn a_placement_takes_back_the_students_other_proposals(db) {
        let house = House::build(db);
        let (student, id) = house.proposed("S-1");
        let now = house.app.clock.now();
        let other = crate::aftercare::add_company(house.db(), house.site, "Kapper Krul", now);
        crate::aftercare::add_contact(house.db(), house.site, other, ("Bo", "bo@krul.example"), now);
        let elsewhere = crate::aftercare::offer(house.db(), house.site, other, 1, now);
        let second = house.propose(&house.order(student, elsewhere)).unwrap();
        let placement = placements::place(house.db(), &house.scope, &order(&house, student), now).unwrap();
        let (first, second) = (house.read(id), house.read(second));
        assert_eq!((first.state, first.placement_id), (ProposalState::Placed, Some(placement)));
        assert_eq!((second.state, second.reason), (ProposalState::Withdrawn, Some(DeclineReason::FoundElsewhere)));
        let calls: Vec<String> = house.tasks(TaskKind::Call).into_iter().map(|task| task.title).collect();
        assert_eq!(calls, ["Laat Kapper Krul weten dat de leerling elders begint"]);
        let state = house.db().read(|conn| stagemakelaar::store::placements::find(conn, &house.scope, placement));
        assert_eq!(state.unwrap().unwrap().state, PlacementState::Planned);
    }

    fn what_comes_free_of_an_opening_that_was_taken_back_is_not_offered_again(db) {
        let house = House::build(db);
        let (_, id) = house.proposed("S-1");
        let now = house.app.clock.now();
        places::apply(house.db(), &house.scope, house.opening, Change::Withdraw, "verbouwing", now).unwrap();
        proposals::decline(house.db(), &house.scope, (id, 1), DeclineReason::NoPlace, "", now).unwrap();
        let opening = house.opening();
        assert_eq!((opening.state, opening.places_left), (OpeningState::Withdrawn, 0));
    }

    fn a_student_is_put_forward_once_for_an_opening_and_never_beyond_its_places(db) {
        let house = House::build(db);
        let (student, id) = house.proposed("S-1");
        let again = house.propose(&house.order(student, house.opening));
        assert!(matches!(again, Err(ProposalError::Already(there)) if there == id), "{again:?}");
        house.proposed("S-2");
        let third = house.add(&seeker("S-3"));
        let full = house.propose(&house.order(third, house.opening));
        assert!(matches!(full, Err(ProposalError::Full)), "{full:?}");
        assert_eq!(house.mails().len(), 2, "no mail without a place");
        assert!(house.told(third).is_empty());
    }

    fn what_the_school_did_not_agree_to_is_told_to_nobody(db) {
        let house = House::build(db);
        let noor = house.noor();
        let post = |path: &str, fields: &[(&str, &str)]| {
            noor.get(path);
            let seen = noor.post(path, fields);
            assert_eq!(seen.status, 303, "{path}: {}", seen.text);
            seen.location().to_owned()
        };
        let agreement = post("/schools/new", &[("name", "College Zuid"), ("city", "Rotterdam")]);
        let terms = [("who_refers", "desk"), ("own_attempts", "0"), ("carer", "broker"), ("shares", "progress")];
        let terms: Vec<_> = terms.into_iter().chain([("version", "0")]).collect();
        let school = post(&agreement, &terms);
        let sam = [
            ("school", school.rsplit('/').next().unwrap()),
            ("on", "2026-11-20"),
            ("code", "S-1"),
            ("first_name", "Sam"),
            ("programme", "Verkoper"),
            ("level", "vmbo"),
            ("learning_wish", "Wil leren omgaan met klanten."),
            ("attempts", "1"),
            ("tried", "Een brief."),
            ("shares", "progress"),
        ];
        let referral = post("/referrals/new", &sam);
        noor.get(&referral);
        assert_eq!(noor.post(&format!("{referral}/accept"), &[("version", "1")]).status, 303);
        let student = house.db().read(|conn| students::by_code(conn, &house.scope, house.site, "S-1")).unwrap().unwrap();
        let now = house.app.clock.now();
        let fields = crate::proposals::seeker("S-1");
        stagemakelaar::flows::students::change(house.db(), &house.scope, student.id, student.version, &fields, now).unwrap();
        let id = house.propose(&house.order(student.id, house.opening)).unwrap();
        let mail = String::from_utf8_lossy(&house.mails()[0]).into_owned();
        assert!(mail.contains("Verkoper") && !mail.contains("klanten"), "{mail}");
        for side in [Side::Employer, Side::Student] {
            proposals::agree(house.db(), &house.scope, (id, house.read(id).version), side, true, now).unwrap();
        }
        assert!(noor.get(&format!("/proposals/{id}")).text.contains("niet gedeeld worden"));
        let (templates, seen) = (&house.app.app.templates, (id, house.read(id).version));
        proposals::meet(house.db(), templates, &HOLD, &house.scope, seen, &meeting(Way::Mail), now).unwrap();
        assert_eq!(house.told(student.id).last().unwrap().what, "voornaam");
        assert!(house.mails().iter().all(|mail| !String::from_utf8_lossy(mail).contains("sam@school.example")));
    }
}
