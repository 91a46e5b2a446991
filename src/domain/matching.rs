//! Who fits where: a student's wishes against the openings of a site, and an opening against its students.
//!
//! A pair is weighed on ten [`Aspect`]s. Each gives a [`Finding`], which has its share of the aspect's weight and its sentence; the
//! sum of the shares is the score, a whole number up to a hundred. What rules a pair out is a [`WhyNot`], with its sentence.
//!
//! - **What is weighed cannot name anybody.** A [`Seeker`] has no field for a name, a birthday, a gender or a place. Texts come in
//!   only as [`Crafts`], read with a closed list of stems in which "verkoper" and "verkoopster" are one; the way to work comes in
//!   only as a [`Band`](super::travel::Band).
//! - **One order.** Highest score first, then who waits longest, then the lowest id: nothing depends on the order of the question.
//! - **Replayable.** A [`Record`] holds all that was weighed for everything that was shown, and the number of the [`Weights`]:
//!   [`Record::replay`] makes the same ranking of it, byte for byte, whatever became of the records since.

mod bits;
mod craft;
mod facts;
mod finding;
mod judge;
mod rank;
mod record;
#[cfg(test)]
mod tests;
mod weights;
mod why_not;

pub use craft::{Craft, Crafts};
pub use facts::{Between, Certified, Levels, Offer, Pair, Seeker, Tracks, Wanted};
pub use finding::Finding;
pub use judge::{Judgement, judge};
pub use rank::{Fall, Fit, Key, Question, Ranking};
pub use record::{Record, Unknown};
pub use weights::{ASPECTS, Aspect, WEIGHTS, Weights};
pub use why_not::{Reasons, WhyNot};
