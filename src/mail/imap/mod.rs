//! Reading a mailbox over IMAP. Nothing is ever flagged, moved or deleted: folders are opened with EXAMINE and
//! bodies read with PEEK. Every wait is bounded, and a session that failed to answer in time is dropped.

mod idle;
mod stream;

use super::error::{MailError, Step, Trouble};
use super::server::{Server, Timeouts};
use crate::domain::time::Moment;
use ::imap as wire;
use chrono::Utc;
use idle::Shared;
use std::collections::{BTreeMap, BTreeSet};
use stream::{Limits, SMALL, io_error};

/// How the Sent folder is called where the server does not say which one it is; compared in lower case.
const SENT_NAMES: [&str; 9] = [
    "sent",
    "sent items",
    "sent messages",
    "sent mail",
    "verzonden items",
    "verzonden",
    "verzonden berichten",
    "verzonden e-mail",
    "verstuurd",
];

/// Messages asked for by one range of UIDs.
const WINDOW: u32 = 500;

/// Most of a long message's header that is read.
const HEADER_LIMIT: u32 = 256 * 1024;

/// The folders of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Names as the server writes them (modified UTF-7).
    pub all: Vec<String>,
    /// Where sent mail is kept: by `\Sent` (RFC 6154), else by a known name.
    pub sent: Option<String>,
}

/// An opened folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderState {
    /// UIDs only mean something together with this number; 0 when the server has none.
    pub uid_validity: u32,
    /// The UID that the next message gets at least.
    pub uid_next: Option<u32>,
    /// Number of messages.
    pub exists: u32,
}

/// How much one call reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// Most messages.
    pub messages: usize,
    /// Most bytes together; one message always goes.
    pub bytes: u64,
    /// A message above this many bytes is read as its header and the beginning of its text.
    pub size_limit: u64,
    /// That beginning, in bytes.
    pub head: u32,
}

impl Default for Batch {
    fn default() -> Self {
        Self { messages: 50, bytes: 16 * 1024 * 1024, size_limit: 30 * 1024 * 1024, head: 64 * 1024 }
    }
}

/// A message as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its UID.
    pub uid: u32,
    /// Its whole size in bytes, as the server says.
    pub size: u64,
    /// When the server got it.
    pub internal_date: Option<Moment>,
    /// Its bytes, or the beginning of them.
    pub raw: Vec<u8>,
    /// Whether something is left out.
    pub truncated: bool,
}

/// A signed-in session.
#[derive(Debug)]
pub struct Session {
    /// `None` after a failure that leaves the conversation out of step.
    wire: Option<wire::Session<Shared>>,
    stream: Shared,
    limits: Limits,
    /// The server told of new mail since the open folder was last read.
    news: bool,
}

/// Connects, makes the line safe and signs in.
pub fn open(server: &Server, timeouts: Timeouts) -> Result<Session, MailError> {
    let server = server.clone().checked()?;
    let none = || MailError::new(Trouble::NoPassword, "IMAP needs a user and a password");
    let (user, password) = server.credentials()?.ok_or_else(none)?;
    let limits = Limits::new(timeouts);
    let (stream, greeted) = stream::open(&server, timeouts, &limits)?;
    let stream = Shared::new(stream);
    let mut client = wire::Client::new(stream.clone());
    limits.renew(SMALL);
    if !greeted {
        let greeting = client.read_greeting().map_err(|e| explained(&e, Step::Greeting))?;
        if !greeting.starts_with(b"* OK") {
            let trouble = if greeting.starts_with(b"* BYE") { Trouble::Refused } else { Trouble::Garbled };
            return Err(MailError::new(trouble(Step::Greeting), "no welcome"));
        }
    }
    limits.renew(SMALL);
    let session = client.login(user, password).map_err(|(error, _)| explained(&error, Step::Auth))?;
    Ok(Session { wire: Some(session), stream, limits, news: false })
}

/// Signs in, opens the inbox and leaves.
pub fn check(server: &Server, timeouts: Timeouts) -> Result<(), MailError> {
    let mut session = open(server, timeouts)?;
    session.select("INBOX")?;
    session.close();
    Ok(())
}

impl Session {
    /// Whether the session still stands; after a timeout or a dropped line it does not.
    pub fn is_open(&self) -> bool {
        self.wire.is_some()
    }

    /// Says goodbye. Dropping the session does without.
    pub fn close(mut self) {
        // The goodbye of a server changes nothing.
        let _ = self.run(Step::Read, SMALL, wire::Session::logout);
    }

    /// The folders that can be opened, and which one holds sent mail.
    pub fn folders(&mut self) -> Result<Folders, MailError> {
        self.run(Step::Folder, 8 * SMALL, |wire| {
            let names = wire.list(Some(""), Some("\"*\""))?;
            let mut folders = Folders { all: Vec::new(), sent: None };
            let mut by_name = None;
            for name in names.iter() {
                let attributes = format!("{:?}", name.attributes()).to_ascii_lowercase();
                if attributes.contains("noselect") || attributes.contains("nonexistent") {
                    continue;
                }
                let last = name.delimiter().and_then(|d| name.name().rsplit(d).next()).unwrap_or(name.name());
                let rank = SENT_NAMES.iter().position(|known| *known == last.to_lowercase());
                if let Some(rank) = rank
                    && by_name.as_ref().is_none_or(|(best, _)| rank < *best)
                {
                    by_name = Some((rank, name.name().to_owned()));
                }
                if folders.sent.is_none() && attributes.contains("sent") {
                    folders.sent = Some(name.name().to_owned());
                }
                folders.all.push(name.name().to_owned());
            }
            folders.sent = folders.sent.or(by_name.map(|(_, name)| name));
            Ok(folders)
        })
    }

    /// Opens a folder for reading only.
    pub fn select(&mut self, folder: &str) -> Result<FolderState, MailError> {
        let state = self.run(Step::Folder, SMALL, |wire| wire.examine(folder));
        let state = state.map_err(|error| {
            let refused = error.trouble == Trouble::Refused(Step::Folder);
            if refused { MailError::new(Trouble::Folder, error.detail) } else { error }
        })?;
        Ok(FolderState {
            uid_validity: state.uid_validity.unwrap_or_default(),
            uid_next: state.uid_next,
            exists: state.exists,
        })
    }

    /// The next messages of the open folder above `last_uid`, lowest UID first, as many as the batch holds; empty
    /// when there are none. Call again from the last UID until it is empty.
    pub fn fetch_after(&mut self, last_uid: u32, batch: &Batch) -> Result<Vec<Fetched>, MailError> {
        // Without it some servers keep what has just arrived to themselves.
        self.run(Step::Read, SMALL, wire::Session::noop)?;
        self.news = false;
        let sizes = self.next_sizes(last_uid)?;
        let (mut small, mut large, mut planned) = (Vec::new(), Vec::new(), 0);
        for (&uid, &(size, _)) in sizes.iter().take(batch.messages.max(1)) {
            let whole = size <= batch.size_limit;
            let cost = if whole { size } else { u64::from(batch.head) };
            if planned > 0 && planned + cost > batch.bytes {
                break;
            }
            planned += cost.max(1);
            if whole { small.push(uid) } else { large.push(uid) }
        }
        let mut found = self.whole(&small, planned)?;
        for uid in large {
            found.extend(self.beginning(uid, batch.head)?);
        }
        found.sort_by_key(|message| message.uid);
        for message in &mut found {
            if let Some((size, date)) = sizes.get(&message.uid) {
                message.size = *size;
                message.internal_date = *date;
            }
        }
        Ok(found)
    }

    /// Whether a folder holds a message with this Message-ID. Leaves that folder open.
    pub fn find_message_id(&mut self, folder: &str, message_id: &str) -> Result<bool, MailError> {
        let id = message_id.trim().trim_start_matches('<').trim_end_matches('>');
        if id.is_empty() || !id.chars().all(|c| c.is_ascii_graphic() && c != '"' && c != '\\') {
            return Ok(false);
        }
        self.select(folder)?;
        let query = format!("HEADER Message-ID \"{id}\"");
        self.run(Step::Read, 8 * SMALL, |wire| wire.uid_search(query)).map(|found| !found.is_empty())
    }

    /// Sizes and dates of the first messages above a UID. A wide gap in the UIDs is crossed by one search.
    fn next_sizes(&mut self, last_uid: u32) -> Result<BTreeMap<u32, (u64, Option<Moment>)>, MailError> {
        let Some(first) = last_uid.checked_add(1) else { return Ok(BTreeMap::new()) };
        let found = self.sizes(first)?;
        if !found.is_empty() {
            return Ok(found);
        }
        let query = format!("UID {first}:*");
        let uids = self.run(Step::Read, 64 * SMALL, |wire| wire.uid_search(query))?;
        // `n:*` with n past the end gives the last message: never take what lies below.
        match uids.into_iter().filter(|uid| *uid >= first).min() {
            Some(next) => self.sizes(next),
            None => Ok(BTreeMap::new()),
        }
    }

    fn sizes(&mut self, first: u32) -> Result<BTreeMap<u32, (u64, Option<Moment>)>, MailError> {
        let range = first..=first.saturating_add(WINDOW - 1);
        let set = format!("{}:{}", range.start(), range.end());
        self.run(Step::Read, SMALL, |wire| {
            let rows = wire.uid_fetch(set, "(UID RFC822.SIZE INTERNALDATE)")?;
            let row = |row: &wire::types::Fetch<'_>| {
                let date = row.internal_date().map(|date| Moment::new(date.with_timezone(&Utc)));
                row.uid.filter(|uid| range.contains(uid)).zip(row.size).map(|(uid, size)| (uid, (size.into(), date)))
            };
            Ok(rows.iter().filter_map(row).collect())
        })
    }

    fn whole(&mut self, uids: &[u32], bytes: u64) -> Result<Vec<Fetched>, MailError> {
        if uids.is_empty() {
            return Ok(Vec::new());
        }
        let set = uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let wanted: BTreeSet<u32> = uids.iter().copied().collect();
        // Some servers only estimate sizes.
        self.run(Step::Read, bytes.saturating_mul(2) + 4 * SMALL, |wire| {
            let rows = wire.uid_fetch(set, "(UID BODY.PEEK[])")?;
            let mut found: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
            for row in rows.iter() {
                if let Some(uid) = row.uid.filter(|uid| wanted.contains(uid)) {
                    let raw = found.entry(uid).or_default();
                    if let Some(body) = row.body() {
                        *raw = body.to_vec();
                    }
                }
            }
            Ok(found.into_iter().map(|(uid, raw)| Fetched::of(uid, raw, false)).collect())
        })
    }

    fn beginning(&mut self, uid: u32, head: u32) -> Result<Option<Fetched>, MailError> {
        let query = format!("(UID BODY.PEEK[HEADER]<0.{HEADER_LIMIT}> BODY.PEEK[TEXT]<0.{head}>)");
        self.run(Step::Read, u64::from(head) + 2 * SMALL, |wire| {
            let rows = wire.uid_fetch(uid.to_string(), query)?;
            let row = rows.iter().find(|row| row.uid == Some(uid) && row.header().is_some());
            Ok(row.map(|row| {
                let mut raw = row.header().unwrap_or_default().to_vec();
                raw.extend_from_slice(row.text().unwrap_or_default());
                Fetched::of(uid, raw, true)
            }))
        })
    }

    /// Runs one command. A no from the server leaves the session standing; anything else ends it.
    fn run<T>(
        &mut self,
        step: Step,
        budget: u64,
        command: impl FnOnce(&mut wire::Session<Shared>) -> wire::Result<T>,
    ) -> Result<T, MailError> {
        let gone = || MailError::new(Trouble::Lost(step), "the session ended earlier");
        let mut session = self.wire.take().ok_or_else(gone)?;
        self.limits.renew(budget);
        match command(&mut session) {
            Ok(answer) => {
                let told = |notice| matches!(notice, wire::types::UnsolicitedResponse::Exists(_));
                self.news |= session.take_all_unsolicited().any(told);
                self.wire = Some(session);
                Ok(answer)
            }
            Err(error) => {
                if matches!(error, wire::Error::No(_) | wire::Error::Bad(_) | wire::Error::Validate(_)) {
                    self.wire = Some(session);
                }
                Err(explained(&error, step))
            }
        }
    }
}

impl Fetched {
    fn of(uid: u32, raw: Vec<u8>, truncated: bool) -> Self {
        Self { uid, size: raw.len() as u64, internal_date: None, raw, truncated }
    }
}

/// The crate's error without a word of the server's.
#[expect(clippy::wildcard_enum_match_arm, reason = "the crate's errors are open-ended, and all others mean the same")]
fn explained(error: &wire::Error, step: Step) -> MailError {
    let (trouble, detail) = match error {
        wire::Error::Io(error) => return io_error(error, step),
        wire::Error::No(no) if step == Step::Auth && !passes(&no.information) => {
            (Trouble::SignIn, "LOGIN was answered with NO")
        }
        wire::Error::No(_) => (Trouble::Refused(step), "answered with NO"),
        wire::Error::Bad(_) => (Trouble::Refused(step), "answered with BAD"),
        wire::Error::Bye(_) => (Trouble::Lost(step), "answered with BYE, or not in IMAP"),
        wire::Error::ConnectionLost => (Trouble::Lost(step), "the line was closed"),
        _ => (Trouble::Garbled(step), "an answer that cannot be read"),
    };
    MailError::new(trouble, detail)
}

/// Whether a refused sign-in says nothing about the password: the codes of RFC 5530 for what passes by itself.
fn passes(words: &str) -> bool {
    ["[UNAVAILABLE]", "[SERVERBUG]", "[INUSE]", "[LIMIT]"]
        .iter()
        .any(|code| words.get(..code.len()).is_some_and(|start| start.eq_ignore_ascii_case(code)))
}

#[cfg(test)]
mod tests;
