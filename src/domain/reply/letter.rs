//! A message as the reader sees it: decoded, bounded, and free of any mail library's types.
//! `mail::parse` makes it; everything in this room only looks at it.

use crate::domain::time::Moment;

/// Name and address of a header; the address in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// The display name, if any.
    pub name: Option<String>,
    /// The address, lower case, without angle brackets.
    pub email: String,
}

/// A file that hangs on the message, without its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AttachmentInfo {
    /// The file's name as it was sent, if any.
    pub name: Option<String>,
    /// The media type in lower case, as `application/pdf`.
    pub media_type: String,
    /// Size of the decoded content in bytes.
    pub size: usize,
}

/// A decoded part that carries text: body parts, delivery status, feedback, headers of a returned mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// The media type in lower case, as `message/delivery-status`.
    pub media_type: String,
    /// The decoded text, `\n` as line end; for HTML its text.
    pub text: String,
    /// Whether the part belongs to a message inside this message.
    pub nested: bool,
    /// Whether the sender marked it as a file to save.
    pub attached: bool,
}

/// A message inside the message.
#[derive(Debug, Clone, Default)]
pub struct Nested {
    /// Its headers: name in lower case, unfolded value.
    pub headers: Vec<(String, String)>,
    /// Its sender.
    pub from: Option<Mailbox>,
    /// Its subject, decoded.
    pub subject: String,
    /// Its date.
    pub date: Option<Moment>,
    /// Its text.
    pub text: String,
}

/// A node of the HTML tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Text, entities resolved.
    Text(String),
    /// An element with its children.
    Element(Element),
}

/// An element of the HTML tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// The tag's name in lower case.
    pub name: String,
    /// The `class` attribute.
    pub class: String,
    /// The `id` attribute.
    pub id: String,
    /// The `style` attribute.
    pub style: String,
    /// The `href` of a link, the `alt` of an image, the `title` of an abbreviation; else empty.
    pub target: String,
    /// What is inside, in order.
    pub children: Vec<Node>,
}

/// A message, decoded and bounded.
#[derive(Debug, Clone, Default)]
pub struct Letter {
    /// All headers in order (at most 1,000): name in lower case, unfolded value, words decoded.
    pub headers: Vec<(String, String)>,
    /// The first sender.
    pub from: Option<Mailbox>,
    /// `To`.
    pub to: Vec<Mailbox>,
    /// `Cc`.
    pub cc: Vec<Mailbox>,
    /// `Reply-To`.
    pub reply_to: Vec<Mailbox>,
    /// Addresses that the message was delivered to (`Delivered-To`, `X-Original-To`, `Envelope-To`), lower case.
    pub delivered_to: Vec<String>,
    /// `Message-ID` with its angle brackets.
    pub message_id: Option<String>,
    /// `In-Reply-To`, each id with its angle brackets.
    pub in_reply_to: Vec<String>,
    /// `References`, each id with its angle brackets.
    pub references: Vec<String>,
    /// `Auto-Submitted` (RFC 3834), lower case, without parameters.
    pub auto_submitted: Option<String>,
    /// Every `Authentication-Results`, top one first.
    pub authentication_results: Vec<String>,
    /// `Date`.
    pub date: Option<Moment>,
    /// `Subject`, decoded.
    pub subject: String,
    /// The media type of the whole message, lower case.
    pub media_type: String,
    /// The `report-type` of a multipart/report, lower case.
    pub report_type: String,
    /// Text of the best body part; empty if there is none. `\n` as line end.
    pub text: String,
    /// The tree of the HTML body part, if there is one.
    pub html: Option<Element>,
    /// All parts that carry text, in order, those of nested messages too (at most 200).
    pub parts: Vec<Part>,
    /// Messages inside this message (at most 20), outermost first.
    pub nested: Vec<Nested>,
    /// Files, without their bytes; the position is the index for `mail::parse::attachment`.
    pub attachments: Vec<AttachmentInfo>,
    /// Whether the bytes were a message at all.
    pub readable: bool,
    /// What was cut or could not be decoded, in words.
    pub warnings: Vec<String>,
}

impl Letter {
    /// The first value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a header is there at all; `name` in lower case.
    pub fn has(&self, name: &str) -> bool {
        self.header(name).is_some()
    }

    /// Every address that the message reached us by: `To`, `Cc`, and those it was delivered to.
    pub fn recipients(&self) -> Vec<&str> {
        let shown = self.to.iter().chain(&self.cc).map(|mailbox| mailbox.email.as_str());
        shown.chain(self.delivered_to.iter().map(String::as_str)).collect()
    }

    /// The ids of the messages that this one answers: `In-Reply-To`, then `References`, last first.
    pub fn answered_ids(&self) -> Vec<&str> {
        let ids = self.in_reply_to.iter().chain(self.references.iter().rev());
        let mut seen = Vec::new();
        for id in ids {
            if !seen.contains(&id.as_str()) {
                seen.push(id.as_str());
            }
        }
        seen
    }
}

/// The elements that begin on a line of their own.
const BLOCKS: &[&str] = &[
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
    "footer",
    "form",
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
    "tbody",
    "thead",
    "tr",
    "ul",
    "body",
    "html",
];

impl Element {
    /// Whether the element begins on a line of its own.
    pub fn is_block(&self) -> bool {
        BLOCKS.contains(&self.name.as_str())
    }

    /// Whether the class list has this class, whatever prefix a mail client put before it (`x_`).
    pub fn has_class(&self, wanted: &str) -> bool {
        !self.class.is_empty()
            && self.class.split_ascii_whitespace().any(|class| class.trim_start_matches("x_") == wanted)
    }

    /// Whether the id is this one, whatever prefix a mail client put before it (`x_`).
    pub fn has_id(&self, wanted: &str) -> bool {
        !self.id.is_empty() && self.id.trim_start_matches("x_").eq_ignore_ascii_case(wanted)
    }

    /// The text as a reader sees it: a line per block, two line ends between paragraphs.
    pub fn text(&self) -> String {
        let mut out = Writer::default();
        out.children(&self.children, false);
        out.finish()
    }
}

/// Collects the visible text of a tree.
#[derive(Default)]
pub(super) struct Writer {
    out: String,
    /// A space is due before the next word.
    space: bool,
}

impl Writer {
    pub(super) fn children(&mut self, nodes: &[Node], preformatted: bool) {
        for node in nodes {
            match node {
                Node::Text(text) if preformatted => self.out.push_str(text),
                Node::Text(text) => self.words(text),
                Node::Element(element) => self.element(element, preformatted),
            }
        }
    }

    fn words(&mut self, text: &str) {
        for (index, word) in text.split(|c: char| c.is_ascii_whitespace()).enumerate() {
            if index > 0 {
                self.space = true;
            }
            if word.is_empty() {
                continue;
            }
            if self.space && !self.out.is_empty() && !self.out.ends_with(['\n', ' ']) {
                self.out.push(' ');
            }
            self.space = false;
            self.out.push_str(word);
        }
    }

    fn line(&mut self) {
        self.space = false;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    pub(super) fn element(&mut self, element: &Element, preformatted: bool) {
        match element.name.as_str() {
            "style" | "script" | "head" | "title" | "template" => {}
            "br" => {
                self.space = false;
                self.out.push('\n');
            }
            "td" | "th" => {
                self.space = true;
                self.children(&element.children, preformatted);
                self.space = true;
            }
            "li" => {
                self.line();
                self.out.push_str("- ");
                self.children(&element.children, preformatted);
                self.line();
            }
            name if element.is_block() => {
                self.line();
                if name == "p" && !self.out.is_empty() && !self.out.ends_with("\n\n") {
                    self.out.push('\n');
                }
                self.children(&element.children, preformatted || name == "pre");
                self.line();
                if name == "p" {
                    self.out.push('\n');
                }
            }
            _ => self.children(&element.children, preformatted),
        }
    }

    pub(super) fn finish(self) -> String {
        let mut lines: Vec<&str> = self.out.lines().map(str::trim_end).collect();
        while lines.last().is_some_and(|line| line.trim().is_empty()) {
            lines.pop();
        }
        let from = lines.iter().position(|line| !line.trim().is_empty()).unwrap_or(0);
        lines[from..].join("\n")
    }
}
