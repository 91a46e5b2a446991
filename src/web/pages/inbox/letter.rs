//! One letter as a person reads it: who, about what, the new words with their marks, and what is folded away.

use super::card::{self, Card};
use super::marks::{self, Evidence, Piece};
use crate::domain::id::{CompanyId, IncomingId, SuggestionId};
use crate::domain::reply::{Intent, Kind, Reading, Span};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Decision, Lang, MomentKind, RecipientState, Routing};
use crate::flows::suggestions::opening_made;
use crate::flows::{answers, letters};
use crate::store::incoming::Incoming;
use crate::store::moments::{Entry, Show};
use crate::store::openings::Opening;
use crate::store::outgoing::Outgoing;
use crate::store::suggestions::Suggestion;
use crate::store::{
    Conn, Db, DbResult, checkins, companies, contacts, incoming, moments, openings, outgoing, recipients, suggestions,
    suppressions,
};

/// Earlier moments that are shown.
const BEFORE: usize = 4;

/// A file that hangs on the letter.
pub(super) struct File {
    pub index: usize,
    pub name: String,
    pub size: String,
    pub runs: bool,
}

/// Something that passed with the company before.
pub(super) struct Before {
    pub at: Moment,
    pub words: String,
}

/// The mail of ours that it answers.
pub(super) struct Answered {
    pub subject: String,
    pub at: Moment,
}

/// A letter with all that stands around it.
pub(super) struct Letter {
    pub id: IncomingId,
    pub version: i32,
    pub title: String,
    pub company: Option<CompanyId>,
    pub who: String,
    pub address: String,
    pub at: Moment,
    pub subject: String,
    pub badge: Option<(&'static str, &'static str)>,
    pub intent: Option<Intent>,
    pub routing: Routing,
    pub open: bool,
    pub answers: Option<Answered>,
    pub paragraphs: Vec<Vec<Piece>>,
    pub signature: String,
    pub quoted: String,
    pub has_original: bool,
    pub files: Vec<File>,
    pub before: Vec<Before>,
    pub cards: Vec<Card>,
    pub done: Vec<&'static str>,
    pub warnings: Vec<String>,
    pub hint: String,
    pub error: String,
    pub from_mailbox: Option<String>,
    pub choices: Vec<(CompanyId, String)>,
    pub asked: String,
}

impl Letter {
    /// Whether an answer is what it asks for: it is open, and there is nothing to take over.
    pub(super) fn asks(&self) -> bool {
        self.open && self.intent == Some(Intent::Question) && self.cards.iter().all(|card| !card.open)
    }

    /// Whether somebody has to say whose it is.
    pub(super) fn needs_company(&self) -> bool {
        self.company.is_none() && matches!(self.routing, Routing::Unmatched | Routing::Oversize)
    }

    pub(super) fn has_open_cards(&self) -> bool {
        self.cards.iter().any(|card| card.open)
    }
}

fn reading_of(message: &Incoming) -> Reading {
    message.reading.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// The first new words of a message, for a list.
pub(super) fn first_words(message: &Incoming) -> String {
    let words = reading_of(message).reply_text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = if words.is_empty() { message.subject.clone() } else { words };
    words.chars().take(160).collect()
}

/// What the writer wants, in a word.
pub(super) fn intent_badge(message: &Incoming, lang: Lang) -> Option<(&'static str, &'static str)> {
    if message.kind.as_deref() == Some(Kind::Bounce.as_str()) {
        return Some(("bad", lang.t("Teruggekomen", "Came back")));
    }
    let intent: Intent = message.intent.as_deref()?.parse().ok()?;
    match intent {
        Intent::Interested => Some(("good", lang.t("Ja", "Yes"))),
        Intent::Later => Some(("blue", lang.t("Later", "Later"))),
        Intent::Declined => Some(("", lang.t("Nee", "No"))),
        Intent::Question => Some(("", lang.t("Vraag", "Question"))),
        Intent::Referral => Some(("blue", lang.t("Iemand anders", "Somebody else"))),
        Intent::OptOut => Some(("bad", lang.t("Wil geen mail", "Wants no mail"))),
        Intent::AutoReply => Some(("", lang.t("Afwezig", "Away"))),
        Intent::Bounce => Some(("bad", lang.t("Teruggekomen", "Came back"))),
        Intent::Other => None,
    }
}

/// Reads a letter in scope; `None` when there is none.
pub(super) fn read(
    db: &Db,
    scope: &Scope,
    lang: Lang,
    id: IncomingId,
    editing: Option<SuggestionId>,
    asked: &str,
) -> anyhow::Result<Option<Letter>> {
    let Some(message) = db.read(|conn| incoming::find(conn, scope, id))? else { return Ok(None) };
    let reading = reading_of(&message);
    // A source that cannot be opened is shown as such; the page still stands.
    let mail = letters::open(db, scope, id).ok().flatten().unwrap_or_default();
    let from_mailbox = answers::mailbox(db, &message)?.map(|mailbox| mailbox.address.to_string());
    let around = db.read(|conn| around(conn, scope, &message, lang, asked))?;
    let held = db.read(|conn| suggestions::of_message(conn, scope, id))?;
    let shown = if reading.reply_text.trim().is_empty() && reading.kind != Kind::Human {
        mail.text.clone()
    } else {
        reading.reply_text.clone()
    };
    let first_open = held.iter().find(|one| one.decided_at.is_none()).map(|one| one.id);
    let mut cards: Vec<Card> = held.iter().filter_map(|one| card::of(one, lang, editing, first_open)).collect();
    for card in &mut cards {
        let made = held.iter().find(|one| one.id == card.id).and_then(opening_made);
        let found = made.map(|id| db.read(|conn| openings::find(conn, scope, id))).transpose()?.flatten();
        card.opening = found.filter(Opening::has_room).map(|opening| opening.id);
    }
    let files = mail.attachments.iter().enumerate().filter(|_| !message.oversize);
    let name = message.from_name.clone();
    Ok(Some(Letter {
        id,
        version: message.version,
        title: around.company.unwrap_or_else(|| lang.t("Van wie is dit?", "Whose is this?").to_owned()),
        company: message.company_id,
        who: around.contact.filter(|name| !name.is_empty()).unwrap_or(name),
        address: message.from_address.clone().unwrap_or_default(),
        at: message.sent_at.filter(|at| *at <= message.received_at).unwrap_or(message.received_at),
        subject: message.subject.clone(),
        badge: intent_badge(&message, lang),
        intent: message.intent.as_deref().and_then(|intent| intent.parse().ok()),
        routing: message.routing,
        open: message.decision == Decision::Open,
        answers: around
            .outgoing
            .as_ref()
            .map(|mail| Answered { subject: mail.subject.clone(), at: mail.settled_at.unwrap_or(mail.queued_at) }),
        paragraphs: marks::paragraphs(&shown, &evidence(&held)),
        signature: reading.signature.clone(),
        quoted: reading.quoted_text.clone(),
        has_original: mail.readable,
        files: files.map(|(index, file)| shown_file(index, file.name.as_deref(), file.size, lang)).collect(),
        before: around.before,
        cards,
        done: around.done,
        warnings: reading.warnings.clone(),
        hint: hint(&message.hint, lang),
        error: message.error.clone(),
        from_mailbox,
        choices: around.choices,
        asked: asked.to_owned(),
    }))
}

fn shown_file(index: usize, name: Option<&str>, size: usize, lang: Lang) -> File {
    let name = name.map_or_else(|| lang.t("bijlage", "attachment").to_owned(), str::to_owned);
    let size = if size < 1 << 20 { format!("{} kB", size.div_ceil(1024)) } else { format!("{} MB", size >> 20) };
    File { index, runs: letters::runs(&name), name, size }
}

fn evidence(held: &[Suggestion]) -> Vec<Evidence> {
    let spans = |one: &Suggestion| -> Vec<Evidence> {
        let spans: Vec<Span> = serde_json::from_str(&one.evidence).unwrap_or_default();
        spans.iter().map(|span| (one.number, span.start, span.end)).collect()
    };
    held.iter().flat_map(spans).collect()
}

/// What the threading found, in a sentence.
fn hint(stored: &str, lang: Lang) -> String {
    match stored.split_once(':') {
        Some(("thread", whose)) => match lang {
            Lang::Nl => format!("Dit antwoordt op onze mail aan {whose}, maar komt van een adres dat we niet kennen."),
            Lang::En => format!("This answers our mail to {whose}, but comes from an address that we do not know."),
        },
        Some(("domain", whose)) => match lang {
            Lang::Nl => format!("Dit adres lijkt van {whose}."),
            Lang::En => format!("This address looks like {whose}."),
        },
        Some(("several", _)) => lang
            .t("Dit adres staat bij meer dan één bedrijf.", "This address stands with more than one company.")
            .to_owned(),
        _ => stored.to_owned(),
    }
}

#[derive(Default)]
struct Around {
    company: Option<String>,
    contact: Option<String>,
    outgoing: Option<Outgoing>,
    before: Vec<Before>,
    done: Vec<&'static str>,
    choices: Vec<(CompanyId, String)>,
}

fn around(conn: &mut Conn, scope: &Scope, message: &Incoming, lang: Lang, asked: &str) -> DbResult<Around> {
    let mut found = Around::default();
    if let Some(company) = message.company_id {
        found.company = companies::find(conn, scope, company)?.map(|company| company.fields.name);
        found.before = before(conn, scope, company, message, lang)?;
    }
    if let Some(contact) = message.contact_id {
        found.contact = contacts::find(conn, scope, contact)?.map(|contact| contact.fields.name);
    }
    if let Some(mail) = message.outgoing_id {
        found.outgoing = outgoing::find(conn, scope, mail)?;
    }
    found.done = acted(conn, scope, message, found.outgoing.as_ref(), lang)?;
    if message.company_id.is_none() && !asked.trim().is_empty() {
        let hits = companies::search(conn, scope, asked, message.received_at.day(), 20)?;
        found.choices = hits.into_iter().map(|hit| (hit.id, format!("{}, {}", hit.name, hit.place))).collect();
    }
    Ok(found)
}

/// What happened by itself.
fn acted(
    conn: &mut Conn,
    scope: &Scope,
    message: &Incoming,
    mail: Option<&Outgoing>,
    lang: Lang,
) -> DbResult<Vec<&'static str>> {
    let mut done = Vec::new();
    if let Some(recipient) = mail.and_then(|mail| mail.recipient_id)
        && let Some(recipient) = recipients::find(conn, recipient)?
        && matches!(recipient.state, RecipientState::Replied | RecipientState::Bounced | RecipientState::OptedOut)
    {
        done.push(lang.t(
            "Al gedaan: de volgende mail van deze campagne gaat hier niet meer heen.",
            "Already done: the next mail of this campaign does not go here any more.",
        ));
    }
    if let Some(asked) = mail.and_then(|mail| mail.checkin_id)
        && checkins::find(conn, scope, asked)?.is_some_and(|asked| asked.incoming_id == Some(message.id))
    {
        done.push(lang.t(
            "Al gedaan: dit antwoord staat bij het nazorgmoment van de stage.",
            "Already done: this answer stands with the check-in of the placement.",
        ));
    }
    let addresses: Vec<String> =
        mail.map(|mail| mail.address_key.clone()).into_iter().chain(message.from_address.clone()).collect();
    if !suppressions::in_force(conn, &addresses)?.is_empty() {
        done.push(lang.t("Dit adres krijgt geen mail meer van ons.", "This address gets no more outreach from us."));
    }
    Ok(done)
}

fn before(conn: &mut Conn, scope: &Scope, company: CompanyId, message: &Incoming, lang: Lang) -> DbResult<Vec<Before>> {
    let (entries, _) = moments::timeline(conn, scope, company, Show::All, None, BEFORE + 2)?;
    let words = |kind: MomentKind| match kind {
        MomentKind::MailOut => lang.t("mail van ons", "mail from us"),
        MomentKind::MailIn => lang.t("mail van hen", "mail from them"),
        MomentKind::Call => lang.t("gebeld", "call"),
        MomentKind::Visit => lang.t("bezoek", "visit"),
        MomentKind::Event => lang.t("bijeenkomst", "event"),
        MomentKind::Note => lang.t("notitie", "note"),
    };
    let entry = |entry: &Entry| match entry {
        Entry::Moment(moment) if moment.incoming_id == Some(message.id) => None,
        Entry::Moment(moment) => {
            let summary: String = moment.summary.chars().take(100).collect();
            Some(Before { at: moment.at, words: format!("{}: {summary}", words(moment.kind)) })
        }
        Entry::Places(_) => None,
    };
    Ok(entries.iter().filter_map(entry).take(BEFORE).collect())
}
