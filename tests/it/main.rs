//! The one integration binary: what the crate does with real databases, real mail servers and a real browser.
//! `tests/README.md` says how to run one test and how to look at a failure.

#![expect(clippy::unwrap_used, reason = "in a test, a step that fails is the test that fails")]

mod adversity;
mod aftercare;
mod arrows;
mod backup;
mod broken_fetches;
mod commands;
mod companies;
mod faults;
mod feeds;
mod freshness;
mod generated;
mod inbox;
mod kills;
mod links;
mod mail;
mod matches;
mod metrics;
mod migrations;
mod outreach;
#[cfg(feature = "postgres-tls")]
mod over_tls;
mod pages;
mod proposals;
mod reading;
mod refusals;
mod rolling;
mod schools;
mod servers;
mod shortage;
mod soak;
mod story;
mod students;
mod support;
mod web;
