//! A row of a sheet: what there is in one line, a note under it, and the acts that finish it on the spot. An act that
//! changes something is a form of its own, so it works without a script.

use super::page::{Page, Token};
use super::parts::{Badge, Icon, Seats, Text};
use askama::filters::HtmlSafe;
use std::fmt;

/// One row; the builder's methods say what it has beside its title.
#[derive(Debug, Clone)]
pub struct Row {
    icon: Icon,
    title: String,
    href: String,
    muted: String,
    badge: Option<Badge>,
    seats: Option<Seats>,
    note: String,
    acts: Vec<Act>,
    token: Token,
    done: bool,
}

#[derive(Debug, Clone)]
struct Act {
    path: String,
    words: String,
    class: &'static str,
    icon: Option<Icon>,
    post: bool,
}

impl Row {
    /// A row with an icon and a title.
    pub fn new(page: &Page, icon: &'static str, title: impl fmt::Display) -> Self {
        Self {
            icon: page.icon(icon),
            title: title.to_string(),
            href: String::new(),
            muted: String::new(),
            badge: None,
            seats: None,
            note: String::new(),
            acts: Vec::new(),
            token: page.token(),
            done: false,
        }
    }

    /// Where the title leads.
    #[must_use]
    pub fn href(mut self, path: impl fmt::Display) -> Self {
        self.href = path.to_string();
        self
    }

    /// A few words beside the title.
    #[must_use]
    pub fn muted(mut self, words: impl fmt::Display) -> Self {
        self.muted = words.to_string();
        self
    }

    /// One or two words with a colour.
    #[must_use]
    pub fn badge(mut self, badge: Option<Badge>) -> Self {
        self.badge = badge;
        self
    }

    /// The seats of an opening.
    #[must_use]
    pub fn seats(mut self, seats: Seats) -> Self {
        self.seats = Some(seats);
        self
    }

    /// The sentence under the title.
    #[must_use]
    pub fn note(mut self, sentence: impl fmt::Display) -> Self {
        self.note = sentence.to_string();
        self
    }

    /// A finished row: smaller and quieter.
    #[must_use]
    pub fn done(mut self) -> Self {
        self.done = true;
        self
    }

    /// A button that posts to a path; `class` is a class of the button besides `btn`.
    #[must_use]
    pub fn post(self, icon: Option<Icon>, path: impl fmt::Display, words: &str, class: &'static str) -> Self {
        self.act(icon, path, words, class, true)
    }

    /// A link that looks like a button.
    #[must_use]
    pub fn link(self, icon: Option<Icon>, path: impl fmt::Display, words: &str, class: &'static str) -> Self {
        self.act(icon, path, words, class, false)
    }

    fn act(
        mut self,
        icon: Option<Icon>,
        path: impl fmt::Display,
        words: &str,
        class: &'static str,
        post: bool,
    ) -> Self {
        self.acts.push(Act { path: path.to_string(), words: words.to_owned(), class, icon, post });
        self
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = if self.class.is_empty() { "btn".to_owned() } else { format!("btn {}", self.class) };
        let icon = self.icon.map(|icon| icon.to_string()).unwrap_or_default();
        let words = Text(&self.words);
        if self.post {
            write!(f, r#"<button class="{class}" formaction="{}">{icon}{words}</button>"#, Text(&self.path))
        } else {
            write!(f, r#"<a class="{class}" href="{}">{icon}{words}</a>"#, Text(&self.path))
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = if self.done { "row row-done" } else { "row" };
        write!(f, r#"<li class="{class}">{}<div><div class="row-title">"#, self.icon)?;
        if self.href.is_empty() {
            write!(f, "<span>{}</span>", Text(&self.title))?;
        } else {
            write!(f, r#"<a href="{}">{}</a>"#, Text(&self.href), Text(&self.title))?;
        }
        if let Some(seats) = &self.seats {
            write!(f, " {seats}")?;
        }
        if !self.muted.is_empty() {
            write!(f, r#" <span class="muted">{}</span>"#, Text(&self.muted))?;
        }
        if let Some(badge) = &self.badge {
            write!(f, " {badge}")?;
        }
        f.write_str("</div>")?;
        if !self.note.is_empty() {
            write!(f, r#"<p class="row-note">{}</p>"#, Text(&self.note))?;
        }
        f.write_str("</div>")?;
        let posts = self.acts.iter().any(|act| act.post);
        if posts {
            // One form for all buttons of the row: each names its own path.
            write!(f, r#"<form class="row-side" method="post" action="/">{}"#, self.token)?;
        } else {
            f.write_str(r#"<div class="row-side">"#)?;
        }
        for act in &self.acts {
            act.fmt(f)?;
        }
        f.write_str(if posts { "</form></li>" } else { "</div></li>" })
    }
}

impl HtmlSafe for Row {}

#[cfg(test)]
mod tests {
    use super::super::page::example;
    use super::*;
    use crate::domain::words::Lang;

    #[test]
    fn a_row_escapes_its_words_and_posts_with_the_token() {
        let page = example(Lang::Nl);
        let row = Row::new(&page, "call", "Bel <Sam>").href("/x").note("Bel & vraag").post(None, "/y/1", "Klaar", "");
        let html = row.to_string();
        assert!(html.contains(r#"<a href="/x">Bel &#60;Sam&#62;</a>"#), "{html}");
        assert!(html.contains("Bel &#38; vraag") && html.contains(r#"name="csrf" value="token""#), "{html}");
        assert!(html.contains(r#"<button class="btn" formaction="/y/1">Klaar</button>"#), "{html}");
    }
}
