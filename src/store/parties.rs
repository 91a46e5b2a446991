//! What the gate asks about contacts and their companies, for many at once. Not scoped: the gate is asked by the
//! flows in the name of a record that was read in scope.

use super::among::among;
use super::schema::{campaigns, checkins, companies, contacts, incoming, openings, outgoing, placements, sites};
use super::sites::Site;
use super::{Conn, DbResult, Tx};
use crate::domain::company::{KvkNumber, pressure_key};
use crate::domain::gate::ContactFacts;
use crate::domain::id::{CompanyId, ContactId, OutgoingId, PlacementId, SiteId};
use crate::domain::time::{Day, Moment};
use crate::domain::words::{CampaignState, CheckInState, Decision, Ground, PlacementState};
use diesel::prelude::*;
use std::collections::{HashMap, HashSet};

/// What is known about a company, but for its pressure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyParty {
    /// The company is not to be contacted.
    pub do_not_contact: bool,
    /// The record is archived.
    pub archived: bool,
    /// The key under which contact pressure counts it.
    pub pressure_key: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = contacts)]
struct ContactRow {
    id: ContactId,
    ground: Ground,
    ground_proof: String,
    ground_on: Option<Day>,
    opted_out_at: Option<Moment>,
    left_on: Option<Day>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = companies)]
struct CompanyRow {
    id: CompanyId,
    kvk: Option<KvkNumber>,
    mail_domain: Option<String>,
    do_not_contact: bool,
    archived_at: Option<Moment>,
}

/// The facts about these contacts.
pub fn contacts_of(conn: &mut Conn, ids: &[ContactId]) -> DbResult<HashMap<ContactId, ContactFacts>> {
    let rows = contacts::table.filter(among(contacts::id, ids)).select(ContactRow::as_select());
    Ok(rows.load(conn)?.into_iter().map(facts).collect())
}

/// The facts about these companies.
pub fn companies_of(conn: &mut Conn, ids: &[CompanyId]) -> DbResult<HashMap<CompanyId, CompanyParty>> {
    let rows = companies::table.filter(among(companies::id, ids)).select(CompanyRow::as_select());
    Ok(rows.load(conn)?.into_iter().map(party).collect())
}

/// What is known about the parties of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parties {
    /// The message.
    pub message: OutgoingId,
    /// Its contact.
    pub contact: Option<(ContactId, ContactFacts)>,
    /// Its company.
    pub company: Option<(CompanyId, CompanyParty)>,
    /// The site in whose name it leaves, with its name, if its mails say who sends them.
    pub sender: Option<(SiteId, String)>,
    /// Its campaign does not run: it waits.
    pub held: bool,
}

/// The facts about the parties of these messages, in one query: it is asked by every group commit.
pub fn of_messages(conn: &mut Conn, ids: &[OutgoingId]) -> DbResult<Vec<Parties>> {
    type Row = (OutgoingId, Option<ContactRow>, Option<CompanyRow>, Site, Option<CampaignState>);
    let rows: Vec<Row> = outgoing::table
        .left_join(contacts::table.on(contacts::id.nullable().eq(outgoing::contact_id)))
        .left_join(companies::table.on(companies::id.nullable().eq(outgoing::company_id)))
        .left_join(campaigns::table.on(campaigns::id.nullable().eq(outgoing::campaign_id)))
        .inner_join(sites::table.on(sites::id.eq(outgoing::site_id)))
        .filter(among(outgoing::id, ids))
        .select((
            outgoing::id,
            Option::<ContactRow>::as_select(),
            Option::<CompanyRow>::as_select(),
            Site::as_select(),
            campaigns::state.nullable(),
        ))
        .load(conn)?;
    let parties = |(message, contact, company, site, campaign): Row| Parties {
        message,
        contact: contact.map(facts),
        company: company.map(party),
        sender: site.says_who().then_some((site.id, site.name)),
        held: campaign.is_some_and(|state| state != CampaignState::Running),
    };
    Ok(rows.into_iter().map(parties).collect())
}

fn facts(row: ContactRow) -> (ContactId, ContactFacts) {
    let has_proof = !row.ground_proof.trim().is_empty() && row.ground_on.is_some();
    let (opted_out, left_company) = (row.opted_out_at.is_some(), row.left_on.is_some());
    (row.id, ContactFacts { ground: row.ground, has_proof, opted_out, left_company })
}

fn party(row: CompanyRow) -> (CompanyId, CompanyParty) {
    let pressure_key = pressure_key(row.kvk.as_ref(), row.mail_domain.as_deref(), row.id);
    let archived = row.archived_at.is_some();
    (row.id, CompanyParty { do_not_contact: row.do_not_contact, archived, pressure_key })
}

/// Which of these companies ever offered a place.
pub fn offered(conn: &mut Conn, ids: &[CompanyId]) -> DbResult<HashSet<CompanyId>> {
    Ok(openings::table
        .filter(openings::company_id.eq_any(ids.to_vec()))
        .select(openings::company_id)
        .distinct()
        .load(conn)?
        .into_iter()
        .collect())
}

/// Which of these placements run, or have a check-in that is still open.
pub fn in_aftercare(conn: &mut Conn, ids: &[PlacementId]) -> DbResult<HashSet<PlacementId>> {
    let closed = vec![CheckInState::Done, CheckInState::Cancelled];
    let open = checkins::table.filter(checkins::placement_id.eq(placements::id)).filter(checkins::state.ne_all(closed));
    Ok(placements::table
        .filter(placements::id.eq_any(ids.to_vec()))
        .filter(placements::state.eq(PlacementState::Running).or(diesel::dsl::exists(open)))
        .select(placements::id)
        .load(conn)?
        .into_iter()
        .collect())
}

/// Which of these companies have an answer that waits for a person.
pub fn open_answers(conn: &mut Conn, ids: &[CompanyId]) -> DbResult<HashSet<CompanyId>> {
    let found: Vec<Option<CompanyId>> = incoming::table
        .filter(incoming::company_id.eq_any(ids.iter().copied().map(Some).collect::<Vec<_>>()))
        .filter(incoming::decision.eq(Decision::Open))
        .select(incoming::company_id)
        .distinct()
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
}

/// Records that everybody at this address opted out, in every site; gives the contacts for whom that is new.
pub fn opt_out(tx: &mut Tx, address_key: &str, now: Moment) -> DbResult<Vec<ContactId>> {
    let rows = contacts::table.filter(contacts::email_key.eq(address_key)).filter(contacts::opted_out_at.is_null());
    Ok(diesel::update(rows).set(contacts::opted_out_at.eq(now)).returning(contacts::id).get_results(&mut **tx)?)
}

/// Takes an opt-out of this address back, in every site.
pub fn opt_in(tx: &mut Tx, address_key: &str) -> DbResult<()> {
    let rows = contacts::table.filter(contacts::email_key.eq(address_key));
    diesel::update(rows).set(contacts::opted_out_at.eq(None::<Moment>)).execute(&mut **tx)?;
    Ok(())
}
