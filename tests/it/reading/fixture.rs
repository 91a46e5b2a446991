//! A mail with what a person says it holds: `NAME.eml` beside `NAME.toml`. The format is told in `tests/mails/README.md`.

use serde::Deserialize;
use std::path::{Path, PathBuf};

/// One mail and what is expected of it.
#[derive(Debug)]
pub struct Fixture {
    /// `folder/name`.
    pub name: String,
    /// The message, as a file.
    pub mail: PathBuf,
    /// What a person finds in it.
    pub expected: Expected,
}

/// What a person finds in a mail. What is not written is not there.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expected {
    pub kind: String,
    pub intents: Vec<String>,
    pub reply_text: Option<String>,
    /// All words of a short reply, which has no file of its own.
    pub text: Option<String>,
    pub follow_up_on: Option<String>,
    pub opt_out: bool,
    pub phones: Vec<String>,
    pub language: Option<String>,
    pub capacity: Vec<Offer>,
    pub referral: Option<Person>,
    pub auto_reply: Option<AutoReply>,
    pub bounce: Option<Bounce>,
    pub check_in: Option<CheckIn>,
    pub forwarded: Option<Forwarded>,
}

/// A file of short replies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Short {
    reply: Vec<Expected>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Offer {
    pub places: Option<u32>,
    pub places_max: Option<u32>,
    pub levels: Vec<String>,
    pub tracks: Vec<String>,
    pub start: Option<String>,
    pub end: Option<String>,
    pub days_per_week: Option<u8>,
    pub role: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Person {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AutoReply {
    pub away_from: Option<String>,
    pub away_until: Option<String>,
    pub left_company: bool,
    pub alternatives: Vec<Person>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bounce {
    pub permanent: bool,
    pub delayed: bool,
    pub status: Option<String>,
    pub recipients: Vec<String>,
    pub reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CheckIn {
    pub state: Option<String>,
    pub score: Option<u8>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Forwarded {
    pub from: Option<String>,
    pub subject: Option<String>,
}

impl Fixture {
    /// The fixtures of a folder of `tests/mails`, by name. A mail without its expectations, or the reverse, is a failure.
    pub fn all(folder: &str) -> Vec<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails").join(folder);
        let mut files: Vec<PathBuf> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let (mails, notes): (Vec<PathBuf>, Vec<PathBuf>) =
            files.into_iter().partition(|path| path.extension().is_some_and(|end| end == "eml"));
        let paired: Vec<PathBuf> = mails.iter().map(|mail| mail.with_extension("toml")).collect();
        assert_eq!(paired, notes, "each mail has its expectations, and nothing else lies in `{folder}`");
        mails.into_iter().map(|mail| Self::of(folder, mail)).collect()
    }

    /// The short replies of a file of `tests/mails`, numbered as they stand there; their messages are written into a folder.
    pub fn short(file: &str, folder: &Path) -> Vec<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails").join(file);
        let read: Short =
            toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|error| panic!("{file}: {error}"));
        let numbered = (1..).zip(read.reply);
        numbered.map(|(number, expected)| Self::of_words(file, number, expected, folder)).collect()
    }

    fn of_words(file: &str, number: usize, mut expected: Expected, folder: &Path) -> Self {
        let words = expected.text.as_deref().unwrap_or_default().replace('\n', "\r\n");
        let head = "From: Jan Pot <jan@bedrijf.example>\r\nTo: noor@desk.example\r\nSubject: Re: stage\r\n\
                    Date: Mon, 18 Jan 2027 09:00:00 +0100\r\nIn-Reply-To: <a@desk.example>\r\nMIME-Version: 1.0\r\n\
                    Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
        let mail = folder.join(format!("{file}-{number}.eml"));
        std::fs::write(&mail, format!("{head}{words}\r\n")).unwrap();
        "human".clone_into(&mut expected.kind);
        Self { name: format!("{file}:{number}"), mail, expected }
    }

    fn of(folder: &str, mail: PathBuf) -> Self {
        let name = format!("{folder}/{}", mail.file_stem().unwrap().to_string_lossy());
        let text = std::fs::read_to_string(mail.with_extension("toml")).unwrap();
        let expected: Expected = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!expected.kind.is_empty(), "{name}: no kind");
        Self { name, mail, expected }
    }
}
