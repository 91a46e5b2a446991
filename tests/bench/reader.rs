//! How fast mail is read: from raw bytes to a reading, over a handful of ordinary replies; and, for comparison, what
//! the mail library alone takes to parse the same bytes.

use criterion::{Criterion, Throughput};
use mail_parser::MessageParser;
use stagemakelaar::domain::reply::{Context, Kind, read};
use stagemakelaar::mail::parse::letter;
use std::hint::black_box;

/// Replies as employers send them: with and without HTML, from several mail programs, in Dutch and English.
const MAILS: &[&[u8]] = &[
    include_bytes!("mails/gmail-en.eml"),
    include_bytes!("mails/gmail-nl.eml"),
    include_bytes!("mails/iphone-nl.eml"),
    include_bytes!("mails/mail-nl.eml"),
    include_bytes!("mails/outlook-en.eml"),
    include_bytes!("mails/outlook-nl.eml"),
    include_bytes!("mails/phone-html-nl.eml"),
    include_bytes!("mails/thunderbird-nl.eml"),
];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for mail in MAILS {
        let reading = read(&letter(mail), &Context::default());
        assert!(reading.kind == Kind::Human && !reading.reply_text.contains("Noor Hendriks"), "{reading:?}");
    }
    let mut group = criterion.benchmark_group("replies");
    group.throughput(Throughput::Elements(MAILS.len() as u64));
    group.bench_function("mail-parser alone", |bencher| {
        bencher.iter(|| {
            for mail in MAILS {
                black_box(MessageParser::default().parse(black_box(*mail)));
            }
        });
    });
    group.bench_function("bytes to reading", |bencher| {
        bencher.iter(|| {
            for mail in MAILS {
                black_box(read(&letter(black_box(mail)), &Context::default()));
            }
        });
    });
    group.finish();
    criterion.final_summary();
}
