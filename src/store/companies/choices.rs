//! The words that the filters of a list offer: those that occur.

use crate::domain::id::{CompanyId, SiteId};
use crate::domain::scope::Scope;
use crate::store::schema::{companies, company_tags};
use crate::store::{Conn, DbResult};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

/// The most words that a filter's list offers.
const CHOICES: i64 = 500;

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

/// The sectors, places and tags that occur in scope, each by name. Each is found by asking the index for the next one after
/// the last, so that it costs as many steps as there are words, however many companies share them.
pub fn choices(conn: &mut Conn, scope: &Scope) -> DbResult<Choices> {
    let mut choices = Choices::default();
    for site in scope.sites() {
        choices.sectors.extend(words(conn, "sector", *site)?);
        choices.places.extend(words(conn, "place", *site)?);
    }
    for list in [&mut choices.sectors, &mut choices.places] {
        list.sort_unstable();
        list.dedup();
    }
    choices.tags = tags_in_use(conn, scope)?;
    Ok(choices)
}

/// The values of a text column of companies that were not put away, without the empty one.
fn words(conn: &mut Conn, column: &'static str, site: SiteId) -> DbResult<Vec<String>> {
    let next = format!("SELECT min({column}) FROM companies WHERE archived_at IS NULL AND site_id = ");
    Ok(sql::<Text>(&format!("WITH RECURSIVE words (word) AS (SELECT ({next}"))
        .bind::<BigInt, _>(site)
        .sql(&format!(" AND {column} > '') UNION ALL SELECT ({next}"))
        .bind::<BigInt, _>(site)
        .sql(&format!(
            " AND {column} > words.word) FROM words WHERE word IS NOT NULL) \
             SELECT word FROM words WHERE word IS NOT NULL LIMIT {CHOICES}"
        ))
        .load(conn)?)
}

/// The tags that a company in scope has, by name.
fn tags_in_use(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<String>> {
    let all: Vec<String> = sql::<Text>(&format!(
        "WITH RECURSIVE words (word) AS (SELECT (SELECT min(tag) FROM company_tags) UNION ALL \
         SELECT (SELECT min(tag) FROM company_tags WHERE tag > words.word) FROM words WHERE word IS NOT NULL) \
         SELECT word FROM words WHERE word IS NOT NULL LIMIT {CHOICES}"
    ))
    .load(conn)?;
    let mut here = Vec::new();
    for tag in all {
        let tagged = company_tags::table.inner_join(companies::table).filter(company_tags::tag.eq(&tag));
        let tagged = tagged.filter(companies::site_id.eq_any(scope.sites().to_vec()));
        if tagged.select(companies::id).first::<CompanyId>(conn).optional()?.is_some() {
            here.push(tag);
        }
    }
    Ok(here)
}
