//! From the source of a template to what the engine runs: only variables and a few block helpers are let through,
//! and each variable is wrapped so that it must be filled.

use super::Problem;
use handlebars::template::{HelperTemplate, Parameter, Template, TemplateElement};
use std::collections::BTreeSet;

/// Longest source, in bytes.
const SOURCE_LIMIT: usize = 64 * 1024;

/// Deepest nesting of blocks, and of brackets within one pair of braces.
const DEPTH_LIMIT: usize = 12;

const BLOCKS: [&str; 4] = ["if", "unless", "each", "with"];
const TESTS: [&str; 10] = ["eq", "ne", "gt", "gte", "lt", "lte", "and", "or", "not", "len"];

/// The helper that writes a variable, or says that it is empty.
pub(super) const FILLED: &str = "filled";

/// The helper that writes what is already rendered; for layouts only.
pub(super) const INSERT: &str = "insert";

/// A compiled template and the variables that it names.
#[derive(Debug, Clone)]
pub(super) struct Compiled {
    pub(super) template: Template,
    pub(super) variables: BTreeSet<String>,
}

/// Reads a source. `layout` lets `insert` through.
pub(super) fn compile(source: &str, layout: bool) -> Result<Compiled, Problem> {
    if source.len() > SOURCE_LIMIT {
        return Err(Problem::TooLong);
    }
    // The parser recurses: without a bound a deep source would end the process.
    if depth(source) > DEPTH_LIMIT {
        return Err(Problem::TooDeep);
    }
    let mut template = Template::compile(source).map_err(|e| Problem::Syntax(e.reason().to_string()))?;
    let mut walk = Walk { layout, variables: BTreeSet::new() };
    walk.template(&mut template)?;
    Ok(Compiled { template, variables: walk.variables })
}

/// The deepest point of blocks, or of brackets within braces, whichever is deeper.
fn depth(source: &str) -> usize {
    let (mut blocks, mut deepest) = (0_usize, 0_usize);
    for piece in source.split("{{").skip(1) {
        let inside = piece.split("}}").next().unwrap_or(piece);
        match inside.trim_start_matches('~').trim_start().chars().next() {
            Some('#' | '^' | '{') => blocks += 1,
            Some('/') => blocks = blocks.saturating_sub(1),
            _ => {}
        }
        let mut brackets = 0_usize;
        for c in inside.chars() {
            match c {
                '(' | '[' | '{' => brackets += 1,
                ')' | ']' | '}' => brackets = brackets.saturating_sub(1),
                _ => {}
            }
            deepest = deepest.max(brackets);
        }
        // `else if` nests as well, without a closing of its own.
        if inside.trim_start().starts_with("else ") {
            blocks += 1;
        }
        deepest = deepest.max(blocks);
    }
    deepest
}

struct Walk {
    layout: bool,
    variables: BTreeSet<String>,
}

impl Walk {
    fn template(&mut self, template: &mut Template) -> Result<(), Problem> {
        template.elements.iter_mut().try_for_each(|element| self.element(element))
    }

    fn element(&mut self, element: &mut TemplateElement) -> Result<(), Problem> {
        match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => Ok(()),
            TemplateElement::Expression(helper) => self.expression(helper),
            TemplateElement::HelperBlock(helper) => self.block(helper),
            TemplateElement::HtmlExpression(_) => Err(Problem::Raw),
            TemplateElement::DecoratorExpression(_)
            | TemplateElement::DecoratorBlock(_)
            | TemplateElement::PartialExpression(_)
            | TemplateElement::PartialBlock(_) => Err(Problem::Foreign("{{> …}}".to_owned())),
            _ => Err(Problem::Foreign("{{…}}".to_owned())),
        }
    }

    /// `{{name}}` becomes `{{filled name}}`.
    fn expression(&mut self, helper: &mut HelperTemplate) -> Result<(), Problem> {
        let name = helper.name.as_name().unwrap_or_default().to_owned();
        if !helper.params.is_empty() || !helper.hash.is_empty() {
            let insert = self.layout && name == INSERT && helper.hash.is_empty();
            return if insert { Ok(()) } else { Err(Problem::Foreign(name)) };
        }
        let path = Parameter::parse(&name).map_err(|e| Problem::Syntax(e.reason().to_string()))?;
        if !matches!(path, Parameter::Path(_)) {
            return Err(Problem::Foreign(name));
        }
        self.name(&name);
        helper.name = Parameter::Name(FILLED.to_owned());
        helper.params = vec![path];
        Ok(())
    }

    fn block(&mut self, helper: &mut HelperTemplate) -> Result<(), Problem> {
        let name = helper.name.as_name().unwrap_or_default();
        if !BLOCKS.contains(&name) || !helper.hash.is_empty() || helper.params.len() != 1 {
            return Err(Problem::Foreign(name.to_owned()));
        }
        helper.params.iter().try_for_each(|param| self.parameter(param))?;
        helper.template.iter_mut().try_for_each(|inner| self.template(inner))?;
        helper.inverse.iter_mut().try_for_each(|inner| self.template(inner))
    }

    fn parameter(&mut self, parameter: &Parameter) -> Result<(), Problem> {
        match parameter {
            Parameter::Literal(_) => Ok(()),
            Parameter::Name(name) => {
                self.name(name);
                Ok(())
            }
            Parameter::Path(_) => {
                self.name(parameter.as_name().unwrap_or_default());
                Ok(())
            }
            Parameter::Subexpression(inner) => {
                let element = inner.as_element();
                let TemplateElement::Expression(helper) = element else {
                    return Err(Problem::Foreign("(…)".to_owned()));
                };
                let name = helper.name.as_name().unwrap_or_default();
                if !TESTS.contains(&name) || !helper.hash.is_empty() {
                    return Err(Problem::Foreign(name.to_owned()));
                }
                helper.params.iter().try_for_each(|param| self.parameter(param))
            }
            _ => Err(Problem::Foreign("(…)".to_owned())),
        }
    }

    fn name(&mut self, name: &str) {
        let own = !name.is_empty() && name != "this" && name != "." && !name.starts_with(['@', '.']);
        if own && !name.starts_with("this.") {
            self.variables.insert(name.to_owned());
        }
    }
}
