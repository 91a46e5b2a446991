//! One campaign: a draft is checked here, recipient by recipient, before anything leaves; a running one is watched, held,
//! stopped, and its messages that may have left are settled.

use super::campaign_acts::told;
use super::campaigns::state;
use super::mailboxes::why;
use super::outgoing::in_doubt;
use crate::app::App;
use crate::domain::id::CampaignId;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{CampaignState, Lang, RecipientState};
use crate::flows::campaigns::audience::{Selection, selection};
use crate::flows::campaigns::checks::{self, Finding};
use crate::flows::campaigns::kit::{Kit, KitError, Person};
use crate::flows::campaigns::progress::{Hold, Progress, progress};
use crate::flows::campaigns::{self as flow, CampaignError};
use crate::flows::restore;
use crate::mail::template::Rendered;
use crate::store::campaigns::{self, Campaign};
use crate::store::outgoing::{Outgoing, held};
use crate::store::recipients::{self, Shown};
use crate::store::{Conn, DbError, users};
use crate::web::bridge::ask;
use crate::web::error::{Answer, Error};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::parts::{Badge, Progress as Bar};
use crate::web::show;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

/// How many recipients each list of the monitor shows.
const SHOWN: i64 = 50;
/// How many companies of one reason are named.
const NAMED: usize = 8;

#[derive(Template)]
#[template(path = "pages/campaign_check.html")]
struct Check {
    p: Page,
    campaign: Campaign,
    looked: Looked,
    at: usize,
}

/// What looking a draft over gives.
struct Looked {
    selection: Selection,
    findings: Vec<Finding>,
    preview: Option<(Person, Rendered)>,
    first_at: Moment,
    /// Why its mails cannot be made at all.
    broken: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/campaign_run.html")]
struct Run {
    p: Page,
    campaign: Campaign,
    progress: Progress,
    answered: Vec<Shown>,
    fallen: Vec<Shown>,
    in_doubt: Vec<Outgoing>,
    starter: Option<String>,
}

impl Check {
    fn is_good(&self) -> bool {
        self.looked.broken.is_none()
            && !self.looked.selection.going.is_empty()
            && self.looked.findings.iter().all(|finding| finding.good)
    }

    fn good(&self) -> usize {
        self.looked.findings.iter().filter(|finding| finding.good).count()
    }

    /// Reason, how many, and the first names.
    fn groups(&self) -> Vec<(String, usize, Vec<&str>)> {
        let groups = self.looked.selection.groups().into_iter();
        groups
            .map(|(why, group)| {
                let names = group.iter().take(NAMED).map(|fallen| fallen.name.as_str()).collect();
                (why.say(self.p.lang), group.len(), names)
            })
            .collect()
    }

    fn leaves(&self) -> String {
        let count = self.looked.selection.going.len();
        let at = self.p.when(self.looked.first_at).words().to_owned();
        match self.p.lang {
            Lang::Nl => format!("{count} mails gaan uit, de eerste {at}."),
            Lang::En => format!("{count} mails leave, the first {at}."),
        }
    }
}

impl Run {
    fn state(&self) -> Badge {
        state(&self.p, self.campaign.state)
    }

    /// The bar, live while the campaign runs.
    fn bar(&self) -> Bar {
        let natural = |count: i64| u64::try_from(count).unwrap_or(0);
        let bar = self.p.progress(self.progress.sent, self.progress.total, self.words());
        let bar =
            bar.and("bad", natural(self.gone())).and("warn", natural(self.progress.uncertain + self.progress.held));
        let url = format!("/campaigns/{}/progress", self.campaign.id);
        if self.progress.is_live() { bar.poll(url, "k-how") } else { bar }
    }

    /// The list of what may have left.
    fn doubts(&self) -> Result<String, askama::Error> {
        in_doubt(&self.p, &self.in_doubt, Some(self.campaign.id))
    }

    fn gone(&self) -> i64 {
        self.progress.bounced + self.progress.skipped + self.progress.stopped
    }

    fn words(&self) -> String {
        words(&self.progress, self.p.lang)
    }

    /// Why nothing leaves now.
    fn hold(&self) -> Option<String> {
        let t = |nl: &str, en: &str| self.p.lang.t(nl, en).to_owned();
        let at = |moment: &Moment| self.p.when(moment).words().to_owned();
        match &self.progress.hold {
            Hold::Nothing => None,
            Hold::Paused(why) if why.is_empty() => {
                Some(t("Iemand zette hem stil. Wat klaarstaat wacht.", "Somebody paused it. What is ready waits."))
            }
            Hold::Paused(why) if let Some(at) = restore::since(why) => {
                Some(match (self.p.when(at).words(), self.p.lang) {
                    (at, Lang::Nl) => format!(
                        "Teruggezet uit de reservekopie van {at}. Wat deze campagne daarna nog verstuurde weten we hier niet: \
                     kijk in de verzonden mail voor je verdergaat."
                    ),
                    (at, Lang::En) => format!(
                        "Restored from the backup of {at}. What this campaign sent after it is not known here: look in the \
                     sent mail before you go on."
                    ),
                })
            }
            Hold::Paused(why) => match why.strip_prefix("content_refused ") {
                Some(answer) => {
                    let start = t(
                        "Tien mails achter elkaar werden om hun inhoud geweigerd. De mailserver zei:",
                        "Ten mails in a row were refused for what they say. The mail server said:",
                    );
                    Some(format!("{start} {answer}"))
                }
                None => Some(format!("{} {why}", t("De mails zijn niet te maken:", "The mails cannot be made:"))),
            },
            Hold::Window(moment) => Some(format!(
                "{} {}.",
                t(
                    "De verzendtijd is voorbij. Het gaat vanzelf verder op",
                    "Its hours are over. It goes on by itself on"
                ),
                at(moment)
            )),
            Hold::MailboxPaused(reason) => Some(format!(
                "{} {} {}",
                t("De mailbox staat stil.", "The mailbox is paused."),
                why(reason, self.p.lang),
                t(
                    "Een coördinator laat hem bij Instellingen weer verder gaan.",
                    "A coordinator lets it go on under Settings."
                )
            )),
            Hold::MailboxRests { until, why: reason } => Some(format!(
                "{} {} {}.",
                why(reason, self.p.lang),
                t("We proberen het weer", "We try again"),
                at(until)
            )),
            Hold::Again(moment) => Some(format!(
                "{} {}.",
                t(
                    "Het lukte net niet, de mail blijft klaarstaan. We proberen het weer",
                    "It just failed; the mail stays ready. We try again"
                ),
                at(moment)
            )),
        }
    }

    /// Why a recipient fell out.
    fn why(&self, shown: &Shown) -> String {
        let t = |nl: &str, en: &str| self.p.lang.t(nl, en).to_owned();
        match shown.recipient.reason.as_str() {
            "bounced" => t("het adres bestaat niet meer", "the address does not exist any more"),
            "failed" => t("de mailserver weigerde de mail", "the mail server refused the mail"),
            "gave_up" => t("het lukte niet, hoe vaak we het ook probeerden", "it failed however often we tried"),
            "pressure" => t("kreeg net een andere campagne", "just got another campaign"),
            "no_address" => t("heeft geen adres meer", "has no address any more"),
            "no_ground" | "no_proof" => t("de grondslag ontbreekt", "the ground is missing"),
            "do_not_contact" => t("wil geen contact", "wants no contact"),
            "archived" => t("is gearchiveerd", "is archived"),
            "left_company" => t("werkt er niet meer", "left the company"),
            "blocked" => t("staat op de blokkadelijst", "is on the suppression list"),
            reason => match reason.strip_prefix("missing ") {
                Some(variable) => format!("{} {variable}", t("in de mail mist", "the mail lacks")),
                None => t("tegengehouden", "held back"),
            },
        }
    }

    fn badge(&self, shown: &Shown) -> Badge {
        let p = &self.p;
        match shown.recipient.state {
            RecipientState::Replied => p.badge("good", p.t("antwoordde", "answered")),
            RecipientState::OptedOut => p.badge("bad", p.t("afgemeld", "opted out")),
            RecipientState::Bounced => p.badge("bad", p.t("kwam terug", "came back")),
            RecipientState::Skipped => p.badge("warn", p.t("tegengehouden", "held back")),
            RecipientState::Stopped
            | RecipientState::Waiting
            | RecipientState::Queued
            | RecipientState::Sent
            | RecipientState::Done => p.badge("", shown.recipient.state),
        }
    }
}

fn words(progress: &Progress, lang: Lang) -> String {
    match lang {
        Lang::Nl => format!("{} van {} verstuurd", progress.sent, progress.total),
        Lang::En => format!("{} of {} sent", progress.sent, progress.total),
    }
}

/// Which recipient's mail is shown, counted from 1.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct At {
    at: usize,
}

pub(super) async fn found(app: &Data<App>, who: &Signed, id: CampaignId) -> Result<Campaign, Error> {
    let scope = who.scope.clone();
    ask(app, move |app| app.db.read(|conn| campaigns::find(conn, &scope, id))).await?.ok_or(Error::NotFound)
}

/// `GET /campaigns/{id}`
pub async fn one(app: Data<App>, who: Signed, id: Path<CampaignId>, at: Query<At>) -> Answer {
    let campaign = found(&app, &who, id.into_inner()).await?;
    if campaign.state == CampaignState::Draft {
        check(app, who, campaign, at.at).await
    } else {
        watch(app, who, campaign).await
    }
}

async fn check(app: Data<App>, who: Signed, campaign: Campaign, at: usize) -> Answer {
    let (scope, now, lang, asked) = (who.scope.clone(), who.now, who.lang, campaign.clone());
    let looked = ask(&app, move |app| look(app, &scope, &asked, at, lang, now)).await?;
    let at = at.clamp(1, looked.selection.going.len().max(1));
    show(&Check { p: who.page(Here::Campaigns), campaign, looked, at })
}

fn look(app: &App, scope: &Scope, campaign: &Campaign, at: usize, lang: Lang, now: Moment) -> Result<Looked, DbError> {
    let audience = serde_json::from_str(&campaign.audience).unwrap_or_default();
    let ask = |conn: &mut Conn| selection(conn, scope, campaign.site_id, Some(campaign.id), &audience, now);
    let selection = app.db.read(ask)?;
    let window: crate::domain::calendar::Window =
        campaign.send_window.parse().unwrap_or(crate::domain::calendar::Window::always());
    let first_at = window.next_open(now);
    let kit = match app.db.read(|conn| Kit::read(conn, scope, campaign)) {
        Ok(kit) => kit,
        Err(KitError::Db(error)) => return Err(error),
        Err(error) => {
            let broken = Some(told(&CampaignError::Kit(error), lang));
            return Ok(Looked { selection, findings: Vec::new(), preview: None, first_at, broken });
        }
    };
    let findings = checks::findings(&kit, app.press(), &selection.going, &window, lang, now);
    let pick = selection.going.get(at.max(1) - 1).or(selection.going.first());
    let person = pick.and_then(|pick| Person::of(&pick.company, &pick.contact));
    let preview = person.and_then(|person| flow::preview(&kit, app.press(), &person).ok().map(|mail| (person, mail)));
    Ok(Looked { selection, findings, preview, first_at, broken: None })
}

async fn watch(app: Data<App>, who: Signed, campaign: Campaign) -> Answer {
    let (scope, now, id, maker) = (who.scope.clone(), who.now, campaign.id, campaign.created_by);
    let found = ask(&app, move |app| {
        app.db.read(|conn| {
            let answered = [RecipientState::Replied, RecipientState::OptedOut];
            let fallen = [RecipientState::Bounced, RecipientState::Skipped];
            let starter = maker.map(|id| users::by_id(conn, id)).transpose()?.flatten();
            Ok::<_, DbError>((
                progress(conn, &scope, id, now)?,
                recipients::list(conn, &scope, id, &answered, SHOWN)?,
                recipients::list(conn, &scope, id, &fallen, SHOWN)?,
                held::in_doubt(conn, &scope, Some(id), None, SHOWN)?,
                starter.map(|member| member.user.name),
            ))
        })
    });
    let (progress, answered, fallen, in_doubt, starter) = found.await?;
    let (p, progress) = (who.page(Here::Campaigns), progress.ok_or(Error::NotFound)?);
    show(&Run { p, campaign, progress, answered, fallen, in_doubt, starter })
}

/// `GET /campaigns/{id}/progress`: what the script asks for.
pub async fn live(app: Data<App>, who: Signed, id: Path<CampaignId>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, id.into_inner());
    let found = ask(&app, move |app| app.db.read(|conn| progress(conn, &scope, id, now))).await?;
    let at = found.ok_or(Error::NotFound)?;
    let gone = at.bounced + at.skipped + at.stopped;
    Ok(HttpResponse::Ok().json(serde_json::json!({
        "of": at.total,
        "parts": [at.sent, gone, at.uncertain + at.held],
        "text": words(&at, who.lang),
        "done": !at.is_live(),
    })))
}
