//! How sequences end: a campaign of which everybody is through, and recipients who answered, opted out or cannot be
//! reached, before their next step goes out.

use crate::domain::cadence::{RecipientEvent, recipient_moves};
use crate::domain::id::{CompanyId, ContactId, RecipientId};
use crate::domain::time::Moment;
use crate::domain::words::{CampaignState, RecipientState};
use crate::store::{Db, DbResult, Tx, campaigns, outgoing, recipients};

/// Ends running campaigns of which everybody is through; gives how many.
pub fn finish(db: &Db, now: Moment) -> DbResult<u64> {
    let through = db.read(recipients::campaigns_through)?;
    let mut ended = 0;
    for id in through {
        let done = db.write(|tx| {
            // Somebody may have been added back since it was looked at.
            if !recipients::campaigns_through(tx)?.contains(&id) {
                return Ok(false);
            }
            campaigns::set_state(tx, id, CampaignState::Running, CampaignState::Done, "", now)
        })?;
        ended += u64::from(done);
    }
    Ok(ended)
}

/// Whose sequences are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// One recipient, whatever state it is in: its own mail was answered or came back.
    Recipient(RecipientId),
    /// Every open recipient that has this contact.
    Contact(ContactId),
    /// Every open recipient at this company.
    Company(CompanyId),
}

/// Stops sequences before their next step: `event` is `Replied`, `OptedOut` or `Bounced`. What is queued is withdrawn.
/// Gives how many recipients moved.
pub fn stop_sequence(tx: &mut Tx, party: Party, event: RecipientEvent, now: Moment) -> DbResult<usize> {
    let open = [RecipientState::Waiting, RecipientState::Queued, RecipientState::Sent];
    let found = match party {
        Party::Recipient(id) => recipients::find(tx, id)?.into_iter().collect(),
        Party::Contact(id) => recipients::of_party(tx, None, Some(id), &open)?,
        Party::Company(id) => recipients::of_party(tx, Some(id), None, &open)?,
    };
    let mut moved = Vec::new();
    for recipient in found {
        if let Ok(state) = recipient_moves(recipient.state, event)
            && state != recipient.state
        {
            recipients::set_state(tx, recipient.id, state, event.as_str(), now)?;
            moved.push(recipient.id);
        }
    }
    outgoing::withdraw_of(tx, &moved, event.as_str(), now)?;
    Ok(moved.len())
}
