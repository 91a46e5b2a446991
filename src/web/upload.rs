//! Posted files: read only after the token, which is the form's first field, bounded in size and number.

use super::error::Error;
use super::gate::Visit;
use crate::app::App;
use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::rt::time::timeout;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::TryStreamExt as _;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// Most bytes of a field that is no file.
const FIELD: usize = 64 * 1024;
/// Most fields and files of one form.
const PARTS: usize = 50;
/// Each piece of the body must come within this time, so that a slow client holds nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// A posted file.
#[derive(Debug, Clone)]
pub struct File {
    /// Name of the field.
    pub field: String,
    /// As the sender calls it, without folders; only for showing.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A posted `multipart/form-data`; `{{ p.token() }}` has to be its first field.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    fields: Vec<(String, String)>,
    /// The files, in the order of the form.
    pub files: Vec<File>,
}

impl Upload {
    /// The text of a field, empty when it is not there.
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text)
    }

    /// The first file of a field that has a name and something in it.
    pub fn file(&self, field: &str) -> Option<&File> {
        self.files.iter().find(|file| file.field == field && !file.name.is_empty())
    }
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::of(request);
        let limit = request.app_data::<web::Data<App>>().map_or(0, |app| app.config.limits.upload_mib as usize);
        let multipart = Multipart::from_request(request, payload).into_inner();
        Box::pin(async move {
            let visit = visit?;
            read(multipart.map_err(|_| Error::BadRequest)?, limit * 1024 * 1024, &visit).await
        })
    }
}

async fn read(mut multipart: Multipart, limit: usize, visit: &Visit) -> Result<Upload, Error> {
    let mut upload = Upload::default();
    let (mut allowed, mut left, mut parts) = (false, limit, 0);
    while let Some(mut part) = soon(multipart.try_next()).await? {
        parts += 1;
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.content_disposition().and_then(|known| known.get_filename()).map(base_name);
        if parts > PARTS || (!allowed && name != "csrf") {
            return Err(if allowed { Error::BadRequest } else { Error::WrongToken });
        }
        let most = if file.is_some() { left } else { FIELD.min(left) };
        let mut bytes = Vec::new();
        while let Some(chunk) = soon(part.try_next()).await? {
            if bytes.len() + chunk.len() > most {
                return Err(Error::TooLarge { limit: if file.is_some() { limit } else { FIELD } });
            }
            bytes.extend_from_slice(&chunk);
        }
        left -= bytes.len();
        if let Some(file) = file {
            upload.files.push(File { field: name, name: file, bytes });
            continue;
        }
        let text = String::from_utf8(bytes).map_err(|_| Error::BadRequest)?;
        if name == "csrf" {
            allowed = visit.has_token(&text);
            if !allowed {
                return Err(Error::WrongToken);
            }
        } else {
            upload.fields.push((name, text));
        }
    }
    if allowed { Ok(upload) } else { Err(Error::WrongToken) }
}

/// The next piece, if it comes within [`PATIENCE`].
async fn soon<T, E>(next: impl Future<Output = Result<T, E>>) -> Result<T, Error> {
    timeout(PATIENCE, next).await.map_err(|_| Error::BadRequest)?.map_err(|_| Error::BadRequest)
}

/// The last part of a path, whichever way its slashes lean.
fn base_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_keeps_no_folder() {
        assert_eq!(base_name("C:\\Users\\x\\bedrijven.csv"), "bedrijven.csv");
        assert_eq!(base_name("../../etc/passwd"), "passwd");
    }
}
