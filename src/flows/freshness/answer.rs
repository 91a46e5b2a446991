//! What a company says by the link in its mail. The link is the permission: it opens one opening, and works for so many days.

use super::{FreshnessError, PLACES, save};
use crate::domain::freshness::{RoundEvent, RoundState, moves};
use crate::domain::opening::OpeningState;
use crate::domain::scope::Scope;
use crate::domain::secret::Keys;
use crate::domain::time::Moment;
use crate::domain::words::MomentKind;
use crate::flows::openings::{self as places, Act, Mark};
use crate::store::db::may_repeat;
use crate::store::moments::{self, NewMoment};
use crate::store::openings::{self, Opening};
use crate::store::rounds::{self, Round};
use crate::store::sites::{self, Site};
use crate::store::{Conn, Db, DbError, DbResult, companies};

/// Most places that can be said by a link.
pub const MOST: i32 = 50;

/// What a link opens.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The round.
    pub round: Round,
    /// The opening, as it is now.
    pub opening: Opening,
    /// The company's name.
    pub company: String,
    /// The desk that asks; `None` where it is gone.
    pub site: Option<Site>,
    /// Whether an answer is still taken.
    pub open: bool,
}

/// Why an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The link works no longer, or there is nothing left to say.
    #[error("this link works no longer")]
    Over,
    /// Not a number of places.
    #[error("between 0 and {MOST} places")]
    Number,
    /// The round or the places could not be changed.
    #[error(transparent)]
    Round(FreshnessError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
may_repeat!(AnswerError);

impl From<FreshnessError> for AnswerError {
    fn from(error: FreshnessError) -> Self {
        if let FreshnessError::Db(error) = error { Self::Db(error) } else { Self::Round(error) }
    }
}

/// What a signed link opens; `None` for one that is not ours. Nothing changes by looking.
pub fn look(conn: &mut Conn, keys: &Keys, signed: &str, now: Moment) -> DbResult<Option<Asked>> {
    let Ok(token) = keys.verify(PLACES, signed) else { return Ok(None) };
    let Some(round) = rounds::by_token(conn, &token)? else { return Ok(None) };
    let scope = Scope::clockwork(round.site_id);
    let Some(opening) = openings::find(conn, &scope, round.opening_id)? else { return Ok(None) };
    let Some(company) = companies::find(conn, &scope, round.company_id)? else { return Ok(None) };
    let over = matches!(round.state, RoundState::Expired | RoundState::Dropped)
        || matches!(opening.state, OpeningState::Withdrawn | OpeningState::Expired)
        || company.archived_at.is_some();
    let open = !over && now < round.expires_at;
    let site = sites::find(conn, &scope, round.site_id)?;
    Ok(Some(Asked { round, opening, company: company.fields.name, site, open }))
}

/// Takes what the company says: so many places are free now. The same said again changes nothing; another number, as long as
/// the link works, is taken as a correction. `None` for a link that is not ours.
pub fn answer(db: &Db, keys: &Keys, signed: &str, free: i32, now: Moment) -> Result<Option<Asked>, AnswerError> {
    if !(0..=MOST).contains(&free) {
        return Err(AnswerError::Number);
    }
    db.write(|tx| {
        let Some(Asked { round, opening, open, .. }) = look(tx, keys, signed, now)? else { return Ok(None) };
        if !open {
            return Err(AnswerError::Over);
        }
        if round.places != Some(free) || opening.places_left != free {
            let state = moves(round.state, RoundEvent::Answer).map_err(FreshnessError::from)?;
            let (places, answered_at) = (Some(free), Some(now));
            save(tx, Round { state, places, answered_at, ..round.clone() }, None, now)?;
            let scope = Scope::clockwork(round.site_id);
            let difference = free - opening.places_left;
            let what = if difference == 0 { Act::Confirm } else { Act::Change(difference) };
            let mark = Mark::default().because("gezegd door het bedrijf, met de link in de mail");
            places::act(tx, &scope, opening.id, what, mark, now).map_err(FreshnessError::from)?;
            let word = if free == 1 { "plek" } else { "plekken" };
            let summary = format!("Antwoord met de link in de mail: nog {free} {word} voor {}.", opening.fields.role);
            let moment = NewMoment {
                company_id: Some(round.company_id),
                ..NewMoment::new(round.site_id, MomentKind::MailIn, summary, now)
            };
            moments::add(tx, &moment)?;
        }
        Ok(look(tx, keys, signed, now)?)
    })
}
