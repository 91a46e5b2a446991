//! The school's side: schools with their agreements and referrers, referrals within and outside of them.

use crate::aftercare::{add_company, offer};
use crate::support::app::{Backend, Seen, Surfer, TestApp, both};
use stagemakelaar::domain::id::SiteId;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::words::Role;
use stagemakelaar::store::audit;

/// An installation with a site, its coordinator and its broker.
struct Desk {
    app: TestApp,
    site: SiteId,
    chief: Surfer,
    noor: Surfer,
}

impl Desk {
    fn open(backend: Backend) -> Self {
        let app = TestApp::start(backend);
        let site = app.add_site("Nieuw-West");
        let (chief, noor) = (app.sign_in_as(Role::Coordinator, site), app.sign_in_as(Role::Broker, site));
        Self { app, site, chief, noor }
    }

    /// A school, its path.
    fn school(&self, name: &str, domain: &str) -> String {
        self.chief.get("/schools/new");
        let seen = self.chief.post("/schools/new", &[("name", name), ("city", "Amsterdam"), ("mail_domain", domain)]);
        assert_eq!(seen.status, 303, "{}", seen.text);
        seen.location().strip_suffix("/agreement").unwrap().to_owned()
    }

    /// Writes what was agreed; the fields given replace those of an agreement that allows everything.
    fn agree(&self, school: &str, version: &str, fields: &[(&str, &str)]) -> u16 {
        let base = [("who_refers", "listed"), ("own_attempts", "2"), ("carer", "both"), ("valid_until", "2027-07-31")];
        let kept = base.iter().filter(|(name, _)| fields.iter().all(|(other, _)| other != name));
        let all: Vec<_> = kept.chain(fields).copied().chain([("version", version)]).collect();
        self.chief.get(&format!("{school}/agreement"));
        self.chief.post(&format!("{school}/agreement"), &all).status
    }

    /// A broker refers Sam; the fields given replace those of a referral without faults.
    fn refer(&self, school: &str, fields: &[(&str, &str)]) -> Seen {
        self.refer_as(&self.noor, school, fields)
    }

    fn refer_as(&self, who: &Surfer, school: &str, fields: &[(&str, &str)]) -> Seen {
        let id = school.rsplit('/').next().unwrap();
        let base = [
            ("school", id),
            ("on", "2026-11-20"),
            ("code", "S-1"),
            ("first_name", "Sam"),
            ("programme", "Verkoper"),
            ("level", "vmbo"),
            ("track", "bol"),
            ("days_per_week", "4"),
            ("role_sought", "Verkoop"),
            ("attempts", "4"),
            ("tried", "Vier brieven."),
            ("shares", "progress"),
        ];
        let kept = base.iter().filter(|(name, _)| fields.iter().all(|(other, _)| other != name));
        let all: Vec<_> = kept.chain(fields).copied().collect();
        who.get("/referrals/new");
        who.post("/referrals/new", &all)
    }

    fn events(&self, action: &str) -> Vec<String> {
        let scope = Scope::command(vec![self.site]);
        let all = self.app.db().read(|conn| audit::list(conn, &scope, None, 500)).unwrap();
        all.into_iter().filter(|event| event.action == action).map(|event| event.detail).collect()
    }
}

/// The first path on a page that begins so and ends in a number.
fn path_in(text: &str, start: &str) -> String {
    let link = format!("href=\"{start}");
    let mut ends = text.split(&link).skip(1).filter_map(|rest| rest.split('"').next());
    let id = ends.find(|id| id.parse::<i64>().is_ok());
    format!("{start}{}", id.unwrap_or_else(|| panic!("no {start} in {text}")))
}

both! {
    fn a_coordinator_keeps_schools_their_agreements_and_their_people_and_a_broker_reads(db) {
        let desk = Desk::open(db);
        assert!(desk.noor.get("/schools").text.contains("Nog geen scholen"));
        let school = desk.school("College Zuid", "@College.example");
        let page = desk.noor.get(&school).text;
        assert!(page.contains("College Zuid") && page.contains("geen afspraak") && !page.contains("Aanpassen"), "{page}");
        assert_eq!(desk.agree(&school, "0", &[("shares", "progress"), ("shares", "wishes")]), 303);
        assert_eq!(desk.agree(&school, "0", &[]), 409, "somebody else recorded one in between");
        assert_eq!(desk.agree(&school, "1", &[("who_refers", "domain"), ("shares", "progress")]), 303);
        let page = desk.noor.get(&school).text;
        for words in ["iedereen met een mailadres van de school", "minstens 2 pogingen", "Wel: de voortgang", "Niet: wensen"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(desk.noor.get("/schools").text.contains("afspraak geldt"));
        let agreed = desk.events("school.agree");
        assert_eq!(agreed[0], "refers domain, attempts 2, shares progress, aftercare both");

        let people = format!("{school}/referrers/new");
        desk.chief.get(&people);
        let person = [("name", "Mo Leraar"), ("email", "mo@college.example"), ("phone", "0612345678"), ("lang", "nl")];
        assert_eq!(desk.chief.post(&people, &person).status, 303);
        let again = desk.chief.post(&people, &[("name", "Mo"), ("email", "MO@college.example")]);
        assert!(again.status == 422 && again.text.contains("staat al bij deze school"), "{}", again.text);
        let page = desk.chief.get(&school).text;
        let (_, rest) = page.split_once("href=\"/referrers/").unwrap();
        let one = format!("/referrers/{}", rest.split('"').next().unwrap());
        desk.chief.get(&one);
        let changed = [("name", "Mo Leraar"), ("email", "mo@college.example"), ("lang", "en"), ("version", "1")];
        assert_eq!(desk.chief.post(&one, &changed).status, 303);
        assert!(desk.noor.get(&school).text.contains("meldt niet meer aan"));
        assert_eq!(desk.events("referrer.edit"), ["may refer no more"]);

        for path in ["/schools/new", &format!("{school}/edit"), &format!("{school}/agreement"), &people, &one] {
            assert_eq!(desk.noor.get(path).status, 403, "{path}");
            assert_eq!(desk.noor.post(path, &[("name", "X")]).status, 403, "{path}");
        }
    }

    fn a_referral_makes_its_student_and_is_followed_until_a_placement_ends(db) {
        let desk = Desk::open(db);
        let school = desk.school("College Zuid", "college.example");
        desk.agree(&school, "0", &[("who_refers", "domain"), ("shares", "progress")]);
        let seen = desk.refer(&school, &[("other_name", "Mo"), ("other_email", "mo@college.example")]);
        assert_eq!(seen.status, 303, "{}", seen.text);
        let path = seen.location().to_owned();
        let page = desk.noor.get(&path).text;
        for words in ["Sam", "S-1", "College Zuid", "Vier brieven", "Ontvangen", "mo@college.example", "de voortgang aan de school"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let student = path_in(&page, "/students/");
        let shown = desk.noor.get(&student).text;
        assert!(shown.contains("Verkoop") && shown.contains("College Zuid") && shown.contains("Ontvangen"), "{shown}");
        assert!(desk.noor.get("/referrals").text.contains(&format!("href=\"{path}\"")));
        assert_eq!(desk.refer(&school, &[("other_name", "Mo"), ("other_email", "mo@college.example")]).status, 422);

        desk.noor.get(&path);
        assert_eq!(desk.noor.post(&format!("{path}/refuse"), &[("version", "1")]).status, 422);
        assert_eq!(desk.noor.post(&format!("{path}/accept"), &[("version", "1")]).status, 303);
        assert_eq!(desk.noor.post(&format!("{path}/refuse"), &[("version", "1"), ("reason", "x")]).status, 409);
        let on = |desk: &Desk, state: &str| {
            let text = desk.noor.get(&format!("/referrals?state={state}")).text;
            text.contains(&format!("href=\"{path}\""))
        };
        let stages = ["received", "looking", "placed", "completed", "ended_early", "refused"];
        let stand = |desk: &Desk| stages.iter().filter(|state| on(desk, state)).copied().collect::<Vec<_>>();
        assert_eq!(stand(&desk), ["looking"]);

        let now = desk.app.clock.now();
        let company = add_company(desk.app.db(), desk.site, "Bakkerij De Halte", now);
        let opening = offer(desk.app.db(), desk.site, company, 3, now).to_string();
        let id = student.rsplit('/').next().unwrap();
        let days = [("starts_on", "2026-11-24"), ("ends_on", "2027-01-29")];
        desk.app.later(3_600);
        desk.noor.get(&format!("/placements/new?opening={opening}"));
        let placed = desk.noor.post("/placements/new", &[("opening", &*opening), ("student", id), days[0], days[1]]);
        assert_eq!(placed.status, 303, "{}", placed.text);
        assert_eq!(stand(&desk), ["placed"]);
        assert!(desk.noor.get(&path).text.contains("vanochtend om 10:00"), "placing touches it");
        desk.noor.get(placed.location());
        let ended = [("version", "1"), ("on", "2026-11-24"), ("reason", "Verhuisd.")];
        assert_eq!(desk.noor.post(&format!("{}/end", placed.location()), &ended).status, 303);
        assert_eq!(stand(&desk), ["ended_early"]);
        let again = desk.refer(&school, &[("on", "2026-11-24"), ("other_name", "Mo"), ("other_email", "mo@college.example")]);
        assert_eq!(again.status, 303, "{}", again.text);
        let page = desk.noor.get(again.location()).text;
        assert!(page.contains("Ontvangen") && page.contains("hoort nu bij de leerling") && path_in(&page, "/students/") == student, "{page}");
    }

    fn a_referral_outside_the_agreement_waits_for_a_coordinators_reason(db) {
        let desk = Desk::open(db);
        let school = desk.school("College Zuid", "");
        let none = desk.refer(&school, &[]);
        assert!(none.status == 422 && none.text.contains("nog niets afgesproken"), "{}", none.text);
        desk.agree(&school, "0", &[("valid_until", "2026-11-01")]);
        let seen = desk.refer(&school, &[("attempts", "1"), ("shares", "contact")]);
        assert_eq!(seen.status, 422);
        for words in ["liep tot 1 november 2026", "minstens 2 keer", "op de lijst van de school", "niet naar het bedrijf", "value=\"S-1\""] {
            assert!(seen.text.contains(words), "{words}: {}", seen.text);
        }
        let broker = desk.refer(&school, &[("attempts", "1"), ("reason", "Toch maar.")]);
        assert!(broker.status == 422 && broker.text.contains("Alleen een coördinator"), "{}", broker.text);
        assert!(desk.noor.get("/students?state=all").text.contains("Hier staat nu niemand"), "nothing was kept");
        let chief = desk.refer_as(&desk.chief, &school, &[("attempts", "1"), ("reason", "De leerling stopt anders deze week.")]);
        assert_eq!(chief.status, 303, "{}", chief.text);
        let page = desk.noor.get(chief.location()).text;
        assert!(page.contains("De leerling stopt anders deze week.") && page.contains("coordinator-"), "{page}");
        let told = desk.events("referral.let_through");
        assert_eq!(told, ["breaks over, not_listed, attempts, shares_progress; De leerling stopt anders deze week."]);
        let held = desk.refer_as(&desk.chief, &school, &[("code", "S-2"), ("reason", "Zijn nummer is 111222333.")]);
        assert!(held.status == 422 && held.text.contains("burgerservicenummer"), "{}", held.text);
    }

    fn a_text_with_a_bsn_is_refused_and_one_with_special_data_is_kept_with_a_word(db) {
        let desk = Desk::open(db);
        let school = desk.school("College Zuid", "");
        desk.agree(&school, "0", &[("who_refers", "desk"), ("shares", "progress")]);
        for field in ["tried", "failed_why", "sought", "learning_wish", "first_name"] {
            let seen = desk.refer(&school, &[(field, "bsn 123456782")]);
            assert!(seen.status == 422 && seen.text.contains("burgerservicenummer"), "{field}: {}", seen.text);
        }
        let long = "a".repeat(2_001);
        for (field, value, sentence) in [
            ("tried", long.as_str(), "2000 tekens"),
            ("on", "2026-11-25", "moet nog komen"),
            ("attempts", "100", "van 0 tot 99"),
            ("school", "", "Kies de school"),
            ("code", "", "Geef een code"),
            ("other_email", "geen adres", "naam@school.nl"),
        ] {
            let seen = desk.refer(&school, &[(field, value)]);
            assert!(seen.status == 422 && seen.text.contains(sentence), "{field}: {}", seen.text);
        }
        assert!(desk.noor.get("/referrals/new").text.contains("data-watch="), "the script knows the words");
        let seen = desk.refer(&school, &[("failed_why", "Door zijn ADHD lukte het niet.")]);
        assert_eq!(seen.status, 303);
        let page = desk.noor.get(seen.location()).text;
        assert!(page.contains("“ADHD” lijkt iets over gezondheid") && page.contains("rustige plek"), "{page}");
    }

    fn guidance_is_logged_a_step_becomes_a_task_and_only_a_minor_has_a_guardian(db) {
        let desk = Desk::open(db);
        let noor = &desk.noor;
        noor.get("/students/new");
        let fields = [("code", "S-7"), ("first_name", "Robin"), ("phone", "06 12 34 56 78")];
        let page = noor.post("/students/new", &fields).location().to_owned();
        let shown = noor.get(&page).text;
        assert!(shown.contains("https://wa.me/31612345678") && shown.contains("href=\"tel:+31612345678\""), "{shown}");

        let talk = |fields: &[(&str, &str)]| {
            noor.get(&page);
            noor.post(&format!("{page}/guidance"), fields)
        };
        let session = [
            ("kind", "session"),
            ("held_on", "2026-11-23"),
            ("goal", "De brief"),
            ("said", "Duidelijk geschreven."),
            ("next_step", "Gesprek oefenen"),
            ("due_on", "2026-11-24"),
        ];
        assert_eq!(talk(&session).status, 303);
        assert_eq!(talk(&[("kind", "whatsapp"), ("line", "Komt dinsdag om tien uur.")]).status, 303);
        let shown = noor.get(&page).text;
        for words in ["De brief", "Duidelijk geschreven.", "Gesprek oefenen", "op de lijst", "WhatsApp", "Komt dinsdag"] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        let today = noor.get("/").text;
        assert!(today.contains("S-7: Gesprek oefenen") && !today.contains("Robin"), "a task names no student");
        let done = path_in(&today.replace("formaction=", "href=").replace("/done\"", "\""), "/today/tasks/");
        assert_eq!(noor.post(&format!("{done}/done"), &[]).status, 303);
        assert!(noor.get(&page).text.contains("gedaan"));
        let warned = talk(&[("kind", "call"), ("line", "Zegt dat hij autisme heeft.")]);
        assert_eq!(warned.status, 303);
        assert!(noor.get(&page).text.contains("“autisme” lijkt iets over gezondheid"));
        for (fields, sentence) in [
            (&[("kind", "call"), ("line", "")][..], "Vul dit in"),
            (&[("kind", "call"), ("line", "bsn 123456782")], "burgerservicenummer"),
            (&[("kind", "session"), ("held_on", ""), ("said", "Ja")], "Kies een dag"),
            (&[("kind", "session"), ("held_on", "2026-11-25"), ("said", "Ja")], "moet nog komen"),
            (&[("kind", "session"), ("held_on", "2026-11-24"), ("said", "Ja"), ("due_on", "2026-12-01")], "Vul dit in"),
        ] {
            let seen = talk(fields);
            assert!(seen.status == 422 && seen.text.contains(sentence), "{sentence}: {}", seen.text);
        }

        add_company(desk.app.db(), desk.site, "Bakkerij De Halte", desk.app.clock.now());
        for (company, outcome) in [("bakkerij de halte", "interview"), ("Elders", "waiting")] {
            noor.get(&page);
            let fields = [("company_name", company), ("applied_on", "2026-11-20"), ("outcome", outcome)];
            assert_eq!(noor.post(&format!("{page}/applications"), &fields).status, 303);
        }
        let shown = noor.get(&page).text;
        assert!(shown.contains(">bakkerij de halte</a>") && shown.contains("Elders") && !shown.contains(">Elders</a>"), "{shown}");
        let one = path_in(&shown.replace("action=", "href="), "/applications/");
        assert_eq!(noor.post(&one, &[("outcome", "rejected")]).status, 303);

        let guard = |minor: &str| {
            noor.get(&page);
            let fields = [("minor", minor), ("guardian_name", "Alex"), ("guardian_phone", "020 123 45 67")];
            assert_eq!(noor.post(&format!("{page}/guardian"), &fields).status, 303);
            noor.get(&page).text.contains("tel:+31201234567")
        };
        assert!(guard("yes"));
        assert!(!guard("no"), "of somebody of age nobody else is kept");
        assert!(!guard(""));

        noor.get("/settings/learning");
        let learned = [("kind", "coaching"), ("held_on", "2026-11-02"), ("topic", "Intervisie")];
        assert_eq!(noor.post("/settings/learning", &learned).status, 303);
        assert!(noor.get("/settings/learning").text.contains("Intervisie"));
        assert!(!desk.chief.get("/settings/learning").text.contains("Intervisie"), "a list of one's own");
        assert_eq!(desk.events("student.guide").len(), 3);

        let other = desk.app.add_site("Zuid");
        let kim = desk.app.sign_in_as(Role::Coordinator, other);
        kim.get("/students/new");
        assert_eq!(kim.post(&format!("{page}/guidance"), &session).status, 404);
        assert_eq!(kim.post(&one, &[("outcome", "accepted")]).status, 404);
        assert_eq!(kim.post(&format!("{page}/guardian"), &[("minor", "no")]).status, 404);
    }

    fn another_sites_referrals_and_schools_are_not_there(db) {
        let desk = Desk::open(db);
        let school = desk.school("College Zuid", "");
        desk.agree(&school, "0", &[("who_refers", "desk"), ("shares", "progress")]);
        let path = desk.refer(&school, &[]).location().to_owned();
        let other = desk.app.add_site("Zuid");
        let kim = desk.app.sign_in_as(Role::Coordinator, other);
        for path in [&path, &school, &format!("{school}/edit"), &format!("{school}/agreement")] {
            assert_eq!(kim.get(path).status, 404, "{path}");
        }
        assert!(kim.get("/referrals?state=all").text.contains("Hier staat nu niets"));
        kim.get("/referrals/new");
        assert_eq!(desk.refer_as(&kim, &school, &[("reason", "Zomaar.")]).status, 404);
        assert_eq!(kim.post(&format!("{path}/accept"), &[("version", "1")]).status, 404);
        assert!(!kim.get("/schools").text.contains("College Zuid"));
    }

    fn a_school_that_does_not_fit_comes_back_filled(db) {
        let desk = Desk::open(db);
        let school = desk.school("College Zuid", "");
        desk.chief.get("/schools/new");
        for (name, domain, sentence) in [
            ("", "", "Vul een naam in"),
            ("College Zuid", "", "staat er al"),
            ("College Noord", "gmail.com", "Een domein waar iedereen"),
            ("College Noord", "geen domein", "Schrijf het zo"),
            ("Van 111222333", "", "burgerservicenummer"),
        ] {
            let seen = desk.chief.post("/schools/new", &[("name", name), ("city", "Diemen"), ("mail_domain", domain)]);
            assert!(seen.status == 422 && seen.text.contains(sentence), "{sentence}: {}", seen.text);
            assert!(seen.text.contains(r#"value="Diemen""#));
        }
        for (field, value) in [("valid_from", "2028-01-01"), ("own_attempts", "100"), ("who_refers", "iedereen"), ("carer", "")] {
            assert_eq!(desk.agree(&school, "0", &[(field, value)]), 422, "{field}");
        }
        assert!(desk.events("school.agree").is_empty());
    }
}
