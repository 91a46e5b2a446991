//! Wakes a tick before its time. Rung while the tick runs, it runs once more.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A bell beside one tick. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<(Mutex<bool>, Condvar)>);

impl Bell {
    /// Wakes who waits; where nobody does, the next wait ends at once.
    pub fn ring(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    /// Waits this long, or shorter when the bell is rung; tells whether it was, and is silent again.
    pub fn wait(&self, at_most: Duration) -> bool {
        let held = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.1.wait_timeout_while(held, at_most, |rung| !*rung);
        let (mut rung, _) = waited.unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *rung)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_wakes_who_waits_and_is_heard_once() {
        let (bell, other) = (Bell::default(), Bell::default());
        let waiting = std::thread::spawn({
            let bell = bell.clone();
            move || bell.wait(Duration::from_mins(1))
        });
        bell.ring();
        assert!(waiting.join().unwrap());
        assert!(!bell.wait(Duration::from_millis(1)));
        other.ring();
        assert!(other.wait(Duration::from_mins(1)), "rung before the wait");
    }
}
