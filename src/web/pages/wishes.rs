//! What a student seeks, between the form and the record.

use super::students::StudentForm;
use crate::domain::company::Pc4;
use crate::domain::time::Day;
use crate::domain::travel::{self, Band, TravelMode};
use crate::domain::words::Lang;
use crate::store::students::Wishes;
use crate::web::form::Errors;

/// The choice of the form that holds so many minutes.
fn whole_band(minutes: i32) -> i32 {
    let until = u32::try_from(minutes).ok().and_then(|minutes| Band::of(minutes).until());
    until.and_then(|until| i32::try_from(until).ok()).unwrap_or(minutes)
}

/// Writes wishes into a form.
pub(super) fn fill(form: &mut StudentForm, wishes: &Wishes) {
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let number = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
    form.available_from = day(wishes.available_from);
    form.available_until = day(wishes.available_until);
    form.days_per_week = number(wishes.days_per_week);
    form.hours_per_week = number(wishes.hours_per_week);
    form.home_pc4 = wishes.home_pc4.as_ref().map(|pc4| pc4.as_str().to_owned()).unwrap_or_default();
    form.travel_minutes = number(wishes.travel_minutes.map(whole_band));
    form.travel_mode = wishes.travel_mode.map(|mode| mode.to_string()).unwrap_or_default();
    form.role_sought = wishes.role_sought.clone().unwrap_or_default();
    form.learning_wish = wishes.learning_wish.clone().unwrap_or_default();
    form.looking_since = day(wishes.looking_since);
}

/// The wishes of a form; every field that cannot be read has its sentence.
pub(super) fn read(form: &StudentForm, errors: &mut Errors, lang: Lang) -> Wishes {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let mut day = |field: &str, text: &str| {
        let read = Day::parse(text).map(Some).ok_or(lang.t("Kies een dag.", "Choose a day."));
        if text.trim().is_empty() { None } else { errors.take(field, read).flatten() }
    };
    let available_from = day("available_from", &form.available_from);
    let available_until = day("available_until", &form.available_until);
    let looking_since = day("looking_since", &form.looking_since);
    let mut number = |field: &str, text: &str| {
        let read = text.trim().parse().map(Some).map_err(|_| lang.t("Vul een getal in.", "Fill in a number."));
        if text.trim().is_empty() { None } else { errors.take(field, read).flatten() }
    };
    let days_per_week = number("days_per_week", &form.days_per_week);
    let hours_per_week = number("hours_per_week", &form.hours_per_week);
    let travel_minutes = number("travel_minutes", &form.travel_minutes);
    let home_pc4 = if form.home_pc4.trim().is_empty() {
        None
    } else {
        let shape =
            lang.t("Alleen de vier cijfers van de postcode: 1068.", "Only the four digits of the postcode: 1068.");
        errors.take("home_pc4", Pc4::parse(&form.home_pc4).map_err(|_| shape))
    };
    Wishes {
        available_from,
        available_until,
        days_per_week,
        hours_per_week,
        home_pc4,
        travel_minutes,
        travel_mode: form.travel_mode.parse().ok(),
        role_sought: text(&form.role_sought),
        learning_wish: text(&form.learning_wish),
        looking_since,
    }
}

/// The longest ways to choose from: the last minutes of the bands, so that a choice never parts a band.
pub(super) fn ways(lang: Lang) -> Vec<(String, String)> {
    let none = (String::new(), lang.t("geen grens", "no limit").to_owned());
    let minutes = Band::ALL.iter().filter_map(|band| band.until());
    let one = |minutes: u32| (minutes.to_string(), format!("{minutes} {}", lang.t("minuten", "minutes")));
    std::iter::once(none).chain(minutes.map(one)).collect()
}

/// Ways to travel with their names.
pub(super) fn modes(lang: Lang) -> Vec<(String, String)> {
    let name = |mode: TravelMode| match mode {
        TravelMode::Bicycle => lang.t("fiets", "bicycle"),
        TravelMode::PublicTransport => lang.t("openbaar vervoer", "public transport"),
    };
    TravelMode::ALL.iter().map(|mode| (mode.to_string(), name(*mode).to_owned())).collect()
}

/// What is known of a postcode at home, under its field.
pub(super) fn home(lang: Lang, pc4: &str) -> String {
    let only =
        lang.t("Alleen de vier cijfers, om de reistijd te schatten.", "Only the four digits, to estimate the way.");
    match (pc4.trim(), travel::place(pc4.trim())) {
        ("", _) => only.to_owned(),
        (_, Some(place)) => format!("{place}. {only}"),
        (_, None) => {
            let said = lang.t(
                "Deze postcode kennen we niet, dus de reistijd telt niet mee.",
                "We do not know this postcode, so the way is not weighed.",
            );
            said.to_owned()
        }
    }
}
