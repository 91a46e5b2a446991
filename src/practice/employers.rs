//! The employers' end of the line: looks into the pickup directory as a mail server would, and answers into the
//! Maildir. What was answered is known by the file's name, so nothing is answered twice while the world runs.

use super::cast;
use super::letters::{self, Received};
use crate::domain::secret::hash;
use crate::domain::time::{Clock, Moment};
use crate::flows::Stop;
use crate::mail::{maildir, parse};
use anyhow::Context as _;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often the directory is looked at.
const LOOK: Duration = Duration::from_millis(700);

/// Where the mail of one desk goes out and comes in.
#[derive(Debug, Clone)]
pub struct PostBox {
    /// Where the desk's mail is written.
    pub pickup: PathBuf,
    /// Where answers are delivered.
    pub maildir: PathBuf,
}

/// An answer that comes when its time is there.
#[derive(Debug)]
struct Pending {
    due: Moment,
    bytes: Vec<u8>,
    maildir: PathBuf,
}

/// The employers of a few desks.
#[derive(Debug)]
pub struct Employers {
    boxes: Vec<PostBox>,
    seen: HashSet<PathBuf>,
    pending: Vec<Pending>,
}

impl Employers {
    /// Employers who have read all that lies in the pickup directories now.
    pub fn who_read_all(boxes: Vec<PostBox>) -> anyhow::Result<Self> {
        let mut all = Self { boxes, seen: HashSet::new(), pending: Vec::new() };
        for index in 0..all.boxes.len() {
            let files = files(&all.boxes[index].pickup)?;
            all.seen.extend(files);
        }
        Ok(all)
    }

    /// Employers who have read nothing yet.
    pub fn new(boxes: Vec<PostBox>) -> Self {
        Self { boxes, seen: HashSet::new(), pending: Vec::new() }
    }

    /// Looks and answers until the end is asked for.
    pub fn live(mut self, clock: &Clock, stop: &Stop) {
        while !stop.wait(LOOK) {
            if let Err(error) = self.look(clock.now(), true) {
                tracing::warn!(error = format!("{error:#}"), "the practice employers could not answer");
            }
        }
    }

    /// Reads what is new and delivers the answers that are due; without `thinking` all are due at once. Returns how
    /// many were delivered.
    pub fn look(&mut self, now: Moment, thinking: bool) -> anyhow::Result<usize> {
        for post in self.boxes.clone() {
            for file in files(&post.pickup)? {
                if !self.seen.insert(file.clone()) {
                    continue;
                }
                if let Some((bytes, seconds)) = answer_to(&file, now)? {
                    let due = if thinking { now.plus_seconds(seconds) } else { now };
                    self.pending.push(Pending { due, bytes, maildir: post.maildir.clone() });
                }
            }
        }
        let (due, later): (Vec<_>, Vec<_>) = self.pending.drain(..).partition(|answer| answer.due <= now);
        self.pending = later;
        for answer in &due {
            maildir::deliver(&answer.maildir, &answer.bytes, now).context("delivering an answer")?;
        }
        Ok(due.len())
    }
}

/// The answer to the mail in a file, and after how many seconds it comes.
fn answer_to(file: &Path, now: Moment) -> anyhow::Result<Option<(Vec<u8>, i64)>> {
    let raw = std::fs::read(file).with_context(|| format!("reading `{}`", file.display()))?;
    let letter = parse::letter(&raw);
    let Some((number, employer)) = letter.to.first().and_then(|to| cast::by_address(&to.email)) else {
        return Ok(None);
    };
    let from = letter.from.clone().unwrap_or_default();
    let reply_to = letter.reply_to.first().map_or_else(|| from.email.clone(), |to| to.email.clone());
    let mail = Received {
        from_name: from.name.unwrap_or_default(),
        reply_to,
        to: letter.to.first().map(|to| to.email.clone()).unwrap_or_default(),
        message_id: letter.message_id.clone().unwrap_or_default(),
        subject: letter.subject.clone(),
        check_in: !letter.headers.iter().any(|(name, _)| name == "list-unsubscribe"),
        text: letter.text,
    };
    let seconds = 1 + i64::from(hash(&mail.message_id).as_bytes()[0] % 5);
    Ok(letters::answer(number, &employer, &mail, now).map(|bytes| (bytes, seconds)))
}

fn files(pickup: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(pickup) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("looking into `{}`", pickup.display())),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "eml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
