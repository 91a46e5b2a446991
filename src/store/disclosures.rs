//! The register of disclosures: what of a student left the desk, when, to whom and why. Append-only.

use super::schema::{disclosures, students};
use super::{Conn, DbResult, Tx};
use crate::domain::disclosure::DisclosurePurpose;
use crate::domain::id::{CompanyId, DisclosureId, OutgoingId, SiteId, StudentId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use diesel::prelude::*;

/// A line of the register.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = disclosures, treat_none_as_default_value = false)]
pub struct NewDisclosure<'a> {
    /// The site whose student it is.
    pub site_id: SiteId,
    /// When.
    pub at: Moment,
    /// Who did it; `None`: the clockwork.
    pub user_id: Option<UserId>,
    /// Whose data.
    pub student_id: StudentId,
    /// To which company.
    pub company_id: Option<CompanyId>,
    /// Its name, as it was then.
    pub receiver: &'a str,
    /// Why.
    pub purpose: DisclosurePurpose,
    /// What: names of fields, in Dutch; never their values.
    pub what: &'a str,
    /// In which mail.
    pub outgoing_id: Option<OutgoingId>,
}

/// A line of the register, with the student's code.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Disclosure {
    /// Its id; later lines have higher ones.
    pub id: DisclosureId,
    /// When.
    pub at: Moment,
    /// Whose data.
    pub student_id: StudentId,
    /// The student's code.
    pub code: String,
    /// To which company.
    pub company_id: Option<CompanyId>,
    /// Its name, as it was then.
    pub receiver: String,
    /// Why.
    pub purpose: DisclosurePurpose,
    /// Which fields.
    pub what: String,
    /// Whether by mail.
    pub outgoing_id: Option<OutgoingId>,
}

/// Writes a line into the act it tells about. Nothing ever changes or removes one.
pub fn record(tx: &mut Tx, new: &NewDisclosure) -> DbResult<()> {
    diesel::insert_into(disclosures::table).values(new).execute(&mut **tx)?;
    Ok(())
}

/// Lines in scope, the latest first; only a student's, and only those before an id, where given.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    student: Option<StudentId>,
    before: Option<DisclosureId>,
    limit: i64,
) -> DbResult<Vec<Disclosure>> {
    let mut query = disclosures::table
        .inner_join(students::table)
        .filter(disclosures::site_id.eq_any(scope.sites().to_vec()))
        .order(disclosures::id.desc())
        .limit(limit)
        .select((
            disclosures::id,
            disclosures::at,
            disclosures::student_id,
            students::code,
            disclosures::company_id,
            disclosures::receiver,
            disclosures::purpose,
            disclosures::what,
            disclosures::outgoing_id,
        ))
        .into_boxed();
    if let Some(student) = student {
        query = query.filter(disclosures::student_id.eq(student));
    }
    if let Some(before) = before {
        query = query.filter(disclosures::id.lt(before));
    }
    Ok(query.load(conn)?)
}
