//! The aftercare plan of each site: everybody sees it, a coordinator changes its rows.

use crate::app::App;
use crate::domain::aftercare::PlanStep;
use crate::domain::id::{PlanId, SiteId};
use crate::domain::words::{Addressee, Anchor, Channel, Lang};
use crate::flows::plans::{self as flow, PlanError};
use crate::store::{DbResult, plans, sites};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::Form;
use crate::web::gate::{RequireCoordinator, Signed};
use crate::web::page::{Here, Page};
use crate::web::{done, show, stale, unfit};
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

/// Empty rows under the last one, for new ones.
const SPARE: usize = 2;

/// One site's plan as the page shows it.
struct SitePlan {
    site: SiteId,
    name: String,
    /// What new placements get.
    rows: Vec<PlanStep>,
    /// The rows of the form.
    form: PlanForm,
    /// The first thing that does not fit in the form; empty when all does.
    error: String,
}

#[derive(Template)]
#[template(path = "pages/plan.html")]
struct Plans {
    p: Page,
    plans: Vec<SitePlan>,
}

/// `GET /aftercare/plan`: the plan of every site in scope; the product's own where a site has saved none yet.
pub async fn list(app: Data<App>, who: Signed) -> Answer {
    show(&page(&app, &who).await?)
}

async fn page(app: &Data<App>, who: &Signed) -> Result<Plans, Error> {
    let scope = who.scope.clone();
    let plans = ask(app, move |app| -> DbResult<_> {
        app.db.read(|conn| {
            let mut all = Vec::new();
            for site in sites::list(conn, &scope)? {
                let plan = plans::default_of(conn, site.id)?;
                let rows = match &plan {
                    Some(plan) => flow::rows(conn, plan.id)?,
                    None => crate::domain::aftercare::default_plan(),
                };
                let form = PlanForm::of(site.id, plan.map(|plan| plan.id), &rows);
                all.push(SitePlan { site: site.id, name: site.name, rows, form, error: String::new() });
            }
            Ok(all)
        })
    });
    Ok(Plans { p: who.page(Here::Aftercare), plans: plans.await? })
}

/// The rows of a plan as columns of a form: the n-th of each list is one row; a row without a name is left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PlanForm {
    site: i64,
    plan: String,
    name_nl: Vec<String>,
    name_en: Vec<String>,
    anchor: Vec<String>,
    offset: Vec<String>,
    addressee: Vec<String>,
    channel: Vec<String>,
}

/// One row of the form, as typed.
struct Typed<'a> {
    name_nl: &'a str,
    name_en: &'a str,
    anchor: &'a str,
    offset: &'a str,
    addressee: &'a str,
    channel: &'a str,
}

impl PlanForm {
    fn of(site: SiteId, plan: Option<PlanId>, rows: &[PlanStep]) -> Self {
        let texts = |text: fn(&PlanStep) -> String| rows.iter().map(text).collect();
        Self {
            site: site.0,
            plan: plan.map(|plan| plan.to_string()).unwrap_or_default(),
            name_nl: texts(|row| row.name_nl.clone()),
            name_en: texts(|row| row.name_en.clone()),
            anchor: texts(|row| row.anchor.to_string()),
            offset: texts(|row| row.offset_working_days.to_string()),
            addressee: texts(|row| row.addressee.to_string()),
            channel: texts(|row| row.channel.to_string()),
        }
    }

    fn row(&self, row: usize) -> Typed<'_> {
        fn at(list: &[String], row: usize) -> &str {
            list.get(row).map_or("", |text| text.trim())
        }
        Typed {
            name_nl: at(&self.name_nl, row),
            name_en: at(&self.name_en, row),
            anchor: at(&self.anchor, row),
            offset: at(&self.offset, row),
            addressee: at(&self.addressee, row),
            channel: at(&self.channel, row),
        }
    }

    /// The rows with a name; an error names the first that cannot be read, counted from 1 among them.
    fn rows(&self) -> Result<Vec<PlanStep>, PlanError> {
        let named = (0..self.name_nl.len()).map(|row| self.row(row)).filter(|row| !row.name_nl.is_empty());
        let read = |(index, row): (usize, Typed)| row.read().ok_or(PlanError::Row(index + 1));
        named.enumerate().map(read).collect()
    }

    /// The rows with empty ones under them.
    fn editable(&self) -> Vec<Typed<'_>> {
        (0..self.name_nl.len() + SPARE).map(|row| self.row(row)).collect()
    }
}

impl Typed<'_> {
    fn read(&self) -> Option<PlanStep> {
        Some(PlanStep {
            name_nl: self.name_nl.to_owned(),
            name_en: self.name_en.to_owned(),
            anchor: self.anchor.parse().ok()?,
            offset_working_days: self.offset.parse().ok()?,
            addressee: self.addressee.parse().ok()?,
            channel: self.channel.parse().ok()?,
        })
    }
}

/// `POST /aftercare/plan`
pub async fn change(app: Data<App>, who: RequireCoordinator, Form(form): Form<PlanForm>) -> Answer {
    let (scope, now, site) = (who.scope.clone(), who.now, SiteId(form.site));
    if !scope.sees(site) {
        return Err(Error::NotFound);
    }
    let changed = match form.rows() {
        Ok(rows) => {
            let of = (site, form.plan.parse().ok());
            attempt(&app, move |app| flow::change(&app.db, &scope, of, "Eigen plan", &rows, now)).await?
        }
        Err(error) => Err(error),
    };
    let mut overtaken = false;
    let text = match changed {
        Ok(_) => {
            let text = who.lang.t(
                "Het plan is aangepast. Nieuwe stages krijgen het; wat al loopt blijft zoals het was.",
                "The plan is changed. New placements get it; what runs stays as it was.",
            );
            return Ok(done("/aftercare/plan", &Flash::good(text), &who));
        }
        Err(PlanError::NotFound) => return Err(Error::NotFound),
        Err(PlanError::Stale) => {
            overtaken = true;
            let text = who.lang.t(
                "Iemand paste dit plan net aan. Hierboven staat hoe het nu is, hieronder wat jij wilde. Bewaar nog eens.",
                "Somebody just changed this plan. Above it stands as it is now, below as you wanted it. Save once more.",
            );
            text.to_owned()
        }
        Err(PlanError::Rows) => who.lang.t("Een plan heeft 1 tot 20 regels.", "A plan has 1 to 20 rows.").to_owned(),
        Err(PlanError::Row(row)) => match who.lang {
            Lang::Nl => format!("Regel {row}: geef een naam en hooguit 260 werkdagen, in hele getallen."),
            Lang::En => format!("Row {row}: give a name and at most 260 working days, in whole numbers."),
        },
        Err(error @ (PlanError::Db(_) | PlanError::NotAllowed)) => return Err(Error::unknown(error)),
    };
    let mut page = page(&app, &who).await?;
    for plan in page.plans.iter_mut().filter(|plan| plan.site == site) {
        let seen = if overtaken { plan.form.plan.clone() } else { form.plan.clone() };
        (plan.form, plan.error) = (PlanForm { plan: seen, ..form.clone() }, text.clone());
    }
    if overtaken { stale(&page) } else { unfit(&page) }
}

impl Plans {
    /// "3 werkdagen na de eerste dag".
    fn when(&self, step: &PlanStep) -> String {
        let p = &self.p;
        let anchor = self.anchor_name(&step.anchor);
        let days = p.n(step.offset_working_days.abs(), "werkdag", "werkdagen", "working day", "working days");
        match step.offset_working_days.signum() {
            1 => format!("{days} {} {anchor}", p.t("na", "after")),
            -1 => format!("{days} {} {anchor}", p.t("voor", "before")),
            _ => anchor.to_owned(),
        }
    }

    fn anchor_name(&self, anchor: &Anchor) -> &'static str {
        match anchor {
            Anchor::Start => self.p.lang.t("de eerste dag", "the first day"),
            Anchor::Halfway => self.p.lang.t("halverwege", "halfway"),
            Anchor::End => self.p.lang.t("de laatste dag", "the last day"),
        }
    }

    fn addressee_name(&self, addressee: &Addressee) -> &'static str {
        match addressee {
            Addressee::Employer => self.p.lang.t("bedrijf", "company"),
            Addressee::Student => self.p.lang.t("leerling", "student"),
        }
    }

    fn channel_name(&self, channel: &Channel) -> &'static str {
        match channel {
            Channel::Mail => self.p.lang.t("mail", "mail"),
            Channel::Call => self.p.lang.t("bellen", "call"),
            Channel::Visit => self.p.lang.t("bezoek", "visit"),
        }
    }
}
