//! A desk with one company, one contact, and a mailbox that is a Maildir.

use crate::support::database::TestDatabase;
use crate::support::processes::RunFolder;
use stagemakelaar::config::{Config, load_holidays};
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::holidays::SchoolHolidays;
use stagemakelaar::domain::id::{
    CampaignId, CompanyId, ContactId, IncomingId, MailboxId, OutgoingId, RecipientId, SiteId,
};
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::secret::Keys;
use stagemakelaar::domain::time::{Day, Moment};
use stagemakelaar::domain::token::{AddressUse, Token};
use stagemakelaar::domain::words::{
    CampaignState, Ground, MailboxKind, OutgoingState, Purpose, RecipientState, Region, Routing,
};
use stagemakelaar::flows::{Stop, Tally, fetch, receive};
use stagemakelaar::mail::maildir;
use stagemakelaar::store::campaigns::NewCampaign;
use stagemakelaar::store::incoming::{Incoming, list};
use stagemakelaar::store::mailboxes::NewMailbox;
use stagemakelaar::store::outgoing::{NewMessage, NewOutgoing};
use stagemakelaar::store::recipients::{NewRecipient, Recipient};
use stagemakelaar::store::sites::NewSite;
use stagemakelaar::store::suggestions::Suggestion;
use stagemakelaar::store::{
    Db, DbError, campaigns, companies, contacts, mailboxes, outgoing, recipients, sites, suggestions,
};

/// The desk's address.
pub const DESK: &str = "stage@loket.example";
/// The contact's address.
pub const ALEX: &str = "alex@sloterdok.example";

pub struct World {
    pub folder: RunFolder,
    pub data: TestDatabase,
    pub keys: Keys,
    pub site: SiteId,
    pub mailbox: MailboxId,
    pub company: CompanyId,
    pub contact: ContactId,
}

/// A mail of ours that was sent.
pub struct Mailed {
    pub id: OutgoingId,
    pub message_id: String,
    pub reply_to: String,
}

pub fn now() -> Moment {
    Moment::parse("2026-11-24T09:00:00Z").unwrap()
}

pub fn both(test: impl Fn(&World)) {
    for data in TestDatabase::both() {
        test(&World::new(data));
    }
}

pub fn settings() -> stagemakelaar::flows::settings::Fetching {
    Config::parse("", "the test").unwrap().fetching
}

/// A letter from somebody to the desk, with its own Message-ID.
pub fn letter(from: &str, id: &str, more: &str, text: &str) -> String {
    format!(
        "From: {from}\r\nTo: {DESK}\r\nSubject: Re: stageplekken\r\nDate: Tue, 24 Nov 2026 09:30:00 +0100\r\n\
         Message-ID: <{id}>\r\n{more}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
}

impl World {
    pub fn new(data: TestDatabase) -> Self {
        let folder = RunFolder::new("inbox");
        let db = &data.db;
        let site = add_site(db, "Nieuw-West");
        let url = format!("maildir:{}", folder.path().join("desk").display());
        maildir::create(&folder.path().join("desk")).unwrap();
        let mailbox = add_mailbox(db, site, MailboxKind::Desk, DESK, &url, None);
        let (company, contact) = add_company(db, site, "Fietsenmaker Sloterdok", ALEX);
        Self { folder, keys: Keys::generate(), site, mailbox, company, contact, data }
    }

    pub fn db(&self) -> &Db {
        &self.data.db
    }

    pub fn scope(&self) -> Scope {
        Scope::clockwork(self.site)
    }

    pub fn deliver(&self, raw: &str) {
        maildir::deliver(&self.folder.path().join("desk"), raw.as_bytes(), now()).unwrap();
    }

    pub fn fetch(&self, at: Moment) -> Tally {
        let reading = fetch::Reading {
            settings: settings(),
            keys: self.keys.clone(),
            allowed: Vec::new(),
            holder: "test".to_owned(),
            stop: Stop::default(),
        };
        fetch::tick(self.db(), &reading, at).unwrap()
    }

    pub fn holidays(&self) -> SchoolHolidays {
        load_holidays("".as_ref()).unwrap()
    }

    pub fn receive(&self, at: Moment) -> Tally {
        receive::tick(self.db(), &self.holidays(), &Stop::default(), at).unwrap()
    }

    /// Delivers, fetches and receives one letter; gives its row.
    pub fn take_in(&self, raw: &str) -> Incoming {
        self.deliver(raw);
        assert_eq!(self.fetch(now()).get("stored"), 1, "{raw}");
        self.receive(now());
        self.rows().into_iter().next().unwrap()
    }

    /// All messages, newest first.
    pub fn rows(&self) -> Vec<Incoming> {
        let scope = self.scope();
        let lines = self.db().read(|conn| list::page(conn, &scope, list::View::All, None, 1_000)).unwrap();
        lines.into_iter().map(|line| line.message).collect()
    }

    pub fn routings(&self) -> Vec<Routing> {
        self.rows().into_iter().map(|row| row.routing).collect()
    }

    pub fn suggestions(&self, message: IncomingId) -> Vec<Suggestion> {
        let scope = self.scope();
        self.db().read(|conn| suggestions::of_message(conn, &scope, message)).unwrap()
    }

    /// A mail of ours to the contact, in this state.
    pub fn mailed(&self, state: OutgoingState, recipient: Option<&Recipient>) -> Mailed {
        let token = Token::random();
        let desk = EmailAddress::parse(DESK).unwrap();
        let message_id = token.message_id("loket.example");
        let address = EmailAddress::parse(ALEX).unwrap();
        let id = self.db().write(|tx| {
            let new = NewOutgoing {
                site_id: self.site,
                mailbox_id: self.mailbox,
                purpose: Purpose::Outreach,
                state,
                campaign_id: recipient.map(|recipient| recipient.campaign_id),
                step: recipient.map(|_| 0),
                recipient_id: recipient.map(|recipient| recipient.id),
                company_id: Some(self.company),
                contact_id: Some(self.contact),
                placement_id: None,
                checkin_id: None,
                user_id: None,
                address: &address,
                address_key: &address.key(),
                to_name: "Alex Mulder",
                subject: "stageplekken",
                message_id: &message_id,
                token: token.as_str(),
                in_reply_to: None,
                reference_ids: "",
                opt_out: true,
                queued_at: now(),
                due_at: now(),
                attempts: 1,
                last_answer: "",
            };
            outgoing::add_all(tx, &[NewMessage { row: new, text: "Heb je plek voor een leerling?", html: "" }])
        });
        let reply_to = token.address(&desk, AddressUse::Reply).to_string();
        Mailed { id: id.unwrap()[0], message_id, reply_to }
    }

    /// A recipient of a running campaign whose next step waits.
    pub fn waiting_recipient(&self) -> Recipient {
        let (campaign, address): (CampaignId, _) = (self.campaign(), EmailAddress::parse(ALEX).unwrap());
        let new = NewRecipient {
            site_id: self.site,
            campaign_id: campaign,
            company_id: self.company,
            contact_id: self.contact,
            address_key: address.key(),
            state: RecipientState::Waiting,
            step: 1,
            reason: String::new(),
            due_at: now().plus_days(3),
            changed_at: now(),
        };
        self.db().write(|tx| recipients::add(tx, std::slice::from_ref(&new))).unwrap();
        let all = [RecipientState::Waiting];
        self.db().read(|conn| recipients::of_party(conn, None, Some(self.contact), &all)).unwrap().remove(0)
    }

    pub fn recipient(&self, id: RecipientId) -> Recipient {
        self.db().read(|conn| recipients::find(conn, id)).unwrap().unwrap()
    }

    fn campaign(&self) -> CampaignId {
        let new = NewCampaign {
            site_id: self.site,
            name: "Techniek",
            state: CampaignState::Running,
            mailbox_id: self.mailbox,
            audience: "{}",
            send_window: "mon-fri 09:00-17:00",
            pause_reason: "",
            content_refusals: 0,
            created_by: None,
            created_at: now(),
            version: 1,
        };
        self.db().write(|tx| campaigns::add(tx, &new)).unwrap()
    }
}

pub fn add_site(db: &Db, name: &str) -> SiteId {
    let new = NewSite {
        name: name.to_owned(),
        desk_name: format!("Stageloket {name}"),
        postal_address: "Pleinweg 1, 1068 AA Amsterdam".to_owned(),
        phone: None,
        region: Region::Noord,
        created_at: now(),
    };
    db.write(|tx| sites::add(tx, &new)).unwrap().unwrap()
}

pub fn add_mailbox(
    db: &Db,
    site: SiteId,
    kind: MailboxKind,
    address: &str,
    in_url: &str,
    secret: Option<String>,
) -> MailboxId {
    let new = NewMailbox {
        site_id: site,
        kind,
        user_id: None,
        name: address.to_owned(),
        from_name: "Noor Visser".to_owned(),
        address: EmailAddress::parse(address).unwrap(),
        out_url: "pickup:/nowhere".to_owned(),
        in_url: in_url.to_owned(),
        secret,
        ca_file: None,
        confined: false,
        start_on: Day::new(2026, 11, 1).unwrap(),
        connections: 1,
        rate_per_minute: 0,
        pause_reason: String::new(),
        failures: 0,
        fetch_error: String::new(),
        version: 1,
        created_at: now(),
    };
    db.write(|tx| mailboxes::add(tx, &new)).unwrap()
}

pub fn add_company(db: &Db, site: SiteId, name: &str, address: &str) -> (CompanyId, ContactId) {
    let email = EmailAddress::parse(address).unwrap();
    let mut fields = companies::Fields::named(name);
    fields.mail_domain = Some(email.domain().to_owned()).filter(|_| !email.is_freemail());
    let mut person = contacts::Fields::named("Alex Mulder");
    person.email = Some(email);
    person.ground = Ground::Functional;
    db.write(|tx| {
        let company = companies::add(tx, site, &fields, None, std::iter::empty(), now())?;
        let contact = contacts::add(tx, site, company, &person, now())?;
        Ok::<_, DbError>((company, contact))
    })
    .unwrap()
}
