//! Check-ins: one moment of aftercare each, with its day, its question and its answer.

use super::schema::{checkins, companies, outgoing, placements, students};
use super::{Conn, DbResult, Tx};
use crate::domain::aftercare::Mood;
use crate::domain::id::{CheckInId, CompanyId, IncomingId, PlacementId, SiteId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::{Addressee, Channel, CheckInState, Lang, OutgoingState};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

/// One check-in.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = checkins, treat_none_as_null = true)]
pub struct CheckIn {
    /// Its id.
    pub id: CheckInId,
    /// The site whose check-in this is.
    pub site_id: SiteId,
    /// Its placement.
    pub placement_id: PlacementId,
    /// Its place in the plan, from 1.
    pub number: i32,
    /// Its name in Dutch.
    pub name_nl: String,
    /// Its name in English.
    pub name_en: String,
    /// The working day on which it is due.
    pub due_on: Day,
    /// The day that the plan named, where that was no working day.
    pub moved_from: Option<Day>,
    /// Why it was moved, for instance the holiday's name; empty where it was not.
    pub moved_reason: String,
    /// To whom it speaks.
    pub addressee: Addressee,
    /// How it is done.
    pub channel: Channel,
    /// Where it stands.
    pub state: CheckInState,
    /// The day on which the clockwork looks at it again, while it is open.
    pub next_on: Day,
    /// The day the question went out.
    pub asked_on: Option<Day>,
    /// The day the reminder went out.
    pub reminded_on: Option<Day>,
    /// The answer's digit, 1 (bad) to 5 (good).
    pub score: Option<i32>,
    /// How it goes.
    pub mood: Option<Mood>,
    /// The answer in words; empty where there are none.
    pub answer: String,
    /// The mail that answered.
    pub incoming_id: Option<IncomingId>,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// Who closed it; `None` where the answer's digit did.
    pub closed_by: Option<UserId>,
    /// The state it was closed from, for undoing.
    pub closed_from: Option<CheckInState>,
    /// Why it was cancelled or became a call; empty otherwise.
    pub reason: String,
    /// Counts changes.
    pub version: i32,
}

impl CheckIn {
    /// Its name in a language.
    pub fn name(&self, lang: Lang) -> &str {
        lang.t(&self.name_nl, &self.name_en)
    }
}

/// What a new check-in needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = checkins, treat_none_as_default_value = false)]
pub struct NewCheckIn {
    /// The site whose check-in this is.
    pub site_id: SiteId,
    /// Its placement.
    pub placement_id: PlacementId,
    /// Its place in the plan, from 1.
    pub number: i32,
    /// Its name in Dutch.
    pub name_nl: String,
    /// Its name in English.
    pub name_en: String,
    /// The working day on which it is due.
    pub due_on: Day,
    /// The day that the plan named, where that was no working day.
    pub moved_from: Option<Day>,
    /// Why it was moved.
    pub moved_reason: String,
    /// To whom it speaks.
    pub addressee: Addressee,
    /// How it is done.
    pub channel: Channel,
    /// Where it stands.
    pub state: CheckInState,
    /// The day on which the clockwork looks at it.
    pub next_on: Day,
    /// Empty.
    pub answer: String,
    /// Empty.
    pub reason: String,
    /// Starts at 1.
    pub version: i32,
}

/// A check-in with the names that people know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckInLine {
    /// The check-in.
    pub checkin: CheckIn,
    /// The student's first name.
    pub first_name: String,
    /// The company.
    pub company_id: CompanyId,
    /// The company's name.
    pub company: String,
    /// Who keeps up the placement's aftercare.
    pub broker_id: Option<UserId>,
}

type Named = (CheckIn, String, CompanyId, String, Option<UserId>);

impl From<Named> for CheckInLine {
    fn from((checkin, first_name, company_id, company, broker_id): Named) -> Self {
        Self { checkin, first_name, company_id, company, broker_id }
    }
}

/// Check-ins with their names, in scope; filters are put onto it.
macro_rules! lines {
    ($scope:expr) => {
        checkins::table
            .inner_join(placements::table.inner_join(students::table).inner_join(companies::table))
            .filter(checkins::site_id.eq_any($scope.sites().to_vec()))
            .select((CheckIn::as_select(), students::first_name, companies::id, companies::name, placements::broker_id))
    };
}

fn named(rows: Vec<Named>) -> Vec<CheckInLine> {
    rows.into_iter().map(CheckInLine::from).collect()
}

/// Adds a check-in.
pub fn add(tx: &mut Tx, new: &NewCheckIn) -> DbResult<CheckInId> {
    Ok(diesel::insert_into(checkins::table).values(new).returning(checkins::id).get_result(&mut **tx)?)
}

/// Writes the check-in over the version that it was read at; `false` when somebody else was first.
pub fn save(tx: &mut Tx, checkin: &CheckIn) -> DbResult<bool> {
    let next = CheckIn { version: checkin.version + 1, ..checkin.clone() };
    let row = checkins::table.filter(checkins::id.eq(checkin.id)).filter(checkins::version.eq(checkin.version));
    Ok(diesel::update(row).set(&next).execute(&mut **tx)? == 1)
}

/// One check-in in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: CheckInId) -> DbResult<Option<CheckIn>> {
    Ok(checkins::table
        .filter(checkins::id.eq(id))
        .filter(checkins::site_id.eq_any(scope.sites().to_vec()))
        .select(CheckIn::as_select())
        .first(conn)
        .optional()?)
}

/// The Message-ID of the latest mail that asked a check-in in scope.
pub fn asked_as(conn: &mut Conn, scope: &Scope, id: CheckInId) -> DbResult<Option<String>> {
    Ok(outgoing::table
        .filter(outgoing::checkin_id.eq(id))
        .filter(outgoing::site_id.eq_any(scope.sites().to_vec()))
        .order(outgoing::id.desc())
        .select(outgoing::message_id)
        .first(conn)
        .optional()?)
}

/// The check-ins of a placement in scope, in the plan's order.
pub fn of_placement(conn: &mut Conn, scope: &Scope, placement: PlacementId) -> DbResult<Vec<CheckIn>> {
    Ok(checkins::table
        .filter(checkins::placement_id.eq(placement))
        .filter(checkins::site_id.eq_any(scope.sites().to_vec()))
        .order((checkins::due_on, checkins::number))
        .select(CheckIn::as_select())
        .load(conn)?)
}

/// Check-ins on which the clockwork has something to do by `today`, in order of their ids; after the given id. One whose
/// question is held waits with it.
pub fn due(conn: &mut Conn, scope: &Scope, today: Day, after: CheckInId, limit: i64) -> DbResult<Vec<CheckIn>> {
    Ok(checkins::table
        .filter(checkins::site_id.eq_any(scope.sites().to_vec()))
        .filter(checkins::state.eq_any(CLOCKWORK.to_vec()))
        .filter(checkins::next_on.le(today))
        .filter(checkins::id.gt(after))
        .filter(not(exists(
            outgoing::table
                .filter(outgoing::checkin_id.eq(checkins::id.nullable()))
                .filter(outgoing::state.eq(OutgoingState::Held)),
        )))
        .order(checkins::id)
        .limit(limit)
        .select(CheckIn::as_select())
        .load(conn)?)
}

/// The states in which the clockwork moves a check-in on.
const CLOCKWORK: [CheckInState; 5] =
    [CheckInState::Planned, CheckInState::Due, CheckInState::Asked, CheckInState::Reminded, CheckInState::CallTask];

/// The states in which a check-in waits for an answer or for a person.
const WAITING: [CheckInState; 6] = [
    CheckInState::Due,
    CheckInState::Asked,
    CheckInState::Reminded,
    CheckInState::CallTask,
    CheckInState::Escalated,
    CheckInState::Answered,
];

/// Check-ins whose day has come and that wait to be asked, for an answer or for a person; the oldest first.
pub fn waiting(conn: &mut Conn, scope: &Scope, today: Day, limit: i64) -> DbResult<Vec<CheckInLine>> {
    let come = checkins::state.eq(CheckInState::Planned).and(checkins::due_on.le(today));
    let query = lines!(scope).filter(checkins::state.eq_any(WAITING.to_vec()).or(come));
    Ok(named(query.order((checkins::due_on, checkins::id)).limit(limit).load(conn)?))
}

/// Check-ins whose day comes after `today`, up to and including `until`.
pub fn coming(conn: &mut Conn, scope: &Scope, today: Day, until: Day, limit: i64) -> DbResult<Vec<CheckInLine>> {
    let query = lines!(scope)
        .filter(checkins::state.eq(CheckInState::Planned))
        .filter(checkins::due_on.gt(today))
        .filter(checkins::due_on.le(until));
    Ok(named(query.order((checkins::due_on, checkins::id)).limit(limit).load(conn)?))
}

/// Check-ins that were closed or cancelled since a moment, the latest first.
pub fn closed_since(conn: &mut Conn, scope: &Scope, since: Moment, limit: i64) -> DbResult<Vec<CheckInLine>> {
    let query = lines!(scope)
        .filter(checkins::state.eq_any(vec![CheckInState::Done, CheckInState::Cancelled]))
        .filter(checkins::closed_at.ge(since));
    Ok(named(query.order((checkins::closed_at.desc(), checkins::id.desc())).limit(limit).load(conn)?))
}

/// Check-ins whose day lies from `from` to `until`, both included, but for those that were cancelled.
pub fn between(conn: &mut Conn, scope: &Scope, from: Day, until: Day, limit: i64) -> DbResult<Vec<CheckInLine>> {
    let query =
        lines!(scope).filter(checkins::state.ne(CheckInState::Cancelled)).filter(checkins::due_on.between(from, until));
    Ok(named(query.order((checkins::due_on, checkins::id)).limit(limit).load(conn)?))
}
