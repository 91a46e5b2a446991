//! Words about how a placement goes.

use super::{Row, en, nl};
use crate::domain::reply::reading::{CheckInMood, CheckInMood as C};

/// How a placement goes.
pub const MOODS: &[Row<CheckInMood>] = &[
    nl(
        "(niet|nooit) (meer )?(op komen dagen|op(ge)?dagen|verschenen|gekomen|komen opdagen|komt opdagen)",
        C::Urgent,
        0.8,
        "Hij is niet op komen dagen.",
    ),
    nl("(komt|kwam) (al .{2,20} )?niet (meer )?(opdagen|meer|werken)", C::Urgent, 0.8, "Zij komt niet meer opdagen."),
    nl(
        "(ongeluk|ongeval|gewond|ziekenhuis|bedreigd|agressi*|gestolen|diefstal|gepest|grensoverschrijdend|onveilig|intimidatie|politie|weggelopen|weggestuurd|op staande voet|ontslagen)",
        C::Urgent,
        0.85,
        "Er is een ongeluk gebeurd.",
    ),
    nl(
        "(wil|willen|gaan|moeten|wij|we|ik|hij|zij) .. (stoppen|beeindigen|ermee op|per direct weg)",
        C::Urgent,
        0.7,
        "Wij willen ermee stoppen.",
    ),
    nl(
        "(bel|bellen) .. (dringend|zo snel mogelijk|vandaag|meteen|direct|met spoed)",
        C::Urgent,
        0.8,
        "Bel me zo snel mogelijk.",
    ),
    nl("(dringend|spoed)", C::Urgent, 0.6, "Dit is dringend."),
    en(
        "(accident|injured|hospital|harass\\w*|bull(y|ied|ying)|threat\\w*|stolen|unsafe|police|walked out|fired|dismissed|did not show up|didn'?t show up|stopped showing up|not shown up|no-show|urgent\\w*|asap|as soon as possible|terminate)",
        C::Urgent,
        0.8,
        "There was an accident.",
    ),
    nl(
        "(vaak|steeds|regelmatig|soms|altijd|weer|een paar keer|meerdere keren|al) .. (te laat|ziek|afwezig)",
        C::Concern,
        0.75,
        "Hij komt vaak te laat.",
    ),
    nl(
        "(niet (zo|erg|echt|helemaal|altijd|best)? ?(goed|lekker|soepel|fijn|gemotiveerd|tevreden|blij|leuk)|moeizaam|stroef|zorgen|lastig|moeilijk|minder goed|kan beter|matig|tegen|problemen|probleem|ruzie|ongemotiveerd|klacht|klachten|aandachtspunt*|weinig (inzet|motivatie|initiatief|begeleiding|uitdaging)|verveel*|spanning*|onzeker)",
        C::Concern,
        0.6,
        "Het loopt wat moeizaam.",
    ),
    nl(
        "(wil|zou|kunnen|even|graag) .. (overleggen|bespreken|praten|gesprek)",
        C::Concern,
        0.45,
        "Ik wil graag even overleggen.",
    ),
    en(
        "(often|always|sometimes|frequently|several times) .. (late|sick|absent)|not (so|very|going|that|really|too) .{0,12}(well|good|great|happy|motivated)|(concern\\w*|worr(y|ied|ies)|difficult|struggl\\w*|issues?|problems?|could be better|disappoint\\w*|bored|unmotivated)",
        C::Concern,
        0.6,
        "She is often late.",
    ),
    nl(
        "(gaat|loopt|verloopt|bevalt|ging|doet (het|hij|zij|ze)) .. (goed|prima|uitstekend|super|lekker|top|fantastisch|perfect|geweldig|heel goed|naar wens|netjes|leuk)",
        C::Well,
        0.7,
        "Het gaat heel goed.",
    ),
    nl(
        "(erg |heel |zeer |hartstikke |super|dik )?(tevreden|blij met|aanwinst|topper|enthousiast|naar (mijn|zijn|haar|onze) zin|geen klachten|complimenten|niets dan lof|alles (is )?(goed|prima|top|ok\\w*))",
        C::Well,
        0.7,
        "Wij zijn erg tevreden.",
    ),
    nl("(^|[.!,] ?)(prima|goed|super|top|uitstekend|perfect)([,.! ]|$)", C::Well, 0.5, "Prima!"),
    en(
        "(going|doing|does|goes|is) (really |very |so |pretty )?(well|great|fine|good|fantastic|excellent)|(happy with|pleased with|satisfied|enjoy\\w*|no complaints|all good|settling in|great (job|work|fit))",
        C::Well,
        0.7,
        "She is doing great.",
    ),
];
