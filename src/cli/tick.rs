//! `tick`.

use super::say;
use crate::app::App;
use crate::flows::Stop;
use crate::work::{table, tick};
use anyhow::Context as _;
use std::process::ExitCode;

/// Run one tick of the clockwork now, whatever its plan says, and print what it did.
#[derive(Debug, clap::Args)]
pub struct Tick {
    /// Its name, as in the section `[clockwork]`.
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(table::TABLE.iter().map(|entry| entry.name)))]
    name: String,
}

impl Tick {
    /// Runs the tick.
    pub fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        let entry = table::find(&self.name).context("no tick of this name")?;
        let tally = tick::run_once(app, entry, &Stop::default())?;
        say(if tally.is_empty() { "nothing was due".to_owned() } else { tally.to_string() })?;
        Ok(ExitCode::SUCCESS)
    }
}
