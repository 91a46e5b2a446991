//! Why nothing was placed or changed.

use crate::domain::moves::NoMove;
use crate::domain::placement::Recognition;
use crate::domain::privacy::BsnFound;
use crate::flows::openings::BookError;
use crate::flows::proposals::ProposalError;
use crate::flows::students::StudentError;
use crate::store::DbError;
use crate::store::db::may_repeat;

/// Why nothing was placed or changed.
#[derive(Debug, thiserror::Error)]
pub enum PlacementError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No such record, or another site's.
    #[error("no such placement, opening, student or contact")]
    NotFound,
    /// Every place of the opening is taken.
    #[error("no place is left")]
    Full,
    /// The last day lies before the first one, or years after it.
    #[error("the last day must lie after the first one, and at most five years")]
    Dates,
    /// A placement that runs has started already.
    #[error("a placement that runs cannot start in the future")]
    Started,
    /// The early end lies outside the placement.
    #[error("an early end lies before the last day")]
    NotEarly,
    /// A reason is missing.
    #[error("a reason is missing")]
    NoReason,
    /// The company's recognition does not hold and no reason to go on was given.
    #[error("the company is not recognised for this programme")]
    NotRecognised(Recognition),
    /// The student could not be added.
    #[error(transparent)]
    Student(StudentError),
    /// A text holds what looks like a BSN.
    #[error(transparent)]
    Bsn(#[from] BsnFound),
    /// Somebody else saved in between.
    #[error("the placement was changed in between")]
    Stale,
    /// The placement is not in a state for this.
    #[error(transparent)]
    NoMove(#[from] NoMove),
}

may_repeat!(PlacementError);

impl From<StudentError> for PlacementError {
    fn from(error: StudentError) -> Self {
        // A wish of the database to repeat must stay visible.
        if let StudentError::Db(error) = error { Self::Db(error) } else { Self::Student(error) }
    }
}

impl From<ProposalError> for PlacementError {
    fn from(error: ProposalError) -> Self {
        match error {
            ProposalError::Db(error) => Self::Db(error),
            ProposalError::NoMove(error) => Self::NoMove(error),
            ProposalError::Full => Self::Full,
            ProposalError::Bsn(error) => Self::Bsn(error),
            ProposalError::Stale => Self::Stale,
            ProposalError::NotFound
            | ProposalError::Already(_)
            | ProposalError::Leak(_)
            | ProposalError::NoAddress
            | ProposalError::Refused(_)
            | ProposalError::CallInstead(_)
            | ProposalError::Deadline
            | ProposalError::NotAgreed
            | ProposalError::Released
            | ProposalError::TooLong
            | ProposalError::Template(_) => Self::NotFound,
        }
    }
}

impl From<BookError> for PlacementError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Full => Self::Full,
            BookError::Db(error) => Self::Db(error),
            BookError::Gone => Self::NotFound,
            BookError::Stale => Self::Stale,
        }
    }
}
