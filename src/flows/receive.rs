//! Tick `receive`: thinks about what is stored. Parse, find the thread, read, decide; then one write with the routing, the
//! contact moment, the suggestions and what needs no yes. Messages are read side by side and share a write, in the order in
//! which they came; one that answers another waits for it, and where one fails, each is written alone. A message that fails three times is broken and visible; the queue walks on.

mod group;
mod own;
mod settle;

pub use settle::note;
pub(super) use settle::{facts, proposals, rows};

use super::consequences::{self, ConsequenceError};
use super::fetch::unpack;
use super::side_by_side::side_by_side;
use super::threads::{self, Clues, Thread};
use super::{Stop, Tally};
use crate::domain::email::EmailAddress;
use crate::domain::holidays::{SchoolHolidays, region_of};
use crate::domain::id::{MailboxId, SiteId};
use crate::domain::reply::{self, Context, Letter, Reading};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Region, Routing};
use crate::mail::parse;
use crate::store::incoming::Incoming;
use crate::store::incoming::queue::{self, Routed};
use crate::store::mailboxes::Mailbox;
use crate::store::{Db, DbError, companies, correspondents, incoming, mailboxes, outgoing, sites};
use group::{Deed, Group};
use settle::Settled;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Messages taken up at once.
const BATCH: i64 = 100;
/// Bytes of messages that are at hand at once; what is longer is fetched when its turn comes.
const AT_HAND: i64 = 8 << 20;

/// Why a message could not be thought about.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A consequence could not be carried out.
    #[error(transparent)]
    Consequence(ConsequenceError),
    /// The stored bytes are damaged, or not there.
    #[error("its stored source cannot be opened")]
    Source,
    /// Its mailbox is not there.
    #[error("its mailbox is not there")]
    Mailbox,
    /// The reader fell over it.
    #[error("the reader could not handle it")]
    Panic,
    /// A reading cannot be written down.
    #[error("its reading cannot be stored: {0}")]
    Json(#[from] serde_json::Error),
}
crate::store::db::may_repeat!(ReceiveError);

impl From<ConsequenceError> for ReceiveError {
    fn from(error: ConsequenceError) -> Self {
        if let ConsequenceError::Db(error) = error { Self::Db(error) } else { Self::Consequence(error) }
    }
}

/// Thinks about everything that is stored and due. Gives how many messages went where.
/// `holidays` date what replies say by them.
pub fn tick(db: &Db, holidays: &SchoolHolidays, stop: &Stop, now: Moment) -> anyhow::Result<Tally> {
    let mut group = Group::new(db, now);
    let mut house = House::new(holidays);
    loop {
        let rows = db.read(|conn| queue::waiting(conn, now, BATCH))?;
        if rows.is_empty() || stop.asked() {
            return Ok(group.tally);
        }
        house.learn(db, &rows)?;
        let mut seen: HashSet<String> = HashSet::new();
        let sources = db.read(|conn| queue::sources(conn, &rows, AT_HAND))?;
        let found = side_by_side(&rows, |row| one(db, &house, row, sources.get(&row.id), now));
        for (row, found) in rows.iter().zip(found) {
            if stop.asked() {
                break;
            }
            // Where a message belongs may hang on those before it.
            let found = match found {
                Ok((head, _)) if head.answered_ids().into_iter().any(|id| seen.contains(id)) => {
                    group.write()?;
                    one(db, &house, row, sources.get(&row.id), now)
                }
                found => found,
            };
            match found {
                Ok((head, deed)) => {
                    seen.extend(head.message_id);
                    group.add(row.clone(), deed)?;
                }
                Err(error) => group.fail(row, &error)?,
            }
        }
        group.write()?;
    }
}

/// What many messages of one tick share.
struct House<'h> {
    holidays: &'h SchoolHolidays,
    mailboxes: HashMap<MailboxId, Mailbox>,
    regions: HashMap<SiteId, Option<Region>>,
    /// The addresses of each site's mailboxes.
    addresses: HashMap<SiteId, Vec<EmailAddress>>,
}

impl<'h> House<'h> {
    fn new(holidays: &'h SchoolHolidays) -> Self {
        Self { holidays, mailboxes: HashMap::new(), regions: HashMap::new(), addresses: HashMap::new() }
    }

    fn ours(&self, site: SiteId) -> &[EmailAddress] {
        self.addresses.get(&site).map_or(&[], Vec::as_slice)
    }

    /// Has what these messages share at hand.
    fn learn(&mut self, db: &Db, rows: &[Incoming]) -> Result<(), DbError> {
        for row in rows {
            let scope = Scope::clockwork(row.site_id);
            if let Entry::Vacant(unknown) = self.regions.entry(row.site_id) {
                unknown.insert(region(db, &scope, row)?);
                self.addresses.insert(row.site_id, db.read(|conn| correspondents::ours(conn, row.site_id))?);
            }
            if let Entry::Vacant(unknown) = self.mailboxes.entry(row.mailbox_id)
                && let Some(mailbox) = db.read(|conn| mailboxes::find(conn, &scope, row.mailbox_id))?
            {
                unknown.insert(mailbox);
            }
        }
        Ok(())
    }
}

/// What was found out about one message before the write that settles it.
pub(super) struct Understood {
    pub letter: Letter,
    pub reading: Reading,
    pub thread: Thread,
}

/// Finds out about one message, whose packed source may be at hand, and what is to be done with it; also gives its headers.
fn one(
    db: &Db,
    house: &House,
    row: &Incoming,
    packed: Option<&Vec<u8>>,
    now: Moment,
) -> Result<(Letter, Deed), ReceiveError> {
    let scope = Scope::clockwork(row.site_id);
    let region = house.regions.get(&row.site_id).copied().flatten();
    let mailbox = house.mailboxes.get(&row.mailbox_id).ok_or(ReceiveError::Mailbox)?;
    let holidays = house.holidays;
    let raw = match packed {
        Some(packed) => unpack(packed).map_err(|_| ReceiveError::Source)?,
        None => source(db, &scope, row)?,
    };
    let head = contained(|| parse::headers_only(&raw))?;
    let deed = if let Some(routed) = before_start(row, mailbox, &head) {
        Deed::File(routed)
    } else if let Some(copy) = own::copy(db, row, mailbox, house.ours(row.site_id), &head, now)? {
        Deed::Own(copy)
    } else {
        let letter = contained(|| parse::letter(&raw))?;
        if letter.readable {
            let understood = understand_in(db, &scope, row, letter, &Place { region, holidays })?;
            Deed::Settle(Box::new(db.read(|conn| Settled::of(conn, row, mailbox, understood, now))?))
        } else {
            Deed::Break
        }
    };
    Ok((head, deed))
}

/// The raw bytes of a message in scope.
pub fn source(db: &Db, scope: &Scope, row: &Incoming) -> Result<Vec<u8>, ReceiveError> {
    let packed = db.read(|conn| incoming::raw(conn, scope, row.id))?.ok_or(ReceiveError::Source)?;
    unpack(&packed).map_err(|_| ReceiveError::Source)
}

/// Runs a piece of reading; a panic in it is that message's failure and nobody else's.
pub(super) fn contained<T>(read: impl FnOnce() -> T) -> Result<T, ReceiveError> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| ReceiveError::Panic)
}

/// Finds whose letter it is and reads it, with the words that we sent where it answers a mail of ours.
pub(super) fn understand(
    db: &Db,
    holidays: &SchoolHolidays,
    scope: &Scope,
    row: &Incoming,
    letter: Letter,
) -> Result<Understood, ReceiveError> {
    let region = region(db, scope, row)?;
    understand_in(db, scope, row, letter, &Place { region, holidays })
}

/// By which school holidays a mail is dated.
struct Place<'a> {
    /// The site's region.
    region: Option<Region>,
    holidays: &'a SchoolHolidays,
}

fn understand_in(
    db: &Db,
    scope: &Scope,
    row: &Incoming,
    letter: Letter,
    place: &Place<'_>,
) -> Result<Understood, ReceiveError> {
    // A letter is read by what is known of who wrote it. Of what a machine brings back the reading says whose it is.
    let ours =
        db.read(|conn| threads::find(conn, scope, &Clues { letter: &letter, original: None, machine: false }))?;
    let reading = read_in(db, scope, row, &letter, &ours, place)?;
    let machine = matches!(reading.kind, reply::Kind::Bounce | reply::Kind::Complaint);
    if !machine {
        return Ok(Understood { letter, reading, thread: ours });
    }
    let original = reading.bounce.as_ref().and_then(|bounce| bounce.original_message_id.as_deref());
    let thread = db.read(|conn| threads::find(conn, scope, &Clues { letter: &letter, original, machine }))?;
    let same = (&thread.outgoing, thread.company) == (&ours.outgoing, ours.company);
    let reading = if same { reading } else { read_in(db, scope, row, &letter, &thread, place)? };
    Ok(Understood { letter, reading, thread })
}

/// Reads a letter that belongs to a thread.
fn read_in(
    db: &Db,
    scope: &Scope,
    row: &Incoming,
    letter: &Letter,
    thread: &Thread,
    place: &Place<'_>,
) -> Result<Reading, ReceiveError> {
    let (body, company) = db.read(|conn| -> Result<_, DbError> {
        let body = thread.outgoing.as_ref().map(|mail| outgoing::body(conn, scope, mail.id)).transpose()?.flatten();
        let company = thread.company.map(|id| companies::find(conn, scope, id)).transpose()?.flatten();
        Ok((body, company))
    })?;
    // an employer dates by the holidays of his own region, where his postcode tells it
    let own = company.and_then(|company| region_of(company.fields.postcode.as_ref()?.pc4()));
    let context = Context {
        received: Some(row.received_at),
        sent: body.as_ref().map(|body| body.text.as_str()),
        region: own.or(place.region),
        holidays: Some(place.holidays),
    };
    contained(|| reply::read(letter, &context))
}

fn region(db: &Db, scope: &Scope, row: &Incoming) -> Result<Option<Region>, DbError> {
    Ok(db.read(|conn| sites::find(conn, scope, row.site_id))?.map(|site| site.region))
}

/// Mail from before the day on which the mailbox was added is kept and not thought about.
fn before_start(row: &Incoming, mailbox: &Mailbox, head: &Letter) -> Option<Routed> {
    let dated = head.date.unwrap_or(row.received_at);
    (dated.day() < mailbox.start_on).then(|| headers(head, Routing::Filed))
}

/// What the headers alone say, for a message that nothing more is asked of.
fn headers(head: &Letter, routing: Routing) -> Routed {
    Routed {
        routing,
        decision: crate::domain::words::Decision::None,
        sent_at: head.date,
        from_address: head.from.as_ref().map(|from| from.email.clone()),
        from_name: head.from.as_ref().and_then(|from| from.name.clone()).unwrap_or_default(),
        subject: head.subject.clone(),
        kind: None,
        intent: None,
        reading: None,
        hint: String::new(),
        outgoing_id: None,
        company_id: None,
        contact_id: None,
    }
}
