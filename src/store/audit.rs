//! Audit events: who did what to which record. Append-only; the detail holds no personal data.

use super::db::per_backend;
use super::schema::audit_events;
use super::{Conn, DbResult, Tx, rows};
use crate::domain::id::{AuditId, SiteId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use diesel::prelude::*;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = audit_events)]
pub struct AuditEvent {
    /// Its id; later events have higher ones.
    pub id: AuditId,
    /// When.
    pub at: Moment,
    /// The site whose record it was; `None` for the installation's own affairs.
    pub site_id: Option<SiteId>,
    /// Who; `None` for the clockwork and the command line.
    pub user_id: Option<UserId>,
    /// The verb, for instance `company.edit`.
    pub action: String,
    /// The kind of record.
    pub subject: String,
    /// Its id.
    pub subject_id: Option<i64>,
    /// What a reader needs to understand it: field names, numbers, reasons.
    pub detail: String,
}

/// What is recorded.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = audit_events, treat_none_as_default_value = false)]
pub struct Event<'a> {
    /// When.
    pub at: Moment,
    /// The site whose record it is.
    pub site_id: Option<SiteId>,
    /// Who; `None` for the clockwork and the command line.
    pub user_id: Option<UserId>,
    /// The verb, `subject.verb`.
    pub action: &'a str,
    /// The kind of record.
    pub subject: &'a str,
    /// Its id.
    pub subject_id: Option<i64>,
    /// Field names, numbers, reasons; no personal data.
    pub detail: &'a str,
}

/// Writes one event into the act it tells about.
pub fn record(tx: &mut Tx, event: &Event) -> DbResult<()> {
    diesel::insert_into(audit_events::table).values(event).execute(&mut **tx)?;
    Ok(())
}

/// Writes events into the act they tell about.
pub fn record_all(tx: &mut Tx, events: &[Event]) -> DbResult<()> {
    for some in events.chunks(rows::AT_ONCE) {
        per_backend!(&mut **tx, |conn| diesel::insert_into(audit_events::table).values(some).execute(conn)?);
    }
    Ok(())
}

/// Events of the sites in scope (and, for coordinators, of the installation), newest first, older than `before`.
pub fn list(conn: &mut Conn, scope: &Scope, before: Option<AuditId>, limit: i64) -> DbResult<Vec<AuditEvent>> {
    let ids = scope.sites().to_vec();
    let mut query = audit_events::table.select(AuditEvent::as_select()).into_boxed();
    query = if scope.coordinates() {
        query.filter(audit_events::site_id.eq_any(ids).or(audit_events::site_id.is_null()))
    } else {
        query.filter(audit_events::site_id.eq_any(ids))
    };
    if let Some(before) = before {
        query = query.filter(audit_events::id.lt(before));
    }
    Ok(query.order(audit_events::id.desc()).limit(limit).load(conn)?)
}
