//! Reports: the funnel from mail to placement, for all mails of a period and per campaign. Figures only, no names of
//! people; what may be shown is decided by `domain::statistics`.

use crate::domain::id::CampaignId;
use crate::domain::scope::Scope;
use crate::domain::statistics::{self, Funnel};
use crate::store::funnel::{self, Question};
use crate::store::{Conn, DbResult};

/// The funnel of all that a question covers.
pub fn funnel_of(conn: &mut Conn, scope: &Scope, ask: &Question) -> DbResult<Funnel> {
    let mailed = funnel::mailed(conn, scope, ask)?;
    let answered = funnel::answered(conn, scope, ask)?;
    let offered = funnel::offered(conn, scope, ask.from)?;
    let placed = funnel::placed(conn, scope, ask.from)?;
    Ok(statistics::funnel(&mailed, &answered, &offered, &placed))
}

/// One campaign with its funnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfCampaign {
    /// The campaign.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Its funnel.
    pub funnel: Funnel,
}

/// The funnels of the campaigns that mailed anybody in the question's period, the newest first.
pub fn per_campaign(conn: &mut Conn, scope: &Scope, ask: &Question, limit: i64) -> DbResult<Vec<OfCampaign>> {
    let mut all = Vec::new();
    for (id, name) in funnel::campaign_names(conn, scope, limit)? {
        let funnel = funnel_of(conn, scope, &Question { campaign: Some(id), ..*ask })?;
        if funnel.mailed > 0 {
            all.push(OfCampaign { id, name, funnel });
        }
    }
    Ok(all)
}
