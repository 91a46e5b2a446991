//! Incoming HTML made harmless: no script, style, form or frame, and nothing that is loaded from elsewhere.

use ammonia::Builder;
use std::borrow::Cow;

/// The HTML without anything that acts or loads. Pictures stay where the mail itself carries them.
pub fn html(source: &str) -> String {
    Builder::default()
        .add_tags(["center", "font"])
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            (_, "src") => value.starts_with("data:image/").then_some(Cow::Borrowed(value)),
            (_, "background" | "srcset" | "poster" | "style" | "class" | "id") => None,
            _ => Some(Cow::Borrowed(value)),
        })
        .add_url_schemes(["data"])
        .link_rel(Some("noopener noreferrer nofollow"))
        .clean(source)
        .to_string()
}

/// Text as HTML that shows it as it stands.
pub fn text(source: &str) -> String {
    format!("<pre>{}</pre>", ammonia::clean_text(source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_or_loads_gets_through() {
        let dirty = r#"<p onclick="x()">Hoi <b>daar</b></p><script>x()</script><style>*{}</style><base href="//e.example">
            <img src="https://e.example/pixel.gif"><img src="data:image/png;base64,AAAA"><form action="/x"><input></form>
            <meta http-equiv="refresh" content="0"><a href="javascript:x()">a</a><a href="https://e.example">b</a>
            <iframe src="https://e.example"></iframe><svg onload="x()"></svg><table background="https://e.example/b.png"></table>"#;
        let clean = html(dirty);
        for gone in [
            "onclick",
            "script",
            "<style",
            "<base",
            "pixel",
            "<form",
            "<input",
            "<meta",
            "<iframe",
            "<svg",
            "background",
        ] {
            assert!(!clean.contains(gone), "{gone}: {clean}");
        }
        assert!(
            clean.contains("<b>daar</b>") && clean.contains("data:image/png") && clean.contains("https://e.example\"")
        );
    }

    #[test]
    fn text_stays_text() {
        assert!(!text("<b>hoi</b>").contains("<b>"));
    }
}
