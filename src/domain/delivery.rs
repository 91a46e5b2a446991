//! The outbox's mind: what becomes of a message, its address and its mailbox after a try, and the table
//! of states of an outgoing message. Codes as in RFC 5321, enhanced codes as in RFC 3463.

use super::code::code;
use super::moves::NoMove;
use super::time::Moment;
use super::words::{OutgoingState, SuppressionReason};

/// How many content refusals in a row pause a campaign.
const CONTENT_REFUSALS: u32 = 10;
/// How many soft bounces within [`SOFT_BOUNCE_DAYS`] suppress an address.
const SOFT_BOUNCES: usize = 3;
/// The days within which soft bounces are counted.
const SOFT_BOUNCE_DAYS: i64 = 30;

code! {
    /// Where in the conversation with the server something happened.
    pub enum Stage {
        /// Connecting, the greeting and EHLO.
        Connect = "connect",
        /// The TLS handshake or STARTTLS.
        Tls = "tls",
        /// Signing in.
        Auth = "auth",
        /// MAIL FROM.
        Mail = "mail",
        /// RCPT TO.
        Rcpt = "rcpt",
        /// The DATA command, before any of the message went out.
        Data = "data",
        /// The message itself, up to the reply to its final dot.
        Dot = "dot",
    }
}

/// What came of one try to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// The server took the message.
    Sent {
        /// Its reply to the final dot.
        reply: String,
    },
    /// The server answered no.
    Refused {
        /// At which stage.
        at: Stage,
        /// The three-digit reply code.
        code: u16,
        /// The enhanced code, as `5.1.1`.
        enhanced: Option<String>,
    },
    /// The line broke or went silent.
    Dropped {
        /// At which stage; at [`Stage::Dot`] the server may have taken the message.
        at: Stage,
    },
    /// A sender died while the message may have been on the wire.
    Uncertain,
    /// There was no conversation, or no sign-in.
    NotReached {
        /// Connect, TLS or Auth.
        at: Stage,
        /// It will not get better by itself: a bad certificate, a wrong password.
        permanent: bool,
    },
}

/// What was tried so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// Tries that counted, this one among them: at least 1.
    pub attempts: u32,
    /// When the message was first put in the outbox.
    pub first_queued: Moment,
    /// Failures in a row of this mailbox to connect or sign in, before this one.
    pub mailbox_failures: u32,
}

/// How long the outbox keeps trying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patience {
    /// Seconds to wait after the first, second, … try; the last holds for all that follow.
    pub backoff: Vec<i64>,
    /// Tries before a message fails, and failures before a mailbox is paused.
    pub max_attempts: u32,
    /// Seconds after which a message that is refused for the time being fails.
    pub max_age: i64,
}

impl Default for Patience {
    fn default() -> Self {
        Self { backoff: vec![60, 300, 900, 3_600, 14_400, 43_200], max_attempts: 8, max_age: 5 * 86_400 }
    }
}

impl Patience {
    /// Seconds to wait after the try with this number, counted from 1.
    fn wait(&self, attempt: u32) -> i64 {
        let index = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
        self.backoff.get(index).or(self.backoff.last()).copied().unwrap_or(60)
    }
}

/// What becomes of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextState {
    /// It is with the server.
    Sent,
    /// It will not be sent.
    Failed,
    /// It may have been taken; never sent again by itself.
    Uncertain,
    /// Back in the queue.
    Requeue {
        /// Not before this moment.
        at: Moment,
    },
}

/// What it says about the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressVerdict {
    /// Nothing.
    Nothing,
    /// It gets no more mail.
    Suppress(SuppressionReason),
    /// One soft bounce to count ([`soft_bounces_suppress`]).
    SoftBounce,
}

/// What it says about the mailbox that sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailboxVerdict {
    /// Nothing is wrong with it.
    Fine,
    /// A person has to look at it.
    Pause {
        /// The stage at which it fails.
        why: Stage,
    },
    /// It rests and is tried again.
    BackOff {
        /// Not before this moment.
        until: Moment,
    },
}

/// What follows from one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The message.
    pub state: NextState,
    /// The address.
    pub address: AddressVerdict,
    /// The mailbox.
    pub mailbox: MailboxVerdict,
    /// The server took sender and recipient and refused the message: counts for [`content_refusals_pause`].
    pub content_refused: bool,
    /// The try counts for the message; a mailbox that fails is not the message's fault.
    pub counted: bool,
}

impl Verdict {
    const fn of(state: NextState) -> Self {
        Self {
            state,
            address: AddressVerdict::Nothing,
            mailbox: MailboxVerdict::Fine,
            content_refused: false,
            counted: true,
        }
    }
}

/// Decides what follows from one try.
pub fn next(happened: &Happened, tried: Tried, patience: &Patience, now: Moment) -> Verdict {
    match happened {
        Happened::Sent { .. } => Verdict::of(NextState::Sent),
        Happened::Uncertain | Happened::Dropped { at: Stage::Dot } => Verdict::of(NextState::Uncertain),
        Happened::NotReached { at, permanent } => not_reached(*at, *permanent, tried, patience, now),
        Happened::Dropped { at: at @ (Stage::Connect | Stage::Tls | Stage::Auth) } => {
            not_reached(*at, false, tried, patience, now)
        }
        Happened::Dropped { at: Stage::Mail | Stage::Rcpt | Stage::Data } => later(tried, patience, now),
        Happened::Refused { at, code, enhanced } => refused(*at, *code, enhanced.as_deref(), tried, patience, now),
    }
}

fn refused(at: Stage, code: u16, enhanced: Option<&str>, tried: Tried, patience: &Patience, now: Moment) -> Verdict {
    let permanent = (500..600).contains(&code);
    match at {
        Stage::Connect | Stage::Tls | Stage::Auth => not_reached(at, permanent, tried, patience, now),
        // RFC 4954: the server wants a sign-in that it did not get, or wants it otherwise.
        Stage::Mail if [530, 534, 535, 538].contains(&code) => not_reached(Stage::Auth, true, tried, patience, now),
        Stage::Dot if !permanent && !(400..500).contains(&code) => Verdict::of(NextState::Uncertain),
        Stage::Mail | Stage::Rcpt | Stage::Data | Stage::Dot if code == 421 => Verdict {
            mailbox: MailboxVerdict::BackOff { until: now.plus_seconds(patience.wait(1)) },
            ..later(tried, patience, now)
        },
        Stage::Mail | Stage::Rcpt | Stage::Data | Stage::Dot if !permanent => {
            let verdict = later(tried, patience, now);
            let gave_up = at == Stage::Rcpt && verdict.state == NextState::Failed;
            let address = if gave_up { AddressVerdict::SoftBounce } else { AddressVerdict::Nothing };
            Verdict { address, ..verdict }
        }
        Stage::Mail => Verdict::of(NextState::Failed),
        Stage::Rcpt => Verdict { address: refused_address(code, enhanced), ..Verdict::of(NextState::Failed) },
        Stage::Data | Stage::Dot => Verdict { content_refused: true, ..Verdict::of(NextState::Failed) },
    }
}

/// What a permanent refusal at RCPT says about the address. An enhanced code decides where there is one:
/// servers answer 550 5.7.1 to mail they do not like, and that is not the address.
fn refused_address(code: u16, enhanced: Option<&str>) -> AddressVerdict {
    match enhanced {
        Some("5.1.1" | "5.1.2" | "5.1.10") => AddressVerdict::Suppress(SuppressionReason::HardBounce),
        Some("5.2.2") => AddressVerdict::SoftBounce,
        None if [550, 551, 553].contains(&code) => AddressVerdict::Suppress(SuppressionReason::HardBounce),
        None if code == 552 => AddressVerdict::SoftBounce,
        Some(_) | None => AddressVerdict::Nothing,
    }
}

/// Back in the queue by the back-off, or failed when the tries or the days are used up.
fn later(tried: Tried, patience: &Patience, now: Moment) -> Verdict {
    let too_old = now.seconds_since(tried.first_queued) > patience.max_age;
    if tried.attempts >= patience.max_attempts || too_old {
        return Verdict::of(NextState::Failed);
    }
    Verdict::of(NextState::Requeue { at: now.plus_seconds(patience.wait(tried.attempts)) })
}

/// The mailbox fails, so the message waits with it and loses no try.
fn not_reached(at: Stage, permanent: bool, tried: Tried, patience: &Patience, now: Moment) -> Verdict {
    let failures = tried.mailbox_failures.saturating_add(1);
    let until = now.plus_seconds(patience.wait(failures));
    let pause = permanent || failures >= patience.max_attempts;
    let mailbox = if pause { MailboxVerdict::Pause { why: at } } else { MailboxVerdict::BackOff { until } };
    Verdict { mailbox, counted: false, ..Verdict::of(NextState::Requeue { at: if pause { now } else { until } }) }
}

/// Whether so many content refusals in a row pause the campaign.
pub const fn content_refusals_pause(in_a_row: u32) -> bool {
    in_a_row >= CONTENT_REFUSALS
}

/// Whether these soft bounces of one address, the newest among them, suppress it.
pub fn soft_bounces_suppress(bounces: &[Moment], now: Moment) -> bool {
    let since = now.plus_days(-SOFT_BOUNCE_DAYS);
    bounces.iter().filter(|bounce| **bounce >= since && **bounce <= now).count() >= SOFT_BOUNCES
}

code! {
    /// What can happen to an outgoing message.
    pub enum OutgoingEvent {
        /// A sender takes it up.
        Claim = "claim",
        /// The claim lapsed or was given back.
        Release = "release",
        /// It is about to go on the wire.
        Send = "send",
        /// The server took it.
        Accept = "accept",
        /// It will not be sent.
        Fail = "fail",
        /// Back in the queue, with a moment to try again.
        Requeue = "requeue",
        /// The line or the sender was lost when it may have been taken.
        Lose = "lose",
        /// It may have left in a time of which nothing is known.
        Hold = "hold",
        /// Taken back before it left.
        Withdraw = "withdraw",
        /// Evidence, or a person, says that it was sent.
        FoundSent = "found_sent",
        /// A person wants it sent, or sent again.
        SendAgain = "send_again",
        /// A person gives it up.
        GiveUp = "give_up",
    }
}

/// The table of states of an outgoing message.
pub fn moves(from: OutgoingState, event: OutgoingEvent) -> Result<OutgoingState, NoMove> {
    use OutgoingEvent as E;
    use OutgoingState as S;
    match (from, event) {
        (S::Queued, E::Claim) => Ok(S::Claimed),
        (S::Claimed, E::Release) | (S::Sending, E::Requeue) | (S::Uncertain | S::Held, E::SendAgain) => Ok(S::Queued),
        (S::Claimed, E::Send) => Ok(S::Sending),
        (S::Sending, E::Accept) | (S::Uncertain | S::Held, E::FoundSent) => Ok(S::Sent),
        (S::Sending, E::Fail) | (S::Uncertain, E::GiveUp) => Ok(S::Failed),
        (S::Sending, E::Lose) => Ok(S::Uncertain),
        (S::Queued | S::Claimed, E::Hold) => Ok(S::Held),
        (S::Queued | S::Claimed | S::Held, E::Withdraw) => Ok(S::Withdrawn),
        _ => Err(NoMove::new("outgoing message", from, event)),
    }
}

#[cfg(test)]
mod tests;
