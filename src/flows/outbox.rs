//! The one way to the post. [`enqueue`] asks the gate with facts read in the same write, reserves contact pressure for
//! outreach, and puts the message in the outbox; delivery asks the same gate again in the write that marks it sending.

mod known;

pub use known::{Known, Question};

use crate::domain::email::EmailAddress;
use crate::domain::gate::{Answer, Why};
use crate::domain::id::{
    CampaignId, CheckInId, CompanyId, ContactId, MailboxId, OutgoingId, PlacementId, RecipientId, SiteId, UserId,
};
use crate::domain::secret::{Keys, Mismatch};
use crate::domain::time::Moment;
use crate::domain::token::Token;
use crate::domain::words::{OutgoingState, Purpose};
use crate::store::outgoing::{NewMessage, NewOutgoing};
use crate::store::{Conn, DbResult, Tx, mailboxes, outgoing, pressures};
use std::collections::HashSet;

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
