//! Logging what passed between us and a company: a call, a visit, a note, with the next action as a task.

use super::companies::EditError;
use crate::domain::company::fold;
use crate::domain::id::{CompanyId, ContactId, MomentId, SiteId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::{MomentKind, Outcome, TaskKind};
use crate::store::audit::{self, Event};
use crate::store::contacts::{self, Contact};
use crate::store::moments::{self, NewMoment};
use crate::store::tasks::{self, NewTask};
use crate::store::{Db, companies};

/// What is logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The company.
    pub company: CompanyId,
    /// With whom; `None`: whoever the sentence names.
    pub contact: Option<ContactId>,
    /// What it was.
    pub kind: MomentKind,
    /// When.
    pub at: Moment,
    /// In a sentence or two.
    pub summary: String,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// What follows.
    pub next: Option<Next>,
}

impl Log {
    /// The moment, and the task that follows from it, as the person of the scope records them.
    pub(super) fn rows(self, scope: &Scope, site: SiteId, now: Moment) -> (NewMoment, Option<NewTask>) {
        let task = self.next.map(|next| NewTask {
            company_id: Some(self.company),
            contact_id: self.contact,
            owner_id: next.owner,
            created_by: scope.user(),
            ..NewTask::new(site, next.kind, next.title, next.due_on, now)
        });
        let moment = NewMoment {
            company_id: Some(self.company),
            contact_id: self.contact,
            at: self.at,
            outcome: self.outcome,
            user_id: scope.user(),
            ..NewMoment::new(site, self.kind, self.summary, now)
        };
        (moment, task)
    }
}

/// The next action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// What it asks for.
    pub kind: TaskKind,
    /// In one line.
    pub title: String,
    /// By when.
    pub due_on: Day,
    /// Who does it.
    pub owner: Option<UserId>,
}

/// Logs a moment with a company in scope, and its next action.
pub fn log(db: &Db, scope: &Scope, log: &Log, now: Moment) -> Result<MomentId, EditError> {
    db.write(|tx| {
        let company = companies::find(tx, scope, log.company)?.ok_or(EditError::Gone)?;
        let people = contacts::of_company(tx, scope, company.id)?;
        let contact = match log.contact {
            Some(id) => Some(people.iter().find(|contact| contact.id == id).ok_or(EditError::Gone)?.id),
            None => mentioned(&people, &log.summary),
        };
        let (moment, task) = Log { contact, ..log.clone() }.rows(scope, company.site_id, now);
        let id = moments::add(tx, &moment)?;
        if let Some(task) = task {
            tasks::add(tx, &task)?;
        }
        let event = Event {
            at: now,
            site_id: Some(company.site_id),
            user_id: scope.user(),
            action: "moment.log",
            subject: "company",
            subject_id: Some(company.id.0),
            detail: log.kind.as_str(),
        };
        audit::record(tx, &event)?;
        Ok(id)
    })
}

/// The one contact whose first or last name stands in the sentence; `None` when it names nobody or more than one.
pub fn mentioned(people: &[Contact], sentence: &str) -> Option<ContactId> {
    let folded = fold(sentence);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).collect();
    let mut named = people.iter().filter(|contact| contact.left_on.is_none()).filter(|contact| {
        let name = fold(&contact.fields.name);
        name.split(' ').any(|part| part.chars().count() > 2 && !JOINING.contains(&part) && words.contains(&part))
    });
    let first = named.next()?;
    named.next().is_none().then_some(first.id)
}

/// Words inside Dutch surnames that stand in any sentence.
const JOINING: &[&str] = &["van", "den", "der", "het", "ten", "ter", "des"];
