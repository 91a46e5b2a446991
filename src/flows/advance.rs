//! Tick `advance`: recipients whose step is due are rendered, outside any transaction, and put in the outbox, where the
//! gate is asked with facts of that very write. In batches; an item that fails is tried alone and never stops the others.

use super::campaigns::kit::{Kit, KitError, Person, Press};
use super::campaigns::{self as flow};
use super::outbox::{self, Enqueued, Letter, Place, Stamp};
use super::settings::Outreach;
use super::{Stop, Tally};
use crate::domain::cadence::{Next, RecipientEvent, RecipientFacts, next, recipient_moves};
use crate::domain::calendar::Window;
use crate::domain::gate::{Answer, Why};
use crate::domain::id::{CampaignId, RecipientId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{CampaignState, RecipientState};
use crate::store::recipients::Recipient;
use crate::store::{Conn, Db, DbError, DbResult, Tx, campaigns, companies, contacts, recipients};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How many recipients are taken together.
const BATCH: i64 = 200;
/// How long one batch may take before it is committed.
const BATCH_TIME: Duration = Duration::from_millis(250);
/// How long one tick goes on.
const TICK_TIME: Duration = Duration::from_secs(20);
/// When an item that failed by itself is tried again.
const RETRY_SECONDS: i64 = 600;

/// A running campaign as this tick needs it.
struct Running {
    kit: Kit,
    window: Window,
    steps: u32,
    maker: Option<crate::domain::id::UserId>,
}

/// What is done with one recipient.
enum Item {
    /// Into the outbox.
    Letter(RecipientId, Box<Letter>),
    /// Falls out before it gets that far.
    Skip(RecipientId, String),
}

/// Puts what is due in the outbox, and ends campaigns that are through.
pub fn tick(db: &Db, press: Press, settings: &Outreach, stop: &Stop, now: Moment) -> anyhow::Result<Tally> {
    let (started, mut tally) = (Instant::now(), Tally::default());
    let mut known: HashMap<CampaignId, Option<Running>> = HashMap::new();
    while started.elapsed() < TICK_TIME && !stop.asked() {
        let due = db.read(|conn| recipients::due(conn, now, BATCH))?;
        if due.is_empty() {
            break;
        }
        for recipient in &due {
            if let std::collections::hash_map::Entry::Vacant(e) = known.entry(recipient.campaign_id) {
                let running = learn(db, recipient, now)?;
                e.insert(running);
            }
        }
        let (items, looked_at) = render(db, press, settings, &known, &due, now)?;
        if !put(db, &items, &mut tally, now)? && looked_at == 0 {
            break;
        }
    }
    tally.add("ended", flow::finish(db, now)?);
    Ok(tally)
}

/// Reads what a campaign's mails are made with. One whose mails cannot be made is paused with the reason.
fn learn(db: &Db, recipient: &Recipient, now: Moment) -> anyhow::Result<Option<Running>> {
    let (scope, id) = (Scope::clockwork(recipient.site_id), recipient.campaign_id);
    let read = |conn: &mut Conn| -> Result<Option<Running>, KitError> {
        let Some(campaign) = campaigns::find(conn, &scope, id)? else { return Ok(None) };
        Ok(Some(Running {
            kit: Kit::read(conn, &scope, &campaign)?,
            window: campaign.send_window.parse().unwrap_or(Window::always()),
            steps: u32::try_from(campaigns::steps(conn, id)?.len()).unwrap_or(1),
            maker: campaign.created_by,
        }))
    };
    match db.read(read) {
        Ok(running) => Ok(running),
        Err(KitError::Db(error)) => Err(error.into()),
        Err(error) => {
            tracing::error!(campaign = id.0, "a campaign's mails cannot be made; it is paused");
            let why = error.to_string();
            db.write(|tx| campaigns::set_state(tx, id, CampaignState::Running, CampaignState::Paused, &why, now))?;
            Ok(None)
        }
    }
}

/// Renders a batch, as far as the time goes; also tells how many recipients were looked at.
fn render(
    db: &Db,
    press: Press,
    settings: &Outreach,
    known: &HashMap<CampaignId, Option<Running>>,
    due: &[Recipient],
    now: Moment,
) -> DbResult<(Vec<Item>, usize)> {
    let started = Instant::now();
    let people = db.read(|conn| people(conn, due))?;
    let mut items = Vec::with_capacity(due.len());
    for recipient in due {
        // However slow the machine, each batch has something in it, or the tick would end with work left.
        if !items.is_empty() && started.elapsed() > BATCH_TIME {
            break;
        }
        let Some(Some(running)) = known.get(&recipient.campaign_id) else { continue };
        let facts = RecipientFacts {
            state: recipient.state,
            step: u32::try_from(recipient.step).unwrap_or(0),
            due: recipient.due_at,
            uncertain: false,
            // The gate is asked in the write itself.
            gate: Answer::Send,
        };
        match next(&facts, running.steps, now) {
            Next::Render { .. } => {
                items.push(item(press, settings, running, recipient, people.get(&recipient.id), now));
            }
            Next::Done => items.push(Item::Skip(recipient.id, "no_step".to_owned())),
            Next::WaitUntil(_) | Next::Nothing | Next::Skip(_) => {}
        }
    }
    let count = items.len();
    Ok((items, count))
}

fn item(
    press: Press,
    settings: &Outreach,
    running: &Running,
    recipient: &Recipient,
    person: Option<&Person>,
    now: Moment,
) -> Item {
    let Some(person) = person else { return Item::Skip(recipient.id, "no_address".to_owned()) };
    let stamp = Stamp::fresh(&running.kit.mailbox.address);
    let mail = match running.kit.render(press, person, &stamp) {
        Ok(mail) => mail,
        Err(error) => {
            let what = error.variable().unwrap_or("template");
            return Item::Skip(recipient.id, format!("missing {what}"));
        }
    };
    let due_at = running.window.next_open(now);
    let place = Place {
        campaign: recipient.campaign_id,
        step: recipient.step,
        recipient: recipient.id,
        pressure_until: due_at.plus_days(i64::from(settings.pressure_days)),
    };
    let letter = running.kit.letter(person, stamp, mail, due_at);
    Item::Letter(recipient.id, Box::new(Letter { place: Some(place), user: running.maker, ..letter }))
}

/// The people behind recipients: their contact and company as they are now.
fn people(conn: &mut Conn, due: &[Recipient]) -> DbResult<HashMap<RecipientId, Person>> {
    let mut sites: Vec<_> = due.iter().map(|recipient| recipient.site_id).collect();
    sites.sort_unstable();
    sites.dedup();
    let mut found = HashMap::new();
    for site in sites {
        let scope = Scope::clockwork(site);
        let ours: Vec<&Recipient> = due.iter().filter(|recipient| recipient.site_id == site).collect();
        let company_ids: Vec<_> = ours.iter().map(|recipient| recipient.company_id).collect();
        let all = companies::find_all(conn, &scope, &company_ids)?;
        let contacts = contacts::of_companies(conn, &scope, &company_ids)?;
        let companies: HashMap<_, _> = all.iter().map(|company| (company.id, company)).collect();
        let contacts: HashMap<_, _> = contacts.iter().map(|contact| (contact.id, contact)).collect();
        for recipient in ours {
            let (company, contact) = (companies.get(&recipient.company_id), contacts.get(&recipient.contact_id));
            if let (Some(company), Some(contact)) = (company, contact)
                && let Some(person) = Person::of(company, contact)
            {
                found.insert(recipient.id, person);
            }
        }
    }
    Ok(found)
}

/// Writes a batch; when that fails, item by item. Tells whether anything was written.
fn put(db: &Db, items: &[Item], tally: &mut Tally, now: Moment) -> anyhow::Result<bool> {
    if items.is_empty() {
        return Ok(false);
    }
    let refs: Vec<&Item> = items.iter().collect();
    match db.write(|tx| write(tx, &refs, now)) {
        Ok(done) => {
            tally.merge(&done);
            return Ok(true);
        }
        Err(error @ DbError::Query(_)) => tracing::warn!(%error, "a batch failed; its items are tried alone"),
        Err(error) => return Err(error.into()),
    }
    for item in &refs {
        match db.write(|tx| write(tx, &[*item], now)) {
            Ok(done) => tally.merge(&done),
            Err(error) => {
                let (Item::Letter(id, _) | Item::Skip(id, _)) = item;
                tracing::error!(recipient = id.0, %error, "a recipient could not be advanced; later again");
                let again = now.plus_seconds(RETRY_SECONDS);
                db.write(|tx| recipients::postpone(tx, *id, again))?;
                tally.add("put off", 1);
            }
        }
    }
    Ok(true)
}

fn write(tx: &mut Tx, items: &[&Item], now: Moment) -> DbResult<Tally> {
    let mut tally = Tally::default();
    let ids: Vec<RecipientId> = items
        .iter()
        .map(|item| {
            let (Item::Letter(id, _) | Item::Skip(id, _)) = item;
            *id
        })
        .collect();
    // Whoever answered, opted out or was stopped since the batch was read is not waiting any more.
    let waiting = recipients::still_waiting(tx, &ids)?;
    let mut letters = Vec::new();
    let mut of = Vec::new();
    for item in items {
        match item {
            Item::Letter(id, letter) if waiting.contains(id) => {
                letters.push((**letter).clone());
                of.push(*id);
            }
            Item::Skip(id, why) if waiting.contains(id) => {
                recipients::set_state(tx, *id, RecipientState::Skipped, why, now)?;
                tally.add("skipped", 1);
            }
            Item::Letter(..) | Item::Skip(..) => {}
        }
    }
    let mut queued = Vec::new();
    for (id, answer) in of.iter().zip(outbox::enqueue_all(tx, &letters, now)?) {
        match answer {
            Enqueued::Queued(_) | Enqueued::Already => queued.push(*id),
            Enqueued::Refused(why) | Enqueued::CallTask(why) => {
                let event = match why {
                    Why::OptedOut | Why::Complained => RecipientEvent::OptedOut,
                    Why::Bounced => RecipientEvent::Bounced,
                    Why::NoContact
                    | Why::NoGround
                    | Why::NoProof
                    | Why::Blocked
                    | Why::DoNotContact
                    | Why::Archived
                    | Why::LeftCompany
                    | Why::NoEarlierOffer
                    | Why::NoPlacement
                    | Why::Pressure(_)
                    | Why::NoSender
                    | Why::NoOptOut => RecipientEvent::Skip,
                };
                let state = recipient_moves(RecipientState::Waiting, event).unwrap_or(RecipientState::Skipped);
                recipients::set_state(tx, *id, state, why.code(), now)?;
                tally.add("refused", 1);
            }
        }
    }
    recipients::advance(tx, &queued, RecipientState::Waiting, RecipientState::Queued, None, now)?;
    tally.add("queued", u64::try_from(queued.len()).unwrap_or(0));
    Ok(tally)
}
