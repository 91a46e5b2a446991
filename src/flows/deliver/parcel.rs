//! From a row of the outbox to a parcel: the headers that are added at sending, and the way out of a mailbox.

use super::Sending;
use crate::domain::delivery::{Happened, Stage};
use crate::domain::email::EmailAddress;
use crate::domain::time::Moment;
use crate::domain::token::{AddressUse, Token};
use crate::domain::words::Purpose;
use crate::flows::{mailboxes, outbox};
use crate::mail::compose::{Draft, Unsubscribe, compose};
use crate::mail::error::{MailError, Step, Trouble};
use crate::mail::pickup::Pickup;
use crate::mail::post::Post;
use crate::mail::server::Timeouts;
use crate::mail::smtp::{Fate, Lines};
use crate::store::mailboxes::Mailbox;
use crate::store::outgoing::Outgoing;
use crate::store::outgoing::post::Claimed;
use std::time::Duration;

/// A claimed message, composed; or why it cannot be.
pub(super) struct Ready {
    pub message: Outgoing,
    pub bytes: Result<Vec<u8>, MailError>,
}

pub(super) fn ready(sending: &Sending, mailbox: &Mailbox, claimed: Claimed, now: Moment) -> Ready {
    let bytes = draft(sending, mailbox, &claimed, now).and_then(|draft| compose(&draft));
    Ready { message: claimed.message, bytes }
}

fn draft(sending: &Sending, mailbox: &Mailbox, claimed: &Claimed, now: Moment) -> Result<Draft, MailError> {
    let message = &claimed.message;
    let bad = || MailError::new(Trouble::Header, "the message's token cannot be used");
    let token = Token::parse(&message.token).ok_or_else(bad)?;
    let tagged = |usage| -> Result<EmailAddress, MailError> {
        // A local part has at most 64 characters, and the tag takes 29 of them.
        EmailAddress::parse(token.address(&mailbox.address, usage).as_str()).map_err(|_| bad())
    };
    let personal = message.purpose != Purpose::System;
    let list_unsubscribe = if message.opt_out {
        let https = outbox::opt_out_link(sending.keys, sending.base_url, &token).map_err(|_| bad())?;
        Some(Unsubscribe { https, mailto: tagged(AddressUse::Unsubscribe)? })
    } else {
        None
    };
    Ok(Draft {
        message_id: message.message_id.clone(),
        date: now,
        from_name: mailbox.from_name.clone(),
        from: mailbox.address.clone(),
        reply_to: if personal { Some(tagged(AddressUse::Reply)?) } else { None },
        to: message.address.clone(),
        to_name: Some(message.to_name.clone()).filter(|name| !name.is_empty()),
        subject: message.subject.clone(),
        text: claimed.text.clone(),
        html: Some(claimed.html.clone()).filter(|html| !html.is_empty()),
        in_reply_to: message.in_reply_to.clone(),
        references: message.reference_ids.split_whitespace().map(str::to_owned).collect(),
        list_unsubscribe,
        auto_submitted: !personal,
        headers: Vec::new(),
    })
}

/// The way out of a mailbox: lines to its server, or its directory.
pub(super) fn open(sending: &Sending, mailbox: &Mailbox) -> Result<Post, MailError> {
    let allowed = &sending.settings.private_addresses;
    match mailboxes::way_out(mailbox, sending.keys, allowed)? {
        mailboxes::WayOut::Pickup(dir) => Ok(Post::Pickup(Pickup::open(dir))),
        mailboxes::WayOut::Smtp(server) => {
            let seconds = |seconds: u32| Duration::from_secs(u64::from(seconds));
            let timeouts = Timeouts {
                connect: seconds(sending.settings.connect_seconds),
                command: seconds(sending.settings.command_seconds),
                dot: seconds(sending.settings.dot_seconds),
                ..Timeouts::default()
            };
            let lines = usize::try_from(mailbox.connections).unwrap_or(1).max(1);
            Ok(Post::Smtp(Lines::open(*server, lines, mailbox.address.domain().to_owned(), timeouts)))
        }
    }
}

/// What the fate of a parcel says, in the domain's words; `trouble` is why its line could not be opened.
pub(super) fn happened(fate: &Fate, trouble: Option<&MailError>) -> Happened {
    match fate {
        Fate::Sent { reply } => Happened::Sent { reply: reply.clone() },
        Fate::Refused { step, refusal } => {
            Happened::Refused { at: stage(*step), code: refusal.code, enhanced: refusal.enhanced.clone() }
        }
        Fate::Dropped { step, .. } => match trouble {
            Some(trouble) => not_reached(trouble),
            None => Happened::Dropped { at: stage(*step) },
        },
        Fate::Uncertain { .. } => Happened::Uncertain,
    }
}

/// A line that could not be opened.
pub(super) fn not_reached(trouble: &MailError) -> Happened {
    let permanent = match trouble.trouble {
        Trouble::Url
        | Trouble::NotLoopback
        | Trouble::Forbidden
        | Trouble::NoPassword
        | Trouble::CaFile
        | Trouble::Certificate
        | Trouble::NoStartTls
        | Trouble::NoSignIn
        | Trouble::SignIn => true,
        Trouble::Lookup
        | Trouble::Connect
        | Trouble::Silence(_)
        | Trouble::Tls
        | Trouble::Refused(_)
        | Trouble::Lost(_)
        | Trouble::Garbled(_)
        | Trouble::Folder
        | Trouble::File
        | Trouble::Header => false,
    };
    Happened::NotReached { at: stage(trouble.step()), permanent }
}

fn stage(step: Step) -> Stage {
    match step {
        Step::Connect | Step::Greeting | Step::Folder | Step::Read => Stage::Connect,
        Step::Tls => Stage::Tls,
        Step::Auth => Stage::Auth,
        Step::Mail => Stage::Mail,
        Step::Rcpt => Stage::Rcpt,
        Step::Data => Stage::Data,
        Step::Dot => Stage::Dot,
    }
}

/// The server's own words, as they are kept with the message.
pub(super) fn answer(fate: &Fate) -> String {
    match fate {
        Fate::Sent { reply } => reply.clone(),
        Fate::Refused { refusal, .. } => format!("{} {}", refusal.code, refusal.text),
        Fate::Dropped { step, detail } => format!("{step}: {detail}"),
        Fate::Uncertain { detail } => format!("after the dot: {detail}"),
    }
}
