//! Where each thing that a mail server can do to a message leads: the message, its recipient, its address, its mailbox.

use crate::support::desk::{Desk, monday};
use crate::support::sink::counting_sink;
use crate::support::smtp_peer::{Fault, Script, SmtpPeer, Step};
use stagemakelaar::domain::words::{CampaignState, OutgoingState, RecipientState};
use stagemakelaar::store::outgoing::post;
use stagemakelaar::store::{campaigns, leases, mailboxes, suppressions};

/// What is expected of one fault.
struct Row {
    step: Step,
    fault: Fault,
    message: OutgoingState,
    recipient: RecipientState,
    attempts: i32,
    suppressed: bool,
    mailbox: Mailbox,
}

#[derive(Debug, PartialEq)]
enum Mailbox {
    Fine,
    Rests,
    Paused,
}

fn row(step: Step, fault: Fault, message: OutgoingState, recipient: RecipientState) -> Row {
    Row { step, fault, message, recipient, attempts: 1, suppressed: false, mailbox: Mailbox::Fine }
}

fn table() -> Vec<Row> {
    use OutgoingState as O;
    use RecipientState as R;
    let unreached =
        |step, fault| Row { attempts: 0, mailbox: Mailbox::Rests, ..row(step, fault, O::Queued, R::Queued) };
    vec![
        unreached(Step::Connect, Fault::Drop),
        unreached(Step::Connect, Fault::Say("421 4.3.2 busy")),
        unreached(Step::Hello, Fault::Drop),
        unreached(Step::Connect, Fault::Say("554 no service for you")),
        row(Step::Mail, Fault::Say("451 4.3.0 later"), O::Queued, R::Queued),
        row(Step::Mail, Fault::Say("550 5.7.1 not you"), O::Failed, R::Skipped),
        row(Step::Mail, Fault::Drop, O::Queued, R::Queued),
        row(Step::Rcpt, Fault::Say("450 4.2.1 full"), O::Queued, R::Queued),
        row(Step::Rcpt, Fault::Drop, O::Queued, R::Queued),
        row(Step::Rcpt, Fault::Say("550 5.7.1 looks like spam"), O::Failed, R::Skipped),
        Row { suppressed: true, ..row(Step::Rcpt, Fault::Say("550 5.1.1 nobody here"), O::Failed, R::Bounced) },
        Row { suppressed: true, ..row(Step::Rcpt, Fault::Say("550 no such user"), O::Failed, R::Bounced) },
        row(Step::Data, Fault::Say("554 5.7.1 no"), O::Failed, R::Skipped),
        row(Step::Data, Fault::Drop, O::Queued, R::Queued),
        row(Step::Body, Fault::Drop, O::Uncertain, R::Queued),
        row(Step::Dot, Fault::Say("451 4.7.0 later"), O::Queued, R::Queued),
        row(Step::Dot, Fault::Say("550 5.7.1 content"), O::Failed, R::Skipped),
        row(Step::Dot, Fault::Drop, O::Uncertain, R::Queued),
        Row { mailbox: Mailbox::Rests, ..row(Step::Mail, Fault::Say("421 4.7.0 slow down"), O::Queued, R::Queued) },
    ]
}

#[test]
fn every_fate_leads_where_the_domain_says() {
    for desk in Desk::both() {
        for (n, row) in table().into_iter().enumerate() {
            let peer = SmtpPeer::failing(row.step, row.fault.clone());
            let site = desk.add_site(&format!("proef {n}"));
            let id = desk.mailbox_at(site, &format!("smtp+plain://127.0.0.1:{}", peer.port), None, 1);
            let name = format!("bedrijf{n}");
            let (company, _) = desk.company(site, &name);
            let campaign = desk.draft(site, id);
            desk.start(site, campaign, monday()).unwrap();
            desk.send(monday());
            let scope = desk.scope(site);
            let db = &desk.base.db;
            let what = format!("{:?} {:?}", row.step, row.fault);
            let found = db.read(|conn| stagemakelaar::store::outgoing::of_company(conn, &scope, company, 2)).unwrap();
            let message = &found[0];
            assert_eq!(
                (message.state, message.attempts),
                (row.message, row.attempts),
                "{what}: {}",
                message.last_answer
            );
            assert_eq!(desk.recipient(message).state, row.recipient, "{what}");
            let listed = db.read(|conn| suppressions::list(conn, &scope, &name, None, 10)).unwrap();
            assert_eq!(!listed.is_empty(), row.suppressed, "{what}");
            let mailbox = db.read(|conn| mailboxes::find(conn, &scope, id)).unwrap().unwrap();
            let state = match (mailbox.paused_at, mailbox.retry_at) {
                (Some(_), _) => Mailbox::Paused,
                (None, Some(_)) => Mailbox::Rests,
                (None, None) => Mailbox::Fine,
            };
            assert_eq!(state, row.mailbox, "{what}");
            if row.message == OutgoingState::Queued {
                assert!(
                    message.due_at > monday() || state != Mailbox::Fine,
                    "{what}: it waits before it is tried again"
                );
            }
        }
    }
}

#[test]
fn a_wrong_password_pauses_the_mailbox_and_loses_no_try() {
    for desk in Desk::both() {
        let peer = SmtpPeer::start(Script {
            offers: vec!["AUTH PLAIN LOGIN"],
            faults: vec![(Step::Auth, Fault::Say("535 5.7.8 wrong"))],
            ..Script::default()
        });
        let url = format!("smtp+plain://noor@127.0.0.1:{}", peer.port);
        let id = desk.mailbox_at(desk.site, &url, Some("geheim"), 2);
        let (company, _) = desk.company(desk.site, "halte");
        let campaign = desk.draft(desk.site, id);
        desk.start(desk.site, campaign, monday()).unwrap();
        desk.send(monday());
        let message = desk.message(company);
        assert_eq!((message.state, message.attempts), (OutgoingState::Queued, 0));
        let scope = desk.scope(desk.site);
        let mailbox = desk.base.db.read(|conn| mailboxes::find(conn, &scope, id)).unwrap().unwrap();
        assert_eq!((mailbox.paused_at.is_some(), mailbox.pause_reason.as_str()), (true, "auth"));
        assert!(!mailbox.secret.unwrap().contains("geheim"));
    }
}

#[test]
fn ten_content_refusals_in_a_row_pause_the_campaign() {
    for desk in Desk::both() {
        let peer = SmtpPeer::failing(Step::Dot, Fault::Say("554 5.7.1 spam"));
        let mailbox = desk.mailbox_at(desk.site, &format!("smtp+plain://127.0.0.1:{}", peer.port), None, 1);
        for n in 0..14 {
            desk.company(desk.site, &format!("bedrijf{n}"));
        }
        let campaign = desk.draft(desk.site, mailbox);
        desk.start(desk.site, campaign, monday()).unwrap();
        assert_eq!(desk.send(monday()).get("failed"), 10);
        let scope = desk.scope(desk.site);
        let found = desk.base.db.read(|conn| campaigns::find(conn, &scope, campaign)).unwrap().unwrap();
        assert_eq!(found.state, CampaignState::Paused);
        assert_eq!(found.pause_reason, "content_refused 554 5.7.1 spam");
        assert!(desk.base.db.read(|conn| suppressions::list(conn, &scope, "", None, 10)).unwrap().is_empty());
    }
}

#[test]
fn what_a_vanished_sender_left_is_taken_over_once_its_lease_ran_out() {
    for desk in Desk::both() {
        let sink = counting_sink();
        let mailbox = desk.mailbox(desk.site, sink.port);
        let (first, _) = desk.company(desk.site, "een");
        let (second, _) = desk.company(desk.site, "twee");
        let campaign = desk.draft(desk.site, mailbox);
        desk.start(desk.site, campaign, monday()).unwrap();
        desk.advance(monday());
        let (first, second) = (desk.message(first).id, desk.message(second).id);
        let db = &desk.base.db;
        db.write(|tx| {
            leases::take(tx, &format!("deliver:{mailbox}"), "vanished", monday(), 30)?;
            post::claim(tx, &[first, second], "vanished")?;
            post::mark_sending(tx, &[first], "vanished", monday())
        })
        .unwrap();
        assert!(desk.deliver(monday().plus_seconds(10)).is_empty(), "the lease still holds");
        let tally = desk.deliver(monday().plus_seconds(40));
        assert_eq!((tally.get("uncertain"), tally.get("sent")), (1, 1));
        assert_eq!(desk.again(first).state, OutgoingState::Uncertain);
        assert_eq!(desk.again(second).state, OutgoingState::Sent);
        // The vanished one comes back: its word that the message was taken is evidence, its marks hold no more.
        let marked = db.write(|tx| post::mark_sending(tx, &[second], "vanished", monday())).unwrap();
        assert!(marked.is_empty());
        assert_eq!(db.write(|tx| post::accepted(tx, &[first], "250 ok", monday())).unwrap(), [first]);
        assert_eq!(desk.again(first).state, OutgoingState::Sent);
    }
}

#[test]
fn a_pickup_directory_shows_what_a_vanished_sender_had_written() {
    for desk in Desk::both() {
        let folder = tempfile::tempdir().unwrap();
        let mailbox = desk.mailbox_at(desk.site, &format!("pickup:{}", folder.path().display()), None, 1);
        let (first, _) = desk.company(desk.site, "een");
        let (second, _) = desk.company(desk.site, "twee");
        let campaign = desk.draft(desk.site, mailbox);
        desk.start(desk.site, campaign, monday()).unwrap();
        desk.advance(monday());
        let (first, second) = (desk.message(first), desk.message(second));
        let db = &desk.base.db;
        db.write(|tx| {
            post::claim(tx, &[first.id, second.id], "vanished")?;
            post::mark_sending(tx, &[first.id, second.id], "vanished", monday())
        })
        .unwrap();
        let written = folder.path().join(format!("{}.eml", first.message_id.trim_matches(['<', '>'])));
        std::fs::write(written, "written").unwrap();
        desk.deliver(monday());
        assert_eq!(desk.again(first.id).state, OutgoingState::Sent);
        assert_eq!(desk.again(second.id).state, OutgoingState::Uncertain);
    }
}
