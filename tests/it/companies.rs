//! Companies, their openings and imports, on both databases by the same code.

mod imports;
mod lists;
mod places;

use crate::support::database::TestDatabase;
use stagemakelaar::domain::id::{CompanyId, SiteId, UserId};
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::time::{Day, Moment};
use stagemakelaar::domain::words::{Ground, MomentKind, Outcome, Region, Role, TaskKind};
use stagemakelaar::flows::companies::{Edit, EditError};
use stagemakelaar::flows::moments::{Log, Next};
use stagemakelaar::flows::{self};
use stagemakelaar::store::companies::{Fields, Filter};
use stagemakelaar::store::moments::{Entry, Show};
use stagemakelaar::store::sites::NewSite;
use stagemakelaar::store::{Db, audit, companies, contacts, moments, sites, tasks};

/// A desk on a Monday morning.
pub struct Desk {
    pub base: TestDatabase,
    pub site: SiteId,
    pub other: SiteId,
    pub scope: Scope,
    pub now: Moment,
}

impl Desk {
    pub fn on(base: TestDatabase) -> Self {
        let now = Moment::parse("2026-11-23T08:00:00Z").unwrap();
        let site = add_site(&base.db, "Rotterdam-Zuid", now);
        let other = add_site(&base.db, "Amsterdam Nieuw-West", now);
        Self { base, site, other, scope: Scope::clockwork(site), now }
    }

    pub fn both() -> [Self; 2] {
        TestDatabase::both().map(Self::on)
    }

    pub fn db(&self) -> &Db {
        &self.base.db
    }

    pub fn day(&self) -> Day {
        self.now.day()
    }

    pub fn company(&self, fields: Fields) -> CompanyId {
        let new = Edit { fields, tags: None, recognitions: None };
        flows::companies::create(self.db(), &self.scope, self.site, &new, self.now).unwrap()
    }

    pub fn named(&self, name: &str) -> CompanyId {
        self.company(Fields::named(name))
    }

    pub fn read(&self, id: CompanyId) -> companies::Company {
        self.db().read(|conn| companies::find(conn, &self.scope, id)).unwrap().unwrap()
    }
}

fn add_site(db: &Db, name: &str, now: Moment) -> SiteId {
    let new = NewSite {
        name: name.to_owned(),
        desk_name: format!("Stagebureau {name}"),
        postal_address: "Plein 1, 3000 AA Rotterdam".to_owned(),
        phone: None,
        region: Region::Zuid,
        created_at: now,
    };
    db.write(|tx| sites::add(tx, &new)).unwrap().unwrap()
}

fn edit_of(fields: Fields) -> Edit {
    Edit { fields, tags: None, recognitions: None }
}

#[test]
fn a_stale_edit_is_told_and_changes_nothing() {
    for desk in Desk::both() {
        let id = desk.named("Bakkerij De Halte");
        let seen = desk.read(id);
        let first = Fields { sector: "Detailhandel".to_owned(), ..seen.fields.clone() };
        flows::companies::edit(desk.db(), &desk.scope, id, seen.version, &edit_of(first), desk.now).unwrap();
        let second = Fields { place: "Osdorp".to_owned(), ..seen.fields };
        let refused = flows::companies::edit(desk.db(), &desk.scope, id, seen.version, &edit_of(second), desk.now);
        assert!(matches!(refused, Err(EditError::Stale)));
        let now = desk.read(id);
        assert_eq!((now.fields.sector.as_str(), now.fields.place.as_str(), now.version), ("Detailhandel", "", 2));
        let events = desk.db().read(|conn| audit::list(conn, &desk.scope, None, 10)).unwrap();
        let last = (events[0].action.as_str(), events[0].detail.as_str(), events[0].subject_id);
        assert_eq!(last, ("company.edit", "sector", Some(id.0)));
    }
}

#[test]
fn another_sites_company_is_not_there() {
    for desk in Desk::both() {
        let id = desk.named("Garage Torenhof");
        let stranger = Scope::clockwork(desk.other);
        let db = desk.db();
        assert_eq!(db.read(|conn| companies::find(conn, &stranger, id)).unwrap(), None);
        let hits = db.read(|conn| companies::search(conn, &stranger, "torenhof", desk.day(), 10)).unwrap();
        assert_eq!(hits, vec![]);
        let fields = desk.read(id).fields;
        let edit = flows::companies::edit(db, &stranger, id, 1, &edit_of(fields), desk.now);
        assert!(matches!(edit, Err(EditError::Gone)));
        assert_eq!(flows::companies::tag(db, &stranger, &[id], "winkel", desk.now).unwrap(), 0);
        assert_eq!(flows::companies::set_owner(db, &stranger, &[id], None, desk.now).unwrap(), 0);
        let contact = contacts::Fields::named("Robin Vermeer");
        assert!(matches!(flows::contacts::create(db, &stranger, id, &contact, desk.now), Err(EditError::Gone)));
        let researcher = Scope::of(UserId(1), Role::Researcher, vec![desk.site]);
        assert_eq!(db.read(|conn| companies::find(conn, &researcher, id)).unwrap(), None);
    }
}

#[test]
fn a_company_is_found_by_name_place_contact_address_and_tag() {
    for desk in Desk::both() {
        let id = desk.company(Fields { place: "Slotermeer".to_owned(), ..Fields::named("Café Krül") });
        desk.named("Iets anders");
        let mut contact = contacts::Fields::named("Sasja Öztürk");
        contact.email = Some("sasja@krul.example".parse().unwrap());
        contact.ground = Ground::EarlierContact;
        flows::contacts::create(desk.db(), &desk.scope, id, &contact, desk.now).unwrap();
        flows::companies::tag(desk.db(), &desk.scope, &[id], "buurtnetwerk", desk.now).unwrap();
        for q in ["cafe", "KRUL", "sloter", "ozturk", "sasja@krul.example", "buurt", "krul sasja", "krul\" OR *"] {
            let hits = desk.db().read(|conn| companies::search(conn, &desk.scope, q, desk.day(), 10)).unwrap();
            assert_eq!(
                hits.iter().map(|hit| hit.id).collect::<Vec<_>>(),
                if q.contains("OR") { vec![] } else { vec![id] },
                "{q}"
            );
        }
        for q in ["", "  ", "'\"*", "krul noemt"] {
            let hits = desk.db().read(|conn| companies::search(conn, &desk.scope, q, desk.day(), 10)).unwrap();
            assert_eq!(hits, vec![], "{q}");
        }
        let key = "sasja@krul.example";
        let found = desk.db().read(|conn| contacts::by_email(conn, desk.site, key)).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(desk.db().read(|conn| contacts::by_email(conn, desk.other, key)).unwrap(), vec![]);
    }
}

#[test]
fn a_logged_call_moves_the_last_contact_and_leaves_a_task() {
    for desk in Desk::both() {
        let id = desk.named("Bakkerij De Halte");
        let contact = contacts::Fields::named("Robin van der Meer");
        let robin = flows::contacts::create(desk.db(), &desk.scope, id, &contact, desk.now).unwrap();
        let next = Next {
            kind: TaskKind::Call,
            title: "Bel Robin over april".to_owned(),
            due_on: desk.day().plus(7),
            owner: None,
        };
        let log = Log {
            company: id,
            contact: None,
            kind: MomentKind::Call,
            at: desk.now,
            summary: "Robin gesproken, vanaf april nog 1 plek".to_owned(),
            outcome: Some(Outcome::Reached),
            next: Some(next),
        };
        flows::moments::log(desk.db(), &desk.scope, &log, desk.now).unwrap();
        assert_eq!(desk.read(id).last_moment_at, Some(desk.now));
        let robin = desk.db().read(|conn| contacts::find(conn, &desk.scope, robin)).unwrap().unwrap();
        assert_eq!(robin.last_spoken_at, Some(desk.now));
        let open = desk.db().read(|conn| tasks::open(conn, &desk.scope, None, None, 10)).unwrap();
        assert_eq!(
            (open.len(), open[0].title.as_str(), open[0].contact_id),
            (1, "Bel Robin over april", Some(robin.id))
        );
        flows::tasks::postpone(desk.db(), &desk.scope, open[0].id, desk.day().plus(9), desk.now).unwrap();
        flows::tasks::finish(desk.db(), &desk.scope, open[0].id, desk.now).unwrap();
        flows::tasks::finish(desk.db(), &desk.scope, open[0].id, desk.now).unwrap();
        assert_eq!(desk.db().read(|conn| tasks::open(conn, &desk.scope, None, None, 10)).unwrap(), vec![]);
        flows::tasks::reopen(desk.db(), &desk.scope, open[0].id, desk.now).unwrap();
        let open = desk.db().read(|conn| tasks::of_companies(conn, &desk.scope, &[id])).unwrap();
        assert_eq!(open[0].due_on, desk.day().plus(9));
        let silent = Filter { last_moment_before: Some(desk.day()), ..Filter::default() };
        assert_eq!(desk.db().read(|conn| companies::count(conn, &desk.scope, &silent, desk.day())).unwrap(), 0);
    }
}

#[test]
fn a_timeline_shows_everything_once_newest_first_page_by_page() {
    for desk in Desk::both() {
        let id = desk.named("Zorghuis Lindeplas");
        for step in 0..7 {
            // Three entries share each moment, so that pages end inside a tie.
            let at = desk.now.plus_days(-(step / 3));
            let log = Log {
                company: id,
                contact: None,
                kind: MomentKind::Call,
                at,
                summary: format!("gesprek {step}"),
                outcome: None,
                next: None,
            };
            flows::moments::log(desk.db(), &desk.scope, &log, desk.now).unwrap();
        }
        let role = places::fields("Helpende");
        flows::openings::add(desk.db(), &desk.scope, id, &role, 3, desk.now).unwrap();
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = |conn: &mut _| moments::timeline(conn, &desk.scope, id, Show::All, before, 2);
            let (entries, next) = desk.db().read(page).unwrap();
            seen.extend(entries.iter().map(Entry::mark));
            match next {
                Some(mark) => before = moments::Mark::parse(&mark.to_string()),
                None => break,
            }
        }
        let mut sorted = seen.clone();
        sorted.sort_by(|a, b| b.cmp(a));
        sorted.dedup();
        assert_eq!((seen.len(), &seen), (8, &sorted));
        let stranger = Scope::clockwork(desk.other);
        let page = |conn: &mut _| moments::timeline(conn, &stranger, id, Show::All, None, 20);
        assert_eq!(desk.db().read(page).unwrap(), (vec![], None));
    }
}

#[test]
fn putting_away_takes_a_company_out_of_the_lists_and_back() {
    for desk in Desk::both() {
        let id = desk.named("Slagerij Plus Min");
        let count = |filter: &Filter| desk.db().read(|conn| companies::count(conn, &desk.scope, filter, desk.day()));
        flows::companies::archive(desk.db(), &desk.scope, id, 1, true, desk.now).unwrap();
        assert_eq!(count(&Filter::default()).unwrap(), 0);
        assert_eq!(count(&Filter { archived: true, ..Filter::default() }).unwrap(), 1);
        let again = flows::companies::archive(desk.db(), &desk.scope, id, 1, false, desk.now);
        assert!(matches!(again, Err(EditError::Stale)));
        flows::companies::archive(desk.db(), &desk.scope, id, 2, false, desk.now).unwrap();
        assert_eq!(count(&Filter::default()).unwrap(), 1);
    }
}
