//! Which intent leads a mail, and why: the scores of what was heard and found, and the steps that weigh them.

use super::intent::{Heard, Signs, contains_word};
use super::learned::{self, Verdict};
use super::reading::Intent;

/// Why one intent leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// "No more mail" wins over everything.
    NoMoreMail,
    /// Somebody else is clearly the one to ask, and nothing is offered.
    SentOn,
    /// A clear no of their own, and somebody else to try.
    NoAndSentOn,
    /// It begins with no.
    OpensWithNo,
    /// A clear no that speaks of no time to come.
    ForGood,
    /// Not now, with a time to come.
    NotNow,
    /// A yes that outweighs the no.
    Yes,
    /// A no that outweighs the rest.
    No,
    /// Asks first.
    Asks,
    /// All words together outweigh what the rules alone say.
    Words,
    /// The strongest of weak signs.
    Weak,
    /// No rule spoke loud enough.
    Silence,
}

/// How sure all words together must be where the rules say something else.
const OUTWEIGHS: f32 = 0.5;

/// The scores of what was heard and found, by label.
pub fn scores(heard: &[Heard], signs: Signs) -> Vec<(Intent, f32)> {
    let mut scores = score(heard);
    if signs.places {
        raise(&mut scores, Intent::Interested, 0.6);
    }
    if signs.referral {
        raise(&mut scores, Intent::Referral, 0.8);
    }
    if signs.follow_up {
        raise(&mut scores, Intent::Later, 0.5);
    }
    scores
}

/// The intent that leads, why, and by all words together how sure and in which sentence most of all.
pub fn led(scores: &[(Intent, f32)], heard: &[Heard], signs: Signs) -> (Intent, Why, Option<Verdict>) {
    let (ruled, why) = lead(scores, heard, signs);
    // who is clearly told to write no more does not ask what else was said
    if heard.is_empty() || why == Why::NoMoreMail {
        return (ruled, why, None);
    }
    let verdict = learned::verdict(heard, signs, ruled, scores);
    if verdict.lead == ruled || verdict.confidence < OUTWEIGHS {
        return (ruled, why, None);
    }
    (verdict.lead, Why::Words, Some(verdict))
}

/// The intent that leads by the rules alone, and why.
pub fn lead(scores: &[(Intent, f32)], heard: &[Heard], signs: Signs) -> (Intent, Why) {
    let of = |label: Intent| scores.iter().find(|(known, _)| *known == label).map_or(0.0, |(_, score)| *score);
    let (interested, declined, later) = (of(Intent::Interested), of(Intent::Declined), of(Intent::Later));
    let (referral, question, opt_out) = (of(Intent::Referral), of(Intent::Question), of(Intent::OptOut));
    let opens_with_no = heard.iter().take(3).any(|sentence| {
        ["nee", "neen", "no", "helaas nee", "nee,"]
            .iter()
            .any(|no| sentence.plain.trim_start().starts_with(no) && contains_word(&sentence.plain, no))
    });
    let coming = heard.iter().any(|sentence| sentence.clauses.coming);
    let own_no = || {
        heard.iter().any(|sentence| {
            let own = ["wij", "we", "ik", "ons", "onze", "i", "our", "us"]
                .iter()
                .any(|word| contains_word(&sentence.plain, word));
            own && sentence.weight(Intent::Declined) >= 0.6 && sentence.weight(Intent::Referral) < 0.5
        })
    };
    if opt_out >= 0.8 {
        (Intent::OptOut, Why::NoMoreMail)
    } else if referral >= 0.7 && interested < 0.9 && !signs.places {
        if later >= 0.7 && signs.follow_up {
            (Intent::Later, Why::NotNow)
        } else if own_no() {
            (Intent::Declined, Why::NoAndSentOn)
        } else {
            (Intent::Referral, Why::SentOn)
        }
    } else if declined >= 0.6 && opens_with_no && later < 0.7 {
        (Intent::Declined, Why::OpensWithNo)
    } else if declined >= 0.7 && later >= 0.55 && !signs.follow_up && !coming && !signs.places {
        (Intent::Declined, Why::ForGood)
    } else if later >= 0.55
        && (declined >= 0.4
            || says_not_now(heard)
            || !signs.places && later > interested && (interested < 0.55 || signs.follow_up))
    {
        (Intent::Later, Why::NotNow)
    } else if interested >= 0.5
        && (signs.places || interested >= declined)
        && !(asks_only(heard) && !signs.places && interested < 0.75)
    {
        (Intent::Interested, Why::Yes)
    } else if declined >= 0.4 && declined >= question - 0.1 {
        (Intent::Declined, Why::No)
    } else if question >= 0.5 {
        (Intent::Question, Why::Asks)
    } else if referral >= 0.5 {
        (Intent::Referral, Why::Weak)
    } else if opt_out >= 0.5 {
        (Intent::OptOut, Why::Weak)
    } else if interested >= 0.3 && interested > declined {
        (Intent::Interested, Why::Weak)
    } else {
        (Intent::Other, Why::Silence)
    }
}

fn score(heard: &[Heard]) -> Vec<(Intent, f32)> {
    let mut scores: Vec<(Intent, f32)> = Vec::new();
    for label in Intent::ALL {
        // praise and other weak signs do not add up to a yes
        let mut doubt = 1.0;
        let mut weak: f32 = 0.0;
        for sentence in heard {
            let weight = sentence.weight(*label);
            if weight > 0.5 {
                doubt *= 1.0 - weight;
            } else {
                weak = weak.max(weight);
            }
        }
        let score = (1.0_f32 - doubt).max(weak);
        if score > 0.0 {
            scores.push((*label, score));
        }
    }
    scores
}

fn raise(scores: &mut Vec<(Intent, f32)>, label: Intent, weight: f32) {
    match scores.iter_mut().find(|(known, _)| *known == label) {
        Some((_, score)) => *score = 1.0 - (1.0 - *score) * (1.0 - weight),
        None => scores.push((label, weight)),
    }
}

/// "Nu niet", "op dit moment vol": said, and not only heard in a date.
fn says_not_now(heard: &[Heard]) -> bool {
    const NOT_NOW: &[&str] = &[
        "nu niet",
        "nu even niet",
        "niet nu",
        "not now",
        "not right now",
        "not at the moment",
        "nu nog niet",
        "voorlopig niet",
        "dit jaar niet",
        "pas vanaf",
        "pas in",
        "pas na",
    ];
    let open_now = heard.iter().any(|sentence| {
        sentence.weight(Intent::Interested) >= 0.5 && sentence.clauses.not_now.is_none() && !sentence.clauses.coming
    });
    let coming = heard.iter().any(|sentence| sentence.clauses.coming);
    heard.iter().any(|sentence| {
        NOT_NOW.iter().any(|words| contains_word(&sentence.plain, words))
            || sentence.clauses.not_now.is_some() && (coming || !open_now)
    })
}

/// Whether the reply is one question and nothing that says yes or no outside of it.
fn asks_only(heard: &[Heard]) -> bool {
    let asks = heard.iter().any(|sentence| sentence.weight(Intent::Question) > 0.5);
    let answers = heard
        .iter()
        .filter(|sentence| sentence.weight(Intent::Question) <= 0.5)
        .any(|sentence| sentence.weight(Intent::Interested) >= 0.55 || sentence.weight(Intent::Declined) >= 0.5);
    asks && !answers
}
