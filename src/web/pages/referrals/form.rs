//! The form of a referral, as the desk and the school fill it in.

use crate::domain::agreement::Share;
use crate::domain::id::{ReferrerId, SchoolId};
use crate::domain::time::Day;
use crate::domain::words::Lang;
use crate::flows::referrals::{By, Draft, ReferralError};
use crate::flows::students::Fields;
use crate::store::students::Wishes;
use crate::web::form::Errors;
use crate::web::pages::place::{levels, student_sentence, tracks};
use crate::web::pages::schools::words;
use serde::Deserialize;

/// A referral as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ReferralForm {
    /// The school.
    pub school: String,
    /// Somebody of its list.
    pub referrer: String,
    /// The name of somebody else.
    pub other_name: String,
    /// Their address.
    pub other_email: String,
    /// On which day.
    pub on: String,
    /// The school's or the desk's code.
    pub code: String,
    /// First name.
    pub first_name: String,
    /// The education as people call it.
    pub programme: String,
    /// Five digits, or empty.
    pub crebo: String,
    /// The education's level.
    pub level: String,
    /// How school and work are divided.
    pub track: String,
    /// First day.
    pub available_from: String,
    /// Last day.
    pub available_until: String,
    /// Days a week.
    pub days_per_week: String,
    /// The work.
    pub role_sought: String,
    /// What the student wants to learn.
    pub learning_wish: String,
    /// How often they tried.
    pub attempts: String,
    /// What they tried.
    pub tried: String,
    /// Why it failed.
    pub failed_why: String,
    /// What is sought.
    pub sought: String,
    /// What may be told.
    pub shares: Vec<String>,
    /// Why it passes all the same.
    pub reason: String,
}

impl ReferralForm {
    /// What the form says; every field that cannot be read has its sentence.
    pub fn draft(&self, lang: Lang) -> Result<Draft, Errors> {
        let mut errors = Errors::default();
        let school = self.school.parse::<SchoolId>().map_err(|_| lang.t("Kies de school.", "Choose the school."));
        let school = errors.take("school", school);
        let by = self.by(&mut errors, lang);
        let on = errors.take("on", Day::parse(&self.on).ok_or(lang.t("Kies een dag.", "Choose a day.")));
        let number = lang.t("Vul een getal in.", "Fill in a number.");
        let attempts = errors.take("attempts", self.attempts.trim().parse::<i32>().map_err(|_| number));
        let student = self.student(&mut errors, lang);
        let shares = Share::ALL.iter().copied().filter(|one| self.shares.iter().any(|word| word == one.as_str()));
        match (school, on, attempts) {
            (Some(school), Some(on), Some(attempts)) if errors.is_empty() => Ok(Draft {
                school,
                by,
                on,
                student,
                attempts,
                tried: self.tried.clone(),
                failed_why: self.failed_why.clone(),
                sought: self.sought.clone(),
                shares: shares.collect(),
            }),
            _ => Err(errors),
        }
    }

    fn by(&self, errors: &mut Errors, lang: Lang) -> By {
        if let Ok(id) = self.referrer.parse::<ReferrerId>() {
            return By::Known(id);
        }
        if self.other_name.trim().is_empty() && self.other_email.trim().is_empty() {
            return By::Desk;
        }
        let email = errors.email("other_email", &self.other_email, lang);
        By::Other { name: self.other_name.clone(), email }
    }

    fn student(&self, errors: &mut Errors, lang: Lang) -> Fields {
        let mut day = |field: &str, text: &str| {
            let read = Day::parse(text).map(Some).ok_or(lang.t("Kies een dag.", "Choose a day."));
            if text.trim().is_empty() { None } else { errors.take(field, read).flatten() }
        };
        let available_from = day("available_from", &self.available_from);
        let available_until = day("available_until", &self.available_until);
        let number = lang.t("Vul een getal in.", "Fill in a number.");
        let days_per_week = match self.days_per_week.trim() {
            "" => None,
            text => errors.take("days_per_week", text.parse().map_err(|_| number)),
        };
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
        Fields {
            code: self.code.clone(),
            first_name: self.first_name.clone(),
            programme: self.programme.clone(),
            crebo: self.crebo.clone(),
            level: self.level.parse().ok(),
            track: self.track.parse().ok(),
            wishes: Wishes {
                available_from,
                available_until,
                days_per_week,
                role_sought: text(&self.role_sought),
                learning_wish: text(&self.learning_wish),
                ..Wishes::default()
            },
            ..Fields::default()
        }
    }

    /// The free texts, for a last look after saving.
    pub fn texts(&self) -> [&str; 4] {
        [&self.tried, &self.failed_why, &self.sought, &self.learning_wish]
    }

    /// Levels with their names.
    pub fn levels(lang: Lang) -> Vec<(String, String)> {
        levels(lang)
    }

    /// Tracks with their names.
    pub fn tracks(lang: Lang) -> Vec<(String, String)> {
        tracks(lang)
    }

    /// What may be told, with its words.
    pub fn shares(lang: Lang) -> Vec<(Share, &'static str)> {
        words::shares(lang)
    }
}

/// The sentences of what a flow refused; `None` for what is no matter of the form.
pub fn refusal(error: &ReferralError, lang: Lang) -> Option<Errors> {
    let shorter = |field| Some(Errors::one(field, lang.t("Hou het bij 2000 tekens.", "Keep it to 2000 characters.")));
    match error {
        ReferralError::Outside(rules) => {
            let mut errors = Errors::default();
            let all: Vec<String> = rules.iter().map(|rule| rule.say(lang)).collect();
            errors.add("reason", all.join(" "));
            Some(errors)
        }
        ReferralError::NotAllowed(rules) => {
            let all: Vec<String> = rules.iter().map(|rule| rule.say(lang)).collect();
            let only = lang.t("Alleen een coördinator kan dit doorlaten.", "Only a coordinator can let this through.");
            Some(Errors::one("reason", format!("{} {only}", all.join(" "))))
        }
        ReferralError::Student(error) => student_sentence(error, lang).map(|(field, text)| Errors::one(field, text)),
        ReferralError::OtherSchool => Some(Errors::one(
            "code",
            lang.t(
                "Deze code is al in gebruik. Overleg met de stagemakelaar.",
                "This code is in use already. Ask the broker.",
            ),
        )),
        ReferralError::Already => {
            Some(Errors::one("code", lang.t("Deze leerling is al aangemeld.", "This student was referred already.")))
        }
        ReferralError::Ahead => {
            Some(Errors::one("on", lang.t("Deze dag moet nog komen.", "This day is still to come.")))
        }
        ReferralError::Attempts => {
            Some(Errors::one("attempts", lang.t("Vul een getal in van 0 tot 99.", "Fill in a number from 0 to 99.")))
        }
        ReferralError::NoName => Some(Errors::one("other_name", lang.t("Schrijf wie het is.", "Write who it is."))),
        ReferralError::Long(field) => shorter(field),
        ReferralError::NoReason => Some(Errors::one("reason", lang.t("Schrijf waarom.", "Write why."))),
        ReferralError::Bsn(found) => Some(Errors::one("", found.say(lang))),
        ReferralError::Db(_) | ReferralError::NotFound | ReferralError::Stale | ReferralError::NoMove(_) => None,
    }
}
