//! One mailbox's listener. What it hears of is fetched at once, over the very session that told of it: however much comes in,
//! nobody signs in again. A line that fails is opened again after a wait that grows.

use crate::app::App;
use crate::config::Watching;
use crate::domain::schedule::Tick;
use crate::domain::secret::random;
use crate::flows::Stop;
use crate::flows::fetch::{self, Line, Looked};
use crate::mail::error::{MailError, Trouble};
use crate::mail::imap::Session;
use crate::mail::maildir;
use crate::store::mailboxes::Mailbox;
use crate::work::bell::Bell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A line that stood this long was a good one: the next failure is a first one.
const STEADY: Duration = Duration::from_mins(1);

/// Between two looks at a directory, and at a mailbox that somebody else is reading.
const SHORTLY: Duration = Duration::from_millis(200);

/// After news the server is asked this often, for this long, before it is listened to again: where one mail came the next is
/// often near, and a server may keep it from a listener for a while (Dovecot gathers what it tells for half a second).
const NEAR: (Duration, Duration) = (Duration::from_millis(40), Duration::from_secs(1));

/// What one listener uses.
pub(super) struct Listener {
    pub app: Arc<App>,
    pub mailbox: Mailbox,
    pub receive: Bell,
    pub stop: Stop,
}

/// Why listening ended before it was asked to.
#[derive(Debug)]
enum End {
    /// The line.
    Mail(MailError),
    /// A fetch that broke off; it has told why itself.
    Fetch,
}

impl From<MailError> for End {
    fn from(error: MailError) -> Self {
        Self::Mail(error)
    }
}

impl Listener {
    /// Listens until the end is asked for.
    pub(super) fn keep_listening(&self) {
        let mut failures = 0;
        while !self.stop.asked() {
            let began = Instant::now();
            let end = catch_unwind(AssertUnwindSafe(|| self.listen()));
            if self.stop.asked() {
                return;
            }
            failures = if began.elapsed() > STEADY { 1 } else { failures + 1 };
            let trouble = match end {
                Ok(Err(End::Mail(error))) => Some(error.trouble),
                Ok(_) => None,
                Err(_) => {
                    tracing::error!(mailbox = self.mailbox.id.0, "listening to this mailbox panicked");
                    None
                }
            };
            let wait = rest(&self.app.config.watching, trouble, failures, u16::from_le_bytes(random()));
            tracing::warn!(mailbox = self.mailbox.id.0, ?trouble, ?wait, "listening again after a wait");
            self.stop.wait(wait);
        }
    }

    fn listen(&self) -> Result<(), End> {
        let reading = self.app.fetching(&self.stop);
        match fetch::open(&self.app.db, &reading, &self.mailbox, self.app.clock.now())? {
            None => Ok(()),
            Some(Line::Maildir(dir)) => self.directory(&dir),
            Some(Line::Imap(session)) => self.session(session),
        }
    }

    fn session(&self, mut session: Session) -> Result<(), End> {
        let mut known = None;
        while !self.stop.asked() {
            // First of all what came while nobody listened.
            if self.fetch(Some(&mut session))? && !self.hears_more(&mut session)? {
                let idles = match known {
                    Some(idles) => idles,
                    None => *known.insert(session.offers_idle()?),
                };
                while !self.hears(&mut session, idles)? && !self.stop.asked() {}
            }
        }
        session.close();
        Ok(())
    }

    fn hears_more(&self, session: &mut Session) -> Result<bool, MailError> {
        let (pause, long) = NEAR;
        let began = Instant::now();
        while began.elapsed() < long && !self.stop.wait(pause) {
            if session.has_news()? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Waits for news for as long as one IDLE or one pause lasts.
    fn hears(&self, session: &mut Session, idles: bool) -> Result<bool, MailError> {
        let watching = &self.app.config.watching;
        if idles {
            let limit = Duration::from_mins(watching.idle_minutes.into());
            return session.idle(limit, &|| self.stop.asked());
        }
        let over = self.stop.wait(Duration::from_secs(watching.noop_seconds.into()));
        if over { Ok(false) } else { session.has_news() }
    }

    fn directory(&self, dir: &Path) -> Result<(), End> {
        let mut seen = None;
        while !self.stop.asked() {
            let touched = maildir::touched(dir);
            if touched != seen && self.fetch(None)? {
                seen = touched;
            }
            self.stop.wait(SHORTLY);
        }
        Ok(())
    }

    /// Has the mailbox read, and what was stored thought about; `false` where somebody else is reading it.
    fn fetch(&self, over: Option<&mut Session>) -> Result<bool, End> {
        let reading = self.app.fetching(&self.stop);
        let began = Instant::now();
        let looked = fetch::now(&self.app.db, &reading, &self.mailbox, over, self.app.clock.now());
        if let Looked::Through(tally) | Looked::Broken(tally) = &looked {
            self.app.meter.ticked(Tick::Fetch.as_str(), began.elapsed(), Some(tally));
            if !tally.is_empty() {
                self.receive.ring();
            }
        }
        match looked {
            Looked::Through(_) => Ok(true),
            Looked::Busy => {
                self.stop.wait(SHORTLY);
                Ok(false)
            }
            Looked::Broken(_) => Err(End::Fetch),
        }
    }
}

/// How long to wait after so many failures in a row, the last of them this one: twice as long each time up to the longest
/// wait, half of it left to chance, so that many listeners do not come at once. A refused password waits longest.
fn rest(watching: &Watching, trouble: Option<Trouble>, failures: u32, chance: u16) -> Duration {
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    let whole = if matches!(trouble, Some(Trouble::SignIn | Trouble::NoPassword)) {
        seconds(watching.sign_in_minutes.saturating_mul(60))
    } else {
        let longest = seconds(watching.longest_wait_seconds);
        seconds(watching.first_wait_seconds).saturating_mul(1 << (failures.clamp(1, 20) - 1)).min(longest)
    };
    whole / 2 + whole / 2 * u32::from(chance) / u32::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::error::Step;

    #[test]
    fn waits_grow_to_the_longest_and_are_half_chance() {
        let watching = crate::config::Config::parse("", "the test").unwrap().watching;
        let lost = Some(Trouble::Lost(Step::Read));
        let whole = |trouble, failures| rest(&watching, trouble, failures, u16::MAX).as_secs();
        for (failures, seconds) in [(1, 2), (2, 4), (3, 8), (8, 256), (9, 300), (u32::MAX, 300)] {
            assert_eq!(whole(lost, failures), seconds, "{failures}");
        }
        assert_eq!(whole(Some(Trouble::SignIn), 1), 3_600);
        assert_eq!(rest(&watching, lost, 9, 0).as_secs(), 150);
    }
}
