//! Where an incoming message belongs: by the signed plus-address, then by the Message-IDs that it answers, then by its
//! sender. A thread alone convinces nobody: the sender is a known contact or shares the company's own domain, or a person
//! decides. And assigning by hand, which teaches nothing.

use crate::domain::cadence::RecipientEvent;
use crate::domain::consequence::Sender;
use crate::domain::email::{EmailAddress, is_freemail_domain};
use crate::domain::id::{CompanyId, ContactId, IncomingId};
use crate::domain::reply::Letter;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::token::Token;
use crate::domain::words::Routing;
use crate::flows::campaigns::{Party, stop_sequence};
use crate::flows::suggestions::DecideError;
use crate::store::audit::{self, Event};
use crate::store::contacts::Contact;
use crate::store::incoming::queue;
use crate::store::outgoing::Outgoing;
use crate::store::{Conn, Db, DbResult, companies, contacts, correspondents, incoming, outgoing};

/// Where a message belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The mail of ours that it is about.
    pub outgoing: Option<Outgoing>,
    /// The company.
    pub company: Option<CompanyId>,
    /// The contact who wrote it.
    pub contact: Option<ContactId>,
    /// Who sent it, seen from that mail or company.
    pub sender: Sender,
    /// What a person should know before assigning it; empty where it is clear.
    pub hint: String,
}

impl Thread {
    fn none(hint: String) -> Self {
        Self { outgoing: None, company: None, contact: None, sender: Sender::Stranger, hint }
    }
}

/// What of a message says where it belongs.
#[derive(Debug, Clone, Copy)]
pub struct Clues<'a> {
    /// The message.
    pub letter: &'a Letter,
    /// The Message-ID of the mail that it brings back.
    pub original: Option<&'a str>,
    /// It comes from a machine (a bounce, a complaint): the mail of ours that it carries speaks for itself.
    pub machine: bool,
}

/// Finds the thread of a message that came into a mailbox of the site in scope.
pub fn find(conn: &mut Conn, scope: &Scope, clues: &Clues) -> DbResult<Thread> {
    let site = scope.sites().first().copied();
    let Some(site) = site else { return Ok(Thread::none(String::new())) };
    let ours = about(conn, scope, clues)?;
    if clues.machine {
        return Ok(match ours {
            Some(mail) => Thread {
                company: mail.company_id,
                contact: mail.contact_id,
                outgoing: Some(mail),
                sender: Sender::Stranger,
                hint: String::new(),
            },
            None => Thread::none(String::new()),
        });
    }
    let from = clues.letter.from.as_ref().and_then(|from| EmailAddress::parse(&from.email).ok());
    let Some(from) = from else { return Ok(Thread::none(String::new())) };
    let known = contacts::by_email(conn, site, &from.key())?;
    if let Some(mail) = ours {
        return answer_to(conn, scope, mail, &from, &known);
    }
    if let Some((company, _)) = correspondents::of_thread(conn, site, &answered(clues.letter))?
        && let Some(found) = in_company(conn, scope, company, &from, &known)?
    {
        return Ok(found);
    }
    by_sender(conn, scope, &from, &known)
}

/// The mail of ours that a message carries the token or the Message-ID of.
fn about(conn: &mut Conn, scope: &Scope, clues: &Clues) -> DbResult<Option<Outgoing>> {
    let letter = clues.letter;
    let nested = letter.nested.iter().flat_map(|nested| &nested.headers);
    let returned = nested.filter(|(name, _)| clues.machine && name == "reply-to").map(|(_, value)| value.as_str());
    for text in letter.recipients().into_iter().chain(returned) {
        let bare = text.rsplit_once('<').map_or(text, |(_, rest)| rest.trim_end_matches('>'));
        let token = EmailAddress::parse(bare).ok().and_then(|address| Token::in_address(&address));
        if let Some((_, token)) = token
            && let Some(mail) = outgoing::by_token(conn, scope, token.as_str())?
        {
            return Ok(Some(mail));
        }
    }
    let mut ids: Vec<String> = clues.original.map(str::to_owned).into_iter().collect();
    ids.extend(answered(letter));
    if clues.machine {
        let nested = letter.nested.iter().flat_map(|nested| &nested.headers);
        ids.extend(nested.filter(|(name, _)| name == "message-id").map(|(_, value)| value.clone()));
    }
    for id in ids {
        if let Some(mail) = outgoing::by_message_id(conn, scope, &id)? {
            return Ok(Some(mail));
        }
    }
    Ok(None)
}

fn answered(letter: &Letter) -> Vec<String> {
    letter.answered_ids().into_iter().map(str::to_owned).collect()
}

/// A thread of ours, if this sender may speak in it; else a hint for the person who looks at it.
fn answer_to(
    conn: &mut Conn,
    scope: &Scope,
    mail: Outgoing,
    from: &EmailAddress,
    known: &[Contact],
) -> DbResult<Thread> {
    if from.key() == mail.address_key {
        return Ok(Thread {
            company: mail.company_id,
            contact: mail.contact_id,
            outgoing: Some(mail),
            sender: Sender::MailedAddress,
            hint: String::new(),
        });
    }
    if let Some(company) = mail.company_id
        && let Some(found) = in_company(conn, scope, company, from, known)?
    {
        return Ok(Thread { outgoing: Some(mail), ..found });
    }
    let of_mail = mail.address.domain() == from.domain() && !from.is_freemail();
    if of_mail && mail.company_id.is_some() {
        let company = mail.company_id;
        let sender = Sender::SameCompanyDomain;
        return Ok(Thread { outgoing: Some(mail), company, contact: None, sender, hint: String::new() });
    }
    let name = match mail.company_id {
        Some(company) => correspondents::company_name(conn, mail.site_id, company)?,
        None => None,
    };
    let whose = name.unwrap_or_else(|| mail.to_name.clone());
    // The mail is named to the person, and never acted on.
    let elsewhere = by_sender(conn, scope, from, known)?;
    if elsewhere.company.is_some() {
        return Ok(elsewhere);
    }
    Ok(Thread::none(format!("thread:{whose}")))
}

/// The sender as somebody of this company; `None` when nothing says so.
fn in_company(
    conn: &mut Conn,
    scope: &Scope,
    company: CompanyId,
    from: &EmailAddress,
    known: &[Contact],
) -> DbResult<Option<Thread>> {
    let contact = known.iter().find(|contact| contact.company_id == company);
    let sender = if contact.is_some() {
        Sender::ContactOfCompany
    } else {
        let own = companies::find(conn, scope, company)?.and_then(|company| company.fields.mail_domain);
        let shares = own.is_some_and(|own| own == from.domain() && !is_freemail_domain(&own));
        if !shares {
            return Ok(None);
        }
        Sender::SameCompanyDomain
    };
    let contact = contact.map(|contact| contact.id);
    Ok(Some(Thread { outgoing: None, company: Some(company), contact, sender, hint: String::new() }))
}

fn by_sender(conn: &mut Conn, scope: &Scope, from: &EmailAddress, known: &[Contact]) -> DbResult<Thread> {
    if let Some(first) = known.first() {
        if known.iter().any(|contact| contact.company_id != first.company_id) {
            return Ok(Thread::none("several:".to_owned()));
        }
        let sender = Sender::ContactOfCompany;
        let (company, contact) = (Some(first.company_id), Some(first.id));
        return Ok(Thread { outgoing: None, company, contact, sender, hint: String::new() });
    }
    if !from.is_freemail()
        && let Some(site) = scope.sites().first()
    {
        let found = correspondents::by_domain(conn, *site, from.domain())?;
        if let [(_, name)] = found.as_slice() {
            return Ok(Thread::none(format!("domain:{name}")));
        }
    }
    Ok(Thread::none(String::new()))
}

/// Whether the receiving server says that DMARC failed: only the topmost `Authentication-Results` is its own.
pub fn dmarc_failed(letter: &Letter) -> bool {
    letter.authentication_results.first().is_some_and(|results| {
        let results = results.to_ascii_lowercase();
        results.split(';').any(|part| part.trim().replace(' ', "").starts_with("dmarc=fail"))
    })
}

/// A person says whose message this is. It belongs there from now on; nothing is learnt from it: no contact is added, no
/// address remembered, and of what the message asks only the sequence is stopped.
pub fn assign(
    db: &Db,
    scope: &Scope,
    id: IncomingId,
    version: i32,
    (company, contact): (CompanyId, Option<ContactId>),
    now: Moment,
) -> Result<(), DecideError> {
    db.write(|tx| {
        let message = incoming::find(tx, scope, id)?.ok_or(DecideError::NotThere)?;
        let company = companies::find(tx, scope, company)?.ok_or(DecideError::NotThere)?;
        let contact = match contact {
            Some(contact) => Some(contacts::find(tx, scope, contact)?.ok_or(DecideError::NotThere)?),
            None => None,
        };
        let foreign = contact.as_ref().is_some_and(|contact| contact.company_id != company.id);
        if company.site_id != message.site_id || foreign {
            return Err(DecideError::NotThere);
        }
        if !matches!(message.routing, Routing::Unmatched | Routing::Oversize) {
            return Err(DecideError::NotOpen);
        }
        let contact = contact.map(|contact| contact.id);
        if !queue::assign(tx, id, version, company.id, contact)? {
            return Err(DecideError::Stale);
        }
        let party = contact.map_or(Party::Company(company.id), Party::Contact);
        stop_sequence(tx, party, RecipientEvent::Replied, now)?;
        let mut assigned = message.clone();
        (assigned.company_id, assigned.contact_id) = (Some(company.id), contact);
        super::receive::note(tx, &assigned, None, now)?;
        let event = Event {
            at: now,
            site_id: Some(message.site_id),
            user_id: scope.user(),
            action: "incoming.assign",
            subject: "incoming",
            subject_id: Some(id.0),
            detail: "",
        };
        Ok(audit::record(tx, &event)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(results: &[&str]) -> Letter {
        Letter { authentication_results: results.iter().map(|text| (*text).to_owned()).collect(), ..Letter::default() }
    }

    #[test]
    fn only_the_topmost_result_of_dmarc_counts() {
        assert!(dmarc_failed(&letter(&["mx.desk.example; spf=pass; dmarc=fail (p=none) header.from=a.example"])));
        assert!(!dmarc_failed(&letter(&["mx.desk.example; dmarc=pass", "forged.example; dmarc=fail"])));
        assert!(!dmarc_failed(&letter(&["mx.desk.example; dkim=fail reason=\"dmarc=fail\""])));
        assert!(!dmarc_failed(&letter(&[])));
    }
}
