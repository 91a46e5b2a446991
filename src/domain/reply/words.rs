//! Small things found in running text: addresses, telephone numbers, names, sentences; and spans that point at them.

use super::reading::Span;
use super::shape::Shape;
use crate::domain::phone::Phone;
use std::ops::Range;
use std::sync::LazyLock;

static EMAIL: LazyLock<Shape> = LazyLock::new(|| {
    Shape::new(
        r"(?i)[a-z0-9][a-z0-9._%+'=&/-]{0,80}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+",
    )
});

static PHONE: LazyLock<Shape> =
    LazyLock::new(|| Shape::new(r"(?:\+|00|\b0|\(0)\d?[\d\s()./\u{a0}\u{2011}\u{2013}-]{6,20}\d"));

/// The span of a byte range of `text`, in characters.
pub(super) fn span(text: &str, range: Range<usize>) -> Span {
    let start = text[..range.start].chars().count();
    let words = &text[range];
    Span { start, end: start + words.chars().count(), text: words.to_owned() }
}

/// The byte ranges of the addresses in a text.
pub(super) fn email_ranges(text: &str) -> Vec<Range<usize>> {
    if text.contains('@') { EMAIL.find_iter(text).map(|found| found.range()).collect() } else { Vec::new() }
}

/// Whether something that looks like an address stands in a line: `x@y.z`.
pub(super) fn names_an_address(line: &str) -> bool {
    let word = |c: char| c == '_' || c.is_alphanumeric();
    line.match_indices('@').any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(|c| word(c) || matches!(c, '.' | '+' | '-'));
        let host = &line[at + 1..];
        let end = host.find(|c| !word(c) && c != '-').unwrap_or(host.len());
        let mut rest = host[end..].chars();
        before && end > 0 && rest.next() == Some('.') && rest.next().is_some_and(word)
    })
}

/// The first address in a text, lower case.
pub(super) fn first_email(text: &str) -> Option<String> {
    text.contains('@').then(|| EMAIL.find(text))?.map(|found| found.as_str().to_lowercase())
}

/// The telephone numbers in a text with their byte ranges.
pub(super) fn phones(text: &str) -> Vec<(Phone, Range<usize>)> {
    PHONE
        .find_iter(text)
        .filter_map(|found| {
            let line = found.as_str().split('\n').next().unwrap_or_default();
            let phone = Phone::parse(line.trim().trim_end_matches(['-', '.', '(', '/'])).ok()?;
            Some((phone, found.start()..found.start() + line.len()))
        })
        .take(10)
        .collect()
}

/// The byte ranges of the sentences of a text; a line end ends one only before a blank line, a list item, or where
/// the line is short.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    let mut push = |from: usize, to: usize| {
        if text[from..to].chars().any(|c| c.is_alphanumeric() || super::intent::is_thumb(c)) {
            let lead = text[from..to].len() - text[from..to].trim_start().len();
            let trail = text[from..to].trim_end().len();
            found.push(from + lead..from + trail);
        }
    };
    let mut line_start = 0;
    for (at, c) in text.char_indices() {
        let next = text[at + c.len_utf8()..].chars().next();
        let ends = match c {
            '!' | '?' | ';' => true,
            '.' => next.is_none_or(char::is_whitespace) && !is_abbreviation(&text[start..at]),
            '\n' => {
                let short = text[line_start..at].chars().count() < 55;
                line_start = at + 1;
                let gap = bytes.get(at + 1).is_none_or(|byte| matches!(byte, b'\n' | b'-' | b'*' | b'\r'));
                let upper = next.is_some_and(char::is_uppercase);
                gap || short && upper
            }
            _ => false,
        };
        if ends {
            push(start, at + c.len_utf8());
            start = at + c.len_utf8();
        }
    }
    push(start, text.len());
    found
}

/// Whether a full stop after these words belongs to an abbreviation, an initial or a number.
fn is_abbreviation(before: &str) -> bool {
    const SHORT: &[&str] = &[
        "dhr", "mevr", "mw", "dr", "mr", "mrs", "ms", "ir", "ing", "drs", "prof", "bijv", "bv", "max", "min", "ca",
        "nr", "tel", "evt", "incl", "excl", "jan", "feb", "mrt", "apr", "jun", "jul", "aug", "sep", "sept", "okt",
        "oct", "nov", "dec", "ma", "di", "wo", "do", "vr", "za", "zo", "m.u.v", "o.a", "i.v.m", "d.w.z", "t.a.v",
        "a.u.b", "s.v.p", "e.v", "st", "niv", "nivo", "e.d", "p", "t.z.t", "i.o.m", "v.a", "m.i.v", "p.w", "resp",
        "ong", "afd",
    ];
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default().to_lowercase();
    let initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    SHORT.contains(&word.as_str()) || initial
}

/// Lower case with the accents and typographic signs of everyday mail made plain. Every character stays one
/// character, so that offsets hold; byte offsets do not.
pub(super) fn folded(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\n' | '\r' => ' ',
            '`' => '\'',
            _ if c.is_ascii() => c.to_ascii_lowercase(),
            'á' | 'à' | 'ä' | 'â' | 'ã' | 'Á' | 'À' | 'Ä' => 'a',
            'é' | 'è' | 'ë' | 'ê' | 'É' | 'È' | 'Ë' => 'e',
            'í' | 'ì' | 'ï' | 'î' | 'Í' | 'Ï' => 'i',
            'ó' | 'ò' | 'ö' | 'ô' | 'õ' | 'Ó' | 'Ö' => 'o',
            'ú' | 'ù' | 'ü' | 'û' | 'Ú' | 'Ü' => 'u',
            '\u{2019}' | '\u{2018}' | '\u{b4}' => '\'',
            '\u{201c}' | '\u{201d}' | '\u{201e}' => '"',
            '\u{2013}' | '\u{2014}' | '\u{2011}' => '-',
            '\u{a0}' => ' ',
            _ => c.to_lowercase().next().unwrap_or(c),
        })
        .collect()
}

/// The byte range in `text` of a byte range in its folded form.
pub(super) fn unfolded(text: &str, plain: &str, range: &Range<usize>) -> Range<usize> {
    let from = plain[..range.start].chars().count();
    let length = plain[range.clone()].chars().count();
    let mut indices = text.char_indices().map(|(at, _)| at).chain(std::iter::once(text.len())).skip(from);
    let start = indices.next().unwrap_or(text.len());
    let end = if length == 0 { start } else { indices.nth(length - 1).unwrap_or(text.len()) };
    start..end
}

/// The span in `text` of a byte range in its folded form.
pub(super) fn folded_span(text: &str, plain: &str, range: &Range<usize>) -> Span {
    span(text, unfolded(text, plain, range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_count_characters() {
        let found = span("één plek", 6..10);
        assert_eq!((found.start, found.end, found.text.as_str()), (4, 8, "plek"));
        let text = "Één “plek” vrij";
        let plain = folded(text);
        let at = plain.find("vrij").unwrap();
        assert_eq!(folded_span(text, &plain, &(at..at + 4)).text, "vrij");
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let found = phones("Bel 06-12 34 56 78 of 0344 - 12 34 56, kvk 12345678.");
        let numbers: Vec<_> = found.iter().map(|(phone, _)| phone.as_str()).collect();
        assert_eq!(numbers, ["+31612345678", "+31344123456"]);
    }

    #[test]
    fn abbreviations_do_not_end_a_sentence() {
        let text = "Wij zoeken max. twee mensen. Vanaf 1 feb. kan dat! Akkoord?";
        let found: Vec<_> = sentences(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["Wij zoeken max. twee mensen.", "Vanaf 1 feb. kan dat!", "Akkoord?"]);
    }
}
