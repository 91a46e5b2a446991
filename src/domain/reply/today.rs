//! The day against which the words of a mail count, and the school holidays that it may date by.

use crate::domain::holidays::{School, SchoolHoliday};
use crate::domain::time::Day;

/// The day against which words count, with the school holidays of the place where they are known.
#[derive(Debug, Clone, Copy)]
pub struct Today<'a> {
    /// The day.
    pub day: Day,
    /// The holidays.
    pub school: Option<School<'a>>,
}

impl From<Day> for Today<'_> {
    fn from(day: Day) -> Self {
        Self { day, school: None }
    }
}

/// The school holiday after which a phrase begins: "na de herfstvakantie", "na carnaval".
pub(super) fn holiday(words: &str) -> Option<SchoolHoliday> {
    const NAMES: &[(&str, SchoolHoliday)] = &[
        ("herfstvakantie", SchoolHoliday::Autumn),
        ("kerstvakantie", SchoolHoliday::Christmas),
        ("christmas holiday", SchoolHoliday::Christmas),
        ("voorjaarsvakantie", SchoolHoliday::Spring),
        ("krokusvakantie", SchoolHoliday::Spring),
        ("carnaval", SchoolHoliday::Spring),
        ("meivakantie", SchoolHoliday::May),
        ("may vakantie", SchoolHoliday::May),
        ("zomervakantie", SchoolHoliday::Summer),
        ("summer holiday", SchoolHoliday::Summer),
        ("grote vakantie", SchoolHoliday::Summer),
        ("bouwvak", SchoolHoliday::Builders),
    ];
    let after = words.starts_with("na ") || words.starts_with("after ");
    after.then(|| NAMES.iter().find(|(name, _)| words.contains(name)).map(|(_, which)| *which))?
}
