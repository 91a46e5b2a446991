//! Every URL of the house on one page.

use super::assets::asset;
use super::guard::nowhere;
use super::pages::{audit, door, health, home, passwords, profile, settings, users};
use actix_web::web::{ServiceConfig, get, post, route};

/// Method, path, handler.
pub fn routes(house: &mut ServiceConfig) {
    house
        // the house itself
        .route("/healthz", get().to(health::healthz))
        .route("/assets/{hash}/{name}", get().to(asset))
        // the door
        .route("/sign-in", get().to(door::form))
        .route("/sign-in", post().to(door::sign_in))
        .route("/sign-in/link/{token}", get().to(door::link))
        .route("/sign-in/link/{token}", post().to(door::sign_in_by_link))
        .route("/sign-in/forgotten", get().to(passwords::forgotten))
        .route("/sign-in/forgotten", post().to(passwords::ask_reset))
        .route("/sign-in/password/{token}", get().to(passwords::choose))
        .route("/sign-in/password/{token}", post().to(passwords::set))
        .route("/sign-out", post().to(door::sign_out))
        .route("/language", post().to(profile::language))
        .route("/theme", post().to(profile::theme))
        // the day
        .route("/", get().to(home::home))
        // settings
        .route("/settings", get().to(settings::index))
        .route("/settings/profile", get().to(profile::show_profile))
        .route("/settings/profile", post().to(profile::save))
        .route("/settings/profile/password", post().to(profile::change_password))
        .route("/settings/users", get().to(users::list))
        .route("/settings/users", post().to(users::add))
        .route("/settings/users/{id}", get().to(users::edit))
        .route("/settings/users/{id}", post().to(users::save))
        .route("/settings/users/{id}/invite", post().to(users::invite))
        .route("/settings/audit", get().to(audit::list))
        .default_service(route().to(nowhere));
}
