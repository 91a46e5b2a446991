//! The schools' own door. A referrer is invited by mail; whoever fills in that address gets a code there, which works once and
//! for a quarter of an hour. Addresses that nobody invited get the same answer. There is no password.

use super::accounts::{Handed, OFFICE, SignInError, charge, sender};
use super::campaigns::kit::Press;
use super::outbox::{self, Enqueued, Letter, Stamp};
use super::schools::{SchoolError, tell};
use super::settings::Accounts;
use crate::domain::account::session_holds;
use crate::domain::email::EmailAddress;
use crate::domain::id::{ReferrerId, SchoolSessionId};
use crate::domain::scope::Scope;
use crate::domain::secret::{Keys, Mismatch, Secret, hash, random, random_token};
use crate::domain::time::Moment;
use crate::domain::token::Token;
use crate::domain::words::{Lang, Purpose};
use crate::mail::contexts::{MailContext, ReferrerCodeContext, ReferrerInvitationContext};
use crate::mail::template::{Frame, TemplateError};
use crate::store::db::may_repeat;
use crate::store::school_door::{self as door, Code, NewSchoolSession, SchoolSession};
use crate::store::schools::{self, Referrer};
use crate::store::sites::{self, Site};
use crate::store::{Db, DbError, Tx, users};

/// Minutes for which a code works.
const MINUTES: i64 = 15;
/// How often a code may be tried.
const TRIES: i32 = 5;
/// Codes that may be asked for one address, in the time of the pause: each is a mail to somebody.
const CODES: u32 = 3;
/// Digits of a code.
const DIGITS: usize = 8;
/// Hours after which a session ends whatever happens.
const SESSION_HOURS: i64 = 12;
/// A session is marked as used at most this often, in seconds.
const TOUCH: i64 = 300;
/// What a code is signed for.
const SIGNED_FOR: &str = "school-code";

/// Why somebody is not let in, or not invited.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// The code is not right, was used, has ended, or was tried too often; which of them is not said.
    #[error("not a known pair")]
    Wrong,
    /// Too many tries.
    #[error("too many tries; wait {minutes} minutes")]
    Throttled {
        /// Minutes to wait.
        minutes: i64,
    },
    /// No such referrer, or another site's; or only a coordinator invites.
    #[error(transparent)]
    School(#[from] SchoolError),
    /// The mail cannot be written.
    #[error(transparent)]
    Mail(#[from] TemplateError),
    /// The installation's keys cannot sign.
    #[error(transparent)]
    Keys(#[from] Mismatch),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

may_repeat!(DoorError);

impl From<SignInError> for DoorError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Throttled { minutes } => Self::Throttled { minutes },
            SignInError::Db(error) => Self::Db(error),
            SignInError::Mail(error) => Self::Mail(error),
            SignInError::Wrong | SignInError::Password(_) | SignInError::Hash(_) => Self::Wrong,
        }
    }
}

/// Who comes with a session.
#[derive(Debug, Clone)]
pub struct Guest {
    /// The session.
    pub session: SchoolSession,
    /// At which schools this person refers; at least one.
    pub people: Vec<Referrer>,
}

/// Invites a referrer of a school in scope by mail, or once more.
pub fn invite(db: &Db, press: Press, scope: &Scope, id: ReferrerId, now: Moment) -> Result<Handed, DoorError> {
    if !scope.coordinates() {
        return Err(SchoolError::NotAllowed.into());
    }
    let stamp = Token::random();
    db.write(|tx| {
        let one = schools::referrer(tx, scope, id)?.filter(|one| one.active).ok_or(SchoolError::NotFound)?;
        let school = schools::find(tx, scope, one.school_id)?.ok_or(SchoolError::NotFound)?;
        schools::invited(tx, id, now)?;
        let by = scope.user().map(|user| users::by_id(tx, user)).transpose()?.flatten().map(|by| by.user.name);
        let handed = mail(tx, press, &one, &stamp, now, |desk| ReferrerInvitationContext {
            referrer_name: one.name.clone(),
            school_name: school.fields.name.clone(),
            inviter_name: by.unwrap_or_else(|| desk.to_owned()),
            site_name: desk.to_owned(),
            url: format!("{}/for-schools", press.base_url),
        })?;
        tell(tx, scope, one.site_id, "referrer.invite", ("referrer", id.0), "", now)?;
        Ok(handed)
    })
}

/// Mails a code to an address that was invited; others get no mail, and whoever asks is not told.
pub fn ask_code(
    db: &Db,
    press: Press,
    settings: &Accounts,
    (email, address): (&EmailAddress, &str),
    now: Moment,
) -> Result<(), DoorError> {
    let (key, stamp, code) = (email.key(), Token::random(), new_code());
    let kept = Code {
        email_key: key.clone(),
        code_hash: sealed(press.keys, &key, code.expose())?,
        expires_at: now.plus_seconds(MINUTES * 60),
        tries: 0,
    };
    let keys = [format!("school-code:{}", hash(&key)), format!("school-code-from:{address}")];
    let asked = db.write(|tx| {
        charge(tx, &keys[0], settings, CODES, now)?;
        charge(tx, &keys[1], settings, settings.sign_in_tries * OFFICE, now)?;
        let Some(one) = door::invited(tx, &key)?.into_iter().next() else { return Ok(None) };
        door::keep_code(tx, &kept)?;
        let handed = mail(tx, press, &one, &stamp, now, |desk| ReferrerCodeContext {
            referrer_name: one.name.clone(),
            site_name: desk.to_owned(),
            code: code.expose().to_owned(),
            valid_for: format!("{MINUTES} {}", one.lang.t("minuten", "minutes")),
        })?;
        tell(tx, &Scope::clockwork(one.site_id), one.site_id, "referrer.code", ("referrer", one.id.0), "", now)?;
        Ok::<_, DoorError>(Some((one.id, handed)))
    })?;
    if let Some((one, Handed::NoMailbox | Handed::Refused(_))) = asked {
        tracing::warn!(referrer = one.0, "a school's code was asked for, and it cannot be mailed");
    }
    Ok(())
}

/// Lets somebody in by the code that was mailed to an address; gives the cookie's token.
pub fn enter(
    db: &Db,
    keys: &Keys,
    settings: &Accounts,
    (email, code, address): (&EmailAddress, &Secret, &str),
    now: Moment,
) -> Result<Secret, DoorError> {
    let digits: String = code.expose().chars().filter(|c| !c.is_whitespace()).collect();
    let (key, given) = (email.key(), sealed(keys, &email.key(), &digits)?);
    let (token, csrf) = (format!("{}{}", random_token(), random_token()), random_token());
    let from = format!("school-enter-from:{address}");
    // A wrong try is counted, so it ends as an act that was done.
    let opened = db.write(|tx| {
        charge(tx, &from, settings, settings.sign_in_tries * OFFICE, now)?;
        let Some(kept) = door::code(tx, &key)? else { return Ok(None) };
        if kept.expires_at <= now || kept.tries >= TRIES {
            return Ok(None);
        }
        // Comparing hashes of what a key signed keeps the comparison's time from telling anything.
        if kept.code_hash != given {
            door::count_try(tx, &key)?;
            return Ok(None);
        }
        door::forget_code(tx, &key)?;
        let Some(one) = door::invited(tx, &key)?.into_iter().next() else { return Ok(None) };
        let new = NewSchoolSession {
            token_hash: hash(&token),
            email_key: key.clone(),
            csrf: csrf.clone(),
            created_at: now,
            seen_at: now,
            expires_at: now.plus_seconds(SESSION_HOURS * 3_600),
        };
        door::open(tx, &new)?;
        tell(tx, &Scope::clockwork(one.site_id), one.site_id, "referrer.enter", ("referrer", one.id.0), "", now)?;
        Ok::<_, DoorError>(Some(()))
    })?;
    opened.map(|()| Secret::new(token)).ok_or(DoorError::Wrong)
}

/// Who comes with this cookie; `None` when the session is over or nobody of this address may refer any more.
pub fn arrive(db: &Db, settings: &Accounts, token: &str, now: Moment) -> Result<Option<Guest>, DbError> {
    let found = db.read(|conn| {
        let Some(session) = door::by_token(conn, &hash(token))? else { return Ok::<_, DbError>(None) };
        let people = door::invited(conn, &session.email_key)?;
        Ok(Some(Guest { session, people }))
    })?;
    let Some(guest) = found else { return Ok(None) };
    let session = &guest.session;
    let holds = session_holds(session.seen_at, session.expires_at, now, settings.session_idle_hours);
    if !holds || guest.people.is_empty() {
        return Ok(None);
    }
    if now.seconds_since(session.seen_at) >= TOUCH {
        db.write(|tx| door::touch(tx, session.id, now))?;
    }
    Ok(Some(guest))
}

/// Ends a session.
pub fn leave(db: &Db, session: SchoolSessionId) -> Result<(), DbError> {
    db.write(|tx| door::end(tx, session))
}

/// A new code: random digits, each as likely as the others.
fn new_code() -> Secret {
    let mut digits = String::with_capacity(DIGITS);
    while digits.len() < DIGITS {
        // From 250 on a byte would make the first digits likelier.
        let fair = random::<16>().into_iter().filter(|byte| *byte < 250);
        digits.extend(fair.take(DIGITS - digits.len()).map(|byte| char::from(b'0' + byte % 10)));
    }
    Secret::new(digits)
}

/// How a code is kept: without the key file nobody finds the few digits that make it.
fn sealed(keys: &Keys, email_key: &str, code: &str) -> Result<String, Mismatch> {
    Ok(hash(&keys.sign(SIGNED_FOR, &hash(&format!("{email_key} {code}")))?))
}

/// Puts a mail to a referrer in the outbox, from the desk's mailbox.
fn mail<C: MailContext>(
    tx: &mut Tx,
    press: Press,
    one: &Referrer,
    stamp: &Token,
    now: Moment,
    context: impl FnOnce(&str) -> C,
) -> Result<Handed, DoorError> {
    let Some(mailbox) = sender(tx, &[one.site_id])? else { return Ok(Handed::NoMailbox) };
    let Some(site) = sites::find(tx, &Scope::clockwork(one.site_id), one.site_id)? else {
        return Ok(Handed::NoMailbox);
    };
    let desk = desk_of(&site);
    let frame = frame(one.lang, desk);
    let rendered = press.engine.render(&context(desk), &frame)?;
    let stamp = Stamp { token: stamp.clone(), message_id: stamp.message_id(mailbox.address.domain()) };
    let letter = Letter {
        to_name: one.name.clone(),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html.unwrap_or_default(),
        ..Letter::new(&mailbox, Purpose::System, one.email.clone(), stamp, now)
    };
    Ok(match outbox::enqueue(tx, &letter, now)? {
        Enqueued::Queued(_) | Enqueued::Already => Handed::Mailed,
        Enqueued::Refused(why) | Enqueued::CallTask(why) => Handed::Refused(why),
    })
}

fn desk_of(site: &Site) -> &str {
    if site.desk_name.trim().is_empty() { &site.name } else { &site.desk_name }
}

fn frame(lang: Lang, desk: &str) -> Frame {
    Frame { lang, purpose: Purpose::System, sender_name: desk.to_owned(), footer: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_eight_digits_and_is_kept_under_the_installations_key_alone() {
        let (one, other) = (new_code(), new_code());
        assert!(one.expose().len() == DIGITS && one.expose().chars().all(|c| c.is_ascii_digit()));
        assert_ne!(one, other);
        let keys = Keys::generate();
        let kept = sealed(&keys, "mo@college.example", "12345678").unwrap();
        assert_eq!(sealed(&keys, "mo@college.example", "12345678").unwrap(), kept);
        for (email, code) in [("bo@college.example", "12345678"), ("mo@college.example", "12345679")] {
            assert_ne!(sealed(&keys, email, code).unwrap(), kept);
        }
        assert_ne!(sealed(&Keys::generate(), "mo@college.example", "12345678").unwrap(), kept);
    }
}
