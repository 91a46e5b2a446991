//! Where what a mail server does leads beyond the one message: its mailbox, its campaign, the messages after it. Each fault by
//! itself is in the tables of `faults`.

use crate::support::desk::{Desk, monday};
use crate::support::sink::counting_sink;
use crate::support::smtp_peer::{Fault, Script, SmtpPeer, Step};
use diesel::prelude::*;
use stagemakelaar::domain::words::{CampaignState, OutgoingState, RecipientState};
use stagemakelaar::store::outgoing::post;
use stagemakelaar::store::schema::moments;
use stagemakelaar::store::{Conn, DbError, campaigns, leases, mailboxes, suppressions};

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
        assert_eq!((mailbox.paused_at.is_some(), mailbox.pause_reason.as_str()), (true, "sign_in"));
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
        assert_eq!(db.write(|tx| post::accepted(tx, &[(first, "250 ok")], None, monday())).unwrap(), [first]);
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

#[test]
fn what_a_vanished_sender_sent_and_did_not_write_up_is_written_up_once() {
    for desk in Desk::both() {
        let sink = counting_sink();
        let mailbox = desk.mailbox(desk.site, sink.port);
        let (company, _) = desk.company(desk.site, "een");
        let campaign = desk.draft(desk.site, mailbox);
        desk.start(desk.site, campaign, monday()).unwrap();
        desk.advance(monday());
        let message = desk.message(company).id;
        let db = &desk.base.db;
        let taken = db.write(|tx| {
            leases::take(tx, &format!("deliver:{mailbox}"), "vanished", monday(), 30)?;
            post::claim(tx, &[message], "vanished")?;
            post::mark_sending(tx, &[message], "vanished", monday())?;
            post::accepted(tx, &[(message, "250 ok")], Some("vanished"), monday())
        });
        assert_eq!(taken.unwrap(), [message]);
        let noted = |conn: &mut Conn| -> Result<i64, DbError> {
            Ok(moments::table.filter(moments::outgoing_id.eq(message)).count().get_result(conn)?)
        };
        let mails = || db.read(noted).unwrap();
        assert_eq!((desk.recipient(&desk.again(message)).state, mails()), (RecipientState::Queued, 0));
        for minutes in [1, 2] {
            let tally = desk.deliver(monday().plus_seconds(60 * minutes));
            assert_eq!((tally.get("sent"), tally.get("uncertain")), (0, 0));
            let now = desk.again(message);
            assert_eq!((now.state, now.claimed_by.as_deref()), (OutgoingState::Sent, None));
            assert_eq!((desk.recipient(&now).state, mails()), (RecipientState::Done, 1));
        }
    }
}
