//! Notices of non-delivery: RFC 3464 reports, and the many that only people were meant to read.
//! Long because every way of saying that a mail did not arrive is weighed against the others.

use super::letter::Letter;
use super::origin::first;
use super::phrases::{REASONS, pattern};
use super::reading::{Bounce, BounceReason, Kind};
use super::words::{email_ranges, first_email};
use regex::Regex;
use std::sync::LazyLock;

/// Characters of a notice that are read.
const LOOKED_AT: usize = 40_000;

const SUBJECT: &str = r"(?i)(?:undeliver(?:ed|able)|delivery (?:status )?(?:notification|failure|failed|problem|report|has failed|error|delayed)|deliver[a-z]* fail|fail(?:ed|ure) (?:notice|delivery)|failed delivery|failure delivery|returned (?:mail|to sender)|returning message to sender|mail (?:delivery|failed|failure|error|could not)|mail system error|message (?:delivery (?:has )?(?:failed|failure)|.{0,40}delayed|could not)|could not (?:be )?deliver|permanent delivery|non[- ]?deliver|non remis|cannot send message|delayed mail|nondeliverable|bounce|onbestelbaar|niet (?:be)?zorgd|niet (?:bezorgd|afgeleverd|bestelbaar)|bezorging .{0,20}(?:mislukt|vertraagd)|aflevering .{0,30}mislukt|mailbezorging|unzustellbar|zustellung|nicht zugestellt|non distribu|echec|échec|non remis|impossible de remettre|no se puede entregar|devuelto|mancata consegna|impossibile|não (?:entregue|foi)|не доставлено|niedostarczon|olevererbart|ej levererat|kunde inte levereras|ikke leveret|user unknown|not listed in|errors from|is not (?:a )?member|loop alert|undelivered|notification message|warning: (?:message|could not)|配信|送信|エラー|delivery incomplete|配達|送达|退信)";

const SENDER: &str = r"(?i)^(?:mailer[-_ ]?daemon|mail[-_.]?daemon|postmaster|post_master|poostmaster|mdaemon|mail\.?delivery(?:\.system|\.subsystem)?|mailerdaemon|mail-?er|double-?bounce|bounces?|bounced|smtp-?daemon|mmdf|uucp|nobody|root|sysadmin|system|inetgw\d?|administrator|microsoftexchange[0-9a-f]*|ses-em-d|no-reply@sns|noreply-dmarc|ndr|dsn|daemon|amavisd?|virusalert|mailsystem|pmdf|maildeliverysystem)(?:[-+._].*)?@?|^mailer-daemon|^postmaster";

const SENDER_NAME: &str = r"(?i)mail(?:er)? ?(?:deliver[a-z]*|daemon)|delivery (?:sub)?system|postmaster|system administrator|mailer-daemon|ndr administrator|interscan|mail ?server|mail system|jetmail|mailscanner|ses-em-d|microsoft outlook|mail administrator";

const BODY: &str = r"(?i)(?:could not (?:be )?deliver|(?:couldn't|can't|cannot|can not|unable to|not able to|wasn't able to|was not able to|were unable to) (?:be )?(?:deliver|send|route|relay)|(?:delivery|message|mail) (?:to .{0,120})?(?:has |have )?(?:failed|been (?:delayed|rejected|refused|returned))|deliver(?:y|ed) .{0,60}(?:failed|failure|impossible|unsuccessful|aborted)|undeliverable|undelivered|not (?:be |been )?(?:delivered|reach(?:ed)?)|did not reach|delivery (?:status|attempt|problem|errors?)|permanent (?:fatal )?errors?|fatal errors|user unknown|unknown (?:user|address|local|recipient|virtual)|(?:no such|invalid|nonexistent|non-existent) (?:user|mailbox|address|recipient|account|local)|mailbox (?:is )?(?:full|unavailable|not found|disabled|unknown)|(?:over|exceed(?:s|ed|ing)?|out of) (?:the |his |their |its |storage )*quota|quota exceeded|recipient (?:address )?(?:rejected|unknown|not found)|address (?:rejected|unknown|not found)|host (?:unknown|not found)|domain (?:not found|does not exist)|returned (?:to sender|mail|to you)|returning (?:your )?message|still being retried|will be retried|will (?:keep|continue) (?:on )?trying|has not (?:yet )?been delivered|kon(?:den)? (?:helaas )?niet (?:worden )?(?:bezorgd|afgeleverd|verzonden)|kan niet worden bezorgd|niet (?:kunnen )?(?:bezorgd|bezorgen|afleveren)|e-?mailadres .{0,40}niet gevonden|nicht zugestellt|nicht erreicht|konnte nicht|n'a pas pu être|не (?:может быть|удалось|было)|error(?:s)? .{0,20}smtp|(?:said|error|response|reason|status|smtp|remote|server)[^\n]{0,80}\b[45][0-9][0-9][ -]|\b5[0-9][0-9][ -]5\.\d+\.\d+|\b[45]\.[0-9]\.[0-9]{1,2}\b|\b55[0-4][ -]|unrouteable|unroutable|rejected (?:by|due|your|because)|(?:was|were|is|been) (?:rejected|refused|blocked|bounced)|not accepting|does(?: not|n't) (?:exist|have an? [a-z.]+ account)|account (?:has been |is )?(?:disabled|inactive|suspended|closed|expired)|not listed in|failed addresses follow|failed recipient|transcript of session|配信|送信でき|届け|存在しません|見つかりません|メールを(?:送|配))";

const RETURNED: &str = r"(?im)^[\s>]*(?:-{2,}.{0,80}(?:original message|copy of (?:the|your)|returned message|message follows|unsent message|below this line|returned mail|message header|kopie van het bericht|oorspronkelijk(?:e)? bericht|message headers|message text|original|undelivered message|forwarded message|header).{0,80}|-{2,} ?the (?:text|header|body).{0,80}|the (?:original|following|header of the original|text of the) message .{0,60}|original message (?:follows|headers?|:).*|message headers? follow.*|here is (?:a copy|your|the).{0,80}|(?:a )?copy of (?:the|your) (?:original )?message.{0,60}|het oorspronkelijke bericht volgt.*|below (?:this line )?is .{0,20}copy.{0,60}|your (?:original )?message (?:follows|reads).{0,80}|message (?:from|header).{0,20}:\s*|return-path: .*|received: (?:from|by|\(|with|via) .*|(?:-{3,})? ?begin (?:original )?message.*|the first \d+ .{0,40}follow.*|unsent message.*|originalnachricht.*|original mail.*|reporting-mta: .*)$";

/// Words that only a notice of non-delivery says.
const SURE: &str = r"(?i)(?:could not|couldn't|cannot|can't|unable to|not) be(?:en)? delivered|has not been delivered|delivery .{0,40}failed|undeliverable|non-delivery report|n'a pas pu (?:e|ê)tre d(?:e|é)li|n'a pas été remis|niet worden bezorgd|konnte nicht zugestellt|user unknown|mailbox full|no such user|returned to sender";

struct Shapes {
    sure: Regex,
    subject: Regex,
    sender: Regex,
    sender_name: Regex,
    body: Regex,
    returned: Regex,
    enhanced: Regex,
    code: Regex,
    lead: Regex,
    message_id: Regex,
    delayed: Regex,
}

static SHAPES: LazyLock<Option<Shapes>> = LazyLock::new(|| {
    Some(Shapes {
        sure: Regex::new(SURE).ok()?,
        subject: Regex::new(SUBJECT).ok()?,
        sender: Regex::new(SENDER).ok()?,
        sender_name: Regex::new(SENDER_NAME).ok()?,
        body: Regex::new(BODY).ok()?,
        returned: Regex::new(RETURNED).ok()?,
        enhanced: Regex::new(r"(?:^|[^0-9.])([245]\.\d{1,3}\.\d{1,3})(?:[^0-9.]|\.?$|\.[^0-9])").ok()?,
        code: Regex::new(r"(?:^|[^0-9.\w])([45][0-5]\d)(?:[ \-:#,;.>\])]|$)").ok()?,
        lead: Regex::new(r"(?i)(?:rcpt to|recipient|failed|deliver[a-z]*|to|for|address(?:es)?|user|mailbox|account|unknown|geadresseerde[n]?|adres)\b[^@\n]{0,40}$").ok()?,
        message_id: Regex::new(r"(?im)^[\s>]*message-id:\s*(<[^<>\s]{3,200}>)").ok()?,
        delayed: Regex::new(r"(?i)(?:will (?:be )?(?:keep |continue )?(?:on )?(?:retr|try)|still being retried|message .{0,40}delayed|delivery .{0,20}delayed|has not (?:yet )?been delivered|warning message only|do not need to (?:resend|re-send)|attempts? .{0,30}will continue|(?:\(|notification )delay|being retried|not need to take any action|wordt nog geprobeerd|vertraagd|delayed mail)").ok()?,
    })
});

/// What a delivery-status part says the message is.
pub(super) fn kind_of_status(status: &str, letter: &Letter) -> Kind {
    let groups = groups_of(status);
    let action = |wanted: &str| groups.iter().any(|group| group.action.starts_with(wanted));
    let failing = action("failed") || action("delayed") || action("failure") || action("deferred");
    let arrived = action("delivered") || action("relayed") || action("expanded") || action("deliverable");
    if failing || !arrived {
        return Kind::Bounce;
    }
    let failed_status =
        groups.iter().any(|group| group.status.as_deref().is_some_and(|status| !status.starts_with('2')));
    let subject = SHAPES.as_ref().is_some_and(|shapes| shapes.subject.is_match(&letter.subject));
    if failed_status && subject { Kind::Bounce } else { Kind::DeliveryReceipt }
}

/// Whether the sender is a mail program.
pub(super) fn is_daemon(letter: &Letter) -> bool {
    let Some(shapes) = SHAPES.as_ref() else { return false };
    let raw = letter.header("from").unwrap_or_default();
    let by_address =
        letter.from.as_ref().is_some_and(|from| shapes.sender.is_match(&from.email) || from.email.is_empty());
    let name = letter.from.as_ref().and_then(|from| from.name.as_deref()).unwrap_or_default();
    by_address
        || shapes.sender_name.is_match(name)
        || raw.contains("<>")
        || shapes.sender.is_match(raw.trim_matches(['<', '>', '"', ' ']))
        || raw.to_lowercase().contains("mailer-daemon")
}

/// Whether a message without a delivery-status part is a notice of non-delivery.
pub(super) fn is_bounce_by_text(letter: &Letter) -> bool {
    let Some(shapes) = SHAPES.as_ref() else { return false };
    let text = first(&letter.text, LOOKED_AT);
    let head = first(text, 4_000);
    let subject = shapes.subject.is_match(&letter.subject);
    let body = shapes.body.is_match(head);
    let daemon = is_daemon(letter);
    let null_sender = letter.header("return-path").is_some_and(|path| path.trim() == "<>");
    let answered = letter.subject.trim_start().to_lowercase().starts_with("re:") && !daemon;
    if letter.has("x-failed-recipients") && (daemon || subject || body) {
        return true;
    }
    if letter.report_type == "delivery-status" {
        return true;
    }
    if daemon {
        return body || subject || null_sender && shapes.returned.is_match(text);
    }
    let sure = shapes.sure.is_match(first(text, 1_200));
    if sure && (null_sender || subject && !letter.text.contains("wrote:") && letter.in_reply_to.is_empty()) {
        return true;
    }
    if answered || letter.has("list-id") && !null_sender {
        return false;
    }
    let returned = shapes.returned.is_match(text) || !letter.nested.is_empty();
    let automatic = null_sender || letter.auto_submitted.as_deref().is_some_and(|value| value != "no");
    subject && body && (returned || automatic)
        || automatic && body && returned && shapes.enhanced.is_match(head)
        || subject && body && !letter.text.contains("wrote:") && shapes.code.is_match(head)
}

/// One recipient's fields of a delivery-status part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Group {
    recipient: Option<String>,
    original: Option<String>,
    action: String,
    status: Option<String>,
    diagnostic: Option<String>,
}

fn groups_of(status: &str) -> Vec<Group> {
    let mut found: Vec<Group> = Vec::new();
    let mut fields: Vec<(String, String)> = Vec::new();
    let flush = |fields: &mut Vec<(String, String)>, found: &mut Vec<Group>| {
        let group = group(fields);
        if group.recipient.is_some() || group.original.is_some() || !group.action.is_empty() || group.status.is_some() {
            found.push(group);
        }
        fields.clear();
    };
    for line in status.lines().take(5_000) {
        if line.trim().is_empty() {
            flush(&mut fields, &mut found);
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut()
                && value.len() < 4_000
            {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            let name = name.trim().to_lowercase();
            if name == "final-recipient" && fields.iter().any(|(name, _)| name == "final-recipient") {
                flush(&mut fields, &mut found);
            }
            fields.push((name, value.trim().to_owned()));
        }
        if found.len() >= 500 {
            break;
        }
    }
    flush(&mut fields, &mut found);
    found
}

fn group(fields: &[(String, String)]) -> Group {
    let get = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let status = get("status").and_then(enhanced);
    Group {
        recipient: get("final-recipient").or_else(|| get("x-actual-recipient")).and_then(recipient),
        original: get("original-recipient").and_then(recipient),
        action: get("action").unwrap_or_default().trim().to_lowercase(),
        status,
        diagnostic: get("diagnostic-code")
            .map(|text| text.split_once(';').map_or(text, |(_, text)| text).trim().to_owned()),
    }
}

/// The address of a `type; address` field.
fn recipient(field: &str) -> Option<String> {
    let value = field.split_once(';').map_or(field, |(_, value)| value).trim();
    let address = first_email(value).or_else(|| {
        let bare = value.trim_matches(['<', '>', '"', ' ', '\'']);
        let at = bare.find('@')?;
        (at > 0 && !bare.contains(char::is_whitespace)).then(|| bare.to_lowercase())
    })?;
    Some(address)
}

fn enhanced(text: &str) -> Option<String> {
    let found = SHAPES.as_ref()?.enhanced.captures(text)?.get(1)?;
    Some(found.as_str().to_owned())
}

/// What the notice says.
pub fn read(letter: &Letter) -> Bounce {
    let Some(shapes) = SHAPES.as_ref() else { return Bounce::default() };
    let whole = first(&letter.text, LOOKED_AT);
    let notice = notice(whole, shapes);
    let mut groups: Vec<Group> = letter
        .parts
        .iter()
        .filter(|part| !part.nested && part.media_type.ends_with("delivery-status"))
        .flat_map(|part| groups_of(&part.text))
        .collect();
    if groups.is_empty() {
        groups = groups_of(notice);
    }
    let failing: Vec<&Group> = groups
        .iter()
        .filter(|group| !["delivered", "relayed", "expanded"].iter().any(|action| group.action.starts_with(action)))
        .collect();
    let delayed = is_delayed(letter, notice, &failing, shapes);
    let diagnostic =
        failing.iter().find_map(|group| group.diagnostic.clone()).or_else(|| diagnostic_line(notice, shapes));
    let spoken = format!("{}\n{}", diagnostic.as_deref().unwrap_or_default(), first(notice, 6_000));
    let status = status(&failing, diagnostic.as_deref(), notice, &letter.subject, shapes);
    let mut reason = reason(status.as_deref(), diagnostic.as_deref().unwrap_or_default(), &spoken);
    let class = status.as_deref().and_then(|status| status.chars().next());
    let code = diagnostic.as_deref().and_then(|text| reply_code(text, shapes)).or_else(|| reply_code(notice, shapes));
    let permanent = !delayed
        && match (class, code.as_deref().and_then(|code| code.chars().next())) {
            (Some('5'), _) => true,
            (Some('4'), _) => false,
            (_, Some(code)) => code == '5',
            _ => reason != BounceReason::Expired,
        };
    if delayed && reason == BounceReason::Other {
        reason = BounceReason::Expired;
    }
    Bounce {
        permanent,
        delayed,
        status,
        recipients: recipients(letter, &failing, notice, whole, shapes),
        reason,
        original_message_id: original_id(letter, shapes),
        diagnostic: diagnostic.map(|text| first(&text, 500).to_owned()),
    }
}

/// The text in front of the returned message.
fn notice<'a>(text: &'a str, shapes: &Shapes) -> &'a str {
    let start = text.len() - text.trim_start().len();
    match shapes.returned.find_iter(text).find(|found| found.start() > start + 20) {
        Some(found) => &text[..found.start()],
        None => text,
    }
}

fn is_delayed(letter: &Letter, notice: &str, failing: &[&Group], shapes: &Shapes) -> bool {
    let acted: Vec<&str> =
        failing.iter().map(|group| group.action.as_str()).filter(|action| !action.is_empty()).collect();
    if !acted.is_empty() {
        return acted.iter().all(|action| action.starts_with("delayed") || action.starts_with("deferred"));
    }
    let head = first(notice, 2_000);
    let given_up = head.contains("giving up")
        || head.contains("given up")
        || head.contains("gave up")
        || head.contains("returned to sender");
    (shapes.delayed.is_match(&letter.subject) || shapes.delayed.is_match(head)) && !given_up
}

/// The line in which a server speaks.
fn diagnostic_line(notice: &str, shapes: &Shapes) -> Option<String> {
    let lines: Vec<&str> = notice.lines().take(400).collect();
    let speaks = |line: &&&str| {
        line.len() < 2_000
            && (shapes.enhanced.is_match(line) || shapes.code.is_match(line))
            && !line.trim_start().starts_with("Received:")
    };
    if let Some(line) = lines.iter().find(speaks) {
        return Some(line.trim().to_owned());
    }
    let told = |line: &&&str| {
        line.len() < 600 && REASONS.iter().any(|row| pattern(row.phrase).is_some_and(|shape| shape.is_match(line)))
    };
    lines.iter().find(told).map(|line| line.trim().to_owned())
}

fn reply_code(text: &str, shapes: &Shapes) -> Option<String> {
    Some(shapes.code.captures(text)?.get(1)?.as_str().to_owned())
}

fn status(
    failing: &[&Group],
    diagnostic: Option<&str>,
    notice: &str,
    subject: &str,
    shapes: &Shapes,
) -> Option<String> {
    let vague = |status: &str| status.ends_with(".0.0");
    let stated = failing.iter().find_map(|group| group.status.clone());
    let spoken = diagnostic.and_then(enhanced);
    let class = |status: &str| status.chars().next();
    match (stated, spoken) {
        (Some(stated), Some(spoken)) if vague(&stated) && !vague(&spoken) && class(&stated) == class(&spoken) => {
            Some(spoken)
        }
        (Some(stated), _) => Some(stated),
        (None, Some(spoken)) => Some(spoken),
        (None, None) => {
            let found =
                shapes.enhanced.captures_iter(notice).filter_map(|found| Some(found.get(1)?.as_str().to_owned()));
            let found: Vec<String> = found.take(20).collect();
            found.iter().find(|status| !vague(status)).or(found.first()).cloned().or_else(|| enhanced(subject))
        }
    }
}

/// Why: by the server's words first, then by the code, then by the rest of the notice.
fn reason(status: Option<&str>, diagnostic: &str, notice: &str) -> BounceReason {
    let told = |text: &str| {
        REASONS.iter().find(|row| pattern(row.phrase).is_some_and(|shape| shape.is_match(text))).map(|row| row.label)
    };
    if let Some(reason) = told(diagnostic) {
        return reason;
    }
    let detail = status.and_then(|status| status.split_once('.')).map(|(_, detail)| detail);
    let coded = match detail {
        Some("1.1" | "1.0" | "1.3" | "1.6" | "1.10") => Some(BounceReason::UserUnknown),
        Some("1.2" | "4.4" | "4.3") => Some(BounceReason::HostUnknown),
        Some("2.1") => Some(BounceReason::NotAccepting),
        Some("2.2") => Some(BounceReason::MailboxFull),
        Some("2.3" | "3.4") => Some(BounceReason::TooBig),
        Some("4.7" | "4.1" | "4.2") => Some(BounceReason::Expired),
        Some("7.1" | "7.0" | "7.23" | "7.25" | "7.26" | "7.27") => Some(BounceReason::Policy),
        _ => None,
    };
    told(notice).filter(|_| coded.is_none()).or(coded).unwrap_or_default()
}

fn recipients(letter: &Letter, failing: &[&Group], notice: &str, whole: &str, shapes: &Shapes) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |address: String| {
        let address = address.trim_matches(['<', '>', '.', '\'']).to_lowercase();
        if !found.contains(&address) && found.len() < 200 {
            found.push(address);
        }
    };
    for group in failing {
        if let Some(address) = group.recipient.clone().or_else(|| group.original.clone()) {
            add(address);
        }
    }
    if found.is_empty()
        && let Some(listed) = letter.header("x-failed-recipients")
    {
        for range in email_ranges(listed) {
            found.push(listed[range].to_lowercase());
        }
    }
    if found.is_empty() {
        found = from_text(letter, notice, shapes);
    }
    if found.is_empty() {
        found = from_returned(letter, whole);
    }
    found
}

/// Addresses that the notice names, from the surest kind of line down.
fn from_text(letter: &Letter, notice: &str, shapes: &Shapes) -> Vec<String> {
    let own: Vec<&str> = letter.recipients();
    let sender = letter.from.as_ref().map(|from| from.email.as_str()).unwrap_or_default();
    let mut tiers: [Vec<String>; 3] = Default::default();
    for line in notice.lines().take(400).filter(|line| line.len() < 2_000) {
        let bare = line.trim().trim_start_matches(['>', '*', '-', '|', ' ']);
        let lower = bare.to_lowercase();
        if [
            "from:",
            "sender:",
            "reply-to:",
            "message-id:",
            "received:",
            "by ",
            "mail from",
            "return-path:",
            "references:",
            "in-reply-to:",
        ]
        .iter()
        .any(|start| lower.starts_with(start))
        {
            continue;
        }
        for range in email_ranges(line) {
            let address = line[range.clone()].to_lowercase();
            let daemon = shapes.sender.is_match(&address) || address == sender;
            if daemon || own.contains(&address.as_str()) {
                continue;
            }
            let before = &line[..range.start];
            let after = &line[range.end..];
            let lead = before.trim().trim_matches(['<', '"', '\'', '(', '[', '*', '-', '|', '>', ' ']);
            let tail = after.trim_start_matches(['>', '"', '\'', ')', ']', ' ']);
            let begins = lead.is_empty()
                || lead.to_lowercase().ends_with("to") && lower.starts_with("to")
                || lower.starts_with("recipient");
            let tier = if begins && (tail.is_empty() || tail.starts_with([':', ',', '.', '(', '-', ';']))
                || lower.contains("rcpt to")
            {
                0
            } else if begins || shapes.lead.is_match(before) || tail.starts_with(':') {
                1
            } else {
                2
            };
            if !tiers[tier].contains(&address) {
                tiers[tier].push(address);
            }
        }
    }
    tiers.into_iter().find(|tier| !tier.is_empty()).unwrap_or_default()
}

/// `To` of the returned message.
fn from_returned(letter: &Letter, whole: &str) -> Vec<String> {
    let nested = letter
        .nested
        .first()
        .and_then(|nested| nested.headers.iter().find(|(name, _)| name == "to").map(|(_, value)| value.clone()));
    let headers =
        letter.parts.iter().find(|part| part.media_type == "text/rfc822-headers").map(|part| part.text.as_str());
    let line = |text: &str| {
        text.lines()
            .find(|line| line.trim_start_matches(['>', ' ', '|']).to_lowercase().starts_with("to:"))
            .map(str::to_owned)
    };
    let Some(to) = nested.or_else(|| headers.and_then(line)).or_else(|| line(whole)) else { return Vec::new() };
    let own = letter.recipients();
    let found = email_ranges(&to).into_iter().map(|range| to[range].to_lowercase());
    found.filter(|address| !own.contains(&address.as_str())).take(50).collect()
}

fn original_id(letter: &Letter, shapes: &Shapes) -> Option<String> {
    let nested = letter.nested.first().and_then(|nested| nested.headers.iter().find(|(name, _)| name == "message-id"));
    if let Some((_, id)) = nested {
        let id = id.trim();
        return Some(if id.starts_with('<') { id.to_owned() } else { format!("<{id}>") });
    }
    let in_parts = letter.parts.iter().filter(|part| part.media_type == "text/rfc822-headers" || part.nested);
    in_parts
        .map(|part| part.text.as_str())
        .chain(std::iter::once(letter.text.as_str()))
        .find_map(|text| Some(shapes.message_id.captures(text)?.get(1)?.as_str().to_owned()))
        .or_else(|| letter.header("x-ms-exchange-parent-message-id").map(str::to_owned))
        .or_else(|| letter.in_reply_to.first().cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reply::letter::{Mailbox, Part};

    fn notice_from(from: &str, subject: &str, text: &str) -> Letter {
        Letter {
            headers: vec![("from".to_owned(), from.to_owned())],
            from: Some(Mailbox { name: None, email: from.to_owned() }),
            subject: subject.to_owned(),
            text: text.to_owned(),
            readable: true,
            ..Letter::default()
        }
    }

    #[test]
    fn a_delivery_status_part_gives_recipients_code_and_reason() {
        let mut letter = notice_from("mailer-daemon@mx.example", "Undelivered Mail Returned to Sender", "");
        let status = "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; Jan@Bedrijf.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\n\nFinal-Recipient: rfc822; ok@bedrijf.example\nAction: delivered\nStatus: 2.0.0\n";
        letter.parts.push(Part {
            media_type: "message/delivery-status".to_owned(),
            text: status.to_owned(),
            ..Part::default()
        });
        assert_eq!(kind_of_status(status, &letter), Kind::Bounce);
        let bounce = read(&letter);
        assert_eq!(bounce.recipients, ["jan@bedrijf.example"]);
        assert_eq!(bounce.status.as_deref(), Some("5.1.1"));
        assert_eq!(bounce.reason, BounceReason::UserUnknown);
        assert!(bounce.permanent && !bounce.delayed);
    }

    #[test]
    fn a_notice_for_people_is_read_too() {
        let text = "Hallo. Dit is het mailprogramma op mx.example.\n\n<jan@bedrijf.example>:\n552 Mailbox full\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <out-1@desk.example>\nTo: jan@bedrijf.example\n";
        let letter = notice_from("MAILER-DAEMON@mx.example", "failure notice", text);
        assert!(is_bounce_by_text(&letter));
        let bounce = read(&letter);
        assert_eq!(bounce.recipients, ["jan@bedrijf.example"]);
        assert_eq!(bounce.reason, BounceReason::MailboxFull);
        assert_eq!(bounce.original_message_id.as_deref(), Some("<out-1@desk.example>"));
    }

    #[test]
    fn a_notice_of_delay_is_not_permanent() {
        let text = "This message was created automatically.\nYour message has not yet been delivered; delivery attempts will continue.\n\n  jan@bedrijf.example\n";
        let bounce = read(&notice_from("mailer-daemon@mx.example", "Warning: message delayed 24 hours", text));
        assert!(bounce.delayed && !bounce.permanent);
    }

    #[test]
    fn a_person_who_writes_about_a_bounce_is_none() {
        let letter = notice_from(
            "jan@bedrijf.example",
            "Re: stage",
            "Mijn mail aan jou kwam terug: 550 5.1.1 user unknown. Klopt je adres?",
        );
        assert!(!is_bounce_by_text(&letter));
    }
}
