//! A plain answer to an incoming message, in the same thread: its subject, its Message-IDs, its words quoted below.

use super::outbox::{self, Enqueued, Letter, Stamp};
use super::receive::{self, ReceiveError};
use crate::domain::email::EmailAddress;
use crate::domain::gate::Why;
use crate::domain::id::{IncomingId, OutgoingId};
use crate::domain::privacy::{self, BsnFound};
use crate::domain::reply::{Letter as Mail, Reading};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::Purpose;
use crate::mail::parse;
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::incoming::Incoming;
use crate::store::mailboxes::Mailbox;
use crate::store::{Db, DbError, incoming, mailboxes};

/// Characters that an answer may have.
pub const LONGEST: usize = 20_000;
/// Lines of the original that are quoted.
const QUOTED: usize = 200;
/// Message-IDs of a thread that are named.
const THREAD: usize = 30;

/// Why an answer was not put in the outbox.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The message is not there, or not in scope.
    #[error("the message is not there")]
    NotThere,
    /// Nothing was written.
    #[error("write something first")]
    Empty,
    /// More than [`LONGEST`].
    #[error("an answer has at most {LONGEST} characters")]
    TooLong,
    /// It has no address to answer to.
    #[error("this message has no address to answer to")]
    NoAddress,
    /// No mailbox of this site sends.
    #[error("no mailbox of this desk can send")]
    NoMailbox,
    /// The gate refuses it.
    #[error("this answer may not be sent")]
    Refused(Why),
    /// The text holds what looks like a BSN.
    #[error(transparent)]
    Bsn(#[from] BsnFound),
    /// The message's source cannot be opened.
    #[error("the message cannot be opened")]
    Source,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
may_repeat!(AnswerError);

impl From<ReceiveError> for AnswerError {
    fn from(error: ReceiveError) -> Self {
        if let ReceiveError::Db(error) = error { Self::Db(error) } else { Self::Source }
    }
}

/// Puts an answer in the outbox; it leaves with the next delivery.
pub fn answer(db: &Db, scope: &Scope, id: IncomingId, text: &str, now: Moment) -> Result<OutgoingId, AnswerError> {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() {
        return Err(AnswerError::Empty);
    }
    if text.chars().count() > LONGEST {
        return Err(AnswerError::TooLong);
    }
    privacy::check([text.as_str()])?;
    let message = db.read(|conn| incoming::find(conn, scope, id))?.ok_or(AnswerError::NotThere)?;
    let from = mailbox(db, &message)?.ok_or(AnswerError::NoMailbox)?;
    let raw = receive::source(db, scope, &message)?;
    let mail = receive::contained(|| parse::letter(&raw))?;
    let letter = compose(&message, &mail, &from, &text, scope, now)?;
    db.write(|tx| match outbox::enqueue(tx, &letter, now)? {
        Enqueued::Queued(outgoing) => {
            let event = Event {
                at: now,
                site_id: Some(message.site_id),
                user_id: scope.user(),
                action: "incoming.answer",
                subject: "outgoing",
                subject_id: Some(outgoing.0),
                detail: "",
            };
            audit::record(tx, &event)?;
            Ok(outgoing)
        }
        Enqueued::Refused(why) | Enqueued::CallTask(why) => Err(AnswerError::Refused(why)),
        Enqueued::Already => Err(AnswerError::NotThere),
    })
}

/// The mailbox that it came into, or the desk's where that one does not send.
pub fn mailbox(db: &Db, message: &Incoming) -> Result<Option<Mailbox>, DbError> {
    let scope = Scope::clockwork(message.site_id);
    db.read(|conn| {
        let own = mailboxes::find(conn, &scope, message.mailbox_id)?;
        let sends = own.filter(|own| !own.out_url.is_empty() && own.archived_at.is_none());
        if sends.is_some() { Ok(sends) } else { outbox::desk_mailbox(conn, message.site_id) }
    })
}

fn compose(
    message: &Incoming,
    mail: &Mail,
    from: &Mailbox,
    text: &str,
    scope: &Scope,
    now: Moment,
) -> Result<Letter, AnswerError> {
    let to = mail.reply_to.first().or(mail.from.as_ref()).ok_or(AnswerError::NoAddress)?;
    let address = EmailAddress::parse(&to.email).map_err(|_| AnswerError::NoAddress)?;
    let mut references: Vec<String> = mail.references.clone();
    references.extend(mail.message_id.clone());
    let skipped = references.len().saturating_sub(THREAD);
    let stamp = Stamp::fresh(&from.address);
    Ok(Letter {
        to_name: to.name.clone().unwrap_or_default().chars().filter(|c| !c.is_control()).take(100).collect(),
        subject: subject(&message.subject),
        text: format!("{text}\n\n{}", quoted(message, mail)),
        company: message.company_id,
        contact: message.contact_id,
        user: scope.user(),
        in_reply_to: mail.message_id.clone(),
        references: references.split_off(skipped),
        ..Letter::new(from, Purpose::Answer, address, stamp, now)
    })
}

/// `Re: ` before a subject that has none yet; a header takes one line.
fn subject(of: &str) -> String {
    let line: String = of.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    let line = line.trim();
    let answers = ["re:", "antw:", "aw:", "sv:"].iter().any(|prefix| line.to_lowercase().starts_with(prefix));
    if answers { line.to_owned() } else { format!("Re: {line}") }
}

/// The message's new words, quoted as people know it.
fn quoted(message: &Incoming, mail: &Mail) -> String {
    let reading: Option<Reading> = message.reading.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let words = reading.map(|reading| reading.reply_text).filter(|words| !words.is_empty());
    let words = words.unwrap_or_else(|| mail.text.clone());
    let at = message.sent_at.unwrap_or(message.received_at).local();
    let who = if message.from_name.is_empty() {
        message.from_address.clone().unwrap_or_default()
    } else {
        message.from_name.clone()
    };
    let lines = words.trim().lines().take(QUOTED).fold(String::new(), |out, line| out + "> " + line + "\n");
    format!("Op {} schreef {who}:\n{lines}", at.format("%d-%m-%Y om %H:%M"))
}

#[cfg(test)]
mod tests {
    use super::subject;

    #[test]
    fn a_subject_says_once_that_it_is_an_answer() {
        for (of, is) in [
            ("Stageplekken", "Re: Stageplekken"),
            ("RE: Stageplekken", "RE: Stageplekken"),
            ("Antw: Stage", "Antw: Stage"),
            ("a\r\nBcc: x@y.example", "Re: a  Bcc: x@y.example"),
            ("", "Re: "),
        ] {
            assert_eq!(subject(of), is);
        }
    }
}
