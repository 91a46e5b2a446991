//! What the person who runs an installation decides about the flows: sections of the configuration file.
//! The defaults and their reasons are in `config/default.toml`.

use crate::domain::aftercare::Patience;
use crate::domain::freshness;
use serde::Deserialize;
use std::net::IpAddr;

/// `[accounts]`: sign-in and sessions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// Hours without a request after which a session ends.
    pub session_idle_hours: u32,
    /// Days after which a session ends whatever happens.
    pub session_days: u32,
    /// Failures per account and per address before sign-in pauses.
    pub sign_in_tries: u32,
    /// Minutes of that pause.
    pub sign_in_pause_minutes: u32,
    /// Memory of argon2id, in KiB.
    pub password_memory_kib: u32,
    /// Passes of argon2id.
    pub password_passes: u32,
}

/// `[outreach]`: contact pressure and when outreach leaves.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outreach {
    /// Days in which a company is part of one campaign at most.
    pub pressure_days: u32,
    /// Days and hours, as `mon-fri 09:00-17:00`.
    pub window: String,
}

/// `[delivery]`: tries and time limits of sending.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// Minutes between tries; the last one repeats.
    pub backoff_minutes: Vec<u32>,
    /// Tries before a message fails.
    pub max_attempts: u32,
    /// Seconds for connecting.
    pub connect_seconds: u32,
    /// Seconds for each command.
    pub command_seconds: u32,
    /// Seconds after the final dot.
    pub dot_seconds: u32,
    /// Messages claimed at once per mailbox.
    pub batch: u32,
    /// Seconds after which another process may take over a mailbox whose sender is silent.
    pub lease_seconds: u32,
    /// Private addresses that a mailbox set from a page may reach.
    pub private_addresses: Vec<IpAddr>,
}

/// `[fetching]`: how mail is read in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetching {
    /// Messages stored per commit.
    pub batch: u32,
    /// Size in MiB above which only headers and text are kept.
    pub max_message_mib: u32,
    /// Seconds for connecting.
    pub connect_seconds: u32,
    /// Seconds for each read.
    pub read_seconds: u32,
}

/// `[aftercare]`: patience with silence.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aftercare {
    /// Working days of silence before a reminder.
    pub remind_after_working_days: u32,
    /// Working days after which a mail is too late and becomes a call.
    pub call_after_working_days: u32,
}

/// `[proposals]`: how long a place is held for a student.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposals {
    /// Working days for which a place is held, from the proposal on and anew from each step.
    pub hold_working_days: u32,
}

impl Aftercare {
    /// The same, as the plan's mind takes it.
    pub fn patience(&self) -> Patience {
        Patience {
            silence: i64::from(self.remind_after_working_days),
            too_late: i64::from(self.call_after_working_days),
        }
    }
}

/// `[freshness]`: asking whether places still hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freshness {
    /// Whether the clockwork asks by itself; else a person presses for each company.
    pub ask: bool,
    /// Companies that a site asks on one morning, at most.
    pub companies_a_morning: u32,
    /// Working days of silence before a reminder.
    pub remind_after_working_days: u32,
    /// Working days of silence after that before a person calls.
    pub call_after_working_days: u32,
    /// Working days to call before the places expire.
    pub expire_after_working_days: u32,
    /// Days for which the link in a mail works.
    pub link_days: u32,
}

impl Freshness {
    /// The same, as the domain takes it.
    pub fn patience(&self) -> freshness::Patience {
        freshness::Patience {
            remind: i64::from(self.remind_after_working_days),
            call: i64::from(self.call_after_working_days),
            expire: i64::from(self.expire_after_working_days),
        }
    }
}
