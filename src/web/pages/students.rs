//! Students: adding one, and what the desk knows about one.

pub mod list;

use super::guidance::{self, ApplicationForm, GuardianForm, GuidanceForm};
use super::place::{langs, levels, student_sentence, tracks};
use super::referrals::words;
use super::wishes;
use crate::app::App;
use crate::domain::guidance::{ApplicationOutcome, GuidanceKind};
use crate::domain::id::{SiteId, StudentId};
use crate::domain::phone::Phone;
use crate::domain::scope::Scope;
use crate::flows::students::{self as flow, Fields, Sight, StudentError};
use crate::store::disclosures::{self, Disclosure};
use crate::store::guidance::{self as guidance_rows, Application, Guardian, Guidance};
use crate::store::proposals::{self, ProposalLine, Whose};
use crate::store::referrals::{self, ReferralLine};
use crate::store::students::{self, Student};
use crate::store::{Conn, DbResult};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::parts::Badge;
use crate::web::watch::saved;
use crate::web::{done, show, unfit};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

/// Talks and applications on the page at most.
const ROWS: i64 = 100;

/// The form of a student.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StudentForm {
    version: i32,
    site: Option<SiteId>,
    code: String,
    first_name: String,
    programme: String,
    crebo: String,
    level: String,
    track: String,
    email: String,
    phone: String,
    lang: String,
    pub(super) available_from: String,
    pub(super) available_until: String,
    pub(super) days_per_week: String,
    pub(super) hours_per_week: String,
    pub(super) home_pc4: String,
    pub(super) travel_minutes: String,
    pub(super) travel_mode: String,
    pub(super) role_sought: String,
    pub(super) learning_wish: String,
    pub(super) looking_since: String,
}

/// One student; without an id the form of a new one.
#[derive(Template)]
#[template(path = "pages/student.html")]
struct StudentPage {
    p: Page,
    id: Option<StudentId>,
    sites: Vec<(SiteId, String)>,
    form: StudentForm,
    errors: Errors,
    around: Around,
    forms: Forms,
    guardian: GuardianForm,
}

/// What stands around the student's own fields.
#[derive(Debug, Clone, Default)]
struct Around {
    referrals: Vec<ReferralLine>,
    guidance: Vec<(Guidance, Option<bool>)>,
    applications: Vec<Application>,
    guardian: Guardian,
    phone: Option<Phone>,
    /// For which places the student was put forward.
    proposals: Vec<ProposalLine>,
    /// What of the student left the desk.
    told: Vec<Disclosure>,
}

/// The small forms beside the student's own.
#[derive(Debug, Clone, Default)]
pub(super) struct Forms {
    pub(super) guidance: GuidanceForm,
    pub(super) application: ApplicationForm,
    /// As typed; as it is kept otherwise.
    pub(super) guardian: Option<GuardianForm>,
}

impl Around {
    /// Reads it for a student in scope.
    fn read(conn: &mut Conn, scope: &Scope, id: StudentId, phone: Option<Phone>) -> DbResult<Self> {
        Ok(Self {
            referrals: referrals::of_student(conn, scope, id)?,
            guidance: guidance_rows::of_student(conn, scope, id, ROWS)?,
            applications: guidance_rows::applications(conn, scope, id, ROWS)?,
            guardian: guidance_rows::guardian(conn, scope, id)?.unwrap_or_default(),
            proposals: proposals::list(conn, scope, Whose::Student(id), None, ROWS)?,
            told: disclosures::list(conn, scope, Some(id), None, ROWS)?,
            phone,
        })
    }
}

impl StudentForm {
    fn of(student: &Student) -> Self {
        let text = |word: Option<String>| word.unwrap_or_default();
        let mut form = Self {
            version: student.version,
            site: Some(student.site_id),
            code: student.code.clone(),
            first_name: student.first_name.clone(),
            programme: student.programme.clone(),
            crebo: student.crebo.clone(),
            level: text(student.level.map(|level| level.to_string())),
            track: text(student.track.map(|track| track.to_string())),
            email: text(student.email.as_ref().map(|email| email.as_str().to_owned())),
            phone: text(student.phone.as_ref().map(Phone::local)),
            lang: student.lang.to_string(),
            ..Self::default()
        };
        wishes::fill(&mut form, &student.wishes);
        form
    }

    fn fields(&self, errors: &mut Errors, who: &Signed) -> Fields {
        let email = errors.email("email", &self.email, who.lang);
        let phone = errors.phone("phone", &self.phone, who.lang);
        Fields {
            code: self.code.clone(),
            first_name: self.first_name.clone(),
            programme: self.programme.clone(),
            crebo: self.crebo.clone(),
            level: self.level.parse().ok(),
            track: self.track.parse().ok(),
            email,
            phone,
            lang: self.lang.parse().unwrap_or_default(),
            wishes: wishes::read(self, errors, who.lang),
        }
    }
}

impl StudentPage {
    fn action(&self) -> String {
        self.id.map_or_else(|| "/students/new".to_owned(), |id| format!("/students/{id}"))
    }

    fn site(&self) -> String {
        self.form.site.map(|site| site.to_string()).unwrap_or_default()
    }

    fn langs(&self) -> Vec<(&'static str, &'static str)> {
        langs(self.p.lang)
    }

    fn levels(&self) -> Vec<(String, String)> {
        levels(self.p.lang)
    }

    fn tracks(&self) -> Vec<(String, String)> {
        tracks(self.p.lang)
    }

    fn ways(&self) -> Vec<(String, String)> {
        wishes::ways(self.p.lang)
    }

    fn modes(&self) -> Vec<(String, String)> {
        wishes::modes(self.p.lang)
    }

    /// The same page with what stands around the form.
    fn with(self, around: Around, forms: Forms) -> Self {
        let guardian = forms.guardian.clone().unwrap_or_else(|| GuardianForm::of(&around.guardian));
        Self { around, forms, guardian, ..self }
    }

    fn lines_kinds(&self) -> Vec<(GuidanceKind, &'static str)> {
        let lang = self.p.lang;
        [GuidanceKind::Call, GuidanceKind::Whatsapp].map(|kind| (kind, guidance::kind_name(lang, kind))).to_vec()
    }

    fn kind(&self, one: &Guidance) -> &'static str {
        guidance::kind_name(self.p.lang, one.kind)
    }

    fn outcomes(&self) -> Vec<(ApplicationOutcome, &'static str)> {
        let lang = self.p.lang;
        ApplicationOutcome::ALL.iter().map(|one| (*one, guidance::outcome_name(lang, *one))).collect()
    }

    /// Opens a chat with this number.
    fn whatsapp(&self, phone: &Phone) -> String {
        format!("https://wa.me/{}", phone.as_str().trim_start_matches('+'))
    }

    fn held_on(&self) -> String {
        self.day_of(&self.forms.guidance.held_on)
    }

    fn applied_on(&self) -> String {
        self.day_of(&self.forms.application.applied_on)
    }

    /// The day that was typed, or today.
    fn day_of(&self, typed: &str) -> String {
        if typed.is_empty() { self.p.today().to_string() } else { typed.to_owned() }
    }

    /// Whether the form of a talk came back.
    fn talks(&self) -> bool {
        self.has_error(&["held_on", "goal", "said", "next_step", "due_on"])
    }

    fn applies(&self) -> bool {
        self.has_error(&["company_name", "applied_on"])
    }

    fn guards(&self) -> bool {
        self.has_error(&["guardian_name", "guardian_phone"])
    }

    fn has_error(&self, fields: &[&str]) -> bool {
        fields.iter().any(|field| self.errors.of(field).is_some())
    }

    fn stage(&self, line: &ReferralLine) -> Badge {
        words::stage(&self.p, line.stage)
    }

    /// What the postcode at home is known as, or that it is not known.
    fn home(&self) -> String {
        wishes::home(self.p.lang, &self.form.home_pc4)
    }
}

fn page(who: &Signed, id: Option<StudentId>, form: StudentForm, errors: Errors) -> StudentPage {
    let around = Around::default();
    let (forms, guardian) = (Forms::default(), GuardianForm::default());
    StudentPage { p: who.page(Here::Students), id, sites: who.sites.clone(), form, errors, around, forms, guardian }
}

/// `GET /students/new`
pub async fn blank(who: Signed) -> Answer {
    let site = who.sites.first().map(|(id, _)| *id);
    show(&page(&who, None, StudentForm { site, ..StudentForm::default() }, Errors::default()))
}

/// `POST /students/new`
pub async fn add(app: Data<App>, who: Signed, Form(form): Form<StudentForm>) -> Answer {
    let (scope, now) = (who.scope.clone(), who.now);
    let mut errors = Errors::default();
    let fields = form.fields(&mut errors, &who);
    let site = form.site.or(who.sites.first().map(|(id, _)| *id)).ok_or(Error::NotFound)?;
    if !errors.is_empty() {
        return unfit(&page(&who, None, form, errors));
    }
    match attempt(&app, move |app| flow::add(&app.db, &scope, site, &fields, now)).await? {
        Ok(id) => Ok(done(&format!("/students/{id}"), &Flash::good(who.lang.t("Toegevoegd.", "Added.")), &who)),
        Err(StudentError::NotFound) => Err(Error::NotFound),
        Err(error) => match student_sentence(&error, who.lang) {
            Some((field, text)) => unfit(&page(&who, None, form, Errors::one(field, text))),
            None => Err(Error::unknown(error)),
        },
    }
}

/// `GET /students/{id}`
pub async fn one(app: Data<App>, who: Signed, id: Path<StudentId>) -> Answer {
    let (student, around) = known(&app, &who, *id).await?;
    show(&page(&who, Some(*id), StudentForm::of(&student), Errors::default()).with(around, Forms::default()))
}

/// A student in scope with all around it; that somebody saw it is on record.
async fn known(app: &Data<App>, who: &Signed, id: StudentId) -> Result<(Student, Around), Error> {
    let (scope, now) = (who.scope.clone(), who.now);
    let read = move |app: &App| -> DbResult<_> {
        let found = app.db.read(|conn| -> DbResult<_> {
            let Some(student) = students::find(conn, &scope, id)? else { return Ok(None) };
            let around = Around::read(conn, &scope, id, student.phone.clone())?;
            Ok(Some((student, around)))
        })?;
        if found.is_some() {
            flow::seen(&app.db, &scope, Sight::Student(id), now)?;
        }
        Ok(found)
    };
    ask(app, read).await?.ok_or(Error::NotFound)
}

/// The page again, with what does not fit: in the student's own form as typed, or in one of the small ones.
pub(super) async fn again(
    app: &Data<App>,
    who: &Signed,
    id: StudentId,
    (form, forms): (Option<StudentForm>, Forms),
    errors: Errors,
) -> Answer {
    let (student, around) = known(app, who, id).await?;
    let form = form.unwrap_or_else(|| StudentForm::of(&student));
    unfit(&page(who, Some(id), form, errors).with(around, forms))
}

/// `POST /students/{id}`
pub async fn save(app: Data<App>, who: Signed, id: Path<StudentId>, Form(form): Form<StudentForm>) -> Answer {
    let (scope, now, id, version) = (who.scope.clone(), who.now, *id, form.version);
    let mut errors = Errors::default();
    let fields = form.fields(&mut errors, &who);
    if !errors.is_empty() {
        return again(&app, &who, id, (Some(form), Forms::default()), errors).await;
    }
    match attempt(&app, move |app| flow::change(&app.db, &scope, id, version, &fields, now)).await? {
        Ok(()) => {
            let flash = saved(who.lang.t("Bewaard.", "Saved."), [form.learning_wish.as_str()], who.lang);
            Ok(done(&format!("/students/{id}"), &flash, &who))
        }
        Err(StudentError::NotFound) => Err(Error::NotFound),
        Err(StudentError::Stale) => Err(Error::Stale),
        Err(error) => match student_sentence(&error, who.lang) {
            Some((field, text)) => {
                again(&app, &who, id, (Some(form), Forms::default()), Errors::one(field, text)).await
            }
            None => Err(Error::unknown(error)),
        },
    }
}
