//! The mails' templates: three parts per mail (subject, text, HTML) in two languages, compiled in, and a folder
//! can override each file. Strict: an unknown or empty variable is an error that names it. The outreach footer is
//! put on by the engine, so that no template can forget it. `mail-templates/README.md` is the manual.

mod embedded;
mod engine;
mod error;
mod source;

pub use error::{Part, Problem, TemplateError};

use super::contexts::{self, MailContext, OutreachContext};
use crate::domain::words::{Lang, Purpose};
use engine::Engine;
use handlebars::Context;
use serde::Serialize;
use source::Compiled;
use std::collections::BTreeMap;
use std::path::Path;

/// A mail's three parts, ready to be put in a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// The text part with its footer.
    pub text: String,
    /// The HTML part with its footer; `None` when the template has none.
    pub html: Option<String>,
}

/// What the law and good manners ask of outreach (Telecommunicatiewet 11.7): put under the mail by the engine.
#[derive(Debug, Clone, Serialize)]
pub struct OutreachFooter {
    /// Who we are.
    pub sender_name: String,
    /// Where we are.
    pub postal_address: String,
    /// Why this address gets the mail; one sentence, see [`contexts::why`].
    pub ground: String,
    /// A link that opts out.
    pub opt_out_url: String,
}

/// What stands around a mail's own words.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The language of layout and footer.
    pub lang: Lang,
    /// Why the mail is sent; outreach without its footer is an error.
    pub purpose: Purpose,
    /// The site's name as sender, shown under every mail.
    pub sender_name: String,
    /// The outreach footer; also shown under other mails that bring one.
    pub footer: Option<OutreachFooter>,
}

/// A template that a site made, ready to render for many recipients.
#[derive(Debug, Clone)]
pub struct Custom {
    subject: Compiled,
    text: Compiled,
    html: Option<Compiled>,
}

/// A template as people write it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// All templates and the engine that runs them.
#[derive(Debug)]
pub struct Templates {
    engine: Engine,
    files: BTreeMap<(Lang, &'static str, Part), Compiled>,
    starter: BTreeMap<Lang, Source>,
}

#[derive(Serialize)]
struct Surroundings<'a> {
    subject: &'a str,
    sender_name: &'a str,
    body: &'a str,
    footer: &'a str,
}

impl Templates {
    /// The templates as they were compiled in. An error is a mistake in the program's own files.
    pub fn embedded() -> Result<Self, TemplateError> {
        Self::read(|_, _, _| Ok(None))
    }

    /// The same, but `DIR/LANG/NAME/PART.hbs` stands in where it exists. A file there that overrides nothing is an
    /// error: its name is misspelt.
    pub fn with_folder(dir: &Path) -> Result<Self, TemplateError> {
        embedded::refuse_strays(dir)?;
        Self::read(|lang, name, part| embedded::override_of(dir, lang, name, part))
    }

    fn read(
        instead: impl Fn(Lang, &'static str, Part) -> Result<Option<String>, TemplateError>,
    ) -> Result<Self, TemplateError> {
        let mut files = BTreeMap::new();
        let mut starter: BTreeMap<Lang, Source> = BTreeMap::new();
        for (lang, name, part, own) in embedded::FILES {
            let other = instead(*lang, name, *part)?;
            let source = other.as_deref().unwrap_or(own);
            if *name == OutreachContext::NAME {
                let words = starter.entry(*lang).or_default();
                let place = match part {
                    Part::Subject => &mut words.subject,
                    Part::Text => &mut words.text,
                    Part::Html => &mut words.html,
                };
                source.trim().clone_into(place);
            }
            let compiled = source::compile(source, *name == embedded::LAYOUT);
            let compiled = compiled.map_err(|problem| TemplateError::new(*part, problem).of(*lang, name))?;
            files.insert((*lang, *name, *part), compiled);
        }
        Ok(Self { engine: Engine::new(), files, starter })
    }

    /// The outreach mail that every desk begins with, in each language.
    pub fn starter(&self) -> &BTreeMap<Lang, Source> {
        &self.starter
    }

    /// Renders one of the product's own mails.
    pub fn render<C: MailContext>(&self, context: &C, frame: &Frame) -> Result<Rendered, TemplateError> {
        let data = wrapped(context)?;
        let one = |part| self.run_file(frame.lang, C::NAME, part, &data);
        let html = Some(one(Part::Html)?);
        self.framed(one(Part::Subject)?, &one(Part::Text)?, html, frame)
    }

    /// Reads a template that a site made.
    pub fn compile_custom(subject: &str, text: &str, html: Option<&str>) -> Result<Custom, TemplateError> {
        let read =
            |part, source: &str| source::compile(source, false).map_err(|problem| TemplateError::new(part, problem));
        Ok(Custom {
            subject: read(Part::Subject, subject)?,
            text: read(Part::Text, text)?,
            html: html.map(|html| read(Part::Html, html)).transpose()?,
        })
    }

    /// Renders a compiled site-made template for one recipient.
    pub fn render_compiled(
        &self,
        custom: &Custom,
        context: &impl Serialize,
        frame: &Frame,
    ) -> Result<Rendered, TemplateError> {
        let data = wrapped(context)?;
        let run = |part, compiled| self.run(part, compiled, &data);
        let html = custom.html.as_ref().map(|html| run(Part::Html, html)).transpose()?;
        self.framed(run(Part::Subject, &custom.subject)?, &run(Part::Text, &custom.text)?, html, frame)
    }

    /// Reads and renders a site-made template: for previews and test mails.
    pub fn render_custom(
        &self,
        subject: &str,
        text: &str,
        html: Option<&str>,
        context: &impl Serialize,
        frame: &Frame,
    ) -> Result<Rendered, TemplateError> {
        self.render_compiled(&Self::compile_custom(subject, text, html)?, context, frame)
    }

    /// Renders every mail in every language with sample contexts; for the start and `check`.
    pub fn check(&self) -> Result<(), TemplateError> {
        contexts::render_samples(self)
    }

    fn run_file(&self, lang: Lang, name: &'static str, part: Part, data: &Context) -> Result<String, TemplateError> {
        let unknown = || TemplateError::new(part, Problem::Unknown(name.to_owned())).of(lang, name);
        let compiled = self.files.get(&(lang, name, part)).ok_or_else(unknown)?;
        self.run(part, compiled, data).map_err(|error| error.of(lang, name))
    }

    fn run(&self, part: Part, compiled: &Compiled, data: &Context) -> Result<String, TemplateError> {
        self.engine.run(part, compiled, data).map_err(|problem| TemplateError::new(part, problem))
    }

    fn framed(
        &self,
        subject: String,
        text: &str,
        html: Option<String>,
        frame: &Frame,
    ) -> Result<Rendered, TemplateError> {
        let subject = subject.trim().to_owned();
        if subject.chars().any(char::is_control) {
            return Err(TemplateError::new(Part::Subject, Problem::LineBreak));
        }
        if subject.is_empty() {
            return Err(TemplateError::new(Part::Subject, Problem::Empty("subject".to_owned())));
        }
        let around = |part, body: &str| {
            let footer = self.footer(part, frame)?;
            let surroundings =
                Surroundings { subject: &subject, sender_name: &frame.sender_name, body, footer: &footer };
            self.run_file(frame.lang, embedded::LAYOUT, part, &wrapped(&surroundings)?)
        };
        let text = around(Part::Text, text.trim())?;
        let html = html.map(|html| around(Part::Html, html.trim())).transpose()?;
        Ok(Rendered { subject, text: format!("{}\n", text.trim_end()), html })
    }

    fn footer(&self, part: Part, frame: &Frame) -> Result<String, TemplateError> {
        match &frame.footer {
            Some(footer) => {
                let rendered = self.run_file(frame.lang, embedded::FOOTER, part, &wrapped(footer)?)?;
                Ok(rendered.trim().to_owned())
            }
            None if frame.purpose == Purpose::Outreach => Err(TemplateError::new(part, Problem::NoFooter)),
            None => Ok(String::new()),
        }
    }
}

/// The variables that a source names, sorted; those of a list's items stand without their list.
pub fn variables_used(source: &str) -> Result<Vec<String>, Problem> {
    source::compile(source, false).map(|compiled| compiled.variables.into_iter().collect())
}

fn wrapped(context: &impl Serialize) -> Result<Context, TemplateError> {
    Context::wraps(context).map_err(|e| TemplateError::new(Part::Text, Problem::Syntax(e.to_string())))
}

#[cfg(test)]
mod tests;
