//! Why a message did not arrive.

use super::{Row, en, nl};
use crate::domain::reply::reading::{BounceReason, BounceReason as B};

/// Why a message did not arrive, the surest words first.
pub const REASONS: &[Row<BounceReason>] = &[
    en(
        "(mailbox|inbox|user'?s? (mail)?box|account|folder|recipient|storage|maildir)[^.\\n]{0,60}(full|over ?quota|exceed|quota|out of (space|storage))",
        B::MailboxFull,
        1.0,
        "The mailbox is full",
    ),
    en(
        "(over|exceed\\w*|out of|disk|mailbox|user|storage|mail)[ -](the |his |her |their |its |storage |mailbox |allotted )*quota|quota (exceeded|reached|full|limit)|mail ?box full|insufficient (system )?(storage|disk)|not enough (storage|space|disk)",
        B::MailboxFull,
        1.0,
        "552 quota exceeded",
    ),
    en(
        "(host not found|nxdomain|domain .{0,60}(does not exist|not found)|no such domain)",
        B::HostUnknown,
        1.0,
        "Unrouteable address: host not found",
    ),
    nl(
        "domein .{0,80}(bestaat niet|niet gevonden|onbekend)",
        B::HostUnknown,
        1.0,
        "Het domein firma.example bestaat niet",
    ),
    nl("(postvak|mailbox|postbus) .. vol", B::MailboxFull, 1.0, "Het postvak van de ontvanger is vol"),
    en(
        "(message|mail|size|attachment)[^.\\n]{0,50}(too (large|big|long)|exceed\\w* .{0,40}(size|limit|maximum)|size limit)|maximum (message |file )?size|size exceeds|too big",
        B::TooBig,
        1.0,
        "552 message size exceeds fixed maximum",
    ),
    nl("bericht .. te groot", B::TooBig, 1.0, "Het bericht is te groot"),
    en(
        "(user|mailbox|recipient|address|account|alias|addressee|local part)[^.\\n]{0,70}(unknown|not (be )?found|does ?n[o']t exist|doesn't exist|not exist|(is )?(wrong|incorrect)|no longer (exists|valid|in use|here)|invalid|not (known|listed|valid|registered|recognized|present)|unavailable|undeliverable|is not a known|not our customer)|(unknown|invalid|no such|nonexistent|non-existent|bad|unrecognized|illegal) (\\w+ )?(user|mailbox|recipient|address|account|local|alias|destination mail|person|name|addressee)|no (mailbox|account|valid recipients?|such) |(doesn't|does not|didn't) have an? .{0,40}account|not a (valid|known) (user|recipient|mailbox)|user not|recipient .{0,20}rejected|not in (directory|my|our)|unrouteable address|not listed in|recipnotfound|resolver\\.adr\\.recip|5\\.1\\.1\\b|5\\.1\\.10\\b|no one here by that name|mailbox unavailable|delivery to this address is restricted|no mailbox here",
        B::UserUnknown,
        1.0,
        "550 5.1.1 user unknown",
    ),
    nl(
        "(gebruiker|adres|e-?mailadres|geadresseerde|ontvanger|mailbox|postvak) .. (onbekend|bestaat niet|niet gevonden|ongeldig|niet bestaand)|onbekende (gebruiker|ontvanger)",
        B::UserUnknown,
        1.0,
        "Het e-mailadres is niet gevonden",
    ),
    en(
        "(host|domain|hostname|dns|mx|name server)[^.\\n]{0,60}(unknown|not (be )?found|does not exist|doesn't exist|no (such|answer|mx)|lookup fail\\w*|not exist|null mx|non-?existent)|unknown (host|domain)|(no such|bad|illegal|unrouteable|invalid) (host|domain|destination)|couldn't find any host|unrouteable mail domain|name (or )?service|all relevant mx records point to non-existent|host or domain name not found",
        B::HostUnknown,
        1.0,
        "Host or domain name not found",
    ),
    nl(
        "(domein|domeinnaam|server) .. (bestaat niet|niet gevonden|onbekend)",
        B::HostUnknown,
        1.0,
        "Het domein bestaat niet",
    ),
    en(
        "(blocked|blacklist\\w*|black ?list|blocklist\\w*|spamhaus|spamcop|rbl|dnsbl|bad reputation|poor reputation|reputation|listed (in|at|by)|banned|refused to talk|not (permitted|allowed) to (send|connect)|client host|your (ip|host|server|network)|greylist\\w*|rejected by .{0,40}(rbl|reputation)|sender .{0,30}(blocked|denied|rejected))",
        B::Blocked,
        1.0,
        "Client host blocked using zen",
    ),
    en(
        "(spam|policy|content|virus|phish\\w*|dmarc|spf|dkim|unsolicited|filter\\w*|prohibited|not authorized|authentication required|relay\\w* (denied|not permitted|access)|access denied|denied by|security|banned (file|content)|attachments? (type|not)|violat\\w*|not accepting mail with|moderator|administrative prohibition|not a? ?member|loop)",
        B::Policy,
        1.0,
        "554 message rejected due to policy",
    ),
    en(
        "(retry time(out)? exceeded|timed? ?out|too (long|many hops)|queue too long|expired|giving up|not delivered for|undeliverable for|unable to deliver .{0,40}(days|hours)|cannot send message for|delivery (time|period)|connection (timed out|refused|lost|reset)|deferred|been in the queue|still being retried|will be retried|keep trying|not yet been delivered|delayed|try again later|temporar\\w+)",
        B::Expired,
        1.0,
        "retry timeout exceeded",
    ),
    en(
        "(disabled|suspended|inactive|closed|deactivated|not accepting|not currently accepting|does not accept|doesn't accept|refuses? to accept|restricted|locked|not active|expired account|no longer accepts)",
        B::NotAccepting,
        1.0,
        "This account has been disabled",
    ),
];
