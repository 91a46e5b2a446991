//! What one step of a campaign is made with, read and compiled once: the site as sender, the mailbox, the texts, the
//! words of the audience. Renders one recipient at a time through the real engine.

use super::audience::Audience;
use crate::domain::email::EmailAddress;
use crate::domain::id::{CompanyId, ContactId};
use crate::domain::phone::Phone;
use crate::domain::scope::Scope;
use crate::domain::secret::Keys;
use crate::domain::time::Moment;
use crate::domain::words::{Ground, Lang, Purpose};
use crate::flows::outbox::{Letter, Stamp, opt_out_link};
use crate::mail::contexts::{OutreachContext, greeting, joined, why};
use crate::mail::template::{Custom, Frame, OutreachFooter, Rendered, TemplateError, Templates};
use crate::store::campaigns::Campaign;
use crate::store::companies::Company;
use crate::store::contacts::Contact;
use crate::store::mailboxes::Mailbox;
use crate::store::sites::Site;
use crate::store::{Conn, DbError, campaigns, mailboxes, sites, templates, users};

/// What rendering and linking use.
#[derive(Debug, Clone, Copy)]
pub struct Press<'a> {
    /// The engine.
    pub engine: &'a Templates,
    /// Signs opt-out links.
    pub keys: &'a Keys,
    /// Links in mails are built from it.
    pub base_url: &'a str,
}

/// Why a campaign cannot make its mails.
#[derive(Debug, thiserror::Error)]
pub enum KitError {
    /// It has no step.
    #[error("the campaign has no mail yet: choose a template")]
    NoStep,
    /// Sequences of several mails cannot be started yet.
    #[error("this version sends campaigns of one mail; this one has {0}")]
    ManySteps(usize),
    /// Its template is gone or has no words.
    #[error("the template has no words yet")]
    NoTemplate,
    /// Its site or mailbox is gone.
    #[error("the campaign's mailbox is not there any more")]
    NoMailbox,
    /// The template cannot be read.
    #[error("the template: {0}")]
    Template(#[from] TemplateError),
    /// Its audience cannot be read.
    #[error("the audience cannot be read: {0}")]
    Audience(#[from] serde_json::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What one step of a campaign is made with.
#[derive(Debug)]
pub struct Kit {
    /// The sender.
    pub site: Site,
    /// The mailbox it leaves from.
    pub mailbox: Mailbox,
    /// To whom, and the words for all.
    pub audience: Audience,
    broker_name: String,
    first: (Lang, Custom),
    rest: Vec<(Lang, Custom)>,
}

/// Whom a mail is rendered for.
#[derive(Debug, Clone)]
pub struct Person {
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub company_name: String,
    /// Its place.
    pub place: String,
    /// The contact.
    pub contact: ContactId,
    /// The contact's name; may be empty.
    pub name: String,
    /// The language they are written to in.
    pub lang: Lang,
    /// Why they may be mailed.
    pub ground: Ground,
    /// Their address.
    pub address: EmailAddress,
}

impl Person {
    /// The person of a company and contact; `None` without an address.
    pub fn of(company: &Company, contact: &Contact) -> Option<Self> {
        Some(Self {
            company: company.id,
            company_name: company.fields.name.clone(),
            place: company.fields.place.clone(),
            contact: contact.id,
            name: contact.fields.name.clone(),
            lang: contact.fields.lang,
            ground: contact.fields.ground,
            address: contact.fields.email.clone()?,
        })
    }
}

impl Kit {
    /// Reads and compiles what a campaign's step needs. More than one step is refused.
    pub fn read(conn: &mut Conn, scope: &Scope, campaign: &Campaign) -> Result<Self, KitError> {
        let steps = campaigns::steps(conn, campaign.id)?;
        let step = match steps.as_slice() {
            [] => return Err(KitError::NoStep),
            [step] => step,
            more => return Err(KitError::ManySteps(more.len())),
        };
        let site = sites::find(conn, scope, campaign.site_id)?.ok_or(KitError::NoMailbox)?;
        let mailbox = mailboxes::find(conn, scope, campaign.mailbox_id)?.ok_or(KitError::NoMailbox)?;
        let mut texts = Vec::new();
        for text in templates::texts(conn, scope, step.template_id)? {
            if text.subject.is_empty() && text.text.trim().is_empty() {
                continue;
            }
            let html = Some(text.html.as_str()).filter(|html| !html.trim().is_empty());
            texts.push((text.lang, Templates::compile_custom(&text.subject, &text.text, html)?));
        }
        let mut texts = texts.into_iter();
        let first = texts.next().ok_or(KitError::NoTemplate)?;
        let maker = match campaign.created_by {
            Some(user) => users::by_id(conn, user)?.map(|member| member.user.name),
            None => None,
        };
        Ok(Self {
            audience: serde_json::from_str(&campaign.audience)?,
            broker_name: maker.filter(|_| mailbox.from_name.is_empty()).unwrap_or_else(|| mailbox.from_name.clone()),
            site,
            mailbox,
            first,
            rest: texts.collect(),
        })
    }

    /// The mail for one person. A missing or empty variable is an error that names it.
    pub fn render(&self, press: Press, person: &Person, stamp: &Stamp) -> Result<Rendered, TemplateError> {
        let in_their_language = self.rest.iter().find(|(lang, _)| *lang == person.lang);
        let (lang, text) = in_their_language.unwrap_or(&self.first);
        let lang = *lang;
        let link = opt_out_link(press.keys, press.base_url, &stamp.token).unwrap_or_default();
        let frame = Frame {
            lang,
            purpose: Purpose::Outreach,
            sender_name: self.site.desk_name.clone(),
            footer: Some(OutreachFooter {
                sender_name: self.site.desk_name.clone(),
                postal_address: self.site.postal_address.clone(),
                ground: why(person.ground, lang).to_owned(),
                opt_out_url: link,
            }),
        };
        press.engine.render_compiled(text, &self.context(lang, person), &frame)
    }

    fn context(&self, lang: Lang, person: &Person) -> OutreachContext {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        // A functional address is nobody's name.
        let name = some(&person.name).filter(|_| person.ground != Ground::Functional);
        OutreachContext {
            greeting: greeting(lang, name.as_deref()),
            contact_name: name,
            company_name: person.company_name.clone(),
            company_place: some(&person.place),
            site_name: self.site.desk_name.clone(),
            broker_name: self.broker_name.clone(),
            broker_phone: self.site.phone.as_ref().map(Phone::local),
            roles: self.audience.roles.clone(),
            roles_text: joined(lang, &self.audience.roles),
            period: some(&self.audience.period),
            level: some(&self.audience.level),
        }
    }

    /// A rendered mail as a letter of outreach, without its place in the campaign.
    pub fn letter(&self, person: &Person, stamp: Stamp, mail: Rendered, due_at: Moment) -> Letter {
        Letter {
            to_name: person.name.clone(),
            subject: mail.subject,
            text: mail.text,
            html: mail.html.unwrap_or_default(),
            company: Some(person.company),
            contact: Some(person.contact),
            ..Letter::new(&self.mailbox, Purpose::Outreach, person.address.clone(), stamp, due_at)
        }
    }
}
