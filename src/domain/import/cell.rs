//! One cell: the values that lists write in many ways, and what is said about a cell that can't be read.

use super::mapping::Field;
use crate::domain::company::fold;
use crate::domain::email::EmailAddress;
use crate::domain::time::Day;
use crate::domain::words::{CompanySize, Ground, Lang, Level};
use chrono::NaiveDate;

/// What is wrong with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellProblem {
    /// It has to be filled.
    Missing,
    /// It doesn't have the field's shape.
    Shape,
    /// The row has more cells than the header.
    TooManyCells,
}

/// A cell that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    /// The field; `None` for the row as a whole.
    pub field: Option<Field>,
    /// What stood there.
    pub text: String,
    /// What is wrong.
    pub problem: CellProblem,
}

impl CellError {
    /// One sentence that says how to write it.
    pub fn say(&self, lang: Lang) -> String {
        let Some(field) = self.field else {
            return lang
                .t("De rij heeft meer cellen dan de kopregel.", "The row has more cells than the header.")
                .to_owned();
        };
        let label = field.label(lang);
        match (self.problem, lang) {
            (CellProblem::Missing | CellProblem::TooManyCells, Lang::Nl) => format!("{label} ontbreekt."),
            (CellProblem::Missing | CellProblem::TooManyCells, Lang::En) => format!("{label} is missing."),
            (CellProblem::Shape, Lang::Nl) => format!("{label}: “{}” klopt niet. {}", self.text, shape(field, lang)),
            (CellProblem::Shape, Lang::En) => {
                format!("{label}: “{}” can't be right. {}", self.text, shape(field, lang))
            }
        }
    }
}

fn shape(field: Field, lang: Lang) -> &'static str {
    if field == Field::Kvk {
        lang.t("Een KvK-nummer heeft 8 cijfers.", "A KvK number has 8 digits.")
    } else if field == Field::Branch {
        lang.t("Een vestigingsnummer heeft 12 cijfers.", "A branch number has 12 digits.")
    } else if field == Field::Postcode {
        lang.t("Schrijf het zo: 1068 ZZ.", "Write it as 1068 ZZ.")
    } else if field == Field::Phone || field == Field::ContactPhone {
        lang.t("Schrijf het zo: 020 123 45 67.", "Write it as 020 123 45 67.")
    } else if field == Field::ContactEmail {
        lang.t("Schrijf het zo: naam@bedrijf.nl.", "Write it as name@company.nl.")
    } else if field == Field::MailDomain || field == Field::Website {
        lang.t("Schrijf het zo: bedrijf.nl.", "Write it as company.nl.")
    } else if field == Field::ValidUntil || field == Field::GroundOn {
        lang.t("Schrijf het zo: 31-12-2027.", "Write it as 31-12-2027.")
    } else if field == Field::Size {
        lang.t("Schrijf een aantal mensen: 12.", "Write a number of people: 12.")
    } else if field == Field::Level {
        lang.t("Schrijf het zo: mbo2.", "Write it as mbo2.")
    } else if field == Field::Track {
        lang.t("Schrijf bol of bbl.", "Write bol or bbl.")
    } else if field == Field::Ground {
        lang.t(
            "Schrijf toestemming, eerder contact, gepubliceerd of functioneel.",
            "Write consent, earlier contact, published or functional.",
        )
    } else {
        lang.t("Schrijf nl of en.", "Write nl or en.")
    }
}

pub(super) fn tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split([',', ';']).map(fold).filter(|tag| !tag.is_empty()) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// A bare domain, whatever is written around it.
pub(super) fn domain(text: &str) -> Option<String> {
    let bare = text.trim().trim_start_matches('@').to_ascii_lowercase();
    EmailAddress::parse(&format!("x@{bare}")).ok().map(|address| address.domain().to_owned())
}

/// A web address with its scheme; only http and https.
pub(super) fn website(text: &str) -> Option<String> {
    let text = text.trim();
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = url::Url::parse(&with_scheme).ok()?;
    let ok = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| host.contains('.'));
    ok.then(|| url.to_string().trim_end_matches('/').to_owned())
}

pub(super) fn size(text: &str) -> Option<CompanySize> {
    if let Ok(size) = text.replace([' ', '\u{2013}'], "").parse() {
        return Some(size);
    }
    match text.replace(['.', ' '], "").parse::<u32>().ok()? {
        0 => None,
        1 => Some(CompanySize::One),
        2..=9 => Some(CompanySize::Micro),
        10..=49 => Some(CompanySize::Small),
        50..=249 => Some(CompanySize::Medium),
        _ => Some(CompanySize::Large),
    }
}

pub(super) fn lang(text: &str) -> Option<Lang> {
    match fold(text).as_str() {
        "nl" | "nederlands" | "dutch" => Some(Lang::Nl),
        "en" | "engels" | "english" => Some(Lang::En),
        _ => None,
    }
}

pub(super) fn ground(text: &str) -> Option<Ground> {
    match fold(text).as_str() {
        "geen" => Some(Ground::None),
        "toestemming" | "opt-in" => Some(Ground::Consent),
        "eerder contact" | "klant" | "relatie" | "earlier contact" => Some(Ground::EarlierContact),
        "gepubliceerd" | "openbaar" | "website" => Some(Ground::Published),
        "functioneel" | "functioneel adres" | "algemeen adres" => Some(Ground::Functional),
        word => word.parse().ok(),
    }
}

pub(in crate::domain) fn level(text: &str) -> Option<Level> {
    let bare: String = fold(text).chars().filter(|c| c.is_alphanumeric()).collect();
    let number = bare.strip_prefix("mboniveau").or(bare.strip_prefix("niveau")).or(bare.strip_prefix("mbo"));
    match number.unwrap_or(&bare) {
        "1" | "entree" => Some(Level::Mbo1),
        "2" => Some(Level::Mbo2),
        "3" => Some(Level::Mbo3),
        "4" => Some(Level::Mbo4),
        "pro" => Some(Level::Praktijkonderwijs),
        _ => bare.parse().ok(),
    }
}

/// `2027-12-31`, `31-12-2027`, `31/12/2027` or `31.12.2027`.
pub(in crate::domain) fn day(text: &str) -> Option<Day> {
    let dutch = || NaiveDate::parse_from_str(&text.replace(['/', '.'], "-"), "%d-%m-%Y").ok().map(Day);
    Day::parse(text).or_else(dutch).filter(|day| (1990..2100).contains(&day.ymd().0))
}
