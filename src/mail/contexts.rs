//! What each mail can say: one typed context per template, so a template reaches nothing else.
//! `Option` and lists may be missing (use `if`); everything else is always filled.
//! Long because all mails and their variables are one table.

mod proposals;
pub use proposals::{Around, IntroductionContext, ProposalContext};

use super::template::{Frame, OutreachFooter, TemplateError, Templates};
use crate::domain::words::{Ground, Lang, Purpose};
use serde::Serialize;

/// The context of one of the product's own mails.
pub trait MailContext: Serialize + Sized {
    /// The folder in `mail-templates/LANG/`.
    const NAME: &'static str;
    /// Why it is sent.
    const PURPOSE: Purpose;
    /// An example; with `full` false everything that may be missing is.
    fn sample(lang: Lang, full: bool) -> Self;
}

/// `outreach-default`, and what a site's own campaign templates can use.
#[derive(Debug, Clone, Serialize)]
pub struct OutreachContext {
    /// "Beste Charlie", or "Beste collega" where there is no name: see [`greeting`].
    pub greeting: String,
    /// Name of the contact.
    pub contact_name: Option<String>,
    /// Name of the company.
    pub company_name: String,
    /// Town of the company.
    pub company_place: Option<String>,
    /// Name of the desk.
    pub site_name: String,
    /// Name of the broker.
    pub broker_name: String,
    /// Telephone of the broker, as people write it.
    pub broker_phone: Option<String>,
    /// Roles that students look for, as "verkoper".
    pub roles: Vec<String>,
    /// The same in one phrase: "verkoper, kok en logistiek medewerker". Missing when there are none.
    pub roles_text: Option<String>,
    /// From when, as "februari 2027".
    pub period: Option<String>,
    /// For which level, as "mbo niveau 2".
    pub level: Option<String>,
}

/// `check-in-employer` and `check-in-reminder`: how is it going with the student?
#[derive(Debug, Clone, Serialize)]
pub struct CheckInContext {
    /// "Beste Charlie".
    pub greeting: String,
    /// Name of the company.
    pub company_name: String,
    /// First name of the student.
    pub student_name: String,
    /// What the student does there.
    pub role: Option<String>,
    /// First day, as "maandag 1 februari".
    pub start_day: String,
    /// Name of the broker.
    pub broker_name: String,
    /// Telephone of the broker.
    pub broker_phone: Option<String>,
    /// Name of the desk.
    pub site_name: String,
}

/// `check-in-reminder`: the same question once more.
#[derive(Debug, Clone, Serialize)]
pub struct ReminderContext {
    /// What the first mail said.
    #[serde(flatten)]
    pub check_in: CheckInContext,
    /// When it was asked, as "donderdag 4 februari".
    pub asked_day: String,
}

/// `check-in-student`: how is it going at the company?
#[derive(Debug, Clone, Serialize)]
pub struct StudentCheckInContext {
    /// First name of the student.
    pub student_name: String,
    /// Name of the company.
    pub company_name: String,
    /// Name of the broker.
    pub broker_name: String,
    /// Telephone of the broker.
    pub broker_phone: Option<String>,
    /// Name of the desk.
    pub site_name: String,
}

/// `places-still`: do the places of a company still hold?
#[derive(Debug, Clone, Serialize)]
pub struct PlacesContext {
    /// "Beste Charlie".
    pub greeting: String,
    /// Name of the company.
    pub company_name: String,
    /// What is asked about, each with its link.
    pub openings: Vec<PlacesLine>,
    /// Whether it is exactly one.
    pub one: bool,
    /// Until when the links work, as "22 januari 2027".
    pub until_day: String,
    /// Name of the broker.
    pub broker_name: String,
    /// Telephone of the broker.
    pub broker_phone: Option<String>,
    /// Name of the desk.
    pub site_name: String,
    /// The link to opt out.
    pub opt_out_url: String,
}

/// One opening in `places-still`.
#[derive(Debug, Clone, Serialize)]
pub struct PlacesLine {
    /// How many places, and what for: "2 plekken: verkoper, mbo 2".
    pub text: String,
    /// The page on which it is answered.
    pub url: String,
}

/// `places-reminder`: the same question once more.
#[derive(Debug, Clone, Serialize)]
pub struct PlacesReminderContext {
    /// What the first mail said.
    #[serde(flatten)]
    pub places: PlacesContext,
    /// When it was asked, as "maandag 2 november".
    pub asked_day: String,
}

/// `digest`: what waits for a broker today.
#[derive(Debug, Clone, Serialize)]
pub struct DigestContext {
    /// Name of the broker.
    pub broker_name: String,
    /// The day, as "maandag 23 november".
    pub day: String,
    /// How many things wait.
    pub count: usize,
    /// Whether it is exactly one.
    pub one: bool,
    /// Link to the desk.
    pub url: String,
    /// What waits, in groups.
    pub sections: Vec<DigestSection>,
}

/// A group in the digest.
#[derive(Debug, Clone, Serialize)]
pub struct DigestSection {
    /// Its heading, as "Bellen".
    pub title: String,
    /// Its lines.
    pub items: Vec<DigestItem>,
}

/// One line of the digest.
#[derive(Debug, Clone, Serialize)]
pub struct DigestItem {
    /// A sentence.
    pub text: String,
    /// Where it can be done.
    pub url: String,
}

/// `password-reset` and `sign-in-link`: a link that works once.
#[derive(Debug, Clone, Serialize)]
pub struct LinkContext {
    /// Name of the user.
    pub user_name: String,
    /// The link.
    pub url: String,
    /// How long it works, as "30 minuten".
    pub valid_for: String,
}

/// `password-reset`.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct PasswordResetContext(pub LinkContext);

/// `sign-in-link`.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct SignInLinkContext(pub LinkContext);

/// `invitation`: a new user chooses a password.
#[derive(Debug, Clone, Serialize)]
pub struct InvitationContext {
    /// Name of the new user.
    pub user_name: String,
    /// Who invites.
    pub inviter_name: String,
    /// Name of the desk.
    pub site_name: String,
    /// The link.
    pub url: String,
    /// How long it works, as "7 dagen".
    pub valid_for: String,
}

/// `referrer-invitation`: somebody of a school may refer students.
#[derive(Debug, Clone, Serialize)]
pub struct ReferrerInvitationContext {
    /// Name of the referrer.
    pub referrer_name: String,
    /// Name of the school.
    pub school_name: String,
    /// Who invites.
    pub inviter_name: String,
    /// Name of the desk.
    pub site_name: String,
    /// Where the schools' own pages are; it holds nothing of a person.
    pub url: String,
}

/// `referrer-code`: the code that lets a referrer in.
#[derive(Debug, Clone, Serialize)]
pub struct ReferrerCodeContext {
    /// Name of the referrer.
    pub referrer_name: String,
    /// Name of the desk.
    pub site_name: String,
    /// The code.
    pub code: String,
    /// How long it works, as "15 minuten".
    pub valid_for: String,
}

/// `answer`: a person's own words; see [`AnswerContext::new`].
#[derive(Debug, Clone, Serialize)]
pub struct AnswerContext {
    /// The subject of the thread, with `Re:` where it belongs.
    pub subject: String,
    /// The text as it was written.
    pub body: String,
    /// The same, as paragraphs of lines.
    pub paragraphs: Vec<Paragraph>,
}

/// A paragraph.
#[derive(Debug, Clone, Serialize)]
pub struct Paragraph {
    /// Its lines, none empty.
    pub lines: Vec<String>,
}

impl AnswerContext {
    /// Wraps a text; empty lines part its paragraphs.
    pub fn new(subject: &str, text: &str) -> Self {
        let text = text.replace("\r\n", "\n");
        let mut paragraphs = vec![];
        let mut lines: Vec<String> = vec![];
        for line in text.lines().chain([""]) {
            if !line.trim().is_empty() {
                lines.push(line.trim_end().to_owned());
            } else if !lines.is_empty() {
                paragraphs.push(Paragraph { lines: std::mem::take(&mut lines) });
            }
        }
        Self { subject: subject.to_owned(), body: text.trim().to_owned(), paragraphs }
    }
}

/// How a mail begins: with the name, or with "collega" where there is none.
pub fn greeting(lang: Lang, name: Option<&str>) -> String {
    match name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => format!("{} {name}", lang.t("Beste", "Dear")),
        None => lang.t("Beste collega", "Dear colleague").to_owned(),
    }
}

/// Why this address gets outreach, as the footer says it. Without a ground no outreach leaves; the sentence is empty.
pub const fn why(ground: Ground, lang: Lang) -> &'static str {
    match ground {
        Ground::None => "",
        Ground::Published => lang.t(
            "U krijgt deze mail omdat uw bedrijf dit adres openbaar noemt voor vragen over stages en leerwerkplekken.",
            "You get this mail because your company publishes this address for questions about internships.",
        ),
        Ground::EarlierContact => lang.t(
            "U krijgt deze mail omdat we eerder contact hadden over stages bij uw bedrijf.",
            "You get this mail because we were in touch before about internships at your company.",
        ),
        Ground::Consent => lang.t(
            "U krijgt deze mail omdat u ons toestemming gaf om u over stages te mailen.",
            "You get this mail because you allowed us to mail you about internships.",
        ),
        Ground::Functional => lang.t(
            "U krijgt deze mail omdat dit het algemene adres van uw bedrijf is.",
            "You get this mail because this is your company's general address.",
        ),
    }
}

/// "a, b en c"; `None` for an empty list.
pub fn joined(lang: Lang, words: &[String]) -> Option<String> {
    match words {
        [] => None,
        [one] => Some(one.clone()),
        [most @ .., last] => Some(format!("{} {} {last}", most.join(", "), lang.t("en", "and"))),
    }
}

fn only(full: bool, text: &str) -> Option<String> {
    full.then(|| text.to_owned())
}

impl MailContext for OutreachContext {
    const NAME: &'static str = "outreach-default";
    const PURPOSE: Purpose = Purpose::Outreach;
    fn sample(lang: Lang, full: bool) -> Self {
        let words = lang.t("verkoper|kok|logistiek medewerker", "sales assistant|cook|warehouse worker");
        let roles: Vec<String> = if full { words.split('|').map(str::to_owned).collect() } else { Vec::new() };
        Self {
            greeting: greeting(lang, full.then_some("Charlie")),
            contact_name: only(full, "Charlie de Wit"),
            company_name: "Groentehal Gaarde".to_owned(),
            company_place: only(full, "Amsterdam"),
            site_name: "Stageloket Nieuw-West".to_owned(),
            broker_name: "Noor Visser".to_owned(),
            broker_phone: only(full, "020 000 01 00"),
            roles_text: joined(lang, &roles),
            roles,
            period: only(full, lang.t("februari 2027", "February 2027")),
            level: only(full, lang.t("mbo niveau 2", "mbo level 2")),
        }
    }
}

impl MailContext for CheckInContext {
    const NAME: &'static str = "check-in-employer";
    const PURPOSE: Purpose = Purpose::Aftercare;
    fn sample(lang: Lang, full: bool) -> Self {
        Self {
            greeting: greeting(lang, full.then_some("Charlie")),
            company_name: "Groentehal Gaarde".to_owned(),
            student_name: "Sam".to_owned(),
            role: only(full, lang.t("verkoper", "sales assistant")),
            start_day: lang.t("maandag 1 februari", "Monday 1 February").to_owned(),
            broker_name: "Noor Visser".to_owned(),
            broker_phone: only(full, "020 000 01 00"),
            site_name: "Stageloket Nieuw-West".to_owned(),
        }
    }
}

impl MailContext for ReminderContext {
    const NAME: &'static str = "check-in-reminder";
    const PURPOSE: Purpose = Purpose::Aftercare;
    fn sample(lang: Lang, full: bool) -> Self {
        let asked_day = lang.t("donderdag 4 februari", "Thursday 4 February").to_owned();
        Self { check_in: CheckInContext::sample(lang, full), asked_day }
    }
}

impl MailContext for StudentCheckInContext {
    const NAME: &'static str = "check-in-student";
    const PURPOSE: Purpose = Purpose::Aftercare;
    fn sample(_: Lang, full: bool) -> Self {
        Self {
            student_name: "Sam".to_owned(),
            company_name: "Groentehal Gaarde".to_owned(),
            broker_name: "Noor Visser".to_owned(),
            broker_phone: only(full, "020 000 01 00"),
            site_name: "Stageloket Nieuw-West".to_owned(),
        }
    }
}

impl MailContext for PlacesContext {
    const NAME: &'static str = "places-still";
    const PURPOSE: Purpose = Purpose::Offer;
    fn sample(lang: Lang, full: bool) -> Self {
        let line = |words: &str| PlacesLine {
            text: words.to_owned(),
            url: "https://desk.example/places/0123456789abcdef".to_owned(),
        };
        let mut openings = vec![line(lang.t("2 plekken: verkoper, mbo 2", "2 places: sales assistant, mbo 2"))];
        openings.extend(full.then(|| line(lang.t("1 plek: kok", "1 place: cook"))));
        Self {
            greeting: greeting(lang, full.then_some("Charlie")),
            company_name: "Groentehal Gaarde".to_owned(),
            one: openings.len() == 1,
            openings,
            until_day: lang.t("22 januari 2027", "22 January 2027").to_owned(),
            broker_name: "Noor Visser".to_owned(),
            broker_phone: only(full, "020 000 01 00"),
            site_name: "Stageloket Nieuw-West".to_owned(),
            opt_out_url: "https://desk.example/u/0123456789abcdef".to_owned(),
        }
    }
}

impl MailContext for PlacesReminderContext {
    const NAME: &'static str = "places-reminder";
    const PURPOSE: Purpose = Purpose::Offer;
    fn sample(lang: Lang, full: bool) -> Self {
        let asked_day = lang.t("maandag 23 november", "Monday 23 November").to_owned();
        Self { places: PlacesContext::sample(lang, full), asked_day }
    }
}

impl MailContext for DigestContext {
    const NAME: &'static str = "digest";
    const PURPOSE: Purpose = Purpose::System;
    fn sample(lang: Lang, full: bool) -> Self {
        let text = lang.t("Bel Groentehal Gaarde over Sam.", "Call Groentehal Gaarde about Sam.").to_owned();
        let item = DigestItem { text, url: "https://desk.example/tasks/1".to_owned() };
        let section = DigestSection { title: lang.t("Bellen", "Calls").to_owned(), items: vec![item] };
        Self {
            broker_name: "Noor".to_owned(),
            day: lang.t("maandag 23 november", "Monday 23 November").to_owned(),
            count: usize::from(full),
            one: full,
            url: "https://desk.example/".to_owned(),
            sections: if full { vec![section] } else { Vec::new() },
        }
    }
}

impl LinkContext {
    fn sample(lang: Lang) -> Self {
        Self {
            user_name: "Noor".to_owned(),
            url: "https://desk.example/link/0123456789abcdef".to_owned(),
            valid_for: lang.t("30 minuten", "30 minutes").to_owned(),
        }
    }
}

impl MailContext for PasswordResetContext {
    const NAME: &'static str = "password-reset";
    const PURPOSE: Purpose = Purpose::System;
    fn sample(lang: Lang, _: bool) -> Self {
        Self(LinkContext::sample(lang))
    }
}

impl MailContext for SignInLinkContext {
    const NAME: &'static str = "sign-in-link";
    const PURPOSE: Purpose = Purpose::System;
    fn sample(lang: Lang, _: bool) -> Self {
        Self(LinkContext::sample(lang))
    }
}

impl MailContext for InvitationContext {
    const NAME: &'static str = "invitation";
    const PURPOSE: Purpose = Purpose::System;
    fn sample(lang: Lang, _: bool) -> Self {
        Self {
            user_name: "Daan".to_owned(),
            inviter_name: "Noor Visser".to_owned(),
            site_name: "Stageloket Nieuw-West".to_owned(),
            url: "https://desk.example/link/0123456789abcdef".to_owned(),
            valid_for: lang.t("7 dagen", "7 days").to_owned(),
        }
    }
}

impl MailContext for ReferrerInvitationContext {
    const NAME: &'static str = "referrer-invitation";
    const PURPOSE: Purpose = Purpose::System;
    fn sample(_: Lang, _: bool) -> Self {
        Self {
            referrer_name: "Mo Leraar".to_owned(),
            school_name: "College Zuid".to_owned(),
            inviter_name: "Noor Visser".to_owned(),
            site_name: "Stageloket Nieuw-West".to_owned(),
            url: "https://desk.example/for-schools".to_owned(),
        }
    }
}

impl MailContext for ReferrerCodeContext {
    const NAME: &'static str = "referrer-code";
    const PURPOSE: Purpose = Purpose::System;
    fn sample(lang: Lang, _: bool) -> Self {
        Self {
            referrer_name: "Mo Leraar".to_owned(),
            site_name: "Stageloket Nieuw-West".to_owned(),
            code: "12345678".to_owned(),
            valid_for: lang.t("15 minuten", "15 minutes").to_owned(),
        }
    }
}

impl MailContext for AnswerContext {
    const NAME: &'static str = "answer";
    const PURPOSE: Purpose = Purpose::Answer;
    fn sample(lang: Lang, full: bool) -> Self {
        let text =
            lang.t("Dag Charlie,\n\nDank voor je mail.\nTot dinsdag.", "Hello Charlie,\n\nThank you.\nTill Tuesday.");
        Self::new("Re: stage", if full { text } else { "Ok." })
    }
}

impl Frame {
    /// An example frame for previews and checks.
    pub fn sample(lang: Lang, purpose: Purpose) -> Self {
        let footer = (purpose == Purpose::Outreach).then(|| OutreachFooter {
            sender_name: "Stageloket Nieuw-West".to_owned(),
            postal_address: "Loketplein 1, 1068 ZZ Amsterdam".to_owned(),
            ground: why(Ground::Functional, lang).to_owned(),
            opt_out_url: "https://desk.example/stop/0123456789abcdef".to_owned(),
        });
        Self { lang, purpose, sender_name: "Stageloket Nieuw-West".to_owned(), footer }
    }
}

/// Renders every mail, full and bare, in every language.
pub(super) fn render_samples(templates: &Templates) -> Result<(), TemplateError> {
    fn both<C: MailContext>(templates: &Templates, lang: Lang) -> Result<(), TemplateError> {
        for full in [true, false] {
            templates.render(&C::sample(lang, full), &Frame::sample(lang, C::PURPOSE))?;
        }
        Ok(())
    }
    for &lang in Lang::ALL {
        both::<OutreachContext>(templates, lang)?;
        both::<CheckInContext>(templates, lang)?;
        both::<ReminderContext>(templates, lang)?;
        both::<StudentCheckInContext>(templates, lang)?;
        both::<ProposalContext>(templates, lang)?;
        both::<IntroductionContext>(templates, lang)?;
        both::<PlacesContext>(templates, lang)?;
        both::<PlacesReminderContext>(templates, lang)?;
        both::<DigestContext>(templates, lang)?;
        both::<PasswordResetContext>(templates, lang)?;
        both::<SignInLinkContext>(templates, lang)?;
        both::<InvitationContext>(templates, lang)?;
        both::<ReferrerInvitationContext>(templates, lang)?;
        both::<ReferrerCodeContext>(templates, lang)?;
        both::<AnswerContext>(templates, lang)?;
    }
    Ok(())
}
