//! The name under a mail: the sender's own, or a given name alone, with the line that takes leave above it.

use super::signature::looks_spoken;
use super::signature_marks::SHAPES;

/// A short line with a comma above a name takes leave, in whatever dialect: "Pootje,".
pub(super) fn farewell_above(lines: &[&str], begin: usize, at: usize) -> Option<usize> {
    let above = (begin + 1..at).rev().find(|index| !lines[*index].trim().is_empty())?;
    let line = lines[above].trim();
    let short = line.ends_with(',') && line.split_whitespace().count() <= 4 && !looks_spoken(line);
    let alone = lines[above - 1].trim().is_empty();
    (short && alone).then_some(above)
}

/// A given name alone on the last line, below an empty one, signs: "Truus". Words that answer or name a day do not.
fn is_lone_name(line: &str, said: Option<&str>) -> bool {
    const SAID: &[&str] = &[
        "bedankt",
        "dank",
        "succes",
        "graag",
        "prima",
        "akkoord",
        "ja",
        "nee",
        "helaas",
        "morgen",
        "vandaag",
        "gisteren",
        "thanks",
        "sorry",
        "yes",
        "no",
        "okay",
        "oke",
        "top",
        "super",
        "goed",
        "klopt",
        "misschien",
        "later",
        "proost",
        "maandag",
        "dinsdag",
        "woensdag",
        "donderdag",
        "vrijdag",
        "zaterdag",
        "zondag",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "stop",
        "afmelden",
        "twee",
        "drie",
        "vier",
        "een",
        "one",
        "two",
        "three",
    ];
    let word = line.chars().all(char::is_alphabetic) && (2..=12).contains(&line.chars().count());
    let named = word && line.starts_with(char::is_uppercase) && !SAID.contains(&line.to_lowercase().as_str());
    let months = super::dates::is_month(&line.to_lowercase());
    let sentence =
        said.is_some_and(|said| said.ends_with(['.', '!', '?', ')']) && said.split_whitespace().count() >= 3);
    named && !months && sentence && line.chars().skip(1).all(char::is_lowercase)
}

/// The sender's name on the last line.
pub(super) fn signed_by(lines: &[&str], begin: usize, end: usize, name: Option<&str>, below: bool) -> Option<usize> {
    let at = end - 1;
    let line = lines[at].trim();
    if line.chars().count() > 80 || at == begin && !(below && SHAPES.dashed_name.is_match(line)) {
        return None;
    }
    if SHAPES.dashed_name.is_match(line) && !line.starts_with("- ") && !line.starts_with("* ") {
        return Some(at);
    }
    if SHAPES.dashed_name.is_match(line)
        && lines[at - 1].trim().is_empty()
        && !lines[begin..at].iter().any(|line| line.trim_start().starts_with(['-', '*']))
    {
        return Some(at);
    }
    if at == begin {
        return None;
    }
    let gap = lines[at - 1].trim().is_empty();
    let said = (begin..at).rev().map(|at| lines[at].trim()).find(|line| !line.is_empty());
    let alone = !lines[begin..at].iter().any(|line| line.trim_start().starts_with(['-', '*', '–', '~']));
    if gap && alone && SHAPES.dashed_word.is_match(line) && said.is_some_and(|said| said.ends_with(['.', '!', '?'])) {
        return Some(at);
    }
    let kissed =
        line.trim_end_matches('x').len() < line.len() && SHAPES.name.is_match(line.trim_end_matches('x').trim_end());
    if gap && kissed && line.split_whitespace().count() == 2 && line.ends_with('x') && line.contains(" x") {
        return Some(at);
    }
    if gap
        && alone
        && is_lone_name(line, said)
        && lines[begin..at].iter().flat_map(|line| line.split_whitespace()).count() > 8
    {
        return Some(at);
    }
    let ended = lines[at - 1].trim_end().ends_with(['.', '!', '?', ')']);
    let own = name.is_some_and(|name| is_own_name(line, name));
    if own && (gap || ended || line.split_whitespace().count() >= 2) {
        return Some(at);
    }
    let words = line.split_whitespace().count();
    let initials =
        line.len() <= 8 && line.contains('.') && line.chars().all(|c| c.is_uppercase() || c == '.' || c == ' ');
    let full_name =
        (2..=4).contains(&words) && SHAPES.name.is_match(line) && !looks_spoken(line) && !line.ends_with('.');
    (gap && (initials
        || full_name && name.is_none_or(|name| name.is_empty() || shares_a_word(line, name) || at > begin + 1)))
    .then_some(at)
}

/// Whether the line is the sender's name, or its first name, or its initials; perhaps with an x.
pub(super) fn is_own_name(line: &str, name: &str) -> bool {
    let plain = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect::<Vec<_>>()
    };
    let mut words = plain(line);
    words.retain(|word| !matches!(word.as_str(), "x" | "xx" | "xxx"));
    let name = plain(name);
    let initials: String = name.iter().filter_map(|word| word.chars().next()).collect();
    let known = |word: &String| name.contains(word) || word.len() == 1 && initials.contains(word.as_str());
    !words.is_empty() && words.len() <= 5 && words.iter().all(known)
        || words.concat() == initials && initials.len() >= 2
}

/// Whether the line and the name have a word in common.
pub(super) fn shares_a_word(line: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    line.split_whitespace()
        .any(|word| word.len() > 2 && name.split_whitespace().any(|part| part == word.to_lowercase()))
}
