//! The world around the product, as real as it gets: one file per server, each started by the test that needs it, on free
//! ports, in a folder of its own, gone when its handle is dropped.

pub mod app;
pub mod browser;
pub mod certs;
pub mod database;
pub mod desk;
pub mod dovecot;
pub mod exim;
pub mod imap_peer;
pub mod line;
pub mod map;
pub mod postgres;
pub mod processes;
pub mod sink;
pub mod smtp_peer;
pub mod town;

/// The password of every user of every mail server.
pub const PASSWORD: &str = "geheim-voor-de-proef";
