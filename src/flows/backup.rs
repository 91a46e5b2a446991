//! A backup: all rows as they stand at one moment, in one file that either database can be restored from. The key file
//! is not in it, nor is what lets somebody in.
//!
//! The file is a line that names the format, a gzip stream, and the SHA-256 of both. The stream's first line is the
//! [`Header`]; then each table has a line with its columns and counter, and one line a row.

use crate::domain::secret::{Keys, Mismatch};
use crate::domain::time::Moment;
use crate::store::{Db, DbError, dump, migrations};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// The first line of a file.
pub const FORMAT: &str = "stagemakelaar backup 1\n";
/// Bytes of the checksum at a file's end.
pub const CHECKSUM: usize = 32;
/// What the key file signs in a header, so that a restore knows it again.
pub(super) const SIGNED_FOR: &str = "backup";

/// Tables that are not kept: who is signed in and by which link one comes in, who is busy with what.
const LEFT_OUT: [&str; 6] = ["leases", "school_codes", "school_sessions", "sessions", "throttles", "tokens"];

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the program that wrote it.
    pub product: String,
    /// The newest migration that had run.
    pub schema: String,
    /// The moment whose rows these are, in RFC 3339.
    pub at: String,
    /// `sqlite` or `postgresql`.
    pub database: String,
    /// The moment in seconds, signed with the key file that belongs to it.
    pub keys: String,
}

/// What stands before a table's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// Its name.
    pub table: String,
    /// Its columns, in the order of a row's values.
    pub columns: Vec<String>,
    /// The highest id that it ever gave.
    pub counter: Option<i64>,
}

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// No migration has run.
    #[error("the database is empty: there is nothing to back up")]
    NoSchema,
    /// The key file cannot sign.
    #[error("the key file: {0}")]
    Keys(#[from] Mismatch),
    /// The file cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Writes a backup of the database as it stands now, while others write on; says what is in it and how many rows.
pub fn backup(db: &Db, keys: &Keys, out: impl Write, now: Moment) -> Result<(Header, u64), BackupError> {
    let mut out = Summing { inner: out, sum: Sha256::new() };
    out.write_all(FORMAT.as_bytes())?;
    let mut lines = GzEncoder::new(out, Compression::default());
    let written = db.snapshot(|conn| -> Result<_, BackupError> {
        dump::take_time(conn)?;
        let tables = dump::tables(conn)?;
        if tables.is_empty() {
            return Err(BackupError::NoSchema);
        }
        let schema = migrations::newest(conn)?;
        let header = Header {
            product: env!("CARGO_PKG_VERSION").to_owned(),
            schema,
            at: now.utc().to_rfc3339(),
            database: if db.is_sqlite() { "sqlite" } else { "postgresql" }.to_owned(),
            keys: keys.sign(SIGNED_FOR, &now.timestamp().to_string())?,
        };
        line(&mut lines, &header)?;
        let mut count = 0;
        for table in tables.iter().filter(|table| !LEFT_OUT.contains(&table.name.as_str())) {
            let columns = table.columns().into_iter().map(str::to_owned).collect();
            line(&mut lines, &Heading { table: table.name.clone(), columns, counter: dump::counter(conn, table)? })?;
            count += dump::rows(conn, table, |row| -> Result<(), BackupError> {
                lines.write_all(row.as_bytes())?;
                Ok(lines.write_all(b"\n")?)
            })?;
        }
        Ok((header, count))
    })?;
    let Summing { mut inner, sum } = lines.finish()?;
    inner.write_all(&sum.finalize())?;
    inner.flush()?;
    Ok(written)
}

fn line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// Adds up the checksum of what goes through it.
struct Summing<W> {
    inner: W,
    sum: Sha256,
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
