//! A scripted peer's end of a conversation: bare or inside TLS, with the right certificate or a wrong one.

use super::certs::{Shown, server_config};
use rustls::{ServerConnection, StreamOwned};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// How a peer makes its line safe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Safety {
    /// Not at all.
    #[default]
    Bare,
    /// TLS from the first byte.
    AtOnce,
    /// TLS after STARTTLS.
    Start,
}

/// The peer's end.
#[derive(Debug)]
pub struct Line(BufReader<Wire>);

#[derive(Debug)]
enum Wire {
    Bare(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Line {
    /// A line without TLS.
    pub fn new(stream: TcpStream) -> Self {
        // Small answers must not wait for each other.
        let _ = stream.set_nodelay(true);
        Self(BufReader::new(Wire::Bare(stream)))
    }

    /// The same line inside TLS; `None` when the client does not want this certificate.
    pub fn secure(self, shown: Shown) -> Option<Self> {
        let Wire::Bare(mut stream) = self.0.into_inner() else { return None };
        let mut session = ServerConnection::new(server_config(shown)).ok()?;
        while session.is_handshaking() {
            session.complete_io(&mut stream).ok()?;
        }
        Some(Self(BufReader::new(Wire::Tls(Box::new(StreamOwned::new(session, stream))))))
    }

    /// The next line without its end; `None` when the client has gone.
    pub fn read_line(&mut self) -> Option<String> {
        let mut line = String::new();
        let length = self.0.read_line(&mut line).ok()?;
        (length > 0).then(|| line.trim_end().to_owned())
    }

    /// The next line as it is, its end with it.
    pub fn read_raw(&mut self) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        let length = self.0.read_until(b'\n', &mut line).ok()?;
        (length > 0).then_some(line)
    }

    /// Says something; `None` when the client has gone.
    pub fn write(&mut self, words: impl AsRef<[u8]>) -> Option<()> {
        let wire = self.0.get_mut();
        wire.write_all(words.as_ref()).and_then(|()| wire.flush()).ok()
    }

    /// Reads and says nothing until the client gives up.
    pub fn be_silent(&mut self) {
        let _ = io::copy(&mut self.0, &mut io::sink());
    }
}

impl Read for Wire {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Bare(stream) => stream.read(buf),
            Self::Tls(stream) => stream.read(buf),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self {
            Self::Bare(stream) => stream.write(buf),
            Self::Tls(stream) => stream.write(buf),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Bare(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}
