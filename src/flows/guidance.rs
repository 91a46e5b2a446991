//! Guidance of students: a talk whose agreed step can become a task, a call or message in one line, an application and what
//! came of it, whom to call about a minor; and what brokers learn themselves. Each leaves its audit event.

use super::students::{tell, tidy};
use crate::domain::company::sort_name;
use crate::domain::guidance::{ApplicationOutcome, GuidanceKind, LearningKind};
use crate::domain::id::{ApplicationId, GuidanceId, LearningId, StudentId, UserId};
use crate::domain::phone::Phone;
use crate::domain::privacy::{self, BsnFound};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::TaskKind;
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::guidance::{self, Guardian, NewApplication, NewGuidance};
use crate::store::students::{self, Student};
use crate::store::tasks::{self, NewTask};
use crate::store::{Conn, Db, DbError, Tx, referrals};

/// The most letters of a talk's feedback.
const LONG: usize = 2000;
/// The most letters of a line: a goal, a step, a name.
const SHORT: usize = 200;

/// Why nothing was written down.
#[derive(Debug, thiserror::Error)]
pub enum GuidanceError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No such student or application, or another site's.
    #[error("no such student or application")]
    NotFound,
    /// Something has to be said; in which field.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A text is too long; which one, and how many letters it may have.
    #[error("`{0}` has at most {1} letters")]
    Long(&'static str, usize),
    /// A text holds what looks like a BSN; which one.
    #[error("`{0}`: {1}")]
    Bsn(&'static str, BsnFound),
    /// The day is still to come.
    #[error("`{0}` does not lie ahead")]
    Ahead(&'static str),
}

may_repeat!(GuidanceError);

/// A talk, a call or a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// What it was.
    pub kind: GuidanceKind,
    /// On which day.
    pub held_on: Day,
    /// What it was for.
    pub goal: String,
    /// Feedback, or what was said.
    pub said: String,
    /// What was agreed on.
    pub next_step: String,
    /// The day on which the step becomes a task; `None`: it does not.
    pub due_on: Option<Day>,
}

fn text(field: &'static str, text: &str, most: usize) -> Result<String, GuidanceError> {
    let text = text.trim().replace("\r\n", "\n");
    privacy::check([&*text]).map_err(|found| GuidanceError::Bsn(field, found))?;
    if text.chars().count() > most { Err(GuidanceError::Long(field, most)) } else { Ok(text) }
}

fn student(conn: &mut Conn, scope: &Scope, id: StudentId) -> Result<Student, GuidanceError> {
    students::find(conn, scope, id)?.ok_or(GuidanceError::NotFound)
}

/// Writes down a talk, a call or a message; the agreed step becomes a task of whoever writes it down, which names the
/// student's code alone.
pub fn talk(db: &Db, scope: &Scope, id: StudentId, held: &Talk, now: Moment) -> Result<GuidanceId, GuidanceError> {
    let field = if held.kind == GuidanceKind::Session { "said" } else { "line" };
    let (goal, said) = (text("goal", &held.goal, SHORT)?, text(field, &held.said, LONG)?);
    let next_step = text("next_step", &held.next_step, SHORT)?;
    if said.is_empty() {
        return Err(GuidanceError::Missing(field));
    }
    if held.due_on.is_some() && next_step.is_empty() {
        return Err(GuidanceError::Missing("next_step"));
    }
    if held.held_on > now.day() {
        return Err(GuidanceError::Ahead("held_on"));
    }
    db.write(|tx| {
        let student = student(tx, scope, id)?;
        let task_id = held.due_on.map(|due| {
            let title = format!("{}: {next_step}", student.code);
            let task = NewTask::new(student.site_id, TaskKind::Todo, title, due, now);
            tasks::add(tx, &NewTask { owner_id: scope.user(), created_by: scope.user(), ..task })
        });
        let new = NewGuidance {
            site_id: student.site_id,
            student_id: id,
            user_id: scope.user(),
            kind: held.kind,
            held_on: held.held_on,
            goal: goal.clone(),
            said: said.clone(),
            next_step: next_step.clone(),
            task_id: task_id.transpose()?,
            created_at: now,
        };
        let added = guidance::add(tx, &new)?;
        referrals::touch(tx, id, now)?;
        tell(tx, scope, student.site_id, "student.guide", Some(id), held.kind.as_str(), now)?;
        Ok(added)
    })
}

/// Writes down an application of a student.
pub fn apply(
    db: &Db,
    scope: &Scope,
    id: StudentId,
    (company, on, outcome): (&str, Day, ApplicationOutcome),
    now: Moment,
) -> Result<ApplicationId, GuidanceError> {
    let company_name = tidy(&text("company_name", company, SHORT)?);
    if company_name.is_empty() {
        return Err(GuidanceError::Missing("company_name"));
    }
    if on > now.day() {
        return Err(GuidanceError::Ahead("applied_on"));
    }
    db.write(|tx| {
        let student = student(tx, scope, id)?;
        let new = NewApplication {
            site_id: student.site_id,
            student_id: id,
            company_id: guidance::company_called(tx, student.site_id, &sort_name(&company_name))?,
            company_name: company_name.clone(),
            applied_on: on,
            outcome,
            created_at: now,
        };
        let added = guidance::apply(tx, &new)?;
        referrals::touch(tx, id, now)?;
        tell(tx, scope, student.site_id, "student.apply", Some(id), outcome.as_str(), now)?;
        Ok(added)
    })
}

/// Writes down what came of an application; gives whose it is.
pub fn came_of(
    db: &Db,
    scope: &Scope,
    id: ApplicationId,
    outcome: ApplicationOutcome,
    now: Moment,
) -> Result<StudentId, GuidanceError> {
    db.write(|tx| {
        let application = guidance::application(tx, scope, id)?.ok_or(GuidanceError::NotFound)?;
        let student = student(tx, scope, application.student_id)?;
        guidance::came_of(tx, id, outcome)?;
        referrals::touch(tx, student.id, now)?;
        tell(tx, scope, student.site_id, "student.apply", Some(student.id), outcome.as_str(), now)?;
        Ok(student.id)
    })
}

/// Writes down whether a student is a minor, and whom to call then; of somebody of age nobody else is kept.
pub fn guard(
    db: &Db,
    scope: &Scope,
    id: StudentId,
    (minor, name, phone): (Option<bool>, &str, Option<&Phone>),
    now: Moment,
) -> Result<(), GuidanceError> {
    let name = tidy(&text("guardian_name", name, SHORT)?);
    let kept = if minor == Some(true) {
        Guardian { minor, guardian_name: Some(name).filter(|name| !name.is_empty()), guardian_phone: phone.cloned() }
    } else {
        Guardian { minor, ..Guardian::default() }
    };
    db.write(|tx| {
        let student = student(tx, scope, id)?;
        guidance::set_guardian(tx, id, &kept)?;
        Ok(tell(tx, scope, student.site_id, "student.guardian", Some(id), "", now)?)
    })
}

/// Writes down a training or coaching of a user.
pub fn learn(
    db: &Db,
    user: UserId,
    (kind, on, topic): (LearningKind, Day, &str),
    now: Moment,
) -> Result<LearningId, GuidanceError> {
    let topic = tidy(&text("topic", topic, SHORT)?);
    if topic.is_empty() {
        return Err(GuidanceError::Missing("topic"));
    }
    db.write(|tx| {
        let id = guidance::learn(tx, user, (kind, on, &topic), now)?;
        note(tx, user, id, now)?;
        Ok(id)
    })
}

fn note(tx: &mut Tx, user: UserId, id: LearningId, now: Moment) -> Result<(), DbError> {
    let event = Event {
        at: now,
        site_id: None,
        user_id: Some(user),
        action: "learning.add",
        subject: "learning",
        subject_id: Some(id.0),
        detail: "",
    };
    audit::record(tx, &event)
}
