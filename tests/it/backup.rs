//! Backup and restore on both databases, from each to each: row for row, while others write, all or nothing; and nothing
//! leaves a restored database before a person says so.

mod damage;
mod drill;
mod kill;
mod page;
mod rows;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;
use sha2::{Digest, Sha256};
use stagemakelaar::domain::secret::Keys;
use stagemakelaar::domain::time::Moment;
use stagemakelaar::flows::backup::{self, CHECKSUM, FORMAT};
use stagemakelaar::flows::restore::{self, RestoreError, Restored};
use stagemakelaar::flows::settings::Aftercare;
use stagemakelaar::store::{Db, DbError, dump};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

/// How long the desk waits, as the default configuration has it.
const SETTINGS: Aftercare = Aftercare { remind_after_working_days: 3, call_after_working_days: 5 };

/// A backup's bytes.
pub fn taken(db: &Db, keys: &Keys, now: Moment) -> Vec<u8> {
    let mut bytes = Vec::new();
    backup::backup(db, keys, &mut bytes, now).unwrap();
    bytes
}

pub fn put(db: &Db, keys: &Keys, bytes: &[u8], now: Moment) -> Result<Restored, RestoreError> {
    restore::restore(db, keys, &SETTINGS, Cursor::new(bytes), false, now)
}

/// Tables that have rows.
fn full(db: &Db) -> Vec<String> {
    db.read(|conn| {
        let mut full = Vec::new();
        for table in dump::tables(conn)? {
            if dump::has_rows(conn, &table)? {
                full.push(table.name);
            }
        }
        Ok::<_, DbError>(full)
    })
    .unwrap()
}

/// The lines of a backup.
fn lines(bytes: &[u8]) -> Vec<String> {
    let mut text = String::new();
    GzDecoder::new(&bytes[FORMAT.len()..bytes.len() - CHECKSUM]).read_to_string(&mut text).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// A backup of these lines, whose checksum fits.
fn sealed(lines: &[String]) -> Vec<u8> {
    let mut stream = GzEncoder::new(FORMAT.as_bytes().to_vec(), Compression::fast());
    for line in lines {
        writeln!(stream, "{line}").unwrap();
    }
    let mut bytes = stream.finish().unwrap();
    let sum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&sum);
    bytes
}

/// One table of a backup: its counter, and its rows as column and value, sorted.
#[derive(Debug, Default, Clone, PartialEq)]
struct Contents {
    counter: Option<i64>,
    rows: Vec<BTreeMap<String, Value>>,
}

impl Contents {
    /// The same without these columns.
    fn without(&self, columns: &[&str]) -> Self {
        let mut rows = self.rows.clone();
        for row in &mut rows {
            row.retain(|column, _| !columns.contains(&column.as_str()));
        }
        if !columns.is_empty() {
            // What was changed may be what a table without ids is sorted by.
            rows.sort_by_cached_key(|row| serde_json::to_string(row).unwrap());
        }
        Self { rows, ..self.clone() }
    }
}

fn contents(bytes: &[u8]) -> BTreeMap<String, Contents> {
    let mut all: BTreeMap<String, Contents> = BTreeMap::new();
    let (mut name, mut columns) = (String::new(), Vec::<String>::new());
    for line in &lines(bytes)[1..] {
        let value: Value = serde_json::from_str(line).unwrap();
        if let Some(cells) = value.as_array() {
            let row = columns.iter().cloned().zip(cells.iter().cloned()).collect();
            all.get_mut(&name).unwrap().rows.push(row);
            continue;
        }
        value["table"].as_str().unwrap().clone_into(&mut name);
        columns = serde_json::from_value(value["columns"].clone()).unwrap();
        all.insert(name.clone(), Contents { counter: value["counter"].as_i64(), rows: Vec::new() });
    }
    for table in all.values_mut() {
        table.rows.sort_by_cached_key(|row| serde_json::to_string(row).unwrap());
    }
    all
}
