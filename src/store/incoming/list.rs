//! The inbox as a person sees it: what waits for them, what went by itself, everything.

use super::Incoming;
use crate::domain::code::code;
use crate::domain::id::{CompanyId, IncomingId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Decision, Routing};
use crate::store::schema::{companies, contacts, incoming};
use crate::store::{Conn, DbResult};
use diesel::prelude::*;

code! {
    /// Which messages a list shows.
    #[derive(Default)]
    pub enum View {
        /// Those that wait for a person.
        #[default]
        Open = "open",
        /// Those that needed nobody: absence notes, bounces, copies of our own.
        Automatic = "automatic",
        /// Those of which nobody knows whose they are.
        Unmatched = "unmatched",
        /// Those that could not be thought about.
        Broken = "broken",
        /// All of them.
        All = "all",
    }
}

/// A message with the names that people know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The message.
    pub message: Incoming,
    /// The company's name.
    pub company: Option<String>,
    /// The contact's name.
    pub contact: Option<String>,
}

/// Where a page of the list starts: after this message.
pub type Mark = (Moment, IncomingId);

/// The routings that need nobody.
const AUTOMATIC: [Routing; 4] = [Routing::Automatic, Routing::Bounce, Routing::Own, Routing::Filed];

/// Messages in scope, newest first.
pub fn page(conn: &mut Conn, scope: &Scope, view: View, after: Option<Mark>, limit: i64) -> DbResult<Vec<Line>> {
    let mut query = incoming::table
        .left_join(companies::table)
        .left_join(contacts::table)
        .filter(incoming::site_id.eq_any(scope.sites().to_vec()))
        .select((Incoming::as_select(), companies::name.nullable(), contacts::name.nullable()))
        .into_boxed();
    query = match view {
        View::Open => query.filter(incoming::decision.eq(Decision::Open)),
        View::Automatic => {
            query.filter(incoming::routing.eq_any(AUTOMATIC.to_vec())).filter(incoming::decision.ne(Decision::Open))
        }
        View::Unmatched => query.filter(incoming::routing.eq_any(vec![Routing::Unmatched, Routing::Oversize])),
        View::Broken => query.filter(incoming::routing.eq(Routing::Broken)),
        View::All => query,
    };
    if let Some((at, id)) = after {
        let earlier = incoming::received_at.lt(at).or(incoming::received_at.eq(at).and(incoming::id.lt(id)));
        query = query.filter(earlier);
    }
    let rows: Vec<(Incoming, Option<String>, Option<String>)> =
        query.order((incoming::received_at.desc(), incoming::id.desc())).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(|(message, company, contact)| Line { message, company, contact }).collect())
}

/// How many messages in scope wait for a person.
pub fn open_count(conn: &mut Conn, scope: &Scope) -> DbResult<i64> {
    Ok(incoming::table
        .filter(incoming::site_id.eq_any(scope.sites().to_vec()))
        .filter(incoming::decision.eq(Decision::Open))
        .count()
        .get_result(conn)?)
}

/// The message that waits for a person after this one, as [`page`] orders them; the first one where it is the last.
pub fn next_open(conn: &mut Conn, scope: &Scope, now_at: Option<Mark>) -> DbResult<Option<IncomingId>> {
    for after in [now_at, None] {
        if let Some(line) = page(conn, scope, View::Open, after, 2)?
            .into_iter()
            .find(|line| now_at.is_none_or(|(_, id)| line.message.id != id))
        {
            return Ok(Some(line.message.id));
        }
    }
    Ok(None)
}

/// The messages of a company in scope, newest first.
pub fn of_company(conn: &mut Conn, scope: &Scope, company: CompanyId, limit: i64) -> DbResult<Vec<Incoming>> {
    Ok(incoming::table
        .filter(incoming::company_id.eq(company))
        .filter(incoming::site_id.eq_any(scope.sites().to_vec()))
        .order(incoming::id.desc())
        .limit(limit)
        .select(Incoming::as_select())
        .load(conn)?)
}
