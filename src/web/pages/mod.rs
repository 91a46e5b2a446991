//! One file per page, with the structs of its templates.

pub mod aftercare;
pub mod audit;
pub mod campaign;
pub mod campaign_acts;
pub mod campaigns;
pub mod companies;
pub mod door;
pub mod health;
pub mod home;
pub mod inbox;
pub mod jobs;
pub mod mailboxes;
pub mod opt_out;
pub mod passwords;
pub mod place;
pub mod placement;
pub mod placements;
pub mod plan;
pub mod profile;
pub mod reports;
pub mod settings;
pub mod students;
pub mod suppressions;
pub mod templates;
pub mod today;
pub mod users;
