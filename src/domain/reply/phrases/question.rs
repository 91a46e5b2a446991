//! Words of one who wants to know something first.

use super::{Row, en, nl};
use crate::domain::reply::reading::{Intent, Intent as I};

/// What do you mean?
pub const QUESTION: &[Row<Intent>] = &[
    nl(
        "(wat|hoeveel|welke|wie|wanneer|hoe|waar|waarom|moet|moeten|kan|kunnen|kunt|kun|is|zijn|heeft|heb|krijgen|krijg|mag|mogen|geldt|zit|wordt|zou|komt|gaat|betekent|klopt|bedoel)\\b[^.!?]{2,160}\\?",
        I::Question,
        0.55,
        "Wat kost dat?",
    ),
    nl(
        "(kun|kunt|kan|zou|wil) (je|u|jij|jullie) .. (meer informatie|informatie|uitleggen|toelichten|vertellen|de voorwaarden|een folder)",
        I::Question,
        0.75,
        "Kun je wat meer informatie sturen?",
    ),
    nl(
        "(ik|wij|we) .. (vraag|vragen|benieuwd|vraag me af|wil eerst weten|willen eerst weten|zou graag weten)( of| wat| hoe| hoeveel| over)?",
        I::Question,
        0.6,
        "Ik heb nog een paar vragen.",
    ),
    nl("(meer|nadere|aanvullende|graag) (informatie|info|uitleg|details)", I::Question, 0.65, "Graag meer informatie."),
    en(
        "(what|how|which|who|when|where|why|do|does|is|are|can|could|would|will|should)\\b[^.!?]{2,160}\\?",
        I::Question,
        0.55,
        "What would it cost us?",
    ),
    en(
        "(can|could|would) you .. (send|tell|explain|share|provide|give)",
        I::Question,
        0.7,
        "Could you send me more details?",
    ),
    en("(more|further|additional) (information|info|details)", I::Question, 0.6, "We need more information."),
    en(
        "(wonder|wondering|curious|question about|questions about)",
        I::Question,
        0.55,
        "I was wondering about the costs.",
    ),
    nl(
        "(snap|begrijp|vraag) .. ?(niet|niet goed|af) .. ?(wat|hoe|welke|of|waar|wie)",
        I::Question,
        0.6,
        "Ik snap niet goed wat wij dan moeten doen.",
    ),
    nl(
        "(wat|hoe) moeten (wij|we) (dan |daar |daarvoor )*(doen|regelen)",
        I::Question,
        0.6,
        "Wat moeten wij dan doen, en wie regelt dat.",
    ),
    nl("(ben|zijn) (wel |even |heel )*(benieuwd|nieuwsgierig)", I::Question, 0.5, "Wij zijn benieuwd hoe dat werkt."),
    nl(
        "(vraagje|vraagjes|een vraag|twee vragen|paar vragen|vraag vooraf|vragen vooraf)",
        I::Question,
        0.6,
        "Vraagje vooraf.",
    ),
    nl(
        "(wil|willen|zou|zouden) (ik |wij |we )?(eerst |graag |wel |nog )+(weten|horen|begrijpen)",
        I::Question,
        0.6,
        "Wij willen eerst weten wat het kost.",
    ),
    en(
        "(before (we|i) (decide|say|commit|answer)|quick question|few questions|one question|i'd like to know|want to know|need to know)",
        I::Question,
        0.6,
        "Before we decide, a few questions.",
    ),
    en(
        "(not (quite )?(clear|sure)|unclear|don't (quite )?understand) .. ?(what|how|who|which|whether|if|about)",
        I::Question,
        0.5,
        "It is not clear what we would have to do.",
    ),
];
