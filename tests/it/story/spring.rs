//! Spring: the aftercare of one placement as it really goes. A good answer closes itself, silence is reminded of, called
//! about and escalated, a worry cannot wait, and the placement ends well.

use super::answers::{deal_with, newest};
use super::employers::{Mail, SLOTERDOK};
use super::placement::{checkin, checkins, placed};
use super::world::{DAAN, NOOR, Story, day, press, says};
use stagemakelaar::domain::aftercare::Mood;
use stagemakelaar::domain::id::PlacementId;
use stagemakelaar::domain::words::{Addressee, CheckInState, Decision, PlacementState, TaskKind};
use stagemakelaar::store::checkins::CheckIn;

/// The check-in of a moment with the company.
fn company(story: &Story, id: PlacementId, name: &str) -> CheckIn {
    checkin(story, id, name, Addressee::Employer)
}

/// Records a talk about a check-in on the page of its placement.
fn talked(story: &Story, of: &CheckIn, mood: &str, score: &str, words: &str) {
    let page = format!("/placements/{}", of.placement_id);
    let typed = [("mood", mood), ("score", score), ("words", words)];
    let (_, shown) = press(&story.noor(), &page, &format!("/aftercare/{}/done", of.id), &typed);
    says(&shown, &["Vastgelegd. Dit moment is klaar.", words]);
    let after = checkins(story, of.placement_id).into_iter().find(|one| one.id == of.id).unwrap();
    assert_eq!((after.state, after.closed_by, after.answer.as_str()), (CheckInState::Done, Some(story.noor), words));
}

/// Calls the student about a moment whose day has come, as its task asks.
fn call_the_student(story: &Story, id: PlacementId, name: &str, score: &str) {
    let sam = checkin(story, id, name, Addressee::Student);
    let title = format!("Bel Sam over {} ({})", SLOTERDOK.company, name.to_lowercase());
    assert_eq!((sam.state, story.task(&title).kind), (CheckInState::CallTask, TaskKind::Call));
    talked(story, &sam, if score == "3" { "concern" } else { "well" }, score, &format!("Sam geeft een {score}."));
    assert_eq!(story.tasks(&title), vec![]);
}

/// The newest mail to the company, of so many.
fn last_mail(story: &Story, count: usize) -> Mail {
    story.mails(SLOTERDOK.address, count).pop().unwrap()
}

pub fn the_first_weeks(story: &mut Story, id: PlacementId) {
    story.mornings_until("2027-02-01");
    assert_eq!(placed(story, id).state, PlacementState::Running);
    let tally = story.mornings_until("2027-02-03");
    assert_eq!((tally.get("asked"), tally.get("to call")), (1, 1), "{tally}");
    let asked = company(story, id, "Dag 3");
    assert_eq!((asked.state, asked.asked_on), (CheckInState::Asked, Some(day("2027-02-03"))));
    let question = last_mail(story, 2);
    assert_eq!(question.subject, "Hoe gaat het met Sam bij Fietsenmaker Sloterdok?");
    says(
        &question.text,
        &["Sam werkt sinds maandag 1 februari", "5 = het gaat heel goed", "Bij een 1, 2 of 3 bel ik u"],
    );
    assert!(!question.header.contains("List-Unsubscribe"), "{}", question.header);
    story.at("2027-02-03", 14, 0);
    call_the_student(story, id, "Dag 3", "4");
    story.at("2027-02-04", 16, 0);
    SLOTERDOK.answer(story, &question, "Gaat goed, een 4. Komt op tijd en vraagt door.");
    assert_eq!(story.take_in(1).get("matched"), 1);
    let done = company(story, id, "Dag 3");
    assert_eq!(
        (done.state, done.score, done.mood, done.closed_by),
        (CheckInState::Done, Some(4), Some(Mood::Well), None)
    );
    let (message, found) = newest(story, SLOTERDOK);
    assert_eq!((message.decision, found), (Decision::None, vec![]), "a four that sounds well asks for nobody");
}

pub fn silence_is_escalated(story: &mut Story, id: PlacementId) {
    assert_eq!(story.mornings_until("2027-02-12").get("asked"), 1);
    story.at("2027-02-12", 15, 0);
    call_the_student(story, id, "Week 2", "5");
    let question = last_mail(story, 3);
    assert_eq!(story.mornings_until("2027-02-16").get("reminded"), 0);
    assert_eq!(story.mornings_until("2027-02-17").get("reminded"), 1);
    let reminder = last_mail(story, 4);
    assert_eq!(reminder.subject, "Nog even: hoe gaat het met Sam?");
    assert_eq!(
        (reminder.in_reply_to.as_ref(), &reminder.references),
        (Some(&question.message_id), &vec![question.message_id.clone()])
    );
    assert!(reminder.text.contains("Op vrijdag 12 februari vroeg ik hoe het gaat met Sam"), "{}", reminder.text);
    assert_eq!(story.mornings_until("2027-02-19").get("to call"), 0);
    assert_eq!(story.mornings_until("2027-02-22").get("to call"), 1);
    let (call, kept) = (
        "Bel Fietsenmaker Sloterdok over Sam (week 2)",
        "Nazorg blijft liggen: Sam bij Fietsenmaker Sloterdok (week 2)",
    );
    assert_eq!((story.task(call).owner_id, story.task(call).due_on), (Some(story.noor), day("2027-02-22")));
    says(
        &story.noor().get("/aftercare").text,
        &["Sam bij Fietsenmaker Sloterdok", "Op de vraag en de herinnering kwam geen antwoord. Bel even."],
    );
    let before = story.dovecot.messages(DAAN, "INBOX").len();
    let tally = story.mornings_until("2027-02-25");
    // The broker heard of the call three mornings more, the coordinator of what was left undone on the last.
    assert_eq!((tally.get("escalated"), tally.get("digests")), (1, 4), "{tally}");
    assert_eq!(company(story, id, "Week 2").state, CheckInState::Escalated);
    assert_eq!((story.task(kept).owner_id, story.task(call).done_at), (Some(story.daan), None));
    let told = story.mails(DAAN, before + 1).pop().unwrap();
    assert_eq!(
        (told.subject.as_str(), told.from.as_str()),
        ("Nog één ding voor jou, donderdag 25 februari", super::world::DESK)
    );
    assert!(told.text.contains("1 taak is aan de beurt.") && !told.text.contains("Sam"), "{}", told.text);
    says(&story.daan().get("/").text, &[kept]);
    story.at("2027-02-25", 10, 0);
    talked(story, &company(story, id, "Week 2"), "well", "4", "Gebeld: de mail lag bij de buren, het gaat goed.");
    assert_eq!((story.tasks(call), story.tasks(kept)), (vec![], vec![]));
}

pub fn a_worry_comes_halfway(story: &mut Story, id: PlacementId) {
    assert_eq!(story.mornings_until("2027-04-14").get("asked"), 1);
    let question = last_mail(story, 5);
    story.at("2027-04-15", 8, 0);
    SLOTERDOK.answer(story, &question, "1. Sam komt sinds maandag niet meer opdagen. Kun je ons bellen?");
    assert_eq!(story.take_in(1).get("matched"), 1);
    let heard = company(story, id, "Halverwege");
    assert_eq!((heard.state, heard.score, heard.mood), (CheckInState::Answered, Some(1), Some(Mood::Urgent)));
    let now = "Bel Fietsenmaker Sloterdok vandaag over Sam";
    assert_eq!((story.task(now).owner_id, story.task(now).due_on), (Some(story.noor), day("2027-04-15")));
    let (message, _) = newest(story, SLOTERDOK);
    assert_eq!(message.decision, Decision::Open);
    let today = story.noor().get("/").text;
    says(&today, &[now]);
    says(&today, &["nu bellen"]);
    let before = story.dovecot.messages(NOOR, "INBOX").len();
    story.mornings_until("2027-04-16");
    let digest = story.mails(NOOR, before + 1).pop().unwrap();
    says(&digest.text, &["1 antwoord wacht op jou.", "aan de beurt.", "Nazorg", "1 nazorgmoment vraagt om jou."]);
    story.at("2027-04-16", 9, 0);
    call_the_student(story, id, "Halverwege", "3");
    let both = "Sam en Fietsenmaker Sloterdok zien het anders (Halverwege): bel ze allebei";
    assert_eq!(story.task(both).due_on, day("2027-04-19"));
    talked(
        story,
        &company(story, id, "Halverwege"),
        "concern",
        "2",
        "Bezocht: Sam had het rooster verkeerd gelezen en komt maandag weer.",
    );
    let read = story.noor().get(&format!("/inbox/{}", message.id)).text;
    says(&read, &["Al gedaan: dit antwoord staat bij het nazorgmoment van de stage."]);
    deal_with(story, &message);
    story.finish(now);
    assert_eq!(story.mornings_until("2027-04-19").get("digests"), 1);
    story.at("2027-04-19", 9, 0);
    story.finish(both);
    assert_eq!(story.mornings_until("2027-04-23").get("digests"), 0, "nothing waits any more");
}

pub fn the_placement_ends_well(story: &mut Story, id: PlacementId) {
    for (due, on, count, name, words) in [
        ("2027-06-11", "2027-06-14", 6, "Twee weken voor het einde", "5"),
        ("2027-07-26", "2027-07-27", 7, "Een maand na afloop", "Een 5, we missen Sam. Bedankt voor de begeleiding!"),
    ] {
        assert_eq!(story.mornings_until(due).get("asked"), 1, "{name}");
        story.at(due, 11, 0);
        call_the_student(story, id, name, "5");
        let question = last_mail(story, count);
        story.at(on, 9, 30);
        SLOTERDOK.answer(story, &question, words);
        assert_eq!(story.take_in(1).get("matched"), 1);
        let done = company(story, id, name);
        assert_eq!((done.state, done.score, done.closed_by), (CheckInState::Done, Some(5), None), "{name}");
        if due == "2027-06-11" {
            story.mornings_until("2027-06-25");
            assert_eq!(placed(story, id).state, PlacementState::Running, "the last day is a day of it");
            assert_eq!(story.mornings_until("2027-06-26").get("turned"), 1);
            assert_eq!(placed(story, id).state, PlacementState::Completed);
        }
    }
    assert!(checkins(story, id).iter().all(|one| one.state == CheckInState::Done));
    assert_eq!(checkins(story, id).len(), 10);
}
