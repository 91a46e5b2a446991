//! The desk of the story: two people, one mailbox at a provider, a clock that only goes forward, and pages that are used
//! by what stands on them.

use crate::support::PASSWORD as MAIL_PASSWORD;
use crate::support::app::{Backend, PASSWORD, Seen, Surfer, TestApp};
use crate::support::certs::ca_file;
use crate::support::dovecot::Dovecot;
use crate::support::exim::Exim;
use crate::support::processes::RunFolder;
use chrono::{Datelike, Weekday};
use stagemakelaar::domain::calendar::is_working_day;
use stagemakelaar::domain::id::{CompanyId, SiteId, UserId};
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::time::{Day, Moment};
use stagemakelaar::domain::words::Role;
use stagemakelaar::flows::{Stop, Tally};
use stagemakelaar::store::companies;
use stagemakelaar::store::tasks::{self, Task};
use stagemakelaar::work::table;
use stagemakelaar::work::tick::run_once;
use std::cell::Cell;
use std::process::Command;

/// The desk's address.
pub const DESK: &str = "stage@loket.example";
/// The broker.
pub const NOOR: &str = "noor@loket.example";
/// The coordinator.
pub const DAAN: &str = "daan@loket.example";

/// Everything that the story happens in.
pub struct Story {
    pub app: TestApp,
    pub dovecot: Dovecot,
    pub exim: Exim,
    pub site: SiteId,
    pub noor: UserId,
    pub daan: UserId,
    /// Mails that the provider took from the desk.
    pub sent: Cell<u64>,
    /// Mails that came to the desk.
    pub came: usize,
}

/// A day of the story.
pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

impl Story {
    /// An installation with one site, its people, and mailboxes for everybody but one employer.
    pub fn begin(backend: Backend) -> Self {
        let users: Vec<&str> = [DESK, NOOR, DAAN].into_iter().chain(super::employers::WITH_A_MAILBOX).collect();
        let dovecot = Dovecot::start(&users);
        let exim = Exim::start(&dovecot);
        let app = TestApp::start(backend);
        app.clock.set(day("2026-11-20").at(9, 0));
        let site = app.add_site("Nieuw-West");
        let noor = app.add_user(NOOR, Role::Broker, &[site]);
        let daan = app.add_user(DAAN, Role::Coordinator, &[site]);
        Self { app, dovecot, exim, site, noor, daan, sent: Cell::new(0), came: 0 }
    }

    /// The present.
    pub fn now(&self) -> Moment {
        self.app.clock.now()
    }

    /// Moves the clock forward to a time of a day in Amsterdam.
    pub fn at(&self, on: &str, hour: u32, minute: u32) {
        let then = day(on).at(hour, minute);
        assert!(then >= self.now(), "the story does not go back from {} to {then}", self.now());
        self.app.clock.set(then);
    }

    /// The broker, signed in today.
    pub fn noor(&self) -> Surfer {
        self.sign_in(NOOR)
    }

    /// The coordinator, signed in today.
    pub fn daan(&self) -> Surfer {
        self.sign_in(DAAN)
    }

    fn sign_in(&self, email: &str) -> Surfer {
        let surfer = self.app.visitor();
        let answer = surfer.sign_in(email, PASSWORD);
        assert_eq!((answer.status, answer.location()), (303, "/"), "{}", answer.text);
        surfer
    }

    /// What the broker may see.
    pub fn scope(&self) -> Scope {
        Scope::of(self.noor, Role::Broker, vec![self.site])
    }

    /// Runs one tick; it may not fail, nor leave something undone that it should have done.
    pub fn tick(&self, name: &str) -> Tally {
        let tally = run_once(&self.app.app, table::find(name).unwrap(), &Stop::default()).unwrap();
        // A mail that the provider refuses for good has failed, and that is its proper end.
        assert!(name == "deliver" || tally.get("failed") == 0, "{name} on {}: {tally}", self.now());
        assert_eq!(tally.get("uncertain"), 0, "{name} on {}: {tally}", self.now());
        tally
    }

    /// What is ready leaves.
    pub fn send(&self) -> Tally {
        let mut tally = self.tick("advance");
        tally.merge(&self.tick("deliver"));
        self.sent.set(self.sent.get() + tally.get("sent"));
        tally
    }

    /// Waits until so many more mails came to the desk, fetches them and thinks about them.
    pub fn take_in(&mut self, more: usize) -> Tally {
        self.came += more;
        self.dovecot.wait_for(DESK, self.came);
        assert_eq!(self.tick("fetch").get("stored"), more as u64);
        assert_eq!(self.tick("fetch").get("stored"), 0, "what is fetched is fetched once");
        self.tick("receive")
    }

    /// The clockwork of every morning from tomorrow until this day: aftercare, the digests, and cleaning on Sundays.
    pub fn mornings_until(&self, last: &str) -> Tally {
        let (last, mut tally) = (day(last), Tally::default());
        let mut today = self.now().day().plus(1);
        while today <= last {
            if today.0.weekday() == Weekday::Sun {
                self.app.clock.set(today.at(3, 15));
                self.tick("retention");
            }
            self.app.clock.set(today.at(7, 0));
            tally.merge(&self.tick("aftercare"));
            self.app.clock.set(today.at(7, 30));
            let digests = if is_working_day(today) { self.tick("digest").get("written") } else { 0 };
            tally.add("digests", digests);
            if !tally.is_empty() {
                self.send();
            }
            today = today.plus(1);
        }
        tally
    }

    /// A company by its name.
    pub fn company(&self, name: &str) -> CompanyId {
        let scope = self.scope();
        let hits = self.app.db().read(|conn| companies::search(conn, &scope, name, self.now().day(), 5)).unwrap();
        assert_eq!(hits.len(), 1, "{name}: {hits:?}");
        hits[0].id
    }

    /// Open tasks of everybody with this title.
    pub fn tasks(&self, title: &str) -> Vec<Task> {
        let scope = self.scope();
        let open = self.app.db().read(|conn| tasks::open(conn, &scope, None, None, 100)).unwrap();
        open.into_iter().filter(|task| task.title == title).collect()
    }

    /// The one open task with this title.
    pub fn task(&self, title: &str) -> Task {
        let scope = self.scope();
        let found = self.tasks(title);
        let open = self.app.db().read(|conn| tasks::open(conn, &scope, None, None, 100)).unwrap();
        let titles: Vec<&str> = open.iter().map(|task| task.title.as_str()).collect();
        assert_eq!(found.len(), 1, "`{title}` among {titles:?}");
        found.into_iter().next().unwrap()
    }

    /// Ticks a task off on the page of the day.
    pub fn finish(&self, title: &str) {
        let (noor, task) = (self.noor(), self.task(title));
        let path = format!("/today/tasks/{}/done", task.id);
        let today = noor.get("/").text;
        assert!(today.contains(&format!("formaction=\"{path}\"")), "{title} in {today}");
        assert_eq!(noor.post(&path, &[]).status, 303);
        assert_eq!(self.tasks(title), vec![]);
    }

    /// Mails that somebody got from the desk so far, once there are so many.
    pub fn mails(&self, user: &str, count: usize) -> Vec<super::employers::Mail> {
        let mails = self.dovecot.wait_for(user, count);
        assert_eq!(mails.len(), count, "mails of {user}");
        mails.iter().map(|raw| super::employers::Mail::read(raw)).collect()
    }

    /// Runs the product's own command line on this installation; what it printed.
    pub fn command(&self, arguments: &[&str]) -> String {
        let (folder, config) = (RunFolder::new("command"), &self.app.app.config);
        folder.write("password", MAIL_PASSWORD);
        folder.write(
            "own.toml",
            format!(
                "[database]\nurl = \"{}\"\n[files]\nkeys = \"{}\"\n[log]\nfilter = \"warn\"\n",
                config.database.url,
                config.files.keys.display()
            ),
        );
        let at = |name: &str| folder.path().join(name).display().to_string();
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagemakelaar"));
        command.args(arguments).args(["--config", &at("own.toml"), "--password-file", &at("password")]);
        let done = command.arg("--ca-file").arg(ca_file()).output().unwrap();
        let (out, error) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap());
        assert!(done.status.success(), "{arguments:?}: {out}{error}");
        out
    }
}

/// Posts the form with this action that stands on a page, with its hidden fields and what is typed; the answer.
pub fn post(who: &Surfer, page: &str, action: &str, typed: &[(&str, &str)]) -> Seen {
    let shown = who.get(page);
    assert_eq!(shown.status, 200, "{page}: {}", shown.text);
    let (_, form) = shown
        .text
        .split_once(&format!("action=\"{action}\""))
        .unwrap_or_else(|| panic!("no form for {action} on {page}: {}", plain(&shown.text)));
    let form = form.split("</form>").next().unwrap();
    let hidden = form.split("<input type=\"hidden\" name=\"").skip(1).map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"").unwrap();
        (name, rest.split('"').next().unwrap())
    });
    let kept = hidden.filter(|(name, _)| *name != "csrf" && typed.iter().all(|(other, _)| other != name));
    let fields: Vec<(&str, &str)> = kept.chain(typed.iter().copied()).collect();
    who.post(action, &fields)
}

/// The same for a form that must be taken; the page that follows, and its path.
pub fn press(who: &Surfer, page: &str, action: &str, typed: &[(&str, &str)]) -> (String, String) {
    let answer = post(who, page, action, typed);
    assert_eq!(answer.status, 303, "{action}: {}", answer.text);
    let path = answer.location().to_owned();
    let next = who.get(&path);
    assert_eq!(next.status, 200, "{path}: {}", next.text);
    (path, next.text)
}

/// The value of the option with these words in a page's lists.
pub fn option(page: &str, words: &str) -> String {
    let options = page.split("<option value=\"").skip(1);
    let found = options.filter_map(|rest| rest.split_once('"')).find(|(_, rest)| {
        let label = rest.split_once('>').map_or("", |(_, label)| label);
        label.split('<').next().is_some_and(|label| label.contains(words))
    });
    found.unwrap_or_else(|| panic!("no option `{words}` on {page}")).0.to_owned()
}

/// The number at the end of a path.
pub fn number(path: &str) -> i64 {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

/// The words of a page without its marks, for whoever reads why the story stopped.
fn plain(page: &str) -> String {
    let words = page.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, words)| words));
    words.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Says that these words stand on a page, in this order.
pub fn says(page: &str, words: &[&str]) {
    let mut rest = page;
    for word in words {
        let Some((_, after)) = rest.split_once(word) else {
            panic!("`{word}` is missing, or comes too early: {}", plain(page))
        };
        rest = after;
    }
}
