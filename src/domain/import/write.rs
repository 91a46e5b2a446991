//! Cells and rows out again, safe to open in a spreadsheet: a text that would be a formula there gets an
//! apostrophe in front, which our own reader takes away.

use crate::domain::words::Lang;
use std::borrow::Cow;

fn looks_like_a_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell for a CSV or spreadsheet file; the delimiter's quoting is the writer's business.
pub fn csv_cell(text: &str) -> Cow<'_, str> {
    if looks_like_a_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text of a cell that [`csv_cell`] wrote.
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if looks_like_a_formula(text) => text,
        _ => cell,
    }
}

/// Rejected rows as a CSV file with the reason behind them, in UTF-8 with a byte order mark so that
/// spreadsheets show its accents. A reason of an earlier round is replaced.
pub fn rejected(header: &[String], rows: &[(Vec<String>, String)], delimiter: u8, lang: Lang) -> Vec<u8> {
    let width = match header.split_last() {
        Some((last, rest)) if ["reden", "reason"].contains(&last.to_lowercase().as_str()) => rest.len(),
        _ => header.len(),
    };
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer("\u{feff}".as_bytes().to_vec());
    let reason = lang.t("reden", "reason").to_owned();
    let lines = std::iter::once((header, &reason)).chain(rows.iter().map(|(cells, reason)| (cells.as_slice(), reason)));
    for (cells, reason) in lines {
        let cell = |index: usize| cells.get(index).map_or("", String::as_str);
        let cells = (0..width).map(cell).chain([reason.as_str()]).map(|text| csv_cell(text).into_owned());
        // Every line has as many cells as the first, and memory takes them all: nothing can fail.
        if writer.write_record(cells).is_err() {
            break;
        }
    }
    writer.into_inner().unwrap_or_default()
}
