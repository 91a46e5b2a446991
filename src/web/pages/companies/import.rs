//! Importing companies: upload, say what each column is, look at what would happen, apply, follow, take back.

use crate::app::App;
use crate::domain::id::{ImportId, SiteId};
use crate::domain::import::Field;
use crate::domain::words::{ImportState, Verdict};
use crate::flows::imports::{self as flow, ImportError, Note, Progress};
use crate::store::imports::{Import, ImportRow};
use crate::store::{DbError, imports};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form, Press};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::upload::Upload;
use crate::web::{done, go, show, unfit};
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;
use std::borrow::Borrow;
use std::time::Duration;

/// How long a press waits for the work itself before the page shows how far it is.
const AT_ONCE: Duration = Duration::from_secs(2);
/// Rows on a page.
const ROWS: i64 = 50;

#[derive(Template)]
#[template(path = "pages/import_new.html")]
struct NewPage {
    p: Page,
    sites: Vec<(SiteId, String)>,
    earlier: Vec<Import>,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "pages/import.html")]
struct ImportPage {
    p: Page,
    import: Import,
    progress: Progress,
    header: Vec<String>,
    mapping: Vec<Option<Field>>,
    rows: Vec<ImportRow>,
    verdict: String,
    next: Option<String>,
    errors: Errors,
}

impl ImportPage {
    fn progress_href(&self) -> String {
        format!("/companies/import/{}/progress", self.import.id)
    }

    fn judging(&self) -> bool {
        self.import.state == ImportState::Staged && self.progress.judged < self.progress.total
    }

    fn ready(&self) -> bool {
        self.import.state == ImportState::Staged && self.progress.judged == self.progress.total && self.import.total > 0
    }

    fn applying(&self) -> bool {
        self.import.state == ImportState::Applying
    }

    fn ended(&self) -> bool {
        matches!(self.import.state, ImportState::Done | ImportState::Cancelled)
    }

    fn count(&self, verdict: &str) -> i64 {
        self.progress.verdicts.iter().find(|(known, _)| known.as_str() == verdict).map_or(0, |(_, count)| *count)
    }

    fn rejected(&self) -> i64 {
        self.count("error") + self.count("duplicate")
    }

    fn words(&self) -> String {
        said(&self.p, &self.progress)
    }

    fn kinds(&self) -> Vec<(&'static str, &'static str)> {
        let lang = self.p.lang;
        vec![
            ("", lang.t("Alles", "All")),
            ("new", lang.t("Nieuw", "New")),
            ("changed", lang.t("Anders", "Changed")),
            ("same", lang.t("Hetzelfde", "Same")),
            ("duplicate", lang.t("Dubbel", "Duplicate")),
            ("error", lang.t("Fout", "Error")),
        ]
    }

    fn verdict_words(&self, row: &ImportRow) -> &'static str {
        let code = row.verdict.map_or("", Verdict::as_str);
        self.kinds().into_iter().find(|(known, _)| *known == code && !code.is_empty()).map_or("", |(_, words)| words)
    }

    fn fields(&self) -> Vec<(String, String)> {
        let none = std::iter::once((String::new(), self.p.t("overslaan", "leave out").to_owned()));
        none.chain(Field::ALL.iter().map(|field| (field.to_string(), field.label(self.p.lang).to_owned()))).collect()
    }

    fn mapped(&self, index: impl Borrow<usize>) -> String {
        self.mapping.get(*index.borrow()).copied().flatten().map(|field| field.to_string()).unwrap_or_default()
    }

    fn example(&self, index: impl Borrow<usize>) -> String {
        self.rows
            .iter()
            .map(flow::cells)
            .filter_map(|cells| cells.get(*index.borrow()).cloned())
            .find(|cell| !cell.is_empty())
            .unwrap_or_default()
    }

    /// The first cells of a row that say anything.
    fn shown(&self, row: &ImportRow) -> String {
        flow::cells(row).into_iter().filter(|cell| !cell.is_empty()).take(4).collect::<Vec<_>>().join(", ")
    }

    fn reason(&self, row: &ImportRow) -> String {
        match Note::of(row) {
            Note::Diffs(diffs) => {
                let one = |diff: &crate::domain::import::FieldDiff| {
                    let label = diff.field.label(self.p.lang);
                    let old = if diff.old.is_empty() { self.p.t("leeg", "empty") } else { &diff.old };
                    format!("{label}: {old} → {}", diff.new)
                };
                diffs.iter().map(one).collect::<Vec<_>>().join("; ")
            }
            Note::Nothing | Note::InFile(_) | Note::Several | Note::Unreadable => {
                flow::reason(row, &self.mapping, self.p.lang)
            }
        }
    }
}

/// How far it is, in a sentence.
fn said(p: &Page, progress: &Progress) -> String {
    match progress.state {
        ImportState::Staged if progress.judged < progress.total => {
            format!(
                "{} {} {} {}",
                p.num(progress.judged),
                p.t("van", "of"),
                p.num(progress.total),
                p.t("rijen nagekeken", "rows checked")
            )
        }
        ImportState::Staged => {
            p.t("Nagekeken. Er is nog niets veranderd.", "Checked. Nothing has changed yet.").to_owned()
        }
        ImportState::Applying | ImportState::Done => {
            let of = progress.wanted.max(progress.applied);
            format!(
                "{} {} {} {}",
                p.num(progress.applied),
                p.t("van", "of"),
                p.num(of),
                p.t("rijen verwerkt", "rows applied")
            )
        }
        ImportState::Cancelled => {
            format!(
                "{} {}",
                p.t("Afgebroken na", "Cancelled after"),
                p.n(progress.applied, "rij", "rijen", "row", "rows")
            )
        }
    }
}

/// `GET /companies/import`
pub async fn blank(app: Data<App>, who: Signed) -> Answer {
    show(&fresh(&app, &who, Errors::default()).await?)
}

async fn fresh(app: &Data<App>, who: &Signed, errors: Errors) -> Result<NewPage, Error> {
    let scope = who.scope.clone();
    let earlier = ask(app, move |app| app.db.read(|conn| imports::list(conn, &scope, 20))).await?;
    Ok(NewPage { p: who.page(Here::Companies), sites: who.sites.clone(), earlier, errors })
}

/// `POST /companies/import`
pub async fn upload(app: Data<App>, who: Signed, upload: Upload) -> Answer {
    let p = who.page(Here::Companies);
    let site = upload.field("site").parse().ok().or(who.sites.first().map(|(id, _)| *id)).ok_or(Error::NotFound)?;
    let Some(file) = upload.file("file").cloned() else {
        let errors = Errors::one("file", p.t("Kies een CSV-bestand.", "Choose a CSV file."));
        return unfit(&fresh(&app, &who, errors).await?);
    };
    let (scope, now) = (who.scope.clone(), who.now);
    let staged = attempt(&app, move |app| {
        let id = flow::stage(&app.db, &scope, site, &file.name, &file.bytes, now)?;
        go_on(app, &scope, id, now)?;
        Ok(id)
    });
    match staged.await? {
        Ok(id) => Ok(go(&format!("/companies/import/{id}"))),
        Err(ImportError::File(bad)) => unfit(&fresh(&app, &who, Errors::one("file", bad.say(p.lang))).await?),
        Err(ImportError::Gone) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}

/// Does what is to be done for a moment; the clockwork does the rest.
fn go_on(
    app: &App,
    scope: &crate::domain::scope::Scope,
    id: ImportId,
    now: crate::domain::time::Moment,
) -> Result<(), ImportError> {
    let import = app.db.read(|conn| imports::find(conn, scope, id))?.ok_or(ImportError::Gone)?;
    flow::advance_one(&app.db, &import, AT_ONCE, now).map(|_| ())
}

/// Which rows of an import.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Rows {
    verdict: String,
    after: String,
}

/// `GET /companies/import/{id}`
pub async fn look(app: Data<App>, who: Signed, id: Path<ImportId>, rows: Query<Rows>) -> Answer {
    show(&page(&app, &who, *id, rows.into_inner(), Errors::default()).await?)
}

async fn page(app: &Data<App>, who: &Signed, id: ImportId, asked: Rows, errors: Errors) -> Result<ImportPage, Error> {
    let (scope, wanted) = (who.scope.clone(), asked.clone());
    let read = move |app: &App| {
        app.db.read(|conn| {
            let Some(import) = imports::find(conn, &scope, id)? else { return Ok(None) };
            let verdicts: Vec<Verdict> = wanted.verdict.parse().into_iter().collect();
            let after = wanted.after.parse().unwrap_or(0);
            let rows = imports::rows(conn, id, &verdicts, after, ROWS + 1)?;
            Ok::<_, DbError>(Some((flow::progress(conn, &import)?, import, rows)))
        })
    };
    let (progress, import, mut rows) = ask(app, read).await?.ok_or(Error::NotFound)?;
    let more = rows.len() > usize::try_from(ROWS).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let next = rows
        .last()
        .filter(|_| more)
        .map(|last| format!("/companies/import/{id}?verdict={}&after={}", asked.verdict, last.number));
    let (header, mapping) = (flow::header(&import), flow::mapping(&import));
    let p = who.page(Here::Companies);
    Ok(ImportPage { p, import, progress, header, mapping, rows, verdict: asked.verdict, next, errors })
}

/// `GET /companies/import/{id}/progress`
pub async fn progress(app: Data<App>, who: Signed, id: Path<ImportId>) -> Result<HttpResponse, Error> {
    let (scope, id) = (who.scope.clone(), id.into_inner());
    let read = move |app: &App| {
        app.db.read(|conn| match imports::find(conn, &scope, id)? {
            Some(import) => flow::progress(conn, &import).map(Some),
            None => Ok::<_, DbError>(None),
        })
    };
    let progress = ask(&app, read).await?.ok_or(Error::NotFound)?;
    let (part, of) = match progress.state {
        ImportState::Staged => (progress.judged, progress.total),
        ImportState::Applying | ImportState::Done | ImportState::Cancelled => (progress.applied, progress.wanted),
    };
    let over = match progress.state {
        ImportState::Staged => progress.judged >= progress.total,
        ImportState::Applying => false,
        ImportState::Done | ImportState::Cancelled => true,
    };
    let text = said(&who.page(Here::Companies), &progress);
    Ok(HttpResponse::Ok().json(serde_json::json!({ "of": of, "parts": [part], "text": text, "done": over })))
}

/// What each column is, in the order of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct MappingForm {
    column: Vec<String>,
}

/// `POST /companies/import/{id}/mapping`
pub async fn remap(app: Data<App>, who: Signed, id: Path<ImportId>, Form(form): Form<MappingForm>) -> Answer {
    let mapping: Vec<Option<Field>> = form.column.iter().map(|code| code.parse().ok()).collect();
    let (scope, now, lang, id) = (who.scope.clone(), who.now, who.lang, id.into_inner());
    let done = attempt(&app, move |app| {
        flow::remap(&app.db, &scope, id, &mapping, lang)?;
        go_on(app, &scope, id, now)
    });
    answer(&app, &who, id, done.await?, None).await
}

/// `POST /companies/import/{id}/start`, `…/cancel`, `…/go-on`
pub async fn act(app: Data<App>, who: Signed, path: Path<(ImportId, String)>, _: Form<Press>) -> Answer {
    let (id, act) = path.into_inner();
    let (scope, now, lang) = (who.scope.clone(), who.now, who.lang);
    let cancelled = act == "cancel";
    let acted = attempt(&app, move |app| {
        match act.as_str() {
            "cancel" => return flow::cancel(&app.db, &scope, id, now),
            "start" => flow::start(&app.db, &scope, id, lang, now)?,
            _ => {}
        }
        go_on(app, &scope, id, now)
    });
    let flash = cancelled.then(|| Flash::good(lang.t("Afgebroken.", "Cancelled.")));
    answer(&app, &who, id, acted.await?, flash).await
}

async fn answer(
    app: &Data<App>,
    who: &Signed,
    id: ImportId,
    acted: Result<(), ImportError>,
    flash: Option<Flash>,
) -> Answer {
    let path = format!("/companies/import/{id}");
    match acted {
        Ok(()) => Ok(flash.map_or_else(|| go(&path), |flash| done(&path, &flash, who))),
        Err(ImportError::Mapping(problems)) => {
            let errors = Errors::one("column", problems.join(" "));
            unfit(&page(app, who, id, Rows::default(), errors).await?)
        }
        Err(ImportError::Unjudged) => {
            let text = who.lang.t("De rijen worden nog nagekeken.", "The rows are still being checked.");
            Ok(done(&path, &Flash::warn(text), who))
        }
        Err(ImportError::Gone) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}

/// `POST /companies/import/{id}/undo`
pub async fn undo(app: Data<App>, who: Signed, id: Path<ImportId>, _: Form<Press>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, id.into_inner());
    let p = who.page(Here::Companies);
    match attempt(&app, move |app| flow::undo(&app.db, &scope, id, now)).await? {
        Ok(undone) => {
            let mut text = format!(
                "{} {}.",
                p.n(undone.removed, "bedrijf", "bedrijven", "company", "companies"),
                p.t("teruggedraaid", "taken back")
            );
            if undone.kept > 0 {
                let kept = p.n(undone.kept, "bedrijf blijft", "bedrijven blijven", "company stays", "companies stay");
                text = format!("{text} {kept}: {}.", p.t("daar is al iets mee gedaan", "something was done with them"));
            }
            Ok(done(&format!("/companies/import/{id}"), &Flash::good(text), &who))
        }
        Err(ImportError::Gone) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}

/// `GET /companies/import/{id}/rejected.csv`
pub async fn rejected(app: Data<App>, who: Signed, id: Path<ImportId>) -> Result<HttpResponse, Error> {
    let (scope, lang, id) = (who.scope.clone(), who.lang, id.into_inner());
    let read = move |app: &App| {
        app.db.read(|conn| match imports::find(conn, &scope, id)? {
            Some(import) => flow::rejected(conn, &import, lang).map(Some),
            None => Ok::<_, DbError>(None),
        })
    };
    let bytes = ask(&app, read).await?.ok_or(Error::NotFound)?;
    let name = format!("attachment; filename=\"{}-{id}.csv\"", who.lang.t("afgewezen", "rejected"));
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(bytes))
}
