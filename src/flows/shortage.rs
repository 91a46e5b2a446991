//! Where places are short, counted anew each time, and what a campaign against it would ask whom.

use crate::domain::company::{Pc4, Postcode};
use crate::domain::matching::{Craft, Crafts};
use crate::domain::scope::Scope;
use crate::domain::shortage::{Area, Entry, HalfYear, Table};
use crate::domain::time::Day;
use crate::domain::words::Lang;
use crate::store::matches::{Offered, Sought, Where};
use crate::store::{Conn, DbResult, companies, matches, proposals, shortage};
use std::collections::{BTreeSet, HashMap};

/// Counts who waits and what is free at the sites in scope; areas by so many digits of the postcode. A student for whom a
/// place is held does not wait, as that place is not free.
pub fn table(conn: &mut Conn, scope: &Scope, digits: usize, today: Day) -> DbResult<Table> {
    let held: BTreeSet<_> = proposals::students_with_one(conn, scope)?.into_iter().collect();
    let (mut waiting, mut free) = (Vec::new(), Vec::new());
    let mut crafts = HashMap::new();
    for site in scope.sites() {
        let students = matches::looking(conn, scope, *site)?;
        let own = students.iter().filter(|student| !held.contains(&student.id));
        waiting.extend(own.map(|student| wanted(student, &mut crafts, digits)));
        let openings = matches::openings(conn, scope, *site)?;
        free.extend(openings.iter().filter_map(|(offered, at)| offer(offered, at, &mut crafts, digits)));
    }
    Ok(Table::count(waiting, free, today))
}

/// Texts are the same words over and over, so each is read once.
type Read = HashMap<String, Option<Craft>>;

fn craft(text: &str, read: &mut Read) -> Option<Craft> {
    if let Some(known) = read.get(text) {
        return *known;
    }
    let found = Crafts::of(text).iter().next();
    read.insert(text.to_owned(), found);
    found
}

fn wanted(student: &Sought, read: &mut Read, digits: usize) -> Entry {
    let role = student.role_sought.as_deref().unwrap_or_default();
    Entry {
        craft: craft(&student.programme, read).or_else(|| craft(role, read)),
        area: Area::of(student.home_pc4.as_ref().map(Pc4::as_str), digits),
        from: student.available_from,
        count: 1,
    }
}

fn offer(offered: &Offered, at: &Where, read: &mut Read, digits: usize) -> Option<Entry> {
    (offered.places_left > 0 && !at.do_not_contact).then(|| Entry {
        craft: craft(&offered.role, read),
        area: Area::of(at.postcode.as_ref().map(Postcode::pc4), digits),
        from: offered.starts_on,
        count: offered.places_left,
    })
}

/// What a campaign would begin with: its name, to whom it goes, and the words for all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// Sectors in which companies offered or are recognised for this line of work, or that are called by it.
    pub sectors: Vec<String>,
    /// Towns of companies in the area.
    pub places: Vec<String>,
    /// From when.
    pub period: String,
}

/// The draft for a cell of the table; an area of no digits is everywhere.
pub fn draft(
    conn: &mut Conn,
    scope: &Scope,
    craft: Craft,
    area: &str,
    from: Option<Day>,
    lang: Lang,
) -> DbResult<Draft> {
    let named = companies::choices(conn, scope)?.sectors;
    let of_craft = |text: &str| Crafts::of(text).has(craft);
    let mut sectors: BTreeSet<String> = named.into_iter().filter(|sector| of_craft(sector)).collect();
    let shown = shortage::sectors_with_words(conn, scope)?;
    sectors.extend(shown.into_iter().filter(|(_, words)| of_craft(words)).map(|(sector, _)| sector));
    let places = if area.is_empty() { Vec::new() } else { shortage::places_in(conn, scope, area)? };
    let period = from.map(|from| HalfYear::of(from).name(Lang::Nl).trim_start_matches("vanaf ").to_owned());
    let from = from.map(|from| format!(" {}", HalfYear::of(from).name(lang))).unwrap_or_default();
    Ok(Draft {
        name: format!("{} {}{from}", lang.t("Tekort:", "Shortage:"), craft.name(lang)),
        sectors: sectors.into_iter().collect(),
        places,
        period: period.unwrap_or_default(),
    })
}
