//! Notices of non-delivery: RFC 3464 reports, and the many that only people were meant to read.

use super::bounce_address::recipients;
use super::bounce_marks::{SHAPES, Shapes};
use super::bounce_report::{Group, enhanced, groups_of, spelled_out};
use super::letter::Letter;
use super::origin::first;
use super::phrases::{REASONS, pattern};
use super::reading::{Bounce, BounceReason, Kind};
use std::cell::LazyCell;

/// Characters of a notice that are read.
const LOOKED_AT: usize = 40_000;

/// What a delivery-status part says the message is.
pub(super) fn kind_of_status(status: &str, letter: &Letter) -> Kind {
    let groups = groups_of(status);
    let action = |wanted: &str| groups.iter().any(|group| group.action.starts_with(wanted));
    let failing = action("failed") || action("delayed") || action("failure") || action("deferred");
    let arrived = action("delivered") || action("relayed") || action("expanded") || action("deliverable");
    if failing || !arrived {
        return Kind::Bounce;
    }
    let failed_status =
        groups.iter().any(|group| group.status.as_deref().is_some_and(|status| !status.starts_with('2')));
    let subject = SHAPES.subject.is_match(&letter.subject);
    if failed_status && subject { Kind::Bounce } else { Kind::DeliveryReceipt }
}

/// Whether the sender is a mail program.
pub(super) fn is_daemon(letter: &Letter) -> bool {
    let shapes = &*SHAPES;
    let raw = letter.header("from").unwrap_or_default();
    let by_address =
        letter.from.as_ref().is_some_and(|from| shapes.sender.is_match(&from.email) || from.email.is_empty());
    let name = letter.from.as_ref().and_then(|from| from.name.as_deref()).unwrap_or_default();
    by_address
        || shapes.sender_name.is_match(name)
        || raw.contains("<>")
        || shapes.sender.is_match(raw.trim_matches(['<', '>', '"', ' ']))
        || raw.to_lowercase().contains("mailer-daemon")
}

/// Whether a message without a delivery-status part is a notice of non-delivery.
pub(super) fn is_bounce_by_text(letter: &Letter) -> bool {
    let shapes = &*SHAPES;
    let text = first(&letter.text, LOOKED_AT);
    let head = first(text, 4_000);
    let subject = shapes.subject.is_match(&letter.subject);
    let body = LazyCell::new(|| shapes.body.is_match(head));
    let returned = LazyCell::new(|| shapes.returned.is_match(text));
    let daemon = is_daemon(letter);
    let null_sender = letter.header("return-path").is_some_and(|path| path.trim() == "<>");
    let answered = letter.subject.trim_start().to_lowercase().starts_with("re:") && !daemon;
    if letter.has("x-failed-recipients") && (daemon || subject || *body) {
        return true;
    }
    if letter.report_type == "delivery-status" {
        return true;
    }
    if daemon {
        return subject || *body || null_sender && *returned;
    }
    let may_be = null_sender || subject && !letter.text.contains("wrote:") && letter.in_reply_to.is_empty();
    if may_be && shapes.sure.is_match(first(text, 1_200)) {
        return true;
    }
    if answered || letter.has("list-id") && !null_sender {
        return false;
    }
    let automatic = null_sender || letter.auto_submitted.as_deref().is_some_and(|value| value != "no");
    if !(subject || automatic) || !*body {
        return false;
    }
    let returned = || !letter.nested.is_empty() || *returned;
    subject && (automatic || returned())
        || automatic && returned() && shapes.enhanced.is_match(head)
        || subject && !letter.text.contains("wrote:") && shapes.code.is_match(head)
}

/// What the notice says.
pub fn read(letter: &Letter) -> Bounce {
    let shapes = &*SHAPES;
    let whole = first(&letter.text, LOOKED_AT);
    let notice = notice(whole, shapes);
    let mut groups: Vec<Group> = letter
        .parts
        .iter()
        .filter(|part| !part.nested && part.media_type.ends_with("delivery-status"))
        .flat_map(|part| groups_of(&part.text))
        .collect();
    if groups.is_empty() {
        groups = spelled_out(whole);
    }
    if groups.is_empty() {
        groups = groups_of(notice);
    }
    let failing: Vec<&Group> = groups
        .iter()
        .filter(|group| !["delivered", "relayed", "expanded"].iter().any(|action| group.action.starts_with(action)))
        .collect();
    let delayed = is_delayed(letter, notice, &failing, shapes);
    let diagnostic =
        failing.iter().find_map(|group| group.diagnostic.clone()).or_else(|| diagnostic_line(notice, shapes));
    let spoken = format!("{}\n{}", diagnostic.as_deref().unwrap_or_default(), first(notice, 6_000));
    let status = status(&failing, diagnostic.as_deref(), notice, &letter.subject, shapes);
    let told = reason(status.as_deref(), diagnostic.as_deref().unwrap_or_default(), &spoken);
    let class = status.as_deref().and_then(|status| status.chars().next());
    let code = diagnostic.as_deref().and_then(|text| reply_code(text, shapes)).or_else(|| reply_code(notice, shapes));
    let permanent = !delayed
        && match (class, code.as_deref().and_then(|code| code.chars().next())) {
            (Some('5'), _) => true,
            (Some('4'), _) => false,
            (_, Some(code)) => code == '5',
            // it was given up
            _ => true,
        };
    // a message that is still tried has not expired
    let reason = if delayed && told == BounceReason::Expired { BounceReason::Other } else { told };
    Bounce {
        permanent,
        delayed,
        status,
        recipients: recipients(letter, &failing, notice, whole, shapes),
        reason,
        original_message_id: original_id(letter, shapes),
        diagnostic: diagnostic.map(|text| first(&text, 500).to_owned()),
    }
}

/// The text in front of the returned message.
fn notice<'a>(text: &'a str, shapes: &Shapes) -> &'a str {
    let start = text.len() - text.trim_start().len();
    match shapes.returned.find_iter(text).find(|found| found.start() > start + 20) {
        Some(found) => &text[..found.start()],
        None => text,
    }
}

fn is_delayed(letter: &Letter, notice: &str, failing: &[&Group], shapes: &Shapes) -> bool {
    let acted: Vec<&str> =
        failing.iter().map(|group| group.action.as_str()).filter(|action| !action.is_empty()).collect();
    if !acted.is_empty() {
        return acted.iter().all(|action| action.starts_with("delayed") || action.starts_with("deferred"));
    }
    let head = first(notice, 2_000);
    let given_up = head.contains("giving up")
        || head.contains("given up")
        || head.contains("gave up")
        || head.contains("returned to sender");
    (shapes.delayed.is_match(&letter.subject) || shapes.delayed.is_match(head)) && !given_up
}

/// The line in which a server speaks.
fn diagnostic_line(notice: &str, shapes: &Shapes) -> Option<String> {
    let lines: Vec<&str> = notice.lines().take(400).collect();
    let speaks = |line: &&&str| {
        line.len() < 2_000
            && (enhanced(line).is_some_and(|status| !status.starts_with('2')) || shapes.code.is_match(line))
            && !line.trim_start().starts_with("Received:")
    };
    if let Some(line) = lines.iter().find(speaks) {
        return Some(line.trim().to_owned());
    }
    let told = |line: &&&str| {
        line.len() < 600 && REASONS.iter().any(|row| pattern(row.phrase).is_some_and(|shape| shape.is_match(line)))
    };
    lines.iter().find(told).map(|line| line.trim().to_owned())
}

fn reply_code(text: &str, shapes: &Shapes) -> Option<String> {
    Some(shapes.code.captures(text)?.get(1)?.as_str().to_owned())
}

fn status(
    failing: &[&Group],
    diagnostic: Option<&str>,
    notice: &str,
    subject: &str,
    shapes: &Shapes,
) -> Option<String> {
    let vague = |status: &str| status.ends_with(".0.0");
    let stated = failing.iter().find_map(|group| group.status.clone());
    let spoken = diagnostic.and_then(enhanced);
    let class = |status: &str| status.chars().next();
    match (stated, spoken) {
        // the other server's own code is nearer to the cause than the one that was made of it
        (Some(stated), Some(spoken)) if !vague(&spoken) && class(&stated) == class(&spoken) => Some(spoken),
        (Some(stated), _) => Some(stated),
        (None, Some(spoken)) => Some(spoken),
        (None, None) => {
            let found =
                shapes.enhanced.captures_iter(notice).filter_map(|found| Some(found.get(1)?.as_str().to_owned()));
            let found: Vec<String> = found.take(20).collect();
            found.iter().find(|status| !vague(status)).or(found.first()).cloned().or_else(|| enhanced(subject))
        }
    }
}

/// Why: by the server's words first, then by the code, then by the rest of the notice.
fn reason(status: Option<&str>, diagnostic: &str, notice: &str) -> BounceReason {
    let told = |text: &str| {
        REASONS.iter().find(|row| pattern(row.phrase).is_some_and(|shape| shape.is_match(text))).map(|row| row.label)
    };
    if let Some(reason) = told(diagnostic) {
        return reason;
    }
    let detail = status.and_then(|status| status.split_once('.')).map(|(_, detail)| detail);
    let coded = match detail {
        Some("1.1" | "1.0" | "1.3" | "1.6" | "1.10") => Some(BounceReason::UserUnknown),
        Some("1.2" | "4.4" | "4.3") => Some(BounceReason::HostUnknown),
        Some("2.1") => Some(BounceReason::NotAccepting),
        Some("2.2") => Some(BounceReason::MailboxFull),
        Some("2.3" | "3.4") => Some(BounceReason::TooBig),
        Some("4.7" | "4.1" | "4.2") => Some(BounceReason::Expired),
        Some("7.1" | "7.0" | "7.23" | "7.25" | "7.26" | "7.27") => Some(BounceReason::Policy),
        _ => None,
    };
    told(notice).filter(|_| coded.is_none()).or(coded).unwrap_or_default()
}

fn original_id(letter: &Letter, shapes: &Shapes) -> Option<String> {
    let nested = letter.nested.first().and_then(|nested| nested.headers.iter().find(|(name, _)| name == "message-id"));
    if let Some((_, id)) = nested {
        let id = id.trim();
        return Some(if id.starts_with('<') { id.to_owned() } else { format!("<{id}>") });
    }
    let in_parts = letter.parts.iter().filter(|part| part.media_type == "text/rfc822-headers" || part.nested);
    in_parts
        .map(|part| part.text.as_str())
        .chain(std::iter::once(letter.text.as_str()))
        .find_map(|text| Some(shapes.message_id.captures(text)?.get(1)?.as_str().to_owned()))
        .or_else(|| letter.header("x-ms-exchange-parent-message-id").map(str::to_owned))
        .or_else(|| letter.in_reply_to.first().cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reply::letter::{Mailbox, Part};

    fn notice_from(from: &str, subject: &str, text: &str) -> Letter {
        Letter {
            headers: vec![("from".to_owned(), from.to_owned())],
            from: Some(Mailbox { name: None, email: from.to_owned() }),
            subject: subject.to_owned(),
            text: text.to_owned(),
            readable: true,
            ..Letter::default()
        }
    }

    #[test]
    fn a_delivery_status_part_gives_recipients_code_and_reason() {
        let mut letter = notice_from("mailer-daemon@mx.example", "Undelivered Mail Returned to Sender", "");
        let status = "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; Jan@Bedrijf.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\n\nFinal-Recipient: rfc822; ok@bedrijf.example\nAction: delivered\nStatus: 2.0.0\n";
        letter.parts.push(Part {
            media_type: "message/delivery-status".to_owned(),
            text: status.to_owned(),
            ..Part::default()
        });
        assert_eq!(kind_of_status(status, &letter), Kind::Bounce);
        let bounce = read(&letter);
        assert_eq!(bounce.recipients, ["jan@bedrijf.example"]);
        assert_eq!(bounce.status.as_deref(), Some("5.1.1"));
        assert_eq!(bounce.reason, BounceReason::UserUnknown);
        assert!(bounce.permanent && !bounce.delayed);
    }

    #[test]
    fn a_notice_for_people_is_read_too() {
        let text = "Hallo. Dit is het mailprogramma op mx.example.\n\n<jan@bedrijf.example>:\n552 Mailbox full\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <out-1@desk.example>\nTo: jan@bedrijf.example\n";
        let letter = notice_from("MAILER-DAEMON@mx.example", "failure notice", text);
        assert!(is_bounce_by_text(&letter));
        let bounce = read(&letter);
        assert_eq!(bounce.recipients, ["jan@bedrijf.example"]);
        assert_eq!(bounce.reason, BounceReason::MailboxFull);
        assert_eq!(bounce.original_message_id.as_deref(), Some("<out-1@desk.example>"));
    }

    #[test]
    fn a_notice_of_delay_is_not_permanent() {
        let text = "This message was created automatically.\nYour message has not yet been delivered; delivery attempts will continue.\n\n  jan@bedrijf.example\n";
        let bounce = read(&notice_from("mailer-daemon@mx.example", "Warning: message delayed 24 hours", text));
        assert!(bounce.delayed && !bounce.permanent);
    }

    #[test]
    fn a_person_who_writes_about_a_bounce_is_none() {
        let letter = notice_from(
            "jan@bedrijf.example",
            "Re: stage",
            "Mijn mail aan jou kwam terug: 550 5.1.1 user unknown. Klopt je adres?",
        );
        assert!(!is_bounce_by_text(&letter));
    }

    #[test]
    fn a_report_that_is_spelled_out_in_the_text_is_read() {
        let fields = "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; jan@bedrijf.example\nAction: delayed\nStatus: 4.4.1\n";
        let quoted = format!("> {}", fields.trim_end().replace('\n', "\n> "));
        for text in [format!("Er ging iets mis.\n\n{fields}"), format!("Begin doorgestuurd bericht:\n\n{quoted}")] {
            let bounce = read(&notice_from("mailer-daemon@mx.example", "Delayed mail", &text));
            assert_eq!(bounce.recipients, ["jan@bedrijf.example"], "{text}");
            assert_eq!((bounce.status.as_deref(), bounce.delayed), (Some("4.4.1"), true));
        }
    }

    #[test]
    fn the_listed_addresses_are_the_ones_that_failed() {
        for (text, wanted) in [
            (
                "Your message\n  To: lijst@desk.example\n\ndid not reach the following recipient(s):\n\njan@bedrijf.example on Fri\n",
                "jan@bedrijf.example",
            ),
            (
                "Uw bericht kan niet worden bezorgd bij de volgende geadresseerden:\n\njan@bedrijf.example\n\nDiagnostische informatie:\njam@bedrijf.example 550\n",
                "jan@bedrijf.example",
            ),
            ("Your mail to the following recipients could not be delivered:\n\tjan.pot\n", "jan.pot@mx.example"),
            (
                "The message could not be delivered.\nFor further assistance, please contact <hulp@mx.example>\n\n<jan@bedrijf.example>: refused\n",
                "jan@bedrijf.example",
            ),
        ] {
            let bounce = read(&notice_from("mailer-daemon@mx.example", "Undeliverable", text));
            assert_eq!(bounce.recipients, [wanted], "{text}");
        }
    }

    #[test]
    fn the_code_that_a_server_replied_with_is_the_cause() {
        for (line, wanted) in [
            ("5.1.0 - Unknown address error 550-'5.7.1 Blocked'", "5.7.1"),
            ("Out: 250 2.1.0 Ok, then 451 4.3.0 queue file write error", "4.3.0"),
            ("host mx.example said: 550 5.1.1 no such user", "5.1.1"),
        ] {
            assert_eq!(enhanced(line).as_deref(), Some(wanted), "{line}");
        }
    }

    #[test]
    fn an_address_inside_the_server_yields_to_the_one_that_was_mailed() {
        let status = "Original-Recipient: rfc822; jan@bedrijf.example\nFinal-Recipient: rfc822; jan@store\nAction: failed\nStatus: 5.0.0 (disk quota)\n";
        let mut letter = notice_from("mailer-daemon@mx.example", "Undelivered", "");
        letter.parts.push(Part {
            media_type: "message/delivery-status".to_owned(),
            text: status.to_owned(),
            ..Part::default()
        });
        assert_eq!(read(&letter).recipients, ["jan@bedrijf.example"]);
    }

    #[test]
    fn the_address_behind_an_alias_is_named_too() {
        let status = "Final-Recipient: rfc822; stage@bedrijf.example\nX-Actual-Recipient: rfc822; jan@elders.example\nAction: failed\nStatus: 5.1.1\n";
        let mut letter = notice_from("mailer-daemon@mx.example", "Undelivered", "");
        letter.parts.push(Part {
            media_type: "message/delivery-status".to_owned(),
            text: status.to_owned(),
            ..Part::default()
        });
        assert_eq!(read(&letter).recipients, ["stage@bedrijf.example", "jan@elders.example"]);
    }

    #[test]
    fn what_was_given_up_without_a_code_is_permanent() {
        let text = "Delivery was attempted.\n\n<jan@bedrijf.example>:\nretry timeout exceeded\n";
        let bounce = read(&notice_from("mailer-daemon@mx.example", "failure notice", text));
        assert_eq!((bounce.permanent, bounce.delayed, bounce.reason), (true, false, BounceReason::Expired));
    }
}
