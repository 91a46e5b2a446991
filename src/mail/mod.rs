//! The post: composing, sending, reading mailboxes, and the templates of every mail.
//! Knows only `domain`; no database and no decision about who is mailed lives here.

pub mod clean;
pub mod compose;
pub mod contexts;
pub mod error;
pub mod imap;
pub mod maildir;
pub mod parse;
pub mod pickup;
pub mod post;
pub mod reach;
pub mod server;
pub mod smtp;
pub mod template;
pub mod tls;

pub use error::{MailError, Step, Trouble};
