//! The mails with a link: an invitation, a new password, signing in. They leave through the outbox as system mail, from the
//! first desk mailbox of the user's sites that sends. The link's token stands readable in the message only until that
//! has left: then what a system mail said is forgotten (`store::outgoing::post::forget_words`).

use super::LinkMail;
use crate::domain::account::TokenPurpose;
use crate::domain::gate::Why;
use crate::domain::id::SiteId;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::token::Token;
use crate::domain::words::{Lang, Purpose};
use crate::flows::campaigns::kit::Press;
use crate::flows::outbox::{self, Enqueued, Letter, Stamp};
use crate::mail::contexts::{InvitationContext, LinkContext, PasswordResetContext, SignInLinkContext};
use crate::mail::template::{Frame, Rendered, TemplateError};
use crate::store::mailboxes::Mailbox;
use crate::store::sites::{self, Site};
use crate::store::{Conn, DbError, DbResult, Tx};

/// How a link gets to its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    /// It is in the outbox.
    Mailed,
    /// No desk mailbox of their sites sends: somebody hands the link over.
    NoMailbox,
    /// Their address cannot be mailed: somebody hands the link over.
    Refused(Why),
}

/// The desk mailbox that mails the users of these sites: of the first site that has one which sends and is not paused.
pub fn sender(conn: &mut Conn, sites: &[SiteId]) -> DbResult<Option<Mailbox>> {
    for site in sites {
        let found = outbox::desk_mailbox(conn, *site)?;
        if let Some(mailbox) = found.filter(|mailbox| mailbox.paused_at.is_none()) {
            return Ok(Some(mailbox));
        }
    }
    Ok(None)
}

/// Puts the mail of a link in the outbox, in the user's language. `stamp` is the message's own token, made before the
/// write; `inviter` is who invites, where a person does.
pub(super) fn mail<E>(
    tx: &mut Tx,
    press: Press,
    link: &LinkMail,
    (sites, inviter): (&[SiteId], Option<&str>),
    stamp: &Token,
    now: Moment,
) -> Result<Handed, E>
where
    E: From<DbError> + From<TemplateError>,
{
    let Some(mailbox) = sender(tx, sites)? else { return Ok(Handed::NoMailbox) };
    let Some(site) = sites::find(tx, &Scope::clockwork(mailbox.site_id), mailbox.site_id)? else {
        return Ok(Handed::NoMailbox);
    };
    let rendered = rendered(press, link, &site, inviter)?;
    let stamp = Stamp { token: stamp.clone(), message_id: stamp.message_id(mailbox.address.domain()) };
    let letter = Letter {
        to_name: link.name.clone(),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html.unwrap_or_default(),
        user: Some(link.user),
        ..Letter::new(&mailbox, Purpose::System, link.to.clone(), stamp, now)
    };
    Ok(match outbox::enqueue(tx, &letter, now)? {
        Enqueued::Queued(_) | Enqueued::Already => Handed::Mailed,
        Enqueued::Refused(why) | Enqueued::CallTask(why) => Handed::Refused(why),
    })
}

fn rendered(press: Press, link: &LinkMail, site: &Site, inviter: Option<&str>) -> Result<Rendered, TemplateError> {
    let desk = if site.desk_name.trim().is_empty() { &site.name } else { &site.desk_name };
    let frame = Frame { lang: link.lang, purpose: Purpose::System, sender_name: desk.clone(), footer: None };
    let user_name = link.name.clone();
    let (url, valid_for) = (link.url(press.base_url), valid_for(link.purpose, link.lang));
    match link.purpose {
        TokenPurpose::Invitation => {
            let inviter_name = inviter.unwrap_or(desk).to_owned();
            let site_name = desk.clone();
            press.engine.render(&InvitationContext { user_name, inviter_name, site_name, url, valid_for }, &frame)
        }
        TokenPurpose::Reset => {
            press.engine.render(&PasswordResetContext(LinkContext { user_name, url, valid_for }), &frame)
        }
        TokenPurpose::SignIn => {
            press.engine.render(&SignInLinkContext(LinkContext { user_name, url, valid_for }), &frame)
        }
    }
}

/// "2 uur", "7 dagen".
fn valid_for(purpose: TokenPurpose, lang: Lang) -> String {
    match purpose.hours() {
        hours if hours > 24 && hours % 24 == 0 => format!("{} {}", hours / 24, lang.t("dagen", "days")),
        hours => format!("{hours} {}", lang.t("uur", "hours")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_how_long_it_holds() {
        for (purpose, nl, en) in [
            (TokenPurpose::Reset, "2 uur", "2 hours"),
            (TokenPurpose::SignIn, "24 uur", "24 hours"),
            (TokenPurpose::Invitation, "7 dagen", "7 days"),
        ] {
            assert_eq!((valid_for(purpose, Lang::Nl), valid_for(purpose, Lang::En)), (nl.to_owned(), en.to_owned()));
        }
    }
}
