//! The first page: the day for those who see records; one page that says what will come for the others.

use super::today;
use crate::app::App;
use crate::domain::words::Role;
use crate::web::error::Answer;
use crate::web::gate::Person;
use crate::web::page::{Here, Page};
use crate::web::show;
use actix_web::web::Data;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/later.html")]
struct Later {
    p: Page,
    researcher: bool,
}

/// `GET /`
pub async fn home(app: Data<App>, who: Person) -> Answer {
    if who.user.role.sees_records() {
        today::day(app, who).await
    } else {
        show(&Later { p: who.page(Here::Nowhere), researcher: who.user.role == Role::Researcher })
    }
}
