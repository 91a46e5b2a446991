//! Reports: the first funnel, with its table, its export and its sample size; small numbers stay hidden everywhere,
//! in the file too.

use crate::app::App;
use crate::domain::id::CampaignId;
use crate::domain::scope::Scope;
use crate::domain::statistics::Funnel;
use crate::domain::time::{Day, Moment};
use crate::domain::words::Lang;
use crate::flows::reports::{self, OfCampaign};
use crate::store::funnel::{self, Question};
use crate::store::{Db, DbResult};
use crate::web::bridge::ask;
use crate::web::error::{Answer, Error};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::show;
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

/// Campaigns in the table at most.
const CAMPAIGNS: i64 = 100;

/// Of what the report speaks.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    from: String,
    until: String,
    campaign: String,
}

/// A filter with its days filled in: both ends included.
#[derive(Debug, Clone)]
struct Period {
    from: Day,
    until: Day,
    campaign: Option<CampaignId>,
}

impl Filter {
    /// The school year so far, where nothing is asked.
    fn period(&self, now: Moment) -> Period {
        let today = now.day();
        let (year, month, _) = today.ymd();
        let school_year = Day::new(if month >= 8 { year } else { year - 1 }, 8, 1).unwrap_or(today);
        let from = Day::parse(&self.from).unwrap_or(school_year);
        let until = Day::parse(&self.until).unwrap_or(today).max(from);
        Period { from, until, campaign: self.campaign.parse().ok() }
    }
}

impl Period {
    fn question(&self) -> Question {
        Question { campaign: self.campaign, from: self.from.at(0, 0), until: self.until.plus(1).at(0, 0) }
    }
}

/// One bar of the funnel and one row of its table.
struct Bar {
    name: &'static str,
    count: String,
    hidden: bool,
    of_before: String,
    of_all: String,
    width: String,
    top: usize,
}

#[derive(Template)]
#[template(path = "pages/reports.html")]
struct Reports {
    p: Page,
    period: Period,
    bars: Vec<Bar>,
    total: String,
    per_campaign: Vec<(OfCampaign, [String; 4])>,
    choices: Vec<(String, String)>,
    export: String,
}

type Figures = (Funnel, Vec<OfCampaign>, Vec<(CampaignId, String)>);

fn figures(db: &Db, scope: &Scope, question: &Question) -> DbResult<Figures> {
    db.read(|conn| {
        Ok((
            reports::funnel_of(conn, scope, question)?,
            reports::per_campaign(conn, scope, &Question { campaign: None, ..*question }, CAMPAIGNS)?,
            funnel::campaign_names(conn, scope, CAMPAIGNS)?,
        ))
    })
}

/// The names of the steps, from wide to narrow.
fn steps(lang: Lang) -> [&'static str; 4] {
    [
        lang.t("Bedrijven gemaild", "Companies mailed"),
        lang.t("Antwoord gekregen", "Answered"),
        lang.t("Plek toegezegd", "Place offered"),
        lang.t("Stage vastgelegd", "Placement made"),
    ]
}

/// The word that stands where a number is too small to show.
fn too_small(lang: Lang) -> &'static str {
    lang.t("minder dan 5", "fewer than 5")
}

/// `GET /reports`
pub async fn report(app: Data<App>, who: Signed, filter: Query<Filter>) -> Answer {
    let (scope, period) = (who.scope.clone(), filter.period(who.now));
    let question = period.question();
    let (funnel, all, campaigns) = ask(&app, move |app| figures(&app.db, &scope, &question)).await?;
    let p = who.page(Here::Reports);
    let every = (String::new(), p.t("Alle campagnes", "All campaigns").to_owned());
    let choices =
        std::iter::once(every).chain(campaigns.into_iter().map(|(id, name)| (id.to_string(), name))).collect();
    let campaign = period.campaign.map(|id| id.to_string()).unwrap_or_default();
    let export = format!("/reports.csv?from={}&until={}&campaign={campaign}", period.from, period.until);
    let per_campaign = all.into_iter().map(|one| (one.clone(), cells(&p, &one.funnel))).collect();
    let (bars, total) = (bars(&p, &funnel), count(&p, funnel.shown()[0]));
    show(&Reports { p, period, bars, total, per_campaign, choices, export })
}

fn count(p: &Page, shown: Option<i64>) -> String {
    shown.map_or_else(|| too_small(p.lang).to_owned(), |number| p.num(number))
}

fn cells(p: &Page, funnel: &Funnel) -> [String; 4] {
    funnel.shown().map(|shown| count(p, shown))
}

fn bars(p: &Page, funnel: &Funnel) -> Vec<Bar> {
    let (shown, names) = (funnel.shown(), steps(p.lang));
    let share = |part: Option<i64>, whole: Option<i64>| match (part, whole) {
        (Some(part), Some(whole)) if whole > 0 => p.percent(part, whole),
        _ => String::new(),
    };
    let bar = |at: usize| Bar {
        name: names[at],
        count: count(p, shown[at]),
        hidden: shown[at].is_none(),
        of_before: if at == 0 { String::new() } else { share(shown[at], shown[at - 1]) },
        of_all: share(shown[at], shown[0]),
        width: share(shown[at], shown[0]).trim_end_matches(['%', '–']).to_owned(),
        top: at * 48,
    };
    (0..names.len()).map(bar).collect()
}

/// `GET /reports.csv`: the same figures, with a semicolon as Dutch spreadsheets expect, and a byte order mark.
pub async fn csv(app: Data<App>, who: Signed, filter: Query<Filter>) -> Answer {
    let (scope, period, lang) = (who.scope.clone(), filter.period(who.now), who.lang);
    let question = period.question();
    let (funnel, all, _) = ask(&app, move |app| figures(&app.db, &scope, &question)).await?;
    let total = (lang.t("Alles samen", "All together").to_owned(), funnel);
    let rows = std::iter::once(total).chain(all.into_iter().map(|one| (one.name, one.funnel)));
    let bytes = table(lang, rows).map_err(Error::unknown)?;
    let name = format!("attachment; filename=\"stagemakelaar-{}-{}.csv\"", period.from, period.until);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(bytes))
}

fn table(lang: Lang, rows: impl Iterator<Item = (String, Funnel)>) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(b"\xef\xbb\xbf".to_vec());
    let mut header = vec![lang.t("Campagne", "Campaign")];
    header.extend(steps(lang));
    writer.write_record(&header)?;
    for (name, funnel) in rows {
        let number = |shown: Option<i64>| shown.map_or_else(|| too_small(lang).to_owned(), |shown| shown.to_string());
        let mut record = vec![quoted(&name)];
        record.extend(funnel.shown().map(number));
        writer.write_record(&record)?;
    }
    writer.into_inner().map_err(|error| anyhow::anyhow!("writing a report: {}", error.error()))
}

/// A cell that a spreadsheet would run as a formula gets a quote in front (CSV injection).
fn quoted(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_hides_small_numbers_and_runs_no_formula() {
        let funnel = Funnel { mailed: 40, answered: 6, offered: 3, placed: 0 };
        let rows = [("Alles samen".to_owned(), funnel), ("=1+1".to_owned(), Funnel::default())];
        let text = String::from_utf8(table(Lang::Nl, rows.into_iter()).unwrap()).unwrap();
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines[1], "Alles samen;40;6;minder dan 5;0");
        assert_eq!(lines[2], "'=1+1;0;0;0;0");
    }

    #[test]
    fn the_report_starts_with_the_school_year() {
        let now = Moment::parse("2027-02-03T10:00:00Z").unwrap();
        let period = Filter::default().period(now);
        assert_eq!(
            (period.from.to_string(), period.until.to_string()),
            ("2026-08-01".to_owned(), "2027-02-03".to_owned())
        );
    }
}
