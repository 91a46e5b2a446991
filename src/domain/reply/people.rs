//! Who else is named: the colleague to ask, the substitute during an absence, numbers to call back; and the dates of
//! an absence.

use super::dates::{self, working_day};
use super::intent::{Heard, contains_word};
use super::letter::{Element, Node};
use super::reading::{AutoReply, Intent, Referral, Span, Start};
use super::shape::Shape;
use super::words::{email_ranges, first_email, folded, folded_span, phones, sentences, span};
use crate::domain::phone::Phone;
use crate::domain::time::Day;
use std::sync::LazyLock;

static NAMED: LazyLock<Shape> = LazyLock::new(|| {
    Shape::new(
        r"(?:(?i:collega|mevrouw|meneer|mevr\.|mw\.|dhr\.|de heer|met|aan|bij|naar|naam is|contact|colleague|manager|planner|lead|adviseur|coordinator|coördinator|hoofd|is|ask|to|via|bel|mail|call|Bel|Mail|Call)[,:]?\s+)((?:(?:[A-Z]\.\s?)+(?:\([A-Z][a-zà-ÿ]+\)\s)?)?\p{Lu}[\p{L}'’-]+(?:\s+(?:van|de|der|den|ter|ten|von|la|el|het|'t)){0,3}(?:\s+\p{Lu}[\p{L}'’-]+){0,2})",
    )
});
/// A name of two words and more, wherever it stands, but not the one who is greeted.
static FULL: LazyLock<Shape> = LazyLock::new(|| {
    Shape::new(
        r"(?:^|[a-zà-ÿ,:;(\n.] ?)\s*(?:(?i:mr|mrs|ms|mevrouw|meneer|mevr|mw|dhr|de heer)\.?\s+)?(\p{Lu}[\p{Ll}'’-]+(?:\s+(?:van|de|der|den|ter|ten|von|la|el|het|'t))*(?:\s+\p{Lu}[\p{L}'’-]+){1,2})",
    )
});
static BEFORE_ADDRESS: LazyLock<Shape> = LazyLock::new(|| {
    Shape::new(
        r"((?:(?:[A-Z]\.\s?)+(?:\([A-Z][a-zà-ÿ]+\)\s)?)?\p{Lu}[\p{L}'’-]+(?:\s+(?:van|de|der|den|ter|ten|von|la|el|het|'t)){0,3}(?:\s+\p{Lu}[\p{L}'’-]+){0,2})\s*[,(<\[:–-]{0,2}\s*(?:(?i:via|op|at|on|mail|e-mail|tel\.?)\s*:?\s*)?$",
    )
});

/// The person whom the reply names with an address, a number, or by sending us there.
/// `own` are the addresses that cannot be meant: the sender's and ours.
pub fn referral(text: &str, sends_on: bool, own: &[&str]) -> Option<(Referral, Vec<Span>)> {
    for range in email_ranges(text) {
        let email = text[range.clone()].to_lowercase();
        if own.contains(&email.as_str()) || is_ours(&email, own) {
            continue;
        }
        let name = name_before(text, range.start).or_else(|| name_around(text, range.start));
        let phone = near_phone(text, range.end).or_else(|| phone_before(text, range.start));
        return Some((Referral { name, email: Some(email), phone }, vec![span(text, range)]));
    }
    if !sends_on {
        return None;
    }
    let name =
        NAMED.captures_iter(text).filter_map(|found| found.get(1)).find(|name| is_name(name.as_str())).or_else(
            || FULL.captures_iter(text).filter_map(|found| found.get(1)).find(|name| is_name(name.as_str())),
        )?;
    let phone = near_phone(text, name.end()).or_else(|| their_phone(text, name.end()));
    Some((Referral { name: Some(name.as_str().to_owned()), email: None, phone }, vec![span(text, name.range())]))
}

/// The only number of a text, in the sentence behind a name that goes on about the same person: "Zijn nummer is …".
fn their_phone(text: &str, at: usize) -> Option<Phone> {
    let numbers = phones(text);
    let [(phone, range)] = &numbers[..] else { return None };
    let sentence = sentences(text).into_iter().find(|sentence| sentence.contains(&range.start))?;
    let plain = folded(&text[sentence]);
    let has = |words: &[&str]| words.iter().any(|word| contains_word(&plain, word));
    let theirs = has(&["hij", "zij", "zijn", "haar", "z'n", "he", "she", "his", "her", "him"]);
    (range.start > at && theirs && !has(&["ik", "mij", "me", "mijn", "my", "i", "mine"])).then(|| phone.clone())
}

/// The address that a name is linked to.
pub(super) fn linked(tree: &Element, name: &str) -> Option<String> {
    let own = tree.name == "a" && tree.text().trim() == name;
    if let Some(address) = tree.target.strip_prefix("mailto:").filter(|_| own) {
        return first_email(address);
    }
    tree.children.iter().find_map(|child| match child {
        Node::Element(inner) => linked(inner, name),
        Node::Text(_) => None,
    })
}

/// Whether an address is at the house to which the mail was sent, and not at the sender's.
fn is_ours(email: &str, own: &[&str]) -> bool {
    let domain = |email: &str| email.rsplit('@').next().unwrap_or_default().to_owned();
    let Some((sender, ours)) = own.split_last() else { return false };
    domain(email) != domain(sender) && ours.iter().any(|our| domain(our) == domain(email))
}

/// A full name somewhere in the sentences in front of an address: "Mijn opvolger is Karim el Amrani, je bereikt hem op".
fn name_around(text: &str, at: usize) -> Option<String> {
    let from = text[..at].char_indices().rev().nth(220).map_or(0, |(at, _)| at);
    let before = &text[from..at];
    let named = |shape: &Shape| {
        shape
            .captures_iter(before)
            .filter_map(|found| Some(found.get(1)?.as_str().to_owned()))
            .filter(|name| is_name(name))
            .last()
    };
    let cued = named(&NAMED);
    cued.clone().filter(|name| name.contains(' ')).or_else(|| named(&FULL)).or(cued)
}

fn phone_before(text: &str, at: usize) -> Option<Phone> {
    let from = text[..at].char_indices().rev().nth(60).map_or(0, |(at, _)| at);
    let near = &text[from..at];
    let start = [". ", "! ", "\n\n", "; "].iter().filter_map(|stop| near.rfind(stop)).max().unwrap_or(0);
    phones(&near[start..]).into_iter().next_back().map(|(phone, _)| phone)
}

fn is_name(word: &str) -> bool {
    const NONE: &[&str] = &[
        "Ik",
        "Wij",
        "We",
        "Het",
        "De",
        "Een",
        "Dat",
        "Dit",
        "Zij",
        "Hij",
        "You",
        "The",
        "HR",
        "P",
        "ROC",
        "Groet",
        "Januari",
        "Maandag",
        "Monday",
        "Benelux",
        "Nederland",
        "BBL",
        "BOL",
        "MBO",
        "HBO",
        "Hr",
        "Stage",
        "I",
        "Ps",
        "PS",
        "Of",
    ];
    const GREETS: &[&str] = &[
        "Beste",
        "Geachte",
        "Dear",
        "Hoi",
        "Hi",
        "Hello",
        "Hallo",
        "Dag",
        "Lieve",
        "Groetjes",
        "Met",
        "Kind",
        "Mail",
        "Bel",
        "Vraag",
        "Goedemorgen",
        "Goedemiddag",
        "Voor",
        "Zijn",
        "Haar",
        "Op",
        "Stuur",
        "Please",
        "Ask",
        "Use",
        "Hij",
        "Zij",
        "Onze",
        "Mijn",
        "Our",
        "My",
    ];
    let first = word.split_whitespace().next().unwrap_or_default();
    !GREETS.contains(&first) && !NONE.contains(&word) && word.chars().count() > 1
}

fn name_before(text: &str, at: usize) -> Option<String> {
    let from = text[..at].char_indices().rev().nth(90).map_or(0, |(at, _)| at);
    let before = text[from..at].trim_end_matches(['<', '(', '[', ' ']);
    let line = before.rsplit(['\n', ';']).next().unwrap_or(before);
    let found = BEFORE_ADDRESS.captures(line)?.get(1)?.as_str();
    is_name(found).then(|| found.to_owned())
}

fn near_phone(text: &str, at: usize) -> Option<Phone> {
    let to = text[at..].char_indices().nth(60).map_or(text.len(), |(next, _)| at + next);
    let near = &text[at..to];
    let end = [". ", "! ", "\n\n", "; "].iter().filter_map(|stop| near.find(stop)).min().unwrap_or(near.len());
    phones(&near[..end]).into_iter().next().map(|(phone, _)| phone)
}

/// Numbers to call back, with their words: those in a sentence that speaks of calling, else all.
/// `theirs` is the number of somebody else; `heard` tells the sentences that want no call at all.
pub fn call_back(text: &str, theirs: Option<&Phone>, heard: &[Heard]) -> (Vec<Phone>, Vec<Span>) {
    let mut numbers = Vec::new();
    let mut spans = Vec::new();
    for (phone, range) in phones(text) {
        let unwanted = heard.iter().any(|sentence| {
            sentence.range.contains(&range.start)
                && (sentence.weight(Intent::OptOut) >= 0.5 || contains_word(&sentence.plain, "niet meer"))
        });
        if !numbers.contains(&phone) && theirs != Some(&phone) && !unwanted {
            numbers.push(phone);
            spans.push(span(text, range));
        }
    }
    (numbers, spans)
}

/// What an absence note says. `today` is the day of the note.
pub fn absence(text: &str, subject: &str, today: Day, own: &[&str]) -> AutoReply {
    let mut note = AutoReply::default();
    let mut heard: Vec<(String, usize)> =
        sentences(text).into_iter().take(60).map(|range| (folded(&text[range.clone()]), range.start)).collect();
    heard.push((folded(subject), usize::MAX));
    for (plain, at) in &heard {
        if contains_word(plain, "bereikbaar van") && !contains_word(plain, "weer") {
            continue;
        }
        for found in dates::find(plain, today) {
            let before = plain[..found.range.start].to_owned();
            let words = &plain[found.range.clone()];
            let cue =
                |list: &[&str]| list.iter().any(|word| before.trim_end().ends_with(word) || words.starts_with(word));
            let Start::On(day) = found.start else {
                if note.away_until.is_none() && (cue(&["tot", "until", "till"]) || is_return(plain)) {
                    note.away_until = Some(found.start.first_day());
                }
                continue;
            };
            let through =
                cue(&["tot en met", "t/m", "through", "tot en met vrijdag", "up to and including", "through", "thru"])
                    || ["tot en met ", "t/m ", "through "].iter().any(|word| near(&before, word));
            let until =
                cue(&["tot", "until", "till", "tot aan", "bis"]) || near(&before, "tot ") || near(&before, "until ");
            let from = cue(&["as of", "since", "sinds", "met ingang van", "per"])
                && note.away_from.is_none()
                && !is_return(&before)
                || cue(&["van", "from", "vanaf", "vom"]) && !is_return(plain) && note.away_until.is_none();
            let resolved = if through {
                Some(working_day(day.plus(1)))
            } else if until || is_return(plain) && !from {
                Some(day)
            } else {
                None
            };
            if from && note.away_from.is_none() {
                // who is away since last week is not away from next year on
                let year_ago = Day::new(day.ymd().0 - 1, day.ymd().1, day.ymd().2);
                let long = day.days_since(today) > 240;
                note.away_from = Some(year_ago.filter(|_| long).unwrap_or(day));
            } else if let Some(back) = resolved
                && note.away_until.is_none_or(|_| false)
            {
                note.away_until = Some(back);
                if *at != usize::MAX {
                    let sentence = &text[*at..];
                    let mut found_span = folded_span(sentence, plain, &found.range);
                    let lead = text[..*at].chars().count();
                    found_span.start += lead;
                    found_span.end += lead;
                    note.evidence.push(found_span);
                }
            }
        }
    }
    let plain = folded(text);
    note.left_company = [
        "werk niet meer",
        "niet meer werkzaam",
        "werkt niet meer",
        "werkt hier niet",
        "uit dienst",
        "no longer work",
        "no longer with",
        "has left",
        "have left",
        "not longer employed",
        "no longer employed",
        "niet langer werkzaam",
        "afscheid genomen",
    ]
    .iter()
    .any(|words| plain.contains(words));
    note.alternatives = alternatives(text, own);
    note
}

/// Whether a sentence tells of coming back.
fn is_return(plain: &str) -> bool {
    ["terug", "weer", "back", "return", "returning", "wieder", "zuruck", "aanwezig vanaf", "bereikbaar vanaf", "hervat"]
        .iter()
        .any(|word| contains_word(plain, word))
}

fn near(before: &str, word: &str) -> bool {
    before.rfind(word).is_some_and(|at| before.len() - at < word.len() + 12)
}

fn alternatives(text: &str, own: &[&str]) -> Vec<Referral> {
    let mut found: Vec<Referral> = Vec::new();
    for range in email_ranges(text).into_iter().take(5) {
        let email = text[range.clone()].to_lowercase();
        if own.contains(&email.as_str()) || found.iter().any(|known| known.email.as_deref() == Some(&email)) {
            continue;
        }
        found.push(Referral {
            name: name_before(text, range.start)
                .or_else(|| name_around(text, range.start).filter(|name| name.contains(' '))),
            email: Some(email),
            phone: near_phone(text, range.end),
        });
    }
    for (phone, range) in phones(text).into_iter().take(5) {
        if found.iter().any(|known| known.phone.as_ref() == Some(&phone)) {
            continue;
        }
        found.push(Referral { name: name_before(text, range.start), email: None, phone: Some(phone) });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(text: &str) -> Option<String> {
        absence(text, "", Day::parse("2026-07-01").unwrap(), &[]).away_until.map(|day| day.to_string())
    }

    #[test]
    fn until_means_back_that_day_and_through_the_next_working_day() {
        assert_eq!(back("Ik ben afwezig van 6 juli tot 21 juli.").as_deref(), Some("2026-07-21"));
        assert_eq!(back("Ik ben afwezig tot en met 17 juli.").as_deref(), Some("2026-07-20"));
        assert_eq!(back("I am out of the office until July 8.").as_deref(), Some("2026-07-08"));
        assert_eq!(back("Ik ben er weer vanaf ma. 27/7.").as_deref(), Some("2026-07-27"));
        assert_eq!(back("Morgen lees ik mijn mail weer.").as_deref(), Some("2026-07-02"));
        assert_eq!(back("Ik ben bereikbaar van 8.30 t/m 17.00 uur."), None);
    }

    #[test]
    fn the_substitute_is_named() {
        let note = absence(
            "Neem contact op met Ria Vos (ria@bedrijf.example). Of bel Piet: 0481-223344.",
            "",
            Day::parse("2026-07-01").unwrap(),
            &[],
        );
        assert_eq!(note.alternatives[0].name.as_deref(), Some("Ria Vos"));
        assert_eq!(note.alternatives[1].phone.as_ref().map(Phone::as_str), Some("+31481223344"));
    }

    #[test]
    fn a_colleague_is_known_by_address_or_by_name() {
        let (found, _) =
            referral("U kunt terecht bij mevrouw A. (Ans) Vos, a.vos@bedrijf.example.", true, &[]).unwrap();
        assert_eq!(found.email.as_deref(), Some("a.vos@bedrijf.example"));
        assert_eq!(found.name.as_deref(), Some("A. (Ans) Vos"));
        let (found, _) = referral("Ik heb het doorgestuurd naar onze planner Ria.", true, &[]).unwrap();
        assert_eq!(found.name.as_deref(), Some("Ria"));
        assert!(referral("Mail mij op jan@bedrijf.example", false, &["jan@bedrijf.example"]).is_none());
    }
}
