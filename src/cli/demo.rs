//! `demo`.

use super::{say, serve, start_log};
use crate::app::App;
use crate::config::Config;
use crate::domain::account::TokenPurpose;
use crate::domain::email::EmailAddress;
use crate::domain::id::UserId;
use crate::domain::time::Clock;
use crate::flows::Stop;
use crate::flows::accounts::make_link;
use crate::practice::employers::Employers;
use crate::practice::world;
use crate::store::users;
use crate::web;
use crate::work::{Clockwork, table};
use anyhow::{Context as _, bail};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Ports tried after the one that was asked for.
const PORTS: u16 = 50;
/// The file by which a folder is known as a practice world of ours.
const MARK: &str = "practice-world";

/// Run a practice world: companies that do not exist, and employers who answer within seconds.
///
/// Nothing leaves this machine: mail is written to files, and read from files.
#[derive(Debug, clap::Args)]
pub struct Demo {
    /// The port to listen on; the next free one when it is taken.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Where the world is kept.
    #[arg(long, default_value = "var/demo", value_name = "DIR")]
    dir: PathBuf,
    /// Throw the world away and begin afresh.
    #[arg(long)]
    reset: bool,
}

impl Demo {
    /// Builds the world where there is none, serves it, and ends on Ctrl-C.
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        self.make_room()?;
        let listener = self.listen()?;
        let port = listener.local_addr()?.port();
        let dir = self.dir.canonicalize()?;
        let config = configuration(&dir, port)?;
        start_log(&config.log)?;
        let app = Arc::new(App::build(config, Clock::System)?);
        app.prepare()?;
        let signals = Signals::new([SIGINT, SIGTERM]).context("listening for signals")?;
        let stop = Stop::default();
        let user = inhabit(&app, &dir, &stop)?;
        let employers = Employers::who_read_all(world::post_boxes(&dir))?;
        let link = make_link(&app.db, user, TokenPurpose::SignIn, app.clock.now())?;
        let link = link.context("the practice user is shut out; start again with `--reset`")?;

        let pages = web::start(Arc::clone(&app), listener)?;
        let clockwork = Clockwork::start(&app).context("starting the clockwork")?;
        let (clock, ended) = (app.clock.clone(), stop.clone());
        let outside = std::thread::spawn(move || employers.live(&clock, &ended));
        say(link.url(&app.config.server.base_url))?;
        serve::wait(signals);
        stop.ask();
        pages.stop()?;
        clockwork.stop();
        outside.join().map_err(|_| anyhow::anyhow!("the practice employers panicked"))?;
        Ok(ExitCode::SUCCESS)
    }

    /// Makes the folder, or throws away a world that was ours.
    fn make_room(&self) -> anyhow::Result<()> {
        let dir = &self.dir;
        let known = dir.join(MARK).exists();
        let empty = std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_none());
        if dir.exists() && !known && !empty {
            bail!("`{}` holds something else than a practice world; choose another folder with `--dir`", dir.display());
        }
        if self.reset && known {
            std::fs::remove_dir_all(dir).with_context(|| format!("throwing away `{}`", dir.display()))?;
        }
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make the folder `{}`", dir.display()))?;
        std::fs::write(dir.join(MARK), "A practice world; it can be thrown away.\n")?;
        Ok(())
    }

    fn listen(&self) -> anyhow::Result<TcpListener> {
        let ports = self.port..=self.port.saturating_add(PORTS);
        let free = ports.clone().find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok());
        free.with_context(|| format!("the ports {} to {} of 127.0.0.1 are all taken", ports.start(), ports.end()))
    }
}

/// The demo's configuration: what production runs, with a clockwork that does not keep anyone waiting.
fn configuration(dir: &Path, port: u16) -> anyhow::Result<Config> {
    let mut text = format!("[server]\nlisten = \"127.0.0.1:{port}\"\nbase_url = \"http://127.0.0.1:{port}\"\n");
    let quoted = |file: &str| toml::Value::from(dir.join(file).display().to_string()).to_string();
    write!(text, "[database]\nurl = {}\n[files]\nkeys = {}\n", quoted("desk.db"), quoted("keys.toml"))?;
    text.push_str("[outreach]\nwindow = \"always\"\n[log]\nfilter = \"warn\"\n[clockwork]\n");
    for tick in ["advance", "deliver", "fetch", "receive"] {
        writeln!(text, "{tick} = \"every 1s\"")?;
    }
    Config::parse(&text, "the practice world")
}

/// The practice user; the world is built around them where there is none yet.
fn inhabit(app: &App, dir: &Path, stop: &Stop) -> anyhow::Result<UserId> {
    let email = EmailAddress::parse(world::USER)?;
    if let Some((member, _)) = app.db.read(|conn| users::by_email(conn, &email))? {
        return Ok(member.user.id);
    }
    let run = |name: &str, now| {
        let entry = table::find(name).with_context(|| format!("no tick `{name}`"))?;
        (entry.run)(app, stop, now)
    };
    world::build(world::Builder { db: &app.db, press: app.press(), run: &run, post: dir, now: app.clock.now() })
}
