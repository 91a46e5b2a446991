//! Words and decisions. Pure: no database, no clock, no network, and no other room of the house.

pub mod account;
pub mod aftercare;
pub mod cadence;
pub mod calendar;
pub mod code;
pub mod company;
pub mod consequence;
pub mod delivery;
pub mod email;
pub mod gate;
pub mod id;
pub mod import;
pub mod moves;
pub mod opening;
pub mod phone;
pub mod placement;
pub mod privacy;
pub mod reply;
pub mod schedule;
pub mod scope;
pub mod secret;
pub mod spoken;
pub mod statistics;
pub mod time;
pub mod token;
pub mod words;
