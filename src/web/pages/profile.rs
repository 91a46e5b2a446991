//! What a person likes: language, theme, keys, and the own password.

use super::door::let_in;
use super::passwords::{differs, sentence};
use crate::app::App;
use crate::domain::account::Theme;
use crate::domain::secret::Secret;
use crate::domain::words::Lang;
use crate::flows::accounts::{self, Passwords, SignInError};
use crate::store::users;
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form};
use crate::web::gate::{Person, Signed, Visitor, give_lang};
use crate::web::page::{Here, Page};
use crate::web::{done, go, show, unfit};
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pages/profile.html")]
struct Profile {
    p: Page,
    email: String,
    errors: Errors,
    feed: Feed,
}

/// What a person sees of their calendar feed.
struct Feed {
    /// Whether a link was handed out.
    open: bool,
    /// The link, where it was handed out just now.
    link: Option<String>,
}

impl Profile {
    fn of(who: &Person, errors: Errors, feed: Feed) -> Self {
        Self { p: who.page(Here::Settings), email: who.user.email.to_string(), errors, feed }
    }

    fn themes(&self) -> [(Theme, &str); 3] {
        [
            (Theme::Auto, self.p.t("volgt je computer", "follows your computer")),
            (Theme::Light, self.p.t("licht", "light")),
            (Theme::Dark, self.p.t("donker", "dark")),
        ]
    }
}

/// How somebody likes the pages.
#[derive(Debug, Deserialize)]
pub struct ProfileForm {
    lang: Lang,
    theme: Theme,
    #[serde(default)]
    keys: Option<String>,
}

/// A switch of language from any page.
#[derive(Debug, Deserialize)]
pub struct LangForm {
    lang: Lang,
    #[serde(default)]
    next: String,
}

/// A switch of theme from any page.
#[derive(Debug, Deserialize)]
pub struct ThemeForm {
    theme: Theme,
    #[serde(default)]
    next: String,
}

/// The old password, and the new one twice.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    old: String,
    password: String,
    again: String,
}

/// `GET /settings/profile`
pub async fn show_profile(app: Data<App>, who: Signed) -> Answer {
    let feed = feed_of(&app, &who).await?;
    show(&Profile::of(&who, Errors::default(), feed))
}

/// The page with a calendar link that was just handed out.
pub(super) fn with_feed(who: &Signed, link: String) -> Answer {
    show(&Profile::of(who, Errors::default(), Feed { open: true, link: Some(link) }))
}

async fn feed_of(app: &Data<App>, who: &Signed) -> Result<Feed, Error> {
    let user = who.id();
    let open = ask(app, move |app| app.db.read(|conn| users::has_feed(conn, user))).await?;
    Ok(Feed { open, link: None })
}

/// `POST /settings/profile`
pub async fn save(app: Data<App>, who: Signed, Form(form): Form<ProfileForm>) -> Answer {
    let (user, keys) = (who.id(), form.keys.is_some());
    ask(&app, move |app| accounts::prefer(&app.db, user, form.lang, form.theme, keys)).await?;
    let mut response = done("/settings/profile", &Flash::good(form.lang.t("Bewaard.", "Saved.")), &who);
    // The cookie only matters once nobody is signed in.
    let _ = response.add_cookie(&give_lang(form.lang, who.secure));
    Ok(response)
}

/// `POST /language`
pub async fn language(app: Data<App>, who: Visitor, person: Option<Person>, Form(form): Form<LangForm>) -> Answer {
    if let Some(Person { user, .. }) = person {
        ask(&app, move |app| accounts::prefer(&app.db, user.id, form.lang, user.theme, user.single_keys)).await?;
    }
    let mut response = go(&form.next);
    // A language that is not remembered is chosen again.
    let _ = response.add_cookie(&give_lang(form.lang, who.secure));
    Ok(response)
}

/// `POST /theme`
pub async fn theme(app: Data<App>, who: Person, Form(form): Form<ThemeForm>) -> Answer {
    let user = who.user.clone();
    ask(&app, move |app| accounts::prefer(&app.db, user.id, user.lang, form.theme, user.single_keys)).await?;
    Ok(go(&form.next))
}

/// `POST /settings/profile/password`
pub async fn change_password(
    app: Data<App>,
    passwords: Data<Passwords>,
    who: Signed,
    Form(form): Form<PasswordForm>,
) -> Answer {
    if form.password != form.again {
        let feed = feed_of(&app, &who).await?;
        return unfit(&Profile::of(&who, differs(who.lang), feed));
    }
    let (user, now) = (who.id(), who.now);
    let (old, new) = (Secret::new(form.old), Secret::new(form.password));
    let changed = attempt(&app, move |app| {
        accounts::change_password(&app.db, &passwords, &app.config.accounts, user, (&old, &new), now)
    });
    let errors = match changed.await? {
        Ok(opened) => return Ok(let_in(&opened, &who, "/settings/profile")),
        Err(SignInError::Wrong) => {
            Errors::one("old", who.lang.t("Dit is niet je wachtwoord van nu.", "This is not your present password."))
        }
        Err(SignInError::Password(bad)) => Errors::one("password", sentence(who.lang, bad)),
        Err(SignInError::Throttled { minutes }) => return Err(Error::Throttled { minutes }),
        Err(error) => return Err(Error::unknown(error)),
    };
    let feed = feed_of(&app, &who).await?;
    unfit(&Profile::of(&who, errors, feed))
}
