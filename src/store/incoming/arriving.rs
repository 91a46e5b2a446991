//! Messages as they arrive: stored once each, whatever is fetched twice, with the folder's cursor in the same act.
#![expect(clippy::ref_option_ref, reason = "the derive lends each field of a new row")]

use crate::domain::id::{IncomingId, MailboxId, SiteId};
use crate::domain::time::Moment;
use crate::domain::words::{Decision, Routing};
use crate::store::among::among;
use crate::store::db::per_backend;
use crate::store::schema::{cursors, incoming, incoming_raws};
use crate::store::{Conn, DbResult, Tx};
use diesel::prelude::*;
use std::collections::{HashMap, HashSet};

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
    let rows = incoming::table.filter(incoming::mailbox_id.eq(mailbox)).filter(among(incoming::source_key, keys));
    Ok(rows.select(incoming::source_key).load(conn)?.into_iter().collect())
}

#[derive(Insertable)]
#[diesel(table_name = incoming, treat_none_as_default_value = false)]
struct NewIncoming<'a> {
    site_id: SiteId,
    mailbox_id: MailboxId,
    received_at: Moment,
    source_key: &'a str,
    folder: &'a str,
    message_id: Option<&'a str>,
    content_hash: &'a str,
    size: i32,
    oversize: bool,
    from_name: &'a str,
    subject: &'a str,
    hint: &'a str,
    error: &'a str,
    routing: Routing,
    decision: Decision,
    attempts: i32,
    version: i32,
}

/// Stores messages, but for those that this mailbox has: the same source key, or the same Message-ID with the same bytes in
/// the same folder (the server renumbered its UIDs). Two desks that get the same mail both keep it. Gives how many are new.
pub fn store(tx: &mut Tx, site: SiteId, mailbox: MailboxId, arrivals: &[Arrival], now: Moment) -> DbResult<usize> {
    let keys: Vec<String> = arrivals.iter().map(|arrival| arrival.source_key.clone()).collect();
    let mut met = known(tx, mailbox, &keys)?;
    let mut same = same(tx, mailbox, arrivals)?;
    let new: Vec<&Arrival> = arrivals
        .iter()
        .filter(|arrival| {
            let bytes = (arrival.folder.clone(), arrival.content_hash.clone(), arrival.message_id.clone());
            !met.contains(&arrival.source_key) && same.insert(bytes) && met.insert(arrival.source_key.clone())
        })
        .collect();
    if new.is_empty() {
        return Ok(0);
    }
    let rows = new.iter().map(|arrival| NewIncoming {
        site_id: site,
        mailbox_id: mailbox,
        received_at: now,
        source_key: &arrival.source_key,
        folder: &arrival.folder,
        message_id: arrival.message_id.as_deref(),
        content_hash: &arrival.content_hash,
        size: arrival.size,
        oversize: arrival.oversize,
        from_name: "",
        subject: "",
        hint: "",
        error: "",
        routing: Routing::Stored,
        decision: Decision::None,
        attempts: 0,
        version: 1,
    });
    let rows: Vec<NewIncoming> = rows.collect();
    per_backend!(&mut **tx, |conn| diesel::insert_into(incoming::table).values(rows).execute(conn)?);
    let keys: Vec<&str> = new.iter().map(|arrival| arrival.source_key.as_str()).collect();
    let ids: HashMap<String, IncomingId> = incoming::table
        .filter(incoming::mailbox_id.eq(mailbox))
        .filter(among(incoming::source_key, &keys))
        .select((incoming::source_key, incoming::id))
        .load(&mut **tx)?
        .into_iter()
        .collect();
    let sources: Vec<_> = new
        .iter()
        .filter_map(|arrival| Some((ids.get(&arrival.source_key)?, &arrival.raw)))
        .map(|(id, raw)| (incoming_raws::incoming_id.eq(id), incoming_raws::raw.eq(raw)))
        .collect();
    per_backend!(&mut **tx, |conn| diesel::insert_into(incoming_raws::table).values(sources).execute(conn)?);
    Ok(new.len())
}

/// A message by its bytes: folder, hash and Message-ID.
type Bytes = (String, String, Option<String>);

fn same(conn: &mut Conn, mailbox: MailboxId, arrivals: &[Arrival]) -> DbResult<HashSet<Bytes>> {
    let hashes: Vec<&str> = arrivals.iter().map(|arrival| arrival.content_hash.as_str()).collect();
    Ok(incoming::table
        .filter(incoming::mailbox_id.eq(mailbox))
        .filter(among(incoming::content_hash, &hashes))
        .select((incoming::folder, incoming::content_hash, incoming::message_id))
        .load(conn)?
        .into_iter()
        .collect())
}
