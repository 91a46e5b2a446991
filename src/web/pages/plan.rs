//! The aftercare plan of each site: everybody sees it, a coordinator changes its rows.

use crate::app::App;
use crate::domain::aftercare::PlanStep;
use crate::domain::id::PlanId;
use crate::domain::words::{Addressee, Anchor, Channel, Lang};
use crate::flows::plans::{self as flow, PlanError};
use crate::store::plans::{self, Plan};
use crate::store::{DbResult, sites};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::Form;
use crate::web::gate::{RequireCoordinator, Signed};
use crate::web::page::{Here, Page};
use crate::web::{done, show};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

/// Empty rows under the last one, for new ones.
const SPARE: usize = 2;

#[derive(Template)]
#[template(path = "pages/plan.html")]
struct Plans {
    p: Page,
    plans: Vec<(Plan, String, Vec<PlanStep>)>,
}

/// `GET /aftercare/plan`: the default plan of every site in scope, written where a site has none yet.
pub async fn list(app: Data<App>, who: Signed) -> Answer {
    let (scope, now) = (who.scope.clone(), who.now);
    let plans = ask(&app, move |app| -> DbResult<_> {
        let sites = app.db.read(|conn| sites::list(conn, &scope))?;
        let mut all = Vec::new();
        for site in sites {
            // A GET changes nothing that anybody sees: the rows are the product's own until somebody changes them.
            let plan = app.db.read(|conn| plans::default_of(conn, site.id))?;
            if let Some(plan) = plan {
                let rows = app.db.read(|conn| flow::rows(conn, plan.id))?;
                all.push((plan, site.name, rows));
            } else {
                let plan = Plan { id: PlanId(0), site_id: site.id, name: String::new(), is_default: true };
                all.push((plan, site.name, crate::domain::aftercare::default_plan()));
            }
        }
        Ok((all, now))
    });
    show(&Plans { p: who.page(Here::Aftercare), plans: plans.await?.0 })
}

/// The rows of a plan as columns of a form: the n-th of each list is one row; a row without a name is left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PlanForm {
    name_nl: Vec<String>,
    name_en: Vec<String>,
    anchor: Vec<String>,
    offset: Vec<String>,
    addressee: Vec<String>,
    channel: Vec<String>,
}

impl PlanForm {
    fn rows(&self) -> Vec<PlanStep> {
        fn at(list: &[String], row: usize) -> &str {
            list.get(row).map_or("", String::as_str)
        }
        let row = |row: usize| {
            Some(PlanStep {
                name_nl: at(&self.name_nl, row).to_owned(),
                name_en: at(&self.name_en, row).to_owned(),
                anchor: at(&self.anchor, row).parse().ok()?,
                offset_working_days: at(&self.offset, row).trim().parse().ok()?,
                addressee: at(&self.addressee, row).parse().ok()?,
                channel: at(&self.channel, row).parse().ok()?,
            })
        };
        let named = |row: &usize| !at(&self.name_nl, *row).trim().is_empty();
        (0..self.name_nl.len()).filter(named).filter_map(row).collect()
    }
}

/// `POST /aftercare/plan/{id}`
pub async fn change(app: Data<App>, who: RequireCoordinator, id: Path<PlanId>, Form(form): Form<PlanForm>) -> Answer {
    let (scope, now, id, rows) = (who.scope.clone(), who.now, *id, form.rows());
    let changed = attempt(&app, move |app| flow::change(&app.db, &scope, id, "Eigen plan", &rows, now)).await?;
    let text = match changed {
        Ok(_) => {
            let text = who.lang.t(
                "Het plan is aangepast. Nieuwe stages krijgen het; wat al loopt blijft zoals het was.",
                "The plan is changed. New placements get it; what runs stays as it was.",
            );
            return Ok(done("/aftercare/plan", &Flash::good(text), &who));
        }
        Err(PlanError::NotFound) => return Err(Error::NotFound),
        Err(PlanError::Rows) => who.lang.t("Een plan heeft 1 tot 20 regels.", "A plan has 1 to 20 rows.").to_owned(),
        Err(PlanError::Row(row)) => match who.lang {
            Lang::Nl => format!("Regel {row}: geef een naam en hooguit 260 werkdagen."),
            Lang::En => format!("Row {row}: give a name and at most 260 working days."),
        },
        Err(error @ (PlanError::Db(_) | PlanError::NotAllowed)) => return Err(Error::unknown(error)),
    };
    Ok(done("/aftercare/plan", &Flash::bad(text), &who))
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

    /// The rows with empty ones under them.
    fn editable(&self, rows: &[PlanStep]) -> Vec<PlanStep> {
        let empty = PlanStep {
            name_nl: String::new(),
            name_en: String::new(),
            anchor: Anchor::Start,
            offset_working_days: 0,
            addressee: Addressee::Employer,
            channel: Channel::Mail,
        };
        rows.iter().cloned().chain(std::iter::repeat_n(empty, SPARE)).collect()
    }
}
