//! The schools' own door: the code that was sent to an address, and the sessions that it opened. Only hashes are kept.

use super::schema::{referrers, school_codes, school_sessions};
use super::schools::Referrer;
use super::{Conn, DbResult, Tx};
use crate::domain::id::SchoolSessionId;
use crate::domain::time::Moment;
use diesel::prelude::*;

/// The code of one address.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = school_codes, treat_none_as_default_value = false)]
pub struct Code {
    /// The address's key.
    pub email_key: String,
    /// The code, hashed with a key of the installation.
    pub code_hash: String,
    /// When it ends.
    pub expires_at: Moment,
    /// How often somebody tried a code.
    pub tries: i32,
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = school_sessions)]
pub struct SchoolSession {
    /// Its id.
    pub id: SchoolSessionId,
    /// The key of the address whose it is.
    pub email_key: String,
    /// Goes into every form of this session.
    pub csrf: String,
    /// When it was last used, to a few minutes.
    pub seen_at: Moment,
    /// When it ends whatever happens.
    pub expires_at: Moment,
}

/// A session to open.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = school_sessions, treat_none_as_default_value = false)]
pub struct NewSchoolSession {
    /// Hash of the cookie's token.
    pub token_hash: String,
    /// The key of the address whose it is.
    pub email_key: String,
    /// Goes into every form of this session.
    pub csrf: String,
    /// When it was opened.
    pub created_at: Moment,
    /// When it was last used.
    pub seen_at: Moment,
    /// When it ends whatever happens.
    pub expires_at: Moment,
}

/// Those who were invited at this address and may refer, whoever asks: for the door, which has no scope yet.
pub fn invited(conn: &mut Conn, email_key: &str) -> DbResult<Vec<Referrer>> {
    let own = referrers::table
        .filter(referrers::email_key.eq(email_key))
        .filter(referrers::active.eq(true))
        .filter(referrers::invited_at.is_not_null());
    Ok(own.order(referrers::id).select(Referrer::as_select()).load(conn)?)
}

/// Keeps the one code of an address; an earlier one ends.
pub fn keep_code(tx: &mut Tx, code: &Code) -> DbResult<()> {
    forget_code(tx, &code.email_key)?;
    diesel::insert_into(school_codes::table).values(code).execute(&mut **tx)?;
    Ok(())
}

/// The code of an address.
pub fn code(conn: &mut Conn, email_key: &str) -> DbResult<Option<Code>> {
    Ok(school_codes::table.find(email_key).select(Code::as_select()).first(conn).optional()?)
}

/// Counts a try.
pub fn count_try(tx: &mut Tx, email_key: &str) -> DbResult<()> {
    let row = school_codes::table.find(email_key);
    diesel::update(row).set(school_codes::tries.eq(school_codes::tries + 1)).execute(&mut **tx)?;
    Ok(())
}

/// Forgets the code of an address.
pub fn forget_code(tx: &mut Tx, email_key: &str) -> DbResult<()> {
    diesel::delete(school_codes::table.find(email_key)).execute(&mut **tx)?;
    Ok(())
}

/// Opens a session.
pub fn open(tx: &mut Tx, new: &NewSchoolSession) -> DbResult<SchoolSessionId> {
    let row = diesel::insert_into(school_sessions::table).values(new);
    Ok(row.returning(school_sessions::id).get_result(&mut **tx)?)
}

/// The session of a token's hash.
pub fn by_token(conn: &mut Conn, hash: &str) -> DbResult<Option<SchoolSession>> {
    let row = school_sessions::table.filter(school_sessions::token_hash.eq(hash));
    Ok(row.select(SchoolSession::as_select()).first(conn).optional()?)
}

/// Notes that a session was used.
pub fn touch(tx: &mut Tx, id: SchoolSessionId, now: Moment) -> DbResult<()> {
    diesel::update(school_sessions::table.find(id)).set(school_sessions::seen_at.eq(now)).execute(&mut **tx)?;
    Ok(())
}

/// Ends one session.
pub fn end(tx: &mut Tx, id: SchoolSessionId) -> DbResult<()> {
    diesel::delete(school_sessions::table.find(id)).execute(&mut **tx)?;
    Ok(())
}
