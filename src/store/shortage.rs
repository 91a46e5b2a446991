//! Who could offer places of a line of work: sectors with the words by which their companies are known for it, and towns.

use super::schema::{companies, openings, recognitions};
use super::{Conn, DbResult};
use crate::domain::scope::Scope;
use diesel::prelude::*;

/// Sectors of companies in scope, each with the roles that they offered and the qualifications that they are recognised for.
pub fn sectors_with_words(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<(String, String)>> {
    let here = companies::site_id.eq_any(scope.sites().to_vec());
    let there = companies::archived_at.is_null().and(companies::sector.ne(""));
    let mut found: Vec<(String, String)> = openings::table
        .inner_join(companies::table)
        .filter(here.clone().and(there))
        .select((companies::sector, openings::role))
        .distinct()
        .load(conn)?;
    let recognised: Vec<(String, String)> = recognitions::table
        .inner_join(companies::table)
        .filter(here.and(there))
        .select((companies::sector, recognitions::qualification))
        .distinct()
        .load(conn)?;
    found.extend(recognised);
    Ok(found)
}

/// Towns of companies in scope whose postcode begins with these digits, by name.
pub fn places_in(conn: &mut Conn, scope: &Scope, digits: &str) -> DbResult<Vec<String>> {
    // The digits of a postcode stand for themselves in a pattern.
    let pattern = format!("{}%", digits.chars().filter(char::is_ascii_digit).collect::<String>());
    Ok(companies::table
        .filter(companies::site_id.eq_any(scope.sites().to_vec()))
        .filter(companies::archived_at.is_null())
        .filter(companies::postcode.like(pattern))
        .filter(companies::place.ne(""))
        .select(companies::place)
        .distinct()
        .order(companies::place)
        .load(conn)?)
}
