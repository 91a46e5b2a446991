//! One side against all of the other: who fits, best first, and who falls out for what.

use super::facts::{Between, Offer, Pair, Seeker};
use super::judge::{Judgement, judge};
use super::weights::{ASPECTS, Weights};
use super::why_not::{Reasons, WhyNot};
use crate::domain::time::Day;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

/// What is asked: everything that is weighed, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    /// Which openings for a student?
    Openings {
        /// The student.
        seeker: Seeker,
        /// The openings.
        offers: Vec<(Offer, Between)>,
    },
    /// Which students for an opening?
    Students {
        /// The opening.
        offer: Offer,
        /// The students.
        seekers: Vec<(Seeker, Between)>,
    },
}

/// Where something stands in a ranking. Highest score first, then who waits longest, then the lowest id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Up to a hundred.
    pub score: u16,
    /// Days that the student waits.
    pub waits: u16,
    /// The id of the opening or the student.
    pub id: i64,
}

impl Key {
    /// Sorts into the order of a ranking.
    pub fn order(&self) -> impl Ord + use<> {
        (Reverse(self.score), Reverse(self.waits), self.id)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.score, self.waits, self.id)
    }
}

/// The text is no place in a ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a place in a ranking is three numbers with dots between them")]
pub struct NoKey;

impl FromStr for Key {
    type Err = NoKey;
    fn from_str(text: &str) -> Result<Self, NoKey> {
        let mut words = text.split('.');
        let mut next = || words.next().ok_or(NoKey);
        let (score, waits, id) = (next()?, next()?, next()?);
        let number = |word: &str| word.parse().map_err(|_| NoKey);
        let id = id.parse().map_err(|_| NoKey)?;
        if words.next().is_some() { Err(NoKey) } else { Ok(Self { score: number(score)?, waits: number(waits)?, id }) }
    }
}

/// One that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fit {
    /// Where it stands.
    pub key: Key,
    /// The points of each aspect, in the order of their table.
    pub points: [u8; ASPECTS],
}

/// One that falls out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fall {
    /// The id of the opening or the student.
    pub id: i64,
    /// Why.
    pub why: Reasons,
}

impl Fall {
    /// The reason under which it is told.
    pub fn first(&self) -> Option<WhyNot> {
        self.why.iter().next()
    }
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranking {
    /// Those that fit, best first.
    pub fits: Vec<Fit>,
    /// Those that fall out: by reason, then by id.
    pub falls: Vec<Fall>,
}

impl Ranking {
    /// How many fell out for each reason, in the order of their table.
    pub fn tally(&self) -> Vec<(WhyNot, usize)> {
        let count = |why: &WhyNot| self.falls.iter().filter(|fall| fall.first() == Some(*why)).count();
        WhyNot::ALL.iter().map(|why| (*why, count(why))).filter(|(_, count)| *count > 0).collect()
    }

    /// Those that fit from just after a place in the ranking, at most so many; and the place after which more follow.
    pub fn page(&self, after: Option<Key>, limit: usize) -> (&[Fit], Option<Key>) {
        let from = after.map_or(0, |after| self.fits.partition_point(|fit| fit.key.order() <= after.order()));
        let rest = &self.fits[from..];
        let shown = &rest[..limit.min(rest.len())];
        (shown, shown.last().filter(|_| shown.len() < rest.len()).map(|fit| fit.key))
    }

    /// The first few that fell out for each reason, in order.
    pub fn examples(&self, limit: usize) -> Vec<Fall> {
        let of = |why: &WhyNot| {
            let own = self.falls.iter().filter(|fall| fall.first() == Some(*why));
            own.take(limit).cloned().collect::<Vec<_>>()
        };
        WhyNot::ALL.iter().flat_map(of).collect()
    }
}

impl Question {
    /// Every pair, with the id of what is not the one that was asked for.
    pub fn pairs(&self) -> impl Iterator<Item = (i64, Pair<'_>)> {
        let (one, offers, seekers) = match self {
            Self::Openings { seeker, offers } => ((Some(seeker), None), offers.as_slice(), [].as_slice()),
            Self::Students { offer, seekers } => ((None, Some(offer)), [].as_slice(), seekers.as_slice()),
        };
        let openings = offers.iter().filter_map(move |(offer, between)| {
            one.0.map(|seeker| (offer.id.0, Pair { seeker, offer, between: *between }))
        });
        let students = seekers.iter().filter_map(move |(seeker, between)| {
            one.1.map(|offer| (seeker.id.0, Pair { seeker, offer, between: *between }))
        });
        openings.chain(students)
    }

    /// The same question about these alone.
    #[must_use]
    pub fn only(&self, ids: &HashSet<i64>) -> Self {
        match self {
            Self::Openings { seeker, offers } => {
                let kept = offers.iter().filter(|(offer, _)| ids.contains(&offer.id.0)).copied().collect();
                Self::Openings { seeker: *seeker, offers: kept }
            }
            Self::Students { offer, seekers } => {
                let kept = seekers.iter().filter(|(seeker, _)| ids.contains(&seeker.id.0)).copied().collect();
                Self::Students { offer: *offer, seekers: kept }
            }
        }
    }

    /// Judges every pair and puts them in order.
    pub fn rank(&self, weights: &Weights, today: Day) -> Ranking {
        let mut ranking = Ranking::default();
        for (id, pair) in self.pairs() {
            match judge(&pair, today) {
                Judgement::Fits(findings) => {
                    let points = weights.points(&findings);
                    let score = points.iter().map(|points| u16::from(*points)).sum();
                    ranking.fits.push(Fit { key: Key { score, waits: pair.seeker.waits(today), id }, points });
                }
                Judgement::Not(why) => ranking.falls.push(Fall { id, why }),
            }
        }
        ranking.fits.sort_unstable_by_key(|fit| fit.key.order());
        ranking.falls.sort_unstable_by_key(|fall| (fall.first(), fall.id));
        ranking
    }
}
