//! When a tick runs: an interval in UTC, or local times in Amsterdam by a cron expression. A local time
//! in the gap of spring runs at the first moment after it, one in the fold of autumn at the first of the two.

use super::code::code;
use super::time::Moment;
use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Europe::Amsterdam;
use std::fmt;
use std::str::FromStr;

/// Local times that are looked at in search of one that is later: every second of the repeated hour of
/// autumn lies in the past when the hour is gone through again, and a day has not more than two such hours.
const LOOK_AHEAD: usize = 8_000;

code! {
    /// What the clockwork does by itself; the word is its name on the command line, in `[clockwork]`, in the records.
    pub enum Tick {
        /// Makes the next campaign mails ready.
        Advance = "advance",
        /// Sends what is ready.
        Deliver = "deliver",
        /// Fetches mail.
        Fetch = "fetch",
        /// Reads what came in.
        Receive = "receive",
        /// Asks how placements go, and reminds.
        Aftercare = "aftercare",
        /// Lets proposals lapse whose deadline has passed.
        Proposals = "proposals",
        /// Asks whether places still hold, reminds, and lets them expire.
        Freshness = "freshness",
        /// Mails everybody their day.
        Digest = "digest",
        /// Takes in files.
        Import = "import",
        /// Clears away what is over.
        Retention = "retention",
    }
}

/// When something runs again; as text `every 30s`, or six cron fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// Seconds between two runs, at least 1.
    Every(u32),
    /// Second, minute, hour, day of the month, month, weekday; in Amsterdam.
    Cron(Box<cron::Schedule>),
}

/// The text is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSchedule {
    /// `every` without a length that makes sense.
    #[error("`{0}` is no interval; write it as `every 30s`, `every 5m`, `every 2h` or `every 1d`")]
    Interval(String),
    /// Not six fields.
    #[error("`{text}` has {fields} fields; write six: second minute hour day month weekday, as `0 30 7 * * Mon-Fri`")]
    Fields {
        /// What stood there.
        text: String,
        /// How many fields it has.
        fields: usize,
    },
    /// A number as weekday.
    #[error("`{0}` numbers its weekdays; write names (`Mon-Fri`): 1 is Sunday to some programs and Monday to others")]
    Weekday(String),
    /// Anything else.
    #[error("`{text}` is no cron expression: {why}")]
    Cron {
        /// What stood there.
        text: String,
        /// What the parser says.
        why: String,
    },
}

impl Schedule {
    /// The first run strictly after a moment; `None` where none follows.
    pub fn next_after(&self, after: Moment) -> Option<Moment> {
        match self {
            Self::Every(seconds) => Some(after.plus_seconds(i64::from(*seconds))),
            // Wall-clock times are enumerated as if they were UTC, which has no switches, and only then
            // set on the clock of Amsterdam.
            Self::Cron(schedule) => schedule
                .after(&after.local().naive_local().and_utc())
                .take(LOOK_AHEAD)
                .filter_map(|wall: DateTime<Utc>| on_the_clock(wall.naive_utc()))
                .find(|run| *run > after),
        }
    }
}

/// The moment of a wall-clock time: after the gap, first of the fold.
fn on_the_clock(wall: NaiveDateTime) -> Option<Moment> {
    let moment = |local: &NaiveDateTime| Amsterdam.from_local_datetime(local).earliest();
    let after_gap = || {
        let minute = wall.with_second(0)?;
        (1..=180).find_map(|minutes| moment(&(minute + TimeDelta::minutes(minutes))))
    };
    moment(&wall).or_else(after_gap).map(|time| Moment::new(time.with_timezone(&Utc)))
}

impl FromStr for Schedule {
    type Err = BadSchedule;
    fn from_str(text: &str) -> Result<Self, BadSchedule> {
        let text = text.trim();
        if let Some(length) = text.strip_prefix("every ") {
            return interval(length.trim()).map(Self::Every).ok_or_else(|| BadSchedule::Interval(text.to_owned()));
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        let &[_, _, _, _, _, weekday] = fields.as_slice() else {
            return Err(BadSchedule::Fields { text: text.to_owned(), fields: fields.len() });
        };
        if weekday.chars().any(|c| c.is_ascii_digit()) {
            return Err(BadSchedule::Weekday(text.to_owned()));
        }
        let parsed = cron::Schedule::from_str(text);
        parsed
            .map(|schedule| Self::Cron(Box::new(schedule)))
            .map_err(|why| BadSchedule::Cron { text: text.to_owned(), why: why.to_string() })
    }
}

/// `30s`, `5m`, `2h`, `1d` in seconds.
fn interval(text: &str) -> Option<u32> {
    let unit = text.chars().last()?;
    let number = text.strip_suffix(unit)?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    number.parse::<u32>().ok()?.checked_mul(factor).filter(|seconds| *seconds > 0)
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(seconds) => {
                let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
                let unit = units.into_iter().find(|(length, _)| seconds.is_multiple_of(*length));
                let (length, name) = unit.unwrap_or((1, 's'));
                write!(f, "every {}{name}", seconds / length)
            }
            Self::Cron(schedule) => f.write_str(schedule.source()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moment(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    #[test]
    fn an_interval_runs_in_utc_whatever_the_clock_does() {
        let every: Schedule = "every 5m".parse().unwrap();
        assert_eq!(every.next_after(moment("2026-03-29T00:58:00Z")), Some(moment("2026-03-29T01:03:00Z")));
        assert_eq!(every.next_after(moment("2026-10-25T00:58:00Z")), Some(moment("2026-10-25T01:03:00Z")));
    }

    #[test]
    fn local_times_keep_to_the_wall_clock_and_run_once_at_each_switch() {
        for (cron, after, expected) in [
            ("0 30 7 * * *", "2026-11-23T06:00:00Z", "2026-11-23T06:30:00Z"),
            ("0 30 7 * * *", "2026-11-23T06:30:00Z", "2026-11-24T06:30:00Z"),
            ("0 30 7 * * *", "2026-07-01T00:00:00Z", "2026-07-01T05:30:00Z"),
            ("0 30 7 * * Mon-Fri", "2026-11-20T12:00:00Z", "2026-11-23T06:30:00Z"),
            // Spring: 02:30 is not there; it runs at 03:00, once, and the day after at 02:30 again.
            ("0 30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
            ("0 30 2 * * *", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"),
            ("0 30 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"),
            ("0 */20 2 * * *", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"),
            ("0 */20 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"),
            // Autumn: the first 02:30 counts, also when asked within the hour that comes twice.
            ("0 30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
            ("0 30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
            ("0 30 2 * * *", "2026-10-25T01:15:00Z", "2026-10-26T01:30:00Z"),
            ("0 0 * * * *", "2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z"),
            ("* * * * * *", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"),
            ("0 0 3 * * *", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"),
        ] {
            let schedule: Schedule = cron.parse().unwrap();
            assert_eq!(schedule.next_after(moment(after)), Some(moment(expected)), "{cron} after {after}");
        }
    }

    #[test]
    fn a_schedule_is_written_as_it_is_read() {
        for text in ["every 30s", "every 5m", "every 2h", "every 1d", "0 30 7 * * Mon-Fri"] {
            assert_eq!(text.parse::<Schedule>().unwrap().to_string(), text);
        }
        assert_eq!("every 120s".parse::<Schedule>().unwrap().to_string(), "every 2m");
    }

    #[test]
    fn what_is_no_schedule_is_refused_with_the_reason() {
        for (text, expected) in [
            ("every", "has 1 fields"),
            ("every 0s", "no interval"),
            ("every 5 minutes", "no interval"),
            ("every é", "no interval"),
            ("every 9999999999d", "no interval"),
            ("30 7 * * *", "has 5 fields; write six"),
            ("0 30 7 * * * 2026", "has 7 fields"),
            ("0 30 7 * * 1-5", "numbers its weekdays"),
            ("0 30 7 * * Mon/2", "numbers its weekdays"),
            ("0 61 7 * * Mon", "no cron expression"),
            ("", "has 0 fields"),
        ] {
            let error = text.parse::<Schedule>().unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn the_next_run_is_always_later_and_none_is_jumped_over(seconds in 1_770_000_000i64..1_840_000_000, gap in 1i64..90_000) {
            for cron in ["0 30 2 * * *", "0 */7 * * * *", "0 0 9 * * Mon-Fri"] {
                let schedule: Schedule = cron.parse().unwrap();
                let early = Moment::from_timestamp(seconds).unwrap();
                let run = schedule.next_after(early).unwrap();
                prop_assert!(run > early);
                let late = early.plus_seconds(gap);
                prop_assert_eq!(schedule.next_after(late).unwrap() > run, late >= run);
            }
        }
    }
}
