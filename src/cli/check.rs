//! `check`, the doctor: looks at every part and says in words what is wrong.

use super::{BadConfig, say};
use crate::app::App;
use crate::config::Config;
use crate::domain::time::Clock;
use crate::work::table;
use serde::Serialize;
use std::path::Path;
use std::process::ExitCode;

/// Look at the configuration, the database, the keys and the clockwork, and say what is wrong.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

/// What was found about one part.
#[derive(Debug, Serialize)]
struct Finding {
    part: &'static str,
    ok: bool,
    words: String,
}

impl Check {
    /// Exit status 0 when all is well, 1 when a part is not, 2 when the configuration cannot be used.
    pub fn run(&self, config: Option<&Path>) -> anyhow::Result<ExitCode> {
        let config = Config::load(config).map_err(BadConfig)?;
        let mut findings = vec![Finding { part: "configuration", ok: true, words: "every key is known".to_owned() }];
        match App::build(config, Clock::System) {
            Ok(app) => findings.extend(look(&app)),
            Err(error) => findings.push(Finding { part: "start", ok: false, words: format!("{error:#}") }),
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

fn look(app: &App) -> Vec<Finding> {
    vec![database(app), templates(app), clockwork(app)]
}

fn database(app: &App) -> Finding {
    let (ok, words) = match app.db.pending() {
        Ok(pending) if pending.is_empty() => (true, "reached, schema up to date".to_owned()),
        Ok(pending) => (false, format!("run `migrate`; pending: {}", pending.join(", "))),
        Err(error) => (false, error.to_string()),
    };
    Finding { part: "database", ok, words }
}

fn templates(app: &App) -> Finding {
    let (ok, words) = match app.templates.check() {
        Ok(()) => (true, "every mail renders in both languages".to_owned()),
        Err(error) => (false, error.to_string()),
    };
    Finding { part: "templates", ok, words }
}

fn clockwork(app: &App) -> Finding {
    let problems: Vec<String> = table::TABLE
        .iter()
        .filter_map(|entry| app.schedule(entry.name).err().map(|error| format!("{error:#}")))
        .collect();
    let ok = problems.is_empty();
    let words = if ok { "every tick has a schedule".to_owned() } else { problems.join("; ") };
    Finding { part: "clockwork", ok, words }
}
