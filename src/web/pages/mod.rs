//! One file per page, with the structs of its templates.

pub mod aftercare;
pub mod audit;
pub mod companies;
pub mod door;
pub mod health;
pub mod home;
pub mod jobs;
pub mod inbox;
pub mod passwords;
pub mod place;
pub mod placement;
pub mod placements;
pub mod plan;
pub mod profile;
pub mod reports;
pub mod settings;
pub mod students;
pub mod today;
pub mod users;
