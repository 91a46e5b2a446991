//! Where messages go, and what they do by themselves.

use super::world::{ALEX, DESK, World, add_company, both, letter, now};
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::words::{
    Decision, MomentKind, OutgoingState, RecipientState, Routing, SuggestionKind, SuppressionReason,
};
use stagemakelaar::mail::maildir;
use stagemakelaar::store::incoming::Incoming;
use stagemakelaar::store::incoming::arriving::{self, Arrival};
use stagemakelaar::store::moments::{self, Entry, Show};
use stagemakelaar::store::{contacts, outgoing, suppressions};

fn suppressed(world: &World, address: &str) -> Option<SuppressionReason> {
    let found = world.db().read(|conn| suppressions::in_force(conn, &[address.to_owned()])).unwrap();
    found.get(address).copied()
}

fn moments_of(world: &World) -> Vec<MomentKind> {
    let scope = world.scope();
    let (entries, _) =
        world.db().read(|conn| moments::timeline(conn, &scope, world.company, Show::All, None, 50)).unwrap();
    let moment = |entry: &Entry| if let Entry::Moment(moment) = entry { Some(moment.kind) } else { None };
    entries.iter().filter_map(moment).collect()
}

fn bounce(about: &str, recipient: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.loket.example\r\nTo: {DESK}\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Date: Tue, 24 Nov 2026 09:30:00 +0100\r\nMessage-ID: <b1@mx.loket.example>\r\nMIME-Version: 1.0\r\n\
         Auto-Submitted: auto-replied\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nThe mail could not be delivered.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.loket.example\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nFrom: {DESK}\r\nTo: {recipient}\r\nSubject: stageplekken\r\n\
         Message-ID: {about}\r\n\r\nHeb je plek?\r\n--b--\r\n"
    )
}

#[test]
fn a_reply_stops_the_sequence_before_its_next_step() {
    both(|world| {
        let recipient = world.waiting_recipient();
        let mail = world.mailed(OutgoingState::Sent, Some(&recipient));
        let more = format!("In-Reply-To: {}\r\n", mail.message_id);
        let row = world.take_in(&letter(ALEX, "r@sloterdok.example", &more, "We hebben plek voor twee leerlingen."));
        assert_eq!((row.routing, row.decision), (Routing::Matched, Decision::Open));
        assert_eq!((row.outgoing_id, row.company_id), (Some(mail.id), Some(world.company)));
        assert_eq!(world.recipient(recipient.id).state, RecipientState::Replied);
        assert_eq!(moments_of(world), [MomentKind::MailIn]);
    });
}

#[test]
fn a_token_from_a_stranger_goes_to_the_tray_with_a_hint_and_does_nothing() {
    both(|world| {
        let recipient = world.waiting_recipient();
        let mail = world.mailed(OutgoingState::Sent, Some(&recipient));
        let raw = letter("iemand@elders.example", "t@elders.example", "", "Stuur ons geen mail meer.")
            .replace(&format!("To: {DESK}"), &format!("To: {}", mail.reply_to));
        let row = world.take_in(&raw);
        assert_eq!((row.routing, row.company_id), (Routing::Unmatched, None));
        assert_eq!(row.hint, "thread:Fietsenmaker Sloterdok");
        assert_eq!(world.recipient(recipient.id).state, RecipientState::Waiting);
        assert_eq!((suppressed(world, ALEX), suppressed(world, "iemand@elders.example")), (None, None));
        assert!(world.suggestions(row.id).iter().any(|found| found.kind == SuggestionKind::OptOut));
    });
}

#[test]
fn an_opt_out_acts_from_the_address_that_was_mailed() {
    both(|world| {
        let recipient = world.waiting_recipient();
        let mail = world.mailed(OutgoingState::Sent, Some(&recipient));
        let more = format!("In-Reply-To: {}\r\n", mail.message_id);
        let raw = letter(ALEX, "o@sloterdok.example", &more, "Haal ons van de lijst en stuur ons geen mail meer.");
        world.take_in(&raw);
        assert_eq!(suppressed(world, ALEX), Some(SuppressionReason::OptOut));
        assert_eq!(world.recipient(recipient.id).state, RecipientState::OptedOut);
        let scope = world.scope();
        let contact = world.db().read(|conn| contacts::find(conn, &scope, world.contact)).unwrap().unwrap();
        assert!(contact.opted_out_at.is_some());
    });
}

#[test]
fn a_mail_that_fails_dmarc_only_suggests() {
    both(|world| {
        let recipient = world.waiting_recipient();
        let mail = world.mailed(OutgoingState::Sent, Some(&recipient));
        let more = format!("In-Reply-To: {}\r\n", mail.message_id);
        let raw = letter(ALEX, "d@sloterdok.example", &more, "Stuur ons geen mail meer.");
        let row = world.take_in(&format!("Authentication-Results: mx.loket.example; dmarc=fail\r\n{raw}"));
        assert_eq!(suppressed(world, ALEX), None);
        assert_eq!(world.recipient(recipient.id).state, RecipientState::Waiting);
        assert!(world.suggestions(row.id).iter().any(|found| found.kind == SuggestionKind::OptOut));
    });
}

#[test]
fn a_bounce_acts_only_on_the_mail_of_ours_that_it_carries() {
    both(|world| {
        let row = world.take_in(&bounce("<unknown@loket.example>", ALEX));
        assert_eq!((row.routing, suppressed(world, ALEX)), (Routing::Bounce, None));
        let recipient = world.waiting_recipient();
        let mail = world.mailed(OutgoingState::Sent, Some(&recipient));
        let row = world.take_in(&bounce(&mail.message_id, ALEX).replace("<b1@", "<b2@"));
        assert_eq!((row.routing, row.outgoing_id), (Routing::Bounce, Some(mail.id)));
        assert_eq!(suppressed(world, ALEX), Some(SuppressionReason::HardBounce));
        assert_eq!(world.recipient(recipient.id).state, RecipientState::Bounced);
    });
}

#[test]
fn our_own_copies_are_no_replies_and_settle_what_was_uncertain() {
    both(|world| copies_settle(world, OutgoingState::Uncertain));
}

#[test]
fn our_own_copies_settle_what_a_restore_held() {
    both(|world| copies_settle(world, OutgoingState::Held));
}

fn copies_settle(world: &World, state: OutgoingState) {
    let mail = world.mailed(state, None);
    let raw = format!(
        "From: {DESK}\r\nTo: {ALEX}\r\nSubject: stageplekken\r\nMessage-ID: {}\r\n\r\nHeb je plek?\r\n",
        mail.message_id
    );
    let by_hand = raw.replace(&mail.message_id, "<hand@loket.example>");
    let sent = world.folder.path().join("desk/.Sent");
    maildir::deliver(&sent, raw.as_bytes(), now()).unwrap();
    maildir::deliver(&sent, by_hand.as_bytes(), now()).unwrap();
    assert_eq!(world.fetch(now()).get("stored"), 2);
    assert_eq!(world.receive(now()).get("own"), 2);
    let scope = world.scope();
    let settled = world.db().read(|conn| outgoing::find(conn, &scope, mail.id)).unwrap().unwrap();
    assert_eq!(settled.state, OutgoingState::Sent);
    assert_eq!(moments_of(world), [MomentKind::MailOut; 2]);
    assert!(world.rows().iter().all(|row| row.decision == Decision::None));
}

#[test]
fn a_reply_that_reuses_our_message_id_is_still_a_reply() {
    both(|world| {
        let mail = world.mailed(OutgoingState::Sent, None);
        let id = mail.message_id.trim_matches(['<', '>']).to_owned();
        let row = world.take_in(&letter(ALEX, &id, "", "We hebben plek voor een leerling."));
        assert_eq!(row.routing, Routing::Matched);
    });
}

#[test]
fn mail_from_before_the_start_date_is_filed_without_consequences() {
    both(|world| {
        let recipient = world.waiting_recipient();
        let raw = letter(ALEX, "old@sloterdok.example", "", "Stuur ons geen mail meer.");
        let row = world.take_in(&raw.replace("24 Nov 2026", "24 Oct 2026"));
        assert_eq!((row.routing, row.decision), (Routing::Filed, Decision::None));
        assert_eq!(world.recipient(recipient.id).state, RecipientState::Waiting);
    });
}

#[test]
fn an_address_that_belongs_to_two_companies_is_for_a_person_to_settle() {
    both(|world| {
        add_company(world.db(), world.site, "Kantoor aan de Haven", ALEX);
        let row = world.take_in(&letter(ALEX, "two@sloterdok.example", "", "Ja, graag."));
        assert_eq!((row.routing, row.hint.as_str()), (Routing::Unmatched, "several:"));
    });
}

#[test]
fn a_message_that_fails_three_times_is_broken_and_the_queue_walks_on() {
    both(|world| {
        let damaged = Arrival {
            source_key: "maildir:INBOX:damaged".to_owned(),
            folder: "INBOX".to_owned(),
            message_id: None,
            content_hash: "0".repeat(64),
            size: 4,
            oversize: false,
            raw: b"junk".to_vec(),
        };
        world
            .db()
            .write(|tx| arriving::store(tx, world.site, world.mailbox, std::slice::from_ref(&damaged), now()))
            .unwrap();
        world.deliver(&letter(ALEX, "ok@sloterdok.example", "", "Hallo"));
        world.fetch(now());
        assert_eq!(world.receive(now()).get("matched"), 1);
        let broken =
            |world: &World| -> Incoming { world.rows().into_iter().find(|row| row.message_id.is_none()).unwrap() };
        assert_eq!(broken(world).routing, Routing::Stored);
        world.receive(now().plus_seconds(3_600));
        world.receive(now().plus_seconds(7_200));
        let row = broken(world);
        assert_eq!((row.routing, row.decision, row.attempts), (Routing::Broken, Decision::Open, 3));
        assert!(!row.error.is_empty());
    });
}

#[test]
fn another_site_sees_none_of_it() {
    both(|world| {
        let row = world.take_in(&letter(ALEX, "s@sloterdok.example", "", "Twee plekken vanaf februari."));
        let other = Scope::clockwork(super::world::add_site(world.db(), "Zuid"));
        let seen = world.db().read(|conn| stagemakelaar::store::incoming::find(conn, &other, row.id)).unwrap();
        assert_eq!(seen, None);
    });
}
