//! The one filter over companies: lists, exports and the audiences of campaigns are all made of it.

use super::Sort;
use super::around::within;
use super::search::found_by;
use crate::domain::id::{CompanyId, SiteId, UserId};
use crate::domain::time::Day;
use crate::domain::travel::Near;
use crate::domain::words::{CompanyStatus, Level};
use crate::store::DbResult;
use crate::store::among::among;
use crate::store::capped::capped;
use crate::store::conn::{Conn, MultiBackend};
use crate::store::schema::{companies, company_tags, recognitions};
use diesel::dsl::{exists, sql};
use diesel::expression::BoxableExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamp};
use serde::{Deserialize, Serialize};

/// What a company must have to be in a list or audience. Empty fields ask nothing; lists inside mean *one of these*.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Words of which each must be found (as the beginning of a word) in name, place, KvK, contacts or tags.
    pub q: String,
    /// Lines of business.
    pub sectors: Vec<String>,
    /// Towns or districts.
    pub places: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// In a circle around a postcode; what has no postcode is in none.
    pub near: Option<Near>,
    /// The broker who keeps in touch.
    pub owner: Option<UserId>,
    /// Where it stands in the desk's work.
    pub status: Option<CompanyStatus>,
    /// Has a recognition that is valid today.
    pub recognised: bool,
    /// Has a recognition that is valid today for this qualification.
    pub recognised_crebo: Option<String>,
    /// Has a recognition that is valid today for this level.
    pub recognised_level: Option<Level>,
    /// At least so many places left now.
    pub min_places_left: Option<i32>,
    /// Nothing passed between us on or after this day (so also: never anything).
    pub last_moment_before: Option<Day>,
    /// Nothing ever passed between us.
    pub never_contacted: bool,
    /// Only those that nobody may approach (`true`) or only the others (`false`).
    pub do_not_contact: Option<bool>,
    /// Those that were put away, instead of the others.
    pub archived: bool,
}

impl Filter {
    /// Whether this asks nothing, so that every company that was not put away is in.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A query over companies that filters were put on.
pub(super) type Query<'a> = companies::BoxedQuery<'a, MultiBackend>;

/// A condition on companies that is written as SQL, since the databases differ in it.
pub(super) type Found<'a> = Box<dyn BoxableExpression<companies::table, MultiBackend, SqlType = Bool> + 'a>;

/// From so many recognitions on it is cheaper to look each company up among them than to gather them first.
const MANY: i64 = 4_000;

/// In which way what passes a filter is found: neither database knows well how many rows a condition lets through, and with an
/// order and a limit in view both tend to walk that order's index to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// By the index of whichever condition the database likes best.
    Asked,
    /// Few pass, and these are they: what remains is their order.
    These(Vec<CompanyId>),
    /// Many pass: along the index of this order, looking at each company in turn. A `+` keeps `SQLite` from indexes of other
    /// orders.
    Along(Sort),
}

/// Puts a condition on a column that must not be looked up when walking along another order.
macro_rules! asked {
    ($query:expr, $walks:expr, $column:ident, $type:ty, $test:ident $value:tt) => {
        if $walks {
            $query.filter(sql::<$type>(concat!("+companies.", stringify!($column))).$test $value)
        } else {
            $query.filter(companies::$column.$test $value)
        }
    };
}

/// The companies of one site that the filter lets through, `today`.
pub(super) fn filtered<'a>(
    conn: &mut Conn,
    site: SiteId,
    filter: &'a Filter,
    today: Day,
    way: &Way,
) -> DbResult<Query<'a>> {
    let (walks, along) = match way {
        Way::These(ids) => return Ok(companies::table.filter(among(companies::id, ids)).into_boxed()),
        Way::Asked => (false, None),
        Way::Along(sort) => (matches!(conn, Conn::Sqlite(_)), Some(*sort)),
    };
    let in_turn = along.is_some();
    let along = |sort: Sort| along.is_some_and(|along| along == sort || along == sort.turned());
    let mut query = companies::table.filter(companies::site_id.eq(site)).into_boxed();
    query = if filter.archived {
        query.filter(companies::archived_at.is_not_null())
    } else {
        query.filter(companies::archived_at.is_null())
    };
    if let Some(found) = found_by(conn, &filter.q, in_turn) {
        query = query.filter(found);
    }
    // PostgreSQL reads an index in its order behind one value, not behind a list of one.
    query = match filter.sectors.as_slice() {
        [] => query,
        [sector] => asked!(query, walks && !along(Sort::Name), sector, Text, eq(sector)),
        sectors => asked!(query, walks && !along(Sort::Name), sector, Text, eq_any(sectors)),
    };
    query = match filter.places.as_slice() {
        [] => query,
        [place] => asked!(query, walks && !along(Sort::Place), place, Text, eq(place)),
        places => asked!(query, walks && !along(Sort::Place), place, Text, eq_any(places)),
    };
    if !filter.tags.is_empty() {
        let ids = company_tags::table.select(company_tags::company_id);
        query = match filter.tags.as_slice() {
            [tag] => asked!(query, walks, id, BigInt, eq_any(ids.filter(company_tags::tag.eq(tag)))),
            tags => asked!(query, walks, id, BigInt, eq_any(ids.filter(company_tags::tag.eq_any(tags)))),
        };
    }
    if let Some(near) = &filter.near {
        query = query.filter(within(conn, &near.ring(), walks && !along(Sort::Distance)));
    }
    if let Some(owner) = filter.owner {
        query = asked!(query, walks && !along(Sort::Name), owner_id, Nullable<BigInt>, eq(owner));
    }
    if let Some(status) = filter.status {
        query = asked!(query, walks && !along(Sort::Name), status, Text, eq(status));
    }
    if let Some(least) = filter.min_places_left {
        query = asked!(query, walks && !along(Sort::Places), places_left, Integer, ge(least));
    }
    if let Some(closed) = filter.do_not_contact {
        query = asked!(query, walks && !along(Sort::Name), do_not_contact, Bool, eq(closed));
    }
    query = by_contact(query, filter, walks, along(Sort::Contact));
    by_recognition(conn, query, filter, today, walks)
}

/// In an order by last contact its own index serves, so nothing keeps the condition from it.
fn by_contact<'a>(mut query: Query<'a>, filter: &Filter, walks: bool, in_order: bool) -> Query<'a> {
    if filter.never_contacted {
        query = asked!(query, walks && !in_order, last_moment_at, Nullable<Timestamp>, is_null());
    }
    let Some(day) = filter.last_moment_before else { return query };
    let before = day.at(0, 0);
    if walks && !in_order {
        let last = || sql::<Nullable<Timestamp>>("+companies.last_moment_at");
        query.filter(last().is_null().or(last().lt(before)))
    } else {
        query.filter(companies::last_moment_at.is_null().or(companies::last_moment_at.lt(before)))
    }
}

fn by_recognition<'a>(
    conn: &mut Conn,
    query: Query<'a>,
    filter: &'a Filter,
    today: Day,
    walks: bool,
) -> DbResult<Query<'a>> {
    /// Companies with a recognition that meets all of it: looked up first, or for each company in turn.
    macro_rules! recognised {
        ($meets:expr) => {{
            let meets = $meets;
            let ids = meets.select(recognitions::company_id);
            if matches!(conn, Conn::Sqlite(_)) && capped!(conn, ids, MANY)? == MANY {
                Ok(query.filter(exists(meets.filter(recognitions::company_id.eq(companies::id)))))
            } else {
                Ok(asked!(query, walks, id, BigInt, eq_any(ids)))
            }
        }};
    }
    if !filter.recognised && filter.recognised_crebo.is_none() && filter.recognised_level.is_none() {
        return Ok(query);
    }
    let valid = recognitions::table.filter(recognitions::valid_until.is_null().or(recognitions::valid_until.ge(today)));
    // A boxed subquery does not compile for both databases.
    match (&filter.recognised_crebo, filter.recognised_level) {
        (None, None) => recognised!(valid),
        (Some(crebo), None) => recognised!(valid.filter(recognitions::crebo.eq(crebo))),
        (None, Some(level)) => recognised!(valid.filter(recognitions::level.eq(level))),
        (Some(crebo), Some(level)) => {
            recognised!(valid.filter(recognitions::crebo.eq(crebo)).filter(recognitions::level.eq(level)))
        }
    }
}
