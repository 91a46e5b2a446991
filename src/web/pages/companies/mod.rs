//! Companies: the list with its filters, one company, and what is done to it.

mod bulk;
pub mod contact;
pub mod edit;
pub mod import;
pub mod list;
pub mod opening;
pub mod query;
pub mod show;
pub mod tasks;
mod words;

pub use bulk::bulk;
pub(super) use words::not_near;

use crate::domain::id::UserId;
use crate::domain::scope::Scope;
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};

/// Who asks, in a form that travels to the blocking pool.
#[derive(Debug, Clone)]
struct Asker {
    scope: Scope,
    me: UserId,
    p: Page,
}

impl Asker {
    fn of(who: &Signed) -> Self {
        Self { scope: who.scope.clone(), me: who.id(), p: who.page(Here::Companies) }
    }
}
