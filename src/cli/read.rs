//! `read`: reads messages from files and prints what they were read as. No configuration, no database.

use crate::config::load_holidays;
use crate::domain::reply::{Context, Explanation, Reading, explain, read};
use crate::domain::time::Moment;
use crate::domain::words::{Lang, Region};
use crate::mail::parse;
use anyhow::Context as _;
use clap::Args;
use serde::Serialize;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Largest file that is read, in bytes.
const FILE_LIMIT: u64 = 200 << 20;

/// Read messages (`.eml` files, folders of them) and print one JSON object a line.
#[derive(Debug, Args)]
pub struct Read {
    /// A file with one path a line; `-` reads them from standard input.
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// The message that was sent: lines of it in a reply are quote.
    #[arg(long, value_name = "FILE")]
    sent: Option<PathBuf>,
    /// When the messages were received, as `2026-11-23T08:30:00Z`; stands in for a `Date` that is missing or wrong.
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    received: Option<Moment>,
    /// The school-holiday region, `noord`, `midden` or `zuid`; without it fixed conventions stand for the holidays.
    #[arg(long, value_name = "REGION")]
    region: Option<Region>,
    /// A file of school holidays; without it the built-in ones.
    #[arg(long, value_name = "FILE")]
    school_holidays: Option<PathBuf>,
    /// Say why instead: every rule that spoke, with its words, and why the winner won.
    #[arg(long)]
    explain: bool,
    /// The language of an explanation, `nl` or `en`.
    #[arg(long, value_name = "LANG", default_value = "nl")]
    lang: Lang,
    /// Message files, or folders with `.eml` files.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

fn moment(text: &str) -> Result<Moment, String> {
    Moment::parse(text).ok_or_else(|| "write it as 2026-11-23T08:30:00Z".to_owned())
}

/// A line of the output: the path as it was given, then the reading.
#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    #[serde(flatten)]
    reading: &'a Reading,
}

impl Read {
    /// Runs the command. A path that cannot be read is an error; bytes that are no message are not.
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let sent = match &self.sent {
            Some(path) => Some(sent_text(path)?),
            None => None,
        };
        let holidays = load_holidays(self.school_holidays.as_deref().unwrap_or(Path::new("")))?;
        let holidays = Some(&holidays);
        let context = Context { received: self.received, sent: sent.as_deref(), region: self.region, holidays };
        let mut out = std::io::stdout().lock();
        let mut failed = false;
        for path in paths(self)? {
            let raw = match bytes(&path) {
                Ok(raw) => raw,
                Err(error) => {
                    writeln!(std::io::stderr(), "stagemakelaar: {error:#}").context("writing to standard error")?;
                    failed = true;
                    continue;
                }
            };
            let letter = parse::letter(&raw);
            if self.explain {
                let told = told(&path.to_string_lossy(), &explain(&letter, &context), self.lang);
                writeln!(out, "{told}")?;
                continue;
            }
            let reading = read(&letter, &context);
            let line = serde_json::to_string(&Line { path: &path.to_string_lossy(), reading: &reading })?;
            let line = one_line(&line);
            writeln!(out, "{line}")?;
        }
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// An explanation for a person: the kind, each sentence with its rules, the scores, the winner.
fn told(path: &str, explained: &Explanation, lang: Lang) -> String {
    let reading = &explained.reading;
    let mut lines =
        vec![format!("{path}\n  {}: {} ({})\n", lang.t("soort", "kind"), reading.kind, explained.sign.says(lang))];
    for sentence in &explained.sentences {
        lines.push(format!("\n  “{}”\n", sentence.text.split_whitespace().collect::<Vec<_>>().join(" ")));
        for rule in &sentence.rules {
            let (label, weight, language) = (rule.label, rule.weight, rule.language);
            lines.push(format!("    {label} {weight:.2}  “{}”  [{language}] {}\n", rule.words, rule.phrase));
        }
        let left: Vec<String> =
            sentence.left.iter().map(|(label, weight, span)| format!("{label} {weight:.2} “{}”", span.text)).collect();
        let left = if left.is_empty() { lang.t("niets", "nothing").to_owned() } else { left.join(", ") };
        lines.push(format!("    {}: {left}\n", lang.t("blijft over", "left")));
    }
    if let Some(why) = explained.why {
        let found = [
            (explained.signs.places, lang.t("een aantal plekken", "a number of places")),
            (explained.signs.referral, lang.t("iemand anders met een adres", "somebody else with an address")),
            (explained.signs.follow_up, lang.t("een dag om terug te komen", "a day to get in touch again")),
        ];
        let found: Vec<&str> = found.into_iter().filter(|(is, _)| *is).map(|(_, words)| words).collect();
        if !found.is_empty() {
            lines.push(format!("\n  {}: {}\n", lang.t("ook gevonden", "also found"), found.join(", ")));
        }
        let words: Vec<String> = explained.words.iter().map(|(sign, weight)| format!("“{sign}” {weight:.2}")).collect();
        if !words.is_empty() {
            lines.push(format!("\n  {}: {}\n", lang.t("wogen mee", "weighed in"), words.join(", ")));
        }
        let scores: Vec<String> = explained.scores.iter().map(|(label, score)| format!("{label} {score:.2}")).collect();
        lines.push(format!("\n  {}: {}\n", lang.t("samen", "together"), scores.join(", ")));
        lines.push(format!("  → {}: {}\n", reading.intent, why.says(lang)));
        let also: Vec<&str> = reading.intents.iter().skip(1).map(|found| found.label.as_str()).collect();
        if !also.is_empty() {
            lines.push(format!("  {}: {}\n", lang.t("ook gezegd", "also said"), also.join(", ")));
        }
    } else {
        lines.push(format!("  → {}\n", reading.intent));
    }
    for warning in &reading.warnings {
        lines.push(format!("  ! {warning}\n"));
    }
    lines.concat()
}

/// Characters that some programs take for a line end are written as escapes.
fn one_line(json: &str) -> String {
    json.replace('\u{85}', "\\u0085").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn sent_text(path: &Path) -> anyhow::Result<String> {
    let bytes = bytes(path)?;
    let letter = parse::letter(&bytes);
    Ok(if letter.readable { letter.text } else { String::from_utf8_lossy(&bytes).into_owned() })
}

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let size = std::fs::metadata(path).with_context(|| format!("reading `{}`", path.display()))?.len();
    anyhow::ensure!(size <= FILE_LIMIT, "`{}` is larger than {} MB", path.display(), FILE_LIMIT >> 20);
    std::fs::read(path).with_context(|| format!("reading `{}`", path.display()))
}

/// The files in the order given; a folder stands for its `.eml` files by name.
fn paths(args: &Read) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in &args.paths {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).with_context(|| format!("reading `{}`", path.display()))?;
            let mut inside: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
            inside.retain(|path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("eml")));
            inside.sort();
            found.extend(inside);
        } else {
            found.push(path.clone());
        }
    }
    if let Some(list) = &args.list {
        let lines: Vec<String> = if list.as_os_str() == "-" {
            std::io::stdin().lock().lines().collect::<Result<_, _>>().context("reading standard input")?
        } else {
            let text = std::fs::read_to_string(list).with_context(|| format!("reading `{}`", list.display()))?;
            text.lines().map(str::to_owned).collect()
        };
        found.extend(lines.iter().filter(|line| !line.trim().is_empty()).map(PathBuf::from));
    }
    Ok(found)
}
