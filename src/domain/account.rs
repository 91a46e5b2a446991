//! What holds for accounts: how a page looks to its reader, what a token is for, which passwords will do, and
//! when a session or a throttle ends.

use super::code::code;
use super::email::EmailAddress;
use super::time::Moment;

code! {
    /// Whether pages are light or dark.
    #[derive(Default)]
    pub enum Theme {
        /// As the computer has it.
        #[default]
        Auto = "auto",
        /// Light.
        Light = "light",
        /// Dark.
        Dark = "dark",
    }
}

code! {
    /// What a single-purpose token is good for.
    pub enum TokenPurpose {
        /// Signing in once.
        SignIn = "sign_in",
        /// Choosing the first password.
        Invitation = "invitation",
        /// Choosing a new password.
        Reset = "reset",
    }
}

impl TokenPurpose {
    /// How long such a token holds, in hours.
    pub const fn hours(self) -> i64 {
        match self {
            Self::SignIn => 24,
            Self::Invitation => 7 * 24,
            Self::Reset => 2,
        }
    }
}

/// Why a password will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// Fewer than [`SHORTEST_PASSWORD`] characters.
    #[error("a password has at least {SHORTEST_PASSWORD} characters")]
    TooShort,
    /// More than [`LONGEST_PASSWORD`] bytes.
    #[error("a password has at most {LONGEST_PASSWORD} bytes")]
    TooLong,
    /// One character over and over, a row of the keyboard, or the address itself.
    #[error("this password is guessed first")]
    Guessable,
}

/// Characters that a password has at least (NIST SP 800-63B asks for length, not for kinds of characters).
pub const SHORTEST_PASSWORD: usize = 12;
/// Bytes that a password has at most, so that hashing stays bounded.
pub const LONGEST_PASSWORD: usize = 256;

/// Whether this password will do for this account.
pub fn check_password(password: &str, email: &EmailAddress) -> Result<(), BadPassword> {
    const FIRST_GUESSES: &[&str] =
        &["wachtwoord", "password", "welkom", "qwerty", "azerty", "123456", "letmein", "stagemakelaar", "geheim"];
    if password.chars().count() < SHORTEST_PASSWORD {
        return Err(BadPassword::TooShort);
    }
    if password.len() > LONGEST_PASSWORD {
        return Err(BadPassword::TooLong);
    }
    let lower = password.to_lowercase();
    let mut letters: Vec<char> = lower.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    let bare = lower.trim_end_matches(|c: char| !c.is_alphabetic());
    let numbers = "01234567890123456789".contains(&lower);
    if letters.len() < 5 || numbers || FIRST_GUESSES.contains(&bare) || lower == email.key() {
        return Err(BadPassword::Guessable);
    }
    Ok(())
}

/// Whether a session still holds: it was used within `idle_hours`, and its end has not come.
pub fn session_holds(seen_at: Moment, expires_at: Moment, now: Moment, idle_hours: u32) -> bool {
    now < expires_at && now.seconds_since(seen_at) < i64::from(idle_hours) * 3_600
}

/// Minutes to wait before another try, or `None` when one is free: `failures` since `since`, `tries` of which are
/// allowed within `pause` minutes.
pub fn throttle(failures: i32, since: Moment, now: Moment, tries: u32, pause: u32) -> Option<i64> {
    let left = i64::from(pause) * 60 - now.seconds_since(since);
    let spent = u32::try_from(failures).unwrap_or(0) >= tries;
    (spent && left > 0).then(|| (left + 59) / 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_not_the_first_guess() {
        let email = EmailAddress::parse("noor@loket-west.example").unwrap();
        for (password, result) in [
            ("vier losse woorden samen", Ok(())),
            ("kort", Err(BadPassword::TooShort)),
            ("aaaaaaaaaaaaaaaa", Err(BadPassword::Guessable)),
            ("123456789012", Err(BadPassword::Guessable)),
            ("wachtwoord2026!", Err(BadPassword::Guessable)),
            ("Noor@loket-west.example", Err(BadPassword::Guessable)),
        ] {
            assert_eq!(check_password(password, &email), result, "{password}");
        }
        assert_eq!(check_password(&"ab cd".repeat(60), &email), Err(BadPassword::TooLong));
    }

    #[test]
    fn a_session_ends_by_rest_and_by_age() {
        let start = Moment::parse("2026-11-23T08:00:00Z").unwrap();
        let end = start.plus_days(7);
        for (seen, now, holds) in [
            (start, start.plus_seconds(8 * 3_600 - 1), true),
            (start, start.plus_seconds(8 * 3_600), false),
            (end.plus_seconds(-60), end.plus_seconds(-1), true),
            (end.plus_seconds(-60), end, false),
        ] {
            assert_eq!(session_holds(seen, end, now, 8), holds, "{seen} {now}");
        }
    }

    #[test]
    fn tries_are_free_until_they_are_spent_and_after_the_pause() {
        let start = Moment::parse("2026-11-23T08:00:00Z").unwrap();
        assert_eq!(throttle(7, start, start, 8, 15), None);
        assert_eq!(throttle(8, start, start, 8, 15), Some(15));
        assert_eq!(throttle(8, start, start.plus_seconds(14 * 60 + 30), 8, 15), Some(1));
        assert_eq!(throttle(8, start, start.plus_seconds(15 * 60), 8, 15), None);
    }
}
