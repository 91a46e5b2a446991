//! A client that costs next to nothing itself: one kept-alive connection, one request at a time.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A signed-in connection.
pub struct Client {
    stream: BufReader<TcpStream>,
    cookie: String,
}

/// An answer, and the time until its last byte.
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// The cookies it sets, as `name=value; …`.
    pub cookies: String,
    /// The page.
    pub text: String,
    /// From the first byte sent to the last one read.
    pub took: Duration,
}

impl Client {
    /// Connects to a port of this machine; `cookie` goes with every request.
    pub fn new(port: u16, cookie: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), cookie: cookie.to_owned() }
    }

    /// Opens a page.
    pub fn get(&mut self, path: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n", self.cookie))
    }

    /// Posts a form.
    pub fn post(&mut self, path: &str, form: &str) -> Answer {
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{form}",
            self.cookie,
            form.len()
        ))
    }

    fn ask(&mut self, request: &str) -> Answer {
        let began = Instant::now();
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut status, mut length, mut cookies) = (0, 0, Vec::new());
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).unwrap();
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
                status = rest[..3].parse().unwrap();
            } else if let Some((name, value)) = line.split_once(": ") {
                match name.to_ascii_lowercase().as_str() {
                    "content-length" => length = value.parse().unwrap(),
                    "set-cookie" => cookies.push(value.split(';').next().unwrap_or_default().to_owned()),
                    _ => {}
                }
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        let took = began.elapsed();
        Answer { status, cookies: cookies.join("; "), text: String::from_utf8(body).unwrap(), took }
    }
}
