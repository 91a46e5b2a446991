//! What comes in: stored once each, read, threaded, acted on, decided on. Through real Maildirs and a real Dovecot.

mod decisions;
mod fetching;
mod page;
mod routing;
mod watching;
pub mod world;
