//! The school's side: schools with their agreements and referrers, referrals within and outside of them.

use crate::aftercare::{add_company, offer};
use crate::links::add_mailbox;
use crate::support::app::{Backend, Seen, Surfer, TestApp, both};
use crate::support::processes::RunFolder;
use crate::support::town::texts;
use stagemakelaar::domain::id::SiteId;
use stagemakelaar::domain::reply::Letter;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::words::Role;
use stagemakelaar::flows::{Stop, retention};
use stagemakelaar::mail::parse;
use stagemakelaar::store::audit;
use stagemakelaar::work::{table, tick};
use std::cell::RefCell;
use std::collections::BTreeSet;

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

/// The path of somebody's referral on the list.
fn referral_of(list: &str, first_name: &str) -> String {
    let part = list.split("/referrals/").find(|part| part.contains(&format!(">{first_name}<"))).unwrap();
    format!("/referrals/{}", part.split('"').next().unwrap())
}

/// Sends what is ready; gives all that was ever sent. A clock that stands still tells nothing of their order.
fn sent(desk: &Desk, post: &RunFolder) -> Vec<Letter> {
    tick::run_once(&desk.app.app, table::find("deliver").unwrap(), &Stop::default()).unwrap();
    let files = std::fs::read_dir(post.path()).unwrap().map(|file| file.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "eml"));
    files.map(|path| parse::letter(&std::fs::read(path).unwrap())).collect()
}

/// The code in a mail.
fn code_in(letter: &Letter) -> Option<String> {
    let code = |line: &&str| line.len() == 8 && line.chars().all(|c| c.is_ascii_digit());
    letter.text.lines().map(str::trim).find(code).map(str::to_owned)
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

    fn a_list_is_looked_at_applied_and_taken_back(db) {
        let desk = Desk::open(db);
        let school = desk.school("College Zuid", "");
        desk.agree(&school, "0", &[("who_refers", "desk"), ("shares", "progress")]);
        let id = school.rsplit('/').next().unwrap();
        assert_eq!(desk.refer(&school, &[("code", "S-9")]).status, 303);
        let upload = |text: &str| {
            desk.noor.get("/referrals/lists");
            desk.noor.upload("/referrals/lists", &[("school", id)], ("file", "klas.csv", text))
        };
        let missing = upload("voornaam;klas\nSam;4A\n");
        assert!(missing.status == 422 && missing.text.contains("Code, Pogingen"), "{}", missing.text);
        let text = "Leerlingcode;Voornaam;Pogingen;Niveau;Delen;Geprobeerd\nS-1;Sam;3;niveau 2;voortgang;Brieven\n\
            S-2;Jip;1;;;\nS-3;Puck;4;acht;;\nS-1;Sam;3;;;\nS-9;Kay;3;;;\nS-4;Rowan;2;;contact;\nS-5;Dani;5;;;bsn 123456782\n\
            S-6;Quinn;5;;;\n";
        let sent = upload(text);
        assert_eq!(sent.status, 303, "{}", sent.text);
        let path = sent.location().to_owned();
        let page = desk.noor.get(&path).text;
        for (words, count) in [(">nieuw</span>", 2), ("buiten de afspraak", 2), ("niet te lezen", 1), ("al aangemeld", 2), ("burgerservicenummer", 1)] {
            assert_eq!(page.matches(words).count(), count, "{words}: {page}");
        }
        assert!(page.contains("minstens 2 keer") && page.contains("2 leerlingen</button>"), "{page}");
        let count = |desk: &Desk| desk.noor.get("/students?state=all").text.matches("href=\"/students/").count();
        let before = count(&desk);
        assert!(desk.noor.get(&path).status == 200 && count(&desk) == before, "looking changes nothing");

        desk.noor.get(&path);
        assert_eq!(desk.noor.post(&format!("{path}/apply"), &[]).status, 303);
        assert_eq!(desk.noor.post(&format!("{path}/apply"), &[]).status, 404, "once");
        let page = desk.noor.get(&path).text;
        assert!(page.contains("Naar de aanmelding") && page.matches("Sam,").count() == 1, "{page}");
        let list = desk.noor.get("/referrals?state=received").text;
        assert!(list.contains("Sam") && list.contains("Quinn") && !list.contains("Puck"), "{list}");
        let quinn = referral_of(&list, "Quinn");
        desk.noor.get(&quinn);
        assert_eq!(desk.noor.post(&format!("{quinn}/accept"), &[("version", "1")]).status, 303);

        desk.noor.get(&path);
        assert_eq!(desk.noor.post(&format!("{path}/undo"), &[]).status, 303);
        let list = desk.noor.get("/students?state=all").text;
        assert!(list.contains("Quinn") && !list.contains(">S-1<") && list.contains(">S-9<"), "{list}");
        assert_eq!(desk.events("referral_list.undo"), ["removed 1, kept 1"]);
        assert_eq!(desk.noor.post(&format!("{path}/undo"), &[]).status, 404);

        let other = desk.app.add_site("Zuid");
        let kim = desk.app.sign_in_as(Role::Coordinator, other);
        assert_eq!(kim.get(&path).status, 404);
        kim.get("/referrals/lists");
        assert_eq!(kim.upload("/referrals/lists", &[("school", id)], ("file", "klas.csv", text)).status, 404);
        let now = desk.app.clock.now().plus_days(31);
        retention::tick(desk.app.db(), now).unwrap();
        assert_eq!(texts(&desk.app, "SELECT cells AS text FROM referral_list_rows"), Vec::<String>::new());
    }

    fn a_referrer_comes_in_by_a_code_and_sees_own_referrals_alone(db) {
        let desk = Desk::open(db);
        let post = RunFolder::new("schools");
        add_mailbox(&desk.app, desk.site, &post);
        let (school, other) = (desk.school("College Zuid", ""), desk.school("College Noord", ""));
        for school in [&school, &other] {
            desk.agree(school, "0", &[("shares", "progress"), ("own_attempts", "2")]);
        }
        let invite = |school: &str, email: &str| {
            desk.chief.get(&format!("{school}/referrers/new"));
            let person = [("name", "Mo Leraar"), ("email", email), ("lang", "en")];
            assert_eq!(desk.chief.post(&format!("{school}/referrers/new"), &person).status, 303);
            let page = desk.chief.get(school).text;
            path_in(&page, "/referrers/")
        };
        let (mo, bo) = (invite(&school, "mo@college.example"), invite(&other, "bo@college.example"));
        let visitor = desk.app.visitor();
        let ask = |who: &Surfer, email: &str| {
            who.get("/for-schools");
            who.post("/for-schools", &[("email", email)])
        };
        let early = ask(&visitor, "mo@college.example");
        assert!(early.status == 200 && sent(&desk, &post).is_empty(), "nobody was invited yet");
        for one in [&mo, &bo] {
            assert_eq!(desk.noor.post(&format!("{one}/invite"), &[]).status, 403);
            assert_eq!(desk.chief.post(&format!("{one}/invite"), &[]).status, 303);
        }
        let mails = sent(&desk, &post);
        let mail = mails.iter().find(|mail| mail.to[0].email.as_str() == "mo@college.example").unwrap();
        assert!(mail.subject.contains("invites you to refer students"), "{}", mail.subject);
        assert!(mail.text.contains(&format!("{}/for-schools", desk.app.base_url)) && mail.text.contains("College Zuid"));

        let unknown = ask(&visitor, "nobody@college.example");
        let known = ask(&visitor, "MO@college.example");
        let plain = |seen: &Seen, email: &str| seen.text.replace(email, "").replace(&visitor.token(), "");
        assert_eq!(plain(&unknown, "nobody@college.example"), plain(&known, "MO@college.example"), "the same answer");
        let mails = sent(&desk, &post);
        let with_code: Vec<_> = mails.iter().filter(|mail| code_in(mail).is_some()).collect();
        assert_eq!((mails.len(), with_code.len(), with_code[0].to[0].email.as_str()), (3, 1, "mo@college.example"));
        let code = code_in(with_code[0]).unwrap();
        let kept = texts(&desk.app, "SELECT code_hash AS text FROM school_codes");
        assert!(kept.len() == 1 && kept[0].len() == 64 && !kept[0].contains(&code), "{kept:?}");
        assert_eq!(texts(&desk.app, "SELECT text FROM outgoing_bodies"), ["", "", ""], "what a mail said is forgotten");

        let enter = |who: &Surfer, email: &str, code: &str| who.post("/for-schools/enter", &[("email", email), ("code", code)]);
        assert_eq!(enter(&visitor, "bo@college.example", &code).status, 422, "a code is of one address");
        assert_eq!(enter(&visitor, "mo@college.example", "00000000").status, 422);
        let spaced = format!("{} {}", &code[..4], &code[4..]);
        let inside = enter(&visitor, "mo@college.example", &spaced);
        assert_eq!((inside.status, inside.location()), (303, "/for-schools"), "{}", inside.text);
        let cookie = inside.header("set-cookie");
        assert!(cookie.starts_with("school=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        assert!(visitor.get("/for-schools").text.contains("Nog niemand"));
        let twice = desk.app.visitor();
        twice.get("/for-schools");
        assert_eq!(enter(&twice, "mo@college.example", &code).status, 422, "once");

        visitor.get("/for-schools/new");
        let fields = |code: &'static str, attempts: &'static str| {
            [("code", code), ("first_name", "Sam"), ("attempts", attempts), ("tried", "Brieven."), ("shares", "progress"), ("reason", "Toch.")]
        };
        let outside = visitor.post("/for-schools/new", &fields("S-1", "1"));
        assert!(outside.status == 422 && outside.text.contains("minstens 2 keer"), "{}", outside.text);
        let within = visitor.post("/for-schools/new", &fields("S-1", "2"));
        assert_eq!((within.status, within.location()), (303, "/for-schools"), "{}", within.text);
        let own = visitor.get("/for-schools").text;
        assert!(own.contains("Sam") && own.contains("Ontvangen"), "{own}");
        assert_eq!(desk.refer_as(&desk.chief, &other, &[("code", "S-2"), ("first_name", "Robin"), ("reason", "Zo.")]).status, 303);
        assert!(!visitor.get("/for-schools").text.contains("Robin"), "another school's student");
        visitor.get("/for-schools/new");
        let taken = visitor.post("/for-schools/new", &fields("S-2", "2"));
        assert!(taken.status == 422 && taken.text.contains("al in gebruik") && !taken.text.contains("Robin"), "{}", taken.text);
        let number = bo.rsplit('/').next().unwrap();
        let for_bo: Vec<_> = fields("S-3", "2").into_iter().chain([("referrer", number)]).collect();
        assert_eq!(visitor.post("/for-schools/new", &for_bo).status, 404, "nobody else's school");

        let referral = referral_of(&desk.noor.get("/referrals?state=received").text, "Sam");
        for path in ["/", "/students", "/referrals", &referral, &school] {
            let seen = visitor.get(path);
            assert!(seen.status == 303 && seen.location().starts_with("/sign-in"), "{path}: {}", seen.status);
        }
        assert_eq!(visitor.get("/for-schools/1").status, 404);
        assert_eq!(visitor.post_bare("/for-schools/new", &fields("S-4", "2")).status, 403, "a form has its token");
        desk.noor.get(&referral);
        assert_eq!(desk.noor.post(&format!("{referral}/accept"), &[("version", "1")]).status, 303);
        assert!(visitor.get("/for-schools").text.contains("We zoeken"));
        assert!(desk.events("referral.add").iter().any(|detail| detail.starts_with("by referrer ")));
        assert!(desk.events("student.view").iter().any(|detail| detail == "for-schools: 1"), "looking leaves its event");

        desk.chief.get(&mo);
        let gone = [("name", "Mo Leraar"), ("email", "mo@college.example"), ("version", "1")];
        assert_eq!(desk.chief.post(&mo, &gone).status, 303);
        assert!(!visitor.get("/for-schools").text.contains("Sam"), "who may refer no more sees nothing");
    }

    fn codes_end_are_tried_a_few_times_and_asked_for_a_few_times(db) {
        let desk = Desk::open(db);
        let post = RunFolder::new("schools");
        add_mailbox(&desk.app, desk.site, &post);
        let school = desk.school("College Zuid", "");
        desk.chief.get(&format!("{school}/referrers/new"));
        let person = [("name", "Mo"), ("email", "mo@college.example")];
        desk.chief.post(&format!("{school}/referrers/new"), &person);
        let mo = path_in(&desk.chief.get(&school).text, "/referrers/");
        assert_eq!(desk.chief.post(&format!("{mo}/invite"), &[]).status, 303);
        let visitor = desk.app.visitor();
        let ask = || {
            visitor.get("/for-schools");
            visitor.post("/for-schools", &[("email", "mo@college.example")]).status
        };
        let known = RefCell::new(BTreeSet::new());
        let code = || {
            let before = sent(&desk, &post);
            known.borrow_mut().extend(before.iter().filter_map(code_in));
            assert_eq!(ask(), 200);
            let codes = sent(&desk, &post).iter().filter_map(code_in).collect::<BTreeSet<_>>();
            codes.difference(&known.borrow()).next().unwrap().clone()
        };
        let enter = |code: &str| visitor.post("/for-schools/enter", &[("email", "mo@college.example"), ("code", code)]).status;
        let first = code();
        desk.app.later(15 * 60);
        assert_eq!(enter(&first), 422, "a quarter of an hour");
        let second = code();
        assert_eq!(enter(&first), 422, "only the last one works");
        for _ in 0..4 {
            assert_eq!(enter("12345678"), 422);
        }
        assert_eq!(enter(&second), 422, "after five tries it is over");
        desk.app.later(3_600);
        assert_eq!([ask(), ask(), ask(), ask()], [200, 200, 200, 429]);
        desk.app.later(3_600);
        let last = code();
        assert_eq!(enter(&last), 303);
        assert!(visitor.get("/for-schools").text.contains("Jouw aanmeldingen"));
        assert_eq!(visitor.post("/for-schools/out", &[]).status, 303);
        assert!(visitor.get("/for-schools").text.contains("Stuur me een code"));
        assert_eq!(texts(&desk.app, "SELECT email_key AS text FROM school_sessions"), Vec::<String>::new());
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
