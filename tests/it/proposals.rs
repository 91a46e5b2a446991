//! Proposals through flow, mail and page: what a blind mail says and what it does not, each side's yes, the name that is given
//! once and written down, places that are held and given back, and the ways in which it ends.

mod blind;
mod course;
mod crowd;
mod pages;

use crate::aftercare::{add_contact, add_mailbox_at, student};
use crate::inbox::world::letter;
use crate::support::app::{Backend, PASSWORD, Surfer, TestApp};
use crate::support::processes::RunFolder;
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::id::{CompanyId, OpeningId, ProposalId, SiteId, StudentId, UserId};
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::time::Day;
use stagemakelaar::domain::words::{Role, TaskKind};
use stagemakelaar::flows::proposals::{self, Kit, Order, ProposalError, Way};
use stagemakelaar::flows::students::{self, Fields};
use stagemakelaar::flows::{Stop, Tally};
use stagemakelaar::mail::maildir;
use stagemakelaar::store::disclosures::Disclosure;
use stagemakelaar::store::incoming::{Incoming, list};
use stagemakelaar::store::openings::Opening;
use stagemakelaar::store::proposals::{self as rows, Proposal};
use stagemakelaar::store::students::Wishes;
use stagemakelaar::store::tasks::{self, Task};
use stagemakelaar::store::{Db, disclosures, openings, outgoing};
use stagemakelaar::work::table;
use std::fs;

/// The contact's address.
pub const ROBIN: &str = "robin@dehalte.example";

/// A desk with a mailbox of its own, and a company with two places.
pub struct House {
    pub app: TestApp,
    pub folder: RunFolder,
    pub site: SiteId,
    pub user: UserId,
    pub scope: Scope,
    pub company: CompanyId,
    pub opening: OpeningId,
}

impl House {
    pub fn build(backend: Backend) -> Self {
        let (app, folder) = (TestApp::start(backend), RunFolder::new("proposals"));
        let site = app.add_site("Rotterdam-Zuid");
        let user = app.add_user("noor@loket.example", Role::Coordinator, &[site]);
        let now = app.clock.now();
        let (out, come) = (folder.path().join("out"), folder.path().join("in"));
        fs::create_dir_all(&out).unwrap();
        maildir::create(&come).unwrap();
        let ways = (format!("pickup:{}", out.display()), format!("maildir:{}", come.display()));
        add_mailbox_at(app.db(), site, (&ways.0, &ways.1), now);
        let company = crate::aftercare::add_company(app.db(), site, "Bakkerij De Halte", now);
        add_contact(app.db(), site, company, ("Robin Vermeer", ROBIN), now);
        let opening = crate::aftercare::offer(app.db(), site, company, 2, now);
        let scope = Scope::of(user, Role::Coordinator, vec![site]);
        Self { app, folder, site, user, scope, company, opening }
    }

    /// The coordinator, signed in.
    pub fn noor(&self) -> Surfer {
        let noor = self.app.visitor();
        noor.sign_in("noor@loket.example", PASSWORD);
        noor.get("/");
        noor
    }

    pub fn db(&self) -> &Db {
        self.app.db()
    }

    pub fn add(&self, fields: &Fields) -> StudentId {
        students::add(self.db(), &self.scope, self.site, fields, self.app.clock.now()).unwrap()
    }

    pub fn order(&self, student: StudentId, opening: OpeningId) -> Order {
        let kit = self.db().read(|conn| Kit::read(conn, &self.scope, student, opening)).unwrap().unwrap();
        let deadline = self.app.clock.now().day().plus(14);
        Order { student, opening, contact: None, way: Way::Mail, deadline, student_agrees: false, read: kit.versions() }
    }

    pub fn propose(&self, order: &Order) -> Result<ProposalId, ProposalError> {
        proposals::propose(self.db(), &self.app.app.templates, &self.scope, order, self.app.clock.now())
    }

    /// A student who is put forward for the opening by mail.
    pub fn proposed(&self, code: &str) -> (StudentId, ProposalId) {
        let student = self.add(&seeker(code));
        (student, self.propose(&self.order(student, self.opening)).unwrap())
    }

    pub fn read(&self, id: ProposalId) -> Proposal {
        self.db().read(|conn| rows::find(conn, &self.scope, id)).unwrap().unwrap()
    }

    pub fn opening(&self) -> Opening {
        self.db().read(|conn| openings::find(conn, &self.scope, self.opening)).unwrap().unwrap()
    }

    pub fn told(&self, student: StudentId) -> Vec<Disclosure> {
        let mut all = self.db().read(|conn| disclosures::list(conn, &self.scope, Some(student), None, 100)).unwrap();
        all.reverse();
        all
    }

    pub fn tasks(&self, kind: TaskKind) -> Vec<Task> {
        let all = self.db().read(|conn| tasks::open(conn, &self.scope, None, None, 100)).unwrap();
        all.into_iter().filter(|task| task.kind == kind).collect()
    }

    pub fn tick(&self, name: &str) -> Tally {
        (table::find(name).unwrap().run)(&self.app.app, &Stop::default(), self.app.clock.now()).unwrap()
    }

    /// Delivers what waits; gives every mail that ever left, as its bytes.
    pub fn mails(&self) -> Vec<Vec<u8>> {
        self.tick("deliver");
        let dir = self.folder.path().join("out");
        let mut files: Vec<_> = fs::read_dir(dir).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        files.iter().map(|path| fs::read(path).unwrap()).collect()
    }

    /// The contact answers a proposal's mail with these words; gives the message as it was received.
    pub fn answer(&self, id: ProposalId, words: &str) -> Incoming {
        let mail = self.read(id).outgoing_id.unwrap();
        let mail = self.db().read(|conn| outgoing::find(conn, &self.scope, mail)).unwrap().unwrap();
        let more = format!("In-Reply-To: {}\r\n", mail.message_id);
        let raw = letter(ROBIN, &format!("{}@dehalte.example", words.len()), &more, words);
        maildir::deliver(&self.folder.path().join("in"), raw.as_bytes(), self.app.clock.now()).unwrap();
        self.tick("fetch");
        self.tick("receive");
        let view = list::View::All;
        let lines = self.db().read(|conn| list::page(conn, &self.scope, view, None, 100)).unwrap();
        lines.into_iter().next().unwrap().message
    }
}

/// A student with wishes, who can be reached.
pub fn seeker(code: &str) -> Fields {
    Fields {
        email: EmailAddress::parse("sam@school.example").ok(),
        wishes: Wishes {
            available_from: Day::new(2027, 2, 1),
            available_until: Day::new(2027, 6, 30),
            days_per_week: Some(4),
            learning_wish: Some("Wil leren omgaan met klanten.".to_owned()),
            ..Wishes::default()
        },
        ..student(code)
    }
}
