//! Answers: they come in as people and machines write them, are worked through in the inbox, and are answered in turn.

use super::employers::{Employer, GAARDE, GROEN, HALTE, INKT, KRUL, LEK, LINDEPLAS, Mail, SLOTERDOK, STREEK, submit};
use super::world::{DESK, NOOR, Story, day, press, says};
use stagemakelaar::domain::id::OpeningId;
use stagemakelaar::domain::opening::OpeningState;
use stagemakelaar::domain::words::{PlaceEventKind, RecipientState, Routing, SuppressionReason};
use stagemakelaar::store::incoming::Incoming;
use stagemakelaar::store::incoming::list::{self, View};
use stagemakelaar::store::suggestions::{self, Suggestion};
use stagemakelaar::store::{campaigns, companies, incoming, openings, recipients, suppressions};

pub fn employers_answer(story: &mut Story) {
    story.at("2026-11-23", 10, 20);
    let first = |story: &Story, who: Employer| -> Mail { story.mails(who.address, 1).remove(0) };
    let away = "Ik ben afwezig tot en met 4 december. Voor spoed belt u de winkel.\n\nBo Jansen";
    KRUL.is_away(story, &first(story, KRUL), away);
    story.at("2026-11-24", 9, 10);
    let said = [
        (
            SLOTERDOK,
            "Leuk dat je aan ons denkt. Wij hebben plek voor twee leerlingen mbo niveau 2 vanaf februari, \
            vier dagen in de week.",
        ),
        (HALTE, "Op dit moment lukt het niet, maar mail ons na de zomer nog eens."),
        (GAARDE, "Helaas, wij nemen geen stagiairs aan. Succes met zoeken."),
        (LINDEPLAS, "Hoeveel dagen per week is het, en wie begeleidt de leerling vanuit school?"),
        (INKT, "Wilt u ons van de lijst halen? Wij willen geen mail meer over stages."),
    ];
    for (who, words) in said {
        who.answer(story, &first(story, who), words);
    }
    // Five people, a note of absence, and the mail that came back.
    let tally = story.take_in(7);
    assert_eq!((tally.get("matched"), tally.get("automatic"), tally.get("bounce")), (5, 1, 1), "{tally}");
    let reasons = |address: &str| {
        let scope = story.scope();
        let rows = story.app.db().read(|conn| suppressions::list(conn, &scope, address, None, 5)).unwrap();
        rows.into_iter().map(|row| row.reason).collect::<Vec<_>>()
    };
    assert_eq!(reasons(GROEN.address), [SuppressionReason::HardBounce]);
    assert_eq!(reasons(LEK.address), [SuppressionReason::HardBounce]);
    assert_eq!(reasons(INKT.address), [SuppressionReason::OptOut]);
    assert_eq!(reasons(KRUL.address), []);
    let scope = story.scope();
    let campaign = story.app.db().read(|conn| campaigns::list(conn, &scope, None, 5)).unwrap().remove(0).id;
    let mut states = story.app.db().read(|conn| recipients::counts(conn, &scope, campaign)).unwrap();
    states.sort_by_key(|(state, _)| state.as_str());
    let expected = [
        (RecipientState::Bounced, 2),
        (RecipientState::Done, 2),
        (RecipientState::OptedOut, 1),
        (RecipientState::Replied, 4),
    ];
    assert_eq!(states, expected);
    let page = story.noor().get(&format!("/campaigns/{campaign}")).text;
    says(&page, &[SLOTERDOK.company, "Niet gelukt"]);
    says(&page, &[INKT.company, "afgemeld"]);
}

/// The newest message of an employer, with what it suggests.
pub fn newest(story: &Story, who: Employer) -> (Incoming, Vec<Suggestion>) {
    let (scope, company) = (story.scope(), story.company(who.company));
    let found = story.app.db().read(|conn| list::of_company(conn, &scope, company, 1)).unwrap().remove(0);
    let all = story.app.db().read(|conn| suggestions::of_message(conn, &scope, found.id)).unwrap();
    (found, all)
}

/// Says that a message is dealt with, on its page.
pub fn deal_with(story: &Story, message: &Incoming) {
    let path = format!("/inbox/{}", message.id);
    press(&story.noor(), &path, &format!("{path}/done"), &[]);
}

pub fn the_inbox_is_worked_through(story: &mut Story) {
    story.at("2026-11-24", 11, 0);
    let noor = story.noor();
    let list = noor.get("/inbox").text;
    for (who, badge) in
        [(SLOTERDOK, "2 plekken"), (HALTE, "Later"), (GAARDE, "Nee"), (LINDEPLAS, "Vraag"), (INKT, "Wil geen mail")]
    {
        says(&list, &[who.company, badge]);
    }
    assert!(list.contains("5 berichten wachten op je") && !list.contains(KRUL.company), "{list}");
    assert!(noor.get("/inbox?view=automatic").text.contains("Afwezig"));

    let (yes, found) = newest(story, SLOTERDOK);
    let path = format!("/inbox/{}", yes.id);
    let page = noor.get(&path).text;
    says(
        &page,
        &[
            SLOTERDOK.company,
            "Alex Mulder",
            "Antwoord op onze mail",
            "<mark class=\"evidence e1\">",
            "2 plekken erbij vanaf februari 2027",
        ],
    );
    assert_eq!(found.len(), 1, "{found:?}");
    let (_, page) = press(&noor, &path, &format!("/suggestions/{}/accept", found[0].id), &[]);
    says(&page, &["Overgenomen.", "afgehandeld", "overgenomen"]);
    // The mail was ready at half past eight and left at ten: that is when they got it.
    says(&page, &["Antwoord op onze mail", "gisteren om 10:00"]);
    let made = openings_of(story, SLOTERDOK).remove(0);
    assert_eq!((made.places_offered, made.places_left, made.state), (2, 2, OpeningState::Offered));
    assert_eq!(
        (made.fields.levels.as_str(), made.fields.starts_on, made.fields.days_per_week),
        ("mbo2", Some(day("2027-02-01")), Some(4))
    );
    let event = story.app.db().read(|conn| openings::events(conn, made.id)).unwrap().remove(0);
    assert_eq!(
        (event.kind, event.places, event.incoming_id, event.user_id),
        (PlaceEventKind::Offered, 2, Some(yes.id), Some(story.noor))
    );

    let (later, _) = newest(story, HALTE);
    let path = format!("/inbox/{}", later.id);
    says(&noor.get(&path).text, &["Opnieuw vragen op 1 september 2027"]);
    press(&noor, &path, &format!("{path}/accept"), &[]);
    let task = story.task("Vraag Robin Vermeer hoe het nu met plekken zit");
    assert_eq!((task.due_on, task.owner_id), (day("2027-09-01"), Some(story.noor)));
    let status = |who: Employer| noor.get(&format!("/companies/{}", story.company(who.company))).text;
    assert!(status(HALTE).contains("in contact") && !status(HALTE).contains("nog niet gesproken"));
    assert!(status(STREEK).contains("nog niet gesproken"));
    for who in [GAARDE, INKT] {
        let (message, found) = newest(story, who);
        assert_eq!(found, [], "{}", who.company);
        deal_with(story, &message);
    }
    says(&noor.get(&format!("/inbox/{}", newest(story, INKT).0.id)).text, &["Wil geen mail"]);
    assert!(noor.get("/inbox").text.contains("1 bericht wacht op je"));

    // Bo is back: a task says so, and Noor writes from her own mail program, which keeps a copy.
    assert_eq!(story.mornings_until("2026-12-04").get("digests"), 16);
    says(&story.mails(NOOR, 8)[0].text, &["Dag noor", "1 antwoord wacht op jou.", "/inbox"]);
    story.at("2026-12-07", 9, 0);
    by_hand(story);
    let krul = story.company(KRUL.company);
    assert_eq!(story.tick("fetch").get("stored"), 1);
    assert_eq!(story.tick("receive").get("own"), 1);
    let page = noor_at(story, &format!("/companies/{krul}"));
    says(&page, &["Mail van", "Bo Jansen", "Fijn dat je er weer bent"]);
    story.finish("Bo Jansen is weer bereikbaar: vraag het nog eens");
}

fn noor_at(story: &Story, path: &str) -> String {
    story.noor().get(path).text
}

/// A mail from an ordinary mail program: through the provider, and a copy among the sent mail.
fn by_hand(story: &Story) {
    let date = story.now().utc().to_rfc2822();
    let raw = format!(
        "From: Noor Visser <{DESK}>\r\nTo: Bo Jansen <{}>\r\nSubject: Fijn dat je er weer bent\r\nDate: {date}\r\n\
         Message-ID: <met-de-hand@loket.example>\r\n\r\nDag Bo,\r\n\r\nHebben jullie plek voor een leerling?\r\n",
        KRUL.address
    );
    submit(story, Some(DESK), KRUL.address, raw.as_bytes());
    story.dovecot.append(DESK, "Sent", raw.as_bytes());
    assert_eq!(story.mails(KRUL.address, 2)[1].subject, "Fijn dat je er weer bent");
}

pub fn openings_of(story: &Story, who: Employer) -> Vec<openings::Opening> {
    let (scope, company) = (story.scope(), story.company(who.company));
    story.app.db().read(|conn| openings::of_company(conn, &scope, company)).unwrap()
}

/// The question gets its answer in the thread, and the company offers a place; gives the first company's opening.
pub fn the_question_is_answered_in_its_thread(story: &mut Story) -> OpeningId {
    let (question, _) = newest(story, LINDEPLAS);
    let path = format!("/inbox/{}", question.id);
    let words = "Dag Kim,\n\nVier dagen per week. Mevrouw Aydin van school komt elke maand langs.\n\nGroet, Noor";
    let (_, page) = press(&story.noor(), &path, &format!("{path}/answer"), &[("text", words)]);
    says(&page, &["Je antwoord gaat zo de deur uit."]);
    assert_eq!(story.send().get("sent"), 1);
    let mails = story.mails(LINDEPLAS.address, 2);
    let (asked, answer) = (&mails[0], &mails[1]);
    assert_eq!(answer.in_reply_to, question.message_id);
    assert_eq!(answer.references, [asked.message_id.clone(), question.message_id.clone().unwrap()]);
    assert_eq!(answer.subject, format!("Re: Plek bij {}?", LINDEPLAS.company));
    says(&answer.text, &["Mevrouw Aydin", "> Hoeveel dagen per week is het"]);
    deal_with(story, &question);
    story.at("2026-12-08", 11, 0);
    LINDEPLAS.answer(story, answer, "Dank voor je antwoord. Dan hebben wij een plek voor een leerling vanaf maart.");
    assert_eq!(story.take_in(1).get("matched"), 1);
    let (offer, _) = newest(story, LINDEPLAS);
    assert!(offer.outgoing_id.is_some());
    let path = format!("/inbox/{}", offer.id);
    press(&story.noor(), &path, &format!("{path}/accept"), &[]);
    let made = openings_of(story, LINDEPLAS).remove(0);
    assert_eq!((made.places_offered, made.fields.starts_on), (1, Some(day("2027-03-01"))));
    let (scope, krul) = (story.scope(), story.company(KRUL.company));
    let company = story.app.db().read(|conn| companies::find(conn, &scope, krul)).unwrap().unwrap();
    assert_eq!(company.places_left, 0);
    let sums = story.app.db().read(|conn| incoming::sums(conn, &scope)).unwrap();
    assert_eq!(sums.iter().find(|(routing, _)| *routing == Routing::Matched).map(|(_, count)| *count), Some(6));
    assert_eq!(story.app.db().read(|conn| list::open_count(conn, &scope)).unwrap(), 0);
    assert_eq!(story.app.db().read(|conn| list::page(conn, &scope, View::Open, None, 5)).unwrap(), []);
    openings_of(story, SLOTERDOK)[0].id
}
