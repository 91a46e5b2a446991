//! The one filter over companies: lists, exports and the audiences of campaigns are all made of it.

use super::search::found_by;
use crate::domain::id::{SiteId, UserId};
use crate::domain::time::Day;
use crate::domain::words::{CompanyStatus, Level};
use crate::store::conn::{Conn, MultiBackend};
use crate::store::schema::{companies, company_tags, recognitions};
use diesel::prelude::*;
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

/// The companies of one site that the filter lets through, `today`.
pub(super) fn filtered<'a>(conn: &Conn, site: SiteId, filter: &'a Filter, today: Day) -> Query<'a> {
    let mut query = companies::table.filter(companies::site_id.eq(site)).into_boxed();
    query = if filter.archived {
        query.filter(companies::archived_at.is_not_null())
    } else {
        query.filter(companies::archived_at.is_null())
    };
    if let Some(found) = found_by(conn, &filter.q) {
        query = query.filter(found);
    }
    if !filter.sectors.is_empty() {
        query = query.filter(companies::sector.eq_any(&filter.sectors));
    }
    if !filter.places.is_empty() {
        query = query.filter(companies::place.eq_any(&filter.places));
    }
    if !filter.tags.is_empty() {
        let tagged = company_tags::table.filter(company_tags::tag.eq_any(&filter.tags));
        query = query.filter(companies::id.eq_any(tagged.select(company_tags::company_id)));
    }
    if let Some(owner) = filter.owner {
        query = query.filter(companies::owner_id.eq(owner));
    }
    if let Some(status) = filter.status {
        query = query.filter(companies::status.eq(status));
    }
    if let Some(least) = filter.min_places_left {
        query = query.filter(companies::places_left.ge(least));
    }
    if let Some(closed) = filter.do_not_contact {
        query = query.filter(companies::do_not_contact.eq(closed));
    }
    by_contact(by_recognition(query, filter, today), filter)
}

fn by_contact<'a>(mut query: Query<'a>, filter: &Filter) -> Query<'a> {
    if filter.never_contacted {
        query = query.filter(companies::last_moment_at.is_null());
    }
    if let Some(day) = filter.last_moment_before {
        query = query.filter(companies::last_moment_at.is_null().or(companies::last_moment_at.lt(day.at(0, 0))));
    }
    query
}

fn by_recognition<'a>(query: Query<'a>, filter: &'a Filter, today: Day) -> Query<'a> {
    if !filter.recognised && filter.recognised_crebo.is_none() && filter.recognised_level.is_none() {
        return query;
    }
    let valid = recognitions::table
        .filter(recognitions::valid_until.is_null().or(recognitions::valid_until.ge(today)))
        .select(recognitions::company_id);
    // One recognition has to meet all of it; a boxed subquery does not compile for both databases.
    match (&filter.recognised_crebo, filter.recognised_level) {
        (None, None) => query.filter(companies::id.eq_any(valid)),
        (Some(crebo), None) => query.filter(companies::id.eq_any(valid.filter(recognitions::crebo.eq(crebo)))),
        (None, Some(level)) => query.filter(companies::id.eq_any(valid.filter(recognitions::level.eq(level)))),
        (Some(crebo), Some(level)) => {
            let both = valid.filter(recognitions::crebo.eq(crebo)).filter(recognitions::level.eq(level));
            query.filter(companies::id.eq_any(both))
        }
    }
}
