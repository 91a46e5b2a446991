//! The list of companies: filters, views, sorts, pages, and the same as a CSV file.

use super::Asker;
use super::query::Query;
use super::words;
use crate::app::App;
use crate::domain::import::csv_cell;
use crate::domain::opening::{Places, Seating};
use crate::domain::time::Day;
use crate::domain::travel::Near;
use crate::domain::words::Lang;
use crate::store::companies::{self, Choices, Company, Filter, Listing, Sort};
use crate::store::moments::ContactMoment;
use crate::store::tasks::Task;
use crate::store::users::Member;
use crate::store::{Conn, DbError, moments, openings, recognitions, tasks, users};
use crate::web::bridge::ask;
use crate::web::error::{Answer, Error};
use crate::web::form::Errors;
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::show;
use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpResponse, web::Query as Asked};
use askama::Template;
use serde::Deserialize;

/// Companies read at once for a file.
const CHUNK: i64 = 1000;
/// Days before its end from which a recognition is said to run out.
const SOON: i64 = 90;

/// One row of the list.
struct Row {
    company: Company,
    free: i32,
    seating: Seating,
    overbooked: bool,
    recognised: Option<Option<Day>>,
    ends_soon: bool,
    last: String,
    next: Option<Task>,
    late: bool,
    /// "3,2 km", in a list around a postcode.
    away: String,
}

/// One tab above the list.
struct View {
    name: &'static str,
    href: String,
    count: i64,
    here: bool,
}

#[derive(Template)]
#[template(path = "pages/companies.html")]
struct CompaniesPage {
    p: Page,
    query: Query,
    rows: Vec<Row>,
    total: i64,
    /// `None` where there are more companies than are counted.
    room: Option<i64>,
    views: Vec<View>,
    choices: Choices,
    owners: Vec<(String, String)>,
    errors: Errors,
    previous: Option<String>,
    next: Option<String>,
}

impl CompaniesPage {
    /// The address of this list in another order; the column that it is in already turns round.
    fn sorted(&self, column: &str) -> String {
        let wanted: Sort = column.parse().unwrap_or_default();
        let wanted = if self.query.order() == wanted { wanted.turned() } else { wanted };
        self.query.href("/companies", &[("sort", wanted.as_str())])
    }

    /// The value of `aria-sort` of a column, with its name; nothing when the list is in another order.
    fn aria(&self, column: &str) -> &'static str {
        let now = self.query.order();
        let same = now.as_str().trim_start_matches('-') == column;
        match (same, now.down()) {
            (false, _) => "",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }

    fn options(&self, values: &[String], all: &str) -> Vec<(String, String)> {
        let first = std::iter::once((String::new(), all.to_owned()));
        first.chain(values.iter().map(|value| (value.clone(), value.clone()))).collect()
    }

    fn km_options(&self) -> Vec<(String, String)> {
        Near::CHOICES.iter().map(|km| (km.to_string(), format!("{km} km"))).collect()
    }

    /// How far around a postcode: what was chosen, or the usual.
    fn km(&self) -> String {
        let usual = || Near::USUAL.to_string();
        self.query.circle().and_then(Result::ok).map_or_else(usual, |near| near.km.to_string())
    }

    /// The address of this list with the nearest first (or the farthest, where it is that already); `None` where it lies
    /// around no postcode.
    fn nearest(&self) -> Option<(String, &'static str)> {
        self.query.circle().and_then(Result::ok)?;
        let farther = self.query.order() == Sort::Distance;
        let words = if farther { ("Verste eerst", "Farthest first") } else { ("Dichtstbij eerst", "Nearest first") };
        Some((self.sorted("distance"), self.p.lang.t(words.0, words.1)))
    }

    fn owner_options(&self) -> Vec<(String, String)> {
        let lang = self.p.lang;
        let first = [
            (String::new(), lang.t("Van iedereen", "Everybody's").to_owned()),
            ("me".to_owned(), lang.t("Van mij", "Mine").to_owned()),
        ];
        first.into_iter().chain(self.owners.iter().cloned()).collect()
    }

    fn status_options(&self) -> Vec<(String, String)> {
        let first = std::iter::once((String::new(), self.p.lang.t("Elke status", "Any status").to_owned()));
        let all = words::statuses(self.p.lang);
        first.chain(all.into_iter().map(|(status, words)| (status.to_string(), words.to_owned()))).collect()
    }

    fn recognised_options(&self) -> Vec<(String, String)> {
        let first = [
            (String::new(), self.p.lang.t("Maakt niet uit", "Does not matter").to_owned()),
            ("yes".to_owned(), self.p.lang.t("Erkend", "Recognised").to_owned()),
        ];
        let all = words::levels().into_iter().filter(|(level, _)| level.as_str().starts_with("mbo"));
        let erkend = |name: &str| format!("{} {name}", self.p.lang.t("Erkend voor", "Recognised for"));
        first.into_iter().chain(all.map(|(level, name)| (level.to_string(), erkend(name)))).collect()
    }

    /// The filters that are on: what each is called and the address without it.
    fn chips(&self) -> Vec<(String, String)> {
        let lang = self.p.lang;
        let set = self.query.set();
        // A circle around nothing filters nothing: its field says so.
        let asks = |name: &str| name != "near" || self.query.circle().is_some_and(|circle| circle.is_ok());
        set.into_iter()
            .filter(|(name, _)| asks(name))
            .map(|(name, value)| (self.chip(lang, name, value), self.query.href("/companies", &[(name, "")])))
            .collect()
    }

    fn chip(&self, lang: Lang, name: &str, value: &str) -> String {
        match (name, value) {
            ("owner", "me") => lang.t("van mij", "mine").to_owned(),
            ("owner", id) => {
                self.owners.iter().find(|(known, _)| known == id).map_or_else(String::new, |o| o.1.clone())
            }
            ("status", code) => {
                code.parse().map_or_else(|_| code.to_owned(), |one| words::status(lang, one).to_owned())
            }
            ("recognised", "yes") => lang.t("erkend", "recognised").to_owned(),
            ("recognised", code) => {
                let name = code.parse().map_or_else(|_| code.to_owned(), |level| words::level(level).to_owned());
                format!("{} {name}", lang.t("erkend voor", "recognised for"))
            }
            ("near", text) => match self.query.circle() {
                Some(Ok(near)) => {
                    format!("{} {} km {} {}", lang.t("binnen", "within"), near.km, lang.t("van", "of"), near.pc4)
                }
                _ => text.to_owned(),
            },
            ("room", _) => lang.t("nu een plek vrij", "a place free now").to_owned(),
            ("contact", "never") => lang.t("nooit gesproken", "never spoken to").to_owned(),
            ("contact", _) => lang.t("3 maanden niet gesproken", "not spoken to for 3 months").to_owned(),
            ("approach", "closed") => lang.t("niet benaderen", "do not approach").to_owned(),
            ("approach", _) => lang.t("mag je benaderen", "may be approached").to_owned(),
            ("archived", _) => lang.t("opgeborgen", "put away").to_owned(),
            (_, value) => value.to_owned(),
        }
    }
}

/// `GET /companies`
pub async fn list(app: Data<App>, who: Signed, query: Asked<Query>) -> Answer {
    let query = query.into_inner();
    let limit = app.config.limits.page_rows as usize;
    let asker = Asker::of(&who);
    let page = ask(&app, move |app| app.db.read(|conn| load(conn, asker, query, limit))).await?;
    show(&page)
}

fn load(conn: &mut Conn, who: Asker, query: Query, limit: usize) -> Result<CompaniesPage, DbError> {
    let (scope, today, lang) = (&who.scope, who.p.today(), who.p.lang);
    let filter = query.filter(who.me, today);
    let listing = companies::page(conn, scope, &filter, query.order(), query.turn(), limit, today)?;
    let members = users::list(conn, scope)?;
    let turn = |name: &str, company: Option<&Company>| {
        company.map(|company| query.href("/companies", &[(name, &company.id.to_string())]))
    };
    let previous = turn("before", listing.companies.first()).filter(|_| listing.before);
    let next = turn("after", listing.companies.last()).filter(|_| listing.after);
    // Tabs and heading often ask the same: on the bare list each number stands in both.
    let mut counted = vec![(filter.clone(), listing.total)];
    let mut count = |conn: &mut Conn, wanted: Filter| -> Result<i64, DbError> {
        if let Some((_, known)) = counted.iter().find(|(asked, _)| *asked == wanted) {
            return Ok(*known);
        }
        let new = companies::count(conn, scope, &wanted, today)?;
        counted.push((wanted, new));
        Ok(new)
    };
    let room = match listing.room {
        // The tab's own number.
        None if filter.is_empty() => Some(count(conn, Filter { min_places_left: Some(1), ..filter.clone() })?),
        room => room,
    };
    let mut views = Vec::new();
    for (name, changes) in tabs(lang) {
        let of = Query::default().href("/companies", changes);
        let wanted: Query = changes.iter().fold(Query::default(), with);
        let count = count(conn, wanted.filter(who.me, today))?;
        let here = query.href("/companies", &[("sort", ""), ("q", "")]) == of;
        views.push(View { name, href: of, count, here });
    }
    let mut errors = Errors::default();
    if let Some(Err(why)) = query.circle() {
        errors.add("near", words::not_near(lang, why));
    }
    Ok(CompaniesPage {
        errors,
        total: listing.total,
        room,
        rows: rows(conn, &who, &members, (listing, filter.near.as_ref()))?,
        choices: companies::choices(conn, scope)?,
        owners: words::owners(&members),
        p: who.p,
        query,
        views,
        previous,
        next,
    })
}

fn tabs(lang: Lang) -> [(&'static str, &'static [(&'static str, &'static str)]); 4] {
    [
        (lang.t("Alle", "All"), &[]),
        (lang.t("Van mij", "Mine"), &[("owner", "me")]),
        (lang.t("Plek nu", "Room now"), &[("room", "1")]),
        (lang.t("Lang niet gesproken", "Not spoken to for long"), &[("contact", "long")]),
    ]
}

fn with(mut query: Query, (name, value): &(&str, &str)) -> Query {
    match *name {
        "owner" => (*value).clone_into(&mut query.owner),
        "room" => (*value).clone_into(&mut query.room),
        _ => (*value).clone_into(&mut query.contact),
    }
    query
}

fn rows(
    conn: &mut Conn,
    who: &Asker,
    members: &[Member],
    (listing, near): (Listing, Option<&Near>),
) -> Result<Vec<Row>, DbError> {
    let ids: Vec<_> = listing.companies.iter().map(|company| company.id).collect();
    let openings = openings::of_companies(conn, &who.scope, &ids)?;
    let places = openings::places_of(conn, &openings.iter().map(|opening| opening.id).collect::<Vec<_>>())?;
    let recognised = recognitions::of_companies(conn, &ids)?;
    let open = tasks::of_companies(conn, &who.scope, &ids)?;
    let last = moments::last_of(conn, &who.scope, &ids)?;
    let today = who.p.today();
    let row = |company: Company| {
        let own: Vec<_> = openings.iter().filter(|opening| opening.company_id == company.id).collect();
        let valid = recognised.iter().filter(|one| one.company_id == company.id && one.fields.valid_on(today));
        let until =
            valid.map(|one| one.fields.valid_until).max_by_key(|until| until.map_or((1, today), |day| (0, day)));
        let next = open.iter().find(|task| task.company_id == Some(company.id)).cloned();
        Row {
            free: company.places_left,
            // What was taken back long ago says nothing about now.
            seating: Seating {
                withdrawn: 0,
                ..own.iter().filter_map(|opening| places.get(&opening.id)).map(Places::seating).sum()
            },
            overbooked: own.iter().any(|opening| opening.places_left < 0),
            recognised: until,
            ends_soon: until.flatten().is_some_and(|day| day < today.plus(SOON)),
            last: last
                .iter()
                .find(|one| one.company_id == Some(company.id))
                .map_or_else(String::new, |moment| said(who, members, moment)),
            late: next.as_ref().is_some_and(|task| task.due_on < today),
            away: near.map_or_else(String::new, |near| words::away(who.p.lang, near, company.fields.postcode.as_ref())),
            next,
            company,
        }
    };
    Ok(listing.companies.into_iter().map(row).collect())
}

/// "jij, gebeld", "antwoord".
fn said(who: &Asker, members: &[Member], moment: &ContactMoment) -> String {
    let name = words::who(who.p.lang, who.me, moment.user_id, members);
    let what = words::moment(who.p.lang, moment.kind);
    if name.is_empty() { what.to_owned() } else { format!("{name}, {what}") }
}

/// `GET /companies/export.csv`
pub async fn export(app: Data<App>, who: Signed, query: Asked<Query>) -> Answer {
    let query = query.into_inner();
    let asker = Asker::of(&who);
    let bytes = ask(&app, move |app| app.db.read(|conn| file(conn, &asker, &query))).await?;
    let name = format!("attachment; filename=\"{}-{}.csv\"", who.lang.t("bedrijven", "companies"), who.now.day());
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(bytes))
}

/// The header is one that our own importer reads again.
fn file(conn: &mut Conn, who: &Asker, query: &Query) -> anyhow::Result<Vec<u8>> {
    let (lang, today) = (who.p.lang, who.p.today());
    let filter = query.filter(who.me, today);
    let mut out = csv::WriterBuilder::new().delimiter(b';').from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record(
        match lang {
            Lang::Nl => "Bedrijf KvK Vestigingsnummer Sector Adres Postcode Plaats Website Telefoon Medewerkers Labels",
            Lang::En => "Company KvK Branch Sector Address Postcode Place Website Phone Size Tags",
        }
        .split(' ')
        .chain([lang.t("Plekken vrij", "Places free"), lang.t("Laatste contact", "Last contact")]),
    )?;
    for site in who.scope.sites() {
        let mut after = None;
        loop {
            let found = companies::matching(conn, &who.scope, *site, &filter, today, after, CHUNK)?;
            let Some(last) = found.last() else { break };
            after = Some(last.id);
            let ids: Vec<_> = found.iter().map(|company| company.id).collect();
            let tags = companies::tags_of(conn, &ids)?;
            for company in &found {
                let own = tags.iter().filter(|(id, _)| *id == company.id).map(|(_, tag)| tag.as_str());
                out.write_record(
                    line(company, &own.collect::<Vec<_>>().join(", ")).map(|cell| csv_cell(&cell).into_owned()),
                )?;
            }
        }
    }
    Ok(out.into_inner()?)
}

fn line(company: &Company, tags: &str) -> [String; 13] {
    fn text<T: ToString>(value: Option<&T>) -> String {
        value.map(ToString::to_string).unwrap_or_default()
    }
    let fields = &company.fields;
    [
        fields.name.clone(),
        text(fields.kvk.as_ref()),
        text(fields.branch_number.as_ref()),
        fields.sector.clone(),
        fields.street.clone(),
        text(fields.postcode.as_ref()),
        fields.place.clone(),
        fields.website.clone(),
        fields.phone.as_ref().map(crate::domain::phone::Phone::local).unwrap_or_default(),
        text(fields.size.as_ref()),
        tags.to_owned(),
        company.places_left.to_string(),
        company.last_moment_at.map(|at| at.day().to_string()).unwrap_or_default(),
    ]
}

/// What the palette asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Find {
    q: String,
}

/// `GET /find`: companies by name, contact or tag, as the palette shows them.
pub async fn find(app: Data<App>, who: Signed, asked: web::Query<Find>) -> Result<HttpResponse, Error> {
    let (scope, today, q) = (who.scope.clone(), who.now.day(), asked.into_inner().q);
    let hits = ask(&app, move |app| app.db.read(|conn| companies::search(conn, &scope, &q, today, 8))).await?;
    let p = who.page(Here::Nowhere);
    let line = |hit: &companies::SearchHit| {
        let room = p.n(hit.places_left, "plek vrij", "plekken vrij", "place free", "places free");
        let note = if hit.places_left > 0 { room } else { hit.place.clone() };
        serde_json::json!({ "title": hit.name, "note": note, "href": format!("/companies/{}", hit.id), "icon": "company" })
    };
    Ok(HttpResponse::Ok().json(hits.iter().map(line).collect::<Vec<_>>()))
}
