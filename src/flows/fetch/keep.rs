//! What of a personal mailbox is ours, and how raw messages are packed. A personal mailbox keeps mail of a contact, of a
//! thread of ours and bounces of ours; the rest is not stored at all.

use crate::domain::email::EmailAddress;
use crate::domain::reply::{self, Context, Letter};
use crate::domain::scope::Scope;
use crate::domain::token::Token;
use crate::mail::parse;
use crate::store::mailboxes::Mailbox;
use crate::store::{Conn, DbResult, contacts, correspondents, outgoing};
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::io::{self, Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes that an unpacked message may have.
const UNPACKED: u64 = 256 << 20;

/// SHA-256 of the bytes, in hexadecimal.
pub(super) fn fingerprint(raw: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(raw) {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The bytes, compressed by zlib, quickly: mail is mostly stored, seldom opened.
pub(super) fn pack(raw: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::with_capacity(raw.len() / 2), Compression::fast());
    // Writing into memory cannot fail.
    let _ = packer.write_all(raw);
    packer.finish().unwrap_or_default()
}

/// The bytes that [`pack`] packed.
pub fn unpack(packed: &[u8]) -> io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    ZlibDecoder::new(packed).take(UNPACKED).read_to_end(&mut raw)?;
    Ok(raw)
}

/// The headers; `None` where even they cannot be read.
pub(super) fn head(raw: &[u8]) -> Option<Letter> {
    // Storing goes before thinking: whatever the parser makes of it, the message is kept.
    catch_unwind(AssertUnwindSafe(|| parse::headers_only(raw))).ok()
}

/// Asks whether a personal mailbox keeps a message.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    pub mailbox: &'a Mailbox,
    pub is_inbox: bool,
}

impl Wanted<'_> {
    pub(super) fn keeps(&self, conn: &mut Conn, raw: &[u8], head: Option<&Letter>) -> DbResult<bool> {
        let Some(head) = head else { return Ok(false) };
        let site = self.mailbox.site_id;
        let others: Vec<&str> = if self.is_inbox {
            head.from.iter().map(|from| from.email.as_str()).collect()
        } else {
            head.to.iter().chain(&head.cc).map(|to| to.email.as_str()).collect()
        };
        for address in others.iter().filter_map(|text| EmailAddress::parse(text).ok()) {
            if !contacts::by_email(conn, site, &address.key())?.is_empty() {
                return Ok(true);
            }
        }
        let mut ids: Vec<String> = head.answered_ids().into_iter().map(str::to_owned).collect();
        ids.extend(head.message_id.clone());
        if self.is_inbox && is_from_a_machine(head) {
            ids.extend(returned(raw));
        }
        self.is_thread_of_ours(conn, head, &ids)
    }

    fn is_thread_of_ours(&self, conn: &mut Conn, head: &Letter, ids: &[String]) -> DbResult<bool> {
        let scope = Scope::clockwork(self.mailbox.site_id);
        for id in ids {
            if outgoing::by_message_id(conn, &scope, id)?.is_some() {
                return Ok(true);
            }
        }
        for token in head.recipients().iter().filter_map(|text| EmailAddress::parse(text).ok()) {
            if let Some((_, token)) = Token::in_address(&token)
                && outgoing::by_token(conn, &scope, token.as_str())?.is_some()
            {
                return Ok(true);
            }
        }
        Ok(correspondents::of_thread(conn, self.mailbox.site_id, ids)?.is_some())
    }
}

fn is_from_a_machine(head: &Letter) -> bool {
    let from = head.from.as_ref().map_or("", |from| from.email.as_str());
    head.media_type == "multipart/report" || from.starts_with("mailer-daemon") || from.starts_with("postmaster")
}

/// The Message-ID of the mail that a notice of non-delivery brings back.
fn returned(raw: &[u8]) -> Option<String> {
    let read = || reply::read(&parse::letter(raw), &Context::default());
    catch_unwind(AssertUnwindSafe(read)).ok()?.bounce?.original_message_id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_the_same() {
        for raw in [&b""[..], b"From: a@b.example\r\n\r\nhallo\r\n", &vec![0xff; 70_000]] {
            assert_eq!(unpack(&pack(raw)).unwrap(), raw);
        }
        assert!(unpack(b"not packed").is_err());
    }

    #[test]
    fn a_fingerprint_is_sixty_four_characters_and_differs_by_a_byte() {
        assert_eq!(fingerprint(b"a").len(), 64);
        assert_ne!(fingerprint(b"a"), fingerprint(b"b"));
    }
}
