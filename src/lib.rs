//! Stagemakelaar.

pub mod domain;
