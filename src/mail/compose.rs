//! From a draft to the bytes of a mail (RFC 5322, 2045–2047, 2369, 8058): seven-bit clean, CRLF, text before
//! HTML. The same draft gives the same bytes. No header value can bring a header of its own along.

use super::error::{MailError, Trouble};
use crate::domain::email::EmailAddress;
use crate::domain::time::Moment;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use lettre::{Address, address::Envelope};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

/// Where a recipient can stop the mails without a person (RFC 2369, RFC 8058).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribe {
    /// An https link; a POST to it opts out in one click.
    pub https: String,
    /// An address; an empty mail to it opts out.
    pub mailto: EmailAddress,
}

/// All that one mail says. Ids may stand with or without their angle brackets.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The fixed Message-ID, `<random@domain>`.
    pub message_id: String,
    /// The moment of sending.
    pub date: Moment,
    /// Name of the sender as shown; may be empty.
    pub from_name: String,
    /// Address of the sender.
    pub from: EmailAddress,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<EmailAddress>,
    /// The one recipient.
    pub to: EmailAddress,
    /// Name of the recipient.
    pub to_name: Option<String>,
    /// Subject, one line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: Option<String>,
    /// Message-ID of the mail that this one answers.
    pub in_reply_to: Option<String>,
    /// Message-IDs of the thread, oldest first.
    pub references: Vec<String>,
    /// How to stop these mails.
    pub list_unsubscribe: Option<Unsubscribe>,
    /// Whether no person wrote it (RFC 3834).
    pub auto_submitted: bool,
    /// Further headers: name and one-line value.
    pub headers: Vec<(&'static str, String)>,
}

fn bad(detail: impl Into<String>) -> MailError {
    MailError::new(Trouble::Header, detail)
}

/// Makes the mail; an error when a header value holds a control character or an id is none.
pub fn compose(draft: &Draft) -> Result<Vec<u8>, MailError> {
    let from = mailbox(Some(&draft.from_name), &draft.from)?;
    let to = mailbox(draft.to_name.as_deref(), &draft.to)?;
    let envelope = Envelope::new(Some(from.email.clone()), vec![to.email.clone()]).map_err(|e| bad(e.to_string()))?;
    let seconds = u64::try_from(draft.date.timestamp()).map_err(|_| bad("a date before 1970"))?;
    let message_id = bracketed(&draft.message_id)?;
    let mut builder = Message::builder()
        .envelope(envelope)
        .date(UNIX_EPOCH + Duration::from_secs(seconds))
        .from(from)
        .to(to)
        .subject(one_line("Subject", &draft.subject)?)
        .raw_header(tokens("Message-ID", std::slice::from_ref(&message_id)));
    if let Some(reply_to) = &draft.reply_to {
        builder = builder.reply_to(mailbox(Some(&draft.from_name), reply_to)?);
    }
    if let Some(parent) = &draft.in_reply_to {
        builder = builder.raw_header(tokens("In-Reply-To", &[bracketed(parent)?]));
    }
    let references = draft.references.iter().map(|id| bracketed(id)).collect::<Result<Vec<_>, _>>()?;
    if !references.is_empty() {
        builder = builder.raw_header(tokens("References", &references));
    }
    if let Some(stop) = &draft.list_unsubscribe {
        let mailto = format!("<mailto:{}?subject=unsubscribe>", stop.mailto);
        builder = builder.raw_header(tokens("List-Unsubscribe", &[format!("<{}>,", link(&stop.https)?), mailto]));
        let one_click = "List-Unsubscribe=One-Click".to_owned();
        builder = builder.raw_header(tokens("List-Unsubscribe-Post", &[one_click]));
    }
    if draft.auto_submitted {
        builder = builder.raw_header(tokens("Auto-Submitted", &["auto-generated".to_owned()]));
    }
    for (name, value) in &draft.headers {
        let header = HeaderName::new_from_ascii((*name).to_owned()).map_err(|e| bad(format!("{name}: {e}")))?;
        builder = builder.raw_header(HeaderValue::new(header, one_line(name, value)?));
    }
    let text = SinglePart::plain(draft.text.clone());
    let message = match &draft.html {
        None => builder.singlepart(text),
        Some(html) => builder.multipart(
            MultiPart::alternative()
                .boundary(boundary(&message_id))
                .singlepart(text)
                .singlepart(SinglePart::html(html.clone())),
        ),
    };
    Ok(message.map_err(|e| bad(e.to_string()))?.formatted())
}

/// The same boundary for the same mail, and one that no text holds by chance.
fn boundary(message_id: &str) -> String {
    let mut text = String::from("=_");
    for byte in Sha256::digest(message_id.as_bytes()).iter().take(18) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn mailbox(name: Option<&str>, address: &EmailAddress) -> Result<Mailbox, MailError> {
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    let name = name.map(|name| one_line("name", name)).transpose()?;
    let email = Address::new(address.local_part(), address.domain()).map_err(|e| bad(e.to_string()))?;
    Ok(Mailbox::new(name, email))
}

fn one_line(name: &str, value: &str) -> Result<String, MailError> {
    if value.chars().any(char::is_control) {
        return Err(bad(format!("{name} holds a control character")));
    }
    Ok(value.to_owned())
}

fn bracketed(id: &str) -> Result<String, MailError> {
    let inner = id.trim();
    let inner = inner.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(inner);
    let plain = inner.chars().all(|c| c.is_ascii_graphic() && !"<>\"\\(),;".contains(c));
    if inner.is_empty() || inner.len() > 900 || !plain {
        return Err(bad("an id that is no Message-ID"));
    }
    Ok(format!("<{inner}>"))
}

fn link(url: &str) -> Result<&str, MailError> {
    let plain = url.chars().all(|c| c.is_ascii_graphic() && !"<>,".contains(c));
    let http = url.starts_with("https://") || url.starts_with("http://");
    if plain && http && url.len() <= 900 { Ok(url) } else { Err(bad("an opt-out link that is no URL")) }
}

/// A header of whole ASCII words, folded between them. Encoding a long id or link as RFC 2047 would break it,
/// so these don't pass through the encoder; each word was checked before.
fn tokens(name: &'static str, words: &[String]) -> HeaderValue {
    let mut value = String::new();
    let mut column = name.len() + 2;
    for word in words {
        if !value.is_empty() {
            let fold = column + 1 + word.len() > 76;
            value.push_str(if fold { "\r\n " } else { " " });
            column = if fold { 1 } else { column + 1 };
        }
        value.push_str(word);
        column += word.len();
    }
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), words.join(" "), value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::MessageParser;

    fn draft() -> Draft {
        let address = |text: &str| EmailAddress::parse(text).unwrap();
        Draft {
            message_id: "<0123456789abcdef0123456789abcdef@desk.example>".to_owned(),
            date: Moment::parse("2026-11-23T08:30:00Z").unwrap(),
            from_name: "Noor Visser, Stageloket Nieuw-West".to_owned(),
            from: address("noor@desk.example"),
            reply_to: Some(address("noor+c.0123456789abcdef0123456789abcdef@desk.example")),
            to: address("charlie@groentehal.example"),
            to_name: Some("Charlie de Wit – café".to_owned()),
            subject: "Stage in Osdorp: heeft u plek vanaf februari? Één of twee leerlingen zoeken een café".to_owned(),
            text: "Beste Charlie,\n\n.één punt vooraan\n".to_owned(),
            html: Some(format!("<p>{}</p>", "é ".repeat(2000))),
            in_reply_to: Some("parent@x.example".to_owned()),
            references: (0..40).map(|i| format!("<reference.number.{i}@thread.example>")).collect(),
            list_unsubscribe: Some(Unsubscribe {
                https: format!("https://desk.example/stop/{}", "a".repeat(120)),
                mailto: address("noor+stop@desk.example"),
            }),
            auto_submitted: true,
            headers: vec![("X-Stagemakelaar", "proef".to_owned())],
        }
    }

    #[test]
    fn what_is_composed_reads_back_as_it_was_meant() {
        let bytes = compose(&draft()).unwrap();
        let mail = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(mail.subject(), Some(draft().subject.as_str()));
        assert_eq!(mail.message_id(), Some("0123456789abcdef0123456789abcdef@desk.example"));
        assert_eq!(mail.date().unwrap().to_rfc3339(), "2026-11-23T08:30:00Z");
        assert_eq!(mail.from().unwrap().first().unwrap().name(), Some("Noor Visser, Stageloket Nieuw-West"));
        assert_eq!(mail.to().unwrap().first().unwrap().name(), Some("Charlie de Wit – café"));
        assert_eq!(mail.references().as_text_list().unwrap().len(), 40);
        assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n"), draft().text);
        assert!(mail.body_html(0).unwrap().contains("é é é"));
        assert_eq!(compose(&draft()).unwrap(), bytes);
    }

    #[test]
    fn every_line_is_short_ascii_with_crlf_and_text_comes_before_html() {
        let bytes = compose(&draft()).unwrap();
        assert!(bytes.is_ascii());
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        assert!(text.lines().all(|line| line.len() < 998));
        assert!(text.find("text/plain").unwrap() < text.find("text/html").unwrap());
        let link = format!("<https://desk.example/stop/{}>,", "a".repeat(120));
        assert!(text.contains(&link), "a link is never cut or encoded");
        assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
        assert!(text.contains("Auto-Submitted: auto-generated\r\n"));
    }

    #[test]
    fn no_value_can_bring_a_header_along() {
        let evil = "x\r\nBcc: everyone@world.example";
        let cases: [fn(&mut Draft, String); 7] = [
            |d, v| d.subject = v,
            |d, v| d.from_name = v,
            |d, v| d.to_name = Some(v),
            |d, v| d.in_reply_to = Some(v),
            |d, v| d.references = vec![v],
            |d, v| d.headers = vec![("X-A", v)],
            |d, v| d.list_unsubscribe.as_mut().unwrap().https = v,
        ];
        for spoil in cases {
            let mut spoiled = draft();
            spoil(&mut spoiled, evil.to_owned());
            assert_eq!(compose(&spoiled).unwrap_err().trouble, Trouble::Header);
        }
    }

    #[test]
    fn a_mail_without_html_is_plain_text() {
        let mut plain = draft();
        plain.html = None;
        let bytes = compose(&plain).unwrap();
        assert!(!String::from_utf8(bytes).unwrap().contains("multipart"));
    }
}
