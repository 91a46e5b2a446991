//! The templates of a site: saved only when the real engine can run them, shown as they will arrive.

use crate::domain::id::{SiteId, TemplateId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Lang, Purpose};
use crate::mail::contexts::{MailContext as _, OutreachContext};
use crate::mail::template::{Frame, Rendered, Source, TemplateError, Templates};
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::templates::{NewTemplate, TemplateText};
use crate::store::{Db, DbError, Tx, templates};

/// Longest name of a template, in characters.
const LONGEST_NAME: usize = 100;
/// What the template that every desk begins with is called.
pub const STARTER: &str = "Eerste vraag om plekken";
/// Largest part of a template, in bytes.
const LARGEST_PART: usize = 64 * 1024;

/// What a person fills in for one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part; empty for a mail of text alone.
    pub html: String,
}

impl Words {
    /// Whether nothing is filled in.
    pub fn is_empty(&self) -> bool {
        self.subject.trim().is_empty() && self.text.trim().is_empty() && self.html.trim().is_empty()
    }
}

/// Why a template could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Only coordinators change templates.
    #[error("only a coordinator changes templates")]
    NotCoordinator,
    /// It has no name, or one that is too long.
    #[error("give the template a name of at most {LONGEST_NAME} characters")]
    Name,
    /// No language is filled in.
    #[error("fill in the subject and the text in at least one language")]
    NoWords,
    /// A part is too large.
    #[error("a part holds at most {} KiB", LARGEST_PART / 1024)]
    TooLarge(Lang),
    /// The engine cannot run it.
    #[error("in `{0}`: {1}")]
    Template(Lang, TemplateError),
    /// Somebody else saved it first.
    #[error("somebody else changed this template")]
    Stale,
    /// It is not there.
    #[error("no such template")]
    NotThere,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
may_repeat!(SaveError);

/// A template as it arrives, for an example recipient of whom everything is known.
pub fn preview(engine: &Templates, lang: Lang, words: &Words) -> Result<Rendered, TemplateError> {
    let html = Some(words.html.as_str()).filter(|html| !html.trim().is_empty());
    let frame = Frame::sample(lang, Purpose::Outreach);
    engine.render_custom(&words.subject, &words.text, html, &OutreachContext::sample(lang, true), &frame)
}

fn checked(engine: &Templates, name: &str, all: &[(Lang, Words)]) -> Result<(), SaveError> {
    if name.trim().is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(SaveError::Name);
    }
    if all.iter().all(|(_, words)| words.is_empty()) {
        return Err(SaveError::NoWords);
    }
    for (lang, words) in all.iter().filter(|(_, words)| !words.is_empty()) {
        if [&words.subject, &words.text, &words.html].iter().any(|part| part.len() > LARGEST_PART) {
            return Err(SaveError::TooLarge(*lang));
        }
        preview(engine, *lang, words).map_err(|error| SaveError::Template(*lang, error))?;
    }
    Ok(())
}

/// Adds a template to a site.
pub fn add(
    db: &Db,
    scope: &Scope,
    engine: &Templates,
    site: SiteId,
    name: &str,
    all: &[(Lang, Words)],
    now: Moment,
) -> Result<TemplateId, SaveError> {
    if !scope.coordinates() {
        return Err(SaveError::NotCoordinator);
    }
    if !scope.sees(site) {
        return Err(SaveError::NotThere);
    }
    checked(engine, name, all)?;
    db.write(|tx| {
        let new = NewTemplate { site_id: site, name: name.trim(), version: 1, created_at: now };
        let id = templates::add(tx, &new)?;
        put(tx, id, all)?;
        record(tx, scope, site, id, "template.add", now)?;
        Ok(id)
    })
}

/// Gives a new site the template that every desk begins with.
pub(super) fn give_starter(tx: &mut Tx, engine: &Templates, site: SiteId, now: Moment) -> Result<(), DbError> {
    let words: Vec<(Lang, Words)> = engine
        .starter()
        .iter()
        .map(|(lang, source)| {
            let Source { subject, text, html } = source.clone();
            (*lang, Words { subject, text, html })
        })
        .collect();
    let new = NewTemplate { site_id: site, name: STARTER, version: 1, created_at: now };
    let id = templates::add(tx, &new)?;
    put(tx, id, &words)
}

/// Changes a template that still has this version. Mails that are in the outbox keep the words they have.
pub fn edit(
    db: &Db,
    scope: &Scope,
    engine: &Templates,
    (id, version): (TemplateId, i32),
    name: &str,
    all: &[(Lang, Words)],
    now: Moment,
) -> Result<(), SaveError> {
    if !scope.coordinates() {
        return Err(SaveError::NotCoordinator);
    }
    checked(engine, name, all)?;
    db.write(|tx| {
        let there = templates::find(tx, scope, id)?.ok_or(SaveError::NotThere)?;
        if !templates::edit(tx, id, version, name.trim())? {
            return Err(SaveError::Stale);
        }
        put(tx, id, all)?;
        record(tx, scope, there.site_id, id, "template.edit", now)?;
        Ok(())
    })
}

/// Puts a template away; campaigns that have it keep it.
pub fn archive(db: &Db, scope: &Scope, id: TemplateId, now: Moment) -> Result<(), SaveError> {
    if !scope.coordinates() {
        return Err(SaveError::NotCoordinator);
    }
    db.write(|tx| {
        let there = templates::find(tx, scope, id)?.ok_or(SaveError::NotThere)?;
        templates::archive(tx, id, now)?;
        record(tx, scope, there.site_id, id, "template.archive", now)?;
        Ok(())
    })
}

/// Writes the words of every language; an emptied one stays as an empty text, which no mail is made of.
fn put(tx: &mut Tx, id: TemplateId, all: &[(Lang, Words)]) -> Result<(), DbError> {
    for (lang, words) in all {
        let text = TemplateText {
            template_id: id,
            lang: *lang,
            subject: words.subject.trim().to_owned(),
            text: words.text.replace("\r\n", "\n"),
            html: words.html.replace("\r\n", "\n"),
        };
        templates::put_text(tx, &text)?;
    }
    Ok(())
}

fn record(tx: &mut Tx, scope: &Scope, site: SiteId, id: TemplateId, action: &str, now: Moment) -> Result<(), DbError> {
    let event = Event {
        at: now,
        site_id: Some(site),
        user_id: scope.user(),
        action,
        subject: "template",
        subject_id: Some(id.0),
        detail: "",
    };
    audit::record(tx, &event)
}
