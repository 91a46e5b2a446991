//! After a restore nobody knows what left between the backup and the loss. So nothing that may have left leaves by itself:
//! messages that waited are *held*, campaigns are paused, check-ins whose mail was due become calls, and today's morning
//! mail is not written again.

use super::RestoreError;
use crate::domain::aftercare::Patience;
use crate::domain::id::CheckInId;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::CampaignState;
use crate::flows::aftercare;
use crate::store::audit::{self, Event};
use crate::store::outgoing::held;
use crate::store::{Tx, campaigns, checkins, digests, sites};
use serde::Serialize;

/// How many check-ins are read at once.
const BATCH: i64 = 200;
/// The word before the backup's moment, in a message's last answer and in a campaign's reason.
const RESTORED: &str = "restored ";

/// How much waits for a person after a restore.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Held {
    /// Messages that waited to be sent.
    pub messages: usize,
    /// System mails that were dropped: their links are dead.
    pub dropped: usize,
    /// Campaigns that were paused.
    pub campaigns: usize,
    /// Check-ins that became calls.
    pub calls: usize,
}

/// The backup's moment in a reason that [`hold`] gave.
pub fn since(reason: &str) -> Option<Moment> {
    Moment::parse(reason.strip_prefix(RESTORED)?)
}

pub(super) fn hold(tx: &mut Tx, patience: Patience, backed_up: Moment, now: Moment) -> Result<Held, RestoreError> {
    let why = format!("{RESTORED}{}", backed_up.utc().to_rfc3339());
    let (messages, dropped) = held::hold_all(tx, &why, now)?;
    let mut held = Held { messages, dropped, ..Held::default() };
    for site in sites::all(tx)? {
        let scope = Scope::clockwork(site.id);
        // One that was paused may have been resumed since; who resumes it now should know.
        for campaign in campaigns::open(tx, site.id)? {
            let reason = if campaign.pause_reason.is_empty() { &why } else { &campaign.pause_reason };
            campaigns::set_state(tx, campaign.id, campaign.state, CampaignState::Paused, reason, now)?;
            held.campaigns += 1;
        }
        let mut after = CheckInId(0);
        loop {
            let due = checkins::due(tx, &scope, now.day(), after, BATCH)?;
            let Some(last) = due.last() else { break };
            after = last.id;
            for checkin in &due {
                held.calls += usize::from(aftercare::call_where_mailed(tx, &scope, checkin, patience, now)?);
            }
        }
        for reader in digests::readers(tx, site.id)? {
            digests::claim(tx, reader.user, now.day())?;
        }
        let event = Event {
            at: now,
            site_id: Some(site.id),
            user_id: None,
            action: "site.restore",
            subject: "site",
            subject_id: Some(site.id.0),
            detail: &why,
        };
        audit::record(tx, &event)?;
    }
    Ok(held)
}
