//! What people corrected in the inbox, as labelled examples for whoever mends the reader. A decision is kept with its
//! message (`suggestions`: what was taken over, with which changes, what was refused, by whom and when); here the messages
//! with a correction are given out, with stand-ins for everybody, and without our own quoted words.

use crate::domain::pseudonym::Pseudonyms;
use crate::domain::reply::Reading;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::SuggestionState;
use crate::store::audit::{self, Event};
use crate::store::incoming::Incoming;
use crate::store::suggestions::{self, Suggestion};
use crate::store::{Conn, Db, DbError, DbResult, companies, contacts, incoming, users};
use serde::Serialize;
use serde_json::{Value, json};

/// Messages taken up at once.
const BATCH: i64 = 200;

/// Why nothing is given out.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Only a coordinator may.
    #[error("only a coordinator gives out corrections")]
    NotAllowed,
    /// A stored reading or suggestion cannot be read.
    #[error("what is stored cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
crate::store::db::may_repeat!(ExportError);

/// One message with what was read in it and what people made of that.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Example {
    /// The language of the new words.
    pub language: String,
    /// The new words, with stand-ins.
    pub text: String,
    /// What the reader found: `intent`, `capacity`, `follow_up_on`, `referral`, `opt_out`, `check_in`.
    pub read: Value,
    /// What people decided.
    pub labels: Vec<Label>,
}

/// A decision on one conclusion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Label {
    /// `accepted`, `edited` or `rejected`.
    pub state: SuggestionState,
    /// The change as it was taken over; of a rejected one, as it was proposed.
    pub change: Value,
}

/// The examples in scope, oldest first; recorded in the audit of each site.
pub fn export(db: &Db, scope: &Scope, now: Moment) -> Result<Vec<Example>, ExportError> {
    if !scope.coordinates() {
        return Err(ExportError::NotAllowed);
    }
    let mut examples = Vec::new();
    let mut counts: Vec<(crate::domain::id::SiteId, usize)> = scope.sites().iter().map(|site| (*site, 0)).collect();
    let mut after = crate::domain::id::IncomingId(0);
    loop {
        let ids = db.read(|conn| suggestions::corrected(conn, scope, after, BATCH))?;
        let Some(last) = ids.last() else { break };
        after = *last;
        for id in ids {
            let Some(message) = db.read(|conn| incoming::find(conn, scope, id))? else { continue };
            let held = db.read(|conn| suggestions::of_message(conn, scope, id))?;
            let Some(example) = example(db, scope, &message, &held)? else { continue };
            examples.push(example);
            counts.iter_mut().filter(|(site, _)| *site == message.site_id).for_each(|(_, count)| *count += 1);
        }
    }
    db.write(|tx| {
        for (site, count) in &counts {
            let event = Event {
                at: now,
                site_id: Some(*site),
                user_id: scope.user(),
                action: "corrections.export",
                subject: "site",
                subject_id: Some(site.0),
                detail: &count.to_string(),
            };
            audit::record(tx, &event)?;
        }
        Ok::<_, DbError>(())
    })?;
    Ok(examples)
}

fn example(db: &Db, scope: &Scope, message: &Incoming, held: &[Suggestion]) -> Result<Option<Example>, ExportError> {
    let Some(stored) = &message.reading else { return Ok(None) };
    let reading: Reading = serde_json::from_str(stored)?;
    let (people, firms) = db.read(|conn| named(conn, scope, message, &reading))?;
    let mut hidden = Pseudonyms::new(people.iter().map(String::as_str), firms.iter().map(String::as_str));
    let text = hidden.hide(&reading.reply_text);
    let read = json!({
        "intent": reading.intent,
        "capacity": reading.capacity,
        "follow_up_on": reading.follow_up_on,
        "referral": reading.referral,
        "opt_out": reading.opt_out,
        "check_in": reading.check_in,
    });
    let mut labels = Vec::new();
    for suggestion in held.iter().filter(|suggestion| suggestion.state != SuggestionState::Open) {
        let change: Value = serde_json::from_str(&suggestion.payload)?;
        labels.push(Label { state: suggestion.state, change: hidden.hide_value(&change) });
    }
    let read = hidden.hide_value(&without_offsets(read));
    Ok(Some(Example { language: reading.language.to_string(), text, read, labels }))
}

/// Spans point into the words as they were; with stand-ins they would point elsewhere.
fn without_offsets(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(key, _)| key != "evidence")
            .map(|(key, value)| (key, without_offsets(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_offsets).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// Who is known to stand in a message: people, and companies.
fn named(
    conn: &mut Conn,
    scope: &Scope,
    message: &Incoming,
    reading: &Reading,
) -> DbResult<(Vec<String>, Vec<String>)> {
    let mut people = vec![message.from_name.clone()];
    people.extend(users::list(conn, scope)?.into_iter().map(|member| member.user.name));
    let told = reading.referral.iter().chain(reading.auto_reply.iter().flat_map(|note| &note.alternatives));
    people.extend(told.filter_map(|who| who.name.clone()));
    let mut firms = Vec::new();
    if let Some(id) = message.company_id {
        people.extend(contacts::of_company(conn, scope, id)?.into_iter().map(|contact| contact.fields.name));
        if let Some(company) = companies::find(conn, scope, id)? {
            firms.push(company.fields.name);
        }
    }
    let domain = message.from_address.as_deref().and_then(|address| address.split_once('@')).map(|(_, domain)| domain);
    firms.extend(domain.and_then(|domain| domain.split('.').next()).map(str::to_owned));
    Ok((people, firms))
}
