//! Any bytes become a letter, and the letter a reading that is faithful to it.
#![no_main]

#[path = "../../it/reading/faithful.rs"]
mod faithful;

use libfuzzer_sys::fuzz_target;
use stagemakelaar::domain::reply::{Context, read};
use stagemakelaar::mail::parse;

fuzz_target!(|raw: &[u8]| {
    let letter = parse::letter(raw);
    let _ = parse::headers_only(raw);
    let reading = read(&letter, &Context::default());
    if let Some(wrong) = faithful::wrong(&letter, &reading) {
        panic!("{wrong}");
    }
});
