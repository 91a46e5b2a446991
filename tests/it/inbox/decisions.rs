//! What a person decides, takes back, assigns and answers; and that reading again changes none of it.

use super::world::{ALEX, DESK, World, both, letter, now};
use stagemakelaar::domain::id::UserId;
use stagemakelaar::domain::opening::OpeningState;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::suggestion::Change;
use stagemakelaar::domain::words::{
    Decision, OutgoingState, PlaceEventKind, Role, Routing, SuggestionKind, SuggestionState,
};
use stagemakelaar::flows::corrections::{self, ExportError};
use stagemakelaar::flows::suggestions::DecideError;
use stagemakelaar::flows::{answers, reread, suggestions, threads};
use stagemakelaar::store::incoming::Incoming;
use stagemakelaar::store::openings::Opening;
use stagemakelaar::store::suggestions::Suggestion;
use stagemakelaar::store::{contacts, incoming, openings, outgoing};

const OFFER: &str = "Hoi Noor,\r\n\r\nWe hebben plek voor twee leerlingen mbo niveau 2 vanaf februari, vier dagen in de \
    week.\r\n\r\nGroet, Alex";

fn offered(world: &World) -> (Incoming, Suggestion) {
    let mail = world.mailed(OutgoingState::Sent, None);
    let more = format!("In-Reply-To: {}\r\n", mail.message_id);
    let row = world.take_in(&letter(ALEX, "offer@sloterdok.example", &more, OFFER));
    let found = world.suggestions(row.id);
    let offer = found.into_iter().find(|found| found.kind == SuggestionKind::Opening).unwrap();
    (row, offer)
}

fn openings_of(world: &World) -> Vec<Opening> {
    let scope = world.scope();
    world.db().read(|conn| openings::of_company(conn, &scope, world.company)).unwrap()
}

fn again(world: &World, row: &Incoming) -> Incoming {
    let scope = world.scope();
    world.db().read(|conn| incoming::find(conn, &scope, row.id)).unwrap().unwrap()
}

#[test]
fn accepting_makes_an_opening_whose_event_names_the_message_and_undoing_withdraws_it() {
    both(|world| {
        let (row, offer) = offered(world);
        suggestions::accept(world.db(), &world.scope(), offer.id, offer.version, now()).unwrap();
        let made = openings_of(world).remove(0);
        assert_eq!((made.places_offered, made.places_left), (2, 2));
        assert_eq!(made.fields.levels, "mbo2");
        let events = world.db().read(|conn| openings::events(conn, made.id)).unwrap();
        assert_eq!((events[0].kind, events[0].incoming_id), (PlaceEventKind::Offered, Some(row.id)));
        let error = suggestions::accept(world.db(), &world.scope(), offer.id, offer.version, now()).unwrap_err();
        assert!(matches!(error, DecideError::NotOpen), "{error}");
        let decided = world.suggestions(row.id).remove(0);
        assert_eq!(decided.state, SuggestionState::Accepted);
        suggestions::undo(world.db(), &world.scope(), decided.id, decided.version, now()).unwrap();
        assert_eq!(openings_of(world).remove(0).state, OpeningState::Withdrawn);
        assert_eq!(world.suggestions(row.id)[0].state, SuggestionState::Open);
        assert_eq!(again(world, &row).decision, Decision::Open);
    });
}

#[test]
fn an_edited_suggestion_is_taken_over_as_it_was_edited() {
    both(|world| {
        let (row, offer) = offered(world);
        let Change::Opening(mut changed) = serde_json::from_str(&offer.payload).unwrap() else { panic!() };
        changed.places = 3;
        changed.role = "fietstechnicus".to_owned();
        let change = Change::Opening(changed);
        suggestions::edit(world.db(), &world.scope(), offer.id, offer.version, &change, now()).unwrap();
        let made = openings_of(world).remove(0);
        assert_eq!((made.places_offered, made.fields.role.as_str()), (3, "fietstechnicus"));
        assert_eq!(world.suggestions(row.id)[0].state, SuggestionState::Edited);
    });
}

#[test]
fn taking_over_all_deals_with_the_message() {
    both(|world| {
        let (row, _) = offered(world);
        suggestions::accept_all(world.db(), &world.scope(), row.id, row.version, now()).unwrap();
        assert_eq!(again(world, &row).decision, Decision::Done);
        assert!(world.suggestions(row.id).iter().all(|found| found.state == SuggestionState::Accepted));
        let error = suggestions::accept_all(world.db(), &world.scope(), row.id, row.version, now()).unwrap_err();
        assert!(matches!(error, DecideError::Stale), "{error}");
    });
}

#[test]
fn reading_again_overwrites_nothing_that_a_person_decided() {
    both(|world| {
        let (row, offer) = offered(world);
        suggestions::reject(world.db(), &world.scope(), offer.id, offer.version, now()).unwrap();
        let before = (again(world, &row), world.suggestions(row.id));
        let scope = Scope::command(vec![world.site]);
        let done = reread::reread(world.db(), &world.holidays(), &scope, true).unwrap();
        assert_eq!((done.decided, done.differences.len()), (1, 0));
        assert_eq!((again(world, &row), world.suggestions(row.id)), before);
    });
}

#[test]
fn reading_again_with_the_same_reader_changes_nothing() {
    both(|world| {
        let (row, _) = offered(world);
        let before = (again(world, &row), world.suggestions(row.id));
        let scope = Scope::command(vec![world.site]);
        let done = reread::reread(world.db(), &world.holidays(), &scope, true).unwrap();
        assert_eq!((done.read, done.differences), (1, Vec::new()));
        assert_eq!((again(world, &row), world.suggestions(row.id)), before);
    });
}

#[test]
fn a_correction_is_an_example_without_people_and_its_export_is_on_record() {
    both(|world| {
        let said = OFFER
            .replace("Groet, Alex", "Bel gerust 06-12345678 of mail petra.vos@sloterdok.example, dat is Petra Vos.");
        let row = world.take_in(&letter(ALEX, "fix@sloterdok.example", "", &said));
        let offer = world.suggestions(row.id).into_iter().find(|found| found.kind == SuggestionKind::Opening).unwrap();
        let scope = Scope::command(vec![world.site]);
        assert_eq!(corrections::export(world.db(), &scope, now()).unwrap(), Vec::new());
        let Change::Opening(mut changed) = serde_json::from_str(&offer.payload).unwrap() else { panic!() };
        changed.places = 3;
        let change = Change::Opening(changed);
        suggestions::edit(world.db(), &world.scope(), offer.id, offer.version, &change, now()).unwrap();
        let found = corrections::export(world.db(), &scope, now()).unwrap();
        assert_eq!((found.len(), found[0].language.as_str()), (1, "nl"));
        assert_eq!(found[0].read["capacity"][0]["places"], 2);
        let label = found[0].labels.iter().find(|label| label.state == SuggestionState::Edited).unwrap();
        assert_eq!((label.change["change"].as_str(), label.change["places"].as_i64()), (Some("opening"), Some(3)));
        let printed = serde_json::to_string(&found).unwrap().to_lowercase();
        for gone in ["noor", "alex", "petra", "vos", "sloterdok", "12345678"] {
            assert!(!printed.contains(gone), "{gone}: {printed}");
        }
        assert!(printed.contains("plek voor twee leerlingen mbo niveau 2 vanaf februari"), "{printed}");
        let told = world.db().read(|conn| stagemakelaar::store::audit::list(conn, &scope, None, 50)).unwrap();
        let exports: Vec<&str> = told
            .iter()
            .filter(|event| event.action == "corrections.export")
            .map(|event| event.detail.as_str())
            .collect();
        assert_eq!(exports, ["1", "0"]);
    });
}

#[test]
fn corrections_are_given_to_a_coordinator_of_the_site_and_to_nobody_else() {
    both(|world| {
        let (_, offer) = offered(world);
        suggestions::reject(world.db(), &world.scope(), offer.id, offer.version, now()).unwrap();
        for role in [Role::Broker, Role::Researcher, Role::Referrer] {
            let scope = Scope::of(UserId(1), role, vec![world.site]);
            let error = corrections::export(world.db(), &scope, now()).unwrap_err();
            assert!(matches!(error, ExportError::NotAllowed), "{role}: {error}");
        }
        let elsewhere = Scope::of(UserId(1), Role::Coordinator, Vec::new());
        assert_eq!(corrections::export(world.db(), &elsewhere, now()).unwrap(), Vec::new());
        let here = Scope::command(vec![world.site]);
        assert_eq!(
            corrections::export(world.db(), &here, now()).unwrap()[0].labels[0].state,
            SuggestionState::Rejected
        );
    });
}

#[test]
fn assigning_an_unmatched_message_teaches_nothing() {
    both(|world| {
        let row = world.take_in(&letter("info@plein.example", "u@plein.example", "", OFFER));
        assert_eq!(row.routing, Routing::Unmatched);
        let offer = world.suggestions(row.id).remove(0);
        let error = suggestions::accept(world.db(), &world.scope(), offer.id, offer.version, now()).unwrap_err();
        assert!(matches!(error, DecideError::NoCompany), "{error}");
        let to = (world.company, None);
        threads::assign(world.db(), &world.scope(), row.id, row.version, to, now()).unwrap();
        assert_eq!(again(world, &row).routing, Routing::Matched);
        suggestions::accept(world.db(), &world.scope(), offer.id, offer.version, now()).unwrap();
        assert_eq!(openings_of(world).len(), 1);
        let known = world.db().read(|conn| contacts::by_email(conn, world.site, "info@plein.example")).unwrap();
        assert!(known.is_empty());
        let next = world.take_in(&letter("info@plein.example", "v@plein.example", "", "Nog een vraag."));
        assert_eq!(next.routing, Routing::Unmatched);
    });
}

#[test]
fn an_answer_stays_in_its_thread() {
    both(|world| {
        let (row, _) = offered(world);
        let id = answers::answer(world.db(), &world.scope(), row.id, "Wat fijn! Ik bel je dinsdag.", now()).unwrap();
        let scope = world.scope();
        let mail = world.db().read(|conn| outgoing::find(conn, &scope, id)).unwrap().unwrap();
        assert_eq!((mail.address.as_str(), mail.subject.as_str()), (ALEX, "Re: stageplekken"));
        assert_eq!(mail.in_reply_to.as_deref(), Some("<offer@sloterdok.example>"));
        assert!(mail.reference_ids.ends_with("<offer@sloterdok.example>"), "{}", mail.reference_ids);
        let body = world.db().read(|conn| outgoing::body(conn, &scope, id)).unwrap().unwrap();
        assert!(body.text.starts_with("Wat fijn!") && body.text.contains("> We hebben plek"), "{}", body.text);
        assert_ne!(mail.address.as_str(), DESK);
    });
}
