//! One student, one opening: what rules them out, or what speaks for them.

use super::facts::{Offer, Pair, Wanted};
use super::finding::Finding;
use super::weights::{ASPECTS, Aspect, Weights};
use super::why_not::{Reasons, WhyNot};
use crate::domain::time::Day;

/// How a pair was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// They go together; a finding for each [`Aspect`], in the order of its table.
    Fits([Finding; ASPECTS]),
    /// They do not.
    Not(Reasons),
}

/// Judges a pair.
pub fn judge(pair: &Pair, today: Day) -> Judgement {
    let reasons: Reasons = WhyNot::ALL.iter().copied().filter(|why| why.holds(pair, today)).collect();
    if !reasons.is_empty() {
        return Judgement::Not(reasons);
    }
    let Pair { seeker, offer, between } = pair;
    let days_since = |day: Day| u16::try_from(today.days_since(day).max(0)).unwrap_or(u16::MAX);
    let period = match covered(seeker.period(today), offer) {
        Covered::Share(share) => Some(share),
        Covered::Unknown | Covered::TooLittle => None,
    };
    let find = |aspect: &Aspect| match aspect {
        Aspect::Level => Finding::Level { own: seeker.level, asked: !offer.levels.is_empty() },
        Aspect::Track => Finding::Track { own: seeker.track, asked: !offer.tracks.is_empty() },
        Aspect::Programme => Finding::Programme(between.certified),
        Aspect::Role => Finding::Role(seeker.crafts.and(offer.crafts)),
        Aspect::Period => Finding::Period(period),
        Aspect::Days => Finding::Days(offer.days.zip(seeker.days)),
        Aspect::Travel => Finding::Travel(between.travel),
        Aspect::Places => Finding::Places(offer.left),
        Aspect::Freshness => Finding::Freshness(days_since(offer.confirmed)),
        Aspect::Waiting => Finding::Waiting(seeker.waits(today)),
    };
    let mut findings = [Finding::Period(None); ASPECTS];
    for (slot, aspect) in findings.iter_mut().zip(Aspect::ALL) {
        *slot = find(aspect);
    }
    Judgement::Fits(findings)
}

impl Weights {
    /// The points of each aspect, rounded down.
    pub fn points(&self, findings: &[Finding; ASPECTS]) -> [u8; ASPECTS] {
        let mut points = self.points;
        for (most, finding) in points.iter_mut().zip(findings) {
            *most = u8::try_from(u32::from(*most) * u32::from(finding.share()) / 100).unwrap_or(*most);
        }
        points
    }
}

/// How much of the time that is sought an opening covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Covered {
    /// It cannot be told.
    Unknown,
    /// So many hundredths.
    Share(u8),
    /// Less than [`LEAST`], or nothing.
    TooLittle,
}

/// The least that is worth a look, in hundredths.
const LEAST: i64 = 25;
/// A start this many days late is as good as on time.
const GRACE: i64 = 14;

/// What an opening covers of a stretch of time; a day on its own is a stretch too.
pub(super) fn covered(wanted: Wanted, offer: &Offer) -> Covered {
    let Wanted::From(from, until) = wanted else { return Covered::Unknown };
    let starts = offer.starts.unwrap_or(from).max(from);
    let Some(until) = until else {
        // Without an end only the start can be told: an opening that is over by then covers nothing.
        return if offer.ends.is_some_and(|ends| ends < starts) { Covered::TooLittle } else { Covered::Unknown };
    };
    let ends = offer.ends.unwrap_or(until).min(until);
    let whole = until.days_since(from) + 1;
    let late = starts.days_since(from);
    let missed = if late <= GRACE { 0 } else { late } + until.days_since(ends);
    let share = (whole - missed).max(0) * 100 / whole.max(1);
    if ends < starts || share < LEAST {
        return Covered::TooLittle;
    }
    if offer.starts.is_none() && offer.ends.is_none() {
        return Covered::Unknown;
    }
    Covered::Share(u8::try_from(share).unwrap_or(100))
}
