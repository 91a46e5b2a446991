//! Whole dossiers, many in one write: companies with their people, what passed between us and what they offer. For a
//! world that is made at once; what a broker does day by day, and imports, have flows of their own.

use super::companies::{Edit, enter_bare, furnish};
use super::moments::{Log, Next};
use super::openings::{self, BookError, NewOffer, Source};
use crate::domain::id::{CompanyId, ContactId, OpeningId, SiteId};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{MomentKind, Outcome};
use crate::store::audit::{self, Event};
use crate::store::{Db, DbResult, Tx, contacts, moments, openings as opening_rows, tasks};

/// A company and all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// Since when the desk knows it.
    pub since: Moment,
    /// The company, its tags and its recognitions.
    pub company: Edit,
    /// Its people.
    pub people: Vec<contacts::Fields>,
    /// What passed between us.
    pub history: Vec<Past>,
    /// What it offers.
    pub offers: Vec<Offer>,
}

/// A contact moment of a dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// With whom: which of the people.
    pub person: Option<usize>,
    /// What it was.
    pub kind: MomentKind,
    /// When.
    pub at: Moment,
    /// In a sentence or two.
    pub summary: String,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// What follows.
    pub next: Option<Next>,
}

/// Places that a company offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Role, levels, tracks, period.
    pub fields: opening_rows::Fields,
    /// How many.
    pub places: i32,
    /// When.
    pub at: Moment,
}

/// The ids that a dossier got, each list in the dossier's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// The company.
    pub company: CompanyId,
    /// Its people.
    pub people: Vec<ContactId>,
    /// Its openings.
    pub openings: Vec<OpeningId>,
}

/// Adds dossiers to a site in scope, all or none.
pub fn file(db: &Db, scope: &Scope, site: SiteId, dossiers: &[Dossier]) -> Result<Vec<Filed>, BookError> {
    if !scope.sees(site) {
        return Err(BookError::Gone);
    }
    db.write(|tx| {
        let mut history = Vec::new();
        let mut filed = Vec::with_capacity(dossiers.len());
        for dossier in dossiers {
            let ids = one(tx, scope, site, dossier)?;
            for past in &dossier.history {
                let (moment, task) = log(&ids, past).rows(scope, site, past.at);
                history.push(moment);
                if let Some(task) = task {
                    tasks::add(tx, &task)?;
                }
            }
            filed.push(ids);
        }
        let entered = filed.iter().zip(dossiers).map(|(ids, dossier)| (ids.company, &dossier.company));
        furnish(tx, &entered.collect::<Vec<_>>())?;
        moments::add_all(tx, &history)?;
        tell(tx, scope, site, &filed, dossiers)?;
        Ok(filed)
    })
}

fn one(tx: &mut Tx, scope: &Scope, site: SiteId, dossier: &Dossier) -> Result<Filed, BookError> {
    let (company, people) = enter_bare(tx, site, &dossier.company, &dossier.people, None, dossier.since)?;
    let mut openings = Vec::with_capacity(dossier.offers.len());
    for offer in &dossier.offers {
        let new = NewOffer {
            site,
            company,
            fields: offer.fields.clone(),
            places: offer.places,
            source: Source::of(scope),
            reason: String::new(),
        };
        openings.push(openings::offer(tx, &new, offer.at)?);
    }
    Ok(Filed { company, people, openings })
}

/// The audit events of dossiers that were filed.
fn tell(tx: &mut Tx, scope: &Scope, site: SiteId, filed: &[Filed], dossiers: &[Dossier]) -> DbResult<()> {
    let detail = |dossier: &Dossier| format!("{} contacts, {} moments", dossier.people.len(), dossier.history.len());
    let details: Vec<String> = dossiers.iter().map(detail).collect();
    let events = filed.iter().zip(dossiers).zip(&details).map(|((ids, dossier), detail)| Event {
        at: dossier.since,
        site_id: Some(site),
        user_id: scope.user(),
        action: "company.add",
        subject: "company",
        subject_id: Some(ids.company.0),
        detail,
    });
    audit::record_all(tx, &events.collect::<Vec<_>>())
}

/// A moment of a dossier as it is logged.
fn log(ids: &Filed, past: &Past) -> Log {
    Log {
        company: ids.company,
        contact: past.person.and_then(|index| ids.people.get(index).copied()),
        kind: past.kind,
        at: past.at,
        summary: past.summary.clone(),
        outcome: past.outcome,
        next: past.next.clone(),
    }
}
