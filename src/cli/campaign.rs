//! `campaign`.

use super::mailbox::{over, site_named};
use super::say;
use crate::app::App;
use crate::domain::id::CampaignId;
use crate::domain::words::Lang;
use crate::flows::campaigns::audience::{Audience, selection};
use crate::flows::campaigns::progress::{Progress, progress};
use crate::flows::campaigns::{self, CampaignFields};
use crate::store::campaigns as rows;
use crate::store::companies::Filter;
use crate::store::{mailboxes, templates};
use anyhow::Context as _;
use serde::Serialize;
use std::process::ExitCode;

/// Make a campaign, start it, or see how far campaigns are.
#[derive(Debug, clap::Args)]
pub struct Campaign {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Create(Create),
    Start(Start),
    Status(Status),
}

/// Make a draft from a template of the site; prints how many would get it and who falls out.
#[derive(Debug, clap::Args)]
struct Create {
    /// The site's name; may be left out where there is one.
    #[arg(long)]
    site: Option<String>,
    /// As the desk calls it.
    #[arg(long)]
    name: String,
    /// Name of a template of the site.
    #[arg(long)]
    template: String,
    /// Address of the mailbox it leaves from; without it the desk's.
    #[arg(long)]
    mailbox: Option<String>,
    /// Words that a company must be found by.
    #[arg(long, default_value = "")]
    search: String,
    /// Only companies with this tag; may be given more than once.
    #[arg(long)]
    tag: Vec<String>,
    /// Only companies in this place; may be given more than once.
    #[arg(long)]
    place: Vec<String>,
    /// Only companies in this line of business; may be given more than once.
    #[arg(long)]
    sector: Vec<String>,
    /// Roles that students look for: the variable `roles`; may be given more than once.
    #[arg(long)]
    role: Vec<String>,
    /// From when: the variable `period`.
    #[arg(long, default_value = "")]
    period: String,
    /// For which level: the variable `level`.
    #[arg(long, default_value = "")]
    level: String,
    /// When its mail may leave, as `mon-fri 09:00-17:00` or `always`; without it as configured.
    #[arg(long)]
    window: Option<String>,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// Start a draft: from then on the clockwork sends it.
#[derive(Debug, clap::Args)]
struct Start {
    /// The campaign's number.
    id: CampaignId,
}

/// How far campaigns are, the newest first.
#[derive(Debug, clap::Args)]
struct Status {
    /// Only this one.
    id: Option<CampaignId>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Line {
    id: i64,
    name: String,
    #[serde(flatten)]
    progress: Progress,
}

impl Campaign {
    /// Runs the subcommand.
    pub fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        match &self.command {
            Command::Create(create) => create.run(app),
            Command::Start(start) => start.run(app),
            Command::Status(status) => status.run(app),
        }
    }
}

impl Create {
    fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        let site = site_named(app, self.site.as_deref())?;
        let (scope, now) = (over(site.id), app.clock.now());
        let (boxes, texts) = app.db.read(|conn| {
            Ok::<_, crate::store::DbError>((mailboxes::list(conn, &scope)?, templates::list(conn, &scope)?))
        })?;
        let wanted = |mailbox: &&mailboxes::Mailbox| match &self.mailbox {
            Some(address) => mailbox.address.as_str().eq_ignore_ascii_case(address),
            None => !mailbox.out_url.is_empty(),
        };
        let mailbox = boxes.iter().find(wanted).context("no such mailbox; add one with `mailbox add`")?;
        let template = texts.iter().find(|template| template.name == self.template);
        let template = template.with_context(|| format!("no template `{}` at this site", self.template))?;
        let companies = Filter {
            q: self.search.clone(),
            tags: self.tag.clone(),
            places: self.place.clone(),
            sectors: self.sector.clone(),
            ..Filter::default()
        };
        let audience = Audience {
            companies,
            roles: self.role.clone(),
            period: self.period.clone(),
            level: self.level.clone(),
            ..Audience::default()
        };
        let fields = CampaignFields {
            name: self.name.clone(),
            mailbox: mailbox.id,
            audience: audience.clone(),
            steps: vec![(template.id, 0)],
            window: self.window.clone().unwrap_or_else(|| app.config.outreach.window.clone()),
        };
        let id = campaigns::create(&app.db, &scope, site.id, &fields, now)?;
        let found = app.db.read(|conn| selection(conn, &scope, site.id, Some(id), &audience, now))?;
        if self.json {
            let falling: serde_json::Map<String, serde_json::Value> =
                found.groups().iter().map(|(why, group)| (why.code().to_owned(), group.len().into())).collect();
            say(serde_json::json!({ "id": id, "going": found.going.len(), "falling": falling }))?;
        } else {
            say(format_args!("campaign {id}: {} would get it", found.going.len()))?;
            for (why, group) in found.groups() {
                say(format_args!("  {} fall out: {}", group.len(), why.say(Lang::En)))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Start {
    fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        let sites = super::sites_named(app, &[])?;
        let scope = crate::domain::scope::Scope::command(sites);
        let count = campaigns::start(&app.db, &scope, app.press(), self.id, app.clock.now())?;
        say(format_args!("campaign {} runs: {count} recipients", self.id))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Status {
    fn run(&self, app: &App) -> anyhow::Result<ExitCode> {
        let scope = crate::domain::scope::Scope::command(super::sites_named(app, &[])?);
        let now = app.clock.now();
        let lines = app.db.read(|conn| {
            let mut all = match self.id {
                Some(id) => rows::find(conn, &scope, id)?.into_iter().collect(),
                None => rows::list(conn, &scope, None, 100)?,
            };
            let mut lines = Vec::new();
            for campaign in all.drain(..) {
                if let Some(progress) = progress(conn, &scope, campaign.id, now)? {
                    lines.push(Line { id: campaign.id.0, name: campaign.name, progress });
                }
            }
            Ok::<_, crate::store::DbError>(lines)
        })?;
        if let (Some(id), true) = (self.id, lines.is_empty()) {
            anyhow::bail!("no campaign {id}");
        }
        for line in lines {
            if self.json {
                say(serde_json::to_string(&line)?)?;
            } else {
                let at = &line.progress;
                say(format_args!(
                    "{} {} ({}): {} of {} sent, {} waiting, {} queued, {} uncertain, {} held, {} replied",
                    line.id,
                    line.name,
                    at.state,
                    at.sent,
                    at.total,
                    at.waiting,
                    at.queued,
                    at.uncertain,
                    at.held,
                    at.replied
                ))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
