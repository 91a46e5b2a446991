//! The way to every setting.

use crate::web::error::Answer;
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::show;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/settings.html")]
struct Settings {
    p: Page,
}

/// `GET /settings`
pub async fn index(who: Signed) -> Answer {
    show(&Settings { p: who.page(Here::Settings) })
}
