//! What this process counts of itself, for `/metrics`: requests and ticks. What the database knows is read when asked for.

use crate::flows::Tally;
use prometheus::{Encoder as _, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};
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

    /// Everything counted, in the text format of Prometheus.
    pub fn text(&self) -> prometheus::Result<String> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}
