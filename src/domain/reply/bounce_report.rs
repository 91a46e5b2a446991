//! The fields of a delivery report (RFC 3464), recipient by recipient.

use super::bounce_marks::SHAPES;
use super::words::first_email;

/// One recipient's fields of a delivery-status part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Group {
    /// The address that failed.
    pub(super) recipient: Option<String>,
    /// The address behind an alias that failed.
    pub(super) actual: Option<String>,
    /// The address that the sender wrote.
    pub(super) original: Option<String>,
    /// `failed`, `delayed`, `delivered`, …
    pub(super) action: String,
    /// Enhanced status code.
    pub(super) status: Option<String>,
    /// What the other server said.
    pub(super) diagnostic: Option<String>,
}

/// The groups of fields in a delivery-status part, or in a text that spells one out.
pub(super) fn groups_of(status: &str) -> Vec<Group> {
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
    let original = get("original-recipient").and_then(recipient);
    let named = get("final-recipient").and_then(recipient).or_else(|| get("x-actual-recipient").and_then(recipient));
    // a mailbox inside that server says nothing outside of it
    let inside = |address: &String| address.split_once('@').is_some_and(|(_, domain)| !domain.contains('.'));
    Group {
        recipient: named.filter(|address| original.is_none() || !inside(address)),
        actual: get("x-actual-recipient").and_then(recipient),
        original,
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

/// The enhanced status code in a text: the one that a server gave with its reply first, and any failure before success.
pub(super) fn enhanced(text: &str) -> Option<String> {
    let shapes = &*SHAPES;
    let text = super::origin::first(text, 4_000);
    if let Some(replied) = shapes.replied.captures(text).and_then(|found| found.get(1)) {
        return Some(replied.as_str().to_owned());
    }
    let mut found = shapes.enhanced.captures_iter(text).filter_map(|found| Some(found.get(1)?.as_str().to_owned()));
    let first = found.next()?;
    let failure = |status: &String| !status.starts_with('2');
    Some(if failure(&first) { first } else { found.take(200).find(failure).unwrap_or(first) })
}

/// The groups that a text spells out: a report that was pasted, forwarded, or whose parts cannot be told apart.
pub(super) fn spelled_out(text: &str) -> Vec<Group> {
    let bare: String = text
        .lines()
        .take(2_000)
        .map(|line| line.strip_prefix("> ").or(line.strip_prefix('>')).unwrap_or(line))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut found = groups_of(&bare);
    found.retain(|group| (group.recipient.is_some() || group.original.is_some()) && !group.action.is_empty());
    found
}
