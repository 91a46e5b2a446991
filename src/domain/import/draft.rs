//! A row to a draft of a company with its contact and recognition, or to what is wrong with its cells.

use super::cell::{CellError, CellProblem, day, domain, ground, lang, level, size, tags, website};
use super::mapping::Field;
use crate::domain::company::{BranchNumber, KvkNumber, Postcode, fold};
use crate::domain::email::{EmailAddress, is_freemail_domain};
use crate::domain::phone::Phone;
use crate::domain::time::Day;
use crate::domain::words::{CompanySize, Ground, Lang, Level, Track};
use serde::{Deserialize, Serialize};

/// Local parts that belong to a function, never to a person.
const FUNCTIONAL: &[&str] = &[
    "info",
    "contact",
    "hr",
    "hrm",
    "po",
    "pz",
    "personeel",
    "personeelszaken",
    "stage",
    "stages",
    "stagebureau",
    "stageplekken",
    "opleidingen",
    "opleiding",
    "leerbedrijf",
    "werkenbij",
    "vacatures",
    "sollicitatie",
    "jobs",
    "werk",
    "administratie",
    "secretariaat",
    "receptie",
    "balie",
    "kantoor",
    "office",
    "post",
    "algemeen",
    "planning",
    "winkel",
    "welkom",
    "mail",
    "bpv",
];

/// A company as a row has it; empty cells are empty here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Draft {
    /// Name; never empty.
    pub name: String,
    /// KvK number.
    pub kvk: Option<KvkNumber>,
    /// Branch number.
    pub branch: Option<BranchNumber>,
    /// Sector.
    pub sector: String,
    /// Street and house number.
    pub street: String,
    /// Postcode.
    pub postcode: Option<Postcode>,
    /// Town.
    pub place: String,
    /// Website, with its scheme.
    pub website: String,
    /// Own mail domain, else that of the contact's address; never a freemail domain.
    pub mail_domain: Option<String>,
    /// Telephone number.
    pub phone: Option<Phone>,
    /// Size.
    pub size: Option<CompanySize>,
    /// Tags.
    pub tags: Vec<String>,
    /// Notes.
    pub notes: String,
    /// The contact, where the row names one.
    pub contact: Option<ContactDraft>,
    /// The recognition, where the row names one.
    pub recognition: Option<RecognitionDraft>,
}

/// A contact as a row has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactDraft {
    /// Name; may be empty for a functional address.
    pub name: String,
    /// Job.
    pub job: String,
    /// Address.
    pub email: Option<EmailAddress>,
    /// Telephone number.
    pub phone: Option<Phone>,
    /// Language.
    pub lang: Lang,
    /// Ground; `functional` by itself only for a functional address.
    pub ground: Ground,
    /// Proof of the ground.
    pub ground_proof: String,
    /// Day of the proof.
    pub ground_on: Option<Day>,
}

/// A recognition as a row has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecognitionDraft {
    /// The qualification's number.
    pub crebo: String,
    /// Its name.
    pub qualification: String,
    /// Its level.
    pub level: Option<Level>,
    /// Its track.
    pub track: Option<Track>,
    /// The last day it holds.
    pub valid_until: Option<Day>,
}

/// The cells of one row by their fields, and what is wrong with them so far.
struct Cells<'a> {
    mapping: &'a [Option<Field>],
    texts: &'a [String],
    errors: Vec<CellError>,
}

impl Cells<'_> {
    fn text(&self, field: Field) -> &str {
        let column = self.mapping.iter().position(|column| *column == Some(field));
        column.and_then(|column| self.texts.get(column)).map_or("", String::as_str)
    }

    fn owned(&self, field: Field) -> String {
        self.text(field).to_owned()
    }

    fn joined(&self, first: Field, second: Field) -> String {
        format!("{} {}", self.text(first), self.text(second)).trim().to_owned()
    }

    /// `None` for an empty cell and for one that can't be read, which is noted.
    fn read<T>(&mut self, field: Field, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.owned(field);
        if text.is_empty() {
            return None;
        }
        let value = parse(&text);
        if value.is_none() {
            self.errors.push(CellError { field: Some(field), text, problem: CellProblem::Shape });
        }
        value
    }
}

/// Reads a row by its mapping; every cell that is wrong is named.
pub fn draft(mapping: &[Option<Field>], cells: &[String]) -> Result<Draft, Vec<CellError>> {
    let mut row = Cells { mapping, texts: cells, errors: Vec::new() };
    if cells.len() > mapping.len() {
        row.errors.push(CellError { field: None, text: String::new(), problem: CellProblem::TooManyCells });
    }
    let name = row.text(Field::Name).split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        row.errors.push(CellError { field: Some(Field::Name), text: String::new(), problem: CellProblem::Missing });
    }
    let contact = contact(&mut row);
    let recognition = recognition(&mut row);
    let own_domain = row.read(Field::MailDomain, domain);
    let of_contact = || contact.as_ref()?.email.as_ref().map(|email| email.domain().to_owned());
    let draft = Draft {
        name,
        kvk: row.read(Field::Kvk, |text| KvkNumber::parse(text).ok()),
        branch: row.read(Field::Branch, |text| BranchNumber::parse(text).ok()),
        sector: row.owned(Field::Sector),
        street: row.joined(Field::Street, Field::HouseNumber),
        postcode: row.read(Field::Postcode, |text| Postcode::parse(text).ok()),
        place: row.owned(Field::Place),
        website: row.read(Field::Website, website).unwrap_or_default(),
        mail_domain: own_domain.or_else(of_contact).filter(|domain| !is_freemail_domain(domain)),
        phone: row.read(Field::Phone, |text| Phone::parse(text).ok()),
        size: row.read(Field::Size, size),
        tags: tags(row.text(Field::Tags)),
        notes: row.owned(Field::Notes),
        contact,
        recognition,
    };
    if row.errors.is_empty() { Ok(draft) } else { Err(row.errors) }
}

fn contact(row: &mut Cells<'_>) -> Option<ContactDraft> {
    let whole = row.owned(Field::ContactName);
    let name = if whole.is_empty() { row.joined(Field::ContactFirstName, Field::ContactLastName) } else { whole };
    let email =
        row.read(Field::ContactEmail, |text| EmailAddress::parse(text.strip_prefix("mailto:").unwrap_or(text)).ok());
    let phone = row.read(Field::ContactPhone, |text| Phone::parse(text).ok());
    let lang = row.read(Field::ContactLang, lang);
    let ground = row.read(Field::Ground, ground);
    let ground_on = row.read(Field::GroundOn, day);
    let functional = email.as_ref().is_some_and(is_functional);
    let fallback = if functional { Ground::Functional } else { Ground::None };
    (!name.is_empty() || email.is_some() || phone.is_some()).then(|| ContactDraft {
        name,
        job: row.owned(Field::ContactJob),
        email,
        phone,
        lang: lang.unwrap_or_default(),
        // A personal address does not become functional because a list says so.
        ground: ground.filter(|ground| *ground != Ground::Functional || functional).unwrap_or(fallback),
        ground_proof: row.owned(Field::GroundProof),
        ground_on,
    })
}

fn recognition(row: &mut Cells<'_>) -> Option<RecognitionDraft> {
    let (crebo, qualification) = (row.owned(Field::Crebo), row.owned(Field::Qualification));
    let level = row.read(Field::Level, level);
    let track = row.read(Field::Track, |text| fold(text).parse().ok());
    let valid_until = row.read(Field::ValidUntil, day);
    let named = !crebo.is_empty() || !qualification.is_empty();
    named.then_some(RecognitionDraft { crebo, qualification, level, track, valid_until })
}

/// Whether the address is that of a function (info@, hr@): its ground needs no further proof.
pub fn is_functional(address: &EmailAddress) -> bool {
    FUNCTIONAL.contains(&address.local_part().to_ascii_lowercase().as_str())
}
