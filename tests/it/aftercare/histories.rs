//! Many placements with a history of their own under one clock that is not to be trusted: days without the system, runs that
//! come twice, hours that are skipped or come again, a clock that is a day behind or ahead; while dates change, placements end,
//! and people answer. No check-in is lost, and none is asked, reminded of, called about or escalated twice.

use super::{Desk, SETTINGS, TEMPLATES, day, morning, offer};
use crate::support::processes::long_run;
use crate::support::town::ids_of;
use stagemakelaar::domain::calendar::add_working_days;
use stagemakelaar::domain::id::PlacementId;
use stagemakelaar::domain::time::{Day, Moment};
use stagemakelaar::domain::words::{CheckInState, PlacementState};
use stagemakelaar::flows::aftercare;
use stagemakelaar::flows::checkins::{self, CheckInError, Heard};
use stagemakelaar::flows::placements::{self, PlacementError};
use stagemakelaar::store::placements::{self as rows, Placement};
use std::collections::{HashMap, HashSet};

/// The first morning, and the last of those on which anything can go wrong.
const DAYS: (&str, &str) = ("2026-09-01", "2027-09-01");

struct History<'a> {
    desk: &'a Desk,
    dice: fastrand::Rng,
    placements: Vec<PlacementId>,
    /// Who was ended, and so has nothing left to ask.
    ended: HashSet<PlacementId>,
    /// What people took off the list themselves.
    cancelled: HashSet<i64>,
    /// How far each check-in was seen to be; it never goes back.
    far: HashMap<i64, u8>,
}

/// How far a check-in is on its way; those that a person decides about are furthest.
fn rank(state: CheckInState) -> u8 {
    match state {
        CheckInState::Planned => 0,
        CheckInState::Due => 1,
        CheckInState::Asked => 2,
        CheckInState::Reminded => 3,
        CheckInState::CallTask => 4,
        CheckInState::Escalated => 5,
        CheckInState::Answered => 6,
        CheckInState::Done | CheckInState::Cancelled => 7,
    }
}

impl<'a> History<'a> {
    fn begin(desk: &'a Desk, count: usize, seed: u64) -> Self {
        let mut dice = fastrand::Rng::with_seed(seed);
        let places = i32::try_from(count).unwrap();
        let opening = offer(desk.db(), desk.site, desk.company, places, morning("2026-08-03"));
        let place = |number: usize| {
            let starts = day("2026-08-24").plus(dice.i64(0..200));
            let ends = starts.plus(dice.i64(5..180));
            let mut order = desk.order(&format!("H-{number}"), &starts.to_string(), &ends.to_string());
            order.opening = opening;
            placements::place(desk.db(), &desk.scope, &order, morning("2026-08-20")).unwrap()
        };
        let placements = (0..count).map(place).collect();
        Self { desk, dice, placements, ended: HashSet::new(), cancelled: HashSet::new(), far: HashMap::new() }
    }

    fn read(&self, id: PlacementId) -> Placement {
        self.desk.db().read(|conn| rows::find(conn, &self.desk.scope, id)).unwrap().unwrap()
    }

    fn tick(&self, at: Moment) {
        let tally = aftercare::tick(self.desk.db(), &TEMPLATES, &SETTINGS, at).unwrap();
        assert_eq!(tally.get("failed"), 0, "{tally:?}");
    }

    /// The clockwork on a day, as it can go.
    fn morning(&mut self, on: Day) {
        match self.dice.u8(0..20) {
            // The system is down.
            0..5 => {}
            // It was started anew, in the middle of the night too.
            5..8 => [(2, 30), (7, 0), (7, 0)].iter().for_each(|(hour, minute)| self.tick(on.at(*hour, *minute))),
            // The clock is a day behind, then right.
            8 => [on.plus(-1), on].iter().for_each(|on| self.tick(on.at(7, 0))),
            // It is a day ahead, then right.
            9 => [on.plus(1), on].iter().for_each(|on| self.tick(on.at(7, 0))),
            // Two processes at once.
            10 => std::thread::scope(|both| {
                let run = || self.tick(on.at(7, 0));
                for one in [both.spawn(run), both.spawn(run)] {
                    one.join().unwrap();
                }
            }),
            _ => self.tick(on.at(7, 0)),
        }
    }

    /// What people do on a day with one of the placements.
    fn person(&mut self, on: Day) {
        let id = self.placements[self.dice.usize(..self.placements.len())];
        let (desk, now, before) = (self.desk, on.at(14, 0), self.read(id));
        match self.dice.u8(0..10) {
            0..4 => {
                let starts = if before.state == PlacementState::Planned {
                    before.starts_on.plus(self.dice.i64(-20..40)).max(on)
                } else {
                    before.starts_on
                };
                let ends = before.ends_on.plus(self.dice.i64(-40..60)).max(starts);
                let changed = placements::change_dates(desk.db(), &desk.scope, id, before.version, (starts, ends), now);
                assert!(matches!(changed, Ok(()) | Err(PlacementError::NoMove(_))), "{changed:?}");
            }
            4 => {
                let ended = placements::end_early(desk.db(), &desk.scope, id, before.version, on, "anders", now);
                match ended {
                    Ok(()) => {
                        self.ended.insert(id);
                    }
                    Err(PlacementError::NoMove(_) | PlacementError::NotEarly) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            _ => {
                let all = desk.checkins(id);
                let open = all.iter().find(|one| (1..7).contains(&rank(one.state)) && one.due_on <= on);
                let Some(open) = open else { return };
                let heard = Heard { score: Some(4), ..Heard::default() };
                let done = match self.dice.u8(0..4) {
                    0 => {
                        self.cancelled.insert(open.id.0);
                        checkins::cancel(desk.db(), &desk.scope, open.id, "hoeft niet", now)
                    }
                    1 => checkins::postpone(desk.db(), &desk.scope, open.id, now),
                    _ => checkins::close(desk.db(), &desk.scope, open.id, &heard, now),
                };
                assert!(matches!(done, Ok(()) | Err(CheckInError::NoMove(_))), "{done:?}");
            }
        }
    }

    /// Nothing went back, and nothing is there twice.
    fn look(&mut self) {
        for id in self.placements.clone() {
            let all = self.desk.checkins(id);
            let numbers: HashSet<i32> = all.iter().map(|one| one.number).collect();
            assert_eq!(numbers.len(), all.len(), "each moment once");
            for one in &all {
                let far = self.far.entry(one.id.0).or_default();
                // A moment that was not asked yet moves with the dates, and can then be to come again.
                assert!(rank(one.state) >= *far || *far <= 1, "{one:?} went back from {far}");
                *far = (*far).max(rank(one.state));
            }
        }
    }

    fn times(&self, table: &str, condition: &str) -> HashMap<i64, usize> {
        let sql = format!("SELECT checkin_id AS id FROM {table} WHERE checkin_id IS NOT NULL AND {condition}");
        let mut times = HashMap::new();
        for id in ids_of(self.desk.db(), &sql) {
            *times.entry(id).or_default() += 1;
        }
        times
    }

    fn reckon(&self, last: Day) {
        let mails = self.times("outgoing", "1 = 1");
        assert!(mails.values().all(|times| *times <= 2), "one question and one reminder: {mails:?}");
        let calls = self.times("tasks", "title LIKE 'Bel %'");
        let visits = self.times("tasks", "title LIKE 'Bezoek %'");
        let escalated = self.times("tasks", "title LIKE 'Nazorg blijft liggen%'");
        for times in [calls, visits, escalated].iter().flat_map(HashMap::values) {
            assert_eq!(*times, 1);
        }
        let mut asked = 0;
        for id in &self.placements {
            let all = self.desk.checkins(*id);
            assert!(all.len() >= 3, "three moments at least: {all:?}");
            for one in all {
                asked += usize::from(mails.contains_key(&one.id.0));
                let waits = matches!(
                    one.state,
                    CheckInState::Planned | CheckInState::Due | CheckInState::Asked | CheckInState::Reminded
                );
                // Ask, remind, call, each three working days after the one before, once the system runs again.
                let long_ago = add_working_days(one.due_on.max(one.next_on), 10) < last;
                assert!(!(waits && long_ago), "left lying: {one:?}");
                let why = one.state == CheckInState::Cancelled
                    && !self.ended.contains(id)
                    && !self.cancelled.contains(&one.id.0);
                let known = ["Valt buiten de nieuwe data", "Was al voorbij toen de stage werd vastgelegd"];
                assert!(!why || known.contains(&one.reason.as_str()), "taken off the list by nobody: {one:?}");
            }
        }
        assert!(asked > self.placements.len(), "{asked} were asked by mail");
    }
}

fn live(desk: &Desk, count: usize, seed: u64) {
    let mut history = History::begin(desk, count, seed);
    let (mut on, last) = (day(DAYS.0), day(DAYS.1));
    while on < last {
        history.morning(on);
        for _ in 0..=count / 40 {
            history.person(on);
        }
        if on.ymd().2 % 7 == 0 {
            history.look();
        }
        on = on.plus(1);
    }
    let end = last.plus(45);
    while on < end {
        history.tick(on.at(7, 0));
        on = on.plus(1);
    }
    history.look();
    history.reckon(end);
}

#[test]
fn no_check_in_is_lost_or_doubled_whatever_the_clock_and_people_do() {
    let count = if long_run() { 5_000 } else { 50 };
    for (seed, desk) in (0u64..).zip(Desk::both()) {
        live(&desk, count, seed);
    }
}
