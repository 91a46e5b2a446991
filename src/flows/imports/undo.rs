//! Taking an import back: the companies it added go, unless somebody built on them since.

use super::{ImportError, record};
use crate::domain::id::ImportId;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::ImportState;
use crate::store::{Db, companies, contacts, imports, recognitions};

/// What was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Undone {
    /// Companies that went.
    pub removed: usize,
    /// Companies that stayed, since something happened to them since.
    pub kept: usize,
}

/// How many companies one write takes back.
const BATCH: usize = 100;

/// Removes the companies that an import in scope added and that nobody edited, called, mailed or placed at since. What it
/// changed in known companies stays.
pub fn undo(db: &Db, scope: &Scope, id: ImportId, now: Moment) -> Result<Undone, ImportError> {
    let import = db.read(|conn| imports::find(conn, scope, id))?.ok_or(ImportError::Gone)?;
    if !matches!(import.state, ImportState::Done | ImportState::Cancelled) {
        return Err(ImportError::Gone);
    }
    let added = db.read(|conn| imports::added(conn, id))?;
    let mut removed = 0;
    for batch in added.chunks(BATCH) {
        removed += db.write(|tx| {
            let own = imports::untouched(tx, batch)?;
            imports::unlink(tx, &own)?;
            for company in own.iter().copied() {
                recognitions::replace(tx, company, &[])?;
                contacts::remove_all(tx, company)?;
                companies::remove(tx, company)?;
            }
            Ok::<_, ImportError>(own.len())
        })?;
    }
    let undone = Undone { removed, kept: added.len() - removed };
    let detail = format!("removed {}, kept {}", undone.removed, undone.kept);
    db.write(|tx| record(tx, &import, "import.undo", &detail, now))?;
    Ok(undone)
}
