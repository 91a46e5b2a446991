//! Whose mail did not arrive: from the report's fields where there are any, else from the words of the notice.

use super::bounce_marks::Shapes;
use super::bounce_report::Group;
use super::letter::Letter;
use super::words::email_ranges;

/// The addresses that failed: from the report, from headers, from the words, from the returned message.
pub(super) fn recipients(
    letter: &Letter,
    failing: &[&Group],
    notice: &str,
    whole: &str,
    shapes: &Shapes,
) -> Vec<String> {
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
        if let Some(address) = group.actual.clone() {
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

/// Lines that name somebody else than the one who did not get the mail.
const NOT_ABOUT: &[&str] = &[
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
];
/// "For further assistance, please contact …"
const TO_ASK: &[&str] = &["contact", "assistance", "help", "question", "vragen", "abuse", "support"];

/// Addresses that the notice names, from the surest kind of line down: those that it lists, those that begin a line,
/// those behind a word of delivery, all others.
fn from_text(letter: &Letter, notice: &str, shapes: &Shapes) -> Vec<String> {
    let own: Vec<&str> = letter.recipients();
    let sender = letter.from.as_ref().map(|from| from.email.as_str()).unwrap_or_default();
    let mut tiers: [Vec<String>; 4] = Default::default();
    let mut listing = false;
    for line in notice.lines().take(400).filter(|line| line.len() < 2_000) {
        let bare = line.trim().trim_start_matches(['>', '*', '-', '|', ' ']);
        let lower = bare.to_lowercase();
        if bare.ends_with(':') && !bare.starts_with('<') {
            listing = shapes.listing.is_match(bare) || listing && bare.contains('@');
        }
        if NOT_ABOUT.iter().any(|start| lower.starts_with(start)) {
            continue;
        }
        let asks = TO_ASK.iter().any(|word| lower.contains(word));
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
            let tier = if listing && lead.is_empty() {
                0
            } else if begins && (tail.is_empty() || tail.starts_with([':', ',', '.', '(', '-', ';']))
                || lower.contains("rcpt to")
            {
                1
            } else if !asks && (begins || shapes.lead.is_match(before) || tail.starts_with(':')) {
                2
            } else {
                3
            };
            if !tiers[tier].contains(&address) {
                tiers[tier].push(address);
            }
        }
    }
    if tiers[0].is_empty() && tiers[1].is_empty() {
        tiers[0] = local_parts(notice, sender, shapes);
    }
    tiers.into_iter().find(|tier| !tier.is_empty()).unwrap_or_default()
}

/// Names that a server lists without its own domain.
fn local_parts(notice: &str, sender: &str, shapes: &Shapes) -> Vec<String> {
    let Some((_, domain)) = sender.rsplit_once('@').filter(|(_, domain)| domain.contains('.')) else {
        return Vec::new();
    };
    let mut lines = notice.lines().take(100).skip_while(|line| !shapes.listing.is_match(line));
    lines
        .by_ref()
        .skip_while(|line| !line.trim_end().ends_with(':'))
        .skip(1)
        .skip_while(|line| line.trim().is_empty())
        .map_while(|line| Some(shapes.local.captures(line)?.get(1)?.as_str().to_lowercase()))
        .map(|local| format!("{local}@{domain}"))
        .take(50)
        .collect()
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
