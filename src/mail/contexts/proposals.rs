//! A student put forward without a name, and the name once both sides agreed.

use super::{MailContext, greeting, only};
use crate::domain::proposal::blind::Blind;
use crate::domain::spoken;
use crate::domain::words::{Lang, Level, Purpose, Track};
use serde::Serialize;

/// `proposal`: what an employer reads of a student. It is made from a [`Blind`] alone, see [`ProposalContext::new`].
#[derive(Debug, Clone, Serialize)]
pub struct ProposalContext {
    /// "Beste Charlie".
    pub greeting: String,
    /// Name of the company.
    pub company_name: String,
    /// What students do at this opening.
    pub role: String,
    programme: Option<String>,
    level: Option<String>,
    track: Option<String>,
    period: Option<String>,
    days: Option<String>,
    learning_wish: Option<String>,
    /// Until when the place is held, as "maandag 1 februari".
    pub until_day: String,
    /// Name of the broker.
    pub broker_name: String,
    /// Telephone of the broker.
    pub broker_phone: Option<String>,
    /// Name of the desk.
    pub site_name: String,
}

/// The words of a mail about a proposal that are not the student's.
#[derive(Debug, Clone)]
pub struct Around {
    /// "Beste Charlie".
    pub greeting: String,
    /// Name of the company.
    pub company_name: String,
    /// What students do at this opening.
    pub role: String,
    /// Until when the place is held, as "maandag 1 februari".
    pub until_day: String,
    /// Name of the broker.
    pub broker_name: String,
    /// Telephone of the broker.
    pub broker_phone: Option<String>,
    /// Name of the desk.
    pub site_name: String,
}

impl ProposalContext {
    /// The mail for a student of whom this is all that is said.
    pub fn new(around: Around, blind: &Blind, lang: Lang) -> Self {
        let Around { greeting, company_name, role, until_day, broker_name, broker_phone, site_name } = around;
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Self {
            greeting,
            company_name,
            role,
            programme: said(blind.programme),
            level: blind.level.map(|level| level_words(level, lang)),
            track: blind.track.map(|track| track_words(track, lang).to_owned()),
            period: period(blind, lang),
            days: blind.days_per_week.map(|days| days.to_string()),
            learning_wish: said(blind.learning_wish),
            until_day,
            broker_name,
            broker_phone,
            site_name,
        }
    }
}

fn level_words(level: Level, lang: Lang) -> String {
    let words = lang.t("mbo niveau ", "mbo level ");
    level.as_str().replace("mbo", words)
}

const fn track_words(track: Track, lang: Lang) -> &'static str {
    match track {
        Track::Bol => lang.t("bol (stage naast school)", "bol (placement beside school)"),
        Track::Bbl => lang.t("bbl (baan met een schooldag)", "bbl (a job with a day at school)"),
        Track::Snuffel => lang.t("oriënterend", "orientation"),
    }
}

fn period(blind: &Blind, lang: Lang) -> Option<String> {
    let day = |day| spoken::date(day, lang);
    match (blind.from, blind.until) {
        (Some(from), Some(until)) => Some(format!("{} {} {}", day(from), lang.t("tot en met", "until"), day(until))),
        (Some(from), None) => Some(format!("{} {}", lang.t("vanaf", "from"), day(from))),
        (None, Some(until)) => Some(format!("{} {}", lang.t("tot en met", "until"), day(until))),
        (None, None) => None,
    }
}

/// `introduction`: both said yes, so the employer gets the name.
#[derive(Debug, Clone, Serialize)]
pub struct IntroductionContext {
    /// "Beste Charlie".
    pub greeting: String,
    /// First name of the student.
    pub student_name: String,
    /// Where the student can be mailed, where that may be told.
    pub student_email: Option<String>,
    /// Where the student can be called, where that may be told.
    pub student_phone: Option<String>,
    /// When and where they meet, as "maandag 1 februari, 10:00 aan de balie".
    pub meeting: Option<String>,
    /// Name of the broker.
    pub broker_name: String,
    /// Telephone of the broker.
    pub broker_phone: Option<String>,
    /// Name of the desk.
    pub site_name: String,
}

impl MailContext for ProposalContext {
    const NAME: &'static str = "proposal";
    const PURPOSE: Purpose = Purpose::Offer;
    fn sample(lang: Lang, full: bool) -> Self {
        let wish = lang.t("Klanten helpen en de kassa leren.", "Helping customers and learning the till.");
        let blind = Blind {
            programme: lang.t("Verkoper", "Sales assistant"),
            level: Some(Level::Mbo2),
            track: Some(Track::Bol),
            days_per_week: Some(4),
            learning_wish: wish,
            ..Blind::default()
        };
        let around = Around {
            greeting: greeting(lang, full.then_some("Charlie")),
            company_name: "Groentehal Gaarde".to_owned(),
            role: lang.t("verkoper", "sales assistant").to_owned(),
            until_day: lang.t("maandag 1 februari", "Monday 1 February").to_owned(),
            broker_name: "Noor Visser".to_owned(),
            broker_phone: only(full, "020 000 01 00"),
            site_name: "Stageloket Nieuw-West".to_owned(),
        };
        let period = only(full, lang.t("vanaf 1 februari 2027", "from 1 February 2027"));
        let blind = if full { blind } else { Blind::default() };
        Self { period, ..Self::new(around, &blind, lang) }
    }
}

impl MailContext for IntroductionContext {
    const NAME: &'static str = "introduction";
    const PURPOSE: Purpose = Purpose::Offer;
    fn sample(lang: Lang, full: bool) -> Self {
        Self {
            greeting: greeting(lang, full.then_some("Charlie")),
            student_name: "Sam".to_owned(),
            student_email: only(full, "sam@school.example"),
            student_phone: only(full, "06 00 00 01 00"),
            meeting: only(
                full,
                lang.t("maandag 1 februari, 10:00 aan de balie", "Monday 1 February, 10:00 at the desk"),
            ),
            broker_name: "Noor Visser".to_owned(),
            broker_phone: only(full, "020 000 01 00"),
            site_name: "Stageloket Nieuw-West".to_owned(),
        }
    }
}
