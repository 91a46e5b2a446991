//! Remembers. One file per aggregate; the rows are theirs, the differences between the databases are in [`db`].
//!
//! Reading functions take `&mut Conn` and a [`Scope`](crate::domain::scope::Scope); writing functions take `&mut Tx`.

mod among;
pub mod audit;
pub mod campaigns;
pub mod capped;
pub mod checkins;
pub mod companies;
pub mod conn;
pub mod contacts;
pub mod correspondents;
pub mod db;
pub mod desk;
pub mod digests;
pub mod disclosures;
pub mod dump;
pub mod expired;
pub mod funnel;
pub mod guidance;
pub mod imports;
pub mod incoming;
pub mod leases;
pub mod mailboxes;
pub mod matches;
pub mod migrations;
pub mod moments;
pub mod openings;
pub mod outgoing;
pub mod parties;
pub mod placements;
pub mod plans;
pub mod pressures;
pub mod proposals;
pub mod recipients;
pub mod recognitions;
pub mod referral_lists;
pub mod referrals;
pub mod rounds;
mod rows;
pub mod schema;
pub mod school_door;
pub mod schools;
pub mod sessions;
pub mod shortage;
pub mod sites;
pub mod students;
pub mod suggestions;
pub mod suppressions;
pub mod tasks;
pub mod templates;
pub mod ticks;
pub mod today;
pub mod users;
pub mod vitals;

pub use conn::Conn;
pub use db::{Db, DbError, DbResult, Tx};
