//! What the gate needs to know about messages, read for many at once.

use super::Letter;
use crate::domain::email::EmailAddress;
use crate::domain::gate::{self, Answer, Ask, CompanyFacts, ContactFacts};
use crate::domain::id::{CampaignId, CompanyId, ContactId, OutgoingId, PlacementId, SiteId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Purpose, SuppressionReason};
use crate::store::outgoing::Outgoing;
use crate::store::parties::CompanyParty;
use crate::store::pressures::{NewReservation, Reservation};
use crate::store::sites::Site;
use crate::store::{Conn, DbResult, parties, pressures, sites, suppressions};
use std::collections::{HashMap, HashSet};

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
    pub(super) fn reserve(&mut self, letter: &Letter, now: Moment) -> Option<NewReservation> {
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
