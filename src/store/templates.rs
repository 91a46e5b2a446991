//! The mail templates of a site: a name, and subject, text and HTML in each language.

use super::db::per_backend;
use super::schema::{template_texts, templates};
use super::{Conn, DbResult, Tx};
use crate::domain::id::{SiteId, TemplateId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::Lang;
use diesel::prelude::*;

/// One template, without its texts.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = templates)]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// The site it belongs to.
    pub site_id: SiteId,
    /// As the desk calls it.
    pub name: String,
    /// Goes up with each edit.
    pub version: i32,
    /// When it was made.
    pub created_at: Moment,
    /// When it was put away; it still serves campaigns that have it.
    pub archived_at: Option<Moment>,
}

/// What a template says in one language.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = template_texts, treat_none_as_default_value = false)]
pub struct TemplateText {
    /// The template.
    pub template_id: TemplateId,
    /// The language.
    pub lang: Lang,
    /// The subject, with variables.
    pub subject: String,
    /// The text part, with variables.
    pub text: String,
    /// The HTML part, with variables; empty for a mail of text alone.
    pub html: String,
}

/// What a new template needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = templates, treat_none_as_default_value = false)]
pub struct NewTemplate<'a> {
    /// The site it belongs to.
    pub site_id: SiteId,
    /// As the desk calls it.
    pub name: &'a str,
    /// 1.
    pub version: i32,
    /// When it is made.
    pub created_at: Moment,
}

/// The templates in scope that are in use, by name.
pub fn list(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<Template>> {
    Ok(templates::table
        .filter(templates::site_id.eq_any(scope.sites().to_vec()))
        .filter(templates::archived_at.is_null())
        .order((templates::name, templates::id))
        .limit(500)
        .select(Template::as_select())
        .load(conn)?)
}

/// One template in scope, put away or not.
pub fn find(conn: &mut Conn, scope: &Scope, id: TemplateId) -> DbResult<Option<Template>> {
    Ok(templates::table
        .find(id)
        .filter(templates::site_id.eq_any(scope.sites().to_vec()))
        .select(Template::as_select())
        .first(conn)
        .optional()?)
}

/// The texts of a template in scope, Dutch after English as the codes sort.
pub fn texts(conn: &mut Conn, scope: &Scope, id: TemplateId) -> DbResult<Vec<TemplateText>> {
    Ok(template_texts::table
        .inner_join(templates::table)
        .filter(template_texts::template_id.eq(id))
        .filter(templates::site_id.eq_any(scope.sites().to_vec()))
        .order(template_texts::lang)
        .select(TemplateText::as_select())
        .load(conn)?)
}

/// Adds a template without texts.
pub fn add(tx: &mut Tx, new: &NewTemplate) -> DbResult<TemplateId> {
    Ok(diesel::insert_into(templates::table).values(new).returning(templates::id).get_result(&mut **tx)?)
}

/// Renames a template that still has this version; says whether it had.
pub fn edit(tx: &mut Tx, id: TemplateId, version: i32, name: &str) -> DbResult<bool> {
    let row = templates::table.find(id).filter(templates::version.eq(version));
    let changed =
        diesel::update(row).set((templates::name.eq(name), templates::version.eq(version + 1))).execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Puts a template away.
pub fn archive(tx: &mut Tx, id: TemplateId, now: Moment) -> DbResult<()> {
    diesel::update(templates::table.find(id)).set(templates::archived_at.eq(now)).execute(&mut **tx)?;
    Ok(())
}

/// Writes what a template says in one language, in place of what it said.
pub fn put_text(tx: &mut Tx, text: &TemplateText) -> DbResult<()> {
    per_backend!(&mut **tx, |conn| {
        diesel::insert_into(template_texts::table)
            .values(text)
            .on_conflict((template_texts::template_id, template_texts::lang))
            .do_update()
            .set(text)
            .execute(conn)?;
    });
    Ok(())
}
