//! Forms: read only after their token is checked, bounded in size, and given back filled with one sentence per
//! field that does not fit.

use super::error::Error;
use super::gate::Visit;
use crate::app::App;
use crate::domain::email::EmailAddress;
use crate::domain::phone::Phone;
use crate::domain::words::Lang;
use actix_web::dev::Payload;
use actix_web::rt::time::timeout;
use actix_web::{FromRequest, HttpRequest, web};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// The most bytes that a form or a JSON body may hold where the house cannot be asked.
const LARGEST: usize = 512 * 1024;
/// A body must be in within this time, so that a slow client holds nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// What does not fit: sentences by field name; the empty name means the whole form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(Vec<(String, String)>);

impl Errors {
    /// Adds a sentence; a field keeps its first.
    pub fn add(&mut self, field: &str, sentence: impl Into<String>) {
        if self.of(field).is_none() {
            self.0.push((field.to_owned(), sentence.into()));
        }
    }

    /// One error alone.
    pub fn one(field: &str, sentence: impl Into<String>) -> Self {
        Self(vec![(field.to_owned(), sentence.into())])
    }

    /// A field's sentence.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, sentence)| sentence.as_str())
    }

    /// Whether all fits.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many sentences.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, sentence)| (field.as_str(), sentence.as_str()))
    }

    /// The value, or the sentence under this field and `None`.
    pub fn take<T, S: Into<String>>(&mut self, field: &str, value: Result<T, S>) -> Option<T> {
        value.map_err(|sentence| self.add(field, sentence)).ok()
    }

    /// An address that may be left out.
    pub fn email(&mut self, field: &str, text: &str, lang: Lang) -> Option<EmailAddress> {
        let text = Some(text.trim()).filter(|text| !text.is_empty())?;
        self.take(field, EmailAddress::parse(text).map_err(|_| address(lang)))
    }

    /// A telephone number that may be left out.
    pub fn phone(&mut self, field: &str, text: &str, lang: Lang) -> Option<Phone> {
        let text = Some(text.trim()).filter(|text| !text.is_empty())?;
        let shape = lang.t("Schrijf het nummer zo: 06 12 34 56 78.", "Write it as 06 12 34 56 78.");
        self.take(field, Phone::parse(text).map_err(|_| shape))
    }
}

/// How an address of somebody at a school is written.
pub const fn address(lang: Lang) -> &'static str {
    lang.t("Schrijf het adres zo: naam@school.nl.", "Write it as name@school.nl.")
}

/// A posted form, its token checked. Repeated names fill a `Vec`; empty fields are empty strings or `None`.
#[derive(Debug)]
pub struct Form<T>(pub T);

/// A posted form of a page whose address is itself the permission (a secret link); it carries no token.
#[derive(Debug)]
pub struct OpenForm<T>(pub T);

/// A posted JSON body; the header `X-CSRF-Token` was checked.
#[derive(Debug)]
pub struct Json<T>(pub T);

#[derive(Deserialize)]
struct TokenField {
    #[serde(default)]
    csrf: String,
}

type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

/// The most bytes that a form or a JSON body may hold.
pub fn largest(request: &HttpRequest) -> usize {
    let app = request.app_data::<web::Data<App>>();
    app.and_then(|app| usize::try_from(app.config.limits.form_kib).ok()?.checked_mul(1024)).unwrap_or(LARGEST)
}

fn body(request: &HttpRequest, payload: &mut Payload) -> Pending<web::Bytes> {
    let limit = largest(request);
    let too_large = request
        .headers()
        .get(actix_web::http::header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok())
        .is_some_and(|length| length > limit);
    let reading = web::Payload::from_request(request, payload).into_inner();
    Box::pin(async move {
        if too_large {
            return Err(Error::TooLarge { limit });
        }
        let payload = reading.map_err(|_| Error::BadRequest)?;
        let bytes = timeout(PATIENCE, payload.to_bytes_limited(limit)).await.map_err(|_| Error::BadRequest)?;
        bytes.map_err(|_| Error::TooLarge { limit })?.map_err(|_| Error::BadRequest)
    })
}

/// Whether two texts are the same, in a time that says nothing about where they differ.
pub fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    serde_html_form::from_bytes(bytes).map_err(|_| Error::BadRequest)
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Error;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::of(request);
        let bytes = body(request, payload);
        Box::pin(async move {
            let (visit, bytes) = (visit?, bytes.await?);
            let token: TokenField = read(&bytes)?;
            if visit.csrf.is_empty() || !same(&token.csrf, &visit.csrf) {
                return Err(Error::WrongToken);
            }
            Ok(Self(read(&bytes)?))
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for OpenForm<T> {
    type Error = Error;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = body(request, payload);
        Box::pin(async move { Ok(Self(read(&bytes.await?)?)) })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Error;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::of(request);
        let token = request.headers().get("x-csrf-token").and_then(|token| token.to_str().ok()).map(ToOwned::to_owned);
        let bytes = body(request, payload);
        Box::pin(async move {
            let visit = visit?;
            if visit.csrf.is_empty() || !token.is_some_and(|token| same(&token, &visit.csrf)) {
                return Err(Error::WrongToken);
            }
            Ok(Self(serde_json::from_slice(&bytes.await?).map_err(|_| Error::BadRequest)?))
        })
    }
}

/// A form that carries its token and nothing else: a button.
#[derive(Debug, Deserialize)]
pub struct Press {}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Example {
        name: String,
        #[serde(default)]
        levels: Vec<String>,
        owner: Option<i64>,
    }

    #[test]
    fn repeated_names_fill_a_list_and_empty_fields_are_nothing() {
        let example: Example = read(b"csrf=x&name=Caf%C3%A9+A&levels=mbo1&levels=mbo2&owner=").unwrap();
        assert_eq!(example.levels, ["mbo1", "mbo2"]);
        assert_eq!((example.name.as_str(), example.owner), ("Café A", None));
    }

    #[test]
    fn a_field_keeps_its_first_sentence() {
        let mut errors = Errors::one("name", "first");
        errors.add("name", "second");
        assert_eq!(errors.take("age", "x".parse::<i32>().map_err(|_| "no number")), None);
        assert_eq!((errors.of("name"), errors.of("age"), errors.len()), (Some("first"), Some("no number"), 2));
        assert!(same("abc", "abc") && !same("abc", "abd") && !same("abc", "ab"));
    }
}
