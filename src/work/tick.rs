//! One tick's life: due? claim the run, call, record. A panic ends the run and not the clockwork.

use super::bell::Bell;
use super::table::Entry;
use crate::app::App;
use crate::domain::schedule::Schedule;
use crate::domain::time::Moment;
use crate::flows::{Stop, Tally};
use crate::store::{leases, ticks};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Empty runs of a frequent tick are not recorded; its plan is moved on this often, so that a stall is seen.
const PLAN_SECONDS: i64 = 60;

/// Runs a tick whenever it is due, or its bell is rung, until the end is asked for; when it did something it rings the next
/// one's. Only shared ticks come before their time.
pub fn keep_running(app: &App, entry: &Entry, (bell, then): (&Bell, Option<&Bell>), stop: &Stop) {
    let schedule = match app.schedule(entry.name) {
        Ok(schedule) => schedule,
        Err(error) => return tracing::error!(tick = entry.name, %error, "this tick has no schedule"),
    };
    let mut due = if entry.shared { app.clock.now() } else { planned(app, entry, &schedule) };
    while !stop.asked() {
        let now = app.clock.now();
        // Where the clock went back, what was due in seconds would be due in as long as it went.
        let went_back = entry.shared && due > next(&schedule, now);
        if now >= due || went_back {
            match run_due(app, entry, &schedule, stop) {
                Ok(true) => then.into_iter().for_each(Bell::ring),
                Ok(false) => {}
                Err(error) => tracing::warn!(tick = entry.name, %error, "this tick could not run"),
            }
            due = if entry.shared { next(&schedule, app.clock.now()) } else { planned(app, entry, &schedule) };
        }
        let left = due.utc().signed_duration_since(app.clock.now().utc()).num_milliseconds();
        if bell.wait(Duration::from_millis(u64::try_from(left).unwrap_or(0).clamp(50, 5_000))) && entry.shared {
            due = app.clock.now();
        }
    }
}

/// Runs one tick now, whatever its plan says, and records the run. For the command line and tests.
pub fn run_once(app: &App, entry: &Entry, stop: &Stop) -> anyhow::Result<Tally> {
    let now = app.clock.now();
    let run = app.db.write(|tx| ticks::begin(tx, entry.name, &app.holder, now))?;
    let done = contained(app, entry, stop, now);
    let (tally, error) = match &done {
        Ok(tally) => (tally.to_string(), String::new()),
        Err(error) => (String::new(), format!("{error:#}")),
    };
    let ended = app.clock.now();
    app.db.write(|tx| ticks::end(tx, run, ended, &tally, &error))?;
    done
}

/// Runs a tick if its planned time has come. For draining.
pub fn catch_up(app: &App, entry: &Entry, stop: &Stop) -> anyhow::Result<Tally> {
    let schedule = app.schedule(entry.name)?;
    claimed(app, entry, &schedule, || run_once(app, entry, stop))?.unwrap_or_else(|| Ok(Tally::default()))
}

/// The stored plan; the first one is made here. After an outage it lies in the past, so the run is caught up, once.
fn planned(app: &App, entry: &Entry, schedule: &Schedule) -> Moment {
    let first = next(schedule, app.clock.now());
    let stored = app.db.read(|conn| ticks::next_at(conn, entry.name)).unwrap_or(None);
    if stored.is_none()
        && let Err(error) = app.db.write(|tx| ticks::plan(tx, entry.name, first))
    {
        tracing::warn!(tick = entry.name, %error, "the first run could not be planned");
    }
    stored.unwrap_or(first)
}

/// Tells whether a shared tick did something.
fn run_due(app: &App, entry: &Entry, schedule: &Schedule, stop: &Stop) -> anyhow::Result<bool> {
    if entry.shared {
        return run_shared(app, entry, stop);
    }
    match claimed(app, entry, schedule, || run_once(app, entry, stop))? {
        Some(done) => log(entry, &done),
        None => {
            stop.wait(Duration::from_secs(1));
        }
    }
    Ok(false)
}

/// Runs `act` under the tick's lease and plans the next run; `None` where the run is not due, or another process's.
fn claimed<T>(app: &App, entry: &Entry, schedule: &Schedule, act: impl FnOnce() -> T) -> anyhow::Result<Option<T>> {
    let lease = format!("tick:{}", entry.name);
    let now = app.clock.now();
    let mine = app.db.write(|tx| {
        // Another process may have run it since this one looked.
        let due = ticks::next_at(tx, entry.name)?.is_none_or(|at| at <= now);
        Ok::<_, crate::store::DbError>(due && leases::take(tx, &lease, &app.holder, now, leases::SECONDS)?)
    })?;
    if !mine {
        return Ok(None);
    }
    let done = act();
    let next = next(schedule, app.clock.now());
    app.db.write(|tx| {
        ticks::plan(tx, entry.name, next)?;
        leases::release(tx, &lease, &app.holder)
    })?;
    Ok(Some(done))
}

fn run_shared(app: &App, entry: &Entry, stop: &Stop) -> anyhow::Result<bool> {
    let now = app.clock.now();
    let done = contained(app, entry, stop, now);
    let ended = app.clock.now();
    let plan_old = app.db.read(|conn| ticks::next_at(conn, entry.name))?.is_none_or(|at| at <= ended);
    let (tally, error) = match &done {
        Ok(tally) => (tally.to_string(), String::new()),
        Err(error) => (String::new(), format!("{error:#}")),
    };
    if plan_old || !tally.is_empty() || !error.is_empty() {
        app.db.write(|tx| {
            ticks::plan(tx, entry.name, ended.plus_seconds(PLAN_SECONDS))?;
            if !tally.is_empty() || !error.is_empty() {
                let run = ticks::begin(tx, entry.name, &app.holder, now)?;
                ticks::end(tx, run, ended, &tally, &error)?;
            }
            Ok::<_, crate::store::DbError>(())
        })?;
    }
    log(entry, &done);
    Ok(!tally.is_empty())
}

fn contained(app: &App, entry: &Entry, stop: &Stop, now: Moment) -> anyhow::Result<Tally> {
    let began = Instant::now();
    let done = catch_unwind(AssertUnwindSafe(|| (entry.run)(app, stop, now)))
        .unwrap_or_else(|_| Err(anyhow::anyhow!("the tick `{}` panicked", entry.name)));
    app.meter.ticked(entry.name, began.elapsed(), done.as_ref().ok());
    done
}

fn next(schedule: &Schedule, after: Moment) -> Moment {
    // A schedule that never comes again (30 February) is looked at again in a day.
    schedule.next_after(after).unwrap_or_else(|| after.plus_days(1))
}

fn log(entry: &Entry, done: &anyhow::Result<Tally>) {
    match done {
        Ok(tally) if tally.is_empty() => {}
        Ok(tally) => tracing::info!(tick = entry.name, %tally, "done"),
        Err(error) => tracing::error!(tick = entry.name, error = format!("{error:#}"), "failed"),
    }
}
