//! Who gets a campaign, and who falls out and why: companies by filter, one contact each, the gate asked about every
//! one. Shown before sending by the same function that start uses.

use crate::domain::gate::{Answer, Why};
use crate::domain::id::{CampaignId, CompanyId, SiteId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Lang, Purpose};
use crate::flows::outbox::{Known, Question};
use crate::store::companies::{self, Company, Filter};
use crate::store::contacts::{self, Contact};
use crate::store::{Conn, DbResult, parties};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// How many companies are looked at together.
const PAGE: i64 = 500;

/// To whom a campaign goes, and the words that are the same for all of them. Kept as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Audience {
    /// Which companies.
    pub companies: Filter,
    /// Only contacts who are written to in this language.
    pub lang: Option<Lang>,
    /// Roles that students look for: the variable `roles`.
    pub roles: Vec<String>,
    /// From when: the variable `period`.
    pub period: String,
    /// For which level: the variable `level`.
    pub level: String,
}

/// One company with the contact who would get the mail.
#[derive(Debug, Clone)]
pub struct Pick {
    /// The company.
    pub company: Company,
    /// The contact; the address is there.
    pub contact: Contact,
}

/// Why a company falls out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FallOut {
    /// No contact has an address, or none in the language that was asked.
    NoAddress,
    /// An answer of this company waits for a person.
    OpenAnswer,
    /// The same employer, or the same address, stands in this audience already.
    Twice,
    /// The gate says no.
    Gate(Why),
}

impl FallOut {
    /// The word by which companies are grouped.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAddress => "no_address",
            Self::OpenAnswer => "open_answer",
            Self::Twice => "twice",
            Self::Gate(why) => why.code(),
        }
    }

    /// One sentence for the broker.
    pub fn say(&self, lang: Lang) -> String {
        let sentence = match self {
            Self::NoAddress => lang.t("Er is geen adres om naar te mailen.", "There is no address to mail."),
            Self::OpenAnswer => lang
                .t("Een antwoord van dit bedrijf wacht nog op jou.", "An answer of this company still waits for you."),
            Self::Twice => lang.t(
                "Hetzelfde bedrijf of adres staat al in deze campagne.",
                "The same company or address is in this campaign already.",
            ),
            Self::Gate(why) => return why.say(lang),
        };
        sentence.to_owned()
    }
}

/// A company that falls out.
#[derive(Debug, Clone)]
pub struct Fallen {
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub name: String,
    /// Why.
    pub why: FallOut,
}

/// What an audience comes to.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Who gets the mail, by company id.
    pub going: Vec<Pick>,
    /// Who falls out.
    pub falling: Vec<Fallen>,
}

impl Selection {
    /// How many companies the filter found.
    pub fn found(&self) -> usize {
        self.going.len() + self.falling.len()
    }

    /// Those who fall out by reason, the largest group first.
    pub fn groups(&self) -> Vec<(&FallOut, Vec<&Fallen>)> {
        let mut groups: Vec<(&FallOut, Vec<&Fallen>)> = Vec::new();
        for fallen in &self.falling {
            match groups.iter_mut().find(|(why, _)| why.code() == fallen.why.code()) {
                Some((_, group)) => group.push(fallen),
                None => groups.push((&fallen.why, vec![fallen])),
            }
        }
        groups.sort_by_key(|(_, group)| Reverse(group.len()));
        groups
    }
}

/// What the audience of a site's campaign comes to now; `campaign` is the one that asks, once it is kept.
pub fn selection(
    conn: &mut Conn,
    scope: &Scope,
    site: SiteId,
    campaign: Option<CampaignId>,
    audience: &Audience,
    now: Moment,
) -> DbResult<Selection> {
    let mut selection = Selection::default();
    let (mut seen, mut after) = (HashSet::new(), None);
    loop {
        let page = companies::matching(conn, scope, site, &audience.companies, now.day(), after, PAGE)?;
        let Some(last) = page.last() else { return Ok(selection) };
        after = Some(last.id);
        let ids: Vec<CompanyId> = page.iter().map(|company| company.id).collect();
        let mut people: HashMap<CompanyId, Vec<Contact>> = HashMap::new();
        for contact in contacts::of_companies(conn, scope, &ids)? {
            people.entry(contact.company_id).or_default().push(contact);
        }
        let waiting = parties::open_answers(conn, &ids)?;
        let questions: Vec<Question> =
            people.values().flatten().filter_map(|contact| question(contact, campaign)).collect();
        let known = Known::read(conn, &questions, now)?;
        for company in page {
            let contacts = people.remove(&company.id).unwrap_or_default();
            let chosen = if waiting.contains(&company.id) {
                Err(FallOut::OpenAnswer)
            } else {
                choose(&known, contacts, audience.lang, campaign, now)
            };
            let chosen = chosen.and_then(|contact| once(&mut seen, &known, &company, contact));
            match chosen {
                Ok(contact) => selection.going.push(Pick { company, contact }),
                Err(why) => selection.falling.push(Fallen { company: company.id, name: company.fields.name, why }),
            }
        }
    }
}

fn question(contact: &Contact, campaign: Option<CampaignId>) -> Option<Question> {
    Some(Question {
        site: contact.site_id,
        purpose: Purpose::Outreach,
        address: contact.fields.email.clone()?,
        contact: Some(contact.id),
        company: Some(contact.company_id),
        placement: None,
        campaign,
        opt_out: true,
    })
}

/// The one contact of a company: a functional address first, then who was spoken to last, then the lowest id. Where that
/// one's address fails, the next; where somebody said stop, nobody: going round a no is not ours to do.
fn choose(
    known: &Known,
    contacts: Vec<Contact>,
    lang: Option<Lang>,
    campaign: Option<CampaignId>,
    now: Moment,
) -> Result<Contact, FallOut> {
    let mut contacts = contacts;
    contacts.retain(|contact| lang.is_none_or(|lang| contact.fields.lang == lang));
    contacts.sort_by_key(Contact::turn);
    let mut first_no = None;
    for contact in contacts {
        let Some(question) = question(&contact, campaign) else { continue };
        match known.answer(&question, now) {
            Answer::Send | Answer::Warn(_) => return Ok(contact),
            Answer::Refuse(why) | Answer::CallTask(why) => {
                let is_a_stop = matches!(
                    why,
                    Why::OptedOut
                        | Why::Complained
                        | Why::Blocked
                        | Why::DoNotContact
                        | Why::Archived
                        | Why::Pressure(_)
                );
                if is_a_stop {
                    return Err(FallOut::Gate(why));
                }
                first_no = first_no.or(Some(why));
            }
        }
    }
    Err(first_no.map_or(FallOut::NoAddress, FallOut::Gate))
}

/// Lets each employer and each address through once.
fn once(seen: &mut HashSet<String>, known: &Known, company: &Company, contact: Contact) -> Result<Contact, FallOut> {
    let address = contact.fields.email.as_ref().map(|address| format!("address:{}", address.key()));
    let employer = known.pressure_key(company.id).map(str::to_owned);
    let keys: Vec<String> = address.into_iter().chain(employer).collect();
    if keys.iter().any(|key| seen.contains(key)) {
        return Err(FallOut::Twice);
    }
    seen.extend(keys);
    Ok(contact)
}
