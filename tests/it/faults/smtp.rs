//! The table of SMTP. One site, mailbox, company and campaign a row, all delivered by one tick.

use super::{House, Stalled, between, compare, print};
use crate::support::app::{Backend, both};
use crate::support::certs::Shown;
use crate::support::desk::monday;
use crate::support::line::Safety;
use crate::support::processes::free_port;
use crate::support::smtp_peer::{Fault, Script, SmtpPeer, Step};
use stagemakelaar::domain::id::{CampaignId, CompanyId, MailboxId, SiteId};
use stagemakelaar::domain::words::{OutgoingState, RecipientState};
use stagemakelaar::flows::mailboxes;
use stagemakelaar::flows::uncertain::{self, Decision};
use stagemakelaar::store::outgoing::{self, Outgoing};
use stagemakelaar::store::{Conn, recipients, suppressions};

/// What stands at the other end.
enum Peer {
    /// Nobody listens.
    Closed,
    /// Nobody takes up.
    Stalled,
    /// A scripted server.
    Talks(Script),
}

/// What state the message is in.
enum Left {
    /// Ready once more, after so many tries that count.
    Queued(i32),
    /// Over, its recipient in this state.
    Failed(RecipientState),
    /// A person or evidence decides.
    Uncertain,
    /// With the server.
    Sent,
}

/// How the mailbox does, and why.
enum Mailbox {
    Works,
    Rests(&'static str),
    Paused(&'static str),
}

struct Row {
    step: &'static str,
    fault: &'static str,
    peer: Peer,
    left: Left,
    mailbox: Mailbox,
    /// What a broker reads about the message, where it is not about the mailbox.
    reads: &'static str,
}

use Left::{Failed, Queued, Sent, Uncertain};
use Mailbox::{Paused, Rests, Works};
use RecipientState::{Bounced, Skipped};

const NOBODY: &str = "Er neemt niemand op bij dit adres en deze poort. Kijk of beide kloppen, of probeer het later.";
const NO_TLS: &str = "De verbinding is niet te beveiligen. Kijk of de poort past: smtps hoort bij 465, smtp bij 587, imaps bij 993, imap bij 143.";
const CERTIFICATE: &str = "We kunnen niet zien of dit de goede server is: zijn certificaat klopt niet bij de naam of is niet te vertrouwen. We gaan niet verder.";
const STRIPPED: &str = "De server biedt geen beveiliging aan, of iemand houdt die tegen. We gaan niet onbeveiligd verder. Probeer smtps:// of imaps://.";
const PASSWORD: &str = "De naam of het wachtwoord klopt niet. Soms vraagt een mailbox om een apart app-wachtwoord.";
const NO_AUTH: &str = "De server laat ons niet inloggen met naam en wachtwoord. Vraag de beheerder of dat aan moet.";
const BUSY: &str = "De mailserver vroeg om geduld.";
const WANTS_AUTH: &str = "De server wil dat we inloggen.";

const AGAIN: &str = "Het lukte net niet, de mail blijft klaarstaan. We proberen het weer vanochtend om 10:01.";
const DOUBT: &str = "Klaargezet vanochtend om 10:00; de verbinding viel weg.";
const REFUSED: &str = "de mailserver weigerde de mail";
const NO_ADDRESS: &str = "het adres bestaat niet meer";
const SENT: &str = "1 van 1 verstuurd";

/// A peer without TLS and sign-in that has this fault.
fn bare(step: Step, fault: Fault) -> Peer {
    Peer::Talks(Script { faults: vec![(step, fault)], ..Script::default() })
}

/// One that takes TLS at once.
fn tls(step: Step, fault: Fault) -> Peer {
    let offers = vec!["AUTH PLAIN LOGIN"];
    Peer::Talks(Script { offers, faults: vec![(step, fault)], safety: Safety::AtOnce, ..Script::default() })
}

/// One that takes STARTTLS.
fn starttls(step: Step, fault: Fault) -> Peer {
    let offers = vec!["STARTTLS", "AUTH PLAIN LOGIN"];
    Peer::Talks(Script { offers, faults: vec![(step, fault)], safety: Safety::Start, ..Script::default() })
}

/// One that shows a certificate which is not to be trusted.
fn shows(safety: Safety, shown: Shown) -> Peer {
    let offers = vec!["STARTTLS", "AUTH PLAIN LOGIN"];
    Peer::Talks(Script { offers, safety, shown, ..Script::default() })
}

fn offers(safety: Safety, offers: Vec<&'static str>) -> Peer {
    Peer::Talks(Script { offers, safety, ..Script::default() })
}

const fn row(
    step: &'static str,
    fault: &'static str,
    peer: Peer,
    left: Left,
    mailbox: Mailbox,
    reads: &'static str,
) -> Row {
    Row { step, fault, peer, left, mailbox, reads }
}

/// A row whose mailbox fails: the message waits with it, and loses no try.
const fn waits(step: &'static str, fault: &'static str, peer: Peer, mailbox: Mailbox) -> Row {
    row(step, fault, peer, Queued(0), mailbox, "")
}

/// What is the same at a step of opening the line: it drops, goes silent, or says half a line.
fn three(
    step: &'static str,
    peer: fn(Step, Fault) -> Peer,
    at: Step,
    half: &'static str,
    why: [&'static str; 2],
) -> [Row; 3] {
    let [lost, silent] = why;
    [
        waits(step, "drop", peer(at, Fault::Drop), Rests(lost)),
        waits(step, "stall", peer(at, Fault::Silence), Rests(silent)),
        waits(step, "half a line", peer(at, Fault::Cut(half)), Rests(lost)),
    ]
}

/// The same at a step of a message: it is tried again.
fn three_again(step: &'static str, at: Step, half: &'static str) -> [Row; 3] {
    [("drop", Fault::Drop), ("stall", Fault::Silence), ("half a line", Fault::Cut(half))]
        .map(|(name, fault)| row(step, name, bare(at, fault), Queued(1), Works, AGAIN))
}

fn opening() -> Vec<Row> {
    let mut rows = vec![
        waits("connect", "refuse", Peer::Closed, Rests(NOBODY)),
        waits("connect", "stall", Peer::Stalled, Rests("De server zweeg te lang tijdens het verbinden.")),
        waits(
            "TLS at once",
            "refuse (talks in the clear)",
            tls(Step::Tls, Fault::Say("220 peer.example ESMTP")),
            Rests(NO_TLS),
        ),
        waits("TLS at once", "certificate of a stranger", shows(Safety::AtOnce, Shown::Strange), Paused(CERTIFICATE)),
        waits(
            "TLS at once",
            "certificate for another name",
            shows(Safety::AtOnce, Shown::OtherName),
            Paused(CERTIFICATE),
        ),
    ];
    let why = [
        "De verbinding viel weg tijdens het beveiligen van de verbinding.",
        "De server zweeg te lang tijdens het beveiligen van de verbinding.",
    ];
    rows.extend(three("TLS at once", tls, Step::Tls, "\u{16}\u{3}", why));
    let greeting = ["De verbinding viel weg tijdens de begroeting.", "De server zweeg te lang tijdens de begroeting."];
    let refused = "De server weigerde tijdens de begroeting.";
    for (step, at, half) in [("greeting", Step::Connect, "220 pe"), ("EHLO", Step::Hello, "250-pe")] {
        rows.push(waits(step, "refuse for good", bare(at, Fault::Say("554 5.3.2 no")), Rests(refused)));
        rows.push(waits(step, "refuse for now", bare(at, Fault::Say("421 4.3.2 later")), Rests(refused)));
        rows.extend(three(step, bare, at, half, greeting));
    }
    let stripped = offers(Safety::Start, vec!["AUTH PLAIN LOGIN"]);
    rows.push(waits("STARTTLS", "stripped (not offered)", stripped, Paused(STRIPPED)));
    let no = starttls(Step::StartTls, Fault::Say("502 5.5.1 what?"));
    rows.push(waits("STARTTLS", "stripped (refused for good)", no, Paused(STRIPPED)));
    let later = starttls(Step::StartTls, Fault::Say("454 4.7.0 later"));
    let refused_tls = "De server weigerde tijdens het beveiligen van de verbinding.";
    rows.push(waits("STARTTLS", "refuse for now", later, Rests(refused_tls)));
    rows.extend(three("STARTTLS", starttls, Step::StartTls, "220", greeting));
    rows.push(waits(
        "TLS after STARTTLS",
        "certificate of a stranger",
        shows(Safety::Start, Shown::Strange),
        Paused(CERTIFICATE),
    ));
    rows.push(waits(
        "TLS after STARTTLS",
        "certificate for another name",
        shows(Safety::Start, Shown::OtherName),
        Paused(CERTIFICATE),
    ));
    rows.extend(three("TLS after STARTTLS", starttls, Step::Tls, "\u{16}\u{3}", why));
    let again = Step::HelloAgain;
    rows.push(waits("EHLO again", "refuse for good", starttls(again, Fault::Say("554 5.3.2 no")), Rests(refused)));
    rows.push(waits("EHLO again", "refuse for now", starttls(again, Fault::Say("421 4.3.2 later")), Rests(refused)));
    rows.extend(three("EHLO again", starttls, again, "250-pe", greeting));
    rows.push(waits("AUTH", "not offered", offers(Safety::AtOnce, vec![]), Paused(NO_AUTH)));
    let wrong = tls(Step::Auth, Fault::Say("535 5.7.8 wrong"));
    rows.push(waits("AUTH", "refuse for good", wrong, Paused(PASSWORD)));
    let later = tls(Step::Auth, Fault::Say("454 4.7.0 later"));
    rows.push(waits("AUTH", "refuse for now", later, Rests("De server weigerde tijdens het inloggen.")));
    let auth = ["De verbinding viel weg tijdens het inloggen.", "De server zweeg te lang tijdens het inloggen."];
    rows.extend(three("AUTH", tls, Step::Auth, "235 2.", auth));
    rows
}

fn sending() -> Vec<Row> {
    let say = |at, words| bare(at, Fault::Say(words));
    let mut rows = vec![
        row("MAIL FROM", "refuse for good", say(Step::Mail, "550 5.7.1 no"), Failed(Skipped), Works, REFUSED),
        row("MAIL FROM", "refuse for now", say(Step::Mail, "451 4.3.0 later"), Queued(1), Works, AGAIN),
        row("MAIL FROM", "refuse (busy, 421)", say(Step::Mail, "421 4.3.2 busy"), Queued(1), Rests(BUSY), ""),
        waits("MAIL FROM", "refuse (sign in, 530)", say(Step::Mail, "530 5.7.0 who?"), Paused(WANTS_AUTH)),
    ];
    rows.extend(three_again("MAIL FROM", Step::Mail, "250"));
    rows.extend([
        row(
            "RCPT TO",
            "refuse (no such address)",
            say(Step::Rcpt, "550 5.1.1 who?"),
            Failed(Bounced),
            Works,
            NO_ADDRESS,
        ),
        row("RCPT TO", "refuse (no such user)", say(Step::Rcpt, "550 who?"), Failed(Bounced), Works, NO_ADDRESS),
        row("RCPT TO", "refuse for good", say(Step::Rcpt, "550 5.7.1 no"), Failed(Skipped), Works, REFUSED),
        row("RCPT TO", "refuse for now", say(Step::Rcpt, "451 4.2.1 later"), Queued(1), Works, AGAIN),
    ]);
    rows.extend(three_again("RCPT TO", Step::Rcpt, "250"));
    rows.extend([
        row("DATA", "refuse for good", say(Step::Data, "554 5.7.1 no"), Failed(Skipped), Works, REFUSED),
        row("DATA", "refuse for now", say(Step::Data, "451 4.3.0 later"), Queued(1), Works, AGAIN),
    ]);
    rows.extend(three_again("DATA", Step::Data, "354"));
    rows.extend([
        row("the text", "drop", bare(Step::Body, Fault::Drop), Uncertain, Works, DOUBT),
        row("after the dot", "refuse for good", say(Step::Dot, "554 5.7.1 spam"), Failed(Skipped), Works, REFUSED),
        row("after the dot", "refuse for now", say(Step::Dot, "451 4.3.0 later"), Queued(1), Works, AGAIN),
        row("after the dot", "drop", bare(Step::Dot, Fault::Drop), Uncertain, Works, DOUBT),
        row("after the dot", "stall", bare(Step::Dot, Fault::Silence), Uncertain, Works, DOUBT),
        row("after the dot", "half a line", bare(Step::Dot, Fault::Cut("25")), Uncertain, Works, DOUBT),
        row("after the dot", "answer, then drop", bare(Step::Dot, Fault::AnswerThenDrop), Sent, Works, SENT),
        row("QUIT", "refuse", say(Step::Quit, "500 5.5.1 no"), Sent, Works, SENT),
        row("QUIT", "drop", bare(Step::Quit, Fault::Drop), Sent, Works, SENT),
        row("QUIT", "stall", bare(Step::Quit, Fault::Silence), Sent, Works, SENT),
        row("QUIT", "half a line", bare(Step::Quit, Fault::Cut("22")), Sent, Works, SENT),
    ]);
    rows
}

/// A row at work.
struct Case {
    row: Row,
    peer: Option<SmtpPeer>,
    stalled: Option<Stalled>,
    port: u16,
    site: SiteId,
    mailbox: MailboxId,
    company: CompanyId,
    campaign: CampaignId,
}

impl Case {
    fn begin(house: &House, number: usize, row: Row) -> Self {
        let site = house.desk.add_site(&format!("Locatie {number}"));
        let (scheme, peer, stalled, port) = match &row.peer {
            Peer::Closed => ("smtp+plain://", None, None, free_port()),
            Peer::Stalled => {
                let stalled = Stalled::new();
                let port = stalled.port;
                ("smtp+plain://", None, Some(stalled), port)
            }
            Peer::Talks(script) => {
                let scheme = match script.safety {
                    Safety::Bare => "smtp+plain://",
                    Safety::AtOnce => "smtps://noor@",
                    Safety::Start => "smtp://noor@",
                };
                let peer = SmtpPeer::start(script.clone());
                let port = peer.port;
                (scheme, Some(peer), None, port)
            }
        };
        let url = format!("{scheme}localhost:{port}");
        let mailbox = house.mailbox(site, &format!("loket{number}@loket.example"), &url, "");
        let (company, _) = house.desk.company(site, &format!("bedrijf{number}"));
        let template = house.desk.template(site, "Plek bij {{company_name}}?", "{{greeting}}, heeft u plek?");
        let campaign = house.desk.draft_of(site, mailbox, &[template], "always");
        house.desk.start(site, campaign, monday()).unwrap();
        Self { row, peer, stalled, port, site, mailbox, company, campaign }
    }

    fn message(&self, house: &House) -> Outgoing {
        let scope = house.desk.scope(self.site);
        let all = house.app.db().read(|conn| outgoing::of_company(conn, &scope, self.company, 9)).unwrap();
        assert_eq!(all.len(), 1, "{} {}: one message", self.row.step, self.row.fault);
        all.into_iter().next().unwrap()
    }

    fn state(&self, house: &House) -> (String, String) {
        let message = self.message(house);
        let recipient = message.recipient_id.unwrap();
        let recipient = house.app.db().read(|conn| recipients::find(conn, recipient)).unwrap().unwrap();
        let scope = house.desk.scope(self.site);
        let find = |conn: &mut Conn| suppressions::list(conn, &scope, &message.address_key, None, 1);
        let suppressed = !house.app.db().read(find).unwrap().is_empty();
        assert_eq!(suppressed, recipient.state == Bounced, "{} {}", self.row.step, self.row.fault);
        let mailbox = house.mailbox_now(self.site, self.mailbox);
        let mailbox = match (mailbox.paused_at, mailbox.retry_at) {
            (Some(_), _) => "paused",
            (None, Some(at)) if at > house.app.clock.now() => "rests",
            (None, _) => "works",
        };
        (left(message.state, message.attempts, recipient.state), mailbox.to_owned())
    }

    fn arrived(&self) -> usize {
        self.peer.as_ref().map_or(0, SmtpPeer::count)
    }

    /// The server is in order from now on.
    fn mend(&mut self) {
        self.stalled = None;
        let peer = self.peer.take().unwrap_or_else(|| SmtpPeer::start_at(self.port, Script::default()));
        peer.mend();
        self.peer = Some(peer);
    }

    fn expected(&self) -> Vec<String> {
        let Row { step, fault, left: remains, mailbox, reads, .. } = &self.row;
        let remains = match remains {
            Queued(attempts) => left(OutgoingState::Queued, *attempts, RecipientState::Queued),
            Failed(recipient) => left(OutgoingState::Failed, 1, *recipient),
            Uncertain => left(OutgoingState::Uncertain, 1, RecipientState::Queued),
            Sent => left(OutgoingState::Sent, 1, RecipientState::Done),
        };
        let (mailbox, reads) = match mailbox {
            Works => ("works", (*reads).to_owned()),
            Rests(why) => ("rests", format!("{why} We proberen het weer vanochtend om 10:01.")),
            Paused(why) => {
                let after = "Een coördinator laat hem bij Instellingen weer verder gaan.";
                ("paused", format!("De mailbox staat stil. {why} {after}"))
            }
        };
        [step, fault, remains.as_str(), mailbox, reads.as_str()].map(str::to_owned).to_vec()
    }
}

fn left(message: OutgoingState, attempts: i32, recipient: RecipientState) -> String {
    if message == OutgoingState::Queued {
        format!("queued again, tried {attempts}")
    } else if message == OutgoingState::Failed {
        format!("failed, recipient {recipient}")
    } else {
        message.to_string()
    }
}

/// What a broker reads on a campaign's page about its one message.
fn read_on(page: &str) -> String {
    let about = |from: &str| between(page, from, "</section>");
    let found = between(page, "Waarom gaat er nu niets uit?</b>", "</div>")
        .or_else(|| between(about(r#"<section aria-labelledby="k-unc">"#)?, ".example. ", "</p>"))
        .or_else(|| between(about(r#"<section aria-labelledby="k-out">"#)?, r#"<p class="row-note">Balie, "#, "</p>"))
        .or_else(|| between(page, r#"<h2 id="k-how">"#, "</h2>"));
    found.unwrap_or_default().to_owned()
}

fn table_of(backend: Backend) {
    let house = House::build(backend, "");
    let rows = opening().into_iter().chain(sending()).enumerate();
    let mut cases: Vec<Case> = rows.map(|(number, row)| Case::begin(&house, number, row)).collect();
    house.tick("advance");
    house.tick("deliver");
    let sites: Vec<SiteId> = cases.iter().map(|case| case.site).collect();
    let noor = house.coordinator(&sites);
    let mut found = Vec::new();
    for case in &cases {
        let reads = read_on(&noor.get(&format!("/campaigns/{}", case.campaign)).text);
        let (remains, mailbox) = case.state(&house);
        let page = noor.get(&format!("/settings/mailboxes/{}", case.mailbox)).text;
        let trouble = between(&page, r#"<div class="flash flash-warn" role="status">"#, "</b>");
        let why = trouble.and_then(|words| words.split_once("<b>")).map(|(_, words)| words);
        match why {
            Some(why) => assert!(reads.contains(why), "the mailbox's own page says: {why}"),
            None => assert_eq!(mailbox, "works", "{} {}", case.row.step, case.row.fault),
        }
        if case.row.step == "STARTTLS" {
            let said = case.peer.as_ref().map_or(Vec::new(), SmtpPeer::said);
            let words = ["EHLO", "STARTTLS", "QUIT"];
            let quiet = said.iter().all(|line| words.iter().any(|word| line.starts_with(word)));
            assert!(quiet, "nothing is said in the clear: {said:?}");
        }
        found.push(vec![case.row.step.to_owned(), case.row.fault.to_owned(), remains, mailbox, reads]);
    }
    let name = if backend == Backend::Sqlite { "SMTP, on SQLite" } else { "SMTP, on PostgreSQL" };
    print(name, &["step", "fault", "message", "mailbox", "the broker reads"], &found);
    compare(&cases.iter().map(Case::expected).collect::<Vec<_>>(), &found);

    // The servers are mended, who must look has looked, and what waits goes: everything is there exactly once.
    let later = monday().plus_seconds(300);
    for case in &mut cases {
        let scope = house.desk.scope(case.site);
        let arrived = case.arrived() == 1;
        case.mend();
        if house.mailbox_now(case.site, case.mailbox).paused_at.is_some() {
            mailboxes::hold(house.app.db(), &scope, case.mailbox, false, later).unwrap();
        }
        let message = case.message(&house);
        if message.state == OutgoingState::Uncertain {
            let decision = if arrived { Decision::Sent } else { Decision::Again };
            uncertain::decide(house.app.db(), &scope, message.id, decision, later).unwrap();
        }
    }
    house.app.clock.set(later);
    house.tick("deliver");
    for case in &cases {
        let (what, (remains, mailbox)) = (format!("{} {}", case.row.step, case.row.fault), case.state(&house));
        if matches!(case.row.left, Failed(_)) {
            assert_eq!(case.arrived(), 0, "{what}");
        } else {
            assert_eq!((remains.as_str(), mailbox.as_str(), case.arrived()), ("sent", "works", 1), "{what}");
        }
    }
    house.app.clock.set(later.plus_days(1));
    house.tick("deliver");
    let doubled: Vec<usize> = cases.iter().map(Case::arrived).filter(|count| *count > 1).collect();
    assert!(doubled.is_empty(), "nothing goes again by itself");
}

both! {
    fn every_fault_of_smtp_leaves_a_message_where_the_broker_reads_it_is(db) {
        table_of(db);
    }

    fn a_message_that_is_refused_for_now_each_time_fails_in_the_end(db) {
        let house = House::build(db, "");
        let peer = Peer::Talks(Script { faults: vec![(Step::Rcpt, Fault::Say("451 4.2.1 later"))], ..Script::default() });
        let case = Case::begin(&house, 0, row("RCPT TO", "refuse for now", peer, Queued(1), Works, AGAIN));
        house.tick("advance");
        for _ in 0..8 {
            house.tick("deliver");
            house.app.later(43_260);
        }
        house.tick("deliver");
        let page = house.coordinator(&[case.site]).get(&format!("/campaigns/{}", case.campaign)).text;
        assert_eq!(case.state(&house), ("failed, recipient skipped".to_owned(), "works".to_owned()));
        assert_eq!((case.message(&house).attempts, case.arrived()), (8, 0));
        assert_eq!(read_on(&page), "het lukte niet, hoe vaak we het ook probeerden");
    }
}
