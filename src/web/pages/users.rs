//! Users as a coordinator manages them: who is there, add, change, invite again.

use crate::app::App;
use crate::domain::email::EmailAddress;
use crate::domain::id::{SiteId, UserId};
use crate::domain::words::{Lang, Role};
use crate::flows::accounts::{self, AddUser, ChangeUser, Handed, Invited, UserError};
use crate::store::DbResult;
use crate::store::users::{self, Member};
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

/// Most characters of a name.
const LONGEST_NAME: usize = 100;

#[derive(Template)]
#[template(path = "pages/users.html")]
struct Users {
    p: Page,
    members: Vec<Member>,
    sites: Vec<(SiteId, String)>,
    /// Names of the sites from which no mail goes out; empty when there is none.
    silent: String,
    form: UserForm,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "pages/user.html")]
struct OneUser {
    p: Page,
    member: Member,
    sites: Vec<(SiteId, String)>,
    form: UserForm,
    errors: Errors,
    stale: bool,
}

/// A user as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct UserForm {
    email: String,
    name: String,
    role: String,
    lang: String,
    sites: Vec<SiteId>,
    active: Option<String>,
    version: i32,
}

impl UserForm {
    fn of(member: &Member) -> Self {
        Self {
            email: member.user.email.to_string(),
            name: member.user.name.clone(),
            role: member.user.role.to_string(),
            lang: member.user.lang.to_string(),
            sites: member.sites.clone(),
            active: member.user.active.then(|| "on".to_owned()),
            version: member.user.version,
        }
    }

    fn name(&self, p: &Page, errors: &mut Errors) -> String {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            errors.add("name", p.t("Vul een naam in, hooguit 100 letters.", "Fill in a name, at most 100 letters."));
        }
        name.to_owned()
    }

    fn role(&self, p: &Page, errors: &mut Errors) -> Role {
        let role = self.role.parse().map_err(|_| p.t("Kies een rol.", "Choose a role."));
        errors.take("role", role).unwrap_or(Role::Broker)
    }
}

fn no_site(p: &Page, errors: &mut Errors) {
    errors.add("sites", p.t("Kies minstens één locatie.", "Choose at least one site."));
}

fn role_words(p: &Page, role: Role) -> &'static str {
    match role {
        Role::Broker => p.lang.t("stagemakelaar", "broker"),
        Role::Coordinator => p.lang.t("coördinator", "coordinator"),
        Role::Researcher => p.lang.t("onderzoeker", "researcher"),
        Role::Referrer => p.lang.t("verwijzer van een school", "school's referrer"),
    }
}

fn roles(p: &Page) -> Vec<(Role, &'static str)> {
    Role::ALL.iter().map(|role| (*role, role_words(p, *role))).collect()
}

impl Users {
    fn role(&self, member: &Member) -> &'static str {
        role_words(&self.p, member.user.role)
    }

    fn roles(&self) -> Vec<(Role, &'static str)> {
        roles(&self.p)
    }

    fn site_names(&self, member: &Member) -> String {
        let names = self.sites.iter().filter(|(id, _)| member.sites.contains(id)).map(|(_, name)| name.as_str());
        names.collect::<Vec<_>>().join(", ")
    }
}

impl OneUser {
    fn role(&self) -> &'static str {
        role_words(&self.p, self.member.user.role)
    }

    fn roles(&self) -> Vec<(Role, &'static str)> {
        roles(&self.p)
    }
}

/// The page of all users, around the form of a new one.
async fn page(app: &Data<App>, who: &RequireCoordinator, form: UserForm, errors: Errors) -> Result<Users, Error> {
    let (scope, sites) = (who.scope.clone(), who.sites.clone());
    let (members, silent) = ask(app, move |app| -> DbResult<_> {
        app.db.read(|conn| {
            let mut silent = Vec::new();
            for (id, name) in sites {
                if accounts::sender(conn, &[id])?.is_none() {
                    silent.push(name);
                }
            }
            Ok((users::list(conn, &scope)?, silent.join(", ")))
        })
    })
    .await?;
    Ok(Users { p: who.page(Here::Settings), members, sites: who.sites.clone(), silent, form, errors })
}

async fn member(app: &Data<App>, who: &RequireCoordinator, id: UserId) -> Result<Member, Error> {
    let scope = who.scope.clone();
    ask(app, move |app| app.db.read(|conn| users::find(conn, &scope, id))).await?.ok_or(Error::NotFound)
}

/// `GET /settings/users`
pub async fn list(app: Data<App>, who: RequireCoordinator) -> Answer {
    let form = UserForm { sites: who.sites.iter().map(|(id, _)| *id).take(1).collect(), ..UserForm::default() };
    show(&page(&app, &who, form, Errors::default()).await?)
}

/// `POST /settings/users`
pub async fn add(app: Data<App>, who: RequireCoordinator, Form(form): Form<UserForm>) -> Answer {
    let (p, mut errors) = (who.page(Here::Settings), Errors::default());
    let address = EmailAddress::parse(&form.email);
    let address = address.map_err(|_| p.t("Schrijf het zo: naam@bedrijf.nl.", "Write it as name@company.nl."));
    let email = errors.take("email", address);
    let (name, role) = (form.name(&p, &mut errors), form.role(&p, &mut errors));
    if let (Some(email), true) = (email, errors.is_empty()) {
        let new = AddUser { email, name, role, lang: form.lang.parse().unwrap_or_default(), sites: form.sites.clone() };
        let (scope, now) = (who.scope.clone(), who.now);
        match attempt(&app, move |app| accounts::add_and_invite(&app.db, app.press(), &scope, &new, now)).await? {
            Ok(mail) => return Ok(done("/settings/users", &invited(p.lang, &app, &mail), &who)),
            Err(UserError::Sites) => no_site(&p, &mut errors),
            Err(UserError::Taken) => {
                errors.add("email", p.t("Dit adres heeft al een account.", "This address has an account already."));
            }
            Err(error) => return Err(Error::unknown(error)),
        }
    }
    unfit(&page(&app, &who, form, errors).await?)
}

/// What the page says after an invitation; where no mail goes out, with the link to hand over.
fn invited(lang: Lang, app: &App, invited: &Invited) -> Flash {
    let (name, link) = (&invited.link.name, invited.link.url(&app.config.server.base_url));
    let hand = |why: &str| {
        Flash::warn(match lang {
            Lang::Nl => format!("{why} Geef {name} zelf deze link om een wachtwoord te kiezen, 7 dagen lang: {link}"),
            Lang::En => format!("{why} Hand {name} this link to choose a password yourself, for 7 days: {link}"),
        })
    };
    match &invited.handed {
        Handed::Mailed => Flash::good(match lang {
            Lang::Nl => format!("{name} krijgt een mail met een link om een wachtwoord te kiezen. Die werkt 7 dagen."),
            Lang::En => format!("{name} gets a mail with a link to choose a password. It works for 7 days."),
        }),
        Handed::NoMailbox => hand(lang.t("Er gaat geen mail uit.", "No mail goes out.")),
        Handed::Refused(why) => hand(&why.say(lang)),
    }
}

/// `GET /settings/users/{id}`
pub async fn edit(app: Data<App>, who: RequireCoordinator, id: Path<UserId>) -> Answer {
    let member = member(&app, &who, id.into_inner()).await?;
    let (form, sites) = (UserForm::of(&member), who.sites.clone());
    show(&OneUser { p: who.page(Here::Settings), member, sites, form, errors: Errors::default(), stale: false })
}

/// `POST /settings/users/{id}`
pub async fn save(app: Data<App>, who: RequireCoordinator, id: Path<UserId>, Form(mut form): Form<UserForm>) -> Answer {
    let (p, mut errors) = (who.page(Here::Settings), Errors::default());
    let member = member(&app, &who, id.into_inner()).await?;
    let (name, role) = (form.name(&p, &mut errors), form.role(&p, &mut errors));
    if errors.is_empty() {
        let (id, active) = (member.user.id, form.active.is_some());
        let change = ChangeUser { id, name, role, active, sites: form.sites.clone(), version: form.version };
        let (scope, now) = (who.scope.clone(), who.now);
        match attempt(&app, move |app| accounts::change_user(&app.db, &scope, &change, now)).await? {
            Ok(()) => return Ok(done("/settings/users", &Flash::good(p.t("Bewaard.", "Saved.")), &who)),
            Err(UserError::Stale) => {
                form.version = member.user.version;
                return stale(&OneUser { p, member, sites: who.sites.clone(), form, errors, stale: true });
            }
            Err(UserError::NotFound) => return Err(Error::NotFound),
            Err(UserError::Sites) => no_site(&p, &mut errors),
            Err(UserError::Oneself) => errors.add("role", oneself(p.lang)),
            Err(error) => return Err(Error::unknown(error)),
        }
    }
    unfit(&OneUser { p, member, sites: who.sites.clone(), form, errors, stale: false })
}

fn oneself(lang: Lang) -> &'static str {
    lang.t(
        "Je kunt jezelf niet buitensluiten. Vraag een andere coördinator.",
        "You cannot shut yourself out. Ask another coordinator.",
    )
}

/// `POST /settings/users/{id}/invite`
pub async fn invite(app: Data<App>, who: RequireCoordinator, id: Path<UserId>, _: Form<Press>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, id.into_inner());
    match attempt(&app, move |app| accounts::invite(&app.db, app.press(), &scope, id, now)).await? {
        Ok(mail) => Ok(done("/settings/users", &invited(who.lang, &app, &mail), &who)),
        Err(UserError::NotFound) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}
