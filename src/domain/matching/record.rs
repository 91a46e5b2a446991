//! What is kept of a ranking that somebody saw, so that it can be made again.

use super::rank::{Question, Ranking};
use super::weights::Weights;
use super::why_not::WhyNot;
use crate::domain::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A ranking with all that it was made of. Only what was shown is in it, since each pair is judged by itself: the order of some
/// of them is the order that they have among all. Of the rest it tells how many they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The number of the weights.
    pub weights: u16,
    /// The day of the question.
    pub day: Day,
    /// What was weighed, of those that were shown.
    pub question: Question,
    /// How they were shown.
    pub ranking: Ranking,
    /// How many fitted in all.
    pub fitted: usize,
    /// How many fell out in all, by reason.
    pub fell: Vec<(WhyNot, usize)>,
}

/// A record that cannot be made again.
#[derive(Debug, thiserror::Error)]
pub enum Unknown {
    /// It was made with weights that this program does not have.
    #[error("it was made with weights number {0}, which this program does not have")]
    Weights(u16),
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Text(#[from] serde_json::Error),
}

impl Record {
    /// Keeps those with these ids of a question that was answered.
    pub fn of(weights: &Weights, day: Day, question: &Question, whole: &Ranking, shown: &[i64]) -> Self {
        let shown: HashSet<i64> = shown.iter().copied().collect();
        let ranking = Ranking {
            fits: whole.fits.iter().filter(|fit| shown.contains(&fit.key.id)).cloned().collect(),
            falls: whole.falls.iter().filter(|fall| shown.contains(&fall.id)).cloned().collect(),
        };
        let (fitted, fell) = (whole.fits.len(), whole.tally());
        Self { weights: weights.version, day, question: question.only(&shown), ranking, fitted, fell }
    }

    /// The text that is stored.
    pub fn text(&self) -> Result<String, Unknown> {
        Ok(serde_json::to_string(self)?)
    }

    /// Reads a stored text.
    pub fn read(text: &str) -> Result<Self, Unknown> {
        Ok(serde_json::from_str(text)?)
    }

    /// Ranks what was weighed once more. The result is [`Record::ranking`] to the byte, or somebody changed a rule without a new
    /// number for the weights.
    pub fn replay(&self) -> Result<Ranking, Unknown> {
        let weights = Weights::numbered(self.weights).ok_or(Unknown::Weights(self.weights))?;
        Ok(self.question.rank(&weights, self.day))
    }
}
