//! `work`.

use super::say;
use crate::app::App;
use crate::flows::{Stop, Tally};
use crate::work::{table, tick};
use std::process::ExitCode;

/// Rounds after which draining gives up: work that makes new work without end is a fault.
const ROUNDS: u32 = 10_000;

/// Run the clockwork in the foreground until nothing is due.
#[derive(Debug, clap::Args)]
pub struct Work {
    /// End when nothing is due any more.
    #[arg(long, required = true)]
    drain: bool,
}

impl Work {
    /// Runs first the ticks whose planned time has come, once; then those that find their own work, round after round,
    /// until a whole round does nothing.
    pub fn run(&self, app: App) -> anyhow::Result<ExitCode> {
        let stop = Stop::default();
        let mut total = Tally::default();
        for entry in table::TABLE.iter().filter(|entry| !entry.shared) {
            total.merge(&tick::catch_up(&app, entry, &stop)?);
        }
        for _ in 0..ROUNDS {
            let mut round = Tally::default();
            for entry in table::TABLE.iter().filter(|entry| entry.shared) {
                round.merge(&tick::run_once(&app, entry, &stop)?);
            }
            if round.is_empty() {
                say(if total.is_empty() { "nothing was due".to_owned() } else { total.to_string() })?;
                return Ok(ExitCode::SUCCESS);
            }
            total.merge(&round);
        }
        anyhow::bail!("after {ROUNDS} rounds there is still work: {total}")
    }
}
