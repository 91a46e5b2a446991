//! Words and decisions. Pure: no database, no clock, no network, and no other room of the house.

pub mod code;
pub mod company;
pub mod email;
pub mod id;
pub mod phone;
pub mod scope;
pub mod secret;
pub mod time;
pub mod words;
