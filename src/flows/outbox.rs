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
use crate::store::outgoing::{NewMessage, NewOutgoing, Outgoing};
use crate::store::parties::CompanyParty;
use crate::store::pressures::{NewReservation, Reservation};
use crate::store::sites::Site;
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

    fn target(&self) -> Option<Target> {
        self.place.map(|place| (place.campaign, place.step, self.to.key()))
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
    /// The sites whose mails say who sends them, with their names.
    senders: HashMap<SiteId, String>,
    /// Messages whose campaign does not run.
    held: HashSet<OutgoingId>,
}

impl Known {
    /// Reads the facts for these questions: a handful of queries, however many questions.
    pub fn read(conn: &mut Conn, questions: &[Question], now: Moment) -> DbResult<Self> {
        let contacts: Vec<ContactId> = questions.iter().filter_map(|question| question.contact).collect();
        let companies: Vec<CompanyId> = questions.iter().filter_map(|question| question.company).collect();
        let known = Self {
            contacts: parties::contacts_of(conn, &contacts)?,
            companies: parties::companies_of(conn, &companies)?,
            senders: senders(conn, questions)?,
            ..Self::default()
        };
        known.and_the_rest(conn, questions, now)
    }

    /// The same for messages that are in the outbox, in fewer queries.
    pub fn about(conn: &mut Conn, messages: &[&Outgoing], now: Moment) -> DbResult<Self> {
        let ids: Vec<OutgoingId> = messages.iter().map(|message| message.id).collect();
        let mut known = Self::default();
        for parties in parties::of_messages(conn, &ids)? {
            known.contacts.extend(parties.contact);
            known.companies.extend(parties.company);
            known.senders.extend(parties.sender);
            known.held.extend(parties.held.then_some(parties.message));
        }
        let questions: Vec<Question> = messages.iter().map(|message| Question::about(message)).collect();
        known.and_the_rest(conn, &questions, now)
    }

    fn and_the_rest(mut self, conn: &mut Conn, questions: &[Question], now: Moment) -> DbResult<Self> {
        let mut addresses: HashSet<String> = questions.iter().map(|question| question.address.key()).collect();
        addresses.extend(questions.iter().map(|question| question.address.domain().to_owned()));
        self.suppressed = suppressions::in_force(conn, &addresses.into_iter().collect::<Vec<_>>())?;
        if questions.iter().any(|question| matches!(question.purpose, Purpose::Outreach | Purpose::Offer)) {
            let keys: Vec<String> = self.companies.values().map(|company| company.pressure_key.clone()).collect();
            self.pressures = pressures::of(conn, &keys, now)?;
        }
        let offers = questions.iter().filter(|question| question.purpose == Purpose::Offer);
        let offers: Vec<CompanyId> = offers.filter_map(|question| question.company).collect();
        if !offers.is_empty() {
            self.offered = parties::offered(conn, &offers)?;
        }
        let placements: Vec<PlacementId> = questions.iter().filter_map(|question| question.placement).collect();
        if !placements.is_empty() {
            self.in_aftercare = parties::in_aftercare(conn, &placements)?;
        }
        Ok(self)
    }

    /// Whether a message's campaign does not run: it waits.
    pub fn holds(&self, message: OutgoingId) -> bool {
        self.held.contains(&message)
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
            has_sender: self.senders.contains_key(&question.site),
            has_opt_out: question.opt_out,
            now,
        })
    }

    /// The key under which pressure counts this company; `None` when it was not among the questions.
    pub fn pressure_key(&self, company: CompanyId) -> Option<&str> {
        self.companies.get(&company).map(|party| party.pressure_key.as_str())
    }

    /// Reserves the company for the letter's campaign, for the letters of the same batch that follow; gives what is to be
    /// written.
    fn reserve(&mut self, letter: &Letter, now: Moment) -> Option<NewReservation> {
        let (place, company) = (letter.place?, letter.company?);
        let key = self.pressure_key(company)?.to_owned();
        if !gate::counts_as_pressure(letter.purpose)
            || self.pressures.get(&key).is_some_and(|held| held.campaign == place.campaign)
        {
            return None;
        }
        let by_site_name = self.senders.get(&letter.site).cloned().unwrap_or_default();
        let facts = gate::PressureFacts { until: place.pressure_until, by_site_name, on: now.day() };
        self.pressures.insert(key.clone(), Reservation { campaign: place.campaign, facts });
        Some(NewReservation {
            company_key: key,
            campaign_id: place.campaign,
            site_id: letter.site,
            reserved_at: now,
            until: place.pressure_until,
        })
    }
}

/// The sites whose mails say who sends them.
fn senders(conn: &mut Conn, questions: &[Question]) -> DbResult<HashMap<SiteId, String>> {
    let asked: HashSet<SiteId> = questions.iter().map(|question| question.site).collect();
    let sites = sites::list(conn, &Scope::command(asked.into_iter().collect()))?;
    Ok(sites.into_iter().filter(Site::says_who).map(|site| (site.id, site.name)).collect())
}

/// Puts one letter in the outbox, if the gate lets it.
pub fn enqueue(tx: &mut Tx, letter: &Letter, now: Moment) -> DbResult<Enqueued> {
    let mut answers = enqueue_all(tx, std::slice::from_ref(letter), now)?;
    Ok(answers.pop().unwrap_or(Enqueued::Already))
}

/// Puts many letters in the outbox, each if the gate lets it; the answers stand in the order of the letters.
pub fn enqueue_all(tx: &mut Tx, letters: &[Letter], now: Moment) -> DbResult<Vec<Enqueued>> {
    let questions: Vec<Question> = letters.iter().map(Letter::question).collect();
    let mut known = Known::read(tx, &questions, now)?;
    let mut reached = reached(tx, letters)?;
    let (mut answers, mut going, mut reserved) = (Vec::with_capacity(letters.len()), Vec::new(), Vec::new());
    for (letter, question) in letters.iter().zip(&questions) {
        answers.push(match known.answer(question, now) {
            Answer::Refuse(why) => Some(Enqueued::Refused(why)),
            Answer::CallTask(why) => Some(Enqueued::CallTask(why)),
            Answer::Send | Answer::Warn(_) if letter.target().is_some_and(|target| !reached.insert(target)) => {
                Some(Enqueued::Already)
            }
            Answer::Send | Answer::Warn(_) => {
                going.push(letter);
                reserved.extend(known.reserve(letter, now));
                None
            }
        });
    }
    let mut ids = insert(tx, &going, now)?.into_iter();
    if !reserved.is_empty() {
        pressures::reserve(tx, &reserved)?;
    }
    // Where none is said, there is a new message.
    Ok(answers.into_iter().filter_map(|answer| answer.or_else(|| ids.next().map(Enqueued::Queued))).collect())
}

/// A campaign's step and an address: at most one message.
type Target = (CampaignId, i32, String);

/// What the letters' steps have reached already.
fn reached(conn: &mut Conn, letters: &[Letter]) -> DbResult<HashSet<Target>> {
    let targets: HashSet<Target> = letters.iter().filter_map(Letter::target).collect();
    let steps: HashSet<(CampaignId, i32)> = targets.iter().map(|(campaign, step, _)| (*campaign, *step)).collect();
    let mut found = HashSet::new();
    for (campaign, step) in steps {
        let of_step = targets.iter().filter(|(of, at, _)| (*of, *at) == (campaign, step));
        let keys: Vec<&str> = of_step.map(|(_, _, key)| key.as_str()).collect();
        let there = outgoing::reached(conn, campaign, step, &keys)?;
        found.extend(there.into_iter().map(|key| (campaign, step, key)));
    }
    Ok(found)
}

fn insert(tx: &mut Tx, letters: &[&Letter], now: Moment) -> DbResult<Vec<OutgoingId>> {
    let keys: Vec<(String, String)> =
        letters.iter().map(|letter| (letter.to.key(), letter.references.join(" "))).collect();
    let messages = letters.iter().zip(&keys).map(|(letter, (address_key, reference_ids))| NewMessage {
        row: NewOutgoing {
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
            address_key,
            to_name: &letter.to_name,
            subject: &letter.subject,
            message_id: &letter.stamp.message_id,
            token: letter.stamp.token.as_str(),
            in_reply_to: letter.in_reply_to.as_deref(),
            reference_ids,
            opt_out: letter.opt_out,
            queued_at: now,
            due_at: letter.due_at,
            attempts: 0,
            last_answer: "",
        },
        text: &letter.text,
        html: &letter.html,
    });
    outgoing::add_all(tx, &messages.collect::<Vec<_>>())
}

/// The mailbox from which a site's own mails leave.
pub fn desk_mailbox(conn: &mut Conn, site: SiteId) -> DbResult<Option<mailboxes::Mailbox>> {
    mailboxes::desk(conn, site)
}
