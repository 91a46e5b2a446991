//! Placements and aftercare, on both databases by the same code and a clock that the test turns.

mod answers;
mod clockwork;
mod histories;
mod pages;
mod placing;
mod plans;

use crate::support::database::TestDatabase;
use stagemakelaar::domain::account::Theme;
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::id::{CompanyId, ContactId, OpeningId, PlacementId, SiteId, UserId};
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::time::{Day, Moment};
use stagemakelaar::domain::words::{Addressee, CheckInState, Ground, Lang, Level, MailboxKind, Region, Role, TaskKind};
use stagemakelaar::flows::openings::{NewOffer, Source};
use stagemakelaar::flows::placements::{Order, Who};
use stagemakelaar::flows::settings::Aftercare;
use stagemakelaar::flows::students::Fields;
use stagemakelaar::flows::{self, Tally};
use stagemakelaar::mail::template::Templates;
use stagemakelaar::store::checkins::{self, CheckIn};
use stagemakelaar::store::mailboxes::{self, NewMailbox};
use stagemakelaar::store::outgoing::{self, Outgoing};
use stagemakelaar::store::sites::{self, NewSite};
use stagemakelaar::store::tasks::{self, Task};
use stagemakelaar::store::users::{self, NewUser};
use stagemakelaar::store::{Db, DbResult, companies, contacts, openings};
use std::sync::LazyLock;

static TEMPLATES: LazyLock<Templates> = LazyLock::new(|| Templates::embedded().unwrap());

/// How long the desk waits, as the default configuration has it.
const SETTINGS: Aftercare = Aftercare { remind_after_working_days: 3, call_after_working_days: 5 };

/// A desk with a company that has places, a mentor and a mailbox.
pub struct Desk {
    pub base: TestDatabase,
    pub site: SiteId,
    pub broker: UserId,
    pub coordinator: UserId,
    pub scope: Scope,
    pub company: CompanyId,
    pub mentor: ContactId,
    pub opening: OpeningId,
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// The morning of a day, when the clockwork looks at aftercare.
pub fn morning(text: &str) -> Moment {
    day(text).at(7, 0)
}

impl Desk {
    pub fn both() -> [Self; 2] {
        TestDatabase::both().map(Self::on)
    }

    fn on(base: TestDatabase) -> Self {
        let now = morning("2026-08-03");
        let db = &base.db;
        let site = add_site(db, "Rotterdam-Zuid", now);
        let broker = add_user(db, "noor@loket.example", Role::Broker, &[site], now);
        let coordinator = add_user(db, "daan@loket.example", Role::Coordinator, &[site], now);
        let scope = Scope::of(broker, Role::Broker, vec![site]);
        add_mailbox(db, site, now);
        let company = add_company(db, site, "Bakkerij De Halte", now);
        let mentor = add_contact(db, site, company, ("Robin Vermeer", "robin@dehalte.example"), now);
        let opening = offer(db, site, company, 2, now);
        Self { base, site, broker, coordinator, scope, company, mentor, opening }
    }

    pub fn db(&self) -> &Db {
        &self.base.db
    }

    /// A placement from 1 September to 29 January, made in August.
    pub fn place(&self, code: &str) -> PlacementId {
        let order = self.order(code, "2026-09-01", "2027-01-29");
        flows::placements::place(self.db(), &self.scope, &order, morning("2026-08-20")).unwrap()
    }

    pub fn order(&self, code: &str, starts: &str, ends: &str) -> Order {
        Order {
            opening: self.opening,
            who: Who::New(student(code)),
            starts_on: day(starts),
            ends_on: day(ends),
            mentor: Some(self.mentor),
            broker: None,
            agreement_signed_on: None,
            recognition_reason: String::new(),
        }
    }

    pub fn tick(&self, on: &str) -> Tally {
        flows::aftercare::tick(self.db(), &TEMPLATES, &SETTINGS, morning(on)).unwrap()
    }

    pub fn digest(&self, on: &str) -> Tally {
        flows::digest::tick(self.db(), &TEMPLATES, "https://loket.example", morning(on)).unwrap()
    }

    pub fn checkins(&self, placement: PlacementId) -> Vec<CheckIn> {
        self.db().read(|conn| checkins::of_placement(conn, &self.scope, placement)).unwrap()
    }

    /// The check-in of a moment with one side.
    pub fn checkin(&self, placement: PlacementId, name: &str, side: Addressee) -> CheckIn {
        let all = self.checkins(placement);
        all.into_iter().find(|one| one.name_nl == name && one.addressee == side).unwrap()
    }

    pub fn state(&self, placement: PlacementId, name: &str) -> CheckInState {
        self.checkin(placement, name, Addressee::Employer).state
    }

    pub fn mails(&self) -> Vec<Outgoing> {
        let mut mails = self.db().read(|conn| outgoing::of_company(conn, &self.scope, self.company, 100)).unwrap();
        mails.reverse();
        mails
    }

    pub fn tasks(&self) -> Vec<Task> {
        self.db().read(|conn| tasks::open(conn, &self.scope, None, None, 100)).unwrap()
    }

    /// Titles of open calls, visits and other tasks of one kind.
    pub fn titles(&self, kind: TaskKind) -> Vec<String> {
        self.tasks().into_iter().filter(|task| task.kind == kind).map(|task| task.title).collect()
    }

    pub fn left(&self) -> i32 {
        let found = self.db().read(|conn| openings::find(conn, &self.scope, self.opening)).unwrap();
        found.unwrap().places_left
    }
}

pub fn student(code: &str) -> Fields {
    Fields {
        code: code.to_owned(),
        first_name: "Sam".to_owned(),
        programme: "Verkoper".to_owned(),
        level: Some(Level::Vmbo),
        ..Fields::default()
    }
}

pub fn add_site(db: &Db, name: &str, now: Moment) -> SiteId {
    let new = NewSite {
        name: name.to_owned(),
        desk_name: format!("Stagebureau {name}"),
        postal_address: "Plein 1, 3000 AA Rotterdam".to_owned(),
        phone: None,
        region: Region::Zuid,
        created_at: now,
    };
    db.write(|tx| sites::add(tx, &new)).unwrap().unwrap()
}

pub fn add_user(db: &Db, address: &str, role: Role, sites: &[SiteId], now: Moment) -> UserId {
    let email = EmailAddress::parse(address).unwrap();
    let new = NewUser {
        email_key: email.key(),
        email,
        name: "Noor Visser".to_owned(),
        role,
        lang: Lang::Nl,
        theme: Theme::Auto,
        single_keys: true,
        password_hash: None,
        active: true,
        version: 1,
        created_at: now,
    };
    db.write(|tx| users::add(tx, &new, sites)).unwrap().unwrap()
}

pub fn add_contact(db: &Db, site: SiteId, company: CompanyId, who: (&str, &str), now: Moment) -> ContactId {
    let fields = contacts::Fields {
        email: Some(EmailAddress::parse(who.1).unwrap()),
        ground: Ground::EarlierContact,
        ground_proof: "gebeld op 3 augustus".to_owned(),
        ..contacts::Fields::named(who.0)
    };
    db.write(|tx| contacts::add(tx, site, company, &fields, now)).unwrap()
}

/// A mailbox through which nothing leaves and nothing comes in.
pub fn add_mailbox(db: &Db, site: SiteId, now: Moment) {
    add_mailbox_at(db, site, ("pickup:/nowhere", ""), now);
}

/// A mailbox with a way out and a way in.
pub fn add_mailbox_at(db: &Db, site: SiteId, (out, come): (&str, &str), now: Moment) {
    let new = NewMailbox {
        site_id: site,
        kind: MailboxKind::Desk,
        user_id: None,
        name: "Loket".to_owned(),
        from_name: "Stagebureau".to_owned(),
        address: EmailAddress::parse("loket@stagebureau.example").unwrap(),
        out_url: out.to_owned(),
        in_url: come.to_owned(),
        secret: None,
        ca_file: None,
        confined: false,
        start_on: now.day(),
        connections: 1,
        rate_per_minute: 0,
        pause_reason: String::new(),
        failures: 0,
        fetch_error: String::new(),
        version: 1,
        created_at: now,
    };
    db.write(|tx| mailboxes::add(tx, &new)).unwrap();
}

pub fn add_company(db: &Db, site: SiteId, name: &str, now: Moment) -> CompanyId {
    let edit = flows::companies::Edit { fields: companies::Fields::named(name), tags: None, recognitions: None };
    flows::companies::create(db, &Scope::clockwork(site), site, &edit, now).unwrap()
}

pub fn offer(db: &Db, site: SiteId, company: CompanyId, places: i32, now: Moment) -> OpeningId {
    let fields = openings::Fields {
        role: "Verkoper".to_owned(),
        levels: String::new(),
        tracks: String::new(),
        starts_on: None,
        ends_on: None,
        days_per_week: None,
        notes: String::new(),
    };
    let new = NewOffer { site, company, fields, places, source: Source::default(), reason: String::new() };
    db.write(|tx| flows::openings::offer(tx, &new, now)).unwrap()
}

/// What is not there is not there: reads that must give nothing.
pub fn nothing<T>(found: DbResult<Option<T>>) -> bool {
    found.unwrap().is_none()
}
