//! HTML as mail programs write it: every element closed where it belongs, and nothing that a browser would have to put
//! right. What is not so is left to the tree builder that knows all of the standard.
//! Long because what may stand where and the walk that heeds it are one rule, read best in one piece.

use super::limited;
use super::tree::is_hidden;
use crate::domain::reply::letter::{Element, Node};

/// White space.
const WHITE: [char; 4] = [' ', '\n', '\t', '\u{c}'];
/// Elements without an end.
const VOID: &[&str] = &["br", "img", "hr", "wbr", "meta", "link", "area", "base"];
/// Elements whose beginning ends a paragraph.
const ENDS_PARAGRAPH: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
];
/// Elements within words.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "big", "br", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label",
    "link", "mark", "meta", "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "style", "sub", "sup",
    "time", "tt", "u", "var", "wbr",
];
/// Signs that are written by a name.
const NAMED: &[(&str, char)] = &[
    ("nbsp", '\u{a0}'),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("eacute", 'é'),
    ("euml", 'ë'),
    ("egrave", 'è'),
    ("ecirc", 'ê'),
    ("iuml", 'ï'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("auml", 'ä'),
    ("aacute", 'á'),
    ("agrave", 'à'),
    ("oacute", 'ó'),
    ("iacute", 'í'),
    ("uacute", 'ú'),
    ("ccedil", 'ç'),
    ("szlig", 'ß'),
    ("euro", '€'),
    ("rsquo", '’'),
    ("lsquo", '‘'),
    ("rdquo", '”'),
    ("ldquo", '“'),
    ("bdquo", '„'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("bull", '•'),
    ("middot", '·'),
    ("copy", '©'),
    ("reg", '®'),
    ("zwnj", '\u{200c}'),
];

/// The tree of a piece of HTML, as a browser sees it; `None` where that takes more than this. Its line ends are `\n`.
pub(super) fn quick(html: &str) -> Option<Element> {
    if html.contains('\0') {
        return None;
    }
    let mut made = Maker { rest: html, open: Vec::new(), place: Place::Before, parted: false };
    while !made.rest.is_empty() {
        made.step()?;
    }
    made.finish()
}

/// Where in the document the maker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In front of `<html>`.
    Before,
    /// Behind it.
    Opened,
    Head,
    /// Between the head and the body.
    Between,
    Body,
    /// Behind the body.
    After,
}

/// An element that is open.
struct Open {
    element: Element,
    /// It was not written, but belongs there: the body of a table.
    implied: bool,
}

impl Open {
    /// The element as it is once it is closed: of one that is hidden nothing stays.
    fn closed(self) -> Element {
        let Self { mut element, .. } = self;
        if is_hidden(&element.style) {
            element.children.clear();
        }
        element
    }
}

struct Maker<'a> {
    rest: &'a str,
    open: Vec<Open>,
    place: Place,
    /// A comment stands behind the last text, so that the next text is another one.
    parted: bool,
}

impl<'a> Maker<'a> {
    fn step(&mut self) -> Option<()> {
        let Some(inside) = self.rest.strip_prefix('<') else {
            let end = self.rest.find('<').unwrap_or(self.rest.len());
            let (text, rest) = self.rest.split_at(end);
            self.rest = rest;
            return self.text(text);
        };
        match inside.as_bytes().first()? {
            b'!' => self.comment(inside),
            b'/' => self.end(&inside[1..]),
            first if first.is_ascii_alphabetic() => self.start(inside),
            _ => None,
        }
    }

    fn comment(&mut self, inside: &'a str) -> Option<()> {
        if let Some(comment) = inside.strip_prefix("!--") {
            let end = comment.find("-->")?;
            let words = &comment[..end];
            if words.starts_with(['>', '-']) || words.ends_with('-') || words.contains("--!>") || words.contains("<!--")
            {
                return None;
            }
            self.rest = &comment[end + 3..];
            self.parted = self.parted || self.place != Place::After;
            return Some(());
        }
        let kind = inside.get(1..8)?;
        if self.place != Place::Before || !self.open.is_empty() || !kind.eq_ignore_ascii_case("doctype") {
            return None;
        }
        self.rest = &inside[inside.find('>')? + 1..];
        Some(())
    }

    /// The name of the element that is open.
    fn top(&self) -> &str {
        self.open.last().map_or("", |open| open.element.name.as_str())
    }

    /// What is open within the cell of a table, or where there is none in all, the innermost first.
    fn in_cell(&self) -> impl Iterator<Item = &Open> {
        self.open.iter().rev().take_while(|open| !matches!(open.element.name.as_str(), "td" | "th"))
    }

    fn push(&mut self, element: Element, implied: bool) {
        self.parted = false;
        self.open.push(Open { element, implied });
    }

    fn add(&mut self, node: Node) -> Option<()> {
        self.parted = false;
        self.open.last_mut()?.element.children.push(node);
        Some(())
    }

    /// Closes the element that is open.
    fn pop(&mut self) -> Option<()> {
        let element = self.open.pop()?.closed();
        self.add(Node::Element(element))
    }

    fn append(&mut self, text: &str) -> Option<()> {
        let parted = std::mem::take(&mut self.parted);
        let children = &mut self.open.last_mut()?.element.children;
        match children.last_mut() {
            Some(Node::Text(last)) if !parted => last.push_str(text),
            _ => children.push(Node::Text(text.to_owned())),
        }
        Some(())
    }

    fn text(&mut self, text: &str) -> Option<()> {
        let white = text.bytes().all(|byte| matches!(byte, b' ' | b'\n' | b'\t' | 0x0c));
        match self.place {
            Place::Before | Place::Opened if white => Some(()),
            Place::Before if self.open.is_empty() => {
                self.begin_body(Element::default())?;
                self.append(&decoded(text.trim_start_matches(WHITE), false)?)
            }
            Place::Head | Place::Between | Place::After if white => self.append(text),
            Place::Body if in_table(self.top()) && !white => None,
            Place::Body => self.append(&decoded(text, false)?),
            Place::Before | Place::Opened | Place::Head | Place::Between | Place::After => None,
        }
    }

    /// Opens the body, with what belongs in front of it.
    fn begin_body(&mut self, mut body: Element) -> Option<()> {
        if self.place == Place::Before {
            self.push(Element { name: "html".to_owned(), ..Element::default() }, true);
            self.place = Place::Opened;
        }
        if self.place == Place::Opened {
            self.add(Node::Element(Element { name: "head".to_owned(), ..Element::default() }))?;
        }
        "body".clone_into(&mut body.name);
        self.place = Place::Body;
        self.push(body, false);
        Some(())
    }

    fn start(&mut self, inside: &'a str) -> Option<()> {
        let (element, rest) = tag(inside)?;
        self.rest = rest;
        let name = element.name.as_str();
        match (self.place, name) {
            (Place::Before, "html") if self.open.is_empty() => {
                self.place = Place::Opened;
                self.push(element, false);
                Some(())
            }
            (Place::Opened, "head") => {
                self.place = Place::Head;
                self.push(element, false);
                Some(())
            }
            (Place::Opened | Place::Between, "body") => self.begin_body(element),
            (Place::Head, "meta" | "link" | "base") => self.add(Node::Element(element)),
            (Place::Head, "style" | "title") | (Place::Body, "style") => self.raw(element),
            (Place::Before, _)
                if !matches!(name, "head" | "body" | "meta" | "link" | "base" | "style" | "title" | "html") =>
            {
                self.begin_body(Element::default())?;
                self.within(element)
            }
            (Place::Body, _) => self.within(element),
            _ => None,
        }
    }

    /// An element of the body.
    fn within(&mut self, element: Element) -> Option<()> {
        let name = element.name.as_str();
        match (self.top(), name) {
            ("table", "tr") => self.push(Element { name: "tbody".to_owned(), ..Element::default() }, true),
            ("table", "tbody" | "thead" | "tfoot" | "colgroup")
            | ("tbody" | "thead" | "tfoot", "tr")
            | ("tr", "td" | "th") => {}
            ("colgroup", "col") => return self.add(Node::Element(element)),
            (top, _) if in_table(top) => return None,
            _ if INLINE.contains(&name) => {}
            _ if ENDS_PARAGRAPH.contains(&name) => self.end_paragraph(name)?,
            _ => return None,
        }
        if name == "a" && self.in_cell().any(|open| open.element.name == "a") {
            return None;
        }
        if name == "pre" && self.rest.starts_with('\n') {
            return None;
        }
        if VOID.contains(&name) {
            return self.add(Node::Element(element));
        }
        self.push(element, false);
        Some(())
    }

    /// Ends the paragraph or the item that the beginning of such an element ends; only one that nothing is open in.
    fn end_paragraph(&mut self, name: &str) -> Option<()> {
        let top = self.top();
        let heading = |name: &str| matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        if heading(top) && heading(name) || matches!(name, "dd" | "dt") {
            return None;
        }
        if top == "p" {
            self.pop()?;
        }
        if name == "li" && self.top() == "li" {
            self.pop()?;
        }
        for open in self.in_cell() {
            match open.element.name.as_str() {
                "p" => return None,
                "ul" | "ol" if name == "li" => break,
                "li" if name == "li" => return None,
                _ => {}
            }
        }
        // a list between the item and what comes now hides no paragraph
        self.in_cell().all(|open| open.element.name != "p").then_some(())
    }

    /// An element of nothing but text.
    fn raw(&mut self, mut element: Element) -> Option<()> {
        let lower = |at: usize| self.rest[at..].get(2..2 + element.name.len());
        let closes = |at: &usize| lower(*at).is_some_and(|name| name.eq_ignore_ascii_case(&element.name));
        let end = self.rest.match_indices("</").map(|(at, _)| at).find(closes)?;
        let text = &self.rest[..end];
        self.rest = self.rest[end + 2 + element.name.len()..].strip_prefix('>')?;
        let text = if element.name == "title" { decoded(text, false)? } else { text.to_owned() };
        if element.name == "title" && text.starts_with('\n') {
            return None;
        }
        if !text.is_empty() && !is_hidden(&element.style) {
            element.children.push(Node::Text(text));
        }
        self.add(Node::Element(element))
    }

    fn end(&mut self, inside: &'a str) -> Option<()> {
        let end = inside.find('>')?;
        let name = inside[..end].trim_end_matches([' ', '\n', '\t']).to_ascii_lowercase();
        self.rest = &inside[end + 1..];
        match (self.place, name.as_str()) {
            (Place::Head, "head") if self.top() == "head" => {
                self.place = Place::Between;
                self.pop()
            }
            (Place::Body, "body") if self.top() == "body" => {
                self.place = Place::After;
                Some(())
            }
            (Place::Body | Place::After, "html") if self.top() == "body" => {
                self.place = Place::After;
                Some(())
            }
            (Place::Body, "body" | "html") => None,
            (Place::Body, _) => {
                if name == "table" && self.open.last()?.implied {
                    self.pop()?;
                }
                (self.top() == name && !self.open.last()?.implied).then_some(())?;
                self.pop()
            }
            _ => None,
        }
    }

    fn finish(mut self) -> Option<Element> {
        if self.place == Place::Before || self.place == Place::Opened || self.top() != "body" {
            return None;
        }
        self.pop()?;
        let element = self.open.pop()?.closed();
        self.open.is_empty().then_some(element)
    }
}

/// Whether only the elements of a table and white space belong in an element.
fn in_table(name: &str) -> bool {
    matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr" | "colgroup")
}

/// The tag that begins here, and what stands behind it.
fn tag(inside: &str) -> Option<(Element, &str)> {
    let end = inside.find([' ', '\n', '\t', '\u{c}', '/', '>'])?;
    let mut element = Element { name: inside[..end].to_ascii_lowercase(), ..Element::default() };
    if !element.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b':') {
        return None;
    }
    let mut seen = [false; 4];
    let mut rest = &inside[end..];
    loop {
        let bare = rest.trim_start_matches(WHITE);
        if let Some(behind) = bare.strip_prefix('>') {
            return Some((element, behind));
        }
        if let Some(behind) = bare.strip_prefix("/>") {
            return VOID.contains(&element.name.as_str()).then_some((element, behind));
        }
        if bare.len() == rest.len() {
            return None;
        }
        let end = bare.find([' ', '\n', '\t', '\u{c}', '/', '>', '='])?;
        let name = &bare[..end];
        if name.is_empty() || name.contains(['"', '\'', '<']) {
            return None;
        }
        let behind = bare[end..].trim_start_matches(WHITE);
        let mut value = "";
        if let Some(behind) = behind.strip_prefix('=') {
            let behind = behind.trim_start_matches(WHITE);
            let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''));
            if let Some(quote) = quote {
                let end = behind[1..].find(quote)? + 1;
                value = &behind[1..end];
                rest = &behind[end + 1..];
            } else {
                let end = behind.find([' ', '\n', '\t', '\u{c}', '>'])?;
                value = &behind[..end];
                rest = &behind[end..];
                if value.is_empty() || value.contains(['"', '\'', '<', '=', '`']) {
                    return None;
                }
            }
        } else {
            rest = &bare[end..];
        }
        keep(&mut element, &mut seen, name, value)?;
    }
}

/// Keeps an attribute that is asked for; of two with one name the first counts.
fn keep(element: &mut Element, seen: &mut [bool; 4], name: &str, value: &str) -> Option<()> {
    let target = match element.name.as_str() {
        "a" => "href",
        "img" => "alt",
        _ => "title",
    };
    let (which, field) = match name.to_ascii_lowercase() {
        name if name == "class" => (0, &mut element.class),
        name if name == "id" => (1, &mut element.id),
        name if name == "style" => (2, &mut element.style),
        name if name == target => (3, &mut element.target),
        _ => return Some(()),
    };
    if !std::mem::replace(&mut seen[which], true) {
        limited(&decoded(value, true)?, 2_000).clone_into(field);
    }
    Some(())
}

/// The text with its named and numbered signs put in; `None` where one is not known, or not closed. In the value of
/// an attribute fewer are read, so only the plainest are there.
fn decoded(text: &str, attribute: bool) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '#') {
            out.push('&');
            continue;
        }
        let end = rest.bytes().take(10).position(|byte| byte == b';')?;
        let sign = match rest[..end].strip_prefix('#') {
            Some(number) => {
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code).filter(|c| *c == '\n' || *c >= ' ' && !('\u{7f}'..='\u{9f}').contains(c))?
            }
            None => NAMED.iter().find(|(name, _)| *name == &rest[..end]).map(|(_, sign)| *sign)?,
        };
        if number_is_odd(rest) || attribute && !sign.is_ascii() {
            return None;
        }
        out.push(sign);
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    Some(out)
}

/// Whether a number is written with a sign in front, which `parse` would take.
fn number_is_odd(rest: &str) -> bool {
    rest.starts_with("#+") || rest.starts_with("#x+") || rest.starts_with("#X+")
}

#[cfg(test)]
mod tests {
    use super::super::tree::built;
    use super::*;
    use proptest::prelude::*;

    /// Pieces of HTML, well and badly put together.
    const PIECES: &str = "<div>|</div>|<p>|</p>|<p class=\"a &amp; b\">|<span style='color:red'>|</span>|<b>|</b>|<i>|</i>|<br>|<br/>|<hr>|<ul>|</ul>|<li>|</li>|<ol>|</ol>|\
        <table>|</table>|<tr>|</tr>|<td>|</td>|<tbody>|</tbody>|<a href=\"https://x.example/?a=1&amp;b=2\">|</a>|<h1>|</h1>|<blockquote>|</blockquote>|\
        <html>|</html>|<head>|</head>|<body>|</body>|<meta charset=utf-8>|<style>a>b</style>|<title>x &amp; y</title>|<!-- x -->|<pre>|</pre>|<center>|</center>|\
        <!DOCTYPE html>|<img alt=x src=y>|<o:p>|</o:p>|<div style=\"display:none\">|<div id=x class = \"y\">|<div hidden title>|<font>|</font>|&nbsp;|&eacute;|&#233;|&#x20AC;|&foo|& |\
        woord|\n| |  ";

    fn pieces() -> Vec<&'static str> {
        PIECES.split('|').collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn what_is_built_quickly_is_what_the_standard_builds(parts in proptest::collection::vec(proptest::sample::select(pieces()), 0..14)) {
            let html = parts.concat();
            if let Some(tree) = quick(&html) {
                prop_assert_eq!(tree, built(&html), "{}", html);
            }
        }

        #[test]
        fn what_is_closed_where_it_belongs_is_built_quickly(inner in "[a-z ]{0,8}", depth in 1..6usize) {
            let html = format!("<html><head></head><body>{}<p>{inner}</p>{}</body></html>", "<div>".repeat(depth), "</div>".repeat(depth));
            prop_assert_eq!(quick(&html), Some(built(&html)));
        }
    }
}
