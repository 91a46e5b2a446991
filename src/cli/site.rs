//! `site`.

use super::say;
use crate::app::App;
use crate::domain::phone::Phone;
use crate::domain::words::Region;
use crate::flows::sites::{self, NewDesk};
use serde_json::json;
use std::process::ExitCode;

/// Add a site, or list them.
#[derive(Debug, clap::Args)]
pub struct Site {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Add a site: a place that runs a desk.
    Add {
        /// As people call it, for instance `Rotterdam-Zuid`.
        name: String,
        /// The sender's identity in every mail.
        #[arg(long)]
        desk: String,
        /// Where post reaches the desk; stands in every outreach mail.
        #[arg(long)]
        address: String,
        /// The desk's telephone.
        #[arg(long)]
        phone: Option<Phone>,
        /// School-holiday region: noord, midden or zuid.
        #[arg(long, default_value = "noord")]
        region: Region,
    },
    /// List the sites.
    List {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
}

impl Site {
    /// Adds or lists.
    pub fn run(self, app: &App) -> anyhow::Result<ExitCode> {
        match self.what {
            What::Add { name, desk, address, phone, region } => {
                let new = NewDesk { name, desk_name: desk, postal_address: address, phone, region };
                say(sites::add(&app.db, &app.templates, &new, app.clock.now())?)?;
            }
            What::List { json } => {
                for site in app.db.read(crate::store::sites::all)? {
                    if json {
                        say(
                            json!({ "id": site.id, "name": site.name, "desk": site.desk_name, "region": site.region }),
                        )?;
                    } else {
                        say(format_args!("{}\t{}\t{}", site.id, site.name, site.desk_name))?;
                    }
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
