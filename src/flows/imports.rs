//! Imports: a file is staged row by row, judged in batches (the dry run), and applied in batches, each of them one write
//! that ends after [`BATCH`] rows or [`TIME`], whichever comes first, so that nobody waits long for the database.
//! What was done stands in the rows: after a crash the next call of [`advance`] goes on where the last commit ended.

mod apply;
mod judge;
mod undo;

pub use judge::Note;
pub use undo::{Undone, undo};

use super::Tally;
use crate::domain::id::{ImportId, SiteId};
use crate::domain::import::{self, BadFile, Field};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{ImportState, Lang, Verdict};
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::imports::{self, Import, ImportRow};
use crate::store::{Conn, Db, DbError, DbResult, Tx};
use std::time::{Duration, Instant};

/// Rows in one write at most.
pub const BATCH: usize = 500;
/// How long one write may keep adding rows; other writers of the embedded database wait this long and a commit.
pub const TIME: Duration = Duration::from_millis(40);
/// Rows that are looked up and applied between two looks at the time.
const SLICE: usize = 20;
/// How long one call of [`tick`] goes on with one import.
const TURN: Duration = Duration::from_secs(2);
/// Rows that are read at once outside a write.
pub(super) const CHUNK: i64 = 1000;

/// Why an import did not go on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The import is not there, or not in scope, or not in the state for this.
    #[error("the import is not there")]
    Gone,
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] BadFile),
    /// The mapping does not do; sentences in the language asked for.
    #[error("{}", .0.join(" "))]
    Mapping(Vec<String>),
    /// Not every row has been judged yet.
    #[error("the rows are still being checked")]
    Unjudged,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
may_repeat!(ImportError);

/// Reads a CSV file and stages its rows under a new import, with a guessed mapping.
pub fn stage(
    db: &Db,
    scope: &Scope,
    site: SiteId,
    file_name: &str,
    bytes: &[u8],
    now: Moment,
) -> Result<ImportId, ImportError> {
    if !scope.sees(site) {
        return Err(ImportError::Gone);
    }
    let sheet = import::read(bytes)?;
    let header = json(&sheet.header);
    let mapping = json(&import::guess(&sheet.header));
    let id = db.write(|tx| imports::add(tx, site, scope.user(), file_name, &header, &mapping, now))?;
    let rows: Vec<(i32, String)> =
        sheet.rows.iter().map(|row| (i32::try_from(row.number).unwrap_or(i32::MAX), json(&row.cells))).collect();
    for batch in rows.chunks(BATCH) {
        db.write(|tx| imports::stage(tx, id, batch))?;
    }
    let total = i32::try_from(rows.len()).unwrap_or(i32::MAX);
    db.write(|tx| imports::set_total(tx, id, total))?;
    Ok(id)
}

/// The header of an import.
pub fn header(import: &Import) -> Vec<String> {
    serde_json::from_str(&import.header).unwrap_or_default()
}

/// Which field each column is.
pub fn mapping(import: &Import) -> Vec<Option<Field>> {
    serde_json::from_str(&import.mapping).unwrap_or_default()
}

/// The cells of a row.
pub fn cells(row: &ImportRow) -> Vec<String> {
    serde_json::from_str(&row.cells).unwrap_or_default()
}

/// Changes which field each column is; every verdict is found anew.
pub fn remap(db: &Db, scope: &Scope, id: ImportId, mapping: &[Option<Field>], lang: Lang) -> Result<(), ImportError> {
    let problems = import::problems(mapping, lang);
    if !problems.is_empty() {
        return Err(ImportError::Mapping(problems));
    }
    db.write(|tx| {
        imports::find(tx, scope, id)?.ok_or(ImportError::Gone)?;
        if imports::set_mapping(tx, id, &json(&mapping))? { Ok(()) } else { Err(ImportError::Gone) }
    })
}

/// Starts applying a judged import; [`advance`] does it.
pub fn start(db: &Db, scope: &Scope, id: ImportId, lang: Lang, now: Moment) -> Result<(), ImportError> {
    db.write(|tx| {
        let import = imports::find(tx, scope, id)?.ok_or(ImportError::Gone)?;
        let problems = import::problems(&mapping(&import), lang);
        if !problems.is_empty() {
            return Err(ImportError::Mapping(problems));
        }
        if import.total == 0 || imports::unjudged(tx, id)? > 0 {
            return Err(ImportError::Unjudged);
        }
        if !imports::step(tx, id, ImportState::Staged, ImportState::Applying)? {
            return Err(ImportError::Gone);
        }
        record(tx, &import, "import.start", &format!("{} rows", import.total), now)?;
        Ok(())
    })
}

/// Ends an import before its end. What was applied stays and can be taken back with [`undo()`].
pub fn cancel(db: &Db, scope: &Scope, id: ImportId, now: Moment) -> Result<(), ImportError> {
    db.write(|tx| {
        let import = imports::find(tx, scope, id)?.ok_or(ImportError::Gone)?;
        if !matches!(import.state, ImportState::Staged | ImportState::Applying) {
            return Err(ImportError::Gone);
        }
        let detail = format!("{} of {} rows applied", import.applied, import.total);
        imports::end(tx, id, ImportState::Cancelled, &detail, now)?;
        record(tx, &import, "import.cancel", &detail, now)?;
        Ok(())
    })
}

/// How far an import is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub state: ImportState,
    /// All rows.
    pub total: i64,
    /// Rows that have a verdict.
    pub judged: i64,
    /// Rows that are to be applied.
    pub wanted: i64,
    /// Rows that were applied.
    pub applied: i64,
    /// Rows of each verdict.
    pub verdicts: Vec<(Verdict, i64)>,
}

/// How far an import is; it comes from a scoped read.
pub fn progress(conn: &mut Conn, import: &Import) -> DbResult<Progress> {
    let verdicts = imports::tally(conn, import.id)?;
    let of = |wanted: &[Verdict]| verdicts.iter().filter(|(verdict, _)| wanted.contains(verdict)).map(|(_, n)| n).sum();
    Ok(Progress {
        state: import.state,
        total: i64::from(import.total),
        judged: of(Verdict::ALL),
        wanted: of(&[Verdict::New, Verdict::Changed]),
        applied: i64::from(import.applied),
        verdicts,
    })
}

/// Goes on with every import that is being judged or applied, a few seconds each.
pub fn tick(db: &Db, now: Moment) -> anyhow::Result<Tally> {
    advance(db, now)
}

/// The same for whoever does not wait for the clockwork: the page that started it, the command line.
pub fn advance(db: &Db, now: Moment) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for import in db.read(imports::at_work)? {
        tally.merge(&advance_one(db, &import, TURN, now)?);
    }
    Ok(tally)
}

/// Goes on with one import until it waits for a person, has ended, or `at_most` has gone by.
pub fn advance_one(db: &Db, import: &Import, at_most: Duration, now: Moment) -> Result<Tally, ImportError> {
    let started = Instant::now();
    let mut tally = Tally::default();
    if import.total == 0 {
        return Ok(tally);
    }
    match import.state {
        ImportState::Staged => tally.add("judged", judge::all(db, import, &|| started.elapsed() >= at_most)?),
        ImportState::Applying => loop {
            let done = apply::batch(db, import, now)?;
            tally.add("applied", done.unwrap_or(0));
            if done.is_none() || started.elapsed() >= at_most {
                break;
            }
        },
        ImportState::Done | ImportState::Cancelled => {}
    }
    Ok(tally)
}

/// The rows that were not applied, with the reason behind each, as a CSV file that can be mended and imported again.
pub fn rejected(conn: &mut Conn, import: &Import, lang: Lang) -> DbResult<Vec<u8>> {
    let (header, mapping) = (header(import), mapping(import));
    let (mut lines, mut after) = (Vec::new(), 0);
    loop {
        let rows = imports::rows(conn, import.id, &[Verdict::Error, Verdict::Duplicate], after, CHUNK)?;
        let Some(last) = rows.last() else { break };
        after = last.number;
        lines.extend(rows.iter().map(|row| (cells(row), reason(row, &mapping, lang))));
    }
    Ok(import::rejected(&header, &lines, b';', lang))
}

/// Why a row is not applied, in a sentence; empty for rows that are.
pub fn reason(row: &ImportRow, mapping: &[Option<Field>], lang: Lang) -> String {
    match Note::of(row) {
        Note::Unreadable => match import::draft(mapping, &cells(row)) {
            Ok(_) => String::new(),
            Err(errors) => errors.iter().map(|error| error.say(lang)).collect::<Vec<_>>().join(" "),
        },
        Note::InFile(line) => match lang {
            Lang::Nl => format!("Dit bedrijf staat ook op regel {line}."),
            Lang::En => format!("This company is on line {line} as well."),
        },
        Note::Several => lang
            .t(
                "Dit kan meer dan één bedrijf zijn dat we al kennen.",
                "This could be more than one company that we know.",
            )
            .to_owned(),
        Note::Nothing | Note::Diffs(_) => String::new(),
    }
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn record(tx: &mut Tx, import: &Import, action: &str, detail: &str, now: Moment) -> DbResult<()> {
    let event = Event {
        at: now,
        site_id: Some(import.site_id),
        user_id: import.user_id,
        action,
        subject: "import",
        subject_id: Some(import.id.0),
        detail,
    };
    audit::record(tx, &event)
}
