//! How fast the product is, as ratios within one run, since machines differ: `cargo bench --bench speed -- SUBJECT`.
//! `tests/bench/README.md` says what each subject measures, and what it measured here.

#![expect(clippy::unwrap_used, reason = "a step that fails ends the measurement")]
#![expect(clippy::print_stdout, reason = "the figures are what it prints")]

mod http;
mod pages;
mod sending;
mod sync;
mod table;
mod world;

#[path = "../../it/support/certs.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod certs;
#[path = "../../it/support/database.rs"]
mod database;
#[path = "../../it/support/desk.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod desk;
#[path = "../../it/support/dovecot.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod dovecot;
#[path = "../../it/support/line.rs"]
mod line;
#[path = "../../it/support/postgres.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod postgres;
#[path = "../../it/support/processes.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod processes;
#[path = "../../it/support/sink.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod sink;
#[path = "../../it/support/smtp_peer.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod smtp_peer;

/// What every user of a server of ours signs in with.
const PASSWORD: &str = "geheim-voor-de-proef";

const SUBJECTS: &[(&str, fn())] = &[("pages", pages::measure), ("sending", sending::measure), ("sync", sync::measure)];

fn main() {
    // Cargo itself adds `--bench`.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    for word in &wanted {
        assert!(SUBJECTS.iter().any(|(name, _)| name == word), "no subject `{word}`; there are {SUBJECTS:?}");
    }
    for (name, measure) in SUBJECTS {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            println!("# {name}\n");
            measure();
        }
    }
}
