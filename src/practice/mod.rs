//! The simulated outside world of `demo` and `generate`: companies that do not exist, their history, and employers who answer mail.
//!
//! It touches the product only through its pickup directory, its Maildir and its flows, so that what the demo shows is
//! what production does. Every name is made up; every address ends in `.example` (RFC 2606), so nothing can be reached.

pub mod cast;
pub mod companies;
pub mod employers;
pub mod generate;
pub mod letters;
pub mod schools;
pub mod seekers;
pub mod world;
