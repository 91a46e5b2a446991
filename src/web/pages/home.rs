//! The first page: the day for those who see records; one page that says what will come for the others.

use crate::domain::words::Role;
use crate::web::error::Answer;
use crate::web::gate::Person;
use crate::web::page::{Here, Page};
use crate::web::show;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/today.html")]
struct Today {
    p: Page,
}

#[derive(Template)]
#[template(path = "pages/later.html")]
struct Later {
    p: Page,
    researcher: bool,
}

/// `GET /`
pub async fn home(who: Person) -> Answer {
    if who.user.role.sees_records() {
        show(&Today { p: who.page(Here::Today) })
    } else {
        show(&Later { p: who.page(Here::Nowhere), researcher: who.user.role == Role::Researcher })
    }
}
