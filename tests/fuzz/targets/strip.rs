//! A text, as itself and as HTML, beside what we are said to have sent: the new words are words of it.
#![no_main]

#[path = "../../it/reading/faithful.rs"]
mod faithful;

use libfuzzer_sys::fuzz_target;
use stagemakelaar::domain::reply::{Context, read};
use stagemakelaar::mail::parse;

const HEAD: &str = "From: Jan Pot <jan@bedrijf.example>\r\nTo: noor@loket.example\r\nSubject: Re: stage\r\n\
    Date: Tue, 24 Nov 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\n";

fuzz_target!(|given: (bool, &str, &str)| {
    let (html, sent, text) = given;
    let media = if html { "html" } else { "plain" };
    let mail = format!("{HEAD}Content-Type: text/{media}; charset=utf-8\r\n\r\n{text}");
    let letter = parse::letter(mail.as_bytes());
    let context = Context { sent: (!sent.is_empty()).then_some(sent), ..Context::default() };
    let reading = read(&letter, &context);
    if let Some(wrong) = faithful::wrong(&letter, &reading) {
        panic!("{wrong}");
    }
});
