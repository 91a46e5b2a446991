//! What the soak runs on: a site with a past, a desk whose mail leaves to a sink and comes in through Dovecot, and one `serve`.

use super::Size;
use crate::support::PASSWORD as MAIL_PASSWORD;
use crate::support::app::{Backend, PASSWORD};
use crate::support::certs::ca_file;
use crate::support::database::TestDatabase;
use crate::support::desk::Desk;
use crate::support::dovecot::Dovecot;
use crate::support::postgres::Postgres;
use crate::support::processes::{Process, RunFolder, free_port, listens, wait_until};
use crate::support::sink::counting_sink;
use crate::support::smtp_peer::SmtpPeer;
use stagemakelaar::config::{Config, load_keys};
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::id::{CompanyId, MailboxId, TemplateId};
use stagemakelaar::domain::secret::Secret;
use stagemakelaar::domain::time::Clock;
use stagemakelaar::domain::words::{Lang, MailboxKind, Role};
use stagemakelaar::flows::accounts::{self, AddUser, Passwords};
use stagemakelaar::flows::mailboxes::{self, Door, MailboxFields, NewBox};
use stagemakelaar::store::db::Db;
use std::fs;
use std::process::{Command, Stdio};

/// The desk's address.
pub const DESK: &str = "stage@loket.example";

pub struct House {
    pub desk: Desk,
    pub sink: SmtpPeer,
    pub dovecot: Dovecot,
    pub server: Process,
    pub base_url: String,
    pub metrics: u16,
    pub mailbox: MailboxId,
    pub template: TemplateId,
    /// Those that are mailed.
    pub companies: Vec<CompanyId>,
    pub folder: RunFolder,
    _cluster: Option<Postgres>,
}

impl House {
    /// Everything is there and serves; nobody has done anything yet.
    pub fn open(backend: Backend, size: Size) -> Self {
        let folder = RunFolder::new("soak");
        let cluster = (backend == Backend::Postgres).then(Postgres::durable);
        let base = cluster.as_ref().map_or_else(TestDatabase::sqlite, |cluster| {
            let url = cluster.fresh_database();
            let db = Db::open(&url, 8).unwrap();
            db.migrate().unwrap();
            TestDatabase::opened(db, url)
        });
        let (port, metrics) = (free_port(), free_port());
        let base_url = format!("http://127.0.0.1:{port}");
        let keys = folder.path().join("keys.toml");
        let configuration = format!(
            "[server]\nlisten = \"127.0.0.1:{port}\"\nbase_url = \"{base_url}\"\n[database]\nurl = \"{}\"\n\
             migrate_at_start = false\n[files]\nkeys = \"{}\"\n[accounts]\npassword_memory_kib = 8\npassword_passes = 1\n\
             [metrics]\nlisten = \"127.0.0.1:{metrics}\"\n[log]\nfilter = \"warn\"\n",
            base.url,
            keys.display()
        );
        folder.write("own.toml", &configuration);
        let mut desk = Desk::open(base);
        desk.keys = load_keys(&keys).unwrap();
        desk.config = Config::parse(&configuration, "own.toml").unwrap();
        // A past, so that pages have something to show.
        let past = ["generate", "--companies", "300", "--moments", "3000", "--site", "Nieuw-West"];
        let made = command(&folder).args(past).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let (sink, dovecot) = (counting_sink(), Dovecot::start(&[DESK]));
        let mailbox = mailbox(&desk, &sink, &dovecot);
        let template = desk.template(desk.site, "Plek bij {{company_name}}?", "{{greeting}}, heeft u plek?");
        for name in 0..=super::READERS {
            add_user(&desk, name);
        }
        let district = size.mails.div_ceil(size.campaigns);
        let company = |number: usize| {
            let place = format!("Wijk {}", number / district);
            desk.company_of(desk.site, &format!("bedrijf{number}"), |fields| fields.place.clone_from(&place)).0
        };
        let companies = (0..size.mails).map(company).collect();
        let log = fs::File::create(folder.path().join("serve.out")).unwrap();
        let mut serve = command(&folder);
        serve.arg("serve").stdout(log.try_clone().unwrap()).stderr(log);
        let server = Process(serve.spawn().unwrap());
        let house = Self {
            desk,
            sink,
            dovecot,
            server,
            base_url,
            metrics,
            mailbox,
            template,
            companies,
            folder,
            _cluster: cluster,
        };
        assert!(wait_until(|| listens(port) && listens(metrics)), "it does not listen: {}", house.said());
        house
    }

    /// The process that serves.
    pub fn pid(&self) -> u32 {
        self.server.0.id()
    }

    /// What it printed and logged.
    pub fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("serve.out")).unwrap()
    }

    pub fn email(name: usize) -> String {
        format!("mens{name}@loket.example")
    }
}

fn command(folder: &RunFolder) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stagemakelaar"));
    command.arg("--config").arg(folder.path().join("own.toml")).stdin(Stdio::null());
    command
}

fn mailbox(desk: &Desk, sink: &SmtpPeer, dovecot: &Dovecot) -> MailboxId {
    let now = Clock::System.now();
    let new = NewBox {
        site: desk.site,
        kind: MailboxKind::Desk,
        user: None,
        address: EmailAddress::parse(DESK).unwrap(),
        ca_file: Some(ca_file().clone()),
    };
    let fields = MailboxFields {
        name: "Loket".to_owned(),
        from_name: "Noor Visser".to_owned(),
        out_url: format!("smtp+plain://127.0.0.1:{}", sink.port),
        in_url: format!("imaps://{}@localhost:{}", DESK.replace('@', "%40"), dovecot.imaps),
        password: Some(Secret::new(MAIL_PASSWORD)),
        start_on: now.day(),
        connections: 4,
        rate_per_minute: 0,
    };
    let scope = desk.scope(desk.site);
    mailboxes::add(&desk.base.db, &scope, &desk.keys, &new, &fields, Door::CommandLine, now).unwrap()
}

fn add_user(desk: &Desk, name: usize) {
    let (db, now, settings) = (&desk.base.db, Clock::System.now(), &desk.config.accounts);
    let add = AddUser {
        email: EmailAddress::parse(&House::email(name)).unwrap(),
        name: format!("Mens {name}"),
        role: Role::Coordinator,
        lang: Lang::Nl,
        sites: vec![desk.site],
    };
    let mail = accounts::add_user(db, &desk.scope(desk.site), &add, now).unwrap();
    let passwords = Passwords::new(settings).unwrap();
    let chosen = (mail.token.expose(), &Secret::new(PASSWORD));
    accounts::set_password(db, &passwords, settings, chosen, now).unwrap();
}
