//! The inbox as a broker uses it, and as another desk's broker does not.

use super::world::{ALEX, add_company, add_mailbox, letter, settings};
use crate::support::app::{TestApp, both};
use crate::support::processes::RunFolder;
use stagemakelaar::domain::id::SiteId;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::words::{MailboxKind, Role};
use stagemakelaar::flows::{Stop, fetch, receive};
use stagemakelaar::mail::maildir;
use stagemakelaar::store::incoming::Incoming;
use stagemakelaar::store::incoming::list::{self, View};
use stagemakelaar::store::suggestions;

const TEXT: &str = "<b>We hebben</b> plek voor twee leerlingen mbo niveau 2 vanaf februari.";

fn mixed() -> String {
    let parts = format!(
        "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p onclick=\"x()\">{TEXT}</p><script>x()</script>\r\n\
         --b\r\nContent-Type: text/html; name=\"kaart.html\"\r\n\
         Content-Disposition: attachment; filename=\"kaart.html\"\r\n\r\n<script>x()</script>\r\n\
         --b\r\nContent-Type: application/x-msdownload; name=\"spel.exe\"\r\n\
         Content-Disposition: attachment; filename=\"spel.exe\"\r\n\r\nMZ\r\n--b--\r\n"
    );
    letter(ALEX, "page@sloterdok.example", "", &parts)
        .replace("text/plain; charset=utf-8", "multipart/mixed; boundary=\"b\"")
}

fn filled(app: &TestApp, site: SiteId, raw: &str) -> Incoming {
    let folder = RunFolder::new("inbox-page");
    let dir = folder.path().join("desk");
    let url = format!("maildir:{}", dir.display());
    add_mailbox(app.db(), site, MailboxKind::Desk, "stage@loket.example", &url, None);
    add_company(app.db(), site, "Fietsenmaker Sloterdok", ALEX);
    maildir::deliver(&dir, raw.as_bytes(), app.clock.now()).unwrap();
    let reading = fetch::Reading {
        settings: settings(),
        keys: app.app.keys.clone(),
        allowed: Vec::new(),
        holder: "test".to_owned(),
        stop: Stop::default(),
    };
    fetch::tick(app.db(), &reading, app.clock.now()).unwrap();
    receive::tick(app.db(), &app.app.holidays, &Stop::default(), app.clock.now()).unwrap();
    let scope = Scope::clockwork(site);
    let lines = app.db().read(|conn| list::page(conn, &scope, View::All, None, 10)).unwrap();
    lines.into_iter().next().unwrap().message
}

both! {
    fn a_broker_reads_takes_over_and_takes_back(db) {
        let app = TestApp::start(db);
        let site = app.add_site("Nieuw-West");
        let words = "We hebben plek voor twee leerlingen mbo niveau 2 vanaf februari.";
        let message = filled(&app, site, &letter(ALEX, "p@sloterdok.example", "", words));
        let noor = app.sign_in_as(Role::Broker, site);
        let list = noor.get("/inbox");
        assert_eq!(list.status, 200, "{}", list.text);
        assert!(list.text.contains("Fietsenmaker Sloterdok") && list.text.contains("2 plekken"), "{}", list.text);
        let path = format!("/inbox/{}", message.id);
        let page = noor.get(&path);
        assert!(page.text.contains(r#"<mark class="evidence e1">"#), "{}", page.text);
        let scope = Scope::clockwork(site);
        let offer = app.db().read(|conn| suggestions::of_message(conn, &scope, message.id)).unwrap().remove(0);
        let edit = noor.get(&format!("{path}?edit={}", offer.id));
        assert!(edit.text.contains(r#"name="places""#), "{}", edit.text);
        let wrong = noor.post(&format!("/suggestions/{}/edit", offer.id), &[("version", "1"), ("places", "veel")]);
        assert!(wrong.status == 422 && wrong.text.contains("Schrijf een getal") && wrong.text.contains("veel"));
        let taken = noor.post(&format!("/suggestions/{}/accept", offer.id), &[("version", "1")]);
        assert_eq!((taken.status, taken.location()), (303, path.as_str()));
        let late = noor.post(&format!("/suggestions/{}/reject", offer.id), &[("version", "1")]);
        assert_eq!(late.status, 303);
        let taken = noor.get(&path).text;
        assert!(taken.contains("overgenomen") && taken.contains("/placements/new?opening=1"), "{taken}");
        assert_eq!(noor.post(&format!("/suggestions/{}/undo", offer.id), &[]).status, 303);
        let back = noor.get(&path).text;
        assert!(back.contains("2 plekken overnemen") && !back.contains("/placements/new?opening=1"), "{back}");
        let done = noor.post(&format!("{path}/done"), &[("version", &version(&app, &message).to_string())]);
        assert_eq!((done.status, done.location()), (303, "/inbox"));
    }

    fn the_original_and_its_files_cannot_act(db) {
        let app = TestApp::start(db);
        let site = app.add_site("Nieuw-West");
        let message = filled(&app, site, &mixed());
        let noor = app.sign_in_as(Role::Broker, site);
        let original = noor.get(&format!("/inbox/{}/original", message.id));
        let policy = original.headers.get("content-security-policy").unwrap().to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
        assert!(!original.text.contains("script") && !original.text.contains("onclick"), "{}", original.text);
        let file = noor.get(&format!("/inbox/{}/files/0", message.id));
        let header = |name: &str| file.headers.get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!((file.status, header("content-type").as_str()), (200, "application/octet-stream"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("content-disposition").starts_with("attachment"), "{}", header("content-disposition"));
        assert_eq!(noor.get(&format!("/inbox/{}/files/1", message.id)).status, 404);
        assert!(noor.get(&format!("/inbox/{}", message.id)).text.contains("spel.exe"));
    }

    fn another_desk_finds_nothing_here(db) {
        let app = TestApp::start(db);
        let (site, other) = (app.add_site("Nieuw-West"), app.add_site("Zuid"));
        let message = filled(&app, site, &mixed());
        let daan = app.sign_in_as(Role::Broker, other);
        for path in ["", "/original", "/files/0"] {
            assert_eq!(daan.get(&format!("/inbox/{}{path}", message.id)).status, 404, "{path}");
        }
        for act in ["accept", "done"] {
            let path = format!("/inbox/{}/{act}", message.id);
            assert_eq!(daan.post(&path, &[("version", "1")]).status, 404, "{act}");
        }
        let scope = Scope::clockwork(site);
        let offer = app.db().read(|conn| suggestions::of_message(conn, &scope, message.id)).unwrap().remove(0);
        for act in ["accept", "reject", "undo", "edit"] {
            let path = format!("/suggestions/{}/{act}", offer.id);
            assert_eq!(daan.post(&path, &[("version", "1"), ("places", "1")]).status, 404, "{act}");
        }
        assert!(!daan.get("/inbox").text.contains("Sloterdok"));
    }
}

fn version(app: &TestApp, message: &Incoming) -> i32 {
    let scope = Scope::clockwork(message.site_id);
    app.db().read(|conn| stagemakelaar::store::incoming::find(conn, &scope, message.id)).unwrap().unwrap().version
}
