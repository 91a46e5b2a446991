//! Sites are added on the command line; everything else of a site belongs to its people.

use super::templates;
use crate::domain::id::SiteId;
use crate::domain::phone::Phone;
use crate::domain::time::Moment;
use crate::domain::words::Region;
use crate::mail::template::Templates;
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::{Db, DbError, sites};

/// Why a site is not added.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// Something that every mail needs is missing.
    #[error("a site needs a name, a sender's name and a postal address: they stand in every mail")]
    Incomplete,
    /// There is one of this name.
    #[error("there is a site of this name")]
    Taken,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}
may_repeat!(SiteError);

/// A desk to open.
#[derive(Debug, Clone)]
pub struct NewDesk {
    /// As people call the site.
    pub name: String,
    /// The sender's identity in every mail.
    pub desk_name: String,
    /// Where post reaches the desk.
    pub postal_address: String,
    /// The desk's telephone.
    pub phone: Option<Phone>,
    /// School-holiday region.
    pub region: Region,
}

/// Adds a site, with the outreach template that every desk begins with.
pub fn add(db: &Db, engine: &Templates, desk: &NewDesk, now: Moment) -> Result<SiteId, SiteError> {
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty()).ok_or(SiteError::Incomplete);
    let new = sites::NewSite {
        name: text(&desk.name)?,
        desk_name: text(&desk.desk_name)?,
        postal_address: text(&desk.postal_address)?,
        phone: desk.phone.clone(),
        region: desk.region,
        created_at: now,
    };
    db.write(|tx| {
        let id = sites::add(tx, &new)?.ok_or(SiteError::Taken)?;
        templates::give_starter(tx, engine, id, now)?;
        audit::record(
            tx,
            &Event {
                at: now,
                site_id: Some(id),
                user_id: None,
                action: "site.add",
                subject: "site",
                subject_id: Some(id.0),
                detail: "",
            },
        )?;
        Ok(id)
    })
}
