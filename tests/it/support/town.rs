//! A town with two desks in the middle of their work, made by the product's own flows: the practice world, and at the
//! first desk one of everything else that a page can show.

use super::app::{Backend, TestApp};
use super::processes::RunFolder;
use super::smtp_peer::{Fault, SmtpPeer, Step};
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::id::{CampaignId, MailboxId, ReferrerId, SchoolId, SiteId, TemplateId, UserId};
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::secret::Secret;
use stagemakelaar::domain::time::Moment;
use stagemakelaar::domain::words::{Lang, MailboxKind, Role};
use stagemakelaar::flows::campaigns::audience::Audience;
use stagemakelaar::flows::campaigns::{self, CampaignFields};
use stagemakelaar::flows::mailboxes::{self, Door, MailboxFields, NewBox};
use stagemakelaar::flows::{Stop, imports, opt_outs, referral_lists, school_door};
use stagemakelaar::mail::maildir;
use stagemakelaar::practice::world::{self, Builder};
use stagemakelaar::store::companies::Filter;
use stagemakelaar::store::suppressions::SuppressionKind;
use stagemakelaar::store::{Conn, Db, DbResult};
use stagemakelaar::work::{table, tick};

/// The town, and the web server over it.
#[derive(Debug)]
pub struct Town {
    /// The server; its clock stands at the town's today.
    pub app: TestApp,
    /// The first desk, Nieuw-West.
    pub here: SiteId,
    /// The second desk, Rotterdam-Zuid.
    pub there: SiteId,
    /// A broker of the first desk alone.
    pub sam: UserId,
    post: RunFolder,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    text: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// The first column of a query, which is named `text`.
pub fn texts(app: &TestApp, sql: &str) -> Vec<String> {
    let read = |conn: &mut Conn| -> DbResult<Vec<Found>> {
        Ok(match conn {
            Conn::Sqlite(conn) => sql_query(sql).load(conn)?,
            Conn::Postgres(conn) => sql_query(sql).load(conn)?,
        })
    };
    app.db().read(read).unwrap().into_iter().map(|row| row.text).collect()
}

/// The numbers of a query, whose column is named `id`.
pub fn ids(app: &TestApp, sql: &str) -> Vec<i64> {
    ids_of(app.db(), sql)
}

/// The same of a database that no server runs on.
pub fn ids_of(db: &Db, sql: &str) -> Vec<i64> {
    let read = |conn: &mut Conn| -> DbResult<Vec<Number>> {
        Ok(match conn {
            Conn::Sqlite(conn) => sql_query(sql).load(conn)?,
            Conn::Postgres(conn) => sql_query(sql).load(conn)?,
        })
    };
    db.read(read).unwrap().into_iter().map(|row| row.id).collect()
}

impl Town {
    /// Builds it in a new database.
    pub fn build(backend: Backend) -> Self {
        let app = TestApp::start(backend);
        let post = RunFolder::new("town");
        let run = |name: &str, now: Moment| (table::find(name).unwrap().run)(&app.app, &Stop::default(), now);
        let now = app.clock.now();
        let noor = world::build(Builder { db: app.db(), press: app.app.press(), run: &run, post: post.path(), now });
        noor.unwrap();
        let sites = ids(&app, "SELECT id FROM sites ORDER BY id");
        let (here, there) = (SiteId(sites[0]), SiteId(sites[1]));
        let sam = app.add_user("sam@nieuw-west.example", Role::Broker, &[here]);
        let town = Self { app, here, there, sam, post };
        town.mail_in();
        town.campaigns();
        town.imports();
        town.lists();
        let domain = (SuppressionKind::Domain, "liever-niet.example");
        opt_outs::suppress_by_hand(town.app.db(), &town.scope(), domain.0, domain.1, now).unwrap();
        town
    }

    /// A coordinator's reach over the first desk.
    pub fn scope(&self) -> Scope {
        Scope::of(self.sam, Role::Coordinator, vec![self.here])
    }

    /// Runs a tick now, and records the run.
    pub fn tick(&self, name: &str) {
        tick::run_once(&self.app.app, table::find(name).unwrap(), &Stop::default()).unwrap();
    }

    /// The ids of a table's rows at the first desk, by this condition.
    pub fn rows(&self, table: &str, condition: &str) -> Vec<i64> {
        let here = self.here;
        ids(&self.app, &format!("SELECT id FROM {table} WHERE site_id = {here} AND {condition} ORDER BY id"))
    }

    /// One that nobody is known by, with a file that must not act and one that may.
    fn mail_in(&self) {
        let letter = "From: Toon Onbekend <toon@nergens-bekend.example>\r\nTo: nieuw-west@stagedesk.example\r\n\
            Subject: Stage voor een neef\r\nDate: Tue, 24 Nov 2026 08:30:00 +0100\r\nMessage-ID: <toon@nergens.example>\r\n\
            MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
            Content-Type: text/html; charset=utf-8\r\n\r\n<p>Ik zoek een plek voor mijn <b>neef</b>. Kan dat bij jullie?</p>\r\n\
            --b\r\nContent-Type: application/pdf; name=\"brief.pdf\"\r\n\
            Content-Disposition: attachment; filename=\"brief.pdf\"\r\n\r\n%PDF-1.4\r\n--b--\r\n";
        let post = world::post_boxes(self.post.path()).remove(0);
        maildir::deliver(&post.maildir, letter.as_bytes(), self.app.clock.now()).unwrap();
        self.tick("fetch");
        self.tick("receive");
    }

    /// A campaign in each state, messages whose fate is not known, and some that a restore would have held.
    fn campaigns(&self) {
        let (db, now) = (self.app.db(), self.app.clock.now());
        let mailbox = MailboxId(self.rows("mailboxes", "1 = 1")[0]);
        let peer = SmtpPeer::failing(Step::Dot, Fault::Drop);
        let dropped = self.shaky_mailbox(peer.port);
        let start = |id| campaigns::start(db, &self.scope(), self.app.app.press(), id, now).unwrap();
        // Brokers send during the night, so that what was started waits and can be stopped.
        start(self.campaign("Loopt nog: groen", mailbox, "Groen", "mon-fri 20:00-23:00"));
        let paused = self.campaign("Staat stil: ICT", mailbox, "ICT", "mon-fri 20:00-23:00");
        start(paused);
        campaigns::pause(db, &self.scope(), paused, now).unwrap();
        let stopped = self.campaign("Gestopt: kantoor", mailbox, "Kantoor", "mon-fri 20:00-23:00");
        start(stopped);
        campaigns::stop(db, &self.scope(), stopped, now).unwrap();
        start(self.campaign("Viel weg: logistiek", dropped, "Logistiek", "always"));
        for name in ["advance", "deliver", "advance"] {
            self.tick(name);
        }
        let held = "UPDATE outgoing SET state = 'held', last_answer = 'restored 2026-11-23T08:00:00+00:00' WHERE id IN";
        let some = "SELECT id FROM outgoing WHERE state = 'queued' AND campaign_id IS NOT NULL ORDER BY id LIMIT 4";
        assert_eq!(ids(&self.app, &format!("{held} ({some}) RETURNING id")).len(), 4);
    }

    fn shaky_mailbox(&self, port: u16) -> MailboxId {
        let address = EmailAddress::parse("wankel@nieuw-west.example").unwrap();
        let new = NewBox { site: self.here, kind: MailboxKind::Desk, user: None, address, ca_file: None };
        let fields = MailboxFields {
            name: "Wankele lijn".to_owned(),
            from_name: "Sam".to_owned(),
            out_url: format!("smtp+plain://127.0.0.1:{port}"),
            in_url: String::new(),
            password: None,
            start_on: self.app.clock.now().day(),
            connections: 1,
            rate_per_minute: 0,
        };
        let (keys, now) = (&self.app.app.keys, self.app.clock.now());
        mailboxes::add(self.app.db(), &self.scope(), keys, &new, &fields, Door::CommandLine, now).unwrap()
    }

    fn campaign(&self, name: &str, mailbox: MailboxId, sector: &str, window: &str) -> CampaignId {
        let companies = Filter { sectors: vec![sector.to_owned()], ..Filter::default() };
        let fields = CampaignFields {
            name: name.to_owned(),
            mailbox,
            audience: Audience { companies, ..Audience::default() },
            steps: vec![(TemplateId(self.rows("templates", "1 = 1")[0]), 0)],
            window: window.to_owned(),
        };
        campaigns::create(self.app.db(), &self.scope(), self.here, &fields, self.app.clock.now()).unwrap()
    }

    /// A school's list with a row of each kind that waits, and one that was applied.
    fn lists(&self) {
        let (db, now, scope) = (self.app.db(), self.app.clock.now(), self.scope());
        let school = SchoolId(self.rows("schools", "mail_domain IS NOT NULL")[0]);
        let referrer = ReferrerId(self.rows("referrers", "1 = 1")[0]);
        let head = "code;voornaam;pogingen;niveau;delen";
        let stage = |name: &str, rows: &str| {
            let text = format!("{head}\n{rows}");
            let file = (name, text.as_bytes());
            referral_lists::stage(db, &scope, (school, Some(referrer)), file, now).unwrap()
        };
        let done = stage("lijst-oktober.csv", "L-1;Noa;3;niveau 2;voortgang\n");
        assert_eq!(referral_lists::apply(db, &scope, done, now).unwrap(), 1);
        let rows = "L-2;Sam;4;niveau 2;voortgang\nL-2;Sam;4;;\nL-3;Jip;1;;contact\nL-4;Puck;veel;acht;\nL-1;Noa;5;;\n";
        stage("lijst-november.csv", rows);
        school_door::invite(db, self.app.app.press(), &scope, referrer, now).unwrap();
    }

    /// The token of a referrer's session, who came in by the code that was mailed.
    pub fn school_token(&self) -> String {
        let (app, now) = (&self.app.app, self.app.clock.now());
        let referrer = self.rows("referrers", "invited_at IS NOT NULL")[0];
        let email = texts(&self.app, &format!("SELECT email AS text FROM referrers WHERE id = {referrer}")).remove(0);
        let email = EmailAddress::parse(&email).unwrap();
        let settings = &app.config.accounts;
        school_door::ask_code(&app.db, app.press(), settings, (&email, "192.0.2.1"), now).unwrap();
        let sql = "SELECT b.text AS text FROM outgoing_bodies b JOIN outgoing o ON o.id = b.outgoing_id
            WHERE o.purpose = 'system' ORDER BY o.id DESC LIMIT 1";
        let mail = texts(&self.app, sql).remove(0);
        let code = mail.lines().find(|line| line.len() == 8 && line.chars().all(|c| c.is_ascii_digit())).unwrap();
        let code = Secret::new(code);
        let token = school_door::enter(&app.db, &app.keys, settings, (&email, &code, "192.0.2.1"), now).unwrap();
        token.expose().to_owned()
    }

    /// One that is done, one that was broken off, and one that was looked through and waits.
    fn imports(&self) {
        let (db, now, scope) = (self.app.db(), self.app.clock.now(), self.scope());
        let stage = |name: &str, rows: &str| {
            let text = format!("Bedrijf;Plaats;KvK;E-mail\n{rows}");
            let id = imports::stage(db, &scope, self.here, name, text.as_bytes(), now).unwrap();
            imports::advance(db, now).unwrap();
            id
        };
        let done = stage("beurs-oktober.csv", "Café Oktober;Amsterdam;12345678;info@cafe-oktober.example\n");
        imports::start(db, &scope, done, Lang::Nl, now).unwrap();
        imports::advance(db, now).unwrap();
        let off = stage("verkeerde-lijst.csv", "Verkeerd;Amsterdam;;\n");
        imports::cancel(db, &scope, off, now).unwrap();
        let rows = "Bakkerij Nieuw;Amsterdam;87654321;info@bakkerij-nieuw.example\n\
            Café Oktober;Diemen;12345678;info@cafe-oktober.example\nFout;Amsterdam;12;geen adres\n;;;\n";
        stage("beurs-november.csv", rows);
    }
}
