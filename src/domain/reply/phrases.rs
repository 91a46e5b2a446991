//! The rules as data. A phrase is written in lower case without accents; a space stands for any white space,
//! ` .. ` for up to five words in between, `*` for the rest of a word, `(a|b)` for a choice, `[x ]` is not needed:
//! write `(x )?`. Every row carries an example that must match, and the tests run it.
//! Long because a table of phrases is read and extended best in one piece.

use super::reading::{BounceReason, CheckInMood, Intent, Language};
use regex::{Regex, RegexSet};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// A rule: what is said, in which language, what it means, how sure that is, and a sentence that says it.
#[derive(Debug, Clone, Copy)]
pub struct Row<L> {
    /// The phrase.
    pub phrase: &'static str,
    /// Its language.
    pub language: Language,
    /// What it means.
    pub label: L,
    /// 0 to 1.
    pub weight: f32,
    /// A sentence in which it stands.
    pub example: &'static str,
}

const fn nl<L>(phrase: &'static str, label: L, weight: f32, example: &'static str) -> Row<L> {
    Row { phrase, language: Language::Nl, label, weight, example }
}

const fn en<L>(phrase: &'static str, label: L, weight: f32, example: &'static str) -> Row<L> {
    Row { phrase, language: Language::En, label, weight, example }
}

use BounceReason as B;
use CheckInMood as C;
use Intent as I;

/// What a writer wants, sentence by sentence.
pub const INTENTS: &[Row<Intent>] = &[
    // no more mail
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
    // somebody else
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
    // not now, later
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
    // no
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
        "geen (enkele |erkend |officieel |verdere )*(interesse|belangstelling|behoefte|stageplek*|stageplaats*|plek|plaats|plaatsen|ruimte|mogelijkheid|mogelijkheden|capaciteit|stages|stagiair*|stagebedrijf|leerbedrijf|tijd)",
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
        0.4,
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
    nl("(zit|zitten) (wij |we |ik |hier |al |helemaal |echt |helaas )*(vol|volgeboekt)", I::Declined, 0.5, "Wij zitten vol."),
    nl(
        "(zijn|is|zitten) (al |reeds |inmiddels |allemaal |ondertussen |helaas |net )*(bezet|vergeven|gevuld|ingevuld)",
        I::Declined,
        0.65,
        "De plekken zijn inmiddels bezet.",
    ),
    nl("(is|zijn) (niks|niets) voor (ons|mij|een|onze|dit|deze)", I::Declined, 0.6, "Dit is niets voor een klein bedrijf."),
    nl("(met|van|via) een andere (school|opleiding|roc|instelling)", I::Declined, 0.5, "Wij werken met een andere school."),
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
    // yes
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
        "(we|i) (can|could|have|do have|are able to|will|might have|should have|still have) .. (take|host|offer|place|accommodate|room|space|spot|spots|place|places|opening|openings|position|positions|interns?|students?|capacity)",
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
    // what do you mean
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
];

/// Why a message did not arrive, the surest words first.
pub const REASONS: &[Row<BounceReason>] = &[
    en(
        "(mailbox|inbox|user'?s? (mail)?box|account|folder|recipient|storage|maildir)[^.\\n]{0,60}(full|over ?quota|exceed|quota|out of (space|storage))",
        B::MailboxFull,
        1.0,
        "The mailbox is full",
    ),
    en(
        "(over|exceed\\w*|out of|disk|mailbox|user|storage|mail)[ -](the |his |her |their |its |storage |mailbox |allotted )*quota|quota (exceeded|reached|full|limit)|mail ?box full|insufficient (system )?(storage|disk)|not enough (storage|space|disk)",
        B::MailboxFull,
        1.0,
        "552 quota exceeded",
    ),
    nl("(postvak|mailbox|postbus) .. vol", B::MailboxFull, 1.0, "Het postvak van de ontvanger is vol"),
    en(
        "(message|mail|size|attachment)[^.\\n]{0,50}(too (large|big|long)|exceed\\w* .{0,40}(size|limit|maximum)|size limit)|maximum (message |file )?size|size exceeds|too big",
        B::TooBig,
        1.0,
        "552 message size exceeds fixed maximum",
    ),
    nl("bericht .. te groot", B::TooBig, 1.0, "Het bericht is te groot"),
    en(
        "(user|mailbox|recipient|address|account|alias|addressee|local part)[^.\\n]{0,70}(unknown|not (be )?found|does ?n[o']t exist|doesn't exist|not exist|(is )?(wrong|incorrect)|no longer (exists|valid|in use|here)|invalid|not (known|listed|valid|registered|recognized|present)|unavailable|undeliverable|is not a known|not our customer)|(unknown|invalid|no such|nonexistent|non-existent|bad|unrecognized|illegal) (\\w+ )?(user|mailbox|recipient|address|account|local|alias|destination mail|person|name|addressee)|no (mailbox|account|valid recipients?|such) |(doesn't|does not|didn't) have an? .{0,40}account|not a (valid|known) (user|recipient|mailbox)|user not|recipient .{0,20}rejected|not in (directory|my|our)|unrouteable address|not listed in|recipnotfound|resolver\\.adr\\.recip|5\\.1\\.1\\b|5\\.1\\.10\\b|no one here by that name|mailbox unavailable|delivery to this address is restricted|no mailbox here",
        B::UserUnknown,
        1.0,
        "550 5.1.1 user unknown",
    ),
    nl(
        "(gebruiker|adres|e-?mailadres|geadresseerde|ontvanger|mailbox|postvak) .. (onbekend|bestaat niet|niet gevonden|ongeldig|niet bestaand)|onbekende (gebruiker|ontvanger)",
        B::UserUnknown,
        1.0,
        "Het e-mailadres is niet gevonden",
    ),
    en(
        "(host|domain|hostname|dns|mx|name server)[^.\\n]{0,60}(unknown|not (be )?found|does not exist|doesn't exist|no (such|answer|mx)|lookup fail\\w*|not exist|null mx|non-?existent)|unknown (host|domain)|(no such|bad|illegal|unrouteable|invalid) (host|domain|destination)|couldn't find any host|unrouteable mail domain|name (or )?service|all relevant mx records point to non-existent|host or domain name not found",
        B::HostUnknown,
        1.0,
        "Host or domain name not found",
    ),
    nl(
        "(domein|domeinnaam|server) .. (bestaat niet|niet gevonden|onbekend)",
        B::HostUnknown,
        1.0,
        "Het domein bestaat niet",
    ),
    en(
        "(blocked|blacklist\\w*|black ?list|blocklist\\w*|spamhaus|spamcop|rbl|dnsbl|bad reputation|poor reputation|reputation|listed (in|at|by)|banned|refused to talk|not (permitted|allowed) to (send|connect)|client host|your (ip|host|server|network)|greylist\\w*|rejected by .{0,40}(rbl|reputation)|sender .{0,30}(blocked|denied|rejected))",
        B::Blocked,
        1.0,
        "Client host blocked using zen",
    ),
    en(
        "(spam|policy|content|virus|phish\\w*|dmarc|spf|dkim|unsolicited|filter\\w*|prohibited|not authorized|authentication required|relay\\w* (denied|not permitted|access)|access denied|denied by|security|banned (file|content)|attachments? (type|not)|violat\\w*|not accepting mail with|moderator|administrative prohibition|not a? ?member|loop)",
        B::Policy,
        1.0,
        "554 message rejected due to policy",
    ),
    en(
        "(retry time(out)? exceeded|timed? ?out|too (long|many hops)|queue too long|expired|giving up|not delivered for|undeliverable for|unable to deliver .{0,40}(days|hours)|cannot send message for|delivery (time|period)|connection (timed out|refused|lost|reset)|deferred|been in the queue|still being retried|will be retried|keep trying|not yet been delivered|delayed|try again later|temporar\\w+)",
        B::Expired,
        1.0,
        "retry timeout exceeded",
    ),
    en(
        "(disabled|suspended|inactive|closed|deactivated|not accepting|not currently accepting|does not accept|doesn't accept|refuses? to accept|restricted|locked|not active|expired account|no longer accepts)",
        B::NotAccepting,
        1.0,
        "This account has been disabled",
    ),
];

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

/// A compiled table: one pass says which rows speak, then each is located.
pub(super) struct Table<L: 'static> {
    set: RegexSet,
    rules: Vec<(Regex, &'static Row<L>)>,
}

impl<L: Copy> Table<L> {
    fn new(rows: &'static [Row<L>]) -> Self {
        let rules: Vec<(Regex, &Row<L>)> =
            rows.iter().filter_map(|row| Some((Regex::new(&expression(row.phrase)).ok()?, row))).collect();
        let set = RegexSet::new(rules.iter().map(|(shape, _)| shape.as_str())).unwrap_or_else(|_| RegexSet::empty());
        Self { set, rules }
    }

    /// The rows that speak in a folded text, each with its first place.
    pub(super) fn spoken(&self, plain: &str) -> Vec<(&'static Row<L>, Range<usize>)> {
        let matched = self.set.matches(plain);
        matched
            .iter()
            .filter_map(|index| self.rules.get(index))
            .filter_map(|(shape, row)| Some((*row, shape.find(plain)?.range())))
            .collect()
    }
}

pub(super) static INTENT_TABLE: LazyLock<Table<Intent>> = LazyLock::new(|| Table::new(INTENTS));
pub(super) static MOOD_TABLE: LazyLock<Table<CheckInMood>> = LazyLock::new(|| Table::new(MOODS));

/// The expression that a phrase stands for.
fn expression(phrase: &str) -> String {
    const GAP: &str = "\u{1}";
    let mut out = String::from("(?i)");
    if phrase.starts_with(|c: char| c.is_alphanumeric()) {
        out.push_str(r"\b");
    }
    let text = phrase.replace(" .. ", GAP);
    let mut before = ' ';
    out.push_str("(?:");
    let mut signs = text.chars().peekable();
    while let Some(c) = signs.next() {
        match c {
            ' ' if signs.peek() == Some(&'?') => {
                signs.next();
                out.push_str(r"\s*");
            }
            '\u{1}' => out.push_str(r"(?:[ ,:()/&'-]+[^ .!?;]+){0,6}?[ ,:()/&'-]+"),
            ' ' => out.push_str(r"\s+"),
            '*' if before.is_alphanumeric() || before == ')' => out.push_str(if before == ')' { "*" } else { r"\w*" }),
            _ => out.push(c),
        }
        before = c;
    }
    out.push(')');
    if phrase.ends_with(|c: char| c.is_alphanumeric() || c == '*') {
        out.push_str(r"\b");
    }
    out
}

/// The compiled form of a bounce's reason; `None` for a phrase that is in no row of [`REASONS`].
pub(super) fn pattern(phrase: &'static str) -> Option<Regex> {
    static COMPILED: LazyLock<HashMap<&'static str, Regex>> = LazyLock::new(|| {
        let compiled = |row: &Row<_>| Some((row.phrase, Regex::new(&expression(row.phrase)).ok()?));
        REASONS.iter().filter_map(compiled).collect()
    });
    COMPILED.get(phrase).cloned()
}

#[cfg(test)]
mod tests {
    use super::super::words::folded;
    use super::*;

    #[track_caller]
    fn check<L: Copy>(rows: &[Row<L>]) {
        for row in rows {
            let shape = Regex::new(&expression(row.phrase)).unwrap_or_else(|error| panic!("{}: {error}", row.phrase));
            assert!(shape.is_match(&folded(row.example)), "`{}` does not say `{}`", row.example, row.phrase);
            assert!(row.weight > 0.0 && row.weight <= 1.0);
        }
    }

    #[test]
    fn every_rule_speaks_in_its_own_example() {
        check(INTENTS);
        check(REASONS);
        check(MOODS);
    }

    #[test]
    fn a_gap_does_not_cross_the_end_of_a_sentence() {
        let shape = Regex::new(&expression("helaas .. geen")).unwrap();
        assert!(shape.is_match("helaas hebben wij nu geen plek"));
        assert!(!shape.is_match("helaas. wij hebben geen plek"));
    }
}
