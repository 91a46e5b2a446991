//! Referrals by a school's list. The dry run does what applying does, and takes it back: so it says exactly what would
//! happen, rows of one file that are the same student included. A row outside the agreement is never applied; a coordinator
//! refers that student by hand, with a reason.

use super::referrals::{By, Draft, Hand, ReferralError, Referred, refer_in};
use super::students::Fields;
use crate::domain::id::{ReferralListId, ReferrerId, SchoolId};
use crate::domain::import::{self, BadFile};
use crate::domain::referral::list::{Column, Entry, MOST_ROWS, columns, entry, missing};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::referral_lists::{self as lists, ListRow, ListState, NewList, ReferralList};
use crate::store::students::Wishes;
use crate::store::{Db, DbError, DbResult, Tx, schools};

/// Why a list was not read, applied or taken back.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No such list, school or referrer, or another site's; or the list is not in the state for this.
    #[error("no such list, school or referrer")]
    NotFound,
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] BadFile),
    /// Columns that a list needs.
    #[error("columns are missing")]
    Missing(Vec<Column>),
    /// More rows than one act takes.
    #[error("a list has at most 500 rows")]
    TooMany,
    /// The end of a dry run.
    #[error("a dry run")]
    DryRun(Vec<Verdict>),
}

may_repeat!(ListError);

/// What becomes of a row.
#[derive(Debug)]
pub enum Verdict {
    /// It is, or would be, a referral.
    Fits(Referred),
    /// It was applied before.
    Applied,
    /// Columns that cannot be read.
    Unreadable(Vec<Column>),
    /// Why it is no referral.
    Refused(ReferralError),
}

/// What was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Undone {
    /// Referrals that went.
    pub removed: usize,
    /// Referrals that stayed, since somebody decided about them.
    pub kept: usize,
}

/// Reads a file and keeps its rows; nothing is referred yet.
pub fn stage(
    db: &Db,
    scope: &Scope,
    (school, referrer): (SchoolId, Option<ReferrerId>),
    (file_name, bytes): (&str, &[u8]),
    now: Moment,
) -> Result<ReferralListId, ListError> {
    let sheet = import::read(bytes)?;
    let lacks = missing(&columns(&sheet.header));
    if !lacks.is_empty() {
        return Err(ListError::Missing(lacks));
    }
    if sheet.rows.len() > MOST_ROWS {
        return Err(ListError::TooMany);
    }
    let header = json(&sheet.header);
    let rows: Vec<(i32, String)> =
        sheet.rows.iter().map(|row| (i32::try_from(row.number).unwrap_or(i32::MAX), json(&row.cells))).collect();
    db.write(|tx| {
        let school = schools::find(tx, scope, school)?.ok_or(ListError::NotFound)?;
        if let Some(id) = referrer {
            let one = schools::referrer(tx, scope, id)?.filter(|one| one.school_id == school.id);
            one.ok_or(ListError::NotFound)?;
        }
        let new = NewList {
            site_id: school.site_id,
            school_id: school.id,
            referrer_id: referrer,
            user_id: scope.user(),
            file_name: file_name.to_owned(),
            header: header.clone(),
            state: ListState::Staged,
            created_at: now,
        };
        Ok(lists::add(tx, &new, &rows)?)
    })
}

/// The verdict on each row, in the order of the file. Nothing changes.
pub fn judge(db: &Db, scope: &Scope, list: &ReferralList, now: Moment) -> Result<Vec<Verdict>, ListError> {
    let run = |tx: &mut Tx| -> Result<(), ListError> {
        let rows = lists::rows(tx, list.id)?;
        let mut verdicts = Vec::with_capacity(rows.len());
        for row in &rows {
            verdicts.push(one(tx, scope, list, row, now)?);
        }
        // An error rolls back all that was done.
        Err(ListError::DryRun(verdicts))
    };
    match db.write(run) {
        Err(ListError::DryRun(verdicts)) => Ok(verdicts),
        Err(error) => Err(error),
        Ok(()) => Ok(Vec::new()),
    }
}

/// Refers the students of every row that fits; gives how many.
pub fn apply(db: &Db, scope: &Scope, id: ReferralListId, now: Moment) -> Result<usize, ListError> {
    db.write(|tx| {
        let list = lists::find(tx, scope, id)?.ok_or(ListError::NotFound)?;
        if !lists::step(tx, id, ListState::Staged, ListState::Applied)? {
            return Err(ListError::NotFound);
        }
        let mut count = 0;
        for row in lists::rows(tx, id)? {
            if let Verdict::Fits(referred) = one(tx, scope, &list, &row, now)? {
                lists::became(tx, row.id, referred.id, (!referred.joined).then_some(referred.student))?;
                count += 1;
            }
        }
        record(tx, scope, &list, "referral_list.apply", &format!("{count} referrals"), now)?;
        Ok(count)
    })
}

/// Takes back the referrals that a list made and nobody decided about, and the students that came with them.
pub fn undo(db: &Db, scope: &Scope, id: ReferralListId, now: Moment) -> Result<Undone, ListError> {
    db.write(|tx| {
        let list = lists::find(tx, scope, id)?.ok_or(ListError::NotFound)?;
        if !lists::step(tx, id, ListState::Applied, ListState::Undone)? {
            return Err(ListError::NotFound);
        }
        let mut undone = Undone::default();
        for row in lists::rows(tx, id)?.iter().filter(|row| row.referral_id.is_some()) {
            if lists::take_back(tx, row)? {
                undone.removed += 1;
            } else {
                undone.kept += 1;
            }
        }
        let detail = format!("removed {}, kept {}", undone.removed, undone.kept);
        record(tx, scope, &list, "referral_list.undo", &detail, now)?;
        Ok(undone)
    })
}

/// The cells of a row; none once it was applied.
pub fn cells(row: &ListRow) -> Vec<String> {
    serde_json::from_str(&row.cells).unwrap_or_default()
}

/// Which column each cell is.
pub fn columns_of(list: &ReferralList) -> Vec<Option<Column>> {
    columns(&serde_json::from_str::<Vec<String>>(&list.header).unwrap_or_default())
}

/// Refers the student of one row, where it fits.
fn one(tx: &mut Tx, scope: &Scope, list: &ReferralList, row: &ListRow, now: Moment) -> Result<Verdict, ListError> {
    if row.cells.is_empty() {
        return Ok(Verdict::Applied);
    }
    let entry = match entry(&columns_of(list), &cells(row)) {
        Ok(entry) => entry,
        Err(wrong) => return Ok(Verdict::Unreadable(wrong)),
    };
    let draft = match draft(list, entry).checked(now.day()) {
        Ok(draft) => draft,
        Err(error) => return Ok(Verdict::Refused(error)),
    };
    match refer_in(tx, scope, &draft, Hand::Desk(""), now) {
        Ok(referred) => Ok(Verdict::Fits(referred)),
        Err(ReferralError::Db(error)) => Err(error.into()),
        Err(error) => Ok(Verdict::Refused(error)),
    }
}

fn draft(list: &ReferralList, entry: Entry) -> Draft {
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    Draft {
        school: list.school_id,
        by: list.referrer_id.map_or(By::Desk, By::Known),
        on: entry.on.unwrap_or(list.created_at.day()),
        student: Fields {
            code: entry.code,
            first_name: entry.first_name,
            programme: entry.programme,
            crebo: entry.crebo,
            level: entry.level,
            track: entry.track,
            wishes: Wishes {
                available_from: entry.available_from,
                available_until: entry.available_until,
                days_per_week: entry.days_per_week,
                role_sought: some(entry.role_sought),
                learning_wish: some(entry.learning_wish),
                ..Wishes::default()
            },
            ..Fields::default()
        },
        attempts: entry.attempts,
        tried: entry.tried,
        failed_why: entry.failed_why,
        sought: entry.sought,
        shares: entry.shares,
    }
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn record(tx: &mut Tx, scope: &Scope, list: &ReferralList, action: &str, detail: &str, now: Moment) -> DbResult<()> {
    let event = Event {
        at: now,
        site_id: Some(list.site_id),
        user_id: scope.user(),
        action,
        subject: "referral_list",
        subject_id: Some(list.id.0),
        detail,
    };
    audit::record(tx, &event)
}
