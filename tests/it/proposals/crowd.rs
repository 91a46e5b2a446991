//! Many at once: proposals, placements and what ends them never go beyond the places together, and each held place belongs to
//! a proposal that goes on.

use super::{House, seeker};
use crate::aftercare::day;
use crate::support::app::both;
use stagemakelaar::domain::id::{ProposalId, StudentId};
use stagemakelaar::domain::opening;
use stagemakelaar::domain::proposal::DeclineReason;
use stagemakelaar::domain::words::PlaceEventKind;
use stagemakelaar::flows::placements::{self, Order, PlacementError, Who};
use stagemakelaar::flows::proposals::{self, ProposalError};
use stagemakelaar::store::openings;
use stagemakelaar::store::proposals::{self as rows, Whose};
use std::sync::Mutex;
use std::thread;

const WORKERS: u64 = 8;
const ACTS: usize = 20;

fn place(house: &House, student: StudentId) -> Result<(), PlacementError> {
    let order = Order {
        opening: house.opening,
        who: Who::Known(student),
        starts_on: day("2027-02-01"),
        ends_on: day("2027-06-30"),
        mentor: None,
        broker: None,
        agreement_signed_on: None,
        recognition_reason: String::new(),
    };
    placements::place(house.db(), &house.scope, &order, house.app.clock.now()).map(drop)
}

/// One act of a worker; what the rules refuse is no failure.
fn act(house: &House, students: &[StudentId], made: &Mutex<Vec<ProposalId>>, dice: &mut fastrand::Rng) {
    let student = students[dice.usize(0..students.len())];
    let now = house.app.clock.now();
    match dice.u8(0..20) {
        0..11 => match house.propose(&house.order(student, house.opening)) {
            Ok(id) => made.lock().unwrap().push(id),
            Err(ProposalError::Full | ProposalError::Already(_)) => {}
            Err(error) => panic!("{error}"),
        },
        11..19 => {
            let Some(id) = made.lock().unwrap().pop() else { return };
            let version = house.read(id).version;
            match proposals::decline(house.db(), &house.scope, (id, version), DeclineReason::NoFit, "", now) {
                Ok(()) | Err(ProposalError::NoMove(_) | ProposalError::Stale) => {}
                Err(error) => panic!("{error}"),
            }
        }
        _ => match place(house, student) {
            Ok(()) | Err(PlacementError::Full | PlacementError::Stale) => {}
            Err(error) => panic!("{error}"),
        },
    }
}

both! {
    fn proposals_and_placements_together_never_go_beyond_the_places(db) {
        let house = House::build(db);
        let now = house.app.clock.now();
                let opening = crate::aftercare::offer(house.db(), house.site, house.company, 9, now);
        let house = House { opening, ..house };
        let students: Vec<StudentId> = (0..24).map(|n| house.add(&seeker(&format!("S-{n}")))).collect();
        let made = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for worker in 0..WORKERS {
                let (house, students, made) = (&house, &students, &made);
                scope.spawn(move || {
                    let mut dice = fastrand::Rng::with_seed(worker);
                    for _ in 0..ACTS {
                        act(house, students, made, &mut dice);
                    }
                });
            }
        });
        let events = house.db().read(|conn| openings::events(conn, opening)).unwrap();
        let mut history = Vec::new();
        for event in &events {
            history.push((event.kind, event.places));
            let then = opening::fold(history.iter().copied());
            assert!(!then.overbooked() && then.reserved >= 0 && then.confirmed >= 0, "{then:?} after {history:?}");
        }
        let last = opening::fold(history.iter().copied());
        let all = house.db().read(|conn| rows::list(conn, &house.scope, Whose::Opening(opening), None, 1_000)).unwrap();
        let held = all.iter().filter(|line| line.proposal.state.is_open()).count();
        assert_eq!(usize::try_from(last.reserved).unwrap(), held, "each held place has its proposal");
        let found = house.db().read(|conn| openings::find(conn, &house.scope, opening)).unwrap().unwrap();
        assert_eq!(found.places_left, last.left());
        let times = |kind| history.iter().filter(|event| event.0 == kind).count();
        let [reserved, released, filled] =
            [PlaceEventKind::Reserved, PlaceEventKind::Released, PlaceEventKind::Filled].map(times);
        assert!(reserved > 10 && released > 10 && filled > 0, "all of it happened: {history:?}");
    }
}
