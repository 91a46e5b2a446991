//! The lines that mail programs put above a quote: "On … wrote:", blocks of `From:` and `Subject:`, and lines of
//! dashes with words. The words are tables; the shapes are few.

use super::quote_words::{BEGUN as BEGUN_WORDS, FORWARDED, LABELS, Label, ORIGINAL, STARTERS, VERBS};
use super::shape::Shape;
use std::sync::LazyLock;

static LABEL_LINE: LazyLock<Vec<(Label, Shape)>> = LazyLock::new(|| {
    let shape = |words: &str| format!(r"(?i)^[>\s*_|\u{{feff}}]*(?:{words})\s*\*?\s*[::]\s*\*?(.*)$");
    LABELS.iter().map(|(label, words)| (*label, Shape::new(shape(words)))).collect()
});

/// Two labels with an address and a date are a header too, on one line.
static SHORT_INLINE: LazyLock<Shape> = LazyLock::new(|| {
    Shape::new(
        r"(?i)^\s*\*?(?:from|van|von|de)\s?:\*?\s*[^:]{0,80}?[\w.+%-]+@[\w.-]+>?\s+\*?(?:sent|date|verzonden|datum|gesendet|envoyé)\s?:.{6,80}$",
    )
});

static INLINE_LABEL: LazyLock<Shape> = LazyLock::new(|| {
    Shape::new(
        r"(?i)(?:^|\s)\*?(from|van|von|de)\s?:\*?.{3,120}?\s\*?(sent|date|verzonden|datum|gesendet|envoyé|to|aan|an|à)\s?:\*?\s.{3,300}?\s\*?(subject|onderwerp|betreff|objet)\s?:",
    )
});

/// The label that a line opens with, and what stands after its colon.
pub(super) fn label(line: &str) -> Option<(Label, &str)> {
    if line.len() > 600 || !line.contains([':', ':']) {
        return None;
    }
    LABEL_LINE.iter().find_map(|(label, shape)| {
        let found = shape.captures(line)?;
        Some((*label, found.get(1).map_or("", |rest| rest.as_str()).trim()))
    })
}

/// A header block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// One past its last line.
    pub end: usize,
    /// What stands after `From:`.
    pub from: Option<String>,
    /// What stands after `Subject:`.
    pub subject: Option<String>,
    /// What stands after `Date:` or `Sent:`.
    pub date: Option<String>,
}

/// The header block that begins at line `at`: a sender or a recipient, and at least one more label.
pub(super) fn block(lines: &[&str], at: usize) -> Option<Block> {
    let first = lines.get(at).filter(|line| line.contains([':', ':']))?;
    if first.len() < 2_000 && (INLINE_LABEL.is_match(first) || SHORT_INLINE.is_match(first)) {
        return Some(one_line_block(first, at));
    }
    let (opening, _) = label(first)?;
    if opening == Label::Extra || opening == Label::Copy {
        return None;
    }
    let mut found: Vec<Label> = Vec::new();
    let mut block = Block { end: at, ..Block::default() };
    let mut loose = 0;
    let mut last: Option<Label> = None;
    for (index, line) in lines.iter().enumerate().skip(at).take(14) {
        if line.trim_matches(['>', ' ', '\t', '*', '\u{a0}']).is_empty() {
            if loose > 0 || complete(&found) {
                break;
            }
            loose += 1;
            last = None;
            continue;
        }
        let Some((label, rest)) = label(line) else {
            // a header that runs over its line: an address list, a long subject
            let runs_on = matches!(last, Some(Label::To | Label::Copy | Label::Subject | Label::From | Label::Date));
            if !runs_on || loose > 2 || complete(&found) && line.len() > 200 {
                break;
            }
            if !continues(lines, index) {
                break;
            }
            if let (Some(Label::Subject), Some(subject)) = (last, block.subject.as_mut()) {
                subject.push(' ');
                subject.push_str(line.trim_matches(['>', ' ', '*']));
            }
            continue;
        };
        loose = 0;
        let kept = (!rest.is_empty()).then(|| rest.trim_end_matches('*').trim().to_owned());
        match label {
            Label::From if block.from.is_none() => block.from = kept,
            Label::Subject if block.subject.is_none() => block.subject = kept,
            Label::Date if block.date.is_none() => block.date = kept,
            Label::From | Label::Subject | Label::Date | Label::To | Label::Copy | Label::Extra => {}
        }
        if found.contains(&label) && matches!(label, Label::From | Label::Subject) {
            break;
        }
        found.push(label);
        last = Some(label);
        block.end = index + 1;
    }
    complete(&found).then_some(block)
}

/// Whether a line without a label still stands inside the block: another label follows within two lines.
fn continues(lines: &[&str], index: usize) -> bool {
    lines.iter().skip(index + 1).take(3).take_while(|line| !line.trim().is_empty()).any(|line| label(line).is_some())
}

fn complete(found: &[Label]) -> bool {
    let has = |label: Label| found.contains(&label);
    let kinds = [Label::From, Label::Date, Label::To, Label::Subject].into_iter().filter(|label| has(*label)).count();
    kinds >= 3 || has(Label::From) && kinds >= 2 && (has(Label::Subject) || has(Label::Date))
}

fn one_line_block(line: &str, at: usize) -> Block {
    let part = |words: &str, stop: &str| {
        let shape = format!(r"(?i)(?:^|\s)\*?(?:{words})\s?:\*?\s*(.+?)\s*\*?(?:\s(?:{stop})\s?:|$)");
        let found = Shape::new(&shape).captures(line)?;
        Some(found.get(1)?.as_str().trim().to_owned())
    };
    Block {
        end: at + 1,
        from: part(
            "from|van|von|de",
            "sent|date|verzonden|datum|gesendet|envoyé|to|aan|an|à|subject|onderwerp|betreff|objet",
        ),
        subject: part("subject|onderwerp|betreff|objet", "date|datum|sent|verzonden"),
        date: part("sent|date|verzonden|datum|gesendet|envoyé", "to|aan|an|à|cc|subject|onderwerp|betreff|objet"),
    }
}

/// What a line of dashes announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Announced {
    /// The message that is answered.
    Original,
    /// A message that is passed on.
    Forwarded,
}

static DASHED: LazyLock<[(Announced, Shape); 2]> = LazyLock::new(|| {
    let shape = |words: &str| {
        Shape::new(format!(
            r"(?i)^[>\s*|]*[-_=~–—]{{2,}}[\s>*]*(?:begin |start )?(?:{words})\b.{{0,40}}?[\s*]*[-_=~–—]{{1,}}.{{0,4}}$"
        ))
    };
    [(Announced::Forwarded, shape(FORWARDED)), (Announced::Original, shape(ORIGINAL))]
});

static BEGUN: LazyLock<Shape> =
    LazyLock::new(|| Shape::new(format!(r"(?i)^[>\s*]*(?:{BEGUN_WORDS}|(?:{FORWARDED})\s*[::])\s*[::]?\s*\*?$")));

static RUN_IN: LazyLock<(Shape, Shape)> = LazyLock::new(|| {
    let subjects = LABELS.iter().find(|(label, _)| *label == Label::Subject).map_or("subject", |(_, words)| *words);
    (
        Shape::new(format!(r"(?i)^[>\s*]*[-_]{{2,}}\s*(?:{FORWARDED})\b.{{0,20}}?[-_]{{2,}}\s*\S.{{0,40}}?:")),
        Shape::new(format!(r"(?i)(?:{subjects})\s*:\s*(.+?)\s*$")),
    )
});

/// A forwarded message's dashes and headers all on one line, as some programs write them.
pub(super) fn run_in(line: &str, at: usize) -> Option<Block> {
    if line.len() > 3_000 || !without_marks(line).starts_with(['-', '_']) {
        return None;
    }
    let (opening, subject) = &*RUN_IN;
    let begin = opening.find(line)?.end();
    let rest = &line[begin..];
    let subject = subject.captures(rest).and_then(|found| Some(found.get(1)?.as_str().to_owned()));
    Some(Block { end: at + 1, from: Some(rest.to_owned()), subject, date: None })
}

/// The line without the marks and the white space that may stand in front of a header.
fn without_marks(line: &str) -> &str {
    line.trim_start_matches(|c: char| matches!(c, '>' | '*' | '|') || c.is_whitespace())
}

/// What a line of dashes (or "Begin forwarded message:") announces.
pub(super) fn announced(line: &str) -> Option<Announced> {
    if line.len() > 240 {
        return None;
    }
    if BEGUN.is_match(line) {
        return Some(Announced::Forwarded);
    }
    if !without_marks(line).starts_with(['-', '_', '=', '~', '–', '—']) {
        return None;
    }
    DASHED.iter().find(|(_, shape)| shape.is_match(line)).map(|(what, _)| *what)
}

struct Shapes {
    started: Shape,
    named: Shape,
    signed: Shape,
    dated: Shape,
    dashed: Shape,
    moment: Shape,
    opening: Shape,
    bare: Shape,
    inside: Shape,
}

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let tail = r"(?:\s*\(?(?:het volgende|the following|das folgende|folgendes|følgende|följande|ce qui suit|lo siguiente|o seguinte|quanto segue|następujące|seuraavaa|a|şunları|şunu|am|op|on|den|le)\)?)?";
    Shapes {
        started: Shape::new(format!(
            r"(?is)^[\s>*_\-–]*(?:{STARTERS})(?:[\s,.]|\b).*?(?:{VERBS})(?:{tail}|[\s,(].{{0,200}}?)\s*\*?\s*[::]?\s*[-*]*\s*$"
        )),
        named: Shape::new(format!(
            r"(?is)^[\s>*_\-–]*[^\s].{{0,160}}?\s(?:{VERBS})(?:{tail}|(?:\s+(?:op|on|am|le|den|el|il|em|via|in|at|um|om|kl)\b.{{0,80}}))\s*[::]\s*\*?\s*$"
        )),
        signed: Shape::new(format!(
            r"(?is)^[\s>*\u{{feff}}]*[^<>.!?]{{2,80}}<[^<>\s]+@[^<>\s]+>,?\s(?:{VERBS})\b[^.!?<>]{{0,30}}\d[^<>!?]{{4,40}}$"
        )),
        dated: Shape::new(format!(
            r"(?is)^[\s>*]*(?:(?:{STARTERS})[\s,.]|\d).{{4,200}}?(?:<[^<>\s]+@[^<>\s]+>|[\w.+-]+@[\w.-]+\.\w+>?|\(?mailto:[^)]+\)?)\s*[::]?\s*$"
        )),
        dashed: Shape::new(format!(r"(?is)^[\s>*]*-{{2,}}\s*.{{6,240}}?(?:{VERBS})\s*:?\s*-{{2,}}\s*$")),
        moment: Shape::new(r"(?i)\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|年|월"),
        opening: Shape::new(format!(
            r"(?i)^[\s>*_\-–]*(?:{STARTERS})[\s,.].{{0,60}}?(?:\b(?:19|20)\d\d\b|\b\d{{1,2}}[:.h]\d\d\b)[^!?]*$"
        )),
        bare: Shape::new(
            r"(?i)^(?:citeren|citaat van|quoting|zitat von)\s.{2,100}<\S+@\S+>:\s*$|^[\s>*]*20\d\d-\d\d-\d\d,? \d{1,2}:\d\d(?::\d\d)? (?:GMT|UTC|CES?T|\+\d{2}:?\d{2})\S* [^.!?]{2,80}$",
        ),
        inside: Shape::new(r"(?i)(-{2,}\s*(?:on|op|am|le|el|em|il|den)\s)|[.!?)]\s+((?:on|op|am|le|el|em|il|den)\s)"),
    }
});

/// The attribution that begins at line `at` ("On … wrote:"): one past its last line. It may run over six lines.
pub(super) fn attribution(lines: &[&str], at: usize, quote_follows: impl Fn(usize) -> bool) -> Option<usize> {
    let first = lines.get(at)?;
    if first.trim().is_empty() || first.len() > 400 {
        return None;
    }
    // asked for only where it matters: most lines are no attribution at all
    let opens = |line: &str| SHAPES.opening.is_match(line);
    let mut joined = String::new();
    let mut depth = 0;
    for (count, line) in lines.iter().enumerate().skip(at).take(6) {
        let open = depth > 0;
        if line.trim().is_empty() && continues_below(lines, count + 1) && opens(first) {
            continue;
        }
        if line.trim().is_empty() || line.len() > 400 || joined.len() > 500 || count > at + 3 && !open {
            return None;
        }
        let part = line.trim_start_matches(['>', ' ', '\t', '|']).trim_end();
        if count > at {
            // an attribution that goes on to a next line begins with a date or an address
            if !first.contains(|c: char| c.is_ascii_digit() || matches!(c, '<' | '@')) {
                return None;
            }
            if !open && is_attribution(part, quote_follows(count + 1), 1) && (opens(part) || !opens(first)) {
                return None;
            }
            joined.push(' ');
        }
        joined.push_str(part);
        for byte in part.bytes() {
            depth += i32::from(matches!(byte, b'<' | b'(')) - i32::from(matches!(byte, b'>' | b')'));
        }
        let closes = |next: &&&str| next.len() < 60 && next.starts_with('>') && next.trim_end().ends_with(':');
        if depth > 0 && lines.get(count + 1).as_ref().is_some_and(closes) {
            continue;
        }
        if is_attribution(&joined, quote_follows(count + 1), count + 1 - at) {
            return Some(count + 1);
        }
    }
    None
}

/// Behind an empty line inside an attribution only the address in its brackets follows.
fn continues_below(lines: &[&str], from: usize) -> bool {
    lines
        .get(from)
        .is_some_and(|line| line.trim_start_matches(['>', ' ']).starts_with(['<', '(']) || line.trim() == "<")
}

/// Where an attribution begins in the midst of a line: behind dashes, or behind a sentence's end.
pub(super) fn begins_inside(line: &str) -> Option<usize> {
    let shapes = &*SHAPES;
    if line.len() < 24 || line.len() > 2_000 || line.starts_with('>') || !closes(line) {
        return None;
    }
    let begin =
        shapes.inside.captures_iter(line).take(4).filter_map(|found| Some(found.get(1).or(found.get(2))?.start()));
    begin.into_iter().find(|at| {
        let header = &line[*at..];
        let closed = closes(header);
        let plain = header.trim_start_matches(['-', ' ']);
        closed && shapes.moment.is_match(header) && names_mail(header) && shapes.started.is_match(plain)
    })
}

/// Whether a line ends in a colon, as "… wrote:" does.
fn closes(line: &str) -> bool {
    line.trim_end_matches(['*', ' ', '-', '\u{a0}']).ends_with([':', ':'])
}

fn is_attribution(text: &str, quote_follows: bool, lines: usize) -> bool {
    let shapes = &*SHAPES;
    if text.len() < 8 || text.len() > 600 {
        return false;
    }
    let closed = text.trim_end_matches(['*', ' ', '-', '_', '\u{a0}']).ends_with([':', ':']);
    let bare = lines == 1 && text.trim_start_matches(['>', ' ', '*']).starts_with("20");
    if !closed && !bare && !text.contains('@') && !text.contains("mailto:") && !text.trim_end().ends_with('-') {
        return false;
    }
    let (moment, mail) = (shapes.moment.is_match(text), names_mail(text));
    if shapes.dashed.is_match(text) && (moment || mail) || lines == 1 && shapes.bare.is_match(text) {
        return true;
    }
    if shapes.started.is_match(text) {
        let prose = lines > 1 && prose_before_the_end(text);
        let dated = if closed { moment || mail || quote_follows } else { moment && mail };
        return !prose && dated;
    }
    if shapes.dated.is_match(text) && moment && mail && (closed || quote_follows) {
        return true;
    }
    closed && lines <= 3 && moment && mail && shapes.signed.is_match(text)
        || closed && lines <= 3 && shapes.named.is_match(text) && (mail || moment || quote_follows && text.len() < 80)
}

fn names_mail(text: &str) -> bool {
    text.contains('@') || text.contains("mailto:")
}

/// A sentence that ends before the attribution would begin: "Prima. Op 3 mei schreef …" is one line of prose.
fn prose_before_the_end(text: &str) -> bool {
    text.contains("? ") || text.contains("! ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(text: &str) -> Option<usize> {
        let lines: Vec<&str> = text.lines().collect();
        attribution(&lines, 0, |at| lines.get(at).is_some_and(|line| line.starts_with('>')))
    }

    #[test]
    fn attributions_are_found_in_the_languages_of_mail_programs() {
        for text in [
            "Op di 2 feb 2027 om 10:11 schreef Iris Bakker <iris@desk.example>:",
            "Op 2 feb. 2027 om 10:11 heeft Iris Bakker <iris@desk.example> het volgende geschreven:",
            "On Tue, Feb 2, 2027 at 10:11 AM Iris Bakker <iris@desk.example> wrote:",
            "Am 02.02.2027 um 10:11 schrieb Iris Bakker:",
            "Le 2 févr. 2027 à 10:11, Iris Bakker <iris@desk.example> a écrit :",
            "2027-02-02 10:11 GMT+01:00 Iris Bakker <iris@desk.example>:",
            "Iris Bakker <iris@desk.example> schreef op 2 februari 2027 om 10:11:",
        ] {
            assert_eq!(ends(text), Some(1), "{text}");
        }
        assert_eq!(ends("Op di 2 feb 2027 om 10:11 schreef Iris Bakker <\niris@desk.example>:"), Some(2));
    }

    #[test]
    fn an_attribution_wraps_where_its_address_begins() {
        for text in [
            "ma 1. helmikuuta 2027 klo 9.15 Iris Bakker\n<iris@desk.example> kirjoitti:",
            "Em 1 de fevereiro de 2027 às 09:15:00, Iris Bakker (\niris@desk.example) escreveu:",
            "On Mon, Feb 1, 2027 at 9:15 AM Iris Bakker\n<mailto:Iris Bakker <iris@desk.example>> wrote:",
            "On Mon, Feb 1, 2027 at 9:15 AM Iris Bakker\n\n<\nmailto:iris@desk.example\n> wrote:",
        ] {
            assert_eq!(ends(text), Some(text.lines().count()), "{text}");
        }
        assert_eq!(ends("2027-02-01 09:15 GMT+01:00 Iris Bakker"), Some(1));
        assert_eq!(
            ends(
                "Op 3 mei 2027 om 10:00 kan ik langskomen\nOp di 2 feb 2027 om 10:11 schreef Iris <iris@desk.example>:"
            ),
            None
        );
    }

    #[test]
    fn an_attribution_may_begin_inside_a_line() {
        let at = |line: &str| begins_inside(line).map(|at| line[at..].to_owned());
        let header = "Op 2 feb 2027 om 10:11 schreef Iris <iris@desk.example>:";
        assert_eq!(at(&format!("Prima, doen we. {header}")).as_deref(), Some(header));
        assert!(at("Prima--- On Tue, Feb 2, 2027 at 10:11 AM, iris@desk.example wrote:").is_some());
        assert_eq!(at("Prima. Op 2 feb 2027 om 10:11 stuurde ik u dit vanaf jan@bedrijf.example"), None);
        assert_eq!(at("Wij werken als volgt. Op maandag schreef ik al: nee."), None);
    }

    #[test]
    fn prose_about_writing_is_no_attribution() {
        for text in [
            "Op maandag schreef ik al dat we vol zitten.",
            "On Monday I wrote to you about the places, see below",
            "Wij hebben drie plekken:",
            "You wrote that level 3 is possible?",
        ] {
            assert_eq!(ends(text), None, "{text}");
        }
    }

    #[test]
    fn a_block_needs_a_sender_and_a_subject_or_date() {
        let lines = [
            "Van: Iris <iris@desk.example>",
            "Verzonden: dinsdag 2 februari 2027 10:11",
            "Aan: Jan",
            "Onderwerp: Stage",
        ];
        let found = block(&lines, 0).unwrap();
        assert_eq!(found.end, 4);
        assert_eq!(found.subject.as_deref(), Some("Stage"));
        assert_eq!(block(&["Van: alles wat", "gewone tekst"], 0), None);
        assert!(block(&["Van: Iris Bakker Verzonden: 2 feb 2027 Aan: Jan Onderwerp: Stage"], 0).is_some());
    }

    #[test]
    fn dashes_announce_what_follows() {
        assert_eq!(announced("-----Oorspronkelijk bericht-----"), Some(Announced::Original));
        assert_eq!(announced("---------- Forwarded message ---------"), Some(Announced::Forwarded));
        assert_eq!(announced("Begin doorgestuurd bericht:"), Some(Announced::Forwarded));
        assert_eq!(announced("--- Treść przekazanej wiadomości ---"), Some(Announced::Forwarded));
        assert_eq!(announced("Forwarded message:"), Some(Announced::Forwarded));
        assert_eq!(announced("Doorgestuurd bericht van gisteren: wij hebben plek"), None);
        assert_eq!(announced("--- dit is geen scheiding"), None);
    }
}
