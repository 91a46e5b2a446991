//! Blocks of a name, a role, an address and numbers under a mail without any mark; and those that tell of somebody else.

use super::signature::{Known, looks_spoken};
use super::signature_marks::SHAPES;
use super::signature_name::{is_own_name, shares_a_word};

/// Whether what begins at `at` was announced ("U kunt terecht bij:") or tells more of one who was named above it.
pub(super) fn is_somebody_else(lines: &[&str], begin: usize, at: usize, end: usize, name: Option<&str>) -> bool {
    let top = (begin..at).rev().find(|index| lines[*index].trim().is_empty()).map_or(begin, |index| index + 1);
    let above = (begin..top).rev().map(|index| lines[index]).find(|line| !line.trim().is_empty());
    let announces = |line: &str| line.trim_end().ends_with(':') && line.split_whitespace().count() >= 2;
    if above.is_some_and(announces) || lines[top..at].iter().any(|line| announces(line)) {
        return true;
    }
    let head = lines[at..end].iter().map(|line| line.trim()).find(|line| !line.is_empty()).unwrap_or_default();
    let own = name.is_some_and(|name| is_own_name(head, name) || shares_a_word(head, name));
    let first = head.split(|c: char| !c.is_alphabetic()).find(|word| word.chars().count() >= 3).unwrap_or_default();
    let spoken_of = |line: &&str| line.split(|c: char| !c.is_alphabetic()).any(|word| word == first);
    let named = first.starts_with(char::is_uppercase)
        && lines[at..end].iter().any(|line| line.contains(|c: char| c.is_ascii_digit() || c == '@'));
    named && !own && lines[begin..at].iter().any(spoken_of)
}

/// The last paragraph, when at least half of its lines are contact lines; with the name lines above it.
pub(super) fn contact_block<'t>(lines: &[&'t str], begin: usize, end: usize, known: &Known<'t>) -> Option<usize> {
    let mut start = end;
    while start > begin && !lines[start - 1].trim().is_empty() {
        start -= 1;
    }
    let paragraph = &lines[start..end];
    let contacts = paragraph.iter().filter(|line| known.is_contact(line)).count();
    let all_short = paragraph.iter().all(|line| known.is_signature_line(line.trim()));
    if start > begin && all_short && contacts * 2 >= paragraph.len() && contacts > 0 {
        return Some(start);
    }
    // name, role, number at the end of the only paragraph
    let mut at = end;
    while at > start && known.is_contact(lines[at - 1]) && known.is_signature_line(lines[at - 1].trim()) {
        at -= 1;
    }
    if end - at >= 2 && at > begin {
        while at > begin + 1 && known.is_signature_line(lines[at - 1].trim()) && SHAPES.name.is_match(lines[at - 1]) {
            at -= 1;
        }
        return (at > begin).then_some(at);
    }
    None
}

/// The last paragraph, when a name opens it and nothing in it is a sentence: name, role, company, address, number, as
/// programs put it under a mail without any mark. Or such lines under the last sentence of the last paragraph.
pub(super) fn named_block<'t>(
    lines: &[&'t str],
    begin: usize,
    end: usize,
    known: &Known<'t>,
    name: Option<&str>,
    below: bool,
) -> Option<usize> {
    let mut start = end;
    while start > begin && !lines[start - 1].trim().is_empty() && end - start < 12 {
        start -= 1;
    }
    let mut at = end;
    while at > start && known.is_signature_line(lines[at - 1].trim()) {
        at -= 1;
    }
    while at < end && !opens_a_signature(lines[at], name) {
        at += 1;
    }
    if at >= end || at == begin && !below {
        return None;
    }
    let above = (begin..at).rev().map(|index| lines[index].trim()).find(|line| !line.is_empty());
    let ended = at == start || above.is_none_or(|line| line.ends_with(['.', '!', '?', ')']));
    if !ended {
        return None;
    }
    let block = &lines[at..end];
    if block.iter().any(|line| SHAPES.offer.is_match(line)) {
        return None;
    }
    let contacts = block.iter().filter(|line| known.is_contact(line)).count();
    let roles = block[1..].iter().filter(|line| SHAPES.role.is_match(line)).count();
    let own = name.is_some_and(|name| shares_a_word(block[0], name));
    let enough = match block.len() {
        1 => own && at == start && at > begin && block[0].contains([',', '|', '•']),
        2 | 3 => contacts + roles > 0 && (own || below || contacts > 0) || own && at == start && at > begin,
        _ => contacts > 0,
    };
    enough.then_some(at)
}

/// A full name, perhaps with a role behind a line or a comma; or the sender's own name.
fn opens_a_signature(line: &str, name: Option<&str>) -> bool {
    let head = line.trim().split(['|', ',', '•']).next().unwrap_or_default().trim();
    let words = head.split_whitespace().count();
    let own = name.is_some_and(|name| is_own_name(head, name));
    let full = (2..=5).contains(&words) && SHAPES.name.is_match(head) && !SHAPES.role.is_match(head);
    (own || full) && !looks_spoken(head) && !SHAPES.postcode.is_match(line)
}
