//! `check`, the doctor: looks at every part and says in words what is wrong.

use super::{BadConfig, mailbox, say};
use crate::app::App;
use crate::config::Config;
use crate::domain::time::Clock;
use crate::store::{mailboxes, ticks};
use crate::work::table;
use serde::Serialize;
use std::path::Path;
use std::process::ExitCode;

/// Look at the configuration, the database, the templates, the clockwork, the clock and each mailbox, and say what is wrong.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

/// How far the clock may lie behind what was recorded with it, in seconds: machines that share a database differ a little.
const CLOCK_SLACK: i64 = 120;

/// What was found about one part.
#[derive(Debug, Serialize)]
struct Finding {
    part: String,
    ok: bool,
    words: String,
}

impl Check {
    /// Exit status 0 when all is well, 1 when a part is not, 2 when the configuration cannot be used.
    pub fn run(&self, config: Option<&Path>) -> anyhow::Result<ExitCode> {
        let config = Config::load(config).map_err(BadConfig)?;
        let mut findings = vec![finding("configuration", true, "every key is known")];
        match App::build(config, Clock::System) {
            Ok(app) => findings.extend(look(&app)),
            Err(error) => findings.push(finding("start", false, format!("{error:#}"))),
        }
        for finding in &findings {
            if self.json {
                say(serde_json::to_string(finding)?)?;
            } else {
                let mark = if finding.ok { "ok   " } else { "WRONG" };
                say(format_args!("{mark} {}: {}", finding.part, finding.words))?;
            }
        }
        Ok(if findings.iter().all(|finding| finding.ok) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn finding(part: impl Into<String>, ok: bool, words: impl Into<String>) -> Finding {
    Finding { part: part.into(), ok, words: words.into() }
}

fn look(app: &App) -> Vec<Finding> {
    let database = database(app);
    let reached = database.ok;
    let mut findings = vec![database, templates(app), clockwork(app)];
    if reached {
        findings.push(clock(app));
        findings.extend(every_mailbox(app));
    }
    findings
}

fn database(app: &App) -> Finding {
    let (ok, words) = match app.db.pending() {
        Ok(pending) if pending.is_empty() => (true, "reached, schema up to date".to_owned()),
        Ok(pending) => (false, format!("run `migrate`; pending: {}", pending.join(", "))),
        Err(error) => (false, error.to_string()),
    };
    finding("database", ok, words)
}

fn templates(app: &App) -> Finding {
    let (ok, words) = match app.templates.check() {
        Ok(()) => (true, "every mail renders in both languages".to_owned()),
        Err(error) => (false, error.to_string()),
    };
    finding("templates", ok, words)
}

fn clockwork(app: &App) -> Finding {
    let problems: Vec<String> = table::TABLE
        .iter()
        .filter_map(|entry| app.schedule(entry.name).err().map(|error| format!("{error:#}")))
        .collect();
    let ok = problems.is_empty();
    let words = if ok { "every tick has a schedule".to_owned() } else { problems.join("; ") };
    finding("clockwork", ok, words)
}

/// A clock that went back is seen by what was recorded with it.
fn clock(app: &App) -> Finding {
    let now = app.clock.now();
    let latest = match app.db.read(|conn| ticks::runs(conn, None, 1)) {
        Ok(runs) => runs.first().map(|run| run.started_at),
        Err(error) => return finding("clock", false, error.to_string()),
    };
    match latest {
        Some(at) if at > now.plus_seconds(CLOCK_SLACK) => {
            let words = format!("this machine says {now}, and the clockwork last ran at {at}: set the clock right");
            finding("clock", false, words)
        }
        _ => finding("clock", true, format!("it is {now}")),
    }
}

/// Connects to and signs in at every mailbox, sending and reading nothing.
fn every_mailbox(app: &App) -> Vec<Finding> {
    match app.db.read(mailboxes::all) {
        Ok(all) => all.iter().map(|found| one_mailbox(app, found)).collect(),
        Err(error) => vec![finding("mailboxes", false, error.to_string())],
    }
}

fn one_mailbox(app: &App, found: &mailboxes::Mailbox) -> Finding {
    let checked = mailbox::checked(app, found);
    finding(format!("mailbox {}", found.address), checked.is_good(), mailbox::words(&checked))
}
