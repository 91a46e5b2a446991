//! Contact moments: what passed between the desk and a company or student; and the one timeline of a company, made of
//! its moments and the events of its places.

use super::companies::Passed;
use super::db::per_backend;
use super::schema::{companies as company_rows, moments, openings, place_events};
use super::{Conn, DbResult, Tx, companies, contacts, rows};
use crate::domain::id::{
    CompanyId, ContactId, IncomingId, MomentId, OpeningId, OutgoingId, PlaceEventId, PlacementId, SiteId, UserId,
};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{MomentKind, Outcome, PlaceEventKind};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// One contact moment.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = moments)]
pub struct ContactMoment {
    /// Its id.
    pub id: MomentId,
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The company.
    pub company_id: Option<CompanyId>,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// The placement it was about.
    pub placement_id: Option<PlacementId>,
    /// What it was.
    pub kind: MomentKind,
    /// When.
    pub at: Moment,
    /// In a sentence or two.
    pub summary: String,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// Who of us; `None`: the clockwork.
    pub user_id: Option<UserId>,
    /// The mail that we sent.
    pub outgoing_id: Option<OutgoingId>,
    /// The mail that we received.
    pub incoming_id: Option<IncomingId>,
}

/// What a new moment needs.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = moments, treat_none_as_default_value = false)]
pub struct NewMoment {
    /// The site it belongs to.
    pub site_id: SiteId,
    /// The company.
    pub company_id: Option<CompanyId>,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// The placement it was about.
    pub placement_id: Option<PlacementId>,
    /// What it was.
    pub kind: MomentKind,
    /// When.
    pub at: Moment,
    /// In a sentence or two.
    pub summary: String,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// Who of us; `None`: the clockwork.
    pub user_id: Option<UserId>,
    /// The mail that we sent.
    pub outgoing_id: Option<OutgoingId>,
    /// The mail that we received.
    pub incoming_id: Option<IncomingId>,
    /// When it was recorded.
    pub created_at: Moment,
}

impl NewMoment {
    /// A moment of a site that happened now, about nobody yet.
    pub fn new(site: SiteId, kind: MomentKind, summary: impl Into<String>, now: Moment) -> Self {
        Self {
            site_id: site,
            company_id: None,
            contact_id: None,
            placement_id: None,
            kind,
            at: now,
            summary: summary.into(),
            outcome: None,
            user_id: None,
            outgoing_id: None,
            incoming_id: None,
            created_at: now,
        }
    }

    /// Whether somebody there spoke or wrote to us.
    fn spoke(&self) -> bool {
        match self.kind {
            MomentKind::MailIn | MomentKind::Visit => true,
            MomentKind::Call => self.outcome != Some(Outcome::NotReached),
            MomentKind::MailOut | MomentKind::Event | MomentKind::Note => false,
        }
    }
}

/// Adds a moment; moves the company's last contact and, unless it was a note, an event or a mail of ours, the day on
/// which the contact was last spoken to, and a company that nobody had spoken to is in contact from then on.
pub fn add(tx: &mut Tx, new: &NewMoment) -> DbResult<MomentId> {
    let id = diesel::insert_into(moments::table).values(new).returning(moments::id).get_result(&mut **tx)?;
    consequences(tx, std::slice::from_ref(new))?;
    Ok(id)
}

/// Adds many moments, with the same consequences as one by one.
pub fn add_all(tx: &mut Tx, all: &[NewMoment]) -> DbResult<()> {
    for some in all.chunks(rows::AT_ONCE) {
        per_backend!(&mut **tx, |conn| diesel::insert_into(moments::table).values(some).execute(conn)?);
    }
    consequences(tx, all)
}

fn consequences(tx: &mut Tx, all: &[NewMoment]) -> DbResult<()> {
    // In the order of the ids, so that two writers never wait for each other.
    let mut passed: BTreeMap<CompanyId, Passed> = BTreeMap::new();
    let mut spoken: BTreeMap<ContactId, Moment> = BTreeMap::new();
    for new in all {
        if let Some(company) = new.company_id {
            let passed = passed.entry(company).or_insert(Passed { company, at: None, spoke: false });
            passed.at = passed.at.max((new.kind != MomentKind::Note).then_some(new.at));
            passed.spoke |= new.spoke();
        }
        if let Some(contact) = new.contact_id.filter(|_| new.spoke()) {
            let last = spoken.entry(contact).or_insert(new.at);
            *last = new.at.max(*last);
        }
    }
    companies::remember(tx, &passed.into_values().collect::<Vec<_>>())?;
    contacts::spoken(tx, &spoken.into_iter().collect::<Vec<_>>())
}

/// The last moment of each of these companies that somebody spoke or wrote. The ids come from a scoped read.
pub fn last_of(conn: &mut Conn, scope: &Scope, ids: &[CompanyId]) -> DbResult<Vec<ContactMoment>> {
    let query = moments::table
        .inner_join(company_rows::table)
        .filter(company_rows::id.eq_any(ids.to_vec()))
        .filter(moments::site_id.eq_any(scope.sites().to_vec()))
        .filter(moments::at.nullable().eq(company_rows::last_moment_at))
        .filter(moments::kind.ne(MomentKind::Note));
    Ok(query.order(moments::id.desc()).select(ContactMoment::as_select()).load(conn)?)
}

/// Moments of a placement, newest first.
pub fn of_placement(
    conn: &mut Conn,
    scope: &Scope,
    placement: PlacementId,
    limit: i64,
) -> DbResult<Vec<ContactMoment>> {
    let query = moments::table
        .filter(moments::placement_id.eq(placement))
        .filter(moments::site_id.eq_any(scope.sites().to_vec()))
        .order((moments::at.desc(), moments::id.desc()));
    Ok(query.select(ContactMoment::as_select()).limit(limit).load(conn)?)
}

/// An event of places, with the role of its opening.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct PlacesEntry {
    /// Its id.
    pub id: PlaceEventId,
    /// The opening.
    pub opening: OpeningId,
    /// What students do there.
    pub role: String,
    /// When.
    pub at: Moment,
    /// What happened.
    pub kind: PlaceEventKind,
    /// How many places; the difference for a change.
    pub places: i32,
    /// Who.
    pub user: Option<UserId>,
    /// Which message.
    pub incoming: Option<IncomingId>,
    /// Which placement.
    pub placement: Option<PlacementId>,
    /// Why.
    pub reason: String,
}

/// One entry of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Somebody spoke or wrote, or a note.
    Moment(ContactMoment),
    /// Places changed.
    Places(PlacesEntry),
}

/// Where a page of a timeline starts: before this entry. Written as `micros-source-id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    at: Moment,
    source: u8,
    id: i64,
}

impl Entry {
    /// When it was.
    pub fn at(&self) -> Moment {
        self.mark().at
    }

    /// Its place in the timeline.
    pub fn mark(&self) -> Mark {
        match self {
            Self::Moment(moment) => Mark { at: moment.at, source: 1, id: moment.id.0 },
            Self::Places(event) => Mark { at: event.at, source: 0, id: event.id.0 },
        }
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}-{}", self.at.utc().timestamp_micros(), self.source, self.id)
    }
}

impl Mark {
    /// Reads what `to_string` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let at = chrono::DateTime::from_timestamp_micros(parts.next()?.parse().ok()?)?;
        let mark = Self { at: Moment::new(at), source: parts.next()?.parse().ok()?, id: parts.next()?.parse().ok()? };
        parts.next().is_none().then_some(mark)
    }

    /// The highest id that an entry of `source` at the mark's own moment may have to stand behind it.
    fn below(&self, source: u8) -> i64 {
        match source.cmp(&self.source) {
            std::cmp::Ordering::Less => i64::MAX,
            std::cmp::Ordering::Equal => self.id,
            std::cmp::Ordering::Greater => 0,
        }
    }
}

/// What of a timeline is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    /// Everything.
    #[default]
    All,
    /// Mail in and out.
    Mail,
    /// Calls, visits, events and notes.
    Talks,
    /// Places.
    Places,
}

/// A page of the timeline of a company in scope, newest first, and the mark of the next page.
pub fn timeline(
    conn: &mut Conn,
    scope: &Scope,
    company: CompanyId,
    show: Show,
    before: Option<Mark>,
    limit: usize,
) -> DbResult<(Vec<Entry>, Option<Mark>)> {
    let some = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut entries = Vec::new();
    if show != Show::Places {
        entries.extend(moment_entries(conn, scope, company, show, before, some)?);
    }
    if matches!(show, Show::All | Show::Places) {
        entries.extend(place_entries(conn, scope, company, before, some)?);
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.mark()));
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().filter(|_| more).map(Entry::mark);
    Ok((entries, next))
}

fn moment_entries(
    conn: &mut Conn,
    scope: &Scope,
    company: CompanyId,
    show: Show,
    before: Option<Mark>,
    limit: i64,
) -> DbResult<Vec<Entry>> {
    let mut query = moments::table
        .filter(moments::company_id.eq(company))
        .filter(moments::site_id.eq_any(scope.sites().to_vec()))
        .order((moments::at.desc(), moments::id.desc()))
        .limit(limit)
        .select(ContactMoment::as_select())
        .into_boxed();
    let mail = [MomentKind::MailIn, MomentKind::MailOut];
    query = match show {
        Show::Mail => query.filter(moments::kind.eq_any(mail)),
        Show::Talks => query.filter(moments::kind.ne_all(mail)),
        Show::All | Show::Places => query,
    };
    if let Some(mark) = before {
        let rest = moments::at.lt(mark.at).or(moments::id.lt(mark.below(1)));
        query = query.filter(moments::at.le(mark.at)).filter(rest);
    }
    let rows: Vec<ContactMoment> = query.load(conn)?;
    Ok(rows.into_iter().map(Entry::Moment).collect())
}

fn place_entries(
    conn: &mut Conn,
    scope: &Scope,
    company: CompanyId,
    before: Option<Mark>,
    limit: i64,
) -> DbResult<Vec<Entry>> {
    let mut query = place_events::table
        .inner_join(openings::table)
        .filter(openings::company_id.eq(company))
        .filter(openings::site_id.eq_any(scope.sites().to_vec()))
        .order((place_events::at.desc(), place_events::id.desc()))
        .limit(limit)
        .select((
            place_events::id,
            place_events::opening_id,
            openings::role,
            place_events::at,
            place_events::kind,
            place_events::places,
            place_events::user_id,
            place_events::incoming_id,
            place_events::placement_id,
            place_events::reason,
        ))
        .into_boxed();
    if let Some(mark) = before {
        let rest = place_events::at.lt(mark.at).or(place_events::id.lt(mark.below(0)));
        query = query.filter(place_events::at.le(mark.at)).filter(rest);
    }
    let rows: Vec<PlacesEntry> = query.load(conn)?;
    Ok(rows.into_iter().map(Entry::Places).collect())
}
