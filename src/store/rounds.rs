//! Rounds of asking whether places still hold: a row per opening and round, with the link that answers it.

use super::schema::{companies, openings, outgoing, rounds};
use super::{Conn, DbResult, Tx};
use crate::domain::freshness::{RoundFacts, RoundState};
use crate::domain::id::{CompanyId, OpeningId, OutgoingId, RoundId, SiteId, TaskId};
use crate::domain::opening::OpeningState;
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::OutgoingState;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

/// One round.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = rounds, treat_none_as_null = true)]
pub struct Round {
    /// Its id.
    pub id: RoundId,
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The company that is asked.
    pub company_id: CompanyId,
    /// The opening that it is about.
    pub opening_id: OpeningId,
    /// The last confirmation before it, which it asks to renew.
    pub confirmed_on: Day,
    /// How far it is.
    pub state: RoundState,
    /// When it was asked.
    pub asked_on: Day,
    /// When the reminder went out.
    pub reminded_on: Option<Day>,
    /// When the company wrote back.
    pub heard_on: Option<Day>,
    /// When somebody got the task to call.
    pub called_on: Option<Day>,
    /// The day on which the clockwork looks at it.
    pub next_on: Day,
    /// Stands, signed, in the link that answers it.
    pub token: String,
    /// Until when that link works.
    pub expires_at: Moment,
    /// The mail that asked.
    pub asked_id: Option<OutgoingId>,
    /// The mail that reminded.
    pub reminder_id: Option<OutgoingId>,
    /// The task to call.
    pub task_id: Option<TaskId>,
    /// How many places are free, as the company said by the link.
    pub places: Option<i32>,
    /// When it said so.
    pub answered_at: Option<Moment>,
    /// Goes up with every change.
    pub version: i32,
}

impl Round {
    /// What decides about it.
    pub fn facts(&self) -> RoundFacts {
        RoundFacts {
            state: self.state,
            confirmed: self.confirmed_on,
            asked: self.asked_on,
            reminded: self.reminded_on,
            heard: self.heard_on,
            called: self.called_on,
        }
    }
}

/// A round to add: its question is asked.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = rounds, treat_none_as_default_value = false)]
pub struct NewRound {
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The company that is asked.
    pub company_id: CompanyId,
    /// The opening that it is about.
    pub opening_id: OpeningId,
    /// The last confirmation before it.
    pub confirmed_on: Day,
    /// How far it is.
    pub state: RoundState,
    /// When it is asked.
    pub asked_on: Day,
    /// The day on which the clockwork looks at it.
    pub next_on: Day,
    /// Stands, signed, in the link that answers it.
    pub token: String,
    /// Until when that link works.
    pub expires_at: Moment,
    /// The mail that asks.
    pub asked_id: Option<OutgoingId>,
    /// Starts at 1.
    pub version: i32,
}

/// Adds a round. One opening and confirmation have at most one: another is a unique violation.
pub fn add(tx: &mut Tx, new: &NewRound) -> DbResult<RoundId> {
    Ok(diesel::insert_into(rounds::table).values(new).returning(rounds::id).get_result(&mut **tx)?)
}

/// Writes the round over the version that it was read at; `false` when somebody else was first.
pub fn save(tx: &mut Tx, round: &Round) -> DbResult<bool> {
    let next = Round { version: round.version + 1, ..round.clone() };
    let row = rounds::table.filter(rounds::id.eq(round.id)).filter(rounds::version.eq(round.version));
    Ok(diesel::update(row).set(&next).execute(&mut **tx)? == 1)
}

/// The latest round of each of these openings, by opening. The ids come from a scoped read.
pub fn latest(conn: &mut Conn, ids: &[OpeningId]) -> DbResult<Vec<Round>> {
    let all = rounds::table.filter(rounds::opening_id.eq_any(ids.to_vec()));
    let mut all: Vec<Round> =
        all.order((rounds::opening_id, rounds::id.desc())).select(Round::as_select()).load(conn)?;
    all.dedup_by_key(|round| round.opening_id);
    Ok(all)
}

/// The open rounds of an opening, oldest first. The id comes from a scoped read.
pub fn open_of(conn: &mut Conn, opening: OpeningId) -> DbResult<Vec<Round>> {
    let open = rounds::table.filter(rounds::opening_id.eq(opening)).filter(rounds::state.eq_any(RoundState::OPEN));
    Ok(open.order(rounds::id).select(Round::as_select()).load(conn)?)
}

/// The rounds that a mail of ours asked or reminded of. The id comes from a scoped read.
pub fn of_mail(conn: &mut Conn, mail: OutgoingId) -> DbResult<Vec<Round>> {
    let query = rounds::table.filter(rounds::asked_id.eq(mail).or(rounds::reminder_id.eq(mail)));
    Ok(query.order(rounds::id).select(Round::as_select()).load(conn)?)
}

/// The round of a link's token: the token is the permission.
pub fn by_token(conn: &mut Conn, token: &str) -> DbResult<Option<Round>> {
    Ok(rounds::table.filter(rounds::token.eq(token)).select(Round::as_select()).first(conn).optional()?)
}

/// Whether an open round of the company still waits for this task.
pub fn waits_for(conn: &mut Conn, task: TaskId) -> DbResult<bool> {
    let open = rounds::table.filter(rounds::task_id.eq(task)).filter(rounds::state.eq_any(RoundState::OPEN));
    Ok(open.count().get_result::<i64>(conn)? > 0)
}

/// Companies with an open round on which something is to be done by `today`, by id, after the given one. A round whose mail
/// is held waits with it.
pub fn due(conn: &mut Conn, scope: &Scope, today: Day, after: CompanyId, limit: i64) -> DbResult<Vec<CompanyId>> {
    let held = outgoing::table
        .filter(outgoing::id.nullable().eq(rounds::asked_id).or(outgoing::id.nullable().eq(rounds::reminder_id)))
        .filter(outgoing::state.eq(OutgoingState::Held));
    Ok(rounds::table
        .filter(rounds::site_id.eq_any(scope.sites().to_vec()))
        .filter(rounds::state.eq_any(RoundState::OPEN))
        .filter(rounds::next_on.le(today))
        .filter(rounds::company_id.gt(after))
        .filter(not(exists(held)))
        .group_by(rounds::company_id)
        .order(rounds::company_id)
        .limit(limit)
        .select(rounds::company_id)
        .load(conn)?)
}

/// Companies, by how long an opening with a place left was not confirmed, that were not asked about that yet: those
/// confirmed before a day, the oldest first. One whose mail is on its way is not among them.
pub fn to_ask(conn: &mut Conn, scope: &Scope, before: Day, limit: i64) -> DbResult<Vec<CompanyId>> {
    let asked = rounds::table
        .filter(rounds::opening_id.eq(openings::id))
        .filter(rounds::confirmed_on.eq(openings::last_confirmed_on));
    let rows: Vec<(CompanyId, Option<Day>)> = openings::table
        .inner_join(companies::table)
        .filter(openings::site_id.eq_any(scope.sites().to_vec()))
        .filter(openings::state.eq_any(vec![OpeningState::Offered, OpeningState::Open]))
        .filter(openings::places_left.gt(0))
        .filter(openings::last_confirmed_on.lt(before))
        .filter(companies::archived_at.is_null())
        .filter(not(exists(asked)))
        .group_by(openings::company_id)
        .order((diesel::dsl::min(openings::last_confirmed_on), openings::company_id))
        .limit(limit)
        .select((openings::company_id, diesel::dsl::min(openings::last_confirmed_on)))
        .load(conn)?;
    Ok(rows.into_iter().map(|(company, _)| company).collect())
}

/// The day on which each of these openings was asked about, where an answer is waited for. The ids come from a scoped read.
pub fn asked(conn: &mut Conn, ids: &[OpeningId]) -> DbResult<Vec<(OpeningId, Day)>> {
    let open =
        rounds::table.filter(rounds::opening_id.eq_any(ids.to_vec())).filter(rounds::state.eq_any(RoundState::OPEN));
    Ok(open.select((rounds::opening_id, rounds::asked_on)).load(conn)?)
}
