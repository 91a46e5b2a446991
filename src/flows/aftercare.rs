//! The aftercare tick: placements start and complete on their days; check-ins that are due are asked by mail or given to
//! a person, reminded of, called about, escalated. Each check-in is one act of its own: what a crash cuts off is done
//! by the next run, and what was done is not done again.

use super::checkins::{self, CheckInError};
use super::outbox::{self, Enqueued, Letter};
use super::settings::Aftercare;
use super::{Tally, placements as flow, students};
use crate::domain::aftercare::{self, CallWhy, CheckInEvent, CheckInFacts, Patience, Step};
use crate::domain::calendar::is_working_day;
use crate::domain::id::{CheckInId, PlacementId};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::{Addressee, Channel, CheckInState, Lang, Role, TaskKind};
use crate::mail::template::Templates;
use crate::store::checkins::{self as rows, CheckIn};
use crate::store::{Db, DbResult, Tx, digests, placements, sites, tasks};

mod question;
use question::Question;

/// Rows read at once.
const BATCH: i64 = 200;

/// What the clockwork does every morning, and at the first start after mornings that it missed.
pub fn tick(db: &Db, mails: &Templates, settings: &Aftercare, now: Moment) -> anyhow::Result<Tally> {
    let patience = settings.patience();
    let mut tally = Tally::default();
    for site in db.read(sites::all)? {
        let scope = Scope::clockwork(site.id);
        turn(db, &scope, now, &mut tally)?;
        if is_working_day(now.day()) {
            walk(db, mails, &scope, patience, now, &mut tally)?;
        }
    }
    Ok(tally)
}

/// Starts and completes placements.
fn turn(db: &Db, scope: &Scope, now: Moment, tally: &mut Tally) -> DbResult<()> {
    let mut after = PlacementId(0);
    loop {
        let batch = db.read(|conn| placements::moving(conn, scope, now.day(), after, BATCH))?;
        for placement in &batch {
            after = placement.id;
            match db.write(|tx| flow::turn(tx, scope, placement.id, now)) {
                Ok(done) => tally.add("turned", u64::from(done)),
                Err(error) => {
                    tracing::warn!(placement = placement.id.0, %error, "a placement could not be moved on");
                    tally.add("failed", 1);
                }
            }
        }
        if batch.is_empty() {
            return Ok(());
        }
    }
}

/// Takes every check-in whose day has come one step on.
fn walk(db: &Db, mails: &Templates, scope: &Scope, patience: Patience, now: Moment, tally: &mut Tally) -> DbResult<()> {
    let mut after = CheckInId(0);
    loop {
        let batch = db.read(|conn| rows::due(conn, scope, now.day(), after, BATCH))?;
        for checkin in &batch {
            after = checkin.id;
            let step = aftercare::tick(&facts(checkin), now.day(), patience);
            match take(db, mails, scope, checkin, step, patience, now) {
                Ok(word) => tally.add(word, 1),
                Err(error) => {
                    tracing::warn!(checkin = checkin.id.0, error = format!("{error:#}"), "a check-in failed");
                    tally.add("failed", 1);
                }
            }
        }
        if batch.is_empty() {
            return Ok(());
        }
    }
}

fn facts(checkin: &CheckIn) -> CheckInFacts {
    CheckInFacts { state: checkin.state, channel: checkin.channel, due: checkin.due_on, next_on: checkin.next_on }
}

/// Asks a check-in now, at a person's word: by mail where the plan has a mail, else as a call.
pub fn ask_now(
    db: &Db,
    mails: &Templates,
    settings: &Aftercare,
    scope: &Scope,
    id: CheckInId,
    now: Moment,
) -> anyhow::Result<Option<&'static str>> {
    let Some(checkin) = db.read(|conn| rows::find(conn, scope, id))? else { return Ok(None) };
    let step = match (checkin.state, checkin.channel) {
        (CheckInState::Planned | CheckInState::Due, Channel::Mail) => Step::Ask,
        (CheckInState::Planned | CheckInState::Due, Channel::Call | Channel::Visit) => Step::CallTask(CallWhy::Plan),
        (CheckInState::Asked, _) => Step::Remind,
        _ => Step::Nothing,
    };
    take(db, mails, scope, &checkin, step, settings.patience(), now).map(Some)
}

/// Makes a call of a check-in whose mail is due, since that may have left before the database was restored; `false` for
/// one that has no mail to send.
pub(super) fn call_where_mailed(
    tx: &mut Tx,
    scope: &Scope,
    checkin: &CheckIn,
    patience: Patience,
    now: Moment,
) -> Result<bool, CheckInError> {
    if !aftercare::mails(checkin.state, checkin.channel) {
        return Ok(false);
    }
    let Some(question) = Question::read(tx, scope, checkin.id)? else { return Ok(false) };
    let next_on = aftercare::next_on(now.day(), patience);
    act(tx, scope, &question, None, Step::CallTask(CallWhy::Restored), next_on, now)?;
    Ok(true)
}

/// One step of one check-in; the word says what was done.
fn take(
    db: &Db,
    mails: &Templates,
    scope: &Scope,
    seen: &CheckIn,
    step: Step,
    patience: Patience,
    now: Moment,
) -> anyhow::Result<&'static str> {
    if step == Step::Nothing {
        return Ok("waiting");
    }
    let Some(question) = db.read(|conn| Question::read(conn, scope, seen.id))? else { return Ok("waiting") };
    if question.checkin.version != seen.version {
        // The step was decided on what is not there any more.
        return Ok("changed");
    }
    // Rendered and stamped before the write, which can run again.
    let letter = match step {
        Step::Ask | Step::Remind => question.letter(mails, step, now)?,
        Step::CallTask(_) | Step::Escalate | Step::Nothing => None,
    };
    let next_on = aftercare::next_on(now.day(), patience);
    let done = db.write(|tx| act(tx, scope, &question, letter.as_ref(), step, next_on, now));
    match done {
        // Somebody answered or changed it meanwhile; the next run looks again.
        Err(CheckInError::Stale) => Ok("changed"),
        done => Ok(done?),
    }
}

fn act(
    tx: &mut Tx,
    scope: &Scope,
    question: &Question,
    letter: Option<&Letter>,
    step: Step,
    next_on: Day,
    now: Moment,
) -> Result<&'static str, CheckInError> {
    let checkin = rows::find(tx, scope, question.checkin.id)?.ok_or(CheckInError::NotFound)?;
    if checkin.version != question.checkin.version {
        return Err(CheckInError::Stale);
    }
    let on = match checkin.state {
        CheckInState::Planned => CheckIn { state: aftercare::moves(checkin.state, CheckInEvent::ComeDue)?, ..checkin },
        CheckInState::Due
        | CheckInState::Asked
        | CheckInState::Reminded
        | CheckInState::CallTask
        | CheckInState::Escalated
        | CheckInState::Answered
        | CheckInState::Done
        | CheckInState::Cancelled => checkin,
    };
    let on = CheckIn { next_on, ..on };
    match step {
        Step::Ask | Step::Remind => mail(tx, scope, question, on, letter, step, now),
        Step::CallTask(why) => call(tx, question, on, why.say(Lang::Nl), now),
        Step::Escalate => escalate(tx, question, on, now),
        Step::Nothing => Ok("waiting"),
    }
}

/// Puts the question in the outbox; where the gate or a missing address forbids it, a person calls.
fn mail(
    tx: &mut Tx,
    scope: &Scope,
    question: &Question,
    on: CheckIn,
    letter: Option<&Letter>,
    step: Step,
    now: Moment,
) -> Result<&'static str, CheckInError> {
    let Some(letter) = letter else { return call(tx, question, on, question.unreachable(), now) };
    match outbox::enqueue(tx, letter, now)? {
        Enqueued::Refused(why) | Enqueued::CallTask(why) => call(tx, question, on, &why.say(Lang::Nl), now),
        Enqueued::Queued(mail) => {
            let today = Some(now.day());
            let (after, word) = if step == Step::Remind {
                let state = aftercare::moves(on.state, CheckInEvent::Remind)?;
                (CheckIn { state, reminded_on: today, ..on }, "reminded")
            } else {
                let state = aftercare::moves(on.state, CheckInEvent::Ask)?;
                (CheckIn { state, asked_on: today, ..on }, "asked")
            };
            checkins::save(tx, &after)?;
            let detail = format!("check-in {}", after.id);
            let student = question.line.placement.student_id;
            students::tell(tx, scope, after.site_id, "student.mail", Some(student), &detail, now)?;
            if after.addressee == Addressee::Employer {
                question.disclose(tx, mail, now)?;
            }
            Ok(word)
        }
        // Only a campaign's step can have its message already.
        Enqueued::Already => Err(CheckInError::Stale),
    }
}

fn call(tx: &mut Tx, question: &Question, on: CheckIn, why: &str, now: Moment) -> Result<&'static str, CheckInError> {
    let state = aftercare::moves(on.state, CheckInEvent::CallTask)?;
    let after = CheckIn { state, reason: why.to_owned(), ..on };
    checkins::save(tx, &after)?;
    checkins::ask_by_phone(tx, &question.line, &after, now.day(), now)?;
    Ok("to call")
}

/// Tells the site's coordinator; the broker's own task stays.
fn escalate(tx: &mut Tx, question: &Question, on: CheckIn, now: Moment) -> Result<&'static str, CheckInError> {
    let state = aftercare::moves(on.state, CheckInEvent::Escalate)?;
    let after = CheckIn { state, ..on };
    checkins::save(tx, &after)?;
    let line = &question.line;
    let readers = digests::readers(tx, after.site_id)?;
    let coordinator = readers.iter().find(|reader| reader.role == Role::Coordinator).map(|reader| reader.user);
    let title =
        format!("Nazorg blijft liggen: {} bij {} ({})", line.first_name, line.company, after.name_nl.to_lowercase());
    let task = checkins::task(line, &after, TaskKind::Todo, title, now.day(), now);
    tasks::add(tx, &tasks::NewTask { owner_id: coordinator, ..task })?;
    Ok("escalated")
}
