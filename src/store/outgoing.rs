//! The outbox: one row per message, from queued to settled. The row that is due is the job.
//! How a sender takes messages up and settles them is in [`post`], what waits for a person in [`held`].
#![expect(clippy::ref_option_ref, reason = "the derive lends each field of a new row")]

pub mod held;
mod marks;
pub mod post;

use super::among::among;
use super::db::per_backend;
use super::schema::{outgoing, outgoing_bodies};
use super::{Conn, DbResult, Tx};
use crate::domain::email::EmailAddress;
use crate::domain::id::{
    CampaignId, CheckInId, CompanyId, ContactId, MailboxId, OutgoingId, PlacementId, RecipientId, SiteId, UserId,
};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{OutgoingState, Purpose};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use std::collections::HashMap;

/// The states in which a message can still be withdrawn.
const NOT_LEFT: [OutgoingState; 3] = [OutgoingState::Queued, OutgoingState::Held, OutgoingState::Claimed];

/// What was not sent. Every query of what is open says so in these words, by which `SQLite` knows the index that holds
/// nothing else.
pub(super) fn open() -> SqlLiteral<Bool> {
    sql("outgoing.state <> 'sent'")
}

/// One outgoing message, without its body.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = outgoing)]
pub struct Outgoing {
    /// Its id.
    pub id: OutgoingId,
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The mailbox it leaves from.
    pub mailbox_id: MailboxId,
    /// Why it is sent.
    pub purpose: Purpose,
    /// Its state.
    pub state: OutgoingState,
    /// The campaign, for outreach.
    pub campaign_id: Option<CampaignId>,
    /// The campaign's step, counted from 0.
    pub step: Option<i32>,
    /// The campaign's recipient.
    pub recipient_id: Option<RecipientId>,
    /// The company it goes to.
    pub company_id: Option<CompanyId>,
    /// The contact it goes to.
    pub contact_id: Option<ContactId>,
    /// The placement it is about.
    pub placement_id: Option<PlacementId>,
    /// The check-in that it asks.
    pub checkin_id: Option<CheckInId>,
    /// The person who wrote it or started it.
    pub user_id: Option<UserId>,
    /// The recipient's address.
    pub address: EmailAddress,
    /// Its key.
    pub address_key: String,
    /// The recipient's name; may be empty.
    pub to_name: String,
    /// The subject as rendered.
    pub subject: String,
    /// The fixed Message-ID, with its angle brackets.
    pub message_id: String,
    /// The token in its reply and opt-out addresses.
    pub token: String,
    /// The Message-ID of the mail that it answers.
    pub in_reply_to: Option<String>,
    /// The Message-IDs of its thread, oldest first, parted by spaces.
    pub reference_ids: String,
    /// Whether it carries an opt-out.
    pub opt_out: bool,
    /// When it was put in the outbox.
    pub queued_at: Moment,
    /// Not before this moment.
    pub due_at: Moment,
    /// Tries that counted.
    pub attempts: i32,
    /// Which sender has it.
    pub claimed_by: Option<String>,
    /// When it last was about to go on the wire.
    pub sending_at: Option<Moment>,
    /// When it reached its last state.
    pub settled_at: Option<Moment>,
    /// The server's last words, or the gate's word for a message that was withdrawn.
    pub last_answer: String,
}

/// What a new message needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = outgoing, treat_none_as_default_value = false)]
pub struct NewOutgoing<'a> {
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The mailbox it leaves from.
    pub mailbox_id: MailboxId,
    /// Why it is sent.
    pub purpose: Purpose,
    /// Queued.
    pub state: OutgoingState,
    /// The campaign.
    pub campaign_id: Option<CampaignId>,
    /// Its step.
    pub step: Option<i32>,
    /// Its recipient.
    pub recipient_id: Option<RecipientId>,
    /// The company.
    pub company_id: Option<CompanyId>,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// The placement.
    pub placement_id: Option<PlacementId>,
    /// The check-in.
    pub checkin_id: Option<CheckInId>,
    /// The person.
    pub user_id: Option<UserId>,
    /// The recipient's address.
    pub address: &'a EmailAddress,
    /// Its key.
    pub address_key: &'a str,
    /// The recipient's name.
    pub to_name: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The Message-ID.
    pub message_id: &'a str,
    /// The token.
    pub token: &'a str,
    /// What it answers.
    pub in_reply_to: Option<&'a str>,
    /// Its thread.
    pub reference_ids: &'a str,
    /// Whether it carries an opt-out.
    pub opt_out: bool,
    /// Now.
    pub queued_at: Moment,
    /// Not before.
    pub due_at: Moment,
    /// 0.
    pub attempts: i32,
    /// Empty.
    pub last_answer: &'a str,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = outgoing_bodies)]
pub struct Body {
    /// The text part.
    pub text: String,
    /// The HTML part; empty for a mail of text alone.
    pub html: String,
}

/// One message in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: OutgoingId) -> DbResult<Option<Outgoing>> {
    Ok(outgoing::table
        .find(id)
        .filter(outgoing::site_id.eq_any(scope.sites().to_vec()))
        .select(Outgoing::as_select())
        .first(conn)
        .optional()?)
}

/// What a message in scope says.
pub fn body(conn: &mut Conn, scope: &Scope, id: OutgoingId) -> DbResult<Option<Body>> {
    Ok(outgoing_bodies::table
        .inner_join(outgoing::table)
        .filter(outgoing_bodies::outgoing_id.eq(id))
        .filter(outgoing::site_id.eq_any(scope.sites().to_vec()))
        .select(Body::as_select())
        .first(conn)
        .optional()?)
}

/// The message in scope with this token (of a reply or opt-out address).
pub fn by_token(conn: &mut Conn, scope: &Scope, token: &str) -> DbResult<Option<Outgoing>> {
    Ok(outgoing::table
        .filter(outgoing::token.eq(token))
        .filter(outgoing::site_id.eq_any(scope.sites().to_vec()))
        .select(Outgoing::as_select())
        .first(conn)
        .optional()?)
}

/// The message of any site with this token: for a public page, where the token itself is the right to act.
pub fn of_token(conn: &mut Conn, token: &str) -> DbResult<Option<Outgoing>> {
    Ok(outgoing::table.filter(outgoing::token.eq(token)).select(Outgoing::as_select()).first(conn).optional()?)
}

/// The message in scope with this Message-ID, which may stand without its brackets.
pub fn by_message_id(conn: &mut Conn, scope: &Scope, id: &str) -> DbResult<Option<Outgoing>> {
    let bare = id.trim().trim_start_matches('<').trim_end_matches('>');
    Ok(outgoing::table
        .filter(outgoing::message_id.eq(format!("<{bare}>")))
        .filter(outgoing::site_id.eq_any(scope.sites().to_vec()))
        .select(Outgoing::as_select())
        .first(conn)
        .optional()?)
}

/// The messages in scope that went or go to a company, newest first.
pub fn of_company(conn: &mut Conn, scope: &Scope, company: CompanyId, limit: i64) -> DbResult<Vec<Outgoing>> {
    Ok(outgoing::table
        .filter(outgoing::company_id.eq(company))
        .filter(outgoing::site_id.eq_any(scope.sites().to_vec()))
        .order(outgoing::id.desc())
        .limit(limit)
        .select(Outgoing::as_select())
        .load(conn)?)
}

/// How many messages of a campaign in scope are in each state.
pub fn counts(conn: &mut Conn, scope: &Scope, campaign: CampaignId) -> DbResult<Vec<(OutgoingState, i64)>> {
    Ok(outgoing::table
        .filter(outgoing::campaign_id.eq(campaign))
        .filter(outgoing::site_id.eq_any(scope.sites().to_vec()))
        .group_by(outgoing::state)
        .select((outgoing::state, diesel::dsl::count_star()))
        .load(conn)?)
}

/// When the next queued message of a campaign may leave.
pub fn next_due(conn: &mut Conn, campaign: CampaignId) -> DbResult<Option<Moment>> {
    Ok(outgoing::table
        .filter(outgoing::campaign_id.eq(campaign))
        .filter(outgoing::state.eq(OutgoingState::Queued))
        .select(diesel::dsl::min(outgoing::due_at))
        .first(conn)?)
}

/// The campaign's recipient that a message is for.
pub fn recipient_of(conn: &mut Conn, id: OutgoingId) -> DbResult<Option<RecipientId>> {
    let found: Option<Option<RecipientId>> =
        outgoing::table.find(id).select(outgoing::recipient_id).first(conn).optional()?;
    Ok(found.flatten())
}

/// A message with what it says.
#[derive(Debug, Clone)]
pub struct NewMessage<'a> {
    /// The message.
    pub row: NewOutgoing<'a>,
    /// The text part.
    pub text: &'a str,
    /// The HTML part; empty for none.
    pub html: &'a str,
}

/// The addresses, among these, that have a message of a campaign's step.
pub fn reached(conn: &mut Conn, campaign: CampaignId, step: i32, keys: &[&str]) -> DbResult<Vec<String>> {
    Ok(outgoing::table
        .filter(outgoing::campaign_id.eq(campaign))
        .filter(outgoing::step.eq(step))
        .filter(among(outgoing::address_key, keys))
        .select(outgoing::address_key)
        .load(conn)?)
}

/// Puts messages and their bodies in the outbox; gives their ids, in the order of the list.
pub fn add_all(tx: &mut Tx, messages: &[NewMessage]) -> DbResult<Vec<OutgoingId>> {
    let rows: Vec<&NewOutgoing> = messages.iter().map(|message| &message.row).collect();
    per_backend!(&mut **tx, |conn| diesel::insert_into(outgoing::table).values(rows).execute(conn)?);
    let tokens: Vec<&str> = messages.iter().map(|message| message.row.token).collect();
    let ids: HashMap<String, OutgoingId> = outgoing::table
        .filter(among(outgoing::token, &tokens))
        .select((outgoing::token, outgoing::id))
        .load(&mut **tx)?
        .into_iter()
        .collect();
    let ids: Vec<OutgoingId> = tokens.iter().filter_map(|token| ids.get(*token).copied()).collect();
    let bodies: Vec<_> = ids
        .iter()
        .zip(messages)
        .map(|(id, message)| {
            (
                outgoing_bodies::outgoing_id.eq(id),
                outgoing_bodies::text.eq(message.text),
                outgoing_bodies::html.eq(message.html),
            )
        })
        .collect();
    per_backend!(&mut **tx, |conn| diesel::insert_into(outgoing_bodies::table).values(bodies).execute(conn)?);
    Ok(ids)
}

/// What is written on a message that has come to its end: no sender has it any more.
#[derive(AsChangeset)]
#[diesel(table_name = outgoing)]
struct Ended<'a> {
    state: OutgoingState,
    claimed_by: Option<Option<String>>,
    settled_at: Moment,
    last_answer: &'a str,
}

impl<'a> Ended<'a> {
    fn new(state: OutgoingState, word: &'a str, now: Moment) -> Self {
        Self { state, claimed_by: Some(None), settled_at: now, last_answer: word }
    }
}

/// Withdraws what has not left of outreach to an address; gives what was withdrawn.
pub fn withdraw_to(tx: &mut Tx, address_key: &str, why: &str, now: Moment) -> DbResult<Vec<OutgoingId>> {
    let rows = outgoing::table
        .filter(outgoing::address_key.eq(address_key))
        .filter(outgoing::purpose.eq(Purpose::Outreach))
        .filter(outgoing::state.eq_any(NOT_LEFT.to_vec()));
    Ok(diesel::update(rows)
        .set(Ended::new(OutgoingState::Withdrawn, why, now))
        .returning(outgoing::id)
        .get_results(&mut **tx)?)
}

/// Withdraws those of these messages that have not left.
pub fn withdraw_all(tx: &mut Tx, ids: &[OutgoingId], why: &str, now: Moment) -> DbResult<()> {
    let rows = outgoing::table.filter(among(outgoing::id, ids)).filter(outgoing::state.eq_any(NOT_LEFT.to_vec()));
    diesel::update(rows).set(Ended::new(OutgoingState::Withdrawn, why, now)).execute(&mut **tx)?;
    Ok(())
}

/// Withdraws what has not left for these recipients; gives what was withdrawn.
pub fn withdraw_of(tx: &mut Tx, recipients: &[RecipientId], why: &str, now: Moment) -> DbResult<Vec<OutgoingId>> {
    if recipients.is_empty() {
        return Ok(Vec::new());
    }
    let rows = outgoing::table
        .filter(outgoing::recipient_id.eq_any(recipients.iter().copied().map(Some).collect::<Vec<_>>()))
        .filter(outgoing::state.eq_any(NOT_LEFT.to_vec()));
    Ok(diesel::update(rows)
        .set(Ended::new(OutgoingState::Withdrawn, why, now))
        .returning(outgoing::id)
        .get_results(&mut **tx)?)
}

/// Withdraws all that has not left of a campaign; gives the companies it would have gone to.
pub fn withdraw_campaign(tx: &mut Tx, campaign: CampaignId, why: &str, now: Moment) -> DbResult<Vec<CompanyId>> {
    let rows =
        outgoing::table.filter(outgoing::campaign_id.eq(campaign)).filter(outgoing::state.eq_any(NOT_LEFT.to_vec()));
    let companies: Vec<Option<CompanyId>> = diesel::update(rows)
        .set(Ended::new(OutgoingState::Withdrawn, why, now))
        .returning(outgoing::company_id)
        .get_results(&mut **tx)?;
    Ok(companies.into_iter().flatten().collect())
}
