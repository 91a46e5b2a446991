//! Mailboxes: one account each, with a way out (SMTP or a pickup directory) and a way in (IMAP or a Maildir).
//! The secret is sealed; the URLs hold no password.

use super::schema::mailboxes;
use super::{Conn, DbResult, Tx};
use crate::domain::email::EmailAddress;
use crate::domain::id::{MailboxId, SiteId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::MailboxKind;
use diesel::prelude::*;

/// Why a mailbox rests whose server said 421: it works, and asked for patience.
pub const BUSY: &str = "busy";

/// One mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = mailboxes)]
pub struct Mailbox {
    /// Its id.
    pub id: MailboxId,
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The desk's, or a person's.
    pub kind: MailboxKind,
    /// The person, where it is one's.
    pub user_id: Option<UserId>,
    /// As the desk calls it.
    pub name: String,
    /// The sender's name in its mails.
    pub from_name: String,
    /// Its address.
    pub address: EmailAddress,
    /// `smtps://…`, `smtp://…`, `smtp+plain://…`, `pickup:DIR`, or empty: sends nothing.
    pub out_url: String,
    /// `imaps://…`, `imap://…`, `imap+plain://…`, `maildir:DIR`, or empty: reads nothing.
    pub in_url: String,
    /// The sealed password.
    pub secret: Option<String>,
    /// A file with certificates to trust besides the system's.
    pub ca_file: Option<String>,
    /// It was set from a page, so it reaches mail servers at public addresses only.
    pub confined: bool,
    /// Mail dated before this day is filed without consequences.
    pub start_on: Day,
    /// Lines to the mail server kept open at once.
    pub connections: i32,
    /// Messages that may leave in a minute; 0: as many as go.
    pub rate_per_minute: i32,
    /// Since when it is paused.
    pub paused_at: Option<Moment>,
    /// Why it is paused or rests: a `Trouble` word, a `Stage` word or [`BUSY`]; empty where a person paused it.
    pub pause_reason: String,
    /// Rests until then after a failure.
    pub retry_at: Option<Moment>,
    /// Failures in a row to connect or sign in.
    pub failures: i32,
    /// When it was last read.
    pub fetched_at: Option<Moment>,
    /// Why the last reading failed; empty when it did not.
    pub fetch_error: String,
    /// Goes up with each edit.
    pub version: i32,
    /// When it was added.
    pub created_at: Moment,
    /// When it was put away.
    pub archived_at: Option<Moment>,
}

impl Mailbox {
    /// Whether mail may leave from it now.
    pub fn is_ready(&self, now: Moment) -> bool {
        self.archived_at.is_none()
            && self.paused_at.is_none()
            && !self.out_url.is_empty()
            && self.retry_at.is_none_or(|at| at <= now)
    }
}

/// What a new mailbox needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = mailboxes, treat_none_as_default_value = false)]
pub struct NewMailbox {
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The desk's, or a person's.
    pub kind: MailboxKind,
    /// The person, where it is one's.
    pub user_id: Option<UserId>,
    /// As the desk calls it.
    pub name: String,
    /// The sender's name in its mails.
    pub from_name: String,
    /// Its address.
    pub address: EmailAddress,
    /// The way out.
    pub out_url: String,
    /// The way in.
    pub in_url: String,
    /// The sealed password.
    pub secret: Option<String>,
    /// A file with certificates.
    pub ca_file: Option<String>,
    /// Whether it reaches mail servers at public addresses only.
    pub confined: bool,
    /// The first day whose mail counts.
    pub start_on: Day,
    /// Lines kept open at once.
    pub connections: i32,
    /// Messages in a minute; 0: as many as go.
    pub rate_per_minute: i32,
    /// Empty.
    pub pause_reason: String,
    /// 0.
    pub failures: i32,
    /// Empty.
    pub fetch_error: String,
    /// 1.
    pub version: i32,
    /// When it is added.
    pub created_at: Moment,
}

/// What a person can change on a page. `secret` stays as it is where it is `None`.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = mailboxes)]
pub struct MailboxEdit {
    /// As the desk calls it.
    pub name: String,
    /// The sender's name in its mails.
    pub from_name: String,
    /// The way out.
    pub out_url: String,
    /// The way in.
    pub in_url: String,
    /// A new sealed password.
    pub secret: Option<String>,
    /// Whether it reaches mail servers at public addresses only.
    pub confined: bool,
    /// The first day whose mail counts.
    pub start_on: Day,
    /// Lines kept open at once.
    pub connections: i32,
    /// Messages in a minute; 0: as many as go.
    pub rate_per_minute: i32,
}

/// The mailboxes in scope that are in use, the desk's first.
pub fn list(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<Mailbox>> {
    Ok(mailboxes::table
        .filter(mailboxes::site_id.eq_any(scope.sites().to_vec()))
        .filter(mailboxes::archived_at.is_null())
        .order((mailboxes::kind, mailboxes::name, mailboxes::id))
        .limit(500)
        .select(Mailbox::as_select())
        .load(conn)?)
}

/// Every mailbox in use, over all sites: for the clockwork, which goes through them one by one.
pub fn all(conn: &mut Conn) -> DbResult<Vec<Mailbox>> {
    Ok(mailboxes::table
        .filter(mailboxes::archived_at.is_null())
        .order(mailboxes::id)
        .select(Mailbox::as_select())
        .load(conn)?)
}

/// One mailbox in scope, put away or not.
pub fn find(conn: &mut Conn, scope: &Scope, id: MailboxId) -> DbResult<Option<Mailbox>> {
    Ok(mailboxes::table
        .find(id)
        .filter(mailboxes::site_id.eq_any(scope.sites().to_vec()))
        .select(Mailbox::as_select())
        .first(conn)
        .optional()?)
}

/// The mailbox from which a site's own mails leave: its oldest desk mailbox that can send; a paused one only where there
/// is no other.
pub fn desk(conn: &mut Conn, site: SiteId) -> DbResult<Option<Mailbox>> {
    Ok(mailboxes::table
        .filter(mailboxes::site_id.eq(site))
        .filter(mailboxes::kind.eq(MailboxKind::Desk))
        .filter(mailboxes::archived_at.is_null())
        .filter(mailboxes::out_url.ne(""))
        .order((mailboxes::paused_at.is_not_null(), mailboxes::id))
        .select(Mailbox::as_select())
        .first(conn)
        .optional()?)
}

/// Adds a mailbox.
pub fn add(tx: &mut Tx, new: &NewMailbox) -> DbResult<MailboxId> {
    Ok(diesel::insert_into(mailboxes::table).values(new).returning(mailboxes::id).get_result(&mut **tx)?)
}

/// Changes a mailbox that still has this version; says whether it had. It starts afresh: no pause, no rest.
pub fn edit(tx: &mut Tx, id: MailboxId, version: i32, edit: &MailboxEdit) -> DbResult<bool> {
    let row = mailboxes::table.find(id).filter(mailboxes::version.eq(version));
    let changed = diesel::update(row).set((edit, mailboxes::version.eq(version + 1))).execute(&mut **tx)?;
    if changed == 1 {
        resume(tx, id)?;
    }
    Ok(changed == 1)
}

/// Holds a mailbox until a person looks at it.
pub fn pause(tx: &mut Tx, id: MailboxId, why: &str, now: Moment) -> DbResult<()> {
    diesel::update(mailboxes::table.find(id))
        .set((mailboxes::paused_at.eq(now), mailboxes::pause_reason.eq(why)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Lets a mailbox go on, with nothing counted against it.
pub fn resume(tx: &mut Tx, id: MailboxId) -> DbResult<()> {
    diesel::update(mailboxes::table.find(id))
        .set((
            mailboxes::paused_at.eq(None::<Moment>),
            mailboxes::pause_reason.eq(""),
            mailboxes::retry_at.eq(None::<Moment>),
            mailboxes::failures.eq(0),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Lets a mailbox rest, unless it is paused; `failed` counts one more failure in a row.
pub fn rest(tx: &mut Tx, id: MailboxId, until: Moment, failed: bool, why: &str) -> DbResult<()> {
    diesel::update(mailboxes::table.find(id).filter(mailboxes::paused_at.is_null()))
        .set((
            mailboxes::retry_at.eq(until),
            mailboxes::failures.eq(mailboxes::failures + i32::from(failed)),
            mailboxes::pause_reason.eq(why),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Forgets the failures of a mailbox that works again.
pub fn works(tx: &mut Tx, id: MailboxId) -> DbResult<()> {
    diesel::update(mailboxes::table.find(id).filter(mailboxes::failures.gt(0)))
        .set((mailboxes::failures.eq(0), mailboxes::retry_at.eq(None::<Moment>), mailboxes::pause_reason.eq("")))
        .execute(&mut **tx)?;
    Ok(())
}

/// Records that a mailbox was read, or why it could not be (an empty text: it could).
pub fn fetched(tx: &mut Tx, id: MailboxId, error: &str, now: Moment) -> DbResult<()> {
    diesel::update(mailboxes::table.find(id))
        .set((mailboxes::fetched_at.eq(now), mailboxes::fetch_error.eq(error)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Puts a mailbox away: it sends and reads nothing any more.
pub fn archive(tx: &mut Tx, id: MailboxId, now: Moment) -> DbResult<()> {
    diesel::update(mailboxes::table.find(id)).set(mailboxes::archived_at.eq(now)).execute(&mut **tx)?;
    Ok(())
}
