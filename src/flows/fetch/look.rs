//! One look into one mailbox: its inbox and its sent mail, batch by batch. Each batch and the folder's cursor are one
//! write, under the lease.

use super::keep::{self, Wanted};
use super::{Reading, Ticking};
use crate::domain::words::MailboxKind;
use crate::flows::Tally;
use crate::flows::mailboxes::{WayIn, way_in};
use crate::flows::side_by_side::side_by_side;
use crate::mail;
use crate::mail::error::{MailError, Trouble};
use crate::mail::imap::{Batch, Session};
use crate::mail::maildir::{self, Entry};
use crate::mail::server::Server;
use crate::store::incoming::arriving::{self, Arrival, Cursor};
use crate::store::mailboxes::Mailbox;
use crate::store::{Db, DbError, leases};
use std::path::Path;

/// The folder in which new mail lies.
pub(super) const INBOX: &str = "INBOX";
/// The folder of a Maildir in which sent mail lies.
const SENT: &str = "Sent";
/// Files asked about at once.
const CHUNK: usize = 500;
/// Most of a long message's header that is kept, in bytes.
const HEADER: usize = 256 * 1024;
/// Seconds before the newest file that was looked at, within which files of a personal Maildir are looked at again.
const OVERLAP: i64 = 86_400;

/// Why a look ended early.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookError {
    /// The mailbox cannot be read.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Another process has the lease.
    #[error("another process reads this mailbox")]
    Lost,
}

pub(super) struct Look<'a> {
    pub db: &'a Db,
    pub reading: &'a Reading,
    pub mailbox: &'a Mailbox,
    pub ticking: Ticking,
    pub lease: &'a str,
    pub holder: &'a str,
    pub tally: Tally,
}

/// A message on its way into the store.
struct Parcel {
    source_key: String,
    raw: Vec<u8>,
    size: u64,
    oversize: bool,
}

impl Look<'_> {
    /// Over a session that is open: its inbox alone. Else all of the mailbox.
    pub(super) fn run(&mut self, over: Option<&mut Session>) -> Result<(), LookError> {
        if let Some(session) = over {
            return self.imap_folder(session, INBOX);
        }
        match way_in(self.mailbox, &self.reading.keys, &self.reading.allowed)? {
            None => Ok(()),
            Some(WayIn::Maildir(dir)) => self.maildir(&dir),
            Some(WayIn::Imap(server)) => self.imap(&server),
        }
    }

    fn imap(&mut self, server: &Server) -> Result<(), LookError> {
        let mut session = mail::imap::open(server, self.reading.timeouts())?;
        let sent = session.folders()?.sent;
        self.imap_folder(&mut session, INBOX)?;
        if let Some(sent) = sent {
            self.imap_folder(&mut session, &sent)?;
        }
        session.close();
        Ok(())
    }

    fn imap_folder(&mut self, session: &mut Session, folder: &str) -> Result<(), LookError> {
        let state = match session.select(folder) {
            // The folder went away since the server listed it.
            Err(error) if error.trouble == Trouble::Folder && folder != INBOX => return Ok(()),
            state => state?,
        };
        let uid_validity = i64::from(state.uid_validity);
        let cursor = self.db.read(|conn| arriving::cursor(conn, self.mailbox.id, folder))?;
        // Other UIDs: all is read again, and what is stored is known by its Message-ID and bytes.
        let same = cursor.filter(|cursor| cursor.uid_validity == uid_validity);
        let mut last = same.and_then(|cursor| u32::try_from(cursor.last_uid).ok()).unwrap_or(0);
        let batch = self.reading.batch();
        while !self.reading.stop.asked() {
            let messages = session.fetch_after(last, &batch)?;
            let Some(highest) = messages.iter().map(|message| message.uid).max() else { return Ok(()) };
            let parcels = messages.into_iter().map(|message| Parcel {
                source_key: format!("imap:{folder}:{uid_validity}:{}", message.uid),
                raw: message.raw,
                size: message.size,
                oversize: message.truncated,
            });
            let cursor = Cursor { uid_validity, last_uid: i64::from(highest) };
            self.store(folder, parcels.collect(), cursor)?;
            last = highest;
        }
        Ok(())
    }

    fn maildir(&mut self, dir: &Path) -> Result<(), LookError> {
        self.maildir_folder(INBOX, dir)?;
        let sent = maildir::folder(dir, SENT);
        if maildir::exists(&sent) { self.maildir_folder(SENT, &sent) } else { Ok(()) }
    }

    fn maildir_folder(&mut self, folder: &str, dir: &Path) -> Result<(), LookError> {
        let mut entries = maildir::list(dir)?;
        let batch = self.reading.batch();
        let modified = |entry: &Entry| entry.modified.map_or(i64::MAX, crate::domain::time::Moment::timestamp);
        let newest = entries.iter().map(modified).filter(|at| *at < i64::MAX).max().unwrap_or(0);
        let seen = self.db.read(|conn| arriving::cursor(conn, self.mailbox.id, folder))?;
        if self.mailbox.kind == MailboxKind::Personal
            && let Some(seen) = seen
        {
            // What was left out is not stored, so its name is not known: only the time says that it was looked at.
            entries.retain(|entry| modified(entry) >= seen.last_uid - OVERLAP);
        }
        let mut waiting: Vec<Parcel> = Vec::new();
        let mut bytes = 0;
        let cursor = |last_uid| Cursor { uid_validity: 0, last_uid };
        let before = seen.map_or(0, |seen| seen.last_uid);
        for chunk in entries.chunks(CHUNK) {
            let keys: Vec<String> = chunk.iter().map(|entry| key(folder, entry)).collect();
            let known = self.db.read(|conn| arriving::known(conn, self.mailbox.id, &keys))?;
            for (entry, source_key) in chunk.iter().zip(keys).filter(|(_, key)| !known.contains(key)) {
                if self.reading.stop.asked() {
                    return Ok(());
                }
                let Some(parcel) = read_file(dir, entry, source_key, &batch)? else { continue };
                bytes += parcel.raw.len() as u64;
                waiting.push(parcel);
                if waiting.len() >= batch.messages || bytes >= batch.bytes {
                    // The cursor moves when all is stored: files do not come in the order of their times.
                    self.store(folder, std::mem::take(&mut waiting), cursor(before))?;
                    bytes = 0;
                }
            }
        }
        if waiting.is_empty() && newest == before { Ok(()) } else { self.store(folder, waiting, cursor(newest)) }
    }

    /// Stores what is wanted of these messages, and the folder's cursor, in one write.
    fn store(&mut self, folder: &str, parcels: Vec<Parcel>, cursor: Cursor) -> Result<(), LookError> {
        let wanted = Wanted { mailbox: self.mailbox, is_inbox: folder == INBOX };
        let arrivals = side_by_side(&parcels, |parcel| {
            let head = keep::head(&parcel.raw);
            let keeps = self.mailbox.kind == MailboxKind::Desk
                || self.db.read(|conn| wanted.keeps(conn, &parcel.raw, head.as_ref()))?;
            Ok::<_, DbError>(keeps.then(|| parcel.arrival(folder, head.and_then(|head| head.message_id))))
        });
        let arrivals: Vec<Arrival> = arrivals.into_iter().filter_map(Result::transpose).collect::<Result<_, _>>()?;
        let mailbox = self.mailbox;
        let (now, began) = (self.ticking.now(), self.ticking.began);
        let stored = self.db.write(|tx| {
            if !leases::take(tx, self.lease, self.holder, now, self.reading.lease_seconds())? {
                return Ok(None);
            }
            let stored = arriving::store(tx, mailbox.site_id, mailbox.id, &arrivals, began)?;
            arriving::move_cursor(tx, mailbox.id, folder, cursor)?;
            Ok::<_, DbError>(Some(stored))
        })?;
        let stored = stored.ok_or(LookError::Lost)?;
        self.tally.add("stored", u64::try_from(stored).unwrap_or(0));
        Ok(())
    }
}

fn key(folder: &str, entry: &Entry) -> String {
    format!("maildir:{folder}:{}", entry.name)
}

/// A file of a Maildir; `None` when it went away meanwhile. One that is too long is cut after the beginning of its text.
fn read_file(dir: &Path, entry: &Entry, source_key: String, batch: &Batch) -> Result<Option<Parcel>, MailError> {
    let oversize = entry.size > batch.size_limit;
    let head = HEADER as u64 + u64::from(batch.head);
    let limit = if oversize { head.min(batch.size_limit) } else { batch.size_limit };
    match maildir::read(dir, entry, limit) {
        Ok((raw, truncated)) => Ok(Some(Parcel { source_key, raw, size: entry.size, oversize: oversize || truncated })),
        Err(error)
            if error.trouble == Trouble::File && !maildir::list(dir)?.iter().any(|now| now.name == entry.name) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

impl Parcel {
    fn arrival(&self, folder: &str, message_id: Option<String>) -> Arrival {
        Arrival {
            source_key: self.source_key.clone(),
            folder: folder.to_owned(),
            message_id,
            content_hash: keep::fingerprint(&self.raw),
            size: i32::try_from(self.size).unwrap_or(i32::MAX),
            oversize: self.oversize,
            raw: keep::pack(&self.raw),
        }
    }
}
