//! Outreach as a whole, on both databases: who is mailed, what is asked again at sending, where every fate leads, and
//! how a campaign is held and stopped. Sends to a scripted peer on a real socket.

mod fates;
mod pages;

use crate::support::desk::{Desk, monday};
use crate::support::sink::counting_sink;
use crate::support::smtp_peer::{Fault, SmtpPeer, Step};
use stagemakelaar::domain::gate::Why;
use stagemakelaar::domain::words::{CampaignState, OutgoingState, Purpose, RecipientState, SuppressionReason};
use stagemakelaar::flows::campaigns::audience::{Audience, FallOut, selection};
use stagemakelaar::flows::campaigns::progress::{Hold, progress};
use stagemakelaar::flows::campaigns::{self, CampaignError};
use stagemakelaar::flows::opt_outs::{self, LiftError, Source};
use stagemakelaar::flows::outbox::{self, Enqueued, Letter, Place, Stamp};
use stagemakelaar::flows::uncertain::{self, Decision};
use stagemakelaar::store::outgoing::held;
use stagemakelaar::store::suppressions::SuppressionKind;
use stagemakelaar::store::{mailboxes, suppressions};

#[test]
fn a_campaign_mails_each_company_once_and_is_then_done() {
    for desk in Desk::both() {
        let sink = counting_sink();
        let mailbox = desk.mailbox(desk.site, sink.port);
        let companies: Vec<_> = (0..7).map(|n| desk.company(desk.site, &format!("bedrijf{n}")).0).collect();
        let campaign = desk.draft(desk.site, mailbox);
        assert_eq!(desk.start(desk.site, campaign, monday()).unwrap(), 7);
        let tally = desk.send(monday());
        assert_eq!((tally.get("queued"), tally.get("sent")), (7, 7));
        assert!(desk.send(monday().plus_seconds(60)).get("ended") == 1);
        assert_eq!(sink.count(), 7);
        assert!(sink.tally().values().all(|count| *count == 1));
        let message = desk.message(companies[0]);
        assert_eq!((message.state, message.attempts), (OutgoingState::Sent, 1));
        assert_eq!(desk.recipient(&message).state, RecipientState::Done);
        let scope = desk.scope(desk.site);
        let now = desk.base.db.read(|conn| progress(conn, &scope, campaign, monday())).unwrap().unwrap();
        assert_eq!((now.state, now.sent, now.total), (CampaignState::Done, 7, 7));
        assert!(matches!(desk.start(desk.site, campaign, monday()), Err(CampaignError::Move(_))));
    }
}

#[test]
fn every_outreach_mail_says_who_why_and_how_to_stop() {
    for desk in Desk::both() {
        let sink = counting_sink();
        let mailbox = desk.mailbox(desk.site, sink.port);
        desk.company(desk.site, "halte");
        let campaign = desk.draft(desk.site, mailbox);
        desk.start(desk.site, campaign, monday()).unwrap();
        desk.send(monday());
        let mail = String::from_utf8(sink.received()[0].data.clone()).unwrap();
        let mail = mail.replace("\r\n ", " ");
        let token = mail.split("Message-ID: <").nth(1).unwrap().split('@').next().unwrap();
        for wanted in [
            "Plek bij halte?".to_owned(),
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click".to_owned(),
            format!("List-Unsubscribe: <http://127.0.0.1:8080/u/{token}."),
            format!("<mailto:desk1+u.{token}@loket.example?subject=unsubscribe>"),
            format!("+r.{token}@loket.example"),
            "Stageloket Nieuw-West".to_owned(),
            "Loketplein 1".to_owned(),
        ] {
            assert!(mail.contains(&wanted), "{wanted} in {mail}");
        }
    }
}

#[test]
fn pressure_holds_over_all_sites_and_tells_only_site_and_day() {
    for desk in Desk::both() {
        let sink = counting_sink();
        let south = desk.add_site("Rotterdam-Zuid");
        let kvk = |fields: &mut stagemakelaar::store::companies::Fields| {
            fields.kvk = Some("12345678".parse().unwrap());
        };
        desk.company_of(desk.site, "halte", kvk);
        desk.company_of(south, "filiaal", kvk);
        let (first, second) = (desk.mailbox(desk.site, sink.port), desk.mailbox(south, sink.port));
        let campaign = desk.draft(desk.site, first);
        desk.start(desk.site, campaign, monday()).unwrap();
        desk.send(monday());
        let other = desk.draft(south, second);
        assert!(matches!(desk.start(south, other, monday().plus_days(1)), Err(CampaignError::Nobody)));
        let scope = desk.scope(south);
        let look = |now| {
            let found = desk.base.db.read(|conn| selection(conn, &scope, south, None, &Audience::default(), now));
            found.unwrap()
        };
        let fallen = look(monday().plus_days(1)).falling;
        let FallOut::Gate(Why::Pressure(facts)) = &fallen[0].why else { panic!("{:?}", fallen[0].why) };
        assert_eq!((facts.by_site_name.as_str(), facts.on), ("Nieuw-West", monday().day()));
        assert_eq!(look(monday().plus_days(15)).going.len(), 1);
        assert_eq!(sink.count(), 1);
    }
}

#[test]
fn what_is_suppressed_after_it_was_queued_is_withdrawn_at_sending() {
    for desk in Desk::both() {
        let sink = counting_sink();
        let mailbox = desk.mailbox(desk.site, sink.port);
        let (by_address, _) = desk.company(desk.site, "adres");
        let (by_domain, _) = desk.company(desk.site, "domein");
        let (free, _) = desk.company(desk.site, "vrij");
        let campaign = desk.draft(desk.site, mailbox);
        desk.start(desk.site, campaign, monday()).unwrap();
        assert_eq!(desk.advance(monday()).get("queued"), 3);
        desk.base
            .db
            .write(|tx| {
                let (address, domain) = (SuppressionKind::Address, SuppressionKind::Domain);
                let manual = SuppressionReason::Manual;
                opt_outs::suppress(
                    tx,
                    address,
                    "info@adres.example",
                    SuppressionReason::HardBounce,
                    Source::default(),
                    monday(),
                )?;
                opt_outs::suppress(tx, domain, "domein.example", manual, Source::default(), monday())
            })
            .unwrap();
        let tally = desk.deliver(monday());
        assert_eq!((tally.get("sent"), tally.get("withdrawn")), (1, 2));
        assert_eq!(sink.count(), 1);
        let of = |company| {
            let message = desk.message(company);
            (message.state, message.last_answer.clone(), desk.recipient(&message).state)
        };
        assert_eq!(of(by_address), (OutgoingState::Withdrawn, "bounced".to_owned(), RecipientState::Bounced));
        assert_eq!(of(by_domain), (OutgoingState::Withdrawn, "blocked".to_owned(), RecipientState::Skipped));
        assert_eq!(of(free).0, OutgoingState::Sent);
    }
}

#[test]
fn an_address_gets_one_message_for_a_step_whatever_asks_twice() {
    for desk in Desk::both() {
        let sink = counting_sink();
        let id = desk.mailbox(desk.site, sink.port);
        let (company, contact) = desk.company(desk.site, "halte");
        let campaign = desk.draft(desk.site, id);
        desk.start(desk.site, campaign, monday()).unwrap();
        desk.advance(monday());
        let first = desk.message(company);
        let scope = desk.scope(desk.site);
        let mailbox = desk.base.db.read(|conn| mailboxes::find(conn, &scope, id)).unwrap().unwrap();
        let address = "INFO@halte.example".parse().unwrap();
        let place =
            Place { campaign, step: 0, recipient: first.recipient_id.unwrap(), pressure_until: monday().plus_days(14) };
        let stamp = Stamp::fresh(&mailbox.address);
        let letter = Letter {
            company: Some(company),
            contact: Some(contact),
            place: Some(place),
            ..Letter::new(&mailbox, Purpose::Outreach, address, stamp, monday())
        };
        let answer = desk.base.db.write(|tx| outbox::enqueue(tx, &letter, monday())).unwrap();
        assert_eq!(answer, Enqueued::Already);
        desk.deliver(monday());
        assert_eq!(sink.count(), 1);
    }
}

#[test]
fn stop_withdraws_what_is_queued_and_frees_the_companies() {
    for desk in Desk::both() {
        let sink = counting_sink();
        let mailbox = desk.mailbox(desk.site, sink.port);
        let (company, _) = desk.company(desk.site, "halte");
        let campaign = desk.draft(desk.site, mailbox);
        desk.start(desk.site, campaign, monday()).unwrap();
        desk.advance(monday());
        let scope = desk.scope(desk.site);
        assert_eq!(campaigns::stop(&desk.base.db, &scope, campaign, monday()).unwrap(), 1);
        assert_eq!(desk.deliver(monday()).get("sent"), 0);
        let message = desk.message(company);
        assert_eq!(
            (message.state, desk.recipient(&message).state),
            (OutgoingState::Withdrawn, RecipientState::Stopped)
        );
        let again = desk.draft(desk.site, mailbox);
        assert_eq!(desk.start(desk.site, again, monday()).unwrap(), 1);
    }
}

#[test]
fn a_paused_campaign_sends_nothing_until_it_goes_on() {
    for desk in Desk::both() {
        let sink = counting_sink();
        let mailbox = desk.mailbox(desk.site, sink.port);
        desk.company(desk.site, "halte");
        let campaign = desk.draft(desk.site, mailbox);
        desk.start(desk.site, campaign, monday()).unwrap();
        desk.advance(monday());
        let scope = desk.scope(desk.site);
        campaigns::pause(&desk.base.db, &scope, campaign, monday()).unwrap();
        assert_eq!(desk.send(monday()).get("sent"), 0);
        let held = desk.base.db.read(|conn| progress(conn, &scope, campaign, monday())).unwrap().unwrap();
        assert_eq!(held.hold, Hold::Paused(String::new()));
        campaigns::resume(&desk.base.db, &scope, campaign, monday()).unwrap();
        assert_eq!(desk.send(monday()).get("sent"), 1);
    }
}

#[test]
fn mail_waits_for_the_window() {
    for desk in Desk::both() {
        let sink = counting_sink();
        let mailbox = desk.mailbox(desk.site, sink.port);
        desk.company(desk.site, "halte");
        let template = desk.template(desk.site, "Plek?", "{{greeting}}, heeft u plek?");
        let campaign = desk.draft_of(desk.site, mailbox, &[template], "mon-fri 13:00-15:00");
        desk.start(desk.site, campaign, monday()).unwrap();
        assert_eq!(desk.send(monday()).get("sent"), 0);
        let scope = desk.scope(desk.site);
        let held = desk.base.db.read(|conn| progress(conn, &scope, campaign, monday())).unwrap().unwrap();
        let one = monday().day().at(13, 0);
        assert_eq!(held.hold, Hold::Window(one));
        assert_eq!(desk.send(monday().day().at(15, 1)).get("sent"), 0, "the window closed before the sender came");
        assert_eq!(desk.send(monday().plus_days(1).day().at(13, 0)).get("sent"), 1);
    }
}

#[test]
fn a_mailbox_keeps_its_rate() {
    for desk in Desk::both() {
        let sink = counting_sink();
        let id = desk.mailbox(desk.site, sink.port);
        let scope = desk.scope(desk.site);
        let mailbox = desk.base.db.read(|conn| mailboxes::find(conn, &scope, id)).unwrap().unwrap();
        let fields = stagemakelaar::flows::mailboxes::MailboxFields {
            name: mailbox.name,
            from_name: mailbox.from_name,
            out_url: mailbox.out_url,
            in_url: mailbox.in_url,
            password: None,
            start_on: mailbox.start_on,
            connections: 2,
            rate_per_minute: 3,
        };
        stagemakelaar::flows::mailboxes::edit(&desk.base.db, &scope, &desk.keys, id, 1, &fields, monday()).unwrap();
        for n in 0..5 {
            desk.company(desk.site, &format!("bedrijf{n}"));
        }
        let campaign = desk.draft(desk.site, id);
        desk.start(desk.site, campaign, monday()).unwrap();
        assert_eq!(desk.send(monday()).get("sent"), 3);
        assert_eq!(desk.send(monday().plus_seconds(20)).get("sent"), 0);
        assert_eq!(desk.send(monday().plus_seconds(90)).get("sent"), 2);
    }
}

#[test]
fn an_empty_variable_stops_the_start_and_names_the_recipient() {
    for desk in Desk::both() {
        let sink = counting_sink();
        let mailbox = desk.mailbox(desk.site, sink.port);
        desk.company(desk.site, "halte");
        desk.company_of(desk.site, "zonderplaats", |fields| fields.place = String::new());
        let template = desk.template(desk.site, "Plek in {{company_place}}?", "{{greeting}}");
        let campaign = desk.draft_of(desk.site, mailbox, &[template], "always");
        let refused = desk.start(desk.site, campaign, monday()).unwrap_err();
        let CampaignError::Missing(missing) = &refused else { panic!("{refused}") };
        assert_eq!((missing.company.as_str(), missing.variable.as_str()), ("zonderplaats", "company_place"));
        assert_eq!(desk.send(monday()).get("sent"), 0);
    }
}

#[test]
fn a_campaign_of_more_than_one_mail_is_refused_in_so_many_words() {
    for desk in Desk::both() {
        let sink = counting_sink();
        let mailbox = desk.mailbox(desk.site, sink.port);
        desk.company(desk.site, "halte");
        let template = desk.template(desk.site, "Plek?", "{{greeting}}");
        let campaign = desk.draft_of(desk.site, mailbox, &[template, template], "always");
        let refused = desk.start(desk.site, campaign, monday()).unwrap_err();
        assert_eq!(refused.to_string(), "this version sends campaigns of one mail; this one has 2");
    }
}

#[test]
fn an_opt_out_stops_everything_everywhere_and_only_a_coordinator_undoes_it() {
    for desk in Desk::both() {
        let sink = counting_sink();
        let mailbox = desk.mailbox(desk.site, sink.port);
        let (company, _) = desk.company(desk.site, "halte");
        let campaign = desk.draft(desk.site, mailbox);
        desk.start(desk.site, campaign, monday()).unwrap();
        desk.advance(monday());
        let message = desk.message(company);
        let source = Source { outgoing: Some(message.id), ..Source::default() };
        let stop = || {
            let reason = SuppressionReason::OptOut;
            desk.base.db.write(|tx| opt_outs::opt_out(tx, &message.address_key, reason, source, monday())).unwrap()
        };
        assert!(stop());
        assert!(!stop(), "a second time changes nothing");
        assert_eq!(desk.send(monday()).get("sent"), 0);
        let message = desk.again(message.id);
        assert_eq!(
            (message.state, desk.recipient(&message).state),
            (OutgoingState::Withdrawn, RecipientState::OptedOut)
        );
        let listed =
            desk.base.db.read(|conn| suppressions::list(conn, &desk.scope(desk.site), "halte", None, 10)).unwrap();
        let broker = stagemakelaar::domain::scope::Scope::clockwork(desk.site);
        let lift = |scope, why| opt_outs::lift(&desk.base.db, scope, listed[0].id, why, monday());
        assert!(matches!(lift(&broker, "gebeld"), Err(LiftError::NotCoordinator)));
        let coordinator = desk.scope(desk.site);
        assert!(matches!(lift(&coordinator, " "), Err(LiftError::NoReason)));
        lift(&coordinator, "belde zelf op").unwrap();
        let next = monday().plus_days(15);
        let again = desk.draft(desk.site, mailbox);
        assert_eq!(desk.start(desk.site, again, next).unwrap(), 1);
    }
}

#[test]
fn after_a_drop_at_the_dot_a_message_is_uncertain_and_never_sent_again_by_itself() {
    for desk in Desk::both() {
        let peer = SmtpPeer::failing(Step::Dot, Fault::Drop);
        let mailbox = desk.mailbox(desk.site, peer.port);
        let (company, _) = desk.company(desk.site, "halte");
        let campaign = desk.draft(desk.site, mailbox);
        desk.start(desk.site, campaign, monday()).unwrap();
        assert_eq!(desk.send(monday()).get("uncertain"), 1);
        for day in 1..10 {
            desk.send(monday().plus_days(day));
        }
        assert_eq!(peer.count(), 1);
        let message = desk.message(company);
        assert_eq!((message.state, desk.recipient(&message).state), (OutgoingState::Uncertain, RecipientState::Queued));
        let scope = desk.scope(desk.site);
        let shown = desk.base.db.read(|conn| held::in_doubt(conn, &scope, Some(campaign), None, 10)).unwrap();
        assert_eq!(shown.len(), 1);
        uncertain::decide(&desk.base.db, &scope, message.id, Decision::Sent, monday()).unwrap();
        let message = desk.again(message.id);
        assert_eq!((message.state, desk.recipient(&message).state), (OutgoingState::Sent, RecipientState::Done));
        assert!(uncertain::decide(&desk.base.db, &scope, message.id, Decision::Again, monday()).is_err());
    }
}

#[test]
fn a_person_can_send_an_uncertain_message_again_or_give_it_up() {
    for desk in Desk::both() {
        let peer = SmtpPeer::start(crate::support::smtp_peer::Script {
            faults: vec![(Step::Dot, Fault::Drop)],
            times: Some(2),
            ..Default::default()
        });
        let mailbox = desk.mailbox(desk.site, peer.port);
        let (one, _) = desk.company(desk.site, "een");
        let (two, _) = desk.company(desk.site, "twee");
        let campaign = desk.draft(desk.site, mailbox);
        desk.start(desk.site, campaign, monday()).unwrap();
        assert_eq!(desk.send(monday()).get("uncertain"), 2);
        let scope = desk.scope(desk.site);
        let (again, given_up) = (desk.message(one).id, desk.message(two).id);
        uncertain::decide(&desk.base.db, &scope, again, Decision::Again, monday()).unwrap();
        uncertain::decide(&desk.base.db, &scope, given_up, Decision::GiveUp, monday()).unwrap();
        assert_eq!(desk.send(monday().plus_seconds(60)).get("sent"), 1);
        assert_eq!(desk.again(again).state, OutgoingState::Sent);
        let given_up = desk.again(given_up);
        assert_eq!((given_up.state, desk.recipient(&given_up).state), (OutgoingState::Failed, RecipientState::Skipped));
    }
}
