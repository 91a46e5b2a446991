//! What rules a pair out, each with its sentence.

use super::bits::code_set;
use super::facts::{Pair, Wanted};
use super::finding::level;
use crate::domain::code::code;
use crate::domain::spoken::date;
use crate::domain::time::Day;
use crate::domain::travel::Band;
use crate::domain::words::Lang;

code! {
    /// Why a student and an opening do not go together; a pair is told under the first that holds.
    pub enum WhyNot {
        /// The company asked not to be contacted.
        Closed = "closed",
        /// No place is left.
        Full = "full",
        /// The opening's last day is over.
        Past = "past",
        /// The time that the student sought is over.
        SeekerPast = "seeker_past",
        /// Another level.
        Level = "level",
        /// Another track.
        Track = "track",
        /// Another line of work.
        Role = "role",
        /// Another time.
        Period = "period",
        /// Two days a week or more apart.
        Days = "days",
        /// Further than the student wants to go.
        Travel = "travel",
    }
}

code_set! {
    /// All that rules a pair out.
    pub struct Reasons(u16) of WhyNot;
}

impl WhyNot {
    /// What a group of pairs is called that fell out for this.
    pub const fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Closed => lang.t("het bedrijf wil nu geen contact", "the company wants no contact now"),
            Self::Full => lang.t("geen plek vrij", "no place free"),
            Self::Past => lang.t("de plek is voorbij", "the opening is over"),
            Self::SeekerPast => lang.t("de gezochte periode is voorbij", "the period sought is over"),
            Self::Level => lang.t("ander niveau", "another level"),
            Self::Track => lang.t("andere leerweg", "another track"),
            Self::Role => lang.t("ander werk", "other work"),
            Self::Period => lang.t("andere periode", "another period"),
            Self::Days => lang.t("te veel of te weinig dagen", "too many or too few days"),
            Self::Travel => lang.t("te ver", "too far"),
        }
    }

    /// What it was with this pair.
    pub fn say(self, pair: &Pair, lang: Lang) -> String {
        let Pair { seeker, offer, between } = pair;
        let nl = lang == Lang::Nl;
        match self {
            Self::Closed | Self::Full | Self::Past | Self::SeekerPast => self.title(lang).to_owned(),
            Self::Level => {
                let asked: Vec<String> = offer.levels.iter().map(level).collect();
                let (asked, own) = (asked.join(", "), seeker.level.map(level).unwrap_or_default());
                if nl { format!("vraagt {asked}, niet {own}") } else { format!("asks for {asked}, not {own}") }
            }
            Self::Track => {
                let asked: Vec<String> = offer.tracks.iter().map(|track| track.to_string()).collect();
                let (asked, own) = (asked.join(", "), seeker.track.map(|track| track.to_string()).unwrap_or_default());
                if nl { format!("vraagt {asked}, niet {own}") } else { format!("asks for {asked}, not {own}") }
            }
            Self::Role => {
                let names: Vec<&str> = offer.crafts.iter().map(|craft| craft.name(lang)).collect();
                let names = names.join(", ");
                if nl { format!("is werk in {names}") } else { format!("is work in {names}") }
            }
            Self::Period => match (offer.starts, offer.ends) {
                (Some(starts), Some(ends)) if nl => {
                    format!("loopt van {} tot en met {}", date(starts, lang), date(ends, lang))
                }
                (Some(starts), Some(ends)) => format!("runs from {} until {}", date(starts, lang), date(ends, lang)),
                (Some(starts), None) if nl => format!("begint op {}", date(starts, lang)),
                (Some(starts), None) => format!("begins on {}", date(starts, lang)),
                (None, Some(ends)) if nl => format!("loopt tot en met {}", date(ends, lang)),
                (None, Some(ends)) => format!("runs until {}", date(ends, lang)),
                (None, None) => self.title(lang).to_owned(),
            },
            Self::Days => {
                let (offered, sought) = (offer.days.unwrap_or_default(), seeker.days.unwrap_or_default());
                if nl {
                    format!("{offered} dagen per week, gezocht {sought}")
                } else {
                    format!("{offered} days a week, sought {sought}")
                }
            }
            Self::Travel => {
                let reach = seeker.reach.and_then(Band::until).unwrap_or_default();
                let way = between.travel.map(|band| band.say(lang)).unwrap_or_default();
                if nl { format!("{way}, gezocht {reach}") } else { format!("{way}, sought {reach}") }
            }
        }
    }

    /// Whether this rules the pair out.
    pub(super) fn holds(self, pair: &Pair, today: Day) -> bool {
        let Pair { seeker, offer, between } = pair;
        match self {
            Self::Closed => offer.closed,
            Self::Full => offer.left < 1,
            Self::Past => offer.ends.is_some_and(|ends| ends < today),
            Self::SeekerPast => seeker.period(today) == Wanted::Over,
            Self::Level => !offer.levels.is_empty() && seeker.level.is_some_and(|own| !offer.levels.has(own)),
            Self::Track => !offer.tracks.is_empty() && seeker.track.is_some_and(|own| !offer.tracks.has(own)),
            Self::Role => {
                let (sought, offered) = (seeker.crafts, offer.crafts);
                !sought.is_empty() && !offered.is_empty() && sought.and(offered).is_empty()
            }
            Self::Period => super::judge::covered(seeker.period(today), offer) == super::judge::Covered::TooLittle,
            Self::Days => offer.days.zip(seeker.days).is_some_and(|(offered, sought)| offered.abs_diff(sought) > 1),
            Self::Travel => between.travel.zip(seeker.reach).is_some_and(|(way, reach)| way > reach),
        }
    }
}
