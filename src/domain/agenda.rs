//! A person's calendar as a file that calendar programs read (RFC 5545). It leaves the desk for whatever program asks, so it
//! names companies and never a student: an entry has no field for one.

use super::time::{Day, Moment};
use super::words::{Channel, Lang, TaskKind};
use icalendar::{Calendar, Component, Event, EventLike};

/// What an entry is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A moment of aftercare, by its name in the plan and how it is done.
    CheckIn(String, Channel),
    /// A task; its own words may name somebody, and stay behind.
    Task(TaskKind),
    /// A company and a student meet.
    Interview,
    /// A placement begins.
    Starts,
    /// A placement has its last day.
    Ends,
}

/// One day of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, the same in every version of the calendar: `checkin-12`.
    pub key: String,
    /// The day.
    pub on: Day,
    /// What it is about.
    pub subject: Subject,
    /// Where; empty where no company is named.
    pub company: String,
    /// The page on which more stands, from `/` on.
    pub path: String,
}

impl Entry {
    /// The entry in one line.
    pub fn title(&self, lang: Lang) -> String {
        let what = match &self.subject {
            Subject::CheckIn(name, channel) => format!("{}: {name}", way(*channel, lang)),
            Subject::Task(kind) => task(*kind, lang).to_owned(),
            Subject::Interview => lang.t("Kennismaking", "Interview").to_owned(),
            Subject::Starts => lang.t("Stage begint", "Placement starts").to_owned(),
            Subject::Ends => lang.t("Laatste stagedag", "Last day of placement").to_owned(),
        };
        if self.company.is_empty() { what } else { format!("{what}, {}", self.company) }
    }
}

const fn way(channel: Channel, lang: Lang) -> &'static str {
    match channel {
        Channel::Mail => lang.t("Nazorg per mail", "Aftercare by mail"),
        Channel::Call => lang.t("Nazorg bellen", "Aftercare call"),
        Channel::Visit => lang.t("Nazorg bezoek", "Aftercare visit"),
    }
}

const fn task(kind: TaskKind, lang: Lang) -> &'static str {
    match kind {
        TaskKind::Todo => lang.t("Taak", "Task"),
        TaskKind::Call => lang.t("Bellen", "Call"),
        TaskKind::Visit => lang.t("Langsgaan", "Visit"),
        TaskKind::Reply => lang.t("Mail beantwoorden", "Answer a mail"),
        TaskKind::Repair => lang.t("Gegevens herstellen", "Mend records"),
    }
}

/// The calendar as a file of type `text/calendar`. `base_url` is the configured one, without a slash at its end.
pub fn file(entries: &[Entry], base_url: &str, lang: Lang, now: Moment) -> String {
    let host = base_url.rsplit("//").next().unwrap_or_default();
    let mut calendar = Calendar::new();
    calendar.name("Stagemakelaar");
    for entry in entries {
        let mut event = Event::with_uid(&format!("{}@{host}", entry.key));
        event
            .timestamp(now.utc())
            .all_day(entry.on.0)
            .summary(&entry.title(lang))
            .url(&format!("{base_url}{}", entry.path))
            // a day with something to do is not a day that is taken
            .add_property("TRANSP", "TRANSPARENT");
        calendar.push(event.done());
    }
    calendar.done().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_says_what_and_where() {
        let entry = |subject, company: &str| Entry {
            key: "x".to_owned(),
            on: Day::new(2026, 12, 1).unwrap(),
            subject,
            company: company.to_owned(),
            path: "/".to_owned(),
        };
        let halfway = entry(Subject::CheckIn("halverwege".to_owned(), Channel::Visit), "Bakkerij De Proef");
        assert_eq!(halfway.title(Lang::Nl), "Nazorg bezoek: halverwege, Bakkerij De Proef");
        assert_eq!(entry(Subject::Task(TaskKind::Call), "").title(Lang::En), "Call");
        assert_eq!(entry(Subject::Ends, "Kapper Krul").title(Lang::Nl), "Laatste stagedag, Kapper Krul");
    }
}
