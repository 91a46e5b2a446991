//! Composes what goes next, while the lines are busy and the database is asked.

use super::super::parcel::{self, Ready};
use super::super::{Sending, Ticking};
use crate::store::mailboxes::Mailbox;
use crate::store::outgoing::post::Claimed;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Scope;

/// Where a sender hands claimed messages, and gets them back composed in the same order.
pub(super) struct Composer {
    hand: Sender<Claimed>,
    ready: Receiver<Ready>,
    busy: usize,
}

impl Composer {
    /// Starts the thread; it ends with this end of it.
    pub(super) fn start<'scope, 'env>(
        scope: &'scope Scope<'scope, 'env>,
        sending: Sending<'env>,
        mailbox: &Mailbox,
        ticking: Ticking,
    ) -> Self {
        let ((hand, claimed), (tell, ready)) = (channel::<Claimed>(), channel());
        let mailbox = mailbox.clone();
        scope.spawn(move || {
            for claimed in claimed {
                // Whoever handed it over takes it back, at the latest at the end.
                let _ = tell.send(parcel::ready(&sending, &mailbox, claimed, ticking.now()));
            }
        });
        Self { hand, ready, busy: 0 }
    }

    /// How many messages are being composed.
    pub(super) fn busy(&self) -> usize {
        self.busy
    }

    /// Hands over a message.
    pub(super) fn hand(&mut self, claimed: Claimed) {
        // The thread takes them until this end is gone.
        if self.hand.send(claimed).is_ok() {
            self.busy += 1;
        }
    }

    /// Takes what is ready; waits for the first where nothing else is there to go.
    pub(super) fn take(&mut self, ahead: &mut VecDeque<Ready>) {
        while self.busy > 0 {
            let next = if ahead.is_empty() { self.ready.recv().ok() } else { self.ready.try_recv().ok() };
            let Some(ready) = next else { return };
            self.busy -= 1;
            ahead.push_back(ready);
        }
    }

    /// Ends the thread; gives what it still had.
    pub(super) fn end(self) -> impl Iterator<Item = Ready> {
        drop(self.hand);
        self.ready.into_iter()
    }
}
