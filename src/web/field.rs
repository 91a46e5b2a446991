//! Form fields with label, hint and error in one place:
//! `{{ p.field("email", p.t("Mailadres", "E-mail address")).kind("email").value(form.email).error(errors) }}`.

use super::form::Errors;
use super::parts::Text;
use askama::filters::HtmlSafe;
use std::borrow::Borrow;
use std::fmt;

/// A field of a form; the builder's methods say what differs from a one-line text.
#[derive(Debug, Clone)]
pub struct Field {
    name: String,
    label: String,
    kind: Kind,
    value: String,
    hint: String,
    error: Option<String>,
    attributes: Vec<(&'static str, String)>,
}

#[derive(Debug, Clone)]
enum Kind {
    Input(&'static str),
    Area(usize),
    Select(Vec<(String, String)>),
    Check(bool),
    Many(Vec<(String, String)>, Vec<String>),
}

impl Field {
    /// A one-line text.
    pub fn new(name: impl fmt::Display, label: impl fmt::Display) -> Self {
        Self {
            name: name.to_string(),
            label: label.to_string(),
            kind: Kind::Input("text"),
            value: String::new(),
            hint: String::new(),
            error: None,
            attributes: Vec::new(),
        }
    }

    /// Another type of `<input>`: `email`, `password`, `number`, `date`, `tel`, `url`, `search`, `file`.
    #[must_use]
    pub fn kind(mut self, kind: &'static str) -> Self {
        self.kind = Kind::Input(kind);
        self
    }

    /// Several lines.
    #[must_use]
    pub fn lines(mut self, rows: usize) -> Self {
        self.kind = Kind::Area(rows);
        self
    }

    /// A choice of one among (value, words) pairs.
    #[must_use]
    pub fn options<V: fmt::Display, W: fmt::Display>(mut self, options: impl AsRef<[(V, W)]>) -> Self {
        self.kind = Kind::Select(pairs(options.as_ref()));
        self
    }

    /// A box to tick; it sends `on`.
    #[must_use]
    pub fn check(mut self, on: impl Borrow<bool>) -> Self {
        self.kind = Kind::Check(*on.borrow());
        self
    }

    /// Boxes of which any number may be ticked; each sends its value under the same name.
    #[must_use]
    pub fn many<V: fmt::Display, W: fmt::Display, C: fmt::Display>(
        mut self,
        options: impl AsRef<[(V, W)]>,
        chosen: impl AsRef<[C]>,
    ) -> Self {
        let chosen = chosen.as_ref().iter().map(ToString::to_string).collect();
        self.kind = Kind::Many(pairs(options.as_ref()), chosen);
        self
    }

    /// What stands in it.
    #[must_use]
    pub fn value(mut self, value: impl fmt::Display) -> Self {
        self.value = value.to_string();
        self
    }

    /// What may stand in it, or nothing.
    #[must_use]
    pub fn maybe(mut self, value: &Option<impl fmt::Display>) -> Self {
        self.value = value.as_ref().map(ToString::to_string).unwrap_or_default();
        self
    }

    /// A short help under the field.
    #[must_use]
    pub fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hint = hint.to_string();
        self
    }

    /// The sentence of this field, if there is one.
    #[must_use]
    pub fn error(mut self, errors: &Errors) -> Self {
        self.error = errors.of(&self.name).map(ToOwned::to_owned);
        self
    }

    /// Has to be filled.
    #[must_use]
    pub fn required(self) -> Self {
        self.with("required", "")
    }

    /// Takes the focus when the page opens.
    #[must_use]
    pub fn autofocus(self) -> Self {
        self.with("autofocus", "")
    }

    /// Any other attribute of the control: `autocomplete`, `inputmode`, `placeholder`, `min`, `max`, `maxlength`.
    #[must_use]
    pub fn with(mut self, attribute: &'static str, value: impl fmt::Display) -> Self {
        self.attributes.push((attribute, value.to_string()));
        self
    }

    fn describes(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("f-{}-hint", self.name));
        let error = self.error.as_ref().map(|_| format!("f-{}-error", self.name));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }

    fn control(&self, f: &mut fmt::Formatter<'_>, class: &str) -> fmt::Result {
        write!(f, r#"class="{class}" id="f-{0}" name="{0}""#, Text(&self.name))?;
        let describes = self.describes();
        if !describes.is_empty() {
            write!(f, r#" aria-describedby="{}""#, Text(&describes))?;
        }
        if self.error.is_some() {
            f.write_str(r#" aria-invalid="true""#)?;
        }
        for (name, value) in &self.attributes {
            if value.is_empty() {
                write!(f, " {name}")?;
            } else {
                write!(f, r#" {name}="{}""#, Text(value))?;
            }
        }
        Ok(())
    }

    fn notes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.hint.is_empty() {
            write!(f, r#"<p class="hint" id="f-{}-hint">{}</p>"#, Text(&self.name), Text(&self.hint))?;
        }
        if let Some(error) = &self.error {
            write!(f, r#"<p class="field-error" id="f-{}-error">{}</p>"#, Text(&self.name), Text(error))?;
        }
        Ok(())
    }

    fn boxes(&self, f: &mut fmt::Formatter<'_>, all: &[(String, String)], chosen: &[String]) -> fmt::Result {
        write!(f, r#"<fieldset id="f-{}"><legend class="label">{}</legend>"#, Text(&self.name), Text(&self.label))?;
        f.write_str(r#"<div class="cluster choices">"#)?;
        for (value, words) in all {
            let on = if chosen.contains(value) { " checked" } else { "" };
            let (name, value) = (Text(&self.name), Text(value));
            write!(f, r#"<label class="choice"><input type="checkbox" name="{name}" value="{value}"{on}>"#)?;
            write!(f, "<span>{}</span></label>", Text(words))?;
        }
        f.write_str("</div></fieldset>")
    }
}

fn pairs(options: &[(impl fmt::Display, impl fmt::Display)]) -> Vec<(String, String)> {
    options.iter().map(|(value, words)| (value.to_string(), words.to_string())).collect()
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<div class="field{}">"#, if self.error.is_some() { " has-error" } else { "" })?;
        if !matches!(self.kind, Kind::Check(_) | Kind::Many(..)) {
            write!(f, r#"<label for="f-{}">{}</label>"#, Text(&self.name), Text(&self.label))?;
        }
        match &self.kind {
            Kind::Input(kind) => {
                write!(f, r#"<input type="{kind}" "#)?;
                self.control(f, "input")?;
                if !matches!(*kind, "password" | "file") && !self.value.is_empty() {
                    write!(f, r#" value="{}""#, Text(&self.value))?;
                }
                f.write_str(">")?;
            }
            Kind::Area(rows) => {
                write!(f, r#"<textarea rows="{rows}" "#)?;
                self.control(f, "textarea")?;
                // A first line break inside a textarea is swallowed by HTML.
                write!(f, ">\n{}</textarea>", Text(&self.value))?;
            }
            Kind::Select(options) => {
                f.write_str("<select ")?;
                self.control(f, "select")?;
                f.write_str(">")?;
                for (value, words) in options {
                    let on = if *value == self.value { " selected" } else { "" };
                    write!(f, r#"<option value="{}"{on}>{}</option>"#, Text(value), Text(words))?;
                }
                f.write_str("</select>")?;
            }
            Kind::Check(on) => {
                f.write_str(r#"<label class="choice"><input type="checkbox" value="on" "#)?;
                self.control(f, "box")?;
                write!(f, "{}><span>{}</span></label>", if *on { " checked" } else { "" }, Text(&self.label))?;
            }
            Kind::Many(all, chosen) => self.boxes(f, all, chosen)?,
        }
        self.notes(f)?;
        f.write_str("</div>")
    }
}

impl HtmlSafe for Field {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_with_an_error_comes_back_filled_and_says_what_to_do() {
        let mut errors = Errors::default();
        errors.add("postcode", "Er missen twee letters.");
        let shown = Field::new("postcode", "Postcode").value("10\"68").error(&errors).to_string();
        assert!(shown.contains("has-error") && shown.contains(r#"aria-invalid="true""#));
        assert!(shown.contains(r#"aria-describedby="f-postcode-error""#) && shown.contains("10&#34;68"), "{shown}");
    }

    #[test]
    fn a_password_never_comes_back() {
        assert!(!Field::new("password", "Wachtwoord").kind("password").value("geheim").to_string().contains("geheim"));
    }
}
