//! Nothing is lost and nothing comes twice, whatever the server does.

use super::world::{ALEX, DESK, World, add_company, add_mailbox, add_site, both, letter, now};
use crate::support::PASSWORD;
use crate::support::certs::ca_file;
use crate::support::database::TestDatabase;
use crate::support::dovecot::Dovecot;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::secret::Secret;
use stagemakelaar::domain::words::{MailboxKind, Routing};
use stagemakelaar::mail::maildir;
use stagemakelaar::store::incoming::list;
use stagemakelaar::store::mailboxes;

#[test]
fn every_message_is_stored_once_however_often_the_mailbox_is_read() {
    both(|world| {
        for number in 0..7 {
            world.deliver(&letter(ALEX, &format!("m{number}@sloterdok.example"), "", "Hallo"));
        }
        assert_eq!(world.fetch(now()).get("stored"), 7);
        assert_eq!(world.fetch(now().plus_seconds(60)).get("stored"), 0);
        assert_eq!(world.rows().len(), 7);
        let files = maildir::list(&world.folder.path().join("desk")).unwrap();
        assert!(files.iter().all(|file| file.path.parent().unwrap().ends_with("new")), "nothing was moved");
    });
}

#[test]
fn reused_and_missing_message_ids_lose_nothing() {
    both(|world| {
        world.deliver(&letter(ALEX, "same@sloterdok.example", "", "De eerste"));
        world.deliver(&letter(ALEX, "same@sloterdok.example", "", "De tweede, met hetzelfde nummer"));
        for text in ["zonder nummer", "ook zonder nummer"] {
            world.deliver(&letter(ALEX, "x@y", "", text).replace("Message-ID: <x@y>\r\n", ""));
        }
        assert_eq!(world.fetch(now()).get("stored"), 4);
        world.receive(now());
        assert_eq!(world.routings(), [Routing::Matched; 4]);
    });
}

#[test]
fn a_mail_to_two_desks_is_in_both() {
    both(|world| {
        let other = add_site(world.db(), "Zuid");
        let dir = world.folder.path().join("other");
        let url = format!("maildir:{}", dir.display());
        add_mailbox(world.db(), other, MailboxKind::Desk, "zuid@loket.example", &url, None);
        add_company(world.db(), other, "Fietsenmaker Sloterdok", ALEX);
        let raw = letter(ALEX, "both@sloterdok.example", "", "Aan jullie allebei");
        world.deliver(&raw);
        maildir::deliver(&dir, raw.as_bytes(), now()).unwrap();
        assert_eq!(world.fetch(now()).get("stored"), 2);
        assert_eq!(world.receive(now()).get("matched"), 2);
        for site in [world.site, other] {
            let scope = Scope::clockwork(site);
            let seen = world.db().read(|conn| list::page(conn, &scope, list::View::All, None, 10)).unwrap();
            assert_eq!((seen.len(), seen[0].message.site_id), (1, site));
        }
    });
}

#[test]
fn a_personal_mailbox_keeps_only_what_is_ours() {
    both(|world| {
        let dir = world.folder.path().join("noor");
        let url = format!("maildir:{}", dir.display());
        add_mailbox(world.db(), world.site, MailboxKind::Personal, "noor@loket.example", &url, None);
        let mine = letter("oma@thuis.example", "oma@thuis.example", "", "Kom je zondag eten?");
        maildir::deliver(&dir, mine.as_bytes(), now()).unwrap();
        maildir::deliver(&dir, letter(ALEX, "a@sloterdok.example", "", "Ja graag").as_bytes(), now()).unwrap();
        assert_eq!(world.fetch(now()).get("stored"), 1);
        assert_eq!(world.fetch(now().plus_seconds(60)).get("stored"), 0);
        world.receive(now());
        assert_eq!(world.routings(), [Routing::Matched]);
    });
}

#[test]
fn a_message_over_the_limit_is_kept_as_headers_and_the_beginning_of_its_text() {
    both(|world| {
        let limit = usize::try_from(super::world::settings().max_message_mib).unwrap() << 20;
        let raw = letter(ALEX, "big@sloterdok.example", "", &"We hebben twee plekken.\r\n".repeat(limit / 20));
        let row = world.take_in(&raw);
        assert!(row.oversize && usize::try_from(row.size).unwrap() == raw.len());
        assert_eq!(row.routing, Routing::Matched);
    });
}

#[test]
fn a_mailbox_that_cannot_be_read_says_so_in_words_and_holds_up_no_other() {
    both(|world| {
        let gone = add_mailbox(world.db(), world.site, MailboxKind::Desk, "x@loket.example", "maildir:/nowhere", None);
        world.deliver(&letter(ALEX, "a@sloterdok.example", "", "Hallo"));
        assert_eq!(world.fetch(now()).get("stored"), 1);
        let scope = world.scope();
        let row = world.db().read(|conn| mailboxes::find(conn, &scope, gone)).unwrap().unwrap();
        assert!(row.fetch_error.contains("map"), "{}", row.fetch_error);
    });
}

fn through_dovecot(data: TestDatabase) {
    let mut dovecot = Dovecot::start(&[DESK]);
    let world = World::new(data);
    let sealed = world.keys.seal(&Secret::new(PASSWORD)).unwrap();
    let url = format!("imap+plain://{DESK}@127.0.0.1:{}", dovecot.imap);
    let url = url.replace(&format!("{DESK}@"), &format!("{}@", DESK.replace('@', "%40")));
    let mailbox = add_mailbox(world.db(), world.site, MailboxKind::Desk, "imap@loket.example", &url, Some(sealed));
    assert!(ca_file().exists());
    for number in 0..120 {
        let raw = letter(ALEX, &format!("i{number}@sloterdok.example"), "", &format!("Bericht {number}"));
        dovecot.deliver(DESK, raw.as_bytes()).unwrap();
    }
    dovecot.kill();
    assert_eq!(world.fetch(now()).get("stored"), 0);
    let scope = world.scope();
    let row = world.db().read(|conn| mailboxes::find(conn, &scope, mailbox)).unwrap().unwrap();
    assert!(!row.fetch_error.is_empty());
    dovecot.start_again();
    // Killed while it is being read: what is stored is whole, the rest comes with the next look.
    let mut at = now();
    std::thread::scope(|scope| {
        let killer = scope.spawn(|| dovecot.kill());
        at = at.plus_seconds(60);
        world.fetch(at);
        killer.join().unwrap();
    });
    dovecot.start_again();
    world.fetch(at.plus_seconds(400));
    assert_eq!(world.rows().len(), 120);
    dovecot.renumber(DESK);
    world.fetch(at.plus_seconds(800));
    assert_eq!(world.rows().len(), 120, "other UIDs, the same mail");
    dovecot.deliver(DESK, letter(ALEX, "last@sloterdok.example", "", "Nog een").as_bytes()).unwrap();
    world.fetch(at.plus_seconds(1200));
    assert_eq!(world.rows().len(), 121);
    world.receive(at.plus_seconds(1200));
    assert!(world.routings().iter().all(|routing| *routing == Routing::Matched));
}

#[test]
fn imap_loses_nothing_when_the_server_dies_or_renumbers_on_sqlite() {
    through_dovecot(TestDatabase::sqlite());
}

#[test]
fn imap_loses_nothing_when_the_server_dies_or_renumbers_on_postgres() {
    through_dovecot(TestDatabase::postgres());
}
