//! Full-text search: FTS5 on `SQLite`, `tsvector` on `PostgreSQL`, behind one function. Every word must be found as the
//! beginning of a word; both indexes hold folded words, so case and accents make no difference.

use super::filter::{Found, filtered};
use super::list::way;
use super::{Filter, Sort};
use crate::domain::company::search_text;
use crate::domain::id::CompanyId;
use crate::domain::scope::Scope;
use crate::domain::time::Day;
use crate::store::DbResult;
use crate::store::conn::Conn;
use crate::store::schema::companies;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

/// More words than this narrow nothing down any more.
const MOST_WORDS: usize = 8;

/// A company that was found.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = companies)]
pub struct SearchHit {
    /// Its id.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
    /// Town or district.
    pub place: String,
    /// Places left.
    pub places_left: i32,
}

/// The condition that each word of `q` is found; `None` when there is no word in it. `walks`: the companies come in
/// another order, and each is looked for among those found, or looked through: `PostgreSQL` would make the `tsvector` of
/// every company that is walked past anew, and plain text is read many times faster.
pub(super) fn found_by(conn: &Conn, q: &str, walks: bool) -> Option<Found<'static>> {
    let folded = search_text([q]);
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).collect();
    let (first, rest) = words.split_first()?;
    // The words hold letters and digits only, so none can be an operator of either language.
    Some(match conn {
        Conn::Sqlite(_) => {
            let question: Vec<String> = words.iter().map(|word| format!("\"{word}\"*")).collect();
            let id = if walks { "+companies.id" } else { "companies.id" };
            let head = format!("{id} IN (SELECT rowid FROM companies_search WHERE companies_search MATCH ");
            Box::new(sql::<Bool>(&head).bind::<Text, _>(question.join(" ")).sql(")"))
        }
        Conn::Postgres(_) if walks => {
            let has = |word: &str| {
                let head = "strpos(' ' || companies.search_text, ' ' || ";
                sql::<Bool>(head).bind::<Text, _>(word.to_owned()).sql(") > 0")
            };
            let all: Found = Box::new(has(first));
            rest.iter().fold(all, |all, word| Box::new(all.and(has(word))))
        }
        Conn::Postgres(_) => {
            let question: Vec<String> = words.iter().map(|word| format!("{word}:*")).collect();
            let head = "to_tsvector('simple', companies.search_text) @@ to_tsquery('simple', ";
            Box::new(sql::<Bool>(head).bind::<Text, _>(question.join(" & ")).sql(")"))
        }
    })
}

/// The companies in scope in which every word of `q` is found, by name; none for an empty `q`.
pub fn search(conn: &mut Conn, scope: &Scope, q: &str, today: Day, limit: i64) -> DbResult<Vec<SearchHit>> {
    let filter = Filter { q: q.to_owned(), ..Filter::default() };
    let mut hits: Vec<(String, SearchHit)> = Vec::new();
    if search_text([q]).is_empty() {
        return Ok(Vec::new());
    }
    for site in scope.sites() {
        let (way, _) = way(conn, *site, &filter, today, Sort::Name)?;
        let query = filtered(conn, *site, &filter, today, &way)?;
        let more: Vec<(String, SearchHit)> = query
            .order((companies::sort_name, companies::id))
            .limit(limit)
            .select((companies::sort_name, SearchHit::as_select()))
            .load(conn)?;
        hits.extend(more);
    }
    hits.sort_by(|a, b| (&a.0, a.1.id).cmp(&(&b.0, b.1.id)));
    hits.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(hits.into_iter().map(|(_, hit)| hit).collect())
}
