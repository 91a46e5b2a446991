//! Mailboxes: adding, changing and checking them, and where their ways out and in lead. What is set from a page reaches
//! mail servers at public addresses only; directories and certificate files come from the command line.

use crate::domain::email::EmailAddress;
use crate::domain::id::{MailboxId, SiteId, UserId};
use crate::domain::scope::Scope;
use crate::domain::secret::{Keys, Mismatch, Secret};
use crate::domain::time::{Day, Moment};
use crate::domain::words::MailboxKind;
use crate::mail::error::{MailError, Trouble};
use crate::mail::reach::Reach;
use crate::mail::server::{Protocol, Server, Timeouts};
use crate::mail::{self, maildir, pickup, smtp};
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::mailboxes::{Mailbox, MailboxEdit, NewMailbox};
use crate::store::{Db, DbError, Tx, campaigns, mailboxes};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Most lines to one mail server.
const MOST_CONNECTIONS: i32 = 32;
/// Most messages in a minute that a rate can name.
const MOST_PER_MINUTE: i32 = 100_000;

/// Where mail goes out.
#[derive(Debug)]
pub enum WayOut {
    /// Into a directory.
    Pickup(PathBuf),
    /// To a server.
    Smtp(Box<Server>),
}

/// Where mail comes in.
#[derive(Debug)]
pub enum WayIn {
    /// From a directory.
    Maildir(PathBuf),
    /// From a server.
    Imap(Box<Server>),
}

/// The pickup directory of a mailbox that has one.
pub fn pickup_dir(mailbox: &Mailbox) -> Option<PathBuf> {
    mailbox.out_url.strip_prefix("pickup:").map(PathBuf::from)
}

/// The way out of a mailbox, with its password and certificates; `allowed` are private addresses that one set from a
/// page may reach as well.
pub fn way_out(mailbox: &Mailbox, keys: &Keys, allowed: &[IpAddr]) -> Result<WayOut, MailError> {
    match pickup_dir(mailbox) {
        Some(dir) => Ok(WayOut::Pickup(dir)),
        None => Ok(WayOut::Smtp(Box::new(server_of(mailbox, Protocol::Smtp, &mailbox.out_url, keys, allowed)?))),
    }
}

/// The way in of a mailbox; `None` for one that reads nothing.
pub fn way_in(mailbox: &Mailbox, keys: &Keys, allowed: &[IpAddr]) -> Result<Option<WayIn>, MailError> {
    if mailbox.in_url.is_empty() {
        return Ok(None);
    }
    Ok(Some(match mailbox.in_url.strip_prefix("maildir:") {
        Some(dir) => WayIn::Maildir(PathBuf::from(dir)),
        None => WayIn::Imap(Box::new(server_of(mailbox, Protocol::Imap, &mailbox.in_url, keys, allowed)?)),
    }))
}

fn server_of(
    mailbox: &Mailbox,
    protocol: Protocol,
    url: &str,
    keys: &Keys,
    allowed: &[IpAddr],
) -> Result<Server, MailError> {
    let mut found = Server::parse(protocol, url)?;
    if let Some(sealed) = &mailbox.secret {
        let secret = keys
            .open(sealed)
            .map_err(|_| MailError::new(Trouble::NoPassword, "the key file does not fit the sealed password"))?;
        found = found.with_password(secret);
    }
    if let Some(file) = &mailbox.ca_file {
        found = found.with_ca(read_ca(Path::new(file))?);
    }
    if mailbox.confined {
        found.reach = Reach::Public { except: allowed.to_vec() };
    }
    found.checked()
}

fn read_ca(file: &Path) -> Result<Vec<u8>, MailError> {
    std::fs::read(file).map_err(|error| MailError::new(Trouble::CaFile, error.to_string()))
}

/// What a check of a mailbox found: each way on its own; `None` for a way that it does not have.
#[derive(Debug)]
pub struct Checked {
    /// Sending.
    pub out: Option<Result<(), MailError>>,
    /// Reading.
    pub inward: Option<Result<(), MailError>>,
}

impl Checked {
    /// Whether every way that is there works.
    pub fn is_good(&self) -> bool {
        [&self.out, &self.inward].into_iter().flatten().all(Result::is_ok)
    }
}

/// Connects and signs in both ways, sending and reading nothing. Blocks for at most a few time limits.
pub fn check(mailbox: &Mailbox, keys: &Keys, allowed: &[IpAddr], timeouts: Timeouts) -> Checked {
    let out = (!mailbox.out_url.is_empty()).then(|| match way_out(mailbox, keys, allowed)? {
        WayOut::Pickup(dir) => pickup::check(&dir).map_err(|error| MailError::new(Trouble::File, error.to_string())),
        WayOut::Smtp(server) => smtp::check(&server, mailbox.address.domain(), timeouts),
    });
    let inward = match way_in(mailbox, keys, allowed) {
        Ok(None) => None,
        Ok(Some(WayIn::Maildir(dir))) => Some(maildir::list(&dir).map(|_| ())),
        Ok(Some(WayIn::Imap(server))) => Some(mail::imap::check(&server, timeouts)),
        Err(error) => Some(Err(error)),
    };
    Checked { out, inward }
}

/// What a person fills in about a mailbox.
#[derive(Debug, Clone)]
pub struct MailboxFields {
    /// As the desk calls it.
    pub name: String,
    /// The sender's name in its mails.
    pub from_name: String,
    /// The way out; empty for none.
    pub out_url: String,
    /// The way in; empty for none.
    pub in_url: String,
    /// The password for both; `None` leaves what is there.
    pub password: Option<Secret>,
    /// The first day whose mail counts.
    pub start_on: Day,
    /// Lines kept open at once.
    pub connections: i32,
    /// Messages in a minute; 0: as many as go.
    pub rate_per_minute: i32,
}

/// Who sets up a mailbox, which decides what it may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// A page: mail servers at public addresses.
    Page,
    /// The command line on the server itself: also directories, other ports and addresses.
    CommandLine,
}

/// Why a mailbox could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum MailboxError {
    /// Only coordinators set up mailboxes.
    #[error("only a coordinator sets up mailboxes")]
    NotCoordinator,
    /// It has no name, or one that is too long.
    #[error("give the mailbox a name of at most 100 characters")]
    Name,
    /// It has no way out and no way in.
    #[error("give a way to send, a way to read, or both")]
    NoWay,
    /// The way out cannot be used.
    #[error("the way out: {0}")]
    Out(MailError),
    /// The way in cannot be used.
    #[error("the way in: {0}")]
    In(MailError),
    /// A directory, from a page.
    #[error("directories are set up on the command line")]
    OnlyCommandLine,
    /// Lines or rate out of range.
    #[error("between 1 and {MOST_CONNECTIONS} connections, and a rate from 0 to {MOST_PER_MINUTE}")]
    Range,
    /// A campaign that is not over leaves from it.
    #[error("a campaign that is not over leaves from this mailbox")]
    InUse,
    /// Somebody else saved it first.
    #[error("somebody else changed this mailbox")]
    Stale,
    /// It is not there.
    #[error("no such mailbox")]
    NotThere,
    /// The password cannot be sealed.
    #[error(transparent)]
    Seal(#[from] Mismatch),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
may_repeat!(MailboxError);

impl MailboxFields {
    fn checked(&self, door: Door) -> Result<(), MailboxError> {
        if self.name.trim().is_empty() || self.name.chars().count() > 100 || self.from_name.chars().count() > 100 {
            return Err(MailboxError::Name);
        }
        if self.out_url.is_empty() && self.in_url.is_empty() {
            return Err(MailboxError::NoWay);
        }
        let fits =
            (1..=MOST_CONNECTIONS).contains(&self.connections) && (0..=MOST_PER_MINUTE).contains(&self.rate_per_minute);
        if !fits {
            return Err(MailboxError::Range);
        }
        way_fits(Protocol::Smtp, &self.out_url, "pickup:", door, MailboxError::Out)?;
        way_fits(Protocol::Imap, &self.in_url, "maildir:", door, MailboxError::In)
    }
}

fn way_fits(
    protocol: Protocol,
    url: &str,
    directory: &str,
    door: Door,
    wrap: fn(MailError) -> MailboxError,
) -> Result<(), MailboxError> {
    if url.is_empty() {
        return Ok(());
    }
    if let Some(dir) = url.strip_prefix(directory) {
        if door == Door::Page {
            return Err(MailboxError::OnlyCommandLine);
        }
        let absolute = Path::new(dir).is_absolute();
        return if absolute { Ok(()) } else { Err(wrap(MailError::new(Trouble::File, "give the whole path"))) };
    }
    let server = Server::parse(protocol, url).map_err(wrap)?;
    let mail_port = matches!(server.port, 25 | 465 | 587 | 143 | 993);
    if door == Door::Page && !mail_port {
        return Err(wrap(MailError::new(Trouble::Forbidden, "a page may only name mail ports")));
    }
    Ok(())
}

/// What a new mailbox needs besides its fields.
#[derive(Debug, Clone)]
pub struct NewBox {
    /// The site.
    pub site: SiteId,
    /// The desk's or a person's.
    pub kind: MailboxKind,
    /// The person.
    pub user: Option<UserId>,
    /// Its address.
    pub address: EmailAddress,
    /// A file with certificates; from the command line only.
    pub ca_file: Option<PathBuf>,
}

/// Adds a mailbox; the password is sealed before it reaches the database.
pub fn add(
    db: &Db,
    scope: &Scope,
    keys: &Keys,
    new: &NewBox,
    fields: &MailboxFields,
    door: Door,
    now: Moment,
) -> Result<MailboxId, MailboxError> {
    if !scope.coordinates() {
        return Err(MailboxError::NotCoordinator);
    }
    if !scope.sees(new.site) {
        return Err(MailboxError::NotThere);
    }
    fields.checked(door)?;
    if new.ca_file.is_some() && door == Door::Page {
        return Err(MailboxError::OnlyCommandLine);
    }
    if let Some(file) = &new.ca_file {
        read_ca(file).map_err(MailboxError::Out)?;
    }
    let row = NewMailbox {
        site_id: new.site,
        kind: new.kind,
        user_id: new.user,
        name: fields.name.trim().to_owned(),
        from_name: fields.from_name.trim().to_owned(),
        address: new.address.clone(),
        out_url: fields.out_url.clone(),
        in_url: fields.in_url.clone(),
        secret: fields.password.as_ref().map(|secret| keys.seal(secret)).transpose()?,
        ca_file: new.ca_file.as_ref().map(|file| file.display().to_string()),
        confined: door == Door::Page,
        start_on: fields.start_on,
        connections: fields.connections,
        rate_per_minute: fields.rate_per_minute,
        pause_reason: String::new(),
        failures: 0,
        fetch_error: String::new(),
        version: 1,
        created_at: now,
    };
    db.write(|tx| {
        let id = mailboxes::add(tx, &row)?;
        record(tx, scope, new.site, id, "mailbox.add", now)?;
        Ok(id)
    })
}

/// Changes a mailbox from a page. Its directories and certificate file stay what the command line made them.
pub fn edit(
    db: &Db,
    scope: &Scope,
    keys: &Keys,
    id: MailboxId,
    version: i32,
    fields: &MailboxFields,
    now: Moment,
) -> Result<(), MailboxError> {
    if !scope.coordinates() {
        return Err(MailboxError::NotCoordinator);
    }
    let there = db.read(|conn| mailboxes::find(conn, scope, id))?.ok_or(MailboxError::NotThere)?;
    // A way that was not touched keeps what the command line allowed it.
    let same = there.out_url == fields.out_url && there.in_url == fields.in_url;
    fields.checked(if same { Door::CommandLine } else { Door::Page })?;
    let edit = MailboxEdit {
        name: fields.name.trim().to_owned(),
        from_name: fields.from_name.trim().to_owned(),
        out_url: fields.out_url.clone(),
        in_url: fields.in_url.clone(),
        secret: fields.password.as_ref().map(|secret| keys.seal(secret)).transpose()?,
        confined: there.confined || !same,
        start_on: fields.start_on,
        connections: fields.connections,
        rate_per_minute: fields.rate_per_minute,
    };
    db.write(|tx| {
        if !mailboxes::edit(tx, id, version, &edit)? {
            return Err(MailboxError::Stale);
        }
        Ok(record(tx, scope, there.site_id, id, "mailbox.edit", now)?)
    })
}

/// Holds a mailbox, or lets it go on.
pub fn hold(db: &Db, scope: &Scope, id: MailboxId, held: bool, now: Moment) -> Result<(), MailboxError> {
    if !scope.coordinates() {
        return Err(MailboxError::NotCoordinator);
    }
    let there = db.read(|conn| mailboxes::find(conn, scope, id))?.ok_or(MailboxError::NotThere)?;
    db.write(|tx| {
        if held {
            mailboxes::pause(tx, id, "", now)?;
        } else {
            mailboxes::resume(tx, id)?;
        }
        Ok(record(tx, scope, there.site_id, id, if held { "mailbox.pause" } else { "mailbox.resume" }, now)?)
    })
}

/// Puts a mailbox away; refused while a campaign that is not over leaves from it.
pub fn archive(db: &Db, scope: &Scope, id: MailboxId, now: Moment) -> Result<(), MailboxError> {
    if !scope.coordinates() {
        return Err(MailboxError::NotCoordinator);
    }
    let there = db.read(|conn| mailboxes::find(conn, scope, id))?.ok_or(MailboxError::NotThere)?;
    db.write(|tx| {
        if campaigns::uses_mailbox(tx, id)? {
            return Err(MailboxError::InUse);
        }
        mailboxes::archive(tx, id, now)?;
        Ok(record(tx, scope, there.site_id, id, "mailbox.archive", now)?)
    })
}

fn record(tx: &mut Tx, scope: &Scope, site: SiteId, id: MailboxId, action: &str, now: Moment) -> Result<(), DbError> {
    let event = Event {
        at: now,
        site_id: Some(site),
        user_id: scope.user(),
        action,
        subject: "mailbox",
        subject_id: Some(id.0),
        detail: "",
    };
    audit::record(tx, &event)
}
