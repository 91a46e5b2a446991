//! The map of the house as the source has it, `src/web/routes.rs`, so that no test can forget a route.

use super::processes::project;
use std::fs;

/// One line of the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `get`, `post` or `head`.
    pub method: String,
    /// As it is written, with `{id}`.
    pub path: String,
    /// The handler, with its module.
    pub handler: String,
}

impl Route {
    /// The path once for each of its acts; once when it names none.
    pub fn acts(&self) -> Vec<String> {
        let Some((before, rest)) = self.path.split_once("{act:") else { return vec![self.path.clone()] };
        let (acts, after) = rest.split_once('}').unwrap();
        acts.split('|').map(|act| format!("{before}{act}{after}")).collect()
    }

    /// Whether it is about one record.
    pub fn has_id(&self) -> bool {
        self.path.contains("{id}")
    }
}

/// Every route, in the order of the map. Fails when a line has a shape that it does not know.
pub fn routes() -> Vec<Route> {
    let source = fs::read_to_string(project().join("src/web/routes.rs")).unwrap();
    let lines = source.lines().map(str::trim).filter(|line| line.contains(".route("));
    lines.map(|line| parse(line).unwrap_or_else(|| panic!("a route of another shape: {line}"))).collect()
}

fn parse(line: &str) -> Option<Route> {
    let (path, rest) = line.strip_prefix(".route(\"")?.split_once("\", ")?;
    let (method, rest) = rest.split_once("().to(")?;
    let handler = rest.strip_suffix("))")?;
    let known = ["get", "post", "head"].contains(&method);
    known.then(|| Route { method: method.to_owned(), path: path.to_owned(), handler: handler.to_owned() })
}
