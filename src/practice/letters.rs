//! What practice employers write back, as real programs send it: RFC 5322 messages with Outlook's, Gmail's and the
//! iPhone's way of quoting, notes of absence, and bounces in the form of RFC 3464.

use super::cast::{Client, Employer, Temper};
use crate::domain::time::Moment;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The mail that is answered, as far as an employer sees it.
#[derive(Debug, Clone)]
pub struct Received {
    /// The sender's name.
    pub from_name: String,
    /// Where answers go.
    pub reply_to: String,
    /// To whom it was sent.
    pub to: String,
    /// Its Message-ID with brackets.
    pub message_id: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// Whether it asks how a placement goes.
    pub check_in: bool,
}

/// The message that employer `number` sends at `now`; `None` when there is only silence.
pub fn answer(number: usize, employer: &Employer, mail: &Received, now: Moment) -> Option<Vec<u8>> {
    if mail.check_in {
        return Some(reply(number, employer, mail, &check_in_words(number), now));
    }
    match employer.temper {
        Temper::Silent => None,
        Temper::Bounce => Some(bounce(mail, now)),
        Temper::Absent => Some(absence(number, employer, mail, now)),
        Temper::Yes
        | Temper::YesOne
        | Temper::Later
        | Temper::No
        | Temper::Question
        | Temper::WrongPerson
        | Temper::OptOut => Some(reply(number, employer, mail, &words(number, employer), now)),
    }
}

fn words(number: usize, employer: &Employer) -> String {
    let role = employer.role;
    let pick = |texts: [&str; 3]| texts[(number / 12) % 3].to_owned();
    match employer.temper {
        Temper::Yes => pick([
            "Leuk dat u aan ons denkt. We hebben vanaf februari twee plekken voor niveau 2, vier dagen per week.",
            "Ja hoor, stuur maar! Wij kunnen per 1 maart drie stagiairs van niveau 3 of 4 kwijt.",
            "Dat kan. Er is vanaf september plek voor 2 leerlingen bol niveau 2. Bel gerust als het eerder moet.",
        ]),
        Temper::YesOne => {
            format!("Dank voor uw mail. Eén {role} op niveau 2 kan bij ons per direct beginnen, drie dagen in de week.")
        }
        Temper::Later => pick([
            "Op dit moment zitten we vol, maar na de zomer hebben we weer ruimte voor een stagiair. Mail ons dan nog eens.",
            "Nu even niet, we verbouwen tot april. Vraag het in mei opnieuw, dan is er vast een plek.",
            "Dit schooljaar lukt het niet meer. Volgend schooljaar willen we wel weer een leerling.",
        ]),
        Temper::No => pick([
            "Dank u, maar wij hebben geen stageplekken. Ons team is te klein om iemand te begeleiden.",
            "Helaas, wij nemen geen stagiairs aan. Succes met zoeken.",
            "We kunnen hier geen leerling bij hebben, sorry.",
        ]),
        Temper::Question => pick([
            "Goede vraag. Hoeveel dagen per week is het, en wie vanuit school begeleidt de leerling?",
            "Moeten wij daarvoor erkend zijn? En zit er een vergoeding aan vast?",
            "Om wat voor leerlingen gaat het precies, en hoe lang duurt zo'n stage?",
        ]),
        Temper::WrongPerson => format!(
            "Hier ga ik niet over. Mail mijn collega Sam Bedenksel, die doet de stages: sam.bedenksel@{}",
            employer.domain
        ),
        Temper::OptOut => "Wilt u ons van de lijst halen? Wij willen geen mail meer over stages.".to_owned(),
        Temper::Absent | Temper::Bounce | Temper::Silent => String::new(),
    }
}

fn check_in_words(number: usize) -> String {
    ["5", "4, het gaat goed. Altijd op tijd en vraagt door.", "2. Komt vaak te laat, daar maken we ons zorgen over."]
        [number % 3]
        .to_owned()
}

fn reply(number: usize, employer: &Employer, mail: &Received, words: &str, now: Moment) -> Vec<u8> {
    let (name, first) = (employer.contact_name(), employer.contact.0);
    let said = now.local().format("%d-%m-%Y om %H:%M");
    let quoted: String = mail.text.lines().fold(String::new(), |out, line| out + "> " + line + "\n");
    let body = match employer.client {
        Client::Outlook => format!(
            "Beste collega,\n\n{words}\n\nMet vriendelijke groet,\n\n{name}\n{}\n{}\n\n________________________________\nVan: {} <{}>\nVerzonden: {said}\nAan: {name} <{}>\nOnderwerp: {}\n\n{}",
            employer.job, employer.company, mail.from_name, mail.reply_to, mail.to, mail.subject, mail.text
        ),
        Client::Gmail => format!(
            "{words}\n\nGroet,\n{first}\n\nOp {said} schreef {} <{}>:\n\n{quoted}",
            mail.from_name, mail.reply_to
        ),
        Client::IPhone => format!(
            "{words}\n\nGroetjes {first}\n\nVerstuurd vanaf mijn iPhone\n\nOp {said} heeft {} <{}> het volgende geschreven:\n\n{quoted}",
            mail.from_name, mail.reply_to
        ),
    };
    let extra = format!("In-Reply-To: {0}\r\nReferences: {0}\r\n", mail.message_id);
    message(&format!("{name} <{}>", mail.to), mail, &format!("Re: {}", mail.subject), number, &extra, &body, now)
}

fn absence(number: usize, employer: &Employer, mail: &Received, now: Moment) -> Vec<u8> {
    let back = now.day().plus(12);
    let (_, month, day) = back.ymd();
    let body = format!(
        "Ik ben afwezig tot {day}-{month}. Voor dringende zaken kunt u bellen met mijn collega's.\n\n{}",
        employer.contact_name()
    );
    let extra = format!(
        "In-Reply-To: {}\r\nAuto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n",
        mail.message_id
    );
    let subject = format!("Automatisch antwoord: {}", mail.subject);
    message(&format!("{} <{}>", employer.contact_name(), mail.to), mail, &subject, number, &extra, &body, now)
}

fn message(from: &str, mail: &Received, subject: &str, number: usize, extra: &str, body: &str, now: Moment) -> Vec<u8> {
    let date = now.utc().to_rfc2822();
    let id = format!("<antwoord-{number}-{}@{}>", now.timestamp(), domain_of(&mail.to));
    let head = format!(
        "From: {from}\r\nTo: {}\r\nSubject: {}\r\nDate: {date}\r\nMessage-ID: {id}\r\n{extra}MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
        mail.reply_to,
        encoded(subject)
    );
    (head + &body.replace('\n', "\r\n") + "\r\n").into_bytes()
}

fn bounce(mail: &Received, now: Moment) -> Vec<u8> {
    let (date, stamp) = (now.utc().to_rfc2822(), now.timestamp());
    format!(
        "From: Mail Delivery System <MAILER-DAEMON@post.example>\r\nTo: {reply_to}\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nDate: {date}\r\nMessage-ID: <bounce-{stamp}-{tag}@post.example>\r\n\
         Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"grens\"\r\n\r\n\
         --grens\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nYour message could not be delivered to {to}: user unknown.\r\n\
         --grens\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; post.example\r\n\r\n\
         Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n\
         --grens\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {id}\r\nTo: {to}\r\nSubject: {subject}\r\n\r\n--grens--\r\n",
        reply_to = mail.reply_to,
        tag = domain_of(&mail.to).replace('.', "-"),
        to = mail.to,
        id = mail.message_id,
        subject = encoded(&mail.subject),
    )
    .into_bytes()
}

/// An RFC 2047 word where the text needs one.
fn encoded(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { format!("=?utf-8?B?{}?=", STANDARD.encode(text)) }
}

fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("post.example", |(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reply::{Context, read};
    use crate::mail::parse;

    fn received(to: &str, check_in: bool) -> Received {
        Received {
            from_name: "Stagemakelaar Nieuw-West".to_owned(),
            reply_to: "desk+r.abc@stagedesk.example".to_owned(),
            to: to.to_owned(),
            message_id: "<abc@stagedesk.example>".to_owned(),
            subject: if check_in { "Hoe gaat het met Sam?" } else { "Heeft u een stageplek?" }.to_owned(),
            text: "Beste lezer,\n\nHeeft u vanaf februari plek voor vijf leerlingen van niveau 4?\n".to_owned(),
            check_in,
        }
    }

    fn intent_of(number: usize, check_in: bool) -> Option<(String, String)> {
        let employer = Employer::new(number);
        let mail = received(&employer.address(number), check_in);
        let raw = answer(number, &employer, &mail, Moment::parse("2026-11-23T09:00:00Z").unwrap())?;
        let reading = read(&parse::letter(&raw), &Context::default());
        Some((reading.kind.to_string(), reading.intent.to_string()))
    }

    #[test]
    fn the_reader_understands_what_practice_employers_mean() {
        let wrong: Vec<String> = (0..72).filter_map(misread).collect();
        assert_eq!(wrong, Vec::<String>::new());
    }

    fn misread(number: usize) -> Option<String> {
        let temper = Employer::new(number).temper;
        let meant = match temper {
            Temper::Silent => None,
            Temper::Yes | Temper::YesOne => Some(("human", "interested")),
            Temper::Later => Some(("human", "later")),
            Temper::No => Some(("human", "declined")),
            Temper::Question => Some(("human", "question")),
            Temper::WrongPerson => Some(("human", "referral")),
            Temper::OptOut => Some(("human", "opt_out")),
            Temper::Absent => Some(("auto_reply", "auto_reply")),
            Temper::Bounce => Some(("bounce", "bounce")),
        };
        let found = intent_of(number, false);
        let meant = meant.map(|(kind, intent)| (kind.to_owned(), intent.to_owned()));
        (found != meant).then(|| format!("employer {number}, {temper:?}: {found:?}"))
    }

    #[test]
    fn an_answer_to_a_check_in_holds_a_digit() {
        let employer = Employer::new(4);
        let raw =
            answer(4, &employer, &received(&employer.address(4), true), Moment::parse("2026-11-23T09:00:00Z").unwrap());
        let reading = read(&parse::letter(&raw.unwrap()), &Context::default());
        assert_eq!(reading.check_in.and_then(|found| found.score), Some(4));
    }
}
