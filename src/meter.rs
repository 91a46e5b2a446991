//! What `/metrics` tells: what this process counted, requests and ticks, and the signs of life of the whole installation, as
//! they were read for it.

use crate::domain::time::Moment;
use crate::flows::Tally;
use crate::store::vitals::Vitals;
use prometheus::{Encoder as _, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder};
use std::time::Duration;

/// The counters of a process.
#[derive(Debug, Clone)]
pub struct Meter {
    registry: Registry,
    requests: HistogramVec,
    ticks: HistogramVec,
    done: IntCounterVec,
    failed: IntCounterVec,
}

/// From a page at its best to one that somebody complains of, in seconds.
const PAGES: [f64; 8] = [0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0, 10.0];
/// From a tick that found nothing to a minute of sending, in seconds.
const TICKS: [f64; 6] = [0.01, 0.1, 1.0, 10.0, 60.0, 600.0];

impl Meter {
    /// All at nought. Beside its own counters it tells memory, open files and CPU time of the process.
    pub fn new() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let histogram = |name: &str, help: &str, label: &str, buckets: &[f64]| {
            HistogramVec::new(HistogramOpts::new(name, help).buckets(buckets.to_vec()), &[label])
        };
        let counter = |name: &str, help: &str, labels: &[&str]| IntCounterVec::new(Opts::new(name, help), labels);
        let meter = Self {
            requests: histogram(
                "stagemakelaar_http_request_seconds",
                "Time to an answer, by the class of its status",
                "status",
                &PAGES,
            )?,
            ticks: histogram("stagemakelaar_tick_seconds", "Time that a tick took", "tick", &TICKS)?,
            done: counter("stagemakelaar_tick_done_total", "What ticks did", &["tick", "what"])?,
            failed: counter("stagemakelaar_tick_failures_total", "Ticks that failed", &["tick"])?,
            registry,
        };
        meter.registry.register(Box::new(meter.requests.clone()))?;
        meter.registry.register(Box::new(meter.ticks.clone()))?;
        meter.registry.register(Box::new(meter.done.clone()))?;
        meter.registry.register(Box::new(meter.failed.clone()))?;
        #[cfg(target_os = "linux")]
        meter.registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))?;
        Ok(meter)
    }

    /// A request was answered.
    pub fn answered(&self, status: u16, took: Duration) {
        let class = ["0xx", "1xx", "2xx", "3xx", "4xx", "5xx"];
        let class = class.get(usize::from(status / 100)).copied().unwrap_or("0xx");
        self.requests.with_label_values(&[class]).observe(took.as_secs_f64());
    }

    /// A tick ran; `None`: it failed.
    pub fn ticked(&self, tick: &str, took: Duration, done: Option<&Tally>) {
        self.ticks.with_label_values(&[tick]).observe(took.as_secs_f64());
        match done {
            Some(tally) => {
                for (what, count) in tally.iter() {
                    self.done.with_label_values(&[tick, what]).inc_by(count);
                }
            }
            None => self.failed.with_label_values(&[tick]).inc(),
        }
    }

    /// Everything counted, and the signs of life of the installation at a moment (`None`: the database does not answer), in
    /// the text format of Prometheus. Numbers and ids, never a name or an address.
    pub fn text(&self, vitals: Option<&Vitals>, now: Moment) -> prometheus::Result<String> {
        let mut families = self.registry.gather();
        families.extend(signs(vitals, now)?.gather());
        let mut text = Vec::new();
        TextEncoder::new().encode(&families, &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

fn signs(vitals: Option<&Vitals>, now: Moment) -> prometheus::Result<Registry> {
    let registry = Registry::new();
    let gauges = |name: &str, help: &str, labels: &[&str]| -> prometheus::Result<IntGaugeVec> {
        let gauges = IntGaugeVec::new(Opts::new(name, help), labels)?;
        registry.register(Box::new(gauges.clone()))?;
        Ok(gauges)
    };
    let up = gauges("stagemakelaar_database_up", "Whether the database answers", &[])?;
    up.with_label_values::<&str>(&[]).set(vitals.is_some().into());
    let Some(vitals) = vitals else { return Ok(registry) };

    let outgoing = gauges("stagemakelaar_outgoing", "Messages on their way out, by state", &["state"])?;
    for (state, count) in &vitals.outgoing {
        outgoing.with_label_values(&[state.as_str()]).set(*count);
    }
    let oldest = "How long the message that waits longest has been due";
    let oldest = gauges("stagemakelaar_outgoing_oldest_due_seconds", oldest, &[])?;
    oldest.with_label_values::<&str>(&[]).set(vitals.oldest_due.map_or(0, |due| now.seconds_since(due).max(0)));
    let incoming = "Messages that came in and are not read yet, or cannot be";
    let incoming = gauges("stagemakelaar_incoming", incoming, &["state"])?;
    for (routing, count) in &vitals.incoming {
        incoming.with_label_values(&[routing.as_str()]).set(*count);
    }
    let paused = gauges("stagemakelaar_mailbox_paused", "Whether a mailbox does not send", &["mailbox"])?;
    let unreadable = "Whether a mailbox could not be read the last time";
    let unreadable = gauges("stagemakelaar_mailbox_unreadable", unreadable, &["mailbox"])?;
    let age = "Time since a mailbox was last looked into";
    let age = gauges("stagemakelaar_mailbox_fetch_age_seconds", age, &["mailbox"])?;
    for sign in &vitals.mailboxes {
        let id = sign.id.to_string();
        paused.with_label_values(&[&id]).set(sign.paused_at.is_some().into());
        unreadable.with_label_values(&[&id]).set((!sign.fetch_error.is_empty()).into());
        if let Some(at) = sign.fetched_at {
            age.with_label_values(&[&id]).set(now.seconds_since(at));
        }
    }
    let overdue = "How long ago a tick should have run; 0 when its time is still to come";
    let overdue = gauges("stagemakelaar_tick_overdue_seconds", overdue, &["tick"])?;
    for (tick, at) in &vitals.ticks {
        overdue.with_label_values(&[tick]).set(now.seconds_since(*at).max(0));
    }
    Ok(registry)
}
