//! A desk with companies, a mailbox and a campaign, and the two ticks that send: what the tests of outreach start from.

use super::database::TestDatabase;
use stagemakelaar::config::Config;
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::id::{CampaignId, CompanyId, ContactId, MailboxId, OutgoingId, SiteId, TemplateId};
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::secret::{Keys, Secret};
use stagemakelaar::domain::time::{Day, Moment};
use stagemakelaar::domain::words::{Ground, Lang, MailboxKind, Region};
use stagemakelaar::flows::campaigns::audience::Audience;
use stagemakelaar::flows::campaigns::kit::Press;
use stagemakelaar::flows::campaigns::{self, CampaignError, CampaignFields};
use stagemakelaar::flows::deliver::{self, Sending};
use stagemakelaar::flows::mailboxes::{Door, MailboxFields, NewBox};
use stagemakelaar::flows::templates::Words;
use stagemakelaar::flows::{Stop, Tally, advance, mailboxes, templates};
use stagemakelaar::mail::template::Templates;
use stagemakelaar::store::outgoing::Outgoing;
use stagemakelaar::store::recipients::Recipient;
use stagemakelaar::store::{DbError, companies, contacts, outgoing, recipients, sites};

/// Monday at ten in the morning, in Amsterdam.
pub fn monday() -> Moment {
    Moment::parse("2026-11-23T09:00:00Z").unwrap()
}

/// An installation with one site (more can be added) and what its flows use.
#[derive(Debug)]
pub struct Desk {
    /// The database.
    pub base: TestDatabase,
    /// The first site.
    pub site: SiteId,
    /// Signs and seals.
    pub keys: Keys,
    /// The defaults, changed where a test asks.
    pub config: Config,
    engine: Templates,
    stop: Stop,
}

impl Desk {
    /// Opens a desk in an empty database.
    pub fn open(base: TestDatabase) -> Self {
        let mut desk = Self::over(base, Keys::generate(), SiteId(0));
        desk.site = desk.add_site("Nieuw-West");
        desk
    }

    /// The desk of a database that has one already.
    pub fn over(base: TestDatabase, keys: Keys, site: SiteId) -> Self {
        Self {
            base,
            site,
            keys,
            config: Config::parse("", "defaults").unwrap(),
            engine: Templates::embedded().unwrap(),
            stop: Stop::default(),
        }
    }

    /// A desk on each database.
    pub fn both() -> impl Iterator<Item = Self> {
        TestDatabase::both().into_iter().map(Self::open)
    }

    /// Another site.
    pub fn add_site(&self, name: &str) -> SiteId {
        let new = sites::NewSite {
            name: name.to_owned(),
            desk_name: format!("Stageloket {name}"),
            postal_address: "Loketplein 1, 1068 ZZ Amsterdam".to_owned(),
            phone: None,
            region: Region::Noord,
            created_at: monday(),
        };
        self.base.db.write(|tx| sites::add(tx, &new)).unwrap().unwrap()
    }

    /// A coordinator's reach over a site.
    pub fn scope(&self, site: SiteId) -> Scope {
        Scope::command(vec![site])
    }

    /// What rendering uses.
    pub fn press(&self) -> Press<'_> {
        Press { engine: &self.engine, keys: &self.keys, base_url: &self.config.server.base_url }
    }

    /// A mailbox that sends to a port of this machine, without sign-in.
    pub fn mailbox(&self, site: SiteId, port: u16) -> MailboxId {
        self.mailbox_at(site, &format!("smtp+plain://127.0.0.1:{port}"), None, 2)
    }

    /// A mailbox with this way out.
    pub fn mailbox_at(&self, site: SiteId, out_url: &str, password: Option<&str>, connections: i32) -> MailboxId {
        let new = NewBox {
            site,
            kind: MailboxKind::Desk,
            user: None,
            address: EmailAddress::parse(&format!("desk{site}@loket.example")).unwrap(),
            ca_file: None,
        };
        let fields = MailboxFields {
            name: "Loket".to_owned(),
            from_name: "Noor Visser".to_owned(),
            out_url: out_url.to_owned(),
            in_url: String::new(),
            password: password.map(Secret::new),
            start_on: Day::new(2026, 11, 1).unwrap(),
            connections,
            rate_per_minute: 0,
        };
        let scope = self.scope(site);
        mailboxes::add(&self.base.db, &scope, &self.keys, &new, &fields, Door::CommandLine, monday()).unwrap()
    }

    /// A template with these words in Dutch.
    pub fn template(&self, site: SiteId, subject: &str, text: &str) -> TemplateId {
        let words = Words { subject: subject.to_owned(), text: text.to_owned(), html: format!("<p>{text}</p>") };
        let all = [(Lang::Nl, words)];
        templates::add(&self.base.db, &self.scope(site), &self.engine, site, "Vraag", &all, monday()).unwrap()
    }

    /// A company with one contact at `info@NAME.example`, a functional address.
    pub fn company(&self, site: SiteId, name: &str) -> (CompanyId, ContactId) {
        self.company_of(site, name, |_| ())
    }

    /// The same, its fields changed before they are kept.
    pub fn company_of(
        &self,
        site: SiteId,
        name: &str,
        change: impl Fn(&mut companies::Fields),
    ) -> (CompanyId, ContactId) {
        let mut fields = companies::Fields::named(name);
        "Osdorp".clone_into(&mut fields.place);
        change(&mut fields);
        let mut contact = contacts::Fields::named("Balie");
        contact.email = Some(EmailAddress::parse(&format!("info@{name}.example")).unwrap());
        contact.ground = Ground::Functional;
        let add = |tx: &mut stagemakelaar::store::Tx| -> Result<_, DbError> {
            let company = companies::add(tx, site, &fields, None, std::iter::empty(), monday())?;
            Ok((company, contacts::add(tx, site, company, &contact, monday())?))
        };
        self.base.db.write(add).unwrap()
    }

    /// A draft to every company of the site, of one mail that greets and names the company.
    pub fn draft(&self, site: SiteId, mailbox: MailboxId) -> CampaignId {
        let template = self.template(site, "Plek bij {{company_name}}?", "{{greeting}}, heeft u plek?");
        self.draft_of(site, mailbox, &[template], "mon-fri 09:00-17:00")
    }

    /// A draft of these templates, one a step.
    pub fn draft_of(&self, site: SiteId, mailbox: MailboxId, steps: &[TemplateId], window: &str) -> CampaignId {
        let fields = CampaignFields {
            name: "Verkoop".to_owned(),
            mailbox,
            audience: Audience::default(),
            steps: steps.iter().map(|template| (*template, 5)).collect(),
            window: window.to_owned(),
        };
        campaigns::create(&self.base.db, &self.scope(site), site, &fields, monday()).unwrap()
    }

    /// Starts a draft.
    pub fn start(&self, site: SiteId, campaign: CampaignId, now: Moment) -> Result<usize, CampaignError> {
        campaigns::start(&self.base.db, &self.scope(site), self.press(), campaign, now)
    }

    /// Runs tick `advance`.
    pub fn advance(&self, now: Moment) -> Tally {
        advance::tick(&self.base.db, self.press(), &self.config.outreach, &self.stop, now).unwrap()
    }

    /// Runs tick `deliver`.
    pub fn deliver(&self, now: Moment) -> Tally {
        let sending = Sending {
            settings: &self.config.delivery,
            keys: &self.keys,
            base_url: &self.config.server.base_url,
            holder: "test",
            stop: &self.stop,
        };
        deliver::tick(&self.base.db, sending, now).unwrap()
    }

    /// Both ticks.
    pub fn send(&self, now: Moment) -> Tally {
        let mut tally = self.advance(now);
        tally.merge(&self.deliver(now));
        tally
    }

    /// The one message to a company.
    pub fn message(&self, company: CompanyId) -> Outgoing {
        let scope = self.scope(self.site);
        let mut found = self.base.db.read(|conn| outgoing::of_company(conn, &scope, company, 10)).unwrap();
        assert_eq!(found.len(), 1, "one message to this company");
        found.remove(0)
    }

    /// A message as it is now.
    pub fn again(&self, id: OutgoingId) -> Outgoing {
        let scope = self.scope(self.site);
        self.base.db.read(|conn| outgoing::find(conn, &scope, id)).unwrap().unwrap()
    }

    /// The campaign's recipient that a message is for.
    pub fn recipient(&self, message: &Outgoing) -> Recipient {
        let id = message.recipient_id.unwrap();
        self.base.db.read(|conn| recipients::find(conn, id)).unwrap().unwrap()
    }
}
