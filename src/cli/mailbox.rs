//! `mailbox`.

use super::say;
use crate::app::App;
use crate::domain::email::EmailAddress;
use crate::domain::id::SiteId;
use crate::domain::scope::Scope;
use crate::domain::secret::Secret;
use crate::domain::time::Day;
use crate::domain::words::{Lang, MailboxKind};
use crate::flows::mailboxes::{self, Checked, Door, MailboxFields, NewBox};
use crate::mail::error::MailError;
use crate::store::{mailboxes as rows, sites};
use anyhow::{Context as _, bail};
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;

/// Add a mailbox, or check that mailboxes work.
#[derive(Debug, clap::Args)]
pub struct Mailbox {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(Box<Add>),
    Check(Check),
}

/// Add a mailbox to a site, and check it.
///
/// The password never stands on the command line or in a URL: it is read from a file and sealed in the database.
#[derive(Debug, clap::Args)]
struct Add {
    /// The site's name; may be left out where there is one.
    #[arg(long)]
    site: Option<String>,
    /// Its address.
    #[arg(long)]
    address: EmailAddress,
    /// As the desk calls it; without it the address.
    #[arg(long)]
    name: Option<String>,
    /// The sender's name in its mails; without it the desk's name.
    #[arg(long)]
    from_name: Option<String>,
    /// `desk` keeps everything that comes in, `personal` only what is ours.
    #[arg(long, default_value = "desk")]
    kind: MailboxKind,
    /// `smtps://user@host:port`, or `smtp://…` for STARTTLS.
    #[arg(long, value_name = "URL", conflicts_with = "pickup")]
    smtp: Option<String>,
    /// A directory into which each mail is written.
    #[arg(long, value_name = "DIR")]
    pickup: Option<PathBuf>,
    /// `imaps://user@host:port`, or `imap://…` for STARTTLS.
    #[arg(long, value_name = "URL", conflicts_with = "maildir")]
    imap: Option<String>,
    /// A Maildir from which mail is read.
    #[arg(long, value_name = "DIR")]
    maildir: Option<PathBuf>,
    /// A file whose first line is the password.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Certificates (PEM) to trust besides the system's.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// The first day whose mail counts, as 2026-11-23; without it today.
    #[arg(long, value_name = "DAY")]
    from_date: Option<String>,
    /// Lines to the mail server kept open at once.
    #[arg(long, default_value_t = 4)]
    connections: i32,
    /// Messages that may leave in a minute; 0: as many as go.
    #[arg(long, default_value_t = 0)]
    rate: i32,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// Connect and sign in to every mailbox, sending and reading nothing.
#[derive(Debug, clap::Args)]
struct Check {
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Shown {
    id: i64,
    site: i64,
    address: String,
    sends: Option<bool>,
    reads: Option<bool>,
    words: Vec<String>,
}

impl Mailbox {
    /// Runs the subcommand. Exit status 1 when a mailbox does not work.
    pub fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        match &self.command {
            Command::Add(add) => add.run(app),
            Command::Check(check) => check.run(app),
        }
    }
}

/// The site of this name, or the only one.
pub(super) fn site_named(app: &App, name: Option<&str>) -> anyhow::Result<sites::Site> {
    let mut all = app.db.read(sites::all)?;
    let names = all.iter().map(|site| format!("`{}`", site.name)).collect::<Vec<_>>().join(", ");
    match name {
        Some(name) => all.retain(|site| site.name == name),
        None if all.len() > 1 => bail!("name the site with `--site`: {names}"),
        None => {}
    }
    all.into_iter().next().with_context(|| format!("no such site; there are: {names}"))
}

fn absolute(dir: &std::path::Path) -> anyhow::Result<String> {
    let path = std::path::absolute(dir).with_context(|| format!("the directory `{}`", dir.display()))?;
    Ok(path.display().to_string())
}

impl Add {
    fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        let site = site_named(app, self.site.as_deref())?;
        let now = app.clock.now();
        let way = |url: &Option<String>, scheme: &str, dir: &Option<PathBuf>| match (url, dir) {
            (Some(url), _) => Ok(url.clone()),
            (None, Some(dir)) => Ok(format!("{scheme}:{}", absolute(dir)?)),
            (None, None) => anyhow::Ok(String::new()),
        };
        let start_on = match &self.from_date {
            Some(day) => Day::parse(day).with_context(|| format!("`{day}` is no day; write it as 2026-11-23"))?,
            None => now.day(),
        };
        let fields = MailboxFields {
            name: self.name.clone().unwrap_or_else(|| self.address.to_string()),
            from_name: self.from_name.clone().unwrap_or_else(|| site.desk_name.clone()),
            out_url: way(&self.smtp, "pickup", &self.pickup)?,
            in_url: way(&self.imap, "maildir", &self.maildir)?,
            password: self.password()?,
            start_on,
            connections: self.connections,
            rate_per_minute: self.rate,
        };
        let ca_file = self.ca_file.as_deref().map(std::path::absolute).transpose()?;
        let new = NewBox { site: site.id, kind: self.kind, user: None, address: self.address.clone(), ca_file };
        let scope = Scope::command(vec![site.id]);
        let id = mailboxes::add(&app.db, &scope, &app.keys, &new, &fields, Door::CommandLine, now)?;
        let mailbox = app.db.read(|conn| rows::find(conn, &scope, id))?.context("the mailbox that was just added")?;
        tell(app, &mailbox, self.json)
    }

    fn password(&self) -> anyhow::Result<Option<Secret>> {
        let Some(file) = &self.password_file else { return Ok(None) };
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("the password file `{}` cannot be read", file.display()))?;
        let line = text.lines().next().unwrap_or_default();
        if line.is_empty() {
            bail!("the password file `{}` is empty", file.display());
        }
        Ok(Some(Secret::new(line)))
    }
}

impl Check {
    fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        let all = app.db.read(rows::all)?;
        let mut good = true;
        for mailbox in &all {
            good &= tell(app, mailbox, self.json)? == ExitCode::SUCCESS;
        }
        Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Checks one mailbox and says what was found.
fn tell(app: &App, mailbox: &rows::Mailbox, json: bool) -> anyhow::Result<ExitCode> {
    let checked = checked(app, mailbox);
    if json {
        let good = |way: &Option<Result<(), MailError>>| way.as_ref().map(Result::is_ok);
        let failed = [&checked.out, &checked.inward].into_iter().flatten().filter_map(|way| way.as_ref().err());
        let shown = Shown {
            id: mailbox.id.0,
            site: mailbox.site_id.0,
            address: mailbox.address.to_string(),
            sends: good(&checked.out),
            reads: good(&checked.inward),
            words: failed.map(|error| error.says(Lang::En)).collect(),
        };
        say(serde_json::to_string(&shown)?)?;
    } else {
        say(format_args!("{}: {}", mailbox.address, words(&checked)))?;
    }
    Ok(if checked.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Connects and signs in, both ways.
pub(super) fn checked(app: &App, mailbox: &rows::Mailbox) -> Checked {
    let timeouts = crate::mail::server::Timeouts::default();
    mailboxes::check(mailbox, &app.keys, &app.config.delivery.private_addresses, timeouts)
}

/// What was found, in a line.
pub(super) fn words(checked: &Checked) -> String {
    let one = |what: &str, way: &Option<Result<(), MailError>>| match way {
        None => None,
        Some(Ok(())) => Some(format!("{what} works")),
        Some(Err(error)) => Some(format!("{what} does not work: {} ({})", error.says(Lang::En), error.detail)),
    };
    let parts = [one("sending", &checked.out), one("reading", &checked.inward)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// The scope of a command over one site.
pub(super) fn over(site: SiteId) -> Scope {
    Scope::command(vec![site])
}
