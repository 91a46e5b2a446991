//! The check before sending: who sends, how to opt out, what is missing for whom, whether the mailbox can send, and when
//! the first mail leaves. Pure but for what it is given.

use super::audience::Pick;
use super::kit::{Kit, Person, Press};
use crate::domain::calendar::Window;
use crate::domain::time::Moment;
use crate::domain::words::Lang;
use crate::flows::outbox::Stamp;

/// A variable that has no value for a recipient, or a template that cannot be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The recipient's company.
    pub company: String,
    /// The variable, or what is wrong in English.
    pub variable: String,
    /// What is wrong and what to do, for the reader's language.
    pub sentence: (String, String),
}

/// One line of the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is good; the start is refused while one is not.
    pub good: bool,
    /// In a few words.
    pub title: String,
    /// In a sentence.
    pub text: String,
}

/// The recipients for whom the mail cannot be made, at most `limit`.
pub fn missing(kit: &Kit, press: Press, going: &[Pick], limit: usize) -> Vec<Missing> {
    let stamp = Stamp::fresh(&kit.mailbox.address);
    let mut found = Vec::new();
    for pick in going {
        let Some(person) = Person::of(&pick.company, &pick.contact) else { continue };
        if let Err(error) = kit.render(press, &person, &stamp) {
            found.push(Missing {
                company: person.company_name,
                variable: error.variable().map_or_else(|| error.says(Lang::En), str::to_owned),
                sentence: (error.says(Lang::Nl), error.says(Lang::En)),
            });
            if found.len() >= limit {
                break;
            }
        }
    }
    found
}

/// What keeps the campaign from starting, apart from its recipients; in English, for whoever calls it without a page.
pub(super) fn ready(kit: &Kit, now: Moment) -> Result<(), String> {
    let wrong = [sender(kit, Lang::En), mailbox(kit, Lang::En, now)].into_iter().find(|finding| !finding.good);
    wrong.map_or(Ok(()), |finding| Err(format!("{}. {}", finding.title, finding.text)))
}

/// The whole check, line by line.
pub fn findings(kit: &Kit, press: Press, going: &[Pick], window: &Window, lang: Lang, now: Moment) -> Vec<Finding> {
    let missing = missing(kit, press, going, 20);
    vec![variables(&missing, lang), sender(kit, lang), opt_out(lang), mailbox(kit, lang, now), hours(window, lang, now)]
}

fn variables(missing: &[Missing], lang: Lang) -> Finding {
    let Some(first) = missing.first() else {
        return Finding {
            good: true,
            title: lang.t("Elke mail is compleet", "Every mail is complete").to_owned(),
            text: lang.t("Voor iedereen proefgedraaid.", "Tried for everybody.").to_owned(),
        };
    };
    let names: Vec<&str> = missing.iter().map(|missing| missing.company.as_str()).collect();
    let sentence = if lang == Lang::Nl { &first.sentence.0 } else { &first.sentence.1 };
    Finding {
        good: false,
        title: lang.t("Bij deze ontvangers mist iets", "Something is missing for these recipients").to_owned(),
        text: format!("{}. {sentence}", names.join(", ")),
    }
}

fn sender(kit: &Kit, lang: Lang) -> Finding {
    let site = &kit.site;
    if !site.says_who() {
        return Finding {
            good: false,
            title: lang.t("De afzender mist", "The sender is missing").to_owned(),
            text: lang
                .t("Vul de naam en het postadres van het loket in.", "Fill in the desk's name and postal address.")
                .to_owned(),
        };
    }
    let name = if kit.mailbox.from_name.is_empty() { &site.desk_name } else { &kit.mailbox.from_name };
    let with = lang.t("met naam en adres van het loket", "with the desk's name and address");
    Finding {
        good: true,
        title: lang.t("Afzender klopt", "The sender is right").to_owned(),
        text: format!("{name}, {}, {with}.", kit.mailbox.address),
    }
}

fn opt_out(lang: Lang) -> Finding {
    Finding {
        good: true,
        title: lang.t("Afmelden werkt", "Opting out works").to_owned(),
        text: lang
            .t("De link staat onder elke mail en in de kop.", "The link stands under every mail and in its header.")
            .to_owned(),
    }
}

fn mailbox(kit: &Kit, lang: Lang, now: Moment) -> Finding {
    let name = &kit.mailbox.name;
    if kit.mailbox.archived_at.is_some() || kit.mailbox.out_url.is_empty() {
        return Finding {
            good: false,
            title: lang.t("De mailbox kan niet versturen", "The mailbox cannot send").to_owned(),
            text: lang.t("Kies een andere mailbox.", "Choose another mailbox.").to_owned(),
        };
    }
    if kit.mailbox.paused_at.is_some() {
        return Finding {
            good: false,
            title: lang.t("De mailbox staat stil", "The mailbox is paused").to_owned(),
            text: format!(
                "{name}: {}",
                lang.t("kijk bij Instellingen wat er is.", "see under Settings what is wrong.")
            ),
        };
    }
    let rests = !kit.mailbox.is_ready(now);
    Finding {
        good: true,
        title: lang.t("De mailbox werkt", "The mailbox works").to_owned(),
        text: if rests {
            format!("{name}: {}", lang.t("wacht even en probeert het dan weer.", "rests a while and tries again."))
        } else {
            format!("{name}.")
        },
    }
}

fn hours(window: &Window, lang: Lang, now: Moment) -> Finding {
    let first = window.next_open(now);
    let text = if first == now {
        lang.t("Het venster is nu open.", "The window is open now.").to_owned()
    } else {
        let local = first.local().format("%d-%m-%Y %H:%M");
        format!("{} {local}.", lang.t("De eerste mail gaat uit op", "The first mail leaves on"))
    };
    Finding { good: true, title: lang.t("Verzendtijd staat vast", "Sending hours are set").to_owned(), text }
}
