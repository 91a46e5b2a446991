//! `import companies FILE`: the same import as on the page, without the page.

use crate::app::App;
use crate::domain::id::{ImportId, SiteId};
use crate::domain::scope::Scope;
use crate::domain::words::{ImportState, Lang, Verdict};
use crate::flows::imports::{self as flow, Progress};
use crate::store::imports::{self, Import};
use anyhow::{Context as _, bail};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Read a file into the records.
#[derive(Debug, clap::Args)]
pub struct ImportCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Companies(Companies),
}

/// Import companies from a CSV file with a header line.
///
/// Comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252. Columns are recognised by their names. Rows that cannot be
/// applied are written to standard error with the reason. Exit status 1 when there are any.
#[derive(Debug, clap::Args)]
struct Companies {
    /// The file.
    file: PathBuf,
    /// Only say what would happen.
    #[arg(long)]
    dry_run: bool,
    /// The site's name; needed where there is more than one.
    #[arg(long, value_name = "SITE")]
    site: Option<String>,
    /// Say the sums as JSON.
    #[arg(long)]
    json: bool,
}

impl ImportCommand {
    /// Runs it.
    pub fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        match &self.what {
            What::Companies(command) => command.run(app),
        }
    }
}

impl Companies {
    fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        let bytes = std::fs::read(&self.file).with_context(|| format!("cannot read `{}`", self.file.display()))?;
        let limit = app.config.limits.upload_mib as usize * 1024 * 1024;
        if bytes.len() > limit {
            bail!("`{}` is larger than the limit of {} MiB", self.file.display(), app.config.limits.upload_mib);
        }
        let site = self.site(app)?;
        let scope = Scope::command(vec![site]);
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let id = flow::stage(&app.db, &scope, site, &name, &bytes, app.clock.now())?;
        self.finish(app, &scope, id, ImportState::Staged)?;
        if self.dry_run {
            self.report(app, &scope, id)?;
            flow::cancel(&app.db, &scope, id, app.clock.now())?;
        } else {
            flow::start(&app.db, &scope, id, Lang::En, app.clock.now())?;
            self.finish(app, &scope, id, ImportState::Applying)?;
            self.report(app, &scope, id)?;
        }
        let progress = progress(app, &find(app, &scope, id)?)?;
        let bad = count(&progress, Verdict::Error) + count(&progress, Verdict::Duplicate);
        Ok(if bad > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    fn site(&self, app: &App) -> anyhow::Result<SiteId> {
        let named: Vec<String> = self.site.iter().cloned().collect();
        match super::sites_named(app, &named)?.as_slice() {
            [one] => Ok(*one),
            [] => bail!("there is no site yet; add one first"),
            _ => bail!("there is more than one site; say which with `--site`"),
        }
    }

    /// Goes on until the import leaves this stage of its work.
    fn finish(&self, app: &App, scope: &Scope, id: ImportId, stage: ImportState) -> anyhow::Result<()> {
        loop {
            let import = find(app, scope, id)?;
            let now = progress(app, &import)?;
            if import.state != stage || (stage == ImportState::Staged && now.judged >= now.total) {
                return Ok(());
            }
            flow::advance_one(&app.db, &import, Duration::from_secs(10), app.clock.now())?;
        }
    }

    fn report(&self, app: &App, scope: &Scope, id: ImportId) -> anyhow::Result<()> {
        let import = find(app, scope, id)?;
        let sums = progress(app, &import)?;
        if self.json {
            let verdicts: serde_json::Map<String, serde_json::Value> =
                Verdict::ALL.iter().map(|verdict| (verdict.to_string(), count(&sums, *verdict).into())).collect();
            let line = serde_json::json!({
                "import": id, "rows": sums.total, "applied": sums.applied, "dry_run": self.dry_run, "verdicts": verdicts,
            });
            super::say(line)?;
        } else {
            let parts = Verdict::ALL.iter().map(|verdict| format!("{verdict} {}", count(&sums, *verdict)));
            super::say(format!("rows {}: {}", sums.total, parts.collect::<Vec<_>>().join(", ")))?;
            super::say(format!("applied {}", sums.applied))?;
        }
        let mapping = flow::mapping(&import);
        let mut after = 0;
        loop {
            let bad = [Verdict::Error, Verdict::Duplicate];
            let rows = app.db.read(|conn| imports::rows(conn, id, &bad, after, 1000))?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.number;
            for row in &rows {
                super::warn(format!("line {}: {}", row.number, flow::reason(row, &mapping, Lang::En)))?;
            }
        }
    }
}

fn find(app: &App, scope: &Scope, id: ImportId) -> anyhow::Result<Import> {
    app.db.read(|conn| imports::find(conn, scope, id))?.context("the import is gone")
}

fn progress(app: &App, import: &Import) -> anyhow::Result<Progress> {
    Ok(app.db.read(|conn| flow::progress(conn, import))?)
}

fn count(progress: &Progress, verdict: Verdict) -> i64 {
    progress.verdicts.iter().find(|(known, _)| *known == verdict).map_or(0, |(_, count)| *count)
}
