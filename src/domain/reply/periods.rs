//! From when until when a sentence offers, and the day to get in touch again.

use super::capacity::Fact;
use super::dates::{self, Found, Today};
use super::intent::{Heard, contains_word, span_in};
use super::places::after_words;
use super::reading::{Intent, Span, Start};
use super::sieve::Words;
use crate::domain::time::Day;
use std::sync::LazyLock;

/// When it starts and ends: a date with a word of beginning; "daarna" points back at an "until".
pub(super) fn period(text: &str, sentence: &Heard, dates: &[Found], until: &mut Option<Start>, fact: &mut Fact) {
    const BEGIN: &[&str] = &[
        "per ",
        "vanaf ",
        "from ",
        "starting ",
        "start ",
        "starten ",
        "as of ",
        "met ingang van ",
        "na ",
        "after ",
        "in ",
        "begin ",
        "medio ",
        "eind ",
        "half ",
        "rond ",
        "around ",
        "pas ",
        "mid ",
        "early ",
        "late ",
        "halverwege ",
        "volgend ",
        "komend ",
        "next ",
        "nieuwe ",
        "the new ",
        "beginning ",
        "tussen ",
        "between ",
        "start: ",
        "startdatum: ",
        "startdatum ",
        "ingaande ",
        "ingang ",
        "starten kan ",
        "te beginnen ",
        "beginnen kan ",
        "periode ",
        "period ",
        "beginnend ",
        "op z'n vroegst ",
        "vanof ",
    ];
    let plain = &sentence.plain;
    let calls = is_call(plain);
    for date in dates {
        let words = &plain[date.range.clone()];
        let before = before_words(plain, date.range.start);
        let behind = plain[date.range.end..].trim_start();
        let next = ["volgend", "komend", "nieuwe", "het nieuwe", "het volgende"];
        let is_for = before.ends_with("voor ") && next.iter().any(|word| words.starts_with(word));
        let to =
            fact.start.is_some() && (before.ends_with(" to ") || before.ends_with(" en ") || before.ends_with("- "));
        let is_until = !is_for && ends_with_until(before)
            || to
            || ["tot", "t/m", "until"].iter().any(|word| words.starts_with(word));
        if is_until {
            if fact.start.is_some()
                || plain[..date.range.start].contains("van ")
                || plain[..date.range.start].contains("from ")
            {
                fact.end = fact.end.or(Some(date.start));
            } else {
                *until = Some(date.start);
            }
            continue;
        }
        let article = ["the ", "de ", "het "].into_iter().find_map(|word| before.strip_suffix(word));
        let before = article.filter(|rest| rest.ends_with(' ')).unwrap_or(before);
        let goes_on =
            ["t/m", "tot ", "until", "through", "till", "to ", "- "].iter().any(|word| behind.starts_with(word));
        let suits =
            ["is perfect", "is prima", "is goed", "is top", "kan", "mag", "graag", "works", "is fine", "is ideal"];
        let alone = plain.split_whitespace().count() <= 5;
        // "open van half maart tot eind oktober" is about the house
        let open = ["van ", "from ", "tussen ", "between "]
            .iter()
            .any(|word| before.ends_with(word) || words.starts_with(word))
            && ["open", "geopend", "gesloten", "dicht", "closed"].iter().any(|word| contains_word(plain, word))
            && fact.places.is_none()
            && fact.levels.is_empty();
        let begins = fact.corrects
            || !open
                && (goes_on
                    || alone
                    || suits.iter().any(|word| behind.starts_with(word))
                    || BEGIN.iter().any(|word| words.starts_with(word.trim_end()) || before.ends_with(word))
                    || matches!(words, "per direct" | "per nu" | "meteen" | "nu al" | "immediately" | "right away")
                    || words.starts_with("direct")
                    || words.starts_with("van ")
                    || before.ends_with("van ")
                    || before.ends_with("op ")
                        && words.contains(|c: char| c.is_ascii_digit())
                        && (fact.places.is_some() || ["start", "begin"].iter().any(|word| plain.contains(word)))
                        && !calls);
        let offered = sentence.weight(Intent::Interested) > 0.0
            || fact.places.is_some()
            || sentence.weight(Intent::Later) > 0.0
            || begins;
        if begins && offered && !(calls && fact.places.is_none()) && !is_about_now(plain, date) && fact.start.is_none()
        {
            fact.start = Some(date.start);
            fact.firm = fact.places.is_some()
                || [
                    "per ",
                    "vanaf ",
                    "from ",
                    "start ",
                    "starting ",
                    "as of ",
                    "met ingang van ",
                    "ingaande ",
                    "starten kan ",
                ]
                .iter()
                .any(|word| words.starts_with(word.trim_end()) || before.ends_with(word));
            fact.evidence.push(span_in(text, sentence, &date.range));
        }
    }
    let then =
        ["daarna", "dan wel", "vanaf dan", "after that", "thereafter"].iter().any(|word| contains_word(plain, word));
    if then && fact.start.is_none() {
        fact.start = *until;
    }
}

/// A period that is over or full is no start: "in januari waren we vol".
fn is_about_now(plain: &str, date: &Found) -> bool {
    let near = after_words(plain, date.range.end);
    [
        " zitten we vol",
        " zijn we vol",
        " zijn we dicht",
        " waren",
        " was ",
        " hadden",
        " zitten wij vol",
        " is het te druk",
    ]
    .iter()
    .any(|words| near.starts_with(words))
}

fn before_words(plain: &str, at: usize) -> &str {
    let from = plain[..at].char_indices().rev().nth(24).map_or(0, |(at, _)| at);
    &plain[from..at]
}

fn ends_with_until(before: &str) -> bool {
    [
        "tot ",
        "t/m ",
        "tot en met ",
        "until ",
        "till ",
        "through ",
        "tot aan ",
        "tot en met eind ",
        "tot eind ",
        "tot begin ",
        "voor ",
    ]
    .iter()
    .any(|word| before.ends_with(word))
}

/// Words that ask to get in touch.
static CALLS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&[
        "bel",
        "bellen",
        "mail",
        "mailen",
        "app",
        "contact",
        "benader",
        "ping",
        "call",
        "e-mail",
        "email",
        "reach out",
        "get in touch",
        "check back",
        "probeer",
        "vraag",
        "kom terug",
        "terugkomen",
        "herinner",
        "try again",
        "ask again",
        "write",
        "get back",
        "come back",
        "remind",
        "laat weten",
        "laat ik",
        "hoor",
        "bespreken",
        "overleggen",
        "discuss",
        "terug",
        "meld",
        "spreken",
        "touch base",
        "let you know",
        "bericht",
        "contacteren",
        "vraagt",
        "belt",
        "mailt",
        "benadert",
        "benaderen",
        "berichtje",
        "mailtje",
        "stuurt",
        "ask me",
        "ask us",
        "try us",
        "drop me",
        "check in",
    ])
});

/// Whether a sentence asks to get in touch.
pub(super) fn is_call(plain: &str) -> bool {
    CALLS.stand_in(plain)
}

/// The day to get in touch again, with its words.
pub fn follow_up(text: &str, heard: &[Heard], when: Today<'_>) -> Option<(Day, Span)> {
    let today = when.day;
    for sentence in heard {
        let told = ["beloofd", "beloofde", "gebeld", "promised", "phoned", "called", "schreef", "wrote"];
        if !is_call(&sentence.plain) || told.iter().any(|word| contains_word(&sentence.plain, word)) {
            continue;
        }
        for date in dates::find_in(&sentence.plain, when) {
            let words = &sentence.plain[date.range.clone()];
            let before = before_words(&sentence.plain, date.range.start);
            let then = &sentence.plain[date.range.end..];
            let then = is_call(then)
                && ["dan", "then"].iter().any(|word| contains_word(then, word))
                && !["plek", "plekken", "plaats", "plaatsen", "ruimte", "spots", "places", "room"]
                    .iter()
                    .any(|word| contains_word(&sentence.plain, word));
            let calls_then = touches(&sentence.plain, &date) || then;
            if calls_then
                && date.start.first_day() >= Day::new(today.ymd().0, today.ymd().1, 1)?
                && !words.contains("direct")
                && !words.contains("meteen")
                && !before.ends_with("van ")
                && !before.ends_with("of ")
                && !ends_with_until(before)
            {
                let day = day_to_ask(words, date.start, today).max(today);
                return Some((day, span_in(text, sentence, &date.range)));
            }
        }
    }
    None
}

/// The day at which a reply that puts off says that there is room again, with its words; or the one to which a later
/// "mail ons dan nog eens" points.
pub fn room_again(text: &str, heard: &[Heard], when: Today<'_>, asked: bool) -> Option<(Day, Span)> {
    let today = when.day;
    let called = |from: usize| {
        heard.iter().skip(from + 1).any(|sentence| {
            let has = |words: &[&str]| words.iter().any(|word| contains_word(&sentence.plain, word));
            is_call(&sentence.plain)
                && has(&["dan", "tegen die tijd", "rond die tijd", "then", "around that time"])
                && has(&["nog eens", "opnieuw", "weer", "nog een keer", "again", "gerust", "even"])
        })
    };
    // "Het is in mei klaar. Vraag het dan opnieuw": the nearest date in front of the call
    let calls_then =
        (1..heard.len()).find(|index| called(index - 1) && !(*index + 1..heard.len()).any(|later| called(later - 1)));
    let near = calls_then.into_iter().flat_map(|call| (0..call).rev()).find_map(|index| {
        let found =
            dates::find_in(&heard[index].plain, when).into_iter().rfind(|date| date.start.first_day() > today)?;
        let words = &heard[index].plain[found.range.clone()];
        Some((day_to_ask(words, found.start, today), span_in(text, &heard[index], &found.range)))
    });
    if near.is_some() && !asked {
        return near;
    }
    for (index, sentence) in heard.iter().enumerate() {
        if asked && !called(index) {
            continue;
        }
        for date in dates::find_in(&sentence.plain, when) {
            let before = before_words(&sentence.plain, date.range.start);
            let words = &sentence.plain[date.range.clone()];
            let is_until =
                ends_with_until(before) || ["tot", "t/m", "until"].iter().any(|word| words.starts_with(word));
            let then = &sentence.plain[date.range.end..];
            let after_it = ["daarna", "dan weer", "after that", "thereafter", "afterwards"];
            let is_until = is_until && !after_it.iter().any(|word| contains_word(then, word));
            let from = [" t/m", " tot ", " until", " through", " till"].iter().any(|word| then.starts_with(word));
            let coming = date.start.first_day() > today && !from && !is_until && !is_about_now(&sentence.plain, &date);
            if coming && sentence.clauses.coming {
                return Some((day_to_ask(words, date.start, today), span_in(text, sentence, &date.range)));
            }
        }
    }
    None
}

/// The day that is meant where a month is all that a date resolves to: the middle of it, or so many months from today.
fn day_to_ask(words: &str, start: Start, today: Day) -> Day {
    let Start::Month(year, month) = start else { return start.first_day() };
    let has = |list: &[&str]| list.iter().any(|word| contains_word(words, word));
    if has(&["medio", "half", "halverwege", "midden", "mid"]) && !words.contains("jaar") {
        return start.first_day().plus(14);
    }
    let counted = [
        "maand",
        "maanden",
        "mnd",
        "month",
        "months",
        "half jaar",
        "halfjaar",
        "half a year",
        "kwartaal",
        "kwart jaar",
    ];
    if ["over ", "in ", "within "].iter().any(|word| words.starts_with(word)) && has(&counted) {
        let (_, _, day) = today.ymd();
        return (28..=day).rev().chain([day]).find_map(|day| Day::new(year, month, day)).unwrap_or(start.first_day());
    }
    start.first_day()
}

/// Whether the call and the date stand in one clause: "nu niet maar na de zomer twee plekken, bel me dan" has none.
fn touches(plain: &str, date: &Found) -> bool {
    let breaks = |c: char| matches!(c, ',' | ';' | ':');
    let from = plain[..date.range.start].rfind(breaks).map_or(0, |at| at + 1);
    let to = plain[date.range.end..].find(breaks).map_or(plain.len(), |at| date.range.end + at);
    let clause = &plain[from..to];
    let offers = ["plek", "plekken", "plaats", "plaatsen", "spots", "places", "stagiairs", "starten", "beginnen"]
        .iter()
        .any(|word| contains_word(clause, word));
    let and_then = clause.find(" en ").or_else(|| clause.find(" and "));
    let offered_first = offers && and_then.is_none_or(|at| !is_call(&clause[..at]));
    is_call(clause) && !offered_first
}
