//! What a message is: bounce, complaint, challenge, automatic answer, unsubscribe, list, or written by a person.
//! In that order: bounces carry `Auto-Submitted` too, and a person's mail is never flagged on a single soft sign.

use super::bounce;
use super::letter::Letter;
use super::reading::Kind;
use super::shape::Shape;
use super::words::folded;
use std::sync::LazyLock;

/// Characters of the body that are looked at.
const LOOKED_AT: usize = 6_000;

const AUTO_SUBJECT: &str = r"(?i)^\s*(?:(?:re|fw|fwd|aw|antw|sv)\s*:\s*)*\[?(?:automatisch antwoord|automatische (?:reactie|beantwoording|antwort)|auto(?:matic)?[ -]?(?:reply|response|antwoord|svar)|autoreply|autoresponder|automatic (?:reply|response)|automatyczna odpowiedź|out of (?:the )?office|out-of-office|ooo\b|auto:|afwezig(?:heid(?:sbericht|smelding)?)?\b|ik ben (?:er )?(?:even |momenteel )?(?:niet|afwezig|op vakantie|met verlof)|(?:op|met) (?:vakantie|verlof)\b|vakantie(?:bericht|melding)|niet aanwezig|buiten kantoor|away from (?:the office|my mail)|(?:i am |i'm )?(?:on )?(?:annual |maternity |parental )?(?:vacation|holiday|leave)\b(?: message| reply| notice|\s*[:!-]|$)|abwesen(?:d|heit)|automatische antwort|réponse automatique|reponse automatique|absence|absent|respuesta automática|risposta automatica|resposta automática|autosvar|automatiskt svar|automatisk (?:svar|svarmelding)|frånvaro|fravær|poissa|automaattinen vastaus|odpowiedź automatyczna|automatická odpověď|автоматический ответ|автоответ|otomatik yanıt|自動応答|自动回复|ontvangstbevestiging|bevestiging (?:van )?ontvangst|we hebben (?:je|uw) (?:bericht|mail|e-mail|vraag) ontvangen|(?:je|uw) (?:bericht|mail|e-mail|vraag) is ontvangen|your (?:message|request|email|inquiry) has been received|we have received your|thank you for (?:contacting|your (?:email|message|inquiry|enquiry))|vacation reply)";

const AUTO_BODY: &str = r"(?i)(?:dit is een automatisch(?:e)? (?:gegenereerd(?:e)? )?(?:bericht|antwoord|reactie|e-?mail|mail)|this is an auto(?:mated|matic)(?:ally)?[ -](?:generated )?(?:reply|response|message|e-?mail)|automatically generated (?:reply|response|message)|this is an autorepl|dies ist eine automatische|ceci est une réponse automatique|automatisch gegenereerd (?:bericht|antwoord)|auto-?generated (?:reply|response))";

const ABSENT: &str = r"(?i)(?:ik ben (?:momenteel |op dit moment |tijdelijk |helaas |even |vandaag |nu )?(?:afwezig|niet aanwezig|op vakantie|met vakantie|met verlof|met zwangerschapsverlof|vrij\b|niet op kantoor|buiten kantoor|niet bereikbaar|er niet|ziek thuis|weer (?:terug|aanwezig|bereikbaar))|momenteel ben ik (?:afwezig|niet|op|met)|vandaag ben ik (?:vrij|afwezig|niet)|wegens (?:vakantie|verlof|afwezigheid)|i am (?:currently |now |presently )?(?:out of (?:the )?office|away|on (?:annual |maternity |parental |sick )?(?:leave|vacation|holiday)|travel?ling)|i'm (?:currently )?(?:out of (?:the )?office|away (?:from|until)|on (?:leave|vacation|holiday))|i will be (?:out of (?:the )?office|away|on (?:leave|vacation|holiday))|(?:is|be) out of the office|ich bin (?:derzeit |zurzeit |momentan )?(?:nicht im (?:büro|haus)|abwesend|im urlaub)|je suis (?:actuellement )?(?:absente?|en congés?)|geniet van (?:mijn|een) (?:welverdiende )?(?:vakantie|verlof)|limited access to (?:my )?e-?mail|geen toegang tot mijn (?:e-?)?mail)";

const CHALLENGE: &str = r"(?i)(?:to (?:complete|confirm) (?:the )?delivery (?:of|,)|click (?:here|on the link|the link)[^.]{0,80}(?:verify|deliver|authenticate|prove)|(?:verify|prove|confirm) (?:that )?you(?:'re| are) (?:a )?(?:human|real person|not a (?:robot|spammer))|message (?:to .{3,80} )?(?:is|was|has been) (?:being )?held (?:for|until|pending|because)|waiting for (?:your )?(?:verification|confirmation)|spamarrest|boxbe|challenge[- ]response|your message (?:is )?awaits? (?:approval|your confirmation)|(?:approved )?(?:guest|sender)s? list|has been waitlisted|click the link below to be added|(?:bevestigen|bevestig) (?:dat (?:u|zij|je)|uw afzenderadres|je afzenderadres)|sender (?:address )?verification (?:required|request)|requires? (?:sender )?(?:verification|validation)|to confirm that you sent|unverified sender|mailblocks|uol anti-?spam|antispam uol|earthlink (?:suspect )?spamblocker)";

/// What only a challenge says, whatever form it has.
const GUEST: &str = r"(?i)(?:\bguest list\b|has been waitlisted|add yourself to (?:my|the|our) |prove (?:that )?you(?:'re| are) (?:a )?human|not a spammer|bevestig dat u (?:een mens|geen robot))";

const UNSUBSCRIBE: &str = r"(?i)^\s*(?:re:\s*)?(?:unsubscribe|un-subscribe|afmelden|uitschrijven|remove|opt[- ]?out|abmelden|désabonnement|stop)\b[\s.!:]*\S{0,80}$";

macro_rules! shape {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Shape> = LazyLock::new(|| Shape::new($text));
    };
}

shape!(AUTO_SUBJECT_SHAPE, AUTO_SUBJECT);
shape!(AUTO_BODY_SHAPE, AUTO_BODY);
shape!(ABSENT_SHAPE, ABSENT);
shape!(CHALLENGE_SHAPE, CHALLENGE);
shape!(GUEST_SHAPE, GUEST);
shape!(UNSUBSCRIBE_SHAPE, UNSUBSCRIBE);

fn says(shape: &LazyLock<Shape>, text: &str) -> bool {
    shape.is_match(text)
}

/// The sign by which the kind of a message is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// The bytes are no message.
    NoMessage,
    /// A sending service's own notice, in JSON.
    Program,
    /// It asks for proof that a person sent the message.
    Guest,
    /// A report (RFC 3462) in one of its parts.
    Report,
    /// The marks of a complaint.
    Abuse,
    /// The words of a notice of non-delivery.
    Notice,
    /// It goes to the unsubscribe address, or says nothing else.
    Unsubscribe,
    /// Headers or words of an automatic answer.
    Automatic,
    /// Headers of a list.
    Bulk,
    /// None of them.
    Person,
}

/// What the message is. `words` are its new words.
pub fn kind(letter: &Letter, words: &str) -> Kind {
    judged(letter, words).0
}

/// What the message is, and by which sign.
pub fn judged(letter: &Letter, words: &str) -> (Kind, Sign) {
    if !letter.readable {
        return (Kind::Unreadable, Sign::NoMessage);
    }
    let head = first(&letter.text, LOOKED_AT);
    if let Some(kind) = told_by_a_program(head) {
        return (kind, Sign::Program);
    }
    // some ask for proof in the form of a report
    if letter.report_type == "delivery-status" && says(&GUEST_SHAPE, first(head, 1_500)) {
        return (Kind::ChallengeResponse, Sign::Guest);
    }
    if let Some(kind) = report(letter) {
        return (kind, Sign::Report);
    }
    if is_complaint(letter, head) {
        return (Kind::Complaint, Sign::Abuse);
    }
    if bounce::is_bounce_by_text(letter) && !is_absence(letter, words) {
        return (Kind::Bounce, Sign::Notice);
    }
    let answer = letter.subject.to_lowercase().starts_with("re:");
    let program = letter
        .from
        .as_ref()
        .is_some_and(|from| from.email.starts_with("noreply") || from.email.starts_with("no-reply"));
    if (!answer || program) && is_machine(letter) && (says(&CHALLENGE_SHAPE, head) || is_challenge_subject(letter)) {
        return (Kind::ChallengeResponse, Sign::Guest);
    }
    if is_unsubscribe(letter, words) {
        return (Kind::Unsubscribe, Sign::Unsubscribe);
    }
    if is_auto_reply(letter, words) {
        return (Kind::AutoReply, Sign::Automatic);
    }
    if is_list(letter) {
        return (Kind::List, Sign::Bulk);
    }
    (Kind::Human, Sign::Person)
}

/// Sending services tell in JSON what became of a message.
fn told_by_a_program(head: &str) -> Option<Kind> {
    let head = head.trim_start();
    if !head.starts_with('{') {
        return None;
    }
    let said: String = first(head, 400).chars().filter(|c| !c.is_whitespace()).collect();
    let told = |name: &str| {
        said.contains(&format!("\"notificationType\":\"{name}\""))
            || said.contains(&format!("\"eventType\":\"{name}\""))
    };
    match () {
        () if told("Bounce") => Some(Kind::Bounce),
        () if told("Complaint") => Some(Kind::Complaint),
        () if told("Delivery") => Some(Kind::DeliveryReceipt),
        () => None,
    }
}

/// RFC 3462 reports say what they are.
fn report(letter: &Letter) -> Option<Kind> {
    let own = |media: &str| letter.parts.iter().find(|part| !part.nested && part.media_type == media);
    if letter.report_type == "feedback-report" || own("message/feedback-report").is_some() {
        return Some(Kind::Complaint);
    }
    let receipt = own("message/disposition-notification").or_else(|| own("message/global-disposition-notification"));
    if letter.report_type == "disposition-notification" || receipt.is_some() {
        let failed = receipt.is_some_and(|part| folded(&part.text).contains("/failed"));
        return Some(if failed { Kind::Bounce } else { Kind::ReadReceipt });
    }
    let status = own("message/delivery-status").or_else(|| own("message/global-delivery-status"));
    if let Some(part) = status {
        return Some(bounce::kind_of_status(&part.text, letter));
    }
    None
}

fn is_complaint(letter: &Letter, head: &str) -> bool {
    let subject = letter.subject.to_lowercase();
    let from = letter.from.as_ref().map(|from| from.email.as_str()).unwrap_or_default();
    subject.starts_with("complaint about message from")
        || letter.has("x-hmxmroriginalrecipient")
        || letter.has("x-complaints-to") && subject.contains("abuse report") && head.contains("Feedback-Type:")
        || head.contains("Feedback-Type: abuse")
        || head.contains("email abuse report") && from.contains("abuse")
}

fn is_absence(letter: &Letter, words: &str) -> bool {
    let x_auto = letter.has("x-autoreply") || letter.has("x-autorespond");
    (x_auto || says(&AUTO_SUBJECT_SHAPE, &letter.subject)) && says(&ABSENT_SHAPE, first(words, 2_000))
}

fn is_challenge_subject(letter: &Letter) -> bool {
    let subject = letter.subject.to_lowercase();
    [
        "please confirm your message",
        "action required",
        "verify your email",
        "sender verification",
        "confirm your e-mail",
        "bevestig uw bericht",
        "bevestig je bericht",
        "bevestig uw e-mail",
        "awaiting your confirmation",
    ]
    .iter()
    .any(|words| subject.contains(words))
}

/// Whether any sign says that a program sent this.
fn is_machine(letter: &Letter) -> bool {
    let from = letter.from.as_ref().map(|from| from.email.clone()).unwrap_or_default();
    let null_sender = letter.header("return-path").is_some_and(|path| path.trim() == "<>");
    let programs = [
        "noreply",
        "no-reply",
        "notification",
        "mailer",
        "postmaster",
        "donotreply",
        "confirm",
        "verify",
        "spam",
        "challenge",
        "-cr@",
        "antispam",
    ];
    null_sender
        || is_auto_submitted(letter)
        || letter.has("x-autoreply")
        || letter.has("precedence")
        || letter.has("x-auto-response-suppress")
        || letter.in_reply_to.is_empty()
        || programs.iter().any(|word| from.contains(word))
}

fn is_auto_submitted(letter: &Letter) -> bool {
    letter.auto_submitted.as_deref().is_some_and(|value| !value.is_empty() && value != "no")
}

fn is_unsubscribe(letter: &Letter, words: &str) -> bool {
    let to_unsubscribe = letter.recipients().iter().any(|address| {
        let local = address.split('@').next().unwrap_or_default();
        local
            .split(['+', '-', '.', '_'])
            .any(|part| matches!(part, "unsubscribe" | "afmelden" | "uitschrijven" | "optout" | "opt-out"))
    });
    let bare = words.trim();
    let few = bare.split_whitespace().count() <= 3;
    let alone = ["unsubscribe", "afmelden", "uitschrijven"].contains(&letter.subject.trim().to_lowercase().as_str());
    let list = letter.has("list-id") || letter.has("list-unsubscribe") || bounce::is_daemon(letter);
    !list
        && (to_unsubscribe
            || says(&UNSUBSCRIBE_SHAPE, &letter.subject) && (few || alone || says(&UNSUBSCRIBE_SHAPE, bare)))
}

fn is_auto_reply(letter: &Letter, words: &str) -> bool {
    const HEADERS: &[&str] = &[
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-auto-reply",
        "x-autogenerated",
        "x-autoreply-from",
        "x-autoresponse",
        "x-vacation",
    ];
    if HEADERS.iter().any(|name| letter.header(name).is_some_and(|value| !value.eq_ignore_ascii_case("no"))) {
        return true;
    }
    let auto = letter.auto_submitted.as_deref().unwrap_or_default();
    let precedence = letter.header("precedence").unwrap_or_default().to_lowercase();
    let listed = letter.has("list-id") || letter.has("list-unsubscribe") || letter.has("list-post");
    if auto == "auto-replied" || auto == "auto-generated" && !listed {
        return true;
    }
    if matches!(
        precedence.as_str(),
        "auto_reply" | "auto-reply" | "auto_response" | "auto-generated" | "auto_generated"
    ) {
        return true;
    }
    if letter.header("return-path").is_some_and(|path| path.trim() == "<>") && !listed {
        return true;
    }
    if listed {
        return false;
    }
    // bulk mail of no list and no newsletter: the way of old absence programs
    let bulk = matches!(precedence.as_str(), "bulk" | "junk" | "list");
    let campaign = ["feedback-id", "x-campaign", "x-mailgun-tag", "x-report-abuse"].iter().any(|name| letter.has(name));
    if bulk && !campaign && !letter.headers.iter().any(|(name, _)| name.starts_with("list-")) && is_short(words) {
        return true;
    }
    let head = first(words, 2_000);
    let subject = says(&AUTO_SUBJECT_SHAPE, &letter.subject);
    let answered = folded(&letter.subject).trim_start().starts_with("re:");
    subject && (!answered || says(&ABSENT_SHAPE, head) || says(&AUTO_BODY_SHAPE, head))
        || !answered && says(&AUTO_BODY_SHAPE, first(words, 400))
        || matches!(precedence.as_str(), "bulk" | "junk") && says(&ABSENT_SHAPE, head)
        || letter.header("x-precedence").is_some_and(|value| value.contains("auto"))
        || letter.has("x-auto-response-suppress") && says(&ABSENT_SHAPE, first(words, 200))
}

fn is_short(words: &str) -> bool {
    words.split_whitespace().take(121).count() <= 120
}

fn is_list(letter: &Letter) -> bool {
    let precedence = letter.header("precedence").unwrap_or_default().to_lowercase();
    letter.has("list-id")
        || letter.has("list-unsubscribe")
        || letter.has("list-post")
        || matches!(precedence.as_str(), "list" | "bulk")
}

/// At most this many characters from the start.
pub(super) fn first(text: &str, characters: usize) -> &str {
    if text.len() <= characters {
        return text;
    }
    text.char_indices().nth(characters).map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reply::letter::{Mailbox, Part};

    fn letter(headers: &[(&str, &str)], subject: &str, text: &str) -> Letter {
        Letter {
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            from: Some(Mailbox { name: None, email: "jan@bedrijf.example".to_owned() }),
            auto_submitted: headers
                .iter()
                .find(|(name, _)| *name == "auto-submitted")
                .map(|(_, value)| (*value).to_owned()),
            in_reply_to: vec!["<a@b>".to_owned()],
            subject: subject.to_owned(),
            text: text.to_owned(),
            readable: true,
            ..Letter::default()
        }
    }

    #[track_caller]
    fn reads(headers: &[(&str, &str)], subject: &str, text: &str, wanted: Kind) {
        assert_eq!(kind(&letter(headers, subject, text), text), wanted, "{subject}");
    }

    #[test]
    fn absence_notes_are_automatic() {
        reads(&[], "Automatisch antwoord: stage", "Ik ben afwezig tot 3 mei.", Kind::AutoReply);
        reads(&[("auto-submitted", "auto-replied")], "Re: stage", "Tot maandag.", Kind::AutoReply);
        reads(&[("x-autoreply", "yes")], "Afwezig: stage", "Ik ben er niet.", Kind::AutoReply);
        reads(&[], "Out of Office: internships", "I am away.", Kind::AutoReply);
    }

    #[test]
    fn a_person_who_mentions_a_holiday_stays_a_person() {
        reads(&[], "Re: stage", "Ik ben op vakantie tot maandag, daarna bel ik je.", Kind::Human);
        reads(&[("auto-submitted", "no")], "Re: stage", "Ja, graag.", Kind::Human);
    }

    #[test]
    fn lists_and_unsubscribes_are_told_apart() {
        reads(&[("list-id", "<nieuws.example>")], "Nieuwsbrief", "Het nieuws.", Kind::List);
        reads(&[], "unsubscribe", "", Kind::Unsubscribe);
        let mut mail = letter(&[], "", "");
        mail.to.push(Mailbox { name: None, email: "unsubscribe+abc@desk.example".to_owned() });
        assert_eq!(kind(&mail, ""), Kind::Unsubscribe);
    }

    #[test]
    fn feedback_reports_are_complaints_and_opened_notices_receipts() {
        let mut mail = letter(&[], "Klacht", "");
        mail.parts.push(Part { media_type: "message/feedback-report".to_owned(), ..Part::default() });
        assert_eq!(kind(&mail, ""), Kind::Complaint);
        mail.parts[0].media_type = "message/disposition-notification".to_owned();
        assert_eq!(kind(&mail, ""), Kind::ReadReceipt);
    }

    #[test]
    fn a_challenge_is_no_reply() {
        reads(
            &[("auto-submitted", "auto-replied")],
            "Please confirm your message",
            "Your message is held until you click the link to prove that you are a human.",
            Kind::ChallengeResponse,
        );
    }

    #[test]
    fn a_challenge_in_the_form_of_a_report_is_no_bounce() {
        let mut mail =
            letter(&[], "Re: stage", "Your message has been waitlisted. Please add yourself to my guest list.");
        mail.report_type = "delivery-status".to_owned();
        mail.parts.push(Part { media_type: "message/delivery-status".to_owned(), ..Part::default() });
        assert_eq!(kind(&mail, ""), Kind::ChallengeResponse);
        mail.text = "Your message could not be delivered.".to_owned();
        assert_eq!(kind(&mail, ""), Kind::Bounce);
    }

    #[test]
    fn a_sending_service_says_in_json_what_happened() {
        for (name, wanted) in
            [("Delivery", Kind::DeliveryReceipt), ("Bounce", Kind::Bounce), ("Complaint", Kind::Complaint)]
        {
            let text = format!("{{\"notificationType\": \"{name}\", \"mail\": {{}}}}");
            reads(&[], "Notification", &text, wanted);
        }
    }

    #[test]
    fn bulk_of_no_list_is_an_automatic_answer() {
        reads(&[("precedence", "junk")], "[Automatyczna odpowiedź] stage", "Tot maandag.", Kind::AutoReply);
        reads(&[("precedence", "bulk")], "stage", "Ik lees uw mail na 3 mei.", Kind::AutoReply);
        reads(&[("precedence", "bulk"), ("list-id", "<nieuws.example>")], "Nieuws", "Het nieuws.", Kind::List);
        reads(&[("precedence", "bulk"), ("feedback-id", "a:b")], "Nieuws", "Het nieuws.", Kind::List);
        reads(&[("precedence", "bulk")], "Nieuws", &"Veel nieuws. ".repeat(100), Kind::List);
    }

    #[test]
    fn a_lists_refusal_is_a_bounce() {
        let text = "You are not a member of this mailing list <lijst@desk.example>.";
        let mut mail = letter(&[], "You are not member (lijst ML)", text);
        mail.in_reply_to.clear();
        assert_eq!(kind(&mail, text), Kind::Bounce);
    }
}
