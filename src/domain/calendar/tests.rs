use super::*;
use proptest::prelude::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

#[test]
fn easter_falls_where_the_almanac_says() {
    for (year, expected) in [
        (2000, "2000-04-23"),
        (2008, "2008-03-23"),
        (2011, "2011-04-24"),
        (2024, "2024-03-31"),
        (2025, "2025-04-20"),
        (2026, "2026-04-05"),
        (2027, "2027-03-28"),
        (2038, "2038-04-25"),
        (2049, "2049-04-18"),
    ] {
        assert_eq!(easter(year), Some(day(expected)), "{year}");
    }
}

#[test]
fn public_holidays_follow_their_rules() {
    for (date, expected) in [
        ("2026-01-01", Some(Holiday::NewYear)),
        ("2026-04-03", None),
        ("2026-04-05", Some(Holiday::Easter)),
        ("2026-04-06", Some(Holiday::EasterMonday)),
        ("2026-04-27", Some(Holiday::KingsDay)),
        ("2025-04-26", Some(Holiday::KingsDay)),
        ("2025-04-27", None),
        ("2025-05-05", Some(Holiday::Liberation)),
        ("2026-05-05", None),
        ("2030-05-05", Some(Holiday::Liberation)),
        ("2026-05-14", Some(Holiday::Ascension)),
        ("2026-05-24", Some(Holiday::Pentecost)),
        ("2026-05-25", Some(Holiday::PentecostMonday)),
        ("2026-12-25", Some(Holiday::Christmas)),
        ("2026-12-26", Some(Holiday::SecondChristmas)),
        ("2026-12-31", None),
    ] {
        assert_eq!(holiday(day(date)), expected, "{date}");
    }
    assert_eq!(Holiday::EasterMonday.name(Lang::Nl), "tweede paasdag");
}

#[test]
fn working_days_are_counted_over_weekends_and_holidays() {
    for (from, n, expected) in [
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-23", -1, "2026-11-20"),
        ("2026-04-02", 2, "2026-04-07"),
        ("2026-04-07", -1, "2026-04-03"),
        ("2026-12-24", 1, "2026-12-28"),
        ("2026-12-25", 0, "2026-12-28"),
        ("2026-11-23", 0, "2026-11-23"),
    ] {
        assert_eq!(add_working_days(day(from), n), day(expected), "{from} {n}");
    }
    assert_eq!(working_days_between(day("2026-11-20"), day("2026-11-27")), 5);
    assert_eq!(working_days_between(day("2026-11-27"), day("2026-11-20")), -5);
    assert_eq!(working_days_between(day("2026-04-03"), day("2026-04-07")), 1);
    assert_eq!(next_working_day(day("2026-11-21")), day("2026-11-23"));
}

#[test]
fn a_window_opens_by_the_wall_clock_in_amsterdam() {
    let office: Window = "mon-fri 09:00-17:00".parse().unwrap();
    for (now, expected) in [
        ("2026-11-23T08:30:00Z", "2026-11-23T08:30:00Z"),
        ("2026-11-23T07:59:59Z", "2026-11-23T08:00:00Z"),
        ("2026-11-23T16:00:00Z", "2026-11-24T08:00:00Z"),
        ("2026-11-20T16:00:00Z", "2026-11-23T08:00:00Z"),
        ("2026-12-24T16:30:00Z", "2026-12-28T08:00:00Z"),
        // Over both switches the office still opens at nine.
        ("2026-03-27T16:30:00Z", "2026-03-30T07:00:00Z"),
        ("2026-10-23T15:30:00Z", "2026-10-26T08:00:00Z"),
    ] {
        assert_eq!(office.next_open(moment(now)), moment(expected), "{now}");
    }
    let night = moment("2026-12-25T02:00:00Z");
    assert_eq!(Window::always().next_open(night), night);
}

#[test]
fn a_window_in_the_hour_that_spring_skips_opens_after_it() {
    let night: Window = "sun 02:15-02:45".parse().unwrap();
    // 02:15 is not there on the 29th: it opens at 03:00, and there is nothing of it left then.
    assert_eq!(night.next_open(moment("2026-03-28T12:00:00Z")), moment("2026-03-29T01:00:00Z"));
}

#[test]
fn a_window_is_stored_as_text_and_read_back() {
    for text in ["mon-fri 09:00-17:00", "mon,wed 10:00-12:30", "tue-thu,sat,sun 00:00-24:00", "always"] {
        assert_eq!(text.parse::<Window>().unwrap().to_string(), text);
    }
    assert_eq!("Mon,Tue,Wed 9:00-17:00".parse::<Window>().unwrap().to_string(), "mon-wed 09:00-17:00");
    for bad in
        ["", "mon-fri", "fri-mon 09:00-17:00", "mon 17:00-09:00", "mon 09:00-25:00", "ma 09:00-17:00", "1 9:00-10:00"]
    {
        assert!(bad.parse::<Window>().is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn going_forth_and_counting_back_agree(start in 0i64..20_000, n in 1i64..60) {
        let from = day("1990-01-01").plus(start);
        let to = add_working_days(from, n);
        prop_assert!(is_working_day(to));
        prop_assert_eq!(working_days_between(from, to), n);
        prop_assert!(add_working_days(to, -n) <= from.max(next_working_day(from)));
    }

    #[test]
    fn easter_is_a_sunday_between_22_march_and_25_april(year in 1900i32..2200) {
        let easter = easter(year).unwrap();
        prop_assert_eq!(weekday(easter), Weekday::Sun);
        prop_assert!((Day::new(year, 3, 22).unwrap()..=Day::new(year, 4, 25).unwrap()).contains(&easter));
    }

    #[test]
    fn the_next_opening_is_open_and_never_in_the_past(seconds in 1_600_000_000i64..1_900_000_000) {
        let office: Window = "mon-fri 09:00-17:00".parse().unwrap();
        let now = Moment::from_timestamp(seconds).unwrap();
        let open = office.next_open(now);
        prop_assert!(open >= now && office.is_open(open));
        prop_assert!(is_working_day(open.day()));
    }
}
