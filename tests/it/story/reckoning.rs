//! The books at the end of the year: the figures, the timeline, the places, the clockwork, and every mail that arrived.

use super::employers::{SLOTERDOK, WITH_A_MAILBOX};
use super::placement::placed;
use super::world::{DAAN, DESK, NOOR, Story, day, says};
use stagemakelaar::domain::id::{OpeningId, PlacementId};
use stagemakelaar::domain::opening::{Places, fold};
use stagemakelaar::domain::words::{MomentKind, PlaceEventKind, PlacementState};
use stagemakelaar::flows::reports::funnel_of;
use stagemakelaar::store::funnel::Question;
use stagemakelaar::store::moments::{self, Entry, Show};
use stagemakelaar::store::{Conn, openings, ticks};
use std::collections::BTreeMap;

pub fn the_books_are_right(story: &Story, opening: OpeningId, placement: PlacementId) {
    story.mornings_until("2027-11-22");
    assert_eq!(placed(story, placement).state, PlacementState::Completed);
    the_funnel(story);
    the_timeline(story);
    the_places(story, opening, placement);
    the_clockwork(story);
    the_post(story);
}

/// Eight companies got a mail, five people answered, three offered places, one took a student.
fn the_funnel(story: &Story) {
    let (from, until) = (day("2026-11-01"), day("2027-11-22"));
    let ask = Question { campaign: None, from: from.at(0, 0), until: until.plus(1).at(0, 0) };
    let scope = story.scope();
    let funnel = story.app.db().read(|conn| funnel_of(conn, &scope, &ask)).unwrap();
    assert_eq!(funnel.steps(), [8, 5, 3, 1]);
    let noor = story.noor();
    let query = format!("from={from}&until={until}");
    let csv = noor.get(&format!("/reports.csv?{query}")).text;
    says(
        &csv,
        &[
            "Alles samen;8;5;minder dan 5;minder dan 5",
            "Plekken na de zomer;6;minder dan 5",
            "Plekken vanaf februari;8;5",
        ],
    );
    says(
        &noor.get(&format!("/reports?{query}")).text,
        &["Bedrijven gemaild: 8. Antwoord gekregen: 5.", "n = 8 bedrijven."],
    );
}

/// What happened with the company, in words.
fn event(entry: &Entry) -> String {
    let day = entry.at().day();
    match entry {
        Entry::Moment(moment) => {
            let what = match moment.kind {
                MomentKind::MailOut => "mail out",
                MomentKind::MailIn => "mail in",
                MomentKind::Call => "call",
                MomentKind::Visit => "visit",
                MomentKind::Event => "event",
                MomentKind::Note => "note",
            };
            format!("{day} {what}: {}", moment.summary)
        }
        Entry::Places(event) => format!("{day} {} {}", event.kind, event.places),
    }
}

/// All that passed with the company that took a student, the oldest first.
const TOLD: [&str; 29] = [
    "2026-11-23 mail out: Plek bij Fietsenmaker Sloterdok?",
    "2026-11-24 mail in: Beste Noor, Leuk dat je aan ons denkt. Wij hebben plek voor twee leerlingen mbo niveau 2 vanaf \
     februari, vier dagen in de week.",
    "2026-11-24 offered 2",
    "2027-01-18 filled 1",
    "2027-01-18 note: Stage van Sam (NW-014), 1 februari 2027 tot en met 25 juni 2027.",
    "2027-01-18 filled 1",
    "2027-01-18 note: Stage van Mila (NW-015), 5 april 2027 tot en met 2 juli 2027.",
    "2027-01-20 freed 1",
    "2027-01-20 note: Stage stopte eerder, op 20 januari 2027.",
    "2027-02-01 note: Stage van Sam (NW-014) is begonnen.",
    "2027-02-03 mail out: Hoe gaat het met Sam bij Fietsenmaker Sloterdok?",
    "2027-02-03 call: Nazorg dag 3: Sam geeft een 4.",
    "2027-02-04 mail in: Beste Noor, Gaat goed, een 4. Komt op tijd en vraagt door.",
    "2027-02-12 mail out: Hoe gaat het met Sam bij Fietsenmaker Sloterdok?",
    "2027-02-12 call: Nazorg week 2: Sam geeft een 5.",
    "2027-02-17 mail out: Nog even: hoe gaat het met Sam?",
    "2027-02-25 call: Nazorg week 2: Gebeld: de mail lag bij de buren, het gaat goed.",
    "2027-04-14 mail out: Hoe gaat het met Sam bij Fietsenmaker Sloterdok?",
    "2027-04-15 mail in: Beste Noor, 1. Sam komt sinds maandag niet meer opdagen. Kun je ons bellen?",
    "2027-04-16 call: Nazorg halverwege: Sam geeft een 3.",
    "2027-04-16 call: Nazorg halverwege: Bezocht: Sam had het rooster verkeerd gelezen en komt maandag weer.",
    "2027-06-11 mail out: Hoe gaat het met Sam bij Fietsenmaker Sloterdok?",
    "2027-06-11 call: Nazorg twee weken voor het einde: Sam geeft een 5.",
    "2027-06-14 mail in: Beste Noor, 5",
    "2027-06-26 note: Stage van Sam (NW-014) is afgerond.",
    "2027-07-26 mail out: Hoe gaat het met Sam bij Fietsenmaker Sloterdok?",
    "2027-07-26 call: Nazorg een maand na afloop: Sam geeft een 5.",
    "2027-07-27 mail in: Beste Noor, Een 5, we missen Sam. Bedankt voor de begeleiding!",
    "2027-09-06 mail out: Plek bij Fietsenmaker Sloterdok?",
];

fn the_timeline(story: &Story) {
    let (scope, company) = (story.scope(), story.company(SLOTERDOK.company));
    let read = |conn: &mut Conn| moments::timeline(conn, &scope, company, Show::All, None, 100);
    let (all, more) = story.app.db().read(read).unwrap();
    assert_eq!((all.iter().rev().map(event).collect::<Vec<_>>(), more), (TOLD.map(str::to_owned).to_vec(), None));
    // The page tells it too, from the newest back, on two pages.
    let noor = story.noor();
    let first = noor.get(&format!("/companies/{company}")).text;
    let (_, older) = first.split_once(&format!("href=\"/companies/{company}?show=&#38;before=")).unwrap();
    let mark = older.split('"').next().unwrap();
    let second = noor.get(&format!("/companies/{company}?show=&before={mark}")).text;
    let summaries: Vec<&str> = all.iter().filter_map(summary).collect();
    says(&[first, second].concat(), &summaries);
}

fn summary(entry: &Entry) -> Option<&str> {
    if let Entry::Moment(moment) = entry { Some(&moment.summary) } else { None }
}

/// The places of the opening at the end, and on days between.
fn the_places(story: &Story, opening: OpeningId, placement: PlacementId) {
    let events = story.app.db().read(|conn| openings::events(conn, opening)).unwrap();
    let kinds: Vec<PlaceEventKind> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [PlaceEventKind::Offered, PlaceEventKind::Filled, PlaceEventKind::Filled, PlaceEventKind::Freed]);
    assert_eq!(events[1].placement_id, Some(placement));
    let until = |on: &str| -> Places {
        let last = day(on).plus(1).at(0, 0);
        fold(events.iter().filter(|event| event.at < last).map(|event| (event.kind, event.places)))
    };
    let left = ["2026-11-23", "2026-11-24", "2027-01-18", "2027-01-20", "2027-11-22"].map(|on| until(on).left());
    assert_eq!(left, [0, 2, 0, 1, 1]);
    let scope = story.scope();
    let now = story.app.db().read(|conn| openings::find(conn, &scope, opening)).unwrap().unwrap();
    assert_eq!((now.places_offered, now.places_left), (2, 1));
}

fn the_clockwork(story: &Story) {
    let runs = story.app.db().read(|conn| ticks::runs(conn, None, 10_000)).unwrap();
    for tick in ["retention", "aftercare", "digest"] {
        assert!(runs.iter().any(|run| run.tick == tick), "{tick}");
    }
    let wrong: Vec<_> = runs.iter().filter(|run| !run.error.is_empty() || run.ended_at.is_none()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let page = story.daan().get("/settings/jobs").text;
    says(&page, &["Uurwerk", "aftercare", "digest"]);
    assert!(!page.contains("badge is-bad"), "{page}");
}

/// Every mail that the provider took arrived once, but for the one that came back.
fn the_post(story: &Story) {
    let mut arrived: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for user in WITH_A_MAILBOX.into_iter().chain([NOOR, DAAN]) {
        for raw in story.dovecot.messages(user, "INBOX") {
            let mail = super::employers::Mail::read(&raw);
            assert_eq!(mail.from, DESK);
            arrived.entry(mail.message_id).or_default().push(user);
        }
    }
    let twice: Vec<_> = arrived.iter().filter(|(_, users)| users.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    let by_hand = 1;
    assert_eq!(arrived.len() as u64, story.sent.get() - 1 + by_hand);
    let mut desk = story.dovecot.session(DESK);
    assert_eq!(desk.examine("INBOX").unwrap().exists as usize, story.came, "nothing is moved or deleted");
    assert_eq!(desk.search("UNSEEN").unwrap().len(), story.came, "reading leaves no flag");
}
