//! Sessions, single-purpose tokens and throttles: what the door remembers. Only hashes of tokens are kept.

use super::schema::{sessions, throttles, tokens};
use super::{Conn, DbResult, Tx};
use crate::domain::account::TokenPurpose;
use crate::domain::id::{SessionId, TokenId, UserId};
use crate::domain::time::Moment;
use diesel::prelude::*;

/// One session.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// Goes into every form of this session.
    pub csrf: String,
    /// When it was last used, to a few minutes.
    pub seen_at: Moment,
    /// When it ends whatever happens.
    pub expires_at: Moment,
}

/// A session to open.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct NewSession {
    /// Hash of the cookie's token.
    pub token_hash: String,
    /// Whose it is.
    pub user_id: UserId,
    /// Goes into every form of this session.
    pub csrf: String,
    /// When it was opened.
    pub created_at: Moment,
    /// When it was last used.
    pub seen_at: Moment,
    /// When it ends whatever happens.
    pub expires_at: Moment,
}

/// A single-purpose token to keep.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = tokens, treat_none_as_default_value = false)]
pub struct NewToken {
    /// What it is good for.
    pub purpose: TokenPurpose,
    /// Its hash.
    pub token_hash: String,
    /// For whom.
    pub user_id: UserId,
    /// When it was made.
    pub created_at: Moment,
    /// When it ends.
    pub expires_at: Moment,
}

/// The session of a token's hash.
pub fn by_token(conn: &mut Conn, hash: &str) -> DbResult<Option<Session>> {
    Ok(sessions::table.filter(sessions::token_hash.eq(hash)).select(Session::as_select()).first(conn).optional()?)
}

/// Opens a session.
pub fn open(tx: &mut Tx, new: &NewSession) -> DbResult<SessionId> {
    Ok(diesel::insert_into(sessions::table).values(new).returning(sessions::id).get_result(&mut **tx)?)
}

/// Notes that a session was used.
pub fn touch(tx: &mut Tx, id: SessionId, now: Moment) -> DbResult<()> {
    diesel::update(sessions::table.find(id)).set(sessions::seen_at.eq(now)).execute(&mut **tx)?;
    Ok(())
}

/// Ends one session.
pub fn end(tx: &mut Tx, id: SessionId) -> DbResult<()> {
    diesel::delete(sessions::table.find(id)).execute(&mut **tx)?;
    Ok(())
}

/// Ends all sessions of a user and spends their tokens; returns how many sessions there were.
pub fn end_all(tx: &mut Tx, user: UserId) -> DbResult<usize> {
    diesel::delete(tokens::table.filter(tokens::user_id.eq(user))).execute(&mut **tx)?;
    Ok(diesel::delete(sessions::table.filter(sessions::user_id.eq(user))).execute(&mut **tx)?)
}

/// Keeps a token.
pub fn keep_token(tx: &mut Tx, new: &NewToken) -> DbResult<()> {
    diesel::insert_into(tokens::table).values(new).execute(&mut **tx)?;
    Ok(())
}

/// For whom a token that is neither used nor over is good, if it is for one of these purposes.
pub fn token_owner(
    conn: &mut Conn,
    hash: &str,
    purposes: &[TokenPurpose],
    now: Moment,
) -> DbResult<Option<(TokenId, UserId)>> {
    Ok(tokens::table
        .filter(tokens::token_hash.eq(hash))
        .filter(tokens::purpose.eq_any(purposes.to_vec()))
        .filter(tokens::used_at.is_null())
        .filter(tokens::expires_at.gt(now))
        .select((tokens::id, tokens::user_id))
        .first(conn)
        .optional()?)
}

/// Uses a token; `false` when somebody was faster.
pub fn use_token(tx: &mut Tx, id: TokenId, now: Moment) -> DbResult<bool> {
    let used = diesel::update(tokens::table.filter(tokens::id.eq(id)).filter(tokens::used_at.is_null()))
        .set(tokens::used_at.eq(now))
        .execute(&mut **tx)?;
    Ok(used == 1)
}

/// Failures under a key and since when they count.
pub fn failures(conn: &mut Conn, key: &str) -> DbResult<Option<(i32, Moment)>> {
    Ok(throttles::table.find(key).select((throttles::failures, throttles::since)).first(conn).optional()?)
}

/// Sets the failures under a key.
pub fn set_failures(tx: &mut Tx, key: &str, count: i32, since: Moment) -> DbResult<()> {
    let values = (throttles::failures.eq(count), throttles::since.eq(since));
    if diesel::update(throttles::table.find(key)).set(values).execute(&mut **tx)? == 0 {
        diesel::insert_into(throttles::table)
            .values((throttles::throttle_key.eq(key), throttles::failures.eq(count), throttles::since.eq(since)))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// Forgets the failures under a key.
pub fn forgive(tx: &mut Tx, key: &str) -> DbResult<()> {
    diesel::delete(throttles::table.find(key)).execute(&mut **tx)?;
    Ok(())
}
