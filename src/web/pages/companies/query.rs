//! The address of a list: what its filters, sort and page are called in the query, and the filter that they mean.
//! A value that makes no sense asks nothing.

use crate::domain::id::{CompanyId, UserId};
use crate::domain::time::Day;
use crate::domain::travel::{Near, NotNear};
use crate::domain::words::{CompanyStatus, Level};
use crate::store::companies::{Filter, Sort, Turn};
use serde::{Deserialize, Serialize};

/// Days after which a company counts as not spoken to for long.
const LONG: i64 = 90;

/// The query of a list of companies; every field is a text, empty when it asks nothing.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Query {
    /// Words.
    pub q: String,
    /// One line of business.
    pub sector: String,
    /// One town or district.
    pub place: String,
    /// The postcode around which, whole or its four digits.
    pub near: String,
    /// How far around it, in kilometres.
    pub km: String,
    /// One tag.
    pub tag: String,
    /// `me`, or a user's id.
    pub owner: String,
    /// A status.
    pub status: String,
    /// `yes`, or a level.
    pub recognised: String,
    /// At least so many places.
    pub room: String,
    /// `long`: not for three months; `never`.
    pub contact: String,
    /// `closed` or `open` to being approached.
    pub approach: String,
    /// `yes`: those that were put away.
    pub archived: String,
    /// A sort.
    pub sort: String,
    /// The company that the page follows.
    pub after: String,
    /// The company that the page precedes.
    pub before: String,
}

impl Query {
    /// What it means for this person today.
    pub fn filter(&self, me: UserId, today: Day) -> Filter {
        let one = |text: &String| if text.is_empty() { Vec::new() } else { vec![text.clone()] };
        Filter {
            q: self.q.chars().take(200).collect(),
            sectors: one(&self.sector),
            places: one(&self.place),
            tags: one(&self.tag),
            near: self.circle().and_then(Result::ok),
            owner: if self.owner == "me" { Some(me) } else { self.owner.parse().ok() },
            status: self.status.parse::<CompanyStatus>().ok(),
            recognised: self.recognised == "yes",
            recognised_crebo: None,
            recognised_level: self.recognised.parse::<Level>().ok(),
            min_places_left: self.room.parse().ok(),
            last_moment_before: (self.contact == "long").then(|| today.plus(-LONG)),
            never_contacted: self.contact == "never",
            do_not_contact: match self.approach.as_str() {
                "closed" => Some(true),
                "open" => Some(false),
                _ => None,
            },
            archived: self.archived == "yes",
        }
    }

    /// The circle that is asked for, or why there is none around what was typed.
    pub fn circle(&self) -> Option<Result<Near, NotNear>> {
        let km = self.km.parse().unwrap_or(Near::USUAL);
        (!self.near.trim().is_empty()).then(|| Near::parse(&self.near, km))
    }

    /// The order.
    pub fn order(&self) -> Sort {
        self.sort.parse().unwrap_or_default()
    }

    /// Which page.
    pub fn turn(&self) -> Turn {
        match (self.after.parse::<CompanyId>(), self.before.parse::<CompanyId>()) {
            (Ok(id), _) => Turn::After(id),
            (_, Ok(id)) => Turn::Before(id),
            _ => Turn::First,
        }
    }

    /// The address of the list with some values changed; from its first page unless `after` or `before` is among them.
    pub fn href(&self, path: &str, changes: &[(&str, &str)]) -> String {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        let near = changes.iter().find(|(key, _)| *key == "near").map_or(self.near.as_str(), |(_, value)| value);
        let circle = !near.is_empty();
        for (name, value) in self.pairs() {
            let turns = matches!(name, "after" | "before");
            let new = changes.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
            let value = new.unwrap_or(if turns { "" } else { value });
            // How far says nothing without from where.
            if !value.is_empty() && (name != "km" || circle) {
                text.append_pair(name, value);
            }
        }
        let text = text.finish();
        if text.is_empty() { path.to_owned() } else { format!("{path}?{text}") }
    }

    /// The filters that ask something, by name, without words, sort and page.
    pub fn set(&self) -> Vec<(&'static str, &str)> {
        let other = ["q", "km", "sort", "after", "before"];
        self.pairs().into_iter().filter(|(name, value)| !value.is_empty() && !other.contains(name)).collect()
    }

    fn pairs(&self) -> [(&'static str, &str); 16] {
        [
            ("q", &self.q),
            ("sector", &self.sector),
            ("place", &self.place),
            ("near", &self.near),
            ("km", &self.km),
            ("tag", &self.tag),
            ("owner", &self.owner),
            ("status", &self.status),
            ("recognised", &self.recognised),
            ("room", &self.room),
            ("contact", &self.contact),
            ("approach", &self.approach),
            ("archived", &self.archived),
            ("sort", &self.sort),
            ("after", &self.after),
            ("before", &self.before),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_one_address_and_a_changed_filter_starts_at_the_first_page() {
        let query = Query { q: "café & co".to_owned(), after: "7".to_owned(), ..Query::default() };
        assert_eq!(query.href("/companies", &[("sector", "Zorg")]), "/companies?q=caf%C3%A9+%26+co&sector=Zorg");
        assert_eq!(query.href("/companies", &[("q", "")]), "/companies");
        assert_eq!(query.turn(), Turn::After(CompanyId(7)));
    }

    #[test]
    fn values_that_make_no_sense_ask_nothing() {
        let query = Query {
            owner: "x".to_owned(),
            status: "x".to_owned(),
            room: "veel".to_owned(),
            sort: "x".to_owned(),
            contact: "x".to_owned(),
            ..Query::default()
        };
        let today = Day::new(2026, 11, 23).unwrap();
        assert!(query.filter(UserId(1), today).is_empty());
        assert_eq!(query.order(), Sort::Name);
        let mine = Query { owner: "me".to_owned(), contact: "long".to_owned(), ..Query::default() };
        let filter = mine.filter(UserId(1), today);
        assert_eq!((filter.owner, filter.last_moment_before), (Some(UserId(1)), Day::new(2026, 8, 25)));
    }
}
