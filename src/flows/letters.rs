//! Opening a stored message for a person: its parts, its HTML made harmless, its files.

use super::receive::{ReceiveError, contained, source};
use crate::domain::id::IncomingId;
use crate::domain::reply::Letter;
use crate::domain::scope::Scope;
use crate::mail::clean;
use crate::mail::parse::{self, Attachment};
use crate::store::{Db, incoming};

/// Most bytes of a file that is handed out.
pub const LARGEST: usize = 30 << 20;
/// Ends of names that run something when they are opened.
const RUNS: &[&str] = &[
    "apk", "app", "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "iso", "jar", "js", "jse", "lnk", "msi", "pif",
    "ps1", "reg", "scr", "sh", "vb", "vbe", "vbs", "wsf",
];

/// The raw bytes of a message in scope; `None` when there is none.
fn raw(db: &Db, scope: &Scope, id: IncomingId) -> Result<Option<Vec<u8>>, ReceiveError> {
    match db.read(|conn| incoming::find(conn, scope, id))? {
        Some(message) => source(db, scope, &message).map(Some),
        None => Ok(None),
    }
}

/// A message in scope, decoded.
pub fn open(db: &Db, scope: &Scope, id: IncomingId) -> Result<Option<Letter>, ReceiveError> {
    raw(db, scope, id)?.map(|raw| contained(|| parse::letter(&raw))).transpose()
}

/// The HTML of a message in scope, without anything that acts or loads; its text where it has none.
pub fn original(db: &Db, scope: &Scope, id: IncomingId) -> Result<Option<String>, ReceiveError> {
    let Some(raw) = raw(db, scope, id)? else { return Ok(None) };
    contained(|| match parse::html(&raw) {
        Some(html) => Some(clean::html(&html)),
        None => Some(clean::text(&parse::letter(&raw).text)),
    })
}

/// A file of a message in scope. One that would run something, or is too large, is not handed out.
pub fn attachment(db: &Db, scope: &Scope, id: IncomingId, index: usize) -> Result<Option<Attachment>, ReceiveError> {
    let Some(raw) = raw(db, scope, id)? else { return Ok(None) };
    let found = contained(|| parse::attachment(&raw, index))?;
    Ok(found.filter(|file| file.bytes.len() <= LARGEST && !runs(file.name.as_deref().unwrap_or_default())))
}

/// Whether a file of this name runs something when it is opened.
pub fn runs(name: &str) -> bool {
    let end = name.trim_end_matches(['.', ' ']).rsplit_once('.').map_or("", |(_, end)| end);
    RUNS.contains(&end.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn what_runs_is_known_by_the_end_of_its_name() {
        for (name, yes) in
            [("factuur.pdf.EXE", true), ("a.js ", true), ("rooster.pdf", false), ("exe", false), ("", false)]
        {
            assert_eq!(runs(name), yes, "{name}");
        }
    }
}
