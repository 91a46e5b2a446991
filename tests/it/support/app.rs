//! The product's own web server on a free port, with a fixed clock and a database of its own, and people who use it.

use super::postgres::fresh_postgres;
use super::processes::RunFolder;
use reqwest::blocking::{Client, Response};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use stagemakelaar::app::App;
use stagemakelaar::config::Config;
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::id::{SiteId, UserId};
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::secret::Secret;
use stagemakelaar::domain::time::{Clock, Moment};
use stagemakelaar::domain::words::{Lang, Region, Role};
use stagemakelaar::flows::accounts::{self, AddUser, Passwords};
use stagemakelaar::store::sites::{self, NewSite};
use stagemakelaar::store::{Db, DbError};
use stagemakelaar::web::{self, Running};
use std::cell::RefCell;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

/// The password of everybody in the tests.
pub const PASSWORD: &str = "vier losse woorden samen";

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Embedded.
    Sqlite,
    /// A server.
    Postgres,
}

/// Writes each test twice: `both! { fn name(db) { … } }` runs on SQLite and on PostgreSQL.
macro_rules! both {
    ($($(#[$meta:meta])* fn $name:ident($db:ident) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "not every test needs all of its file's names")]
            use super::*;
            fn run($db: $crate::support::app::Backend) $body
            #[test]
            fn on_sqlite() {
                run($crate::support::app::Backend::Sqlite);
            }
            #[test]
            fn on_postgresql() {
                run($crate::support::app::Backend::Postgres);
            }
        }
    )+};
}
pub(crate) use both;

/// A running web server.
#[derive(Debug)]
pub struct TestApp {
    /// `http://127.0.0.1:PORT`.
    pub base_url: String,
    /// Its parts.
    pub app: Arc<App>,
    /// Its clock, which stands still at 24 November 2026, 09:00 in Amsterdam, until a test sets it.
    pub clock: Clock,
    running: Option<Running>,
    _folder: RunFolder,
}

impl TestApp {
    /// Starts one on a new database without sites and users.
    pub fn start(backend: Backend) -> Self {
        Self::start_with(backend, "")
    }

    /// The same, with more keys for `[server]`.
    pub fn start_with(backend: Backend, server: &str) -> Self {
        let folder = RunFolder::new("app");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let url = match backend {
            Backend::Sqlite => folder.path().join("test.db").display().to_string(),
            Backend::Postgres => fresh_postgres(),
        };
        let keys = folder.path().join("keys.toml");
        let text = format!(
            "[server]\nbase_url = \"{base_url}\"\n{server}\n[database]\nurl = \"{url}\"\n[files]\nkeys = \"{}\"\n\
             [accounts]\npassword_memory_kib = 8\npassword_passes = 1\n",
            keys.display()
        );
        let clock = Clock::fixed(Moment::parse("2026-11-24T08:00:00Z").unwrap());
        let app = Arc::new(App::build(Config::parse(&text, "the test's").unwrap(), clock.clone()).unwrap());
        app.prepare().unwrap();
        let running = Some(web::start(Arc::clone(&app), listener).unwrap());
        Self { base_url, app, clock, running, _folder: folder }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.app.db
    }

    /// Sets the clock forward.
    pub fn later(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// Adds a site.
    pub fn add_site(&self, name: &str) -> SiteId {
        let new = NewSite {
            name: name.to_owned(),
            desk_name: format!("Stageloket {name}"),
            postal_address: "Plein 1, 1000 AA Ergens".to_owned(),
            phone: None,
            region: Region::Noord,
            created_at: self.clock.now(),
        };
        self.db().write(|tx| sites::add(tx, &new)).unwrap().unwrap()
    }

    /// Adds a user whose password is [`PASSWORD`].
    pub fn add_user(&self, email: &str, role: Role, sites: &[SiteId]) -> UserId {
        let (now, settings) = (self.clock.now(), &self.app.config.accounts);
        let add = AddUser {
            email: EmailAddress::parse(email).unwrap(),
            name: email.split('@').next().unwrap().to_owned(),
            role,
            lang: Lang::Nl,
            sites: sites.to_vec(),
        };
        let mail = accounts::add_user(self.db(), &Scope::command(sites.to_vec()), &add, now).unwrap();
        let passwords = Passwords::new(settings).unwrap();
        let chosen = (mail.token.expose(), &Secret::new(PASSWORD));
        accounts::set_password(self.db(), &passwords, settings, chosen, now).unwrap();
        mail.user
    }

    /// Somebody with a browser who is not signed in.
    pub fn visitor(&self) -> Surfer {
        Surfer::at(&self.base_url)
    }

    /// A new user of a site, signed in through the page.
    pub fn sign_in_as(&self, role: Role, site: SiteId) -> Surfer {
        let email = format!("{role}-{site}@loket.example");
        let known = EmailAddress::parse(&email).unwrap();
        let found = self.db().read(|conn| stagemakelaar::store::users::by_email(conn, &known));
        if found.map_err(|error: DbError| error).unwrap().is_none() {
            self.add_user(&email, role, &[site]);
        }
        let surfer = self.visitor();
        let answer = surfer.sign_in(&email, PASSWORD);
        assert_eq!((answer.status, answer.location()), (303, "/"), "{}", answer.text);
        surfer.get("/");
        surfer
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let stopped = running.stop();
            assert!(stopped.is_ok() || std::thread::panicking(), "{stopped:?}");
        }
    }
}

/// A browser without a screen: keeps cookies, remembers the form token of the last page, follows no redirect.
#[derive(Debug)]
pub struct Surfer {
    /// For requests that the methods here do not make.
    pub client: Client,
    base_url: String,
    token: RefCell<String>,
}

/// An answer.
#[derive(Debug)]
pub struct Seen {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub text: String,
}

impl Seen {
    /// Reads it whole.
    pub fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().unwrap() }
    }

    /// Where it sends the browser.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// A header, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Surfer {
    /// Somebody who is not signed in, before the server at `http://127.0.0.1:PORT`.
    pub fn at(base_url: &str) -> Self {
        // The server closes a line on which nothing was asked for five seconds. A browser asks once more where that happens just
        // as it asks; this client lets go of the line before.
        let client = Client::builder().cookie_store(true).redirect(Policy::none());
        let client = client.pool_idle_timeout(Duration::from_secs(3)).build().unwrap();
        Self { client, base_url: base_url.to_owned(), token: RefCell::default() }
    }

    /// Opens a page.
    pub fn get(&self, path: &str) -> Seen {
        let seen = Seen::of(self.client.get(self.url(path)).send().unwrap());
        if let Some((_, rest)) = seen.text.split_once(r#"name="csrf" value=""#) {
            rest.split('"').next().unwrap().clone_into(&mut self.token.borrow_mut());
        }
        seen
    }

    /// Posts a form with the token of the last page that had one.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let token = self.token.borrow().clone();
        let fields: Vec<_> = std::iter::once(("csrf", token.as_str())).chain(fields.iter().copied()).collect();
        self.post_bare(path, &fields)
    }

    /// Posts a form as it is.
    pub fn post_bare(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.client.post(self.url(path)).header("content-type", "application/x-www-form-urlencoded");
        Seen::of(request.body(body).send().unwrap())
    }

    /// Signs in through the page.
    pub fn sign_in(&self, email: &str, password: &str) -> Seen {
        self.get("/sign-in");
        self.post("/sign-in", &[("email", email), ("password", password)])
    }

    /// The token of the last page that had one.
    pub fn token(&self) -> String {
        self.token.borrow().clone()
    }

    /// Posts a file and fields as a browser does, with the token of the last page that had one.
    pub fn upload(&self, path: &str, fields: &[(&str, &str)], (field, name, text): (&str, &str, &str)) -> Seen {
        let token = self.token();
        let part = |name: &str, value: &str| {
            format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let fields: String = fields.iter().map(|(name, value)| part(name, value)).collect();
        let disposition = format!("Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"");
        let body = format!("{}{fields}--part\r\n{disposition}\r\n\r\n{text}\r\n--part--\r\n", part("csrf", &token));
        let request = self.client.post(self.url(path)).header("content-type", "multipart/form-data; boundary=part");
        Seen::of(request.body(body).send().unwrap())
    }

    /// A path with the server before it.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
}
