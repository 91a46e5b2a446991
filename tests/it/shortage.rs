//! Where places are short: who waits and what is free, once each; a cell leads to a campaign that asks those who could help.

use crate::aftercare::{add_company, student};
use crate::proposals::{House, seeker};
use crate::support::app::both;
use stagemakelaar::domain::company::{Pc4, Postcode};
use stagemakelaar::domain::id::CompanyId;
use stagemakelaar::domain::matching::Craft;
use stagemakelaar::domain::shortage::Cell;
use stagemakelaar::domain::time::Day;
use stagemakelaar::domain::words::{Lang, Role};
use stagemakelaar::flows::companies::{self, Edit};
use stagemakelaar::flows::openings::{NewOffer, Source, offer};
use stagemakelaar::flows::shortage;
use stagemakelaar::flows::students::Fields;
use stagemakelaar::store::companies::Fields as CompanyFields;
use stagemakelaar::store::openings::Fields as OpeningFields;
use stagemakelaar::store::students::Wishes;

fn looking(code: &str, programme: &str, home: &str, from: Option<Day>) -> Fields {
    let wishes = Wishes { home_pc4: Pc4::parse(home).ok(), available_from: from, ..Wishes::default() };
    Fields { programme: programme.to_owned(), wishes, ..student(code) }
}

fn place(
    house: &House,
    name: &str,
    (postcode, town, sector): (&str, &str, &str),
    role: &str,
    places: i32,
) -> CompanyId {
    let now = house.app.clock.now();
    let fields = CompanyFields {
        postcode: Postcode::parse(postcode).ok(),
        place: town.to_owned(),
        sector: sector.to_owned(),
        ..CompanyFields::named(name)
    };
    let edit = Edit { fields, tags: None, recognitions: None };
    let company = companies::create(house.db(), &house.scope, house.site, &edit, now).unwrap();
    let fields = OpeningFields {
        role: role.to_owned(),
        levels: String::new(),
        tracks: String::new(),
        starts_on: None,
        ends_on: None,
        days_per_week: None,
        notes: String::new(),
    };
    let new = NewOffer { site: house.site, company, fields, places, source: Source::default(), reason: String::new() };
    house.db().write(|tx| offer(tx, &new, now)).unwrap();
    company
}

fn cell(house: &House, craft: Craft, period: Option<usize>) -> Option<Cell> {
    let today = house.app.clock.now().day();
    let table = house.db().read(|conn| shortage::table(conn, &house.scope, 2, today)).unwrap();
    table.rows(period).into_iter().find(|row| row.craft == Some(craft)).map(|row| row.sum)
}

both! {
    fn who_waits_and_what_is_free_is_counted_and_leads_to_a_campaign(db) {
        let house = House::build(db);
        let february = Day::new(2027, 2, 1);
        for (code, home) in [("Z-1", "3081"), ("Z-2", "3082"), ("Z-3", "2511")] {
            house.add(&looking(code, "Helpende zorg", home, february));
        }
        house.add(&looking("B-1", "Banketbakker", "3081", None));
        place(&house, "Thuiszorg De Kim", ("3081 AB", "Rotterdam", "Zorg"), "helpende", 1);
        place(&house, "Zorghuis Verweg", ("2511 AB", "Den Haag", "Welzijn"), "verzorgende", 1);
        let care = Some(Cell { waiting: 3, free: 2 });
        assert_eq!(cell(&house, Craft::Care, None), care);
        assert_eq!(cell(&house, Craft::Care, Some(1)), Some(Cell { waiting: 3, free: 0 }), "the places are there at once");
        assert_eq!(cell(&house, Craft::Bakery, None), Some(Cell { waiting: 1, free: 0 }));

        let noor = house.noor();
        let page = noor.get("/shortage").text;
        assert!(page.contains("30 Rotterdam") && page.contains("3 leerlingen zoeken, 2 plekken vrij"), "{page}");
        let link = "/campaigns/new?craft=care&#38;area=30";
        assert!(page.contains(link), "{page}");
        let form = noor.get("/campaigns/new?craft=care&area=30&from=2027-02-01").text;
        assert!(form.contains(r#"value="Tekort: zorg vanaf februari 2027""#), "{form}");
        assert!(form.contains(r#"value="februari 2027""#));
        for (value, chosen) in [("Zorg", true), ("Welzijn", true), ("Rotterdam", true), ("Den Haag", false)] {
            let ticked = form.contains(&format!(r#"value="{value}" checked"#));
            assert_eq!(ticked, chosen, "{value}: {form}");
        }
        let other = house.app.sign_in_as(Role::Broker, house.app.add_site("Nieuw-West"));
        assert!(other.get("/shortage").text.contains("Niemand zoekt"));
    }

    fn a_student_for_whom_a_place_is_held_is_not_short_of_one(db) {
        let house = House::build(db);
        let id = house.add(&seeker("S-1"));
        assert_eq!(cell(&house, Craft::Retail, None), Some(Cell { waiting: 1, free: 2 }));
        house.propose(&house.order(id, house.opening)).unwrap();
        assert_eq!(cell(&house, Craft::Retail, None), Some(Cell { waiting: 0, free: 1 }));
        add_company(house.db(), house.site, "Zonder plekken", house.app.clock.now());
        let draft = |craft| house.db().read(|conn| shortage::draft(conn, &house.scope, craft, "", None, Lang::En)).unwrap();
        assert_eq!(draft(Craft::Shipping).name, "Shortage: ships and ports");
        assert!(draft(Craft::Shipping).sectors.is_empty());
    }
}
