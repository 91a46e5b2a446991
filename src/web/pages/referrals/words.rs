//! The words of referrals on pages.

use crate::domain::agreement::Share;
use crate::domain::code;
use crate::domain::referral::Stage;
use crate::domain::words::Lang;
use crate::store::referrals::{Referral, ReferralLine};
use crate::web::page::Page;
use crate::web::pages::schools::words::share;
use crate::web::parts::Badge;

/// How far a referral is, in a word.
pub const fn stage_name(lang: Lang, stage: Stage) -> &'static str {
    match stage {
        Stage::Received => lang.t("Ontvangen", "Received"),
        Stage::Looking => lang.t("We zoeken", "Looking"),
        Stage::Placed => lang.t("Geplaatst", "Placed"),
        Stage::Completed => lang.t("Afgerond", "Completed"),
        Stage::EndedEarly => lang.t("Eerder gestopt", "Ended early"),
        Stage::Refused => lang.t("Niet aangenomen", "Refused"),
    }
}

/// The same with its colour.
pub fn stage(p: &Page, stage: Stage) -> Badge {
    let kind = match stage {
        Stage::Received => "warn",
        Stage::Looking | Stage::Completed => "blue",
        Stage::Placed => "good",
        Stage::EndedEarly => "bad",
        Stage::Refused => "",
    };
    p.badge(kind, stage_name(p.lang, stage))
}

/// How long somebody waits for a decision or a place; empty where nobody does.
pub fn waits(p: &Page, line: &ReferralLine) -> String {
    match line.stage {
        Stage::Received | Stage::Looking => {
            let days = p.today().days_since(line.referral.referred_on);
            p.n(days, "dag", "dagen", "day", "days")
        }
        Stage::Placed | Stage::Completed | Stage::EndedEarly | Stage::Refused => String::new(),
    }
}

/// What may be told of a student, in words; empty for nothing.
pub fn shares(lang: Lang, referral: &Referral) -> Vec<&'static str> {
    code::split::<Share>(&referral.shares).into_iter().map(|one| share(lang, one)).collect()
}
