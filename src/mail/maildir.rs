//! A Maildir: read without touching anything (nothing is moved from `new` to `cur`, no flag set), and delivered
//! into by `tmp` → `new`, as its rules ask. Subfolders are Maildir++: `.Sent` beside `cur`.

use super::error::{MailError, Trouble};
use crate::domain::time::Moment;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// How often a unique name is tried before giving up.
const TRIES: u32 = 5;

/// One message in a Maildir.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name without its flags: the same for as long as the message exists.
    pub name: String,
    /// Where it stands now.
    pub path: PathBuf,
    /// Size in bytes.
    pub size: u64,
    /// When the file was last written.
    pub modified: Option<Moment>,
}

fn failed(error: &io::Error) -> MailError {
    MailError::new(Trouble::File, error.to_string())
}

/// The directory of a folder: the Maildir itself for `INBOX` or nothing, else `.Name` in it.
pub fn folder(dir: &Path, name: &str) -> PathBuf {
    let safe = name.trim_start_matches('.').replace(['/', '\\', '\0'], "_");
    if safe.is_empty() || safe.eq_ignore_ascii_case("inbox") { dir.to_owned() } else { dir.join(format!(".{safe}")) }
}

/// Whether there is such a folder.
pub fn exists(dir: &Path) -> bool {
    dir.join("new").is_dir() || dir.join("cur").is_dir()
}

/// When something last came into `new` or left it; `None` where that cannot be seen.
pub fn touched(dir: &Path) -> Option<SystemTime> {
    fs::metadata(dir.join("new")).and_then(|new| new.modified()).ok()
}

/// All messages of `new` and `cur`, by name (which begins with the time of delivery). A message that is being
/// moved between the two is listed once.
pub fn list(dir: &Path) -> Result<Vec<Entry>, MailError> {
    let mut found = std::collections::BTreeMap::new();
    let mut any = false;
    for part in ["new", "cur"] {
        let files = match fs::read_dir(dir.join(part)) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(&error)),
        };
        any = true;
        for file in files {
            let file = file.map_err(|e| failed(&e))?;
            let full = file.file_name().to_string_lossy().into_owned();
            let Ok(about) = file.metadata() else { continue };
            if full.starts_with('.') || !about.is_file() {
                continue;
            }
            let name = full.split(":2,").next().unwrap_or(&full).to_owned();
            let entry = Entry { name: name.clone(), path: file.path(), size: about.len(), modified: moment(&about) };
            found.insert(name, entry);
        }
    }
    if any { Ok(found.into_values().collect()) } else { Err(MailError::new(Trouble::Folder, "neither new nor cur")) }
}

fn moment(about: &fs::Metadata) -> Option<Moment> {
    let since = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Moment::from_timestamp(i64::try_from(since.as_secs()).ok()?)
}

/// The bytes of a message, at most `limit` of them, and whether something is left out. A message whose flags
/// changed since it was listed is found under its new name.
pub fn read(dir: &Path, entry: &Entry, limit: u64) -> Result<(Vec<u8>, bool), MailError> {
    let file = match File::open(&entry.path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let moved = list(dir)?.into_iter().find(|now| now.name == entry.name);
            File::open(moved.ok_or_else(|| failed(&error))?.path)
        }
        opened => opened,
    };
    let file = file.map_err(|e| failed(&e))?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| failed(&e))?;
    let truncated = bytes.len() as u64 > limit;
    bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok((bytes, truncated))
}

/// Makes `cur`, `new` and `tmp`.
pub fn create(dir: &Path) -> Result<(), MailError> {
    ["cur", "new", "tmp"].iter().try_for_each(|part| fs::create_dir_all(dir.join(part))).map_err(|e| failed(&e))
}

/// Delivers a message at `now`: safely on disk when this returns. Gives its name. Makes the Maildir when it is missing.
pub fn deliver(dir: &Path, bytes: &[u8], now: Moment) -> Result<String, MailError> {
    create(dir)?;
    let mut tries = 0;
    loop {
        let name = unique_name(now)?;
        let draft = dir.join("tmp").join(&name);
        match OpenOptions::new().write(true).create_new(true).open(&draft) {
            Ok(file) => {
                settle(file, bytes, &draft, &dir.join("new").join(&name)).map_err(|e| failed(&e))?;
                return Ok(name);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries < TRIES => tries += 1,
            Err(error) => return Err(failed(&error)),
        }
    }
}

fn settle(mut file: File, bytes: &[u8], draft: &Path, path: &Path) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(draft, path)?;
    path.parent().map_or(Ok(()), |new| File::open(new)?.sync_all())
}

/// Time, randomness and process, as Maildir names are made.
fn unique_name(now: Moment) -> Result<String, MailError> {
    let mut random = [0_u8; 8];
    getrandom::fill(&mut random).map_err(|e| MailError::new(Trouble::File, e.to_string()))?;
    let micros = now.utc().timestamp_subsec_micros();
    let random = u64::from_be_bytes(random);
    Ok(format!("{}.M{micros:06}P{}R{random:016x}.stagemakelaar", now.timestamp(), std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Moment {
        Moment::parse("2026-11-23T08:30:00Z").unwrap()
    }

    #[test]
    fn what_is_delivered_is_listed_and_read_and_stays_where_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let name = deliver(dir.path(), b"Subject: a\r\n\r\nb\r\n", now()).unwrap();
        let entries = list(dir.path()).unwrap();
        assert_eq!(entries.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(), [name.as_str()]);
        assert_eq!(read(dir.path(), &entries[0], 1000).unwrap(), (b"Subject: a\r\n\r\nb\r\n".to_vec(), false));
        assert_eq!(read(dir.path(), &entries[0], 7).unwrap(), (b"Subject".to_vec(), true));
        assert!(dir.path().join("new").join(&name).exists());
        assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0);
    }

    #[test]
    fn a_message_keeps_its_name_when_a_mail_program_moves_and_flags_it() {
        let dir = tempfile::tempdir().unwrap();
        let name = deliver(dir.path(), b"x", now()).unwrap();
        let before = list(dir.path()).unwrap();
        fs::rename(dir.path().join("new").join(&name), dir.path().join("cur").join(format!("{name}:2,S"))).unwrap();
        let after = list(dir.path()).unwrap();
        assert_eq!(after[0].name, before[0].name);
        assert_eq!(read(dir.path(), &before[0], 10).unwrap().0, b"x");
    }

    #[test]
    fn folders_stand_beside_the_inbox_and_none_leads_outside() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(list(dir.path()).unwrap_err().trouble, Trouble::Folder);
        let sent = folder(dir.path(), "Sent");
        assert_eq!(sent, dir.path().join(".Sent"));
        assert!(!exists(&sent));
        deliver(&sent, b"x", now()).unwrap();
        assert!(exists(&sent));
        assert_eq!(folder(dir.path(), "INBOX"), dir.path());
        assert!(folder(dir.path(), "../../etc").starts_with(dir.path()));
        assert_eq!(folder(dir.path(), "../x").parent(), Some(dir.path()));
    }

    #[test]
    fn deliveries_in_the_same_moment_get_names_of_their_own() {
        let dir = tempfile::tempdir().unwrap();
        let names: std::collections::HashSet<_> = (0..50).map(|_| deliver(dir.path(), b"x", now()).unwrap()).collect();
        assert_eq!((names.len(), list(dir.path()).unwrap().len()), (50, 50));
    }
}
