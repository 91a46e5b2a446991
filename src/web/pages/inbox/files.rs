//! A letter's original and its files: served by themselves, under a policy that lets nothing in them act.

use crate::app::App;
use crate::domain::id::IncomingId;
use crate::flows::letters;
use crate::web::bridge::ask;
use crate::web::error::{Answer, Error};
use crate::web::gate::Signed;
use actix_web::HttpResponse;
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Data, Path};

/// Nothing runs, nothing is loaded but pictures in the mail itself; only our own pages may frame it.
const ORIGINAL: &str =
    "default-src 'none'; img-src data:; sandbox; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";
/// For a file that somebody opens in the browser after all.
const FILE: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";
/// Types that are named; everything else, HTML and SVG among them, is bytes.
const NAMED: &[&str] = &[
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/calendar",
    "text/plain",
];

/// The letter as it was sent, cleaned, for the sandboxed frame.
pub async fn original(app: Data<App>, who: Signed, id: Path<i64>) -> Answer {
    let (scope, id) = (who.scope.clone(), IncomingId(*id));
    let html = ask(&app, move |app| letters::original(&app.db, &scope, id)).await?.ok_or(Error::NotFound)?;
    let page = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><title>Mail</title></head><body>{html}</body></html>"
    );
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_SECURITY_POLICY, ORIGINAL))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .content_type("text/html; charset=utf-8")
        .body(page))
}

/// A file of a letter, to save.
pub async fn attachment(app: Data<App>, who: Signed, path: Path<(i64, usize)>) -> Answer {
    let (id, index) = path.into_inner();
    let scope = who.scope.clone();
    let file = ask(&app, move |app| letters::attachment(&app.db, &scope, IncomingId(id), index)).await?;
    let file = file.ok_or(Error::NotFound)?;
    let known = NAMED.iter().find(|known| **known == file.media_type);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_SECURITY_POLICY, FILE))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header(named(file.name.as_deref().unwrap_or("bijlage")))
        .content_type(*known.unwrap_or(&"application/octet-stream"))
        .body(file.bytes))
}

/// The name without what a header or a file system takes otherwise.
fn named(name: &str) -> ContentDisposition {
    let plain = |c: char| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c };
    let name: String = name.chars().map(plain).take(120).collect();
    let ascii: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let extended =
        ExtendedValue { charset: Charset::Ext("UTF-8".to_owned()), language_tag: None, value: name.into_bytes() };
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(ascii), DispositionParam::FilenameExt(extended)],
    }
}
