use super::*;
use crate::domain::company::{KvkNumber, Postcode};
use crate::domain::id::CompanyId;
use crate::domain::words::{CompanySize, Ground, Lang, Level, Track, Verdict};
use proptest::prelude::*;

fn strings(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn known(id: i64, name: &str) -> KnownCompany {
    KnownCompany {
        id: CompanyId(id),
        name: name.to_owned(),
        kvk: None,
        branch: None,
        sector: String::new(),
        street: String::new(),
        postcode: None,
        place: String::new(),
        website: String::new(),
        mail_domain: None,
        phone: None,
        size: None,
        contact_keys: vec![],
        crebos: vec![],
    }
}

fn named(name: &str) -> Draft {
    Draft { name: name.to_owned(), ..Draft::default() }
}

#[test]
fn encodings_and_delimiters_are_told_apart() {
    let utf16: Vec<u8> =
        "\u{feff}Bedrijf\tPlaats\nCafé Zuid\tEde\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let files: Vec<(&str, Vec<u8>, u8)> = vec![
        ("utf-8", "Bedrijf;Plaats\nCafé Zuid;Ede\n".into(), b';'),
        ("utf-8 with a mark", "\u{feff}Bedrijf,Plaats\r\nCafé Zuid,Ede\r\n".into(), b','),
        ("tabs", "Bedrijf\tPlaats\nCafé Zuid\tEde".into(), b'\t'),
        ("windows-1252", b"Bedrijf;Plaats\nCaf\xe9 Zuid;Ede\n".to_vec(), b';'),
        ("utf-16", utf16, b'\t'),
        ("quoted", "\"Bedrijf\";\"Plaats\"\n\"Café Zuid\";\"Ede\"\n".into(), b';'),
        ("commas in a quoted header", "\"Bedrijf, naam, en meer\";Plaats\nCafé Zuid;Ede\n".into(), b';'),
        ("the line that Excel writes", "sep=,\nBedrijf,Plaats\nCafé Zuid,Ede\n".into(), b','),
        ("its tab", "sep=\t\nBedrijf\tPlaats\nCafé Zuid\tEde\n".into(), b'\t'),
    ];
    for (name, bytes, delimiter) in files {
        let sheet = read(&bytes).unwrap();
        assert_eq!((sheet.delimiter, sheet.header.len()), (delimiter, 2), "{name}");
        assert_eq!(sheet.rows[0].cells, ["Café Zuid", "Ede"], "{name}");
    }
}

#[test]
fn rows_keep_their_line_and_get_as_many_cells_as_the_header() {
    let sheet = read(b"Bedrijf;Plaats;Tel\n\n;;\nA\n\"B\nx\";Ede;1;;;\nC;Ede;1;2\n").unwrap();
    let rows: Vec<_> = sheet.rows.iter().map(|row| (row.number, row.cells.len())).collect();
    assert_eq!(rows, [(4, 3), (5, 3), (7, 4)]);
    let mapping = guess(&sheet.header);
    let errors = draft(&mapping, &sheet.rows[2].cells).unwrap_err();
    assert_eq!(errors[0].say(Lang::Nl), "De rij heeft meer cellen dan de kopregel.");
}

#[test]
fn a_file_beyond_the_limits_is_refused_with_the_limit() {
    let wide = format!("a{}\nb\n", ";x".repeat(MAX_COLUMNS));
    let long = format!("a;b\n1;2\n1;{}\n", "é".repeat(MAX_CELL + 1));
    let tall = format!("a\n{}", "x\n".repeat(MAX_ROWS + 1));
    for (bytes, expected) in [
        (wide.into_bytes(), BadFile::TooManyColumns { line: 1 }),
        (long.into_bytes(), BadFile::CellTooLong { line: 3 }),
        (tall.into_bytes(), BadFile::TooManyRows),
        (b"".to_vec(), BadFile::Empty),
        (b"a;b\n".to_vec(), BadFile::Empty),
        (b"\n\n".to_vec(), BadFile::Empty),
        (b"PK\x03\x04\x00\x00".to_vec(), BadFile::Binary),
        (b"a;b\n\"1;2\n3;4\n".to_vec(), BadFile::OpenQuote { line: 2 }),
    ] {
        let error = read(&bytes).unwrap_err();
        assert_eq!(error, expected);
        assert!(!error.say(Lang::Nl).is_empty());
    }
    assert!(read(format!("a\n{}", "x\n".repeat(MAX_ROWS)).as_bytes()).is_ok());
    assert!(read(b"a;b\nbuis 12\";3\n").is_ok(), "an inch mark is no open quote");
}

#[test]
fn dutch_and_english_headers_are_guessed_each_field_once() {
    let header = strings(&[
        "Bedrijfsnaam",
        "KvK-nummer",
        "Straat",
        "Huisnummer",
        "Postcode",
        "Plaats",
        "E-mail",
        "Contactpersoon",
        "Telefoon",
        "E-mail",
        "Iets anders",
        "Aantal medewerkers",
        "Crebo",
        "Geldig t/m",
    ]);
    let expected = [
        Some(Field::Name),
        Some(Field::Kvk),
        Some(Field::Street),
        Some(Field::HouseNumber),
        Some(Field::Postcode),
        Some(Field::Place),
        Some(Field::ContactEmail),
        Some(Field::ContactName),
        Some(Field::Phone),
        None,
        None,
        Some(Field::Size),
        Some(Field::Crebo),
        Some(Field::ValidUntil),
    ];
    assert_eq!(guess(&header), expected);
    let english = strings(&["Company name", "CoC number", "Zip code", "City", "Email address", "contact_lang"]);
    let fields = [Field::Name, Field::Kvk, Field::Postcode, Field::Place, Field::ContactEmail, Field::ContactLang];
    assert_eq!(guess(&english), fields.map(Some));
    assert_eq!(problems(&guess(&english), Lang::Nl), Vec::<String>::new());
    assert_eq!(problems(&[Some(Field::Kvk), Some(Field::Kvk)], Lang::En).len(), 2);
}

#[test]
fn a_row_becomes_a_draft_with_contact_and_recognition() {
    let header = strings(&[
        "bedrijf",
        "kvk",
        "straat",
        "huisnummer",
        "postcode",
        "website",
        "telefoon",
        "medewerkers",
        "labels",
        "voornaam",
        "achternaam",
        "email",
        "grondslag",
        "bewijs",
        "datum grondslag",
        "crebo",
        "niveau",
        "leerweg",
        "geldig tot",
    ]);
    let cells = strings(&[
        "Bakkerij  De Korrel",
        "1234567",
        "Dorpsstraat",
        "1a",
        "1068zz",
        "www.korrel.example/",
        "020-1234567",
        "12",
        "Bakker; horeca;bakker",
        "Noor",
        "Jansen",
        "noor@korrel.example",
        "Eerder contact",
        "beurs",
        "3-2-2026",
        "25180",
        "niveau 2",
        "BOL",
        "31/12/2027",
    ]);
    let draft = draft(&guess(&header), &cells).unwrap();
    assert_eq!(draft.name, "Bakkerij De Korrel");
    assert_eq!(draft.kvk.unwrap().as_str(), "01234567");
    assert_eq!((draft.street.as_str(), draft.website.as_str()), ("Dorpsstraat 1a", "https://www.korrel.example"));
    assert_eq!(draft.postcode.unwrap().as_str(), "1068 ZZ");
    assert_eq!(draft.mail_domain.as_deref(), Some("korrel.example"));
    assert_eq!((draft.size, draft.tags), (Some(CompanySize::Small), strings(&["bakker", "horeca"])));
    let contact = draft.contact.unwrap();
    assert_eq!((contact.name.as_str(), contact.ground), ("Noor Jansen", Ground::EarlierContact));
    assert_eq!(contact.ground_on.unwrap().to_string(), "2026-02-03");
    let recognition = draft.recognition.unwrap();
    assert_eq!((recognition.level, recognition.track), (Some(Level::Mbo2), Some(Track::Bol)));
    assert_eq!(recognition.valid_until.unwrap().to_string(), "2027-12-31");
}

#[test]
fn every_cell_that_is_wrong_is_named_with_how_to_write_it() {
    let mapping =
        [Field::Name, Field::Kvk, Field::Postcode, Field::Phone, Field::ContactEmail, Field::Website, Field::Level]
            .map(Some);
    let cells = strings(&["", "12A", "10680", "bel maar", "jan@", "javascript:alert(1)", "6"]);
    let errors = draft(&mapping, &cells).unwrap_err();
    let mut fields: Vec<_> = errors.iter().filter_map(|error| error.field).collect();
    fields.sort();
    let mut expected: Vec<_> = mapping.into_iter().flatten().collect();
    expected.sort();
    // A level without a recognition is still read.
    assert_eq!(fields, expected);
    let kvk = errors.iter().find(|error| error.field == Some(Field::Kvk)).unwrap();
    assert_eq!(kvk.say(Lang::Nl), "KvK-nummer: “12A” klopt niet. Een KvK-nummer heeft 8 cijfers.");
    assert_eq!(kvk.say(Lang::En), "KvK number: “12A” can't be right. A KvK number has 8 digits.");
    let name = errors.iter().find(|error| error.field == Some(Field::Name)).unwrap();
    assert_eq!(name.say(Lang::Nl), "Bedrijfsnaam ontbreekt.");
}

#[test]
fn a_ground_is_never_made_up_for_a_person() {
    let mapping = [Field::Name, Field::ContactEmail, Field::Ground].map(Some);
    for (email, ground, expected) in [
        ("info@korrel.example", "", Ground::Functional),
        ("HR@korrel.example", "", Ground::Functional),
        ("noor@korrel.example", "", Ground::None),
        ("noor@korrel.example", "functioneel", Ground::None),
        ("info@korrel.example", "toestemming", Ground::Consent),
        ("noor@korrel.example", "website", Ground::Published),
    ] {
        let draft = draft(&mapping, &strings(&["De Korrel", email, ground])).unwrap();
        assert_eq!(draft.contact.unwrap().ground, expected, "{email} {ground}");
    }
}

#[test]
fn a_freemail_address_says_nothing_about_the_company() {
    let mapping = [Field::Name, Field::ContactEmail].map(Some);
    let draft = draft(&mapping, &strings(&["Klusbedrijf Bo", "bo@gmail.com"])).unwrap();
    assert_eq!(draft.mail_domain, None);
    assert_eq!(keys(&draft), Vec::<String>::new());
}

#[test]
fn the_number_outweighs_the_domain_and_the_domain_the_name() {
    let kvk = |text| Some(KvkNumber::parse(text).unwrap());
    let postcode = || Some(Postcode::parse("1068 ZZ").unwrap());
    let by_number = KnownCompany { kvk: kvk("12345678"), ..known(1, "De Korrel") };
    let by_domain = KnownCompany { mail_domain: Some("korrel.example".into()), ..known(2, "De Korrel") };
    let by_name = KnownCompany { postcode: postcode(), ..known(3, "Dé  KORREL") };
    let all = [by_number.clone(), by_domain.clone(), by_name.clone()];
    let full = Draft {
        kvk: kvk("12345678"),
        mail_domain: Some("korrel.example".into()),
        postcode: postcode(),
        ..named("De Korrel")
    };
    assert_eq!(keys(&full), ["kvk:12345678", "domain:korrel.example", "name:de korrel|1068 ZZ"]);
    assert_eq!(verdict(&full, &all).company, Some(CompanyId(1)));
    assert_eq!(verdict(&Draft { kvk: None, ..full.clone() }, &all).company, Some(CompanyId(2)));
    let by_name_only = Draft { kvk: None, mail_domain: None, ..full.clone() };
    assert_eq!(verdict(&by_name_only, &all).company, Some(CompanyId(3)));
    assert_eq!(verdict(&named("De Korrel"), &all).verdict, Verdict::New);
    let other = KnownCompany { kvk: kvk("87654321"), mail_domain: Some("korrel.example".into()), ..by_name };
    assert_eq!(verdict(&full, &[other]).verdict, Verdict::New, "another number is another company");
    let twin = KnownCompany { id: CompanyId(9), ..by_domain.clone() };
    let unclear = Draft { name: "Iets anders".into(), ..Draft { kvk: None, ..full } };
    assert_eq!(verdict(&unclear, &[by_domain, twin]).verdict, Verdict::Duplicate);
}

#[test]
fn branches_of_one_number_are_told_apart() {
    let kvk = Some(KvkNumber::parse("12345678").unwrap());
    let branch = |number: &str| Some(number.parse().unwrap());
    let east = KnownCompany { kvk: kvk.clone(), branch: branch("000000000001"), ..known(1, "Korrel Oost") };
    let west = KnownCompany { kvk: kvk.clone(), branch: branch("000000000002"), ..known(2, "Korrel West") };
    let known = [east, west];
    let draft = |number| Draft { kvk: kvk.clone(), branch: branch(number), ..named("Korrel") };
    assert_eq!(verdict(&draft("000000000002"), &known).company, Some(CompanyId(2)));
    assert_eq!(verdict(&draft("000000000003"), &known).verdict, Verdict::New);
    let without = Draft { kvk: kvk.clone(), ..named("Korrel") };
    assert_eq!(verdict(&without, &known).verdict, Verdict::Duplicate);
}

#[test]
fn an_empty_cell_changes_nothing_and_a_new_value_is_shown_beside_the_old() {
    let company = KnownCompany {
        kvk: Some(KvkNumber::parse("12345678").unwrap()),
        place: "Ede".into(),
        contact_keys: vec!["info@korrel.example".into()],
        ..known(1, "De Korrel")
    };
    let mapping = [Field::Name, Field::Kvk, Field::Place, Field::ContactEmail].map(Some);
    let judge = |place: &str, email: &str| {
        verdict(
            &draft(&mapping, &strings(&["De Korrel", "12345678", place, email])).unwrap(),
            std::slice::from_ref(&company),
        )
    };
    let fields = |judgement: &Judgement| judgement.diffs.iter().map(|diff| diff.field).collect::<Vec<_>>();
    assert_eq!(judge("", "").verdict, Verdict::Same);
    let moved = judge("Arnhem", "Info@korrel.example");
    assert_eq!(fields(&moved), [Field::Place, Field::MailDomain]);
    assert_eq!((moved.diffs[0].old.as_str(), moved.diffs[0].new.as_str()), ("Ede", "Arnhem"));
    assert_eq!(fields(&judge("Ede", "noor@gmail.com")), [Field::ContactEmail]);
}

#[test]
fn rejected_rows_come_back_with_the_reason_and_can_be_read_again() {
    let header = strings(&["bedrijf", "kvk"]);
    let rows = vec![(strings(&["=1+1; \"x\"", "12A"]), "KvK-nummer klopt niet.".to_owned())];
    let file = rejected(&header, &rows, b';', Lang::Nl);
    let text = String::from_utf8(file.clone()).unwrap();
    assert_eq!(text, "\u{feff}bedrijf;kvk;reden\n\"'=1+1; \"\"x\"\"\";12A;KvK-nummer klopt niet.\n");
    let sheet = read(&file).unwrap();
    assert_eq!(sheet.rows[0].cells, ["=1+1; \"x\"", "12A", "KvK-nummer klopt niet."]);
    assert_eq!(guess(&sheet.header), [Some(Field::Name), Some(Field::Kvk), None]);
    let again = rejected(&sheet.header, &[(sheet.rows[0].cells.clone(), "Nog niet.".into())], b';', Lang::Nl);
    assert_eq!(read(&again).unwrap().rows[0].cells, ["=1+1; \"x\"", "12A", "Nog niet."]);
}

proptest! {
    #[test]
    fn no_cell_opens_as_a_formula_and_each_reads_back(text in "['=+@\\-\t\r a-z]{0,8}") {
        let cell = csv_cell(&text);
        prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
        prop_assert_eq!(unguard(&cell), text.as_str());
    }

    #[test]
    fn any_bytes_are_read_or_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(sheet) = read(&bytes) {
            let mapping = guess(&sheet.header);
            for row in &sheet.rows {
                let _ = draft(&mapping, &row.cells);
            }
        }
    }

    #[test]
    fn any_cells_become_a_draft_or_errors_without_a_panic(cells in prop::collection::vec("\\PC{0,12}", 29)) {
        let mapping: Vec<Option<Field>> = Field::ALL.iter().copied().map(Some).collect();
        match draft(&mapping, &cells) {
            Ok(draft) => prop_assert_eq!(verdict(&draft, &[]).verdict, Verdict::New),
            Err(errors) => prop_assert!(errors.iter().all(|error| !error.say(Lang::Nl).is_empty())),
        }
    }
}
