//! Runs compiled templates: every variable must be there and be filled, and no output grows beyond its bound.

use super::source::{Compiled, FILLED, INSERT};
use super::{Part, Problem};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonRender, JsonTruthy, Output, RenderContext, RenderError,
    RenderErrorReason, Renderable,
};
use serde_json::Value;
use std::io;

/// Longest part of a mail, in bytes.
pub(super) const OUTPUT_LIMIT: usize = 256 * 1024;

/// The helpers, once escaping for HTML and once not.
#[derive(Debug)]
pub(super) struct Engine {
    html: Handlebars<'static>,
    plain: Handlebars<'static>,
}

impl Engine {
    pub(super) fn new() -> Self {
        let mut plain = registry();
        plain.register_escape_fn(handlebars::no_escape);
        Self { html: registry(), plain }
    }

    /// Runs a template; HTML escapes what it fills in, text and subject don't.
    pub(super) fn run(&self, part: Part, compiled: &Compiled, data: &Context) -> Result<String, Problem> {
        let registry = match part {
            Part::Html => &self.html,
            Part::Subject | Part::Text => &self.plain,
        };
        let mut out = Bounded(String::new());
        compiled
            .template
            .render(registry, data, &mut RenderContext::new(None), &mut out)
            .map_err(|error| problem(&error))?;
        Ok(out.0)
    }
}

fn registry() -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    for foreign in ["lookup", "raw", "log"] {
        registry.unregister_helper(foreign);
    }
    registry.register_helper(FILLED, Box::new(Filled));
    registry.register_helper(INSERT, Box::new(Insert));
    registry.register_helper("if", Box::new(When(true)));
    registry.register_helper("unless", Box::new(When(false)));
    registry
}

/// What is wrong with a variable, on its way through the engine.
#[derive(Debug, thiserror::Error)]
#[error("{0:?}")]
struct Fault(Problem);

fn fault(problem: Problem) -> RenderError {
    RenderErrorReason::NestedError(Box::new(Fault(problem))).into()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the engine's reasons are open-ended; the rest is shown as it is")]
fn problem(error: &RenderError) -> Problem {
    match error.reason() {
        RenderErrorReason::NestedError(inner) => match inner.downcast_ref::<Fault>() {
            Some(Fault(problem)) => problem.clone(),
            None => Problem::Syntax(inner.to_string()),
        },
        RenderErrorReason::MissingVariable(name) => Problem::Unknown(name.clone().unwrap_or_default()),
        RenderErrorReason::IOError(_) => Problem::TooLong,
        other => Problem::Syntax(other.to_string()),
    }
}

/// Writes a variable; unknown and empty ones are errors that name it.
struct Filled;

impl HelperDef for Filled {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let Some(param) = helper.param(0) else { return Ok(()) };
        let name = param.relative_path().cloned().unwrap_or_default();
        if param.is_value_missing() {
            return Err(fault(Problem::Unknown(name)));
        }
        let empty = match param.value() {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            Value::Array(_) | Value::Object(_) => return Err(fault(Problem::NotText(name))),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if empty {
            return Err(fault(Problem::Empty(name)));
        }
        let escape = registry.get_escape_fn();
        Ok(out.write(&escape(&param.value().render()))?)
    }
}

/// Writes what was rendered before, as it is.
struct Insert;

impl HelperDef for Insert {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let text = helper.param(0).and_then(|param| param.value().as_str()).unwrap_or_default();
        Ok(out.write(text)?)
    }
}

/// `if` and `unless` for which an unknown variable is an error, not a no.
struct When(bool);

impl HelperDef for When {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let Some(param) = helper.param(0) else { return Ok(()) };
        if param.is_value_missing() {
            return Err(fault(Problem::Unknown(param.relative_path().cloned().unwrap_or_default())));
        }
        let chosen = if param.value().is_truthy(false) == self.0 { helper.template() } else { helper.inverse() };
        chosen.map_or(Ok(()), |template| template.render(registry, context, rc, out))
    }
}

/// Output that refuses to grow beyond the bound.
struct Bounded(String);

impl Output for Bounded {
    fn write(&mut self, text: &str) -> Result<(), io::Error> {
        if self.0.len() + text.len() > OUTPUT_LIMIT {
            return Err(io::Error::other("the output is too long"));
        }
        self.0.push_str(text);
        Ok(())
    }
}
