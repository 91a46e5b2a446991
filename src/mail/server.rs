//! Where a mail server stands and how it is reached: read from a URL, kept without showing the password.
//! Schemes: `smtps` and `imaps` (TLS at once), `smtp` and `imap` (STARTTLS, required), `smtp+plain` and
//! `imap+plain` (no TLS, only to this very machine).

use super::error::{MailError, Trouble};
use super::reach::Reach;
use crate::domain::secret::Secret;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use url::Url;

/// How a line is made safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Implicit,
    /// TLS after STARTTLS; without it we do not go on.
    StartTls,
    /// None: only to a loopback address.
    None,
}

/// What is spoken with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Sending.
    Smtp,
    /// Reading.
    Imap,
}

/// How long we wait; every step of every conversation is bounded by one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Looking up and connecting.
    pub connect: Duration,
    /// Greeting, hello and each command; for IMAP also each silence within an answer.
    pub command: Duration,
    /// From the message's first byte until the server's word after the final dot.
    pub dot: Duration,
    /// One whole answer of an IMAP server, however steadily it drips.
    pub answer: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(20), command: seconds(60), dot: seconds(120), answer: seconds(300) }
    }
}

/// A mail server and how to sign in to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the line is made safe.
    pub security: Security,
    /// Who signs in; without a user nobody does.
    pub user: Option<String>,
    /// The user's password.
    pub password: Option<Secret>,
    /// Certificates in PEM to trust besides the system's.
    pub ca_pem: Option<Vec<u8>>,
    /// Which addresses may be connected to.
    pub reach: Reach,
}

fn bad_url(detail: impl Into<String>) -> MailError {
    MailError::new(Trouble::Url, detail)
}

impl Server {
    /// Reads `smtps://user@host:port` and its like; the user may itself be an address
    /// (`smtps://ann@desk.example@mail.example`). A password in the URL is refused: URLs end up in shell histories.
    pub fn parse(protocol: Protocol, text: &str) -> Result<Self, MailError> {
        let url = Url::parse(text.trim()).map_err(|e| bad_url(e.to_string()))?;
        let (security, port) = match (protocol, url.scheme()) {
            (Protocol::Smtp, "smtps") => (Security::Implicit, Some(465)),
            (Protocol::Smtp, "smtp") => (Security::StartTls, Some(587)),
            (Protocol::Smtp, "smtp+plain") | (Protocol::Imap, "imap+plain") => (Security::None, None),
            (Protocol::Imap, "imaps") => (Security::Implicit, Some(993)),
            (Protocol::Imap, "imap") => (Security::StartTls, Some(143)),
            (_, other) => return Err(bad_url(format!("`{other}` is no scheme for this kind of server"))),
        };
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_ascii_lowercase();
        if host.is_empty() {
            return Err(bad_url("the URL names no host"));
        }
        if url.password().is_some() {
            return Err(bad_url("the password does not belong in the URL; use a password file"));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(bad_url("nothing may follow the port"));
        }
        let port = url.port().or(port).ok_or_else(|| bad_url("a line without TLS needs its port"))?;
        let user = decoded(url.username())?;
        let user = (!user.is_empty()).then_some(user);
        let server = Self { host, port, security, user, password: None, ca_pem: None, reach: Reach::default() };
        server.checked()
    }

    /// The same server with its user's password.
    #[must_use]
    pub fn with_password(mut self, password: Secret) -> Self {
        self.password = Some(password);
        self
    }

    /// The same server, trusting these certificates (PEM) as well.
    #[must_use]
    pub fn with_ca(mut self, pem: Vec<u8>) -> Self {
        self.ca_pem = Some(pem);
        self
    }

    /// Refuses an unsafe line to another machine, and a port that a page may not reach.
    pub fn checked(self) -> Result<Self, MailError> {
        let loopback = self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if self.security == Security::None && !loopback {
            return Err(MailError::new(Trouble::NotLoopback, "no TLS is for 127.0.0.0/8, ::1 and localhost"));
        }
        Ok(self)
    }

    /// The URL that [`Server::parse`] reads, without the password.
    pub fn url(&self, protocol: Protocol) -> String {
        let word = match protocol {
            Protocol::Smtp => "smtp",
            Protocol::Imap => "imap",
        };
        let end = match self.security {
            Security::Implicit => "s",
            Security::StartTls => "",
            Security::None => "+plain",
        };
        let user = self.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{word}{end}://{user}{host}:{}", self.port)
    }

    /// Of the addresses that the name led to, those that may be connected to; an error when none is left.
    pub fn admit(&self, found: impl IntoIterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, MailError> {
        let found: Vec<SocketAddr> = found.into_iter().collect();
        if found.is_empty() {
            return Err(MailError::new(Trouble::Lookup, "the name has no address"));
        }
        let admitted: Vec<SocketAddr> = found.into_iter().filter(|address| self.reach.allows(*address)).collect();
        if admitted.is_empty() {
            return Err(MailError::new(Trouble::Forbidden, "the address or port is not allowed from a page"));
        }
        if self.security == Security::None && !admitted.iter().all(|address| address.ip().is_loopback()) {
            return Err(MailError::new(Trouble::NotLoopback, "the name leads to another machine"));
        }
        Ok(admitted)
    }

    /// User and password to sign in with; `None` when nobody signs in.
    pub fn credentials(&self) -> Result<Option<(&str, &str)>, MailError> {
        match (&self.user, &self.password) {
            (None, _) => Ok(None),
            (Some(user), Some(password)) => Ok(Some((user, password.expose()))),
            (Some(_), None) => Err(MailError::new(Trouble::NoPassword, "the URL names a user")),
        }
    }
}

/// Undoes the percent-encoding of a URL's user.
fn decoded(text: &str) -> Result<String, MailError> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = (byte == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(decoded) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(decoded);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    String::from_utf8(out).map_err(|e| bad_url(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_everything_but_the_password() {
        let cases = [
            (Protocol::Smtp, "smtps://ann@mail.example", Security::Implicit, 465, Some("ann")),
            (
                Protocol::Smtp,
                "smtp://ann%40desk.example@mail.example",
                Security::StartTls,
                587,
                Some("ann@desk.example"),
            ),
            (
                Protocol::Smtp,
                "smtp://ann@desk.example@mail.example:25",
                Security::StartTls,
                25,
                Some("ann@desk.example"),
            ),
            (Protocol::Smtp, "smtp+plain://127.0.0.1:2525", Security::None, 2525, None),
            (Protocol::Imap, "imaps://ann@Mail.example/", Security::Implicit, 993, Some("ann")),
            (Protocol::Imap, "imap://mail.example", Security::StartTls, 143, None),
            (Protocol::Imap, "imap+plain://[::1]:1143", Security::None, 1143, None),
        ];
        for (protocol, text, security, port, user) in cases {
            let server = Server::parse(protocol, text).unwrap();
            assert_eq!((server.security, server.port, server.user.as_deref()), (security, port, user), "{text}");
            assert_eq!(Server::parse(protocol, &server.url(protocol)).unwrap(), server);
        }
    }

    #[test]
    fn a_line_without_tls_stays_on_this_machine() {
        let error = Server::parse(Protocol::Smtp, "smtp+plain://mail.example:25").unwrap_err();
        assert_eq!(error.trouble, Trouble::NotLoopback);
        let server = Server::parse(Protocol::Smtp, "smtp+plain://localhost:25").unwrap();
        assert_eq!(server.admit(["192.0.2.1:25".parse().unwrap()]).unwrap_err().trouble, Trouble::NotLoopback);
    }

    #[test]
    fn a_bad_url_is_told_and_a_password_in_it_is_refused() {
        for text in [
            "",
            "mail.example",
            "http://mail.example",
            "imaps://mail.example",
            "smtps://",
            "smtps://a:b@c.example",
            "smtps://c.example/x",
        ] {
            assert_eq!(Server::parse(Protocol::Smtp, text).unwrap_err().trouble, Trouble::Url, "{text}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let server =
            Server::parse(Protocol::Smtp, "smtps://a@mail.example").unwrap().with_password(Secret::new("geheim1"));
        assert!(!format!("{server:?}").contains("geheim1"));
    }
}
