//! The one integration binary: what the crate does with real databases, real mail servers and a real browser.
//! `tests/README.md` says how to run one test and how to look at a failure.

mod arrows;
mod servers;
mod support;
