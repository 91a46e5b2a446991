//! How far a campaign is, and why nothing leaves when nothing does.

use crate::domain::calendar::Window;
use crate::domain::id::CampaignId;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{CampaignState, OutgoingState, RecipientState};
use crate::store::{Conn, DbResult, campaigns, mailboxes, outgoing, recipients};
use serde::Serialize;

/// Counts of a campaign's recipients, and what holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Its state.
    pub state: CampaignState,
    /// All recipients.
    pub total: i64,
    /// Whose mail the server took: done, waiting for a next step, or answered since.
    pub sent: i64,
    /// Not in the outbox yet.
    pub waiting: i64,
    /// In the outbox.
    pub queued: i64,
    /// Whose mail may have been taken; a person or evidence decides.
    pub uncertain: i64,
    /// Whose mail waited when the backup was made that this was restored from; a person or evidence decides.
    pub held: i64,
    /// Answered.
    pub replied: i64,
    /// Opted out.
    pub opted_out: i64,
    /// Whose address does not work.
    pub bounced: i64,
    /// Fell out after the start.
    pub skipped: i64,
    /// Stopped with the campaign.
    pub stopped: i64,
    /// When the next mail may leave.
    pub next_at: Option<Moment>,
    /// What holds it.
    pub hold: Hold,
}

impl Progress {
    /// Whether the numbers can still change by themselves.
    pub fn is_live(&self) -> bool {
        self.state == CampaignState::Running
    }
}

/// Why nothing leaves now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// Nothing holds it.
    Nothing,
    /// A person paused it, or too many refusals did: then the reason.
    Paused(String),
    /// Its hours are closed until then.
    Window(Moment),
    /// Its mailbox is paused, with the reason.
    MailboxPaused(String),
    /// Its mailbox rests until then, with the reason.
    MailboxRests {
        /// Until when.
        until: Moment,
        /// Why.
        why: String,
    },
    /// The last try did not work; the next one is then.
    Again(Moment),
}

/// How far a campaign in scope is.
pub fn progress(conn: &mut Conn, scope: &Scope, id: CampaignId, now: Moment) -> DbResult<Option<Progress>> {
    let Some(campaign) = campaigns::find(conn, scope, id)? else { return Ok(None) };
    let by_state = recipients::counts(conn, scope, id)?;
    let by_message = outgoing::counts(conn, scope, id)?;
    let of = |state| by_state.iter().find(|(found, _)| *found == state).map_or(0, |(_, count)| *count);
    let mail = |state| by_message.iter().find(|(found, _)| *found == state).map_or(0, |(_, count)| *count);
    let (uncertain, held) = (mail(OutgoingState::Uncertain), mail(OutgoingState::Held));
    let next_at = outgoing::next_due(conn, id)?;
    let mailbox = mailboxes::find(conn, scope, campaign.mailbox_id)?;
    let kept_back = match (campaign.state, mailbox) {
        (CampaignState::Paused, _) => Hold::Paused(campaign.pause_reason),
        (CampaignState::Running, Some(mailbox)) if mailbox.paused_at.is_some() => {
            Hold::MailboxPaused(mailbox.pause_reason)
        }
        (CampaignState::Running, Some(mailbox)) if let Some(until) = mailbox.retry_at.filter(|at| *at > now) => {
            Hold::MailboxRests { until, why: mailbox.pause_reason }
        }
        (CampaignState::Running, _) => {
            let window: Window = campaign.send_window.parse().unwrap_or(Window::always());
            let later = if window.is_open(now) { Hold::Again } else { Hold::Window };
            next_at.filter(|at| *at > now).map_or(Hold::Nothing, later)
        }
        (CampaignState::Draft | CampaignState::Done | CampaignState::Stopped, _) => Hold::Nothing,
    };
    Ok(Some(Progress {
        state: campaign.state,
        total: by_state.iter().map(|(_, count)| count).sum(),
        sent: mail(OutgoingState::Sent),
        waiting: of(RecipientState::Waiting),
        queued: (of(RecipientState::Queued) - uncertain - held).max(0),
        uncertain,
        held,
        replied: of(RecipientState::Replied),
        opted_out: of(RecipientState::OptedOut),
        bounced: of(RecipientState::Bounced),
        skipped: of(RecipientState::Skipped),
        stopped: of(RecipientState::Stopped),
        next_at,
        hold: kept_back,
    }))
}
