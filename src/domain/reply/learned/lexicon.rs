//! The words of this trade by what they stand for, with their inflections and compounds: "leerplekken" and "openings" are
//! places, whoever offers them. `*` stands for the rest of a word.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a word stands for, and the words.
const CLASSES: &[(&str, &str)] = &[
    (
        "PLEK",
        "plek plekken plekje plekjes plaats plaatsen plaatsje post place places spot spots position positions placement placements opening openings vacancy vacancies vacature vacatures slot slots space room ruimte *plek *plekken *plaats *plaatsen *plekje",
    ),
    (
        "STAG",
        "*stagiair* *student* *leerling* *stageloper* intern interns internship internships trainee trainees apprentice* pupil pupils youngster* jongere jongeren jongen jongens meid meiden meisje meisjes bbl'er bbl'ers bol'er bol'ers bbler bblers boler bolers stage stages kandidaat kandidaten hbo'er mbo'er mbo'ers",
    ),
    ("BEGEL", "*begeleid* *praktijkopleid* *mentor* *opleider* *supervis* *coach* *inwerk*"),
    (
        "MAAND",
        "januari februari maart april mei juni juli augustus september oktober november december january february march may june july august october jan feb mrt apr jun jul aug sep sept okt nov dec",
    ),
    (
        "DAG",
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag monday tuesday wednesday thursday friday saturday",
    ),
    (
        "NUM",
        "twee drie vier vijf zes zeven acht two three four five six seven eight tweetal drietal paar couple eentje",
    ),
    (
        "CONT",
        "bel belt bellen belde mail mailt mailen app apt appen schrijf schrijft vraag vraagt benader benadert benaderen stuur stuurt klop klopt contact meld melden meldt tref call ring phone ask write email e-mail ping reach try probeer probeert herinner remind informeer",
    ),
    (
        "SEIZ",
        "zomer* summer winter herfst* autumn voorjaar* spring najaar bouwvak kerst* pasen easter *vakantie holiday holidays semester kwartaal quarter schooljaar studiejaar seizoen season carnaval",
    ),
    ("TIJD", "week weken maand maanden jaar jaren weeks month months year years dagen days halfjaar"),
    (
        "BAAS",
        "collega* colleague* manager* chef baas boss directeur directie director hoofd hr personeelszaken planner coordinator *coordinator teamleider* *leider bedrijfsleider* leidinggevende eigenaar owner afdeling department hoofdkantoor headquarters head lead recruiter administratie vestiging locatie",
    ),
    (
        "BUSY",
        "druk drukte drukker vol volgeboekt bezet full busy swamped booked overvol onderbezet understaffed hectisch verbouwing verbouwen renovat* verhuiz* reorganis* fusie ziek* personeelstekort krap crowded stretched inspectie audit migratie",
    ),
    (
        "CLOSE",
        "stoppen gestopt stop sluiten sluit gesloten failliet opgeheven closing closed bankrupt pensioen retire* verkocht sold dicht",
    ),
    (
        "YES",
        "ja jazeker jawel graag prima akkoord yes sure gladly absolutely certainly zeker tuurlijk natuurlijk welkom welcome love happy delighted plezier leuk",
    ),
    ("SORRY", "helaas jammer sorry spijt* unfortunately afraid teleurstel* bedankje passen"),
    (
        "LIST",
        "lijst* *lijst *bestand* database systeem systemen mailing* list records gegevens avg gdpr afmelden uitschrijven unsubscribe verwijder* remove delete wissen schrappen",
    ),
    ("MAILS", "mails mailtje mailtjes e-mails emails bericht berichten berichtjes messages reclame spam nieuwsbrief*"),
    ("WH", "wat welke wie wanneer hoe hoeveel waar waarom waarvoor what which who when how where why whether"),
    ("KUN", "kan kunnen kun kunt can could mag mogen"),
    ("WIL", "wil willen wilt want would zou zouden"),
    ("HEB", "heb hebben heeft hebt have has got had hadden"),
    ("WIJ", "wij we ik i ons onze us our my mijn me mij"),
    ("U", "u je jij jullie uw you your jou jouw"),
    ("ZE", "hij zij ze hem haar he she him her hen them they"),
    (
        "GEEN",
        "geen niet nooit niemand niks niets no not never nobody none cannot nergens zonder nothing don't can't won't isn't doesn't haven't nee neen nope nowhere nie neither nor",
    ),
];

struct Lexicon {
    whole: HashMap<&'static str, &'static str>,
    /// Words of which a part is open: the known part, whether something may stand in front and behind, the class.
    open: Vec<(&'static str, bool, bool, &'static str)>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut made = Lexicon { whole: HashMap::new(), open: Vec::new() };
    for (class, words) in CLASSES {
        for word in words.split(' ') {
            let known = word.trim_matches('*');
            if known == word {
                made.whole.entry(word).or_insert(class);
            } else {
                made.open.push((known, word.starts_with('*'), word.ends_with('*'), class));
            }
        }
    }
    made
});

/// What a folded word stands for: its class, `TEL` and the like for what is no word, else the word itself.
pub(super) fn class(word: &str) -> &str {
    if let Some(class) = LEXICON.whole.get(word) {
        return class;
    }
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return if word.len() <= 2 { "NUM" } else { "JAAR" };
    }
    if word.len() < 5 {
        return word;
    }
    let found = LEXICON.open.iter().find(|(known, before, behind, _)| match (before, behind) {
        (true, true) => word.contains(known),
        (true, false) => word.ends_with(known),
        (false, _) => word.starts_with(known),
    });
    found.map_or(word, |(_, _, _, class)| class)
}

/// Whether a token stands for a class.
pub(super) fn is_class(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflections_and_compounds_stand_for_the_same() {
        for (word, wanted) in [
            ("leerwerkplekken", "PLEK"),
            ("stageplaats", "PLEK"),
            ("openings", "PLEK"),
            ("bedrijfsstagiaires", "STAG"),
            ("werkbegeleider", "BEGEL"),
            ("zomervakantie", "SEIZ"),
            ("12", "NUM"),
            ("2027", "JAAR"),
            ("kok", "kok"),
        ] {
            assert_eq!(class(word), wanted, "{word}");
        }
    }
}
