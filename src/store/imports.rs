//! Imports and their staged rows. Rows are judged and applied in batches; a row that was applied says when.

use super::schema::{
    companies, contacts, import_rows, imports, incoming, moments, openings, outgoing, recipients, recognitions, tasks,
};
use super::{Conn, DbResult, Tx};
use crate::domain::id::{CompanyId, ImportId, ImportRowId, SiteId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{ImportState, Verdict};
use diesel::prelude::*;

/// Rows with these verdicts are applied; the others are only told.
const APPLIED: [Verdict; 2] = [Verdict::New, Verdict::Changed];

/// One import.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = imports)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// The site it imports into.
    pub site_id: SiteId,
    /// Who uploaded it; `None`: the command line.
    pub user_id: Option<UserId>,
    /// The file's name.
    pub file_name: String,
    /// How far it is.
    pub state: ImportState,
    /// JSON: the cells of the header.
    pub header: String,
    /// JSON: per column a field or null.
    pub mapping: String,
    /// Rows; 0 until all of them are staged.
    pub total: i32,
    /// Rows that were dealt with since it was started.
    pub applied: i32,
    /// JSON: what was done, counts by name; empty until it ends.
    pub tally: String,
    /// When it was uploaded.
    pub created_at: Moment,
    /// When it ended.
    pub ended_at: Option<Moment>,
}

/// One staged row.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = import_rows)]
pub struct ImportRow {
    /// Its id.
    pub id: ImportRowId,
    /// The line of the file it starts on.
    pub number: i32,
    /// JSON: its cells.
    pub cells: String,
    /// What the import does with it; `None` until it was judged.
    pub verdict: Option<Verdict>,
    /// JSON: the difference, or why it is not applied; empty where there is nothing to say.
    pub note: String,
    /// The company it is about.
    pub company_id: Option<CompanyId>,
    /// When it was applied.
    pub applied_at: Option<Moment>,
}

#[derive(Insertable)]
#[diesel(table_name = imports, treat_none_as_default_value = false)]
struct NewImport<'a> {
    site_id: SiteId,
    user_id: Option<UserId>,
    file_name: &'a str,
    state: ImportState,
    header: &'a str,
    mapping: &'a str,
    total: i32,
    applied: i32,
    tally: &'a str,
    created_at: Moment,
}

/// One import in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: ImportId) -> DbResult<Option<Import>> {
    let query = imports::table.filter(imports::id.eq(id)).filter(imports::site_id.eq_any(scope.sites().to_vec()));
    Ok(query.select(Import::as_select()).first(conn).optional()?)
}

/// The newest imports in scope.
pub fn list(conn: &mut Conn, scope: &Scope, limit: i64) -> DbResult<Vec<Import>> {
    let query = imports::table.filter(imports::site_id.eq_any(scope.sites().to_vec())).order(imports::id.desc());
    Ok(query.select(Import::as_select()).limit(limit).load(conn)?)
}

/// Imports of the installation that are being judged or applied: for the clockwork.
pub fn at_work(conn: &mut Conn) -> DbResult<Vec<Import>> {
    let busy = imports::table.filter(imports::state.eq_any([ImportState::Staged, ImportState::Applying]));
    Ok(busy.order(imports::id).select(Import::as_select()).load(conn)?)
}

/// Adds an import without rows.
pub fn add(
    tx: &mut Tx,
    site: SiteId,
    user: Option<UserId>,
    file_name: &str,
    header: &str,
    mapping: &str,
    now: Moment,
) -> DbResult<ImportId> {
    let row = NewImport {
        site_id: site,
        user_id: user,
        file_name,
        state: ImportState::Staged,
        header,
        mapping,
        total: 0,
        applied: 0,
        tally: "",
        created_at: now,
    };
    Ok(diesel::insert_into(imports::table).values(&row).returning(imports::id).get_result(&mut **tx)?)
}

/// Stages rows: their line numbers and cells as JSON.
pub fn stage(tx: &mut Tx, id: ImportId, rows: &[(i32, String)]) -> DbResult<()> {
    for (number, cells) in rows {
        let row = (
            import_rows::import_id.eq(id),
            import_rows::number.eq(number),
            import_rows::cells.eq(cells),
            import_rows::note.eq(""),
        );
        diesel::insert_into(import_rows::table).values(row).execute(&mut **tx)?;
    }
    Ok(())
}

/// Says that all rows are staged.
pub fn set_total(tx: &mut Tx, id: ImportId, total: i32) -> DbResult<()> {
    diesel::update(imports::table.filter(imports::id.eq(id))).set(imports::total.eq(total)).execute(&mut **tx)?;
    Ok(())
}

/// Changes the mapping of a staged import, and forgets all verdicts; `false` when it is not staged any more.
pub fn set_mapping(tx: &mut Tx, id: ImportId, mapping: &str) -> DbResult<bool> {
    let row = imports::table.filter(imports::id.eq(id)).filter(imports::state.eq(ImportState::Staged));
    if diesel::update(row).set(imports::mapping.eq(mapping)).execute(&mut **tx)? == 0 {
        return Ok(false);
    }
    let forget = (
        import_rows::verdict.eq(None::<Verdict>),
        import_rows::note.eq(""),
        import_rows::company_id.eq(None::<CompanyId>),
    );
    diesel::update(import_rows::table.filter(import_rows::import_id.eq(id))).set(forget).execute(&mut **tx)?;
    Ok(true)
}

/// Moves an import from one state to another; `false` when it was in neither.
pub fn step(tx: &mut Tx, id: ImportId, from: ImportState, to: ImportState) -> DbResult<bool> {
    let row = imports::table.filter(imports::id.eq(id)).filter(imports::state.eq(from));
    Ok(diesel::update(row).set(imports::state.eq(to)).execute(&mut **tx)? == 1)
}

/// Counts rows as dealt with.
pub fn count_applied(tx: &mut Tx, id: ImportId, more: i32) -> DbResult<()> {
    let set = imports::applied.eq(imports::applied + more);
    diesel::update(imports::table.filter(imports::id.eq(id))).set(set).execute(&mut **tx)?;
    Ok(())
}

/// Writes down what was done, and when it ended.
pub fn end(tx: &mut Tx, id: ImportId, state: ImportState, tally: &str, now: Moment) -> DbResult<()> {
    let set = (imports::state.eq(state), imports::tally.eq(tally), imports::ended_at.eq(now));
    diesel::update(imports::table.filter(imports::id.eq(id))).set(set).execute(&mut **tx)?;
    Ok(())
}

/// Rows with a higher line number than `after`, in the file's order; only of these verdicts unless there are none.
/// The id comes from a scoped read.
pub fn rows(conn: &mut Conn, id: ImportId, verdicts: &[Verdict], after: i32, limit: i64) -> DbResult<Vec<ImportRow>> {
    let mut query = import_rows::table
        .filter(import_rows::import_id.eq(id))
        .filter(import_rows::number.gt(after))
        .order(import_rows::number)
        .limit(limit)
        .select(ImportRow::as_select())
        .into_boxed();
    if !verdicts.is_empty() {
        query = query.filter(import_rows::verdict.eq_any(verdicts.to_vec()));
    }
    Ok(query.load(conn)?)
}

/// Rows to apply that were not applied, in the file's order.
pub fn unapplied(conn: &mut Conn, id: ImportId, limit: i64) -> DbResult<Vec<ImportRow>> {
    let query = import_rows::table.filter(import_rows::import_id.eq(id));
    let query = query.filter(import_rows::verdict.eq_any(APPLIED)).filter(import_rows::applied_at.is_null());
    Ok(query.order(import_rows::number).limit(limit).select(ImportRow::as_select()).load(conn)?)
}

/// Those of these rows that still wait to be applied.
pub fn still_unapplied(conn: &mut Conn, ids: &[ImportRowId]) -> DbResult<Vec<ImportRowId>> {
    let query = import_rows::table.filter(import_rows::id.eq_any(ids));
    let query = query.filter(import_rows::verdict.eq_any(APPLIED)).filter(import_rows::applied_at.is_null());
    Ok(query.select(import_rows::id).load(conn)?)
}

/// How many rows have no verdict.
pub fn unjudged(conn: &mut Conn, id: ImportId) -> DbResult<i64> {
    let query = import_rows::table.filter(import_rows::import_id.eq(id)).filter(import_rows::verdict.is_null());
    Ok(query.count().get_result(conn)?)
}

/// How many rows there are of each verdict.
pub fn tally(conn: &mut Conn, id: ImportId) -> DbResult<Vec<(Verdict, i64)>> {
    let query = import_rows::table.filter(import_rows::import_id.eq(id)).filter(import_rows::verdict.is_not_null());
    let counts: Vec<(Option<Verdict>, i64)> =
        query.group_by(import_rows::verdict).select((import_rows::verdict, diesel::dsl::count_star())).load(conn)?;
    Ok(counts.into_iter().filter_map(|(verdict, count)| Some((verdict?, count))).collect())
}

/// What was found about a row.
pub fn judge(tx: &mut Tx, row: ImportRowId, verdict: Verdict, note: &str, company: Option<CompanyId>) -> DbResult<()> {
    let set = (import_rows::verdict.eq(verdict), import_rows::note.eq(note), import_rows::company_id.eq(company));
    diesel::update(import_rows::table.filter(import_rows::id.eq(row))).set(set).execute(&mut **tx)?;
    Ok(())
}

/// Says that a row was applied, to which company.
pub fn applied(tx: &mut Tx, row: ImportRowId, company: CompanyId, now: Moment) -> DbResult<()> {
    let set = (import_rows::company_id.eq(company), import_rows::applied_at.eq(now));
    diesel::update(import_rows::table.filter(import_rows::id.eq(row))).set(set).execute(&mut **tx)?;
    Ok(())
}

/// Companies of a site that share a key with rows of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    /// KvK numbers.
    pub kvks: Vec<String>,
    /// Mail domains.
    pub domains: Vec<String>,
    /// Sort names.
    pub sort_names: Vec<String>,
}

/// A company that may be known already, with the addresses of its contacts and the crebos of its recognitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The company.
    pub company: super::companies::Company,
    /// Keys of its contacts' addresses.
    pub contact_keys: Vec<String>,
    /// Crebos of its recognitions.
    pub crebos: Vec<String>,
}

/// The companies of one site that share one of the keys.
pub fn known(conn: &mut Conn, site: SiteId, keys: &Keys) -> DbResult<Vec<Known>> {
    use super::companies::Company;
    let here = companies::table.filter(companies::site_id.eq(site));
    let mut found: Vec<Company> = Vec::new();
    if !keys.kvks.is_empty() {
        found.extend(here.filter(companies::kvk.eq_any(&keys.kvks)).select(Company::as_select()).load(conn)?);
    }
    if !keys.domains.is_empty() {
        let same = here.filter(companies::mail_domain.eq_any(&keys.domains));
        found.extend(same.select(Company::as_select()).load(conn)?);
    }
    if !keys.sort_names.is_empty() {
        let same = here.filter(companies::sort_name.eq_any(&keys.sort_names));
        found.extend(same.select(Company::as_select()).load(conn)?);
    }
    found.sort_by_key(|company| company.id);
    found.dedup_by_key(|company| company.id);
    let ids: Vec<CompanyId> = found.iter().map(|company| company.id).collect();
    let people: Vec<(CompanyId, Option<String>)> = contacts::table
        .filter(contacts::company_id.eq_any(ids.clone()))
        .select((contacts::company_id, contacts::email_key))
        .load(conn)?;
    let crebos: Vec<(CompanyId, String)> = recognitions::table
        .filter(recognitions::company_id.eq_any(ids))
        .select((recognitions::company_id, recognitions::crebo))
        .load(conn)?;
    let of = |id: CompanyId| people.iter().filter(move |(company, _)| *company == id);
    Ok(found
        .into_iter()
        .map(|company| Known {
            contact_keys: of(company.id).filter_map(|(_, key)| key.clone()).collect(),
            crebos: crebos.iter().filter(|(id, _)| *id == company.id).map(|(_, crebo)| crebo.clone()).collect(),
            company,
        })
        .collect())
}

/// The companies that an import added. The id comes from a scoped read.
pub fn added(conn: &mut Conn, id: ImportId) -> DbResult<Vec<CompanyId>> {
    let query = companies::table.filter(companies::import_id.eq(id)).order(companies::id);
    Ok(query.select(companies::id).load(conn)?)
}

/// Those of these companies that are as the import left them: never edited, spoken to, mailed, offered or asked.
pub fn untouched(conn: &mut Conn, ids: &[CompanyId]) -> DbResult<Vec<CompanyId>> {
    let own = companies::table
        .filter(companies::id.eq_any(ids.to_vec()))
        .filter(companies::version.eq(1))
        .filter(companies::last_moment_at.is_null());
    let ids: Vec<CompanyId> = own.select(companies::id).load(conn)?;
    let mut touched: Vec<Option<CompanyId>> = Vec::new();
    touched.extend(
        openings::table
            .filter(openings::company_id.eq_any(ids.clone()))
            .select(openings::company_id.nullable())
            .load::<Option<CompanyId>>(conn)?,
    );
    touched.extend(
        recipients::table
            .filter(recipients::company_id.eq_any(ids.clone()))
            .select(recipients::company_id.nullable())
            .load::<Option<CompanyId>>(conn)?,
    );
    touched.extend(
        moments::table
            .filter(moments::company_id.eq_any(ids.clone()))
            .select(moments::company_id)
            .load::<Option<CompanyId>>(conn)?,
    );
    touched.extend(
        tasks::table
            .filter(tasks::company_id.eq_any(ids.clone()))
            .select(tasks::company_id)
            .load::<Option<CompanyId>>(conn)?,
    );
    touched.extend(
        outgoing::table
            .filter(outgoing::company_id.eq_any(ids.clone()))
            .select(outgoing::company_id)
            .load::<Option<CompanyId>>(conn)?,
    );
    touched.extend(
        incoming::table
            .filter(incoming::company_id.eq_any(ids.clone()))
            .select(incoming::company_id)
            .load::<Option<CompanyId>>(conn)?,
    );
    let edited = contacts::table.filter(contacts::company_id.eq_any(ids.clone())).filter(contacts::version.ne(1));
    touched.extend(edited.select(contacts::company_id.nullable()).load::<Option<CompanyId>>(conn)?);
    Ok(ids.into_iter().filter(|id| !touched.contains(&Some(*id))).collect())
}

/// Forgets which staged rows these companies came from, so that they can go.
pub fn unlink(tx: &mut Tx, ids: &[CompanyId]) -> DbResult<()> {
    diesel::update(import_rows::table.filter(import_rows::company_id.eq_any(ids.to_vec())))
        .set(import_rows::company_id.eq(None::<CompanyId>))
        .execute(&mut **tx)?;
    Ok(())
}
