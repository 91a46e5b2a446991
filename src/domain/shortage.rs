//! Where places are short: students who wait minus places that are free, by line of work, area and half-year. Each student and
//! each place counts once: in the first line of work that its words name, where it lives or lies, and where its time begins.

use super::matching::Craft;
use super::spoken;
use super::time::Day;
use super::travel;
use super::words::Lang;
use std::collections::{BTreeMap, BTreeSet};

/// Half-years that are told apart; what begins later counts in the last.
pub const PERIODS: usize = 4;

/// The first digits of a postcode, or none where it is not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Area(Option<String>);

impl Area {
    /// The area of a four-digit postcode, by so many of its digits.
    pub fn of(pc4: Option<&str>, digits: usize) -> Self {
        Self(pc4.and_then(|pc4| pc4.get(..digits)).map(str::to_owned))
    }

    /// The digits; empty where nothing is known.
    pub fn digits(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// "106. Amsterdam": the digits with a place that lies there.
    pub fn name(&self, lang: Lang) -> String {
        let Some(digits) = &self.0 else { return lang.t("onbekend", "unknown").to_owned() };
        let rest = 10_usize.pow(u32::try_from(4 - digits.len().min(4)).unwrap_or(0));
        let first: usize = digits.parse::<usize>().unwrap_or(0) * rest;
        let place = (first..first + rest).find_map(|pc4| travel::place(&pc4.to_string()));
        place.map_or_else(|| digits.clone(), |place| format!("{digits} {place}"))
    }
}

/// A half-year: February to July, or August to January, as schools have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HalfYear {
    /// Its first day.
    pub from: Day,
}

impl HalfYear {
    /// The one a day lies in.
    pub fn of(day: Day) -> Self {
        let (year, month, _) = day.ymd();
        let (year, month) = match month {
            1 => (year - 1, 8),
            2..=7 => (year, 2),
            _ => (year, 8),
        };
        Self { from: Day::new(year, month, 1).unwrap_or(day) }
    }

    fn next(self) -> Self {
        Self::of(self.from.plus(185))
    }

    /// "nu" for the one that runs, else "vanaf februari 2027".
    pub fn tab(self, today: Day, lang: Lang) -> String {
        if self.from <= today { lang.t("nu", "now").to_owned() } else { self.name(lang) }
    }

    /// "vanaf februari 2027".
    pub fn name(self, lang: Lang) -> String {
        let words = spoken::date(self.from, lang);
        format!("{} {}", lang.t("vanaf", "from"), words.split_once(' ').map_or("", |(_, month)| month))
    }
}

/// The half-years that are told apart, this one first.
pub fn periods(today: Day) -> Vec<HalfYear> {
    std::iter::successors(Some(HalfYear::of(today)), |one| Some(one.next())).take(PERIODS).collect()
}

/// A student who waits, or an opening with places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line of work; none: its words name none.
    pub craft: Option<Craft>,
    /// Where.
    pub area: Area,
    /// From when; none: at once.
    pub from: Option<Day>,
    /// How many; 1 for a student.
    pub count: i32,
}

/// What a line of work has in an area and half-year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// Students who wait.
    pub waiting: i32,
    /// Places that are free.
    pub free: i32,
}

impl Cell {
    /// Students for whom there is no place; negative where places are over.
    pub const fn short(self) -> i32 {
        self.waiting.saturating_sub(self.free)
    }

    /// How bad it is, from 0 (enough) to 4.
    pub const fn heat(self) -> u8 {
        match self.short() {
            ..=0 => 0,
            1..=2 => 1,
            3..=5 => 2,
            6..=10 => 3,
            _ => 4,
        }
    }
}

impl std::ops::AddAssign for Cell {
    fn add_assign(&mut self, other: Self) {
        self.waiting = self.waiting.saturating_add(other.waiting);
        self.free = self.free.saturating_add(other.free);
    }
}

/// The whole table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    cells: BTreeMap<(Option<Craft>, Area, usize), Cell>,
}

/// A line of work in one period: its cells by area, and their sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of work.
    pub craft: Option<Craft>,
    /// In the order of the table's areas.
    pub cells: Vec<Cell>,
    /// All areas together.
    pub sum: Cell,
}

impl Table {
    /// Counts students and openings on a day.
    pub fn count(waiting: impl IntoIterator<Item = Entry>, free: impl IntoIterator<Item = Entry>, today: Day) -> Self {
        let periods = periods(today);
        let mut table = Self::default();
        let mut add = |entry: Entry, cell: Cell| {
            let at = entry.from.map_or(0, |from| periods.iter().rposition(|one| one.from <= from).unwrap_or(0));
            *table.cells.entry((entry.craft, entry.area, at)).or_default() += cell;
        };
        for entry in waiting {
            let cell = Cell { waiting: entry.count, free: 0 };
            add(entry, cell);
        }
        for entry in free {
            let cell = Cell { waiting: 0, free: entry.count };
            add(entry, cell);
        }
        table
    }

    /// Areas that have anything in this period, or in any.
    pub fn areas(&self, period: Option<usize>) -> Vec<Area> {
        let here = self.cells.keys().filter(|(_, _, at)| period.is_none_or(|period| period == *at));
        here.map(|(_, area, _)| area.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The lines of work of a period, or of all together; where most students are short in front.
    pub fn rows(&self, period: Option<usize>) -> Vec<Row> {
        let areas = self.areas(period);
        let mut rows: BTreeMap<Option<Craft>, Row> = BTreeMap::new();
        for ((craft, area, at), cell) in &self.cells {
            if period.is_some_and(|period| period != *at) {
                continue;
            }
            let empty = || Row { craft: *craft, cells: vec![Cell::default(); areas.len()], sum: Cell::default() };
            let row = rows.entry(*craft).or_insert_with(empty);
            row.sum += *cell;
            if let Some(slot) = areas.iter().position(|one| one == area).and_then(|at| row.cells.get_mut(at)) {
                *slot += *cell;
            }
        }
        let mut rows: Vec<Row> = rows.into_values().collect();
        rows.sort_by_key(|row| (row.craft.is_none(), std::cmp::Reverse(row.sum.short()), row.craft));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn entry(craft: Option<Craft>, pc4: &str, from: Option<&str>, count: i32) -> Entry {
        Entry { craft, area: Area::of(Some(pc4), 3), from: from.map(day), count }
    }

    #[test]
    fn half_years_begin_in_february_and_august() {
        for (on, from) in [
            ("2026-12-01", "2026-08-01"),
            ("2027-01-31", "2026-08-01"),
            ("2027-02-01", "2027-02-01"),
            ("2027-07-31", "2027-02-01"),
            ("2027-08-01", "2027-08-01"),
        ] {
            assert_eq!(HalfYear::of(day(on)).from, day(from), "{on}");
        }
        let names: Vec<String> = periods(day("2026-12-01")).iter().map(|one| one.name(Lang::Nl)).collect();
        assert_eq!(names, ["vanaf augustus 2026", "vanaf februari 2027", "vanaf augustus 2027", "vanaf februari 2028"]);
    }

    #[test]
    fn each_student_and_each_place_counts_once_where_and_when_it_begins() {
        let care = Some(Craft::Care);
        let waiting = [
            entry(care, "1068", Some("2027-02-01"), 1),
            entry(care, "1061", Some("2027-03-01"), 1),
            entry(care, "1068", None, 1),
            entry(Some(Craft::Retail), "1017", Some("2031-01-01"), 1),
        ];
        let free = [entry(care, "1062", Some("2027-05-01"), 3), entry(care, "1017", Some("2026-01-01"), 2)];
        let table = Table::count(waiting, free, day("2026-12-01"));
        let row = |period, craft| table.rows(period).into_iter().find(|row| row.craft == craft).map(|row| row.sum);
        assert_eq!(row(Some(1), care), Some(Cell { waiting: 2, free: 3 }));
        assert_eq!(row(Some(0), care), Some(Cell { waiting: 1, free: 2 }));
        assert_eq!(row(Some(3), Some(Craft::Retail)), Some(Cell { waiting: 1, free: 0 }));
        assert_eq!(table.areas(Some(1)), [Area::of(Some("1068"), 3)]);
        assert_eq!(Area::of(Some("1068"), 3).name(Lang::Nl), "106 Amsterdam");
        assert_eq!(table.rows(None)[0].craft, Some(Craft::Retail), "where most are short stands in front");
    }

    proptest! {
        #[test]
        fn the_sums_of_rows_and_periods_are_what_went_in(
            all in prop::collection::vec((0..4usize, 1000..1100u16, 0..900i64, 1..5i32, any::<bool>()), 0..60),
        ) {
            let today = day("2026-12-01");
            let crafts = [Some(Craft::Care), Some(Craft::Retail), Some(Craft::Green), None];
            let entries = |waits: bool| all.iter().filter(move |one| one.4 == waits).map(|one| Entry {
                craft: crafts[one.0],
                area: Area::of(Some(&one.1.to_string()), 2),
                from: Some(today.plus(one.2)),
                count: one.3,
            });
            let table = Table::count(entries(true), entries(false), today);
            let whole = |waits: bool| all.iter().filter(|one| one.4 == waits).map(|one| one.3).sum::<i32>();
            let sum = |period| table.rows(period).iter().fold(Cell::default(), |mut sum, row| {
                let mut cells = Cell::default();
                row.cells.iter().for_each(|cell| cells += *cell);
                assert_eq!(cells, row.sum);
                sum += row.sum;
                sum
            });
            prop_assert_eq!(sum(None), Cell { waiting: whole(true), free: whole(false) });
            let mut parts = Cell::default();
            (0..PERIODS).for_each(|period| parts += sum(Some(period)));
            prop_assert_eq!(parts, sum(None));
        }
    }
}
