//! Who lives in the practice world: employer number N is always the same one, for any N.

/// One employer, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employer {
    /// The company's name.
    pub company: String,
    /// What it does, as the list of sectors calls it.
    pub sector: &'static str,
    /// What a student does there.
    pub role: &'static str,
    /// A qualification it could be recognised for: crebo (made up, five digits) and name.
    pub qualification: (&'static str, &'static str),
    /// Its mail domain.
    pub domain: String,
    /// First and last name of who answers the mail.
    pub contact: (&'static str, &'static str),
    /// What that person does.
    pub job: &'static str,
    /// How it tends to answer.
    pub temper: Temper,
    /// Which mail program it answers with.
    pub client: Client,
}

/// How an employer answers a first question for places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Temper {
    /// Yes, with places.
    Yes,
    /// Yes, in more words, for one student.
    YesOne,
    /// Not now, but later.
    Later,
    /// No.
    No,
    /// Asks something back.
    Question,
    /// Names a colleague.
    WrongPerson,
    /// A note of absence, and no more.
    Absent,
    /// The address does not exist.
    Bounce,
    /// Wants no more mail.
    OptOut,
    /// Says nothing.
    Silent,
}

/// The mail program whose way of quoting is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Header block above the quoted mail.
    Outlook,
    /// `Op … schreef …:` and `>`.
    Gmail,
    /// Device line, and `Op … heeft … het volgende geschreven:`.
    IPhone,
}

struct Sector {
    name: &'static str,
    kinds: &'static [&'static str],
    role: &'static str,
    qualification: (&'static str, &'static str),
}

const SECTORS: &[Sector] = &[
    Sector {
        name: "Voeding",
        kinds: &["Bakkerij", "Slagerij", "Lunchroom", "Eethuis"],
        role: "medewerker bediening",
        qualification: ("90001", "Horeca (oefenkwalificatie)"),
    },
    Sector {
        name: "Zorg",
        kinds: &["Zorghuis", "Thuiszorg", "Dagopvang"],
        role: "helpende zorg",
        qualification: ("90002", "Helpende (oefenkwalificatie)"),
    },
    Sector {
        name: "Techniek",
        kinds: &["Installatiebedrijf", "Elektra", "Fietsenmaker", "Garage"],
        role: "monteur",
        qualification: ("90003", "Monteur (oefenkwalificatie)"),
    },
    Sector {
        name: "Winkel",
        kinds: &["Buurtsuper", "Boekhandel", "Bouwmarkt", "Bloemenhuis"],
        role: "verkoopmedewerker",
        qualification: ("90004", "Verkoper (oefenkwalificatie)"),
    },
    Sector {
        name: "Bouw",
        kinds: &["Aannemer", "Schilders", "Timmerwerk"],
        role: "timmerman",
        qualification: ("90005", "Timmerman (oefenkwalificatie)"),
    },
    Sector {
        name: "Kantoor",
        kinds: &["Administratie", "Drukkerij", "Adviesbureau"],
        role: "medewerker administratie",
        qualification: ("90006", "Secretarieel (oefenkwalificatie)"),
    },
    Sector {
        name: "ICT",
        kinds: &["Webstudio", "Computerwinkel", "Softwarehuis"],
        role: "medewerker ICT",
        qualification: ("90007", "ICT (oefenkwalificatie)"),
    },
    Sector {
        name: "Groen",
        kinds: &["Hoveniers", "Kwekerij"],
        role: "hovenier",
        qualification: ("90008", "Hovenier (oefenkwalificatie)"),
    },
    Sector {
        name: "Kinderopvang",
        kinds: &["Kinderopvang", "Speelzaal"],
        role: "pedagogisch medewerker",
        qualification: ("90009", "Pedagogisch werk (oefenkwalificatie)"),
    },
    Sector {
        name: "Logistiek",
        kinds: &["Koeriers", "Magazijn", "Verhuizers"],
        role: "logistiek medewerker",
        qualification: ("90010", "Logistiek (oefenkwalificatie)"),
    },
];

const PROPER: &[&str] = &[
    "De Halte",
    "Zonnewijzer",
    "Papegaai",
    "Het Anker",
    "Windvlaag",
    "Klaver Acht",
    "De Regenboog",
    "Kompas",
    "Maanlicht",
    "De Brug",
    "Ooievaar",
    "Kastanje",
    "Het Kwartet",
    "Vuurtoren",
    "Zwaluw",
    "Noorderster",
    "De Sluis",
    "Zevenblad",
    "Krekel",
    "Appelboom",
    "Morgenrood",
    "Fluitketel",
    "De Wissel",
    "Lantaarn",
    "Waterlelie",
    "Roerdomp",
    "Koperdraad",
    "Het Spoor",
    "Duizendpoot",
    "Pannenkoek",
    "Zeepbel",
    "Boterbloem",
    "De Kade",
    "Hazelnoot",
    "Sterrenwacht",
    "Ganzenveer",
    "Tuimelaar",
];

const FIRST: &[&str] = &[
    "Alex", "Bo", "Charlie", "Dani", "Esra", "Floor", "Guus", "Hidde", "Imane", "Jip", "Kim", "Lou", "Mika", "Noor",
    "Olaf", "Puck", "Quinn", "Robin", "Sasja", "Tess", "Umut", "Vera", "Wies", "Xandra", "Yara", "Zeki",
];
const LAST: &[&str] = &[
    "Proefmans",
    "van Oefenen",
    "de Voorbeeld",
    "Schijnaar",
    "Testerink",
    "van der Fictie",
    "Verzonnen",
    "Modelaar",
    "Bedenksel",
    "Papierman",
    "de Denkbeeld",
    "Ficties",
    "van Verzinsel",
];
const JOBS: &[&str] = &["eigenaar", "praktijkopleider", "bedrijfsleider", "personeelszaken", "teamleider"];

impl Employer {
    /// Employer number `number`.
    pub fn new(number: usize) -> Self {
        let sector = &SECTORS[number % SECTORS.len()];
        let kind = sector.kinds[(number / SECTORS.len()) % sector.kinds.len()];
        let proper = PROPER[(number * 7 + number / SECTORS.len()) % PROPER.len()];
        let round = number / 900;
        let company = if round == 0 { format!("{kind} {proper}") } else { format!("{kind} {proper} {}", round + 1) };
        Self {
            domain: format!("{}.example", slug(&format!("{company} {number}"))),
            company,
            sector: sector.name,
            role: sector.role,
            qualification: sector.qualification,
            contact: (FIRST[(number * 11) % FIRST.len()], LAST[(number * 5) % LAST.len()]),
            job: JOBS[(number * 3) % JOBS.len()],
            temper: temper(number),
            client: [Client::Outlook, Client::Gmail, Client::IPhone][(number / 2) % 3],
        }
    }

    /// The address of who answers; every fourth company has a functional one.
    pub fn address(&self, number: usize) -> String {
        if number.is_multiple_of(4) {
            format!("info@{}", self.domain)
        } else {
            format!("{}@{}", slug(self.contact.0), self.domain)
        }
    }

    /// First and last name.
    pub fn contact_name(&self) -> String {
        format!("{} {}", self.contact.0, self.contact.1)
    }
}

/// What answers a mail to an address: from the domain's last number.
pub fn by_address(address: &str) -> Option<(usize, Employer)> {
    let domain = address.rsplit_once('@')?.1;
    let number: usize = domain.strip_suffix(".example")?.rsplit('-').next()?.parse().ok()?;
    let employer = Employer::new(number);
    (employer.domain == domain).then_some((number, employer))
}

fn temper(number: usize) -> Temper {
    const WHEEL: [Temper; 12] = [
        Temper::Yes,
        Temper::Later,
        Temper::Silent,
        Temper::YesOne,
        Temper::No,
        Temper::Question,
        Temper::Yes,
        Temper::Absent,
        Temper::WrongPerson,
        Temper::Silent,
        Temper::Bounce,
        Temper::OptOut,
    ];
    // A number that shares no factor with the wheel, so that neighbours in a list answer differently.
    WHEEL[(number * 5 + number / 12) % WHEEL.len()]
}

/// Letters and digits in lower case, `-` between words.
fn slug(text: &str) -> String {
    let lower: String = text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    lower.split_whitespace().collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn employers_are_plainly_fictional_and_differ() {
        let all: Vec<Employer> = (0..300).map(Employer::new).collect();
        assert!(all.iter().all(|employer| employer.domain.ends_with(".example")));
        let domains: HashSet<_> = all.iter().map(|employer| &employer.domain).collect();
        assert_eq!(domains.len(), 300);
        let names: HashSet<_> = all.iter().take(150).map(|employer| &employer.company).collect();
        assert_eq!(names.len(), 150);
    }

    #[test]
    fn an_employer_is_found_by_its_address_and_nobody_else_is() {
        for number in [0, 7, 151] {
            let employer = Employer::new(number);
            assert_eq!(by_address(&employer.address(number)), Some((number, employer)));
        }
        assert_eq!(by_address("jan@bedrijf.example"), None);
        assert_eq!(by_address("jan@bakkerij-0.nl"), None);
    }

    #[test]
    fn every_temper_is_met_among_a_hundred() {
        let tempers: HashSet<String> = (0..100).map(|n| format!("{:?}", Employer::new(n).temper)).collect();
        assert_eq!(tempers.len(), 10);
    }
}
