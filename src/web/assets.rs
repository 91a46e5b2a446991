//! Stylesheet, script and icons, embedded in the binary and served under their content's hash, so that a
//! browser may keep them for a year.

use super::error::Error;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

#[derive(rust_embed::RustEmbed)]
#[folder = "src/web/assets/"]
struct Files;

/// The path of an asset, with its hash: `/assets/1f0c…/app.css`. An unknown name gets a path that is a 404.
pub fn path(name: &str) -> String {
    static HASHES: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    let known = HASHES.get_or_init(|| Files::iter().map(|name| (name.to_string(), hash(&name))).collect());
    format!("/assets/{}/{name}", known.get(name).map_or("unknown", String::as_str))
}

fn hash(name: &str) -> String {
    let digest = Files::get(name).map(|file| file.metadata.sha256_hash()).unwrap_or_default();
    digest[..8].iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `GET /assets/{hash}/{name}`
pub async fn asset(path: web::Path<(String, String)>) -> Result<HttpResponse, Error> {
    let file = Files::get(&path.1).ok_or(Error::NotFound)?;
    let kind = match path.1.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(file.data.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_asset_has_its_hash_in_its_path() {
        assert!(path("app.css").starts_with("/assets/") && path("app.css").ends_with("/app.css"));
        assert!(!path("app.css").contains("unknown"));
        assert!(path("other.css").contains("unknown"));
    }

    #[test]
    fn no_asset_reaches_outside_the_house() {
        for name in Files::iter() {
            let text = String::from_utf8(Files::get(&name).unwrap().data.into_owned()).unwrap();
            let text = text.replace("http://www.w3.org/2000/svg", "");
            assert!(!text.contains("http://") && !text.contains("https://") && !text.contains("data:"), "{name}");
        }
    }
}
