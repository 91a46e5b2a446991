//! The inbox: the list beside one letter, its new words with the evidence marked, and what they suggest.

mod card;
mod files;
mod forms;
mod letter;
mod marks;

pub use files::{attachment, original};
pub use forms::{accept, accept_all, answer, assign, done as finish, edit as save_edit, reject, reopen, undo};

use crate::app::App;
use crate::domain::id::{IncomingId, SuggestionId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Decision, Lang, Routing, SuggestionKind, SuggestionState};
use crate::store::incoming::list::{self, Line, Mark, View};
use crate::store::suggestions::{self, Suggestion};
use crate::store::{Db, DbResult, incoming};
use crate::web::bridge::ask;
use crate::web::error::{Answer, Error};
use crate::web::form::Errors;
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::{show, unfit};
use actix_web::web::{Data, Path, Query};
use askama::Template;
use letter::Letter;
use marks::Piece;
use serde::Deserialize;

/// Rows of the list.
const ROWS: usize = 50;

/// What of the inbox is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    view: String,
    after: String,
    edit: Option<i64>,
    q: String,
}

impl Asked {
    fn view(&self) -> View {
        self.view.parse().unwrap_or_default()
    }

    fn mark(&self) -> Option<Mark> {
        let (at, id) = self.after.split_once('-')?;
        let at = chrono::DateTime::from_timestamp_micros(at.parse().ok()?)?;
        Some((Moment::new(at), IncomingId(id.parse().ok()?)))
    }
}

/// What somebody typed that did not fit, and what did not fit in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub form: forms::EditForm,
    pub answer: String,
    pub errors: Errors,
}

/// A row of the list.
struct Item {
    id: IncomingId,
    who: String,
    at: Moment,
    words: String,
    badges: Vec<(&'static str, String)>,
    current: bool,
}

/// Everything that a page shows, read at once.
struct Loaded {
    lines: Vec<Line>,
    suggestions: Vec<Suggestion>,
    sums: Vec<(Routing, i64)>,
    open: i64,
    letter: Option<Letter>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/inbox.html")]
struct Inbox {
    p: Page,
    view: View,
    whole: bool,
    items: Vec<Item>,
    sums: Vec<(Routing, i64)>,
    open: i64,
    next: Option<String>,
    letter: Option<Letter>,
    typed: Typed,
}

/// The list, with its first letter beside it.
pub async fn index(app: Data<App>, who: Signed, Query(asked): Query<Asked>) -> Answer {
    page(&app, &who, None, asked, Typed::default()).await
}

/// One letter, with the list beside it.
pub async fn one(app: Data<App>, who: Signed, id: Path<i64>, Query(asked): Query<Asked>) -> Answer {
    page(&app, &who, Some(IncomingId(*id)), asked, Typed::default()).await
}

/// The page; a form that did not fit comes back filled.
pub(super) async fn page(app: &Data<App>, who: &Signed, id: Option<IncomingId>, asked: Asked, typed: Typed) -> Answer {
    let (scope, lang, view) = (who.scope.clone(), who.lang, asked.view());
    let loaded = ask(app, move |app| load(&app.db, &scope, lang, id, &asked)).await?;
    if id.is_some() && loaded.letter.is_none() {
        return Err(Error::NotFound);
    }
    let current = loaded.letter.as_ref().map(|letter| letter.id);
    let items = loaded.lines.iter().map(|line| item(line, &loaded.suggestions, current, lang)).collect();
    let fits = typed.errors.is_empty();
    let page = Inbox {
        p: who.page(Here::Inbox),
        view,
        whole: id.is_some(),
        items,
        sums: loaded.sums,
        open: loaded.open,
        next: loaded.next,
        letter: loaded.letter,
        typed,
    };
    if fits { show(&page) } else { unfit(&page) }
}

fn load(db: &Db, scope: &Scope, lang: Lang, id: Option<IncomingId>, asked: &Asked) -> anyhow::Result<Loaded> {
    let limit = i64::try_from(ROWS).unwrap_or(50);
    let (mut lines, sums, open) = db.read(|conn| {
        let lines = list::page(conn, scope, asked.view(), asked.mark(), limit + 1)?;
        DbResult::Ok((lines, incoming::sums(conn, scope)?, list::open_count(conn, scope)?))
    })?;
    let more = lines.len() > ROWS;
    lines.truncate(ROWS);
    let next = lines.last().filter(|_| more).map(|line| {
        let at = line.message.received_at.utc().timestamp_micros();
        format!("/inbox?view={}&after={at}-{}", asked.view(), line.message.id)
    });
    let ids: Vec<IncomingId> = lines.iter().map(|line| line.message.id).collect();
    let suggestions = db.read(|conn| suggestions::of_messages(conn, scope, &ids))?;
    let shown = id.or_else(|| lines.first().map(|line| line.message.id));
    let letter = match shown {
        Some(id) => letter::read(db, scope, lang, id, asked.edit.map(SuggestionId), &asked.q)?,
        None => None,
    };
    Ok(Loaded { lines, suggestions, sums, open, letter, next })
}

fn item(line: &Line, suggestions: &[Suggestion], current: Option<IncomingId>, lang: Lang) -> Item {
    let message = &line.message;
    let unknown = || match &message.from_address {
        Some(address) => format!("{}: {address}", lang.t("onbekend", "unknown")),
        None => lang.t("onbekende afzender", "unknown sender").to_owned(),
    };
    let own = suggestions.iter().filter(|suggestion| suggestion.incoming_id == message.id);
    Item {
        id: message.id,
        who: line.company.clone().unwrap_or_else(unknown),
        at: message.sent_at.filter(|at| *at <= message.received_at).unwrap_or(message.received_at),
        words: letter::first_words(message),
        badges: badges(line, own, lang),
        current: current == Some(message.id),
    }
}

/// A message in a line of the day: whose it is, its first words, and what it comes down to.
pub(super) fn at_a_glance(
    line: &Line,
    suggestions: &[Suggestion],
    lang: Lang,
) -> (String, String, Option<(&'static str, String)>) {
    let item = item(line, suggestions, None, lang);
    // Places that were offered say more than that the answer is a yes.
    let places = item.badges.iter().position(|(kind, _)| kind.is_empty()).filter(|_| item.badges.len() > 1);
    let badge = item.badges.into_iter().nth(places.unwrap_or(0));
    (item.who, item.words, badge)
}

fn badges<'a>(
    line: &Line,
    suggestions: impl Iterator<Item = &'a Suggestion>,
    lang: Lang,
) -> Vec<(&'static str, String)> {
    let message = &line.message;
    let mut found = Vec::new();
    if message.routing == Routing::Broken {
        found.push(("bad", lang.t("Niet te lezen", "Unreadable").to_owned()));
    }
    if matches!(message.routing, Routing::Unmatched | Routing::Oversize) && message.company_id.is_none() {
        found.push(("warn", lang.t("Van wie?", "From whom?").to_owned()));
    }
    if message.decision == Decision::Done {
        found.push(("good", lang.t("Afgehandeld", "Dealt with").to_owned()));
    }
    if let Some((kind, words)) = letter::intent_badge(message, lang) {
        found.push((kind, words.to_owned()));
    }
    for suggestion in suggestions.filter(|suggestion| suggestion.state == SuggestionState::Open) {
        if suggestion.kind == SuggestionKind::Opening
            && let Some(places) = card::places(suggestion)
        {
            let word = if places == 1 { lang.t("plek", "place") } else { lang.t("plekken", "places") };
            found.push(("", format!("{places} {word}")));
        }
    }
    found.truncate(3);
    found
}

/// A routing in words.
pub(super) fn routing_words(routing: Routing, lang: Lang) -> &'static str {
    match routing {
        Routing::Stored => lang.t("nog te lezen", "not read yet"),
        Routing::Matched => lang.t("van een bekende", "from somebody known"),
        Routing::Unmatched => lang.t("van een onbekende", "from somebody unknown"),
        Routing::Automatic => lang.t("automatisch", "automatic"),
        Routing::Bounce => lang.t("teruggekomen", "came back"),
        Routing::Own => lang.t("zelf verstuurd", "sent by us"),
        Routing::Filed => lang.t("opgeborgen", "filed"),
        Routing::Oversize => lang.t("te groot", "too large"),
        Routing::Broken => lang.t("niet te lezen", "unreadable"),
    }
}

impl Inbox {
    fn sum_words(&self) -> String {
        let parts = self.sums.iter().filter(|(_, count)| *count > 0);
        let words = parts.map(|(routing, count)| format!("{count} {}", routing_words(*routing, self.p.lang)));
        words.collect::<Vec<_>>().join(", ")
    }

    fn count(&self, routings: &[Routing]) -> i64 {
        self.sums.iter().filter(|(routing, _)| routings.contains(routing)).map(|(_, count)| count).sum()
    }

    fn automatic(&self) -> i64 {
        self.count(&[Routing::Automatic, Routing::Bounce, Routing::Own, Routing::Filed])
    }

    fn unmatched(&self) -> i64 {
        self.count(&[Routing::Unmatched, Routing::Oversize])
    }

    fn broken(&self) -> i64 {
        self.count(&[Routing::Broken])
    }

    fn query(&self) -> String {
        if self.view == View::Open { String::new() } else { format!("?view={}", self.view) }
    }

    /// What was typed into a card's form, or what it proposes.
    fn form<'a>(&'a self, card: &'a card::Card) -> &'a forms::EditForm {
        if self.typed.errors.is_empty() { &card.form } else { &self.typed.form }
    }

    fn levels(&self) -> Vec<(&'static str, String)> {
        card::levels()
    }

    fn tracks(&self) -> Vec<(&'static str, &'static str)> {
        card::tracks()
    }

    fn moods(&self) -> [(&'static str, &'static str); 4] {
        let t = |nl, en| self.p.lang.t(nl, en);
        [
            ("", t("niet gezegd", "not said")),
            ("well", t("gaat goed", "goes well")),
            ("concern", t("een zorg", "a concern")),
            ("urgent", t("kan niet wachten", "cannot wait")),
        ]
    }

    fn sent_from(&self, address: &str) -> String {
        match self.p.lang {
            Lang::Nl => format!("Wordt verstuurd vanaf {address}."),
            Lang::En => format!("Leaves from {address}."),
        }
    }
}
