//! Free text about students: what the script watches for while somebody types, and what the page says after saving. Nothing is
//! refused for a word; a sentence offers a way to say only what the work asks.

use super::flash::Flash;
use super::parts::Text;
use crate::domain::privacy::special::{find, watched};
use crate::domain::words::Lang;
use askama::filters::HtmlSafe;
use std::fmt;

/// What stands in a form whose text areas are watched: the words and sentences, for the script alone.
#[derive(Debug, Clone, Copy)]
pub struct Watch(pub(super) Lang);

impl fmt::Display for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = serde_json::to_string(&watched(self.0)).map_err(|_| fmt::Error)?;
        write!(f, r#"<span hidden data-watch="{}"></span>"#, Text(&table))
    }
}

impl HtmlSafe for Watch {}

/// What a page says after texts were saved: that they were, and which word in them deserves another look.
pub fn saved<'a>(said: &str, texts: impl IntoIterator<Item = &'a str>, lang: Lang) -> Flash {
    let found = texts.into_iter().flat_map(find).next();
    match found {
        Some(found) => Flash::warn(format!("{said} {}", found.kind.say(&found.word, lang))),
        None => Flash::good(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::flash::FlashKind;

    #[test]
    fn a_word_of_special_data_is_told_after_saving_and_others_are_not() {
        let told = saved("Bewaard.", ["Rustig.", "Heeft adhd."], Lang::Nl);
        assert!(told.kind == FlashKind::Warn && told.text.contains("“adhd”"), "{told:?}");
        assert_eq!(saved("Bewaard.", ["Rustig."], Lang::Nl), Flash::good("Bewaard."));
        let table = Watch(Lang::Nl).to_string();
        assert!(table.contains("&#34;adhd&#34;") && !table.contains("\"adhd\""), "{table}");
    }
}
