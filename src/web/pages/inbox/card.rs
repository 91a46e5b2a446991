//! A suggestion as a card: one sentence, its facts, and whether it is clear or wants a look.

use super::forms::EditForm;
use crate::domain::aftercare::Mood;
use crate::domain::id::{OpeningId, ProposalId, SuggestionId};
use crate::domain::reply::Start;
use crate::domain::suggestion::{Change, CheckInAnswer, Offer, Person, ProposalAnswer, is_clear};
use crate::domain::time::Day;
use crate::domain::words::{Lang, Level, SuggestionKind, SuggestionState, Track};
use crate::flows::suggestions as flow;
use crate::store::suggestions::Suggestion;

/// A suggestion as the page shows it.
#[expect(clippy::struct_excessive_bools, reason = "each says on its own what the card shows")]
pub(super) struct Card {
    pub id: SuggestionId,
    pub version: i32,
    pub number: i32,
    pub kind: SuggestionKind,
    pub title: &'static str,
    pub sum: String,
    pub facts: Vec<(&'static str, String)>,
    pub clear: bool,
    pub open: bool,
    pub state: &'static str,
    pub focus: bool,
    pub editing: bool,
    pub form: EditForm,
    pub accept: String,
    pub can_edit: bool,
    /// The places are those of an opening that we asked about.
    pub renews: bool,
    pub can_undo: bool,
    /// The opening that it made, while a student can be placed there.
    pub opening: Option<OpeningId>,
    /// The proposal that it moved.
    pub proposal: Option<ProposalId>,
}

/// The places that a suggestion offers.
pub(super) fn places(suggestion: &Suggestion) -> Option<i32> {
    if let Ok(Change::Opening(offer)) = serde_json::from_str(&suggestion.payload) { Some(offer.places) } else { None }
}

/// A suggestion as a card; `None` for one whose stored change cannot be read.
pub(super) fn of(
    suggestion: &Suggestion,
    lang: Lang,
    editing: Option<SuggestionId>,
    first_open: Option<SuggestionId>,
) -> Option<Card> {
    let change: Change = serde_json::from_str(&suggestion.payload).ok()?;
    let open = suggestion.state == SuggestionState::Open;
    let (sum, facts, accept) = words(&change, lang);
    Some(Card {
        id: suggestion.id,
        version: suggestion.version,
        number: suggestion.number,
        kind: suggestion.kind,
        title: title(suggestion.kind, lang),
        sum,
        facts,
        clear: is_clear(suggestion.certainty),
        open,
        state: state(suggestion.state, lang),
        focus: first_open == Some(suggestion.id),
        editing: open && editing == Some(suggestion.id),
        form: EditForm::of(&change, suggestion.version),
        accept,
        renews: matches!(&change, Change::Opening(offer) if offer.about.is_some()),
        can_edit: !matches!(
            suggestion.kind,
            SuggestionKind::LeftCompany | SuggestionKind::OptOut | SuggestionKind::Proposal
        ),
        // An opt-out, a check-in and a proposal are taken back where they live.
        can_undo: !open
            && (suggestion.state == SuggestionState::Rejected
                || !matches!(
                    suggestion.kind,
                    SuggestionKind::OptOut | SuggestionKind::CheckIn | SuggestionKind::Proposal
                )),
        opening: None,
        proposal: flow::proposal_moved(suggestion),
    })
}

fn title(kind: SuggestionKind, lang: Lang) -> &'static str {
    match kind {
        SuggestionKind::Opening => lang.t("Stageplekken", "Places"),
        SuggestionKind::FollowUp => lang.t("Taak", "Task"),
        SuggestionKind::Contact => lang.t("Contactpersoon", "Contact"),
        SuggestionKind::LeftCompany => lang.t("Werkt er niet meer", "Left the company"),
        SuggestionKind::OptOut => lang.t("Afmelding", "Opt-out"),
        SuggestionKind::CheckIn => lang.t("Nazorg", "Aftercare"),
        SuggestionKind::Proposal => lang.t("Voorstel", "Proposal"),
    }
}

fn state(state: SuggestionState, lang: Lang) -> &'static str {
    match state {
        SuggestionState::Open => lang.t("open", "open"),
        SuggestionState::Accepted => lang.t("overgenomen", "taken over"),
        SuggestionState::Edited => lang.t("aangepast overgenomen", "taken over with changes"),
        SuggestionState::Rejected => lang.t("afgewezen", "rejected"),
    }
}

type Words = (String, Vec<(&'static str, String)>, String);

fn words(change: &Change, lang: Lang) -> Words {
    match change {
        Change::Opening(offer) => opening(offer, lang),
        Change::FollowUp(follow_up) => {
            let day = day(follow_up.on, lang);
            let sum = match (&follow_up.phone, lang) {
                (Some(phone), Lang::Nl) => format!("Bellen op {day} ({})", phone.local()),
                (Some(phone), Lang::En) => format!("Call on {day} ({})", phone.local()),
                (None, Lang::Nl) => format!("Opnieuw vragen op {day}"),
                (None, Lang::En) => format!("Ask again on {day}"),
            };
            (sum, Vec::new(), lang.t("Zet op de lijst", "Put on the list").to_owned())
        }
        Change::Contact(person) => contact(person, lang),
        Change::LeftCompany => (
            lang.t("De schrijver werkt hier niet meer", "The writer does not work here any more").to_owned(),
            Vec::new(),
            lang.t("Leg vast", "Record").to_owned(),
        ),
        Change::OptOut => (
            lang.t("De schrijver wil geen mail meer van ons", "The writer wants no more mail from us").to_owned(),
            Vec::new(),
            lang.t("Meld af", "Opt out").to_owned(),
        ),
        Change::CheckIn(answer) => check_in(answer, lang),
        Change::Proposal(ProposalAnswer { yes: true }) => (
            lang.t("Het bedrijf wil kennismaken met de leerling", "The company wants to meet the student").to_owned(),
            Vec::new(),
            lang.t("Leg de ja vast", "Record the yes").to_owned(),
        ),
        Change::Proposal(ProposalAnswer { yes: false }) => (
            lang.t("Het bedrijf wil deze leerling niet", "The company does not want this student").to_owned(),
            Vec::new(),
            lang.t("Sluit het voorstel", "Close the proposal").to_owned(),
        ),
    }
}

fn opening(offer: &Offer, lang: Lang) -> Words {
    let word = if offer.places == 1 { lang.t("plek", "place") } else { lang.t("plekken", "places") };
    let count = format!("{} {word}", offer.places);
    let from = offer.start.map(|start| format!(" {} {}", lang.t("vanaf", "from"), moment(start, lang)));
    let sum = match &offer.about {
        Some(about) => format!("{}: {} {count}", about.role, lang.t("nu nog", "now")),
        None => format!("{count} {}{}", lang.t("erbij", "more"), from.clone().unwrap_or_default()),
    };
    let mut facts = Vec::new();
    if let Some(about) = &offer.about {
        facts.push((lang.t("Stageplek", "Opening"), about.role.clone()));
    }
    let said = match offer.places_max {
        Some(most) => format!("{} {} {most}", offer.places, lang.t("tot", "to")),
        None => offer.places.to_string(),
    };
    facts.push((lang.t("Plekken", "Places"), said));
    if offer.about.is_some() {
        return (sum, facts, lang.t("Neem over", "Take over").to_owned());
    }
    let role = if offer.role.is_empty() { lang.t("niet gezegd", "not said") } else { &offer.role };
    facts.push((lang.t("Rol", "Role"), role.to_owned()));
    if !offer.levels.is_empty() {
        let levels: Vec<String> = offer.levels.iter().map(|level| level_words(*level)).collect();
        facts.push((lang.t("Niveau", "Level"), levels.join(", ")));
    }
    if !offer.tracks.is_empty() {
        let tracks: Vec<&str> = offer.tracks.iter().map(|track| track.as_str()).collect();
        facts.push((lang.t("Leerweg", "Track"), tracks.join(", ")));
    }
    let start = offer.start.map_or(lang.t("niet gezegd", "not said").to_owned(), |start| moment(start, lang));
    let end = offer.end.map_or(lang.t("einde niet gezegd", "end not said").to_owned(), |end| {
        format!("{} {}", lang.t("tot", "until"), moment(end, lang))
    });
    facts.push((lang.t("Periode", "Period"), format!("{start}, {end}")));
    if let Some(days) = offer.days_per_week {
        facts.push((lang.t("Dagen", "Days"), format!("{days} {}", lang.t("per week", "a week"))));
    }
    let accept = match lang {
        Lang::Nl => format!("{count} overnemen"),
        Lang::En => format!("Take over {count}"),
    };
    (sum, facts, accept)
}

fn contact(person: &Person, lang: Lang) -> Words {
    let name = if person.name.is_empty() { person.email.clone().unwrap_or_default() } else { person.name.clone() };
    let sum = match lang {
        Lang::Nl => format!("{name} toevoegen"),
        Lang::En => format!("Add {name}"),
    };
    let mut facts = Vec::new();
    if let Some(email) = &person.email {
        facts.push((lang.t("Mailadres", "E-mail"), email.clone()));
    }
    if let Some(phone) = &person.phone {
        facts.push((lang.t("Telefoon", "Telephone"), phone.local()));
    }
    (sum, facts, lang.t("Voeg toe", "Add").to_owned())
}

fn check_in(answer: &CheckInAnswer, lang: Lang) -> Words {
    let mut facts = Vec::new();
    if let Some(score) = answer.score {
        facts.push((lang.t("Cijfer", "Score"), score.to_string()));
    }
    let mood = match answer.mood {
        Some(Mood::Well) => lang.t("gaat goed", "goes well"),
        Some(Mood::Concern) => lang.t("een zorg", "a concern"),
        Some(Mood::Urgent) => lang.t("kan niet wachten", "cannot wait"),
        None => lang.t("niet gezegd", "not said"),
    };
    facts.push((lang.t("Hoe het gaat", "How it goes"), mood.to_owned()));
    let sum = lang.t("Dit is het antwoord op een nazorgmoment", "This answers a check-in").to_owned();
    (sum, facts, lang.t("Leg vast", "Record").to_owned())
}

/// `mbo 2`, `havo`.
pub(super) fn level_words(level: Level) -> String {
    level.as_str().replace("mbo", "mbo ")
}

/// Every level with its words.
pub(super) fn levels() -> Vec<(&'static str, String)> {
    Level::ALL.iter().map(|level| (level.as_str(), level_words(*level))).collect()
}

/// Every track.
pub(super) fn tracks() -> Vec<(&'static str, &'static str)> {
    Track::ALL.iter().map(|track| (track.as_str(), track.as_str())).collect()
}

const MONTHS_NL: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month(number: u32, lang: Lang) -> &'static str {
    let index = usize::try_from(number.clamp(1, 12) - 1).unwrap_or(0);
    lang.t(MONTHS_NL[index], MONTHS_EN[index])
}

fn day(day: Day, lang: Lang) -> String {
    let (year, number, of_month) = day.ymd();
    format!("{of_month} {} {year}", month(number, lang))
}

fn moment(start: Start, lang: Lang) -> String {
    match start {
        Start::On(on) => day(on, lang),
        Start::Month(year, number) => format!("{} {year}", month(number, lang)),
    }
}
