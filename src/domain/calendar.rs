//! Working days, Dutch public holidays by rule, and the hours in which mail may leave.

use super::time::{Day, Moment};
use super::words::Lang;
use chrono::{Datelike, Timelike, Weekday};
use std::fmt;
use std::str::FromStr;

/// A public holiday on which nobody is expected to work. Good Friday is none: most employers work on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holiday {
    /// 1 January.
    NewYear,
    /// Easter Sunday.
    Easter,
    /// The day after.
    EasterMonday,
    /// 27 April; 26 April when that is a Sunday (since 2014).
    KingsDay,
    /// 5 May, in the years that end in 0 or 5.
    Liberation,
    /// The 39th day after Easter.
    Ascension,
    /// The 49th day after Easter.
    Pentecost,
    /// The day after.
    PentecostMonday,
    /// 25 December.
    Christmas,
    /// 26 December.
    SecondChristmas,
}

impl Holiday {
    /// Its name.
    pub const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::NewYear => lang.t("Nieuwjaarsdag", "New Year's Day"),
            Self::Easter => lang.t("eerste paasdag", "Easter Sunday"),
            Self::EasterMonday => lang.t("tweede paasdag", "Easter Monday"),
            Self::KingsDay => lang.t("Koningsdag", "King's Day"),
            Self::Liberation => lang.t("Bevrijdingsdag", "Liberation Day"),
            Self::Ascension => lang.t("Hemelvaartsdag", "Ascension Day"),
            Self::Pentecost => lang.t("eerste pinksterdag", "Whit Sunday"),
            Self::PentecostMonday => lang.t("tweede pinksterdag", "Whit Monday"),
            Self::Christmas => lang.t("eerste kerstdag", "Christmas Day"),
            Self::SecondChristmas => lang.t("tweede kerstdag", "Boxing Day"),
        }
    }
}

/// The public holiday on this day.
pub fn holiday(day: Day) -> Option<Holiday> {
    let (year, month, of_month) = day.ymd();
    match (month, of_month) {
        (1, 1) => return Some(Holiday::NewYear),
        (5, 5) if year % 5 == 0 => return Some(Holiday::Liberation),
        (12, 25) => return Some(Holiday::Christmas),
        (12, 26) => return Some(Holiday::SecondChristmas),
        _ => {}
    }
    let kings_day = Day::new(year, 4, 27).map(|day| if weekday(day) == Weekday::Sun { day.plus(-1) } else { day });
    match day.days_since(easter(year)?) {
        0 => Some(Holiday::Easter),
        1 => Some(Holiday::EasterMonday),
        39 => Some(Holiday::Ascension),
        49 => Some(Holiday::Pentecost),
        50 => Some(Holiday::PentecostMonday),
        _ if kings_day == Some(day) => Some(Holiday::KingsDay),
        _ => None,
    }
}

/// Easter Sunday of a Gregorian year, by the rule with golden number, century and epact.
fn easter(year: i32) -> Option<Day> {
    let golden = year.rem_euclid(19);
    let (century, of_century) = (year.div_euclid(100), year.rem_euclid(100));
    let moon_shift = (8 * century + 13) / 25;
    let epact = (19 * golden + century - century / 4 - moon_shift + 15).rem_euclid(30);
    let to_sunday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4).rem_euclid(7);
    let late = (golden + 11 * epact + 22 * to_sunday) / 451;
    let after_21_march = epact + to_sunday - 7 * late + 1;
    Day::new(year, 3, 21).map(|day| day.plus(i64::from(after_21_march)))
}

fn weekday(day: Day) -> Weekday {
    day.0.weekday()
}

/// Monday to Friday, and no public holiday.
pub fn is_working_day(day: Day) -> bool {
    !matches!(weekday(day), Weekday::Sat | Weekday::Sun) && holiday(day).is_none()
}

/// This day where it is a working day, else the first one after it.
#[must_use]
pub fn next_working_day(day: Day) -> Day {
    // The longest run of days off is far below two weeks; the bound only ends the calendar's last year.
    (0..14).map(|days| day.plus(days)).find(|day| is_working_day(*day)).unwrap_or(day)
}

/// The n-th working day after this day, or before it where n is negative; for 0, [`next_working_day`].
#[must_use]
pub fn add_working_days(day: Day, n: i64) -> Day {
    if n == 0 {
        return next_working_day(day);
    }
    let (step, mut left, mut at) = (n.signum(), n.abs(), day);
    while left > 0 {
        let moved = at.plus(step);
        if moved == at {
            return at;
        }
        at = moved;
        left -= i64::from(is_working_day(at));
    }
    at
}

/// Working days after `from` up to and including `to`; negative where `to` lies before `from`.
pub fn working_days_between(from: Day, to: Day) -> i64 {
    if to < from {
        return -working_days_between(to, from);
    }
    let days = (1..=to.days_since(from)).filter(|days| is_working_day(from.plus(*days))).count();
    i64::try_from(days).unwrap_or(i64::MAX)
}

/// The hours in which mail may leave, in Amsterdam; as text `mon-fri 09:00-17:00` or `always`.
/// A window with hours is closed on public holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Bit 0 is Monday.
    days: u8,
    /// Minutes after midnight.
    from: u32,
    /// Minutes after midnight, at most 24:00.
    to: u32,
    always: bool,
}

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The text is no window.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no sending window; write it as `mon-fri 09:00-17:00`, `mon,wed 10:00-12:00` or `always`")]
pub struct BadWindow(String);

impl Window {
    /// Day and night, holidays too.
    pub const fn always() -> Self {
        Self { days: 0b111_1111, from: 0, to: 24 * 60, always: true }
    }

    /// On these weekdays between two wall-clock times (hour, minute), the second excluded.
    /// `None` without days, or where the end is not after the start.
    pub fn new(days: &[Weekday], from: (u32, u32), to: (u32, u32)) -> Option<Self> {
        let mask = days.iter().fold(0, |mask, day| mask | 1 << day.num_days_from_monday());
        let (from, to) = (minutes(from)?, minutes(to)?);
        (mask != 0 && from < to).then_some(Self { days: mask, from, to, always: false })
    }

    /// Whether mail may leave now.
    pub fn is_open(&self, now: Moment) -> bool {
        if self.always {
            return true;
        }
        let local = now.local();
        let minute = local.hour() * 60 + local.minute();
        self.opens_on(now.day()) && (self.from..self.to).contains(&minute)
    }

    /// The first moment from `now` on at which mail may leave; `now` itself where it may.
    #[must_use]
    pub fn next_open(&self, now: Moment) -> Moment {
        if self.is_open(now) {
            return now;
        }
        let today = now.day();
        // A window of one weekday can meet a holiday on it for some weeks in a row, never for a quarter.
        (0..=90)
            .map(|days| today.plus(days))
            .filter(|day| self.opens_on(*day))
            .map(|day| day.at(self.from / 60, self.from % 60))
            .find(|moment| *moment > now)
            .unwrap_or(now)
    }

    fn opens_on(&self, day: Day) -> bool {
        self.days & (1 << weekday(day).num_days_from_monday()) != 0 && holiday(day).is_none()
    }

    /// The days as text: runs of three and more as `mon-fri`.
    fn day_names(&self) -> String {
        let on = |day: usize| day < 7 && self.days & (1 << day) != 0;
        let mut parts = Vec::new();
        let mut day = 0;
        while day < 7 {
            let run = (day..7).take_while(|day| on(*day)).count();
            match run {
                0 => {}
                1 | 2 => parts.extend(NAMES[day..day + run].iter().map(ToString::to_string)),
                _ => parts.push(format!("{}-{}", NAMES[day], NAMES[day + run - 1])),
            }
            day += run.max(1);
        }
        parts.join(",")
    }
}

fn minutes((hour, minute): (u32, u32)) -> Option<u32> {
    (minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
}

fn parse_days(text: &str) -> Option<Vec<Weekday>> {
    let index = |name: &str| NAMES.iter().position(|known| *known == name);
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (index(first)?, index(last)?);
        if first > last {
            return None;
        }
        for day in first..=last {
            days.push(Weekday::try_from(u8::try_from(day).ok()?).ok()?);
        }
    }
    Some(days)
}

fn parse_time(text: &str) -> Option<(u32, u32)> {
    let (hour, minute) = text.split_once(':')?;
    Some((hour.parse().ok().filter(|hour| *hour <= 24)?, minute.parse().ok()?))
}

impl FromStr for Window {
    type Err = BadWindow;
    fn from_str(text: &str) -> Result<Self, BadWindow> {
        let lower = text.trim().to_ascii_lowercase();
        if lower == "always" {
            return Ok(Self::always());
        }
        let read = || {
            let (days, hours) = lower.split_once(' ')?;
            let (from, to) = hours.trim().split_once('-')?;
            Self::new(&parse_days(days)?, parse_time(from)?, parse_time(to)?)
        };
        read().ok_or_else(|| BadWindow(text.to_owned()))
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.always {
            return f.write_str("always");
        }
        let time = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        write!(f, "{} {}-{}", self.day_names(), time(self.from), time(self.to))
    }
}

#[cfg(test)]
mod tests;
