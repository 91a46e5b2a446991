//! Students: add and change one, and the audit event that every sight of one leaves.

use crate::domain::email::EmailAddress;
use crate::domain::id::{PlacementId, SiteId, StudentId};
use crate::domain::phone::Phone;
use crate::domain::privacy::{self, BsnFound};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Lang, Level, Track};
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::students::{self, NewStudent, Student};
use crate::store::{Db, DbError, DbResult, Tx};

/// What a person fills in about a student.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// The school's or the desk's own code.
    pub code: String,
    /// First name; a surname is never asked.
    pub first_name: String,
    /// The education as people call it.
    pub programme: String,
    /// The qualification's crebo: five digits, or empty.
    pub crebo: String,
    /// The education's level.
    pub level: Option<Level>,
    /// How school and work are divided.
    pub track: Option<Track>,
    /// Where aftercare can reach the student.
    pub email: Option<EmailAddress>,
    /// Where a broker can call.
    pub phone: Option<Phone>,
    /// The language of mails.
    pub lang: Lang,
}

/// Why a student was not saved.
#[derive(Debug, thiserror::Error)]
pub enum StudentError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No such student, or another site's.
    #[error("no such student")]
    NotFound,
    /// Somebody else saved in between.
    #[error("the student was changed in between")]
    Stale,
    /// The code is missing.
    #[error("a student needs a code")]
    NoCode,
    /// The first name is missing.
    #[error("a student needs a first name")]
    NoName,
    /// A crebo has five digits.
    #[error("a crebo has five digits")]
    Crebo,
    /// Another student of the site has this code.
    #[error("another student has this code")]
    Taken,
    /// A text holds what looks like a BSN.
    #[error(transparent)]
    Bsn(#[from] BsnFound),
}

may_repeat!(StudentError);

impl Fields {
    /// Trims every text and says what is missing or may not be stored.
    pub fn checked(&self) -> Result<Self, StudentError> {
        let text = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let fields = Self {
            code: text(&self.code),
            first_name: text(&self.first_name),
            programme: text(&self.programme),
            crebo: text(&self.crebo),
            ..self.clone()
        };
        privacy::check([&*fields.code, &*fields.first_name, &*fields.programme, &*fields.crebo])?;
        if fields.code.is_empty() {
            return Err(StudentError::NoCode);
        }
        if fields.first_name.is_empty() {
            return Err(StudentError::NoName);
        }
        let five = fields.crebo.len() == 5 && fields.crebo.chars().all(|c| c.is_ascii_digit());
        if fields.crebo.is_empty() || five { Ok(fields) } else { Err(StudentError::Crebo) }
    }
}

/// Adds a student to a site: a piece of a larger act. The fields are [`Fields::checked`] here.
pub fn add_in(
    tx: &mut Tx,
    scope: &Scope,
    site: SiteId,
    fields: &Fields,
    now: Moment,
) -> Result<StudentId, StudentError> {
    if !scope.sees(site) {
        return Err(StudentError::NotFound);
    }
    let Fields { code, first_name, programme, crebo, level, track, email, phone, lang } = fields.checked()?;
    let new = NewStudent {
        site_id: site,
        code,
        first_name,
        programme,
        crebo,
        level,
        track,
        email,
        phone,
        lang,
        version: 1,
        created_at: now,
    };
    let id = students::add(tx, &new)?.ok_or(StudentError::Taken)?;
    tell(tx, scope, site, "student.add", Some(id), "", now)?;
    Ok(id)
}

/// Adds a student to a site.
pub fn add(db: &Db, scope: &Scope, site: SiteId, fields: &Fields, now: Moment) -> Result<StudentId, StudentError> {
    db.write(|tx| add_in(tx, scope, site, fields, now))
}

/// Writes a student's fields over the version they were read at.
pub fn change(
    db: &Db,
    scope: &Scope,
    id: StudentId,
    version: i32,
    fields: &Fields,
    now: Moment,
) -> Result<(), StudentError> {
    let Fields { code, first_name, programme, crebo, level, track, email, phone, lang } = fields.checked()?;
    db.write(|tx| {
        let before = students::find(tx, scope, id)?.ok_or(StudentError::NotFound)?;
        let other = students::by_code(tx, scope, before.site_id, &code)?;
        if other.is_some_and(|other| other.id != id) {
            return Err(StudentError::Taken);
        }
        let after = Student {
            id,
            site_id: before.site_id,
            code: code.clone(),
            first_name: first_name.clone(),
            programme: programme.clone(),
            crebo: crebo.clone(),
            level,
            track,
            email: email.clone(),
            phone: phone.clone(),
            lang,
            version,
            created_at: before.created_at,
        };
        if !students::save(tx, &after)? {
            return Err(StudentError::Stale);
        }
        tell(tx, scope, before.site_id, "student.edit", Some(id), "", now)?;
        Ok(())
    })
}

/// Where students were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// The page of one placement.
    Placement(PlacementId),
    /// The page of one student.
    Student(StudentId),
    /// A list; how many students stood on it.
    List(&'static str, usize),
}

/// Leaves the audit event of a page or file that showed students; an empty list leaves none.
pub fn seen(db: &Db, scope: &Scope, sight: Sight, now: Moment) -> DbResult<()> {
    let (subject, id, detail) = match sight {
        Sight::List(_, 0) => return Ok(()),
        Sight::List(list, count) => ("student", None, format!("{list}: {count}")),
        Sight::Placement(id) => ("placement", Some(id.0), String::new()),
        Sight::Student(id) => ("student", Some(id.0), String::new()),
    };
    // A list can mix sites; each of them can ask who looked.
    db.write(|tx| {
        for site in scope.sites() {
            let event = Event {
                at: now,
                site_id: Some(*site),
                user_id: scope.user(),
                action: "student.view",
                subject,
                subject_id: id,
                detail: &detail,
            };
            audit::record(tx, &event)?;
        }
        Ok(())
    })
}

/// Writes an audit event about a student into an act.
pub(super) fn tell(
    tx: &mut Tx,
    scope: &Scope,
    site: SiteId,
    action: &str,
    student: Option<StudentId>,
    detail: &str,
    now: Moment,
) -> DbResult<()> {
    let subject_id = student.map(|id| id.0);
    let event =
        Event { at: now, site_id: Some(site), user_id: scope.user(), action, subject: "student", subject_id, detail };
    audit::record(tx, &event)
}
