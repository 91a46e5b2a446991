//! The course of a proposal: each side's yes, the introduction with the name, the company's answer, and the ways in which it
//! ends. Whatever ends it gives the place back.

use super::kit::{Kit, Reach};
use super::{ProposalError, Way, ask, company_name, disclose, queued, tell};
use crate::domain::agreement::Share;
use crate::domain::disclosure::DisclosurePurpose;
use crate::domain::id::{IncomingId, OutgoingId, ProposalId};
use crate::domain::privacy;
use crate::domain::proposal::{self, DeclineReason, LONGEST_HOLD, ProposalEvent, Side};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::{Lang, MomentKind, PlacementState, TaskKind};
use crate::flows::openings::{self, Act, Mark, Source};
use crate::flows::outbox;
use crate::flows::settings::Proposals;
use crate::mail::template::Templates;
use crate::store::moments::{self, NewMoment};
use crate::store::placements::Placement;
use crate::store::proposals::{self as rows, Proposal};
use crate::store::{Db, DbResult, Tx, outgoing, students};

/// Characters of a note.
const NOTE: usize = 500;
/// Characters of a meeting's time and place.
const MEETING: usize = 120;

/// The proposal at the version that the person saw.
fn at(tx: &mut Tx, scope: &Scope, id: ProposalId, version: i32) -> Result<Proposal, ProposalError> {
    let proposal = rows::find(tx, scope, id)?.ok_or(ProposalError::NotFound)?;
    if proposal.version == version { Ok(proposal) } else { Err(ProposalError::Stale) }
}

fn save(tx: &mut Tx, proposal: &Proposal) -> Result<(), ProposalError> {
    if rows::save(tx, proposal)? { Ok(()) } else { Err(ProposalError::Stale) }
}

fn checked(text: &str, most: usize) -> Result<String, ProposalError> {
    let text = text.trim();
    privacy::check([text])?;
    if text.chars().count() > most { Err(ProposalError::TooLong) } else { Ok(text.to_owned()) }
}

/// The proposal must still go on.
fn open(proposal: Proposal, event: ProposalEvent) -> Result<Proposal, ProposalError> {
    proposal::moves(proposal.state, event)?;
    Ok(proposal)
}

/// Records that one side says yes, or takes that back while no name was given.
pub fn agree(
    db: &Db,
    scope: &Scope,
    (id, version): (ProposalId, i32),
    side: Side,
    yes: bool,
    now: Moment,
) -> Result<(), ProposalError> {
    db.write(|tx| {
        let mut proposal = open(at(tx, scope, id, version)?, ProposalEvent::Decline)?;
        if !yes && proposal.released_at.is_some() {
            return Err(ProposalError::Released);
        }
        let on = yes.then(|| now.day());
        match side {
            Side::Employer => proposal.employer_agreed_on = on,
            Side::Student => proposal.student_agreed_on = on,
        }
        save(tx, &proposal)?;
        let action = match side {
            Side::Employer => "proposal.employer",
            Side::Student => "proposal.student",
        };
        tell(tx, scope, &proposal, action, if yes { "yes" } else { "taken back" }, now)?;
        Ok(())
    })
}

/// When, where and how the two are introduced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// The day, where it is known.
    pub on: Option<Day>,
    /// Time and place in words; may be empty.
    pub at: String,
    /// By mail, or by a call of the person who records it.
    pub way: Way,
    /// What of the student is told besides the first name.
    pub email: bool,
    /// The telephone number too.
    pub phone: bool,
}

/// Introduces the two: the name goes to the company, which the register says, and the place is held for longer. Once that
/// is done, only the meeting changes, and nothing is told a second time.
pub fn meet(
    db: &Db,
    mails: &Templates,
    settings: &Proposals,
    scope: &Scope,
    (id, version): (ProposalId, i32),
    meeting: &Meeting,
    now: Moment,
) -> Result<(), ProposalError> {
    let words = checked(&meeting.at, MEETING)?;
    let before = db.read(|conn| rows::find(conn, scope, id))?.ok_or(ProposalError::NotFound)?;
    let kit = db.read(|conn| Kit::read(conn, scope, before.student_id, before.opening_id))?;
    let kit = kit.ok_or(ProposalError::NotFound)?;
    let first = before.released_at.is_none();
    // What the school did not agree to is not told, whatever was ticked.
    let told = first && kit.may_tell(Share::Contact);
    let share = Reach {
        email: told && meeting.email && kit.student.email.is_some(),
        phone: told && meeting.phone && kit.student.phone.is_some(),
    };
    let letter = if first && meeting.way == Way::Mail {
        let thread = before.outgoing_id.map(|id| db.read(|conn| outgoing::find(conn, scope, id)));
        let thread = thread.transpose()?.flatten().map(|mail| mail.message_id);
        let day = meeting.on.map(|day| (day, words.as_str()));
        let contact = kit.contact(before.contact_id);
        Some(kit.introduction(mails, contact, (day, share, thread), now)?.ok_or(ProposalError::NoAddress)?)
    } else {
        None
    };
    db.write(|tx| {
        let mut proposal = at(tx, scope, id, version)?;
        let state = proposal::moves(proposal.state, ProposalEvent::Meet)?;
        if proposal.employer_agreed_on.is_none() || proposal.student_agreed_on.is_none() {
            return Err(ProposalError::NotAgreed);
        }
        if first != proposal.released_at.is_none() {
            return Err(ProposalError::Stale);
        }
        proposal.state = state;
        (proposal.meets_on, proposal.meets_at) = (meeting.on, words.clone());
        let held = proposal::deadline(now.day(), meeting.on, settings.hold_working_days);
        proposal.deadline = proposal.deadline.max(held).min(now.day().plus(LONGEST_HOLD));
        if first {
            proposal.released_at = Some(now);
            proposal.release_id = match &letter {
                Some(letter) => Some(queued(outbox::enqueue(tx, letter, now)?)?),
                None => None,
            };
        }
        save(tx, &proposal)?;
        if first {
            let what = [("voornaam", true), ("e-mail", share.email), ("telefoon", share.phone)];
            let what: Vec<&str> = what.into_iter().filter(|(_, told)| *told).map(|(name, _)| name).collect();
            disclose(tx, scope, &proposal, DisclosurePurpose::Release, &what.join(", "), proposal.release_id, now)?;
            remember(tx, scope, &proposal, "Kennismaking afgesproken", now)?;
        }
        tell(tx, scope, &proposal, "proposal.meet", "", now)?;
        Ok(())
    })
}

/// The company takes the student.
pub fn accept(
    db: &Db,
    settings: &Proposals,
    scope: &Scope,
    (id, version): (ProposalId, i32),
    now: Moment,
) -> Result<(), ProposalError> {
    db.write(|tx| {
        let mut proposal = at(tx, scope, id, version)?;
        proposal.state = proposal::moves(proposal.state, ProposalEvent::Accept)?;
        proposal.deadline = proposal.deadline.max(proposal::deadline(now.day(), None, settings.hold_working_days));
        save(tx, &proposal)?;
        remember(tx, scope, &proposal, "Voorstel aangenomen", now)?;
        tell(tx, scope, &proposal, "proposal.accept", "", now)?;
        Ok(())
    })
}

/// Holds the place until another day.
pub fn extend(
    db: &Db,
    scope: &Scope,
    (id, version): (ProposalId, i32),
    deadline: Day,
    now: Moment,
) -> Result<(), ProposalError> {
    if !(0..=LONGEST_HOLD).contains(&deadline.days_since(now.day())) {
        return Err(ProposalError::Deadline);
    }
    db.write(|tx| {
        let proposal = open(at(tx, scope, id, version)?, ProposalEvent::Lapse)?;
        let detail = format!("{} → {deadline}", proposal.deadline);
        save(tx, &Proposal { deadline, ..proposal.clone() })?;
        tell(tx, scope, &proposal, "proposal.extend", &detail, now)?;
        Ok(())
    })
}

/// One of the two says no.
pub fn decline(
    db: &Db,
    scope: &Scope,
    (id, version): (ProposalId, i32),
    reason: DeclineReason,
    note: &str,
    now: Moment,
) -> Result<(), ProposalError> {
    let note = checked(note, NOTE)?;
    db.write(|tx| {
        let proposal = at(tx, scope, id, version)?;
        end(tx, scope, proposal, ProposalEvent::Decline, (Some(reason), &note), now)
    })
}

/// The desk takes it back.
pub fn withdraw(
    db: &Db,
    scope: &Scope,
    (id, version): (ProposalId, i32),
    note: &str,
    now: Moment,
) -> Result<(), ProposalError> {
    let note = checked(note, NOTE)?;
    db.write(|tx| {
        let proposal = at(tx, scope, id, version)?;
        end(tx, scope, proposal, ProposalEvent::Withdraw, (None, &note), now)
    })
}

/// Lets a proposal lapse whose deadline has passed, and tells whoever keeps it up; `false` where there is nothing to do.
pub(super) fn lapse(tx: &mut Tx, scope: &Scope, id: ProposalId, now: Moment) -> Result<bool, ProposalError> {
    let Some(proposal) = rows::find(tx, scope, id)? else { return Ok(false) };
    if !proposal::has_lapsed(proposal.state, proposal.deadline, now.day()) {
        return Ok(false);
    }
    end(tx, scope, proposal.clone(), ProposalEvent::Lapse, (None, ""), now)?;
    let title = format!("Voorstel bij {} verliep: vraag of het nog kan", company_name(tx, &proposal)?);
    ask(tx, &proposal, TaskKind::Todo, title, now)?;
    Ok(true)
}

/// Ends a proposal: its mail is not sent any more if it still waits, and its place is free again.
fn end(
    tx: &mut Tx,
    scope: &Scope,
    proposal: Proposal,
    event: ProposalEvent,
    (reason, note): (Option<DeclineReason>, &str),
    now: Moment,
) -> Result<(), ProposalError> {
    let state = proposal::moves(proposal.state, event)?;
    let after = Proposal { state, reason, note: note.to_owned(), closed_at: Some(now), ..proposal };
    save(tx, &after)?;
    let mails: Vec<OutgoingId> = [after.outgoing_id, after.release_id].into_iter().flatten().collect();
    outgoing::withdraw_all(tx, &mails, "proposal", now)?;
    let mark = Mark::from(Source::of(scope)).because("voorstel");
    openings::act(tx, scope, after.opening_id, Act::Release, mark, now)?;
    remember(tx, scope, &after, &format!("Voorstel {}", state.name(Lang::Nl)), now)?;
    let detail = reason.map_or("", DeclineReason::as_str);
    tell(tx, scope, &after, &format!("proposal.{event}"), detail, now)?;
    Ok(())
}

/// Turns the proposal between a placed student and their opening into the placement, and takes back the student's others:
/// somebody has to tell those companies.
pub(in crate::flows) fn placed(
    tx: &mut Tx,
    scope: &Scope,
    held: Option<Proposal>,
    placement: &Placement,
    now: Moment,
) -> Result<(), ProposalError> {
    let id = placement.id;
    if let Some(proposal) = held {
        let state = proposal::moves(proposal.state, ProposalEvent::Place)?;
        let after = Proposal { state, placement_id: Some(id), closed_at: Some(now), ..proposal };
        save(tx, &after)?;
        tell(tx, scope, &after, "proposal.place", "", now)?;
    }
    if !matches!(placement.state, PlacementState::Planned | PlacementState::Running) {
        return Ok(());
    }
    for other in rows::open_of_student(tx, scope, placement.student_id)? {
        let reason = (Some(DeclineReason::FoundElsewhere), "");
        let title = format!("Laat {} weten dat de leerling elders begint", company_name(tx, &other)?);
        end(tx, scope, other.clone(), ProposalEvent::Withdraw, reason, now)?;
        ask(tx, &other, TaskKind::Call, title, now)?;
    }
    Ok(())
}

/// A reply came in on one of a proposal's mails.
pub(in crate::flows) fn heard(tx: &mut Tx, scope: &Scope, id: ProposalId, now: Moment) -> DbResult<()> {
    let Some(proposal) = rows::find(tx, scope, id)? else { return Ok(()) };
    if proposal.answered_at.is_none() {
        rows::save(tx, &Proposal { answered_at: Some(now), ..proposal })?;
    }
    Ok(())
}

/// Takes over what a reply says, at a person's word: a yes of the company, or its no.
pub(in crate::flows) fn said(
    tx: &mut Tx,
    scope: &Scope,
    mail: OutgoingId,
    (yes, incoming): (bool, IncomingId),
    now: Moment,
) -> Result<ProposalId, ProposalError> {
    let mut proposal = rows::of_mail(tx, scope, mail)?.ok_or(ProposalError::NotFound)?;
    let id = proposal.id;
    if yes {
        proposal = open(proposal, ProposalEvent::Decline)?;
        proposal.employer_agreed_on = proposal.employer_agreed_on.or(Some(now.day()));
        save(tx, &proposal)?;
        tell(tx, scope, &proposal, "proposal.employer", &format!("yes, incoming {incoming}"), now)?;
    } else {
        let reason = (Some(DeclineReason::Unsaid), "");
        end(tx, scope, proposal, ProposalEvent::Decline, reason, now)?;
    }
    Ok(id)
}

/// A mail of a proposal came back, or its reader wants no more mail: somebody calls.
pub(in crate::flows) fn reached_nobody(tx: &mut Tx, scope: &Scope, mail: OutgoingId, now: Moment) -> DbResult<()> {
    let Some(proposal) = rows::of_mail(tx, scope, mail)?.filter(|proposal| proposal.state.is_open()) else {
        return Ok(());
    };
    let title = format!("Bel {}: de mail over een voorstel kwam niet aan", company_name(tx, &proposal)?);
    ask(tx, &proposal, TaskKind::Call, title, now)
}

/// A line on the company's timeline, which names no student but by code.
fn remember(tx: &mut Tx, scope: &Scope, of: &Proposal, said: &str, now: Moment) -> DbResult<()> {
    let student = students::find(tx, &Scope::clockwork(of.site_id), of.student_id)?;
    let code = student.map(|student| student.code).unwrap_or_default();
    let moment = NewMoment {
        company_id: Some(of.company_id),
        contact_id: of.contact_id,
        user_id: scope.user(),
        ..NewMoment::new(of.site_id, MomentKind::Note, format!("{said} ({code})."), now)
    };
    moments::add(tx, &moment)?;
    Ok(())
}
