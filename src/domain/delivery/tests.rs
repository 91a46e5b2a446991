use super::*;
use crate::domain::moves::check_table;
use proptest::prelude::*;

fn now() -> Moment {
    Moment::parse("2026-11-23T09:00:00Z").unwrap()
}

fn tried(attempts: u32) -> Tried {
    Tried { attempts, first_queued: now().plus_seconds(-60), mailbox_failures: 0 }
}

fn refused(at: Stage, code: u16, enhanced: &str) -> Happened {
    Happened::Refused { at, code, enhanced: (!enhanced.is_empty()).then(|| enhanced.to_owned()) }
}

fn first(happened: &Happened) -> Verdict {
    next(happened, tried(1), &Patience::default(), now())
}

#[test]
fn only_a_refusal_at_rcpt_that_names_the_address_suppresses_it() {
    use AddressVerdict::{Nothing, SoftBounce, Suppress};
    let hard = Suppress(SuppressionReason::HardBounce);
    for (code, enhanced, expected) in [
        (550, "5.1.1", hard),
        (550, "5.1.2", hard),
        (550, "5.1.10", hard),
        (550, "", hard),
        (551, "", hard),
        (553, "", hard),
        (550, "5.7.1", Nothing),
        (550, "5.7.26", Nothing),
        (554, "5.7.1", Nothing),
        (554, "", Nothing),
        (550, "5.4.1", Nothing),
        (550, "5.2.1", Nothing),
        (552, "5.2.2", SoftBounce),
        (552, "", SoftBounce),
        (501, "", Nothing),
    ] {
        let verdict = first(&refused(Stage::Rcpt, code, enhanced));
        assert_eq!(verdict.address, expected, "{code} {enhanced}");
        assert_eq!((verdict.state, verdict.mailbox), (NextState::Failed, MailboxVerdict::Fine), "{code} {enhanced}");
        assert!(!verdict.content_refused);
    }
}

#[test]
fn a_refusal_of_sender_or_content_says_nothing_about_the_recipient() {
    for (at, content) in [(Stage::Mail, false), (Stage::Data, true), (Stage::Dot, true)] {
        for (code, enhanced) in [(550, "5.1.1"), (550, ""), (554, "5.7.1"), (552, "5.2.2")] {
            let verdict = first(&refused(at, code, enhanced));
            assert_eq!(verdict.address, AddressVerdict::Nothing, "{at} {code}");
            assert_eq!((verdict.state, verdict.content_refused), (NextState::Failed, content), "{at} {code}");
        }
    }
}

#[test]
fn a_mailbox_that_cannot_connect_or_sign_in_rests_or_is_paused_and_the_message_loses_no_try() {
    let in_a_minute = MailboxVerdict::BackOff { until: now().plus_seconds(60) };
    for (happened, mailbox) in [
        (Happened::NotReached { at: Stage::Connect, permanent: false }, in_a_minute),
        (Happened::NotReached { at: Stage::Tls, permanent: true }, MailboxVerdict::Pause { why: Stage::Tls }),
        (Happened::NotReached { at: Stage::Auth, permanent: true }, MailboxVerdict::Pause { why: Stage::Auth }),
        (Happened::Dropped { at: Stage::Tls }, in_a_minute),
        (refused(Stage::Connect, 421, ""), in_a_minute),
        (refused(Stage::Auth, 535, "5.7.8"), MailboxVerdict::Pause { why: Stage::Auth }),
        (refused(Stage::Auth, 454, "4.7.0"), in_a_minute),
        (refused(Stage::Mail, 530, "5.7.0"), MailboxVerdict::Pause { why: Stage::Auth }),
    ] {
        let verdict = first(&happened);
        assert_eq!(verdict.mailbox, mailbox, "{happened:?}");
        assert!(!verdict.counted && matches!(verdict.state, NextState::Requeue { .. }), "{happened:?}");
        assert_eq!(verdict.address, AddressVerdict::Nothing);
    }
}

#[test]
fn a_mailbox_that_keeps_failing_rests_longer_and_is_paused_at_last() {
    let happened = Happened::NotReached { at: Stage::Connect, permanent: false };
    for (failures, expected) in [
        (1, MailboxVerdict::BackOff { until: now().plus_seconds(300) }),
        (5, MailboxVerdict::BackOff { until: now().plus_seconds(43_200) }),
        (7, MailboxVerdict::Pause { why: Stage::Connect }),
    ] {
        let tried = Tried { mailbox_failures: failures, ..tried(1) };
        assert_eq!(next(&happened, tried, &Patience::default(), now()).mailbox, expected, "{failures}");
    }
}

#[test]
fn a_temporary_refusal_waits_by_the_back_off_and_fails_after_eight_tries() {
    for (attempts, seconds) in [(1, 60), (2, 300), (3, 900), (4, 3_600), (5, 14_400), (6, 43_200), (7, 43_200)] {
        for at in [Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Dot] {
            let verdict = next(&refused(at, 451, "4.3.0"), tried(attempts), &Patience::default(), now());
            assert_eq!(verdict.state, NextState::Requeue { at: now().plus_seconds(seconds) }, "{at} {attempts}");
            assert_eq!((verdict.address, verdict.counted), (AddressVerdict::Nothing, true));
        }
    }
    let last = next(&refused(Stage::Rcpt, 450, "4.2.1"), tried(8), &Patience::default(), now());
    assert_eq!((last.state, last.address), (NextState::Failed, AddressVerdict::SoftBounce));
    let last = next(&refused(Stage::Dot, 451, ""), tried(8), &Patience::default(), now());
    assert_eq!((last.state, last.address), (NextState::Failed, AddressVerdict::Nothing));
}

#[test]
fn a_message_that_is_refused_for_too_many_days_fails() {
    let old = Tried { first_queued: now().plus_days(-6), ..tried(2) };
    assert_eq!(next(&refused(Stage::Rcpt, 450, ""), old, &Patience::default(), now()).state, NextState::Failed);
}

#[test]
fn a_server_that_shuts_down_gets_a_rest() {
    let verdict = first(&refused(Stage::Rcpt, 421, "4.3.2"));
    assert_eq!(verdict.mailbox, MailboxVerdict::BackOff { until: now().plus_seconds(60) });
    assert_eq!(verdict.state, NextState::Requeue { at: now().plus_seconds(60) });
}

#[test]
fn a_line_that_drops_before_the_message_is_tried_again_and_in_it_is_uncertain() {
    for at in [Stage::Mail, Stage::Rcpt, Stage::Data] {
        let state = first(&Happened::Dropped { at }).state;
        assert_eq!(state, NextState::Requeue { at: now().plus_seconds(60) }, "{at}");
    }
    for happened in [Happened::Dropped { at: Stage::Dot }, Happened::Uncertain, refused(Stage::Dot, 0, "")] {
        assert_eq!(first(&happened).state, NextState::Uncertain, "{happened:?}");
    }
    assert_eq!(first(&Happened::Sent { reply: "250 OK".into() }).state, NextState::Sent);
}

#[test]
fn ten_content_refusals_in_a_row_pause_the_campaign() {
    assert!(!content_refusals_pause(9));
    assert!(content_refusals_pause(10));
}

#[test]
fn three_soft_bounces_within_thirty_days_suppress() {
    let days = |ago: &[i64]| ago.iter().map(|days| now().plus_days(-days)).collect::<Vec<_>>();
    assert!(soft_bounces_suppress(&days(&[0, 10, 30]), now()));
    assert!(!soft_bounces_suppress(&days(&[0, 10, 31]), now()));
    assert!(!soft_bounces_suppress(&days(&[0, 10]), now()));
}

#[test]
fn an_outgoing_message_moves_by_its_table_only() {
    use OutgoingEvent as E;
    use OutgoingState as S;
    let table = [
        (S::Queued, E::Claim, S::Claimed),
        (S::Queued, E::Withdraw, S::Withdrawn),
        (S::Queued, E::Hold, S::Held),
        (S::Claimed, E::Hold, S::Held),
        (S::Held, E::SendAgain, S::Queued),
        (S::Held, E::FoundSent, S::Sent),
        (S::Held, E::Withdraw, S::Withdrawn),
        (S::Claimed, E::Release, S::Queued),
        (S::Claimed, E::Send, S::Sending),
        (S::Claimed, E::Withdraw, S::Withdrawn),
        (S::Sending, E::Accept, S::Sent),
        (S::Sending, E::Fail, S::Failed),
        (S::Sending, E::Requeue, S::Queued),
        (S::Sending, E::Lose, S::Uncertain),
        (S::Uncertain, E::FoundSent, S::Sent),
        (S::Uncertain, E::SendAgain, S::Queued),
        (S::Uncertain, E::GiveUp, S::Failed),
    ];
    check_table(S::ALL, E::ALL, &table, moves);
}

proptest! {
    /// Whatever a server says, a message that may have been taken never goes back to the queue, and only
    /// RCPT tells about an address.
    #[test]
    fn no_reply_sends_twice_or_blames_an_address_outside_rcpt(
        stage in 0..Stage::ALL.len(), code in 0u16..1000, attempts in 1u32..12, failures in 0u32..12,
    ) {
        let at = Stage::ALL[stage];
        let tried = Tried { mailbox_failures: failures, ..tried(attempts) };
        let verdict = next(&refused(at, code, ""), tried, &Patience::default(), now());
        if at != Stage::Rcpt {
            prop_assert_eq!(verdict.address, AddressVerdict::Nothing);
        }
        if at == Stage::Dot && !(400..600).contains(&code) {
            prop_assert_eq!(verdict.state, NextState::Uncertain);
        }
        if let NextState::Requeue { at } = verdict.state {
            prop_assert!(at >= now());
        }
    }
}
