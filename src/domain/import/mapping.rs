//! Header names to fields, guessed from what Dutch and English lists call them.

use crate::domain::code::code;
use crate::domain::company::search_text;
use crate::domain::words::Lang;

code! {
    /// What a column can be.
    pub enum Field {
        /// The company's name.
        Name = "name",
        /// Its KvK number.
        Kvk = "kvk",
        /// Its branch number.
        Branch = "branch",
        /// Its sector.
        Sector = "sector",
        /// Street, with or without the house number.
        Street = "street",
        /// House number, put behind the street.
        HouseNumber = "house_number",
        /// Postcode.
        Postcode = "postcode",
        /// Town.
        Place = "place",
        /// Website.
        Website = "website",
        /// The company's own mail domain.
        MailDomain = "mail_domain",
        /// The company's telephone number.
        Phone = "phone",
        /// Number of people working there.
        Size = "size",
        /// Labels, separated by commas or semicolons.
        Tags = "tags",
        /// Notes.
        Notes = "notes",
        /// The contact's whole name.
        ContactName = "contact_name",
        /// The contact's first name, put before the last.
        ContactFirstName = "contact_first_name",
        /// The contact's last name.
        ContactLastName = "contact_last_name",
        /// What the contact does there.
        ContactJob = "contact_job",
        /// The contact's address.
        ContactEmail = "contact_email",
        /// The contact's telephone number.
        ContactPhone = "contact_phone",
        /// The contact's language.
        ContactLang = "contact_lang",
        /// The ground for mailing.
        Ground = "ground",
        /// Its proof.
        GroundProof = "ground_proof",
        /// The day of its proof.
        GroundOn = "ground_on",
        /// The qualification's number (crebo).
        Crebo = "crebo",
        /// The qualification's name.
        Qualification = "qualification",
        /// The qualification's level.
        Level = "level",
        /// Bol or bbl.
        Track = "track",
        /// The last day of the recognition.
        ValidUntil = "valid_until",
    }
}

/// Per field the names of its column, folded to letters, digits and single spaces.
const NAMES: &[(Field, &[&str])] = &[
    (
        Field::Name,
        &[
            "bedrijf",
            "bedrijfsnaam",
            "naam bedrijf",
            "naam leerbedrijf",
            "leerbedrijf",
            "organisatie",
            "organisatienaam",
            "werkgever",
            "handelsnaam",
            "naam",
            "company",
            "company name",
            "organisation",
            "organization",
            "employer",
            "name",
        ],
    ),
    (
        Field::Kvk,
        &[
            "kvk",
            "kvk nummer",
            "kvknummer",
            "kvk nr",
            "kvknr",
            "kvk no",
            "kamer van koophandel",
            "chamber of commerce",
            "kvk number",
            "coc number",
            "coc",
        ],
    ),
    (Field::Branch, &["vestigingsnummer", "vestigingsnr", "vestiging", "vestigings nummer", "branch", "branch number"]),
    (Field::Sector, &["sector", "branche", "bedrijfstak", "industry", "sbi", "sbi omschrijving"]),
    (
        Field::Street,
        &[
            "straat",
            "straatnaam",
            "adres",
            "bezoekadres",
            "straat en huisnummer",
            "adresregel 1",
            "street",
            "address",
            "street address",
        ],
    ),
    (Field::HouseNumber, &["huisnummer", "huisnr", "nummer", "nr", "house number"]),
    (Field::Postcode, &["postcode", "pc", "post code", "postal code", "zip", "zip code", "zipcode"]),
    (
        Field::Place,
        &["plaats", "plaatsnaam", "woonplaats", "stad", "vestigingsplaats", "gemeente", "place", "city", "town"],
    ),
    (Field::Website, &["website", "web", "url", "site", "internet", "webadres", "homepage", "web site"]),
    (
        Field::MailDomain,
        &["maildomein", "mail domein", "e mail domein", "domein", "mail domain", "domain", "email domain"],
    ),
    (
        Field::Phone,
        &[
            "telefoon",
            "telefoonnummer",
            "tel",
            "telefoonnr",
            "telefoon algemeen",
            "telefoon bedrijf",
            "phone",
            "phone number",
            "telephone",
            "company phone",
        ],
    ),
    (
        Field::Size,
        &[
            "omvang",
            "grootte",
            "bedrijfsgrootte",
            "aantal medewerkers",
            "medewerkers",
            "aantal werknemers",
            "werknemers",
            "size",
            "employees",
            "number of employees",
        ],
    ),
    (Field::Tags, &["labels", "label", "tags", "tag", "trefwoorden", "keywords"]),
    (
        Field::Notes,
        &[
            "notities",
            "notitie",
            "opmerking",
            "opmerkingen",
            "toelichting",
            "notes",
            "note",
            "remarks",
            "comment",
            "comments",
        ],
    ),
    (
        Field::ContactName,
        &[
            "contactpersoon",
            "contact",
            "naam contactpersoon",
            "contactnaam",
            "praktijkopleider",
            "contact name",
            "contact person",
        ],
    ),
    (Field::ContactFirstName, &["voornaam", "voornaam contactpersoon", "roepnaam", "first name", "given name"]),
    (Field::ContactLastName, &["achternaam", "achternaam contactpersoon", "last name", "surname", "family name"]),
    (Field::ContactJob, &["functie", "functie contactpersoon", "rol", "job", "job title", "position", "role", "title"]),
    (
        Field::ContactEmail,
        &[
            "e mail",
            "email",
            "mail",
            "e mailadres",
            "emailadres",
            "mailadres",
            "e mail adres",
            "e mail contactpersoon",
            "email contactpersoon",
            "mail contactpersoon",
            "e mail address",
            "email address",
            "contact email",
        ],
    ),
    (
        Field::ContactPhone,
        &[
            "mobiel",
            "mobiel nummer",
            "06",
            "gsm",
            "telefoon contactpersoon",
            "tel contactpersoon",
            "doorkiesnummer",
            "mobile",
            "mobile phone",
            "contact phone",
            "direct number",
        ],
    ),
    (Field::ContactLang, &["taal", "language", "voertaal"]),
    (Field::Ground, &["grondslag", "grond", "ground", "legal ground", "lawful ground"]),
    (Field::GroundProof, &["bewijs", "herkomst", "bron", "bewijs grondslag", "proof", "source", "ground proof"]),
    (
        Field::GroundOn,
        &["datum grondslag", "datum toestemming", "grondslag op", "ground on", "ground date", "consent date"],
    ),
    (Field::Crebo, &["crebo", "crebonummer", "crebo nummer", "crebo nr", "crebo code", "creboo"]),
    (
        Field::Qualification,
        &["kwalificatie", "opleiding", "beroep", "erkenning", "qualification", "programme", "recognition"],
    ),
    (Field::Level, &["niveau", "mbo niveau", "level"]),
    (Field::Track, &["leerweg", "track", "bol bbl", "learning track"]),
    (
        Field::ValidUntil,
        &[
            "geldig tot",
            "erkend tot",
            "erkenning tot",
            "einddatum erkenning",
            "geldig t m",
            "valid until",
            "expires",
            "recognised until",
        ],
    ),
];

impl Field {
    /// Its name in the interface.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Name => lang.t("Bedrijfsnaam", "Company name"),
            Self::Kvk => lang.t("KvK-nummer", "KvK number"),
            Self::Branch => lang.t("Vestigingsnummer", "Branch number"),
            Self::Sector => lang.t("Sector", "Sector"),
            Self::Street => lang.t("Straat", "Street"),
            Self::HouseNumber => lang.t("Huisnummer", "House number"),
            Self::Postcode => lang.t("Postcode", "Postcode"),
            Self::Place => lang.t("Plaats", "Town"),
            Self::Website => lang.t("Website", "Website"),
            Self::MailDomain => lang.t("Maildomein", "Mail domain"),
            Self::Phone => lang.t("Telefoon", "Phone"),
            Self::Size => lang.t("Omvang", "Size"),
            Self::Tags => lang.t("Labels", "Tags"),
            Self::Notes => lang.t("Notities", "Notes"),
            Self::ContactName => lang.t("Contactpersoon", "Contact"),
            Self::ContactFirstName => lang.t("Voornaam contactpersoon", "Contact's first name"),
            Self::ContactLastName => lang.t("Achternaam contactpersoon", "Contact's last name"),
            Self::ContactJob => lang.t("Functie", "Job"),
            Self::ContactEmail => lang.t("E-mailadres", "E-mail address"),
            Self::ContactPhone => lang.t("Telefoon contactpersoon", "Contact's phone"),
            Self::ContactLang => lang.t("Taal", "Language"),
            Self::Ground => lang.t("Grondslag", "Ground"),
            Self::GroundProof => lang.t("Bewijs van de grondslag", "Proof of the ground"),
            Self::GroundOn => lang.t("Datum van de grondslag", "Date of the ground"),
            Self::Crebo => lang.t("Crebo", "Crebo"),
            Self::Qualification => lang.t("Kwalificatie", "Qualification"),
            Self::Level => lang.t("Niveau", "Level"),
            Self::Track => lang.t("Leerweg", "Track"),
            Self::ValidUntil => lang.t("Erkend tot en met", "Recognised until"),
        }
    }
}

/// The field of each column, guessed from its name or from a field's own word; each field at most once.
pub fn guess(header: &[String]) -> Vec<Option<Field>> {
    let mut taken: Vec<Field> = Vec::new();
    let mut field_of = |name: &String| {
        let folded = search_text([name.as_str()]);
        let by_word = name.trim().parse::<Field>().ok();
        let by_name = || NAMES.iter().find(|(_, names)| names.contains(&folded.as_str())).map(|(field, _)| *field);
        let field = by_word.or_else(by_name).filter(|field| !taken.contains(field))?;
        taken.push(field);
        Some(field)
    };
    header.iter().map(&mut field_of).collect()
}

/// What keeps a mapping from being used, in a sentence each.
pub fn problems(mapping: &[Option<Field>], lang: Lang) -> Vec<String> {
    let mut problems = Vec::new();
    if !mapping.contains(&Some(Field::Name)) {
        problems.push(
            lang.t("Kies de kolom met de bedrijfsnaam.", "Choose the column with the company's name.").to_owned(),
        );
    }
    for &field in Field::ALL {
        if mapping.iter().filter(|column| **column == Some(field)).count() > 1 {
            let label = field.label(lang);
            problems.push(match lang {
                Lang::Nl => format!("Je koos “{label}” voor meer dan één kolom."),
                Lang::En => format!("You chose “{label}” for more than one column."),
            });
        }
    }
    problems
}
