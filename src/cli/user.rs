//! `user`.

use super::{say, sites_named};
use crate::app::App;
use crate::domain::email::EmailAddress;
use crate::domain::scope::Scope;
use crate::domain::words::{Lang, Role};
use crate::flows::accounts::{AddUser, add_user};
use anyhow::bail;
use serde_json::json;
use std::process::ExitCode;

/// Add a user, or list them.
#[derive(Debug, clap::Args)]
pub struct User {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Add a user, and print the link under which they choose a password.
    Add {
        /// What they sign in with.
        email: EmailAddress,
        /// As colleagues call them.
        #[arg(long)]
        name: String,
        /// broker, coordinator, researcher or referrer.
        #[arg(long)]
        role: Role,
        /// A site of theirs, by name; can be given more than once.
        #[arg(long = "site", required = true)]
        sites: Vec<String>,
        /// Their language: nl or en.
        #[arg(long, default_value = "nl")]
        lang: Lang,
    },
    /// List the users.
    List {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
}

impl User {
    /// Adds or lists.
    pub fn run(self, app: &App) -> anyhow::Result<ExitCode> {
        match self.what {
            What::Add { email, name, role, sites, lang } => {
                if name.trim().is_empty() {
                    bail!("a user has a name");
                }
                let sites = sites_named(app, &sites)?;
                let scope = Scope::command(sites.clone());
                let link = add_user(&app.db, &scope, &AddUser { email, name, role, lang, sites }, app.clock.now())?;
                say(link.url(&app.config.server.base_url))?;
            }
            What::List { json } => {
                let scope = Scope::command(sites_named(app, &[])?);
                for member in app.db.read(|conn| crate::store::users::list(conn, &scope))? {
                    let user = &member.user;
                    if json {
                        say(
                            json!({ "id": user.id, "email": user.email, "name": user.name, "role": user.role, "active": user.active, "sites": member.sites }),
                        )?;
                    } else {
                        let state = if user.active { "" } else { "\tshut out" };
                        say(format_args!("{}\t{}\t{}\t{}{state}", user.id, user.email, user.role, user.name))?;
                    }
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
