//! Stagemakelaar.

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod flows;
pub mod mail;
pub mod store;
pub mod web;
pub mod work;
