//! `generate`.

use super::{say, sites_named, warn};
use crate::app::App;
use crate::domain::scope::Scope;
use crate::domain::words::Region;
use crate::flows::sites::{self, NewDesk};
use crate::practice::generate::{Size, fill};
use crate::store::users;
use serde_json::json;
use std::process::ExitCode;
use std::time::Instant;

/// Fill a site with made-up companies, contact moments and students, to measure with and to practise on.
///
/// The same size, seed and day give the same records on either database. No address in them can be reached.
#[derive(Debug, clap::Args)]
pub struct Generate {
    /// Companies; each has a contact.
    #[arg(long)]
    companies: u32,
    /// Contact moments over all companies.
    #[arg(long)]
    moments: u32,
    /// Students who look for a place.
    #[arg(long, default_value_t = 0)]
    students: u32,
    /// Another seed, another world.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A site that is there, and has no companies yet; its users share the companies. Without it a new one is made.
    #[arg(long)]
    site: Option<String>,
}

/// So often it is said how far this is.
const STEP: u32 = 10_000;

impl Generate {
    /// Fills the site, and prints its name, what it holds and how long it took.
    pub fn run(self, app: &App) -> anyhow::Result<ExitCode> {
        let now = app.clock.now();
        let name = self.site.clone().unwrap_or_else(|| format!("Proefregio {}", self.seed));
        if self.site.is_none() {
            let desk = NewDesk {
                desk_name: format!("Stagedesk {name}"),
                postal_address: "Oefenplein 1, 1068 ZZ Amsterdam".to_owned(),
                phone: None,
                region: Region::Noord,
                name: name.clone(),
            };
            sites::add(&app.db, &app.templates, &desk, now)?;
        }
        let site = sites_named(app, std::slice::from_ref(&name))?[0];
        let scope = Scope::command(vec![site]);
        let full = app.db.read(|conn| crate::store::companies::any(conn, &scope))?;
        anyhow::ensure!(!full, "`{name}` has companies; made-up ones only go where there are none");
        let owners: Vec<_> =
            app.db.read(|conn| users::list(conn, &scope))?.iter().map(|member| member.user.id).collect();
        let (companies, moments, students) = (self.companies, self.moments, self.students);
        let wanted = Size { companies, moments, students, seed: self.seed };
        let started = Instant::now();
        fill(&app.db, &scope, site, &owners, wanted, now, |done| {
            if done.is_multiple_of(STEP) {
                // Who closed standard error does not want to know.
                let _ = warn(format_args!("{done} of {} companies", wanted.companies));
            }
        })?;
        let seconds = started.elapsed().as_secs_f64();
        let made = json!({
            "site": name, "companies": wanted.companies, "moments": wanted.moments, "students": wanted.students,
            "seed": wanted.seed,
            "seconds": (seconds * 10.0).round() / 10.0,
        });
        say(made)?;
        Ok(ExitCode::SUCCESS)
    }
}
