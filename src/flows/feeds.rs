//! A person's calendar feed: handed out as a secret link, read by a calendar program, withdrawn. The link is the permission;
//! only its hash is kept, so it is shown once.

use crate::domain::agenda::{Entry, Subject};
use crate::domain::id::{CompanyId, UserId};
use crate::domain::scope::Scope;
use crate::domain::secret::{Secret, hash, random_token};
use crate::domain::time::Day;
use crate::domain::time::Moment;
use crate::domain::words::{CheckInState, Lang, PlacementState};
use crate::store::audit::{self, Event};
use crate::store::checkins::CheckInLine;
use crate::store::placements::PlacementLine;
use crate::store::proposals::{self, ProposalLine};
use crate::store::tasks::Task;
use crate::store::{Conn, Db, DbResult, Tx, checkins, companies, placements, tasks, users};
use std::collections::HashMap;

/// Days ahead that a feed shows.
const AHEAD: i64 = 365;
/// Entries of each kind at most.
const MOST: i64 = 500;

/// What a calendar program is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The reader's language.
    pub lang: Lang,
    /// By day.
    pub entries: Vec<Entry>,
}

/// Hands out a new link to the person in scope; one that was handed out before opens nothing any more. Gives its secret.
pub fn hand_out(db: &Db, scope: &Scope, user: UserId, now: Moment) -> DbResult<Secret> {
    let token = random_token();
    let hash = hash(&token);
    db.write(|tx| {
        users::set_feed(tx, user, Some(&hash))?;
        tell(tx, scope, user, "feed.open", now)
    })?;
    Ok(Secret::new(token))
}

/// Takes the link back.
pub fn withdraw(db: &Db, scope: &Scope, user: UserId, now: Moment) -> DbResult<()> {
    db.write(|tx| {
        users::set_feed(tx, user, None)?;
        tell(tx, scope, user, "feed.close", now)
    })
}

/// The feed of a link; `None` where it opens nothing, or whose it is may not sign in any more.
pub fn read(conn: &mut Conn, token: &str, now: Moment) -> DbResult<Option<Feed>> {
    let Some(member) = users::by_feed(conn, &hash(token))?.filter(|member| member.user.active) else {
        return Ok(None);
    };
    let user = member.user;
    let scope = Scope::of(user.id, user.role, member.sites);
    let mut entries = care(conn, &scope, user.id, user.lang, now)?;
    entries.extend(own_tasks(conn, &scope, user.id)?);
    entries.extend(interviews(conn, &scope, user.id, now)?);
    entries.extend(edges(conn, &scope, user.id)?);
    entries.sort_by(|a, b| (a.on, &a.key).cmp(&(b.on, &b.key)));
    Ok(Some(Feed { lang: user.lang, entries }))
}

/// Whether something is for this person: theirs, or nobody's.
fn is_for(user: UserId, owner: Option<UserId>) -> bool {
    owner.is_none_or(|owner| owner == user)
}

/// What a person's days hold from `from` to `until`, both included, in order; `everybody`: colleagues' days with them.
pub fn days(
    conn: &mut Conn,
    scope: &Scope,
    user: UserId,
    (from, until): (Day, Day),
    everybody: bool,
    lang: Lang,
) -> DbResult<Vec<Dated>> {
    let mine = |owner: Option<UserId>| everybody || is_for(user, owner);
    let dated = |entry, done| Dated { entry, done };
    let mut all: Vec<Dated> = Vec::new();
    let lines = checkins::between(conn, scope, from, until, MOST)?;
    let own = lines.into_iter().filter(|line| mine(line.broker_id));
    all.extend(own.map(|line| dated(of_checkin(&line, lang), line.checkin.state == CheckInState::Done)));
    let due: Vec<Task> = tasks::between(conn, scope, from, until, MOST)?;
    let due: Vec<Task> = due.into_iter().filter(|task| mine(task.owner_id)).collect();
    let names = names_of(conn, scope, &due)?;
    all.extend(due.iter().map(|task| dated(of_task(task, &names), task.done_at.is_some())));
    let meetings = proposals::meetings(conn, scope, (from, until), MOST)?;
    let own = meetings.iter().filter(|line| mine(line.proposal.broker_id)).filter_map(of_meeting);
    all.extend(own.map(|entry| dated(entry, false)));
    let there = placements::between(conn, scope, from, until, MOST)?;
    for line in there.iter().filter(|line| mine(line.placement.broker_id)) {
        let edges = [of_edge(line, Subject::Starts), of_edge(line, Subject::Ends)];
        let here = edges.into_iter().filter(|edge| (from..=until).contains(&edge.on));
        all.extend(here.map(|entry| dated(entry, line.placement.state == PlacementState::EndedEarly)));
    }
    all.sort_by(|a, b| (a.entry.on, &a.entry.key).cmp(&(b.entry.on, &b.entry.key)));
    Ok(all)
}

/// An entry of a person's days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// The entry.
    pub entry: Entry,
    /// Whether it is over and done with.
    pub done: bool,
}

/// The check-ins of placements that the person looks after.
fn care(conn: &mut Conn, scope: &Scope, user: UserId, lang: Lang, now: Moment) -> DbResult<Vec<Entry>> {
    let today = now.day();
    let mut lines = checkins::waiting(conn, scope, today, MOST)?;
    lines.extend(checkins::coming(conn, scope, today, today.plus(AHEAD), MOST)?);
    let own = lines.iter().filter(|line| is_for(user, line.broker_id));
    Ok(own.map(|line| of_checkin(line, lang)).collect())
}

fn of_checkin(line: &CheckInLine, lang: Lang) -> Entry {
    Entry {
        key: format!("checkin-{}", line.checkin.id),
        on: line.checkin.due_on,
        subject: Subject::CheckIn(line.checkin.name(lang).to_owned(), line.checkin.channel),
        company: line.company.clone(),
        path: format!("/placements/{}", line.checkin.placement_id),
    }
}

/// Open tasks; those that settle a check-in are there as the check-in.
fn own_tasks(conn: &mut Conn, scope: &Scope, user: UserId) -> DbResult<Vec<Entry>> {
    let open = tasks::open(conn, scope, None, None, MOST)?;
    let own: Vec<_> =
        open.into_iter().filter(|task| is_for(user, task.owner_id) && task.checkin_id.is_none()).collect();
    let names = names_of(conn, scope, &own)?;
    Ok(own.iter().map(|task| of_task(task, &names)).collect())
}

/// The names of the companies that tasks are about.
fn names_of(conn: &mut Conn, scope: &Scope, tasks: &[Task]) -> DbResult<HashMap<CompanyId, String>> {
    let ids: Vec<CompanyId> = tasks.iter().filter_map(|task| task.company_id).collect();
    let found = companies::find_all(conn, scope, &ids)?;
    Ok(found.into_iter().map(|company| (company.id, company.fields.name)).collect())
}

fn of_task(task: &Task, names: &HashMap<CompanyId, String>) -> Entry {
    Entry {
        key: format!("task-{}", task.id),
        on: task.due_on,
        subject: Subject::Task(task.kind),
        company: task.company_id.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        path: task.company_id.map_or_else(|| "/tasks".to_owned(), |id| format!("/companies/{id}")),
    }
}

/// The days on which a company and a student meet.
fn interviews(conn: &mut Conn, scope: &Scope, user: UserId, now: Moment) -> DbResult<Vec<Entry>> {
    let lines = proposals::meetings(conn, scope, (now.day(), now.day().plus(AHEAD)), MOST)?;
    let own = lines.iter().filter(|line| is_for(user, line.proposal.broker_id));
    Ok(own.filter_map(of_meeting).collect())
}

fn of_meeting(line: &ProposalLine) -> Option<Entry> {
    Some(Entry {
        key: format!("proposal-{}", line.proposal.id),
        on: line.proposal.meets_on?,
        subject: Subject::Interview,
        company: line.company.clone(),
        path: format!("/proposals/{}", line.proposal.id),
    })
}

/// First days that are still to come, and last days.
fn edges(conn: &mut Conn, scope: &Scope, user: UserId) -> DbResult<Vec<Entry>> {
    let mut entries = Vec::new();
    for state in [PlacementState::Planned, PlacementState::Running] {
        let lines = placements::list(conn, scope, state, None, MOST)?;
        for line in lines.into_iter().filter(|line| is_for(user, line.placement.broker_id)) {
            if state == PlacementState::Planned {
                entries.push(of_edge(&line, Subject::Starts));
            }
            entries.push(of_edge(&line, Subject::Ends));
        }
    }
    Ok(entries)
}

/// The first day of a placement, or else its last.
fn of_edge(line: &PlacementLine, subject: Subject) -> Entry {
    let of = &line.placement;
    let (which, on) = if subject == Subject::Starts { ("start", of.starts_on) } else { ("end", of.ends_on) };
    Entry {
        key: format!("placement-{}-{which}", of.id),
        on,
        subject,
        company: line.company.clone(),
        path: format!("/placements/{}", of.id),
    }
}

fn tell(tx: &mut Tx, scope: &Scope, user: UserId, action: &str, now: Moment) -> DbResult<()> {
    let site_id = scope.sites().first().copied();
    let event =
        Event { at: now, site_id, user_id: Some(user), action, subject: "user", subject_id: Some(user.0), detail: "" };
    audit::record(tx, &event)
}
