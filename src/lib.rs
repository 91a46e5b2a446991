//! Stagemakelaar.

pub mod app;
pub mod config;
pub mod domain;
pub mod flows;
pub mod mail;
pub mod store;
