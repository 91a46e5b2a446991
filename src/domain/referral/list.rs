//! A school's list of students to refer: which column is what, and a row to what a referral says. Pure; the file was read by
//! [`import::read`](crate::domain::import::read).

use crate::domain::agreement::Share;
use crate::domain::code::code;
use crate::domain::company::fold;
use crate::domain::import::{day, level};
use crate::domain::time::Day;
use crate::domain::words::{Lang, Level, Track};

/// The most rows of a list: it is judged and applied as one act.
pub const MOST_ROWS: usize = 500;

code! {
    /// What a column of a list can be.
    pub enum Column {
        /// The school's code.
        Code = "code",
        /// First name.
        FirstName = "first_name",
        /// The education as people call it.
        Programme = "programme",
        /// Five digits.
        Crebo = "crebo",
        /// The education's level.
        Level = "level",
        /// How school and work are divided.
        Track = "track",
        /// First day.
        From = "available_from",
        /// Last day.
        Until = "available_until",
        /// Days a week.
        Days = "days_per_week",
        /// The work.
        Role = "role_sought",
        /// What the student wants to learn.
        Wish = "learning_wish",
        /// How often they tried.
        Attempts = "attempts",
        /// What they tried.
        Tried = "tried",
        /// Why it failed.
        FailedWhy = "failed_why",
        /// What is sought.
        Sought = "sought",
        /// What may be told.
        Shares = "shares",
        /// On which day.
        On = "on",
    }
}

impl Column {
    /// What it is called on pages.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Code => lang.t("Code", "Code"),
            Self::FirstName => lang.t("Voornaam", "First name"),
            Self::Programme => lang.t("Opleiding", "Programme"),
            Self::Crebo => lang.t("Crebo", "Crebo"),
            Self::Level => lang.t("Niveau", "Level"),
            Self::Track => lang.t("Leerweg", "Track"),
            Self::From => lang.t("Beschikbaar vanaf", "Available from"),
            Self::Until => lang.t("Tot en met", "Until"),
            Self::Days => lang.t("Dagen per week", "Days a week"),
            Self::Role => lang.t("Gezocht werk", "Work sought"),
            Self::Wish => lang.t("Leerwens", "Learning wish"),
            Self::Attempts => lang.t("Pogingen", "Attempts"),
            Self::Tried => lang.t("Geprobeerd", "Tried"),
            Self::FailedWhy => lang.t("Waarom niet gelukt", "Why it failed"),
            Self::Sought => lang.t("Gezocht", "Sought"),
            Self::Shares => lang.t("Delen", "May be shared"),
            Self::On => lang.t("Aangemeld op", "Referred on"),
        }
    }

    /// The heads of columns that mean it, folded; besides its word and its labels.
    const fn heads(self) -> &'static [&'static str] {
        match self {
            Self::Code => &["leerlingcode", "studentcode", "student", "leerlingnummer"],
            Self::FirstName => &["roepnaam", "naam", "name"],
            Self::Programme => &["opleidingsnaam", "education"],
            Self::Crebo => &["crebonummer"],
            Self::Level => &["mbo niveau"],
            Self::Track => &["bol/bbl"],
            Self::From => &["vanaf", "start", "from"],
            Self::Until => &["tot", "einde", "eind"],
            Self::Days => &["dagen", "days"],
            Self::Role => &["werk", "soort werk", "role"],
            Self::Wish => &["wens", "wensen", "wish"],
            Self::Attempts => &["eigen pogingen", "aantal pogingen"],
            Self::Tried => &["wat is geprobeerd"],
            Self::FailedWhy => &["waarom", "reden", "why"],
            Self::Sought => &["wat wordt gezocht", "zoekt"],
            Self::Shares => &["mag gedeeld worden", "share"],
            Self::On => &["datum", "date", "aanmelddatum"],
        }
    }
}

/// Which column each head is; a head that means nothing is left out, and so is the second of two that mean the same.
pub fn columns(header: &[String]) -> Vec<Option<Column>> {
    let mut taken = Vec::new();
    let mut of = |head: &String| {
        let head = fold(head);
        let fits = |column: &&Column| {
            let labels = [Lang::Nl, Lang::En].map(|lang| fold(column.label(lang)));
            column.as_str() == head || labels.contains(&head) || column.heads().contains(&head.as_str())
        };
        let found = Column::ALL.iter().find(fits).copied().filter(|column| !taken.contains(column));
        taken.extend(found);
        found
    };
    header.iter().map(&mut of).collect()
}

/// The columns without which a list says too little, of those that it lacks.
pub fn missing(columns: &[Option<Column>]) -> Vec<Column> {
    let needed = [Column::Code, Column::FirstName, Column::Attempts];
    needed.into_iter().filter(|column| !columns.contains(&Some(*column))).collect()
}

/// A row as far as it can be read by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// The school's code.
    pub code: String,
    /// First name.
    pub first_name: String,
    /// The education as people call it.
    pub programme: String,
    /// Five digits, or empty.
    pub crebo: String,
    /// The education's level.
    pub level: Option<Level>,
    /// How school and work are divided.
    pub track: Option<Track>,
    /// First day.
    pub available_from: Option<Day>,
    /// Last day.
    pub available_until: Option<Day>,
    /// Days a week.
    pub days_per_week: Option<i32>,
    /// The work.
    pub role_sought: String,
    /// What the student wants to learn.
    pub learning_wish: String,
    /// How often they tried.
    pub attempts: i32,
    /// What they tried.
    pub tried: String,
    /// Why it failed.
    pub failed_why: String,
    /// What is sought.
    pub sought: String,
    /// What may be told.
    pub shares: Vec<Share>,
    /// On which day; `None`: the day of the list.
    pub on: Option<Day>,
}

/// Reads a row; the columns that cannot be read where it cannot.
pub fn entry(columns: &[Option<Column>], cells: &[String]) -> Result<Entry, Vec<Column>> {
    let cell = |wanted: Column| {
        let at = columns.iter().position(|column| *column == Some(wanted));
        at.and_then(|at| cells.get(at)).map(|cell| cell.trim()).unwrap_or_default()
    };
    let text = |column| cell(column).to_owned();
    let mut wrong = Vec::new();
    let mut entry = Entry {
        code: text(Column::Code),
        first_name: text(Column::FirstName),
        programme: text(Column::Programme),
        crebo: text(Column::Crebo),
        role_sought: text(Column::Role),
        learning_wish: text(Column::Wish),
        tried: text(Column::Tried),
        failed_why: text(Column::FailedWhy),
        sought: text(Column::Sought),
        ..Entry::default()
    };
    read(cell(Column::Level), Column::Level, level, &mut entry.level, &mut wrong);
    let track = |text: &str| fold(text).parse().ok();
    read(cell(Column::Track), Column::Track, track, &mut entry.track, &mut wrong);
    read(cell(Column::From), Column::From, day, &mut entry.available_from, &mut wrong);
    read(cell(Column::Until), Column::Until, day, &mut entry.available_until, &mut wrong);
    let number = |text: &str| text.parse::<i32>().ok();
    read(cell(Column::Days), Column::Days, number, &mut entry.days_per_week, &mut wrong);
    read(cell(Column::On), Column::On, day, &mut entry.on, &mut wrong);
    match cell(Column::Attempts).parse() {
        Ok(attempts) => entry.attempts = attempts,
        Err(_) => wrong.push(Column::Attempts),
    }
    for word in cell(Column::Shares).split([',', '+', '/']).map(fold).filter(|word| !word.is_empty()) {
        match share(&word) {
            Some(share) => entry.shares.push(share),
            None if wrong.contains(&Column::Shares) => {}
            None => wrong.push(Column::Shares),
        }
    }
    if wrong.is_empty() { Ok(entry) } else { Err(wrong) }
}

/// Reads a cell that may be empty.
fn read<T>(
    text: &str,
    column: Column,
    parse: impl Fn(&str) -> Option<T>,
    into: &mut Option<T>,
    wrong: &mut Vec<Column>,
) {
    if text.is_empty() {
        return;
    }
    *into = parse(text);
    if into.is_none() {
        wrong.push(column);
    }
}

fn share(word: &str) -> Option<Share> {
    match word {
        "contact" | "contactgegevens" => Some(Share::Contact),
        "voortgang" | "progress" => Some(Share::Progress),
        "wensen" | "wishes" => Some(Share::Wishes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<String> {
        text.split('|').map(str::to_owned).collect()
    }

    #[test]
    fn heads_are_known_in_both_languages_and_once() {
        let found = columns(&cells("Leerlingcode|VOORNAAM|Klas|code|Why it failed|delen"));
        let (code, name) = (Some(Column::Code), Some(Column::FirstName));
        assert_eq!(found, [code, name, None, None, Some(Column::FailedWhy), Some(Column::Shares)]);
        assert_eq!(missing(&found), [Column::Attempts]);
        for column in Column::ALL {
            for head in [column.as_str(), column.label(Lang::Nl), column.label(Lang::En)] {
                assert_eq!(columns(&[head.to_owned()]), [Some(*column)], "{head}");
            }
        }
    }

    #[test]
    fn a_row_is_read_or_names_the_columns_that_it_is_wrong_in() {
        let header = columns(&cells("code|voornaam|niveau|leerweg|vanaf|dagen|pogingen|delen|datum"));
        let read = entry(&header, &cells("S-1|Sam|niveau 2|BOL|1-2-2027|4|3|voortgang, wensen|24-11-2026")).unwrap();
        let expected = Entry {
            code: "S-1".into(),
            first_name: "Sam".into(),
            level: Some(Level::Mbo2),
            track: Some(Track::Bol),
            available_from: Day::parse("2027-02-01"),
            days_per_week: Some(4),
            attempts: 3,
            shares: vec![Share::Progress, Share::Wishes],
            on: Day::parse("2026-11-24"),
            ..Entry::default()
        };
        assert_eq!(read, expected);
        for (row, wrong) in [
            ("S-1|Sam|||||3||", vec![]),
            ("S-1|Sam|||||||", vec![Column::Attempts]),
            (
                "S-1|Sam|acht|fiets|gauw|veel|3|alles|ooit",
                vec![Column::Level, Column::Track, Column::From, Column::Days, Column::On, Column::Shares],
            ),
            ("", vec![Column::Attempts]),
        ] {
            assert_eq!(entry(&header, &cells(row)).err().unwrap_or_default(), wrong, "{row}");
        }
    }
}
