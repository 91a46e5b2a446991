//! Reads a letter: kind first, then the new words, then what they say. The one entry of this room.
//! Long because a reading is put together here, each part in its turn.

use super::dates::{self, Today};
use super::intent::{Heard, Signs};
use super::letter::{Letter, Mailbox};
use super::reading::{Capacity, CheckIn, Evidence, Forwarded, Intent, IntentFound, Kind, Language, Reading};
use super::shape::Shape;
use super::{
    bounce, capacity, check_in, intent, language, origin, people, periods, quote, signature, structure, subject, words,
};
use crate::domain::holidays::{School, SchoolHolidays};
use crate::domain::time::{Day, Moment};
use crate::domain::words::Region;
use std::collections::HashSet;
use std::sync::LazyLock;

/// What is known besides the message.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// When the message was received; stands in for a `Date` that is missing or more than three days off.
    pub received: Option<Moment>,
    /// The text that we sent, when it is known: its lines in the reply are quote.
    pub sent: Option<&'a str>,
    /// School-holiday region of the site or the company.
    pub region: Option<Region>,
    /// The school holidays; without them, or without a region, the fixed conventions stand.
    pub holidays: Option<&'a SchoolHolidays>,
}

/// Seconds that a `Date` may differ from the time of receipt.
const DATE_TRUST: i64 = 3 * 86_400;
/// Bytes of new words that are read for meaning.
const MEANING_LIMIT: usize = 20_000;

static PASSED_ON: LazyLock<Shape> = LazyLock::new(|| {
    Shape::new(
        r"(?i)^\s*(?:fw|fwd|doorst|doorgestuurd|wg|tr|rv|i|enc|vs|vl|pd|vb|ilt|İlt|i̇lt|továbbítás|переслать|fwd:)\s*:",
    )
});

/// What the rules heard in a person's words, kept for who asks why.
#[derive(Debug, Clone)]
pub(super) struct Heeded {
    /// What was read for meaning: the new words, or the subject where there are none.
    pub text: String,
    pub heard: Vec<Heard>,
    pub signs: Signs,
}

/// Reads the letter. Never panics, and never takes more than the letter's bounded text.
pub fn read(letter: &Letter, context: &Context) -> Reading {
    read_and_keep(letter, context).0
}

/// Reads the letter; with what was heard, where a person wrote it.
pub(super) fn read_and_keep(letter: &Letter, context: &Context) -> (Reading, Option<Heeded>) {
    let mut warnings = letter.warnings.clone();
    let parts = part(letter, context);
    let kind = origin::kind(letter, &parts.reply);
    let mut reading = Reading {
        message_id: letter.message_id.clone(),
        in_reply_to: letter.in_reply_to.clone(),
        subject: letter.subject.clone(),
        from: letter.from.as_ref().map(|from| from.email.clone()),
        to: emails(&letter.to),
        cc: emails(&letter.cc),
        date: letter.date,
        kind,
        language: spoken(&parts, letter),
        reply_text: parts.reply,
        signature: parts.signature,
        quoted_text: parts.quoted,
        forwarded: parts.forwarded,
        ..Reading::default()
    };
    let today = today(letter, context);
    if today.is_none() {
        warnings.push("no date: words like `na de zomer` cannot be resolved".to_owned());
    }
    let mut heeded = None;
    match kind {
        Kind::Human => heeded = meaning(&mut reading, letter, context, today, &parts.set_off, &mut warnings),
        Kind::AutoReply => automatic(&mut reading, letter, today),
        Kind::Bounce => {
            reading.bounce = Some(bounce::read(letter));
            settle(&mut reading, Intent::Bounce);
        }
        Kind::Unsubscribe => {
            reading.opt_out = true;
            settle(&mut reading, Intent::OptOut);
        }
        Kind::Complaint
        | Kind::ChallengeResponse
        | Kind::List
        | Kind::DeliveryReceipt
        | Kind::ReadReceipt
        | Kind::Unreadable => settle(&mut reading, Intent::Other),
    }
    if !matches!(kind, Kind::Human | Kind::AutoReply | Kind::List) {
        // what a notice gives back was passed on by nobody
        reading.forwarded = None;
    }
    reading.warnings = warnings;
    (reading, heeded)
}

/// The language of the new words; of the subject and the quote, where the new words are too few to tell.
fn spoken(parts: &Pieces, letter: &Letter) -> Language {
    let found = language::language(&parts.reply);
    if found != Language::Other || parts.reply.split_whitespace().count() > 12 {
        return found;
    }
    language::language(&format!("{} {} {}", parts.reply, letter.subject, parts.quoted))
}

fn emails(list: &[Mailbox]) -> Vec<String> {
    list.iter().map(|mailbox| mailbox.email.clone()).collect()
}

/// The day against which words like "tomorrow" count.
fn today(letter: &Letter, context: &Context) -> Option<Day> {
    match (letter.date, context.received) {
        (Some(date), Some(received)) if date.seconds_since(received).abs() > DATE_TRUST => Some(received.day()),
        (Some(date), _) => Some(date.day()),
        (None, received) => received.map(Moment::day),
    }
}

fn settle(reading: &mut Reading, label: Intent) {
    reading.intent = label;
    reading.intents = vec![IntentFound { label, confidence: 1.0, evidence: Vec::new() }];
}

/// The letter's text in its pieces.
struct Pieces {
    reply: String,
    signature: String,
    quoted: String,
    forwarded: Option<Forwarded>,
    /// Lines of the reply that the writer set off.
    set_off: HashSet<String>,
}

fn part(letter: &Letter, context: &Context) -> Pieces {
    let passed_on = PASSED_ON.is_match(&letter.subject);
    let name = letter.from.as_ref().and_then(|from| from.name.as_deref());
    let plain = quote::cut(&letter.text, context.sent, passed_on);
    let mut forwarded = plain.forwarded.clone().or_else(|| foreign(letter, plain.headed.clone()));
    let mut chosen = plain;
    let mut set_off = HashSet::new();
    if let Some(tree) = &letter.html {
        let structured = structure::structured(tree);
        let cut = quote::cut_tree(&structured.text, context.sent, passed_on);
        let only_html = letter.parts.iter().all(|part| part.media_type != "text/plain" || part.nested || part.attached);
        // the text version leaks what the structure names as quote
        let leaks = structured.named
            && squeezed(&chosen.new).len() > squeezed(&cut.new).len() + 40
            && !cut.new.trim().is_empty();
        if only_html || leaks {
            forwarded = forwarded.or_else(|| cut.forwarded.clone()).or_else(|| foreign(letter, cut.headed.clone()));
            let quoted = [cut.quoted.as_str(), structured.quoted.as_str()].into_iter().filter(|text| !text.is_empty());
            set_off = cut.new.lines().filter(|line| quote::is_marked(line)).map(unmarked).collect();
            chosen = quote::Cut {
                quoted: quoted.collect::<Vec<_>>().join("\n"),
                new: unmarked(&cut.new),
                ..quote::Cut::default()
            };
        }
    }
    if forwarded.is_none() && passed_on {
        forwarded = letter.nested.first().map(quote::passed_on_attachment);
    }
    if let Some(forwarded) = forwarded.as_mut()
        && forwarded.subject.is_none()
        && passed_on
    {
        forwarded.subject = letter.subject.split_once(':').map(|(_, subject)| subject.trim().to_owned());
    }
    let signed = signature::cut(&chosen.new, name);
    Pieces { reply: signed.text, signature: signed.signature, quoted: chosen.quoted, forwarded, set_off }
}

/// A message below a block of headers is passed on when it is about something else than the letter, which answers nothing.
fn foreign(letter: &Letter, headed: Option<Forwarded>) -> Option<Forwarded> {
    let own = bare_subject(&letter.subject);
    headed.filter(|headed| {
        let other = headed.subject.as_deref().map(bare_subject).unwrap_or_default();
        letter.in_reply_to.is_empty() && headed.from.is_some() && !other.is_empty() && other != own
    })
}

/// The subject without the signs of answering and passing on.
fn bare_subject(subject: &str) -> String {
    let mut rest = subject.trim();
    while let Some((sign, after)) = rest.split_once(':')
        && sign.chars().count() <= 6
        && !sign.contains(' ')
    {
        rest = after.trim();
    }
    rest.to_lowercase()
}

/// What the writer of HTML set off is kept without the mark that stands for its element.
fn unmarked(text: &str) -> String {
    text.lines()
        .map(|line| line.strip_prefix("> ").or(line.strip_prefix('>')).unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The text with blanks for the lines that the writer set off with a mark: kept to be read, but said by somebody else
/// as like as not. Every character stays one.
fn without_set_off(text: &str, set_off: &HashSet<String>) -> String {
    let blank = |line: &str| {
        let other = quote::is_marked(line) || set_off.contains(line);
        if other { " ".repeat(line.chars().count()) } else { line.to_owned() }
    };
    text.split('\n').map(blank).collect::<Vec<_>>().join("\n")
}

/// What a person's words say.
fn meaning(
    reading: &mut Reading,
    letter: &Letter,
    context: &Context,
    today: Option<Day>,
    set_off: &HashSet<String>,
    warnings: &mut Vec<String>,
) -> Option<Heeded> {
    let mut whole = without_set_off(&reading.reply_text, set_off);
    let empty = !whole.chars().any(|c| c.is_alphanumeric() || intent::is_thumb(c));
    if empty {
        subject::said_in_subject(&letter.subject).clone_into(&mut whole);
        if !whole.is_empty() {
            warnings.push("no new words: read from the subject".to_owned());
        }
    }
    let mut end = whole.len().min(MEANING_LIMIT);
    while !whole.is_char_boundary(end) {
        end -= 1;
    }
    let text = &whole[..end];
    if !matches!(reading.language, Language::Nl | Language::En) && text.split_whitespace().count() > 3 {
        warnings.push(format!("written in another language ({}): for a person to read", reading.language));
    }
    let foreign = !matches!(reading.language, Language::Nl | Language::En | Language::Other);
    if foreign {
        settle_at(reading, Intent::Other, 0.5);
        return None;
    }
    let school = context.holidays.zip(context.region).map(|(holidays, region)| School { holidays, region });
    let today = today.map(|day| Today { day, school });
    let day = today.unwrap_or(Day(chrono::NaiveDate::default()).into());
    for holiday in dates::unknown_holidays(&words::folded(text), day) {
        warnings.push(format!("no {holiday} is known for this time: read by the fixed convention"));
    }
    let heard = intent::hear(text);
    let mut own: Vec<&str> = letter.to.iter().map(|to| to.email.as_str()).collect();
    own.extend(letter.from.as_ref().map(|from| from.email.as_str()));
    let sends_on = heard.iter().any(|sentence| sentence.weight(Intent::Referral) >= 0.65);
    let referral = people::referral(text, sends_on, &own);
    let mut offers = capacity::offers(text, &heard, day);
    reading.check_in = check_in(letter, text, &reading.quoted_text);
    if let Some((places, span)) = subject::places_alone(text, &letter.subject, &reading.quoted_text)
        && reading.check_in.is_none()
    {
        offers = vec![Capacity { places: Some(places), evidence: vec![span], ..Capacity::default() }];
    }
    let mut follow_up = today.and_then(|today| periods::follow_up(text, &heard, today));
    let signs = intent::Signs {
        places: offers.iter().any(|offer| offer.places.is_some()),
        referral: referral.as_ref().is_some_and(|(referral, _)| referral.email.is_some() && sends_on),
        follow_up: follow_up.is_some(),
    };
    let all = intent::weigh(&heard, signs);
    let sends_on_to =
        referral.as_ref().is_some_and(|(who, _)| who.name.is_some() && (who.email.is_some() || who.phone.is_some()));
    reading.intents = intent::told_apart(all.clone(), &heard, signs, sends_on_to);
    reading.intent = reading.intents.first().map(|found| found.label).unwrap_or_default();
    let wants = |label: Intent| all.iter().any(|found| found.label == label && found.confidence >= 0.4);
    reading.opt_out = reading.intent == Intent::OptOut
        || all.iter().any(|found| found.label == Intent::OptOut && found.confidence >= 0.6);
    let mut evidence = Evidence::default();
    if reading.opt_out {
        evidence.opt_out = reading
            .intents
            .iter()
            .filter(|found| found.label == Intent::OptOut)
            .flat_map(|found| found.evidence.clone())
            .collect();
    }
    let offering = matches!(reading.intent, Intent::Interested | Intent::Later)
        || reading.intent != Intent::OptOut && signs.places
        || reading.intent == Intent::Question && wants(Intent::Interested);
    if offering {
        reading.capacity = offers;
        if today.is_none() {
            for offer in &mut reading.capacity {
                offer.start = None;
                offer.end = None;
            }
        }
        // a lone date in a later is when to ask, not what is offered
        reading.capacity.retain(|offer| {
            offer.places.is_some()
                || !offer.levels.is_empty()
                || !offer.tracks.is_empty()
                || reading.intent == Intent::Interested
        });
    }
    if reading.intent == Intent::Later && follow_up.is_none() {
        let offered = reading.capacity.iter().any(|offer| offer.start.is_some());
        follow_up = today.and_then(|today| periods::room_again(text, &heard, today, offered));
    }
    if let Some((follow_up, span)) = follow_up.filter(|_| reading.intent != Intent::OptOut) {
        reading.follow_up_on = Some(follow_up);
        evidence.follow_up_on.push(span);
    }
    let referral = referral.map(|(mut referral, spans)| {
        if let (None, Some(name), Some(tree)) = (&referral.email, &referral.name, &letter.html) {
            referral.email = people::linked(tree, name);
        }
        (referral, spans)
    });
    if let Some((referral, spans)) = referral
        && (wants(Intent::Referral) || referral.email.is_some())
    {
        reading.referral = Some(referral);
        evidence.referral = spans;
    }
    let theirs = reading.referral.as_ref().and_then(|referral| referral.phone.as_ref());
    (reading.phones, evidence.phones) = people::call_back(text, theirs, &heard);
    reading.evidence = evidence;
    // an answer to "hoe gaat het" is about a placement, and wants nothing new
    let offered = reading
        .capacity
        .iter()
        .any(|offer| offer.places.is_some() && (!offer.levels.is_empty() || offer.start.is_some()));
    if offered {
        reading.check_in = None;
    }
    let about_it = reading.check_in.is_some()
        && !reading.opt_out
        && !(signs.places && reading.capacity.iter().any(|offer| offer.start.is_some()));
    if about_it {
        reading.capacity.clear();
        settle_at(reading, Intent::Other, 0.5);
    }
    if empty {
        forget_evidence(reading);
    } else {
        spell_evidence(reading);
    }
    Some(Heeded { text: text.to_owned(), heard, signs })
}

fn settle_at(reading: &mut Reading, label: Intent, confidence: f32) {
    reading.intent = label;
    reading.intents = vec![IntentFound { label, confidence, evidence: Vec::new() }];
}

/// Words around lines that were set off show them, though they were read as blanks.
fn spell_evidence(reading: &mut Reading) {
    let Evidence { follow_up_on, referral, phones, opt_out } = &mut reading.evidence;
    let spans = reading.intents.iter_mut().flat_map(|found| &mut found.evidence);
    let spans = spans.chain(reading.capacity.iter_mut().flat_map(|offer| &mut offer.evidence));
    let spans = spans.chain(reading.check_in.iter_mut().flat_map(|answer| &mut answer.evidence));
    for span in spans.chain([follow_up_on, referral, phones, opt_out].into_iter().flatten()) {
        span.text = reading.reply_text.chars().skip(span.start).take(span.end - span.start).collect();
    }
}

/// What the subject says cannot be shown in the reply.
fn forget_evidence(reading: &mut Reading) {
    reading.evidence = Evidence::default();
    reading.intents.iter_mut().for_each(|found| found.evidence.clear());
    reading.capacity.iter_mut().for_each(|offer| offer.evidence.clear());
    reading.check_in.iter_mut().for_each(|answer| answer.evidence.clear());
}

fn check_in(letter: &Letter, text: &str, quoted: &str) -> Option<CheckIn> {
    check_in::check_in(&letter.subject, text, quoted)
}

/// What an automatic answer says: who is back when.
fn automatic(reading: &mut Reading, letter: &Letter, today: Option<Day>) {
    let own: Vec<&str> =
        letter.recipients().into_iter().chain(letter.from.as_ref().map(|from| from.email.as_str())).collect();
    let day = today.unwrap_or(Day(chrono::NaiveDate::default()));
    let mut text = reading.reply_text.clone();
    let mut end = text.len().min(MEANING_LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    let mut note = people::absence(&text, &letter.subject, day, &own);
    if today.is_none() {
        note.away_from = None;
        note.away_until = None;
    }
    reading.follow_up_on = note.away_until;
    reading.evidence.follow_up_on.clone_from(&note.evidence);
    reading.auto_reply = Some(note);
    settle(reading, Intent::AutoReply);
}

#[cfg(test)]
mod tests;
