//! Who listens to which mailbox. One process listens to a mailbox, under the lease `watch:ID`, on a thread of its own; what
//! it hears has the mailbox fetched at once and wakes `receive`. The ticks stay as the net below. A mailbox that is added,
//! changed or put away is noticed at the next round; one whose holder vanished is taken over when its lease ends.

mod listen;

use super::bell::Bell;
use crate::app::App;
use crate::domain::id::MailboxId;
use crate::flows::Stop;
use crate::store::mailboxes::{self, Mailbox};
use crate::store::{DbResult, leases};
use listen::Listener;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Between two looks at which mailboxes there are.
const ROUND: Duration = Duration::from_secs(2);

/// How long listeners may take to end; one that hangs in a connection ends by itself and changes nothing any more.
const PARTING: Duration = Duration::from_millis(1_200);

/// What this process listens to.
struct Watch<'a> {
    app: &'a Arc<App>,
    receive: &'a Bell,
    watched: BTreeMap<MailboxId, Watched>,
}

struct Watched {
    version: i32,
    stop: Stop,
    thread: JoinHandle<()>,
}

/// Listens to every mailbox that no other process listens to, until the end is asked for.
pub fn keep_watching(app: &Arc<App>, receive: &Bell, stop: &Stop) {
    let mut watch = Watch { app, receive, watched: BTreeMap::new() };
    while app.config.watching.enabled && !stop.asked() {
        if let Err(error) = watch.round() {
            tracing::warn!(%error, "it is not known which mailboxes there are to listen to");
        }
        stop.wait(ROUND);
    }
    watch.part();
}

impl Watch<'_> {
    fn round(&mut self) -> DbResult<()> {
        let (app, now) = (self.app, self.app.clock.now());
        let found = app.db.read(mailboxes::all)?;
        let held = app.db.read(|conn| leases::holders(conn, "watch:", now))?;
        let held: BTreeMap<String, String> = held.into_iter().collect();
        let mine = |id: &MailboxId| held.get(&lease(*id)).is_none_or(|holder| *holder == app.holder);
        let there: BTreeMap<MailboxId, Mailbox> = found
            .into_iter()
            .filter(|mailbox| !mailbox.in_url.is_empty() && mine(&mailbox.id))
            .map(|mailbox| (mailbox.id, mailbox))
            .collect();
        for (id, watched) in &self.watched {
            if there.get(id).is_none_or(|mailbox| mailbox.version != watched.version) {
                watched.stop.ask();
            }
        }
        let ended: Vec<MailboxId> =
            self.watched.iter().filter(|(_, watched)| watched.stop.asked()).map(|(id, _)| *id).collect();
        for id in ended {
            self.watched.remove(&id);
            if !there.contains_key(&id) {
                app.db.write(|tx| leases::release(tx, &lease(id), &app.holder))?;
            }
        }
        for (id, mailbox) in there {
            if !self.watched.contains_key(&id)
                && app.db.write(|tx| leases::take(tx, &lease(id), &app.holder, now, leases::SECONDS))?
            {
                self.begin(mailbox);
            }
        }
        Ok(())
    }

    fn begin(&mut self, mailbox: Mailbox) {
        let (id, version, stop) = (mailbox.id, mailbox.version, Stop::default());
        let (app, receive) = (Arc::clone(self.app), self.receive.clone());
        let listener = Listener { app, mailbox, receive, stop: stop.clone() };
        match std::thread::Builder::new().name(format!("watch-{id}")).spawn(move || listener.keep_listening()) {
            Ok(thread) => drop(self.watched.insert(id, Watched { version, stop, thread })),
            Err(error) => tracing::warn!(mailbox = id.0, %error, "nobody listens to this mailbox"),
        }
    }

    fn part(self) {
        self.watched.values().for_each(|watched| watched.stop.ask());
        let asked = Instant::now();
        while self.watched.values().any(|watched| !watched.thread.is_finished()) && asked.elapsed() < PARTING {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn lease(mailbox: MailboxId) -> String {
    format!("watch:{mailbox}")
}
