//! The group commit: in one write what finished is settled by the domain's verdict, and what goes on the wire next is
//! asked about again and marked *sending*.

use crate::domain::cadence::{RecipientEvent, follow_up_due, recipient_moves};
use crate::domain::calendar::Window;
use crate::domain::delivery::{
    self, AddressVerdict, Happened, MailboxVerdict, NextState, Patience, Stage, Tried, Verdict, content_refusals_pause,
    soft_bounces_suppress,
};
use crate::domain::gate::{Answer, Why};
use crate::domain::id::{CampaignId, OutgoingId, RecipientId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{CampaignState, Lang, OutgoingState, Purpose, RecipientState, SuppressionReason, TaskKind};
use crate::flows::freshness;
use crate::flows::opt_outs::{self, Source};
use crate::flows::outbox::{Known, Question};
use crate::mail::error::Trouble;
use crate::store::mailboxes::Mailbox;
use crate::store::outgoing::{Outgoing, post};
use crate::store::suppressions::SuppressionKind;
use crate::store::tasks::{self, NewTask};
use crate::store::{Conn, Db, DbResult, Tx, campaigns, leases, mailboxes, recipients, suppressions};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// How often a commit that failed is tried again: what the server said must not be lost for a hiccup of ours.
const COMMIT_TRIES: u32 = 6;

/// A campaign as the sender needs it: how many steps, when they follow.
#[derive(Debug, Clone)]
pub(super) struct Course {
    pub wait_days: Vec<i32>,
    pub window: Window,
}

impl Course {
    pub fn read(conn: &mut Conn, scope: &Scope, id: CampaignId) -> DbResult<Self> {
        let window = campaigns::find(conn, scope, id)?.and_then(|campaign| campaign.send_window.parse().ok());
        let wait_days = campaigns::steps(conn, id)?.into_iter().map(|step| step.wait_days).collect();
        Ok(Self { wait_days, window: window.unwrap_or(Window::always()) })
    }
}

/// A message that came back from its line.
#[derive(Debug, Clone)]
pub(super) struct Finished {
    pub message: Outgoing,
    pub happened: Happened,
    pub answer: String,
}

/// What one commit does.
pub(super) struct Group<'a> {
    pub holder: &'a str,
    pub lease: &'a str,
    pub lease_seconds: i64,
    /// Whether the lease is lengthened. Between two times the marks hold only for messages that the sender has.
    pub renew: bool,
    pub mailbox: &'a Mailbox,
    /// No line is left that could carry anything: what keeps them closed is the mailbox's trouble.
    pub all_closed: bool,
    /// Why a line could not be opened.
    pub trouble: Option<Trouble>,
    pub finished: &'a [Finished],
    /// Settled as sent by earlier commits; what follows from that is not written up yet.
    pub unwritten: &'a [Outgoing],
    /// Whether it is written up now, with what this commit settles as sent.
    pub write_up: bool,
    pub next: &'a [&'a Outgoing],
    pub courses: &'a HashMap<CampaignId, Course>,
    pub patience: &'a Patience,
    pub now: Moment,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Another sender has the lease.
    pub lost: bool,
    /// Settled as sent by this commit.
    pub taken: Vec<OutgoingId>,
    /// May go on the wire now.
    pub marked: Vec<OutgoingId>,
    /// The mailbox was paused or rests.
    pub rests: bool,
    pub sent: u64,
    pub failed: u64,
    pub uncertain: u64,
    pub requeued: u64,
    pub withdrawn: u64,
}

/// Commits a group, again after a failure of the database: only what was said on the wire is worth the wait.
pub(super) fn persist(db: &Db, group: &Group) -> DbResult<Outcome> {
    let mut tries = 0;
    loop {
        tries += 1;
        match db.write(|tx| commit(tx, group)) {
            Err(error) if tries < COMMIT_TRIES && !group.finished.is_empty() => {
                tracing::warn!(%error, tries, "what the mail server said is not recorded yet");
                std::thread::sleep(Duration::from_millis(250 << tries.min(4)));
            }
            done => return done,
        }
    }
}

fn commit(tx: &mut Tx, group: &Group) -> DbResult<Outcome> {
    let mut outcome = Outcome::default();
    settle_sent(tx, group, &mut outcome)?;
    for finished in group.finished {
        if !matches!(finished.happened, Happened::Sent { .. }) {
            settle_other(tx, group, finished, &mut outcome)?;
        }
    }
    if group.write_up {
        write_up(tx, group, &outcome.taken)?;
    }
    if group.renew {
        outcome.lost = !leases::take(tx, group.lease, group.holder, group.now, group.lease_seconds)?;
    }
    if !outcome.lost && !outcome.rests && !group.next.is_empty() {
        mark(tx, group, &mut outcome)?;
    }
    Ok(outcome)
}

/// Asks the gate once more about each message and marks those that may go.
fn mark(tx: &mut Tx, group: &Group, outcome: &mut Outcome) -> DbResult<()> {
    let known = Known::about(tx, group.next, group.now)?;
    let (mut going, mut held) = (Vec::new(), Vec::new());
    for message in group.next {
        if known.holds(message.id) {
            held.push(message.id);
            continue;
        }
        match known.answer(&Question::about(message), group.now) {
            Answer::Send | Answer::Warn(_) => going.push(message.id),
            Answer::Refuse(why) => {
                outcome.withdrawn += u64::from(withdraw(tx, group, message, &why)?);
            }
            Answer::CallTask(why) => {
                if withdraw(tx, group, message, &why)? {
                    outcome.withdrawn += 1;
                    call_instead(tx, group, message, &why)?;
                }
            }
        }
    }
    if !held.is_empty() {
        post::release(tx, &held, group.holder)?;
    }
    outcome.marked = post::mark_sending(tx, &going, group.holder, group.now)?;
    Ok(())
}

fn withdraw(tx: &mut Tx, group: &Group, message: &Outgoing, why: &Why) -> DbResult<bool> {
    if !post::withdraw(tx, message.id, group.holder, why.code(), group.now)? {
        return Ok(false);
    }
    forget_links(tx, &[message])?;
    let event = match why {
        Why::OptedOut | Why::Complained => RecipientEvent::OptedOut,
        Why::Bounced => RecipientEvent::Bounced,
        Why::NoContact
        | Why::NoGround
        | Why::NoProof
        | Why::Blocked
        | Why::DoNotContact
        | Why::Archived
        | Why::LeftCompany
        | Why::NoEarlierOffer
        | Why::NoPlacement
        | Why::Pressure(_)
        | Why::NoSender
        | Why::NoOptOut => RecipientEvent::Skip,
    };
    move_recipient(tx, message.recipient_id, event, why.code(), group.now)?;
    Ok(true)
}

/// The gate turned a mail of aftercare or about an offer into a call.
fn call_instead(tx: &mut Tx, group: &Group, message: &Outgoing, why: &Why) -> DbResult<()> {
    if freshness::call_instead(tx, message.id, &why.say(Lang::Nl), group.now)? {
        return Ok(());
    }
    let task = NewTask {
        company_id: message.company_id,
        contact_id: message.contact_id,
        placement_id: message.placement_id,
        checkin_id: message.checkin_id,
        owner_id: message.user_id,
        ..NewTask::new(message.site_id, TaskKind::Call, message.subject.clone(), group.now.day(), group.now)
    };
    tasks::add(tx, &task)?;
    Ok(())
}

fn move_recipient(
    tx: &mut Tx,
    recipient: Option<RecipientId>,
    event: RecipientEvent,
    reason: &str,
    now: Moment,
) -> DbResult<()> {
    let Some(recipient) = recipient else { return Ok(()) };
    if let Some(row) = recipients::find(tx, recipient)?
        && let Ok(state) = recipient_moves(row.state, event)
        && state != row.state
    {
        recipients::set_state(tx, recipient, state, reason, now)?;
    }
    Ok(())
}

/// Settles all that the server took.
fn settle_sent<'a>(tx: &mut Tx, group: &Group<'a>, outcome: &mut Outcome) -> DbResult<()> {
    let sent = |finished: &&Finished| matches!(finished.happened, Happened::Sent { .. });
    let answer = |finished: &'a Finished| (finished.message.id, finished.answer.as_str());
    let answers: Vec<(OutgoingId, &str)> = group.finished.iter().filter(sent).map(answer).collect();
    if answers.is_empty() {
        return Ok(());
    }
    outcome.taken = post::accepted(tx, &answers, Some(group.holder), group.now)?;
    if group.mailbox.failures > 0 {
        mailboxes::works(tx, group.mailbox.id)?;
    }
    outcome.sent += u64::try_from(outcome.taken.len()).unwrap_or(0);
    Ok(())
}

/// Writes up what left: once for many messages, since each commit holds up the lines. What a vanished sender left undone
/// its successor does.
fn write_up(tx: &mut Tx, group: &Group, taken: &[OutgoingId]) -> DbResult<()> {
    let now_taken = group.finished.iter().map(|finished| &finished.message).filter(|it| taken.contains(&it.id));
    let gone: Vec<&Outgoing> = group.unwritten.iter().chain(now_taken).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let ids: Vec<OutgoingId> = gone.iter().map(|message| message.id).collect();
    let mine: HashSet<OutgoingId> = post::written_up(tx, &ids, group.holder)?.into_iter().collect();
    let gone: Vec<&Outgoing> = gone.into_iter().filter(|message| mine.contains(&message.id)).collect();
    depart(tx, &gone, group.courses, group.now)
}

/// What follows when messages are known to have left: their recipients are through or wait for the next step, and the
/// companies' timelines say so.
pub(super) fn depart(
    tx: &mut Tx,
    messages: &[&Outgoing],
    courses: &HashMap<CampaignId, Course>,
    now: Moment,
) -> DbResult<()> {
    let mut through = Vec::new();
    let mut served: Vec<CampaignId> = Vec::new();
    for message in messages {
        let (Some(campaign), Some(recipient), Some(step)) = (message.campaign_id, message.recipient_id, message.step)
        else {
            continue;
        };
        if !served.contains(&campaign) {
            served.push(campaign);
        }
        match follow_up(courses, campaign, step, now) {
            None => through.push(recipient),
            Some(due) => {
                let (from, to) = (RecipientState::Queued, RecipientState::Waiting);
                recipients::advance(tx, &[recipient], from, to, Some((step + 1, due)), now)?;
            }
        }
    }
    if !through.is_empty() {
        recipients::advance(tx, &through, RecipientState::Queued, RecipientState::Done, None, now)?;
    }
    if !served.is_empty() {
        campaigns::end_refusals(tx, &served)?;
    }
    forget_links(tx, messages)?;
    let ids: Vec<OutgoingId> = messages.iter().map(|message| message.id).collect();
    post::note_moments(tx, &ids, now)
}

/// What a system mail said is forgotten once no sender waits for it: it may hold a link that lets somebody in.
fn forget_links(tx: &mut Tx, messages: &[&Outgoing]) -> DbResult<()> {
    let own: Vec<OutgoingId> =
        messages.iter().filter(|message| message.purpose == Purpose::System).map(|message| message.id).collect();
    if own.is_empty() { Ok(()) } else { post::forget_words(tx, &own) }
}

/// When the step after this one is due; `None` after the last.
fn follow_up(courses: &HashMap<CampaignId, Course>, campaign: CampaignId, step: i32, now: Moment) -> Option<Moment> {
    let course = courses.get(&campaign)?;
    let wait = course.wait_days.get(usize::try_from(step + 1).ok()?)?;
    Some(follow_up_due(now, u16::try_from(*wait).unwrap_or(1), &course.window))
}

fn settle_other(tx: &mut Tx, group: &Group, finished: &Finished, outcome: &mut Outcome) -> DbResult<()> {
    let message = &finished.message;
    let tried = Tried {
        attempts: u32::try_from(message.attempts + 1).unwrap_or(1),
        first_queued: message.queued_at,
        mailbox_failures: u32::try_from(group.mailbox.failures).unwrap_or(0),
    };
    let verdict = delivery::next(&finished.happened, tried, group.patience, group.now);
    let to = match verdict.state {
        NextState::Sent => (OutgoingState::Sent, None),
        NextState::Failed => (OutgoingState::Failed, None),
        NextState::Uncertain => (OutgoingState::Uncertain, None),
        NextState::Requeue { at } => (OutgoingState::Queued, Some(at)),
    };
    if post::settle(tx, message.id, group.holder, to, verdict.counted, &finished.answer, group.now)? {
        count(outcome, to.0);
        follow(tx, group, finished, &verdict)?;
    }
    let refused = matches!(finished.happened, Happened::Refused { .. });
    // One line that does not open says nothing about the mailbox while another does; what the server said to one it says to all.
    let own_fault = !verdict.counted && !refused && !group.all_closed;
    if !own_fault {
        let trouble = group.trouble.filter(|_| !refused);
        outcome.rests |= on_mailbox(tx, group.mailbox, &verdict, trouble, group.now)?;
    }
    Ok(())
}

fn count(outcome: &mut Outcome, state: OutgoingState) {
    match state {
        OutgoingState::Sent => outcome.sent += 1,
        OutgoingState::Failed => outcome.failed += 1,
        OutgoingState::Uncertain => outcome.uncertain += 1,
        OutgoingState::Queued => outcome.requeued += 1,
        OutgoingState::Held | OutgoingState::Claimed | OutgoingState::Sending | OutgoingState::Withdrawn => {}
    }
}

/// What follows for the recipient, the address and the campaign.
fn follow(tx: &mut Tx, group: &Group, finished: &Finished, verdict: &Verdict) -> DbResult<()> {
    let message = &finished.message;
    match verdict.address {
        AddressVerdict::Nothing => {}
        AddressVerdict::Suppress(reason) => suppress(tx, message, reason, group.now)?,
        AddressVerdict::SoftBounce => {
            let bounces = suppressions::soft_bounce(tx, &message.address_key, message.id, group.now)?;
            if soft_bounces_suppress(&bounces, group.now) {
                suppress(tx, message, SuppressionReason::SoftBounces, group.now)?;
            }
        }
    }
    if matches!(verdict.state, NextState::Failed | NextState::Uncertain) {
        forget_links(tx, &[message])?;
    }
    if verdict.state == NextState::Failed {
        let bounced = matches!(verdict.address, AddressVerdict::Suppress(_));
        let event = if bounced { RecipientEvent::Bounced } else { RecipientEvent::Skip };
        let refused = matches!(finished.happened, Happened::Refused { code: 500.., .. });
        let reason = match (bounced, refused) {
            (true, _) => "bounced",
            (false, true) => "failed",
            // Tried as often as we try.
            (false, false) => "gave_up",
        };
        move_recipient(tx, message.recipient_id, event, reason, group.now)?;
    }
    if let Some(campaign) = message.campaign_id.filter(|_| verdict.content_refused) {
        let in_a_row = campaigns::count_refusal(tx, campaign)?;
        if content_refusals_pause(u32::try_from(in_a_row).unwrap_or(0)) {
            let why = format!("content_refused {}", finished.answer);
            campaigns::set_state(tx, campaign, CampaignState::Running, CampaignState::Paused, &why, group.now)?;
        }
    }
    Ok(())
}

fn suppress(tx: &mut Tx, message: &Outgoing, reason: SuppressionReason, now: Moment) -> DbResult<()> {
    let source = Source { site: Some(message.site_id), outgoing: Some(message.id), ..Source::default() };
    opt_outs::suppress(tx, SuppressionKind::Address, &message.address_key, reason, source, now)?;
    Ok(())
}

/// Pauses the mailbox or lets it rest, as the verdict says; tells whether it did either. Why is kept with it: the trouble
/// where there is one, else the stage of the server's no.
pub(super) fn on_mailbox(
    tx: &mut Tx,
    mailbox: &Mailbox,
    verdict: &Verdict,
    trouble: Option<Trouble>,
    now: Moment,
) -> DbResult<bool> {
    let failed = !verdict.counted;
    let word = |stage: Stage| trouble.map_or_else(|| stage.as_str().to_owned(), Trouble::word);
    match verdict.mailbox {
        MailboxVerdict::Fine => return Ok(false),
        MailboxVerdict::Pause { why } => mailboxes::pause(tx, mailbox.id, &word(why), now)?,
        MailboxVerdict::BackOff { until } => {
            let why = if failed { word(Stage::Connect) } else { mailboxes::BUSY.to_owned() };
            mailboxes::rest(tx, mailbox.id, until, failed, &why)?;
        }
    }
    Ok(true)
}
