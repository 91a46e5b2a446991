//! A campaign of 10,000 mails over eight lines to `smtp-sink`, each mail's state committed before and after it leaves, against
//! `smtp-source`, which keeps nothing.

use super::database::TestDatabase;
use super::desk::Desk;
use super::processes::{RunFolder, Server, wait_until};
use super::sink::SmtpSink;
use super::table::row;
use super::world::{Base, company, cpu_seconds, empty, private_memory, worker};
use diesel::dsl::{max, min};
use diesel::prelude::*;
use stagemakelaar::config::load_keys;
use stagemakelaar::domain::id::CampaignId;
use stagemakelaar::domain::time::{Clock, Moment};
use stagemakelaar::domain::words::OutgoingState;
use stagemakelaar::flows::dossiers::{self, Dossier};
use stagemakelaar::store::schema::outgoing as rows;
use stagemakelaar::store::{DbError, outgoing};
use std::thread::sleep;
use std::time::{Duration, Instant};

const MAILS: u16 = 10_000;
const LINES: i32 = 8;

/// With greeting, name and place it makes a message of about 4 KB, text and HTML together.
const PARAGRAPH: &str = "Wij zoeken voor {{company_name}} en andere bedrijven in de buurt leerlingen die graag willen leren. \
    Een leerling werkt vier dagen in de week mee, een half jaar lang, en wij blijven in de buurt zolang de stage duurt. \
    Loopt er iets anders dan bedacht, dan bellen wij dezelfde dag terug. ";

/// Measures and prints.
pub fn measure() {
    println!("{}", row(&["", "queued a second", "sent a second", "times smtp-source", "own CPU s", "private MiB"]));
    println!("{}", row(&["---", "--:", "--:", "--:", "--:", "--:"]));
    for base in Base::ALL {
        let (data, _cluster) = empty(base);
        let sink = SmtpSink::start(&["-c"]);
        let bare = source(&sink);
        let (queued, sent) = campaign(data, &sink);
        println!(
            "{}",
            row(&[
                base.name().to_owned(),
                format!("{queued:.0}"),
                format!("{:.0}", sent.rate),
                format!("{:.2}", sent.rate / bare),
                format!("{:.2}", sent.cpu),
                sent.memory.to_string(),
            ])
        );
        println!("{}", row(&["smtp-source", "", &format!("{bare:.0}"), "1", "", ""]));
    }
    println!();
}

/// Messages a second of `smtp-source`, on lines that stay open.
fn source(sink: &SmtpSink) -> f64 {
    let folder = RunFolder::new("smtp-source");
    let script = format!(
        "date +%s.%N; /usr/sbin/smtp-source -d -s {LINES} -l 4096 -m {MAILS} 127.0.0.1:{}; date +%s.%N",
        sink.port
    );
    let log = folder.path().join("smtp-source.out");
    let moments = || -> Vec<f64> {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    };
    let _server = Server::start(&folder, "smtp-source", &["bash", "-c", &script]);
    assert!(wait_until(|| moments().len() == 2), "smtp-source did not end: {:?}", std::fs::read_to_string(&log));
    let [began, ended] = moments()[..] else { unreachable!("there are two") };
    f64::from(MAILS) / (ended - began)
}

struct Sent {
    rate: f64,
    cpu: f64,
    memory: u64,
}

/// Queues the campaign in this process, and has a worker send it.
fn campaign(data: TestDatabase, sink: &SmtpSink) -> (f64, Sent) {
    let folder = RunFolder::new("sending");
    let mut desk = Desk::open(data);
    desk.keys = load_keys(&folder.path().join("keys.toml")).unwrap();
    let mailbox = desk.mailbox_at(desk.site, &format!("smtp+plain://127.0.0.1:{}", sink.port), None, LINES);
    for from in (0..MAILS).step_by(100) {
        let some: Vec<Dossier> = (from..from + 100).map(company).collect();
        dossiers::file(&desk.base.db, &desk.scope(desk.site), desk.site, &some).unwrap();
    }
    desk.base.db.analyze().unwrap();
    let text = format!("{{{{greeting}}}},\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n\n{PARAGRAPH}");
    let template = desk.template(desk.site, "Plek bij {{company_name}}?", &text);
    let campaign = desk.draft_of(desk.site, mailbox, &[template], "always");
    let now = Clock::System.now();
    desk.start(desk.site, campaign, now).unwrap();
    let began = Instant::now();
    while count(&desk, campaign, OutgoingState::Queued) < MAILS {
        desk.advance(now);
    }
    let queued = f64::from(MAILS) / began.elapsed().as_secs_f64();
    (queued, send(&desk, campaign, &folder))
}

fn send(desk: &Desk, campaign: CampaignId, folder: &RunFolder) -> Sent {
    // As PostgreSQL itself does within a minute, and the clockwork every night on SQLite.
    desk.base.db.analyze().unwrap();
    let worker = worker(desk, folder);
    let pid = worker.0.id();
    let (mut memory, patience) = (0, Instant::now());
    while count(desk, campaign, OutgoingState::Sent) < MAILS {
        memory = memory.max(private_memory(pid));
        sleep(Duration::from_millis(300));
        assert!(patience.elapsed() < Duration::from_mins(5), "it does not end");
    }
    let cpu = cpu_seconds(pid);
    let ends: (Option<Moment>, Option<Moment>) = desk
        .base
        .db
        .read(|conn| {
            let query = rows::table.filter(rows::campaign_id.eq(campaign));
            let ends = query.select((min(rows::sending_at), max(rows::settled_at))).first(conn);
            Ok::<_, DbError>(ends?)
        })
        .unwrap();
    let (first, last) = (ends.0.unwrap(), ends.1.unwrap());
    let took = last.utc().signed_duration_since(first.utc()).as_seconds_f64();
    Sent { rate: f64::from(MAILS) / took, cpu, memory }
}

fn count(desk: &Desk, campaign: CampaignId, state: OutgoingState) -> u16 {
    let counts = desk.base.db.read(|conn| outgoing::counts(conn, &desk.scope(desk.site), campaign)).unwrap();
    let found = counts.into_iter().find(|(known, _)| *known == state);
    found.map_or(0, |(_, count)| u16::try_from(count).unwrap())
}
