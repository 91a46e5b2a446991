//! Employers and their mail programs: what they got is read as they read it, and answered as Outlook, Gmail and the
//! iPhone do, through the provider's submission server.

use super::world::Story;
use crate::support::PASSWORD;
use crate::support::certs::ca_file;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{SmtpTransport, Transport};
use mail_parser::MessageParser;
use stagemakelaar::domain::spoken;
use stagemakelaar::domain::words::Lang;
use std::time::{Duration, UNIX_EPOCH};

/// The mail programs of the story.
#[derive(Debug, Clone, Copy)]
pub enum Program {
    Outlook,
    Gmail,
    IPhone,
}

/// Somebody at a company who reads mail.
#[derive(Debug, Clone, Copy)]
pub struct Employer {
    pub company: &'static str,
    pub name: &'static str,
    pub address: &'static str,
    pub program: Program,
}

const fn employer(company: &'static str, name: &'static str, address: &'static str, program: Program) -> Employer {
    Employer { company, name, address, program }
}

pub const SLOTERDOK: Employer =
    employer("Fietsenmaker Sloterdok", "Alex Mulder", "planning@sloterdok.example", Program::Outlook);
pub const HALTE: Employer = employer("Bakkerij De Halte", "Robin Vermeer", "info@dehalte.example", Program::Gmail);
pub const GAARDE: Employer = employer("Groentehal Gaarde", "Charlie de Wit", "winkel@gaarde.example", Program::IPhone);
pub const LINDEPLAS: Employer = employer("Zorghuis Lindeplas", "Kim Bakker", "hr@lindeplas.example", Program::Outlook);
pub const KRUL: Employer = employer("Kapsalon Krul", "Bo Jansen", "info@krul.example", Program::Outlook);
pub const INKT: Employer = employer("Drukkerij Inkt", "Sascha Bos", "info@inkt.example", Program::IPhone);
pub const STREEK: Employer = employer("Schilder Streek", "Jip Smit", "kantoor@streek.example", Program::Gmail);
/// The provider refuses this address at once.
pub const GROEN: Employer = employer("Hovenier Groen", "Pat de Boer", "permfail@groen.example", Program::Gmail);
/// This address is taken, and comes back later.
pub const LEK: Employer = employer("Loodgieter Lek", "Mo Visser", "info@lek.example", Program::Gmail);

/// Who has a mailbox that takes mail.
pub const WITH_A_MAILBOX: [&str; 7] =
    [SLOTERDOK.address, HALTE.address, GAARDE.address, LINDEPLAS.address, KRUL.address, INKT.address, STREEK.address];

/// A mail as a mail program shows it.
#[derive(Debug, Clone)]
pub struct Mail {
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub references: Vec<String>,
    pub from: String,
    pub reply_to: Option<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The header, unfolded.
    pub header: String,
}

fn bracketed(id: &str) -> String {
    format!("<{id}>")
}

impl Mail {
    pub fn read(raw: &[u8]) -> Self {
        let mail = MessageParser::default().parse(raw).unwrap();
        let ids = |value: &mail_parser::HeaderValue| -> Vec<String> {
            value.as_text_list().unwrap_or_default().iter().map(|id| bracketed(id)).collect()
        };
        let address = |of: Option<&mail_parser::Address>| {
            of.and_then(|all| all.first()).and_then(|one| one.address()).map(str::to_owned)
        };
        let head = String::from_utf8_lossy(raw).replace("\r\n", "\n");
        Self {
            message_id: bracketed(mail.message_id().unwrap()),
            in_reply_to: ids(mail.in_reply_to()).into_iter().next(),
            references: ids(mail.references()),
            from: address(mail.from()).unwrap(),
            reply_to: address(mail.reply_to()),
            subject: mail.subject().unwrap_or_default().to_owned(),
            text: mail.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
            html: mail.body_html(0).unwrap_or_default().into_owned(),
            header: head.split("\n\n").next().unwrap().replace("\n ", " ").replace("\n\t", " "),
        }
    }

    /// Where an answer goes.
    fn answers_to(&self) -> &str {
        self.reply_to.as_deref().unwrap_or(&self.from)
    }
}

impl Employer {
    /// Answers a mail that came, with this employer's own program; the Message-ID of the answer.
    pub fn answer(&self, story: &Story, to: &Mail, words: &str) -> String {
        let (text, html) = self.body(story, to, words);
        let id = self.fresh_id(story);
        let message = self
            .head(story, to.answers_to(), &format!("Re: {}", to.subject), &id)
            .in_reply_to(to.message_id.clone())
            .references(to.references.iter().chain([&to.message_id]).cloned().collect::<Vec<_>>().join(" "));
        let message = match html {
            Some(html) => message.multipart(MultiPart::alternative_plain_html(text, html)).unwrap(),
            None => message.body(text).unwrap(),
        };
        submit(story, Some(self.address), to.answers_to(), &message.formatted());
        id
    }

    /// The note that this employer's server sends by itself; from nobody, as RFC 3834 has it.
    pub fn is_away(&self, story: &Story, to: &Mail, words: &str) {
        let auto = HeaderName::new_from_ascii_str("Auto-Submitted");
        let subject = format!("Automatisch antwoord: {}", to.subject);
        let message = self
            .head(story, to.answers_to(), &subject, &self.fresh_id(story))
            .in_reply_to(to.message_id.clone())
            .raw_header(HeaderValue::new(auto, "auto-replied".to_owned()))
            .body(words.to_owned())
            .unwrap();
        submit(story, None, to.answers_to(), &message.formatted());
    }

    fn fresh_id(&self, story: &Story) -> String {
        let (_, domain) = self.address.split_once('@').unwrap();
        format!("<{}.{}@{domain}>", story.now().timestamp(), self.name.replace(' ', "."))
    }

    fn head(&self, story: &Story, to: &str, subject: &str, id: &str) -> lettre::message::MessageBuilder {
        let from = Mailbox::new(Some(self.name.to_owned()), self.address.parse().unwrap());
        Message::builder()
            .message_id(Some(id.to_owned()))
            .date(UNIX_EPOCH + Duration::from_secs(u64::try_from(story.now().timestamp()).unwrap()))
            .from(from)
            .to(to.parse().unwrap())
            .subject(subject.to_owned())
    }

    /// The new words above what came, as this program quotes; the HTML where the program writes it.
    fn body(&self, story: &Story, to: &Mail, words: &str) -> (String, Option<String>) {
        let day = story.now().day();
        let clock = story.now().local().format("%H:%M").to_string();
        let first = self.name.split(' ').next().unwrap();
        let quoted = to.text.lines().fold(String::new(), |out, line| out + "> " + line + "\n");
        let lines = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('\n', "<br>\n");
        match self.program {
            Program::Outlook => {
                let sent = spoken::day(day, Lang::Nl);
                let head = format!(
                    "Van: Noor Visser <{}>\nVerzonden: {sent} {} {clock}\nAan: {} <{}>\nOnderwerp: {}\n",
                    to.answers_to(),
                    day.ymd().0,
                    self.name,
                    self.address,
                    to.subject
                );
                let signature = format!("Met vriendelijke groet,\n\n{}\n{}", self.name, self.company);
                let text = format!("Beste Noor,\n\n{words}\n\n{signature}\n\n{head}\n{}", to.text);
                let html = format!(
                    "<html><body><div class=\"WordSection1\"><p>Beste Noor,</p><p>{}</p><p>{}</p>\
                     <div style=\"border:none;border-top:solid #E1E1E1 1.0pt\"><p>{}</p></div>{}</div></body></html>",
                    lines(words),
                    lines(&signature),
                    lines(&head),
                    to.html
                );
                (text, Some(html))
            }
            Program::Gmail => {
                let said = format!(
                    "Op {} {} om {clock} schreef Noor Visser <{}>:",
                    spoken::day(day, Lang::Nl),
                    day.ymd().0,
                    to.from
                );
                let text = format!("{words}\n\nGroet, {first}\n\n{said}\n\n{quoted}");
                let html = format!(
                    "<div dir=\"ltr\">{}<br><br>Groet, {first}</div><br><div class=\"gmail_quote\">\
                     <div dir=\"ltr\" class=\"gmail_attr\">{}<br></div><blockquote class=\"gmail_quote\">{}</blockquote></div>",
                    lines(words),
                    lines(&said),
                    to.html
                );
                (text, Some(html))
            }
            Program::IPhone => {
                let said = format!(
                    "Op {} {} om {clock} heeft Noor Visser <{}> het volgende geschreven:",
                    spoken::day(day, Lang::Nl),
                    day.ymd().0,
                    to.from
                );
                (format!("{words}\n\nGroetjes {first}\n\nVerstuurd vanaf mijn iPhone\n\n{said}\n\n{quoted}"), None)
            }
        }
    }
}

/// Hands a message to the provider over TLS, as whoever signs in; an empty sender is the null sender.
pub fn submit(story: &Story, from: Option<&str>, to: &str, message: &[u8]) {
    let ca = Certificate::from_pem(&std::fs::read(ca_file()).unwrap()).unwrap();
    let tls = TlsParameters::builder("localhost".to_owned()).add_root_certificate(ca).build().unwrap();
    let transport = SmtpTransport::builder_dangerous("localhost")
        .port(story.exim.tls)
        .tls(Tls::Wrapper(tls))
        .credentials(Credentials::new(from.unwrap_or("nobody").to_owned(), PASSWORD.to_owned()))
        .build();
    let from = from.map(|address| address.parse().unwrap());
    let envelope = Envelope::new(from, vec![to.parse().unwrap()]).unwrap();
    assert!(transport.send_raw(&envelope, message).unwrap().is_positive());
}
