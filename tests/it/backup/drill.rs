//! The drill: a desk in the middle of its work is backed up, goes on, is lost, and is restored. Nothing that may have left
//! leaves again before a person says so, and then once.

use super::{contents, full, put, taken};
use crate::aftercare::{self, morning};
use crate::support::database::TestDatabase;
use crate::support::desk::{Desk, monday};
use crate::support::sink::counting_sink;
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::id::OutgoingId;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::words::{CampaignState, CheckInState, OutgoingState, Purpose, RecipientState, TaskKind};
use stagemakelaar::flows::outbox::{self, Letter, Stamp};
use stagemakelaar::flows::restore::{Held, since};
use stagemakelaar::flows::uncertain::{self, Decision};
use stagemakelaar::flows::{campaigns as flow, checkins as asked};
use stagemakelaar::store::outgoing::{Outgoing, held, post};
use stagemakelaar::store::{DbResult, campaigns, leases, mailboxes, outgoing};

/// From each database to the other.
fn crossings() -> [[TestDatabase; 2]; 2] {
    [TestDatabase::both(), [TestDatabase::postgres(), TestDatabase::sqlite()]]
}

fn in_doubt(desk: &Desk) -> Vec<Outgoing> {
    let scope = desk.scope(desk.site);
    desk.base.db.read(|conn| held::in_doubt(conn, &scope, None, None, 100)).unwrap()
}

/// A system mail with a link in it, not sent yet.
fn with_a_link(desk: &Desk) -> OutgoingId {
    let scope = desk.scope(desk.site);
    let from = desk.base.db.read(|conn| mailboxes::list(conn, &scope)).unwrap().remove(0);
    let to = EmailAddress::parse("noor@loket.example").unwrap();
    let letter = Letter {
        text: "https://loket.example/sign-in/link/geheim".to_owned(),
        ..Letter::new(&from, Purpose::System, to, Stamp::fresh(&from.address), monday())
    };
    desk.base.db.write(|tx| outbox::enqueue(tx, &letter, monday())).map(drop).unwrap();
    let all = contents(&taken(&desk.base.db, &desk.keys, monday()));
    OutgoingId(all["outgoing"].counter.unwrap())
}

#[test]
fn nothing_leaves_a_restored_desk_before_a_person_says_so_and_then_once() {
    for [from, to] in crossings() {
        let (desk, sink) = (Desk::open(from), counting_sink());
        let (db, site, scope) = (&desk.base.db, desk.site, desk.scope(desk.site));
        let mailbox = desk.mailbox(site, sink.port);
        for n in 0..6 {
            desk.company(site, &format!("bedrijf{n}"));
        }
        let template = desk.template(site, "Plek bij {{company_name}}?", "{{greeting}}, heeft u plek?");
        let draft = || desk.draft_of(site, mailbox, &[template], "always");
        let first = draft();
        desk.start(site, first, monday()).unwrap();
        assert_eq!(desk.advance(monday()).get("queued"), 6);
        // Two more companies, and a campaign whose recipients are due and not in the outbox yet.
        desk.company(site, "bedrijf6");
        desk.company(site, "bedrijf7");
        let second = draft();
        assert_eq!(desk.start(site, second, monday()).unwrap(), 2);
        let link = with_a_link(&desk);
        let queued = db.read(|conn| post::due(conn, mailbox, monday(), 10, false)).unwrap();
        let ids: Vec<OutgoingId> = queued.iter().map(|(id, _)| *id).filter(|id| *id != link).collect();
        db.write(|tx| -> DbResult<()> {
            leases::take(tx, &format!("deliver:{mailbox}"), "gone", monday(), 60)?;
            post::claim(tx, &ids[..2], "gone")?;
            post::mark_sending(tx, &ids[..1], "gone", monday()).map(drop)
        })
        .unwrap();
        let bytes = taken(db, &desk.keys, monday());

        // The desk goes on, and everything leaves that can: five, two, and the link.
        desk.send(monday().plus_seconds(120));
        assert_eq!(sink.count(), 8);

        let now = monday().plus_seconds(3600);
        let restored = put(&to.db, &desk.keys, &bytes, now).unwrap();
        assert_eq!(restored.held, Held { messages: 5, dropped: 1, campaigns: 2, calls: 0 });
        assert!(!full(&to.db).contains(&"leases".to_owned()));
        let again = Desk::over(to, desk.keys.clone(), site);
        for day in 0..10 {
            again.send(now.plus_days(day));
        }
        assert_eq!(sink.count(), 8, "nothing leaves by itself");
        let told = again.again(link);
        assert_eq!(told.state, OutgoingState::Withdrawn);
        let body = again.base.db.read(|conn| outgoing::body(conn, &scope, link)).unwrap().unwrap();
        assert_eq!(body.text, "", "a dead link is forgotten");
        for campaign in [first, second] {
            let found = again.base.db.read(|conn| campaigns::find(conn, &scope, campaign)).unwrap().unwrap();
            assert_eq!(found.state, CampaignState::Paused);
            assert_eq!(since(&found.pause_reason), Some(monday()));
        }
        let waiting = in_doubt(&again);
        let state = |message: &Outgoing| message.state;
        assert_eq!(waiting.iter().map(state).collect::<Vec<_>>(), {
            let mut states = vec![OutgoingState::Held; 6];
            states[0] = OutgoingState::Uncertain;
            states
        });
        assert_eq!(since(&waiting[1].last_answer), Some(monday()));

        let say = |at: usize, decision| {
            uncertain::decide(&again.base.db, &scope, waiting[at].id, decision, now).unwrap();
            again.again(waiting[at].id)
        };
        assert_eq!(say(1, Decision::Again).state, OutgoingState::Queued);
        let withdrawn = say(2, Decision::GiveUp);
        assert_eq!(
            (withdrawn.state, again.recipient(&withdrawn).state),
            (OutgoingState::Withdrawn, RecipientState::Skipped)
        );
        let sent = say(3, Decision::Sent);
        assert_eq!((sent.state, again.recipient(&sent).state), (OutgoingState::Sent, RecipientState::Done));
        // One that was not shown is not among all.
        let all = |until: usize| {
            uncertain::decide_all(&again.base.db, &scope, waiting[until].id, Decision::Again, now).unwrap()
        };
        assert_eq!((all(4), all(5), all(5)), (1, 1, 0));

        let elsewhere = Scope::command(vec![]);
        assert!(uncertain::decide(&again.base.db, &elsewhere, waiting[0].id, Decision::Sent, now).is_err());
        again.send(now);
        assert_eq!(sink.count(), 8, "its campaign still stands still");
        flow::resume(&again.base.db, &scope, first, now).unwrap();
        again.send(now);
        assert_eq!(sink.count(), 11, "those three that were let go");
        flow::resume(&again.base.db, &scope, second, now).unwrap();
        for day in 0..3 {
            again.send(now.plus_days(day));
        }
        assert_eq!(sink.count(), 13, "and the two of the campaign that was resumed");
        let twice: Vec<String> =
            sink.tally().into_iter().filter(|(_, count)| *count == 2).map(|((id, _), _)| id).collect();
        let mut let_go: Vec<String> = [1, 4, 5].map(|at: usize| waiting[at].message_id.clone()).to_vec();
        let_go.sort();
        let bare = |ids: &[String]| ids.iter().map(|id| id.trim_matches(['<', '>']).to_owned()).collect::<Vec<_>>();
        assert_eq!(bare(&twice), bare(&let_go), "a held message leaves once more, and only if it was let go");
        assert_eq!(in_doubt(&again).len(), 1, "what was on the wire still waits for a word");
    }
}

#[test]
fn a_check_in_that_may_have_been_asked_becomes_a_call_and_todays_morning_mail_is_not_written_again() {
    let [sqlite, postgres] = aftercare::Desk::both();
    for (desk, to) in [(sqlite, TestDatabase::postgres()), (postgres, TestDatabase::sqlite())] {
        let keys = stagemakelaar::domain::secret::Keys::generate();
        let placement = desk.place("L-1");
        let first = desk.checkins(placement)[0].due_on;
        desk.tick("2026-09-01");
        let bytes = taken(desk.db(), &keys, morning("2026-09-02"));
        let on = first.to_string();
        assert_eq!(desk.tick(&on).get("asked"), 1, "it goes on and asks");

        let restored = put(&to.db, &keys, &bytes, first.at(10, 0)).unwrap();
        let desk = aftercare::Desk { base: to, ..desk };
        assert_eq!(restored.held.calls, 1);
        assert_eq!(desk.tick(&on).get("asked"), 0);
        assert_eq!(desk.mails(), []);
        let checkin = desk.checkins(placement).remove(0);
        assert_eq!(checkin.state, CheckInState::CallTask);
        assert!(checkin.reason.contains("teruggezet"), "{}", checkin.reason);
        let calls = desk.titles(TaskKind::Call);
        assert_eq!(calls, ["Bel Bakkerij De Halte over Sam (dag 3)", "Bel Sam over Bakkerij De Halte (dag 3)"]);
        assert!(desk.digest(&on).get("written before") > 0);
        assert_eq!(desk.digest(&on).get("written"), 0);
        assert!(desk.digest(&first.plus(1).to_string()).get("written") > 0, "tomorrow there is one again");
        // What comes due after the restore is asked as ever.
        let heard = asked::Heard { mood: None, score: Some(4), words: String::new(), again: false };
        asked::close(desk.db(), &desk.scope, checkin.id, &heard, morning(&on)).map(drop).unwrap();
        let second = desk.checkins(placement).into_iter().find(|one| one.due_on > first).unwrap().due_on;
        assert!(desk.tick(&second.to_string()).get("asked") > 0);
    }
}

#[test]
fn a_reminder_waits_for_the_word_about_the_question_that_is_held() {
    let [sqlite, postgres] = aftercare::Desk::both();
    for (desk, to) in [(sqlite, TestDatabase::postgres()), (postgres, TestDatabase::sqlite())] {
        let keys = stagemakelaar::domain::secret::Keys::generate();
        let placement = desk.place("L-1");
        let first = desk.checkins(placement)[0].due_on;
        assert_eq!(desk.tick(&first.to_string()).get("asked"), 1);
        let bytes = taken(desk.db(), &keys, first.at(9, 0));
        let restored = put(&to.db, &keys, &bytes, first.at(12, 0)).unwrap();
        assert_eq!((restored.held.messages, restored.held.calls), (1, 0));

        let desk = aftercare::Desk { base: to, ..desk };
        let reminded = |from: i64| -> u64 {
            (from..from + 7).map(|day| desk.tick(&first.plus(day).to_string()).get("reminded")).sum()
        };
        assert_eq!(reminded(1), 0);
        let question = desk.mails().remove(0);
        assert_eq!(question.state, OutgoingState::Held);
        uncertain::decide(desk.db(), &desk.scope, question.id, Decision::Sent, first.plus(7).at(9, 0)).unwrap();
        assert!(reminded(8) > 0, "then it is reminded of as ever");
    }
}
