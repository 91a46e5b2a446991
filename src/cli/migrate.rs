//! `migrate`.

use super::say;
use crate::app::App;
use std::process::ExitCode;

/// Bring the database's schema up to this program's version.
#[derive(Debug, clap::Args)]
pub struct Migrate {
    /// Only list what has not run.
    #[arg(long)]
    dry_run: bool,
    /// Take back the newest migration instead. Its data is lost.
    #[arg(long, conflicts_with = "dry_run")]
    down: bool,
}

impl Migrate {
    /// Prints the name of each migration, one a line.
    pub fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        let names = if self.down {
            vec![app.db.migrate_down()?]
        } else if self.dry_run {
            app.db.pending()?
        } else {
            app.db.migrate()?
        };
        for name in names {
            say(name)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
