//! What the next page says about what was just done: a cookie that lives for one page, with an optional way back.

use actix_web::cookie::{Cookie, SameSite};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// The cookie that carries it.
pub const COOKIE: &str = "flash";
const LONGEST: usize = 1_000;

/// One sentence, its kind, and a way to undo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// Good news, or something to mind.
    pub kind: FlashKind,
    /// The sentence, in the reader's language.
    pub text: String,
    /// Path that a POST undoes it at.
    pub undo: Option<String>,
}

/// How a flash looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlashKind {
    /// Done.
    Good,
    /// Done, but.
    Warn,
    /// Not done.
    Bad,
}

impl Flash {
    /// It worked.
    pub fn good(text: impl Into<String>) -> Self {
        Self { kind: FlashKind::Good, text: text.into(), undo: None }
    }

    /// It worked, but something deserves a look.
    pub fn warn(text: impl Into<String>) -> Self {
        Self { kind: FlashKind::Warn, text: text.into(), undo: None }
    }

    /// It did not work.
    pub fn bad(text: impl Into<String>) -> Self {
        Self { kind: FlashKind::Bad, text: text.into(), undo: None }
    }

    /// With a button that posts to `path` and takes it back.
    #[must_use]
    pub fn undo(mut self, path: impl Into<String>) -> Self {
        self.undo = Some(path.into());
        self
    }

    /// The cookie that carries it to the next page.
    pub fn cookie(&self, secure: bool) -> Cookie<'static> {
        let mut short = self.clone();
        if short.text.len() > LONGEST {
            short.text = short.text.chars().take(LONGEST / 4).chain(['…']).collect();
        }
        let text = serde_json::to_vec(&short).unwrap_or_default();
        Cookie::build(COOKIE, URL_SAFE_NO_PAD.encode(text))
            .path("/")
            .http_only(true)
            .secure(secure)
            .same_site(SameSite::Lax)
            .finish()
    }

    /// Reads what [`Flash::cookie`] wrote; anything else is no flash.
    pub fn read(value: &str) -> Option<Self> {
        let flash: Self = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(value).ok()?).ok()?;
        flash.undo.as_deref().is_none_or(super::gate::is_own_path).then_some(flash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flash_survives_its_cookie_and_never_points_elsewhere() {
        let flash = Flash::good("2 plekken overgenomen").undo("/suggestions/4/undo");
        assert_eq!(Flash::read(flash.cookie(false).value()), Some(flash.clone()));
        let away = flash.undo("//elsewhere.example/x");
        assert_eq!(Flash::read(away.cookie(false).value()), None);
        assert_eq!(Flash::read("no flash"), None);
    }
}
