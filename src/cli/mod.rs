//! The command line: one struct per command, whose doc comment is its help. Standard output carries data, standard
//! error carries words. Exit status: 0 done, 1 it failed, 2 the command or the configuration is wrong.

mod backup;
mod campaign;
mod check;
mod demo;
mod generate;
mod import;
mod mail;
mod mailbox;
mod migrate;
mod read;
mod restore;
mod serve;
mod site;
mod tick;
mod user;
mod work;

use crate::app::App;
use crate::config::{Config, Log};
use crate::domain::id::SiteId;
use crate::domain::time::Clock;
use crate::store::sites;
use anyhow::Context as _;
use clap::{Parser, Subcommand};
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// The internship broker's tool: employer outreach, replies, places and aftercare.
///
/// Exit status: 0 done; 1 it failed; 2 the command or the configuration is wrong.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    /// The configuration file; without it the defaults hold.
    #[arg(long, global = true, env = "STAGEMAKELAAR_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Backup(backup::Backup),
    Campaign(campaign::Campaign),
    Check(check::Check),
    Mailbox(mailbox::Mailbox),
    Demo(demo::Demo),
    Generate(generate::Generate),
    Import(import::ImportCommand),
    Mail(mail::Mail),
    Migrate(migrate::Migrate),
    Read(read::Read),
    Restore(restore::Restore),
    Serve(serve::Serve),
    Site(site::Site),
    Tick(tick::Tick),
    User(user::User),
    Work(work::Work),
}

/// The configuration cannot be used: exit status 2.
#[derive(Debug, thiserror::Error)]
#[error("{0:#}")]
struct BadConfig(anyhow::Error);

/// Reads the arguments, runs the command, and says how it went.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to be done when standard error is gone as well.
            let _ = writeln!(std::io::stderr(), "stagemakelaar: {error:#}");
            ExitCode::from(if error.is::<BadConfig>() { 2 } else { 1 })
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = cli.config;
    match cli.command {
        Command::Backup(command) => command.run(&open(config)?),
        Command::Campaign(command) => command.run(&prepared(config)?),
        Command::Check(command) => command.run(config.as_deref()),
        Command::Mailbox(command) => command.run(&prepared(config)?),
        Command::Demo(command) => command.run(),
        Command::Generate(command) => command.run(&prepared(config)?),
        Command::Import(command) => command.run(&prepared(config)?),
        Command::Mail(command) => command.run(&prepared(config)?),
        Command::Migrate(command) => command.run(&open(config)?),
        Command::Read(command) => command.run(),
        Command::Restore(command) => command.run(&open(config)?),
        Command::Serve(command) => command.run(prepared(config)?),
        Command::Site(command) => command.run(&prepared(config)?),
        Command::Tick(command) => command.run(&prepared(config)?),
        Command::User(command) => command.run(&prepared(config)?),
        Command::Work(command) => command.run(prepared(config)?),
    }
}

/// The parts of the configured installation, logging set up.
fn open(config: Option<PathBuf>) -> anyhow::Result<App> {
    let config = Config::load(config.as_deref()).map_err(BadConfig)?;
    start_log(&config.log).map_err(BadConfig)?;
    App::build(config, Clock::System)
}

/// The same, with the schema up to date.
fn prepared(config: Option<PathBuf>) -> anyhow::Result<App> {
    let app = open(config)?;
    app.prepare()?;
    Ok(app)
}

fn start_log(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.filter)?;
    let colours = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    // A second call finds the log already there, which is what was wanted.
    let _ = if log.json { lines.json().try_init() } else { lines.try_init() };
    Ok(())
}

/// The sites of these names; all sites where none is named.
fn sites_named(app: &App, names: &[String]) -> anyhow::Result<Vec<SiteId>> {
    let all = app.db.read(sites::all)?;
    if names.is_empty() {
        return Ok(all.iter().map(|site| site.id).collect());
    }
    let known = || all.iter().map(|site| format!("`{}`", site.name)).collect::<Vec<_>>().join(", ");
    let find = |name: &String| all.iter().find(|site| site.name == *name).map(|site| site.id);
    names.iter().map(|name| find(name).with_context(|| format!("no site `{name}`; there are: {}", known()))).collect()
}

/// Writes one line of data.
fn say(line: impl std::fmt::Display) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{line}")
}

/// Writes one line of words.
fn warn(line: impl std::fmt::Display) -> std::io::Result<()> {
    writeln!(std::io::stderr().lock(), "{line}")
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
