//! Messages as they arrive: stored once each, whatever is fetched twice, with the folder's cursor in the same act.

use crate::domain::id::{IncomingId, MailboxId, SiteId};
use crate::domain::time::Moment;
use crate::domain::words::{Decision, Routing};
use crate::store::schema::{cursors, incoming, incoming_raws};
use crate::store::{Conn, DbResult, Tx};
use diesel::prelude::*;
use std::collections::HashSet;

/// How far a folder was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// UIDs mean something together with this number only.
    pub uid_validity: i64,
    /// The highest UID that is stored.
    pub last_uid: i64,
}

/// A message to store.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// What makes it one message in its mailbox: folder, UIDVALIDITY and UID, or a Maildir's file name.
    pub source_key: String,
    /// The folder.
    pub folder: String,
    /// Its Message-ID, where it has one.
    pub message_id: Option<String>,
    /// SHA-256 of the raw bytes, in hexadecimal.
    pub content_hash: String,
    /// Bytes of the whole message.
    pub size: i32,
    /// Whether something of it is left out.
    pub oversize: bool,
    /// The raw bytes, compressed.
    pub raw: Vec<u8>,
}

/// How far this folder was read; `None` before the first time.
pub fn cursor(conn: &mut Conn, mailbox: MailboxId, folder: &str) -> DbResult<Option<Cursor>> {
    let row = cursors::table.find((mailbox, folder)).select((cursors::uid_validity, cursors::last_uid));
    let found: Option<(i64, i64)> = row.first(conn).optional()?;
    Ok(found.map(|(uid_validity, last_uid)| Cursor { uid_validity, last_uid }))
}

/// Moves a folder's cursor.
pub fn move_cursor(tx: &mut Tx, mailbox: MailboxId, folder: &str, to: Cursor) -> DbResult<()> {
    let row = (cursors::uid_validity.eq(to.uid_validity), cursors::last_uid.eq(to.last_uid));
    if diesel::update(cursors::table.find((mailbox, folder))).set(row).execute(&mut **tx)? == 0 {
        let key = (cursors::mailbox_id.eq(mailbox), cursors::folder.eq(folder));
        diesel::insert_into(cursors::table).values((key, row)).execute(&mut **tx)?;
    }
    Ok(())
}

/// Which of these source keys are stored already.
pub fn known(conn: &mut Conn, mailbox: MailboxId, keys: &[String]) -> DbResult<HashSet<String>> {
    let rows = incoming::table.filter(incoming::mailbox_id.eq(mailbox)).filter(incoming::source_key.eq_any(keys));
    Ok(rows.select(incoming::source_key).load(conn)?.into_iter().collect())
}

/// Stores a message; `None` when this mailbox has it: the same source key, or the same Message-ID with the same
/// bytes in the same folder (the server renumbered its UIDs). Two desks that get the same mail both keep it.
pub fn store(
    tx: &mut Tx,
    site: SiteId,
    mailbox: MailboxId,
    arrival: &Arrival,
    now: Moment,
) -> DbResult<Option<IncomingId>> {
    let same = incoming::table
        .filter(incoming::mailbox_id.eq(mailbox))
        .filter(incoming::content_hash.eq(&arrival.content_hash))
        .filter(incoming::folder.eq(&arrival.folder));
    let same_ids: Vec<Option<String>> = same.select(incoming::message_id).load(&mut **tx)?;
    if same_ids.contains(&arrival.message_id) {
        return Ok(None);
    }
    let row = (
        (incoming::site_id.eq(site), incoming::mailbox_id.eq(mailbox), incoming::received_at.eq(now)),
        (incoming::source_key.eq(&arrival.source_key), incoming::folder.eq(&arrival.folder)),
        (incoming::message_id.eq(&arrival.message_id), incoming::content_hash.eq(&arrival.content_hash)),
        (incoming::size.eq(arrival.size), incoming::oversize.eq(arrival.oversize)),
        (incoming::from_name.eq(""), incoming::subject.eq(""), incoming::hint.eq(""), incoming::error.eq("")),
        (incoming::routing.eq(Routing::Stored), incoming::decision.eq(Decision::None)),
        (incoming::attempts.eq(0), incoming::version.eq(1)),
    );
    tx.unless_taken(|tx| {
        let id: IncomingId =
            diesel::insert_into(incoming::table).values(row).returning(incoming::id).get_result(&mut **tx)?;
        let raw = (incoming_raws::incoming_id.eq(id), incoming_raws::raw.eq(&arrival.raw));
        diesel::insert_into(incoming_raws::table).values(raw).execute(&mut **tx)?;
        Ok(id)
    })
}
