//! Importing companies, as far as it can be decided without a database: bytes to rows, headers to fields,
//! a row to a draft, a draft to a verdict, and rejected rows back to a file.

mod cell;
mod draft;
mod mapping;
mod read;
mod verdict;
mod write;

pub use cell::{CellError, CellProblem};
pub(super) use cell::{day, level};
pub use draft::{ContactDraft, Draft, RecognitionDraft, draft, is_functional};
pub use mapping::{Field, guess, problems};
pub use read::{BadFile, MAX_CELL, MAX_COLUMNS, MAX_ROWS, Row, Sheet, read};
pub use verdict::{FieldDiff, Judgement, KnownCompany, keys, verdict};
pub use write::{csv_cell, rejected, unguard};

#[cfg(test)]
mod tests;
