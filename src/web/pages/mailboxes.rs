//! Mailboxes: which there are, how they do, adding one, changing it, and trying it out in words. From a page a mailbox
//! reaches mail servers at public addresses only; directories and certificate files come from the command line.

use crate::app::App;
use crate::domain::email::EmailAddress;
use crate::domain::id::{MailboxId, SiteId};
use crate::domain::secret::Secret;
use crate::domain::time::Day;
use crate::domain::words::{Lang, MailboxKind};
use crate::flows::mailboxes::{self as flow, Checked, Door, MailboxError, MailboxFields, NewBox};
use crate::mail::error::{MailError, Trouble};
use crate::mail::server::Timeouts;
use crate::store::mailboxes::{self, Mailbox};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form, Press};
use crate::web::gate::RequireCoordinator;
use crate::web::page::{Here, Page};
use crate::web::{done, show, stale, unfit};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;
use std::time::Duration;

const HERE: &str = "/settings/mailboxes";
/// How long a try-out from a page may take at each step: somebody waits for it.
const TRY_SECONDS: u64 = 10;

#[derive(Template)]
#[template(path = "pages/mailboxes.html")]
struct List {
    p: Page,
    rows: Vec<Mailbox>,
}

#[derive(Template)]
#[template(path = "pages/mailbox.html")]
struct One {
    p: Page,
    mailbox: Option<Mailbox>,
    sites: Vec<(SiteId, String)>,
    form: MailboxForm,
    errors: Errors,
    stale: bool,
}

/// A mailbox as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct MailboxForm {
    site: Option<SiteId>,
    kind: String,
    address: String,
    name: String,
    from_name: String,
    out_url: String,
    in_url: String,
    password: String,
    start_on: String,
    connections: String,
    rate_per_minute: String,
    version: i32,
}

impl MailboxForm {
    fn of(mailbox: &Mailbox) -> Self {
        Self {
            site: Some(mailbox.site_id),
            kind: mailbox.kind.to_string(),
            address: mailbox.address.to_string(),
            name: mailbox.name.clone(),
            from_name: mailbox.from_name.clone(),
            out_url: mailbox.out_url.clone(),
            in_url: mailbox.in_url.clone(),
            password: String::new(),
            start_on: mailbox.start_on.to_string(),
            connections: mailbox.connections.to_string(),
            rate_per_minute: mailbox.rate_per_minute.to_string(),
            version: mailbox.version,
        }
    }

    fn fields(&self, lang: Lang, errors: &mut Errors) -> MailboxFields {
        let number = lang.t("Schrijf een getal.", "Write a number.");
        let day = Day::parse(&self.start_on).ok_or(lang.t("Schrijf de dag zo: 2026-11-23.", "Write it as 2026-11-23."));
        MailboxFields {
            name: self.name.clone(),
            from_name: self.from_name.clone(),
            out_url: self.out_url.trim().to_owned(),
            in_url: self.in_url.trim().to_owned(),
            password: Some(self.password.as_str()).filter(|text| !text.is_empty()).map(Secret::new),
            start_on: errors.take("start_on", day).unwrap_or(Day(chrono::NaiveDate::MIN)),
            connections: errors.take("connections", self.connections.trim().parse().map_err(|_| number)).unwrap_or(1),
            rate_per_minute: errors
                .take("rate_per_minute", self.rate_per_minute.trim().parse().map_err(|_| number))
                .unwrap_or(0),
        }
    }
}

/// What keeps a mailbox from sending, in a sentence; nothing when it sends.
fn trouble(p: &Page, mailbox: &Mailbox) -> Option<String> {
    let why = why(&mailbox.pause_reason, p.lang);
    if mailbox.paused_at.is_some() {
        return Some(why);
    }
    let at = mailbox.retry_at.filter(|at| *at > p.now)?;
    Some(format!("{why} {} {}.", p.t("We proberen het weer", "We try again"), p.when(at).words()))
}

/// Why a mailbox is paused or rests, in a sentence or two.
pub(super) fn why(reason: &str, lang: Lang) -> String {
    if let Some(trouble) = Trouble::parse(reason) {
        return trouble.says(lang, "");
    }
    let words = match reason {
        "" => lang.t("Iemand zette hem stil.", "Somebody paused it."),
        mailboxes::BUSY => lang.t("De mailserver vroeg om geduld.", "The mail server asked for patience."),
        "auth" => lang.t("De server wil dat we inloggen.", "The server wants us to sign in."),
        "tls" => lang.t("De verbinding is niet veilig te maken.", "The line cannot be made safe."),
        _ => lang.t("De server is niet te bereiken.", "The server cannot be reached."),
    };
    words.to_owned()
}

impl List {
    fn trouble(&self, mailbox: &Mailbox) -> Option<String> {
        trouble(&self.p, mailbox)
    }

    fn ways(&self, mailbox: &Mailbox) -> &'static str {
        match (mailbox.out_url.is_empty(), mailbox.in_url.is_empty()) {
            (false, false) => self.p.lang.t("verstuurt en leest", "sends and reads"),
            (false, true) => self.p.lang.t("verstuurt", "sends"),
            (true, false) => self.p.lang.t("leest", "reads"),
            (true, true) => "",
        }
    }
}

impl One {
    fn trouble(&self) -> Option<String> {
        self.mailbox.as_ref().and_then(|mailbox| trouble(&self.p, mailbox))
    }

    fn kinds(&self) -> [(&'static str, &'static str); 2] {
        [
            ("desk", self.p.lang.t("van het loket: alles bewaren", "the desk's: keep everything")),
            ("personal", self.p.lang.t("van één persoon: alleen wat van ons is", "one person's: only what is ours")),
        ]
    }
}

/// The sentence of a refusal and the field that it stands at.
fn told(error: &MailboxError, lang: Lang) -> Option<(&'static str, String)> {
    let fixed = |field, nl, en| Some((field, lang.t(nl, en).to_owned()));
    match error {
        MailboxError::Name => {
            fixed("name", "Geef een naam van hooguit 100 letters.", "Give a name of at most 100 letters.")
        }
        MailboxError::NoWay => fixed(
            "out_url",
            "Vul in hoe hij verstuurt, hoe hij leest, of allebei.",
            "Fill in how it sends, how it reads, or both.",
        ),
        MailboxError::Out(error) => Some(("out_url", error.says(lang))),
        MailboxError::In(error) => Some(("in_url", error.says(lang))),
        MailboxError::OnlyCommandLine => {
            fixed("out_url", "Een map stel je in op de server zelf.", "A directory is set up on the server itself.")
        }
        MailboxError::Range => fixed(
            "connections",
            "Kies 1 tot 32 lijnen, en een tempo vanaf 0.",
            "Choose 1 to 32 lines, and a rate from 0.",
        ),
        MailboxError::InUse => {
            fixed("", "Er loopt nog een campagne vanuit deze mailbox.", "A campaign still leaves from this mailbox.")
        }
        MailboxError::NotCoordinator
        | MailboxError::Stale
        | MailboxError::NotThere
        | MailboxError::Seal(_)
        | MailboxError::Db(_) => None,
    }
}

/// `GET /settings/mailboxes`
pub async fn list(app: Data<App>, who: RequireCoordinator) -> Answer {
    let scope = who.scope.clone();
    let rows = ask(&app, move |app| app.db.read(|conn| mailboxes::list(conn, &scope))).await?;
    show(&List { p: who.page(Here::Settings), rows })
}

fn page(who: &RequireCoordinator, mailbox: Option<Mailbox>, form: MailboxForm, errors: Errors) -> One {
    One { p: who.page(Here::Settings), mailbox, sites: who.sites.clone(), form, errors, stale: false }
}

/// `GET /settings/mailboxes/new`
pub async fn new(who: RequireCoordinator) -> Answer {
    let form = MailboxForm {
        site: who.sites.first().map(|(id, _)| *id),
        kind: "desk".to_owned(),
        start_on: who.now.day().to_string(),
        connections: "4".to_owned(),
        rate_per_minute: "60".to_owned(),
        ..MailboxForm::default()
    };
    show(&page(&who, None, form, Errors::default()))
}

async fn found(app: &Data<App>, who: &RequireCoordinator, id: MailboxId) -> Result<Mailbox, Error> {
    let scope = who.scope.clone();
    ask(app, move |app| app.db.read(|conn| mailboxes::find(conn, &scope, id))).await?.ok_or(Error::NotFound)
}

/// `GET /settings/mailboxes/{id}`
pub async fn edit(app: Data<App>, who: RequireCoordinator, id: Path<MailboxId>) -> Answer {
    let mailbox = found(&app, &who, id.into_inner()).await?;
    let form = MailboxForm::of(&mailbox);
    show(&page(&who, Some(mailbox), form, Errors::default()))
}

fn refused(mut page: One, error: MailboxError) -> Answer {
    match (told(&error, page.p.lang), error) {
        (Some((field, words)), _) => {
            page.errors.add(field, words);
            unfit(&page)
        }
        (None, MailboxError::Stale) => {
            page.stale = true;
            stale(&page)
        }
        (None, MailboxError::NotThere | MailboxError::NotCoordinator) => Err(Error::NotFound),
        (None, error) => Err(Error::unknown(error)),
    }
}

/// `POST /settings/mailboxes`
pub async fn add(app: Data<App>, who: RequireCoordinator, Form(form): Form<MailboxForm>) -> Answer {
    let (lang, mut errors) = (who.lang, Errors::default());
    let fields = form.fields(lang, &mut errors);
    let address = EmailAddress::parse(&form.address);
    let address = address.map_err(|_| lang.t("Schrijf het zo: naam@bedrijf.nl.", "Write it as name@company.nl."));
    let address = errors.take("address", address);
    let site = form.site.or_else(|| who.sites.first().map(|(id, _)| *id)).ok_or(Error::NotFound)?;
    let (Some(address), true) = (address, errors.is_empty()) else { return unfit(&page(&who, None, form, errors)) };
    let kind = form.kind.parse().unwrap_or(MailboxKind::Desk);
    let new = NewBox { site, kind, user: None, address, ca_file: None };
    let (scope, now) = (who.scope.clone(), who.now);
    let act = move |app: &App| flow::add(&app.db, &scope, &app.keys, &new, &fields, Door::Page, now);
    match attempt(&app, act).await? {
        Ok(id) => Ok(done(
            &format!("{HERE}/{id}"),
            &Flash::good(lang.t("Bewaard. Probeer hem nu uit.", "Saved. Now try it.")),
            &who,
        )),
        Err(error) => refused(page(&who, None, form, errors), error),
    }
}

/// `POST /settings/mailboxes/{id}`
pub async fn save(
    app: Data<App>,
    who: RequireCoordinator,
    id: Path<MailboxId>,
    Form(form): Form<MailboxForm>,
) -> Answer {
    let mailbox = found(&app, &who, id.into_inner()).await?;
    let mut errors = Errors::default();
    let fields = form.fields(who.lang, &mut errors);
    if !errors.is_empty() {
        return unfit(&page(&who, Some(mailbox), form, errors));
    }
    let (scope, now, id, version) = (who.scope.clone(), who.now, mailbox.id, form.version);
    let act = move |app: &App| flow::edit(&app.db, &scope, &app.keys, id, version, &fields, now);
    match attempt(&app, act).await? {
        Ok(()) => Ok(done(HERE, &Flash::good(who.lang.t("Bewaard.", "Saved.")), &who)),
        Err(error) => refused(page(&who, Some(mailbox), form, errors), error),
    }
}

/// `POST /settings/mailboxes/{id}/check`
pub async fn check(app: Data<App>, who: RequireCoordinator, id: Path<MailboxId>, _: Form<Press>) -> Answer {
    let mailbox = found(&app, &who, id.into_inner()).await?;
    let (back, lang) = (format!("{HERE}/{}", mailbox.id), who.lang);
    let checked = ask(&app, move |app| {
        let seconds = Duration::from_secs(TRY_SECONDS);
        let timeouts = Timeouts { connect: seconds, command: seconds, dot: seconds, answer: seconds };
        let allowed = &app.config.delivery.private_addresses;
        Ok::<_, crate::store::DbError>(flow::check(&mailbox, &app.keys, allowed, timeouts))
    })
    .await?;
    let words = words(&checked, lang);
    let flash = if checked.is_good() { Flash::good(words) } else { Flash::bad(words) };
    Ok(done(&back, &flash, &who))
}

/// What a check found, in words; what a server said of itself is never among them.
fn words(checked: &Checked, lang: Lang) -> String {
    let one = |good: &str, bad: &str, way: &Option<Result<(), MailError>>| match way {
        None => None,
        Some(Ok(())) => Some(good.to_owned()),
        Some(Err(error)) => Some(format!("{bad} {}", error.says(lang))),
    };
    let out = one(lang.t("Versturen werkt.", "Sending works."), lang.t("Versturen:", "Sending:"), &checked.out);
    let inward = one(lang.t("Lezen werkt.", "Reading works."), lang.t("Lezen:", "Reading:"), &checked.inward);
    [out, inward].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Holds the mailbox, or lets it go on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct HoldForm {
    held: String,
}

/// `POST /settings/mailboxes/{id}/hold`
pub async fn hold(app: Data<App>, who: RequireCoordinator, id: Path<MailboxId>, Form(form): Form<HoldForm>) -> Answer {
    let (scope, now, id, held) = (who.scope.clone(), who.now, id.into_inner(), form.held == "yes");
    match attempt(&app, move |app| flow::hold(&app.db, &scope, id, held, now)).await? {
        Ok(()) => {
            let words = if held {
                who.lang.t("Staat stil: er gaat niets uit.", "Paused: nothing leaves.")
            } else {
                who.lang.t("Gaat weer verder.", "Goes on.")
            };
            Ok(done(&format!("{HERE}/{id}"), &Flash::good(words), &who))
        }
        Err(MailboxError::NotThere | MailboxError::NotCoordinator) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}

/// `POST /settings/mailboxes/{id}/archive`
pub async fn archive(app: Data<App>, who: RequireCoordinator, id: Path<MailboxId>, _: Form<Press>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, id.into_inner());
    match attempt(&app, move |app| flow::archive(&app.db, &scope, id, now)).await? {
        Ok(()) => Ok(done(HERE, &Flash::good(who.lang.t("Weggelegd.", "Put away.")), &who)),
        Err(MailboxError::InUse) => {
            let words = told(&MailboxError::InUse, who.lang).map(|(_, words)| words).unwrap_or_default();
            Ok(done(&format!("{HERE}/{id}"), &Flash::bad(words), &who))
        }
        Err(MailboxError::NotThere | MailboxError::NotCoordinator) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}
