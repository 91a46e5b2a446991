//! What is wrong with a template, for the person who writes it.

use crate::domain::words::Lang;
use std::fmt;

/// A part of a mail, and the file it is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The subject, one line.
    Subject,
    /// The text part.
    Text,
    /// The HTML part.
    Html,
}

impl Part {
    /// The name of its file without `.hbs`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Text => "text",
            Self::Html => "html",
        }
    }

    const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Subject => lang.t("het onderwerp", "the subject"),
            Self::Text => lang.t("de tekst", "the text"),
            Self::Html => lang.t("de opmaak (HTML)", "the HTML"),
        }
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A variable that this mail does not have.
    Unknown(String),
    /// A variable that has no value here.
    Empty(String),
    /// A list or record where text should stand.
    NotText(String),
    /// `{{{` or `{{&`: text that would go in unescaped.
    Raw,
    /// Something other than variables, `if`, `unless`, `each` and `with`.
    Foreign(String),
    /// The source cannot be read.
    Syntax(String),
    /// A subject of more than one line.
    LineBreak,
    /// Source or result beyond the bound.
    TooLong,
    /// Blocks within blocks within blocks.
    TooDeep,
    /// Outreach without its footer.
    NoFooter,
    /// A file in the folder that overrides no template, or that cannot be read.
    File(String),
}

/// A problem in a part, and in which template when it is one of the product's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// Which template, as `nl/digest`; empty for a site-made one.
    pub template: String,
    /// Which part.
    pub part: Part,
    /// What is wrong.
    pub problem: Problem,
}

impl TemplateError {
    pub(super) fn new(part: Part, problem: Problem) -> Self {
        Self { template: String::new(), part, problem }
    }

    pub(super) fn of(mut self, lang: Lang, name: &str) -> Self {
        self.template = format!("{lang}/{name}");
        self
    }

    /// The variable that is unknown, empty or no text.
    pub fn variable(&self) -> Option<&str> {
        match &self.problem {
            Problem::Unknown(name) | Problem::Empty(name) | Problem::NotText(name) => Some(name),
            Problem::Raw
            | Problem::Foreign(_)
            | Problem::Syntax(_)
            | Problem::LineBreak
            | Problem::TooLong
            | Problem::TooDeep
            | Problem::NoFooter
            | Problem::File(_) => None,
        }
    }

    /// What is wrong and what to do, in a sentence or two.
    pub fn says(&self, lang: Lang) -> String {
        let part = self.part.words(lang);
        match &self.problem {
            Problem::Unknown(name) => match lang {
                Lang::Nl => format!("In {part} staat {{{{{name}}}}}, maar dat gegeven bestaat niet. Kijk of het goed gespeld is."),
                Lang::En => format!("In {part} stands {{{{{name}}}}}, which does not exist. Check its spelling."),
            },
            Problem::Empty(name) => match lang {
                Lang::Nl => format!("In {part} staat {{{{{name}}}}}, maar dat is hier leeg. Vul het in of zet er {{{{#if {name}}}}} omheen."),
                Lang::En => format!("In {part} stands {{{{{name}}}}}, which is empty here. Fill it in, or put {{{{#if {name}}}}} around it."),
            },
            Problem::NotText(name) => match lang {
                Lang::Nl => format!("In {part} staat {{{{{name}}}}}, maar dat is een lijst. Gebruik {{{{#each {name}}}}}."),
                Lang::En => format!("In {part} stands {{{{{name}}}}}, which is a list. Use {{{{#each {name}}}}}."),
            },
            Problem::Raw => match lang {
                Lang::Nl => format!("In {part} staat {{{{{{ of {{{{&, en dat kan niet veilig. Gebruik twee accolades."),
                Lang::En => format!("In {part} stands {{{{{{ or {{{{&, which is not safe. Use two braces."),
            },
            Problem::Foreign(name) => match lang {
                Lang::Nl => format!("In {part} staat `{name}`, en dat kennen we niet. Wel kan: if, unless, each, with en gegevens."),
                Lang::En => format!("In {part} stands `{name}`, which we do not know. You can use if, unless, each, with and variables."),
            },
            Problem::Syntax(detail) => match lang {
                Lang::Nl => format!("We kunnen {part} niet lezen: kijk of alle accolades en blokken gesloten zijn. Details: {detail}"),
                Lang::En => format!("We cannot read {part}: check that all braces and blocks are closed. Details: {detail}"),
            },
            Problem::LineBreak => {
                lang.t("Het onderwerp moet op één regel passen.", "The subject has to be one line.").to_owned()
            }
            Problem::TooLong => match lang {
                Lang::Nl => format!("Zo lang kan {part} niet zijn. Maak het korter."),
                Lang::En => format!("There is a bound on {part}, and this is longer. Make it shorter."),
            },
            Problem::TooDeep => match lang {
                Lang::Nl => format!("In {part} staan te veel blokken in elkaar. Maak het eenvoudiger."),
                Lang::En => format!("In {part} too many blocks stand within each other. Make it simpler."),
            },
            Problem::NoFooter => lang
                .t(
                    "Een mail aan bedrijven gaat niet uit zonder afzender, reden en afmeldlink. Vul de gegevens van de locatie aan.",
                    "A mail to companies does not leave without sender, reason and opt-out link. Complete the site's details.",
                )
                .to_owned(),
            Problem::File(path) => match lang {
                Lang::Nl => format!("Het bestand {path} past bij geen sjabloon of is niet te lezen. Kijk naar de naam en de rechten."),
                Lang::En => format!("The file {path} fits no template or cannot be read. Check its name and permissions."),
            },
        }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.template.is_empty() {
            write!(f, "{}: ", self.template)?;
        }
        f.write_str(&self.says(Lang::En))
    }
}

impl std::error::Error for TemplateError {}
