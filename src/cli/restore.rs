//! `restore`.

use super::{say, warn};
use crate::app::App;
use crate::flows::restore::restore;
use anyhow::Context as _;
use serde_json::json;
use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;

/// Put a backup into the configured database, which must be empty.
///
/// All or nothing. Nothing of it leaves by itself: mails that waited are held, campaigns are paused, and people sign in anew.
#[derive(Debug, clap::Args)]
pub struct Restore {
    /// The backup.
    file: PathBuf,
    /// Also one that belongs with another key file; every mailbox then needs its password anew.
    #[arg(long)]
    other_keys: bool,
}

impl Restore {
    /// Prints what was restored and what waits for a person, as JSON.
    pub fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        let name = self.file.display();
        let file = File::open(&self.file).with_context(|| format!("`{name}` cannot be opened"))?;
        let now = app.clock.now();
        let done = restore(&app.db, &app.keys, &app.config.aftercare, file, self.other_keys, now);
        let done = done.with_context(|| format!("`{name}`"))?;
        say(json!({ "at": done.header.at, "rows": done.rows, "held": done.held }))?;
        warn(format_args!(
            "What happened after {} is not in it, an opt-out by a link neither. Look at *Vandaag* and at the campaigns.",
            done.header.at
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}
