//! Campaigns: the list, and the form of a draft: to whom, what, from where, when.

use crate::app::App;
use crate::domain::id::{CampaignId, MailboxId, SiteId, TemplateId};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::travel::Near;
use crate::domain::words::{CampaignState, Lang};
use crate::flows::campaigns::audience::Audience;
use crate::flows::campaigns::progress::{Progress, progress};
use crate::flows::campaigns::{self as flow, CampaignError, CampaignFields};
use crate::flows::shortage;
use crate::store::campaigns::{self, Campaign};
use crate::store::companies::{self, Choices, Filter};
use crate::store::{Conn, DbError, mailboxes, templates};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::pages::companies::not_near;
use crate::web::parts::Badge;
use crate::web::{done, show, stale, unfit};
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pages/campaigns.html")]
struct List {
    p: Page,
    rows: Vec<(Campaign, Progress)>,
    first: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/campaign_form.html")]
struct Draft {
    p: Page,
    id: Option<CampaignId>,
    sites: Vec<(SiteId, String)>,
    choose: Choose,
    form: CampaignForm,
    errors: Errors,
    stale: bool,
}

/// What there is to choose from.
#[derive(Debug, Default)]
struct Choose {
    mailboxes: Vec<(MailboxId, String)>,
    templates: Vec<(TemplateId, String)>,
    choices: Choices,
}

/// A campaign as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct CampaignForm {
    site: Option<SiteId>,
    name: String,
    mailbox: Option<MailboxId>,
    template: Option<TemplateId>,
    window: String,
    q: String,
    sectors: Vec<String>,
    places: Vec<String>,
    tags: Vec<String>,
    near: String,
    km: String,
    recognised: Option<String>,
    never_contacted: Option<String>,
    last_moment_before: String,
    lang: String,
    roles: String,
    period: String,
    level: String,
    version: i32,
}

impl CampaignForm {
    fn of(campaign: &Campaign, template: Option<TemplateId>) -> Self {
        let audience: Audience = serde_json::from_str(&campaign.audience).unwrap_or_default();
        let companies = audience.companies;
        let ticked = |on: bool| on.then(|| "on".to_owned());
        Self {
            site: Some(campaign.site_id),
            name: campaign.name.clone(),
            mailbox: Some(campaign.mailbox_id),
            template,
            window: campaign.send_window.clone(),
            q: companies.q,
            sectors: companies.sectors,
            places: companies.places,
            tags: companies.tags,
            km: companies.near.as_ref().map_or(Near::USUAL, |near| near.km).to_string(),
            near: companies.near.map(|near| near.pc4.to_string()).unwrap_or_default(),
            recognised: ticked(companies.recognised),
            never_contacted: ticked(companies.never_contacted),
            last_moment_before: companies.last_moment_before.map(|day| day.to_string()).unwrap_or_default(),
            lang: audience.lang.map(|lang| lang.to_string()).unwrap_or_default(),
            roles: audience.roles.join(", "),
            period: audience.period,
            level: audience.level,
            version: campaign.version,
        }
    }

    fn fields(&self, lang: Lang, errors: &mut Errors) -> Option<CampaignFields> {
        let before = self.last_moment_before.trim();
        let day = Day::parse(before);
        if !before.is_empty() && day.is_none() {
            errors.add("last_moment_before", lang.t("Schrijf de dag zo: 2026-11-23.", "Write it as 2026-11-23."));
        }
        let circle = (!self.near.trim().is_empty()).then(|| {
            Near::parse(&self.near, self.km.parse().unwrap_or(Near::USUAL)).map_err(|why| not_near(lang, why))
        });
        let near = circle.and_then(|circle| errors.take("near", circle));
        let mailbox = errors.take("mailbox", self.mailbox.ok_or(lang.t("Kies een mailbox.", "Choose a mailbox.")));
        let template = errors.take("template", self.template.ok_or(lang.t("Kies een tekst.", "Choose a template.")));
        let roles = self.roles.split(',').map(str::trim).filter(|role| !role.is_empty()).map(str::to_owned);
        let companies = Filter {
            q: self.q.trim().to_owned(),
            sectors: self.sectors.clone(),
            places: self.places.clone(),
            tags: self.tags.clone(),
            near,
            recognised: self.recognised.is_some(),
            never_contacted: self.never_contacted.is_some(),
            last_moment_before: day,
            ..Filter::default()
        };
        let audience = Audience {
            companies,
            lang: self.lang.parse().ok(),
            roles: roles.collect(),
            period: self.period.trim().to_owned(),
            level: self.level.trim().to_owned(),
        };
        let (mailbox, template) = (mailbox?, template?);
        let fields = CampaignFields {
            name: self.name.clone(),
            mailbox,
            audience,
            steps: vec![(template, 0)],
            window: self.window.clone(),
        };
        errors.is_empty().then_some(fields)
    }
}

impl Draft {
    fn km_options(&self) -> [(u32, String); 7] {
        Near::CHOICES.map(|km| (km, format!("{km} km")))
    }

    /// What is chosen, or the usual.
    fn km(&self) -> String {
        if self.form.km.is_empty() { Near::USUAL.to_string() } else { self.form.km.clone() }
    }

    fn action(&self) -> String {
        self.id.map_or_else(|| "/campaigns".to_owned(), |id| format!("/campaigns/{id}/edit"))
    }

    /// Words that stand for themselves.
    fn pairs<'a>(&self, all: &'a [String]) -> Vec<(&'a String, &'a String)> {
        all.iter().map(|one| (one, one)).collect()
    }

    fn langs(&self) -> [(&'static str, &'static str); 3] {
        let t = |nl, en| self.p.lang.t(nl, en);
        [("", t("alle talen", "all languages")), ("nl", t("Nederlands", "Dutch")), ("en", t("Engels", "English"))]
    }
}

/// The badge of a campaign's state.
pub(super) fn state(p: &Page, state: CampaignState) -> Badge {
    match state {
        CampaignState::Draft => p.badge("", p.t("concept", "draft")),
        CampaignState::Running => p.badge("blue", p.t("loopt", "running")),
        CampaignState::Paused => p.badge("warn", p.t("staat stil", "paused")),
        CampaignState::Done => p.badge("good", p.t("klaar", "done")),
        CampaignState::Stopped => p.badge("bad", p.t("gestopt", "stopped")),
    }
}

impl List {
    fn state(&self, campaign: &Campaign) -> Badge {
        state(&self.p, campaign.state)
    }
}

/// From where the list goes on.
#[derive(Debug, Deserialize)]
pub struct Since {
    before: Option<CampaignId>,
}

/// `GET /campaigns`
pub async fn list(app: Data<App>, who: Signed, since: Query<Since>) -> Answer {
    let (scope, now, before) = (who.scope.clone(), who.now, since.before);
    let limit = app.config.limits.page_rows as usize;
    let mut rows = ask(&app, move |app| app.db.read(|conn| with_progress(conn, &scope, before, limit, now))).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(last, _)| format!("/campaigns?before={}", last.id));
    let first = before.map(|_| "/campaigns".to_owned());
    show(&List { p: who.page(Here::Campaigns), rows, first, next })
}

fn with_progress(
    conn: &mut Conn,
    scope: &Scope,
    before: Option<CampaignId>,
    limit: usize,
    now: Moment,
) -> Result<Vec<(Campaign, Progress)>, DbError> {
    let mut rows = Vec::new();
    for campaign in campaigns::list(conn, scope, before, i64::try_from(limit).unwrap_or(i64::MAX) + 1)? {
        if let Some(progress) = progress(conn, scope, campaign.id, now)? {
            rows.push((campaign, progress));
        }
    }
    Ok(rows)
}

async fn choose(app: &Data<App>, who: &Signed) -> Result<Choose, Error> {
    let scope = who.scope.clone();
    ask(app, move |app| {
        app.db.read(|conn| {
            let sends = |mailbox: &mailboxes::Mailbox| !mailbox.out_url.is_empty();
            let mailboxes = mailboxes::list(conn, &scope)?.into_iter().filter(sends);
            let templates = templates::list(conn, &scope)?.into_iter();
            Ok::<_, DbError>(Choose {
                mailboxes: mailboxes.map(|found| (found.id, format!("{} ({})", found.name, found.address))).collect(),
                templates: templates.map(|found| (found.id, found.name)).collect(),
                choices: companies::choices(conn, &scope)?,
            })
        })
    })
    .await
}

async fn page(
    app: &Data<App>,
    who: &Signed,
    id: Option<CampaignId>,
    form: CampaignForm,
    errors: Errors,
) -> Result<Draft, Error> {
    let choose = choose(app, who).await?;
    Ok(Draft { p: who.page(Here::Campaigns), id, sites: who.sites.clone(), choose, form, errors, stale: false })
}

/// The cell of the table of shortages that a campaign begins with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Against {
    craft: String,
    area: String,
    from: String,
}

/// `GET /campaigns/new`
pub async fn new(app: Data<App>, who: Signed, against: Query<Against>) -> Answer {
    let (scope, lang, against) = (who.scope.clone(), who.lang, against.into_inner());
    let draft = match against.craft.parse() {
        Ok(craft) => {
            let draft = move |conn: &mut Conn| {
                shortage::draft(conn, &scope, craft, &against.area, Day::parse(&against.from), lang)
            };
            ask(&app, move |app| app.db.read(draft)).await?
        }
        Err(_) => shortage::Draft::default(),
    };
    let form = CampaignForm {
        site: who.sites.first().map(|(id, _)| *id),
        window: app.config.outreach.window.clone(),
        name: draft.name,
        sectors: draft.sectors,
        places: draft.places,
        period: draft.period,
        ..CampaignForm::default()
    };
    show(&page(&app, &who, None, form, Errors::default()).await?)
}

/// `GET /campaigns/{id}/edit`
pub async fn edit(app: Data<App>, who: Signed, id: Path<CampaignId>) -> Answer {
    let (scope, id) = (who.scope.clone(), id.into_inner());
    let found = ask(&app, move |app| {
        app.db.read(|conn| {
            let campaign = campaigns::find(conn, &scope, id)?;
            let step = campaigns::steps(conn, id)?.first().map(|step| step.template_id);
            Ok::<_, DbError>(campaign.map(|campaign| (campaign, step)))
        })
    });
    let (campaign, step) = found.await?.ok_or(Error::NotFound)?;
    if campaign.state != CampaignState::Draft {
        return Ok(crate::web::go(&format!("/campaigns/{id}")));
    }
    show(&page(&app, &who, Some(id), CampaignForm::of(&campaign, step), Errors::default()).await?)
}

async fn keep(app: Data<App>, who: Signed, id: Option<CampaignId>, form: CampaignForm) -> Answer {
    let (lang, mut errors) = (who.lang, Errors::default());
    let Some(fields) = form.fields(lang, &mut errors) else {
        return unfit(&page(&app, &who, id, form, errors).await?);
    };
    let site = form.site.or_else(|| who.sites.first().map(|(id, _)| *id)).ok_or(Error::NotFound)?;
    let (scope, now, version) = (who.scope.clone(), who.now, form.version);
    let act = move |app: &App| match id {
        Some(id) => flow::edit(&app.db, &scope, (id, version), &fields, now).map(|()| id),
        None => flow::create(&app.db, &scope, site, &fields, now),
    };
    match attempt(&app, act).await? {
        Ok(id) => {
            let words = lang.t("Bewaard. Kijk hem na voor hij gaat.", "Saved. Check it before it leaves.");
            return Ok(done(&format!("/campaigns/{id}"), &Flash::good(words), &who));
        }
        Err(CampaignError::Name) => {
            errors.add("name", lang.t("Geef een naam van hooguit 100 letters.", "Give a name of at most 100 letters."));
        }
        Err(CampaignError::Window(_)) => {
            errors.add(
                "window",
                lang.t(
                    "Schrijf het zo: mon-fri 09:00-17:00, of always.",
                    "Write it as mon-fri 09:00-17:00, or always.",
                ),
            );
        }
        Err(CampaignError::Choice) => {
            errors.add(
                "mailbox",
                lang.t(
                    "Kies een mailbox en een tekst van deze locatie.",
                    "Choose a mailbox and a template of this site.",
                ),
            );
        }
        Err(CampaignError::Stale) => {
            return stale(&Draft { stale: true, ..page(&app, &who, id, form, errors).await? });
        }
        Err(CampaignError::NotThere) => return Err(Error::NotFound),
        Err(error) => return Err(Error::unknown(error)),
    }
    unfit(&page(&app, &who, id, form, errors).await?)
}

/// `POST /campaigns`
pub async fn add(app: Data<App>, who: Signed, Form(form): Form<CampaignForm>) -> Answer {
    keep(app, who, None, form).await
}

/// `POST /campaigns/{id}/edit`
pub async fn save(app: Data<App>, who: Signed, id: Path<CampaignId>, Form(form): Form<CampaignForm>) -> Answer {
    let (scope, id) = (who.scope.clone(), id.into_inner());
    let there = ask(&app, move |app| app.db.read(|conn| campaigns::find(conn, &scope, id))).await?;
    there.ok_or(Error::NotFound)?;
    keep(app, who, Some(id), form).await
}
