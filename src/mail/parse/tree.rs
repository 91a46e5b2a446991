//! HTML to a tree of the reader's own kind, with a bound on depth and work.

use super::limited;
use super::quick::quick;
use crate::domain::reply::letter::{Element, Node};

/// Open elements in HTML: more is an attack, the tags are dropped then.
const HTML_DEPTH: usize = 250;
/// Tags times the depth they stand at: more is an attack.
const HTML_WORK: usize = 2_000_000;

/// The tree of a piece of HTML. HTML nested deeper than any mail client writes loses its tags: a tree builder's
/// work can grow with the square of the depth.
pub(super) fn tree(html: &str) -> Element {
    if too_deep(html) {
        let text = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
        let node = Node::Text(text.collect::<Vec<_>>().join(" "));
        return Element { name: "html".to_owned(), children: vec![node], ..Element::default() };
    }
    let lines = if html.contains('\r') { &html.replace("\r\n", "\n").replace('\r', "\n") } else { html };
    quick(lines).unwrap_or_else(|| built(html))
}

/// The tree as the whole standard has it.
pub(super) fn built(html: &str) -> Element {
    let document = scraper::Html::parse_document(html);
    element(document.root_element(), 0)
}

fn too_deep(html: &str) -> bool {
    const VOID: &[&str] = &["br", "hr", "img", "meta", "link", "input", "wbr", "area", "base", "col", "p", "li", "o:p"];
    let (mut depth, mut work) = (0usize, 0usize);
    for piece in html.split('<').skip(1) {
        work += depth + 1;
        let closing = piece.starts_with('/');
        let opens = piece.starts_with(|c: char| c.is_ascii_alphabetic());
        let length = piece.bytes().take(12).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b':').count();
        let void = || VOID.iter().any(|name| name.eq_ignore_ascii_case(&piece[..length]));
        if closing {
            depth = depth.saturating_sub(1);
        } else if opens && !void() && !piece.split('>').next().unwrap_or("").ends_with('/') {
            depth += 1;
        }
        if depth > HTML_DEPTH || work > HTML_WORK {
            return true;
        }
    }
    false
}

/// Whether nobody sees the element: advertisers put there what a list of mails shows under the subject.
pub(super) fn is_hidden(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).take(2_000).collect();
    style.to_ascii_lowercase().contains("display:none")
}

fn element(source: scraper::ElementRef<'_>, depth: usize) -> Element {
    let value = source.value();
    let attribute = |name: &str| value.attr(name).map(|text| limited(text, 2_000).to_owned()).unwrap_or_default();
    let target = match value.name() {
        "a" => attribute("href"),
        "img" => attribute("alt"),
        _ => attribute("title"),
    };
    let mut children = Vec::new();
    for child in source.children().filter(|_| !is_hidden(value.attr("style").unwrap_or_default())) {
        if let Some(text) = child.value().as_text() {
            children.push(Node::Text(text.replace('\0', "")));
        } else if let Some(inner) = scraper::ElementRef::wrap(child)
            && depth < HTML_DEPTH + 50
        {
            children.push(Node::Element(element(inner, depth + 1)));
        }
    }
    Element {
        name: value.name().to_ascii_lowercase(),
        class: attribute("class"),
        id: attribute("id"),
        style: attribute("style"),
        target,
        children,
    }
}
