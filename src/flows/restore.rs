//! Restoring a backup into an empty database: checked whole before anything is written, written in one transaction, and
//! left so that nothing of it leaves by itself ([`hold`]).

mod hold;

pub use hold::{Held, since};

use super::backup::{CHECKSUM, FORMAT, Header, Heading, SIGNED_FOR};
use super::checkins::CheckInError;
use super::settings::Aftercare;
use crate::domain::secret::Keys;
use crate::domain::time::Moment;
use crate::store::dump::Table;
use crate::store::{Db, DbError, Tx, dump, migrations};
use flate2::bufread::GzDecoder;
use sha2::{Digest, Sha256};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

/// Bytes of rows that go to the database at once; a single row may have more.
const BATCH: usize = 1 << 20;

/// Why nothing was restored; the database is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// It does not begin as a backup does.
    #[error("this is no backup of Stagemakelaar, or one of another format")]
    NotOurs,
    /// The checksum does not fit: cut off, or changed.
    #[error("this backup is damaged: its checksum does not fit; nothing was restored")]
    Damaged,
    /// A line in it is not as this program writes it.
    #[error("this backup cannot be read: {0}; nothing was restored")]
    Line(String),
    /// A newer program wrote it.
    #[error(
        "this backup was made by version {product} (schema {schema}), which is newer: restore it with that version"
    )]
    Newer {
        /// That program's version.
        product: String,
        /// Its newest migration.
        schema: String,
    },
    /// It belongs with another key file.
    #[error(
        "this backup belongs with another key file (`files.keys`): put that one back first. With `--other-keys` it is \
         restored all the same; then every mailbox needs its password anew, and opt-out links in mails that left do not work"
    )]
    OtherKeys,
    /// The database has rows.
    #[error("the database is not empty ({}); a backup is restored into a new one only", .0.join(", "))]
    NotEmpty(Vec<String>),
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A check-in whose mail may have left could not be made a call.
    #[error("a check-in could not be held: {0}; nothing was restored")]
    CheckIn(#[from] CheckInError),
}

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// What the backup says of itself.
    pub header: Header,
    /// Rows that were written.
    pub rows: usize,
    /// What waits for a person now.
    pub held: Held,
}

/// Restores a backup, all or nothing. `other_keys` also takes one that belongs with another key file.
pub fn restore(
    db: &Db,
    keys: &Keys,
    settings: &Aftercare,
    mut file: impl Read + Seek,
    other_keys: bool,
    now: Moment,
) -> Result<Restored, RestoreError> {
    let length = checked(&mut file)?;
    let mut lines = BufReader::new(GzDecoder::new(BufReader::new(file.take(length)))).lines();
    let header: Header = parse(&lines.next().unwrap_or_else(|| Ok(String::new()))?)?;
    let backed_up = Moment::parse(&header.at).ok_or_else(|| RestoreError::Line(header.at.clone()))?;
    let known = migrations::known()?;
    if !known.contains(&header.schema) {
        return Err(RestoreError::Newer { product: header.product, schema: header.schema });
    }
    if keys.verify(SIGNED_FOR, &header.keys).is_err() && !other_keys {
        return Err(RestoreError::OtherKeys);
    }
    let newest = known.last().cloned().unwrap_or_default();
    let (rows, held) = db.write_once(|tx| -> Result<_, RestoreError> {
        dump::take_time(tx)?;
        if let Some(version) = migrations::applied(tx)?.into_iter().find(|version| !known.contains(version)) {
            return Err(DbError::Newer(version).into());
        }
        refuse_rows(tx)?;
        migrations::to(tx, &header.schema)?;
        let rows = load(tx, &mut lines)?;
        migrations::to(tx, &newest)?;
        Ok((rows, hold::hold(tx, settings.patience(), backed_up, now)?))
    })?;
    Ok(Restored { header, rows, held })
}

/// Reads the file through and compares its checksum; leaves it at the start of the gzip stream, and says how long that is.
fn checked(file: &mut (impl Read + Seek)) -> Result<u64, RestoreError> {
    let end = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    let mut first = String::new();
    let start = FORMAT.len() as u64;
    // What is not even text is not ours either.
    let read = file.take(start).read_to_string(&mut first);
    if read.is_err() || first != FORMAT {
        return Err(RestoreError::NotOurs);
    }
    let length = end.checked_sub(start + CHECKSUM as u64).ok_or(RestoreError::Damaged)?;
    let mut sum = Sha256::new();
    sum.update(FORMAT);
    io::copy(&mut file.take(length), &mut sum)?;
    let mut given = [0; CHECKSUM];
    file.read_exact(&mut given)?;
    if given != *sum.finalize() {
        return Err(RestoreError::Damaged);
    }
    file.seek(SeekFrom::Start(start))?;
    Ok(length)
}

fn parse<'a, T: serde::Deserialize<'a>>(line: &'a str) -> Result<T, RestoreError> {
    serde_json::from_str(line).map_err(|error| RestoreError::Line(error.to_string()))
}

fn refuse_rows(tx: &mut Tx) -> Result<(), RestoreError> {
    let mut full = Vec::new();
    for table in dump::tables(tx)? {
        if dump::has_rows(tx, &table)? {
            full.push(table.name);
        }
    }
    if full.is_empty() { Ok(()) } else { Err(RestoreError::NotEmpty(full)) }
}

/// Writes the rows of every table; says how many there were.
fn load(tx: &mut Tx, lines: &mut impl Iterator<Item = io::Result<String>>) -> Result<usize, RestoreError> {
    let tables = dump::tables(tx)?;
    let (mut count, mut table, mut batch, mut counters) = (0, None::<Table>, String::new(), Vec::new());
    let mut put = |tx: &mut Tx, table: Option<&Table>, batch: &mut String| -> Result<(), RestoreError> {
        if let Some(table) = table.filter(|_| !batch.is_empty()) {
            batch.push(']');
            count += dump::add_rows(tx, table, batch)?;
            batch.clear();
        }
        Ok(())
    };
    for line in lines {
        let line = line?;
        if line.starts_with('[') {
            batch.push(if batch.is_empty() { '[' } else { ',' });
            batch.push_str(&line);
            if batch.len() >= BATCH {
                put(tx, table.as_ref(), &mut batch)?;
            }
            continue;
        }
        put(tx, table.as_ref(), &mut batch)?;
        let heading: Heading = parse(&line)?;
        let found = tables.iter().find(|table| table.name == heading.table);
        let found = found.and_then(|found| found.with_columns(&heading.columns));
        let found = found.ok_or_else(|| RestoreError::Line(format!("table `{}` is not as it was", heading.table)))?;
        counters.extend(heading.counter.map(|counter| (found.clone(), counter)));
        table = Some(found);
    }
    put(tx, table.as_ref(), &mut batch)?;
    for (table, counter) in counters {
        dump::count_on(tx, &table, counter)?;
    }
    Ok(count)
}
