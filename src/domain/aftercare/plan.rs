//! Which check-ins a placement gets, on which days, and what new dates change.

use crate::domain::calendar::{Holiday, add_working_days, holiday, next_working_day};
use crate::domain::time::Day;
use crate::domain::words::{Addressee, Anchor, Channel, CheckInState, Lang};
use chrono::{Datelike, Weekday};

/// One row of an aftercare plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanStep {
    /// Its Dutch name.
    pub name_nl: String,
    /// Its English name.
    pub name_en: String,
    /// The day it counts from.
    pub anchor: Anchor,
    /// Working days after (negative: before) that day.
    pub offset_working_days: i32,
    /// To whom it speaks.
    pub addressee: Addressee,
    /// How it is done.
    pub channel: Channel,
}

/// Why a check-in is not on the day that the plan names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It fell in a weekend.
    Weekend,
    /// A public holiday lay on it or on the way to it.
    Holiday(Holiday),
}

impl Moved {
    /// The reason in a few words.
    pub const fn say(self, lang: Lang) -> &'static str {
        match self {
            Self::Weekend => lang.t("weekend", "weekend"),
            Self::Holiday(holiday) => holiday.name(lang),
        }
    }
}

/// A check-in with its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Index of its row in the plan.
    pub step: usize,
    /// The working day on which it is due.
    pub due: Day,
    /// The day it would have been on, and why it is not.
    pub moved: Option<(Day, Moved)>,
}

/// The plan that a site starts with: day 3, week 2, halfway, two weeks before the end, a month after it;
/// the employer by mail, the student by telephone.
pub fn default_plan() -> Vec<PlanStep> {
    let rows = [
        ("Dag 3", "Day 3", Anchor::Start, 2),
        ("Week 2", "Week 2", Anchor::Start, 9),
        ("Halverwege", "Halfway", Anchor::Halfway, 0),
        ("Twee weken voor het einde", "Two weeks before the end", Anchor::End, -10),
        ("Een maand na afloop", "A month after the end", Anchor::End, 21),
    ];
    let sides = [(Addressee::Employer, Channel::Mail), (Addressee::Student, Channel::Call)];
    let steps = rows.into_iter().flat_map(|(name_nl, name_en, anchor, offset_working_days)| {
        sides.map(|(addressee, channel)| PlanStep {
            name_nl: name_nl.to_owned(),
            name_en: name_en.to_owned(),
            anchor,
            offset_working_days,
            addressee,
            channel,
        })
    });
    steps.collect()
}

/// The check-ins of a placement from its first to its last day. In a short placement a row that counts
/// from the start falls away past the end, one that counts back from the end falls away before the
/// start, and nobody is asked twice on one day.
pub fn plan(steps: &[PlanStep], starts: Day, ends: Day) -> Vec<Planned> {
    let mut planned: Vec<(Addressee, Planned)> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let (due, moved) = due(step, starts, ends.max(starts));
        let outside = match step.anchor {
            Anchor::Start => due > ends.max(next_working_day(starts)),
            Anchor::Halfway => false,
            Anchor::End => step.offset_working_days < 0 && due < starts,
        };
        let twice = planned.iter().any(|(addressee, other)| *addressee == step.addressee && other.due == due);
        if !outside && !twice {
            planned.push((step.addressee, Planned { step: index, due, moved }));
        }
    }
    planned.into_iter().map(|(_, planned)| planned).collect()
}

/// The due day of a row, and the day it would be on if there were no holidays (or, halfway, no weekend).
fn due(step: &PlanStep, starts: Day, ends: Day) -> (Day, Option<(Day, Moved)>) {
    let offset = i64::from(step.offset_working_days);
    let (base, plain_base) = match step.anchor {
        Anchor::Start => (next_working_day(starts), next_weekday(starts)),
        Anchor::Halfway => {
            let middle = starts.plus(ends.days_since(starts) / 2);
            (next_working_day(middle), middle)
        }
        Anchor::End => (add_working_days(ends.plus(1), -1), add_weekdays(ends.plus(1), -1)),
    };
    let due = if offset == 0 { base } else { add_working_days(base, offset) };
    let plain = if offset == 0 { plain_base } else { add_weekdays(plain_base, offset) };
    let moved = (due != plain).then(|| (plain, why_moved(plain, due, base)));
    (due, moved)
}

/// The holiday that made the difference: on the plain day, else the nearest to it on the way.
fn why_moved(plain: Day, due: Day, base: Day) -> Moved {
    let (first, last) = (plain.min(due).min(base), plain.max(due).max(base));
    let on_the_way = (0..=last.days_since(first))
        .map(|days| first.plus(days))
        .filter(|day| !is_weekend(*day))
        .filter_map(|day| holiday(day).map(|holiday| (day.days_since(plain).abs(), holiday)))
        .min_by_key(|(distance, _)| *distance);
    if is_weekend(plain) {
        return Moved::Weekend;
    }
    on_the_way.map_or(Moved::Weekend, |(_, holiday)| Moved::Holiday(holiday))
}

fn is_weekend(day: Day) -> bool {
    matches!(day.0.weekday(), Weekday::Sat | Weekday::Sun)
}

fn next_weekday(day: Day) -> Day {
    (0..3).map(|days| day.plus(days)).find(|day| !is_weekend(*day)).unwrap_or(day)
}

fn add_weekdays(day: Day, n: i64) -> Day {
    let (mut at, mut left) = (day, n.abs());
    while left > 0 {
        at = at.plus(n.signum());
        left -= i64::from(!is_weekend(at));
    }
    at
}

/// A check-in that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Existing {
    /// Index of its row in the plan.
    pub step: usize,
    /// Its state.
    pub state: CheckInState,
    /// The day it is due.
    pub due: Day,
}

/// What a new start or end date changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replan {
    /// Get another day.
    pub moved: Vec<Planned>,
    /// Are new.
    pub added: Vec<Planned>,
    /// Rows of the plan whose check-in is not needed any more.
    pub cancelled: Vec<usize>,
}

/// Fits the check-ins to new dates. What was asked, answered, done or cancelled stays as it is.
pub fn replan(existing: &[Existing], new: &[Planned]) -> Replan {
    let mut replan = Replan::default();
    for planned in new {
        match existing.iter().find(|old| old.step == planned.step) {
            None => replan.added.push(*planned),
            Some(old) if untouched(old.state) && old.due != planned.due => replan.moved.push(*planned),
            Some(_) => {}
        }
    }
    let gone = existing.iter().filter(|old| untouched(old.state) && new.iter().all(|new| new.step != old.step));
    replan.cancelled = gone.map(|old| old.step).collect();
    replan
}

const fn untouched(state: CheckInState) -> bool {
    matches!(state, CheckInState::Planned | CheckInState::Due)
}
