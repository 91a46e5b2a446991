//! Secrets: text that is never shown, the keys that seal and sign, and the random bytes that tokens are made of.
//!
//! Sealing is XChaCha20-Poly1305 with a random nonce; signing is HMAC-SHA256, cut to 128 bits, with the key's id in
//! front, so that a new key signs while old ones still verify.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// A password or key in text form; neither `Debug` nor `Display` shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why something sealed or signed was not accepted. It never says which check failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key does not fit, or the text was changed")]
pub struct Mismatch;

/// The installation's keys, as the key file holds them.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    sealing: String,
    /// The last one signs; all verify.
    signing: Vec<SigningKey>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SigningKey {
    id: String,
    key: String,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// Random bytes of the operating system. Made before a transaction, never inside.
///
/// # Panics
/// When the operating system has no random numbers: nothing safe can be done then.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "without randomness every token would be guessable")]
    getrandom::fill(&mut bytes).expect("the operating system gives random numbers");
    bytes
}

/// Base 32 by Crockford's alphabet, in lower case: no i, l, o and u, so nothing in it looks like 0 or 1.
pub(super) const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 128 random bits in 26 letters and digits of [`ALPHABET`]: safe in addresses, links and file names.
pub fn random_token() -> String {
    base32(&random::<16>())
}

/// Bytes in letters and digits of [`ALPHABET`], five bits each; the last one is filled up with zeros.
pub(super) fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity((bytes.len() * 8).div_ceil(5));
    let (mut buffer, mut bits) = (0u32, 0u32);
    for byte in bytes {
        buffer = (buffer << 8 | u32::from(*byte)) & 0xfff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(buffer >> bits));
        }
    }
    if bits > 0 {
        text.push(letter(buffer << (5 - bits)));
    }
    text
}

fn letter(value: u32) -> char {
    char::from(ALPHABET[(value & 31) as usize])
}

/// SHA-256 in hexadecimal: how tokens of sessions and links are kept.
pub fn hash(text: &str) -> String {
    hash_bytes(text.as_bytes())
}

/// SHA-256 of bytes in hexadecimal.
pub fn hash_bytes(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut out, byte| {
        use fmt::Write as _;
        let _ = write!(out, "{byte:02x}");
        out
    })
}

impl Keys {
    /// New keys from the operating system's randomness.
    pub fn generate() -> Self {
        let key = || URL_SAFE_NO_PAD.encode(random::<32>());
        Self { sealing: key(), signing: vec![SigningKey { id: "1".to_owned(), key: key() }] }
    }

    /// Seals a secret for the database.
    pub fn seal(&self, secret: &Secret) -> Result<String, Mismatch> {
        let nonce: [u8; 24] = random();
        let sealed = self.cipher()?.encrypt(&XNonce::from(nonce), secret.expose().as_bytes()).map_err(|_| Mismatch)?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what [`Keys::seal`] sealed.
    pub fn open(&self, sealed: &str) -> Result<Secret, Mismatch> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Mismatch)?;
        let (nonce, text) = bytes.split_at_checked(24).ok_or(Mismatch)?;
        let nonce: [u8; 24] = nonce.try_into().map_err(|_| Mismatch)?;
        let plain = self.cipher()?.decrypt(&XNonce::from(nonce), text).map_err(|_| Mismatch)?;
        String::from_utf8(plain).map(Secret).map_err(|_| Mismatch)
    }

    /// `payload.keyid.mac` for one purpose; the payload may hold letters, digits, `-` and `_`.
    pub fn sign(&self, purpose: &str, payload: &str) -> Result<String, Mismatch> {
        let key = self.signing.last().ok_or(Mismatch)?;
        Ok(format!("{payload}.{}.{}", key.id, mac(key, purpose, payload)?))
    }

    /// The payload of a signed text, if one of our keys made it for this purpose.
    pub fn verify(&self, purpose: &str, signed: &str) -> Result<String, Mismatch> {
        let mut parts = signed.splitn(3, '.');
        let (Some(payload), Some(id), Some(given)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Mismatch);
        };
        let key = self.signing.iter().find(|key| key.id == id).ok_or(Mismatch)?;
        // Comparing hashes keeps the comparison's time from telling where two texts part.
        if hash(&mac(key, purpose, payload)?) == hash(given) { Ok(payload.to_owned()) } else { Err(Mismatch) }
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305, Mismatch> {
        let key = URL_SAFE_NO_PAD.decode(&self.sealing).map_err(|_| Mismatch)?;
        XChaCha20Poly1305::new_from_slice(&key).map_err(|_| Mismatch)
    }
}

fn mac(key: &SigningKey, purpose: &str, payload: &str) -> Result<String, Mismatch> {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key.key.as_bytes()).map_err(|_| Mismatch)?;
    mac.update(purpose.as_bytes());
    mac.update(b"\0");
    mac.update(payload.as_bytes());
    Ok(URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..16]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_with_its_key_only() {
        let keys = Keys::generate();
        let sealed = keys.seal(&Secret::new("hunter2")).unwrap();
        assert!(!sealed.contains("hunter2"));
        assert_eq!(keys.open(&sealed).unwrap().expose(), "hunter2");
        assert_eq!(Keys::generate().open(&sealed).unwrap_err(), Mismatch);
        assert_eq!(keys.open("x").unwrap_err(), Mismatch);
    }

    #[test]
    fn a_signature_holds_for_its_purpose_and_payload_only() {
        let keys = Keys::generate();
        let signed = keys.sign("opt-out", "abc").unwrap();
        assert_eq!(keys.verify("opt-out", &signed).unwrap(), "abc");
        assert!(keys.verify("reset", &signed).is_err());
        assert!(keys.verify("opt-out", &signed.replace("abc", "abd")).is_err());
        assert!(keys.verify("opt-out", "abc").is_err());
    }

    #[test]
    fn an_older_key_still_verifies_after_a_new_one_signs() {
        let mut keys = Keys::generate();
        let old = keys.sign("opt-out", "abc").unwrap();
        keys.signing.push(SigningKey { id: "2".to_owned(), key: "new".to_owned() });
        assert_eq!(keys.verify("opt-out", &old).unwrap(), "abc");
        assert!(keys.sign("opt-out", "abc").unwrap().starts_with("abc.2."));
    }

    #[test]
    fn tokens_are_26_characters_and_differ() {
        let (one, two) = (random_token(), random_token());
        assert_eq!(one.len(), 26);
        assert_ne!(one, two);
        assert!(one.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
    }
}
