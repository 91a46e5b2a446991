//! Who may be mailed: the one table as one pure function.
//! Asked when a mail is enqueued, when an audience is shown, and again in the write that marks it sending.

use super::time::{Day, Moment};
use super::words::{Ground, Lang, Purpose, SuppressionReason};

/// What is known about the contact that the mail goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContactFacts {
    /// The recorded ground for mailing.
    pub ground: Ground,
    /// Whether its proof (URL and date, when and how) is recorded.
    pub has_proof: bool,
    /// Whether this contact asked for no more mail.
    pub opted_out: bool,
    /// Whether this contact left the company.
    pub left_company: bool,
}

/// A campaign of the last window to the same company; a site that is not the asker's shows only this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PressureFacts {
    /// When the window ends.
    pub until: Moment,
    /// Name of the site that mailed.
    pub by_site_name: String,
    /// The day it mailed.
    pub on: Day,
}

/// What is known about the company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyFacts {
    /// The company is not to be contacted.
    pub do_not_contact: bool,
    /// The record is archived.
    pub archived: bool,
    /// The company offered places before.
    pub has_offer: bool,
    /// A reservation by another campaign. The asking campaign's own does not count: pressure counts
    /// campaigns, not steps.
    pub pressure: Option<PressureFacts>,
}

/// The question: may this mail go to this address now?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Why it is sent.
    pub purpose: Purpose,
    /// The contact; `None` for students, users and addresses without a record.
    pub contact: Option<ContactFacts>,
    /// The contact's company.
    pub company: Option<CompanyFacts>,
    /// A suppression of the address or its domain, anywhere in the installation.
    pub suppression: Option<SuppressionReason>,
    /// The mail belongs to a placement that runs, or that ended with a check-in of its plan still open.
    pub placement_running: bool,
    /// The mail carries who sends it.
    pub has_sender: bool,
    /// The mail carries an opt-out that works.
    pub has_opt_out: bool,
    /// The time of asking.
    pub now: Moment,
}

/// Why a mail is stopped, turned into a call, or sent with a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Outreach to an address that is no contact's.
    NoContact,
    /// The contact has no ground for mailing.
    NoGround,
    /// The ground has no proof.
    NoProof,
    /// The contact opted out.
    OptedOut,
    /// The contact reported a mail as unwanted.
    Complained,
    /// A person suppressed the address or domain.
    Blocked,
    /// The address does not work.
    Bounced,
    /// The company is not to be contacted.
    DoNotContact,
    /// The company is archived.
    Archived,
    /// The contact left the company.
    LeftCompany,
    /// The company never offered places.
    NoEarlierOffer,
    /// No placement that this mail could belong to.
    NoPlacement,
    /// Another campaign mailed this company not long ago.
    Pressure(PressureFacts),
    /// The mail does not say who sends it.
    NoSender,
    /// The mail carries no opt-out.
    NoOptOut,
}

impl Why {
    /// The word by which the reason is stored with a recipient or a message.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoContact => "no_contact",
            Self::NoGround => "no_ground",
            Self::NoProof => "no_proof",
            Self::OptedOut => "opted_out",
            Self::Complained => "complained",
            Self::Blocked => "blocked",
            Self::Bounced => "bounced",
            Self::DoNotContact => "do_not_contact",
            Self::Archived => "archived",
            Self::LeftCompany => "left_company",
            Self::NoEarlierOffer => "no_earlier_offer",
            Self::NoPlacement => "no_placement",
            Self::Pressure(_) => "pressure",
            Self::NoSender => "no_sender",
            Self::NoOptOut => "no_opt_out",
        }
    }

    /// One sentence for the broker.
    pub fn say(&self, lang: Lang) -> String {
        let sentence = match self {
            Self::NoContact => lang.t("Dit adres hoort bij geen contactpersoon.", "This address is no contact's."),
            Self::NoGround => lang.t(
                "Er is geen grondslag om deze contactpersoon te mailen.",
                "There is no ground to mail this contact.",
            ),
            Self::NoProof => lang.t(
                "Bij de grondslag staat nog niet waar die vandaan komt.",
                "The ground does not say yet where it comes from.",
            ),
            Self::OptedOut => lang.t("Deze contactpersoon wil geen mail meer.", "This contact wants no more mail."),
            Self::Complained => lang.t(
                "Een mail naar dit adres is als ongewenst gemeld.",
                "A mail to this address was reported as unwanted.",
            ),
            Self::Blocked => lang.t("Dit adres staat op de blokkadelijst.", "This address is on the suppression list."),
            Self::Bounced => lang.t("Dit adres werkt niet.", "This address does not work."),
            Self::DoNotContact => lang.t("Dit bedrijf wil geen contact.", "This company wants no contact."),
            Self::Archived => lang.t("Dit bedrijf is gearchiveerd.", "This company is archived."),
            Self::LeftCompany => lang.t("Deze contactpersoon werkt er niet meer.", "This contact left the company."),
            Self::NoEarlierOffer => {
                lang.t("Dit bedrijf bood nog niet eerder een plek aan.", "This company has not offered a place before.")
            }
            Self::NoPlacement => {
                lang.t("Er loopt geen stage waar deze mail bij hoort.", "No placement runs that this mail belongs to.")
            }
            Self::Pressure(facts) => return Self::say_pressure(facts, lang),
            Self::NoSender => lang.t("De mail zegt niet wie hem stuurt.", "The mail does not say who sends it."),
            Self::NoOptOut => {
                lang.t("De mail heeft geen manier om je af te melden.", "The mail has no way to opt out.")
            }
        };
        sentence.to_owned()
    }

    fn say_pressure(facts: &PressureFacts, lang: Lang) -> String {
        let day = |day: Day| {
            let (year, month, of_month) = day.ymd();
            format!("{of_month}-{month}-{year}")
        };
        let (site, on, until) = (&facts.by_site_name, day(facts.on), day(facts.until.day()));
        match lang {
            Lang::Nl => format!("{site} mailde dit bedrijf op {on}. Vanaf {until} kan het weer."),
            Lang::En => format!("{site} mailed this company on {on}. From {until} it can be mailed again."),
        }
    }
}

/// The gate's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Send it.
    Send,
    /// Send it, but a person sees this first.
    Warn(Vec<Why>),
    /// Do not send it.
    Refuse(Why),
    /// Do not send it; a person calls instead.
    CallTask(Why),
}

impl Answer {
    /// Whether the mail may go.
    pub const fn sends(&self) -> bool {
        matches!(self, Self::Send | Self::Warn(_))
    }

    /// The reason that keeps it from going.
    pub const fn stopped_by(&self) -> Option<&Why> {
        match self {
            Self::Refuse(why) | Self::CallTask(why) => Some(why),
            Self::Send | Self::Warn(_) => None,
        }
    }
}

/// Whether a mail of this purpose reserves contact pressure.
pub const fn counts_as_pressure(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::Outreach)
}

/// The answer of the table *Who may be mailed*.
pub fn ask(ask: &Ask) -> Answer {
    match ask.purpose {
        Purpose::Outreach => outreach(ask),
        Purpose::Offer => offer(ask),
        Purpose::Aftercare => aftercare(ask),
        Purpose::Answer => answer(ask),
        Purpose::System => bounced(ask).map_or(Answer::Send, Answer::Refuse),
    }
}

fn outreach(ask: &Ask) -> Answer {
    let Some(contact) = ask.contact else {
        return Answer::Refuse(stopped(ask).or_else(|| bounced(ask)).unwrap_or(Why::NoContact));
    };
    let why = stopped(ask)
        .or_else(|| bounced(ask))
        .or_else(|| gone(ask))
        .or_else(|| archived(ask))
        .or_else(|| no_ground(contact))
        .or_else(|| pressure(ask))
        .or_else(|| (!ask.has_sender).then_some(Why::NoSender))
        .or_else(|| (!ask.has_opt_out).then_some(Why::NoOptOut));
    why.map_or(Answer::Send, Answer::Refuse)
}

fn offer(ask: &Ask) -> Answer {
    if !ask.company.as_ref().is_some_and(|company| company.has_offer) {
        return Answer::Refuse(Why::NoEarlierOffer);
    }
    if let Some(why) = bounced(ask).or_else(|| archived(ask)) {
        return Answer::Refuse(why);
    }
    if let Some(why) = stopped(ask).or_else(|| gone(ask)) {
        return Answer::CallTask(why);
    }
    pressure(ask).map_or(Answer::Send, |why| Answer::Warn(vec![why]))
}

fn aftercare(ask: &Ask) -> Answer {
    if !ask.placement_running {
        return Answer::Refuse(Why::NoPlacement);
    }
    stopped(ask).or_else(|| bounced(ask)).or_else(|| gone(ask)).map_or(Answer::Send, Answer::CallTask)
}

fn answer(ask: &Ask) -> Answer {
    let warnings: Vec<Why> = [stopped(ask), bounced(ask), gone(ask), archived(ask)].into_iter().flatten().collect();
    if warnings.is_empty() { Answer::Send } else { Answer::Warn(warnings) }
}

/// Somebody said stop: the contact, the company, a feedback report, a person at the desk.
fn stopped(ask: &Ask) -> Option<Why> {
    match ask.suppression {
        Some(SuppressionReason::OptOut) => return Some(Why::OptedOut),
        Some(SuppressionReason::Complaint) => return Some(Why::Complained),
        Some(SuppressionReason::Manual) => return Some(Why::Blocked),
        Some(SuppressionReason::HardBounce | SuppressionReason::SoftBounces) | None => {}
    }
    if ask.contact.is_some_and(|contact| contact.opted_out) {
        return Some(Why::OptedOut);
    }
    ask.company.as_ref().is_some_and(|company| company.do_not_contact).then_some(Why::DoNotContact)
}

fn bounced(ask: &Ask) -> Option<Why> {
    let bounced = matches!(ask.suppression, Some(SuppressionReason::HardBounce | SuppressionReason::SoftBounces));
    bounced.then_some(Why::Bounced)
}

fn gone(ask: &Ask) -> Option<Why> {
    ask.contact.is_some_and(|contact| contact.left_company).then_some(Why::LeftCompany)
}

fn archived(ask: &Ask) -> Option<Why> {
    ask.company.as_ref().is_some_and(|company| company.archived).then_some(Why::Archived)
}

fn no_ground(contact: ContactFacts) -> Option<Why> {
    match contact.ground {
        Ground::None => Some(Why::NoGround),
        Ground::Functional => None,
        Ground::Published | Ground::EarlierContact | Ground::Consent => (!contact.has_proof).then_some(Why::NoProof),
    }
}

fn pressure(ask: &Ask) -> Option<Why> {
    let facts = ask.company.as_ref()?.pressure.as_ref()?;
    (facts.until > ask.now).then(|| Why::Pressure(facts.clone()))
}

#[cfg(test)]
mod tests;
