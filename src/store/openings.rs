//! Openings: the places a company offers, and the append-only events that they are made of.

use super::schema::{openings, place_events};
use super::{Conn, DbResult, Tx, companies};
use crate::domain::id::{CompanyId, IncomingId, OpeningId, PlaceEventId, PlacementId, SiteId, UserId};
use crate::domain::opening::{OpeningState, Places};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::PlaceEventKind;
use diesel::prelude::*;
use std::collections::HashMap;

/// What people fill in about an opening.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = openings, treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
pub struct Fields {
    /// What students do there.
    pub role: String,
    /// Levels, comma-separated codes; empty: any.
    pub levels: String,
    /// Tracks, comma-separated codes; empty: any.
    pub tracks: String,
    /// From when.
    pub starts_on: Option<Day>,
    /// Until when.
    pub ends_on: Option<Day>,
    /// Days a week, 1–7.
    pub days_per_week: Option<i32>,
    /// Free text.
    pub notes: String,
}

/// One opening.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = openings)]
pub struct Opening {
    /// Its id.
    pub id: OpeningId,
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The company.
    pub company_id: CompanyId,
    /// What people filled in.
    #[diesel(embed)]
    pub fields: Fields,
    /// Derived from its events.
    pub state: OpeningState,
    /// Places offered, with every later change in it.
    pub places_offered: i32,
    /// Places left; negative when overbooked.
    pub places_left: i32,
    /// The last day on which the company said that this holds.
    pub last_confirmed_on: Day,
    /// Goes up with every edit of the fields.
    pub version: i32,
}

impl Opening {
    /// Whether a student can be placed here.
    pub const fn has_room(&self) -> bool {
        self.state.has_room() && self.places_left > 0
    }
}

#[derive(Insertable)]
#[diesel(table_name = openings, treat_none_as_default_value = false)]
struct NewRow {
    site_id: SiteId,
    company_id: CompanyId,
    #[diesel(embed)]
    fields: Fields,
    state: OpeningState,
    places_offered: i32,
    places_left: i32,
    last_confirmed_on: Day,
    version: i32,
    created_at: Moment,
}

/// One event of an opening's places.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = place_events)]
pub struct PlaceEvent {
    /// Its id.
    pub id: PlaceEventId,
    /// The opening.
    pub opening_id: OpeningId,
    /// When.
    pub at: Moment,
    /// What happened.
    pub kind: PlaceEventKind,
    /// How many places; the difference for a change.
    pub places: i32,
    /// Who.
    pub user_id: Option<UserId>,
    /// Which message.
    pub incoming_id: Option<IncomingId>,
    /// Which placement.
    pub placement_id: Option<PlacementId>,
    /// Why.
    pub reason: String,
}

/// An event to record.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = place_events, treat_none_as_default_value = false)]
pub struct NewPlaceEvent {
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The opening.
    pub opening_id: OpeningId,
    /// When.
    pub at: Moment,
    /// What happened.
    pub kind: PlaceEventKind,
    /// How many places; the difference for a change.
    pub places: i32,
    /// Who.
    pub user_id: Option<UserId>,
    /// Which message.
    pub incoming_id: Option<IncomingId>,
    /// Which placement.
    pub placement_id: Option<PlacementId>,
    /// Why.
    pub reason: String,
}

/// One opening in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: OpeningId) -> DbResult<Option<Opening>> {
    let query = openings::table.filter(openings::id.eq(id)).filter(openings::site_id.eq_any(scope.sites().to_vec()));
    Ok(query.select(Opening::as_select()).first(conn).optional()?)
}

/// The openings of a company in scope, oldest first.
pub fn of_company(conn: &mut Conn, scope: &Scope, company: CompanyId) -> DbResult<Vec<Opening>> {
    of_companies(conn, scope, &[company])
}

/// The openings of companies in scope, oldest first.
pub fn of_companies(conn: &mut Conn, scope: &Scope, ids: &[CompanyId]) -> DbResult<Vec<Opening>> {
    let query = openings::table
        .filter(openings::company_id.eq_any(ids.to_vec()))
        .filter(openings::site_id.eq_any(scope.sites().to_vec()));
    Ok(query.order((openings::company_id, openings::id)).select(Opening::as_select()).load(conn)?)
}

/// Openings in scope that have room, those confirmed longest ago first; only those not confirmed since `before` if given.
pub fn with_room(conn: &mut Conn, scope: &Scope, before: Option<Day>, limit: i64) -> DbResult<Vec<Opening>> {
    let mut query = openings::table
        .filter(openings::site_id.eq_any(scope.sites().to_vec()))
        .filter(openings::state.eq_any([OpeningState::Offered, OpeningState::Open]))
        .order((openings::last_confirmed_on, openings::id))
        .select(Opening::as_select())
        .limit(limit)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(openings::last_confirmed_on.lt(before));
    }
    Ok(query.load(conn)?)
}

/// The events of an opening, in the order they happened. The id comes from a scoped read.
pub fn events(conn: &mut Conn, id: OpeningId) -> DbResult<Vec<PlaceEvent>> {
    let query = place_events::table.filter(place_events::opening_id.eq(id)).order(place_events::id);
    Ok(query.select(PlaceEvent::as_select()).load(conn)?)
}

/// The places of openings, summed from their events; an opening without events is not among them. The ids come from a
/// scoped read.
pub fn places_of(conn: &mut Conn, ids: &[OpeningId]) -> DbResult<HashMap<OpeningId, Places>> {
    let sums: Vec<(OpeningId, PlaceEventKind, Option<i64>)> = place_events::table
        .filter(place_events::opening_id.eq_any(ids.to_vec()))
        .group_by((place_events::opening_id, place_events::kind))
        .select((place_events::opening_id, place_events::kind, diesel::dsl::sum(place_events::places)))
        .load(conn)?;
    let mut found: HashMap<OpeningId, Places> = HashMap::new();
    for (id, kind, sum) in sums {
        let places = found.entry(id).or_default();
        *places = places.after(kind, i32::try_from(sum.unwrap_or(0)).unwrap_or(i32::MAX));
    }
    Ok(found)
}

/// Adds an opening without any places; its first event gives them.
pub fn add(
    tx: &mut Tx,
    site: SiteId,
    company: CompanyId,
    fields: &Fields,
    day: Day,
    now: Moment,
) -> DbResult<OpeningId> {
    let row = NewRow {
        site_id: site,
        company_id: company,
        fields: fields.clone(),
        state: OpeningState::Offered,
        places_offered: 0,
        places_left: 0,
        last_confirmed_on: day,
        version: 1,
        created_at: now,
    };
    Ok(diesel::insert_into(openings::table).values(&row).returning(openings::id).get_result(&mut **tx)?)
}

/// Writes the fields over version `from`; `false` when somebody else was earlier.
pub fn update(tx: &mut Tx, id: OpeningId, from: i32, fields: &Fields) -> DbResult<bool> {
    let row = openings::table.filter(openings::id.eq(id)).filter(openings::version.eq(from));
    Ok(diesel::update(row).set((fields, openings::version.eq(openings::version + 1))).execute(&mut **tx)? == 1)
}

/// Records an event. Nothing ever changes or removes one.
pub fn record(tx: &mut Tx, event: &NewPlaceEvent) -> DbResult<()> {
    diesel::insert_into(place_events::table).values(event).execute(&mut **tx)?;
    Ok(())
}

/// What follows from an opening's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    /// State.
    pub state: OpeningState,
    /// Places offered.
    pub offered: i32,
    /// Places left; negative when overbooked.
    pub left: i32,
    /// The company said today that it holds.
    pub confirmed_on: Option<Day>,
}

/// Writes what follows from the events, and the company's own sum with it.
pub fn settle(tx: &mut Tx, opening: &Opening, sums: Sums) -> DbResult<()> {
    let confirmed = sums.confirmed_on.map_or(opening.last_confirmed_on, |day| day.max(opening.last_confirmed_on));
    diesel::update(openings::table.filter(openings::id.eq(opening.id)))
        .set((
            openings::state.eq(sums.state),
            openings::places_offered.eq(sums.offered),
            openings::places_left.eq(sums.left),
            openings::last_confirmed_on.eq(confirmed),
        ))
        .execute(&mut **tx)?;
    let lefts: Vec<i32> = openings::table
        .filter(openings::company_id.eq(opening.company_id))
        .filter(openings::places_left.gt(0))
        .select(openings::places_left)
        .load(&mut **tx)?;
    companies::set_places_left(tx, opening.company_id, lefts.iter().sum())
}

/// Whether a company ever offered places. The id comes from a scoped read.
pub fn exist(conn: &mut Conn, company: CompanyId) -> DbResult<bool> {
    Ok(openings::table.filter(openings::company_id.eq(company)).count().get_result::<i64>(conn)? > 0)
}
