//! People at their desks: they look at pages, start campaigns and decide on what came in.

use super::house::House;
use crate::support::app::{PASSWORD, Seen, Surfer};
use std::time::{Duration, Instant};

const SEARCHES: [&str; 6] = [
    "/companies?q=bedrijf&sort=name",
    "/companies?sort=-contact",
    "/companies?q=zorg&sort=place",
    "/companies?status=partner&sort=-places",
    "/companies?owner=me",
    "/find?q=bak",
];

/// Somebody who is signed in.
pub struct Person {
    surfer: Surfer,
    /// Pages that were shown.
    pub pages: usize,
    /// Forms that were taken.
    pub acts: usize,
    /// Letters that were decided on.
    pub decided: usize,
    /// Those of them whose suggestions were taken over.
    pub accepted: usize,
    /// The page that took longest.
    pub slowest: (Duration, String),
    campaign: String,
}

impl Person {
    /// Signs in.
    pub fn arrive(house: &House, name: usize) -> Self {
        let surfer = Surfer::at(&house.base_url);
        let slowest = (Duration::ZERO, String::new());
        let campaign = "/campaigns".to_owned();
        let mut person = Self { surfer, pages: 0, acts: 0, decided: 0, accepted: 0, slowest, campaign };
        person.open("/sign-in");
        person.press("/sign-in", &[("email", &House::email(name)), ("password", PASSWORD)]);
        person.open("/");
        person
    }

    /// Opens a page, which must be there.
    pub fn open(&mut self, path: &str) -> Seen {
        let began = Instant::now();
        let seen = self.surfer.get(path);
        let took = began.elapsed();
        assert_eq!(seen.status, 200, "{path}: {}", seen.text);
        self.pages += 1;
        if took > self.slowest.0 {
            self.slowest = (took, path.to_owned());
        }
        seen
    }

    /// Posts a form, which must be taken; where it leads.
    fn press(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let seen = self.surfer.post(path, fields);
        assert_eq!(seen.status, 303, "{path}: {}", seen.text);
        self.acts += 1;
        seen.location().to_owned()
    }

    /// View `number` of the run.
    pub fn look(&mut self, house: &House, number: usize) {
        let company = house.companies[number * 7 % house.companies.len()];
        match number / super::READERS % 10 {
            0 => self.open("/"),
            1 => self.open("/inbox"),
            2 | 3 => self.open(SEARCHES[number / 10 % SEARCHES.len()]),
            4 | 5 => self.open(&format!("/companies/{company}")),
            6 => {
                let list = self.open("/campaigns");
                if let Some(path) = link(&list.text, "/campaigns/") {
                    self.campaign = path;
                }
                list
            }
            7 => self.open(&self.campaign.clone()),
            8 => self.open("/students"),
            _ => self.open("/reports"),
        };
    }

    /// Makes and starts the campaign to the companies of one quarter.
    pub fn starts_a_campaign(&mut self, house: &House, number: usize) {
        self.open("/campaigns/new");
        let (name, place) = (format!("Ronde {number}"), format!("Wijk {number}"));
        let (mailbox, template) = (house.mailbox.to_string(), house.template.to_string());
        let fields = [
            ("name", name.as_str()),
            ("mailbox", &mailbox),
            ("template", &template),
            ("places", &place),
            ("window", "always"),
        ];
        let path = self.press("/campaigns", &fields);
        let shown = self.open(&path).text;
        let action = format!("{path}/start");
        let hidden = hidden(&shown, &action).unwrap_or_else(|| panic!("it cannot be started: {shown}"));
        let fields: Vec<_> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.press(&action, &fields);
    }

    /// Takes over what the first open letter suggests, or says that it is done with.
    pub fn decides(&mut self) {
        let list = self.open("/inbox?view=open").text;
        let Some(path) = link(&list, "/inbox/") else { return };
        let shown = self.open(&path).text;
        for act in ["accept", "done"] {
            let action = format!("{path}/{act}");
            let Some(hidden) = hidden(&shown, &action) else { continue };
            let fields: Vec<_> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            self.press(&action, &fields);
            self.decided += 1;
            self.accepted += usize::from(act == "accept");
            return;
        }
        panic!("{path} waits, and nothing can be decided: {shown}");
    }
}

/// The first link on a page to something with a number, such as `/inbox/12`.
fn link(page: &str, to: &str) -> Option<String> {
    let start = format!("href=\"{to}");
    let numbers = page.split(&start).skip(1);
    let number = |rest: &str| rest.chars().take_while(char::is_ascii_digit).collect::<String>();
    numbers.map(number).find(|number| !number.is_empty()).map(|number| format!("{to}{number}"))
}

/// The hidden fields of the form with this action, without its token; `None` when the page has no such form.
fn hidden(page: &str, action: &str) -> Option<Vec<(String, String)>> {
    let (_, form) = page.split_once(&format!("action=\"{action}\""))?;
    let fields = form.split("</form>").next()?.split("<input type=\"hidden\" name=\"").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"")?;
        Some((name.to_owned(), rest.split('"').next()?.to_owned()))
    });
    Some(fields.filter(|(name, _)| name != "csrf").collect())
}
