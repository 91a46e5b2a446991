//! Pages of companies by key, never by offset: sites are asked one by one, each by the index of the sort, and merged.
//! Companies without a last contact stand after all others, whichever way the list runs; so they are a stretch of their own.

use super::around::{self, Stretch};
use super::filter::{Filter, Query, Way, filtered};
use super::{Company, find};
use crate::domain::code::code;
use crate::domain::company::Postcode;
use crate::domain::id::{CompanyId, SiteId};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::travel::Near;
use crate::store::capped::{self, EXACT, capped};
use crate::store::schema::companies;
use crate::store::{Conn, DbResult};
use diesel::prelude::*;
use std::cmp::Ordering;

code! {
    /// The order of a list.
    #[derive(Default)]
    pub enum Sort {
        /// By name.
        #[default]
        Name = "name",
        /// By name, from the end.
        NameDown = "-name",
        /// Those spoken to longest ago first.
        Contact = "contact",
        /// Those spoken to last first.
        ContactDown = "-contact",
        /// Fewest places first.
        Places = "places",
        /// Most places first.
        PlacesDown = "-places",
        /// By town or district.
        Place = "place",
        /// By town or district, from the end.
        PlaceDown = "-place",
        /// The nearest first, in a list around a postcode; elsewhere by name.
        Distance = "distance",
        /// The farthest first, in a list around a postcode; elsewhere by name, from the end.
        DistanceDown = "-distance",
    }
}

impl Sort {
    /// Whether the list runs from high to low.
    pub const fn down(self) -> bool {
        matches!(self, Self::NameDown | Self::ContactDown | Self::PlacesDown | Self::PlaceDown | Self::DistanceDown)
    }

    /// The same column the other way round.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::Name => Self::NameDown,
            Self::NameDown => Self::Name,
            Self::Contact => Self::ContactDown,
            Self::ContactDown => Self::Contact,
            Self::Places => Self::PlacesDown,
            Self::PlacesDown => Self::Places,
            Self::Place => Self::PlaceDown,
            Self::PlaceDown => Self::Place,
            Self::Distance => Self::DistanceDown,
            Self::DistanceDown => Self::Distance,
        }
    }

    /// The order that a list with this filter can have.
    const fn in_list_of(self, filter: &Filter) -> Self {
        match (self, &filter.near) {
            (Self::Distance, None) => Self::Name,
            (Self::DistanceDown, None) => Self::NameDown,
            _ => self,
        }
    }

    const fn by_contact(self) -> bool {
        matches!(self, Self::Contact | Self::ContactDown)
    }

    const fn by_distance(self) -> bool {
        matches!(self, Self::Distance | Self::DistanceDown)
    }

    /// The order of two companies in this list.
    fn compare(self, a: &Company, b: &Company, near: Option<&Near>) -> Ordering {
        let silent = a.last_moment_at.is_none().cmp(&b.last_moment_at.is_none());
        let order = match self {
            Self::Name | Self::NameDown => a.sort_name.cmp(&b.sort_name),
            Self::Contact | Self::ContactDown => a.last_moment_at.cmp(&b.last_moment_at),
            Self::Places | Self::PlacesDown => a.places_left.cmp(&b.places_left),
            Self::Place | Self::PlaceDown => a.fields.place.cmp(&b.fields.place),
            Self::Distance | Self::DistanceDown => {
                let place = |of: &'_ Company| {
                    let pc4 = of.fields.postcode.as_ref().map_or("", Postcode::pc4).to_owned();
                    near.map(|near| (near.place_of(&pc4).0, pc4.clone()))
                };
                place(a).cmp(&place(b))
            }
        };
        let order = order.then(a.id.cmp(&b.id));
        let order = if self.down() { order.reverse() } else { order };
        if self.by_contact() { silent.then(order) } else { order }
    }
}

/// Which page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Turn {
    /// The first.
    #[default]
    First,
    /// What follows this company.
    After(CompanyId),
    /// What stands before this company.
    Before(CompanyId),
}

/// A page of companies, and whether there is more on either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// In the order of the list.
    pub companies: Vec<Company>,
    /// How many there are in all, as [`count`] counts.
    pub total: i64,
    /// How many of these have a place left; `None` where there are more than are counted.
    pub room: Option<i64>,
    /// Whether something stands before them.
    pub before: bool,
    /// Whether something follows.
    pub after: bool,
}

/// One page of the companies in scope that the filter lets through. A company to turn from that is not there (any more)
/// gives the first page.
pub fn page(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    sort: Sort,
    turn: Turn,
    limit: usize,
    today: Day,
) -> DbResult<Listing> {
    let (edge, back) = match turn {
        Turn::First => (None, false),
        Turn::After(id) => (find(conn, scope, id)?, false),
        Turn::Before(id) => (find(conn, scope, id)?, true),
    };
    let sort = sort.in_list_of(filter);
    // Who moved away meanwhile has no place in an order by distance.
    let in_circle = |edge: &Company| filter.near.as_ref().is_none_or(|near| near.holds(edge.fields.postcode.as_ref()));
    let edge = edge.filter(|edge| !sort.by_distance() || in_circle(edge));
    let back = back && edge.is_some();
    let (mut rows, mut total, mut room) = (Vec::new(), 0, Some(0));
    for site in scope.sites() {
        let (way, here) = way(conn, *site, filter, today, sort)?;
        total = (total + here).min(EXACT + 1);
        room = match (&way, room) {
            (Way::These(_), Some(before)) => {
                let some = filtered(conn, *site, filter, today, &way)?.filter(companies::places_left.gt(0));
                Some(before + some.count().get_result::<i64>(conn)?)
            }
            _ => None,
        };
        let from = Start { order: (sort, back), edge: edge.as_ref(), way };
        rows.extend(stretch(conn, *site, filter, from, limit + 1, today)?);
    }
    rows.sort_by(|a, b| sort.compare(a, b, filter.near.as_ref()));
    let more = rows.len() > limit;
    if back {
        rows.drain(..rows.len().saturating_sub(limit));
        return Ok(Listing { companies: rows, total, room, before: more, after: true });
    }
    rows.truncate(limit);
    Ok(Listing { companies: rows, total, room, before: edge.is_some(), after: more })
}

/// How the companies of a site that pass the filter are best found in an order, and how many they are, as [`count`] counts.
pub(super) fn way(conn: &mut Conn, site: SiteId, filter: &Filter, today: Day, sort: Sort) -> DbResult<(Way, i64)> {
    let total = count_of(conn, site, filter, today)?;
    if total > EXACT {
        return Ok((Way::Along(sort), total));
    }
    let mut ids: Vec<CompanyId> = Vec::new();
    for part in parts(filter) {
        let query = part.of(filtered(conn, site, &part.filter, today, &Way::Asked)?);
        ids.extend(query.select(companies::id).limit(EXACT).load::<CompanyId>(conn)?);
    }
    Ok((Way::These(ids), total))
}

/// A stretch of what a filter lets through, where one index serves each and none the whole: those never spoken to, and those
/// spoken to before a day.
struct Part {
    filter: Filter,
    before: Option<Moment>,
}

impl Part {
    fn whole(filter: &Filter) -> Self {
        Self { filter: filter.clone(), before: None }
    }

    fn of<'a>(&self, query: Query<'a>) -> Query<'a> {
        match self.before {
            Some(before) => query.filter(companies::last_moment_at.lt(before)),
            None => query,
        }
    }
}

fn parts(filter: &Filter) -> Vec<Part> {
    if filter.last_moment_before.is_none() || filter.never_contacted {
        return vec![Part::whole(filter)];
    }
    vec![part_of(filter, true), part_of(filter, false)]
}

/// Of what a filter lets through, those never spoken to or those spoken to.
fn part_of(filter: &Filter, silent: bool) -> Part {
    let Some(day) = filter.last_moment_before else { return Part::whole(filter) };
    let filter = Filter { last_moment_before: None, ..filter.clone() };
    if silent {
        Part { filter: Filter { never_contacted: true, ..filter }, before: None }
    } else {
        Part { filter, before: Some(day.at(0, 0)) }
    }
}

/// Where a stretch begins: the order and whether it is read backwards, the company at its edge, and the way to go.
struct Start<'a> {
    order: (Sort, bool),
    edge: Option<&'a Company>,
    way: Way,
}

/// Companies of one site from the edge on: those with a last contact and those without are asked one after the other.
fn stretch(
    conn: &mut Conn,
    site: SiteId,
    filter: &Filter,
    Start { order: (sort, back), edge, way }: Start,
    limit: usize,
    today: Day,
) -> DbResult<Vec<Company>> {
    if let Some(near) = filter.near.as_ref().filter(|_| sort.by_distance()) {
        let asked = Stretch { near, down: sort.down() != back, edge, limit };
        return around::stretch(conn, site, filter, &asked, &way, today);
    }
    let silent_edge = edge.map(|edge| edge.last_moment_at.is_none());
    let parts: &[bool] = match (sort.by_contact(), back, silent_edge) {
        (false, ..) => &[false],
        (true, false, None | Some(false)) => &[false, true],
        (true, false, Some(true)) => &[true],
        (true, true, Some(true)) => &[true, false],
        (true, true, None | Some(false)) => &[false],
    };
    let mut rows: Vec<Company> = Vec::new();
    for silent in parts {
        if sort.by_contact() && filter.never_contacted && !silent {
            continue;
        }
        // Where the two parts of a filter lie apart in the order, the index is entered where each begins.
        let part = if sort.by_contact() { part_of(filter, *silent) } else { Part::whole(filter) };
        let mut query = part.of(filtered(conn, site, &part.filter, today, &way)?);
        // The edge bounds only the part that it stands in; the other part lies wholly on the far side.
        let bound = edge.filter(|_| !sort.by_contact() || silent_edge == Some(*silent));
        query = ordered(query, sort, sort.down() != back, *silent, bound);
        let rest = i64::try_from(limit.saturating_sub(rows.len())).unwrap_or(i64::MAX);
        rows.extend(query.limit(rest).select(Company::as_select()).load(conn)?);
        if rows.len() >= limit {
            break;
        }
    }
    Ok(rows)
}

/// Orders by one column and the id, and starts behind the edge: `column >= a and (column > a or id > b)`, which both
/// databases read off the index.
macro_rules! by_key {
    ($query:expr, $column:expr, $down:expr, $edge:expr) => {{
        let column = $column;
        match ($edge, $down) {
            (None, false) => $query.order((column.asc(), companies::id.asc())),
            (None, true) => $query.order((column.desc(), companies::id.desc())),
            (Some((key, id)), false) => $query
                .filter(column.ge(key).and(column.gt(key).or(companies::id.gt(id))))
                .order((column.asc(), companies::id.asc())),
            (Some((key, id)), true) => $query
                .filter(column.le(key).and(column.lt(key).or(companies::id.lt(id))))
                .order((column.desc(), companies::id.desc())),
        }
    }};
}

fn ordered<'a>(query: Query<'a>, sort: Sort, down: bool, silent: bool, edge: Option<&'a Company>) -> Query<'a> {
    match sort {
        // By distance is another stretch, and none where there is no circle.
        Sort::Name | Sort::NameDown | Sort::Distance | Sort::DistanceDown => {
            by_key!(query, companies::sort_name, down, edge.map(|edge| (&edge.sort_name, edge.id)))
        }
        Sort::Places | Sort::PlacesDown => {
            by_key!(query, companies::places_left, down, edge.map(|edge| (edge.places_left, edge.id)))
        }
        Sort::Place | Sort::PlaceDown => {
            by_key!(query, companies::place, down, edge.map(|edge| (&edge.fields.place, edge.id)))
        }
        Sort::Contact | Sort::ContactDown if silent => {
            let query = query.filter(companies::last_moment_at.is_null());
            match (edge, down) {
                (None, false) => query.order(companies::id.asc()),
                (None, true) => query.order(companies::id.desc()),
                (Some(edge), false) => query.filter(companies::id.gt(edge.id)).order(companies::id.asc()),
                (Some(edge), true) => query.filter(companies::id.lt(edge.id)).order(companies::id.desc()),
            }
        }
        Sort::Contact | Sort::ContactDown => {
            let query = query.filter(companies::last_moment_at.is_not_null());
            let edge = edge.and_then(|edge| Some((edge.last_moment_at?, edge.id)));
            by_key!(query, companies::last_moment_at, down, edge)
        }
    }
}

/// How many companies in scope the filter lets through, counted up to one more than [`EXACT`].
pub fn count(conn: &mut Conn, scope: &Scope, filter: &Filter, today: Day) -> DbResult<i64> {
    capped::sum(scope.sites().iter().map(|site| count_of(conn, *site, filter, today)))
}

fn count_of(conn: &mut Conn, site: SiteId, filter: &Filter, today: Day) -> DbResult<i64> {
    capped::sum(parts(filter).iter().map(|part| {
        let query = part.of(filtered(conn, site, &part.filter, today, &Way::Asked)?);
        Ok(capped!(conn, query.select(companies::id), EXACT + 1)?)
    }))
}

/// The companies of one site in scope that the filter lets through, by id, higher than `after`: for audiences and exports.
pub fn matching(
    conn: &mut Conn,
    scope: &Scope,
    site: SiteId,
    filter: &Filter,
    today: Day,
    after: Option<CompanyId>,
    limit: i64,
) -> DbResult<Vec<Company>> {
    if !scope.sees(site) {
        return Ok(Vec::new());
    }
    let query = filtered(conn, site, filter, today, &Way::Asked)?;
    let query = query.filter(companies::id.gt(after.unwrap_or(CompanyId(0))));
    Ok(query.order(companies::id).limit(limit).select(Company::as_select()).load(conn)?)
}
