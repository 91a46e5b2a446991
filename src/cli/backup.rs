//! `backup`.

use super::say;
use crate::app::App;
use crate::domain::secret::random_token;
use crate::flows::backup;
use anyhow::{Context as _, ensure};
use serde_json::json;
use std::fs::{self, File, OpenOptions};
use std::io::BufWriter;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Write everything in the database to one file, as it stands at one moment; the server may go on meanwhile.
///
/// Either database can be restored from it. The key file is not in it: keep that apart. Only the owner can read the file.
#[derive(Debug, clap::Args)]
pub struct Backup {
    /// The file to write.
    file: PathBuf,
    /// Put it in the place of a file that is there.
    #[arg(long)]
    force: bool,
}

impl Backup {
    /// Prints what is in the backup, as JSON. A backup that fails leaves no file, and one that was there as it was.
    pub fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        self.free()?;
        let name = self.file.file_name().context("name a file")?.to_string_lossy();
        let folder = self.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let part = folder.join(format!(".{name}.{}.part", &random_token()[..8]));
        let written = self.write(app, &part);
        if written.is_err() {
            // It is no backup; where it cannot even be removed, the reason is told already.
            let _ = fs::remove_file(&part);
        }
        let (header, rows) = written.with_context(|| format!("no backup was written to `{}`", self.file.display()))?;
        File::open(folder)?.sync_all()?;
        let (schema, at, bytes) = (header.schema, header.at, fs::metadata(&self.file)?.len());
        say(json!({ "file": self.file, "at": at, "schema": schema, "rows": rows, "bytes": bytes }))?;
        Ok(ExitCode::SUCCESS)
    }

    fn write(&self, app: &App, part: &Path) -> anyhow::Result<(backup::Header, u64)> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(part)?;
        let written = backup::backup(&app.db, &app.keys, BufWriter::new(&file), app.clock.now())?;
        file.sync_all()?;
        self.free()?;
        fs::rename(part, &self.file)?;
        Ok(written)
    }

    fn free(&self) -> anyhow::Result<()> {
        let there = self.file.try_exists()?;
        ensure!(self.force || !there, "`{}` is there already; `--force` puts this in its place", self.file.display());
        Ok(())
    }
}
