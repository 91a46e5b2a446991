//! Every tick, one line each.

use crate::app::App;
use crate::domain::schedule::Tick;
use crate::domain::time::Moment;
use crate::flows::{self, Stop, Tally};

/// One tick.
#[derive(Debug)]
pub struct Entry {
    /// The word of its [`Tick`].
    pub name: &'static str,
    /// Whether every process runs it, on its own count, since it claims its rows or mailboxes itself.
    pub shared: bool,
    /// What it calls.
    pub run: fn(&App, &Stop, Moment) -> anyhow::Result<Tally>,
}

/// The table.
pub const TABLE: &[Entry] = &[
    Entry {
        name: Tick::Advance.as_str(),
        shared: true,
        run: |app, stop, now| flows::advance::tick(&app.db, app.press(), &app.config.outreach, stop, now),
    },
    Entry {
        name: Tick::Deliver.as_str(),
        shared: true,
        run: |app, stop, now| flows::deliver::tick(&app.db, app.sending(stop), now),
    },
    Entry {
        name: Tick::Aftercare.as_str(),
        shared: false,
        run: |app, _, now| flows::aftercare::tick(&app.db, &app.templates, &app.config.aftercare, now),
    },
    Entry { name: Tick::Proposals.as_str(), shared: false, run: |app, _, now| flows::proposals::tick(&app.db, now) },
    Entry {
        name: Tick::Freshness.as_str(),
        shared: false,
        run: |app, stop, now| flows::freshness::tick(&app.db, app.press(), &app.config.freshness, stop, now),
    },
    Entry {
        name: Tick::Digest.as_str(),
        shared: false,
        run: |app, _, now| flows::digest::tick(&app.db, &app.templates, &app.config.server.base_url, now),
    },
    Entry { name: Tick::Import.as_str(), shared: true, run: |app, _, now| flows::imports::tick(&app.db, now) },
    Entry {
        name: Tick::Fetch.as_str(),
        shared: true,
        run: |app, stop, now| flows::fetch::tick(&app.db, &app.fetching(stop), now),
    },
    Entry {
        name: Tick::Receive.as_str(),
        shared: true,
        run: |app, stop, now| flows::receive::tick(&app.db, &app.holidays, stop, now),
    },
    Entry { name: Tick::Retention.as_str(), shared: false, run: |app, _, now| flows::retention::tick(&app.db, now) },
];

/// The entry of a name.
pub fn find(name: &str) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tick_has_its_line() {
        for tick in Tick::ALL {
            assert_eq!(TABLE.iter().filter(|entry| entry.name == tick.as_str()).count(), 1, "{tick}");
        }
        assert_eq!(TABLE.len(), Tick::ALL.len());
    }
}
