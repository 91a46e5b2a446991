//! Sending by writing: each mail becomes one `.eml` file in a directory that something else empties.
//! The name follows from the Message-ID, so a mail written twice is there once.

use super::error::Step;
use super::smtp::{Fate, Gone, Parcel, Report};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// A directory that takes mail.
#[derive(Debug)]
pub struct Pickup {
    dir: PathBuf,
    tell: Sender<Report>,
    reports: Receiver<Report>,
}

impl Pickup {
    /// A pickup directory; it is made when it is missing, and reports at once that it is ready.
    pub fn open(dir: impl Into<PathBuf>) -> Self {
        let (tell, reports) = channel();
        let pickup = Self { dir: dir.into(), tell, reports };
        pickup.report(None);
        pickup
    }

    /// Writes a mail; the report is there as soon as this returns.
    pub fn hand(&self, parcel: &Parcel) -> Result<(), Gone> {
        let fate = match deposit(&self.dir, &parcel.bytes) {
            Ok(()) => Fate::Sent { reply: "written".to_owned() },
            // Nothing is lost or doubled by trying again: the name is the same.
            Err(error) => Fate::Dropped { step: Step::Data, detail: error.to_string() },
        };
        self.report(Some((parcel.key, fate)));
        Ok(())
    }

    /// The next report, waiting at most `wait`.
    pub fn next(&self, wait: Duration) -> Option<Report> {
        self.reports.recv_timeout(wait).ok()
    }

    /// The reports that nobody asked for.
    pub fn close(self) -> Vec<Report> {
        self.reports.try_iter().collect()
    }

    fn report(&self, done: Option<(i64, Fate)>) {
        // The receiver lives in the same struct.
        let _ = self.tell.send(Report { connection: 0, done, trouble: None });
    }
}

/// Whether mail can be written there: makes the directory and a file in it, and takes the file away.
pub fn check(dir: &Path) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    let probe = dir.join(format!(".probe.{}", std::process::id()));
    File::create(&probe)?;
    std::fs::remove_file(probe)
}

/// Whether a mail with this Message-ID stands in the directory now. One that does was handed over; one that does not may
/// have been taken out.
pub fn holds(dir: &Path, message_id: &str) -> bool {
    let bare = message_id.trim().trim_start_matches('<').trim_end_matches('>');
    !bare.is_empty() && dir.join(name_of(bare, b"")).exists()
}

fn deposit(dir: &Path, bytes: &[u8]) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    let name = file_name(bytes);
    let path = dir.join(&name);
    if path.exists() {
        return Ok(());
    }
    let draft = dir.join(format!(".{name}.{}.tmp", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, &path)?;
    File::open(dir)?.sync_all()
}

/// The name of a mail's file.
fn file_name(bytes: &[u8]) -> String {
    name_of(&message_id(bytes), bytes)
}

/// The Message-ID with only safe characters, and a digest when that changed it.
fn name_of(id: &str, bytes: &[u8]) -> String {
    let safe: String = id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+') { c } else { '_' })
        .take(120)
        .collect();
    let safe = safe.trim_start_matches('.');
    if safe == id && !id.is_empty() {
        return format!("{safe}.eml");
    }
    let mut digest = String::new();
    let of = if id.is_empty() { bytes } else { id.as_bytes() };
    for byte in Sha256::digest(of).iter().take(16) {
        // Writing to a string cannot fail.
        let _ = write!(digest, "{byte:02x}");
    }
    if safe.is_empty() { format!("{digest}.eml") } else { format!("{safe}.{digest}.eml") }
}

/// The Message-ID without brackets; empty when the header has none.
fn message_id(bytes: &[u8]) -> String {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(bytes.len());
    let header = String::from_utf8_lossy(bytes.get(..end).unwrap_or(bytes)).replace("\r\n ", " ");
    let line = header.lines().find(|line| line.get(..11).is_some_and(|name| name.eq_ignore_ascii_case("message-id:")));
    let value = line.and_then(|line| line.get(11..)).unwrap_or_default();
    value.trim().trim_start_matches('<').trim_end_matches('>').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::email::EmailAddress;

    fn parcel(key: i64, id: &str) -> Parcel {
        let address = EmailAddress::parse("a@desk.example").unwrap();
        let bytes = format!("Subject: x\r\nMessage-ID: <{id}>\r\n\r\nhello\r\n").into_bytes();
        Parcel { key, from: address.clone(), to: address, bytes }
    }

    #[test]
    fn a_mail_written_twice_is_there_once() {
        let dir = tempfile::tempdir().unwrap();
        let pickup = Pickup::open(dir.path().join("out"));
        assert!(pickup.next(Duration::ZERO).unwrap().done.is_none());
        for key in [1, 2] {
            pickup.hand(&parcel(key, "abc@desk.example")).unwrap();
            let (done, fate) = pickup.next(Duration::ZERO).unwrap().done.unwrap();
            assert_eq!((done, fate), (key, Fate::Sent { reply: "written".to_owned() }));
        }
        let names: Vec<_> =
            std::fs::read_dir(dir.path().join("out")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["abc@desk.example.eml"]);
    }

    #[test]
    fn no_message_id_leads_out_of_the_directory_or_onto_another_mail() {
        let names = ["../../etc/passwd", "..", ".hidden", "a/b@c", "a_b@c", "", "a\\b@c"]
            .map(|id| file_name(&parcel(1, id).bytes));
        assert!(names.iter().all(|name| !name.contains(['/', '\\']) && !name.starts_with('.')), "{names:?}");
        let unique: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len());
    }

    #[test]
    fn a_directory_that_cannot_be_written_loses_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "x").unwrap();
        let pickup = Pickup::open(file.join("out"));
        pickup.hand(&parcel(1, "a@b.example")).unwrap();
        let fates: Vec<_> = pickup.close().into_iter().filter_map(|report| report.done).collect();
        assert!(matches!(fates.as_slice(), [(1, Fate::Dropped { step: Step::Data, .. })]));
    }
}
