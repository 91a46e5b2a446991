//! Words of one who wants students.

use super::{Row, en, nl};
use crate::domain::reply::reading::{Intent, Intent as I};

/// Yes.
pub const INTERESTED: &[Row<Intent>] = &[
    nl(
        "(^|[.!,] ?)(ja|jazeker|jawel|zeker|graag|prima|akkoord|jahoor|jup|yes|tuurlijk|natuurlijk|uiteraard)( hoor| leuk| graag| zeker| prima| natuurlijk| super)*([,.!:) ]|$)",
        I::Interested,
        0.55,
        "Ja hoor, doe maar.",
    ),
    nl(
        "(kunnen|kan|willen|wil|mogen|mag) .. (kwijt|plaatsen|gebruiken|terecht|hebben|ontvangen|begeleiden|opleiden|bieden|aannemen|meelopen|beginnen|starten|komen)",
        I::Interested,
        0.6,
        "Wij kunnen twee stagiairs kwijt.",
    ),
    nl(
        "(hebben|heb|is|zijn|was|waren|komt|komen) .. (plek|plekken|plekje|plekkie|plaats|plaatsen|ruimte|stageplek*|stageplaats*|leerwerkplek*|vacature|vacatures)( (vrij|beschikbaar|over|open|voor))?",
        I::Interested,
        0.6,
        "Wij hebben nog twee plekken vrij.",
    ),
    nl(
        "(zoek|zoeken|zoekt) (wij |we |ik |nog |wel |naar |op zoek |graag |per direct |altijd |eigenlijk )*(iemand|een|twee|drie|vier|een paar|nog|stagiair*|student*|leerling*|mensen|hulp|jongens|bbl*|bol*|\\d)",
        I::Interested,
        0.65,
        "Ik zoek iemand voor de zaterdag.",
    ),
    nl(
        "(staan|sta) (wij |we |ik )?(zeker |altijd |hier |er |er voor |ervoor |wel )*open (voor|om)?",
        I::Interested,
        0.65,
        "Wij staan er zeker open voor.",
    ),
    nl(
        "(lijkt|klinkt|vind|vinden) .. (leuk|goed|interessant|mooi|prima|super|een goed idee|wat|fijn)",
        I::Interested,
        0.5,
        "Dat lijkt ons leuk.",
    ),
    nl("(wij|we|ik) .. (interesse|geinteresseerd|belangstelling)", I::Interested, 0.6, "Wij hebben wel interesse."),
    nl(
        "(is|zijn|altijd|van harte|zeker|ook|heel) (van harte |altijd |zeker |ook |heel )*welkom",
        I::Interested,
        0.6,
        "Een student is van harte welkom.",
    ),
    nl(
        "(mag|mogen|kan|kunnen|moet) .. (langskomen|komen kijken|meelopen|kennismaken|op gesprek|solliciteren|komen praten|beginnen|starten)",
        I::Interested,
        0.55,
        "Hij mag langskomen voor een gesprek.",
    ),
    nl(
        "(doe|doet|stuur|kom|plan|laat|regel) (mij |me |ons |er )?(maar |gerust )(hetzelfde|twee|drie|een|eentje|langs|komen|door|\\d|weer)",
        I::Interested,
        0.6,
        "Doe maar hetzelfde als vorig jaar.",
    ),
    nl(
        "(doen|werken|helpen|nemen|willen|maken) .. (graag|mee|weer) (mee|aan|een bijdrage|verder)?",
        I::Interested,
        0.45,
        "Wij doen graag mee.",
    ),
    nl(
        "(\\d+|een|twee|drie|vier|vijf|zes) (man|plek|plekken|plaatsen|stagiair*|studenten|leerlingen|stageplek*|stageplaats*|bbl*|bol*|jongens|mensen)( [a-z]+)? (vanaf|per|graag|mag|mogen|welkom|nodig|is goed|prima|ok|kan|kunnen)",
        I::Interested,
        0.6,
        "4 man horeca vanaf 1 mei mag.",
    ),
    nl(
        "(kun|kunt|kan|wil|zou) (je|u|jij) .. (cv|cv's|kandidaten|kandidaat|student|studenten|iemand|profielen) (sturen|doorsturen|opsturen|voorstellen|langs|mailen)",
        I::Interested,
        0.6,
        "Kun je de cv's sturen?",
    ),
    nl(
        "(hoeveel|wanneer|laat maar weten|laat weten) .. (regelen|langskomen|beginnen|starten|afspreken)",
        I::Interested,
        0.35,
        "Laat maar weten hoe we dit regelen.",
    ),
    nl("(goed|prima|leuk|mooi|top|super|uitstekend) (idee|initiatief|plan)", I::Interested, 0.3, "Prima initiatief."),
    nl(
        "(als|indien|mits|wanneer) .. (is|zijn|betreft|gaat|wordt|heeft|kan) .. ?(wel|graag|prima|welkom|goed|mogelijk|bespreekbaar)",
        I::Interested,
        0.55,
        "Als het een bbl'er is wel.",
    ),
    nl(
        "(bbl|bol|mbo|hbo|niveau [1-4]|student|leerling|stagiair)['a-z-]* (kan |mag |kunnen |mogen |is |zijn |graag )?wel( graag| hoor| goed| welkom)?([.,!]|$)",
        I::Interested,
        0.55,
        "Een bbl'er wel.",
    ),
    nl(
        "(laat|stuur) (maar |gerust |er |ons )+(iemand|een|hem|haar|ze|de (student|leerling|stagiair*)) .. ?(komen|langskomen|kennismaken|bellen|mailen|kijken|langs)",
        I::Interested,
        0.6,
        "Laat maar iemand langskomen.",
    ),
    nl(
        "(alleen|uitsluitend|enkel|liefst|slechts) (stagiair* |studenten |leerlingen |voor |met |van |een |aan )*(hbo|mbo|bbl|bol|wo-|niveau|vmbo)",
        I::Interested,
        0.45,
        "Wij nemen alleen stagiairs van hbo-niveau aan.",
    ),
    nl(
        "(^|[.!,] ?)dat (kan|mag|lukt|is goed|is prima)( hoor| zeker| wel| prima)?([.,!]|$)",
        I::Interested,
        0.5,
        "Dat kan.",
    ),
    nl("(kan|kunnen|mag|mogen) (bij ons |hier |wel )?altijd", I::Interested, 0.5, "Een snuffelstage kan altijd."),
    nl(
        "(wil|willen|neem|nemen|lust) (ik |wij |we )?er (wel |graag |best |nog )*(een|eentje|twee|drie|vier|\\d)",
        I::Interested,
        0.6,
        "Ik wil er wel een.",
    ),
    nl("(^|[.!,] ?)waarom niet", I::Interested, 0.45, "Waarom niet?"),
    nl(
        "(wil|willen|zou|zouden|kunnen|kan) (wij |we |ik )?(wel |heel |zeker |ook |best |nog )*graag",
        I::Interested,
        0.6,
        "Wij willen heel graag een stagiair.",
    ),
    nl(
        "(een|eentje|twee|drie|vier|\\d+) (is|zijn|kan|kunnen|mag|mogen|lukt|past|passen) (ook |wel |zeker |nog |dan )*(prima|goed|ok|oke|welkom|mogelijk|geen probleem|erbij|er bij)",
        I::Interested,
        0.6,
        "Eentje is prima.",
    ),
    nl("plek (voor|is er)", I::Interested, 0.45, "Er is plek voor een leerling."),
    nl(
        "(ruimte|plek|plaats) (voor|om) .. (stagiair*|student*|leerling*|iemand|een|twee|drie|\\d)",
        I::Interested,
        0.5,
        "Wij hebben ruimte voor een leerling.",
    ),
    en(
        "(we|i)('?d| would| will| are|'?re) (love|be (happy|glad|delighted|interested)|like|happy|glad|very happy|keen|definitely interested|interested)( to| in)?",
        I::Interested,
        0.65,
        "We would love to.",
    ),
    en(
        "(we|i) (can|could|have|do have|are able to|will|might have|might be able to|may be able to|should have|still have) .. (take|host|offer|place|accommodate|room|space|spot|spots|place|places|opening|openings|position|positions|interns?|students?|capacity)",
        I::Interested,
        0.6,
        "We can host two students.",
    ),
    en(
        "(are|am) (looking for|interested in|open to|seeking|happy to)",
        I::Interested,
        0.65,
        "We are looking for two interns.",
    ),
    en(
        "(^|[.!,] ?)(yes|sure|absolutely|certainly|definitely|of course|sounds (good|great))([,.! ]|$)",
        I::Interested,
        0.6,
        "Yes, we can.",
    ),
    en("(room|space|spots?|places?) (for|available)", I::Interested, 0.45, "We have room for one."),
    en("(^|[.!,] ?)(why not|i don't see why not|happy to help)", I::Interested, 0.5, "I don't see why not."),
    en("(is|are|very|most) welcome", I::Interested, 0.5, "Students are welcome."),
    nl("deur .. open", I::Interested, 0.55, "De deur staat altijd open."),
    nl(
        "(heb|hebben) .. (stagiair*|leerling*|student*|iemand|een|eentje|twee|drie|vier|\\d+) nodig",
        I::Interested,
        0.6,
        "Ik heb er nog twee nodig.",
    ),
];
