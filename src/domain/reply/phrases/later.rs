//! Words that put off.

use super::{Row, en, nl};
use crate::domain::reply::reading::{Intent, Intent as I};

/// Not now, later.
pub const LATER: &[Row<Intent>] = &[
    nl(
        "(nu|momenteel|op dit moment|dit (school)?jaar|voorlopig|vooralsnog|deze maand|dit kwartaal|dit seizoen) (even |helaas |nog |nu )*(niet|geen|vol|te druk|druk)",
        I::Later,
        0.6,
        "Nu even niet.",
    ),
    nl(
        "(niet|geen .. ) (nu|momenteel|op dit moment|dit (school)?jaar|voorlopig)",
        I::Later,
        0.45,
        "Het past niet op dit moment.",
    ),
    nl(
        "(na|rond|vanaf|tegen|in|voor) (de |het |begin |eind |medio )?(zomer|zomervakantie|vakantie|bouwvak|winter|kerst|nieuwe jaar|voorjaar|najaar|nieuwe schooljaar|september|oktober|november|december|januari|februari|maart|april|mei|juni|juli|augustus) (pas|weer|wel|misschien|mogelijk|kijken|kan|kunnen|hebben|is|zien)",
        I::Later,
        0.6,
        "Na de zomer misschien.",
    ),
    nl(
        "(kom|neem|bel|mail|probeer|vraag|benader|stuur|meld|app|trek|klop) .. (na|in|over|rond|eind|begin|medio|volgend|volgende|vanaf|tegen|halverwege) .. (zomer|vakantie|bouwvak|jaar|schooljaar|maand|maanden|weken|week|kwartaal|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|q[1-4]|kerst|pasen|carnaval|voorjaar|najaar)",
        I::Later,
        0.75,
        "Bel me in maart nog eens.",
    ),
    nl(
        "(misschien|wellicht|mogelijk|eventueel|hopelijk) .. (later|volgend jaar|volgend schooljaar|na de|over een|in het)",
        I::Later,
        0.7,
        "Misschien volgend jaar weer.",
    ),
    nl(
        "(later|volgend (school)?jaar|volgende keer|komend (school)?jaar|nieuwe (school)?jaar) .. (weer|wel|misschien|opnieuw|graag|kijken|mogelijk|staan we|hebben we)",
        I::Later,
        0.65,
        "Volgend jaar staan we er weer voor open.",
    ),
    nl("(pas|eerst) (weer )?(vanaf|na|in|over|per) ", I::Later, 0.6, "Wij kunnen pas vanaf mei."),
    nl(
        "(tot|t/m) .. (vol|bezet|druk|geen plek|geen ruimte|dicht|gesloten)",
        I::Later,
        0.7,
        "Tot de zomer zitten we vol.",
    ),
    nl(
        "(zit|zitten|zijn|ben) (we |wij |ik )?(tot|nu|momenteel|op dit moment) .. (vol|bezet|druk|volgeboekt)",
        I::Later,
        0.65,
        "We zitten tot mei helemaal vol.",
    ),
    nl(
        "(nu|momenteel|op dit moment) (zitten|zijn|zit) (we|wij|ik) .. (vol|bezet|voorzien)",
        I::Later,
        0.55,
        "Momenteel zitten wij vol.",
    ),
    nl("(kom|komen) (ik |we |wij |er |hier |daar )+([a-z]+ )*?terug", I::Later, 0.5, "Ik kom er later op terug."),
    nl("(daarna|dan) (weer|wel|graag|kan|kunnen|staan)", I::Later, 0.4, "Daarna wel weer."),
    nl(
        "(later|over (een|enkele|een paar|twee|drie|zes|\\d+)) .. (nog eens|weer|opnieuw|terug)",
        I::Later,
        0.7,
        "Probeer het over een half jaar nog eens.",
    ),
    en(
        "(not|no|nothing) (right now|at the moment|at this (time|moment|point)|currently|now|this (year|term|semester|quarter)|just yet|yet)",
        I::Later,
        0.55,
        "Not at the moment, sorry.",
    ),
    en(
        "(at the moment|currently|right now|at present|for now) .. (not|no|full|unable|can'?t|cannot|don'?t)",
        I::Later,
        0.5,
        "At the moment we are full.",
    ),
    en(
        "(ping|call|contact|try|ask|e-?mail|mail|check|come|reach|get in touch|write|remind) .. (in|after|around|from|next|again|back) .. (january|february|march|april|may|june|july|august|september|october|november|december|q[1-4]|summer|spring|autumn|fall|winter|weeks?|months?|year|quarter|term|semester|christmas|easter)",
        I::Later,
        0.75,
        "Ping me in April.",
    ),
    en(
        "(maybe|perhaps|possibly|might) .. (later|next (year|term|semester|quarter|summer|spring)|after)",
        I::Later,
        0.65,
        "Maybe next year.",
    ),
    en(
        "(until|till) (q[1-4]|january|february|march|april|may|june|july|august|september|october|november|december|after|next|the (summer|new))",
        I::Later,
        0.55,
        "We have a hiring freeze until Q2.",
    ),
    en(
        "(after the (summer|holidays)|next (year|term|semester|school year|academic year)|in the new year) .. (we|again|would|could|can|should|better|works|perhaps|maybe|open)",
        I::Later,
        0.6,
        "After the summer we could look again.",
    ),
    en("(not before|earliest) ", I::Later, 0.5, "Not before May."),
    nl("(erna|daarna|dan) (weer |pas |misschien |mogelijk )*wel", I::Later, 0.6, "Voor de zomer niet, erna wel."),
    nl("(weten|weet) (we|ik|wij) .. ?meer", I::Later, 0.55, "Over drie maanden weten we meer."),
    nl("aan het (bekijken|kijken|overleggen|uitzoeken|inventariseren)", I::Later, 0.5, "Dat zijn we aan het bekijken."),
];
