//! Stagemakelaar.

pub mod domain;
pub mod store;
