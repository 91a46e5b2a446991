//! The configuration: `config/default.toml` with the keys of one's own file laid over it.
//! All problems are told at once, each with its key and line.

use crate::domain::holidays::SchoolHolidays;
use crate::domain::secret::Keys;
use crate::flows::settings::{Accounts, Aftercare, Delivery, Fetching, Freshness, Outreach, Proposals};
use anyhow::{Context as _, bail};
use serde::Deserialize;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// Every key with its default and its reason.
pub const DEFAULT: &str = include_str!("../config/default.toml");

/// The environment variable that wins over `database.url`, so that a password need not stand in a file.
pub const DATABASE_URL: &str = "STAGEMAKELAAR_DATABASE_URL";

/// The whole configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where and as whom the web server answers.
    pub server: Server,
    /// Which database.
    pub database: Database,
    /// Files of the installation.
    pub files: Files,
    /// Sign-in and sessions.
    pub accounts: Accounts,
    /// Contact pressure and sending hours.
    pub outreach: Outreach,
    /// Sending.
    pub delivery: Delivery,
    /// Reading mail in.
    pub fetching: Fetching,
    /// Listening for mail that comes in.
    pub watching: Watching,
    /// Patience with silence.
    pub aftercare: Aftercare,
    /// How long a place is held.
    pub proposals: Proposals,
    /// Asking whether places still hold.
    pub freshness: Freshness,
    /// When each tick runs.
    pub clockwork: toml::Table,
    /// Sizes that are refused.
    pub limits: Limits,
    /// Numbers for whoever watches the installation.
    pub metrics: Metrics,
    /// What is logged, and how.
    pub log: Log,
}

/// `[server]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Links in mails are built from it; no slash at the end.
    pub base_url: String,
    /// Other Host names that are answered.
    pub hosts: Vec<String>,
    /// Addresses whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
    /// Seconds for which `serve --only web` goes on after it was asked to end, while its health check says that it leaves.
    pub leave_seconds: u32,
}

impl Server {
    /// Whether people reach us over TLS.
    pub fn is_tls(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

/// `[database]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// A path or `postgres://…`.
    pub url: String,
    /// Connections per process.
    pub connections: u32,
    /// Whether `serve` migrates by itself.
    pub migrate_at_start: bool,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("connections", &self.connections).finish_non_exhaustive()
    }
}

/// `[files]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// The key file.
    pub keys: PathBuf,
    /// A folder whose files replace the built-in mails; empty: none.
    pub mail_templates: PathBuf,
    /// A file that replaces the built-in school holidays; empty: none.
    pub school_holidays: PathBuf,
}

/// `[watching]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watching {
    /// Whether anybody listens.
    pub enabled: bool,
    /// Minutes of one IDLE, below 29.
    pub idle_minutes: u32,
    /// Seconds between questions to a server without IDLE.
    pub noop_seconds: u32,
    /// Seconds until a line that failed is opened again.
    pub first_wait_seconds: u32,
    /// Seconds to which that wait grows.
    pub longest_wait_seconds: u32,
    /// Minutes of rest after a refused password.
    pub sign_in_minutes: u32,
}

/// `[limits]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Largest upload, in MiB.
    pub upload_mib: u32,
    /// Largest other form, in KiB.
    pub form_kib: u32,
    /// Most rows of an import.
    pub import_rows: u32,
    /// Rows on a page of a list.
    pub page_rows: u32,
}

/// `[metrics]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Address and port; empty: none.
    pub listen: String,
    /// What a reader must show as `Authorization: Bearer …`; empty: nothing.
    pub token: String,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").field("listen", &self.listen).finish_non_exhaustive()
    }
}

/// `[log]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// Filter as `RUST_LOG` has it.
    pub filter: String,
    /// One JSON object a line.
    pub json: bool,
}

impl Config {
    /// The configuration of a file, or the defaults alone; the error lists every problem.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = file else { return Self::parse("", "the defaults") };
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("the configuration `{}` cannot be read", file.display()))?;
        Self::parse(&text, &file.display().to_string())
    }

    /// The configuration of a text; `name` is the file's name for messages.
    pub fn parse(text: &str, name: &str) -> anyhow::Result<Self> {
        let default = DeTable::parse(DEFAULT).context("the built-in defaults")?;
        let given = match DeTable::parse(text) {
            Ok(given) => given,
            Err(error) => bail!("{name}: {error}"),
        };
        let mut problems = Vec::new();
        compare(given.get_ref(), default.get_ref(), "", &mut |key, at, problem| {
            problems.push((line_of(text, at), key, problem));
        });
        let mut merged: toml::Table = toml::from_str(DEFAULT).context("the built-in defaults")?;
        if problems.is_empty() {
            lay_over(&mut merged, toml::from_str(text)?);
            let read: Result<Self, _> = merged.try_into();
            match read {
                Ok(mut config) => {
                    if let Ok(url) = std::env::var(DATABASE_URL) {
                        config.database.url = url;
                    }
                    problems.extend(config.problems(text));
                    if problems.is_empty() {
                        return Ok(config);
                    }
                }
                Err(error) => problems.push((0, String::new(), error.to_string())),
            }
        }
        let mut told = format!("{name}: {} problem(s)", problems.len());
        for (line, key, problem) in problems {
            let _ = write!(told, "\n  line {line}: `{key}`: {problem}");
        }
        bail!(told)
    }

    /// What the types cannot say, as (line, key, problem).
    fn problems(&self, text: &str) -> Vec<(usize, String, String)> {
        let mut found = Vec::new();
        let mut tell = |key: &str, problem: String| found.push((line_of_key(text, key), key.to_owned(), problem));
        match url::Url::parse(&self.server.base_url) {
            Ok(url)
                if matches!(url.scheme(), "http" | "https")
                    && url.has_host()
                    && !self.server.base_url.ends_with('/') => {}
            _ => tell("server.base_url", "write it as https://name.example, without a slash at the end".to_owned()),
        }
        if self.database.url.is_empty() {
            tell("database.url", "give a path or a postgres:// URL".to_owned());
        }
        let above_zero = [
            ("database.connections", self.database.connections),
            ("accounts.session_idle_hours", self.accounts.session_idle_hours),
            ("accounts.session_days", self.accounts.session_days),
            ("accounts.sign_in_tries", self.accounts.sign_in_tries),
            ("accounts.password_passes", self.accounts.password_passes),
            ("delivery.max_attempts", self.delivery.max_attempts),
            ("delivery.batch", self.delivery.batch),
            ("delivery.lease_seconds", self.delivery.lease_seconds),
            ("delivery.connect_seconds", self.delivery.connect_seconds),
            ("delivery.command_seconds", self.delivery.command_seconds),
            ("delivery.dot_seconds", self.delivery.dot_seconds),
            ("fetching.batch", self.fetching.batch),
            ("fetching.max_message_mib", self.fetching.max_message_mib),
            ("fetching.connect_seconds", self.fetching.connect_seconds),
            ("fetching.read_seconds", self.fetching.read_seconds),
            ("watching.idle_minutes", self.watching.idle_minutes),
            ("watching.noop_seconds", self.watching.noop_seconds),
            ("watching.first_wait_seconds", self.watching.first_wait_seconds),
            ("watching.longest_wait_seconds", self.watching.longest_wait_seconds),
            ("watching.sign_in_minutes", self.watching.sign_in_minutes),
            ("limits.upload_mib", self.limits.upload_mib),
            ("limits.form_kib", self.limits.form_kib),
            ("limits.import_rows", self.limits.import_rows),
            ("limits.page_rows", self.limits.page_rows),
        ];
        for (key, value) in above_zero {
            if value == 0 {
                tell(key, "must be above zero".to_owned());
            }
        }
        if self.accounts.password_memory_kib < 8 {
            tell("accounts.password_memory_kib", "argon2id needs at least 8".to_owned());
        }
        match self.metrics.listen.parse::<SocketAddr>() {
            Ok(at) if !at.ip().is_loopback() && self.metrics.token.is_empty() => {
                tell("metrics.listen", "beyond this machine it needs a `metrics.token`".to_owned());
            }
            Err(_) if !self.metrics.listen.is_empty() => {
                tell("metrics.listen", "write it as 127.0.0.1:9464".to_owned());
            }
            _ => {}
        }
        if self.watching.idle_minutes > 28 {
            tell("watching.idle_minutes", "servers hang up after 29: give at most 28".to_owned());
        }
        if self.delivery.backoff_minutes.is_empty() {
            tell("delivery.backoff_minutes", "give at least one wait".to_owned());
        }
        found
    }
}

/// The school holidays that are built in.
pub const SCHOOL_HOLIDAYS: &str = include_str!("../config/school-holidays.toml");

/// The school holidays of a file; those that are built in where none is named.
pub fn load_holidays(file: &Path) -> anyhow::Result<SchoolHolidays> {
    if file.as_os_str().is_empty() {
        return toml::from_str(SCHOOL_HOLIDAYS).context("the built-in school holidays");
    }
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("the school holidays `{}` cannot be read", file.display()))?;
    toml::from_str(&text).with_context(|| format!("the school holidays `{}` are damaged", file.display()))
}

/// The keys of the key file, made and written (mode 0600) when there is none.
pub fn load_keys(file: &Path) -> anyhow::Result<Keys> {
    if file.exists() {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("the key file `{}` cannot be read", file.display()))?;
        return toml::from_str(&text).with_context(|| format!("the key file `{}` is damaged", file.display()));
    }
    let keys = Keys::generate();
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    }
    write_private(file, &toml::to_string(&keys)?)
        .with_context(|| format!("the key file `{}` cannot be written", file.display()))?;
    Ok(keys)
}

fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    out.write_all(text.as_bytes())?;
    out.sync_all()
}

/// Walks what was given beside the defaults and tells of keys that are unknown or of another type.
fn compare(given: &DeTable, known: &DeTable, prefix: &str, tell: &mut dyn FnMut(String, usize, String)) {
    for (key, value) in given {
        let path = if prefix.is_empty() { key.get_ref().to_string() } else { format!("{prefix}.{}", key.get_ref()) };
        let Some(default) = known.get(key.get_ref().as_ref()) else {
            let near = known.keys().map(|known| known.get_ref().to_string()).collect::<Vec<_>>().join(", ");
            tell(path, key.span().start, format!("unknown key; known here: {near}"));
            continue;
        };
        if let (Some(given), Some(known)) = (table(value.get_ref()), table(default.get_ref())) {
            compare(given, known, &path, tell);
        } else if kind(value.get_ref()) != kind(default.get_ref()) {
            let (wanted, is) = (kind(default.get_ref()), kind(value.get_ref()));
            tell(path, value.span().start, format!("wants {wanted}, is {is}"));
        }
    }
}

fn table<'a, 'i>(value: &'a DeValue<'i>) -> Option<&'a DeTable<'i>> {
    if let DeValue::Table(table) = value { Some(table) } else { None }
}

fn kind(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

fn lay_over(below: &mut toml::Table, above: toml::Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => lay_over(below, above),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).map_or(0, |before| before.matches('\n').count() + 1)
}

/// The line on which `section.key` is set, 0 where it is not.
fn line_of_key(text: &str, path: &str) -> usize {
    let parsed = DeTable::parse(text).ok();
    let span = parsed.as_ref().and_then(|parsed| {
        let (section, key) = path.split_once('.')?;
        let section = table(parsed.get_ref().get(section)?.get_ref())?;
        Some(section.get(key)?.span().start)
    });
    span.map_or(0, |at| line_of(text, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_a_configuration() {
        let config = Config::parse("", "defaults").unwrap();
        assert_eq!(config.outreach.pressure_days, 14);
        assert_eq!(config.clockwork.len(), 10);
    }

    #[test]
    fn all_problems_are_told_at_once_with_key_and_line() {
        let text = "[server]\nlisten = 8080\nbase_ulr = \"x\"\n\n[delivery]\nmax_attempts = \"eight\"\n";
        let told = Config::parse(text, "own.toml").unwrap_err().to_string();
        for expected in [
            "own.toml: 3 problem(s)",
            "line 2: `server.listen`: wants a text, is a whole number",
            "line 3: `server.base_ulr`: unknown key",
            "line 6: `delivery.max_attempts`: wants a whole number, is a text",
        ] {
            assert!(told.contains(expected), "{told}");
        }
    }

    #[test]
    fn values_that_make_no_sense_are_told_with_their_line() {
        let told = Config::parse(
            "[server]\nbase_url = \"ftp://x\"\n[limits]\npage_rows = 0\n[watching]\nidle_minutes = 29\n",
            "own.toml",
        )
        .unwrap_err();
        let told = told.to_string();
        assert!(told.contains("line 2: `server.base_url`"), "{told}");
        assert!(told.contains("line 4: `limits.page_rows`: must be above zero"), "{told}");
        assert!(told.contains("line 6: `watching.idle_minutes`"), "{told}");
    }

    #[test]
    fn the_built_in_school_holidays_are_a_table_without_gaps() {
        use crate::domain::holidays::{School, SchoolHoliday};
        use crate::domain::time::Day;
        use crate::domain::words::Region;
        let holidays = load_holidays(Path::new("")).unwrap();
        for region in [Region::Noord, Region::Midden, Region::Zuid] {
            for year in 2025..2030 {
                for which in SchoolHoliday::ALL.iter().filter(|which| **which != SchoolHoliday::Builders) {
                    let day = School { holidays: &holidays, region }.day_after(*which, Day::new(year, 6, 1).unwrap());
                    assert!(day.is_some(), "{which} in {region} after June {year}");
                }
            }
        }
        assert!(holidays.holiday.iter().all(|row| row.from < row.until));
    }

    #[test]
    fn a_file_of_school_holidays_replaces_the_built_in_ones() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.toml");
        let row = "[[holiday]]\nname = \"bouwvak\"\nregion = \"all\"\nfrom = \"2027-07-26\"\nuntil = \"2027-08-13\"\n";
        std::fs::write(&file, row).unwrap();
        assert_eq!(load_holidays(&file).unwrap().holiday.len(), 1);
        std::fs::write(&file, row.replace("all", "west")).unwrap();
        assert!(load_holidays(&file).unwrap_err().to_string().contains("are damaged"));
    }

    #[test]
    fn keys_are_made_once_and_are_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sub/keys.toml");
        let sealed = load_keys(&file).unwrap().sign("p", "x").unwrap();
        assert_eq!(load_keys(&file).unwrap().verify("p", &sealed).unwrap(), "x");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
