//! Where a message goes and what is written with it: decided before the write, from what was read and found.

use super::{ReceiveError, Understood, consequences};
use crate::domain::consequence::{self, Act, Facts, Sender};
use crate::domain::id::{CompanyId, ContactId, ProposalId};
use crate::domain::reply::{Kind, Letter, Reading};
use crate::domain::scope::Scope;
use crate::domain::suggestion::{self, Known, Proposal};
use crate::domain::time::Moment;
use crate::domain::words::{Decision, MailboxKind, MomentKind, Outcome, Purpose, Routing, SuggestionState};
use crate::flows::consequences::Case;
use crate::flows::{freshness, proposals as student_proposals, threads};
use crate::store::incoming::Incoming;
use crate::store::incoming::queue::Routed;
use crate::store::mailboxes::Mailbox;
use crate::store::moments::{self, NewMoment};
use crate::store::outgoing::Outgoing;
use crate::store::suggestions::NewSuggestion;
use crate::store::{Conn, DbResult, Tx, correspondents};

/// Seconds that a message's own date may differ from the time of receipt and still be believed.
const DATE_TRUST: i64 = 3 * 86_400;
/// Characters of a contact moment's summary.
const SUMMARY: usize = 200;

/// All that the write of one message writes.
pub(super) struct Settled {
    /// Where it goes.
    pub routed: Routed,
    /// The contact moment that it makes.
    pub moment: Option<NewMoment>,
    /// What it proposes.
    pub suggestions: Vec<NewSuggestion>,
    /// The message as it is once it is routed.
    message: Incoming,
    understood: Understood,
    facts: Facts,
    acts: Vec<Act>,
    /// The proposal that a person answers with it.
    heard: Option<ProposalId>,
}

impl Settled {
    /// Decides where a message goes and what it does by itself.
    pub(super) fn of(
        conn: &mut Conn,
        row: &Incoming,
        mailbox: &Mailbox,
        understood: Understood,
        now: Moment,
    ) -> Result<Self, ReceiveError> {
        let Understood { letter, reading, thread } = &understood;
        let facts = facts(&understood, thread.outgoing.as_ref());
        let acts = consequence::consequences(&facts);
        let (proposals, proposal) = proposals(conn, &understood, &acts, (thread.company, thread.contact))?;
        let routing = routing(row, mailbox, &understood);
        let decision = decision(routing, reading, &acts, &proposals);
        let filed = routing == Routing::Filed;
        let routed = Routed {
            routing,
            decision,
            hint: if filed { String::new() } else { thread.hint.clone() },
            outgoing_id: thread.outgoing.as_ref().map(|mail| mail.id),
            company_id: thread.company,
            contact_id: thread.contact,
            reading: Some(serde_json::to_string(reading)?),
            ..read(letter, reading, row, now)
        };
        let mut message = row.clone();
        message.from_address.clone_from(&routed.from_address);
        message.from_name.clone_from(&routed.from_name);
        message.subject.clone_from(&routed.subject);
        message.sent_at = routed.sent_at;
        message.reading.clone_from(&routed.reading);
        (message.company_id, message.contact_id) = (routed.company_id, routed.contact_id);
        let spoke = matches!(reading.kind, Kind::Human | Kind::Unsubscribe) && !filed;
        let moment = if spoke { moment(&message, Some(reading), thread.outgoing.as_ref(), now) } else { None };
        let suggestions = if filed { Vec::new() } else { rows(row, &proposals)? };
        let acts = if filed { Vec::new() } else { acts };
        let heard = proposal.filter(|_| reading.kind == Kind::Human && facts.about_our_message && !filed);
        Ok(Self { routed, moment, suggestions, message, understood, facts, acts, heard })
    }

    /// Does what it does by itself, once it is routed.
    pub(super) fn act(&self, tx: &mut Tx, now: Moment) -> Result<(), ReceiveError> {
        let case = Case {
            message: &self.message,
            reading: &self.understood.reading,
            facts: &self.facts,
            outgoing: self.understood.thread.outgoing.as_ref(),
            company: self.routed.company_id,
            contact: self.routed.contact_id,
        };
        for act in &self.acts {
            consequences::carry_out(tx, &case, &self.acts, *act, now)?;
        }
        if let Some(proposal) = self.heard {
            student_proposals::heard(tx, &Scope::clockwork(self.message.site_id), proposal, now)?;
        }
        Ok(())
    }
}

/// What a message of this company and contact proposes, and the student's proposal that it answers, if one goes on.
pub(in crate::flows) fn proposals(
    conn: &mut Conn,
    Understood { reading, thread, .. }: &Understood,
    acts: &[Act],
    (company, contact): (Option<CompanyId>, Option<ContactId>),
) -> DbResult<(Vec<Proposal>, Option<ProposalId>)> {
    let addresses = match company {
        Some(company) => correspondents::addresses(conn, company)?,
        None => Vec::new(),
    };
    let answered = proposal_of(conn, thread.outgoing.as_ref())?;
    let asked = match &thread.outgoing {
        Some(mail) => freshness::asked_by(conn, mail)?,
        None => Vec::new(),
    };
    let known = Known {
        acts,
        answers_check_in: thread.outgoing.as_ref().is_some_and(|mail| mail.checkin_id.is_some()),
        answers_proposal: answered.is_some(),
        addresses: &addresses,
        asked: &asked,
    };
    let mut proposals = suggestion::proposals(reading, &known);
    if contact.is_none() {
        // Nobody can have left, and nobody can be opted out, of whom we do not know who it is.
        proposals.retain(|proposal| proposal.change != suggestion::Change::LeftCompany);
    }
    Ok((proposals, answered))
}

/// The proposal that goes on and that a mail of ours is about.
fn proposal_of(conn: &mut Conn, mail: Option<&Outgoing>) -> DbResult<Option<ProposalId>> {
    let Some(mail) = mail.filter(|mail| mail.purpose == Purpose::Offer) else { return Ok(None) };
    let found = crate::store::proposals::of_mail(conn, &Scope::clockwork(mail.site_id), mail.id)?;
    Ok(found.filter(|proposal| proposal.state.is_open()).map(|proposal| proposal.id))
}

/// Proposals as rows, numbered from 1.
pub(in crate::flows) fn rows(row: &Incoming, proposals: &[Proposal]) -> Result<Vec<NewSuggestion>, serde_json::Error> {
    let numbered = proposals.iter().zip(1..);
    numbered
        .map(|(proposal, number)| {
            Ok(NewSuggestion {
                site_id: row.site_id,
                incoming_id: row.id,
                number,
                kind: proposal.change.kind(),
                state: SuggestionState::Open,
                payload: serde_json::to_string(&proposal.change)?,
                evidence: serde_json::to_string(&proposal.evidence)?,
                certainty: proposal.certainty,
                result: String::new(),
                version: 1,
            })
        })
        .collect()
}

/// Adds the contact moment of a message that belongs to a company.
pub fn note(tx: &mut Tx, message: &Incoming, answers: Option<&Outgoing>, now: Moment) -> DbResult<()> {
    let reading: Option<Reading> = message.reading.as_deref().and_then(|text| serde_json::from_str(text).ok());
    if let Some(moment) = moment(message, reading.as_ref(), answers, now) {
        moments::add(tx, &moment)?;
    }
    Ok(())
}

fn moment(message: &Incoming, reading: Option<&Reading>, answers: Option<&Outgoing>, now: Moment) -> Option<NewMoment> {
    message.company_id?;
    let words = reading.map(|reading| reading.reply_text.split_whitespace().collect::<Vec<_>>().join(" "));
    let words = words.filter(|words| !words.is_empty()).unwrap_or_else(|| message.subject.clone());
    Some(NewMoment {
        company_id: message.company_id,
        contact_id: message.contact_id,
        placement_id: answers.and_then(|mail| mail.placement_id),
        at: believed(message.sent_at, message.received_at),
        outcome: reading.and_then(outcome),
        incoming_id: Some(message.id),
        ..NewMoment::new(message.site_id, MomentKind::MailIn, words.chars().take(SUMMARY).collect::<String>(), now)
    })
}

fn outcome(reading: &Reading) -> Option<Outcome> {
    use crate::domain::reply::Intent;
    match reading.intent {
        Intent::Interested => Some(Outcome::Interested),
        Intent::Later => Some(Outcome::Later),
        Intent::Declined | Intent::OptOut => Some(Outcome::Declined),
        Intent::Question | Intent::Referral | Intent::AutoReply | Intent::Bounce | Intent::Other => None,
    }
}

fn believed(sent: Option<Moment>, received: Moment) -> Moment {
    sent.filter(|sent| sent.seconds_since(received).abs() <= DATE_TRUST && *sent <= received).unwrap_or(received)
}

/// What decides about the consequences of a message.
pub(in crate::flows) fn facts(understood: &Understood, outgoing: Option<&Outgoing>) -> Facts {
    let checked = outgoing.is_some_and(|mail| mail.checkin_id.is_some());
    let ours = outgoing.map(|mail| mail.address_key.as_str());
    let machine = matches!(understood.reading.kind, Kind::Bounce | Kind::Complaint);
    Facts {
        kind: consequences::kind(&understood.reading, checked, ours),
        sender: understood.thread.sender,
        about_our_message: outgoing.is_some() && (machine || understood.thread.sender != Sender::Stranger),
        dmarc_failed: !machine && threads::dmarc_failed(&understood.letter),
        before_start_date: false,
    }
}

fn routing(row: &Incoming, mailbox: &Mailbox, understood: &Understood) -> Routing {
    let found = understood.thread.company.is_some() || understood.thread.outgoing.is_some();
    match understood.reading.kind {
        Kind::Bounce => Routing::Bounce,
        Kind::AutoReply
        | Kind::Complaint
        | Kind::ChallengeResponse
        | Kind::List
        | Kind::DeliveryReceipt
        | Kind::ReadReceipt => Routing::Automatic,
        Kind::Unsubscribe if found => Routing::Automatic,
        Kind::Human | Kind::Unreadable if found => Routing::Matched,
        Kind::Human | Kind::Unreadable | Kind::Unsubscribe => {
            let ours = mailbox.kind == MailboxKind::Desk || !understood.thread.hint.is_empty();
            match (ours, row.oversize) {
                (false, _) => Routing::Filed,
                (true, true) => Routing::Oversize,
                (true, false) => Routing::Unmatched,
            }
        }
    }
}

/// Whether a person has something to decide. A check-in that closed itself, and a machine's mail without suggestions,
/// need nobody.
fn decision(routing: Routing, reading: &Reading, acts: &[Act], proposals: &[Proposal]) -> Decision {
    let flagged = acts.iter().any(|act| matches!(act, Act::Flag { .. }));
    let closed = acts.contains(&Act::CloseCheckIn);
    let waits = match routing {
        Routing::Filed | Routing::Own | Routing::Stored => false,
        Routing::Bounce => flagged,
        Routing::Automatic => flagged || !proposals.is_empty(),
        Routing::Matched => flagged || !closed || !proposals.is_empty(),
        Routing::Unmatched | Routing::Oversize => reading.kind != Kind::List,
        Routing::Broken => true,
    };
    if waits { Decision::Open } else { Decision::None }
}

fn read(letter: &Letter, reading: &Reading, row: &Incoming, now: Moment) -> Routed {
    Routed {
        // A date that no server of ours could have seen is no date.
        sent_at: letter.date.filter(|date| *date <= now.plus_seconds(DATE_TRUST)).or(row.sent_at),
        from_address: reading.from.clone(),
        kind: Some(reading.kind.as_str().to_owned()),
        intent: Some(reading.intent.as_str().to_owned()),
        ..super::headers(letter, Routing::Stored)
    }
}
