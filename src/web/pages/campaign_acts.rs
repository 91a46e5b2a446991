//! What a person does with one campaign: start, hold, stop, try it out.

use super::campaign::found;
use crate::app::App;
use crate::domain::id::CampaignId;
use crate::domain::words::Lang;
use crate::flows::campaigns::audience::selection;
use crate::flows::campaigns::kit::{Kit, KitError, Person};
use crate::flows::campaigns::{self as flow, CampaignError};
use crate::store::Conn;
use crate::web::bridge::attempt;
use crate::web::done;
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Form, Press};
use crate::web::gate::Signed;
use actix_web::web::{Data, Path};

/// What is wrong, in a sentence for the page.
pub(super) fn told(error: &CampaignError, lang: Lang) -> String {
    let fixed = match error {
        CampaignError::Nobody => {
            lang.t("Er blijft niemand over in deze doelgroep.", "Nobody is left in this audience.")
        }
        CampaignError::TooMany => {
            lang.t("Dit zijn er te veel. Maak de doelgroep kleiner.", "These are too many. Narrow the audience.")
        }
        CampaignError::Starting => {
            lang.t("Iemand start deze campagne al.", "Somebody is starting this campaign already.")
        }
        CampaignError::Move(_) | CampaignError::Stale => {
            lang.t("Iemand was je net voor. Kijk hoe het nu is.", "Somebody was just before you. Look how it is now.")
        }
        CampaignError::Kit(KitError::NoStep | KitError::NoTemplate) => {
            lang.t("Kies een mailtekst waar iets in staat.", "Choose a template that says something.")
        }
        CampaignError::Kit(KitError::ManySteps(_)) => lang.t(
            "Deze versie verstuurt campagnes van één mail; deze heeft er meer.",
            "This version sends campaigns of one mail; this one has more.",
        ),
        CampaignError::Kit(KitError::NoMailbox) => {
            lang.t("De mailbox is er niet meer.", "The mailbox is not there any more.")
        }
        CampaignError::Kit(KitError::Template(error)) | CampaignError::Template(error) => return error.says(lang),
        CampaignError::Missing(missing) => {
            let sentence = if lang == Lang::Nl { &missing.sentence.0 } else { &missing.sentence.1 };
            return format!("{}: {sentence}", missing.company);
        }
        CampaignError::Name
        | CampaignError::Window(_)
        | CampaignError::Choice
        | CampaignError::NotThere
        | CampaignError::Kit(KitError::Audience(_) | KitError::Db(_))
        | CampaignError::NotReady(_)
        | CampaignError::TestRefused(_)
        | CampaignError::Db(_) => return error.to_string(),
    };
    fixed.to_owned()
}

fn answer(done_what: Result<String, CampaignError>, id: CampaignId, who: &Signed) -> Answer {
    let flash = match done_what {
        Ok(words) => Flash::good(words),
        Err(CampaignError::NotThere) => return Err(Error::NotFound),
        Err(error @ CampaignError::Db(_)) => return Err(Error::unknown(error)),
        Err(error) => Flash::bad(told(&error, who.lang)),
    };
    Ok(done(&format!("/campaigns/{id}"), &flash, who))
}

/// `POST /campaigns/{id}/start`
pub async fn start(app: Data<App>, who: Signed, id: Path<CampaignId>, _: Form<Press>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, id.into_inner());
    let started = attempt(&app, move |app| flow::start(&app.db, &scope, app.press(), id, now)).await?;
    let words = |count| match who.lang {
        Lang::Nl => format!("{count} mails zijn ingepland."),
        Lang::En => format!("{count} mails are planned."),
    };
    answer(started.map(words), id, &who)
}

/// `POST /campaigns/{id}/pause`
pub async fn pause(app: Data<App>, who: Signed, id: Path<CampaignId>, _: Form<Press>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, id.into_inner());
    let paused = attempt(&app, move |app| flow::pause(&app.db, &scope, id, now)).await?;
    answer(paused.map(|()| who.lang.t("Staat stil.", "Paused.").to_owned()), id, &who)
}

/// `POST /campaigns/{id}/resume`
pub async fn resume(app: Data<App>, who: Signed, id: Path<CampaignId>, _: Form<Press>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, id.into_inner());
    let resumed = attempt(&app, move |app| flow::resume(&app.db, &scope, id, now)).await?;
    answer(resumed.map(|()| who.lang.t("Gaat verder.", "Goes on.").to_owned()), id, &who)
}

/// `POST /campaigns/{id}/stop`
pub async fn stop(app: Data<App>, who: Signed, id: Path<CampaignId>, _: Form<Press>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, id.into_inner());
    let stopped = attempt(&app, move |app| flow::stop(&app.db, &scope, id, now)).await?;
    let words = |count| match who.lang {
        Lang::Nl => format!("Gestopt. {count} mails die klaarstonden gaan niet uit."),
        Lang::En => format!("Stopped. {count} mails that were ready do not leave."),
    };
    answer(stopped.map(words), id, &who)
}

/// `POST /campaigns/{id}/test`: the mail of the first recipient, to oneself.
pub async fn test(app: Data<App>, who: Signed, id: Path<CampaignId>, _: Form<Press>) -> Answer {
    let campaign = found(&app, &who, id.into_inner()).await?;
    let (scope, now, to, id) = (who.scope.clone(), who.now, who.user.email.clone(), campaign.id);
    let sent = attempt(&app, move |app| {
        let kit = app.db.read(|conn| Kit::read(conn, &scope, &campaign))?;
        let ask = |conn: &mut Conn| selection(conn, &scope, campaign.site_id, Some(id), &kit.audience, now);
        let going = app.db.read(ask)?.going;
        let person = going.first().and_then(|pick| Person::of(&pick.company, &pick.contact));
        flow::send_test(&app.db, &kit, app.press(), &person.ok_or(CampaignError::Nobody)?, &to, now)
    });
    let words = who.lang.t("De proefmail komt zo bij je aan.", "The test mail reaches you shortly.").to_owned();
    answer(sent.await?.map(|()| words), id, &who)
}
