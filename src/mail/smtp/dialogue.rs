//! The few words before TLS: greeting, EHLO, STARTTLS. Read byte by byte, so nothing that was slipped in before
//! the handshake is ever taken for the server's word after it.

use super::super::error::{MailError, Step, Trouble};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longest reply that we read before TLS.
const REPLY_LIMIT: usize = 16 * 1024;

/// Asks for TLS on a fresh line; afterwards the next byte belongs to the handshake.
pub(super) async fn ask_for_tls(tcp: &mut TcpStream, hello: &str) -> Result<(), MailError> {
    let greeting = reply(tcp).await?;
    accepted(&greeting, Step::Greeting)?;
    say(tcp, &format!("EHLO {hello}\r\n")).await?;
    let features = reply(tcp).await?;
    accepted(&features, Step::Greeting)?;
    let offered = features.lines.iter().skip(1).any(|line| line.trim().eq_ignore_ascii_case("STARTTLS"));
    if !offered {
        return Err(MailError::new(Trouble::NoStartTls, "EHLO was answered without STARTTLS"));
    }
    say(tcp, "STARTTLS\r\n").await?;
    let answer = reply(tcp).await?;
    let why = || format!("STARTTLS was answered with {}", answer.code);
    match answer.code {
        220 => Ok(()),
        // RFC 3207: 454 is a server whose TLS does not work just now.
        400..500 => Err(MailError::new(Trouble::Refused(Step::Tls), why())),
        _ => Err(MailError::new(Trouble::NoStartTls, why())),
    }
}

struct Reply {
    code: u16,
    lines: Vec<String>,
}

fn accepted(reply: &Reply, step: Step) -> Result<(), MailError> {
    match reply.code {
        200..300 => Ok(()),
        400..600 => Err(MailError::new(Trouble::Refused(step), format!("answered with {}", reply.code))),
        other => Err(MailError::new(Trouble::Garbled(step), format!("answered with {other}"))),
    }
}

async fn say(tcp: &mut TcpStream, line: &str) -> Result<(), MailError> {
    tcp.write_all(line.as_bytes()).await.map_err(|e| MailError::new(Trouble::Lost(Step::Greeting), e.to_string()))
}

async fn reply(tcp: &mut TcpStream) -> Result<Reply, MailError> {
    let garbled = |why: &str| MailError::new(Trouble::Garbled(Step::Greeting), why);
    let mut total = 0;
    let mut lines = Vec::new();
    loop {
        let mut line = Vec::new();
        loop {
            let byte = tcp.read_u8().await.map_err(|e| MailError::new(Trouble::Lost(Step::Greeting), e.to_string()))?;
            total += 1;
            if total > REPLY_LIMIT {
                return Err(garbled("the reply does not end"));
            }
            if byte == b'\n' {
                break;
            }
            line.push(byte);
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let code: u16 = line.get(..3).and_then(|code| code.parse().ok()).ok_or_else(|| garbled("no reply code"))?;
        lines.push(line.get(4..).unwrap_or_default().to_owned());
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(Reply { code, lines });
        }
    }
}
