//! Aftercare plans: the rows from which a placement gets its check-ins. Every site has one default plan.

use super::schema::{aftercare_plans, plan_steps};
use super::{Conn, DbResult, Tx};
use crate::domain::id::{PlanId, PlanStepId, SiteId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Addressee, Anchor, Channel};
use diesel::prelude::*;

/// One plan.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = aftercare_plans)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// The site whose plan this is.
    pub site_id: SiteId,
    /// As people call it.
    pub name: String,
    /// Whether a new placement gets this plan unless somebody chooses another.
    pub is_default: bool,
}

/// One row of a plan: one check-in for every placement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = plan_steps)]
pub struct PlanStep {
    /// Its id.
    pub id: PlanStepId,
    /// Its plan.
    pub plan_id: PlanId,
    /// Its place in the plan, from 1.
    pub number: i32,
    /// Its name in Dutch.
    pub name_nl: String,
    /// Its name in English.
    pub name_en: String,
    /// The day of the placement from which it counts.
    pub anchor: Anchor,
    /// Working days after that day; negative: before it.
    pub offset_days: i32,
    /// To whom it speaks.
    pub addressee: Addressee,
    /// How it is done.
    pub channel: Channel,
}

/// A row to write.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = plan_steps, treat_none_as_default_value = false)]
pub struct NewPlanStep {
    /// Its plan.
    pub plan_id: PlanId,
    /// Its place in the plan, from 1.
    pub number: i32,
    /// Its name in Dutch.
    pub name_nl: String,
    /// Its name in English.
    pub name_en: String,
    /// The day of the placement from which it counts.
    pub anchor: Anchor,
    /// Working days after that day; negative: before it.
    pub offset_days: i32,
    /// To whom it speaks.
    pub addressee: Addressee,
    /// How it is done.
    pub channel: Channel,
}

/// Adds a plan without rows.
pub fn add(tx: &mut Tx, site: SiteId, name: &str, is_default: bool, now: Moment) -> DbResult<PlanId> {
    let values = (
        aftercare_plans::site_id.eq(site),
        aftercare_plans::name.eq(name),
        aftercare_plans::is_default.eq(is_default),
        aftercare_plans::created_at.eq(now),
    );
    let insert = diesel::insert_into(aftercare_plans::table).values(values);
    Ok(insert.returning(aftercare_plans::id).get_result(&mut **tx)?)
}

/// Adds one row to a plan.
pub fn add_step(tx: &mut Tx, step: &NewPlanStep) -> DbResult<()> {
    diesel::insert_into(plan_steps::table).values(step).execute(&mut **tx)?;
    Ok(())
}

/// Takes the default away from every plan of a site; the plans stay for the placements that came from them.
pub fn retire(tx: &mut Tx, site: SiteId) -> DbResult<()> {
    let rows = aftercare_plans::table.filter(aftercare_plans::site_id.eq(site));
    diesel::update(rows).set(aftercare_plans::is_default.eq(false)).execute(&mut **tx)?;
    Ok(())
}

/// One plan in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: PlanId) -> DbResult<Option<Plan>> {
    Ok(aftercare_plans::table
        .filter(aftercare_plans::id.eq(id))
        .filter(aftercare_plans::site_id.eq_any(scope.sites().to_vec()))
        .select(Plan::as_select())
        .first(conn)
        .optional()?)
}

/// The plans in scope, in the order they were made.
pub fn list(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<Plan>> {
    Ok(aftercare_plans::table
        .filter(aftercare_plans::site_id.eq_any(scope.sites().to_vec()))
        .order(aftercare_plans::id)
        .select(Plan::as_select())
        .load(conn)?)
}

/// The plan that a new placement of the site gets.
pub fn default_of(conn: &mut Conn, site: SiteId) -> DbResult<Option<Plan>> {
    Ok(aftercare_plans::table
        .filter(aftercare_plans::site_id.eq(site))
        .filter(aftercare_plans::is_default.eq(true))
        .order(aftercare_plans::id)
        .select(Plan::as_select())
        .first(conn)
        .optional()?)
}

/// The rows of a plan, in their order.
pub fn steps(conn: &mut Conn, plan: PlanId) -> DbResult<Vec<PlanStep>> {
    Ok(plan_steps::table
        .filter(plan_steps::plan_id.eq(plan))
        .order(plan_steps::number)
        .select(PlanStep::as_select())
        .load(conn)?)
}
