//! What an accepted suggestion makes, and how that is taken back. The events name the message as their source.

use super::DecideError;
use crate::domain::code::join;
use crate::domain::email::EmailAddress;
use crate::domain::id::{CheckInId, CompanyId, ContactId, OpeningId, ProposalId, TaskId};
use crate::domain::privacy;
use crate::domain::reply::Reading;
use crate::domain::scope::Scope;
use crate::domain::suggestion::{About, Change, CheckInAnswer, FollowUp, Offer, Person};
use crate::domain::time::Moment;
use crate::domain::words::{Ground, SuppressionReason, TaskKind};
use crate::flows::checkins::{self, Reply};
use crate::flows::openings::{self, Act, Mark, NewOffer, Source};
use crate::flows::{opt_outs, proposals};
use crate::store::incoming::Incoming;
use crate::store::openings::Fields;
use crate::store::suggestions::Suggestion;
use crate::store::tasks::{self, NewTask};
use crate::store::{Tx, contacts, outgoing};
use serde::{Deserialize, Serialize};

/// Most places of one offer.
const MOST_PLACES: i32 = 1_000;
/// What an opening is called where the message does not say.
const ANY_ROLE: &str = "Stage";

/// What a suggestion made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Made {
    /// An opening.
    Opening(OpeningId),
    /// Another number of places of an opening that was there.
    Places {
        /// Which.
        opening: OpeningId,
        /// So many more, or fewer.
        difference: i32,
    },
    /// A task.
    Task(TaskId),
    /// A contact.
    Contact(ContactId),
    /// A contact who was there and has left.
    Left(ContactId),
    /// An opt-out of a contact.
    OptOut(Option<ContactId>),
    /// The answer of a check-in.
    CheckIn(CheckInId),
    /// The answer of a proposal.
    Proposal(ProposalId),
}

/// Does what the change says.
pub(super) fn apply(
    tx: &mut Tx,
    scope: &Scope,
    message: &Incoming,
    change: &Change,
    now: Moment,
) -> Result<Made, DecideError> {
    match change {
        Change::Opening(offer) => open(tx, scope, message, offer, now),
        Change::FollowUp(follow_up) => remind(tx, scope, message, follow_up, now),
        Change::Contact(person) => add_contact(tx, message, person, now),
        Change::LeftCompany => {
            let contact = message.contact_id.ok_or(DecideError::NoCompany)?;
            contacts::set_left(tx, contact, Some(now.day()), now)?;
            Ok(Made::Left(contact))
        }
        Change::OptOut => opt_out(tx, scope, message, now),
        Change::CheckIn(answer) => check_in(tx, scope, message, answer, now),
        Change::Proposal(answer) => {
            let mail = message.outgoing_id.ok_or(DecideError::NotThere)?;
            Ok(Made::Proposal(proposals::said(tx, scope, mail, (answer.yes, message.id), now)?))
        }
    }
}

fn company(message: &Incoming) -> Result<CompanyId, DecideError> {
    message.company_id.ok_or(DecideError::NoCompany)
}

fn open(tx: &mut Tx, scope: &Scope, message: &Incoming, offer: &Offer, now: Moment) -> Result<Made, DecideError> {
    let company = company(message)?;
    if !(1..=MOST_PLACES).contains(&offer.places) {
        return Err(DecideError::Field("places"));
    }
    if offer.role.chars().count() > 200 {
        return Err(DecideError::Field("role"));
    }
    if let Some(about) = &offer.about {
        return renew(tx, scope, message, about, offer.places, now);
    }
    let (starts_on, ends_on) = (offer.starts_on(), offer.ends_on());
    if starts_on.zip(ends_on).is_some_and(|(start, end)| end < start) {
        return Err(DecideError::Field("end"));
    }
    if offer.days_per_week.is_some_and(|days| !(1..=7).contains(&days)) {
        return Err(DecideError::Field("days"));
    }
    let role = if offer.role.trim().is_empty() { ANY_ROLE } else { offer.role.trim() };
    let new = NewOffer {
        site: message.site_id,
        company,
        fields: Fields {
            role: role.to_owned(),
            levels: join(&offer.levels),
            tracks: join(&offer.tracks),
            starts_on,
            ends_on,
            days_per_week: offer.days_per_week.map(i32::from),
            notes: String::new(),
        },
        places: offer.places,
        source: source(scope, message),
        reason: String::new(),
    };
    Ok(Made::Opening(openings::offer(tx, &new, now)?))
}

/// So many places are free now of an opening that we asked about.
fn renew(
    tx: &mut Tx,
    scope: &Scope,
    message: &Incoming,
    about: &About,
    free: i32,
    now: Moment,
) -> Result<Made, DecideError> {
    let opening = crate::store::openings::find(tx, scope, about.opening)?.ok_or(DecideError::NotThere)?;
    if Some(opening.company_id) != message.company_id {
        return Err(DecideError::NotThere);
    }
    let difference = free - opening.places_left;
    let what = if difference == 0 { Act::Confirm } else { Act::Change(difference) };
    openings::act(tx, scope, opening.id, what, Mark::from(source(scope, message)), now)?;
    Ok(Made::Places { opening: opening.id, difference })
}

fn source(scope: &Scope, message: &Incoming) -> Source {
    Source { user: scope.user(), incoming: Some(message.id) }
}

fn remind(
    tx: &mut Tx,
    scope: &Scope,
    message: &Incoming,
    follow_up: &FollowUp,
    now: Moment,
) -> Result<Made, DecideError> {
    let name = match message.contact_id {
        Some(contact) => contacts::find(tx, scope, contact)?.map(|contact| contact.fields.name),
        None => None,
    };
    let who = name.filter(|name| !name.is_empty()).unwrap_or_else(|| message.from_name.clone());
    let who = if who.is_empty() { "dit bedrijf".to_owned() } else { who };
    let (kind, title) = match &follow_up.phone {
        Some(phone) => (TaskKind::Call, format!("Bel {who} ({})", phone.local())),
        None => (TaskKind::Todo, format!("Vraag {who} hoe het nu met plekken zit")),
    };
    let task = NewTask {
        company_id: Some(company(message)?),
        contact_id: message.contact_id,
        incoming_id: Some(message.id),
        owner_id: scope.user(),
        created_by: scope.user(),
        ..NewTask::new(message.site_id, kind, title, follow_up.on, now)
    };
    Ok(Made::Task(tasks::add(tx, &task)?))
}

fn add_contact(tx: &mut Tx, message: &Incoming, person: &Person, now: Moment) -> Result<Made, DecideError> {
    let company = company(message)?;
    let email = match person.email.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => Some(EmailAddress::parse(text).map_err(|_| DecideError::Field("email"))?),
        None => None,
    };
    let name = person.name.trim();
    if (name.is_empty() && email.is_none()) || name.chars().count() > 200 {
        return Err(DecideError::Field("name"));
    }
    privacy::check([name])?;
    let name = email.as_ref().filter(|_| name.is_empty()).map_or(name, EmailAddress::local_part).to_owned();
    // Named to us by the company itself in answer to our question: that is the ground, and the message its proof.
    let proof = format!("Genoemd in de mail van {}", message.received_at.day());
    let ground = if email.is_some() { Ground::EarlierContact } else { Ground::None };
    let fields = contacts::Fields {
        email,
        phone: person.phone.clone(),
        ground,
        ground_proof: if ground == Ground::None { String::new() } else { proof },
        ground_on: (ground != Ground::None).then(|| message.received_at.day()),
        ..contacts::Fields::named(&name)
    };
    Ok(Made::Contact(contacts::add(tx, message.site_id, company, &fields, now)?))
}

/// The writer's own address; a person said so.
fn opt_out(tx: &mut Tx, scope: &Scope, message: &Incoming, now: Moment) -> Result<Made, DecideError> {
    let key = match message.contact_id {
        Some(contact) => contacts::find(tx, scope, contact)?.and_then(|contact| contact.fields.email),
        None => None,
    };
    let key = key.map(|email| email.key()).or_else(|| message.from_address.clone()).ok_or(DecideError::NoCompany)?;
    let source = opt_outs::Source {
        site: Some(message.site_id),
        outgoing: message.outgoing_id,
        incoming: Some(message.id),
        user: scope.user(),
    };
    opt_outs::opt_out(tx, &key, SuppressionReason::OptOut, source, now)?;
    Ok(Made::OptOut(message.contact_id))
}

fn check_in(
    tx: &mut Tx,
    scope: &Scope,
    message: &Incoming,
    answer: &CheckInAnswer,
    now: Moment,
) -> Result<Made, DecideError> {
    let mail = message.outgoing_id.ok_or(DecideError::NoCompany)?;
    let mail = outgoing::find(tx, scope, mail)?.ok_or(DecideError::NotThere)?;
    let checkin = mail.checkin_id.ok_or(DecideError::NotThere)?;
    if answer.score.is_some_and(|score| !(1..=5).contains(&score)) {
        return Err(DecideError::Field("score"));
    }
    let reading: Option<Reading> = message.reading.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let words = reading.map(|reading| reading.reply_text).unwrap_or_default();
    let reply = Reply { incoming: message.id, mood: answer.mood, score: answer.score, words: &words };
    checkins::answered(tx, scope, checkin, &reply, now)?;
    Ok(Made::CheckIn(checkin))
}

/// Takes back what a decided suggestion made; a refused one made nothing.
pub(super) fn take_back(
    tx: &mut Tx,
    scope: &Scope,
    message: &Incoming,
    suggestion: &Suggestion,
    now: Moment,
) -> Result<(), DecideError> {
    if suggestion.result.is_empty() {
        return Ok(());
    }
    match serde_json::from_str(&suggestion.result)? {
        Made::Opening(opening) => {
            let found = crate::store::openings::find(tx, scope, opening)?.ok_or(DecideError::NotThere)?;
            if found.places_left != found.places_offered {
                return Err(DecideError::InUse);
            }
            let mark = Mark::from(source(scope, message)).because("ongedaan gemaakt");
            openings::act(tx, scope, opening, Act::Withdraw, mark, now)?;
        }
        Made::Places { opening, difference } => {
            let found = crate::store::openings::find(tx, scope, opening)?.ok_or(DecideError::NotThere)?;
            if found.places_left < difference {
                return Err(DecideError::InUse);
            }
            if difference != 0 {
                let mark = Mark::from(source(scope, message)).because("ongedaan gemaakt");
                openings::act(tx, scope, opening, Act::Change(-difference), mark, now)?;
            }
        }
        Made::Task(task) => {
            tasks::close(tx, task, scope.user(), now)?;
        }
        // A contact is never removed: somebody may have written to them meanwhile. Nobody who left is mailed.
        Made::Contact(contact) => contacts::set_left(tx, contact, Some(now.day()), now)?,
        Made::Left(contact) => contacts::set_left(tx, contact, None, now)?,
        Made::OptOut(_) => return Err(DecideError::OptOut),
        Made::CheckIn(_) => return Err(DecideError::CheckIn),
        Made::Proposal(_) => return Err(DecideError::Proposal),
    }
    Ok(())
}
