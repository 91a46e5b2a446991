//! Days as people say them in a sentence, for mails and task titles.

use super::time::Day;
use super::words::Lang;
use chrono::Datelike;

const WEEKDAYS: [(&str, &str); 7] = [
    ("maandag", "Monday"),
    ("dinsdag", "Tuesday"),
    ("woensdag", "Wednesday"),
    ("donderdag", "Thursday"),
    ("vrijdag", "Friday"),
    ("zaterdag", "Saturday"),
    ("zondag", "Sunday"),
];

const MONTHS: [(&str, &str); 12] = [
    ("januari", "January"),
    ("februari", "February"),
    ("maart", "March"),
    ("april", "April"),
    ("mei", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("augustus", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("december", "December"),
];

/// "maandag 1 februari".
pub fn day(day: Day, lang: Lang) -> String {
    let (nl, en) = WEEKDAYS[day.0.weekday().num_days_from_monday() as usize];
    format!("{} {}", lang.t(nl, en), day_and_month(day, lang))
}

/// "1 februari 2027".
pub fn date(day: Day, lang: Lang) -> String {
    format!("{} {}", day_and_month(day, lang), day.ymd().0)
}

/// "1 februari".
pub fn day_and_month(day: Day, lang: Lang) -> String {
    let (nl, en) = MONTHS[day.0.month0() as usize];
    format!("{} {}", day.ymd().2, lang.t(nl, en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_said_in_both_languages() {
        let first = Day::new(2027, 2, 1).unwrap();
        assert_eq!(day(first, Lang::Nl), "maandag 1 februari");
        assert_eq!(day(first, Lang::En), "Monday 1 February");
        assert_eq!(date(first, Lang::Nl), "1 februari 2027");
    }
}
