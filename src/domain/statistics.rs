//! Figures that a report may show: the funnel from mail to placement, and small cells that stay hidden.

use super::id::CompanyId;
use super::time::Moment;
use std::collections::HashMap;

/// Numbers from 1 to one below this are not shown: they would point at people.
pub const SMALLEST_SHOWN: i64 = 5;

/// A number that may be shown, or `None`: "fewer than 5". Nobody at all points at nobody.
pub const fn shown(number: i64) -> Option<i64> {
    if number > 0 && number < SMALLEST_SHOWN { None } else { Some(number) }
}

/// Companies per step; each step is a part of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Funnel {
    /// Got a mail.
    pub mailed: i64,
    /// A person answered, or places were offered after the mail.
    pub answered: i64,
    /// Offered places after the mail.
    pub offered: i64,
    /// Got a placement after that.
    pub placed: i64,
}

impl Funnel {
    /// Its steps, from wide to narrow.
    pub const fn steps(&self) -> [i64; 4] {
        [self.mailed, self.answered, self.offered, self.placed]
    }

    /// The steps as they may be shown. Where one is hidden, no share is shown beside it: it would give it away.
    pub fn shown(&self) -> [Option<i64>; 4] {
        self.steps().map(shown)
    }
}

/// Counts the funnel. `mailed` has the first mail of each company; the others the last moment at which it
/// happened. A company counts once; what happened before its mail did not come from it.
pub fn funnel(
    mailed: &[(CompanyId, Moment)],
    answered: &[(CompanyId, Moment)],
    offered: &[(CompanyId, Moment)],
    placed: &[(CompanyId, Moment)],
) -> Funnel {
    let [answered, offered, placed] =
        [answered, offered, placed].map(|of| of.iter().copied().collect::<HashMap<_, _>>());
    let mut funnel = Funnel::default();
    for (company, first) in mailed {
        let after = |of: &HashMap<CompanyId, Moment>| of.get(company).is_some_and(|at| at >= first);
        let (placed, offered, answered) = (after(&placed), after(&offered), after(&answered));
        let offered = offered || placed;
        funnel.mailed += 1;
        funnel.answered += i64::from(answered || offered);
        funnel.offered += i64::from(offered);
        funnel.placed += i64::from(placed);
    }
    funnel
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(day: i64) -> Moment {
        Moment::from_timestamp(day * 86_400).unwrap()
    }

    fn facts(rows: &[(i64, i64)]) -> Vec<(CompanyId, Moment)> {
        rows.iter().map(|(company, day)| (CompanyId(*company), at(*day))).collect()
    }

    #[test]
    fn the_funnel_counts_companies_and_only_what_came_after_the_mail() {
        let funnel = funnel(
            &facts(&[(1, 10), (2, 10), (3, 10), (4, 10)]),
            &facts(&[(1, 11), (2, 9), (9, 12)]),
            &facts(&[(3, 12), (2, 5)]),
            &facts(&[(3, 20)]),
        );
        assert_eq!(funnel, Funnel { mailed: 4, answered: 2, offered: 1, placed: 1 });
    }

    #[test]
    fn one_to_four_are_hidden() {
        let hidden: Vec<i64> = (0..8).filter(|number| shown(*number).is_none()).collect();
        assert_eq!(hidden, [1, 2, 3, 4]);
    }

    proptest! {
        #[test]
        fn no_step_is_wider_than_the_one_before(
            rows in prop::collection::vec(prop::collection::btree_map(0..20i64, 0..40i64, 0..20), 4),
        ) {
            let rows: Vec<_> = rows.iter().map(|map| facts(&map.iter().map(|(a, b)| (*a, *b)).collect::<Vec<_>>())).collect();
            let steps = funnel(&rows[0], &rows[1], &rows[2], &rows[3]).steps();
            prop_assert!(steps.windows(2).all(|pair| pair[0] >= pair[1]));
        }
    }
}
