//! Every tick, one line each.

use crate::app::App;
use crate::domain::time::Moment;
use crate::flows::{self, Stop, Tally};

/// One tick.
#[derive(Debug)]
pub struct Entry {
    /// Its name: on the command line, in `[clockwork]`, in the records.
    pub name: &'static str,
    /// Whether every process runs it, on its own count, since it claims its rows or mailboxes itself.
    pub shared: bool,
    /// What it calls.
    pub run: fn(&App, &Stop, Moment) -> anyhow::Result<Tally>,
}

/// The table.
pub const TABLE: &[Entry] = &[
    Entry {
        name: "advance",
        shared: true,
        run: |app, _, now| flows::advance::tick(&app.db, app.press(), &app.config.outreach, now),
    },
    Entry {
        name: "deliver",
        shared: true,
        run: |app, stop, now| flows::deliver::tick(&app.db, app.sending(stop), now),
    },
    Entry {
        name: "aftercare",
        shared: false,
        run: |app, _, now| flows::aftercare::tick(&app.db, &app.templates, &app.config.aftercare, now),
    },
    Entry {
        name: "digest",
        shared: false,
        run: |app, _, now| flows::digest::tick(&app.db, &app.templates, &app.config.server.base_url, now),
    },
    Entry { name: "import", shared: true, run: |app, _, now| flows::imports::tick(&app.db, now) },
    Entry { name: "fetch", shared: true, run: |app, stop, now| flows::fetch::tick(&app.db, &app.fetching(stop), now) },
    Entry { name: "receive", shared: true, run: |app, stop, now| flows::receive::tick(&app.db, stop, now) },
    Entry { name: "retention", shared: false, run: |app, _, now| flows::retention::tick(&app.db, now) },
];

/// The entry of a name.
pub fn find(name: &str) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.name == name)
}
