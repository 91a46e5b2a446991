//! `mail`.

use super::say;
use crate::app::App;
use crate::domain::email::EmailAddress;
use crate::domain::id::SiteId;
use crate::domain::scope::Scope;
use crate::flows::corrections;
use crate::flows::reread::{self, Reread};
use crate::store::{sites, users};
use anyhow::Context as _;
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
    Corrections(Corrections),
}

/// Give out what people corrected in the inbox, one JSON object a line, with stand-ins for names, addresses and numbers.
///
/// The export stands in the audit log of each site. Stand-ins hide whom a message names by what is known of it; look it
/// over before it leaves the house.
#[derive(Debug, clap::Args)]
struct Corrections {
    /// Only this site, by its name.
    #[arg(long, value_name = "SITE")]
    site: Option<String>,
    /// In the name of this coordinator, for the sites that are theirs.
    #[arg(long, value_name = "EMAIL")]
    by: Option<EmailAddress>,
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
            Command::Corrections(command) => command.run(app),
        }
    }
}

/// The sites of this name; all where none is given.
fn sites_named(app: &App, name: Option<&str>) -> anyhow::Result<Vec<SiteId>> {
    let all = app.db.read(sites::all)?;
    let wanted = |known: &str| name.is_none_or(|name| name.eq_ignore_ascii_case(known));
    let ids: Vec<SiteId> = all.iter().filter(|site| wanted(&site.name)).map(|site| site.id).collect();
    anyhow::ensure!(!ids.is_empty(), "no site of this name");
    Ok(ids)
}

impl Corrections {
    fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        let named = sites_named(app, self.site.as_deref())?;
        let scope = match &self.by {
            Some(email) => {
                let found = app.db.read(|conn| users::by_email(conn, email))?;
                let (member, _) = found.with_context(|| format!("no user `{}`", email.as_str()))?;
                anyhow::ensure!(member.user.active, "`{}` may not sign in", email.as_str());
                let sites = member.sites.into_iter().filter(|site| named.contains(site)).collect();
                Scope::of(member.user.id, member.user.role, sites)
            }
            None => Scope::command(named),
        };
        for example in corrections::export(&app.db, &scope, app.clock.now())? {
            say(serde_json::to_string(&example)?)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl RereadMail {
    fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        let ids = sites_named(app, self.site.as_deref())?;
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
