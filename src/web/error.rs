//! The one error of the web door: what the person is told, and with which status. A cause is logged once, where
//! it becomes a page, and never shown.

use super::page::Page;
use crate::domain::words::Lang;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use askama::Template;

/// What went otherwise.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not here, or not for this person.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in; where they wanted to go.
    #[error("sign in first")]
    SignIn {
        /// Path of this house to go on to.
        next: String,
    },
    /// This person may not; a sentence says why.
    #[error("refused")]
    Refused {
        /// The sentence in Dutch.
        nl: &'static str,
        /// The sentence in English.
        en: &'static str,
    },
    /// The form's token is missing or from another session.
    #[error("wrong form token")]
    WrongToken,
    /// Somebody else saved in between.
    #[error("a stale edit")]
    Stale,
    /// The body does not have the shape of the form.
    #[error("bad request")]
    BadRequest,
    /// The host is not ours.
    #[error("unknown host")]
    UnknownHost,
    /// More than the limit, in bytes.
    #[error("too large")]
    TooLarge {
        /// In bytes.
        limit: usize,
    },
    /// Too many tries; come back after so many minutes.
    #[error("throttled")]
    Throttled {
        /// Minutes to wait.
        minutes: i64,
    },
    /// Anything else.
    #[error("{0:#}")]
    Unknown(#[from] anyhow::Error),
}

/// What a handler gives back.
pub type Answer = Result<HttpResponse, Error>;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    p: &'a Page,
    title: &'a str,
    text: &'a str,
    reference: &'a str,
}

impl Error {
    /// Title and sentence, in the reader's language.
    fn words(&self, lang: Lang) -> (&'static str, String) {
        let (title, text) = match self {
            Self::NotFound => (
                lang.t("Deze bladzijde is er niet", "This page is not here"),
                lang.t("De link klopt niet meer, of je hebt er geen toegang toe.", "The link is out of date, or it is not for you."),
            ),
            Self::SignIn { .. } => (
                lang.t("Log eerst in", "Sign in first"),
                lang.t("Daarna ga je verder waar je was.", "Then you go on where you were."),
            ),
            Self::Refused { nl, en } => (lang.t("Dat kan hier niet", "That is not possible here"), lang.t(nl, en)),
            Self::WrongToken => (
                lang.t("Deze bladzijde was te oud", "This page was too old"),
                lang.t(
                    "Er is niets bewaard. Ga terug, laad de bladzijde opnieuw en probeer het nog eens.",
                    "Nothing was saved. Go back, reload the page and try again.",
                ),
            ),
            Self::Stale => (
                lang.t("Iemand paste dit net aan", "Somebody just changed this"),
                lang.t(
                    "Er is niets bewaard. Ga terug, kijk wat er anders is en bewaar dan opnieuw.",
                    "Nothing was saved. Go back, look at what changed and save again.",
                ),
            ),
            Self::BadRequest => (
                lang.t("Dit konden we niet lezen", "We could not read this"),
                lang.t("Er is niets bewaard. Ga terug en probeer het nog eens.", "Nothing was saved. Go back and try again."),
            ),
            Self::UnknownHost => (
                lang.t("Dit adres kennen we niet", "We do not know this address"),
                lang.t("Gebruik het adres dat je van je coördinator kreeg.", "Use the address that your coordinator gave you."),
            ),
            Self::TooLarge { limit } => {
                let kilobytes = limit / 1024;
                let text = match lang {
                    Lang::Nl => format!("Er past hooguit {kilobytes} kB in. Er is niets bewaard."),
                    Lang::En => format!("It holds at most {kilobytes} kB. Nothing was saved."),
                };
                return (lang.t("Dit is te groot", "This is too large"), text);
            }
            Self::Throttled { minutes } => {
                let text = match lang {
                    Lang::Nl => format!("Probeer het over {minutes} minuten nog eens."),
                    Lang::En => format!("Try again in {minutes} minutes."),
                };
                return (lang.t("Te vaak geprobeerd", "Too many tries"), text);
            }
            Self::Unknown(_) => (
                lang.t("Hier ging iets mis", "Something went wrong here"),
                lang.t(
                    "Het ligt niet aan jou. Probeer het zo nog eens. Blijft het misgaan, geef dan dit nummer door aan je coördinator.",
                    "It is not your doing. Try again in a moment. If it stays, tell your coordinator this number.",
                ),
            ),
        };
        (title, text.to_owned())
    }

    /// The page that says it. `reference` is only shown for what we did not foresee.
    pub fn page(&self, p: &Page, json: bool) -> HttpResponse {
        let reference = match self {
            Self::Unknown(cause) => {
                let reference = reference();
                tracing::error!(reference, cause = format!("{cause:#}"), "a request failed");
                reference
            }
            Self::NotFound
            | Self::SignIn { .. }
            | Self::Refused { .. }
            | Self::WrongToken
            | Self::Stale
            | Self::BadRequest
            | Self::UnknownHost
            | Self::TooLarge { .. }
            | Self::Throttled { .. } => String::new(),
        };
        let (title, text) = self.words(p.lang);
        if json {
            let body = serde_json::json!({ "error": title, "text": text, "reference": reference });
            return HttpResponse::build(self.status_code()).json(body);
        }
        match (ErrorPage { p, title, text: &text, reference: &reference }).render() {
            Ok(html) => HttpResponse::build(self.status_code()).content_type("text/html; charset=utf-8").body(html),
            Err(_) => HttpResponse::build(self.status_code()).body(text),
        }
    }
}

/// Eight letters and digits that stand in the log and on the page.
fn reference() -> String {
    let mut bytes = [0_u8; 4];
    // Without randomness the page still has to be shown; the log line then stands under zeros.
    let _ = getrandom::fill(&mut bytes);
    format!("{:08x}", u32::from_be_bytes(bytes))
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignIn { .. } => StatusCode::SEE_OTHER,
            Self::Refused { .. } | Self::WrongToken => StatusCode::FORBIDDEN,
            Self::Stale => StatusCode::CONFLICT,
            Self::BadRequest | Self::UnknownHost => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unknown(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    // The page itself is made by the middleware, which knows the reader's language.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status_code())
    }
}

impl Error {
    /// What no sentence was foreseen for.
    pub fn unknown(cause: impl Into<anyhow::Error>) -> Self {
        Self::Unknown(cause.into())
    }
}
