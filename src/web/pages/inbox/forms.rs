//! What a person does with a letter: take over, edit, reject, undo, assign, answer, put away.

use super::{Asked, Typed, page};
use crate::app::App;
use crate::domain::id::{CompanyId, ContactId, IncomingId, SuggestionId};
use crate::domain::phone::Phone;
use crate::domain::reply::Start;
use crate::domain::suggestion::{Change, CheckInAnswer, FollowUp, Offer, Person};
use crate::domain::time::Day;
use crate::domain::words::{Lang, SuggestionKind};
use crate::flows::answers::{self, AnswerError};
use crate::flows::suggestions::{self as flow, DecideError};
use crate::flows::threads;
use crate::store::incoming::{self, list};
use crate::store::suggestions;
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form};
use crate::web::gate::Signed;
use crate::web::{done as done_at, go};
use actix_web::web::{Data, Path};
use serde::Deserialize;

/// The fields of every kind of suggestion; a form sends those of its own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EditForm {
    pub(super) version: i32,
    pub(super) places: String,
    pub(super) role: String,
    pub(super) levels: Vec<String>,
    pub(super) tracks: Vec<String>,
    pub(super) start: String,
    pub(super) end: String,
    pub(super) days: String,
    pub(super) on: String,
    pub(super) phone: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) score: String,
    pub(super) mood: String,
}

/// A button that carries the version it was shown with.
#[derive(Debug, Deserialize)]
pub struct AtVersion {
    version: i32,
}

/// Whose message it is.
#[derive(Debug, Deserialize)]
pub struct AssignForm {
    version: i32,
    company: i64,
    contact: Option<i64>,
}

/// An answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    text: String,
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

impl EditForm {
    /// The form of a change.
    pub(super) fn of(change: &Change, version: i32) -> Self {
        let mut form = Self { version, ..Self::default() };
        match change {
            Change::Opening(offer) => {
                form.places = offer.places.to_string();
                form.role.clone_from(&offer.role);
                form.levels = offer.levels.iter().map(ToString::to_string).collect();
                form.tracks = offer.tracks.iter().map(ToString::to_string).collect();
                (form.start, form.end) = (shown(offer.start), shown(offer.end));
                form.days = shown(offer.days_per_week);
            }
            Change::FollowUp(follow_up) => {
                form.on = follow_up.on.to_string();
                form.phone = follow_up.phone.as_ref().map(Phone::local).unwrap_or_default();
            }
            Change::Contact(person) => {
                form.name.clone_from(&person.name);
                form.email = person.email.clone().unwrap_or_default();
                form.phone = person.phone.as_ref().map(Phone::local).unwrap_or_default();
            }
            Change::CheckIn(answer) => (form.score, form.mood) = (shown(answer.score), shown(answer.mood)),
            Change::LeftCompany | Change::OptOut | Change::Proposal(_) => {}
        }
        form
    }

    fn change(&self, kind: SuggestionKind, lang: Lang) -> Result<Change, Errors> {
        let mut errors = Errors::default();
        let change = match kind {
            SuggestionKind::Opening => self.offer(&mut errors, lang).map(Change::Opening),
            SuggestionKind::FollowUp => {
                let on = Day::parse(&self.on);
                let on = errors.take("on", on.ok_or(lang.t("Kies een dag.", "Choose a day.")));
                let phone = self.phone(&mut errors, lang);
                on.map(|on| Change::FollowUp(FollowUp { on, phone }))
            }
            SuggestionKind::Contact => {
                let phone = self.phone(&mut errors, lang);
                let email = Some(self.email.trim().to_owned()).filter(|text| !text.is_empty());
                Some(Change::Contact(Person { name: self.name.trim().to_owned(), email, phone }))
            }
            SuggestionKind::LeftCompany => Some(Change::LeftCompany),
            SuggestionKind::OptOut => Some(Change::OptOut),
            // Its card offers no form: it is taken over or refused.
            SuggestionKind::Proposal => None,
            SuggestionKind::CheckIn => {
                let score = self.number("score", &self.score, &mut errors, lang);
                Some(Change::CheckIn(CheckInAnswer { score, mood: self.mood.parse().ok() }))
            }
        };
        change.filter(|_| errors.is_empty()).ok_or(errors)
    }

    fn offer(&self, errors: &mut Errors, lang: Lang) -> Option<Offer> {
        let places = self.places.trim().parse().ok().filter(|places| (1..=1_000).contains(places));
        let sentence = lang.t("Schrijf een getal vanaf 1.", "Write a number from 1.");
        let places = errors.take("places", places.ok_or(sentence));
        let start = self.start(&self.start, "start", errors, lang);
        let end = self.start(&self.end, "end", errors, lang);
        let days_per_week = self.number("days", &self.days, errors, lang);
        Some(Offer {
            places: places?,
            places_max: None,
            role: self.role.trim().to_owned(),
            levels: self.levels.iter().filter_map(|level| level.parse().ok()).collect(),
            tracks: self.tracks.iter().filter_map(|track| track.parse().ok()).collect(),
            start,
            end,
            days_per_week,
            about: None,
        })
    }

    fn start(&self, text: &str, field: &str, errors: &mut Errors, lang: Lang) -> Option<Start> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let sentence = lang.t("Schrijf het zo: 2027-02 of 2027-02-08.", "Write it as 2027-02 or 2027-02-08.");
        errors.take(field, Start::parse(text).ok_or(sentence))
    }

    fn number(&self, field: &str, text: &str, errors: &mut Errors, lang: Lang) -> Option<u8> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let most = if field == "score" { 5 } else { 7 };
        let number = text.parse().ok().filter(|number| (1..=most).contains(number));
        let sentence = match lang {
            Lang::Nl => format!("Schrijf een getal van 1 tot en met {most}."),
            Lang::En => format!("Write a number from 1 to {most}."),
        };
        errors.take(field, number.ok_or(sentence))
    }

    fn phone(&self, errors: &mut Errors, lang: Lang) -> Option<Phone> {
        if self.phone.trim().is_empty() {
            return None;
        }
        let sentence = lang.t("Schrijf het nummer zo: 020 123 45 67.", "Write the number as 020 123 45 67.");
        errors.take("phone", Phone::parse(&self.phone).map_err(|_| sentence))
    }
}

/// Takes a suggestion over as it is.
pub async fn accept(app: Data<App>, who: Signed, id: Path<i64>, Form(form): Form<AtVersion>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, SuggestionId(*id));
    let taken = attempt(&app, move |app| flow::accept(&app.db, &scope, id, form.version, now)).await?;
    let words = who.lang.t("Overgenomen.", "Taken over.");
    decided(&app, &who, id, taken, &Flash::good(words).undo(format!("/suggestions/{id}/undo"))).await
}

/// Refuses a suggestion.
pub async fn reject(app: Data<App>, who: Signed, id: Path<i64>, Form(form): Form<AtVersion>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, SuggestionId(*id));
    let taken = attempt(&app, move |app| flow::reject(&app.db, &scope, id, form.version, now)).await?;
    let words = who.lang.t("Afgewezen. Er verandert niets.", "Rejected. Nothing changes.");
    decided(&app, &who, id, taken, &Flash::good(words).undo(format!("/suggestions/{id}/undo"))).await
}

/// Takes a decision back, at the version it has now: the button stands on the page after.
pub async fn undo(app: Data<App>, who: Signed, id: Path<i64>, Form(_): Form<crate::web::form::Press>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, SuggestionId(*id));
    let taken = attempt(&app, move |app| {
        let held = app.db.read(|conn| suggestions::find(conn, &scope, id))?.ok_or(DecideError::NotThere)?;
        flow::undo(&app.db, &scope, id, held.version, now)
    })
    .await?;
    let words = who.lang.t("Ongedaan gemaakt.", "Undone.");
    decided(&app, &who, id, taken, &Flash::good(words)).await
}

/// Takes a suggestion over with changes.
pub async fn edit(app: Data<App>, who: Signed, id: Path<i64>, Form(form): Form<EditForm>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, SuggestionId(*id));
    let held = ask(&app, move |app| app.db.read(|conn| suggestions::find(conn, &scope, id))).await?;
    let held = held.ok_or(Error::NotFound)?;
    let change = match form.change(held.kind, who.lang) {
        Ok(change) => change,
        Err(errors) => {
            return again(&app, &who, held.incoming_id, id, Typed { form, errors, ..Typed::default() }).await;
        }
    };
    let (scope, version) = (who.scope.clone(), form.version);
    let taken = attempt(&app, move |app| flow::edit(&app.db, &scope, id, version, &change, now)).await?;
    if let Err(DecideError::Field(field)) = taken {
        let sentence = who.lang.t("Dit klopt nog niet.", "This does not fit yet.");
        let errors = Errors::one(field, sentence);
        return again(&app, &who, held.incoming_id, id, Typed { form, errors, ..Typed::default() }).await;
    }
    let words = who.lang.t("Aangepast en overgenomen.", "Changed and taken over.");
    decided(&app, &who, id, taken, &Flash::good(words).undo(format!("/suggestions/{id}/undo"))).await
}

async fn again(app: &Data<App>, who: &Signed, message: IncomingId, id: SuggestionId, typed: Typed) -> Answer {
    let asked = Asked { edit: Some(id.0), ..Asked::default() };
    page(app, who, Some(message), asked, typed).await
}

/// After a decision: on the same letter, with what was done or why not.
async fn decided(
    app: &Data<App>,
    who: &Signed,
    id: SuggestionId,
    taken: Result<IncomingId, DecideError>,
    flash: &Flash,
) -> Answer {
    let error = match taken {
        Ok(message) => return Ok(done_at(&format!("/inbox/{message}"), flash, who)),
        Err(error) => error,
    };
    let scope = who.scope.clone();
    let held = ask(app, move |app| app.db.read(|conn| suggestions::find(conn, &scope, id))).await?;
    let held = held.ok_or(Error::NotFound)?;
    refused(&format!("/inbox/{}", held.incoming_id), error, who)
}

fn refused(path: &str, error: DecideError, who: &Signed) -> Answer {
    let lang = who.lang;
    let words = match error {
        DecideError::NotThere => return Err(Error::NotFound),
        DecideError::Stale | DecideError::NotOpen => lang.t(
            "Iemand besliste hier net over. Kijk wat er nu staat.",
            "Somebody just decided on this. Look at what stands here now.",
        ),
        DecideError::NoCompany => {
            lang.t("Kies eerst van welk bedrijf dit bericht is.", "Say first from which company this message is.")
        }
        DecideError::InUse => lang.t(
            "Van deze plekken is er al een gebruikt. Pas de plek aan bij het bedrijf.",
            "One of these places is in use. Change it on the company's page.",
        ),
        DecideError::OptOut => lang.t(
            "Een afmelding maakt alleen een coördinator ongedaan, met een reden.",
            "Only a coordinator undoes an opt-out, with a reason.",
        ),
        DecideError::CheckIn => lang.t(
            "Open het nazorgmoment weer op de bladzijde van de stage.",
            "Open the check-in again on the placement's page.",
        ),
        DecideError::Proposal => {
            lang.t("Pas het voorstel aan op zijn eigen bladzijde.", "Change the proposal on its own page.")
        }
        DecideError::Field(_) => lang.t(
            "Er klopt iets nog niet. Kies Aanpassen en kijk het na.",
            "Something does not fit yet. Choose Edit and look at it.",
        ),
        DecideError::Bsn(_) => lang.t(
            "Hier lijkt een BSN in te staan. Dat bewaren we niet.",
            "This looks like it holds a BSN. We do not keep those.",
        ),
        error @ (DecideError::Json(_) | DecideError::Db(_)) => return Err(Error::Unknown(error.into())),
    };
    Ok(done_at(path, &Flash::bad(words), who))
}

/// Takes over all that is open, and goes on with the next letter.
pub async fn accept_all(app: Data<App>, who: Signed, id: Path<i64>, Form(form): Form<AtVersion>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, IncomingId(*id));
    let done = attempt(&app, move |app| flow::accept_all(&app.db, &scope, id, form.version, now)).await?;
    on(&app, &who, id, done.map(|_| ()), who.lang.t("Alles overgenomen.", "All taken over.")).await
}

/// Says that a letter is dealt with, and goes on with the next one.
pub async fn done(app: Data<App>, who: Signed, id: Path<i64>, Form(form): Form<AtVersion>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, IncomingId(*id));
    let done = attempt(&app, move |app| flow::finish(&app.db, &scope, id, form.version, now)).await?;
    on(&app, &who, id, done, who.lang.t("Afgehandeld.", "Dealt with.")).await
}

async fn on(app: &Data<App>, who: &Signed, id: IncomingId, done: Result<(), DecideError>, words: &str) -> Answer {
    if let Err(error) = done {
        return refused(&format!("/inbox/{id}"), error, who);
    }
    let scope = who.scope.clone();
    let next = ask(app, move |app| {
        app.db.read(|conn| {
            let at = incoming::find(conn, &scope, id)?.map(|message| (message.received_at, message.id));
            list::next_open(conn, &scope, at)
        })
    })
    .await?;
    let path = next.map_or("/inbox".to_owned(), |next| format!("/inbox/{next}"));
    Ok(done_at(&path, &Flash::good(words).undo(format!("/inbox/{id}/reopen")), who))
}

/// Puts a letter back on the list.
pub async fn reopen(app: Data<App>, who: Signed, id: Path<i64>, Form(_): Form<crate::web::form::Press>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, IncomingId(*id));
    let path = format!("/inbox/{id}");
    match attempt(&app, move |app| flow::reopen(&app.db, &scope, id, now)).await? {
        Ok(()) => Ok(go(&path)),
        Err(error) => refused(&path, error, &who),
    }
}

/// Says whose letter it is.
pub async fn assign(app: Data<App>, who: Signed, id: Path<i64>, Form(form): Form<AssignForm>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, IncomingId(*id));
    let to = (CompanyId(form.company), form.contact.map(ContactId));
    let path = format!("/inbox/{id}");
    match attempt(&app, move |app| threads::assign(&app.db, &scope, id, form.version, to, now)).await? {
        Ok(()) => {
            let words =
                who.lang.t("Dit bericht hoort nu bij dit bedrijf.", "This message now belongs to this company.");
            Ok(done_at(&path, &Flash::good(words), &who))
        }
        Err(error) => refused(&path, error, &who),
    }
}

/// Puts an answer in the outbox.
pub async fn answer(app: Data<App>, who: Signed, id: Path<i64>, Form(form): Form<AnswerForm>) -> Answer {
    let (scope, now, id, text) = (who.scope.clone(), who.now, IncomingId(*id), form.text.clone());
    let lang = who.lang;
    let words = match attempt(&app, move |app| answers::answer(&app.db, &scope, id, &text, now)).await? {
        Ok(_) => {
            let words = lang.t("Je antwoord gaat zo de deur uit.", "Your answer leaves in a moment.");
            return Ok(done_at(&format!("/inbox/{id}"), &Flash::good(words), &who));
        }
        Err(AnswerError::NotThere) => return Err(Error::NotFound),
        Err(AnswerError::Empty) => lang.t("Schrijf eerst iets.", "Write something first.").to_owned(),
        Err(AnswerError::TooLong) => lang.t("Dit is te lang voor een mail.", "This is too long for a mail.").to_owned(),
        Err(AnswerError::NoAddress | AnswerError::Source) => lang
            .t("Dit bericht heeft geen adres om te antwoorden.", "This message has no address to answer to.")
            .to_owned(),
        Err(AnswerError::NoMailbox) => {
            lang.t("Er is geen mailbox die kan versturen.", "There is no mailbox that can send.").to_owned()
        }
        Err(AnswerError::Bsn(_)) => {
            lang.t("Hier lijkt een BSN in te staan. Haal het weg.", "This looks like a BSN. Remove it.").to_owned()
        }
        Err(AnswerError::Refused(why)) => why.say(lang),
        Err(error @ AnswerError::Db(_)) => return Err(Error::Unknown(error.into())),
    };
    let typed = Typed { answer: form.text, errors: Errors::one("text", words), ..Typed::default() };
    page(&app, &who, Some(id), Asked::default(), typed).await
}
