//! Bytes to a [`Letter`]. Bounded whatever comes in: the work is linear in the first megabytes, nesting is cut,
//! and bytes that are no message give a letter that says so.

mod flowed;
mod quick;
mod tree;

use self::flowed::{lines, plain};
use self::tree::tree;
use crate::domain::reply::letter::{AttachmentInfo, Letter, Mailbox, Nested, Part};
use crate::domain::time::Moment;
use chrono::DateTime;
use mail_parser::{Address, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes of text that a part may contribute; the rest is left out with a warning.
const TEXT_LIMIT: usize = 1 << 20;
/// Bytes of all parts together.
const TEXT_TOTAL: usize = 4 << 20;
/// Parts that are looked at.
const PART_LIMIT: usize = 200;
/// Headers that are kept.
const HEADER_LIMIT: usize = 1_000;
/// Bytes of one header's value.
const VALUE_LIMIT: usize = 8_192;
/// Messages within messages that are looked at.
const NESTED_LIMIT: usize = 20;
/// `Content-Type` lines after which the message is cut: more is an attack.
const PART_HEADERS: usize = 2_000;

/// A file that hangs on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The file's name as it was sent, if any.
    pub name: Option<String>,
    /// The media type in lower case.
    pub media_type: String,
    /// The decoded content.
    pub bytes: Vec<u8>,
}

/// The message in these bytes. Where the parser falls over them there is none.
fn parsed(bytes: &[u8]) -> Option<Message<'_>> {
    catch_unwind(AssertUnwindSafe(|| MessageParser::default().parse(bytes))).ok().flatten()
}

/// Reads a message. Never fails: what is no message is a letter with `readable == false`.
pub fn letter(raw: &[u8]) -> Letter {
    let mut warnings = Vec::new();
    let (bytes, cut) = bounded(raw);
    if cut {
        warnings.push("the message has too many parts; it was cut".to_owned());
    }
    let Some(message) = parsed(&bytes) else {
        return Letter { warnings: vec!["these bytes are no message".to_owned()], ..Letter::default() };
    };
    let mut letter = head(&message);
    letter.readable = looks_like_mail(&letter);
    if !letter.readable {
        warnings.push("these bytes are no message".to_owned());
    }
    letter.warnings = warnings;
    let shown = bodies(&message, &mut letter);
    let mut budget = TEXT_TOTAL;
    collect(&message, shown, false, &mut letter, &mut budget);
    let undivided = |part: &Part| part.media_type.starts_with("multipart/") || part.text.trim().is_empty();
    if letter.text.trim().is_empty() && letter.parts.iter().all(undivided) && letter.nested.is_empty() {
        letter.text = beneath(&bytes);
    }
    if budget == 0 {
        letter.warnings.push("the text is too long; the rest was left out".to_owned());
    }
    letter
}

/// What stands under the head of a message whose parts could not be found: a boundary that never comes.
fn beneath(bytes: &[u8]) -> String {
    let crlf = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
    let lf = bytes.windows(2).position(|two| two == b"\n\n").map(|at| at + 2);
    let Some(at) = [crlf, lf].into_iter().flatten().min() else { return String::new() };
    lines(&String::from_utf8_lossy(&bytes[at..bytes.len().min(at + TEXT_LIMIT)]))
}

/// Reads the headers only: for messages whose body is not kept.
pub fn headers_only(raw: &[u8]) -> Letter {
    let end = raw.len().min(1 << 20);
    let Some(message) = MessageParser::default().parse_headers(&raw[..end]) else {
        return Letter { warnings: vec!["these bytes are no message".to_owned()], ..Letter::default() };
    };
    let mut letter = head(&message);
    letter.readable = looks_like_mail(&letter);
    letter
}

/// The file at `index` of [`Letter::attachments`].
pub fn attachment(raw: &[u8], index: usize) -> Option<Attachment> {
    let (bytes, _) = bounded(raw);
    let message = parsed(&bytes)?;
    let part = message.attachments.get(index).and_then(|id| message.parts.get(*id as usize))?;
    Some(Attachment {
        name: part.attachment_name().map(str::to_owned),
        media_type: media_type(part),
        bytes: part.contents().to_vec(),
    })
}

/// The HTML body as it was sent, cut where a text part would be.
pub fn html(raw: &[u8]) -> Option<String> {
    let (bytes, _) = bounded(raw);
    let message = parsed(&bytes)?;
    let parts = message.html_body.iter().filter_map(|id| message.parts.get(*id as usize));
    parts.into_iter().find_map(|part| match &part.body {
        PartType::Html(text) if !is_file(part) => Some(limited(text, TEXT_LIMIT).to_owned()),
        PartType::Html(_)
        | PartType::Text(_)
        | PartType::Binary(_)
        | PartType::InlineBinary(_)
        | PartType::Message(_)
        | PartType::Multipart(_) => None,
    })
}

/// Cuts the message where it would make the parser's work grow: after too many parts, or too long a head.
/// Bytes before the first header (an mbox line, white space) are dropped.
fn bounded(raw: &[u8]) -> (Cow<'_, [u8]>, bool) {
    let mut start = 0;
    while raw.get(start).is_some_and(u8::is_ascii_whitespace) || raw[start..].starts_with(b"\xef\xbb\xbf") {
        start += if raw[start] == 0xef { 3 } else { 1 };
    }
    let mut raw = &raw[start..];
    if raw.starts_with(b"From ") || raw.starts_with(b">From ") {
        raw = raw.iter().position(|byte| *byte == b'\n').map_or(&raw[..0], |end| &raw[end + 1..]);
    }
    let mut seen = 0;
    let mut at = 0;
    while let Some(found) = raw[at..].iter().position(|byte| *byte == b'\n') {
        at += found + 1;
        let Some(line) = raw.get(at..at + 13) else { break };
        if line.eq_ignore_ascii_case(b"content-type:") {
            seen += 1;
            if seen > PART_HEADERS {
                return (Cow::Borrowed(&raw[..at]), true);
            }
        }
    }
    (Cow::Borrowed(raw), false)
}

fn looks_like_mail(letter: &Letter) -> bool {
    const KNOWN: &[&str] = &["from", "to", "subject", "date", "message-id", "received", "return-path", "mime-version"];
    letter.headers.iter().any(|(name, _)| KNOWN.contains(&name.as_str()))
}

/// All that the headers say.
fn head(message: &Message<'_>) -> Letter {
    let headers = headers(message);
    let value = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let delivered_to = headers
        .iter()
        .filter(|(name, _)| matches!(name.as_str(), "delivered-to" | "x-original-to" | "envelope-to"))
        .map(|(_, value)| value.trim().trim_matches(['<', '>']).to_lowercase())
        .collect();
    let root = message.parts.first();
    let report_type = root
        .and_then(|part| part.content_type())
        .and_then(|kind| kind.attribute("report-type"))
        .map(str::to_lowercase)
        .unwrap_or_default();
    Letter {
        from: mailboxes(message.from()).into_iter().next(),
        to: mailboxes(message.to()),
        cc: mailboxes(message.cc()),
        reply_to: mailboxes(message.reply_to()),
        delivered_to,
        message_id: value("message-id").and_then(|text| ids(&text).into_iter().next()),
        in_reply_to: value("in-reply-to").map(|text| ids(&text)).unwrap_or_default(),
        references: value("references").map(|text| ids(&text)).unwrap_or_default(),
        auto_submitted: value("auto-submitted")
            .map(|text| text.split([';', ' ', '(']).next().unwrap_or_default().trim().to_lowercase()),
        authentication_results: headers
            .iter()
            .filter(|(name, _)| name == "authentication-results")
            .map(|(_, value)| value.clone())
            .collect(),
        date: moment(message),
        subject: message.subject().map(|text| limited(text, VALUE_LIMIT).to_owned()).unwrap_or_default(),
        media_type: root.map(media_type).unwrap_or_default(),
        report_type,
        headers,
        ..Letter::default()
    }
}

fn headers(message: &Message<'_>) -> Vec<(String, String)> {
    let raw = message.raw_message.as_ref();
    message
        .headers()
        .iter()
        .take(HEADER_LIMIT)
        .map(|header| {
            let span = raw.get(header.offset_start as usize..header.offset_end as usize).unwrap_or_default();
            let text = match &header.value {
                HeaderValue::Text(text) => limited(text, VALUE_LIMIT).to_owned(),
                HeaderValue::Address(_)
                | HeaderValue::TextList(_)
                | HeaderValue::DateTime(_)
                | HeaderValue::ContentType(_)
                | HeaderValue::Received(_)
                | HeaderValue::Empty => String::from_utf8_lossy(&span[..span.len().min(VALUE_LIMIT)]).into_owned(),
            };
            let unfolded = text.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty());
            (header.name().to_lowercase(), unfolded.collect::<Vec<_>>().join(" "))
        })
        .collect()
}

/// A `Date` that no calendar has is no date.
fn moment(message: &Message<'_>) -> Option<Moment> {
    let date = message.date()?;
    if !date.is_valid() || !(1970..=2200).contains(&date.year) {
        return None;
    }
    DateTime::parse_from_rfc3339(&date.to_rfc3339()).ok().map(|time| Moment::new(time.to_utc()))
}

fn mailboxes(address: Option<&Address<'_>>) -> Vec<Mailbox> {
    let Some(address) = address else { return Vec::new() };
    address
        .iter()
        .take(500)
        .filter_map(|one| {
            let email = one.address()?.trim().trim_matches(['<', '>']).to_lowercase();
            let name = one.name().map(|name| limited(name.trim(), 500).to_owned()).filter(|name| !name.is_empty());
            Some(Mailbox { name, email: limited(&email, 500).to_owned() })
        })
        .collect()
}

/// The `<…>` ids of a header.
fn ids(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((id, tail)) = after.split_once('>') else { break };
        if !id.trim().is_empty() && found.len() < 100 {
            found.push(format!("<{}>", id.trim()));
        }
        rest = tail;
    }
    if found.is_empty() {
        found.extend(text.split_whitespace().filter(|word| word.contains('@')).take(100).map(|id| format!("<{id}>")));
    }
    found
}

fn media_type(part: &MessagePart<'_>) -> String {
    match part.content_type() {
        Some(kind) => format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("plain")).to_lowercase(),
        None => match part.body {
            PartType::Message(_) => "message/rfc822".to_owned(),
            PartType::Text(_)
            | PartType::Html(_)
            | PartType::Binary(_)
            | PartType::InlineBinary(_)
            | PartType::Multipart(_) => "text/plain".to_owned(),
        },
    }
}

/// The text, read as UTF-8 where it was sent so and another character set was named: "één" arrives as "Ã©Ã©n".
fn told_wrong(text: &str) -> Cow<'_, str> {
    if !text.contains(['Ã', 'Â', 'â']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        let mut one = [0; 4];
        match u8::try_from(c) {
            Ok(byte) => bytes.push(byte),
            Err(_) => match encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut one)) {
                (encoded, _, false) => bytes.extend_from_slice(&encoded),
                _ => return Cow::Borrowed(text),
            },
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The body that a person reads: its text and, where there is one, its tree. Gives the number of the part whose tree
/// that is.
fn bodies(message: &Message<'_>, letter: &mut Letter) -> Option<u32> {
    let part = |id: &u32| message.parts.get(*id as usize);
    let mut texts = Vec::new();
    for part in message.text_body.iter().filter_map(part) {
        if let PartType::Text(text) = &part.body
            && !is_file(part)
        {
            texts.push(plain(&told_wrong(text), part));
        }
    }
    let shown = message.html_body.iter().find_map(|id| {
        let part = part(id)?;
        let PartType::Html(text) = &part.body else { return None };
        (!is_file(part)).then_some((*id, text))
    });
    letter.html = shown.map(|(_, text)| tree(&told_wrong(limited(text, TEXT_LIMIT))));
    limited(&texts.join("\n"), TEXT_LIMIT).clone_into(&mut letter.text);
    if letter.text.trim().is_empty()
        && let Some(tree) = &letter.html
    {
        letter.text = tree.text();
    }
    for id in &message.attachments {
        if let Some(part) = part(id) {
            letter.attachments.push(AttachmentInfo {
                name: part.attachment_name().map(|name| limited(name, 500).to_owned()),
                media_type: media_type(part),
                size: part.contents().len(),
            });
        }
        if letter.attachments.len() >= PART_LIMIT {
            break;
        }
    }
    shown.map(|(id, _)| id)
}

fn is_file(part: &MessagePart<'_>) -> bool {
    part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment)
}

/// All parts with text, and the messages inside, breadth bounded. `shown` is the part whose tree the letter has.
fn collect(message: &Message<'_>, shown: Option<u32>, nested: bool, letter: &mut Letter, budget: &mut usize) {
    for (id, part) in (0u32..).zip(&message.parts) {
        if letter.parts.len() >= PART_LIMIT || *budget == 0 {
            return;
        }
        let kind = media_type(part);
        let text = match &part.body {
            PartType::Text(text) => lines(limited(text, TEXT_LIMIT.min(*budget))),
            PartType::Html(text) => match &letter.html {
                Some(known) if shown == Some(id) && text.len() <= *budget => known.text(),
                _ => tree(limited(text, TEXT_LIMIT.min(*budget))).text(),
            },
            PartType::Binary(bytes) | PartType::InlineBinary(bytes)
                if kind.starts_with("message/") || kind.starts_with("text/") =>
            {
                lines(&String::from_utf8_lossy(&bytes[..bytes.len().min(TEXT_LIMIT).min(*budget)]))
            }
            PartType::Message(inner) => {
                within(inner, letter, budget);
                continue;
            }
            PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Multipart(_) => continue,
        };
        *budget = budget.saturating_sub(text.len());
        letter.parts.push(Part { media_type: kind, text, nested, attached: is_file(part) });
    }
}

fn within(inner: &Message<'_>, letter: &mut Letter, budget: &mut usize) {
    if letter.nested.len() >= NESTED_LIMIT {
        return;
    }
    let inner_head = head(inner);
    let mut body = Letter::default();
    bodies(inner, &mut body);
    letter.nested.push(Nested {
        headers: inner_head.headers,
        from: inner_head.from,
        subject: inner_head.subject,
        date: inner_head.date,
        text: limited(&body.text, TEXT_LIMIT.min(*budget)).to_owned(),
    });
    *budget = budget.saturating_sub(body.text.len());
    collect(inner, None, true, letter, budget);
}

/// At most `limit` bytes, cut between characters.
fn limited(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reply::{Context, Kind, read};
    use proptest::prelude::*;

    const MAIL: &[u8] = b"From: Jan Pot <jan@bedrijf.example>\r\nTo: desk@desk.example\r\nSubject: =?utf-8?q?Re=3A_stage_=C3=A9=C3=A9n?=\r\n\
        Date: Tue, 2 Feb 2027 10:00:00 +0100\r\nMessage-ID: <a@bedrijf.example>\r\nIn-Reply-To: <out-1@desk.example>\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\nE=E9n plek per mei.\r\n\r\nOp 1 feb 2027 om 09:00 schreef Iris <iris@desk.example>:\r\n> Heb je plek?\r\n\
        --b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--b--\r\n";

    #[test]
    fn a_message_becomes_a_letter() {
        let letter = letter(MAIL);
        assert!(letter.readable);
        assert_eq!(letter.subject, "Re: stage één");
        assert_eq!(letter.from.as_ref().map(|from| from.email.as_str()), Some("jan@bedrijf.example"));
        assert_eq!(letter.in_reply_to, ["<out-1@desk.example>"]);
        assert_eq!(letter.date, Moment::parse("2027-02-02T09:00:00Z"));
        assert!(letter.text.starts_with("Eén plek per mei."));
        assert_eq!(letter.attachments.len(), 1);
        let file = attachment(MAIL, 0).unwrap();
        assert_eq!((file.name.as_deref(), file.bytes.as_slice()), (Some("a.pdf"), b"%PDF".as_slice()));
        assert_eq!(headers_only(MAIL).subject, letter.subject);
    }

    #[test]
    fn a_body_whose_boundary_never_comes_is_read_as_it_stands() {
        let mail = b"From: mailer-daemon@mx.example\nSubject: Undelivered\nMIME-Version: 1.0\n\
            Content-Type: multipart/report; report-type=delivery-status; boundary=\"one\"\n\n--two\n\nIt failed.\n\n\
            Final-Recipient: rfc822; jan@bedrijf.example\nAction: failed\nStatus: 5.1.1\n\n--two--\n";
        let bounce = read(&letter(mail), &Context::default()).bounce.unwrap();
        assert_eq!(
            (bounce.recipients.as_slice(), bounce.status.as_deref()),
            (&["jan@bedrijf.example".to_owned()][..], Some("5.1.1"))
        );
    }

    #[test]
    fn bytes_that_are_no_message_are_unreadable() {
        for bytes in [&b""[..], b"\0\xff\xfe", b"just words\n\nand more"] {
            assert_eq!(read(&letter(bytes), &Context::default()).kind, Kind::Unreadable);
        }
    }

    #[test]
    fn nesting_and_floods_are_bounded() {
        let head = "From: a@b.example\nSubject: x\n";
        let levels =
            (0..10_000).map(|level| format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"));
        let nested = levels.collect::<Vec<_>>().concat();
        let messages = "Content-Type: message/rfc822\n\n".repeat(10_000);
        let divs = format!("Content-Type: text/html\n\n{}", "<div>".repeat(100_000));
        let headers = format!("{}\nhoi", "X-A: b\n".repeat(100_000));
        for body in [nested, messages, divs, headers] {
            let letter = letter(format!("{head}{body}").as_bytes());
            assert!(letter.headers.len() <= HEADER_LIMIT && letter.parts.len() <= PART_LIMIT);
            read(&letter, &Context::default());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            read(&letter(&bytes), &Context::default());
        }

        #[test]
        fn a_broken_message_keeps_its_spans_inside_the_reply(at in 0usize..MAIL.len(), byte in any::<u8>(), end in 0usize..MAIL.len()) {
            let mut bytes = MAIL.to_vec();
            bytes[at] = byte;
            bytes.truncate(end.max(40));
            let reading = read(&letter(&bytes), &Context::default());
            let spans = reading.intents.iter().flat_map(|found| &found.evidence).chain(reading.capacity.iter().flat_map(|offer| &offer.evidence));
            for span in spans {
                let words: String = reading.reply_text.chars().skip(span.start).take(span.end - span.start).collect();
                prop_assert_eq!(&words, &span.text);
            }
        }
    }
}
