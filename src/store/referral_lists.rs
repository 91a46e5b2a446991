//! A school's lists of students to refer, row by row. A row keeps its cells until it is applied; the list is forgotten after a
//! month.

use super::db::per_backend;
use super::schema::{applications, guidance, placements, referral_list_rows, referral_lists, referrals, students};
use super::{Conn, DbResult, Tx};
use crate::domain::code::code;
use crate::domain::id::{ReferralId, ReferralListId, ReferralRowId, ReferrerId, SchoolId, SiteId, StudentId, UserId};
use crate::domain::referral::ReferralState;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

code! {
    /// How far a list is.
    pub enum ListState {
        /// Read; nothing was done.
        Staged = "staged",
        /// What could be referred is.
        Applied = "applied",
        /// It was taken back.
        Undone = "undone",
    }
}

/// One list.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = referral_lists)]
pub struct ReferralList {
    /// Its id.
    pub id: ReferralListId,
    /// The site.
    pub site_id: SiteId,
    /// The school whose list it is.
    pub school_id: SchoolId,
    /// Who at the school sent it.
    pub referrer_id: Option<ReferrerId>,
    /// Who of us uploaded it.
    pub user_id: Option<UserId>,
    /// The file's name.
    pub file_name: String,
    /// JSON: the cells of the header.
    pub header: String,
    /// How far it is.
    pub state: ListState,
    /// When it was uploaded.
    pub created_at: Moment,
}

/// What a new list needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = referral_lists, treat_none_as_default_value = false)]
pub struct NewList {
    /// The site.
    pub site_id: SiteId,
    /// The school whose list it is.
    pub school_id: SchoolId,
    /// Who at the school sent it.
    pub referrer_id: Option<ReferrerId>,
    /// Who of us uploads it.
    pub user_id: Option<UserId>,
    /// The file's name.
    pub file_name: String,
    /// JSON: the cells of the header.
    pub header: String,
    /// Staged.
    pub state: ListState,
    /// Now.
    pub created_at: Moment,
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = referral_list_rows)]
pub struct ListRow {
    /// Its id.
    pub id: ReferralRowId,
    /// The line of the file it starts on.
    pub number: i32,
    /// JSON: its cells; empty once it was applied.
    pub cells: String,
    /// The referral that it became.
    pub referral_id: Option<ReferralId>,
    /// The student, where the row made one.
    pub made_id: Option<StudentId>,
}

#[derive(Insertable)]
#[diesel(table_name = referral_list_rows, treat_none_as_default_value = false)]
struct NewRow<'a> {
    list_id: ReferralListId,
    number: i32,
    cells: &'a str,
}

/// Adds a list with its rows: the line, and the cells as JSON.
pub fn add(tx: &mut Tx, new: &NewList, rows: &[(i32, String)]) -> DbResult<ReferralListId> {
    let id = diesel::insert_into(referral_lists::table).values(new).returning(referral_lists::id);
    let id: ReferralListId = id.get_result(&mut **tx)?;
    let rows: Vec<NewRow> = rows.iter().map(|(number, cells)| NewRow { list_id: id, number: *number, cells }).collect();
    for some in rows.chunks(super::rows::AT_ONCE) {
        per_backend!(&mut **tx, |conn| diesel::insert_into(referral_list_rows::table).values(some).execute(conn)?);
    }
    Ok(id)
}

/// One list in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: ReferralListId) -> DbResult<Option<ReferralList>> {
    let own = referral_lists::table
        .filter(referral_lists::id.eq(id))
        .filter(referral_lists::site_id.eq_any(scope.sites().to_vec()));
    Ok(own.select(ReferralList::as_select()).first(conn).optional()?)
}

/// The newest lists in scope.
pub fn list(conn: &mut Conn, scope: &Scope, limit: i64) -> DbResult<Vec<ReferralList>> {
    let own = referral_lists::table.filter(referral_lists::site_id.eq_any(scope.sites().to_vec()));
    Ok(own.order(referral_lists::id.desc()).limit(limit).select(ReferralList::as_select()).load(conn)?)
}

/// The rows of a list, in the order of the file. The id comes from a scoped read.
pub fn rows(conn: &mut Conn, id: ReferralListId) -> DbResult<Vec<ListRow>> {
    let own = referral_list_rows::table.filter(referral_list_rows::list_id.eq(id));
    let order = (referral_list_rows::number, referral_list_rows::id);
    Ok(own.order(order).select(ListRow::as_select()).load(conn)?)
}

/// Moves a list to another state; `false` when it was not in the first one.
pub fn step(tx: &mut Tx, id: ReferralListId, from: ListState, to: ListState) -> DbResult<bool> {
    let row = referral_lists::table.filter(referral_lists::id.eq(id)).filter(referral_lists::state.eq(from));
    Ok(diesel::update(row).set(referral_lists::state.eq(to)).execute(&mut **tx)? == 1)
}

/// Notes what a row became, and forgets what it said.
pub fn became(tx: &mut Tx, id: ReferralRowId, referral: ReferralId, made: Option<StudentId>) -> DbResult<()> {
    let set = (
        referral_list_rows::referral_id.eq(referral),
        referral_list_rows::made_id.eq(made),
        referral_list_rows::cells.eq(""),
    );
    diesel::update(referral_list_rows::table.filter(referral_list_rows::id.eq(id))).set(set).execute(&mut **tx)?;
    Ok(())
}

/// Takes a row's referral back, unless somebody decided about it, and its student, unless somebody did something for it;
/// tells whether the referral went.
pub fn take_back(tx: &mut Tx, row: &ListRow) -> DbResult<bool> {
    let Some(referral) = row.referral_id else { return Ok(false) };
    let untouched = referrals::table
        .filter(referrals::id.eq(referral))
        .filter(referrals::state.eq(ReferralState::Received))
        .filter(referrals::version.eq(1));
    if untouched.count().get_result::<i64>(&mut **tx)? == 0 {
        return Ok(false);
    }
    let none =
        (referral_list_rows::referral_id.eq(None::<ReferralId>), referral_list_rows::made_id.eq(None::<StudentId>));
    diesel::update(referral_list_rows::table.filter(referral_list_rows::id.eq(row.id))).set(none).execute(&mut **tx)?;
    diesel::delete(referrals::table.filter(referrals::id.eq(referral))).execute(&mut **tx)?;
    let Some(made) = row.made_id else { return Ok(true) };
    // A student that a referral made has version 2: added, and given its school.
    let alone = students::table
        .filter(students::id.eq(made))
        .filter(students::version.eq(2))
        .filter(not(exists(placements::table.filter(placements::student_id.eq(made)))))
        .filter(not(exists(guidance::table.filter(guidance::student_id.eq(made)))))
        .filter(not(exists(applications::table.filter(applications::student_id.eq(made)))))
        .filter(not(exists(referrals::table.filter(referrals::student_id.eq(made)))));
    if alone.count().get_result::<i64>(&mut **tx)? == 1 {
        diesel::delete(students::table.filter(students::id.eq(made))).execute(&mut **tx)?;
    }
    Ok(true)
}
