//! The check-ins of a placement by its plan: made, moved with the dates, cancelled with the placement.

use crate::domain::aftercare::{self, CheckInEvent, Existing, Planned};
use crate::domain::id::{CheckInId, PlacementId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{CheckInState, Lang};
use crate::flows::plans;
use crate::store::checkins::{self as rows, CheckIn, NewCheckIn};
use crate::store::placements::Placement;
use crate::store::{DbResult, Tx, tasks};

/// Makes the check-ins of a new placement. Those whose day was over before the desk knew of the placement are
/// recorded as cancelled.
pub(in crate::flows) fn make(tx: &mut Tx, placement: &Placement, now: Moment) -> DbResult<()> {
    let steps = plans::rows(tx, placement.plan_id)?;
    for planned in aftercare::plan(&steps, placement.starts_on, placement.ends_on) {
        let id = add(tx, placement, &steps, &planned)?;
        if planned.due < now.day() {
            let scope = Scope::clockwork(placement.site_id);
            if let Some(checkin) = rows::find(tx, &scope, id)? {
                let reason = "Was al voorbij toen de stage werd vastgelegd";
                rows::save(tx, &cancelled(checkin, reason, &scope, now))?;
            }
        }
    }
    Ok(())
}

fn add(tx: &mut Tx, placement: &Placement, steps: &[aftercare::PlanStep], planned: &Planned) -> DbResult<CheckInId> {
    let step = &steps[planned.step];
    let new = NewCheckIn {
        site_id: placement.site_id,
        placement_id: placement.id,
        number: plans::number(planned.step),
        name_nl: step.name_nl.clone(),
        name_en: step.name_en.clone(),
        due_on: planned.due,
        moved_from: planned.moved.map(|(day, _)| day),
        moved_reason: moved_reason(planned),
        addressee: step.addressee,
        channel: step.channel,
        state: CheckInState::Planned,
        next_on: planned.due,
        answer: String::new(),
        reason: String::new(),
        version: 1,
    };
    rows::add(tx, &new)
}

fn moved_reason(planned: &Planned) -> String {
    planned.moved.map_or_else(String::new, |(_, why)| why.say(Lang::Nl).to_owned())
}

/// Fits the check-ins to the placement's new dates; what was asked or answered stays as it is.
pub(in crate::flows) fn replan(tx: &mut Tx, scope: &Scope, placement: &Placement, now: Moment) -> DbResult<()> {
    let steps = plans::rows(tx, placement.plan_id)?;
    let wanted = aftercare::plan(&steps, placement.starts_on, placement.ends_on);
    let present = rows::of_placement(tx, scope, placement.id)?;
    let existing: Vec<Existing> = present
        .iter()
        .map(|old| Existing { step: plans::index(old.number), state: old.state, due: old.due_on })
        .collect();
    let changes = aftercare::replan(&existing, &wanted);
    for planned in &changes.moved {
        if let Some(old) = present.iter().find(|old| plans::index(old.number) == planned.step) {
            let moved = CheckIn {
                due_on: planned.due,
                next_on: planned.due,
                moved_from: planned.moved.map(|(day, _)| day),
                moved_reason: moved_reason(planned),
                state: CheckInState::Planned,
                ..old.clone()
            };
            rows::save(tx, &moved)?;
        }
    }
    for planned in &changes.added {
        add(tx, placement, &steps, planned)?;
    }
    for step in &changes.cancelled {
        if let Some(old) = present.iter().find(|old| plans::index(old.number) == *step) {
            rows::save(tx, &cancelled(old.clone(), "Valt buiten de nieuwe data", scope, now))?;
        }
    }
    Ok(())
}

/// Cancels every open check-in of a placement, and closes the tasks that they made.
pub(in crate::flows) fn cancel_open(
    tx: &mut Tx,
    scope: &Scope,
    placement: PlacementId,
    reason: &str,
    now: Moment,
) -> DbResult<()> {
    for checkin in rows::of_placement(tx, scope, placement)? {
        if aftercare::moves(checkin.state, CheckInEvent::Cancel).is_ok() {
            tasks::close_of_checkin(tx, checkin.id, scope.user(), now)?;
            rows::save(tx, &cancelled(checkin, reason, scope, now))?;
        }
    }
    Ok(())
}

pub(super) fn cancelled(checkin: CheckIn, reason: &str, scope: &Scope, now: Moment) -> CheckIn {
    CheckIn {
        closed_from: Some(checkin.state),
        state: CheckInState::Cancelled,
        reason: reason.to_owned(),
        closed_at: Some(now),
        closed_by: scope.user(),
        ..checkin
    }
}
