//! School holidays by region: a table that is handed in, and the day on which work begins again after one.
//! Years that are not in the table are unknown, and say so.

use super::code::code;
use super::time::Day;
use super::words::Region;
use chrono::Datelike;
use serde::Deserialize;

code! {
    /// A holiday that employers date by.
    pub enum SchoolHoliday {
        /// In October.
        Autumn = "herfstvakantie",
        /// Around Christmas and the new year.
        Christmas = "kerstvakantie",
        /// In February; carnaval falls in it.
        Spring = "voorjaarsvakantie",
        /// Around the end of April.
        May = "meivakantie",
        /// In July and August.
        Summer = "zomervakantie",
        /// The builders' holiday, in summer.
        Builders = "bouwvak",
    }
}

/// One holiday of one region, both days included.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidayRow {
    /// Which.
    pub name: SchoolHoliday,
    /// Where: a region's word, or `all`.
    pub region: Where,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Day,
}

code! {
    /// Where a holiday is kept.
    pub enum Where {
        /// Noord.
        Noord = "noord",
        /// Midden.
        Midden = "midden",
        /// Zuid.
        Zuid = "zuid",
        /// Everywhere.
        All = "all",
    }
}

impl Where {
    const fn covers(self, region: Region) -> bool {
        matches!(
            (self, region),
            (Self::All, _) | (Self::Noord, Region::Noord) | (Self::Midden, Region::Midden) | (Self::Zuid, Region::Zuid)
        )
    }
}

/// The table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchoolHolidays {
    /// Its rows, in any order.
    #[serde(default)]
    pub holiday: Vec<HolidayRow>,
}

/// The table with the region that it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct School<'a> {
    /// The table.
    pub holidays: &'a SchoolHolidays,
    /// The region.
    pub region: Region,
}

impl School<'_> {
    /// The first weekday after the next such holiday that is not over on `today`; `None` where the table does not know
    /// it: the next row must begin within a year, or a year is missing in between.
    pub fn day_after(self, which: SchoolHoliday, today: Day) -> Option<Day> {
        let known = self.holidays.holiday.iter().filter(|row| row.name == which && row.region.covers(self.region));
        let next = known.filter(|row| row.until >= today).min_by_key(|row| row.until)?;
        let near = next.from.days_since(today) <= 366;
        near.then(|| weekday(next.until.plus(1)))
    }
}

fn weekday(day: Day) -> Day {
    let into_weekend = i64::from(day.0.weekday().num_days_from_monday()) - 5;
    if into_weekend >= 0 { day.plus(2 - into_weekend) } else { day }
}

/// The region of a postcode's four digits, where they lie in a province that is of one region. Those of Gelderland,
/// Utrecht, Flevoland and Noord-Brabant are split by municipality, and so not told.
pub fn region_of(pc4: &str) -> Option<Region> {
    match pc4.parse().ok()? {
        // Noord-Holland; Overijssel's north, Drenthe, Friesland, Groningen
        1000..=1299 | 1430..=1999 | 2000..=2159 | 7700..=7999 | 8330..=9999 => Some(Region::Noord),
        // Zuid-Holland
        2200..=3299 => Some(Region::Midden),
        // Zeeland; Limburg
        4300..=4599 | 5800..=6499 => Some(Region::Zuid),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> SchoolHolidays {
        toml::from_str(
            "[[holiday]]\nname = \"herfstvakantie\"\nregion = \"noord\"\nfrom = \"2026-10-10\"\nuntil = \"2026-10-18\"\n\
             [[holiday]]\nname = \"herfstvakantie\"\nregion = \"zuid\"\nfrom = \"2026-10-17\"\nuntil = \"2026-10-25\"\n\
             [[holiday]]\nname = \"kerstvakantie\"\nregion = \"all\"\nfrom = \"2026-12-19\"\nuntil = \"2027-01-03\"\n",
        )
        .unwrap()
    }

    fn after(which: SchoolHoliday, region: Region, today: &str) -> Option<String> {
        let holidays = table();
        let school = School { holidays: &holidays, region };
        school.day_after(which, Day::parse(today).unwrap()).map(|day| day.to_string())
    }

    #[test]
    fn work_begins_on_the_weekday_after_the_regions_own_holiday() {
        assert_eq!(after(SchoolHoliday::Autumn, Region::Noord, "2026-09-01").as_deref(), Some("2026-10-19"));
        assert_eq!(after(SchoolHoliday::Autumn, Region::Zuid, "2026-09-01").as_deref(), Some("2026-10-26"));
        assert_eq!(after(SchoolHoliday::Christmas, Region::Zuid, "2026-12-24").as_deref(), Some("2027-01-04"));
    }

    #[test]
    fn what_the_table_does_not_know_is_not_made_up() {
        assert_eq!(after(SchoolHoliday::Autumn, Region::Midden, "2026-09-01"), None);
        assert_eq!(after(SchoolHoliday::Autumn, Region::Noord, "2026-11-01"), None);
        assert_eq!(after(SchoolHoliday::Autumn, Region::Noord, "2024-09-01"), None);
        assert_eq!(after(SchoolHoliday::Builders, Region::Noord, "2026-06-01"), None);
    }

    #[test]
    fn a_postcode_tells_the_region_only_where_its_province_is_of_one() {
        assert_eq!(region_of("9712"), Some(Region::Noord));
        assert_eq!(region_of("3011"), Some(Region::Midden));
        assert_eq!(region_of("6211"), Some(Region::Zuid));
        assert_eq!((region_of("6811"), region_of("3511"), region_of("")), (None, None, None));
    }
}
