//! The language of a text, by the small words that only it uses.

use super::reading::Language;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

const SMALL_WORDS: &[(Language, &str)] = &[
    (
        Language::Nl,
        " de het een en van ik je jij u we wij niet is dat die voor met op te zijn maar ook aan er om bij naar wel geen nog hebben heb kan kunnen dan als graag groet beste hoi onze jullie mij wat deze dit ons goed dag bedankt nee ja nu wordt worden deze ben ons mag even ",
    ),
    (
        Language::En,
        " the a an and of i you we not is that for with on to are but also our it have has can will would this from at be your please thanks thank hello hi dear no yes at in my me do don't they as if by us an sorry ",
    ),
    (
        Language::De,
        " der die das und ich sie wir nicht ist mit auf zu sind aber auch ein eine einen für im den dem von haben kann bitte danke hallo leider gerne uns ihre ihr mir mich es oder wenn noch sehr geehrte ",
    ),
    (
        Language::Fr,
        " le la les et je vous nous ne pas est que pour avec sur des du un une mais aussi au en de notre votre merci bonjour avons ai ce cette dans sont plus par nos ",
    ),
    (
        Language::Tr,
        " ve bir bu için ile ben biz siz değil var yok çok ama merhaba teşekkürler teşekkür ederim olarak daha gibi şu de da mi ",
    ),
    (
        Language::Pl,
        " i w nie na się jest że do to z dla mamy dziękuję dzień dobry proszę ale pan pani jak o za po czy jestem są ",
    ),
];

/// For each small word, the languages that use it, by their place in the table.
static LANGUAGES_OF: LazyLock<HashMap<&str, Vec<usize>>> = LazyLock::new(|| {
    let mut found: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, (_, list)) in SMALL_WORDS.iter().enumerate() {
        for word in list.split_whitespace().collect::<BTreeSet<_>>() {
            found.entry(word).or_default().push(index);
        }
    }
    found
});

/// The language of the text; `Other` where too few of its words are known.
pub fn language(text: &str) -> Language {
    let mut counts = [0usize; SMALL_WORDS.len()];
    let mut words = 0usize;
    for word in super::origin::first(text, 4_000)
        .split(|c: char| !c.is_alphabetic() && c != '\'')
        .filter(|word| !word.is_empty())
    {
        words += 1;
        for index in LANGUAGES_OF.get(word.to_lowercase().as_str()).into_iter().flatten() {
            counts[*index] += 1;
        }
    }
    let best = counts.iter().enumerate().rev().max_by_key(|(_, count)| **count);
    match best {
        Some((index, count)) if *count > 0 && (count * 12 >= words || words < 6) => SMALL_WORDS[index].0,
        _ => Language::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_tells_its_language() {
        for (wanted, text) in [
            (Language::Nl, "Wij hebben op dit moment geen plek voor een stagiair."),
            (Language::En, "We do not have a place for an intern at the moment."),
            (Language::De, "Wir haben leider keinen Platz für einen Praktikanten."),
            (Language::Fr, "Nous n'avons pas de place pour un stagiaire."),
            (Language::Tr, "Merhaba, bu dönem için yerimiz yok, teşekkürler."),
            (Language::Pl, "Dzień dobry, niestety nie mamy miejsca dla stażysty."),
            (Language::Other, "こんにちは"),
        ] {
            assert_eq!(language(text), wanted, "{text}");
        }
    }
}
