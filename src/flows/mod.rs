//! Does. One file per thing the product does; flows own the transactions and never see `App` or `Config`.
//! Those the clockwork calls have a function `tick`, which does what is due and says how much it did.

pub mod accounts;
pub mod advance;
pub mod aftercare;
pub mod answers;
pub mod backup;
pub mod campaigns;
pub mod checkins;
pub mod companies;
pub mod consequences;
pub mod contacts;
pub mod corrections;
pub mod deliver;
pub mod digest;
pub mod dossiers;
pub mod feeds;
pub mod fetch;
pub mod freshness;
pub mod guidance;
pub mod imports;
pub mod letters;
pub mod mailboxes;
pub mod matches;
pub mod moments;
pub mod openings;
pub mod opt_outs;
pub mod outbox;
pub mod placements;
pub mod plans;
pub mod proposals;
pub mod receive;
pub mod referral_lists;
pub mod referrals;
pub mod reports;
pub mod reread;
pub mod restore;
pub mod retention;
pub mod school_door;
pub mod schools;
pub mod settings;
pub mod shortage;
mod side_by_side;
pub mod sites;
pub mod students;
pub mod suggestions;
pub mod tasks;
pub mod templates;
pub mod threads;
pub mod uncertain;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// What a run of a tick did: counts by name, in the order they were told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(Vec<(&'static str, u64)>);

impl Tally {
    /// Counts `how_many` more of `what`.
    pub fn add(&mut self, what: &'static str, how_many: u64) {
        match self.0.iter_mut().find(|(name, _)| *name == what) {
            Some((_, count)) => *count += how_many,
            None => self.0.push((what, how_many)),
        }
    }

    /// The count of `what`.
    pub fn get(&self, what: &str) -> u64 {
        self.0.iter().find(|(name, _)| *name == what).map_or(0, |(_, count)| *count)
    }

    /// Everything that was counted.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().copied()
    }

    /// Adds another run's counts.
    pub fn merge(&mut self, other: &Self) {
        for (what, how_many) in &other.0 {
            self.add(what, *how_many);
        }
    }

    /// Whether nothing was done.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, count)| *count == 0)
    }
}

impl fmt::Display for Tally {
    /// `sent 12, failed 1`; empty when nothing was done.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let done = self.0.iter().filter(|(_, count)| *count > 0);
        let words: Vec<String> = done.map(|(what, count)| format!("{what} {count}")).collect();
        f.write_str(&words.join(", "))
    }
}

/// Asks long work to end soon. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<(AtomicBool, Mutex<()>, Condvar)>);

impl Stop {
    /// Asks for the end, and wakes everyone who waits.
    pub fn ask(&self) {
        self.0.0.store(true, Ordering::SeqCst);
        let _held = self.0.1.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.2.notify_all();
    }

    /// Whether the end was asked for.
    pub fn asked(&self) -> bool {
        self.0.0.load(Ordering::SeqCst)
    }

    /// Waits this long, or shorter when the end is asked for; tells whether it is.
    pub fn wait(&self, at_most: Duration) -> bool {
        let held = self.0.1.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.asked() {
            let _woken = self.0.2.wait_timeout(held, at_most).unwrap_or_else(PoisonError::into_inner);
        }
        self.asked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_counts_by_name_and_says_what_was_done() {
        let mut tally = Tally::default();
        assert!(tally.is_empty());
        tally.add("sent", 2);
        tally.add("failed", 0);
        tally.add("sent", 1);
        assert_eq!((tally.to_string().as_str(), tally.get("sent")), ("sent 3", 3));
    }

    #[test]
    fn asking_to_stop_wakes_who_waits() {
        let stop = Stop::default();
        let other = stop.clone();
        let waiting = std::thread::spawn(move || other.wait(Duration::from_secs(60)));
        stop.ask();
        assert!(waiting.join().unwrap());
    }
}
