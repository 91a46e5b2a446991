//! Proposals: a student put forward for an opening, and how far it came.

use super::schema::{companies, openings, proposals, students};
use super::{Conn, DbResult, Tx};
use crate::domain::id::{
    CompanyId, ContactId, OpeningId, OutgoingId, PlacementId, ProposalId, SiteId, StudentId, UserId,
};
use crate::domain::proposal::{self, DeclineReason, Facts, ProposalState};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use diesel::dsl::count_star;
use diesel::prelude::*;

/// The states in which a proposal goes on and holds a place.
const OPEN: [ProposalState; 3] = [ProposalState::Proposed, ProposalState::Interview, ProposalState::Accepted];

/// Proposals that go on and are looked through for what the day asks.
const MOST: i64 = 500;

/// One proposal.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = proposals, treat_none_as_null = true)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// The site whose student this is.
    pub site_id: SiteId,
    /// Who is put forward.
    pub student_id: StudentId,
    /// To whom.
    pub company_id: CompanyId,
    /// For which opening; one of its places is held.
    pub opening_id: OpeningId,
    /// The contact who was asked.
    pub contact_id: Option<ContactId>,
    /// Who keeps it up.
    pub broker_id: Option<UserId>,
    /// The mail without a name; `None`: by telephone.
    pub outgoing_id: Option<OutgoingId>,
    /// The mail that gave the name.
    pub release_id: Option<OutgoingId>,
    /// What it became.
    pub placement_id: Option<PlacementId>,
    /// Where it stands.
    pub state: ProposalState,
    /// The last day on which the place is held.
    pub deadline: Day,
    /// When a first reply came in.
    pub answered_at: Option<Moment>,
    /// The day on which the company said yes to meeting.
    pub employer_agreed_on: Option<Day>,
    /// The day on which the student said yes to being named.
    pub student_agreed_on: Option<Day>,
    /// When the name was given.
    pub released_at: Option<Moment>,
    /// The day on which they meet.
    pub meets_on: Option<Day>,
    /// At what time and where, in words; may be empty.
    pub meets_at: String,
    /// Why it came to nothing.
    pub reason: Option<DeclineReason>,
    /// The same in words; may be empty.
    pub note: String,
    /// When it ended.
    pub closed_at: Option<Moment>,
    /// Counts edits.
    pub version: i32,
    /// When it was made.
    pub created_at: Moment,
}

impl Proposal {
    /// What decides about the next step.
    pub fn facts(&self) -> Facts {
        Facts {
            state: self.state,
            employer_agreed: self.employer_agreed_on.is_some(),
            student_agreed: self.student_agreed_on.is_some(),
            meets_on: self.meets_on,
            deadline: self.deadline,
        }
    }
}

/// What a new proposal needs.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = proposals, treat_none_as_default_value = false)]
pub struct NewProposal {
    /// The site whose student this is.
    pub site_id: SiteId,
    /// Who is put forward.
    pub student_id: StudentId,
    /// To whom.
    pub company_id: CompanyId,
    /// For which opening.
    pub opening_id: OpeningId,
    /// The contact who is asked.
    pub contact_id: Option<ContactId>,
    /// Who keeps it up.
    pub broker_id: Option<UserId>,
    /// The mail without a name.
    pub outgoing_id: Option<OutgoingId>,
    /// Proposed.
    pub state: ProposalState,
    /// The last day on which the place is held.
    pub deadline: Day,
    /// The student said yes already.
    pub student_agreed_on: Option<Day>,
    /// Empty.
    pub meets_at: String,
    /// Empty.
    pub note: String,
    /// Starts at 1.
    pub version: i32,
    /// When it is made.
    pub created_at: Moment,
}

/// A proposal with the names that people know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalLine {
    /// The proposal.
    pub proposal: Proposal,
    /// The student's first name.
    pub first_name: String,
    /// The student's code.
    pub code: String,
    /// The company's name.
    pub company: String,
    /// The opening's role.
    pub role: String,
}

type Named = (Proposal, String, String, String, String);

impl From<Named> for ProposalLine {
    fn from((proposal, first_name, code, company, role): Named) -> Self {
        Self { proposal, first_name, code, company, role }
    }
}

/// Proposals with their names, in scope; filters are put onto it.
macro_rules! lines {
    ($scope:expr) => {
        proposals::table
            .inner_join(students::table)
            .inner_join(companies::table)
            .inner_join(openings::table)
            .filter(proposals::site_id.eq_any($scope.sites().to_vec()))
            .select((Proposal::as_select(), students::first_name, students::code, companies::name, openings::role))
    };
}

fn named(rows: Vec<Named>) -> Vec<ProposalLine> {
    rows.into_iter().map(ProposalLine::from).collect()
}

/// Adds a proposal.
pub fn add(tx: &mut Tx, new: &NewProposal) -> DbResult<ProposalId> {
    Ok(diesel::insert_into(proposals::table).values(new).returning(proposals::id).get_result(&mut **tx)?)
}

/// Writes the proposal over the version that it was read at; `false` when somebody else was first.
pub fn save(tx: &mut Tx, proposal: &Proposal) -> DbResult<bool> {
    let next = Proposal { version: proposal.version + 1, ..proposal.clone() };
    let row = proposals::table.filter(proposals::id.eq(proposal.id)).filter(proposals::version.eq(proposal.version));
    Ok(diesel::update(row).set(&next).execute(&mut **tx)? == 1)
}

/// One proposal in scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: ProposalId) -> DbResult<Option<Proposal>> {
    Ok(proposals::table
        .filter(proposals::id.eq(id))
        .filter(proposals::site_id.eq_any(scope.sites().to_vec()))
        .select(Proposal::as_select())
        .first(conn)
        .optional()?)
}

/// One proposal in scope, with its names.
pub fn line(conn: &mut Conn, scope: &Scope, id: ProposalId) -> DbResult<Option<ProposalLine>> {
    let row: Option<Named> = lines!(scope).filter(proposals::id.eq(id)).first(conn).optional()?;
    Ok(row.map(ProposalLine::from))
}

/// The proposal in scope that goes on between a student and an opening.
pub fn between(conn: &mut Conn, scope: &Scope, student: StudentId, opening: OpeningId) -> DbResult<Option<Proposal>> {
    Ok(proposals::table
        .filter(proposals::student_id.eq(student))
        .filter(proposals::opening_id.eq(opening))
        .filter(proposals::state.eq_any(OPEN))
        .filter(proposals::site_id.eq_any(scope.sites().to_vec()))
        .select(Proposal::as_select())
        .first(conn)
        .optional()?)
}

/// The proposals of a student in scope that go on.
pub fn open_of_student(conn: &mut Conn, scope: &Scope, student: StudentId) -> DbResult<Vec<Proposal>> {
    Ok(proposals::table
        .filter(proposals::student_id.eq(student))
        .filter(proposals::state.eq_any(OPEN))
        .filter(proposals::site_id.eq_any(scope.sites().to_vec()))
        .order(proposals::id)
        .select(Proposal::as_select())
        .load(conn)?)
}

/// The proposal in scope that one of our mails is about.
pub fn of_mail(conn: &mut Conn, scope: &Scope, mail: OutgoingId) -> DbResult<Option<Proposal>> {
    Ok(proposals::table
        .filter(proposals::outgoing_id.eq(mail).or(proposals::release_id.eq(mail)))
        .filter(proposals::site_id.eq_any(scope.sites().to_vec()))
        .select(Proposal::as_select())
        .first(conn)
        .optional()?)
}

/// Whose proposals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A student's.
    Student(StudentId),
    /// An opening's.
    Opening(OpeningId),
    /// Everybody's in this state.
    State(ProposalState),
}

/// Proposals in scope. Those of a student or an opening: the latest first; those of a state: by deadline, then id.
/// `after` is a deadline and an id, for those of a state.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    whose: Whose,
    after: Option<(Day, ProposalId)>,
    limit: i64,
) -> DbResult<Vec<ProposalLine>> {
    let query = lines!(scope).limit(limit);
    let rows = match whose {
        Whose::Student(id) => query.filter(proposals::student_id.eq(id)).order(proposals::id.desc()).load(conn)?,
        Whose::Opening(id) => query.filter(proposals::opening_id.eq(id)).order(proposals::id.desc()).load(conn)?,
        Whose::State(state) => {
            let mut query = query.filter(proposals::state.eq(state)).into_boxed();
            if let Some((day, id)) = after {
                let later = proposals::deadline.eq(day).and(proposals::id.gt(id));
                query = query.filter(proposals::deadline.gt(day).or(later));
            }
            query.order((proposals::deadline, proposals::id)).load(conn)?
        }
    };
    Ok(named(rows))
}

/// How many proposals in scope stand in each state.
pub fn counts(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<(ProposalState, i64)>> {
    Ok(proposals::table
        .filter(proposals::site_id.eq_any(scope.sites().to_vec()))
        .group_by(proposals::state)
        .select((proposals::state, count_star()))
        .load(conn)?)
}

/// Proposals in scope that go on though their deadline has passed, in order of their ids; after the given id.
pub fn lapsing(conn: &mut Conn, scope: &Scope, today: Day, after: ProposalId, limit: i64) -> DbResult<Vec<ProposalId>> {
    Ok(proposals::table
        .filter(proposals::site_id.eq_any(scope.sites().to_vec()))
        .filter(proposals::state.eq_any(OPEN))
        .filter(proposals::deadline.lt(today))
        .filter(proposals::id.gt(after))
        .order(proposals::id)
        .limit(limit)
        .select(proposals::id)
        .load(conn)?)
}

/// Meetings in scope that were agreed on from this day to that one, both included, by day.
pub fn meetings(conn: &mut Conn, scope: &Scope, (from, until): (Day, Day), limit: i64) -> DbResult<Vec<ProposalLine>> {
    let query = lines!(scope).filter(proposals::state.eq(ProposalState::Interview));
    let query = query.filter(proposals::meets_on.between(from, until));
    let query = query.order((proposals::meets_on, proposals::id)).limit(limit);
    Ok(named(query.load(conn)?))
}

/// How many proposals [`ours`] would give.
pub fn ours_count(conn: &mut Conn, scope: &Scope, today: Day) -> DbResult<i64> {
    // Asked for each page: only what decides.
    type Row = (ProposalState, Option<Day>, Option<Day>, Option<Day>, Day);
    let rows: Vec<Row> = proposals::table
        .filter(proposals::site_id.eq_any(scope.sites().to_vec()))
        .filter(proposals::state.eq_any(OPEN))
        .filter(proposals::broker_id.is_null().or(proposals::broker_id.eq(scope.user())))
        .limit(MOST)
        .select((
            proposals::state,
            proposals::employer_agreed_on,
            proposals::student_agreed_on,
            proposals::meets_on,
            proposals::deadline,
        ))
        .load(conn)?;
    let facts = |(state, employer, student, meets_on, deadline): Row| Facts {
        state,
        employer_agreed: employer.is_some(),
        student_agreed: student.is_some(),
        meets_on,
        deadline,
    };
    let ours = rows.into_iter().filter(|row| proposal::next(&facts(*row), today).is_ours()).count();
    Ok(i64::try_from(ours).unwrap_or(i64::MAX))
}

/// Proposals in scope of this person, or of nobody, in which the desk has the next step, by deadline.
pub fn ours(conn: &mut Conn, scope: &Scope, today: Day) -> DbResult<Vec<ProposalLine>> {
    let query = lines!(scope)
        .filter(proposals::state.eq_any(OPEN))
        .filter(proposals::broker_id.is_null().or(proposals::broker_id.eq(scope.user())))
        .order((proposals::deadline, proposals::id))
        .limit(MOST);
    let all = named(query.load(conn)?);
    Ok(all.into_iter().filter(|line| proposal::next(&line.proposal.facts(), today).is_ours()).collect())
}

/// The students in scope for whom a place is held.
pub fn students_with_one(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<StudentId>> {
    Ok(proposals::table
        .filter(proposals::site_id.eq_any(scope.sites().to_vec()))
        .filter(proposals::state.eq_any(OPEN))
        .select(proposals::student_id)
        .load(conn)?)
}
