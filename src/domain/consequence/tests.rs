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
