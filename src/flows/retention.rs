//! Tick `retention`: forgets what has ended by itself. Each kind is an act of its own, so one that fails keeps
//! nothing else from being forgotten. The embedded database has nobody else to look after it, so that happens here too.

use super::Tally;
use crate::domain::time::Moment;
use crate::store::{Db, DbResult, Tx, expired};

/// Days for which an ended token is kept, so that its second use can be told from a wrong one.
const TOKEN_DAYS: i64 = 7;
/// Days for which a staged import waits for a decision, and a school's list can be looked at and taken back.
const IMPORT_DAYS: i64 = 30;
/// Days for which runs of ticks are kept.
const RUN_DAYS: i64 = 30;
/// Days for which rankings of matching are kept: this school year and the last one.
const RANKING_DAYS: i64 = 2 * 365;
/// Staged imports removed per run: each may have 100,000 rows.
const IMPORTS_AT_ONCE: i64 = 5;

/// Forgets everything that is due for it.
pub fn tick(db: &Db, now: Moment) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let mut forget = |what: &'static str, act: &dyn Fn(&mut Tx) -> DbResult<usize>| -> DbResult<()> {
        let count = db.write(|tx| act(tx))?;
        tally.add(what, u64::try_from(count).unwrap_or(0));
        Ok(())
    };
    let done = [
        forget("sessions", &|tx| expired::sessions(tx, now)),
        forget("school sessions", &|tx| expired::school_sessions(tx, now)),
        forget("school lists", &|tx| expired::referral_lists(tx, now.plus_days(-IMPORT_DAYS))),
        forget("tokens", &|tx| expired::tokens(tx, now.plus_days(-TOKEN_DAYS))),
        forget("throttles", &|tx| expired::throttles(tx, now.plus_days(-1))),
        forget("runs", &|tx| expired::runs(tx, now.plus_days(-RUN_DAYS))),
        forget("rankings", &|tx| expired::rankings(tx, now.plus_days(-RANKING_DAYS))),
        forget("imports", &|tx| expired::staged_imports(tx, now.plus_days(-IMPORT_DAYS), IMPORTS_AT_ONCE)),
    ];
    done.into_iter().collect::<DbResult<Vec<()>>>()?;
    if db.is_sqlite() {
        db.analyze()?;
    }
    Ok(tally)
}
