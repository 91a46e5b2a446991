//! The pages: the mail is read before it goes out, each act has its button, and another site's person sees none of it.

use super::{House, seeker};
use crate::support::app::both;
use stagemakelaar::domain::proposal::ProposalState;
use stagemakelaar::domain::words::{Role, TaskKind};
use stagemakelaar::flows::opt_outs;
use stagemakelaar::store::suppressions::SuppressionKind;

/// The hidden fields of the form that puts a student forward.
fn versions(page: &str) -> (String, String) {
    let value = |name: &str| {
        let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    (value("student_version"), value("opening_version"))
}

/// The fields as a form sends them.
fn lent<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

both! {
    fn a_person_reads_the_mail_confirms_it_and_moves_it_on_by_buttons(db) {
        let house = House::build(db);
        let (student, noor) = (house.add(&seeker("S-1")), house.noor());
        let (id, opening) = (student.to_string(), house.opening.to_string());
        let matches = noor.get(&format!("/students/{id}/matches")).text;
        let path = format!("/proposals/new?opening={opening}&student={id}");
        assert!(matches.contains(&path.replace('&', "&#38;")), "{matches}");

        let page = noor.get(&path).text;
        assert!(page.contains("Wil leren omgaan met klanten.") && page.contains("Beste Robin Vermeer"), "{page}");
        let (one, two) = versions(&page);
        let deadline = house.app.clock.now().day().plus(14).to_string();
        let fields = |version: &'static str| {
            [("student", id.clone()), ("opening", opening.clone()), ("way", "mail".to_owned()), ("deadline", deadline.clone()),
             ("student_version", version.to_owned()), ("opening_version", two.clone())]
        };
        let old = noor.post("/proposals/new", &lent(&fields("7")));
        assert_eq!(old.status, 422, "what the person read is not what would go out");
        assert!(old.text.contains("intussen iets veranderd"));
        assert_eq!(one, "1");
        let made = noor.post("/proposals/new", &lent(&fields("1")));
        assert_eq!(made.status, 303, "{}", made.text);
        let at = made.location().to_owned();
        let again = noor.post("/proposals/new", &lent(&fields("1")));
        assert_eq!((again.status, again.location()), (303, at.as_str()), "a second press leads to the first");

        let number = stagemakelaar::domain::id::ProposalId(at.rsplit('/').next().unwrap().parse().unwrap());
        let press = |act: &str, more: &[(&str, &str)]| {
            noor.get(&at);
            let version = house.read(number).version.to_string();
            let mut fields = vec![("version", version.as_str())];
            fields.extend(more);
            noor.post(&format!("{at}/{act}"), &fields).status
        };
        assert!(noor.get(&at).text.contains("Dit las het bedrijf"));
        assert_eq!(press("employer", &[("yes", "yes")]), 303);
        let day = noor.get("/").text;
        assert!(day.contains("Sam voor Bakkerij De Halte") && day.contains("vraag de leerling"), "{day}");
        assert_eq!(press("student", &[("yes", "yes")]), 303);
        assert!(noor.get(&at).text.contains("Geef de naam"));
        assert_eq!(press("meet", &[("on", "2026-12-01"), ("at", "10:00"), ("way", "call")]), 303);
        assert_eq!(house.read(number).state, ProposalState::Interview);
        assert_eq!(house.mails().len(), 1, "told by telephone");
        assert_eq!(press("accept", &[]), 303);
        let list = noor.get("/proposals?state=accepted").text;
        assert!(list.contains("Bakkerij De Halte") && list.contains("leg de stage vast"), "{list}");
        let register = noor.get("/settings/disclosures").text;
        assert!(register.contains("kennismaking") && register.contains("S-1"), "{register}");
        let profile = noor.get(&format!("/students/{id}")).text;
        assert!(profile.contains("aangenomen") && profile.contains("voorstel zonder naam"), "{profile}");
        assert_eq!(press("decline", &[("reason", "student_declined"), ("note", "Te ver.")]), 303);
        assert_eq!(house.opening().places_left, 2);
    }

    fn a_company_that_wants_no_mail_is_called(db) {
        let house = House::build(db);
        let (student, noor) = (house.add(&seeker("S-1")), house.noor());
        let now = house.app.clock.now();
        opt_outs::suppress_by_hand(house.db(), &house.scope, SuppressionKind::Address, crate::proposals::ROBIN, now).unwrap();
        let page = noor.get(&format!("/proposals/new?opening={}&student={student}", house.opening)).text;
        assert!(page.contains("blokkadelijst") && !page.contains(r#"<option value="mail""#), "{page}");
        let refused = house.propose(&house.order(student, house.opening));
        assert!(refused.is_err());
        assert_eq!(house.opening().places_left, 2, "nothing is held by what was refused");
        let order = stagemakelaar::flows::proposals::Order {
            way: stagemakelaar::flows::proposals::Way::Call,
            ..house.order(student, house.opening)
        };
        house.propose(&order).unwrap();
        let calls: Vec<String> = house.tasks(TaskKind::Call).into_iter().map(|task| task.title).collect();
        assert_eq!(calls, ["Bel Bakkerij De Halte over een leerling voor Verkoper, zonder naam"]);
        assert!(house.mails().is_empty());
    }

    fn another_site_neither_sees_nor_moves_a_proposal(db) {
        let house = House::build(db);
        let (student, id) = house.proposed("S-1");
        let there = house.app.add_site("Nieuw-West");
        let kim = house.app.sign_in_as(Role::Coordinator, there);
        assert_eq!(kim.get(&format!("/proposals/{id}")).status, 404);
        assert_eq!(kim.get(&format!("/proposals/new?opening={}&student={student}", house.opening)).status, 404);
        assert_eq!(kim.post(&format!("/proposals/{id}/withdraw"), &[("version", "1")]).status, 404);
        assert!(!kim.get("/proposals").text.contains("Bakkerij"));
        assert!(!kim.get("/settings/disclosures").text.contains("S-1"));
        assert_eq!(house.read(id).state, ProposalState::Proposed);
        let broker = house.app.sign_in_as(Role::Broker, house.site);
        assert_eq!(broker.get("/settings/disclosures").status, 403);
        assert_eq!(broker.get(&format!("/proposals/{id}")).status, 200);
    }
}
