//! What was expected and what was read, both as lists of small facts, so that one can be counted against the other.

use super::fixture::{Expected, Offer, Person};
use stagemakelaar::domain::reply::{Capacity, Kind, Language, Reading, Referral};
use std::collections::BTreeMap;

/// The fields that are judged, in the order of the report.
pub const FIELDS: &[&str] = &[
    "kind",
    "intent",
    "intents",
    "reply_text",
    "language",
    "places",
    "places_max",
    "levels",
    "tracks",
    "start",
    "end",
    "days_per_week",
    "role",
    "follow_up_on",
    "opt_out",
    "phones",
    "referral",
    "away_from",
    "away_until",
    "left_company",
    "alternatives",
    "permanent",
    "delayed",
    "status",
    "recipients",
    "reason",
    "check_in",
    "forwarded",
];

/// Facts by field; a field without any is not there.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Facts(BTreeMap<&'static str, Vec<String>>);

impl Facts {
    /// The facts of one field, sorted.
    pub fn of(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, field: &'static str, value: impl ToString) {
        assert!(FIELDS.contains(&field), "{field} is judged and printed");
        let facts = self.0.entry(field).or_default();
        facts.push(value.to_string());
        facts.sort();
    }

    fn maybe(&mut self, field: &'static str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.add(field, value);
        }
    }

    fn flag(&mut self, field: &'static str, value: bool) {
        self.maybe(field, value.then_some(true));
    }
}

/// White space is not judged.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(facts: &mut Facts, text: &str) {
    let text = squeezed(text);
    facts.maybe("reply_text", (!text.is_empty()).then_some(text));
}

/// What a person finds in the mail.
pub fn expected(wanted: &Expected) -> Facts {
    let mut facts = Facts::default();
    facts.add("kind", &wanted.kind);
    facts.maybe("intent", wanted.intents.first());
    wanted.intents.iter().for_each(|label| facts.add("intents", label));
    text(&mut facts, wanted.reply_text.as_deref().unwrap_or_default());
    facts.maybe("language", wanted.language.as_ref().filter(|code| *code != "other"));
    for (at, offer) in wanted.capacity.iter().enumerate() {
        facts.maybe("places", offer.places.map(|places| format!("{at}:{places}")));
        facts.maybe("places_max", offer.places_max.map(|places| format!("{at}:{places}")));
        offer.levels.iter().for_each(|level| facts.add("levels", format!("{at}:{level}")));
        offer.tracks.iter().for_each(|track| facts.add("tracks", format!("{at}:{track}")));
        facts.maybe("start", offer.start.as_ref().map(|start| format!("{at}:{start}")));
        facts.maybe("end", offer.end.as_ref().map(|end| format!("{at}:{end}")));
        facts.maybe("days_per_week", offer.days_per_week.map(|days| format!("{at}:{days}")));
        facts.maybe("role", offer.role.as_ref().map(|role| format!("{at}:{role}")));
    }
    facts.maybe("follow_up_on", wanted.follow_up_on.as_ref());
    facts.flag("opt_out", wanted.opt_out);
    wanted.phones.iter().for_each(|phone| facts.add("phones", phone));
    if let Some(who) = &wanted.referral {
        for detail in details(who) {
            facts.add("referral", detail);
        }
    }
    if let Some(note) = &wanted.auto_reply {
        facts.maybe("away_from", note.away_from.as_ref());
        facts.maybe("away_until", note.away_until.as_ref());
        facts.flag("left_company", note.left_company);
        note.alternatives.iter().flat_map(details).for_each(|detail| facts.add("alternatives", detail));
    }
    if let Some(notice) = &wanted.bounce {
        facts.flag("permanent", notice.permanent);
        facts.flag("delayed", notice.delayed);
        facts.maybe("status", notice.status.as_ref());
        notice.recipients.iter().for_each(|address| facts.add("recipients", address));
        facts.maybe("reason", notice.reason.as_ref().filter(|reason| *reason != "other"));
    }
    if let Some(answer) = &wanted.check_in {
        facts.maybe("check_in", answer.state.as_ref());
        facts.maybe("check_in", answer.score);
    }
    if let Some(passed_on) = &wanted.forwarded {
        facts.maybe("forwarded", passed_on.from.as_ref());
        facts.maybe("forwarded", passed_on.subject.as_deref().map(squeezed));
    }
    facts
}

fn details(who: &Person) -> Vec<String> {
    [&who.name, &who.email, &who.phone].into_iter().flatten().cloned().collect()
}

/// What the reader found. `wanted` tells what was left open: the new words and the language of what no person wrote, the
/// new words of a short reply, and the role, which is judged leniently and only where one is given.
pub fn read(found: &Reading, wanted: &Expected) -> Facts {
    let mut facts = Facts::default();
    let human = found.kind == Kind::Human;
    facts.add("kind", found.kind);
    if human {
        facts.add("intent", found.intent);
        found.intents.iter().for_each(|intent| facts.add("intents", intent.label));
    }
    let asked = wanted.kind == "human";
    if asked && wanted.text.is_none() || wanted.reply_text.is_some() {
        text(&mut facts, &found.reply_text);
    }
    if asked || wanted.language.is_some() {
        facts.maybe("language", (found.language != Language::Other).then_some(found.language));
    }
    for (at, offer) in found.capacity.iter().enumerate() {
        capacity(&mut facts, at, offer, wanted.capacity.get(at));
    }
    if asked || wanted.follow_up_on.is_some() {
        facts.maybe("follow_up_on", found.follow_up_on);
    }
    facts.flag("opt_out", found.opt_out && human);
    found.phones.iter().for_each(|phone| facts.add("phones", phone.as_str()));
    if let Some(who) = &found.referral {
        for detail in named(who) {
            facts.add("referral", detail);
        }
    }
    if let Some(note) = &found.auto_reply {
        facts.maybe("away_from", note.away_from);
        facts.maybe("away_until", note.away_until);
        facts.flag("left_company", note.left_company);
        note.alternatives.iter().flat_map(named).for_each(|detail| facts.add("alternatives", detail));
    }
    if let Some(notice) = &found.bounce {
        facts.flag("permanent", notice.permanent);
        facts.flag("delayed", notice.delayed);
        facts.maybe("status", notice.status.as_ref());
        notice.recipients.iter().for_each(|address| facts.add("recipients", address));
        let reason = notice.reason.as_str();
        facts.maybe("reason", (reason != "other").then_some(reason));
    }
    if let Some(answer) = &found.check_in {
        facts.add("check_in", answer.state);
        facts.maybe("check_in", answer.score);
    }
    if let Some(passed_on) = &found.forwarded {
        facts.maybe("forwarded", passed_on.from.as_ref());
        facts.maybe("forwarded", passed_on.subject.as_deref().map(squeezed));
    }
    facts
}

fn named(who: &Referral) -> Vec<String> {
    let phone = who.phone.as_ref().map(|phone| phone.as_str().to_owned());
    [who.name.clone(), who.email.clone(), phone].into_iter().flatten().collect()
}

fn capacity(facts: &mut Facts, at: usize, offer: &Capacity, wanted: Option<&Offer>) {
    facts.maybe("places", offer.places.map(|places| format!("{at}:{places}")));
    facts.maybe("places_max", offer.places_max.map(|places| format!("{at}:{places}")));
    offer.levels.iter().for_each(|level| facts.add("levels", format!("{at}:{level}")));
    offer.tracks.iter().for_each(|track| facts.add("tracks", format!("{at}:{track}")));
    facts.maybe("start", offer.start.map(|start| format!("{at}:{start}")));
    facts.maybe("end", offer.end.map(|end| format!("{at}:{end}")));
    facts.maybe("days_per_week", offer.days_per_week.map(|days| format!("{at}:{days}")));
    if let (Some(role), Some(wanted)) = (&offer.role, wanted.and_then(|offer| offer.role.as_deref())) {
        let same = alike(role, wanted);
        facts.add("role", format!("{at}:{}", if same { wanted } else { role }));
    }
}

/// Whether two roles share a word: "assistent kok" and "kok" do.
fn alike(one: &str, other: &str) -> bool {
    let words = |text: &str| text.to_lowercase().split([' ', '-']).map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (words(one), words(other));
    one.iter().any(|word| word.chars().count() > 2 && other.contains(word))
}
