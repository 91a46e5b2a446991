//! The words of schools and agreements on pages.

use crate::domain::agreement::{Carer, Share, Terms, WhoRefers};
use crate::domain::words::Lang;
use crate::flows::schools::SchoolError;
use crate::store::schools::School;
use crate::web::page::Page;
use crate::web::parts::Badge;

/// Who may refer.
pub const fn who_refers(lang: Lang, who: WhoRefers) -> &'static str {
    match who {
        WhoRefers::Listed => lang.t("aanmelders op de lijst", "referrers on the list"),
        WhoRefers::Domain => {
            lang.t("iedereen met een mailadres van de school", "anybody with an address of the school")
        }
        WhoRefers::Desk => lang.t("alleen de stagemakelaar", "the broker alone"),
    }
}

/// Who does the aftercare.
pub const fn carer(lang: Lang, carer: Carer) -> &'static str {
    match carer {
        Carer::Broker => lang.t("de stagemakelaar", "the broker"),
        Carer::School => lang.t("de school", "the school"),
        Carer::Both => lang.t("allebei", "both"),
    }
}

/// What may be told, and to whom.
pub const fn share(lang: Lang, share: Share) -> &'static str {
    match share {
        Share::Contact => lang.t(
            "contactgegevens aan het bedrijf, nadat beide ja zeiden",
            "contact details to the employer, after both said yes",
        ),
        Share::Progress => lang.t("de voortgang aan de school", "progress to the school"),
        Share::Wishes => lang.t("wensen aan bedrijven", "wishes to employers"),
    }
}

/// Everything that can be told, with its words.
pub fn shares(lang: Lang) -> Vec<(Share, &'static str)> {
    Share::ALL.iter().map(|one| (*one, share(lang, *one))).collect()
}

/// Whether a school takes part, and whether its agreement holds today.
pub fn state(p: &Page, school: &School, terms: Option<&Terms>) -> Badge {
    let today = p.today();
    match terms {
        _ if !school.fields.active => p.badge("", p.t("doet niet meer mee", "takes part no more")),
        None => p.badge("warn", p.t("geen afspraak", "no agreement")),
        Some(terms) if terms.valid_until.is_some_and(|day| day < today) => {
            p.badge("warn", p.t("afspraak verlopen", "agreement ended"))
        }
        Some(terms) if terms.valid_from.is_some_and(|day| today < day) => {
            p.badge("blue", p.t("afspraak gaat nog in", "agreement begins later"))
        }
        Some(_) => p.badge("good", p.t("afspraak geldt", "agreement holds")),
    }
}

/// The field and the sentence of what is wrong with a school, its agreement or a referrer; `None` for what nobody foresaw.
pub fn sentence(error: &SchoolError, lang: Lang) -> Option<(&'static str, &'static str)> {
    match error {
        SchoolError::Name => {
            Some(("name", lang.t("Vul een naam in, hooguit 120 letters.", "Fill in a name, at most 120 letters.")))
        }
        SchoolError::City => Some(("city", lang.t("Hou het bij 120 letters.", "Keep it to 120 letters."))),
        SchoolError::Domain => Some((
            "mail_domain",
            lang.t(
                "Schrijf het zo: school.nl. Een domein waar iedereen een adres krijgt, telt niet.",
                "Write it as school.nl. A domain at which anybody gets an address does not count.",
            ),
        )),
        SchoolError::Period => {
            Some(("valid_until", lang.t("Dit is voor de eerste dag.", "This is before the first day.")))
        }
        SchoolError::Attempts => {
            Some(("own_attempts", lang.t("Vul een getal in van 0 tot 99.", "Fill in a number from 0 to 99.")))
        }
        SchoolError::Bsn(found) => Some(("", found.say(lang))),
        SchoolError::Db(_)
        | SchoolError::NotFound
        | SchoolError::NotAllowed
        | SchoolError::Stale
        | SchoolError::Taken => None,
    }
}
