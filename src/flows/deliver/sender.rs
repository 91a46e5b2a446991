//! One mailbox's sender: takes the lease and what a vanished sender left, keeps its lines busy, commits in groups, and
//! gives everything back at the end. Sending happens outside any transaction. What it has ready comes from [`supply`], and is
//! composed by a thread of its own ([`composing`]); the database has this thread alone, since on `SQLite` each connection that
//! writes makes the others read their pages anew, and on `PostgreSQL` two that write the same rows repeat each other's acts.

mod composing;
mod supply;

use super::parcel::{self, Ready};
use super::settle::{self, Course, Finished, Group, Outcome};
use super::{Sending, Ticking};
use crate::domain::delivery::{self, Happened, Patience, Stage, Tried};
use crate::domain::id::{CampaignId, OutgoingId};
use crate::domain::secret::random_token;
use crate::domain::time::Moment;
use crate::flows::{Tally, mailboxes as ways};
use crate::mail::error::MailError;
use crate::mail::pickup;
use crate::mail::post::Post;
use crate::mail::smtp::{Parcel, Report};
use crate::store::mailboxes::Mailbox;
use crate::store::outgoing::Outgoing;
use crate::store::outgoing::post::{self, Claimed};
use crate::store::{Db, DbResult, leases};
use composing::Composer;
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// How long a sender takes up new messages before it lets the tick end.
const RUN_LIMIT: Duration = Duration::from_secs(45);
/// How long a sender that is asked to end still waits for what the mail server says.
const PARTING: Duration = Duration::from_secs(5);
/// How long a sender waits for word from its lines before it looks around.
const PULSE: Duration = Duration::from_millis(100);
/// How many messages that left are written up together, and how long one may wait for it.
const WRITTEN_TOGETHER: usize = 100;
const WRITTEN_WITHIN: Duration = Duration::from_millis(250);

pub(super) fn run(db: &Db, sending: Sending, mailbox: Mailbox, ticking: Ticking) -> anyhow::Result<Tally> {
    let holder = format!("{}/{}", sending.holder, &random_token()[..10]);
    let lease = format!("deliver:{}", mailbox.id);
    let seconds = i64::from(sending.settings.lease_seconds);
    let now = ticking.now();
    if !db.write(|tx| leases::take(tx, &lease, &holder, now, seconds))? {
        return Ok(Tally::default());
    }
    let mut sender = Sender {
        db,
        lines: usize::try_from(mailbox.connections).unwrap_or(1).max(1),
        patience: sending.patience(),
        sending,
        mailbox,
        ticking,
        holder,
        lease,
        courses: HashMap::new(),
        claimed: VecDeque::new(),
        ahead: VecDeque::new(),
        idle: Vec::new(),
        flying: HashMap::new(),
        finished: Vec::new(),
        unwritten: Vec::new(),
        written: Instant::now(),
        closed: 0,
        trouble: None,
        rests: false,
        ending: false,
        asked: None,
        allowance: usize::MAX,
        renew_at: now.plus_seconds(seconds / 3),
        commit_takes: Duration::ZERO,
        personal: None,
        looked: None,
        tally: Tally::default(),
    };
    let done = std::thread::scope(|scope| {
        sender.take_over()?;
        let mut composer = Composer::start(scope, sending, &sender.mailbox, ticking);
        let done = sender.deliver(&mut composer);
        sender.ahead.extend(composer.end());
        done
    });
    let back = sender.give_back();
    done.and(back)?;
    Ok(sender.tally)
}

struct Sender<'a> {
    db: &'a Db,
    sending: Sending<'a>,
    mailbox: Mailbox,
    ticking: Ticking,
    holder: String,
    lease: String,
    patience: Patience,
    courses: HashMap<CampaignId, Course>,
    /// Claimed, not composed yet.
    claimed: VecDeque<Claimed>,
    /// Claimed and composed.
    ahead: VecDeque<Ready>,
    /// Lines that wait for a parcel.
    idle: Vec<usize>,
    /// On the wire.
    flying: HashMap<i64, Outgoing>,
    /// Came back, not settled yet.
    finished: Vec<Finished>,
    /// Sent, and what follows is not written up yet.
    unwritten: Vec<Outgoing>,
    /// When all was last written up.
    written: Instant,
    lines: usize,
    /// Lines that could not be opened.
    closed: usize,
    trouble: Option<MailError>,
    /// The mailbox was paused or let rest.
    rests: bool,
    /// Takes up nothing new.
    ending: bool,
    /// When it was first seen that the end is asked for.
    asked: Option<Instant>,
    /// How many messages the rate still lets go.
    allowance: usize,
    renew_at: Moment,
    /// How long the last commit took, a pulse at most.
    commit_takes: Duration,
    /// When mail that is no campaign's was last looked for.
    personal: Option<Instant>,
    /// When the outbox was last found empty.
    looked: Option<Instant>,
    tally: Tally,
}

impl Sender<'_> {
    /// Settles what a vanished sender left. In a pickup directory a file that is there shows that its mail was sent;
    /// a file that is not there shows nothing, since directories are emptied.
    fn take_over(&mut self) -> anyhow::Result<()> {
        let left = self.db.read(|conn| post::left_sending(conn, self.mailbox.id))?;
        let ids: Vec<OutgoingId> = left.iter().map(|message| message.id).collect();
        self.unwritten = self.db.write(|tx| post::take_unwritten(tx, self.mailbox.id, &self.holder))?;
        if let Some(dir) = ways::pickup_dir(&self.mailbox) {
            let found = left.into_iter().filter(|message| pickup::holds(&dir, &message.message_id));
            let finished = |message: Outgoing| {
                let answer = "found in the pickup directory".to_owned();
                Finished { message, happened: Happened::Sent { reply: answer.clone() }, answer }
            };
            self.finished = found.map(finished).collect();
        }
        if !self.finished.is_empty() || !self.unwritten.is_empty() {
            self.know_courses()?;
            self.commit(None)?;
        }
        let (mailbox, now) = (self.mailbox.id, self.ticking.now());
        let (_, lost) = self.db.write(|tx| -> DbResult<_> {
            let taken = post::take_over(tx, mailbox, now)?;
            post::forget_words(tx, &ids)?;
            Ok(taken)
        })?;
        if lost > 0 {
            tracing::warn!(mailbox = mailbox.0, lost, "messages were on the wire when their sender vanished");
        }
        self.tally.add("uncertain", u64::try_from(lost).unwrap_or(0));
        Ok(())
    }

    fn deliver(&mut self, composer: &mut Composer) -> anyhow::Result<()> {
        let now = self.ticking.now();
        if !self.mailbox.is_ready(now) {
            return Ok(());
        }
        if let Ok(rate) = usize::try_from(self.mailbox.rate_per_minute)
            && rate > 0
        {
            let went = self.db.read(|conn| post::sent_since(conn, self.mailbox.id, now.plus_seconds(-60)))?;
            self.allowance = rate.saturating_sub(usize::try_from(went).unwrap_or(0));
        }
        // Lines are opened only when there is something to carry.
        self.top_up(composer)?;
        if self.ahead.is_empty() {
            return Ok(());
        }
        let way = match parcel::open(&self.sending, &self.mailbox) {
            Ok(way) => way,
            Err(trouble) => {
                (self.closed, self.trouble) = (self.lines, Some(trouble));
                return Ok(());
            }
        };
        if matches!(way, Post::Pickup(_)) {
            self.lines = 1;
        }
        let done = self.keep_busy(&way, composer);
        // Whatever went wrong here, what the lines still have on the wire comes back and is settled.
        for report in way.close() {
            self.hear(report);
        }
        self.ending = true;
        let settled = self.commit(None);
        done.and(settled)
    }

    fn keep_busy(&mut self, way: &Post, composer: &mut Composer) -> anyhow::Result<()> {
        loop {
            let late = self.ticking.started.elapsed() > RUN_LIMIT;
            self.ending |= late || self.allowance == 0 || self.sending.stop.asked();
            if self.sending.stop.asked() && self.asked.get_or_insert_with(Instant::now).elapsed() > PARTING {
                way.hurry();
            }
            // While the lines are busy.
            if !self.ending {
                self.top_up(composer)?;
            }
            self.listen(way);
            let can_go = !self.ending && !self.idle.is_empty() && !self.ahead.is_empty();
            let settled = self.finished.is_empty() && self.unwritten.is_empty();
            if self.flying.is_empty() && settled && !can_go {
                let opening = self.idle.len() + self.closed < self.lines;
                if self.ending || self.ahead.is_empty() || !opening {
                    return Ok(());
                }
            }
            let waits = !self.unwritten.is_empty() && self.written.elapsed() > WRITTEN_WITHIN;
            let over = !self.unwritten.is_empty() && self.flying.is_empty();
            if can_go || !self.finished.is_empty() || waits || over || self.ticking.now() >= self.renew_at {
                self.commit(Some(way))?;
            }
        }
    }

    /// Waits for word from a line where there is nothing else to do. Where there is, a commit serves all lines that came
    /// back: it waits for those that are about to, at most as long as a commit takes.
    fn listen(&mut self, way: &Post) {
        let can_go = !self.ending && !self.idle.is_empty() && !self.ahead.is_empty();
        let nothing_out = self.flying.is_empty() && self.idle.len() + self.closed == self.lines;
        let nothing_to_do = !can_go && !nothing_out && self.finished.is_empty();
        let mut wait = if nothing_to_do { PULSE } else { Duration::ZERO };
        let mut since = None;
        loop {
            if !self.flying.is_empty() && !self.finished.is_empty() {
                let since: &Instant = since.get_or_insert_with(Instant::now);
                wait = self.commit_takes.saturating_sub(since.elapsed());
            }
            let Some(heard) = way.next(wait) else { return };
            self.hear(heard);
            wait = Duration::ZERO;
        }
    }

    fn hear(&mut self, report: Report) {
        if let Some((key, fate)) = report.done
            && let Some(message) = self.flying.remove(&key)
        {
            let happened = parcel::happened(&fate, report.trouble.as_ref());
            self.finished.push(Finished { message, happened, answer: parcel::answer(&fate) });
        }
        match report.trouble {
            None => self.idle.push(report.connection),
            Some(trouble) => {
                self.closed += 1;
                self.trouble = Some(trouble);
            }
        }
    }

    /// One group commit; what it marked goes on the wire. Without a way out it only settles.
    fn commit(&mut self, way: Option<&Post>) -> anyhow::Result<()> {
        let going = if way.is_none() || self.ending { 0 } else { self.idle.len().min(self.allowance) };
        let next: Vec<&Outgoing> = self.ahead.iter().take(going).map(|ready| &ready.message).collect();
        let now = self.ticking.now();
        let quiet = next.is_empty() && self.flying.is_empty();
        let many = self.unwritten.len() + self.finished.len() >= WRITTEN_TOGETHER;
        let write_up = quiet || many || self.written.elapsed() > WRITTEN_WITHIN;
        let group = Group {
            holder: &self.holder,
            lease: &self.lease,
            lease_seconds: i64::from(self.sending.settings.lease_seconds),
            renew: now >= self.renew_at,
            mailbox: &self.mailbox,
            all_closed: self.closed >= self.lines,
            trouble: self.trouble.as_ref().map(|trouble| trouble.trouble),
            finished: &self.finished,
            unwritten: &self.unwritten,
            write_up,
            next: &next,
            courses: &self.courses,
            patience: &self.patience,
            now,
        };
        let begun = Instant::now();
        let outcome = settle::persist(self.db, &group)?;
        self.commit_takes = begun.elapsed().min(PULSE);
        let asked = next.len();
        let finished = std::mem::take(&mut self.finished).into_iter().map(|finished| finished.message);
        if write_up {
            (self.unwritten, self.written) = (Vec::new(), Instant::now());
        } else {
            self.unwritten.extend(finished.filter(|message| outcome.taken.contains(&message.id)));
        }
        if now >= self.renew_at {
            self.renew_at = now.plus_seconds(i64::from(self.sending.settings.lease_seconds) / 3);
        }
        self.record(&outcome);
        let tried: Vec<Ready> = self.ahead.drain(..asked).collect();
        for ready in tried {
            if let (true, Some(way)) = (outcome.marked.contains(&ready.message.id), way) {
                self.hand(way, ready);
            }
        }
        Ok(())
    }

    fn record(&mut self, outcome: &Outcome) {
        self.tally.add("sent", outcome.sent);
        self.tally.add("failed", outcome.failed);
        self.tally.add("uncertain", outcome.uncertain);
        self.tally.add("put back", outcome.requeued);
        self.tally.add("withdrawn", outcome.withdrawn);
        self.rests |= outcome.rests;
        self.ending |= outcome.rests || outcome.lost;
    }

    /// Gives a marked message to an idle line.
    fn hand(&mut self, way: &Post, ready: Ready) {
        let message = ready.message;
        self.allowance = self.allowance.saturating_sub(1);
        let bytes = match ready.bytes {
            Ok(bytes) => bytes,
            Err(error) => {
                // Refused by ourselves: as final as a server's no to this message, and nobody's address is to blame.
                let happened = Happened::Refused { at: Stage::Mail, code: 554, enhanced: None };
                let answer = format!("cannot be composed: {}", error.detail);
                return self.finished.push(Finished { message, happened, answer });
            }
        };
        let Some(line) = self.idle.pop() else { return self.dropped(message) };
        let (from, to) = (self.mailbox.address.clone(), message.address.clone());
        match way.hand(line, Parcel { key: message.id.0, from, to, bytes }) {
            Ok(()) => {
                self.flying.insert(message.id.0, message);
            }
            Err(gone) => {
                tracing::warn!(mailbox = self.mailbox.id.0, %gone, "a line is gone");
                self.closed += 1;
                self.dropped(message);
            }
        }
    }

    /// A message that was marked and never left us.
    fn dropped(&mut self, message: Outgoing) {
        let happened = Happened::Dropped { at: Stage::Connect };
        self.finished.push(Finished { message, happened, answer: "no line was open".to_owned() });
    }

    /// Returns what was claimed and not sent, says what is wrong with the mailbox, and ends the lease.
    fn give_back(&mut self) -> anyhow::Result<()> {
        let ahead = self.ahead.iter().map(|ready| ready.message.id);
        let claimed: Vec<OutgoingId> = ahead.chain(self.claimed.iter().map(|claimed| claimed.message.id)).collect();
        let now = self.ticking.now();
        let trouble = self.trouble.as_ref().filter(|_| self.closed >= self.lines && !self.rests);
        let verdict = trouble.map(|trouble| {
            let failures = u32::try_from(self.mailbox.failures).unwrap_or(0);
            let tried = Tried { attempts: 1, first_queued: now, mailbox_failures: failures };
            delivery::next(&parcel::not_reached(trouble), tried, &self.patience, now)
        });
        let (mailbox, holder, lease) = (&self.mailbox, &self.holder, &self.lease);
        self.db.write(|tx| {
            post::release(tx, &claimed, holder)?;
            if let (Some(verdict), Some(trouble)) = (&verdict, trouble) {
                settle::on_mailbox(tx, mailbox, verdict, Some(trouble.trouble), now)?;
            }
            leases::release(tx, lease, holder)
        })?;
        if let Some(trouble) = trouble {
            tracing::warn!(mailbox = mailbox.id.0, trouble = ?trouble.trouble, "the mailbox cannot send");
        }
        Ok(())
    }
}
