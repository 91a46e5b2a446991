//! What employers and their machines write back, each to a mail that really came.

use super::house::DESK;
use crate::support::smtp_peer::Received;
use mail_parser::MessageParser;
use stagemakelaar::domain::time::Clock;
use stagemakelaar::domain::words::Routing;

/// What a letter is, and how it is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// Where it goes.
    pub routing: Routing,
    /// The reading's intent.
    pub intent: &'static str,
    words: &'static str,
}

const fn person(intent: &'static str, words: &'static str) -> Sort {
    Sort { routing: Routing::Matched, intent, words }
}

/// Each in turn.
pub const SORTS: [Sort; 7] = [
    person(
        "interested",
        "Leuk dat je aan ons denkt. Wij hebben plek voor twee leerlingen mbo niveau 2 vanaf februari.",
    ),
    person("later", "Op dit moment lukt het niet, maar mail ons na de zomer nog eens."),
    person("declined", "Helaas, wij nemen geen stagiairs aan. Succes met zoeken."),
    person("question", "Hoeveel dagen per week is het, en wie begeleidt de leerling vanuit school?"),
    Sort {
        routing: Routing::Automatic,
        intent: "auto_reply",
        words: "Ik ben even afwezig. Voor spoed belt u de winkel.",
    },
    Sort { routing: Routing::Bounce, intent: "bounce", words: "" },
    person("interested", "Dat kan. Wij hebben plek voor twee leerlingen mbo niveau 3 vanaf maart."),
];

/// A letter that was handed to the desk's server.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Its Message-ID, with brackets.
    pub id: String,
    /// The address of the mail that it answers.
    pub address: String,
    /// How it is to be read.
    pub sort: Sort,
}

/// The letter that answers a mail: to whom, its source, and what it is.
pub fn answer(number: usize, mail: &Received) -> (String, String, Sent) {
    let sort = SORTS[number % SORTS.len()];
    let parsed = MessageParser::default().parse(&mail.data).unwrap();
    let answers_to = parsed.reply_to().and_then(|all| all.first()).and_then(|one| one.address()).unwrap_or(DESK);
    let (id, theirs) = (format!("<antwoord-{number}@post.example>"), mail.message_id());
    let address = mail.to[0].clone();
    let subject = parsed.subject().unwrap_or_default();
    let date = Clock::System.now().utc().to_rfc2822();
    let head = |from: &str, subject: &str, more: &str| {
        format!(
            "From: {from}\r\nTo: {answers_to}\r\nSubject: {subject}\r\nDate: {date}\r\nMessage-ID: {id}\r\nMIME-Version: 1.0\r\n{more}"
        )
    };
    let plain = "Content-Type: text/plain; charset=utf-8\r\n\r\n";
    let quoted =
        parsed.body_text(0).unwrap_or_default().lines().fold(String::new(), |out, line| out + "> " + line + "\r\n");
    let raw = match sort.routing {
        Routing::Bounce => {
            head(
                "Mail Delivery System <MAILER-DAEMON@post.example>",
                "Undelivered Mail Returned to Sender",
                "Auto-Submitted: auto-replied\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"grens\"\r\n\r\n",
            ) + &*format!(
                "--grens\r\n{plain}Your message could not be delivered to {address}: user unknown.\r\n\
                 --grens\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; post.example\r\n\r\n\
                 Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n\
                 Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n\
                 --grens\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {theirs}\r\nTo: {address}\r\n\r\n--grens--\r\n"
            )
        }
        Routing::Automatic => {
            let more = format!("In-Reply-To: {theirs}\r\nAuto-Submitted: auto-replied\r\n{plain}");
            head(&format!("Balie <{address}>"), &format!("Automatisch antwoord: {subject}"), &more)
                + sort.words
                + "\r\n"
        }
        Routing::Stored
        | Routing::Matched
        | Routing::Unmatched
        | Routing::Own
        | Routing::Filed
        | Routing::Oversize
        | Routing::Broken => {
            let more = format!("In-Reply-To: {theirs}\r\nReferences: {theirs}\r\n{plain}");
            head(&format!("Balie <{address}>"), &format!("Re: {subject}"), &more)
                + &*format!(
                    "Beste Noor,\r\n\r\n{}\r\n\r\nGroet,\r\nAlex\r\n\r\nOp maandag schreef Noor Visser <{DESK}>:\r\n\r\n{quoted}",
                    sort.words
                )
        }
    };
    let to = if sort.routing == Routing::Bounce { mail.from.clone() } else { answers_to.to_owned() };
    (to, raw, Sent { id, address, sort })
}
