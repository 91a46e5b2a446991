//! Moments (UTC, whole microseconds), days, and the one clock that the doors ask.
//! Below the doors `now` is an argument; nothing else in the crate reads the system's time.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Europe::Amsterdam;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A point in time, UTC, cut to whole microseconds at birth so that both databases keep it exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub struct Moment(NaiveDateTime);

/// A calendar day as people in the Netherlands mean it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow,
)]
#[diesel(sql_type = Date)]
#[serde(transparent)]
pub struct Day(pub NaiveDate);

impl Moment {
    /// The moment of a chrono time, cut to microseconds.
    pub fn new(time: DateTime<Utc>) -> Self {
        let naive = time.naive_utc();
        let micros = naive.nanosecond() / 1_000 * 1_000;
        Self(naive.with_nanosecond(micros).unwrap_or(naive))
    }

    /// Seconds since 1970-01-01T00:00:00Z; `None` outside the range that a date can have.
    pub fn from_timestamp(seconds: i64) -> Option<Self> {
        DateTime::from_timestamp(seconds, 0).map(Self::new)
    }

    /// Reads RFC 3339, as `2026-11-23T08:30:00Z`.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|time| Self::new(time.with_timezone(&Utc)))
    }

    /// The same moment for chrono's own functions.
    pub fn utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }

    /// Wall-clock time in Amsterdam.
    pub fn local(self) -> DateTime<chrono_tz::Tz> {
        self.utc().with_timezone(&Amsterdam)
    }

    /// The day in Amsterdam.
    pub fn day(self) -> Day {
        Day(self.local().date_naive())
    }

    /// Seconds since 1970.
    pub fn timestamp(self) -> i64 {
        self.utc().timestamp()
    }

    /// Later (or, negative, earlier) by this many seconds.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.checked_add_signed(TimeDelta::seconds(seconds)).unwrap_or(self.0))
    }

    /// Later (or, negative, earlier) by this many milliseconds.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.checked_add_signed(TimeDelta::milliseconds(millis)).unwrap_or(self.0))
    }

    /// Later (or, negative, earlier) by this many times 24 hours.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days * 86_400)
    }

    /// Whole seconds from `earlier` to this moment; negative when it is the other way round.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_seconds()
    }
}

impl fmt::Display for Moment {
    /// RFC 3339 in UTC, whole seconds: `2026-11-23T08:30:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M:%SZ"))
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 time"))
    }
}

impl Day {
    /// A day of the calendar; `None` for days that do not exist.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }

    /// Reads `2026-11-23`.
    pub fn parse(text: &str) -> Option<Self> {
        NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok().map(Self)
    }

    /// Later (or, negative, earlier) by this many days.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        let moved = if days < 0 {
            self.0.checked_sub_days(Days::new(days.unsigned_abs()))
        } else {
            self.0.checked_add_days(Days::new(days.unsigned_abs()))
        };
        Self(moved.unwrap_or(self.0))
    }

    /// Days from `earlier` to this day.
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }

    /// Year, month (1–12), day of the month (1–31).
    pub fn ymd(self) -> (i32, u32, u32) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// Monday of its week.
    #[must_use]
    pub fn monday(self) -> Self {
        self.plus(-i64::from(self.0.weekday().num_days_from_monday()))
    }

    /// The first day of a month, so many months from its own.
    #[must_use]
    pub fn month(self, offset: i32) -> Self {
        let first = self.0.with_day(1).unwrap_or(self.0);
        let months = Months::new(offset.unsigned_abs());
        let moved = if offset < 0 { first.checked_sub_months(months) } else { first.checked_add_months(months) };
        Self(moved.unwrap_or(first))
    }

    /// The moment of a wall-clock time in Amsterdam on this day. In the gap of the spring switch it is
    /// the first moment after the gap; in the fold of autumn the first of the two.
    pub fn at(self, hour: u32, minute: u32) -> Moment {
        let wanted = self.0.and_hms_opt(hour.min(23), minute.min(59), 0).unwrap_or_default();
        let mut local = wanted;
        for _ in 0..=180 {
            if let Some(time) = Amsterdam.from_local_datetime(&local).earliest() {
                return Moment::new(time.with_timezone(&Utc));
            }
            local += TimeDelta::minutes(1);
        }
        Moment(wanted)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.format("%Y-%m-%d").fmt(f)
    }
}

impl<DB: Backend> ToSql<Timestamp, DB> for Moment
where
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<Timestamp, DB> for Moment
where
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(raw).map(Self)
    }
}

impl<DB: Backend> ToSql<Date, DB> for Day
where
    NaiveDate: ToSql<Date, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<Date, DB> for Day
where
    NaiveDate: FromSql<Date, DB>,
{
    fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDate::from_sql(raw).map(Self)
    }
}

/// Where the doors get the time from: the system, or a hand that tests turn.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The system's clock.
    #[default]
    System,
    /// A clock that stands still until it is set.
    Fixed(Arc<Mutex<Moment>>),
}

impl Clock {
    /// A clock that stands at `moment`.
    pub fn fixed(moment: Moment) -> Self {
        Self::Fixed(Arc::new(Mutex::new(moment)))
    }

    /// The time now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub fn now(&self) -> Moment {
        match self {
            Self::System => Moment::new(Utc::now()),
            Self::Fixed(moment) => *moment.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Sets a fixed clock; the system's clock is left alone.
    pub fn set(&self, to: Moment) {
        if let Self::Fixed(moment) = self {
            *moment.lock().unwrap_or_else(PoisonError::into_inner) = to;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_clock_time_in_the_gap_is_the_first_moment_after_it() {
        let spring = Day::new(2026, 3, 29).unwrap();
        assert_eq!(spring.at(2, 30).to_string(), "2026-03-29T01:00:00Z");
        assert_eq!(spring.at(3, 0).to_string(), "2026-03-29T01:00:00Z");
    }

    #[test]
    fn a_wall_clock_time_in_the_fold_is_the_first_of_the_two() {
        let autumn = Day::new(2026, 10, 25).unwrap();
        assert_eq!(autumn.at(2, 30).to_string(), "2026-10-25T00:30:00Z");
    }

    #[test]
    fn a_day_knows_its_week_and_its_months() {
        let day = |text| Day::parse(text).unwrap();
        for (on, monday) in [("2026-12-01", "2026-11-30"), ("2026-11-30", "2026-11-30"), ("2027-01-03", "2026-12-28")] {
            assert_eq!(day(on).monday(), day(monday), "{on}");
        }
        for (on, offset, first) in [
            ("2026-12-31", 0, "2026-12-01"),
            ("2026-12-31", 2, "2027-02-01"),
            ("2026-01-15", -1, "2025-12-01"),
            ("2026-03-31", -13, "2025-02-01"),
        ] {
            assert_eq!(day(on).month(offset), day(first), "{on} {offset}");
        }
    }

    #[test]
    fn the_day_is_the_one_in_amsterdam() {
        assert_eq!(Moment::parse("2026-11-23T23:30:00Z").unwrap().day(), Day::new(2026, 11, 24).unwrap());
    }

    #[test]
    fn a_moment_has_no_more_than_microseconds() {
        let moment = Moment::new(DateTime::from_timestamp(1, 123_456_789).unwrap());
        assert_eq!(moment.utc().nanosecond(), 123_456_000);
    }
}
