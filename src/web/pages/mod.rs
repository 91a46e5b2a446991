//! One file per page, with the structs of its templates.

pub mod audit;
pub mod door;
pub mod health;
pub mod home;
pub mod passwords;
pub mod profile;
pub mod settings;
pub mod users;
