//! A student comes, and is placed on the opening: the agreement is signed, the aftercare is planned.

use super::answers::openings_of;
use super::employers::SLOTERDOK;
use super::world::{Story, day, number, post, press, says};
use stagemakelaar::domain::id::{OpeningId, PlacementId};
use stagemakelaar::domain::opening::OpeningState;
use stagemakelaar::domain::words::{Addressee, Channel, CheckInState, PlacementState};
use stagemakelaar::store::checkins::{self, CheckIn};
use stagemakelaar::store::contacts;
use stagemakelaar::store::placements::{self, Placement};

/// The moments of the plan, in order, with the days that the placement of the story gives them.
pub const MOMENTS: [(&str, &str); 5] = [
    ("Dag 3", "2027-02-03"),
    ("Week 2", "2027-02-12"),
    ("Halverwege", "2027-04-14"),
    ("Twee weken voor het einde", "2027-06-11"),
    ("Een maand na afloop", "2027-07-26"),
];

/// The placement as it is now.
pub fn placed(story: &Story, id: PlacementId) -> Placement {
    let scope = story.scope();
    story.app.db().read(|conn| placements::find(conn, &scope, id)).unwrap().unwrap()
}

/// All check-ins of the placement.
pub fn checkins(story: &Story, id: PlacementId) -> Vec<CheckIn> {
    let scope = story.scope();
    story.app.db().read(|conn| checkins::of_placement(conn, &scope, id)).unwrap()
}

/// The check-in of a moment with one side.
pub fn checkin(story: &Story, id: PlacementId, name: &str, side: Addressee) -> CheckIn {
    let found = checkins(story, id).into_iter().find(|one| one.name_nl == name && one.addressee == side);
    found.unwrap_or_else(|| panic!("no check-in `{name}` with {side}"))
}

pub fn a_student_is_placed(story: &Story, opening: OpeningId) -> PlacementId {
    story.mornings_until("2027-01-18");
    story.at("2027-01-18", 13, 0);
    let noor = story.noor();
    assert!(noor.get("/placements/new").text.contains(SLOTERDOK.company));
    let (scope, company) = (story.scope(), story.company(SLOTERDOK.company));
    let alex = story.app.db().read(|conn| contacts::of_company(conn, &scope, company)).unwrap().remove(0);
    let (page, mentor) = (format!("/placements/new?opening={opening}"), alex.id.to_string());
    let sam = [
        ("code", "NW-014"),
        ("first_name", "Sam"),
        ("programme", "Fietstechnicus"),
        ("crebo", "25476"),
        ("level", "mbo2"),
        ("track", "bol"),
        ("lang", "nl"),
        ("starts_on", "2027-02-01"),
        ("ends_on", "2027-06-25"),
        ("mentor", &mentor),
    ];
    let opening_id = opening.to_string();
    let sam: Vec<(&str, &str)> = sam.into_iter().chain([("opening", opening_id.as_str())]).collect();
    let (path, shown) = press(&noor, &page, "/placements/new", &sam);
    says(&shown, &["Sam bij Fietsenmaker Sloterdok", "NW-014", "crebo 25476"]);
    let id = PlacementId(number(&path));
    story.at("2027-01-18", 13, 20);
    // A second student would come in April, and finds something else before that: the place is free again.
    let mila = [
        ("opening", opening_id.as_str()),
        ("code", "NW-015"),
        ("first_name", "Mila"),
        ("programme", "Fietstechnicus"),
        ("crebo", "25476"),
        ("level", "mbo2"),
        ("starts_on", "2027-04-05"),
        ("ends_on", "2027-07-02"),
    ];
    let (other, _) = press(&noor, &page, "/placements/new", &mila);
    assert_eq!(openings_of(story, SLOTERDOK)[0].state, OpeningState::Full);
    assert!(!noor.get("/placements/new").text.contains(SLOTERDOK.company), "a full opening is not offered");
    let third =
        [("opening", opening_id.as_str()), ("code", "NW-016"), ("first_name", "Ali"), ("programme", "Fietstechnicus")];
    let third: Vec<_> = third.into_iter().chain([("starts_on", "2027-04-05"), ("ends_on", "2027-07-02")]).collect();
    let full = post(&noor, &page, "/placements/new", &third);
    assert_eq!((full.status, full.text.contains("Deze stageplek is vol.")), (422, true));
    story.at("2027-01-20", 10, 0);
    let noor = story.noor();
    press(&noor, &other, &format!("{other}/end"), &[("on", "2027-01-20"), ("reason", "vond zelf een plek")]);
    assert_eq!(placed(story, PlacementId(number(&other))).state, PlacementState::EndedEarly);
    assert!(checkins(story, PlacementId(number(&other))).iter().all(|one| one.state == CheckInState::Cancelled));
    let opening = openings_of(story, SLOTERDOK).remove(0);
    assert_eq!((opening.places_left, opening.state), (1, OpeningState::Open));

    story.at("2027-01-22", 9, 0);
    let noor = story.noor();
    press(&noor, &path, &path, &[("mentor", &mentor), ("signed_on", "2027-01-22")]);
    let made = placed(story, id);
    assert_eq!((made.state, made.agreement_signed_on), (PlacementState::Planned, Some(day("2027-01-22"))));
    assert_eq!((made.mentor_id, made.broker_id, made.recognition_note.as_str()), (Some(alex.id), Some(story.noor), ""));
    for (name, due) in MOMENTS {
        for (side, channel) in [(Addressee::Employer, Channel::Mail), (Addressee::Student, Channel::Call)] {
            let planned = checkin(story, id, name, side);
            assert_eq!(
                (planned.due_on, planned.channel, planned.state),
                (day(due), channel, CheckInState::Planned),
                "{name}"
            );
        }
    }
    id
}
