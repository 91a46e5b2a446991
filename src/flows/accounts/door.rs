//! Through the door: by password, by a link that works once, and out again; passwords and preferences of oneself.
//! Unknown accounts get the same answer after the same work.

use super::links::{self, Handed};
use super::{LinkMail, Passwords};
use crate::domain::account::{BadPassword, Theme, TokenPurpose, check_password, session_holds, throttle};
use crate::domain::email::EmailAddress;
use crate::domain::id::{SessionId, UserId};
use crate::domain::secret::{Secret, hash, random_token};
use crate::domain::time::Moment;
use crate::domain::token::Token;
use crate::domain::words::Lang;
use crate::flows::campaigns::kit::Press;
use crate::flows::settings::Accounts;
use crate::mail::template::TemplateError;
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::sessions::{self, NewSession, NewToken, Session};
use crate::store::users::{self, Member};
use crate::store::{Db, DbError, Tx};

/// A session is marked as used at most this often, in seconds.
const TOUCH: i64 = 300;
/// An address may try this many times as often as an account: an office has one address.
pub(in crate::flows) const OFFICE: u32 = 5;
/// Mails with a new password that may be asked for one address, in the time of the pause: each is a mail to somebody.
const RESETS: u32 = 3;

/// Why somebody is not let in, or a password not taken.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The address, the password or the link is not right; which of them is not said.
    #[error("not a known pair")]
    Wrong,
    /// Too many tries.
    #[error("too many tries; wait {minutes} minutes")]
    Throttled {
        /// Minutes to wait.
        minutes: i64,
    },
    /// The new password will not do.
    #[error(transparent)]
    Password(#[from] BadPassword),
    /// The mail cannot be written.
    #[error(transparent)]
    Mail(#[from] TemplateError),
    /// Hashing failed.
    #[error(transparent)]
    Hash(#[from] anyhow::Error),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}
may_repeat!(SignInError);

/// A new session: the cookie's token is known here and never again.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The cookie's token.
    pub token: Secret,
    /// Who came in.
    pub user: UserId,
    /// Their language.
    pub lang: Lang,
}

/// Who a request comes from.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Their session.
    pub session: Session,
    /// The user and their sites.
    pub member: Member,
}

/// Signs in by password. `address` is the network address the try came from.
pub fn sign_in(
    db: &Db,
    passwords: &Passwords,
    settings: &Accounts,
    (email, password): (&EmailAddress, &Secret),
    address: &str,
    now: Moment,
) -> Result<Opened, SignInError> {
    let keys = [format!("account:{}", hash(&email.key())), format!("address:{address}")];
    // The try is counted before the password is looked at, so that many at once are counted too.
    db.write(|tx| {
        charge(tx, &keys[0], settings, settings.sign_in_tries, now)?;
        charge(tx, &keys[1], settings, settings.sign_in_tries * OFFICE, now)
    })?;
    let known = db.read(|conn| users::by_email(conn, email))?;
    let (member, kept) = known.map_or((None, None), |(member, kept)| (Some(member), kept));
    let fits = passwords.verify(password, kept.as_deref());
    let Some(member) = member.filter(|member| fits && member.user.active) else {
        return Err(SignInError::Wrong);
    };
    let made = Made::new();
    db.write(|tx| {
        sessions::forgive(tx, &keys[0])?;
        // Others may try from the same address: only this try is taken back.
        if let Some((failures, since)) = sessions::failures(tx, &keys[1])? {
            sessions::set_failures(tx, &keys[1], failures - 1, since)?;
        }
        made.open(tx, &member, settings, "session.open", now)
    })
}

/// Counts a try under a key, or refuses it.
pub(in crate::flows) fn charge(
    tx: &mut Tx,
    key: &str,
    settings: &Accounts,
    tries: u32,
    now: Moment,
) -> Result<(), SignInError> {
    let pause = settings.sign_in_pause_minutes;
    let (failures, since) = sessions::failures(tx, key)?.unwrap_or((0, now));
    if let Some(minutes) = throttle(failures, since, now, tries, pause) {
        return Err(SignInError::Throttled { minutes });
    }
    let over = now.seconds_since(since) >= i64::from(pause) * 60;
    let (count, since) = if over { (1, now) } else { (failures + 1, since) };
    Ok(sessions::set_failures(tx, key, count, since)?)
}

/// Counts a link in a mail that opened nothing: whoever tries many from one address has to wait.
pub fn wrong_link(db: &Db, settings: &Accounts, address: &str, now: Moment) -> Result<(), SignInError> {
    let key = format!("link:{address}");
    db.write(|tx| charge(tx, &key, settings, settings.sign_in_tries * OFFICE, now))
}

/// Secrets of a session, made before the transaction.
struct Made {
    token: String,
    csrf: String,
}

impl Made {
    fn new() -> Self {
        // Two tokens of 128 bits each: a session's cookie is the one secret that lives for days.
        Self { token: format!("{}{}", random_token(), random_token()), csrf: random_token() }
    }

    fn open(
        &self,
        tx: &mut Tx,
        member: &Member,
        settings: &Accounts,
        action: &str,
        now: Moment,
    ) -> Result<Opened, SignInError> {
        let user = &member.user;
        let id = sessions::open(
            tx,
            &NewSession {
                token_hash: hash(&self.token),
                user_id: user.id,
                csrf: self.csrf.clone(),
                created_at: now,
                seen_at: now,
                expires_at: now.plus_days(i64::from(settings.session_days)),
            },
        )?;
        note(tx, user.id, action, "session", id.0, now)?;
        Ok(Opened { token: Secret::new(self.token.clone()), user: user.id, lang: user.lang })
    }
}

fn note(tx: &mut Tx, user: UserId, action: &str, subject: &str, id: i64, now: Moment) -> Result<(), DbError> {
    let event =
        Event { at: now, site_id: None, user_id: Some(user), action, subject, subject_id: Some(id), detail: "" };
    audit::record(tx, &event)
}

/// Who comes with this cookie; `None` when the session is over or the user may not come in any more.
pub fn arrive(db: &Db, settings: &Accounts, token: &str, now: Moment) -> Result<Option<Arrival>, DbError> {
    let found = db.read(|conn| {
        let Some(session) = sessions::by_token(conn, &hash(token))? else { return Ok::<_, DbError>(None) };
        Ok(users::by_id(conn, session.user_id)?.map(|member| Arrival { session, member }))
    })?;
    let Some(arrival) = found else { return Ok(None) };
    let session = &arrival.session;
    let holds = session_holds(session.seen_at, session.expires_at, now, settings.session_idle_hours);
    if !holds || !arrival.member.user.active {
        return Ok(None);
    }
    if now.seconds_since(session.seen_at) >= TOUCH {
        db.write(|tx| sessions::touch(tx, session.id, now))?;
    }
    Ok(Some(arrival))
}

/// Ends a session.
pub fn sign_out(db: &Db, session: SessionId, user: UserId, now: Moment) -> Result<(), DbError> {
    db.write(|tx| {
        sessions::end(tx, session)?;
        note(tx, user, "session.end", "session", session.0, now)
    })
}

/// Makes a link for a user. It does not mail it.
pub fn make_link(db: &Db, user: UserId, purpose: TokenPurpose, now: Moment) -> Result<Option<LinkMail>, DbError> {
    let token = random_token();
    db.write(|tx| {
        let Some(member) = users::by_id(tx, user)?.filter(|member| member.user.active) else { return Ok(None) };
        keep(tx, &member, purpose, &token, now).map(Some)
    })
}

/// Keeps a token for a user and tells what its mail needs.
pub(super) fn keep(
    tx: &mut Tx,
    member: &Member,
    purpose: TokenPurpose,
    token: &str,
    now: Moment,
) -> Result<LinkMail, DbError> {
    let user = &member.user;
    let expires_at = now.plus_seconds(purpose.hours() * 3_600);
    let new = NewToken { purpose, token_hash: hash(token), user_id: user.id, created_at: now, expires_at };
    sessions::keep_token(tx, &new)?;
    Ok(LinkMail {
        user: user.id,
        to: user.email.clone(),
        name: user.name.clone(),
        lang: user.lang,
        purpose,
        token: Secret::new(token),
    })
}

/// Mails a link to a new password to the account of this address. Where there is none, nothing is mailed, and the person
/// who asked is not told: what comes back says nothing about the address.
pub fn request_reset(
    db: &Db,
    press: Press,
    settings: &Accounts,
    (email, address): (&EmailAddress, &str),
    now: Moment,
) -> Result<(), SignInError> {
    let (token, stamp) = (random_token(), Token::random());
    let keys = [format!("reset:{}", hash(&email.key())), format!("reset-from:{address}")];
    let asked = db.write(|tx| {
        charge(tx, &keys[0], settings, RESETS, now)?;
        charge(tx, &keys[1], settings, settings.sign_in_tries * OFFICE, now)?;
        let known = users::by_email(tx, email)?.map(|(member, _)| member);
        let Some(member) = known.filter(|member| member.user.active) else { return Ok(None) };
        let link = keep(tx, &member, TokenPurpose::Reset, &token, now)?;
        let handed = links::mail::<SignInError>(tx, press, &link, (&member.sites, None), &stamp, now)?;
        note(tx, member.user.id, "password.ask", "user", member.user.id.0, now)?;
        Ok::<_, SignInError>(Some((member.user.id, handed)))
    })?;
    match asked {
        Some((user, Handed::NoMailbox)) => {
            tracing::warn!(
                user = user.0,
                "a new password was asked for, and no desk mailbox of this user's sites sends"
            );
        }
        Some((user, Handed::Refused(why))) => {
            tracing::warn!(
                user = user.0,
                why = why.code(),
                "a new password was asked for, and this user is not mailed"
            );
        }
        Some((_, Handed::Mailed)) | None => {}
    }
    Ok(())
}

/// For whom a link is good, without using it; `None` when it is used, over or for something else.
pub fn peek_link(db: &Db, token: &str, purposes: &[TokenPurpose], now: Moment) -> Result<Option<Member>, DbError> {
    db.read(|conn| match sessions::token_owner(conn, &hash(token), purposes, now)? {
        Some((_, user)) => Ok(users::by_id(conn, user)?.filter(|member| member.user.active)),
        None => Ok(None),
    })
}

/// Signs in by a link, which then is used up.
pub fn sign_in_by_link(db: &Db, settings: &Accounts, token: &str, now: Moment) -> Result<Opened, SignInError> {
    let made = Made::new();
    db.write(|tx| {
        let member = spend(tx, token, &[TokenPurpose::SignIn], now)?;
        made.open(tx, &member, settings, "session.open_by_link", now)
    })
}

fn spend(tx: &mut Tx, token: &str, purposes: &[TokenPurpose], now: Moment) -> Result<Member, SignInError> {
    let (id, user) = sessions::token_owner(tx, &hash(token), purposes, now)?.ok_or(SignInError::Wrong)?;
    if !sessions::use_token(tx, id, now)? {
        return Err(SignInError::Wrong);
    }
    users::by_id(tx, user)?.filter(|member| member.user.active).ok_or(SignInError::Wrong)
}

/// Takes a new password by the link of an invitation or a reset, ends all other sessions and signs in.
pub fn set_password(
    db: &Db,
    passwords: &Passwords,
    settings: &Accounts,
    (token, password): (&str, &Secret),
    now: Moment,
) -> Result<Opened, SignInError> {
    const PURPOSES: &[TokenPurpose] = &[TokenPurpose::Invitation, TokenPurpose::Reset];
    let member = peek_link(db, token, PURPOSES, now)?.ok_or(SignInError::Wrong)?;
    check_password(password.expose(), &member.user.email)?;
    let hash = passwords.hash(password)?;
    let made = Made::new();
    db.write(|tx| {
        let member = spend(tx, token, PURPOSES, now)?;
        replace_password(tx, member.user.id, &hash, now)?;
        made.open(tx, &member, settings, "session.open", now)
    })
}

fn replace_password(tx: &mut Tx, user: UserId, hash: &str, now: Moment) -> Result<(), DbError> {
    users::set_password(tx, user, hash)?;
    sessions::end_all(tx, user)?;
    note(tx, user, "password.change", "user", user.0, now)
}

/// Changes one's own password: all sessions end and a new one opens.
pub fn change_password(
    db: &Db,
    passwords: &Passwords,
    settings: &Accounts,
    user: UserId,
    (old, new): (&Secret, &Secret),
    now: Moment,
) -> Result<Opened, SignInError> {
    let key = format!("change:{user}");
    db.write(|tx| charge(tx, &key, settings, settings.sign_in_tries, now))?;
    let known = db.read(|conn| Ok::<_, DbError>((users::by_id(conn, user)?, users::password_hash(conn, user)?)))?;
    let (Some(member), kept) = known else { return Err(SignInError::Wrong) };
    if !passwords.verify(old, kept.as_deref()) {
        return Err(SignInError::Wrong);
    }
    check_password(new.expose(), &member.user.email)?;
    let hash = passwords.hash(new)?;
    let made = Made::new();
    db.write(|tx| {
        sessions::forgive(tx, &key)?;
        replace_password(tx, user, &hash, now)?;
        made.open(tx, &member, settings, "session.open", now)
    })
}

/// How a user likes the pages.
pub fn prefer(db: &Db, user: UserId, lang: Lang, theme: Theme, single_keys: bool) -> Result<(), DbError> {
    db.write(|tx| users::prefer(tx, user, lang, theme, single_keys))
}
