//! Campaigns: made, checked, started, held and stopped. Start writes the recipients; from then on the ticks `advance`
//! and `deliver` do the work, and everything they need is in the database.

pub mod audience;
pub mod checks;
pub mod kit;
pub mod progress;
mod sequence;

pub use sequence::{Party, finish, stop_sequence};

use self::audience::{Audience, Pick, selection};
use self::checks::Missing;
use self::kit::{Kit, KitError, Person, Press};
use super::outbox::{self, Enqueued, Letter, Stamp};
use crate::domain::cadence::{CampaignEvent, campaign_moves};
use crate::domain::calendar::{BadWindow, Window};
use crate::domain::email::EmailAddress;
use crate::domain::id::{CampaignId, CompanyId, MailboxId, SiteId, TemplateId};
use crate::domain::moves::NoMove;
use crate::domain::scope::Scope;
use crate::domain::secret::random_token;
use crate::domain::time::Moment;
use crate::domain::words::{CampaignState, Purpose, RecipientState};
use crate::mail::template::{Rendered, TemplateError};
use crate::store::audit::{self, Event};
use crate::store::campaigns::{Campaign, CampaignEdit, NewCampaign, Step};
use crate::store::db::may_repeat;
use crate::store::recipients::NewRecipient;
use crate::store::{
    Db, DbError, DbResult, Tx, campaigns, leases, mailboxes, outgoing, parties, pressures, recipients, templates,
};

/// How many recipients are written in one commit.
const BATCH: usize = 500;
/// Most recipients of one campaign.
pub const MOST_RECIPIENTS: usize = 50_000;
/// Longest name, in characters.
const LONGEST_NAME: usize = 100;

/// What a person fills in about a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignFields {
    /// As the desk calls it.
    pub name: String,
    /// The mailbox it leaves from.
    pub mailbox: MailboxId,
    /// To whom it goes.
    pub audience: Audience,
    /// The templates of its steps, and the working days before each; the first one's are not used.
    pub steps: Vec<(TemplateId, i32)>,
    /// When its mail may leave.
    pub window: String,
}

/// Why an act on a campaign was refused.
#[derive(Debug, thiserror::Error)]
pub enum CampaignError {
    /// It has no name, or one that is too long.
    #[error("give the campaign a name of at most {LONGEST_NAME} characters")]
    Name,
    /// The window cannot be read.
    #[error(transparent)]
    Window(#[from] BadWindow),
    /// The mailbox or a template is not the site's.
    #[error("choose a mailbox and a template of this site")]
    Choice,
    /// It is not there.
    #[error("no such campaign")]
    NotThere,
    /// Somebody else saved it first, or it is no draft any more.
    #[error("somebody else changed this campaign")]
    Stale,
    /// Its state does not allow this.
    #[error(transparent)]
    Move(#[from] NoMove),
    /// Its mails cannot be made.
    #[error(transparent)]
    Kit(#[from] KitError),
    /// Nobody is left in its audience.
    #[error("nobody is left in this audience")]
    Nobody,
    /// Too many are in its audience.
    #[error("at most {MOST_RECIPIENTS} recipients; narrow the filter")]
    TooMany,
    /// A variable has no value for these recipients.
    #[error("{} has no `{}`", .0.company, .0.variable)]
    Missing(Missing),
    /// A check that has to be good before the start is not.
    #[error("{0}")]
    NotReady(String),
    /// Somebody starts it right now.
    #[error("this campaign is being started")]
    Starting,
    /// The test mail was refused.
    #[error("the test mail was not sent: {0}")]
    TestRefused(String),
    /// A mail cannot be rendered.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
may_repeat!(CampaignError);

/// Makes a draft.
pub fn create(
    db: &Db,
    scope: &Scope,
    site: SiteId,
    fields: &CampaignFields,
    now: Moment,
) -> Result<CampaignId, CampaignError> {
    let (audience, window) = checked(db, scope, site, fields)?;
    db.write(|tx| {
        let new = NewCampaign {
            site_id: site,
            name: fields.name.trim(),
            state: CampaignState::Draft,
            mailbox_id: fields.mailbox,
            audience: &audience,
            send_window: &window,
            pause_reason: "",
            content_refusals: 0,
            created_by: scope.user(),
            created_at: now,
            version: 1,
        };
        let id = campaigns::add(tx, &new)?;
        campaigns::put_steps(tx, id, &steps_of(id, fields))?;
        record(tx, scope, site, id, "campaign.add", "", now)?;
        Ok(id)
    })
}

/// Changes a draft that still has this version.
pub fn edit(
    db: &Db,
    scope: &Scope,
    (id, version): (CampaignId, i32),
    fields: &CampaignFields,
    now: Moment,
) -> Result<(), CampaignError> {
    let there = find(db, scope, id)?;
    let (audience, window) = checked(db, scope, there.site_id, fields)?;
    db.write(|tx| {
        let edit = CampaignEdit {
            name: fields.name.trim(),
            mailbox_id: fields.mailbox,
            audience: &audience,
            send_window: &window,
        };
        if !campaigns::edit(tx, id, version, &edit)? {
            return Err(CampaignError::Stale);
        }
        campaigns::put_steps(tx, id, &steps_of(id, fields))?;
        Ok(record(tx, scope, there.site_id, id, "campaign.edit", "", now)?)
    })
}

fn checked(db: &Db, scope: &Scope, site: SiteId, fields: &CampaignFields) -> Result<(String, String), CampaignError> {
    if !scope.sees(site) {
        return Err(CampaignError::NotThere);
    }
    if fields.name.trim().is_empty() || fields.name.chars().count() > LONGEST_NAME {
        return Err(CampaignError::Name);
    }
    let window: Window = fields.window.parse()?;
    db.read(|conn| {
        let mailbox = mailboxes::find(conn, scope, fields.mailbox)?;
        let mut ours = mailbox.is_some_and(|mailbox| mailbox.site_id == site);
        for (template, _) in &fields.steps {
            ours &= templates::find(conn, scope, *template)?.is_some_and(|template| template.site_id == site);
        }
        if ours { Ok(()) } else { Err(CampaignError::Choice) }
    })?;
    let audience = serde_json::to_string(&fields.audience).map_err(KitError::from)?;
    Ok((audience, window.to_string()))
}

fn steps_of(id: CampaignId, fields: &CampaignFields) -> Vec<Step> {
    let step = |(number, (template, wait)): (usize, &(TemplateId, i32))| Step {
        campaign_id: id,
        number: i32::try_from(number).unwrap_or(i32::MAX),
        template_id: *template,
        wait_days: if number == 0 { 0 } else { (*wait).max(1) },
    };
    fields.steps.iter().enumerate().map(step).collect()
}

fn find(db: &Db, scope: &Scope, id: CampaignId) -> Result<Campaign, CampaignError> {
    db.read(|conn| campaigns::find(conn, scope, id))?.ok_or(CampaignError::NotThere)
}

/// Starts a draft: checks it once more, writes its recipients, and lets it run. Nothing is written when a check fails, and
/// a variable without a value names the recipient. Gives how many recipients it has.
pub fn start(db: &Db, scope: &Scope, press: Press, id: CampaignId, now: Moment) -> Result<usize, CampaignError> {
    let campaign = find(db, scope, id)?;
    campaign_moves(campaign.state, CampaignEvent::Start)?;
    let kit = db.read(|conn| Kit::read(conn, scope, &campaign))?;
    let site = campaign.site_id;
    let going = db.read(|conn| selection(conn, scope, site, Some(id), &kit.audience, now))?.going;
    if going.is_empty() {
        return Err(CampaignError::Nobody);
    }
    if going.len() > MOST_RECIPIENTS {
        return Err(CampaignError::TooMany);
    }
    checks::ready(&kit, now).map_err(CampaignError::NotReady)?;
    if let Some(missing) = checks::missing(&kit, press, &going, 1).into_iter().next() {
        return Err(CampaignError::Missing(missing));
    }
    let (lease, holder) = (format!("start:{id}"), random_token());
    if !db.write(|tx| leases::take(tx, &lease, &holder, now, 300))? {
        return Err(CampaignError::Starting);
    }
    let written = write_recipients(db, scope, &campaign, &going, now);
    db.write(|tx| leases::release(tx, &lease, &holder))?;
    written?;
    tracing::info!(campaign = id.0, recipients = going.len(), "campaign started");
    Ok(going.len())
}

/// The recipients of a draft are nobody's work yet; the last write lets the campaign run and with it all of them.
fn write_recipients(
    db: &Db,
    scope: &Scope,
    campaign: &Campaign,
    going: &[Pick],
    now: Moment,
) -> Result<(), CampaignError> {
    let (id, site) = (campaign.id, campaign.site_id);
    db.write(|tx| -> Result<(), CampaignError> {
        let state = campaigns::find(tx, scope, id)?.map(|campaign| campaign.state);
        if state != Some(CampaignState::Draft) {
            return Err(CampaignError::Stale);
        }
        Ok(recipients::clear_draft(tx, id)?)
    })?;
    for batch in going.chunks(BATCH) {
        let rows: Vec<NewRecipient> = batch.iter().filter_map(|pick| recipient(id, site, pick, now)).collect();
        db.write(|tx| recipients::add(tx, &rows))?;
    }
    db.write(|tx| {
        let (from, to) = (CampaignState::Draft, CampaignState::Running);
        if !campaigns::set_state(tx, id, from, to, "", now)? {
            return Err(CampaignError::Stale);
        }
        let detail = format!("{} recipients", going.len());
        Ok(record(tx, scope, site, id, "campaign.start", &detail, now)?)
    })
}

fn recipient(campaign: CampaignId, site: SiteId, pick: &Pick, now: Moment) -> Option<NewRecipient> {
    Some(NewRecipient {
        site_id: site,
        campaign_id: campaign,
        company_id: pick.company.id,
        contact_id: pick.contact.id,
        address_key: pick.contact.fields.email.as_ref()?.key(),
        state: RecipientState::Waiting,
        step: 0,
        reason: String::new(),
        due_at: now,
        changed_at: now,
    })
}

/// Holds a running campaign: nothing of it leaves, not even what is in the outbox.
pub fn pause(db: &Db, scope: &Scope, id: CampaignId, now: Moment) -> Result<(), CampaignError> {
    step_to(db, scope, id, CampaignEvent::Pause, "campaign.pause", now)
}

/// Lets a paused campaign go on.
pub fn resume(db: &Db, scope: &Scope, id: CampaignId, now: Moment) -> Result<(), CampaignError> {
    step_to(db, scope, id, CampaignEvent::Resume, "campaign.resume", now)
}

fn step_to(
    db: &Db,
    scope: &Scope,
    id: CampaignId,
    event: CampaignEvent,
    action: &str,
    now: Moment,
) -> Result<(), CampaignError> {
    db.write(|tx| {
        let campaign = campaigns::find(tx, scope, id)?.ok_or(CampaignError::NotThere)?;
        let to = campaign_moves(campaign.state, event)?;
        campaigns::set_state(tx, id, campaign.state, to, "", now)?;
        Ok(record(tx, scope, campaign.site_id, id, action, "", now)?)
    })
}

/// Ends a campaign for good: what is in the outbox is withdrawn, who waits is stopped, and companies that got nothing
/// are free for other campaigns. Gives how many messages were withdrawn.
pub fn stop(db: &Db, scope: &Scope, id: CampaignId, now: Moment) -> Result<usize, CampaignError> {
    db.write(|tx| {
        let campaign = campaigns::find(tx, scope, id)?.ok_or(CampaignError::NotThere)?;
        let to = campaign_moves(campaign.state, CampaignEvent::Stop)?;
        campaigns::set_state(tx, id, campaign.state, to, "", now)?;
        let companies: Vec<CompanyId> = outgoing::withdraw_campaign(tx, id, "stopped", now)?;
        recipients::stop_all(tx, id, now)?;
        for party in parties::companies_of(tx, &companies)?.into_values() {
            pressures::free(tx, &party.pressure_key, id)?;
        }
        let detail = format!("{} withdrawn", companies.len());
        record(tx, scope, campaign.site_id, id, "campaign.stop", &detail, now)?;
        Ok(companies.len())
    })
}

/// The mail as one recipient gets it.
pub fn preview(kit: &Kit, press: Press, person: &Person) -> Result<Rendered, TemplateError> {
    kit.render(press, person, &Stamp::fresh(&kit.mailbox.address))
}

/// Sends the mail as one recipient would get it to oneself; neither pressure nor a contact moment comes of it.
pub fn send_test(
    db: &Db,
    kit: &Kit,
    press: Press,
    person: &Person,
    to: &EmailAddress,
    now: Moment,
) -> Result<(), CampaignError> {
    let stamp = Stamp::fresh(&kit.mailbox.address);
    let mail = kit.render(press, person, &stamp)?;
    let letter = Letter {
        subject: format!("[Test] {}", mail.subject),
        text: mail.text,
        html: mail.html.unwrap_or_default(),
        ..Letter::new(&kit.mailbox, Purpose::System, to.clone(), stamp, now)
    };
    match db.write(|tx| outbox::enqueue(tx, &letter, now))? {
        Enqueued::Queued(_) | Enqueued::Already => Ok(()),
        Enqueued::Refused(why) | Enqueued::CallTask(why) => Err(CampaignError::TestRefused(why.code().to_owned())),
    }
}

fn record(
    tx: &mut Tx,
    scope: &Scope,
    site: SiteId,
    id: CampaignId,
    action: &str,
    detail: &str,
    now: Moment,
) -> DbResult<()> {
    let event = Event {
        at: now,
        site_id: Some(site),
        user_id: scope.user(),
        action,
        subject: "campaign",
        subject_id: Some(id.0),
        detail,
    };
    audit::record(tx, &event)
}
