//! What stands before several web processes: it gives each new line to the next process that is well, as its health check says,
//! and passes over one that refuses. Like Caddy's `health_uri`, or a load balancer's.

use crate::support::processes::free_port;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// How often each process is asked whether it is well.
const CHECK: Duration = Duration::from_millis(250);

/// A listening proxy.
pub struct Proxy {
    /// The port on 127.0.0.1.
    pub port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    ports: [u16; 2],
    well: [AtomicBool; 2],
    heeds: bool,
    next: AtomicUsize,
    over: AtomicBool,
}

impl Proxy {
    /// Starts one before two processes. One that does not heed its health checks sends lines to any process that takes them,
    /// as nginx does.
    pub fn start(ports: [u16; 2], heeds: bool) -> Self {
        let port = free_port();
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let well = [AtomicBool::new(false), AtomicBool::new(false)];
        let shared = Arc::new(Shared { ports, well, heeds, next: AtomicUsize::new(0), over: AtomicBool::new(false) });
        for at in 0..2 {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                while !shared.over.load(Ordering::SeqCst) {
                    shared.well[at].store(is_well(shared.ports[at]).is_some(), Ordering::SeqCst);
                    thread::sleep(CHECK);
                }
            });
        }
        let passing = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = Arc::clone(&passing);
                thread::spawn(move || shared.pass(client));
            }
        });
        Self { port, shared }
    }

    /// Which of the two are well.
    pub fn well(&self) -> [bool; 2] {
        [0, 1].map(|at| self.shared.well[at].load(Ordering::SeqCst))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
    }
}

impl Shared {
    fn pass(&self, client: TcpStream) -> Option<()> {
        let first = self.next.fetch_add(1, Ordering::SeqCst);
        let order = [first % 2, (first + 1) % 2];
        let well = order.into_iter().filter(|at| !self.heeds || self.well[*at].load(Ordering::SeqCst));
        let server = well.into_iter().find_map(|at| TcpStream::connect(("127.0.0.1", self.ports[at])).ok())?;
        for stream in [&client, &server] {
            stream.set_nodelay(true).ok()?;
        }
        let (from, to) = (client.try_clone().ok()?, server.try_clone().ok()?);
        thread::spawn(move || copy(&from, &to));
        copy(&server, &client);
        Some(())
    }
}

/// Copies to the end, and hands on the end.
fn copy(mut from: &TcpStream, mut to: &TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}

/// Whether `/healthz` says 200.
fn is_well(port: u16) -> Option<()> {
    let mut line = TcpStream::connect(("127.0.0.1", port)).ok()?;
    line.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    line.write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    line.read_to_string(&mut answer).ok()?;
    answer.starts_with("HTTP/1.1 200 ").then_some(())
}
