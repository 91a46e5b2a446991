//! Any words: what they offer stands where it says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stagemakelaar::domain::reply::{capacity, intent};
use stagemakelaar::domain::time::Day;

fuzz_target!(|given: (u16, &str)| {
    let (days, text) = given;
    let today = Day(chrono::NaiveDate::from_ymd_opt(1980, 1, 1).unwrap() + chrono::Days::new(days.into()));
    let heard = intent::hear(text);
    for offer in capacity::offers(text, &heard, today.into()) {
        for span in &offer.evidence {
            let words: String = text.chars().skip(span.start).take(span.end - span.start).collect();
            assert_eq!(words, span.text);
        }
    }
});
