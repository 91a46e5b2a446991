//! The clockwork: one thread per tick asks whether it is due, claims the run, calls the flow, records what it did.
//!
//! The row that is due is the job; nothing is queued in memory. Ticks that go through everything (`aftercare`, `digest`,
//! `retention`) are run by one process at a time, under a lease. Those that claim their own rows or mailboxes are
//! shared: every process runs them, on its own count. Beside the ticks, [`watch`] listens to mailboxes; a [`bell::Bell`] wakes a
//! tick that has got work before its time.

pub mod bell;
pub mod table;
pub mod tick;
pub mod watch;

use crate::app::App;
use crate::domain::schedule::Tick;
use crate::flows::Stop;
use crate::store::leases;
use bell::Bell;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long the threads may take to end. One that hangs longer is left: what it holds is another process's when its leases end.
const PARTING: Duration = Duration::from_secs(9);

/// A running clockwork. Dropping it leaves the threads running: end it with [`Clockwork::stop`].
#[derive(Debug)]
pub struct Clockwork {
    stop: Stop,
    bells: Vec<Bell>,
    threads: Vec<JoinHandle<()>>,
    app: Arc<App>,
}

impl Clockwork {
    /// Starts a thread per tick, one that listens to mailboxes, and one that keeps this process's leases alive.
    pub fn start(app: &Arc<App>) -> std::io::Result<Self> {
        let (stop, receive) = (Stop::default(), Bell::default());
        let mut clockwork = Self { stop: stop.clone(), bells: Vec::new(), threads: Vec::new(), app: Arc::clone(app) };
        for entry in table::TABLE {
            let bell = if entry.name == Tick::Receive.as_str() { receive.clone() } else { Bell::default() };
            // What a fetch stored is thought about at once.
            let then = (entry.name == Tick::Fetch.as_str()).then(|| receive.clone());
            clockwork.bells.push(bell.clone());
            let (app, stop) = (Arc::clone(app), stop.clone());
            clockwork.spawn(entry.name, move || tick::keep_running(&app, entry, (&bell, then.as_ref()), &stop))?;
        }
        let (watching, ended) = (Arc::clone(app), stop.clone());
        clockwork.spawn("watch", move || watch::keep_watching(&watching, &receive, &ended))?;
        let beating = Arc::clone(app);
        clockwork.spawn("heartbeat", move || heartbeat(&beating, &stop))?;
        Ok(clockwork)
    }

    fn spawn(&mut self, name: &str, run: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
        self.threads.push(std::thread::Builder::new().name(name.to_owned()).spawn(run)?);
        Ok(())
    }

    /// Asks everything to end, waits for it (nine seconds at most), and gives the leases back.
    pub fn stop(self) {
        self.stop.ask();
        self.bells.iter().for_each(Bell::ring);
        let asked = Instant::now();
        for thread in self.threads {
            while !thread.is_finished() && asked.elapsed() < PARTING {
                std::thread::sleep(Duration::from_millis(5));
            }
            if !thread.is_finished() {
                tracing::warn!(thread = thread.thread().name(), "a clockwork thread does not end; it is left");
            } else if thread.join().is_err() {
                tracing::error!("a clockwork thread ended with a panic");
            }
        }
        if let Err(error) = self.app.db.write(|tx| leases::release_all(tx, &self.app.holder)) {
            tracing::warn!(%error, "leases were not given back; they end by themselves");
        }
    }
}

fn heartbeat(app: &App, stop: &Stop) {
    while !stop.wait(Duration::from_secs(10)) {
        let now = app.clock.now();
        if let Err(error) = app.db.write(|tx| leases::heartbeat(tx, &app.holder, now)) {
            tracing::warn!(%error, "the leases were not lengthened");
        }
    }
}
