//! What HTML says about itself: mail programs wrap their quotes in elements that carry a name. Gives the lines of
//! the tree with quotes marked by `> `, and the text behind the place where a program put the whole quote.

use super::letter::{Element, Node};

/// The text of a tree, its quotes apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Structured {
    /// The text in front of the quote; quotes inside are marked with `> `.
    pub text: String,
    /// What the structure says is quoted.
    pub quoted: String,
    /// Whether the structure named a quote at all.
    pub named: bool,
}

/// Everything from these elements on is quote.
const FROM_HERE_IDS: &[&str] = &[
    "divrplyfwdmsg",
    "appendonsend",
    "stopspelling",
    "mail-editor-reference-message-container",
    "olk_src_body_section",
    "orimsghtmlseperator",
    "ms-outlook-mobile-reference-message",
    "reply-intro",
];
/// These elements are quote; what follows them may be new.
const QUOTE_CLASSES: &[&str] = &[
    "gmail_attr",
    "moz-cite-prefix",
    "yahoo_quoted",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
    "moz-forward-container",
    "yahoo-quoted-begin",
    "hm_quote",
    "zm_quote",
    "gmail_quote_attribution",
    "moz-email-headers-table",
    "moz-signature-quote",
    "quotelevel-1",
    "wiseStampquote",
];

/// A line that stands where a quote was cut: what is written below it is new.
pub(super) const CUT_HERE: &str = "\u{1}";

/// Characters that are looked back for an attribution.
const TAIL: usize = 400;
/// Quotes of a mail for which that is done.
const LOOKS: usize = 100;
/// Stands in the tail for an attribution that was cut.
const ANNOUNCED: &str = "\u{2}";

/// Reads the tree.
pub fn structured(tree: &Element) -> Structured {
    let mut walk = Walk::default();
    walk.children(&tree.children);
    let text = Element { children: walk.kept, name: "body".to_owned(), ..Element::default() }.text();
    let quoted = Element { children: walk.cut, name: "body".to_owned(), ..Element::default() }.text();
    Structured { text, quoted, named: walk.named }
}

/// Sorts the tree's pieces, keeping the elements around them.
#[derive(Default)]
struct Walk {
    kept: Vec<Node>,
    cut: Vec<Node>,
    /// The rest of the document is quote.
    rest: bool,
    named: bool,
    /// The last words that were kept: an attribution, perhaps.
    tail: String,
    /// How often it was looked back.
    looked: usize,
}

impl Walk {
    fn children(&mut self, nodes: &[Node]) {
        for node in nodes {
            if self.rest {
                self.cut.push(node.clone());
                continue;
            }
            match node {
                Node::Text(text) => {
                    self.kept.push(node.clone());
                    self.remember(text);
                }
                Node::Element(element) => self.element(element),
            }
        }
    }

    fn element(&mut self, element: &Element) {
        if matches!(element.name.as_str(), "head" | "style" | "script") {
            return;
        }
        if FROM_HERE_IDS.iter().any(|id| element.has_id(id)) || is_outlook_rule(element) {
            self.named = true;
            self.rest = true;
            self.cut.push(Node::Element(element.clone()));
            return;
        }
        if is_quote(element) && !self.is_the_writers_own(element) {
            self.named = true;
            ANNOUNCED.clone_into(&mut self.tail);
            self.cut.push(Node::Element(element.clone()));
            if element.name == "blockquote" {
                let place = vec![Node::Text(CUT_HERE.to_owned())];
                self.kept.push(Node::Element(Element {
                    name: "pre".to_owned(),
                    children: place,
                    ..Element::default()
                }));
            }
            return;
        }
        if element.name == "blockquote" && !element.has_class("gmail_quote") {
            let text = Element { name: "div".to_owned(), ..element.clone() }.text();
            let marked = text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n");
            let pre = Element { name: "pre".to_owned(), children: vec![Node::Text(marked)], ..Element::default() };
            self.kept.push(Node::Element(pre));
            return;
        }
        if element.is_block() || element.name == "br" {
            self.remember("\n");
        }
        let tail = std::mem::take(&mut self.tail);
        let mut inner = Walk { rest: self.rest, named: self.named, tail, looked: self.looked, ..Self::default() };
        inner.children(&element.children);
        self.rest = inner.rest;
        self.named = inner.named;
        self.tail = inner.tail;
        self.looked = inner.looked;
        let shell = |children| Node::Element(Element { children, ..shell(element) });
        self.kept.push(shell(inner.kept));
        if !inner.cut.is_empty() {
            self.cut.push(shell(inner.cut));
        }
    }
}

impl Walk {
    fn remember(&mut self, text: &str) {
        let from = text.char_indices().rev().nth(TAIL).map_or(0, |(at, _)| at);
        self.tail.push_str(&text[from..]);
        if self.tail.len() > 8 * TAIL {
            let from = self.tail.char_indices().rev().nth(TAIL).map_or(0, |(at, _)| at);
            self.tail.drain(..from);
        }
    }

    /// Gmail gives the same class to what a writer sets off by hand; only a quote has an attribution above it.
    fn is_the_writers_own(&mut self, element: &Element) -> bool {
        // where one quote is known, the others are its pieces, with answers in between
        if self.named || element.name != "blockquote" || !element.has_class("gmail_quote") {
            return false;
        }
        self.looked += 1;
        if self.looked > LOOKS || self.tail.ends_with(ANNOUNCED) {
            return false;
        }
        let lines: Vec<&str> = self.tail.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect();
        let from = lines.len().saturating_sub(6);
        !(from..lines.len()).any(|at| {
            super::quote_headers::attribution(&lines, at, |_| true) == Some(lines.len())
                || super::quote_headers::announced(lines[at]).is_some()
                || super::quote_headers::block(&lines, at).is_some()
        })
    }
}

/// The element without its children.
fn shell(element: &Element) -> Element {
    Element { name: element.name.clone(), target: element.target.clone(), ..Element::default() }
}

fn is_quote(element: &Element) -> bool {
    if QUOTE_CLASSES.iter().any(|class| element.has_class(class)) {
        return true;
    }
    if element.name == "blockquote" {
        return element.has_class("gmail_quote") || element.has_id("isReplyContent");
    }
    // a Gmail quote without a blockquote is a forwarded message
    element.name == "div" && element.has_class("gmail_quote") && !holds(element, "blockquote", 0)
        || element.has_id("isforwardcontent")
        || element.has_id("isreplycontent")
}

fn holds(element: &Element, name: &str, depth: usize) -> bool {
    depth < 60
        && element.children.iter().any(|node| match node {
            Node::Text(_) => false,
            Node::Element(inner) => inner.name == name || holds(inner, name, depth + 1),
        })
}

/// Outlook draws a thin line above the headers of what it quotes.
fn is_outlook_rule(element: &Element) -> bool {
    if element.style.is_empty() {
        return false;
    }
    let style = element.style.to_ascii_lowercase().replace(' ', "");
    let line = style.contains("border-top:solid#") && style.contains("padding:3.0pt0")
        || style.contains("border-top:solidb5c4df1.0pt")
        || style.contains("border-top:solid#e1e1e11.0pt")
        || style.contains("border-top:1ptsolid") && style.contains("padding:3pt0");
    line && element.text().lines().next().is_some_and(|first| super::quote_headers::label(first).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(name: &str, class: &str, children: Vec<Node>) -> Node {
        Node::Element(Element { name: name.to_owned(), class: class.to_owned(), children, ..Element::default() })
    }

    fn text(text: &str) -> Node {
        Node::Text(text.to_owned())
    }

    #[test]
    fn a_named_quote_is_cut() {
        let tree = Element {
            name: "html".to_owned(),
            children: vec![
                element("div", "", vec![text("Ja, twee.")]),
                element(
                    "div",
                    "gmail_quote",
                    vec![
                        element("div", "gmail_attr", vec![text("Op 1 feb schreef Iris:")]),
                        element("blockquote", "gmail_quote", vec![text("Heb je plek?")]),
                    ],
                ),
            ],
            ..Element::default()
        };
        let found = structured(&tree);
        assert!(found.named);
        assert_eq!(found.text.trim_end_matches(['\n', '\u{1}']), "Ja, twee.");
        assert_eq!(found.quoted, "Op 1 feb schreef Iris:\nHeb je plek?");
    }

    #[test]
    fn everything_after_the_outlook_mark_is_quote() {
        let mark = Element { name: "div".to_owned(), id: "x_divRplyFwdMsg".to_owned(), ..Element::default() };
        let tree = Element {
            name: "html".to_owned(),
            children: vec![
                element("div", "", vec![text("Nee, helaas."), Node::Element(mark), text("Van: Iris")]),
                element("p", "", vec![text("Heb je plek?")]),
            ],
            ..Element::default()
        };
        assert_eq!(structured(&tree).text, "Nee, helaas.");
    }

    #[test]
    fn an_unnamed_blockquote_is_marked() {
        let tree = Element {
            name: "html".to_owned(),
            children: vec![element("blockquote", "", vec![text("Heb je plek?")]), element("p", "", vec![text("Ja.")])],
            ..Element::default()
        };
        assert_eq!(structured(&tree).text, "> Heb je plek?\n\nJa.");
    }

    #[test]
    fn what_is_written_below_a_named_quote_is_new() {
        let quote = element("blockquote", "gmail_quote", vec![text("Heb je plek?")]);
        let tree = Element {
            name: "html".to_owned(),
            children: vec![
                element("div", "", vec![text("Op 1 feb 2027 om 09:00 schreef Iris <iris@desk.example>:"), quote]),
                element("div", "", vec![text("Ja, twee.")]),
            ],
            ..Element::default()
        };
        let found = structured(&tree);
        assert_eq!(super::super::quote::cut(&found.text, None, false).new, "Ja, twee.");
    }

    #[test]
    fn answers_between_the_pieces_of_a_named_quote_are_new() {
        let piece = |words: &str| element("blockquote", "gmail_quote", vec![text(words)]);
        let tree = Element {
            name: "html".to_owned(),
            children: vec![
                element("div", "", vec![text("Op 1 feb 2027 om 09:00 schreef Iris <iris@desk.example>:")]),
                piece("Hoeveel?"),
                element("div", "", vec![text("Twee.")]),
                piece("Welk niveau?"),
                element("p", "", vec![text("Niveau 3.")]),
            ],
            ..Element::default()
        };
        let new = super::super::quote::cut_tree(&structured(&tree).text, None, false).new;
        assert_eq!(new.split_whitespace().collect::<Vec<_>>(), ["Twee.", "Niveau", "3."]);
    }

    #[test]
    fn what_gmails_writer_sets_off_by_hand_is_kept() {
        let own = element("blockquote", "gmail_quote", vec![text("Alleen niveau 4.")]);
        let tree = Element { name: "html".to_owned(), children: vec![text("Ons beleid:"), own], ..Element::default() };
        let found = structured(&tree);
        assert_eq!((found.text.as_str(), found.named), ("Ons beleid:\nAlleen niveau 4.", false));
    }
}
