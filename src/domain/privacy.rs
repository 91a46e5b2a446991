//! What free text must not hold: a citizen service number (burgerservicenummer, BSN) is never stored; words of [`special`]
//! data warn.

pub mod special;

use super::words::Lang;

/// Digits of a BSN. The law also knows eight; those are written with a leading zero nowadays, and taking bare
/// eights would refuse KvK numbers and dates.
const LENGTH: usize = 9;

/// A text holds what looks like a BSN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text holds what looks like a citizen service number (BSN)")]
pub struct BsnFound;

impl BsnFound {
    /// One sentence for whoever typed it.
    pub const fn say(self, lang: Lang) -> &'static str {
        lang.t(
            "Hier lijkt een burgerservicenummer te staan. Dat bewaren we niet: haal het weg.",
            "This looks like a citizen service number (BSN). We do not store it: take it out.",
        )
    }
}

/// Refuses texts of which one is [`bsn_like`].
pub fn check<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<(), BsnFound> {
    if texts.into_iter().any(bsn_like) { Err(BsnFound) } else { Ok(()) }
}

/// Whether the text holds nine digits, bare or in groups parted by one space, dot or hyphen, that pass the eleven
/// test of a BSN. Telephone numbers with a country code are left out.
pub fn bsn_like(text: &str) -> bool {
    runs(text).iter().any(|run| {
        (0..run.len()).any(|first| {
            let mut digits: Vec<u8> = Vec::new();
            run[first..].iter().any(|group| {
                digits.extend_from_slice(group);
                digits.len() == LENGTH && passes(&digits)
            })
        })
    })
}

/// Runs of groups of digits; a run that starts with `+` or `00` is a telephone number and left out.
fn runs(text: &str) -> Vec<Vec<Vec<u8>>> {
    let chars: Vec<char> = text.chars().collect();
    let mut runs: Vec<Vec<Vec<u8>>> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let begin = at;
        let mut run: Vec<Vec<u8>> = vec![Vec::new()];
        while at < chars.len() {
            let next_is_digit = chars.get(at + 1).is_some_and(char::is_ascii_digit);
            match chars[at].to_digit(10).and_then(|digit| u8::try_from(digit).ok()) {
                Some(digit) => run.last_mut().into_iter().for_each(|group| group.push(digit)),
                None if matches!(chars[at], ' ' | '.' | '-' | '\u{a0}') && next_is_digit => run.push(Vec::new()),
                None => break,
            }
            at += 1;
        }
        let abroad =
            begin > 0 && chars[begin - 1] == '+' || run.first().is_some_and(|group| group.starts_with(&[0, 0]));
        if !abroad {
            runs.push(run);
        }
    }
    runs
}

/// The eleven test: 9a + 8b + … + 2h − i is divisible by eleven, and not all digits are zero.
fn passes(digits: &[u8]) -> bool {
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    let sum: i32 = digits.iter().zip(weights).map(|(digit, weight)| i32::from(*digit) * weight).sum();
    sum % 11 == 0 && digits.iter().any(|digit| *digit != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nine_digits_that_pass_the_eleven_test_are_found_however_they_are_written() {
        for text in [
            "111222333",
            "bsn 123456782.",
            "zijn nummer is 123 456 782, zei hij",
            "1234.56.782",
            "111-222-333",
            "groep 4 123456782",
            "(111222333)",
        ] {
            assert!(bsn_like(text), "{text}");
        }
    }

    #[test]
    fn other_numbers_pass() {
        for text in [
            "",
            "123456789",
            "kvk 12345678",
            "06 12345678",
            "+31 6 11222333",
            "0031 6 11222333",
            "op 23-11-2026 om 09:00",
            "000000000",
            "crebo 25655, niveau 2",
            "1112223334",
        ] {
            assert!(!bsn_like(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_number_that_passes_is_found_between_other_words(digits in prop::collection::vec(0..10u8, 9)) {
            let number: String = digits.iter().map(ToString::to_string).collect();
            // Starting with 00 reads as a telephone number from abroad.
            prop_assume!(!number.starts_with("00"));
            let text = format!("nummer {number} van de leerling");
            prop_assert_eq!(bsn_like(&text), passes(&digits));
        }
    }
}
