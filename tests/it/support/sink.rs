//! Where a campaign's mail may go in its thousands: a counting sink of our own, and postfix's `smtp-sink`, which is faster.

use super::processes::{RunFolder, Server, free_port, listens};
use super::smtp_peer::{Script, SmtpPeer};

/// A sink in the test's own process that keeps and counts every message; it offers nothing (no TLS, no AUTH).
pub fn counting_sink() -> SmtpPeer {
    SmtpPeer::start(Script::default())
}

/// Postfix's `smtp-sink`.
#[derive(Debug)]
pub struct SmtpSink {
    /// The port on 127.0.0.1.
    pub port: u16,
    server: Server,
    _folder: RunFolder,
}

impl SmtpSink {
    /// Starts one with these options, such as `["-w", "1"]` (a second before each answer to DATA).
    pub fn start(options: &[&str]) -> Self {
        let folder = RunFolder::new("smtp-sink");
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let mut program = vec!["/usr/sbin/smtp-sink"];
        program.extend_from_slice(options);
        program.extend_from_slice(&[&address, "100"]);
        let server = Server::start(&folder, "smtp-sink", &program).until(|| listens(port));
        Self { port, server, _folder: folder }
    }

    /// Kills it.
    pub fn kill(&mut self) {
        self.server.kill();
    }
}
