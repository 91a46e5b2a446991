//! The one way to the post. [`enqueue`] asks the gate with facts read in the same write, reserves contact pressure for
//! outreach, and puts the message in the outbox; delivery asks the same gate again in the write that marks it sending.

use crate::domain::email::EmailAddress;
use crate::domain::gate::{self, Answer, Ask, CompanyFacts, ContactFacts, Why};
use crate::domain::id::{
    CampaignId, CheckInId, CompanyId, ContactId, MailboxId, OutgoingId, PlacementId, RecipientId, SiteId, UserId,
};
use crate::domain::scope::Scope;
use crate::domain::secret::{Keys, Mismatch};
use crate::domain::time::Moment;
use crate::domain::token::Token;
use crate::domain::words::{OutgoingState, Purpose, SuppressionReason};
use crate::store::outgoing::{NewOutgoing, Outgoing};
use crate::store::parties::CompanyParty;
use crate::store::pressures::Reservation;
use crate::store::{Conn, DbResult, Tx, mailboxes, outgoing, parties, pressures, sites, suppressions};
use std::collections::{HashMap, HashSet};

/// What the opt-out link is signed for.
pub const OPT_OUT: &str = "opt-out";

/// What a message is known by, made before the write that enqueues it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Stands in its reply and opt-out addresses.
    pub token: Token,
    /// With its angle brackets.
    pub message_id: String,
}

impl Stamp {
    /// A new one, for a message that leaves from this address.
    pub fn fresh(mailbox: &EmailAddress) -> Self {
        let token = Token::random();
        let message_id = token.message_id(mailbox.domain());
        Self { token, message_id }
    }
}

/// The link in a mail by which its recipient opts out. It never expires.
pub fn opt_out_link(keys: &Keys, base_url: &str, token: &Token) -> Result<String, Mismatch> {
    Ok(format!("{base_url}/u/{}", keys.sign(OPT_OUT, token.as_str())?))
}

/// A message's place in a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its step, counted from 0.
    pub step: i32,
    /// Its recipient.
    pub recipient: RecipientId,
    /// Until when the company is reserved for this campaign.
    pub pressure_until: Moment,
}

/// A message for the outbox.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The site in whose name it leaves.
    pub site: SiteId,
    /// The mailbox that it leaves from.
    pub mailbox: MailboxId,
    /// Why it is sent.
    pub purpose: Purpose,
    /// To whom.
    pub to: EmailAddress,
    /// The recipient's name; may be empty.
    pub to_name: String,
    /// What it is known by.
    pub stamp: Stamp,
    /// One line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part; empty for a mail of text alone.
    pub html: String,
    /// The company it goes to.
    pub company: Option<CompanyId>,
    /// The contact it goes to.
    pub contact: Option<ContactId>,
    /// The placement it is about.
    pub placement: Option<PlacementId>,
    /// The check-in that it asks.
    pub checkin: Option<CheckInId>,
    /// Its place in a campaign.
    pub place: Option<Place>,
    /// Who wrote or started it.
    pub user: Option<UserId>,
    /// The Message-ID that it answers.
    pub in_reply_to: Option<String>,
    /// The Message-IDs of its thread, oldest first.
    pub references: Vec<String>,
    /// Whether it carries an opt-out.
    pub opt_out: bool,
    /// Not before this moment.
    pub due_at: Moment,
}

impl Letter {
    /// A letter without company, thread or campaign, due now.
    pub fn new(from: &mailboxes::Mailbox, purpose: Purpose, to: EmailAddress, stamp: Stamp, now: Moment) -> Self {
        Self {
            site: from.site_id,
            mailbox: from.id,
            purpose,
            to,
            to_name: String::new(),
            stamp,
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            company: None,
            contact: None,
            placement: None,
            checkin: None,
            place: None,
            user: None,
            in_reply_to: None,
            references: Vec::new(),
            opt_out: purpose == Purpose::Outreach,
            due_at: now,
        }
    }

    fn question(&self) -> Question {
        Question {
            site: self.site,
            purpose: self.purpose,
            address: self.to.clone(),
            contact: self.contact,
            company: self.company,
            placement: self.placement,
            campaign: self.place.map(|place| place.campaign),
            opt_out: self.opt_out,
        }
    }
}

/// What came of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Enqueued {
    /// It is in the outbox.
    Queued(OutgoingId),
    /// This campaign's step has a message to this address already.
    Already,
    /// The gate refuses it.
    Refused(Why),
    /// The gate refuses it; a person calls instead.
    CallTask(Why),
}

/// What is asked of the gate for one message.
#[derive(Debug, Clone)]
pub struct Question {
    /// The site in whose name it leaves.
    pub site: SiteId,
    /// Why it is sent.
    pub purpose: Purpose,
    /// To whom.
    pub address: EmailAddress,
    /// The contact it goes to.
    pub contact: Option<ContactId>,
    /// The company it goes to.
    pub company: Option<CompanyId>,
    /// The placement it is about.
    pub placement: Option<PlacementId>,
    /// The campaign that asks: its own reservation is no pressure.
    pub campaign: Option<CampaignId>,
    /// Whether it carries an opt-out.
    pub opt_out: bool,
}

impl Question {
    /// The question about a message that is in the outbox.
    pub fn about(message: &Outgoing) -> Self {
        Self {
            site: message.site_id,
            purpose: message.purpose,
            address: message.address.clone(),
            contact: message.contact_id,
            company: message.company_id,
            placement: message.placement_id,
            campaign: message.campaign_id,
            opt_out: message.opt_out,
        }
    }
}

/// What the gate needs to know about a batch of messages, read together.
#[derive(Debug, Default)]
pub struct Known {
    contacts: HashMap<ContactId, ContactFacts>,
    companies: HashMap<CompanyId, CompanyParty>,
    suppressed: HashMap<String, SuppressionReason>,
    pressures: HashMap<String, Reservation>,
    offered: HashSet<CompanyId>,
    in_aftercare: HashSet<PlacementId>,
    senders: HashSet<SiteId>,
}

impl Known {
    /// Reads the facts for these questions: a handful of queries, however many questions.
    pub fn read(conn: &mut Conn, questions: &[Question], now: Moment) -> DbResult<Self> {
        let contacts: Vec<ContactId> = questions.iter().filter_map(|question| question.contact).collect();
        let companies: Vec<CompanyId> = questions.iter().filter_map(|question| question.company).collect();
        let mut addresses: HashSet<String> = questions.iter().map(|question| question.address.key()).collect();
        addresses.extend(questions.iter().map(|question| question.address.domain().to_owned()));
        let companies = parties::companies_of(conn, &companies)?;
        let outreach = questions.iter().any(|question| matches!(question.purpose, Purpose::Outreach | Purpose::Offer));
        let keys: Vec<String> = companies.values().map(|company| company.pressure_key.clone()).collect();
        let offers: Vec<CompanyId> = questions
            .iter()
            .filter(|question| question.purpose == Purpose::Offer)
            .filter_map(|question| question.company)
            .collect();
        let placements: Vec<PlacementId> = questions.iter().filter_map(|question| question.placement).collect();
        Ok(Self {
            contacts: parties::contacts_of(conn, &contacts)?,
            suppressed: suppressions::in_force(conn, &addresses.into_iter().collect::<Vec<_>>())?,
            pressures: if outreach { pressures::of(conn, &keys, now)? } else { HashMap::new() },
            offered: if offers.is_empty() { HashSet::new() } else { parties::offered(conn, &offers)? },
            in_aftercare: if placements.is_empty() {
                HashSet::new()
            } else {
                parties::in_aftercare(conn, &placements)?
            },
            senders: senders(conn, questions)?,
            companies,
        })
    }

    /// The gate's answer to one of the questions that were read.
    pub fn answer(&self, question: &Question, now: Moment) -> Answer {
        let company = question.company.and_then(|id| self.companies.get(&id).map(|party| (id, party)));
        let address = self.suppressed.get(&question.address.key());
        gate::ask(&Ask {
            purpose: question.purpose,
            contact: question.contact.and_then(|id| self.contacts.get(&id).copied()),
            company: company.map(|(id, party)| CompanyFacts {
                do_not_contact: party.do_not_contact,
                archived: party.archived,
                has_offer: self.offered.contains(&id),
                pressure: self
                    .pressures
                    .get(&party.pressure_key)
                    .filter(|held| Some(held.campaign) != question.campaign)
                    .map(|held| held.facts.clone()),
            }),
            suppression: address.or_else(|| self.suppressed.get(question.address.domain())).copied(),
            placement_running: question.placement.is_some_and(|id| self.in_aftercare.contains(&id)),
            has_sender: self.senders.contains(&question.site),
            has_opt_out: question.opt_out,
            now,
        })
    }

    /// The key under which pressure counts this company; `None` when it was not among the questions.
    pub fn pressure_key(&self, company: CompanyId) -> Option<&str> {
        self.companies.get(&company).map(|party| party.pressure_key.as_str())
    }
}

/// The sites whose mails say who sends them: with a name and a postal address.
fn senders(conn: &mut Conn, questions: &[Question]) -> DbResult<HashSet<SiteId>> {
    let mut found = HashSet::new();
    let asked: HashSet<SiteId> = questions.iter().map(|question| question.site).collect();
    for site in sites::list(conn, &Scope::command(asked.into_iter().collect()))? {
        if !site.desk_name.trim().is_empty() && !site.postal_address.trim().is_empty() {
            found.insert(site.id);
        }
    }
    Ok(found)
}

/// Puts one letter in the outbox, if the gate lets it.
pub fn enqueue(tx: &mut Tx, letter: &Letter, now: Moment) -> DbResult<Enqueued> {
    let mut known = Known::read(tx, &[letter.question()], now)?;
    put(tx, &mut known, letter, now)
}

/// Puts many letters in the outbox, each if the gate lets it; the answers stand in the order of the letters.
pub fn enqueue_all(tx: &mut Tx, letters: &[Letter], now: Moment) -> DbResult<Vec<Enqueued>> {
    let questions: Vec<Question> = letters.iter().map(Letter::question).collect();
    let mut known = Known::read(tx, &questions, now)?;
    letters.iter().map(|letter| put(tx, &mut known, letter, now)).collect()
}

fn put(tx: &mut Tx, known: &mut Known, letter: &Letter, now: Moment) -> DbResult<Enqueued> {
    match known.answer(&letter.question(), now) {
        Answer::Send | Answer::Warn(_) => {}
        Answer::Refuse(why) => return Ok(Enqueued::Refused(why)),
        Answer::CallTask(why) => return Ok(Enqueued::CallTask(why)),
    }
    let Some(id) = insert(tx, letter, now)? else { return Ok(Enqueued::Already) };
    if gate::counts_as_pressure(letter.purpose) {
        reserve(tx, known, letter, now)?;
    }
    Ok(Enqueued::Queued(id))
}

fn insert(tx: &mut Tx, letter: &Letter, now: Moment) -> DbResult<Option<OutgoingId>> {
    let new = NewOutgoing {
        site_id: letter.site,
        mailbox_id: letter.mailbox,
        purpose: letter.purpose,
        state: OutgoingState::Queued,
        campaign_id: letter.place.map(|place| place.campaign),
        step: letter.place.map(|place| place.step),
        recipient_id: letter.place.map(|place| place.recipient),
        company_id: letter.company,
        contact_id: letter.contact,
        placement_id: letter.placement,
        checkin_id: letter.checkin,
        user_id: letter.user,
        address: &letter.to,
        address_key: &letter.to.key(),
        to_name: &letter.to_name,
        subject: &letter.subject,
        message_id: &letter.stamp.message_id,
        token: letter.stamp.token.as_str(),
        in_reply_to: letter.in_reply_to.as_deref(),
        reference_ids: &letter.references.join(" "),
        opt_out: letter.opt_out,
        queued_at: now,
        due_at: letter.due_at,
        attempts: 0,
        last_answer: "",
    };
    outgoing::add(tx, &new, &letter.text, &letter.html)
}

/// Reserves the company for the letter's campaign, in the write and for the letters of the same batch that follow.
fn reserve(tx: &mut Tx, known: &mut Known, letter: &Letter, now: Moment) -> DbResult<()> {
    let (Some(place), Some(company)) = (letter.place, letter.company) else { return Ok(()) };
    let Some(key) = known.pressure_key(company).map(str::to_owned) else { return Ok(()) };
    if known.pressures.get(&key).is_some_and(|held| held.campaign == place.campaign) {
        return Ok(());
    }
    pressures::reserve(tx, &key, place.campaign, letter.site, now, place.pressure_until)?;
    let by_site_name = sites::find(tx, &Scope::clockwork(letter.site), letter.site)?.map(|site| site.name);
    let facts = gate::PressureFacts {
        until: place.pressure_until,
        by_site_name: by_site_name.unwrap_or_default(),
        on: now.day(),
    };
    known.pressures.insert(key, Reservation { campaign: place.campaign, facts });
    Ok(())
}

/// The mailbox from which a site's own mails leave.
pub fn desk_mailbox(conn: &mut Conn, site: SiteId) -> DbResult<Option<mailboxes::Mailbox>> {
    mailboxes::desk(conn, site)
}
