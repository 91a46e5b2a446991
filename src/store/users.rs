//! Users: who they are, where they work, how they like their pages. The password's hash has its own door.

use super::schema::{user_sites, users};
use super::{Conn, DbResult, Tx};
use crate::domain::account::Theme;
use crate::domain::email::EmailAddress;
use crate::domain::id::{SiteId, UserId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Lang, Role};
use diesel::prelude::*;

/// One user.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// What they sign in with.
    pub email: EmailAddress,
    /// As colleagues call them.
    pub name: String,
    /// What they are here for.
    pub role: Role,
    /// The language of their pages and mails.
    pub lang: Lang,
    /// Light or dark.
    pub theme: Theme,
    /// Whether single letters are keys.
    pub single_keys: bool,
    /// Whether they may sign in.
    pub active: bool,
    /// Counts changes, for optimistic locking.
    pub version: i32,
}

/// What a new user needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub struct NewUser {
    /// What they sign in with.
    pub email: EmailAddress,
    /// Its folded form, unique.
    pub email_key: String,
    /// As colleagues call them.
    pub name: String,
    /// What they are here for.
    pub role: Role,
    /// The language of their pages and mails.
    pub lang: Lang,
    /// Light or dark.
    pub theme: Theme,
    /// Whether single letters are keys.
    pub single_keys: bool,
    /// None until they choose one.
    pub password_hash: Option<String>,
    /// Whether they may sign in.
    pub active: bool,
    /// Starts at 1.
    pub version: i32,
    /// When they were added.
    pub created_at: Moment,
}

/// A user with the sites they work for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The user.
    pub user: User,
    /// Their sites, in the order of their ids.
    pub sites: Vec<SiteId>,
}

/// Users who share a site with this scope (and those of no site), by name.
pub fn list(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<Member>> {
    let all: Vec<User> = users::table.select(User::as_select()).order((users::name, users::id)).load(conn)?;
    let links: Vec<(UserId, SiteId)> = user_sites::table
        .select((user_sites::user_id, user_sites::site_id))
        .order((user_sites::user_id, user_sites::site_id))
        .load(conn)?;
    let members = all.into_iter().map(|user| {
        let sites = links.iter().filter(|(id, _)| *id == user.id).map(|(_, site)| *site).collect();
        Member { user, sites }
    });
    Ok(members.filter(|member| seen(member, scope)).collect())
}

/// One user who shares a site with this scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: UserId) -> DbResult<Option<Member>> {
    Ok(by_id(conn, id)?.filter(|member| seen(member, scope)))
}

fn seen(member: &Member, scope: &Scope) -> bool {
    !scope.sites().is_empty() && (member.sites.is_empty() || member.sites.iter().any(|site| scope.sees(*site)))
}

/// One user, whoever asks: for the door, which has no scope yet, and for jobs that write to a user.
pub fn by_id(conn: &mut Conn, id: UserId) -> DbResult<Option<Member>> {
    let user: Option<User> = users::table.find(id).select(User::as_select()).first(conn).optional()?;
    user.map(|user| with_sites(conn, user)).transpose()
}

/// The user of an address, with the hash of the password: for the door alone.
pub fn by_email(conn: &mut Conn, email: &EmailAddress) -> DbResult<Option<(Member, Option<String>)>> {
    let found: Option<(User, Option<String>)> = users::table
        .filter(users::email_key.eq(email.key()))
        .select((User::as_select(), users::password_hash))
        .first(conn)
        .optional()?;
    found.map(|(user, hash)| Ok((with_sites(conn, user)?, hash))).transpose()
}

/// The hash of a user's password.
pub fn password_hash(conn: &mut Conn, id: UserId) -> DbResult<Option<String>> {
    Ok(users::table.find(id).select(users::password_hash).first(conn).optional()?.flatten())
}

fn with_sites(conn: &mut Conn, user: User) -> DbResult<Member> {
    let sites = user_sites::table
        .filter(user_sites::user_id.eq(user.id))
        .select(user_sites::site_id)
        .order(user_sites::site_id)
        .load(conn)?;
    Ok(Member { user, sites })
}

/// Adds a user; `None` when the address is taken.
pub fn add(tx: &mut Tx, new: &NewUser, sites: &[SiteId]) -> DbResult<Option<UserId>> {
    let added = tx.unless_taken(|tx| {
        Ok(diesel::insert_into(users::table).values(new).returning(users::id).get_result::<UserId>(&mut **tx)?)
    })?;
    if let Some(id) = added {
        join(tx, id, sites)?;
    }
    Ok(added)
}

fn join(tx: &mut Tx, id: UserId, sites: &[SiteId]) -> DbResult<()> {
    for site in sites {
        diesel::insert_into(user_sites::table)
            .values((user_sites::user_id.eq(id), user_sites::site_id.eq(*site)))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// Changes name, role, activity and sites; `false` when somebody changed the user since `version`.
pub fn change(tx: &mut Tx, user: &User, sites: &[SiteId]) -> DbResult<bool> {
    let changed = diesel::update(users::table.filter(users::id.eq(user.id)).filter(users::version.eq(user.version)))
        .set((
            users::name.eq(&user.name),
            users::role.eq(user.role),
            users::active.eq(user.active),
            users::version.eq(user.version + 1),
        ))
        .execute(&mut **tx)?;
    if changed == 1 {
        diesel::delete(user_sites::table.filter(user_sites::user_id.eq(user.id))).execute(&mut **tx)?;
        join(tx, user.id, sites)?;
    }
    Ok(changed == 1)
}

/// How a user likes the pages.
pub fn prefer(tx: &mut Tx, id: UserId, lang: Lang, theme: Theme, single_keys: bool) -> DbResult<()> {
    diesel::update(users::table.find(id))
        .set((users::lang.eq(lang), users::theme.eq(theme), users::single_keys.eq(single_keys)))
        .execute(&mut **tx)?;
    Ok(())
}

/// The user whose calendar feed has this hash.
pub fn by_feed(conn: &mut Conn, hash: &str) -> DbResult<Option<Member>> {
    let user: Option<User> =
        users::table.filter(users::feed_hash.eq(hash)).select(User::as_select()).first(conn).optional()?;
    user.map(|user| with_sites(conn, user)).transpose()
}

/// Whether a user has a calendar feed.
pub fn has_feed(conn: &mut Conn, id: UserId) -> DbResult<bool> {
    let hash: Option<Option<String>> = users::table.find(id).select(users::feed_hash).first(conn).optional()?;
    Ok(hash.flatten().is_some())
}

/// The hash of a user's calendar feed; `None` takes it back.
pub fn set_feed(tx: &mut Tx, id: UserId, hash: Option<&str>) -> DbResult<()> {
    diesel::update(users::table.find(id)).set(users::feed_hash.eq(hash)).execute(&mut **tx)?;
    Ok(())
}

/// A new password.
pub fn set_password(tx: &mut Tx, id: UserId, hash: &str) -> DbResult<()> {
    diesel::update(users::table.find(id)).set(users::password_hash.eq(hash)).execute(&mut **tx)?;
    Ok(())
}
