//! Companies around a postcode, and the order by distance from it. How far a postcode lies is known here and not to the
//! database, so that order is walked ring by ring: a few postcodes at a time, the nearest first (or the farthest).

use super::Company;
use super::filter::{Filter, Found, Way, filtered};
use super::list::Sort;
use crate::domain::company::Postcode;
use crate::domain::id::{CompanyId, SiteId};
use crate::domain::time::Day;
use crate::domain::travel::Near;
use crate::store::DbResult;
use crate::store::among::among;
use crate::store::conn::Conn;
use crate::store::schema::companies;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Text};

/// Postcodes that are asked for at first; then twice as many each time, where few companies are in them.
const FIRST: usize = 2;
/// The most at once.
const MOST: usize = 256;

/// The four digits of a postcode, as the index `companies_by_pc4` has them.
const PC4: &str = "substr(companies.postcode, 1, 4)";
/// The same, and no index is looked into.
const PC4_PLAIN: &str = "substr(+companies.postcode, 1, 4)";

/// The condition that a company is in one of these postcodes. `walks`: along the index of another order, on `SQLite`.
pub(super) fn within(conn: &Conn, ring: &[String], walks: bool) -> Found<'static> {
    match conn {
        Conn::Sqlite(_) => {
            let pc4 = if walks { PC4_PLAIN } else { PC4 };
            // Four digits each: they can always be written.
            let json = serde_json::to_string(ring).unwrap_or_default();
            let head = format!("{pc4} IN (SELECT value FROM json_each(");
            Box::new(sql::<Bool>(&head).bind::<Text, _>(json).sql("))"))
        }
        Conn::Postgres(_) => {
            // Written as PostgreSQL writes an array, since an array cannot be bound for both databases.
            let array = format!("{{{}}}", ring.join(","));
            Box::new(sql::<Bool>(&format!("{PC4} = ANY(")).bind::<Text, _>(array).sql("::text[])"))
        }
    }
}

/// A stretch of companies by their distance.
pub(super) struct Stretch<'a> {
    /// From where it is measured.
    pub near: &'a Near,
    /// The farthest first.
    pub down: bool,
    /// What it begins behind.
    pub edge: Option<&'a Company>,
    /// At most so many.
    pub limit: usize,
}

/// Companies of one site that pass the filter, by distance, then by id.
pub(super) fn stretch(
    conn: &mut Conn,
    site: SiteId,
    filter: &Filter,
    asked: &Stretch,
    way: &Way,
    today: Day,
) -> DbResult<Vec<Company>> {
    if let Way::These(ids) = way {
        return of_these(conn, ids, asked);
    }
    let mut ring = asked.near.ring();
    if asked.down {
        ring.reverse();
    }
    let edge = asked.edge.map(|edge| (digits(edge), edge.id));
    if let Some((pc4, _)) = &edge {
        let at = ring.iter().position(|one| one == pc4).unwrap_or(0);
        ring.drain(..at);
    }
    let inner = Filter { near: None, ..filter.clone() };
    let way = Way::Along(if asked.down { Sort::DistanceDown } else { Sort::Distance });
    let (mut rows, mut left, mut take): (Vec<Company>, _, _) = (Vec::new(), ring.as_slice(), FIRST);
    while !left.is_empty() && rows.len() < asked.limit {
        let (some, rest) = left.split_at(take.min(left.len()));
        let mut query = filtered(conn, site, &inner, today, &way)?.filter(within(conn, some, false));
        if let Some((pc4, id)) = edge.as_ref().filter(|(pc4, _)| some.contains(pc4)) {
            let elsewhere = sql::<Bool>(&format!("{PC4} <> ")).bind::<Text, _>(pc4.clone());
            query = if asked.down {
                query.filter(elsewhere.or(companies::id.lt(*id)))
            } else {
                query.filter(elsewhere.or(companies::id.gt(*id)))
            };
        }
        // All have four digits, so where one stands in the text is its place in the ring.
        let find = if matches!(conn, Conn::Sqlite(_)) { "instr(" } else { "strpos(" };
        let place = sql::<Integer>(find).bind::<Text, _>(some.join(" ")).sql(&format!(", {PC4})"));
        query = if asked.down {
            query.order((place, companies::id.desc()))
        } else {
            query.order((place, companies::id.asc()))
        };
        let room = i64::try_from(asked.limit - rows.len()).unwrap_or(i64::MAX);
        rows.extend(query.limit(room).select(Company::as_select()).load::<Company>(conn)?);
        (left, take) = (rest, (take * 2).min(MOST));
    }
    Ok(rows)
}

/// Few companies are put in order here.
fn of_these(conn: &mut Conn, ids: &[CompanyId], asked: &Stretch) -> DbResult<Vec<Company>> {
    let all = companies::table.filter(among(companies::id, ids)).select((companies::id, companies::postcode));
    let all: Vec<(CompanyId, Option<Postcode>)> = all.load(conn)?;
    let key = |id: CompanyId, postcode: Option<&Postcode>| {
        let pc4 = postcode.map_or("", Postcode::pc4);
        let (metres, pc4) = asked.near.place_of(pc4);
        (metres, pc4.to_owned(), id)
    };
    let mut keys: Vec<_> = all.iter().map(|(id, postcode)| key(*id, postcode.as_ref())).collect();
    keys.sort_unstable();
    if asked.down {
        keys.reverse();
    }
    if let Some(edge) = asked.edge {
        let edge = key(edge.id, edge.fields.postcode.as_ref());
        keys.retain(|key| if asked.down { *key < edge } else { *key > edge });
    }
    keys.truncate(asked.limit);
    let wanted: Vec<CompanyId> = keys.into_iter().map(|(_, _, id)| id).collect();
    let found = companies::table.filter(among(companies::id, &wanted)).select(Company::as_select());
    let mut rows: Vec<Company> = found.load(conn)?;
    rows.sort_by_key(|row| wanted.iter().position(|id| *id == row.id));
    Ok(rows)
}

fn digits(company: &Company) -> String {
    company.fields.postcode.as_ref().map_or("", Postcode::pc4).to_owned()
}
