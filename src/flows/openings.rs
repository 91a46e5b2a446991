//! Places: offered, changed, confirmed, held, filled and given back. Each act appends an event that says who or which
//! message it came from, folds all events anew, and settles the opening's and the company's sums in the same write.

use super::freshness;
use crate::domain::id::{CompanyId, IncomingId, OpeningId, PlacementId, SiteId, UserId};
pub use crate::domain::opening::Act;
use crate::domain::opening::{self, Full, Places};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::{PlaceEventKind, TaskKind};
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::openings::{self, Fields, NewPlaceEvent, Opening, PlaceEvent, Sums};
use crate::store::tasks::{self, NewTask};
use crate::store::{DbError, DbResult, Tx};

mod acts;
pub use acts::{Change, add, apply, edit};

/// Where a change of places comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Source {
    /// Who said so; `None`: the clockwork.
    pub user: Option<UserId>,
    /// In which message.
    pub incoming: Option<IncomingId>,
}

impl Source {
    /// A person, in no message.
    pub fn of(scope: &Scope) -> Self {
        Self { user: scope.user(), incoming: None }
    }
}

/// What an event carries besides its kind and count: where it comes from, for which placement, and why.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mark<'a> {
    source: Source,
    placement: Option<PlacementId>,
    reason: &'a str,
}

impl<'a> Mark<'a> {
    /// From this source.
    pub fn from(source: Source) -> Self {
        Self { source, ..Self::default() }
    }

    /// For this placement.
    #[must_use]
    pub fn placement(mut self, placement: PlacementId) -> Self {
        self.placement = Some(placement);
        self
    }

    /// For this reason.
    #[must_use]
    pub fn because(mut self, reason: &'a str) -> Self {
        self.reason = reason;
        self
    }
}

/// A company's offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOffer {
    /// The company's site.
    pub site: SiteId,
    /// The company; comes from a scoped read.
    pub company: CompanyId,
    /// Role, levels, tracks, period.
    pub fields: Fields,
    /// How many places.
    pub places: i32,
    /// Where it comes from.
    pub source: Source,
    /// What a reader of the history needs to understand it.
    pub reason: String,
}

/// Why places were not changed.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The opening is not there, or not in scope.
    #[error("the opening is not there")]
    Gone,
    /// No place is left.
    #[error("no place is left")]
    Full,
    /// Somebody else edited the opening in between.
    #[error("somebody else saved in between")]
    Stale,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
may_repeat!(BookError);

impl From<Full> for BookError {
    fn from(_: Full) -> Self {
        Self::Full
    }
}

/// Adds an opening with its first places.
pub fn offer(tx: &mut Tx, new: &NewOffer, now: Moment) -> Result<OpeningId, BookError> {
    let id = openings::add(tx, new.site, new.company, &new.fields, now.day(), now)?;
    let scope = Scope::clockwork(new.site);
    let events = [(PlaceEventKind::Offered, new.places.max(0))];
    append(tx, &scope, id, |_| Ok(events.to_vec()), Mark::from(new.source).because(&new.reason), now)?;
    Ok(id)
}

/// Does what happens to the places of an opening in scope, as the places allow. A reduction below what is given away is
/// recorded as it is: the opening is overbooked then, and somebody gets a task.
pub fn act(tx: &mut Tx, scope: &Scope, id: OpeningId, act: Act, mark: Mark, now: Moment) -> Result<(), BookError> {
    append(tx, scope, id, |places| opening::grant(places, act), mark, now)
}

/// The places of an opening as they were at the end of a day.
pub fn replay(events: &[PlaceEvent], until: Day) -> Places {
    opening::fold(events.iter().filter(|event| event.at.day() <= until).map(|event| (event.kind, event.places)))
}

/// Asks `decide` for the events that the places allow, appends them and settles what follows.
fn append(
    tx: &mut Tx,
    scope: &Scope,
    id: OpeningId,
    decide: impl FnOnce(&Places) -> Result<Vec<(PlaceEventKind, i32)>, Full>,
    mark: Mark,
    now: Moment,
) -> Result<(), BookError> {
    let opening = openings::find(tx, scope, id)?.ok_or(BookError::Gone)?;
    let mut history: Vec<(PlaceEventKind, i32)> =
        openings::events(tx, id)?.iter().map(|event| (event.kind, event.places)).collect();
    let before = opening::fold(history.iter().copied());
    let mut new = decide(&before)?;
    let freed = opening::fold(history.iter().chain(&new).copied());
    new.extend(opening::gone_with(opening::ended(history.iter().map(|event| event.0)), &new, &freed));
    for (kind, places) in &new {
        let event = NewPlaceEvent {
            site_id: opening.site_id,
            opening_id: id,
            at: now,
            kind: *kind,
            places: *places,
            user_id: mark.source.user,
            incoming_id: mark.source.incoming,
            placement_id: mark.placement,
            reason: mark.reason.to_owned(),
        };
        openings::record(tx, &event)?;
    }
    history.extend(&new);
    let after = opening::fold(history.iter().copied());
    let said = new
        .iter()
        .any(|(kind, _)| matches!(kind, PlaceEventKind::Offered | PlaceEventKind::Changed | PlaceEventKind::Confirmed));
    let sums = Sums {
        state: opening::state(&after, opening::ended(history.iter().map(|event| event.0))),
        offered: after.offered,
        left: after.left(),
        confirmed_on: said.then(|| now.day()),
    };
    openings::settle(tx, &opening, sums)?;
    if said {
        freshness::settle(tx, id, now)?;
    }
    if after.overbooked() && !before.overbooked() {
        ask_for_repair(tx, &opening, &after, now)?;
    }
    if let Some((kind, _)) = new.first() {
        note(tx, &opening, *kind, mark.source, now)?;
    }
    Ok(())
}

fn ask_for_repair(tx: &mut Tx, opening: &Opening, places: &Places, now: Moment) -> DbResult<()> {
    let title = format!("Overboekt: {}. Er is {} te veel geboekt.", opening.fields.role, -places.left());
    let mut task = NewTask::new(opening.site_id, TaskKind::Repair, title, now.day(), now);
    task.company_id = Some(opening.company_id);
    tasks::add(tx, &task)?;
    Ok(())
}

fn note(tx: &mut Tx, opening: &Opening, kind: PlaceEventKind, source: Source, now: Moment) -> DbResult<()> {
    let event = Event {
        at: now,
        site_id: Some(opening.site_id),
        user_id: source.user,
        action: "opening.places",
        subject: "opening",
        subject_id: Some(opening.id.0),
        detail: kind.as_str(),
    };
    audit::record(tx, &event)
}
