//! Mails with a link that lets somebody in: a forgotten password and an invitation, from asking to being in, and what is
//! left of the link afterwards.

use crate::support::app::{Backend, PASSWORD, Surfer, TestApp, both};
use crate::support::desk::{Desk, monday};
use crate::support::processes::RunFolder;
use crate::support::smtp_peer::{Fault, SmtpPeer, Step};
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::id::{MailboxId, OutgoingId, SiteId, UserId};
use stagemakelaar::domain::reply::Letter;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::time::{Day, Moment};
use stagemakelaar::domain::words::{Lang, MailboxKind, OutgoingState, Role, SuppressionReason};
use stagemakelaar::flows::Stop;
use stagemakelaar::flows::accounts::{self, AddUser, Handed};
use stagemakelaar::flows::mailboxes::{self, Door, MailboxFields, NewBox};
use stagemakelaar::flows::opt_outs::{self, Source};
use stagemakelaar::flows::uncertain::{self, DecideError, Decision};
use stagemakelaar::mail::parse;
use stagemakelaar::store::mailboxes as boxes;
use stagemakelaar::store::outgoing::{self, Body, Outgoing, post};
use stagemakelaar::store::suppressions::SuppressionKind;
use stagemakelaar::store::{Db, audit};
use stagemakelaar::work::{table, tick};
use std::time::{Duration, Instant};

const NOOR: &str = "noor@loket.example";
const NEW: &str = "een eigen nieuw wachtwoord";

/// An installation with a site whose mail leaves into a directory.
struct Desks {
    app: TestApp,
    site: SiteId,
    post: RunFolder,
    mailbox: MailboxId,
}

impl Desks {
    fn open(backend: Backend) -> Self {
        let (app, post) = (TestApp::start(backend), RunFolder::new("links"));
        let site = app.add_site("Nieuw-West");
        let mailbox = add_mailbox(&app, site, &post);
        Self { app, site, post, mailbox }
    }

    /// Sends what is ready; gives all that was ever sent, opened, in the order of its files' names.
    fn sent(&self) -> Vec<Letter> {
        let deliver = table::find("deliver").unwrap();
        tick::run_once(&self.app.app, deliver, &Stop::default()).unwrap();
        let files = std::fs::read_dir(self.post.path()).unwrap().map(|file| file.unwrap().path());
        let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "eml")).collect();
        files.sort();
        files.iter().map(|path| parse::letter(&std::fs::read(path).unwrap())).collect()
    }

    fn ask(&self, surfer: &Surfer, email: &str) -> (u16, String, Duration) {
        surfer.get("/sign-in/forgotten");
        let (token, begin) = (surfer.token(), Instant::now());
        let seen = surfer.post("/sign-in/forgotten", &[("email", email)]);
        (seen.status, seen.text.replace(email, "").replace(&token, ""), begin.elapsed())
    }

    /// The path of the link in a letter, which begins with the configured address.
    fn path(&self, letter: &Letter) -> String {
        let (_, rest) = letter.text.split_once(&self.app.base_url).unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    }

    fn kept(&self, letter: &Letter) -> (Outgoing, Body) {
        let scope = Scope::clockwork(self.site);
        let id = letter.message_id.clone().unwrap();
        let mail = self.app.db().read(|conn| outgoing::by_message_id(conn, &scope, &id)).unwrap().unwrap();
        let body = self.app.db().read(|conn| outgoing::body(conn, &scope, mail.id)).unwrap().unwrap();
        (mail, body)
    }
}

/// A desk mailbox whose mail leaves into a folder.
pub fn add_mailbox(app: &TestApp, site: SiteId, post: &RunFolder) -> MailboxId {
    let new = NewBox {
        site,
        kind: MailboxKind::Desk,
        user: None,
        address: EmailAddress::parse(&format!("desk{site}@loket.example")).unwrap(),
        ca_file: None,
    };
    let fields = MailboxFields {
        name: "Loket".to_owned(),
        from_name: "Stageloket".to_owned(),
        out_url: format!("pickup:{}", post.path().display()),
        in_url: String::new(),
        password: None,
        start_on: Day::new(2026, 11, 1).unwrap(),
        connections: 1,
        rate_per_minute: 0,
    };
    let (scope, keys) = (Scope::command(vec![site]), &app.app.keys);
    mailboxes::add(app.db(), &scope, keys, &new, &fields, Door::CommandLine, app.clock.now()).unwrap()
}

fn empty() -> Body {
    Body { text: String::new(), html: String::new() }
}

both! {
    fn a_forgotten_password_is_mailed_and_its_link_works_once(db) {
        let desk = Desks::open(db);
        desk.app.add_user(NOOR, Role::Broker, &[desk.site]);
        let noor = desk.app.visitor();
        let (status, text, _) = desk.ask(&noor, NOOR);
        assert!(status == 200 && text.contains("Heeft dit adres een account"), "{text}");
        let sent = desk.sent();
        assert_eq!(sent.len(), 1);
        let letter = &sent[0];
        assert_eq!((letter.subject.as_str(), letter.to[0].email.as_str()), ("Kies een nieuw wachtwoord", NOOR));
        assert!(letter.text.starts_with("Dag noor,") && letter.text.contains("2 uur lang"), "{}", letter.text);
        let path = desk.path(letter);
        assert!(noor.get(&path).text.contains(NOOR));
        assert_eq!(noor.post(&path, &[("password", NEW), ("again", NEW)]).location(), "/");
        assert_eq!(noor.get("/settings").status, 200);

        let late = desk.app.visitor();
        assert!(late.get(&path).text.contains("Deze link is op"));
        assert_eq!(late.post(&path, &[("password", PASSWORD), ("again", PASSWORD)]).status, 422);
        assert_eq!(late.sign_in(NOOR, PASSWORD).status, 422);
        assert_eq!(late.sign_in(NOOR, NEW).status, 303);

        let (mail, body) = desk.kept(letter);
        assert_eq!((mail.state, mail.subject.as_str(), body), (OutgoingState::Sent, "Kies een nieuw wachtwoord", empty()));
        assert!(desk.sent().len() == 1, "nothing is sent twice");
    }

    fn asking_says_nothing_about_an_address_and_is_slowed(db) {
        let desk = Desks::open(db);
        let gone = desk.app.add_user("weg@loket.example", Role::Broker, &[desk.site]);
        desk.app.add_user(NOOR, Role::Broker, &[desk.site]);
        let chief = desk.app.sign_in_as(Role::Coordinator, desk.site);
        let site = desk.site.to_string();
        let fields = [("name", "Weg"), ("role", "broker"), ("version", "1"), ("sites", site.as_str())];
        chief.get(&format!("/settings/users/{gone}"));
        assert_eq!(chief.post(&format!("/settings/users/{gone}"), &fields).status, 303);
        let asked: Vec<_> = [NOOR, "nobody@loket.example", "weg@loket.example"]
            .iter()
            .map(|email| desk.ask(&desk.app.visitor(), email))
            .collect();
        for (status, text, took) in &asked {
            assert_eq!((*status, text), (200, &asked[0].1));
            assert!(*took >= Duration::from_millis(400), "{took:?}");
        }
        let sent = desk.sent();
        assert_eq!(sent.iter().map(|letter| letter.to[0].email.as_str()).collect::<Vec<_>>(), [NOOR]);
        for email in [NOOR, "nobody@loket.example"] {
            for status in [200, 200, 429] {
                assert_eq!(desk.ask(&desk.app.visitor(), email).0, status, "{email}");
            }
        }
        assert_eq!(desk.sent().len(), 3);
    }

    fn who_is_invited_gets_a_mail_in_their_language_and_is_in(db) {
        let desk = Desks::open(db);
        let chief = desk.app.sign_in_as(Role::Coordinator, desk.site);
        let page = chief.get("/settings/users").text;
        assert!(!page.contains("Er gaat geen mail uit van"), "{page}");
        let site = desk.site.to_string();
        let fields = [("name", "Sam"), ("email", "sam@loket.example"), ("role", "broker"), ("lang", "en"), ("sites", &site)];
        assert_eq!(chief.post("/settings/users", &fields).status, 303);
        let told = chief.get("/settings/users").text;
        assert!(told.contains("Sam krijgt een mail") && !told.contains("/sign-in/password/"), "{told}");
        let sent = desk.sent();
        let letter = &sent[0];
        assert!(letter.subject.ends_with("invites you to Stageloket Nieuw-West"), "{}", letter.subject);
        assert!(letter.text.starts_with("Hello Sam,") && letter.text.contains("for 7 days"), "{}", letter.text);
        let (path, sam) = (desk.path(letter), desk.app.visitor());
        assert!(sam.get(&path).text.contains("sam@loket.example"));
        assert_eq!(sam.post(&path, &[("password", NEW), ("again", NEW)]).location(), "/");
        assert!(sam.get("/settings").text.contains(r#"<html lang="en""#));
        assert!(desk.app.visitor().get(&path).text.contains("Deze link is op"));
        assert_eq!(desk.kept(letter).1, empty());

        let list = chief.get("/settings/users").text;
        let row = list.split("/settings/users/").skip(1).find(|rest| rest.contains(">Sam<")).unwrap();
        let invite = format!("/settings/users/{}/invite", row.split('"').next().unwrap());
        assert_eq!(chief.post(&invite, &[]).status, 303);
        assert_eq!(desk.sent().len(), 2);
    }

    fn where_no_mail_goes_out_the_coordinator_hands_the_link_over(db) {
        let desk = Desks::open(db);
        let (app, other) = (&desk.app, desk.app.add_site("Zuid"));
        let chief = app.sign_in_as(Role::Coordinator, other);
        assert!(chief.get("/settings/users").text.contains("Er gaat geen mail uit van Zuid."));
        let site = other.to_string();
        let fields = [("name", "Kim"), ("email", "kim@zuid.example"), ("role", "broker"), ("lang", "nl"), ("sites", &site)];
        assert_eq!(chief.post("/settings/users", &fields).status, 303);
        let told = chief.get("/settings/users").text;
        assert!(told.contains("Geef Kim zelf deze link"), "{told}");
        let path = told.split(&app.base_url).nth(1).unwrap().split('<').next().unwrap().to_owned();
        let kim = app.visitor();
        assert_eq!(kim.get(&path).status, 200);
        assert_eq!(kim.post(&path, &[("password", NEW), ("again", NEW)]).location(), "/");
        let (status, text, _) = desk.ask(&app.visitor(), "kim@zuid.example");
        assert!(status == 200 && text.contains("Heeft dit adres een account"), "{text}");
        assert_eq!(desk.sent().len(), 0, "another site's mailbox mails nobody of this one");

        let own = app.sign_in_as(Role::Coordinator, desk.site);
        app.db().write(|tx| boxes::pause(tx, desk.mailbox, "hold", app.clock.now())).unwrap();
        assert!(own.get("/settings/users").text.contains("Er gaat geen mail uit van Nieuw-West."));
        let second = RunFolder::new("links-second");
        let new = MailboxFields {
            name: "Reserve".to_owned(),
            from_name: "Stageloket".to_owned(),
            out_url: format!("pickup:{}", second.path().display()),
            in_url: String::new(),
            password: None,
            start_on: Day::new(2026, 11, 1).unwrap(),
            connections: 1,
            rate_per_minute: 0,
        };
        let address = EmailAddress::parse("reserve@loket.example").unwrap();
        let spare = NewBox { site: desk.site, kind: MailboxKind::Desk, user: None, address, ca_file: None };
        let scope = Scope::command(vec![desk.site]);
        mailboxes::add(app.db(), &scope, &app.app.keys, &spare, &new, Door::CommandLine, app.clock.now()).unwrap();
        assert!(!own.get("/settings/users").text.contains("Er gaat geen mail uit van"));
    }
}

/// A user at a desk whose mail goes to a port, and the mail with a link that waits for them.
fn asked(desk: &Desk, site: SiteId, port: u16, number: usize) -> (UserId, OutgoingId) {
    let mailbox = desk.mailbox_at(site, &format!("smtp+plain://127.0.0.1:{port}"), None, 1);
    let (db, address) = (&desk.base.db, EmailAddress::parse(&format!("kim{number}@loket.example")).unwrap());
    let add = AddUser {
        email: address.clone(),
        name: "Kim".to_owned(),
        role: Role::Broker,
        lang: Lang::Nl,
        sites: vec![site],
    };
    let user = accounts::add_user(db, &desk.scope(site), &add, monday()).unwrap().user;
    let settings = &desk.config.accounts;
    accounts::request_reset(db, desk.press(), settings, (&address, "127.0.0.1"), monday()).unwrap();
    let waiting = db.read(|conn| post::due(conn, mailbox, monday(), 10, false)).unwrap();
    assert_eq!(waiting.len(), 1);
    (user, waiting[0].0)
}

fn read(db: &Db, scope: &Scope, id: OutgoingId) -> (OutgoingState, Body) {
    let mail = db.read(|conn| outgoing::find(conn, scope, id)).unwrap().unwrap();
    (mail.state, db.read(|conn| outgoing::body(conn, scope, id)).unwrap().unwrap())
}

#[test]
fn a_link_is_readable_only_while_a_sender_waits_for_it() {
    for desk in Desk::both() {
        let fates = [
            (Step::Dot, Fault::Say("550 5.7.1 no"), OutgoingState::Failed, true),
            (Step::Dot, Fault::Drop, OutgoingState::Uncertain, true),
            (Step::Mail, Fault::Say("451 4.3.0 later"), OutgoingState::Queued, false),
        ];
        for (number, (step, fault, state, forgotten)) in fates.into_iter().enumerate() {
            let peer = SmtpPeer::failing(step, fault);
            let site = desk.add_site(&format!("proef {number}"));
            let (_, id) = asked(&desk, site, peer.port, number);
            let (db, scope) = (&desk.base.db, desk.scope(site));
            assert!(read(db, &scope, id).1.text.contains("/sign-in/password/"));
            desk.send(monday());
            let (found, body) = read(db, &scope, id);
            assert_eq!((found, body == empty()), (state, forgotten), "{state}");
            if state == OutgoingState::Uncertain {
                let again = uncertain::decide(db, &scope, id, Decision::Again, monday());
                assert!(matches!(again, Err(DecideError::Forgotten)), "{again:?}");
                uncertain::decide(db, &scope, id, Decision::GiveUp, monday()).unwrap();
            }
        }
    }
}

#[test]
fn an_address_that_does_not_work_is_not_mailed_and_its_invitation_is_handed_over() {
    for desk in Desk::both() {
        let peer = SmtpPeer::failing(Step::Mail, Fault::Say("451 4.3.0 later"));
        let (user, id) = asked(&desk, desk.site, peer.port, 0);
        let (db, scope) = (&desk.base.db, desk.scope(desk.site));
        let bounced = |tx: &mut stagemakelaar::store::Tx| {
            let (kind, reason) = (SuppressionKind::Address, SuppressionReason::HardBounce);
            opt_outs::suppress(tx, kind, "kim0@loket.example", reason, Source::default(), monday())
        };
        db.write(bounced).unwrap();
        desk.send(monday());
        assert_eq!(read(db, &scope, id), (OutgoingState::Withdrawn, empty()));
        let invited = accounts::invite(db, desk.press(), &scope, user, monday()).unwrap();
        assert!(matches!(invited.handed, Handed::Refused(_)), "{:?}", invited.handed);
        assert!(!format!("{invited:?}").contains(invited.link.token.expose()), "a token is not shown");
        let events = db.read(|conn| audit::list(conn, &scope, None, 10)).unwrap();
        assert_eq!(events[0].action, "user.invite");
    }
}

#[test]
fn a_vanished_senders_link_is_forgotten_with_its_message() {
    for desk in Desk::both() {
        let peer = SmtpPeer::failing(Step::Mail, Fault::Say("451 4.3.0 later"));
        let (_, id) = asked(&desk, desk.site, peer.port, 0);
        let (db, scope) = (&desk.base.db, desk.scope(desk.site));
        db.write(|tx| {
            post::claim(tx, &[id], "gone")?;
            post::mark_sending(tx, &[id], "gone", monday())
        })
        .unwrap();
        let later: Moment = monday().plus_seconds(3_600);
        desk.send(later);
        assert_eq!(read(db, &scope, id), (OutgoingState::Uncertain, empty()));
    }
}
