//! From a school's call to a placement, and to the next: a student is referred within the agreement, talked with, matched,
//! put forward without a name, introduced, placed; the two sides see it differently, it ends early, and a new place is found.

use super::answers::newest;
use super::employers::SLOTERDOK;
use super::placement::{checkin, placed};
use super::world::{Story, day, number, press, says};
use stagemakelaar::domain::disclosure::DisclosurePurpose;
use stagemakelaar::domain::id::{OpeningId, PlacementId, ProposalId, StudentId};
use stagemakelaar::domain::proposal::ProposalState;
use stagemakelaar::domain::words::{Addressee, PlacementState, SuggestionKind, TaskKind};
use stagemakelaar::store::proposals::Proposal;
use stagemakelaar::store::{disclosures, openings, proposals, referrals};

/// What the school writes down about its student.
const YARA: [(&str, &str); 16] = [
    ("on", "2026-12-08"),
    ("code", "NW-020"),
    ("first_name", "Yara"),
    ("programme", "Fietstechnicus"),
    ("crebo", "25476"),
    ("level", "mbo2"),
    ("track", "bol"),
    ("available_from", "2027-02-01"),
    ("available_until", "2027-06-25"),
    ("days_per_week", "4"),
    ("role_sought", "fietsenmaker"),
    ("learning_wish", "Wil leren banden te plakken en klanten te helpen."),
    ("attempts", "3"),
    ("tried", "Drie brieven en een bezoek."),
    ("shares", "wishes"),
    ("shares", "contact"),
];

/// A school with an agreement, and its student, whom the desk takes on.
pub fn a_school_calls(story: &Story) -> StudentId {
    story.at("2026-12-08", 13, 0);
    let daan = story.daan();
    let school = [("name", "College Kanaal"), ("city", "Amsterdam"), ("mail_domain", "@kanaal.example")];
    let (agreement, _) = press(&daan, "/schools/new", "/schools/new", &school);
    let terms = [
        ("who_refers", "desk"),
        ("own_attempts", "2"),
        ("carer", "broker"),
        ("shares", "progress"),
        ("shares", "wishes"),
        ("shares", "contact"),
    ];
    let (school, _) = press(&daan, &agreement, &agreement, &terms);
    let id = number(&school).to_string();
    let noor = story.noor();
    let fields: Vec<_> = YARA.into_iter().chain([("school", id.as_str())]).collect();
    let (path, page) = press(&noor, "/referrals/new", "/referrals/new", &fields);
    says(&page, &["Yara"]);
    press(&noor, &path, &format!("{path}/accept"), &[]);
    let scope = story.scope();
    let line = |conn: &mut _| referrals::line(conn, &scope, stagemakelaar::domain::id::ReferralId(number(&path)));
    let student = story.app.db().read(line).unwrap().unwrap().referral.student_id;
    let page = format!("/students/{student}");
    let talk = [
        ("kind", "session"),
        ("held_on", "2026-12-08"),
        ("goal", "kennismaken"),
        ("said", "Yara wil met fietsen werken."),
    ];
    let (_, shown) = press(&noor, &page, &format!("{page}/guidance"), &talk);
    says(&shown, &["kennismaken"]);
    student
}

fn read(story: &Story, id: ProposalId) -> Proposal {
    let scope = story.scope();
    story.app.db().read(|conn| proposals::find(conn, &scope, id)).unwrap().unwrap()
}

/// A student who still looks is put forward for a place that fits, and the company answers by mail.
pub fn is_proposed_and_introduced(story: &mut Story, student: StudentId, opening: OpeningId) -> ProposalId {
    story.at("2026-12-08", 15, 0);
    let noor = story.noor();
    let form = format!("/proposals/new?opening={opening}&student={student}");
    let matches = noor.get(&format!("/students/{student}/matches")).text;
    assert!(matches.contains(&form.replace('&', "&#38;")), "{matches}");
    let (path, _) = press(&noor, &form, "/proposals/new", &[("way", "mail")]);
    let id = ProposalId(number(&path));
    story.send();
    let question = story.mails(SLOTERDOK.address, 2).pop().unwrap();
    for part in [&question.text, &question.html, &question.header, &question.subject] {
        assert!(!part.contains("Yara") && !part.contains("NW-020") && !part.contains("Kanaal"), "{part}");
    }
    says(&question.text, &["Fietstechnicus", "mbo niveau 2", "banden te plakken"]);
    story.at("2026-12-09", 10, 0);
    SLOTERDOK.answer(story, &question, "Ja, we willen graag kennismaken!");
    assert_eq!(story.take_in(1).get("matched"), 1);
    let (message, found) = newest(story, SLOTERDOK);
    let yes = found.iter().find(|one| one.kind == SuggestionKind::Proposal).unwrap_or_else(|| panic!("{found:?}"));
    assert_eq!(read(story, id).employer_agreed_on, None, "a person decides");
    let noor = story.noor();
    press(&noor, &format!("/inbox/{}", message.id), &format!("/suggestions/{}/accept", yes.id), &[]);
    assert_eq!(read(story, id).employer_agreed_on, Some(day("2026-12-09")));
    press(&noor, &path, &format!("{path}/student"), &[]);
    let meeting = [("on", "2026-12-11"), ("at", "10:00 in de werkplaats"), ("way", "mail")];
    press(&noor, &path, &format!("{path}/meet"), &meeting);
    story.send();
    let introduction = story.mails(SLOTERDOK.address, 3).pop().unwrap();
    says(&introduction.text, &["Yara", "vrijdag 11 december, 10:00 in de werkplaats"]);
    assert_eq!(introduction.in_reply_to.as_ref(), Some(&question.message_id));
    id
}

/// The company takes her; the held place becomes the filled one.
pub fn is_placed(story: &Story, proposal: ProposalId, student: StudentId, opening: OpeningId) -> PlacementId {
    story.at("2026-12-14", 9, 0);
    let noor = story.noor();
    let path = format!("/proposals/{proposal}");
    says(&noor.get("/").text, &["Yara voor Fietsenmaker Sloterdok"]);
    press(&noor, &path, &format!("{path}/accept"), &[]);
    let scope = story.scope();
    let left = || story.app.db().read(|conn| openings::find(conn, &scope, opening)).unwrap().unwrap().places_left;
    let before = left();
    let form = format!("/placements/new?opening={opening}&student={student}");
    let chosen = student.to_string();
    let days = [("student", chosen.as_str()), ("starts_on", "2027-02-01"), ("ends_on", "2027-06-25")];
    let (placement, _) = press(&noor, &form, "/placements/new", &days);
    assert_eq!(left(), before, "no second place is taken");
    assert_eq!(read(story, proposal).state, ProposalState::Placed);
    let id = PlacementId(number(&placement));
    let told = story.app.db().read(|conn| disclosures::list(conn, &scope, Some(student), None, 20)).unwrap();
    let told: Vec<DisclosurePurpose> = told.into_iter().map(|line| line.purpose).rev().collect();
    assert_eq!(told, [DisclosurePurpose::Proposal, DisclosurePurpose::Release, DisclosurePurpose::Placement]);
    id
}

/// Company and student see it differently, and the placement ends early: the student looks again, and finds a new place.
pub fn it_ends_early_and_a_new_place_is_found(story: &mut Story, id: PlacementId, student: StudentId) {
    story.mornings_until("2027-02-03");
    let question = story.mails(SLOTERDOK.address, 4).pop().unwrap();
    says(&question.subject, &["Yara"]);
    story.at("2027-02-03", 14, 0);
    let own = checkin(story, id, "Dag 3", Addressee::Student);
    let page = format!("/placements/{id}");
    let typed = [("mood", "concern"), ("score", "2"), ("words", "Yara voelt zich niet welkom.")];
    press(&story.noor(), &page, &format!("/aftercare/{}/done", own.id), &typed);
    story.at("2027-02-04", 10, 0);
    SLOTERDOK.answer(story, &question, "5, gaat goed!");
    assert_eq!(story.take_in(1).get("matched"), 1);
    let flag = story.task("Yara en Fietsenmaker Sloterdok zien het anders (Dag 3): bel ze allebei");
    assert_eq!(flag.kind, TaskKind::Call);
    story.at("2027-02-10", 16, 0);
    let noor = story.noor();
    press(&noor, &page, &format!("{page}/end"), &[("on", "2027-02-10"), ("reason", "geen klik met de collega's")]);
    assert_eq!(placed(story, id).state, PlacementState::EndedEarly);
    let scope = story.scope();
    let company = story.company(super::employers::LINDEPLAS.company);
    press(
        &noor,
        &format!("/companies/{company}/openings/new"),
        &format!("/companies/{company}/openings/new"),
        &[("role", "fietsenmaker"), ("places", "1")],
    );
    let offered = story.app.db().read(|conn| openings::of_company(conn, &scope, company)).unwrap();
    let opening = offered.last().unwrap().id;
    let matches = noor.get(&format!("/students/{student}/matches")).text;
    let form = format!("/proposals/new?opening={opening}&student={student}");
    assert!(matches.contains(&form.replace('&', "&#38;")), "the student looks again: {matches}");
    let (path, _) = press(&noor, &form, "/proposals/new", &[("way", "call"), ("agrees", "on")]);
    press(&noor, &path, &format!("{path}/employer"), &[]);
    press(&noor, &path, &format!("{path}/meet"), &[("on", "2027-02-12"), ("way", "call")]);
    let place = format!("/placements/new?opening={opening}&student={student}");
    let chosen = student.to_string();
    let days = [
        ("student", chosen.as_str()),
        ("starts_on", "2027-02-22"),
        ("ends_on", "2027-06-25"),
        ("recognition_reason", "erkenning is aangevraagd"),
    ];
    let (placement, _) = press(&noor, &place, "/placements/new", &days);
    story.mornings_until("2027-06-27");
    assert_eq!(placed(story, PlacementId(number(&placement))).state, PlacementState::Completed);
    let profile = story.noor().get(&format!("/students/{student}")).text;
    says(&profile, &["kennismaken"]);
    assert!(profile.contains("College Kanaal"), "{profile}");
}
