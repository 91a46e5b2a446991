//! What an incoming message may do by itself: make us quieter, or louder to ourselves. Capacity,
//! contacts, proposals and placements wait for a person, whatever a message says.

use super::aftercare::AnswerVerdict;
use super::time::Day;
use super::words::SuppressionReason;

/// Who sent the message, seen from the mail it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// The very address that we mailed.
    MailedAddress,
    /// A known contact of the company.
    ContactOfCompany,
    /// Somebody else at the company's own (not freemail) domain.
    SameCompanyDomain,
    /// Anybody else.
    Stranger,
}

impl Sender {
    /// Whether this sender's "stop" counts by itself.
    const fn speaks_for_the_company(self) -> bool {
        matches!(self, Self::MailedAddress | Self::ContactOfCompany)
    }
}

/// Why a mail bounced, as far as it decides anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BounceReason {
    /// No such user (5.1.1, 5.1.10).
    UserUnknown,
    /// No such host (5.1.2).
    HostUnknown,
    /// The mailbox is full or does not take mail now.
    MailboxFull,
    /// Policy, content, anything else.
    Other,
}

/// What the message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A person wrote it.
    Human {
        /// It asks for no more mail.
        opt_out: bool,
        /// It answers a check-in, with what the answer may do.
        check_in: Option<AnswerVerdict>,
    },
    /// An absence note or the like.
    AutoReply {
        /// Back on this day.
        away_until: Option<Day>,
        /// The person left the company.
        left_company: bool,
    },
    /// A bounce or a notice of delay.
    Bounce {
        /// Will not be delivered.
        permanent: bool,
        /// Still being tried.
        delayed: bool,
        /// Why.
        reason: BounceReason,
    },
    /// A feedback report.
    Complaint,
    /// A mail to the opt-out address.
    Unsubscribe,
    /// Lists, receipts, what can't be read.
    Other,
}

/// What is known about a message when its consequences are decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// What it is.
    pub kind: Kind,
    /// Who sent it.
    pub sender: Sender,
    /// It carries the Message-ID or token of a mail that we sent to exactly this recipient.
    pub about_our_message: bool,
    /// The mailbox's own Authentication-Results say that DMARC failed.
    pub dmarc_failed: bool,
    /// It is dated before the mailbox's start date.
    pub before_start_date: bool,
}

/// What is done without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The recipient gets no further step of the campaign.
    StopSequence,
    /// The contact gets no more outreach.
    OptOutContact,
    /// The address that was mailed gets no more outreach, from any site.
    SuppressAddress(SuppressionReason),
    /// One soft bounce of that address is counted.
    SoftBounce,
    /// The next step waits until this day.
    Postpone(Day),
    /// An uncertain message was sent after all: something came back on it.
    SettleSent,
    /// The check-in has an answer.
    AnswerCheckIn,
    /// The check-in is closed: `well` with a 4 or 5.
    CloseCheckIn,
    /// A person is told.
    Flag {
        /// At once.
        urgent: bool,
    },
}

/// The direction of an act; there is no third.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// We send less, or record that something is settled.
    Quieter,
    /// People at the desk hear more.
    LouderToOurselves,
}

impl Act {
    /// Where it leads.
    pub const fn direction(self) -> Direction {
        match self {
            Self::StopSequence
            | Self::OptOutContact
            | Self::SuppressAddress(_)
            | Self::SoftBounce
            | Self::Postpone(_)
            | Self::SettleSent
            | Self::CloseCheckIn => Direction::Quieter,
            Self::AnswerCheckIn | Self::Flag { .. } => Direction::LouderToOurselves,
        }
    }
}

/// Everything the message does by itself, in the order to do it. Empty for a message that fails DMARC,
/// that is older than the mailbox's start date, or that comes from a stranger; a bounce or complaint
/// counts only when it is about a mail of ours.
pub fn consequences(facts: &Facts) -> Vec<Act> {
    if facts.dmarc_failed || facts.before_start_date {
        return Vec::new();
    }
    let from_outside = facts.sender == Sender::Stranger;
    let mut acts = match facts.kind {
        // Bounces and reports come from machines; what they carry of our mail stands for the sender.
        Kind::Bounce { .. } | Kind::Complaint if !facts.about_our_message => return Vec::new(),
        Kind::Bounce { permanent, delayed, reason } => bounce(permanent, delayed, reason),
        Kind::Complaint => opt_out(SuppressionReason::Complaint),
        Kind::Human { .. } | Kind::AutoReply { .. } | Kind::Unsubscribe | Kind::Other if from_outside => {
            return Vec::new();
        }
        Kind::Human { opt_out: stop, check_in } => human(facts.sender, stop, check_in),
        Kind::AutoReply { away_until, left_company } => auto_reply(away_until, left_company),
        Kind::Unsubscribe => stop(facts.sender),
        Kind::Other => return Vec::new(),
    };
    if facts.about_our_message {
        acts.insert(0, Act::SettleSent);
    }
    acts
}

fn opt_out(reason: SuppressionReason) -> Vec<Act> {
    vec![Act::StopSequence, Act::OptOutContact, Act::SuppressAddress(reason)]
}

/// A "stop": it counts from the address that was mailed or a contact; from a colleague a person decides.
fn stop(sender: Sender) -> Vec<Act> {
    if sender.speaks_for_the_company() {
        opt_out(SuppressionReason::OptOut)
    } else {
        vec![Act::StopSequence, Act::Flag { urgent: false }]
    }
}

fn human(sender: Sender, opt_out: bool, check_in: Option<AnswerVerdict>) -> Vec<Act> {
    let mut acts = if opt_out { stop(sender) } else { vec![Act::StopSequence] };
    match check_in {
        Some(AnswerVerdict::Close) if sender.speaks_for_the_company() && !opt_out => {
            acts.extend([Act::AnswerCheckIn, Act::CloseCheckIn]);
        }
        Some(AnswerVerdict::Close) => acts.extend([Act::AnswerCheckIn, Act::Flag { urgent: false }]),
        Some(AnswerVerdict::Flag { urgent }) => acts.extend([Act::AnswerCheckIn, Act::Flag { urgent }]),
        None => {}
    }
    acts
}

fn auto_reply(away_until: Option<Day>, left_company: bool) -> Vec<Act> {
    if left_company {
        return vec![Act::StopSequence, Act::Flag { urgent: false }];
    }
    away_until.map(Act::Postpone).into_iter().collect()
}

fn bounce(permanent: bool, delayed: bool, reason: BounceReason) -> Vec<Act> {
    if delayed {
        return Vec::new();
    }
    match reason {
        BounceReason::UserUnknown | BounceReason::HostUnknown if permanent => {
            vec![Act::StopSequence, Act::SuppressAddress(SuppressionReason::HardBounce)]
        }
        BounceReason::Other if permanent => vec![Act::StopSequence],
        BounceReason::MailboxFull | BounceReason::UserUnknown | BounceReason::HostUnknown | BounceReason::Other => {
            vec![Act::SoftBounce]
        }
    }
}

#[cfg(test)]
mod tests;
