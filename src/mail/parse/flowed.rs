//! The lines of a text part, as they were meant.

use super::{TEXT_LIMIT, limited};
use mail_parser::{MessagePart, MimeHeaders};

/// Line ends made `\n`; `format=flowed` (RFC 3676) put back into paragraphs.
pub(super) fn plain(text: &str, part: &MessagePart<'_>) -> String {
    let text = lines(limited(text, TEXT_LIMIT));
    let flowed = part
        .content_type()
        .and_then(|kind| kind.attribute("format"))
        .is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
    let delsp = part
        .content_type()
        .and_then(|kind| kind.attribute("delsp"))
        .is_some_and(|format| format.eq_ignore_ascii_case("yes"));
    if flowed { unflow(&text, delsp) } else { text }
}

/// Line ends made `\n`.
pub(super) fn lines(text: &str) -> String {
    let text = if text.contains('\r') { &text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
    if text.contains('\0') { text.replace('\0', "") } else { text.to_owned() }
}

fn unflow(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let content = &line[depth..];
        let content = content.strip_prefix(' ').unwrap_or(content);
        match open {
            Some(before) if before == depth && content != "-- " && !content.is_empty() => out.push_str(content),
            _ => {
                if !out.is_empty() || open.is_some() {
                    out.push('\n');
                }
                if depth > 0 {
                    out.push_str(&">".repeat(depth.min(20)));
                    out.push(' ');
                }
                out.push_str(content);
            }
        }
        open = (content.ends_with(' ') && content != "-- ").then_some(depth);
        if delsp && open.is_some() {
            out.pop();
        }
    }
    out
}
