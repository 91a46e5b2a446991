//! `mail`.

use super::say;
use crate::app::App;
use crate::domain::id::SiteId;
use crate::domain::scope::Scope;
use crate::flows::reread::{self, Reread};
use crate::store::sites;
use std::process::ExitCode;

/// Work on the mail that was ever received.
#[derive(Debug, clap::Args)]
pub struct Mail {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Reread(RereadMail),
}

/// Read stored mail again with the reader of today, and list what would change.
///
/// Only readings and suggestions change; what a person decided stays, and nothing is sent or stopped.
#[derive(Debug, clap::Args)]
struct RereadMail {
    /// Write the changes.
    #[arg(long)]
    apply: bool,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    /// Only this site, by its name.
    #[arg(long, value_name = "SITE")]
    site: Option<String>,
}

impl Mail {
    /// Runs the command.
    pub fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        match &self.command {
            Command::Reread(command) => command.run(app),
        }
    }
}

impl RereadMail {
    fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        let all = app.db.read(sites::all)?;
        let wanted = |name: &str| self.site.as_ref().is_none_or(|site| site.eq_ignore_ascii_case(name));
        let ids: Vec<SiteId> = all.iter().filter(|site| wanted(&site.name)).map(|site| site.id).collect();
        anyhow::ensure!(!ids.is_empty(), "no site of this name");
        let done = reread::reread(&app.db, &app.holidays, &Scope::command(ids), self.apply)?;
        self.tell(&done)?;
        Ok(ExitCode::SUCCESS)
    }

    fn tell(&self, done: &Reread) -> anyhow::Result<()> {
        for difference in &done.differences {
            if self.json {
                say(serde_json::to_string(difference)?)?;
            } else {
                let (before, after) = (&difference.before, &difference.after);
                say(format!("message {}: {} `{before}` → `{after}`", difference.message, difference.what))?;
            }
        }
        if !self.json {
            let verb = if self.apply { "changed" } else { "would change" };
            let (read, decided, failed) = (done.read, done.decided, done.failed);
            let count = done.differences.len();
            say(format!("{read} read again, {count} {verb}, {decided} left as people decided, {failed} unreadable"))?;
        }
        Ok(())
    }
}
