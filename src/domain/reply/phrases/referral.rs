//! Words that send us on to somebody else.

use super::{Row, en, nl};
use crate::domain::reply::reading::{Intent, Intent as I};

/// Somebody else is the one to ask.
pub const REFERRAL: &[Row<Intent>] = &[
    nl(
        "(doorgestuurd|doorgezonden|doorgezet|doorgegeven|doorgespeeld|overgedragen|neergelegd) .. (naar|aan|bij)",
        I::Referral,
        0.85,
        "Ik heb je mail doorgestuurd naar Piet.",
    ),
    nl(
        "(aan|naar|bij) (hem|haar|hen|mijn collega|onze|mijn|de afdeling|een collega|collega) .. (doorgestuurd|doorgezet|doorgegeven|neergelegd|gelegd)",
        I::Referral,
        0.85,
        "Ik heb het bij mijn collega neergelegd.",
    ),
    nl("(stuur|leg|zet|speel|geef) .. (door|neer) (naar|aan|bij)", I::Referral, 0.8, "Ik stuur het door naar Piet."),
    nl("(wenden|richten) (tot|aan|op)", I::Referral, 0.85, "U kunt zich wenden tot P&O."),
    nl(
        "(contact opnemen|contact (op )?te nemen|contact zoeken|neem (maar |even |dan |gerust |het beste )*contact op|het beste contact) (met|via) .. (collega|hr|afdeling|p&o|personeels*|mevrouw|meneer|de heer|dhr|mw|mevr|hoofd|chef|vestiging|praktijkopleider|stagecoordinator|leidinggevende|eigenaar|directeur|manager)",
        I::Referral,
        0.85,
        "Je kunt contact opnemen met mijn collega Piet.",
    ),
    nl(
        "(mail|bel|benader|vraag|app|mailen|bellen|benaderen) (beter|maar|even|eens|dan|daarvoor|hiervoor|het beste|gerust|naar|met|voortaan|liever| )*(mijn collega|collega|onze|mijn|de afdeling|hr|p&o|mevrouw|meneer|de heer|dhr|mw|mevr)",
        I::Referral,
        0.85,
        "Mail maar even mijn collega Ria.",
    ),
    nl(
        "(mail|bel|benader|app|mailen|bellen) (beter|maar|even|eens|dan|daarvoor|hiervoor|het beste|gerust|naar|met|voortaan|liever| )+[a-z.]+ ?(op|via|,|\\(|:)",
        I::Referral,
        0.5,
        "Bel maar even met Ria op 06.",
    ),
    nl(
        "(daar|hier|stages?|stagiairs?|dit) (over )?(gaat|regelt|doet|verzorgt|coordineert) (bij ons |onze |mijn |de )?(collega|hr|p&o|afdeling|hoofdkantoor|vestiging|mevrouw|meneer|dhr|mw|bedrijfsleider)*",
        I::Referral,
        0.75,
        "Daar gaat mijn collega over.",
    ),
    nl(
        "(gaat|loopt|verloopt|moet|gaan|lopen) (bij ons )?(allemaal |altijd )?(via|langs) .. (hr|p&o|hoofdkantoor|collega|afdeling|personeels*|stagebureau|bureau|directie|hoofd*)",
        I::Referral,
        0.8,
        "Dat loopt via het hoofdkantoor.",
    ),
    nl(
        "(pakt|neemt|regelt|behandelt) (dit|het|dat|je mail|uw mail) .. (op|over|verder|af)",
        I::Referral,
        0.7,
        "Zij pakt dit verder op.",
    ),
    nl("(ik werk|werkt|werk) (hier|daar|er|bij .{2,30}) niet meer", I::Referral, 0.5, "Ik werk hier niet meer."),
    nl(
        "(de )?(juiste|goede) (persoon|contactpersoon) (is|hiervoor|voor)",
        I::Referral,
        0.85,
        "De juiste persoon hiervoor is Ria.",
    ),
    nl(
        "moet(en)? (je|u|jullie) (bij|met) .. (zijn|hebben|bellen|mailen|spreken)",
        I::Referral,
        0.8,
        "Daarvoor moet je bij Ria zijn.",
    ),
    nl(
        "(kun|kunt|kan) ([a-z]+ )*?(terecht|aankloppen) bij (mijn|onze|de|mevrouw|meneer|dhr|mw|[a-z]+ via)",
        I::Referral,
        0.75,
        "Je kunt terecht bij onze afdeling HR.",
    ),
    nl("(in|met) (de )?cc", I::Referral, 0.45, "Ik zet Ria in de cc."),
    nl(
        "(onze|mijn) (hr|p&o|stage)[a-z&-]* .. (in cc|op de hoogte|aangehaakt|gaat hierover|is)",
        I::Referral,
        0.5,
        "Onze hr-adviseur is Ria.",
    ),
    en(
        "(please|kindly|you can|you should|best to|better) (also )?(contact|reach out to|e-?mail|write to|speak (to|with)|get in touch with|talk to|call|ask)",
        I::Referral,
        0.75,
        "Please contact Ann Lee.",
    ),
    en(
        "(forward(ed|ing)?|passed|passing|handed|referred|sent) .. (to|on to) (my|our|the|a|her|him|them|hr)",
        I::Referral,
        0.85,
        "I forwarded this to my colleague.",
    ),
    en(
        "(right|best|correct|better) (person|contact)( for this)?( to (talk to|contact|ask|speak to))? (is|would be|for)",
        I::Referral,
        0.85,
        "The right person for this is Ann Lee.",
    ),
    en(
        "(handles|coordinates|deals with|is responsible for|is in charge of|looks after|takes care of|runs) .. (internship*|interns|placement*|trainees|students|this|these|hr)",
        I::Referral,
        0.8,
        "Ann coordinates all internships.",
    ),
    en(
        "(copied|copying|cc'?d|cc'?ing|looping in|looped in|added) .. (my|our|colleague|hr|here|in)",
        I::Referral,
        0.7,
        "I have copied my colleague.",
    ),
    en(
        "(no longer|not) (work|working|employed|with) (here|at|for|the company)",
        I::Referral,
        0.5,
        "I no longer work here.",
    ),
    nl("ga(an|at)? (ik|wij|we|hij|zij) (hier |daar )?niet over", I::Referral, 0.6, "Daar ga ik niet over."),
    nl(
        "(dat|dit|stages?|stagiair*) (doet|regelt|verzorgt|coordineert|behandelt|ligt bij|loopt via) (bij ons |altijd )*(onze|mijn|de|een|het) ([a-z&]+[ -])?(collega|afdeling|hr|p&o|personeels*|hoofdkantoor|directie|administratie|stage*|leidinggevende|bedrijfsleid*|manager|opleidings*)",
        I::Referral,
        0.75,
        "Dat doet onze personeelsafdeling.",
    ),
    nl(
        "(mail|stuur|schrijf|contact|vraag|vragen|probeer|benader|mailen|sturen|terecht|zijn)( [a-z]+)* (naar |met |aan |via |bij |op )*[a-z0-9._-]+@",
        I::Referral,
        0.7,
        "Stuur je vraag naar hr@bedrijf.example.",
    ),
    nl("(bel|mail|app|vraag) [a-z]+ (maar|even|eens) (op|via)", I::Referral, 0.65, "Bel Henk maar op 0344 12 34 56."),
    nl("verkeerde (persoon|afdeling|adres|bedrijf)", I::Referral, 0.4, "U heeft de verkeerde persoon."),
    en(
        "(contact|mail|e-?mail|ask|try|write to|reach) [a-z0-9._-]+@",
        I::Referral,
        0.7,
        "Contact hr@firm.example please.",
    ),
    en(
        "(not|isn't|n't) the (right|correct) (person|contact|address|department)",
        I::Referral,
        0.4,
        "I am not the right person.",
    ),
];
