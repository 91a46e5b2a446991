//! Matching as people see it: the openings for a student, the students for an opening. What was shown is kept with all that it
//! was made of, in the write that also tells the audit who looked, and can be made again from there ([`replay`]).
//!
//! A ranking that is the same as the last one of its subject is not kept twice; the audit then names that one again.

use super::students::{Sight, seen_in};
use crate::domain::company::{Pc4, Postcode};
use crate::domain::id::{CompanyId, MatchingId, OpeningId, SiteId, StudentId};
use crate::domain::matching::{
    ASPECTS, Finding, Fit, Judgement, Key, Question, Ranking, Record, Unknown, WEIGHTS, WhyNot, judge,
};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::travel;
use crate::domain::words::Lang;
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::matches::{self as rows, NewMatching};
use crate::store::openings::Opening;
use crate::store::recognitions;
use crate::store::students::{self, Student};
use crate::store::{Db, DbError, DbResult, Tx, openings};
use std::collections::HashMap;

mod weigh;
pub use weigh::{question_at, question_of};

/// How many stand on a page.
pub const PAGE: usize = 25;
/// How many that fell out are named for each reason.
pub const NAMED: usize = 10;

/// One that fits, as it is shown.
#[derive(Debug, Clone)]
pub struct Shown<T> {
    /// Opening or student.
    pub of: T,
    /// Where it stands and its points.
    pub fit: Fit,
    /// What was found, in the order of the aspects.
    pub findings: [Finding; ASPECTS],
}

/// Those that fell out for one reason.
#[derive(Debug, Clone)]
pub struct Group<T> {
    /// The reason.
    pub why: WhyNot,
    /// How many.
    pub count: usize,
    /// The first of them, with the sentences of all that rules them out, in the language that was asked for.
    pub named: Vec<(T, String)>,
}

/// An answer as it is shown.
#[derive(Debug, Clone)]
pub struct Found<S, T> {
    /// Whom or what it is about.
    pub subject: S,
    /// How many fit in all.
    pub fitted: usize,
    /// A page of those that fit, best first.
    pub shown: Vec<Shown<T>>,
    /// Those that fell out, by reason.
    pub groups: Vec<Group<T>>,
    /// After which more follow.
    pub next: Option<Key>,
    /// Under which it is kept.
    pub kept: MatchingId,
}

/// An opening by its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its id.
    pub id: OpeningId,
    /// The company.
    pub company_id: CompanyId,
    /// The company's name.
    pub company: String,
    /// What students do there.
    pub role: String,
    /// Metres through the air from the student's home; `None` where it is not known.
    pub metres: Option<u32>,
}

/// A student by its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Its id.
    pub id: StudentId,
    /// First name.
    pub first_name: String,
    /// The school's or the desk's code.
    pub code: String,
    /// The education as people call it.
    pub programme: String,
}

/// Why there is no ranking.
#[derive(Debug, thiserror::Error)]
pub enum MatchError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No such student or opening, or another site's.
    #[error("no such student, opening or ranking")]
    NotFound,
    /// A kept ranking cannot be made again, or a new one not be written.
    #[error("the ranking cannot be replayed: {0}")]
    Record(#[from] Unknown),
}

may_repeat!(MatchError);

/// How a page of a ranking is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// From just after here on.
    pub after: Option<Key>,
    /// The language of sentences.
    pub lang: Lang,
    /// Now.
    pub now: Moment,
}

/// The openings for a student.
pub fn for_student(db: &Db, scope: &Scope, id: StudentId, ask: Ask) -> Result<Found<Student, Place>, MatchError> {
    let today = ask.now.day();
    let (student, question) = db.read(|conn| {
        let student = students::find(conn, scope, id)?.ok_or(MatchError::NotFound)?;
        let sought = rows::student(conn, scope, id)?.ok_or(MatchError::NotFound)?;
        let all = rows::openings(conn, scope, student.site_id)?;
        let recognised = rows::recognised(conn, scope, student.site_id, &sought.crebo)?;
        Ok::<_, MatchError>((student, question_of(&sought, &all, &recognised, today)))
    })?;
    let ranking = question.rank(&WEIGHTS, today);
    let ids = shown_ids(&ranking, ask.after);
    let openings: Vec<OpeningId> = ids.iter().copied().map(OpeningId).collect();
    let names = db.read(|conn| rows::opening_names(conn, scope, &openings))?;
    let home = student.wishes.home_pc4.as_ref().map(Pc4::as_str);
    let place = |(id, company_id, company, role, postcode): rows::OpeningName| {
        let way = home.zip(postcode.as_ref().map(Postcode::pc4));
        let place =
            Place { id, company_id, company, role, metres: way.and_then(|(home, at)| travel::metres(home, at)) };
        (id.0, place)
    };
    let names: HashMap<i64, Place> = names.into_iter().map(place).collect();
    let record = Record::of(&WEIGHTS, today, &question, &ranking, &ids).text()?;
    let view = View { site: student.site_id, subject: "student", id: id.0, sight: Sight::Student(id), record };
    let kept = db.write(|tx| keep(tx, scope, &view, &ranking, ask.now))?;
    Ok(found(student, &question, &ranking, &names, kept, ask))
}

/// The students for an opening, with its company's name: those of its site who look for a place.
pub fn for_opening(
    db: &Db,
    scope: &Scope,
    id: OpeningId,
    ask: Ask,
) -> Result<Found<(Opening, String), Person>, MatchError> {
    let today = ask.now.day();
    let (opening, question) = db.read(|conn| {
        let opening = openings::find(conn, scope, id)?.ok_or(MatchError::NotFound)?;
        let (offered, at) = rows::opening(conn, scope, id)?.ok_or(MatchError::NotFound)?;
        let all = rows::looking(conn, scope, opening.site_id)?;
        let held = recognitions::of_companies(conn, &[opening.company_id])?;
        let question = question_at((&offered, &at), opening.state.has_room(), &all, &held, today);
        Ok::<_, MatchError>((opening, question))
    })?;
    let ranking = question.rank(&WEIGHTS, today);
    let ids = shown_ids(&ranking, ask.after);
    let students: Vec<StudentId> = ids.iter().copied().map(StudentId).collect();
    let (names, company) = db.read(|conn| {
        let company = rows::opening_names(conn, scope, &[id])?.into_iter().next().map(|(_, _, name, _, _)| name);
        DbResult::Ok((rows::student_names(conn, scope, &students)?, company.unwrap_or_default()))
    })?;
    let person =
        |(id, first_name, code, programme): rows::StudentName| (id.0, Person { id, first_name, code, programme });
    let names: HashMap<i64, Person> = names.into_iter().map(person).collect();
    let record = Record::of(&WEIGHTS, today, &question, &ranking, &ids).text()?;
    let sight = Sight::List("openings/matches", names.len());
    let view = View { site: opening.site_id, subject: "opening", id: id.0, sight, record };
    let kept = db.write(|tx| keep(tx, scope, &view, &ranking, ask.now))?;
    Ok(found((opening, company), &question, &ranking, &names, kept, ask))
}

/// A kept ranking made again from its record alone: the record, and what comes of it now.
pub fn replay(db: &Db, scope: &Scope, id: MatchingId) -> Result<(Record, Ranking), MatchError> {
    let text = db.read(|conn| rows::record(conn, scope, id))?.ok_or(MatchError::NotFound)?;
    let record = Record::read(&text)?;
    let again = record.replay()?;
    Ok((record, again))
}

/// The ids of all that a page names.
fn shown_ids(ranking: &Ranking, after: Option<Key>) -> Vec<i64> {
    let fits = ranking.page(after, PAGE).0.iter().map(|fit| fit.key.id);
    fits.chain(ranking.examples(NAMED).iter().map(|fall| fall.id)).collect()
}

/// A ranking that is about to be shown.
struct View {
    site: SiteId,
    subject: &'static str,
    id: i64,
    sight: Sight,
    record: String,
}

/// Keeps a ranking and tells the audit who saw it.
fn keep(tx: &mut Tx, scope: &Scope, view: &View, ranking: &Ranking, now: Moment) -> DbResult<MatchingId> {
    let View { site, subject, id, sight, record } = view;
    let last = rows::last(tx, *site, subject, *id)?;
    let kept = match last.filter(|(_, text)| text == record) {
        Some((same, _)) => same,
        None => rows::keep(
            tx,
            &NewMatching {
                site_id: *site,
                user_id: scope.user(),
                at: now,
                subject,
                subject_id: *id,
                record: record.clone(),
            },
        )?,
    };
    let (fits, falls) = (ranking.fits.len(), ranking.falls.len());
    let detail = format!("ranking {kept}: {fits} fit, {falls} do not, weights {}", WEIGHTS.version);
    let event = Event {
        at: now,
        site_id: Some(*site),
        user_id: scope.user(),
        action: "match.view",
        subject,
        subject_id: Some(*id),
        detail: &detail,
    };
    audit::record(tx, &event)?;
    seen_in(tx, scope, *sight, now)?;
    Ok(kept)
}

fn found<S, T: Clone>(
    subject: S,
    question: &Question,
    ranking: &Ranking,
    names: &HashMap<i64, T>,
    kept: MatchingId,
    ask: Ask,
) -> Found<S, T> {
    let today = ask.now.day();
    let pairs: HashMap<i64, _> = question.pairs().filter(|(id, _)| names.contains_key(id)).collect();
    let (page, next) = ranking.page(ask.after, PAGE);
    let shown = page.iter().filter_map(|fit| {
        let (of, pair) = (names.get(&fit.key.id)?.clone(), pairs.get(&fit.key.id)?);
        let Judgement::Fits(findings) = judge(pair, today) else { return None };
        Some(Shown { of, fit: fit.clone(), findings })
    });
    let examples = ranking.examples(NAMED);
    let group = |(why, count): (WhyNot, usize)| {
        let own = examples.iter().filter(|fall| fall.first() == Some(why));
        let told = own.filter_map(|fall| {
            let (of, pair) = (names.get(&fall.id)?.clone(), pairs.get(&fall.id)?);
            let said: Vec<String> = fall.why.iter().map(|why| why.say(pair, ask.lang)).collect();
            Some((of, said.join("; ")))
        });
        Group { why, count, named: told.collect() }
    };
    let groups = ranking.tally().into_iter().map(group).collect();
    Found { subject, fitted: ranking.fits.len(), shown: shown.collect(), groups, next, kept }
}
