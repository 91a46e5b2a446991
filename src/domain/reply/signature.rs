//! Cuts what stands under the new words: closing line, name, role, address, registration numbers, device lines and
//! disclaimers; with a delimiter or without.

use super::quote::trimmed;
use super::signature_block::{contact_block, is_somebody_else, named_block};
use super::signature_marks::SHAPES;
use super::signature_name::{farewell_above, signed_by};
use super::words;
use std::cell::RefCell;
use std::collections::HashMap;

/// A text and what stood under it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signed {
    /// The new words.
    pub text: String,
    /// Closing, name, role, address, device line, disclaimer; in their order.
    pub signature: String,
}

/// Cuts the signature. `name` is the sender's display name, when the header gives one.
pub fn cut(text: &str, name: Option<&str>) -> Signed {
    let lines: Vec<&str> = text.split('\n').collect();
    let known = Known::default();
    let (mut begin, mut end) = (0, lines.len());
    while begin < end && lines[begin].trim().is_empty() {
        begin += 1;
    }
    // a device line on top, as some programs put it
    let mut top = String::new();
    if begin < end && SHAPES.device.is_match(lines[begin]) && next_words(&lines, begin + 1, end).is_some() {
        lines[begin].trim().clone_into(&mut top);
        begin += 1;
    }
    for _ in 0..12 {
        while end > begin && lines[end - 1].trim().is_empty() {
            end -= 1;
        }
        let Some(at) =
            cut_once(&lines, begin, end, &known, name, lines[end..].iter().any(|line| !line.trim().is_empty()))
        else {
            break;
        };
        end = at;
    }
    let mut signature = trimmed(&lines[end..]);
    if !top.is_empty() {
        signature = if signature.is_empty() { top } else { format!("{signature}\n{top}") };
    }
    Signed { text: trimmed(&lines[begin..end]), signature }
}

fn next_words(lines: &[&str], from: usize, end: usize) -> Option<usize> {
    (from..end).find(|index| !lines[*index].trim().is_empty())
}

/// Where the last piece of signature begins, if the text ends with one.
/// `below` says that a piece below it was cut already.
fn cut_once<'t>(
    lines: &[&'t str],
    begin: usize,
    end: usize,
    known: &Known<'t>,
    name: Option<&str>,
    below: bool,
) -> Option<usize> {
    if end <= begin {
        return None;
    }
    delimiter(lines, begin, end)
        .or_else(|| device(lines, begin, end, known))
        .or_else(|| disclaimer(lines, begin, end))
        .or_else(|| closing(lines, begin, end, known))
        .or_else(|| {
            signed_by(lines, begin, end, name, below)
                .or_else(|| contact_block(lines, begin, end, known))
                .or_else(|| named_block(lines, begin, end, known, name, below))
                .filter(|at| !is_somebody_else(lines, begin, *at, end, name))
                .map(|at| farewell_above(lines, begin, at).unwrap_or(at))
        })
}

/// `-- ` (RFC 3676) and its relatives: a line of nothing but dashes, underscores or stars near the end.
fn delimiter(lines: &[&str], begin: usize, end: usize) -> Option<usize> {
    for at in begin..end {
        let line = lines[at].trim();
        if matches!(line, "--" | "—" | "–" | "---") && !in_code(lines, begin, at) {
            let after = lines[at + 1..end].iter().filter(|line| !line.trim().is_empty()).count();
            let long = lines[at + 1..end].iter().any(|line| line.len() > 300);
            if line == "--" && (after <= 25) || after <= 8 && !long {
                return Some(at);
            }
        }
    }
    // a rule on the last line, or a mailing list's foot below a rule
    for at in (begin..end).rev().take(8) {
        let line = lines[at].trim();
        let rule = line.len() >= 3 && line.chars().all(|c| matches!(c, '_' | '-' | '=' | '~' | '*' | '#' | '+' | 'ᐧ'));
        if rule && (at + 1 == end || line.len() >= 8 && at > begin && foot(lines, at + 1, end)) {
            return Some(at);
        }
        if line == "ᐧ" && at + 1 == end {
            return Some(at);
        }
    }
    (begin + 1..end)
        .rev()
        .take(12)
        .find(|at| SHAPES.list_foot.is_match(lines[*at]) && !lines[*at].trim().starts_with(['_', '-']))
}

fn foot(lines: &[&str], from: usize, end: usize) -> bool {
    let words: Vec<&&str> = lines[from..end].iter().filter(|line| !line.trim().is_empty()).collect();
    !words.is_empty()
        && words.iter().filter(|line| is_contact(line) || line.contains("mailing list")).count() * 2 >= words.len()
}

fn in_code(lines: &[&str], begin: usize, at: usize) -> bool {
    lines[begin..at].iter().filter(|line| line.trim_start().starts_with("```")).count() % 2 == 1
}

fn device<'t>(lines: &[&'t str], begin: usize, end: usize, known: &Known<'t>) -> Option<usize> {
    let at = (begin..end).rev().take(12).find(|at| SHAPES.device.is_match(lines[*at]))?;
    let after: Vec<&&str> = lines[at + 1..end].iter().filter(|line| !line.trim().is_empty()).collect();
    let only_signature = after.iter().all(|line| known.is_contact(line) || line.chars().count() < 40);
    (after.len() <= 3 && only_signature && !in_code(lines, begin, at)).then_some(at)
}

/// The last paragraph, when it is a disclaimer.
fn disclaimer(lines: &[&str], begin: usize, end: usize) -> Option<usize> {
    let mut start = end;
    while start > begin && !lines[start - 1].trim().is_empty() {
        start -= 1;
    }
    let paragraph = lines[start..end].join(" ");
    if start == begin {
        return None;
    }
    if SHAPES.disclaimer.is_match(&paragraph) && (paragraph.len() > 60 || start > begin + 2) {
        return Some(start);
    }
    // a disclaimer of several paragraphs: one up to five above says what this is
    let mut up = start;
    for _ in 0..5 {
        let bottom = (begin..up).rev().find(|at| !lines[*at].trim().is_empty())?;
        let mut head = bottom;
        while head > begin && !lines[head - 1].trim().is_empty() {
            head -= 1;
        }
        if head == begin {
            return None;
        }
        let text = lines[head..=bottom].join(" ");
        if text.len() > 120 && SHAPES.disclaimer.is_match(&text) && paragraph.len() < 600 && up == start {
            return (is_contact(&paragraph) || paragraph.len() < 90).then_some(head);
        }
        up = head;
    }
    None
}

/// A closing line with nothing but signature below it.
fn closing<'t>(lines: &[&'t str], begin: usize, end: usize, known: &Known<'t>) -> Option<usize> {
    let mut found = None;
    let mut below = 0;
    let mut odd = false;
    for at in (begin..end).rev() {
        let line = lines[at].trim();
        if line.is_empty() {
            continue;
        }
        if line.chars().count() <= 70
            && is_closing(line)
            && !ends_as_question(line)
            && !(below == 0 && thanks_alone(line, at, end))
            && is_closing_here(lines, begin, at)
        {
            found = Some(at);
        } else if !known.is_signature_line(line) {
            // one line of praise among the lines of a company: "Fundament Bouw - Wij bouwen door"
            let motto = line.contains(['–', '|', '•']) || line.contains(" - ");
            if odd || !motto || line.chars().count() > 60 || line.ends_with(['?', '!']) {
                break;
            }
            odd = true;
        }
        below += 1;
        if below > 24 {
            break;
        }
    }
    found
}

/// "Alvast bedankt!" with no name below it is said, and signs nothing.
fn thanks_alone(line: &str, at: usize, end: usize) -> bool {
    at + 1 == end && SHAPES.thanks.is_match(line)
}

fn ends_as_question(line: &str) -> bool {
    line.ends_with('?')
}

/// "Thanks" and the like open a mail as often as they close it: on the first line it needs a name below and nothing more.
fn is_closing_here(lines: &[&str], begin: usize, at: usize) -> bool {
    const SOFT: &[&str] = &[
        "thanks", "thank", "merci", "best", "bedankt", "cheers", "love", "fijne", "succes", "alvast", "beste",
        "namens", "x", "obrigad",
    ];
    if at > begin {
        return true;
    }
    let line = lines[at].trim().to_lowercase();
    !SOFT.iter().any(|word| line.starts_with(word))
}

/// Whether a line closes a letter, whoever wrote it.
pub(super) fn is_closing(line: &str) -> bool {
    // "Met vriendelijke groet / Kind regards," closes in two languages
    let halves = || line.split(['/', '|']).map(str::trim).filter(|half| !half.is_empty());
    let closes = |words: &str| SHAPES.closing.is_match(words) || SHAPES.own_closing.is_match(words);
    closes(line) || halves().count() == 2 && halves().all(closes)
}

/// What was found out about the lines of one text: every piece that is cut asks anew.
#[derive(Default)]
pub(super) struct Known<'t> {
    contacts: RefCell<HashMap<&'t str, bool>>,
    signature_lines: RefCell<HashMap<&'t str, bool>>,
}

impl<'t> Known<'t> {
    /// Whether a line tells how or where to reach somebody.
    pub(super) fn is_contact(&self, line: &'t str) -> bool {
        *self.contacts.borrow_mut().entry(line).or_insert_with(|| is_contact(line))
    }

    /// Below a closing: short lines that are no sentence, or contact lines.
    pub(super) fn is_signature_line(&self, line: &'t str) -> bool {
        let told = || self.is_contact(line) && line.chars().count() <= 160 || is_short(line);
        *self.signature_lines.borrow_mut().entry(line).or_insert_with(told)
    }
}

/// A short line that is no sentence, or a disclaimer.
fn is_short(line: &str) -> bool {
    let words = line.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).count();
    let length = line.chars().count();
    let sentence = line.ends_with(['.', '?', '!', ':', ',']) && words >= 5;
    !sentence && length <= 60 && words <= 8 && !looks_spoken(line) || SHAPES.disclaimer.is_match(line)
}

/// Words that a sentence has and a signature has not.
pub(super) fn looks_spoken(line: &str) -> bool {
    const SPOKEN: &[&str] = &[
        "ik", "je", "jij", "jullie", "u", "we", "wij", "hij", "zij", "kan", "kunnen", "heb", "hebben", "is", "zijn",
        "niet", "wel", "graag", "i", "you", "we're", "i'm", "can", "will", "have", "would", "are", "not", "it", "is",
        "was", "please", "ich", "wir", "sie", "nicht", "was", "bel", "ja", "nee", "yes", "no", "if", "als", "dat",
        "ps", "p.s.", "ps:", "p.s",
    ];
    let words: Vec<String> = line
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'').to_lowercase())
        .collect();
    let first_is_ps = words.first().is_some_and(|word| word.starts_with("ps") && word.len() <= 2 || word == "p.s");
    first_is_ps || words.len() >= 3 && words.iter().any(|word| SPOKEN.contains(&word.as_str()))
}

/// Whether a line tells how or where to reach somebody.
fn is_contact(line: &str) -> bool {
    let line = line.trim();
    if SHAPES.workdays.is_match(line) && line.chars().count() <= 80 {
        return true;
    }
    let count = || line.split_whitespace().count();
    if line.ends_with('.') && count() >= 8 && line.contains(':') && !SHAPES.phone.is_match(line) && !line.contains('@')
    {
        // "Adres voor de studenten: Kaslaan 18, na de rotonde." is told
        return false;
    }
    line.chars().count() <= 200
        && (words::names_an_address(line)
            || SHAPES.contact.is_match(line)
            || SHAPES.phone.is_match(line)
            || SHAPES.postcode.is_match(line))
        && !(looks_spoken(line)
            && line.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).count() > 4)
}

#[cfg(test)]
mod tests;
