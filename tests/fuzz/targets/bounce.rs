//! Any bytes, read as a notice that mail did not arrive.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stagemakelaar::domain::reply::bounce;
use stagemakelaar::mail::parse;

fuzz_target!(|raw: &[u8]| {
    let found = bounce::read(&parse::letter(raw));
    for recipient in &found.recipients {
        assert!(recipient.contains('@') && !recipient.contains(char::is_whitespace), "{recipient:?} is no address");
    }
});
