//! The clockwork's memory: when each tick runs next, and what its runs did.

use super::schema::{tick_plans, tick_runs};
use super::{Conn, DbResult, Tx};
use crate::domain::id::RunId;
use crate::domain::time::Moment;
use diesel::prelude::*;

/// A tick whose next run lies this many seconds in the past stands still.
pub const STALLED_AFTER: i64 = 300;

/// One recorded run.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = tick_runs)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The tick's name.
    pub tick: String,
    /// The process that ran it.
    pub holder: String,
    /// When it began.
    pub started_at: Moment,
    /// When it ended; `None` while it runs, or when its process died.
    pub ended_at: Option<Moment>,
    /// What it did, in words.
    pub tally: String,
    /// What went wrong; empty when nothing did.
    pub error: String,
}

/// When a tick runs next.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = tick_plans)]
pub struct Plan {
    /// The tick's name.
    pub name: String,
    /// Its next run.
    pub next_at: Moment,
}

/// When `tick` runs next; `None` before its first planning.
pub fn next_at(conn: &mut Conn, tick: &str) -> DbResult<Option<Moment>> {
    Ok(tick_plans::table.find(tick).select(tick_plans::next_at).first(conn).optional()?)
}

/// All plans, by name.
pub fn plans(conn: &mut Conn) -> DbResult<Vec<Plan>> {
    Ok(tick_plans::table.order(tick_plans::name).select(Plan::as_select()).load(conn)?)
}

/// The earliest planned run that is long overdue: the clockwork stands still since then.
pub fn stalled(conn: &mut Conn, now: Moment) -> DbResult<Option<Moment>> {
    let overdue = now.plus_seconds(-STALLED_AFTER);
    Ok(tick_plans::table
        .filter(tick_plans::next_at.lt(overdue))
        .order(tick_plans::next_at)
        .select(tick_plans::next_at)
        .first(conn)
        .optional()?)
}

/// Plans the next run of `tick`.
pub fn plan(tx: &mut Tx, tick: &str, at: Moment) -> DbResult<()> {
    let changed = diesel::update(tick_plans::table.find(tick)).set(tick_plans::next_at.eq(at)).execute(&mut **tx)?;
    if changed == 0 {
        let row = (tick_plans::name.eq(tick), tick_plans::next_at.eq(at));
        diesel::insert_into(tick_plans::table).values(row).execute(&mut **tx)?;
    }
    Ok(())
}

/// Records that a run began.
pub fn begin(tx: &mut Tx, tick: &str, holder: &str, now: Moment) -> DbResult<RunId> {
    let row = (
        tick_runs::tick.eq(tick),
        tick_runs::holder.eq(holder),
        tick_runs::started_at.eq(now),
        tick_runs::tally.eq(""),
        tick_runs::error.eq(""),
    );
    Ok(diesel::insert_into(tick_runs::table).values(row).returning(tick_runs::id).get_result(&mut **tx)?)
}

/// Records how a run ended.
pub fn end(tx: &mut Tx, run: RunId, now: Moment, tally: &str, error: &str) -> DbResult<()> {
    diesel::update(tick_runs::table.find(run))
        .set((tick_runs::ended_at.eq(now), tick_runs::tally.eq(tally), tick_runs::error.eq(error)))
        .execute(&mut **tx)?;
    Ok(())
}

/// The newest runs of one tick, or of all.
pub fn runs(conn: &mut Conn, tick: Option<&str>, limit: i64) -> DbResult<Vec<Run>> {
    let mut query = tick_runs::table.select(Run::as_select()).into_boxed();
    if let Some(tick) = tick {
        query = query.filter(tick_runs::tick.eq(tick));
    }
    Ok(query.order(tick_runs::id.desc()).limit(limit).load(conn)?)
}
