//! Words of one who wants no more mail.

use super::{Row, en, nl};
use crate::domain::reply::reading::{Intent, Intent as I};

/// No more mail.
pub const OPT_OUT: &[Row<Intent>] = &[
    nl(
        "(stuur|mail|benader|bel|schrijf) (mij|me|ons) (a\\.?u\\.?b\\.?,? |alsjeblieft |alstublieft |svp )?(niet|nooit) (meer|weer)",
        I::OptOut,
        0.95,
        "Mail ons niet meer.",
    ),
    nl(
        "niet (meer|weer|langer) (te )?(mailen|benaderen|bellen|benaderd|aanschrijven|contacteren|gemaild)",
        I::OptOut,
        0.95,
        "Graag niet meer mailen.",
    ),
    nl(
        "geen (mail|mails|e-?mails?|berichten|post|verzoeken|nieuwsbrief|reclame|spam)( meer)? (meer|van .. ontvangen|ontvangen|sturen|toesturen)",
        I::OptOut,
        0.9,
        "Ik wil geen mails meer.",
    ),
    nl(
        "(wil|willen|wens|wensen|hoef|hoeven|stel|stellen) .. geen .. (mail|mails|e-?mails?|berichten|post) (meer|van)",
        I::OptOut,
        0.9,
        "Wij willen van jullie geen mail meer.",
    ),
    nl(
        "(haal|verwijder|schrap|schrijf|meld|gooi|streep) (mij|me|ons|dit adres|mijn adres|mijn gegevens|onze gegevens|ons bedrijf|mijn e-?mailadres) .. (lijst|bestand|mailing*|adressenbestand|database|systeem|af|uit)",
        I::OptOut,
        0.95,
        "Haal mij van de lijst.",
    ),
    nl(
        "van (de|jullie|uw|je|die) (mail|mailing|verzend|contact|adressen)?lijst (af|halen|verwijderen|gehaald|verwijderd)",
        I::OptOut,
        0.95,
        "Kunt u ons van uw lijst halen?",
    ),
    nl(
        "(^|[.!,] ?)(afmelden|uitschrijven|afmelding)( svp| aub| graag| a\\.u\\.b)?([.!]|$)",
        I::OptOut,
        0.95,
        "AFMELDEN",
    ),
    nl(
        "(wil|willen|wens|graag|kunt u|kun je|gelieve) .. (afmelden|uitschrijven|afgemeld|uitgeschreven)( worden)?",
        I::OptOut,
        0.9,
        "Ik wil me graag afmelden.",
    ),
    nl("(verwijder|wis) .. (gegevens|adres|e-?mailadres|mailadres)", I::OptOut, 0.9, "Verwijder mijn gegevens."),
    nl(
        "(stop|hou op|houd op) (maar )?met (mailen|het sturen|mails|berichten|deze)",
        I::OptOut,
        0.95,
        "Stop met mailen.",
    ),
    nl("(ongevraagd|ongewenst)e? (mail|e-?mail|bericht|reclame|post)*", I::OptOut, 0.6, "Dit is ongevraagde mail."),
    nl(
        "geen (prijs|behoefte) .. (op|aan) .. (mail|mails|berichten|e-?mails?)",
        I::OptOut,
        0.85,
        "Ik stel geen prijs op deze mails.",
    ),
    nl("(geen|verdere) (contact|benadering) meer( op)?", I::OptOut, 0.8, "Neem geen contact meer op."),
    nl("(stel|stellen) .. niet op prijs", I::OptOut, 0.85, "Wij stellen deze mails niet op prijs."),
    nl(
        "(uit|van) (jullie|uw|je|het|de|dat|dit) (bestand|lijst|mailing*|adressenbestand|systeem|database|verzendlijst) (verwijderen|halen|schrappen|wissen|verwijderd|gehaald|geschrapt)",
        I::OptOut,
        0.9,
        "Graag uit jullie bestand verwijderen.",
    ),
    nl("laat (mij|me|ons) met rust", I::OptOut, 0.9, "Laat ons met rust."),
    en(
        "(take|remove|drop|delete) (me|us|my (address|name|email|details)|our (address|details)|this address) (off|from)",
        I::OptOut,
        0.95,
        "Take me off your list.",
    ),
    en("unsubscribe", I::OptOut, 0.9, "Please unsubscribe me."),
    en(
        "(stop|quit|cease) (e-?mailing|mailing|contacting|sending|writing|messaging|spamming)",
        I::OptOut,
        0.95,
        "Stop emailing us.",
    ),
    en(
        "(do not|don'?t|never|no longer) (e-?mail|contact|mail|write|send|message) (me|us|to)?",
        I::OptOut,
        0.9,
        "Please do not contact us again.",
    ),
    en("no (more|further) (e-?mails?|messages|mails?|contact)", I::OptOut, 0.9, "No more emails please."),
    en("opt(ing)?[ -]?out", I::OptOut, 0.85, "I would like to opt out."),
    en("(leave) (me|us) alone", I::OptOut, 0.9, "Leave us alone."),
    nl("^stop( ermee| maar| please| aub)?[ .!]*$", I::OptOut, 0.95, "STOP"),
    nl(
        "(hou|houd|houdt) .. ?op .. ?(mail*|bericht*|gemail|sturen|bellen|dat|die)",
        I::OptOut,
        0.95,
        "Hou nou eens op met die mails!",
    ),
    nl(
        "(niemand|geen|niet) .. (wenst|wensen|wil|willen) .. (benaderd|gemaild|gebeld|aangeschreven|lastiggevallen)",
        I::OptOut,
        0.9,
        "Geen van onze bedrijven wenst nog door u benaderd te worden.",
    ),
    nl(
        "(uit|van|in) (de|uw|je|jullie|het|onze|die|deze) ([a-z]+ )?[a-z]*(lijst|bestand|systeem|database|mailing) (te |willen |af |kunnen |graag |willen )*(halen|laten|verwijderen|schrappen|wissen|gooien)",
        I::OptOut,
        0.95,
        "Wilt u ons van de maillijst halen?",
    ),
    nl(
        "(niet|nie|nooit) (meer|weer) .. ?(sturen|stuur|ontvangen|krijgen|hebben) .. ?(mail*|bericht*|post|reclame)",
        I::OptOut,
        0.9,
        "Graag niet meer sturen mail.",
    ),
    nl(
        "(mail|mails|mailkes|mailtjes|berichten|post) (niet|nie|nooit) (meer|weer) .. ?(hebben|ontvangen|krijgen|willen|wil)",
        I::OptOut,
        0.9,
        "Ik wil die mails niet meer hebben.",
    ),
    nl("haal (mij|me|ons|m'n bedrijf) (er ?uit|eraf|d'r uit|weg)", I::OptOut, 0.95, "Haal mij eruit."),
    nl(
        "(mij|me|ons) (af te melden|uit te schrijven|te verwijderen)",
        I::OptOut,
        0.85,
        "Waar is de knop om mij af te melden?",
    ),
    nl("nooit om gevraagd", I::OptOut, 0.55, "Ik heb hier nooit om gevraagd."),
    nl(
        "niet bedoeld voor .. ?(commerciele|wervende|reclame|ongevraagde)",
        I::OptOut,
        0.55,
        "Dit adres is niet bedoeld voor wervende berichten.",
    ),
    en(
        "(take|took|taking|taken|remove|removed|removing|strike) .. (off|from) .. ?(list|database|file|system|records)",
        I::OptOut,
        0.95,
        "Please take our address off your mailing list.",
    ),
];
