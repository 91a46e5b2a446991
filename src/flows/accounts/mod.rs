//! Accounts: signing in and out, passwords, users. Every act leaves an audit event.

mod door;
mod links;
mod password;
mod users;

pub use door::{
    Arrival, Opened, SignInError, arrive, change_password, make_link, peek_link, prefer, request_reset, set_password,
    sign_in, sign_in_by_link, sign_out, wrong_link,
};
pub(super) use door::{OFFICE, charge};
pub use links::{Handed, sender};
pub use password::Passwords;
pub use users::{AddUser, ChangeUser, Invited, UserError, add_and_invite, add_user, change_user, invite};

use crate::domain::account::TokenPurpose;
use crate::domain::email::EmailAddress;
use crate::domain::id::UserId;
use crate::domain::secret::Secret;
use crate::domain::words::Lang;

/// What the mail with a link needs: to whom, in which language, for what, and the token of its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkMail {
    /// The user.
    pub user: UserId,
    /// Their address.
    pub to: EmailAddress,
    /// As they are addressed.
    pub name: String,
    /// In which language.
    pub lang: Lang,
    /// An invitation, a new password, signing in.
    pub purpose: TokenPurpose,
    /// The secret part of the link: `/sign-in/link/{token}` or `/sign-in/password/{token}`.
    pub token: Secret,
}

impl LinkMail {
    /// The path of the link.
    pub fn path(&self) -> String {
        match self.purpose {
            TokenPurpose::SignIn => format!("/sign-in/link/{}", self.token.expose()),
            TokenPurpose::Invitation | TokenPurpose::Reset => format!("/sign-in/password/{}", self.token.expose()),
        }
    }

    /// The whole link; `base_url` is the configured one.
    pub fn url(&self, base_url: &str) -> String {
        format!("{base_url}{}", self.path())
    }
}
