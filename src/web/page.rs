//! What every page knows: language, person, menu, the form token, what was just done. Templates hold it as `p`.

use super::assets;
use super::field::Field;
use super::flash::Flash;
use super::form::Errors;
use super::parts::{Badge, Crumbs, Empty, Entry, Icon, Paging, Progress, Seats, Text};
use super::watch::Watch;
use super::when::{When, title_day};
use crate::domain::opening::Seating;
use crate::domain::time::{Day, Moment};
use crate::domain::words::{Lang, Role};
use crate::store::capped::EXACT;
use askama::filters::HtmlSafe;
use std::borrow::Borrow;
use std::fmt;

/// The entry of the menu that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Here {
    /// The day.
    Today,
    /// Replies.
    Inbox,
    /// Companies.
    Companies,
    /// Students.
    Students,
    /// Campaigns.
    Campaigns,
    /// Placements.
    Placements,
    /// Aftercare.
    Aftercare,
    /// Referrals.
    Referrals,
    /// Schools.
    Schools,
    /// Reports.
    Reports,
    /// Settings.
    Settings,
    /// No entry.
    Nowhere,
}

/// Numbers beside the entries of the menu; zero is not shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Things to do today.
    pub today: i64,
    /// Replies that wait for a decision.
    pub inbox: i64,
    /// Students who look for a place.
    pub students: i64,
    /// Campaigns that run.
    pub campaigns: i64,
    /// Placements that run.
    pub placements: i64,
    /// Check-ins that are due.
    pub aftercare: i64,
}

/// Who is signed in, for the menu.
#[derive(Debug, Clone)]
pub struct Person {
    /// Name.
    pub name: String,
    /// What they are here for.
    pub role: Role,
}

/// What every template holds as `p`.
#[derive(Debug, Clone)]
pub struct Page {
    /// The reader's language.
    pub lang: Lang,
    /// When the page is made.
    pub now: Moment,
    /// Where in the menu it stands.
    pub here: Here,
    /// Nobody on public pages.
    pub user: Option<Person>,
    /// The desk's or desks' names, for the brand.
    pub desk: String,
    /// Numbers in the menu.
    pub counts: Counts,
    /// Goes into every form.
    pub csrf: String,
    /// What was just done.
    pub flash: Option<Flash>,
    /// `auto`, `light` or `dark`.
    pub theme: String,
    /// Whether single letters are keys.
    pub keys: bool,
    /// Path and query of this page, to come back to after a switch of language or theme.
    pub path: String,
}

/// A whole number that can be counted in words.
pub trait Count {
    /// The number.
    fn count(&self) -> i64;
}

macro_rules! counts {
    ($($kind:ty),+) => {$(
        impl Count for $kind {
            fn count(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        }
    )+};
}

counts!(i16, i32, i64, u16, u32, u64, usize);

impl<T: Count + ?Sized> Count for &T {
    fn count(&self) -> i64 {
        (**self).count()
    }
}

impl Page {
    /// The text in the reader's language.
    pub fn t<'a>(&self, nl: &'a str, en: &'a str) -> &'a str {
        self.lang.t(nl, en)
    }

    /// A number with its word: "1 plek", "2 plekken", "1.284 bedrijven".
    pub fn n(&self, count: impl Count, one: &str, many: &str, one_en: &str, many_en: &str) -> String {
        let (one, many) = (self.t(one, one_en), self.t(many, many_en));
        format!("{} {}", self.num(count.count()), if count.count() == 1 { one } else { many })
    }

    /// A whole number as it is written: 1.284 in Dutch, 1,284 in English.
    pub fn num(&self, count: impl Count) -> String {
        let digits = count.count().unsigned_abs().to_string();
        let mut text = if count.count() < 0 { "-".to_owned() } else { String::new() };
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                text.push_str(self.t(".", ","));
            }
            text.push(digit);
        }
        text
    }

    /// A number that was counted up to [`EXACT`]: "1.000+" where there is more.
    pub fn upto(&self, count: impl Count) -> String {
        if count.count() > EXACT { format!("{}+", self.num(EXACT)) } else { self.num(count) }
    }

    /// A share as a whole percentage; a dash when there is nothing to share.
    pub fn percent(&self, part: impl Count, whole: impl Count) -> String {
        match whole.count() {
            0 => "–".to_owned(),
            whole => format!("{}%", (part.count() * 100 + whole / 2) / whole),
        }
    }

    /// A moment in words, in a `<time>`.
    pub fn when(&self, moment: impl Borrow<Moment>) -> When {
        When::moment(self.lang, self.now, *moment.borrow())
    }

    /// A moment in few letters, in a `<time>`.
    pub fn when_short(&self, moment: impl Borrow<Moment>) -> When {
        When::short(self.lang, self.now, *moment.borrow())
    }

    /// A day in words, in a `<time>`.
    pub fn day(&self, day: impl Borrow<Day>) -> When {
        When::day(self.lang, self.now.day(), *day.borrow())
    }

    /// A day in few letters, in a `<time>`.
    pub fn day_short(&self, day: impl Borrow<Day>) -> When {
        When::short_day(self.lang, self.now.day(), *day.borrow())
    }

    /// Today.
    pub fn today(&self) -> Day {
        self.now.day()
    }

    /// "Dinsdag 24 november".
    pub fn title_day(&self, day: impl Borrow<Day>) -> String {
        title_day(self.lang, *day.borrow())
    }

    /// The path of an asset with its hash.
    pub fn asset(&self, name: &str) -> String {
        assets::path(name)
    }

    /// An icon.
    pub fn icon(&self, name: &'static str) -> Icon {
        Icon { name, small: false }
    }

    /// An icon in the size of text.
    pub fn icon_s(&self, name: &'static str) -> Icon {
        Icon { name, small: true }
    }

    /// A badge: kind `good`, `warn`, `bad`, `blue` or nothing, and one or two words.
    pub fn badge(&self, kind: &'static str, text: impl fmt::Display) -> Badge {
        Badge { kind, text: text.to_string() }
    }

    /// The seats of an opening, or of more.
    pub fn seats(&self, seating: &Seating) -> Seats {
        let seating = *seating;
        let words = [
            (seating.taken, self.t("bezet", "taken")),
            (seating.held, self.t("vastgehouden", "held")),
            (seating.over, self.t("te veel", "too many")),
            (seating.free, self.t("vrij", "free")),
            (seating.withdrawn, self.t("teruggetrokken", "withdrawn")),
        ];
        let words = words.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}"));
        Seats { words: words.collect::<Vec<_>>().join(", "), seating }
    }

    /// A bar: `n` of `of`, with its words.
    pub fn progress(&self, n: impl Count, of: impl Count, words: impl fmt::Display) -> Progress {
        let natural = |count: i64| u64::try_from(count).unwrap_or(0);
        Progress::new(natural(n.count()), natural(of.count()), words)
    }

    /// What would stand here: a title and one sentence.
    pub fn empty(&self, title: impl fmt::Display, text: impl fmt::Display) -> Empty {
        Empty { title: title.to_string(), text: text.to_string(), link: None }
    }

    /// Paging by key: what is shown, the path of the first page (unless this is it) and of the next, if any.
    pub fn paging(&self, shown: impl fmt::Display, first: &Option<String>, next: &Option<String>) -> Paging {
        Paging {
            label: self.lang.t("Bladeren", "Pages"),
            shown: shown.to_string(),
            first: first.clone().map(|href| (href, self.lang.t("Naar het begin", "Back to the start"))),
            next: next.clone().map(|href| (href, self.lang.t("Volgende", "Next"))),
        }
    }

    /// The way back up, from the top: (path, words) pairs.
    pub fn crumbs<H: fmt::Display, W: fmt::Display>(&self, links: impl AsRef<[(H, W)]>) -> Crumbs {
        let links = links.as_ref().iter().map(|(href, words)| (href.to_string(), words.to_string())).collect();
        Crumbs { label: self.lang.t("Je bent hier", "You are here"), links }
    }

    /// An entry of a timeline.
    pub fn entry(&self, icon: &'static str, title: impl fmt::Display, at: impl Borrow<Moment>) -> Entry {
        Entry {
            icon,
            title: title.to_string(),
            when: self.when(at),
            incoming: false,
            body: String::new(),
            quote: String::new(),
            href: String::new(),
        }
    }

    /// The reader's language, as templates can pass it on.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// A field of a form.
    pub fn field(&self, name: impl fmt::Display, label: impl fmt::Display) -> Field {
        Field::new(name, label)
    }

    /// The token without which no form is read; the first thing in every `<form method="post">`.
    pub fn token(&self) -> Token {
        Token(self.csrf.clone())
    }

    /// What stands in a form whose free texts are watched for words of special data.
    pub fn watch(&self) -> Watch {
        Watch(self.lang)
    }

    /// The list of errors on top of a form with more than one.
    pub fn errors(&self, errors: &Errors) -> ErrorList {
        ErrorList {
            title: self.n(
                errors.len(),
                "ding klopt nog niet",
                "dingen kloppen nog niet",
                "thing to mend",
                "things to mend",
            ),
            errors: errors.clone(),
        }
    }

    /// Whether the menu stands at this entry: the value of `aria-current`.
    pub fn is(&self, here: &str) -> bool {
        format!("{:?}", self.here) == here
    }

    /// Whether the person is a coordinator.
    pub fn coordinates(&self) -> bool {
        self.user.as_ref().is_some_and(|user| user.role == Role::Coordinator)
    }

    /// The value of `data-theme`: nothing when the computer decides.
    pub fn chosen_theme(&self) -> &str {
        if self.theme == "auto" { "" } else { &self.theme }
    }
}

/// The hidden field of a form's token.
#[derive(Debug, Clone)]
pub struct Token(String);

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<input type="hidden" name="csrf" value="{}">"#, Text(&self.0))
    }
}

/// Errors of a form, each a link to its field; nothing when there is at most one.
#[derive(Debug, Clone)]
pub struct ErrorList {
    title: String,
    errors: Errors,
}

impl fmt::Display for ErrorList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.errors.len() < 2 && self.errors.of("").is_none() {
            return Ok(());
        }
        write!(f, r#"<div class="errors" role="alert" tabindex="-1"><b>{}</b><ul>"#, Text(&self.title))?;
        for (field, sentence) in self.errors.iter() {
            if field.is_empty() {
                write!(f, "<li>{}</li>", Text(sentence))?;
            } else {
                write!(f, r##"<li><a href="#f-{}">{}</a></li>"##, Text(field), Text(sentence))?;
            }
        }
        f.write_str("</ul></div>")
    }
}

impl HtmlSafe for Token {}
impl HtmlSafe for ErrorList {}

#[cfg(test)]
pub(super) fn example(lang: Lang) -> Page {
    Page {
        lang,
        now: Moment::parse("2026-11-24T10:00:00Z").unwrap(),
        here: Here::Today,
        user: None,
        desk: "Nieuw-West".to_owned(),
        counts: Counts::default(),
        csrf: "token".to_owned(),
        flash: None,
        theme: "auto".to_owned(),
        keys: true,
        path: "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_counted_in_words() {
        let (nl, en) = (example(Lang::Nl), example(Lang::En));
        assert_eq!(nl.n(1, "plek", "plekken", "place", "places"), "1 plek");
        assert_eq!(nl.n(1284, "bedrijf", "bedrijven", "company", "companies"), "1.284 bedrijven");
        assert_eq!(en.n(1_284_000_usize, "bedrijf", "bedrijven", "company", "companies"), "1,284,000 companies");
        assert_eq!(nl.num(-120), "-120");
        assert_eq!((nl.upto(1000), nl.upto(1001)), ("1.000".to_owned(), "1.000+".to_owned()));
        assert_eq!((nl.percent(1, 3), nl.percent(0, 0)), ("33%".to_owned(), "–".to_owned()));
    }

    #[test]
    fn seats_say_their_numbers() {
        let seating = Seating { taken: 2, free: 1, ..Seating::default() };
        let seats = example(Lang::Nl).seats(&seating).to_string();
        assert!(seats.contains("2 bezet, 1 vrij") && seats.matches("<i ").count() == 3, "{seats}");
        let seating = Seating { taken: 1, held: 1, free: 0, withdrawn: 2, over: 1 };
        let seats = example(Lang::Nl).seats(&seating).to_string();
        assert!(seats.contains("1 bezet, 1 vastgehouden, 1 te veel, 2 teruggetrokken"), "{seats}");
        for (class, count) in [("taken", 1), ("held", 1), ("over", 1), ("free", 0), ("withdrawn", 2)] {
            assert_eq!(seats.matches(&format!(r#"<i class="{class}">"#)).count(), count, "{class} {seats}");
        }
    }
}
