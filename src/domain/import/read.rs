//! Bytes to rows: encoding, delimiter, limits. A file that breaks a limit is refused as a whole, before
//! anything is done with it.

use super::write::unguard;
use crate::domain::words::Lang;
use std::borrow::Cow;

/// The most rows under the header.
pub const MAX_ROWS: usize = 100_000;
/// The most characters in a cell.
pub const MAX_CELL: usize = 10_000;
/// The most columns.
pub const MAX_COLUMNS: usize = 200;

/// One row under the header, its cells trimmed and as many as the header has, or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file it starts on; the first is 1.
    pub number: u32,
    /// Its cells.
    pub cells: Vec<String>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The header's cells.
    pub header: Vec<String>,
    /// The rows that are not blank.
    pub rows: Vec<Row>,
    /// `,`, `;` or tab.
    pub delimiter: u8,
}

/// Why a file can't be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    /// No header, or nothing under it.
    #[error("the file has no rows under its header")]
    Empty,
    /// It is no text.
    #[error("the file is no text; save it as CSV first")]
    Binary,
    /// More than [`MAX_ROWS`] rows.
    #[error("the file has more than {MAX_ROWS} rows")]
    TooManyRows,
    /// More than [`MAX_COLUMNS`] columns.
    #[error("line {line} has more than {MAX_COLUMNS} columns")]
    TooManyColumns {
        /// The line.
        line: u32,
    },
    /// A cell of more than [`MAX_CELL`] characters.
    #[error("line {line} has a cell of more than {MAX_CELL} characters")]
    CellTooLong {
        /// The line its row starts on.
        line: u32,
    },
    /// A quote that is opened and never closed.
    #[error("a quotation mark is opened on or after line {line} and never closed")]
    OpenQuote {
        /// The line its row starts on.
        line: u32,
    },
}

impl BadFile {
    /// One sentence for the broker.
    pub fn say(&self, lang: Lang) -> String {
        match (lang, self) {
            (Lang::En, problem) => problem.to_string(),
            (Lang::Nl, Self::Empty) => "Onder de kopregel staan geen rijen.".to_owned(),
            (Lang::Nl, Self::Binary) => "Dit is geen tekstbestand. Bewaar het eerst als CSV.".to_owned(),
            (Lang::Nl, Self::TooManyRows) => format!("Het bestand heeft meer dan {MAX_ROWS} rijen."),
            (Lang::Nl, Self::TooManyColumns { line }) => format!("Regel {line} heeft meer dan {MAX_COLUMNS} kolommen."),
            (Lang::Nl, Self::CellTooLong { line }) => {
                format!("Op regel {line} staat een cel met meer dan {MAX_CELL} tekens.")
            }
            (Lang::Nl, Self::OpenQuote { line }) => {
                format!("Op of na regel {line} begint een aanhalingsteken dat nergens eindigt.")
            }
        }
    }
}

/// Reads a CSV file: UTF-8 or UTF-16 with a byte order mark, UTF-8 without, else Windows-1252; separated by
/// comma, semicolon or tab.
pub fn read(bytes: &[u8]) -> Result<Sheet, BadFile> {
    let text = decode(bytes)?;
    let (text, delimiter, skipped) = delimiter(&text);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut header: Option<Vec<String>> = None;
    let mut rows = Vec::new();
    let mut last: Option<(u32, bool)> = None;
    for record in reader.records() {
        // The text is UTF-8 and rows may differ in length: nothing is left that could fail.
        let Ok(record) = record else { return Err(BadFile::Binary) };
        let line = record.position().map_or(0, csv::Position::line) + skipped;
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        last = Some((line, record.iter().any(|cell| cell.contains('\n'))));
        let cells = cells(&record, line)?;
        match &header {
            _ if cells.iter().all(String::is_empty) => {}
            None => header = Some(cells),
            Some(_) if rows.len() == MAX_ROWS => return Err(BadFile::TooManyRows),
            Some(header) => rows.push(Row { number: line, cells: padded(cells, header.len()) }),
        }
    }
    if let Some((line, true)) = last
        && text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1
    {
        return Err(BadFile::OpenQuote { line });
    }
    match header {
        Some(header) if !rows.is_empty() => Ok(Sheet { header, rows, delimiter }),
        _ => Err(BadFile::Empty),
    }
}

fn cells(record: &csv::StringRecord, line: u32) -> Result<Vec<String>, BadFile> {
    if record.len() > MAX_COLUMNS {
        return Err(BadFile::TooManyColumns { line });
    }
    if record.iter().any(|cell| cell.len() > MAX_CELL && cell.chars().count() > MAX_CELL) {
        return Err(BadFile::CellTooLong { line });
    }
    Ok(record.iter().map(|cell| unguard(cell.trim()).trim().to_owned()).collect())
}

/// Spreadsheets leave out empty cells at the end of a row, or write too many of them.
fn padded(mut cells: Vec<String>, width: usize) -> Vec<String> {
    while cells.len() > width && cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    let width = width.max(cells.len());
    cells.resize(width, String::new());
    cells
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, BadFile> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return Ok(encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default()).0);
    }
    if bytes.contains(&0) {
        return Err(BadFile::Binary);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => Ok(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0),
    }
}

/// The text to read, its delimiter, and the lines skipped before it. Excel's `sep=;` line decides; else the
/// one that parts the first line that is not blank into the most cells, a semicolon before a comma.
fn delimiter(text: &str) -> (&str, u8, u64) {
    let first = text.lines().next().unwrap_or_default();
    if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', mark @ (b',' | b';' | b'\t')] = first.as_bytes() {
        return (text.split_once('\n').map_or("", |(_, rest)| rest), *mark, 1);
    }
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |mark: u8| {
        let mut quoted = false;
        line.bytes()
            .filter(|byte| {
                quoted ^= *byte == b'"';
                !quoted && *byte == mark
            })
            .count()
    };
    let best = [b'\t', b',', b';'].into_iter().max_by_key(|mark| count(*mark)).unwrap_or(b',');
    (text, best, 0)
}
