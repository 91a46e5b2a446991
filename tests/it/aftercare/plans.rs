//! Each site's own aftercare plan: the first one, the next one, and never another site's.

use super::{Desk, add_site, morning};
use crate::support::app::{TestApp, both};
use stagemakelaar::domain::aftercare::{PlanStep, default_plan};
use stagemakelaar::domain::id::{PlanId, SiteId};
use stagemakelaar::domain::scope::Scope;
use stagemakelaar::domain::words::Role;
use stagemakelaar::flows::plans::{self as flow, PlanError};
use stagemakelaar::store::{Db, plans};

fn rows(name: &str) -> Vec<PlanStep> {
    let mut rows = default_plan();
    rows.truncate(2);
    name.clone_into(&mut rows[0].name_nl);
    rows
}

/// The site's plan: its id, and the name of its first row.
fn plan(db: &Db, site: SiteId) -> Option<(PlanId, String)> {
    db.read(|conn| {
        let Some(plan) = plans::default_of(conn, site)? else { return Ok::<_, stagemakelaar::store::DbError>(None) };
        Ok(Some((plan.id, flow::rows(conn, plan.id)?.remove(0).name_nl)))
    })
    .unwrap()
}

#[test]
fn a_first_plan_is_the_own_sites_and_a_stale_one_is_told() {
    for desk in Desk::both() {
        let now = morning("2026-08-03");
        let (db, other) = (desk.db(), add_site(desk.db(), "Amsterdam Nieuw-West", now));
        let own = Scope::of(desk.coordinator, Role::Coordinator, vec![desk.site]);
        let away = Scope::of(desk.coordinator, Role::Coordinator, vec![other]);
        let first = flow::change(db, &own, (desk.site, None), "Ons plan", &rows("Eerste belletje"), now).unwrap();
        assert_eq!(plan(db, other), None);
        flow::change(db, &away, (other, None), "Ander plan", &rows("Kennismaken"), now).unwrap();
        assert_eq!(plan(db, desk.site), Some((first, "Eerste belletje".to_owned())));
        assert_eq!(plan(db, other).unwrap().1, "Kennismaken");

        let stolen = flow::change(db, &away, (desk.site, Some(first)), "x", &rows("Gestolen"), now);
        assert!(matches!(stolen, Err(PlanError::NotFound)), "{stolen:?}");
        let stolen = flow::change(db, &away, (other, Some(first)), "x", &rows("Gestolen"), now);
        assert!(matches!(stolen, Err(PlanError::Stale)), "{stolen:?}");
        let late = flow::change(db, &own, (desk.site, None), "x", &rows("Te laat"), now);
        assert!(matches!(late, Err(PlanError::Stale)), "{late:?}");
        let broker = flow::change(db, &desk.scope, (desk.site, Some(first)), "x", &rows("Zomaar"), now);
        assert!(matches!(broker, Err(PlanError::NotAllowed)), "{broker:?}");
        let next = flow::change(db, &own, (desk.site, Some(first)), "Beter", &rows("Tweede belletje"), now).unwrap();
        assert_eq!(plan(db, desk.site), Some((next, "Tweede belletje".to_owned())));
    }
}

#[test]
fn who_saw_the_products_own_plan_saves_over_the_rows_that_a_placement_wrote_of_it() {
    for desk in Desk::both() {
        let own = Scope::of(desk.coordinator, Role::Coordinator, vec![desk.site]);
        let placement = desk.place("S-1");
        let before = desk.checkins(placement);
        assert!(plan(desk.db(), desk.site).is_some());
        flow::change(desk.db(), &own, (desk.site, None), "Ons", &rows("Bellen"), morning("2026-08-21")).unwrap();
        assert_eq!(plan(desk.db(), desk.site).unwrap().1, "Bellen");
        assert_eq!(desk.checkins(placement), before, "what runs keeps its plan");
    }
}

both! {
    fn a_coordinator_saves_a_first_plan_on_the_page(db) {
        let app = TestApp::start(db);
        let (site, other) = (app.add_site("Rotterdam-Zuid"), app.add_site("Amsterdam Nieuw-West"));
        let chief = app.sign_in_as(Role::Coordinator, other);
        let page = chief.get("/aftercare/plan");
        assert!(page.text.contains("Amsterdam Nieuw-West") && !page.text.contains("Rotterdam-Zuid"), "{}", page.text);
        let (own, away) = (other.to_string(), site.to_string());
        let with = |site: &str, offset: &str| {
            let fields = [
                ("site", site),
                ("plan", ""),
                ("name_nl", "Kennismaken"),
                ("name_en", "Meeting"),
                ("offset", offset),
                ("anchor", "start"),
                ("addressee", "employer"),
                ("channel", "visit"),
            ];
            chief.post("/aftercare/plan", &fields)
        };
        assert_eq!(with(&away, "2").status, 404);
        let unread = with(&own, "twee");
        assert!(unread.status == 422 && unread.text.contains("Regel 1:") && unread.text.contains(r#"value="twee""#));
        assert!(plan(app.db(), other).is_none() && plan(app.db(), site).is_none());
        assert_eq!(with(&own, "2").status, 303);
        assert!(chief.get("/aftercare/plan").text.contains("2 werkdagen na de eerste dag"));
        assert_eq!((plan(app.db(), other).unwrap().1.as_str(), plan(app.db(), site)), ("Kennismaken", None));
        let late = with(&own, "3");
        assert!(late.status == 409 && late.text.contains("Iemand paste dit plan net aan"), "{}", late.text);
        assert_eq!(app.sign_in_as(Role::Broker, other).post("/aftercare/plan", &[("site", &own)]).status, 403);
    }
}
