//! Words of refusal.

use super::{Row, en, nl};
use crate::domain::reply::reading::{Intent, Intent as I};

/// No.
pub const DECLINED: &[Row<Intent>] = &[
    nl(
        "(helaas|jammer genoeg|sorry|spijtig) .. (niet|geen|niemand)",
        I::Declined,
        0.6,
        "Helaas kunnen wij niemand plaatsen.",
    ),
    nl(
        "(kunnen|kan|willen|wil|gaan|doen|nemen|bieden|hebben|zien|werken|is|zijn|zoeken) (wij|we|ik|er|u|jullie|bij ons|dit|dat|je|ons)? ?(nu |dit jaar |helaas |op dit moment |momenteel |voorlopig )*(helaas )?(geen|niet) .. (stage|stages|stagiair*|stageplek*|stageplaats*|student*|leerling*|plek|plaats|plekken|ruimte|mogelijkheid|mogelijkheden|behoefte|capaciteit|begeleiding|interesse|tijd|bol|bbl)",
        I::Declined,
        0.65,
        "Wij hebben geen stageplekken.",
    ),
    nl(
        "geen (enkele |erkend |officieel |verdere )*(interesse|belangstelling|behoefte|stageplek*|stageplaats*|werkplek*|leerplek*|leerwerkplek*|plek|plekken|plaats|plaatsen|ruimte|mogelijkheid|mogelijkheden|capaciteit|stages|stagiair*|stagebedrijf|leerbedrijf|tijd)",
        I::Declined,
        0.65,
        "Wij hebben geen ruimte.",
    ),
    nl(
        "(doen|doe|nemen|neem|werken|werk) .. (niet|nooit|geen) (meer )?(aan|met|stages|stagiair*)",
        I::Declined,
        0.8,
        "Wij doen niet meer aan stagiairs.",
    ),
    nl(
        "(niet|nooit) (mogelijk|haalbaar|geinteresseerd|van toepassing|aan de orde|in de gelegenheid|in staat)",
        I::Declined,
        0.65,
        "Dat is voor ons niet mogelijk.",
    ),
    nl("(^|[.!,:] ?)(nee|neen|nope)([,.! ]|$)", I::Declined, 0.6, "Nee, dank je."),
    nl(
        "(lukt|past|gaat|kan|werkt|wordt|zit) .. (niet|em niet|hem niet)( in| lukken| worden)?",
        I::Declined,
        0.45,
        "Dat lukt ons niet.",
    ),
    nl(
        "(wil|willen|kan|kunnen|hoef|hoeven|nemen|neem|zoeken|zoek|plaatsen|gebruiken) .. niemand",
        I::Declined,
        0.65,
        "Wij willen er niemand meer bij.",
    ),
    nl(
        "(is|zijn|ben|wordt) .. te (klein|druk|krap|gevaarlijk|specialistisch|hectisch|onrustig|zwaar)",
        I::Declined,
        0.6,
        "Onze werkplaats is te klein.",
    ),
    nl(
        "(gaat|wordt|kan|lukt) .. niet (worden|lukken|gebeuren|door|doorgaan)",
        I::Declined,
        0.7,
        "Dat gaat hem bij ons niet worden.",
    ),
    nl(
        "(stages?|stagiair*|leerlingen|studenten|stageplek*) (doen|nemen|hebben|plaatsen|begeleiden|bieden) (wij|we|ik|er) .. (niet|nooit)( aan)?",
        I::Declined,
        0.8,
        "Stagiairs nemen wij uit principe niet.",
    ),
    nl(
        "(zit|zitten) (wij |we |ik |hier |al |helemaal |echt |helaas |dus |nu |nog )*(vol|volgeboekt)",
        I::Declined,
        0.5,
        "Wij zitten vol.",
    ),
    nl(
        "(zijn|is|zitten) (al |reeds |inmiddels |allemaal |ondertussen |helaas |net )*(bezet|vergeven|gevuld|ingevuld)",
        I::Declined,
        0.65,
        "De plekken zijn inmiddels bezet.",
    ),
    nl(
        "(is|zijn) (niks|niets) voor (ons|mij|een|onze|dit|deze)",
        I::Declined,
        0.6,
        "Dit is niets voor een klein bedrijf.",
    ),
    nl(
        "(met|van|via) een andere (school|opleiding|roc|instelling)",
        I::Declined,
        0.5,
        "Wij werken met een andere school.",
    ),
    nl("zien .. (van|ervan) af", I::Declined, 0.8, "Wij zien ervan af."),
    nl(
        "(moeten|moet) .. (teleurstellen|afwijzen|weigeren|bedanken|passen)",
        I::Declined,
        0.8,
        "Ik moet je helaas teleurstellen.",
    ),
    nl(
        "(al|reeds|ruim|helemaal|genoeg|voldoende|zat) .. (voorzien|bezet|vol|stagiair*|studenten|leerlingen|gevuld|ingevuld|vergeven)",
        I::Declined,
        0.6,
        "Wij zijn al voorzien.",
    ),
    nl(
        "(zoeken|zoek) .. (alleen|uitsluitend|enkel) .. (vaste|ervaren|gediplomeerde|volwassen|fulltime|vakmensen|krachten|kracht|betaalde)",
        I::Declined,
        0.7,
        "Wij zoeken alleen ervaren mensen.",
    ),
    nl(
        "(gaan|zijn|is|ga|ben) .. (failliet|stoppen|sluiten|gestopt|opgeheven|gesloten|dicht|verkocht)",
        I::Declined,
        0.55,
        "Wij gaan stoppen met de zaak.",
    ),
    nl(
        "(jammer maar helaas|no way|laat maar zitten|geen zin|niet voor ons|niks voor ons|niets voor ons|zijn te klein|ben te klein|te weinig (werk|begeleiding|tijd|mensen|personeel))",
        I::Declined,
        0.65,
        "Dit is niets voor ons.",
    ),
    nl("(bedankt|dank|dank je|dank u), ?(maar|maar nee)", I::Declined, 0.5, "Bedankt, maar wij zoeken niemand."),
    en(
        "(unfortunately|sadly|regrettably|i'?m afraid|sorry) .. (not|no|unable|cannot|can'?t|don'?t|won'?t|nothing)",
        I::Declined,
        0.6,
        "Unfortunately we cannot help.",
    ),
    en(
        "(we|i) (do not|don'?t|cannot|can'?t|won'?t|will not|are not able to|aren'?t able to|are unable to|no longer|never) (currently |really )?(offer|take|have|host|accept|provide|work with|do|need|want|hire|supervise)",
        I::Declined,
        0.65,
        "We do not take interns.",
    ),
    en(
        "(not|no longer) (interested|possible|looking|hiring|taking|accepting|an option|feasible|for us)",
        I::Declined,
        0.7,
        "We are not interested.",
    ),
    en(
        "no (capacity|room|space|places|spots|interns|internships|vacancies|openings|interest|need)",
        I::Declined,
        0.6,
        "We have no capacity.",
    ),
    en(
        "(have to|must|will|going to|need to) (decline|pass|say no|turn .. down)",
        I::Declined,
        0.85,
        "We have to decline.",
    ),
    en("(no,? thank(s| you)|no thanks)", I::Declined, 0.85, "No thanks."),
    en("(thanks|thank you),? but", I::Declined, 0.45, "Thanks, but we are fine."),
    nl("(dus|daarom|toch|toch maar) (maar )?(nee|niet)([.,!]|$)", I::Declined, 0.6, "Het is hier rustig, dus nee."),
    nl("(^|[.!,] ?)niet nodig", I::Declined, 0.6, "Niet nodig."),
    nl("(hebben|heb) er al (een|eentje|twee|drie|vier|genoeg|een paar)", I::Declined, 0.6, "We hebben er al een."),
    nl("(kunnen|kan) .. niets (toezeggen|beloven|bieden|betekenen)", I::Declined, 0.55, "Wij kunnen niets toezeggen."),
    nl(
        "(vraagt|kost|vergt|geeft) .. te veel (tijd|werk|begeleiding|energie|aandacht|gedoe|onrust)",
        I::Declined,
        0.65,
        "Een stagiair vraagt te veel tijd.",
    ),
    en(
        "(enough|plenty of|sufficient|too many) (interns|students|trainees|apprentices|people|staff)",
        I::Declined,
        0.6,
        "We already have enough interns.",
    ),
    nl(
        "niet (gaat|zal|wordt|kan|gaan|zullen) (lukken|worden|passen|gaan)",
        I::Declined,
        0.6,
        "Ik denk dat het niet gaat lukken.",
    ),
];
