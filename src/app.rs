//! Everything that a door needs, built once. Only `web`, `work` and `cli` see it; flows get the parts they use.

use crate::config::{Config, load_holidays, load_keys};
use crate::domain::holidays::SchoolHolidays;
use crate::domain::schedule::Schedule;
use crate::domain::secret::{Keys, random_token};
use crate::domain::time::Clock;
use crate::flows::Stop;
use crate::flows::campaigns::kit::Press;
use crate::flows::deliver::Sending;
use crate::flows::fetch::Reading;
use crate::mail::template::Templates;
use crate::meter::Meter;
use crate::store::{Db, DbError};
use anyhow::Context as _;
use std::path::Path;

/// The parts of a running installation.
#[derive(Debug)]
pub struct App {
    /// What was configured.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Sealing and signing keys.
    pub keys: Keys,
    /// The mails' templates, built in or from the configured folder.
    pub templates: Templates,
    /// School holidays, built in or from the configured file.
    pub holidays: SchoolHolidays,
    /// This process's name in leases and records.
    pub holder: String,
    /// What this process counts of itself.
    pub meter: Meter,
    /// Asked when this process is about to close its door: who looks is sent to another.
    pub leaving: Stop,
}

impl App {
    /// Builds the parts of a configuration. The database is opened, not migrated.
    pub fn build(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let folder = &config.files.mail_templates;
        let templates =
            if folder.as_os_str().is_empty() { Templates::embedded() } else { Templates::with_folder(folder) };
        let templates = templates.context("the mail templates")?;
        let holidays = load_holidays(&config.files.school_holidays)?;
        let keys = load_keys(&config.files.keys)?;
        if let Some(folder) = database_folder(&config.database.url) {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        }
        let db = Db::open(&config.database.url, config.database.connections)?;
        let holder = format!("{}-{}", std::process::id(), &random_token()[..8]);
        let meter = Meter::new().context("the counters")?;
        Ok(Self { config, db, clock, keys, templates, holidays, holder, meter, leaving: Stop::default() })
    }

    /// What rendering a mail uses.
    pub fn press(&self) -> Press<'_> {
        Press { engine: &self.templates, keys: &self.keys, base_url: &self.config.server.base_url }
    }

    /// What sending uses; `stop` asks for its end.
    pub fn sending<'a>(&'a self, stop: &'a Stop) -> Sending<'a> {
        Sending {
            settings: &self.config.delivery,
            keys: &self.keys,
            base_url: &self.config.server.base_url,
            holder: &self.holder,
            stop,
        }
    }

    /// What reading mailboxes uses, for threads of its own; `stop` asks for its end.
    pub fn fetching(&self, stop: &Stop) -> Reading {
        Reading {
            settings: self.config.fetching.clone(),
            keys: self.keys.clone(),
            allowed: self.config.delivery.private_addresses.clone(),
            holder: self.holder.clone(),
            stop: stop.clone(),
        }
    }

    /// When the tick of this name runs.
    pub fn schedule(&self, tick: &str) -> anyhow::Result<Schedule> {
        let text = self.config.clockwork.get(tick).and_then(toml::Value::as_str);
        let text = text.with_context(|| format!("`clockwork.{tick}` is not configured"))?;
        text.parse::<Schedule>().with_context(|| format!("`clockwork.{tick}`"))
    }

    /// Migrates where the configuration says so, and refuses a schema that does not fit.
    pub fn prepare(&self) -> anyhow::Result<()> {
        if self.config.database.migrate_at_start {
            let ran = self.db.migrate()?;
            tracing::info!(migrations = ran.len(), "schema is up to date");
            return Ok(());
        }
        let pending = self.db.pending()?;
        if pending.is_empty() {
            Ok(())
        } else {
            Err(DbError::Migration(format!("run `migrate` first; pending: {}", pending.join(", "))).into())
        }
    }
}

fn database_folder(url: &str) -> Option<&Path> {
    if url.starts_with("postgres") {
        return None;
    }
    Path::new(url.strip_prefix("sqlite://").unwrap_or(url)).parent().filter(|folder| !folder.as_os_str().is_empty())
}
