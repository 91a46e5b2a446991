//! How far it is from one four-digit postcode to another, without a network: kilometres through the air between the centres
//! of the two (`travel/pc4.txt`, by `GeoNames`, CC BY 4.0), the minutes that follow from them, and the band in which those fall.
//! Only the band is ever weighed ([`super::matching`]): it says how long the way is, and not where somebody lives.
//!
//! The minutes are estimates, and pages say so:
//!
//! - *Bicycle*: a way is a quarter longer than the line through the air (Dutch streets and bridges), at 15 km/h, an easy pace
//!   with stops. So five minutes for each kilometre through the air.
//! - *Public transport*: a quarter of an hour to walk and wait at both ends, then a way that is 1.3 times the line at 30 km/h,
//!   changes and stops in it: 2.6 minutes for each kilometre. No timetable is known here; a village without a bus is further.
//!
//! Two addresses of one postcode are taken to be a kilometre apart.

use super::code::code;
use super::words::Lang;
use std::sync::LazyLock;

mod near;
pub use near::{Near, NotNear};

code! {
    /// How somebody travels.
    pub enum TravelMode {
        /// By bicycle.
        Bicycle = "bicycle",
        /// By bus, tram, metro or train.
        PublicTransport = "public_transport",
    }
}

code! {
    /// How long a way takes, in steps; both ends of a way within one step weigh the same.
    pub enum Band {
        /// Ten minutes at most.
        UpTo10 = "10",
        /// Twenty at most.
        UpTo20 = "20",
        /// Half an hour at most.
        UpTo30 = "30",
        /// Three quarters of an hour at most.
        UpTo45 = "45",
        /// An hour at most.
        UpTo60 = "60",
        /// An hour and a half at most.
        UpTo90 = "90",
        /// Longer.
        Longer = "longer",
    }
}

impl Band {
    /// The last minute of this band; `None` where it has none.
    pub const fn until(self) -> Option<u32> {
        match self {
            Self::UpTo10 => Some(10),
            Self::UpTo20 => Some(20),
            Self::UpTo30 => Some(30),
            Self::UpTo45 => Some(45),
            Self::UpTo60 => Some(60),
            Self::UpTo90 => Some(90),
            Self::Longer => None,
        }
    }

    /// The band in which so many minutes fall.
    pub fn of(minutes: u32) -> Self {
        let fits = |band: &&Self| band.until().is_none_or(|until| minutes <= until);
        Self::ALL.iter().find(fits).copied().unwrap_or(Self::Longer)
    }

    /// "hooguit 20 minuten", for a sentence.
    pub fn say(self, lang: Lang) -> String {
        match (self.until(), lang) {
            (Some(until), Lang::Nl) => format!("hooguit {until} minuten"),
            (Some(until), Lang::En) => format!("at most {until} minutes"),
            (None, Lang::Nl) => "meer dan 90 minuten".to_owned(),
            (None, Lang::En) => "more than 90 minutes".to_owned(),
        }
    }
}

/// The mean radius of the earth, in metres.
const RADIUS: f64 = 6_371_000.0;
/// Metres between two addresses of one postcode.
const WITHIN: u32 = 1_000;
/// Minutes by bicycle for a kilometre through the air, times ten.
const BICYCLE: u32 = 50;
/// Minutes to walk and to wait, before and after.
const ENDS: u32 = 15;
/// Minutes by public transport for a kilometre through the air, times ten.
const TRANSPORT: u32 = 26;

static TABLE: &str = include_str!("travel/pc4.txt");
/// In the table positions are counted from here: degrees north and east.
const ORIGIN: (f64, f64) = (50.0, 3.0);
/// The lowest postcode.
const FIRST: usize = 1000;

/// The centre of a postcode, in radians.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Spot {
    north: f64,
    east: f64,
    /// The cosine of `north`.
    narrow: f64,
    place: &'static str,
}

/// By postcode, from 1000.
static SPOTS: LazyLock<Vec<Option<Spot>>> = LazyLock::new(|| {
    let mut spots = vec![None; 10_000 - FIRST];
    let mut place = "";
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        match numbers(line) {
            Some((pc4, north, east)) => {
                let radians = |origin: f64, steps: u32| (origin + f64::from(steps) / 10_000.0).to_radians();
                let north = radians(ORIGIN.0, north);
                let spot = Spot { north, east: radians(ORIGIN.1, east), narrow: north.cos(), place };
                if let Some(slot) = pc4.checked_sub(FIRST).and_then(|at| spots.get_mut(at)) {
                    *slot = Some(spot);
                }
            }
            None => place = line,
        }
    }
    spots
});

/// A line of three numbers.
fn numbers(line: &str) -> Option<(usize, u32, u32)> {
    let mut words = line.split(' ');
    let (pc4, north, east) = (words.next()?, words.next()?, words.next()?);
    Some((pc4.parse().ok()?, north.parse().ok()?, east.parse().ok()?))
}

fn spot(pc4: &str) -> Option<&'static Spot> {
    if pc4.len() != 4 {
        return None;
    }
    SPOTS.get(pc4.parse::<usize>().ok()?.checked_sub(FIRST)?)?.as_ref()
}

/// The place in which a postcode lies; `None` where the table does not know it.
pub fn place(pc4: &str) -> Option<&'static str> {
    spot(pc4).map(|spot| spot.place)
}

/// Metres through the air between the centres of two postcodes (haversine); `None` where the table does not know one of them.
pub fn metres(from: &str, to: &str) -> Option<u32> {
    let (a, b) = (spot(from)?, spot(to)?);
    if std::ptr::eq(a, b) {
        return Some(WITHIN);
    }
    let half = |difference: f64| (difference / 2.0).sin().powi(2);
    let chord = half(b.north - a.north) + a.narrow * b.narrow * half(b.east - a.east);
    let metres = 2.0 * RADIUS * chord.sqrt().min(1.0).asin();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "less than half the earth's girth")]
    let whole = metres.round() as u32;
    Some(whole.max(WITHIN))
}

/// The minutes that a way of so many metres through the air takes, rounded up.
pub fn minutes(metres: u32, mode: TravelMode) -> u32 {
    match mode {
        TravelMode::Bicycle => (metres * BICYCLE).div_ceil(10_000),
        TravelMode::PublicTransport => ENDS + (metres * TRANSPORT).div_ceil(10_000),
    }
}

/// The band of the way between two postcodes; `None` where it is not known.
pub fn band(from: &str, to: &str, mode: TravelMode) -> Option<Band> {
    metres(from, to).map(|metres| Band::of(minutes(metres, mode)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_knows_every_place_of_the_country() {
        let known = SPOTS.iter().flatten().count();
        assert_eq!(known, 4_086);
        for (pc4, name) in
            [("1068", "Amsterdam"), ("3081", "Rotterdam"), ("9881", "Kommerzijl"), ("7876", "Valthermond")]
        {
            assert_eq!(place(pc4), Some(name), "{pc4}");
        }
        for unknown in ["", "0168", "1000", "106", "10680", "1068 ZZ", "9999x", "+106"] {
            assert_eq!(place(unknown), None, "{unknown}");
        }
        for spot in SPOTS.iter().flatten() {
            let (north, east) = (spot.north.to_degrees(), spot.east.to_degrees());
            assert!((50.7..53.6).contains(&north) && (3.3..7.3).contains(&east), "{spot:?}");
            assert!(!spot.place.is_empty());
        }
    }

    #[test]
    fn kilometres_are_those_of_a_map() {
        // Measured on a map, through the air.
        for (from, to, km) in [("1012", "3011", 57), ("1012", "9711", 147), ("6211", "8911", 262), ("1068", "1061", 2)]
        {
            let metres = metres(from, to).unwrap();
            assert!(metres.abs_diff(km * 1000) <= 1500 + km * 10, "{from} {to}: {metres}");
            assert_eq!(super::metres(to, from), Some(metres), "as far back");
        }
        assert_eq!(metres("1068", "1068"), Some(1000));
        assert_eq!(metres("1068", "0000"), None);
    }

    #[test]
    fn minutes_follow_from_metres_and_fall_into_bands() {
        use TravelMode::{Bicycle, PublicTransport};
        for (metres, mode, expected) in [
            (1000, Bicycle, 5),
            (4000, Bicycle, 20),
            (4001, Bicycle, 21),
            (1000, PublicTransport, 18),
            (10_000, PublicTransport, 41),
        ] {
            assert_eq!(minutes(metres, mode), expected, "{metres} {mode}");
        }
        for (minutes, band) in [
            (0, Band::UpTo10),
            (10, Band::UpTo10),
            (11, Band::UpTo20),
            (45, Band::UpTo45),
            (46, Band::UpTo60),
            (90, Band::UpTo90),
            (91, Band::Longer),
        ] {
            assert_eq!(Band::of(minutes), band, "{minutes}");
        }
        assert_eq!(band("1068", "1068", Bicycle), Some(Band::UpTo10));
        assert_eq!(band("1068", "9711", PublicTransport), Some(Band::Longer));
        assert_eq!(band("1068", "1000", Bicycle), None);
    }
}
