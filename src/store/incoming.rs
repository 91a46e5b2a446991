//! Incoming messages: the raw source first, then what was read in it, and what a person decided.

pub mod arriving;
pub mod list;
pub mod queue;

use super::schema::{incoming, incoming_raws};
use super::{Conn, DbResult};
use crate::domain::id::{CompanyId, ContactId, IncomingId, MailboxId, OutgoingId, SiteId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Decision, Routing};
use diesel::prelude::*;

/// One message, without its raw source.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = incoming)]
pub struct Incoming {
    /// Its id.
    pub id: IncomingId,
    /// The site of its mailbox.
    pub site_id: SiteId,
    /// The mailbox it came into.
    pub mailbox_id: MailboxId,
    /// The folder it was in.
    pub folder: String,
    /// Its Message-ID with brackets, as it stands in the header.
    pub message_id: Option<String>,
    /// SHA-256 of the raw bytes, in hexadecimal.
    pub content_hash: String,
    /// Bytes of the whole message, also where only a part is kept.
    pub size: i32,
    /// Whether it is kept as headers and the beginning of its text only.
    pub oversize: bool,
    /// When the look that fetched it began.
    pub received_at: Moment,
    /// Its own date.
    pub sent_at: Option<Moment>,
    /// The sender, lower case; `None` where none can be read.
    pub from_address: Option<String>,
    /// The sender's name; may be empty.
    pub from_name: String,
    /// Its subject.
    pub subject: String,
    /// Where it went.
    pub routing: Routing,
    /// Whether a person has to decide.
    pub decision: Decision,
    /// The reading's kind.
    pub kind: Option<String>,
    /// The reading's intent.
    pub intent: Option<String>,
    /// The whole reading, as JSON.
    pub reading: Option<String>,
    /// A hint for who looks at an unmatched one.
    pub hint: String,
    /// The mail of ours that it answers.
    pub outgoing_id: Option<OutgoingId>,
    /// The company it belongs to.
    pub company_id: Option<CompanyId>,
    /// The contact who wrote it.
    pub contact_id: Option<ContactId>,
    /// How often thinking about it failed.
    pub attempts: i32,
    /// What went wrong the last time; empty when nothing did.
    pub error: String,
    /// Who decided.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<Moment>,
    /// Goes up with each change by a person.
    pub version: i32,
}

/// One message in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: IncomingId) -> DbResult<Option<Incoming>> {
    let row = incoming::table.find(id).filter(incoming::site_id.eq_any(scope.sites().to_vec()));
    Ok(row.select(Incoming::as_select()).first(conn).optional()?)
}

/// The raw bytes of a message in scope, compressed as they are kept.
pub fn raw(conn: &mut Conn, scope: &Scope, id: IncomingId) -> DbResult<Option<Vec<u8>>> {
    Ok(incoming_raws::table
        .inner_join(incoming::table)
        .filter(incoming::id.eq(id))
        .filter(incoming::site_id.eq_any(scope.sites().to_vec()))
        .select(incoming_raws::raw)
        .first(conn)
        .optional()?)
}

/// How many messages went where, in scope: the sums that show that none is missing.
pub fn sums(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<(Routing, i64)>> {
    let in_scope = incoming::table.filter(incoming::site_id.eq_any(scope.sites().to_vec()));
    Ok(in_scope.group_by(incoming::routing).select((incoming::routing, diesel::dsl::count_star())).load(conn)?)
}
