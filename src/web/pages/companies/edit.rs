//! A new company, and changing one. A form that does not fit comes back filled; a form that was overtaken comes back
//! beside what is there now.
//! Long because the form with all its fields is read best in one piece.

use super::words;
use crate::app::App;
use crate::domain::company::{BranchNumber, KvkNumber, Postcode, sort_name};
use crate::domain::id::{CompanyId, SiteId};
use crate::domain::phone::Phone;
use crate::domain::time::Day;
use crate::domain::words::CompanySize;
use crate::flows;
use crate::flows::companies::{Edit, EditError};
use crate::store::companies::{Company, Fields};
use crate::store::imports::Keys;
use crate::store::users::Member;
use crate::store::{DbError, companies, imports, recognitions, users};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::{done, show, stale, unfit};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

/// Recognitions that a form has room for beyond those that are there.
const SPARE: usize = 2;
/// Most of them.
const MOST: usize = 50;

/// A company as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct CompanyForm {
    name: String,
    kvk: String,
    branch_number: String,
    sector: String,
    street: String,
    postcode: String,
    place: String,
    website: String,
    mail_domain: String,
    phone: String,
    size: String,
    owner: String,
    status: String,
    do_not_contact: Option<String>,
    do_not_contact_reason: String,
    notes: String,
    tags: String,
    crebo: Vec<String>,
    qualification: Vec<String>,
    level: Vec<String>,
    track: Vec<String>,
    until: Vec<String>,
    site: Option<SiteId>,
    sure: Option<String>,
    version: i32,
}

#[derive(Template)]
#[template(path = "pages/company_edit.html")]
struct EditPage {
    p: Page,
    id: Option<CompanyId>,
    form: CompanyForm,
    errors: Errors,
    owners: Vec<(String, String)>,
    sites: Vec<(SiteId, String)>,
    twins: Vec<Company>,
    theirs: Option<Vec<(&'static str, String)>>,
}

impl EditPage {
    fn title(&self) -> String {
        match self.id {
            Some(_) => format!("{} {}", self.form.name, self.p.t("aanpassen", "edit")),
            None => self.p.t("Nieuw bedrijf", "New company").to_owned(),
        }
    }

    fn action(&self) -> String {
        self.id.map_or_else(|| "/companies/new".to_owned(), |id| format!("/companies/{id}/edit"))
    }

    fn back(&self) -> String {
        self.id.map_or_else(|| "/companies".to_owned(), |id| format!("/companies/{id}"))
    }

    fn sizes(&self) -> Vec<(String, String)> {
        let none = std::iter::once((String::new(), self.p.t("onbekend", "unknown").to_owned()));
        none.chain(CompanySize::ALL.iter().map(|size| (size.to_string(), size.to_string()))).collect()
    }

    fn statuses(&self) -> Vec<(crate::domain::words::CompanyStatus, &'static str)> {
        words::statuses(self.p.lang)
    }

    fn owner_options(&self) -> Vec<(String, String)> {
        let none = std::iter::once((String::new(), self.p.t("niemand", "nobody").to_owned()));
        none.chain(self.owners.iter().cloned()).collect()
    }

    fn levels(&self) -> Vec<(crate::domain::words::Level, &'static str)> {
        words::levels()
    }

    fn tracks(&self) -> Vec<(crate::domain::words::Track, &'static str)> {
        words::tracks(self.p.lang)
    }

    /// Rows of the recognitions: what is typed, and some empty ones.
    fn recognitions(&self) -> Vec<Line> {
        let row = |index: usize| {
            let of = |column: &[String]| column.get(index).cloned().unwrap_or_default();
            let form = &self.form;
            Line {
                crebo: of(&form.crebo),
                qualification: of(&form.qualification),
                level: of(&form.level),
                track: of(&form.track),
                until: of(&form.until),
            }
        };
        let filled = (0..self.form.crebo.len()).map(row).filter(|line| *line != Line::default());
        filled.chain((0..SPARE).map(|_| Line::default())).collect()
    }
}

/// One recognition as typed.
#[derive(Default, PartialEq, Eq)]
struct Line {
    crebo: String,
    qualification: String,
    level: String,
    track: String,
    until: String,
}

impl CompanyForm {
    fn of(company: &Company, tags: &[String], recognised: &[recognitions::Recognition]) -> Self {
        fn text<T: ToString>(value: Option<&T>) -> String {
            value.map(ToString::to_string).unwrap_or_default()
        }
        let fields = company.fields.clone();
        let column = |of: fn(&recognitions::Fields) -> String| recognised.iter().map(|one| of(&one.fields)).collect();
        Self {
            name: fields.name,
            kvk: text(fields.kvk.as_ref()),
            branch_number: text(fields.branch_number.as_ref()),
            sector: fields.sector,
            street: fields.street,
            postcode: text(fields.postcode.as_ref()),
            place: fields.place,
            website: fields.website,
            mail_domain: fields.mail_domain.unwrap_or_default(),
            phone: fields.phone.as_ref().map(Phone::local).unwrap_or_default(),
            size: text(fields.size.as_ref()),
            owner: text(fields.owner_id.as_ref()),
            status: fields.status.to_string(),
            do_not_contact: fields.do_not_contact.then(|| "on".to_owned()),
            do_not_contact_reason: fields.do_not_contact_reason,
            notes: fields.notes,
            tags: tags.join(", "),
            crebo: column(|one| one.crebo.clone()),
            qualification: column(|one| one.qualification.clone()),
            level: column(|one| one.level.map(|level| level.to_string()).unwrap_or_default()),
            track: column(|one| one.track.map(|track| track.to_string()).unwrap_or_default()),
            until: column(|one| one.valid_until.map(|day| day.to_string()).unwrap_or_default()),
            site: Some(company.site_id),
            sure: None,
            version: company.version,
        }
    }

    /// What differs between this and what is there now: the field's name and what stands there.
    fn differing(&self, theirs: &Self, p: &Page) -> Vec<(&'static str, String)> {
        let pairs = [
            (p.lang.t("Naam", "Name"), &self.name, &theirs.name),
            ("KvK", &self.kvk, &theirs.kvk),
            (p.lang.t("Vestiging", "Branch"), &self.branch_number, &theirs.branch_number),
            (p.lang.t("Sector", "Sector"), &self.sector, &theirs.sector),
            (p.lang.t("Adres", "Address"), &self.street, &theirs.street),
            (p.lang.t("Postcode", "Postcode"), &self.postcode, &theirs.postcode),
            (p.lang.t("Plaats", "Place"), &self.place, &theirs.place),
            (p.lang.t("Website", "Website"), &self.website, &theirs.website),
            (p.lang.t("Maildomein", "Mail domain"), &self.mail_domain, &theirs.mail_domain),
            (p.lang.t("Telefoon", "Telephone"), &self.phone, &theirs.phone),
            (p.lang.t("Medewerkers", "Employees"), &self.size, &theirs.size),
            (p.lang.t("Status", "Status"), &self.status, &theirs.status),
            (p.lang.t("Reden", "Reason"), &self.do_not_contact_reason, &theirs.do_not_contact_reason),
            (p.lang.t("Notities", "Notes"), &self.notes, &theirs.notes),
            (p.lang.t("Labels", "Tags"), &self.tags, &theirs.tags),
        ];
        let differ = pairs.into_iter().filter(|(_, mine, there)| mine.trim() != there.trim());
        differ.map(|(name, _, there)| (name, there.clone())).collect()
    }

    fn read(&self, p: &Page, members: &[Member]) -> Result<Edit, Errors> {
        let mut errors = Errors::default();
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 200 {
            errors.add("name", p.t("Vul een naam in, hooguit 200 letters.", "Fill in a name, at most 200 letters."));
        }
        let kvk = optional(&self.kvk, KvkNumber::parse);
        let kvk =
            errors.take("kvk", kvk.map_err(|_| p.t("Een KvK-nummer heeft 8 cijfers.", "A KvK number has 8 digits.")));
        let branch = optional(&self.branch_number, BranchNumber::parse);
        let branch =
            branch.map_err(|_| p.t("Een vestigingsnummer heeft 12 cijfers.", "A branch number has 12 digits."));
        let branch = errors.take("branch_number", branch);
        let postcode = optional(&self.postcode, Postcode::parse);
        let postcode = postcode.map_err(|_| p.t("Schrijf het zo: 1068 ZZ.", "Write it as 1068 ZZ."));
        let postcode = errors.take("postcode", postcode);
        let phone = optional(&self.phone, Phone::parse);
        let phone = errors
            .take("phone", phone.map_err(|_| p.t("Schrijf het zo: 020 123 45 67.", "Write it as 020 123 45 67.")));
        let website =
            website(&self.website).ok_or(p.t("Schrijf het zo: www.bedrijf.nl.", "Write it as www.company.nl."));
        let website = errors.take("website", website);
        let domain = mail_domain(&self.mail_domain);
        let domain =
            errors.take("mail_domain", domain.ok_or(p.t("Schrijf het zo: bedrijf.nl.", "Write it as company.nl.")));
        let owner = self.owner.parse().ok().filter(|id| members.iter().any(|member| member.user.id == *id));
        if self.do_not_contact.is_some() && self.do_not_contact_reason.trim().is_empty() {
            errors.add("do_not_contact_reason", p.t("Schrijf waarom niet.", "Write why not."));
        }
        let recognised = self.read_recognitions(p, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let fields = Fields {
            name,
            kvk: kvk.flatten(),
            branch_number: branch.flatten(),
            sector: short(&self.sector),
            street: short(&self.street),
            postcode: postcode.flatten(),
            place: short(&self.place),
            website: website.unwrap_or_default(),
            mail_domain: domain.flatten(),
            phone: phone.flatten(),
            size: self.size.parse().ok(),
            owner_id: owner,
            status: self.status.parse().unwrap_or(crate::domain::words::CompanyStatus::Prospect),
            do_not_contact: self.do_not_contact.is_some(),
            do_not_contact_reason: short(&self.do_not_contact_reason),
            notes: self.notes.trim().replace("\r\n", "\n"),
        };
        Ok(Edit { fields, tags: Some(tags(&self.tags)), recognitions: Some(recognised) })
    }

    fn read_recognitions(&self, p: &Page, errors: &mut Errors) -> Vec<recognitions::Fields> {
        let mut all = Vec::new();
        for index in 0..self.crebo.len().min(MOST) {
            let cell = |column: &[String]| column.get(index).map(|text| text.trim().to_owned()).unwrap_or_default();
            let (crebo, until) = (cell(&self.crebo), cell(&self.until));
            let (qualification, level, track) = (cell(&self.qualification), cell(&self.level), cell(&self.track));
            if crebo.is_empty() && qualification.is_empty() && until.is_empty() {
                continue;
            }
            let valid_until = Day::parse(&until);
            if crebo.is_empty() || crebo.len() > 10 || !crebo.chars().all(|c| c.is_ascii_digit()) {
                errors.add(
                    "recognitions",
                    p.t("Een crebo is een getal van 5 cijfers.", "A crebo is a number of 5 digits."),
                );
            }
            if valid_until.is_none() && !until.is_empty() {
                errors.add("recognitions", p.t("Kies een dag tot wanneer.", "Choose a day until when."));
            }
            let (level, track) = (level.parse().ok(), track.parse().ok());
            all.push(recognitions::Fields { crebo, qualification: short(&qualification), level, track, valid_until });
        }
        all
    }
}

fn optional<T, E>(text: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, E> {
    if text.trim().is_empty() { Ok(None) } else { parse(text).map(Some) }
}

fn short(text: &str) -> String {
    text.trim().chars().take(200).collect()
}

/// Tags as typed between commas: in lower case, each once, by name.
fn tags(text: &str) -> Vec<String> {
    let words = text.split([',', ';']).map(|tag| tag.trim().to_lowercase());
    let mut tags: Vec<String> = words.filter(|tag| !tag.is_empty()).map(|tag| tag.chars().take(40).collect()).collect();
    tags.sort();
    tags.dedup();
    tags
}

/// A web address with its scheme; empty stays empty. Only pages: the text becomes a link.
fn website(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return Some(String::new());
    }
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = url::Url::parse(&whole).ok()?;
    let page = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| host.contains('.'));
    (page && whole.len() <= 300).then_some(whole)
}

/// A domain in lower case, with or without an `@` in front.
fn mail_domain(text: &str) -> Option<Option<String>> {
    let text = text.trim().trim_start_matches('@').to_lowercase();
    if text.is_empty() {
        return Some(None);
    }
    let address = crate::domain::email::EmailAddress::parse(&format!("x@{text}")).ok()?;
    Some(Some(address.domain().to_owned()))
}

async fn members(app: &Data<App>, who: &Signed) -> Result<Vec<Member>, Error> {
    let scope = who.scope.clone();
    ask(app, move |app| app.db.read(|conn| users::list(conn, &scope))).await
}

fn page(who: &Signed, id: Option<CompanyId>, form: CompanyForm, members: &[Member]) -> EditPage {
    EditPage {
        p: who.page(Here::Companies),
        id,
        form,
        errors: Errors::default(),
        owners: words::owners(members),
        sites: who.sites.clone(),
        twins: Vec::new(),
        theirs: None,
    }
}

/// `GET /companies/new`
pub async fn blank(app: Data<App>, who: Signed) -> Answer {
    let form = CompanyForm {
        owner: who.id().to_string(),
        site: who.sites.first().map(|(id, _)| *id),
        ..CompanyForm::default()
    };
    show(&page(&who, None, form, &members(&app, &who).await?))
}

/// `POST /companies/new`
pub async fn add(app: Data<App>, who: Signed, Form(form): Form<CompanyForm>) -> Answer {
    let members = members(&app, &who).await?;
    let p = who.page(Here::Companies);
    let edit = match form.read(&p, &members) {
        Ok(edit) => edit,
        Err(errors) => return unfit(&EditPage { errors, ..page(&who, None, form, &members) }),
    };
    let site = form.site.or(who.sites.first().map(|(id, _)| *id)).ok_or(Error::NotFound)?;
    if form.sure.is_none() {
        let twins = twins(&app, &who, site, &edit.fields).await?;
        if !twins.is_empty() {
            return unfit(&EditPage { twins, ..page(&who, None, form, &members) });
        }
    }
    let (scope, now) = (who.scope.clone(), who.now);
    match attempt(&app, move |app| flows::companies::create(&app.db, &scope, site, &edit, now)).await? {
        Ok(id) => Ok(done(&format!("/companies/{id}"), &Flash::good(p.t("Toegevoegd.", "Added.")), &who)),
        Err(EditError::Gone) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}

/// Companies of the site that could be this one: the same KvK number, mail domain, or name with the same postcode.
async fn twins(app: &Data<App>, who: &Signed, site: SiteId, fields: &Fields) -> Result<Vec<Company>, Error> {
    if !who.scope.sees(site) {
        return Err(Error::NotFound);
    }
    let keys = Keys {
        kvks: fields.kvk.iter().map(ToString::to_string).collect(),
        domains: fields.mail_domain.iter().cloned().collect(),
        sort_names: vec![sort_name(&fields.name)],
    };
    let known = ask(app, move |app| app.db.read(|conn| imports::known(conn, site, &keys))).await?;
    let same = |company: &Company| {
        let there = &company.fields;
        let shared = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
        (there.kvk.is_some() && there.kvk == fields.kvk)
            || shared(&there.mail_domain, &fields.mail_domain)
            || (company.sort_name == sort_name(&fields.name) && there.postcode == fields.postcode)
    };
    Ok(known.into_iter().map(|known| known.company).filter(same).take(5).collect())
}

type Found = (Company, Vec<String>, Vec<recognitions::Recognition>);

async fn find(app: &Data<App>, who: &Signed, id: CompanyId) -> Result<Found, Error> {
    let scope = who.scope.clone();
    let read = move |app: &App| {
        app.db.read(|conn| {
            let Some(company) = companies::find(conn, &scope, id)? else { return Ok(None) };
            let (tags, all) = (companies::tags(conn, id)?, recognitions::of_companies(conn, &[id])?);
            Ok::<_, DbError>(Some((company, tags, all)))
        })
    };
    ask(app, read).await?.ok_or(Error::NotFound)
}

/// `GET /companies/{id}/edit`
pub async fn form(app: Data<App>, who: Signed, id: Path<CompanyId>) -> Answer {
    let (company, tags, all) = find(&app, &who, *id).await?;
    show(&page(&who, Some(*id), CompanyForm::of(&company, &tags, &all), &members(&app, &who).await?))
}

/// `POST /companies/{id}/edit`
pub async fn save(app: Data<App>, who: Signed, id: Path<CompanyId>, Form(mut form): Form<CompanyForm>) -> Answer {
    let (id, members) = (id.into_inner(), members(&app, &who).await?);
    let p = who.page(Here::Companies);
    let (company, tags, all) = find(&app, &who, id).await?;
    let edit = match form.read(&p, &members) {
        Ok(edit) => edit,
        Err(errors) => return unfit(&EditPage { errors, ..page(&who, Some(id), form, &members) }),
    };
    let (scope, now, version) = (who.scope.clone(), who.now, form.version);
    match attempt(&app, move |app| flows::companies::edit(&app.db, &scope, id, version, &edit, now)).await? {
        Ok(()) => Ok(done(&format!("/companies/{id}"), &Flash::good(p.t("Bewaard.", "Saved.")), &who)),
        Err(EditError::Stale) => {
            let theirs = Some(form.differing(&CompanyForm::of(&company, &tags, &all), &p));
            form.version = company.version;
            stale(&EditPage { theirs, ..page(&who, Some(id), form, &members) })
        }
        Err(EditError::Gone) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_website_is_a_page_and_never_a_script() {
        for (typed, kept) in [
            ("", Some("")),
            ("www.bedrijf.example", Some("https://www.bedrijf.example")),
            ("http://bedrijf.example/stage", Some("http://bedrijf.example/stage")),
            ("javascript:alert(1)", None),
            ("javascript://x.example/%0aalert(1)", None),
            ("bedrijf", None),
        ] {
            assert_eq!(website(typed).as_deref(), kept, "{typed}");
        }
        assert_eq!(mail_domain(" @Bedrijf.example"), Some(Some("bedrijf.example".to_owned())));
        assert_eq!(mail_domain("geen domein"), None);
        assert_eq!(tags("Winkel, buurt;winkel, "), ["buurt", "winkel"]);
    }
}
