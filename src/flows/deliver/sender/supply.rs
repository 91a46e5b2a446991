//! What a sender has ready for its lines: claimed in batches, composed shortly before it goes.

use super::super::settle::Course;
use super::composing::Composer;
use super::{PULSE, Sender};
use crate::domain::calendar::Window;
use crate::domain::id::{CampaignId, OutgoingId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::store::outgoing::post;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How often mail that is no campaign's is looked for while a campaign goes out.
const PERSONAL_LOOK: Duration = Duration::from_secs(2);

impl Sender<'_> {
    /// Has composed what the lines can take next, and claims more when that runs out.
    pub(super) fn top_up(&mut self, composer: &mut Composer) -> anyhow::Result<()> {
        if self.claimed.is_empty() && self.ahead.len() + composer.busy() <= 2 * self.lines {
            self.claim()?;
        }
        while self.ahead.len() + composer.busy() < 4 * self.lines
            && let Some(claimed) = self.claimed.pop_front()
        {
            composer.hand(claimed);
        }
        composer.take(&mut self.ahead);
        self.know_courses()
    }

    fn claim(&mut self) -> anyhow::Result<()> {
        if self.looked.is_some_and(|at| at.elapsed() < PULSE) && !self.flying.is_empty() {
            return Ok(());
        }
        let now = self.ticking.now();
        let limit = i64::from(self.sending.settings.batch);
        // What a person wrote goes before a campaign; looking for it costs a walk over all that is due.
        let look = self.personal.is_none_or(|at| at.elapsed() > PERSONAL_LOOK);
        let due = self.db.read(|conn| {
            let first = if look { post::due(conn, self.mailbox.id, now, limit, true)? } else { Vec::new() };
            if first.is_empty() { post::due(conn, self.mailbox.id, now, limit, false) } else { Ok(first) }
        })?;
        if look {
            self.personal = Some(Instant::now());
        }
        let (open, closed) = by_window(due, now);
        if open.is_empty() && closed.is_empty() {
            self.looked = Some(Instant::now());
            return Ok(());
        }
        let claimed = self.db.write(|tx| {
            for (until, ids) in &closed {
                post::postpone(tx, ids, *until)?;
            }
            if open.is_empty() { Ok(Vec::new()) } else { post::claim(tx, &open, &self.holder) }
        })?;
        self.claimed.extend(self.db.read(|conn| post::claimed(conn, &claimed, &self.holder))?);
        Ok(())
    }

    /// Reads the courses of campaigns that are met for the first time.
    pub(super) fn know_courses(&mut self) -> anyhow::Result<()> {
        let ahead = self.ahead.iter().map(|ready| ready.message.campaign_id);
        let finished = self.finished.iter().map(|finished| finished.message.campaign_id);
        let unwritten = self.unwritten.iter().map(|message| message.campaign_id);
        let met: Vec<CampaignId> = ahead.chain(finished).chain(unwritten).flatten().collect();
        for id in met {
            if !self.courses.contains_key(&id) {
                let site = self.mailbox.site_id;
                let course = self.db.read(|conn| Course::read(conn, &Scope::clockwork(site), id))?;
                self.courses.insert(id, course);
            }
        }
        Ok(())
    }
}

/// Parts due messages by their campaign's hours: those that may go, and until when the others wait.
fn by_window(
    due: Vec<(OutgoingId, Option<String>)>,
    now: Moment,
) -> (Vec<OutgoingId>, BTreeMap<Moment, Vec<OutgoingId>>) {
    let (mut open, mut closed) = (Vec::new(), BTreeMap::<Moment, Vec<OutgoingId>>::new());
    for (id, window) in due {
        let window: Window = window.and_then(|text| text.parse().ok()).unwrap_or(Window::always());
        if window.is_open(now) {
            open.push(id);
        } else {
            closed.entry(window.next_open(now)).or_default().push(id);
        }
    }
    (open, closed)
}
