//! Tokens in addresses, Message-IDs and links: at least 128 random bits as text that survives being read
//! aloud, typed and lower-cased.

use super::email::EmailAddress;
use super::secret::{ALPHABET, base32, random_token};
use std::fmt;

/// The fewest bytes of randomness that make a token.
const LEAST_BYTES: usize = 16;
/// The most that a token holds.
const MOST_BYTES: usize = 32;
/// The text of [`LEAST_BYTES`], in characters.
const LEAST_CHARS: usize = 26;
/// The text of [`MOST_BYTES`], in characters.
const MOST_CHARS: usize = 52;

/// A token's text: 26 to 52 characters of the alphabet. `Debug` shows four of them.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token(String);

/// What an address with a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressUse {
    /// Answers: `local+r.TOKEN@domain`.
    Reply,
    /// Opting out by mail: `local+u.TOKEN@domain`.
    Unsubscribe,
}

impl AddressUse {
    const fn letter(self) -> char {
        match self {
            Self::Reply => 'r',
            Self::Unsubscribe => 'u',
        }
    }
}

impl Token {
    /// The token of these random bytes, 16 to 32; `None` for fewer or more.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        (LEAST_BYTES..=MOST_BYTES).contains(&bytes.len()).then(|| Self(base32(bytes)))
    }

    /// A new token of 128 random bits.
    pub fn random() -> Self {
        Self(random_token())
    }

    /// Reads a token as people and mail programs hand it back: capitals, and o, i, l for 0 and 1, are mended.
    pub fn parse(text: &str) -> Option<Self> {
        let mended: String = text
            .chars()
            .map(|c| match c.to_ascii_lowercase() {
                'o' => '0',
                'i' | 'l' => '1',
                c => c,
            })
            .collect();
        let known = mended.bytes().all(|byte| ALPHABET.contains(&byte));
        (known && (LEAST_CHARS..=MOST_CHARS).contains(&mended.len())).then_some(Self(mended))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address at which mail with this token comes in.
    pub fn address(&self, mailbox: &EmailAddress, usage: AddressUse) -> EmailAddress {
        mailbox.with_tag(&format!("{}.{self}", usage.letter()))
    }

    /// The use and the token in an address's part after the plus sign.
    pub fn in_address(address: &EmailAddress) -> Option<(AddressUse, Self)> {
        let (_, tag) = address.local_part().rsplit_once('+')?;
        let (letter, token) = tag.split_once('.')?;
        let usage = match letter {
            "r" | "R" => AddressUse::Reply,
            "u" | "U" => AddressUse::Unsubscribe,
            _ => return None,
        };
        Some((usage, Self::parse(token)?))
    }

    /// The Message-ID of a mail with this token, in angle brackets (RFC 5322, 3.6.4).
    pub fn message_id(&self, domain: &str) -> String {
        format!("<{self}@{domain}>")
    }

    /// The token in a Message-ID of ours, with or without its angle brackets.
    pub fn in_message_id(message_id: &str, domain: &str) -> Option<Self> {
        let bare = message_id.trim().trim_start_matches('<').trim_end_matches('>');
        let (token, at) = bare.rsplit_once('@')?;
        if at.eq_ignore_ascii_case(domain) { Self::parse(token) } else { None }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}…)", self.0.get(..4).unwrap_or(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn token() -> Token {
        Token::from_bytes(&[7; 16]).unwrap()
    }

    #[test]
    fn sixteen_bytes_make_twenty_six_characters_and_fewer_make_none() {
        assert_eq!(token().as_str().len(), LEAST_CHARS);
        assert_ne!(Token::random(), Token::random());
        assert_eq!(Token::from_bytes(&[0; 16]).unwrap().as_str(), "0".repeat(26));
        assert_eq!(Token::from_bytes(&[255; 32]).unwrap().as_str().len(), MOST_CHARS);
        assert_eq!((Token::from_bytes(&[7; 15]), Token::from_bytes(&[7; 33])), (None, None));
    }

    #[test]
    fn addresses_and_message_ids_give_their_token_back() {
        let desk = EmailAddress::parse("stage@desk.example").unwrap();
        for usage in [AddressUse::Reply, AddressUse::Unsubscribe] {
            let address = token().address(&desk, usage);
            assert_eq!(Token::in_address(&address), Some((usage, token())), "{address}");
            let shouted = EmailAddress::parse(&address.as_str().to_uppercase()).unwrap();
            assert_eq!(Token::in_address(&shouted), Some((usage, token())));
        }
        let id = token().message_id("desk.example");
        assert_eq!(Token::in_message_id(&id, "DESK.example"), Some(token()));
        assert_eq!(Token::in_message_id(&id, "other.example"), None);
        assert_eq!(format!("{:?}", token()), format!("Token({}…)", &token().as_str()[..4]));
    }

    #[test]
    fn what_is_no_token_of_ours_is_none() {
        for address in ["stage@desk.example", "stage+nieuws@desk.example", "stage+r.kort@desk.example"] {
            assert_eq!(Token::in_address(&EmailAddress::parse(address).unwrap()), None, "{address}");
        }
        let foreign = format!("stage+x.{}@desk.example", token());
        assert_eq!(Token::in_address(&EmailAddress::parse(&foreign).unwrap()), None);
        for text in ["", "u", &"0".repeat(25), &"0".repeat(53), &"é".repeat(13), &"u".repeat(26)] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn different_bytes_make_different_tokens_that_read_back(
            one in prop::array::uniform16(any::<u8>()), other in prop::array::uniform16(any::<u8>()),
        ) {
            let (a, b) = (Token::from_bytes(&one).unwrap(), Token::from_bytes(&other).unwrap());
            prop_assert_eq!(a == b, one == other);
            prop_assert_eq!(Token::parse(&a.to_string().to_uppercase()), Some(a));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,60}") {
            let _ = Token::parse(&text);
            let _ = Token::in_message_id(&text, "desk.example");
        }
    }
}
