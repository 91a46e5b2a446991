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
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FLAG: Act = Act::Flag { urgent: false };
    const HUMAN: Kind = Kind::Human { opt_out: false, check_in: None };
    const STOP: Kind = Kind::Human { opt_out: true, check_in: None };

    fn check_in(verdict: AnswerVerdict) -> Kind {
        Kind::Human { opt_out: false, check_in: Some(verdict) }
    }

    fn facts(kind: Kind, sender: Sender) -> Facts {
        Facts { kind, sender, about_our_message: false, dmarc_failed: false, before_start_date: false }
    }

    #[test]
    fn each_kind_from_each_sender_does_what_the_rules_say() {
        use Sender::{ContactOfCompany, MailedAddress, SameCompanyDomain, Stranger};
        let stop = [Act::StopSequence, Act::OptOutContact, Act::SuppressAddress(SuppressionReason::OptOut)];
        let march = Day::new(2026, 3, 2).unwrap();
        let away = Kind::AutoReply { away_until: Some(march), left_company: false };
        let left = Kind::AutoReply { away_until: None, left_company: true };
        let well = check_in(AnswerVerdict::Close);
        let urgent = check_in(AnswerVerdict::Flag { urgent: true });
        let rows: &[(Kind, Sender, &[Act])] = &[
            (HUMAN, MailedAddress, &[Act::StopSequence]),
            (HUMAN, ContactOfCompany, &[Act::StopSequence]),
            (HUMAN, SameCompanyDomain, &[Act::StopSequence]),
            (HUMAN, Stranger, &[]),
            (STOP, MailedAddress, &stop),
            (STOP, ContactOfCompany, &stop),
            (STOP, SameCompanyDomain, &[Act::StopSequence, FLAG]),
            (STOP, Stranger, &[]),
            (Kind::Unsubscribe, MailedAddress, &stop),
            (Kind::Unsubscribe, SameCompanyDomain, &[Act::StopSequence, FLAG]),
            (Kind::Unsubscribe, Stranger, &[]),
            (well, MailedAddress, &[Act::StopSequence, Act::AnswerCheckIn, Act::CloseCheckIn]),
            (well, SameCompanyDomain, &[Act::StopSequence, Act::AnswerCheckIn, FLAG]),
            (well, Stranger, &[]),
            (urgent, ContactOfCompany, &[Act::StopSequence, Act::AnswerCheckIn, Act::Flag { urgent: true }]),
            (away, MailedAddress, &[Act::Postpone(march)]),
            (away, Stranger, &[]),
            (left, MailedAddress, &[Act::StopSequence, FLAG]),
            (Kind::Other, MailedAddress, &[]),
        ];
        for (kind, sender, expected) in rows {
            assert_eq!(consequences(&facts(*kind, *sender)), *expected, "{kind:?} {sender:?}");
        }
    }

    #[test]
    fn a_bounce_acts_by_its_reason_and_only_on_a_mail_of_ours() {
        use BounceReason as R;
        let hard = Act::SuppressAddress(SuppressionReason::HardBounce);
        for (permanent, delayed, reason, expected) in [
            (true, false, R::UserUnknown, vec![Act::SettleSent, Act::StopSequence, hard]),
            (true, false, R::HostUnknown, vec![Act::SettleSent, Act::StopSequence, hard]),
            (true, false, R::MailboxFull, vec![Act::SettleSent, Act::SoftBounce]),
            (true, false, R::Other, vec![Act::SettleSent, Act::StopSequence]),
            (false, false, R::UserUnknown, vec![Act::SettleSent, Act::SoftBounce]),
            (false, true, R::UserUnknown, vec![Act::SettleSent]),
        ] {
            let kind = Kind::Bounce { permanent, delayed, reason };
            let ours = Facts { about_our_message: true, ..facts(kind, Sender::Stranger) };
            assert_eq!(consequences(&ours), expected, "{kind:?}");
            assert_eq!(consequences(&Facts { about_our_message: false, ..ours }), [], "{kind:?}");
        }
    }

    #[test]
    fn a_complaint_acts_like_an_opt_out() {
        let ours = Facts { about_our_message: true, ..facts(Kind::Complaint, Sender::Stranger) };
        let complaint = Act::SuppressAddress(SuppressionReason::Complaint);
        assert_eq!(consequences(&ours), [Act::SettleSent, Act::StopSequence, Act::OptOutContact, complaint]);
        assert_eq!(consequences(&facts(Kind::Complaint, Sender::MailedAddress)), []);
    }

    fn kinds() -> impl Strategy<Value = Kind> {
        let reasons =
            [BounceReason::UserUnknown, BounceReason::HostUnknown, BounceReason::MailboxFull, BounceReason::Other];
        let verdicts = [
            None,
            Some(AnswerVerdict::Close),
            Some(AnswerVerdict::Flag { urgent: false }),
            Some(AnswerVerdict::Flag { urgent: true }),
        ];
        prop_oneof![
            (any::<bool>(), prop::sample::select(verdicts.to_vec()))
                .prop_map(|(opt_out, check_in)| Kind::Human { opt_out, check_in }),
            (any::<bool>(), any::<bool>()).prop_map(|(away, left_company)| Kind::AutoReply {
                away_until: away.then(|| Day::new(2026, 3, 2).unwrap()),
                left_company,
            }),
            (any::<bool>(), any::<bool>(), prop::sample::select(reasons.to_vec()))
                .prop_map(|(permanent, delayed, reason)| Kind::Bounce { permanent, delayed, reason }),
            Just(Kind::Complaint),
            Just(Kind::Unsubscribe),
            Just(Kind::Other),
        ]
    }

    fn senders() -> impl Strategy<Value = Sender> {
        prop::sample::select(vec![
            Sender::MailedAddress,
            Sender::ContactOfCompany,
            Sender::SameCompanyDomain,
            Sender::Stranger,
        ])
    }

    proptest! {
        #[test]
        fn every_guard_empties_the_list(kind in kinds(), sender in senders(), about_our_message: bool) {
            let facts = Facts { kind, sender, about_our_message, dmarc_failed: false, before_start_date: false };
            prop_assert_eq!(consequences(&Facts { dmarc_failed: true, ..facts }), []);
            prop_assert_eq!(consequences(&Facts { before_start_date: true, ..facts }), []);
            let from_outside = Facts { sender: Sender::Stranger, about_our_message: false, ..facts };
            prop_assert_eq!(consequences(&from_outside), []);
            let machine = matches!(kind, Kind::Bounce { .. } | Kind::Complaint);
            if sender == Sender::Stranger && !machine {
                prop_assert_eq!(consequences(&facts), []);
            }
        }

        #[test]
        fn only_who_may_say_stop_opts_out_or_closes(kind in kinds(), sender in senders(), about_our_message: bool) {
            let acts = consequences(&Facts { about_our_message, ..facts(kind, sender) });
            let weighty = acts.iter().any(|act| matches!(act, Act::OptOutContact | Act::CloseCheckIn));
            if weighty && kind != Kind::Complaint {
                prop_assert!(matches!(sender, Sender::MailedAddress | Sender::ContactOfCompany));
            }
            for act in acts {
                prop_assert!(matches!(act.direction(), Direction::Quieter | Direction::LouderToOurselves));
            }
        }
    }
}
