//! Users as a coordinator or the command line manages them: add, change, invite again.

use super::LinkMail;
use super::door::keep;
use super::links::{self, Handed};
use crate::domain::account::{Theme, TokenPurpose};
use crate::domain::email::EmailAddress;
use crate::domain::id::{SiteId, UserId};
use crate::domain::scope::Scope;
use crate::domain::secret::random_token;
use crate::domain::time::Moment;
use crate::domain::token::Token;
use crate::domain::words::{Lang, Role};
use crate::flows::campaigns::kit::Press;
use crate::mail::template::TemplateError;
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::users::{self, Member, NewUser};
use crate::store::{Db, DbError, Tx, sessions};

/// Why users are not changed.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// Somebody has this address already.
    #[error("this address has an account already")]
    Taken,
    /// No such user in scope.
    #[error("no such user")]
    NotFound,
    /// Changed since it was read.
    #[error("somebody changed this user in between")]
    Stale,
    /// A person cannot take away their own role or shut themselves out.
    #[error("you cannot shut yourself out")]
    Oneself,
    /// A site that is not in scope, or none for a role that needs one.
    #[error("choose at least one of your own sites")]
    Sites,
    /// The mail cannot be written.
    #[error(transparent)]
    Mail(#[from] TemplateError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}
may_repeat!(UserError);

/// A user to add.
#[derive(Debug, Clone)]
pub struct AddUser {
    /// What they sign in with.
    pub email: EmailAddress,
    /// As colleagues call them.
    pub name: String,
    /// What they are here for.
    pub role: Role,
    /// Their language.
    pub lang: Lang,
    /// Their sites.
    pub sites: Vec<SiteId>,
}

/// A user as they should become.
#[derive(Debug, Clone)]
pub struct ChangeUser {
    /// Who.
    pub id: UserId,
    /// As colleagues call them.
    pub name: String,
    /// What they are here for.
    pub role: Role,
    /// Whether they may sign in.
    pub active: bool,
    /// Their sites.
    pub sites: Vec<SiteId>,
    /// The version that was shown.
    pub version: i32,
}

/// Somebody who was invited.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Their link.
    pub link: LinkMail,
    /// How it gets to them.
    pub handed: Handed,
}

/// Adds a user without mailing them: whoever calls hands the link over.
pub fn add_user(db: &Db, scope: &Scope, add: &AddUser, now: Moment) -> Result<LinkMail, UserError> {
    let token = random_token();
    db.write(|tx| add_in(tx, scope, add, &token, now).map(|(_, link)| link))
}

/// Adds a user and mails them the link under which they choose a password.
pub fn add_and_invite(db: &Db, press: Press, scope: &Scope, add: &AddUser, now: Moment) -> Result<Invited, UserError> {
    let (token, stamp) = (random_token(), Token::random());
    db.write(|tx| {
        let (member, link) = add_in(tx, scope, add, &token, now)?;
        hand(tx, press, scope, (&member, link), &stamp, now)
    })
}

fn add_in(
    tx: &mut Tx,
    scope: &Scope,
    add: &AddUser,
    token: &str,
    now: Moment,
) -> Result<(Member, LinkMail), UserError> {
    if add.sites.is_empty() || !add.sites.iter().all(|site| scope.sees(*site)) {
        return Err(UserError::Sites);
    }
    let new = NewUser {
        email: add.email.clone(),
        email_key: add.email.key(),
        name: add.name.clone(),
        role: add.role,
        lang: add.lang,
        theme: Theme::default(),
        single_keys: true,
        password_hash: None,
        active: true,
        version: 1,
        created_at: now,
    };
    let id = users::add(tx, &new, &add.sites)?.ok_or(UserError::Taken)?;
    let member = users::by_id(tx, id)?.ok_or(UserError::NotFound)?;
    note(tx, scope, &member, "user.add", &format!("role {}", add.role), now)?;
    let link = keep(tx, &member, TokenPurpose::Invitation, token, now)?;
    Ok((member, link))
}

/// Mails an invitation from the inviter's own sites among the user's.
fn hand(
    tx: &mut Tx,
    press: Press,
    scope: &Scope,
    (member, link): (&Member, LinkMail),
    stamp: &Token,
    now: Moment,
) -> Result<Invited, UserError> {
    let sites: Vec<SiteId> = member.sites.iter().copied().filter(|site| scope.sees(*site)).collect();
    let inviter = scope.user().map(|id| users::by_id(tx, id)).transpose()?.flatten().map(|by| by.user.name);
    let handed = links::mail::<UserError>(tx, press, &link, (&sites, inviter.as_deref()), stamp, now)?;
    Ok(Invited { link, handed })
}

/// Changes a user. A change of role, sites or activity ends their sessions.
pub fn change_user(db: &Db, scope: &Scope, change: &ChangeUser, now: Moment) -> Result<(), UserError> {
    db.write(|tx| {
        let member = users::find(tx, scope, change.id)?.ok_or(UserError::NotFound)?;
        // Sites outside the coordinator's own reach stay as they are.
        let mut sites: Vec<SiteId> = member.sites.iter().copied().filter(|site| !scope.sees(*site)).collect();
        if !change.sites.iter().all(|site| scope.sees(*site)) || (sites.is_empty() && change.sites.is_empty()) {
            return Err(UserError::Sites);
        }
        sites.extend(&change.sites);
        sites.sort_unstable();
        sites.dedup();
        let weighs = member.user.role != change.role || !change.active || member.sites != sites;
        if scope.user() == Some(change.id) && (member.user.role != change.role || !change.active) {
            return Err(UserError::Oneself);
        }
        let mut user = member.user.clone();
        user.name.clone_from(&change.name);
        (user.role, user.active, user.version) = (change.role, change.active, change.version);
        if !users::change(tx, &user, &sites)? {
            return Err(UserError::Stale);
        }
        if weighs && scope.user() != Some(change.id) {
            sessions::end_all(tx, change.id)?;
        }
        let detail = format!("role {}, active {}, {} site(s)", change.role, change.active, sites.len());
        Ok(note(tx, scope, &Member { user, sites }, "user.change", &detail, now)?)
    })
}

/// Invites a user again, with a new link to choose a password.
pub fn invite(db: &Db, press: Press, scope: &Scope, id: UserId, now: Moment) -> Result<Invited, UserError> {
    let (token, stamp) = (random_token(), Token::random());
    db.write(|tx| {
        let member = users::find(tx, scope, id)?.filter(|member| member.user.active).ok_or(UserError::NotFound)?;
        note(tx, scope, &member, "user.invite", "", now)?;
        let link = keep(tx, &member, TokenPurpose::Invitation, &token, now)?;
        hand(tx, press, scope, (&member, link), &stamp, now)
    })
}

fn note(tx: &mut Tx, scope: &Scope, member: &Member, action: &str, detail: &str, now: Moment) -> Result<(), DbError> {
    audit::record(
        tx,
        &Event {
            at: now,
            site_id: member.sites.first().copied(),
            user_id: scope.user(),
            action,
            subject: "user",
            subject_id: Some(member.user.id.0),
            detail,
        },
    )
}
