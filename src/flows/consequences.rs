//! What an incoming message does by itself, each act in the same write as the message's routing. The list comes from
//! `domain::consequence`; this is the one place where its acts touch the records.

use super::campaigns::{Party, stop_sequence};
use super::checkins::{self, CheckInError, Reply};
use super::freshness;
use super::opt_outs::{self, Source};
use super::{proposals, uncertain};
use crate::domain::aftercare::{self, AnswerVerdict};
use crate::domain::cadence::RecipientEvent;
use crate::domain::consequence::{Act, BounceReason, Facts, Kind};
use crate::domain::delivery::soft_bounces_suppress;
use crate::domain::id::{CompanyId, ContactId};
use crate::domain::reply::{self, Reading};
use crate::domain::scope::Scope;
use crate::domain::suggestion;
use crate::domain::time::{Day, Moment};
use crate::domain::words::{Purpose, SuppressionReason, TaskKind};
use crate::store::db::may_repeat;
use crate::store::incoming::Incoming;
use crate::store::outgoing::Outgoing;
use crate::store::suppressions::SuppressionKind;
use crate::store::tasks::{self, NewTask};
use crate::store::{DbError, DbResult, Tx, contacts, suppressions};

/// A message with all that its consequences are about.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The message.
    pub message: &'a Incoming,
    /// What was read in it.
    pub reading: &'a Reading,
    /// What decides about its consequences.
    pub facts: &'a Facts,
    /// The mail of ours that it is about.
    pub outgoing: Option<&'a Outgoing>,
    /// The company.
    pub company: Option<CompanyId>,
    /// The contact who wrote it.
    pub contact: Option<ContactId>,
}

/// Why a consequence could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum ConsequenceError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A check-in could not take its answer.
    #[error(transparent)]
    CheckIn(CheckInError),
}
may_repeat!(ConsequenceError);

impl From<CheckInError> for ConsequenceError {
    fn from(error: CheckInError) -> Self {
        // The database's own errors stay visible, so that the act is repeated where that helps.
        if let CheckInError::Db(error) = error { Self::Db(error) } else { Self::CheckIn(error) }
    }
}

/// Carries out one act.
pub fn carry_out(tx: &mut Tx, case: &Case, acts: &[Act], act: Act, now: Moment) -> Result<(), ConsequenceError> {
    match act {
        Act::SettleSent => {
            if let Some(mail) = case.outgoing {
                uncertain::seen(tx, mail, "something came back on it", now)?;
            }
        }
        Act::StopSequence => stop(tx, case, now)?,
        Act::OptOutContact => opt_out_contact(tx, case, now)?,
        Act::SuppressAddress(reason) => suppress(tx, case, reason, now)?,
        Act::SoftBounce => soft_bounce(tx, case, now)?,
        Act::Postpone(until) => postpone(tx, case, until, now)?,
        Act::AnswerCheckIn => answer_check_in(tx, case, acts.contains(&Act::CloseCheckIn), now)?,
        // `checkins::answered` closes by the same rule, in the act before this one.
        Act::CloseCheckIn => {}
        Act::Flag { urgent } => flag(tx, case, urgent, now)?,
    }
    Ok(())
}

/// The event that a message is in the sequence of its recipient.
fn event(case: &Case) -> RecipientEvent {
    match case.facts.kind {
        Kind::Bounce { .. } => RecipientEvent::Bounced,
        Kind::Complaint | Kind::Unsubscribe | Kind::Human { opt_out: true, .. } => RecipientEvent::OptedOut,
        Kind::Human { opt_out: false, .. } | Kind::AutoReply { .. } | Kind::Other => RecipientEvent::Replied,
    }
}

fn stop(tx: &mut Tx, case: &Case, now: Moment) -> Result<(), ConsequenceError> {
    let event = event(case);
    if let Some(recipient) = case.outgoing.and_then(|mail| mail.recipient_id) {
        stop_sequence(tx, Party::Recipient(recipient), event, now)?;
    }
    // An answer speaks for the company; a bounce only for its address, an opt-out only for whoever asks.
    let party = match (event, case.company, case.contact) {
        (RecipientEvent::Replied, Some(company), _) => Some(Party::Company(company)),
        (_, _, Some(contact)) => Some(Party::Contact(contact)),
        _ => None,
    };
    if let Some(party) = party {
        stop_sequence(tx, party, event, now)?;
    }
    if let Some(mail) = case.outgoing {
        asked_about_places(tx, case, mail, event, now)?;
    }
    if event == RecipientEvent::Replied {
        return Ok(());
    }
    let why = event.as_str();
    if let Some((site, checkin)) = case.outgoing.and_then(|mail| Some((mail.site_id, mail.checkin_id?))) {
        checkins::call_instead(tx, &Scope::clockwork(site), checkin, why, now)?;
    }
    if let Some(mail) = case.outgoing.filter(|mail| mail.purpose == Purpose::Offer) {
        proposals::reached_nobody(tx, &Scope::clockwork(mail.site_id), mail.id, now)?;
    }
    Ok(())
}

/// A mail that asked whether places still hold: its reminder waits while a person reads the answer; where none can come, a
/// person calls.
fn asked_about_places(
    tx: &mut Tx,
    case: &Case,
    mail: &Outgoing,
    event: RecipientEvent,
    now: Moment,
) -> Result<(), ConsequenceError> {
    let why = match (case.facts.kind, event) {
        (Kind::Human { opt_out: false, .. }, _) => return Ok(freshness::heard(tx, mail.id, now)?),
        (_, RecipientEvent::Bounced) => "De mail kwam niet aan.",
        (_, RecipientEvent::OptedOut) => "Er is gevraagd om niet meer te mailen.",
        _ => "Wie de mail kreeg, werkt er niet meer.",
    };
    freshness::call_instead(tx, mail.id, why, now)?;
    Ok(())
}

fn source(case: &Case) -> Source {
    Source {
        site: Some(case.message.site_id),
        outgoing: case.outgoing.map(|mail| mail.id),
        incoming: Some(case.message.id),
        user: None,
    }
}

/// The contact who asks, also where another address of theirs was mailed.
fn opt_out_contact(tx: &mut Tx, case: &Case, now: Moment) -> DbResult<()> {
    let Some(contact) = case.contact else { return Ok(()) };
    let scope = Scope::clockwork(case.message.site_id);
    let Some(contact) = contacts::find(tx, &scope, contact)? else { return Ok(()) };
    match &contact.fields.email {
        Some(email) => {
            opt_outs::opt_out(tx, &email.key(), SuppressionReason::OptOut, source(case), now)?;
        }
        None if contact.opted_out_at.is_none() => contacts::set_opted_out(tx, contact.id, Some(now))?,
        None => {}
    }
    Ok(())
}

/// The address that was mailed; where the message answers none of ours, its writer's own.
fn suppress(tx: &mut Tx, case: &Case, reason: SuppressionReason, now: Moment) -> DbResult<()> {
    let wrote = case.message.from_address.clone();
    match reason {
        SuppressionReason::OptOut | SuppressionReason::Complaint | SuppressionReason::Manual => {
            let mailed = case.outgoing.map(|mail| mail.address_key.clone());
            if let Some(key) = mailed.or(wrote) {
                opt_outs::opt_out(tx, &key, reason, source(case), now)?;
            }
        }
        SuppressionReason::HardBounce | SuppressionReason::SoftBounces => {
            if let Some(mail) = case.outgoing {
                let kind = SuppressionKind::Address;
                opt_outs::suppress(tx, kind, &mail.address_key, reason, source(case), now)?;
            }
        }
    }
    Ok(())
}

fn soft_bounce(tx: &mut Tx, case: &Case, now: Moment) -> DbResult<()> {
    let Some(mail) = case.outgoing else { return Ok(()) };
    let bounces = suppressions::soft_bounce(tx, &mail.address_key, mail.id, now)?;
    if soft_bounces_suppress(&bounces, now) {
        suppress(tx, case, SuppressionReason::SoftBounces, now)?;
    }
    Ok(())
}

/// The person is back on this day: whoever has the company asks again then.
fn postpone(tx: &mut Tx, case: &Case, until: Day, now: Moment) -> DbResult<()> {
    let Some(company) = case.company else { return Ok(()) };
    let who = case.outgoing.map(|mail| mail.to_name.as_str()).filter(|name| !name.is_empty());
    let who = who.unwrap_or(&case.message.from_name);
    let title = if who.is_empty() {
        "Weer bereikbaar: vraag het nog eens".to_owned()
    } else {
        format!("{who} is weer bereikbaar: vraag het nog eens")
    };
    if tasks::is_open(tx, company, TaskKind::Todo, &title)? {
        return Ok(());
    }
    let task = NewTask {
        company_id: Some(company),
        contact_id: case.contact,
        incoming_id: Some(case.message.id),
        owner_id: case.outgoing.and_then(|mail| mail.user_id),
        ..NewTask::new(case.message.site_id, TaskKind::Todo, title, until.max(now.day()), now)
    };
    tasks::add(tx, &task)?;
    Ok(())
}

fn answer_check_in(tx: &mut Tx, case: &Case, may_close: bool, now: Moment) -> Result<(), ConsequenceError> {
    let Some((site, checkin)) = case.outgoing.and_then(|mail| Some((mail.site_id, mail.checkin_id?))) else {
        return Ok(());
    };
    let found = case.reading.check_in.as_ref();
    let closes = matches!(case.facts.kind, Kind::Human { check_in: Some(AnswerVerdict::Close), .. });
    let reply = Reply {
        incoming: case.message.id,
        // A good word from somebody who does not speak for the company closes nothing.
        mood: found.map(|found| suggestion::mood(found.state)).filter(|_| may_close || !closes),
        score: found.and_then(|found| found.score),
        words: &case.reading.reply_text,
    };
    match checkins::answered(tx, &Scope::clockwork(site), checkin, &reply, now) {
        // It went away with its placement: the message itself is still there to read.
        Ok(_) | Err(CheckInError::NotFound) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A person has to look: at once where it can't wait. Check-ins make their own task.
fn flag(tx: &mut Tx, case: &Case, urgent: bool, now: Moment) -> DbResult<()> {
    let is_check_in = case.outgoing.is_some_and(|mail| mail.checkin_id.is_some());
    let Some(company) = case.company.filter(|_| urgent && !is_check_in) else { return Ok(()) };
    let task = NewTask {
        company_id: Some(company),
        contact_id: case.contact,
        incoming_id: Some(case.message.id),
        ..NewTask::new(case.message.site_id, TaskKind::Reply, "Lees dit bericht vandaag", now.day(), now)
    };
    tasks::add(tx, &task)?;
    Ok(())
}

/// What a reading is, as far as it decides anything; `checked` says whether it answers a check-in of ours, `ours` the
/// address that was mailed.
pub fn kind(reading: &Reading, checked: bool, ours: Option<&str>) -> Kind {
    match reading.kind {
        reply::Kind::Human => {
            let found = reading.check_in.as_ref();
            let verdict = aftercare::answer(
                found.map(|found| suggestion::mood(found.state)),
                found.and_then(|found| found.score),
            );
            Kind::Human { opt_out: reading.opt_out, check_in: checked.then_some(verdict) }
        }
        reply::Kind::AutoReply => {
            let note = reading.auto_reply.as_ref();
            Kind::AutoReply {
                away_until: note.and_then(|note| note.away_until),
                left_company: note.is_some_and(|note| note.left_company),
            }
        }
        reply::Kind::Bounce => bounce(reading, ours),
        reply::Kind::Complaint => Kind::Complaint,
        reply::Kind::Unsubscribe => Kind::Unsubscribe,
        reply::Kind::ChallengeResponse
        | reply::Kind::List
        | reply::Kind::DeliveryReceipt
        | reply::Kind::ReadReceipt
        | reply::Kind::Unreadable => Kind::Other,
    }
}

fn bounce(reading: &Reading, ours: Option<&str>) -> Kind {
    let Some(bounce) = &reading.bounce else {
        return Kind::Bounce { permanent: false, delayed: true, reason: BounceReason::Other };
    };
    let names_ours = bounce.recipients.is_empty() || bounce.recipients.iter().any(|named| Some(named.as_str()) == ours);
    let reason = match bounce.reason {
        // It is about an address behind the one that we mailed: ours is there.
        reply::BounceReason::UserUnknown | reply::BounceReason::HostUnknown if !names_ours => BounceReason::Other,
        reply::BounceReason::UserUnknown => BounceReason::UserUnknown,
        reply::BounceReason::HostUnknown => BounceReason::HostUnknown,
        reply::BounceReason::MailboxFull | reply::BounceReason::NotAccepting => BounceReason::MailboxFull,
        reply::BounceReason::Blocked
        | reply::BounceReason::Policy
        | reply::BounceReason::TooBig
        | reply::BounceReason::Expired
        | reply::BounceReason::Other => BounceReason::Other,
    };
    Kind::Bounce { permanent: bounce.permanent, delayed: bounce.delayed, reason }
}
