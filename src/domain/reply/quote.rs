//! Cuts the new words of a reply from what they answer: attributions, header blocks, `>` lines, our own sent lines,
//! forwarded messages. Works on lines; `structure` gives the lines of HTML.

use super::quote_headers::{Announced, Block, announced, attribution, begins_inside, block, run_in};
use super::reading::Forwarded;
use super::shape::Shape;
use super::signature::is_closing;
use super::structure::CUT_HERE;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Lines that are looked at; what lies beyond is quote.
const LINE_LIMIT: usize = 20_000;
/// Characters of our own message that are looked for.
const SENT_LIMIT: usize = 20_000;

/// A text cut in two.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cut {
    /// The new lines.
    pub new: String,
    /// The quoted lines.
    pub quoted: String,
    /// The message that was passed on, if the text announces one.
    pub forwarded: Option<Forwarded>,
    /// The message below the first block of headers, whatever stands above it.
    pub headed: Option<Forwarded>,
}

/// Cuts `text`. `sent` is the text that we sent, when it is known: its lines are quote wherever they stand.
/// `passed_on` says that the subject announces a forwarded message.
pub fn cut(text: &str, sent: Option<&str>, passed_on: bool) -> Cut {
    cut_as(text, sent, passed_on, true)
}

/// Cuts the text of a tree: its marks stand for elements, and say nothing about what hangs together.
pub fn cut_tree(text: &str, sent: Option<&str>, passed_on: bool) -> Cut {
    cut_as(text, sent, passed_on, false)
}

fn cut_as(text: &str, sent: Option<&str>, passed_on: bool, typed: bool) -> Cut {
    let text = text.trim_start_matches('\u{feff}');
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| line.trim_end_matches('\r'))
        .flat_map(|line| {
            let (words, header) = line.split_at(begins_inside(line).unwrap_or(line.len()));
            [Some(words), Some(header).filter(|header| !header.is_empty())].into_iter().flatten()
        })
        .take(LINE_LIMIT)
        .collect();
    let sent = sent.map(Sent::new).unwrap_or_default();
    let mut quoted = vec![false; lines.len()];
    let (mut forwarded, mut below) = (None, None);
    let mut attributed = None;
    let mut announced = false;
    let mut at = 0;
    while at < lines.len() {
        let Some(header) = header_at(&lines, at) else {
            if is_marked(lines[at]) {
                quoted[at] = true;
            }
            at += 1;
            continue;
        };
        let marked_itself = is_marked(lines[at]);
        announced = announced || marked_itself;
        if forwarded.is_none() && (header.announced == Some(Announced::Forwarded) && header.is_block || passed_on) {
            forwarded = Some(passed_on_message(&lines, &header));
        }
        if below.is_none() && header.is_block && !marked_itself {
            below = Some(passed_on_message(&lines, &header));
        }
        let marked_after = next_words(&lines, header.end).is_some_and(is_marked);
        // a mail that begins with "… wrote:" and no quote is answered below it
        let on_top = !header.is_block && header.announced.is_none() && next_index(&lines, 0) == Some(at);
        let end = if marked_after || marked_itself || on_top { header.end } else { lines.len() };
        if !marked_itself && (marked_after || !on_top) {
            attributed = attributed.or(Some(at));
        }
        quoted[at..end].fill(true);
        at = end;
    }
    wrapped_tails(&lines, &mut quoted);
    let whole_letter = holds_a_letter(&lines, &quoted);
    if (attributed.is_some() || !announced) && !whole_letter {
        keep_what_is_no_quote(&lines, attributed, &mut quoted);
    }
    if let Some(at) = letter_below(&lines, &quoted) {
        quoted[at..].fill(true);
    }
    if typed && !whole_letter {
        keep_what_hangs_on_new_words(&lines, &mut quoted);
    }
    for (line, flag) in lines.iter().zip(&mut quoted) {
        // Everybody closes a letter in the words in which we closed ours.
        *flag = *flag || line.starts_with(CUT_HERE) || sent.holds(line) && !is_closing(line);
    }
    let pick = |wanted: bool| {
        let picked = lines.iter().zip(&quoted).filter(|(_, flag)| **flag == wanted).map(|(line, _)| *line);
        let picked = picked.filter(|line| !line.starts_with(CUT_HERE));
        trimmed(&picked.collect::<Vec<_>>())
    };
    Cut { new: pick(false), quoted: pick(true), forwarded, headed: below }
}

/// Joins lines, without empty ones at both ends and the white space at their ends.
pub(super) fn trimmed(lines: &[&str]) -> String {
    let blank = |line: &&str| line.trim().is_empty();
    let Some(first) = lines.iter().position(|line| !blank(line)) else { return String::new() };
    let last = lines.iter().rposition(|line| !blank(line)).unwrap_or(first);
    lines[first..=last].iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

struct Header {
    end: usize,
    announced: Option<Announced>,
    is_block: bool,
    block: Block,
}

/// The header of a quote that begins at line `at`, whatever its shape.
fn header_at(lines: &[&str], at: usize) -> Option<Header> {
    let line = lines[at];
    if line.trim().is_empty() {
        return None;
    }
    if let Some(block) = run_in(line, at) {
        return Some(Header { end: at + 1, announced: Some(Announced::Forwarded), is_block: true, block });
    }
    if let Some(what) = announced(line) {
        let begin = next_header(lines, at + 1).unwrap_or(at + 1);
        let inner = block(lines, begin);
        if inner.is_none() && what == Announced::Forwarded && next_words(lines, at + 1).is_none() {
            return None;
        }
        let is_block = inner.is_some();
        let block = inner.unwrap_or(Block { end: at + 1, ..Block::default() });
        return Some(Header { end: block.end, announced: Some(what), is_block, block });
    }
    let rule = is_rule(line);
    let begin = if rule { next_index(lines, at + 1).filter(|next| *next <= at + 3)? } else { at };
    if let Some(block) = block(lines, begin) {
        return Some(Header { end: block.end, announced: None, is_block: true, block });
    }
    if rule {
        return None;
    }
    let marked = |next: usize| next_words(lines, next).is_some_and(is_marked);
    let end = attribution(lines, at, marked)?;
    let from = Some(lines[at..end].join(" "));
    let mut found = Header { end, announced: None, is_block: false, block: Block { from, ..Block::default() } };
    // a block inside an attribution: Gmail's older forwards
    if let Some(next) = next_index(lines, end)
        && let Some(block) = block(lines, next)
    {
        found.end = block.end;
    }
    Some(found)
}

/// A line of nothing but underscores, dashes or equals signs.
fn is_rule(line: &str) -> bool {
    let bare = line.trim();
    bare.len() >= 3 && bare.len() < 200 && bare.chars().all(|c| matches!(c, '_' | '-' | '=' | '─' | '—' | '*' | '~'))
}

fn next_index(lines: &[&str], from: usize) -> Option<usize> {
    (from..lines.len().min(from + 40)).find(|index| !lines[*index].trim().is_empty())
}

/// The next line that is more than quote marks and white space.
fn next_header(lines: &[&str], from: usize) -> Option<usize> {
    let blank = |index: &usize| lines[*index].trim_matches(['>', ' ', '\t', '\u{a0}', '*']).is_empty();
    (from..lines.len().min(from + 10)).find(|index| !blank(index))
}

fn next_words<'a>(lines: &[&'a str], from: usize) -> Option<&'a str> {
    next_index(lines, from).map(|index| lines[index])
}

/// Whether a line carries the mark of a quote.
pub(super) fn is_marked(line: &str) -> bool {
    let line = line.trim_start_matches(['\u{a0}', ' ', '\t']);
    let Some(rest) = line.strip_prefix('>') else {
        return line.starts_with("&gt;") || line == "|" || line.starts_with(CUT_HERE);
    };
    // ">>> http <<<" and ">:(" are words, not marks
    !rest.contains("<<<") && !rest.starts_with([':', '=', '_']) || rest.starts_with("=?")
}

/// A quoted line that was wrapped leaves its tail without a mark: up to three words between marked lines.
fn wrapped_tails(lines: &[&str], quoted: &mut [bool]) {
    for at in 1..lines.len().saturating_sub(1) {
        let between = quoted[at - 1] && is_marked(lines[at - 1]) && is_marked(lines[at + 1]);
        if between && !quoted[at] {
            let tail = lines[at].trim();
            let long_before = lines[at - 1].chars().count() > 60;
            quoted[at] = long_before && !tail.is_empty() && tail.split_whitespace().count() <= 3;
        }
    }
}

/// Marked lines that no attribution announces are words that the writer sets off: all of them above the first
/// attribution; without one, those in front of the last new words, or all where there are no new words.
fn keep_what_is_no_quote(lines: &[&str], attributed: Option<usize>, quoted: &mut [bool]) {
    let new = |index: &usize| !quoted[*index] && !lines[*index].trim().is_empty();
    let end = attributed.or_else(|| (0..lines.len()).rev().find(new)).unwrap_or(lines.len());
    for (line, flag) in lines.iter().zip(quoted).take(end) {
        *flag = *flag && !is_marked(line);
    }
}

static SALUTATION: LazyLock<Shape> = LazyLock::new(|| {
    Shape::new(
        r"(?i)^(?:(?:beste|geachte|dear|hallo|hoi|hi|hey|hello|dag|lieve)\b[^.!?:;@]{2,50},|(?:goede?n?(?:morgen|middag|avond|dag)|good (?:morning|afternoon|day))\b[^.!?:;@]{0,40},|l\.?s\.?,)$",
    )
});

/// Whether a line opens a letter.
fn is_salutation(line: &str) -> bool {
    line.len() < 80 && SALUTATION.is_match(line.trim_start_matches(['>', ' ', '\t', '\u{a0}']).trim_end())
}

/// Whether marked lines, taken together, are a letter of their own: opened or closed as one, with answers in between.
/// So nobody sets off his own words.
fn holds_a_letter(lines: &[&str], quoted: &[bool]) -> bool {
    let marked = || lines.iter().zip(quoted).filter(|(line, flag)| **flag && is_marked(line)).map(|(line, _)| *line);
    let bare = |line: &str| line.trim_start_matches(['>', ' ', '\t', '\u{a0}']).trim().to_owned();
    let lines = || marked().filter(|line| !bare(line).is_empty());
    lines().count() >= 4 && lines().any(|line| is_salutation(line) || line.len() < 60 && is_closing(&bare(line)))
}

/// A second letter below the writer's closing, with its own salutation and nothing that announces it: what some
/// programs leave of the mail that is answered.
fn letter_below(lines: &[&str], quoted: &[bool]) -> Option<usize> {
    let new = |index: &usize| !quoted[*index] && !lines[*index].trim().is_empty();
    let closed = (1..lines.len()).filter(new).find(|at| is_closing(lines[*at].trim()))?;
    let opened = (closed + 1..lines.len().min(closed + 15)).filter(new).find(|at| is_salutation(lines[*at]))?;
    let words = |at: usize| lines[at].split_whitespace().count();
    let below: usize = (opened + 1..lines.len()).filter(new).map(words).sum();
    (lines[opened - 1].trim().is_empty() && below >= 15).then_some(opened)
}

/// Marked lines that stand right under new words, with more of those behind an empty line: "Wij schrijven dan:" and
/// the words themselves.
fn keep_what_hangs_on_new_words(lines: &[&str], quoted: &mut [bool]) {
    let words = |index: usize| lines.get(index).is_some_and(|line| !line.trim().is_empty());
    let mut at = 1;
    while at < lines.len() {
        if !(quoted[at] && is_marked(lines[at]) && !quoted[at - 1] && words(at - 1)) {
            at += 1;
            continue;
        }
        let end = (at..lines.len()).find(|index| !is_marked(lines[*index])).unwrap_or(lines.len());
        let parted = end < lines.len() && !words(end);
        let next = next_index(lines, end);
        if parted && next.is_some_and(|next| !quoted[next]) {
            quoted[at..end].fill(false);
        }
        at = end.max(at + 1);
    }
}

fn passed_on_message(lines: &[&str], header: &Header) -> Forwarded {
    let body: Vec<&str> = lines[header.end.min(lines.len())..]
        .iter()
        .map(|line| line.trim_start().strip_prefix('>').unwrap_or(line).trim_start_matches(' '))
        .collect();
    let clean = |text: &String| text.trim().trim_matches('*').trim().to_owned();
    Forwarded {
        from: header.block.from.as_deref().and_then(super::words::first_email),
        subject: header.block.subject.as_ref().map(clean),
        date: header.block.date.as_ref().map(clean),
        text: trimmed(&body),
    }
}

/// The message that was passed on as an attachment, or announced by a subject: from its own headers.
pub(super) fn passed_on_attachment(nested: &super::letter::Nested) -> Forwarded {
    Forwarded {
        from: nested.from.as_ref().map(|mailbox| mailbox.email.clone()),
        subject: Some(nested.subject.clone()).filter(|subject| !subject.is_empty()),
        date: nested.date.map(|date| date.to_string()),
        text: nested.text.clone(),
    }
}

/// Words that we sent: as lines, and as one run of words for what a mail program wrapped anew.
#[derive(Default)]
struct Sent {
    lines: HashSet<String>,
    words: String,
}

impl Sent {
    fn new(text: &str) -> Self {
        let lines: Vec<String> = text.lines().take(LINE_LIMIT).map(bare).filter(|line| !line.is_empty()).collect();
        let words = format!(" {} ", super::origin::first(&lines.join(" "), SENT_LIMIT));
        Self { lines: lines.into_iter().filter(|line| line.chars().count() >= 12).collect(), words }
    }

    /// Whether the line is ours; short ones ("Beste Jan,") could be anyone's.
    fn holds(&self, line: &str) -> bool {
        if self.words.is_empty() {
            return false;
        }
        let bare = bare(line);
        let length = bare.chars().count();
        length >= 12 && self.lines.contains(&bare)
            || (if is_marked(line) { 8..400 } else { 24..400 }).contains(&length)
                && bare.contains(' ')
                && self.words.contains(&format!(" {bare} "))
    }
}

fn bare(line: &str) -> String {
    let line = line.trim_start_matches(['>', ' ', '\t', '\u{a0}']);
    line.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(text: &str) -> String {
        cut(text, None, false).new
    }

    #[test]
    fn everything_under_an_attribution_without_marks_is_quote() {
        assert_eq!(new("Prima!\n\nOp 3 feb 2027 om 09:00 schreef Iris <iris@desk.example>:\n\nHeb je plek?"), "Prima!");
    }

    #[test]
    fn answers_between_marked_lines_are_new() {
        let text = "Op 3 feb 2027 om 09:00 schreef Iris <iris@desk.example>:\n> Hoeveel?\nTwee.\n> Welk niveau?\nVier.";
        assert_eq!(new(text), "Twee.\nVier.");
    }

    #[test]
    fn an_answer_below_the_quote_is_new() {
        assert_eq!(new("Op 3 feb 2027 om 09:00 schreef Iris:\n> Heb je plek?\n\nJa, twee."), "Ja, twee.");
    }

    #[test]
    fn our_own_lines_are_quote_wherever_they_stand() {
        let sent = "Beste Jan,\nHeeft u ruimte voor een of meer stagiairs?\n";
        let text = "Ja!\nHeeft u ruimte  voor een of meer stagiairs?\nDus twee.";
        assert_eq!(cut(text, Some(sent), false).new, "Ja!\nDus twee.");
    }

    #[test]
    fn a_closing_is_the_writers_also_where_we_closed_so() {
        let sent = "Hoe gaat het met Sam?\n\nMet vriendelijke groet,\nNoor";
        let new = "Gaat goed, een 4.\n\nMet vriendelijke groet,\nAlex";
        assert_eq!(cut(&format!("{new}\n\nHoe gaat het met Sam?"), Some(sent), false).new, new);
    }

    #[test]
    fn a_forwarded_message_is_kept_apart_with_its_sender_and_subject() {
        let text = "Zie hieronder.\n\n---------- Doorgestuurd bericht ---------\nVan: Piet <piet@bedrijf.example>\n\
            Datum: di 2 feb 2027\nOnderwerp: Stage\nAan: info\n\nWij hebben plek.";
        let found = cut(text, None, false);
        assert_eq!(found.new, "Zie hieronder.");
        let forwarded = found.forwarded.unwrap();
        assert_eq!(forwarded.from.as_deref(), Some("piet@bedrijf.example"));
        assert_eq!(forwarded.subject.as_deref(), Some("Stage"));
        assert_eq!(forwarded.text, "Wij hebben plek.");
    }

    #[test]
    fn a_line_of_dashes_alone_cuts_nothing() {
        assert_eq!(new("Eerst dit\n-----\nDan dat"), "Eerst dit\n-----\nDan dat");
    }

    #[test]
    fn what_no_attribution_announces_is_set_off_by_the_writer() {
        for text in [
            "> Heeft u plek?\n\nJa, twee.",
            "Ons beleid:\n> alleen niveau 4\nen\n> alleen bol\nDus nee.",
            "> Alleen dit.",
            "Wij schrijven altijd:\n> niet bellen\n\nOp 3 feb 2027 om 09:00 schreef Iris <iris@desk.example>:\n> Heb je plek?",
        ] {
            let kept = text.split("\n\nOp 3").next().unwrap_or_default();
            assert_eq!(new(text), kept, "{text}");
        }
        assert_eq!(new("Ja, twee.\n\n> Heeft u plek?\n> Groet"), "Ja, twee.");
    }

    #[test]
    fn what_hangs_on_new_words_is_theirs() {
        let header = "Op 3 feb 2027 om 09:00 schreef Iris <iris@desk.example>:\n> Heb je plek?";
        let own = "Op de site staat:\n> alleen niveau 4\n\nDat klopt.";
        assert_eq!(new(&format!("{header}\n\n{own}")), own);
        assert_eq!(new(&format!("{header}\nJa.\n\n> Hoeveel?\n\nTwee.")), "Ja.\n\n\nTwee.");
    }

    #[test]
    fn a_mail_that_begins_with_an_attribution_is_answered_below_it() {
        let header = "Op 3 feb 2027 om 09:00 schreef Iris <iris@desk.example>:";
        assert_eq!(new(&format!("{header}\n\nJa, twee vanaf mei.\n")), "Ja, twee vanaf mei.");
        assert_eq!(new(&format!("Prima. {header}\n> Heb je plek?")), "Prima. ".trim_end());
    }

    #[test]
    fn our_words_are_found_however_they_were_wrapped() {
        let sent = "Beste Jan,\n\nHeeft u vanaf februari ruimte voor een of meer\nstagiairs van niveau vier, en voor hoe lang?\n";
        let text = "Ja.\n> Heeft u vanaf februari ruimte voor\n> een of meer stagiairs van niveau vier,\n> en voor hoe lang?\nDus twee.";
        assert_eq!(cut(text, Some(sent), false).new, "Ja.\nDus twee.");
    }

    #[test]
    fn the_headers_of_another_mail_are_kept_at_hand() {
        let text = "Zie hieronder.\n\n_____\nVan: Piet <piet@bedrijf.example>\nVerzonden: 2 feb 2027\nAan: info\nOnderwerp: Stage\n\nWij hebben plek.";
        let found = cut(text, None, false);
        assert_eq!((found.new.as_str(), found.forwarded), ("Zie hieronder.", None));
        assert_eq!(found.headed.and_then(|headed| headed.from).as_deref(), Some("piet@bedrijf.example"));
    }
}
