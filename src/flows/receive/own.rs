//! Copies of what we sent, and what the broker sent from an ordinary mail program: known by the Message-ID or by the folder
//! they lie in. Never a reply.

use super::headers;
use crate::domain::email::EmailAddress;
use crate::domain::id::{CompanyId, ContactId};
use crate::domain::reply::Letter;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{MomentKind, Routing};
use crate::flows::uncertain;
use crate::store::incoming::Incoming;
use crate::store::incoming::queue::Routed;
use crate::store::mailboxes::Mailbox;
use crate::store::moments::NewMoment;
use crate::store::outgoing::Outgoing;
use crate::store::{Conn, Db, DbResult, Tx, contacts, outgoing};

/// The folder in which what comes in lies.
const INBOX: &str = "INBOX";

/// A copy of our own mail, and what it tells.
pub(super) struct Copy {
    /// Where it goes.
    pub routed: Routed,
    /// The contact moment that it makes.
    pub moment: Option<NewMoment>,
    ours: Option<Outgoing>,
}

impl Copy {
    /// Settles the mail of which it is a copy.
    pub(super) fn act(&self, tx: &mut Tx, now: Moment) -> DbResult<()> {
        if let Some(mail) = &self.ours {
            uncertain::seen(tx, mail, "found among the sent mail", now)?;
        }
        Ok(())
    }
}

/// What a copy of our own mail tells; `None` for a message from somebody else.
pub(super) fn copy(
    db: &Db,
    row: &Incoming,
    mailbox: &Mailbox,
    ours: &[EmailAddress],
    head: &Letter,
    now: Moment,
) -> DbResult<Option<Copy>> {
    let sent_folder = !row.folder.eq_ignore_ascii_case(INBOX);
    let from = head.from.as_ref().and_then(|from| EmailAddress::parse(&from.email).ok());
    // Other people reuse Message-IDs: in the inbox only our own address makes it a copy.
    let by_us = from.is_some_and(|from| ours.iter().any(|own| own.key() == from.key()));
    if !sent_folder && !by_us {
        return Ok(None);
    }
    let ours = match &head.message_id {
        Some(id) => db.read(|conn| outgoing::by_message_id(conn, &Scope::clockwork(row.site_id), id))?,
        None => None,
    };
    if !sent_folder && ours.is_none() {
        return Ok(None);
    }
    let mut routed = headers(head, Routing::Own);
    let mut moment = None;
    if let Some(mail) = &ours {
        (routed.outgoing_id, routed.company_id, routed.contact_id) = (Some(mail.id), mail.company_id, mail.contact_id);
    } else if let Some((company, contact)) = db.read(|conn| addressee(conn, row, head))? {
        (routed.company_id, routed.contact_id) = (Some(company), Some(contact));
        moment = Some(by_hand(row, mailbox, head, &routed, now));
    }
    Ok(Some(Copy { routed, moment, ours }))
}

/// The first contact among those it went to.
fn addressee(conn: &mut Conn, row: &Incoming, head: &Letter) -> DbResult<Option<(CompanyId, ContactId)>> {
    for to in head.to.iter().chain(&head.cc).filter_map(|to| EmailAddress::parse(&to.email).ok()) {
        if let Some(contact) = contacts::by_email(conn, row.site_id, &to.key())?.first() {
            return Ok(Some((contact.company_id, contact.id)));
        }
    }
    Ok(None)
}

/// The contact moment of a mail that somebody of the desk sent from an ordinary mail program.
fn by_hand(row: &Incoming, mailbox: &Mailbox, head: &Letter, routed: &Routed, now: Moment) -> NewMoment {
    NewMoment {
        company_id: routed.company_id,
        contact_id: routed.contact_id,
        at: head.date.filter(|at| *at <= row.received_at).unwrap_or(row.received_at),
        user_id: mailbox.user_id,
        incoming_id: Some(row.id),
        ..NewMoment::new(row.site_id, MomentKind::MailOut, head.subject.clone(), now)
    }
}
