//! What a reading proposes and a person decides on: places, a task, a contact, somebody who left, an opt-out, the answer
//! to a check-in. Each with the words it stands on; what the message did by itself is not proposed again.

use super::aftercare::Mood;
use super::company::fold;
use super::consequence::Act;
use super::id::OpeningId;
use super::phone::Phone;
use super::reply::reading::{Capacity, CheckInMood, Intent, Kind, Reading, Referral, Span, Start};
use super::time::Day;
use super::words::{Level, SuggestionKind, Track};
use serde::{Deserialize, Serialize};

/// Most suggestions of one message.
const MOST: usize = 12;
/// Certainty, in percent, from which a suggestion is called clear.
const CLEAR: i32 = 75;

/// Places that a company offers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// How many; the lower one of a range.
    pub places: i32,
    /// The upper one of a range.
    pub places_max: Option<i32>,
    /// What the student will do; empty where it is not said.
    pub role: String,
    /// Levels that are welcome; empty: any.
    pub levels: Vec<Level>,
    /// Tracks that are welcome; empty: any.
    pub tracks: Vec<Track>,
    /// From when.
    pub start: Option<Start>,
    /// Until when.
    pub end: Option<Start>,
    /// Days a week.
    pub days_per_week: Option<u8>,
    /// The opening whose places these are, where the message answers a question of ours about it; else it is a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
}

/// An opening that we asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Which.
    pub opening: OpeningId,
    /// What students do there.
    pub role: String,
}

impl Offer {
    /// The first day.
    pub fn starts_on(&self) -> Option<Day> {
        self.start.map(Start::first_day)
    }

    /// The last day: of the month, where only a month is said.
    pub fn ends_on(&self) -> Option<Day> {
        self.end.map(|end| match end {
            Start::On(day) => day,
            Start::Month(year, month) => {
                let (year, month) = if month >= 12 { (year + 1, 1) } else { (year, month + 1) };
                Start::Month(year, month).first_day().plus(-1)
            }
        })
    }
}

/// Getting in touch on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// When.
    pub on: Day,
    /// The number to call, where one was given.
    pub phone: Option<Phone>,
}

/// Somebody at the company.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Name; may be empty.
    pub name: String,
    /// Address as it was written.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<Phone>,
}

/// The answer to a check-in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckInAnswer {
    /// The digit, 1 to 5.
    pub score: Option<u8>,
    /// How it goes.
    pub mood: Option<Mood>,
}

/// What a company says to a student who was put forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalAnswer {
    /// Whether it wants to meet.
    pub yes: bool,
}

/// What a suggestion would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A new opening with places.
    Opening(Offer),
    /// A task on a day.
    FollowUp(FollowUp),
    /// A new contact.
    Contact(Person),
    /// The writer left the company.
    LeftCompany,
    /// No more outreach to the writer.
    OptOut,
    /// The answer to a check-in.
    CheckIn(CheckInAnswer),
    /// The answer to a proposal.
    Proposal(ProposalAnswer),
}

impl Change {
    /// The same change of what the other one changes: a person edits what is said, and not what it is said of.
    #[must_use]
    pub fn about_the_same(mut self, other: &Self) -> Self {
        if let (Self::Opening(offer), Self::Opening(other)) = (&mut self, other) {
            offer.about.clone_from(&other.about);
        }
        self
    }

    /// The word by which it is stored.
    pub const fn kind(&self) -> SuggestionKind {
        match self {
            Self::Opening(_) => SuggestionKind::Opening,
            Self::FollowUp(_) => SuggestionKind::FollowUp,
            Self::Contact(_) => SuggestionKind::Contact,
            Self::LeftCompany => SuggestionKind::LeftCompany,
            Self::OptOut => SuggestionKind::OptOut,
            Self::CheckIn(_) => SuggestionKind::CheckIn,
            Self::Proposal(_) => SuggestionKind::Proposal,
        }
    }
}

/// A change, the words it stands on, and how sure the reader is (0 to 100).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What would change.
    pub change: Change,
    /// The words.
    pub evidence: Vec<Span>,
    /// In percent.
    pub certainty: i32,
}

/// Whether a certainty is called clear.
pub const fn is_clear(certainty: i32) -> bool {
    certainty >= CLEAR
}

/// What is known besides the reading.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// What the message does by itself.
    pub acts: &'a [Act],
    /// Whether it answers a check-in.
    pub answers_check_in: bool,
    /// Whether it answers a proposal that goes on.
    pub answers_proposal: bool,
    /// Addresses of the company's contacts, as keys.
    pub addresses: &'a [String],
    /// The openings that the mail which it answers asked about.
    pub asked: &'a [About],
}

/// The proposals of a reading, in the order in which they are numbered.
pub fn proposals(reading: &Reading, known: &Known) -> Vec<Proposal> {
    let mut found = Vec::new();
    if !matches!(reading.kind, Kind::Human | Kind::AutoReply | Kind::Unsubscribe) {
        return found;
    }
    found.extend(known.answers_proposal.then(|| proposal_answer(reading)).flatten());
    let offers = reading.capacity.iter().map(|capacity| offer(capacity, reading, known.asked));
    // "Ja, één leerling is welkom": hardly a place beside the one that was asked about.
    let sure = if known.answers_proposal { CLEAR - 15 } else { 100 };
    found.extend(offers.map(|offer| Proposal { certainty: offer.certainty.min(sure), ..offer }));
    if let Some(on) = reading.follow_up_on
        && !known.acts.iter().any(|act| matches!(act, Act::Postpone(_)))
    {
        let phone = reading.phones.first().cloned();
        let evidence = reading.evidence.follow_up_on.clone();
        found.push(Proposal { change: Change::FollowUp(FollowUp { on, phone }), evidence, certainty: 80 });
    }
    people(reading, known, &mut found);
    if reading.opt_out && !known.acts.contains(&Act::OptOutContact) {
        let evidence = reading.evidence.opt_out.clone();
        found.push(Proposal { change: Change::OptOut, evidence, certainty: confidence(reading, Intent::OptOut) });
    }
    if known.answers_check_in && !known.acts.contains(&Act::AnswerCheckIn) {
        found.extend(check_in(reading));
    }
    found.truncate(MOST);
    found
}

/// The opening that words about places mean: the one of that role, else the only one that we asked about, unless they name
/// another role.
fn meant<'a>(capacity: &Capacity, asked: &'a [About]) -> Option<&'a About> {
    let role = fold(capacity.role.as_deref().unwrap_or_default());
    if role.is_empty() {
        return if let [only] = asked { Some(only) } else { None };
    }
    let same = |about: &&About| {
        let known = fold(&about.role);
        known.contains(&role) || role.contains(&known)
    };
    let mut found = asked.iter().filter(same);
    found.next().filter(|_| found.next().is_none())
}

fn offer(capacity: &Capacity, reading: &Reading, asked: &[About]) -> Proposal {
    let count = |places: u32| i32::try_from(places).unwrap_or(i32::MAX).min(1_000);
    let sure = confidence(reading, Intent::Interested).max(confidence(reading, Intent::Later));
    let offer = Offer {
        places: capacity.places.map_or(1, count),
        places_max: capacity.places_max.map(count),
        role: capacity.role.clone().unwrap_or_default(),
        levels: capacity.levels.clone(),
        tracks: capacity.tracks.clone(),
        start: capacity.start,
        end: capacity.end,
        days_per_week: capacity.days_per_week,
        about: meant(capacity, asked).cloned(),
    };
    // A number that nobody said, a range, and places of which nobody knows whether they are those that we asked about are
    // for a person to settle.
    let unclear = !asked.is_empty() && offer.about.is_none();
    let vague = capacity.places.is_none() || capacity.places_max.is_some() || unclear;
    let certainty = if vague { sure.min(CLEAR - 15) } else { sure };
    Proposal { change: Change::Opening(offer), evidence: capacity.evidence.clone(), certainty }
}

fn people(reading: &Reading, known: &Known, found: &mut Vec<Proposal>) {
    let mut add = |who: &Referral, evidence: &[Span], certainty: i32| {
        let there = who.email.as_ref().is_some_and(|email| known.addresses.contains(&email.to_lowercase()));
        if there || (who.email.is_none() && who.name.is_none()) {
            return;
        }
        let person =
            Person { name: who.name.clone().unwrap_or_default(), email: who.email.clone(), phone: who.phone.clone() };
        found.push(Proposal { change: Change::Contact(person), evidence: evidence.to_vec(), certainty });
    };
    if let Some(referral) = &reading.referral {
        let certainty = if referral.email.is_some() && referral.name.is_some() { 85 } else { 60 };
        add(referral, &reading.evidence.referral, certainty);
    }
    let Some(note) = &reading.auto_reply else { return };
    for substitute in note.alternatives.iter().take(3) {
        add(substitute, &note.evidence, if note.left_company { 80 } else { 55 });
    }
    if note.left_company {
        found.push(Proposal { change: Change::LeftCompany, evidence: note.evidence.clone(), certainty: 85 });
    }
}

/// The yes or no that the mail asked for, as the first word; else what the reply wants.
fn proposal_answer(reading: &Reading) -> Option<Proposal> {
    if reading.kind != Kind::Human {
        return None;
    }
    let wants = match reading.intent {
        Intent::Interested => Some(true),
        Intent::Declined | Intent::OptOut => Some(false),
        Intent::Later | Intent::Question | Intent::Referral | Intent::AutoReply | Intent::Bounce | Intent::Other => {
            None
        }
    };
    let first = first_word(&reading.reply_text);
    let said = first.as_ref().and_then(|word| match word.text.to_lowercase().as_str() {
        "ja" | "jazeker" | "yes" => Some(true),
        "nee" | "neen" | "no" => Some(false),
        _ => None,
    });
    let yes = said.or(wants)?;
    let (evidence, certainty) = if said.is_some() {
        (first.into_iter().collect(), if wants.is_some_and(|wants| wants != yes) { CLEAR - 25 } else { 85 })
    } else {
        let found = reading.intents.iter().find(|found| found.label == reading.intent);
        (found.map(|found| found.evidence.clone()).unwrap_or_default(), confidence(reading, reading.intent))
    };
    Some(Proposal { change: Change::Proposal(ProposalAnswer { yes }), evidence, certainty })
}

/// The first word of a text; in characters, as evidence is counted.
fn first_word(text: &str) -> Option<Span> {
    let start = text.chars().take_while(|c| !c.is_alphanumeric()).count();
    let word: String = text.chars().skip(start).take_while(|c| c.is_alphanumeric()).collect();
    let end = start + word.chars().count();
    (end > start).then_some(Span { start, end, text: word })
}

fn check_in(reading: &Reading) -> Option<Proposal> {
    let answer = reading.check_in.as_ref()?;
    let change = Change::CheckIn(CheckInAnswer { score: answer.score, mood: Some(mood(answer.state)) });
    Some(Proposal { change, evidence: answer.evidence.clone(), certainty: 70 })
}

/// The reader's mood in the words of aftercare.
pub const fn mood(read: CheckInMood) -> Mood {
    match read {
        CheckInMood::Well => Mood::Well,
        CheckInMood::Concern => Mood::Concern,
        CheckInMood::Urgent => Mood::Urgent,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a share between 0 and 1 becomes 0 to 100")]
fn confidence(reading: &Reading, intent: Intent) -> i32 {
    let found = reading.intents.iter().find(|found| found.label == intent);
    found.map_or(0, |found| (found.confidence.clamp(0.0, 1.0) * 100.0).round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reply::reading::{AutoReply, IntentFound};

    fn reading() -> Reading {
        let sure = |label, confidence| IntentFound { label, confidence, evidence: Vec::new() };
        Reading {
            kind: Kind::Human,
            intents: vec![sure(Intent::Interested, 0.9), sure(Intent::OptOut, 0.5)],
            capacity: vec![Capacity { places: Some(2), end: Some(Start::Month(2027, 2)), ..Capacity::default() }],
            ..Reading::default()
        }
    }

    #[test]
    fn a_number_that_nobody_said_is_for_a_person_to_settle() {
        let clear = proposals(&reading(), &Known::default());
        assert!(is_clear(clear[0].certainty));
        let mut vague = reading();
        vague.capacity[0].places = None;
        assert!(!is_clear(proposals(&vague, &Known::default())[0].certainty));
    }

    #[test]
    fn an_answer_to_a_question_about_places_names_the_opening() {
        let about = |id, role: &str| About { opening: OpeningId(id), role: role.to_owned() };
        let (one, two) = ([about(1, "Verkoper")], [about(1, "Verkoper"), about(2, "Kok")]);
        let shops = [about(1, "Verkoper fiets"), about(2, "Verkoper brood")];
        for (role, asked, opening) in [
            (None, one.as_slice(), Some(1)),
            (Some("verkopér"), one.as_slice(), Some(1)),
            (Some("kok"), one.as_slice(), None),
            (None, two.as_slice(), None),
            (Some("kok"), two.as_slice(), Some(2)),
            (Some("verkoper"), shops.as_slice(), None),
            (Some("verkoper"), &[], None),
        ] {
            let mut reading = reading();
            reading.capacity[0].role = role.map(str::to_owned);
            let found = proposals(&reading, &Known { asked, ..Known::default() }).remove(0);
            let Change::Opening(offer) = &found.change else { panic!() };
            assert_eq!(offer.about.as_ref().map(|about| about.opening.0), opening, "{role:?} of {asked:?}");
            assert_eq!(is_clear(found.certainty), asked.is_empty() || opening.is_some());
            let text = serde_json::to_string(&found.change).unwrap();
            assert_eq!(serde_json::from_str::<Change>(&text).unwrap(), found.change);
        }
    }

    #[test]
    fn an_offer_until_a_month_ends_with_that_month() {
        let Change::Opening(offer) = &proposals(&reading(), &Known::default())[0].change else { panic!() };
        assert_eq!(offer.ends_on(), Day::new(2027, 2, 28));
    }

    #[test]
    fn the_answer_to_a_proposal_is_its_first_word_or_what_it_wants() {
        let known = Known { answers_proposal: true, ..Known::default() };
        let rows = [
            (Intent::Other, "Ja, graag!", Some(true), true),
            (Intent::Other, "> Nee.", Some(false), true),
            (Intent::Declined, "Ja, dat dacht ik al, maar helaas.", Some(true), false),
            (Intent::Interested, "We willen graag kennismaken.", Some(true), true),
            (Intent::Declined, "Helaas lukt het niet.", Some(false), false),
            (Intent::Question, "Hoe oud is de leerling?", None, false),
            (Intent::Other, "Jaap is er niet.", None, false),
        ];
        for (intent, text, yes, clear) in rows {
            let reading = Reading { intent, reply_text: text.to_owned(), capacity: Vec::new(), ..reading() };
            let found = proposals(&reading, &known);
            let answer = found.iter().find(|one| one.change.kind() == SuggestionKind::Proposal);
            let said = answer.map(|one| one.change == Change::Proposal(ProposalAnswer { yes: true }));
            assert_eq!(said, yes, "{text}");
            assert_eq!(answer.is_some_and(|one| is_clear(one.certainty)), clear, "{text}");
            assert!(proposals(&reading, &Known::default()).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_acted_by_itself_is_not_proposed() {
        let asked = Reading { opt_out: true, ..reading() };
        let kinds = |acts: &[Act]| -> Vec<SuggestionKind> {
            let known = Known { acts, ..Known::default() };
            proposals(&asked, &known).iter().map(|proposal| proposal.change.kind()).collect()
        };
        assert_eq!(kinds(&[]), [SuggestionKind::Opening, SuggestionKind::OptOut]);
        assert_eq!(kinds(&[Act::OptOutContact]), [SuggestionKind::Opening]);
    }

    #[test]
    fn a_substitute_who_is_known_already_is_not_proposed() {
        let who = |email: &str| Referral { email: Some(email.to_owned()), ..Referral::default() };
        let note = AutoReply { alternatives: vec![who("a@b.example"), who("c@b.example")], ..AutoReply::default() };
        let reading = Reading { kind: Kind::AutoReply, auto_reply: Some(note), ..Reading::default() };
        let addresses = ["a@b.example".to_owned()];
        let found = proposals(&reading, &Known { addresses: &addresses, ..Known::default() });
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_change_survives_being_stored() {
        for proposal in proposals(&Reading { opt_out: true, ..reading() }, &Known::default()) {
            let text = serde_json::to_string(&proposal.change).unwrap();
            assert_eq!(serde_json::from_str::<Change>(&text).unwrap(), proposal.change);
        }
    }
}
