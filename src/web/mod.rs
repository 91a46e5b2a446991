//! The web door: pages for people. Handler = extract, one flow or one read, render; a POST ends in a 303.
//!
//! # A page in three pieces
//!
//! 1. A template `templates/pages/NAME.html` that extends `base.html` and writes both languages side by side:
//!    ```jinja
//!    {% extends "base.html" %}
//!    {% block title %}{{ p.t("Taken", "Tasks") }}{% endblock %}
//!    {% block content %}
//!    <header class="page-head"><div><h1>{{ p.t("Taken", "Tasks") }}</h1></div></header>
//!    <form class="form" method="post" action="/tasks">{{ p.token() }}{{ p.errors(errors) }}
//!    {{ p.field("title", p.t("Wat moet er gebeuren?", "What has to be done?")).value(form.title).error(errors) }}
//!    <div class="form-acts"><button class="btn btn-primary">{{ p.t("Zet op de lijst", "Put on the list") }}</button></div></form>
//!    {% for task in tasks %}<p>{{ task.title }}, {{ p.day(task.due_on) }}</p>{% else %}
//!    {{ p.empty(p.t("Geen taken", "No tasks"), p.t("Wat je belooft staat hier.", "What you promise stands here.")) }}{% endfor %}
//!    {% endblock %}
//!    ```
//! 2. A file `pages/NAME.rs` with the template's struct and its handlers:
//!    ```text
//!    #[derive(Template)]
//!    #[template(path = "pages/tasks.html")]
//!    struct Tasks { p: Page, tasks: Vec<Task>, form: TaskForm, errors: Errors }
//!
//!    #[derive(Debug, Default, Deserialize)]
//!    #[serde(default)]
//!    pub struct TaskForm { title: String }
//!
//!    pub async fn list(app: Data<App>, who: Signed) -> Answer {
//!        let scope = who.scope.clone();
//!        let tasks = ask(&app, move |app| app.db.read(|conn| tasks::open(conn, &scope))).await?;
//!        show(&Tasks { p: who.page(Here::Today), tasks, form: TaskForm::default(), errors: Errors::default() })
//!    }
//!
//!    pub async fn add(app: Data<App>, who: Signed, Form(form): Form<TaskForm>) -> Answer {
//!        let (scope, now, title) = (who.scope.clone(), who.now, form.title.clone());
//!        match attempt(&app, move |app| flows::tasks::add(&app.db, &scope, &title, now)).await? {
//!            Ok(id) => Ok(done("/tasks", &Flash::good(who.lang.t("Staat op de lijst.", "On the list.")), &who)),
//!            Err(TaskError::NoTitle) => unfit(&Tasks { errors: Errors::one("title", "…"), form, … }),
//!            Err(error) => Err(Error::unknown(error)),
//!        }
//!    }
//!    ```
//! 3. Its lines in [`routes`]: `.route("/tasks", get().to(tasks::list)).route("/tasks", post().to(tasks::add))`.
//!
//! [`Form`](form::Form) has checked the token before the handler runs; [`Signed`](gate::Signed) gives the
//! [`Scope`](crate::domain::scope::Scope) of every read; a `None` of the store becomes
//! [`Error::NotFound`] by `.ok_or(Error::NotFound)?`. No page has styles of its own: classes
//! and components are in `assets/app.css`, [`parts`] and [`field`]. Progress bars take `poll` for a JSON address.

pub mod assets;
pub mod bridge;
pub mod error;
pub mod field;
pub mod flash;
pub mod form;
pub mod gate;
pub mod guard;
pub mod metrics;
pub mod page;
mod pages;
pub mod parts;
pub mod routes;
pub mod row;
pub mod upload;
pub mod watch;
pub mod when;

use crate::app::App;
use crate::flows::accounts::Passwords;
use actix_web::body::MessageBody;
use actix_web::dev::{ServerHandle, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, HttpServer, rt, web};
use anyhow::{Context as _, anyhow};
use askama::Template;
use error::{Answer, Error};
use flash::Flash;
use gate::Visit;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

/// Headers of a request must be in within this time.
const PATIENCE: Duration = Duration::from_secs(10);

/// Seconds in which what is under way is answered once the door is closed.
const PARTING: u64 = 6;

/// How long a line may take from the door to a worker.
const LET_IN: Duration = Duration::from_millis(100);

/// A web server at work in its own thread.
#[derive(Debug)]
pub struct Running {
    handle: ServerHandle,
    /// The listening socket once more.
    door: TcpListener,
    thread: JoinHandle<std::io::Result<()>>,
}

/// Starts the web server on a bound listener. It does not listen to signals: whoever starts it stops it.
pub fn start(app: Arc<App>, listener: TcpListener) -> anyhow::Result<Running> {
    let passwords = web::Data::new(Passwords::new(&app.config.accounts)?);
    let app: web::Data<App> = web::Data::from(app);
    let workers = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8);
    Running::start("web", listener, workers, move || {
        actix_web::App::new()
            .app_data(app.clone())
            .app_data(passwords.clone())
            .wrap(actix_web::middleware::Compress::default())
            .wrap(actix_web::middleware::from_fn(guard::guard))
            .configure(routes::routes)
    })
}

impl Running {
    /// Serves what `house` makes, in a thread of this name.
    fn start<House, Service, Body>(
        name: &str,
        listener: TcpListener,
        workers: usize,
        house: House,
    ) -> anyhow::Result<Self>
    where
        House: Fn() -> actix_web::App<Service> + Send + Clone + 'static,
        Service: ServiceFactory<
                ServiceRequest,
                Config = (),
                Response = ServiceResponse<Body>,
                Error = actix_web::Error,
                InitError = (),
            > + 'static,
        Body: MessageBody + 'static,
    {
        let door = listener.try_clone().context("the listening socket")?;
        let (tell, told) = mpsc::channel();
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            rt::System::new().block_on(async move {
                let server = HttpServer::new(house)
                    .workers(workers)
                    .disable_signals()
                    .client_request_timeout(PATIENCE)
                    .shutdown_timeout(PARTING)
                    .listen(listener)?
                    .run();
                let _ = tell.send(server.handle());
                server.await
            })
        });
        let thread = thread.context("starting the web server's thread")?;
        let handle = told.recv().map_err(|_| anyhow!("the web server did not start"))?;
        Ok(Self { handle, door, thread })
    }

    /// Takes in nobody any more: who comes now is refused, and goes to another process. Waits until those who were let in are
    /// being answered; the server itself tells its workers to end in the same moment, and would lose them.
    pub fn close_door(&self) {
        rt::System::new().block_on(self.handle.pause());
        if let Ok(door) = self.door.try_clone() {
            // On Linux this ends the listening of every copy of the socket; elsewhere it is refused, and changes nothing.
            let _ = TcpStream::from(OwnedFd::from(door)).shutdown(Shutdown::Both);
        }
        std::thread::sleep(LET_IN);
    }

    /// Ends after the requests at hand are answered (at most six seconds).
    pub fn stop(self) -> anyhow::Result<()> {
        let stopping = self.handle.stop(true);
        rt::System::new().block_on(stopping);
        self.thread.join().map_err(|_| anyhow!("the web server panicked"))?.context("the web server")
    }
}

/// A page.
pub fn show(template: &impl Template) -> Answer {
    let html = template.render().map_err(|error| Error::Unknown(error.into()))?;
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html))
}

/// A form that comes back filled, with its errors (422).
pub fn unfit(template: &impl Template) -> Answer {
    let html = template.render().map_err(|error| Error::Unknown(error.into()))?;
    Ok(HttpResponse::UnprocessableEntity().content_type("text/html; charset=utf-8").body(html))
}

/// A form that was shown before somebody else saved: it comes back filled, beside what is there now (409).
pub fn stale(template: &impl Template) -> Answer {
    let html = template.render().map_err(|error| Error::Unknown(error.into()))?;
    Ok(HttpResponse::Conflict().content_type("text/html; charset=utf-8").body(html))
}

/// A page of what was there once (410).
pub fn gone(template: &impl Template) -> Answer {
    let html = template.render().map_err(|error| Error::Unknown(error.into()))?;
    Ok(HttpResponse::Gone().content_type("text/html; charset=utf-8").body(html))
}

/// On to a path of this house (303).
pub fn go(path: &str) -> HttpResponse {
    let path = if gate::is_own_path(path) { path } else { "/" };
    HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
}

/// On to a path, where the page says what was done.
pub fn done(path: &str, flash: &Flash, visit: &Visit) -> HttpResponse {
    let mut response = go(path);
    // A cookie that cannot be written costs the sentence, never the act.
    let _ = response.add_cookie(&flash.cookie(visit.secure));
    response
}
