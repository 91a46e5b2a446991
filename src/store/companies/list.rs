//! Pages of companies by key, never by offset: sites are asked one by one, each by the index of the sort, and merged.
//! Companies without a last contact stand after all others, whichever way the list runs; so they are a stretch of their own.

use super::filter::{Filter, Query, filtered};
use super::{Company, find};
use crate::domain::code::code;
use crate::domain::id::{CompanyId, SiteId};
use crate::domain::scope::Scope;
use crate::domain::time::Day;
use crate::store::schema::{companies, company_tags};
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
    }
}

impl Sort {
    /// Whether the list runs from high to low.
    pub const fn down(self) -> bool {
        matches!(self, Self::NameDown | Self::ContactDown | Self::PlacesDown | Self::PlaceDown)
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
        }
    }

    const fn by_contact(self) -> bool {
        matches!(self, Self::Contact | Self::ContactDown)
    }

    /// The order of two companies in this list.
    fn compare(self, a: &Company, b: &Company) -> Ordering {
        let silent = a.last_moment_at.is_none().cmp(&b.last_moment_at.is_none());
        let order = match self {
            Self::Name | Self::NameDown => a.sort_name.cmp(&b.sort_name),
            Self::Contact | Self::ContactDown => a.last_moment_at.cmp(&b.last_moment_at),
            Self::Places | Self::PlacesDown => a.places_left.cmp(&b.places_left),
            Self::Place | Self::PlaceDown => a.fields.place.cmp(&b.fields.place),
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
    let back = back && edge.is_some();
    let mut rows = Vec::new();
    for site in scope.sites() {
        rows.extend(stretch(conn, *site, filter, (sort, back), edge.as_ref(), limit + 1, today)?);
    }
    rows.sort_by(|a, b| sort.compare(a, b));
    let more = rows.len() > limit;
    if back {
        rows.drain(..rows.len().saturating_sub(limit));
        return Ok(Listing { companies: rows, before: more, after: true });
    }
    rows.truncate(limit);
    Ok(Listing { companies: rows, before: edge.is_some(), after: more })
}

/// Companies of one site from the edge on: those with a last contact and those without are asked one after the other.
fn stretch(
    conn: &mut Conn,
    site: SiteId,
    filter: &Filter,
    (sort, back): (Sort, bool),
    edge: Option<&Company>,
    limit: usize,
    today: Day,
) -> DbResult<Vec<Company>> {
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
        let mut query = filtered(conn, site, filter, today);
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
        Sort::Name | Sort::NameDown => {
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

/// How many companies in scope the filter lets through.
pub fn count(conn: &mut Conn, scope: &Scope, filter: &Filter, today: Day) -> DbResult<i64> {
    let mut sum = 0;
    for site in scope.sites() {
        sum += filtered(conn, *site, filter, today).count().get_result::<i64>(conn)?;
    }
    Ok(sum)
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
    let query = filtered(conn, site, filter, today).filter(companies::id.gt(after.unwrap_or(CompanyId(0))));
    Ok(query.order(companies::id).limit(limit).select(Company::as_select()).load(conn)?)
}

/// What there is to choose from in a filter's lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    /// Lines of business that occur.
    pub sectors: Vec<String>,
    /// Towns and districts that occur.
    pub places: Vec<String>,
    /// Tags that occur.
    pub tags: Vec<String>,
}

/// The sectors, places and tags that occur in scope, each by name.
pub fn choices(conn: &mut Conn, scope: &Scope) -> DbResult<Choices> {
    let sites = scope.sites().to_vec();
    let here =
        companies::table.filter(companies::site_id.eq_any(sites.clone())).filter(companies::archived_at.is_null());
    let sectors = here.clone().filter(companies::sector.ne("")).select(companies::sector).distinct();
    let sectors = sectors.order(companies::sector).load(conn)?;
    let places = here.filter(companies::place.ne("")).select(companies::place).distinct();
    let places = places.order(companies::place).load(conn)?;
    let tags = company_tags::table.inner_join(companies::table).filter(companies::site_id.eq_any(sites));
    let tags = tags.select(company_tags::tag).distinct().order(company_tags::tag).load(conn)?;
    Ok(Choices { sectors, places, tags })
}
