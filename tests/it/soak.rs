//! Soak: ten times a busy desk's day in half an hour, through one `serve` with its own clockwork: campaigns that people start,
//! answers that employers write, pages that are looked at and mails that are decided on. Everything adds up, nothing is
//! complained of, and neither memory nor open files grow. The short run is a sixtieth of it; `-- --nocapture` prints the sums.

mod house;
mod letters;
mod people;
mod sums;
mod watch;

use crate::support::app::{Backend, both};
use crate::support::processes::{long_run, signal, wait_until};
use house::House;
use letters::Sent;
use people::Person;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use watch::Watch;

/// People who look at pages; one more starts campaigns and decides.
const READERS: usize = 3;

/// How much, and in which time.
#[derive(Debug, Clone, Copy)]
struct Size {
    length: Duration,
    mails: usize,
    replies: usize,
    views: usize,
    campaigns: usize,
    decisions: usize,
}

impl Size {
    /// The full half hour, or a sixtieth of it. `STAGEMAKELAAR_SOAK_MINUTES` gives another length at the same pace.
    fn asked() -> Self {
        let asked = std::env::var("STAGEMAKELAAR_SOAK_MINUTES").ok().map(|text| text.parse::<usize>().unwrap() * 60);
        let seconds = asked.unwrap_or(if long_run() { 1800 } else { 30 });
        let share = |of: usize| (of * seconds).div_ceil(1800);
        Self {
            length: Duration::from_secs(u64::try_from(seconds).unwrap()),
            mails: share(2_000),
            replies: share(800),
            views: share(20_000),
            campaigns: share(40).max(4),
            decisions: share(300),
        }
    }
}

/// Says when each of so many acts is due, evenly over the length of the run.
struct Pace {
    began: Instant,
    length: Duration,
    failed: AtomicBool,
}

impl Pace {
    /// Waits until act `index` of `count` is due; false when somebody has failed, and there is no sense in going on.
    fn wait(&self, index: usize, count: usize) -> bool {
        let share = |number: usize| u32::try_from(number).unwrap();
        let due = self.began + self.length * share(index) / share(count);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        !self.failed.load(Ordering::SeqCst)
    }

    /// Tells the others when the thread that holds this panics.
    fn hold(&self) -> Held<'_> {
        Held(self)
    }
}

struct Held<'a>(&'a Pace);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.failed.store(true, Ordering::SeqCst);
        }
    }
}

/// Employers answer what reached them, one after the other.
fn employers(house: &House, pace: &Pace, size: Size) -> Vec<Sent> {
    let _held = pace.hold();
    let mut sent = Vec::new();
    for number in 0..size.replies {
        // Four fifths of what has left by then, so that nobody answers a mail that is still to come.
        let at = number * size.mails * 4 / 5 / size.replies;
        if !pace.wait(2 * number + 1, 2 * size.replies) {
            break;
        }
        assert!(wait_until(|| house.sink.count() > at), "mail {at} did not arrive: {}", house.said());
        let mail = house.sink.received().swap_remove(at);
        let (to, raw, letter) = letters::answer(number, &mail);
        house.dovecot.deliver(&to, raw.as_bytes()).unwrap();
        sent.push(letter);
    }
    sent
}

/// Looks at pages in turn.
fn reader(house: &House, pace: &Pace, size: Size, (name, mut person): (usize, Person)) -> Person {
    let _held = pace.hold();
    for number in (name..size.views).step_by(READERS) {
        if !pace.wait(number, size.views) {
            break;
        }
        person.look(house, number);
    }
    person
}

/// Starts the campaigns, and decides on what waits in the inbox.
fn broker(house: &House, pace: &Pace, size: Size, mut noor: Person) -> Person {
    let _held = pace.hold();
    let start = |at| (at * size.decisions, true, at);
    let decide = |at| (at * size.campaigns, false, at);
    let mut acts: Vec<_> = (0..size.campaigns).map(start).chain((0..size.decisions).map(decide)).collect();
    acts.sort_unstable();
    for (due, starts, at) in acts {
        if !pace.wait(due, size.campaigns * size.decisions) {
            break;
        }
        if starts {
            noor.starts_a_campaign(house, at);
        } else {
            noor.decides();
        }
    }
    noor
}

fn soak(backend: Backend) {
    let size = Size::asked();
    let mut house = House::open(backend, size);
    let mut readers: Vec<Person> = (0..READERS).map(|name| Person::arrive(&house, name)).collect();
    let noor = Person::arrive(&house, READERS);
    let pace = Pace { began: Instant::now(), length: size.length, failed: AtomicBool::new(false) };
    let mut watch = Watch::new(house.pid());
    let (letters, people) = thread::scope(|scope| {
        let writing = scope.spawn(|| employers(&house, &pace, size));
        let deciding = scope.spawn(|| broker(&house, &pace, size, noor));
        let reading: Vec<_> = readers
            .drain(..)
            .enumerate()
            .map(|reader_of| {
                let (house, pace) = (&house, &pace);
                scope.spawn(move || reader(house, pace, size, reader_of))
            })
            .collect();
        watch.until_over(&pace);
        let mut people = vec![deciding.join().unwrap()];
        people.extend(reading.into_iter().map(|reading| reading.join().unwrap()));
        (writing.join().unwrap(), people)
    });
    let took = pace.began.elapsed();
    let settled = wait_until(|| sums::is_settled(&house, size));
    let looked: usize = people.iter().map(|person| person.pages).sum();
    let posted: usize = people.iter().map(|person| person.acts).sum();
    let slowest = people.iter().map(|person| &person.slowest).max().unwrap();
    let log = house.said();
    eprintln!(
        "{}: {:.0} s: {} mails out, {} in, {looked} pages and {posted} acts ({} decisions), {} lines in the log; {}; slowest page {} ms \
         ({})",
        if backend == Backend::Sqlite { "SQLite" } else { "PostgreSQL" },
        took.as_secs_f64(),
        house.sink.count(),
        letters.len(),
        people[0].decided,
        log.lines().count(),
        watch.told(),
        slowest.0.as_millis(),
        slowest.1
    );
    assert!(settled, "it does not come to rest: {}; it said: {log}", sums::counts(&house));
    sums::mails_add_up(&house, size);
    sums::letters_add_up(&house, &letters);
    sums::decisions_add_up(&house, people[0].decided, people[0].accepted);
    sums::metrics_agree(&house, size, &letters, (looked, posted));
    assert_eq!(log, "", "a log at the level `warn` stays empty");
    watch.assert_flat(size.length);
    let process = &mut house.server;
    signal("TERM", &[process.0.id()]);
    let mut status = None;
    assert!(wait_until(|| {
        status = process.0.try_wait().unwrap();
        status.is_some()
    }));
    assert!(status.is_some_and(|status| status.success()), "{status:?}");
    assert_eq!(house.said(), "", "it leaves without a word");
}

both! {
    fn half_an_hour_of_ten_days_leaves_nothing_behind(backend) {
        soak(backend);
    }
}
