//! The named components that templates write as `{{ p.field(…) }}`, `{{ p.badge(…) }}`: small values that know
//! their own markup. What takes children (rows, cards, facts, tables) is plain markup with the stylesheet's classes.

use super::assets;
use crate::domain::opening::Seating;
use askama::filters::HtmlSafe;
use std::fmt;

/// Text written where markup stands: `<`, `>`, `&` and both quotes are escaped.
pub struct Text<'a>(pub &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        askama::filters::escape(self.0, askama::filters::Html).map_err(|_| fmt::Error)?.fmt(f)
    }
}

/// An icon of `icons.svg`; it always stands beside a word.
#[derive(Debug, Clone, Copy)]
pub struct Icon {
    pub(super) name: &'static str,
    pub(super) small: bool,
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = if self.small { "i i-s" } else { "i" };
        let href = assets::path("icons.svg");
        write!(f, r#"<svg class="{class}" aria-hidden="true"><use href="{href}#i-{}"/></svg>"#, self.name)
    }
}

/// One or two words with a colour: `good`, `warn`, `bad`, `blue` or none.
#[derive(Debug, Clone)]
pub struct Badge {
    pub(super) kind: &'static str,
    pub(super) text: String,
}

impl fmt::Display for Badge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let icon = match self.kind {
            "good" => "check",
            "warn" => "flag",
            "bad" => "warning",
            _ => "",
        };
        let class = if self.kind.is_empty() { String::new() } else { format!(" is-{}", self.kind) };
        write!(f, r#"<span class="badge{class}">"#)?;
        if !icon.is_empty() {
            Icon { name: icon, small: true }.fmt(f)?;
        }
        write!(f, "{}</span>", Text(&self.text))
    }
}

/// Places of an opening, one seat each, up to 12; the words say the numbers.
#[derive(Debug, Clone)]
pub struct Seats {
    pub(super) seating: Seating,
    pub(super) words: String,
}

impl fmt::Display for Seats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<span class="seats" role="img" aria-label="{}">"#, Text(&self.words))?;
        let Seating { taken, held, free, withdrawn, over } = self.seating;
        let seats = [("taken", taken), ("held", held), ("over", over), ("free", free), ("withdrawn", withdrawn)];
        let drawn = |(class, count)| std::iter::repeat_n(class, usize::try_from(count).unwrap_or(0));
        for class in seats.into_iter().flat_map(drawn).take(12) {
            write!(f, r#"<i class="{class}"></i>"#)?;
        }
        f.write_str("</span>")
    }
}

/// How far something is. A sentence always stands beside it; `poll` names a JSON address that the script asks
/// for `{"of", "parts", "text", "done"}`.
#[derive(Debug, Clone)]
pub struct Progress {
    of: u64,
    parts: Vec<(&'static str, u64)>,
    words: String,
    poll: Option<(String, String)>,
}

impl Progress {
    /// `n` of `of`; the words are for those who can't see the bar.
    pub fn new(n: u64, of: u64, words: impl fmt::Display) -> Self {
        Self { of, parts: vec![("", n)], words: words.to_string(), poll: None }
    }

    /// Another piece after those before it: `good`, `warn`, `bad` or none.
    #[must_use]
    pub fn and(mut self, kind: &'static str, n: u64) -> Self {
        self.parts.push((kind, n));
        self
    }

    /// The first piece in a colour of its own.
    #[must_use]
    pub fn kind(mut self, kind: &'static str) -> Self {
        if let Some(first) = self.parts.first_mut() {
            first.0 = kind;
        }
        self
    }

    /// Live: the script asks `url` every two seconds and writes the text into the element with the id `words_id`.
    #[must_use]
    pub fn poll(mut self, url: impl fmt::Display, words_id: impl fmt::Display) -> Self {
        self.poll = Some((url.to_string(), words_id.to_string()));
        self
    }
}

impl fmt::Display for Progress {
    #[expect(clippy::cast_precision_loss, reason = "a share of a bar needs three digits")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<svg class="progress" role="img" aria-label="{}""#, Text(&self.words))?;
        if let Some((url, id)) = &self.poll {
            write!(f, r#" data-poll="{}" data-poll-text="{}""#, Text(url), Text(id))?;
        }
        f.write_str(">")?;
        let mut x = 0.0;
        for (kind, n) in &self.parts {
            let width = 100.0 * *n as f64 / self.of.max(1) as f64;
            let class = if kind.is_empty() { String::new() } else { format!(r#" class="p-{kind}""#) };
            write!(f, r#"<rect{class} x="{x:.2}%" width="{width:.2}%" height="100%"/>"#)?;
            x += width;
        }
        f.write_str("</svg>")
    }
}

/// What would stand here, and how to fill it.
#[derive(Debug, Clone)]
pub struct Empty {
    pub(super) title: String,
    pub(super) text: String,
    pub(super) link: Option<(String, String)>,
}

impl Empty {
    /// With one button.
    #[must_use]
    pub fn link(mut self, href: impl fmt::Display, words: impl fmt::Display) -> Self {
        self.link = Some((href.to_string(), words.to_string()));
        self
    }
}

impl fmt::Display for Empty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<div class="empty"><h2>{}</h2><p>{}</p>"#, Text(&self.title), Text(&self.text))?;
        if let Some((href, words)) = &self.link {
            write!(f, r#"<a class="btn" href="{}">{}</a>"#, Text(href), Text(words))?;
        }
        f.write_str("</div>")
    }
}

/// Back to the newest, on to older: paging by key.
#[derive(Debug, Clone)]
pub struct Paging {
    pub(super) label: &'static str,
    pub(super) shown: String,
    pub(super) first: Option<(String, &'static str)>,
    pub(super) next: Option<(String, &'static str)>,
}

impl fmt::Display for Paging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<nav class="paging" aria-label="{}">"#, self.label)?;
        write!(f, r#"<span>{}</span><span class="cluster">"#, Text(&self.shown))?;
        for (href, words) in self.first.iter().chain(&self.next) {
            write!(f, r#"<a class="btn" href="{}">{}</a>"#, Text(href), Text(words))?;
        }
        f.write_str("</span></nav>")
    }
}

/// The way back up: links to the pages above this one.
#[derive(Debug, Clone)]
pub struct Crumbs {
    pub(super) label: &'static str,
    pub(super) links: Vec<(String, String)>,
}

impl fmt::Display for Crumbs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<nav class="crumbs" aria-label="{}">"#, self.label)?;
        for (href, words) in &self.links {
            write!(f, r#"<a href="{}">{}</a>"#, Text(href), Text(words))?;
        }
        f.write_str("</nav>")
    }
}

/// One entry of a timeline; `incoming` gives it the dark dot of what came from outside.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(super) icon: &'static str,
    pub(super) title: String,
    pub(super) when: super::when::When,
    pub(super) incoming: bool,
    pub(super) body: String,
    pub(super) quote: String,
    pub(super) href: String,
}

impl Entry {
    /// It came from outside.
    #[must_use]
    pub fn incoming(mut self, incoming: impl std::borrow::Borrow<bool>) -> Self {
        self.incoming = *incoming.borrow();
        self
    }

    /// What we say about it.
    #[must_use]
    pub fn body(mut self, text: impl fmt::Display) -> Self {
        self.body = text.to_string();
        self
    }

    /// Words of a mail or note.
    #[must_use]
    pub fn quote(mut self, text: impl fmt::Display) -> Self {
        self.quote = text.to_string();
        self
    }

    /// Where the whole of it stands.
    #[must_use]
    pub fn href(mut self, path: impl fmt::Display) -> Self {
        self.href = path.to_string();
        self
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = if self.incoming { "entry is-in" } else { "entry" };
        write!(f, r#"<li class="{class}">{}<div class="entry-head">"#, Icon { name: self.icon, small: false })?;
        if self.href.is_empty() {
            write!(f, "<h3>{}</h3>", Text(&self.title))?;
        } else {
            write!(f, r#"<h3><a href="{}">{}</a></h3>"#, Text(&self.href), Text(&self.title))?;
        }
        write!(f, "{}</div>", self.when)?;
        if !self.body.is_empty() {
            write!(f, r#"<p class="entry-body">{}</p>"#, Text(&self.body))?;
        }
        if !self.quote.is_empty() {
            write!(f, r#"<p class="entry-quote">{}</p>"#, Text(&self.quote))?;
        }
        f.write_str("</li>")
    }
}

impl HtmlSafe for Icon {}
impl HtmlSafe for Badge {}
impl HtmlSafe for Seats {}
impl HtmlSafe for Progress {}
impl HtmlSafe for Empty {}
impl HtmlSafe for Paging {}
impl HtmlSafe for Crumbs {}
impl HtmlSafe for Entry {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_a_component_is_escaped() {
        let badge = Badge { kind: "bad", text: "<b>\"x\" & y".to_owned() };
        let shown = badge.to_string();
        assert!(!shown.contains("<b>") && shown.contains("&#60;b&#62;"), "{shown}");
    }

    #[test]
    fn a_bar_is_drawn_in_shares_and_never_with_a_style() {
        let bar = Progress::new(26, 40, "26 van 40").and("bad", 1).to_string();
        assert!(bar.contains(r#"width="65.00%""#) && bar.contains(r#"class="p-bad" x="65.00%""#), "{bar}");
        assert!(!bar.contains("style="));
        assert!(Progress::new(0, 0, "").to_string().contains(r#"width="0.00%""#));
    }
}
