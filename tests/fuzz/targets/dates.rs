//! Any words on any day: a date that is found lies where it says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stagemakelaar::domain::reply::dates;
use stagemakelaar::domain::time::Day;

fuzz_target!(|given: (u16, &str)| {
    let (days, text) = given;
    let today = Day(chrono::NaiveDate::from_ymd_opt(1980, 1, 1).unwrap() + chrono::Days::new(days.into()));
    let plain = text.to_lowercase();
    for found in dates::find(&plain, today) {
        assert!(plain.get(found.range.clone()).is_some(), "{found:?}");
    }
});
