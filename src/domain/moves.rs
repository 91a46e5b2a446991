//! What the state tables share: the error of a move that no table knows, and the test that walks a
//! whole table.

use std::fmt::Display;

/// The move is not in the table of this kind of record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a {record} that is `{from}` cannot take `{event}`")]
pub struct NoMove {
    /// The kind of record, in English.
    pub record: &'static str,
    /// The state it is in.
    pub from: String,
    /// What was asked of it.
    pub event: String,
}

impl NoMove {
    /// Names the state and the event by their stored words.
    pub fn new(record: &'static str, from: impl Display, event: impl Display) -> Self {
        Self { record, from: from.to_string(), event: event.to_string() }
    }
}

/// Checks a table in full: each listed move gives its state, each other pair is refused.
#[cfg(test)]
pub(crate) fn check_table<S, E>(
    states: &[S],
    events: &[E],
    table: &[(S, E, S)],
    next: impl Fn(S, E) -> Result<S, NoMove>,
) where
    S: Copy + PartialEq + std::fmt::Debug + Display,
    E: Copy + PartialEq + std::fmt::Debug + Display,
{
    for &from in states {
        for &event in events {
            let listed = table.iter().find(|row| row.0 == from && row.1 == event).map(|row| row.2);
            assert_eq!(next(from, event).ok(), listed, "{from} + {event}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_move_names_the_record_its_state_and_the_event() {
        let error = NoMove::new("campaign", "done", "start");
        assert_eq!(error.to_string(), "a campaign that is `done` cannot take `start`");
    }
}
