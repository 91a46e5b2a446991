//! The schools' own pages: in by a code that is mailed to the invited address, then one's own referrals and the form of a new
//! one. No link holds anything of a person, and a GET changes nothing.

use super::referrals::form::{ReferralForm, refusal};
use super::referrals::words;
use crate::app::App;
use crate::domain::agreement::Share;
use crate::domain::code;
use crate::domain::email::EmailAddress;
use crate::domain::referral::Stage;
use crate::domain::scope::Scope;
use crate::domain::secret::Secret;
use crate::domain::words::Lang;
use crate::flows::referrals::{self as flow, By, Hand, ReferralError};
use crate::flows::school_door::{self as door, DoorError, Guest};
use crate::flows::students::{Sight, seen};
use crate::store::referrals::{self, ReferralLine};
use crate::store::schools;
use crate::store::{DbError, DbResult};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form, Press, address};
use crate::web::gate::{Visitor, give_lang, give_school};
use crate::web::page::{Here, Page};
use crate::web::parts::Badge;
use crate::web::watch::saved;
use crate::web::{done, go, show, unfit};
use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

/// Where it all begins.
const HOME: &str = "/for-schools";

#[derive(Template)]
#[template(path = "pages/for_schools_ask.html")]
struct AskPage {
    p: Page,
    email: String,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "pages/for_schools_code.html")]
struct CodePage {
    p: Page,
    email: String,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "pages/for_schools.html")]
struct OwnPage {
    p: Page,
    name: String,
    lines: Vec<ReferralLine>,
}

#[derive(Template)]
#[template(path = "pages/for_schools_new.html")]
struct NewPage {
    p: Page,
    /// Whom the referral is by, with the school's name.
    schools: Vec<(String, String)>,
    form: ReferralForm,
    errors: Errors,
}

/// An address as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AskForm {
    email: String,
}

/// A code as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    email: String,
    code: String,
}

/// The language as chosen.
#[derive(Debug, Clone, Deserialize)]
pub struct LangForm {
    lang: Lang,
}

impl OwnPage {
    /// How far it is, where that may be told; what was decided otherwise.
    fn stage(&self, line: &ReferralLine) -> Badge {
        let told = code::split::<Share>(&line.referral.shares).contains(&Share::Progress);
        let decided = matches!(line.stage, Stage::Received | Stage::Refused);
        if told || decided {
            return words::stage(&self.p, line.stage);
        }
        self.p.badge("blue", self.p.t("aangenomen", "accepted"))
    }
}

impl NewPage {
    fn levels(&self) -> Vec<(String, String)> {
        ReferralForm::levels(self.p.lang)
    }

    fn tracks(&self) -> Vec<(String, String)> {
        ReferralForm::tracks(self.p.lang)
    }

    fn shares(&self) -> Vec<(Share, &'static str)> {
        ReferralForm::shares(self.p.lang)
    }
}

fn ask_page(who: &Visitor, email: String, errors: Errors) -> AskPage {
    AskPage { p: who.page(Here::Nowhere), email, errors }
}

/// `GET /for-schools`
pub async fn home(app: Data<App>, who: Visitor) -> Answer {
    let Some(guest) = who.guest().cloned() else {
        return show(&ask_page(&who, String::new(), Errors::default()));
    };
    let (now, people) = (who.now, guest.people);
    let name = people.first().map(|one| one.name.clone()).unwrap_or_default();
    let read = move |app: &App| -> DbResult<Vec<ReferralLine>> {
        let mut all = Vec::new();
        for one in people {
            let scope = Scope::clockwork(one.site_id);
            let own = app.db.read(|conn| referrals::of_referrer(conn, &scope, one.id))?;
            seen(&app.db, &scope, Sight::List("for-schools", own.len()), now)?;
            all.extend(own);
        }
        Ok(all)
    };
    let lines = ask(&app, read).await?;
    show(&OwnPage { p: who.page(Here::Nowhere), name, lines })
}

/// `POST /for-schools`
pub async fn ask_code(app: Data<App>, who: Visitor, Form(form): Form<AskForm>) -> Answer {
    let Ok(email) = EmailAddress::parse(&form.email) else {
        return unfit(&ask_page(&who, form.email, Errors::one("email", address(who.lang))));
    };
    let (now, address) = (who.now, who.address.clone());
    let asked =
        attempt(&app, move |app| door::ask_code(&app.db, app.press(), &app.config.accounts, (&email, &address), now));
    match asked.await? {
        Ok(()) => show(&CodePage { p: who.page(Here::Nowhere), email: form.email, errors: Errors::default() }),
        Err(DoorError::Throttled { minutes }) => Err(Error::Throttled { minutes }),
        Err(error) => Err(Error::unknown(error)),
    }
}

/// `POST /for-schools/enter`
pub async fn enter(app: Data<App>, who: Visitor, Form(form): Form<CodeForm>) -> Answer {
    // A text that is no address gets the same answer as one that nobody invited.
    let entered = match EmailAddress::parse(&form.email) {
        Ok(email) => {
            let (now, address, code) = (who.now, who.address.clone(), Secret::new(form.code));
            attempt(&app, move |app| {
                door::enter(&app.db, &app.keys, &app.config.accounts, (&email, &code, &address), now)
            })
            .await?
        }
        Err(_) => Err(DoorError::Wrong),
    };
    match entered {
        Ok(token) => {
            let mut response = go(HOME);
            // A cookie of a fixed name and a plain value is always writable.
            let _ = response.add_cookie(&give_school(token.expose(), who.secure));
            Ok(response)
        }
        Err(DoorError::Wrong) => {
            let text = who.lang.t(
                "Deze code werkt niet, of niet meer. Kijk nog eens in de laatste mail, of vraag een nieuwe.",
                "This code does not work, or no longer. Look at the last mail again, or ask for a new one.",
            );
            let errors = Errors::one("code", text);
            unfit(&CodePage { p: who.page(Here::Nowhere), email: form.email, errors })
        }
        Err(DoorError::Throttled { minutes }) => Err(Error::Throttled { minutes }),
        Err(error) => Err(Error::unknown(error)),
    }
}

async fn new_page(
    app: &Data<App>,
    who: &Visitor,
    guest: &Guest,
    form: ReferralForm,
    errors: Errors,
) -> Result<NewPage, Error> {
    let people = guest.people.clone();
    let read = move |app: &App| -> DbResult<Vec<(String, String)>> {
        app.db.read(|conn| {
            let mut all = Vec::new();
            for one in people {
                let school = schools::find(conn, &Scope::clockwork(one.site_id), one.school_id)?;
                all.extend(school.map(|school| (one.id.to_string(), school.fields.name)));
            }
            Ok(all)
        })
    };
    let schools = ask(app, read).await?;
    Ok(NewPage { p: who.page(Here::Nowhere), schools, form, errors })
}

/// `GET /for-schools/new`
pub async fn blank(app: Data<App>, who: Visitor) -> Answer {
    let Some(guest) = who.guest().cloned() else {
        return show(&ask_page(&who, String::new(), Errors::default()));
    };
    show(&new_page(&app, &who, &guest, ReferralForm::default(), Errors::default()).await?)
}

/// `POST /for-schools/new`
pub async fn add(app: Data<App>, who: Visitor, Form(mut form): Form<ReferralForm>) -> Answer {
    let Some(guest) = who.guest().cloned() else { return Ok(go(HOME)) };
    // The school is the one at which this person refers, and the day is today, whatever a form says.
    let chosen =
        guest.people.iter().find(|one| one.id.to_string() == form.referrer).or(match guest.people.as_slice() {
            [one] if form.referrer.is_empty() => Some(one),
            _ => None,
        });
    let one = chosen.cloned().ok_or(Error::NotFound)?;
    (form.school, form.on, form.reason) = (one.school_id.to_string(), who.now.day().to_string(), String::new());
    form.referrer = one.id.to_string();
    let mut draft = match form.draft(who.lang) {
        Ok(draft) => draft,
        Err(errors) => return unfit(&new_page(&app, &who, &guest, form, errors).await?),
    };
    draft.by = By::Known(one.id);
    let now = who.now;
    let refer =
        attempt(&app, move |app| flow::refer(&app.db, &Scope::clockwork(one.site_id), &draft, Hand::School, now));
    match refer.await? {
        Ok(_) => {
            let said =
                who.lang.t("Aangemeld. De stagemakelaar neemt contact op.", "Referred. The broker will be in touch.");
            Ok(done(HOME, &saved(said, form.texts(), who.lang), &who))
        }
        Err(ReferralError::NotFound) => Err(Error::NotFound),
        Err(ReferralError::Outside(rules)) => {
            let text: Vec<String> = rules.iter().map(|rule| rule.say(who.lang)).collect();
            unfit(&new_page(&app, &who, &guest, form, Errors::one("", text.join(" "))).await?)
        }
        Err(error) => match refusal(&error, who.lang) {
            Some(errors) => unfit(&new_page(&app, &who, &guest, form, errors).await?),
            None => Err(Error::unknown(error)),
        },
    }
}

/// `POST /for-schools/language`
pub async fn language(who: Visitor, Form(form): Form<LangForm>) -> Result<HttpResponse, Error> {
    let mut response = go(HOME);
    // A language that is not remembered is chosen again.
    let _ = response.add_cookie(&give_lang(form.lang, who.secure));
    Ok(response)
}

/// `POST /for-schools/out`
pub async fn out(app: Data<App>, who: Visitor, _: Form<Press>) -> Answer {
    if let Some(guest) = who.guest() {
        let session = guest.session.id;
        ask(&app, move |app| -> Result<(), DbError> { door::leave(&app.db, session) }).await?;
    }
    let mut response = done(HOME, &Flash::good(who.lang.t("Je bent uitgelogd.", "You are signed out.")), &who);
    // Without the cookie the session is over all the same.
    let _ = response.add_cookie(&give_school("", who.secure));
    Ok(response)
}
