//! Companies: the rows, their tags and the words they are found by.
//! Every change bumps `version`; an update names the version it was made from and is refused when that is gone.

mod around;
mod choices;
mod filter;
mod list;
mod search;

pub use choices::{Choices, choices};
pub use filter::Filter;
pub use list::{Listing, Sort, Turn, count, matching, page};
pub use search::{SearchHit, search};

use super::db::per_backend;
use super::rows::{self, OverRows};
use super::schema::{companies, company_tags, contacts};
use super::{Conn, DbResult, Tx};
use crate::domain::company::{BranchNumber, KvkNumber, Postcode, search_text, sort_name};
use crate::domain::id::{CompanyId, ImportId, SiteId, UserId};
use crate::domain::phone::Phone;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{CompanySize, CompanyStatus};
use diesel::prelude::*;

/// What people fill in about a company.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = companies, treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
pub struct Fields {
    /// Trade name.
    pub name: String,
    /// Number in the trade register.
    pub kvk: Option<KvkNumber>,
    /// Number of this branch in the trade register.
    pub branch_number: Option<BranchNumber>,
    /// Line of business, free text; empty when unknown.
    pub sector: String,
    /// Street and house number.
    pub street: String,
    /// Postcode.
    pub postcode: Option<Postcode>,
    /// Town or district.
    pub place: String,
    /// Address of its pages on the web.
    pub website: String,
    /// Domain of its mail, in lower case; `None` when unknown.
    pub mail_domain: Option<String>,
    /// Telephone.
    pub phone: Option<Phone>,
    /// Number of people working there.
    pub size: Option<CompanySize>,
    /// The broker who keeps in touch.
    pub owner_id: Option<UserId>,
    /// Where it stands in the desk's work.
    pub status: CompanyStatus,
    /// Whether nobody may approach it.
    pub do_not_contact: bool,
    /// Why not.
    pub do_not_contact_reason: String,
    /// Free text.
    pub notes: String,
}

impl Fields {
    /// A company of which only the name is known.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kvk: None,
            branch_number: None,
            sector: String::new(),
            street: String::new(),
            postcode: None,
            place: String::new(),
            website: String::new(),
            mail_domain: None,
            phone: None,
            size: None,
            owner_id: None,
            status: CompanyStatus::Prospect,
            do_not_contact: false,
            do_not_contact_reason: String::new(),
            notes: String::new(),
        }
    }
}

/// One company.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = companies)]
pub struct Company {
    /// Its id.
    pub id: CompanyId,
    /// The site it belongs to.
    pub site_id: SiteId,
    /// What people filled in.
    #[diesel(embed)]
    pub fields: Fields,
    /// The key it is sorted by.
    pub sort_name: String,
    /// The last time anything passed between us.
    pub last_moment_at: Option<Moment>,
    /// Places left over all its openings.
    pub places_left: i32,
    /// The import it came with.
    pub import_id: Option<ImportId>,
    /// Goes up with every edit.
    pub version: i32,
    /// When it was added.
    pub created_at: Moment,
    /// When it was last edited.
    pub updated_at: Moment,
    /// When it was put away.
    pub archived_at: Option<Moment>,
}

#[derive(Insertable)]
#[diesel(table_name = companies, treat_none_as_default_value = false)]
struct NewRow {
    site_id: SiteId,
    #[diesel(embed)]
    fields: Fields,
    sort_name: String,
    search_text: String,
    places_left: i32,
    import_id: Option<ImportId>,
    version: i32,
    created_at: Moment,
    updated_at: Moment,
}

/// One company in scope, archived or not.
pub fn find(conn: &mut Conn, scope: &Scope, id: CompanyId) -> DbResult<Option<Company>> {
    let sites = scope.sites().to_vec();
    let query = companies::table.filter(companies::id.eq(id)).filter(companies::site_id.eq_any(sites));
    Ok(query.select(Company::as_select()).first(conn).optional()?)
}

/// The companies of these ids in scope, in no order.
pub fn find_all(conn: &mut Conn, scope: &Scope, ids: &[CompanyId]) -> DbResult<Vec<Company>> {
    let query = companies::table.filter(companies::id.eq_any(ids.to_vec()));
    Ok(query.filter(companies::site_id.eq_any(scope.sites().to_vec())).select(Company::as_select()).load(conn)?)
}

/// Whether there is any company in scope, archived or not.
pub fn any(conn: &mut Conn, scope: &Scope) -> DbResult<bool> {
    let here = companies::table.filter(companies::site_id.eq_any(scope.sites().to_vec()));
    Ok(here.select(companies::id).first::<CompanyId>(conn).optional()?.is_some())
}

/// Adds a company. `words` are those by which it is found beside its own: of contacts and tags that follow in the same write.
pub fn add<'a>(
    tx: &mut Tx,
    site: SiteId,
    fields: &'a Fields,
    import: Option<ImportId>,
    words: impl Iterator<Item = &'a str>,
    now: Moment,
) -> DbResult<CompanyId> {
    let row = NewRow {
        site_id: site,
        fields: fields.clone(),
        sort_name: sort_name(&fields.name),
        search_text: words_of(fields, words),
        places_left: 0,
        import_id: import,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Ok(diesel::insert_into(companies::table).values(&row).returning(companies::id).get_result(&mut **tx)?)
}

/// Writes the fields over version `from`; `false` when somebody else was earlier.
pub fn update(tx: &mut Tx, id: CompanyId, from: i32, fields: &Fields, now: Moment) -> DbResult<bool> {
    let row = companies::table.filter(companies::id.eq(id)).filter(companies::version.eq(from));
    let changed = diesel::update(row)
        .set((
            fields,
            companies::sort_name.eq(sort_name(&fields.name)),
            companies::version.eq(companies::version + 1),
            companies::updated_at.eq(now),
        ))
        .execute(&mut **tx)?;
    if changed == 1 {
        reindex(tx, id)?;
    }
    Ok(changed == 1)
}

/// Puts a company away (`Some`) or takes it back; `false` when somebody else was earlier.
pub fn archive(tx: &mut Tx, id: CompanyId, from: i32, at: Option<Moment>, now: Moment) -> DbResult<bool> {
    let row = companies::table.filter(companies::id.eq(id)).filter(companies::version.eq(from));
    let set =
        (companies::archived_at.eq(at), companies::version.eq(companies::version + 1), companies::updated_at.eq(now));
    Ok(diesel::update(row).set(set).execute(&mut **tx)? == 1)
}

/// Gives companies another owner, or none.
pub fn set_owner(tx: &mut Tx, ids: &[CompanyId], owner: Option<UserId>, now: Moment) -> DbResult<usize> {
    let rows = companies::table.filter(companies::id.eq_any(ids.to_vec()));
    let set =
        (companies::owner_id.eq(owner), companies::version.eq(companies::version + 1), companies::updated_at.eq(now));
    Ok(diesel::update(rows).set(set).execute(&mut **tx)?)
}

/// What passed between us and a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// The company.
    pub company: CompanyId,
    /// When something last did; `None` where it was a note of our own.
    pub at: Option<Moment>,
    /// Whether somebody there spoke or wrote to us.
    pub spoke: bool,
}

/// An earlier moment changes nothing, and what a person made of a status stays. One statement, as each that changes a
/// company writes to every index over companies.
struct Remember;

impl OverRows for Remember {
    const SQL: &'static str = "UPDATE companies SET \
        last_moment_at = CASE WHEN companies.last_moment_at >= (it.value ->> 1)::timestamp OR (it.value ->> 1) IS NULL \
            THEN companies.last_moment_at ELSE (it.value ->> 1)::timestamp END, \
        status = CASE WHEN companies.status = 'prospect' AND (it.value ->> 2)::bigint = 1 \
            THEN 'contact' ELSE companies.status END \
        FROM @rows AS it WHERE companies.id = (it.value ->> 0)::bigint AND ( \
            (it.value ->> 1) IS NOT NULL AND (companies.last_moment_at IS NULL \
                OR companies.last_moment_at < (it.value ->> 1)::timestamp) \
            OR companies.status = 'prospect' AND (it.value ->> 2)::bigint = 1)";
}

/// Remembers what passed between us and these companies, each once: its last contact, and that a company which nobody had
/// spoken to is in contact from then on.
pub fn remember(tx: &mut Tx, all: &[Passed]) -> DbResult<()> {
    let row = |passed: &Passed| (passed.company.0, passed.at.map(rows::text), u8::from(passed.spoke));
    rows::run::<Remember>(tx, &all.iter().map(row).collect::<Vec<_>>())
}

/// Sets the places left over all openings.
pub fn set_places_left(tx: &mut Tx, id: CompanyId, left: i32) -> DbResult<()> {
    diesel::update(companies::table.filter(companies::id.eq(id)))
        .set(companies::places_left.eq(left))
        .execute(&mut **tx)?;
    Ok(())
}

/// Removes a company that nothing refers to any more but its tags, recognitions and contacts.
pub fn remove(tx: &mut Tx, id: CompanyId) -> DbResult<()> {
    diesel::delete(company_tags::table.filter(company_tags::company_id.eq(id))).execute(&mut **tx)?;
    diesel::delete(companies::table.filter(companies::id.eq(id))).execute(&mut **tx)?;
    Ok(())
}

/// The tags of a company, by name.
pub fn tags(conn: &mut Conn, id: CompanyId) -> DbResult<Vec<String>> {
    let query = company_tags::table.filter(company_tags::company_id.eq(id)).order(company_tags::tag);
    Ok(query.select(company_tags::tag).load(conn)?)
}

/// The tags of many companies, as pairs.
pub fn tags_of(conn: &mut Conn, ids: &[CompanyId]) -> DbResult<Vec<(CompanyId, String)>> {
    let query = company_tags::table.filter(company_tags::company_id.eq_any(ids.to_vec()));
    Ok(query
        .order((company_tags::company_id, company_tags::tag))
        .select((company_tags::company_id, company_tags::tag))
        .load(conn)?)
}

/// Gives a company exactly these tags.
pub fn set_tags(tx: &mut Tx, id: CompanyId, tags: &[String]) -> DbResult<()> {
    diesel::delete(company_tags::table.filter(company_tags::company_id.eq(id))).execute(&mut **tx)?;
    for tag in tags {
        add_tag(tx, id, tag)?;
    }
    reindex(tx, id)
}

/// Puts a tag on a company; `false` when it has it already. The caller says [`reindex`].
pub fn add_tag(tx: &mut Tx, id: CompanyId, tag: &str) -> DbResult<bool> {
    let row = company_tags::table.filter(company_tags::company_id.eq(id)).filter(company_tags::tag.eq(tag));
    if row.count().get_result::<i64>(&mut **tx)? > 0 {
        return Ok(false);
    }
    diesel::insert_into(company_tags::table)
        .values((company_tags::company_id.eq(id), company_tags::tag.eq(tag)))
        .execute(&mut **tx)?;
    Ok(true)
}

/// Puts tags on companies that have none of them yet. The caller says [`reindex`].
pub fn add_tags(tx: &mut Tx, all: &[(CompanyId, &str)]) -> DbResult<()> {
    for some in all.chunks(rows::AT_ONCE) {
        let rows: Vec<_> =
            some.iter().map(|(id, tag)| (company_tags::company_id.eq(*id), company_tags::tag.eq(*tag))).collect();
        per_backend!(&mut **tx, |conn| diesel::insert_into(company_tags::table).values(&rows).execute(conn)?);
    }
    Ok(())
}

/// Writes the words anew by which a company is found: name, place, KvK, contacts, tags.
pub fn reindex(tx: &mut Tx, id: CompanyId) -> DbResult<()> {
    let row = companies::table.filter(companies::id.eq(id));
    let Some(fields) = row.select(Fields::as_select()).first(&mut **tx).optional()? else { return Ok(()) };
    let people: Vec<(String, Option<String>)> = contacts::table
        .filter(contacts::company_id.eq(id))
        .order(contacts::id)
        .select((contacts::name, contacts::email_key))
        .load(&mut **tx)?;
    let tags = tags(tx, id)?;
    let more = people.iter().flat_map(|(name, email)| [name.as_str(), email.as_deref().unwrap_or("")]);
    let words = words_of(&fields, more.chain(tags.iter().map(String::as_str)));
    diesel::update(companies::table.filter(companies::id.eq(id)))
        .set(companies::search_text.eq(words))
        .execute(&mut **tx)?;
    Ok(())
}

fn words_of<'a>(fields: &'a Fields, more: impl Iterator<Item = &'a str>) -> String {
    let kvk = fields.kvk.as_ref().map_or("", KvkNumber::as_str);
    let postcode = fields.postcode.as_ref().map_or("", Postcode::as_str);
    let domain = fields.mail_domain.as_deref().unwrap_or("");
    search_text([fields.name.as_str(), &fields.place, kvk, postcode, domain].into_iter().chain(more))
}
