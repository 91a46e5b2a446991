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
use crate::store::students::{self, NewStudent, Student, Wishes};
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
    /// What the student seeks.
    pub wishes: Wishes,
}

/// The most hours a week.
const HOURS: i32 = 40;
/// The longest way to work that can be asked for, in minutes.
const WAY: i32 = 180;
/// The most letters of a role and of a wish.
const ROLE: usize = 120;
const WISH: usize = 500;

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
    /// The last day lies before the first one.
    #[error("the last day lies before the first one")]
    Period,
    /// A week has one to seven days.
    #[error("a week has one to seven days")]
    Days,
    /// A week has one to forty hours of work.
    #[error("a week has one to forty hours of work")]
    Hours,
    /// A way to work takes five minutes to three hours.
    #[error("a way to work takes five minutes to three hours")]
    Minutes,
    /// The role that is sought is too long.
    #[error("the role has at most 120 letters")]
    LongRole,
    /// The wish is too long.
    #[error("the wish has at most 500 letters")]
    LongWish,
    /// A text holds what looks like a BSN.
    #[error(transparent)]
    Bsn(#[from] BsnFound),
}

may_repeat!(StudentError);

/// A text without needless white space.
pub(super) fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The wishes with tidy texts, those that can be stored.
fn checked_wishes(wishes: &Wishes) -> Result<Wishes, StudentError> {
    let text = |text: &Option<String>| text.as_deref().map(tidy).filter(|text| !text.is_empty());
    let wishes =
        Wishes { role_sought: text(&wishes.role_sought), learning_wish: text(&wishes.learning_wish), ..wishes.clone() };
    privacy::check([wishes.role_sought.as_deref(), wishes.learning_wish.as_deref()].into_iter().flatten())?;
    let outside = |number: Option<i32>, from: i32, until: i32| number.is_some_and(|one| !(from..=until).contains(&one));
    let longer = |text: &Option<String>, most| text.as_ref().is_some_and(|text| text.chars().count() > most);
    if wishes.available_from.zip(wishes.available_until).is_some_and(|(from, until)| until < from) {
        return Err(StudentError::Period);
    }
    if outside(wishes.days_per_week, 1, 7) {
        return Err(StudentError::Days);
    }
    if outside(wishes.hours_per_week, 1, HOURS) {
        return Err(StudentError::Hours);
    }
    if outside(wishes.travel_minutes, 5, WAY) {
        return Err(StudentError::Minutes);
    }
    if longer(&wishes.role_sought, ROLE) {
        return Err(StudentError::LongRole);
    }
    if longer(&wishes.learning_wish, WISH) {
        return Err(StudentError::LongWish);
    }
    Ok(wishes)
}

impl Fields {
    /// Trims every text and says what is missing or may not be stored.
    pub fn checked(&self) -> Result<Self, StudentError> {
        let fields = Self {
            code: tidy(&self.code),
            first_name: tidy(&self.first_name),
            programme: tidy(&self.programme),
            crebo: tidy(&self.crebo),
            wishes: checked_wishes(&self.wishes)?,
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
    let Fields { code, first_name, programme, crebo, level, track, email, phone, lang, wishes } = fields.checked()?;
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
        wishes: Wishes { looking_since: wishes.looking_since.or(Some(now.day())), ..wishes },
        school_id: None,
    };
    let id = students::add(tx, &new)?.ok_or(StudentError::Taken)?;
    tell(tx, scope, site, "student.add", Some(id), "", now)?;
    Ok(id)
}

/// Adds a student to a site.
pub fn add(db: &Db, scope: &Scope, site: SiteId, fields: &Fields, now: Moment) -> Result<StudentId, StudentError> {
    db.write(|tx| add_in(tx, scope, site, fields, now))
}

/// Adds students to a site, each at a moment of its own, all or none: for a world that is made at once.
pub fn add_all(db: &Db, scope: &Scope, site: SiteId, all: &[(Fields, Moment)]) -> Result<(), StudentError> {
    db.write(|tx| all.iter().try_for_each(|(fields, at)| add_in(tx, scope, site, fields, *at).map(drop)))
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
    let Fields { code, first_name, programme, crebo, level, track, email, phone, lang, wishes } = fields.checked()?;
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
            wishes: Wishes { looking_since: wishes.looking_since.or(before.wishes.looking_since), ..wishes.clone() },
            school_id: before.school_id,
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
    if matches!(sight, Sight::List(_, 0)) {
        return Ok(());
    }
    db.write(|tx| seen_in(tx, scope, sight, now))
}

/// The same as a piece of a larger act.
pub(super) fn seen_in(tx: &mut Tx, scope: &Scope, sight: Sight, now: Moment) -> DbResult<()> {
    let (subject, id, detail) = match sight {
        Sight::List(_, 0) => return Ok(()),
        Sight::List(list, count) => ("student", None, format!("{list}: {count}")),
        Sight::Placement(id) => ("placement", Some(id.0), String::new()),
        Sight::Student(id) => ("student", Some(id.0), String::new()),
    };
    // A list can mix sites; each of them can ask who looked.
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
