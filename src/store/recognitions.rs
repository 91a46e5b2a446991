//! Recognitions: for which qualifications a company is a recognised training company, and until when.

use super::db::per_backend;
use super::schema::recognitions;
use super::{Conn, DbResult, Tx, rows};
use crate::domain::id::{CompanyId, RecognitionId};
use crate::domain::time::Day;
use crate::domain::words::{Level, Track};
use diesel::prelude::*;

/// One recognition.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = recognitions)]
pub struct Recognition {
    /// Its id.
    pub id: RecognitionId,
    /// The company.
    pub company_id: CompanyId,
    /// What is recognised.
    #[diesel(embed)]
    pub fields: Fields,
}

/// What a recognition says.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = recognitions, treat_none_as_default_value = false)]
pub struct Fields {
    /// Number of the qualification in the register (crebo).
    pub crebo: String,
    /// Its name.
    pub qualification: String,
    /// Only for this level.
    pub level: Option<Level>,
    /// Only for this track.
    pub track: Option<Track>,
    /// The last day on which it holds; `None` when unknown.
    pub valid_until: Option<Day>,
}

#[derive(Insertable)]
#[diesel(table_name = recognitions, treat_none_as_default_value = false)]
struct NewRow {
    company_id: CompanyId,
    #[diesel(embed)]
    fields: Fields,
}

impl Fields {
    /// Whether it holds on a day.
    pub fn valid_on(&self, day: Day) -> bool {
        self.valid_until.is_none_or(|until| until >= day)
    }
}

/// The recognitions of these companies, by company and crebo. The ids come from a scoped read.
pub fn of_companies(conn: &mut Conn, ids: &[CompanyId]) -> DbResult<Vec<Recognition>> {
    let query = recognitions::table.filter(recognitions::company_id.eq_any(ids.to_vec()));
    Ok(query
        .order((recognitions::company_id, recognitions::crebo, recognitions::id))
        .select(Recognition::as_select())
        .load(conn)?)
}

/// Adds a recognition.
pub fn add(tx: &mut Tx, company: CompanyId, fields: &Fields) -> DbResult<()> {
    let row = NewRow { company_id: company, fields: fields.clone() };
    diesel::insert_into(recognitions::table).values(&row).execute(&mut **tx)?;
    Ok(())
}

/// Adds recognitions of companies.
pub fn add_all(tx: &mut Tx, all: &[(CompanyId, &Fields)]) -> DbResult<()> {
    let row = |(company, fields): &(CompanyId, &Fields)| NewRow { company_id: *company, fields: (*fields).clone() };
    for some in all.chunks(rows::AT_ONCE) {
        let rows: Vec<NewRow> = some.iter().map(row).collect();
        per_backend!(&mut **tx, |conn| diesel::insert_into(recognitions::table).values(&rows).execute(conn)?);
    }
    Ok(())
}

/// Gives a company exactly these recognitions.
pub fn replace(tx: &mut Tx, company: CompanyId, all: &[Fields]) -> DbResult<()> {
    diesel::delete(recognitions::table.filter(recognitions::company_id.eq(company))).execute(&mut **tx)?;
    add_all(tx, &all.iter().map(|fields| (company, fields)).collect::<Vec<_>>())
}
