//! Aftercare plans: the one a site starts with, and changing it. A changed plan is a new one, so that the
//! check-ins of running placements keep the rows they came from.

use crate::domain::aftercare::{self, PlanStep};
use crate::domain::id::{PlanId, SiteId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::plans::{self, NewPlanStep};
use crate::store::{Conn, Db, DbError, DbResult, Tx};

/// Rows of a plan at most.
pub const MOST_ROWS: usize = 20;
/// Working days from its anchor at most, either way.
pub const FARTHEST: i32 = 260;

/// Why a plan was not changed.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No such plan, or another site's.
    #[error("no such plan")]
    NotFound,
    /// Only a coordinator changes plans.
    #[error("only a coordinator changes plans")]
    NotAllowed,
    /// A plan has 1 to 20 rows.
    #[error("a plan has 1 to 20 rows")]
    Rows,
    /// The row with this number (from 1) has no name, or lies too far away.
    #[error("row {0} has no name or lies more than a year away")]
    Row(usize),
}

may_repeat!(PlanError);

/// The site's default plan; the product's own is written as rows where the site has none yet.
pub fn default_of(tx: &mut Tx, site: SiteId, now: Moment) -> DbResult<PlanId> {
    match plans::default_of(tx, site)? {
        Some(plan) => Ok(plan.id),
        None => write(tx, site, "Standaard", &aftercare::default_plan(), now),
    }
}

/// The rows of a plan as the plan's mind takes them.
pub fn rows(conn: &mut Conn, plan: PlanId) -> DbResult<Vec<PlanStep>> {
    let row = |step: plans::PlanStep| PlanStep {
        name_nl: step.name_nl,
        name_en: step.name_en,
        anchor: step.anchor,
        offset_working_days: step.offset_days,
        addressee: step.addressee,
        channel: step.channel,
    };
    Ok(plans::steps(conn, plan)?.into_iter().map(row).collect())
}

/// Gives the site of a plan a new default plan with these rows. Placements that run keep theirs.
pub fn change(
    db: &Db,
    scope: &Scope,
    plan: PlanId,
    name: &str,
    rows: &[PlanStep],
    now: Moment,
) -> Result<PlanId, PlanError> {
    if !scope.coordinates() {
        return Err(PlanError::NotAllowed);
    }
    let bad = |row: &PlanStep| row.name_nl.trim().is_empty() || row.offset_working_days.abs() > FARTHEST;
    db.write(|tx| {
        let old = plans::find(tx, scope, plan)?.ok_or(PlanError::NotFound)?;
        if rows.is_empty() || rows.len() > MOST_ROWS {
            return Err(PlanError::Rows);
        }
        if let Some(at) = rows.iter().position(bad) {
            return Err(PlanError::Row(at + 1));
        }
        plans::retire(tx, old.site_id)?;
        let new = write(tx, old.site_id, name.trim(), rows, now)?;
        let detail = format!("{} rows", rows.len());
        let event = Event {
            at: now,
            site_id: Some(old.site_id),
            user_id: scope.user(),
            action: "plan.change",
            subject: "plan",
            subject_id: Some(new.0),
            detail: &detail,
        };
        audit::record(tx, &event)?;
        Ok(new)
    })
}

fn write(tx: &mut Tx, site: SiteId, name: &str, rows: &[PlanStep], now: Moment) -> DbResult<PlanId> {
    let plan = plans::add(tx, site, name, true, now)?;
    for (index, row) in rows.iter().enumerate() {
        let english = if row.name_en.trim().is_empty() { &row.name_nl } else { &row.name_en };
        let step = NewPlanStep {
            plan_id: plan,
            number: number(index),
            name_nl: row.name_nl.trim().to_owned(),
            name_en: english.trim().to_owned(),
            anchor: row.anchor,
            offset_days: row.offset_working_days,
            addressee: row.addressee,
            channel: row.channel,
        };
        plans::add_step(tx, &step)?;
    }
    Ok(plan)
}

/// The number of the row at an index, from 1.
pub(super) fn number(index: usize) -> i32 {
    i32::try_from(index + 1).unwrap_or(i32::MAX)
}

/// The index of the row with a number.
pub(super) fn index(number: i32) -> usize {
    usize::try_from(number - 1).unwrap_or(usize::MAX)
}
