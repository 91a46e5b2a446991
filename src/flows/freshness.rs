//! Asking companies whether their places still hold: by mail, once more, by telephone, and then the places expire. Each company
//! is one act of its own: what a crash cuts off is done by the next run, and what was done is not done again.

use super::campaigns::kit::Press;
use super::openings::{self as places, Act, BookError, Mark};
use super::outbox::{self, Enqueued};
use super::settings::Freshness;
use super::{Stop, Tally};
use crate::domain::calendar::is_working_day;
use crate::domain::freshness::{Patience, RoundEvent, RoundState, Step, moves};
use crate::domain::id::{CompanyId, OpeningId, OutgoingId, TaskId};
use crate::domain::moves::NoMove;
use crate::domain::opening::STALE_DAYS;
use crate::domain::scope::Scope;
use crate::domain::suggestion::About;
use crate::domain::time::Moment;
use crate::domain::words::{Lang, Purpose, TaskKind};
use crate::store::db::may_repeat;
use crate::store::outgoing::Outgoing;
use crate::store::rounds::{self, NewRound, Round};
use crate::store::tasks::{self, NewTask};
use crate::store::{Conn, Db, DbError, DbResult, Tx, companies, openings, sites};

mod answer;
mod plan;

pub use answer::{AnswerError, Asked, MOST, answer, look};
pub use plan::Wish;
use plan::{Case, Draft, Plan};

/// Companies read at once.
const BATCH: i64 = 200;
/// What the link in a mail is signed for.
pub const PLACES: &str = "places";

/// Why a round was not moved.
#[derive(Debug, thiserror::Error)]
pub enum FreshnessError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The places could not be changed.
    #[error(transparent)]
    Book(BookError),
    /// It is not in a state for this.
    #[error(transparent)]
    NoMove(#[from] NoMove),
    /// Somebody else changed it in between.
    #[error("the round was changed in between")]
    Stale,
}
may_repeat!(FreshnessError);

impl From<BookError> for FreshnessError {
    fn from(error: BookError) -> Self {
        // The database's own errors stay visible, so that the act is repeated where that helps.
        if let BookError::Db(error) = error { Self::Db(error) } else { Self::Book(error) }
    }
}

/// What was done about the places of a company.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Openings that were asked about.
    pub asked: usize,
    /// Openings that were asked about once more.
    pub reminded: usize,
    /// Openings about which somebody has to call.
    pub to_call: usize,
    /// Openings whose places expired.
    pub expired: usize,
    /// Openings about which there is nothing left to ask.
    pub settled: usize,
    /// Why no mail could leave, in the words of the task.
    pub why: Option<String>,
}

impl Done {
    fn count(&self, tally: &mut Tally) {
        for (word, count) in [
            ("asked", self.asked),
            ("reminded", self.reminded),
            ("to call", self.to_call),
            ("expired", self.expired),
            ("settled", self.settled),
        ] {
            if count > 0 {
                tally.add(word, u64::try_from(count).unwrap_or(u64::MAX));
            }
        }
    }
}

/// What the clockwork does every morning of a working day: what is under way goes on, and then companies that said nothing
/// for long are asked, the oldest silence first, as many as may be on one morning.
pub fn tick(db: &Db, press: Press, settings: &Freshness, stop: &Stop, now: Moment) -> anyhow::Result<Tally> {
    let (mut tally, today) = (Tally::default(), now.day());
    if !is_working_day(today) {
        return Ok(tally);
    }
    for site in db.read(sites::all)? {
        let scope = Scope::clockwork(site.id);
        let mut after = CompanyId(0);
        loop {
            let batch = db.read(|conn| rounds::due(conn, &scope, today, after, BATCH))?;
            let Some(last) = batch.last() else { break };
            after = *last;
            each(&batch, db, press, settings, (&scope, Wish::Due), stop, now, &mut tally);
        }
        if settings.ask {
            let (most, stale) = (i64::from(settings.companies_a_morning), today.plus(-STALE_DAYS));
            let batch = db.read(|conn| rounds::to_ask(conn, &scope, stale, most))?;
            each(&batch, db, press, settings, (&scope, Wish::Ask), stop, now, &mut tally);
        }
    }
    Ok(tally)
}

#[expect(clippy::too_many_arguments, reason = "the loop of one tick, over all that its act takes")]
fn each(
    batch: &[CompanyId],
    db: &Db,
    press: Press,
    settings: &Freshness,
    (scope, wish): (&Scope, Wish),
    stop: &Stop,
    now: Moment,
    tally: &mut Tally,
) {
    for company in batch {
        if stop.asked() {
            return;
        }
        match take(db, press, settings, scope, (*company, wish), now) {
            Ok(done) => done.count(tally),
            Err(error) => {
                tracing::warn!(company = company.0, error = format!("{error:#}"), "asking about places failed");
                tally.add("failed", 1);
            }
        }
    }
}

/// Asks a company in scope now, at a person's word, about every opening that was not confirmed today and that nobody asked
/// about yet; `None` where the company is not there.
pub fn ask_now(
    db: &Db,
    press: Press,
    settings: &Freshness,
    scope: &Scope,
    company: CompanyId,
    now: Moment,
) -> anyhow::Result<Option<Done>> {
    if db.read(|conn| companies::find(conn, scope, company))?.is_none() {
        return Ok(None);
    }
    take(db, press, settings, scope, (company, Wish::Now), now).map(Some)
}

/// One step for one company.
fn take(
    db: &Db,
    press: Press,
    settings: &Freshness,
    scope: &Scope,
    (company, wish): (CompanyId, Wish),
    now: Moment,
) -> anyhow::Result<Done> {
    let patience = settings.patience();
    let read = |conn: &mut _| Plan::read(conn, scope, company, wish, now.day(), patience);
    let Some(plan) = db.read(read)?.filter(|plan| !plan.cases.is_empty()) else { return Ok(Done::default()) };
    // Rendered and stamped before the write, which can run again.
    let draft = plan.draft(press, settings, now)?;
    let done = db.write(|tx| {
        let again = Plan::read(tx, scope, company, wish, now.day(), patience)?;
        if again.is_none_or(|again| again.marks() != plan.marks()) {
            // Somebody answered or changed it meanwhile; the next run looks again.
            return Ok(Done::default());
        }
        act(tx, scope, &plan, &draft, patience, now)
    });
    done.map_err(|error: FreshnessError| error.into())
}

fn act(
    tx: &mut Tx,
    scope: &Scope,
    plan: &Plan,
    draft: &Draft,
    patience: Patience,
    now: Moment,
) -> Result<Done, FreshnessError> {
    let mut done = Done::default();
    let sent = match &draft.letter {
        Some(letter) => match outbox::enqueue(tx, letter, now)? {
            Enqueued::Queued(id) => Ok(Some(id)),
            Enqueued::Already => Ok(None),
            Enqueued::Refused(why) | Enqueued::CallTask(why) => Err(why.say(Lang::Nl)),
        },
        None => Err(plan.unreachable().to_owned()),
    };
    let mut to_call: Vec<Round> = Vec::new();
    for (index, case) in plan.cases.iter().enumerate() {
        match (case.step, &case.round) {
            (Step::Ask, _) => {
                let round = begin(tx, plan, case, (&draft.tokens[index], draft.expires_at), &sent, patience, now)?;
                if sent.is_ok() {
                    done.asked += 1;
                } else {
                    to_call.push(round);
                }
            }
            (Step::Remind, Some(round)) => match &sent {
                Ok(mail) => {
                    let state = moves(round.state, RoundEvent::Remind)?;
                    let after = Round { state, reminded_on: Some(now.day()), reminder_id: *mail, ..round.clone() };
                    save(tx, Round { expires_at: draft.expires_at, ..after }, Some(patience), now)?;
                    done.reminded += 1;
                }
                Err(_) => to_call.push(round.clone()),
            },
            (Step::Call, Some(round)) => to_call.push(round.clone()),
            (Step::Expire, Some(round)) => {
                let state = moves(round.state, RoundEvent::Expire)?;
                save(tx, Round { state, ..round.clone() }, None, now)?;
                let because = Mark::default().because("niemand bevestigde dat deze plekken nog kloppen");
                places::act(tx, scope, case.opening.id, Act::Expire, because, now)?;
                done.expired += 1;
            }
            (Step::Drop, Some(round)) => {
                let state = moves(round.state, RoundEvent::Drop)?;
                save(tx, Round { state, ..round.clone() }, None, now)?;
                done.settled += 1;
            }
            (Step::Nothing | Step::Remind | Step::Call | Step::Expire | Step::Drop, _) => {}
        }
    }
    if !to_call.is_empty() {
        done.to_call = to_call.len();
        // Where silence is the reason, the task needs no other.
        let mailed = plan.mails();
        done.why = sent.err().filter(|_| mailed);
        call(tx, scope, &to_call, done.why.as_deref(), Some(patience), now)?;
    }
    Ok(done)
}

/// A new round; where its mail cannot leave it is one all the same, about which somebody calls.
fn begin(
    tx: &mut Tx,
    plan: &Plan,
    case: &Case,
    (token, expires_at): (&str, Moment),
    sent: &Result<Option<OutgoingId>, String>,
    patience: Patience,
    now: Moment,
) -> Result<Round, FreshnessError> {
    let new = NewRound {
        site_id: plan.company.site_id,
        company_id: plan.company.id,
        opening_id: case.opening.id,
        confirmed_on: case.opening.last_confirmed_on,
        state: RoundState::Asked,
        asked_on: now.day(),
        next_on: now.day(),
        token: token.to_owned(),
        expires_at,
        asked_id: sent.as_ref().ok().copied().flatten(),
        version: 1,
    };
    rounds::add(tx, &new)?;
    let round = rounds::by_token(tx, token)?.ok_or(FreshnessError::Stale)?;
    let next_on = round.facts().next_on(patience).unwrap_or(now.day());
    let round = Round { next_on, ..round };
    rounds::save(tx, &round)?;
    Ok(Round { version: round.version + 1, ..round })
}

/// Writes a round, with the day of its next step where the desk's patience is known (else the clockwork looks every morning);
/// one that is over closes its task, once no other round waits for that.
fn save(tx: &mut Tx, round: Round, patience: Option<Patience>, now: Moment) -> Result<(), FreshnessError> {
    let next_on = patience.and_then(|patience| round.facts().next_on(patience)).unwrap_or(now.day());
    let round = Round { next_on, ..round };
    if !rounds::save(tx, &round)? {
        return Err(FreshnessError::Stale);
    }
    if let Some(task) = round.task_id.filter(|_| !round.state.is_open())
        && !rounds::waits_for(tx, task)?
    {
        tasks::close(tx, task, None, now)?;
    }
    Ok(())
}

/// One task for whoever has the company: to call about these rounds.
fn call(
    tx: &mut Tx,
    scope: &Scope,
    about: &[Round],
    why: Option<&str>,
    patience: Option<Patience>,
    now: Moment,
) -> Result<TaskId, FreshnessError> {
    let first = about.first().ok_or(FreshnessError::Stale)?;
    let company = companies::find(tx, scope, first.company_id)?.ok_or(FreshnessError::Stale)?;
    let mut roles: Vec<String> = Vec::new();
    for round in about {
        roles.extend(openings::find(tx, scope, round.opening_id)?.map(|opening| opening.fields.role));
    }
    roles.dedup();
    let why = why.map(|why| format!(" {why}")).unwrap_or_default();
    let title = format!("Bel {}: kloppen de plekken nog? ({}){why}", company.fields.name, roles.join(", "));
    let task = NewTask {
        company_id: Some(company.id),
        owner_id: company.fields.owner_id,
        ..NewTask::new(company.site_id, TaskKind::Call, title, now.day(), now)
    };
    let task = tasks::add(tx, &task)?;
    for round in about {
        let state = moves(round.state, RoundEvent::Call)?;
        let called_on = Some(now.day());
        save(tx, Round { state, called_on, task_id: Some(task), ..round.clone() }, patience, now)?;
    }
    Ok(task)
}

/// A mail came back on one of ours: as long as a person has not read what it says, nobody is reminded.
pub(super) fn heard(tx: &mut Tx, mail: OutgoingId, now: Moment) -> DbResult<()> {
    for round in rounds::of_mail(tx, mail)? {
        if let Ok(state) = moves(round.state, RoundEvent::Hear) {
            of_database(save(tx, Round { state, heard_on: Some(now.day()), ..round }, None, now))?;
        }
    }
    Ok(())
}

/// The mail that asked could not be delivered, or nobody may be mailed any more: a person calls. `false` for a mail that
/// asked about no places, or whose rounds wait for no mail.
pub(super) fn call_instead(tx: &mut Tx, mail: OutgoingId, why: &str, now: Moment) -> DbResult<bool> {
    let mut open = rounds::of_mail(tx, mail)?;
    open.retain(|round| moves(round.state, RoundEvent::Call).is_ok());
    let Some(site) = open.first().map(|round| round.site_id) else { return Ok(false) };
    Ok(of_database(call(tx, &Scope::clockwork(site), &open, Some(why), None, now))?.is_some())
}

/// What was read in this very write and may be moved fails only with the database.
fn of_database<T>(done: Result<T, FreshnessError>) -> DbResult<Option<T>> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(FreshnessError::Db(error)) => Err(error),
        Err(FreshnessError::Stale | FreshnessError::NoMove(_) | FreshnessError::Book(_)) => Ok(None),
    }
}

/// The openings that a mail of ours asked about, as they are now.
pub(super) fn asked_by(conn: &mut Conn, mail: &Outgoing) -> DbResult<Vec<About>> {
    if mail.purpose != Purpose::Offer {
        return Ok(Vec::new());
    }
    let (scope, mut asked) = (Scope::clockwork(mail.site_id), Vec::new());
    for round in rounds::of_mail(conn, mail.id)? {
        let found = openings::find(conn, &scope, round.opening_id)?;
        asked.extend(found.map(|found| About { opening: found.id, role: found.fields.role }));
    }
    Ok(asked)
}

/// The company said how it is with an opening, whichever way: what was asked about it is answered.
pub(super) fn settle(tx: &mut Tx, opening: OpeningId, now: Moment) -> DbResult<()> {
    for round in rounds::open_of(tx, opening)? {
        let after = Round { state: RoundState::Answered, answered_at: Some(now), ..round };
        of_database(save(tx, after, None, now))?;
    }
    Ok(())
}
