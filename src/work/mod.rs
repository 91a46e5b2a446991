//! The clockwork: one thread per tick asks whether it is due, claims the run, calls the flow, records what it did.
//!
//! The row that is due is the job; nothing is queued in memory. Ticks that go through everything (`aftercare`, `digest`,
//! `retention`) are run by one process at a time, under a lease. Those that claim their own rows or mailboxes are
//! shared: every process runs them, on its own count.

pub mod table;
pub mod tick;

use crate::app::App;
use crate::flows::Stop;
use crate::store::leases;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// A running clockwork. Dropping it leaves the threads running: end it with [`Clockwork::stop`].
#[derive(Debug)]
pub struct Clockwork {
    stop: Stop,
    threads: Vec<JoinHandle<()>>,
    app: Arc<App>,
}

impl Clockwork {
    /// Starts a thread per tick, and one that keeps this process's leases alive.
    pub fn start(app: &Arc<App>) -> std::io::Result<Self> {
        let stop = Stop::default();
        let mut threads = Vec::new();
        for entry in table::TABLE {
            let (app, stop) = (Arc::clone(app), stop.clone());
            let run = move || tick::keep_running(&app, entry, &stop);
            threads.push(std::thread::Builder::new().name(entry.name.to_owned()).spawn(run)?);
        }
        let (beating, ended) = (Arc::clone(app), stop.clone());
        let beat = move || heartbeat(&beating, &ended);
        threads.push(std::thread::Builder::new().name("heartbeat".to_owned()).spawn(beat)?);
        Ok(Self { stop, threads, app: Arc::clone(app) })
    }

    /// Asks every tick to end, waits for them, and gives the leases back.
    pub fn stop(self) {
        self.stop.ask();
        for thread in self.threads {
            if thread.join().is_err() {
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
