//! A fault at every step of the conversations with mail servers, through the product: a campaign's message that is delivered,
//! a mailbox that is fetched. Each row of a table says what a broker reads on the page and what state remained; afterwards
//! the server is mended, and everything comes exactly once. `cargo test --test it faults:: -- --nocapture` prints the tables.

mod imap;
mod smtp;

use crate::support::PASSWORD;
use crate::support::app::{self, Backend, Surfer, TestApp};
use crate::support::certs::ca_file;
use crate::support::database::TestDatabase;
use crate::support::desk::{Desk, monday};
use crate::support::processes::free_port;
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::id::{MailboxId, SiteId};
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::secret::Secret;
use stagemakelaar::domain::words::{MailboxKind, Role};
use stagemakelaar::flows::mailboxes::{self, Door, MailboxFields, NewBox};
use stagemakelaar::flows::{Stop, Tally};
use stagemakelaar::store::mailboxes::Mailbox;
use stagemakelaar::work::{table, tick};
use std::net::{SocketAddr, TcpStream};

/// The product with short time limits, and who looks at it.
struct House {
    app: TestApp,
    desk: Desk,
}

impl House {
    fn build(backend: Backend, more: &str) -> Self {
        let limits = "[delivery]\nconnect_seconds = 1\ncommand_seconds = 1\ndot_seconds = 1\n\
            [fetching]\nbatch = 2\nconnect_seconds = 1\nread_seconds = 1\n";
        let app = TestApp::start_with(backend, &format!("{limits}{more}"));
        app.clock.set(monday());
        let base = TestDatabase::opened(app.db().clone(), String::new());
        let desk = Desk::over(base, app.app.keys.clone(), SiteId(0));
        Self { app, desk }
    }

    fn tick(&self, name: &str) -> Tally {
        tick::run_once(&self.app.app, table::find(name).unwrap(), &Stop::default()).unwrap()
    }

    /// A mailbox of a site that sends or reads; it trusts the authority of the tests.
    fn mailbox(&self, site: SiteId, address: &str, out_url: &str, in_url: &str) -> MailboxId {
        let new = NewBox {
            site,
            kind: MailboxKind::Desk,
            user: None,
            address: EmailAddress::parse(address).unwrap(),
            ca_file: Some(ca_file()),
        };
        let fields = MailboxFields {
            name: "Loket".to_owned(),
            from_name: "Noor Visser".to_owned(),
            out_url: out_url.to_owned(),
            in_url: in_url.to_owned(),
            password: Some(Secret::new(PASSWORD)),
            start_on: monday().day(),
            connections: 1,
            rate_per_minute: 0,
        };
        let (db, scope) = (self.app.db(), Scope::command(vec![site]));
        mailboxes::add(db, &scope, &self.app.app.keys, &new, &fields, Door::CommandLine, monday()).unwrap()
    }

    fn mailbox_now(&self, site: SiteId, id: MailboxId) -> Mailbox {
        let scope = Scope::command(vec![site]);
        self.app.db().read(|conn| stagemakelaar::store::mailboxes::find(conn, &scope, id)).unwrap().unwrap()
    }

    /// A coordinator of these sites, signed in.
    fn coordinator(&self, sites: &[SiteId]) -> Surfer {
        let email = "noor@loket.example";
        self.app.add_user(email, Role::Coordinator, sites);
        let surfer = self.app.visitor();
        assert_eq!(surfer.sign_in(email, app::PASSWORD).status, 303);
        surfer
    }
}

/// What stands between two marks of a page.
fn between<'a>(page: &'a str, from: &str, to: &str) -> Option<&'a str> {
    page.split_once(from)?.1.split_once(to).map(|(found, _)| found.trim())
}

/// A port on which nobody ever takes up a connection: its queue is full.
struct Stalled {
    port: u16,
    _held: (tokio::runtime::Runtime, tokio::net::TcpListener, Vec<TcpStream>),
}

impl Stalled {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.set_reuseaddr(true).unwrap();
            socket.bind(SocketAddr::from(([127, 0, 0, 1], free_port()))).unwrap();
            socket.listen(1).unwrap()
        });
        let address: SocketAddr = listener.local_addr().unwrap();
        let wait = std::time::Duration::from_millis(200);
        let fill = (0..8).map_while(|_| TcpStream::connect_timeout(&address, wait).ok()).collect();
        assert!(TcpStream::connect_timeout(&address, wait).is_err(), "its queue is full");
        Self { port: address.port(), _held: (runtime, listener, fill) }
    }
}

/// Prints rows as a table, each column as wide as its widest cell.
fn print(title: &str, head: &[&str], rows: &[Vec<String>]) {
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0).max(head[at].len());
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &[String]| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join(" | ").trim_end().to_owned()
    };
    let head: Vec<String> = head.iter().map(|word| (*word).to_owned()).collect();
    let mut text = format!("\n{title}\n{}\n", line(&head));
    for row in rows {
        text.push_str(&line(row));
        text.push('\n');
    }
    eprintln!("{text}");
}

/// Every row that came out otherwise than was expected, at once.
fn compare(expected: &[Vec<String>], found: &[Vec<String>]) {
    let wrong: Vec<String> = expected
        .iter()
        .zip(found)
        .filter(|(expected, found)| expected != found)
        .map(|(expected, found)| format!("expected {expected:?}\n   found {found:?}"))
        .collect();
    assert!(wrong.is_empty(), "{} rows came out otherwise:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(expected.len(), found.len());
}
