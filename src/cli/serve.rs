//! `serve`.

use crate::app::App;
use crate::web;
use crate::work::Clockwork;
use anyhow::Context as _;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Serve the pages and run the clockwork, until Ctrl-C or SIGTERM.
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// Only this half; any number of processes of either kind share one PostgreSQL.
    #[arg(long, value_name = "HALF")]
    only: Option<Half>,
}

/// Half of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Half {
    /// The pages.
    Web,
    /// The clockwork.
    Work,
}

impl Serve {
    /// Serves until a signal comes, then ends cleanly.
    pub fn run(&self, app: App) -> anyhow::Result<ExitCode> {
        let app = Arc::new(app);
        let signals = Signals::new([SIGINT, SIGTERM]).context("listening for signals")?;
        let pages = match self.only {
            Some(Half::Work) => None,
            Some(Half::Web) | None => {
                let listener = listen(app.config.server.listen)?;
                tracing::info!(at = %app.config.server.listen, base_url = app.config.server.base_url, "listening");
                Some(web::start(Arc::clone(&app), listener)?)
            }
        };
        let metrics = match app.config.metrics.listen.parse() {
            Ok(at) => Some(web::metrics::start(Arc::clone(&app), listen(at)?)?),
            Err(_) => None,
        };
        let clockwork = match self.only {
            Some(Half::Web) => None,
            Some(Half::Work) | None => Some(Clockwork::start(&app).context("starting the clockwork")?),
        };
        tracing::info!(holder = app.holder, pages = pages.is_some(), clockwork = clockwork.is_some(), "serving");
        wait(signals);
        if self.only == Some(Half::Web) {
            // Others serve the same pages: whoever shares the requests out is told before the door closes.
            app.leaving.ask();
            std::thread::sleep(Duration::from_secs(app.config.server.leave_seconds.into()));
            pages.iter().for_each(web::Running::close_door);
        }
        std::thread::scope(|scope| {
            // Each half has its own work to finish, and neither waits for the other.
            let working = scope.spawn(|| clockwork.map(Clockwork::stop));
            let answered = pages.map_or(Ok(()), web::Running::stop);
            let measured = metrics.map_or(Ok(()), web::Running::stop);
            let _ended = working.join();
            answered.and(measured)
        })?;
        tracing::info!("ended");
        Ok(ExitCode::SUCCESS)
    }
}

/// Waits for the first signal; a second one ends the program at once.
pub(super) fn wait(mut signals: Signals) {
    let _first = signals.forever().next();
    let _forcing = std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            std::process::exit(130);
        }
    });
}

fn listen(at: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(at).with_context(|| format!("cannot listen on {at}"))
}
