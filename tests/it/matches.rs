//! Matching through flow and page: what fits stands in order with its reasons, what does not says why; a kept ranking is made
//! again to the byte; and nothing of a person moves it.

use crate::aftercare::{self, day, morning};
use crate::support::app::{Surfer, TestApp, both};
use stagemakelaar::domain::company::{Pc4, Postcode};
use stagemakelaar::domain::id::{CompanyId, MatchingId, OpeningId, SiteId, StudentId};
use stagemakelaar::domain::matching::WhyNot;
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::time::{Day, Moment};
use stagemakelaar::domain::travel::{self, TravelMode};
use stagemakelaar::domain::words::{Lang, Level, Role, Track};
use stagemakelaar::flows::companies::{self, Edit};
use stagemakelaar::flows::matches::{self, Ask, MatchError};
use stagemakelaar::flows::openings::{self, Change, NewOffer, Source};
use stagemakelaar::flows::placements as placing;
use stagemakelaar::flows::retention;
use stagemakelaar::flows::students::{self, Fields};
use stagemakelaar::store::companies::Fields as CompanyFields;
use stagemakelaar::store::openings::Fields as OpeningFields;
use stagemakelaar::store::recognitions::Fields as Recognition;
use stagemakelaar::store::students::Wishes;
use stagemakelaar::store::{Db, audit, students as rows};

const CREBO: &str = "90004";

fn wishes() -> Wishes {
    Wishes {
        available_from: Day::new(2027, 2, 1),
        available_until: Day::new(2027, 6, 30),
        days_per_week: Some(4),
        hours_per_week: Some(32),
        home_pc4: Pc4::parse("1068").ok(),
        travel_minutes: Some(45),
        travel_mode: Some(TravelMode::Bicycle),
        role_sought: Some("verkoper in een winkel".to_owned()),
        learning_wish: Some("Wil leren omgaan met klanten.".to_owned()),
        looking_since: Day::new(2026, 10, 1),
    }
}

fn fields(code: &str) -> Fields {
    Fields {
        code: code.to_owned(),
        first_name: "Sam".to_owned(),
        programme: "Verkoper".to_owned(),
        crebo: CREBO.to_owned(),
        level: Some(Level::Mbo2),
        track: Some(Track::Bol),
        wishes: wishes(),
        ..Fields::default()
    }
}

/// A company with a postcode, recognised or not.
fn company(db: &Db, site: SiteId, name: &str, postcode: &str, recognised: bool, now: Moment) -> CompanyId {
    let fields = CompanyFields { postcode: Postcode::parse(postcode).ok(), ..CompanyFields::named(name) };
    let recognition = Recognition {
        crebo: CREBO.to_owned(),
        qualification: "Verkoper".to_owned(),
        level: None,
        track: None,
        valid_until: None,
    };
    let edit = Edit { fields, tags: None, recognitions: recognised.then(|| vec![recognition]) };
    companies::create(db, &Scope::clockwork(site), site, &edit, now).unwrap()
}

fn opening(db: &Db, site: SiteId, company: CompanyId, role: &str, levels: &str, now: Moment) -> OpeningId {
    let fields = OpeningFields {
        role: role.to_owned(),
        levels: levels.to_owned(),
        tracks: "bol".to_owned(),
        starts_on: Day::new(2027, 2, 1),
        ends_on: None,
        days_per_week: Some(4),
        notes: String::new(),
    };
    let new = NewOffer { site, company, fields, places: 2, source: Source::default(), reason: String::new() };
    db.write(|tx| openings::offer(tx, &new, now)).unwrap()
}

/// A desk with a street of openings around 1068.
struct Street {
    app: TestApp,
    site: SiteId,
    scope: Scope,
    noor: Surfer,
    near: OpeningId,
    far: OpeningId,
}

impl Street {
    fn build(backend: crate::support::app::Backend) -> Self {
        let app = TestApp::start(backend);
        let site = app.add_site("Amsterdam Nieuw-West");
        let noor = app.sign_in_as(Role::Coordinator, site);
        let now = app.clock.now();
        let place = |name: &str, postcode: &str, recognised: bool, role: &str, levels: &str| {
            let company = company(app.db(), site, name, postcode, recognised, now);
            opening(app.db(), site, company, role, levels, now)
        };
        let far = place("Warenhuis De Kim", "1017 AB", true, "verkoopmedewerker", "mbo2");
        let near = place("Winkel Om de Hoek", "1068 AB", true, "verkoopmedewerker", "mbo2,mbo3");
        place("Buurtwinkel Zonder Papier", "1068 AC", false, "winkelmedewerker", "");
        place("Hoveniersbedrijf Groen", "1068 AD", true, "hovenier", "mbo2");
        place("Kledingzaak Hoog", "1068 AE", true, "verkoper", "mbo4");
        place("Winkel in Groningen", "9711 AB", true, "verkoper", "mbo2");
        let full = place("Volle Winkel", "1068 AF", true, "verkoper", "mbo2");
        openings::apply(app.db(), &Scope::command(vec![site]), full, Change::Places(0), "", now).unwrap();
        let scope = Scope::command(vec![site]);
        Self { app, site, scope, noor, near, far }
    }

    fn add(&self, fields: &Fields) -> StudentId {
        students::add(self.app.db(), &self.scope, self.site, fields, self.app.clock.now()).unwrap()
    }

    fn ask(&self) -> Ask {
        Ask { after: None, lang: Lang::Nl, now: self.app.clock.now() }
    }

    /// The names of what fits, best first.
    fn names(&self, id: StudentId) -> (Vec<String>, MatchingId) {
        let found = matches::for_student(self.app.db(), &self.scope, id, self.ask()).unwrap();
        (found.shown.into_iter().map(|one| one.of.company).collect(), found.kept)
    }

    fn change(&self, id: StudentId, version: i32, fields: &Fields) {
        students::change(self.app.db(), &self.scope, id, version, fields, self.app.clock.now()).unwrap();
    }

    fn record(&self, id: MatchingId) -> String {
        let read = |conn: &mut stagemakelaar::store::Conn| stagemakelaar::store::matches::record(conn, &self.scope, id);
        self.app.db().read(read).unwrap().unwrap()
    }
}

both! {
    fn openings_stand_in_order_with_their_reasons_and_the_others_say_why_not(db) {
        let street = Street::build(db);
        let id = street.add(&fields("S-1"));
        let found = matches::for_student(street.app.db(), &street.scope, id, street.ask()).unwrap();
        let names: Vec<&str> = found.shown.iter().map(|one| one.of.company.as_str()).collect();
        assert_eq!(names, ["Winkel Om de Hoek", "Warenhuis De Kim", "Buurtwinkel Zonder Papier"]);
        assert_eq!((found.fitted, found.next), (3, None));
        let groups: Vec<(WhyNot, usize)> = found.groups.iter().map(|group| (group.why, group.count)).collect();
        assert_eq!(groups, [(WhyNot::Full, 1), (WhyNot::Level, 1), (WhyNot::Role, 1), (WhyNot::Travel, 1)]);

        let page = street.noor.get(&format!("/students/{id}/matches"));
        assert_eq!(page.status, 200, "{}", page.text);
        for words in [
            "Passende plekken", "Sam (S-1)", "Winkel Om de Hoek", "1,0 km, ongeveer 5 minuten op de fiets",
            "erkend voor de opleiding", "niet erkend voor de opleiding", "winkel en verkoop", "2 plekken vrij", "vandaag bevestigd",
            "vraagt mbo 4, niet mbo 2", "is werk in groen", "meer dan 90 minuten, gezocht 45", "geen plek vrij",
            "GeoNames",
        ] {
            assert!(page.text.contains(words), "{words}: {}", page.text);
        }
        let place = format!("/placements/new?opening={}&student={id}", street.near);
        assert!(page.text.contains(&place.replace('&', "&#38;")), "{}", page.text);
        let form = street.noor.get(&place);
        assert!(form.status == 200 && form.text.contains(r#"value="2027-06-30""#), "the wish fills what the opening leaves open");
        assert!(street.noor.get(&format!("/students/{id}")).text.contains(&format!("/students/{id}/matches")));

        let events = street.app.db().read(|conn| audit::list(conn, &street.scope, None, 50)).unwrap();
        let told = |action: &str, subject: i64| {
            events.iter().filter(|event| event.action == action && event.subject_id == Some(subject)).count()
        };
        assert_eq!(told("match.view", id.0), 2, "the flow's and the page's");
        assert!(told("student.view", id.0) >= 2);
    }

    fn a_kept_ranking_is_made_again_to_the_byte_whatever_became_of_the_records(db) {
        let street = Street::build(db);
        let id = street.add(&fields("S-1"));
        let (before, kept) = street.names(id);
        let text = street.record(kept);
        openings::apply(street.app.db(), &street.scope, street.near, Change::Withdraw, "", street.app.clock.now()).unwrap();
        street.app.later(86_400 * 40);
        let (after, other) = street.names(id);
        assert!(before != after && other != kept, "the world went on");
        let (record, again) = matches::replay(street.app.db(), &street.scope, kept).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(&record.ranking).unwrap());
        assert_eq!((record.text().unwrap(), street.record(kept)), (text.clone(), text.clone()));
        assert_eq!((again.fits.len(), again.falls.len(), record.fitted), (3, 4, 3));
        for person in ["Sam", "1068", "klanten", "S-1"] {
            assert!(!text.contains(person), "{person}: {text}");
        }
        let stranger = Scope::command(vec![SiteId(99)]);
        assert!(matches!(matches::replay(street.app.db(), &stranger, kept), Err(MatchError::NotFound)));
    }

    fn a_kept_ranking_is_forgotten_after_two_years(db) {
        let street = Street::build(db);
        let id = street.add(&fields("S-1"));
        let (_, old) = street.names(id);
        street.app.later(86_400 * 729);
        let (_, new) = street.names(id);
        let replays = |kept| matches::replay(street.app.db(), &street.scope, kept).is_ok();
        retention::tick(street.app.db(), street.app.clock.now()).unwrap();
        assert!(replays(old) && replays(new));
        street.app.later(86_400 * 2);
        retention::tick(street.app.db(), street.app.clock.now()).unwrap();
        assert!(!replays(old) && replays(new));
    }

    fn a_name_a_gender_or_a_home_in_the_same_band_moves_nothing(db) {
        let street = Street::build(db);
        let id = street.add(&fields("S-1"));
        let (first, kept) = street.names(id);
        let neighbour = ["1067", "1069", "1065", "1064", "1063"].into_iter().find(|other| {
            ["1017", "1068", "9711"].iter().all(|at| {
                travel::band("1068", at, TravelMode::Bicycle) == travel::band(other, at, TravelMode::Bicycle)
            })
        });
        let own = wishes();
        let home_pc4 = Some(Pc4::parse(neighbour.unwrap()).unwrap());
        let woman = "Zij is verkoopster en wil haar dag zelf indelen.".to_owned();
        let others = [
            Fields { first_name: "Fatima".to_owned(), ..fields("S-1") },
            Fields { programme: "Verkoopster".to_owned(), ..fields("S-1") },
            Fields { wishes: Wishes { learning_wish: Some(woman.clone()), ..own.clone() }, ..fields("S-1") },
            Fields { wishes: Wishes { role_sought: Some(woman), ..own.clone() }, ..fields("S-1") },
            Fields { wishes: Wishes { home_pc4, ..own }, ..fields("S-1") },
        ];
        for (version, other) in (1..).zip(others) {
            street.change(id, version, &other);
            let (names, again) = street.names(id);
            assert_eq!((&names, again), (&first, kept), "the same record to the byte is not kept twice: {other:?}");
        }
        let far = Wishes { home_pc4: Pc4::parse("1102").ok(), ..wishes() };
        street.change(id, 6, &Fields { wishes: far, ..fields("S-1") });
        assert_ne!(street.names(id).1, kept, "another band is another question");
    }

    fn students_who_look_stand_before_an_opening_and_who_waits_longest_is_first(db) {
        let street = Street::build(db);
        let since = |code: &str, since: &str| {
            let wishes = Wishes { looking_since: Some(day(since)), ..wishes() };
            street.add(&Fields { wishes, ..fields(code) })
        };
        let (late, early) = (since("S-1", "2026-11-20"), since("S-2", "2026-08-01"));
        let other = street.add(&Fields { level: Some(Level::Mbo4), ..fields("S-3") });
        let found = matches::for_opening(street.app.db(), &street.scope, street.far, street.ask()).unwrap();
        assert_eq!(found.shown.iter().map(|one| one.of.id).collect::<Vec<_>>(), [early, late]);
        assert_eq!(found.groups[0].named[0].0.id, other);
        let path = format!("/openings/{}/matches", street.far);
        let page = street.noor.get(&path).text;
        for words in ["Passende leerlingen", "verkoopmedewerker bij Warenhuis De Kim", "hooguit 30 minuten reizen", "zoekt 4 dagen", "vraagt mbo 2, niet mbo 4", "S-3"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(street.noor.get(&format!("/openings/{}", street.far)).text.contains(&path));
        let order = placing::Order {
            opening: street.near,
            who: placing::Who::Known(early),
            starts_on: day("2027-02-01"),
            ends_on: day("2027-06-30"),
            mentor: None,
            broker: None,
            agreement_signed_on: None,
            recognition_reason: String::new(),
        };
        placing::place(street.app.db(), &street.scope, &order, street.app.clock.now()).unwrap();
        let found = matches::for_opening(street.app.db(), &street.scope, street.far, street.ask()).unwrap();
        assert_eq!(found.shown.iter().map(|one| one.of.id).collect::<Vec<_>>(), [late], "who is placed looks no more");
        let events = street.app.db().read(|conn| audit::list(conn, &street.scope, None, 100)).unwrap();
        assert!(events.iter().any(|event| event.action == "student.view" && event.detail == "openings/matches: 3"));
    }

    fn a_long_ranking_has_pages_and_each_opening_is_on_one(db) {
        let street = Street::build(db);
        let now = street.app.clock.now();
        let shop = company(street.app.db(), street.site, "Keten", "1068 AZ", true, now);
        for _ in 0..30 {
            opening(street.app.db(), street.site, shop, "verkoper", "mbo2", now);
        }
        let id = street.add(&fields("S-1"));
        let (mut path, mut seen) = (format!("/students/{id}/matches"), Vec::new());
        loop {
            let page = street.noor.get(&path).text;
            let found = page.split("/placements/new?opening=").skip(1).map(|rest| rest.split('&').next().unwrap().to_owned());
            seen.extend(found);
            let Some((_, next)) = page.split_once(&format!(r#"href="/students/{id}/matches?after="#)) else { break };
            path = format!("/students/{id}/matches?after={}", next.split('"').next().unwrap());
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((all, seen.len()), (33, 33));
        assert_eq!(street.noor.get(&format!("/students/{id}/matches?after=x")).status, 200, "what is no key is the start");
    }

    fn wishes_are_kept_as_typed_and_what_may_not_be_stored_is_refused(db) {
        let street = Street::build(db);
        let id = street.add(&fields("S-1"));
        let path = format!("/students/{id}");
        let page = street.noor.get(&path).text;
        assert!(page.contains(r#"value="1068""#) && page.contains(r#"<option value="45" selected>"#), "{page}");
        assert!(page.contains("Amsterdam. Alleen de vier cijfers"), "{page}");
        let base = [("code", "S-1"), ("first_name", "Sam")];
        for (field, value, sentence) in [
            ("learning_wish", "mijn nummer is 111222333", "burgerservicenummer"),
            ("role_sought", "kok 123456782", "burgerservicenummer"),
            ("home_pc4", "1068 ZZ", "Alleen de vier cijfers van de postcode"),
            ("days_per_week", "8", "van 1 tot 7"),
            ("days_per_week", "veel", "Vul een getal in"),
            ("hours_per_week", "41", "van 1 tot 40"),
            ("travel_minutes", "1", "Kies een van de reistijden"),
            ("available_from", "gisteren", "Kies een dag"),
            ("role_sought", &"x".repeat(121), "120 tekens"),
            ("learning_wish", &"x".repeat(501), "500 tekens"),
        ] {
            let version = ("version", "1");
            let seen = street.noor.post(&path, &[base[0], base[1], version, (field, value)]);
            assert!(seen.status == 422 && seen.text.contains(sentence), "{field} {value}: {} {}", seen.status, seen.text);
        }
        let turned = [("available_from", "2027-06-01"), ("available_until", "2027-05-01")];
        let seen = street.noor.post(&path, &[base[0], base[1], ("version", "1"), turned[0], turned[1]]);
        assert!(seen.status == 422 && seen.text.contains("voor de eerste dag"), "{}", seen.text);
        let kept = street.app.db().read(|conn| rows::find(conn, &street.scope, id)).unwrap().unwrap();
        assert_eq!((kept.wishes, kept.version), (wishes(), 1));
        let typed = [("role_sought", "  magazijn "), ("home_pc4", "3071"), ("travel_mode", "public_transport")];
        let form = [base[0], base[1], ("version", "1"), typed[0], typed[1], typed[2]];
        assert_eq!(street.noor.post(&path, &form).status, 303);
        let kept = street.app.db().read(|conn| rows::find(conn, &street.scope, id)).unwrap().unwrap().wishes;
        assert_eq!((kept.role_sought.as_deref(), kept.travel_mode), (Some("magazijn"), Some(TravelMode::PublicTransport)));
        assert_eq!((kept.learning_wish, kept.looking_since), (None, Day::new(2026, 10, 1)), "the wait goes on");
    }
}

#[test]
fn who_stops_early_looks_again_from_that_day() {
    for desk in aftercare::Desk::both() {
        let placement = desk.place("S-1");
        let now = morning("2026-10-05");
        placing::change_dates(
            desk.db(),
            &desk.scope,
            placement,
            1,
            (day("2026-09-01"), day("2027-01-28")),
            morning("2026-08-21"),
        )
        .unwrap();
        placing::end_early(desk.db(), &desk.scope, placement, 2, day("2026-10-02"), "verhuisd", now).unwrap();
        let scope = Scope::command(vec![desk.site]);
        let all = desk.db().read(|conn| rows::list(conn, &scope, None, None, 10)).unwrap();
        assert_eq!(all[0].wishes.looking_since, Some(day("2026-10-02")));
    }
}
