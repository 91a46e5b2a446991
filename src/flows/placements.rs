//! Placements: a student takes one place of an opening, and with it come the check-ins of the plan.
//! All of it is one act: on a full opening nothing is done.

mod error;

pub use error::PlacementError;

use super::openings::{self, Act, Mark, Source};
use super::proposals;
use super::students;
use super::{checkins, plans};
use crate::domain::disclosure::DisclosurePurpose;
use crate::domain::id::{ContactId, OpeningId, PlacementId, StudentId, UserId};
use crate::domain::moves::NoMove;
use crate::domain::placement::{self, PlacementEvent, Recognised, Recognition, Wanted};
use crate::domain::privacy;
use crate::domain::scope::Scope;
use crate::domain::spoken;
use crate::domain::time::{Day, Moment};
use crate::domain::words::{Lang, Level, MomentKind, PlacementState, Track};
use crate::store::audit::{self, Event};
use crate::store::disclosures::{self, NewDisclosure};
use crate::store::moments::{self, NewMoment};
use crate::store::openings::Opening;
use crate::store::placements::{self as rows, NewPlacement, Placement};
use crate::store::students::Student;
use crate::store::{Conn, Db, DbResult, Tx, contacts, recognitions, referrals};

/// Years that a placement lasts at most.
const LONGEST: i64 = 5 * 366;

/// Who takes the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A student that the desk knows.
    Known(StudentId),
    /// One who is added in the same act.
    New(students::Fields),
}

/// What a person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The opening.
    pub opening: OpeningId,
    /// The student.
    pub who: Who,
    /// The first day.
    pub starts_on: Day,
    /// The last day.
    pub ends_on: Day,
    /// The contact who guides the student.
    pub mentor: Option<ContactId>,
    /// Who keeps up the aftercare; `None`: whoever places.
    pub broker: Option<UserId>,
    /// The day the agreement was signed, if it is.
    pub agreement_signed_on: Option<Day>,
    /// Why the desk goes on without a recognition that holds; empty where nobody was asked.
    pub recognition_reason: String,
}

/// Places a student: fills one place, makes the placement and its check-ins. `Full` where none is left.
pub fn place(db: &Db, scope: &Scope, order: &Order, now: Moment) -> Result<PlacementId, PlacementError> {
    db.write(|tx| place_in(tx, scope, order, now))
}

/// The same as a piece of a larger act.
pub fn place_in(tx: &mut Tx, scope: &Scope, order: &Order, now: Moment) -> Result<PlacementId, PlacementError> {
    check_dates(order.starts_on, order.ends_on)?;
    privacy::check([order.recognition_reason.as_str()])?;
    let opening = crate::store::openings::find(tx, scope, order.opening)?.ok_or(PlacementError::NotFound)?;
    check_mentor(tx, scope, &opening, order.mentor)?;
    let student_id = match &order.who {
        Who::Known(id) => *id,
        Who::New(fields) => students::add_in(tx, scope, opening.site_id, fields, now)?,
    };
    let student = crate::store::students::find(tx, scope, student_id)?.ok_or(PlacementError::NotFound)?;
    if student.site_id != opening.site_id {
        return Err(PlacementError::NotFound);
    }
    let note = recognised(tx, &opening, &student, order)?;
    let plan_id = plans::default_of(tx, opening.site_id, now)?;
    let new = NewPlacement {
        site_id: opening.site_id,
        student_id,
        company_id: opening.company_id,
        opening_id: opening.id,
        mentor_id: order.mentor,
        plan_id,
        broker_id: order.broker.or(scope.user()),
        starts_on: order.starts_on,
        ends_on: order.ends_on,
        state: state_on(order.starts_on, order.ends_on, now.day()),
        agreement_signed_on: order.agreement_signed_on,
        recognition_note: note,
        end_reason: String::new(),
        version: 1,
        created_at: now,
    };
    let id = rows::add(tx, &new)?;
    referrals::touch(tx, student_id, now)?;
    let held = crate::store::proposals::between(tx, scope, student_id, opening.id)?;
    let fill = if held.is_some() { Act::FillHeld } else { Act::Fill };
    openings::act(tx, scope, opening.id, fill, Mark::from(Source::of(scope)).placement(id), now)?;
    let placement = rows::find(tx, scope, id)?.ok_or(PlacementError::NotFound)?;
    proposals::placed(tx, scope, held, &placement, now)?;
    disclose(tx, scope, &placement, now)?;
    checkins::make(tx, &placement, now)?;
    let said = format!(
        "Stage van {} ({}), {} tot en met {}.",
        student.first_name,
        student.code,
        in_words(order.starts_on),
        in_words(order.ends_on)
    );
    remember(tx, scope, &placement, &said, now)?;
    tell(tx, scope, &placement, "placement.add", &placement.recognition_note, now)?;
    Ok(id)
}

/// A placement tells the company who comes, and when: the register says so.
fn disclose(tx: &mut Tx, scope: &Scope, of: &Placement, now: Moment) -> DbResult<()> {
    let company = crate::store::companies::find(tx, scope, of.company_id)?;
    disclosures::record(
        tx,
        &NewDisclosure {
            site_id: of.site_id,
            at: now,
            user_id: scope.user(),
            student_id: of.student_id,
            company_id: Some(of.company_id),
            receiver: &company.map(|company| company.fields.name).unwrap_or_default(),
            purpose: DisclosurePurpose::Placement,
            what: "voornaam, opleiding, niveau, periode",
            outgoing_id: None,
        },
    )
}

fn check_dates(starts: Day, ends: Day) -> Result<(), PlacementError> {
    let days = ends.days_since(starts);
    if (0..=LONGEST).contains(&days) { Ok(()) } else { Err(PlacementError::Dates) }
}

fn check_mentor(
    conn: &mut Conn,
    scope: &Scope,
    opening: &Opening,
    mentor: Option<ContactId>,
) -> Result<(), PlacementError> {
    let Some(mentor) = mentor else { return Ok(()) };
    let contact = contacts::find(conn, scope, mentor)?;
    let fits = contact.is_some_and(|contact| contact.company_id == opening.company_id);
    if fits { Ok(()) } else { Err(PlacementError::NotFound) }
}

/// How a company's recognition stands for a student on certain days.
pub fn recognition_of(
    conn: &mut Conn,
    opening: &Opening,
    student: (&str, Option<Level>, Option<Track>),
    days: (Day, Day),
) -> DbResult<Recognition> {
    let (crebo, level, track) = student;
    let wanted = Wanted { crebo, level, track, starts: days.0, ends: days.1 };
    let all = recognitions::of_companies(conn, &[opening.company_id])?;
    let all = all.iter().map(|one| Recognised {
        crebo: &one.fields.crebo,
        level: one.fields.level,
        track: one.fields.track,
        until: one.fields.valid_until,
    });
    Ok(placement::recognition(wanted, all))
}

/// The note on the recognition, or the refusal where a reason to go on is missing.
fn recognised(conn: &mut Conn, opening: &Opening, student: &Student, order: &Order) -> Result<String, PlacementError> {
    let asked = (&*student.crebo, student.level, student.track);
    let standing = recognition_of(conn, opening, asked, (order.starts_on, order.ends_on))?;
    match (standing.warns(Lang::Nl), order.recognition_reason.trim()) {
        (None, _) => Ok(String::new()),
        (Some(_), "") => Err(PlacementError::NotRecognised(standing)),
        (Some(warning), reason) => Ok(format!("{warning} {reason}")),
    }
}

/// The state of a placement that is made today.
fn state_on(starts: Day, ends: Day, today: Day) -> PlacementState {
    let mut state = PlacementState::Planned;
    while let Some(Ok(next)) = placement::due(state, starts, ends, today).map(|event| placement::moves(state, event)) {
        state = next;
    }
    state
}

/// Moves a placement whose first day came or whose last day is over; `false` when there was nothing to do.
pub fn turn(tx: &mut Tx, scope: &Scope, id: PlacementId, now: Moment) -> Result<bool, PlacementError> {
    let Some(mut placement) = rows::find(tx, scope, id)? else { return Ok(false) };
    let before = placement.state;
    while let Some(event) = placement::due(placement.state, placement.starts_on, placement.ends_on, now.day()) {
        placement.state = placement::moves(placement.state, event)?;
    }
    if placement.state == before {
        return Ok(false);
    }
    save(tx, &placement)?;
    let said = if placement.state == PlacementState::Running { "is begonnen" } else { "is afgerond" };
    if let Some(student) = crate::store::students::find(tx, scope, placement.student_id)? {
        remember(tx, scope, &placement, &format!("Stage van {} ({}) {said}.", student.first_name, student.code), now)?;
    }
    tell(tx, scope, &placement, "placement.state", placement.state.as_str(), now)?;
    Ok(true)
}

/// Ends a placement early: the place is free again and open check-ins are cancelled.
pub fn end_early(
    db: &Db,
    scope: &Scope,
    id: PlacementId,
    version: i32,
    on: Day,
    reason: &str,
    now: Moment,
) -> Result<(), PlacementError> {
    let reason = reason.trim();
    privacy::check([reason])?;
    if reason.is_empty() {
        return Err(PlacementError::NoReason);
    }
    db.write(|tx| {
        let before = read(tx, scope, id, version)?;
        if on > before.ends_on {
            return Err(PlacementError::NotEarly);
        }
        let state = placement::moves(before.state, PlacementEvent::EndEarly)?;
        let after = Placement { state, ends_on: on, end_reason: reason.to_owned(), ..before };
        save(tx, &after)?;
        let mark = Mark::from(Source::of(scope)).placement(id).because(reason);
        openings::act(tx, scope, after.opening_id, Act::Free, mark, now)?;
        checkins::cancel_open(tx, scope, id, &format!("Stage stopte eerder: {reason}"), now)?;
        crate::store::students::looks_again(tx, after.student_id, on.max(after.starts_on).min(now.day()))?;
        remember(tx, scope, &after, &format!("Stage stopte eerder, op {}.", in_words(on)), now)?;
        tell(tx, scope, &after, "placement.end_early", "", now)?;
        Ok(())
    })
}

/// Gives a placement other dates; check-ins that were not asked yet move with them.
pub fn change_dates(
    db: &Db,
    scope: &Scope,
    id: PlacementId,
    version: i32,
    days: (Day, Day),
    now: Moment,
) -> Result<(), PlacementError> {
    check_dates(days.0, days.1)?;
    db.write(|tx| {
        let before = read(tx, scope, id, version)?;
        match before.state {
            PlacementState::Planned => {}
            PlacementState::Running if days.0 <= now.day() => {}
            PlacementState::Running => return Err(PlacementError::Started),
            PlacementState::Completed | PlacementState::EndedEarly => {
                return Err(NoMove::new("placement", before.state, "change_dates").into());
            }
        }
        let detail = format!("{} – {} → {} – {}", before.starts_on, before.ends_on, days.0, days.1);
        let after = Placement { starts_on: days.0, ends_on: days.1, ..before };
        save(tx, &after)?;
        checkins::replan(tx, scope, &after, now)?;
        tell(tx, scope, &after, "placement.dates", &detail, now)?;
        Ok(())
    })
}

/// Records who guides the student and when the agreement was signed by student, school and company.
pub fn settle(
    db: &Db,
    scope: &Scope,
    id: PlacementId,
    version: i32,
    mentor: Option<ContactId>,
    signed_on: Option<Day>,
    now: Moment,
) -> Result<(), PlacementError> {
    db.write(|tx| {
        let before = read(tx, scope, id, version)?;
        let opening = crate::store::openings::find(tx, scope, before.opening_id)?.ok_or(PlacementError::NotFound)?;
        check_mentor(tx, scope, &opening, mentor)?;
        let after = Placement { mentor_id: mentor, agreement_signed_on: signed_on, ..before };
        save(tx, &after)?;
        tell(tx, scope, &after, "placement.settle", "", now)?;
        Ok(())
    })
}

/// The placement at the version that the person saw.
fn read(tx: &mut Tx, scope: &Scope, id: PlacementId, version: i32) -> Result<Placement, PlacementError> {
    let placement = rows::find(tx, scope, id)?.ok_or(PlacementError::NotFound)?;
    if placement.version == version { Ok(placement) } else { Err(PlacementError::Stale) }
}

fn save(tx: &mut Tx, placement: &Placement) -> Result<(), PlacementError> {
    if rows::save(tx, placement)? { Ok(()) } else { Err(PlacementError::Stale) }
}

fn remember(tx: &mut Tx, scope: &Scope, placement: &Placement, said: &str, now: Moment) -> DbResult<()> {
    let moment = NewMoment {
        company_id: Some(placement.company_id),
        placement_id: Some(placement.id),
        user_id: scope.user(),
        ..NewMoment::new(placement.site_id, MomentKind::Note, said, now)
    };
    moments::add(tx, &moment)?;
    Ok(())
}

/// A day as a note says it.
fn in_words(day: Day) -> String {
    spoken::date(day, Lang::Nl)
}

fn tell(tx: &mut Tx, scope: &Scope, of: &Placement, action: &str, detail: &str, now: Moment) -> DbResult<()> {
    let event = Event {
        at: now,
        site_id: Some(of.site_id),
        user_id: scope.user(),
        action,
        subject: "placement",
        subject_id: Some(of.id.0),
        detail,
    };
    audit::record(tx, &event)
}
