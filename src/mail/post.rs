//! One face for both ways out, so that whoever hands over mail need not care.

use super::pickup::Pickup;
use super::smtp::{Gone, Lines, Parcel, Report};
use std::time::Duration;

/// A way out for mail.
#[derive(Debug)]
pub enum Post {
    /// Lines to a mail server.
    Smtp(Lines),
    /// A directory, as line 0.
    Pickup(Pickup),
}

impl Post {
    /// Gives a parcel to a line that has reported and has none.
    pub fn hand(&self, connection: usize, parcel: Parcel) -> Result<(), Gone> {
        match self {
            Self::Smtp(lines) => lines.hand(connection, parcel),
            Self::Pickup(pickup) => pickup.hand(&parcel),
        }
    }

    /// The next report, waiting at most `wait`.
    pub fn next(&self, wait: Duration) -> Option<Report> {
        match self {
            Self::Smtp(lines) => lines.next(wait),
            Self::Pickup(pickup) => pickup.next(wait),
        }
    }

    /// Waits for nobody any more.
    pub fn hurry(&self) {
        match self {
            Self::Smtp(lines) => lines.hurry(),
            Self::Pickup(_) => {}
        }
    }

    /// Finishes what is under way and gives the reports that nobody asked for.
    pub fn close(self) -> Vec<Report> {
        match self {
            Self::Smtp(lines) => lines.close(),
            Self::Pickup(pickup) => pickup.close(),
        }
    }
}
