use super::*;
use crate::domain::calendar::next_working_day;
use crate::domain::moves::check_table;
use proptest::prelude::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// Step, due day, and from which day it was moved and why.
type Row = (usize, String, Option<(String, &'static str)>);

fn due_days(starts: &str, ends: &str) -> Vec<Row> {
    let planned = plan(&default_plan(), day(starts), day(ends));
    let row = |planned: Planned| {
        let moved = planned.moved.map(|(from, why)| (from.to_string(), why.say(Lang::Nl)));
        (planned.step, planned.due.to_string(), moved)
    };
    planned.into_iter().map(row).collect()
}

#[test]
fn the_default_plan_asks_employer_and_student_five_times() {
    let employer: Vec<_> = due_days("2026-02-02", "2026-06-26").into_iter().filter(|row| row.0 % 2 == 0).collect();
    assert_eq!(
        employer,
        [
            (0, "2026-02-04".to_owned(), None),
            (2, "2026-02-13".to_owned(), None),
            (4, "2026-04-15".to_owned(), None),
            (6, "2026-06-12".to_owned(), None),
            (8, "2026-07-27".to_owned(), None),
        ]
    );
    assert_eq!(due_days("2026-02-02", "2026-06-26").len(), 10);
}

#[test]
fn a_holiday_on_the_way_moves_the_day_and_is_named() {
    // Thursday before Easter: day 3 would be Easter Monday.
    let rows = due_days("2026-04-02", "2026-06-26");
    assert_eq!(rows[0], (0, "2026-04-07".into(), Some(("2026-04-06".into(), "tweede paasdag"))));
    // Halfway on a Saturday.
    let rows = due_days("2026-11-02", "2026-12-25");
    assert_eq!(rows[4], (4, "2026-11-30".into(), Some(("2026-11-28".into(), "weekend"))));
}

#[test]
fn a_short_placement_gets_what_fits_and_nobody_is_asked_twice_a_day() {
    let rows: Vec<_> = due_days("2026-11-23", "2026-11-27").into_iter().map(|row| (row.0, row.1)).collect();
    assert_eq!(
        rows,
        [(0, "2026-11-25"), (1, "2026-11-25"), (8, "2026-12-29"), (9, "2026-12-29")].map(|(n, d)| (n, d.to_owned()))
    );
}

#[test]
fn new_dates_move_what_is_open_and_leave_what_is_done() {
    use CheckInState as S;
    let steps = default_plan();
    let existing: Vec<Existing> = plan(&steps, day("2026-02-02"), day("2026-06-26"))
        .iter()
        .map(|planned| Existing {
            step: planned.step,
            state: if planned.step < 4 { S::Done } else { S::Planned },
            due: planned.due,
        })
        .collect();
    let changed = replan(&existing, &plan(&steps, day("2026-02-02"), day("2026-07-24")));
    assert_eq!(changed.moved.iter().map(|planned| planned.step).collect::<Vec<_>>(), [4, 5, 6, 7, 8, 9]);
    assert!(changed.added.is_empty() && changed.cancelled.is_empty());

    let shortened = replan(&existing, &plan(&steps[..4], day("2026-02-02"), day("2026-02-27")));
    assert_eq!(shortened, Replan { cancelled: vec![4, 5, 6, 7, 8, 9], ..Replan::default() });
    assert_eq!(replan(&[], &plan(&steps, day("2026-02-02"), day("2026-06-26"))).added.len(), 10);
}

#[test]
fn a_check_in_moves_by_its_table_only() {
    use CheckInEvent as E;
    use CheckInState as S;
    let mut table = vec![
        (S::Planned, E::ComeDue, S::Due),
        (S::Planned, E::Cancel, S::Cancelled),
        (S::Due, E::Ask, S::Asked),
        (S::Asked, E::Remind, S::Reminded),
        (S::CallTask, E::Escalate, S::Escalated),
    ];
    table.extend([S::Due, S::Asked, S::Reminded].map(|from| (from, E::CallTask, S::CallTask)));
    for from in [S::Asked, S::Reminded, S::CallTask, S::Escalated, S::Answered] {
        table.push((from, E::Answer, S::Answered));
    }
    for from in [S::Due, S::Asked, S::Reminded, S::CallTask, S::Escalated, S::Answered] {
        table.extend([(from, E::Close, S::Done), (from, E::Cancel, S::Cancelled)]);
    }
    check_table(S::ALL, E::ALL, &table, moves);
}

#[test]
fn the_step_of_today_follows_from_state_channel_and_days() {
    use CheckInState as S;
    let facts = |state, channel, due: &str, next_on: &str| CheckInFacts {
        state,
        channel,
        due: day(due),
        next_on: day(next_on),
    };
    let today = day("2026-11-23");
    for (check_in, expected) in [
        (facts(S::Planned, Channel::Mail, "2026-11-24", "2026-11-24"), Step::Nothing),
        (facts(S::Planned, Channel::Mail, "2026-11-23", "2026-11-23"), Step::Ask),
        (facts(S::Due, Channel::Mail, "2026-11-16", "2026-11-16"), Step::Ask),
        (facts(S::Due, Channel::Mail, "2026-11-13", "2026-11-13"), Step::CallTask(CallWhy::TooLate)),
        (facts(S::Planned, Channel::Call, "2026-11-23", "2026-11-23"), Step::CallTask(CallWhy::Plan)),
        (facts(S::Due, Channel::Visit, "2026-10-01", "2026-10-01"), Step::CallTask(CallWhy::Plan)),
        (facts(S::Asked, Channel::Mail, "2026-11-18", "2026-11-23"), Step::Remind),
        (facts(S::Asked, Channel::Mail, "2026-11-19", "2026-11-24"), Step::Nothing),
        (facts(S::Reminded, Channel::Mail, "2026-11-13", "2026-11-23"), Step::CallTask(CallWhy::Silence)),
        (facts(S::CallTask, Channel::Mail, "2026-11-10", "2026-11-23"), Step::Escalate),
        (facts(S::Escalated, Channel::Mail, "2026-11-10", "2026-11-20"), Step::Nothing),
        (facts(S::Answered, Channel::Mail, "2026-11-10", "2026-11-20"), Step::Nothing),
        (facts(S::Done, Channel::Mail, "2026-11-10", "2026-11-20"), Step::Nothing),
    ] {
        assert_eq!(tick(&check_in, today, Patience::default()), expected, "{check_in:?}");
    }
    assert_eq!(next_on(day("2026-11-18"), Patience::default()), day("2026-11-23"));
    assert_eq!(
        tick(&facts(S::Due, Channel::Mail, "2026-11-20", "2026-11-20"), day("2026-11-22"), Patience::default()),
        Step::Nothing,
        "nobody is asked on a Sunday"
    );
}

#[test]
fn only_a_good_digit_and_nothing_that_worries_closes() {
    for mood in [None, Some(Mood::Well), Some(Mood::Concern), Some(Mood::Urgent)] {
        for score in [None, Some(0), Some(1), Some(2), Some(3), Some(4), Some(5), Some(6)] {
            let closes = mood == Some(Mood::Well) && matches!(score, Some(4 | 5));
            let urgent = mood == Some(Mood::Urgent);
            let expected = if closes { AnswerVerdict::Close } else { AnswerVerdict::Flag { urgent } };
            assert_eq!(answer(mood, score), expected, "{mood:?} {score:?}");
        }
    }
    assert!(disagree(5, 3) && disagree(2, 5) && !disagree(4, 5));
}

proptest! {
    /// Whatever the dates, a placement gets at least three contact moments, all on working days.
    #[test]
    fn every_placement_gets_three_moments_on_working_days(start in 0i64..4_000, length in 0i64..500) {
        let starts = day("2024-01-01").plus(start);
        let planned = plan(&default_plan(), starts, starts.plus(length));
        prop_assert!(planned.len() >= 3, "{} only", planned.len());
        for check_in in planned {
            prop_assert!(is_working_day(check_in.due));
        }
    }

    /// However long the system was down, a check-in that is due gets its step on the next working day.
    #[test]
    fn a_check_in_that_is_due_is_never_skipped(late in 0i64..200) {
        let due = day("2026-03-02");
        let today = next_working_day(due.plus(late));
        for channel in [Channel::Mail, Channel::Call, Channel::Visit] {
            let facts = CheckInFacts { state: CheckInState::Planned, channel, due, next_on: due };
            prop_assert!(matches!(tick(&facts, today, Patience::default()), Step::Ask | Step::CallTask(_)));
        }
    }
}

#[test]
fn undoing_a_close_goes_back_to_the_state_before_it() {
    use CheckInState as S;
    for &before in S::ALL {
        let closes = moves(before, CheckInEvent::Close).is_ok();
        assert_eq!(reopened(S::Done, Some(before)).is_ok(), closes, "{before}");
    }
    assert!(reopened(S::Cancelled, Some(S::Asked)).is_err());
    assert!(reopened(S::Done, None).is_err());
}
