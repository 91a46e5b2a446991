//! A real Exim as the provider to which the product hands its mail: STARTTLS and implicit TLS with AUTH PLAIN and LOGIN, a
//! queue, delivery into a [`Dovecot`] by LMTP. A recipient `tempfail…@` gets 451, `permfail…@` gets 550, at RCPT; one that
//! Dovecot does not know is accepted and bounces to the sender, as in life.

use super::dovecot::Dovecot;
use super::processes::{RunFolder, Server, free_port, listens};
use super::{PASSWORD, certs};
use std::fs;

const CONFIGURATION: &str = include_str!("../../servers/exim.conf");

/// A running Exim; any user name signs in with [`PASSWORD`].
#[derive(Debug)]
pub struct Exim {
    server: Server,
    folder: RunFolder,
    /// The port for submission; AUTH is offered after STARTTLS only.
    pub submission: u16,
    /// The port for submission inside TLS.
    pub tls: u16,
}

impl Exim {
    /// Starts one that delivers into this Dovecot.
    pub fn start(dovecot: &Dovecot) -> Self {
        let folder = RunFolder::new("exim");
        let (submission, tls) = (free_port(), free_port());
        let configuration = CONFIGURATION
            .replace("{{submission}}", &submission.to_string())
            .replace("{{tls}}", &tls.to_string())
            .replace("{{lmtp}}", &dovecot.lmtp.to_string())
            .replace("{{password}}", PASSWORD);
        folder.write("exim.conf", configuration);
        certs::put_into(&folder);
        let server = serve(&folder, [submission, tls]);
        Self { server, folder, submission, tls }
    }

    /// Kills it and every connection at once; its queue stays.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Starts it again after `kill`, on the same ports and queue.
    pub fn start_again(&mut self) {
        self.server.kill();
        self.server = serve(&self.folder, [self.submission, self.tls]);
    }

    /// What it logged about arrivals and deliveries.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("mainlog")).unwrap_or_default()
    }
}

fn serve(folder: &RunFolder, ports: [u16; 2]) -> Server {
    Server::start(folder, "exim", &["/usr/sbin/exim4", "-bdf", "-q1s", "-C", "/mnt/exim.conf"])
        .until(|| ports.into_iter().all(listens))
}
